//! The evening's margins: what each client's open positions ask for and what was collected against it, then what the
//! firm owes the clearing corporation for all of them, out of what it lodged there (guide I 5.3 to 5.7).
//!
//! A client is looked at once an evening, with every settlement of his that is not paid out: none of them stands against
//! another. What is found is kept for every client-day: a report of margin collected must be shown from it.

use super::{collateral, early};
use super::desk::{Desk, subject};
use crate::{BreakKind, Event, Firm, Job, Timer};
use clearing::{Net, Stage, Standing};
use margin::{Event as Margin, Holder, Mark, Position};
use rulebook::RuleName;
use vocab::{ClientRow, Day, Paise, Price, Qty, Rate, SecurityRow, SettlementRow, Side, TimeOfDay, Venue};

/// After the closes and the trade file, before own money is drawn.
pub const AT: TimeOfDay = TimeOfDay::hms(20, 30, 0);
/// Standings looked at in one step.
const STANDINGS: u32 = 256;
/// The step after the last standing: its entry sees all clients counted.
const AFTER: u32 = u32::MAX;

/// What a client's positions ask for on the evening of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    pub var: Paise,
    pub elm: Paise,
    /// Mark to market: the net loss of each settlement.
    pub mtm: Paise,
    /// By the era, what the client himself must have up front.
    pub upfront: Paise,
    /// Of it, what his sales of the same settlements bring before their pay-out.
    pub by_sales: Paise,
}

/// Settlements whose pay-in is not behind them: their positions ask for margin (guide I 5.4, 5.7: released at pay-in).
fn is_open(firm: &Firm, settlement: SettlementRow) -> bool {
    firm.clearing.settlement(settlement).is_some_and(|s| s.trades > 0 && s.stage < Stage::PaidOut)
}

fn open(firm: &Firm) -> impl Iterator<Item = SettlementRow> {
    firm.clearing.settlements().rev().map(|(row, _)| row).filter(|row| is_open(firm, *row))
}

/// The latest price there is: the close, or before the first close what the day began with, or what was paid.
fn price(firm: &Firm, net: &Net, day: Day) -> Price {
    let of = |venue: &Venue| firm.market.terms(*venue, net.security, day);
    let reference = || Venue::ALL.iter().find_map(of).map(|terms| terms.reference);
    collateral::latest_close(firm, net.security, day).or_else(reference).unwrap_or_else(|| {
        let (value, qty) = if net.buy_qty.is_positive() { (net.buy_value, net.buy_qty) } else { (net.sell_value, net.sell_qty) };
        Price(value.0.saturating_mul(Price::PER_PAISA).checked_div(qty.0).unwrap_or(0))
    })
}

/// Value at risk and extreme loss of a security; where the clearing corporation's list leaves it out, the house's rate:
/// never nothing.
fn rates(firm: &Firm, security: SecurityRow, day: Day) -> (Rate, Rate) {
    match firm.margin.rated(security, day) {
        Some(rated) => (rated.var, rated.elm),
        None => (firm.rules.rate(RuleName::HouseUnratedMargin, day).map_or(Rate::WHOLE, |(_, rate)| rate), Rate::ZERO),
    }
}

/// What a client's open positions ask for, from his nets alone.
pub fn asked(firm: &Firm, client: ClientRow, day: Day) -> Asked {
    asked_at(firm, client, day, |net| price(firm, net, day))
}

/// As [`asked`], at the prices of the clearing corporation's last look.
pub fn asked_at_look(firm: &Firm, client: ClientRow, day: Day) -> Asked {
    asked_at(firm, client, day, |net| firm.margin.look_price(net.security).unwrap_or_else(|| price(firm, net, day)))
}

/// What is open of a net, one position; trade for trade what is bought and what is sold stand apart (guide I 5.7).
/// Shares the clearing corporation has already ask for nothing.
fn positions(net: &Net, price: Price) -> [Option<Position>; 2] {
    let there = net.protected();
    let sold = net.sell_value - net.sold_for(there);
    if net.gross {
        let zero = Paise::ZERO;
        let bought = Position { net: net.buy_qty, bought: net.buy_value, sold: zero, price };
        return [Some(bought), Some(Position { net: there - net.sell_qty, bought: zero, sold, price })];
    }
    [Some(Position { net: net.net_qty() + there, bought: net.buy_value, sold, price }), None]
}

