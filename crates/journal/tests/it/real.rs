//! A real folder.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use journal::{Caching, Disk, DiskFile, Item, Kind, Reader, RealDisk, StateLock, Writer, recover, verify};

use crate::rig::{FIRM, WALL};

const SEGMENT: u64 = 64 << 10;

/// A folder that goes when the test ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        Folder::under(&std::env::temp_dir(), name)
    }

    fn under(parent: &Path, name: &str) -> Folder {
        let path = parent.join(format!("journal-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn lives(dir: &Path, caching: Caching) {
    let disk = RealDisk::new(dir, caching).unwrap();
    let mut writer = Writer::create(disk.clone(), FIRM, SEGMENT, WALL).unwrap();
    for n in 0..100u8 {
        writer.append(|out| out.resize(out.len() + usize::from(n) * 37, n));
        if n % 3 == 0 {
            writer.flush().unwrap();
        }
    }
    // The process dies with a batch not written; then once more after a clean close.
    let witness = writer.durable();
    drop(writer);
    for sealed in [false, true] {
        let mut found = 0u64;
        let recovered = recover(disk.clone(), Kind::Firm, SEGMENT, WALL, |item| {
            if let Item::Entry { number, body, .. } = item {
                found += 1;
                assert!(number.0 == found && body.iter().all(|b| u64::from(*b) == found - 1));
                assert_eq!(body.len() as u64, (found - 1) * 37);
            }
            Ok(())
        })
        .unwrap();
        assert_eq!((found, recovered.sealed, recovered.cut), (witness.entry.0, sealed, 0));
        recovered.writer.seal(WALL).unwrap();
    }
    let readable = RealDisk::new(dir, Caching::ReadOnly).unwrap();
    assert!(verify(&readable, Some(&witness)).unwrap().sealed);
    assert_eq!(readable.create("00000099.seg", SEGMENT).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    assert!(readable.remove("00000001.seg").is_err());
    assert!(readable.open("00000001.seg").unwrap().write_at(0, &[0; 4096]).is_err());
}

#[test]
fn a_journal_lives_in_a_folder_past_the_page_cache() {
    let folder = Folder::new("direct");
    lives(&folder.0, Caching::Direct);
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.0.clone()), 0o700);
    assert_eq!(mode(folder.0.join("00000001.seg")), 0o600);
}

#[test]
fn a_journal_lives_in_a_folder_through_the_page_cache() {
    lives(&Folder::new("buffered").0, Caching::Buffered);
}

#[test]
fn where_the_file_system_refuses_direct_writes_the_page_cache_serves() {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        lives(&Folder::under(memory, "memory").0, Caching::Direct);
    }
}

#[test]
fn a_second_process_is_told_who_holds_the_folder() {
    let folder = Folder::new("lock");
    let lock = StateLock::take(&folder.0).unwrap();
    assert_eq!(std::fs::metadata(&folder.0).unwrap().permissions().mode() & 0o777, 0o700);
    let refusal = StateLock::take(&folder.0).unwrap_err();
    assert_eq!(refusal.kind(), io::ErrorKind::WouldBlock);
    assert!(refusal.to_string().contains(&std::process::id().to_string()));
    drop(lock);
    StateLock::take(&folder.0).unwrap();
}

#[test]
fn a_flipped_bit_on_a_real_disk_is_found() {
    let folder = Folder::new("flip");
    let disk = RealDisk::new(&folder.0, Caching::Direct).unwrap();
    let mut writer = Writer::create(disk.clone(), FIRM, SEGMENT, WALL).unwrap();
    writer.append(|out| out.extend_from_slice(b"the price was 799.50"));
    writer.seal(WALL).unwrap();
    let path = folder.0.join("00000001.seg");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(6).position(|w| w == b"799.50").unwrap();
    bytes[at] = b'8';
    std::fs::write(&path, bytes).unwrap();
    let disk = RealDisk::new(&folder.0, Caching::ReadOnly).unwrap();
    let said = verify(&disk, None).unwrap_err().to_string();
    assert!(said.contains("at entry 1, segment 1, byte "), "{said}");
    assert!(Reader::open(&disk).is_ok(), "only the entry is damaged");
}
