//! Virtual time: one scheduler orders everything that happens by (due, who, number).
//!
//! Ties go to the world, then the firm's timers, then messages in, then people, then messages out. Messages
//! between the firm and the world survive neither side's crash; each side is asked how far it heard, and the
//! other goes on from there.

mod disputes;
mod online;
mod powers;
mod seldom;
mod sheets;

use crate::post::Post;
use crate::script::{Flaw, Intent, ERROR, OPERATIONS, RISK, OWN_DEALER, PRINCIPAL, Paper, SECOND, Script, What, own_accounts_of};
use crate::house::OWN_TERMINAL;
use crate::stage::Stage;
use crate::story::{Beside, Story};
use firm::{Command, Correction, Event, Firm, Head, Input, Place, Source};
use intermediaries::Ask;
use journal::Disk;
use sequencer::{Keeper, Outgoing, Replayed, Sequencer, Snapshot, Tamper, Unheard};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::fmt;
use std::io;
use vault::{Vault, VaultError};
use stdx::Lots;
use vocab::{
    Board, Channel, ClientRow, Code, Day, Dump, Evidence, IntermediaryKind, IntermediaryRow, LegalForm, ModificationReason, Moment,
    OrderKind, Paise, Phase, Price, Product, Qty, SecurityRow, Side, Validity, Venue,
};
use world::{BadMessage, DaySheet, FromPeople, Kept, KeptError, Link, Sent, SheetRow, ToFirm};

/// What is dealt in for less on a day is thin.
const LIVELY: Paise = Paise::rupees(20_000_000);

/// Of orders that the same-day session would take, one in so many goes there.
const SAME_DAY_ONE_IN: u64 = 3;

/// How long a message of the firm travels, in microseconds.
const WAY: i64 = 500;
/// How long after a loss the link notices by itself, and how long a repeat travels.
const HEARTBEAT: i64 = 30_000_000;
const REPEAT: i64 = 1_000_000;

/// What may go wrong on the way. The lots of a fault depend on the message alone, so that a cut-off run meets
/// the same faults when it goes on.
pub trait Faults {
    /// A message of the firm is lost.
    fn lost_out(&self, _number: u64) -> bool {
        false
    }
    /// A message of the world is lost, told twice, or late by so many microseconds.
    fn inbound(&self, _link: Link, _seq: u64) -> Fate {
        Fate::Straight
    }
    /// An instruction is carried out twice: a planted bug of the firm's messenger.
    fn sent_twice(&self, _message: &world::FromFirm) -> bool {
        false
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    Straight,
    Lost,
    Doubled,
    Late(i64),
}

/// Nothing goes wrong on the way.
pub struct NoFaults;

impl Faults for NoFaults {}

#[derive(Debug)]
pub enum TheatreError {
    Io(io::Error),
    World(KeptError),
    Vault(VaultError),
    Message(BadMessage),
    /// The settlements did not come to an end in as many days.
    Unsettled { day: Day, detail: String },
    /// The disk has no room for another segment: what was begun is kept, nothing new is taken.
    DiskFull,
}

impl fmt::Display for TheatreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TheatreError::Io(e) => write!(f, "the journal cannot be written: {e}"),
            TheatreError::World(e) => write!(f, "{e}"),
            TheatreError::Vault(e) => write!(f, "{e}"),
            TheatreError::Message(e) => write!(f, "the world refused a message: {e}"),
            TheatreError::Unsettled { day, detail } => {
                write!(f, "by {day} the settlements had not come to an end: {detail}")
            }
            TheatreError::DiskFull => f.write_str("the disk is full: the reserved segment holds what was begun; make room and run again"),
        }
    }
}

impl std::error::Error for TheatreError {}

macro_rules! from {
    ($($variant:ident $type:ty;)*) => {$(
        impl From<$type> for TheatreError {
            fn from(e: $type) -> TheatreError { TheatreError::$variant(e) }
        }
    )*};
}
from! { Io io::Error; World KeptError; Vault VaultError; Message BadMessage; }

/// A message of the firm on its way.
#[derive(Clone)]
struct Letter {
    number: u64,
    entry: vocab::EntryNo,
    due: Moment,
    message: Option<world::FromFirm>,
}

/// A message to the firm, by (due, link, number).
type Inbound = Reverse<(Moment, u8, u64)>;

pub struct Theatre<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> {
    seq: Sequencer<K, T>,
    world: Kept<W>,
    vault: Vault<V>,
    post: Post,
    script: Script,
    stage: Stage,
    faults: F,
    story: Story,
    wall: Box<dyn FnMut() -> i64 + Send>,
    next_act: usize,
    last_day: Day,
    orders_each_day: u32,
    days: u32,
    /// Days the script has acts for.
    played: u32,
    /// The sheets of a day, one of each exchange.
    sheets: (Option<Day>, [BTreeMap<SecurityRow, SheetRow>; Venue::ALL.len()]),
    inbound: BinaryHeap<Inbound>,
    bytes: BTreeMap<(u8, u64), std::sync::Arc<[u8]>>,
    queued: [u64; Link::ALL.len()],
    outbound: VecDeque<Letter>,
    heartbeats: BinaryHeap<Reverse<(Moment, u8, u64)>>,
    /// What arrived ahead of its turn, and waits for what is missing before it.
    parked: BTreeSet<(u8, u64)>,
    said: Vec<Sent>,
    /// Where snapshots go, and the entry of the last.
    snapshots: Box<dyn FnMut(Snapshot) + Send>,
    last_snapshot: u64,
    /// Acknowledged orders: number and entry, for the witness; taken by the caller.
    acks: Vec<(u64, u64)>,
    beside: Box<dyn Beside + Send>,
    /// The play goes on day after day: it has no last one.
    endless: bool,
}

