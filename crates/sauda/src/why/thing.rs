//! What can be asked about, and how it is written.

use charges::Head;
use std::fmt;
use vocab::{BreakNo, Day, EntryNo, FinancialYear, NoteNo, OrderNo, PaymentNo, SettlementKind, TradeNo, TransferNo, Ucc};

use crate::directory::head_word;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    Order(OrderNo),
    Trade(TradeNo),
    Hold(OrderNo),
    /// One charge of a note, or all of them.
    Charge(FinancialYear, NoteNo, Option<Head>),
    Note(FinancialYear, NoteNo),
    Balance(Ucc),
    /// A client's margin of a day.
    Margin(Ucc, Day),
    /// The kind shares the number with others.
    Obligation(SettlementKind, u32),
    Settlement(SettlementKind, u32),
    Entry(EntryNo),
    Refusal(EntryNo),
    Break(BreakNo),
    Payment(PaymentNo),
    Transfer(TransferNo),
}

const FORMS: &str = "order:12 (or O12), trade:N, hold:12, charge:2026-27/5, charge:2026-27/5/stt, note:2026-27/5, \
                     balance:UCC, margin:UCC/2026-07-01, obligation:2026121, settlement:2026121, settlement:2026121/same-day, entry:123, refusal:123, \
                     break:N, payment:N, transfer:N";

impl Thing {
    /// # Errors
    /// A sentence that names what does not fit and the forms that do.
    pub fn parse(text: &str) -> Result<Thing, String> {
        let refuse = |what: &str| format!("THING `{}`: {what}; it is one of {FORMS}", crate::directory::plain(text));
        if let Some(digits) = text.strip_prefix('O').filter(|d| d.bytes().all(|b| b.is_ascii_digit())) {
            return number(digits).map(|n| Thing::Order(OrderNo(n))).ok_or_else(|| refuse("is no order number"));
        }
        let (kind, which) = text.split_once(':').ok_or_else(|| refuse("has no kind"))?;
        let whole = |digits| number(digits).ok_or_else(|| refuse("wants a whole number from 1"));
        let counted = || whole(which);
        Ok(match kind {
            "order" => Thing::Order(OrderNo(counted()?)),
            "trade" => Thing::Trade(TradeNo(counted()?)),
            "hold" => Thing::Hold(OrderNo(counted()?)),
            "charge" => {
                let (paper, head) = match which.match_indices('/').nth(1) {
                    Some((at, _)) => (&which[..at], Some(&which[at + 1..])),
                    None => (which, None),
                };
                let (year, note) = paper_of(paper).ok_or_else(|| refuse("wants a note as 2026-27/5"))?;
                let head = head.map(|word| head_of(word).ok_or_else(|| refuse("names no charge")));
                Thing::Charge(year, note, head.transpose()?)
            }
            "note" => {
                let (year, note) = paper_of(which).ok_or_else(|| refuse("wants a note as 2026-27/5"))?;
                Thing::Note(year, note)
            }
            "balance" => Thing::Balance(Ucc::parse(which).map_err(|e| refuse(&format!("has a client code that is {e}")))?),
            "margin" => {
                let (ucc, day) = which.split_once('/').ok_or_else(|| refuse("wants a client and a day as ASHA/2026-07-01"))?;
                let ucc = Ucc::parse(ucc).map_err(|e| refuse(&format!("has a client code that is {e}")))?;
                Thing::Margin(ucc, Day::parse(day).map_err(|e| refuse(&format!("has a day that is {e}")))?)
            }
            "obligation" | "settlement" => {
                let (which, word) = which.split_once('/').map_or((which, None), |(number, word)| (number, Some(word)));
                let settled = word.map_or(Some(SettlementKind::Normal), kind_of);
                let settled = settled.ok_or_else(|| refuse("names no kind of settlement"))?;
                let number = u32::try_from(whole(which)?).map_err(|_| refuse("has a number beyond its series"))?;
                match kind == "settlement" {
                    true => Thing::Settlement(settled, number),
                    false if settled.is_gross() => return Err(refuse("is settled trade for trade: nothing of it is netted")),
                    false => Thing::Obligation(settled, number),
                }
            }
            "entry" => Thing::Entry(EntryNo(counted()?)),
            "refusal" => Thing::Refusal(EntryNo(counted()?)),
            "break" => Thing::Break(BreakNo(counted()?)),
            "payment" => Thing::Payment(PaymentNo(counted()?)),
            "transfer" => Thing::Transfer(TransferNo(counted()?)),
            _ => return Err(refuse("is of no known kind")),
        })
    }
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && *n > 0)
}

