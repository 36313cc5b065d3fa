//! The state, and the three verbs.

use crate::costs::Costs;
use crate::flows;
use crate::timer::Timers;
use crate::{
    Accounts, Break, BreakKind, Calendar, Command, DematReconciliation, Event, Events, HouseFigures, Inward, Inwards, InstrumentStage, Job, Place, PolicyFigures, Reconciliation, Refusal, Report, Review, Source, Timer, User,
    Users, text_of,
};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
use rulebook::{Rule, Rulebook};
use vocab::{
    AccountToken, BankAccount, BreakNo, ClientRow, Corporation, Day, EntryNo, IntermediaryRow, InstrumentKind, Moment, NoteNo, Paise,
    PaymentNo, RuleRow, SecurityRow, SettlementKind, SettlementRow, Side, StateCode, UserRow, Venue,
};

/// Changes when the same input may decide differently; `verify` re-decides entries of its own version only.
pub const LOGIC_VERSION: u16 = 1;
/// Changes when the dump does; digests compare, and snapshots are read, within one.
pub const STATE_VERSION: u16 = 9;

/// The moment a decision is made at: market time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AsOf {
    pub now: Moment,
}

impl AsOf {
    pub fn day(&self) -> Day {
        self.now.day()
    }
}

/// The head of an entry: what the state takes from it besides its events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    pub entry: EntryNo,
    pub source: Source,
    /// The source's own number; zero for the firm itself.
    pub sequence: u64,
    pub at: Moment,
}

/// Money of a third party.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Where it came, and where it goes back from.
    pub account: BankAccount,
    pub amount: Paise,
    pub from: AccountToken,
    pub returning: Option<PaymentNo>,
}

vocab::kept!(struct Receipt { account, amount, from, returning });

/// A cheque or draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lodged {
    pub client: ClientRow,
    pub kind: InstrumentKind,
    pub amount: Paise,
    pub certified: bool,
    pub stage: InstrumentStage,
    pub lodged: Moment,
}

vocab::kept!(struct Lodged { client, kind, amount, certified, stage, lodged });

/// What of a client's credits nothing keeps, beside what his bills are owed, and by when he must have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CreditDue {
    pub amount: Paise,
    pub due: Moment,
}

vocab::kept!(struct CreditDue { amount, due });

/// STT and stamp duty of a settlement, and stamp duty by state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Levies {
    pub stt: Paise,
    pub stamps: BTreeMap<StateCode, Paise>,
}

vocab::kept!(struct Levies { stt, stamps });

impl Default for Levies {
    fn default() -> Self {
        Levies { stt: Paise::ZERO, stamps: BTreeMap::new() }
    }
}

/// The charge block of a note of today, and whose state its stamp duty went to: what a cancelled note takes back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteOfDay {
    pub note: NoteNo,
    pub state: StateCode,
    pub lines: Vec<(charges::Head, Paise)>,
    /// What of its brokerage is an intermediary's, by exchange.
    pub shared: Option<(IntermediaryRow, [Paise; Venue::ALL.len()])>,
}

vocab::kept!(struct NoteOfDay { note, state, lines, shared });

/// What has come of the clearing corporation's obligation file of one settlement.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ObligationFile {
    /// The last part.
    pub part: u16,
    /// Securities whose row agrees; trade for trade, of what comes and of what goes.
    pub rows: BTreeSet<(SecurityRow, bool)>,
    /// A part did not agree, or came out of turn.
    pub spoilt: bool,
}

vocab::kept!(struct ObligationFile { part, rows, spoilt });

const NOWHERE: [[Option<SettlementRow>; SettlementKind::ALL.len()]; Corporation::ALL.len()] =
    [[None; SettlementKind::ALL.len()]; Corporation::ALL.len()];

