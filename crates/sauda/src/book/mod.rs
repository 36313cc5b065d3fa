//! `sauda book`: the books and registers, read off the journal (guide I 3.2, I 6.1, I 9.5).

mod contracts;
mod accounts;
mod ageing;
mod backtest;
mod corrections;
mod custodians;
mod documents;
mod demat;
mod gather;
mod index;
mod ledger;
mod margin;
mod money;
mod people;
mod powers;
mod prices;
mod reconciliation;
mod sauda;
mod securities;
mod third_party;
mod unpaid;

use crate::args::{Book, BookArgs, By, Format};
use crate::directory::Directory;
use crate::failure::Failure;
use crate::sheet::Sheet;
use crate::workbook::workbook;
use crate::state::State;
use gather::{Gathered, View, gather};
use ledger::{Form, Ledger, Touching};
pub use money::{account_name, narration};
use std::fs;
use std::path::Path;
use vocab::{ClientRow, Day, Venue};

/// Which lines are wanted: of one client, within posting days.
#[derive(Clone, Copy, Default)]
pub struct Filter {
    pub client: Option<ClientRow>,
    /// Of one exchange: lines of its set of books, or trades made on it.
    pub exchange: Option<Venue>,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

impl Filter {
    pub fn is_before(&self, day: Day) -> bool {
        self.from.is_some_and(|from| day < from)
    }

    pub fn is_after(&self, day: Day) -> bool {
        self.to.is_some_and(|to| day > to)
    }

    pub fn takes(&self, day: Day) -> bool {
        !self.is_before(day) && !self.is_after(day)
    }

    pub fn is_of(&self, client: ClientRow) -> bool {
        self.client.is_none_or(|wanted| wanted == client)
    }

    pub fn is_on(&self, venue: Venue) -> bool {
        self.exchange.is_none_or(|wanted| wanted == venue)
    }

    /// The days as a heading says them.
    fn words(&self, directory: &Directory) -> String {
        let mut words = String::new();
        if let Some(client) = self.client {
            words.push_str(&format!(", client {}", directory.ucc(client)));
        }
        if let Some(exchange) = self.exchange {
            words.push_str(&format!(", {exchange}"));
        }
        if let Some(from) = self.from {
            words.push_str(&format!(", from {from}"));
        }
        if let Some(to) = self.to {
            words.push_str(&format!(", to {to}"));
        }
        words
    }
}

/// # Errors
/// [`Failure::Refused`] for an unknown client, days that run backwards, a file that cannot be written, or a state
/// that does not read.
pub fn run(args: &BookArgs, out: &mut String) -> Result<(), Failure> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(Failure::refused(format!("--from {from} lies after --to {to}")));
    }
    if args.format == Format::Xlsx && args.output.is_none() {
        return Err(Failure::refused("--output: a workbook wants a file to go to"));
    }
    if args.adjusted && args.book != Book::Prices {
        return Err(Failure::refused("--adjusted: only closing prices are; ask for `sauda book prices`"));
    }
    if args.client.is_some() && args.book == Book::Prices {
        return Err(Failure::refused("--client: closing prices are of no client; ask for them without"));
    }
    let state = State::open(&args.dir)?;
    let gathered = gather(&state, View { known: args.known, by_value: args.by_value, adjusted: args.adjusted })?;
    let client = match args.client {
        None => None,
        Some(ucc) => match gathered.directory.client_of(&ucc) {
            Some(row) => Some(row),
            None => return Err(Failure::refused(format!("--client {ucc}: no client has this code"))),
        },
    };
    if args.exchange.is_some() && !is_by_exchange(args.book) {
        return Err(Failure::refused("--exchange: this register is one for both exchanges; ask for it without"));
    }
    let mut gathered = gathered;
    if let Some(exchange) = args.exchange {
        gathered.lines.retain(|line| line.posting.venue == exchange);
    }
    let filter = Filter { client, exchange: args.exchange, from: args.from, to: args.to };
    let bytes = match args.format {
        Format::Hledger => ledger(args.book, &gathered, &filter)?.write(Form::Hledger).into_bytes(),
        Format::Beancount => ledger(args.book, &gathered, &filter)?.write(Form::Beancount).into_bytes(),
        Format::Table | Format::Csv | Format::Xlsx => written(args, &sheets(args, &state, &gathered, &filter)?)?,
    };
    match &args.output {
        Some(path) => keep(path, &bytes),
        None => {
            out.push_str(&String::from_utf8_lossy(&bytes));
            Ok(())
        }
    }
}

/// Whether an exchange has such a book of its own: its set of money books, and what is a list of trades.
const fn is_by_exchange(book: Book) -> bool {
    match book {
        Book::Sauda
        | Book::Clients
        | Book::General
        | Book::Journal
        | Book::Bank
        | Book::Trial
        | Book::Contracts
        | Book::Custodians
        | Book::Prices
        | Book::Modifications => true,
        Book::Index
        | Book::Cash
        | Book::Securities
        | Book::Documents
        | Book::Margin
        | Book::Deposits
        | Book::Error
        | Book::Reconciliation
        | Book::Ageing
        | Book::DematReconciliation
        | Book::Unpaid
        | Book::ThirdParty
        | Book::Accounts
        | Book::BackTest
        | Book::ClientRegister
        | Book::Changes
        | Book::Powers
        | Book::Intermediaries => false,
    }
}

