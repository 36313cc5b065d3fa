//! The way back: every record in order, each one checked. A reader never writes.

use vocab::EntryNo;

use crate::disk::{Disk, DiskFile, read_all};
use crate::record::{
    BATCH_HEADER, BLOCK, Head, Identity, Item, LEAST_SEGMENT, Seal, SegmentHeader, is_zero, item, segment_name,
    segment_of, u64_at,
};
use crate::scan::{Chain, Fault, Step, extent, later_batch, step};
use crate::wrong::{ReadError, Why, Wrong, trying};

/// Yields the records of a journal, checking length, checksum, number and chain of each.
///
/// A tail that a crash tore is not damage: nothing in it was acknowledged, so reading ends before it and
/// [`End::torn`] says how long it is. A reader of a journal in use may also see a batch that is written
/// and not yet durable; it must stop at the watermark it was given (DESIGN 8).
#[derive(Debug)]
pub struct Reader<'d, D: Disk> {
    disk: &'d D,
    /// The segments there are, ascending.
    numbers: Vec<u32>,
    bytes: Vec<u8>,
    header: SegmentHeader,
    chain: Chain,
    /// Where the last whole batch begins (the segment itself, if it has none) and ends.
    batch: usize,
    at: usize,
    /// The next record to yield, and the end of its batch.
    record: usize,
    record_end: usize,
    /// Entries before this one are checked and passed over.
    from: EntryNo,
    ending: Option<Ending>,
}

/// How a journal ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    pub torn: u64,
    pub sealed: bool,
    pub spare: Spare,
    /// The seal itself was torn while it was written or wiped; its records are whole.
    pub seal_torn: bool,
}

/// The file behind the last segment that was begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Spare {
    Absent,
    Zeros,
    /// Its header was torn while it was begun; nothing else is in it.
    Torn,
}

/// What a journal was found to be when it was read to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    pub identity: Identity,
    /// The last entry.
    pub head: Head,
    /// Closed by [`Writer::seal`](crate::Writer::seal) and not opened since.
    pub sealed: bool,
    /// Bytes of a torn tail that recovery would cut.
    pub torn: u64,
    /// Segments that were begun.
    pub segments: u32,
}

/// Where the chain and the writing stand, for the writer that goes on.
#[derive(Debug)]
pub(crate) struct Position {
    pub header: SegmentHeader,
    pub chain: Chain,
    /// Where the last batch begins, 0 if the segment has none.
    pub batch: usize,
    pub at: usize,
    pub ending: Ending,
}

enum Next {
    /// Not begun; `whole` if its file is there at a segment's length.
    Idle { spare: Spare, whole: bool },
    Begun(Vec<u8>, SegmentHeader),
}

impl<'d, D: Disk> Reader<'d, D> {
    /// From the first entry on: the only way that proves the whole chain.
    ///
    /// # Errors
    /// When there is no journal, the disk fails, or the first segment is damaged.
    pub fn open(disk: &'d D) -> Result<Reader<'d, D>, ReadError> {
        let numbers = list(disk)?;
        let bytes = load(disk, 1)?;
        // A header that was torn while the journal was made has nothing behind it.
        let header = match bytes.get(..BLOCK).and_then(SegmentHeader::parse) {
            Some(header) => header,
            None if numbers.len() == 1 && bytes.get(BLOCK..).is_none_or(is_zero) => return Err(ReadError::NoJournal),
            None => return Err(wrong(EntryNo(1), 1, 0, Why::Header).into()),
        };
        let chain = Chain::genesis(&header.identity);
        Reader::start(disk, numbers, (1, bytes, header), chain, EntryNo(0))
    }

    /// From the entry `from` on, taking the word of its segment's header for the chain before: for
    /// `why` and for replay from a snapshot. An entry that is not there yet yields nothing.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open_at(disk: &'d D, from: EntryNo) -> Result<Reader<'d, D>, ReadError> {
        let numbers = list(disk)?;
        for nth in (0..numbers.len()).rev() {
            let segment = numbers[nth];
            let name = segment_name(segment);
            let file = trying(|| format!("open {name}"), disk.open(&name))?;
            let mut block = vec![0; BLOCK];
            if file.len() < BLOCK as u64 {
                continue;
            }
            trying(|| format!("read {name}"), read_all(&file, 0, &mut block))?;
            let Some(header) = SegmentHeader::parse(&block) else { continue };
            if header.segment == segment && header.first_entry <= from {
                let (bytes, chain) = (load(disk, segment)?, Chain::from_header(&header));
                return Reader::start(disk, numbers, (segment, bytes, header), chain, from);
            }
        }
        Reader::open(disk)
    }

