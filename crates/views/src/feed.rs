//! Feeding: entries in, in order, each batch in one transaction with the entry it reaches.

use std::fmt;

use firm::{Event, Head};
use journal::{Disk, Item, ReadError, Reader, v1};
use sha2::{Digest, Sha256};
use vocab::{Day, EntryNo};

use crate::facts;
use crate::schema::{Of, TABLES, VERSION};
use crate::store::{Store, StoreError, Value};

/// Entries in one transaction: large enough that committing costs little, small enough to lose little.
const BATCH: u64 = 20_000;

const UPTO: &str = "CREATE TABLE upto (entry BIGINT NOT NULL, hash TEXT NOT NULL, version BIGINT NOT NULL)";

/// Why views are not fed or not answered.
#[derive(Debug)]
pub enum ViewsError {
    Store(StoreError),
    Read(ReadError),
    /// The bytes of an entry are whole and are no entry.
    Entry { number: EntryNo, why: String },
    /// The tables hold what is not in this journal.
    Foreign { upto: EntryNo },
    /// The tables were made by another version of the program.
    Version { found: i64 },
    /// A question was asked with a word it does not know, or without one it needs.
    Asked { what: String },
    /// What was read could not be made durable.
    Durable { why: String },
}

impl fmt::Display for ViewsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ViewsError::Store(error) => error.fmt(f),
            ViewsError::Read(error) => error.fmt(f),
            ViewsError::Entry { number, why } => write!(f, "entry {number} does not decode: {why}"),
            ViewsError::Foreign { upto } => {
                write!(f, "the views reach entry {upto} of another record than the journal here: rebuild them")
            }
            ViewsError::Version { found } => {
                write!(f, "the views are of form {found}, this program's are of form {VERSION}: rebuild them")
            }
            ViewsError::Asked { what } => f.write_str(what),
            ViewsError::Durable { why } => write!(f, "the journal could not be made durable: {why}"),
        }
    }
}

impl std::error::Error for ViewsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ViewsError::Store(error) => Some(error),
            ViewsError::Read(error) => Some(error),
            ViewsError::Entry { .. }
            | ViewsError::Foreign { .. }
            | ViewsError::Version { .. }
            | ViewsError::Asked { .. }
            | ViewsError::Durable { .. } => None,
        }
    }
}

impl From<StoreError> for ViewsError {
    fn from(error: StoreError) -> ViewsError {
        ViewsError::Store(error)
    }
}

impl From<ReadError> for ViewsError {
    fn from(error: ReadError) -> ViewsError {
        ViewsError::Read(error)
    }
}

/// What a feeding came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fed {
    /// Entries taken in now.
    pub entries: u64,
    /// The last entry the tables hold.
    pub upto: EntryNo,
}

/// The tables of a store.
pub struct Views<S: Store> {
    pub(crate) store: S,
    upto: EntryNo,
    hash: String,
    day: Option<Day>,
    inserts: Vec<String>,
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

impl<S: Store> Views<S> {
    /// Opens the tables of a store, or makes them in an empty one.
    ///
    /// # Errors
    /// [`ViewsError::Version`]; [`ViewsError::Store`].
    pub fn open(mut store: S) -> Result<Views<S>, ViewsError> {
        // The making is one transaction: tables without their entry do not exist.
        if store.rows("SELECT entry FROM upto", &[], &mut |_| {}).is_err() {
            store.run("BEGIN", &[])?;
            for sql in TABLES.iter().flat_map(crate::schema::Table::create).chain([UPTO.to_owned()]) {
                store.run(&sql, &[])?;
            }
            let first = [Value::Int(0), Value::from(""), Value::Int(VERSION)];
            store.run("INSERT INTO upto VALUES ($1, $2, $3)", &first)?;
            store.run("COMMIT", &[])?;
        }
        let inserts = TABLES.iter().map(crate::schema::Table::insert).collect();
        let mut views = Views { store, upto: EntryNo(0), hash: String::new(), day: None, inserts };
        views.look()?;
        Ok(views)
    }

    /// How far the tables reach, as they say themselves.
    fn look(&mut self) -> Result<(), ViewsError> {
        let mut found = None;
        self.store.rows("SELECT entry, hash, version FROM upto", &[], &mut |row| found = Some(row))?;
        let Some([Value::Int(entry), Value::Text(hash), Value::Int(version)]) = found.as_deref() else {
            return Err(ViewsError::Version { found: 0 });
        };
        if *version != VERSION {
            return Err(ViewsError::Version { found: *version });
        }
        self.upto = EntryNo(entry.cast_unsigned());
        self.hash.clone_from(hash);
        let mut last = None;
        self.store.rows("SELECT MAX(day) FROM days", &[], &mut |row| last = row.into_iter().next())?;
        self.day = match last {
            Some(Value::Text(day)) => Day::parse(&day).ok(),
            Some(Value::Null | Value::Int(_)) | None => None,
        };
        Ok(())
    }

    /// The last entry the tables hold.
    pub fn upto(&self) -> EntryNo {
        self.upto
    }

