//! The one pass.

use crate::{ClientLimits, ClientUse, Scope, UserLimits, UserUse};
use vocab::{Paise, Price, Qty, Rate, Rounding, Side};

/// The order as risk sees it. `price` is the limit, or for a market order the worst price of the band.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ticket {
    pub side: Side,
    pub price: Price,
    pub is_limit: bool,
    pub qty: Qty,
}

/// What the security trades on today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instrument {
    pub low: Price,
    pub high: Price,
    pub tick: Price,
}

/// What an order wants blocked, by the client's era or his own wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Needs {
    /// Fraction of the value to block.
    pub margin: Rate,
    /// Fraction of the value that brokerage, levies and taxes may take.
    pub charges: Rate,
    /// And on each share, where brokerage is agreed so.
    pub per_share: Paise,
    /// What an order takes whatever its size: a flat brokerage, and an allowance for rounding.
    pub allowance: Paise,
    /// Nothing is blocked: the own and error account, whose money is the firm's, and institutions, whose custodian answers.
    pub unbound: bool,
}

/// What the client has, and what his order wants of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Means {
    /// Money that may be blocked: clear balance less dues less what is blocked already; negative for a debtor.
    pub free: Paise,
    /// Shares that may be sold; a buy looks at none.
    pub shares: Qty,
    pub needs: Needs,
    /// It closes what an intraday order opened: exits stay open whatever else is full.
    pub covers: bool,
    /// It sells what the client has not, to be bought back within the day.
    pub shorts: bool,
    /// Trading days since the oldest unpaid due, beyond what the rule allows.
    pub debit_overdue: Option<u32>,
}

/// Which limit a refusal is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Which {
    UserOrderQty = 1,
    UserOrderValue = 2,
    UserSymbolQty = 3,
    UserOpenValue = 4,
    ClientOrderValue = 5,
    ClientExposure = 6,
    ClientTurnover = 7,
}

vocab::kept!(byte Which);

impl Which {
    pub const ALL: [Which; 7] = [
        Which::UserOrderQty,
        Which::UserOrderValue,
        Which::UserSymbolQty,
        Which::UserOpenValue,
        Which::ClientOrderValue,
        Which::ClientExposure,
        Which::ClientTurnover,
    ];

    pub fn from_number(n: u8) -> Option<Which> {
        Which::ALL.into_iter().find(|which| *which as u8 == n)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Which::UserOrderQty => "user: shares an order",
            Which::UserOrderValue => "user: value an order",
            Which::UserSymbolQty => "user: shares of a security",
            Which::UserOpenValue => "user: value open",
            Which::ClientOrderValue => "client: value an order",
            Which::ClientExposure => "client: exposure",
            Which::ClientTurnover => "client: turnover",
        }
    }

    /// Whether it counts shares; the others count money.
    pub const fn is_shares(self) -> bool {
        matches!(self, Which::UserOrderQty | Which::UserSymbolQty)
    }
}

/// Limits that a named person released for one order.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Waived(pub u8);

vocab::kept!(struct Waived { 0 });

impl Waived {
    pub const NONE: Waived = Waived(0);

    #[must_use]
    pub const fn with(self, which: Which) -> Waived {
        Waived(self.0 | which.bit())
    }

    /// All limits of a client with these: what only closes passes them.
    #[must_use]
    pub const fn of_client(self) -> Waived {
        self.with(Which::ClientOrderValue).with(Which::ClientExposure).with(Which::ClientTurnover)
    }

    pub const fn has(self, which: Which) -> bool {
        self.0 & which.bit() != 0
    }
}

impl Which {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Why an order may not go in. The order of the variants is the precedence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// A switch is pulled, and the order does not merely reduce what the client has.
    Switched { scope: Scope, switch: u32, reason: u16 },
    /// The security stands on a restricted list.
    Restricted { restriction: u32 },
    OffTick { price: Price, tick: Price },
    OutsideBand { price: Price, low: Price, high: Price },
    BadQuantity { qty: Qty },
    /// A limit that was never set lets nothing through.
    LimitMissing { which: Which },
    /// `would` is in the limit's own unit: shares, or paise.
    OverLimit { which: Which, would: i64, limit: i64 },
    ShortOfShares { free: Qty, asked: Qty },
    /// A debit older than the rule allows: only orders that reduce what is owed go in (sebi 23 Annexure 2.6).
    /// It comes before funds: a debtor has none free, and the age is the reason he cannot mend with a smaller order.
    DebitOverdue { days: u32 },
    ShortOfFunds { free: Paise, margin: Paise, charges: Paise },
    /// Too much of one group of securities, of the client or of the firm.
    OverGroup { group: u32, firm: bool, would: Paise, limit: Paise },
}

/// What an accepted order blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bound {
    pub value: Paise,
    pub margin: Paise,
    pub charges: Paise,
}

