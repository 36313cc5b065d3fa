//! Why nothing could be made.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

#[derive(Debug)]
pub enum DoorError {
    /// The operating system gave no randomness.
    NoRandomness(io::Error),
    /// A password so long that hashing it is no service, or a cost that cannot be met.
    BadPassword,
}

impl fmt::Display for DoorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DoorError::NoRandomness(_) => "the operating system gave no randomness",
            DoorError::BadPassword => "the password cannot be hashed: it is too long, or the cost is none",
        })
    }
}

impl std::error::Error for DoorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DoorError::NoRandomness(source) => Some(source),
            DoorError::BadPassword => None,
        }
    }
}

/// Bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], DoorError> {
    let mut bytes = [0; N];
    File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes)).map_err(DoorError::NoRandomness)?;
    Ok(bytes)
}
