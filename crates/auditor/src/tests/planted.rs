//! One error planted at a time into a day that is otherwise right.

use super::*;

/// The day with one thing changed, as the findings a person reads.
fn with(change: impl Fn(&mut Journal, &mut Claims)) -> Vec<String> {
    let (mut journal, mut claims) = (the_day(), the_claims());
    change(&mut journal, &mut claims);
    read(&journal.facts, &claims)
}

fn paisa(amount: &mut Paise) {
    *amount += Paise(1);
}

/// What Asha buys and sells goes under two codes: her tea is delivered both ways.
#[test]
fn what_goes_under_two_codes_is_not_netted() {
    let mut journal = the_day();
    let opened = journal.position(|f| matches!(f, Fact::ClientOpened { client: BALA, .. }));
    let told = Told { fact: Fact::LegsApart { client: ASHA, from: thursday() }, ..journal.facts[opened].clone() };
    journal.facts.insert(opened, told);
    // 0.1 % of 79,955 + 5,000 + 5,075, and 0.015 % of 84,955.
    let wanted = [
        "securities transaction tax on contract note 1 of 2026-27: should be 90.00, is 81.00",
        "stamp duty on contract note 1 of 2026-27: should be 13.00, is 12.00",
        "net of contract note 1 of 2026-27: should be -80,305.08, is -80,295.08",
        "ledger of client ASHA: should be 19,694.92, is 19,704.92",
    ];
    let found = read(&journal.facts, &the_claims());
    assert_eq!(found.get(..wanted.len()), Some(&wanted.map(String::from)[..]));
}

#[test]
fn a_charge_off_by_a_paisa_is_found_on_its_note() {
    let found = with(|_, claims| paisa(&mut claims.notes[0].charges[3].1));
    assert_eq!(found, [
        "GST (central and state) on contract note 1 of 2026-27: should be 49.13, is 49.14"
    ]);
    let found = with(|_, claims| paisa(&mut claims.notes[1].net));
    assert_eq!(found, ["net of contract note 2 of 2026-27: should be 47,921.89, is 47,921.90"]);
    let found = with(|_, claims| {
        claims.notes[0].charges.pop();
    });
    assert_eq!(found, ["stamp duty on contract note 1 of 2026-27: should be 12.00, is 0.00"]);
}

#[test]
fn a_finding_points_to_the_entry_that_shows_it() {
    let (mut journal, mut claims) = (the_day(), the_claims());
    let billed = journal.at(|f| matches!(f, Fact::Billed { client: ASHA, .. })).entry;
    paisa(&mut claims.notes[0].charges[5].1);
    let found = audit(&journal.facts, &claims);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].entry, Some(billed));
    let text = "stamp duty on contract note 1 of 2026-27: should be 12.00, is 12.01";
    assert_eq!(found[0].to_string(), alloc::format!("entry {billed}: {text}"));
}

#[test]
fn brokerage_over_the_cap_is_said_so() {
    // The cap is 2.5 % of 79,955.00, 5,000.00 and 5,075.00: 1,998.87 + 125.00 + 126.87.
    let found = with(|_, claims| claims.notes[0].charges[0].1 = rs("2,250.75"));
    assert_eq!(found, [
        "brokerage on contract note 1 of 2026-27: should be 270.10, is 2,250.75",
        "brokerage on contract note 1 of 2026-27 is over the cap: should be 2,250.74, is 2,250.75",
    ]);
}

#[test]
fn a_posting_on_another_client_is_found_with_both_clients() {
    let found = with(|_, claims| {
        claims.client_balances[0].1 -= rs("500");
        claims.client_balances[1].1 += rs("500");
    });
    assert_eq!(found, [
        "ledger of client ASHA: should be 19,704.92, is 19,204.92",
        "ledger of client BALA: should be 0.00, is 500.00",
        "an amount that belongs on client ASHA is posted on client BALA: should be nothing, is 500.00",
    ]);
}

