//! Switches and restricted lists: what keeps new orders out, and what it leaves open.

use crate::{Event, Refusal, Risk};
use alloc::collections::BTreeMap;
use vocab::{ClientRow, Code, Day, SecurityRow, Side, UserRow};

/// Whom a switch stops.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    All,
    Client(ClientRow),
    User(UserRow),
    Security(SecurityRow),
}

/// A pulled switch: only what reduces a client's position goes in until a second person restores it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Switch {
    pub number: u32,
    pub reason: u16,
    pub by: UserRow,
}

vocab::kept!(struct Switch { number, reason, by });

/// Whose orders a restriction is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Whom {
    Everyone = 1,
    /// The firm's own and error accounts.
    Own = 2,
}

vocab::kept!(byte Whom Bar);

/// What a restriction bars.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Bar {
    Buys = 1,
    Sells = 2,
    Both = 3,
}

impl Whom {
    pub fn from_number(n: u8) -> Option<Whom> {
        [Whom::Everyone, Whom::Own].into_iter().find(|w| *w as u8 == n)
    }
}

impl Bar {
    pub fn from_number(n: u8) -> Option<Bar> {
        [Bar::Buys, Bar::Sells, Bar::Both].into_iter().find(|b| *b as u8 == n)
    }

    const fn bars(self, side: Side) -> bool {
        match self {
            Bar::Both => true,
            Bar::Buys => matches!(side, Side::Buy),
            Bar::Sells => matches!(side, Side::Sell),
        }
    }
}

/// One row of a restricted list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restriction {
    pub security: SecurityRow,
    pub whom: Whom,
    pub bar: Bar,
    pub from: Day,
    pub to: Option<Day>,
    /// Circular or list it stands in.
    pub source: Code<24>,
}

vocab::kept!(struct Restriction { security, whom, bar, from, to, source });

impl Restriction {
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Who wants to do what, as a switch or a list looks at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    pub client: ClientRow,
    pub user: UserRow,
    pub security: SecurityRow,
    /// For the own or the error account.
    pub own: bool,
    pub side: Side,
    /// It only makes smaller what the client has.
    pub reduces: bool,
}

/// What is in force.
#[derive(Default)]
pub(crate) struct Restraints {
    pub switches: BTreeMap<Scope, Switch>,
    pub last_switch: u32,
    pub restrictions: BTreeMap<(SecurityRow, u32), Restriction>,
    pub last_restriction: u32,
}

impl Restraints {
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::SwitchPulled { switch, scope, reason, by } => {
                self.last_switch = switch;
                let before = self.switches.insert(scope, Switch { number: switch, reason, by });
                assert!(before.is_none(), "a switch is pulled once");
            }
            Event::SwitchRestored { scope, .. } => {
                self.switches.remove(&scope).expect("a pulled switch");
            }
            Event::Restricted { restriction, row } => {
                self.last_restriction = restriction;
                self.restrictions.insert((row.security, restriction), row);
            }
            Event::RestrictionLifted { restriction, security } => {
                self.restrictions.remove(&(security, restriction)).expect("a restriction in force");
            }
            Event::UserLimited { .. }
            | Event::ClientLimited { .. }
            | Event::Held { .. }
            | Event::Raised { .. }
            | Event::Eased { .. }
            | Event::Filled { .. }
            | Event::TradeMoved { .. }
            | Event::Recounted { .. }
            | Event::Released { .. }
            | Event::Backed { .. }
            | Event::PositionMoved { .. }
            | Event::Uploaded { .. }
            | Event::Documented { .. }
            | Event::GroupDrawn { .. }
            | Event::GroupHas { .. }
            | Event::GroupLimited { .. }
            | Event::Grouped { .. }
            | Event::Regrouped { .. }
            | Event::DayCleared { .. } => unreachable!("no restraint"),
        }
    }

    pub fn of(&self, security: SecurityRow) -> impl Iterator<Item = (u32, &Restriction)> {
        self.restrictions.range((security, 0)..=(security, u32::MAX)).map(|((_, no), row)| (*no, row))
    }
}

impl Risk {
    /// Whether any switch is pulled: what an acknowledged order asks.
    #[inline]
    pub fn has_switches(&self) -> bool {
        !self.restraints.switches.is_empty()
    }

    pub fn switch(&self, scope: Scope) -> Option<Switch> {
        self.restraints.switches.get(&scope).copied()
    }

    pub fn switches(&self) -> impl Iterator<Item = (Scope, Switch)> {
        self.restraints.switches.iter().map(|(scope, switch)| (*scope, *switch))
    }

    pub fn next_switch(&self) -> u32 {
        self.restraints.last_switch.saturating_add(1)
    }

    pub fn next_restriction(&self) -> u32 {
        self.restraints.last_restriction.saturating_add(1)
    }

    pub fn restrictions(&self) -> impl Iterator<Item = (u32, &Restriction)> {
        self.restraints.restrictions.iter().map(|((_, no), row)| (*no, row))
    }

    pub fn restrictions_of(&self, security: SecurityRow) -> impl Iterator<Item = (u32, &Restriction)> {
        self.restraints.of(security)
    }

    /// The widest pulled switch an order is under.
    pub fn switch_over(&self, client: ClientRow, user: UserRow, security: SecurityRow) -> Option<(Scope, Switch)> {
        let scopes = [Scope::All, Scope::Client(client), Scope::User(user), Scope::Security(security)];
        scopes.into_iter().find_map(|scope| Some((scope, self.switch(scope)?)))
    }

    /// What keeps an order out, of all switches and lists: asked only where a row already read says there is one.
    ///
    /// # Errors
    /// [`Refusal::Switched`], [`Refusal::Restricted`].
    #[cold]
    pub fn restrained(&self, attempt: &Attempt, day: Day) -> Result<(), Refusal> {
        let Attempt { client, user, security, own, side, reduces } = *attempt;
        if let Some((scope, switch)) = self.switch_over(client, user, security).filter(|_| !reduces) {
            return Err(Refusal::Switched { scope, switch: switch.number, reason: switch.reason });
        }
        let bars = |row: &Restriction| row.holds(day) && row.bar.bars(side) && (own || row.whom == Whom::Everyone);
        match self.restraints.of(security).find(|(_, row)| bars(row)) {
            Some((restriction, _)) => Err(Refusal::Restricted { restriction }),
            None => Ok(()),
        }
    }
}

vocab::kept!(struct Restraints { switches, last_switch, restrictions, last_restriction });

impl Scope {
    /// A stable number of the kind and whom it is about.
    pub const fn parts(self) -> (u8, u32) {
        match self {
            Scope::All => (1, 0),
            Scope::Client(row) => (2, row.0),
            Scope::User(row) => (3, row.0),
            Scope::Security(row) => (4, row.0),
        }
    }
}

vocab::kept!(enum Scope { 1 = All, 2 = Client(row), 3 = User(row), 4 = Security(row) });
