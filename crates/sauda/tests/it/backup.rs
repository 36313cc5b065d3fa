//! Backups of the program at work, killed in the middle, and put back.

use crate::played::{Copied, ask, copy_folder, day, folder, program, run};
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime};

const WORDS: [&str; 7] = ["day", "--clients", "60", "--orders", "2000", "--seed", "7"];

fn path(dir: &Path) -> &str {
    dir.to_str().expect("a plain path")
}

fn backup(dir: &Path, to: &Path) -> crate::played::Ran {
    run(&["backup", "--dir", path(dir), "--to", path(to)])
}

fn restore(from: &Path, dir: &Path) -> crate::played::Ran {
    run(&["restore", "--from", path(from), "--dir", path(dir)])
}

fn start(words: &[&str]) -> Child {
    program().args(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

fn digest(out: &str) -> String {
    out.lines().find(|line| line.starts_with("digest ")).expect("a digest").to_owned()
}

/// Moments nobody chose; a failure names the lot.
fn lots() -> impl Iterator<Item = u64> {
    let first = SystemTime::UNIX_EPOCH.elapsed().expect("a clock").as_nanos() as u64 | 1;
    let next = |lot: &u64| Some(lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(Some(first), next).map(|lot| lot >> 33)
}

/// Taken again and again while the day is played; each is whole, and the last goes on to the day's own end.
// covers: S-24T2-4.10.2-1
#[test]
fn a_day_is_backed_up_while_it_is_played_and_goes_on_from_there() {
    let (dir, to, put) = (folder("live"), folder("live-backup"), folder("live-put"));
    let mut words = WORDS.to_vec();
    words.extend(["--dir", path(&dir)]);
    let mut child = start(&words);
    let mut taken = 0;
    loop {
        let ended = child.try_wait().expect("a child").is_some();
        let done = backup(&dir, &to);
        if done.code == Some(0) {
            taken += 1;
            // The last one put back stays: a busy machine takes few while the day is played.
            if !ended && taken <= 3 {
                if put.exists() {
                    fs::remove_dir_all(&put).expect("a folder");
                }
                restore(&to, &put).good();
            }
        } else {
            // Before the first entries there is no state yet.
            assert!(taken == 0 && done.code == Some(2), "{}", done.err);
        }
        if ended {
            break;
        }
    }
    assert!(taken > 1, "the day ended before a backup was taken");
    let expected = ask(&dir, &WORDS).good();
    assert!(put.exists(), "none was put back while the day was played");
    assert_eq!(digest(&ask(&put, &WORDS).good()), digest(&expected));
    assert!(ask(&put, &["verify"]).good().contains("no differences"));
    let log = fs::read_to_string(to.join("backup.log")).expect("a log");
    assert!(log.lines().any(|line| line.contains(" taken: ")) && log.lines().any(|line| line.contains(" put back: ")), "{log}");
    for dir in [dir, to, put] {
        fs::remove_dir_all(dir).expect("a folder");
    }
}

/// SIGKILL in the middle of a backup and of a restore.
#[test]
fn killed_in_the_middle_a_backup_and_a_restore_are_whole_or_clearly_unfinished() {
    let (to, put) = (folder("killed-backup"), folder("killed-put"));
    backup(day(), &to).good();
    let (mut backups, mut restores) = (0, 0);
    for lot in lots().take(30) {
        let mut child = start(&["backup", "--dir", path(day()), "--to", path(&to)]);
        std::thread::sleep(Duration::from_micros(lot % 60_000));
        backups += u32::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("SIGKILL");
        child.wait().expect("a child");
        // As if every file had changed: the next backup copies them all.
        if lot % 3 == 0 {
            fs::remove_dir_all(&to).expect("a folder");
        }
        let mut child = start(&["restore", "--from", path(&to), "--dir", path(&put)]);
        std::thread::sleep(Duration::from_micros(lot % 60_000));
        restores += u32::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("SIGKILL");
        child.wait().expect("a child");
        if put.exists() {
            assert!(ask(&put, &["verify"]).good().contains("no differences"), "lot {lot}");
            fs::remove_dir_all(&put).expect("a folder");
        } else {
            ask(&put, &["verify"]).bad(2);
        }
        let whole = run(&["backup", "--to", path(&to)]);
        assert!(whole.code == Some(0) || lot % 3 == 0, "lot {lot}: {}", whole.err);
        backup(day(), &to).good();
    }
    println!("{backups} backups and {restores} restores were killed at work");
    restore(&to, &put).good();
    assert_eq!(ask(&put, &["book", "trial"]).good(), ask(day(), &["book", "trial"]).good());
    fs::remove_dir_all(to).expect("a folder");
    fs::remove_dir_all(put).expect("a folder");
}

#[test]
fn a_backup_says_where_it_cannot_go_and_a_restore_what_it_will_not_touch() {
    let to = Copied(folder("refused-backup"));
    let inside = day().join("backup");
    assert!(backup(day(), &inside).bad(2).contains("lies in the state"));
    assert!(!inside.exists());
    run(&["backup", "--to", path(&to.0)]).bad(2);
    fs::create_dir_all(&to.0).unwrap();
    fs::write(to.0.join("thesis.txt"), "mine").unwrap();
    assert!(backup(day(), &to.0).bad(2).contains("thesis.txt"));
    fs::remove_file(to.0.join("thesis.txt")).unwrap();
    restore(&to.0, &to.0.join("put")).bad(2);
    backup(day(), &to.0).good();
    assert!(restore(&to.0, day()).bad(2).contains("not empty"));

    // Another state's folder is not continued.
    let other = Copied(folder("refused-other"));
    ask(&other.0, &["day", "--clients", "5", "--orders", "20", "--seed", "3"]).good();
    assert!(backup(&other.0, &to.0).bad(2).contains("another record"));

    // What a flipped bit does: the state it should come from, or the backup itself.
    let name = "firm/00000001.seg.000001";
    let mut bytes = fs::read(to.0.join(name)).unwrap();
    bytes[9_000] ^= 1;
    fs::write(to.0.join(name), &bytes).unwrap();
    let put = folder("refused-put");
    assert!(restore(&to.0, &put).bad(1).contains(name));
    assert!(!put.exists(), "nothing is half put back");
    assert!(run(&["backup", "--to", path(&to.0)]).bad(1).contains(name));
    fs::remove_dir_all(put.with_file_name(format!("{}.restoring", put.file_name().unwrap().to_str().unwrap()))).unwrap();
}

/// A person erased after the backup is erased in what is restored from it, by the later log.
#[test]
fn erasures_after_a_backup_are_carried_over() {
    let (state, to) = (Copied(folder("carried")), Copied(folder("carried-backup")));
    copy_folder(day(), &state.0);
    backup(&state.0, &to.0).good();
    let disk = journal::RealDisk::new(&state.0.join("vault"), journal::Caching::Buffered).unwrap();
    let mut vault = vault::Vault::open(disk, vault::VaultKey::sandbox(1)).unwrap();
    let purpose = vault::Purpose { who: "ops", why: "asked to be forgotten", wall: 1 };
    vault.erase(vocab::VaultRef(2), &purpose).unwrap();
    vault.close().unwrap();
    let (plain, carried) = (Copied(folder("carried-plain")), Copied(folder("carried-put")));
    assert!(restore(&to.0, &plain.0).good().contains("--erasures"));
    assert!(ask(&plain.0, &["verify"]).good().contains(" 0 erased"));
    let words = ["restore", "--from", path(&to.0), "--dir", path(&carried.0), "--erasures", path(&state.0)];
    assert!(run(&words).good().contains("1 people erased after the backup"));
    assert!(ask(&carried.0, &["verify"]).good().contains(" 1 erased"));
}
