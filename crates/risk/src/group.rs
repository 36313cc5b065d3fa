//! Groups of securities: what is in each from which day, how much may be dealt in it, and what was today.
//!
//! What is counted is what adds to a position: orders that do while they are open, and what of them traded today. A sale of what
//! is held counts nowhere. It is counted by security, so that a group may change and its sum need not be moved.

use crate::ask::{GroupName, Holder};
use crate::{Event, Refusal, Risk};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use vocab::{ClientRow, Day, OrderNo, Paise, SecurityRow};

#[derive(Default)]
pub(crate) struct Groups {
    /// By number, counted from one.
    names: Vec<GroupName>,
    drawn: BTreeMap<(u32, Day), BTreeSet<SecurityRow>>,
    limits: BTreeMap<(u32, Holder, Day), Paise>,
    /// Securities that were ever in a group.
    known: BTreeSet<SecurityRow>,
    /// Orders of today that add, in securities of groups.
    orders: BTreeMap<OrderNo, (ClientRow, SecurityRow)>,
    used: BTreeMap<(ClientRow, SecurityRow), Paise>,
    all: BTreeMap<SecurityRow, Paise>,
}

vocab::kept!(struct Groups { names, drawn, limits, known, orders, used, all });

/// The latest of a dated list that has begun.
fn in_force<'a, K: 'a, V>(mut dated: impl DoubleEndedIterator<Item = (K, V)>) -> Option<(K, V)> {
    dated.next_back()
}

impl Groups {
    pub fn by_name(&self, name: &GroupName) -> Option<u32> {
        let at = self.names.iter().position(|it| it == name)?;
        u32::try_from(at).ok()?.checked_add(1)
    }

    pub fn name(&self, group: u32) -> Option<GroupName> {
        self.names.get(usize::try_from(group.checked_sub(1)?).ok()?).copied()
    }

    pub fn next(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The last day from which a group was drawn, begun or not.
    pub fn last_drawn(&self, group: u32) -> Option<Day> {
        in_force(self.drawn.range((group, Day(i32::MIN))..=(group, Day(i32::MAX)))).map(|((_, from), _)| *from)
    }

    fn members(&self, group: u32, day: Day) -> Option<&BTreeSet<SecurityRow>> {
        in_force(self.drawn.range((group, Day(i32::MIN))..=(group, day))).map(|(_, rows)| rows)
    }

    pub fn limit(&self, group: u32, holder: Holder, day: Day) -> Option<Paise> {
        in_force(self.limits.range((group, holder, Day(i32::MIN))..=(group, holder, day))).map(|(_, limit)| *limit)
    }

    pub fn knows(&self, security: SecurityRow) -> bool {
        self.known.contains(&security)
    }

    pub fn used(&self, group: u32, client: Option<ClientRow>, day: Day) -> Paise {
        let Some(members) = self.members(group, day) else { return Paise::ZERO };
        match client {
            None => self.all.iter().filter(|(row, _)| members.contains(row)).map(|(_, sum)| *sum).sum(),
            Some(client) => {
                let of = self.used.range((client, SecurityRow(0))..=(client, SecurityRow(u32::MAX)));
                of.filter(|((_, row), _)| members.contains(row)).map(|(_, sum)| *sum).sum()
            }
        }
    }

    /// The first limit on a group of the security that so much more would breach.
    pub fn within(&self, client: ClientRow, security: SecurityRow, more: Paise, day: Day) -> Result<(), Refusal> {
        for group in 1..self.next() {
            if !self.members(group, day).is_some_and(|rows| rows.contains(&security)) {
                continue;
            }
            let his = self.limit(group, Holder::Client(client), day).or_else(|| self.limit(group, Holder::EachClient, day));
            for (whose, limit) in [(Some(client), his), (None, self.limit(group, Holder::Firm, day))] {
                // What is used is added up only where a limit stands.
                let Some(limit) = limit else { continue };
                let would = self.used(group, whose, day) + more;
                if would > limit {
                    return Err(Refusal::OverGroup { group, firm: whose.is_none(), would, limit });
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, client: ClientRow, security: SecurityRow, more: Paise) {
        *self.used.entry((client, security)).or_insert(Paise::ZERO) += more;
        *self.all.entry(security).or_insert(Paise::ZERO) += more;
    }

    /// An order in its group binds more, or less; a trade of it counts on.
    pub fn moved(&mut self, order: OrderNo, more: Paise) {
        if let Some((client, security)) = self.orders.get(&order).copied() {
            self.count(client, security, more);
        }
    }

    pub fn clear(&mut self) {
        self.orders.clear();
        self.used.clear();
        self.all.clear();
    }

    /// What an order binds is told beside the event.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only what is about groups")]
    pub fn apply(&mut self, event: &Event, held: impl Fn(OrderNo) -> Paise) {
        match *event {
            Event::GroupDrawn { group, name, from } => {
                if group == self.next() {
                    self.names.push(name);
                }
                self.drawn.insert((group, from), BTreeSet::new());
            }
            Event::GroupHas { group, from, security } => {
                self.drawn.get_mut(&(group, from)).expect("a group that was drawn").insert(security);
                self.known.insert(security);
            }
            Event::GroupLimited { group, holder, from, exposure } => {
                self.limits.insert((group, holder, from), exposure);
            }
            Event::Grouped { order, client, security } => {
                self.orders.insert(order, (client, security));
                self.count(client, security, held(order));
            }
            Event::Regrouped { security, from, to, value } => {
                self.count(from, security, -value);
                if let Some(to) = to {
                    self.count(to, security, value);
                }
            }
            _ => unreachable!("no event of a group"),
        }
    }
}

impl Risk {
    pub fn group(&self, name: &GroupName) -> Option<u32> {
        self.groups.by_name(name)
    }

    pub fn group_name(&self, group: u32) -> Option<GroupName> {
        self.groups.name(group)
    }

    pub fn next_group(&self) -> u32 {
        self.groups.next()
    }

    /// The last day from which a group was drawn, begun or not.
    pub fn group_drawn(&self, group: u32) -> Option<Day> {
        self.groups.last_drawn(group)
    }

    /// Whether orders in a security are counted for groups.
    #[inline]
    pub fn is_grouped(&self, security: SecurityRow) -> bool {
        self.is_restrained(security) && self.groups.knows(security)
    }

    /// Whether what an order of today binds and trades is counted for groups.
    pub fn counts(&self, order: OrderNo) -> bool {
        self.groups.orders.contains_key(&order)
    }

    /// What a client, or all together, have dealt and have open in a group today.
    pub fn group_used(&self, group: u32, client: Option<ClientRow>, day: Day) -> Paise {
        self.groups.used(group, client, day)
    }

    /// Whether so much more in a security is within the limits on its groups.
    ///
    /// # Errors
    /// [`Refusal::OverGroup`].
    #[cold]
    pub fn within_groups(&self, client: ClientRow, security: SecurityRow, more: Paise, day: Day) -> Result<(), Refusal> {
        self.groups.within(client, security, more, day)
    }
}
