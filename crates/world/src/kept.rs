//! A world that survives a crash: what it heard is journaled, and hearing it again makes the same world.
//!
//! Nothing the world says leaves before what it heard is durable: [`Kept::flush`] hands it out. A firm that tells the
//! world again what it lost may hear it sooner: [`Kept::release`]. What it does
//! by itself needs no entry, because it follows from what it heard and from the time.

use crate::mirrors::{Entry, Heard};
use crate::message::Sender;
use crate::post::Sent;
use crate::terms::{BadTerms, Knots, Terms};
use crate::world::{BadMessage, Message, World};
use journal::{BadBytes, Disk, Head, Identity, Item, Kind, RecoverError, Writer};
use std::fmt;
use std::io;
use vocab::{EntryNo, Moment};

/// Why a kept world cannot be made or opened.
#[derive(Debug)]
pub enum KeptError {
    Terms(BadTerms),
    /// Making the journal failed.
    Disk(io::Error),
    Recover(RecoverError),
    /// The journal ends before the entry that says what the world is.
    NoTerms,
}

impl fmt::Display for KeptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeptError::Terms(bad) => write!(f, "terms: {} must be {}", bad.field, bad.rule),
            KeptError::Disk(e) => write!(f, "the world's journal cannot be made: {e}"),
            KeptError::Recover(e) => write!(f, "the world's journal cannot be opened: {e}"),
            KeptError::NoTerms => f.write_str("the world's journal does not say what the world is: make it anew"),
        }
    }
}

impl std::error::Error for KeptError {}

/// A world and its journal.
pub struct Kept<D: Disk> {
    world: World,
    writer: Writer<D>,
    /// Said, and not yet let go.
    held: Vec<Sent>,
    unflushed: bool,
    /// The last number heard of each sender: where it goes on after a crash of either side.
    heard: [u64; 3],
}

impl<D: Disk> Kept<D> {
    /// Make a world and the journal that keeps it; its terms and seed are the first entry.
    ///
    /// # Errors
    /// When the terms contradict themselves, or the disk refuses, or a journal is there already.
    pub fn create(
        disk: D,
        id: [u8; 16],
        segment_bytes: u64,
        terms: Terms,
        seed: u64,
        wall: Moment,
    ) -> Result<Kept<D>, KeptError> {
        let identity = Identity { id, kind: Kind::World, sandbox: true };
        // Terms that contradict themselves leave nothing behind.
        World::new(terms.clone(), seed).map_err(KeptError::Terms)?;
        let mut writer = Writer::create(disk, identity, segment_bytes, wall).map_err(KeptError::Disk)?;
        let world = begun(&mut writer, terms, seed)?;
        Ok(Kept { world, writer, held: Vec::new(), unflushed: false, heard: [0; 3] })
    }

    /// Open the journal after any end and hear everything again. What was said before the last durable entry is
    /// said again with the same numbers: it is there to [`World::resend`], and not handed out a second time.
    ///
    /// # Errors
    /// See [`KeptError`].
    pub fn recover(disk: D, segment_bytes: u64, wall: Moment) -> Result<Kept<D>, KeptError> {
        Kept::reopen(disk, segment_bytes, wall, None)
    }

    /// As [`Kept::recover`], of a world whose making may have been cut short: a journal that does not say yet what
    /// the world is is told so now.
    ///
    /// # Errors
    /// See [`KeptError`].
    pub fn recover_or_begin(
        disk: D, segment_bytes: u64, wall: Moment, terms: Terms, seed: u64,
    ) -> Result<Kept<D>, KeptError> {
        Kept::reopen(disk, segment_bytes, wall, Some((terms, seed)))
    }

    fn reopen(
        disk: D, segment_bytes: u64, wall: Moment, begin: Option<(Terms, u64)>,
    ) -> Result<Kept<D>, KeptError> {
        let mut world = None;
        let mut said = Vec::new();
        let mut heard = [0u64; 3];
        let recovered = journal::recover(disk, Kind::World, segment_bytes, wall, |item| match item {
            Item::Entry { body, .. } => {
                said.clear();
                hear_again(&mut world, body, &mut said, &mut heard)
            }
            Item::Mark { .. } => Ok(()),
        });
        let mut writer = recovered.map_err(KeptError::Recover)?.writer;
        let world = match (world, begin) {
            (Some(world), _) => world,
            (None, Some((terms, seed))) => begun(&mut writer, terms, seed)?,
            (None, None) => return Err(KeptError::NoTerms),
        };
        Ok(Kept { world, writer, held: Vec::new(), unflushed: false, heard })
    }

