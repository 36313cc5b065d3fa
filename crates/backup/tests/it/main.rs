//! Backups of a firm at work, on disks that fail in every way a disk can.

mod erased;
mod faults;
mod online;

use backup::{Parts, Store};
use journal::{Disk, Faults, SimDisk};
use sim::{Ground, Month, Plan, Table};
use vault::VaultKey;
use vocab::Moment;

pub const SEED: u64 = 7;
pub const MONTH: Month = Month { clients: 8, orders_each_day: 120, days: 2 };
pub const ABOUT: &str = "# the sandbox\nseed = \"7\"\n";
/// Segments of the world so small that it turns some.
const SEGMENT: u64 = 64 * 1024;

pub fn disk() -> SimDisk {
    SimDisk::new(SEED, Faults::default())
}

pub fn parts() -> Parts<SimDisk> {
    Parts { firm: disk(), world: disk(), vault: disk() }
}

pub fn store() -> Store<SimDisk> {
    Store { manifests: disk(), parts: parts() }
}

pub fn heard(body: &[u8]) -> Result<Option<(Moment, Option<u64>)>, String> {
    let heard = world::heard_in(body).map_err(|e| e.to_string())?;
    Ok(heard.map(|(at, who, number)| (at, (who == world::Sender::Firm).then_some(number))))
}

pub fn key() -> VaultKey {
    VaultKey::sandbox(SEED)
}

/// A table on these disks: a new world where there is none.
pub fn table(parts: &Parts<SimDisk>) -> Table {
    let world = if parts.world.list().expect("a list").is_empty() {
        let terms = sim::world_of_month(&Ground::sample(), MONTH, SEED).unwrap_or_else(|e| panic!("{e}"));
        world::Kept::create(parts.world.clone(), [2; 16], SEGMENT, terms, SEED, Moment(0))
    } else {
        world::Kept::recover(parts.world.clone(), SEGMENT, Moment(0))
    };
    let world = Some(world.unwrap_or_else(|e| panic!("{e}")));
    // A backup has no snapshots.
    let snapshots = SimDisk::new(3, journal::Faults::default());
    let (firm, vault) = (parts.firm.clone(), parts.vault.clone());
    Table { firm, vault, snapshots, keeps: false, resumed: 0, world, failed: false }
}

/// Plays to the end, or for some turns; at each, `at` may look at the disks. The firm's digest and the world's.
pub fn play(ground: &Ground, parts: &Parts<SimDisk>, mut at: impl FnMut(u64) -> bool) -> ([u8; 32], [u8; 32]) {
    let mut table = table(parts);
    let opened = sim::open(ground, MONTH, SEED, Plan::rough(SEED), sequencer::Honest, &mut table);
    let mut theatre = opened.unwrap_or_else(|e| panic!("{e}"));
    let mut turns = 0;
    while at(turns) && theatre.advance().unwrap_or_else(|e| panic!("{e}")) {
        turns += 1;
    }
    let digest = theatre.sequencer_mut().checkpoint().expect("a digest");
    (digest, theatre.world().world().digest())
}

/// How many turns a play to the end takes.
pub fn turns(ground: &Ground) -> u64 {
    let mut turns = 0;
    play(ground, &parts(), |turn| {
        turns = turn;
        true
    });
    turns
}

/// A copy of what disks hold, for a test that changes it.
pub fn copied(disk: &SimDisk) -> SimDisk {
    with_faults(disk, SEED, Faults::default())
}

pub fn with_faults(disk: &SimDisk, seed: u64, faults: Faults) -> SimDisk {
    let copy = SimDisk::new(seed, faults);
    for name in disk.list().expect("a list") {
        copy.set_image(&name, disk.image(&name));
    }
    copy
}

pub fn copied_store(store: &Store<SimDisk>) -> Store<SimDisk> {
    let Parts { firm, world, vault } = &store.parts;
    let parts = Parts { firm: copied(firm), world: copied(world), vault: copied(vault) };
    Store { manifests: copied(&store.manifests), parts }
}
