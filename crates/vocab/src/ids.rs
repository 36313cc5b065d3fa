//! Numbers that name things: rows of dense tables, and series that the firm or the world counts.

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
    /// The exchange's trade number.
    TradeNo(u64);
    /// Voucher of the books, sequential.
    VoucherNo(u64);
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
    /// A client code found wrong after the trade.
    ModificationNo(u32);
}
