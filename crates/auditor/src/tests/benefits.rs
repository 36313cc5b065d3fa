//! A dividend and a bonus on shares in the firm's accounts, worked out by hand, and what is found when they go wrong.

use super::*;

const STEEL_DIVIDEND: u32 = 1;
const STEEL_BONUS: u32 = 2;
/// Client beneficiary account, NSDL.
const PLACE: u8 = 2;
const NSDL: u8 = 1;

/// Asha's 7 and Bala's 3 steel lie with the firm. 10.01 comes: 7.007 and 3.003, so 7.00 and 3.01. A bonus of 3 comes:
/// 2.1 and 0.9, so 2 and 1.
fn told() -> Journal {
    let mut j = Journal::new();
    j.open();
    j.shares(ASHA, STEEL, (0, 1), 7, None);
    for (client, qty) in [(ASHA, 7), (BALA, 3)] {
        // Sold and called in: on the record day they lie with the firm.
        j.deal(u64::from(client.0), client, STEEL, Side::Sell, qty, "800.00");
        j.shares(client, STEEL, (1, PLACE), qty, Some(FIRST));
    }
    for (action, per_share) in [(STEEL_DIVIDEND, Some(Price::parse("1.001").unwrap())), (STEEL_BONUS, None)] {
        j.tell(Fact::BenefitAnnounced { action, security: STEEL, gives: STEEL, record: thursday(), per_share });
        for (client, held) in [(ASHA, Qty(7)), (BALA, Qty(3))] {
            j.tell(Fact::Entitled { action, client, place: PLACE, depository: NSDL, held });
        }
        j.tell(Fact::RegisterTaken { action });
    }
    j.tell(Fact::Dividend { account: BankAccount::Client, security: STEEL, record: thursday(), amount: rs("10.01") });
    for (action, amount, parts) in [(STEEL_DIVIDEND, 1_001, [700, 301]), (STEEL_BONUS, 3, [2, 1])] {
        j.tell(Fact::BenefitCame { action, place: PLACE, depository: NSDL, amount });
        for (client, amount) in [ASHA, BALA].into_iter().zip(parts) {
            j.tell(Fact::BenefitPassed { action, client, place: PLACE, depository: NSDL, amount });
        }
        j.tell(Fact::BenefitShared { action });
    }
    for (client, qty) in [(ASHA, 2), (BALA, 1)] {
        j.shares(client, STEEL, (0, PLACE), qty, None);
        j.shares(client, STEEL, (PLACE, 1), qty, None);
    }
    j
}

/// What is found about benefits, and about the two ledgers: nothing else of the day is claimed.
fn found(j: &Journal) -> Vec<String> {
    let claims = Claims { client_balances: vec![(ASHA, rs("1,00,007.00")), (BALA, rs("3.01"))], ..the_claims() };
    let all = read(&j.facts, &claims);
    let of = |line: &String| ["benefit", "for no settlement", "ledger"].iter().any(|word| line.contains(word));
    all.into_iter().filter(of).collect()
}

#[test]
fn what_comes_is_followed_to_the_last_paisa_and_share() {
    assert_eq!(found(&told()), Vec::<String>::new());
}

#[test]
fn a_part_that_is_not_in_proportion_is_found() {
    let mut j = told();
    let first = |f: &Fact| matches!(f, Fact::BenefitPassed { action: STEEL_BONUS, client: ASHA, .. });
    j.at(first).fact =
        Fact::BenefitPassed { action: STEEL_BONUS, client: ASHA, place: PLACE, depository: NSDL, amount: 1 };
    let lines = found(&j);
    assert!(lines.iter().any(|l| l.contains("the part of client ASHA in a benefit") && l.contains("should be 2 shares, is 1")), "{lines:?}");
    assert!(lines.iter().any(|l| l.contains("what was shared out") && l.contains("should be 3 shares, is 2")), "{lines:?}");
    assert!(lines.iter().any(|l| l.contains("shares of client ASHA") && l.contains("for no settlement")), "{lines:?}");
}

