//! The canonical dump of state, from which digests are made: little-endian, fixed widths, fixed order.

use crate::{
    AccountToken, ActionNo, BreakNo, ClientRow, Code, Day, EntryNo, FinancialYear, IntermediaryRow, Isin, ModificationNo, Moment, NetRow,
    NoteNo, OrderNo, Paise, PanToken, PaymentNo, PlanNo, Price, Qty, Rate, RuleRow, SecurityRow, SettlementRow,
    TimeOfDay, TradeNo,
    TransferNo, UserRow, VaultRef, DepositNo, VenueOrderNo, VoucherNo,
};

/// Where a dump goes: a hasher, a buffer.
pub type Sink<'a> = dyn FnMut(&[u8]) + 'a;

/// Writes itself so that equal states write equal bytes, on any machine.
pub trait Dump {
    fn dump(&self, sink: &mut Sink<'_>);
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Dump for $type {
            fn dump(&self, sink: &mut Sink<'_>) { sink(&self.to_le_bytes()); }
        }
    )*};
}
plain!(u8 u16 u32 u64 i32 i64 i128 u128);

macro_rules! inner {
    ($($type:ty)*) => {$(
        impl Dump for $type {
            fn dump(&self, sink: &mut Sink<'_>) { self.0.dump(sink); }
        }
    )*};
}
inner!(
    Paise Price Qty Rate Day Moment TimeOfDay FinancialYear ClientRow SecurityRow UserRow RuleRow SettlementRow
    AccountToken ActionNo BreakNo DepositNo EntryNo IntermediaryRow Isin ModificationNo NetRow NoteNo OrderNo
    PanToken PaymentNo PlanNo TradeNo TransferNo VaultRef VenueOrderNo VoucherNo
);

macro_rules! numbered {
    ($($type:ty)*) => {$(
        impl Dump for $type {
            fn dump(&self, sink: &mut Sink<'_>) { sink(&[self.number()]); }
        }
    )*};
}
numbered!(
    crate::Side crate::OrderKind crate::Validity crate::Channel crate::Evidence crate::Venue crate::Corporation
    crate::InstrumentKind crate::Certification crate::SettlementKind crate::Depository crate::ClientKind crate::Agreement crate::Closing crate::BankAccount
    crate::DematAccount crate::Portion crate::BenefitKind crate::IntermediaryKind crate::LegalForm crate::ModificationReason
);

impl<const N: usize> Dump for Code<N> {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(&self.0);
    }
}

impl Dump for bool {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(&[u8::from(*self)]);
    }
}

impl<const N: usize> Dump for [u8; N] {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(self);
    }
}

impl<T: Dump> Dump for Option<T> {
    fn dump(&self, sink: &mut Sink<'_>) {
        match self {
            None => sink(&[0]),
            Some(it) => {
                sink(&[1]);
                it.dump(sink);
            }
        }
    }
}

impl<T: Dump> Dump for [T] {
    fn dump(&self, sink: &mut Sink<'_>) {
        u64::try_from(self.len()).expect("a length").dump(sink);
        for it in self {
            it.dump(sink);
        }
    }
}

impl<A: Dump, B: Dump> Dump for (A, B) {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.0.dump(sink);
        self.1.dump(sink);
    }
}

impl<K: Dump, V: Dump> Dump for alloc::collections::BTreeMap<K, V> {
    fn dump(&self, sink: &mut Sink<'_>) {
        u64::try_from(self.len()).expect("a length").dump(sink);
        for (k, v) in self {
            k.dump(sink);
            v.dump(sink);
        }
    }
}
