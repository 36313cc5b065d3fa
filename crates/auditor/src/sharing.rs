//! What intermediaries are due of brokerage (guide I 11.3): a cost beside it, and only while they may work.

use crate::audit::Audit;
use crate::{Fact, exact};
use alloc::collections::BTreeMap;
use rulebook::{NoRule, RuleName};
use vocab::{ClientRow, Day, IntermediaryRow, PanToken, Paise, Rate, Venue};

/// Of one note.
#[derive(Clone, Copy)]
pub(crate) struct Shared {
    pub intermediary: IntermediaryRow,
    /// By exchange.
    pub amounts: [(Venue, Paise); 2],
    /// Kept back of it.
    pub tax: Paise,
}

/// What is known of intermediaries, each thing with its days.
#[derive(Default)]
pub(crate) struct Register {
    /// Approved by an exchange from, and the day it ended.
    pub approved: BTreeMap<(IntermediaryRow, Venue), (Day, Option<Day>)>,
    pub agreed: BTreeMap<IntermediaryRow, Day>,
    pub persons: BTreeMap<PanToken, IntermediaryRow>,
    pub barred: BTreeMap<PanToken, Day>,
    pub rates: BTreeMap<(IntermediaryRow, Day), Rate>,
    pub brought: BTreeMap<(ClientRow, Day), Option<IntermediaryRow>>,
}

impl Register {
    #[allow(clippy::wildcard_enum_match_arm, reason = "only facts of intermediaries are sent here")]
    pub fn take(&mut self, fact: &Fact) {
        match *fact {
            Fact::IntermediaryApproved { intermediary, venue, from } => {
                self.approved.insert((intermediary, venue), (from, None));
            }
            Fact::ApprovalEnded { intermediary, venue, day } => {
                if let Some((_, end)) = self.approved.get_mut(&(intermediary, venue)) {
                    *end = Some(day);
                }
            }
            Fact::IntermediaryAgreed { intermediary, day } => {
                self.agreed.insert(intermediary, day);
            }
            Fact::IntermediaryPerson { intermediary, pan } => {
                self.persons.insert(pan, intermediary);
            }
            Fact::Barred { pan, day } => {
                self.barred.entry(pan).or_insert(day);
            }
            Fact::ShareSet { intermediary, from, rate } => {
                self.rates.insert((intermediary, from), rate);
            }
            Fact::Introduced { client, intermediary, from } => {
                self.brought.insert((client, from), intermediary);
            }
            _ => unreachable!("a fact of no intermediary"),
        }
    }

    fn may_work(&self, him: IntermediaryRow, venue: Venue, day: Day) -> bool {
        let approved = self.approved.get(&(him, venue)).is_some_and(|(from, end)| *from <= day && end.is_none_or(|end| day < end));
        let agreed = self.agreed.get(&him).is_some_and(|from| *from <= day);
        let is_his = |pan: &PanToken| self.persons.get(pan) == Some(&him);
        approved && agreed && !self.barred.iter().any(|(pan, from)| *from <= day && is_his(pan))
    }

    fn rate_of(&self, client: ClientRow, venue: Venue, day: Day) -> Option<(IntermediaryRow, Rate)> {
        let brought = self.brought.range((client, Day(i32::MIN))..=(client, day));
        let him = (*brought.last()?.1)?;
        let rates = self.rates.range((him, Day(i32::MIN))..=(him, day));
        let rate = *rates.last()?.1;
        self.may_work(him, venue, day).then_some((him, rate))
    }
}

impl Audit {
    /// Trade by trade, cut to the paisa, of what was dealt where he is approved; the tax on the sum.
    pub(crate) fn share_of(&self, client: ClientRow, fees: &[(Venue, Paise)], day: Day) -> Result<Option<Shared>, NoRule> {
        let on = |venue: Venue| self.register.rate_of(client, venue, day);
        let Some((intermediary, _)) = Venue::ALL.iter().find_map(|venue| on(*venue)) else { return Ok(None) };
        let part = |(venue, fee): &(Venue, Paise)| on(*venue).map_or(Paise::ZERO, |(_, rate)| exact::fraction_down(rate, *fee));
        let of = |venue| (venue, fees.iter().filter(|(there, _)| *there == venue).map(part).sum());
        let amounts = [of(Venue::Nse), of(Venue::Bse)];
        let (_, kept) = self.rules.rate(RuleName::IntermediaryTax, day)?;
        let amount = amounts.into_iter().map(|(_, amount)| amount).sum();
        Ok(Some(Shared { intermediary, amounts, tax: exact::fraction(kept, amount) }))
    }
}
