//! An order through risk, match and books, without encoding and hashing: each message of the flow is asked
//! of the firm, given to the exchange's books, and what they answer is reported to the firm.

use std::time::{Duration, Instant};

use firm::{Command, Events, Head, Report, Source};
use matching::flow::{self, Kind, Message};
use matching::{Engine, Fill, Slot};
use orders::Report as OrderReport;
use stdx::Lots;
use vocab::{ClientRow, Moment, OrderNo, Price, Qty, SecurityRow, Side, TradeNo, UserRow, VenueOrderNo};

use crate::loads::Loads;
use crate::stage::{SECURITIES, Stage, home, login, place};
use crate::table::{Goal, Row, Runs, Unit};
use crate::{RUNS, machine};

const WARM: usize = 200_000;
/// Messages of one run: first timed as a whole, then as many again one by one.
const HALF: usize = 200_000;
const LIVE: usize = 10_000;

/// Where the time of a message goes.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Decide,
    ApplyAsk,
    Match,
    Observe,
    ApplyReport,
}

const PARTS: [&str; 5] = ["decide", "apply the ask", "match", "observe", "apply the reports"];

/// Told whenever a part of a message is done, and of every entry.
pub trait Watch {
    #[inline]
    fn done(&mut self, _: Part) {}

    #[inline]
    fn asked(&mut self, _: Head, _: UserRow, _: &Command, _: &Events) {}

    #[inline]
    fn told(&mut self, _: Head, _: &Report, _: &Events) {}
}

struct Nobody;

impl Watch for Nobody {}

/// Laps of the parts, and how long each entry took from its decision to its last fact.
struct Laps {
    last: Instant,
    spent: [Duration; 5],
    entries: Vec<Duration>,
}

impl Watch for Laps {
    fn done(&mut self, part: Part) {
        let now = Instant::now();
        let lap = now - self.last;
        self.spent[part as usize] += lap;
        self.last = now;
        match part {
            Part::Decide | Part::Observe => self.entries.push(lap),
            Part::ApplyAsk | Part::ApplyReport => *self.entries.last_mut().expect("a decided entry") += lap,
            Part::Match => {}
        }
    }
}

/// The firm and the exchange's books, in one process.
pub struct Floor {
    pub stage: Stage,
    engine: Engine,
    /// By order number.
    slots: Vec<Slot>,
    /// Who gives each order of the flow.
    clients: Vec<ClientRow>,
    /// Orders the firm had before the flow began.
    before: u64,
    fills: Vec<Fill>,
    trades: u64,
}

impl Floor {
    pub fn new(mut stage: Stage, clients: u32, messages: &[Message]) -> Floor {
        let mut lots = Lots::new(2);
        let mut givers = vec![ClientRow(0); flow::slots(messages).len()];
        for message in messages.iter().filter(|m| m.kind == Kind::Add) {
            // Sellers hold what they sell: whoever holds the security trades it.
            let nth = u32::try_from(lots.below(u64::from(clients / SECURITIES))).expect("a client");
            givers[message.id as usize] = ClientRow(nth * SECURITIES + u32::from(message.symbol));
        }
        stage.events.clear();
        let before = stage.firm.orders.next_no().0 - 1;
        let trades = 1 << 40;
        let slots = flow::slots(messages);
        Floor { stage, engine: flow::engine(), slots, clients: givers, before, fills: Vec::new(), trades }
    }

    #[inline]
    pub fn message(&mut self, message: &Message, watch: &mut impl Watch) {
        let client = self.clients[message.id as usize];
        let order = OrderNo(self.before + u64::from(message.id));
        let command = match message.kind {
            Kind::Add => {
                let qty = Qty(i64::from(message.qty));
                place(client, message.security(), message.side, message.price(), qty)
            }
            Kind::Cancel => Command::Cancel { order, client },
        };
        self.stage.events.clear();
        let as_of = self.stage.as_of();
        let decided = self.stage.firm.decide(login(client), &command, &as_of, &mut self.stage.events);
        decided.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        watch.done(Part::Decide);
        let head = self.stage.enter(Source::People);
        watch.done(Part::ApplyAsk);
        watch.asked(head, login(client), &command, &self.stage.events);
        match message.kind {
            Kind::Add => self.submit(message, order, as_of.now, watch),
            Kind::Cancel => {
                self.engine.cancel(self.slots[message.id as usize]).expect("a live order");
                watch.done(Part::Match);
                self.report(order, OrderReport::Cancelled, watch);
            }
        }
    }

