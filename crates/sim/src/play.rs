//! One seed, played.

use crate::faults::{Plan, WayFaults};
use firm::Firm;
use journal::{Identity, Kind, ReadError, RecoverError, SimDisk, Writer};
use rehearsal::{House, NobodyElse, Parts, Post, Script, Stage, Story, Telling, Theatre, TheatreError, second_exchange, states, world_terms};
use rulebook::{Rule, Rulebook};
use sequencer::{Inline, Keeper, Replayed, Silent, Snapshot, Tamper, digest};
use std::fmt;
use stdx::Lots;
use vault::{Tokens, Vault, VaultKey};
use vocab::{Day, Moment, Paise, Price, Rate};
use world::{Announcement, Gift, Odds, Terms};

/// Segments small enough that a month turns many.
const SEGMENT: u64 = 256 * 1024;

/// How large a seed is.
#[derive(Clone, Copy, Debug)]
pub struct Month {
    pub clients: u32,
    pub orders_each_day: u32,
    pub days: u32,
}

impl Month {
    /// A market month of ten clients and fifty orders a day.
    pub const USUAL: Month = Month { clients: 10, orders_each_day: 50, days: 22 };
}

/// How a seed ended.
pub struct Ended {
    pub digest: [u8; 32],
    pub world: [u8; 32],
    pub entries: u64,
    pub crashes: u32,
    /// Starts that went on from a snapshot.
    pub resumed: u32,
    pub story: Story,
    pub firm: Firm,
    pub disk: SimDisk,
}

#[derive(Debug)]
pub struct Failure {
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

fn failure(what: impl fmt::Display) -> Failure {
    Failure { what: what.to_string() }
}

/// What every seed is played on: read once, lent to each.
pub struct Ground {
    rules: Vec<Rule>,
    book: Rulebook,
    stage: Stage,
}

impl Ground {
    pub fn sample() -> Ground {
        let rules = files::rulebook::read_rulebook(files::rulebook::built_in()).expect("the built-in rulebook reads");
        let mut book = Rulebook::default();
        for rule in &rules {
            book.adopt(rule.clone()).expect("the built-in rulebook agrees with itself");
        }
        let (stage, _) = Stage::of(&[files::sample_market()], &book);
        Ground { rules, book, stage }
    }

