//! Where a copy of a journal ends: copies are taken while the writer runs.

use std::io::ErrorKind;

use crate::disk::{Disk, DiskFile};
use crate::reader::Reader;
use crate::record::{BLOCK, Head, Identity, Item, segment_name};
use crate::recover::RecoverError;
use crate::wrong::trying;

/// The end of the last whole batch that is wanted. Everything before it stands for ever as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    pub identity: Identity,
    /// The last entry before the cut.
    pub head: Head,
    segment: u32,
    /// Where in that segment; `None` where it was closed cleanly and goes whole, its seal included.
    end: Option<u64>,
}

/// A file of a journal, as far as it belongs to a copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    pub name: String,
    /// From here on the copy is zeros, whatever the file holds; `None` for a file that goes whole.
    pub end: Option<u64>,
}

impl Cut {
    /// The files of a copy, in their order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> {
        let Cut { segment: last, end, .. } = *self;
        (1..=last).map(move |segment| Piece {
            name: segment_name(segment),
            end: if segment == last { end } else { None },
        })
    }
}

/// Reads a journal, checking every record, to its end or to the first record that is not `wanted`; what lies
/// before the cut is durable when this returns, whatever its writer has got to. A copy of the cut's pieces is a
/// journal of its own that ends there, unsealed unless all of it was sealed.
///
/// # Errors
/// As [`Reader::read`]; [`RecoverError::Refused`] with what `wanted` found wrong.
pub fn cut<D: Disk>(
    disk: &D,
    mut wanted: impl FnMut(&Item<'_>) -> Result<bool, String>,
) -> Result<Cut, RecoverError> {
    let mut reader = Reader::open(disk)?;
    let identity = *reader.identity();
    let mut head = Head { entry: vocab::EntryNo(0), hash: identity.genesis() };
    let mut cut = Cut { identity, head, segment: 1, end: Some(BLOCK as u64) };
    loop {
        let Some(item) = reader.read()? else {
            let end = reader.end().expect("read to the end");
            if end.sealed {
                cut.end = None;
            }
            break;
        };
        if !wanted(&item).map_err(|why| RecoverError::Refused { entry: head.entry.next(), why })? {
            break;
        }
        if let Item::Entry { number, hash, .. } = item {
            head = Head { entry: number, hash: *hash };
        }
        if let Some((segment, end)) = reader.batch_read() {
            (cut.head, cut.segment, cut.end) = (head, segment, Some(end));
        }
    }
    let name = segment_name(cut.segment);
    let flushed = match disk.open(&name).and_then(|mut file| file.flush()) {
        // A medium that cannot be written to holds nothing that is not durable.
        Err(e) if matches!(e.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::InvalidInput) => Ok(()),
        flushed => flushed,
    };
    trying(|| format!("make {name} durable"), flushed)?;
    Ok(cut)
}
