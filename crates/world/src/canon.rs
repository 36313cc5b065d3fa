//! The canonical dump of the world's state: each part names its fields once, in a fixed order.

use std::collections::BTreeSet;
use vocab::{Dump, Sink};

/// Dump the named fields of a type in the order given.
macro_rules! dump_fields {
    ($($type:ty { $($field:ident)* })*) => {$(
        impl vocab::Dump for $type {
            fn dump(&self, sink: &mut vocab::Sink<'_>) { $(vocab::Dump::dump(&self.$field, sink);)* }
        }
    )*};
}
pub(crate) use dump_fields;

pub(crate) fn list<T: Dump>(all: &[T], sink: &mut Sink<'_>) {
    all.dump(sink);
}

pub(crate) fn count(n: usize, sink: &mut Sink<'_>) {
    u64::try_from(n).expect("a count").dump(sink);
}

pub(crate) fn set<T: Dump>(all: &BTreeSet<T>, sink: &mut Sink<'_>) {
    count(all.len(), sink);
    for it in all {
        it.dump(sink);
    }
}

pub(crate) fn text(text: &str, sink: &mut Sink<'_>) {
    count(text.len(), sink);
    sink(text.as_bytes());
}