    /// Takes in what the journal holds beyond the tables. Before each commit `durable` is asked to make sure that
    /// what was read is so: nothing beyond the watermark is ever shown.
    ///
    /// # Errors
    /// [`ViewsError::Foreign`], before anything is written; see [`ViewsError`]. What was committed stays.
    pub fn feed<D: Disk>(
        &mut self, disk: &D, durable: &mut dyn FnMut() -> Result<(), String>,
    ) -> Result<Fed, ViewsError> {
        self.feed_to(disk, EntryNo(u64::MAX), durable)
    }

    /// As [`Views::feed`], and no further than an entry.
    ///
    /// # Errors
    /// As [`Views::feed`].
    pub fn feed_to<D: Disk>(
        &mut self, disk: &D, most: EntryNo, durable: &mut dyn FnMut() -> Result<(), String>,
    ) -> Result<Fed, ViewsError> {
        let mut reader = Reader::open_at(disk, self.upto)?;
        let (mut events, mut tail) = (Vec::new(), Vec::new());
        let (mut fed, mut seen) = (0u64, self.upto == EntryNo(0));
        let (mut last, mut open) = (EntryNo(0), false);
        let mut reached = String::new();
        loop {
            let item = match reader.read() {
                Ok(item) => item,
                Err(error) => return self.abandon(open, error.into()),
            };
            let Some(item) = item else { break };
            let Item::Entry { number, hash, body, .. } = item else { continue };
            if number <= self.upto {
                if number == self.upto && hex(hash) != self.hash {
                    return Err(ViewsError::Foreign { upto: self.upto });
                }
                seen |= number == self.upto;
                continue;
            }
            if !seen {
                return Err(ViewsError::Foreign { upto: self.upto });
            }
            if number > most {
                break;
            }
            reached = hex(hash);
            let taken = v1::get_into(number, body, &mut events, &mut tail);
            let (head, ..) = match taken {
                Ok(taken) => taken,
                Err(e) => return self.abandon(open, ViewsError::Entry { number, why: e.to_string() }),
            };
            if !open {
                self.store.run("BEGIN", &[])?;
                open = true;
            }
            if let Err(error) = self.take(&head, &events) {
                return self.abandon(open, error);
            }
            (fed, last) = (fed + 1, number);
            if fed.is_multiple_of(BATCH) {
                self.commit(last, &reached, durable)?;
                open = false;
            }
        }
        if !seen {
            return Err(ViewsError::Foreign { upto: self.upto });
        }
        if open {
            self.commit(last, &reached, durable)?;
        }
        Ok(Fed { entries: fed, upto: self.upto })
    }

    fn abandon<T>(&mut self, open: bool, error: ViewsError) -> Result<T, ViewsError> {
        if open {
            self.store.run("ROLLBACK", &[])?;
            self.look()?;
        }
        Err(error)
    }

    /// The rows of one entry.
    fn take(&mut self, head: &Head, events: &[Event]) -> Result<(), ViewsError> {
        let Views { store, inserts, day, .. } = self;
        let mut line = 0;
        let mut failed = None;
        let mut put = |of: Of, row: Vec<Value>| {
            assert!(row.len() == of.table().columns.len(), "a value for each column of {}", of.table().name);
            let mut values = vec![Value::from(head.entry.0), Value::Int(line)];
            values.extend(row);
            line += 1;
            if let (Some(sql), None) = (inserts.get(of as usize), &failed) {
                failed = store.run(sql, &values).err();
            }
        };
        let today = head.at.day();
        if *day != Some(today) {
            put(Of::Days, vec![Value::from(today.to_string())]);
            *day = Some(today);
        }
        for event in events {
            facts::rows(head, event, &mut put);
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn commit(
        &mut self, last: EntryNo, hash: &str, durable: &mut dyn FnMut() -> Result<(), String>,
    ) -> Result<(), ViewsError> {
        if let Err(why) = durable() {
            return self.abandon(true, ViewsError::Durable { why });
        }
        self.store.run("UPDATE upto SET entry = $1, hash = $2", &[Value::from(last.0), Value::from(hash)])?;
        self.store.run("COMMIT", &[])?;
        self.upto = last;
        hash.clone_into(&mut self.hash);
        Ok(())
    }

    /// A digest of all rows of all tables: two stores fed equally far have the same one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn digest(&mut self) -> Result<[u8; 32], ViewsError> {
        let mut sha = Sha256::new();
        for table in TABLES {
            sha.update(table.name);
            let sql = format!("SELECT * FROM {} ORDER BY entry, line", table.name);
            self.store.rows(&sql, &[], &mut |row| {
                for value in row {
                    match value {
                        Value::Null => sha.update([0]),
                        Value::Int(n) => {
                            sha.update([1]);
                            sha.update(n.to_le_bytes());
                        }
                        Value::Text(text) => {
                            sha.update([2]);
                            sha.update((text.len() as u64).to_le_bytes());
                            sha.update(text);
                        }
                    }
                }
            })?;
        }
        sha.update(self.hash.as_bytes());
        Ok(sha.finalize().into())
    }
}
