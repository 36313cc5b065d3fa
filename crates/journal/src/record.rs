//! The byte layout, little-endian. Stored bytes are golden for ever: `tests/it/golden.rs`.
//!
//! ```text
//! segment   header block │ data: batches, each on 8 bytes, then zeros │ seal block      blocks of 4096
//! header    magic 8 · format 4 · crc 4 · journal id 16 · kind 1 · sandbox 1 · 0 2 · segment 4 · size 8 ·
//!           first entry 8 · first batch 8 · closing hash of the segment before 32 · zeros
//! batch     magic 4 · crc 4 · batch 8 · bytes of records 4 · records 4 · first entry 8
//! record    length 4 · crc 4 · segment 4 · kind 1 · 0 3 · number 8 · hash 32 · body · 0 to 8 bytes
//! seal      magic 8 · crc 4 · clean 1 · 0 3 · segment 4 · 0 4 · end of data 8 · last entry 8 · last batch 8 ·
//!           closing hash 32 · zeros
//! ```
//!
//! `hash = SHA-256(hash before ‖ segment ‖ kind ‖ number ‖ body)`; before the first record stands the hash
//! of the journal's identity. A mark has no number of its own: it carries that of the entry before it.
//! The checksums of batches and seals are keyed with the journal's id and their place, so that bytes a
//! client managed to get into a body can never pass for the journal's own structure.

use sha2::{Digest, Sha256};
use vocab::{EntryNo, Moment};

use crate::wire::{Wire, decode};

/// The unit of writing: what O_DIRECT and a page ask for.
pub const BLOCK: usize = 4096;
/// The largest body of an entry (DESIGN 3).
pub const MAX_ENTRY: usize = 1 << 20;
/// Header, seal and two blocks of data.
pub(crate) const LEAST_SEGMENT: usize = 4 * BLOCK;
pub(crate) const FORMAT: u32 = 1;
pub(crate) const BATCH_HEADER: usize = 32;
pub(crate) const RECORD_HEADER: usize = 56;
const SEGMENT_MAGIC: [u8; 8] = *b"SAUDAJRN";
const SEAL_MAGIC: [u8; 8] = *b"SAUDSEAL";
const BATCH_MAGIC: u32 = u32::from_le_bytes(*b"SBAT");

pub(crate) type Hash = [u8; 32];

/// Whose journal it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// The broker's own.
    Firm = 1,
    /// That of the simulated world outside (DESIGN 4).
    World = 2,
}

/// What a journal is for life: every segment carries it and the chain begins with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Drawn at random when the journal is made.
    pub id: [u8; 16],
    pub kind: Kind,
    /// A sandbox journal is marked so for life (DESIGN 5).
    pub sandbox: bool,
}

impl Identity {
    /// What stands before the first record of the chain.
    pub(crate) fn genesis(&self) -> Hash {
        let mut sha = Sha256::new();
        sha.update(b"sauda journal");
        sha.update(FORMAT.to_le_bytes());
        sha.update(self.id);
        sha.update([self.kind as u8, u8::from(self.sandbox)]);
        sha.finalize().into()
    }
}

/// The last entry of a journal at some time: kept elsewhere, it is a witness that none was cut off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// 0 while there is none.
    pub entry: EntryNo,
    /// Hash of that entry's record; of the identity while there is none.
    pub hash: [u8; 32],
}

/// A record that is no entry: on the same chain, without a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A process opened the journal and found `cut` bytes of a tail that was never acknowledged.
    Opened { wall: Moment, cut: u64 },
    /// The digest of the state after `entry`, of one `state_version` (DESIGN 9).
    Checkpoint { entry: EntryNo, state_version: u32, digest: [u8; 32] },
    /// A clean close after `entries` entries.
    Sealed { wall: Moment, entries: u64 },
}

crate::mirror!(Mark, {
    1 => Opened { wall, cut },
    2 => Checkpoint { entry, state_version, digest },
    3 => Sealed { wall, entries },
});

/// What a reader yields. `hash` is the record's place on the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item<'a> {
    Entry { number: EntryNo, segment: u32, hash: &'a [u8; 32], body: &'a [u8] },
    Mark { segment: u32, hash: &'a [u8; 32], mark: Mark },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RecordKind {
    Entry = 1,
    Mark = 2,
}

