//! Which test or scenario names which requirement.
//!
//! In Rust a comment beginning with `covers:` and ids, inside a test or above it; a list that ends
//! in a comma goes on in the next comment line. In a scenario a line `covers` and ids.

use crate::source::{Comment, Function, Source};
use crate::tree::{TextFile, Tree};

/// One id named by one test: `by` is `path::test`, or the path of a scenario.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cover {
    pub id: String,
    pub by: String,
}

/// All covers of the tree, and what is wrong with the places that name them.
pub fn covers(tree: &Tree) -> (Vec<Cover>, Vec<String>) {
    let mut covers = Vec::new();
    let mut faults = Vec::new();
    for file in tree.files() {
        if file.path.starts_with("scenarios/") && file.path.ends_with(".scenario") {
            covers.extend(of_scenario(file));
        } else if is_judged(&file.path) {
            of_rust(file, &mut covers, &mut faults);
        }
    }
    covers.sort();
    covers.dedup();
    (covers, faults)
}

fn is_judged(path: &str) -> bool {
    let folder = path.strip_prefix("crates/").and_then(|path| path.split('/').nth(1));
    matches!(folder, Some("src" | "tests")) && path.ends_with(".rs")
}

fn of_scenario(file: &TextFile) -> Vec<Cover> {
    let mut covers = Vec::new();
    for line in file.text.lines() {
        let mut words = line.split_whitespace();
        if words.next() == Some("covers") {
            covers.extend(words.flat_map(ids).map(|id| Cover { id, by: file.path.clone() }));
        }
    }
    covers
}

fn of_rust(file: &TextFile, covers: &mut Vec<Cover>, faults: &mut Vec<String>) {
    let source = Source::read(&file.text);
    let functions = source.functions();
    let mut goes_on = None;
    for comment in &source.comments {
        let begins = comment.text.strip_prefix("covers:");
        let continues = (goes_on == Some(comment.line)).then_some(comment.text.as_str());
        let Some(list) = begins.or(continues) else { continue };
        goes_on = list.ends_with(',').then_some(comment.line + 1);
        match test_of(comment, &functions) {
            Ok(test) => {
                let by = format!("{}::{test}", file.path);
                covers.extend(ids(list).map(|id| Cover { id, by: by.clone() }));
            }
            Err(why) => faults.push(format!("{}:{}: {why}", file.path, comment.line)),
        }
    }
}

/// The test around a comment, or else the next function, which must be a test.
fn test_of<'a>(comment: &Comment, functions: &'a [Function]) -> Result<&'a str, String> {
    let around = functions.iter().rev().find(|f| f.line <= comment.line && comment.line <= f.end);
    let next = functions.iter().find(|f| f.line > comment.line);
    let function = around.or(next).ok_or("covers: no test follows")?;
    if function.shows { Ok(&function.name) } else { Err(format!("covers: `{}` is no test that runs", function.name)) }
}

fn ids(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split([',', ' ']).filter(|id| !id.is_empty()).map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> (Vec<(String, String)>, usize) {
        let (covers, faults) = covers(&Tree::of(&[(path, text)]));
        (covers.into_iter().map(|c| (c.id, c.by)).collect(), faults.len())
    }

    fn pair(id: &str, by: &str) -> (String, String) {
        (id.to_string(), by.to_string())
    }

    #[test]
    fn a_comment_above_or_inside_a_test_names_rows() {
        let text = "/// covers: S-1, G-2,\n/// E-3\n#[test]\nfn a() {}\n#[test]\nfn b() {\n    // covers: S-1\n}\n";
        let by_a = "crates/x/src/a.rs::a";
        let (found, faults) = of("crates/x/src/a.rs", text);
        assert_eq!(
            found,
            [pair("E-3", by_a), pair("G-2", by_a), pair("S-1", by_a), pair("S-1", "crates/x/src/a.rs::b")]
        );
        assert_eq!(faults, 0);
    }

    #[test]
    fn only_a_test_that_runs_shows_anything() {
        assert_eq!(of("crates/x/src/a.rs", "// covers: S-1\nfn a() {}"), (vec![], 1));
        assert_eq!(of("crates/x/src/a.rs", "// covers: S-1\n#[test]\n#[ignore]\nfn a() {}"), (vec![], 1));
        assert_eq!(of("crates/x/src/a.rs", "#[test]\nfn a() {}\n// covers: S-1\n"), (vec![], 1));
    }

    #[test]
    fn a_text_is_no_comment() {
        assert_eq!(of("crates/x/src/a.rs", "#[test]\nfn a() { \"// covers: S-1\"; }"), (vec![], 0));
    }

    #[test]
    fn a_scenario_names_rows() {
        let path = "scenarios/orders/a.scenario";
        assert_eq!(of(path, "# covers S-9\ncovers S-1 G-2\n"), (vec![pair("G-2", path), pair("S-1", path)], 0));
        assert_eq!(of("docs/a.md", "covers S-1\n"), (vec![], 0));
    }
}
