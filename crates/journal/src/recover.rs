//! Opening a journal after any end, clean or not.

use std::fmt;
use std::io;

use vocab::{EntryNo, Moment};

use crate::disk::{Disk, DiskFile, read_all, write_all};
use crate::reader::{Position, Reader, Spare};
use crate::record::{BLOCK, Head, Item, Kind, Mark, is_zero, segment_name};
use crate::writer::Writer;
use crate::wrong::{ReadError, trying};

/// A journal that is open again.
pub struct Recovered<D: Disk> {
    pub writer: Writer<D>,
    /// Bytes of an unacknowledged tail that were cut.
    pub cut: u64,
    /// It had been closed cleanly.
    pub sealed: bool,
}

/// Why a journal cannot be opened. Nothing was changed, except where the disk failed while cutting.
#[derive(Debug)]
pub enum RecoverError {
    Read(ReadError),
    /// It is a journal of another kind.
    Kind {
        found: Kind,
        wanted: Kind,
    },
    /// The receiver of the entries refused one.
    Refused {
        entry: EntryNo,
        why: String,
    },
}

impl fmt::Display for RecoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecoverError::Read(e) => e.fmt(f),
            RecoverError::Kind { found, wanted } => write!(f, "the journal is of kind {found:?}, not {wanted:?}"),
            RecoverError::Refused { entry, why } => write!(f, "entry {entry} cannot be taken in: {why}"),
        }
    }
}

impl std::error::Error for RecoverError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            RecoverError::Read(e) => Some(e),
            RecoverError::Kind { .. } | RecoverError::Refused { .. } => None,
        }
    }
}

impl From<ReadError> for RecoverError {
    fn from(e: ReadError) -> RecoverError {
        RecoverError::Read(e)
    }
}

