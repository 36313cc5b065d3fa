//! The script: what the cast does, in order, each act with its moment. Drawn by lots from the seed; what an
//! act comes to is worked out when its moment comes, from what its actor could then see.

use crate::cast::Member;
use crate::powers::PowerAct;
use crate::seldom::Seldom;
use crate::stage::Stage;
use crate::house::{DEALER_TERMINAL, House, OWN_TERMINAL, STRANGER};
use clients::Ask as Keep;
use firm::{Command, Correction, Place, Role, SameDayRow};
use margin::Form;
use intermediaries::Ask;
use risk::{Bar, ClientLimits, Restriction, Scope, UserLimits, Whom};
use rulebook::{InternalShortage, Rule, RuleName};
use std::collections::BTreeSet;
use stdx::Lots;
use vocab::{
    Agreement, BankAccount, Channel, ClientKind, ClientRow, Code, Day, DepositNo, Depository, Evidence,
    IntermediaryKind, IntermediaryRow, Isin, Moment, OrderKind,
    Paise, Phase, Price, Product, Qty, Rate, SecurityRow, Side, Slab, StateCode, Symbol, TimeOfDay, Ucc, UserRow, Validity, Venue,
};
use world::{Announcement, FromPeople, SpecialHours, Terms};

pub const PRINCIPAL: UserRow = UserRow(0);
pub const SECOND: UserRow = UserRow(1);
pub const OPERATIONS: UserRow = UserRow(2);
pub const RISK: UserRow = UserRow(3);
pub const RISK_SECOND: UserRow = UserRow(4);
pub const DEALER: UserRow = UserRow(5);
pub const OWN_DEALER: UserRow = UserRow(6);
/// Row of the first client's own user; clients come after the own and the error account.
const FIRST_USER: u32 = 7;
pub const OWN: ClientRow = ClientRow(0);
pub const ERROR: ClientRow = ClientRow(1);
const FIRST_CLIENT: u32 = 2;
/// Securities the cast looks at: a large market has a short list.
const WATCHED: u64 = 300;
/// One order in so many goes to the second exchange.
const ELSEWHERE_ONE_IN: u64 = 5;

/// What is wrong with an order on purpose: the firm must say no.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    None,
    OffTick,
    OutsideBand,
    TooMany,
    NoEvidence,
    NotHeld,
    /// A trigger beyond the limit, or too little shown.
    Condition,
}

/// An order as its client means it; the price is worked out when he sends it.
#[derive(Clone, Copy, Debug)]
pub struct Intent {
    pub member: Option<u32>,
    pub security: u64,
    pub side: Side,
    pub kind: OrderKind,
    pub validity: Validity,
    pub channel: Channel,
    pub product: Product,
    /// How far from where he thinks the price is, in 1/10,000.
    pub away: i64,
    /// How far a stop's trigger is from there, in 1/10,000.
    pub trigger: i64,
    /// Tenths of the quantity that are shown; zero shows all.
    pub shown: i64,
    pub value: i64,
    pub flaw: Flaw,
    /// At the second exchange, if it trades the security.
    pub elsewhere: bool,
}

/// How often somebody of the risk desk looks at what waits, on the quietest day.
const LEAST_REVIEWS: u32 = 100;

/// How often it looks at what is to be bought in, on a day.
const BUY_INS: u32 = 20;

/// One act.
#[derive(Clone, Debug)]
pub enum What {
    Ask { by: UserRow, command: Command },
    Tell(FromPeople),
    /// Seal a member's personal record, then open his account.
    Open { member: u32 },
    RegisterAccounts { member: u32, step: u8 },
    OpenIntermediary { n: u32, kind: IntermediaryKind },
    BankIntermediary { n: u32 },
    Sheet(Venue, Day),
    /// Securities that came to the market, or changed their symbol.
    List(Vec<(Isin, Symbol)>),
    /// The second exchange's codes that the firm does not know.
    Codes,
    Terms { venue: Venue, day: Day, from: u32 },
    Place(Intent),
    /// The same after the close, for the next day.
    Queue(Intent),
    /// Modify or cancel what the act of this number placed.
    Change { placed: u64, member: Option<u32>, cancel: bool, away: i64 },
    /// A client whom the firm has put to sleep asks to deal again.
    Wake { member: u32 },
    /// An intermediary is paid what he is due: a first person asks, then the second.
    PayShare { by: UserRow, intermediary: u32 },
    /// A client pays what he owes, if he owes and pays in time.
    PayDue { member: u32 },
    TakeAway { member: u32 },
    /// What a member has sold so far of one security goes to the clearing corporation.
    DeliverEarly { member: u32 },
    /// Own cash with the clearing corporation is asked back.
    RecallCash,
    GiveBack,
    /// A client converts what he has open within the day, or has dealt in for delivery.
    Convert { member: u32, lot: u64 },
    /// The first position of the day from a member on is closed at the market by its client.
    Exit { member: u32 },
    /// A person of the risk desk answers for the order that has waited longest.
    Review,
    /// A trade told by a moment had a wrong client code: one of two persons asks that it be changed.
    Recode { told_by: Moment, lot: u64, second: bool },
    /// The risk desk sells shares that their client has not paid.
    SellLien,
    /// It buys what a client is short of towards another.
    BuyIn { lot: u64 },
    /// The own desk closes what lies in the error account.
    CloseError,
    Paper(Paper),
    /// A few times a month.
    Seldom(Seldom),
    /// About what a member lets the firm do.
    Power(PowerAct),
}

/// What is written in the evening about changed codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paper {
    DraftWaiver,
    SubmitWaiver,
    /// One of two persons finds a note of the day wrong.
    Reissue { second: bool },
    /// One of two persons of the management bears the error account's loss.
    BearLoss { second: bool },
}

