//! The journal on a thread of its own, with group commit: what comes in while a flush is under way goes
//! out together with the next one. Encoding and hashing happen here, off the hot path (DESIGN 11).

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use vocab::{EntryNo, Moment};

use crate::disk::Disk;
use crate::record::{Head, Mark};
use crate::writer::{Reserve, Writer};

/// Turns of waiting before a thread parks: some tens of microseconds, about a flush. Waking a parked
/// thread costs as much.
const SPINS: u32 = 2_000;
/// How long a full disk is left alone before a reserve is asked for again.
const RETRY: Duration = Duration::from_secs(1);

/// Why the journal has ended: nothing handed over since the watermark is acknowledged, and the process
/// must end and recover.
#[derive(Clone, Debug)]
pub struct Failed {
    pub kind: io::ErrorKind,
    pub text: String,
}

impl Failed {
    fn of(e: &io::Error) -> Failed {
        Failed { kind: e.kind(), text: e.to_string() }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failed {}

struct Queue<T> {
    items: Vec<T>,
    marks: Vec<Mark>,
    /// The number the next item gets.
    next: EntryNo,
    closing: Option<Moment>,
    /// The journal's thread is parked, or someone waits for room.
    parked: bool,
    crowded: bool,
    failed: Option<Failed>,
    head: Head,
}

struct Shared<T> {
    queue: Mutex<Queue<T>>,
    /// Something is in the queue: looked at without the lock while spinning.
    ready: AtomicBool,
    durable: AtomicU64,
    failed: AtomicBool,
    exhausted: AtomicBool,
    work: Condvar,
    room: Condvar,
    progress: Condvar,
    limit: usize,
}

impl<T> Shared<T> {
    /// A thread that panicked holding the lock has recorded its failure; the queue itself is whole.
    fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, failed: Failed) {
        let mut queue = self.lock();
        queue.failed.get_or_insert(failed);
        self.failed.store(true, Ordering::Release);
        self.work.notify_all();
        self.room.notify_all();
        self.progress.notify_all();
    }

    fn failure(queue: &Queue<T>) -> Result<(), Failed> {
        queue.failed.clone().map_or(Ok(()), Err)
    }

    /// Tell the journal's thread that there is work.
    fn wake(&self, queue: &Queue<T>) {
        self.ready.store(true, Ordering::Release);
        if queue.parked {
            self.work.notify_one();
        }
    }
}

/// The handle of the sequencer. Items are kept in the order they are handed over; none is lost unless the
/// journal fails, and then every call says so.
pub struct Journal<T> {
    shared: Arc<Shared<T>>,
    thread: Option<JoinHandle<io::Result<Head>>>,
}

impl<T: Send + 'static> Journal<T> {
    /// Start the thread. `encode` writes an item's body. At most `limit` items wait at a time, and as many
    /// are being written. `on_durable` is called on the journal's thread whenever the watermark has moved,
    /// to let out what waited for it; it must be short.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start<D: Disk + Clone + 'static>(
        writer: Writer<D>,
        encode: fn(&T, &mut Vec<u8>),
        limit: usize,
        on_durable: impl FnMut(EntryNo) + Send + 'static,
    ) -> io::Result<Journal<T>> {
        assert!(limit > 0, "something must be allowed to wait");
        let head = writer.durable();
        let queue = Queue {
            items: Vec::new(),
            marks: Vec::new(),
            next: writer.next(),
            closing: None,
            parked: false,
            crowded: false,
            failed: None,
            head,
        };
        let shared = Arc::new(Shared {
            queue: Mutex::new(queue),
            ready: AtomicBool::new(false),
            durable: AtomicU64::new(head.entry.0),
            failed: AtomicBool::new(false),
            exhausted: AtomicBool::new(false),
            work: Condvar::new(),
            room: Condvar::new(),
            progress: Condvar::new(),
            limit,
        });
        let keeper = Keeper { shared: Arc::clone(&shared), on_durable, retry: None };
        let thread = thread::Builder::new().name("journal".to_owned()).spawn(move || keeper.run(writer, encode))?;
        Ok(Journal { shared, thread: Some(thread) })
    }

    /// Hand items over, leaving `items` empty; the number of the last one given so far. Waits while the
    /// journal is `limit` items behind.
    ///
    /// # Errors
    /// When the journal has failed; the items are then not kept.
    pub fn hand_over(&self, items: &mut Vec<T>) -> Result<EntryNo, Failed> {
        let mut queue = self.shared.lock();
        while queue.failed.is_none() && !queue.items.is_empty() && queue.items.len() + items.len() > self.shared.limit {
            queue.crowded = true;
            queue = self.shared.room.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        Shared::failure(&queue)?;
        queue.next.0 += items.len() as u64;
        if queue.items.is_empty() {
            std::mem::swap(&mut queue.items, items);
        } else {
            queue.items.append(items);
        }
        self.shared.wake(&queue);
        Ok(EntryNo(queue.next.0 - 1))
    }

    /// Set a mark behind what was handed over so far, or a little later.
    ///
    /// # Errors
    /// When the journal has failed.
    pub fn mark(&self, mark: Mark) -> Result<(), Failed> {
        let mut queue = self.shared.lock();
        Shared::failure(&queue)?;
        if let Mark::Checkpoint { entry, .. } = &mark {
            assert!(*entry < queue.next, "a checkpoint is of an entry that was handed over");
        }
        queue.marks.push(mark);
        self.shared.wake(&queue);
        Ok(())
    }

    /// The watermark: every entry up to it is durable, and nothing behind it may be shown (DESIGN 8).
    pub fn durable(&self) -> EntryNo {
        EntryNo(self.shared.durable.load(Ordering::Acquire))
    }

    /// The last durable entry and its hash: a witness to keep elsewhere.
    pub fn head(&self) -> Head {
        self.shared.lock().head
    }

    /// The disk is full, and only what was zeroed ahead can still be written: take no new business.
    pub fn is_exhausted(&self) -> bool {
        self.shared.exhausted.load(Ordering::Acquire)
    }

    /// The failure that ended the journal, if one did.
    pub fn failure(&self) -> Option<Failed> {
        if self.shared.failed.load(Ordering::Acquire) { self.shared.lock().failed.clone() } else { None }
    }

    /// Wait until `entry` is durable; the watermark then.
    ///
    /// # Errors
    /// When the journal fails before; `entry` may or may not be found by recovery.
    pub fn wait_durable(&self, entry: EntryNo) -> Result<EntryNo, Failed> {
        for _ in 0..SPINS {
            if self.durable() >= entry {
                return Ok(self.durable());
            }
            std::hint::spin_loop();
        }
        let mut queue = self.shared.lock();
        assert!(entry < queue.next, "entry {entry} was never handed over");
        loop {
            if self.durable() >= entry {
                return Ok(self.durable());
            }
            Shared::failure(&queue)?;
            queue = self.shared.progress.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Write what is left, seal, and end the thread.
    ///
    /// # Errors
    /// When the journal failed, now or before.
    pub fn close(mut self, wall: Moment) -> Result<Head, Failed> {
        {
            let mut queue = self.shared.lock();
            queue.closing = Some(wall);
            self.shared.wake(&queue);
        }
        let thread = self.thread.take().expect("a journal is closed once");
        match thread.join() {
            Ok(done) => done.map_err(|e| Failed::of(&e)),
            Err(_) => Err(self.failure().expect("a panic is recorded as a failure")),
        }
    }
}

/// Dropped without [`Journal::close`], as when a process gives up: what was handed over is still written,
/// and the journal is left unsealed.
impl<T> Drop for Journal<T> {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.shared.fail(Failed { kind: io::ErrorKind::Interrupted, text: "the journal was let go".to_owned() });
            // Its outcome was stored for whoever asked before.
            let _ = thread.join();
        }
    }
}

