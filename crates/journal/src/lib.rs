//! The journal: an append-only, hash-linked, sealed log of numbered entries, each a body of bytes.
//!
//! Entries are numbered from 1 without gaps and linked by SHA-256, so that nothing can be changed,
//! dropped or slipped in unseen. *Acknowledged* means durable: an entry is the firm's word once
//! [`Writer::flush`], or [`Journal::wait_durable`], has reached its number (DESIGN 8).
//!
//! What this is not: outside [`v1`] it knows no event, and no rule at all; it reads no clock, and repairs
//! nothing while reading. A chain alone cannot show that its end was cut off: keep the [`Head`] elsewhere
//! as a witness and give it to [`verify`].
//!
//! Invariants:
//! - Durable bytes are only ever rewritten with themselves; see `writer.rs` for when that is not safe.
//! - A batch is written only after every earlier batch is durable. So a valid batch behind an invalid
//!   one proves damage, and [`recover`] cuts nothing but an invalid tail that was never sealed.
//! - A segment is started only after the one before it is sealed, and is zeros before that.
//! - A failed write or flush ends the writer: what the disk holds then is known only after recovery.
//!
//! Start with [`recover`] and [`Writer`], then [`Journal`] for the thread around it and [`Reader`] for
//! the way back. `record.rs` is the byte layout. [`Wire`], [`mirror!`] and [`mirror_struct!`] encode bodies;
//! [`v1`] is the form of the firm's own entries.

mod cut;
mod disk;
mod links;
mod lock;
mod mirror;
mod reader;
mod real_disk;
mod record;
mod recover;
mod scan;
mod sim_disk;
mod thread;
pub mod v1;
mod wire;
mod writer;
mod wrong;

pub use cut::{Cut, Piece, cut};
pub use disk::{Disk, DiskFile, read_all, write_all};
pub use lock::StateLock;
pub use reader::{End, Reader, verify};
pub use real_disk::{Caching, RealDisk, RealFile};
pub use record::{BLOCK, Head, Identity, Item, Kind, MAX_ENTRY, Mark};
pub use recover::{RecoverError, Recovered, recover, recover_after};
pub use sim_disk::{Faults, SimDisk, SimFile};
pub use thread::{Failed, Journal};
pub use wire::{BadBytes, Cursor, MOST, Wire, decode, encode, put_list};
pub use writer::{DEFAULT_SEGMENT, Reserve, Writer};
pub use wrong::{ReadError, Why, Wrong};
