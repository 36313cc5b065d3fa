//! The log: segments of records, read from the start and appended at the end.

use journal::{BLOCK, Disk};

use crate::VaultError;
use crate::mark::Mark;
use crate::medium::{Sheet, names, remove};
use crate::record::{self, HEADER, Kind, ROOT, Record, Stamp};

const PREFIX: &str = "vault-";
const SUFFIX: &str = ".log";

pub(crate) fn name(segment: u32) -> String {
    format!("{PREFIX}{segment:06}{SUFFIX}")
}

/// Where a record is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub segment: u32,
    pub at: u64,
    pub size: usize,
    pub number: u64,
}

impl Place {
    pub(crate) fn wrong(&self, rule: &'static str) -> VaultError {
        VaultError::Corrupt { file: name(self.segment), at: self.at, rule }
    }
}

/// What a reading of the whole log found.
pub(crate) struct Scan {
    pub segment: u32,
    /// Where the next record goes in the last segment.
    pub at: u64,
    /// Where the records begin that no mark vouches for, in the last segment.
    pub unmarked_at: u64,
    pub next: u64,
    pub chain: [u8; 32],
    /// Bytes after `at` up to the last that is not zero: an append that was never acknowledged.
    pub torn: u64,
    pub bytes: u64,
}

pub(crate) type Visit<'v> = dyn FnMut(Place, &Record<'_>) -> Result<(), VaultError> + 'v;

/// Reads every byte of every segment and shows each record to `visit`. `None` when there is no segment.
///
/// # Errors
/// [`VaultError::Corrupt`] for the first record that is wrong, unless nothing behind it was ever
/// acknowledged: such a tail is reported as torn. What `visit` refuses ends the reading.
pub(crate) fn scan<D: Disk>(disk: &D, mark: Option<&Mark>, visit: &mut Visit<'_>) -> Result<Option<Scan>, VaultError> {
    let segments = names(disk, PREFIX, SUFFIX)?;
    let last = u32::try_from(segments.len()).expect("few segments");
    let mut scan = Scan { segment: last, at: 0, unmarked_at: 0, next: 1, chain: ROOT, torn: 0, bytes: 0 };
    for segment in segments {
        let bytes = Sheet::open(disk, name(segment))?.read_all()?;
        scan.bytes += bytes.len() as u64;
        scan.segment = segment;
        scan_segment(&mut scan, &bytes, mark, visit)?;
        let rest = bytes.get(scan.at as usize..).unwrap_or_default();
        let end = Place { segment, at: scan.at, size: 0, number: scan.next };
        if scan.at > 0 && !bytes.len().is_multiple_of(BLOCK) {
            // Files are made whole before their first record is written.
            return Err(end.wrong("the file was cut short"));
        }
        scan.torn = rest.iter().rposition(|b| *b != 0).map_or(0, |i| i as u64 + 1);
        if scan.torn > 0 {
            check_torn(&scan, rest, end, segment == last)?;
        }
    }
    if mark.is_some_and(|m| m.number >= scan.next) {
        let end = Place { segment: scan.segment.max(1), at: scan.at, size: 0, number: scan.next };
        return Err(end.wrong("records that were acknowledged are missing from here on"));
    }
    Ok((last > 0).then_some(scan))
}

fn scan_segment(scan: &mut Scan, bytes: &[u8], mark: Option<&Mark>, visit: &mut Visit<'_>) -> Result<(), VaultError> {
    let marked = mark.map_or(0, |m| m.number);
    let mut at = 0;
    scan.unmarked_at = 0;
    while let Some(record) = record::read(&bytes[at..], scan.segment, scan.next, &scan.chain) {
        let place = Place { segment: scan.segment, at: at as u64, size: record.size(), number: record.number };
        if mark.is_some_and(|m| m.number == record.number && m.chain != record.chain) {
            return Err(place.wrong("the record is not the one that was acknowledged"));
        }
        visit(place, &record)?;
        at += record.size();
        scan.next += 1;
        scan.chain = record.chain;
        if record.number <= marked {
            scan.unmarked_at = at as u64;
        }
    }
    scan.at = at as u64;
    Ok(())
}