pub(crate) fn segment_name(segment: u32) -> String {
    format!("{segment:08}.seg")
}

/// The number a segment's name says, `None` if the name is not exactly one we give.
pub(crate) fn segment_of(name: &str) -> Option<u32> {
    let number = name.strip_suffix(".seg")?.parse().ok()?;
    (segment_name(number) == name && number > 0).then_some(number)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes[at..at + N].try_into().expect("N bytes")
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array(bytes, at))
}

pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    // Whole chunks without a branch in between: tails of megabytes are checked.
    let (chunks, rest) = bytes.as_chunks::<64>();
    chunks.iter().all(|c| c.iter().fold(0, |all, b| all | b) == 0) && rest.iter().all(|b| *b == 0)
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SegmentHeader {
    pub identity: Identity,
    pub segment: u32,
    pub size: u64,
    pub first_entry: EntryNo,
    pub first_batch: u64,
    pub before: Hash,
}

impl SegmentHeader {
    pub fn to_block(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(BLOCK);
        SEGMENT_MAGIC.put(&mut out);
        FORMAT.put(&mut out);
        0u32.put(&mut out);
        self.identity.id.put(&mut out);
        out.extend([self.identity.kind as u8, u8::from(self.identity.sandbox), 0, 0]);
        self.segment.put(&mut out);
        self.size.put(&mut out);
        self.first_entry.put(&mut out);
        self.first_batch.put(&mut out);
        self.before.put(&mut out);
        out.resize(BLOCK, 0);
        let crc = crc32c::crc32c(&out);
        out[12..16].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// `None` if the block is not a header byte for byte.
    pub fn parse(block: &[u8]) -> Option<SegmentHeader> {
        let kind = match block.get(32)? {
            1 => Kind::Firm,
            2 => Kind::World,
            _ => return None,
        };
        let header = SegmentHeader {
            identity: Identity { id: array(block, 16), kind, sandbox: block[33] == 1 },
            segment: u32_at(block, 36),
            size: u64_at(block, 40),
            first_entry: EntryNo(u64_at(block, 48)),
            first_batch: u64_at(block, 56),
            before: array(block, 64),
        };
        (header.to_block() == block).then_some(header)
    }

    /// Where the data of the segment ends and its seal begins.
    pub fn data_end(&self) -> usize {
        usize::try_from(self.size).expect("a segment in memory") - BLOCK
    }
}

/// What the last block of a finished segment says of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seal {
    /// A clean close, not a change to the next segment.
    pub clean: bool,
    pub segment: u32,
    pub used: u64,
    pub last_entry: EntryNo,
    pub last_batch: u64,
    pub hash: Hash,
}

