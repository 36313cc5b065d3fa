//! A world with one member, two clients and two securities, and words to play it with.

use vocab::{
    BankAccount, Board, Code, Day, DematAccount, Depository, Isin, Moment, OrderKind, OrderNo, Paise, Price, Qty, Rate,
    SettlementKind, Side, Symbol, TimeOfDay, Ucc, Validity, Corporation, Venue,
};
use world::{
    AccountNo, Cycle, DaySheet, DematNo, FirmBankAccount, FirmDemat, FromFirm, FromPeople, Hours, Link, Odds, Phases, Sender, Sent,
    SettlementRef, SheetRow, Terms, ToFirm, World,
};

pub const INFY: &str = "INE009A01021";
pub const TCS: &str = "INE467B01029";
pub const POOL: &str = "IN30000000000001";
pub const PRINCIPAL: &str = "1200000000000001";
pub const CLEARING: &str = "IN30000000000099";
pub const CLEARING_CDSL: &str = "1200000000000099";
pub const ASHA: &str = "IN30000000000010";
pub const BALU: &str = "1200000000000010";

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn at(text: &str) -> Moment {
    let (date, time) = text.split_once(' ').unwrap();
    day(date) + TimeOfDay::parse(time).unwrap()
}

pub fn isin(text: &str) -> Isin {
    Isin::parse(text).unwrap()
}

pub fn code<const N: usize>(text: &str) -> Code<N> {
    Code::parse(text).unwrap()
}

pub fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

pub fn normal(number: u32) -> SettlementRef {
    SettlementRef { corporation: Corporation::Nscl, kind: SettlementKind::Normal, number }
}

pub fn terms() -> Terms {
    let bank = |account, number: &str, rupees| FirmBankAccount {
        account,
        number: code(number),
        opening: Paise::rupees(rupees),
    };
    let demat = |account, depository, number: &str| FirmDemat { account, depository, number: code(number) };
    Terms {
        member: code("90001"),
        first_day: day("2026-07-01"),
        holidays: vec![day("2026-07-06")],
        sessions: std::collections::BTreeMap::new(),
        bank: vec![
            bank(BankAccount::Client, "CB1", 0),
            bank(BankAccount::Settlement, "SB1", 1_000_000),
            bank(BankAccount::Own, "OB1", 500_000),
        ],
        demat: vec![
            demat(DematAccount::Pool, Depository::Nsdl, POOL),
            demat(DematAccount::Pool, Depository::Cdsl, "1200000000000002"),
            demat(DematAccount::Principal, Depository::Cdsl, PRINCIPAL),
            demat(DematAccount::ClientBeneficiary, Depository::Nsdl, "IN30000000000002"),
        ],
        clearing_nsdl: code(CLEARING),
        clearing_cdsl: code(CLEARING_CDSL),
        hours: Hours::usual(),
        phases: Phases::none(),
        cycle: Cycle { days: 1, final_obligation_day: 1, final_obligation: TimeOfDay::hms(8, 15, 0), auction_day: 0, auction_settlement_day: 1 },
        moved: None,
        auction_band: Rate::parse("0.1").unwrap(),
        close_out_over: Rate::parse("0.2").unwrap(),
        odds: Odds::NEVER,
        disclosed_least: Rate(Rate::WHOLE.0 / 10),
        street_activity: 4,
        knots: world::Knots::USUAL,
        second: None,
        looks: 0,
        penalties: None,
    }
}

pub fn sheet_row(symbol: &str, isin_text: &str, open: &str, high: &str, low: &str, close: &str) -> SheetRow {
    let prev = price(open);
    SheetRow {
        symbol: code(symbol),
        isin: isin(isin_text),
        prev_close: prev,
        open: prev,
        high: price(high),
        low: price(low),
        close: price(close),
        band_low: prev.moved(Rate::parse("-0.1").unwrap()),
        band_high: prev.moved(Rate::parse("0.1").unwrap()),
        tick: price("0.05"),
        volume: Qty(50_000),
        rated: None,
        board: Board::Regular,
        flexes: false,
        gross: false,
        moved: false,
    }
}

pub fn sheet(day: Day, flat: bool) -> DaySheet {
    let securities = vec![
        sheet_row("TCS", TCS, "3000", "3080.50", "2950", "3010"),
        sheet_row("INFY", INFY, "800", "820", "790.05", "805"),
    ];
    DaySheet { venue: Venue::Nse, day, securities, flat, fell: Rate::ZERO }
}

pub struct Stage {
    pub world: World,
    /// Everything the world said, as it was said.
    pub sent: Vec<Sent>,
    read: usize,
    orders: u64,
}

impl Stage {
    /// Sheets for the first days, client codes, demat accounts and a person's bank account.
    pub fn open(terms: Terms, seed: u64, flat: bool) -> Stage {
        let first = terms.first_day;
        let mut it = Stage { world: World::new(terms, seed).unwrap(), sent: Vec::new(), read: 0, orders: 0 };
        for message in cast(first, flat) {
            it.people(it.world.now(), &message);
        }
        it
    }

    /// The same without any sheet.
    pub fn bare(terms: Terms, seed: u64) -> Stage {
        let first = terms.first_day;
        let mut it = Stage { world: World::new(terms, seed).unwrap(), sent: Vec::new(), read: 0, orders: 0 };
        for message in cast(first, false).iter().filter(|m| !matches!(m, FromPeople::DaySheet(_))) {
            it.people(it.world.now(), message);
        }
        it
    }

    pub fn firm(&mut self, at: Moment, message: &FromFirm) {
        self.world.receive(at, Sender::Firm, &message.encode(), &mut self.sent).unwrap();
    }

