//! The day's orders with the story of each: read off the entries, kept beside the snapshots, made anew with the next day.

use firm::{Command, Event, Head, Input, Refusal};
use orders::Placed;
use rehearsal::Beside;
use std::collections::BTreeMap;
use vocab::{Closing, EntryNo, Moment, OrderNo, Paise, Price, Qty, Rounding, TradeNo, UserRow, VenueOrderNo, kept};

/// What became of an order at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    Received,
    /// The exchange has it; a stop sleeps there.
    Opened { at: Moment },
    Triggered { at: Moment },
    Traded { trade: TradeNo, qty: Qty, price: Price, at: Moment },
    ModifyAsked,
    Modified,
    CancelAsked,
    /// The exchange refused to modify or cancel it.
    AskRefused { code: u16 },
    Resent,
    SquaredOff,
    Closed { why: Closing, code: u16 },
    /// A trade of it was corrected or taken back: so much of it stands.
    Recounted { trade: TradeNo, qty: Qty },
}

kept!(enum Fact {
    0 = Received, 1 = Opened { at }, 2 = Triggered { at }, 3 = Traded { trade, qty, price, at }, 4 = ModifyAsked, 5 = Modified,
    6 = CancelAsked, 7 = AskRefused { code }, 8 = Resent, 9 = SquaredOff, 10 = Closed { why, code }, 11 = Recounted { trade, qty },
});

/// A line of an order's story: what became of it, and what it then was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    pub entry: EntryNo,
    pub at: Moment,
    pub fact: Fact,
    pub price: Price,
    pub qty: Qty,
    pub trigger: Price,
    /// What had traded, and what it came to.
    pub filled: Qty,
    pub value: Paise,
}

kept!(struct Told { entry, at, fact, price, qty, trigger, filled, value });

/// One order of the day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    pub placed: Placed,
    pub disclosed: Qty,
    pub source: [u8; 16],
    pub terminal: u64,
    pub venue_order: Option<VenueOrderNo>,
    /// Never empty: it begins with what was received.
    pub told: Vec<Told>,
}

kept!(struct Leaf { placed, disclosed, source, terminal, venue_order, told });

impl Leaf {
    pub fn last(&self) -> &Told {
        self.told.last().expect("a story begins with what was received")
    }

    /// Whether it has come to its end.
    pub fn is_closed(&self) -> bool {
        self.told.iter().any(|told| matches!(told.fact, Fact::Closed { .. }))
    }
}

/// An order that was refused: it has no number but its entry's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Turned {
    pub at: Moment,
    /// As it would have been placed, without a number.
    pub placed: Placed,
    pub trigger: Price,
    pub disclosed: Qty,
    pub refusal: Refusal,
}

kept!(struct Turned { at, placed, trigger, disclosed, refusal });

/// What people wanted today.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct DayBook {
    leaves: BTreeMap<OrderNo, Leaf>,
    turned: BTreeMap<EntryNo, Turned>,
}

kept!(struct DayBook { leaves, turned });

impl DayBook {
    pub fn order(&self, no: OrderNo) -> Option<&Leaf> {
        self.leaves.get(&no)
    }

    /// The day's orders, oldest first.
    pub fn orders(&self) -> impl DoubleEndedIterator<Item = (OrderNo, &Leaf)> {
        self.leaves.iter().map(|(no, leaf)| (*no, leaf))
    }

    /// The day's refused orders by their entries, oldest first.
    pub fn turned(&self) -> impl DoubleEndedIterator<Item = (EntryNo, &Turned)> {
        self.turned.iter().map(|(entry, it)| (*entry, it))
    }

    pub fn turned_at(&self, entry: EntryNo) -> Option<&Turned> {
        self.turned.get(&entry)
    }

    fn take(&mut self, head: &Head, input: &Input, events: &[Event]) {
        for event in events {
            if let Event::DayBegun { .. } = event {
                *self = DayBook::default();
            } else if let Event::Order(event) = event {
                self.take_order(head, event);
            } else if let Event::Refused(refusal) = event
                && let Input::Ask { by, command: Command::Place(place) | Command::Queue(place) } = input
            {
                self.turned.insert(head.entry, turned(*by, place, head.at, *refusal));
            }
        }
    }

