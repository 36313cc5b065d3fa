//! Runs every file of `scenarios/`: each is one named result. `BLESS=1` rewrites what stands right of `=>`.
//!
//! `scenarios/README.md` has the grammar. Start with `scenario/script.rs` (how a file reads), then
//! `scenario/play.rs` (how a line becomes an entry).
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::wildcard_enum_match_arm)]

#[path = "scenario/access.rs"]
mod access;
#[path = "scenario/accounts.rs"]
mod accounts;
#[path = "scenario/given.rs"]
mod given;
#[path = "scenario/people.rs"]
mod people;
#[path = "scenario/powers.rs"]
mod powers;
#[path = "scenario/play.rs"]
mod play;
#[path = "scenario/script.rs"]
mod script;
#[path = "scenario/shown.rs"]
mod shown;
#[path = "scenario/tokens.rs"]
mod tokens;
#[path = "scenario/watched.rs"]
mod watched;
#[path = "scenario/words.rs"]
mod words;
#[path = "scenario/outside.rs"]
mod outside;

use firm::Code;
use script::Script;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Codes no line of a scenario can meet, each with its reason.
const UNMET: &[(Code, &str)] = &[
    (Code::FirmNotOpen, "only a registered user may ask, and opening the firm registers the first"),
    (Code::SessionOver, "a timer ends a session the moment it is over"),
    (Code::RequestExpired, "a timer takes a request token away the moment it is over"),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut files = Vec::new();
    gather(&root, &mut files);
    files.sort();
    let name = |file: &PathBuf| file.strip_prefix(&root).expect("below the folder").display().to_string();
    files.retain(|file| wanted.is_empty() || wanted.iter().any(|w| name(file).contains(w.as_str())));
    if std::env::args().any(|arg| arg == "--list") {
        files.iter().for_each(|file| println!("{}: test", name(file)));
        return ExitCode::SUCCESS;
    }
    // A panic is a result like another; its message is printed with the scenario's name.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut failed, mut met) = (0usize, BTreeSet::new());
    println!("\nrunning {} scenarios", files.len());
    for file in &files {
        match run(file) {
            Ok(codes) => {
                met.extend(codes);
                println!("test {} ... ok", name(file));
            }
            Err(why) => {
                failed += 1;
                println!("test {} ... FAILED\n{why}\n", name(file));
            }
        }
    }
    if wanted.is_empty() {
        let left = unmet(&met);
        let word = if left.is_empty() { "ok" } else { "FAILED" };
        println!("test every refusal code is met by a scenario ... {word}");
        left.iter().for_each(|line| println!("    {line}"));
        failed += usize::from(!left.is_empty());
    }
    println!("\nscenario result: {} passed; {failed} failed\n", files.len().saturating_sub(failed));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folder of scenarios can be read");
    for entry in entries {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|e| e == "scenario") {
            files.push(path);
        }
    }
}

/// Codes that no scenario met though none excuses them, and excuses that are no longer true.
fn unmet(met: &BTreeSet<Code>) -> Vec<String> {
    let excused = |code: &Code| UNMET.iter().any(|(unmet, _)| unmet == code);
    let mut left: Vec<String> = Code::ALL
        .iter()
        .filter(|code| !met.contains(code) && !excused(code))
        .map(|code| format!("{} is met by no scenario", code.name()))
        .collect();
    left.extend(UNMET.iter().filter(|(code, _)| met.contains(code)).map(|(code, _)| {
        format!("{} is met: strike it out of the list", code.name())
    }));
    left
}

fn run(file: &Path) -> Result<BTreeSet<Code>, String> {
    let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
    let mut script = Script::parse(&text)?;
    let bless = std::env::var_os("BLESS").is_some();
    let (codes, differing) = played(&mut script, bless, false)?;
    if bless {
        let new = script.text();
        if new != text {
            std::fs::write(file, new).map_err(|e| e.to_string())?;
        }
    }
    if !differing.is_empty() {
        return Err(differing.join("\n"));
    }
    // The same again by a firm that keeps nothing but its entries from one line to the next.
    let again = Script::parse(&script.text()).and_then(|mut script| played(&mut script, false, true));
    match again.map_err(|why| format!("    with a restart before every line:\n{why}"))? {
        (_, differing) if differing.is_empty() => Ok(codes),
        (_, differing) => Err(format!("    with a restart before every line:\n{}", differing.join("\n"))),
    }
}

fn played(script: &mut Script, bless: bool, restarting: bool) -> Result<(BTreeSet<Code>, Vec<String>), String> {
    let ran = catch_unwind(AssertUnwindSafe(|| script.play(bless, restarting)));
    ran.unwrap_or_else(|panic| Err(format!("    line {}: {}", script.at_line(), message(&*panic))))
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_string()));
    format!("panicked: {}", text.unwrap_or_default())
}
