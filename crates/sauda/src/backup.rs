//! `sauda backup` and `sauda restore`: a state copied while it is in use, and put back.

use crate::args::{BackupArgs, RestoreArgs};
use crate::failure::Failure;
use crate::state::{DAY, FIRM, State, VAULT, WORLD, vault_failure};
use backup::{BackupError, Manifest, Parts, Proof, Store};
use journal::{Caching, ReadError, RealDisk, RecoverError, StateLock};
use std::fmt::Write;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;
use vault::{Act, Purpose, Vault};
use vocab::Moment;

/// What was taken, tried and put back, a line each.
const LOG: &str = "backup.log";

/// # Errors
/// [`Failure::Refused`] when no backup can be taken; [`Failure::Found`] when the state or the copy does not stand.
pub fn run(args: &BackupArgs, out: &mut String) -> Result<(), Failure> {
    let began = Instant::now();
    let (done, manifest, proof) = match &args.dir {
        Some(dir) => {
            let (manifest, proof) = take(dir, &args.to)?;
            ("taken", manifest, proof)
        }
        None => {
            let store = store(&args.to, Caching::ReadOnly)?;
            let (manifest, proof) = backup::check(&store).map_err(|e| told(&args.to, e))?;
            ("read back", manifest, proof)
        }
    };
    log(&args.to, done, &manifest, began)?;
    say(out, done, &manifest, &proof);
    Ok(())
}

fn take(dir: &Path, to: &Path) -> Result<(Manifest, Proof), Failure> {
    let state = State::open(dir)?;
    own_folder(dir, to)?;
    let _lock = StateLock::take(to).map_err(|e| Failure::refused(format!("--to {}: cannot be taken: {e}", to.display())))?;
    let about = fs::read_to_string(dir.join(DAY)).map_err(|e| Failure::refused(format!("{DAY}: {e}")))?;
    let from = Parts { firm: state.disk(FIRM)?, world: state.disk(WORLD)?, vault: state.disk(VAULT)? };
    let store = store(to, Caching::Buffered)?;
    backup::take(&from, &store, &about, crate::day::stamp(), heard).map_err(|e| told(dir, e))
}

/// When an entry of the world's journal was heard, and which errand of the firm it was.
fn heard(body: &[u8]) -> Result<Option<(Moment, Option<u64>)>, String> {
    let heard = world::heard_in(body).map_err(|e| e.to_string())?;
    Ok(heard.map(|(at, who, number)| (at, (who == world::Sender::Firm).then_some(number))))
}

fn told(dir: &Path, error: BackupError) -> Failure {
    let text = format!("{}: {error}", dir.display());
    match error {
        // Nothing is wrong with what is not there yet.
        BackupError::Journal { error: RecoverError::Read(ReadError::NoJournal | ReadError::Disk { .. }), .. } => Failure::refused(text),
        BackupError::Journal { .. } | BackupError::Vault(_) | BackupError::Damaged { .. } | BackupError::VaultBehind { .. } => {
            Failure::found(text)
        }
        BackupError::Disk { .. }
        | BackupError::Unfinished
        | BackupError::Foreign { .. }
        | BackupError::NotEmpty { .. }
        | BackupError::Busy { .. } => Failure::refused(text),
    }
}

/// A folder of backups holds nothing else, and does not lie in the state that it is to outlive.
fn own_folder(dir: &Path, to: &Path) -> Result<(), Failure> {
    let refuse = |what: &str| Failure::refused(format!("--to {}: {what}", to.display()));
    let whole = |path: &Path| std::path::absolute(path).and_then(|p| if p.exists() { p.canonicalize() } else { Ok(p) });
    let inside = whole(to).ok().zip(whole(dir).ok()).is_some_and(|(to, dir)| to.starts_with(dir));
    if inside {
        return Err(refuse("lies in the state that it should outlive"));
    }
    let Ok(there) = fs::read_dir(to) else { return Ok(()) };
    for entry in there.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = [FIRM, WORLD, VAULT, LOG, StateLock::FILE].contains(&name.as_str()) || name.starts_with("manifest.");
        if !ours || name == DAY {
            return Err(refuse(&format!("holds something else ({name}); give an empty or a new folder")));
        }
    }
    Ok(())
}

fn store(dir: &Path, caching: Caching) -> Result<Store<RealDisk>, Failure> {
    let disk = |path: PathBuf| {
        RealDisk::new(&path, caching)
            .map_err(|e| Failure::refused(format!("{}: no backup can be read or kept here: {e}", path.display())))
    };
    let parts = Parts { firm: disk(dir.join(FIRM))?, world: disk(dir.join(WORLD))?, vault: disk(dir.join(VAULT))? };
    Ok(Store { manifests: disk(dir.to_owned())?, parts })
}

/// A line in the folder's own log: what the auditor asks for as evidence that backups are taken and tried.
fn log(dir: &Path, done: &str, manifest: &Manifest, began: Instant) -> Result<(), Failure> {
    let Manifest { generation, firm, .. } = manifest;
    let (wall, took) = (crate::day::stamp(), began.elapsed().as_millis());
    let line = format!("{wall} {done}: backup {generation}, entry {}, in {took} ms\n", firm.entry);
    let path = dir.join(LOG);
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().append(true).create(true).open(&path)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|e| Failure::refused(format!("{}: {e}; the backup itself stands", path.display())))
}

