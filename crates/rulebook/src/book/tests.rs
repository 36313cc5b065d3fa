use super::*;
use crate::choice::{MarginPolicy, TaxBase};
use crate::{Confidence, OTHER_STATES};
use alloc::string::ToString;
use vocab::{Code, Dump};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn rule(name: RuleName, from: &str, to: Option<&str>, value: i64) -> Rule {
    Rule {
        name,
        scope: EVERYWHERE,
        from: day(from),
        to: to.map(day),
        value,
        extra: 0,
        confidence: Confidence::High,
        source: "a circular".into(),
        paragraph: "".into(),
        note: "".into(),
    }
}

fn state(code: &[u8; 2], mut it: Rule) -> Rule {
    it.scope = Code(*code);
    it
}

#[test]
fn a_gap_is_no_rule_and_never_the_nearest_rate() {
    let mut book = Rulebook::new();
    book.adopt(rule(RuleName::Gst, "2010-01-01", Some("2010-12-31"), 10)).unwrap();
    book.adopt(rule(RuleName::Gst, "2012-01-01", Some("2012-12-31"), 12)).unwrap();
    for outside in ["2009-12-31", "2011-01-01", "2011-12-31", "2013-01-01"] {
        let refusal = NoRule { name: RuleName::Gst, scope: EVERYWHERE, day: day(outside) };
        assert_eq!(book.rate(RuleName::Gst, day(outside)), Err(refusal));
    }
    assert_eq!(book.rate(RuleName::Gst, day("2010-01-01")), Ok((RuleRow(0), Rate(10))));
    assert_eq!(book.rate(RuleName::Gst, day("2012-12-31")), Ok((RuleRow(1), Rate(12))));
    let refusal = book.at(RuleName::Gst, day("2011-06-01")).unwrap_err();
    assert_eq!(refusal.to_string(), "no rule `gst` is known on 2011-06-01");
}

#[test]
fn an_open_row_ends_where_the_next_begins_in_any_order_of_adoption() {
    let old = rule(RuleName::Gst, "2010-01-01", None, 10);
    let new = rule(RuleName::Gst, "2020-01-01", None, 20);
    for rows in [[old.clone(), new.clone()], [new, old]] {
        let mut book = Rulebook::new();
        for row in rows {
            book.adopt(row).unwrap();
        }
        assert_eq!(book.rate(RuleName::Gst, day("2019-12-31")).unwrap().1, Rate(10));
        assert_eq!(book.rate(RuleName::Gst, day("2020-01-01")).unwrap().1, Rate(20));
        assert_eq!(book.rate(RuleName::Gst, day("2199-01-01")).unwrap().1, Rate(20));
    }
}

#[test]
fn overlapping_rows_are_refused_and_change_nothing() {
    let mut book = Rulebook::new();
    book.adopt(rule(RuleName::Gst, "2010-01-01", Some("2010-12-31"), 10)).unwrap();
    let with = RuleRow(0);
    for (from, to) in [
        ("2010-01-01", None),
        ("2010-12-31", None),
        ("2009-01-01", Some("2010-01-01")),
        ("2010-03-01", Some("2010-04-01")),
        ("2009-01-01", Some("2011-01-01")),
    ] {
        assert_eq!(book.adopt(rule(RuleName::Gst, from, to, 11)), Err(BadRule::Overlaps { with }), "{from}");
    }
    assert_eq!(book.len(), 1);
    book.adopt(rule(RuleName::Gst, "2011-01-01", None, 11)).unwrap();
    book.adopt(rule(RuleName::Gst, "2009-01-01", Some("2009-12-31"), 9)).unwrap();
    assert_eq!(book.len(), 3);
}

#[test]
fn rows_of_states_stand_beside_each_other() {
    let mut book = Rulebook::new();
    let stamp = |value| rule(RuleName::StampStateDelivery, "2013-01-01", Some("2020-06-30"), value);
    let mut capped = state(b"KA", stamp(3));
    capped.extra = 5_000;
    book.adopt(state(b"MH", stamp(1))).unwrap();
    book.adopt(capped).unwrap();
    let name = RuleName::StampStateDelivery;
    let on = day("2015-01-01");
    assert_eq!(book.capped_rate(name, Code(*b"MH"), on), Ok((RuleRow(0), Rate(1), None)));
    assert_eq!(book.capped_rate(name, Code(*b"KA"), on), Ok((RuleRow(1), Rate(3), Some(Paise(5_000)))));
    for unknown in [Code(*b"PB"), OTHER_STATES, EVERYWHERE] {
        assert!(book.rate_in(name, unknown, on).is_err());
    }
    let refusal = book.rate_in(name, Code(*b"PB"), on).unwrap_err();
    assert_eq!(refusal.to_string(), "no rule `stamp-state-delivery` for PB is known on 2015-01-01");
}

