//! The firm's entries in bytes: every variant goes round, stays as it is for ever, and no bytes break the reader.

mod events;
mod inputs;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};
use std::path::Path;

use firm::{Event, Head, Input, LOGIC_VERSION, Source, Timer};
use journal::v1::{Entry, VERSION, get_into, put_parts};
use journal::{BadBytes, Cursor, Wire, decode, encode};
use stdx::Lots;
use vocab::{ClientRow, Code, Day, EntryNo, ModificationNo, Moment, PaymentNo, SettlementRow, TransferNo, Venue};

const ISIN: &str = "INE144J01027";

fn code<const N: usize>(text: &str) -> Code<N> {
    Code::parse(text).unwrap()
}

fn timers() -> Vec<Timer> {
    let settlement = SettlementRow(13);
    vec![
        Timer::Orders,
        Timer::Payment(PaymentNo(5)),
        Timer::Transfer(TransferNo(6)),
        Timer::Gather(settlement),
        Timer::Deliver(settlement),
        Timer::Fund(settlement),
        Timer::PayOut(settlement),
        Timer::Deadline(settlement),
        Timer::Shortages(settlement),
        Timer::Running(ClientRow(7)),
        Timer::Sweep(Day(20_549)),
        Timer::DayEnd(Day(20_549)),
        Timer::Record(vocab::ActionNo(4)),
        Timer::Benefit(vocab::ActionNo(4)),
        Timer::Margins(Day(20_549)),
        Timer::Modification(ModificationNo(4)),
        Timer::Unpaid(Day(20_549)),
        Timer::Lien(vocab::LienNo(3)),
        Timer::Inward(4),
        Timer::Custody(SettlementRow(5)),
        Timer::Intraday(Venue::Nse, Day(20_549)),
        Timer::Intraday(Venue::Bse, Day(20_549)),
        Timer::Credit(ClientRow(8)),
        Timer::Session(vocab::SessionNo(9)),
        Timer::Requests,
    ]
}

fn entry(source: Source, input: Input, events: Vec<Event>) -> Entry {
    Entry {
        head: Head { entry: EntryNo(42), source, sequence: 17, at: Moment(1_775_000_000_000_000) },
        wall: 1_775_000_000_123_456_789,
        logic: LOGIC_VERSION,
        input,
        events,
        tail: b"Sauda, rule text".to_vec(),
    }
}

fn bytes(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::new();
    entry.put(&mut out);
    out
}

/// The tags that are read: those whose refusal, if any, is not of the tag itself. Zeros follow.
fn known<T: Wire>(width: usize) -> BTreeSet<u16> {
    let most = if width == 1 { u16::from(u8::MAX) } else { u16::MAX };
    let is_known = |tag: &u16| {
        let mut all = [0; 512];
        all[..width].copy_from_slice(&tag.to_le_bytes()[..width]);
        let refused = T::get(&mut Cursor::new(&all)).err();
        !matches!(refused, Some(BadBytes::Tag { at: 0, .. } | BadBytes::Value { at: 0, .. }))
    };
    (0..=most).filter(is_known).collect()
}

fn tag_of<T: Wire>(it: &T, width: usize) -> u16 {
    let all = encode(it);
    if width == 1 { u16::from(all[0]) } else { u16::from_le_bytes([all[0], all[1]]) }
}

/// Every sample goes round, no shorter bytes are one, and the samples have every tag there is.
fn covers<T: Wire + PartialEq + Debug>(samples: &[T], width: usize) {
    for it in samples {
        let all = encode(it);
        assert_eq!(decode::<T>(&all).as_ref(), Ok(it));
        for cut in 0..all.len() {
            assert!(decode::<T>(&all[..cut]).is_err(), "{it:?} cut at {cut}");
        }
    }
    let covered: BTreeSet<u16> = samples.iter().map(|it| tag_of(it, width)).collect();
    assert_eq!(covered, known::<T>(width), "{} without a sample", std::any::type_name::<T>());
}

