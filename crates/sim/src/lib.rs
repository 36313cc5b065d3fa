//! A market month by seed: ten clients, fifty orders a day, and whatever may go wrong.
//!
//! Each seed is played twice with the same faults on the way: once straight, once with the firm's process
//! cut off at bytes drawn by lots, its disks torn, short or failing. Both must end at one digest, with every
//! book proved; the crash must not show.
//!
//! What this is not: no part of the product. Planted bugs live here, in the shell around the firm.
//!
//! To see what a seed does, entry by entry: `cargo run -p sim --example trace -- SEED [DAYS] [rough] [ERA] [all]`.
//!
//! Start with [`play`].

mod era;
mod faults;
mod play;
mod prove;
mod run;

pub use era::{ERAS, Era};
pub use faults::{Plan, WayFaults};
pub use prove::prove;
pub use run::{Sum, run};
pub use play::{Ended, Failure, Ground, Month, Planted, PlantedFacts, Table, open, play, play_planted, world_of_month};