/// The state of the whole broker.
pub struct Firm {
    pub(crate) now: Moment,
    /// The last input taken from each source.
    pub(crate) heard: [u64; Source::ALL.len()],
    pub(crate) name: Option<Box<str>>,
    pub(crate) state: StateCode,
    pub accounts: Accounts,
    pub rules: Rulebook,
    pub calendar: Calendar,
    pub users: Users,
    pub(crate) proposals: BTreeMap<[u64; 2], (UserRow, Day)>,
    pub clients: clients::Clients,
    pub intermediaries: intermediaries::Intermediaries,
    pub market: market::Market,
    pub orders: orders::Orders,
    pub risk: risk::Risk,
    pub partners: partners::Partners,
    pub actions: actions::Actions,
    pub books: books::Books,
    pub stock: books::Stock,
    pub clearing: clearing::Clearing,
    pub series: notes::Series,
    pub margin: margin::Margin,
    pub corrections: corrections::Corrections,
    pub liens: liens::Liens,
    pub mandates: mandates::Mandates,
    pub watch: watch::Watch,
    pub access: access::Access,
    pub(crate) day: Option<Day>,
    pub(crate) ended: Option<Day>,
    /// Where the day's trades go, by clearing corporation and kind of settlement.
    pub(crate) settlements: [[Option<SettlementRow>; SettlementKind::ALL.len()]; Corporation::ALL.len()],
    /// Who settles the day's trades of both exchanges; each exchange's own corporation if none does.
    pub(crate) cleared_by: Option<Corporation>,
    pub(crate) policy: PolicyFigures,
    pub(crate) house: HouseFigures,
    pub review: Review,
    pub(crate) costs: Costs,
    pub(crate) timers: Timers,
    pub(crate) jobs: VecDeque<(Job, u32)>,
    pub(crate) breaks: BTreeMap<BreakNo, Break>,
    pub(crate) next_break: BreakNo,
    pub(crate) receipts: BTreeMap<u32, Receipt>,
    pub(crate) next_receipt: u32,
    /// Shares of third parties, until they are back.
    pub inwards: Inwards,
    pub reconciliation: Reconciliation,
    pub demat_reconciliation: DematReconciliation,
    /// Cheques and drafts that are not cleared, or were today.
    pub(crate) instruments: BTreeMap<u32, Lodged>,
    pub(crate) next_instrument: u32,
    /// Clients who asked that their credits stay, and until when.
    pub(crate) keeps: BTreeMap<ClientRow, Day>,
    pub(crate) credits_due: BTreeMap<ClientRow, CreditDue>,
    pub(crate) levies: BTreeMap<SettlementRow, Levies>,
    /// Notes made today, by number; and clients whose note was cancelled and has no successor yet.
    pub(crate) notes_of_day: Vec<NoteOfDay>,
    pub(crate) cancelled: BTreeMap<(SettlementRow, ClientRow), NoteNo>,
    /// Settlements whose pay-outs wait for own money to arrive.
    pub(crate) waiting: BTreeSet<SettlementRow>,
    /// Trade file parts of the day, and what has come of each obligation file.
    pub(crate) file_parts: BTreeSet<(Venue, Day, u16)>,
    /// Exchanges whose whole file of the day is there.
    pub(crate) whole_files: BTreeSet<(Venue, Day)>,
    /// Which issue of today's trade file stands, where it is not the first.
    pub(crate) reissues: BTreeMap<Venue, u16>,
    /// Today's files of what settles today: parts that came, and exchanges whose whole file is there.
    pub(crate) same_day_parts: BTreeSet<(Venue, Day, u16)>,
    pub(crate) same_day_files: BTreeSet<(Venue, Day)>,
    pub(crate) obligation_files: BTreeMap<SettlementRow, ObligationFile>,
    /// Credits of auctions and close-outs whose money has not come.
    pub(crate) cures: BTreeMap<(SettlementRow, ClientRow, SecurityRow), Paise>,
    /// Events applied since the entry began; books must balance when it ends.
    open: bool,
}

