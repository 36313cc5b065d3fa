//! Many seeds.

use crate::era::{ERAS, Era};
use crate::{Ended, Ground, Month, Plan, play};
use firm::BreakKind;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use vocab::{Corporation, SettlementKind};

/// A name, and how often a seed had it.
type Had = (&'static str, fn(&Ended) -> u64);

/// What eras are played for, and how often a seed had it.
const HAD: &[Had] = &[
    ("halts", |it| it.story.market_halts().len() as u64),
    ("halts for the day", |it| it.story.market_halts().iter().filter(|halt| halt.until.is_none()).count() as u64),
    ("settlements of the second corporation", |it| dealt(it, |corporation, _| corporation == Corporation::Iccl)),
    ("settlements of both exchanges' trades", |it| dealt(it, |_, exchanges| exchanges.count_ones() == 2)),
    ("shares withheld", |it| it.story.kept[0]),
    ("kept in the unpaid account", |it| it.story.kept[1]),
    ("pledged as unpaid", |it| it.story.kept[2]),
    ("looks at margins", |it| it.story.looks),
    ("closing auctions", |it| it.story.calls),
    ("buy-ins of internal shortages", |it| it.story.bought_in[0]),
    ("internal shortages made good", |it| it.story.bought_in[1]),
    ("objections to shares delivered", |it| it.story.objected[0]),
    ("objections to shares received", |it| it.story.objected[1]),
    ("defective shares put right", |it| it.story.objected[2]),
    ("defective shares bought in or closed out", |it| it.story.objected[3]),
    ("trade files issued anew", |it| it.story.files_anew),
    ("trades corrected by them", |it| it.story.put_right[0]),
    ("trades taken back by them", |it| it.story.put_right[1]),
    ("trades added by them", |it| it.story.put_right[2]),
];

fn dealt(it: &Ended, of: impl Fn(Corporation, u8) -> bool) -> u64 {
    let corporation = |row| it.firm.clearing.settlement(row).map(|it| it.corporation);
    it.story.dealt_at.iter().filter(|(row, at)| corporation(**row).is_some_and(|it| of(it, **at))).count() as u64
}

/// What a range of seeds came to.
#[derive(Default)]
pub struct Sum {
    pub seeds: u64,
    pub entries: u64,
    pub crashes: u64,
    /// Starts that went on from a snapshot.
    pub resumed: u64,
    pub trades: u64,
    /// Of the settlements on the day of the trade: trades, those paid out that day, and those with a trade.
    pub same_day: [u64; 3],
    /// Breaks that were opened, by kind.
    pub breaks: BTreeMap<BreakKind, u64>,
    /// What persons must look at though nothing differs.
    pub alerts: u64,
    /// Parts of benefits that were passed on.
    pub benefits: u64,
    /// Cheques that came back unpaid, third parties' shares, days that were declared shut.
    pub seldom: [u64; 3],
    /// Penalties taken for short margins.
    pub penalties: u64,
    /// Trades at each exchange while the other was shut.
    pub alone: [u64; 2],
    /// Settlements with trades, trade for trade, in the shorter of two cycles, and both.
    pub apart: [u64; 3],
    /// Questions about what nobody answered for in time.
    pub asked_after: u64,
    /// Of each era that was played: its seeds, and what they had.
    pub eras: BTreeMap<&'static str, (u64, BTreeMap<&'static str, u64>)>,
    pub failed: Vec<(u64, String)>,
    /// All digests folded in the order of the seeds.
    pub digest: u64,
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} seeds: {} failed; {} entries, {} trades, {} of them settled that day, {} benefits passed on, {} cheques unpaid, {} credits of strangers, {} days shut, {} penalties, {} trades while one exchange was shut, {} settlements trade for trade, {} asked after, {} breaks opened, {} alerts, {} crashes, {} restarts from a snapshot; digests {:016x}",
            self.seeds, self.failed.len(), self.entries, self.trades, self.same_day[0], self.benefits, self.seldom[0], self.seldom[1],
            self.seldom[2], self.penalties, self.alone[0] + self.alone[1], self.apart[0] + self.apart[2], self.asked_after, self.opened(), self.alerts,
            self.crashes, self.resumed, self.digest
        )?;
        for (era, (seeds, had)) in &self.eras {
            let had = had.iter().filter(|(_, count)| **count > 0).map(|(what, count)| format!("{count} {what}"));
            write!(f, "\n{era:>8}  {seeds} seeds: {}", had.collect::<Vec<_>>().join(", "))?;
        }
        let mut kinds: Vec<(&BreakKind, &u64)> = self.breaks.iter().collect();
        kinds.sort_by_key(|(kind, count)| (std::cmp::Reverse(**count), **kind));
        kinds.iter().try_for_each(|(kind, count)| write!(f, "\n{count:8}  {}", kind.as_str()))
    }
}

impl Sum {
    /// Breaks of every kind.
    pub fn opened(&self) -> u64 {
        self.breaks.values().sum()
    }
}

