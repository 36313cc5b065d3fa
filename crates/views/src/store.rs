//! What keeps tables: SQL on some engine.

use std::fmt;

/// A value of a column or a parameter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}

impl From<u32> for Value {
    fn from(n: u32) -> Value {
        Value::Int(i64::from(n))
    }
}

impl From<u16> for Value {
    fn from(n: u16) -> Value {
        Value::Int(i64::from(n))
    }
}

/// Numbers of a series stay far below the limit; one that did not would stand as text, in no order.
impl From<u64> for Value {
    fn from(n: u64) -> Value {
        i64::try_from(n).map_or_else(|_| Value::Text(n.to_string()), Value::Int)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// The engine refused, at what it was asked.
#[derive(Debug)]
pub struct StoreError {
    pub asked: String,
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of views failed at `{}`: {}", self.asked, self.source)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// A store of tables: one session of one engine. Statements are the shared subset of SQL that `lib.rs` names.
pub trait Store {
    /// Run a statement that yields no rows.
    ///
    /// # Errors
    /// When the engine refuses it.
    fn run(&mut self, sql: &str, values: &[Value]) -> Result<(), StoreError>;

    /// Run a statement and see each of its rows.
    ///
    /// # Errors
    /// When the engine refuses it.
    fn rows(&mut self, sql: &str, values: &[Value], see: &mut dyn FnMut(Vec<Value>)) -> Result<(), StoreError>;
}
