//! Snapshots from outside: a start says what it went on from, and `verify` what is wrong with one.

use crate::played::{ask, day, folder};
use std::fs;
use std::path::{Path, PathBuf};

const DAY: [&str; 7] = ["day", "--clients", "20", "--orders", "200", "--seed", "1"];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

fn snapshots(dir: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(dir.join("snapshots")).expect("a folder").flatten().map(|e| e.path()).collect();
    all.sort();
    all
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("a snapshot");
    bytes[at] ^= 4;
    fs::write(path, bytes).expect("a snapshot");
}

#[test]
fn a_start_goes_on_from_the_newest_snapshot_that_stands_and_says_which() {
    let dir = folder("snapshots");
    copy(day(), &dir);
    let digest = |out: &str| out.lines().find(|line| line.starts_with("digest ")).expect("a digest").to_owned();
    let again = |dir: &Path| ask(dir, &DAY).good();
    let said = ask(&dir, &["snapshot"]).good();
    assert!(said.starts_with("snapshot of entry "), "{said}");
    let newest = again(&dir);
    assert!(newest.contains(" and 0 entries behind it"), "{newest}");
    let all = snapshots(&dir);
    assert_eq!(all.len(), 2, "the last two are kept");
    let verified = ask(&dir, &["verify"]).good();
    assert!(verified.contains("snapshots: 2 of state and entry as the replay has them"), "{verified}");

    flip(&all[1], 40_000);
    let older = again(&dir);
    assert!(older.contains("passed over: its bytes are not those that were written"), "{older}");
    assert!(older.contains("goes on      after entry ") && !older.contains("every entry was applied"), "{older}");
    assert!(ask(&dir, &["verify"]).bad(1).contains("snapshots: the snapshot of entry "));

    flip(&all[0], 100);
    let all_of_it = again(&dir);
    assert!(all_of_it.contains("every entry was applied again"), "{all_of_it}");
    assert_eq!(digest(&newest), digest(&older));
    assert_eq!(digest(&newest), digest(&all_of_it));
    fs::remove_dir_all(&dir).expect("a folder");
}

/// The page of a day that is over: all of it but where the run goes on from, which the first run cannot say.
#[test]
fn a_day_that_is_over_is_told_again_word_for_word() {
    let dir = folder("told-again");
    for all in [false, true] {
        let words: Vec<&str> = DAY.into_iter().chain(all.then_some("--all")).collect();
        let _ = fs::remove_dir_all(&dir);
        let first = ask(&dir, &words).good();
        assert!(!first.contains("goes on "), "{first}");
        for _ in 0..2 {
            let again = ask(&dir, &words).good();
            let told: String = again.lines().filter(|line| !line.starts_with("goes on ")).map(|line| format!("{line}\n")).collect();
            assert!(told.len() < again.len(), "it says where it goes on from");
            assert_eq!(told, first);
        }
    }
    fs::remove_dir_all(&dir).expect("a folder");
}

#[test]
fn a_snapshot_of_entries_that_were_cut_off_is_a_witness() {
    let dir = folder("witness");
    copy(day(), &dir);
    ask(&dir, &["snapshot"]).good();
    let shorter = folder("shorter");
    copy(&dir, &shorter);
    fs::remove_dir_all(shorter.join("firm")).expect("a folder");
    assert!(ask(&shorter, &DAY).bad(2).contains("does not hold the entry the witness saw"));
    fs::remove_dir_all(&dir).expect("a folder");
    fs::remove_dir_all(&shorter).expect("a folder");
}
