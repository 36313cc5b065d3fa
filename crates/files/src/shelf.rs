//! The files of a folder, found by name in an order that no machine changes, and the dates in their names.

use crate::error::FileError;
use crate::unpack::{Limits, too_large, unpack};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use vocab::Day;

/// Files by their path below the folder, sorted by it.
pub(crate) struct Shelf {
    /// The folder's name, for errors about the whole of it.
    pub name: String,
    pub files: Vec<Found>,
    /// What the search passed by.
    pub notices: Vec<String>,
    pub limits: Limits,
}

/// A file that may be read.
pub(crate) struct Found {
    /// Path below the folder, parts joined by `/` on every machine.
    pub path: String,
    place: Place,
}

enum Place {
    Disk(PathBuf),
    Memory(&'static [u8]),
}

/// The text of a file, and the length and checksum of the bytes it was stored in.
pub(crate) struct Loaded {
    pub text: Vec<u8>,
    pub length: u64,
    pub crc32: u32,
}

impl Shelf {
    /// Every `.csv`, `.dat`, `.gz` and `.zip` below a folder. Linked folders are entered once.
    pub fn walk(root: &Path, limits: &Limits) -> Result<Shelf, FileError> {
        let name = root.display().to_string();
        let mut walk = Walk {
            files: Vec::new(),
            notices: Vec::new(),
            entered: BTreeSet::new(),
            names: 0,
            limits: *limits,
        };
        walk.enter(root, "", 0).map_err(|e| match e {
            Stop::Unreadable(e) => {
                FileError::new(&name, 0, "folder", "a folder that can be read", &e.to_string())
            }
            Stop::TooMany => {
                let rule = format!("a folder holds at most {} names, at any depth", limits.names);
                FileError::new(&name, 0, "folder", rule, "more")
            }
        })?;
        walk.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Shelf { name, files: walk.files, notices: walk.notices, limits: *limits })
    }

