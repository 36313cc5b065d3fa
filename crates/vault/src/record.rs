//! One record of the log: a header of 64 bytes and a body.
//!
//! ```text
//!  0 u32 body length      4 u32 crc32c of bytes 0..4 and 8..end
//!  8 u32 segment         12 u8 kind  13 u8 version  14 [0; 2]
//! 16 u64 number          24 u64 durable: the last number that was flushed before this was written
//! 32 [32] chain: SHA-256 of the chain before, bytes 0..4, 8..32 and the body
//! 64 body
//! ```

use sha2::{Digest, Sha256};
use vocab::{SecretRef, VaultRef};

pub(crate) const HEADER: usize = 64;
pub(crate) const VERSION: u8 = 1;
/// Where the chain starts.
pub(crate) const ROOT: [u8; 32] = [0; 32];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    Start = 1,
    Person = 2,
    Access = 3,
    Erasure = 4,
    Secret = 5,
}

impl Kind {
    fn of(n: u8) -> Option<Kind> {
        match n {
            1 => Some(Kind::Start),
            2 => Some(Kind::Person),
            3 => Some(Kind::Access),
            4 => Some(Kind::Erasure),
            5 => Some(Kind::Secret),
            _ => None,
        }
    }
}

/// A record that checks: its length fits, its sum and its chain are right.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub kind: Kind,
    pub number: u64,
    pub durable: u64,
    pub chain: [u8; 32],
    pub body: &'a [u8],
}

/// What a record is written with besides its body.
#[derive(Clone, Copy)]
pub(crate) struct Stamp {
    pub segment: u32,
    pub number: u64,
    pub durable: u64,
    pub before: [u8; 32],
}

impl Record<'_> {
    pub(crate) fn size(&self) -> usize {
        HEADER + self.body.len()
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn sum(bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&bytes[..4]), &bytes[8..])
}

fn link(before: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(&bytes[..4]);
    hash.update(&bytes[8..32]);
    hash.update(&bytes[HEADER..]);
    hash.finalize().into()
}

/// Appends the record to `out`; returns its chain.
pub(crate) fn write(out: &mut Vec<u8>, kind: Kind, stamp: &Stamp, body: &[u8]) -> [u8; 32] {
    assert!(!body.is_empty(), "a record without body could pose as the end");
    let start = out.len();
    out.extend_from_slice(&u32::try_from(body.len()).expect("bodies are bounded").to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&stamp.segment.to_le_bytes());
    out.extend_from_slice(&[kind as u8, VERSION, 0, 0]);
    out.extend_from_slice(&stamp.number.to_le_bytes());
    out.extend_from_slice(&stamp.durable.to_le_bytes());
    out.extend_from_slice(&[0; 32]);
    out.extend_from_slice(body);
    let chain = link(&stamp.before, &out[start..]);
    out[start + 32..start + 64].copy_from_slice(&chain);
    let crc = sum(&out[start..]);
    out[start + 4..start + 8].copy_from_slice(&crc.to_le_bytes());
    chain
}

/// The record at the start of `bytes`, if its length and sum are right and it belongs to the segment.
/// The chain is not checked: this also looks for records behind a wrong one.
pub(crate) fn read_loose(bytes: &[u8], segment: u32) -> Option<Record<'_>> {
    let header = bytes.get(..HEADER)?;
    let kind = Kind::of(header[12])?;
    let body = usize::try_from(u32_at(header, 0)).ok()?;
    let shape = body > 0 && header[13] == VERSION && header[14..16] == [0, 0] && u32_at(header, 8) == segment;
    if !shape {
        return None;
    }
    let whole = bytes.get(..HEADER.checked_add(body)?)?;
    if sum(whole) != u32_at(whole, 4) {
        return None;
    }
    let chain = whole[32..64].try_into().expect("32 bytes");
    let (number, durable) = (u64_at(whole, 16), u64_at(whole, 24));
    Some(Record { kind, number, durable, chain, body: &whole[HEADER..] })
}

/// The record at the start of `bytes`, if everything about it is right.
pub(crate) fn read<'a>(bytes: &'a [u8], segment: u32, number: u64, before: &[u8; 32]) -> Option<Record<'a>> {
    let record = read_loose(bytes, segment)?;
    let right = record.number == number
        && record.durable < number
        && record.chain == link(before, &bytes[..record.size()]);
    right.then_some(record)
}

/// The first body: what the vault was made with.
pub(crate) struct Start {
    pub sandbox: bool,
    /// Bytes of one key table file.
    pub table: u32,
    /// A fingerprint of the key, to tell a wrong one at once.
    pub check: [u8; 16],
}

