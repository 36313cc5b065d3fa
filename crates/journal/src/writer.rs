//! Appending: encode, link, write whole blocks, flush.
//!
//! Batches are packed. The last block of a batch is rarely full; the next batch rewrites it with the same
//! bytes and its own behind them. That is safe because durable bytes are only ever rewritten with
//! themselves: a write torn at any byte, or of which only some sectors arrive, leaves the old bytes as
//! they were. The one case where it is not safe is a disk that loses a sector it was writing when the
//! power failed (reads of it fail, or give rubbish): it would take durable bytes with it. Disks that
//! write sectors of 512 or 4096 bytes whole or not at all, as NVMe and virtio promise, do not.

use std::io;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use vocab::{EntryNo, Moment};

use crate::disk::{Disk, DiskFile, write_all};
use crate::reader::Position;
use crate::record::{
    BATCH_HEADER, BLOCK, BatchHeader, Head, Identity, LEAST_SEGMENT, MAX_ENTRY, Mark, RECORD_HEADER, RecordKind, Seal,
    SegmentHeader, finish_record, record_bytes, segment_name,
};
use crate::scan::Chain;
use crate::wire::Wire;

/// 16 MiB: some 50,000 entries, and 5 ms to zero ahead.
pub const DEFAULT_SEGMENT: u64 = 16 << 20;

/// Whether a next segment lies ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserve {
    Ready,
    /// It is being made.
    Coming,
    /// The disk is full. What is left of this segment, and no more, can still be written: time to take
    /// no new business and close.
    Exhausted,
}

enum Spare<F> {
    Ready(F),
    Missing,
    Coming(Receiver<io::Result<F>>),
}

/// A batch that is being filled.
#[derive(Clone, Copy)]
struct Open {
    /// Where its header stands in `tail`.
    at: usize,
    records: u32,
    first_entry: EntryNo,
}

/// Writes a journal, synchronously. Numbers are given at once; an entry is acknowledged when
/// [`Writer::flush`] has returned its number or a later one.
///
/// After a failed write or flush every call fails: the process must end and recover, for what the disk
/// kept is not known (DESIGN 8).
pub struct Writer<D: Disk> {
    disk: D,
    segment_bytes: u64,
    file: D::File,
    header: SegmentHeader,
    spare: Spare<D::File>,
    /// Offset of `tail` in the segment, at a whole block.
    block: u64,
    /// The last partial block as it is durable, then the batch being filled.
    tail: Vec<u8>,
    open: Option<Open>,
    chain: Chain,
    durable: Head,
    failed: Option<(io::ErrorKind, String)>,
}

impl<D: Disk> Writer<D> {
    /// Make a journal and open it.
    ///
    /// # Errors
    /// `AlreadyExists` when the disk holds a journal that was begun; or what the disk refused.
    pub fn create(disk: D, identity: Identity, segment_bytes: u64, wall: Moment) -> io::Result<Writer<D>> {
        check_size(segment_bytes);
        match crate::Reader::open(&disk) {
            Err(crate::ReadError::NoJournal) => {}
            Ok(_) | Err(crate::ReadError::Wrong(_)) => {
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a journal is there already"));
            }
            Err(crate::ReadError::Disk { source, .. }) => return Err(source),
        }
        let name = segment_name(1);
        if disk.list()?.contains(&name) {
            // Making it was cut short before; nothing was ever written to it.
            disk.remove(&name)?;
        }
        let mut file = disk.create(&name, segment_bytes)?;
        let chain = Chain::genesis(&identity);
        let header = begin(&mut file, identity, 1, &chain)?;
        let mut writer = Writer {
            disk,
            segment_bytes,
            file,
            header,
            spare: Spare::Missing,
            block: BLOCK as u64,
            tail: Vec::new(),
            open: None,
            durable: chain.head,
            chain,
            failed: None,
        };
        writer.reserve()?;
        writer.mark(&Mark::Opened { wall, cut: 0 });
        writer.flush()?;
        Ok(writer)
    }

    /// Go on from where a recovery found the end; everything behind it is zeros.
    pub(crate) fn resume(
        disk: D,
        segment_bytes: u64,
        file: D::File,
        spare: Option<D::File>,
        position: Position,
    ) -> io::Result<Writer<D>> {
        check_size(segment_bytes);
        let partial = position.at % BLOCK;
        let block = (position.at - partial) as u64;
        let mut tail = vec![0; partial];
        crate::disk::read_all(&file, block, &mut tail)?;
        let Position { header, chain, .. } = position;
        let spare = spare.map_or(Spare::Missing, Spare::Ready);
        let durable = chain.head;
        Ok(Writer { disk, segment_bytes, file, header, spare, block, tail, open: None, chain, durable, failed: None })
    }

    pub const fn identity(&self) -> &Identity {
        &self.header.identity
    }

    /// The number the next entry gets.
    pub const fn next(&self) -> EntryNo {
        self.chain.next
    }

    /// The last entry that is durable, and its hash: a witness.
    pub const fn durable(&self) -> Head {
        self.durable
    }

