//! What the acts about powers come to.

use super::{Faults, Theatre};
use crate::powers::PowerAct;
use crate::script::Script;
use firm::Command;
use journal::Disk;
use mandates::{Ask, Clauses, Purposes, Written};
use rulebook::{DeliveryPaper, RuleName};
use sequencer::{Keeper, Tamper};
use vocab::{Code, Day, Paise, PowerKind, Purpose, UserRow};

impl<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> Theatre<K, T, W, V, F> {
    /// What the firm is asked; none when there is nothing to ask.
    pub(super) fn power_asked(&self, it: PowerAct, day: Day) -> Option<(UserRow, Command)> {
        let firm = self.seq.firm();
        let ask = match it {
            PowerAct::Execute { member, .. } => self.executed(member, day)?,
            PowerAct::Copy { member } => {
                let (power, _) = firm.mandates.of_client(Script::row(member)).find(|(_, power)| power.copy.is_none())?;
                Ask::GiveCopy { power, letter: u64::from(power.0) }
            }
            PowerAct::Instruct { member } => {
                let client = Script::row(member);
                let (security, qty) = firm.to_instruct(client).next()?;
                let dead = firm.clients.get(client).is_some_and(|it| it.died.is_some());
                let (by, slip) = if dead { (it.by(), u64::from(member) + 1) } else { (Script::user(member), 0) };
                return Some((by, Command::Mandate(Ask::Instruct { client, security, qty, slip })));
            }
        };
        Some((it.by(), Command::Mandate(ask)))
    }

    /// The day's paper for delivery and pledge, to which nothing is wanting.
    fn executed(&self, member: u32, day: Day) -> Option<Ask> {
        let (_, paper) = self.seq.firm().rules.choice::<DeliveryPaper>(RuleName::DeliveryPaper, day).ok()?;
        let kind = match paper {
            DeliveryPaper::Attorney => PowerKind::Attorney,
            DeliveryPaper::DebitPledge => PowerKind::DebitPledge,
        };
        let person = self.script.member(member).person;
        let written = Written {
            kind,
            purposes: Purposes::of(&[Purpose::Delivery, Purpose::MarginPledge]),
            clauses: Clauses::of(&Clauses::WANTED),
            to_firm: true,
            signers: 1,
            place: person.state,
            stamp: Paise::rupees(500),
            dated: day,
            until: None,
            most: Paise::ZERO,
            demat: Some(self.post.tokens().demat(person.depository, person.demat.as_str())),
            bank: None,
            paper: Code::parse(&format!("POA/{member:06}")).expect("a reference"),
        };
        Some(Ask::Execute { client: Script::row(member), written })
    }
}
