//! What intermediaries are due of brokerage (guide I 11.3): a cost beside it, and only while they may work.

use crate::audit::Audit;
use crate::{Fact, exact};
use alloc::collections::BTreeMap;
use rulebook::{NoRule, RuleName};
use vocab::{ClientRow, Day, IntermediaryRow, PanToken, Paise, Rate};

/// Of one note.
#[derive(Clone, Copy)]
pub(crate) struct Shared {
    pub intermediary: IntermediaryRow,
    pub amount: Paise,
    /// Kept back of it.
    pub tax: Paise,
}

/// What is known of intermediaries, each thing with its days.
#[derive(Default)]
pub(crate) struct Register {
    /// Approved from, and the day it ended.
    pub approved: BTreeMap<IntermediaryRow, (Day, Option<Day>)>,
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
            Fact::IntermediaryApproved { intermediary, from } => {
                self.approved.insert(intermediary, (from, None));
            }
            Fact::ApprovalEnded { intermediary, day } => {
                if let Some((_, end)) = self.approved.get_mut(&intermediary) {
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

    fn may_work(&self, him: IntermediaryRow, day: Day) -> bool {
        let approved = self.approved.get(&him).is_some_and(|(from, end)| *from <= day && end.is_none_or(|end| day < end));
        let agreed = self.agreed.get(&him).is_some_and(|from| *from <= day);
        let is_his = |pan: &PanToken| self.persons.get(pan) == Some(&him);
        approved && agreed && !self.barred.iter().any(|(pan, from)| *from <= day && is_his(pan))
    }

    fn rate_of(&self, client: ClientRow, day: Day) -> Option<(IntermediaryRow, Rate)> {
        let brought = self.brought.range((client, Day(i32::MIN))..=(client, day));
        let him = (*brought.last()?.1)?;
        let rates = self.rates.range((him, Day(i32::MIN))..=(him, day));
        let rate = *rates.last()?.1;
        self.may_work(him, day).then_some((him, rate))
    }
}

impl Audit {
    /// Trade by trade, cut to the paisa; the tax on the sum.
    pub(crate) fn share_of(&self, client: ClientRow, fees: &[Paise], day: Day) -> Result<Option<Shared>, NoRule> {
        let Some((intermediary, rate)) = self.register.rate_of(client, day) else { return Ok(None) };
        let amount: Paise = fees.iter().map(|fee| exact::fraction_down(rate, *fee)).sum();
        let (_, kept) = self.rules.rate(RuleName::IntermediaryTax, day)?;
        Ok(Some(Shared { intermediary, amount, tax: exact::fraction(kept, amount) }))
    }
}