/// Trade for trade each trade's loss stands alone: no gain of another stands against it (guide I 5.7). What was sold first
/// is what the clearing corporation has.
fn mark_alone(firm: &Firm, net: &Net, price: Price, mark: &mut Mark) {
    let mut there = net.protected();
    for (side, qty, at) in firm.clearing.apart(net).iter().copied() {
        let covered = if side == Side::Sell { there.min(qty) } else { Qty::ZERO };
        there -= covered;
        mark.trade(side, qty - covered, at, price);
    }
}

fn asked_at(firm: &Firm, client: ClientRow, day: Day, priced: impl Fn(&Net) -> Price) -> Asked {
    let mut asked = Asked { var: Paise::ZERO, elm: Paise::ZERO, mtm: Paise::ZERO, upfront: Paise::ZERO, by_sales: Paise::ZERO };
    for standing in open(firm).filter_map(|settlement| firm.clearing.standing(settlement, client)) {
        let (mut mark, before) = (Mark::NOTHING, asked.upfront);
        for net in firm.clearing.nets_of(standing) {
            let price = priced(net);
            for position in positions(net, price).into_iter().flatten() {
                let (var, elm) = rates(firm, net.security, day);
                asked.var += position.asks(var);
                asked.elm += position.asks(elm);
                let side = if position.net.is_negative() { Side::Sell } else { Side::Buy };
                // A sale whose own proceeds are kept back for it asks for no more.
                if side == Side::Buy || !early::is_credited_at_once(firm, day) {
                    asked.upfront += position.asks(firm.upfront(net.security, side, day));
                }
                if !net.gross {
                    mark.position(&position);
                }
            }
            mark_alone(firm, net, price, &mut mark);
        }
        asked.mtm += mark.loss();
        asked.by_sales += early::collected(firm, standing, asked.upfront - before);
    }
    asked
}

/// Money a client has with the firm: bills whose pay-in has not come aside, what is on its way to him not counted.
pub fn funds(firm: &Firm, client: ClientRow) -> Paise {
    let book = firm.books.client(client);
    (book.clear() - book.paying).at_least_zero()
}

/// The evening has come.
pub fn due(desk: &mut Desk<'_>) {
    desk.start(Job::Margins);
}

pub fn step(desk: &mut Desk<'_>, cursor: u32) {
    if cursor == AFTER {
        return member(desk);
    }
    let day = desk.day();
    let next = each(desk, cursor, |desk, client| client_day(desk, client, day));
    desk.push(Event::JobMoved { cursor: next.unwrap_or(AFTER) });
}

/// Every client with an open position, once; so many in a step, and where the next step goes on.
pub fn each(desk: &mut Desk<'_>, cursor: u32, mut work: impl FnMut(&mut Desk<'_>, ClientRow)) -> Option<u32> {
    let firm = desk.firm;
    let last = |s: &Standing| open(firm).find(|row| firm.clearing.standing(*row, s.client).is_some()) == Some(s.settlement);
    let (mut at, mut done) = (cursor, 0u32);
    while let Some(standing) = usize::try_from(at).ok().and_then(|i| firm.clearing.standings().get(i)) {
        at = at.saturating_add(1);
        // Who stands in several is looked at with the last of them.
        if !is_open(firm, standing.settlement) || !last(standing) {
            continue;
        }
        // Of an institution the corporation asks its custodian, once he has confirmed (guide I 7.3(iv)).
        if !super::custodian::is_institution(desk, standing.client) {
            work(desk, standing.client);
        }
        done = done.saturating_add(1);
        if done >= STANDINGS {
            return Some(at);
        }
    }
    None
}

