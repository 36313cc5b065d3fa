//! Begin of day and end of day.

use super::{early, collateral, margins};
use super::desk::{Desk, subject};
use crate::money_test::{MoneyTest, money_test};
use crate::{BreakKind, Code, Event, Firm, Job, PolicyFigures, Refusal, Timer};
use alloc::collections::{BTreeMap, BTreeSet};
use books::Account;
use clearing::Stage;
use rulebook::{DirectPayOut, RuleName, UpfrontMethod};
use vocab::{BankAccount, ClientRow, Day, Paise, Side, TimeOfDay};

/// When the firm draws what is its own, and ends its day: before and after the bank's statement.
const SWEEP: TimeOfDay = TimeOfDay::hms(22, 0, 0);
const END: TimeOfDay = TimeOfDay::hms(23, 45, 0);

pub fn begin(desk: &mut Desk<'_>, day: Day) -> Result<(), Refusal> {
    let firm = desk.firm;
    if firm.name().is_none() {
        return Err(Refusal::plain(Code::FirmNotOpen));
    }
    if day < desk.day() || firm.day.is_some_and(|last| last >= day) {
        return Err(Refusal::of(Code::DayGoneBy, [i64::from(day.0)]));
    }
    if day > desk.day() || !firm.calendar.is_trading_day(day) {
        return Err(Refusal::of(Code::NotToday, [i64::from(day.0)]));
    }
    let open = firm.orders.iter().filter(|(_, o)| !o.is_closed()).count();
    let unbilled = firm.jobs.iter().filter(|(job, _)| matches!(job, Job::Bill(_))).count();
    let of_last = firm.day.into_iter().flat_map(|last| firm.clearing.all_of_day(last));
    let mut of_last = of_last.filter_map(|(.., row)| firm.clearing.settlement(row));
    let late = of_last.any(|s| s.trades > 0 && s.stage < Stage::Billed);
    if open > 0 || unbilled > 0 || late {
        return Err(Refusal::of(Code::DayNotEnded, [i64::try_from(open).unwrap_or(i64::MAX)]));
    }
    let cleared_by = super::cycle::joint(desk, day)?;
    let settlement = super::cycle::scheduled(desk, day, cleared_by)?;
    let policy = policy(desk, day)?;
    let upfront = collateral::Upfront::of(firm, day)?;
    let house = super::review::figures(firm, day)?;
    super::accounts::needed(desk)?;
    super::unpaid::begin(desk, day)?;
    super::mandates::begin(desk);
    super::watch::begin(desk, day);
    let next = firm.orders.next_no();
    desk.push(orders::Event::DayCleared { next });
    desk.push(risk::Event::DayCleared { next });
    desk.push(clearing::Event::DayCleared { day });
    desk.push(Event::DayBegun { day, settlement, cleared_by, policy });
    desk.push(Event::HouseFigured(house));
    costs(desk, day);
    if let Some(upfront) = &upfront {
        collateral::margins(desk, day, upfront);
    }
    if firm.margin.deposits().next().is_some() {
        desk.start(Job::Revalue);
    }
    firm.rules.count(RuleName::HouseDormantDays, day)?;
    firm.rules.count(RuleName::HouseUnusedMoneyDays, day)?;
    desk.start(Job::Sleepers);
    if super::access::is_due(desk) {
        desk.start(Job::Users);
    }
    desk.arm(day.at(SWEEP), Timer::Sweep(day));
    desk.arm(day.at(END), Timer::DayEnd(day));
    margins::arm(desk, day);
    Ok(())
}

