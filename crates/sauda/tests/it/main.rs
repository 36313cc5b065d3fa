//! The program from outside: a day is played once, then asked about, read as books, and damaged.

mod backup;
mod books;
mod controls;
mod damage;
mod hostile;
mod kill;
mod outside;
mod margin;
mod played;
mod readme;
mod real;
mod record;
mod serve;
mod sessions;
mod snapshots;
mod terminal;
mod views;
mod why;
mod workbook;
