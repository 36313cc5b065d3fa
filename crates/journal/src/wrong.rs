//! What can be wrong with a journal.

use std::fmt;
use std::io;

use vocab::EntryNo;

use crate::wire::BadBytes;

/// The first thing wrong: everything before `entry` is proven good, `entry` is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    pub entry: EntryNo,
    pub segment: u32,
    /// Where in the segment's file.
    pub byte: u64,
    pub why: Why,
}

/// Why a place in a journal is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The segment's file is not there, though later ones or the seal before ask for it.
    Missing,
    /// A file with a segment's ending whose name is not one the journal gives.
    Stray,
    /// The file is not as long as its header says.
    Length,
    /// The segment header is not one.
    Header,
    /// The segment belongs to another journal.
    Foreign,
    /// The file holds another segment than its name says.
    Misplaced { found: u32 },
    /// The segment does not continue the one before: entry, batch or closing hash differ.
    Continues,
    /// The batch header is not one, or does not continue the batch before.
    Batch,
    /// The record's checksum or shape does not fit its bytes.
    Record,
    /// The record is of another segment or number than its place.
    Place,
    /// The hash does not follow from the one before.
    Link,
    Mark(BadBytes),
    /// Bytes stand where the segment should be zeros.
    AfterEnd,
    /// The seal is not one.
    SealBytes,
    /// The seal does not fit the segment: something was cut or added.
    SealDiffers,
    /// The next segment is begun though this one was never sealed, or was sealed by a clean close.
    NotSealed,
    /// The segment in reserve is not zeros.
    Spare,
    /// The journal does not hold the entry that the witness saw.
    Witness,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Missing => "the segment is missing",
            Why::Stray => "a file that is no segment of this journal",
            Why::Length => "the file is not as long as its header says",
            Why::Header => "the segment header is damaged",
            Why::Foreign => "the segment belongs to another journal",
            Why::Misplaced { found } => return write!(f, "the file holds segment {found}"),
            Why::Continues => "the segment does not continue the one before",
            Why::Batch => "the batch header is damaged",
            Why::Record => "the record is damaged",
            Why::Place => "the record belongs to another place",
            Why::Link => "the hash does not follow from the record before",
            Why::Mark(bad) => return write!(f, "the mark is damaged: {bad}"),
            Why::AfterEnd => "bytes stand behind the end",
            Why::SealBytes => "the seal is damaged",
            Why::SealDiffers => "the seal does not fit: something was cut or added",
            Why::NotSealed => "the next segment is begun though this one is not closed for it",
            Why::Spare => "the reserve segment is not zeros",
            Why::Witness => "the journal does not hold the entry the witness saw",
        })
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wrong { entry, segment, byte, why } = self;
        write!(f, "at entry {entry}, segment {segment}, byte {byte}: {why}")
    }
}

impl std::error::Error for Wrong {}

/// Why a journal cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// The folder holds no journal, or one that was never begun.
    NoJournal,
    /// The disk failed at what was attempted.
    Disk { attempt: String, source: io::Error },
    Wrong(Wrong),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NoJournal => f.write_str("there is no journal here"),
            ReadError::Disk { attempt, source } => write!(f, "cannot {attempt}: {source}"),
            ReadError::Wrong(wrong) => write!(f, "the journal is damaged {wrong}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReadError::NoJournal => None,
            ReadError::Disk { source, .. } => Some(source),
            ReadError::Wrong(wrong) => Some(wrong),
        }
    }
}

impl From<Wrong> for ReadError {
    fn from(wrong: Wrong) -> ReadError {
        ReadError::Wrong(wrong)
    }
}

/// Name what was attempted.
pub(crate) fn trying<T>(attempt: impl FnOnce() -> String, done: io::Result<T>) -> Result<T, ReadError> {
    done.map_err(|source| ReadError::Disk { attempt: attempt(), source })
}
