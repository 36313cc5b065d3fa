//! What a day's orders may cost at most, by the client's state and the side, as the day began.

use alloc::vec::Vec;
use charges::Worst;
use vocab::{Side, StateCode};

/// A handful of states: found by looking at each, in order.
#[derive(Default)]
pub struct Costs(Vec<(StateCode, [Option<Worst>; 2])>);

const fn slot(side: Side) -> usize {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

impl Costs {
    #[inline]
    pub fn get(&self, state: StateCode, side: Side) -> Option<&Worst> {
        let (_, both) = self.0.iter().find(|(known, _)| *known == state)?;
        both.get(slot(side))?.as_ref()
    }

    pub fn set(&mut self, state: StateCode, side: Side, worst: Worst) {
        let at = self.0.iter().position(|(known, _)| *known >= state).unwrap_or(self.0.len());
        if self.0.get(at).is_none_or(|(known, _)| *known != state) {
            self.0.insert(at, (state, [None; 2]));
        }
        let both = self.0.get_mut(at).map(|(_, both)| both).expect("a place was made");
        *both.get_mut(slot(side)).expect("two sides") = Some(worst);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}

vocab::kept!(struct Costs { 0 });
