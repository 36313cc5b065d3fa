//! What is asked, and the facts.

use crate::{Condition, End, Leg, Legs};
use vocab::{AlertNo, Channel, ClientRow, Day, Label, ListNo, OrderNo, Price, Product, Qty, SecurityRow, Side, TriggerNo, UserRow, Venue};

/// What people ask about what they watch. Whose a list or an alert is, is its owner's alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    MakeList { name: Label },
    RenameList { list: ListNo, name: Label },
    /// To the end of the list.
    Enter { list: ListNo, venue: Venue, security: SecurityRow },
    Strike { list: ListNo, venue: Venue, security: SecurityRow },
    DropList { list: ListNo },
    SetAlert { name: Label, condition: Condition },
    ChangeAlert { alert: AlertNo, name: Label, condition: Condition, on: bool },
    DropAlert { alert: AlertNo },
    /// An order of a client that waits for its price, or two of which the first to be reached goes. `last` is the price its owner saw.
    Keep { client: ClientRow, venue: Venue, security: SecurityRow, last: Price, legs: Legs, channel: Channel, source: [u8; 16] },
    /// Other legs in place of those that wait.
    Change { trigger: TriggerNo, last: Price, legs: Legs },
    Drop { trigger: TriggerNo },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    ListMade { list: ListNo, owner: UserRow, name: Label },
    ListNamed { list: ListNo, name: Label },
    Entered { list: ListNo, venue: Venue, security: SecurityRow },
    Struck { list: ListNo, venue: Venue, security: SecurityRow },
    ListDropped { list: ListNo },
    /// Set, or set anew.
    AlertSet { alert: AlertNo, owner: UserRow, condition: Condition, on: bool },
    AlertNamed { alert: AlertNo, name: Label },
    /// The market went to where the alert is true, and its owner is told; or came back from there.
    Crossed { alert: AlertNo, met: bool, value: i64 },
    AlertDropped { alert: AlertNo },
    Kept { trigger: TriggerNo, user: UserRow, client: ClientRow, venue: Venue, security: SecurityRow, last: Price, expires: Day },
    /// Where it came from.
    KeptFrom { trigger: TriggerNo, channel: Channel, source: [u8; 16] },
    /// One of its legs; the first is numbered 0.
    Waits { trigger: TriggerNo, nth: u8, at: Price, side: Side, qty: Qty, price: Price, product: Product },
    /// It was given other legs, which follow.
    Changed { trigger: TriggerNo, last: Price },
    /// The market reached a leg: its order was placed; or, where that has no number, the order waits for a person or was refused, as the
    /// code and its figures say.
    Fired { trigger: TriggerNo, nth: u8, price: Price, order: OrderNo, code: u16, facts: [i64; 3] },
    Ended { trigger: TriggerNo, why: End },
}

impl Leg {
    pub(crate) const fn waits(&self, trigger: TriggerNo, nth: u8) -> Event {
        let Leg { at, side, qty, price, product } = *self;
        Event::Waits { trigger, nth, at, side, qty, price, product }
    }
}
