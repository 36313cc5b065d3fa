//! A part of a backup under the names of the state: readers of journals and vaults read it as it stands.

use std::collections::BTreeMap;
use std::io;

use journal::Disk;

pub(crate) struct View<D: Disk> {
    disk: D,
    /// Where the file of each name stands.
    stored: BTreeMap<String, String>,
}

impl<D: Disk + Clone> View<D> {
    pub(crate) fn new(disk: &D, stored: impl Iterator<Item = (String, String)>) -> View<D> {
        View { disk: disk.clone(), stored: stored.collect() }
    }
}

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "a finished backup is only read")
}

impl<D: Disk> Disk for View<D> {
    type File = D::File;

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.stored.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<D::File> {
        let stored = self.stored.get(name).ok_or(io::ErrorKind::NotFound)?;
        self.disk.open(stored)
    }

    fn create(&self, _name: &str, _size: u64) -> io::Result<D::File> {
        Err(read_only())
    }

    fn remove(&self, _name: &str) -> io::Result<()> {
        Err(read_only())
    }
}
