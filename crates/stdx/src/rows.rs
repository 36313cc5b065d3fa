//! A vector indexed by one typed row number, so that no row of one kind reads another kind.
#![allow(clippy::indexing_slicing)]

use alloc::vec::Vec;
use core::marker::PhantomData;
use core::ops::{Index, IndexMut};

/// A row number of a dense table.
pub trait Row: Copy {
    fn index(self) -> usize;
    fn at(index: usize) -> Self;
}

macro_rules! row {
    ($($type:ident)*) => {$(
        impl Row for vocab::$type {
            #[inline]
            fn index(self) -> usize {
                usize::try_from(self.0).expect("a row number")
            }
            fn at(index: usize) -> Self {
                vocab::$type(index.try_into().expect("a row number"))
            }
        }
    )*};
}
row!(ClientRow SecurityRow UserRow RuleRow SettlementRow NetRow PlanNo IntermediaryRow);

/// Rows are only ever added; a row number stays good.
#[derive(Clone)]
pub struct Rows<K, T>(Vec<T>, PhantomData<K>);

impl<K: Row, T> Rows<K, T> {
    pub const fn new() -> Rows<K, T> {
        Rows(Vec::new(), PhantomData)
    }

    /// The row the next `push` gets.
    pub fn next(&self) -> K {
        K::at(self.0.len())
    }

    pub fn push(&mut self, it: T) -> K {
        let row = self.next();
        self.0.push(it);
        row
    }

    #[inline]
    pub fn get(&self, row: K) -> Option<&T> {
        self.0.get(row.index())
    }

    #[inline]
    pub fn get_mut(&mut self, row: K) -> Option<&mut T> {
        self.0.get_mut(row.index())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &T)> {
        self.0.iter().enumerate().map(|(i, it)| (K::at(i), it))
    }

    pub fn values(&self) -> &[T] {
        &self.0
    }

    /// Drop every row and start the numbers again; for tables that live one day.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl<K: Row, T> Default for Rows<K, T> {
    fn default() -> Self {
        Rows::new()
    }
}

impl<K: Row, T> Index<K> for Rows<K, T> {
    type Output = T;
    fn index(&self, row: K) -> &T {
        &self.0[row.index()]
    }
}

impl<K: Row, T> IndexMut<K> for Rows<K, T> {
    fn index_mut(&mut self, row: K) -> &mut T {
        &mut self.0[row.index()]
    }
}

impl<K: Row, T: vocab::Dump> vocab::Dump for Rows<K, T> {
    fn dump(&self, sink: &mut vocab::Sink<'_>) {
        self.0.as_slice().dump(sink);
    }
}

impl<K: Row, T: vocab::Load> vocab::Load for Rows<K, T> {
    fn load(from: &mut vocab::Dumped<'_>) -> Result<Self, vocab::Unreadable> {
        Ok(Rows(vocab::Load::load(from)?, PhantomData))
    }
}

impl<K: Row, T> FromIterator<T> for Rows<K, T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        Rows(all.into_iter().collect(), PhantomData)
    }
}
