//! Nothing acknowledged is lost, nothing is invented: by every fault of a disk, at every byte.

use journal::{Faults, Head, ReadError, RecoverError, Reserve, SimDisk, Why, Writer, verify};
use stdx::Lots;
use vocab::EntryNo;

use crate::rig::{FIRM, SMALL, WALL, add, make, perfect, read, reopen};

/// What one life of a process may do, and what it was told.
#[derive(Default)]
struct Told {
    /// Every entry's body, by what was appended last under its number.
    bodies: Vec<Vec<u8>>,
    /// How many of them were acknowledged, and the head then.
    acknowledged: usize,
    head: Option<Head>,
}

impl Told {
    /// What a recovery found must hold all that was acknowledged and only what was appended.
    fn check(&mut self, found: &[Vec<u8>], seed: u64) {
        assert!(found.len() >= self.acknowledged, "seed {seed}: {} of {} found", found.len(), self.acknowledged);
        assert!(found.len() <= self.bodies.len(), "seed {seed}: invented");
        assert!(found == &self.bodies[..found.len()], "seed {seed}: changed");
        self.bodies.truncate(found.len());
    }

    fn live(&mut self, writer: &mut Writer<SimDisk>, lots: &mut Lots, steps: u64) -> std::io::Result<()> {
        for _ in 0..steps {
            let number = writer.next();
            assert_eq!(number.0, self.bodies.len() as u64 + 1);
            let size = if lots.one_in(8) { lots.below(7_000) } else { lots.below(300) };
            let body: Vec<u8> = (0..size).map(|_| lots.draw().to_le_bytes()[0]).collect();
            add(writer, &body);
            self.bodies.push(body);
            if lots.one_in(3) {
                let durable = writer.flush()?;
                self.acknowledged = usize::try_from(durable.0).unwrap();
                assert_eq!(self.acknowledged, self.bodies.len());
                self.head = Some(writer.durable());
            }
            if lots.one_in(5) {
                let _ = writer.reserve()?;
            }
        }
        Ok(())
    }
}

fn drawn(lots: &mut Lots) -> Faults {
    let mut faults = Faults { short_write_one_in: lots.below(4), ..Faults::default() };
    match lots.below(6) {
        0 => faults.write_error_one_in = 1 + lots.below(30),
        1 => faults.flush_error_one_in = 1 + lots.below(30),
        2 => faults.size_limit = Some(SMALL * (2 + lots.below(6))),
        3 | 4 => faults.crash_after = Some(lots.below(200_000)),
        _ => {}
    }
    faults
}

/// Open what is there, whatever its last life left; `None` if the disk failed meanwhile.
fn open(disk: &SimDisk, told: &mut Told, seed: u64) -> Option<Writer<SimDisk>> {
    match reopen(disk) {
        Ok((recovered, found)) => {
            told.check(&found, seed);
            Some(recovered.writer)
        }
        Err(RecoverError::Read(ReadError::NoJournal)) => {
            assert_eq!(told.acknowledged, 0, "seed {seed}: the journal is gone");
            told.bodies.clear();
            Writer::create(disk.clone(), FIRM, SMALL, WALL).ok()
        }
        Err(RecoverError::Read(ReadError::Disk { .. })) => None,
        Err(e) => panic!("seed {seed}: {e}"),
    }
}

fn next_life(disk: &SimDisk, lots: &mut Lots, faults: Faults) -> SimDisk {
    if lots.one_in(2) { disk.crash(faults) } else { disk.kill(faults) }
}

#[test]
fn what_was_acknowledged_survives_every_fault() {
    for seed in 0..3_000 {
        let mut lots = Lots::new(seed);
        let mut told = Told::default();
        let mut disk = SimDisk::new(seed, drawn(&mut lots));
        for _ in 0..6 {
            if let Some(mut writer) = open(&disk, &mut told, seed) {
                let steps = lots.below(40);
                let alive = told.live(&mut writer, &mut lots, steps).is_ok();
                if alive && lots.one_in(3) && writer.seal(WALL).is_ok() {
                    told.acknowledged = told.bodies.len();
                    assert!(verify(&disk, told.head.as_ref()).unwrap().sealed);
                }
            }
            let faults = drawn(&mut lots);
            disk = next_life(&disk, &mut lots, faults);
        }
        disk = disk.crash(Faults::default());
        if open(&disk, &mut told, seed).is_none() {
            panic!("seed {seed}: a perfect disk refuses");
        }
        let after = read(&disk).0;
        assert!(verify(&disk, told.head.as_ref()).is_ok(), "seed {seed}: the witness is not confirmed");
        let (_, again) = reopen(&disk.crash(Faults::default())).unwrap();
        assert!(after == again && after == told.bodies, "seed {seed}: a second recovery differs");
    }
}