#[derive(Clone, Debug)]
pub struct Act {
    pub number: u64,
    pub due: Moment,
    pub what: What,
}

/// What the script is drawn from.
pub struct Script {
    pub seed: u64,
    pub clients: u32,
    /// Clients behind the cast who are left to themselves ([`Script::with_guests`]).
    pub guests: u32,
    pub orders: u32,
    pub day: Day,
    pub states: Vec<StateCode>,
    /// What is listed on the first day: what the cast looks at.
    pub securities: Vec<(Isin, Symbol)>,
    /// The world's hours, and what a day has beside continuous trading, for orders that mean it.
    terms: Terms,
    /// Whether a second exchange trades some of it.
    second: bool,
    same_day: BTreeSet<SecurityRow>,
    /// How many rows of securities there are, with those listed since.
    listed: u32,
    acts: Vec<Act>,
    /// The deaths of the play were told.
    mourned: bool,
    /// Whether what went right is questioned afterwards ([`Script::with_disputes`]).
    pub(crate) disputes: bool,
}

struct Clock {
    at: Moment,
}

impl Clock {
    fn tick(&mut self) -> Moment {
        self.at = self.at.plus_micros(101);
        self.at
    }
}

impl Script {
    /// Only whose rules are complete on the day take part; none at all is an empty script.
    pub fn new(
        seed: u64, (clients, orders): (u32, u32), day: Day, states: Vec<StateCode>, securities: Vec<(Isin, Symbol)>,
        terms: Terms, second: bool,
    ) -> Script {
        let listed = u32::try_from(securities.len()).expect("a count");
        Script { seed, clients, guests: 0, orders, day, states, securities, terms, second, listed, same_day: BTreeSet::new(), acts: Vec::new(), mourned: false, disputes: false }
    }

    /// Trade files are found wrong and issued anew, defective shares are objected to, and by a lot of the seed the house buys in
    /// what its clients are short of towards each other.
    #[must_use]
    pub fn with_disputes(mut self) -> Script {
        self.disputes = true;
        self
    }

    /// The shares on the exchanges' list of what is dealt in for settlement on the same day.
    pub const fn same_day(&self) -> &BTreeSet<SecurityRow> {
        &self.same_day
    }

    /// The list is invented: every second share that the cast watches. Whose company gives something in the days that are
    /// played is left off it, as the exchanges do around the day.
    #[must_use]
    pub fn with_same_day(mut self, giving: &[Announcement]) -> Script {
        let gives = |row: &SecurityRow| {
            let isin = usize::try_from(row.0).ok().and_then(|row| self.securities.get(row)).map(|(isin, _)| *isin);
            giving.iter().any(|it| Some(it.isin) == isin)
        };
        let there = self.terms.phases.same_day.is_some() && !self.securities.is_empty();
        let watched = (0..if there { WATCHED } else { 0 }).step_by(2).map(|n| self.watched(n));
        self.same_day = watched.filter(|row| !gives(row)).collect();
        self
    }

    pub fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// Who brings clients, by number: a person beside the cast.
    pub fn introducer(&self, n: u32) -> vault::Person {
        let mut person = self.member(self.members().end + n).person;
        person.account = crate::house::intermediary_account(n);
        person
    }

    pub const fn row(member: u32) -> ClientRow {
        ClientRow(member + FIRST_CLIENT)
    }

    pub const fn user(member: u32) -> UserRow {
        UserRow(member + FIRST_USER)
    }

    /// Which act stands at an index of the watched list.
    pub fn watched(&self, n: u64) -> SecurityRow {
        let count = self.securities.len() as u64;
        let stride = (count / WATCHED).max(1);
        SecurityRow(u32::try_from(n * stride % count).expect("a row"))
    }

    fn push(&mut self, due: Moment, what: What) {
        let number = self.acts.len() as u64 + 1;
        self.acts.push(Act { number, due, what });
    }

    fn ask(&mut self, clock: &mut Clock, by: UserRow, command: Command) {
        let due = clock.tick();
        self.push(due, What::Ask { by, command });
    }

    fn tell(&mut self, clock: &mut Clock, message: FromPeople) {
        let due = clock.tick();
        self.push(due, What::Tell(message));
    }

    /// Two persons submit the same.
    fn ask_twice(&mut self, clock: &mut Clock, by: [UserRow; 2], command: &Command) {
        for user in by {
            self.ask(clock, user, command.clone());
        }
    }

