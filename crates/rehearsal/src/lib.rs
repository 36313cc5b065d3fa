//! Plays days: a cast of clients, the world, virtual time, and the firm between them.
//!
//! What this is not: no part of the firm. It stands where people and institutions stand, talks to the firm
//! in asks and reports only, and could be replaced by them.
//!
//! Invariants: what happens depends on the seed and the market's files and on nothing else, so that a day cut
//! off anywhere goes on to the same end; nothing leaves the firm before its entry is durable; the world hears
//! of everything once.
//! Start with [`Theatre`] and [`Script`].

mod cast;
mod gifts;
mod guests;
mod house;
mod post;
mod script;
mod powers;
mod seldom;
mod stage;
mod story;
mod theatre;

pub use cast::{Member, guest, member, states};
pub use gifts::NotGiven;
pub use house::{House, PRICES_OUT, joint, second_exchange, world_terms};
pub use post::Post;
pub use script::{Act, Script, What};
pub use seldom::Seldom;
pub use stage::{Stage, limits};
pub use story::{Beside, DayTold, Given, HaltTold, NobodyElse, Served, Story, Telling, refusal_lines};
pub use theatre::{Fate, Faults, NoFaults, Parts, Theatre, TheatreError};
