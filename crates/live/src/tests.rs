//! The counter without a broker behind it.

use crate::counter::{Counter, Shut};
use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::sync_channel;
use std::task::{Context, Poll, Waker};
use tokio::sync::broadcast;

/// What a future says when it is first looked at.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(it) => Some(it),
        Poll::Pending => None,
    }
}

#[test]
fn a_full_counter_says_so_and_a_closed_one_too() {
    let (slips, inbox) = sync_channel(1);
    let (news, _) = broadcast::channel(1);
    let (ticks, _) = broadcast::channel(1);
    let counter = Counter::new(slips, news.downgrade(), ticks.downgrade());
    let waits = counter.look(|_| ());
    assert!(at_once(waits).is_none(), "the first one waits for its answer");
    assert_eq!(at_once(counter.look(|_| ())), Some(Err(Shut::Busy)), "the second finds no room, and waits for none");
    assert!(counter.news().is_ok() && counter.ticks().is_ok());
    drop((inbox, news, ticks));
    assert_eq!(at_once(counter.look(|_| ())), Some(Err(Shut::Closed)));
    assert!(counter.news().is_err() && counter.ticks().is_err());
}
