//! The rehearsing firm's own accounts, and the world's terms from the rulebook of the day.

use crate::stage::Stage;
use rulebook::{ClearedBy, ClosingMethod, Interoperability, NoRule, PreOpen, PriceBand, RuleName, Rulebook};
use vault::Tokens;
use vocab::{BankAccount, Code, Corporation, Day, DematAccount, Depository, Paise, PanToken, Rate, StateCode, TimeOfDay};
use world::{
    AccountNo, ClosingCall, Cycle, DematNo, FirmBankAccount, FirmDemat, Flex, HaltRow, Hours, Odds, OpeningCall, Penalties, Phases, PostClose, SameDay,
    SecondExchange, Terms,
};

/// When the day's prices are out: a session that is played ends before.
pub const PRICES_OUT: TimeOfDay = TimeOfDay::hms(17, 30, 0);

/// All invented accounts are with one invented bank.
pub const IFSC: &str = "SAND0000001";
/// A stranger's account that pays for clients it does not belong to.
pub const STRANGER: &str = "80000000000001";
/// The account his shares come from.
pub fn stranger_demat() -> DematNo {
    Code::parse("IN30099980000001").expect("sixteen characters")
}

pub const OWN_TERMINAL: u64 = 400_001_001_001;
pub const DEALER_TERMINAL: u64 = 400_001_001_002;

/// The bank account of an intermediary by number.
pub fn intermediary_account(n: u32) -> AccountNo {
    Code::parse(&format!("6000000000{n:04}")).expect("digits")
}

/// The firm that rehearses.
pub struct House {
    pub name: &'static str,
    pub state: StateCode,
    pub capital: Paise,
}

impl House {
    pub fn sandbox() -> House {
        House {
            name: "Sauda Sandbox Securities",
            state: StateCode::parse("MH").expect("two letters"),
            capital: Paise::rupees(100_000_000),
        }
    }

    /// The member's own tax number is as invented as everyone's.
    pub fn pan(&self, tokens: &Tokens) -> PanToken {
        tokens.pan("AAACS0001S")
    }

    pub fn bank(&self, account: BankAccount) -> AccountNo {
        let number = match account {
            BankAccount::Client => "70000000000001",
            BankAccount::Settlement => "70000000000002",
            BankAccount::Own => "70000000000003",
        };
        Code::parse(number).expect("digits")
    }

    /// The title each account must carry (sebi 23 Annexure 1.2).
    pub fn bank_title(&self, account: BankAccount) -> String {
        let purpose = match account {
            BankAccount::Client => "Client Account",
            BankAccount::Settlement => "Settlement Account",
            BankAccount::Own => "Proprietary Account",
        };
        format!("{} - {purpose}", self.name)
    }

    pub fn demat_title(&self, account: DematAccount) -> String {
        let purpose = match account {
            DematAccount::ClientBeneficiary => "Client Account",
            DematAccount::Pool | DematAccount::Principal | DematAccount::Cisa => "Pool account",
            DematAccount::Own => "Proprietary Account",
            DematAccount::Unpaid => "Client Unpaid Securities Account",
        };
        format!("{} - {purpose}", self.name)
    }

    pub fn demats(&self) -> Vec<(DematAccount, Depository, DematNo)> {
        use DematAccount::{Cisa, ClientBeneficiary, Own, Pool, Principal, Unpaid};
        use Depository::{Cdsl, Nsdl};
        let all = [
            (ClientBeneficiary, Nsdl, "IN30009900000001"),
            (Pool, Nsdl, "IN30009900000002"),
            (Own, Nsdl, "IN30009900000003"),
            (ClientBeneficiary, Cdsl, "1201990000000001"),
            (Pool, Cdsl, "1201990000000002"),
            (Principal, Cdsl, "1201990000000003"),
            (Cisa, Cdsl, "1201990000000004"),
            (Own, Cdsl, "1201990000000005"),
            (Unpaid, Nsdl, "IN30009900000004"),
            (Unpaid, Cdsl, "1201990000000006"),
        ];
        all.into_iter().map(|(a, d, number)| (a, d, Code::parse(number).expect("sixteen characters"))).collect()
    }

