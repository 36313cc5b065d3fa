//! The open vault: one writer, every answer durable before it is given.

use std::collections::BTreeSet;
use std::fmt;

use journal::{BLOCK, Disk};
use vocab::{AccountToken, PanToken, SecretRef, VaultRef};

use crate::VaultError;
use crate::access::{Accessed, Act, Purpose};
use crate::key::VaultKey;
use crate::log::{self, Log, Place, scan};
use crate::mark::{Mark, Marks};
use crate::medium::Sheet;
use crate::person::Person;
use crate::record::{self, Deed, Kind, Sealed, SealedSecret, Start};
use crate::register::Register;
use crate::routing::{Routed, Routing};
use crate::seal::{Wrapped, seal, unseal};
use crate::secret::{self, Bare};
use crate::table::{Slot, Table};
use crate::tokens::{NameToken, Tokens};

/// Sizes of the files a vault makes, in bytes; whole blocks. The key table's is fixed when the vault is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    pub segment: u64,
    pub table: u64,
}

impl Default for Sizes {
    /// 4 MiB of log hold some 5,000 people or 20,000 accesses; 1 MiB of table holds 8,192 keys.
    fn default() -> Sizes {
        Sizes { segment: 4 << 20, table: 1 << 20 }
    }
}

/// The last durable record: keep it elsewhere as a witness, since a chain alone cannot show a cut end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    pub number: u64,
    pub chain: [u8; 32],
}

/// A person sealed and not yet stored.
struct Fresh<'a> {
    reference: VaultRef,
    application: u64,
    person: &'a Person,
    wrapped: Wrapped,
    sealed: Vec<u8>,
}

/// The store of personal data, open for one writer.
pub struct Vault<D: Disk> {
    disk: D,
    key: VaultKey,
    tokens: Tokens,
    log: Log<D>,
    table: Table<D>,
    marks: Marks<D>,
    register: Register,
    routing: Option<Routing>,
    broken: bool,
}

impl<D: Disk> fmt::Debug for Vault<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({} people)", self.register.count())
    }
}

pub(crate) fn key_check(key: &VaultKey) -> [u8; 16] {
    let whole = key.derive("key check", &[]);
    let (first, _) = whole.0.split_first_chunk().expect("16 of 32");
    *first
}

impl<D: Disk> Vault<D> {
    /// Opens the vault on a disk, or makes one where there is none. Cuts what was never acknowledged,
    /// finishes erasures a crash interrupted, and refuses everything else that is not as written.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`]; [`VaultError::Corrupt`], before anything is written;
    /// [`VaultError::Disk`].
    pub fn open(disk: D, key: VaultKey) -> Result<Vault<D>, VaultError> {
        Vault::open_with(disk, key, Sizes::default())
    }