/// Whether a tail that does not check may be the rest of an append that was never acknowledged.
fn check_torn(scan: &Scan, rest: &[u8], end: Place, last: bool) -> Result<(), VaultError> {
    if !last {
        return Err(end.wrong("the record does not check, and a later segment exists"));
    }
    if record::read_loose(rest, scan.segment).is_some() {
        return Err(end.wrong("the record's number or chain does not follow from the one before"));
    }
    // A record written after this one became durable says so in its header.
    let vouches = |at: usize| record::read_loose(&rest[at..], scan.segment).is_some_and(|r| r.durable >= scan.next);
    if (1..rest.len().saturating_sub(HEADER)).any(vouches) {
        return Err(end.wrong("the record does not check, and a later record proves it was acknowledged"));
    }
    Ok(())
}

/// The end of the log.
pub(crate) struct Log<D: Disk> {
    sheet: Sheet<D>,
    segment: u32,
    /// Bytes of each new segment.
    size: u64,
    /// Where `pending` goes.
    at: u64,
    pending: Vec<u8>,
    next: u64,
    durable: u64,
    chain: [u8; 32],
}

impl<D: Disk> Log<D> {
    pub(crate) fn create(disk: &D, size: u64) -> Result<Log<D>, VaultError> {
        let sheet = Sheet::create(disk, name(1), size)?;
        Ok(Log { sheet, segment: 1, size, at: 0, pending: Vec::new(), next: 1, durable: 0, chain: ROOT })
    }

    /// The log after a scan. Cuts a torn tail; writes again what no mark vouches for, because after a
    /// failed flush pages can read back that are not on the disk; then all that was scanned is durable.
    pub(crate) fn recover(disk: &D, size: u64, scan: &Scan) -> Result<Log<D>, VaultError> {
        let mut sheet = Sheet::open(disk, name(scan.segment))?;
        if scan.at == 0 && sheet.size() != size {
            // Its making was interrupted. It holds no record, so nothing is lost by making it again.
            remove(disk, &name(scan.segment))?;
            sheet = Sheet::create(disk, name(scan.segment), size)?;
        } else if scan.torn > 0 {
            sheet.write(scan.at, &vec![0; usize::try_from(scan.torn).expect("within a segment")])?;
        }
        if scan.unmarked_at < scan.at {
            let mut again = vec![0; usize::try_from(scan.at - scan.unmarked_at).expect("within a segment")];
            sheet.read(scan.unmarked_at, &mut again)?;
            sheet.write(scan.unmarked_at, &again)?;
        }
        sheet.flush()?;
        Ok(Log {
            sheet,
            segment: scan.segment,
            size,
            at: scan.at,
            pending: Vec::new(),
            next: scan.next,
            durable: scan.next - 1,
            chain: scan.chain,
        })
    }

    /// Adds a record to what the next commit writes. A full segment is committed on the way.
    pub(crate) fn append(&mut self, disk: &D, kind: Kind, body: &[u8]) -> Result<Place, VaultError> {
        let size = HEADER + body.len();
        assert!(size as u64 <= self.size, "the smallest segment holds the largest record");
        if self.at + (self.pending.len() + size) as u64 > self.sheet.size() {
            // Only a whole segment may have a successor: the scan relies on it.
            self.commit()?;
            self.segment += 1;
            self.sheet = Sheet::create(disk, name(self.segment), self.size)?;
            self.at = 0;
        }
        let stamp = Stamp { segment: self.segment, number: self.next, durable: self.durable, before: self.chain };
        let at = self.at + self.pending.len() as u64;
        self.chain = record::write(&mut self.pending, kind, &stamp, body);
        self.next += 1;
        Ok(Place { segment: self.segment, at, size, number: stamp.number })
    }

    /// Writes and flushes what was added: all of it is durable when this returns.
    pub(crate) fn commit(&mut self) -> Result<(), VaultError> {
        if !self.pending.is_empty() {
            self.sheet.write(self.at, &self.pending)?;
            self.sheet.flush()?;
            self.at += self.pending.len() as u64;
            self.pending.clear();
            self.durable = self.next - 1;
        }
        Ok(())
    }

    /// The last record that is durable.
    pub(crate) fn mark(&self) -> Mark {
        assert!(self.pending.is_empty(), "a mark never runs ahead of the log");
        Mark { number: self.durable, chain: self.chain }
    }
}
