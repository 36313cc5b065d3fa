//! The master key, where it comes from, and what is derived from it.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::hint::black_box;
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::VaultError;

const SANDBOX_LABEL: &[u8] = b"sauda vault sandbox key, no secret, version 1";

/// Thirty-two secret bytes that are wiped when dropped and never printed.
pub(crate) struct Secret(pub(crate) [u8; 32]);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without a reader the compiler may drop the wipe as a dead store.
        black_box(&self.0);
    }
}

/// The master key of a vault: 32 bytes from a key file, or a sandbox's, which is no secret.
pub struct VaultKey {
    secret: Secret,
    sandbox: bool,
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.sandbox { "VaultKey(sandbox)" } else { "VaultKey(..)" })
    }
}

impl VaultKey {
    /// Makes a key from the operating system's randomness and stores it as 64 hexadecimal digits in a
    /// new file that only its owner reads. Keep a copy on paper: without it the vault stays shut.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] when the file exists or cannot be written, so that no key is ever
    /// overwritten; [`VaultError::NoRandomness`].
    pub fn create_file(path: &Path) -> Result<VaultKey, VaultError> {
        let fail = |rule: &'static str| {
            move |source| VaultError::KeyFile { path: path.to_owned(), rule, source: Some(source) }
        };
        let secret = Secret(random()?);
        let mut text = String::with_capacity(65);
        for b in secret.0 {
            text.push_str(&format!("{b:02x}"));
        }
        text.push('\n');
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(fail("cannot be created, or exists"))?;
        file.write_all(text.as_bytes()).map_err(fail("cannot be written"))?;
        file.sync_all().map_err(fail("cannot be made durable"))?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|f| f.sync_all()).map_err(fail("its folder cannot be made durable"))?;
        Ok(VaultKey { secret, sandbox: false })
    }

    /// # Errors
    /// [`VaultError::KeyFile`] when the file is missing, others than its owner may read it, or it does
    /// not hold 64 hexadecimal digits.
    pub fn read_file(path: &Path) -> Result<VaultKey, VaultError> {
        let refuse = |rule, source| VaultError::KeyFile { path: path.to_owned(), rule, source };
        let mut file = File::open(path).map_err(|e| refuse("cannot be opened", Some(e)))?;
        let about = file.metadata().map_err(|e| refuse("cannot be examined", Some(e)))?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(refuse("others than its owner may use it: set its mode to 0600", None));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|e| refuse("cannot be read", Some(e)))?;
        let digits = text.trim_end().as_bytes();
        let mut secret = Secret([0; 32]);
        let mut ok = digits.len() == 64;
        for (slot, pair) in secret.0.iter_mut().zip(digits.chunks(2)) {
            let value = std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok());
            ok &= value.is_some() && pair.iter().all(u8::is_ascii_hexdigit);
            *slot = value.unwrap_or(0);
        }
        if !ok {
            return Err(refuse("does not hold 64 hexadecimal digits", None));
        }
        Ok(VaultKey { secret, sandbox: false })
    }

    /// The key of a sandbox: a fixed label and the seed, hashed. It is no secret, and is meant not to be:
    /// a sandbox has the same tokens, references and sealed bytes on every machine.
    pub fn sandbox(seed: u64) -> VaultKey {
        let mut hash = Sha256::new();
        hash.update(SANDBOX_LABEL);
        hash.update(seed.to_le_bytes());
        VaultKey { secret: Secret(hash.finalize().into()), sandbox: true }
    }

    pub fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    /// A key for one purpose and one set of parts; parts carry their lengths, so none can pose as two.
    pub(crate) fn derive(&self, purpose: &str, parts: &[&[u8]]) -> Secret {
        let mut mac = keyed(&self.secret);
        feed(&mut mac, purpose.as_bytes());
        for part in parts {
            feed(&mut mac, part);
        }
        Secret(mac.finalize().into_bytes().into())
    }
}

pub(crate) fn keyed(key: &Secret) -> Hmac<Sha256> {
    Hmac::new_from_slice(&key.0).expect("an HMAC takes a key of any length")
}

fn feed(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&u32::try_from(part.len()).expect("short parts").to_le_bytes());
    mac.update(part);
}

/// Bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut f| f.read_exact(&mut bytes))
        .map_err(VaultError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_key_file_is_private_and_never_overwritten() {
        let folder = std::env::temp_dir().join(format!("vault-key-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("vault.key");
        let _ = fs::remove_file(&path);
        let made = VaultKey::create_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(VaultKey::read_file(&path).unwrap().secret.0, made.secret.0);
        assert!(matches!(VaultKey::create_file(&path), Err(VaultError::KeyFile { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(VaultKey::read_file(&path).unwrap_err().to_string().contains("0600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "+1".repeat(32)).unwrap();
        assert!(VaultKey::read_file(&path).unwrap_err().to_string().contains("64 hexadecimal"));
        fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(VaultKey::read_file(&path), Err(VaultError::KeyFile { source: Some(_), .. })));
    }

    #[test]
    fn purposes_and_parts_do_not_mix() {
        let key = VaultKey::sandbox(1);
        let a = key.derive("x", &[b"ab", b"c"]);
        assert_ne!(a.0, key.derive("x", &[b"a", b"bc"]).0);
        assert_ne!(a.0, key.derive("y", &[b"ab", b"c"]).0);
        assert_ne!(a.0, VaultKey::sandbox(2).derive("x", &[b"ab", b"c"]).0);
        assert_eq!(a.0, VaultKey::sandbox(1).derive("x", &[b"ab", b"c"]).0);
        assert_eq!(format!("{key:?}"), "VaultKey(sandbox)");
    }
}
