//! Facts about margins.

use crate::Form;
use vocab::{ClientRow, Day, DepositNo, Paise, Price, Qty, Rate, SecurityRow};

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
    /// The firm's own cash is asked back from the clearing corporation.
    Recalled { no: DepositNo },
    /// Gone back.
    Returned { no: DepositNo, day: Day },
    /// What one client's open positions ask of the firm on the evening of a day, and how much of it his own lodged
    /// collateral stands for.
    Exposed { day: Day, client: ClientRow, holder: Holder, var: Paise, elm: Paise, mtm: Paise, covered: Paise },
    /// The same evening: what he had to have up front, and what there was of his.
    Collected {
        day: Day, client: ClientRow, upfront: Paise, mtm: Paise, funds: Paise, deposits: Paise, securities: Paise,
        short: Paise,
    },
    /// The firm's own day with the clearing corporation: asked over all clients, and its own collateral there.
    Member { day: Day, var: Paise, elm: Paise, mtm: Paise, covered: Paise, cash_like: Paise, securities: Paise },
    /// Mark to market is not paid: nobody buys; or it is.
    Barred { on: bool },
    /// The corporation looked at the margins of the day, at a price for each security that was dealt in.
    LookTaken { day: Day, nth: u8 },
    LookPriced { security: SecurityRow, price: Price },
    /// What a client's open positions asked for at that look, the share of it that must be there, and what was there.
    Looked {
        day: Day, client: ClientRow, nth: u8, asked: Paise, wanted: Paise, funds: Paise, deposits: Paise,
        securities: Paise, short: Paise,
    },
    /// A client was asked for so much margin by letter, for what he has open this day.
    Called { day: Day, client: ClientRow, amount: Paise, letter: u64 },
    /// The corporation took the penalty of a client's day: what it debited, its tax in it, and what of it he bears.
    Penalised { day: Day, client: ClientRow, debited: Paise, passed: Paise },
    /// What is reported of a client's day: what was missing in the evening and at the look that asked for most, for how
    /// many days on end and of the month, and what that costs.
    Reported {
        day: Day, client: ClientRow, nth: u8, running: u8, in_month: u8, evening: Paise, wanted: Paise, peak: Paise,
        rate: Rate, penalty: Paise,
    },
}

/// Whose positions they are, by his balance that evening.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Holder {
    Creditor = 1,
    Debtor = 2,
    Own = 3,
}

impl Holder {
    pub const ALL: [Holder; 3] = [Holder::Creditor, Holder::Debtor, Holder::Own];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<Holder> {
        Holder::ALL.into_iter().find(|holder| holder.number() == n)
    }
}

vocab::kept!(struct Rated { day, var, elm, haircut });
