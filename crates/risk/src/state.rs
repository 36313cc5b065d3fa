//! Limits in force and what they have let through.
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

use crate::ask::{Deviation, GroupName, Holder};
use crate::group::Groups;
use crate::{Position, Which};
use crate::restraint::{Restraints, Restriction, Scope};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use stdx::{Rows, Tally};
use vocab::{ClientRow, Code, Day, OrderNo, Paise, Qty, SecurityRow, Side, UserRow, Venue};

/// What a user may send. Every one is set, positive and finite (sebi 24 Annexure II 4.3.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UserLimits {
    pub order_qty: Qty,
    pub order_value: Paise,
    /// Shares of one security, open and traded today.
    pub symbol_qty: Qty,
    /// Value of all his open orders together.
    pub open_value: Paise,
}

vocab::kept!(struct UserLimits { order_qty, order_value, symbol_qty, open_value });

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientLimits {
    pub order_value: Paise,
    /// Open orders and what was bought today (sebi 41.2.2(d)i).
    pub exposure: Paise,
    /// Open orders and all trades of the day.
    pub turnover: Paise,
}

vocab::kept!(struct ClientLimits { order_value, exposure, turnover });

impl UserLimits {
    /// None was set: nothing goes through.
    pub const NONE: UserLimits = UserLimits {
        order_qty: Qty::ZERO,
        order_value: Paise::ZERO,
        symbol_qty: Qty::ZERO,
        open_value: Paise::ZERO,
    };
    /// The largest limit that is still a limit: a thousand crore rupees, a hundred crore shares.
    pub const MOST: Paise = Paise::rupees(10_000_000_000);
    pub const MOST_QTY: Qty = Qty(1_000_000_000);

    pub fn are_limits(&self) -> bool {
        self.fault().is_none()
    }

    /// The first that is none.
    pub fn fault(&self) -> Option<Which> {
        let shares = |q: Qty| q.is_positive() && q <= UserLimits::MOST_QTY;
        let all = [
            (Which::UserOrderQty, shares(self.order_qty)),
            (Which::UserOrderValue, is_limit(self.order_value)),
            (Which::UserSymbolQty, shares(self.symbol_qty)),
            (Which::UserOpenValue, is_limit(self.open_value)),
        ];
        all.into_iter().find(|(_, good)| !good).map(|(which, _)| which)
    }
}

impl ClientLimits {
    /// None was set: nothing goes through.
    pub const NONE: ClientLimits =
        ClientLimits { order_value: Paise::ZERO, exposure: Paise::ZERO, turnover: Paise::ZERO };

    pub fn are_limits(&self) -> bool {
        self.fault().is_none()
    }

    /// The first that is none.
    pub fn fault(&self) -> Option<Which> {
        let all = [
            (Which::ClientOrderValue, self.order_value),
            (Which::ClientExposure, self.exposure),
            (Which::ClientTurnover, self.turnover),
        ];
        all.into_iter().find(|(_, sum)| !is_limit(*sum)).map(|(which, _)| which)
    }
}

/// A sum that limits: something, and not everything (sebi 24 Annexure II 4.3.2).
pub fn is_limit(sum: Paise) -> bool {
    sum.is_positive() && sum <= UserLimits::MOST
}

/// A cache line, as every order reads and writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(align(64))]
pub struct UserUse {
    pub limits: UserLimits,
    pub open_value: Paise,
    /// A switch is pulled on him.
    pub switched: bool,
}

vocab::kept!(struct UserUse { limits, open_value, switched });

/// What the house says of a security, in one byte for each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Mark {
    /// A switch, a restricted list or a group names it: which, is looked up.
    pub restrained: bool,
}

vocab::kept!(struct Mark { restrained });

/// A cache line, as every order and fill reads and writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(align(64))]
pub struct ClientUse {
    pub limits: ClientLimits,
    /// Blocked for open orders.
    pub held: Paise,
    /// Margin and charges of trades not yet billed, and of sales not yet delivered, less what collateral backs:
    /// negative while more is deposited than trades need.
    pub committed: Paise,
    /// Value of open orders.
    pub open_value: Paise,
    pub bought: Paise,
    pub turnover: Paise,
}

vocab::kept!(struct ClientUse { limits, held, committed, open_value, bought, turnover });

const _: () = assert!(size_of::<ClientUse>() == 64 && size_of::<UserUse>() == 64, "each is a cache line");

/// What one order still binds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hold {
    pub client: ClientRow,
    pub user: UserRow,
    pub value: Paise,
    pub amount: Paise,
}