    pub fn demat(&self, account: DematAccount, depository: Depository) -> Option<DematNo> {
        self.demats().into_iter().find(|(a, d, _)| (*a, *d) == (account, depository)).map(|(.., number)| number)
    }

    pub fn clearing(&self, depository: Depository) -> DematNo {
        let number = match depository {
            Depository::Nsdl => "IN30008800000001",
            Depository::Cdsl => "1201880000000001",
        };
        Code::parse(number).expect("sixteen characters")
    }
}

/// The phases of a day by its rules: which auctions it has, what halts it, how bands move. The list of index shares of
/// 2010 to 2013 is not among the files: on those days nothing opens by auction.
///
/// # Errors
/// [`NoRule`] naming the first rule that is not known on the day.
fn phases(rules: &Rulebook, day: Day) -> Result<Phases, NoRule> {
    let time = |name| rules.time(name, day).map(|(_, time)| time);
    let rate = |name| rules.rate(name, day).map(|(_, rate)| rate);
    let minutes = |name| rules.count(name, day).map(|(_, n)| u16::try_from(n).unwrap_or(u16::MAX));
    let opening = match rules.choice(RuleName::PreOpenSession, day)?.1 {
        PreOpen::AllShares => Some(OpeningCall {
            from: time(RuleName::PreOpenStartTime)?,
            random: time(RuleName::PreOpenRandomTime)?,
            matching: time(RuleName::PreOpenMatchTime)?,
        }),
        PreOpen::Nothing | PreOpen::IndexShares => None,
    };
    let closing = match rules.choice(RuleName::ClosingMethodDerivativeShares, day)?.1 {
        ClosingMethod::Auction => Some(ClosingCall {
            from: time(RuleName::MarketCloseTimeDerivativeShares)?,
            order: time(RuleName::ClosingOrderTime)?,
            limit: time(RuleName::ClosingLimitTime)?,
            random: time(RuleName::ClosingRandomTime)?,
            matching: time(RuleName::ClosingMatchTime)?,
            until: time(RuleName::ClosingAuctionEndTime)?,
            band: rate(RuleName::ClosingAuctionBand)?,
        }),
        ClosingMethod::LastHalfHourAverage => None,
    };
    let flex = match rules.choice(RuleName::DerivativeShareBand, day)?.1 {
        PriceBand::Dynamic => Some(Flex {
            first: rate(RuleName::DynamicBandStepFirst)?,
            second: rate(RuleName::DynamicBandStepSecond)?,
            third: rate(RuleName::DynamicBandStepThird)?,
            wait_minutes: minutes(RuleName::DynamicBandWait)?,
            slides: rules.yes(RuleName::DynamicBandSlides, day)?.1,
        }),
        PriceBand::Unlimited => None,
    };
    let (first, second, third) =
        (rate(RuleName::HaltFirstLevel)?, rate(RuleName::HaltSecondLevel)?, rate(RuleName::HaltThirdLevel)?);
    let (early, midnight) = (time(RuleName::HaltEarlyTime)?, TimeOfDay(86_400));
    let row = |moved, before, minutes| HaltRow { moved, before, minutes };
    let halts = vec![
        row(first, early, Some(minutes(RuleName::HaltFirstEarlyMinutes)?)),
        row(first, time(RuleName::HaltFirstLateTime)?, Some(minutes(RuleName::HaltFirstMinutes)?)),
        row(second, early, Some(minutes(RuleName::HaltSecondEarlyMinutes)?)),
        row(second, time(RuleName::HaltSecondLateTime)?, Some(minutes(RuleName::HaltSecondMinutes)?)),
        row(second, midnight, None),
        row(third, midnight, None),
    ];
    let post_close =
        Some(PostClose { from: time(RuleName::PostCloseStartTime)?, until: time(RuleName::PostCloseEndTime)? });
    let same_day = match rules.count(RuleName::SettlementCycleSameDay, day).is_ok() {
        true => Some(SameDay {
            from: time(RuleName::SameDayOpenTime)?,
            until: time(RuleName::SameDayCloseTime)?,
            band: rate(RuleName::SameDayBand)?,
            step: rate(RuleName::SameDayBandStep)?,
            trade_file: time(RuleName::SameDayTradeFileTime)?,
            obligation: time(RuleName::SameDayObligationTime)?,
            securities_pay_in: time(RuleName::SameDaySecuritiesPayInTime)?,
            funds_pay_in: time(RuleName::SameDayFundsPayInTime)?,
            pay_out: time(RuleName::SameDayPayOutTime)?,
        }),
        false => None,
    };
    Ok(Phases { opening, closing, post_close, halts, halt_auction: minutes(RuleName::HaltAuctionMinutes)?, flex, same_day })
}

