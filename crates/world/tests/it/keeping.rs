use crate::stage::{ASHA, BALU, CLEARING, INFY, POOL, PRINCIPAL, Stage, TCS, cast, code, isin, normal, order, pool_move, terms};
use journal::{Faults, ReadError, RecoverError, SimDisk};
use stdx::Lots;
use vocab::{BankAccount, Moment, OrderKind, OrderNo, Paise, PaymentNo, Price, Qty, Side, TimeOfDay, Validity, Venue};
use world::{FromFirm, FromPeople, Kept, KeptError, Odds, Sender, Sent, Terms, World};

const SEGMENT: u64 = 1 << 20;
const WALL: Moment = Moment(0);

fn wild() -> Terms {
    let odds = Odds { street_short_one_in: 3, auction_fails_one_in: 2, double_report_one_in: 10, cheque_bounces_one_in: 2 };
    Terms { odds, ..terms() }
}

type Heard = (Moment, Sender, Vec<u8>);

/// Days of a firm that does many things, some of them nonsense.
fn script(seed: u64, count: usize, days: i32) -> Vec<Heard> {
    let first = terms().first_day;
    let mut all: Vec<Heard> =
        cast(first, false).iter().map(|m| (first + TimeOfDay(0), Sender::People, m.encode())).collect();
    let mut lots = Lots::new(seed);
    let span = i64::from(days) * 86_400;
    let mut times: Vec<i64> = (0..count)
        .map(|_| {
            // Most things happen in a session.
            let day = lots.between(0, i64::from(days) - 1) * 86_400;
            let second = if lots.one_in(4) { lots.between(0, 86_399) } else { lots.between(33_000, 56_500) };
            (day + second).min(span - 1)
        })
        .collect();
    times.sort_unstable();
    for (n, second) in times.into_iter().enumerate() {
        let at = (first + TimeOfDay(0)).plus_seconds(second);
        if lots.one_in(12) {
            let amount = Paise(lots.between(1, 1_000_000));
            let (from, name, utr) = (code("ASHA-SB"), "Asha Rao".to_owned(), code(&format!("U{n}")));
            all.push((at, Sender::People, FromPeople::PayIn { from, name, amount, utr }.encode()));
        } else {
            all.push((at, Sender::Firm, act(&mut lots, n as u64).encode()));
        }
    }
    all
}

fn act(lots: &mut Lots, n: u64) -> FromFirm {
    let number = OrderNo(lots.below(n + 1));
    let (symbol, isin_text, base) = if lots.one_in(2) { ("INFY", INFY, 8_000_000) } else { ("TCS", TCS, 30_000_000) };
    let near = Price(base + lots.between(-400, 400) * 500);
    let qty = lots.between(0, 120);
    let settlement = 2_026_130 + u32::try_from(lots.below(4)).unwrap();
    let amount = Paise(lots.between(-1, 5_000_000));
    let accounts = [BankAccount::Client, BankAccount::Settlement, BankAccount::Own];
    let account = accounts[usize::try_from(lots.below(3)).unwrap()];
    match lots.below(16) {
        0..=6 => {
            let mut it = order(n, if lots.one_in(2) { "ASHA" } else { "BALU" }, Side::Buy, symbol, qty, "1");
            if let FromFirm::NewOrder { side, kind, validity, price, trigger, disclosed, .. } = &mut it {
                *side = if lots.one_in(2) { Side::Buy } else { Side::Sell };
                let kinds = OrderKind::ALL;
                *kind = kinds[usize::try_from(lots.below(6)).unwrap().min(kinds.len() - 1) % kinds.len()];
                *trigger = Price(base + lots.between(-400, 400) * 500);
                *disclosed = if lots.one_in(5) { Qty(lots.between(0, qty.max(1))) } else { Qty::ZERO };
                *validity = if lots.one_in(4) { Validity::Ioc } else { Validity::Day };
                *price = near;
            }
            it
        }
        7 => FromFirm::ModifyOrder { venue: Venue::Nse, order: number, price: near, qty: Qty(qty), trigger: near },
        8 => FromFirm::CancelOrder { venue: Venue::Nse, order: number },
        9 => FromFirm::AskOrder { venue: Venue::Nse, order: number, nth: 1 },
        10 => FromFirm::Transfer { payment: PaymentNo(n), from: account, to: accounts[0], amount },
        11 => FromFirm::Pay { payment: PaymentNo(n), from: account, to: code("ASHA-SB"), amount },
        12 => pool_move(n, if lots.one_in(2) { ASHA } else { POOL }, CLEARING, isin_text, qty, Some(settlement)),
        13 => pool_move(n, BALU, PRINCIPAL, isin_text, qty, None),
        14 => {
            let (to, qty) = (code(ASHA), Qty(qty + 1));
            FromFirm::DirectPayOut { settlement: normal(settlement), isin: isin(isin_text), to, qty }
        }
        _ => {
            let (stt, stamp) = (Paise(lots.between(0, 9_999)), Paise(lots.between(0, 999)));
            FromFirm::LeviesUpload { settlement: normal(settlement), stt, stamp }
        }
    }
}

#[test]
fn money_and_shares_are_moved_never_made() {
    for seed in 0..12 {
        let mut s = Stage::open(wild(), seed, false);
        for (n, (at, who, bytes)) in script(seed, 600, 12).iter().enumerate() {
            s.world.receive(*at, *who, bytes, &mut s.sent).unwrap();
            if n % 97 == 0 {
                s.check_laws();
            }
        }
        let end = s.world.now().plus_seconds(5 * 86_400);
        s.world.advance(end, &mut s.sent);
        s.check_laws();
    }
}

