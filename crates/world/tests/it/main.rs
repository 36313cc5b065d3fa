//! The world, played from outside: everything goes in and comes out encoded.
mod bank;
mod exchange;
mod keeping;
mod looks;
mod penalty;
mod phases;
mod same_day;
mod second;
mod settlement;
mod stage;
mod view;
