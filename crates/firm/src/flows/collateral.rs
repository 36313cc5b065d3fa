//! What clients and the firm deposit as margin, what it is worth, and the margins of the day's securities.

use super::desk::Desk;
use super::setup;
use crate::{BreakKind, Code, Event, Firm, Job, RateRow, Refusal};
use books::StockEvent;
use margin::{Deposit, Event as Margin, Form, Rated, worth};
use rulebook::{MarginPolicy, NoRule, RuleName, UpfrontMethod};
use vocab::{ClientRow, Day, DepositNo, Paise, Price, Qty, Rate, SecurityRow};

/// Deposits valued in one step.
const DEPOSITS: u32 = 256;

/// A receipt or a guarantee comes over the counter (guide I 5.10).
#[allow(clippy::too_many_arguments)]
pub fn take(
    desk: &mut Desk<'_>, client: ClientRow, form: Form, amount: Paise, funded: Paise, good_until: Day, paper: u32,
) -> Result<(), Refusal> {
    desk.firm.clients.known(client)?;
    setup::positive(amount)?;
    let behind = match form {
        Form::DepositReceipt => funded == amount,
        Form::Guarantee => !funded.is_negative() && funded <= amount,
        // Shares are pledged with the depository, which tells us.
        Form::Securities => false,
        // Clients' money is in the ledger; the firm's own is placed with the corporation.
        Form::Cash => false,
    };
    if !behind || good_until < desk.day() {
        return Err(Refusal::of(Code::BadDeposit, [amount.0, funded.0, i64::from(good_until.0)]));
    }
    let deposit = Deposit {
        client, form, security: None, qty: Qty::ZERO, amount, funded, good_until: Some(good_until),
        received: desk.day(), value: Paise::ZERO, lodged: false, leaving: false,
    };
    enter(desk, &deposit, paper);
    Ok(())
}

/// The depository says that a client pledged shares to the firm.
pub fn pledged(desk: &mut Desk<'_>, client: ClientRow, security: SecurityRow, qty: Qty, paper: u32) {
    let free = desk.firm.stock.free(client, security);
    if !qty.is_positive() || qty > free || desk.firm.clients.get(client).is_none() {
        return desk.break_off(BreakKind::PledgeDiffers, u64::from(security.0), free.0, qty.0);
    }
    let deposit = Deposit {
        client, form: Form::Securities, security: Some(security), qty, amount: Paise::ZERO, funded: Paise::ZERO,
        good_until: None, received: desk.day(), value: Paise::ZERO, lodged: false, leaving: false,
    };
    // What is pledged cannot be sold.
    desk.push(StockEvent::Pledged { client, security, qty });
    enter(desk, &deposit, paper);
}

pub fn enter(desk: &mut Desk<'_>, deposit: &Deposit, paper: u32) {
    let no = desk.firm.margin.next_no();
    let Deposit { client, form, security, qty, amount, funded, good_until, received: day, .. } = *deposit;
    desk.push(Margin::Deposited { no, client, form, security, qty, amount, funded, good_until, paper, day });
    value(desk, no, deposit);
}

