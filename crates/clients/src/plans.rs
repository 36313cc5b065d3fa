//! Brokerage plans: their rows, and from which day each client pays by which.
//!
//! A plan is never changed: other rows are another plan. What was agreed from a day on is never taken back for
//! the days before.

use crate::dated::Dated;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use stdx::Rows;
use vocab::{ClientRow, Day, Paise, PlanNo, Rate, Slab};

/// The most an order may pay by a plan, whatever its portion and the day's turnover: for the hold before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dearest {
    pub rate: Rate,
    pub per_share: Paise,
    pub per_order: Paise,
}

impl Dearest {
    pub(crate) const NOTHING: Dearest = Dearest { rate: Rate::ZERO, per_share: Paise::ZERO, per_order: Paise::ZERO };
}

#[derive(Default)]
pub struct Plans {
    drawn: Rows<PlanNo, Vec<Slab>>,
    by_rows: BTreeMap<Vec<Slab>, PlanNo>,
    /// Who pays by which.
    pub agreed: Dated<PlanNo>,
}

impl Plans {
    pub fn next(&self) -> PlanNo {
        self.drawn.next()
    }

    pub fn rows(&self, plan: PlanNo) -> &[Slab] {
        self.drawn.get(plan).map_or(&[], Vec::as_slice)
    }

    /// The plan of exactly these rows, if anyone ever agreed to them.
    pub fn of_rows(&self, rows: &[Slab]) -> Option<PlanNo> {
        self.by_rows.get(rows).copied()
    }

    pub fn dearest(&self, plan: PlanNo) -> Dearest {
        let rows = self.rows(plan);
        let most = |of: fn(&Slab) -> Paise| rows.iter().map(of).max().unwrap_or(Paise::ZERO);
        Dearest {
            rate: rows.iter().map(|slab| slab.rate).max().unwrap_or(Rate::ZERO),
            per_share: most(|slab| slab.per_share),
            per_order: most(|slab| slab.least),
        }
    }

    pub(crate) fn draw(&mut self, plan: PlanNo, slab: Slab) {
        if plan == self.drawn.next() {
            self.drawn.push(Vec::new());
        }
        self.drawn.get_mut(plan).expect("rows of a plan are drawn together").push(slab);
    }

    /// From its first day on the client pays by it: today, or when that day comes.
    pub(crate) fn agree(&mut self, client: ClientRow, plan: PlanNo, from: Day, today: Day) {
        let rows = self.rows(plan).to_vec();
        self.by_rows.entry(rows).or_insert(plan);
        self.agreed.agree(client, plan, from, today);
    }
}

vocab::kept!(struct Plans { drawn, by_rows, agreed });
