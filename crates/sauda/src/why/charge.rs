//! The charges of a note, worked out again from their operands: once with the rules of the record, once with
//! the rulebook in force now. A rate that changed shows.

use super::story::Story;
use super::Case;
use crate::directory::Directory;
use crate::say::row_of_plan;
use charges::{Head, Line};
use clearing::TradeFact;
use firm::{Charged, Event, Firm};
use journal::v1::Entry;
use rulebook::{Extra, Rule, Rulebook};
use std::collections::BTreeMap;
use vocab::{Day, EntryNo, FinancialYear, NoteNo, Paise, Rate, Rounding, RuleRow, Side, TradeNo};

pub struct Charge {
    year: FinancialYear,
    note: NoteNo,
    head: Option<Head>,
    now: Rulebook,
    story: Story,
    trades: BTreeMap<(TradeNo, Side), (EntryNo, TradeFact)>,
}

impl Charge {
    pub fn new(year: FinancialYear, note: NoteNo, head: Option<Head>, now: Rulebook) -> Charge {
        Charge { year, note, head, now, story: Story::default(), trades: BTreeMap::new() }
    }

    /// The entry that made the note holds all of its lines.
    fn note(&mut self, before: &Firm, entry: &Entry, names: &Directory) {
        let mut value = Paise::ZERO;
        let mut charged = Paise::ZERO;
        let mut day = entry.head.at.day();
        let mut lines = Vec::new();
        for event in &entry.events {
            match event {
                Event::Noted { note, trade, side, .. } if *note == self.note => {
                    let Some((_, fact)) = self.trades.get(&(*trade, *side)) else { continue };
                    let amount = fact.price.value(fact.qty, Rounding::NearestPaisa);
                    value += if fact.side == Side::Buy { amount } else { -amount };
                    day = fact.at.day();
                }
                Event::Charged(line) if line.note == self.note => {
                    charged += line.amount;
                    lines.push(*line);
                }
                _ => {}
            }
        }
        let wanted: Vec<Charged> =
            lines.iter().filter(|line| self.head.is_none_or(|head| head == line.head)).copied().collect();
        if wanted.is_empty() && self.head.is_some() {
            return;
        }
        self.story.head(entry, names);
        for line in &wanted {
            self.story.line(format_args!("{}  {:#}", line.head.as_str(), line.amount));
            match line.head {
                Head::Brokerage => self.brokerage(before, entry, line, day),
                _ => self.levy(before, entry, line, day),
            }
        }
        if self.head.is_none() {
            self.net(entry, names, value, charged);
        }
    }

    fn net(&mut self, entry: &Entry, names: &Directory, value: Paise, charged: Paise) {
        let due = -(value + charged);
        self.story.line(format_args!(
            "net  purchases less sales {value:#} + charges {charged:#} = {:#}; {}",
            value + charged, if due.is_negative() { "payable by the client" } else { "receivable by the client" }
        ));
        for event in &entry.events {
            if let Event::NoteTaken { note, net, .. } = event
                && *note == self.note
            {
                self.story.fact(event, entry, names);
                if *net != due {
                    let number = entry.head.entry;
                    self.story.disagrees(format_args!("the record says net {net:#} (entry {number}); its lines say {due:#}"));
                }
            }
        }
    }

    /// Trade by trade, by the plan of the client and the cap of the day.
    fn brokerage(&mut self, before: &Firm, entry: &Entry, line: &Charged, day: Day) {
        let own = before.clients.get(line.client).is_some_and(clients::Client::is_own);
        let Some(slabs) = before.clients.slabs(line.client, day) else {
            self.story.disagrees(format_args!("no brokerage was agreed with the client before entry {}", entry.head.entry));
            return;
        };
        let (mut deals, mut settlement) = (Vec::new(), None);
        for event in &entry.events {
            let Event::Noted { note, trade, side, brokerage, .. } = event else { continue };
            let Some((at, fact)) = self.trades.get(&(*trade, *side)).filter(|_| *note == self.note) else { continue };
            let TradeFact { order, security, side, qty, price, .. } = *fact;
            settlement = Some(fact.settlement);
            deals.push(charges::Deal { order, security, side, price, qty });
            self.story.line(format_args!(
                "    trade {trade} (entry {at}) of order {order}: {qty:#} × {price} = {:#}: {brokerage:#}",
                price.value(qty, Rounding::NearestPaisa)
            ));
        }
        let rows = settlement.map_or_else(Vec::new, |it| firm::rows_of(before, slabs, (it, line.client)));
        let of = |book: &Rulebook| match own {
            true => Ok(Paise::ZERO),
            false => charges::brokerage(book, &rows, &deals, day).map(|fees| fees.into_iter().sum()),
        };
        let (then, now) = (of(&before.rules).unwrap_or(line.amount), of(&self.now).ok());
        for slab in slabs {
            self.story.line(format_args!("    agreed {}", row_of_plan(slab)));
        }
        for name in [rulebook::RuleName::BrokerageCap, rulebook::RuleName::BrokerageCapPerShare] {
            if let Ok((_, rule)) = before.rules.at(name, day) {
                self.story.rule(rule);
            }
        }
        let plan = "what was agreed, within the cap";
        self.compare(entry, line.amount, then, now, plan, plan);
    }

