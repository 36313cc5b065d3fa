//! Things that are explained by the entries that speak of them.

use super::story::Story;
use super::thing::Thing;
use super::Case;
use crate::directory::Directory;
use books::{Cause, StockEvent};
use firm::{Event, Firm, Subject};
use journal::v1::Entry;
use orders::Stage;
use vocab::{OrderNo, SettlementRow, TradeNo};

pub struct Concern {
    thing: Thing,
    story: Story,
    settlement: Option<SettlementRow>,
    /// Facts of a settlement that are counted, not listed.
    trades: u64,
    /// What became of the order, while memory keeps it.
    last: Option<orders::Order>,
}

impl Concern {
    pub fn new(thing: Thing) -> Concern {
        Concern { thing, story: Story::default(), settlement: None, trades: 0, last: None }
    }

    fn is_about(&self, event: &Event) -> bool {
        match self.thing {
            Thing::Order(no) => order_of(event) == Some(no),
            Thing::Trade(no) => trade_of(event) == Some(no),
            Thing::Break(no) => match event {
                Event::Broke { no: it, .. } | Event::Mended { no: it, .. } | Event::Superseded { no: it, .. } => *it == no,
                _ => false,
            },
            Thing::Payment(no) => match event {
                Event::Partner(
                    partners::Event::PaymentAsked { payment, .. }
                    | partners::Event::PaymentRepeated { payment }
                    | partners::Event::PaymentDone { payment }
                    | partners::Event::PaymentFailed { payment, .. },
                )
                | Event::ReceiptReturned { payment, .. }
                | Event::AskedAfter { subject: Subject::Payment(payment) } => *payment == no,
                Event::Money(books::Event::Posted(posting)) => is_paid(posting.cause) && posting.reference == no.0,
                _ => false,
            },
            Thing::Transfer(no) => match event {
                Event::Partner(
                    partners::Event::TransferAsked { transfer, .. }
                    | partners::Event::TransferRepeated { transfer }
                    | partners::Event::TransferDone { transfer, .. },
                )
                | Event::AskedAfter { subject: Subject::Transfer(transfer) } => *transfer == no,
                _ => false,
            },
            Thing::Settlement(..) => self.settlement.is_some() && settlement_of(event) == self.settlement,
            Thing::Entry(_)
            | Thing::Hold(_)
            | Thing::Charge(..)
            | Thing::Note(..)
            | Thing::Balance(_)
            | Thing::Margin(..)
            | Thing::Obligation(..)
            | Thing::Refusal(_) => false,
        }
    }

    fn find_settlement(&mut self, entry: &Entry) {
        let Thing::Settlement(of, wanted) = self.thing else { return };
        for event in &entry.events {
            match event {
                Event::Clearing(clearing::Event::Scheduled { settlement, kind, number, .. })
                    if *number == wanted && *kind == of =>
                {
                    self.settlement = Some(*settlement);
                }
                Event::Clearing(clearing::Event::Traded(fact)) if Some(fact.settlement) == self.settlement => {
                    self.trades += 1;
                }
                _ => {}
            }
        }
    }
}

impl Case for Concern {
    fn see(&mut self, before: &Firm, entry: &Entry, names: &Directory) {
        self.find_settlement(entry);
        if let Thing::Entry(number) = self.thing {
            if entry.head.entry == number {
                self.story.head(entry, names);
                self.story.line(format_args!(
                    "    source number {}, wall time {}, logic version {}", entry.head.sequence, entry.wall, entry.logic
                ));
                for event in &entry.events {
                    self.story.fact(event, entry, names);
                }
            }
            return;
        }
        if let Thing::Order(no) = self.thing {
            self.last = before.orders.get(no).copied().or(self.last);
        }
        let mut story = std::mem::take(&mut self.story);
        let whole_transfer = matches!(self.thing, Thing::Transfer(_)) && entry.events.iter().any(|e| self.is_about(e));
        let moves = |event: &Event| whole_transfer && matches!(event, Event::Stock(StockEvent::Moved { .. }));
        story.entry_with(entry, names, |event| self.is_about(event) || moves(event));
        self.story = story;
    }

