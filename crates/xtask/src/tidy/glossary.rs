//! One meaning per word: the glossary and the types agree, both ways.

use std::collections::BTreeSet;

use super::Finding;
use crate::source::Source;
use crate::tree::{Tree, crate_of};

const GLOSSARY: &str = "GLOSSARY.md";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(glossary) = tree.text(GLOSSARY) else {
        return vec![Finding::new(GLOSSARY, 0, "glossary", "absent: the words of the trade are defined there")];
    };
    let types = types(tree);
    let mut findings = Vec::new();
    let mut defined = BTreeSet::new();
    for (line, name) in named(glossary) {
        if !types.contains(name) {
            findings.push(Finding::new(GLOSSARY, line, "glossary", format!("`{name}` is no public type of any crate")));
        }
        defined.insert(name);
    }
    for name in words_of_vocab(tree).into_iter().filter(|name| !defined.contains(name)) {
        findings.push(Finding::new(GLOSSARY, 0, "glossary", format!("`{name}` of vocab is not explained")));
    }
    findings
}

/// Names of types in backticks inside the table's rows; of a path, its last part.
fn named(glossary: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    for (at, row) in glossary.lines().enumerate().filter(|(_, row)| row.trim_start().starts_with('|')) {
        for quoted in row.split('`').skip(1).step_by(2) {
            let name = quoted.rsplit("::").next().unwrap_or(quoted);
            if is_type(name) {
                names.push((at + 1, name));
            }
        }
    }
    names
}

/// `Paise` is a type; `NSE` is a word that no type bears, and `buy` is a value.
fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.chars().any(|c| c.is_ascii_lowercase())
}

/// Declared types, and what the entrances hand on: a macro may have declared those.
fn types(tree: &Tree) -> BTreeSet<&str> {
    let mut types = BTreeSet::new();
    for file in tree.rust() {
        let source = Source::read(&file.text);
        types.extend(source.public_types().into_iter().map(|(_, name)| name));
        if file.path.ends_with("/src/lib.rs") {
            types.extend(source.handed_on().into_iter().filter(|name| is_type(name)));
        }
    }
    types
}

/// What vocab hands on, less its traits: a trait is a way of working, not a word of the trade.
fn words_of_vocab(tree: &Tree) -> BTreeSet<&str> {
    let mut words = BTreeSet::new();
    let mut traits = BTreeSet::new();
    for file in tree.rust().filter(|file| crate_of(&file.path) == Some("vocab")) {
        let source = Source::read(&file.text);
        for (keyword, name) in source.public_types() {
            if keyword == "trait" {
                traits.insert(name)
            } else {
                words.insert(name)
            };
        }
        if file.path.ends_with("/src/lib.rs") {
            words.extend(source.handed_on().into_iter().filter(|name| is_type(name)));
        }
    }
    words.difference(&traits).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCAB: (&str, &str) = ("crates/vocab/src/lib.rs", "pub use money::{Paise, Sink, rounded}; mod money;");
    const MONEY: (&str, &str) = ("crates/vocab/src/money.rs", "words! { Paise } pub trait Sink {}");

    fn judged(glossary: &str) -> Vec<String> {
        check(&Tree::of(&[VOCAB, MONEY, (GLOSSARY, glossary)])).into_iter().map(|f| f.text).collect()
    }

    #[test]
    fn a_glossary_that_agrees_passes() {
        assert_eq!(
            judged(
                "# Words\n\n| word | type |\n|---|---|\n| paisa | `vocab::Paise`, on `NSE`, to `buy` |\nNot a row: `Ghost`\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_word_without_a_type_is_found() {
        assert_eq!(judged("| paisa | `Paise` |\n| ghost | `Ghost` |"), ["`Ghost` is no public type of any crate"]);
    }

    #[test]
    fn a_type_without_a_word_is_found() {
        assert_eq!(judged("# Words\n"), ["`Paise` of vocab is not explained"]);
    }

    #[test]
    fn an_absent_glossary_is_said() {
        assert_eq!(check(&Tree::of(&[VOCAB])).len(), 1);
    }
}