/// Who settles the trades of both exchanges on a day; none while each exchange's corporation settles its own.
///
/// # Errors
/// [`NoRule`] when the day's order of things, or the house's choice, is not known.
pub fn joint(rules: &Rulebook, day: Day) -> Result<Option<Corporation>, NoRule> {
    let era = rules.choice::<Interoperability>(RuleName::Interoperability, day)?.1;
    let chosen = match rules.choice::<ClearedBy>(RuleName::HouseClearingCorporation, day)?.1 {
        ClearedBy::Nscl => Some(Corporation::Nscl),
        ClearedBy::Iccl => Some(Corporation::Iccl),
        ClearedBy::OwnExchange => None,
    };
    Ok(chosen.filter(|_| era != Interoperability::PerExchange))
}

/// How far ahead a play is looked at for the day on which one corporation begins to settle for both.
const LONGEST_PLAY: i32 = 400;

/// The second exchange as the rules have it from the first day on.
///
/// # Errors
/// [`NoRule`] when it is not known who settles its trades.
pub fn second_exchange(rules: &Rulebook, stage: &Stage) -> Result<SecondExchange, NoRule> {
    let day = stage.day;
    joint(rules, day)?;
    let of = |day| Some((day, joint(rules, day).ok()??));
    let joint = (0..LONGEST_PLAY).find_map(|n| of(day.plus(n)));
    Ok(SecondExchange { holidays: stage.bse_holidays.clone(), sessions: stage.bse_sessions.clone(), joint })
}

/// What a margin reported short costs, from the first day of a play on which it costs anything.
///
/// # Errors
/// [`NoRule`] when that day's slabs are not whole.
fn penalties(rules: &Rulebook, day: Day) -> Result<Option<Penalties>, NoRule> {
    let costs = |day: &Day| rules.rate(RuleName::MarginPenalty, *day).is_ok();
    let Some(from) = (0..LONGEST_PLAY).map(|n| day.plus(n)).find(costs) else { return Ok(None) };
    let rate = |name| rules.rate(name, from).map(|(_, rate)| rate);
    let count = |name| rules.count(name, from).map(|(_, n)| u8::try_from(n).unwrap_or(u8::MAX));
    Ok(Some(Penalties {
        from,
        rate: rate(RuleName::MarginPenalty)?,
        amount: rules.amount(RuleName::MarginPenaltyAmount, from)?.1,
        part: rate(RuleName::MarginPenaltyPart)?,
        higher: rate(RuleName::MarginPenaltyHigher)?,
        running: count(RuleName::MarginPenaltyRunningDays)?,
        in_month: count(RuleName::MarginPenaltyMonthDays)?,
        repeated: rate(RuleName::MarginPenaltyRepeated)?,
        tax: rate(RuleName::Gst)?,
        day: count(RuleName::MarginPenaltyDay)?,
    }))
}

/// The shorter cycle beside the usual one; none but while both run side by side.
fn moved_cycle(rules: &Rulebook, day: Day, auction_settlement_day: u8) -> Result<Option<Cycle>, NoRule> {
    let count = |name| rules.count(name, day).map(|(_, n)| u8::try_from(n).unwrap_or(u8::MAX));
    let Ok(days) = count(RuleName::SettlementCycleMoved) else { return Ok(None) };
    Ok(Some(Cycle {
        days,
        final_obligation_day: count(RuleName::FinalObligationDay)?.min(days),
        final_obligation: rules.time(RuleName::FinalObligationTimeMoved, day)?.1,
        auction_day: count(RuleName::AuctionDayMoved)?.saturating_sub(days),
        auction_settlement_day,
    }))
}