    fn levy(&mut self, before: &Firm, entry: &Entry, line: &Charged, day: Day) {
        let Some(rounding) = rounding(line.rounding) else {
            self.story.disagrees(format_args!("rounding {} is none", line.rounding));
            return;
        };
        let kept: [Option<RuleRow>; 3] = line.rules.map(|n| n.checked_sub(1).map(RuleRow));
        let mut fresh = [None; 3];
        let (mut was, mut is) = (Vec::new(), Vec::new());
        for ((slot, row), base) in fresh.iter_mut().zip(kept).zip(line.bases) {
            let Some(row) = row else { continue };
            let Some(rule) = before.rules.get(row) else {
                self.story.disagrees(format_args!("rule row {row} was never adopted"));
                return;
            };
            self.story.line(format_args!("    {} × {base:#}", worth(rule)));
            self.story.rule(rule);
            was.push(worth(rule));
            match self.now.at_scoped(rule.name, rule.scope, day) {
                Ok((row, rule)) => {
                    *slot = Some(row);
                    is.push(worth(rule));
                }
                Err(none) => {
                    self.story.disagrees(format_args!(
                        "the record says {:#} under {} (entry {}); the rulebook now has {none}",
                        line.amount, was.join(" + "), entry.head.entry
                    ));
                    return;
                }
            }
        }
        let of = |rules| Line { head: line.head, amount: line.amount, rules, bases: line.bases, rounding };
        let then = charges::recompute(&before.rules, &of(kept)).unwrap_or(Paise::ZERO);
        let now = charges::recompute(&self.now, &of(fresh));
        self.story.line(format_args!("    sum to {} = {then:#}", word(rounding)));
        self.compare(entry, line.amount, then, now, &was.join(" + "), &is.join(" + "));
    }

    fn compare(&mut self, entry: &Entry, kept: Paise, then: Paise, now: Option<Paise>, was: &str, is: &str) {
        let number = entry.head.entry;
        if then != kept {
            self.story.disagrees(format_args!(
                "the record says {kept:#} (entry {number}); its own operands give {then:#}"
            ));
        }
        match now {
            Some(now) if now == kept && was == is => {
                self.story.line(format_args!("    the rulebook now says the same"));
            }
            Some(now) => self.story.disagrees(format_args!(
                "the record says {kept:#} under {was} (entry {number}); the rulebook now says {is}: {now:#}"
            )),
            None => self.story.disagrees(format_args!(
                "the record says {kept:#} under {was} (entry {number}); the rulebook now has no rule for it"
            )),
        }
    }
}

/// The rate of a rule, with the most it takes in a day where it has one.
fn worth(rule: &Rule) -> String {
    let rate = Rate(rule.value);
    if rule.name.extra() == Extra::DailyCap && rule.extra > 0 {
        return format!("{rate} (at most {:#})", Paise(rule.extra));
    }
    rate.to_string()
}

const fn rounding(number: u8) -> Option<Rounding> {
    match number {
        0 => Some(Rounding::NearestPaisa),
        1 => Some(Rounding::NearestRupee),
        2 => Some(Rounding::UpPaisa),
        3 => Some(Rounding::DownPaisa),
        _ => None,
    }
}

const fn word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::NearestPaisa => "the nearest paisa",
        Rounding::NearestRupee => "the nearest rupee",
        Rounding::UpPaisa => "the paisa above",
        Rounding::DownPaisa => "the paisa below",
    }
}

impl Case for Charge {
    fn see(&mut self, before: &Firm, entry: &Entry, names: &Directory) {
        for event in &entry.events {
            if let Event::Clearing(clearing::Event::Traded(fact)) = event {
                self.trades.insert((fact.trade, fact.side), (entry.head.entry, *fact));
            }
        }
        let makes = |event: &Event| {
            matches!(event, Event::NoteTaken { year, note, .. } if *year == self.year && *note == self.note)
        };
        if entry.events.iter().any(makes) {
            self.note(before, entry, names);
        }
    }

    fn tell(&mut self, _: &Firm, _: &Directory) -> Story {
        std::mem::take(&mut self.story)
    }
}
