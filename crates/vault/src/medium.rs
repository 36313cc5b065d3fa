//! Files of the vault on a journal's disk: whole blocks below, any bytes above, errors that name the file.

use std::io;

use journal::{BLOCK, Disk, DiskFile, read_all, write_all};

use crate::VaultError;

const BLOCK_BYTES: u64 = BLOCK as u64;

fn fault(doing: &'static str, file: &str) -> impl FnOnce(io::Error) -> VaultError {
    let file = file.to_owned();
    move |source| VaultError::Disk { doing, file, source }
}

/// The numbers of the files `<prefix><number><suffix>`: 1, 2, 3 and so on.
///
/// # Errors
/// [`VaultError::Corrupt`] when one between is missing.
pub(crate) fn names<D: Disk>(disk: &D, prefix: &str, suffix: &str) -> Result<Vec<u32>, VaultError> {
    let all = disk.list().map_err(fault("listing", "the vault's folder"))?;
    let number = |name: &String| -> Option<u32> {
        let digits = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
        let plain = digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit());
        if plain { digits.parse().ok() } else { None }
    };
    let mut numbers: Vec<u32> = all.iter().filter_map(number).collect();
    numbers.sort_unstable();
    for (found, wanted) in numbers.iter().zip(1..) {
        if *found != wanted {
            let file = format!("{prefix}{wanted:06}{suffix}");
            return Err(VaultError::Corrupt { file, at: 0, rule: "the file is missing" });
        }
    }
    Ok(numbers)
}

pub(crate) fn remove<D: Disk>(disk: &D, name: &str) -> Result<(), VaultError> {
    disk.remove(name).map_err(fault("removing", name))
}

/// One file, made at full size.
pub(crate) struct Sheet<D: Disk> {
    name: String,
    file: D::File,
}

impl<D: Disk> Sheet<D> {
    pub(crate) fn exists(disk: &D, name: &str) -> Result<bool, VaultError> {
        let all = disk.list().map_err(fault("listing", "the vault's folder"))?;
        Ok(all.iter().any(|n| n == name))
    }

    pub(crate) fn open(disk: &D, name: String) -> Result<Sheet<D>, VaultError> {
        let file = disk.open(&name).map_err(fault("opening", &name))?;
        Ok(Sheet { name, file })
    }

    pub(crate) fn create(disk: &D, name: String, size: u64) -> Result<Sheet<D>, VaultError> {
        assert!(size > 0 && size.is_multiple_of(BLOCK_BYTES), "files are of whole blocks");
        let file = disk.create(&name, size).map_err(fault("making", &name))?;
        Ok(Sheet { name, file })
    }

    pub(crate) fn size(&self) -> u64 {
        self.file.len()
    }

    pub(crate) fn read_all(&self) -> Result<Vec<u8>, VaultError> {
        let mut bytes = vec![0; usize::try_from(self.size()).expect("a file that fits memory")];
        self.read(0, &mut bytes)?;
        Ok(bytes)
    }

    pub(crate) fn read(&self, at: u64, into: &mut [u8]) -> Result<(), VaultError> {
        read_all(&self.file, at, into).map_err(fault("reading", &self.name))
    }

    /// Writes any bytes at any place: what shares their first and last block is written again as it is,
    /// which a torn write leaves as it was.
    pub(crate) fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), VaultError> {
        let start = at / BLOCK_BYTES * BLOCK_BYTES;
        let end = (at + bytes.len() as u64).next_multiple_of(BLOCK_BYTES);
        if end > self.size() {
            return Err(fault("writing", &self.name)(io::ErrorKind::UnexpectedEof.into()));
        }
        let mut whole = vec![0; usize::try_from(end - start).expect("a write that fits memory")];
        self.read(start, &mut whole)?;
        let skip = usize::try_from(at - start).expect("below a block");
        whole[skip..skip + bytes.len()].copy_from_slice(bytes);
        write_all(&mut self.file, start, &whole).map_err(fault("writing", &self.name))
    }

    pub(crate) fn flush(&mut self) -> Result<(), VaultError> {
        self.file.flush().map_err(fault("flushing", &self.name))
    }
}