/// What a theatre is put together from.
pub struct Parts<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> {
    pub replayed: Replayed,
    /// What the world has not heard of the firm.
    pub unheard: Vec<Unheard<Option<world::FromFirm>>>,
    pub keeper: K,
    pub tamper: T,
    pub world: Kept<W>,
    pub vault: Vault<V>,
    pub post: Post,
    pub script: Script,
    pub stage: Stage,
    pub story: Story,
    pub faults: F,
    pub wall: Box<dyn FnMut() -> i64 + Send>,
    /// Keeps a snapshot: at every begin of day, and when many entries came since. That it fails stops nothing.
    pub snapshots: Box<dyn FnMut(Snapshot) + Send>,
    /// Orders on each day after the first, and how many trading days in all.
    pub orders_each_day: u32,
    pub days: u32,
    /// Who else sees each entry.
    pub beside: Box<dyn Beside + Send>,
}

fn link_of(n: u8) -> Link {
    Link::ALL[usize::from(n)]
}

fn source_of(link: Link) -> Source {
    match link {
        Link::Venue => Source::Nse,
        Link::Bank => Source::Bank,
        Link::Clearing => Source::Ncl,
        Link::Nsdl => Source::Nsdl,
        Link::Cdsl => Source::Cdsl,
        Link::Bse => Source::Bse,
        Link::Iccl => Source::Iccl,
    }
}

impl<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> Theatre<K, T, W, V, F> {
    /// Put the parts together and go on from where each of them is.
    ///
    /// # Errors
    /// When the vault cannot be read for routing.
    pub fn new(mut parts: Parts<K, T, W, V, F>) -> Result<Self, TheatreError> {
        let unheard = std::mem::take(&mut parts.unheard);
        let last_snapshot = parts.replayed.from.map_or(0, |entry| entry.0);
        let seq = Sequencer::new(parts.replayed, parts.keeper, parts.tamper);
        let mut theatre = Theatre {
            seq,
            world: parts.world,
            vault: parts.vault,
            post: parts.post,
            last_day: parts.script.day,
            script: parts.script,
            stage: parts.stage,
            faults: parts.faults,
            story: parts.story,
            wall: parts.wall,
            next_act: 0,
            orders_each_day: parts.orders_each_day,
            days: parts.days,
            played: 1,
            sheets: (None, [BTreeMap::new(), BTreeMap::new()]),
            inbound: BinaryHeap::new(),
            bytes: BTreeMap::new(),
            queued: [0; Link::ALL.len()],
            outbound: VecDeque::new(),
            heartbeats: BinaryHeap::new(),
            parked: BTreeSet::new(),
            said: Vec::new(),
            snapshots: parts.snapshots,
            last_snapshot,
            acks: Vec::new(),
            beside: parts.beside,
            endless: parts.days == u32::MAX,
        };
        theatre.resume(unheard);
        Ok(theatre)
    }

    /// Reconcile before sending: the world says how far it heard, and is told the rest; the firm says how far
    /// it heard of each link, and is told the rest.
    fn resume(&mut self, unheard: Vec<Unheard<Option<world::FromFirm>>>) {
        for Unheard { number, message, at, entry } in unheard {
            self.outbound.push_back(Letter { number, entry, due: at.plus_micros(WAY), message });
        }
        for link in Link::ALL {
            let heard = self.seq.firm().heard(source_of(link));
            self.queued[link as usize] = heard;
            let again: Vec<Sent> = self.world.world().resend(link, 1).cloned().collect();
            for sent in again {
                self.enqueue(&sent);
            }
        }
        let now = self.seq.firm().now();
        while self.script.acts().last().is_some_and(|act| act.due < now) && self.next_is_due(now) {
            self.extend();
        }
        self.next_act = self.script.acts().partition_point(|act| act.due < now);
    }

    fn next_is_due(&self, now: Moment) -> bool {
        self.stage.next_day(self.last_day) <= now.day()
    }

    fn extend(&mut self) {
        let day = self.stage.next_day(self.last_day);
        let orders = if self.endless || self.played < self.days { self.orders_each_day } else { 0 };
        self.script.day(day, orders, self.stage.newly_listed(day), self.stage.announced(day));
        self.last_day = day;
        self.played += 1;
    }

    pub fn firm(&self) -> &Firm {
        self.seq.firm()
    }

    pub fn story(&self) -> &Story {
        &self.story
    }

    pub fn world(&self) -> &Kept<W> {
        &self.world
    }

    pub fn sequencer_mut(&mut self) -> &mut Sequencer<K, T> {
        &mut self.seq
    }

    /// Orders that became durable since the last call: (order, entry).
    pub fn take_acks(&mut self) -> Vec<(u64, u64)> {
        std::mem::take(&mut self.acks)
    }

    /// Take the theatre apart, keeping what outlives the firm's crash.
    pub fn into_parts(self) -> (K, Kept<W>, Vault<V>, Story) {
        (self.seq.into_keeper(), self.world, self.vault, self.story)
    }

    /// Share of the scripted acts that are behind, for a progress bar: (done, all).
    pub fn progress(&self) -> (u64, u64) {
        (self.next_act as u64, self.script.acts().len() as u64)
    }