/// A short life with a turn of segments, a clean close and a second opening.
fn short_life(disk: &SimDisk, told: &mut Told) -> std::io::Result<()> {
    let mut writer = Writer::create(disk.clone(), FIRM, SMALL, WALL)?;
    for n in 0..3u8 {
        told.bodies.push(vec![n + 1; 3_500]);
        add(&mut writer, &[n + 1; 3_500]);
        told.acknowledged = usize::try_from(writer.flush()?.0).unwrap();
    }
    writer.seal(WALL)?;
    let (recovered, _) = reopen(disk).map_err(|e| std::io::Error::other(e.to_string()))?;
    let mut writer = recovered.writer;
    told.bodies.push(b"after".to_vec());
    add(&mut writer, b"after");
    told.acknowledged = usize::try_from(writer.flush()?.0).unwrap();
    Ok(())
}

#[test]
fn a_crash_at_any_byte_loses_nothing() {
    let whole = perfect();
    short_life(&whole, &mut Told::default()).unwrap();
    let total = whole.written();
    for at in 0..total {
        let disk = SimDisk::new(at, Faults { crash_after: Some(at), ..Faults::default() });
        let mut told = Told::default();
        assert!(short_life(&disk, &mut told).is_err(), "byte {at} of {total}");
        let disk = disk.crash(Faults::default());
        let mut found = Told { bodies: told.bodies.clone(), ..told };
        assert!(open(&disk, &mut found, at).is_some(), "byte {at}");
    }
}

/// Crash a recovery of `torn` at every `stride`th byte; what is left must recover all the same.
fn crash_in_recovery(torn: &SimDisk, told: &Told, stride: usize) {
    let images: Vec<_> = crate::rig::segments(torn).into_iter().map(|n| (torn.image(&n), n)).collect();
    for at in (0..).step_by(stride) {
        let disk = SimDisk::new(at, Faults { crash_after: Some(at), ..Faults::default() });
        for (image, name) in &images {
            disk.set_image(name, image.clone());
        }
        let finished = reopen(&disk).is_ok();
        let mut found = Told { bodies: told.bodies.clone(), ..*told };
        assert!(open(&disk.crash(Faults::default()), &mut found, at).is_some(), "byte {at}");
        if finished {
            break;
        }
    }
}

#[test]
fn a_crash_within_recovery_is_recovered() {
    let whole = perfect();
    short_life(&whole, &mut Told::default()).unwrap();
    let (mut torn_tails, mut torn_headers) = (0, 0);
    for at in 0..whole.written() {
        let disk = SimDisk::new(at, Faults { crash_after: Some(at), ..Faults::default() });
        let mut told = Told::default();
        assert!(short_life(&disk, &mut told).is_err());
        let disk = disk.crash(Faults::default());
        let Ok(end) = verify(&disk, None) else { continue };
        let next = disk.image(&format!("{:08}.seg", end.segments + 1)).unwrap_or_default();
        if next.iter().any(|b| *b != 0) {
            torn_headers += 1;
            crash_in_recovery(&disk, &told, 509);
        } else if end.torn > 0 && at % 400 == 0 {
            torn_tails += 1;
            crash_in_recovery(&disk, &told, 97);
        }
    }
    assert!(torn_tails > 5 && torn_headers > 5, "{torn_tails} {torn_headers}");
}

#[test]
fn a_lying_flush_is_caught_by_the_witness() {
    let mut caught = 0;
    for seed in 0..50 {
        let disk = SimDisk::new(seed, Faults { lying_flush: true, ..Faults::default() });
        let mut writer = make(&disk);
        add(&mut writer, b"acknowledged");
        assert_eq!(writer.flush().unwrap(), EntryNo(1));
        let witness = writer.durable();
        let disk = disk.crash(Faults::default());
        caught += u32::from(verify(&disk, Some(&witness)).is_err());
    }
    assert_eq!(caught, 50, "the planted bug goes unseen");
}

