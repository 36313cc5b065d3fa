//! Reads every byte of a vault and says what is wrong first. Repairs nothing.

use journal::Disk;
use vocab::{SecretRef, VaultRef};

use crate::VaultError;
use crate::access::{Accessed, Act};
use crate::key::VaultKey;
use crate::log::{Place, scan};
use crate::mark::Marks;
use crate::record::{Deed, Kind};
use crate::register::Register;
use crate::table::{Slot, Table};
use crate::vault::{Head, check_table, key_check, unseal_at, unseal_secret_at};

/// What a vault holds, when every byte of it checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Records of the log, of all kinds.
    pub records: u64,
    /// Access records among them; erasures are counted apart.
    pub accesses: u64,
    pub bytes: u64,
    /// People ever stored.
    pub people: u32,
    pub erased: u64,
    /// People whose records were opened; 0 without a key.
    pub opened: u64,
    /// Secrets ever stored; opened too with a key.
    pub secrets: u32,
    pub sandbox: bool,
    pub head: Head,
    /// Whether a mark vouches for the last record: so after a clean close.
    pub marked: bool,
    /// What a crash left that the next opening cuts or finishes, as sentences. Empty after a clean close.
    pub unfinished: Vec<String>,
}

/// Checks sums, chain, references, key table and marks; with a key, opens every living record too,
/// without a record of access, since no data leaves here.
///
/// # Errors
/// The first thing wrong, as [`VaultError::Corrupt`] with file, byte and rule;
/// [`VaultError::WrongKey`]; [`VaultError::Disk`].
pub fn verify<D: Disk>(disk: &D, key: Option<&VaultKey>) -> Result<Report, VaultError> {
    let marks = Marks::open(disk)?;
    let mark = marks.as_ref().and_then(|m| m.last);
    let mut register = Register::default();
    let found = scan(disk, mark.as_ref(), &mut |place, record| register.take(place, record))?;
    let Some((scan, start)) = found.zip(register.start.as_ref()) else {
        let first = Place { segment: 1, at: 0, size: 0, number: 1 };
        return Err(first.wrong("there is no vault here, or its making was interrupted"));
    };
    let table = Table::open(disk, u64::from(start.table))?;
    let idle = check_table(&table, &register)?;
    let opened = match key {
        None => 0,
        Some(key) if start.check != key_check(key) => return Err(VaultError::WrongKey),
        Some(key) => open_all(disk, key, &register, &table)?,
    };
    let mut unfinished = Vec::new();
    if scan.torn > 0 {
        let file = crate::log::name(scan.segment);
        unfinished.push(format!("{file} at byte {}: {} bytes that were never acknowledged", scan.at, scan.torn));
    }
    for VaultRef(n) in idle {
        unfinished.push(format!("the key slot of record {n} should be empty and is not"));
    }
    if let Some(marks) = &marks
        && !marks.clean()?
    {
        unfinished.push("a mark does not check".to_owned());
    }
    let log_end = Head { number: scan.next - 1, chain: scan.chain };
    Ok(Report {
        records: scan.next - 1,
        accesses: register.accesses,
        bytes: scan.bytes + table.bytes() + marks.as_ref().map_or(0, Marks::bytes),
        people: register.count(),
        erased: register.erased,
        opened,
        secrets: register.secrets(),
        sandbox: start.sandbox,
        head: log_end,
        marked: mark.is_some_and(|m| m.number == log_end.number),
        unfinished,
    })
}

/// The erasures that this log records behind `head`: what whoever holds an older copy of the vault must erase
/// there too. The log alone is asked for; no key table need be beside it.
///
/// # Errors
/// [`VaultError::Corrupt`], also when `head` does not stand on this log; [`VaultError::Disk`].
pub fn erased_after<D: Disk>(disk: &D, head: &Head) -> Result<Vec<Accessed>, VaultError> {
    let marks = Marks::open(disk)?;
    let mark = marks.as_ref().and_then(|m| m.last);
    let mut found = false;
    let mut erasures = Vec::new();
    scan(disk, mark.as_ref(), &mut |place, record| {
        found |= record.number == head.number && record.chain == head.chain;
        if record.kind == Kind::Erasure && record.number > head.number {
            let deed = Deed::decode(record.body).ok_or_else(|| place.wrong("not an erasure"))?;
            let Deed { reference, wall, who, why, .. } = deed;
            let act = Act::Erased { of: reference };
            erasures.push(Accessed { number: record.number, act, wall, who: who.to_owned(), why: why.to_owned() });
        }
        Ok(())
    })?;
    if found {
        return Ok(erasures);
    }
    let first = Place { segment: 1, at: 0, size: 0, number: head.number };
    Err(first.wrong("the log is not a later one of the same vault"))
}

fn open_all<D: Disk>(
    disk: &D,
    key: &VaultKey,
    register: &Register,
    table: &Table<D>,
) -> Result<u64, VaultError> {
    let mut opened = 0;
    for (reference, held) in register.all().filter(|(_, h)| !h.erased()) {
        let Slot::Key(wrapped) = table.get(reference)? else {
            return Err(table.wrong(reference, "the key of a living record is gone"));
        };
        unseal_at(disk, key, reference, &held.place, &wrapped)?;
        opened += 1;
    }
    for n in 1..=register.secrets() {
        let place = register.secret(SecretRef(n)).expect("they count up");
        unseal_secret_at(disk, key, SecretRef(n), place)?;
    }
    Ok(opened)
}
