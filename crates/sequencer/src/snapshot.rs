//! Snapshots: the whole state after one entry, so that a start need not apply every entry from the first.
//!
//! ```text
//! block 0   magic 8 · form 4 · entry 8 · its hash 32 · errands 8 · logic 2 · state 2 · digest of the state 32 ·
//!           bytes of the state 8 · digest of what stands beside it 32 · bytes of that 8 · SHA-256 of all this 32 · zeros
//! then      the state's dump, what the caller keeps beside it, zeros to a whole block
//! ```
//! The first block is written last, when all else is durable: a snapshot is whole or it is none. It is not part of
//! the record: what it says follows from the journal, and it is believed only where the journal has its entry under
//! its hash.

use firm::{Firm, LOGIC_VERSION, STATE_VERSION};
use journal::{BLOCK, Disk, DiskFile, Head, Wire, read_all, write_all};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io;
use vocab::EntryNo;

const MAGIC: [u8; 8] = *b"SAUDSNAP";
const FORM: u32 = 1;
/// How many are kept: if the last cannot be read, the one before it can.
const KEPT: usize = 2;
/// Entries after which another one is due: applying so many takes a second or two.
pub const EVERY: u64 = 1_000_000;

/// The state after an entry, as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The entry, and its place on the journal's chain.
    pub head: Head,
    /// How many errands all entries so far called for.
    pub errands: u64,
    /// The canonical dump.
    pub state: Vec<u8>,
    /// What the caller counted from the same entries, in his own form.
    pub beside: Vec<u8>,
}

/// Why a snapshot is passed over. The journal is then read from an earlier one, or from its first entry.
#[derive(Debug)]
pub enum Unfit {
    /// Its writing was cut off.
    Unfinished,
    /// Bytes are not what was written.
    Damaged,
    /// Another version of the program wrote it.
    Version { logic: u16, state: u16 },
    /// The world outside has not heard all errands of its entries: they are to be written again.
    Ahead { errands: u64 },
    /// Whole, and yet no state: a bug of whoever wrote it.
    Unreadable(String),
    Disk(io::Error),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Unfinished => f.write_str("it was never finished"),
            Unfit::Damaged => f.write_str("its bytes are not those that were written"),
            Unfit::Version { logic, state } => write!(f, "it is of logic version {logic} and state version {state}"),
            Unfit::Ahead { errands } => write!(f, "the world has not heard all of its {errands} errands"),
            Unfit::Unreadable(why) => write!(f, "its state cannot be read: {why}"),
            Unfit::Disk(e) => write!(f, "it cannot be read: {e}"),
        }
    }
}

struct Header {
    entry: EntryNo,
    hash: [u8; 32],
    errands: u64,
    logic: u16,
    state_version: u16,
    digest: [u8; 32],
    state: u64,
    beside_digest: [u8; 32],
    beside: u64,
}

journal::mirror_struct!(Header { entry, hash, errands, logic, state_version, digest, state, beside_digest, beside });

