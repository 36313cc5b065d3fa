//! Lines that brokers printed on real contract notes, worked out again with our arithmetic.
//!
//! `reference` finds the cases, and skips a test without them. Cases whose figures somebody made up are not used.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::wildcard_enum_match_arm)]

use charges::{Dealt, Head, Place, bill};
use rulebook::Rulebook;
use std::collections::BTreeMap;
use std::fs;
use vocab::{Day, Paise, Price, Qty, Rate, Rounding, StateCode};

/// The cases by their id, or nothing where the data folder is not there.
fn cases(test: &str) -> Option<BTreeMap<String, Json>> {
    let file = "contract-notes/cases.json";
    let path = reference::folder(&format!("charges::{test}"), file)?.join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let list = Json::read(&text).get("cases").list().to_vec();
    Some(list.into_iter().map(|case| (case.get("id").text().to_owned(), case)).collect())
}

/// As much of JSON as the cases use.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Text(String),
    /// Numbers, `true`, `false`, `null`: as they are written.
    Word(String),
    List(Vec<Json>),
    Map(BTreeMap<String, Json>),
}

impl Json {
    fn read(text: &str) -> Json {
        let mut chars = text.chars().peekable();
        let json = value(&mut chars);
        space(&mut chars);
        assert!(chars.next().is_none(), "one value and nothing behind it");
        json
    }

    fn get(&self, name: &str) -> &Json {
        match self {
            Json::Map(map) => map.get(name).unwrap_or_else(|| panic!("no `{name}` in {self:?}")),
            _ => panic!("{self:?} has no fields"),
        }
    }

    fn list(&self) -> &[Json] {
        match self {
            Json::List(list) => list,
            _ => panic!("{self:?} is no list"),
        }
    }

    fn text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            Json::Word(word) => word,
            _ => panic!("{self:?} is no text"),
        }
    }

    /// A printed sum of a case.
    fn printed(&self, name: &str) -> Paise {
        Paise::parse(self.get("printed").get(name).text()).unwrap()
    }
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn space(chars: &mut Chars<'_>) {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
}

fn expect(chars: &mut Chars<'_>, wanted: char) {
    space(chars);
    assert_eq!(chars.next(), Some(wanted));
}

fn value(chars: &mut Chars<'_>) -> Json {
    space(chars);
    match chars.peek() {
        Some('"') => Json::Text(quoted(chars)),
        Some('[') => Json::List(members(chars, ']', value)),
        Some('{') => Json::Map(members(chars, '}', field).into_iter().collect()),
        _ => {
            let mut word = String::new();
            while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || "+-.".contains(*c)) {
                word.push(c);
            }
            assert!(!word.is_empty(), "a value");
            Json::Word(word)
        }
    }
}

fn field(chars: &mut Chars<'_>) -> (String, Json) {
    space(chars);
    let name = quoted(chars);
    expect(chars, ':');
    (name, value(chars))
}

fn members<T>(chars: &mut Chars<'_>, close: char, one: impl Fn(&mut Chars<'_>) -> T) -> Vec<T> {
    chars.next();
    let mut all = Vec::new();
    loop {
        space(chars);
        if chars.next_if_eq(&close).is_some() {
            return all;
        }
        if !all.is_empty() {
            expect(chars, ',');
        }
        all.push(one(chars));
    }
}

fn quoted(chars: &mut Chars<'_>) -> String {
    expect(chars, '"');
    let mut text = String::new();
    loop {
        match chars.next().expect("a text ends") {
            '"' => return text,
            '\\' => text.push(match chars.next().expect("an escaped sign") {
                'n' => '\n',
                't' => '\t',
                'u' => {
                    let digits: String = chars.by_ref().take(4).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap_or('?')
                }
                other => other,
            }),
            c => text.push(c),
        }
    }
}

fn rate(text: &str) -> Rate {
    Rate::parse(text).unwrap()
}

fn is_real(case: &Json) -> bool {
    let status = case.get("status").text();
    status.starts_with("real") || status == "official_example"
}

/// GST as `bill` charges it on a taxable value: central and state tax within the state, else integrated.
fn gst(taxable: Paise, firm: &str, day: &str) -> Paise {
    let place = Place { client: StateCode::parse("MH").unwrap(), firm: StateCode::parse(firm).unwrap() };
    let lines = bill(&built_in(), &[], Paise::ZERO, taxable, place, Day::parse(day).unwrap()).unwrap();
    let taxes = [Head::StateAndCentralGst, Head::IntegratedGst];
    lines.iter().filter(|line| taxes.contains(&line.head)).map(|line| line.amount).sum()
}

fn built_in() -> Rulebook {
    let mut book = Rulebook::default();
    for rule in files::rulebook::read_rulebook(files::rulebook::built_in()).unwrap() {
        book.adopt(rule).unwrap();
    }
    book
}

