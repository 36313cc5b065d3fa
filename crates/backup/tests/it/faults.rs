//! Disks that die, fail, lie short or are tampered with.

use crate::{ABOUT, copied_store, disk, heard, parts, play, store, turns, with_faults};
use backup::{BackupError, Manifest, Parts, Store, check, restore, take};
use journal::{Disk, Faults, SimDisk};
use sim::Ground;
use stdx::Lots;
use vocab::Moment;

/// A state early and late, and a backup of the early one.
fn two_states() -> (Parts<SimDisk>, Parts<SimDisk>, Store<SimDisk>, Manifest) {
    let ground = Ground::sample();
    let (early, late, to) = (parts(), parts(), store());
    let middle = turns(&ground) / 2;
    play(&ground, &early, |turn| turn < middle);
    play(&ground, &late, |_| true);
    let (manifest, _) = take(&early, &to, ABOUT, Moment(1), heard).unwrap_or_else(|e| panic!("{e}"));
    (early, late, to, manifest)
}

fn planted(lots: &mut Lots, most: u64) -> Faults {
    match lots.below(6) {
        0 => Faults { write_error_one_in: 2 + lots.below(20), ..Faults::default() },
        1 => Faults { flush_error_one_in: 1 + lots.below(8), ..Faults::default() },
        2 => Faults { size_limit: Some(lots.below(most)), ..Faults::default() },
        3 => Faults { short_write_one_in: 2, crash_after: Some(lots.below(most)), ..Faults::default() },
        _ => Faults { crash_after: Some(lots.below(most)), ..Faults::default() },
    }
}

/// The store with faults on one of its disks; the machine dies as a whole.
fn with_planted(store: &Store<SimDisk>, lots: &mut Lots, seed: u64) -> Store<SimDisk> {
    let at = lots.below(4);
    let mut put = |nth: u64, disk: &SimDisk, most: u64| {
        let faults = if nth == at { planted(lots, most) } else { Faults::default() };
        with_faults(disk, seed, faults)
    };
    let Parts { firm, world, vault } = &store.parts;
    Store {
        manifests: put(0, &store.manifests, 5_000),
        parts: Parts { firm: put(1, firm, 500_000), world: put(2, world, 70_000), vault: put(3, vault, 400_000) },
    }
}

fn crashed(store: &Store<SimDisk>, lost_power: bool) -> Store<SimDisk> {
    let after = |disk: &SimDisk| {
        if lost_power { disk.crash(Faults::default()) } else { disk.kill(Faults::default()) }
    };
    let Parts { firm, world, vault } = &store.parts;
    let parts = Parts { firm: after(firm), world: after(world), vault: after(vault) };
    Store { manifests: after(&store.manifests), parts }
}

/// However the second backup ends, one of the two is there, whole; and it can be taken again.
#[test]
fn whatever_fails_a_whole_backup_stands() {
    let (_, late, to, first) = two_states();
    let (mut finished, mut old, mut new) = (0, 0, 0);
    for seed in 0..80 {
        let mut lots = Lots::of(seed, &[0xBAC2]);
        let store = with_planted(&to, &mut lots, seed);
        let taken = take(&late, &store, ABOUT, Moment(2), heard);
        finished += u64::from(taken.is_ok());
        let store = crashed(&store, lots.one_in(2));
        let (held, _) = check(&store).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        match taken {
            Ok((manifest, _)) => assert_eq!(held, manifest, "seed {seed}: what was told is kept"),
            Err(_) if held == first => old += 1,
            Err(_) => new += 1,
        }
        let (again, _) = take(&late, &store, ABOUT, Moment(3), heard).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        assert!(again.firm.entry > first.firm.entry);
        check(&store).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    }
    println!("{finished} finished; after {old} the first stood, after {new} the second");
    assert!(finished > 3 && old > 20, "the faults fell beside the backups: {finished} {old} {new}");
}

