//! Replay: entries are read back with every hash checked, decoded, and applied.

use std::path::Path;
use std::time::Instant;

use firm::Firm;
use vocab::Dump;
use journal::{Caching, Item, RealDisk, Reader, v1};
use sha2::{Digest, Sha256};

use crate::RUNS;
use crate::durable::{self, Failure};
use crate::entry::{self, Kept, WALL};
use crate::stage::enter;
use crate::table::{Goal, Row, Runs, Unit};

const MESSAGES: usize = 145_000;

fn digest(firm: &Firm) -> [u8; 32] {
    let mut hash = Sha256::new();
    firm.dump(&mut |bytes| hash.update(bytes));
    hash.finalize().into()
}

/// Entries a second, and the digest they lead to.
fn replay(dir: &Path, count: usize) -> Result<(f64, [u8; 32]), Failure> {
    let mut firm = entry::stage().firm;
    let (mut events, mut tail, mut seen) = (Vec::new(), Vec::new(), 0);
    let start = Instant::now();
    let disk = RealDisk::new(dir, Caching::ReadOnly)?;
    let mut reader = Reader::open(&disk)?;
    while let Some(item) = reader.read()? {
        if let Item::Entry { number, body, .. } = item {
            let (head, ..) = v1::get_into(number, body, &mut events, &mut tail)?;
            enter(&mut firm, &head, &events, &tail);
            seen += 1;
        }
    }
    let took = start.elapsed().as_secs_f64();
    assert_eq!(seen, count, "every entry is read back");
    Ok((count as f64 / took, digest(&firm)))
}

/// Entries a second when each body is only hashed.
fn hashed(bodies: &[Vec<u8>]) -> f64 {
    let start = Instant::now();
    let mut last = [0; 32];
    for body in bodies {
        let mut hash = Sha256::new();
        hash.update(last);
        hash.update(body);
        last = hash.finalize().into();
    }
    std::hint::black_box(last);
    bodies.len() as f64 / start.elapsed().as_secs_f64()
}

pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    let dir = dir.join("replay");
    let (mut entries, stage) = entry::record(MESSAGES);
    let reached = digest(&stage.firm);
    drop(stage);
    let bytes = entry::mean_bytes(&entries);
    let bodies: Vec<Vec<u8>> = entries.iter().map(body).collect();
    let count = entries.len();
    let kept = durable::journal(&dir, 3)?;
    for part in entries.chunks(1_000) {
        kept.hand_over(&mut part.to_vec())?;
    }
    kept.close(WALL)?;
    entries.clear();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        theirs.push(hashed(&bodies));
        let (rate, digest) = replay(&dir, count)?;
        assert_eq!(digest, reached, "replay reaches the same state");
        ours.push(rate);
    }
    Ok(vec![Row {
        job: "replay, hashes checked, entries",
        unit: Unit::PerSecond,
        runs: Runs::of(ours),
        yardstick: Some(("SHA-256 of the same bodies", Runs::of(theirs))),
        goal: Goal::AtLeast(1e6),
        notes: vec![format!("{count} entries of {bytes} bytes, to the digest of the firm that made them")],
    }])
}

fn body(kept: &Kept) -> Vec<u8> {
    let mut out = Vec::new();
    entry::encode(kept, &mut out);
    out
}