/// Whole or not at all: whoever reads the file meanwhile has the one before.
fn keep(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fresh = path.with_added_extension("new");
    let kept = fs::write(&fresh, bytes).and_then(|()| fs::rename(&fresh, path));
    kept.map_err(|e| Failure::refused(format!("--output {}: {e}", path.display())))
}

fn ledger(book: Book, gathered: &Gathered, filter: &Filter) -> Result<Ledger, Failure> {
    Ok(match book {
        Book::Sauda => ledger::sauda(gathered, filter),
        Book::Securities => ledger::securities(gathered, filter),
        Book::Cash => ledger::cash(gathered),
        Book::Margin | Book::Deposits => ledger::no_money(gathered),
        Book::Trial => ledger::trial(gathered, filter),
        Book::Clients => ledger::money(gathered, filter, Touching::Clients),
        Book::Bank => ledger::money(gathered, filter, Touching::Banks),
        Book::Index
        | Book::Ageing
        | Book::Documents
        | Book::Contracts
        | Book::Custodians
        | Book::Prices
        | Book::Modifications
        | Book::Error
        | Book::Reconciliation
        | Book::DematReconciliation
        | Book::Unpaid
        | Book::ThirdParty
        | Book::Accounts
        | Book::BackTest
        | Book::ClientRegister
        | Book::Changes
        | Book::Powers
        | Book::Intermediaries => {
            return Err(Failure::refused("--format: a register has no postings of its own: ask for it as table, csv or xlsx"));
        }
        Book::General | Book::Journal => ledger::money(gathered, filter, Touching::Anything),
    })
}

fn sheets_of(book: Book, by: By, state: &State, gathered: &Gathered, filter: &Filter) -> Result<Vec<Sheet>, Failure> {
    Ok(match book {
        Book::Index => vec![index::sheet(state, gathered, filter)?],
        Book::Sauda => vec![sauda::sheet(state, gathered, filter)?],
        Book::Clients => vec![money::clients(gathered, filter)],
        Book::General => vec![money::general(gathered, filter)],
        Book::Journal => vec![money::journal(gathered, filter)],
        Book::Cash => vec![money::cash(gathered)],
        Book::Bank => vec![money::bank(gathered, filter), money::statements(gathered, filter)],
        Book::Securities => vec![securities::sheet(gathered, filter, by)],
        Book::Documents => vec![
            documents::securities(gathered, filter),
            documents::statements(gathered, filter),
            documents::papers(gathered, filter),
        ],
        Book::Contracts => vec![contracts::sheet(gathered, filter)],
        Book::Custodians => vec![custodians::sheet(gathered, filter)],
        Book::Prices => vec![prices::sheet(gathered, filter)],
        Book::Trial => vec![money::trial(gathered, filter)],
        Book::Margin => vec![margin::daily(gathered, filter)],
        Book::Deposits => vec![margin::deposits(gathered, filter)],
        Book::Modifications => vec![
            corrections::modifications(gathered, filter),
            corrections::months(gathered),
            corrections::attempts(gathered, filter),
        ],
        Book::Error => vec![corrections::error(gathered, filter), corrections::policy(gathered)],
        Book::Reconciliation => vec![reconciliation::sheet(gathered, filter)],
        Book::Ageing => vec![ageing::sheet(gathered, filter)],
        Book::DematReconciliation => vec![demat::sheet(gathered, filter), demat::statements(gathered, filter)],
        Book::Unpaid => vec![unpaid::sheet(gathered, filter)],
        Book::Accounts => vec![accounts::sheet(gathered, filter)],
        Book::ThirdParty => vec![third_party::sheet(gathered, filter)],
        Book::BackTest => vec![backtest::sheet(gathered, filter)],
        Book::ClientRegister => vec![people::register(gathered, filter)],
        Book::Changes => vec![people::changes(gathered, filter)],
        Book::Powers => vec![powers::register(gathered, filter), powers::uses(gathered, filter)],
        Book::Intermediaries => vec![people::accounts(gathered, filter), people::intermediaries(gathered, filter)],
    })
}

fn sheets(args: &BookArgs, state: &State, gathered: &Gathered, filter: &Filter) -> Result<Vec<Sheet>, Failure> {
    let mut sheets = sheets_of(args.book, args.by, state, gathered, filter)?;
    let mut words = filter.words(&gathered.directory);
    if args.by_value {
        words.push_str(", by value day");
    }
    if let Some(known) = args.known {
        words.push_str(&format!(", as known on {known}"));
    }
    if let Some(first) = sheets.first_mut() {
        first.title = format!("{}: {}{words}", gathered.directory.firm, first.title);
    }
    Ok(sheets)
}

fn written(args: &BookArgs, sheets: &[Sheet]) -> Result<Vec<u8>, Failure> {
    match args.format {
        Format::Csv => Ok(sheets.first().map(Sheet::csv).unwrap_or_default().into_bytes()),
        Format::Xlsx => {
            workbook(sheets).map_err(|e| Failure::refused(format!("--format xlsx: {e}")))
        }
        Format::Table | Format::Hledger | Format::Beancount => {
            let tables: Vec<String> = sheets.iter().map(Sheet::table).collect();
            Ok(tables.join("\n").into_bytes())
        }
    }
}