#[test]
fn a_client_is_paid_no_more_than_is_held_for_him() {
    let found = with(|journal, claims| {
        let paid = journal.at(|f| matches!(f, Fact::PaymentAsked { kind: PaymentKind::ToClient, .. }));
        let Fact::PaymentAsked { amount, .. } = &mut paid.fact else { unreachable!() };
        *amount += rs("10");
        // The books follow what the bank paid.
        claims.client_balances[1].1 -= rs("10");
        claims.accounts[0].2 -= rs("10");
        claims.accounts[3].2 += rs("10");
    });
    assert_eq!(found, ["payment 2 gives client BALA more than is held for him: should be 47,921.89, is 47,931.89"]);
    // The same money before the settlement paid out is nobody's to give.
    let early = with(|journal, _| {
        let closed = journal.position(|f| matches!(f, Fact::BillClosed { client: BALA, .. }));
        let asked = journal.position(|f| matches!(f, Fact::PaymentAsked { kind: PaymentKind::ToClient, .. }));
        let closed = journal.facts.remove(closed);
        journal.facts.insert(asked, closed);
    });
    assert_eq!(early, ["payment 2 gives client BALA more than is held for him: should be 0.00, is 47,921.89"]);
}

// covers: G-3.1-1
#[test]
fn what_stands_in_another_exchanges_books_is_found_though_the_accounts_agree() {
    let day = the_day();
    let right = Claims { sets: of_first(&the_claims().accounts), ..the_claims() };
    assert_eq!(read_sets(&day.facts, &right), Vec::<String>::new());
    let mut crossed = right.clone();
    let fees = crossed.sets.iter().position(|(_, account, _)| *account == 40).expect("brokerage");
    crossed.sets[fees].0 = Venue::Bse;
    assert_eq!(read_sets(&day.facts, &crossed), [
        "balance of BR in the books of NSE: should be -294.10, is 0.00",
        "balance of BR in the books of BSE: should be 0.00, is -294.10",
    ]);
    crossed.sets.extend([(Venue::Nse, 13, rs("-294.10")), (Venue::Bse, 13, rs("294.10"))]);
    assert_eq!(read_sets(&day.facts, &crossed).len(), 4, "that it is balanced makes it no better");
    let lost = Claims { accounts: [right.accounts.clone(), vec![(13, 0, rs("5"))]].concat(), ..right };
    assert_eq!(read_sets(&day.facts, &lost), ["balance of IX, owner 0: should be 0.00, is 5.00"]);
}

#[test]
fn a_payment_told_twice_is_paid_once() {
    let again = |journal: &mut Journal| {
        let at = journal.position(|f| matches!(f, Fact::PaymentDone { payment } if payment.0 == 2));
        let twice = journal.facts[at].clone();
        journal.facts.insert(at + 1, twice);
    };
    assert_eq!(with(|journal, _| again(journal)), ["payment 2 was answered before"]);
    let booked = with(|journal, claims| {
        again(journal);
        claims.client_balances[1].1 -= rs("47,921.89");
        claims.accounts[0].2 -= rs("47,921.89");
        claims.accounts[3].2 += rs("47,921.89");
    });
    assert_eq!(booked[1], "ledger of client BALA: should be 0.00, is -47,921.89");
    assert_eq!(booked.len(), 4, "the ledger, the bank account and the control account: {booked:?}");
    let unasked = with(|journal, _| {
        journal.tell(Fact::PaymentDone { payment: PaymentNo(9) });
    });
    assert_eq!(unasked, ["payment 9 was never asked"]);
}

// covers: G-App6-16
#[test]
fn note_and_order_numbers_have_no_gaps() {
    let found = with(|journal, claims| {
        let Fact::Billed { note, .. } = &mut journal.at(|f| matches!(f, Fact::Billed { client: BALA, .. })).fact else {
            unreachable!()
        };
        *note = NoteNo(3);
        claims.notes[1].note = NoteNo(3);
    });
    assert_eq!(found, ["contract notes of 2026-27 are not gapless: should be 2, is 3"]);
    let found = with(|journal, _| {
        for told in &mut journal.facts {
            match &mut told.fact {
                Fact::OrderPlaced { order, .. } | Fact::Traded { order, .. } | Fact::OrderClosed { order } => {
                    order.0 += u64::from(order.0 == 4);
                }
                _ => {}
            }
        }
    });
    assert_eq!(found, ["order numbers are not gapless: should be 4, is 5"]);
}

#[test]
fn each_client_who_traded_has_one_note() {
    let found = with(|journal, claims| {
        let at = journal.position(|f| matches!(f, Fact::Billed { client: BALA, .. }));
        journal.facts.remove(at);
        claims.notes.pop();
    });
    assert!(found.contains(&"client BALA traded in settlement row 0 and has no contract note".to_string()), "{found:?}");
    let found = with(|journal, _| journal.bill(BALA, 3));
    assert_eq!(found, ["client BALA has a second note in settlement row 0"]);
    let found = with(|journal, _| journal.bill(HOUSE, 3));
    assert_eq!(found, ["client HOUSE is billed in settlement row 0 without a trade"]);
    let found = with(|_, claims| claims.notes.swap(0, 1));
    assert_eq!(found, Vec::<String>::new(), "claims come in any order");
    let found = with(|_, claims| claims.notes[0].note = NoteNo(9));
    assert_eq!(found, ["contract note 1 of 2026-27 is billed and not shown", "no bill was made for contract note 9 of 2026-27"]);
}

