//! What the world is told about itself: accounts, hours, the settlement cycle, odds. Plain data, no rule of a
//! date in code: whoever builds the world takes these from the rulebook of the period he plays.

use crate::message::{AccountNo, DematNo};
use std::borrow::Cow;
use std::collections::BTreeMap;
use vocab::{BankAccount, Code, Corporation, Day, DematAccount, Depository, Paise, Price, Rate, SettlementKind, TimeOfDay, Venue};

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

/// When an exchange trades in a special session, and when at its closing price.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SpecialHours {
    pub open: TimeOfDay,
    pub close: TimeOfDay,
    pub after_from: TimeOfDay,
    pub after_until: TimeOfDay,
}

/// What the day has beside continuous trading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phases {
    pub opening: Option<OpeningCall>,
    pub closing: Option<ClosingCall>,
    pub post_close: Option<PostClose>,
    /// What the index brings about, by level and hour: the first row that fits. No row, no halt.
    pub halts: Vec<HaltRow>,
    /// Minutes of the call auction after a halt; zero for none.
    pub halt_auction: u16,
    pub flex: Option<Flex>,
    pub same_day: Option<SameDay>,
}

/// What settles on the day of the trade: its session at the first exchange, how far its prices may lie from the regular
/// market's and after which move they follow it, and when it is settled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SameDay {
    pub from: TimeOfDay,
    pub until: TimeOfDay,
    pub band: Rate,
    pub step: Rate,
    pub trade_file: TimeOfDay,
    pub obligation: TimeOfDay,
    pub securities_pay_in: TimeOfDay,
    pub funds_pay_in: TimeOfDay,
    pub pay_out: TimeOfDay,
}

/// Every security opens by it. By lot it ends between `random` and `matching`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpeningCall {
    pub from: TimeOfDay,
    pub random: TimeOfDay,
    pub matching: TimeOfDay,
}

/// The auction board closes by it: from when trading stops, orders are taken, limit orders alone, nothing more by
/// lot between `random` and `matching`, and the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosingCall {
    pub from: TimeOfDay,
    pub order: TimeOfDay,
    pub limit: TimeOfDay,
    pub random: TimeOfDay,
    pub matching: TimeOfDay,
    pub until: TimeOfDay,
    /// Of the reference price, either way.
    pub band: Rate,
}

/// Trades at the day's closing price.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostClose {
    pub from: TimeOfDay,
    pub until: TimeOfDay,
}

/// Before a time of the day a move of the index halts everything for so many minutes; none for the rest of the day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HaltRow {
    pub moved: Rate,
    pub before: TimeOfDay,
    pub minutes: Option<u16>,
}

/// How a dynamic band widens: twice by the first step, twice by the second, then by the third, of the close before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flex {
    pub first: Rate,
    pub second: Rate,
    pub third: Rate,
    pub wait_minutes: u16,
    /// Whether the other edge follows.
    pub slides: bool,
}

impl Phases {
    /// Continuous trading and nothing else.
    pub const fn none() -> Phases {
        Phases {
            opening: None, closing: None, post_close: None, halts: Vec::new(), halt_auction: 0, flex: None, same_day: None,
        }
    }

    fn check(&self, hours: &Hours) -> Result<(), BadTerms> {
        let bad = |rule| Err(BadTerms { field: "phases", rule });
        if self.opening.as_ref().is_some_and(|it| ![it.from, it.random, it.matching, hours.session_open].is_sorted()) {
            return bad("the opening auction in its order, before the market opens");
        }
        let end = self.closing.as_ref().map_or(hours.session_close, |it| it.until.max(hours.session_close));
        let closing = |it: &ClosingCall| [it.from, it.order, it.limit, it.random, it.matching, it.until].is_sorted();
        if self.closing.as_ref().is_some_and(|it| !closing(it) || it.from <= hours.session_open) {
            return bad("the closing auction in its order, after the market opened");
        }
        if self.post_close.as_ref().is_some_and(|it| ![end, it.from, it.until, hours.bhavcopy].is_sorted()) {
            return bad("trades at the close after it and before the day's prices");
        }
        let same_day = |it: &SameDay| {
            [it.from, it.until, it.trade_file, it.obligation, it.securities_pay_in, it.pay_out].is_sorted()
                && it.obligation <= it.funds_pay_in && it.funds_pay_in <= it.pay_out && it.until <= hours.session_close
        };
        if self.same_day.as_ref().is_some_and(|it| !same_day(it) || it.from < hours.session_open) {
            return bad("what settles on the day in its order, within the session");
        }
        Ok(())
    }
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
    /// A cheque comes back though the money was there: its drawer wrote it wrong.
    pub cheque_bounces_one_in: u64,
}

