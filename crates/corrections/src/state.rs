//! The state of the department.

use crate::modification::Moved;
use crate::{Event, Modification, Month, Stage, Tally, Waiver};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use vocab::{ClientRow, Day, ModificationNo, Moment, Paise, Qty, SecurityRow, Side, TradeNo, UserRow, Venue};

/// One approved version of the error policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorPolicy {
    pub version: u16,
    pub from: Day,
    pub document: u64,
    pub by: UserRow,
}

vocab::kept!(struct ErrorPolicy { version, from, document, by });

#[derive(Default)]
pub struct Corrections {
    policies: Vec<ErrorPolicy>,
    disclosed: BTreeMap<(Venue, ClientRow), Day>,
    all: Vec<Modification>,
    /// Sides the exchange was asked about and has not answered for.
    open: BTreeMap<(TradeNo, Side), ModificationNo>,
    /// Shifts not yet closed in the market, by error code and security, oldest first.
    shifts: BTreeSet<(ClientRow, SecurityRow, ModificationNo)>,
    tallies: BTreeMap<(Venue, Month), Tally>,
}

impl Corrections {
    pub fn new() -> Corrections {
        Corrections::default()
    }

    pub fn next_no(&self) -> ModificationNo {
        ModificationNo(u32::try_from(self.all.len()).expect("a count").saturating_add(1))
    }

    pub fn get(&self, no: ModificationNo) -> Option<&Modification> {
        self.all.get(index(no)?)
    }

    pub fn iter(&self) -> impl Iterator<Item = (ModificationNo, &Modification)> {
        self.all.iter().zip(1u32..).map(|(m, no)| (ModificationNo(no), m))
    }

    /// What the exchange is asked about a side, if it has not answered.
    pub fn pending(&self, trade: TradeNo, side: Side) -> Option<ModificationNo> {
        self.open.get(&(trade, side)).copied()
    }

    /// The policy in force on a day: the latest version from a day not after it.
    pub fn policy(&self, day: Day) -> Option<&ErrorPolicy> {
        self.policies.iter().filter(|p| p.from <= day).max_by_key(|p| (p.from, p.version))
    }

    pub fn last_version(&self) -> u16 {
        self.policies.iter().map(|p| p.version).max().unwrap_or(0)
    }

    pub fn is_disclosed(&self, venue: Venue, client: ClientRow) -> bool {
        self.disclosed.contains_key(&(venue, client))
    }

    pub fn tallies(&self) -> impl Iterator<Item = ((Venue, Month), &Tally)> {
        self.tallies.iter().map(|(key, tally)| (*key, tally))
    }

    pub fn tally(&self, venue: Venue, month: Month) -> Tally {
        self.tallies.get(&(venue, month)).copied().unwrap_or(Tally::EMPTY)
    }

    /// Shifts of an error code in a security that are still open, oldest first.
    pub fn shifts(&self, client: ClientRow, security: SecurityRow) -> impl Iterator<Item = (ModificationNo, &Modification)> {
        let all = (client, security, ModificationNo(0))..=(client, security, ModificationNo(u32::MAX));
        self.shifts.range(all).filter_map(|(.., no)| Some((*no, self.get(*no)?)))
    }

    /// Every shift that is still open.
    pub fn open_shifts(&self) -> impl Iterator<Item = (ModificationNo, &Modification)> {
        self.shifts.iter().filter_map(|(.., no)| Some((*no, self.get(*no)?)))
    }

    /// What an error code may close in the market on a side: what was shifted to it on the other.
    pub fn to_close(&self, client: ClientRow, security: SecurityRow, side: Side) -> Qty {
        self.shifts(client, security).filter(|(_, m)| m.side == side.other()).map(|(_, m)| m.left()).sum()
    }

    /// Waivers that take the quarter of one of the modification's codes (sebi 38.6.2); one denied takes none.
    pub fn waivers_of_quarter(&self, no: ModificationNo) -> Vec<ModificationNo> {
        let Some(it) = self.get(no) else { return Vec::new() };
        let takes = |w: Waiver| matches!(w, Waiver::Draft | Waiver::Submitted | Waiver::Granted);
        let shares = |m: &Modification| [m.from, m.to].iter().any(|code| [it.from, it.to].contains(code));
        let same_quarter = |m: &Modification| m.month().quarter() == it.month().quarter();
        let all = self.iter().filter(|(_, m)| takes(m.waiver) && shares(m) && same_quarter(m));
        all.map(|(other, _)| other).collect()
    }

