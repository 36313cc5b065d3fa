//! What the log says: who is held where, under which application, and who was erased.

use std::collections::BTreeMap;

use vocab::{SecretRef, VaultRef};

use crate::VaultError;
use crate::log::Place;
use crate::record::{Deed, Kind, Record, Sealed, SealedSecret, Start};

/// One person's record.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    pub place: Place,
    pub application: u64,
    /// The number of the record that says so.
    pub erased_by: Option<u64>,
}

impl Held {
    pub(crate) fn erased(&self) -> bool {
        self.erased_by.is_some()
    }
}

#[derive(Default)]
pub(crate) struct Register {
    pub start: Option<Start>,
    /// By reference, from 1.
    people: Vec<Held>,
    applications: BTreeMap<u64, VaultRef>,
    /// By reference, from 1.
    secrets: Vec<Place>,
    pub accesses: u64,
    pub erased: u64,
}

impl Register {
    /// Takes in the next record.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`] when it cannot follow those before it.
    pub(crate) fn take(&mut self, place: Place, record: &Record<'_>) -> Result<(), VaultError> {
        if (place.number == 1) != (record.kind == Kind::Start) {
            return Err(place.wrong("the first record, and no other, says how the vault was made"));
        }
        match record.kind {
            Kind::Start => {
                let start = Start::decode(record.body).ok_or_else(|| place.wrong("not a start of this version"))?;
                self.start = Some(start);
            }
            Kind::Person => {
                let sealed = Sealed::decode(record.body).ok_or_else(|| place.wrong("not a person's record"))?;
                if sealed.reference != self.next() || self.applications.contains_key(&sealed.application) {
                    return Err(place.wrong("references count up, and an application has one record"));
                }
                self.add(place, sealed.application);
            }
            Kind::Secret => {
                let sealed = SealedSecret::decode(record.body).ok_or_else(|| place.wrong("not a secret's record"))?;
                if sealed.reference != self.next_secret() {
                    return Err(place.wrong("references of secrets count up"));
                }
                self.add_secret(place);
            }
            Kind::Access => {
                let deed = Deed::decode(record.body).ok_or_else(|| place.wrong("not an access record"))?;
                if deed.reference != VaultRef(0) && self.get(deed.reference).is_none() {
                    return Err(place.wrong("an access to a record that does not exist"));
                }
                self.accesses += 1;
            }
            Kind::Erasure => {
                let deed = Deed::decode(record.body).ok_or_else(|| place.wrong("not an erasure"))?;
                if self.get(deed.reference).is_none_or(Held::erased) {
                    return Err(place.wrong("an erasure of a record that does not exist or is erased"));
                }
                self.erase(deed.reference, place.number);
            }
        }
        Ok(())
    }

    pub(crate) fn add(&mut self, place: Place, application: u64) -> VaultRef {
        let reference = self.next();
        self.people.push(Held { place, application, erased_by: None });
        self.applications.insert(application, reference);
        reference
    }

    pub(crate) fn add_secret(&mut self, place: Place) -> SecretRef {
        let reference = self.next_secret();
        self.secrets.push(place);
        reference
    }

    /// The reference the next secret gets.
    pub(crate) fn next_secret(&self) -> SecretRef {
        SecretRef(self.secrets() + 1)
    }

    pub(crate) fn secrets(&self) -> u32 {
        u32::try_from(self.secrets.len()).expect("fewer secrets than references")
    }

    pub(crate) fn secret(&self, reference: SecretRef) -> Option<&Place> {
        self.secrets.get(usize::try_from(reference.0).ok()?.checked_sub(1)?)
    }

    pub(crate) fn erase(&mut self, reference: VaultRef, number: u64) {
        let slot = usize::try_from(reference.0).ok().and_then(|n| n.checked_sub(1));
        let held = slot.and_then(|n| self.people.get_mut(n)).expect("an erasure is checked first");
        held.erased_by = Some(number);
        self.erased += 1;
    }

    /// The reference the next person gets.
    pub(crate) fn next(&self) -> VaultRef {
        VaultRef(self.count() + 1)
    }

    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.people.len()).expect("fewer people than the earth has")
    }

    pub(crate) fn get(&self, reference: VaultRef) -> Option<&Held> {
        self.people.get(usize::try_from(reference.0).ok()?.checked_sub(1)?)
    }

    pub(crate) fn of_application(&self, application: u64) -> Option<VaultRef> {
        self.applications.get(&application).copied()
    }

    /// Everyone, in order of reference.
    pub(crate) fn all(&self) -> impl Iterator<Item = (VaultRef, &Held)> {
        (1..).map(VaultRef).zip(&self.people)
    }
}