    /// Files that are part of the program.
    pub fn built_in(name: &str, files: &[(&str, &'static str)], limits: &Limits) -> Shelf {
        let found = |(path, text): &(&str, &'static str)| Found {
            path: (*path).to_owned(),
            place: Place::Memory(text.as_bytes()),
        };
        let mut files: Vec<Found> = files.iter().map(found).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Shelf { name: name.to_owned(), files, notices: Vec::new(), limits: *limits }
    }
}

impl Found {
    /// The file's own name, in lower case and without its wrapping: `cm02mar2020bhav.csv`.
    pub fn stem(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let bare = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zip")).unwrap_or(&name);
        bare.to_owned()
    }

    pub fn load(&self, limits: &Limits) -> Result<Loaded, FileError> {
        let raw = match &self.place {
            Place::Disk(path) => self.read(path, limits)?,
            Place::Memory(bytes) => bytes.to_vec(),
        };
        let mut crc = flate2::Crc::new();
        crc.update(&raw);
        let (length, crc32) = (raw.len() as u64, crc.sum());
        Ok(Loaded { text: unpack(&self.path, raw, limits)?, length, crc32 })
    }

    fn read(&self, path: &Path, limits: &Limits) -> Result<Vec<u8>, FileError> {
        let unreadable = |e: std::io::Error| {
            FileError::new(&self.path, 0, "file", "a file that can be read", &e.to_string())
        };
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(unreadable)?;
        file.take(limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > limits.file_bytes {
            return Err(too_large(&self.path, limits));
        }
        Ok(bytes)
    }
}

struct Walk {
    files: Vec<Found>,
    notices: Vec<String>,
    /// Folders by their true path, so that a link back up does not loop.
    entered: BTreeSet<PathBuf>,
    names: usize,
    limits: Limits,
}

enum Stop {
    Unreadable(std::io::Error),
    TooMany,
}

impl Walk {
    fn enter(&mut self, folder: &Path, below: &str, depth: usize) -> Result<(), Stop> {
        let canonical = fs::canonicalize(folder).map_err(Stop::Unreadable)?;
        if !self.entered.insert(canonical) {
            return Ok(());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(Stop::Unreadable)? {
            names.push(entry.map_err(Stop::Unreadable)?.file_name());
            self.names = self.names.saturating_add(1);
            if self.names > self.limits.names {
                return Err(Stop::TooMany);
            }
        }
        // The order of a directory is the file system's; the order of names is nobody's.
        names.sort();
        for name in names {
            let shown = name.to_string_lossy();
            if shown.starts_with('.') {
                continue;
            }
            let path = folder.join(&name);
            let below = if below.is_empty() { shown.into_owned() } else { format!("{below}/{shown}") };
            // A dangling link has no metadata; a pipe or a device is never opened.
            let Ok(kind) = fs::metadata(&path) else {
                self.notices.push(format!("{} cannot be looked at", below.escape_debug()));
                continue;
            };
            if kind.is_dir() {
                self.descend(&path, &below, depth)?;
            } else if kind.is_file() && wanted(&below) {
                self.files.push(Found { path: below, place: Place::Disk(path) });
            }
        }
        Ok(())
    }

    fn descend(&mut self, path: &Path, below: &str, depth: usize) -> Result<(), Stop> {
        if depth >= self.limits.depth {
            let shown = below.escape_debug();
            self.notices.push(format!(
                "{shown} lies more than {} folders deep and was not searched",
                self.limits.depth
            ));
            return Ok(());
        }
        match self.enter(path, below, depth.saturating_add(1)) {
            Err(Stop::Unreadable(e)) => {
                self.notices.push(format!("{} could not be searched: {e}", below.escape_debug()));
                Ok(())
            }
            other => other,
        }
    }
}

fn wanted(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".csv", ".dat", ".gz", ".zip"].iter().any(|end| path.ends_with(end))
}

/// The days a date in a file name may mean: one day, or a whole month where the name has no day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct NameDate {
    pub first: Day,
    pub last: Day,
}

/// The last date in a name: `2026-08-08`, `2025-09`, `20240701` or `01072024`.
pub(crate) fn date_in(stem: &str) -> Option<NameDate> {
    let groups: Vec<&str> = stem.split(|c: char| !c.is_ascii_digit() && c != '-').collect();
    groups.iter().rev().find_map(|group| {
        let group = group.trim_matches('-');
        let day = match group.len() {
            10 => Day::parse(group).ok(),
            8 if !group.contains('-') => compact(group),
            _ => None,
        };
        match (day, group.len()) {
            (Some(day), _) => Some(NameDate { first: day, last: day }),
            (None, 7) => month(group),
            (None, _) => None,
        }
    })
}

/// Eight digits, year first or day first: no text is both, since no month-and-day pair reads as a year after 1970.
fn compact(digits: &str) -> Option<Day> {
    let (head, tail) = digits.split_at_checked(4)?;
    let pair = |text: &str| text.split_at_checked(2).map(|(a, b)| (a.to_owned(), b.to_owned()));
    let ((a, b), (c, d)) = (pair(head)?, pair(tail)?);
    Day::parse(&format!("{head}-{c}-{d}")).or_else(|_| Day::parse(&format!("{tail}-{b}-{a}"))).ok()
}

fn month(text: &str) -> Option<NameDate> {
    let first = Day::parse(&format!("{text}-01")).ok()?;
    let last = (28..=31).rev().find_map(|day| Day::parse(&format!("{text}-{day}")).ok())?;
    Some(NameDate { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::LIMITS;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn names_carry_dates_in_four_forms() {
        let one = |text: &str| Some(NameDate { first: day(text), last: day(text) });
        assert_eq!(date_in("equity_l_2026-08-08.csv"), one("2026-08-08"));
        assert_eq!(date_in("sec_list_20240701.csv"), one("2024-07-01"));
        assert_eq!(date_in("sec_list_01072024.csv"), one("2024-07-01"));
        assert_eq!(date_in("sec_list_12122012.csv"), one("2012-12-12"));
        let month = NameDate { first: day("2024-02-01"), last: day("2024-02-29") };
        assert_eq!(date_in("equity_l_2024-02.csv"), Some(month));
        for none in [
            "equity_l.csv",
            "equity_l_2026.csv",
            "equity_l_2026-13.csv",
            "sec_list_31062024.csv",
            "x_123456789.csv",
        ] {
            assert_eq!(date_in(none), None, "{none}");
        }
    }

    #[test]
    fn a_folder_is_searched_in_the_order_of_names() {
        let root = std::env::temp_dir().join(format!("sauda-files-shelf-{}", std::process::id()));
        for folder in ["b/c", "a", ".hidden"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in ["b/c/2.csv", "b/1.csv.gz", "a/z.zip", "a/z.txt", ".hidden/x.csv", "a-1.csv"] {
            fs::write(root.join(file), "x").unwrap();
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&root, root.join("b/up")).unwrap();
            std::os::unix::fs::symlink("nowhere", root.join("b/dangling.csv")).unwrap();
        }
        let shelf = Shelf::walk(&root, &LIMITS).unwrap();
        let shallow = Shelf::walk(&root, &Limits { depth: 1, ..LIMITS }).unwrap();
        let crowded = Shelf::walk(&root, &Limits { names: 5, ..LIMITS }).err().unwrap();
        let large = shelf.files.first().unwrap().load(&Limits { file_bytes: 0, ..LIMITS }).err().unwrap();
        fs::remove_dir_all(&root).unwrap();
        let paths: Vec<&str> = shelf.files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["a-1.csv", "a/z.zip", "b/1.csv.gz", "b/c/2.csv"]);
        assert_eq!(shallow.files.len(), 3);
        assert!(
            shallow.notices.iter().any(|n| n.starts_with("b/c lies more than 1")),
            "{:?}",
            shallow.notices
        );
        assert_eq!(crowded.rule, "a folder holds at most 5 names, at any depth");
        assert_eq!(large.field, "size");
        assert_eq!(Shelf::walk(&root, &LIMITS).err().unwrap().field, "folder");
    }
}
