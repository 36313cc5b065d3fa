//! The rules of the house that a machine can check. `cargo test` runs them all, on the tree itself.

mod glossary;
mod names;
mod purity;
mod ranks;
mod shape;
mod words;

use core::fmt;

use crate::tree::Tree;

/// One breach: where, which rule, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub path: String,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    pub rule: &'static str,
    pub text: String,
}

impl Finding {
    fn new(path: &str, line: usize, rule: &'static str, text: impl Into<String>) -> Finding {
        Finding { path: path.to_string(), line, rule, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}: {}", self.path, self.rule, self.text),
            line => write!(f, "{}:{line}: {}: {}", self.path, self.rule, self.text),
        }
    }
}

/// Every breach in the tree, in order of rule and path.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(ranks::check(tree));
    findings.extend(purity::check(tree));
    findings.extend(shape::check(tree));
    findings.extend(names::check(tree));
    findings.extend(glossary::check(tree));
    findings.extend(words::check(tree));
    findings
}

/// The rules broken by `findings`, for tests that want one certain breach and no other.
#[cfg(test)]
fn rules(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|f| f.rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let root = crate::tree::find_root().expect("tests run inside the workspace");
        let findings = check(&Tree::read(&root).expect("the tree can be read"));
        let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "\n{}", list.join("\n"));
    }

    #[test]
    fn a_finding_names_its_place() {
        assert_eq!(Finding::new("a.rs", 3, "rule", "why").to_string(), "a.rs:3: rule: why");
        assert_eq!(Finding::new("a.rs", 0, "rule", "why").to_string(), "a.rs: rule: why");
    }
}