    /// As [`Vault::open`], with sizes for the files that are made from now on.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_with(disk: D, key: VaultKey, sizes: Sizes) -> Result<Vault<D>, VaultError> {
        let block = BLOCK as u64;
        let whole = |size: u64| size > 0 && size.is_multiple_of(block) && size <= 1 << 30;
        assert!(whole(sizes.segment) && whole(sizes.table), "sizes are of whole blocks, at most 1 GiB");
        let found = Marks::open(&disk)?;
        let mark = found.as_ref().and_then(|m| m.last);
        let mut register = Register::default();
        let scanned = scan(&disk, mark.as_ref(), &mut |place, record| register.take(place, record))?;
        if register.start.as_ref().is_some_and(|s| s.check != key_check(&key)) {
            return Err(VaultError::WrongKey);
        }
        let size = register.start.as_ref().map_or(sizes.table, |s| u64::from(s.table));
        let table = Table::open(&disk, size)?;
        let idle = check_table(&table, &register)?;
        let marks = Marks::ready(&disk, found)?;
        let marked = mark.map_or(0, |m| m.number);
        let log = match &scanned {
            None => Log::create(&disk, sizes.segment)?,
            Some(scan) => Log::recover(&disk, sizes.segment, scan)?,
        };
        let tokens = Tokens::of(&key);
        let mut vault = Vault { disk, key, tokens, log, table, marks, register, routing: None, broken: false };
        vault.recover_table(idle, marked)?;
        if vault.register.start.is_none() {
            vault.start(sizes.table)?;
        }
        vault.commit()?;
        Ok(vault)
    }

    fn start(&mut self, table: u64) -> Result<(), VaultError> {
        let start = Start {
            sandbox: self.key.is_sandbox(),
            table: u32::try_from(table).expect("at most 1 GiB"),
            check: key_check(&self.key),
        };
        self.log.append(&self.disk, Kind::Start, &start.encode())?;
        self.register.start = Some(start);
        Ok(())
    }

    /// Zeros the slots that should be empty, and again those of erasures that no mark vouches for: after a
    /// failed flush they may read as zeros and not be so on the disk. The keys of people need no such
    /// care: their flush succeeded before their record was written.
    fn recover_table(&mut self, idle: Vec<VaultRef>, marked: u64) -> Result<(), VaultError> {
        let erased = self.register.all().filter(|(_, h)| h.erased_by.is_some_and(|n| n > marked)).map(|(r, _)| r);
        for reference in idle.into_iter().chain(erased) {
            self.table.zero(reference)?;
        }
        self.table.flush()
    }

    /// Makes what was appended durable, then marks it.
    fn commit(&mut self) -> Result<(), VaultError> {
        self.log.commit()?;
        self.marks.write(self.log.mark())
    }

    /// Runs what writes. When it fails nobody knows what is stored, so the vault serves nothing more.
    fn writing<T>(&mut self, act: impl FnOnce(&mut Vault<D>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let done = act(self);
        self.broken |= done.is_err();
        done
    }

    fn sound(&self) -> Result<(), VaultError> {
        if self.broken { Err(VaultError::Broken) } else { Ok(()) }
    }

    /// Stores a person under an application's number. Durable when it returns. The same application
    /// with the same content returns the same reference, so that whoever crashed between this and the
    /// journal's entry may ask again.
    ///
    /// # Errors
    /// [`VaultError::BadField`]; [`VaultError::OtherContent`] when the application has another person;
    /// [`VaultError::Erased`] when its record was erased; [`VaultError::Disk`].
    pub fn put(&mut self, application: u64, person: &Person) -> Result<VaultRef, VaultError> {
        let put = self.put_many(&[(application, person)])?;
        Ok(*put.first().expect("one asked, one answered"))
    }

    /// As [`Vault::put`] for many at the cost of one flush each for keys and records. A refusal of one
    /// stores none.
    ///
    /// # Errors
    /// As [`Vault::put`]; [`VaultError::BadField`] for an application that comes twice.
    pub fn put_many(&mut self, all: &[(u64, &Person)]) -> Result<Vec<VaultRef>, VaultError> {
        self.sound()?;
        let mut seen = BTreeSet::new();
        let mut answers = Vec::new();
        let mut fresh = Vec::new();
        for &(application, person) in all {
            person.check()?;
            if !seen.insert(application) {
                return Err(VaultError::BadField { field: "application", rule: "comes twice in one batch" });
            }
            if let Some(held) = self.register.of_application(application) {
                // The comparison tells the asker nothing but what they brought, so it is no access.
                if self.unsealed(held)? != *person {
                    return Err(VaultError::OtherContent { application, held });
                }
                answers.push(held);
                continue;
            }
            let new = u32::try_from(fresh.len()).expect("fewer people than the earth has");
            let reference = VaultRef(self.register.next().0 + new);
            let (wrapped, sealed) = seal(&self.key, reference, application, person)?;
            fresh.push(Fresh { reference, application, person, wrapped, sealed });
            answers.push(reference);
        }
        if !fresh.is_empty() {
            self.writing(|vault| vault.store(&fresh))?;
        }
        Ok(answers)
    }

    /// Keys first: a record without its key would be lost, a key without its record is cut at opening.
    fn store(&mut self, all: &[Fresh<'_>]) -> Result<(), VaultError> {
        for fresh in all {
            self.table.put(&self.disk, fresh.reference, &fresh.wrapped)?;
        }
        self.table.flush()?;
        let mut places = Vec::new();
        for Fresh { reference, application, sealed, .. } in all {
            let body = Sealed { reference: *reference, application: *application, sealed }.encode();
            places.push(self.log.append(&self.disk, Kind::Person, &body)?);
        }
        self.commit()?;
        for (fresh, place) in all.iter().zip(places) {
            let added = self.register.add(place, fresh.application);
            assert_eq!(added, fresh.reference, "references count up");
            if let Some(routing) = &mut self.routing {
                routing.add(&self.tokens, fresh.reference, fresh.person);
            }
        }
        Ok(())
    }

    /// The person, without a record of access: never handed out from here alone.
    fn unsealed(&self, reference: VaultRef) -> Result<Person, VaultError> {
        let held = self.register.get(reference).ok_or(VaultError::Unknown { reference })?;
        if held.erased() {
            return Err(VaultError::Erased { reference });
        }
        let Slot::Key(wrapped) = self.table.get(reference)? else {
            return Err(self.table.wrong(reference, "the key of a living record is gone"));
        };
        unseal_at(&self.disk, &self.key, reference, &held.place, &wrapped)
    }

    /// One person. The access record is durable before the data is returned.
    ///
    /// # Errors
    /// [`VaultError::BadField`] for a purpose; [`VaultError::Unknown`]; [`VaultError::Erased`];
    /// [`VaultError::Corrupt`]; [`VaultError::Disk`], and then no data.
    pub fn read(&mut self, reference: VaultRef, purpose: &Purpose<'_>) -> Result<Person, VaultError> {
        let mut read = self.read_many(&[reference], purpose)?;
        Ok(read.pop().expect("one asked, one answered"))
    }

    /// Many people for one purpose, in the order asked: an access record each, one flush for all.
    ///
    /// # Errors
    /// As [`Vault::read`]; a refusal of one returns and records none.
    pub fn read_many(&mut self, all: &[VaultRef], purpose: &Purpose<'_>) -> Result<Vec<Person>, VaultError> {
        self.sound()?;
        purpose.check()?;
        let people = all.iter().map(|r| self.unsealed(*r)).collect::<Result<Vec<Person>, VaultError>>()?;
        let Purpose { who, why, wall } = *purpose;
        self.writing(|vault| {
            for reference in all {
                let deed = Deed { reference: *reference, count: 1, wall, who, why };
                vault.log.append(&vault.disk, Kind::Access, &deed.encode())?;
            }
            vault.commit()
        })?;
        Ok(people)
    }

    /// Stores a secret of a user or a program. Durable when it returns; each has a reference of its own.
    ///
    /// # Errors
    /// [`VaultError::BadField`] when it is empty or too long; [`VaultError::Disk`].
    pub fn put_secret(&mut self, owner: u64, bytes: &[u8]) -> Result<SecretRef, VaultError> {
        self.sound()?;
        if bytes.is_empty() || bytes.len() > secret::MOST {
            return Err(VaultError::BadField { field: "secret", rule: "has 1 to 1,024 bytes" });
        }
        let reference = self.register.next_secret();
        let (salt, sealed) = secret::seal(&self.key, reference, owner, bytes)?;
        let body = SealedSecret { reference, owner, salt, sealed: &sealed }.encode();
        let place = self.writing(|vault| {
            let place = vault.log.append(&vault.disk, Kind::Secret, &body)?;
            vault.commit()?;
            Ok(place)
        })?;
        let added = self.register.add_secret(place);
        assert_eq!(added, reference, "references count up");
        Ok(reference)
    }

    /// A secret, for whoever compares it with what somebody showed.
    ///
    /// # Errors
    /// [`VaultError::UnknownSecret`]; [`VaultError::Corrupt`]; [`VaultError::Disk`].
    pub fn secret(&self, reference: SecretRef) -> Result<Bare, VaultError> {
        self.sound()?;
        let place = self.register.secret(reference).ok_or(VaultError::UnknownSecret { reference })?;
        unseal_secret_at(&self.disk, &self.key, reference, place)
    }

    /// Secrets ever stored: references run from 1 to this.
    pub fn secrets(&self) -> u32 {
        self.register.secrets()
    }

    /// Builds the routing index from every living record: one access record, "routing index of N
    /// persons". It stays in memory and follows later puts and erasures. Returns N.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn build_routing(&mut self, who: &str, wall: i64) -> Result<u32, VaultError> {
        self.sound()?;
        let living: Vec<VaultRef> = self.register.all().filter(|(_, h)| !h.erased()).map(|(r, _)| r).collect();
        let count = u32::try_from(living.len()).expect("fewer people than the earth has");
        let why = format!("routing index of {count} persons");
        Purpose { who, why: &why, wall }.check()?;
        let mut routing = Routing::default();
        for reference in living {
            routing.add(&self.tokens, reference, &self.unsealed(reference)?);
        }
        self.writing(|vault| {
            let deed = Deed { reference: VaultRef(0), count, wall, who, why: &why };
            vault.log.append(&vault.disk, Kind::Access, &deed.encode())?;
            vault.commit()
        })?;
        self.routing = Some(routing);
        Ok(count)
    }

    /// The account behind a token, from the routing index.
    ///
    /// # Errors
    /// [`VaultError::NoRouting`] before [`Vault::build_routing`]; [`VaultError::UnknownAccount`].
    pub fn account_of(&self, token: AccountToken) -> Result<&Routed, VaultError> {
        self.sound()?;
        let routing = self.routing.as_ref().ok_or(VaultError::NoRouting)?;
        routing.get(token).ok_or(VaultError::UnknownAccount { token })
    }

    /// Erases a person for ever: the erasure is recorded, then the wrapped key becomes zeros. The sealed
    /// bytes and all history stay as they are, and nobody can read them.
    ///
    /// # Errors
    /// As [`Vault::read`]. After [`VaultError::Disk`] the next opening finishes it or knows nothing of it.
    pub fn erase(&mut self, reference: VaultRef, purpose: &Purpose<'_>) -> Result<(), VaultError> {
        self.sound()?;
        purpose.check()?;
        let held = self.register.get(reference).ok_or(VaultError::Unknown { reference })?;
        if held.erased() {
            return Err(VaultError::Erased { reference });
        }
        let Purpose { who, why, wall } = *purpose;
        self.writing(|vault| {
            let deed = Deed { reference, count: 1, wall, who, why };
            let place = vault.log.append(&vault.disk, Kind::Erasure, &deed.encode())?;
            vault.log.commit()?;
            vault.table.zero(reference)?;
            vault.table.flush()?;
            // Only now, as a mark also vouches for the slot.
            vault.commit()?;
            vault.register.erase(reference, place.number);
            Ok(())
        })?;
        if let Some(routing) = &mut self.routing {
            routing.remove(reference);
        }
        Ok(())
    }

    /// The access log from its first line, read from the disk: reads, routing indexes, erasures.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`]; [`VaultError::Disk`].
    pub fn accesses(&self) -> Result<Vec<Accessed>, VaultError> {
        let mut all = Vec::new();
        self.each_access(&mut |accessed| all.push(accessed))?;
        Ok(all)
    }

    /// As [`Vault::accesses`], line by line, for logs that are longer than memory.
    ///
    /// # Errors
    /// As [`Vault::accesses`].
    pub fn each_access(&self, visit: &mut dyn FnMut(Accessed)) -> Result<(), VaultError> {
        self.sound()?;
        let mark = self.log.mark();
        scan(&self.disk, Some(&mark), &mut |place, record| {
            let deed = match record.kind {
                Kind::Start | Kind::Person | Kind::Secret => return Ok(()),
                Kind::Access | Kind::Erasure => Deed::decode(record.body),
            };
            let Deed { reference, count, wall, who, why } = deed.ok_or_else(|| place.wrong("not an access record"))?;
            let act = match record.kind {
                Kind::Erasure => Act::Erased { of: reference },
                Kind::Start | Kind::Person | Kind::Secret | Kind::Access if reference == VaultRef(0) => Act::Routing { people: count },
                Kind::Start | Kind::Person | Kind::Secret | Kind::Access => Act::Read { of: reference },
            };
            visit(Accessed { number: record.number, act, wall, who: who.to_owned(), why: why.to_owned() });
            Ok(())
        })?;
        Ok(())
    }

    /// Fingerprints of personal data, for the core.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// See [`Tokens::pan`].
    pub fn pan_token(&self, pan: &str) -> PanToken {
        self.tokens.pan(pan)
    }

    /// See [`Tokens::account`].
    pub fn account_token(&self, account: &str) -> AccountToken {
        self.tokens.account(account)
    }

    /// See [`Tokens::name`].
    pub fn name_token(&self, name: &str) -> NameToken {
        self.tokens.name(name)
    }

    /// Records ever stored, erased ones too. References run from 1 to this.
    pub fn people(&self) -> u32 {
        self.register.count()
    }

    /// Whether a reference the journal knows has its record here, erased or not: to be asked at start for
    /// the journal's last reference, since the vault is written before the journal.
    pub fn holds(&self, reference: VaultRef) -> bool {
        self.register.get(reference).is_some()
    }

    /// The record of an application, if it has one.
    pub fn of_application(&self, application: u64) -> Option<VaultRef> {
        self.register.of_application(application)
    }

    /// The application of a record, if there is such a record.
    pub fn application_of(&self, reference: VaultRef) -> Option<u64> {
        self.register.get(reference).map(|h| h.application)
    }

    /// The last durable record.
    pub fn head(&self) -> Head {
        let Mark { number, chain } = self.marks.last.expect("opening marks its first record");
        Head { number, chain }
    }

    /// Ends the work with a durable mark, so that even the loss of the last record is seen from now on.
    ///
    /// # Errors
    /// [`VaultError::Disk`]; [`VaultError::Broken`]. What was acknowledged stays so.
    pub fn close(mut self) -> Result<(), VaultError> {
        self.sound()?;
        self.marks.settle()
    }
}

