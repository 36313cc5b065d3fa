//! A firm in memory, set up as a firm is: every fact comes from a person's ask or the world's report.

use firm::{
    AsOf, BankRef, Command, Event, Events, Firm, Head, HeldAt, HouseAccount, Place, Refusal, Report, Role, ScheduleRow, SettlementKey, Source, StatementLine,
};
use market::Terms;
use risk::{ClientLimits, UserLimits};
use stdx::Lots;
use vocab::{
    AccountToken, Agreement, BankAccount, Board, Channel, ClientKind, ClientRow, Code, Day, DematAccount, Depository, EntryNo, Evidence,
    Isin, Moment, OrderKind, Paise, PanToken, Phase, Price, Product, Qty, Rate, SecurityRow, SettlementKind, Slab, Side, StateCode, Symbol,
    TimeOfDay, Ucc, UserRow, Validity, VaultRef, Corporation, Venue,
};

/// Securities that trade, the rows from 0.
pub const SECURITIES: u32 = 10;
/// Two principals come first, then each client's own login.
const FIRST_LOGIN: u32 = 2;
const STATES: [&str; 6] = ["MH", "GJ", "KA", "DL", "TN", "WB"];
/// Lines of one statement.
const PART: usize = 2_000;
const DEPOSIT: Paise = Paise::rupees(500_000_000);
const HELD: Qty = Qty(10_000_000);

fn monday() -> Day {
    Day::parse("2026-06-22").expect("a date")
}

/// The security of which a client holds shares.
pub fn home(client: ClientRow) -> SecurityRow {
    SecurityRow(client.0 % SECURITIES)
}

/// The login of a client.
pub fn login(client: ClientRow) -> UserRow {
    UserRow(client.0 + FIRST_LOGIN)
}

/// The firm, and the one buffer its entries are made in.
pub struct Stage {
    pub firm: Firm,
    pub events: Events,
    entry: u64,
    now: Moment,
}

impl Stage {
    /// A firm on a trading day with its session open, and `clients` who may trade: each with money, a
    /// running account, and shares of one security.
    pub fn open(clients: u32) -> Stage {
        let now = monday() + TimeOfDay::hms(8, 0, 0);
        let mut stage = Stage { firm: Firm::new(), events: Events::new(), entry: 0, now };
        stage.found();
        let all: Vec<_> = (0..clients).map(ClientRow).collect();
        for part in all.chunks(PART) {
            for client in part {
                stage.onboard(*client);
            }
            stage.state_deposits(part);
        }
        stage.hold(clients);
        stage.ask(UserRow(0), &Command::BeginDay { day: monday() });
        while stage.firm.job().is_some() {
            stage.step();
        }
        stage.report(Source::Nse, &Report::Phase { venue: Venue::Nse, day: monday(), board: None, phase: Phase::Continuous });
        stage
    }

    pub fn day(&self) -> Day {
        monday()
    }

    /// The head of the entry that is being made, a microsecond after the one before.
    #[inline]
    pub fn head(&mut self, source: Source) -> Head {
        self.entry += 1;
        self.now = Moment(self.now.0 + 1);
        let sequence = if source == Source::Itself { 0 } else { self.firm.heard(source) + 1 };
        Head { entry: EntryNo(self.entry), source, sequence, at: self.now }
    }

    /// The moment of the entry that [`Stage::head`] would begin.
    #[inline]
    pub fn as_of(&self) -> AsOf {
        AsOf { now: Moment(self.now.0 + 1) }
    }

    /// Make the decided events state: one entry.
    #[inline]
    pub fn enter(&mut self, source: Source) -> Head {
        let head = self.head(source);
        enter(&mut self.firm, &head, self.events.list(), self.events.text());
        head
    }

    /// Decide on an ask and enter what follows; a refusal is a bug of the benchmark.
    pub fn ask(&mut self, by: UserRow, command: &Command) -> Head {
        self.events.clear();
        let as_of = self.as_of();
        let decided = self.firm.decide(by, command, &as_of, &mut self.events);
        decided.unwrap_or_else(|refusal| refused(command, &refusal));
        self.enter(Source::People)
    }

