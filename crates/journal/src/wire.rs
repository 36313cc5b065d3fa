//! Explicit encoding of values: little-endian, fixed widths, append-only tags.
//!
//! A *mirror* says byte by byte how a value stands in the journal. Core types never derive it
//! (DESIGN, Keeping: *Format*), so a change of a type that would change stored bytes does not
//! compile until someone decides. [`mirror!`](crate::mirror) writes the mirror of an enum and
//! [`mirror_struct!`](crate::mirror_struct) that of a struct; both read as the table of the format.
//!
//! Decoding takes untrusted bytes: it never panics, and takes memory only for what the input holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The most items of a list and the most bytes of a text: no entry is larger (1 MiB, DESIGN 3).
pub const MOST: usize = crate::MAX_ENTRY;

/// A value with a fixed form in the journal.
pub trait Wire: Sized {
    /// Write at the end of `out`. What `get` would refuse is a bug of the caller and panics.
    fn put(&self, out: &mut Vec<u8>);

    /// Read from the front of what is left.
    ///
    /// # Errors
    /// When the bytes are too few or name no value of the type.
    fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes>;
}

/// Why bytes are not a value. `at` counts from the start of the body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadBytes {
    /// The bytes end within a value.
    Short { at: usize },
    /// No variant of `of` has this tag.
    Tag { of: &'static str, tag: u8, at: usize },
    /// The number or text is outside what `of` may hold.
    Value { of: &'static str, at: usize },
    /// Bytes are left after the value.
    Leftover { at: usize },
}

impl fmt::Display for BadBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadBytes::Short { at } => write!(f, "the bytes end within a value at byte {at}"),
            BadBytes::Tag { of, tag, at } => write!(f, "{of} has no tag {tag}, at byte {at}"),
            BadBytes::Value { of, at } => write!(f, "not a {of}, at byte {at}"),
            BadBytes::Leftover { at } => write!(f, "the value ends at byte {at}, more bytes follow"),
        }
    }
}

impl std::error::Error for BadBytes {}

/// What is left to read of a body.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub const fn new(all: &'a [u8]) -> Cursor<'a> {
        Cursor { all, at: 0 }
    }

    /// Bytes read so far.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Bytes left.
    pub const fn left(&self) -> usize {
        self.all.len() - self.at
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], BadBytes> {
        let rest = self.all.get(self.at..).unwrap_or_default();
        let taken = rest.get(..n).ok_or(BadBytes::Short { at: self.at })?;
        self.at += n;
        Ok(taken)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], BadBytes> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| BadBytes::Short { at })
    }

    /// # Errors
    /// When bytes are left.
    pub const fn finish(&self) -> Result<(), BadBytes> {
        if self.left() == 0 { Ok(()) } else { Err(BadBytes::Leftover { at: self.at }) }
    }

    /// A refusal of what stood `back` bytes before here.
    fn refuse(&self, of: &'static str, back: usize) -> BadBytes {
        BadBytes::Value { of, at: self.at.saturating_sub(back) }
    }
}

/// Decode a whole body.
///
/// # Errors
/// When the bytes name no value of the type, or more follow it.
pub fn decode<T: Wire>(bytes: &[u8]) -> Result<T, BadBytes> {
    let mut from = Cursor::new(bytes);
    let it = T::get(&mut from)?;
    from.finish()?;
    Ok(it)
}

/// Encode into a fresh buffer.
pub fn encode<T: Wire>(it: &T) -> Vec<u8> {
    let mut out = Vec::new();
    it.put(&mut out);
    out
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut Vec<u8>) { out.extend_from_slice(&self.to_le_bytes()); }
            fn get(from: &mut Cursor<'_>) -> Result<$type, BadBytes> { from.array().map(<$type>::from_le_bytes) }
        }
    )*};
}
numbers!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128);

impl Wire for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn get(from: &mut Cursor<'_>) -> Result<bool, BadBytes> {
        match u8::get(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(from.refuse("bool", 1)),
        }
    }
}

impl<const N: usize> Wire for [u8; N] {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn get(from: &mut Cursor<'_>) -> Result<[u8; N], BadBytes> {
        from.array()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(it) => {
                out.push(1);
                it.put(out);
            }
        }
    }

    fn get(from: &mut Cursor<'_>) -> Result<Option<T>, BadBytes> {
        match u8::get(from)? {
            0 => Ok(None),
            1 => T::get(from).map(Some),
            _ => Err(from.refuse("option", 1)),
        }
    }
}

