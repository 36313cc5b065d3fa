//! Damage is found, named and never repaired.

use journal::{Item, ReadError, Reader, RecoverError, SimDisk, Why, Wrong, Writer, verify};
use vocab::EntryNo;

use crate::rig::{FIRM, SMALL, WALL, add, make, perfect, reopen, sealed, segments};

fn wrong(disk: &SimDisk) -> Wrong {
    match verify(disk, None) {
        Err(ReadError::Wrong(wrong)) => wrong,
        other => panic!("damage goes unseen: {other:?}"),
    }
}

fn refused(disk: &SimDisk) -> Wrong {
    match reopen(disk) {
        Err(RecoverError::Read(ReadError::Wrong(wrong))) => wrong,
        Err(other) => panic!("another refusal: {other}"),
        Ok(_) => panic!("damage was taken for a torn tail"),
    }
}

/// Where each entry's record stands: (segment, first byte, end, number).
fn places(disk: &SimDisk) -> Vec<(String, usize, usize, u64)> {
    let mut all = Vec::new();
    let mut reader = Reader::open(disk).unwrap();
    while let Some(item) = reader.read().unwrap() {
        if let Item::Entry { number, segment, hash, body } = item {
            let name = format!("{segment:08}.seg");
            let image = disk.image(&name).unwrap();
            let at = image.windows(32).position(|w| w == hash).unwrap() - 24;
            all.push((name, at, at + 56 + body.len().next_multiple_of(8), number.0));
        }
    }
    all
}

#[test]
fn a_flipped_bit_anywhere_in_a_sealed_journal_is_found() {
    let disk = sealed();
    let places = places(&disk);
    assert_eq!(segments(&disk).len(), 3, "two segments and the reserve");
    let damaged = perfect();
    for name in segments(&disk) {
        damaged.set_image(&name, disk.image(&name));
    }
    for name in segments(&disk) {
        let image = disk.image(&name).unwrap();
        for at in 0..image.len() {
            let mut bytes = image.clone();
            bytes[at] ^= 1 << (at % 8);
            damaged.set_image(&name, Some(bytes));
            let found = wrong(&damaged);
            // Behind the bytes of no record the first entry not proven is the next one, or one of the
            // same batch if its header is hit.
            let due = places.iter().find(|(n, _, end, _)| (n.as_str(), *end) > (name.as_str(), at));
            let inside = due.is_some_and(|(n, start, _, _)| *n == name && *start <= at);
            let number = due.map_or(places.len() as u64 + 1, |place| place.3);
            if inside {
                assert_eq!(found.entry.0, number, "{name} byte {at}: {found}");
            } else {
                assert!(found.entry.0 <= places.len() as u64 + 1, "{name} byte {at}: {found}");
                assert!(found.entry.0 >= number, "{name} byte {at}: {found}");
            }
            assert!(reopen_changes_nothing(&damaged) || found.why == Why::SealBytes);
        }
        damaged.set_image(&name, Some(image));
    }
}

/// A refusal leaves every byte as it was. A torn seal alone is no damage to recovery.
fn reopen_changes_nothing(disk: &SimDisk) -> bool {
    let before: Vec<_> = segments(disk).iter().map(|n| disk.image(n)).collect();
    let refused = matches!(reopen(disk), Err(RecoverError::Read(ReadError::Wrong(_))));
    let after: Vec<_> = segments(disk).iter().map(|n| disk.image(n)).collect();
    let same = refused && before == after;
    if !same {
        for (name, image) in segments(disk).into_iter().zip(before) {
            disk.set_image(&name, image);
        }
    }
    same
}