fn sum(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Header {
    fn of(snapshot: &Snapshot) -> Header {
        let Snapshot { head, errands, state, beside } = snapshot;
        let bytes = |part: &[u8]| u64::try_from(part.len()).expect("a length");
        Header {
            entry: head.entry,
            hash: head.hash,
            errands: *errands,
            logic: LOGIC_VERSION,
            state_version: STATE_VERSION,
            digest: sum(state),
            state: bytes(state),
            beside_digest: sum(beside),
            beside: bytes(beside),
        }
    }

    fn to_block(&self) -> Vec<u8> {
        let mut block = MAGIC.to_vec();
        FORM.put(&mut block);
        self.put(&mut block);
        let digest = sum(&block);
        digest.put(&mut block);
        block.resize(BLOCK, 0);
        block
    }

    /// `None` if the block is not a header byte for byte.
    fn parse(block: &[u8]) -> Option<Header> {
        let mut from = journal::Cursor::new(block.get(MAGIC.len() + size_of::<u32>()..)?);
        let header = Header::get(&mut from).ok()?;
        (header.to_block() == block).then_some(header)
    }
}

fn name(entry: EntryNo) -> String {
    format!("{:012}.snap", entry.0)
}

/// The entries there are snapshots of, whole or not, the last first.
///
/// # Errors
/// When the folder cannot be read.
pub fn list<D: Disk>(disk: &D) -> io::Result<Vec<EntryNo>> {
    let of = |file: &String| file.strip_suffix(".snap").and_then(|n| n.parse().ok()).map(EntryNo);
    let mut all: Vec<EntryNo> = disk.list()?.iter().filter_map(of).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    Ok(all)
}

/// Keep a snapshot, durably; of those before it the last whole one stays.
///
/// # Errors
/// When the disk fails or is full: what was there before still is.
pub fn write<D: Disk>(disk: &D, snapshot: &Snapshot) -> io::Result<()> {
    let entry = snapshot.head.entry;
    let there = list(disk)?;
    let mut whole: Vec<EntryNo> = there.iter().copied().filter(|of| *of < entry && header(disk, *of).is_ok()).collect();
    whole.truncate(KEPT - 1);
    // First what was never finished, and the one that this is put in place of.
    for of in there.iter().filter(|of| **of == entry || header(disk, **of).is_err()) {
        disk.remove(&name(*of))?;
    }
    let mut body = snapshot.state.clone();
    body.extend_from_slice(&snapshot.beside);
    body.resize(body.len().next_multiple_of(BLOCK), 0);
    let size = BLOCK + body.len();
    let mut file = disk.create(&name(entry), u64::try_from(size).expect("a length"))?;
    write_all(&mut file, BLOCK as u64, &body)?;
    file.flush()?;
    write_all(&mut file, 0, &Header::of(snapshot).to_block())?;
    file.flush()?;
    for of in list(disk)?.into_iter().filter(|of| *of != entry && !whole.contains(of)) {
        disk.remove(&name(of))?;
    }
    Ok(())
}

fn header<D: Disk>(disk: &D, entry: EntryNo) -> Result<Header, Unfit> {
    let file = disk.open(&name(entry)).map_err(Unfit::Disk)?;
    let mut block = vec![0; BLOCK];
    if file.len() < BLOCK as u64 {
        return Err(Unfit::Unfinished);
    }
    read_all(&file, 0, &mut block).map_err(Unfit::Disk)?;
    if block.iter().all(|b| *b == 0) {
        return Err(Unfit::Unfinished);
    }
    Header::parse(&block).filter(|header| header.entry == entry).ok_or(Unfit::Damaged)
}

/// Read a snapshot back, every byte of it checked.
///
/// # Errors
/// See [`Unfit`].
pub fn read<D: Disk>(disk: &D, entry: EntryNo) -> Result<Snapshot, Unfit> {
    let header = header(disk, entry)?;
    if (header.logic, header.state_version) != (LOGIC_VERSION, STATE_VERSION) {
        return Err(Unfit::Version { logic: header.logic, state: header.state_version });
    }
    let file = disk.open(&name(entry)).map_err(Unfit::Disk)?;
    let sizes = usize::try_from(header.state).ok().zip(usize::try_from(header.beside).ok());
    let due = sizes.and_then(|(state, beside)| state.checked_add(beside)?.checked_next_multiple_of(BLOCK)?.checked_add(BLOCK));
    if due.and_then(|due| u64::try_from(due).ok()) != Some(file.len()) {
        return Err(Unfit::Damaged);
    }
    let (state, beside) = sizes.expect("they were added up");
    let mut body = vec![0; due.expect("it is the file's length") - BLOCK];
    read_all(&file, BLOCK as u64, &mut body).map_err(Unfit::Disk)?;
    let padding = body.split_off(state + beside);
    let beside = body.split_off(state);
    let sound = sum(&body) == header.digest && sum(&beside) == header.beside_digest && padding.iter().all(|b| *b == 0);
    let head = Head { entry, hash: header.hash };
    sound.then_some(Snapshot { head, errands: header.errands, state: body, beside }).ok_or(Unfit::Damaged)
}

impl Snapshot {
    /// The state again.
    ///
    /// # Errors
    /// [`Unfit::Unreadable`].
    pub fn load(&self) -> Result<Firm, Unfit> {
        let loaded = crate::caught(|| vocab::load(&self.state)).map_err(Unfit::Unreadable)?;
        loaded.map_err(|e| Unfit::Unreadable(e.to_string()))
    }

    /// SHA-256 of the state: what a checkpoint after its entry says.
    pub fn digest(&self) -> [u8; 32] {
        sum(&self.state)
    }
}
