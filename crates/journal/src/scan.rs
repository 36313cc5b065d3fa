//! Checking the batches of one segment: the one place that judges bytes, for readers and recovery alike.

use vocab::EntryNo;

use crate::record::{
    BATCH_HEADER, BatchHeader, Hash, Head, Identity, Mark, RECORD_HEADER, RecordKind, SegmentHeader, is_zero, link,
    record_bytes, record_crc, u32_at, u64_at,
};
use crate::wire::decode;
use crate::wrong::Why;

/// Where the chain stands.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    /// The next entry's number.
    pub next: EntryNo,
    /// The next batch's number.
    pub batch: u64,
    /// Hash of the last record.
    pub hash: Hash,
    pub head: Head,
}

impl Chain {
    pub fn genesis(identity: &Identity) -> Chain {
        let hash = identity.genesis();
        Chain { next: EntryNo(1), batch: 1, hash, head: Head { entry: EntryNo(0), hash } }
    }

    /// From a segment on, on the word of its header.
    pub fn from_header(header: &SegmentHeader) -> Chain {
        let before = EntryNo(header.first_entry.0.saturating_sub(1));
        let head = Head { entry: before, hash: header.before };
        Chain { next: header.first_entry, batch: header.first_batch, hash: header.before, head }
    }

    /// Why a header is not that of this segment behind the chain. Whether its length is the file's is for who read it.
    pub fn fault(&self, header: &SegmentHeader, identity: &Identity, segment: u32, fits: bool) -> Option<Why> {
        let continues = header.first_entry == self.next && header.first_batch == self.batch && header.before == self.hash;
        if header.identity != *identity {
            Some(Why::Foreign)
        } else if header.segment != segment {
            Some(Why::Misplaced { found: header.segment })
        } else if !fits {
            Some(Why::Length)
        } else {
            (!continues).then_some(Why::Continues)
        }
    }
}

/// What stands at a place.
#[derive(Debug)]
pub(crate) enum Step {
    /// Zeros to the end of the data.
    End,
    /// A batch, wholly checked, that ends here.
    Batch { end: usize },
}

/// What is wrong at a place.
#[derive(Debug)]
pub(crate) struct Fault {
    pub entry: EntryNo,
    pub at: usize,
    pub why: Why,
    /// A write that a crash tore may look like this. Bytes whose checksum fits were written as they
    /// stand, so what is wrong with their meaning no crash has done.
    pub torn: bool,
}

/// Check what stands at `at`; a good batch moves the chain, anything else leaves it.
pub(crate) fn step(bytes: &[u8], at: usize, header: &SegmentHeader, chain: &mut Chain) -> Result<Step, Fault> {
    let data = &bytes[..header.data_end()];
    let fault = |entry, at, why, torn| Fault { entry, at, why, torn };
    let rest = &data[at..];
    if rest.get(..BATCH_HEADER).is_none_or(is_zero) {
        return if is_zero(rest) { Ok(Step::End) } else { Err(fault(chain.next, at, Why::AfterEnd, true)) };
    }
    let Some(batch) = BatchHeader::parse(data, &header.identity.id, header.segment, at) else {
        return Err(fault(chain.next, at, Why::Batch, true));
    };
    let (mut place, end) = (at + BATCH_HEADER, at + BATCH_HEADER + batch.bytes as usize);
    let follows = batch.batch == chain.batch && batch.first_entry == chain.next && batch.records > 0;
    if !follows || end > data.len() || !end.is_multiple_of(8) {
        return Err(fault(chain.next, at, Why::Batch, false));
    }
    let mut moved = chain.clone();
    moved.batch += 1;
    for _ in 0..batch.records {
        match record(&data[place..end], header.segment, &mut moved) {
            Ok(len) => place += len,
            Err((why, torn)) => return Err(fault(moved.next, place, why, torn)),
        }
    }
    if place != end {
        return Err(fault(moved.next, place, Why::Batch, false));
    }
    *chain = moved;
    Ok(Step::Batch { end })
}

/// Check the first record of `rest` and move the chain over it; its length.
fn record(rest: &[u8], segment: u32, chain: &mut Chain) -> Result<usize, (Why, bool)> {
    if rest.len() < RECORD_HEADER {
        return Err((Why::Record, true));
    }
    let body_len = u32_at(rest, 0) as usize;
    let len = record_bytes(body_len);
    if len > rest.len() || u32_at(rest, 4) != record_crc(&rest[..len]) {
        return Err((Why::Record, true));
    }
    let kind = rest[12];
    let number = EntryNo(u64_at(rest, 16));
    let body = &rest[RECORD_HEADER..RECORD_HEADER + body_len];
    let is_entry = kind == RecordKind::Entry as u8;
    if (!is_entry && kind != RecordKind::Mark as u8) || rest[13..16] != [0; 3] {
        return Err((Why::Record, false));
    }
    let due = if is_entry { chain.next } else { chain.head.entry };
    if number != due || u32_at(rest, 8) != segment {
        return Err((Why::Place, false));
    }
    let hash = link(&chain.hash, segment, kind, number, body);
    if hash != rest[24..RECORD_HEADER] {
        return Err((Why::Link, false));
    }
    if is_entry {
        chain.next = number.next();
        chain.head = Head { entry: number, hash };
    } else {
        decode::<Mark>(body).map_err(|bad| (Why::Mark(bad), false))?;
    }
    chain.hash = hash;
    Ok(len)
}

/// Where the first whole batch header stands, at or after `at`, whose number is at least `least`.
pub(crate) fn later_batch(bytes: &[u8], at: usize, id: &[u8; 16], segment: u32, least: u64) -> Option<usize> {
    (at.next_multiple_of(8)..bytes.len())
        .step_by(8)
        .find(|at| BatchHeader::parse(bytes, id, segment, *at).is_some_and(|b| b.batch >= least))
}

/// Bytes from `at` to the last that is not zero.
pub(crate) fn extent(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].iter().rposition(|b| *b != 0).map_or(0, |last| last as u64 + 1)
}