#[test]
fn a_sealed_tail_that_was_cut_off_is_refused() {
    let whole = sealed();
    let name = "00000002.seg";
    let image = whole.image(name).unwrap();
    let data_end = image.len() - 4096;
    let end = image[..data_end].iter().rposition(|b| *b != 0).unwrap() + 1;
    for cut in [1, 8, 100, 1_000, end - 4096] {
        let disk = sealed();
        let mut bytes = image.clone();
        bytes[end - cut..data_end].fill(0);
        disk.set_image(name, Some(bytes));
        wrong(&disk);
        refused(&disk);
    }
    // Cut to the length of a file that ends earlier.
    for len in [0, 100, 4096, 8192, image.len() - 1] {
        let disk = sealed();
        disk.set_image(name, Some(image[..len].to_vec()));
        wrong(&disk);
        refused(&disk);
    }
    // With the seal wiped as well, only a witness can tell: that is what heads are kept outside for.
    let disk = sealed();
    let head = verify(&disk, None).unwrap().head;
    let mut bytes = image.clone();
    bytes[4096..].fill(0);
    disk.set_image(name, Some(bytes));
    assert!(verify(&disk, None).is_ok());
    assert!(matches!(verify(&disk, Some(&head)), Err(ReadError::Wrong(Wrong { why: Why::Witness, .. }))));
}

#[test]
fn damage_in_the_middle_is_refused_by_name() {
    let disk = perfect();
    let mut writer = make(&disk);
    for n in 1..=5u8 {
        add(&mut writer, &[n; 200]);
        writer.flush().unwrap();
    }
    drop(writer);
    let places = places(&disk);
    let (name, at, _, _) = &places[2];
    let mut image = disk.image(name).unwrap();
    image[at + 60] ^= 4;
    disk.set_image(name, Some(image));
    let found = refused(&disk);
    assert_eq!((found.entry, found.why, found.byte), (EntryNo(3), Why::Record, *at as u64));
    assert_eq!(wrong(&disk), found);
    // The last batch alone, never sealed, may have been torn: it is cut.
    let (name, at, _, _) = &places[4];
    let mut image = disk.image(name).unwrap();
    image[places[2].1 + 60] ^= 4;
    image[at + 60] ^= 4;
    disk.set_image(name, Some(image));
    assert_eq!(reopen(&disk).unwrap().1.len(), 4);
}

/// Change an entry's record at `offset` and make its checksum fit again, as someone would who means it.
fn forge(disk: &SimDisk, (name, at, end, _): &(String, usize, usize, u64), offset: usize) {
    let mut image = disk.image(name).unwrap();
    let record = &mut image[*at..*end];
    record[offset] ^= 1;
    let crc = crc32c::crc32c_append(crc32c::crc32c(&record[..4]), &record[8..]);
    record[4..8].copy_from_slice(&crc.to_le_bytes());
    disk.set_image(name, Some(image));
}

#[test]
fn a_forged_entry_is_refused_though_its_checksum_fits() {
    let disk = perfect();
    let mut writer = make(&disk);
    for n in 1..=3u8 {
        add(&mut writer, &[n; 200]);
        writer.flush().unwrap();
    }
    drop(writer);
    let places = places(&disk);
    // (offset in the record, why): body, hash, segment, number. The last entry, too: no crash writes
    // bytes whose checksum fits.
    for (place, number) in places.iter().zip(1..) {
        for (offset, why) in [(60, Why::Link), (30, Why::Link), (8, Why::Place), (16, Why::Place), (14, Why::Record)] {
            let before = disk.image("00000001.seg");
            forge(&disk, place, offset);
            let found = wrong(&disk);
            assert_eq!((found.entry.0, found.why), (number, why), "offset {offset}");
            assert_eq!(refused(&disk), found);
            disk.set_image("00000001.seg", before);
        }
    }
}

