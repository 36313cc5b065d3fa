//! Short deliveries: what they cost, and that the control accounts come back to zero.

use super::*;
use alloc::format;

/// Bala sold 60 steel at 800.00 and delivers nothing: valued at 810.00, bought in at 820.00.
///
/// He is debited 48,600.00, then the difference of 600.00; the clearing corporation takes the same.
fn the_shortage(bought_in: &str, taken: &str) -> Vec<String> {
    let mut j = Journal::new();
    j.open();
    j.deal(1, BALA, STEEL, Side::Sell, 60, "800.00");
    j.bill(BALA, 1);
    j.day = monday();
    j.tell(Fact::DayBegan { day: monday() });
    let (settlement, security, client) = (FIRST, STEEL, BALA);
    let price = |text| Price::parse(text).unwrap();
    j.tell(Fact::ShortTold { settlement, security, client, qty: Qty(60), valuation: price("810.00") });
    // Bala has nothing with the firm: own money pays, levies of 48.00 included.
    j.pay(1, PaymentKind::CoverPayIn, "48,648", 0);
    j.clearing(ClearingHead::Levies, "48");
    j.clearing(ClearingHead::Valuation, "48,600");
    j.clearing(ClearingHead::PayOut, "-48,000");
    j.tell(Fact::BillClosed { settlement, client });
    j.pay(2, PaymentKind::PayOutToClients, "48,000", 0);
    // 48,600.00 debited against 47,921.89 credited: he owes 678.11, and levies and 30.11 of dues wait to be drawn.
    // Of 48,648.00 placed all but that debt comes back.
    j.pay(3, PaymentKind::CoverBack, "47,969.89", 0);
    j.tell(Fact::Swept { day: monday() });
    j.day = day("2026-06-30");
    j.tell(Fact::DayBegan { day: j.day });
    j.tell(Fact::ShortageEnded { settlement, security, client, price: price(bought_in) });
    j.pay(4, PaymentKind::CoverPayIn, "600", 0);
    j.clearing(ClearingHead::Auction, taken);
    j.tell(Fact::SettlementDone { settlement });
    j.day = day("2026-07-01");
    j.tell(Fact::DayBegan { day: j.day });
    let bala = [(1, "24.00"), (2, "1.47"), (4, "0.05"), (6, "4.59"), (12, "48")];
    let accounts = [
        // Asha's 1,00,000.00, Bala's proceeds, less own money taken back.
        (1, "1,00,030.11"),
        (3, "9,98,721.89"),
        (50, "-10,00,000"),
        // Asha is owed 1,00,000.00, Bala owes 1,278.11.
        (20, "-98,721.89"),
        (40, "-24"),
        (24, "-1.47"),
        (25, "-0.05"),
        (29, "-4.59"),
    ];
    let accounts: Vec<_> = accounts.into_iter().map(|(account, amount)| (account, 0, rs(amount))).collect();
    assert_eq!(accounts.iter().map(|(.., amount)| *amount).sum::<Paise>(), Paise::ZERO, "worked out in balance");
    let claims = Claims {
        client_balances: vec![(ASHA, rs("1,00,000")), (BALA, rs("-1,278.11"))],
        sets: vec![],
        accounts,
        notes: vec![note(1, BALA, &bala, "47,921.89")],
        obligations: vec![ObligationClaim { settlement, funds: rs("48,000"), rows: vec![(STEEL, Qty(-60))] }],
        holdings: vec![(BALA, STEEL, 0, Qty(-100)), (BALA, STEEL, 1, Qty(100))],
        pay_in_days: vec![(FIRST, monday())],
        placed: rs("1,278.11"),
        undrawn: rs("30.11"),
    };
    read(&j.facts, &claims)
}

#[test]
fn a_short_seller_bears_valuation_and_difference() {
    assert_eq!(the_shortage("820.00", "600"), Vec::<String>::new());
}

#[test]
fn an_auction_account_that_is_left_over_is_found() {
    let found = the_shortage("820.00", "599");
    assert!(found.contains(&"AC of settlement row 0 is not zero though it is paid: should be 0.00, is -1.00".to_string()), "{found:?}");
    let found = the_shortage("821.00", "600");
    assert_eq!(found[0], "ledger of client BALA: should be -1,338.11, is -1,278.11", "{found:?}");
}

#[test]
fn an_internal_shortage_passes_from_seller_to_buyer() {
    let mut j = the_day();
    let (settlement, security, seller, buyer) = (FIRST, STEEL, BALA, ASHA);
    let price = Price::parse("815.00").unwrap();
    j.tell(Fact::InternalShort { settlement, security, seller, buyer, qty: Qty(2) });
    j.tell(Fact::SettlementDone { settlement });
    j.tell(Fact::InternalShortEnded { settlement, security, seller, buyer, price });
    j.tell(Fact::InternalShortEnded { settlement, security, seller, buyer, price });
    let mut claims = the_claims();
    claims.client_balances = vec![(ASHA, rs("21,334.92")), (BALA, rs("-1,630"))];
    assert_eq!(read(&j.facts, &claims), [
        "settlement row 0 is called done with open shortages: should be 0, is 1",
        "no open shortage of settlement row 0 in security row 0 is there to end",
    ]);
}

