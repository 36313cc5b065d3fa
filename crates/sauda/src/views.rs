//! `sauda views`: the read models of a state, made, asked and proved.
//!
//! They stand in `STATE/views/`, apart from the record, and are fed before they are asked. Whoever feeds them holds
//! that folder; who finds it held is answered as far as the tables reach.

use crate::args::{QueryArgs, Printed, ViewsArgs, ViewsCommand};
use crate::failure::Failure;
use crate::sheet::{Cell, Sheet};
use crate::state::{FIRM, State, confirmed};
use journal::StateLock;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use views::{Answer, Fed, Given, Kind, QUERIES, Query, Sqlite, Value, Views, ViewsError};
use vocab::{Moment, Paise, Price, Qty};

/// Where they stand in a state.
const FOLDER: &str = "views";
const FILE: &str = "views.sqlite";

/// # Errors
/// [`Failure::Refused`] for what cannot be asked; [`Failure::Found`] when the views are not what the journal makes.
pub fn run(args: &ViewsArgs, out: &mut String) -> Result<(), Failure> {
    match &args.command {
        ViewsCommand::Rebuild(args) => rebuild(&args.dir, out),
        ViewsCommand::Verify(args) => verify(&args.dir, out),
        ViewsCommand::Query(args) => query(args, out),
    }
}

fn failure(state: &State, error: ViewsError) -> Failure {
    match error {
        ViewsError::Read(error) => match state.disk(FIRM).map(|disk| confirmed(&disk, error)) {
            Ok(stop) => state.refusal(stop),
            Err(failure) => failure,
        },
        error @ (ViewsError::Store(_)
        | ViewsError::Entry { .. }
        | ViewsError::Foreign { .. }
        | ViewsError::Version { .. }
        | ViewsError::Asked { .. }
        | ViewsError::Durable { .. }) => Failure::refused(error.to_string()),
    }
}

/// The folder, held for feeding.
fn hold(dir: &Path) -> Result<StateLock, Failure> {
    let folder = dir.join(FOLDER);
    StateLock::take(&folder).map_err(|e| Failure::refused(format!("{}: {e}", folder.display())))
}

fn feed(state: &State, views: &mut Views<Sqlite>) -> Result<Fed, Failure> {
    let disk = state.disk(FIRM)?;
    let mut durable = || state.settle(&disk).map_err(|e| e.to_string());
    views.feed(&disk, &mut durable).map_err(|e| failure(state, e))
}

fn open(state: &State, file: &Path) -> Result<Views<Sqlite>, Failure> {
    let store = Sqlite::open(file).map_err(|e| Failure::refused(e.to_string()))?;
    Views::open(store).map_err(|e| failure(state, e))
}

fn file(dir: &Path) -> PathBuf {
    dir.join(FOLDER).join(FILE)
}

fn rebuild(dir: &Path, out: &mut String) -> Result<(), Failure> {
    let state = State::open(dir)?;
    let _held = hold(dir)?;
    for end in ["", "-wal", "-shm"] {
        let old = dir.join(FOLDER).join(format!("{FILE}{end}"));
        match fs::remove_file(&old) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::refused(format!("{}: {e}", old.display())));
            }
            Ok(()) | Err(_) => {}
        }
    }
    let mut views = open(&state, &file(dir))?;
    let fed = feed(&state, &mut views)?;
    writeln!(out, "views of {} entries, as of entry {}", fed.entries, fed.upto).expect("text grows");
    Ok(())
}

/// The views against ones made anew in memory, as far as both reach.
fn verify(dir: &Path, out: &mut String) -> Result<(), Failure> {
    let state = State::open(dir)?;
    let _held = hold(dir)?;
    let mut kept = open(&state, &file(dir))?;
    feed(&state, &mut kept)?;
    let store = Sqlite::in_memory().map_err(|e| Failure::refused(e.to_string()))?;
    let mut anew = Views::open(store).map_err(|e| failure(&state, e))?;
    let disk = state.disk(FIRM)?;
    let fed = anew.feed_to(&disk, kept.upto(), &mut || Ok(())).map_err(|e| failure(&state, e))?;
    let digests = [kept.digest(), anew.digest()].map(|digest| digest.map_err(|e| failure(&state, e)));
    let [Ok(kept), Ok(anew)] = digests else {
        return Err(Failure::refused("the views cannot be read"));
    };
    if kept != anew {
        return Err(Failure::found(format!("{FOLDER}: the tables are not what the journal makes: rebuild them")));
    }
    writeln!(out, "views as of entry {}: as the journal makes them, {}", fed.upto, crate::day::hex(&kept)).expect("text grows");
    Ok(())
}

fn query(args: &QueryArgs, out: &mut String) -> Result<(), Failure> {
    let Some(name) = &args.name else {
        for Query { name, title, takes, .. } in QUERIES {
            writeln!(out, "{name:12} {title}; takes {takes:?}").expect("text grows");
        }
        return Ok(());
    };
    let query = Query::named(name).ok_or_else(|| {
        let names: Vec<&str> = QUERIES.iter().map(|query| query.name).collect();
        Failure::refused(format!("{name}: no such question; there are {}", names.join(", ")))
    })?;
    let state = State::open(&args.dir)?;
    let held = hold(&args.dir);
    let mut views = open(&state, &file(&args.dir))?;
    // Who holds the folder feeds the views.
    if held.is_ok() {
        feed(&state, &mut views)?;
    }
    let QueryArgs { client, from, to, note, known, .. } = *args;
    let given = Given { client, from, to, note, known };
    let answer = views.ask(query, &given).map_err(|e| failure(&state, e))?;
    print(&answer, args.format, out);
    Ok(())
}

fn print(answer: &Answer, format: Printed, out: &mut String) {
    let columns: Vec<&'static str> = answer.query.columns.iter().map(|(name, _)| *name).collect();
    let mut sheet = Sheet::new(format!("{}, as of entry {}", answer.query.title, answer.as_of), columns.leak());
    for row in &answer.rows {
        let cells = row.iter().zip(answer.query.columns).map(|(value, (_, kind))| cell(value, *kind));
        sheet.push(cells.collect());
    }
    sheet.foot.push(format!("{} rows", answer.rows.len()));
    out.push_str(&match format {
        Printed::Table => sheet.table(),
        Printed::Csv => sheet.csv(),
    });
}

fn cell(value: &Value, kind: Kind) -> Cell {
    match (value, kind) {
        (Value::Null, _) => Cell::Blank,
        (Value::Text(text), _) => Cell::text(text.clone()),
        (Value::Int(n), Kind::Money) => Cell::Money(Paise(*n)),
        (Value::Int(n), Kind::Price) => Cell::Price(Price(*n)),
        (Value::Int(n), Kind::Qty) => Cell::Qty(Qty(*n)),
        (Value::Int(n), Kind::At) => Cell::At(Moment(*n)),
        (Value::Int(n), Kind::Number | Kind::Text) => {
            u64::try_from(*n).map_or_else(|_| Cell::text(n.to_string()), Cell::Number)
        }
    }
}
