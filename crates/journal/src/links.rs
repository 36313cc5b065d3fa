//! The chain from segment to segment, without what stands in them: for a start that goes on from a snapshot.

use vocab::EntryNo;

use crate::disk::{Disk, DiskFile, read_all};
use crate::reader::{Reader, list};
use crate::record::{BLOCK, Head, Identity, Item, Seal, SegmentHeader, segment_name};
use crate::scan::Chain;
use crate::wrong::{ReadError, Why, Wrong, trying};

impl<'d, D: Disk> Reader<'d, D> {
    /// From the entry after `after` on. The segments before its own are looked at by their headers and seals, so
    /// that none is missing, swapped or foreign; what stands in them only [`Reader::open`] reads.
    ///
    /// # Errors
    /// As [`Reader::open`]; [`Why::Witness`] where the journal does not hold the entry, or holds another one.
    pub fn open_after(disk: &'d D, after: &Head) -> Result<Reader<'d, D>, ReadError> {
        let mut reader = match Reader::open_at(disk, after.entry) {
            Err(ReadError::NoJournal) => {
                return Err(Wrong { entry: after.entry, segment: 1, byte: 0, why: Why::Witness }.into());
            }
            opened => opened?,
        };
        let segment = reader.segment();
        links(disk, reader.identity(), segment)?;
        let found = match reader.read()? {
            Some(Item::Entry { number, hash, .. }) => Head { entry: number, hash: *hash } == *after,
            Some(Item::Mark { .. }) | None => false,
        };
        let wrong = Wrong { entry: after.entry, segment, byte: 0, why: Why::Witness };
        if found { Ok(reader) } else { Err(wrong.into()) }
    }
}

/// Each segment up to `last` continues the one before, as far as headers and seals say.
fn links<D: Disk>(disk: &D, identity: &Identity, last: u32) -> Result<(), ReadError> {
    let numbers = list(disk)?;
    let mut chain = Chain::genesis(identity);
    for segment in 1..=last {
        let wrong = |why| ReadError::from(Wrong { entry: chain.next, segment, byte: 0, why });
        if !numbers.contains(&segment) {
            return Err(wrong(Why::Missing));
        }
        let name = segment_name(segment);
        let file = trying(|| format!("open {name}"), disk.open(&name))?;
        let mut block = vec![0; BLOCK];
        if file.len() < BLOCK as u64 {
            return Err(wrong(Why::Length));
        }
        trying(|| format!("read {name}"), read_all(&file, 0, &mut block))?;
        let header = SegmentHeader::parse(&block).ok_or_else(|| wrong(Why::Header))?;
        if let Some(why) = chain.fault(&header, identity, segment, header.size == file.len()) {
            return Err(wrong(why));
        }
        if segment < last {
            trying(|| format!("read {name}"), read_all(&file, header.data_end() as u64, &mut block))?;
            let seal = Seal::parse(&block, identity).filter(|seal| seal.segment == segment);
            chain = sealed(&seal.ok_or_else(|| wrong(Why::SealBytes))?);
        }
    }
    Ok(())
}

/// Where the chain stands behind a seal.
fn sealed(seal: &Seal) -> Chain {
    let head = Head { entry: seal.last_entry, hash: seal.hash };
    Chain { next: EntryNo(seal.last_entry.0 + 1), batch: seal.last_batch + 1, hash: seal.hash, head }
}
