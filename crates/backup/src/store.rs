//! Taking a backup and putting one back.

use std::collections::BTreeSet;

use journal::{BLOCK, Cut, Disk, DiskFile, Head, Item, Piece, RecoverError, read_all, write_all};
use sha2::{Digest, Sha256};
use vault::Report;
use vocab::Moment;

use crate::error::{of_part, trying, unread};
use crate::manifest::{self, Kept, Manifest, stored};
use crate::proof::{Claims, Proof, may_pass, prove, prove_alone};
use crate::view::View;
use crate::{BackupError, Part};

/// How often a source that changes under the copy is looked at again.
const PATIENCE: u32 = 20;

/// The folders of a state, or of a backup.
#[derive(Clone, Debug)]
pub struct Parts<D> {
    pub firm: D,
    pub world: D,
    pub vault: D,
}

impl<D> Parts<D> {
    fn of(&self, part: Part) -> &D {
        match part {
            Part::Firm => &self.firm,
            Part::World => &self.world,
            Part::Vault => &self.vault,
        }
    }
}

/// A backup's folders: its manifests, and its parts.
#[derive(Clone, Debug)]
pub struct Store<D> {
    pub manifests: D,
    pub parts: Parts<D>,
}

/// What an entry of the world's journal heard: when, and the number of the firm's errand if it was one. `None`
/// for what was heard of nobody.
pub type HeardIn = fn(&[u8]) -> Result<Option<(Moment, Option<u64>)>, String>;

/// A backup in the making.
struct Taking<'a, T: Disk> {
    to: &'a Store<T>,
    before: Option<&'a Manifest>,
    generation: u32,
    files: Vec<Kept>,
}