#[test]
fn segments_missing_swapped_doubled_or_foreign_are_refused() {
    let why = |change: &dyn Fn(&SimDisk)| {
        let disk = sealed();
        change(&disk);
        let found = wrong(&disk);
        assert_eq!(refused(&disk), found);
        (found.why, found.entry.0)
    };
    let (one, two) = ("00000001.seg", "00000002.seg");
    let first_of_two = places(&sealed()).iter().find(|p| p.0 == two).unwrap().3;
    assert_eq!(why(&|d| d.set_image(one, None)), (Why::Missing, 1));
    assert_eq!(why(&|d| d.set_image(two, None)), (Why::Missing, first_of_two));
    assert_eq!(why(&|d| d.set_image("00000003.seg", d.image(two))), (Why::NotSealed, 11));
    assert_eq!(why(&|d| d.set_image("00000004.seg", d.image(two))), (Why::Stray, 11));
    assert_eq!(why(&|d| d.set_image("00000002 copy.seg", d.image(two))), (Why::Stray, 1));
    assert_eq!(why(&|d| d.set_image("00000007.seg", d.image("00000003.seg"))), (Why::Stray, 11));
    assert_eq!(why(&|d| d.set_image(two, d.image(one))), (Why::Misplaced { found: 1 }, first_of_two));
    let swap = |d: &SimDisk| {
        let first = d.image(one);
        d.set_image(one, d.image(two));
        d.set_image(two, first);
    };
    assert_eq!(why(&swap), (Why::Misplaced { found: 2 }, 1));
    let foreign = |d: &SimDisk| {
        let other = perfect();
        let stranger = journal::Identity { id: *b"another journal.", ..FIRM };
        let mut writer = Writer::create(other.clone(), stranger, SMALL, WALL).unwrap();
        for _ in 0..9 {
            add(&mut writer, &[1; 2_000]);
        }
        writer.seal(WALL).unwrap();
        d.set_image(two, other.image(two));
    };
    assert_eq!(why(&foreign), (Why::Foreign, first_of_two));
}

#[test]
fn the_same_journal_with_another_history_does_not_continue() {
    let other = perfect();
    let mut writer = make(&other);
    for _ in 0..9 {
        add(&mut writer, &[1; 2_000]);
    }
    writer.seal(WALL).unwrap();
    let disk = sealed();
    disk.set_image("00000002.seg", other.image("00000002.seg"));
    assert_eq!(wrong(&disk).why, Why::Continues);
}

#[test]
fn a_body_that_looks_like_a_journal_is_only_a_body() {
    // A client who gets a whole segment into an entry must not stop recovery after a crash.
    let bait = sealed().image("00000001.seg").unwrap();
    let disk = perfect();
    let mut writer = make(&disk);
    add(&mut writer, &bait[4096..8_000]);
    writer.flush().unwrap();
    drop(writer);
    let mut image = disk.image("00000001.seg").unwrap();
    image[4096 + 32 + 200] ^= 1;
    disk.set_image("00000001.seg", Some(image));
    assert_eq!(reopen(&disk).unwrap().1.len(), 0);
}

#[test]
fn a_reader_begins_where_it_is_told() {
    let disk = sealed();
    for from in 1..=10 {
        let mut reader = Reader::open_at(&disk, EntryNo(from)).unwrap();
        let mut due = from;
        while let Some(item) = reader.read().unwrap() {
            if let Item::Entry { number, .. } = item {
                assert_eq!(number.0, due);
                due += 1;
            }
        }
        assert_eq!(due, 11);
        assert_eq!(reader.end(), Some(verify(&disk, None).unwrap()));
    }
    assert!(matches!(Reader::open_at(&disk, EntryNo(11)).unwrap().read(), Ok(None | Some(Item::Mark { .. }))));
    assert!(matches!(Reader::open(&perfect()), Err(ReadError::NoJournal)));
}

#[test]
fn a_journal_of_another_kind_is_refused() {
    let disk = sealed();
    let done = journal::recover(disk, journal::Kind::World, SMALL, WALL, |_| Ok(()));
    assert!(matches!(done, Err(RecoverError::Kind { .. })));
    let done = journal::recover(sealed(), journal::Kind::Firm, SMALL, WALL, |item| match item {
        Item::Entry { number: EntryNo(4), .. } => Err("a tag of the future".to_owned()),
        Item::Entry { .. } | Item::Mark { .. } => Ok(()),
    });
    assert!(matches!(done, Err(RecoverError::Refused { entry: EntryNo(4), .. })));
    assert_eq!(Writer::create(sealed(), FIRM, SMALL, WALL).err().unwrap().kind(), std::io::ErrorKind::AlreadyExists);
}