fn client_day(desk: &mut Desk<'_>, client: ClientRow, day: Day) {
    let firm = desk.firm;
    let Asked { var, elm, mtm, upfront, by_sales } = asked(firm, client, day);
    let own = firm.is_own(client);
    let holder = match (own, firm.books.client(client).clear().is_negative()) {
        (true, _) => Holder::Own,
        (false, true) => Holder::Debtor,
        (false, false) => Holder::Creditor,
    };
    // A client's collateral stands for his own positions and for no other's (sebi 26.1.1).
    let covered = if own { Paise::ZERO } else { firm.margin.lodged(client).sum().min(var + elm) };
    desk.push(Margin::Exposed { day, client, holder, var, elm, mtm, covered });
    if own {
        return;
    }
    let kept = firm.margin.kept(client);
    let funds = funds(firm, client) + by_sales;
    let short = (upfront - funds - kept.sum()).at_least_zero();
    let (deposits, securities) = (kept.cash_like, kept.securities);
    desk.push(Margin::Collected { day, client, upfront, mtm, funds, deposits, securities, short });
}

/// What the firm owes the clearing corporation for the day, against what it lodged there of its own.
fn member(desk: &mut Desk<'_>) {
    desk.push(Event::JobEnded);
    let (firm, day) = (desk.firm, desk.day());
    let sums = firm.margin.sums(day);
    let lodged = super::setup::own_client(firm).map_or(margin::Kept::NOTHING, |own| firm.margin.lodged(own));
    let (var, elm, mtm, covered) = (sums.var, sums.elm, sums.mtm, sums.covered);
    desk.push(Margin::Member { day, var, elm, mtm, covered, cash_like: lodged.cash_like, securities: lodged.securities });
    let (need, has) = (var + elm + mtm - covered, lodged.sum());
    // Mark to market is taken from cash and what counts as cash alone (guide I 5.7).
    let short = need > has || mtm > lodged.cash_like;
    let kind = BreakKind::LiquidAssetsShort;
    if short && has.is_positive() && !firm.breaks.values().any(|b| b.kind == kind) {
        desk.break_off(kind, subject(day), has.0, need.0);
    }
    bar(desk, mtm);
    super::looks::evening(desk);
}

/// Mark to market is due before the next day trades: while what is lodged does not pay it, nobody buys (guide I 5.7).
fn bar(desk: &mut Desk<'_>, mtm: Paise) {
    let firm = desk.firm;
    let lodged = super::setup::own_client(firm).map_or(margin::Kept::NOTHING, |own| firm.margin.lodged(own));
    let on = lodged.sum().is_positive() && mtm > lodged.cash_like;
    if on != firm.margin.is_barred() {
        desk.push(Margin::Barred { on });
    }
}

/// More of the firm's own, or less of it, lies with the clearing corporation in cash.
pub fn lodging(desk: &mut Desk<'_>, more: Paise) {
    let firm = desk.firm;
    let lodged = super::setup::own_client(firm).map_or(margin::Kept::NOTHING, |own| firm.margin.lodged(own));
    if firm.margin.is_barred() && firm.margin.last_sums().mtm <= lodged.cash_like + more {
        desk.push(Margin::Barred { on: false });
    }
}

pub fn arm(desk: &mut Desk<'_>, day: Day) {
    desk.arm(day.at(AT), Timer::Margins(day));
}

/// The matching figures of sebi 23 Annexure 3.2: B, E, F, P, MC, MF.
pub struct Figures {
    pub collateral: Paise,
    pub own_securities: Paise,
    pub unfunded: Paise,
    pub own_margin: Paise,
    pub used: Paise,
    pub unused: Paise,
}

/// Of what lies with the clearing corporation, and of the margins of the last evening.
pub fn figures(firm: &Firm) -> Figures {
    let (mut cash, mut unfunded, mut own_securities, mut lying) = (Paise::ZERO, Paise::ZERO, Paise::ZERO, Paise::ZERO);
    for (_, deposit) in firm.margin.deposits().filter(|(_, d)| d.lodged) {
        lying += deposit.value;
        if deposit.form.is_cash_like() {
            // A guarantee counts as far as money lies behind it.
            let part = if deposit.value.is_positive() { deposit.unfunded() } else { Paise::ZERO };
            unfunded += part;
            cash += deposit.value.min(deposit.amount - part);
        } else if firm.is_own(deposit.client) {
            own_securities += deposit.value;
        }
    }
    let sums = firm.margin.last_sums();
    Figures {
        collateral: cash,
        own_securities,
        unfunded,
        own_margin: sums.own,
        used: sums.used,
        unused: (lying - (sums.var + sums.elm + sums.mtm)).at_least_zero(),
    }
}
