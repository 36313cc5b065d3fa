//! Views of a month that was played: what they say, and what a crash leaves of them.

mod asked;
mod corrected;
mod crash;

use journal::SimDisk;
use sim::{Ended, Ground, Month, Plan};
use std::sync::LazyLock;
use views::{Sqlite, Views};

/// A few days with everything a rough way brings.
pub static PLAYED: LazyLock<Ended> = LazyLock::new(|| {
    let month = Month { clients: 10, orders_each_day: 80, days: 4 };
    sim::play(&Ground::sample(), month, 11, Plan::rough(11), 0).unwrap_or_else(|e| panic!("{e}"))
});

pub fn memory() -> Views<Sqlite> {
    Views::open(Sqlite::in_memory().expect("memory")).unwrap_or_else(|e| panic!("{e}"))
}

pub fn fed(disk: &SimDisk) -> Views<Sqlite> {
    let mut views = memory();
    views.feed(disk, &mut || Ok(())).unwrap_or_else(|e| panic!("{e}"));
    views
}