/// Everything the world is built from, besides the seed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// The member code; orders on the own account may carry it instead of a client code.
    pub member: Code<10>,
    /// The world begins at midnight of this day.
    pub first_day: Day,
    /// Holidays of the first exchange besides Saturdays and Sundays, in any order.
    pub holidays: Vec<Day>,
    /// Its special sessions, by day; nothing settles on them.
    pub sessions: BTreeMap<Day, SpecialHours>,
    pub bank: Vec<FirmBankAccount>,
    pub demat: Vec<FirmDemat>,
    /// The clearing corporation's own accounts, where pay-in is moved to.
    pub clearing_nsdl: DematNo,
    pub clearing_cdsl: DematNo,
    pub hours: Hours,
    pub phases: Phases,
    pub cycle: Cycle,
    /// That of securities that have moved to a shorter one, while both run side by side.
    pub moved: Option<Cycle>,
    /// How far an auction may trade from the last close, either way.
    pub auction_band: Rate,
    /// What a close-out adds to the close of the auction day.
    pub close_out_over: Rate,
    /// The least part of an order that must be shown, where not all of it is.
    pub disclosed_least: Rate,
    pub odds: Odds,
    /// Size of the street's quotes: each level holds 1 to 25 times this many shares. Zero: no street at all.
    pub street_activity: u32,
    /// How far apart the knots of the street's walk are.
    pub knots: Knots,
    /// How often a day the clearing corporation looks at margins, each time at a moment by lot.
    pub looks: u8,
    /// What margins reported short cost; none where nothing is penalised.
    pub penalties: Option<Penalties>,
    pub second: Option<SecondExchange>,
}

/// How far apart the knots of the street's walk are, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Knots {
    pub least: u32,
    pub most: u32,
}

impl Knots {
    /// Some minutes: enough for days that are played, not for one that is watched.
    pub const USUAL: Knots = Knots { least: 180, most: 300 };

    fn check(self) -> Result<(), BadTerms> {
        let fine = 1 <= self.least && self.least <= self.most && self.most <= 60;
        let rule = "from 180 to 300 seconds, or finer from one second to a minute";
        if fine || self == Knots::USUAL { Ok(()) } else { Err(BadTerms { field: "knots", rule }) }
    }
}

/// What a margin reported short costs, by the rules of the first day on which it costs anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Penalties {
    pub from: Day,
    /// Of what is short.
    pub rate: Rate,
    /// From this amount on, or from this part of the margin on, the higher.
    pub amount: Paise,
    pub part: Rate,
    pub higher: Rate,
    /// Beyond so many days on end, or so many days of a month, the highest.
    pub running: u8,
    pub in_month: u8,
    pub repeated: Rate,
    /// On the penalty.
    pub tax: Rate,
    /// From the day that was short to the debit, in days on which anything settles.
    pub day: u8,
}

/// A settlement cycle, in days on which anything settles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// From trade to pay-in and pay-out: 1 is T+1.
    pub days: u8,
    /// From trade to the final obligation, at most `days`; and the hour.
    pub final_obligation_day: u8,
    pub final_obligation: TimeOfDay,
    /// From pay-in to the auction.
    pub auction_day: u8,
    /// From the auction to its settlement; at least 1, since a close-out needs that day's close.
    pub auction_settlement_day: u8,
}

impl Cycle {
    fn check(&self, h: &Hours) -> Result<(), BadTerms> {
        let bad = |field, rule| Err(BadTerms { field, rule });
        if self.days == 0 || self.final_obligation_day > self.days {
            return bad("cycle.days", "at least one, and the final obligation not after pay-in");
        }
        if self.final_obligation_day == self.days && self.final_obligation > h.securities_pay_in {
            return bad("cycle.final_obligation", "before pay-in");
        }
        if self.final_obligation_day == 0 && self.final_obligation < h.provisional_obligation {
            return bad("cycle.final_obligation", "after the provisional one");
        }
        if self.auction_day == 0 && h.auction < h.pay_out {
            return bad("hours.auction", "after the pay-out");
        }
        if self.auction_settlement_day == 0 {
            return bad("cycle.auction_settlement_day", "at least one");
        }
        Ok(())
    }
}

/// A second exchange beside the first, with a clearing corporation of its own, by the usual hours and the cycle of the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecondExchange {
    /// Its own holidays besides Saturdays and Sundays, in any order.
    pub holidays: Vec<Day>,
    /// Its own special sessions.
    pub sessions: BTreeMap<Day, SpecialHours>,
    /// From which day one corporation settles the trades of both exchanges, and which; none while each settles its own.
    pub joint: Option<(Day, Corporation)>,
}

