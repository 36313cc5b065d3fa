//! The canonical form of state: little-endian, fixed widths, fixed order. Digests are made from it, and a
//! snapshot is it: what was dumped is loaded back to an equal state.

use crate::{
    AccountToken, ActionNo, BreakNo, ClientRow, Code, Day, EntryNo, FinancialYear, IntermediaryRow, Isin, ModificationNo, Moment, NetRow,
    NoteNo, OrderNo, Paise, PanToken, PaymentNo, PlanNo, Price, Qty, Rate, RuleRow, ScripCode, SecurityRow, SettlementRow,
    TimeOfDay, TradeNo,
    TransferNo, UserRow, VaultRef, SecretRef, SessionNo, AppNo, DepositNo, LienNo, PowerNo, AlertNo, ListNo, TriggerNo, VenueOrderNo, VoucherNo,
};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::fmt;

/// Where a dump goes: a hasher, a buffer.
pub type Sink<'a> = dyn FnMut(&[u8]) + 'a;

/// Writes itself so that equal states write equal bytes, on any machine.
pub trait Dump {
    fn dump(&self, sink: &mut Sink<'_>);
}

/// Reads itself from what [`Dump`] wrote.
pub trait Load: Sized {
    /// # Errors
    /// When the bytes are no dump of it: they were damaged, or another version wrote them.
    fn load(from: &mut Dumped<'_>) -> Result<Self, Unreadable>;
}

/// Bytes that are no dump: where, and what was looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable {
    pub at: usize,
    pub of: &'static str,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {} at byte {}", self.of, self.at)
    }
}

impl core::error::Error for Unreadable {}

/// What is left to read of a dump.
pub struct Dumped<'a> {
    left: &'a [u8],
    at: usize,
}

