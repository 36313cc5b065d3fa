//! The manifest: a text that says what a backup holds, and by its last line that it is whole.
//!
//! ```text
//! sauda backup 1
//! generation 2
//! made 1780000000000000                                   microseconds since 1970
//! firm 21327 <hash of that entry>
//! world 6120 <hash>
//! vault 231 <chain of that record>
//! file firm/00000001.seg 000001 16777216 <SHA-256>         the generation that brought it, bytes
//! about <a line of day.toml>
//! whole <SHA-256 of all lines before>
//! ```
//! Line feeds fill the last block.

use journal::{BLOCK, Disk, DiskFile, Head, read_all, write_all};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use vocab::{EntryNo, Moment};

use crate::error::trying;
use crate::{BackupError, Part};

const TITLE: &str = "sauda backup 1";
const PREFIX: &str = "manifest.";

/// A file of a backup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    pub part: Part,
    /// Its name in the state.
    pub name: String,
    /// The backup that brought it; it stands under its name and this number.
    pub generation: u32,
    pub size: u64,
    pub hash: [u8; 32],
}

impl Kept {
    pub(crate) fn stored(&self) -> String {
        stored(&self.name, self.generation)
    }
}

pub(crate) fn stored(name: &str, generation: u32) -> String {
    format!("{name}.{generation:06}")
}

/// What a backup holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    pub generation: u32,
    pub made: Moment,
    /// The last entry of each journal.
    pub firm: Head,
    pub world: Head,
    /// The last record of the vault's log.
    pub vault: vault::Head,
    pub files: Vec<Kept>,
    /// What the state was begun with, word for word.
    pub about: String,
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::new(), |mut text, b| {
        write!(text, "{b:02x}").expect("text grows");
        text
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn part_of(name: &str) -> Option<Part> {
    Part::ALL.into_iter().find(|part| part.name() == name)
}

impl Manifest {
    pub(crate) fn text(&self) -> String {
        let Manifest { generation, made, firm, world, vault, files, about } = self;
        let mut text = format!("{TITLE}\ngeneration {generation}\nmade {}\n", made.0);
        let mut line = |words: std::fmt::Arguments<'_>| writeln!(text, "{words}").expect("text grows");
        line(format_args!("firm {} {}", firm.entry.0, hex(&firm.hash)));
        line(format_args!("world {} {}", world.entry.0, hex(&world.hash)));
        line(format_args!("vault {} {}", vault.number, hex(&vault.chain)));
        for Kept { part, name, generation, size, hash } in files {
            line(format_args!("file {}/{name} {generation:06} {size} {}", part.name(), hex(hash)));
        }
        for about in about.lines() {
            line(format_args!("about {about}"));
        }
        let whole = hex(&Sha256::digest(text.as_bytes()).into());
        writeln!(text, "whole {whole}").expect("text grows");
        text
    }

    /// `None` unless it is a manifest letter for letter, its last line included.
    pub(crate) fn parse(text: &str) -> Option<Manifest> {
        let mut lines = text.lines();
        let mut word = |wanted: &str| lines.next()?.strip_prefix(wanted).map(str::to_owned);
        word(TITLE)?;
        let generation = word("generation ")?.parse().ok()?;
        let made = Moment(word("made ")?.parse().ok()?);
        let mut head = |wanted: &str| -> Option<(u64, [u8; 32])> {
            let text = word(wanted)?;
            let (number, hash) = text.split_once(' ')?;
            Some((number.parse().ok()?, unhex(hash)?))
        };
        let journal = |(number, hash)| Head { entry: EntryNo(number), hash };
        let (firm, world) = (journal(head("firm ")?), journal(head("world ")?));
        let (number, chain) = head("vault ")?;
        let mut manifest = Manifest {
            generation, made, firm, world, vault: vault::Head { number, chain }, files: Vec::new(), about: String::new(),
        };
        for line in lines {
            if let Some(file) = line.strip_prefix("file ") {
                manifest.files.push(kept(file)?);
            } else if let Some(about) = line.strip_prefix("about ") {
                manifest.about.push_str(about);
                manifest.about.push('\n');
            }
        }
        // One manifest has one spelling: this is where the last line is compared.
        (manifest.text() == text).then_some(manifest)
    }

    pub(crate) fn of(&self, part: Part) -> impl Iterator<Item = &Kept> {
        self.files.iter().filter(move |kept| kept.part == part)
    }

    /// Makes it durable: from here on the backup is whole.
    pub(crate) fn write<D: Disk>(&self, disk: &D) -> Result<(), BackupError> {
        let name = name(self.generation);
        let mut bytes = self.text().into_bytes();
        bytes.resize(bytes.len().next_multiple_of(BLOCK), b'\n');
        let mut file = trying("making", &name, disk.create(&name, bytes.len() as u64))?;
        trying("writing", &name, write_all(&mut file, 0, &bytes))?;
        trying("flushing", &name, file.flush())
    }
}

fn kept(text: &str) -> Option<Kept> {
    let words: Vec<&str> = text.split(' ').collect();
    let [path, generation, size, hash] = words[..] else { return None };
    let (part, name) = path.split_once('/')?;
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    plain.then_some(())?;
    Some(Kept {
        part: part_of(part)?,
        name: name.to_owned(),
        generation: generation.parse().ok()?,
        size: size.parse().ok()?,
        hash: unhex(hash)?,
    })
}

pub(crate) fn name(generation: u32) -> String {
    format!("{PREFIX}{generation:06}")
}

/// The generation a manifest's name says.
pub(crate) fn generation_of(file: &str) -> Option<u32> {
    let number = file.strip_prefix(PREFIX)?.parse().ok()?;
    (name(number) == file).then_some(number)
}

/// The last backup that was finished, if there is one.
///
/// # Errors
/// When the disk fails.
pub fn latest<D: Disk>(disk: &D) -> Result<Option<Manifest>, BackupError> {
    let mut numbers: Vec<u32> =
        trying("listing", "the backup", disk.list())?.iter().filter_map(|name| generation_of(name)).collect();
    numbers.sort_unstable();
    for generation in numbers.into_iter().rev() {
        let name = name(generation);
        let file = trying("opening", &name, disk.open(&name))?;
        let mut bytes = vec![0; usize::try_from(file.len()).expect("a manifest in memory")];
        trying("reading", &name, read_all(&file, 0, &mut bytes))?;
        let text = String::from_utf8_lossy(&bytes);
        let trimmed = format!("{}\n", text.trim_end_matches('\n'));
        if let Some(manifest) = Manifest::parse(&trimmed).filter(|m| m.generation == generation) {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back_and_any_other_letter_is_none() {
        let kept = Kept { part: Part::Vault, name: "keys-000001.tab".into(), generation: 2, size: 4_096, hash: [9; 32] };
        let manifest = Manifest {
            generation: 2,
            made: Moment(1_780_000_000_000_000),
            firm: Head { entry: EntryNo(7), hash: [1; 32] },
            world: Head { entry: EntryNo(3), hash: [2; 32] },
            vault: vault::Head { number: 5, chain: [3; 32] },
            files: vec![kept],
            about: "# what it was begun with\nseed = \"1\"\n".into(),
        };
        let text = manifest.text();
        assert_eq!(Manifest::parse(&text), Some(manifest));
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] ^= 1;
            assert_eq!(Manifest::parse(&String::from_utf8_lossy(&other)), None, "byte {at}");
            assert_eq!(Manifest::parse(&text[..at]), None, "cut at {at}");
        }
    }
}
