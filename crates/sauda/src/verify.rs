//! `sauda verify`: every byte read again, every fact applied again, every decision decided again.

use crate::args::VerifyArgs;
use crate::failure::Failure;
use crate::state::{self, FIRM, Seen, State, Stop, VAULT, WORLD};
use crate::audit;
use crate::snapshots::{self, Replayed};
use firm::{AsOf, Event, Events, Firm, LOGIC_VERSION, STATE_VERSION};
use journal::v1::Entry;
use journal::{End, Head, Mark, ReadError};
use sequencer::digest;
use std::collections::BTreeMap;
use std::fmt::Write;
use vocab::EntryNo;

/// # Errors
/// [`Failure::Found`] at the first wrong entry; [`Failure::Refused`] when there is no state to read.
pub fn run(args: &VerifyArgs, out: &mut String) -> Result<(), Failure> {
    let state = State::open(&args.dir)?;
    let mut check = Check::new(&state, snapshots::Check::new(&args.dir)?);
    match state.read(&mut |seen| check.see(seen)) {
        Ok(end) => check.tell(&end, out),
        Err(Stop::Read(ReadError::Wrong(wrong))) => return Err(found(out, FIRM, wrong.entry, &wrong.to_string())),
        Err(Stop::Entry { number, why }) => return Err(found(out, FIRM, number, &why)),
        Err(Stop::Read(error)) => return Err(Failure::refused(format!("{}/{FIRM}: {error}", args.dir.display()))),
        Err(Stop::Failure(failure)) => return Err(failure),
    }
    check.snapshots.tell(out)?;
    world(&state, out)?;
    vault(&state, out)?;
    let Check { facts, replayed, entries, .. } = check;
    facts.judge(&replayed.firm, out)?;
    write(out, format_args!("verified {entries} entries"));
    Ok(())
}

fn write(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("text grows");
}

fn found(out: &mut String, part: &str, entry: EntryNo, why: &str) -> Failure {
    write(out, format_args!("WRONG {part}: entry {entry}: {why}"));
    Failure::found(format!("{part}: entry {entry} is wrong: {why}"))
}

struct Check {
    replayed: Replayed,
    snapshots: snapshots::Check,
    again: Events,
    /// Digests that marks claim, by the entry they are of. Marks may come later than their entry.
    claims: BTreeMap<EntryNo, Claim>,
    entries: u64,
    redecided: u64,
    /// Entries of other logic versions, by version: applied, not decided again.
    others: BTreeMap<u16, (EntryNo, EntryNo)>,
    compared: u64,
    other_states: u64,
    opened: u64,
    facts: audit::Facts,
}

#[derive(Clone, Copy)]
struct Claim {
    version: u32,
    digest: [u8; 32],
}

impl Check {
    /// Marks are gathered first, as far as the journal can be read: a checkpoint may stand behind later
    /// entries than its own.
    fn new(state: &State, snapshots: snapshots::Check) -> Check {
        let mut claims = BTreeMap::new();
        let _ = state.read(&mut |seen| {
            if let Seen::Mark(Mark::Checkpoint { entry, state_version, digest }) = seen {
                claims.insert(*entry, Claim { version: *state_version, digest: *digest });
            }
            Ok(())
        });
        Check {
            replayed: Replayed::new(),
            snapshots,
            again: Events::new(),
            claims,
            entries: 0,
            redecided: 0,
            others: BTreeMap::new(),
            compared: 0,
            other_states: 0,
            opened: 0,
            facts: audit::Facts::new(),
        }
    }

