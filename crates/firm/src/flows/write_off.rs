//! What the clearing corporation never moves of a settlement is given up by two persons, so that it can end.

use super::desk::Desk;
use crate::{Code, Refusal};
use books::{Account, Cause};
use clearing::{Event as Clearing, Stage};
use vocab::{Paise, SettlementRow};

/// Value still to be taken is the firm's gain, value still to be given its loss: clients' bills are closed and stand.
/// Levies still to be taken stay owed to whom they are owed.
pub fn given_up(desk: &mut Desk<'_>, settlement: SettlementRow) -> Result<(), Refusal> {
    let it = desk.firm.clearing.settlement(settlement).filter(|it| it.stage == Stage::PaidOut);
    let refused = Refusal::of(Code::NothingToWriteOff, [i64::from(settlement.0)]);
    let it = *it.ok_or(refused)?;
    let (rest, levies) = (-it.funds - it.value_moved, (it.levies - it.levies_taken).at_least_zero());
    let under_way = desk.firm.partners.payments().any(|(_, p)| p.settlement == Some(settlement));
    if under_way || (rest.is_zero() && levies.is_zero()) {
        return Err(refused);
    }
    if !rest.is_zero() {
        let day = desk.day();
        let voucher = desk.voucher(Cause::WriteOff, u64::from(it.number), day, Some(settlement));
        desk.transfer_between(&voucher, (Account::SettlementControl, 0), (Account::WrittenOff, 0), rest);
        desk.push(Clearing::ValueMoved { settlement, amount: rest });
        // A gain may be drawn; a loss stands against what is earned.
        desk.push(books::Event::UndrawnSet { undrawn: desk.firm.books.undrawn() + rest });
    }
    if levies != Paise::ZERO {
        desk.push(Clearing::LeviesTaken { settlement, amount: levies });
    }
    desk.push(Clearing::WrittenOff { settlement, value: rest, levies });
    Ok(())
}
