//! Stores that fail at a statement, and journals that are not the ones the tables were fed from.

use crate::{PLAYED, fed, memory};
use std::cell::Cell;
use std::rc::Rc;
use views::{Sqlite, Store, StoreError, Value, Views, ViewsError};
use vocab::EntryNo;

/// A store whose process dies before a statement: nothing after it is done.
struct Dying {
    store: Sqlite,
    left: Rc<Cell<u64>>,
}

impl Dying {
    fn alive(&self, sql: &str) -> Result<(), StoreError> {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left == 0 { Err(StoreError { asked: sql.to_owned(), source: "the process died".into() }) } else { Ok(()) }
    }
}

impl Store for Dying {
    fn run(&mut self, sql: &str, values: &[Value]) -> Result<(), StoreError> {
        self.alive(sql)?;
        self.store.run(sql, values)
    }

    fn rows(&mut self, sql: &str, values: &[Value], see: &mut dyn FnMut(Vec<Value>)) -> Result<(), StoreError> {
        self.alive(sql)?;
        self.store.rows(sql, values, see)
    }
}

/// Whatever statement it dies before, what is fed afterwards comes to the same tables.
#[test]
fn killed_at_any_statement_the_tables_end_as_if_made_anew() {
    let expected = fed(&PLAYED.disk).digest().unwrap();
    let folder = std::env::temp_dir().join(format!("sauda-views-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("views.sqlite");
    let mut lots = 12_345u64;
    let (mut deaths, mut finished) = (0u64, false);
    while !finished {
        lots = lots.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let left = Rc::new(Cell::new((lots >> 33) % 500 + deaths * 8));
        let run = || -> Result<EntryNo, ViewsError> {
            let mut views = Views::open(Dying { store: Sqlite::open(&file)?, left: left.clone() })?;
            // A part at a time, as it comes in.
            let to = EntryNo(views.upto().0 + 100);
            Ok(views.feed_to(&PLAYED.disk, to, &mut || Ok(()))?.upto)
        };
        match run() {
            Ok(upto) => finished = upto.0 == PLAYED.entries,
            Err(ViewsError::Store(_)) => deaths += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(deaths > 3, "it died {deaths} times");
    let mut views = Views::open(Sqlite::open(&file).unwrap()).unwrap();
    assert_eq!(views.digest().unwrap(), expected, "after {deaths} deaths");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn nothing_is_shown_that_could_not_be_made_durable() {
    let mut views = memory();
    let refused = views.feed(&PLAYED.disk, &mut || Err("the disk failed".to_owned()));
    assert!(matches!(refused, Err(ViewsError::Durable { .. })));
    assert_eq!(views.upto(), EntryNo(0));
    assert_eq!(views.digest().unwrap(), memory().digest().unwrap());
    views.feed(&PLAYED.disk, &mut || Ok(())).unwrap();
    assert_eq!(views.digest().unwrap(), fed(&PLAYED.disk).digest().unwrap());
}

#[test]
fn tables_of_another_record_are_refused() {
    let month = sim::Month { clients: 5, orders_each_day: 20, days: 1 };
    let other = sim::play(&sim::Ground::sample(), month, 12, sim::Plan::NONE, 0).unwrap_or_else(|e| panic!("{e}"));
    let mut views = fed(&PLAYED.disk);
    let before = views.digest().unwrap();
    assert!(matches!(views.feed(&other.disk, &mut || Ok(())), Err(ViewsError::Foreign { .. })), "it is shorter");
    let mut views = fed(&other.disk);
    assert!(matches!(views.feed(&PLAYED.disk, &mut || Ok(())), Err(ViewsError::Foreign { .. })), "it is another");
    assert_eq!(fed(&PLAYED.disk).digest().unwrap(), before);
}

#[test]
fn a_changed_row_shows_in_the_digest() {
    let expected = fed(&PLAYED.disk).digest().unwrap();
    let mut store = Sqlite::in_memory().unwrap();
    let mut views = Views::open(Holder(&mut store)).unwrap();
    views.feed(&PLAYED.disk, &mut || Ok(())).unwrap();
    assert_eq!(views.digest().unwrap(), expected);
    drop(views);
    store.run("UPDATE postings SET amount = amount + 1 WHERE entry = (SELECT MIN(entry) FROM postings)", &[]).unwrap();
    assert_ne!(Views::open(Holder(&mut store)).unwrap().digest().unwrap(), expected);
}

/// A store that is lent.
struct Holder<'a>(&'a mut Sqlite);

impl Store for Holder<'_> {
    fn run(&mut self, sql: &str, values: &[Value]) -> Result<(), StoreError> {
        self.0.run(sql, values)
    }

    fn rows(&mut self, sql: &str, values: &[Value], see: &mut dyn FnMut(Vec<Value>)) -> Result<(), StoreError> {
        self.0.rows(sql, values, see)
    }
}