    fn take_order(&mut self, head: &Head, event: &orders::Event) {
        use orders::Event as Of;
        let (order, fact) = match *event {
            Of::Placed(placed) => return self.begin(head, placed),
            Of::Conditioned { order, trigger, disclosed } => return self.amend(order, |leaf| {
                leaf.disclosed = disclosed;
                leaf.told.iter_mut().for_each(|told| told.trigger = trigger);
            }),
            Of::Evidenced { order, source, terminal, .. } => {
                return self.amend(order, |leaf| (leaf.source, leaf.terminal) = (source, terminal));
            }
            Of::Opened { order, venue_order, at } => {
                self.amend(order, |leaf| leaf.venue_order = Some(venue_order));
                (order, Fact::Opened { at })
            }
            Of::Traded { order, trade, qty, price, at } => (order, Fact::Traded { trade, qty, price, at }),
            Of::Triggered { order, at } => (order, Fact::Triggered { at }),
            Of::ModifyAsked { order, .. } => (order, Fact::ModifyAsked),
            Of::Modified { order, .. } => (order, Fact::Modified),
            Of::CancelAsked { order } => (order, Fact::CancelAsked),
            Of::AskRefused { order, code } => (order, Fact::AskRefused { code }),
            Of::Resent { order } => (order, Fact::Resent),
            Of::SquaredOff { order } => (order, Fact::SquaredOff),
            Of::Closed { order, why, code, .. } => (order, Fact::Closed { why, code }),
            Of::Recounted { order, trade, qty } => (order, Fact::Recounted { trade, qty }),
            Of::TriggerPassed { .. } | Of::Unreceived { .. } | Of::DayCleared { .. } => return,
        };
        // Orders of a day before are closed, and what is still told of one is in the record.
        let Some(leaf) = self.leaves.get_mut(&order) else { return };
        let told = Told { entry: head.entry, at: head.at, fact, ..*leaf.last() };
        let worth = |of| leaf.told.iter().find_map(|told| match told.fact {
            Fact::Traded { trade, price, .. } if trade == of => Some(price),
            _ => None,
        });
        let told = after(told, event, worth);
        leaf.told.push(told);
    }

    fn begin(&mut self, head: &Head, placed: Placed) {
        let told = Told {
            entry: head.entry,
            at: head.at,
            fact: Fact::Received,
            price: placed.price,
            qty: placed.qty,
            trigger: Price::ZERO,
            filled: Qty::ZERO,
            value: Paise::ZERO,
        };
        let (disclosed, source, terminal) = (Qty::ZERO, [0; 16], 0);
        let leaf = Leaf { placed, disclosed, source, terminal, venue_order: None, told: vec![told] };
        self.leaves.insert(placed.order, leaf);
    }

    fn amend(&mut self, order: OrderNo, change: impl FnOnce(&mut Leaf)) {
        if let Some(leaf) = self.leaves.get_mut(&order) {
            change(leaf);
        }
    }
}

/// The figures of a line once its event has happened; `worth` knows at what price a trade was made.
fn after(mut told: Told, event: &orders::Event, worth: impl Fn(TradeNo) -> Option<Price>) -> Told {
    match *event {
        orders::Event::Traded { qty, price, .. } => {
            told.filled += qty;
            told.value += price.value(qty, Rounding::NearestPaisa);
        }
        orders::Event::Recounted { trade, qty, .. } => {
            told.filled += qty;
            told.value += worth(trade).map_or(Paise::ZERO, |price| price.value(qty, Rounding::NearestPaisa));
        }
        orders::Event::Modified { price, qty, trigger, .. } => (told.price, told.qty, told.trigger) = (price, qty, trigger),
        _ => {}
    }
    told
}

fn turned(user: UserRow, place: &firm::Place, at: Moment, refusal: Refusal) -> Turned {
    let firm::Place { client, security, venue, side, kind, validity, channel, product, price, qty, key, trigger, disclosed, .. } = *place;
    let order = OrderNo(0);
    let placed = Placed { order, key, price, qty, client, security, user, venue, side, kind, validity, channel, product };
    Turned { at, placed, trigger, disclosed, refusal }
}

impl Beside for DayBook {
    fn see(&mut self, head: &Head, input: &Input, events: &[Event]) {
        self.take(head, input, events);
    }

    fn keep(&self, out: &mut Vec<u8>) {
        vocab::Dump::dump(self, &mut |part: &[u8]| out.extend_from_slice(part));
    }

    fn begin(&mut self, kept: &[u8]) -> Result<(), String> {
        *self = vocab::load(kept).map_err(|e| e.to_string())?;
        Ok(())
    }
}
