//! People who are no cast: they ask while the play goes on, and nobody has drawn what.

use super::{Faults, Theatre, TheatreError};
use firm::{Command, Event, Input, Report, Source};
use journal::Disk;
use sequencer::{Done, Keeper, Tamper};
use std::io;
use vault::{Person, Purpose, Vault, VaultError};
use vocab::{Day, EntryNo, Moment, UserRow, VaultRef};
use world::{BadMessage, FromPeople, Sender, World};

impl<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> Theatre<K, T, W, V, F> {
    /// When the next thing happens of itself.
    pub fn next_due(&mut self) -> Option<Moment> {
        if self.seq.firm().job().is_some() {
            return Some(self.seq.firm().now());
        }
        if self.endless {
            self.prolong();
        }
        self.dues().into_iter().flatten().min()
    }

    /// The day after the last that is played, once that one is over.
    pub(super) fn prolong(&mut self) {
        let done = self.next_act >= self.script.acts().len() && !self.world_is_behind();
        if done && self.seq.firm().ended() == Some(self.last_day) {
            self.extend();
        }
    }

    /// One ask of a person, at a moment or, where the firm is further, then. The entry need not be durable yet.
    ///
    /// # Errors
    /// When a disk fails: the process must end and recover.
    pub fn ask(&mut self, at: Moment, by: UserRow, command: Command) -> Result<Done, TheatreError> {
        let number = self.seq.firm().heard(Source::Online) + 1;
        let at = at.max(self.seq.firm().now());
        self.submit(Source::Online, number, at, Input::Ask { by, command })
    }

    /// What the edge that sees the market reports: a price that something waits for.
    ///
    /// # Errors
    /// When a disk fails: the process must end and recover.
    pub fn report(&mut self, at: Moment, report: Report) -> Result<Done, TheatreError> {
        let number = self.seq.firm().heard(Source::Feed) + 1;
        let at = at.max(self.seq.firm().now());
        self.submit(Source::Feed, number, at, Input::Report(report))
    }

    /// The events of the entry made last.
    pub fn events(&self) -> &[Event] {
        self.seq.events().list()
    }

    /// What a person does outside the firm. Everything due before has happened.
    ///
    /// # Errors
    /// When the world refuses it, within; when a disk fails.
    pub fn tell_world(&mut self, at: Moment, message: &FromPeople) -> Result<Result<(), BadMessage>, TheatreError> {
        let number = self.world.heard(Sender::Online) + 1;
        let at = at.max(self.world.world().now());
        if let Err(bad) = self.world.receive(at, Sender::Online, number, &message.encode()) {
            return Ok(Err(bad));
        }
        self.settle_world()?;
        self.listen();
        Ok(Ok(()))
    }

    /// Everything up to the last entry is durable when it returns.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn settle(&mut self) -> io::Result<EntryNo> {
        let last = EntryNo(self.seq.entries());
        self.seq.keeper_mut().wait(last)?;
        Ok(last)
    }

    /// What was kept goes on its way to the disk; the last entry that is durable already.
    ///
    /// # Errors
    /// When the disk has failed.
    pub fn pass_on(&mut self) -> io::Result<EntryNo> {
        self.seq.keeper_mut().pass_on()?;
        Ok(self.seq.keeper().durable())
    }

    /// The world as it is: the market is looked at there.
    pub fn market(&self) -> &World {
        self.world.world()
    }

    /// One person's data: that it was read is durable before it is given.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn person(&mut self, reference: VaultRef, purpose: &Purpose<'_>) -> Result<Person, VaultError> {
        self.vault.read(reference, purpose)
    }

    pub const fn vault_mut(&mut self) -> &mut Vault<V> {
        &mut self.vault
    }

    /// The trading day after the one that was played last.
    pub fn day_after(&self) -> Day {
        self.stage.next_day(self.last_day)
    }

    pub const fn last_day(&self) -> Day {
        self.last_day
    }
}
