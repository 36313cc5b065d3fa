//! Sizes, entrances, dead files, and where scenarios live.

use std::collections::BTreeSet;

use super::Finding;
use crate::source::{Function, Source};
use crate::tree::{TextFile, Tree};

const FUNCTION_LINES: usize = 70;
const FILE_LINES: usize = 1000;

/// Functions longer than the limit, by name: `path function lines`, one a line.
const EXCEPTIONS: &str = "tidy-exceptions.txt";

/// How many exceptions there may be. The number is only ever lowered.
const EXCEPTIONS_AT_MOST: usize = 0;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let exceptions = tree.text(EXCEPTIONS).unwrap_or_default();
    findings.extend(functions(tree, exceptions, EXCEPTIONS_AT_MOST));
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > FILE_LINES {
            findings.push(Finding::new(&file.path, 0, "file length", format!("{lines} lines, at most {FILE_LINES}")));
        }
    }
    findings.extend(entrances(tree));
    findings.extend(dead_files(tree));
    findings.extend(scenarios(tree));
    findings
}

fn lines(function: &Function) -> usize {
    function.end - function.line + 1
}

/// A ratchet: a listed function may not grow, and its entry is lowered or struck out as it shrinks.
fn functions(tree: &Tree, exceptions: &str, at_most: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut listed: Vec<(usize, &str, &str, usize)> = Vec::new();
    for (at, line) in exceptions.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [path, name, count] if count.parse::<usize>().is_ok() => {
                listed.push((at + 1, path, name, count.parse().unwrap_or_default()));
            }
            _ => findings.push(Finding::new(EXCEPTIONS, at + 1, "exceptions", "wants `path function lines`")),
        }
    }
    if listed.len() > at_most {
        let text = format!("{} entries, at most {at_most}: shorten the function instead", listed.len());
        findings.push(Finding::new(EXCEPTIONS, 0, "exceptions", text));
    }
    let mut used = BTreeSet::new();
    for file in tree.rust() {
        for function in Source::read(&file.text).functions().iter().filter(|f| lines(f) > FUNCTION_LINES) {
            let entry = listed.iter().find(|(_, path, name, _)| *path == file.path && *name == function.name);
            let allowed = entry.map_or(FUNCTION_LINES, |(line, _, _, count)| {
                used.insert((*line, lines(function) == *count));
                *count
            });
            if lines(function) > allowed {
                let text = format!("`{}` has {} lines, at most {allowed}", function.name, lines(function));
                findings.push(Finding::new(&file.path, function.line, "function length", text));
            }
        }
    }
    for (line, _, name, _) in listed.iter().filter(|(line, ..)| !used.contains(&(*line, true))) {
        findings.push(Finding::new(
            EXCEPTIONS,
            *line,
            "exceptions",
            format!("`{name}` has another length now: lower the entry or strike it out"),
        ));
    }
    findings
}

fn entrances(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|file| {
            let inside = file.path.trim_start_matches("crates/").split_once('/').map_or("", |(_, inside)| inside);
            matches!(inside, "src/lib.rs" | "src/main.rs") && !file.text.starts_with("//!")
        })
        .map(|file| {
            Finding::new(&file.path, 1, "entrance", "begins with `//!`: what this is, what it is not, where to start")
        })
        .collect()
}

/// Files under `src` that no `mod` reaches from an entrance of their crate.
fn dead_files(tree: &Tree) -> Vec<Finding> {
    let sources: Vec<&TextFile> = tree.rust().filter(|f| f.path.split('/').nth(2) == Some("src")).collect();
    let is_entrance =
        |path: &str| path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs") || path.contains("/src/bin/");
    let mut open: Vec<&TextFile> = sources.iter().copied().filter(|f| is_entrance(&f.path)).collect();
    let mut alive: BTreeSet<&str> = open.iter().map(|f| f.path.as_str()).collect();
    while let Some(file) = open.pop() {
        for module in Source::read(&file.text).file_modules() {
            let folder = folder_of_modules(&file.path, is_entrance(&file.path));
            let wanted = [format!("{folder}/{module}.rs"), format!("{folder}/{module}/mod.rs")];
            for found in sources.iter().filter(|f| wanted.contains(&f.path)) {
                if alive.insert(&found.path) {
                    open.push(found);
                }
            }
        }
    }
    sources
        .iter()
        .filter(|f| !alive.contains(f.path.as_str()))
        .map(|f| Finding::new(&f.path, 0, "dead file", "no `mod` reaches it"))
        .collect()
}

