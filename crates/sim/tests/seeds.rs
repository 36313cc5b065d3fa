//! Two hundred market months, each played straight and with crashes, and proved.

use sim::{Month, run};

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
    assert!(sum.trades > 10_000, "{sum}");
}