    /// Do the next thing. False when the play is over: every obligation settled and the last day ended.
    ///
    /// # Errors
    /// When a disk fails or the world refuses a message: the process must end and recover.
    pub fn advance(&mut self) -> Result<bool, TheatreError> {
        if self.seq.firm().job().is_some() {
            let now = self.seq.firm().now();
            self.submit(Source::Itself, 0, now, Input::Step)?;
            return Ok(true);
        }
        if self.endless {
            self.prolong();
        } else if self.next_act >= self.script.acts().len() && !self.world_is_behind() {
            let ended = self.seq.firm().ended() == Some(self.last_day);
            let played = self.days <= self.played;
            if ended && played && self.seq.firm().is_settled() {
                return Ok(false);
            }
            let stuck = self.seq.firm().now().day() > self.last_day.plus(20);
            if stuck {
                return Err(TheatreError::Unsettled { day: self.last_day, detail: self.outstanding() });
            }
            if ended {
                if self.played > self.days + 30 {
                    return Err(TheatreError::Unsettled { day: self.last_day, detail: self.outstanding() });
                }
                self.extend();
            }
        }
        let due = self.dues();
        let first = due.iter().flatten().min().copied().expect("a day always has a next thing");
        let who = due.iter().position(|d| *d == Some(first)).expect("it is one of them");
        match who {
            0 => {
                self.world.advance(first);
                self.listen();
            }
            1 => {
                let (due, timer) = self.seq.firm().next_timer().expect("a timer");
                let at = due.max(self.seq.firm().now());
                self.submit(Source::Itself, 0, at, Input::Tick(timer))?;
            }
            2 => self.hear()?,
            3 => self.heartbeat(),
            4 => self.act()?,
            _ => self.send()?,
        }
        Ok(true)
    }

    /// When each does its next thing, in the order in which ties are settled.
    fn dues(&self) -> [Option<Moment>; 6] {
        [
            self.world.world().next_due(),
            self.seq.firm().next_timer().map(|(due, _)| due),
            self.inbound.peek().map(|Reverse((due, ..))| *due),
            self.heartbeats.peek().map(|Reverse((due, ..))| *due),
            self.script.acts().get(self.next_act).map(|act| act.due),
            self.outbound.front().map(|letter| letter.due),
        ]
    }

    /// What the world does by itself is in nobody's journal: one that is opened again is where it last heard
    /// something, and goes first to where the firm is, so that a play that was over ends where it had ended.
    fn world_is_behind(&self) -> bool {
        let now = self.seq.firm().now();
        let due = [self.world.world().next_due(), self.outbound.front().map(|letter| letter.due)];
        due.into_iter().flatten().any(|due| due <= now)
    }

    /// What keeps the play from its end, for the error that says so.
    fn outstanding(&self) -> String {
        let firm = self.seq.firm();
        let mut all = vec![format!("begun {:?}, ended {:?}", firm.day(), firm.ended())];
        let open = firm.orders.iter().filter(|(_, o)| !o.is_closed());
        all.extend(open.map(|(no, o)| format!("order {no} is {:?}, asked {:?}", o.stage, o.asked)));
        for (_, s) in firm.clearing.settlements().filter(|(_, s)| s.trades > 0 && s.stage != clearing::Stage::Done) {
            all.push(format!("settlement {} is {:?}", s.number, s.stage));
        }
        all.extend(firm.partners.payments().map(|(no, p)| format!("payment {no} of {} ({})", p.amount, p.kind.as_str())));
        all.extend(firm.partners.transfers().map(|(no, t)| format!("transfer {no} of {} ({:?})", t.qty, t.kind)));
        all.extend(firm.breaks().map(|(no, b)| format!("break {no}: {}", b.kind.as_str())));
        all.truncate(20);
        all.join("; ")
    }

    fn submit(&mut self, source: Source, sequence: u64, at: Moment, input: Input) -> Result<sequencer::Done, TheatreError> {
        if self.seq.keeper().is_exhausted() && matches!(input, Input::Ask { command: Command::Place(_), .. }) {
            return Err(TheatreError::DiskFull);
        }
        let wall = (self.wall)();
        let kept = input.clone();
        let done = self.seq.submit(source, sequence, at, wall, input)?;
        let head = Head { entry: done.entry, source, sequence, at };
        self.story.see(&head, &kept, self.seq.events().list());
        self.beside.see(&head, &kept, self.seq.events().list());
        let placed = self.seq.events().list().iter().filter_map(|event| match event {
            Event::Order(orders::Event::Placed(placed)) => Some(placed.order.0),
            _ => None,
        });
        self.acks.extend(placed.map(|order| (order, done.entry.0)));
        let ended = self.seq.events().list().iter().any(|e| matches!(e, Event::DayEnded { .. }));
        let out: Vec<Outgoing> = self.seq.take_outgoing().collect();
        for Outgoing { number, errand, at, entry } in out {
            let message = self.post.write(self.seq.firm(), &errand);
            self.outbound.push_back(Letter { number, entry, due: at.plus_micros(WAY), message });
        }
        if ended {
            self.seq.checkpoint()?;
            self.settle_world()?;
        }
        let begun = self.seq.events().list().iter().any(|e| matches!(e, Event::DayBegun { .. }));
        if begun || done.entry.0 - self.last_snapshot >= sequencer::EVERY {
            self.snapshot()?;
        }
        Ok(done)
    }

    fn snapshot(&mut self) -> io::Result<()> {
        let mut beside = Vec::new();
        self.story.dump(&mut |part: &[u8]| beside.extend_from_slice(part));
        self.beside.keep(&mut beside);
        // A start passes over a snapshot with errands that the world has not heard.
        self.settle_world()?;
        let snapshot = self.seq.snapshot(beside)?;
        self.last_snapshot = snapshot.head.entry.0;
        (self.snapshots)(snapshot);
        Ok(())
    }