    #[inline]
    fn submit(&mut self, message: &Message, order: OrderNo, at: Moment, watch: &mut impl Watch) {
        self.fills.clear();
        let fills = &mut self.fills;
        let outcome = self.engine.submit(message.incoming(), &mut |fill| fills.push(fill)).expect("an order of the flow");
        if let Some(slot) = outcome.slot {
            self.slots[message.id as usize] = slot;
        }
        watch.done(Part::Match);
        self.report(order, OrderReport::Acked { venue_order: VenueOrderNo(order.0), at }, watch);
        for nth in 0..self.fills.len() {
            let Fill { resting_tag, qty, price, .. } = self.fills[nth];
            self.trades += 1;
            let traded = OrderReport::Traded { trade: TradeNo(self.trades), qty, price, at };
            self.report(OrderNo(self.before + resting_tag), traded, watch);
            self.report(order, traded, watch);
        }
    }

    #[inline]
    fn report(&mut self, order: OrderNo, report: OrderReport, watch: &mut impl Watch) {
        self.stage.events.clear();
        let as_of = self.stage.as_of();
        let report = Report::Order { order, report };
        self.stage.firm.observe(&report, &as_of, &mut self.stage.events);
        watch.done(Part::Observe);
        let head = self.stage.enter(Source::Nse);
        watch.done(Part::ApplyReport);
        watch.told(head, &report, &self.stage.events);
    }
}

/// The same messages to matching alone, with as many random loads as the firm makes.
struct Twin {
    engine: Engine,
    slots: Vec<Slot>,
    loads: Loads,
}

impl Twin {
    #[inline]
    fn message(&mut self, message: &Message) {
        flow::play(&mut self.engine, std::slice::from_ref(message), &mut self.slots);
        self.loads.follow();
    }
}

/// Messages a second.
fn rate(messages: &[Message], mut each: impl FnMut(&Message)) -> f64 {
    let start = Instant::now();
    for message in messages {
        each(message);
    }
    messages.len() as f64 / start.elapsed().as_secs_f64()
}

/// Half of the messages, and ninety-nine of a hundred, take at most this many seconds.
fn percentiles(messages: &[Message], mut each: impl FnMut(&Message)) -> [f64; 2] {
    let mut times: Vec<Duration> = Vec::with_capacity(messages.len());
    let mut last = Instant::now();
    for message in messages {
        each(message);
        let now = Instant::now();
        times.push(now - last);
        last = now;
    }
    middle_and_tail(times)
}

fn middle_and_tail(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    [50, 99].map(|percent| times[(times.len() - 1) * percent / 100].as_secs_f64())
}

struct Measured {
    rates: Vec<f64>,
    halves: Vec<f64>,
    tails: Vec<f64>,
}

impl Measured {
    const fn new() -> Measured {
        Measured { rates: Vec::new(), halves: Vec::new(), tails: Vec::new() }
    }

    fn run(&mut self, half: (&[Message], &[Message]), mut each: impl FnMut(&Message)) {
        self.rates.push(rate(half.0, &mut each));
        let [median, tail] = percentiles(half.1, each);
        self.halves.push(median);
        self.tails.push(tail);
    }
}