    /// Before the first day: the firm, its rules and accounts, and every client.
    pub fn set_up(&mut self, house: &House, pan: vocab::PanToken, rules: &[Rule], stage: &Stage) {
        let clock = &mut Clock { at: self.day + TimeOfDay::hms(6, 0, 0) };
        let code = |text: &str| Code::parse(text).expect("a short code");
        let (principal, second) = (code("PRINCIPAL"), code("SECOND"));
        let (name, state, capital) = (house.name.into(), house.state, house.capital);
        self.ask(clock, PRINCIPAL, Command::OpenFirm { name, state, pan, principal, second, capital });
        self.ask_twice(clock, [PRINCIPAL, SECOND], &Command::AdoptRules(self.house_rules(rules)));
        for days in stage.kept_together().chunks(1_000) {
            self.ask(clock, PRINCIPAL, Command::AddHolidays(days.to_vec()));
        }
        for venue in Venue::ALL {
            for days in stage.kept_alone(*venue).chunks(1_000) {
                self.ask(clock, PRINCIPAL, Command::AddExchangeHolidays { venue: *venue, days: days.to_vec() });
            }
        }
        self.special_sessions(clock);
        for account in BankAccount::ALL {
            let title = house.bank_title(*account).into();
            self.ask_twice(clock, [PRINCIPAL, SECOND], &Command::NameBankAccount { account: *account, title });
        }
        for (account, depository, _) in house.demats() {
            let title = house.demat_title(account).into();
            self.ask_twice(clock, [PRINCIPAL, SECOND], &Command::NameDematAccount { account, depository, title });
        }
        self.ask(clock, PRINCIPAL, Command::TellAccounts { letter: 1 });
        let staff = [
            ("OPS1", Role::Operations, 0),
            ("RISK1", Role::Risk, 0),
            ("RISK2", Role::Risk, 0),
            ("DEALER1", Role::Dealer, DEALER_TERMINAL),
            ("OWNDESK", Role::Dealer, OWN_TERMINAL),
        ];
        for (name, role, terminal) in staff {
            self.ask(clock, PRINCIPAL, Command::RegisterUser { code: code(name), role, client: None, terminal });
        }
        for rows in self.securities.clone().chunks(2_000) {
            self.ask(clock, OPERATIONS, Command::ListSecurities(rows.to_vec()));
        }
        for rows in self.who_moves(rules).chunks(2_000) {
            self.ask(clock, OPERATIONS, Command::MoveCycle(rows.to_vec()));
        }
        self.own_accounts(clock, house, pan);
        self.error_papers(clock);
        for n in self.members() {
            self.onboard(clock, n);
        }
        self.intermediaries(clock);
        for user in [DEALER, OWN_DEALER] {
            let limits = desk_limits();
            self.ask_twice(clock, [RISK, RISK_SECOND], &Command::LimitUser { user, limits });
        }
        self.tell(clock, FromPeople::OpenBankAccount {
            account: code_of(STRANGER),
            name: "A Stranger".into(),
            balance: Paise::rupees(10_000_000),
        });
        for message in self.stranger() {
            self.tell(clock, message);
        }
        self.deposits();
    }

    /// Those the exchanges have told, each with its hours.
    fn special_sessions(&mut self, clock: &mut Clock) {
        let of_second = self.terms.second.as_ref().map(|second| second.sessions.clone());
        for (venue, sessions) in [(Venue::Nse, Some(self.terms.sessions.clone())), (Venue::Bse, of_second)] {
            let sessions = sessions.unwrap_or_default();
            if !sessions.is_empty() {
                self.ask(clock, PRINCIPAL, Command::AddSessions { venue, days: sessions.keys().copied().collect() });
            }
            for (day, it) in sessions {
                self.ask(clock, PRINCIPAL, Command::TimeSession { venue, day, open: it.open, close: it.close });
            }
        }
    }

    /// When the market trades on a day of a special session; none on any other.
    fn special(&self, day: Day) -> Option<SpecialHours> {
        let of_second = || self.terms.second.as_ref().and_then(|second| second.sessions.get(&day));
        let ordinary = !day.is_weekend() && !self.terms.holidays.contains(&day);
        self.terms.sessions.get(&day).or_else(|| of_second().filter(|_| !ordinary)).copied()
    }

    /// A time of an ordinary day's market, at the same part of a special session.
    fn within(&self, day: Day, time: TimeOfDay) -> TimeOfDay {
        let Some(it) = self.special(day) else { return time };
        let usual = &self.terms.hours;
        let (length, short) = (usual.session_close.0 - usual.session_open.0, it.close.0 - it.open.0);
        TimeOfDay(it.open.0 + time.0.saturating_sub(usual.session_open.0) * short / length)
    }

    /// The sandbox's own policy: a month shows who sleeps, and of two houses one buys in what its clients are short of.
    fn house_rules(&self, rules: &[Rule]) -> Vec<Rule> {
        let buys_in = self.disputes && Lots::of(self.seed, &[0xB11]).one_in(2);
        let mut rules = rules.to_vec();
        for rule in &mut rules {
            rule.value = match rule.name {
                RuleName::HouseDormantDays => 10,
                RuleName::HouseInternalShortage if buys_in => InternalShortage::BuyIn as i64,
                _ => rule.value,
            };
        }
        rules
    }

    /// The member's own code and the error code.
    fn own_accounts(&mut self, clock: &mut Clock, house: &House, pan: vocab::PanToken) {
        let day = self.day;
        for (client, kind, ucc) in [(OWN, ClientKind::Own, "OWN"), (ERROR, ClientKind::Error, "ERROR")] {
            let (ucc, state) = (Ucc::parse(ucc).expect("a code"), house.state);
            let vault = vocab::VaultRef(0);
            self.ask(clock, OPERATIONS, Command::OpenClient { ucc, vault, pan, kind, state });
            self.ask(clock, OPERATIONS, Command::VerifyClient { client });
            self.ask(clock, OPERATIONS, Command::RegisterCode { client });
            self.tell(clock, FromPeople::RegisterCode { ucc });
            let agreement = Agreement::RightsAndObligations;
            let (dated, revocable, every, by_client) = (Some(day), true, 0, true);
            self.ask(clock, OPERATIONS, Command::Sign { client, agreement, by_client, dated, revocable, every });
            self.ask(clock, OPERATIONS, Command::SetPlan { client, from: day, slabs: vec![Slab::plain(Rate::ZERO)] });
            self.ask(clock, OPERATIONS, Command::RegisterPlace { client, terminal: OWN_TERMINAL });
            self.push_accounts(clock, client);
            let limits = client_limits(Paise::rupees(50_000_000));
            self.ask_twice(clock, [RISK, RISK_SECOND], &Command::LimitClient { client, limits });
        }
    }

    fn push_accounts(&mut self, clock: &mut Clock, client: ClientRow) {
        for step in [3, 4] {
            let due = clock.tick();
            self.push(due, What::RegisterAccounts { member: client.0, step });
        }
    }

