//! The mark: how far the log was once known to be durable, kept outside it.
//!
//! It is written after each flush and not waited for, into two places in turn. It never runs ahead of
//! the log, so a log that ends before it has lost acknowledged records, which a torn tail never does.

use journal::Disk;

use crate::VaultError;
use crate::medium::Sheet;

const NAME: &str = "vault.mark";
const PLACE: u64 = 4_096;
const SIZE: u64 = 2 * PLACE;
const BYTES: usize = 48;

/// A record that was durable: its number and chain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub number: u64,
    pub chain: [u8; 32],
}

impl Mark {
    fn encode(&self) -> [u8; BYTES] {
        let mut all = [0; BYTES];
        all[8..16].copy_from_slice(&self.number.to_le_bytes());
        all[16..].copy_from_slice(&self.chain);
        let crc = crc32c::crc32c(&all[4..]);
        all[..4].copy_from_slice(&crc.to_le_bytes());
        all
    }

    fn decode(bytes: &[u8; BYTES]) -> Option<Mark> {
        let mark = Mark {
            number: u64::from_le_bytes(bytes[8..16].try_into().expect("eight bytes")),
            chain: bytes[16..].try_into().expect("32 bytes"),
        };
        (mark.encode() == *bytes).then_some(mark)
    }
}

pub(crate) struct Marks<D: Disk> {
    sheet: Sheet<D>,
    next: u64,
    pub last: Option<Mark>,
}

impl<D: Disk> Marks<D> {
    /// The marks on a disk, `None` before the first vault is made on it.
    pub(crate) fn open(disk: &D) -> Result<Option<Marks<D>>, VaultError> {
        if !Sheet::exists(disk, NAME)? {
            return Ok(None);
        }
        let sheet = Sheet::open(disk, NAME.to_owned())?;
        let mut last: Option<Mark> = None;
        let mut next = 0;
        for at in [0, PLACE] {
            let mut bytes = [0; BYTES];
            if sheet.size() == SIZE {
                sheet.read(at, &mut bytes)?;
            }
            if let Some(mark) = Mark::decode(&bytes)
                && last.is_none_or(|l| l.number < mark.number)
            {
                last = Some(mark);
                next = PLACE - at;
            }
        }
        Ok(Some(Marks { sheet, next, last }))
    }

    /// Marks to write on: those found, or new ones when there are none or their making was interrupted.
    pub(crate) fn ready(disk: &D, found: Option<Marks<D>>) -> Result<Marks<D>, VaultError> {
        match found {
            Some(marks) if marks.sheet.size() == SIZE => return Ok(marks),
            Some(_) => crate::medium::remove(disk, NAME)?,
            None => {}
        }
        Ok(Marks { sheet: Sheet::create(disk, NAME.to_owned(), SIZE)?, next: 0, last: None })
    }

    pub(crate) fn write(&mut self, mark: Mark) -> Result<(), VaultError> {
        if self.last == Some(mark) {
            return Ok(());
        }
        self.sheet.write(self.next, &mark.encode())?;
        self.next = PLACE - self.next;
        self.last = Some(mark);
        Ok(())
    }

    /// Makes the newest mark durable, in both places: nothing torn is left behind.
    pub(crate) fn settle(&mut self) -> Result<(), VaultError> {
        self.sheet.flush()?;
        if let Some(mark) = self.last {
            self.sheet.write(self.next, &mark.encode())?;
            self.sheet.flush()?;
        }
        Ok(())
    }

    /// Whether both places hold a mark or nothing, and all else is zeros: a torn mark leaves one wrong.
    pub(crate) fn clean(&self) -> Result<bool, VaultError> {
        let bytes = self.sheet.read_all()?;
        Ok(bytes.chunks(PLACE as usize).all(|place| match place.split_first_chunk::<BYTES>() {
            None => false,
            Some((mark, rest)) => {
                rest.iter().all(|b| *b == 0) && (mark.iter().all(|b| *b == 0) || Mark::decode(mark).is_some())
            }
        }))
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.sheet.size()
    }
}
