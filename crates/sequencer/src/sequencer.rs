//! The sequencer.

use crate::keeper::{Keeper, Kept};
use crate::replay::{Replayed, digest};
use crate::snapshot::Snapshot;
use firm::{AsOf, Errand, Events, Firm, Head, Input, Refusal, STATE_VERSION, Source, errand};
use journal::Mark;
use std::collections::VecDeque;
use std::io;
use vocab::{Dump, EntryNo, Moment};

/// Where the simulator plants its bugs: between deciding and applying. The product runs [`Honest`].
pub trait Tamper {
    fn tamper(&mut self, _firm: &Firm, _input: &Input, _events: &mut Events) {}
}

/// Nothing is tampered with.
pub struct Honest;

impl Tamper for Honest {}

/// An errand whose entry is durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// Its place among all errands ever, from 1.
    pub number: u64,
    pub errand: Errand,
    /// Market time of its entry.
    pub at: Moment,
    pub entry: EntryNo,
}

/// What became of an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done {
    pub entry: EntryNo,
    pub refused: Option<Refusal>,
}

pub struct Sequencer<K: Keeper, T: Tamper = Honest> {
    firm: Firm,
    events: Events,
    keeper: K,
    tamper: T,
    next: EntryNo,
    errands: u64,
    outgoing: VecDeque<Outgoing>,
}

impl<K: Keeper, T: Tamper> Sequencer<K, T> {
    /// Go on from what a journal gave back, or from nothing.
    pub fn new(replayed: Replayed, keeper: K, tamper: T) -> Sequencer<K, T> {
        Sequencer {
            firm: replayed.firm,
            events: Events::new(),
            keeper,
            tamper,
            next: EntryNo(replayed.entries + 1),
            errands: replayed.errands,
            outgoing: VecDeque::new(),
        }
    }

    pub fn firm(&self) -> &Firm {
        &self.firm
    }

    /// The events of the entry just made.
    pub fn events(&self) -> &Events {
        &self.events
    }

    pub fn keeper(&self) -> &K {
        &self.keeper
    }

    pub fn keeper_mut(&mut self) -> &mut K {
        &mut self.keeper
    }

    pub fn into_keeper(self) -> K {
        self.keeper
    }

    /// Entries made so far.
    pub fn entries(&self) -> u64 {
        self.next.0 - 1
    }

    /// Errands called for so far.
    pub fn errands(&self) -> u64 {
        self.errands
    }

    /// Decide, apply, keep. Refusals are entries too.
    ///
    /// # Errors
    /// When the keeper has failed: nothing since its watermark is acknowledged and the process must end.
    pub fn submit(&mut self, source: Source, sequence: u64, at: Moment, wall: i64, input: Input) -> io::Result<Done> {
        let head = Head { entry: self.next, source, sequence, at };
        let as_of = AsOf { now: at };
        let refused = self.firm.answer(&input, &as_of, &mut self.events);
        self.tamper.tamper(&self.firm, &input, &mut self.events);
        self.apply(&head);
        self.next = self.next.next();
        let events = self.events.list().to_vec();
        let tail = self.events.text().to_vec();
        let entry = self.keeper.keep(Kept { head, wall, input, events, tail })?;
        assert!(entry == head.entry, "the journal numbers entries as we do");
        Ok(Done { entry, refused })
    }

    fn apply(&mut self, head: &Head) {
        self.firm.begin(head);
        for event in self.events.list() {
            self.firm.apply(event, self.events.text());
            if let Some(errand) = errand(event) {
                self.errands += 1;
                let Head { entry, at, .. } = *head;
                self.outgoing.push_back(Outgoing { number: self.errands, errand, at, entry });
            }
        }
        self.firm.end();
    }

    /// Errands called for since the last take, durable or not: the caller holds each until it is.
    pub fn take_outgoing(&mut self) -> impl Iterator<Item = Outgoing> + '_ {
        self.outgoing.drain(..)
    }

    /// The state after the last entry, as a snapshot keeps it, once that entry is durable. `beside` is what the caller
    /// counted from the same entries.
    ///
    /// # Errors
    /// When the keeper has failed.
    pub fn snapshot(&mut self, beside: Vec<u8>) -> io::Result<Snapshot> {
        let entry = EntryNo(self.entries());
        self.keeper.wait(entry)?;
        let head = self.keeper.head();
        assert!(head.entry == entry, "nothing was kept since");
        let mut state = Vec::new();
        self.firm.dump(&mut |part: &[u8]| state.extend_from_slice(part));
        Ok(Snapshot { head, errands: self.errands, state, beside })
    }

    /// Mark the state's digest after the last entry.
    ///
    /// # Errors
    /// When the keeper has failed.
    pub fn checkpoint(&mut self) -> io::Result<[u8; 32]> {
        let digest = digest(&self.firm);
        let entry = EntryNo(self.entries());
        self.keeper.mark(Mark::Checkpoint { entry, state_version: u32::from(STATE_VERSION), digest })?;
        Ok(digest)
    }
}
