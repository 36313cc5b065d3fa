//! Real order entries, for the journal to keep and for replay to read.

use firm::{Command, Event, Events, Head, Input, Report};
use matching::flow;
use vocab::{Moment, UserRow};

use crate::hot::{Floor, Watch};
use crate::stage::Stage;

/// Wall time stands in every entry; its value costs nothing.
pub const WALL: Moment = Moment(0);
pub const CLIENTS: u32 = 10_000;
pub const LIVE: usize = 10_000;

/// An entry on its way to the journal.
#[derive(Clone)]
pub struct Kept {
    pub head: Head,
    pub input: Input,
    pub events: Vec<Event>,
    pub tail: Vec<u8>,
}

impl Kept {
    pub fn of(head: Head, input: Input, events: &Events) -> Kept {
        Kept { head, input, events: events.list().to_vec(), tail: events.text().to_vec() }
    }

    fn is_order(&self) -> bool {
        matches!(self.input, Input::Ask { command: Command::Place(_), .. })
    }
}

pub fn encode(kept: &Kept, out: &mut Vec<u8>) {
    journal::v1::put_parts(&kept.head, WALL.0, &kept.input, &kept.events, &kept.tail, out);
}

/// Keeps every entry of the floor.
struct Recorder(Vec<Kept>);

impl Watch for Recorder {
    fn asked(&mut self, head: Head, by: UserRow, command: &Command, events: &Events) {
        self.0.push(Kept::of(head, Input::Ask { by, command: command.clone() }, events));
    }

    fn told(&mut self, head: Head, report: &Report, events: &Events) {
        self.0.push(Kept::of(head, Input::Report(report.clone()), events));
    }
}

/// The firm that recorded entries start from; the same every time.
pub fn stage() -> Stage {
    Stage::open(CLIENTS)
}

/// The entries of so many messages of the flow, on [`stage`], and the firm they lead to.
pub fn record(messages: usize) -> (Vec<Kept>, Stage) {
    let messages = flow::generate(messages, LIVE);
    let mut floor = Floor::new(stage(), CLIENTS, &messages);
    let mut recorder = Recorder(Vec::new());
    for message in &messages {
        floor.message(message, &mut recorder);
    }
    (recorder.0, floor.stage)
}

/// New orders alone, as [`record`] keeps them.
pub fn orders(messages: usize) -> Vec<Kept> {
    let (mut entries, _) = record(messages);
    entries.retain(Kept::is_order);
    entries
}

/// Mean bytes of a body.
pub fn mean_bytes(entries: &[Kept]) -> usize {
    let mut all = Vec::new();
    for kept in entries {
        encode(kept, &mut all);
    }
    all.len() / entries.len().max(1)
}
