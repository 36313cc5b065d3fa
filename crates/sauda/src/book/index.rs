//! Every book and register the law names: which of ours it is, or why there is none.

use super::gather::Gathered;
use super::{Filter, sheets_of};
use crate::args::{Book, By};
use crate::failure::Failure;
use crate::sheet::{Cell, Sheet};
use crate::state::State;
use clap::ValueEnum;

/// Where a book of the law is.
#[derive(Clone, Copy)]
pub enum Kept {
    As(Book),
    /// What it would hold cannot be made here.
    Nothing(&'static str),
    Later(&'static str),
}

/// A book as the law calls it, and its paragraphs.
pub struct Named {
    pub name: &'static str,
    pub paragraph: &'static str,
    pub kept: Kept,
}

const fn book(name: &'static str, paragraph: &'static str, book: Book) -> Named {
    Named { name, paragraph, kept: Kept::As(book) }
}

/// "SCR" are the Securities Contracts (Regulation) Rules, 1957.
pub const BOOKS: &[Named] = &[
    book("Register of transactions (sauda book)", "SCR 15(1)(a), guide I 3.2(b)(i), I 6.1", Book::Sauda),
    book("Clients' ledger", "SCR 15(1)(b), guide I 3.2(b)(ii)", Book::Clients),
    book("General ledger", "SCR 15(1)(c), guide I 3.2(b)(iii)", Book::General),
    book("Journals", "SCR 15(1)(d), guide I 3.2(b)(iv)", Book::Journal),
    book("Cash book", "SCR 15(1)(e), guide I 3.2(b)(v)", Book::Cash),
    book("Bank pass-book", "SCR 15(1)(f), guide I 3.2(b)(vi)", Book::Bank),
    book("Documents register", "SCR 15(1)(g), guide I 3.2(b)(vii), I 9.13", Book::Documents),
    Named {
        name: "Members' contract books",
        paragraph: "SCR 15(2)(a), guide I 3.2(b)(viii)",
        kept: Kept::Nothing("no contract with another member is made but on the exchange"),
    },
    book("Counterfoils or duplicates of contract notes", "SCR 15(2)(b), guide I 3.2(b)(ix)", Book::Contracts),
    Named {
        name: "Written consents to contracts as principal",
        paragraph: "SCR 15(2)(c), guide I 3.2(b)(x)",
        kept: Kept::Nothing("the firm never deals with a client as principal"),
    },
    book("Margin deposit book", "guide I 3.2(b)(xi)", Book::Deposits),
    book("Registers of accounts of sub-brokers", "guide I 3.2(b)(xii)", Book::Intermediaries),
    book("Agreements with sub-brokers", "guide I 3.2(b)(xiii)-(xiv)", Book::Intermediaries),
    book("Register of securities", "guide I 9.5", Book::Securities),
    book("Trial balance", "guide I 3.2(b)(iii)", Book::Trial),
    book("Bank reconciliation", "guide I 8.12", Book::Reconciliation),
    book("Demat reconciliation", "guide I 9.14", Book::DematReconciliation),
    book("Register of the firm's own accounts", "sebi 23 Annexure 2.1 to 2.3", Book::Accounts),
    book("Register of withheld and unpaid securities", "guide I 9.6", Book::Unpaid),
    book("Register of third parties' money and shares, and of cash refused", "guide I 8.9, I 8.11, I 9.6", Book::ThirdParty),
    book("Closing prices that trades are marked to", "guide I 5.6", Book::Prices),
    book("Daily margin of each client", "guide I 10.4", Book::Margin),
    book("Trades of institutions with custodians", "guide I 7.3(iv), SP Annexure II.2", Book::Custodians),
    book("Back-test of limits and margin", "sebi 24 Annexure II 4.3.5", Book::BackTest),
    book("Modifications of client codes", "sebi 38.2, 38.8", Book::Modifications),
    book("Debits of clients by age", "sebi 23 Annexure 2.6, guide SP Ann II.2", Book::Ageing),
    book("Error account", "sebi 38.5", Book::Error),
    book("Register of clients", "guide I 4.13, sebi 24 Annexure II 4.3.6", Book::ClientRegister),
    book("Register of powers and mandates", "sebi 37.1, 37 Annex 1.1.2", Book::Powers),
    book("Register of changes", "sebi 24 Annexure II 4.3.6, 4.13.2", Book::Changes),
    Named {
        name: "Stock transfer register",
        paragraph: "sebi 23 Annexure 2.4.3",
        kept: Kept::Nothing("no movement from a client to the own account can be made"),
    },
    Named {
        name: "Register of complaints",
        paragraph: "guide II 4.16",
        kept: Kept::Later("complaints: none is taken in yet"),
    },
];

/// The word that asks for a book.
fn word(book: Book) -> String {
    book.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

/// What is kept of what the law names, and how much stands in it.
///
/// # Errors
/// When a book cannot be made.
pub fn sheet(state: &State, gathered: &Gathered, filter: &Filter) -> Result<Sheet, Failure> {
    const COLUMNS: &[&str] = &["Book", "Ask for", "Paragraph", "Lines", "Standing"];
    let mut sheet = Sheet::new("Books and registers", COLUMNS);
    for named in BOOKS {
        let (ask, lines, standing) = match named.kept {
            Kept::As(book) => {
                let lines: usize = sheets_of(book, By::Client, state, gathered, filter)?.iter().map(|s| s.rows.len()).sum();
                let lines = u64::try_from(lines).unwrap_or(u64::MAX);
                (Cell::text(word(book)), Cell::Number(lines), if lines == 0 { "kept, empty" } else { "kept" }.to_owned())
            }
            Kept::Nothing(why) => (Cell::Blank, Cell::Blank, format!("nothing to keep: {why}")),
            Kept::Later(what) => (Cell::Blank, Cell::Blank, format!("later work: {what}")),
        };
        sheet.push(vec![Cell::text(named.name), ask, Cell::text(named.paragraph), lines, Cell::text(standing)]);
    }
    if let Some(day) = gathered.last_day {
        let (first, last) = (gathered.first_day.unwrap_or(day), day);
        sheet.foot.push(format!("all of them read off one journal of {} entries, {first} to {last}", gathered.entries));
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_book_of_the_program_is_one_the_law_names() {
        for book in Book::value_variants().iter().filter(|b| **b != Book::Index) {
            assert!(BOOKS.iter().any(|n| matches!(n.kept, Kept::As(b) if b == *book)), "{book:?} is not in the list");
        }
        for named in BOOKS {
            assert!(!named.paragraph.is_empty() && BOOKS.iter().filter(|n| n.name == named.name).count() == 1, "{}", named.name);
        }
    }
}