fn folder_of_modules(path: &str, entrance: bool) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if entrance || name == "mod.rs" { folder.to_string() } else { format!("{folder}/{}", name.trim_end_matches(".rs")) }
}

fn scenarios(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        let below = file.path.starts_with("scenarios/");
        let named = file.path.ends_with(".scenario");
        if below && !named && !file.path.ends_with("README.md") {
            findings.push(Finding::new(
                &file.path,
                0,
                "scenario",
                "a file under scenarios/ is named *.scenario, or nothing runs it",
            ));
        } else if named && !below {
            findings.push(Finding::new(
                &file.path,
                0,
                "scenario",
                "a scenario lives under scenarios/, or nothing runs it",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules;

    fn long(name: &str, lines: usize) -> String {
        format!("//! A.\nfn {name}() {{\n{}}}\n", "    ();\n".repeat(lines - 2))
    }

    fn judged(text: &str, exceptions: &str, at_most: usize) -> Vec<Finding> {
        functions(&Tree::of(&[("crates/a/src/lib.rs", text)]), exceptions, at_most)
    }

    #[test]
    fn a_function_of_seventy_lines_passes_and_one_more_does_not() {
        assert_eq!(judged(&long("f", 70), "", 0), []);
        assert_eq!(rules(&judged(&long("f", 71), "", 0)), ["function length"]);
    }

    #[test]
    fn an_exception_may_only_shrink() {
        let entry = "# why\ncrates/a/src/lib.rs f 80\n";
        assert_eq!(judged(&long("f", 80), entry, 1), []);
        assert_eq!(rules(&judged(&long("f", 81), entry, 1)), ["function length", "exceptions"]);
        assert_eq!(rules(&judged(&long("f", 79), entry, 1)), ["exceptions"]);
        assert_eq!(rules(&judged(&long("f", 60), entry, 1)), ["exceptions"]);
        assert_eq!(rules(&judged(&long("f", 80), entry, 0)), ["exceptions"]);
        assert_eq!(rules(&judged("//! A.", "nonsense", 1)), ["exceptions"]);
    }

    #[test]
    fn a_file_of_a_thousand_lines_passes_and_one_more_does_not() {
        let file = |lines: usize| check(&Tree::of(&[("crates/a/src/lib.rs", &"//! A.\n".repeat(lines))]));
        assert_eq!(file(1000), []);
        assert_eq!(rules(&file(1001)), ["file length"]);
    }

    #[test]
    fn an_entrance_says_what_the_crate_is() {
        assert_eq!(rules(&check(&Tree::of(&[("crates/a/src/lib.rs", "#![no_std]\n")]))), ["entrance"]);
        assert_eq!(check(&Tree::of(&[("crates/a/tests/lib.rs", "use a;\n")])), []);
    }

    #[test]
    fn a_file_that_no_module_reaches_is_dead() {
        let mut files = vec![
            ("crates/a/src/lib.rs", "//! A.\nmod b;\nmod e;\n// mod dead;\n"),
            ("crates/a/src/b.rs", "mod c;"),
            ("crates/a/src/b/c.rs", ""),
            ("crates/a/src/e/mod.rs", "mod g;"),
            ("crates/a/src/e/g.rs", ""),
            ("crates/a/src/bin/tool.rs", ""),
            ("crates/a/tests/whole.rs", ""),
        ];
        assert_eq!(check(&Tree::of(&files)), []);
        files.push(("crates/a/src/dead.rs", ""));
        let findings = check(&Tree::of(&files));
        assert_eq!((rules(&findings), findings[0].path.as_str()), (vec!["dead file"], "crates/a/src/dead.rs"));
    }

    #[test]
    fn scenarios_live_in_their_folder_under_their_name() {
        let files = [("scenarios/orders/a.scenario", ""), ("scenarios/README.md", "")];
        assert_eq!(check(&Tree::of(&files)), []);
        assert_eq!(rules(&check(&Tree::of(&[("scenarios/a.txt", "")]))), ["scenario"]);
        assert_eq!(rules(&check(&Tree::of(&[("docs/a.scenario", "")]))), ["scenario"]);
    }
}
