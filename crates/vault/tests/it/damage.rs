use journal::{Faults, SimDisk};
use vault::{VaultError, verify};
use vocab::VaultRef;

use crate::{OPS, calm, key, open, person};

const FILES: [&str; 4] = ["vault-000001.log", "vault-000002.log", "keys-000001.tab", "vault.mark"];

fn filled() -> SimDisk {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    for n in 1..=12 {
        v.put(n, &person(n)).unwrap();
    }
    v.read(VaultRef(1), &OPS).unwrap();
    v.erase(VaultRef(2), &OPS).unwrap();
    v.close().unwrap();
    disk
}

fn copy(disk: &SimDisk) -> SimDisk {
    let other = SimDisk::new(9, Faults::default());
    for file in FILES {
        other.set_image(file, disk.image(file));
    }
    other
}

#[test]
fn a_flipped_bit_anywhere_is_seen() {
    let good = filled();
    assert_eq!(verify(&good, None).unwrap().unfinished, Vec::<String>::new());
    for file in FILES {
        let image = good.image(file).unwrap();
        for at in 0..image.len() {
            let disk = copy(&good);
            let mut bad = image.clone();
            bad[at] ^= 1 << (at % 8);
            disk.set_image(file, Some(bad));
            match verify(&disk, None) {
                // Only where nothing was ever written may it look like the rest of a torn write.
                Ok(report) => {
                    assert!(!report.unfinished.is_empty(), "{file} {at} went unseen");
                    let idle = image[at] == 0 && (file == FILES[1] || file == FILES[2]);
                    assert!(idle || file == "vault.mark", "{file} {at}: {:?}", report.unfinished);
                    let mut v = open(&disk).unwrap();
                    assert!(v.read(VaultRef(12), &OPS).unwrap() == person(12));
                    assert_eq!((v.people(), v.accesses().unwrap().len()), (12, 3));
                }
                Err(VaultError::Corrupt { file: named, .. }) => {
                    assert!(named == file || file == "vault.mark", "{named} is blamed for {file} {at}");
                    assert!(matches!(open(&disk), Err(VaultError::Corrupt { .. })));
                }
                Err(other) => panic!("{file} {at}: {other}"),
            }
        }
    }
}

#[test]
fn the_first_wrong_record_is_named_and_nothing_is_changed() {
    let disk = filled();
    let mut bad = disk.image(FILES[0]).unwrap();
    bad[2_000] ^= 4;
    disk.set_image(FILES[0], Some(bad.clone()));
    let Err(VaultError::Corrupt { file, at, .. }) = open(&disk) else { panic!("opened") };
    // The start takes 88 bytes and each person 348: byte 2,000 is in the sixth person's.
    assert_eq!((file.as_str(), at), (FILES[0], 88 + 5 * 348));
    assert_eq!(disk.image(FILES[0]).unwrap(), bad);
}

#[test]
fn a_cut_or_missing_file_is_refused() {
    for file in FILES {
        let disk = filled();
        disk.set_image(file, None);
        if file == "vault.mark" {
            // The witness is gone, the records are not.
            assert_eq!(open(&disk).unwrap().people(), 12);
        } else {
            assert!(matches!(open(&disk), Err(VaultError::Corrupt { .. })), "{file} missing");
        }
    }
    for file in [FILES[0], FILES[1], FILES[2]] {
        let disk = filled();
        let mut short = disk.image(file).unwrap();
        short.truncate(600);
        disk.set_image(file, Some(short));
        assert!(matches!(open(&disk), Err(VaultError::Corrupt { .. })), "{file} cut");
    }
}

#[test]
fn zeros_where_acknowledged_records_were_are_refused() {
    let good = filled();
    let image = good.image(FILES[1]).unwrap();
    let end = image.iter().rposition(|b| *b != 0).unwrap() + 1;
    for from in 0..end {
        let disk = copy(&good);
        let mut bad = image.clone();
        bad[from..].fill(0);
        disk.set_image(FILES[1], Some(bad));
        assert!(matches!(open(&disk), Err(VaultError::Corrupt { .. })), "cut at {from}");
    }
}

#[test]
fn swapped_keys_do_not_open_the_wrong_person() {
    let disk = filled();
    let mut keys = disk.image(FILES[2]).unwrap();
    let (a, b) = (keys[..128].to_vec(), keys[256..384].to_vec());
    keys[..128].copy_from_slice(&b);
    keys[256..384].copy_from_slice(&a);
    disk.set_image(FILES[2], Some(keys));
    assert!(matches!(verify(&disk, Some(&key())), Err(VaultError::Corrupt { .. })));
    assert!(matches!(open(&disk), Err(VaultError::Corrupt { .. })));
}