impl Start {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut body = vec![u8::from(self.sandbox), 0, 0, 0];
        body.extend_from_slice(&self.table.to_le_bytes());
        body.extend_from_slice(&self.check);
        body
    }

    pub(crate) fn decode(body: &[u8]) -> Option<Start> {
        let ([sandbox, 0, 0, 0], rest) = body.split_first_chunk()? else { return None };
        let (table, check) = rest.split_first_chunk()?;
        Some(Start {
            sandbox: match sandbox {
                0 => false,
                1 => true,
                _ => return None,
            },
            table: u32::from_le_bytes(*table),
            check: check.try_into().ok()?,
        })
    }
}

/// A person's body: reference and application in clear, the rest sealed.
pub(crate) struct Sealed<'a> {
    pub reference: VaultRef,
    pub application: u64,
    pub sealed: &'a [u8],
}

impl<'a> Sealed<'a> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut body = self.reference.0.to_le_bytes().to_vec();
        body.extend_from_slice(&self.application.to_le_bytes());
        body.extend_from_slice(self.sealed);
        body
    }

    pub(crate) fn decode(body: &'a [u8]) -> Option<Sealed<'a>> {
        let (reference, rest) = body.split_first_chunk()?;
        let (application, sealed) = rest.split_first_chunk()?;
        Some(Sealed {
            reference: VaultRef(u32::from_le_bytes(*reference)),
            application: u64::from_le_bytes(*application),
            sealed,
        })
    }
}

/// A secret's body: reference, owner and salt in clear, the rest sealed.
pub(crate) struct SealedSecret<'a> {
    pub reference: SecretRef,
    pub owner: u64,
    pub salt: [u8; 16],
    pub sealed: &'a [u8],
}

impl<'a> SealedSecret<'a> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut body = self.reference.0.to_le_bytes().to_vec();
        body.extend_from_slice(&self.owner.to_le_bytes());
        body.extend_from_slice(&self.salt);
        body.extend_from_slice(self.sealed);
        body
    }

    pub(crate) fn decode(body: &'a [u8]) -> Option<SealedSecret<'a>> {
        let (reference, rest) = body.split_first_chunk()?;
        let (owner, rest) = rest.split_first_chunk()?;
        let (salt, sealed) = rest.split_first_chunk()?;
        let reference = SecretRef(u32::from_le_bytes(*reference));
        Some(SealedSecret { reference, owner: u64::from_le_bytes(*owner), salt: *salt, sealed })
    }
}

/// An access or an erasure: which record, how many, when, by whom, why. Reference 0 is "many".
pub(crate) struct Deed<'a> {
    pub reference: VaultRef,
    pub count: u32,
    pub wall: i64,
    pub who: &'a str,
    pub why: &'a str,
}

impl<'a> Deed<'a> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut body = self.reference.0.to_le_bytes().to_vec();
        body.extend_from_slice(&self.count.to_le_bytes());
        body.extend_from_slice(&self.wall.to_le_bytes());
        for text in [self.who, self.why] {
            body.push(u8::try_from(text.len()).expect("checked texts are short"));
            body.extend_from_slice(text.as_bytes());
        }
        body
    }

    pub(crate) fn decode(body: &'a [u8]) -> Option<Deed<'a>> {
        let (reference, rest) = body.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (wall, rest) = rest.split_first_chunk()?;
        let (who, rest) = text(rest)?;
        let (why, rest) = text(rest)?;
        rest.is_empty().then_some(Deed {
            reference: VaultRef(u32::from_le_bytes(*reference)),
            count: u32::from_le_bytes(*count),
            wall: i64::from_le_bytes(*wall),
            who,
            why,
        })
    }
}

fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (len, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(*len))?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flip_anywhere_is_seen() {
        let stamp = Stamp { segment: 3, number: 9, durable: 8, before: [7; 32] };
        let mut out = Vec::new();
        let body = Deed { reference: VaultRef(4), count: 1, wall: -5, who: "ops", why: "a letter" }.encode();
        write(&mut out, Kind::Access, &stamp, &body);
        let record = read(&out, 3, 9, &[7; 32]).unwrap();
        let deed = Deed::decode(record.body).unwrap();
        assert_eq!((deed.reference, deed.wall, deed.who, deed.why), (VaultRef(4), -5, "ops", "a letter"));
        assert_eq!((record.kind, record.durable, record.size()), (Kind::Access, 8, out.len()));
        for bit in 0..out.len() * 8 {
            let mut bad = out.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(read_loose(&bad, 3).is_none(), "bit {bit}");
        }
        assert!(read(&out, 3, 8, &[7; 32]).is_none(), "another number");
        assert!(read(&out, 3, 9, &[6; 32]).is_none(), "another past");
        assert!(read(&out, 2, 9, &[7; 32]).is_none(), "another segment");
    }
}