vocab::kept!(struct Hold { client, user, value, amount });

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    UserLimited { user: UserRow, limits: UserLimits },
    ClientLimited { client: ClientRow, limits: ClientLimits },
    /// A new order binds; orders come in their gapless series.
    Held { order: OrderNo, client: ClientRow, user: UserRow, security: SecurityRow, qty: Qty, value: Paise, margin: Paise, charges: Paise },
    /// A modification binds more at once; less only when the exchange has agreed.
    Raised { order: OrderNo, value: Paise, amount: Paise },
    /// Part of what an order binds is free again.
    Eased { order: OrderNo, value: Paise, amount: Paise },
    /// A trade: what its order bound for it is eased, what the trade itself needs is committed.
    Filled { order: OrderNo, side: Side, eased_value: Paise, eased: Paise, turnover: Paise, committed: Paise },
    /// Committed money is free: the bill took its place, or the shares were delivered.
    Released { client: ClientRow, amount: Paise },
    /// Collateral stands behind the client's orders and trades: more of it, or less if negative.
    Backed { client: ClientRow, amount: Paise },
    /// Only what reduces goes in, for whom or what the switch is about.
    SwitchPulled { switch: u32, scope: Scope, reason: u16, by: UserRow },
    SwitchRestored { scope: Scope, by: UserRow },
    Restricted { restriction: u32, row: Restriction },
    RestrictionLifted { restriction: u32, security: SecurityRow },
    /// Limits came from a file, so many rows of it.
    Uploaded { file: Code<24>, rows: u32 },
    /// From a day on a group is what the entry's next rows name; the first time it takes its number.
    GroupDrawn { group: u32, name: GroupName, from: Day },
    GroupHas { group: u32, from: Day, security: SecurityRow },
    GroupLimited { group: u32, holder: Holder, from: Day, exposure: Paise },
    /// An order that adds is in a security of a group: what it binds and trades counts there.
    Grouped { order: OrderNo, client: ClientRow, security: SecurityRow },
    /// What a trade used of the limits on groups goes with it to another client, or to nobody.
    Regrouped { security: SecurityRow, from: ClientRow, to: Option<ClientRow>, value: Paise },
    /// Why trades went beyond a limit, and what was done about it.
    Documented { deviation: Deviation, reason: u16, paper: Code<16>, by: UserRow },
    /// A trade left a client, for another or for nobody: what it used of his limits and bound goes with it.
    TradeMoved { from: ClientRow, to: Option<ClientRow>, side: Side, value: Paise, released: Paise, committed: Paise },
    /// An intraday position grows or shrinks, with its value and its margin; so much more is committed by its client.
    PositionMoved { client: ClientRow, security: SecurityRow, venue: Venue, qty: Qty, value: Paise, margin: Paise, committed: Paise },
    /// A file issued anew has a trade of his that nobody told, or has it with other figures: so much more is dealt in, and so
    /// much more is committed for it, or less.
    Recounted { client: ClientRow, side: Side, value: Paise, committed: Paise },
    /// A new day: daily counters start again. Every order of the day before is closed.
    DayCleared { next: OrderNo },
}

/// The state of the department.
pub struct Risk {
    users: Rows<UserRow, UserUse>,
    clients: Rows<ClientRow, ClientUse>,
    /// Shares each user sent of each security today.
    symbols: Tally,
    first: OrderNo,
    holds: Vec<Hold>,
    marks: Rows<SecurityRow, Mark>,
    /// What intraday orders of the day have opened and not closed, at each exchange by itself.
    positions: BTreeMap<(ClientRow, SecurityRow, Venue), Position>,
    /// A switch is pulled on everybody.
    all_switched: bool,
    pub(crate) restraints: Restraints,
    pub(crate) groups: Groups,
    /// Deviations that someone has answered for.
    documented: BTreeSet<Deviation>,
}

fn pair(user: UserRow, security: SecurityRow) -> u64 {
    (u64::from(user.0) << 32) | u64::from(security.0)
}

impl Risk {
    pub fn new() -> Risk {
        Risk {
            users: Rows::new(),
            clients: Rows::new(),
            symbols: Tally::new(),
            first: OrderNo(1),
            holds: Vec::new(),
            marks: Rows::new(),
            positions: BTreeMap::new(),
            all_switched: false,
            restraints: Restraints::default(),
            groups: Groups::default(),
            documented: BTreeSet::new(),
        }
    }

    /// Does any switch or list speak of the security, or a switch of everybody?
    #[inline]
    pub fn is_restrained(&self, security: SecurityRow) -> bool {
        self.all_switched || self.marks.get(security).is_some_and(|mark| mark.restrained)
    }