impl Firm {
    pub fn new() -> Firm {
        Firm {
            now: Moment(0),
            heard: [0; Source::ALL.len()],
            name: None,
            state: StateCode::parse("--").expect("two characters"),
            accounts: Accounts::default(),
            rules: Rulebook::default(),
            calendar: Calendar::new(),
            users: Users::new(),
            proposals: BTreeMap::new(),
            clients: clients::Clients::new(),
            intermediaries: intermediaries::Intermediaries::new(),
            market: market::Market::new(),
            orders: orders::Orders::new(),
            risk: risk::Risk::new(),
            partners: partners::Partners::new(),
            actions: actions::Actions::new(),
            books: books::Books::new(),
            stock: books::Stock::new(),
            clearing: clearing::Clearing::new(),
            series: notes::Series::new(),
            margin: margin::Margin::new(),
            corrections: corrections::Corrections::new(),
            liens: liens::Liens::new(),
            mandates: mandates::Mandates::new(),
            watch: watch::Watch::new(),
            access: access::Access::new(),
            day: None,
            ended: None,
            settlements: NOWHERE,
            cleared_by: None,
            policy: PolicyFigures::BEFORE_ANY_DAY,
            house: HouseFigures { confirm_above: Paise::ZERO, releasable: risk::Waived::NONE, resale: false },
            review: Review::default(),
            costs: Costs::default(),
            timers: Timers::default(),
            jobs: VecDeque::new(),
            breaks: BTreeMap::new(),
            next_break: BreakNo(1),
            receipts: BTreeMap::new(),
            next_receipt: 1,
            inwards: Inwards::new(),
            reconciliation: Reconciliation::default(),
            demat_reconciliation: DematReconciliation::default(),
            instruments: BTreeMap::new(),
            next_instrument: 1,
            keeps: BTreeMap::new(),
            credits_due: BTreeMap::new(),
            levies: BTreeMap::new(),
            notes_of_day: Vec::new(),
            cancelled: BTreeMap::new(),
            waiting: BTreeSet::new(),
            file_parts: BTreeSet::new(),
            whole_files: BTreeSet::new(),
            reissues: BTreeMap::new(),
            same_day_parts: BTreeSet::new(),
            same_day_files: BTreeSet::new(),
            obligation_files: BTreeMap::new(),
            cures: BTreeMap::new(),
            open: false,
        }
    }

    /// Market time of the last entry.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The last input taken from a source: what a reconnecting link resumes after.
    pub fn heard(&self, source: Source) -> u64 {
        self.heard.get(usize::from(source as u8)).copied().unwrap_or(0)
    }

    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub fn home_state(&self) -> StateCode {
        self.state
    }

    pub fn day(&self) -> Option<Day> {
        self.day
    }

    /// Who settles today's trades of an exchange.
    pub fn cleared_by(&self, venue: Venue) -> Corporation {
        self.cleared_by.unwrap_or(venue.own_corporation())
    }

    /// Where today's trades of an exchange and a kind go.
    pub(crate) fn settlement_today(&self, venue: Venue, kind: SettlementKind) -> Option<SettlementRow> {
        let of = self.settlements.get(usize::from(self.cleared_by(venue).number()))?;
        of.get(usize::from(kind.number())).copied().flatten()
    }

    /// The last day that was ended.
    pub fn ended(&self) -> Option<Day> {
        self.ended
    }

    /// Whether a break of this kind and subject is open: what is said once is not said again.
    pub(crate) fn has_break(&self, kind: BreakKind, subject: u64) -> bool {
        self.breaks.values().any(|b| (b.kind, b.subject) == (kind, subject))
    }

    pub fn breaks(&self) -> impl Iterator<Item = (BreakNo, &Break)> {
        self.breaks.iter().map(|(no, b)| (*no, b))
    }

    /// Cheques and drafts by number: what is not cleared, or was today.
    pub fn instruments(&self) -> impl Iterator<Item = (u32, &Lodged)> {
        self.instruments.iter().map(|(no, it)| (*no, it))
    }

    /// What the bank credited subject to clearing: in its books, and nobody's to use.
    pub(crate) fn uncleared(&self) -> Paise {
        let open = self.instruments.values().filter(|it| it.stage == InstrumentStage::Credited);
        open.map(|it| it.amount).sum()
    }

    pub fn receipts(&self) -> impl Iterator<Item = (u32, &Receipt)> {
        self.receipts.iter().map(|(no, r)| (*no, r))
    }

    /// What an order of a client in a state may cost at most: as the day began with, or for the first client of a
    /// state opened after that, as it would have.
    ///
    /// # Errors
    /// [`rulebook::NoRule`] naming the first rule that is not known on the day.
    pub fn worst(&self, state: StateCode, side: Side, day: Day) -> Result<charges::Worst, rulebook::NoRule> {
        match self.costs.get(state, side) {
            Some(cost) => Ok(*cost),
            None => {
                let place = charges::Place { client: state, firm: self.state };
                charges::worst(&self.rules, side, place, &self.market.exchanges(day), day)
            }
        }
    }

    /// Room for so many orders of a day, each of which may trade, before it begins: what is decided does not hang on it, only how
    /// long an order takes that would have to wait for memory.
    pub fn make_room(&mut self, orders: u32) {
        let orders = usize::try_from(orders).expect("a count");
        self.orders.make_room(orders);
        self.risk.make_room(orders);
        self.clearing.make_room(orders);
    }

