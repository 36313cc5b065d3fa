//! One thread decides. An input becomes an entry: decided on the state before it, applied, kept; what it
//! calls for outside is an errand, and no errand leaves before its entry is durable.
//!
//! What this is not: it has no clock (times come with the inputs), no network, no rule.
//!
//! Invariants: entries are kept in the order they were decided; an errand's number is its place among all
//! errands ever, so that a world that counts what it heard tells a restarted firm exactly where to go on.
//! Start with [`Sequencer`].

mod keeper;
mod quiet;
mod replay;
mod sequencer;
mod snapshot;

pub use keeper::{Inline, Keeper, Kept, Threaded};
pub use quiet::caught;
pub use replay::{Recovery, Replayed, Silent, Unheard, Watch, digest, recover};
pub use sequencer::{Done, Honest, Outgoing, Sequencer, Tamper};
pub use snapshot::{EVERY, Snapshot, Unfit, list, read, write};
