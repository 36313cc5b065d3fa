//! What a client owes or has at one exchange is brought over to his one running account when it has fallen due: a bill stands
//! in the set of books of the exchange it was dealt on until its pay-in day is over.

use super::desk::Desk;
use crate::{Event, Job};
use books::{Account, Cause};
use vocab::{Day, Venue};

/// Vouchers of one step.
const VOUCHERS: usize = 256;

/// In the evening, if there is anything to bring over.
pub fn day_end(desk: &mut Desk<'_>, day: Day) {
    if desk.firm.books.to_bring_over(day).next().is_some() {
        desk.start(Job::BringOver);
    }
}

pub fn step(desk: &mut Desk<'_>, cursor: u32) {
    let firm = desk.firm;
    let today = firm.day.unwrap_or(desk.day());
    for ((day, venue, client), owed) in firm.books.to_bring_over(today).take(VOUCHERS) {
        let there = desk.voucher(Cause::BroughtOver, u64::from(venue.number()), day, None).on(venue);
        desk.post(&there, Account::Client, client.0, -owed);
        desk.post(&there.on(Venue::FIRST), Account::Client, client.0, owed);
        desk.cross();
    }
    match firm.books.to_bring_over(today).nth(VOUCHERS) {
        Some(_) => desk.push(Event::JobMoved { cursor: cursor.saturating_add(1) }),
        None => desk.push(Event::JobEnded),
    }
}
