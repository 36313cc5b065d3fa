//! Questions by name. Each is one statement in `sql/`, asked as of an entry.

use vocab::{Day, EntryNo, Ucc};

use crate::feed::{Views, ViewsError};
use crate::store::{Store, Value};

/// What a column of an answer counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Text,
    Number,
    Money,
    Price,
    Qty,
    At,
}

/// What a statement takes beside the entry it is asked as of, which is always its first parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// One client.
    Client,
    /// A first and a last day; every day where none is given.
    Days,
    /// The end of one day; the end of time where none is given.
    Day,
    Note,
}

pub struct Query {
    pub name: &'static str,
    pub title: &'static str,
    pub takes: &'static [Takes],
    pub columns: &'static [(&'static str, Kind)],
    sql: &'static str,
}

macro_rules! queries {
    ($($name:literal $title:literal ($($takes:ident),*) { $($column:literal $kind:ident),* $(,)? })*) => {
        pub const QUERIES: &[Query] = &[$(Query {
            name: $name,
            title: $title,
            takes: &[$(Takes::$takes,)*],
            columns: &[$(($column, Kind::$kind),)*],
            sql: include_str!(concat!("../sql/", $name, ".sql")),
        },)*];
    };
}

queries! {
    "ledger" "Ledger of a client" (Client, Days) {
        "Posted" Text, "Value day" Text, "Voucher" Number, "Narration" Text, "Reference" Number, "Amount" Money,
        "Balance" Money, "Entry" Number,
    }
    "balances" "Balances of clients by value day" (Day) { "Client" Text, "Balance" Money }
    "trial" "Trial balance by value day" (Day) { "Exchange" Text, "Account" Text, "Balance" Money }
    "trades" "Trades" (Days) {
        "Settlement" Number, "Time" At, "Trade" Number, "Order" Number, "Client" Text, "Security" Text, "ISIN" Text,
        "Side" Text, "Quantity" Qty, "Price" Price, "Entry" Number,
    }
    "orders" "Orders" (Days) {
        "Order" Number, "Time" At, "Client" Text, "Security" Text, "Side" Text, "Kind" Text, "Channel" Text,
        "Quantity" Qty, "Price" Price, "Traded" Qty, "Ended" Text, "Entry" Number,
    }
    "notes" "Register of contract notes" (Days) {
        "Year" Text, "Note" Number, "Day" Text, "Client" Text, "Settlement" Number, "Trades" Number, "Brokerage" Money,
        "Net" Money, "Entry" Number,
    }
    "charges" "Charges of a note" (Note) { "Head" Text, "Base" Money, "Amount" Money, "Client" Text, "Entry" Number }
    "holdings" "Shares of a client by place" (Client, Day) { "Security" Text, "ISIN" Text, "Place" Text, "Quantity" Qty }
    "settlements" "Settlements" (Days) {
        "Settlement" Number, "Kind" Text, "Trade day" Text, "Pay-in" Text, "Pay-out" Text, "Reached" Text, "On" Text,
    }
    "breaks" "Open breaks" (Day) {
        "Break" Number, "Opened" At, "Kind" Text, "Subject" Number, "Ours" Number, "Theirs" Number, "Entry" Number,
    }
    "refusals" "Refusals" (Days) { "Time" At, "From" Text, "Code" Text, "Why" Text, "Entry" Number }
    "clients" "Clients" (Day) { "Client" Text, "Kind" Text, "State" Text, "Opened" Text, "Last fact" Text, "On" Text }
    "deposits" "What clients deposited as margin" (Day) {
        "Deposit" Number, "Client" Text, "Form" Text, "Security" Text, "Quantity" Qty, "Amount" Money, "Good until" Text,
        "Value" Money, "Last fact" Text, "Entry" Number,
    }
    "margins" "Margins of clients" (Days) {
        "Day" Text, "Client" Text, "VaR" Money, "ELM" Money, "Mark to market" Money, "Covered" Money, "Up front" Money,
        "Funds" Money, "Deposits" Money, "Shares" Money, "Short" Money,
        "Peak look" Number, "Wanted at it" Money, "Short at it" Money, "Penalty" Money, "Entry" Number,
    }
    "actions" "Corporate actions by record day" (Days) {
        "Action" Number, "Security" Text, "Benefit" Text, "Ex" Text, "Record" Text, "Entitled" Number, "Money came" Money,
        "Money passed on" Money, "Shares came" Qty, "Shares passed on" Qty, "Entry" Number,
    }
    "intermediaries" "Intermediaries" (Day) {
        "Code" Text, "Kind" Text, "Form" Text, "Opened" Text, "Clients" Number, "Due to him" Money, "Last fact" Text,
        "On" Text,
    }
    "payments" "Payments" (Days) {
        "Payment" Number, "Asked" At, "Purpose" Text, "Amount" Money, "Answer" Text, "Entry" Number,
    }
}