#[test]
fn a_wrong_settlement_date_is_found() {
    // As if Muharram were a trading day.
    let friday = day("2026-06-26");
    let found = with(|journal, claims| {
        let told = journal.at(|f| matches!(f, Fact::SettlementScheduled { .. }));
        let Fact::SettlementScheduled { pay_in, .. } = &mut told.fact else { unreachable!() };
        *pay_in = friday;
        claims.pay_in_days[0].1 = friday;
    });
    assert_eq!(found, ["wrong settlement date: pay-in of settlement row 0: should be 2026-06-29, is 2026-06-26"]);
    let found = with(|_, claims| claims.pay_in_days[0].1 = friday);
    assert_eq!(found, ["wrong settlement date: pay-in of settlement row 0: should be 2026-06-29, is 2026-06-26"]);
    let found = with(|journal, _| {
        let at = journal.position(|f| matches!(f, Fact::RuleAdopted(r) if r.name == RuleName::SettlementCycle));
        journal.facts.remove(at);
    });
    assert_eq!(found, ["cannot be judged: no rule `settlement-cycle` is known on 2026-06-25"]);
}

#[test]
fn a_holiday_declared_late_moves_the_pay_in() {
    let tuesday = day("2026-06-30");
    let found = with(|journal, _| {
        let at = journal.position(|f| matches!(f, Fact::OrderPlaced { .. }));
        let (entry, day) = (EntryNo(30), thursday());
        journal.facts.insert(at, Told { entry, day, fact: Fact::HolidayAdded { day: monday() } });
    });
    assert!(found.contains(&"2026-06-29 is no trading day".to_string()), "{found:?}");
    assert!(
        found.iter().any(|f| f.ends_with("pay-in of settlement row 0: should be 2026-06-30, is 2026-06-29")),
        "{found:?}"
    );
    let mut audited = the_day();
    audited.tell(Fact::SettlementMoved { settlement: FIRST, pay_in: tuesday, pay_out: tuesday });
    audited.tell(Fact::HolidayAdded { day: monday() });
    let claims = Claims { pay_in_days: vec![(FIRST, tuesday)], ..the_claims() };
    assert_eq!(read(&audited.facts, &claims), Vec::<String>::new(), "moved with the calendar");
}

#[test]
fn a_doubled_trade_counts_once() {
    let again = |journal: &mut Journal| {
        let at = journal.position(|f| matches!(f, Fact::Traded { client: BALA, .. }));
        let twice = journal.facts[at].clone();
        journal.facts.insert(at + 1, twice);
    };
    assert_eq!(with(|journal, _| again(journal)), ["sell side of trade 7002 is booked twice"]);
    let booked = with(|journal, claims| {
        again(journal);
        claims.obligations[0] = ObligationClaim { settlement: FIRST, funds: rs("16,120"), rows: vec![(STEEL, Qty(-20))] };
    });
    assert_eq!(booked, [
        "sell side of trade 7002 is booked twice",
        "funds obligation of settlement row 0: should be -31,880.00, is 16,120.00",
        "obligation of settlement row 0 in security row 0: should be 40 shares, is -20 shares",
    ]);
}

#[test]
fn a_trade_belongs_to_its_orders_client_and_its_days_settlement() {
    let found = with(|journal, _| {
        let Fact::OrderPlaced { client, .. } = &mut journal.at(|f| matches!(f, Fact::OrderPlaced { .. })).fact else {
            unreachable!()
        };
        *client = BALA;
    });
    assert_eq!(found, ["trade 7001 is booked on another client than its order: should be client BALA, is client ASHA"]);
    let found = with(|journal, _| {
        let Fact::Traded { day, .. } = &mut journal.at(|f| matches!(f, Fact::Traded { .. })).fact else { unreachable!() };
        *day = day.plus(-1);
    });
    assert_eq!(found, ["trade 7001 is booked into the settlement of another day: should be 2026-06-24, is 2026-06-25"]);
}