    /// What a client may sell on a day: what is in his account and bound by nothing, and what is still to come to him.
    pub fn saleable(&self, venue: Venue, client: ClientRow, security: SecurityRow, day: Day) -> vocab::Qty {
        flows::shares::saleable(self, venue, client, security, day)
    }

    /// Would an order only close what the day's intraday orders have opened?
    pub fn covers(&self, of: (ClientRow, SecurityRow, Venue), side: Side, qty: vocab::Qty) -> bool {
        flows::intraday::covers(self, of, side, qty)
    }

    /// Of the value of what an intraday order opens.
    ///
    /// # Errors
    /// [`rulebook::NoRule`] where the house's fraction has no row on the day.
    pub fn intraday_margin(&self, security: SecurityRow, side: Side, day: Day) -> Result<vocab::Rate, rulebook::NoRule> {
        flows::intraday::margin(self, security, side, day)
    }

    /// What an order wants blocked, whether or not its client has it.
    ///
    /// # Errors
    /// The refusal of what is not dealt in so, or of a rule that is not known.
    pub fn needs(&self, place: &Place, as_of: &AsOf) -> Result<risk::Needs, Refusal> {
        flows::place::needs_of(self, place, as_of)
    }

    /// What a client's own terms let him have open and bought, where they speak of it.
    pub fn most_by_means(&self, client: ClientRow) -> Option<Paise> {
        flows::place::most_by_means(self, client)
    }

    /// What a client has sold that nothing lets the firm deliver: for him to instruct, while there is time.
    pub fn to_instruct(&self, client: ClientRow) -> impl Iterator<Item = (SecurityRow, vocab::Qty)> {
        flows::mandates::to_instruct(self, client).into_iter()
    }

    /// Whose session it is, if it is good and comes from where it may: asked before an order of a program is submitted.
    ///
    /// # Errors
    /// [`crate::Code::NoSession`], [`crate::Code::SessionOver`], [`crate::Code::AddressUnknown`].
    pub fn may_send(&self, session: vocab::SessionNo, source: [u8; 16], as_of: &AsOf) -> Result<UserRow, Refusal> {
        flows::access::may_send(self, session, source, as_of)
    }

    pub fn house(&self) -> &HouseFigures {
        &self.house
    }

    /// What part of a trade's value the day's policy asks for up front.
    pub fn upfront(&self, security: SecurityRow, side: Side, day: Day) -> vocab::Rate {
        self.market.margin(security, day).unwrap_or(match side {
            Side::Buy => self.policy.buy,
            Side::Sell => self.policy.sell,
        })
    }

    pub fn policy(&self) -> &PolicyFigures {
        &self.policy
    }

    pub fn next_timer(&self) -> Option<(Moment, Timer)> {
        self.timers.first()
    }

    pub fn job(&self) -> Option<Job> {
        self.jobs.front().map(|(job, _)| *job)
    }

    /// Is anything of any settlement still outstanding?
    pub fn is_settled(&self) -> bool {
        let done = |s: &clearing::Settlement| s.trades == 0 || s.stage == clearing::Stage::Done;
        self.clearing.settlements().all(|(_, s)| done(s))
            && self.jobs.is_empty()
            && self.partners.payments().next().is_none()
            && self.partners.transfers().next().is_none()
    }

    /// A person asks; we may refuse. Reads only.
    ///
    /// # Errors
    /// The refusal of highest precedence, with its figures; `out` is then as it was.
    pub fn decide(&self, by: UserRow, command: &Command, as_of: &AsOf, out: &mut Events) -> Result<(), Refusal> {
        let mark = out.len();
        let result = flows::decide(self, by, command, as_of, out);
        if result.is_err() {
            out.cut(mark);
        }
        result
    }

    /// The world reports; we may not refuse.
    pub fn observe(&self, report: &Report, as_of: &AsOf, out: &mut Events) {
        flows::observe(self, report, as_of, out);
    }

    /// A timer is due.
    pub fn tick(&self, timer: Timer, as_of: &AsOf, out: &mut Events) {
        flows::tick(self, timer, as_of, out);
    }

    /// The next step of the running job.
    pub fn step(&self, as_of: &AsOf, out: &mut Events) {
        if let Some((job, cursor)) = self.jobs.front() {
            flows::step(self, *job, *cursor, as_of, out);
        }
    }

