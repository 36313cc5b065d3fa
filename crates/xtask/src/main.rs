//! The repository's own checks and errands, in plain Rust so that a clone needs nothing else.
//!
//! What this is not: no part of the product; nothing depends on it. Invariants: it never edits a
//! source file of the tree it checks, and every check of [`tidy`] is a test too, so `cargo test`
//! alone says whether the tree is sound. Start with [`tidy::check`] and [`requirements::Ledger`].

mod catalogue;
mod covers;
mod errands;
mod mutants;
mod requirements;
mod source;
mod tidy;
mod tree;

use std::process::ExitCode;

use requirements::Ledger;
use tree::Tree;

const USAGE: &str = "\
usage: cargo xtask <errand> [arguments]
  tidy                       ranks, purity, sizes, names, glossary, dead files, words
  requirements [--area A] [--strict]
                             which rows of the catalogue a test or scenario shows
  bless                      rewrite the expectations of the scenarios
  sim [arguments]            run the fault simulator
  day [arguments]            play one trading day
  bench [arguments]          run the benchmarks
  mutants [id ...]           check that each recorded mutant is caught";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("xtask: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// `Ok(false)` is a check that ran and found something; `Err` is an errand that could not run.
fn run(arguments: &[String]) -> Result<bool, String> {
    let Some((errand, rest)) = arguments.split_first() else {
        return Err(USAGE.to_string());
    };
    let root = tree::find_root()?;
    // `cargo xtask sim -- --seeds 1..9` and `cargo xtask sim --seeds 1..9` are the same.
    let rest = rest.strip_prefix(&["--".to_string()]).unwrap_or(rest);
    match errand.as_str() {
        "tidy" => tidy_errand(&Tree::read(&root)?),
        "requirements" => requirements_errand(&Tree::read(&root)?, rest),
        "bless" => errands::bless(&root),
        "sim" => errands::sim(&root, rest),
        "day" => errands::day(&root, rest),
        "bench" => errands::bench(&root, rest),
        "mutants" => mutants::run(&root, rest),
        other => Err(format!("no errand `{other}`\n{USAGE}")),
    }
}

fn tidy_errand(tree: &Tree) -> Result<bool, String> {
    let findings = tidy::check(tree);
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {} findings in {} files", findings.len(), tree.files().len());
    Ok(findings.is_empty())
}

fn requirements_errand(tree: &Tree, arguments: &[String]) -> Result<bool, String> {
    let mut strict = false;
    let mut area = None;
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        match argument.as_str() {
            "--strict" => strict = true,
            "--area" => area = Some(left.next().ok_or("--area wants the name of an area")?),
            other => return Err(format!("requirements: no argument `{other}`\n{USAGE}")),
        }
    }
    let ledger = Ledger::read(tree)?;
    match area {
        Some(area) => print!("{}", ledger.area(area)?),
        None => print!("{}", ledger.summary()),
    }
    let mut faults = ledger.faults().to_vec();
    if strict {
        faults.extend(ledger.open_faults(requirements::CASH_SEGMENT));
    }
    for fault in &faults {
        eprintln!("requirements: {fault}");
    }
    Ok(faults.is_empty())
}
