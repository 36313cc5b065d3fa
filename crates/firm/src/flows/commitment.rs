//! What a trade binds of its client's money from when it is told until its bill takes its place, or its shares are delivered.

use super::desk::Desk;
use super::{early, same_day};
use crate::Event;
use clearing::{Event as Clearing, Trade};
use clients::Dealing;
use risk::{Bound, Needs};
use vocab::{ClientRow, Paise, Price, Product, Qty, Rate, SecurityRow, SettlementRow, Side};

/// What a trade of a product binds, but an intraday one while its session lasts: that binds by position. What falls on an
/// order whatever its size is bound with its first trade. None where the day has no rule for it.
pub fn of_trade(
    desk: &Desk<'_>, known: &Dealing, (product, side, security): (Product, Side, SecurityRow), (price, qty): (Price, Qty),
    first: bool,
) -> Option<Paise> {
    let firm = desk.firm;
    let needs = same_day::needs(firm, known, product, side, security, &desk.as_of).ok()?;
    // What the sale keeps back of its own proceeds is its margin.
    let kept_back = side == Side::Sell && early::is_credited_at_once(firm, desk.as_of.day());
    let needs = if kept_back { Needs { margin: Rate::ZERO, ..needs } } else { needs };
    // What falls on the order whatever its size is committed once; rounding is for the hold alone.
    let allowance = if first { needs.allowance - firm.policy.allowance } else { Paise::ZERO };
    Some(Bound::of(price, qty, &Needs { allowance, ..needs }).amount())
}

/// What one of a client's trades binds, or would with other figures, beside others of its order.
pub fn beside(desk: &Desk<'_>, trade: &Trade, client: ClientRow, figures: (Price, Qty)) -> Paise {
    let Some(known) = desk.firm.clients.dealing(client) else { return Paise::ZERO };
    let product = same_day::product_of(desk.firm, trade.settlement);
    of_trade(desk, known, (product, trade.side, trade.security), figures, false).unwrap_or(Paise::ZERO)
}

/// What was committed for a side of a client's trades before this entry and has not ended in it: what a trade that is new
/// in the entry binds is its own, and no older one takes it away.
#[allow(clippy::wildcard_enum_match_arm, reason = "one fact ends what is committed")]
fn open_before(desk: &Desk<'_>, settlement: SettlementRow, client: ClientRow, side: Side) -> Paise {
    let before = desk.firm.clearing.standing(settlement, client).map_or(Paise::ZERO, |s| s.committed(side));
    let ended = desk.out.list().iter().filter_map(|event| match *event {
        Event::Clearing(Clearing::CommitmentEnded { settlement: s, client: c, side: of, amount }) => {
            ((s, c, of) == (settlement, client, side)).then_some(amount)
        }
        _ => None,
    });
    before - ended.sum::<Paise>()
}

/// More is committed for a side.
pub fn begins(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, side: Side, amount: Paise) {
    if amount.is_positive() {
        desk.push(Clearing::Committed { settlement, client, side, amount });
    }
}

/// Less is committed for a side, at most what is; so much it was.
pub fn ends(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, side: Side, amount: Paise) -> Paise {
    let amount = amount.min(open_before(desk, settlement, client, side));
    if amount.is_positive() {
        desk.push(Clearing::CommitmentEnded { settlement, client, side, amount });
    }
    amount
}

/// More or less is committed for a side; the change that could be made.
pub fn changes(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, side: Side, change: Paise) -> Paise {
    if change.is_negative() {
        return -ends(desk, settlement, client, side, -change);
    }
    begins(desk, settlement, client, side, change);
    change
}

/// What of a client's commitments ends with a trade that leaves him: the last one takes all that is left. It was ended.
pub fn leaves(desk: &mut Desk<'_>, trade: &Trade) -> Paise {
    let Trade { settlement, client, side, .. } = *trade;
    let Some(standing) = desk.firm.clearing.standing(settlement, client) else { return Paise::ZERO };
    let others = desk.firm.clearing.trades_of(standing).filter(|t| t.trade != trade.trade && t.side == side);
    let amount = match others.count() {
        0 => open_before(desk, settlement, client, side),
        _ => beside(desk, trade, client, (trade.price, trade.qty)),
    };
    ends(desk, settlement, client, side, amount)
}