    /// What must be there before a trade may go to the error account.
    fn error_papers(&mut self, clock: &mut Clock) {
        let policy = Correction::ApproveErrorPolicy { version: 1, from: self.day, document: 1 };
        self.ask_twice(clock, [PRINCIPAL, SECOND], &Command::Correct(policy));
        for venue in self.venues() {
            let letter = 1 + u64::from(venue.number());
            self.ask(clock, OPERATIONS, Command::Correct(Correction::DiscloseErrorCode { venue, client: ERROR, letter }));
        }
    }

    pub(crate) fn venues(&self) -> impl Iterator<Item = Venue> + use<> {
        Venue::ALL.iter().copied().take(1 + usize::from(self.second))
    }

    fn onboard(&mut self, clock: &mut Clock, n: u32) {
        let member = self.member(n);
        let (client, day) = (Script::row(n), self.day);
        let due = clock.tick();
        self.push(due, What::Open { member: n });
        self.ask(clock, OPERATIONS, Command::VerifyClient { client });
        self.ask(clock, OPERATIONS, Command::RegisterCode { client });
        self.tell(clock, FromPeople::RegisterCode { ucc: member.ucc });
        let sign = |agreement, every| Command::Sign {
            client, agreement, by_client: true, dated: Some(day), revocable: true, every,
        };
        self.ask(clock, OPERATIONS, sign(Agreement::RightsAndObligations, 0));
        if let Some(every) = member.running {
            self.ask(clock, OPERATIONS, sign(Agreement::RunningAccount, every));
        }
        for step in [1, 2] {
            let due = clock.tick();
            self.push(due, What::RegisterAccounts { member: n, step });
        }
        for what in self.papers_of(n) {
            let due = clock.tick();
            self.push(due, what);
        }
        self.ask(clock, OPERATIONS, Command::SetPlan { client, from: day, slabs: member.plan.clone() });
        if member.full_value {
            self.ask(clock, OPERATIONS, Command::ChooseFullValue { client, on: true });
        }
        let (paper, next) = (paper(n), day.plus(365));
        self.ask(clock, OPERATIONS, Command::Keep { client, ask: Keep::Review { next, paper } });
        if member.kind == ClientKind::Institution {
            let custodian = Code::parse("CUSTODY1").expect("a short code");
            let ask = Keep::Custodian { custodian, paper };
            self.ask_twice(clock, [OPERATIONS, PRINCIPAL], &Command::Keep { client, ask });
        }
        for (side, code) in [Side::Buy, Side::Sell].into_iter().zip(member.codes.into_iter().flatten()) {
            let ask = Keep::AllotCode { side, code, paper };
            self.ask_twice(clock, [OPERATIONS, PRINCIPAL], &Command::Keep { client, ask });
            self.tell(clock, FromPeople::RegisterCode { ucc: code });
            self.ask(clock, OPERATIONS, Command::Keep { client, ask: Keep::CodeTaken { side } });
        }
        if let Some(head) = member.family.map(Script::row) {
            self.ask(clock, OPERATIONS, Command::Keep { client, ask: Keep::Family { head: Some(head), paper } });
        }
        let code = self.user_code(n);
        // Sixteen digits: place, branch, number, of a program, its maker (guide I 12.8).
        let terminal = 4_000_010_000_000_101 + u64::from(n / 999) * 1_000_000 + u64::from(n % 999 + 1) * 1_000;
        let role = Role::Client;
        self.ask(clock, PRINCIPAL, Command::RegisterUser { code, role, client: Some(client), terminal });
        let limits = desk_limits();
        self.ask_twice(clock, [RISK, RISK_SECOND], &Command::LimitUser { user: Script::user(n), limits });
        let limits = client_limits(member.deposit);
        self.ask_twice(clock, [RISK, RISK_SECOND], &Command::LimitClient { client, limits });
        self.outside(clock, &member);
    }

    /// What the client has outside the firm: a bank account, a demat account, shares.
    fn outside(&mut self, clock: &mut Clock, member: &Member) {
        let person = &member.person;
        let balance = Paise(member.deposit.0 * 20);
        self.tell(clock, FromPeople::OpenBankAccount { account: person.account, name: person.name.clone(), balance });
        let (account, depository) = (person.demat, person.depository);
        self.tell(clock, FromPeople::OpenDemat { account, depository, firm_may_see: true });
        let mut held = std::collections::BTreeMap::new();
        for (security, shares) in &member.holdings {
            *held.entry(self.watched(*security)).or_insert(0) += shares;
        }
        for (security, shares) in held {
            let row = usize::try_from(security.0).expect("a row");
            let isin = self.securities[row].0;
            self.tell(clock, FromPeople::Endow { account, isin, qty: Qty(shares) });
        }
    }

    /// Two who bring clients: one approved by both exchanges from the start, one by the first from the second day on.
    fn intermediaries(&mut self, clock: &mut Clock) {
        for (n, kind) in [(0, IntermediaryKind::AuthorisedPerson), (1, IntermediaryKind::SubBroker)] {
            let intermediary = IntermediaryRow(n);
            let from = self.day.plus(i32::try_from(n).expect("two"));
            let paper = Code::parse(&format!("SAND/{n}")).expect("a reference");
            let asks = [
                Ask::Decide { intermediary, venue: Venue::Nse, approved: true, from, paper },
                Ask::Agree { intermediary, dated: self.day },
            ];
            let due = clock.tick();
            self.push(due, What::OpenIntermediary { n, kind });
            let second = Ask::Decide { intermediary, venue: Venue::Bse, approved: true, from, paper };
            for ask in asks.into_iter().chain((n == 0).then_some(second)) {
                self.ask(clock, OPERATIONS, Command::Intermediary(ask));
            }
            let due = clock.tick();
            self.push(due, What::BankIntermediary { n });
            self.tell(clock, FromPeople::OpenBankAccount {
                account: crate::house::intermediary_account(n),
                name: format!("Intermediary {}", n + 1),
                balance: Paise::ZERO,
            });
            let rate = Rate(Rate::WHOLE.0 / if n == 0 { 3 } else { 4 });
            let share = Command::Intermediary(Ask::Share { intermediary, from, rate });
            self.ask_twice(clock, [PRINCIPAL, SECOND], &share);
            // Every seventh client came by one of them.
            for client in (0..self.clients).filter(|c| c % 14 == n * 7 + 3).map(Script::row) {
                let by = Ask::Introduce { client, intermediary: Some(intermediary), from, agreed: Some(self.day) };
                self.ask(clock, OPERATIONS, Command::Intermediary(by));
            }
        }
    }