    /// Add an entry whose body `body` writes at the end of the buffer; its number, which counts once
    /// [`Writer::flush`] has reached it. A failure on the way shows at the flush.
    ///
    /// A body over [`MAX_ENTRY`], or over what a whole segment holds, is a bug and panics.
    pub fn append(&mut self, body: impl FnOnce(&mut Vec<u8>)) -> EntryNo {
        let number = self.chain.next;
        if self.failed.is_none() {
            self.push(RecordKind::Entry, number, body);
        }
        self.chain.next = number.next();
        number
    }

    /// Add a mark. A checkpoint of an entry that is not there is a bug and panics.
    pub fn mark(&mut self, mark: &Mark) {
        if let Mark::Checkpoint { entry, .. } = mark {
            assert!(*entry < self.chain.next, "a checkpoint is of an entry that is written");
        }
        if self.failed.is_none() {
            self.push(RecordKind::Mark, self.chain.head.entry, |out| mark.put(out));
        }
    }

    /// Make everything appended durable; the last entry that is.
    ///
    /// # Errors
    /// When a write or flush failed, now or before: nothing more is acknowledged, the process must end.
    pub fn flush(&mut self) -> io::Result<EntryNo> {
        self.check()?;
        let done = self.write_batch();
        self.keep(done)?;
        Ok(self.durable.entry)
    }

    /// Close for good: a last mark, then the seal that makes any later change to the tail show. The
    /// order matters: what recovery finds behind a seal, even a torn one, was durable before.
    ///
    /// # Errors
    /// As [`Writer::flush`].
    pub fn seal(mut self, wall: Moment) -> io::Result<Head> {
        let entries = self.chain.head.entry.0;
        self.mark(&Mark::Sealed { wall, entries });
        self.flush()?;
        self.write_seal(true)?;
        // A spare in the making is waited for, so that nothing writes once this returns.
        if let Spare::Coming(coming) = &self.spare {
            let _ = coming.recv();
        }
        Ok(self.durable)
    }

    /// See to it that the next segment lies ready, making it here and now if it does not.
    ///
    /// # Errors
    /// When it cannot be made for another reason than a full disk.
    pub fn reserve(&mut self) -> io::Result<Reserve> {
        self.settle_spare(true)?;
        if matches!(self.spare, Spare::Missing) {
            match self.disk.create(&segment_name(self.header.segment + 1), self.segment_bytes) {
                Ok(file) => self.spare = Spare::Ready(file),
                Err(e) if is_full(&e) => return Ok(Reserve::Exhausted),
                Err(e) => return Err(e),
            }
        }
        Ok(Reserve::Ready)
    }

    /// As [`Writer::reserve`], on a thread of its own: zeroing a segment would hold up every entry
    /// behind it. Ask again to learn how it went.
    ///
    /// # Errors
    /// As [`Writer::reserve`].
    pub fn reserve_ahead(&mut self) -> io::Result<Reserve>
    where
        D: Clone + 'static,
    {
        if !self.settle_spare(false)? {
            return Ok(Reserve::Exhausted);
        }
        match self.spare {
            Spare::Ready(_) => return Ok(Reserve::Ready),
            Spare::Coming(_) => return Ok(Reserve::Coming),
            Spare::Missing => {}
        }
        let (disk, name, size) = (self.disk.clone(), segment_name(self.header.segment + 1), self.segment_bytes);
        let (done, coming) = channel();
        thread::Builder::new().name("journal-reserve".to_owned()).spawn(move || {
            // The writer may be gone; the file then is the next process's reserve.
            let _ = done.send(disk.create(&name, size));
        })?;
        self.spare = Spare::Coming(coming);
        Ok(Reserve::Coming)
    }

    /// Take in a spare that was being made; false if the disk is full.
    fn settle_spare(&mut self, wait: bool) -> io::Result<bool> {
        let Spare::Coming(coming) = &self.spare else { return Ok(true) };
        let made = if wait {
            coming.recv().map_err(io::Error::other)
        } else {
            match coming.try_recv() {
                Ok(made) => Ok(made),
                Err(TryRecvError::Empty) => return Ok(true),
                Err(e @ TryRecvError::Disconnected) => Err(io::Error::other(e)),
            }
        };
        self.spare = Spare::Missing;
        match made.flatten() {
            Ok(file) => self.spare = Spare::Ready(file),
            Err(e) if is_full(&e) => return Ok(false),
            Err(e) => return Err(e),
        }
        Ok(true)
    }

    fn check(&self) -> io::Result<()> {
        match &self.failed {
            Some((kind, text)) => Err(io::Error::new(*kind, text.clone())),
            None => Ok(()),
        }
    }

    /// Remember a failure for ever.
    fn keep(&mut self, done: io::Result<()>) -> io::Result<()> {
        if let Err(e) = &done {
            self.failed = Some((e.kind(), format!("the journal cannot be written: {e}")));
        }
        self.check()
    }

