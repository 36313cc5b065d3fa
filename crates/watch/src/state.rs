//! The state of the department.

use crate::{Condition, Event, Kept, Leg, Legs, Stage};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use vocab::{AlertNo, Channel, Day, Label, ListNo, Moment, Price, SecurityRow, TriggerNo, UserRow, Venue};

/// What one user may have of each: bounds of memory, and of what is looked through at every change of a price.
pub const MOST_LISTS: usize = 50;
pub const MOST_ON_LIST: usize = 250;
pub const MOST_ALERTS: usize = 250;
pub const MOST_KEPT: usize = 250;

/// Why an ask is refused. What is another's is unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    UnknownList { list: ListNo },
    UnknownAlert { alert: AlertNo },
    UnknownTrigger { trigger: TriggerNo },
    /// One list of a user has the name already, or one list the security.
    ThereAlready,
    /// The list does not have it.
    NotThere,
    TooMany { most: usize },
    /// A trigger is no price, its quantity no quantity, or two of them are not on two sides of the market.
    BadLegs,
    /// It has fired or ended.
    Over { trigger: TriggerNo },
}

/// A named list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct List {
    pub owner: UserRow,
    pub name: Label,
    pub rows: Vec<(Venue, SecurityRow)>,
}

vocab::kept!(struct List { owner, name, rows });

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alert {
    pub owner: UserRow,
    pub name: Label,
    pub condition: Condition,
    pub on: bool,
    /// It is true as the market was last reported.
    pub met: bool,
    /// How often its owner was told, and when last, of which figure.
    pub told: u32,
    pub last: Option<(Moment, i64)>,
    pub made: Moment,
    pub changed: Moment,
}

vocab::kept!(struct Alert { owner, name, condition, on, met, told, last, made, changed });

#[derive(Default)]
pub struct Watch {
    lists: BTreeMap<ListNo, List>,
    alerts: BTreeMap<AlertNo, Alert>,
    kept: BTreeMap<TriggerNo, Kept>,
    /// Of those that wait, by what they wait on.
    waiting: BTreeSet<(Venue, SecurityRow, TriggerNo)>,
    next_list: Option<ListNo>,
    next_alert: Option<AlertNo>,
    next_trigger: Option<TriggerNo>,
}

vocab::kept!(struct Watch { lists, alerts, kept, waiting, next_list, next_alert, next_trigger });

fn empty() -> Label {
    Label([0; 32])
}

impl Watch {
    pub fn new() -> Watch {
        Watch::default()
    }

    pub fn next_list(&self) -> ListNo {
        self.next_list.unwrap_or(ListNo(1))
    }

    pub fn next_alert(&self) -> AlertNo {
        self.next_alert.unwrap_or(AlertNo(1))
    }

    pub fn next_trigger(&self) -> TriggerNo {
        self.next_trigger.unwrap_or(TriggerNo(1))
    }

    pub fn lists_of(&self, owner: UserRow) -> impl Iterator<Item = (ListNo, &List)> {
        self.lists.iter().filter(move |(_, list)| list.owner == owner).map(|(no, list)| (*no, list))
    }

    pub fn alerts_of(&self, owner: UserRow) -> impl Iterator<Item = (AlertNo, &Alert)> {
        self.alerts.iter().filter(move |(_, alert)| alert.owner == owner).map(|(no, alert)| (*no, alert))
    }

    pub fn kept_of(&self, user: UserRow) -> impl Iterator<Item = (TriggerNo, &Kept)> {
        self.kept.iter().filter(move |(_, kept)| kept.user == user).map(|(no, kept)| (*no, kept))
    }

    /// All alerts that are on.
    pub fn alerts(&self) -> impl Iterator<Item = (AlertNo, &Alert)> {
        self.alerts.iter().filter(|(_, alert)| alert.on).map(|(no, alert)| (*no, alert))
    }

    pub fn alert(&self, alert: AlertNo) -> Option<&Alert> {
        self.alerts.get(&alert)
    }

    pub fn kept(&self, trigger: TriggerNo) -> Option<&Kept> {
        self.kept.get(&trigger)
    }