    fn deposits(&mut self) {
        let clock = &mut Clock { at: self.day + TimeOfDay::hms(7, 5, 0) };
        for n in self.members() {
            let member = self.member(n);
            let utr = |kind: char| Code::parse(&format!("SAND{kind}{:012}", n + 1)).expect("a reference");
            let (from, name) = (member.person.account, member.person.name.clone());
            self.tell(clock, FromPeople::PayIn { from, name, amount: member.deposit, utr: utr('D') });
            if member.third_party {
                let (from, name) = (code_of(STRANGER), member.person.name.clone());
                self.tell(clock, FromPeople::PayIn { from, name, amount: Paise::rupees(7_500), utr: utr('T') });
            }
        }
    }

    /// A trading day: the sheet, what is newly listed, what companies announce, begin of day, dues, orders, and the evening.
    pub fn day(&mut self, day: Day, orders: u32, newly_listed: Vec<(Isin, Symbol)>, announced: Vec<Announcement>) {
        for (venue, second) in self.venues().zip(3..) {
            self.push(day + TimeOfDay::hms(7, 0, second), What::Sheet(venue, day));
        }
        if day > self.day && !newly_listed.is_empty() {
            // A change of symbol names no new row; a step too many of the terms below asks for nothing.
            self.listed += u32::try_from(newly_listed.len()).expect("a count");
            self.push(day + TimeOfDay::hms(7, 50, 0), What::List(newly_listed));
        }
        let parts = if self.second { self.listed.div_ceil(2_000) } else { 0 };
        for part in 0..parts {
            self.push(day + TimeOfDay::hms(7, 51, part), What::Codes);
        }
        let mut clock = Clock { at: day + TimeOfDay::hms(7, 55, 0) };
        for it in announced {
            self.tell(&mut clock, FromPeople::Announce(it));
        }
        let mut clock = Clock { at: day + TimeOfDay::hms(8, 0, 0) };
        self.list_same_day(&mut clock, day);
        self.terms(&mut clock, day);
        self.ask(&mut clock, OPERATIONS, Command::BeginDay { day });
        if day > self.day {
            let mut clock = Clock { at: day + TimeOfDay::hms(8, 20, 0) };
            for member in 0..self.clients {
                let due = clock.tick();
                self.push(due, What::PayDue { member });
            }
        }
        if day == self.day {
            self.collateral(day);
        } else {
            self.push(day + TimeOfDay::hms(8, 35, 0), What::RecallCash);
        }
        let mut clock = Clock { at: day + TimeOfDay::hms(8, 40, 0) };
        for member in 0..self.clients {
            let due = clock.tick();
            self.push(due, What::Wake { member });
        }
        self.deaths(day);
        // Before the orders, which count what comes before them.
        for (due, what) in self.seldom(day) {
            self.push(due, what);
        }
        self.orders(day, orders);
        self.for_tomorrow(day, orders);
        self.evening(day);
        self.acts.sort_by_key(|act| act.due);
        for (number, act) in (1..).zip(self.acts.iter_mut()) {
            act.number = number;
        }
    }

    /// After the market.
    fn evening(&mut self, day: Day) {
        let mut clock = Clock { at: day + TimeOfDay::hms(20, 0, 0) };
        for n in 0..self.clients {
            if self.member(n).takes_away {
                let due = clock.tick();
                self.push(due, What::TakeAway { member: n });
            }
        }
        for (due, what) in self.instructions(day) {
            self.push(due, what);
        }
        for minute in 0..8 {
            self.push(day + TimeOfDay::hms(19, minute, 11), What::GiveBack);
        }
        let mut clock = Clock { at: day + TimeOfDay::hms(19, 30, 0) };
        for intermediary in 0..2 {
            for by in [PRINCIPAL, SECOND] {
                let due = clock.tick();
                self.push(due, What::PayShare { by, intermediary });
            }
        }
        let papers = [
            Paper::SubmitWaiver,
            Paper::DraftWaiver,
            Paper::BearLoss { second: false },
            Paper::BearLoss { second: true },
            Paper::Reissue { second: false },
            Paper::Reissue { second: true },
        ];
        for (second, paper) in (0..).zip(papers) {
            self.push(day + TimeOfDay::hms(19, 30, second), What::Paper(paper));
        }
    }