#[test]
fn one_who_holds_and_is_not_entitled_is_found() {
    let mut j = told();
    j.facts.retain(|t| !matches!(t.fact, Fact::Entitled { action: STEEL_DIVIDEND, client: BALA, .. }));
    let lines = found(&j);
    assert!(lines.iter().any(|l| l.contains("shares of client BALA") && l.contains("should be 3 shares, is 0")), "{lines:?}");
}

/// Ten shares at 100.10: 1,001.00, of which the company keeps back 100.00 in whole rupees. Asha's 7 bear 70.00, Bala's 3
/// 30.00; 901.00 comes.
fn taxed(parts: [&str; 2]) -> Journal {
    let mut j = told();
    j.tell(Fact::RuleAdopted(rule(RuleName::DividendTax, EVERYWHERE, rate("0.1"), 0)));
    let action = 3;
    let per_share = Some(Price::parse("100.10").unwrap());
    j.tell(Fact::BenefitAnnounced { action, security: STEEL, gives: STEEL, record: thursday(), per_share });
    for (client, held) in [(ASHA, Qty(7)), (BALA, Qty(3))] {
        j.tell(Fact::Entitled { action, client, place: PLACE, depository: NSDL, held });
    }
    j.tell(Fact::Dividend { account: BankAccount::Client, security: STEEL, record: thursday(), amount: rs("901.00") });
    j.tell(Fact::BenefitCame { action, place: PLACE, depository: NSDL, amount: 90_100 });
    for (client, amount, tax) in [(ASHA, 63_070, parts[0]), (BALA, 27_030, parts[1])] {
        j.tell(Fact::BenefitPassed { action, client, place: PLACE, depository: NSDL, amount });
        j.tell(Fact::BenefitTaxed { action, client, place: PLACE, depository: NSDL, tax: rs(tax) });
    }
    j.tell(Fact::BenefitShared { action });
    j
}

#[test]
fn tax_that_was_kept_back_is_worked_out_again_and_each_part_of_it() {
    let tax = |parts| -> Vec<String> {
        read(&taxed(parts).facts, &the_claims()).into_iter().filter(|line| line.contains("tax kept back")).collect()
    };
    assert_eq!(tax(["70.00", "30.00"]), Vec::<String>::new());
    let less = tax(["70.00", "29.00"]);
    assert!(less.iter().any(|line| line.contains("should be 100.00, is 99.00")), "{less:?}");
    let uneven = tax(["60.00", "40.00"]);
    assert_eq!(uneven.len(), 2, "{uneven:?}");
    assert!(uneven[0].contains("client ASHA") && uneven[0].contains("should be 70.00, is 60.00"), "{uneven:?}");
}

/// The firm's own 50 shares bring 5,005.00, of which 501.00 are kept back: 500.50 to the rupee.
fn own(came: &str) -> Journal {
    let mut j = told();
    j.tell(Fact::RuleAdopted(rule(RuleName::DividendTax, EVERYWHERE, rate("0.1"), 0)));
    j.shares(HOUSE, STEEL, (0, 1), 50, None);
    let action = 3;
    let per_share = Some(Price::parse("100.10").unwrap());
    j.tell(Fact::BenefitAnnounced { action, security: STEEL, gives: STEEL, record: thursday(), per_share });
    for (client, place, held) in [(ASHA, PLACE, 7), (BALA, PLACE, 3), (HOUSE, 1, 50)] {
        j.tell(Fact::Entitled { action, client, place, depository: NSDL, held: Qty(held) });
    }
    j.tell(Fact::RegisterTaken { action });
    j.tell(Fact::Dividend { account: BankAccount::Own, security: STEEL, record: thursday(), amount: rs(came) });
    j
}

