//! A day worked out by hand, and what is found when something in it is wrong.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::wildcard_enum_match_arm)]

mod benefits;
mod charges;
mod margin;
mod planted;
mod short;

use crate::*;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use rulebook::{Confidence, EVERYWHERE, Rule, RuleName};
use vocab::*;

const HOUSE: ClientRow = ClientRow(0);
const ASHA: ClientRow = ClientRow(1);
const BALA: ClientRow = ClientRow(2);
const STEEL: SecurityRow = SecurityRow(0);
const TEA: SecurityRow = SecurityRow(1);
const FIRST: SettlementRow = SettlementRow(0);

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A Thursday; Friday is Muharram, so the pay-in is on Monday the 29th.
fn thursday() -> Day {
    day("2026-06-25")
}

fn monday() -> Day {
    day("2026-06-29")
}

fn rs(text: &str) -> Paise {
    Paise::parse(text).unwrap()
}

fn rate(text: &str) -> i64 {
    Rate::parse(text).unwrap().0
}

fn state(text: &str) -> StateCode {
    StateCode::parse(text).unwrap()
}

fn rule(name: RuleName, scope: StateCode, value: i64, extra: i64) -> Rule {
    Rule {
        name,
        scope,
        from: Day(0),
        to: None,
        value,
        extra,
        confidence: Confidence::High,
        source: Box::from("worked by hand"),
        paragraph: Box::from(""),
        note: Box::from(""),
    }
}

/// The rates of June 2026, and nothing for taxes that are gone.
fn rules() -> Vec<Rule> {
    let rows = [
        (RuleName::SttDeliveryBuy, rate("0.001")),
        (RuleName::SttDeliverySell, rate("0.001")),
        (RuleName::SttIntradaySell, rate("0.00025")),
        (RuleName::StampRegime, 1),
        (RuleName::StampDeliveryBuy, rate("0.00015")),
        (RuleName::StampIntradayBuy, rate("0.00003")),
        (RuleName::ExchangeChargeNse, rate("0.000030699")),
        (RuleName::InvestorProtectionNse, rate("0.000000001")),
        (RuleName::SebiTurnoverFee, rate("0.000001")),
        (RuleName::Gst, rate("0.18")),
        (RuleName::TaxBase, 2),
        (RuleName::ServiceTax, 0),
        (RuleName::EducationCess, 0),
        (RuleName::HigherEducationCess, 0),
        (RuleName::SwachhBharatCess, 0),
        (RuleName::KrishiKalyanCess, 0),
        (RuleName::BrokerageCap, rate("0.025")),
        (RuleName::BrokerageCapPerShare, 25),
        (RuleName::SettlementCycle, 1),
        (RuleName::IntermediaryTax, 0),
    ];
    rows.into_iter().map(|(name, value)| rule(name, EVERYWHERE, value, 0)).collect()
}

/// Facts in the order they are told, one entry each.
struct Journal {
    facts: Vec<Told>,
    day: Day,
}

impl Journal {
    fn new() -> Journal {
        Journal { facts: Vec::new(), day: thursday() }
    }

    fn tell(&mut self, fact: Fact) -> EntryNo {
        let entry = EntryNo(u64::try_from(self.facts.len()).unwrap() + 1);
        self.facts.push(Told { entry, day: self.day, fact });
        entry
    }

    fn open(&mut self) {
        self.tell(Fact::FirmOpened { state: state("MH"), capital: rs("10,00,000") });
        for rule in rules() {
            self.tell(Fact::RuleAdopted(rule));
        }
        self.tell(Fact::HolidayAdded { day: day("2026-06-26") });
        for (client, ucc, home) in [(HOUSE, "HOUSE", "MH"), (ASHA, "ASHA", "MH"), (BALA, "BALA", "KA")] {
            let (ucc, state) = (Ucc::parse(ucc).unwrap(), state(home));
            self.tell(Fact::ClientOpened { client, ucc, own: client == HOUSE, institution: false, state });
        }
        for (power, client) in [(1, ASHA), (2, BALA)] {
            self.tell(Fact::PowerGiven { power, client });
        }
        for (client, plain) in [(ASHA, "0.003"), (BALA, "0.0005")] {
            let slabs = vec![Slab::plain(Rate(rate(plain)))];
            self.tell(Fact::PlanSet { client, from: thursday(), slabs });
        }
        let (trade_day, pay_in, kind) = (thursday(), monday(), SettlementKind::Normal);
        self.tell(Fact::SettlementScheduled { home: Venue::Nse, settlement: FIRST, kind, trade_day, pay_in, pay_out: pay_in });
        self.tell(Fact::DayBegan { day: thursday() });
        self.tell(Fact::Receipt { client: ASHA, amount: rs("1,00,000") });
        self.shares(BALA, STEEL, (0, 1), 100, None);
    }

