//! Entries and facts as sentences, with names in place of rows. Nothing is left out: a fact without a
//! sentence of its own is shown as it stands in the record.

mod dealing;
mod input;
mod settling;

use crate::directory::Directory;
use firm::{Event, Subject, text_of};
use vocab::UserRow;

pub use input::input;

/// One fact.
pub fn event(event: &Event, tail: &[u8], names: &Directory) -> String {
    match event {
        Event::Order(event) => dealing::order(event, names),
        Event::Risk(event) => dealing::risk(event, names),
        Event::Market(event) => dealing::market(event, names),
        Event::Client(event) => dealing::client(event, names),
        Event::Money(event) => settling::money(event, names),
        Event::Stock(event) => settling::stock(event, names),
        Event::Clearing(event) => settling::clearing(event, names),
        Event::Partner(event) => settling::partner(event, names),
        other => house(other, tail, names),
    }
}

fn house(event: &Event, tail: &[u8], names: &Directory) -> String {
    let user = |row: &UserRow| names.user(*row);
    match event {
        Event::Refused(refusal) => format!("refused {}: {refusal}", refusal.code.name()),
        Event::FirmOpened { state, name } => {
            format!("books of {} opened in {state}", crate::directory::plain(text_of(tail, name)))
        }
        Event::BankNamed { account } => format!("{account} bank account named"),
        Event::DematNamed { account, depository } => format!("{account} demat account named at {depository}"),
        Event::UserRegistered { code, role, terminal, .. } => {
            format!("user {code} registered as {role:?}, terminal {terminal}")
        }
        Event::Proposed { by, .. } => format!("proposed by {}: waits for a second person", user(by)),
        Event::ProposalTaken { by, .. } => format!("decided by the second person, {}", user(by)),
        Event::RuleAdopted { row, .. } => match names.rule(*row) {
            Some(rule) => format!("rule row {row} adopted: {rule}"),
            None => format!("rule row {row} adopted"),
        },
        Event::HolidayAdded { day } => format!("{day} is a holiday"),
        Event::DayBegun { day, settlement, policy } => format!(
            "{day} begun, settlement {}; margin {} of buys, {} of sells, allowance {:#}",
            names.number(*settlement), policy.buy, policy.sell, policy.allowance
        ),
        Event::Costed { state, side, levies, tax } => {
            format!("a {side} of a client in {state} costs at most {levies} of its value, and {tax} of its brokerage")
        }
        Event::DayEnded { day } => format!("{day} ended"),
        Event::Armed { due, timer } => format!("timer {timer:?} set for {due}"),
        Event::Disarmed { due, timer } => format!("timer {timer:?} of {due} taken"),
        Event::JobStarted { job } => format!("job {job:?} waits its turn"),
        Event::JobMoved { cursor } => format!("the job goes on from {cursor}"),
        Event::JobEnded => "the job is done".to_owned(),
        Event::Broke { no, kind, subject, ours, theirs } => format!(
            "break {no}: {} (subject {subject}, ours {ours}, theirs {theirs}); owner {}",
            kind.as_str(), kind.owner()
        ),
        Event::Mended { no, by, reason } => format!("break {no} mended by {}, reason {reason}", user(by)),
        Event::AskedAfter { subject } => match subject {
            Subject::Order(no) => format!("no answer: the exchange is asked about order {no}"),
            Subject::Payment(no) => format!("no answer: the bank is asked about payment {no}"),
            Subject::Transfer(no) => format!("no answer: the depository is asked about transfer {no}"),
        },
        other => papers(other, names),
    }
}

fn papers(event: &Event, names: &Directory) -> String {
    match event {
        Event::Noted { note, trade, side, client, brokerage } => {
            format!("{side} trade {trade} of {} stands on note {note}, brokerage {brokerage:#}", names.ucc(*client))
        }
        Event::NoteTaken { year, note, client, settlement, net } => format!(
            "note {year}/{note} of {} for settlement {}: net {net:#}", names.ucc(*client), names.number(*settlement)
        ),
        Event::Charged(c) => format!("note {} of {}: {} {:#}", c.note, names.ucc(c.client), c.head.as_str(), c.amount),
        Event::DirectAsked { settlement, security, client, qty } => format!(
            "asked in settlement {}: {qty:#} {} straight to {}",
            names.number(*settlement), names.symbol(*security), names.ucc(*client)
        ),
        Event::LeviesUploaded { settlement, stt, stamp } => {
            format!("levies of settlement {} told: STT {stt:#}, stamp duty {stamp:#}", names.number(*settlement))
        }
        Event::ReceiptHeld { receipt, amount, .. } => format!("receipt {receipt} of {amount:#} held in suspense"),
        Event::ReceiptReturned { receipt, payment } if payment.0 == 0 => format!("receipt {receipt} stays: its return failed"),
        Event::ReceiptReturned { receipt, payment } => format!("receipt {receipt} goes back by payment {payment}"),
        Event::Receipt { client, amount, utr } => {
            format!("{amount:#} from {}, bank reference {utr}", names.ucc(*client))
        }
        Event::StatementSeen { day, account, closing, lines, agreed } => format!(
            "statement of the {account} account of {day}: closing {closing:#}, {lines} lines, {}",
            if *agreed { "agrees" } else { "differs" }
        ),
        Event::MoneyTested { day, held, collateral, credits, debits, suspense } => format!(
            "client money of {day}: held {held:#}, collateral {collateral:#}, credits {credits:#}, debits {debits:#}, \
             suspense {suspense:#}"
        ),
        Event::Late { client, settlement, due, funds } => format!(
            "late towards {}: {} of settlement {} due {due}",
            names.ucc(*client), if *funds { "money" } else { "shares" }, names.number(*settlement)
        ),
        Event::CoverAsked { settlement, waits } => format!(
            "pay-outs of settlement {} {}",
            names.number(*settlement), if *waits { "wait for own money" } else { "wait no longer" }
        ),
        Event::Crossed { trade, buyer, seller } => {
            format!("trade {trade} crossed: {} bought from {}", names.ucc(*buyer), names.ucc(*seller))
        }
        other => format!("{other:?}"),
    }
}
