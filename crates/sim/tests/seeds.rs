//! Two hundred market months, each played straight and with crashes, and proved: twenty of each era.

use sim::{ERAS, Month, run};

/// What an era is played for, and what it cannot have.
const OF_ERA: [(&str, &[&str], &[&str]); ERAS.len()] = [
    ("today", &[LOOKS, PLEDGED, FOR_BOTH], &[SECOND, WITHHELD, UNPAID, CALLS, DELIVERED, RECEIVED]),
    ("2009", &[SECOND, WITHHELD, DELIVERED, RECEIVED, PUT_RIGHT, CHARGED], &[FOR_BOTH, UNPAID, PLEDGED, LOOKS, CALLS]),
    ("2018", &[SECOND, WITHHELD, DELIVERED, RECEIVED, PUT_RIGHT, CHARGED], &[FOR_BOTH, UNPAID, PLEDGED, LOOKS, CALLS]),
    ("2019", &[SECOND, FOR_BOTH, WITHHELD], &[UNPAID, PLEDGED, LOOKS, CALLS, DELIVERED, RECEIVED]),
    ("unpaid", &[FOR_BOTH, UNPAID], &[SECOND, WITHHELD, PLEDGED, LOOKS, CALLS, DELIVERED, RECEIVED]),
    ("2020", &[FOR_BOTH, UNPAID, LOOKS], &[SECOND, WITHHELD, PLEDGED, CALLS, DELIVERED, RECEIVED]),
    ("2021", &[FOR_BOTH, UNPAID, LOOKS], &[SECOND, WITHHELD, PLEDGED, CALLS, DELIVERED, RECEIVED]),
    ("2022", &[FOR_BOTH, UNPAID, LOOKS], &[SECOND, WITHHELD, PLEDGED, CALLS, DELIVERED, RECEIVED]),
    ("2024", &[FOR_BOTH, PLEDGED, LOOKS], &[SECOND, WITHHELD, UNPAID, CALLS, DELIVERED, RECEIVED]),
    ("auction", &[FOR_BOTH, PLEDGED, LOOKS, CALLS], &[SECOND, WITHHELD, UNPAID, DELIVERED, RECEIVED]),
];
const SECOND: &str = "settlements of the second corporation";
const FOR_BOTH: &str = "settlements of both exchanges' trades";
const WITHHELD: &str = "shares withheld";
const UNPAID: &str = "kept in the unpaid account";
const PLEDGED: &str = "pledged as unpaid";
const LOOKS: &str = "looks at margins";
const CALLS: &str = "closing auctions";
/// Paper arises no more since 2019-04-01.
const DELIVERED: &str = "objections to shares delivered";
const RECEIVED: &str = "objections to shares received";
const PUT_RIGHT: &str = "defective shares put right";
const CHARGED: &str = "defective shares bought in or closed out";

/// What seeds of every era have.
const OF_ALL: [&str; 6] = [
    "buy-ins of internal shortages",
    "internal shortages made good",
    "trade files issued anew",
    "trades corrected by them",
    "trades taken back by them",
    "trades added by them",
];

#[test]
fn two_hundred_seeds_of_all_eras_end_alike_with_and_without_crashes() {
    let mut said = Vec::new();
    let sum = run(None, Month::USUAL, 1..201, &mut |line| said.push(line.to_owned()));
    assert!(sum.failed.is_empty(), "{sum}\n{}", said.join("\n"));
    assert_eq!(sum.seeds, 200);
    // A run in which nothing goes wrong proves nothing.
    assert!(sum.crashes > 200, "{sum}");
    assert!(sum.resumed > 100, "{sum}");
    assert!(sum.asked_after > 1_000, "{sum}");
    assert!(sum.benefits > 100, "{sum}");
    assert!(sum.penalties > 20, "{sum}");
    assert!(sum.seldom.iter().all(|n| *n > 100), "{sum}");
    assert!(sum.alone.iter().all(|n| *n > 1_000), "trades while the other exchange was shut {:?}", sum.alone);
    assert!(sum.breaks.is_empty(), "{sum}");
    // Trade for trade, in the shorter of two cycles, and both.
    assert!(sum.apart.iter().all(|n| *n > 50), "settlements by kind {:?}\n{sum}", sum.apart);
    assert!(sum.trades > 10_000, "{sum}");
    let [trades, paid, dealt] = sum.same_day;
    assert!(trades > 1_000 && paid == dealt, "{trades} trades in {dealt} settlements of the day, {paid} paid out on it");
    assert!(sum.eras.keys().copied().eq(ERAS.iter().map(|era| era.name).collect::<std::collections::BTreeSet<_>>()), "{sum}");
    for (era, wanted, barred) in OF_ERA {
        let (seeds, had) = &sum.eras[era];
        assert_eq!(*seeds, 20, "{era}");
        assert!(had["halts"] > 5, "{era}: {had:?}");
        assert!(wanted.iter().chain(&OF_ALL).all(|what| had[what] > 0), "{era}: {had:?}");
        assert!(barred.iter().all(|what| had[what] == 0), "{era}: {had:?}");
    }
    let for_the_day: u64 = sum.eras.values().map(|(_, had)| had["halts for the day"]).sum();
    assert!(for_the_day > 5, "{sum}");
}