    /// What is deposited as margin on the first day: the firm's own with the clearing corporation, some clients' with
    /// the firm, half of which it may place there as well.
    fn collateral(&mut self, day: Day) {
        let clock = &mut Clock { at: day + TimeOfDay::hms(8, 30, 0) };
        let good_until = day.plus(180);
        let mut no = 0;
        let crore = Paise::rupees(10_000_000);
        let papers = [(Form::DepositReceipt, Paise(crore.0 * 3), crore.0 * 3), (Form::Guarantee, crore, crore.0 / 2)];
        let own = papers.map(|(form, amount, funded)| (OWN, form, amount, Paise(funded), true));
        let clients = (0..self.clients).filter_map(|n| {
            let receipt = self.member(n).receipt?;
            Some((Script::row(n), Form::DepositReceipt, receipt, receipt, n % 2 == 0))
        });
        let all: Vec<_> = own.into_iter().chain(clients).collect();
        for (client, form, amount, funded, lodged) in all {
            no += 1;
            let paper = 70_000 + no;
            let take = Command::TakeDeposit { client, form, amount, funded, good_until, paper };
            self.ask_twice(clock, [OPERATIONS, PRINCIPAL], &take);
            if lodged && client != OWN {
                let (agreement, by_client, dated) = (Agreement::CollateralAuthority, true, Some(day));
                self.ask(clock, OPERATIONS, Command::Sign { client, agreement, by_client, dated, revocable: true, every: 0 });
            }
            if lodged {
                self.ask(clock, OPERATIONS, Command::LodgeDeposit { no: DepositNo(no), on: true });
            }
        }
        let cash = Command::PlaceCash { amount: Paise::rupees(500_000) };
        self.ask_twice(clock, [OPERATIONS, PRINCIPAL], &cash);
        for n in 0..self.clients {
            let member = self.member(n);
            let (security, shares) = member.holdings[0];
            if member.pledges && shares >= 3 {
                let row = usize::try_from(self.watched(security).0).expect("a row");
                let (isin, from) = (self.securities[row].0, member.person.demat);
                self.tell(clock, FromPeople::Pledge { from, isin, qty: Qty(shares / 3) });
            }
        }
    }

    /// Once, before the first day's terms.
    fn list_same_day(&mut self, clock: &mut Clock, day: Day) {
        if day == self.day && !self.same_day.is_empty() {
            let row = |security: &SecurityRow| SameDayRow { security: *security, from: day, admitted: true };
            let rows = self.same_day.iter().map(row).collect();
            self.ask(clock, OPERATIONS, Command::ListSameDay(rows));
        }
    }

    fn terms(&mut self, clock: &mut Clock, day: Day) {
        for venue in self.venues() {
            for from in (0..self.listed).step_by(2_000) {
                let due = clock.tick();
                self.push(due, What::Terms { venue, day, from });
            }
        }
    }

    /// On the second day, while the market is open.
    fn deaths(&mut self, day: Day) {
        if day == self.day || core::mem::replace(&mut self.mourned, true) {
            return;
        }
        let mut clock = Clock { at: day + TimeOfDay::hms(12, 0, 0) };
        for n in (0..self.clients).filter(|n| self.member(*n).dies).collect::<Vec<u32>>() {
            let ask = Keep::RecordDeath { paper: paper(n) };
            self.ask_twice(&mut clock, [OPERATIONS, SECOND], &Command::Keep { client: Script::row(n), ask });
        }
    }

    fn orders(&mut self, day: Day, count: u32) {
        let mut lots = Lots::of(self.seed, &[0x0DE5, u64::try_from(day.0).expect("after 1970")]);
        let open = (day + self.within(day, TimeOfDay::hms(9, 15, 5))).0;
        let close = (day + self.within(day, TimeOfDay::hms(15, 29, 0))).0;
        let mut times: Vec<i64> = (0..count).map(|_| lots.between(open, close) / 2 * 2 + 1).collect();
        let calls = self.calls(day);
        for (from, to, part, _) in &calls {
            times.extend((0..count / part).map(|_| lots.between(from.0, to.0) / 2 * 2 + 1));
        }
        let first_of_day = times.iter().copied().min().unwrap_or(open).min(open);
        times.sort_unstable();
        times.dedup();
        // Numbers are final once the day's acts are sorted: orders are the only acts of these hours.
        let first = self.acts.iter().filter(|a| a.due.0 < first_of_day).count() as u64 + 1;
        let mut placed: Vec<(u64, Option<u32>)> = Vec::new();
        let mut acts: Vec<(i64, Option<What>)> = times.into_iter().map(|at| (at, None)).collect();
        if count > 0 {
            acts.extend(self.risk_desk(day, count).into_iter().map(|(time, what)| ((day + self.within(day, time)).0, Some(what))));
            acts.extend(self.early(day).into_iter().map(|(at, what)| (at.0, Some(what))));
        }
        acts.sort_by_key(|(at, _)| *at);
        // A few trades of a day have a wrong code, however many there are.
        let rare = u64::from(count / 4).max(25);
        let mut proposed: Option<(Moment, u64)> = None;
        for (nth, (at, what)) in acts.into_iter().enumerate() {
            let number = first + nth as u64;
            if let Some(what) = what {
                self.push(Moment(at), what);
                continue;
            }
            if let Some((told_by, lot)) = proposed.take() {
                self.push(Moment(at), What::Recode { told_by, lot, second: true });
                continue;
            }
            if nth > 5 && lots.one_in(rare) {
                let (told_by, lot) = (Moment(at).plus_seconds(-60), lots.below(1 << 20));
                proposed = Some((told_by, lot));
                self.push(Moment(at), What::Recode { told_by, lot, second: false });
                continue;
            }
            if let Some(what) = self.positions(&mut lots) {
                self.push(Moment(at), what);
                continue;
            }
            let what = match placed.is_empty() || lots.below(12) > 0 {
                true => {
                    let mut intent = self.intent(&mut lots);
                    if let Some((.., phase)) = calls.iter().find(|(from, to, ..)| (from.0..=to.0).contains(&at)) {
                        intent = meant_for(*phase, intent, &mut lots);
                    }
                    if intent.kind != OrderKind::Market && intent.validity == Validity::Day {
                        placed.push((number, intent.member));
                    }
                    What::Place(intent)
                }
                false => {
                    let pick = placed.len() - 1 - usize::try_from(lots.below(placed.len().min(40) as u64)).expect("few");
                    let (placed, member) = placed[pick];
                    What::Change { placed, member, cancel: lots.one_in(2), away: lots.between(-40, 60) }
                }
            };
            self.push(Moment(at), what);
        }
    }