impl SecondExchange {
    /// Who settles an exchange's trades of a day.
    pub fn clears(&self, venue: Venue, day: Day) -> Corporation {
        let joint = self.joint.filter(|(from, _)| *from <= day);
        joint.map_or(venue.own_corporation(), |(_, corporation)| corporation)
    }
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
    pub const NEVER: Odds = Odds { street_short_one_in: 0, auction_fails_one_in: 0, double_report_one_in: 0, cheque_bounces_one_in: 0 };
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
        self.phases.check(h)?;
        if h.trade_file >= h.provisional_obligation {
            return bad("hours.provisional_obligation", "after the trade file");
        }
        let pay_in = [h.securities_pay_in, h.funds_pay_in, h.shortage_advice, h.pay_out];
        if !pay_in.is_sorted() {
            return bad("hours", "securities, funds, shortage advice, pay-out in this order");
        }
        if self.penalties.is_some_and(|it| it.day == 0) {
            return bad("penalties.day", "after the day that was short");
        }
        for day in self.sessions.keys().chain(self.second.iter().flat_map(|second| second.sessions.keys())) {
            for venue in Venue::ALL {
                let (hours, phases) = self.of_day(*venue, *day);
                if hours.session_open >= hours.session_close || hours.session_close >= h.bhavcopy {
                    return bad("sessions", "open before close before the day's prices");
                }
                phases.check(&hours)?;
            }
        }
        self.cycle.check(h)?;
        if let Some(moved) = &self.moved {
            moved.check(h)?;
            if moved.days >= self.cycle.days {
                return bad("moved.days", "shorter than the cycle beside it");
            }
        }
        if self.street_activity > 1_000_000 {
            return bad("street_activity", "at most ten lakh");
        }
        self.knots.check()
    }

    /// The special sessions of an exchange.
    pub(crate) fn sessions(&self, venue: Venue) -> &BTreeMap<Day, SpecialHours> {
        match (venue, &self.second) {
            (Venue::Bse, Some(second)) => &second.sessions,
            (Venue::Nse | Venue::Bse, _) => &self.sessions,
        }
    }

    /// Hours and phases of an exchange on a day. In a special session the auctions keep their distance from its opening and its
    /// close, and nothing is dealt in for settlement on the day.
    pub fn of_day(&self, venue: Venue, day: Day) -> (Hours, Cow<'_, Phases>) {
        let usual = &self.hours;
        let Some(it) = self.sessions(venue).get(&day) else { return (usual.clone(), Cow::Borrowed(&self.phases)) };
        let moved = |time: TimeOfDay, from: TimeOfDay, to: TimeOfDay| TimeOfDay((time.0 + to.0).saturating_sub(from.0));
        let early = |time| moved(time, usual.session_open, it.open);
        let late = |time| moved(time, usual.session_close, it.close);
        let opening = self.phases.opening.as_ref().map(|call| OpeningCall {
            from: early(call.from),
            random: early(call.random),
            matching: early(call.matching),
        });
        let closing = self.phases.closing.as_ref().map(|call| ClosingCall {
            from: late(call.from),
            order: late(call.order),
            limit: late(call.limit),
            random: late(call.random),
            matching: late(call.matching),
            until: late(call.until),
            band: call.band,
        });
        let post_close = self.phases.post_close.as_ref().map(|_| PostClose { from: it.after_from, until: it.after_until });
        let hours = Hours { session_open: it.open, session_close: it.close, ..usual.clone() };
        (hours, Cow::Owned(Phases { opening, closing, post_close, same_day: None, ..self.phases.clone() }))
    }

    /// The cycle of a kind of settlement.
    pub(crate) fn cycle_of(&self, kind: SettlementKind) -> Cycle {
        match kind {
            SettlementKind::NormalMoved | SettlementKind::TradeToTradeMoved => self.moved.unwrap_or(self.cycle),
            SettlementKind::Normal | SettlementKind::TradeToTrade | SettlementKind::Auction | SettlementKind::SameDay => self.cycle,
        }
    }

    /// The kinds of settlement that trades go into.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = SettlementKind> + use<> {
        let moved = self.moved.map(|_| [SettlementKind::NormalMoved, SettlementKind::TradeToTradeMoved]);
        [SettlementKind::Normal, SettlementKind::TradeToTrade].into_iter().chain(moved.into_iter().flatten())
    }

    /// Who settles an exchange's trades of a day.
    pub(crate) fn clears(&self, venue: Venue, day: Day) -> Corporation {
        self.second.as_ref().map_or(venue.own_corporation(), |second| second.clears(venue, day))
    }

    /// The firm's demat account of a kind with a depository.
    pub fn demat_no(&self, account: DematAccount, depository: Depository) -> Option<DematNo> {
        self.demat.iter().find(|d| d.account == account && d.depository == depository).map(|d| d.number)
    }

    /// The smallest step of a price made by an auction.
    pub(crate) const AUCTION_TICK: Price = Price::from_paise(5);
}