impl Seal {
    pub fn to_block(&self, identity: &Identity) -> Vec<u8> {
        let mut out = Vec::with_capacity(BLOCK);
        SEAL_MAGIC.put(&mut out);
        0u32.put(&mut out);
        out.extend([u8::from(self.clean), 0, 0, 0]);
        self.segment.put(&mut out);
        0u32.put(&mut out);
        self.used.put(&mut out);
        self.last_entry.put(&mut out);
        self.last_batch.put(&mut out);
        self.hash.put(&mut out);
        out.resize(BLOCK, 0);
        let crc = crc32c::crc32c_append(crc32c::crc32c(&identity.id), &out);
        out[8..12].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// `None` if the block is not a seal of this journal byte for byte.
    pub fn parse(block: &[u8], identity: &Identity) -> Option<Seal> {
        if block.len() != BLOCK {
            return None;
        }
        let seal = Seal {
            clean: block[12] == 1,
            segment: u32_at(block, 16),
            used: u64_at(block, 24),
            last_entry: EntryNo(u64_at(block, 32)),
            last_batch: u64_at(block, 40),
            hash: array(block, 48),
        };
        (seal.to_block(identity) == block).then_some(seal)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BatchHeader {
    pub batch: u64,
    /// Bytes of the records behind this header.
    pub bytes: u32,
    pub records: u32,
    pub first_entry: EntryNo,
}

impl BatchHeader {
    /// `at` is where in its segment it stands.
    pub fn to_bytes(self, id: &[u8; 16], segment: u32, at: usize) -> [u8; BATCH_HEADER] {
        let mut out = [0; BATCH_HEADER];
        out[..4].copy_from_slice(&BATCH_MAGIC.to_le_bytes());
        out[8..16].copy_from_slice(&self.batch.to_le_bytes());
        out[16..20].copy_from_slice(&self.bytes.to_le_bytes());
        out[20..24].copy_from_slice(&self.records.to_le_bytes());
        out[24..].copy_from_slice(&self.first_entry.0.to_le_bytes());
        let crc = BatchHeader::crc(&out, id, segment, at);
        out[4..8].copy_from_slice(&crc.to_le_bytes());
        out
    }

    fn crc(bytes: &[u8], id: &[u8; 16], segment: u32, at: usize) -> u32 {
        let mut place = [0; 28];
        place[..16].copy_from_slice(id);
        place[16..20].copy_from_slice(&segment.to_le_bytes());
        place[20..].copy_from_slice(&(at as u64).to_le_bytes());
        crc32c::crc32c_append(crc32c::crc32c(&place), &bytes[8..BATCH_HEADER])
    }

    /// `None` if no header of this journal and place stands at `at` of the segment's `bytes`.
    pub fn parse(bytes: &[u8], id: &[u8; 16], segment: u32, at: usize) -> Option<BatchHeader> {
        let it = bytes.get(at..at + BATCH_HEADER)?;
        if u32_at(it, 0) != BATCH_MAGIC || u32_at(it, 4) != BatchHeader::crc(it, id, segment, at) {
            return None;
        }
        Some(BatchHeader {
            batch: u64_at(it, 8),
            bytes: u32_at(it, 16),
            records: u32_at(it, 20),
            first_entry: EntryNo(u64_at(it, 24)),
        })
    }
}

/// Bytes a record takes, its padding included.
pub(crate) const fn record_bytes(body: usize) -> usize {
    RECORD_HEADER + body.next_multiple_of(8)
}

/// The next link of the chain.
pub(crate) fn link(before: &Hash, segment: u32, kind: u8, number: EntryNo, body: &[u8]) -> Hash {
    let mut head = [0; 45];
    head[..32].copy_from_slice(before);
    head[32..36].copy_from_slice(&segment.to_le_bytes());
    head[36] = kind;
    head[37..].copy_from_slice(&number.0.to_le_bytes());
    let mut sha = Sha256::new();
    sha.update(head);
    sha.update(body);
    sha.finalize().into()
}

/// Fill in the header of a record whose header is zeros and whose body and padding stand; its hash.
pub(crate) fn finish_record(
    record: &mut [u8],
    body_len: usize,
    before: &Hash,
    segment: u32,
    kind: RecordKind,
    number: EntryNo,
) -> Hash {
    let body = RECORD_HEADER..RECORD_HEADER + body_len;
    let hash = link(before, segment, kind as u8, number, &record[body]);
    let len = u32::try_from(body_len).expect("at most MAX_ENTRY");
    record[..4].copy_from_slice(&len.to_le_bytes());
    record[8..12].copy_from_slice(&segment.to_le_bytes());
    record[12] = kind as u8;
    record[16..24].copy_from_slice(&number.0.to_le_bytes());
    record[24..RECORD_HEADER].copy_from_slice(&hash);
    let crc = record_crc(record);
    record[4..8].copy_from_slice(&crc.to_le_bytes());
    hash
}

/// Over everything but itself, the padding included.
pub(crate) fn record_crc(record: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&record[..4]), &record[8..])
}

/// The item of a record that was checked, at `at`, and where the next one begins.
pub(crate) fn item(bytes: &[u8], at: usize) -> (Item<'_>, usize) {
    let len = u32_at(bytes, at) as usize;
    let body = &bytes[at + RECORD_HEADER..at + RECORD_HEADER + len];
    let segment = u32_at(bytes, at + 8);
    let hash = bytes[at + 24..at + RECORD_HEADER].try_into().expect("32 bytes");
    let item = if bytes[at + 12] == RecordKind::Entry as u8 {
        Item::Entry { number: EntryNo(u64_at(bytes, at + 16)), segment, hash, body }
    } else {
        Item::Mark { segment, hash, mark: decode(body).expect("a mark that was checked") }
    };
    (item, at + record_bytes(len))
}
