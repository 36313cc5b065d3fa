//! The journal against the disk it stands on, in turns within one run: on a busy machine only the
//! ratios mean something (PERF 2).
//!
//! `cargo run --release -p journal --example measure [folder]`

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use journal::{BLOCK, Caching, DEFAULT_SEGMENT, Disk, DiskFile, Identity, Item, Journal, Kind, RealDisk, Reader, Writer};
use vocab::Moment;

const BODY: usize = 250;
const ROUNDS: usize = 5;
const SINGLES: usize = 2_000;
const FLIGHT: u64 = 1_024;
const MANY: u64 = 1_000_000;
const WALL: Moment = Moment(0);

type Entry = [u8; BODY];

fn encode(entry: &Entry, out: &mut Vec<u8>) {
    out.extend_from_slice(entry);
}

fn percentiles(name: &str, mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1_000].as_secs_f64() * 1e6;
    println!("{name:<44} p50 {:7.1}  p99 {:7.1}  p99.9 {:7.1} us", at(500), at(990), at(999));
    at(500)
}

fn timed<E>(times: &mut Vec<Duration>, mut once: impl FnMut() -> Result<(), E>) -> Result<(), E> {
    for _ in 0..SINGLES {
        let start = Instant::now();
        once()?;
        times.push(start.elapsed());
    }
    Ok(())
}

fn singles(dir: &Path) -> Result<(), Box<dyn Error>> {
    let disk = RealDisk::new(&dir.join("singles"), Caching::Direct)?;
    let mut raw = disk.create("raw", (ROUNDS * SINGLES * BLOCK) as u64)?;
    println!("the file system {} O_DIRECT", if raw.is_direct() { "grants" } else { "refuses" });
    let identity = Identity { id: [1; 16], kind: Kind::Firm, sandbox: true };
    let mut writer = Writer::create(disk.clone(), identity, DEFAULT_SEGMENT, WALL)?;
    let threaded = RealDisk::new(&dir.join("threaded"), Caching::Direct)?;
    let journal = Journal::start(Writer::create(threaded, identity, DEFAULT_SEGMENT, WALL)?, encode, 4_096, |_| {})?;
    let (mut of_raw, mut of_writer, mut of_journal) = (Vec::new(), Vec::new(), Vec::new());
    let (block, entry, mut off, mut items) = (vec![7; BLOCK], [9; BODY], 0, Vec::new());
    for _ in 0..ROUNDS {
        timed(&mut of_raw, || {
            raw.write_at(off, &block)?;
            off += BLOCK as u64;
            raw.flush()
        })?;
        timed(&mut of_writer, || {
            writer.append(|out| encode(&entry, out));
            writer.flush().map(drop)
        })?;
        timed(&mut of_journal, || {
            items.push(entry);
            let last = journal.hand_over(&mut items)?;
            journal.wait_durable(last).map(drop)
        })?;
    }
    journal.close(WALL)?;
    let raw = percentiles("raw 4 KiB, zeroed ahead, O_DIRECT, fdatasync", of_raw);
    let writer = percentiles("one entry, writer", of_writer);
    let journal = percentiles("one entry, through the thread", of_journal);
    println!("p50 over raw: writer {:.2}, thread {:.2}", writer / raw, journal / raw);
    Ok(())
}

fn many(dir: &Path) -> Result<(), Box<dyn Error>> {
    let dir = dir.join("many");
    let disk = RealDisk::new(&dir, Caching::Direct)?;
    let identity = Identity { id: [2; 16], kind: Kind::Firm, sandbox: true };
    let journal = Journal::start(Writer::create(disk, identity, DEFAULT_SEGMENT, WALL)?, encode, 4_096, |_| {})?;
    let start = Instant::now();
    let (mut sent, mut items) = (0, Vec::new());
    while sent < MANY {
        // As many new ones as have become durable: always 1,024 on the way.
        let room = (journal.durable().0 + FLIGHT - sent).min(MANY - sent);
        if room == 0 {
            std::hint::spin_loop();
            if let Some(failed) = journal.failure() {
                return Err(failed.into());
            }
            continue;
        }
        items.extend((0..room).map(|n| [(n % 251) as u8; BODY]));
        sent = journal.hand_over(&mut items)?.0;
    }
    journal.close(WALL)?;
    let took = start.elapsed().as_secs_f64();
    println!("{FLIGHT} in flight, {BODY} bytes each: {:.0} entries/s durable", MANY as f64 / took);

    let disk = RealDisk::new(&dir, Caching::ReadOnly)?;
    for _ in 0..3 {
        let start = Instant::now();
        let (mut entries, mut bytes, mut reader) = (0u64, 0, Reader::open(&disk)?);
        while let Some(item) = reader.read()? {
            if let Item::Entry { body, .. } = item {
                entries += 1;
                bytes += body.len();
            }
        }
        let took = start.elapsed().as_secs_f64();
        let megabytes = bytes as f64 / 1e6;
        let (entries, megabytes) = (entries as f64 / took, megabytes / took);
        println!("read back with hashes: {entries:.0} entries/s, {megabytes:.0} MB/s of bodies");
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let parent = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = parent.join(format!("journal-measure-{}", std::process::id()));
    let done = singles(&dir).and_then(|()| many(&dir));
    std::fs::remove_dir_all(&dir)?;
    done
}