    /// What the world said is on its way at once. If the world dies before what it heard of the firm is durable, it is
    /// told again on the next start: the firm's own journal has every errand. What people tell it nobody else knows: that
    /// is durable first ([`Theatre::tell`]).
    fn listen(&mut self) {
        let mut said = std::mem::take(&mut self.said);
        said.clear();
        self.world.release(&mut said);
        for sent in &said {
            self.enqueue(sent);
        }
        self.said = said;
    }

    fn enqueue(&mut self, sent: &Sent) {
        let link = sent.link as u8;
        let row = usize::from(link);
        if sent.seq <= self.queued[row] {
            return;
        }
        self.queued[row] = sent.seq;
        let key = (link, sent.seq);
        match self.faults.inbound(sent.link, sent.seq) {
            Fate::Straight => self.arrive(sent.due, key),
            Fate::Doubled => {
                self.arrive(sent.due, key);
                self.arrive(sent.due.plus_micros(700), key);
            }
            Fate::Late(micros) => self.arrive(sent.due.plus_micros(micros), key),
            Fate::Lost => self.heartbeats.push(Reverse((sent.due.plus_micros(HEARTBEAT), link, sent.seq))),
        }
        self.bytes.insert(key, sent.bytes.clone());
    }

    /// A message that should have come before now comes now: the firm's time never runs back.
    fn arrive(&mut self, due: Moment, (link, seq): (u8, u64)) {
        self.inbound.push(Reverse((due.max(self.seq.firm().now()), link, seq)));
    }

    /// A link is heard in order, once: what is ahead of its turn is parked, and taken with what was missing. So
    /// when a message is heard depends on the messages alone, never on where the firm was cut off between them.
    fn hear(&mut self) -> Result<(), TheatreError> {
        let Reverse((due, link, seq)) = self.inbound.pop().expect("a message");
        let source = source_of(link_of(link));
        let heard = self.seq.firm().heard(source);
        if seq <= heard {
            return Ok(());
        }
        if seq > heard + 1 {
            self.parked.insert((link, seq));
            return Ok(());
        }
        let bytes = self.bytes.remove(&(link, seq)).expect("what was queued");
        let message = ToFirm::decode(&bytes).expect("the world writes what it can read");
        let report = self.post.read(self.seq.firm(), link_of(link), message);
        // What names a security that is not listed here is of no concern, but it was heard.
        let report = report.unwrap_or(firm::Report::Closes { venue: Venue::Nse, day: due.day(), rows: Vec::new() });
        let at = due.max(self.seq.firm().now());
        self.submit(source, seq, at, Input::Report(report))?;
        if self.parked.remove(&(link, seq + 1)) {
            self.arrive(at, (link, seq + 1));
        }
        Ok(())
    }

    /// The link's heartbeat shows that a message never came: it is asked for again.
    fn heartbeat(&mut self) {
        let Reverse((due, link, seq)) = self.heartbeats.pop().expect("a heartbeat");
        if self.seq.firm().heard(source_of(link_of(link))) < seq {
            self.arrive(due.plus_micros(REPEAT), (link, seq));
        }
    }

    /// A message of the firm leaves once its entry is durable.
    fn send(&mut self) -> Result<(), TheatreError> {
        let letter = self.outbound.pop_front().expect("a letter");
        self.seq.keeper_mut().wait(letter.entry)?;
        let Some(message) = letter.message else { return Ok(()) };
        let uploads = matches!(
            message,
            world::FromFirm::DirectPayOut { .. }
                | world::FromFirm::LeviesUpload { .. }
                | world::FromFirm::Unpledge { .. }
                | world::FromFirm::Lien { .. }
                | world::FromFirm::SendBack { .. }
                | world::FromFirm::ReportShort { .. }
        );
        if !uploads && self.faults.lost_out(letter.number) {
            return Ok(());
        }
        let bytes = message.encode();
        self.world.receive(letter.due, world::Sender::Firm, letter.number, &bytes)?;
        if self.faults.sent_twice(&message) {
            self.world.receive(letter.due, world::Sender::Firm, letter.number, &bytes)?;
        }
        self.listen();
        Ok(())
    }