    /// As [`Stage::ask`], by both principals.
    fn ask_both(&mut self, command: &Command) {
        self.ask(UserRow(0), command);
        self.ask(UserRow(1), command);
    }

    pub fn report(&mut self, source: Source, report: &Report) -> Head {
        self.events.clear();
        let as_of = self.as_of();
        self.firm.observe(report, &as_of, &mut self.events);
        self.enter(source)
    }

    /// The next step of the running job.
    pub fn step(&mut self) -> Head {
        self.events.clear();
        let as_of = self.as_of();
        self.firm.step(&as_of, &mut self.events);
        self.enter(Source::Itself)
    }

    fn found(&mut self) {
        let code = |text| Code::parse(text).expect("a code");
        self.ask(UserRow(0), &Command::OpenFirm {
            name: "Bench Securities".into(),
            state: StateCode::parse("MH").expect("a state"),
            pan: PanToken([1; 16]),
            principal: code("FIRST"),
            second: code("SECOND"),
            capital: Paise::rupees(1_000_000_000),
        });
        let rules = files::rulebook::read_rulebook(files::rulebook::built_in()).expect("the built-in rulebook");
        self.ask_both(&Command::AdoptRules(rules));
        self.accounts();
        let key = SettlementKey { corporation: Corporation::Nscl, kind: SettlementKind::Normal, number: 2_026_115 };
        let pay_in = monday().next();
        self.report(Source::Ncl, &Report::Schedule(vec![ScheduleRow {
            key,
            trade_day: monday(),
            pay_in,
            pay_out: pay_in,
        }]));
        let rows = (0..SECURITIES).map(|nth| {
            let body = format!("INE{nth:03}A0101");
            let mut isin = [0; 12];
            isin[..11].copy_from_slice(body.as_bytes());
            isin[11] = Isin::check_digit(body.as_bytes().try_into().expect("eleven characters"));
            (Isin(isin), Symbol::parse(&format!("SHARE{nth}")).expect("a symbol"))
        });
        self.ask(UserRow(0), &Command::ListSecurities(rows.collect()));
        let terms = Terms {
            day: monday(),
            reference: Price::from_paise(10_000),
            low: Price::from_paise(9_000),
            high: Price::from_paise(11_000),
            tick: Price::from_paise(1),
            board: Board::Regular,
            gross: false,
        };
        self.ask(UserRow(0), &Command::SetTerms {
            venue: Venue::Nse,
            rows: (0..SECURITIES).map(|nth| (SecurityRow(nth), terms)).collect(),
        });
    }

    /// The accounts without which no day begins, under the prescribed titles.
    fn accounts(&mut self) {
        for account in firm::Accounts::NEEDED {
            let title = format!("Bench Securities - {}", purpose(account)).into();
            self.ask_both(&match account {
                HouseAccount::Bank(account) => Command::NameBankAccount { account, title },
                HouseAccount::Demat(account, depository) => Command::NameDematAccount { account, depository, title },
            });
        }
    }

