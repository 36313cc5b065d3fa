//! The README and the pages of the books show what the program prints. `BLESS=1` writes it there.

use crate::played::{ask, book, column, day, error_day, run, sample, turn};
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

const EXAMPLE: &str = "<!-- example -->\n```\n";
/// Rows of an example.
const ROWS: usize = 6;

/// The names `sauda book --help` lists.
pub fn books() -> Vec<String> {
    let help = run(&["book", "--help"]).good();
    let (_, values) = help.split_once("Which book").expect("the help says which books there are");
    let listed = values.lines().map(str::trim).skip_while(|line| !line.starts_with("- ")).take_while(|line| !line.is_empty());
    listed.filter_map(|line| line.strip_prefix("- ")?.split(':').next().map(str::to_owned)).collect()
}

/// The first rows of each sheet, and the columns of all of them.
fn shortened(table: &str) -> (String, Vec<String>) {
    let (mut out, mut columns, mut row) = (String::new(), Vec::new(), None);
    let mut above = "";
    for line in table.lines() {
        if line.starts_with("--") && line.chars().all(|c| c == '-' || c == ' ') {
            let mut at = 0;
            for dashes in line.split("  ") {
                let name: String = above.chars().skip(at).take(dashes.len()).collect();
                columns.push(name.trim().to_owned());
                at += dashes.len() + 2;
            }
            row = Some(0);
        } else if line.is_empty() {
            row = None;
        } else if let Some(nth) = &mut row {
            *nth += 1;
            if *nth == ROWS + 1 {
                out.push_str("…\n");
            }
            if *nth > ROWS {
                continue;
            }
        }
        out.push_str(line);
        out.push('\n');
        above = line;
    }
    (out, columns)
}

#[test]
fn each_book_has_a_page_with_its_columns_and_what_it_prints() {
    let _turn = turn();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let chapter = fs::read_to_string(docs.join("books.md")).expect("a page of the books");
    let mut pages: Vec<String> = fs::read_dir(docs.join("books"))
        .expect("pages")
        .map(|page| page.expect("a page").file_name().to_string_lossy().replace(".md", ""))
        .collect();
    let mut names = books();
    pages.sort();
    names.sort();
    assert_eq!(pages, names, "a page for each book");
    for name in names {
        let path = docs.join("books").join(format!("{name}.md"));
        let text = fs::read_to_string(&path).expect("a page");
        let dir = match name.as_str() {
            "error" => error_day(),
            "custodians" | "third-party" | "back-test" => sample().0,
            _ => day(),
        };
        let (example, columns) = shortened(&ask(dir, &["book", &name]).good());
        for column in columns {
            assert!(text.contains(&format!("\n| {column} |")), "docs/books/{name}.md says nothing of column {column}");
        }
        assert!(chapter.contains(&format!("(books/{name}.md)")), "docs/books.md does not lead to {name}");
        let (before, rest) = text.split_once(EXAMPLE).expect("the page marks its example");
        let (shown, after) = rest.split_once("```").expect("the example ends");
        if shown != example && std::env::var_os("BLESS").is_some() {
            fs::write(&path, format!("{before}{EXAMPLE}{example}```{after}")).expect("a page to write");
            continue;
        }
        assert!(shown == example, "docs/books/{name}.md shows another book than is printed; BLESS=1 writes it there:\n{example}");
    }
}

// covers: S-21A-29-1
#[test]
fn every_book_the_law_names_is_kept_or_says_why_there_is_none() {
    let _turn = turn();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/books.md");
    let chapter = fs::read_to_string(docs).expect("a page of the books");
    let (heading, rows) = book("index", &[]);
    let at = |name| column(&heading, name);
    // Rule 15(1) and 15(2) of the Securities Contracts Rules, and regulation 17 as the guide lists it.
    for paragraph in ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)"] {
        let wanted = format!("SCR 15(1){paragraph}");
        let row = rows.iter().find(|r| r[at("Paragraph")].contains(&wanted)).unwrap_or_else(|| panic!("{wanted}"));
        assert!(row[at("Standing")].starts_with("kept"), "{row:?}");
    }
    for nth in ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"] {
        let wanted = format!("I 3.2(b)({nth})");
        assert!(rows.iter().any(|r| r[at("Paragraph")].contains(&wanted)), "{wanted} is in no row");
    }
    let names = books();
    for row in &rows {
        let (name, ask_for) = (&row[at("Book")], &row[at("Ask for")]);
        assert!(chapter.contains(&format!("| {name} |")), "docs/books.md does not name {name}");
        assert_eq!(ask_for.is_empty(), !row[at("Standing")].starts_with("kept"), "{row:?}");
        assert!(ask_for.is_empty() || names.contains(ask_for), "{row:?}");
    }
    let lines: i64 = rows.iter().map(|r| r[at("Lines")].parse().unwrap_or(0)).sum();
    assert!(lines > 500, "the books of the played day are not empty");
}