    /// The sample's market on another day, under that day's rules.
    pub fn on(day: Day) -> Ground {
        let Ground { rules, book, .. } = Ground::sample();
        let market = files::MarketDay { day, holidays: Vec::new(), bse_holidays: Vec::new(), sessions: Vec::new(), bse_sessions: Vec::new(), ..files::sample_market() };
        let (stage, _) = Stage::of(&[market], &book);
        Ground { rules, book, stage }
    }
}

type Play<T> = Theatre<Inline<SimDisk>, T, SimDisk, SimDisk, WayFaults>;

/// Everything of a seed that outlives a crash of the firm.
pub struct Table {
    pub firm: SimDisk,
    pub vault: SimDisk,
    pub snapshots: SimDisk,
    /// Whether snapshots are kept: a run without crashes needs none.
    pub keeps: bool,
    /// Starts that went on from one.
    pub resumed: u32,
    pub world: Option<world::Kept<SimDisk>>,
    /// A write or a flush failed: the process must end, though its machine stands.
    pub failed: bool,
}

/// What companies give in a seed's month: a few of each kind, known ahead or on the day itself.
fn gifts(stage: &Stage, month: Month, seed: u64, rules: &Rulebook) -> Vec<Announcement> {
    let mut lots = Lots::of(seed, &[0x61F7]);
    let mut all: Vec<Announcement> = Vec::new();
    for security in &stage.securities {
        if !lots.one_in(3) {
            continue;
        }
        let gift = match lots.below(4) {
            0 => Gift::Bonus { new: 1, held: u32::try_from(1 + lots.below(3)).expect("few") },
            1 => Gift::Split { from: Paise::rupees(10), to: Paise::rupees([1, 2, 5][usize::try_from(lots.below(3)).expect("few")]) },
            _ => Gift::Dividend { per_share: Price(i64::try_from(1 + lots.below(400)).expect("few") * 500) },
        };
        let nth = lots.below(u64::from(month.days.saturating_sub(1).max(1)));
        let ex = (0..nth).fold(stage.day, |day, _| stage.next_day(day));
        let pay = (0..3).fold(ex, |day, _| stage.next_day(day));
        let tax = Stage::dividend_tax(rules, pay);
        all.push(Announcement { isin: security.isin, gift, ex, record: ex, pay, tax });
    }
    all
}

/// The market of a seed's month: what companies give, and the days that one exchange keeps alone. The second keeps the third
/// day in every one of them.
fn stage(ground: &Ground, month: Month, seed: u64) -> Stage {
    let mut stage = ground.stage.clone();
    let third = (0..2).fold(stage.day, |day, _| stage.next_day(day));
    stage.give_also(gifts(&ground.stage, month, seed, &ground.book));
    stage.bse_holidays.push(third);
    let last = (1..month.days).fold(stage.day, |day, _| stage.next_day(day));
    stage.keep_apart(seed, last);
    stage.fall_also(falls(&stage, month, seed));
    stage
}

/// On one day in so many the index falls far enough that everything is halted.
const FALLS_ONE_IN: u64 = 30;

/// The days of a seed's month on which the index falls, and how far: a tenth, 15 % or a fifth, and a little more.
fn falls(stage: &Stage, month: Month, seed: u64) -> Vec<(Day, Rate)> {
    let mut lots = Lots::of(seed, &[0xFA11]);
    let days = std::iter::successors(Some(stage.day), |day| Some(stage.next_day(*day)));
    let mut all = Vec::new();
    for day in days.take(usize::try_from(month.days).expect("a count")) {
        let (falls, level, more) = (lots.one_in(FALLS_ONE_IN), lots.below(6), lots.between(0, 300));
        let percent = [10, 10, 10, 15, 15, 20][usize::try_from(level).expect("few")];
        if falls {
            all.push((day, Rate(Rate::WHOLE.0 / 100 * percent + Rate::WHOLE.0 / 10_000 * more)));
        }
    }
    all
}

/// Put a play together on what the disks hold.
pub fn open<T: Tamper>(
    ground: &Ground, month: Month, seed: u64, plan: Plan, tamper: T, table: &mut Table,
) -> Result<Play<T>, Failure> {
    let house = House::sandbox();
    let stage = stage(ground, month, seed);
    let day = stage.day;
    let wall = Moment(0);
    table.failed = true;
    let key = VaultKey::sandbox(seed);
    let tokens = Tokens::of(&key);
    let securities = ground.stage.securities.iter().map(|s| (s.isin, s.symbol)).collect();
    let states = states(&ground.book, day);
    let terms = terms(ground, &stage)?;
    let on_bse = stage.on_bse();
    let second = !on_bse.is_empty();
    let mut script = Script::new(seed, (month.clients, month.orders_each_day), day, states, securities, terms, second);
    script = script.with_same_day(stage.gifts()).with_disputes();
    script.set_up(&house, house.pan(&tokens), &ground.rules, &stage);
    script.day(day, month.orders_each_day, Vec::new(), stage.announced(day));
    let mut post = Post::new(house, tokens, stage.codes());
    let said = table.world.iter().flat_map(|w| w.world().resend(world::Link::Bank, 1).cloned());
    post.learn_all(&script, &mut said.collect::<Vec<_>>().into_iter());
    let heard = table.world.as_ref().map_or(0, |w| w.heard(world::Sender::Firm));
    let mut story = Story::new();
    let watch = Telling { story: &mut story, beside: &mut NobodyElse, post: &post, heard };
    let recovered = sequencer::recover(table.firm.clone(), &table.snapshots, SEGMENT, wall, watch);
    let (replayed, unheard, writer) = match recovered {
        Ok((replayed, unheard, recovered)) => {
            table.resumed += u32::from(replayed.from.is_some());
            (replayed, unheard, recovered.writer)
        }
        Err(RecoverError::Read(ReadError::NoJournal)) => {
            let identity = Identity { id: [1; 16], kind: Kind::Firm, sandbox: true };
            let writer = Writer::create(table.firm.clone(), identity, SEGMENT, wall).map_err(failure)?;
            (Replayed::fresh(), Vec::new(), writer)
        }
        Err(e) => return Err(failure(e)),
    };
    let vault = Vault::open(table.vault.clone(), key).map_err(failure)?;
    let world = world_of(ground, &stage, seed, table)?;
    let parts = Parts {
        replayed,
        unheard,
        keeper: Inline::new(writer),
        tamper,
        world,
        vault,
        post,
        script,
        stage,
        story,
        faults: WayFaults { seed, plan },
        wall: Box::new(|| 0),
        snapshots: table.keeper(seed),
        orders_each_day: month.orders_each_day,
        days: month.days,
        beside: Box::new(NobodyElse),
    };
    let theatre = Theatre::new(parts).map_err(failure)?;
    table.failed = false;
    Ok(theatre)
}

/// The world as it stands, or a new one.
fn world_of(ground: &Ground, stage: &Stage, seed: u64, table: &mut Table) -> Result<world::Kept<SimDisk>, Failure> {
    if let Some(world) = table.world.take() {
        return Ok(world);
    }
    let terms = terms(ground, stage)?;
    let disk = SimDisk::new(seed ^ 0x57_0E1D, journal::Faults::default());
    world::Kept::create(disk, [2; 16], 4 * 1024 * 1024, terms, seed, Moment(0)).map_err(failure)
}

/// What the world of a seed's month is made of.
///
/// # Errors
/// A rule of the first day that is not known.
pub fn world_of_month(ground: &Ground, month: Month, seed: u64) -> Result<Terms, Failure> {
    terms(ground, &stage(ground, month, seed))
}

fn terms(ground: &Ground, stage: &Stage) -> Result<Terms, Failure> {
    let odds = Odds { street_short_one_in: 8, auction_fails_one_in: 2, double_report_one_in: 40, cheque_bounces_one_in: 3 };
    let mut terms = world_terms(&House::sandbox(), &ground.book, stage, odds, 12).map_err(failure)?;
    terms.second = Some(second_exchange(&ground.book, stage).map_err(failure)?);
    Ok(terms)
}

/// Bugs planted in the shell around the firm, which the simulation must catch.
#[derive(Clone, Copy, Default, Debug)]
pub struct Planted {
    /// From the first crash on, every flush of the journal's disk says yes and keeps nothing.
    pub lying_flush: bool,
    /// Which decided facts are changed before they are kept.
    pub facts: Option<PlantedFacts>,
}

/// Changes the facts an entry decided.
pub type PlantedFacts = fn(&Firm, &mut firm::Events);

struct Planter(Option<PlantedFacts>);

impl Tamper for Planter {
    fn tamper(&mut self, firm: &Firm, _: &firm::Input, events: &mut firm::Events) {
        if let Some(plant) = self.0 {
            plant(firm, events);
        }
    }
}

/// Play a seed straight through, or with crashes.
///
/// # Errors
/// What failed, in words.
pub fn play(ground: &Ground, month: Month, seed: u64, plan: Plan, crashes: u32) -> Result<Ended, Failure> {
    play_planted(ground, month, seed, plan, crashes, Planted::default())
}

/// Play a seed with a bug planted.
///
/// # Errors
/// What failed, in words: above all, an order that was acknowledged and is not in the journal any more.
pub fn play_planted(
    ground: &Ground, month: Month, seed: u64, plan: Plan, crashes: u32, planted: Planted,
) -> Result<Ended, Failure> {
    let mut lots = Lots::of(seed, &[0xC4A5]);
    let mut table = Table {
        firm: SimDisk::new(seed, disk_faults(&mut lots, crashes > 0, 900_000)),
        vault: SimDisk::new(seed ^ 0xFA_017, disk_faults(&mut lots, crashes > 0, 60_000)),
        snapshots: SimDisk::new(seed ^ 0x5A95, journal::Faults::default()),
        keeps: crashes > 0,
        resumed: 0,
        world: None,
        failed: false,
    };
    let mut died = 0;
    // The witness outside: the last entry whose order a client was told of.
    let mut told = 0;
    loop {
        let mut theatre = match open(ground, month, seed, plan, Planter(planted.facts), &mut table) {
            Ok(theatre) => theatre,
            // A machine that dies while it recovers recovers once more.
            Err(_) if died < crashes && table.has_failed() => {
                died += 1;
                table.restart(&mut lots, died < crashes, planted);
                continue;
            }
            Err(e) => return Err(e),
        };
        let kept = theatre.sequencer_mut().entries();
        if kept < told {
            return Err(failure(format_args!("entry {told} was acknowledged and is lost: the journal ends at {kept}")));
        }
        let going_on = go_on(&mut theatre, &mut told)?;
        let sum = if going_on { theatre.sequencer_mut().checkpoint().ok() } else { None };
        let world_sum = theatre.world().world().digest();
        let (keeper, world, vault, story) = theatre.into_parts();
        let closed = sum.is_some_and(|_| keeper.close(Moment(0)).is_ok() && vault.close().is_ok());
        if let (Some(sum), true) = (sum, closed) {
            let disk = table.firm.kill(journal::Faults::default());
            let (firm, entries) = read_again(&disk, &table.snapshots, sum)?;
            return Ok(Ended { digest: sum, world: world_sum, entries, crashes: died, resumed: table.resumed, story, firm, disk });
        }
        died += 1;
        table.world = Some(world);
        table.restart(&mut lots, died < crashes, planted);
    }
}

/// Play on until the end, true, or until a disk fails, false.
fn go_on<T: Tamper>(theatre: &mut Play<T>, told: &mut u64) -> Result<bool, Failure> {
    loop {
        let more = theatre.advance();
        // An order is acknowledged once its entry is durable: the keeper says so.
        let acks = theatre.take_acks();
        match more {
            Ok(more) => {
                if let Some((_, entry)) = acks.last() {
                    if theatre.sequencer_mut().keeper_mut().wait(vocab::EntryNo(*entry)).is_err() {
                        return Ok(false);
                    }
                    *told = *entry;
                }
                if !more {
                    return Ok(true);
                }
            }
            Err(TheatreError::Io(_) | TheatreError::Vault(_)) => return Ok(false),
            Err(e) => return Err(failure(e)),
        }
    }
}

/// What the disk holds, replayed: it must reach the digest the process had.
fn read_again(disk: &SimDisk, snapshots: &SimDisk, sum: [u8; 32]) -> Result<(Firm, u64), Failure> {
    let none = SimDisk::new(0, journal::Faults::default());
    let snapshots = snapshots.kill(journal::Faults::default());
    let (quick, ..) = sequencer::recover(disk.clone(), &snapshots, SEGMENT, Moment(0), Silent).map_err(failure)?;
    if digest(&quick.firm) != sum {
        return Err(failure("the journal behind its last snapshot reaches another digest"));
    }
    let (replayed, ..) = sequencer::recover(disk.clone(), &none, SEGMENT, Moment(0), Silent).map_err(failure)?;
    if digest(&replayed.firm) != sum || replayed.errands != quick.errands {
        return Err(failure("replay reaches another digest"));
    }
    shares_are_bound(&replayed.firm)?;
    Ok((replayed.firm, replayed.entries))
}

/// What is set apart of each client's shares is what his nets have still to deliver and what he pledged.
fn shares_are_bound(firm: &Firm) -> Result<(), Failure> {
    let mut owed = std::collections::BTreeMap::new();
    for net in firm.clearing.standings().iter().flat_map(|s| firm.clearing.nets_of(s)) {
        *owed.entry((net.client, net.security)).or_insert(vocab::Qty::ZERO) += net.to_call();
    }
    for held in firm.stock.iter() {
        let (client, security) = (held.client, held.security);
        let bound = owed.get(&(client, security)).copied().unwrap_or(vocab::Qty::ZERO) + firm.margin.pledged(client, security);
        if held.sold != bound || !held.blocked.is_zero() {
            let apart = held.sold;
            return Err(failure(format_args!("{apart} of {security} are set apart for client {client}, {bound} are bound")));
        }
    }
    Ok(())
}

/// What a disk does until it dies: dies at a byte, writes short, or fails a write or a flush.
fn disk_faults(lots: &mut Lots, any: bool, most: u64) -> journal::Faults {
    let none = journal::Faults::default();
    if !any {
        return none;
    }
    match lots.below(6) {
        0 => journal::Faults { write_error_one_in: 200 + lots.below(4_000), ..none },
        1 => journal::Faults { flush_error_one_in: 100 + lots.below(2_000), ..none },
        2 => journal::Faults { short_write_one_in: 2 + lots.below(20), crash_after: Some(lots.below(most) + 1), ..none },
        _ => journal::Faults { crash_after: Some(lots.below(most) + 1), ..none },
    }
}

impl Table {
    /// Writes a snapshot on one begin of day in three, where they are kept at all. What cannot be written is not there.
    fn keeper(&self, seed: u64) -> Box<dyn FnMut(Snapshot) + Send> {
        let (disk, keeps) = (self.snapshots.clone(), self.keeps);
        Box::new(move |snapshot| {
            if keeps && Lots::of(seed, &[0x5A95, snapshot.head.entry.0]).one_in(3) {
                let _ = sequencer::write(&disk, &snapshot);
            }
        })
    }

    fn has_failed(&self) -> bool {
        self.firm.has_crashed() || self.vault.has_crashed() || self.failed
    }

    /// The process is gone, or the power: what the disks kept is what the next process finds.
    fn restart(&mut self, lots: &mut Lots, more: bool, planted: Planted) {
        let (mut firm, vault) = (disk_faults(lots, more, 900_000), disk_faults(lots, more, 60_000));
        firm.lying_flush = planted.lying_flush;
        // The disk of the snapshots dies by itself, in the middle of one more often than not.
        let mut own = Lots::of(lots.clone().draw(), &[0x5A95]);
        let snapshots = journal::Faults { crash_after: more.then(|| own.below(4_000_000) + 1), ..journal::Faults::default() };
        if lots.one_in(3) && !self.firm.has_crashed() && !self.vault.has_crashed() {
            self.firm = self.firm.kill(firm);
            self.vault = self.vault.kill(vault);
            self.snapshots = self.snapshots.kill(snapshots);
        } else {
            self.firm = self.firm.crash(firm);
            self.vault = self.vault.crash(vault);
            self.snapshots = self.snapshots.crash(snapshots);
        }
        self.failed = false;
    }
}