    /// An order that trades once and is filled.
    fn deal(&mut self, number: u64, client: ClientRow, security: SecurityRow, side: Side, qty: i64, price: &str) {
        let (order, trade, settlement) = (OrderNo(number), TradeNo(7_000 + number), FIRST);
        let (qty, price, day) = (Qty(qty), Price::parse(price).unwrap(), thursday());
        self.tell(Fact::OrderPlaced { order, client, security, side, same_day: false });
        self.tell(Fact::Traded { trade, order, client, security, side, qty, price, settlement, day });
        self.tell(Fact::OrderClosed { order });
    }

    fn bill(&mut self, client: ClientRow, note: u32) {
        let (note, year) = (NoteNo(note), FinancialYear(2026));
        self.tell(Fact::Billed { settlement: FIRST, client, note, year });
    }

    fn pay(&mut self, number: u64, kind: PaymentKind, amount: &str, owner: u32) {
        let (payment, amount, settlement) = (PaymentNo(number), rs(amount), Some(FIRST));
        self.tell(Fact::PaymentAsked { payment, kind, amount, owner, settlement });
        self.tell(Fact::PaymentDone { payment });
    }

    fn clearing(&mut self, head: ClearingHead, amount: &str) {
        self.tell(Fact::ClearingMoney { settlement: FIRST, head, amount: rs(amount) });
    }

    fn shares(&mut self, client: ClientRow, security: SecurityRow, path: (u8, u8), qty: i64, of: Option<SettlementRow>) {
        let (from, to) = path;
        self.tell(Fact::SharesMoved { client, security, from, to, qty: Qty(qty), settlement: of });
    }

    /// Where a fact stands that the test wants to change.
    fn position(&self, of: impl Fn(&Fact) -> bool) -> usize {
        self.facts.iter().position(|told| of(&told.fact)).unwrap()
    }

    fn at(&mut self, of: impl Fn(&Fact) -> bool) -> &mut Told {
        let at = self.position(of);
        self.facts.get_mut(at).unwrap()
    }
}

/// Asha buys 100 steel at 799.55 and turns 50 tea around within the day; Bala sells 60 steel at 800.00.
///
/// Asha, of the firm's state, 0.3 %:
///   steel bought 79,955.00; tea bought 5,000.00, sold 5,075.00; turnover 90,030.00; payable for shares 79,880.00
///   brokerage    239.865 -> 239.87, 15.00, 15.225 -> 15.23: 270.10
///   exchange     90,030.00 x 0.0030699 % = 2.7638 -> 2.76; investor protection 0.00009 -> nil
///   SEBI         0.09003 -> 0.09
///   GST          18 % of 272.95 = 49.131 -> 49.13, split 24.57 + 24.56
///   STT          79.955 on delivery + 1.26875 on the intraday sale = 81.22 -> 81
///   stamp        11.99325 on delivery + 0.15 on the intraday purchase = 12.14 -> 12
///   bill         79,880.00 + 415.08 = 80,295.08 against her
/// Bala, of another state, 0.05 %:
///   steel sold 48,000.00; brokerage 24.00; exchange 1.4736 -> 1.47; SEBI 0.048 -> 0.05
///   GST          18 % of 25.52 = 4.5936 -> 4.59, integrated; STT 48; stamp nil for a seller
///   bill         48,000.00 - 78.11 = 47,921.89 in his favour
/// The firm owes 31,880.00 for 40 steel net, and levies of 129 + 12 = 141.00.
fn the_day() -> Journal {
    let mut j = Journal::new();
    j.open();
    j.deal(1, ASHA, STEEL, Side::Buy, 100, "799.55");
    j.deal(2, BALA, STEEL, Side::Sell, 60, "800.00");
    j.deal(3, ASHA, TEA, Side::Buy, 50, "100.00");
    j.deal(4, ASHA, TEA, Side::Sell, 50, "101.50");
    j.bill(ASHA, 1);
    j.bill(BALA, 2);
    j.shares(BALA, STEEL, (1, 2), 60, Some(FIRST));
    j.day = monday();
    j.tell(Fact::DayBegan { day: monday() });
    j.pay(1, PaymentKind::PayInFromClients, "32,021", 0);
    j.clearing(ClearingHead::PayIn, "31,880");
    j.clearing(ClearingHead::Levies, "141");
    j.tell(Fact::BillClosed { settlement: FIRST, client: ASHA });
    j.tell(Fact::BillClosed { settlement: FIRST, client: BALA });
    j.shares(ASHA, STEEL, (5, 1), 40, Some(FIRST));
    // Bala's 60 go to Asha, who bought them from him through the exchange.
    j.shares(BALA, STEEL, (2, 5), 60, Some(FIRST));
    j.shares(ASHA, STEEL, (5, 1), 60, Some(FIRST));
    j.pay(2, PaymentKind::ToClient, "47,921.89", BALA.0);
    // Brokerage and dues: 322.08 of Asha's bill, 30.11 of Bala's.
    j.pay(3, PaymentKind::Sweep, "352.19", 0);
    j.tell(Fact::Swept { day: monday() });
    j.day = day("2026-06-30");
    j.tell(Fact::SettlementDone { settlement: FIRST });
    j.tell(Fact::DayBegan { day: day("2026-06-30") });
    j.day = day("2026-07-01");
    j.tell(Fact::DayBegan { day: day("2026-07-01") });
    j
}

