use super::*;
use vocab::TransferNo;

const ASHA: ClientRow = ClientRow(7);
const POWER: PowerNo = PowerNo(1);
const DEMAT: AccountToken = AccountToken([3; 16]);
const SALE: (SettlementRow, SecurityRow) = (SettlementRow(2), SecurityRow(5));

fn given(clauses: &[Clause]) -> Mandates {
    let mut all = Mandates::new();
    all.apply(
        &Event::Executed {
            power: POWER, client: ASHA, kind: PowerKind::Attorney, purposes: Purposes::of(&[Purpose::Delivery]),
            clauses: Clauses::of(clauses), signers: 1, dated: Day(9), paper: Code::parse("POA/1").unwrap(),
        },
        Day(10),
    );
    all.apply(&Event::Listed { power: POWER, account: DEMAT, bank: false }, Day(10));
    all
}

fn covers(all: &Mandates, purpose: Purpose, account: AccountToken, day: i32) -> bool {
    all.covering(ASHA, purpose, &account, Day(day), true).is_some()
}

// covers: S-37A.1.1-1, S-37A.2.1.1-1, S-37.6-2
#[test]
fn a_power_covers_its_own_purposes_and_its_listed_accounts_and_no_more() {
    let mut all = given(&Clauses::WANTED);
    assert!(covers(&all, Purpose::Delivery, DEMAT, 10));
    for purpose in Purpose::ALL.iter().filter(|it| **it != Purpose::Delivery) {
        assert!(!covers(&all, *purpose, DEMAT, 10), "{purpose}");
    }
    let another = AccountToken([4; 16]);
    assert!(!covers(&all, Purpose::Delivery, another, 10), "no account that it does not name");
    all.apply(&Event::Listed { power: POWER, account: another, bank: false }, Day(11));
    assert!(covers(&all, Purpose::Delivery, another, 11), "another account is listed without another paper");
    assert!(all.covering(ClientRow(8), Purpose::Delivery, &DEMAT, Day(10), true).is_none(), "nor another client");
}

#[test]
fn a_mandate_covers_until_its_last_day() {
    let mut all = given(&Clauses::WANTED);
    let stamped = Event::Stamped {
        power: POWER, place: StateCode::parse("MH").unwrap(), stamp: Paise(100), until: Some(Day(20)), most: Paise::ZERO,
    };
    all.apply(&stamped, Day(10));
    assert!(covers(&all, Purpose::Delivery, DEMAT, 20) && !covers(&all, Purpose::Delivery, DEMAT, 21));
}

// covers: S-37.6-1
#[test]
fn what_no_power_may_hold_makes_an_old_paper_idle_until_it_is_struck_out() {
    let mut all = given(&[Clause::ReturnsErrors, Clause::SendsSummary, Clause::Irrevocable]);
    assert!(all.covering(ASHA, Purpose::Delivery, &DEMAT, Day(10), false).is_some(), "before the norms");
    assert!(!covers(&all, Purpose::Delivery, DEMAT, 10));
    all.apply(&Event::Struck { power: POWER, letter: 4 }, Day(11));
    assert!(covers(&all, Purpose::Delivery, DEMAT, 11));
}

// covers: S-37A.2.1.7-1
#[test]
fn what_was_dealt_before_the_end_is_delivered_once_and_nothing_else() {
    let mut all = given(&Clauses::WANTED);
    let (settlement, security) = SALE;
    let (client, at) = (ASHA, Moment(1_000));
    all.apply(&Event::Ended { power: POWER, at, why: Ending::Revoked }, Day(12));
    assert!(!covers(&all, Purpose::Delivery, DEMAT, 12));
    assert_eq!(all.standing(POWER), Err(Refusal::Ended { power: POWER }));
    all.apply(&Event::Remains { power: POWER, settlement, client, security, qty: Qty(40) }, Day(12));
    assert_eq!(all.sale(settlement, client, security).remains, Qty(40));
    let used = Event::Used { transfer: TransferNo(1), by: Authority::Ended, settlement, client, security, qty: Qty(40) };
    all.apply(&used, Day(13));
    assert_eq!(all.sale(settlement, client, security), Sale::NOTHING);
}

#[test]
#[should_panic(expected = "used up once")]
fn a_slip_is_not_used_for_more_than_it_says() {
    let mut all = Mandates::new();
    let (settlement, security) = SALE;
    all.apply(&Event::Instructed { settlement, client: ASHA, security, qty: Qty(5), slip: 9 }, Day(1));
    let by = Authority::Slip;
    all.apply(&Event::Used { transfer: TransferNo(1), by, settlement, client: ASHA, security, qty: Qty(6) }, Day(1));
}

#[test]
fn a_settlement_that_is_over_waits_for_nothing() {
    let mut all = Mandates::new();
    let (settlement, security) = SALE;
    all.apply(&Event::Awaited { settlement, client: ASHA, security, qty: Qty(5) }, Day(1));
    assert_eq!(all.settlements().collect::<alloc::vec::Vec<_>>(), [settlement]);
    all.apply(&Event::Over { settlement }, Day(3));
    assert_eq!(all.settlements().count(), 0);
}