    /// Some of a day's acts convert what stands open, or close it.
    fn positions(&self, lots: &mut Lots) -> Option<What> {
        let member = |lots: &mut Lots| u32::try_from(lots.below(u64::from(self.clients.max(1)))).expect("a member");
        if lots.one_in(25) {
            return Some(What::Convert { member: member(lots), lot: lots.below(1 << 20) });
        }
        if lots.one_in(8) {
            return Some(What::Exit { member: member(lots) });
        }
        lots.one_in(16).then_some(What::CloseError)
    }

    /// Orders given in the evening: one for every fortieth of the day.
    fn for_tomorrow(&mut self, day: Day, count: u32) {
        let mut lots = Lots::of(self.seed, &[0xAF7E, u64::try_from(day.0).expect("after 1970")]);
        let mut clock = Clock { at: day + TimeOfDay::hms(20, 15, 0) };
        for _ in 0..count / 40 {
            let (intent, due) = (self.intent(&mut lots), clock.tick());
            self.push(due, What::Queue(intent));
        }
    }

    /// When orders are meant for an auction or for the close: from, to, one of how many of the day's, and the phase.
    fn calls(&self, day: Day) -> Vec<(Moment, Moment, u32, Phase)> {
        let of = |from: TimeOfDay, to: TimeOfDay, part, phase| (day + from, day + to, part, phase);
        let at = if self.special(day).is_none() || self.terms.sessions.contains_key(&day) { Venue::Nse } else { Venue::Bse };
        let (_, phases) = self.terms.of_day(at, day);
        let opening = phases.opening.iter().map(|it| of(it.from, it.random, 20, Phase::PreOpen));
        let closing = phases.closing.iter().map(|it| of(it.order, it.random, 25, Phase::ClosingCall));
        let after = phases.post_close.iter().map(|it| of(it.from, it.until, 50, Phase::PostClose));
        let soon = |(from, to, part, phase): (Moment, Moment, u32, Phase)| (from.plus_seconds(5), to.plus_seconds(-5), part, phase);
        opening.chain(closing).chain(after).map(soon).collect()
    }

    /// One member in three delivers early what he has sold, at some whole second of the session.
    fn early(&self, day: Day) -> Vec<(Moment, What)> {
        let mut lots = Lots::of(self.seed, &[0xEA51, u64::try_from(day.0).expect("after 1970")]);
        let open = i64::from(TimeOfDay::hms(10, 0, 0).0);
        let members = (0..self.clients).filter(|n| n % 3 == 1);
        let mut drawn = || TimeOfDay(u32::try_from(open + lots.between(0, 19_000)).expect("a second of the day"));
        members.map(|member| (day + self.within(day, drawn()), What::DeliverEarly { member })).collect()
    }

    /// What the risk desk does on a day: a list, a switch of each kind and its restoring, reviews. On whole seconds,
    /// where no order comes.
    fn risk_desk(&self, day: Day, count: u32) -> Vec<(TimeOfDay, What)> {
        let mut lots = Lots::of(self.seed, &[0x815C, u64::try_from(day.0).expect("after 1970")]);
        let mut all = Vec::new();
        let mut ask = |h, m, s, by, command| all.push((TimeOfDay::hms(h, m, s), What::Ask { by, command }));
        let security = self.watched(lots.below(WATCHED));
        let source = Code::parse("SAND-LIST").expect("a short code");
        let row = Restriction { security, whom: Whom::Own, bar: Bar::Both, from: day, to: Some(day), source };
        for (nth, by) in [RISK, RISK_SECOND].into_iter().enumerate() {
            ask(9, 16, u32::try_from(nth).expect("two"), by, Command::Restrict(vec![row]));
        }
        let n = u32::try_from(lots.below(u64::from(self.clients.max(1)))).expect("a member");
        let switches = [
            (10, 20, Scope::Client(if self.clients > 0 { Script::row(n) } else { OWN })),
            (11, 20, Scope::Security(self.watched(lots.below(WATCHED)))),
            (13, 10, Scope::User(DEALER)),
            (14, 2, Scope::All),
        ];
        for (hour, minutes, scope) in switches {
            ask(hour, 30, 0, RISK, Command::PullSwitch { scope, reason: 7 });
            ask(hour, 30 + minutes, 0, RISK_SECOND, Command::RestoreSwitch { scope });
        }
        for turn in 0..40 {
            all.push((TimeOfDay(36_007 + turn * 450), What::SellLien));
        }
        for turn in 0..if self.disputes { BUY_INS } else { 0 } {
            all.push((TimeOfDay(36_211 + turn * 900), What::BuyIn { lot: u64::from(turn) }));
        }
        // As many persons as the day's orders keep busy.
        let turns = (count / 3).max(LEAST_REVIEWS);
        all.extend((0..turns).map(|turn| {
            let second = u64::from(turn) * 20_900 / u64::from(turns);
            (TimeOfDay(34_500 + u32::try_from(second).expect("a second of the day")), What::Review)
        }));
        all
    }