    /// What waits for a price of a security.
    pub fn waiting(&self, venue: Venue, security: SecurityRow) -> impl Iterator<Item = (TriggerNo, &Kept)> {
        let all = self.waiting.range((venue, security, TriggerNo(0))..=(venue, security, TriggerNo(u32::MAX)));
        all.filter_map(|(.., no)| self.kept.get(no).map(|kept| (*no, kept)))
    }

    /// What something waits on.
    pub fn waited_on(&self) -> impl Iterator<Item = (Venue, SecurityRow)> {
        let mut last = None;
        self.waiting.iter().map(|(venue, security, _)| (*venue, *security)).filter(move |of| last.replace(*of) != Some(*of))
    }

    /// Those whose last day is before a day.
    pub fn expired(&self, day: Day) -> impl Iterator<Item = TriggerNo> {
        self.kept.iter().filter(move |(_, kept)| kept.waits() && kept.expires < day).map(|(no, _)| *no)
    }

    /// # Errors
    /// [`Refusal::UnknownList`] where it is another's or nobody's.
    pub fn list_of(&self, list: ListNo, owner: UserRow) -> Result<&List, Refusal> {
        self.lists.get(&list).filter(|it| it.owner == owner).ok_or(Refusal::UnknownList { list })
    }

    /// # Errors
    /// [`Refusal::UnknownAlert`] where it is another's or nobody's.
    pub fn alert_of(&self, alert: AlertNo, owner: UserRow) -> Result<&Alert, Refusal> {
        self.alerts.get(&alert).filter(|it| it.owner == owner).ok_or(Refusal::UnknownAlert { alert })
    }

    /// A kept order that waits.
    ///
    /// # Errors
    /// [`Refusal::UnknownTrigger`] where it is another's or nobody's, [`Refusal::Over`].
    pub fn waits_of(&self, trigger: TriggerNo, user: UserRow) -> Result<&Kept, Refusal> {
        let kept = self.kept.get(&trigger).filter(|it| it.user == user).ok_or(Refusal::UnknownTrigger { trigger })?;
        if kept.waits() { Ok(kept) } else { Err(Refusal::Over { trigger }) }
    }

    /// Whether a user may name a list so: a new one, or that one.
    ///
    /// # Errors
    /// [`Refusal::ThereAlready`]; [`Refusal::TooMany`] for a new one.
    pub fn nameable(&self, owner: UserRow, name: &Label, of: Option<ListNo>) -> Result<(), Refusal> {
        let mut count = 0usize;
        for (no, list) in self.lists_of(owner) {
            count = count.saturating_add(1);
            if list.name == *name && Some(no) != of {
                return Err(Refusal::ThereAlready);
            }
        }
        if of.is_none() && count >= MOST_LISTS { Err(Refusal::TooMany { most: MOST_LISTS }) } else { Ok(()) }
    }

    /// # Errors
    /// [`Refusal::BadLegs`] when they cannot be waited for from the price that was seen.
    pub fn sound(last: Price, legs: &Legs) -> Result<(), Refusal> {
        let each = |leg: Leg| leg.at.0 > 0 && leg.price.0 > 0 && leg.qty.is_positive();
        let around = match legs {
            Legs::One(_) => true,
            Legs::Two(lower, upper) => lower.at < last && last < upper.at,
        };
        if last.0 > 0 && legs.iter().all(each) && around { Ok(()) } else { Err(Refusal::BadLegs) }
    }

    /// The events of a kept order's legs.
    pub fn waits(trigger: TriggerNo, legs: &Legs) -> impl Iterator<Item = Event> + use<> {
        let legs: [Option<Leg>; 2] = match *legs {
            Legs::One(leg) => [Some(leg), None],
            Legs::Two(lower, upper) => [Some(lower), Some(upper)],
        };
        (0u8..).zip(legs.into_iter().flatten()).map(move |(nth, leg)| leg.waits(trigger, nth))
    }

