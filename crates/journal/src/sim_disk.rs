//! A disk in memory with planted faults, drawn from a seed: the same seed fails the same way for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stdx::Lots;

use crate::disk::{Disk, DiskFile};

/// What a disk keeps or loses as a whole.
const SECTOR: usize = 512;

/// Which faults a [`SimDisk`] plants. The default plants none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Crash after so many bytes written, all files together; the write in flight is torn there. Making a
    /// file counts one byte for each sector; removing one and flushing count one byte each.
    pub crash_after: Option<u64>,
    /// One write in so many is short; 0 is never. Likewise below.
    pub short_write_one_in: u64,
    pub write_error_one_in: u64,
    /// After a failed flush some sectors are durable and the rest are lost, though reads still show
    /// them, as on Linux.
    pub flush_error_one_in: u64,
    /// A bug planted in the disk itself: every flush says yes and keeps nothing.
    pub lying_flush: bool,
    /// Size of the disk in bytes.
    pub size_limit: Option<u64>,
}

#[derive(Clone, Debug, Default)]
struct Stored {
    /// What survives a crash for certain.
    durable: Vec<u8>,
    /// What a read sees.
    live: Vec<u8>,
    /// Sectors written since the last flush.
    dirty: BTreeSet<usize>,
}

impl Stored {
    fn zeros(size: usize) -> Stored {
        Stored { durable: vec![0; size], live: vec![0; size], dirty: BTreeSet::new() }
    }

    fn write(&mut self, off: usize, bytes: &[u8]) {
        self.live[off..off + bytes.len()].copy_from_slice(bytes);
        if !bytes.is_empty() {
            self.dirty.extend(off / SECTOR..=(off + bytes.len() - 1) / SECTOR);
        }
    }

    /// Make the sectors durable that `keep` says.
    fn settle(&mut self, mut keep: impl FnMut() -> bool) {
        for sector in std::mem::take(&mut self.dirty) {
            let range = sector * SECTOR..((sector + 1) * SECTOR).min(self.live.len());
            if keep() {
                self.durable[range.clone()].copy_from_slice(&self.live[range]);
            }
        }
    }
}

#[derive(Debug)]
struct State {
    files: BTreeMap<String, Stored>,
    faults: Faults,
    lots: Lots,
    written: u64,
    crashed: bool,
}

impl State {
    fn alive(&self) -> io::Result<()> {
        if self.crashed { Err(io::Error::other("the machine has crashed")) } else { Ok(()) }
    }

    fn drawn(&mut self, one_in: u64) -> bool {
        one_in > 0 && self.lots.one_in(one_in)
    }

    /// Spend `n` bytes of the life that is left; fewer come back if the crash falls among them.
    fn spend(&mut self, n: u64) -> u64 {
        let left = self.faults.crash_after.map_or(u64::MAX, |at| at.saturating_sub(self.written));
        self.crashed |= left < n;
        self.written += n.min(left);
        n.min(left)
    }
}

/// The disk; clones are handles on the same one.
#[derive(Clone, Debug)]
pub struct SimDisk(Arc<Mutex<State>>);

impl SimDisk {
    pub fn new(seed: u64, faults: Faults) -> SimDisk {
        SimDisk::holding(BTreeMap::new(), seed, faults)
    }

