//! The journal's thread: order, group commit, bounds, failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use journal::{Caching, Faults, Journal, Mark, RealDisk, SimDisk, Wire, Writer, verify};
use vocab::EntryNo;

use crate::rig::{FIRM, WALL, make, perfect, read};

fn encode(item: &u64, out: &mut Vec<u8>) {
    assert!(*item != u64::MAX, "an item that cannot be encoded");
    item.put(out);
}

fn start(disk: &SimDisk, limit: usize) -> Journal<u64> {
    Journal::start(make(disk), encode, limit, |_| {}).unwrap()
}

#[test]
fn items_keep_their_order_and_none_is_lost() {
    let disk = perfect();
    let watermark = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&watermark);
    let on_durable = move |entry: EntryNo| assert!(seen.swap(entry.0, Ordering::SeqCst) < entry.0);
    let journal = Journal::start(make(&disk), encode, 64, on_durable).unwrap();
    let (mut sent, mut items) = (0u64, Vec::new());
    for round in 0..2_000u64 {
        for _ in 0..round % 7 {
            sent += 1;
            items.push(sent);
        }
        let last = journal.hand_over(&mut items).unwrap();
        assert!(items.is_empty() && last == EntryNo(sent));
        if round % 100 == 0 {
            assert!(journal.wait_durable(last).unwrap() >= last);
            journal.mark(Mark::Checkpoint { entry: last, state_version: 1, digest: [1; 32] }).unwrap();
        }
    }
    let head = journal.close(WALL).unwrap();
    assert_eq!((head.entry.0, watermark.load(Ordering::SeqCst)), (sent, sent));
    let (bodies, marks) = read(&disk);
    assert!(bodies.iter().zip(1u64..).all(|(body, n)| *body == n.to_le_bytes()));
    assert_eq!((bodies.len() as u64, marks.len()), (sent, 22));
    assert!(verify(&disk, Some(&head)).unwrap().sealed);
}

#[test]
fn many_may_hand_over_more_than_may_wait() {
    let disk = perfect();
    let journal = Arc::new(start(&disk, 10));
    let threads: Vec<_> = (0..4u64)
        .map(|who| {
            let journal = Arc::clone(&journal);
            std::thread::spawn(move || {
                for n in 0..50u64 {
                    let last = journal.hand_over(&mut vec![who * 1_000 + n; 25]).unwrap();
                    journal.wait_durable(last).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    Arc::into_inner(journal).unwrap().close(WALL).unwrap();
    let bodies = read(&disk).0;
    assert_eq!(bodies.len(), 4 * 50 * 25);
    for who in 0..4u64 {
        let own = bodies.iter().map(|b| u64::from_le_bytes(b[..].try_into().unwrap())).filter(|v| v / 1_000 == who);
        assert!(own.eq((0..50).flat_map(|n| [who * 1_000 + n; 25])));
    }
}

#[test]
fn a_failure_reaches_everyone_who_waits() {
    let faults = Faults { crash_after: Some(60_000), ..Faults::default() };
    let disk = SimDisk::new(3, faults);
    let journal = start(&disk, 8);
    let mut acknowledged = EntryNo(0);
    let failed = loop {
        let done = journal.hand_over(&mut vec![1, 2, 3]).and_then(|last| journal.wait_durable(last));
        match done {
            Ok(entry) => acknowledged = entry,
            Err(failed) => break failed,
        }
    };
    assert!(failed.text.contains("crashed"), "{failed}");
    assert!(journal.hand_over(&mut vec![4]).is_err() && journal.failure().is_some());
    assert!(journal.durable() == acknowledged && journal.close(WALL).is_err());
    let (_, found) = crate::rig::reopen(&disk.crash(Faults::default())).unwrap();
    assert!(found.len() as u64 >= acknowledged.0);
}

#[test]
fn a_panic_on_the_thread_is_a_failure() {
    let journal = start(&perfect(), 8);
    let last = journal.hand_over(&mut vec![1, u64::MAX]).unwrap();
    assert!(journal.wait_durable(last).unwrap_err().text.contains("panicked"));
    assert!(journal.close(WALL).is_err());
}

#[test]
fn a_journal_let_go_is_left_unsealed_but_whole() {
    let disk = perfect();
    let journal = start(&disk, 8);
    journal.hand_over(&mut vec![1, 2]).unwrap();
    drop(journal);
    assert!(!verify(&disk, None).unwrap().sealed);
    assert_eq!(read(&disk).0.len(), 2);
}

#[test]
fn a_full_disk_is_said_while_there_is_room_to_close() {
    // Larger segments than elsewhere: the reserve must last until the thread that makes the next has run.
    const SEGMENT: u64 = 1 << 20;
    let disk = SimDisk::new(1, Faults { size_limit: Some(SEGMENT * 2), ..Faults::default() });
    let writer = Writer::create(disk, FIRM, SEGMENT, WALL).unwrap();
    let journal = Journal::start(writer, encode, 8, |_| {}).unwrap();
    let mut sent = 0;
    while !journal.is_exhausted() {
        let last = journal.hand_over(&mut vec![sent; 5]).unwrap();
        journal.wait_durable(last).unwrap();
        sent += 1;
        assert!(sent < 10_000, "the disk is never full");
    }
    let last = journal.hand_over(&mut vec![sent; 5]).unwrap();
    assert_eq!(journal.wait_durable(last).unwrap(), last);
    assert_eq!(journal.close(WALL).unwrap().entry, last);
}

#[test]
fn a_real_folder_keeps_what_the_thread_wrote() {
    let folder = crate::real::Folder::new("thread");
    let disk = RealDisk::new(&folder.0, Caching::Direct).unwrap();
    let writer = Writer::create(disk.clone(), FIRM, 256 << 10, WALL).unwrap();
    let journal = Journal::start(writer, encode, 1_024, |_| {}).unwrap();
    for n in 0..200u64 {
        journal.hand_over(&mut (n * 50..(n + 1) * 50).collect()).unwrap();
    }
    let head = journal.close(WALL).unwrap();
    assert_eq!(head.entry.0, 10_000);
    let disk = RealDisk::new(&folder.0, Caching::ReadOnly).unwrap();
    assert!(verify(&disk, Some(&head)).unwrap().segments > 2);
}
