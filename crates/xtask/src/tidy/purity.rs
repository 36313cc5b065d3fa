//! The deterministic core stays one: no std, no floats, no outside crate, the strict lints on.

use super::Finding;
use super::ranks::{dependencies, is_pure};
use crate::source::Source;
use crate::tree::{Tree, crate_of};

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in tree.crates().into_iter().filter(|name| is_pure(name)) {
        findings.extend(manifest(tree, name));
        findings.extend(entrance(tree, name));
    }
    for file in tree.rust() {
        let in_core = crate_of(&file.path)
            .is_some_and(|name| is_pure(name) && file.path.starts_with(&format!("crates/{name}/src/")));
        if in_core {
            findings.extend(floats(&file.path, &file.text));
        }
    }
    findings
}

fn manifest(tree: &Tree, name: &str) -> Vec<Finding> {
    let path = format!("crates/{name}/Cargo.toml");
    let text = tree.text(&path).unwrap_or_default();
    let mut findings = Vec::new();
    // Every dependency of a pure crate is itself checked here, so the whole tree below it is pure.
    for used in dependencies(text).iter().filter(|used| !used.dev && !is_pure(used.name)) {
        let why = format!("pure `{name}` may depend on pure crates of this workspace only, not on `{}`", used.name);
        findings.push(Finding::new(&path, used.line, "pure tree", why));
    }
    let table = text.split("[lints]").nth(1).unwrap_or_default();
    let table = table.split("\n[").next().unwrap_or_default();
    if !table.lines().any(|line| line.split_whitespace().collect::<String>() == "workspace=true") {
        findings.push(Finding::new(&path, 0, "lints", format!("pure `{name}` wants `[lints] workspace = true`")));
    }
    findings
}

fn entrance(tree: &Tree, name: &str) -> Vec<Finding> {
    let path = format!("crates/{name}/src/lib.rs");
    let Some(text) = tree.text(&path) else {
        return vec![Finding::new(&path, 0, "no_std", "a pure crate is a library")];
    };
    let tokens = Source::read(text).tokens;
    let marked =
        tokens.windows(4).any(|w| w[0].text == "#" && w[1].text == "!" && w[2].text == "[" && w[3].text == "no_std");
    if marked {
        vec![]
    } else {
        vec![Finding::new(&path, 0, "no_std", "wants `#![no_std]`: the compiler keeps clocks and files out")]
    }
}

fn floats(path: &str, text: &str) -> Vec<Finding> {
    Source::read(text)
        .tokens
        .iter()
        .filter(|token| is_float(token.text))
        .map(|token| {
            Finding::new(path, token.line, "float", format!("`{}`: money and quantities are integers", token.text))
        })
        .collect()
}

fn is_float(token: &str) -> bool {
    let number = token.starts_with(|c: char| c.is_ascii_digit()) && !token.starts_with("0x");
    matches!(token, "f32" | "f64")
        || (number && (token.contains('.') || token.ends_with("f32") || token.ends_with("f64")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules;

    const MANIFEST: &str = "[lints]\nworkspace = true\n[dependencies]\nvocab.workspace = true\n";
    const ENTRANCE: &str = "//! Books.\n#![no_std]\n";

    fn books(manifest: &str, entrance: &str) -> Vec<Finding> {
        check(&Tree::of(&[("crates/books/Cargo.toml", manifest), ("crates/books/src/lib.rs", entrance)]))
    }

    #[test]
    fn a_pure_crate_passes() {
        assert_eq!(books(MANIFEST, ENTRANCE), []);
    }

    #[test]
    fn an_outside_crate_is_found() {
        assert_eq!(rules(&books(&format!("{MANIFEST}sha2.workspace = true\n"), ENTRANCE)), ["pure tree"]);
        assert_eq!(rules(&books(&format!("{MANIFEST}journal.workspace = true\n"), ENTRANCE)), ["pure tree"]);
    }

    #[test]
    fn missing_lints_are_found() {
        assert_eq!(rules(&books("[dependencies]\n", ENTRANCE)), ["lints"]);
        assert_eq!(rules(&books("[lints]\n[dependencies]\nx.workspace = true\n", ENTRANCE)), ["pure tree", "lints"]);
    }

    #[test]
    fn std_is_found() {
        assert_eq!(rules(&books(MANIFEST, "//! Books.\n// #![no_std]\n")), ["no_std"]);
    }

    #[test]
    fn floats_are_found_and_places_in_tuples_are_not() {
        let code = format!("{ENTRANCE}fn a(b: f64) {{ 0.5; 1f32; b.0.1; 0..9; \"1.5 f64\"; }}");
        assert_eq!(rules(&books(MANIFEST, &code)), ["float", "float", "float"]);
    }

    #[test]
    fn an_edge_may_use_what_it_needs() {
        let files = [
            ("crates/journal/Cargo.toml", "[dependencies]\nsha2 = \"1\""),
            ("crates/journal/src/lib.rs", "fn a(_: f64) {}"),
        ];
        assert_eq!(check(&Tree::of(&files)), []);
    }
}
