//! What an order binds: value × margin + charges, with every operand.

use super::story::Story;
use super::Case;
use crate::directory::Directory;
use firm::{Event, Firm};
use journal::v1::Entry;
use orders::Placed;
use risk::{Bound, Needs};
use rulebook::{MarginPolicy, RuleName};
use vocab::{ClientKind, Day, OrderNo, Paise, Price, Product, Rate, Rounding, Side};

pub struct Hold {
    order: OrderNo,
    story: Story,
    left: Paise,
}

/// What part of its value the order needs, by its product and side.
fn margin(before: &Firm, p: &Placed, dealing: &clients::Dealing, covers: bool, (full_value, day): (bool, Day)) -> Rate {
    let policy = before.policy();
    // The security's own rate of the day stands before that of all.
    let own_rate = before.market.margin(p.security, day);
    let margin = match p.side {
        Side::Buy if full_value => Rate::WHOLE,
        Side::Buy => own_rate.unwrap_or(policy.buy),
        Side::Sell => own_rate.unwrap_or(policy.sell),
    };
    let raised = |margin| if full_value && p.side == Side::Buy { margin } else { dealing.raised(margin) };
    match p.product {
        Product::Delivery => raised(margin),
        Product::SameDay if p.side == Side::Sell => raised(margin),
        Product::SameDay => {
            let whole = before.rules.rate(RuleName::SameDayBuyMargin, day).map_or(Rate::WHOLE, |(_, rate)| rate);
            raised(margin).max(whole)
        }
        Product::Intraday if covers => Rate::ZERO,
        Product::Intraday if full_value => Rate::WHOLE,
        Product::Intraday => dealing.raised(before.intraday_margin(p.security, p.side, day).unwrap_or(margin)),
    }
}

impl Hold {
    pub fn new(order: OrderNo) -> Hold {
        Hold { order, story: Story::default(), left: Paise::ZERO }
    }

    /// Work the hold out again from the state before the order.
    fn arithmetic(&mut self, before: &Firm, entry: &Entry, p: &Placed, kept: &Bound) {
        let day = entry.head.at.day();
        let (Some(client), Some(dealing)) = (before.clients.get(p.client), before.clients.dealing(p.client)) else { return };
        let worst = firm::instrument(before, p.venue, p.security, p.product, day).map_or(Price::ZERO, |it| it.high);
        let price = if p.kind.is_limit() { p.price } else { worst };
        let policy = before.policy();
        let covers = p.product == Product::Intraday && before.covers((p.client, p.security, p.venue), p.side, p.qty);
        let margin = margin(before, p, dealing, covers, (client.full_value, day));
        let Ok(charges::Worst { levies, tax }) = before.worst(client.state, p.side, day) else { return };
        let plan = dealing.brokerage;
        self.terms(before, p, kept);
        if covers {
            self.story.line(format_args!("    it closes what an intraday order opened: no margin"));
        }
        let brokerage = plan.grown_by(tax);
        let charges = Rate(levies.0.saturating_add(brokerage.0));
        let taxed = |amount: Paise| amount + tax.of(amount, Rounding::UpPaisa);
        let (per_share, allowance) = (taxed(dealing.per_share()), policy.allowance + taxed(dealing.per_order()));
        let institution = client.kind == ClientKind::Institution;
        let unbound = client.is_own() || institution;
        let again = Bound::of(price, p.qty, &Needs { margin, charges, per_share, allowance, unbound });
        let which = if p.kind.is_limit() { "limit" } else { "upper end of the band" };
        let story = &mut self.story;
        story.line(format_args!("    value   {:#} × {price} ({which}) = {:#}", p.qty, again.value));
        if institution {
            story.line(format_args!("    institution: its custodian answers, nothing is blocked (guide I 7.3(iv))"));
        } else if unbound {
            story.line(format_args!("    own account: the firm's money is not blocked"));
        } else {
            story.line(format_args!("    margin  {margin} × {:#} = {:#}", again.value, again.margin));
            story.line(format_args!(
                "    charges {charges} × {:#} + {allowance:#} = {:#} (levies {levies}, brokerage {plan} with tax {tax} \
                 on it {brokerage}, rounding allowance {allowance:#})",
                again.value, again.charges
            ));
        }
        story.line(format_args!("    bound   {:#} + {:#} = {:#}", again.margin, again.charges, again.amount()));
        if let Some(rated) = before.margin.rated(p.security, day) {
            story.line(format_args!("    the clearing corporation asks for {} (VaR) and {} (ELM)", rated.var, rated.elm));
        }
        let of_product: &[RuleName] = match p.product {
            Product::Delivery => &[],
            Product::SameDay => &[RuleName::SameDayBuyMargin, RuleName::SameDayBand],
            Product::Intraday => &[RuleName::HouseIntradayFraction, RuleName::PeakMargin],
        };
        for name in names(before, day, p.side).into_iter().chain(of_product.iter().copied()) {
            if let Ok((_, rule)) = before.rules.at(name, day) {
                story.rule(rule);
            }
        }
        if again != *kept {
            story.disagrees(format_args!(
                "the record holds margin {:#} and charges {:#} on {:#} (entry {}); recalculated {:#} and {:#} on {:#}",
                kept.margin, kept.charges, kept.value, entry.head.entry, again.margin, again.charges, again.value
            ));
        }
    }

