//! Mirrors: fixed bytes, round trips, and bytes from strangers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use journal::{BadBytes, Cursor, Wire, decode, encode};
use stdx::Lots;
use vocab::{ClientRow, Code, Isin, Paise, Price, Qty, Side, Symbol, TimeOfDay, Ucc, Weekday};

#[derive(Clone, PartialEq, Debug)]
enum Event {
    Opened { client: ClientRow, ucc: Ucc, limit: Option<Paise> },
    Moved(Side, Qty),
    Noted { text: String, lines: Vec<(u8, Price)> },
    Closed,
}

journal::mirror!(Event, {
    1 => Opened { client, ucc, limit },
    3 => Moved(side, qty),
    4 => Noted { text, lines },
    200 => Closed,
}, read {
    2 => moved_by_buying,
});

/// Tag 2 once meant a purchase.
fn moved_by_buying(from: &mut Cursor<'_>) -> Result<Event, BadBytes> {
    Ok(Event::Moved(Side::Buy, Wire::get(from)?))
}

#[derive(Clone, PartialEq, Debug)]
struct Terms {
    out: u16,
    from: [u8; 3],
    inner: Box<Metres>,
}
#[derive(Clone, PartialEq, Debug)]
struct Metres(u32);
journal::mirror_struct!(Terms { out, from, inner });
journal::mirror_struct!(Metres { 0 });

fn check<T: Wire + PartialEq + Debug>(it: &T, hex: &str) {
    let bytes = encode(it);
    let shown: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(shown, hex.replace(' ', ""), "{it:?}");
    assert_eq!(decode::<T>(&bytes).as_ref(), Ok(it));
    for short in 0..bytes.len() {
        assert!(decode::<T>(&bytes[..short]).is_err(), "{it:?} cut to {short}");
    }
    let more = [&bytes[..], &[0]].concat();
    assert_eq!(decode::<T>(&more), Err(BadBytes::Leftover { at: bytes.len() }));
}

#[test]
fn values_have_one_form_for_ever() {
    check(&0x0102_0304u32, "04030201");
    check(&-2i64, "feffffffffffffff");
    check(&(true, 7u8, -1i128), "01 07 ffffffffffffffffffffffffffffffff");
    check(&Paise(-5), "fbffffffffffffff");
    check(&vec![Some(Side::Sell), None], "02000000 0101 00");
    check(&String::from("₹1"), "04000000 e282b9 31");
    check(&Ucc::parse("ASHA").unwrap(), "41534841000000000000");
    check(&Isin::parse("INE144J01027").unwrap(), "494e453134344a3031303237");
    check(&TimeOfDay::hms(24, 0, 0), "80510100");
    check(&BTreeMap::from([(1u8, 2u16), (3, 4)]), "02000000 01 0200 03 0400");
    check(&BTreeSet::from([9u8, 8]), "02000000 08 09");
    let opened = Event::Opened { client: ClientRow(7), ucc: Ucc::parse("A").unwrap(), limit: Some(Paise(1)) };
    check(&opened, "01 07000000 41000000000000000000 01 0100000000000000");
    check(&Event::Moved(Side::Sell, Qty(2)), "03 01 0200000000000000");
    let noted = Event::Noted { text: "n".to_owned(), lines: vec![(1, Price(2))] };
    check(&noted, "04 01000000 6e 01000000 01 0200000000000000");
    check(&Event::Closed, "c8");
    check(&Terms { out: 1, from: [2, 3, 4], inner: Box::new(Metres(5)) }, "0100 020304 05000000");
}

#[test]
fn a_retired_tag_is_read_and_no_longer_written() {
    assert_eq!(decode(&[2, 9, 0, 0, 0, 0, 0, 0, 0]), Ok(Event::Moved(Side::Buy, Qty(9))));
}

