use std::collections::{BTreeMap, BTreeSet};

use journal::{Faults, SimDisk};
use vault::{Act, Person, Vault, VaultError, verify};
use vocab::VaultRef;

use crate::{OPS, key, open, person};

/// One thing an operator does.
#[derive(Clone, Debug)]
enum Step {
    Put(Vec<u64>),
    Read(Vec<u64>),
    Erase(u64),
}

/// What the operator was told.
#[derive(Default)]
struct Told {
    refs: BTreeMap<u64, VaultRef>,
    erased: BTreeSet<u64>,
    reads: usize,
    /// Asked and not answered.
    open: Option<Step>,
    /// What was asked and failed earlier may have happened all the same.
    maybe_put: BTreeSet<u64>,
    maybe_erased: BTreeSet<u64>,
    maybe_reads: usize,
}

impl Told {
    /// Does one step and notes the answer; an error leaves it open.
    fn run(&mut self, v: &mut Vault<SimDisk>, step: &Step) -> Result<(), VaultError> {
        self.open = Some(step.clone());
        match step {
            Step::Put(all) => {
                let people: Vec<Person> = all.iter().map(|n| person(*n)).collect();
                let asked: Vec<(u64, &Person)> = all.iter().copied().zip(&people).collect();
                let refs = v.put_many(&asked)?;
                self.refs.extend(all.iter().copied().zip(refs));
            }
            Step::Read(all) => {
                let refs: Vec<VaultRef> = all.iter().map(|n| self.refs[n]).collect();
                let people = v.read_many(&refs, &OPS)?;
                assert!(people.iter().zip(all).all(|(p, n)| *p == person(*n)));
                self.reads += all.len();
            }
            Step::Erase(n) => {
                match v.erase(self.refs[n], &OPS) {
                    // Asked again after a crash: it had happened.
                    Err(VaultError::Erased { .. }) if self.maybe_erased.contains(n) => {}
                    other => other?,
                }
                self.erased.insert(*n);
            }
        }
        self.open = None;
        Ok(())
    }

    /// The operator's step failed: it may have happened.
    fn doubt(&mut self) {
        match self.open.take() {
            None => {}
            Some(Step::Put(all)) => self.maybe_put.extend(all),
            Some(Step::Read(all)) => self.maybe_reads += all.len(),
            Some(Step::Erase(n)) => {
                self.maybe_erased.insert(n);
            }
        }
    }

    /// Every acknowledged answer holds, and nothing is there that nobody asked for.
    fn check(&self, v: &mut Vault<SimDisk>) {
        let reads = v.accesses().unwrap().iter().filter(|a| matches!(a.act, Act::Read { .. })).count();
        assert!((self.reads..=self.reads + self.maybe_reads).contains(&reads), "{reads} reads");
        for (n, reference) in &self.refs {
            assert_eq!(v.of_application(*n), Some(*reference));
        }
        for reference in (1..=v.people()).map(VaultRef) {
            let n = v.application_of(reference).unwrap();
            assert!(self.refs.contains_key(&n) || self.maybe_put.contains(&n), "application {n} was invented");
        }
        let erasures = v.accesses().unwrap().into_iter().filter(|a| matches!(a.act, Act::Erased { .. })).count();
        let mut gone = 0;
        for (n, reference) in &self.refs {
            match v.put(*n, &person(*n)) {
                Ok(again) => assert!(again == *reference && !self.erased.contains(n)),
                Err(VaultError::Erased { .. }) => {
                    gone += 1;
                    assert!(self.erased.contains(n) || self.maybe_erased.contains(n), "{n} was erased by nobody");
                }
                Err(other) => panic!("application {n}: {other}"),
            }
        }
        assert_eq!(gone, erasures);
    }
}

fn script() -> Vec<Step> {
    vec![
        Step::Put(vec![1]),
        Step::Put(vec![2, 3]),
        Step::Read(vec![1, 3]),
        Step::Erase(2),
        Step::Put((4..=14).collect()),
        Step::Read(vec![14]),
        Step::Erase(14),
    ]
}

/// Runs until the disk dies; true when all was done.
fn live(disk: &SimDisk, told: &mut Told, steps: &[Step]) -> bool {
    let Ok(mut v) = open(disk) else { return false };
    steps.iter().all(|step| told.run(&mut v, step).is_ok())
}

/// Opens after a crash, checks, does the rest, checks again after one more crash.
fn survive(disk: &SimDisk, told: &mut Told, all: &[Step]) {
    told.doubt();
    match verify(disk, Some(&key())) {
        Ok(_) => {}
        // The first opening was not over: nothing was acknowledged.
        Err(e) => assert!(told.refs.is_empty() && e.to_string().contains("no vault here"), "{e}"),
    }
    let mut v = open(disk).unwrap();
    told.check(&mut v);
    for step in all {
        let done = match step {
            Step::Put(some) => some.iter().all(|n| told.refs.contains_key(n)),
            Step::Read(some) => some.iter().any(|n| told.erased.contains(n) || told.maybe_erased.contains(n)),
            Step::Erase(n) => told.erased.contains(n),
        };
        if !done {
            told.run(&mut v, step).unwrap();
        }
    }
    drop(v);
    let disk = disk.crash(Faults::default());
    let mut v = open(&disk).unwrap();
    told.check(&mut v);
    assert_eq!(v.people(), 14);
    v.close().unwrap();
    let report = verify(&disk, Some(&key())).unwrap();
    assert_eq!((report.opened, report.erased, report.unfinished), (12, 2, vec![]));
}

fn crash_at(at: u64, steps: &[Step]) -> bool {
    let disk = SimDisk::new(at, Faults { crash_after: Some(at), ..Faults::default() });
    let mut told = Told::default();
    let done = live(&disk, &mut told, steps);
    survive(&disk.crash(Faults::default()), &mut told, steps);
    done
}