#[test]
fn the_net_of_a_printed_note_is_the_sum_of_its_lines() {
    let Some(cases) = cases("the_net_of_a_printed_note_is_the_sum_of_its_lines") else { return };
    let case = &cases["zerodha-eq-delivery-buy-layout"];
    assert!(is_real(case));
    let taxed = ["brokerage_taxable_value", "exchange_transaction_charges", "sebi_turnover_fees"];
    let taxable: Paise = taxed.iter().map(|name| case.printed(name)).sum();
    assert_eq!(taxable, Paise(72));
    let tax = gst(taxable, "KA", "2026-07-01");
    assert_eq!(tax, case.printed("igst_18"), "0.1296 is 0.13");
    let levies = case.printed("stt") + case.printed("stamp_duty");
    assert_eq!(levies.0 % 100, 0, "both in whole rupees");
    let net = case.printed("pay_in_pay_out_obligation") - taxable - tax - levies;
    assert_eq!(net, case.printed("net_receivable_payable"));
    assert_eq!(net, Paise(-20_443_10));
}

/// A note of another segment: its taxes are figured as ours are.
#[test]
fn the_tax_and_total_of_a_commodity_note_re_add() {
    let Some(cases) = cases("the_tax_and_total_of_a_commodity_note_re_add") else { return };
    let case = &cases["zerodha-2026-08-05-mcx-silver100-spread"];
    assert!(is_real(case));
    let taxed = ["brokerage", "exchange_transaction_charges", "sebi_turnover_fees"];
    let taxable: Paise = taxed.iter().map(|name| case.printed(name)).sum();
    let tax = gst(taxable, "KA", case.get("trade_date").text());
    assert_eq!((tax, Paise(2_68)), (case.printed("gst_18"), case.printed("gst_18")), "2.6766 is 2.68");
    assert_eq!(taxable + tax + case.printed("ctt"), case.printed("total"));
    assert_eq!(case.printed("total"), Paise(19_83));
}

/// Printed 1.88 + 1.88 = 3.76 beside a debit of 3.75: the tax is rounded once, each half prints by itself.
#[test]
fn the_three_rupees_seventy_five_are_explained() {
    let Some(cases) = cases("the_three_rupees_seventy_five_are_explained") else { return };
    let case = &cases["unnamed-broker-eq-delivery-gst-rounding"];
    assert!(is_real(case));
    let taxable = Paise(20_85);
    let debited = gst(taxable, "MH", "2026-07-01");
    assert_eq!((debited, debited), (case.printed("gst_debited"), Paise(3_75)));
    let half = rate("0.09").of(taxable, Rounding::NearestPaisa);
    assert_eq!((half, half), (case.printed("cgst_printed"), case.printed("sgst_printed")));
    assert_eq!(half + half, debited + Paise(1), "what prints is a paisa more than what is debited");
    let exact = Rate::WHOLE.0 as i128 * 37_530 / 100;
    assert_eq!(rate("0.18").of_exact(taxable), exact, "3.7530 before it is rounded");
    assert_eq!(debited.halves(), (Paise(1_88), Paise(1_87)), "the books split what was debited");
}

#[test]
fn the_broker_s_own_example_of_the_transaction_tax_is_reproduced() {
    let Some(cases) = cases("the_broker_s_own_example_of_the_transaction_tax_is_reproduced") else { return };
    let case = &cases["zerodha-official-stt-example"];
    assert!(is_real(case));
    let home = StateCode::parse("MH").unwrap();
    let place = Place { client: home, firm: home };
    for (trade, printed) in case.get("trades").list().iter().zip(["stt_buy", "stt_sell"]) {
        let qty = Qty(trade.get("quantity").text().parse().unwrap());
        let value = Price::parse(trade.get("price").text()).unwrap().value(qty, Rounding::NearestPaisa);
        let none = Dealt { buy_qty: Qty::ZERO, buy_value: Paise::ZERO, sell_qty: Qty::ZERO, sell_value: Paise::ZERO };
        let dealt = match trade.get("side").text() {
            "BUY" => Dealt { buy_qty: qty, buy_value: value, ..none },
            _ => Dealt { sell_qty: qty, sell_value: value, ..none },
        };
        for day in ["2017-07-03", "2020-07-01", "2026-07-01"] {
            let lines = bill(&built_in(), &[dealt], Paise::ZERO, Paise::ZERO, place, Day::parse(day).unwrap()).unwrap();
            let stt = lines.iter().find(|line| line.head == Head::Stt).expect("a line of its own");
            assert_eq!(stt.amount, case.printed(printed), "{printed} on {day}");
        }
    }
    assert_eq!((case.printed("stt_buy"), case.printed("stt_sell")), (Paise(50_00), Paise(53_00)));
}

/// What is judged above is what somebody printed; what somebody computed is in the file and stays unused.
#[test]
fn made_up_cases_are_known_and_unused() {
    let Some(cases) = cases("made_up_cases_are_known_and_unused") else { return };
    let made_up: Vec<&str> = cases.iter().filter(|(_, case)| !is_real(case)).map(|(id, _)| id.as_str()).collect();
    assert_eq!(made_up, ["shreenexa-dhan-sample"]);
    // Five others: four judged above, and one that holds an estimate of an interface, no note.
    assert_eq!(cases.len(), 6);
    assert!(cases["kite-virtual-contract-note"].get("note").text().contains("not a note"));
}
