//! Version 1 of the firm's entries: byte by byte, for ever.
//!
//! A body is: the version (1), the logic version u16, the source u8, its sequence u64, market time i64, wall
//! time i64, the input, the events (u32 count), the text tail (u32 length). Numbers are little-endian. The
//! entry's number is not in the body: the record around it has it, and the hash chain binds both.
//!
//! What this is not: it judges nothing. Bytes that decode are well formed, not lawful. Tags are append-only;
//! a changed meaning is a new tag, a changed body a new version beside this one (DESIGN 2).
//!
//! Invariant: one value has one encoding, so what decodes encodes to the same bytes again.
//!
//! Start with [`Entry`]; [`put_parts`] and [`get_into`] are the same without building one.

mod events;
mod inputs;
mod words;

use crate::wire::{BadBytes, Cursor, MOST, Wire, put_list};
use firm::{Event, Head, Input, Source};
use vocab::{EntryNo, Moment};

/// The first byte of every body of this form.
pub const VERSION: u8 = 1;

/// More than any event takes, so that only a long input grows the buffer while it is written.
const ROOM: usize = 80;

/// One entry: what was asked or reported, and what followed.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub head: Head,
    /// Nanoseconds since 1970 UTC by the machine's clock: evidence only, outside the digest.
    pub wall: i64,
    /// The `firm::LOGIC_VERSION` that decided it.
    pub logic: u16,
    pub input: Input,
    pub events: Vec<Event>,
    /// The texts that events point into.
    pub tail: Vec<u8>,
}

impl Entry {
    /// Write at the end of `out`.
    ///
    /// # Panics
    /// As [`put_parts`].
    pub fn put(&self, out: &mut Vec<u8>) {
        put_body(&self.head, self.wall, self.logic, &self.input, &self.events, &self.tail, out);
    }

    /// The entry that stands in the record `number`.
    ///
    /// # Errors
    /// When the bytes are no body of this version.
    pub fn get(number: EntryNo, body: &[u8]) -> Result<Entry, BadBytes> {
        let (mut events, mut tail) = (Vec::new(), Vec::new());
        let (head, wall, logic, input) = get_into(number, body, &mut events, &mut tail)?;
        Ok(Entry { head, wall, logic, input, events, tail })
    }
}

/// Write an entry of this build's logic at the end of `out`, from parts: what the hot path calls. Allocates
/// nothing once `out` has its room.
///
/// # Panics
/// When a value could not be read back (a blank code, a timer before 1970) or the tail is longer than an entry.
pub fn put_parts(head: &Head, wall: i64, input: &Input, events: &[Event], tail: &[u8], out: &mut Vec<u8>) {
    put_body(head, wall, firm::LOGIC_VERSION, input, events, tail, out);
}

fn put_body(head: &Head, wall: i64, logic: u16, input: &Input, events: &[Event], tail: &[u8], out: &mut Vec<u8>) {
    assert!(tail.len() <= MOST, "a tail of {} bytes cannot stand in an entry", tail.len());
    out.reserve(ROOM * (events.len() + 2) + tail.len());
    VERSION.put(out);
    logic.put(out);
    head.source.put(out);
    head.sequence.put(out);
    head.at.put(out);
    wall.put(out);
    input.put(out);
    put_list(events, out);
    u32::try_from(tail.len()).expect("at most MOST").put(out);
    out.extend_from_slice(tail);
}

/// Read the body of the record `number` into buffers that are used again: `events` and `tail` are emptied, then
/// filled. Returns head, wall time, logic version and input.
///
/// # Errors
/// When the bytes are no body of this version; the buffers then hold what was read so far.
pub fn get_into(
    number: EntryNo, body: &[u8], events: &mut Vec<Event>, tail: &mut Vec<u8>,
) -> Result<(Head, i64, u16, Input), BadBytes> {
    events.clear();
    tail.clear();
    let mut from = Cursor::new(body);
    let version = u8::get(&mut from)?;
    if version != VERSION {
        return Err(BadBytes::Tag { of: "entry", tag: version, at: 0 });
    }
    let logic = u16::get(&mut from)?;
    let source = Source::get(&mut from)?;
    let sequence = u64::get(&mut from)?;
    let at = Moment::get(&mut from)?;
    let wall = i64::get(&mut from)?;
    let input = Input::get(&mut from)?;

    let count = length(&mut from)?;
    // A count is believed only as far as bytes follow it.
    events.reserve(count.min(from.left() / size_of::<Event>()));
    for _ in 0..count {
        events.push(Event::get(&mut from)?);
    }
    let count = length(&mut from)?;
    tail.extend_from_slice(from.take(count)?);
    from.finish()?;
    Ok((Head { entry: number, source, sequence, at }, wall, logic, input))
}

/// A count of things of at least one byte each.
fn length(from: &mut Cursor<'_>) -> Result<usize, BadBytes> {
    let at = from.at();
    let count = usize::try_from(u32::get(from)?).unwrap_or(usize::MAX);
    if count > MOST {
        return Err(BadBytes::Value { of: "list", at });
    }
    if count > from.left() { Err(BadBytes::Short { at: from.at() }) } else { Ok(count) }
}