    pub fn people(&mut self, at: Moment, message: &FromPeople) {
        self.world.receive(at, Sender::People, &message.encode(), &mut self.sent).unwrap();
    }

    pub fn until(&mut self, text: &str) -> Vec<ToFirm> {
        self.world.advance(at(text), &mut self.sent);
        self.heard()
    }

    /// What the firm has not read yet, all links in the order said; prices of the day and schedules left out.
    pub fn heard(&mut self) -> Vec<ToFirm> {
        let fresh = self.sent[self.read..].iter().map(|s| ToFirm::decode(&s.bytes).unwrap());
        let fresh = fresh.filter(|m| {
            !matches!(
                m,
                ToFirm::Holdings { .. } | ToFirm::HoldingsWhole { .. } | ToFirm::Bhavcopy { .. } | ToFirm::Schedule { .. } | ToFirm::BankStatement { .. }
                | ToFirm::BankLines { .. }
            )
        });
        let fresh = fresh.collect();
        self.read = self.sent.len();
        fresh
    }

    pub fn all(&self) -> Vec<ToFirm> {
        self.sent.iter().map(|s| ToFirm::decode(&s.bytes).unwrap()).collect()
    }

    /// Send a day order and give what was answered at once.
    pub fn limit(&mut self, time: &str, ucc: &str, side: Side, symbol: &str, qty: i64, at_price: &str) -> Vec<ToFirm> {
        self.orders += 1;
        let message = order(self.orders, ucc, side, symbol, qty, at_price);
        self.until(time);
        self.firm(at(time), &message);
        self.heard()
    }

    /// Buy or sell at the market, which a flat street always fills for small quantities.
    pub fn market(&mut self, time: &str, side: Side, symbol: &str, qty: i64) -> Vec<ToFirm> {
        self.orders += 1;
        let mut message = order(self.orders, "ASHA", side, symbol, qty, "0");
        if let FromFirm::NewOrder { kind, .. } = &mut message {
            *kind = OrderKind::Market;
        }
        self.until(time);
        self.firm(at(time), &message);
        self.heard()
    }

    pub fn demat(&self, account: &str, isin_text: &str) -> i64 {
        self.world.demat_balance(code(account), isin(isin_text)).0
    }

    pub fn settlement_account(&self) -> Paise {
        self.world.bank_balance(BankAccount::Settlement)
    }

    /// The laws that hold at any time.
    pub fn check_laws(&self) {
        let (there, brought) = self.world.money();
        assert_eq!(there, brought, "money is moved, never made");
        for (isin, held, endowed) in self.world.shares() {
            assert_eq!(held, endowed, "{isin}: shares are moved, never made");
        }
        for s in &self.sent {
            let message = ToFirm::decode(&s.bytes).unwrap();
            assert_eq!(message.encode()[..], s.bytes[..], "one message has one encoding");
        }
        for link in Link::ALL {
            let mut last = Moment(i64::MIN);
            let said: Vec<&Sent> = self.sent.iter().filter(|s| s.link == link).collect();
            for (n, s) in said.iter().zip(1..).map(|(s, n)| (n, *s)) {
                assert_eq!(s.seq, n, "numbers have no gaps");
                assert!(s.due > s.sent_at && s.due >= last, "in order, and never at once");
                last = s.due;
            }
            assert!(self.world.resend(link, 1).eq(said), "what was said is kept");
        }
    }
}

pub fn order(number: u64, ucc: &str, side: Side, symbol: &str, qty: i64, at_price: &str) -> FromFirm {
    FromFirm::NewOrder {
        venue: Venue::Nse,
        order: OrderNo(number),
        ucc: code::<10>(ucc) as Ucc,
        own: false,
        symbol: code::<12>(symbol) as Symbol,
        side,
        kind: OrderKind::Limit,
        validity: Validity::Day,
        price: price(at_price),
        trigger: Price::ZERO,
        qty: Qty(qty),
        disclosed: Qty::ZERO,
        terminal: 111_111_111_111_100,
    }
}

pub fn cast(first: Day, flat: bool) -> Vec<FromPeople> {
    let mut all: Vec<FromPeople> =
        (0..25).map(|n| FromPeople::DaySheet(sheet(first.plus(n), flat))).collect();
    for ucc in ["ASHA", "BALU"] {
        all.push(FromPeople::RegisterCode { ucc: code(ucc) });
    }
    for (account, depository) in [(ASHA, Depository::Nsdl), (BALU, Depository::Cdsl)] {
        all.push(FromPeople::OpenDemat { account: code(account), depository, firm_may_see: true });
    }
    for (account, isin_text) in [(ASHA, INFY), (ASHA, TCS), (BALU, INFY)] {
        all.push(FromPeople::Endow { account: code(account), isin: isin(isin_text), qty: Qty(500) });
    }
    all.push(FromPeople::OpenBankAccount {
        account: code::<20>("ASHA-SB") as AccountNo,
        name: "Asha Rao".to_owned(),
        balance: Paise::rupees(200_000),
    });
    all
}

pub fn pool_move(number: u64, from: &str, to: &str, isin_text: &str, qty: i64, settlement: Option<u32>) -> FromFirm {
    let depository = if from.starts_with("IN") { Depository::Nsdl } else { Depository::Cdsl };
    FromFirm::Move {
        transfer: vocab::TransferNo(number),
        depository,
        from: code::<16>(from) as DematNo,
        to: code(to),
        symbol_isin: isin(isin_text),
        qty: Qty(qty),
        settlement: settlement.map(normal),
    }
}
