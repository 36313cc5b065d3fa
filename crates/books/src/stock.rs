//! The securities book: quantities in places, by client and by security.
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

use alloc::vec::Vec;
use stdx::{Row, Rows, Table};
use vocab::{ClientRow, Depository, NetRow, Qty, SecurityRow, SettlementRow};

/// Where shares are. [`Place::Outside`] and [`Place::Corporation`] are the other sides of the double entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Place {
    /// Not known to the firm: where endowments come from and withdrawals go.
    Outside = 0,
    /// The client's own demat account; for the own account, the firm's own beneficiary account.
    Account = 1,
    /// The firm's client beneficiary account.
    Beneficiary = 2,
    Pool = 3,
    Principal = 4,
    /// With the clearing corporation: delivered in, or still due from it (negative).
    Corporation = 5,
    /// Paid in early: blocked in the clearing corporation's favour, or moved to it, before the day's pay-in.
    Early = 6,
    /// The firm's client unpaid securities account.
    Unpaid = 7,
}

impl Place {
    pub const ALL: [Place; 8] = [
        Place::Outside,
        Place::Account,
        Place::Beneficiary,
        Place::Pool,
        Place::Principal,
        Place::Corporation,
        Place::Early,
        Place::Unpaid,
    ];

    pub fn from_number(n: u8) -> Option<Place> {
        Place::ALL.into_iter().find(|p| *p as u8 == n)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Place::Outside => "outside",
            Place::Account => "own account",
            Place::Beneficiary => "client beneficiary",
            Place::Pool => "pool",
            Place::Principal => "principal",
            Place::Corporation => "clearing corporation",
            Place::Early => "early pay-in",
            Place::Unpaid => "unpaid securities",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StockEvent {
    /// One line of the register: both legs at once.
    Moved {
        client: ClientRow, security: SecurityRow, from: Place, to: Place, qty: Qty,
        settlement: Option<SettlementRow>, depository: Depository,
    },
    /// An open sell order blocks shares; a negative quantity gives them back.
    Blocked { client: ClientRow, security: SecurityRow, qty: Qty },
    /// Sold and to be delivered: no longer blocked, not yet gone. Negative once asked for.
    Sold { client: ClientRow, security: SecurityRow, qty: Qty, blocked: Qty },
    /// In the account and not its client's to sell, because he has not paid for them; negative once they are, or once
    /// the firm itself sells them.
    Kept { client: ClientRow, security: SecurityRow, qty: Qty },
    /// In the account and pledged to the firm as margin; negative once the pledge ends.
    Pledged { client: ClientRow, security: SecurityRow, qty: Qty },
}

/// No row follows.
const LAST: NetRow = NetRow(u32::MAX);

/// One client's shares of one security. What every sale reads is one half of a cache line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(32))]
pub struct Holding {
    account: Qty,
    pub blocked: Qty,
    /// Sold and to be delivered, or pledged: how many of these are pledged the deposits say.
    pub sold: Qty,
    kept: Qty,
    pub client: ClientRow,
    pub security: SecurityRow,
    beneficiary: Qty,
    pool: Qty,
    principal: Qty,
    corporation: Qty,
    early: Qty,
    unpaid: Qty,
    next_of_client: NetRow,
    next_of_security: NetRow,
}

vocab::kept!(struct Holding {
    account, blocked, sold, client, security, beneficiary, pool, principal, corporation, early, unpaid, kept,
    next_of_client, next_of_security,
});

const _: () = assert!(size_of::<Holding>() == 96, "a cache line and a half");

impl Holding {
    pub fn at(&self, place: Place) -> Qty {
        match place {
            // The other side of all that is anywhere.
            Place::Outside => -self.within(),
            Place::Account => self.account,
            Place::Beneficiary => self.beneficiary,
            Place::Pool => self.pool,
            Place::Principal => self.principal,
            Place::Corporation => self.corporation,
            Place::Early => self.early,
            Place::Unpaid => self.unpaid,
        }
    }

    /// What may still be sold: free + blocked + sold and pledged + kept = held in the account (entities B4).
    pub fn free(&self) -> Qty {
        self.at(Place::Account) - self.blocked - self.sold - self.kept
    }

    /// Not the client's to sell; below zero while the firm sells for him what lies in its own accounts.
    pub fn kept(&self) -> Qty {
        self.kept
    }

    fn within(&self) -> Qty {
        let Holding { account, beneficiary, pool, principal, corporation, early, unpaid, .. } = *self;
        account + beneficiary + pool + principal + corporation + early + unpaid
    }

    /// Where so many are more; what lies outside follows from the rest.
    fn count(&mut self, place: Place, qty: Qty) {
        let at = match place {
            Place::Outside => return,
            Place::Account => &mut self.account,
            Place::Beneficiary => &mut self.beneficiary,
            Place::Pool => &mut self.pool,
            Place::Principal => &mut self.principal,
            Place::Corporation => &mut self.corporation,
            Place::Early => &mut self.early,
            Place::Unpaid => &mut self.unpaid,
        };
        *at += qty;
    }
}

/// The state of the securities book.
pub struct Stock {
    rows: Rows<NetRow, Holding>,
    by_pair: Table,
    heads_of_client: Vec<NetRow>,
    heads_of_security: Vec<NetRow>,
}

fn pair(client: ClientRow, security: SecurityRow) -> u64 {
    (u64::from(client.0) << 32) | u64::from(security.0)
}

impl Stock {
    pub fn new() -> Stock {
        Stock { rows: Rows::new(), by_pair: Table::new(), heads_of_client: Vec::new(), heads_of_security: Vec::new() }
    }

    #[inline]
    pub fn get(&self, client: ClientRow, security: SecurityRow) -> Option<&Holding> {
        self.rows.get(NetRow(self.by_pair.get(pair(client, security))?))
    }

    #[inline]
    pub fn free(&self, client: ClientRow, security: SecurityRow) -> Qty {
        self.get(client, security).map_or(Qty::ZERO, Holding::free)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Holding> {
        self.rows.values().iter()
    }

    /// One client's holdings, latest first.
    pub fn of_client(&self, client: ClientRow) -> impl Iterator<Item = &Holding> {
        let mut at = self.heads_of_client.get(client.index()).copied().unwrap_or(LAST);
        core::iter::from_fn(move || {
            let holding = self.rows.get(at)?;
            at = holding.next_of_client;
            Some(holding)
        })
    }

    /// Every client's holding of one security, latest first.
    pub fn of_security(&self, security: SecurityRow) -> impl Iterator<Item = &Holding> {
        let mut at = self.heads_of_security.get(security.index()).copied().unwrap_or(LAST);
        core::iter::from_fn(move || {
            let holding = self.rows.get(at)?;
            at = holding.next_of_security;
            Some(holding)
        })
    }

    /// Where each holding is found.
    fn remake(&mut self) {
        self.by_pair = Table::of(self.rows.values().iter().map(|it| pair(it.client, it.security)));
    }

    fn holding_mut(&mut self, client: ClientRow, security: SecurityRow) -> &mut Holding {
        let key = pair(client, security);
        let row = match self.by_pair.get(key) {
            Some(row) => NetRow(row),
            None => {
                let row = self.rows.next();
                self.by_pair.insert(key, row.0);
                let next_of_client = replace(&mut self.heads_of_client, client.index(), row);
                let next_of_security = replace(&mut self.heads_of_security, security.index(), row);
                self.rows.push(Holding {
                    client,
                    security,
                    account: Qty::ZERO,
                    blocked: Qty::ZERO,
                    sold: Qty::ZERO,
                    beneficiary: Qty::ZERO,
                    pool: Qty::ZERO,
                    principal: Qty::ZERO,
                    corporation: Qty::ZERO,
                    early: Qty::ZERO,
                    unpaid: Qty::ZERO,
                    kept: Qty::ZERO,
                    next_of_client,
                    next_of_security,
                })
            }
        };
        &mut self.rows[row]
    }

    /// # Panics
    /// When shares would be blocked that are not there, or moved out of a place that has fewer.
    pub fn apply(&mut self, event: &StockEvent) {
        match *event {
            StockEvent::Moved { client, security, from, to, qty, .. } => {
                assert!(qty.is_positive(), "a movement has a quantity");
                let holding = self.holding_mut(client, security);
                holding.count(from, -qty);
                holding.count(to, qty);
                let ledgered = !matches!(from, Place::Outside | Place::Corporation | Place::Account);
                assert!(!ledgered || !holding.at(from).is_negative(), "shares leave a place that has them");
            }
            StockEvent::Blocked { client, security, qty } => {
                let holding = self.holding_mut(client, security);
                holding.blocked += qty;
                assert!(!holding.blocked.is_negative(), "no more is given back than was blocked");
            }
            StockEvent::Sold { client, security, qty, blocked } => {
                let holding = self.holding_mut(client, security);
                holding.sold += qty;
                holding.blocked -= blocked;
                assert!(!holding.sold.is_negative() && !holding.blocked.is_negative(), "sold out of what was blocked");
            }
            StockEvent::Pledged { client, security, qty } => {
                let holding = self.holding_mut(client, security);
                holding.sold += qty;
                assert!(!holding.sold.is_negative(), "no more is given back than was pledged");
            }
            StockEvent::Kept { client, security, qty } => self.holding_mut(client, security).kept += qty,
        }
    }
}

fn replace(heads: &mut Vec<NetRow>, index: usize, row: NetRow) -> NetRow {
    while heads.len() <= index {
        heads.push(LAST);
    }
    core::mem::replace(heads.get_mut(index).expect("room was made"), row)
}

impl Default for Stock {
    fn default() -> Self {
        Stock::new()
    }
}

vocab::kept!(struct Stock { rows, heads_of_client, heads_of_security } made { by_pair });