    /// The next act of the script, unless it was done before a crash.
    fn act(&mut self) -> Result<(), TheatreError> {
        let act = self.script.acts()[self.next_act].clone();
        self.next_act += 1;
        let asked = act.number <= self.seq.firm().heard(Source::People);
        let told = act.number <= self.world.heard(world::Sender::People);
        let at = act.due.max(self.seq.firm().now());
        let (by, command) = match act.what {
            What::Tell(_) | What::Sheet(..) | What::PayDue { .. } | What::TakeAway { .. } if told => return Ok(()),
            What::Tell(message) => return self.tell(act.number, at, &message),
            What::Sheet(venue, day) => {
                let securities = self.sheet_told(venue, day);
                let message = FromPeople::DaySheet(DaySheet {
                    venue, day, securities, flat: !self.has_prices(day), fell: self.stage.fell(day),
                });
                return self.tell(act.number, at, &message);
            }
            What::PayDue { member } => return self.pay_due(act.number, at, member),
            What::TakeAway { member } => return self.take_away(act.number, at, member),
            What::Seldom(it) if it.is_told() => return self.seldom(it, &act, at, told),
            _ if asked => return Ok(()),
            What::Ask { by, command } => (by, command),
            What::Open { member } => (OPERATIONS, self.open(member)?),
            What::RegisterAccounts { member, step } => (OPERATIONS, self.accounts(member, step)),
            What::List(listed) => (OPERATIONS, Command::ListSecurities(listed)),
            What::OpenIntermediary { n, kind } => (OPERATIONS, self.open_intermediary(n, kind)?),
            What::BankIntermediary { n } => {
                let account = self.post.bank_token(&crate::house::intermediary_account(n));
                (OPERATIONS, Command::Intermediary(Ask::Bank { intermediary: IntermediaryRow(n), account }))
            }
            What::Wake { member } => {
                let client = Script::row(member);
                if self.seq.firm().clients.get(client).is_none_or(|c| c.dormant.is_none()) {
                    return Ok(());
                }
                (Script::user(member), Command::Keep { client, ask: clients::Ask::Wake })
            }
            What::PayShare { by, intermediary } => {
                let due = -self.seq.firm().books.total_of(books::Account::Intermediary, intermediary);
                if !due.is_positive() {
                    return Ok(());
                }
                (by, Command::Intermediary(Ask::Pay { intermediary: IntermediaryRow(intermediary), amount: due }))
            }
            What::Terms { venue, day, from } => match self.terms(venue, day, from) {
                Some(terms) => (OPERATIONS, terms),
                None => return Ok(()),
            },
            // Nobody leaves an order for a day that he does not trade on.
            What::Queue(_) if self.played >= self.days => return Ok(()),
            What::Place(ref intent) | What::Queue(ref intent) => {
                let thin = intent.product == Product::Intraday && self.is_thin(self.script.watched(intent.security), at.day());
                let intent = &Intent { product: if thin { Product::Delivery } else { intent.product }, ..*intent };
                let (security, most) = self.wanted(intent);
                let venue = self.where_for(intent, security, at.day());
                let Some(terms) = self.seq.firm().market.terms(venue, security, at.day()).copied() else { return Ok(()) };
                let seen = self.seen(venue, security, at, terms.reference);
                let (by, mut place) = self.script.place(act.number, intent, (venue, security), seen, &terms);
                place.qty = place.qty.min(most);
                self.for_today(&mut place, act.number, at);
                (by, if matches!(act.what, What::Queue(_)) { Command::Queue(place) } else { Command::Place(place) })
            }
            What::Change { placed, member, cancel, away } => self.change(placed, member, cancel, away),
            other => match self.desk((act.number, act.due.day()), other) {
                Some(asked) => asked,
                None => return Ok(()),
            },
        };
        self.submit(Source::People, act.number, at, Input::Ask { by, command }).map(|_| ())
    }

    /// What the staff do with what lies on their desks; none when nothing does.
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other act is done where the acts are taken")]
    fn desk(&mut self, (number, due): (u64, Day), what: What) -> Option<(vocab::UserRow, Command)> {
        match what {
            What::Review => {
                let referral = self.for_review()?;
                let answer = if referral % 3 == 0 { firm::Answer::Decline } else { firm::Answer::Release };
                Some((RISK, Command::Answer { referral, answer, reason: 1 }))
            }
            What::Codes => {
                let rows: Vec<_> = self.post.new_codes(self.seq.firm()).take(2_000).collect();
                (!rows.is_empty()).then_some((OPERATIONS, Command::ListScripCodes(rows)))
            }
            What::DeliverEarly { member } => self.deliver_early(member),
            What::RecallCash => {
                let cash = |d: &margin::Deposit| d.form == margin::Form::Cash && d.lodged;
                let (no, _) = self.seq.firm().margin.deposits().find(|(_, deposit)| cash(deposit))?;
                Some((OPERATIONS, Command::LodgeDeposit { no, on: false }))
            }
            What::GiveBack => {
                let waiting = self.seq.firm().receipts().find(|(_, r)| r.returning.is_none()).map(|(no, _)| no);
                let receipt = waiting?;
                Some((OPERATIONS, Command::ReturnReceipt { receipt }))
            }
            What::Recode { told_by, lot, second } => {
                let command = self.recode(told_by, lot)?;
                Some((if second { SECOND } else { OPERATIONS }, command))
            }
            What::SellLien => {
                let (lien, price) = self.sell_lien()?;
                Some((RISK, Command::SellLien { lien, price }))
            }
            What::BuyIn { lot } => Some((RISK, self.buy_in(lot)?)),
            What::CloseError => {
                let place = self.close_error(number)?;
                Some((OWN_DEALER, Command::Place(place)))
            }
            What::Exit { member } => {
                let (by, place) = self.exit(number, member)?;
                Some((by, Command::Place(place)))
            }
            What::Paper(paper) => self.paper(paper),
            What::Seldom(it) => Some((it.by(), self.seldom_asked(it, due)?)),
            What::Convert { member, lot } => self.convert(member, lot),
            What::Power(it) => self.power_asked(it, due),
            other => unreachable!("no act of a desk: {other:?}"),
        }
    }

    /// The order that has waited longest of those somebody has looked into: that takes from half a minute to four. Of one in
    /// twenty-five its client is asked and does not answer, nor does the desk.
    fn for_review(&self) -> Option<u32> {
        let firm = self.seq.firm();
        let ready = |no: u32, since: Moment| {
            let mut lots = Lots::of(self.script.seed, &[0xDE5C, u64::from(no)]);
            !lots.one_in(25) && since.plus_seconds(lots.between(30, 240)) <= firm.now()
        };
        let waits = |it: &firm::Referral| !it.is_queued() && !it.wants_confirming();
        firm.review.iter().find(|(no, it)| waits(it) && ready(*no, it.since)).map(|(no, _)| no)
    }

    /// All he has sold today of the first security of which the clearing corporation has none of his.
    fn deliver_early(&self, member: u32) -> Option<(vocab::UserRow, Command)> {
        let (firm, client) = (self.seq.firm(), Script::row(member));
        let of_today = |s: &&clearing::Standing| {
            firm.clearing.settlement(s.settlement).is_some_and(|it| Some(it.trade_day) == firm.day())
        };
        let standing = firm.clearing.standings().iter().filter(|s| s.client == client).find(of_today)?;
        let net = firm.clearing.nets_of(standing).find(|net| net.to_deliver().is_positive() && net.early.is_zero())?;
        Some((Script::user(member), Command::PayInEarly { client, security: net.security, qty: net.to_deliver() }))
    }

