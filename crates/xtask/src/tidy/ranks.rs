//! Arrows between crates point down, and departments never meet except inside `firm`.

use super::Finding;
use crate::tree::Tree;

/// The crates by rank: a crate may use those of a lower rank.
const RANKS: [&[&str]; 6] = [
    &["vocab", "stdx", "rulebook"],
    &[
        "clients", "intermediaries", "partners", "orders", "risk", "market", "books", "margin", "clearing", "charges", "corrections", "actions",
        "liens", "mandates",
        "notes", "watch", "controls", "access", "matching",
    ],
    &["firm", "auditor"],
    &["journal", "views", "vault", "sequencer", "backup"],
    &["world", "kite", "fix", "feed", "files", "pdf", "mail", "web", "cli", "rehearsal", "live", "door"],
    // `reference` stands here so that tests may use it and nothing else can.
    &["sauda", "sim", "xtask", "reference"],
];

/// Arrows inside one rank that are meant.
const BESIDE: [(&str, &str); 22] = [
    ("stdx", "vocab"),
    ("rulebook", "vocab"),
    ("rulebook", "stdx"),
    ("sequencer", "journal"),
    ("sequencer", "vault"),
    // The vault's log has a form of its own; it writes to the journal's disks, in blocks of their size.
    ("vault", "journal"),
    ("backup", "journal"),
    ("views", "journal"),
    ("backup", "sequencer"),
    ("backup", "vault"),
    ("rehearsal", "world"),
    ("rehearsal", "files"),
    ("live", "rehearsal"),
    ("live", "world"),
    ("kite", "live"),
    ("feed", "world"),
    ("live", "feed"),
    ("kite", "feed"),
    ("kite", "door"),
    ("web", "live"),
    ("web", "feed"),
    ("web", "door"),
];

/// The second opinion must not lean on what it judges.
const AUDITOR_USES: [&str; 3] = ["vocab", "rulebook", "stdx"];

/// Ranks of the crates that know no clock, file, socket or chance.
const PURE_RANKS: usize = 3;

pub fn rank(name: &str) -> Option<usize> {
    RANKS.iter().position(|names| names.contains(&name))
}

/// Whether a crate belongs to the deterministic core.
pub fn is_pure(name: &str) -> bool {
    rank(name).is_some_and(|rank| rank < PURE_RANKS)
}

/// A dependency of a manifest, with its line. `dev` ones reach tests only.
#[derive(PartialEq, Eq, Debug)]
pub struct Dependency<'a> {
    pub name: &'a str,
    pub line: usize,
    pub dev: bool,
}

/// Reads the dependency tables of a manifest, those under `[target.…]` too.
pub fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found = Vec::new();
    let mut dev = None;
    for (at, line) in manifest.lines().enumerate() {
        let text = line.trim();
        if let Some(table) = text.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            dev = table.ends_with("dependencies").then(|| table.ends_with("dev-dependencies"));
            if let Some((_, name)) = table.rsplit_once("dependencies.") {
                found.push(Dependency { name, line: at + 1, dev: table.contains("dev-dependencies.") });
            }
        } else if let (Some(dev), false) = (dev, text.is_empty() || text.starts_with('#')) {
            let end = text.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len());
            let name = &text[..end];
            // A table written over several lines leaves lines without a name or a sign of equality.
            if !name.is_empty() && text.contains('=') {
                found.push(Dependency { name, line: at + 1, dev });
            }
        }
    }
    found
}

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in tree.crates() {
        let path = format!("crates/{name}/Cargo.toml");
        let Some(rank) = rank(name) else {
            findings.push(Finding::new(&path, 0, "rank", format!("`{name}` has no place in the table of ranks")));
            continue;
        };
        let manifest = tree.text(&path).unwrap_or_default();
        // Tests may look up: the scenarios of `firm` run beside the twins of the world.
        for used in dependencies(manifest).iter().filter(|used| !used.dev) {
            if let Some(text) = breach(name, rank, used.name) {
                findings.push(Finding::new(&path, used.line, "rank", text));
            }
        }
    }
    findings
}

fn breach(name: &str, own: usize, used: &str) -> Option<String> {
    if name == "auditor" && !AUDITOR_USES.contains(&used) {
        return Some(format!("`auditor` may use {} only, not `{used}`", AUDITOR_USES.join(", ")));
    }
    let other = rank(used)?;
    if other < own || BESIDE.contains(&(name, used)) {
        return None;
    }
    Some(if own == 1 && other == 1 {
        format!("departments never use each other: `{name}` uses `{used}`; let `firm` pass the value")
    } else {
        format!("`{name}` of rank {own} uses `{used}` of rank {other}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules;

    fn with(name: &str, dependencies: &str) -> Vec<Finding> {
        let path = format!("crates/{name}/Cargo.toml");
        check(&Tree::of(&[(&path, &format!("[package]\nname = \"{name}\"\n[dependencies]\n{dependencies}"))]))
    }

    #[test]
    fn arrows_point_down() {
        assert_eq!(with("firm", "books.workspace = true"), []);
        assert_eq!(with("sequencer", "journal.workspace = true\nvault.workspace = true"), []);
        assert_eq!(with("vault", "journal.workspace = true"), []);
        assert_eq!(with("rehearsal", "world = { path = \"../world\" }"), []);
        assert_eq!(rules(&with("journal", "vault.workspace = true")), ["rank"]);
        assert_eq!(rules(&with("books", "firm.workspace = true")), ["rank"]);
    }

    #[test]
    fn departments_never_use_each_other() {
        let findings = with("risk", "vocab.workspace = true\norders.workspace = true");
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].line, findings[0].text.starts_with("departments")), (5, true));
    }

    #[test]
    fn the_auditor_leans_on_words_only() {
        assert_eq!(with("auditor", "vocab.workspace = true\nrulebook.workspace = true\nstdx.workspace = true"), []);
        assert_eq!(rules(&with("auditor", "books.workspace = true\nsha2.workspace = true")), ["rank", "rank"]);
    }

    #[test]
    fn a_crate_without_a_rank_is_found() {
        assert_eq!(rules(&with("gadget", "")), ["rank"]);
    }

    #[test]
    fn tests_may_look_up() {
        let manifest = "[dependencies]\n[dev-dependencies]\nworld.workspace = true";
        assert_eq!(check(&Tree::of(&[("crates/firm/Cargo.toml", manifest)])), []);
    }

    #[test]
    fn manifests_are_read_in_every_form() {
        let manifest = "[dependencies]\na.workspace = true\nb = \"1\"\n# c = 1\n[dependencies.d]\npath = \"x\"\n[target.'cfg(unix)'.dependencies]\ne = { version = \"1\" }\n[dev-dependencies]\nf = \"1\"\n[features]\ng = []";
        let seen: Vec<(&str, bool)> = dependencies(manifest).iter().map(|d| (d.name, d.dev)).collect();
        assert_eq!(seen, [("a", false), ("b", false), ("d", false), ("e", false), ("f", true)]);
    }
}
