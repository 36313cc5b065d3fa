//! What the world has said: seven links, each numbered from 1 without gaps and delivered in order.

use crate::canon::{count, dump_fields};
use crate::message::{Link, ToFirm};
use journal::Wire;
use std::sync::Arc;
use stdx::Lots;
use vocab::{Dump, Moment, Sink, Venue};

/// One message on its way to the firm. `due` is after `sent_at` and never before the link's previous message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    pub link: Link,
    pub seq: u64,
    pub sent_at: Moment,
    pub due: Moment,
    pub bytes: Arc<[u8]>,
}

impl Link {
    pub const ALL: [Link; 7] =
        [Link::Venue, Link::Bank, Link::Clearing, Link::Nsdl, Link::Cdsl, Link::Bse, Link::Iccl];

    /// The same of an exchange: its own link, and its clearing corporation's.
    pub(crate) const fn of(self, venue: Venue) -> Link {
        match (self, venue) {
            (Link::Venue, Venue::Bse) => Link::Bse,
            (Link::Clearing, Venue::Bse) => Link::Iccl,
            (link, _) => link,
        }
    }

    const fn row(self) -> usize {
        self as usize
    }

    /// Shortest and longest way to the firm, in microseconds.
    const fn latency(self) -> (i64, i64) {
        match self {
            Link::Venue | Link::Bse => (500, 5_000),
            Link::Bank => (1_000_000, 90_000_000),
            Link::Clearing | Link::Iccl => (1_000_000, 20_000_000),
            Link::Nsdl | Link::Cdsl => (2_000_000, 60_000_000),
        }
    }
}

struct Line {
    /// Everything ever said, so that the firm can ask again after a crash.
    said: Vec<Sent>,
    last_due: Moment,
    /// A running fold of all that was said, so that a digest need not read it again.
    fold: u64,
}

dump_fields! { Line { last_due fold } }

pub(crate) struct Post {
    seed: u64,
    lines: [Line; 7],
    fresh: Vec<Sent>,
    /// Reused, so that a message costs one allocation.
    encoded: Vec<u8>,
}

impl Post {
    pub fn new(seed: u64) -> Post {
        let line = || Line { said: Vec::new(), last_due: Moment(i64::MIN), fold: 0 };
        Post { seed, lines: Link::ALL.map(|_| line()), fresh: Vec::new(), encoded: Vec::new() }
    }

    pub fn send(&mut self, link: Link, at: Moment, message: &ToFirm) {
        let line = &mut self.lines[link.row()];
        let seq = u64::try_from(line.said.len()).expect("a count") + 1;
        let (short, long) = link.latency();
        let way = Lots::of(self.seed, &[POST, u64::from(link as u8), seq]).between(short, long);
        let due = at.plus_micros(way).max(line.last_due);
        self.encoded.clear();
        message.put(&mut self.encoded);
        let bytes: Arc<[u8]> = self.encoded.as_slice().into();
        line.last_due = due;
        line.fold = folded(line.fold ^ at.0.unsigned_abs(), &bytes);
        let sent = Sent { link, seq, sent_at: at, due, bytes };
        self.fresh.push(sent.clone());
        line.said.push(sent);
    }

    /// Hand over what was said since the last time.
    pub fn drain(&mut self, out: &mut Vec<Sent>) {
        out.append(&mut self.fresh);
    }

    pub fn resend(&self, link: Link, from_seq: u64) -> impl Iterator<Item = &Sent> {
        let skip = usize::try_from(from_seq.saturating_sub(1)).unwrap_or(usize::MAX);
        self.lines[link.row()].said.iter().skip(skip)
    }
}

impl Dump for Post {
    fn dump(&self, sink: &mut Sink<'_>) {
        for line in &self.lines {
            count(line.said.len(), sink);
            line.dump(sink);
        }
    }
}

/// Lots of the post are apart from all other lots of the seed.
const POST: u64 = 0x505;

/// Fold bytes into a running number, eight at a time; the finisher is SplitMix64's.
fn folded(so_far: u64, bytes: &[u8]) -> u64 {
    let mut fold = so_far ^ u64::try_from(bytes.len()).expect("a length");
    for chunk in bytes.chunks(8) {
        let mut eight = [0; 8];
        eight[..chunk.len()].copy_from_slice(chunk);
        fold = Lots::new(fold ^ u64::from_le_bytes(eight)).draw();
    }
    fold
}