    fn tell(&mut self, number: u64, at: Moment, message: &FromPeople) -> Result<(), TheatreError> {
        self.world.receive(at, world::Sender::People, number, &message.encode())?;
        self.settle_world()?;
        self.listen();
        Ok(())
    }

    /// What the world heard is durable.
    fn settle_world(&mut self) -> io::Result<()> {
        let mut said = Vec::new();
        self.world.flush(&mut said)?;
        said.iter().for_each(|sent| self.enqueue(sent));
        Ok(())
    }

    /// The vault first, durably; then the ask that names its reference.
    fn open(&mut self, n: u32) -> Result<Command, TheatreError> {
        let member = self.script.member(n);
        let vault = self.vault.put(u64::from(n) + 1, &member.person)?;
        let pan = self.post.tokens().pan(member.person.pan.as_str());
        let (kind, state) = (member.kind, member.person.state);
        Ok(Command::OpenClient { ucc: member.ucc, vault, pan, kind, state })
    }

    /// His personal record is sealed like a client's, under a number of its own.
    fn open_intermediary(&mut self, n: u32, kind: IntermediaryKind) -> Result<Command, TheatreError> {
        let person = self.script.introducer(n);
        let vault = self.vault.put(u64::from(self.script.members().end) + u64::from(n) + 1, &person)?;
        let pan = self.post.tokens().pan(person.pan.as_str());
        let code = Code::parse(&format!("AP{}", n + 1)).expect("a code");
        Ok(Command::Intermediary(Ask::Open { code, vault, pan, kind, form: LegalForm::Individual }))
    }

    fn accounts(&self, n: u32, step: u8) -> Command {
        let (own_bank, (own_depository, own_demat)) = own_accounts_of(&self.post.house);
        let member = self.script.member(n);
        let person = &member.person;
        let (client, bank, name, depository, demat) = match step {
            1 | 2 => (Script::row(n), person.account, person.name.as_str(), person.depository, person.demat),
            _ => (ClientRow(n), own_bank, self.post.house.name, own_depository, own_demat),
        };
        match step {
            1 | 3 => {
                let (account, name) = (self.post.bank_token(&bank), self.post.name_token(name));
                Command::RegisterBank { client, account, name }
            }
            _ => {
                let account = self.post.tokens().demat(depository, demat.as_str());
                Command::RegisterDemat { client, depository, account }
            }
        }
    }

    /// At which exchange: the second where it is meant, or alone open, and trades the security.
    fn where_for(&self, intent: &Intent, security: SecurityRow, day: Day) -> Venue {
        let there = self.seq.firm().market.terms(Venue::Bse, security, day).is_some();
        if there && (intent.elsewhere || !self.stage.is_open(Venue::Nse, day)) { Venue::Bse } else { Venue::Nse }
    }

    /// What an order is for, and the most its client means by it: a seller sells what he holds or is to receive, if
    /// there is any.
    fn wanted(&self, intent: &Intent) -> (SecurityRow, Qty) {
        let named = (self.script.watched(intent.security), Qty(i64::MAX));
        let Some(n) = intent.member.filter(|_| intent.side == Side::Sell && intent.flaw == Flaw::None && intent.product == Product::Delivery) else { return named };
        let (firm, client) = (self.seq.firm(), Script::row(n));
        let today = firm.now().day();
        let mut held: Vec<SecurityRow> = firm.stock.of_client(client).map(|h| h.security).collect();
        let open = firm.clearing.unsettled(today.next()).filter_map(|(row, _)| firm.clearing.standing(row, client));
        held.extend(open.flat_map(|s| firm.clearing.nets_of(s)).map(|net| net.security));
        held.sort_unstable();
        held.dedup();
        let held = held.into_iter().map(|security| {
            let venue = self.where_for(intent, security, today);
            (security, firm.saleable(venue, client, security, today))
        });
        let held: Vec<(SecurityRow, Qty)> = held.filter(|(_, qty)| qty.is_positive()).collect();
        let nth = intent.security.checked_rem(held.len() as u64).and_then(|nth| usize::try_from(nth).ok());
        nth.and_then(|nth| held.get(nth)).copied().unwrap_or(named)
    }

    /// Some of what clients deal in goes into the same-day session while it is open: at a price of its band, and sold by who
    /// has the shares.
    fn for_today(&self, place: &mut Place, act: u64, at: Moment) {
        let firm = self.seq.firm();
        let Place { venue, security, client, .. } = *place;
        let plain = place.product == Product::Delivery && place.kind == OrderKind::Limit && place.disclosed.is_zero();
        let open = firm.market.board(venue, Board::SameDay, at.day()) == Phase::Continuous;
        // Who gives no power instructs in the evening, when it is over.
        let own = firm.clients.get(client).is_some_and(clients::Client::is_own);
        let covered = own || firm.mandates.of_client(client).next().is_some();
        let listed = plain && open && covered && self.script.same_day().contains(&security);
        if !listed || !Lots::of(self.script.seed, &[0x70, act]).one_in(SAME_DAY_ONE_IN) {
            return;
        }
        let Some(of_today) = firm::instrument(firm, venue, security, Product::SameDay, at.day()) else { return };
        place.product = Product::SameDay;
        place.price = place.price.max(of_today.low).min(of_today.high);
        if place.side == Side::Sell {
            place.qty = place.qty.min(firm.stock.free(client, security).max(Qty(1)));
        }
    }