/// A stride that is coprime to sectors and records meets each kind of place in each of them; the test
/// below goes byte by byte.
#[test]
fn acknowledged_people_survive_a_crash_anywhere() {
    let mut at = 0;
    while !crash_at(at, &script()) {
        at += 13;
    }
    assert!(at > 80_000, "the script writes more: {at}");
}

#[test]
fn a_put_repeated_after_a_crash_at_any_byte_gives_one_record() {
    // The first opening writes so much; the put comes after.
    let disk = SimDisk::new(5, Faults::default());
    drop(open(&disk).unwrap());
    let first = disk.written();
    let mut v = open(&disk).unwrap();
    v.put(1, &person(1)).unwrap();
    let last = disk.written();
    for at in first..=last {
        let disk = SimDisk::new(at, Faults { crash_after: Some(at), ..Faults::default() });
        drop(open(&disk));
        let told = open(&disk).and_then(|mut v| v.put(1, &person(1)));
        let disk = disk.crash(Faults::default());
        let mut v = open(&disk).unwrap();
        let slot = disk.image("keys-000001.tab").map(|t| t.iter().any(|b| *b != 0));
        assert!(v.people() == 1 || slot != Some(true), "a key without a record stays at {at}");
        let again = v.put(1, &person(1)).unwrap();
        assert_eq!((again, v.people()), (VaultRef(1), 1));
        assert!(told.is_err() || v.head().number == 2);
    }
}

#[test]
fn short_and_failing_writes_and_flushes_lose_nothing() {
    for seed in 0..400 {
        let faults = Faults {
            short_write_one_in: 3,
            write_error_one_in: if seed % 3 == 0 { 15 } else { 0 },
            flush_error_one_in: if seed % 3 == 1 { 8 } else { 0 },
            ..Faults::default()
        };
        let disk = SimDisk::new(seed, faults);
        let mut told = Told::default();
        let mut left = script();
        // A process that starts anew on the same disk, without the machine crashing, until all is done.
        for _ in 0..200 {
            let Ok(mut v) = open(&disk) else { continue };
            told.check_if_calm(&mut v);
            while let Some(step) = left.first() {
                if matches!(step, Step::Read(some) if some.iter().any(|n| told.maybe_erased.contains(n))) {
                    left.remove(0);
                    continue;
                }
                if told.run(&mut v, step).is_err() {
                    told.doubt();
                    assert!(matches!(v.put(1, &person(1)), Err(VaultError::Broken)), "it serves nothing more");
                    break;
                }
                left.remove(0);
            }
            if left.is_empty() {
                break;
            }
        }
        assert!(left.is_empty(), "seed {seed} never came through");
        survive(&disk.crash(Faults::default()), &mut told, &script());
    }
}

impl Told {
    /// References stand even while the disk misbehaves.
    fn check_if_calm(&self, v: &mut Vault<SimDisk>) {
        for (n, reference) in &self.refs {
            assert_eq!(v.of_application(*n), Some(*reference));
        }
    }
}

#[test]
fn crash_after_failed_flush_keeps_what_the_next_opening_saw() {
    for seed in 0..300 {
        let disk = SimDisk::new(seed, Faults { flush_error_one_in: 5, ..Faults::default() });
        let mut told = None;
        // The put fails at its flush; the next opening reads it back and confirms it.
        for _ in 0..100 {
            if let Ok(reference) = open(&disk).and_then(|mut v| v.put(1, &person(1))) {
                told = Some(reference);
                break;
            }
        }
        let disk = disk.crash(Faults::default());
        let mut v = open(&disk).unwrap();
        assert_eq!(v.of_application(1), told, "seed {seed}");
        assert!(v.read(told.unwrap(), &OPS).unwrap() == person(1));
    }
}

#[test]
fn an_erasure_that_an_opening_saw_is_on_the_disk() {
    let mut failed = 0;
    for seed in 0..300 {
        let disk = SimDisk::new(seed, Faults { flush_error_one_in: 4, ..Faults::default() });
        let mut told = false;
        for _ in 0..100 {
            let Ok(mut v) = open(&disk) else { continue };
            if v.put(1, &person(1)).is_err() && v.people() == 0 {
                continue;
            }
            match v.erase(VaultRef(1), &OPS) {
                Ok(()) => told = true,
                Err(VaultError::Erased { .. }) => {
                    failed += 1;
                    told = true;
                }
                Err(_) => {}
            }
            if told {
                break;
            }
        }
        let disk = disk.crash(Faults::default());
        assert!(told && disk.image("keys-000001.tab").unwrap().iter().all(|b| *b == 0), "seed {seed}");
    }
    assert!(failed > 20, "the case at stake came {failed} times");
}

#[test]
fn a_full_disk_refuses_and_forgets_nothing() {
    let disk = SimDisk::new(3, Faults { size_limit: Some(8_192 + 4_096 * 2), ..Faults::default() });
    let mut v = open(&disk).unwrap();
    let people: Vec<Person> = (1..=12).map(person).collect();
    let some: Vec<(u64, &Person)> = (1..).zip(&people).take(10).collect();
    v.put_many(&some).unwrap();
    let full = v.put_many(&[(11, &people[10]), (12, &people[11])]);
    assert!(matches!(full, Err(VaultError::Disk { doing: "making", .. })));
    let mut v = open(&disk.crash(Faults::default())).unwrap();
    assert!(v.people() >= 10);
    assert!(v.read(VaultRef(10), &OPS).unwrap() == people[9]);
    assert_eq!(v.put(11, &people[10]).unwrap(), VaultRef(11));
    assert_eq!(v.put(12, &people[11]).unwrap(), VaultRef(12));
}