/// The first backup is whole or there is none.
#[test]
fn a_first_backup_that_fails_is_clearly_unfinished() {
    let (early, ..) = two_states();
    let (mut finished, mut none) = (0, 0);
    for seed in 0..40 {
        let mut lots = Lots::of(seed, &[0xBAC1]);
        let store = with_planted(&store(), &mut lots, seed);
        let taken = take(&early, &store, ABOUT, Moment(1), heard);
        let store = crashed(&store, lots.one_in(2));
        match (taken, check(&store)) {
            (Ok((manifest, _)), Ok((held, _))) => {
                assert_eq!(held, manifest, "seed {seed}");
                finished += 1;
            }
            (Err(_), Ok(_)) => {}
            (Err(_), Err(BackupError::Unfinished)) => none += 1,
            (taken, held) => panic!("seed {seed}: {taken:?}, {held:?}"),
        }
    }
    assert!(finished > 2 && none > 10, "{finished} {none}");
}

/// A restore that says yes has put back, durably, what the manifest names.
#[test]
fn a_restore_that_says_yes_survives_the_next_crash() {
    let (_, late, to, _) = two_states();
    let (manifest, _) = take(&late, &to, ABOUT, Moment(2), heard).unwrap_or_else(|e| panic!("{e}"));
    let (mut yes, mut no) = (0, 0);
    for seed in 0..40 {
        let mut lots = Lots::of(seed, &[0x4E5]);
        let into = with_planted(&store(), &mut lots, seed);
        let put = restore(&to, &into.parts);
        let into = crashed(&into, true);
        match put {
            Ok((held, _)) => {
                assert_eq!(held, manifest);
                let Parts { firm, world, vault } = &into.parts;
                assert_eq!(journal::verify(firm, Some(&manifest.firm)).expect("a journal").head, manifest.firm);
                assert_eq!(journal::verify(world, Some(&manifest.world)).expect("a journal").head, manifest.world);
                assert_eq!(vault::verify(vault, Some(&crate::key())).expect("a vault").head, manifest.vault);
                yes += 1;
            }
            Err(_) => no += 1,
        }
    }
    assert!(yes > 2 && no > 10, "{yes} {no}");
}

/// Any byte changed, any file taken away: it is said, and nothing is put back.
#[test]
fn a_backup_that_was_tampered_with_is_refused() {
    let (_, _, to, manifest) = two_states();
    let mut lots = Lots::of(5, &[0x7A3]);
    for kept in &manifest.files {
        for tampering in 0..4 {
            let other = copied_store(&to);
            let disk = match kept.part {
                backup::Part::Firm => &other.parts.firm,
                backup::Part::World => &other.parts.world,
                backup::Part::Vault => &other.parts.vault,
            };
            let name = format!("{}.{:06}", kept.name, kept.generation);
            let image = disk.image(&name).expect("a stored file");
            let changed = (tampering > 0).then(|| {
                let mut image = image.clone();
                let at = if tampering == 1 { 0 } else { lots.below(kept.size) as usize };
                image[at] ^= 0x40;
                image
            });
            disk.set_image(&name, changed);
            let (told, put) = (check(&other), restore(&other, &parts()));
            assert!(matches!(told, Err(BackupError::Damaged { .. })), "{name}: {told:?}");
            assert!(matches!(put, Err(BackupError::Damaged { .. })), "{name}: {put:?}");
        }
    }
    let other = copied_store(&to);
    let name = other.manifests.list().unwrap().remove(0);
    let mut image = other.manifests.image(&name).unwrap();
    image[40] ^= 1;
    other.manifests.set_image(&name, Some(image));
    assert!(matches!(check(&other), Err(BackupError::Unfinished)));
    // A manifest over an empty folder promises nothing.
    let bare = Store { manifests: to.manifests.clone(), parts: Parts { firm: disk(), world: disk(), vault: disk() } };
    assert!(matches!(check(&bare), Err(BackupError::Damaged { .. })));
}
