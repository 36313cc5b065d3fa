//! Copied while the firm works.

use crate::{ABOUT, MONTH, heard, parts, play, store, table, turns};
use backup::{BackupError, check, restore, take};
use journal::Disk;
use sim::Ground;
use vocab::Moment;

/// What a restored backup goes on to is what the firm it was copied from came to.
#[test]
fn a_backup_of_a_firm_at_work_goes_on_to_the_same_end() {
    let ground = Ground::sample();
    let (expected, world) = play(&ground, &parts(), |_| true);
    let every = turns(&ground) / 9;
    let (from, to) = (parts(), store());
    let mut taken = Vec::new();
    play(&ground, &from, |turn| {
        if turn % every == every - 1 {
            let (manifest, proof) = take(&from, &to, ABOUT, Moment(1), heard).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(manifest.firm, proof.head);
            let (again, _) = check(&to).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(again, manifest);
            let put = parts();
            restore(&to, &put).unwrap_or_else(|e| panic!("{e}"));
            taken.push((manifest, put));
        }
        true
    });
    assert!(taken.len() > 5, "{} backups were taken", taken.len());
    assert!(taken.is_sorted_by(|(a, _), (b, _)| a.firm.entry < b.firm.entry && a.generation < b.generation));
    // The first and the last stand for all; the rest were read back above.
    for nth in [0, taken.len() / 2, taken.len() - 1] {
        let (manifest, put) = &taken[nth];
        assert_eq!(manifest.about, ABOUT);
        let (digest, reached) = play(&ground, put, |_| true);
        assert_eq!(digest, expected, "from entry {}", manifest.firm.entry);
        assert_eq!(reached, world, "from entry {}", manifest.firm.entry);
    }
}

#[test]
fn what_has_not_changed_is_not_copied_again_and_nothing_else_stays() {
    let ground = Ground::sample();
    let (from, to) = (parts(), store());
    let middle = turns(&ground) / 2;
    play(&ground, &from, |turn| {
        if turn == middle {
            take(&from, &to, ABOUT, Moment(1), heard).unwrap_or_else(|e| panic!("{e}"));
        }
        true
    });
    let (second, _) = take(&from, &to, ABOUT, Moment(2), heard).unwrap_or_else(|e| panic!("{e}"));
    let (third, _) = take(&from, &to, ABOUT, Moment(3), heard).unwrap_or_else(|e| panic!("{e}"));
    assert!(second.files.iter().any(|kept| kept.generation == 1), "{:?}", second.files);
    assert!(second.files.iter().any(|kept| kept.generation == 2));
    assert_eq!(second.files, third.files, "nothing changed and nothing was copied");
    assert_eq!(third.generation, 3);
    let stored: usize = [&to.parts.firm, &to.parts.world, &to.parts.vault].map(|d| d.list().unwrap().len()).iter().sum();
    assert_eq!(stored, third.files.len(), "the backups before are gone");
    assert_eq!(to.manifests.list().unwrap().len(), 1);
}

#[test]
fn a_backup_goes_on_with_its_own_record_only() {
    let ground = Ground::sample();
    let (from, to) = (parts(), store());
    let early = parts();
    let middle = turns(&ground) / 2;
    play(&ground, &early, |turn| turn < middle);
    play(&ground, &from, |_| true);
    take(&from, &to, ABOUT, Moment(1), heard).unwrap_or_else(|e| panic!("{e}"));
    let refused = take(&early, &to, ABOUT, Moment(2), heard);
    assert!(matches!(refused, Err(BackupError::Foreign { .. })), "{refused:?}");
    let other = parts();
    let mut theirs = table(&other);
    theirs.firm = crate::disk();
    let month = sim::Month { clients: 4, ..MONTH };
    let opened = sim::open(&ground, month, 99, sim::Plan::NONE, sequencer::Honest, &mut theirs);
    let mut theatre = opened.unwrap_or_else(|e| panic!("{e}"));
    while theatre.advance().unwrap_or_else(|e| panic!("{e}")) {}
    let theirs = backup::Parts { firm: theirs.firm.clone(), ..other };
    let refused = take(&theirs, &to, ABOUT, Moment(2), heard);
    assert!(matches!(refused, Err(BackupError::Foreign { .. })), "{refused:?}");
    check(&to).unwrap_or_else(|e| panic!("the backup before stands: {e}"));
}

#[test]
fn a_restore_wants_empty_folders_and_a_whole_backup() {
    let ground = Ground::sample();
    let (from, to) = (parts(), store());
    play(&ground, &from, |turn| turn < 300);
    assert!(matches!(check(&to), Err(BackupError::Unfinished)));
    assert!(matches!(restore(&to, &parts()), Err(BackupError::Unfinished)));
    take(&from, &to, ABOUT, Moment(1), heard).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(restore(&to, &from), Err(BackupError::NotEmpty { .. })));
}
