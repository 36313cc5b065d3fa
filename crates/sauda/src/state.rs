//! A state folder as a reader sees it: `firm/`, `world/`, `vault/` and `day.toml`.
//!
//! Readers open to read only and take no lock. What they read while a writer runs is made durable before it
//! is believed: a batch may stand in the file and not yet be safe (DESIGN 8).

use crate::failure::Failure;
use firm::Firm;
use journal::v1::{self, Entry};
use journal::{Caching, Disk, End, Head, Item, Mark, ReadError, Reader, RealDisk, StateLock};
use std::fs;
use std::path::{Path, PathBuf};
use vault::{Vault, VaultError, VaultKey};
use vocab::{EntryNo, Moment};

pub const FIRM: &str = "firm";
pub const WORLD: &str = "world";
pub const VAULT: &str = "vault";
pub const SNAPSHOTS: &str = "snapshots";
pub const DAY: &str = "day.toml";

/// A state folder that was found to be one.
#[derive(Debug)]
pub struct State {
    dir: PathBuf,
    seed: u64,
}

/// What the firm's journal yields.
pub enum Seen<'a> {
    /// With its place on the chain.
    Entry { entry: &'a Entry, head: Head },
    Mark(&'a Mark),
}

/// What stops reading.
#[derive(Debug)]
pub enum Stop {
    Read(ReadError),
    /// The bytes of an entry are whole and are no entry.
    Entry { number: EntryNo, why: String },
    /// The reader of the entries had enough of them.
    Failure(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failure(failure)
    }
}

impl State {
    /// # Errors
    /// When the folder is missing, is not a state folder, or may not be read.
    pub fn open(dir: &Path) -> Result<State, Failure> {
        let shown = dir.display();
        let refuse = |what: &str| Failure::refused(format!("--dir {shown}: {what}"));
        match fs::metadata(dir) {
            Err(e) => return Err(refuse(&format!("the state folder cannot be opened: {e}"))),
            Ok(about) if !about.is_dir() => return Err(refuse("is a file, not a state folder")),
            Ok(_) => {}
        }
        for part in [FIRM, WORLD, VAULT] {
            match fs::read_dir(dir.join(part)) {
                Ok(_) => {}
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                    return Err(refuse(&format!("is not a state folder: it has no {part}/")));
                }
                Err(e) => return Err(refuse(&format!("{part}/ cannot be read: {e}"))),
            }
        }
        Ok(State { dir: dir.to_owned(), seed: seed(&dir.join(DAY))? })
    }

    pub fn disk(&self, part: &str) -> Result<RealDisk, Failure> {
        let path = self.dir.join(part);
        RealDisk::new(&path, Caching::ReadOnly)
            .map_err(|e| Failure::refused(format!("{} cannot be read: {e}", path.display())))
    }

    pub fn vault_key(&self) -> VaultKey {
        VaultKey::sandbox(self.seed)
    }

    /// The vault for reading personal data: each read is a record, so the firm's lock is taken first.
    pub fn vault(&self) -> Result<(StateLock, Vault<RealDisk>), Failure> {
        let lock = StateLock::take(&self.dir)
            .map_err(|e| Failure::refused(format!("reading personal data writes its access log: {e}")))?;
        let path = self.dir.join(VAULT);
        let disk = RealDisk::new(&path, Caching::Buffered)
            .map_err(|e| Failure::refused(format!("{} cannot be opened: {e}", path.display())))?;
        let vault = Vault::open(disk, self.vault_key()).map_err(|e| vault_failure(&e))?;
        Ok((lock, vault))
    }

    /// Every record of the firm's journal, each checked against the chain.
    pub fn read(&self, see: &mut dyn FnMut(Seen<'_>) -> Result<(), Stop>) -> Result<End, Stop> {
        let disk = self.disk(FIRM)?;
        let mut reader = Reader::open(&disk).map_err(|e| confirmed(&disk, e))?;
        let mut entry = empty();
        loop {
            match reader.read().map_err(|e| confirmed(&disk, e))? {
                None => break,
                Some(Item::Mark { mark, .. }) => see(Seen::Mark(&mark))?,
                Some(Item::Entry { number, body, hash, .. }) => {
                    let head = Head { entry: number, hash: *hash };
                    let parts = v1::get_into(number, body, &mut entry.events, &mut entry.tail);
                    let parts = parts.map_err(|e| Stop::Entry { number, why: format!("it does not decode: {e}") })?;
                    (entry.head, entry.wall, entry.logic, entry.input) = parts;
                    see(Seen::Entry { entry: &entry, head })?;
                }
            }
        }
        let end = reader.end().expect("read to the end");
        self.settle(&disk)?;
        Ok(end)
    }

    /// What was read is durable from here on, whatever its writer has got to.
    pub fn settle(&self, disk: &RealDisk) -> Result<(), Failure> {
        let names = disk.list().map_err(|e| Failure::refused(format!("{} cannot be listed: {e}", self.dir.display())))?;
        for name in names.iter().filter(|n| n.ends_with(".seg")) {
            let path = self.dir.join(FIRM).join(name);
            // A medium that cannot be written to holds nothing that is not durable.
            let read_only = |e: &std::io::Error| {
                matches!(e.kind(), std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::InvalidInput)
            };
            match fs::File::open(&path).and_then(|file| file.sync_data()) {
                Err(e) if !read_only(&e) => {
                    return Err(Failure::refused(format!("{} cannot be made durable: {e}", path.display())));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Every entry, without marks: for books and explanations. Damage ends it as a refusal that names the
    /// first wrong entry.
    pub fn entries(&self, see: &mut dyn FnMut(&Entry) -> Result<(), Failure>) -> Result<End, Failure> {
        let done = self.read(&mut |seen| match seen {
            Seen::Entry { entry, .. } => see(entry).map_err(Stop::Failure),
            Seen::Mark(_) => Ok(()),
        });
        done.map_err(|stop| self.refusal(stop))
    }

    /// As [`State::entries`], with the state before each entry; the state at the end comes back.
    pub fn replay(&self, see: &mut dyn FnMut(&Firm, &Entry) -> Result<(), Failure>) -> Result<Firm, Failure> {
        let mut firm = Firm::new();
        self.entries(&mut |entry| {
            see(&firm, entry)?;
            let number = entry.head.entry;
            take(&mut firm, entry).map_err(|why| self.refusal(Stop::Entry { number, why }))
        })?;
        Ok(firm)
    }

    pub fn refusal(&self, stop: Stop) -> Failure {
        let dir = self.dir.display();
        match stop {
            Stop::Failure(failure) => failure,
            Stop::Read(error) => Failure::refused(format!("{dir}/{FIRM}: {error}")),
            Stop::Entry { number, why } => Failure::refused(format!("{dir}/{FIRM}: entry {number} is wrong: {why}")),
        }
    }
}

/// Damage is there when it is looked for again. A writer that begins a segment between two of our looks leaves
/// none: then the journal is to be read again.
pub fn confirmed(disk: &RealDisk, error: ReadError) -> Stop {
    let ReadError::Wrong(first) = &error else { return Stop::Read(error) };
    match journal::verify(disk, None) {
        Err(ReadError::Wrong(again)) if again == *first => Stop::Read(error),
        _ => Failure::refused("the journal was written to while it was read: ask again").into(),
    }
}

/// Apply an entry; what its events contradict is said, never a panic.
pub fn take(firm: &mut Firm, entry: &Entry) -> Result<(), String> {
    sequencer::caught(|| {
        firm.enter(&entry.head, &entry.events, &entry.tail);
    })
    .map_err(|why| format!("its events contradict the state: {why}"))
}

pub fn vault_failure(error: &VaultError) -> Failure {
    Failure::refused(format!("{VAULT}/: {error}"))
}

fn empty() -> Entry {
    let head = firm::Head { entry: EntryNo(0), source: firm::Source::Itself, sequence: 0, at: Moment(0) };
    Entry { head, wall: 0, logic: 0, input: firm::Input::Step, events: Vec::new(), tail: Vec::new() }
}

/// The seed of the day, which a sandbox's vault key is derived from. A number, or its text if it is larger
/// than TOML's numbers.
fn seed(path: &Path) -> Result<u64, Failure> {
    let refuse = |what: String| Failure::refused(format!("{}: {what}", path.display()));
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(refuse(format!("is missing: not a state folder ({e})")));
        }
        Err(e) => return Err(refuse(format!("cannot be read: {e}"))),
    };
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| refuse(format!("is not TOML: {}", e.message())))?;
    let value = table.get("seed").or_else(|| table.get("day").and_then(|day| day.get("seed")));
    let number = match value {
        Some(toml::Value::Integer(n)) => u64::try_from(*n).ok(),
        Some(toml::Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| refuse("field `seed` is missing or not a whole number from zero".to_owned()))
}
