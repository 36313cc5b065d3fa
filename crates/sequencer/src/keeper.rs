//! Who keeps entries: a journal on its own thread, or one written inline where time is simulated.

use firm::{Event, Input};
use journal::{Disk, Failed, Head, Journal, Mark, Writer};
use std::io;
use vocab::{EntryNo, Moment};

/// An entry on its way to the journal.
pub struct Kept {
    pub head: firm::Head,
    /// Nanoseconds since 1970, UTC: evidence, outside every digest.
    pub wall: i64,
    pub input: Input,
    pub events: Vec<Event>,
    pub tail: Vec<u8>,
}

impl Kept {
    pub fn put(&self, out: &mut Vec<u8>) {
        journal::v1::put_parts(&self.head, self.wall, &self.input, &self.events, &self.tail, out);
    }
}

/// Keeps entries in order and says how far they are durable.
pub trait Keeper {
    fn keep(&mut self, entry: Kept) -> io::Result<EntryNo>;
    fn mark(&mut self, mark: Mark) -> io::Result<()>;
    /// The last durable entry.
    fn durable(&self) -> EntryNo;
    /// The same with its place on the chain.
    fn head(&self) -> Head;
    /// Let what was kept go on its way to the disk, and do not wait for it.
    fn pass_on(&mut self) -> io::Result<()>;
    /// Make everything up to an entry durable.
    fn wait(&mut self, entry: EntryNo) -> io::Result<()>;
    /// The disk has no room for another segment: take no new business, finish and close.
    fn is_exhausted(&self) -> bool;
}

fn failed(failed: Failed) -> io::Error {
    io::Error::new(failed.kind, failed.text)
}

/// Entries that are gathered before they are handed to the journal's thread, unless somebody waits for one.
const LOT: usize = 256;

/// The journal on its own thread. Entries are gathered until one of them is waited for, so that a wait is one
/// flush and not the end of another one first.
pub struct Threaded {
    journal: Journal<Kept>,
    batch: Vec<Kept>,
}

impl Threaded {
    pub fn new(journal: Journal<Kept>) -> Threaded {
        Threaded { journal, batch: Vec::new() }
    }

    /// Seal and close.
    ///
    /// # Errors
    /// When the last flush fails.
    pub fn close(mut self, wall: Moment) -> io::Result<Head> {
        self.hand_over()?;
        self.journal.close(wall).map_err(failed)
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let Some(last) = self.batch.last().map(|kept| kept.head.entry) else { return Ok(()) };
        let numbered = self.journal.hand_over(&mut self.batch).map_err(failed)?;
        assert!(numbered == last, "the journal numbers entries as we do");
        Ok(())
    }
}

impl Keeper for Threaded {
    fn keep(&mut self, entry: Kept) -> io::Result<EntryNo> {
        let number = entry.head.entry;
        self.batch.push(entry);
        if self.batch.len() >= LOT {
            self.hand_over()?;
        }
        Ok(number)
    }

    fn mark(&mut self, mark: Mark) -> io::Result<()> {
        self.hand_over()?;
        self.journal.mark(mark).map_err(failed)
    }

    fn durable(&self) -> EntryNo {
        self.journal.durable()
    }

    fn head(&self) -> Head {
        self.journal.head()
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.hand_over()
    }

    fn wait(&mut self, entry: EntryNo) -> io::Result<()> {
        if self.batch.first().is_some_and(|first| first.head.entry <= entry) {
            self.hand_over()?;
        }
        self.journal.wait_durable(entry).map(|_| ()).map_err(failed)
    }

    fn is_exhausted(&self) -> bool {
        self.journal.is_exhausted()
    }
}

/// The writer in the deciding thread itself.
pub struct Inline<D: Disk> {
    writer: Writer<D>,
    exhausted: bool,
}

impl<D: Disk> Inline<D> {
    pub fn new(writer: Writer<D>) -> Inline<D> {
        Inline { writer, exhausted: false }
    }

    /// Seal and close.
    ///
    /// # Errors
    /// When the last flush fails.
    pub fn close(self, wall: Moment) -> io::Result<Head> {
        self.writer.seal(wall)
    }
}

impl<D: Disk> Keeper for Inline<D> {
    fn keep(&mut self, entry: Kept) -> io::Result<EntryNo> {
        Ok(self.writer.append(|out| entry.put(out)))
    }

    fn mark(&mut self, mark: Mark) -> io::Result<()> {
        self.writer.mark(&mark);
        Ok(())
    }

    fn durable(&self) -> EntryNo {
        self.writer.durable().entry
    }

    fn head(&self) -> Head {
        self.writer.durable()
    }

    /// There is no other thread: whoever waits writes.
    fn pass_on(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn wait(&mut self, entry: EntryNo) -> io::Result<()> {
        if self.durable() < entry {
            self.writer.flush()?;
            self.exhausted = self.writer.reserve()? == journal::Reserve::Exhausted;
        }
        Ok(())
    }

    fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}