/// What was given with a question.
#[derive(Clone, Copy, Default, Debug)]
pub struct Given {
    pub client: Option<Ucc>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub note: Option<u32>,
    /// Only what was known at the end of this market day.
    pub known: Option<Day>,
}

/// Rows, and the entry they are as of.
pub struct Answer {
    pub as_of: EntryNo,
    pub query: &'static Query,
    pub rows: Vec<Vec<Value>>,
}

impl Query {
    pub fn named(name: &str) -> Option<&'static Query> {
        QUERIES.iter().find(|query| query.name == name)
    }

    fn values(&self, as_of: EntryNo, given: &Given) -> Result<Vec<Value>, ViewsError> {
        let wants = |what: &str| ViewsError::Asked { what: format!("`{}` is asked of {what}", self.name) };
        let first = || given.from.map_or_else(|| "0000".to_owned(), |day| day.to_string());
        let last = || given.to.map_or_else(|| "9999".to_owned(), |day| day.to_string());
        let mut values = vec![Value::from(as_of.0)];
        for takes in self.takes {
            match takes {
                Takes::Client => values.push(given.client.ok_or_else(|| wants("one client"))?.to_string().into()),
                Takes::Days => values.extend([first().into(), last().into()]),
                Takes::Day => values.push(last().into()),
                Takes::Note => values.push(given.note.ok_or_else(|| wants("one note"))?.into()),
            }
        }
        Ok(values)
    }
}

impl<S: Store> Views<S> {
    /// Answers a question from one state of the tables.
    ///
    /// # Errors
    /// [`ViewsError::Asked`] when something it needs is not given; [`ViewsError::Store`].
    pub fn ask(&mut self, query: &'static Query, given: &Given) -> Result<Answer, ViewsError> {
        self.store.run("BEGIN", &[])?;
        let answer = self.answer(query, given);
        self.store.run("ROLLBACK", &[])?;
        answer
    }

    fn answer(&mut self, query: &'static Query, given: &Given) -> Result<Answer, ViewsError> {
        let as_of = self.as_of(given.known)?;
        let values = query.values(as_of, given)?;
        let mut rows = Vec::new();
        self.store.rows(query.sql, &values, &mut |row| rows.push(row))?;
        Ok(Answer { as_of, query, rows })
    }

    /// The last entry of a market day, or of all there are.
    fn as_of(&mut self, known: Option<Day>) -> Result<EntryNo, ViewsError> {
        let mut last = 0;
        let mut see = |row: Vec<Value>| {
            if let Some(Value::Int(entry)) = row.first() {
                last = *entry;
            }
        };
        self.store.rows("SELECT entry FROM upto", &[], &mut see)?;
        if let Some(day) = known {
            let sql = "SELECT MIN(entry) - 1 FROM days WHERE day > $1";
            self.store.rows(sql, &[Value::from(day.to_string())], &mut see)?;
        }
        Ok(EntryNo(last.cast_unsigned()))
    }
}