/// The funds policy of the era (PRACTICE: margins by era), as figures.
fn policy(desk: &Desk<'_>, day: Day) -> Result<PolicyFigures, Refusal> {
    let rules = &desk.firm.rules;
    let upfront = collateral::Upfront::of(desk.firm, day)?;
    let (buy, sell) = match &upfront {
        // The member's documented policy decides; reporting alone does not change what is blocked.
        None => (rules.rate(RuleName::HouseBuyFraction, day)?.1, rules.rate(RuleName::HouseSellFraction, day)?.1),
        // A sale is unprotected until its shares are paid in: it needs the same.
        Some(upfront) => (upfront.flat, upfront.flat),
    };
    let debit_days = match rules.yes(RuleName::DebitBar, day)?.1 {
        true => u16::try_from(rules.count(RuleName::DebitBarDays, day)?.1).unwrap_or(u16::MAX),
        false => 0,
    };
    Ok(PolicyFigures {
        buy,
        sell,
        allowance: rules.amount(RuleName::HouseRoundingAllowance, day)?.1,
        debit_days,
        evidence: rules.yes(RuleName::OrderEvidence, day)?.1,
        recording: rules.yes(RuleName::PhoneRecording, day)?.1,
        direct: rules.choice::<DirectPayOut>(RuleName::DirectPayOut, day)?.1 == DirectPayOut::Mandatory,
        barred: desk.firm.margin.is_barred(),
        rated: upfront.is_some_and(|it| it.method == UpfrontMethod::ByRisk),
        credits_at_once: early::needs_no_early_pay_in(desk.firm, day),
    })
}

/// What an order may cost at most, for every state a client lives in. A state without rules gets none, and
/// its clients' orders are refused naming the rule.
fn costs(desk: &mut Desk<'_>, day: Day) {
    let exchanges = desk.firm.market.exchanges(day);
    let states: BTreeSet<_> = desk.firm.clients.iter().map(|(_, c)| c.state).collect();
    for client in states {
        let place = charges::Place { client, firm: desk.firm.home_state() };
        for side in [Side::Buy, Side::Sell] {
            if let Ok(worst) = charges::worst(&desk.firm.rules, side, place, &exchanges, day) {
                let charges::Worst { levies, tax } = worst;
                desk.push(Event::Costed { state: client, side, levies, tax });
            }
        }
    }
}

/// The day's close: the client-money test on one snapshot, and the day is ended if no break stops it.
pub fn end(desk: &mut Desk<'_>, day: Day) {
    test(desk, day);
    assets(desk, day);
    super::penalty::day_end(desk);
    super::error::day_end(desk);
    super::statements::escalate(desk, day);
    super::statements::escalate_demat(desk, day);
    super::inward::escalate(desk, day);
    super::objection::overdue(desk, day);
    super::accounts::remind(desk, day);
    super::mandates::remind(desk, day);
    super::bring_over::day_end(desk, day);
    lapse(desk, day);
    let firm = desk.firm;
    let unmade = firm.clearing.standings().iter().filter(|s| {
        let of_today = firm.clearing.settlement(s.settlement).is_some_and(|it| it.trade_day == day);
        of_today && s.bill.is_none() && s.trades > 0
    });
    if unmade.count() == 0 {
        desk.push(Event::DayEnded { day });
    }
}

/// What one person proposed and nobody agreed to in time is proposed no more.
fn lapse(desk: &mut Desk<'_>, day: Day) {
    let Ok((_, days)) = desk.firm.rules.count(RuleName::HouseProposalDays, day) else { return };
    let old = desk.firm.proposals.iter().filter(|(_, (_, since))| i64::from(day.days_since(*since)) >= days);
    for (fingerprint, (by, _)) in old {
        desk.push(Event::ProposalLapsed { fingerprint: *fingerprint, by: *by });
    }
}

/// Bills that still stand open although the corporation has moved their money: from then on they are no longer to
/// come, and money that was given is no credit of who gave it.
fn settled(firm: &Firm) -> BTreeMap<ClientRow, Paise> {
    let mut settled = BTreeMap::new();
    let moved =
        |s: &clearing::Settlement| s.stage < Stage::PaidOut && !s.funds.is_zero() && s.value_moved == -s.funds;
    for (row, _) in firm.clearing.settlements().filter(|(_, s)| moved(s)) {
        for standing in firm.clearing.standings_of(row).filter(|s| !s.closed) {
            let bill = standing.bill.map_or(Paise::ZERO, |(_, bill)| bill);
            *settled.entry(standing.client).or_insert(Paise::ZERO) += bill;
        }
    }
    settled
}