impl Bound {
    /// What a quantity at a price binds.
    pub fn of(price: Price, qty: Qty, needs: &Needs) -> Bound {
        let value = price.value(qty, Rounding::UpPaisa);
        if needs.unbound {
            return Bound { value, margin: Paise::ZERO, charges: Paise::ZERO };
        }
        let by_shares = match needs.per_share.is_zero() {
            true => Paise::ZERO,
            false => Price::from_paise(needs.per_share.0).value(qty, Rounding::UpPaisa),
        };
        let charges = needs.charges.of(value, Rounding::UpPaisa) + by_shares + needs.allowance;
        let margin = if needs.margin == Rate::ZERO { Paise::ZERO } else { needs.margin.of(value, Rounding::UpPaisa) };
        Bound { value, margin, charges }
    }

    pub fn amount(&self) -> Paise {
        self.margin + self.charges
    }
}

/// What the order being modified has bound: it counts as free again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Already {
    pub bound: Bound,
    pub qty: Qty,
}

impl Already {
    /// Of a new order.
    pub const NOTHING: Already =
        Already { bound: Bound { value: Paise::ZERO, margin: Paise::ZERO, charges: Paise::ZERO }, qty: Qty::ZERO };
}

/// Check one order against everything, in the order of [`Refusal`].
///
/// # Errors
/// The first refusal that applies, with its figures.
#[allow(clippy::too_many_arguments, reason = "one pass over rows that lie apart")]
pub fn check(
    ticket: &Ticket, instrument: &Instrument, user: &UserUse, symbol_qty: Qty, client: &ClientUse, means: &Means,
    already: &Already, waived: Waived,
) -> Result<Bound, Refusal> {
    if ticket.is_limit && !ticket.price.is_on_tick(instrument.tick) {
        return Err(Refusal::OffTick { price: ticket.price, tick: instrument.tick });
    }
    if ticket.price < instrument.low || ticket.price > instrument.high {
        return Err(Refusal::OutsideBand { price: ticket.price, low: instrument.low, high: instrument.high });
    }
    // More than any limit may be is no quantity either, and its value no amount.
    if !ticket.qty.is_positive() || ticket.qty > UserLimits::MOST_QTY {
        return Err(Refusal::BadQuantity { qty: ticket.qty });
    }
    let bound = Bound::of(ticket.price, ticket.qty, &means.needs);
    // A change that makes an order no larger adds to nothing that a limit bounds, whatever was cut meanwhile.
    if ticket.qty > already.qty || bound.value > already.bound.value {
        limits(ticket, &bound, user, symbol_qty - already.qty, client, &already.bound, waived)?;
    }
    if ticket.side == Side::Sell && means.shares + already.qty < ticket.qty {
        return Err(Refusal::ShortOfShares { free: means.shares + already.qty, asked: ticket.qty });
    }
    funds(ticket, &bound, means, &already.bound)?;
    Ok(bound)
}

fn funds(ticket: &Ticket, bound: &Bound, means: &Means, already: &Bound) -> Result<(), Refusal> {
    let adds = match ticket.side {
        Side::Buy => !means.covers,
        Side::Sell => means.shorts,
    };
    if let (Some(days), true) = (means.debit_overdue, adds) {
        return Err(Refusal::DebitOverdue { days });
    }
    let free = means.free + already.amount();
    let enough = means.needs.unbound || bound.amount() <= free;
    // Only what a client owes makes his free money negative; selling what he holds reduces it, and the shares
    // are blocked, so such a sale is not refused for the very debt it pays (sebi 23 Annexure 2.6).
    let reduces = !adds && (means.covers || means.free.is_negative());
    if enough || reduces {
        return Ok(());
    }
    Err(Refusal::ShortOfFunds { free, margin: bound.margin, charges: bound.charges })
}

fn limits(
    ticket: &Ticket, bound: &Bound, user: &UserUse, symbol_qty: Qty, client: &ClientUse, already: &Bound,
    waived: Waived,
) -> Result<(), Refusal> {
    let within = |which: Which, would: i64, limit: i64| match would > limit && !waived.has(which) {
        true => Err(Refusal::OverLimit { which, would, limit }),
        false => Ok(()),
    };
    if user.limits == UserLimits::NONE {
        return Err(Refusal::LimitMissing { which: Which::UserOrderQty });
    }
    let UserLimits { order_qty, order_value, symbol_qty: most_symbol, open_value } = user.limits;
    within(Which::UserOrderQty, ticket.qty.0, order_qty.0)?;
    within(Which::UserOrderValue, bound.value.0, order_value.0)?;
    within(Which::UserSymbolQty, (symbol_qty + ticket.qty).0, most_symbol.0)?;
    if client.limits == ClientLimits::NONE {
        return Err(Refusal::LimitMissing { which: Which::ClientExposure });
    }
    let ClientLimits { order_value, exposure, turnover } = client.limits;
    within(Which::ClientOrderValue, bound.value.0, order_value.0)?;
    let open = client.open_value - already.value + bound.value;
    within(Which::ClientExposure, (open + client.bought).0, exposure.0)?;
    within(Which::ClientTurnover, (open + client.turnover).0, turnover.0)?;
    within(Which::UserOpenValue, (user.open_value - already.value + bound.value).0, open_value.0)
}
