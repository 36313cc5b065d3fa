//! The README shows what the program prints. `BLESS=1` writes it there.

use crate::played::sample;
use std::fs;
use std::path::Path;

const MARK: &str = "<!-- sample output -->\n```\n";

/// The hash of the last entry covers the wall clock too: of the `head` line only the number of entries is compared.
fn comparable(line: &str) -> &str {
    if line.starts_with("head ") { line.rsplit_once(' ').map_or(line, |(entries, _)| entries) } else { line }
}

#[test]
fn the_readme_shows_the_day_as_it_is_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(&path).expect("a README");
    let (_, block) = text.split_once(MARK).expect("the README marks its sample output");
    let (shown, after) = block.split_once("```").expect("the block ends");
    let (_, told) = sample();
    let alike = shown.lines().map(comparable).eq(told.lines().map(comparable));
    if !alike && std::env::var_os("BLESS").is_some() {
        let before = text.split_once(MARK).expect("the mark").0;
        fs::write(&path, format!("{before}{MARK}{told}```{after}")).expect("a README to write");
        return;
    }
    assert!(alike, "the README shows another day than `sauda day` prints; BLESS=1 writes this block there:\n{told}");
}
