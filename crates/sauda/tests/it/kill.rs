//! The program killed at moments nobody chose, and asked what it still knows.

use crate::played::{ask, folder, program};
use journal::v1::Entry;
use journal::{Caching, Item, ReadError, Reader, RealDisk};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime};

const WORDS: [&str; 7] = ["day", "--clients", "60", "--orders", "2000", "--seed", "7"];
const KILLS: u32 = 50;

/// Orders told to the outside before the process died, by number: the entries that hold them. A last line
/// without its end was not told.
fn told(acks: &Path) -> BTreeMap<u64, u64> {
    let text = fs::read_to_string(acks).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let pair = |line: &str| {
        let (order, entry) = line.split_once(' ').expect("an order and its entry");
        (order.parse().expect("an order"), entry.parse().expect("an entry"))
    };
    whole.lines().map(pair).collect()
}

/// Orders in the journal as the dead process left it.
fn kept(dir: &Path) -> BTreeMap<u64, u64> {
    let mut orders = BTreeMap::new();
    let Ok(disk) = RealDisk::new(&dir.join("firm"), Caching::ReadOnly) else { return orders };
    let mut reader = match Reader::open(&disk) {
        Ok(reader) => reader,
        Err(ReadError::NoJournal) => return orders,
        Err(error) => panic!("{error}"),
    };
    while let Some(item) = reader.read().expect("what a crash leaves can be read") {
        if let Item::Entry { number, body, .. } = item {
            for event in Entry::get(number, body).expect("an entry").events {
                if let firm::Event::Order(orders::Event::Placed(placed)) = event {
                    orders.insert(placed.order.0, number.0);
                }
            }
        }
    }
    orders
}

/// The digests of the world and of the firm.
fn digests(out: &str) -> [&str; 2] {
    ["world ", "digest "].map(|of| out.lines().find(|line| line.starts_with(of)).expect("a digest"))
}

/// Let the program run until its moment comes: by the clock, wherever that finds it, or after some more orders
/// were told, however slow the machine is. Did it end before?
fn wait(child: &mut Child, acks: &Path, lot: u64, by_the_clock: bool) -> bool {
    if by_the_clock {
        std::thread::sleep(Duration::from_millis(lot % 700));
    } else {
        let enough = told(acks).len() + (lot % 150) as usize;
        while told(acks).len() < enough && child.try_wait().expect("a child").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    child.try_wait().expect("a child").is_some()
}

#[test]
fn killed_fifty_times_nothing_acknowledged_is_lost_and_the_day_ends_alike() {
    let straight = folder("straight");
    let expected = ask(&straight, &WORDS).good();
    // The moments are new each time the test runs; a failure names the lot.
    let mut lot = SystemTime::UNIX_EPOCH.elapsed().expect("a clock").as_nanos() as u64 | 1;
    let (mut kills, mut days, mut most) = (0, 0, 0);
    while kills < KILLS {
        let dir = folder("killed");
        let acks = dir.with_extension("acks");
        let _ = fs::remove_file(&acks);
        days += 1;
        let out = loop {
            lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if kills == KILLS {
                break ask(&dir, &WORDS).good();
            }
            let mut child = program()
                .args(WORDS)
                .arg("--dir")
                .arg(&dir)
                .arg("--acks")
                .arg(&acks)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program starts");
            let ended = wait(&mut child, &acks, lot >> 33, kills % 2 == 0);
            child.kill().expect("SIGKILL");
            child.wait().expect("a child");
            if ended {
                // It ended by itself before its moment came: it says the same when asked again.
                break ask(&dir, &WORDS).good();
            }
            kills += 1;
            let (told, kept) = (told(&acks), kept(&dir));
            most = most.max(told.len());
            for (order, entry) in &told {
                assert_eq!(kept.get(order), Some(entry), "order {order}, kill {kills}, lot {lot}");
            }
        };
        assert_eq!(digests(&out), digests(&expected), "day {days}, lot {lot}");
        let verified = ask(&dir, &["verify"]).good();
        assert!(verified.contains("no differences"), "{verified}");
        fs::remove_dir_all(&dir).expect("a folder");
        fs::remove_file(&acks).expect("a witness");
    }
    assert!(most > 200, "the kills fell before anything was acknowledged: {most}");
    fs::remove_dir_all(&straight).expect("a folder");
}
