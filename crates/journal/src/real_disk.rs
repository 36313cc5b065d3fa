//! A folder of a real file system.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, OFlags, fallocate, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use crate::BLOCK;
use crate::disk::{Disk, DiskFile};

/// How files are opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caching {
    /// Past the page cache (O_DIRECT): half the flush time of appending. Falls back to `Buffered` by
    /// itself where the file system refuses, as some in-memory ones do.
    Direct,
    /// Through the page cache, made durable by fdatasync.
    Buffered,
    /// Through the page cache, and nothing can be written: for `verify` and other readers.
    ReadOnly,
}

/// A folder; made with mode 0700, its files with 0600: they are the record of the firm's clients.
#[derive(Clone, Debug)]
pub struct RealDisk {
    dir: PathBuf,
    caching: Caching,
}

impl RealDisk {
    /// # Errors
    /// When the folder is missing and cannot be made (or, to read only, is missing).
    pub fn new(dir: &Path, caching: Caching) -> io::Result<RealDisk> {
        if caching != Caching::ReadOnly {
            make_folder(dir)?;
        }
        fs::read_dir(dir)?;
        Ok(RealDisk { dir: dir.to_owned(), caching })
    }

    fn options(&self, direct: bool) -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).write(self.caching != Caching::ReadOnly).mode(0o600);
        if direct {
            options.custom_flags(OFlags::DIRECT.bits().cast_signed());
        }
        options
    }

    /// Open with what caching the file system grants.
    fn grant(&self, name: &str, new: bool) -> io::Result<(File, bool)> {
        let path = self.dir.join(name);
        let open = |direct| self.options(direct).create_new(new).open(&path);
        if self.caching == Caching::Direct {
            match open(true) {
                Ok(file) => return Ok((file, true)),
                // Linux may have made the file before it refused the flag.
                Err(e) if Errno::from_io_error(&e) == Some(Errno::INVAL) => {
                    if new && path.exists() {
                        fs::remove_file(&path)?;
                    }
                }
                Err(e) => return Err(e),
            }
        }
        Ok((open(false)?, false))
    }

    fn fill(&self, file: &mut RealFile, size: u64) -> io::Result<()> {
        // Asking for all of it first keeps it in one piece and finds a full disk before writing.
        match fallocate(&file.file, FallocateFlags::empty(), 0, size) {
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
            Err(e) => return Err(e.into()),
        }
        let zeros = vec![0; usize::try_from(size).unwrap_or(usize::MAX).min(RealFile::BOUNCE)];
        let mut done = 0;
        while done < size {
            let part = usize::try_from(size - done).unwrap_or(usize::MAX).min(zeros.len());
            crate::disk::write_all(file, done, &zeros[..part])?;
            done += part as u64;
        }
        file.file.sync_all()?;
        File::open(&self.dir)?.sync_all()
    }
}

/// Make a folder nobody else can read, durably, if it is not there.
pub(crate) fn make_folder(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    match dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "the folder was opened to read only")
}

impl Disk for RealDisk {
    type File = RealFile;

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            // A name that is no UTF-8 is not one of ours.
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn open(&self, name: &str) -> io::Result<RealFile> {
        let (file, direct) = self.grant(name, false)?;
        let len = file.metadata()?.len();
        Ok(RealFile { file, len, direct, bounce: Vec::new() })
    }

    fn create(&self, name: &str, size: u64) -> io::Result<RealFile> {
        if self.caching == Caching::ReadOnly {
            return Err(read_only());
        }
        let (file, direct) = self.grant(name, true)?;
        let mut file = RealFile { file, len: size, direct, bounce: Vec::new() };
        match self.fill(&mut file, size) {
            Ok(()) => Ok(file),
            Err(e) => {
                // A half-made spare would take the very space that is short; the first error is the news.
                let _ = self.remove(name);
                Err(e)
            }
        }
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        if self.caching == Caching::ReadOnly {
            return Err(read_only());
        }
        fs::remove_file(self.dir.join(name))?;
        File::open(&self.dir)?.sync_all()
    }
}

/// An open file of a [`RealDisk`].
#[derive(Debug)]
pub struct RealFile {
    file: File,
    len: u64,
    direct: bool,
    /// O_DIRECT wants aligned memory: a buffer with one block to spare, used from its first aligned byte.
    bounce: Vec<u8>,
}

impl RealFile {
    /// The most that is moved in one call; 1 MiB reaches the disk's full speed (PERF 2).
    const BOUNCE: usize = 1 << 20;

    /// Whether the file system granted O_DIRECT.
    pub const fn is_direct(&self) -> bool {
        self.direct
    }

    fn write_direct(&mut self, off: u64, bytes: &[u8]) -> io::Result<usize> {
        let len = bytes.len().min(RealFile::BOUNCE);
        assert!(off.is_multiple_of(BLOCK as u64) && len.is_multiple_of(BLOCK), "a direct write is of whole blocks");
        if bytes.as_ptr().align_offset(BLOCK) == 0 {
            return self.file.write_at(&bytes[..len], off);
        }
        if self.bounce.len() < len + BLOCK {
            self.bounce = vec![0; len.next_power_of_two() + BLOCK];
        }
        let start = self.bounce.as_ptr().align_offset(BLOCK);
        let aligned = &mut self.bounce[start..start + len];
        aligned.copy_from_slice(&bytes[..len]);
        self.file.write_at(aligned, off)
    }

    fn read_direct(&self, off: u64, into: &mut [u8]) -> io::Result<usize> {
        let skip = usize::try_from(off % BLOCK as u64).expect("below a block");
        let want = (skip + into.len()).next_multiple_of(BLOCK).min(RealFile::BOUNCE);
        let mut bounce = vec![0; want + BLOCK];
        let start = bounce.as_ptr().align_offset(BLOCK);
        let aligned = &mut bounce[start..start + want];
        let got = self.file.read_at(aligned, off - skip as u64)?;
        let useful = got.saturating_sub(skip).min(into.len());
        into[..useful].copy_from_slice(&aligned[skip..skip + useful]);
        Ok(useful)
    }

    /// Some file systems grant O_DIRECT at opening and refuse it at the first use.
    fn give_up_direct(&mut self) -> io::Result<()> {
        let flags = fcntl_getfl(&self.file)?;
        fcntl_setfl(&self.file, flags.difference(OFlags::DIRECT))?;
        self.direct = false;
        Ok(())
    }
}

impl DiskFile for RealFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, off: u64, into: &mut [u8]) -> io::Result<usize> {
        if self.direct { self.read_direct(off, into) } else { self.file.read_at(into, off) }
    }

    fn write_at(&mut self, off: u64, bytes: &[u8]) -> io::Result<usize> {
        if self.direct {
            match self.write_direct(off, bytes) {
                Err(e) if Errno::from_io_error(&e) == Some(Errno::INVAL) => self.give_up_direct()?,
                done => return done,
            }
        }
        self.file.write_at(bytes, off)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}