    /// So little of it is dealt in that nobody opens what he must close the same day.
    fn is_thin(&mut self, security: SecurityRow, day: Day) -> bool {
        let venue = if self.stage.is_open(Venue::Nse, day) { Venue::Nse } else { Venue::Bse };
        let sheet = self.sheet_of(venue, day);
        sheet.get(&security).is_none_or(|row| row.prev_close.value(row.volume, vocab::Rounding::DownPaisa) < LIVELY)
    }

    /// Where a client thinks the price is: on the line from open to close, as the day has gone on.
    fn seen(&mut self, venue: Venue, security: SecurityRow, at: Moment, reference: Price) -> Price {
        let sheet = self.sheet_of(venue, at.day());
        let Some(row) = sheet.get(&security) else { return reference };
        let gone = i64::from(at.time().0) - 33_300;
        let span = (row.close.0 - row.open.0) * gone.clamp(0, 22_500) / 22_500;
        Price(row.open.0 + span)
    }

    fn change(&self, placed: u64, member: Option<u32>, cancel: bool, away: i64) -> (vocab::UserRow, Command) {
        let firm = self.seq.firm();
        let (client, users) = match member {
            Some(n) => (Script::row(n), [Script::user(n), crate::script::DEALER]),
            None => (crate::script::OWN, [crate::script::OWN_DEALER; 2]),
        };
        let found = users.iter().find_map(|u| Some((*u, firm.orders.by_key(*u, placed)?)));
        let (by, order) = found.unwrap_or((users[0], vocab::OrderNo(0)));
        let known = firm.orders.get(order);
        if cancel || known.is_none() {
            return (by, Command::Cancel { order, client });
        }
        let known = known.expect("just looked up");
        let tick = firm.market.terms(known.venue, known.security, firm.now().day()).map_or(Price(500), |t| t.tick);
        let price = Price(known.price.0 + known.price.0 * away / 10_000).tick_down(tick);
        let qty = Qty((known.qty.0 + away / 10).max(1));
        let trigger = match known.stage {
            orders::Stage::Dormant { .. } => Price(known.trigger.0 + known.trigger.0 * away / 10_000).tick_down(tick),
            _ => known.trigger,
        };
        let price = if known.kind.is_limit() { price } else { known.price };
        (by, Command::Modify { order, client, price, qty, trigger })
    }

    /// A client's trade that was entered under the wrong code: the next client's, or nobody's.
    fn recode(&self, told_by: Moment, lot: u64) -> Option<Command> {
        let firm = self.seq.firm();
        let is_client = |t: &&clearing::Trade| t.client >= Script::row(0) && t.at <= told_by && !t.annulled;
        let trades: Vec<_> = firm.clearing.trades().iter().filter(is_client).collect();
        let trade = trades.get(usize::try_from(lot % (trades.len() as u64).max(1)).ok()?)?;
        let next = ClientRow(trade.client.0 + 1);
        let (to, reason) = match firm.clients.get(next) {
            Some(_) if !lot.is_multiple_of(3) => (next, ModificationReason::Alike),
            _ => (ERROR, ModificationReason::Error),
        };
        let (trade, side) = (trade.trade, trade.side);
        Some(Command::Correct(Correction::ModifyCode { trade, side, to, reason, evidence: lot + 1 }))
    }

    /// The first position of the day from a member on, the first of all after the last, that no order closes already.
    fn exit(&self, act: u64, member: u32) -> Option<(vocab::UserRow, Place)> {
        let firm = self.seq.firm();
        let working = |of| firm.orders.intraday().any(|(_, o)| (o.client, o.security, o.venue) == of && !o.is_closed());
        let mut positions = firm.risk.positions_from(Script::row(member)).chain(firm.risk.positions_from(ClientRow(0)));
        let ((client, security, venue), position) = positions.find(|(of, _)| of.0 >= Script::row(0) && !working(*of))?;
        let n = client.0 - Script::row(0).0;
        let intent = Intent {
            member: Some(n),
            security: 0,
            side: position.side().other(),
            kind: OrderKind::Market,
            validity: Validity::Ioc,
            channel: Channel::Web,
            product: Product::Intraday,
            away: 0,
            trigger: 0,
            shown: 0,
            value: 0,
            flaw: Flaw::None,
            elsewhere: false,
        };
        let terms = firm.market.terms(venue, security, firm.now().day())?;
        let (by, place) = self.script.place(act, &intent, (venue, security), terms.reference, terms);
        Some((by, Place { qty: position.qty.abs(), ..place }))
    }

    /// The first of what a client has open within the day, or else what he dealt in today: half of it, or one share.
    fn convert(&self, member: u32, lot: u64) -> Option<(vocab::UserRow, Command)> {
        let (firm, client) = (self.seq.firm(), Script::row(member));
        let open = firm.risk.positions_from(client).next().filter(|((of, ..), _)| *of == client);
        let by = Script::user(member);
        if let Some(((_, security, venue), position)) = open.filter(|_| !lot.is_multiple_of(3)) {
            let qty = Qty((position.qty.abs().0 / 2).max(1));
            return Some((by, Command::Convert { client, security, venue, qty, to: Product::Delivery }));
        }
        let trade = firm.clearing.trades().iter().rev().find(|t| t.client == client && !t.annulled)?;
        let (security, venue, qty) = (trade.security, trade.trade.venue(), Qty((trade.qty.0 / 2).max(1)));
        Some((by, Command::Convert { client, security, venue, qty, to: Product::Intraday }))
    }