    fn tell(&mut self, end: &Firm, _: &Directory) -> Story {
        let mut story = std::mem::take(&mut self.story);
        match self.thing {
            Thing::Order(no) if story.entries > 0 => {
                if let Some(order) = end.orders.get(no).copied().or(self.last) {
                    let void = if order.void().is_zero() { String::new() } else { format!("{:#} taken back by the exchange, ", order.void()) };
                    story.line(format_args!("state: {:#} of {:#} traded, {void}{}", order.filled, order.qty, stage(order.stage)));
                }
                story.line(format_args!("rules: every order goes to the market and is answered for (sebi 41.2.2(e), sebi 24 Annexure II 4.1)"));
            }
            Thing::Settlement(..) if story.entries > 0 => {
                story.line(format_args!("{} trades of our clients and our own account", self.trades));
                if let Some(it) = self.settlement.and_then(|row| end.clearing.settlement(row)) {
                    story.line(format_args!("state: {:?}; moved so far {:#} (debit positive)", it.stage, it.moved));
                }
            }
            Thing::Break(no) if story.entries > 0 => {
                match end.breaks().find(|(it, _)| *it == no) {
                    Some((_, open)) => {
                        let days = end.now().day().days_since(open.opened.day());
                        story.line(format_args!("open for {days} days with {}", open.kind.owner()));
                    }
                    None => story.line(format_args!("mended")),
                }
            }
            _ => {}
        }
        story
    }
}

fn stage(stage: Stage) -> String {
    match stage {
        Stage::Sent => "sent and not yet answered".to_owned(),
        Stage::Dormant { venue_order } => format!("dormant at the exchange as {venue_order}"),
        Stage::Open { venue_order } => format!("open at the exchange as {venue_order}"),
        Stage::Closed { why } => format!("closed: {why}"),
    }
}

/// Causes whose vouchers refer to a payment.
const fn is_paid(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::ClientPayOut | Cause::ThirdPartyReturn | Cause::Transfer | Cause::Sweep | Cause::Cover
    )
}

fn order_of(event: &Event) -> Option<OrderNo> {
    match event {
        Event::Order(orders::Event::DayCleared { .. }) => None,
        Event::Order(event) => Some(event.order()),
        Event::Risk(
            risk::Event::Held { order, .. }
            | risk::Event::Raised { order, .. }
            | risk::Event::Eased { order, .. }
            | risk::Event::Filled { order, .. },
        )
        | Event::AskedAfter { subject: Subject::Order(order) } => Some(*order),
        Event::Clearing(clearing::Event::Traded(fact)) => Some(fact.order),
        _ => None,
    }
}

fn trade_of(event: &Event) -> Option<TradeNo> {
    match event {
        Event::Order(orders::Event::Traded { trade, .. })
        | Event::Clearing(clearing::Event::FileRowMatched { trade, .. })
        | Event::Noted { trade, .. }
        | Event::FileTaken { trade, .. }
        | Event::Crossed { trade, .. } => Some(*trade),
        Event::Clearing(clearing::Event::Traded(fact)) => Some(fact.trade),
        _ => None,
    }
}

/// The settlement a fact is about, trade by trade facts left out: they would bury the rest.
fn settlement_of(event: &Event) -> Option<SettlementRow> {
    use clearing::Event as E;
    match event {
        Event::Clearing(
            E::Scheduled { settlement, .. }
            | E::Rescheduled { settlement, .. }
            | E::FileMatched { settlement, .. }
            | E::LeviesDue { settlement, .. }
            | E::StageReached { settlement, .. }
            | E::ObligationAgreed { settlement, .. }
            | E::ShortOfDelivery { settlement, .. }
            | E::ShortageEnded { settlement, .. }
            | E::ShortInternally { settlement, .. }
            | E::InternalShortEnded { settlement, .. }
            | E::InternalShortMadeGood { settlement, .. }
            | E::Objected { settlement, .. }
            | E::ObjectionEnded { settlement, .. }
            | E::Awaited { settlement, .. }
            | E::AwaitedEnded { settlement, .. }
            | E::FundsMoved { settlement, .. }
            | E::CreditMet { settlement, .. },
        )
        | Event::DayBegun { settlement, .. }
        | Event::LeviesUploaded { settlement, .. }
        | Event::CoverAsked { settlement, .. }
        | Event::Late { settlement, .. } => Some(*settlement),
        Event::Partner(partners::Event::PaymentAsked { settlement, .. }) => *settlement,
        _ => None,
    }
}
