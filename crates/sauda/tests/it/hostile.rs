//! What the program refuses, and that refusing changes nothing.

use crate::played::{ask, copy, day, folder, program, run, turn};
use std::fs;
use std::process::Stdio;

#[test]
fn bad_arguments_end_with_two_and_name_the_field() {
    let dir = day().to_str().unwrap();
    for (words, field) in [
        (&["verify"][..], "--dir"),
        (&["verify", "--dir", dir, "--fix"], "--fix"),
        (&["why", "--dir", dir], "THING"),
        (&["why", "fee:1", "--dir", dir], "THING"),
        (&["why", "order:x", "--dir", dir], "THING"),
        (&["why", "O1", "--dir", dir, "--rulebook", "/nowhere"], "rulebook"),
        (&["why", "order:99999", "--dir", dir], "order 99999"),
        (&["why", "balance:NOBODY", "--dir", dir], "NOBODY"),
        (&["why", "charge:2026-27/9999", "--dir", dir], "2026-27/9999"),
        (&["why", "charge:2026-27/1/service-tax", "--dir", dir], "service tax"),
        (&["why", "refusal:1", "--dir", dir], "refusal of entry 1"),
        (&["why", "entry:9999999", "--dir", dir], "entry 9999999"),
        (&["why", "obligation:1", "--dir", dir], "settlement 1"),
        (&["book", "ledger", "--dir", dir], "ledger"),
        (&["book", "trial", "--dir", dir, "--format", "pdf"], "--format"),
        (&["book", "trial", "--dir", dir, "--client", "NOBODY"], "--client"),
        (&["book", "trial", "--dir", dir, "--from", "2026-07-02", "--to", "2026-07-01"], "--from"),
        (&["book", "trial", "--dir", dir, "--from", "yesterday"], "--from"),
        (&["note", "1", "--dir", dir], "--fy"),
        (&["note", "--fy", "2026", "1", "--dir", dir], "--fy"),
        (&["note", "--fy", "2026-27", "x", "--dir", dir], "<N>"),
        (&["note", "--fy", "2025-26", "1", "--dir", dir], "2025-26/1"),
        (&["audit"], "audit"),
    ] {
        let said = run(words).bad(2);
        assert!(said.contains(field), "{words:?}: {said}");
    }
}

#[test]
fn what_is_no_state_folder_is_refused_and_left_alone() {
    let missing = folder("missing");
    let file = folder("file");
    fs::write(&file, "x").unwrap();
    let empty = folder("empty");
    fs::create_dir_all(&empty).unwrap();
    let half = folder("half");
    for part in ["firm", "world", "vault"] {
        fs::create_dir_all(half.join(part)).unwrap();
    }
    for (dir, what) in [(&missing, "cannot be opened"), (&file, "not a state folder"), (&empty, "not a state folder"), (&half, "day.toml")] {
        for words in [&["verify"][..], &["why", "O1"], &["book", "sauda"], &["note", "--fy", "2026-27", "1"]] {
            let said = ask(dir, words).bad(2);
            assert!(said.contains(what) && said.contains(dir.to_str().unwrap()), "{words:?}: {said}");
        }
    }
    assert!(!missing.exists() && fs::read_dir(&empty).unwrap().next().is_none());
    for toml in ["", "seed = \"x\"", "seed = -1", "seed = ", "\u{0}"] {
        fs::write(half.join("day.toml"), toml).unwrap();
        assert!(ask(&half, &["verify"]).bad(2).contains("day.toml"), "{toml:?}");
    }
    fs::write(half.join("day.toml"), "seed = 1\n").unwrap();
    assert!(ask(&half, &["verify"]).bad(2).contains("no journal"));
    for dir in [empty, half] {
        fs::remove_dir_all(dir).unwrap();
    }
    fs::remove_file(file).unwrap();
}

#[test]
fn readers_need_no_lock_and_personal_data_does() {
    let copied = copy("locked");
    let lock = journal::StateLock::take(&copied.0).unwrap();
    ask(&copied.0, &["verify"]).good();
    ask(&copied.0, &["book", "trial"]).good();
    ask(&copied.0, &["book", "sauda", "--format", "hledger"]).good();
    ask(&copied.0, &["why", "O1"]).good();
    for words in [&["note", "--fy", "2026-27", "1"][..], &["book", "sauda"]] {
        let said = ask(&copied.0, words).bad(2);
        assert!(said.contains("in use by process"), "{said}");
    }
    drop(lock);
    ask(&copied.0, &["note", "--fy", "2026-27", "1"]).good();
}

#[test]
fn every_name_printed_stands_in_the_access_log() {
    let copied = copy("access");
    let accesses = || {
        let text = ask(&copied.0, &["verify"]).good();
        let line = text.lines().find(|l| l.starts_with("vault: ")).unwrap().to_owned();
        let count = line.rsplit(", ").next().and_then(|l| l.split(' ').next()).unwrap();
        count.parse::<u64>().unwrap()
    };
    let before = accesses();
    ask(&copied.0, &["note", "--fy", "2026-27", "1"]).good();
    assert_eq!(accesses(), before + 1);
    let table = ask(&copied.0, &["book", "sauda", "--client", "C000003"]).good();
    assert!(table.contains("C000003"));
    assert_eq!(accesses(), before + 2);
    ask(&copied.0, &["book", "clients"]).good();
    assert_eq!(accesses(), before + 2, "a ledger names nobody");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let _turn = turn();
    let mut child = program()
        .args(["book", "journal", "--dir"])
        .arg(day())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