    /// Whether a deviation was answered for.
    pub fn is_documented(&self, deviation: Deviation) -> bool {
        self.documented.contains(&deviation)
    }

    #[inline]
    pub fn user(&self, user: UserRow) -> UserUse {
        self.users.get(user).copied().unwrap_or(UserUse::NONE)
    }

    #[inline]
    pub fn client(&self, client: ClientRow) -> ClientUse {
        self.clients.get(client).copied().unwrap_or(ClientUse::NONE)
    }

    /// What a client's intraday orders of the day have open in a security.
    pub fn position(&self, client: ClientRow, security: SecurityRow, venue: Venue) -> Position {
        self.positions.get(&(client, security, venue)).copied().unwrap_or(Position::NONE)
    }

    /// The open intraday positions of clients from one on.
    pub fn positions_from(&self, client: ClientRow) -> impl Iterator<Item = ((ClientRow, SecurityRow, Venue), &Position)> {
        self.positions.range((client, SecurityRow(0), Venue::FIRST)..).map(|(key, position)| (*key, position))
    }

    #[inline]
    pub fn symbol_qty(&self, user: UserRow, security: SecurityRow) -> Qty {
        Qty(self.symbols.get(pair(user, security)))
    }

    fn index(&self, order: OrderNo) -> Option<usize> {
        usize::try_from(order.0.checked_sub(self.first.0)?).ok()
    }

    #[inline]
    pub fn hold(&self, order: OrderNo) -> Option<&Hold> {
        self.holds.get(self.index(order)?)
    }

    fn hold_mut(&mut self, order: OrderNo) -> &mut Hold {
        let index = self.index(order).expect("an order of today");
        self.holds.get_mut(index).expect("an order of today")
    }

    /// Room for the holds of so many orders of a day, written to before the day needs it.
    pub fn make_room(&mut self, orders: usize) {
        let len = self.holds.len();
        if self.holds.capacity() < orders {
            let none = Hold { client: ClientRow(0), user: UserRow(0), value: Paise::ZERO, amount: Paise::ZERO };
            self.holds.resize(orders, none);
            self.holds.truncate(len);
        }
    }

    fn client_mut(&mut self, client: ClientRow) -> &mut ClientUse {
        while self.clients.get(client).is_none() {
            self.clients.push(ClientUse::NONE);
        }
        &mut self.clients[client]
    }

    fn user_mut(&mut self, user: UserRow) -> &mut UserUse {
        while self.users.get(user).is_none() {
            self.users.push(UserUse::NONE);
        }
        &mut self.users[user]
    }