    fn holding(files: BTreeMap<String, Stored>, seed: u64, faults: Faults) -> SimDisk {
        let lots = Lots::of(seed, &[0xD15C]);
        SimDisk(Arc::new(Mutex::new(State { files, faults, lots, written: 0, crashed: false })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The disk as the next process finds it: each sector not flushed survives or not by lot. The old
    /// handles are dead from here on.
    #[must_use]
    pub fn crash(&self, faults: Faults) -> SimDisk {
        let mut state = self.state();
        state.crashed = true;
        let lying = state.faults.lying_flush;
        let mut files = std::mem::take(&mut state.files);
        let lots = &mut state.lots;
        for file in files.values_mut() {
            file.settle(|| !lying && lots.one_in(2));
            file.live.clone_from(&file.durable);
        }
        let seed = lots.draw();
        SimDisk::holding(files, seed, faults)
    }

    /// The disk as the next process finds it when only this one died: what was written is still in the
    /// machine's memory, durable or not. The old handles are dead from here on.
    #[must_use]
    pub fn kill(&self, faults: Faults) -> SimDisk {
        let mut state = self.state();
        state.crashed = true;
        let files = std::mem::take(&mut state.files);
        let seed = state.lots.draw();
        SimDisk::holding(files, seed, faults)
    }

    /// Bytes written so far, counted as [`Faults::crash_after`] counts.
    pub fn written(&self) -> u64 {
        self.state().written
    }

    pub fn has_crashed(&self) -> bool {
        self.state().crashed
    }

    /// The bytes of a file as a read sees them.
    pub fn image(&self, name: &str) -> Option<Vec<u8>> {
        self.state().files.get(name).map(|f| f.live.clone())
    }

    /// Put a file in place, or take it away, durably: how tests damage a disk.
    pub fn set_image(&self, name: &str, bytes: Option<Vec<u8>>) {
        let mut state = self.state();
        match bytes {
            Some(live) => {
                let file = Stored { durable: live.clone(), live, dirty: BTreeSet::new() };
                state.files.insert(name.to_owned(), file);
            }
            None => {
                state.files.remove(name);
            }
        }
    }
}

impl Disk for SimDisk {
    type File = SimFile;

    fn list(&self) -> io::Result<Vec<String>> {
        let state = self.state();
        state.alive()?;
        Ok(state.files.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<SimFile> {
        let state = self.state();
        state.alive()?;
        let Some(file) = state.files.get(name) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        Ok(SimFile { disk: self.clone(), name: name.to_owned(), len: file.live.len() as u64 })
    }

    fn create(&self, name: &str, size: u64) -> io::Result<SimFile> {
        let mut state = self.state();
        state.alive()?;
        if state.files.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let held: u64 = state.files.values().map(|f| f.live.len() as u64).sum();
        if state.faults.size_limit.is_some_and(|limit| held + size > limit) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let one_in = state.faults.write_error_one_in;
        if state.drawn(one_in) {
            return Err(io::Error::other("a planted error while making a file"));
        }
        let sectors = size.div_ceil(SECTOR as u64);
        let spent = state.spend(sectors);
        let size = usize::try_from(size).expect("a file in memory");
        if spent < sectors {
            // Torn while it was made: the name may or may not be there, at whatever length.
            let some = usize::try_from(spent).expect("below the size") * SECTOR;
            if state.lots.one_in(2) {
                state.files.insert(name.to_owned(), Stored::zeros(some));
            }
            return state.alive().map(|()| unreachable!("a crash was spent"));
        }
        state.files.insert(name.to_owned(), Stored::zeros(size));
        Ok(SimFile { disk: self.clone(), name: name.to_owned(), len: size as u64 })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        state.alive()?;
        if !state.files.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let done = state.spend(1) == 1;
        if done || state.lots.one_in(2) {
            state.files.remove(name);
        }
        state.alive()
    }
}

/// An open file of a [`SimDisk`].
#[derive(Debug)]
pub struct SimFile {
    disk: SimDisk,
    name: String,
    len: u64,
}

impl SimFile {
    fn gone() -> io::Error {
        io::ErrorKind::NotFound.into()
    }
}

impl DiskFile for SimFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, off: u64, into: &mut [u8]) -> io::Result<usize> {
        let state = self.disk.state();
        state.alive()?;
        let file = state.files.get(&self.name).ok_or_else(SimFile::gone)?;
        let off = usize::try_from(off).unwrap_or(usize::MAX).min(file.live.len());
        let n = into.len().min(file.live.len() - off);
        into[..n].copy_from_slice(&file.live[off..off + n]);
        Ok(n)
    }

    fn write_at(&mut self, off: u64, bytes: &[u8]) -> io::Result<usize> {
        let block = crate::BLOCK as u64;
        assert!(off.is_multiple_of(block) && (bytes.len() as u64).is_multiple_of(block), "writes are of whole blocks");
        assert!(off + bytes.len() as u64 <= self.len, "a segment never grows");
        let mut state = self.disk.state();
        state.alive()?;
        let faults = state.faults;
        let failed = state.drawn(faults.write_error_one_in);
        let short = failed || state.drawn(faults.short_write_one_in);
        let wanted = if short { state.lots.below(bytes.len() as u64) + 1 } else { bytes.len() as u64 };
        let done = usize::try_from(state.spend(wanted)).expect("a length");
        let off = usize::try_from(off).expect("a file in memory");
        state.files.get_mut(&self.name).ok_or_else(SimFile::gone)?.write(off, &bytes[..done]);
        state.alive()?;
        if failed { Err(io::Error::other("a planted write error")) } else { Ok(done) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.alive()?;
        let faults = state.faults;
        state.spend(1);
        state.alive()?;
        let failed = state.drawn(faults.flush_error_one_in);
        let State { files, lots, .. } = &mut *state;
        let file = files.get_mut(&self.name).ok_or_else(SimFile::gone)?;
        if failed {
            file.settle(|| lots.one_in(2));
            return Err(io::Error::other("a planted flush error"));
        }
        if !faults.lying_flush {
            file.settle(|| true);
        }
        Ok(())
    }
}