impl<T: Wire> Wire for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Box<T>, BadBytes> {
        T::get(from).map(Box::new)
    }
}

fn put_count(count: usize, out: &mut Vec<u8>) {
    assert!(count <= MOST, "a list or text of {count} cannot stand in an entry");
    u32::try_from(count).expect("at most MOST").put(out);
}

/// A count is believed only as far as bytes follow: every item takes at least one.
fn get_count(from: &mut Cursor<'_>, of: &'static str) -> Result<usize, BadBytes> {
    let count = usize::try_from(u32::get(from)?).unwrap_or(usize::MAX);
    if count > MOST {
        return Err(from.refuse(of, 4));
    }
    if count > from.left() {
        return Err(BadBytes::Short { at: from.at() });
    }
    Ok(count)
}

/// `[T]` encodes as a count and the items, as `Vec<T>` does.
pub fn put_list<T: Wire>(items: &[T], out: &mut Vec<u8>) {
    put_count(items.len(), out);
    for it in items {
        let start = out.len();
        it.put(out);
        // `get` bounds the count by the bytes left, so an item of no bytes could not be read back.
        assert!(out.len() > start, "an item of a list takes at least one byte");
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_list(self, out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Vec<T>, BadBytes> {
        let count = get_count(from, "list")?;
        // Room for as much memory as there are bytes; the rest grows as items prove to be there.
        let mut all = Vec::with_capacity(count.min(from.left() / size_of::<T>().max(1)));
        for _ in 0..count {
            all.push(T::get(from)?);
        }
        Ok(all)
    }
}

impl<T: Wire> Wire for Box<[T]> {
    fn put(&self, out: &mut Vec<u8>) {
        put_list(self, out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Box<[T]>, BadBytes> {
        Vec::get(from).map(Vec::into_boxed_slice)
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn get(from: &mut Cursor<'_>) -> Result<String, BadBytes> {
        let count = get_count(from, "text")?;
        let text = std::str::from_utf8(from.take(count)?);
        text.map(str::to_owned).map_err(|_| from.refuse("text", count))
    }
}

impl Wire for Box<str> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn get(from: &mut Cursor<'_>) -> Result<Box<str>, BadBytes> {
        String::get(from).map(String::into_boxed_str)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<(A, B), BadBytes> {
        Ok((A::get(from)?, B::get(from)?))
    }
}

impl<A: Wire, B: Wire, C: Wire> Wire for (A, B, C) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
        self.2.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<(A, B, C), BadBytes> {
        Ok((A::get(from)?, B::get(from)?, C::get(from)?))
    }
}

impl<K: Wire + Ord, V: Wire> Wire for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        for (k, v) in self {
            k.put(out);
            v.put(out);
        }
    }

    /// Keys must ascend: one map has one encoding.
    fn get(from: &mut Cursor<'_>) -> Result<BTreeMap<K, V>, BadBytes> {
        let count = get_count(from, "map")?;
        let mut all = BTreeMap::new();
        for _ in 0..count {
            let key = K::get(from)?;
            if all.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(from.refuse("map in order", 0));
            }
            let value = V::get(from)?;
            all.insert(key, value);
        }
        Ok(all)
    }
}

impl<K: Wire + Ord> Wire for BTreeSet<K> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        for k in self {
            k.put(out);
        }
    }

    /// Items must ascend: one set has one encoding.
    fn get(from: &mut Cursor<'_>) -> Result<BTreeSet<K>, BadBytes> {
        let count = get_count(from, "set")?;
        let mut all = BTreeSet::new();
        for _ in 0..count {
            let key = K::get(from)?;
            if all.last().is_some_and(|last| *last >= key) {
                return Err(from.refuse("set in order", 0));
            }
            all.insert(key);
        }
        Ok(all)
    }
}

macro_rules! inner {
    ($($type:ident)*) => {$(
        impl Wire for vocab::$type {
            fn put(&self, out: &mut Vec<u8>) { self.0.put(out); }
            fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> { Wire::get(from).map(vocab::$type) }
        }
    )*};
}
inner!(
    AccountToken ActionNo BreakNo ClientRow Day DepositNo EntryNo FinancialYear IntermediaryRow LienNo ModificationNo Moment
    AlertNo ListNo TriggerNo NetRow NoteNo OrderNo Paise PanToken PaymentNo SecretRef SessionNo AppNo PowerNo PlanNo Price Qty Rate RuleRow
    SecurityRow SettlementRow TradeNo
    TransferNo UserRow VaultRef VenueOrderNo VoucherNo
);