#[test]
fn an_internal_shortage_made_good_in_shares_ends_without_money() {
    let made_good = |parts: &[i64]| {
        let mut j = the_day();
        let (settlement, security, seller, buyer) = (FIRST, STEEL, BALA, ASHA);
        j.tell(Fact::InternalShort { settlement, security, seller, buyer, qty: Qty(5) });
        for qty in parts.iter().copied().map(Qty) {
            j.tell(Fact::InternalShortMadeGood { settlement, security, seller, buyer, qty });
        }
        j.tell(Fact::SettlementDone { settlement });
        read(&j.facts, &the_claims())
    };
    assert_eq!(made_good(&[2, 3]), Vec::<String>::new());
    assert_eq!(made_good(&[2]), ["settlement row 0 is called done with open shortages: should be 0, is 1"]);
    assert_eq!(made_good(&[2, 3, 1]), ["no open shortage of settlement row 0 in security row 0 is there to end"]);
}

#[test]
fn a_buyer_whose_auction_failed_gets_money_once_it_has_come() {
    let closed_out = |money_first: bool| {
        let mut j = the_day();
        let (settlement, security, client, qty) = (FIRST, STEEL, ASHA, Qty(3));
        j.tell(Fact::BuyerClosedOut { settlement, security, client, qty, price: Price::parse("850.00").unwrap() });
        if money_first {
            j.clearing(ClearingHead::CloseOut, "-2,550");
        }
        j.tell(Fact::CreditCame { settlement, security, client });
        if !money_first {
            j.clearing(ClearingHead::CloseOut, "-2,550");
        }
        j.pay(4, PaymentKind::PayOutToClients, "2,550", 0);
        j.pay(5, PaymentKind::ToClient, "22,254.92", ASHA.0);
        let mut claims = the_claims();
        // All of her 19,704.92 and 2,550.00 is paid out.
        claims.client_balances.clear();
        claims.accounts[0].2 = Paise::ZERO;
        claims.accounts[3].2 = Paise::ZERO;
        read(&j.facts, &claims)
    };
    assert_eq!(closed_out(true), Vec::<String>::new());
    assert_eq!(closed_out(false), [
        "credits of the auctions of settlement row 0 are given free before their money came: should be 0.00, is 2,550.00",
    ]);
}

/// 49 and 67 shares at 257.556: alone they come to 12,620.24 and 17,256.25, together to 29,876.496 -> 29,876.50.
#[test]
fn parts_of_a_close_out_add_up_to_what_the_corporation_pays() {
    let mut j = the_day();
    let (settlement, security) = (FIRST, STEEL);
    for (client, qty) in [(ASHA, 49), (BALA, 67)] {
        let (qty, price) = (Qty(qty), Price::parse("257.556").unwrap());
        j.tell(Fact::BuyerClosedOut { settlement, security, client, qty, price });
    }
    j.clearing(ClearingHead::CloseOut, "-29,876.50");
    let mut claims = the_claims();
    claims.client_balances = vec![(ASHA, rs("32,325.16")), (BALA, rs("17,256.26"))];
    claims.accounts.push((2, 0, rs("29,876.50")));
    claims.accounts[3].2 -= rs("29,876.50");
    assert_eq!(read(&j.facts, &claims), Vec::<String>::new());
}

// covers: S-37A.1.1.1-1
#[test]
fn shares_that_leave_an_account_by_nobodys_word_are_found() {
    let moved = |change: &dyn Fn(&mut Journal)| {
        let mut j = Journal::new();
        j.open();
        j.deal(1, BALA, STEEL, Side::Sell, 60, "800.00");
        change(&mut j);
        j.shares(BALA, STEEL, (1, 2), 60, Some(FIRST));
        let empty = Claims {
            client_balances: vec![], sets: vec![], accounts: vec![], notes: vec![], obligations: vec![], holdings: vec![],
            pay_in_days: vec![], placed: Paise::ZERO, undrawn: Paise::ZERO,
        };
        let found = read(&j.facts, &empty);
        found.into_iter().filter(|line| line.contains("no power")).collect::<Vec<_>>()
    };
    let gone = |j: &mut Journal| j.facts.retain(|told| !matches!(told.fact, Fact::PowerGiven { .. }));
    let may = |qty| Fact::MayMove { settlement: FIRST, client: BALA, security: STEEL, qty: Qty(qty) };
    assert!(moved(&|_| {}).is_empty(), "by his power");
    let wrong = "shares of client BALA in security row 0 leave his account by no power and no instruction of his: should be";
    assert_eq!(moved(&gone), [format!("{wrong} 0 shares, is 60 shares")]);
    assert!(moved(&|j| { gone(j); j.tell(may(60)); }).is_empty(), "by his own instruction");
    assert_eq!(moved(&|j| { gone(j); j.tell(may(59)); }), [format!("{wrong} 59 shares, is 60 shares")]);
    assert!(moved(&|j| { j.tell(Fact::PowerEnded { power: 2 }); }).is_empty(), "dealt before it ended");
    let after = moved(&|j| {
        j.tell(Fact::PowerEnded { power: 2 });
        j.deal(2, BALA, STEEL, Side::Sell, 10, "800.00");
        j.shares(BALA, STEEL, (1, 2), 10, Some(FIRST));
    });
    assert_eq!(after, [format!("{wrong} 50 shares, is 60 shares")], "and nothing dealt after");
}
