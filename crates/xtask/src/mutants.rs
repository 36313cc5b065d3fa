//! Recorded mutants: small wrongs put into a copy of the tree, each of which a named test must catch.
//!
//! `mutants.tsv` has the columns id, file, from, to, test. `from` stands exactly once in the file
//! (`\n`, `\t` and `\\` mean themselves); `test` is what follows `cargo test -p`: a crate, then a
//! filter. A mutant that does not compile proves nothing, and a test that fails without it neither.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::errands::cargo_program;
use crate::tree;

const LIST: &str = "mutants.tsv";

#[derive(Clone, PartialEq, Eq, Debug)]
struct Mutant {
    id: String,
    file: String,
    from: String,
    to: String,
    test: String,
}

/// What became of a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fate {
    Caught,
    Survived,
    /// The change does not compile, so no test was asked.
    Uncompiled,
    /// The text to change does not stand exactly once in the file.
    Misplaced,
    /// The test fails without the mutant too.
    Unfounded,
}

impl Fate {
    const fn as_str(self) -> &'static str {
        match self {
            Fate::Caught => "caught",
            Fate::Survived => "SURVIVED",
            Fate::Uncompiled => "UNCOMPILED",
            Fate::Misplaced => "MISPLACED",
            Fate::Unfounded => "UNFOUNDED",
        }
    }
}

/// Tries every mutant, or those named; true when each was caught.
pub fn run(root: &Path, only: &[String]) -> Result<bool, String> {
    let text = fs::read_to_string(root.join(LIST)).map_err(|e| format!("{LIST}: {e}"))?;
    let mut mutants = parse(&text)?;
    for id in only {
        if !mutants.iter().any(|mutant| mutant.id == *id) {
            return Err(format!("{LIST}: no mutant `{id}`"));
        }
    }
    mutants.retain(|mutant| only.is_empty() || only.contains(&mutant.id));
    let bench = Bench::set_up(root)?;
    let mut founded = BTreeMap::new();
    let mut fates = Vec::new();
    for mutant in &mutants {
        let fate = bench.fate(mutant, &mut founded)?;
        println!("{:<10} {}", fate.as_str(), mutant.id);
        fates.push(fate);
    }
    println!("{}", summary(&fates));
    Ok(fates.iter().all(|fate| *fate == Fate::Caught))
}

fn summary(fates: &[Fate]) -> String {
    let caught = fates.iter().filter(|fate| **fate == Fate::Caught).count();
    let survived = fates.iter().filter(|fate| **fate == Fate::Survived).count();
    format!(
        "mutants: {} tried, {caught} caught, {survived} survived, {} could not be judged",
        fates.len(),
        fates.len() - caught - survived
    )
}

fn parse(text: &str) -> Result<Vec<Mutant>, String> {
    let mut mutants: Vec<Mutant> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            ["id", "file", "from", "to", "test"] if at == 0 => {}
            [id, file, from, to, test] if at > 0 && !from.is_empty() && from != to && !test.is_empty() => {
                if mutants.iter().any(|mutant| mutant.id == id) {
                    return Err(format!("{LIST}:{}: {id} stands twice", at + 1));
                }
                let (id, file, test) = (id.to_string(), file.to_string(), test.to_string());
                mutants.push(Mutant { id, file, from: meant(from), to: meant(to), test });
            }
            _ => return Err(format!("{LIST}:{}: wants id, file, from, to, test", at + 1)),
        }
    }
    Ok(mutants)
}

/// Undoes the escapes that a line of a table needs.
fn meant(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.clone().next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('\\')) => out.push('\\'),
            (c, _) => {
                out.push(c);
                continue;
            }
        }
        chars.next();
    }
    out
}

/// `None` unless `from` stands exactly once.
fn changed(text: &str, from: &str, to: &str) -> Option<String> {
    (text.matches(from).count() == 1).then(|| text.replacen(from, to, 1))
}

/// A copy of the tree with a target folder of its own, kept from one run to the next.
struct Bench {
    copy: PathBuf,
    target: PathBuf,
}

impl Bench {
    fn set_up(root: &Path) -> Result<Bench, String> {
        let folder = root.join("target/mutants");
        let bench = Bench { copy: folder.join("tree"), target: folder.join("target") };
        bring_up_to_date(root, &bench.copy)?;
        link_data(root, &folder)?;
        Ok(bench)
    }

    fn fate(&self, mutant: &Mutant, founded: &mut BTreeMap<String, bool>) -> Result<Fate, String> {
        let path = self.copy.join(&mutant.file);
        let Ok(whole) = fs::read_to_string(&path) else { return Ok(Fate::Misplaced) };
        let Some(wrong) = changed(&whole, &mutant.from, &mutant.to) else { return Ok(Fate::Misplaced) };
        let holds = match founded.get(&mutant.test) {
            Some(holds) => *holds,
            None => self.passes(&mutant.test, false)?,
        };
        founded.insert(mutant.test.clone(), holds);
        if !holds {
            return Ok(Fate::Unfounded);
        }
        write(&path, &wrong)?;
        let fate = self.judge(&mutant.test);
        write(&path, &whole)?;
        fate
    }

    fn judge(&self, test: &str) -> Result<Fate, String> {
        if !self.passes(test, true)? {
            return Ok(Fate::Uncompiled);
        }
        Ok(if self.passes(test, false)? { Fate::Survived } else { Fate::Caught })
    }

