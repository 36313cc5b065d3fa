//! From the bytes of a file to its text: plain, gzip or zip, with every size bounded.

use crate::error::FileError;
use std::io::{Cursor, Read};

/// How much of a file is read before it is refused.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of a file, stored or unpacked.
    pub file_bytes: u64,
    /// Bytes of one line.
    pub line_bytes: usize,
    /// Lines of one file.
    pub rows: u64,
    /// Folders below folders.
    pub depth: usize,
    /// Names in all folders together.
    pub names: usize,
}

/// A year of every bhavcopy is far below these; an archive that unpacks for ever is above.
pub(crate) const LIMITS: Limits =
    Limits { file_bytes: 256 << 20, line_bytes: 64 << 10, rows: 5_000_000, depth: 8, names: 200_000 };

/// Names in one archive that are looked at to find its single file.
const ARCHIVE_NAMES: usize = 64;

/// The text of a file whose name ends in `.gz` or `.zip`, or the bytes themselves.
pub(crate) fn unpack(file: &str, raw: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, FileError> {
    let name = file.to_ascii_lowercase();
    if name.ends_with(".gz") {
        let damaged = |e: std::io::Error| {
            FileError::new(file, 0, "gzip", "the file is cut short, damaged or not gzip", &e.to_string())
        };
        bounded(file, flate2::read::MultiGzDecoder::new(raw.as_slice()), limits)?.map_err(damaged)
    } else if name.ends_with(".zip") {
        unzip(file, &raw, limits)
    } else {
        Ok(raw)
    }
}

fn unzip(file: &str, raw: &[u8], limits: &Limits) -> Result<Vec<u8>, FileError> {
    let damaged = |e: &dyn std::fmt::Display| {
        FileError::new(file, 0, "zip", "the file is cut short, damaged or not zip", &e.to_string())
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(raw)).map_err(|e| damaged(&e))?;
    if archive.len() > ARCHIVE_NAMES {
        let found = format!("{} names", archive.len());
        return Err(FileError::new(file, 0, "zip", "an archive holds one file", &found));
    }
    let mut only = None;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|e| damaged(&e))?;
        if !entry.is_dir() && only.replace(index).is_some() {
            return Err(FileError::new(file, 0, "zip", "an archive holds one file", "more than one"));
        }
    }
    let Some(index) = only else {
        return Err(FileError::new(file, 0, "zip", "an archive holds one file", "none"));
    };
    let entry = archive.by_index(index).map_err(|e| damaged(&e))?;
    bounded(file, entry, limits)?.map_err(|e| damaged(&e))
}

/// Read to the end, or refuse as soon as the limit is passed: an archive's own word on its size is not believed.
fn bounded(
    file: &str,
    reader: impl Read,
    limits: &Limits,
) -> Result<Result<Vec<u8>, std::io::Error>, FileError> {
    let mut bytes = Vec::new();
    let read = reader.take(limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes);
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(file, limits));
    }
    Ok(read.map(|_| bytes))
}

pub(crate) fn too_large(file: &str, limits: &Limits) -> FileError {
    let rule = format!("a file holds at most {} bytes, unpacked", limits.file_bytes);
    FileError::new(file, 0, "size", rule, "more")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const SMALL: Limits = Limits { file_bytes: 1_000, ..LIMITS };

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(bytes).unwrap();
        gz.finish().unwrap()
    }

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn three_wrappings_hold_the_same_text() {
        let text = b"a,b\n1,2\n".to_vec();
        assert_eq!(unpack("x.csv", text.clone(), &SMALL), Ok(text.clone()));
        assert_eq!(unpack("x.csv.GZ", gzip(&text), &SMALL), Ok(text.clone()));
        assert_eq!(unpack("x.csv.zip", zip_of(&[("dir/x.csv", &text)]), &SMALL), Ok(text));
    }

    #[test]
    fn a_cut_archive_is_refused_at_every_length() {
        let text = "SYMBOL,SERIES\n".repeat(50).into_bytes();
        let (gz, zip) = (gzip(&text), zip_of(&[("x.csv", &text)]));
        for len in 0..gz.len() {
            let e = unpack("x.gz", gz[..len].to_vec(), &SMALL).unwrap_err();
            assert_eq!((e.field.as_str(), e.line), ("gzip", 0), "at {len}");
        }
        for len in 0..zip.len() {
            let e = unpack("x.zip", zip[..len].to_vec(), &SMALL).unwrap_err();
            assert_eq!(e.field, "zip", "at {len}");
        }
    }

    #[test]
    fn a_damaged_archive_is_refused_or_reads_the_same() {
        let text = "SYMBOL,SERIES\n".repeat(50).into_bytes();
        for (name, bytes) in [("x.gz", gzip(&text)), ("x.zip", zip_of(&[("x.csv", &text)]))] {
            for at in 0..bytes.len() {
                let mut bad = bytes.clone();
                bad[at] ^= 0x40;
                if let Ok(read) = unpack(name, bad, &SMALL) {
                    assert_eq!(read, text, "{name} with byte {at} changed");
                }
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let zeros = vec![b'0'; 1_001];
        for (name, bytes) in [("x.gz", gzip(&zeros)), ("x.zip", zip_of(&[("x", &zeros)]))] {
            assert_eq!(unpack(name, bytes, &SMALL).unwrap_err().field, "size");
        }
        assert!(unpack("x.gz", gzip(&zeros[..1_000]), &SMALL).is_ok());
    }

    #[test]
    fn an_archive_holds_one_file() {
        let two = zip_of(&[("a.csv", b"1"), ("b.csv", b"2")]);
        assert_eq!(unpack("x.zip", two, &SMALL).unwrap_err().rule, "an archive holds one file");
        assert_eq!(unpack("x.zip", zip_of(&[]), &SMALL).unwrap_err().found, "none");
    }
}
