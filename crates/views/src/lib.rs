//! Views: tables in SQL that anyone may ask, fed from the journal.
//!
//! What this is not: the record. A view is wiped and made again from the journal at will; nothing decides by it,
//! nothing is posted from it, and it holds no personal data.
//!
//! Invariants:
//! - A row is a fact of one entry and is never changed: what is in the tables depends on how far they were fed and
//!   on nothing else. So every question can be asked as of any entry, and a past day as it was known then.
//! - Rows and the entry they reach stand in one transaction: a crash leaves the tables at an entry.
//! - Nothing is fed that is not durable in the journal; tables of another record are refused.
//! - Every answer says the entry it is as of.
//! - SQL is the subset that SQLite and PostgreSQL share: numbered parameters in the order they first stand, BIGINT and
//!   TEXT, no upsert. Money is paise, prices 1/10,000 rupee, moments microseconds, days are text.
//!
//! Start with [`Views::open`], [`Views::feed`] and [`Views::ask`]; `schema.rs` has the tables, `sql/` the questions.

mod facts;
mod feed;
mod query;
mod schema;
mod sqlite;
mod store;

pub use feed::{Fed, Views, ViewsError};
pub use query::{Answer, Given, Kind, QUERIES, Query};
pub use sqlite::Sqlite;
pub use store::{Store, StoreError, Value};
