//! `sauda book`: the books and registers, read off the journal (guide I 3.2, I 6.1, I 9.5).

mod gather;
mod hledger;
mod money;
mod sauda;
mod securities;

use crate::args::{Book, BookArgs, Format};
use crate::directory::Directory;
use crate::failure::Failure;
use crate::sheet::Sheet;
use crate::state::State;
use gather::{Gathered, gather};
pub use money::{account_name, narration};
use vocab::{ClientRow, Day};

/// Which lines are wanted: of one client, within posting days.
#[derive(Clone, Copy, Default)]
pub struct Filter {
    pub client: Option<ClientRow>,
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

    /// The days as a heading says them.
    fn words(&self, directory: &Directory) -> String {
        let mut words = String::new();
        if let Some(client) = self.client {
            words.push_str(&format!(", client {}", directory.ucc(client)));
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
/// [`Failure::Refused`] for an unknown client, days that run backwards, or a state that does not read.
pub fn run(args: &BookArgs, out: &mut String) -> Result<(), Failure> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(Failure::refused(format!("--from {from} lies after --to {to}")));
    }
    let state = State::open(&args.dir)?;
    let gathered = gather(&state)?;
    let client = match args.client {
        None => None,
        Some(ucc) => match gathered.directory.client_of(&ucc) {
            Some(row) => Some(row),
            None => return Err(Failure::refused(format!("--client {ucc}: no client has this code"))),
        },
    };
    let filter = Filter { client, from: args.from, to: args.to };
    print(args, &state, &gathered, &filter, out)
}

fn print(
    args: &BookArgs, state: &State, gathered: &Gathered, filter: &Filter, out: &mut String,
) -> Result<(), Failure> {
    if args.format == Format::Hledger {
        match args.book {
            Book::Sauda => hledger::sauda(gathered, filter, out),
            Book::Securities => hledger::securities(gathered, filter, out),
            Book::Cash => hledger::cash(gathered, out),
            Book::Trial => hledger::trial(gathered, filter, out),
            Book::Clients => hledger::money(gathered, filter, hledger::Touching::Clients, out),
            Book::Bank => hledger::money(gathered, filter, hledger::Touching::Banks, out),
            Book::General | Book::Journal => hledger::money(gathered, filter, hledger::Touching::Anything, out),
        }
        return Ok(());
    }
    let mut sheets = match args.book {
        Book::Sauda => vec![sauda::sheet(state, gathered, filter)?],
        Book::Clients => vec![money::clients(gathered, filter)],
        Book::General => vec![money::general(gathered, filter)],
        Book::Journal => vec![money::journal(gathered, filter)],
        Book::Cash => vec![money::cash(gathered)],
        Book::Bank => vec![money::bank(gathered, filter), money::statements(gathered, filter)],
        Book::Securities => vec![securities::sheet(gathered, filter, args.by)],
        Book::Trial => vec![money::trial(gathered, filter)],
    };
    if let Some(first) = sheets.first_mut() {
        first.title = format!("{}: {}{}", gathered.directory.firm, first.title, filter.words(&gathered.directory));
    }
    match args.format {
        Format::Csv => out.push_str(&sheets.first().map(Sheet::csv).unwrap_or_default()),
        Format::Table | Format::Hledger => {
            let tables: Vec<String> = sheets.iter().map(Sheet::table).collect();
            out.push_str(&tables.join("\n"));
        }
    }
    Ok(())
}
