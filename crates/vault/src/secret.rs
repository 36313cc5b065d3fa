//! Secrets of users and programs: verifiers of passwords, seeds of device codes, keys of apps.
//!
//! A secret is no personal data: it is sealed under the master key alone, is not erased, and reading one leaves no record of access, as
//! whoever signs in is an entry of the journal anyway.

use std::fmt;
use std::hint::black_box;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use vocab::SecretRef;

use crate::VaultError;
use crate::key::{VaultKey, random};

/// Version of the sealing, part of what is authenticated.
const VERSION: u8 = 1;
/// The longest secret.
pub(crate) const MOST: usize = 1_024;

/// A secret in the open: wiped when dropped, and never printed.
pub struct Bare(Vec<u8>);

impl Bare {
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Bare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bare(..)")
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without a reader the compiler may drop the wipe as a dead store.
        black_box(&self.0);
    }
}

/// What binds the sealed bytes to their place: one user's secret cannot pose as another's.
fn bound(reference: SecretRef, owner: u64) -> [u8; 13] {
    let mut all = [VERSION; 13];
    all[..4].copy_from_slice(&reference.0.to_le_bytes());
    all[4..12].copy_from_slice(&owner.to_le_bytes());
    all
}

/// Each salt makes a key that seals one message, so the nonce may stand still.
fn crypt(master: &VaultKey, reference: SecretRef, salt: &[u8; 16]) -> (ChaCha20Poly1305, Nonce) {
    let key = master.derive("secret", &[&reference.0.to_le_bytes(), salt]);
    (ChaCha20Poly1305::new(&Key::from(key.0)), Nonce::from([0; 12]))
}

/// A sandbox draws the salt from its key and the content, so that its files are equal on every machine.
fn salt(master: &VaultKey, reference: SecretRef, plain: &[u8]) -> Result<[u8; 16], VaultError> {
    if !master.is_sandbox() {
        return random();
    }
    let whole = master.derive("sandbox secret salt", &[&reference.0.to_le_bytes(), plain]);
    let (first, _) = whole.0.split_first_chunk().expect("16 of 32");
    Ok(*first)
}

pub(crate) fn seal(master: &VaultKey, reference: SecretRef, owner: u64, plain: &[u8]) -> Result<([u8; 16], Vec<u8>), VaultError> {
    let salt = salt(master, reference, plain)?;
    let (cipher, nonce) = crypt(master, reference, &salt);
    let payload = Payload { msg: plain, aad: &bound(reference, owner) };
    Ok((salt, cipher.encrypt(&nonce, payload).expect("a secret is short")))
}

/// None when key, place or bytes are not those of the sealing.
pub(crate) fn unseal(master: &VaultKey, reference: SecretRef, owner: u64, salt: &[u8; 16], sealed: &[u8]) -> Option<Bare> {
    let (cipher, nonce) = crypt(master, reference, salt);
    cipher.decrypt(&nonce, Payload { msg: sealed, aad: &bound(reference, owner) }).ok().map(Bare)
}