    fn push(&mut self, kind: RecordKind, number: EntryNo, body: impl FnOnce(&mut Vec<u8>)) {
        self.begin_batch();
        let at = self.tail.len();
        self.tail.resize(at + RECORD_HEADER, 0);
        body(&mut self.tail);
        let body_len = self.tail.len() - at - RECORD_HEADER;
        assert!(body_len <= MAX_ENTRY, "an entry of {body_len} bytes: larger ones are jobs of many (DESIGN 3)");
        self.tail.resize(at + record_bytes(body_len), 0);
        let Some(at) = self.fit(at) else { return };
        let segment = self.header.segment;
        let hash = finish_record(&mut self.tail[at..], body_len, &self.chain.hash, segment, kind, number);
        self.open.as_mut().expect("a batch is open").records += 1;
        self.chain.hash = hash;
        if kind == RecordKind::Entry {
            self.chain.head = Head { entry: number, hash };
        }
    }

    fn begin_batch(&mut self) {
        if self.open.is_none() {
            let at = self.tail.len();
            self.open = Some(Open { at, records: 0, first_entry: self.chain.next });
            self.tail.resize(at + BATCH_HEADER, 0);
        }
    }

    /// Where the record that stands at `at` of the tail may stay: there, or in a new segment. `None` if
    /// that failed.
    fn fit(&mut self, at: usize) -> Option<usize> {
        if self.end() <= self.header.data_end() {
            return Some(at);
        }
        let record = self.tail.split_off(at);
        if self.open.is_some_and(|open| open.records == 0) {
            self.tail.truncate(at - BATCH_HEADER);
            self.open = None;
        }
        let turned = self.turn();
        if self.keep(turned).is_err() {
            return None;
        }
        self.begin_batch();
        let at = self.tail.len();
        self.tail.extend_from_slice(&record);
        assert!(self.end() <= self.header.data_end(), "an entry larger than a segment");
        Some(at)
    }

    fn end(&self) -> usize {
        usize::try_from(self.block).expect("a segment in memory") + self.tail.len()
    }

    /// Write the open batch and flush.
    fn write_batch(&mut self) -> io::Result<()> {
        let Some(open) = self.open else { return Ok(()) };
        let used = self.tail.len();
        let bytes = u32::try_from(used - open.at - BATCH_HEADER).expect("a batch within a segment");
        let batch =
            BatchHeader { batch: self.chain.batch, bytes, records: open.records, first_entry: open.first_entry };
        let place = usize::try_from(self.block).expect("a segment in memory") + open.at;
        let header = batch.to_bytes(&self.header.identity.id, self.header.segment, place);
        self.tail[open.at..open.at + BATCH_HEADER].copy_from_slice(&header);
        self.tail.resize(used.next_multiple_of(BLOCK), 0);
        write_all(&mut self.file, self.block, &self.tail)?;
        self.file.flush()?;
        self.tail.truncate(used);
        let whole = used / BLOCK * BLOCK;
        self.tail.drain(..whole);
        self.block += whole as u64;
        self.open = None;
        self.chain.batch += 1;
        self.durable = self.chain.head;
        Ok(())
    }

    fn write_seal(&mut self, clean: bool) -> io::Result<()> {
        let seal = Seal {
            clean,
            segment: self.header.segment,
            used: self.end() as u64,
            last_entry: self.chain.head.entry,
            last_batch: self.chain.batch - 1,
            hash: self.chain.hash,
        };
        let block = seal.to_block(&self.header.identity);
        write_all(&mut self.file, self.header.data_end() as u64, &block)?;
        self.file.flush()
    }

    /// Close this segment and begin the one in reserve. Each step is durable before the next: data,
    /// seal, header.
    fn turn(&mut self) -> io::Result<()> {
        self.write_batch()?;
        if self.reserve()? == Reserve::Exhausted {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no room for another segment"));
        }
        let Spare::Ready(mut file) = std::mem::replace(&mut self.spare, Spare::Missing) else {
            unreachable!("a reserve that is ready")
        };
        self.write_seal(false)?;
        self.header = begin(&mut file, self.header.identity, self.header.segment + 1, &self.chain)?;
        self.file = file;
        self.tail.clear();
        self.block = BLOCK as u64;
        Ok(())
    }
}

/// Begin a segment of zeros: its header is durable before any batch.
fn begin<F: DiskFile>(file: &mut F, identity: Identity, segment: u32, chain: &Chain) -> io::Result<SegmentHeader> {
    let header = SegmentHeader {
        identity,
        segment,
        size: file.len(),
        first_entry: chain.next,
        first_batch: chain.batch,
        before: chain.hash,
    };
    write_all(file, 0, &header.to_block())?;
    file.flush()?;
    Ok(header)
}

fn check_size(segment_bytes: u64) {
    assert!(segment_bytes.is_multiple_of(BLOCK as u64), "a segment is of whole blocks");
    assert!((LEAST_SEGMENT as u64..=1 << 30).contains(&segment_bytes), "a segment is of 16 KiB to 1 GiB");
}

fn is_full(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