/// What one seed came to, its digest folded.
struct One {
    digest: u64,
    entries: u64,
    crashes: u64,
    resumed: u64,
    trades: u64,
    same_day: [u64; 3],
    breaks: BTreeMap<BreakKind, u64>,
    alerts: u64,
    benefits: u64,
    seldom: [u64; 3],
    penalties: u64,
    alone: [u64; 2],
    apart: [u64; 3],
    asked_after: u64,
    had: Vec<u64>,
}

/// Play a seed straight and with crashes, on the same rough way; both must agree and be proved.
fn one(ground: &Ground, month: Month, seed: u64) -> Result<One, String> {
    let plan = Plan::rough(seed);
    let straight = play(ground, month, seed, plan, 0).map_err(|e| format!("straight: {e}"))?;
    let crashed = play(ground, month, seed, plan, 4).map_err(|e| format!("with crashes: {e}"))?;
    if straight.digest != crashed.digest {
        return Err("the crash shows: digests differ".into());
    }
    if straight.world != crashed.world {
        return Err("the crash shows in the world: its digests differ".into());
    }
    let proof = crate::prove(&crashed.disk).map_err(|e| format!("proof: {e}"))?;
    if proof != crashed.entries {
        return Err(format!("proved {proof} of {} entries", crashed.entries));
    }
    let digest = crashed.digest.iter().fold(0u64, |n, b| n.rotate_left(7) ^ u64::from(*b));
    let trades = crashed.story.trades.iter().sum();
    let [_, same_day @ ..] = crashed.story.same_day;
    let (alerts, given) = (crashed.story.alerts, &crashed.story.given);
    let benefits = given.money.0 + given.shares.0;
    let (entries, crashes, resumed) = (crashed.entries, u64::from(crashed.crashes), u64::from(crashed.resumed));
    let asked_after = crashed.story.asked_after;
    let seldom = [crashed.story.cheques[2], crashed.story.strays[0], crashed.story.shut.len() as u64];
    let penalties = crashed.story.penalties.0;
    let alone = crashed.story.alone;
    let of = |wanted| {
        let dealt = crashed.firm.clearing.settlements().filter(|(_, it)| it.kind == wanted && it.trades > 0);
        dealt.count() as u64
    };
    let apart = [SettlementKind::TradeToTrade, SettlementKind::NormalMoved, SettlementKind::TradeToTradeMoved].map(of);
    let had = HAD.iter().map(|(_, of)| of(&crashed)).collect();
    Ok(One { had, digest, entries, crashes, resumed, trades, same_day, breaks: crashed.story.breaks, alerts, benefits, seldom, penalties, alone, apart, asked_after })
}

/// Play all seeds of a range on every core, each in the era that is its turn, or all in one; `say` hears of each failure.
pub fn run(era: Option<&Era>, month: Month, seeds: Range<u64>, say: &mut (dyn FnMut(&str) + Send)) -> Sum {
    let grounds = ERAS.each_ref().map(|it| era.unwrap_or(it).ground());
    let next = AtomicU64::new(seeds.start);
    let results = Mutex::new(Vec::new());
    let say = Mutex::new(say);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let outcome = std::panic::catch_unwind(|| one(Era::place(seed, &grounds), month, seed));
                    let outcome = outcome.unwrap_or_else(|_| Err("a bug asserted".into()));
                    if let (Err(what), Ok(mut say)) = (&outcome, say.lock()) {
                        say(&format!("seed {seed} FAILED: {what}"));
                    }
                    results.lock().expect("no thread panics holding it").push((seed, outcome));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread panics holding it");
    results.sort_by_key(|(seed, _)| *seed);
    let mut sum = Sum::default();
    for (seed, outcome) in results {
        sum.seeds += 1;
        let (seeds, had) = sum.eras.entry(era.unwrap_or(Era::of(seed)).name).or_default();
        *seeds += 1;
        match outcome {
            Ok(one) => {
                sum.entries += one.entries;
                sum.crashes += one.crashes;
                sum.resumed += one.resumed;
                sum.trades += one.trades;
                sum.same_day.iter_mut().zip(one.same_day).for_each(|(all, one)| *all += one);
                for (kind, count) in one.breaks {
                    *sum.breaks.entry(kind).or_default() += count;
                }
                sum.alerts += one.alerts;
                sum.benefits += one.benefits;
                sum.penalties += one.penalties;
                sum.apart.iter_mut().zip(one.apart).for_each(|(all, one)| *all += one);
                sum.alone.iter_mut().zip(one.alone).for_each(|(all, one)| *all += one);
                sum.seldom.iter_mut().zip(one.seldom).for_each(|(all, one)| *all += one);
                sum.asked_after += one.asked_after;
                HAD.iter().zip(one.had).for_each(|((what, _), count)| *had.entry(*what).or_default() += count);
                sum.digest = sum.digest.rotate_left(13) ^ one.digest;
            }
            Err(what) => sum.failed.push((seed, what)),
        }
    }
    sum
}