/// The wanted rate, and seconds at the 99th percentile.
pub struct Wanted {
    pub clients: u32,
    pub jobs: [&'static str; 2],
    pub rate: f64,
    pub tail: f64,
}

pub const TEN_THOUSAND: Wanted = Wanted {
    clients: 10_000,
    jobs: ["order through risk, match, books, 10,000 clients", "  the same, p99 of a message"],
    rate: 5e6,
    tail: 500e-9,
};

pub const MILLION: Wanted = Wanted {
    clients: 1_000_000,
    jobs: ["order through risk, match, books, 1 M clients", "  the same, p99 of a message"],
    rate: 1.5e6,
    tail: 2e-6,
};

pub fn rows(stage: Stage, wanted: &Wanted) -> Vec<Row> {
    let Wanted { clients, jobs, .. } = *wanted;
    let messages = flow::generate(WARM + (2 * RUNS + 1) * HALF, LIVE);
    let mut twin =
        Twin { engine: flow::engine(), slots: flow::slots(&messages), loads: Loads::over(u64::from(clients)) };
    let mut floor = Floor::new(stage, clients, &messages);
    // As the program does before a day.
    let orders = messages.iter().filter(|m| m.kind == Kind::Add).count();
    floor.stage.firm.make_room(u32::try_from(orders).expect("a count"));
    let (warm, rest) = messages.split_at(WARM);
    rate(warm, |message| floor.message(message, &mut Nobody));
    rate(warm, |message| twin.message(message));
    let (mut ours, mut theirs) = (Measured::new(), Measured::new());
    let mut chunks = rest.chunks(HALF);
    for _ in 0..RUNS {
        let half = (chunks.next().expect("a first half"), chunks.next().expect("a second half"));
        ours.run(half, |message| floor.message(message, &mut Nobody));
        theirs.run(half, |message| twin.message(message));
    }
    let spent = laps(&mut floor, chunks.next().expect("a last chunk"));
    let median = |runs: &[f64]| Runs::of(runs.to_vec()).median() * 1e9;
    let mut notes = vec![
        format!("p50 of a message: {:.0} ns, yardstick {:.0} ns", median(&ours.halves), median(&theirs.halves)),
        format!("resident {} MiB; {} breaks", machine::resident() >> 20, floor.stage.firm.breaks().count()),
    ];
    notes.extend(spent);
    let yardstick = "matching + 8 random loads";
    let [job, tail] = jobs;
    vec![
        Row {
            job,
            unit: Unit::PerSecond,
            runs: Runs::of(ours.rates),
            yardstick: Some((yardstick, Runs::of(theirs.rates))),
            goal: Goal::AtLeast(wanted.rate),
            notes,
        },
        Row {
            job: tail,
            unit: Unit::Seconds,
            runs: Runs::of(ours.tails),
            yardstick: Some((yardstick, Runs::of(theirs.tails))),
            goal: Goal::AtMost(wanted.tail),
            notes: Vec::new(),
        },
    ]
}

/// Where a message's time goes, the clock's own cost taken off.
fn laps(floor: &mut Floor, messages: &[Message]) -> Vec<String> {
    let start = Instant::now();
    for _ in 0..messages.len() {
        std::hint::black_box(Instant::now());
    }
    let clock = start.elapsed().as_nanos() as f64 / messages.len() as f64;
    let mut laps = Laps { last: Instant::now(), spent: [Duration::ZERO; 5], entries: Vec::with_capacity(3 * messages.len()) };
    for message in messages {
        laps.last = Instant::now();
        floor.message(message, &mut laps);
    }
    let adds = messages.iter().filter(|m| m.kind == Kind::Add).count() as f64 / messages.len() as f64;
    let mut text = format!("ns a message ({:.0} % new orders, clock of {clock:.0} ns a lap taken off):", adds * 100.0);
    for (name, spent) in PARTS.iter().zip(laps.spent) {
        let mean = spent.as_nanos() as f64 / messages.len() as f64 - clock;
        text.push_str(&format!(" {name} {mean:.0}"));
    }
    let each = laps.entries.len() as f64 / messages.len() as f64;
    // Two laps of the clock stand in every entry.
    let [median, tail] = middle_and_tail(laps.entries).map(|s| s * 1e9 - 2.0 * clock);
    vec![text, format!("{each:.2} entries a message; an entry p50 {median:.0} ns, p99 {tail:.0} ns")]
}

/// Each of the first `count` clients buys a share, and it trades in full against a stranger.
pub fn one_trade_each(stage: &mut Stage, count: u32) {
    for nth in 0..count {
        let client = ClientRow(nth);
        trade(stage, client, home(client), Side::Buy, Qty(1));
    }
}

/// One order, acknowledged and traded in full against a stranger.
pub fn trade(stage: &mut Stage, client: ClientRow, security: SecurityRow, side: Side, qty: Qty) {
    let (order, price) = (stage.firm.orders.next_no(), Price::from_paise(10_000));
    stage.ask(login(client), &place(client, security, side, price, qty));
    let at = stage.as_of().now;
    let acked = OrderReport::Acked { venue_order: VenueOrderNo(order.0), at };
    stage.report(Source::Nse, &Report::Order { order, report: acked });
    let traded = OrderReport::Traded { trade: TradeNo(order.0), qty, price, at };
    stage.report(Source::Nse, &Report::Order { order, report: traded });
}
