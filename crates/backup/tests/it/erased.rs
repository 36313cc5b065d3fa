//! Who was erased, and what a backup still knows.

use crate::{ABOUT, heard, key, parts, play, store};
use backup::{restore, take};
use journal::Disk;
use sim::Ground;
use vault::{Act, Purpose, Vault, VaultError, erased_after};
use vocab::{Moment, VaultRef};

const OPS: Purpose<'_> = Purpose { who: "ops", why: "asked to be forgotten", wall: 1_780_000_000_000_000 };
const GONE: VaultRef = VaultRef(2);

fn reads(disk: &journal::SimDisk) -> Result<vault::Person, VaultError> {
    Vault::open(disk.clone(), key()).expect("a vault").read(GONE, &OPS)
}

#[test]
fn an_erased_person_stays_erased_through_a_backup_and_a_later_log_erases_in_an_older_one() {
    let ground = Ground::sample();
    let (from, to, older) = (parts(), store(), store());
    play(&ground, &from, |turn| turn < 300);
    for store in [&to, &older] {
        take(&from, store, ABOUT, Moment(1), heard).unwrap_or_else(|e| panic!("{e}"));
    }
    let keys = |store: &backup::Store<journal::SimDisk>| -> Vec<String> {
        store.parts.vault.list().unwrap().into_iter().filter(|name| name.starts_with("keys-")).collect()
    };
    let key_before = to.parts.vault.image(&keys(&to)[0]).unwrap()[128..256].to_vec();
    assert!(key_before.iter().any(|b| *b != 0), "the second slot holds a key");
    let mut vault = Vault::open(from.vault.clone(), key()).expect("a vault");
    vault.erase(GONE, &OPS).expect("erased");
    vault.close().expect("closed");

    // The next backup into the same folder takes the key with it.
    let (manifest, _) = take(&from, &to, ABOUT, Moment(2), heard).unwrap_or_else(|e| panic!("{e}"));
    for name in to.parts.vault.list().unwrap() {
        let image = to.parts.vault.image(&name).unwrap();
        assert!(!image.windows(128).any(|at| at == key_before), "{name} still holds the key");
    }
    let put = parts();
    restore(&to, &put).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(reads(&put.vault), Err(VaultError::Erased { .. })));

    // An older backup on another shelf still opens him, until a later log is held against it.
    let put = parts();
    let (before, _) = restore(&older, &put).unwrap_or_else(|e| panic!("{e}"));
    let erased = erased_after(&from.vault, &before.vault).expect("a later log");
    assert_eq!(erased.iter().map(|e| e.act).collect::<Vec<_>>(), [Act::Erased { of: GONE }]);
    assert!(reads(&put.vault).is_ok());
    assert_eq!(erased_after(&from.vault, &manifest.vault).expect("the same log"), []);
    let other = Vault::open(crate::disk(), vault::VaultKey::sandbox(8)).expect("another vault");
    drop(other);
    assert!(erased_after(&put.vault, &vault::Head { number: 1, chain: [1; 32] }).is_err(), "another vault's head");
}