/// The world as the rules of the first day have it.
///
/// # Errors
/// [`NoRule`] naming the first rule that is not known on the day.
pub fn world_terms(
    house: &House, rules: &Rulebook, stage: &Stage, odds: Odds, street: u32,
) -> Result<Terms, NoRule> {
    let (usual, day) = (Hours::usual(), stage.day);
    let time = |name| rules.time(name, day).map(|(_, time)| time);
    let count = |name| rules.count(name, day).map(|(_, n)| u8::try_from(n).unwrap_or(u8::MAX));
    let later = |time: TimeOfDay, seconds: u32| TimeOfDay(time.0.saturating_add(seconds));
    let cycle = count(RuleName::SettlementCycle)?;
    let auction_from_trade = count(RuleName::AuctionDay)?;
    let auction_settles = count(RuleName::AuctionSettlementDay)?;
    let funds_pay_in = time(RuleName::FundsPayInTime)?;
    let pay_out = time(RuleName::SecuritiesPayOutTime)?.max(time(RuleName::FundsPayOutTime)?);
    let auction_day = auction_from_trade.saturating_sub(cycle);
    let auction = if auction_day == 0 { later(pay_out, 1_800) } else { usual.auction };
    let auction_settlement_day = auction_settles.saturating_sub(auction_from_trade).max(1);
    let moved = moved_cycle(rules, day, auction_settlement_day)?;
    let auction = if moved.is_some() { auction.max(later(pay_out, 1_800)) } else { auction };
    let hours = Hours {
        bhavcopy: PRICES_OUT,
        session_open: time(RuleName::MarketOpenTime)?,
        session_close: time(RuleName::MarketCloseTime)?,
        trade_file: time(RuleName::FinalTradeFileTime)?,
        provisional_obligation: time(RuleName::ProvisionalObligationTime)?,
        securities_pay_in: time(RuleName::SecuritiesPayInTime)?,
        funds_pay_in,
        shortage_advice: later(funds_pay_in, 1_800).min(pay_out),
        // Money is out first; the firm closes its bills after it.
        pay_out: time(RuleName::FundsPayOutTime)?,
        auction,
        auction_settlement: usual.auction_settlement,
        ..usual
    };
    let bank = BankAccount::ALL
        .iter()
        .map(|account| FirmBankAccount {
            account: *account,
            number: house.bank(*account),
            opening: if *account == BankAccount::Own { house.capital } else { Paise::ZERO },
        })
        .collect();
    Ok(Terms {
        member: Code::parse("SAUDA").expect("a code"),
        first_day: day,
        holidays: stage.holidays.clone(),
        sessions: stage.sessions.clone(),
        bank,
        demat: house.demats().into_iter().map(|(account, depository, number)| FirmDemat { account, depository, number }).collect(),
        clearing_nsdl: house.clearing(Depository::Nsdl),
        clearing_cdsl: house.clearing(Depository::Cdsl),
        hours,
        phases: phases(rules, day)?,
        cycle: Cycle {
            days: cycle,
            final_obligation_day: count(RuleName::FinalObligationDay)?,
            final_obligation: time(RuleName::FinalObligationTime)?,
            auction_day,
            auction_settlement_day,
        },
        moved,
        auction_band: Rate(Rate::WHOLE.0 / 10),
        close_out_over: Rate(rules.rate(RuleName::CloseOutPercentage, day)?.1.0 - Rate::WHOLE.0),
        disclosed_least: rules.rate(RuleName::DisclosedQuantityLeast, day)?.1,
        odds,
        street_activity: street,
        knots: world::Knots::USUAL,
        second: None,
        looks: count(RuleName::PeakLooks)?,
        penalties: penalties(rules, day)?,
    })
}
