//! A client's margin of a day: what his open positions ask for, worked out again from the state before, and what was
//! there against it.

use super::Case;
use super::story::Story;
use crate::directory::Directory;
use firm::{Asked, Event, Firm};
use journal::v1::Entry;
use margin::Event as Of;
use rulebook::RuleName;
use vocab::{ClientRow, Day, Paise, Rate, Rounding, Ucc};

pub struct Margin {
    ucc: Ucc,
    day: Day,
    client: Option<ClientRow>,
    story: Story,
}

impl Margin {
    pub fn new(ucc: Ucc, day: Day) -> Margin {
        Margin { ucc, day, client: None, story: Story::default() }
    }

    fn positions(&mut self, before: &Firm, client: ClientRow, names: &Directory) {
        let open = |s: &clearing::Settlement| s.trades > 0 && s.stage < clearing::Stage::PaidOut;
        for (row, _) in before.clearing.settlements().filter(|(_, s)| open(s)) {
            let Some(standing) = before.clearing.standing(row, client) else { continue };
            for net in before.clearing.nets_of(standing) {
                let rated = before.margin.rated(net.security, self.day);
                let rates = rated.map_or("not rated: the house's rate".to_owned(), |r| format!("VaR {}, ELM {}", r.var, r.elm));
                self.story.line(format_args!(
                    "    settlement {}: {} open {:#}, bought for {:#}, sold for {:#}; {rates}",
                    names.number(row), names.symbol(net.security), net.net_qty(), net.buy_value, net.sell_value
                ));
            }
        }
    }

    fn compare(&mut self, what: &str, entry: &Entry, kept: Paise, again: Paise) {
        self.story.line(format_args!("    {what} {again:#}"));
        if kept != again {
            let number = entry.head.entry;
            self.story.disagrees(format_args!("the record says {what} {kept:#} (entry {number}); recalculated {again:#}"));
        }
    }
}

impl Margin {
    /// The client at a look within the day, and what was reported of it.
    fn looked(&mut self, of: &Of, client: ClientRow, before: &Firm, entry: &Entry, names: &Directory) {
        match *of {
            Of::Looked { day, asked, wanted, funds, deposits, securities, short, .. } => {
                self.positions(before, client, names);
                let (again, kept) = (firm::asked_at_look(before, client, day), before.margin.kept(client));
                let share = before.rules.rate(RuleName::PeakMargin, day).map_or(Rate::ZERO, |(_, share)| share);
                self.compare("asked at the look", entry, asked, again.upfront);
                self.compare("wanted of it", entry, wanted, share.of(again.upfront, Rounding::UpPaisa));
                self.compare("in money", entry, funds, firm::funds(before, client) + again.by_sales);
                self.compare("in receipts and guarantees", entry, deposits, kept.cash_like);
                self.compare("in securities", entry, securities, kept.securities);
                self.compare("short", entry, short, (wanted - funds - kept.sum()).at_least_zero());
                if let Ok((_, rule)) = before.rules.at(RuleName::PeakMargin, day) {
                    self.story.rule(rule);
                }
            }
            Of::Reported { day, rate, penalty, evening, peak, .. } => {
                self.compare("penalty", entry, penalty, rate.of(evening.max(peak), Rounding::NearestPaisa));
                for name in [RuleName::MarginPenalty, RuleName::MarginPenaltyHigher, RuleName::MarginPenaltyRepeated] {
                    if let Ok((_, rule)) = before.rules.at(name, day)
                        && rule.value == rate.0
                    {
                        self.story.rule(rule);
                    }
                }
            }
            _ => {}
        }
    }
}

impl Case for Margin {
    fn see(&mut self, before: &Firm, entry: &Entry, names: &Directory) {
        for event in &entry.events {
            match *event {
                Event::Client(clients::Event::Opened { client, ucc, .. }) if ucc == self.ucc => self.client = Some(client),
                Event::Margin(Of::Exposed { day, client, var, elm, mtm, .. })
                    if day == self.day && Some(client) == self.client =>
                {
                    self.story.head(entry, names);
                    self.story.fact(event, entry, names);
                    self.positions(before, client, names);
                    let again: Asked = firm::asked(before, client, day);
                    self.compare("value at risk", entry, var, again.var);
                    self.compare("extreme loss", entry, elm, again.elm);
                    self.compare("mark to market", entry, mtm, again.mtm);
                }
                Event::Margin(Of::Collected { day, client, upfront, funds, deposits, securities, short, .. })
                    if day == self.day && Some(client) == self.client =>
                {
                    self.story.fact(event, entry, names);
                    let again = firm::asked(before, client, day);
                    self.compare("wanted up front", entry, upfront, again.upfront);
                    let kept = before.margin.kept(client);
                    if again.by_sales.is_positive() {
                        self.story.line(format_args!("    of the day's money {:#} is credit for sales", again.by_sales));
                    }
                    self.compare("in money", entry, funds, firm::funds(before, client) + again.by_sales);
                    self.compare("in receipts and guarantees", entry, deposits, kept.cash_like);
                    self.compare("in securities", entry, securities, kept.securities);
                    let missing = (upfront - funds - deposits - securities).at_least_zero();
                    self.compare("short", entry, short, missing);
                    for name in [RuleName::MarginPolicy, RuleName::HouseUpfrontMethod] {
                        if let Ok((_, rule)) = before.rules.at(name, day) {
                            self.story.rule(rule);
                        }
                    }
                }
                Event::Margin(ref of @ (Of::Looked { day, client, .. } | Of::Reported { day, client, .. }))
                    if day == self.day && Some(client) == self.client =>
                {
                    self.story.head(entry, names);
                    self.story.fact(event, entry, names);
                    self.looked(of, client, before, entry, names);
                }
                _ => {}
            }
        }
    }

    fn tell(&mut self, _: &Firm, _: &Directory) -> Story {
        std::mem::take(&mut self.story)
    }
}