#[test]
fn what_is_for_the_same_day_belongs_in_that_days_own_settlement_if_the_list_has_it() {
    let wrong = "trade 7001 is booked into the settlement of another day: should be 2026-06-25, is 2026-06-25";
    let order = |journal: &mut Journal| {
        let told = journal.at(|f| matches!(f, Fact::OrderPlaced { .. }));
        let Fact::OrderPlaced { same_day, .. } = &mut told.fact else { unreachable!() };
        *same_day = true;
    };
    let found = with(|journal, _| order(journal));
    assert_eq!(found, [wrong], "in the regular settlement");
    let kind_of = |journal: &mut Journal| {
        let told = journal.at(|f| matches!(f, Fact::SettlementScheduled { .. }));
        let Fact::SettlementScheduled { kind, .. } = &mut told.fact else { unreachable!() };
        *kind = vocab::SettlementKind::SameDay;
    };
    let found = with(|journal, _| (order(journal), kind_of(journal)).1);
    assert!(found.iter().any(|it| it == wrong), "not on the list: {found:?}");
    let found = with(|journal, _| {
        order(journal);
        kind_of(journal);
        let Fact::OrderPlaced { security, .. } = journal.at(|f| matches!(f, Fact::OrderPlaced { .. })).fact else { unreachable!() };
        let at = journal.position(|f| matches!(f, Fact::OrderPlaced { .. }));
        let like = journal.facts[at].clone();
        journal.facts.insert(at, Told { fact: Fact::SameDayListed { security, from: thursday(), admitted: true }, ..like });
    });
    assert!(!found.iter().any(|it| it == wrong), "{found:?}");
    assert!(found.iter().any(|it| it.starts_with("trade 7002 is booked")), "the others are regular trades: {found:?}");
}

#[test]
fn a_control_account_is_zero_once_its_settlement_is_paid() {
    let found = with(|journal, claims| {
        let told = journal.at(|f| matches!(f, Fact::ClearingMoney { head: ClearingHead::PayIn, .. }));
        let Fact::ClearingMoney { amount, .. } = &mut told.fact else { unreachable!() };
        *amount += rs("0.01");
        claims.accounts.extend([(2, 0, rs("-0.01")), (10, 0, rs("0.01"))]);
    });
    assert_eq!(found, ["SC of settlement row 0 is not zero though it is paid: should be 0.00, is 0.01"]);
    let found = with(|_, claims| claims.accounts.extend([(12, 0, rs("3")), (40, 0, rs("-3"))]));
    assert_eq!(found, [
        "balance of IS, owner 0: should be 0.00, is 3.00",
        "balance of BR, owner 0: should be -294.10, is -297.10",
    ]);
}

#[test]
fn own_money_and_brokerage_leave_the_client_account_only_as_far_as_they_are_the_firms() {
    let found = with(|journal, claims| {
        journal.pay(4, PaymentKind::Cover, "1,000", 0);
        journal.tell(Fact::Swept { day: monday() });
        claims.placed = rs("1,000");
        claims.accounts[0].2 += rs("1,000");
        claims.accounts[1].2 -= rs("1,000");
    });
    assert_eq!(found, ["own money in the client system is more than clients leave uncovered: should be 0.00, is 1,000.00"]);
    let taken = |kind| {
        with(move |journal, claims| {
            journal.pay(4, kind, "0.01", 0);
            claims.accounts[0].2 -= rs("0.01");
            claims.accounts[1].2 += rs("0.01");
        })
    };
    assert_eq!(taken(PaymentKind::CoverBack), [
        "more own money is taken out of the client system than was put in: should be 0.00, is -0.01",
        "own money in the client system: should be -0.01, is 0.00",
    ]);
    assert_eq!(taken(PaymentKind::Sweep), [
        "more brokerage and dues are drawn than were collected: should be 0.00, is 0.01",
        "brokerage and dues collected and not drawn: should be -0.01, is 0.00",
    ]);
}

#[test]
fn third_party_money_goes_back_once_and_in_full() {
    let held = |journal: &mut Journal, paid: &str| {
        let account = BankAccount::Client;
        journal.tell(Fact::ThirdPartyReceipt { receipt: 1, account, amount: rs("75") });
        journal.pay(4, PaymentKind::Return, paid, 1);
    };
    assert_eq!(with(|journal, _| held(journal, "75")), Vec::<String>::new());
    let elsewhere = with(|journal, claims| {
        let account = BankAccount::Own;
        journal.tell(Fact::ThirdPartyReceipt { receipt: 1, account, amount: rs("75") });
        journal.pay(4, PaymentKind::Return, "75", 1);
        claims.accounts.extend([(1, 0, rs("-75")), (3, 0, rs("75"))]);
    });
    assert_eq!(elsewhere, ["payment 4 returns third-party money from another account than it came on"]);
    let found = with(|journal, claims| {
        held(journal, "70");
        claims.accounts.extend([(1, 0, rs("5")), (21, 1, rs("-5"))]);
    });
    assert_eq!(found, ["payment 4 returns another sum than came: should be 75.00, is 70.00"]);
    let found = with(|journal, claims| {
        held(journal, "75");
        journal.pay(5, PaymentKind::Return, "75", 1);
        claims.accounts.extend([(1, 0, rs("-75")), (21, 1, rs("75"))]);
    });
    assert_eq!(found, ["payment 5 returns third-party money that is not held"]);
}

