//! The firm's own cash as margin with the clearing corporation: out of its own account and back to it, never a client's
//! (sebi 26.1.1). It lies in a deposit of the own account's, apart from what clients deposited.

use super::desk::Desk;
use super::{collateral, funds, margins, setup};
use crate::{BankRef, BreakKind, Code, Event, Refusal};
use books::{Account, Cause};
use margin::{Deposit, Event as Margin, Form};
use partners::PaymentKind;
use vocab::{BankAccount, DepositNo, Paise, PaymentNo, Qty};

/// Own money that is there and not promised elsewhere leaves for the corporation.
pub fn place(desk: &mut Desk<'_>, amount: Paise) -> Result<(), Refusal> {
    setup::positive(amount)?;
    // The deposit is the own account's.
    if setup::own_client(desk.firm).is_none() {
        return Err(Refusal::of(Code::UnknownClient, [0]));
    }
    let there = funds::left_in(desk, BankAccount::Own);
    if amount > there {
        return Err(Refusal::of(Code::OwnMoneyShort, [amount.0, there.at_least_zero().0]));
    }
    desk.pay(PaymentKind::ToCorporation, amount, 0, None, None);
    Ok(())
}

/// The bank moved it: it stands for the firm's margins from now on.
pub fn placed(desk: &mut Desk<'_>, payment: PaymentNo, amount: Paise) {
    let client = setup::own_client(desk.firm).expect("an own account, which is for ever");
    let (no, received, paper) = (desk.firm.margin.next_no(), desk.day(), u32::try_from(payment.0).unwrap_or(u32::MAX));
    let deposit = Deposit {
        client, form: Form::Cash, security: None, qty: Qty::ZERO, amount, funded: amount, good_until: None, received,
        value: Paise::ZERO, lodged: false, leaving: false,
    };
    collateral::enter(desk, &deposit, paper);
    desk.push(Margin::Lodged { no, on: true });
    margins::lodging(desk, amount);
}

/// Asked back whole, where what is left covers the margins of the last evening.
pub fn recall(desk: &mut Desk<'_>, no: DepositNo, deposit: &Deposit) -> Result<(), Refusal> {
    let (lodged, sums) = (desk.firm.margin.lodged(deposit.client), desk.firm.margin.last_sums());
    let (rest, cash) = (lodged.sum() - deposit.value, lodged.cash_like - deposit.value);
    let need = sums.var + sums.elm + sums.mtm - sums.covered;
    if rest < need {
        return Err(Refusal::of(Code::DepositStandsFor, [i64::from(no.0), rest.0, need.0]));
    }
    // Mark to market is met out of cash and what counts as cash alone (guide I 5.7).
    if cash < sums.mtm {
        return Err(Refusal::of(Code::DepositStandsFor, [i64::from(no.0), cash.0, sums.mtm.0]));
    }
    desk.push(Margin::Lodged { no, on: false });
    collateral::worthless(desk, no, deposit);
    desk.push(Margin::Recalled { no });
    Ok(())
}

/// It came: as much as was asked back, or a difference that stays on the deposit's account until somebody looks.
pub fn came(desk: &mut Desk<'_>, no: DepositNo, amount: Paise) {
    let asked = desk.firm.margin.deposit(no).copied().filter(|it| it.form == Form::Cash && it.leaving);
    let day = desk.day();
    let voucher = desk.voucher(Cause::OwnDepositBack, u64::from(no.0), day, None);
    desk.transfer_between(&voucher, (Account::OwnBank, 0), (Account::OwnDeposit, 0), amount);
    desk.push(Event::BankBooked { account: BankAccount::Own, reference: BankRef::Deposit(no), amount });
    let ours = asked.map_or(Paise::ZERO, |it| it.amount);
    if ours != amount {
        desk.break_off(BreakKind::CashBackDiffers, u64::from(no.0), ours.0, amount.0);
    }
    if asked.is_some() {
        desk.push(Margin::Returned { no, day });
    }
}
