//! The broker at work: one thread decides, people ask from any thread, and the clock goes on by itself.
//!
//! ```text
//!  web, kite ──ask, look──▶ Counter ──slips──▶ the deciding thread ──▶ journal
//!      ▲                                        │ due: world, timers, messages
//!      └────────── answers, news ◀── durable ◀──┘
//! ```
//! What this is not: no HTTP, no rule, no one's password. It puts a play ([`rehearsal::Theatre`]) on the wall's clock and
//! lets people in who are no cast.
//!
//! Invariants: an answer, of an ask or of a read, is given once everything it could see is durable; what is due before an ask
//! has happened before it; a counter that is full says so and never grows.
//! Start with [`open`] and [`Counter`].

mod book;
mod clock;
mod counter;
mod run;
mod spotter;
#[cfg(test)]
mod tests;

pub use book::{DayBook, Fact, Leaf, Told, Turned};
pub use clock::{Clock, Pace};
pub use counter::{Answered, Counter, News, Room, Shut, Ticks};
pub use spotter::{Seen, spotted};
pub use run::{Hours, Notebook, Open, Play, open};
