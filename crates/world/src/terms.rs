//! What the world is told about itself: accounts, hours, the settlement cycle, odds. Plain data, no rule of a
//! date in code: whoever builds the world takes these from the rulebook of the period he plays.

use crate::message::{AccountNo, DematNo};
use vocab::{BankAccount, Code, Day, DematAccount, Depository, Paise, Price, Rate, TimeOfDay};

/// One of the firm's three bank accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirmBankAccount {
    pub account: BankAccount,
    pub number: AccountNo,
    pub opening: Paise,
}

/// One of the firm's demat accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirmDemat {
    pub account: DematAccount,
    pub depository: Depository,
    pub number: DematNo,
}

/// Hours of the exchange and of the institutions around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hours {
    pub session_open: TimeOfDay,
    pub session_close: TimeOfDay,
    pub bhavcopy: TimeOfDay,
    pub trade_file: TimeOfDay,
    pub schedule: TimeOfDay,
    pub provisional_obligation: TimeOfDay,
    /// On the day `final_obligation_day` business days after the trade day.
    pub final_obligation: TimeOfDay,
    pub securities_pay_in: TimeOfDay,
    pub funds_pay_in: TimeOfDay,
    pub shortage_advice: TimeOfDay,
    pub pay_out: TimeOfDay,
    pub auction: TimeOfDay,
    pub auction_settlement: TimeOfDay,
    pub bank_statement: TimeOfDay,
    pub holdings_begin: TimeOfDay,
    pub holdings_end: TimeOfDay,
}

/// How the world misbehaves, each once in so many; zero is never.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Odds {
    /// The street delivers short of what the firm is to receive, per settlement and security.
    pub street_short_one_in: u64,
    /// An auction finds no seller, per settlement and security.
    pub auction_fails_one_in: u64,
    /// The exchange reports a trade twice.
    pub double_report_one_in: u64,
}

/// Everything the world is built from, besides the seed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// The member code; orders on the own account may carry it instead of a client code.
    pub member: Code<10>,
    /// The world begins at midnight of this day.
    pub first_day: Day,
    /// Holidays besides Saturdays and Sundays, in any order.
    pub holidays: Vec<Day>,
    pub bank: Vec<FirmBankAccount>,
    pub demat: Vec<FirmDemat>,
    /// The clearing corporation's own accounts, where pay-in is moved to.
    pub clearing_nsdl: DematNo,
    pub clearing_cdsl: DematNo,
    pub hours: Hours,
    /// Business days from trade to pay-in and pay-out: 1 is T+1.
    pub cycle_days: u8,
    /// Business days from trade to the final obligation; at most `cycle_days`.
    pub final_obligation_day: u8,
    /// Business days from pay-in to the auction.
    pub auction_day: u8,
    /// Business days from the auction to its settlement; at least 1, since a close-out needs that day's close.
    pub auction_settlement_day: u8,
    /// How far an auction may trade from the last close, either way.
    pub auction_band: Rate,
    /// What a close-out adds to the close of the auction day.
    pub close_out_over: Rate,
    /// The least part of an order that must be shown, where not all of it is.
    pub disclosed_least: Rate,
    pub odds: Odds,
    /// Size of the street's quotes: each level holds 1 to 25 times this many shares. Zero: no street at all.
    pub street_activity: u32,
}

/// What in the terms contradicts itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadTerms {
    pub field: &'static str,
    pub rule: &'static str,
}

impl Hours {
    /// The hours of an ordinary day of the T+1 years.
    pub fn usual() -> Hours {
        let at = |hour, minute| TimeOfDay::hms(hour, minute, 0);
        Hours {
            session_open: at(9, 15),
            session_close: at(15, 30),
            bhavcopy: at(17, 30),
            trade_file: at(18, 0),
            schedule: at(7, 30),
            provisional_obligation: at(21, 0),
            final_obligation: at(8, 15),
            securities_pay_in: at(10, 30),
            funds_pay_in: at(11, 0),
            shortage_advice: at(12, 0),
            pay_out: at(13, 30),
            auction: at(14, 0),
            auction_settlement: at(14, 30),
            bank_statement: at(23, 30),
            holdings_begin: at(7, 45),
            holdings_end: at(23, 0),
        }
    }
}

impl Odds {
    /// A world in which everything goes right.
    pub const NEVER: Odds = Odds { street_short_one_in: 0, auction_fails_one_in: 0, double_report_one_in: 0 };
}

impl Terms {
    /// Refuse terms that contradict themselves.
    ///
    /// # Errors
    /// Names the first field at fault and the rule it breaks.
    pub fn check(&self) -> Result<(), BadTerms> {
        let bad = |field, rule| Err(BadTerms { field, rule });
        let h = &self.hours;
        if BankAccount::ALL.iter().any(|a| self.bank.iter().filter(|b| b.account == *a).count() != 1) {
            return bad("bank", "one account of each of the three kinds");
        }
        if self.bank.iter().any(|b| b.opening.is_negative()) {
            return bad("bank.opening", "no account opens overdrawn");
        }
        if self.demat_no(DematAccount::Pool, Depository::Nsdl).is_none() {
            return bad("demat", "a pool account with NSDL, where pay-out goes");
        }
        let clearing = [self.clearing_nsdl, self.clearing_cdsl];
        let mut numbers: Vec<DematNo> = self.demat.iter().map(|d| d.number).chain(clearing).collect();
        numbers.sort_unstable();
        if numbers.windows(2).any(|w| matches!(w, [a, b] if a == b)) {
            return bad("demat.number", "a number names one account");
        }
        if h.session_open >= h.session_close || h.session_close >= h.bhavcopy || h.bhavcopy >= h.trade_file {
            return bad("hours", "open before close before bhavcopy before trade file");
        }
        if h.trade_file >= h.provisional_obligation {
            return bad("hours.provisional_obligation", "after the trade file");
        }
        let pay_in = [h.securities_pay_in, h.funds_pay_in, h.shortage_advice, h.pay_out];
        if !pay_in.is_sorted() {
            return bad("hours", "securities, funds, shortage advice, pay-out in this order");
        }
        if self.cycle_days == 0 || self.final_obligation_day > self.cycle_days {
            return bad("cycle_days", "at least one, and the final obligation not after pay-in");
        }
        if self.final_obligation_day == self.cycle_days && h.final_obligation > h.securities_pay_in {
            return bad("hours.final_obligation", "before pay-in");
        }
        if self.final_obligation_day == 0 && h.final_obligation < h.provisional_obligation {
            return bad("hours.final_obligation", "after the provisional one");
        }
        if self.auction_day == 0 && h.auction < h.pay_out {
            return bad("hours.auction", "after the pay-out");
        }
        if self.street_activity > 1_000_000 {
            return bad("street_activity", "at most ten lakh");
        }
        if self.auction_settlement_day == 0 {
            return bad("auction_settlement_day", "at least one");
        }
        Ok(())
    }

    /// The firm's demat account of a kind with a depository.
    pub fn demat_no(&self, account: DematAccount, depository: Depository) -> Option<DematNo> {
        self.demat.iter().find(|d| d.account == account && d.depository == depository).map(|d| d.number)
    }

    /// The smallest step of a price made by an auction.
    pub(crate) const AUCTION_TICK: Price = Price::from_paise(5);
}