    /// What was shifted to the error account first is closed first, at the market.
    fn close_error(&self, act: u64) -> Option<Place> {
        let firm = self.seq.firm();
        let working = |security| firm.orders.iter().any(|(_, o)| o.client == ERROR && o.security == security && !o.is_closed());
        let (_, shift) = firm.corrections.open_shifts().find(|(_, m)| m.moved.is_some_and(|m| !working(m.security)))?;
        let security = shift.moved?.security;
        // Where the trade was made: what is settled apart is closed apart.
        let there = firm.market.terms(shift.trade.venue(), security, firm.now().day()).map(|_| shift.trade.venue());
        Some(Place {
            client: ERROR,
            security,
            venue: there.unwrap_or(Venue::Nse),
            side: shift.side.other(),
            kind: OrderKind::Market,
            validity: Validity::Ioc,
            channel: Channel::Terminal,
            product: Product::Delivery,
            price: Price::ZERO,
            trigger: Price::ZERO,
            disclosed: Qty(0),
            seen: Price::ZERO,
            qty: shift.left(),
            key: act,
            source: [0; 16],
            terminal: OWN_TERMINAL,
            evidence: Some((Evidence::InternetLog, act)),
        })
    }

    /// The first shares kept as unpaid that may be sold, a little below the last close.
    fn sell_lien(&self) -> Option<(vocab::LienNo, Price)> {
        let firm = self.seq.firm();
        let today = firm.now().day();
        let told = |it: &liens::Lien| it.told.is_some_and(|(day, _)| firm.calendar.between(day, today) > 1);
        let (no, it) = firm.liens.iter().find(|(_, it)| told(it) && it.offered.is_zero() && it.qty.is_positive())?;
        let terms = firm.market.terms(Venue::Nse, it.security, today)?;
        let price = Price(terms.reference.0 - terms.reference.0 / 50).tick_down(terms.tick).max(terms.low);
        (price.value(Qty(1), vocab::Rounding::UpPaisa) <= -firm.books.client(it.client).clear()).then_some((no, price))
    }

    /// A waiver for the first change that has none; the error account's loss once nothing of it is open.
    fn paper(&self, paper: Paper) -> Option<(vocab::UserRow, Command)> {
        let firm = self.seq.firm();
        let correct = |by, correction| Some((by, Command::Correct(correction)));
        let first = |waiver| {
            let of = |m: &corrections::Modification| {
                m.waiver == waiver && m.stage == corrections::Stage::Accepted && !m.is_shift()
            };
            firm.corrections.iter().find(|(_, m)| of(m)).map(|(no, _)| no)
        };
        match paper {
            Paper::DraftWaiver => {
                let modification = first(corrections::Waiver::Nothing)?;
                correct(OPERATIONS, Correction::DraftWaiver { modification, evidence: u64::from(modification.0) })
            }
            Paper::SubmitWaiver => {
                let modification = first(corrections::Waiver::Draft)?;
                correct(OPERATIONS, Correction::SubmitWaiver { modification })
            }
            Paper::Reissue { second } => {
                // One evening in four: the first note of the day.
                let day = firm.now().day();
                let settlement = firm.clearing.of_day(day, vocab::Corporation::Nscl, vocab::SettlementKind::Normal).filter(|_| day.0.rem_euclid(4) == 0)?;
                let note = firm.clearing.standings_of(settlement).find_map(|s| s.bill.map(|(note, _)| note))?;
                correct(if second { SECOND } else { OPERATIONS }, Correction::ReissueNote { note, reason: 1 })
            }
            Paper::BearLoss { second } => {
                let book = firm.books.client(ERROR);
                let open = !book.open_credit.is_zero() || !book.open_debit.is_zero();
                if open || !book.balance.is_negative() || firm.corrections.open_shifts().next().is_some() {
                    return None;
                }
                let by = if second { SECOND } else { PRINCIPAL };
                correct(by, Correction::SanctionErrorLoss { client: ERROR, amount: -book.balance })
            }
        }
    }

    /// What a client owes by his ledger, he pays before the pay-in, unless he is one who does not; whoever has
    /// spent most of what he brought brings half of it again.
    fn pay_due(&mut self, number: u64, at: Moment, n: u32) -> Result<(), TheatreError> {
        let member = self.script.member(n);
        let balance = self.seq.firm().books.client(Script::row(n)).balance;
        let late = member.defaults && at.day().0 % 3 != 0;
        let again = if balance < Paise(member.deposit.0 / 4) { Paise(member.deposit.0 / 2) } else { Paise::ZERO };
        let owed = again - balance;
        if !owed.is_positive() || late {
            return Ok(());
        }
        let utr = Code::parse(&format!("SANDU{number:012}")).expect("a reference");
        let (from, name) = (member.person.account, member.person.name);
        let amount = Paise(owed.0.div_euclid(100) * 100 + 100);
        self.tell(number, at, &FromPeople::PayIn { from, name, amount, utr })
    }

    /// A client takes away part of what he sold, so that he will be short.
    fn take_away(&mut self, number: u64, at: Moment, n: u32) -> Result<(), TheatreError> {
        let client: ClientRow = Script::row(n);
        let firm = self.seq.firm();
        let sold = firm.stock.of_client(client).find(|h| h.sold.0 > 1).map(|h| (h.security, h.sold, h.at(books::Place::Account)));
        let Some((security, sold, there)) = sold else { return Ok(()) };
        let isin = firm.market.security(security).expect("a listed security").isin;
        let from = self.script.member(n).person.demat;
        let qty = Qty((there.0 - sold.0 / 2).max(1));
        self.tell(number, at, &FromPeople::MoveAway { from, isin, qty })
    }

    /// Own money and client money as the books have it, for the story's end.
    pub fn placed(&self) -> Paise {
        self.seq.firm().books.placed()
    }
}
