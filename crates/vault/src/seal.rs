//! Sealing: each person under a key of their own, each such key wrapped under the master key.
//!
//! The data key comes from the master key, the reference and a fresh salt that is then forgotten, so
//! that only its wrapped form leads back to it: who zeros that has erased the person.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use vocab::VaultRef;

use crate::VaultError;
use crate::key::{Secret, VaultKey, random};
use crate::person::Person;

/// Version of the sealing, part of what is authenticated.
const VERSION: u8 = 1;
/// The wrapped data key: 32 bytes and the authentication tag.
pub(crate) const WRAPPED: usize = 48;

/// What the key table keeps of a data key.
#[derive(Clone, Copy)]
pub(crate) struct Wrapped {
    pub salt: [u8; 16],
    pub key: [u8; WRAPPED],
}

/// The associated data binds a ciphertext to its place: one person's record cannot pose as another's.
fn bound(reference: VaultRef, application: u64) -> [u8; 13] {
    let mut all = [VERSION; 13];
    all[..4].copy_from_slice(&reference.0.to_le_bytes());
    all[4..12].copy_from_slice(&application.to_le_bytes());
    all
}

/// Every key here seals exactly one message, so the nonce may stand still.
fn crypt(key: &Secret) -> (ChaCha20Poly1305, Nonce) {
    (ChaCha20Poly1305::new(&Key::from(key.0)), Nonce::from([0; 12]))
}

fn wrapping(master: &VaultKey, reference: VaultRef, salt: &[u8; 16]) -> Secret {
    master.derive("wrap", &[&reference.0.to_le_bytes(), salt])
}

/// Two salts: one is kept beside the wrapped key, the other makes the data key and is forgotten. A
/// sandbox draws them from its key and the content, so that its files are equal on every machine.
fn salts(master: &VaultKey, reference: VaultRef, plain: &[u8]) -> Result<([u8; 16], Secret), VaultError> {
    if !master.is_sandbox() {
        return Ok((random()?, Secret(random()?)));
    }
    let place = reference.0.to_le_bytes();
    let kept = master.derive("sandbox kept salt", &[&place, plain]);
    let (first, _) = kept.0.split_first_chunk().expect("16 of 32");
    Ok((*first, master.derive("sandbox forgotten salt", &[&place, plain])))
}

/// Seals a person; returns the wrapped data key and the sealed bytes.
pub(crate) fn seal(
    master: &VaultKey,
    reference: VaultRef,
    application: u64,
    person: &Person,
) -> Result<(Wrapped, Vec<u8>), VaultError> {
    let mut plain = person.encode();
    let (salt, forgotten) = salts(master, reference, &plain)?;
    let data = master.derive("data key", &[&reference.0.to_le_bytes(), &forgotten.0]);
    let aad = bound(reference, application);
    let (cipher, nonce) = crypt(&data);
    let sealed = cipher.encrypt(&nonce, Payload { msg: &plain, aad: &aad }).expect("a person is short");
    plain.fill(0);
    let (cipher, nonce) = crypt(&wrapping(master, reference, &salt));
    let wrapped = cipher.encrypt(&nonce, Payload { msg: &data.0, aad: &aad }).expect("a key is short");
    let key = wrapped.try_into().expect("a key and a tag");
    Ok((Wrapped { salt, key }, sealed))
}

/// The person of sealed bytes; `None` when key, place or bytes are not those of the sealing.
pub(crate) fn unseal(
    master: &VaultKey,
    reference: VaultRef,
    application: u64,
    wrapped: &Wrapped,
    sealed: &[u8],
) -> Option<Person> {
    let aad = bound(reference, application);
    let (cipher, nonce) = crypt(&wrapping(master, reference, &wrapped.salt));
    let mut data = cipher.decrypt(&nonce, Payload { msg: &wrapped.key, aad: &aad }).ok()?;
    let key = Secret(data.as_slice().try_into().ok()?);
    data.fill(0);
    let (cipher, nonce) = crypt(&key);
    let mut plain = cipher.decrypt(&nonce, Payload { msg: sealed, aad: &aad }).ok()?;
    let person = Person::decode(&plain);
    plain.fill(0);
    person
}
