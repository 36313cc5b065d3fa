//! Candles on disk: one file a day, to which each minute is added when it is over.
//!
//! A file is a head and blocks; a block has its length, a checksum over its place and body, and is whole or not there. What
//! does not fit is cut off with all behind it, and said.

use crate::bars::Candle;
use crate::feed::Name;
use crate::pack;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use vocab::{Day, Moment, Venue};

const MAGIC: [u8; 8] = *b"SAUDACDL";
const VERSION: u8 = 1;
const HEAD: usize = 13;
const BLOCK: usize = 8;
const NAMES: u8 = 1;
const MINUTE: u8 = 2;
const NAME: usize = 14;

/// The end of a file that was not whole and is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    pub day: Day,
    pub bytes: u64,
}

/// What a day's file says.
pub(crate) struct Kept {
    pub names: Vec<Name>,
    /// Candles by the place of their name.
    pub minutes: Vec<(usize, Candle)>,
    /// The last minute that is whole, also if nothing traded in it.
    pub last: Option<Moment>,
    /// Bytes that are whole.
    pub whole: usize,
}

/// The file of the day at hand.
pub(crate) struct Leaf {
    file: File,
    day: Day,
    at: u64,
    names: Vec<Name>,
}

fn head(day: Day) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(&MAGIC);
    head[8] = VERSION;
    head[9..].copy_from_slice(&day.0.to_le_bytes());
    head
}

fn checksum(day: Day, at: u64, body: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(crc32c::crc32c(&head(day)), &at.to_le_bytes()), body)
}

fn path(folder: &Path, day: Day) -> PathBuf {
    folder.join(format!("{day}.candles"))
}

/// The days of which a folder has files, the oldest first.
pub(crate) fn days(folder: &Path) -> io::Result<Vec<Day>> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut days = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let day = name.to_str().and_then(|name| name.strip_suffix(".candles")).and_then(|day| Day::parse(day).ok());
        days.extend(day);
    }
    days.sort_unstable();
    Ok(days)
}

/// Read a day's file as far as it is whole; one that is another day's, or of another version, is an error.
pub(crate) fn read(folder: &Path, day: Day) -> io::Result<(Kept, Option<Cut>)> {
    let mut bytes = Vec::new();
    File::open(path(folder, day))?.read_to_end(&mut bytes)?;
    if bytes.len() >= HEAD && !bytes.starts_with(&head(day)) {
        let text = format!("{} is no file of candles of {day} that this version reads", path(folder, day).display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let kept = whole(day, &bytes);
    let lost = bytes.len() - kept.whole;
    Ok((kept, (lost > 0).then(|| Cut { day, bytes: u64::try_from(lost).expect("a length") })))
}

/// The blocks from the beginning that are whole.
fn whole(day: Day, bytes: &[u8]) -> Kept {
    let mut kept = Kept { names: Vec::new(), minutes: Vec::new(), last: None, whole: 0 };
    if bytes.len() < HEAD {
        return kept;
    }
    kept.whole = HEAD;
    while let Some(next) = block(day, bytes, &mut kept) {
        kept.whole = next;
    }
    kept
}

/// Take the next block in; where the one after it begins.
fn block(day: Day, bytes: &[u8], kept: &mut Kept) -> Option<usize> {
    let at = kept.whole;
    let word = |from: usize| Some(u32::from_le_bytes(bytes.get(from..from + 4)?.try_into().ok()?));
    let (length, sum) = (usize::try_from(word(at)?).ok()?, word(at + 4)?);
    let end = (at + BLOCK).checked_add(length)?;
    let body = bytes.get(at + BLOCK..end)?;
    if checksum(day, u64::try_from(at).ok()?, body) != sum {
        return None;
    }
    let (kind, mut rest) = body.split_first()?;
    match *kind {
        NAMES => {
            let names: Option<Vec<Name>> = rest.chunks(NAME).map(name).collect();
            kept.names.extend(names?);
        }
        MINUTE => {
            let minute = pack::moment_of(day, pack::get(&mut rest)?)?;
            let mut rows = Vec::new();
            while !rest.is_empty() {
                let place = usize::try_from(pack::get(&mut rest)?).ok().filter(|place| *place < kept.names.len())?;
                rows.push((place, pack::get_candle(minute, &mut rest)?));
            }
            kept.minutes.extend(rows);
            kept.last = Some(minute);
        }
        _ => return None,
    }
    Some(end)
}

fn name(bytes: &[u8]) -> Option<Name> {
    let (venue, rest) = bytes.split_first()?;
    let (isin, same_day) = rest.split_at_checked(12)?;
    let venue = *Venue::ALL.get(usize::from(*venue))?;
    let same_day = match same_day {
        [0] => false,
        [1] => true,
        _ => return None,
    };
    let isin = vocab::Isin::parse(std::str::from_utf8(isin).ok()?).ok()?;
    Some(Name { venue, isin, same_day })
}

impl Leaf {
    /// Go on with the day's file behind what is whole of it, or begin it.
    pub fn open(folder: &Path, day: Day) -> io::Result<Leaf> {
        let path = path(folder, day);
        let kept = if path.exists() { Some(read(folder, day)?.0) } else { None };
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let (names, whole) = kept.map_or((Vec::new(), 0), |kept| (kept.names, kept.whole));
        let mut at = u64::try_from(whole).expect("a length");
        file.set_len(at)?;
        file.seek(SeekFrom::Start(at))?;
        if at == 0 {
            file.write_all(&head(day))?;
            at = u64::try_from(HEAD).expect("a length");
        }
        Ok(Leaf { file, day, at, names })
    }

    pub const fn day(&self) -> Day {
        self.day
    }

    /// Add a minute that is over.
    pub fn add(&mut self, minute: Moment, rows: &[(Name, Candle)]) -> io::Result<()> {
        let mut places = Vec::with_capacity(rows.len());
        let mut fresh = vec![NAMES];
        let mut names = self.names.clone();
        for (name, candle) in rows {
            let place = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(*name);
                fresh.push(name.venue.number());
                fresh.extend(&name.isin.0);
                fresh.push(u8::from(name.same_day));
                names.len() - 1
            });
            places.push((place, *candle));
        }
        let mut body = vec![MINUTE];
        pack::put(pack::minute_of(minute), &mut body);
        for (place, candle) in places {
            pack::put(u64::try_from(place).expect("a place"), &mut body);
            pack::put_candle(&candle, &mut body);
        }
        let mut out = Vec::new();
        if fresh.len() > 1 {
            self.block(&fresh, &mut out);
        }
        self.block(&body, &mut out);
        self.file.write_all(&out)?;
        self.at += u64::try_from(out.len()).expect("a length");
        self.names = names;
        Ok(())
    }

    fn block(&self, body: &[u8], out: &mut Vec<u8>) {
        let at = self.at + u64::try_from(out.len()).expect("a length");
        out.extend(u32::try_from(body.len()).expect("a block").to_le_bytes());
        out.extend(checksum(self.day, at, body).to_le_bytes());
        out.extend(body);
    }

    /// The day is over.
    pub fn close(self) -> io::Result<()> {
        self.file.sync_all()
    }
}
