//! Brokerage plans: their rows, and from which day each client pays by which.
//!
//! A plan is never changed: other rows are another plan. What was agreed from a day on is never taken back for
//! the days before.

use alloc::collections::{BTreeMap, BTreeSet};
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
    agreed: BTreeMap<(ClientRow, Day), PlanNo>,
    /// Agreed and not begun.
    ahead: BTreeSet<(Day, ClientRow)>,
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

    /// What a client pays by on a day, and since when.
    pub fn on(&self, client: ClientRow, day: Day) -> Option<(Day, PlanNo)> {
        let until = self.agreed.range((client, Day(i32::MIN))..=(client, day));
        until.last().map(|((_, from), plan)| (*from, *plan))
    }

    /// The last that was agreed, begun or not.
    pub fn last(&self, client: ClientRow) -> Option<(Day, PlanNo)> {
        self.on(client, Day(i32::MAX))
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
        assert!(self.agreed.insert((client, from), plan).is_none(), "a plan begun is never overwritten");
        if from > today {
            self.ahead.insert((from, client));
        }
    }

    /// The first day on which anyone's plan begins.
    pub(crate) fn next_beginning(&self) -> Option<Day> {
        self.ahead.first().map(|(day, _)| *day)
    }

    /// A client whose plan has begun by a day, each once.
    pub(crate) fn begun(&mut self, day: Day) -> Option<ClientRow> {
        let first = self.ahead.first().copied().filter(|(from, _)| *from <= day)?;
        self.ahead.remove(&first);
        Some(first.1)
    }
}

vocab::kept!(struct Plans { drawn, by_rows, agreed, ahead });
