//! The key table: one slot of 128 bytes per person, the only place that is ever overwritten.
//!
//! ```text
//!  0 u32 crc32c of bytes 4..128    4 u32 reference    8 u8 version, [0; 7]
//! 16 [16] salt                    32 [48] wrapped key 80 [0; 48]
//! ```
//! All zero: never used, or erased.

use journal::Disk;
use vocab::VaultRef;

use crate::VaultError;
use crate::medium::{Sheet, names, remove};
use crate::seal::{WRAPPED, Wrapped};

pub(crate) const SLOT: usize = 128;
const VERSION: u8 = 1;
const PREFIX: &str = "keys-";
const SUFFIX: &str = ".tab";

/// What a slot holds.
pub(crate) enum Slot {
    Empty,
    Key(Wrapped),
    /// Neither zeros nor a key of this reference.
    Wrong,
}

fn encode(reference: VaultRef, wrapped: &Wrapped) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[4..8].copy_from_slice(&reference.0.to_le_bytes());
    slot[8] = VERSION;
    slot[16..32].copy_from_slice(&wrapped.salt);
    slot[32..32 + WRAPPED].copy_from_slice(&wrapped.key);
    let crc = crc32c::crc32c(&slot[4..]);
    slot[..4].copy_from_slice(&crc.to_le_bytes());
    slot
}

fn decode(reference: VaultRef, slot: &[u8; SLOT]) -> Slot {
    if slot.iter().all(|b| *b == 0) {
        return Slot::Empty;
    }
    let wrapped = Wrapped {
        salt: slot[16..32].try_into().expect("16 bytes"),
        key: slot[32..32 + WRAPPED].try_into().expect("48 bytes"),
    };
    // A key has one spelling: what it would be written as.
    if encode(reference, &wrapped) == *slot { Slot::Key(wrapped) } else { Slot::Wrong }
}

pub(crate) fn name(file: u32) -> String {
    format!("{PREFIX}{file:06}{SUFFIX}")
}

pub(crate) struct Table<D: Disk> {
    /// Bytes of each file; a multiple of [`SLOT`].
    size: u64,
    sheets: Vec<Sheet<D>>,
    unflushed: Vec<usize>,
}

impl<D: Disk> Table<D> {
    /// # Errors
    /// When the disk fails, or a file between others is missing.
    pub(crate) fn open(disk: &D, size: u64) -> Result<Table<D>, VaultError> {
        let sheets = names(disk, PREFIX, SUFFIX)?
            .into_iter()
            .map(|number| Sheet::open(disk, name(number)))
            .collect::<Result<Vec<Sheet<D>>, VaultError>>()?;
        for (file, sheet) in sheets.iter().enumerate() {
            // Only the last may be short: its making was interrupted.
            if sheet.size() > size || (sheet.size() < size && file + 1 < sheets.len()) {
                let file = name(number(file));
                return Err(VaultError::Corrupt { file, at: 0, rule: "the file has another length" });
            }
        }
        Ok(Table { size, sheets, unflushed: Vec::new() })
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.sheets.iter().map(Sheet::size).sum()
    }

    /// The file and the byte where the slot of a reference is; references start at 1.
    fn place(&self, reference: VaultRef) -> (usize, u64) {
        let first = u64::from(reference.0.checked_sub(1).expect("references start at 1")) * SLOT as u64;
        (usize::try_from(first / self.size).expect("few files"), first % self.size)
    }

    pub(crate) fn put(&mut self, disk: &D, reference: VaultRef, wrapped: &Wrapped) -> Result<(), VaultError> {
        let (file, at) = self.place(reference);
        if self.sheets.get(file).is_some_and(|s| s.size() < self.size) {
            // Its making was interrupted, and no acknowledged slot can be in it.
            self.sheets.truncate(file);
            remove(disk, &name(number(file)))?;
        }
        if file == self.sheets.len() {
            self.sheets.push(Sheet::create(disk, name(number(file)), self.size)?);
        }
        self.write(file, at, &encode(reference, wrapped))
    }

    /// Forgets a key: its slot becomes zeros.
    pub(crate) fn zero(&mut self, reference: VaultRef) -> Result<(), VaultError> {
        let (file, at) = self.place(reference);
        self.write(file, at, &[0; SLOT])
    }

    fn write(&mut self, file: usize, at: u64, slot: &[u8; SLOT]) -> Result<(), VaultError> {
        let sheet = self.sheets.get_mut(file).expect("slots are written in order");
        sheet.write(at, slot)?;
        if !self.unflushed.contains(&file) {
            self.unflushed.push(file);
        }
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> Result<(), VaultError> {
        for file in std::mem::take(&mut self.unflushed) {
            self.sheets.get_mut(file).expect("it was written").flush()?;
        }
        Ok(())
    }

    pub(crate) fn get(&self, reference: VaultRef) -> Result<Slot, VaultError> {
        let (file, at) = self.place(reference);
        let Some(sheet) = self.sheets.get(file).filter(|s| at + SLOT as u64 <= s.size()) else {
            return Ok(Slot::Empty);
        };
        let mut slot = [0; SLOT];
        sheet.read(at, &mut slot)?;
        Ok(decode(reference, &slot))
    }

    /// Shows every slot of every file; read file by file, as at opening there may be millions.
    pub(crate) fn each(
        &self,
        visit: &mut dyn FnMut(VaultRef, Slot) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut reference = 0;
        for sheet in &self.sheets {
            let bytes = sheet.read_all()?;
            for slot in bytes.as_chunks::<SLOT>().0 {
                reference += 1;
                visit(VaultRef(reference), decode(VaultRef(reference), slot))?;
            }
        }
        Ok(())
    }

    /// The error for a slot that is not what its record asks for.
    pub(crate) fn wrong(&self, reference: VaultRef, rule: &'static str) -> VaultError {
        let (file, at) = self.place(reference);
        VaultError::Corrupt { file: name(number(file)), at, rule }
    }
}

fn number(file: usize) -> u32 {
    u32::try_from(file).expect("few files") + 1
}
