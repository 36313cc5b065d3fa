//! The tables. A change here is a new [`VERSION`]: tables of another one are made again.

/// Counted up with every change of tables or of what is put into them.
pub const VERSION: i64 = 4;

/// A table of facts: the entry and the place within it that a row comes from, then its columns.
pub struct Table {
    pub name: &'static str,
    /// Name and SQL type.
    pub columns: &'static [(&'static str, &'static str)],
    /// Columns that are searched by.
    pub indexes: &'static [&'static str],
}

macro_rules! tables {
    ($($name:ident $table:literal { $($column:ident $kind:ident),* $(,)? } by $($index:literal)|*;)*) => {
        /// Which table.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Of { $($name,)* }

        pub const TABLES: &[Table] = &[$(Table {
            name: $table,
            columns: &[$((stringify!($column), stringify!($kind)),)*],
            indexes: &[$($index,)*],
        },)*];
    };
}

tables! {
    Clients "clients" { client BIGINT, ucc TEXT, kind TEXT, state TEXT, opened TEXT } by "ucc";
    ClientFacts "client_facts" { client BIGINT, day TEXT, fact TEXT } by "client";
    Securities "securities" { security BIGINT, isin TEXT, symbol TEXT } by "security";
    Closes "closes" { venue TEXT, security BIGINT, day TEXT, close BIGINT } by "security";
    Orders "orders" {
        order_no BIGINT, at BIGINT, day TEXT, client BIGINT, security BIGINT, user_row BIGINT, venue TEXT,
        side TEXT, kind TEXT, validity TEXT, channel TEXT, qty BIGINT, price BIGINT
    } by "order_no" | "day" | "client";
    OrderFacts "order_facts" {
        order_no BIGINT, at BIGINT, fact TEXT, trade BIGINT, qty BIGINT, price BIGINT, why TEXT, code BIGINT
    } by "order_no";
    Trades "trades" {
        venue TEXT, trade BIGINT, side TEXT, order_no BIGINT, at BIGINT, day TEXT, client BIGINT, security BIGINT,
        settlement BIGINT, qty BIGINT, price BIGINT
    } by "day" | "client" | "trade";
    Recodings "recodings" { venue TEXT, trade BIGINT, side TEXT, client BIGINT, day TEXT } by "trade";
    Corrections "corrections" { venue TEXT, trade BIGINT, side TEXT, day TEXT, qty BIGINT, price BIGINT } by "trade";
    Notes "notes" { year TEXT, note BIGINT, day TEXT, client BIGINT, settlement BIGINT, net BIGINT } by "day" | "client";
    NoteTrades "note_trades" { note BIGINT, venue TEXT, trade BIGINT, side TEXT, client BIGINT, brokerage BIGINT } by "note" | "trade";
    Charges "charges" {
        note BIGINT, client BIGINT, day TEXT, head TEXT, amount BIGINT, base BIGINT
    } by "note" | "day";
    Postings "postings" {
        day TEXT, value_day TEXT, voucher BIGINT, account TEXT, owner BIGINT, amount BIGINT, cause TEXT,
        reference BIGINT, settlement BIGINT, venue TEXT, corporation TEXT
    } by "account, owner" | "day" | "voucher";
    Moves "moves" {
        day TEXT, client BIGINT, security BIGINT, source TEXT, target TEXT, qty BIGINT, settlement BIGINT, depository TEXT
    } by "client, security" | "day";
    Settlements "settlements" {
        settlement BIGINT, corporation TEXT, kind TEXT, number BIGINT, trade_day TEXT, pay_in TEXT, pay_out TEXT
    } by "settlement";
    SettlementFacts "settlement_facts" {
        settlement BIGINT, day TEXT, fact TEXT, client BIGINT, security BIGINT, qty BIGINT, amount BIGINT
    } by "settlement" | "client";
    Payments "payments" { payment BIGINT, at BIGINT, day TEXT, fact TEXT, purpose TEXT, owner BIGINT, amount BIGINT } by "payment" | "day";
    Transfers "transfers" {
        transfer BIGINT, at BIGINT, day TEXT, fact TEXT, purpose TEXT, client BIGINT, security BIGINT, qty BIGINT
    } by "transfer" | "day";
    Breaks "breaks" { break_no BIGINT, at BIGINT, day TEXT, kind TEXT, subject BIGINT, ours BIGINT, theirs BIGINT } by "break_no";
    Mends "mends" { break_no BIGINT, at BIGINT, by_user BIGINT, reason BIGINT } by "break_no";
    Refusals "refusals" { at BIGINT, day TEXT, source TEXT, code BIGINT, name TEXT, sentence TEXT } by "day";
    MoneyTests "money_tests" { day TEXT, held BIGINT, collateral BIGINT, credits BIGINT, debits BIGINT, suspense BIGINT } by "day";
    Deposits "deposits" {
        deposit BIGINT, day TEXT, client BIGINT, form TEXT, security BIGINT, qty BIGINT, amount BIGINT, good_until TEXT
    } by "deposit" | "client";
    DepositFacts "deposit_facts" { deposit BIGINT, day TEXT, fact TEXT, value BIGINT } by "deposit";
    ClientMargins "client_margins" {
        day TEXT, client BIGINT, holder TEXT, var BIGINT, elm BIGINT, mtm BIGINT, covered BIGINT
    } by "day" | "client";
    MarginsCollected "margins_collected" {
        day TEXT, client BIGINT, upfront BIGINT, mtm BIGINT, funds BIGINT, deposits BIGINT, securities BIGINT, short BIGINT
    } by "day" | "client";
    MarginLooks "margin_looks" {
        day TEXT, client BIGINT, nth BIGINT, asked BIGINT, wanted BIGINT, funds BIGINT, deposits BIGINT, securities BIGINT,
        short BIGINT
    } by "day" | "client";
    MarginReports "margin_reports" {
        day TEXT, client BIGINT, nth BIGINT, running BIGINT, in_month BIGINT, evening BIGINT, wanted BIGINT, peak BIGINT,
        rate BIGINT, penalty BIGINT
    } by "day" | "client";
    MemberMargins "member_margins" {
        day TEXT, var BIGINT, elm BIGINT, mtm BIGINT, covered BIGINT, cash_like BIGINT, securities BIGINT
    } by "day";
    Actions "actions" { action_no BIGINT, day TEXT, security BIGINT, benefit TEXT, ex TEXT, record TEXT } by "action_no" | "record";
    ActionFacts "action_facts" {
        action_no BIGINT, day TEXT, fact TEXT, client BIGINT, account TEXT, depository TEXT, amount BIGINT
    } by "action_no" | "client";
    Intermediaries "intermediaries" { intermediary BIGINT, code TEXT, kind TEXT, form TEXT, opened TEXT } by "code";
    IntermediaryFacts "intermediary_facts" {
        intermediary BIGINT, day TEXT, fact TEXT, venue TEXT, client BIGINT, since TEXT, rate BIGINT
    } by "intermediary" | "client";
    Days "days" { day TEXT } by "day";
}

impl Of {
    pub fn table(self) -> &'static Table {
        TABLES.get(self as usize).expect("a table for each name")
    }
}

impl Table {
    pub fn create(&self) -> Vec<String> {
        let Table { name, columns, indexes } = self;
        let columns: String = columns.iter().map(|(column, kind)| format!(", {column} {kind}")).collect();
        let table = format!(
            "CREATE TABLE {name} (entry BIGINT NOT NULL, line BIGINT NOT NULL{columns}, PRIMARY KEY (entry, line))"
        );
        let index = |(nth, on): (usize, &&str)| format!("CREATE INDEX {name}_{nth} ON {name} ({on}, entry)");
        std::iter::once(table).chain(indexes.iter().enumerate().map(index)).collect()
    }

    pub fn insert(&self) -> String {
        let Table { name, columns, .. } = self;
        let places: Vec<String> = (1..=columns.len() + 2).map(|n| format!("${n}")).collect();
        format!("INSERT INTO {name} VALUES ({})", places.join(", "))
    }
}