    fn see(&mut self, seen: Seen<'_>) -> Result<(), Stop> {
        match seen {
            Seen::Mark(Mark::Opened { .. }) => self.opened += 1,
            Seen::Mark(Mark::Checkpoint { .. } | Mark::Sealed { .. }) => {}
            Seen::Entry { entry, head } => {
                let number = entry.head.entry;
                self.entry(entry, &head).map_err(|why| Stop::Entry { number, why })?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, head: &Head) -> Result<(), String> {
        if entry.logic == LOGIC_VERSION {
            redecide(&self.replayed.firm, entry, &mut self.again)?;
            self.redecided += 1;
        } else {
            let number = entry.head.entry;
            self.others.entry(entry.logic).or_insert((number, number)).1 = number;
        }
        self.replayed.take(entry)?;
        self.snapshots.compare(&self.replayed, head)?;
        self.facts.take(entry);
        self.entries += 1;
        let Some(claim) = self.claims.get(&entry.head.entry) else { return Ok(()) };
        if claim.version != u32::from(STATE_VERSION) {
            self.other_states += 1;
            return Ok(());
        }
        self.compared += 1;
        if digest(&self.replayed.firm) == claim.digest {
            return Ok(());
        }
        Err("the state after it is not the one its checkpoint names".to_owned())
    }

    fn tell(&self, end: &End, out: &mut String) {
        let kind = if end.identity.sandbox { "sandbox" } else { "live" };
        let sealed = if end.sealed { "sealed" } else { "not sealed: open, or its process died" };
        write(out, format_args!("{FIRM}: {} entries in {} segments, {kind}, {sealed}", self.entries, end.segments));
        write(out, format_args!("  bytes, checksums, links and seals read; opened {} times", self.opened));
        if end.torn > 0 {
            write(out, format_args!("  {} bytes of a torn tail behind the end, never acknowledged", end.torn));
        }
        write(out, format_args!("  events of all entries applied; the books sum to zero after each"));
        write(out, format_args!("  {} decisions of logic version {LOGIC_VERSION} decided again alike", self.redecided));
        for (version, (first, last)) in &self.others {
            write(out, format_args!("  not decided again: entries {first} to {last}, of logic version {version}"));
        }
        write(out, format_args!("  {} checkpoints of state version {STATE_VERSION} compared", self.compared));
        if self.other_states > 0 {
            write(out, format_args!("  {} checkpoints of other state versions not compared", self.other_states));
        }
    }
}

/// Decide the entry's input again on the state before it: the same events, or the same refusal.
pub fn redecide(firm: &Firm, entry: &Entry, again: &mut Events) -> Result<(), String> {
    let as_of = AsOf { now: entry.head.at };
    sequencer::caught(|| firm.answer(&entry.input, &as_of, again)).map_err(|why| format!("deciding it again fails: {why}"))?;
    if again.list() == entry.events.as_slice() && again.text() == entry.tail.as_slice() {
        return Ok(());
    }
    let pairs = again.list().iter().zip(&entry.events);
    let nth = pairs.take_while(|(again, kept)| again == kept).count();
    let (kept, now) = (entry.events.get(nth), again.list().get(nth));
    Err(match (kept, now) {
        (None, None) => "decided again, its text differs".to_owned(),
        (kept, now) => {
            let shown = |event: Option<&Event>| event.map_or("nothing".to_owned(), |e| format!("{e:?}"));
            format!("decided again, event {} is {}, and the record has {}", nth + 1, shown(now), shown(kept))
        }
    })
}

/// The world's journal is another party's: its bytes and links are proven, its entries are not replayed here.
fn world(state: &State, out: &mut String) -> Result<(), Failure> {
    let disk = state.disk(WORLD)?;
    match journal::verify(&disk, None).map_err(|e| state::confirmed(&disk, e)) {
        Ok(end) => {
            let sealed = if end.sealed { "sealed" } else { "not sealed" };
            let (entries, segments) = (end.head.entry, end.segments);
            write(out, format_args!("{WORLD}: {entries} entries in {segments} segments, {sealed}; bytes, links and seals read"));
            Ok(())
        }
        Err(Stop::Read(ReadError::Wrong(wrong))) => Err(found(out, WORLD, wrong.entry, &wrong.to_string())),
        Err(Stop::Read(error)) => Err(Failure::refused(format!("{WORLD}/: {error}"))),
        Err(Stop::Entry { number, why }) => Err(found(out, WORLD, number, &why)),
        Err(Stop::Failure(failure)) => Err(failure),
    }
}

fn vault(state: &State, out: &mut String) -> Result<(), Failure> {
    let disk = state.disk(VAULT)?;
    match vault::verify(&disk, Some(&state.vault_key())) {
        Ok(report) => {
            let vault::Report { people, accesses, erased, opened, .. } = report;
            write(
                out,
                format_args!("{VAULT}: {people} people, {opened} records opened, {erased} erased, {accesses} accesses logged"),
            );
            for left in report.unfinished {
                write(out, format_args!("  left by a crash: {left}"));
            }
            Ok(())
        }
        Err(error @ (vault::VaultError::Corrupt { .. } | vault::VaultError::WrongKey)) => {
            write(out, format_args!("WRONG {VAULT}: {error}"));
            Err(Failure::found(format!("{VAULT}: {error}")))
        }
        Err(error) => Err(state::vault_failure(&error)),
    }
}
