//! Two hundred market months, each played straight and with crashes, and proved.

use sim::{Ground, Month, run, run_on};

#[test]
fn two_hundred_seeds_end_alike_with_and_without_crashes() {
    let mut said = Vec::new();
    let sum = run(Month::USUAL, 1..201, &mut |line| said.push(line.to_owned()));
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
    assert!(sum.breaks.is_empty() && sum.apart[0] > 100, "{sum}");
    assert!(sum.trades > 10_000, "{sum}");
    let [trades, paid, dealt] = sum.same_day;
    assert!(trades > 1_000 && paid == dealt, "{trades} trades in {dealt} settlements of the day, {paid} paid out on it");
}

/// In the months in which securities moved from T+2 to T+1, trade for trade or not: four settlements a day at the least.
#[test]
fn months_of_two_cycles_end_alike_and_nothing_breaks() {
    let mut said = Vec::new();
    let sum = run_on(&Ground::two_cycles(), Month::USUAL, 1..41, &mut |line| said.push(line.to_owned()));
    assert!(sum.failed.is_empty(), "{sum}\n{}", said.join("\n"));
    assert!(sum.breaks.is_empty(), "{sum}");
    assert!(sum.apart.iter().all(|n| *n > 100), "settlements by kind {:?}", sum.apart);
}