struct Keeper<T, F: FnMut(EntryNo)> {
    shared: Arc<Shared<T>>,
    on_durable: F,
    /// When a full disk may be asked again.
    retry: Option<Instant>,
}

/// Says so if the thread ends by a panic, so that nobody waits for it for ever.
struct Guard<T>(Arc<Shared<T>>);

impl<T> Drop for Guard<T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.fail(Failed { kind: io::ErrorKind::Other, text: "the journal's thread has panicked".to_owned() });
        }
    }
}

impl<T, F: FnMut(EntryNo)> Keeper<T, F> {
    fn run<D>(mut self, mut writer: Writer<D>, encode: fn(&T, &mut Vec<u8>)) -> io::Result<Head>
    where
        D: Disk + Clone + 'static,
    {
        let _guard = Guard(Arc::clone(&self.shared));
        let done = self.serve(&mut writer, encode).and_then(|wall| match wall {
            Some(wall) => writer.seal(wall),
            None => Ok(writer.durable()),
        });
        match &done {
            Ok(head) => self.publish(*head),
            Err(e) => self.shared.fail(Failed::of(e)),
        }
        done
    }

    /// Write batches until the journal is closed (the wall time to seal with) or let go.
    fn serve<D: Disk + Clone + 'static>(
        &mut self,
        writer: &mut Writer<D>,
        encode: fn(&T, &mut Vec<u8>),
    ) -> io::Result<Option<Moment>> {
        let (mut items, mut marks) = (Vec::new(), Vec::new());
        loop {
            let end = self.take(&mut items, &mut marks);
            for item in items.drain(..) {
                writer.append(|out| encode(&item, out));
            }
            for mark in marks.drain(..) {
                writer.mark(&mark);
            }
            writer.flush()?;
            self.publish(writer.durable());
            match end {
                Next::More => self.reserve(writer)?,
                Next::Close(wall) => return Ok(Some(wall)),
                Next::LetGo => return Ok(None),
            }
        }
    }

    /// Wait for work and take all there is.
    fn take(&self, items: &mut Vec<T>, marks: &mut Vec<Mark>) -> Next {
        for _ in 0..SPINS {
            if self.shared.ready.load(Ordering::Acquire) {
                break;
            }
            std::hint::spin_loop();
        }
        let mut queue = self.shared.lock();
        while queue.items.is_empty() && queue.marks.is_empty() && queue.closing.is_none() && queue.failed.is_none() {
            queue.parked = true;
            queue = self.shared.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.parked = false;
        }
        std::mem::swap(&mut queue.items, items);
        std::mem::swap(&mut queue.marks, marks);
        self.shared.ready.store(false, Ordering::Release);
        if std::mem::take(&mut queue.crowded) {
            self.shared.room.notify_all();
        }
        match (queue.closing, &queue.failed) {
            (Some(wall), _) => Next::Close(wall),
            (None, Some(_)) => Next::LetGo,
            (None, None) => Next::More,
        }
    }

    fn publish(&mut self, head: Head) {
        {
            // Under the lock, so that nobody looks at the old watermark and then waits past this call.
            let mut queue = self.shared.lock();
            queue.head = head;
            if head.entry.0 == self.shared.durable.swap(head.entry.0, Ordering::AcqRel) {
                return;
            }
            self.shared.progress.notify_all();
        }
        (self.on_durable)(head.entry);
    }

    /// Keep a segment in reserve, made on another thread.
    fn reserve<D: Disk + Clone + 'static>(&mut self, writer: &mut Writer<D>) -> io::Result<()> {
        if self.retry.is_some_and(|at| Instant::now() < at) {
            return Ok(());
        }
        let full = writer.reserve_ahead()? == Reserve::Exhausted;
        self.retry = full.then(|| Instant::now() + RETRY);
        self.shared.exhausted.store(full, Ordering::Release);
        Ok(())
    }
}

enum Next {
    More,
    Close(Moment),
    LetGo,
}