    /// # Panics
    /// When more is released than is bound: an arithmetic bug must not reach the journal.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    pub fn apply(&mut self, event: &Event) {
        match *event {
            // What orders and fills are made of; the rest stands apart, so that their code lies close together.
            Event::Held { order, client, user, security, qty, value, margin, charges } => {
                let count = u64::try_from(self.holds.len()).expect("a count");
                assert!(order.0 == self.first.0.saturating_add(count), "holds follow orders");
                self.holds.push(Hold { client, user, value: Paise::ZERO, amount: Paise::ZERO });
                self.symbols.add(pair(user, security), qty.0);
                self.bind(order, value, margin + charges);
            }
            Event::Eased { order, value, amount } => self.bind(order, -value, -amount),
            Event::Filled { order, side, eased_value, eased, turnover, committed } => {
                self.bind(order, -eased_value, -eased);
                let client = self.hold_mut(order).client;
                self.count_trade(client, side, turnover, committed);
                self.groups.moved(order, turnover);
            }
            ref other => self.apply_rest(other),
        }
    }

    #[inline(never)]
    fn apply_rest(&mut self, event: &Event) {
        match *event {
            Event::Held { .. } | Event::Eased { .. } | Event::Filled { .. } => unreachable!("applied before"),
            Event::UserLimited { user, limits } => self.user_mut(user).limits = limits,
            Event::ClientLimited { client, limits } => self.client_mut(client).limits = limits,
            Event::Raised { order, value, amount } => self.bind(order, value, amount),
            Event::Released { client, amount } => {
                self.client_mut(client).committed -= amount;
            }
            Event::Backed { client, amount } => self.client_mut(client).committed -= amount,
            Event::TradeMoved { from, to, side, value, released, committed } => {
                self.count_trade(from, side, -value, -released);
                if let Some(to) = to {
                    self.count_trade(to, side, value, committed);
                }
            }
            Event::Recounted { client, side, value, committed } => self.count_trade(client, side, value, committed),
            Event::PositionMoved { client, security, venue, qty, value, margin, committed } => {
                self.client_mut(client).committed += committed;
                let position = self.positions.entry((client, security, venue)).or_insert(Position::NONE);
                position.qty += qty;
                position.value += value;
                position.margin += margin;
                if position.qty.is_zero() {
                    self.positions.remove(&(client, security, venue));
                }
            }
            Event::DayCleared { next } => self.clear(next),
            Event::Uploaded { .. } => {}
            Event::Documented { deviation, .. } => {
                self.documented.insert(deviation);
            }
            Event::GroupDrawn { .. }
            | Event::GroupLimited { .. }
            | Event::Grouped { .. }
            | Event::Regrouped { .. } => self.regroup(event),
            Event::GroupHas { security, .. } => {
                self.regroup(event);
                self.remark(security);
            }
            Event::SwitchPulled { .. }
            | Event::SwitchRestored { .. }
            | Event::Restricted { .. }
            | Event::RestrictionLifted { .. } => self.restrain(event),
        }
    }

    /// The rows an order reads follow what is in force.
    #[allow(clippy::wildcard_enum_match_arm, reason = "a client's flag stands in his own row")]
    fn restrain(&mut self, event: &Event) {
        self.restraints.apply(event);
        let security = match *event {
            Event::SwitchPulled { scope, .. } | Event::SwitchRestored { scope, .. } => match scope {
                Scope::All => {
                    self.all_switched = self.restraints.switches.contains_key(&scope);
                    return;
                }
                Scope::User(user) => {
                    self.user_mut(user).switched = self.restraints.switches.contains_key(&scope);
                    return;
                }
                Scope::Client(_) => return,
                Scope::Security(security) => security,
            },
            Event::Restricted { row, .. } => row.security,
            Event::RestrictionLifted { security, .. } => security,
            _ => unreachable!("no restraint"),
        };
        self.remark(security);
    }

    fn remark(&mut self, security: SecurityRow) {
        while self.marks.get(security).is_none() {
            self.marks.push(Mark::default());
        }
        let switched = self.restraints.switches.contains_key(&Scope::Security(security));
        let listed = self.restraints.of(security).next().is_some();
        self.marks[security].restrained = switched || listed || self.groups.knows(security);
    }

    fn regroup(&mut self, event: &Event) {
        let (first, holds) = (self.first, &self.holds);
        let held = |order: OrderNo| {
            let index = order.0.checked_sub(first.0).and_then(|n| usize::try_from(n).ok());
            index.and_then(|n| holds.get(n)).map_or(Paise::ZERO, |hold| hold.value)
        };
        self.groups.apply(event, held);
    }

    fn count_trade(&mut self, client: ClientRow, side: Side, value: Paise, committed: Paise) {
        let used = self.client_mut(client);
        used.committed += committed;
        used.turnover += value;
        if side == Side::Buy {
            used.bought += value;
        }
    }

    fn bind(&mut self, order: OrderNo, value: Paise, amount: Paise) {
        let hold = self.hold_mut(order);
        hold.value += value;
        hold.amount += amount;
        assert!(!hold.value.is_negative() && !hold.amount.is_negative(), "an order gives back what it bound");
        let Hold { client, user, .. } = *hold;
        self.groups.moved(order, value);
        self.user_mut(user).open_value += value;
        let used = self.client_mut(client);
        used.open_value += value;
        used.held += amount;
    }

    fn clear(&mut self, next: OrderNo) {
        assert!(self.holds.iter().all(|h| h.amount.is_zero() && h.value.is_zero()), "a closed day holds nothing");
        self.first = next;
        self.holds.clear();
        self.symbols.clear();
        self.positions.clear();
        self.groups.clear();
        for index in 0..self.clients.len() {
            let used = &mut self.clients[<ClientRow as stdx::Row>::at(index)];
            used.bought = Paise::ZERO;
            used.turnover = Paise::ZERO;
        }
    }
}

impl ClientUse {
    pub const NONE: ClientUse = ClientUse {
        limits: ClientLimits::NONE,
        held: Paise::ZERO,
        committed: Paise::ZERO,
        open_value: Paise::ZERO,
        bought: Paise::ZERO,
        turnover: Paise::ZERO,
    };
}

impl UserUse {
    pub const NONE: UserUse = UserUse { limits: UserLimits::NONE, open_value: Paise::ZERO, switched: false };
}

impl Default for Risk {
    fn default() -> Self {
        Risk::new()
    }
}

vocab::kept!(struct Risk { users, clients, symbols, first, holds, marks, positions, all_switched, restraints, groups, documented });