#[test]
fn a_lie_after_a_durable_start_is_caught_by_the_witness() {
    let disk = perfect();
    let mut writer = make(&disk);
    add(&mut writer, b"kept");
    writer.flush().unwrap();
    let honest = writer.durable();
    drop(writer);
    let liar = disk.crash(Faults { lying_flush: true, ..Faults::default() });
    let mut writer = reopen(&liar).unwrap().0.writer;
    add(&mut writer, b"said to be kept");
    writer.flush().unwrap();
    let witness = writer.durable();
    let disk = liar.crash(Faults::default());
    assert!(verify(&disk, Some(&honest)).is_ok());
    let Err(ReadError::Wrong(wrong)) = verify(&disk, Some(&witness)) else { panic!("the planted bug goes unseen") };
    assert_eq!((wrong.entry, wrong.why), (EntryNo(2), Why::Witness));
}

#[test]
fn a_failed_flush_ends_the_writer() {
    let disk = perfect();
    let mut writer = make(&disk);
    add(&mut writer, b"kept");
    writer.flush().unwrap();
    drop(writer);
    let disk = disk.kill(Faults { flush_error_one_in: 9, ..Faults::default() });
    let Ok((recovered, _)) = reopen(&disk) else { panic!("this seed recovers before the fault") };
    let mut writer = recovered.writer;
    let failed = (0..100).find_map(|n| {
        add(&mut writer, &[n; 50]);
        writer.flush().err()
    });
    assert!(failed.unwrap().to_string().contains("planted flush error"));
    let (durable, next) = (writer.durable(), writer.next());
    assert_eq!(add(&mut writer, b"too late"), next);
    assert!(writer.flush().is_err() && writer.durable() == durable);
    assert!(writer.seal(WALL).is_err());
}

#[test]
fn a_full_disk_leaves_the_reserve_to_write_in() {
    let disk = SimDisk::new(1, Faults { size_limit: Some(SMALL * 2), ..Faults::default() });
    let mut writer = make(&disk);
    assert_eq!(writer.reserve().unwrap(), Reserve::Ready);
    // The first segment fills, the second was zeroed ahead: from then on the reserve is spent.
    while writer.reserve().unwrap() == Reserve::Ready {
        add(&mut writer, &[1; 1_000]);
        writer.flush().unwrap();
    }
    let before = writer.durable().entry;
    for _ in 0..5 {
        add(&mut writer, &[2; 1_000]);
        writer.flush().unwrap();
    }
    let head = writer.seal(WALL).unwrap();
    assert_eq!(head.entry.0, before.0 + 5);
    assert!(verify(&disk, Some(&head)).unwrap().sealed);
    // The next process opens it, still full, and writes on until the segment is full as well.
    let (recovered, found) = reopen(&disk).unwrap();
    assert_eq!(found.len() as u64, head.entry.0);
    let mut writer = recovered.writer;
    assert_eq!(writer.reserve().unwrap(), Reserve::Exhausted);
    let full = (0..20).find_map(|_| {
        add(&mut writer, &[3; 1_000]);
        writer.flush().err()
    });
    assert_eq!(full.unwrap().kind(), std::io::ErrorKind::StorageFull);
}

#[test]
fn a_torn_tail_is_cut_and_said_to_be() {
    let disk = perfect();
    let mut writer = make(&disk);
    add(&mut writer, &[1; 100]);
    writer.flush().unwrap();
    let good = disk.image("00000001.seg").unwrap();
    add(&mut writer, &[2; 3_000]);
    writer.flush().unwrap();
    drop(writer);
    let mut image = disk.image("00000001.seg").unwrap();
    let end = good.iter().rposition(|b| *b != 0).unwrap();
    image[end + 1_000..].fill(0);
    disk.set_image("00000001.seg", Some(image));
    assert!(verify(&disk, None).unwrap().torn > 900);
    let (recovered, found) = reopen(&disk).unwrap();
    assert_eq!((found.len(), recovered.sealed), (1, false));
    let marks = read(&disk).1;
    let journal::Mark::Opened { cut, .. } = marks[1] else { panic!("a second opening") };
    assert!(recovered.cut == cut && cut > 900);
    drop(recovered);
    let (again, found) = reopen(&disk).unwrap();
    assert_eq!((again.cut, found.len()), (0, 1));
}
