//! One input, one verb.

use crate::{AsOf, Event, Events, Firm, Input, Refusal};

impl Firm {
    /// What an input leads to on this state: the verb it calls for, and a refusal as the event it becomes.
    /// Reads only. `out` holds the events of this input and of none before it.
    ///
    /// Whoever decides and whoever decides again (`verify`, the simulator) comes through here, so that an
    /// entry cannot be judged by another path than the one that made it.
    pub fn answer(&self, input: &Input, as_of: &AsOf, out: &mut Events) -> Option<Refusal> {
        out.clear();
        match input {
            Input::Ask { by, command } => {
                let refusal = self.decide(*by, command, as_of, out).err()?;
                out.push(Event::Refused(refusal));
                return Some(refusal);
            }
            Input::Report(report) => self.observe(report, as_of, out),
            Input::Tick(timer) => self.tick(*timer, as_of, out),
            Input::Step => self.step(as_of, out),
        }
        None
    }
}
