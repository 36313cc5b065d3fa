//! The clearing corporation's looks at margins.

use crate::stage::{Stage, TCS, isin, terms};
use vocab::{Day, Moment, Side, TimeOfDay};
use world::{LookRow, Terms, ToFirm};

/// Of a day: when, the how-manieth, and what was told.
fn looks(stage: &Stage, of: Day) -> Vec<(Moment, u8, Vec<LookRow>)> {
    let told = stage.sent.iter().filter_map(|sent| match ToFirm::decode(&sent.bytes).unwrap() {
        ToFirm::MarginLook { day, nth, rows } if day == of => Some((sent.sent_at, nth, rows)),
        _ => None,
    });
    told.collect()
}

fn played(seed: u64, looks: u8) -> Stage {
    let mut s = Stage::open(Terms { looks, ..terms() }, seed, true);
    s.market("2026-07-01 09:15:01", Side::Buy, "TCS", 10);
    s.until("2026-07-03 23:59");
    s
}

#[test]
fn once_in_each_window_by_lot_what_is_open_is_told_with_its_price() {
    let (first, second, third) = (Day::parse("2026-07-01").unwrap(), Day::parse("2026-07-02").unwrap(), Day::parse("2026-07-03").unwrap());
    let s = played(11, 4);
    let dealt = s.all().into_iter().find_map(|m| match m {
        ToFirm::Traded { price, .. } => Some(price),
        _ => None,
    });
    let tcs = LookRow { isin: isin(TCS), price: dealt.expect("a trade of the day") };
    let of_first = looks(&s, first);
    assert_eq!(of_first.len(), 4);
    let window = (TimeOfDay::hms(15, 30, 0).0 - TimeOfDay::hms(9, 15, 0).0) / 4;
    for (n, (at, nth, rows)) in (0u32..).zip(&of_first) {
        let from = first + TimeOfDay(TimeOfDay::hms(9, 15, 0).0 + n * window);
        assert!((from..from.plus_seconds(i64::from(window))).contains(at), "look {nth} at {at:?}");
        assert_eq!((u32::from(*nth), rows.as_slice()), (n + 1, &[tcs.clone()][..]));
    }
    // The settlement is paid out at half past one.
    let after = second + TimeOfDay::hms(13, 30, 0);
    let open = |(at, _, rows): &(Moment, u8, Vec<LookRow>)| (*at < after) != rows.is_empty();
    assert!(looks(&s, second).iter().all(open) && looks(&s, second).len() == 4);
    assert!(looks(&s, third).iter().all(|(.., rows)| rows.is_empty()));
    let moments = |stage: &Stage| looks(stage, first).iter().map(|(at, ..)| *at).collect::<Vec<_>>();
    assert_ne!(moments(&s), moments(&played(12, 4)), "nobody knows them before");
    assert!(looks(&played(11, 0), first).is_empty());
}
