//! Sauda: a stock broker in one program.
//!
//! The commands read a state folder and print; `day` and `month` make one. What this is not: no rule and no figure is
//! made here. What is printed comes from the journal, and what is recalculated is calculated by the
//! departments that calculated it first.
//!
//! Invariants:
//! - A reader takes no lock and writes nothing (`views` writes its own folder, `backup` its own); what reads personal data takes the firm's lock, because every
//!   such read is itself a record in the vault.
//! - Bad arguments, a missing or foreign folder and unknown things end with 2; a record that does not stand
//!   ends `verify` and `why` with 1.
//! - Nothing in a damaged folder makes a reader panic.
//!
//! Start with `args.rs`, then `state.rs` and `verify.rs`.

mod args;
mod audit;
mod backup;
mod book;
mod day;
mod demo;
mod directory;
mod failure;
mod note;
mod page;
mod person;
mod say;
mod serve;
mod sheet;
mod snapshots;
mod state;
mod tell;
mod verify;
mod views;
mod why;
mod workbook;

use args::{Command, Line};
use clap::Parser;
use failure::Failure;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let line = Line::parse();
    let mut out = String::new();
    let done = run(&line.command, &mut out);
    let printed = print(&out);
    match done.and(printed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Unread) => Failure::Unread.code(),
        Err(failure) => {
            // Whoever does not read the errors either is told by the exit code.
            let _ = writeln!(std::io::stderr(), "sauda: {failure}");
            failure.code()
        }
    }
}

fn run(command: &Command, out: &mut String) -> Result<(), Failure> {
    match command {
        Command::Day(args) => day::day(args),
        Command::Month(args) => day::month(args),
        Command::Serve(args) => serve::run(args),
        Command::Verify(args) => verify::run(args, out),
        Command::Snapshot(args) => snapshots::run(args, out),
        Command::Why(args) => why::run(args, out),
        Command::Book(args) => book::run(args, out),
        Command::Note(args) => note::run(args, out),
        Command::Views(args) => views::run(args, out),
        Command::Backup(args) => backup::run(args, out),
        Command::Restore(args) => backup::restore(args, out),
    }
}

/// A reader that stopped reading has what it wanted.
fn print(out: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(out.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Err(Failure::Unread),
        Err(e) => Err(Failure::refused(format!("cannot print: {e}"))),
    }
}
