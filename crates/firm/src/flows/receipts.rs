//! Money that comes in: from a client's own registered account in his own name, or into suspense.

use super::desk::Desk;
use crate::{BankRef, BreakKind, Code, Event, Refusal};
use books::{Account, Cause};
use partners::PaymentKind;
use vocab::{AccountToken, BankAccount, Code as Text, Paise};

/// A lakh crore rupees: more than this in one movement is an error of who tells it, and would outgrow the books.
pub const MOST: Paise = Paise::rupees(1_000_000_000_000);

/// A credit on one of the firm's accounts (sebi 29.2, 30.1.2; guide I 8.11).
pub fn credited(
    desk: &mut Desk<'_>, account: BankAccount, amount: Paise, from: AccountToken, name: AccountToken, utr: Text<22>,
) {
    if !amount.is_positive() {
        return desk.break_off(BreakKind::UnknownPayer, u64::from(account.number()), 0, amount.0);
    }
    if amount > MOST {
        return desk.break_off(BreakKind::Implausible, u64::from(account.number()), 0, amount.0);
    }
    let client = desk.firm.clients.payer(&from, name);
    let bank = super::payout::bank_account(account);
    let day = desk.day();
    desk.push(Event::BankBooked { account, reference: BankRef::Credit(utr), amount });
    match (account, client) {
        (BankAccount::Client, Some(client)) => {
            desk.push(Event::Receipt { client, amount, utr });
            let voucher = desk.voucher(Cause::Receipt, u64::from(client.0), day, None);
            desk.transfer_between(&voucher, (bank, 0), (Account::Client, client.0), amount);
            super::unpaid::paid(desk, client, amount);
        }
        (BankAccount::Client, None) => hold(desk, account, amount, from),
        // Clients' money does not come on the settlement or own account: found, and held apart.
        (BankAccount::Settlement | BankAccount::Own, _) => {
            desk.break_off(BreakKind::UnknownPayer, u64::from(account.number()), 0, amount.0);
            hold(desk, account, amount, from);
        }
    }
}

/// Third-party money: no client's ledger, no trading limit, to be returned.
fn hold(desk: &mut Desk<'_>, account: BankAccount, amount: Paise, from: AccountToken) {
    let receipt = desk.firm.next_receipt;
    desk.push(Event::ReceiptHeld { receipt, account, amount, from });
    let bank = super::payout::bank_account(account);
    let day = desk.day();
    let voucher = desk.voucher(Cause::ThirdParty, u64::from(receipt), day, None);
    desk.transfer_between(&voucher, (bank, 0), (Account::Suspense, receipt), amount);
}

/// Back to the account it came from, and to no other.
pub fn give_back(desk: &mut Desk<'_>, receipt: u32) -> Result<(), Refusal> {
    let known = desk.firm.receipts.get(&receipt).ok_or(Refusal::of(Code::UnknownReceipt, [i64::from(receipt)]))?;
    if known.returning.is_some() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    let kind = match known.account {
        BankAccount::Client => PaymentKind::Return,
        BankAccount::Settlement => PaymentKind::ReturnFromSettlement,
        BankAccount::Own => PaymentKind::ReturnFromOwn,
    };
    let payment = desk.pay(kind, known.amount, receipt, Some(known.from), None);
    desk.push(Event::ReceiptReturned { receipt, payment });
    Ok(())
}
