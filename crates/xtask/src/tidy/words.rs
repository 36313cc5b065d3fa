//! The repository speaks of the trade and of its own code, not of the workplace it was written in.

use super::Finding;
use crate::tree::Tree;

/// Whole words that have no business here.
const BANNED: [&str; 9] =
    ["helper", "helpers", "prompt", "prompts", "prompted", "subagent", "subagents", "chatbot", "llm"];

/// Parts of lines that only a workplace has.
const BANNED_PARTS: [&str; 3] = ["/work/", "language model", "sub-agent"];

/// The market has sessions too: only those of a workplace are meant, told by the word before.
const WORKPLACE: [&str; 13] = [
    "earlier", "prior", "later", "future", "several", "past", "work", "working", "coding", "my", "our", "other",
    "parallel",
];

/// Where the big public files lie beside a clone; anything else beside it is a workplace's.
const DATA: &str = "../shared/data";

/// The catalogue quotes the law, the licence its authors, and the checks the words themselves.
fn is_judged(path: &str) -> bool {
    let catalogue = path.starts_with("requirements/") && path.ends_with(".tsv");
    !catalogue && !path.starts_with("crates/xtask/src/tidy/") && !matches!(path, "LICENSE" | "Cargo.lock")
}

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| is_judged(&file.path)) {
        for (at, line) in file.text.lines().enumerate() {
            findings.extend(breaches(line).into_iter().map(|word| {
                Finding::new(&file.path, at + 1, "word", format!("`{word}` does not belong in the repository"))
            }));
        }
    }
    findings
}

fn breaches(line: &str) -> Vec<&'static str> {
    let line = line.to_lowercase();
    let mut found: Vec<&'static str> = BANNED_PARTS.into_iter().filter(|part| line.contains(part)).collect();
    if line.replace(DATA, "").contains("../shared") {
        found.push("../shared");
    }
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    found.extend(BANNED.into_iter().filter(|banned| words.contains(banned)));
    let workplace = |pair: &[&str]| matches!(pair, [before, "session" | "sessions"] if WORKPLACE.contains(before));
    if words.windows(2).any(workplace) {
        found.push("session");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_workplace_are_found() {
        assert_eq!(breaches("written by a Helper"), ["helper"]);
        assert_eq!(breaches("see /work/main and ../shared/DESIGN.md"), ["/work/", "../shared"]);
        assert_eq!(breaches("left for later sessions"), ["session"]);
        assert_eq!(breaches("as the prompt says"), ["prompt"]);
    }

    #[test]
    fn words_of_the_trade_pass() {
        for line in [
            "paid promptly in two trading sessions",
            "the pre-open session",
            "let data = \"../shared/data\";",
            "a framework/of rules",
        ] {
            assert_eq!(breaches(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn the_catalogue_may_quote_the_law() {
        let tree = Tree::of(&[("requirements/sebi.tsv", "helper"), ("README.md", "one\nhelper")]);
        let findings = check(&tree);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].path.as_str(), findings[0].line), ("README.md", 2));
    }
}
