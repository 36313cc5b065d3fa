//! Entries and facts as sentences, with names in place of rows. Nothing is left out: a fact without a
//! sentence of its own is shown as it stands in the record.

mod access;
mod correcting;
mod dealing;
mod input;
mod margin;
mod people;
mod powers;
mod settling;

use crate::directory::Directory;
use firm::{BreakKind, Event, Names, Subject, text_of};
use vocab::{BreakNo, UserRow};

pub use correcting::ask as correction;
pub use dealing::{deviation, holder, policy, row_of_plan};
pub use input::input;
pub use powers::{authority, purposes};

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
        Event::Margin(event) => margin::margin(event, names),
        Event::Intermediary(event) => people::intermediary(event, names),
        Event::Correction(event) => correcting::event(event, names),
        Event::Lien(event) => settling::lien(event, names),
        Event::Mandate(event) => powers::event(event, names),
        Event::Access(event) => access::event(event, names),
        other => house(other, tail, names),
    }
}

/// One of the firm's own accounts.
pub fn house_account(account: firm::HouseAccount) -> String {
    match account {
        firm::HouseAccount::Bank(account) => format!("{account} bank account"),
        firm::HouseAccount::Demat(account, depository) => format!("{account} demat account at {depository}"),
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
        Event::AccountNumbered { account, number } => format!("{} is number …{:04}", house_account(*account), number.last_four()),
        Event::AccountsCompared { depository, listed, differ } => {
            format!("the firm's accounts compared with the {listed} on the list of {depository}: {differ} differences")
        }
        Event::AccountClosed { account, paper } => format!("{} closed, paper {paper}", house_account(*account)),
        Event::AccountTold { account, closed, letter } => format!(
            "the exchanges told that the {} was {}, letter {letter}", house_account(*account), if *closed { "closed" } else { "opened" }
        ),
        Event::UserRegistered { code, role, terminal, .. } => {
            format!("user {code} registered as {role:?}, terminal {terminal}")
        }
        Event::AppAddressed { app, redirect, .. } => {
            format!("app {app} sends its users back to {}", crate::directory::plain(text_of(tail, redirect)))
        }
        Event::UserAppointed { user: row, role } => format!("{} is {role:?}", user(row)),
        Event::ProposalLapsed { by, .. } => format!("what {} proposed lapses: nobody agreed in time", user(by)),
        Event::Proposed { by, .. } => format!("proposed by {}: waits for a second person", user(by)),
        Event::ProposalTaken { by, .. } => format!("decided by the second person, {}", user(by)),
        Event::RuleAdopted { row, .. } => match names.rule(*row) {
            Some(rule) => format!("rule row {row} adopted: {rule}"),
            None => format!("rule row {row} adopted"),
        },
        Event::HolidayAdded { day } => format!("{day} is a holiday"),
        Event::ExchangeHolidayAdded { venue, day } => format!("{day} is a holiday of {venue}"),
        Event::SessionAdded { venue, day } => format!("{venue} trades on {day}"),
        Event::SessionTimed { venue, day, open, close } => format!("{venue} trades on {day} from {open} to {close}"),
        Event::DayBegun { day, settlement, cleared_by, policy } => format!(
            "{day} begun, settlement {}{}; margin {} of buys, {} of sells, allowance {:#}",
            names.number(*settlement), cleared_by.map_or(String::new(), |by| format!(" of all exchanges with {by}")), policy.buy, policy.sell, policy.allowance
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
        Event::Broke { no, kind, subject, ours, theirs } => broken(*no, *kind, (*subject, *ours, *theirs), names),
        Event::FileReissued { venue, day, issue } => format!("trade file of {venue} of {day} issued anew, issue {issue}"),
        Event::Superseded { no, issue } => format!("break {no} was a difference with a file before issue {issue}"),
        Event::FileTaken { no, trade, by, paper, .. } => {
            format!("the exchange's file is taken at its word, trade {trade}, break {no}, by {} on paper {paper}", user(by))
        }
        Event::Mended { no, by, reason } => format!("break {no} mended by {}, reason {reason}", user(by)),
        Event::AskedAfter { subject } => match subject {
            Subject::Order(no) => format!("no answer: the exchange is asked about order {no}"),
            Subject::Payment(no) => format!("no answer: the bank is asked about payment {no}"),
            Subject::Transfer(no) => format!("no answer: the depository is asked about transfer {no}"),
        },
        other => papers(other, names),
    }
}

/// A break: what differs, about what, both halves in their own measure, and who looks at it.
pub fn broken(no: BreakNo, kind: BreakKind, (subject, ours, theirs): (u64, i64, i64), names: &impl Names) -> String {
    let (ours, theirs) = kind.figures(ours, theirs, names);
    let (what, owner) = (kind.as_str(), kind.owner());
    format!("break {no}: {what} ({}, ours {ours}, theirs {theirs}); owner {owner}", kind.subject(subject, names))
}

fn papers(event: &Event, names: &Directory) -> String {
    match event {
        Event::Noted { note, trade, side, client, brokerage } => {
            format!("{side} trade {trade} of {} stands on note {note}, brokerage {brokerage:#}", names.ucc(*client))
        }
        Event::NoteTaken { year, note, client, settlement, net } => format!(
            "note {year}/{note} of {} for settlement {}: net {net:#}", names.ucc(*client), names.number(*settlement)
        ),
        Event::NoteCancelled { year, note, client, reason, .. } => {
            format!("note {year}/{note} of {} cancelled, reason {reason}", names.ucc(*client))
        }
        Event::NoteReplaces { year, note, cancelled } => {
            format!("note {year}/{note} stands in place of the cancelled note {year}/{cancelled}")
        }
        Event::Charged(c) => format!("note {} of {}: {} {:#}", c.note, names.ucc(c.client), c.head.as_str(), c.amount),
        Event::DirectAsked { settlement, security, client, qty } => format!(
            "asked in settlement {}: {qty:#} {} straight to {}",
            names.number(*settlement), names.symbol(*security), names.ucc(*client)
        ),
        Event::LeviesUploaded { settlement, stt, stamp } => {
            format!("levies of settlement {} told: STT {stt:#}, stamp duty {stamp:#}", names.number(*settlement))
        }
        Event::ReceiptHeld { receipt, amount, .. } => format!("receipt {receipt} of {amount:#} held in suspense"),
        Event::DividendHeld { receipt, amount, .. } => format!("receipt {receipt}, {amount:#} of a dividend on a third party's shares, held in suspense"),
        Event::ReceiptReturned { receipt, payment } if payment.0 == 0 => format!("receipt {receipt} stays: its return failed"),
        Event::ReceiptReturned { receipt, payment } => format!("receipt {receipt} goes back by payment {payment}"),
        Event::SharesHeld { inward, account, depository, security, qty, .. } => format!(
            "{qty:#} {} held for nobody on the {account} account at {depository}, number {inward}", names.symbol(*security)
        ),
        Event::SharesReturning { inward } => format!("third-party shares {inward} asked to go back"),
        Event::SharesReturned { inward, qty } => format!("{qty:#} of third-party shares {inward} went back"),
        Event::SharesStay { inward, under } => format!("the rest of third-party shares {inward} stays, number {under}"),
        Event::Receipt { client, amount, utr } => {
            format!("{amount:#} from {}, bank reference {utr}", names.ucc(*client))
        }
        Event::StatementSeen { day, account, closing, lines, agreed } => format!(
            "statement of the {account} account of {day}: closing {closing:#}, {lines} lines, {}",
            if *agreed { "agrees" } else { "differs" }
        ),
        Event::DematCompared { account, depository, security, ours, theirs } => format!(
            "{} in the {account} account at {depository}: register {ours:#}, statement {theirs:#}", names.symbol(*security)
        ),
        Event::DematStated { day, depository, missing, open } => format!(
            "statement of {depository} of {day} is whole: {missing} lines of the register not shown, {open} differences open"
        ),
        Event::MoneyTested { day, held, collateral, credits, debits, suspense } => format!(
            "client money of {day}: held {held:#}, collateral {collateral:#}, credits {credits:#}, debits {debits:#}, \
             suspense {suspense:#}"
        ),
        Event::Late { client, settlement, due, funds } => format!(
            "late towards {}: {} of settlement {} due {due}",
            names.ucc(*client), if *funds { "money" } else { "shares" }, names.number(*settlement)
        ),
        Event::CreditDue { client, amount, due } => {
            format!("{amount:#} of {} is to be with him by {due}", names.ucc(*client))
        }
        Event::CreditLate { client, amount, due } => {
            format!("late towards {}: {amount:#} due {due}", names.ucc(*client))
        }
        Event::CoverAsked { settlement, waits } => format!(
            "pay-outs of settlement {} {}",
            names.number(*settlement), if *waits { "wait for own money" } else { "wait no longer" }
        ),
        Event::Crossed { trade, buyer, seller } => {
            format!("trade {trade} crossed: {} bought from {}", names.ucc(*buyer), names.ucc(*seller))
        }
        other => desk(other, names),
    }
}

/// What waits for a person, and what is done with positions of the day.
fn desk(event: &Event, names: &Directory) -> String {
    match event {
        Event::Referred(p) => format!(
            "order {} of those that wait: {} {} {:#} {} by {}",
            p.order, names.ucc(p.client), p.side, p.qty, names.symbol(p.security), names.user(p.user)
        ),
        Event::ReferralReason { referral, refusal, .. } => format!("{referral} waits: {refusal}"),
        Event::ReferralEnded { referral, answer, by, reason, order } => {
            let by = by.map_or_else(|| "the session's end".to_owned(), |by| names.user(by));
            let order = if order.0 == 0 { String::new() } else { format!(": order {order}") };
            format!("{referral}, which waited: {answer:?} by {by}, reason {reason}{order}")
        }
        Event::Converted { client, security, venue, qty, to } => {
            format!("{qty:#} {} of {} at {venue} are {to} from now on", names.symbol(*security), names.ucc(*client))
        }
        Event::Carried { client, security, venue, qty, margin, lacking } => format!(
            "{qty:#} {} of {} could not be closed within the day at {venue} and are delivered: margin {margin:#}, {lacking:#} lacking",
            names.symbol(*security), names.ucc(*client)
        ),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::{ClientRow, SecurityRow, SettlementRow, Symbol, Ucc};

    struct Known;

    impl Names for Known {
        fn ucc_of(&self, _: ClientRow) -> Option<Ucc> {
            Ucc::parse("ASHA").ok()
        }

        fn symbol_of(&self, _: SecurityRow) -> Option<Symbol> {
            Symbol::parse("INFY").ok()
        }

        fn number_of(&self, _: SettlementRow) -> Option<u32> {
            Some(2_026_001)
        }
    }

    /// Each kind about thing 2, with 1,23,400 of ours and -500 of theirs, as `why` and the end of a day print it.
    #[test]
    fn every_break_names_its_thing_and_measures_both_halves() {
        let all = |names: &dyn Fn(BreakKind) -> String| BreakKind::ALL.iter().map(|k| names(*k) + "\n").collect::<String>();
        let said = all(&|kind| broken(BreakNo(1), kind, (2, 123_400, -500), &Known));
        if std::env::var_os("BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/say/breaks.txt");
            return std::fs::write(path, said).expect("a list to write");
        }
        assert_eq!(said, include_str!("breaks.txt"), "\n{said}");
        let nobody = Directory::new();
        let event = |kind| Event::Broke { no: BreakNo(1), kind, subject: 2, ours: 123_400, theirs: -500 };
        let told = all(&|kind| super::event(&event(kind), &[], &nobody));
        assert_eq!(told, all(&|kind| broken(BreakNo(1), kind, (2, 123_400, -500), &nobody)));
    }

    #[test]
    fn what_has_no_name_is_said_by_its_number() {
        let nobody = Directory::new();
        let said = |kind, subject| broken(BreakNo(1), kind, (subject, 0, -1), &nobody);
        assert!(said(BreakKind::ObligationRow, 7).contains("(security 7, ours 0, theirs -1)"));
        assert!(said(BreakKind::ObligationRow, u64::MAX).contains("(an unknown security, ours 0, theirs -1)"));
        assert!(said(BreakKind::ObligationFunds, 7).contains("(settlement row 7, ours 0.00, theirs -0.01)"));
        assert!(said(BreakKind::CodeDiffers, 7).contains("(trade 7, ours client 0, theirs nobody)"));
        assert!(said(BreakKind::PaymentUnknown, 7).contains("(payment 7, ours 0.00, theirs code -1)"));
        assert!(said(BreakKind::UnknownPayer, 7).contains("(account 7, ours 0.00, theirs -0.01)"));
    }
}