/// The snapshot of sebi 23 Annexure 3.2, as the books stand. Money on its way between own accounts counts
/// where it comes from until the bank has moved it.
fn snapshot(desk: &Desk<'_>) -> (MoneyTest, Paise) {
    let firm = desk.firm;
    let bank = |account| firm.books.total(account);
    let settled = settled(firm);
    let own = firm.clients.own().iter().map(|client| (*client, None));
    let moved = settled.into_iter().filter(|(client, _)| !firm.is_own(*client));
    let moved = moved.map(|(client, bills)| (client, Some(firm.books.client(client).clear() - bills)));
    let (credits, debits) = firm.books.credits_and_debits(own.chain(moved));
    // A stray on the own account is not in the client system, nor owed from it.
    let strays = firm.receipts.iter().filter(|(_, r)| r.account == BankAccount::Own);
    let astray: Paise = strays.map(|(no, _)| -firm.books.total_of(Account::Suspense, *no)).sum();
    // A dividend that is not passed on yet is as little the firm's as money in suspense.
    let dividends = -firm.books.total(Account::ClientDividends);
    let suspense = -firm.books.total(Account::Suspense) - astray + dividends;
    let margins::Figures { collateral, own_securities, unfunded, own_margin, used, unused } = margins::figures(firm);
    let test = MoneyTest {
        // A cheque that is not cleared is not held yet, as it is no credit of its client yet.
        held: bank(Account::ClientBank) + bank(Account::SettlementBank) - firm.uncleared(),
        collateral,
        credits,
        debits,
        own_securities,
        unfunded,
        own_margin,
        used,
        unused,
    };
    (test, suspense)
}

/// Run the test, record its figures, and open a break where it fails. What it returns may be paid out.
pub fn test(desk: &mut Desk<'_>, day: Day) -> Paise {
    let (test, suspense) = snapshot(desk);
    let MoneyTest { held, collateral, credits, debits, own_securities, unfunded, own_margin, used, unused } = test;
    desk.push(Event::MoneyTested { day, held, collateral, credits, debits, suspense });
    desk.push(Event::MarginTested { day, own_securities, unfunded, own_margin, used, unused });
    let found = money_test(&test);
    let known = desk.firm.breaks.values().any(|b| b.kind == BreakKind::ClientMoneyMissing);
    if found.h.is_some_and(Paise::is_positive) && !known {
        desk.break_off(BreakKind::ClientMoneyMissing, subject(day), test.held.0, test.credits.0);
    }
    beyond(desk, &test, suspense)
}

/// Whose assets stand behind whose margins (I and J of sebi 23 Annexure 3.3), once a day, on the evening's margins.
fn assets(desk: &mut Desk<'_>, day: Day) {
    let (test, _) = snapshot(desk);
    let found = money_test(&test);
    let subject = subject(day);
    for (kind, amount, against) in [
        (BreakKind::OwnMarginUncovered, found.i, test.own_margin),
        (BreakKind::ClientMoneyInMargins, found.j, test.used + test.unused),
    ] {
        let known = desk.firm.breaks.values().any(|b| b.kind == kind);
        if let Some(amount) = amount.filter(|_| !known) {
            desk.break_off(kind, subject, amount.0, against.0);
        }
    }
}

/// What may leave the client system: nothing that is a client's, a third party's, or the clearing corporation's.
/// Nothing is paid to anyone while it is negative. What is promised is still here until the bank has moved it.
pub fn may_leave(desk: &Desk<'_>) -> Paise {
    let (test, suspense) = snapshot(desk);
    beyond(desk, &test, suspense)
}

fn beyond(desk: &Desk<'_>, test: &MoneyTest, suspense: Paise) -> Paise {
    // What lies with the clearing corporation pays nobody: only money in the banks does.
    money_test(test).g - test.collateral - suspense - super::funds::to_be_taken(desk)
}
