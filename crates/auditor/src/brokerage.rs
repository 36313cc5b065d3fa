//! Brokerage of a client's day by the rows agreed for it (guide I 6.9, I 11.1).

use crate::dealing::Sold;
use crate::exact;
use alloc::vec::Vec;
use rulebook::{NoRule, RuleName, Rulebook};
use vocab::{Day, OrderNo, Paise, Portion, Qty, Slab};

/// What of a trade falls on one portion.
struct Piece {
    trade: usize,
    order: OrderNo,
    portion: Portion,
    qty: Qty,
    value: Paise,
    cap: Paise,
}

/// Shares of trade `nth` that trades of the other side square: those before it on its own side come first.
fn squared(sold: &[Sold], nth: usize) -> Qty {
    let Some(it) = sold.get(nth) else { return Qty::ZERO };
    let side = |side| sold.iter().filter(move |t| t.security == it.security && t.side == side);
    let all = |side_of| side(side_of).map(|t| t.qty).sum::<Qty>();
    let both = all(it.side).min(all(it.side.other()));
    let of_side = |t: &&Sold| t.security == it.security && t.side == it.side;
    let before: Qty = sold.iter().take(nth).filter(of_side).map(|t| t.qty).sum();
    (before + it.qty).min(both) - before.min(both)
}

fn pieces(rules: &Rulebook, slabs: &[Slab], sold: &[Sold], day: Day) -> Result<Vec<Piece>, NoRule> {
    let (_, cap_rate) = rules.rate(RuleName::BrokerageCap, day)?;
    let (_, cap_per_share) = rules.amount(RuleName::BrokerageCapPerShare, day)?;
    let apart = slabs.iter().any(|slab| slab.portion == Portion::Intraday);
    let mut all = Vec::new();
    for (nth, it) in sold.iter().enumerate() {
        let within = if apart { squared(sold, nth) } else { Qty::ZERO };
        let value = exact::value(it.price, within);
        let rest = exact::value(it.price, it.qty) - value;
        for (portion, qty, value) in [(Portion::Intraday, within, value), (Portion::Delivery, it.qty - within, rest)] {
            // The higher of a fraction and an amount a share.
            let cap = exact::fraction_down(cap_rate, value).max(exact::per_share(cap_per_share, qty));
            if !qty.is_zero() {
                all.push(Piece { trade: nth, order: it.order, portion, qty, value, cap });
            }
        }
    }
    Ok(all)
}

/// What settles on the day of the trade pays by the rows that name it; by the others where none does.
pub(crate) fn agreed_for_today(plan: &[Slab]) -> Vec<Slab> {
    let (named, others): (Vec<Slab>, Vec<Slab>) = plan.iter().copied().partition(|slab| slab.portion == Portion::SameDay);
    match named.is_empty() {
        true => others,
        false => named.into_iter().map(|slab| Slab { portion: Portion::Delivery, ..slab }).collect(),
    }
}

/// Brokerage on each trade of a client's day, and the most all of it may be.
pub(crate) fn brokerage(
    rules: &Rulebook, slabs: &[Slab], sold: &[Sold], day: Day,
) -> Result<(Vec<Paise>, Paise), NoRule> {
    let pieces = pieces(rules, slabs, sold, day)?;
    let mut fees: Vec<Paise> = sold.iter().map(|_| Paise::ZERO).collect();
    for portion in [Portion::Delivery, Portion::Intraday] {
        let of_portion = |piece: &&Piece| piece.portion == portion;
        let turnover: Paise = pieces.iter().filter(of_portion).map(|piece| piece.value).sum();
        let mut rows: Vec<&Slab> = slabs.iter().filter(|s| s.portion == portion && s.turnover <= turnover).collect();
        rows.sort_by_key(|slab| slab.turnover);
        let Some(row) = rows.last() else { continue };
        let mut orders: Vec<OrderNo> = pieces.iter().filter(of_portion).map(|piece| piece.order).collect();
        orders.sort_unstable();
        orders.dedup();
        for order in orders {
            of_order(row, pieces.iter().filter(of_portion).filter(|piece| piece.order == order), &mut fees);
        }
    }
    Ok((fees, pieces.iter().map(|piece| piece.cap).sum()))
}

/// One order, trade by trade: at least and at most what was agreed for it, no trade above its cap.
fn of_order<'a>(row: &Slab, pieces: impl Iterator<Item = &'a Piece>, fees: &mut [Paise]) {
    let (mut plain, mut charged) = (Paise::ZERO, Paise::ZERO);
    for piece in pieces {
        plain += exact::fraction(row.rate, piece.value).max(exact::per_share(row.per_share, piece.qty));
        let mut agreed = if plain < row.least { row.least } else { plain };
        if row.most.is_positive() && agreed > row.most {
            agreed = row.most;
        }
        let open = (agreed - charged).at_least_zero();
        let fee = if open > piece.cap { piece.cap } else { open };
        charged += fee;
        if let Some(sum) = fees.get_mut(piece.trade) {
            *sum += fee;
        }
    }
}
