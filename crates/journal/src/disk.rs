//! What the journal asks of a disk: the border behind which faults are planted.

use std::io;

/// A folder of files that are made at full size and overwritten in place.
pub trait Disk: Send {
    type File: DiskFile + 'static;

    /// The names of all files, in any order.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn list(&self) -> io::Result<Vec<String>>;

    /// # Errors
    /// When there is no such file or it cannot be opened.
    fn open(&self, name: &str) -> io::Result<Self::File>;

    /// A new file of `size` zeros. The zeros are written, not only promised, so that later overwrites
    /// change no metadata; the file and its name are durable when this returns.
    ///
    /// # Errors
    /// When the name exists, or the disk is full (`StorageFull`, `QuotaExceeded`: nothing is left
    /// behind), or a write or flush fails.
    fn create(&self, name: &str, size: u64) -> io::Result<Self::File>;

    /// # Errors
    /// When there is no such file or it cannot be removed.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// One open file. Offsets and lengths of writes are multiples of [`BLOCK`](crate::BLOCK).
#[expect(clippy::len_without_is_empty, reason = "a segment is never empty")]
pub trait DiskFile: Send {
    /// Size in bytes.
    fn len(&self) -> u64;

    /// Read at `off`; may be short, and is 0 at the end only.
    ///
    /// # Errors
    /// When the disk fails.
    fn read_at(&self, off: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Write at `off`; may be short. Not durable before [`DiskFile::flush`] returns.
    ///
    /// # Errors
    /// When the disk fails; what stands there is then unknown.
    fn write_at(&mut self, off: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Make every earlier write durable.
    ///
    /// # Errors
    /// When the disk fails; what is durable is then unknown, and asking again proves nothing.
    fn flush(&mut self) -> io::Result<()>;
}

/// Fill `into` from `off`.
///
/// # Errors
/// When the file ends before, or the disk fails.
pub fn read_all<F: DiskFile>(file: &F, off: u64, into: &mut [u8]) -> io::Result<()> {
    let mut done = 0;
    while done < into.len() {
        match file.read_at(off + done as u64, &mut into[done..]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Write all of `bytes`. A short write is continued at the last whole block, as O_DIRECT demands.
///
/// # Errors
/// When the disk fails, or moves nothing again and again.
pub fn write_all<F: DiskFile>(file: &mut F, off: u64, bytes: &[u8]) -> io::Result<()> {
    // After so many writes in a row that moved no whole block the disk is taken to be failing.
    const PATIENCE: u32 = 100;
    let (mut done, mut idle) = (0, 0);
    while done < bytes.len() {
        let n = match file.write_at(off + done as u64, &bytes[done..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => 0,
            Err(e) => return Err(e),
        };
        let whole = n / crate::BLOCK * crate::BLOCK;
        idle = if whole == 0 { idle + 1 } else { 0 };
        if idle > PATIENCE {
            return Err(io::ErrorKind::WriteZero.into());
        }
        done += whole;
    }
    Ok(())
}
