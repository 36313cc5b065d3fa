//! What the acts of a few days a month come to.

use super::{Faults, Theatre, TheatreError};
use crate::house::stranger_demat;
use crate::script::{Act, Script};
use crate::seldom::Seldom;
use firm::{BreakKind, Command, Instrument, InstrumentStage};
use journal::Disk;
use sequencer::{Keeper, Tamper};
use vocab::{Day, DematAccount, Depository, InstrumentKind, Isin, Moment, Qty, SecurityRow};
use world::FromPeople;

impl<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> Theatre<K, T, W, V, F> {
    /// The world is told, unless it comes to nothing or was told before a crash.
    pub(super) fn seldom(&mut self, it: Seldom, act: &Act, at: Moment, told: bool) -> Result<(), TheatreError> {
        match self.seldom_told(it, act.due.day()).filter(|_| !told) {
            Some(message) => self.tell(act.number, at, &message),
            None => Ok(()),
        }
    }

    /// What the world is told; none when it comes to nothing.
    fn seldom_told(&self, it: Seldom, day: Day) -> Option<FromPeople> {
        match it {
            Seldom::Present { member } => {
                let client = Script::row(member);
                let lodged = self.seq.firm().instruments().filter(|(_, it)| it.stage == InstrumentStage::Lodged);
                let (instrument, known) = lodged.filter(|(_, it)| it.client == client).last()?;
                let from = self.script.member(member).person.account;
                Some(FromPeople::Deposit { instrument, from, amount: known.amount })
            }
            Seldom::Shut => Some(FromPeople::SettlementHoliday { day: self.stage.next_day(day) }),
            Seldom::Stray { lot } => {
                let (account, depository) = match lot % 3 {
                    0 => (DematAccount::Pool, Depository::Nsdl),
                    1 => (DematAccount::ClientBeneficiary, Depository::Cdsl),
                    _ => (DematAccount::ClientBeneficiary, Depository::Nsdl),
                };
                let isin = self.isin(self.script.of_stranger(lot / 3))?;
                let qty = Qty(i64::try_from(lot % 90).expect("few") + 10);
                Some(FromPeople::Give { from: stranger_demat(), to: self.post.house.demat(account, depository)?, isin, qty })
            }
            Seldom::Hand { member, lot } => {
                let (client, person) = (Script::row(member), self.script.member(member).person);
                let held: Vec<_> = self.seq.firm().stock.of_client(client).filter(|h| h.at(books::Place::Account).is_positive()).collect();
                // What he sold if he sold anything, else a few of what he has: those come back.
                let sold = held.iter().find(|h| h.sold.is_positive()).map(|h| (h.security, h.sold));
                let nth = usize::try_from(lot % (held.len() as u64).max(1)).expect("few");
                let (security, qty) = sold.or_else(|| held.get(nth).map(|h| (h.security, Qty(1))))?;
                let to = self.post.house.demat(DematAccount::ClientBeneficiary, person.depository)?;
                Some(FromPeople::Give { from: person.demat, to, isin: self.isin(security)?, qty })
            }
            Seldom::Anew { venue, lot } => self.mistakes(venue, lot),
            Seldom::Object { lot } => self.defective(lot).map(FromPeople::Object),
            Seldom::Lodge { .. } | Seldom::EnterShut | Seldom::SendBack | Seldom::Close => None,
        }
    }

    /// What the firm is asked; none when there is nothing to ask.
    pub(super) fn seldom_asked(&self, it: Seldom, day: Day) -> Option<Command> {
        let firm = self.seq.firm();
        match it {
            Seldom::Lodge { member, amount } => {
                let person = self.script.member(member).person;
                let from = Some((self.post.bank_token(&person.account), self.post.name_token(&person.name)));
                let kind = InstrumentKind::Cheque;
                let instrument = Instrument { kind, amount, from, to_firm: true, certified: None, request: None };
                Some(Command::Lodge { client: Script::row(member), instrument })
            }
            Seldom::EnterShut => Some(Command::AddSettlementHolidays(vec![self.stage.next_day(day)])),
            Seldom::SendBack => {
                let (inward, _) = firm.inwards.iter().find(|(_, it)| !it.returning)?;
                Some(Command::ReturnShares { inward })
            }
            Seldom::Close => {
                let held = |subject| firm.inwards.iter().any(|(_, it)| u64::from(it.security.0) == subject);
                let gone = |b: &firm::Break| b.kind == BreakKind::ThirdPartyShares && !held(b.subject);
                let (no, _) = firm.breaks().find(|(_, b)| gone(b))?;
                Some(Command::MendBreak { no, reason: 1 })
            }
            Seldom::Present { .. } | Seldom::Shut | Seldom::Stray { .. } | Seldom::Hand { .. } | Seldom::Anew { .. }
            | Seldom::Object { .. } => None,
        }
    }

    fn isin(&self, security: SecurityRow) -> Option<Isin> {
        self.seq.firm().market.security(security).map(|it| it.isin)
    }
}
