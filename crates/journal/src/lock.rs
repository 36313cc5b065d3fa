//! One process per state folder.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::real_disk::make_folder;

/// Holds the folder for this process; the kernel lets go when it is dropped or the process dies, so a
/// crash leaves no stale lock behind.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

impl StateLock {
    pub const FILE: &'static str = "state.lock";

    /// Take the folder, making it if needed.
    ///
    /// # Errors
    /// `WouldBlock` naming the folder and the process that holds it; or what the file system refused.
    pub fn take(dir: &Path) -> io::Result<StateLock> {
        make_folder(dir)?;
        let path = dir.join(StateLock::FILE);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder)?;
                let (dir, holder) = (dir.display(), holder.trim());
                let text = format!("{dir} is in use by process {holder}: two writers would fork the record");
                return Err(io::Error::new(io::ErrorKind::WouldBlock, text));
            }
            Err(e) => return Err(e.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(StateLock { _file: file })
    }
}