    /// The client's own terms, where he has some.
    fn terms(&mut self, before: &Firm, p: &Placed, kept: &Bound) {
        let day = before.day().unwrap_or(Day(0));
        let Some((from, policy)) = before.clients.policies.on(p.client, day) else { return };
        self.story.line(format_args!("    his own terms since {from}: {}", crate::say::policy(&policy)));
        let Some(most) = before.most_by_means(p.client) else { return };
        let (book, used) = (before.books.client(p.client), before.risk.client(p.client));
        self.story.line(format_args!(
            "    his means: {:#} clear and {:#} of collateral allow {most:#}; open {:#}, bought {:#} and this order's {:#}",
            book.clear(), before.margin.kept(p.client).sum(), used.open_value, used.bought, kept.value
        ));
    }

    fn change(&mut self, entry: &Entry, names: &Directory, event: &Event, by: Paise) {
        self.left += by;
        self.story.head(entry, names);
        self.story.fact(event, entry, names);
        self.story.line(format_args!("    still bound {:#}", self.left));
    }
}

/// The rules that an era's margin comes from.
fn names(before: &Firm, day: Day, side: Side) -> Vec<RuleName> {
    let of_era = match (before.rules.choice::<MarginPolicy>(RuleName::MarginPolicy, day), side) {
        (Ok((_, MarginPolicy::Upfront)), _) => {
            vec![RuleName::UpfrontFlatMargin, RuleName::HouseUpfrontMethod, RuleName::HouseExtraMargin]
        }
        (_, Side::Buy) => vec![RuleName::HouseBuyFraction],
        (_, Side::Sell) => vec![RuleName::HouseSellFraction],
    };
    [vec![RuleName::MarginPolicy], of_era, vec![RuleName::HouseRoundingAllowance]].concat()
}

impl Case for Hold {
    fn see(&mut self, before: &Firm, entry: &Entry, names: &Directory) {
        let mut placed = None;
        for event in &entry.events {
            match event {
                Event::Order(orders::Event::Placed(p)) if p.order == self.order => placed = Some(*p),
                Event::Risk(risk::Event::Held { order, value, margin, charges, .. }) if *order == self.order => {
                    self.story.head(entry, names);
                    self.story.fact(event, entry, names);
                    let kept = Bound { value: *value, margin: *margin, charges: *charges };
                    self.left = kept.amount();
                    if let Some(p) = placed {
                        self.arithmetic(before, entry, &p, &kept);
                    }
                }
                Event::Risk(risk::Event::Raised { order, amount, .. }) if *order == self.order => {
                    self.change(entry, names, event, *amount);
                }
                Event::Risk(risk::Event::Eased { order, amount, .. }) if *order == self.order => {
                    self.change(entry, names, event, -*amount);
                }
                Event::Risk(risk::Event::Filled { order, eased, .. }) if *order == self.order => {
                    self.change(entry, names, event, -*eased);
                }
                _ => {}
            }
        }
    }

    fn tell(&mut self, end: &Firm, _: &Directory) -> Story {
        let mut story = std::mem::take(&mut self.story);
        if story.entries == 0 {
            return story;
        }
        story.line(format_args!("bound now {:#}", self.left));
        // Holds leave memory with their day, when every order of it is closed.
        if let Some(hold) = end.risk.hold(self.order).filter(|hold| hold.amount != self.left) {
            story.disagrees(format_args!("the state holds {:#}; its entries add up to {:#}", hold.amount, self.left));
        }
        story
    }
}