    fn start(
        disk: &'d D,
        numbers: Vec<u32>,
        (segment, bytes, header): (u32, Vec<u8>, SegmentHeader),
        chain: Chain,
        from: EntryNo,
    ) -> Result<Reader<'d, D>, ReadError> {
        let first = header.clone();
        let mut reader = Reader {
            disk,
            numbers,
            bytes: Vec::new(),
            header,
            chain,
            batch: 0,
            at: 0,
            record: 0,
            record_end: 0,
            from,
            ending: None,
        };
        reader.enter(segment, bytes, first)?;
        Ok(reader)
    }

    /// The segment that is read now.
    pub(crate) const fn segment(&self) -> u32 {
        self.header.segment
    }

    pub const fn identity(&self) -> &Identity {
        &self.header.identity
    }

    /// The next record, or `None` at the end.
    ///
    /// # Errors
    /// When the disk fails or the journal is damaged; the same error comes again if asked again.
    pub fn read(&mut self) -> Result<Option<Item<'_>>, ReadError> {
        loop {
            while self.record == self.record_end {
                if !self.advance()? {
                    return Ok(None);
                }
            }
            let at = self.record;
            self.record = item_end(&self.bytes, at);
            if u64_at(&self.bytes, at + 16) >= self.from.0 {
                return Ok(Some(item(&self.bytes, at).0));
            }
        }
    }

    /// What the journal was found to be, once `read` has yielded `None`. A reader that began within the
    /// journal and met no entry knows no hash of its head.
    pub fn end(&self) -> Option<End> {
        let ending = self.ending.as_ref()?;
        let Ending { torn, sealed, .. } = *ending;
        Some(End { identity: self.header.identity, head: self.chain.head, sealed, torn, segments: self.header.segment })
    }

    /// The segment and place where a batch ends that was read to its last record just now.
    pub(crate) fn batch_read(&self) -> Option<(u32, u64)> {
        (self.record == self.record_end).then_some((self.header.segment, self.at as u64))
    }

    pub(crate) fn into_position(self) -> Option<Position> {
        let ending = self.ending?;
        Some(Position { header: self.header, chain: self.chain, batch: self.batch, at: self.at, ending })
    }

    /// The journal ends in a seal that was torn, and all else is whole: recovery may go on from there.
    pub(crate) fn ends_in_torn_seal(&self) -> bool {
        self.ending.is_some_and(|e| e.seal_torn)
    }

    /// Check the next batch, or go to the next segment. False at the end.
    fn advance(&mut self) -> Result<bool, ReadError> {
        loop {
            if let Some(ending) = self.ending {
                if ending.seal_torn {
                    return Err(self.wrong_at(self.header.data_end(), Why::SealBytes));
                }
                return Ok(false);
            }
            match step(&self.bytes, self.at, &self.header, &mut self.chain) {
                Ok(Step::Batch { end }) => {
                    (self.record, self.record_end) = (self.at + BATCH_HEADER, end);
                    (self.batch, self.at) = (self.at, end);
                    return Ok(true);
                }
                Ok(Step::End) => self.leave()?,
                Err(fault) => self.judge(&fault)?,
            }
        }
    }

    /// The data of a segment is read: see by its seal and its successor how things go on.
    fn leave(&mut self) -> Result<(), ReadError> {
        let data_end = self.header.data_end();
        let block = &self.bytes[data_end..];
        let unsealed = is_zero(block);
        let seal = Seal::parse(block, &self.header.identity);
        let next = self.peek()?;
        let Some(seal) = seal else {
            let Next::Idle { spare: spare @ (Spare::Absent | Spare::Zeros), .. } = next else {
                return Err(self.wrong_at(data_end, if unsealed { Why::NotSealed } else { Why::SealBytes }));
            };
            self.ending = Some(Ending { torn: 0, sealed: false, spare, seal_torn: !unsealed });
            return Ok(());
        };
        let due = Seal {
            clean: seal.clean,
            segment: self.header.segment,
            used: self.at as u64,
            last_entry: self.chain.head.entry,
            last_batch: self.chain.batch - 1,
            hash: self.chain.hash,
        };
        if seal != due {
            return Err(self.wrong_at(data_end, Why::SealDiffers));
        }
        match (seal.clean, next) {
            (true, Next::Idle { spare: Spare::Torn, .. }) => Err(self.wrong_in(self.header.segment + 1, 0, Why::Spare)),
            (true, Next::Begun(..)) => Err(self.wrong_at(data_end, Why::NotSealed)),
            // A segment is closed for the next one only when that lies ready at its full length.
            (false, Next::Idle { spare, whole: false }) => {
                let why = if spare == Spare::Absent { Why::Missing } else { Why::Length };
                Err(self.wrong_in(self.header.segment + 1, 0, why))
            }
            (clean, Next::Idle { spare, .. }) => {
                let torn = if spare == Spare::Torn { BLOCK as u64 } else { 0 };
                self.ending = Some(Ending { torn, sealed: clean, spare, seal_torn: false });
                Ok(())
            }
            (false, Next::Begun(bytes, header)) => self.enter(self.header.segment + 1, bytes, header),
        }
    }

    /// A torn tail ends the journal; anything else is damage. It is torn only where a crash can have left
    /// it: in the last segment begun, before its seal, with no later batch behind it, since a batch is
    /// written only after all before it are durable.
    fn judge(&mut self, fault: &Fault) -> Result<(), ReadError> {
        let (id, segment) = (self.header.identity.id, self.header.segment);
        let wrong = Wrong { entry: fault.entry, segment, byte: fault.at as u64, why: fault.why };
        let data_end = self.header.data_end();
        let open = fault.torn && is_zero(&self.bytes[data_end..]);
        let beyond = self.chain.batch + 1;
        if !open || later_batch(&self.bytes[..data_end], self.at, &id, segment, beyond).is_some() {
            return Err(wrong.into());
        }
        match self.peek()? {
            Next::Idle { spare: spare @ (Spare::Absent | Spare::Zeros), .. } => {
                let torn = extent(&self.bytes[..data_end], self.at);
                self.ending = Some(Ending { torn, sealed: false, spare, seal_torn: false });
                Ok(())
            }
            Next::Idle { spare: Spare::Torn, .. } | Next::Begun(..) => Err(wrong.into()),
        }
    }

    /// What the file behind this segment is.
    fn peek(&self) -> Result<Next, ReadError> {
        let segment = self.header.segment + 1;
        let beyond = self.numbers.iter().find(|n| **n > segment);
        if !self.numbers.contains(&segment) {
            return match beyond {
                Some(_) => Err(self.wrong_in(segment, 0, Why::Missing)),
                None => Ok(Next::Idle { spare: Spare::Absent, whole: false }),
            };
        }
        let bytes = load(self.disk, segment)?;
        if let Some(header) = bytes.get(..BLOCK).and_then(SegmentHeader::parse) {
            return Ok(Next::Begun(bytes, header));
        }
        if later_batch(&bytes, 0, &self.header.identity.id, segment, 0).is_some() {
            return Err(self.wrong_in(segment, 0, Why::Header));
        }
        let whole = is_segment_length(bytes.len());
        // Only one segment lies in reserve.
        match beyond {
            Some(stray) => Err(self.wrong_in(*stray, 0, Why::Stray)),
            None if is_zero(&bytes) => Ok(Next::Idle { spare: Spare::Zeros, whole }),
            None if bytes.get(BLOCK..).is_none_or(is_zero) => Ok(Next::Idle { spare: Spare::Torn, whole }),
            None => Err(self.wrong_in(segment, extent(&bytes, 0) - 1, Why::Spare)),
        }
    }

    /// Begin with a segment whose header was read.
    fn enter(&mut self, segment: u32, bytes: Vec<u8>, header: SegmentHeader) -> Result<(), ReadError> {
        let fits = header.size == bytes.len() as u64 && is_segment_length(bytes.len());
        if let Some(why) = self.chain.fault(&header, &self.header.identity, segment, fits) {
            return Err(self.wrong_in(segment, 0, why));
        }
        (self.bytes, self.header, self.batch, self.at) = (bytes, header, 0, BLOCK);
        (self.record, self.record_end) = (BLOCK, BLOCK);
        Ok(())
    }

    fn wrong_at(&self, byte: usize, why: Why) -> ReadError {
        self.wrong_in(self.header.segment, byte as u64, why)
    }

    fn wrong_in(&self, segment: u32, byte: u64, why: Why) -> ReadError {
        wrong(self.chain.next, segment, byte, why).into()
    }
}