#[test]
fn the_same_seed_and_messages_make_the_same_world() {
    let play = |seed: u64, step: Option<i64>| {
        let mut world = World::new(wild(), seed).unwrap();
        let mut out = Vec::new();
        for (at, who, bytes) in script(3, 300, 8) {
            // However finely the time is cut, the same things happen.
            while let Some(step) = step.filter(|s| world.now().plus_micros(*s) < at) {
                let to = world.now().plus_micros(step);
                world.advance(to, &mut out);
            }
            world.receive(at, who, &bytes, &mut out).unwrap();
        }
        (world.digest(), out)
    };
    let (digest, said) = play(7, None);
    assert_eq!(play(7, None), (digest, said.clone()));
    assert_eq!(play(7, Some(1_800_000_000)), (digest, said));
    assert_ne!(play(8, None).0, digest);
}

#[test]
fn a_world_cut_anywhere_recovers_to_the_straight_run() {
    let script = script(5, 250, 8);
    let mut digests = Vec::new();
    let mut straight = World::new(wild(), 9).unwrap();
    let mut said = Vec::new();
    digests.push(straight.digest());
    for (at, who, bytes) in &script {
        straight.receive(*at, *who, bytes, &mut said).unwrap();
        digests.push(straight.digest());
    }
    let whole = SimDisk::new(1, Faults::default());
    written(&whole, &script);
    let (start, end) = (SEGMENT / 256, whole.written());
    let mut lots = Lots::new(77);
    for cut in 0..60 {
        let crash_after = Some(u64::try_from(lots.between(start as i64, end as i64)).unwrap());
        let disk = SimDisk::new(cut, Faults { crash_after, ..Faults::default() });
        let durable = written(&disk, &script);
        let disk = disk.crash(Faults::default());
        let Ok(mut kept) = Kept::recover(disk, SEGMENT, WALL) else {
            assert_eq!(durable, 0, "only a world that never began may be gone");
            continue;
        };
        // Entry 1 says what the world is.
        let heard = usize::try_from(kept.durable().0).unwrap() - 1;
        assert!(heard as u64 + 1 >= durable, "what was durable is there");
        assert_eq!(kept.world().digest(), digests[heard], "after {heard} messages");
        let mut out: Vec<Sent> = Vec::new();
        for (at, who, bytes) in &script[heard..] {
            kept.receive(*at, *who, 1, bytes).unwrap();
        }
        kept.flush(&mut out).unwrap();
        assert_eq!(kept.world().digest(), *digests.last().unwrap());
        assert!(said.ends_with(&out), "the rest is said with the same numbers");
    }
}

#[test]
fn a_world_cut_while_it_is_made_can_be_made_after_all() {
    let whole = SimDisk::new(1, Faults::default());
    let begun = Kept::create(whole.clone(), [7; 16], SEGMENT, wild(), 9, WALL).unwrap().world().digest();
    let (mut anew, mut told) = (0, 0);
    // A prime: every place within a block is met by some block.
    for cut in (0..whole.written()).step_by(61) {
        let disk = SimDisk::new(cut, Faults { crash_after: Some(cut), ..Faults::default() });
        assert!(Kept::create(disk.clone(), [7; 16], SEGMENT, wild(), 9, WALL).is_err(), "cut after {cut} bytes");
        let disk = disk.crash(Faults::default());
        let kept = match Kept::recover_or_begin(disk.clone(), SEGMENT, WALL, wild(), 9) {
            Ok(kept) => {
                told += 1;
                kept
            }
            Err(KeptError::Recover(RecoverError::Read(ReadError::NoJournal))) => {
                anew += 1;
                Kept::create(disk, [7; 16], SEGMENT, wild(), 9, WALL).unwrap()
            }
            Err(e) => panic!("cut after {cut} bytes: {e}"),
        };
        assert_eq!(kept.world().digest(), begun, "cut after {cut} bytes");
    }
    assert!(anew > 0 && told > 0, "{anew} made anew, {told} told what they are");
}

/// Play the script onto a disk until it fails; the last entry known to be durable.
fn written(disk: &SimDisk, script: &[Heard]) -> u64 {
    let Ok(mut kept) = Kept::create(disk.clone(), [7; 16], SEGMENT, wild(), 9, WALL) else { return 0 };
    let mut durable = kept.durable().0;
    let mut out = Vec::new();
    for (n, (at, who, bytes)) in script.iter().enumerate() {
        kept.receive(*at, *who, 1, bytes).unwrap();
        if n % 3 == 0 {
            match kept.flush(&mut out) {
                Ok(entry) => durable = entry.0,
                Err(_) => return durable,
            }
        }
    }
    match kept.close(WALL) {
        Ok(head) => head.entry.0,
        Err(_) => durable,
    }
}

#[test]
fn nothing_is_said_before_what_was_heard_is_durable() {
    let disk = SimDisk::new(1, Faults::default());
    let mut kept = Kept::create(disk, [7; 16], SEGMENT, terms(), 9, WALL).unwrap();
    let mut out = Vec::new();
    let at = kept.world().now().plus_seconds(3_600);
    let ask = FromFirm::AskOrder { venue: Venue::Nse, order: OrderNo(1), nth: 1 };
    kept.receive(at, Sender::Firm, 1, &ask.encode()).unwrap();
    assert!(kept.receive(at, Sender::Firm, 2, &[0]).is_err());
    assert_eq!((kept.durable().0, out.len()), (1, 0));
    kept.flush(&mut out).unwrap();
    assert_eq!((kept.durable().0, out.len()), (2, 1));
}