    /// # Panics
    /// When the event contradicts the state.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    pub fn apply(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::ListMade { list, owner, name } => {
                assert!(list == self.next_list(), "lists are numbered without gaps");
                self.next_list = Some(list.next());
                self.lists.insert(list, List { owner, name, rows: Vec::new() });
            }
            Event::ListNamed { list, name } => self.list(list).name = name,
            Event::Entered { list, venue, security } => self.list(list).rows.push((venue, security)),
            Event::Struck { list, venue, security } => self.list(list).rows.retain(|row| *row != (venue, security)),
            Event::ListDropped { list } => {
                self.lists.remove(&list).expect("a list that is there");
            }
            Event::AlertSet { alert, owner, condition, on } => self.set(alert, owner, condition, on, now),
            Event::AlertNamed { alert, name } => self.alert_mut(alert).name = name,
            Event::Crossed { alert, met, value } => {
                let it = self.alert_mut(alert);
                it.met = met;
                if met {
                    it.told = it.told.saturating_add(1);
                    it.last = Some((now, value));
                }
            }
            Event::AlertDropped { alert } => {
                self.alerts.remove(&alert).expect("an alert that is there");
            }
            ref other => self.apply_kept(other, now),
        }
    }

    /// Orders that wait.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the rest is applied before")]
    fn apply_kept(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::Kept { trigger, user, client, venue, security, last, expires } => {
                assert!(trigger == self.next_trigger(), "kept orders are numbered without gaps");
                self.next_trigger = Some(trigger.next());
                let (channel, source, first, second) = (Channel::Web, [0; 16], None, None);
                let stage = Stage::Waits;
                let it = Kept { user, client, venue, security, last, channel, source, made: now, changed: now, expires, first, second, stage };
                self.kept.insert(trigger, it);
                self.waiting.insert((venue, security, trigger));
            }
            Event::KeptFrom { trigger, channel, source } => {
                let it = self.kept_mut(trigger);
                (it.channel, it.source) = (channel, source);
            }
            Event::Waits { trigger, nth, at, side, qty, price, product } => {
                let leg = Some(Leg { at, side, qty, price, product });
                let it = self.kept_mut(trigger);
                if nth == 0 { it.first = leg } else { it.second = leg }
            }
            Event::Changed { trigger, last } => {
                let it = self.kept_mut(trigger);
                (it.last, it.first, it.second, it.changed) = (last, None, None, now);
            }
            Event::Fired { trigger, nth, price, order, code, .. } => {
                self.over(trigger, Stage::Fired { nth, at: now, price, order, code });
            }
            Event::Ended { trigger, why } => self.over(trigger, Stage::Ended { at: now, why }),
            _ => unreachable!("applied before"),
        }
    }

    /// Set anew it is looked at as if it had never been true.
    fn set(&mut self, alert: AlertNo, owner: UserRow, condition: Condition, on: bool, now: Moment) {
        if let Some(it) = self.alerts.get_mut(&alert) {
            assert!(it.owner == owner, "an alert stays its owner's");
            (it.condition, it.on, it.met, it.changed) = (condition, on, false, now);
            return;
        }
        assert!(alert == self.next_alert(), "alerts are numbered without gaps");
        self.next_alert = Some(alert.next());
        let (name, made, changed) = (empty(), now, now);
        self.alerts.insert(alert, Alert { owner, name, condition, on, met: false, told: 0, last: None, made, changed });
    }

    fn over(&mut self, trigger: TriggerNo, stage: Stage) {
        let it = self.kept_mut(trigger);
        assert!(it.waits(), "a kept order fires or ends once");
        it.stage = stage;
        let of = (it.venue, it.security, trigger);
        self.waiting.remove(&of);
    }

    fn list(&mut self, list: ListNo) -> &mut List {
        self.lists.get_mut(&list).expect("a list that is there")
    }

    fn alert_mut(&mut self, alert: AlertNo) -> &mut Alert {
        self.alerts.get_mut(&alert).expect("an alert that is there")
    }

    fn kept_mut(&mut self, trigger: TriggerNo) -> &mut Kept {
        self.kept.get_mut(&trigger).expect("a kept order that is there")
    }
}