    /// # Panics
    /// When the event contradicts the state.
    pub fn apply(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::PolicyApproved { version, from, document, by } => {
                self.policies.push(ErrorPolicy { version, from, document, by });
            }
            Event::CodeDisclosed { venue, client, day, .. } => {
                self.disclosed.insert((venue, client), day);
            }
            Event::Asked { no, trade, side, .. } => {
                assert!(no == self.next_no(), "modifications are numbered without gaps");
                self.all.push(Modification::asked(event, now).expect("an asking"));
                self.open.insert((trade, side), no);
            }
            Event::Repeated { .. } => {}
            Event::Accepted { no, venue, day, security, qty, value, institutional } => {
                self.accept(no, Moved { venue, day, security, qty, value, institutional });
            }
            Event::Refused { no, code } => {
                let it = self.answered(no);
                it.stage = Stage::Refused(code);
            }
            Event::Liquidated { no, qty, value, .. } => self.liquidate(no, qty, value),
            Event::TurnoverCounted { venue, day, value } => {
                self.tally_mut(venue, Month::of(day)).turnover += value;
            }
            Event::Penalised { venue, month, total } => self.tally_mut(venue, Month(month)).penalised = total,
            Event::Alerted { venue, month, level } => self.tally_mut(venue, Month(month)).alerted = level,
            Event::WaiverDrafted { no, evidence } => {
                let it = self.it_mut(no);
                it.waiver = Waiver::Draft;
                it.waiver_evidence = evidence;
            }
            Event::WaiverSubmitted { no } => self.it_mut(no).waiver = Waiver::Submitted,
            Event::WaiverDecided { no, granted } => self.decide(no, granted),
        }
    }

    fn it_mut(&mut self, no: ModificationNo) -> &mut Modification {
        index(no).and_then(|at| self.all.get_mut(at)).expect("a known modification")
    }

    fn tally_mut(&mut self, venue: Venue, month: Month) -> &mut Tally {
        self.tallies.entry((venue, month)).or_insert(Tally::EMPTY)
    }

    fn answered(&mut self, no: ModificationNo) -> &mut Modification {
        let it = *self.it_mut(no);
        assert!(it.stage == Stage::Asked, "a modification is answered once");
        self.open.remove(&(it.trade, it.side));
        self.it_mut(no)
    }

    fn accept(&mut self, no: ModificationNo, moved: Moved) {
        let it = self.answered(no);
        it.stage = Stage::Accepted;
        it.moved = Some(moved);
        let (to, shift) = (it.to, it.is_shift());
        if shift {
            self.shifts.insert((to, moved.security, no));
        }
        if moved.institutional {
            return;
        }
        let tally = self.tally_mut(moved.venue, Month::of(moved.day));
        if shift {
            tally.shifted += moved.value;
        } else {
            tally.modified += moved.value;
        }
    }

    fn liquidate(&mut self, no: ModificationNo, qty: Qty, value: Paise) {
        let it = self.it_mut(no);
        let before = it.covered();
        it.liquidated += qty;
        it.proceeds += value;
        assert!(!it.left().is_negative(), "no more is liquidated than was shifted");
        let (to, left, covered) = (it.to, it.left(), it.covered() - before);
        let moved = it.moved.expect("a shift that was accepted");
        if left.is_zero() {
            self.shifts.remove(&(to, moved.security, no));
        }
        if !moved.institutional {
            self.tally_mut(moved.venue, Month::of(moved.day)).shifted -= covered;
        }
    }

    fn decide(&mut self, no: ModificationNo, granted: bool) {
        let it = self.it_mut(no);
        it.waiver = if granted { Waiver::Granted } else { Waiver::Denied };
        let moved = it.moved.filter(|m| granted && !m.institutional);
        if let Some(moved) = moved {
            self.tally_mut(moved.venue, Month::of(moved.day)).waived += moved.value;
        }
    }
}

fn index(no: ModificationNo) -> Option<usize> {
    usize::try_from(no.0.checked_sub(1)?).ok()
}

vocab::kept!(struct Corrections { policies, disclosed, all, open, shifts, tallies });