#[test]
fn the_firms_own_dividend_is_income_before_tax_once() {
    let books = |j: &Journal| -> Vec<String> {
        let lines = read(&j.facts, &the_claims()).into_iter();
        lines.filter(|line| ["TKB", "ODIV", "kept back", "entitled"].iter().any(|word| line.contains(word))).collect()
    };
    let j = own("4504.00");
    let all = books(&j);
    assert!(all.iter().any(|line| line.contains("TKB") && line.contains("501.00")), "{all:?}");
    assert!(all.iter().any(|line| line.contains("ODIV") && line.contains("5,005.00")), "{all:?}");
    // Twice: nothing is known to have been kept back of the second. Another sum: nothing at all.
    for came in [&["4504.00", "4504.00"][..], &["4504.01"]] {
        let mut j = own(came[0]);
        for again in &came[1..] {
            j.tell(Fact::Dividend { account: BankAccount::Own, security: STEEL, record: thursday(), amount: rs(again) });
        }
        let tax = books(&j).into_iter().filter(|line| line.contains("TKB") && line.contains("501.00")).count();
        assert_eq!(tax, came.len() - 1);
    }
    let mut j = own("4504.00");
    j.tell(Fact::BenefitTaxed { action: 3, client: HOUSE, place: 1, depository: NSDL, tax: rs("502.00") });
    assert!(books(&j).iter().any(|line| line.contains("should be 501.00, is 502.00")), "{:?}", books(&j));
    // Own shares that are left out of the register of the day.
    let mut j = own("4504.00");
    j.facts.retain(|t| !matches!(t.fact, Fact::Entitled { client: HOUSE, .. }));
    assert!(!books(&j).iter().any(|line| line.contains("TKB")), "{:?}", books(&j));
}

/// Bala's 3 steel and a third party's 5 lie with the firm: 8.01 comes, 3.00 for her and 5.01 held for him; of 4 bonus shares 1 is hers.
fn strangers(entitled: i64, part: i64, held: i64) -> Vec<String> {
    let mut j = Journal::new();
    j.open();
    j.deal(2, BALA, STEEL, Side::Sell, 3, "800.00");
    j.shares(BALA, STEEL, (1, PLACE), 3, Some(FIRST));
    j.tell(Fact::ThirdPartyShares { inward: 1, place: PLACE, security: STEEL, qty: Qty(5) });
    for (action, per_share) in [(STEEL_DIVIDEND, Some(Price::parse("1.001").unwrap())), (STEEL_BONUS, None)] {
        j.tell(Fact::BenefitAnnounced { action, security: STEEL, gives: STEEL, record: thursday(), per_share });
        j.tell(Fact::Entitled { action, client: BALA, place: PLACE, depository: NSDL, held: Qty(3) });
        j.tell(Fact::StrangerEntitled { action, inward: 1, place: PLACE, depository: NSDL, held: Qty(entitled) });
        j.tell(Fact::RegisterTaken { action });
    }
    j.tell(Fact::Dividend { account: BankAccount::Client, security: STEEL, record: thursday(), amount: rs("8.01") });
    for (action, amount, hers, his, under) in [(STEEL_DIVIDEND, 801, 300, part, 1), (STEEL_BONUS, 4, 1, 3, 2)] {
        j.tell(Fact::BenefitCame { action, place: PLACE, depository: NSDL, amount });
        j.tell(Fact::BenefitPassed { action, client: BALA, place: PLACE, depository: NSDL, amount: hers });
        j.tell(Fact::StrangerPassed { action, inward: 1, place: PLACE, depository: NSDL, amount: his, under });
        j.tell(Fact::BenefitShared { action });
    }
    j.tell(Fact::ThirdPartyShares { inward: 2, place: PLACE, security: STEEL, qty: Qty(held) });
    let claims = Claims { client_balances: vec![(BALA, rs("3.00"))], accounts: vec![(21, 1, Paise(-part))], ..the_claims() };
    let of = |line: &String| ["benefit", "third-party", "account 21", "account 35"].iter().any(|word| line.contains(word));
    read(&j.facts, &claims).into_iter().filter(of).collect()
}

#[test]
fn what_third_partys_shares_bring_is_his_and_is_held_for_him() {
    assert_eq!(strangers(5, 501, 3), Vec::<String>::new());
    let lines = strangers(4, 501, 3);
    assert!(lines.iter().any(|l| l.contains("third-party shares 1") && l.contains("should be 5 shares, is 4")), "{lines:?}");
    let lines = strangers(5, 400, 3);
    assert!(lines.iter().any(|l| l.contains("the part of third-party shares 1") && l.contains("should be 5.00, is 4.00")), "{lines:?}");
    let lines = strangers(5, 501, 2);
    assert!(lines.iter().any(|l| l.contains("third-party shares 2") && l.contains("should be 3 shares, is 2")), "{lines:?}");
}