#[test]
fn every_input_goes_round() {
    covers(&inputs::inputs(), 1);
    covers(&inputs::commands(), 1);
    covers(&inputs::asks(), 1);
    covers(&inputs::mandates(), 1);
    covers(&inputs::watched(), 1);
    covers(&inputs::access(), 1);
    covers(&inputs::corrections(), 1);
    covers(&inputs::keeps(), 1);
    covers(&inputs::reports(), 1);
    covers(&inputs::order_reports(), 1);
    covers(&inputs::held_at(), 1);
    covers(&timers(), 1);
}

/// Which role may ask what, and what takes two persons: a reviewed table. Here because every command has its sample here.
// covers: E-41
#[test]
fn the_permits_are_those_that_were_reviewed() {
    let mut all = inputs::commands();
    let drop_first = |it: &firm::Command| !matches!(it, firm::Command::Access(_) | firm::Command::Mandate(_) | firm::Command::Keep { .. });
    all.retain(drop_first);
    all.extend(inputs::access().into_iter().map(firm::Command::Access));
    all.extend(inputs::mandates().into_iter().map(firm::Command::Mandate));
    all.extend(inputs::keeps().into_iter().map(|ask| firm::Command::Keep { client: ClientRow(7), ask }));
    all.extend(inputs::asks().into_iter().map(firm::Command::Intermediary));
    all.extend(inputs::corrections().into_iter().map(firm::Command::Correct));
    let mut rows = BTreeSet::new();
    for command in &all {
        let permit = firm::permits::permit(command);
        let text = format!("{command:?}");
        let word = |text: &str| text.split([' ', '{', '(', '[']).next().unwrap_or("").to_owned();
        let inner = match command {
            firm::Command::Keep { ask, .. } => word(&format!("{ask:?}")),
            _ => text.split_once('(').map_or_else(String::new, |(_, rest)| word(rest)),
        };
        let roles: Vec<String> = permit.roles.iter().map(|role| format!("{role:?}")).collect();
        let readers = permit.roles.iter().any(|role| role.is_reader());
        assert!(!readers || matches!(command, firm::Command::Access(_)), "who only looks changes nothing: {text}");
        rows.insert(format!("{} {inner}: {}; second person {:?}", word(&text), roles.join(" "), permit.second).replace(" :", ":"));
    }
    let drawn = rows.into_iter().fold(String::new(), |text, row| text + &row + "\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/permits.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).expect("the reviewed table"), drawn, "a permit changed: review it");
}

#[test]
fn every_event_goes_round() {
    covers(&events::events(), 1);
    covers(&events::of_clients(), 1);
    covers(&events::of_orders(), 1);
    covers(&events::of_risk(), 1);
    covers(&events::of_market(), 1);
    covers(&events::of_books(), 1);
    covers(&events::of_stock(), 1);
    covers(&events::of_clearing(), 1);
    covers(&events::of_partners(), 1);
    covers(&events::of_margin(), 1);
    covers(&events::of_actions(), 1);
    covers(&events::benefits(), 1);
    covers(&events::of_intermediaries(), 1);
    covers(&events::of_mandates(), 1);
    covers(&events::of_watch(), 1);
    covers(&events::of_access(), 1);
    covers(&events::of_corrections(), 1);
    covers(&events::subjects(), 1);
    covers(&events::jobs(), 1);
}

/// The number of a closed list is its stored form, whatever its type is called later.
fn stands_as_number<T: Wire + PartialEq + Debug + Copy>(all: &[T], number: impl Fn(T) -> u16, width: usize) {
    covers(all, width);
    for it in all {
        assert_eq!(encode(it), &number(*it).to_le_bytes()[..width], "{it:?}");
    }
}

#[test]
fn closed_lists_stand_as_their_numbers() {
    stands_as_number(&Source::ALL, |it| it as u16, 1);
    stands_as_number(access::Factor::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(access::Medium::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(access::Lock::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(access::Trouble::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(access::Ending::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(access::Certificate::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(access::Denial::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(&firm::Role::ALL, |it| it as u16, 1);
    stands_as_number(&firm::ClearingHead::ALL, |it| it as u16, 1);
    stands_as_number(firm::BreakKind::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(firm::Code::ALL, firm::Code::number, 2);
    stands_as_number(rulebook::Confidence::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(rulebook::RuleName::ALL, rulebook::RuleName::number, 2);
    stands_as_number(charges::Head::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(books::Account::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(books::Cause::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(&books::Place::ALL, |it| it as u16, 1);
    stands_as_number(&partners::PaymentKind::ALL, |it| it as u16, 1);
    stands_as_number(&partners::TransferKind::ALL, |it| it as u16, 1);
    stands_as_number(&margin::Holder::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(&margin::Form::ALL, |it| u16::from(it.number()), 1);
    stands_as_number(&clearing::Stage::ALL, |it| it as u16, 1);
}

#[test]
fn a_body_is_laid_out_as_documented() {
    let it = entry(Source::Nse, Input::Step, vec![Event::JobEnded]);
    let mut want = vec![VERSION];
    want.extend(LOGIC_VERSION.to_le_bytes());
    want.push(2);
    want.extend(17u64.to_le_bytes());
    want.extend(1_775_000_000_000_000i64.to_le_bytes());
    want.extend(1_775_000_000_123_456_789i64.to_le_bytes());
    want.push(4);
    want.extend([1, 0, 0, 0, 25, 16, 0, 0, 0]);
    want.extend(b"Sauda, rule text");
    assert_eq!(bytes(&it), want);

    want[0] = 2;
    assert_eq!(Entry::get(EntryNo(42), &want), Err(BadBytes::Tag { of: "entry", tag: 2, at: 0 }));
    want[0] = VERSION;
    want.push(0);
    assert_eq!(Entry::get(EntryNo(42), &want), Err(BadBytes::Leftover { at: want.len() - 1 }));
}

#[test]
fn parts_and_buffers_are_the_same_as_an_entry() {
    let (mut kept, mut tail) = (vec![Event::JobEnded; 3], vec![1; 99]);
    for input in inputs::inputs() {
        let it = entry(Source::People, input, events::events());
        let mut out = Vec::new();
        put_parts(&it.head, it.wall, &it.input, &it.events, &it.tail, &mut out);
        assert_eq!(out, bytes(&it));
        assert_eq!(Entry::get(EntryNo(42), &out).as_ref(), Ok(&it));

        let (head, wall, logic, input) = get_into(EntryNo(43), &out, &mut kept, &mut tail).unwrap();
        assert_eq!(head, Head { entry: EntryNo(43), ..it.head });
        assert_eq!((wall, logic, input), (it.wall, it.logic, it.input));
        assert_eq!((&kept, &tail), (&it.events, &it.tail));
    }
    for event in events::events() {
        assert!(encode(&event).len() <= 80, "the room put_parts makes for an event: {event:?}");
    }
    // Buffers that have their room keep it: the hot path allocates nothing.
    let it = entry(Source::People, Input::Step, vec![Event::JobEnded]);
    let (room, body) = (kept.capacity(), bytes(&it));
    get_into(EntryNo(1), &body, &mut kept, &mut tail).unwrap();
    assert_eq!((kept.capacity(), kept.len(), tail.len()), (room, 1, 16));
}

#[test]
fn an_entry_of_another_logic_keeps_its_version() {
    let it = Entry { logic: LOGIC_VERSION + 1, ..entry(Source::Itself, Input::Step, vec![]) };
    assert_eq!(Entry::get(EntryNo(42), &bytes(&it)), Ok(it));
}

#[test]
fn garbled_bytes_are_refused_or_are_another_entry_and_never_break_the_reader() {
    let all = events::events();
    let whole: Vec<Vec<u8>> = inputs::inputs()
        .into_iter()
        .enumerate()
        .map(|(nth, input)| {
            let some = all.iter().copied().skip(nth * 3 % all.len()).take(10).collect();
            bytes(&entry(Source::ALL[nth % 7], input, some))
        })
        .collect();
    let mut lots = Lots::of(1, &[20]);
    let mut below = |n: usize| usize::try_from(lots.below(n as u64)).unwrap();
    let (mut kept, mut tail, mut refused) = (Vec::new(), Vec::new(), 0);
    for _ in 0..20_000 {
        let mut body = whole[below(whole.len())].clone();
        for _ in 0..=below(3) {
            let at = below(body.len());
            match below(4) {
                0 => body.truncate(at.max(1)),
                1 => body[at] = [0, 1, 0x7F, 0xFF][below(4)],
                2 => body[at] ^= 1 << below(8),
                _ => body[at] = u8::try_from(below(256)).unwrap(),
            }
        }
        match get_into(EntryNo(1), &body, &mut kept, &mut tail) {
            Err(why) => refused += usize::from(!why.to_string().is_empty()),
            // One value has one encoding.
            Ok((head, wall, logic, input)) => {
                let it = Entry { head, wall, logic, input, events: kept.clone(), tail: tail.clone() };
                assert!(bytes(&it) == body, "{it:?}");
            }
        }
    }
    assert!((5_000..20_000).contains(&refused), "{refused} of 20,000 were refused");
}

/// The variants a value is made of, to find its line by.
fn title(it: &impl Debug) -> String {
    let text = format!("{it:?}");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.starts_with(char::is_uppercase));
    words.take(2).collect::<Vec<&str>>().join(" ")
}

fn line(text: &mut String, title: &str, all: &[u8]) {
    let hex: String = all.iter().map(|b| format!("{b:02x}")).collect();
    writeln!(text, "{title}: {hex}").unwrap();
}

/// Whole entries as the firm makes them.
fn handful() -> Vec<(&'static str, Entry)> {
    let by = vocab::UserRow(3);
    let placed = [events::of_orders()[0], events::of_orders()[1]].map(Event::Order);
    let mut facts = placed.to_vec();
    facts.push(Event::Risk(events::of_risk()[2]));
    facts.push(Event::Stock(events::of_stock()[1]));
    facts.push(Event::Armed { due: Moment(41), timer: Timer::Orders });
    let refusal = firm::Refusal { code: firm::Code::ShortOfFunds, facts: [1, 2, 3] };
    let ask = |nth: usize| Input::Ask { by, command: inputs::commands()[nth].clone() };
    vec![
        ("an order placed", entry(Source::People, ask(23), facts)),
        ("an order refused", entry(Source::People, ask(23), vec![Event::Refused(refusal)])),
        ("rules adopted", entry(Source::People, ask(3), events::events()[6..8].to_vec())),
        ("a trade reported", entry(Source::Nse, Input::Report(inputs::reports()[15].clone()), vec![placed[0]])),
        ("a timer", entry(Source::Itself, Input::Tick(Timer::DayEnd(Day(20_549))), vec![])),
        ("a step with every event", entry(Source::Itself, Input::Step, events::events())),
    ]
}

fn drawn() -> String {
    let mut text = String::new();
    for (name, it) in handful() {
        line(&mut text, name, &bytes(&it));
    }
    for it in inputs::inputs() {
        line(&mut text, &title(&it), &encode(&it));
    }
    for it in events::events() {
        line(&mut text, &title(&it), &encode(&it));
    }
    text
}

fn golden() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/entries_v1.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, drawn()).unwrap();
    }
    std::fs::read_to_string(path).expect("the golden entries")
}

#[test]
fn entries_are_written_byte_for_byte() {
    let (kept, drawn) = (golden(), drawn());
    for (was, is) in kept.lines().zip(drawn.lines()) {
        assert_eq!(was, is, "the stored form has changed: a changed meaning needs a new tag");
    }
    assert_eq!(kept.lines().count(), drawn.lines().count(), "new variants want their golden line");
}

#[test]
fn the_golden_entries_read_for_ever() {
    for ((name, it), row) in handful().into_iter().zip(golden().lines()) {
        let hex = row.strip_prefix(name).and_then(|r| r.strip_prefix(": ")).expect("a titled line");
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        let body: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        assert_eq!(Entry::get(EntryNo(42), &body), Ok(it), "{name}");
    }
}