    fn onboard(&mut self, client: ClientRow) {
        let (by, day, mut lots) = (UserRow(0), monday(), Lots::of(1, &[u64::from(client.0)]));
        let mut token = || {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&lots.draw().to_le_bytes());
            bytes[8..].copy_from_slice(&lots.draw().to_le_bytes());
            bytes
        };
        let (pan, account, name, demat) = (PanToken(token()), AccountToken(token()), AccountToken(token()), token());
        let ucc = Ucc::parse(&format!("C{:08}", client.0)).expect("a code");
        let state = STATES[client.0 as usize % STATES.len()];
        let state = StateCode::parse(state).expect("a state");
        let sign = |agreement, every| Command::Sign {
            client, agreement, by_client: true, dated: Some(day), revocable: true, every,
        };
        let depository = if client.0.is_multiple_of(2) { Depository::Nsdl } else { Depository::Cdsl };
        let commands = [
            Command::OpenClient { ucc, vault: VaultRef(client.0), pan, kind: ClientKind::Individual, state },
            Command::VerifyClient { client },
            Command::RegisterCode { client },
            sign(Agreement::RightsAndObligations, 0),
            sign(Agreement::RunningAccount, 90),
            Command::RegisterBank { client, account, name },
            Command::RegisterDemat { client, depository, account: AccountToken(demat) },
            Command::SetPlan { client, from: day, slabs: vec![Slab::plain(Rate::parse("0.001").expect("a rate"))] },
            Command::RegisterUser {
                code: Code::parse(&format!("U{:08}", client.0)).expect("a code"),
                role: Role::Client,
                client: Some(client),
                terminal: 0,
            },
        ];
        for command in &commands {
            self.ask(by, command);
        }
        let (order_value, most) = (Paise::rupees(10_000_000), UserLimits::MOST);
        let limits = ClientLimits { order_value, exposure: most, turnover: most };
        self.ask_both(&Command::LimitClient { client, limits });
        let most_qty = UserLimits::MOST_QTY;
        let limits = UserLimits { order_qty: Qty(100_000), order_value, symbol_qty: most_qty, open_value: most };
        self.ask_both(&Command::LimitUser { user: login(client), limits });
        let utr = credit_no(client);
        self.report(Source::Bank, &Report::Credited {
            account: BankAccount::Client, amount: DEPOSIT, from: account, name, utr,
        });
    }

    /// The bank's statement of the deposits, so that none of them waits for its line through the day.
    fn state_deposits(&mut self, clients: &[ClientRow]) {
        let line = |client: &ClientRow| StatementLine { reference: BankRef::Credit(credit_no(*client)), amount: DEPOSIT };
        let rows = clients.iter().map(line).collect();
        self.report(Source::Bank, &Report::StatementLines { day: monday(), account: BankAccount::Client, rows });
    }

    /// What the depositories say the clients hold, in statements of bounded length.
    fn hold(&mut self, clients: u32) {
        let all: Vec<_> = (0..clients).map(ClientRow).collect();
        for part in all.chunks(PART) {
            let rows = part.iter().map(|client| (HeldAt::Client(*client), home(*client), HELD)).collect();
            self.report(Source::Nsdl, &Report::Holdings { day: monday(), opening: true, rows });
        }
    }
}

/// The bank's number of a client's deposit.
fn credit_no(client: ClientRow) -> Code<22> {
    Code::parse(&format!("BANK{:010}", client.0)).expect("a number")
}

/// How an account of the firm's is titled behind its name (sebi 23 Annexure 1.2).
fn purpose(account: HouseAccount) -> &'static str {
    match account {
        HouseAccount::Bank(BankAccount::Client) | HouseAccount::Demat(DematAccount::ClientBeneficiary, _) => "Client Account",
        HouseAccount::Bank(BankAccount::Settlement) => "Settlement Account",
        HouseAccount::Demat(DematAccount::Unpaid, _) => "Client Unpaid Securities Account",
        HouseAccount::Demat(DematAccount::Pool | DematAccount::Principal | DematAccount::Cisa, _) => "Pool account",
        HouseAccount::Bank(BankAccount::Own) | HouseAccount::Demat(DematAccount::Own, _) => "Own Account",
    }
}

#[inline]
pub fn enter(firm: &mut Firm, head: &Head, events: &[Event], text: &[u8]) {
    firm.begin(head);
    for event in events {
        firm.apply(event, text);
    }
    firm.end();
}

#[cold]
fn refused(command: &Command, refusal: &Refusal) -> ! {
    panic!("{command:?} was refused: {refusal}")
}

/// An order over the internet by the client himself.
#[inline]
pub fn place(client: ClientRow, security: SecurityRow, side: Side, price: Price, qty: Qty) -> Command {
    Command::Place(Place {
        client,
        security,
        venue: Venue::Nse,
        side,
        kind: OrderKind::Limit,
        validity: Validity::Day,
        channel: Channel::Web,
        product: Product::Delivery,
        price,
        trigger: Price::ZERO,
        qty,
        disclosed: Qty::ZERO,
        seen: price,
        key: 0,
        source: [0; 16],
        terminal: 0,
        evidence: Some((Evidence::InternetLog, u64::from(client.0) + 1)),
    })
}