/// The sealed record at its place, unsealed.
pub(crate) fn unseal_at<D: Disk>(
    disk: &D,
    key: &VaultKey,
    reference: VaultRef,
    place: &Place,
    wrapped: &Wrapped,
) -> Result<Person, VaultError> {
    let mut bytes = vec![0; place.size];
    Sheet::open(disk, log::name(place.segment))?.read(place.at, &mut bytes)?;
    let record = record::read_loose(&bytes, place.segment).ok_or_else(|| place.wrong("the record does not check"))?;
    let sealed = Sealed::decode(record.body).filter(|s| s.reference == reference);
    let sealed = sealed.ok_or_else(|| place.wrong("not this person's record"))?;
    unseal(key, reference, sealed.application, wrapped, sealed.sealed)
        .ok_or_else(|| place.wrong("the record does not open with its key"))
}

/// The sealed secret at its place, unsealed.
pub(crate) fn unseal_secret_at<D: Disk>(disk: &D, key: &VaultKey, reference: SecretRef, place: &Place) -> Result<Bare, VaultError> {
    let mut bytes = vec![0; place.size];
    Sheet::open(disk, log::name(place.segment))?.read(place.at, &mut bytes)?;
    let record = record::read_loose(&bytes, place.segment).ok_or_else(|| place.wrong("the record does not check"))?;
    let sealed = SealedSecret::decode(record.body).filter(|s| record.kind == Kind::Secret && s.reference == reference);
    let sealed = sealed.ok_or_else(|| place.wrong("not this secret's record"))?;
    secret::unseal(key, reference, sealed.owner, &sealed.salt, sealed.sealed)
        .ok_or_else(|| place.wrong("the secret does not open with its key"))
}

/// Checks each slot against the register. Returns those that hold something and should not: erasures
/// and puts that a crash interrupted.
pub(crate) fn check_table<D: Disk>(table: &Table<D>, register: &Register) -> Result<Vec<VaultRef>, VaultError> {
    let mut idle = Vec::new();
    let mut slots = 0;
    table.each(&mut |reference, slot| {
        slots = reference.0;
        let living = register.get(reference).is_some_and(|h| !h.erased());
        match slot {
            Slot::Empty if living => Err(table.wrong(reference, "the key of a living record is gone")),
            Slot::Wrong if living => Err(table.wrong(reference, "the key of a living record does not check")),
            Slot::Key(_) | Slot::Wrong if !living => {
                idle.push(reference);
                Ok(())
            }
            Slot::Empty | Slot::Wrong | Slot::Key(_) => Ok(()),
        }
    })?;
    if slots < register.count() {
        return Err(table.wrong(VaultRef(slots + 1), "the key of a record is missing"));
    }
    Ok(idle)
}