    fn intent(&self, lots: &mut Lots) -> Intent {
        let own = lots.one_in(40);
        let n = u32::try_from(lots.below(u64::from(self.clients.max(1)))).expect("a member");
        let flaw = match lots.below(400) {
            0..=5 => Flaw::OffTick,
            6..=10 => Flaw::OutsideBand,
            11..=13 => Flaw::TooMany,
            14..=17 => Flaw::NoEvidence,
            18..=22 => Flaw::NotHeld,
            23..=26 => Flaw::Condition,
            _ => Flaw::None,
        };
        let side = if lots.below(100) < 35 || flaw == Flaw::NotHeld { Side::Sell } else { Side::Buy };
        let security = match (side, flaw) {
            (Side::Sell, Flaw::NotHeld) | (Side::Buy, _) => lots.below(WATCHED),
            (Side::Sell, _) => {
                let held = self.member(n).holdings;
                held[usize::try_from(lots.below(held.len() as u64)).expect("few")].0
            }
        };
        let (kind, validity) = match lots.below(20) {
            0..=4 => (OrderKind::Market, Validity::Ioc),
            5..=7 => (OrderKind::Limit, Validity::Ioc),
            8..=9 => (OrderKind::StopLimit, Validity::Day),
            10 => (OrderKind::StopMarket, Validity::Day),
            _ => (OrderKind::Limit, Validity::Day),
        };
        let channel = match lots.below(10) {
            0..=4 => Channel::Web,
            5..=6 => Channel::Wireless,
            7 => Channel::Api,
            _ => Channel::Telephone,
        };
        let member = (!own && self.clients > 0).then_some(n);
        let (away, value) = (lots.between(-60, 60), lots.between(1_500, 60_000));
        // Most stops wait for the price to go against their client; some are reached at once.
        let trigger = lots.between(-10, 120);
        let product = if lots.one_in(4) { Product::Intraday } else { Product::Delivery };
        let shown = if kind == OrderKind::Limit && validity == Validity::Day && lots.one_in(10) { lots.between(1, 9) } else { 0 };
        // By a lot of its own: everybody wants the same whether there is a second exchange or not.
        let act = self.acts.len() as u64;
        let elsewhere = self.second && Lots::of(self.seed, &[0xB5E, act]).one_in(ELSEWHERE_ONE_IN);
        Intent { member, security, side, kind, validity, channel, product, away, trigger, shown, value, flaw, elsewhere }
    }

    /// The order an intent comes to at a price its client sees.
    pub fn place(
        &self, act: u64, intent: &Intent, (venue, security): (Venue, SecurityRow), seen: Price, terms: &market::Terms,
    ) -> (UserRow, Place) {
        let tick = terms.tick;
        let sign = if intent.side == Side::Buy { 1 } else { -1 };
        let aimed = Price(seen.0 + seen.0 * intent.away * sign / 10_000);
        let held = |price: Price| price.tick_down(tick).max(terms.low).min(terms.high);
        let (mut price, mut trigger) = (held(aimed), Price::ZERO);
        if intent.kind.is_stop() {
            trigger = held(Price(seen.0 + seen.0 * intent.trigger * sign / 10_000));
            let room = Price(seen.0 * intent.away.abs() * sign / 10_000);
            price = held(trigger + room);
        }
        let mut qty = Qty((intent.value * 10_000 / price.0.max(1)).max(1));
        match intent.flaw {
            Flaw::OffTick => price = Price(price.0 + 1),
            Flaw::OutsideBand => price = Price(terms.high.0 + tick.0 * 3),
            Flaw::TooMany => qty = Qty(600_000),
            Flaw::Condition => trigger = if trigger.is_zero() { price } else { held(price + Price(sign * tick.0)) },
            Flaw::None | Flaw::NoEvidence | Flaw::NotHeld => {}
        }
        if !intent.kind.is_limit() {
            price = Price::ZERO;
        }
        let disclosed = Qty((qty.0 * intent.shown + 9) / 10);
        let telephone = intent.channel == Channel::Telephone;
        let (client, user, terminal) = match intent.member {
            None => (OWN, OWN_DEALER, OWN_TERMINAL),
            Some(n) if telephone => (Script::row(n), DEALER, DEALER_TERMINAL),
            Some(n) => (Script::row(n), Script::user(n), 400_001_100_000_000 + u64::from(n)),
        };
        let evidence = match (intent.flaw, telephone) {
            (Flaw::NoEvidence, _) => None,
            (_, true) => Some((Evidence::PhoneRecording, act)),
            (_, false) => Some((Evidence::InternetLog, act)),
        };
        let mut source = [0; 16];
        source[10..12].copy_from_slice(&[0xFF, 0xFF]);
        source[12..16].copy_from_slice(&(0x0A00_0000 + client.0).to_be_bytes());
        let Intent { side, kind, validity, channel, product, .. } = *intent;
        let place = Place {
            client, security, venue, side, kind, validity, channel, product, price, trigger, qty, disclosed, seen,
            key: act, source, terminal, evidence,
        };
        (user, place)
    }
}

/// An auction takes whole orders that stand for the day; after the close there is no price to name.
fn meant_for(phase: Phase, intent: Intent, lots: &mut Lots) -> Intent {
    let at_market = phase == Phase::PostClose || lots.one_in(4);
    let kind = if at_market { OrderKind::Market } else { OrderKind::Limit };
    Intent { kind, validity: Validity::Day, shown: 0, flaw: Flaw::None, ..intent }
}

fn code_of(number: &str) -> Code<20> {
    Code::parse(number).expect("digits")
}

fn desk_limits() -> UserLimits {
    UserLimits {
        order_qty: Qty(100_000),
        order_value: Paise::rupees(1_500_000),
        symbol_qty: Qty(400_000),
        open_value: Paise::rupees(500_000_000),
    }
}

fn client_limits(deposit: Paise) -> ClientLimits {
    ClientLimits {
        order_value: Paise::rupees(58_000),
        exposure: Paise(deposit.0 * 6),
        turnover: Paise(deposit.0 * 10),
    }
}

/// Papers are filed by member.
fn paper(n: u32) -> Code<16> {
    Code::parse(&format!("PAP/{n:06}")).expect("a reference")
}


/// What the own and error accounts are registered with: the firm's own demat account and bank account.
pub fn own_accounts_of(house: &House) -> (world::AccountNo, (Depository, world::DematNo)) {
    let demat = house.demat(vocab::DematAccount::Own, Depository::Nsdl).expect("an own account");
    (house.bank(BankAccount::Own), (Depository::Nsdl, demat))
}