/// Placed with the clearing corporation, or taken back from it. A client's only with his authority (sebi 26.1.2).
pub fn lodge(desk: &mut Desk<'_>, no: DepositNo, on: bool) -> Result<(), Refusal> {
    let deposit = known(desk.firm, no)?;
    let client = desk.firm.clients.known(deposit.client)?;
    if on && !client.is_own() && client.collateral_authority.is_none() {
        return Err(Refusal::of(Code::NoCollateralAuthority, [i64::from(deposit.client.0)]));
    }
    if deposit.lodged == on || deposit.leaving {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    if deposit.form == Form::Cash {
        return super::own_cash::recall(desk, no, &deposit);
    }
    desk.push(Margin::Lodged { no, on });
    if client.is_own() && deposit.form.is_cash_like() {
        super::margins::lodging(desk, if on { deposit.value } else { -deposit.value });
    }
    Ok(())
}

fn known(firm: &Firm, no: DepositNo) -> Result<Deposit, Refusal> {
    firm.margin.deposit(no).copied().ok_or(Refusal::of(Code::UnknownDeposit, [i64::from(no.0)]))
}

/// A deposit goes back to its owner, if his orders and trades do without it. Two persons release it.
pub fn give_back(desk: &mut Desk<'_>, no: DepositNo) -> Result<(), Refusal> {
    let deposit = known(desk.firm, no)?;
    if deposit.leaving {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    if deposit.lodged {
        return Err(Refusal::of(Code::DepositLodged, [i64::from(no.0)]));
    }
    if !desk.firm.is_own(deposit.client) {
        let used = desk.firm.risk.client(deposit.client);
        let free = desk.firm.books.client(deposit.client).free() - used.held - used.committed;
        if free < deposit.value && deposit.value.is_positive() {
            return Err(Refusal::of(Code::DepositNeeded, [deposit.value.0, free.at_least_zero().0]));
        }
    }
    worthless(desk, no, &deposit);
    match deposit.form {
        // The depository ends the pledge, and says so.
        Form::Securities => desk.push(Margin::Leaving { no }),
        // Cash lies with the corporation until it comes back.
        Form::DepositReceipt | Form::Guarantee | Form::Cash => {
            let day = desk.day();
            desk.push(Margin::Returned { no, day });
        }
    }
    Ok(())
}

/// What is on its way back counts nothing.
pub fn worthless(desk: &mut Desk<'_>, no: DepositNo, deposit: &Deposit) {
    count(desk, no, deposit, (Price::ZERO, Rate::WHOLE, Paise::ZERO));
}

/// The depository ended a pledge: the shares are the client's to sell again.
pub fn unpledged(desk: &mut Desk<'_>, no: DepositNo) {
    let Some(deposit) = desk.firm.margin.deposit(no).copied().filter(|d| d.leaving) else {
        return desk.break_off(BreakKind::PledgeUnknown, u64::from(no.0), 0, 0);
    };
    let day = desk.day();
    desk.push(Margin::Returned { no, day });
    if let Some(security) = deposit.security {
        let (client, qty) = (deposit.client, -deposit.qty);
        desk.push(StockEvent::Pledged { client, security, qty });
    }
}

/// What a deposit is worth today, with the price and the haircut it was worked out from.
fn today(firm: &Firm, deposit: &Deposit, day: Day) -> (Price, Rate, Paise) {
    let house = |name| firm.rules.rate(name, day).map_or(Rate::WHOLE, |(_, rate)| rate);
    let (price, haircut) = match (deposit.form, deposit.security) {
        (Form::DepositReceipt, _) => (None, house(RuleName::HouseHaircutDepositReceipt)),
        (Form::Guarantee, _) => (None, house(RuleName::HouseHaircutGuarantee)),
        (Form::Cash, _) => (None, Rate::ZERO),
        (Form::Securities, security) => {
            let close = security.and_then(|s| latest_close(firm, s, day));
            // Not on the clearing corporation's list of the day: it counts nothing (guide I 5.10).
            let listed = security.and_then(|s| firm.margin.rated(s, day)).and_then(|rated| rated.haircut);
            (close, listed.map_or(Rate::WHOLE, |listed| listed.max(house(RuleName::HouseHaircutSecurities))))
        }
    };
    (price.unwrap_or(Price::ZERO), haircut, worth(deposit.gross(price, day), haircut))
}

/// The latest close on or before a day.
pub fn latest_close(firm: &Firm, security: SecurityRow, day: Day) -> Option<Price> {
    firm.market.last_close(security, day).map(|close| close.close)
}

fn value(desk: &mut Desk<'_>, no: DepositNo, deposit: &Deposit) {
    let figures = today(desk.firm, deposit, desk.day());
    if figures.2 != deposit.value {
        count(desk, no, deposit, figures);
    }
}

/// A new worth, and what its owner's orders are backed with from now on. The own account is bound by nothing here.
fn count(desk: &mut Desk<'_>, no: DepositNo, deposit: &Deposit, (price, haircut, value): (Price, Rate, Paise)) {
    desk.push(Margin::Valued { no, price, haircut, value });
    let (client, amount) = (deposit.client, value - deposit.value);
    if !amount.is_zero() && !desk.firm.is_own(client) {
        desk.push(risk::Event::Backed { client, amount });
    }
}

/// Every deposit is valued anew each day, when it begins and when the day's list comes.
pub fn revalue(desk: &mut Desk<'_>, cursor: u32) {
    let (firm, mut done) = (desk.firm, 0u32);
    for (no, deposit) in firm.margin.deposits_from(DepositNo(cursor)) {
        if done >= DEPOSITS {
            return desk.push(Event::JobMoved { cursor: no.0 });
        }
        done = done.saturating_add(1);
        value(desk, no, deposit);
    }
    desk.push(Event::JobEnded);
}

/// How the day finds a security's margin: the method, the flat rate, and what the firm asks above either.
pub struct Upfront {
    pub method: UpfrontMethod,
    pub flat: Rate,
    extra: Rate,
}

impl Upfront {
    /// None in the eras in which the member's own policy decides.
    pub fn of(firm: &Firm, day: Day) -> Result<Option<Upfront>, NoRule> {
        let rules = &firm.rules;
        match rules.choice::<MarginPolicy>(RuleName::MarginPolicy, day)?.1 {
            MarginPolicy::Member | MarginPolicy::Reported => Ok(None),
            MarginPolicy::Upfront => {
                let method = rules.choice::<UpfrontMethod>(RuleName::HouseUpfrontMethod, day)?.1;
                let flat = rules.rate(RuleName::UpfrontFlatMargin, day)?.1;
                let extra = rules.rate(RuleName::HouseExtraMargin, day)?.1;
                Ok(Some(Upfront { method, flat: sum(flat, extra), extra }))
            }
        }
    }

    /// The margin a rated security asks for where it is another than the day's flat one.
    fn margin(&self, rated: &Rated) -> Option<Rate> {
        let by_risk = sum(sum(rated.var, rated.elm), self.extra);
        match self.method {
            UpfrontMethod::Flat => None,
            UpfrontMethod::ByRisk => Some(by_risk),
            UpfrontMethod::Higher => (by_risk > self.flat).then_some(by_risk),
        }
    }
}

fn sum(a: Rate, b: Rate) -> Rate {
    Rate(a.0.saturating_add(b.0))
}

/// What each security asks for, put where an order reads it.
pub fn margins(desk: &mut Desk<'_>, day: Day, upfront: &Upfront) {
    let firm = desk.firm;
    for (security, rated) in firm.margin.rates(day) {
        if let Some(margin) = upfront.margin(rated) {
            desk.push(market::Event::Margined { security, day, margin });
        }
    }
}

/// The clearing corporation's rates for a day, and its list of approved securities.
pub fn rates(desk: &mut Desk<'_>, day: Day, rows: &[RateRow]) {
    let firm = desk.firm;
    let begun = firm.day == Some(day);
    // A day that began had its rules.
    let upfront = if begun { Upfront::of(firm, day).ok().flatten() } else { None };
    for row in rows {
        let RateRow { security, var, elm, haircut } = *row;
        let fits = |rate: Rate| (0..=Rate::WHOLE.0).contains(&rate.0);
        if firm.market.security(security).is_none() || !fits(var) || !fits(elm) || !haircut.is_none_or(fits) {
            desk.break_off(BreakKind::MarginRate, u64::from(security.0), 0, var.0);
            continue;
        }
        let rated = Rated { day, var, elm, haircut };
        desk.push(Margin::Rated { security, rated });
        if let Some(margin) = upfront.as_ref().and_then(|it| it.margin(&rated)) {
            desk.push(market::Event::Margined { security, day, margin });
        }
    }
    if begun && !firm.jobs.iter().any(|(job, cursor)| *job == Job::Revalue && *cursor == 0) {
        desk.start(Job::Revalue);
    }
}