#[test]
fn a_row_fits_its_name() {
    let mut book = Rulebook::new();
    let mut refused = |it: Rule| book.adopt(it).unwrap_err();
    assert_eq!(refused(rule(RuleName::Gst, "2020-01-02", Some("2020-01-01"), 1)), BadRule::EndsBeforeItStarts);
    assert_eq!(refused(rule(RuleName::StampStateDelivery, "2020-01-01", None, 1)), BadRule::NeedsScope);
    assert_eq!(refused(state(b"MH", rule(RuleName::Gst, "2020-01-01", None, 1))), BadRule::NotScoped);
    assert_eq!(refused(rule(RuleName::Gst, "2020-01-01", None, -1)), BadRule::Value { value: -1 });
    assert_eq!(refused(rule(RuleName::TaxBase, "2020-01-01", None, 3)), BadRule::Value { value: 3 });
    assert_eq!(refused(rule(RuleName::TickTier1, "2020-01-01", None, 0)), BadRule::Value { value: 0 });
    assert_eq!(refused(rule(RuleName::MarketOpenTime, "2020-01-01", None, 86_400)), BadRule::Value { value: 86_400 });
    let with_cap = Rule { extra: 1, ..rule(RuleName::Gst, "2020-01-01", None, 1) };
    assert_eq!(refused(with_cap), BadRule::Extra { extra: 1 });
    let unsourced = Rule { source: " ".into(), ..rule(RuleName::Gst, "2020-01-01", None, 1) };
    assert_eq!(refused(unsourced), BadRule::NoSource);
    assert!(book.is_empty());
}

#[test]
fn the_first_tier_above_the_reference_gives_the_tick() {
    let mut book = Rulebook::new();
    let tier = |name, value, extra| Rule { extra, ..rule(name, "2025-04-15", None, value) };
    book.adopt(tier(RuleName::TickTier1, 100, 25_000)).unwrap();
    book.adopt(tier(RuleName::TickTier2, 500, 100_001)).unwrap();
    let on = day("2026-01-01");
    let tick = |text: &str| book.tick(Price::parse(text).unwrap(), on);
    assert_eq!(tick("249.99"), Ok((RuleRow(0), Price(100))));
    assert_eq!(tick("250"), Ok((RuleRow(1), Price(500))));
    assert_eq!(tick("1000"), Ok((RuleRow(1), Price(500))));
    assert_eq!(tick("1000.01").unwrap_err().name, RuleName::TickTier3);
    assert!(book.tick(Price::parse("10").unwrap(), day("2025-04-14")).is_err());
}

#[test]
fn typed_answers_carry_the_row() {
    let mut book = Rulebook::new();
    book.adopt(rule(RuleName::MarketOpenTime, "2020-01-01", None, 33_300)).unwrap();
    book.adopt(rule(RuleName::DebitBarDays, "2020-01-01", None, 5)).unwrap();
    book.adopt(rule(RuleName::SettlementCodeNormal, "2020-01-01", None, 77)).unwrap();
    book.adopt(rule(RuleName::MarginPolicy, "2020-01-01", None, 2)).unwrap();
    book.adopt(rule(RuleName::PanMandatory, "2020-01-01", None, 1)).unwrap();
    book.adopt(rule(RuleName::PanPrintThreshold, "2020-01-01", None, 10_000_000)).unwrap();
    let on = day("2021-01-01");
    assert_eq!(book.time(RuleName::MarketOpenTime, on), Ok((RuleRow(0), TimeOfDay::hms(9, 15, 0))));
    assert_eq!(book.count(RuleName::DebitBarDays, on), Ok((RuleRow(1), 5)));
    assert_eq!(book.letter(RuleName::SettlementCodeNormal, on), Ok((RuleRow(2), b'M')));
    assert_eq!(book.choice(RuleName::MarginPolicy, on), Ok((RuleRow(3), MarginPolicy::Upfront)));
    assert_eq!(book.yes(RuleName::PanMandatory, on), Ok((RuleRow(4), true)));
    assert_eq!(book.amount(RuleName::PanPrintThreshold, on), Ok((RuleRow(5), Paise::rupees(100_000))));
}

#[test]
#[should_panic(expected = "does not choose from that list")]
fn asking_in_the_wrong_list_is_a_bug() {
    let mut book = Rulebook::new();
    book.adopt(rule(RuleName::MarginPolicy, "2020-01-01", None, 2)).unwrap();
    let _ = book.choice::<TaxBase>(RuleName::MarginPolicy, day("2020-01-01"));
}

#[test]
fn equal_books_dump_equal_bytes() {
    let dump = |book: &Rulebook| {
        let mut bytes = Vec::new();
        book.dump(&mut |b: &[u8]| bytes.extend_from_slice(b));
        bytes
    };
    let mut a = Rulebook::new();
    let row = rule(RuleName::Gst, "2020-01-01", None, 1);
    assert!(!a.holds(&row));
    a.adopt(row.clone()).unwrap();
    assert!(a.holds(&row));
    let mut b = a.clone();
    assert_eq!(dump(&a), dump(&b));
    b.adopt(rule(RuleName::Gst, "2021-01-01", None, 1)).unwrap();
    assert_ne!(dump(&a), dump(&b));
}
