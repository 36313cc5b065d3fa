//! Stored bytes are golden for ever: journals of today must be written and read by every later version.

use std::fmt::Write;
use std::path::Path;

use journal::{Faults, Item, Mark, Reader, SimDisk, verify};
use vocab::EntryNo;

use crate::rig::{add, make, perfect, reopen, segments};

/// The rows of 16 bytes that are not all zeros.
fn dump(disk: &SimDisk) -> String {
    let mut text = String::new();
    for name in segments(disk) {
        let image = disk.image(&name).unwrap();
        writeln!(text, "{name} {} bytes", image.len()).unwrap();
        for (nth, row) in image.chunks(16).enumerate() {
            if row.iter().any(|b| *b != 0) {
                let hex: Vec<String> = row.iter().map(|b| format!("{b:02x}")).collect();
                writeln!(text, "{:06x}  {}", nth * 16, hex.join(" ")).unwrap();
            }
        }
    }
    text
}

/// The disk that a dump shows.
fn undump(text: &str) -> SimDisk {
    let disk = SimDisk::new(0, Faults::default());
    let mut file: Option<(String, Vec<u8>)> = None;
    for line in text.lines() {
        if let Some((name, size)) = line.strip_suffix(" bytes").and_then(|l| l.split_once(' ')) {
            if let Some((name, image)) = file.take() {
                disk.set_image(&name, Some(image));
            }
            file = Some((name.to_owned(), vec![0; size.parse().unwrap()]));
        } else {
            let (at, row) = line.split_once("  ").unwrap();
            let at = usize::from_str_radix(at, 16).unwrap();
            let image = &mut file.as_mut().unwrap().1;
            for (n, byte) in row.split(' ').enumerate() {
                image[at + n] = u8::from_str_radix(byte, 16).unwrap();
            }
        }
    }
    let (name, image) = file.unwrap();
    disk.set_image(&name, Some(image));
    disk
}

fn small_journal() -> SimDisk {
    let disk = perfect();
    let mut writer = make(&disk);
    add(&mut writer, b"one");
    add(&mut writer, b"two, twice as long");
    writer.flush().unwrap();
    writer.mark(&Mark::Checkpoint { entry: EntryNo(2), state_version: 3, digest: [0xD1; 32] });
    writer.flush().unwrap();
    drop(writer);
    let (recovered, _) = reopen(&disk).unwrap();
    let mut writer = recovered.writer;
    add(&mut writer, &[3; 8_000]);
    writer.seal(crate::rig::WALL).unwrap();
    disk
}

fn golden() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/journal_v1.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, dump(&small_journal())).unwrap();
    }
    std::fs::read_to_string(path).expect("the golden journal")
}

#[test]
fn a_small_journal_is_written_byte_for_byte() {
    assert!(dump(&small_journal()) == golden(), "the stored form has changed: a new format needs a new version");
}

#[test]
fn the_golden_journal_reads_for_ever() {
    let disk = undump(&golden());
    let end = verify(&disk, None).unwrap();
    assert!(end.sealed && end.torn == 0 && end.head.entry == EntryNo(3) && end.segments == 2);
    let mut reader = Reader::open(&disk).unwrap();
    let mut story = String::new();
    while let Some(item) = reader.read().unwrap() {
        match item {
            Item::Entry { number, segment, body, .. } => {
                writeln!(story, "{number} in {segment}: {} bytes", body.len()).unwrap();
            }
            Item::Mark { mark: Mark::Opened { cut, .. }, .. } => writeln!(story, "opened, {cut} cut").unwrap(),
            Item::Mark { mark: Mark::Checkpoint { entry, .. }, .. } => writeln!(story, "checkpoint {entry}").unwrap(),
            Item::Mark { mark: Mark::Sealed { entries, .. }, .. } => writeln!(story, "sealed at {entries}").unwrap(),
        }
    }
    let told = "opened, 0 cut\n1 in 1: 3 bytes\n2 in 1: 18 bytes\ncheckpoint 2\nopened, 0 cut\n\
                3 in 2: 8000 bytes\nsealed at 3\n";
    assert_eq!(story, told);
}
