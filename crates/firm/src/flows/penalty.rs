//! What changed client codes cost: counted against the month's turnover, accrued every day, and said to compliance
//! before the exchange inspects (sebi 38.3).

use super::desk::{Desk, subject};
use crate::{BreakKind, Event};
use books::{Account, Cause};
use corrections::{Event as Corrected, Month, Slabs, Tally};
use rulebook::{NoRule, RuleName};
use vocab::{Day, Paise, Rounding, SettlementRow, Venue};

/// The month's share is beyond the firm's own warning, or the exchange's threshold.
const WARNED: u8 = 1;
const INSPECTED: u8 = 2;

pub fn slabs(desk: &Desk<'_>, day: Day) -> Result<Slabs, NoRule> {
    let rate = |name| desk.firm.rules.rate(name, day).map(|(_, rate)| rate);
    Ok(Slabs {
        low: rate(RuleName::CodeModificationPenalty)?,
        high: rate(RuleName::CodeModificationPenaltyHigher)?,
        bound: rate(RuleName::CodeModificationSlab)?,
    })
}

/// The day's turnover that is not an institution's, as the final trade file has it.
pub fn count(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let it = desk.firm.clearing.settlement(settlement).expect("a settlement");
    let (day, home) = (it.trade_day, it.corporation.exchange());
    for venue in Venue::ALL {
        let value = turnover(desk, *venue, settlement);
        if !value.is_zero() || *venue == home {
            desk.push(Corrected::TurnoverCounted { venue: *venue, day, value });
        }
    }
}

/// Turnover that was counted is annulled, or more if negative is dealt.
pub fn uncount(desk: &mut Desk<'_>, client: vocab::ClientRow, (venue, day): (Venue, Day), value: Paise) {
    if !super::custodian::is_institution(desk, client) {
        desk.push(Corrected::TurnoverCounted { venue, day, value: -value });
    }
}

fn turnover(desk: &Desk<'_>, venue: Venue, settlement: SettlementRow) -> Paise {
    let of = |t: &&clearing::Trade| t.settlement == settlement && t.trade.venue() == venue && !t.annulled;
    let trades = desk.firm.clearing.trades().iter().filter(of);
    let counted = trades.filter(|t| !super::custodian::is_institution(desk, t.client));
    counted.map(|t| t.price.value(t.qty, Rounding::NearestPaisa)).sum()
}

/// After `more` was modified: has the month passed a threshold it had not? Today's own turnover counts as it is
/// so far.
pub fn alert(desk: &mut Desk<'_>, venue: Venue, month: Month, more: Paise) {
    let mut tally = desk.firm.corrections.tally(venue, month);
    tally.modified += more;
    let unmatched = |row: &SettlementRow| {
        desk.firm.clearing.settlement(*row).is_some_and(|s| s.stage < clearing::Stage::Matched)
    };
    for settlement in desk.firm.settlements.into_iter().flatten().flatten().filter(unmatched) {
        tally.turnover += turnover(desk, venue, settlement);
    }
    passed(desk, venue, month, &tally);
}

fn passed(desk: &mut Desk<'_>, venue: Venue, month: Month, tally: &Tally) {
    let day = desk.day();
    let beyond = |name| desk.firm.rules.rate(name, day).is_ok_and(|(_, share)| tally.exceeds(share));
    let (level, kind) = match (beyond(RuleName::CodeModificationInspection), beyond(RuleName::HouseModificationWarning)) {
        (true, _) => (INSPECTED, BreakKind::ModificationInspection),
        (false, true) => (WARNED, BreakKind::ModificationWarning),
        (false, false) => return,
    };
    if tally.alerted < level {
        desk.push(Corrected::Alerted { venue, month: month.0, level });
        let first = subject(month.first_day());
        desk.break_off(kind, first, tally.a().0, tally.turnover.0);
    }
}

/// Each month's penalty is booked as it stands this evening; what changes later is booked as the difference.
pub fn day_end(desk: &mut Desk<'_>) {
    let firm = desk.firm;
    for ((venue, month), tally) in firm.corrections.tallies() {
        passed(desk, venue, month, tally);
        let day = month.last_day().min(desk.day());
        // Without rules for the day nothing was modified on it: what was booked stands.
        let Ok(slabs) = slabs(desk, day) else { continue };
        let total = tally.penalty(&slabs);
        let more = total - tally.penalised;
        if more.is_zero() {
            continue;
        }
        let voucher = desk.voucher(Cause::ModificationPenalty, u64::from(month.0), desk.day(), None);
        let voucher = voucher.on(venue);
        desk.transfer_between(&voucher, (Account::Penalties, 0), (Account::PenaltiesDue, 0), more);
        desk.push(Event::Correction(Corrected::Penalised { venue, month: month.0, total }));
    }
}