    /// Runs the test, or only builds it.
    fn passes(&self, test: &str, only_build: bool) -> Result<bool, String> {
        let mut command = Command::new(cargo_program());
        command.current_dir(&self.copy).env("CARGO_TARGET_DIR", &self.target);
        // Each mutant is built for one short test: what is built fastest is over first.
        command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
        command.args(["test", "--quiet", "-p"]).args(test.split_whitespace());
        if only_build {
            command.arg("--no-run");
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().map_err(|e| format!("cargo test -p {test}: {e}"))?;
        Ok(status.success())
    }
}

/// Makes `copy` hold what `root` holds, touching only what differs so that little is built again.
fn bring_up_to_date(root: &Path, copy: &Path) -> Result<(), String> {
    let wanted: BTreeSet<String> = tree::paths(root)?.into_iter().collect();
    fs::create_dir_all(copy).map_err(|e| format!("{}: {e}", copy.display()))?;
    for stale in tree::paths(copy)?.iter().filter(|path| !wanted.contains(*path)) {
        fs::remove_file(copy.join(stale)).map_err(|e| format!("removing {stale}: {e}"))?;
    }
    for path in &wanted {
        let bytes = fs::read(root.join(path)).map_err(|e| format!("reading {path}: {e}"))?;
        let place = copy.join(path);
        if fs::read(&place).ok().as_ref() != Some(&bytes) {
            let folder = place.parent().unwrap_or(copy);
            fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            fs::write(&place, bytes).map_err(|e| format!("writing {path}: {e}"))?;
        }
    }
    Ok(())
}

/// Tests look for the public data beside the tree, so it lies beside the copy too.
fn link_data(root: &Path, folder: &Path) -> Result<(), String> {
    let Some(data) = root.parent().map(|parent| parent.join("shared")).filter(|data| data.is_dir()) else {
        return Ok(());
    };
    let link = folder.join("shared");
    if link.exists() {
        return Ok(());
    }
    std::os::unix::fs::symlink(&data, &link).map_err(|e| format!("{}: {e}", link.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("writing {}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_with_its_escapes() {
        let list = "id\tfile\tfrom\tto\ttest\nM1\ta.rs\ta\\nb\\\\\t\tbooks balance\n";
        let mutants = parse(list).unwrap();
        assert_eq!(
            (mutants[0].from.as_str(), mutants[0].to.as_str(), mutants[0].test.as_str()),
            ("a\nb\\", "", "books balance")
        );
        assert!(parse("id\tfile\tfrom\tto\ttest\nM1\ta.rs\tsame\tsame\tbooks\n").is_err());
        assert!(parse(&format!("{list}M1\ta.rs\tc\td\tbooks\n")).is_err());
        assert!(parse("M1\ta.rs\tc\td\tbooks\n").is_err());
    }

    #[test]
    fn the_text_to_change_stands_exactly_once() {
        assert_eq!(changed("a < b", "<", "<=").as_deref(), Some("a <= b"));
        assert_eq!(changed("a > b", "<", "<="), None);
        assert_eq!(changed("a < b < c", "<", "<="), None);
    }

    #[test]
    fn every_recorded_mutant_has_its_place() {
        let root = tree::find_root().unwrap();
        let mutants = parse(&fs::read_to_string(root.join(LIST)).unwrap()).unwrap();
        let lost: Vec<&str> = mutants
            .iter()
            .filter(|mutant| {
                let text = fs::read_to_string(root.join(&mutant.file)).unwrap_or_default();
                changed(&text, &mutant.from, &mutant.to).is_none()
            })
            .map(|mutant| mutant.id.as_str())
            .collect();
        assert!(lost.is_empty(), "the text to change does not stand exactly once: {lost:?}");
    }

    #[test]
    fn the_summary_counts_each_fate() {
        let fates = [Fate::Caught, Fate::Survived, Fate::Uncompiled, Fate::Caught];
        assert_eq!(summary(&fates), "mutants: 4 tried, 2 caught, 1 survived, 1 could not be judged");
    }

    #[test]
    fn a_mutant_is_caught_survives_or_cannot_be_judged() {
        let root = std::env::temp_dir().join(format!("sauda-mutants-{}", std::process::id()));
        let file = |path: &str, text: &str| {
            let place = root.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        };
        file("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n");
        file("crates/tiny/Cargo.toml", "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        file(
            "crates/tiny/src/lib.rs",
            "pub fn two() -> u8 { 1 + 1 }\n#[test]\nfn two_is_two() { assert_eq!(two(), 2); }\n#[test]\nfn wrong() { assert!(false); }\n",
        );
        let bench = Bench::set_up(&root).unwrap();
        let mut founded = BTreeMap::new();
        let mut fate = |from: &str, to: &str, test: &str| {
            let (from, to, test) = (from.to_string(), to.to_string(), test.to_string());
            let mutant = Mutant { id: "M".to_string(), file: "crates/tiny/src/lib.rs".to_string(), from, to, test };
            bench.fate(&mutant, &mut founded).unwrap()
        };
        assert_eq!(fate("1 + 1", "1 + 2", "tiny two_is_two"), Fate::Caught);
        assert_eq!(fate("1 + 1", "3 - 1", "tiny two_is_two"), Fate::Survived);
        assert_eq!(fate("1 + 1", "1 + ", "tiny two_is_two"), Fate::Uncompiled);
        assert_eq!(fate("two()", "one()", "tiny two_is_two"), Fate::Misplaced);
        assert_eq!(fate("1 + 1", "1 + 2", "tiny wrong"), Fate::Unfounded);
        fs::remove_dir_all(&root).unwrap();
    }
}