impl<T: Disk + Clone> Taking<'_, T> {
    /// Keeps a file: as the backup before kept it, if it is still the same.
    fn keep(&mut self, part: Part, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
        let (size, hash) = (bytes.len() as u64, Sha256::digest(bytes).into());
        let same = |kept: &&Kept| kept.name == name && kept.size == size && kept.hash == hash;
        if let Some(kept) = self.before.and_then(|before| before.of(part).find(same)) {
            self.files.push(kept.clone());
            return Ok(());
        }
        let kept = Kept { part, name: name.to_owned(), generation: self.generation, size, hash };
        write_new(self.to.parts.of(part), &kept.stored(), bytes)?;
        self.files.push(kept);
        Ok(())
    }

    fn pieces<S: Disk>(&mut self, part: Part, from: &S, cut: &Cut) -> Result<(), BackupError> {
        for Piece { name, end } in cut.pieces() {
            let mut bytes = load(from, &name)?;
            if let Some(end) = end.and_then(|end| usize::try_from(end).ok()) {
                bytes[end..].fill(0);
            }
            self.keep(part, &name, &bytes)?;
        }
        Ok(())
    }

    fn view(&self, part: Part) -> View<T> {
        let kept = self.files.iter().filter(|kept| kept.part == part);
        View::new(self.to.parts.of(part), kept.map(|k| (k.name.clone(), k.stored())))
    }

    /// Everything of the firm's journal, which must go on from what the backup before holds.
    fn firm<S: Disk>(&mut self, from: &S) -> Result<Proof, BackupError> {
        let witness = self.before.map(|before| before.firm);
        let mut claims = Claims::default();
        let cut = settled(Part::Firm, || {
            claims = Claims::default();
            journal::cut(from, |item| {
                claims.note(item);
                Ok(witness.is_none_or(|seen| !contradicts(item, &seen)))
            })
        })?;
        if let Some(seen) = witness.filter(|seen| cut.head.entry < seen.entry) {
            return Err(BackupError::Foreign { part: Part::Firm, held: seen.entry });
        }
        self.pieces(Part::Firm, from, &cut)?;
        let proof = prove(&self.view(Part::Firm), &claims)?;
        agree(Part::Firm, proof.head, cut.head)?;
        Ok(proof)
    }

    /// The world's journal, as far as it follows from what the firm's copy holds: a world that had heard more
    /// would be another firm's.
    fn world<S: Disk>(&mut self, from: &S, firm: &Proof, heard: HeardIn) -> Result<Head, BackupError> {
        let cut = settled(Part::World, || {
            journal::cut(from, |item| {
                let Item::Entry { body, .. } = item else { return Ok(true) };
                Ok(heard(body)?.is_none_or(|(at, errand)| at <= firm.at && errand.is_none_or(|n| n <= firm.errands)))
            })
        })?;
        self.pieces(Part::World, from, &cut)?;
        let end = journal::verify(&self.view(Part::World), None).map_err(unread(Part::World))?;
        agree(Part::World, end.head, cut.head)?;
        Ok(cut.head)
    }

    /// The vault: marks, then the log, then the keys, so that marks never run ahead of the log and every record
    /// has its key. An append or an erasure that falls between shows, and the vault is copied again.
    fn vault<S: Disk>(&mut self, from: &S) -> Result<Report, BackupError> {
        for left in (0..PATIENCE).rev() {
            for name in vault_files(from)? {
                // The next one in reserve has no length while it is made.
                let bytes = load(from, &name)?;
                if !bytes.is_empty() {
                    self.keep(Part::Vault, &name, &bytes)?;
                }
            }
            match vault::verify(&self.view(Part::Vault), None) {
                Ok(report) if report.unfinished.is_empty() || left == 0 => return Ok(report),
                Err(error) if left == 0 => return Err(error.into()),
                Ok(_) | Err(vault::VaultError::Corrupt { .. }) => self.forget_vault()?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(BackupError::Busy { part: Part::Vault })
    }

    fn forget_vault(&mut self) -> Result<(), BackupError> {
        let generation = self.generation;
        let (fresh, others): (Vec<Kept>, Vec<Kept>) =
            self.files.drain(..).partition(|k| k.part == Part::Vault && k.generation == generation);
        self.files = others;
        self.files.retain(|k| k.part != Part::Vault);
        for kept in fresh {
            remove(&self.to.parts.vault, &kept.stored())?;
        }
        Ok(())
    }
}

/// Takes a backup of a state that may be in use. The last backup in `to` stands until this one is whole, and is
/// gone when this returns.
///
/// # Errors
/// See [`BackupError`]; the backup before still stands then.
pub fn take<S: Disk, T: Disk + Clone>(
    from: &Parts<S>, to: &Store<T>, about: &str, made: Moment, heard: HeardIn,
) -> Result<(Manifest, Proof), BackupError> {
    let before = manifest::latest(&to.manifests)?;
    sweep(to, before.as_ref())?;
    let generation = before.as_ref().map_or(1, |before| before.generation + 1);
    let mut taking = Taking { to, before: before.as_ref(), generation, files: Vec::new() };
    let proof = taking.firm(&from.firm)?;
    let world = taking.world(&from.world, &proof, heard)?;
    let report = taking.vault(&from.vault)?;
    in_step(&proof, &report)?;
    if let Some(before) = &before {
        vault::erased_after(&taking.view(Part::Vault), &before.vault)?;
    }
    let Taking { files, .. } = taking;
    let about = about.to_owned();
    let manifest = Manifest { generation, made, firm: proof.head, world, vault: report.head, files, about };
    manifest.write(&to.manifests)?;
    if manifest::latest(&to.manifests)?.as_ref() != Some(&manifest) {
        return Err(BackupError::Damaged { file: manifest::name(generation), rule: "does not read back as it was written" });
    }
    sweep(to, Some(&manifest))?;
    Ok((manifest, proof))
}

/// Reads the last whole backup, every byte of it, as if it were put back.
///
/// # Errors
/// [`BackupError::Unfinished`]; [`BackupError::Damaged`]; [`BackupError::Journal`]; [`BackupError::Vault`].
pub fn check<D: Disk + Clone>(store: &Store<D>) -> Result<(Manifest, Proof), BackupError> {
    let manifest = manifest::latest(&store.manifests)?.ok_or(BackupError::Unfinished)?;
    for kept in &manifest.files {
        take_out(store, kept)?;
    }
    let [firm, world, vault] = Part::ALL.map(|part| {
        View::new(store.parts.of(part), manifest.of(part).map(|k| (k.name.clone(), k.stored())))
    });
    let proof = agreed(&manifest, &Parts { firm, world, vault })?;
    Ok((manifest, proof))
}

/// Puts the last whole backup into empty folders and reads it back there. The folders are a state only when this
/// has returned; until then they are not to be used.
///
/// # Errors
/// As [`check`]; [`BackupError::NotEmpty`].
pub fn restore<S: Disk, T: Disk>(from: &Store<S>, to: &Parts<T>) -> Result<(Manifest, Proof), BackupError> {
    for part in Part::ALL {
        if !trying("listing", part.name(), to.of(part).list())?.is_empty() {
            return Err(BackupError::NotEmpty { part });
        }
    }
    let manifest = manifest::latest(&from.manifests)?.ok_or(BackupError::Unfinished)?;
    for kept in &manifest.files {
        let bytes = take_out(from, kept)?;
        write_new(to.of(kept.part), &kept.name, &bytes)?;
    }
    let proof = agreed(&manifest, to)?;
    Ok((manifest, proof))
}

/// What stands in the parts is what the manifest says.
fn agreed<D: Disk>(manifest: &Manifest, parts: &Parts<D>) -> Result<Proof, BackupError> {
    let proof = prove_alone(&parts.firm)?;
    agree(Part::Firm, proof.head, manifest.firm)?;
    let world = journal::verify(&parts.world, None).map_err(unread(Part::World))?;
    agree(Part::World, world.head, manifest.world)?;
    let report = vault::verify(&parts.vault, None)?;
    if report.head != manifest.vault {
        return Err(BackupError::Damaged { file: "vault".to_owned(), rule: "ends with another record than the manifest says" });
    }
    in_step(&proof, &report)?;
    Ok(proof)
}

/// Every person the journal knows has a record.
fn in_step(proof: &Proof, report: &Report) -> Result<(), BackupError> {
    if proof.people > report.people {
        return Err(BackupError::VaultBehind { journal: proof.people, vault: report.people });
    }
    Ok(())
}

fn agree(part: Part, found: Head, wanted: Head) -> Result<(), BackupError> {
    let rule = "ends with another entry than was copied";
    if found == wanted { Ok(()) } else { Err(BackupError::Damaged { file: part.name().to_owned(), rule }) }
}

/// Whether a record stands where the witness saw another.
fn contradicts(item: &Item<'_>, seen: &Head) -> bool {
    matches!(item, Item::Entry { number, hash, .. } if *number == seen.entry && **hash != seen.hash)
}

/// Looks again while the writer may have been between two of its steps; damage is there when it is looked for
/// again.
fn settled(part: Part, mut look: impl FnMut() -> Result<Cut, RecoverError>) -> Result<Cut, BackupError> {
    let mut last = None;
    for _ in 0..PATIENCE {
        match look() {
            Ok(cut) => return Ok(cut),
            Err(error) if may_pass(&error) => {
                let told = error.to_string();
                if last.as_ref() == Some(&told) {
                    return Err(of_part(part)(error));
                }
                last = Some(told);
            }
            Err(error) => return Err(of_part(part)(error)),
        }
    }
    Err(BackupError::Busy { part })
}

/// Marks, log, keys.
fn vault_files<D: Disk>(disk: &D) -> Result<Vec<String>, BackupError> {
    let mut names = trying("listing", Part::Vault.name(), disk.list())?;
    names.sort();
    let rank = |name: &String| match name.as_str() {
        "vault.mark" => Some(0),
        name if name.ends_with(".log") => Some(1),
        name if name.ends_with(".tab") => Some(2),
        _ => None,
    };
    names.retain(|name| rank(name).is_some());
    names.sort_by_key(rank);
    Ok(names)
}

fn load<D: Disk>(disk: &D, name: &str) -> Result<Vec<u8>, BackupError> {
    let file = trying("opening", name, disk.open(name))?;
    let mut bytes = vec![0; usize::try_from(file.len()).expect("a file in memory")];
    trying("reading", name, read_all(&file, 0, &mut bytes))?;
    Ok(bytes)
}

/// A file of a backup, which must be what its manifest says.
fn take_out<D: Disk>(store: &Store<D>, kept: &Kept) -> Result<Vec<u8>, BackupError> {
    let damaged = |rule| BackupError::Damaged { file: format!("{}/{}", kept.part.name(), kept.stored()), rule };
    let disk = store.parts.of(kept.part);
    let names = trying("listing", kept.part.name(), disk.list())?;
    if !names.contains(&kept.stored()) {
        return Err(damaged("is missing"));
    }
    let bytes = load(disk, &kept.stored())?;
    if bytes.len() as u64 != kept.size || <[u8; 32]>::from(Sha256::digest(&bytes)) != kept.hash {
        return Err(damaged("is not what was stored"));
    }
    Ok(bytes)
}

/// A new file, durable.
fn write_new<D: Disk>(disk: &D, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
    const CHUNK: usize = 256 * BLOCK;
    let mut file = trying("making", name, disk.create(name, bytes.len() as u64))?;
    for (nth, chunk) in bytes.chunks(CHUNK).enumerate() {
        // It is made of zeros already.
        if chunk.iter().any(|b| *b != 0) {
            trying("writing", name, write_all(&mut file, (nth * CHUNK) as u64, chunk))?;
        }
    }
    trying("flushing", name, file.flush())
}

/// Removes what a manifest does not name: the backup before it, and what an interrupted one left.
fn sweep<D: Disk>(store: &Store<D>, manifest: Option<&Manifest>) -> Result<(), BackupError> {
    // The old manifest goes first: a backup without its files must not look whole.
    for name in trying("listing", "the backup", store.manifests.list())? {
        if manifest::generation_of(&name).is_some_and(|n| manifest.is_none_or(|m| m.generation != n)) {
            trying("removing", &name, store.manifests.remove(&name))?;
        }
    }
    for part in Part::ALL {
        let named: BTreeSet<String> = manifest.into_iter().flat_map(|m| m.of(part)).map(Kept::stored).collect();
        let disk = store.parts.of(part);
        for name in trying("listing", part.name(), disk.list())? {
            if is_stored(&name) && !named.contains(&name) {
                remove(disk, &name)?;
            }
        }
    }
    Ok(())
}

/// Whether a name is one that backups give.
fn is_stored(name: &str) -> bool {
    let Some((file, number)) = name.rsplit_once('.') else { return false };
    let ours = [".seg", ".log", ".tab", ".mark"].iter().any(|end| file.ends_with(end));
    ours && number.parse().is_ok_and(|number| stored(file, number) == name)
}

/// Keys are overwritten before they go: they may be those of people erased since.
fn remove<D: Disk>(disk: &D, name: &str) -> Result<(), BackupError> {
    if name.starts_with("keys-") {
        let mut file = trying("opening", name, disk.open(name))?;
        let whole = usize::try_from(file.len()).expect("a file in memory") / BLOCK * BLOCK;
        trying("writing", name, write_all(&mut file, 0, &vec![0; whole]))?;
        trying("flushing", name, file.flush())?;
    }
    trying("removing", name, disk.remove(name))
}