#[test]
fn third_party_shares_go_back_and_stand_for_nothing() {
    let held = |journal: &mut Journal, back: i64| {
        journal.tell(Fact::ThirdPartyShares { inward: 1, place: 2, security: STEEL, qty: Qty(40) });
        journal.tell(Fact::SharesBack { inward: 1, qty: Qty(30) });
        journal.tell(Fact::SharesBack { inward: 1, qty: Qty(back) });
    };
    assert_eq!(with(|journal, _| held(journal, 10)), Vec::<String>::new());
    assert_eq!(with(|journal, _| held(journal, 11)), ["third-party shares 1 go back: should be 10 shares, is 11 shares"]);
    // What did not go is held under another number, and under no other.
    let renumbered = with(|journal, _| {
        held(journal, 0);
        journal.tell(Fact::SharesRenumbered { inward: 1, under: 2 });
        journal.tell(Fact::SharesBack { inward: 2, qty: Qty(10) });
        journal.tell(Fact::SharesBack { inward: 1, qty: Qty(1) });
    });
    assert_eq!(renumbered, ["third-party shares 1 go back: should be 0 shares, is 1 shares"]);
    let twice = with(|journal, _| {
        held(journal, 10);
        journal.tell(Fact::ThirdPartyShares { inward: 1, place: 2, security: STEEL, qty: Qty(5) });
    });
    assert_eq!(twice, ["third-party shares 1 are numbered twice"]);
    // From nowhere to the firm's beneficiary account, for a settlement.
    let used = with(|journal, claims| {
        journal.shares(BALA, STEEL, (0, 2), 40, Some(FIRST));
        claims.holdings.extend([(BALA, STEEL, 0, Qty(-40)), (BALA, STEEL, 2, Qty(40))]);
    });
    let found = "shares of client BALA in security row 0 move for a settlement from outside his account, or out of it to nobody";
    assert_eq!(used, [found]);
}

#[test]
fn shares_move_as_far_as_their_owner_traded_and_no_further() {
    // Forty of Bala's own shares are delivered although he sold none of them.
    let found = with(|journal, claims| {
        journal.shares(BALA, STEEL, (1, 2), 40, Some(FIRST));
        journal.shares(BALA, STEEL, (2, 5), 40, Some(FIRST));
        claims.holdings[1].3 = Qty::ZERO;
        claims.holdings[2].3 = Qty(100);
    });
    assert_eq!(found, [
        "more shares of client BALA in security row 0 are called in than he sold: should be 60 shares, is 100 shares",
        "more shares of client BALA in security row 0 are delivered than he sold: should be 60 shares, is 100 shares",
    ]);
    let found = with(|_, claims| claims.holdings[3].3 += Qty(1));
    assert_eq!(found, [
        "shares of client ASHA in security row 0, own account: should be 100 shares, is 101 shares",
        "the places of client ASHA's shares in security row 0 do not add up to zero: should be 0 shares, is 1 shares",
    ]);
    let found = with(|journal, claims| {
        journal.shares(ASHA, STEEL, (3, 1), 5, Some(FIRST));
        claims.holdings[3].3 += Qty(5);
        claims.holdings.push((ASHA, STEEL, 3, Qty(-5)));
    });
    assert_eq!(found, ["more shares of client ASHA in security row 0 left the pool than it had: should be 0 shares, is 5 shares"]);
}

#[test]
fn a_day_begins_in_turn_and_without_open_orders() {
    let found = with(|journal, _| {
        let (security, side) = (TEA, Side::Buy);
        journal.tell(Fact::OrderPlaced { order: OrderNo(5), client: ASHA, security, side, same_day: false });
        journal.tell(Fact::DayBegan { day: monday() });
    });
    assert_eq!(found, [
        "a day began that does not follow the day before: should be 2026-07-02, is 2026-06-29",
        "orders stand open as 2026-06-29 begins: should be 0, is 1",
    ]);
}
