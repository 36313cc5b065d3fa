//! Each workbook is opened again: what stands in its cells is what the same book says as CSV.

use crate::played::*;
use crate::readme::books;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Rows under the title and the heading begin here, as a reader counts from nothing.
const FIRST_ROW: usize = 3;

enum Found {
    Number(String),
    Text(String),
}

impl Found {
    /// A number is the number of the text: a spreadsheet writes `5.00` as 5.
    fn is(&self, text: &str) -> bool {
        match self {
            Found::Text(found) => found == text,
            Found::Number(found) => {
                let (found, said): (f64, f64) = (found.parse().expect("a number"), text.parse().unwrap_or(f64::NAN));
                found.to_bits() == said.to_bits()
            }
        }
    }
}

/// The page of one sheet: row, column, what stands there.
type Page = BTreeMap<(usize, usize), Found>;

fn file(zip: &mut zip::ZipArchive<std::fs::File>, name: &str) -> Option<String> {
    let mut text = String::new();
    zip.by_name(name).ok()?.read_to_string(&mut text).expect("text");
    Some(text)
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    plain.replace("&amp;", "&")
}

/// What stands between `<tag ...>` and `</tag>`, each time.
fn within<'a>(text: &'a str, tag: &str) -> Vec<(&'a str, &'a str)> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(&open) {
        rest = &rest[at + open.len()..];
        if !rest.starts_with([' ', '>', '/']) {
            continue;
        }
        let end = rest.find('>').expect("a tag ends");
        let (attributes, behind) = (&rest[..end], &rest[end + 1..]);
        if attributes.ends_with('/') {
            rest = behind;
            continue;
        }
        let until = behind.find(&close).expect("a tag is closed");
        all.push((attributes, &behind[..until]));
        rest = &behind[until + close.len()..];
    }
    all
}

fn attribute<'a>(of: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = of.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"').expect("a quoted value").0)
}

/// `AB12` is row 11, column 27.
fn place(reference: &str) -> (usize, usize) {
    let letters = reference.trim_end_matches(|c: char| c.is_ascii_digit());
    let column = letters.bytes().fold(0usize, |sum, b| sum * 26 + usize::from(b - b'A') + 1) - 1;
    let row: usize = reference[letters.len()..].parse().expect("a row");
    (row - 1, column)
}

/// The pages of a workbook, first to last.
fn pages(path: &Path) -> Vec<Page> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("a workbook")).expect("a zip of sheets");
    let shared = file(&mut zip, "xl/sharedStrings.xml").expect("the texts");
    let texts: Vec<String> =
        within(&shared, "si").iter().map(|(_, si)| within(si, "t").iter().map(|(_, t)| unescaped(t)).collect()).collect();
    let page = |xml: String| {
        let cells = within(&xml, "c");
        let read = cells.iter().filter_map(|(attributes, cell)| {
            let (_, value) = within(cell, "v").first().copied()?;
            let found = match attribute(attributes, "t") {
                Some("s") => Found::Text(texts[value.parse::<usize>().expect("a text's number")].clone()),
                None | Some("n") => Found::Number(value.to_owned()),
                other => panic!("a cell of kind {other:?}"),
            };
            Some((place(attribute(attributes, "r").expect("a reference")), found))
        });
        read.collect()
    };
    (1..).map_while(|nth| file(&mut zip, &format!("xl/worksheets/sheet{nth}.xml"))).map(page).collect()
}

/// Every cell of the first page is the CSV's, and no other cell is there but the sentences under it, which the table has too.
fn agrees(name: &str, page: &Page, csv: &str, table: &str) -> (usize, usize) {
    let (heading, rows) = rows(csv);
    let all = std::iter::once(&heading).chain(&rows);
    let (mut texts, mut numbers) = (0, 0);
    for (nth, row) in all.enumerate() {
        let at = FIRST_ROW - 1 + nth;
        for (column, said) in row.iter().enumerate() {
            match page.get(&(at, column)) {
                None => assert!(said.is_empty(), "{name}: row {at}, column {column} is empty and should say {said}"),
                Some(found) => {
                    assert!(found.is(said), "{name}: row {at}, column {column} should say {said}");
                    if matches!(found, Found::Text(_)) { texts += 1 } else { numbers += 1 }
                }
            }
        }
        assert!(page.range((at, row.len())..(at + 1, 0)).next().is_none(), "{name}: row {at} has more cells than columns");
    }
    let title = table.lines().next().expect("a title");
    assert!(page.get(&(0, 0)).is_some_and(|found| found.is(title)), "{name}: its title is {title}");
    let under = FIRST_ROW + rows.len();
    for ((row, column), found) in page.range((under, 0)..) {
        let Found::Text(sentence) = found else { panic!("{name}: a number under the book in row {row}") };
        assert!(*column == 0 && *row > under && table.contains(sentence.as_str()), "{name}: {sentence} is not in the table");
    }
    (texts, numbers)
}

#[test]
fn each_workbook_says_cell_by_cell_what_the_csv_does() {
    let _turn = turn();
    let folder = folder("workbooks");
    std::fs::create_dir_all(&folder).expect("a folder");
    let (mut texts, mut numbers) = (0, 0);
    for name in books() {
        let dir = match name.as_str() {
            "error" | "modifications" => error_day(),
            "custodians" | "third-party" | "back-test" => sample().0,
            _ => day(),
        };
        let path = folder.join(format!("{name}.xlsx"));
        ask(dir, &["book", &name, "--format", "xlsx", "--output", path.to_str().expect("a path")]).good();
        let csv = ask(dir, &["book", &name, "--format", "csv"]).good();
        let table = ask(dir, &["book", &name]).good();
        let pages = pages(&path);
        let (t, n) = agrees(&name, pages.first().expect("a page"), &csv, &table);
        (texts, numbers) = (texts + t, numbers + n);
        // A CSV file is of the first sheet; of the others the titles are in the table.
        for page in &pages[1..] {
            let Some(Found::Text(title)) = page.get(&(0, 0)) else { panic!("{name}: a page without its title") };
            assert!(table.lines().any(|line| line == title), "{name}: {title}");
        }
    }
    assert!(texts > 1_000 && numbers > 1_000, "{texts} texts and {numbers} numbers were compared");
    std::fs::remove_dir_all(&folder).expect("a folder");
}

#[test]
fn a_changed_cell_is_seen() {
    let csv = "Name,Amount\r\nASHA,5.00\r\n";
    let page = |name: &str, amount: &str| -> Page {
        let text = |it: &str| Found::Text(it.to_owned());
        let cells = [((0, 0), text("A book")), ((2, 0), text("Name")), ((2, 1), text("Amount")), ((3, 0), text(name))];
        cells.into_iter().chain([((3, 1), Found::Number(amount.to_owned()))]).collect()
    };
    assert_eq!(agrees("a book", &page("ASHA", "5"), csv, "A book\n"), (3, 1));
    for wrong in [page("RAVI", "5"), page("ASHA", "5.01"), page("ASHA", "500")] {
        assert!(std::panic::catch_unwind(|| agrees("a book", &wrong, csv, "A book\n")).is_err());
    }
}