/// Read everything, give each record to `take`, cut the torn tail if there is one, and open for writing.
///
/// Only an invalid tail of the last segment, never sealed, is cut: bytes that no flush ever covered. Its
/// place is zeroed, durably, before anything is written, so that nothing of it can come back. Anything
/// else wrong is refused with the entry and byte. Recovery is stable: a crash within it leaves a journal
/// that recovers to the same entries.
///
/// `segment_bytes` is the size of segments made from now on.
///
/// # Errors
/// See [`RecoverError`]; [`ReadError::NoJournal`] where [`Writer::create`] should be used.
pub fn recover<D: Disk>(
    disk: D,
    kind: Kind,
    segment_bytes: u64,
    wall: Moment,
    mut take: impl FnMut(Item<'_>) -> Result<(), String>,
) -> Result<Recovered<D>, RecoverError> {
    let position = read_on(Reader::open(&disk)?, kind, &mut take)?;
    go_on(disk, segment_bytes, wall, position)
}

/// As [`recover`], of the entries after `after` alone: what they lead on from is known from elsewhere, a snapshot.
/// Segments that end before it are looked at by their headers and seals, and not read.
///
/// # Errors
/// As [`recover`]; [`Why::Witness`](crate::Why::Witness) where the journal does not hold that entry, or another one
/// under its number.
pub fn recover_after<D: Disk>(
    disk: D,
    kind: Kind,
    segment_bytes: u64,
    wall: Moment,
    after: &Head,
    mut take: impl FnMut(Item<'_>) -> Result<(), String>,
) -> Result<Recovered<D>, RecoverError> {
    let position = read_on(Reader::open_after(&disk, after)?, kind, &mut take)?;
    go_on(disk, segment_bytes, wall, position)
}

/// Read to the end.
fn read_on<D: Disk>(
    mut reader: Reader<'_, D>,
    kind: Kind,
    take: &mut impl FnMut(Item<'_>) -> Result<(), String>,
) -> Result<Position, RecoverError> {
    let found = reader.identity().kind;
    if found != kind {
        return Err(RecoverError::Kind { found, wanted: kind });
    }
    let mut last = EntryNo(0);
    let damage = loop {
        match reader.read() {
            Ok(Some(item)) => {
                if let Item::Entry { number, .. } = item {
                    last = number;
                }
                take(item).map_err(|why| RecoverError::Refused { entry: last, why })?;
            }
            Ok(None) => break None,
            Err(e) => break Some(e),
        }
    };
    // A reader calls a torn seal damage; here it is known what it means: the records before a seal were
    // durable before the seal was touched, so it is only half written or half wiped.
    if let Some(e) = damage
        && !reader.ends_in_torn_seal()
    {
        return Err(e.into());
    }
    Ok(reader.into_position().expect("read to the end"))
}

/// Open for writing behind the end.
fn go_on<D: Disk>(disk: D, segment_bytes: u64, wall: Moment, position: Position) -> Result<Recovered<D>, RecoverError> {
    let (cut, sealed) = (position.ending.torn, position.ending.sealed);
    let mut writer = reopen(disk, segment_bytes, position)?;
    writer.mark(&Mark::Opened { wall, cut });
    trying(|| "write the opening mark".to_owned(), writer.flush())?;
    Ok(Recovered { writer, cut, sealed })
}

/// Clear what stands behind the end, see to the reserve, and go on.
fn reopen<D: Disk>(disk: D, segment_bytes: u64, position: Position) -> Result<Writer<D>, ReadError> {
    let segment = position.header.segment;
    let (name, spare_name) = (segment_name(segment), segment_name(segment + 1));
    let mut file = trying(|| format!("open {name}"), disk.open(&name))?;
    // The order keeps every step recoverable: a spare with a torn header stands only behind a seal, so it
    // is cleared first; it may be missing only where there is no seal, so it is removed last.
    let mut spare = match position.ending.spare {
        Spare::Absent => None,
        Spare::Zeros | Spare::Torn => Some(trying(|| format!("open {spare_name}"), disk.open(&spare_name))?),
    };
    if let Some(file) = &mut spare {
        trying(|| format!("clear {spare_name}"), wipe(file, 0, 0))?;
    }
    trying(|| format!("write the end of {name} again"), write_again(&mut file, position.batch, position.at))?;
    let seal = position.header.data_end();
    trying(|| format!("clear the tail of {name}"), wipe(&mut file, position.at, seal))?;
    if spare.as_ref().is_some_and(|file| file.len() != segment_bytes) {
        // Making it was cut short, or the size of segments was changed since.
        spare = None;
        trying(|| format!("remove {spare_name}"), disk.remove(&spare_name))?;
    }
    let mut writer = trying(|| format!("read {name}"), Writer::resume(disk, segment_bytes, file, spare, position))?;
    // A full disk does not stop the opening: the writer says so again when asked.
    trying(|| "make a segment in reserve".to_owned(), writer.reserve())?;
    Ok(writer)
}

/// Write what stands from `from` to `to` once more. Where the last flush of the process before failed, a
/// buffered read shows bytes that the disk may not hold and that no later flush would bring there; only
/// the last batch, or the header if there is none, can be in that state.
fn write_again<F: DiskFile>(file: &mut F, from: usize, to: usize) -> io::Result<()> {
    let from = from / BLOCK * BLOCK;
    let mut bytes = vec![0; to.next_multiple_of(BLOCK) - from];
    read_all(file, from as u64, &mut bytes)?;
    bytes[to - from..].fill(0);
    write_all(file, from as u64, &bytes)?;
    file.flush()
}

/// Zero everything from `at` on that is not, and make that durable. The block at `always` is written even
/// if it reads as zeros, for the same reason as above: of all that could come back, a header or a seal
/// would be taken for true.
fn wipe<F: DiskFile>(file: &mut F, at: usize, always: usize) -> io::Result<()> {
    const CHUNK: usize = 16 * BLOCK;
    let size = usize::try_from(file.len()).expect("a segment in memory") / BLOCK * BLOCK;
    let mut from = at / BLOCK * BLOCK;
    while from < size {
        let mut chunk = vec![0; CHUNK.min(size - from)];
        read_all(file, from as u64, &mut chunk)?;
        let keep = at.saturating_sub(from);
        if (from..from + chunk.len()).contains(&always) || !is_zero(&chunk[keep..]) {
            chunk[keep..].fill(0);
            write_all(file, from as u64, &chunk)?;
        }
        from += chunk.len();
    }
    file.flush()
}