fn note(number: u32, client: ClientRow, charges: &[(u8, &str)], net: &str) -> NoteClaim {
    NoteClaim {
        year: FinancialYear(2026),
        note: NoteNo(number),
        client,
        settlement: FIRST,
        charges: charges.iter().map(|(head, amount)| (*head, rs(amount))).collect(),
        net: rs(net),
    }
}

/// Where one exchange alone is dealt on, all stands in its set.
fn of_first(accounts: &[(u8, u32, Paise)]) -> Vec<(Venue, u8, Paise)> {
    accounts.iter().map(|(account, _, amount)| (Venue::Nse, *account, *amount)).collect()
}

/// What the firm's books must say after [`the_day`].
fn the_claims() -> Claims {
    let asha = [(1, "270.10"), (2, "2.76"), (4, "0.09"), (5, "49.13"), (12, "81"), (13, "12")];
    let bala = [(1, "24.00"), (2, "1.47"), (4, "0.05"), (6, "4.59"), (12, "48")];
    // Banks: 1,00,000.00 - 32,021.00 - 47,921.89 - 352.19 is left for clients, and it is Asha's to the paisa.
    let accounts = [
        (1, "19,704.92"),
        (3, "10,00,352.19"),
        (50, "-10,00,000"),
        (20, "-19,704.92"),
        (40, "-294.10"),
        (24, "-4.23"),
        (25, "-0.14"),
        (27, "-24.57"),
        (28, "-24.56"),
        (29, "-4.59"),
    ];
    let accounts: Vec<_> = accounts.into_iter().map(|(account, amount)| (account, 0, rs(amount))).collect();
    assert_eq!(accounts.iter().map(|(.., amount)| *amount).sum::<Paise>(), Paise::ZERO, "worked out in balance");
    Claims {
        client_balances: vec![(ASHA, rs("19,704.92")), (BALA, Paise::ZERO)],
        sets: of_first(&accounts),
        accounts,
        notes: vec![note(1, ASHA, &asha, "-80,295.08"), note(2, BALA, &bala, "47,921.89")],
        obligations: vec![ObligationClaim { settlement: FIRST, funds: rs("-31,880"), rows: vec![(STEEL, Qty(40))] }],
        holdings: vec![
            (BALA, STEEL, 0, Qty(-100)),
            (BALA, STEEL, 1, Qty(40)),
            (BALA, STEEL, 5, Qty(60)),
            (ASHA, STEEL, 1, Qty(100)),
            (ASHA, STEEL, 5, Qty(-100)),
        ],
        pay_in_days: vec![(FIRST, monday())],
        placed: Paise::ZERO,
        undrawn: Paise::ZERO,
    }
}

/// Findings as a person reads them, without the entries they point to.
fn read(facts: &[Told], claims: &Claims) -> Vec<String> {
    let claims = &Claims { sets: of_first(&claims.accounts), ..claims.clone() };
    read_sets(facts, claims)
}

/// As [`read`], where the claims say themselves what stands in each set of books.
fn read_sets(facts: &[Told], claims: &Claims) -> Vec<String> {
    audit(facts, claims).iter().map(|found| Finding { entry: None, ..*found }.to_string()).collect()
}

#[test]
fn the_hand_worked_day_has_no_findings() {
    assert_eq!(read(&the_day().facts, &the_claims()), Vec::<String>::new());
}

#[test]
fn a_firm_that_did_nothing_claims_nothing() {
    let nothing = Claims {
        client_balances: vec![],
        accounts: vec![],
        sets: vec![],
        notes: vec![],
        obligations: vec![],
        holdings: vec![],
        pay_in_days: vec![],
        placed: Paise::ZERO,
        undrawn: Paise::ZERO,
    };
    assert_eq!(audit(&[], &nothing), []);
    let unexplained = Claims { accounts: vec![(3, 0, rs("1"))], ..nothing };
    assert_eq!(read(&[], &unexplained), ["balance of OB, owner 0: should be 0.00, is 1.00"]);
}