#[test]
fn what_is_no_value_is_refused_by_name() {
    assert_eq!(decode::<Event>(&[0]), Err(BadBytes::Tag { of: "Event", tag: 0, at: 0 }));
    assert_eq!(decode::<Event>(&[5]), Err(BadBytes::Tag { of: "Event", tag: 5, at: 0 }));
    assert_eq!(decode::<Event>(&[3, 9]), Err(BadBytes::Tag { of: "Side", tag: 9, at: 1 }));
    assert_eq!(decode::<bool>(&[2]), Err(BadBytes::Value { of: "bool", at: 0 }));
    assert_eq!(decode::<Option<u8>>(&[2, 0]), Err(BadBytes::Value { of: "option", at: 0 }));
    assert_eq!(decode::<String>(&[1, 0, 0, 0, 0xFF]), Err(BadBytes::Value { of: "text", at: 4 }));
    assert_eq!(decode::<Code<2>>(&[0, 65]), Err(BadBytes::Value { of: "code", at: 0 }));
    assert_eq!(decode::<Code<2>>(&[0, 0]), Err(BadBytes::Value { of: "code", at: 0 }));
    assert_eq!(decode::<Symbol>(b"A B\0\0\0\0\0\0\0\0\0"), Err(BadBytes::Value { of: "code", at: 0 }));
    assert_eq!(decode::<Isin>(b"INE144J01028"), Err(BadBytes::Value { of: "ISIN", at: 0 }));
    assert_eq!(decode::<TimeOfDay>(&86_401u32.to_le_bytes()), Err(BadBytes::Value { of: "time of day", at: 0 }));
    assert_eq!(decode::<Weekday>(&[7]), Err(BadBytes::Tag { of: "Weekday", tag: 7, at: 0 }));
    let unordered = [2, 0, 0, 0, 3, 0, 1, 0];
    assert_eq!(decode::<BTreeMap<u8, u8>>(&unordered), Err(BadBytes::Value { of: "map in order", at: 7 }));
}

#[test]
fn a_great_count_takes_no_memory() {
    let lie = [0xFF, 0xFF, 0x0F, 0, 1, 2, 3];
    assert_eq!(decode::<Vec<[u8; 1_000]>>(&lie), Err(BadBytes::Short { at: 4 }));
    assert_eq!(decode::<String>(&lie), Err(BadBytes::Short { at: 4 }));
    assert!(decode::<Vec<u8>>(&[0xFF; 8]).is_err());
    // Each item could be one byte: the room taken at first is still no more than the input.
    let mut many = 1_000u32.to_le_bytes().to_vec();
    many.resize(4 + 1_000, 1);
    assert!(decode::<Vec<Option<(u64, u64)>>>(&many).is_err());
}

#[derive(Debug, PartialEq)]
struct One(u8);
journal::mirror_struct!(One { 0 });

#[test]
fn bytes_of_strangers_never_panic() {
    let mut lots = Lots::new(9);
    for _ in 0..200_000 {
        let len = usize::try_from(lots.below(60)).unwrap();
        let mut bytes: Vec<u8> = (0..len).map(|_| lots.draw().to_le_bytes()[3]).collect();
        // Small numbers reach deeper than random ones.
        for b in &mut bytes {
            if lots.one_in(2) {
                *b %= 5;
            }
        }
        if let Ok(event) = decode::<Event>(&bytes)
            && bytes[0] != 2
        {
            assert_eq!(encode(&event), bytes, "one value has one form");
        }
        let _ = decode::<Terms>(&bytes);
        let _ = decode::<Vec<(One, String, Option<Isin>)>>(&bytes);
        let _ = decode::<journal::Mark>(&bytes);
    }
}

#[test]
#[should_panic(expected = "an item of a list takes at least one byte")]
fn a_list_of_nothing_is_a_bug() {
    struct Nothing;
    impl Wire for Nothing {
        fn put(&self, _: &mut Vec<u8>) {}
        fn get(_: &mut Cursor<'_>) -> Result<Nothing, BadBytes> {
            Ok(Nothing)
        }
    }
    encode(&vec![Nothing]);
}