    /// An entry begins: its time, and that its source has been heard so far.
    ///
    /// # Panics
    /// When market time would run backwards or a source's number is skipped: bugs of the keeper.
    #[allow(clippy::wildcard_enum_match_arm, reason = "people are the one source that may leave numbers out")]
    #[inline]
    pub fn begin(&mut self, head: &Head) {
        assert!(!self.open, "entries do not nest");
        assert!(head.at >= self.now, "market time is monotonic");
        self.now = head.at;
        self.open = true;
        self.clients.turn(head.at);
        if head.source != Source::Itself {
            let heard = self.heard.get_mut(usize::from(head.source as u8)).expect("a source");
            let follows = match head.source {
                // A person's numbers rise; the world's links leave none out.
                Source::People => head.sequence > *heard,
                _ => heard.checked_add(1) == Some(head.sequence),
            };
            assert!(follows, "inputs of a source are taken once and in order");
            *heard = head.sequence;
        }
    }

    /// An entry ends.
    ///
    /// # Panics
    /// When its postings do not balance: that must not reach the journal.
    #[inline]
    pub fn end(&mut self) {
        assert!(self.books.is_balanced(), "every entry leaves the books at zero");
        self.books.end();
        self.open = false;
    }

    /// A whole entry, as it was decided before.
    ///
    /// # Panics
    /// As [`Firm::begin`], [`Firm::apply`] and [`Firm::end`].
    pub fn enter(&mut self, head: &Head, events: &[Event], tail: &[u8]) {
        self.begin(head);
        for event in events {
            self.apply(event, tail);
        }
        self.end();
    }

    /// A fact; cannot fail.
    #[inline]
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    pub fn apply(&mut self, event: &Event, tail: &[u8]) {
        match event {
            // What orders and fills are made of comes first, and the rest stands apart: it would weigh on each of them.
            Event::Order(event) => self.orders.apply(event, self.now),
            Event::Risk(event) => self.risk.apply(event),
            Event::Clearing(event) => self.clearing.apply(event),
            Event::Stock(event) => self.stock.apply(event),
            Event::Money(event) => self.books.apply(event),
            // It is told, and changes nothing.
            Event::Crossed { .. } => {}
            other => self.apply_department(other, tail),
        }
    }