    /// The number of a sender's last message in the journal; zero for none.
    pub const fn heard(&self, who: Sender) -> u64 {
        self.heard[who as usize]
    }

    /// Hear a message: it is an entry before it is acted upon. Its number is the sender's own, rising.
    ///
    /// # Errors
    /// As [`World::receive`]; a message that is refused is no entry.
    pub fn receive(&mut self, at: Moment, who: Sender, number: u64, bytes: &[u8]) -> Result<(), BadMessage> {
        let message = Message::read(who, bytes)?;
        let heard = Heard { at, who, number, bytes: bytes.to_vec() };
        self.writer.append(|out| journal::Wire::put(&Entry::Heard(heard), out));
        self.unflushed = true;
        self.heard[who as usize] = number;
        self.world.take(at, message, &mut self.held);
        Ok(())
    }

    /// Do what is due at `to` or before. What is said waits for [`Kept::flush`], as all else.
    pub fn advance(&mut self, to: Moment) {
        self.world.advance(to, &mut self.held);
    }

    /// Make everything heard durable, then let go what was said; the last durable entry.
    ///
    /// # Errors
    /// When the disk fails: nothing was let go, and the process must end and recover.
    pub fn flush(&mut self, out: &mut Vec<Sent>) -> io::Result<EntryNo> {
        if self.unflushed {
            self.writer.flush()?;
            self.unflushed = false;
        }
        out.append(&mut self.held);
        Ok(self.durable())
    }

    /// Let go what was said before what was heard is durable: only for a listener who tells the world again, under the
    /// same numbers, whatever it should have lost. It then says the same.
    pub fn release(&mut self, out: &mut Vec<Sent>) {
        out.append(&mut self.held);
    }

    /// The last entry that is durable.
    pub const fn durable(&self) -> EntryNo {
        self.writer.durable().entry
    }

    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Close for good; what was said and not let go is there to resend.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn close(self, wall: Moment) -> io::Result<Head> {
        self.writer.seal(wall)
    }
}

/// What an entry of a world's journal heard: when, from whom, and the sender's number. `None` for the entry that
/// says what the world is.
///
/// # Errors
/// When the bytes are no entry of a world.
pub fn heard_in(body: &[u8]) -> Result<Option<(Moment, Sender, u64)>, BadBytes> {
    Ok(match journal::decode(body)? {
        Entry::Began { .. } | Entry::Fine { .. } => None,
        Entry::Heard(Heard { at, who, number, .. }) => Some((at, who, number)),
    })
}

/// The first entry: what the world is.
fn begun<D: Disk>(writer: &mut Writer<D>, terms: Terms, seed: u64) -> Result<World, KeptError> {
    let world = World::new(terms.clone(), seed).map_err(KeptError::Terms)?;
    writer.append(|out| journal::Wire::put(&Entry::began(terms, seed), out));
    writer.flush().map_err(KeptError::Disk)?;
    Ok(world)
}

fn hear_again(
    world: &mut Option<World>,
    body: &[u8],
    said: &mut Vec<Sent>,
    count: &mut [u64; 3],
) -> Result<(), String> {
    let entry: Entry = journal::decode(body).map_err(|e| e.to_string())?;
    let begun = |terms: Terms, seed| World::new(terms, seed).map_err(|bad| format!("{}: {}", bad.field, bad.rule));
    match (entry, world.as_mut()) {
        (Entry::Began { terms, seed }, None) => {
            *world = Some(begun(terms, seed)?);
            Ok(())
        }
        (Entry::Fine { terms, seed, least, most }, None) => {
            *world = Some(begun(Terms { knots: Knots { least, most }, ..terms }, seed)?);
            Ok(())
        }
        (Entry::Heard(heard), Some(world)) => {
            if heard.at < world.now() {
                return Err("heard before what was heard before it".to_owned());
            }
            count[heard.who as usize] = heard.number;
            world.receive(heard.at, heard.who, &heard.bytes, said).map_err(|e| e.to_string())
        }
        (Entry::Began { .. } | Entry::Fine { .. }, Some(_)) => Err("a world begins once".to_owned()),
        (Entry::Heard(_), None) => Err("heard before the world began".to_owned()),
    }
}