impl<'a> Dumped<'a> {
    pub const fn new(all: &'a [u8]) -> Dumped<'a> {
        Dumped { left: all, at: 0 }
    }

    /// A refusal of what stands here.
    pub const fn no(&self, of: &'static str) -> Unreadable {
        Unreadable { at: self.at, of }
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Unreadable> {
        let (taken, left) = self.left.split_at_checked(n).ok_or(self.no("whole value"))?;
        self.left = left;
        self.at = self.at.saturating_add(n);
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        let short = self.no("whole value");
        self.take(N)?.try_into().map_err(|_| short)
    }

    /// A count that is followed by as many items of at least one byte each.
    ///
    /// # Errors
    /// When fewer bytes are left.
    pub fn count(&mut self) -> Result<usize, Unreadable> {
        let wrong = self.no("count");
        let count = usize::load(self)?;
        if count > self.left.len() { Err(wrong) } else { Ok(count) }
    }

    /// Items that were dumped as a list, into anything that is made of them.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn list<T: Load, C: FromIterator<T>>(&mut self) -> Result<C, Unreadable> {
        let count = self.count()?;
        (0..count).map(|_| T::load(self)).collect()
    }

    /// # Errors
    /// When bytes are left.
    pub const fn finish(&self) -> Result<(), Unreadable> {
        if self.left.is_empty() { Ok(()) } else { Err(self.no("end")) }
    }
}

/// A state from the whole of its dump.
///
/// # Errors
/// When the bytes are no dump of it, or more follow.
pub fn load<T: Load>(bytes: &[u8]) -> Result<T, Unreadable> {
    let mut from = Dumped::new(bytes);
    let it = T::load(&mut from)?;
    from.finish()?;
    Ok(it)
}

/// A state from the beginning of some bytes, and the bytes behind it.
///
/// # Errors
/// When they do not begin with a dump of it.
pub fn load_first<T: Load>(bytes: &[u8]) -> Result<(T, &[u8]), Unreadable> {
    let mut from = Dumped::new(bytes);
    let it = T::load(&mut from)?;
    Ok((it, from.left))
}

/// Gives a type both its dump and its load from one list, so that a field or variant left out does not compile.
///
/// ```
/// # use vocab::{Dump, kept, load};
/// # #[derive(PartialEq, Debug, Clone, Copy)]
/// # #[repr(u8)]
/// # enum Colour { Red = 1 }
/// # impl Colour { fn from_number(n: u8) -> Option<Colour> { (n == 1).then_some(Colour::Red) } }
/// # #[derive(PartialEq, Debug)]
/// enum Stage { Sent, Open { number: u32 }, Closed(u8) }
/// # #[derive(PartialEq, Debug)]
/// struct Rows { all: Vec<u32>, stage: Stage, colour: Colour, sum: u32 }
/// impl Rows {
///     /// Make again what follows from the rest.
///     fn remake(&mut self) { self.sum = self.all.iter().sum(); }
/// }
///
/// kept!(struct Rows { all, stage, colour } made { sum });
/// kept!(enum Stage { 0 = Sent, 1 = Open { number }, 2 = Closed(why) });
/// kept!(byte Colour);
///
/// let rows = Rows { all: vec![3, 4], stage: Stage::Open { number: 9 }, colour: Colour::Red, sum: 7 };
/// let mut bytes = Vec::new();
/// rows.dump(&mut |more| bytes.extend_from_slice(more));
/// assert_eq!(load::<Rows>(&bytes), Ok(rows));
/// ```
#[macro_export]
macro_rules! kept {
    (struct $type:ident $(<$of:ident>)? { $($field:tt),* $(,)? } $(made { $($made:ident),* $(,)? })?) => {
        impl $(<$of: $crate::Dump>)? $crate::Dump for $type $(<$of>)? {
            fn dump(&self, sink: &mut $crate::Sink<'_>) {
                $($crate::Dump::dump(&self.$field, sink);)*
            }
        }

        impl $(<$of: $crate::Load>)? $crate::Load for $type $(<$of>)? {
            #[allow(unused_mut, reason = "only what is made again changes it")]
            fn load(from: &mut $crate::Dumped<'_>) -> ::core::result::Result<Self, $crate::Unreadable> {
                let mut it = $type {
                    $($field: $crate::Load::load(from)?,)*
                    $($($made: ::core::default::Default::default(),)*)?
                };
                $crate::kept!(@remake it $($($made)*)?);
                ::core::result::Result::Ok(it)
            }
        }
    };
    (@remake $it:ident) => {};
    (@remake $it:ident $($made:ident)+) => { $it.remake(); };
    (enum $type:ident { $($n:literal = $variant:ident $({ $($field:ident),* $(,)? })? $(( $($slot:ident),* ))?),* $(,)? }) => {
        impl $crate::Dump for $type {
            fn dump(&self, sink: &mut $crate::Sink<'_>) {
                match self {
                    $($type::$variant $({ $($field),* })? $(( $($slot),* ))? => {
                        sink(&[$n]);
                        $($($crate::Dump::dump($field, sink);)*)?
                        $($($crate::Dump::dump($slot, sink);)*)?
                    })*
                }
            }
        }

        impl $crate::Load for $type {
            #[deny(unreachable_patterns)]
            fn load(from: &mut $crate::Dumped<'_>) -> ::core::result::Result<Self, $crate::Unreadable> {
                let unknown = from.no(::core::stringify!($type));
                match <u8 as $crate::Load>::load(from)? {
                    $($n => ::core::result::Result::Ok($type::$variant
                        $({ $($field: $crate::Load::load(from)?),* })?
                        $(( $({ let $slot = $crate::Load::load(from)?; $slot }),* ))?
                    ),)*
                    _ => ::core::result::Result::Err(unknown),
                }
            }
        }
    };
    (byte $($type:ident)*) => {$( $crate::kept!(@number $type u8); )*};
    (word $($type:ident)*) => {$( $crate::kept!(@number $type u16); )*};
    (@number $type:ident $width:ident) => {
        impl $crate::Dump for $type {
            fn dump(&self, sink: &mut $crate::Sink<'_>) {
                $crate::Dump::dump(&(*self as $width), sink);
            }
        }

        impl $crate::Load for $type {
            fn load(from: &mut $crate::Dumped<'_>) -> ::core::result::Result<Self, $crate::Unreadable> {
                let unknown = from.no(::core::stringify!($type));
                $type::from_number(<$width as $crate::Load>::load(from)?).ok_or(unknown)
            }
        }
    };
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Dump for $type {
            fn dump(&self, sink: &mut Sink<'_>) { sink(&self.to_le_bytes()); }
        }
        impl Load for $type {
            fn load(from: &mut Dumped<'_>) -> Result<$type, Unreadable> { from.array().map(<$type>::from_le_bytes) }
        }
    )*};
}
plain!(u8 u16 u32 u64 i32 i64 i128 u128);

/// A place in a list: eight bytes on any machine.
impl Dump for usize {
    fn dump(&self, sink: &mut Sink<'_>) {
        u64::try_from(*self).expect("a length").dump(sink);
    }
}

impl Load for usize {
    fn load(from: &mut Dumped<'_>) -> Result<usize, Unreadable> {
        let wrong = from.no("place in a list");
        usize::try_from(u64::load(from)?).map_err(|_| wrong)
    }
}

macro_rules! inner {
    ($($type:ident)*) => {$( kept!(struct $type { 0 }); )*};
}
inner!(
    Paise Price Qty Rate Day Moment TimeOfDay FinancialYear ClientRow SecurityRow UserRow RuleRow SettlementRow
    AccountToken ActionNo BreakNo DepositNo EntryNo IntermediaryRow Isin LienNo ModificationNo NetRow NoteNo OrderNo
    AlertNo ListNo TriggerNo PanToken PaymentNo PlanNo PowerNo ScripCode SecretRef SessionNo AppNo TradeNo TransferNo VaultRef VenueOrderNo
    VoucherNo
);

mod numbered {
    use crate::*;
    kept!(byte
        Side OrderKind Validity Product Channel Evidence Venue Corporation InstrumentKind Certification SettlementKind Depository
        ClientKind Agreement Closing BankAccount DematAccount Portion BenefitKind IntermediaryKind LegalForm PowerKind Purpose Clause
        ModificationReason Board Phase
    );
}

impl<const N: usize> Dump for Code<N> {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(&self.0);
    }
}

