//! Tables in a file of SQLite.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::store::{Store, StoreError, Value};

/// Earlier ones could corrupt a database in WAL mode while it was read (3.7.0 to 3.51.2).
const LEAST: i32 = 3_051_003;

pub struct Sqlite(Connection);

impl Sqlite {
    /// Opens or makes a file. A write is not waited for: what a power failure takes is fed again.
    ///
    /// # Errors
    /// When it cannot be opened, or is no database.
    pub fn open(path: &Path) -> Result<Sqlite, StoreError> {
        let asked = || format!("open {}", path.display());
        Sqlite::of(Connection::open(path).map_err(|e| failed(asked(), e))?)
    }

    /// Tables in memory: for comparing.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn in_memory() -> Result<Sqlite, StoreError> {
        Sqlite::of(Connection::open_in_memory().map_err(|e| failed("open in memory".to_owned(), e))?)
    }

    fn of(connection: Connection) -> Result<Sqlite, StoreError> {
        assert!(rusqlite::version_number() >= LEAST, "SQLite {} is too old for WAL", rusqlite::version());
        let set = |()| {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.set_prepared_statement_cache_capacity(64);
            connection.busy_timeout(Duration::from_secs(5))
        };
        set(()).map_err(|e| failed("set the session".to_owned(), e))?;
        Ok(Sqlite(connection))
    }
}

fn failed(asked: String, e: rusqlite::Error) -> StoreError {
    StoreError { asked, source: Box::new(e) }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn value(found: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(rusqlite::Error::InvalidColumnType(0, "a column".to_owned(), found.data_type()));
        }
    })
}

impl Store for Sqlite {
    fn run(&mut self, sql: &str, values: &[Value]) -> Result<(), StoreError> {
        let run = || {
            let mut statement = self.0.prepare_cached(sql)?;
            statement.execute(params_from_iter(values)).map(|_| ())
        };
        run().map_err(|e| failed(sql.to_owned(), e))
    }

    fn rows(&mut self, sql: &str, values: &[Value], see: &mut dyn FnMut(Vec<Value>)) -> Result<(), StoreError> {
        let mut run = || {
            let mut statement = self.0.prepare_cached(sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query(params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                see((0..columns).map(|nth| value(row.get_ref(nth)?)).collect::<rusqlite::Result<Vec<Value>>>()?);
            }
            Ok(())
        };
        run().map_err(|e| failed(sql.to_owned(), e))
    }
}