fn wrong(entry: EntryNo, segment: u32, byte: u64, why: Why) -> Wrong {
    Wrong { entry, segment, byte, why }
}

const fn is_segment_length(len: usize) -> bool {
    len.is_multiple_of(BLOCK) && len >= LEAST_SEGMENT
}

fn item_end(bytes: &[u8], at: usize) -> usize {
    at + crate::record::record_bytes(crate::record::u32_at(bytes, at) as usize)
}

/// The segments there are, ascending, the first of them 1.
pub(crate) fn list<D: Disk>(disk: &D) -> Result<Vec<u32>, ReadError> {
    let mut numbers = Vec::new();
    for name in trying(|| "list the journal".to_owned(), disk.list())? {
        match segment_of(&name) {
            Some(segment) => numbers.push(segment),
            // A second copy under another name must not go unseen.
            None if name.ends_with(".seg") => return Err(wrong(EntryNo(1), 0, 0, Why::Stray).into()),
            None => {}
        }
    }
    numbers.sort_unstable();
    match numbers.first() {
        None => Err(ReadError::NoJournal),
        Some(1) => Ok(numbers),
        Some(_) => Err(wrong(EntryNo(1), 1, 0, Why::Missing).into()),
    }
}

fn load<D: Disk>(disk: &D, segment: u32) -> Result<Vec<u8>, ReadError> {
    let name = segment_name(segment);
    let file = trying(|| format!("open {name}"), disk.open(&name))?;
    let mut bytes = vec![0; usize::try_from(file.len()).expect("a segment in memory")];
    trying(|| format!("read {name}"), read_all(&file, 0, &mut bytes))?;
    Ok(bytes)
}

/// Read a whole journal, and ask whether it holds what a witness saw.
///
/// # Errors
/// When there is none, the disk fails, or it is damaged; the first wrong entry is named. A journal that
/// no longer holds the witness's entry is [`Why::Witness`]: cut off, or never written.
pub fn verify<D: Disk>(disk: &D, witness: Option<&Head>) -> Result<End, ReadError> {
    let mut reader = Reader::open(disk)?;
    let mut seen = Head { entry: EntryNo(0), hash: reader.identity().genesis() };
    while let Some(item) = reader.read()? {
        if let Item::Entry { number, hash, .. } = item
            && witness.is_some_and(|w| w.entry == number)
        {
            seen = Head { entry: number, hash: *hash };
        }
    }
    let end = reader.end().expect("read to the end");
    match witness {
        Some(witness) if *witness != seen => {
            let entry = witness.entry.min(end.head.entry.next());
            Err(wrong(entry, end.segments, reader.at as u64, Why::Witness).into())
        }
        _ => Ok(end),
    }
}
