//! Resident memory for each client on the firm's books.

use crate::hot::one_trade_each;
use crate::machine::resident;
use crate::stage::Stage;
use crate::table::{Goal, Row, Runs, Unit};

/// One in so many clients trades on the day.
const SAMPLE: u32 = 10;

/// The stage of `clients` clients, and the row of what they take.
pub fn open(clients: u32) -> (Stage, Row) {
    let before = resident();
    let mut stage = Stage::open(clients);
    let opened = resident() - before;
    one_trade_each(&mut stage, clients / SAMPLE);
    let traded = resident() - before - opened;
    let each = |bytes: u64, of: u32| bytes as f64 / f64::from(of);
    let rows = size_of::<clients::Client>()
        + size_of::<clients::Dealing>()
        + size_of::<firm::User>()
        + size_of::<risk::ClientUse>()
        + size_of::<risk::UserUse>()
        + size_of::<books::ClientBook>()
        + size_of::<books::Holding>();
    let row = Row {
        job: "memory for a client, 1 M clients, one in ten trades",
        unit: Unit::Bytes,
        runs: Runs::of(vec![each(opened + traded, clients)]),
        yardstick: Some(("the rows alone", Runs::of(vec![rows as f64]))),
        goal: Goal::AtMost(1024.0),
        notes: vec![format!(
            "onboarded with a login, money and one holding {:.0} B; who trades on the day takes {:.0} B more",
            each(opened, clients),
            each(traded, clients / SAMPLE),
        )],
    };
    (stage, row)
}