impl<const N: usize> Load for Code<N> {
    fn load(from: &mut Dumped<'_>) -> Result<Code<N>, Unreadable> {
        from.array().map(Code)
    }
}

impl Dump for crate::Label {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(&self.0);
    }
}

impl Load for crate::Label {
    fn load(from: &mut Dumped<'_>) -> Result<crate::Label, Unreadable> {
        from.array().map(crate::Label)
    }
}

impl Dump for bool {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(&[u8::from(*self)]);
    }
}

impl Load for bool {
    fn load(from: &mut Dumped<'_>) -> Result<bool, Unreadable> {
        let unknown = from.no("yes or no");
        match u8::load(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(unknown),
        }
    }
}

impl<T: Dump, const N: usize> Dump for [T; N] {
    fn dump(&self, sink: &mut Sink<'_>) {
        for it in self {
            it.dump(sink);
        }
    }
}

impl<T: Load, const N: usize> Load for [T; N] {
    fn load(from: &mut Dumped<'_>) -> Result<[T; N], Unreadable> {
        let short = from.no("array");
        let all: Vec<T> = (0..N).map(|_| T::load(from)).collect::<Result<_, _>>()?;
        all.try_into().map_err(|_| short)
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

impl<T: Load> Load for Option<T> {
    fn load(from: &mut Dumped<'_>) -> Result<Option<T>, Unreadable> {
        if bool::load(from)? { T::load(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Dump> Dump for [T] {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.len().dump(sink);
        for it in self {
            it.dump(sink);
        }
    }
}

impl<T: Dump> Dump for Vec<T> {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.as_slice().dump(sink);
    }
}

impl<T: Load> Load for Vec<T> {
    fn load(from: &mut Dumped<'_>) -> Result<Vec<T>, Unreadable> {
        let count = from.count()?;
        // Room for as much memory as there are bytes; the rest grows as items prove to be there.
        let room = from.left.len().checked_div(size_of::<T>().max(1)).unwrap_or(0);
        let mut all = Vec::with_capacity(count.min(room));
        for _ in 0..count {
            all.push(T::load(from)?);
        }
        Ok(all)
    }
}

impl<T: Dump> Dump for VecDeque<T> {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.len().dump(sink);
        for it in self {
            it.dump(sink);
        }
    }
}

impl<T: Load> Load for VecDeque<T> {
    fn load(from: &mut Dumped<'_>) -> Result<VecDeque<T>, Unreadable> {
        Vec::load(from).map(VecDeque::from)
    }
}

impl Dump for Box<str> {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.len().dump(sink);
        sink(self.as_bytes());
    }
}

impl Load for Box<str> {
    fn load(from: &mut Dumped<'_>) -> Result<Box<str>, Unreadable> {
        let unknown = from.no("text");
        let count = from.count()?;
        core::str::from_utf8(from.take(count)?).map(Box::from).map_err(|_| unknown)
    }
}

macro_rules! tuples {
    ($(($($name:ident $n:tt),*))*) => {$(
        impl<$($name: Dump),*> Dump for ($($name),*) {
            fn dump(&self, sink: &mut Sink<'_>) { $(self.$n.dump(sink);)* }
        }
        impl<$($name: Load),*> Load for ($($name),*) {
            fn load(from: &mut Dumped<'_>) -> Result<Self, Unreadable> { Ok(($($name::load(from)?),*)) }
        }
    )*};
}
tuples!((A 0, B 1)(A 0, B 1, C 2)(A 0, B 1, C 2, D 3));

impl<K: Dump, V: Dump> Dump for BTreeMap<K, V> {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.len().dump(sink);
        for (k, v) in self {
            k.dump(sink);
            v.dump(sink);
        }
    }
}

impl<K: Load + Ord, V: Load> Load for BTreeMap<K, V> {
    fn load(from: &mut Dumped<'_>) -> Result<BTreeMap<K, V>, Unreadable> {
        from.list()
    }
}

impl<K: Dump> Dump for BTreeSet<K> {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.len().dump(sink);
        for k in self {
            k.dump(sink);
        }
    }
}

impl<K: Load + Ord> Load for BTreeSet<K> {
    fn load(from: &mut Dumped<'_>) -> Result<BTreeSet<K>, Unreadable> {
        from.list()
    }
}