fn say(out: &mut String, done: &str, manifest: &Manifest, proof: &Proof) {
    let Manifest { generation, made, firm, world, vault, files, .. } = manifest;
    let hash = crate::day::hex(&firm.hash);
    let bytes: u64 = files.iter().map(|kept| kept.size).sum();
    let fresh = files.iter().filter(|kept| kept.generation == *generation);
    let (fresh_files, fresh_bytes) = fresh.fold((0, 0), |(n, bytes), kept| (n + 1, bytes + kept.size));
    let mut line = |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("text grows");
    line(format_args!("{done}: backup {generation} of {made}"));
    line(format_args!("firm     entry {} {hash}, of {}", firm.entry, proof.at));
    line(format_args!("world    entry {}", world.entry));
    line(format_args!("vault    record {}", vault.number));
    line(format_args!("files    {} of {bytes} bytes; {fresh_files} of {fresh_bytes} bytes are new in it", files.len()));
    line(format_args!("read     every record, link and seal; all facts applied, {} checkpoints compared", proof.compared));
}

/// # Errors
/// [`Failure::Refused`] when there is no whole backup, or the folder is not free; [`Failure::Found`] when the
/// backup does not stand. The folder is then as it was.
pub fn restore(args: &RestoreArgs, out: &mut String) -> Result<(), Failure> {
    let began = Instant::now();
    let refuse = |what: &str, e: std::io::Error| Failure::refused(format!("--dir {}: {what}: {e}", args.dir.display()));
    if fs::read_dir(&args.dir).is_ok_and(|mut there| there.next().is_some()) || args.dir.is_file() {
        return Err(Failure::refused(format!("--dir {}: is not empty; a backup is put back into a new folder", args.dir.display())));
    }
    let from = store(&args.from, Caching::ReadOnly)?;
    let making = making(&args.dir)?;
    let lock = StateLock::take(&making).map_err(|e| refuse("cannot be made", e))?;
    clear(&making).map_err(|e| refuse("what an earlier restore left cannot be removed", e))?;
    let disk = |part: &str| RealDisk::new(&making.join(part), Caching::Buffered).map_err(|e| refuse(part, e));
    let parts = Parts { firm: disk(FIRM)?, world: disk(WORLD)?, vault: disk(VAULT)? };
    let (manifest, proof) = backup::restore(&from, &parts).map_err(|e| told(&args.from, e))?;
    let keep = || -> std::io::Result<()> {
        let mut file = fs::File::create(making.join(DAY))?;
        file.write_all(manifest.about.as_bytes())?;
        file.sync_all()?;
        fs::File::open(&making)?.sync_all()
    };
    keep().map_err(|e| refuse(DAY, e))?;
    let again = match &args.erasures {
        None => None,
        Some(dir) => Some(erase_again(dir, &making, parts.vault, &manifest)?),
    };
    // One step: the folder is a whole state, or it is not there.
    let put = || -> std::io::Result<()> {
        fs::rename(&making, &args.dir)?;
        match args.dir.parent().filter(|p| !p.as_os_str().is_empty()) {
            Some(parent) => fs::File::open(parent)?.sync_all(),
            None => fs::File::open(".")?.sync_all(),
        }
    };
    put().map_err(|e| refuse("the whole state cannot be put in its place", e))?;
    drop(lock);
    say(out, "put back", &manifest, &proof);
    writeln!(out, "{}", told_erasures(again)).expect("text grows");
    if let Err(unlogged) = log(&args.from, "put back", &manifest, began) {
        writeln!(out, "notice   not noted beside the backup: {unlogged}").expect("text grows");
    }
    Ok(())
}

fn told_erasures(again: Option<usize>) -> String {
    match again {
        Some(again) => format!("erased   {again} people erased after the backup are erased again"),
        None => "erased   who was erased after the backup is readable again here: --erasures names a later vault's log".to_owned(),
    }
}

/// Where a restore works until it is whole: beside its end, so that one rename puts it there.
fn making(dir: &Path) -> Result<PathBuf, Failure> {
    let name = dir.file_name().ok_or_else(|| Failure::refused(format!("--dir {}: names no folder", dir.display())))?;
    let mut name = name.to_owned();
    name.push(".restoring");
    let making = dir.with_file_name(name);
    let Ok(there) = fs::read_dir(&making) else { return Ok(making) };
    for entry in there.flatten() {
        let name = entry.file_name();
        if ![FIRM, WORLD, VAULT, DAY, StateLock::FILE].iter().any(|ours| name == *ours) {
            return Err(Failure::refused(format!("{}: holds something else", making.display())));
        }
    }
    Ok(making)
}

fn clear(making: &Path) -> std::io::Result<()> {
    for part in [FIRM, WORLD, VAULT] {
        match fs::remove_dir_all(making.join(part)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Erases in the restored vault whom a later log of the same vault says were erased.
fn erase_again(log: &Path, making: &Path, disk: RealDisk, manifest: &Manifest) -> Result<usize, Failure> {
    let inner = log.join(VAULT);
    let path = if inner.is_dir() { inner } else { log.to_owned() };
    let later = RealDisk::new(&path, Caching::ReadOnly)
        .map_err(|e| Failure::refused(format!("--erasures {}: {e}", path.display())))?;
    let erased = vault::erased_after(&later, &manifest.vault)
        .map_err(|e| Failure::refused(format!("--erasures {}: {e}", path.display())))?;
    let key = State::open(making)?.vault_key();
    let mut vault = Vault::open(disk, key).map_err(|e| vault_failure(&e))?;
    let mut again = 0;
    for accessed in erased {
        let Act::Erased { of } = accessed.act else { continue };
        // Who came after the backup is not in it.
        if vault.holds(of) {
            let purpose = Purpose { who: &accessed.who, why: &accessed.why, wall: accessed.wall };
            vault.erase(of, &purpose).map_err(|e| vault_failure(&e))?;
            again += 1;
        }
    }
    vault.close().map_err(|e| vault_failure(&e))?;
    Ok(again)
}
