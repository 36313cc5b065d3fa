//! Records that do not stand.

use crate::played::{ask, copy, day};
use journal::v1::Entry;
use journal::{Caching, Item, Mark, Reader, RealDisk, Writer};
use std::fs;
use std::path::Path;
use vocab::{Moment, Paise};

// covers: E-3
#[test]
fn a_played_day_verifies_and_says_what_was_covered() {
    let before = fs::read(day().join("firm/00000001.seg")).unwrap();
    let text = ask(day(), &["verify"]).good();
    for part in ["firm: ", "world: ", "vault: ", "decided again alike", "checkpoints of state version", "no differences"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let last = text.lines().last().unwrap();
    let count: u64 = last.strip_prefix("verified ").and_then(|l| l.strip_suffix(" entries")).unwrap().parse().unwrap();
    assert!(count > 1_000);
    assert_eq!(before, fs::read(day().join("firm/00000001.seg")).unwrap(), "nothing is written");
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn one_flipped_bit_is_found_in_every_part() {
    let copied = copy("flip");
    for (file, at) in [("firm/00000001.seg", 200_000), ("world/00000001.seg", 30_000), ("vault/vault-000001.log", 2_000)] {
        let path = copied.0.join(file);
        flip(&path, at);
        let said = ask(&copied.0, &["verify"]);
        assert!(said.out.contains("WRONG "), "{file}:\n{}", said.out);
        said.bad(1);
        flip(&path, at);
    }
    ask(&copied.0, &["verify"]).good();
}

/// The firm's journal written anew with a good chain and other contents: checksums alone do not find that.
fn forge(dir: &Path, change: impl Fn(&mut Entry), marks: bool) {
    // Whoever rewrites the record removes what would witness against it.
    let _ = fs::remove_dir_all(dir.join("snapshots"));
    let from = RealDisk::new(&day().join("firm"), Caching::ReadOnly).unwrap();
    let to = dir.join("firm");
    fs::remove_dir_all(&to).unwrap();
    let mut reader = Reader::open(&from).unwrap();
    let disk = RealDisk::new(&to, Caching::Buffered).unwrap();
    let mut writer = Writer::create(disk, *reader.identity(), 16 << 20, Moment(0)).unwrap();
    loop {
        match reader.read().unwrap() {
            None => break,
            Some(Item::Entry { number, body, .. }) => {
                let mut entry = Entry::get(number, body).unwrap();
                change(&mut entry);
                writer.append(|out| entry.put(out));
            }
            Some(Item::Mark { mark: mark @ Mark::Checkpoint { .. }, .. }) if marks => writer.mark(&mark),
            Some(Item::Mark { .. }) => {}
        }
    }
    writer.seal(Moment(0)).unwrap();
}

fn first_charge(entry: &mut Entry) -> Option<&mut firm::Charged> {
    entry.events.iter_mut().find_map(|event| match event {
        firm::Event::Charged(line) if line.head == charges::Head::Stt => Some(line),
        _ => None,
    })
}

#[test]
fn a_record_that_was_rewritten_does_not_verify() {
    let copied = copy("forged");
    forge(&copied.0, |_| {}, true);
    ask(&copied.0, &["verify"]).good();
    // A tax a rupee lower: found by deciding again.
    let lower = |entry: &mut Entry| {
        if let Some(line) = first_charge(entry) {
            line.amount -= Paise(100);
        }
    };
    forge(&copied.0, lower, false);
    let said = ask(&copied.0, &["verify"]);
    assert!(said.out.contains("WRONG firm: entry ") && said.out.contains("decided again"), "{}", said.out);
    said.bad(1);
    // The same by a build that claims another logic: found by the checkpoint, or by the auditor's own sums.
    let other = |entry: &mut Entry| {
        lower(entry);
        entry.logic = 9;
    };
    forge(&copied.0, other, false);
    let said = ask(&copied.0, &["verify"]);
    assert!(said.out.contains("not decided again: entries 1 to "), "{}", said.out);
    assert!(said.out.contains("WRONG books: "), "{}", said.out);
    said.bad(1);
}

// covers: G-SP-33
#[test]
fn a_margin_that_was_rewritten_is_found_by_the_auditor() {
    let copied = copy("margin");
    let more = |entry: &mut Entry| {
        entry.logic = 9;
        for event in &mut entry.events {
            if let firm::Event::Margin(margin::Event::Collected { funds, .. }) = event {
                *funds += Paise(100);
            }
        }
    };
    forge(&copied.0, more, false);
    let said = ask(&copied.0, &["verify"]);
    assert!(said.out.contains("WRONG books: ") && said.out.contains("in the evening, in money: should be "), "{}", said.out);
    said.bad(1);
}

#[test]
fn a_checkpoint_of_another_state_is_found() {
    let copied = copy("checkpoint");
    let other = |entry: &mut Entry| {
        entry.logic = 9;
        for event in &mut entry.events {
            if let firm::Event::Money(books::Event::UndrawnSet { undrawn }) = event {
                *undrawn += Paise(1);
            }
        }
    };
    forge(&copied.0, other, true);
    let said = ask(&copied.0, &["verify"]);
    assert!(said.out.contains("checkpoint"), "{}", said.out);
    said.bad(1);
}

#[test]
fn events_that_contradict_each_other_are_named_not_crashed_on() {
    let copied = copy("contradiction");
    let twice = |entry: &mut Entry| {
        entry.logic = 9;
        if entry.head.entry.0 == 400 {
            entry.events.push(firm::Event::JobEnded);
        }
    };
    forge(&copied.0, twice, false);
    for words in [&["verify"][..], &["why", "O1"]] {
        let said = ask(&copied.0, words);
        let text = format!("{}{}", said.out, said.err);
        assert!(text.contains("entry 400") && text.contains("contradict"), "{text}");
        said.bad(if words == ["verify"] { 1 } else { 2 });
    }
}

#[test]
fn garbage_is_refused_and_never_crashes() {
    let copied = copy("garbage");
    let firm = copied.0.join("firm/00000001.seg");
    let whole = fs::read(&firm).unwrap();
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("short", whole[..100].to_vec()),
        ("noise", (0..whole.len()).map(|i| u8::try_from(i.wrapping_mul(2_654_435_761) >> 13 & 255).unwrap()).collect()),
        ("tail of noise", [&whole[..whole.len() / 2], &vec![0xA5; whole.len() / 2][..]].concat()),
    ] {
        fs::write(&firm, bytes).unwrap();
        for words in [&["verify"][..], &["why", "O1"], &["book", "trial"], &["note", "--fy", "2026-27", "1"]] {
            let said = ask(&copied.0, words);
            assert!(matches!(said.code, Some(1 | 2)), "{name} {words:?}: {:?} {}", said.code, said.err);
            assert!(!said.err.contains("panicked"), "{name} {words:?}: {}", said.err);
        }
    }
}