macro_rules! numbered {
    ($($type:ident)*) => {$(
        impl Wire for vocab::$type {
            fn put(&self, out: &mut Vec<u8>) { out.push(self.number()); }
            fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
                let n = u8::get(from)?;
                vocab::$type::from_number(n)
                    .ok_or(BadBytes::Tag { of: stringify!($type), tag: n, at: from.at().saturating_sub(1) })
            }
        }
    )*};
}
numbered!(
    Side OrderKind Validity Product Channel Evidence Venue Corporation InstrumentKind Certification SettlementKind Depository ClientKind Agreement Closing
    Board Phase BankAccount DematAccount Portion BenefitKind IntermediaryKind LegalForm PowerKind Purpose Clause ModificationReason
);

impl Wire for vocab::TimeOfDay {
    fn put(&self, out: &mut Vec<u8>) {
        assert!(self.0 <= 86_400, "a day has 86,400 seconds");
        self.0.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
        let seconds = u32::get(from)?;
        // Midnight at the end of a day is a time of that day.
        if seconds <= 86_400 { Ok(vocab::TimeOfDay(seconds)) } else { Err(from.refuse("time of day", 4)) }
    }
}

/// A code is printable characters, then zeros: the form `Code::parse` gives, and no other.
impl<const N: usize> Wire for vocab::Code<N> {
    fn put(&self, out: &mut Vec<u8>) {
        assert!(is_code(&self.0), "a code is printable ASCII, padded with zeros");
        out.extend_from_slice(&self.0);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
        let bytes = from.array()?;
        if is_code(&bytes) { Ok(vocab::Code(bytes)) } else { Err(from.refuse("code", N)) }
    }
}

impl Wire for vocab::Label {
    fn put(&self, out: &mut Vec<u8>) {
        assert!(is_label(&self.0), "a label is text, padded with zeros");
        out.extend_from_slice(&self.0);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
        let bytes = from.array()?;
        if is_label(&bytes) { Ok(vocab::Label(bytes)) } else { Err(from.refuse("label", bytes.len())) }
    }
}

fn is_label(bytes: &[u8]) -> bool {
    let len = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let (text, padding) = bytes.split_at(len);
    let fits = |text| vocab::Label::parse(text).is_ok();
    core::str::from_utf8(text).is_ok_and(fits) && padding.iter().all(|b| *b == 0)
}

fn is_code(bytes: &[u8]) -> bool {
    let len = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let (text, padding) = bytes.split_at(len);
    !text.is_empty() && text.iter().all(u8::is_ascii_graphic) && padding.iter().all(|b| *b == 0)
}

impl Wire for vocab::Isin {
    fn put(&self, out: &mut Vec<u8>) {
        assert!(vocab::Isin::parse(self.as_str()).is_ok(), "an ISIN carries its check digit");
        out.extend_from_slice(&self.0);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
        let bytes: [u8; 12] = from.array()?;
        let text = std::str::from_utf8(&bytes).map_err(|_| from.refuse("ISIN", 12))?;
        vocab::Isin::parse(text).map_err(|_| from.refuse("ISIN", 12))
    }
}

impl Wire for vocab::ScripCode {
    fn put(&self, out: &mut Vec<u8>) {
        assert!(self.is_code(), "a scrip code has six digits");
        self.0.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
        let code = vocab::ScripCode(u32::get(from)?);
        if code.is_code() { Ok(code) } else { Err(from.refuse("scrip code", 4)) }
    }
}

macro_rules! closed {
    ($($type:ident { $($n:literal $variant:ident)* })*) => {$(
        impl Wire for vocab::$type {
            fn put(&self, out: &mut Vec<u8>) {
                out.push(match self { $(vocab::$type::$variant => $n,)* });
            }
            fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
                match u8::get(from)? {
                    $($n => Ok(vocab::$type::$variant),)*
                    n => Err(BadBytes::Tag { of: stringify!($type), tag: n, at: from.at().saturating_sub(1) }),
                }
            }
        }
    )*};
}
closed! {
    Weekday { 0 Monday 1 Tuesday 2 Wednesday 3 Thursday 4 Friday 5 Saturday 6 Sunday }
    Rounding { 0 NearestPaisa 1 NearestRupee 2 UpPaisa 3 DownPaisa }
}