    #[inline(never)]
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_department(&mut self, event: &Event, tail: &[u8]) {
        match event {
            Event::Partner(event) => self.partners.apply(event, self.now),
            Event::Action(event) => self.actions.apply(event),
            Event::Client(event) => self.clients.apply(event, self.now.day()),
            Event::Market(event) => self.market.apply(event),
            Event::Lien(event) => self.liens.apply(event),
            Event::Mandate(event) => self.mandates.apply(event, self.now.day()),
            Event::Watch(event) => self.watch.apply(event, self.now),
            Event::Access(event) => {
                self.access.apply(event, self.now);
                // Beside what an order reads of its user anyway.
                self.users.follow(event, &self.access);
            }
            Event::AppAddressed { app, redirect, postback } => {
                self.access.address(*app, text_of(tail, redirect), text_of(tail, postback));
            }
            Event::UserAppointed { user, role } => self.users.appoint(*user, *role),
            Event::Margin(event) => {
                self.margin.apply(event);
                // Beside the figures an order reads anyway.
                self.policy.barred = self.margin.is_barred();
            }
            Event::Intermediary(event) => self.intermediaries.apply(event),
            other => self.apply_rest(other, tail),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_rest(&mut self, event: &Event, tail: &[u8]) {
        match *event {
            Event::Correction(ref event) => self.corrections.apply(event, self.now),
            Event::Refused(_) => {}
            Event::FirmOpened { state, ref name } => {
                self.state = state;
                self.name = Some(text_of(tail, name).into());
            }
            Event::BankNamed { .. }
            | Event::DematNamed { .. }
            | Event::AccountNumbered { .. }
            | Event::AccountClosed { .. }
            | Event::AccountTold { .. } => self.accounts.apply(event, self.now.day()),
            Event::UserRegistered { user, code, role, client, terminal } => {
                self.users.register(user, User { code, role, client, terminal, shut: false });
            }
            Event::Proposed { fingerprint, by } => {
                self.proposals.insert(fingerprint, (by, self.now.day()));
            }
            Event::ProposalTaken { fingerprint, .. } | Event::ProposalLapsed { fingerprint, .. } => {
                self.proposals.remove(&fingerprint);
            }
            Event::RuleAdopted { .. } => self.adopt(event, tail),
            Event::HolidayAdded { day } => self.calendar.add(day),
            Event::SettlementHolidayAdded { day } => self.calendar.add_settlement_holiday(day),
            Event::ExchangeHolidayAdded { venue, day } => self.calendar.add_alone(venue, day),
            Event::SessionAdded { venue, day } => self.calendar.add_session(venue, day),
            Event::SessionTimed { venue, day, open, close } => self.calendar.time_session(venue, day, open, close),
            Event::DayBegun { day, settlement, cleared_by, policy } => {
                self.day = Some(day);
                self.settlements = NOWHERE;
                for (corporation, kind, row) in self.clearing.all_of_day(day) {
                    let of = self.settlements.get_mut(usize::from(corporation.number())).expect("a corporation");
                    *of.get_mut(usize::from(kind.number())).expect("a kind") = Some(row);
                }
                self.cleared_by = cleared_by;
                let first = self.calendar.first_open(day).and_then(|venue| self.settlement_today(venue, SettlementKind::Normal));
                assert!(first == Some(settlement), "the day's own settlement");
                self.policy = policy;
                self.costs.clear();
                self.file_parts.clear();
                self.whole_files.clear();
                self.reissues.clear();
                self.same_day_parts.clear();
                self.same_day_files.clear();
                self.notes_of_day.clear();
                self.cancelled.clear();
                self.instruments.retain(|_, it| it.stage != InstrumentStage::Cleared);
            }
            Event::Costed { state, side, levies, tax } => {
                self.costs.set(state, side, charges::Worst { levies, tax });
            }
            Event::DayEnded { day } => self.ended = Some(day),
            Event::Armed { due, timer } => self.timers.arm(due, timer),
            Event::Disarmed { due, timer } => self.timers.disarm(due, timer),
            Event::JobStarted { job } => self.jobs.push_back((job, 0)),
            Event::JobMoved { cursor } => self.jobs.front_mut().expect("a running job").1 = cursor,
            Event::JobEnded => {
                self.jobs.pop_front().expect("a running job");
            }
            _ => self.apply_records(event),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_records(&mut self, event: &Event) {
        match *event {
            Event::Broke { no, kind, subject, ours, theirs } => {
                assert!(no == self.next_break, "breaks are numbered without gaps");
                self.next_break = no.next();
                self.breaks.insert(no, Break { kind, subject, ours, theirs, opened: self.now });
            }
            Event::Mended { no, .. } | Event::Superseded { no, .. } => {
                self.breaks.remove(&no).expect("an open break");
            }
            Event::NoteTaken { year, note, client, settlement, .. } => {
                self.series.take(year, note);
                self.note_block(note, client);
                self.cancelled.remove(&(settlement, client));
                self.clients.dealt(client, self.now.day());
            }
            Event::Shared { note, trade, intermediary, amount, .. } => {
                let of = self.notes_of_day.last_mut().filter(|last| last.note == note).expect("a note of its lines");
                let (_, sums) = of.shared.get_or_insert((intermediary, [Paise::ZERO; Venue::ALL.len()]));
                *sums.get_mut(usize::from(trade.venue().number())).expect("an exchange") += amount;
            }
            Event::NoteCancelled { note, client, settlement, .. } => self.cancel_note(note, client, settlement),
            Event::Charged(ref charged) => self.add_levy(charged),
            Event::ObligationPart { settlement, part, .. } => {
                let file = self.obligation_files.entry(settlement).or_default();
                // The first part starts again: the file may come provisional and then final.
                if part <= 1 {
                    *file = ObligationFile::default();
                }
                file.part = part;
            }
            Event::ObligationSpoilt { settlement } => {
                self.obligation_files.entry(settlement).or_default().spoilt = true;
            }
            Event::ObligationRow { settlement, security, delivers } => {
                self.obligation_files.entry(settlement).or_default().rows.insert((security, delivers));
            }
            Event::ReceiptHeld { receipt, account, amount, from } => {
                self.next_receipt = receipt.saturating_add(1);
                self.receipts.insert(receipt, Receipt { account, amount, from, returning: None });
            }
            Event::DividendHeld { receipt, amount, from } => {
                self.next_receipt = receipt.saturating_add(1);
                self.receipts.insert(receipt, Receipt { account: BankAccount::Client, amount, from, returning: None });
            }
            Event::ReceiptReturned { receipt, payment } => {
                // No payment has number zero: the bank refused, and nothing is on its way.
                let returning = (payment != PaymentNo(0)).then_some(payment);
                self.receipts.get_mut(&receipt).expect("a receipt in suspense").returning = returning;
            }
            Event::CoverAsked { settlement, waits } => {
                if waits { self.waiting.insert(settlement) } else { self.waiting.remove(&settlement) };
            }
            Event::CureDue { settlement, client, security, amount } => {
                self.cures.insert((settlement, client, security), amount);
            }
            Event::CurePaid { settlement, client, security, .. } => {
                self.cures.remove(&(settlement, client, security)).expect("a credit that was due");
            }
            _ => self.apply_files(event),
        }
    }

    /// The exchanges' trade files of the day.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_files(&mut self, event: &Event) {
        match *event {
            Event::FilePart { venue, day, part, .. } => {
                self.file_parts.insert((venue, day, part));
            }
            Event::FileWhole { venue, day } => {
                self.whole_files.insert((venue, day));
            }
            Event::SameDayFilePart { venue, day, part, .. } => {
                self.same_day_parts.insert((venue, day, part));
            }
            Event::SameDayFileWhole { venue, day } => {
                self.same_day_files.insert((venue, day));
            }
            Event::FileReissued { venue, day, issue } => {
                self.reissues.insert(venue, issue);
                self.file_parts.retain(|(of, _, _)| *of != venue);
                self.whole_files.remove(&(venue, day));
            }
            _ => self.apply_waiting(event),
        }
    }

    /// Orders that wait for a person.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_waiting(&mut self, event: &Event) {
        match *event {
            Event::HouseFigured(figures) => self.house = figures,
            Event::Referred(placed) => self.review.refer(placed, self.now),
            Event::ReferralConditioned { referral, trigger, disclosed, seen } => {
                let waits = self.review.get_mut(referral);
                (waits.trigger, waits.disclosed, waits.seen) = (trigger, disclosed, seen);
            }
            Event::ReferralProof { referral, source, terminal, kind, reference } => {
                let waits = self.review.get_mut(referral);
                (waits.source, waits.terminal, waits.evidence) = (source, terminal, (kind, reference));
            }
            Event::ReferralReason { referral, refusal, waived } => {
                let waits = self.review.get_mut(referral);
                (waits.refusal, waits.waived) = (refusal, waived);
            }
            Event::ReferralEnded { referral, .. } => self.review.end(referral),
            _ => self.apply_bank(event),
        }
    }

    /// What clients hand in, and what the bank did.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the rest is a record of the journal and no state")]
    fn apply_bank(&mut self, event: &Event) {
        match *event {
            Event::Lodged { instrument, client, kind, amount, certified } => {
                self.next_instrument = instrument.saturating_add(1);
                let stage = InstrumentStage::Lodged;
                let it = Lodged { client, kind, amount, certified, stage, lodged: self.now };
                self.instruments.insert(instrument, it);
            }
            Event::InstrumentReached { instrument, stage: InstrumentStage::Returned } => {
                self.instruments.remove(&instrument).expect("an instrument that was lodged");
            }
            Event::InstrumentReached { instrument, stage } => {
                self.instruments.get_mut(&instrument).expect("an instrument that was lodged").stage = stage;
            }
            Event::CreditKept { client, until, .. } => {
                self.keeps.insert(client, until);
            }
            Event::CreditDue { client, amount, due } => {
                if amount.is_zero() {
                    self.credits_due.remove(&client);
                } else {
                    self.credits_due.insert(client, CreditDue { amount, due });
                }
            }
            Event::BankBooked { account, reference, amount } => {
                self.reconciliation.booked(account, reference, amount, self.now.day());
            }
            Event::BankStated { account, reference, amount } => {
                self.reconciliation.stated(account, reference, amount, self.now.day());
            }
            Event::DematCompared { account, depository, security, ours, theirs } => {
                self.demat_reconciliation.compared((account, depository, security), ours, theirs, self.now.day());
            }
            Event::DematStated { day, depository, .. } => self.demat_reconciliation.told(depository, day),
            Event::SharesHeld { inward, account, depository, security, qty, from } => {
                let since = self.now.day();
                self.inwards.hold(inward, Inward { account, depository, security, qty, from, since, returning: false });
            }
            Event::SharesReturning { inward } => self.inwards.send(inward),
            Event::SharesReturned { inward, qty } => self.inwards.went(inward, qty),
            Event::SharesStay { inward, under } => self.inwards.stay(inward, under),
            _ => {}
        }
    }

    /// The levies of a settlement grow with each of its bills; a note's lines come one behind the other.
    fn add_levy(&mut self, charged: &crate::Charged) {
        let line = (charged.head, charged.amount);
        let block = self.note_block(charged.note, charged.client);
        block.lines.push(line);
        let state = block.state;
        let Some((Job::Bill(settlement), _)) = self.jobs.front() else { return };
        self.count_levy(*settlement, line, state);
    }

    /// The block of the last note, begun with its first line, or with the note itself where nothing is charged.
    fn note_block(&mut self, note: NoteNo, client: ClientRow) -> &mut NoteOfDay {
        if self.notes_of_day.last().is_none_or(|last| last.note != note) {
            let state = self.clients.get(client).map_or(self.state, |c| c.state);
            self.notes_of_day.push(NoteOfDay { note, state, lines: Vec::new(), shared: None });
        }
        self.notes_of_day.last_mut().expect("just begun")
    }

    fn count_levy(&mut self, settlement: SettlementRow, (head, amount): (charges::Head, Paise), state: StateCode) {
        let levies = self.levies.entry(settlement).or_default();
        if head == charges::Head::Stt {
            levies.stt += amount;
        }
        if head == charges::Head::Stamp {
            *levies.stamps.entry(state).or_insert(Paise::ZERO) += amount;
        }
    }

    fn cancel_note(&mut self, note: NoteNo, client: ClientRow, settlement: SettlementRow) {
        let it = self.note_of_day(note).expect("a note of today").clone();
        for (head, amount) in it.lines {
            self.count_levy(settlement, (head, -amount), it.state);
        }
        self.cancelled.insert((settlement, client), note);
    }

    pub(crate) fn note_of_day(&self, note: NoteNo) -> Option<&NoteOfDay> {
        let at = self.notes_of_day.binary_search_by_key(&note, |n| n.note).ok()?;
        self.notes_of_day.get(at)
    }

    pub(crate) fn levies_of(&self, settlement: SettlementRow) -> Levies {
        self.levies.get(&settlement).cloned().unwrap_or_default()
    }

    fn adopt(&mut self, event: &Event, tail: &[u8]) {
        let Event::RuleAdopted { row, name, scope, from, to, value, extra, confidence, ref text } = *event else {
            return;
        };
        let mut texts = text_of(tail, text).split('\n');
        let mut next = || Box::<str>::from(texts.next().unwrap_or(""));
        let (source, paragraph, note) = (next(), next(), next());
        let rule = Rule { name, scope, from, to, value, extra, confidence, source, paragraph, note };
        let given = self.rules.adopt(rule).expect("a rule checked when it was adopted");
        assert!(given == row, "rules are numbered in the order of adoption");
    }

    pub fn rule(&self, row: RuleRow) -> Option<&Rule> {
        self.rules.get(row)
    }

    /// Row of a client by whose account it is; the own and error accounts belong to the firm.
    #[inline]
    pub(crate) fn is_own(&self, client: ClientRow) -> bool {
        // Of the two rows of a client the one that an order has read already.
        self.clients.dealing(client).is_some_and(clients::Dealing::is_own)
    }

    pub(crate) fn is_error_account(&self, client: ClientRow) -> bool {
        self.clients.dealing(client).is_some_and(|c| c.kind == vocab::ClientKind::Error)
    }
}

impl Default for Firm {
    fn default() -> Self {
        Firm::new()
    }
}

// The whole state, in the order of the fields.
vocab::kept!(struct Firm {
    now, heard, name, state, accounts, rules, calendar, users, proposals, clients, intermediaries, market,
    orders, risk, partners, actions, books, stock, clearing, series, margin, corrections, liens, mandates, watch, access, day, ended,
    settlements,
    cleared_by, policy, house, review, costs, timers, jobs, breaks, next_break, receipts, next_receipt, reconciliation,
    demat_reconciliation, inwards, instruments, next_instrument, keeps, credits_due, levies, notes_of_day, cancelled, waiting, file_parts,
    whole_files, reissues, same_day_parts, same_day_files, obligation_files, cures, open,
});