/// As it is written behind a settlement's number.
fn kind_of(word: &str) -> Option<SettlementKind> {
    Some(match word {
        "same-day" => SettlementKind::SameDay,
        "moved" => SettlementKind::NormalMoved,
        "trade-to-trade" => SettlementKind::TradeToTrade,
        "trade-to-trade-moved" => SettlementKind::TradeToTradeMoved,
        _ => return None,
    })
}

fn paper_of(text: &str) -> Option<(FinancialYear, NoteNo)> {
    let (year, note) = text.split_once('/')?;
    let year = FinancialYear::parse(year).ok()?;
    Some((year, NoteNo(u32::try_from(number(note)?).ok()?)))
}

fn head_of(word: &str) -> Option<Head> {
    Head::ALL.iter().copied().find(|head| head_word(*head) == word)
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Thing::Order(n) => write!(f, "order {n}"),
            Thing::Trade(n) => write!(f, "trade {n}"),
            Thing::Hold(n) => write!(f, "hold of order {n}"),
            Thing::Charge(year, note, None) => write!(f, "charges of note {year}/{note}"),
            Thing::Charge(year, note, Some(head)) => write!(f, "{} of note {year}/{note}", head.as_str()),
            Thing::Note(year, note) => write!(f, "note {year}/{note}"),
            Thing::Balance(ucc) => write!(f, "balance of {ucc}"),
            Thing::Margin(ucc, day) => write!(f, "margin of {ucc} on {day}"),
            Thing::Obligation(SettlementKind::Normal, n) => write!(f, "obligation of settlement {n}"),
            Thing::Obligation(kind, n) => write!(f, "obligation of settlement {n} ({kind})"),
            Thing::Settlement(SettlementKind::Normal, n) => write!(f, "settlement {n}"),
            Thing::Settlement(kind, n) => write!(f, "settlement {n} ({kind})"),
            Thing::Entry(n) => write!(f, "entry {n}"),
            Thing::Refusal(n) => write!(f, "refusal of entry {n}"),
            Thing::Break(n) => write!(f, "break {n}"),
            Thing::Payment(n) => write!(f, "payment {n}"),
            Thing::Transfer(n) => write!(f, "transfer {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_and_nothing_else_does() {
        let year = FinancialYear(2026);
        for (text, thing) in [
            ("O12", Thing::Order(OrderNo(12))),
            ("order:12", Thing::Order(OrderNo(12))),
            ("hold:12", Thing::Hold(OrderNo(12))),
            ("charge:2026-27/5", Thing::Charge(year, NoteNo(5), None)),
            ("charge:2026-27/5/stt", Thing::Charge(year, NoteNo(5), Some(Head::Stt))),
            ("note:2026-27/5", Thing::Note(year, NoteNo(5))),
            ("balance:ASHA", Thing::Balance(Ucc::parse("ASHA").unwrap())),
            ("obligation:2026121", Thing::Obligation(SettlementKind::Normal, 2_026_121)),
            ("obligation:2026121/same-day", Thing::Obligation(SettlementKind::SameDay, 2_026_121)),
            ("settlement:2026121/trade-to-trade", Thing::Settlement(SettlementKind::TradeToTrade, 2_026_121)),
            ("margin:ASHA/2026-07-01", Thing::Margin(Ucc::parse("ASHA").unwrap(), Day::parse("2026-07-01").unwrap())),
            ("entry:123", Thing::Entry(EntryNo(123))),
            ("refusal:123", Thing::Refusal(EntryNo(123))),
        ] {
            assert_eq!(Thing::parse(text), Ok(thing), "{text}");
        }
        for bad in [
            "", "O", "12", "order:", "order:0", "order:-1", "order:+1", "order:1.5", "charge:5", "charge:2026-28/5",
            "charge:2026-27/5/vat", "charge:2026-27/5/", "balance:", "balance:A B", "obligation:99999999999",
            "order:99999999999999999999", "obligation:2026121/", "settlement:2026121/today", "settlement:/same-day",
            "obligation:2026121/trade-to-trade", "fee:1", "O12x", "note:2026-27/",
        ] {
            assert!(Thing::parse(bad).is_err(), "{bad}");
        }
    }
}
