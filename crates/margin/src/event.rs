//! Facts about margins.

use crate::Form;
use vocab::{ClientRow, Day, DepositNo, Dump, Paise, Price, Qty, Rate, SecurityRow, Sink};

/// What the clearing corporation says of a security for one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rated {
    pub day: Day,
    pub var: Rate,
    /// Extreme loss margin.
    pub elm: Rate,
    /// What is cut off when it is taken as collateral; none where it is not on the approved list.
    pub haircut: Option<Rate>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Rated { security: SecurityRow, rated: Rated },
    /// Taken from a client, with the paper's own number as evidence.
    Deposited {
        no: DepositNo, client: ClientRow, form: Form, security: Option<SecurityRow>, qty: Qty, amount: Paise,
        funded: Paise, good_until: Option<Day>, paper: u32, day: Day,
    },
    /// Worth of a deposit, with what it was worked out from.
    Valued { no: DepositNo, price: Price, haircut: Rate, value: Paise },
    /// Placed with the clearing corporation, or back from it (guide I 10.5).
    Lodged { no: DepositNo, on: bool },
    /// Asked to go back to its owner: it counts no more.
    Leaving { no: DepositNo },
    /// Gone back.
    Returned { no: DepositNo, day: Day },
}

impl Dump for Rated {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.day.dump(sink);
        (self.var, self.elm).dump(sink);
        self.haircut.dump(sink);
    }
}
