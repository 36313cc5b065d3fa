//! Numbers that name things: rows of dense tables, and series that the firm or the world counts.

use crate::Venue;
use core::fmt;

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl $name {
            /// The next one of its series.
            #[must_use]
            pub const fn next(self) -> $name {
                match self.0.checked_add(1) {
                    Some(n) => $name(n),
                    None => panic!("a number series is used up"),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, f) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, f) }
        }
    )*};
}

rows! {
    /// Dense row of a client, given at account opening.
    ClientRow(u32);
    /// Dense row of a security, given at its listing.
    SecurityRow(u32);
    /// Dense row of a user of the firm's systems.
    UserRow(u32);
    /// Dense row of a brokerage plan: the same rows for every client who agreed to them.
    PlanNo(u32);
    /// Dense row of an intermediary.
    IntermediaryRow(u32);
    /// Dense row of a rule adopted from the rulebook.
    RuleRow(u32);
    /// Dense row of a settlement.
    SettlementRow(u32);
    /// Dense row of one client's net in one security in one settlement.
    NetRow(u32);
    /// Position of an entry in the journal; the first is 1.
    EntryNo(u64);
    /// The firm's own order number: unique, gapless, the same on every channel.
    OrderNo(u64);
    /// The exchange's order number.
    VenueOrderNo(u64);
    /// Voucher of the books, sequential.
    VoucherNo(u64);
    /// A list of securities that somebody watches.
    ListNo(u32);
    /// What somebody is to be told of.
    AlertNo(u32);
    /// An order that waits until the market reaches its price.
    TriggerNo(u32);
    /// Contract note, 1.. in each financial year.
    NoteNo(u32);
    /// A movement of money the firm asked a bank for.
    PaymentNo(u64);
    /// A movement of securities the firm asked a depository for.
    TransferNo(u64);
    /// What was deposited as margin: a receipt, a guarantee, a pledge.
    DepositNo(u32);
    /// What a company gives its holders, in the order it was announced; the first is 1.
    ActionNo(u32);
    /// A difference between the firm's books and the world's report.
    BreakNo(u64);
    /// Shares kept because their client has not paid for them; the first is 1.
    LienNo(u32);
    /// A power or mandate that a client gave; the first is 1.
    PowerNo(u32);
    /// Where the vault keeps a sealed secret of a user or an app: never the secret.
    SecretRef(u32);
    /// A session of a user's; the first is 1.
    SessionNo(u32);
    /// A program that trades through the firm's interface; the first is 1.
    AppNo(u32);
    /// A client code found wrong after the trade.
    ModificationNo(u32);
}

/// A trade: the exchange's number of it and, in the highest bit, which exchange that is. Two exchanges count their
/// trades each from one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TradeNo(pub u64);

const OF_BSE: u64 = 1 << 63;

impl TradeNo {
    /// # Panics
    /// When a number has 64 bits: no exchange has counted that far.
    pub const fn of(venue: Venue, number: u64) -> TradeNo {
        assert!(number < OF_BSE, "an exchange's number has at most 63 bits");
        match venue {
            Venue::Nse => TradeNo(number),
            Venue::Bse => TradeNo(number | OF_BSE),
        }
    }

    pub const fn venue(self) -> Venue {
        if self.0 & OF_BSE == 0 { Venue::Nse } else { Venue::Bse }
    }

    /// The number as its exchange gave it.
    pub const fn number(self) -> u64 {
        self.0 & !OF_BSE
    }
}

impl fmt::Debug for TradeNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The exchange's number; the second exchange's name is in front of it.
impl fmt::Display for TradeNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.venue() {
            Venue::Nse => fmt::Display::fmt(&self.number(), f),
            Venue::Bse => write!(f, "{} {}", Venue::Bse, self.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn one_number_on_two_exchanges_is_two_trades() {
        let (nse, bse) = (TradeNo::of(Venue::Nse, 7), TradeNo::of(Venue::Bse, 7));
        assert!(nse != bse && nse == TradeNo(7));
        assert_eq!((format!("{nse}"), format!("{bse}")), ("7".into(), "BSE 7".into()));
        assert_eq!((nse.venue(), nse.number(), bse.venue(), bse.number()), (Venue::Nse, 7, Venue::Bse, 7));
    }
}
