//! What of the catalogue is met, what belongs elsewhere and why, and what is open.
//!
//! A row is met when a test or a scenario names it; nothing else makes it so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::catalogue::{self, Row, STATUS};
use crate::covers;
use crate::tree::Tree;

/// The areas that the cash segment answers for: each row is met, or listed with its reason.
pub const CASH_SEGMENT: &[&str] = &[
    "sauda",
    "books",
    "orders",
    "risk",
    "settlement",
    "funds",
    "securities",
    "brokerage",
    "charges",
    "contract-note",
    "ucc",
    "margin",
    "collateral",
    "intermediaries",
    "client-code-modification",
    "corporate-action",
    "poa",
];

/// Those of them without an open row, which `cargo test` keeps so. The list only grows.
#[cfg(test)]
const CLOSED: &[&str] = CASH_SEGMENT;

/// The catalogue with what is known of each row.
pub struct Ledger {
    rows: Vec<Row>,
    shown: BTreeMap<String, Vec<String>>,
    reasons: BTreeMap<String, String>,
    faults: Vec<String>,
}

impl Ledger {
    pub fn read(tree: &Tree) -> Result<Ledger, String> {
        let rows = catalogue::rows(tree)?;
        let known: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let (covers, mut faults) = covers::covers(tree);
        let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for cover in covers {
            if !known.contains(cover.id.as_str()) {
                faults.push(format!("{}: covers {}, which no row is called", cover.by, cover.id));
            }
            shown.entry(cover.id).or_default().push(cover.by);
        }
        let mut reasons = BTreeMap::new();
        for listed in catalogue::elsewhere(tree)? {
            if !known.contains(listed.id.as_str()) {
                faults.push(format!("{STATUS}: {} is no row of the catalogue", listed.id));
            }
            if let Some(by) = shown.get(&listed.id) {
                faults.push(format!("{STATUS}: {} is met by {}: strike it out", listed.id, by.join(", ")));
            }
            if reasons.insert(listed.id.clone(), listed.reason).is_some() {
                faults.push(format!("{STATUS}: {} stands twice", listed.id));
            }
        }
        Ok(Ledger { rows, shown, reasons, faults })
    }

    /// What is wrong with the covers and the list, whatever is open.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// One fault for each row of `areas` that is neither met nor listed.
    pub fn open_faults(&self, areas: &[&str]) -> Vec<String> {
        areas
            .iter()
            .flat_map(|area| {
                self.open(area).into_iter().map(move |id| format!("{id} of {area} is neither met nor listed"))
            })
            .collect()
    }

    fn of<'a>(&'a self, area: &str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.area == area)
    }

    fn open(&self, area: &str) -> Vec<&str> {
        let open = |row: &&Row| !self.shown.contains_key(&row.id) && !self.reasons.contains_key(&row.id);
        self.of(area).filter(open).map(|row| row.id.as_str()).collect()
    }

    fn met(&self) -> usize {
        self.rows.iter().filter(|row| self.shown.contains_key(&row.id)).count()
    }

    /// Counts per area, those of the cash segment first with their open rows.
    pub fn summary(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{:<24} {:>5} {:>5} {:>9} {:>5}", "area", "rows", "met", "elsewhere", "open");
        let others: BTreeSet<&str> =
            self.rows.iter().map(|row| row.area.as_str()).filter(|area| !CASH_SEGMENT.contains(area)).collect();
        for area in CASH_SEGMENT.iter().copied().chain(others) {
            let met = self.of(area).filter(|row| self.shown.contains_key(&row.id)).count();
            let listed = self.of(area).filter(|row| self.reasons.contains_key(&row.id)).count();
            let open = self.open(area);
            let _ = writeln!(out, "{area:<24} {:>5} {met:>5} {listed:>9} {:>5}", self.of(area).count(), open.len());
        }
        for area in CASH_SEGMENT {
            let open = self.open(area);
            if !open.is_empty() {
                let _ = writeln!(out, "\nopen in {area}:");
                for line in open.chunks(8) {
                    let _ = writeln!(out, "  {}", line.join(" "));
                }
            }
        }
        let _ = writeln!(out, "\nmet {} of {}", self.met(), self.rows.len());
        out
    }

    /// The rows of one area, each with the tests that show it or the reason it is elsewhere.
    pub fn area(&self, area: &str) -> Result<String, String> {
        let mut out = String::new();
        for row in self.of(area) {
            let _ = writeln!(out, "{}  {}", row.id, row.text);
            match (self.shown.get(&row.id), self.reasons.get(&row.id)) {
                (Some(tests), _) => {
                    for test in tests {
                        let _ = writeln!(out, "    met: {test}");
                    }
                }
                (None, Some(reason)) => {
                    let _ = writeln!(out, "    elsewhere: {reason}");
                }
                (None, None) => {
                    let _ = writeln!(out, "    open");
                }
            }
        }
        if out.is_empty() { Err(format!("no area `{area}` in the catalogue")) } else { Ok(out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id\tstatus\treason\n";

    fn ledger(status: &str, test: &str) -> Ledger {
        let sebi =
            "id\tpara\tarea\trequirement\nS-1\tp\tbooks\tKeep books.\nS-2\tp\tbooks\tKeep more.\nS-3\tp\tkyc\tKnow.\n";
        Ledger::read(&Tree::of(&[
            ("requirements/sebi.tsv", sebi),
            ("requirements/guide.tsv", "id\n"),
            ("requirements/entities.tsv", "id\n"),
            ("requirements/checklist.tsv", "id\nA-1\tp\tBooks\tControl\n"),
            (STATUS, status),
            ("crates/books/src/lib.rs", test),
        ]))
        .unwrap()
    }

    #[test]
    fn a_row_is_met_listed_or_open() {
        let ledger =
            ledger(&format!("{HEAD}S-2\telsewhere\tderivatives segment\n"), "// covers: S-1\n#[test]\nfn kept() {}\n");
        assert_eq!(ledger.faults(), [""; 0]);
        assert_eq!(ledger.open_faults(&["books"]), [""; 0]);
        assert_eq!(ledger.open_faults(&["books", "kyc"]), ["S-3 of kyc is neither met nor listed"]);
        assert!(ledger.summary().ends_with("met 1 of 4\n"));
        let area = ledger.area("books").unwrap();
        assert!(area.contains("met: crates/books/src/lib.rs::kept") && area.contains("elsewhere: derivatives segment"));
        assert!(ledger.area("ghosts").is_err());
    }

    #[test]
    fn an_unknown_id_is_a_fault() {
        assert_eq!(ledger(HEAD, "// covers: S-9\n#[test]\nfn kept() {}\n").faults().len(), 1);
        assert_eq!(ledger(&format!("{HEAD}S-9\telsewhere\twhy\n"), "").faults().len(), 1);
    }

    #[test]
    fn a_row_both_met_and_listed_is_a_fault() {
        let status = format!("{HEAD}S-1\telsewhere\twhy\n");
        assert_eq!(ledger(&status, "// covers: S-1\n#[test]\nfn kept() {}\n").faults().len(), 1);
        assert_eq!(ledger(&format!("{status}S-1\telsewhere\tagain\n"), "").faults().len(), 1);
    }

    #[test]
    fn the_tree_says_truly_what_is_met() {
        let root = crate::tree::find_root().expect("tests run inside the workspace");
        let ledger =
            Ledger::read(&Tree::read(&root).expect("the tree can be read")).expect("the catalogue can be read");
        assert_eq!(ledger.rows.len(), 2438);
        let mut faults = ledger.faults().to_vec();
        faults.extend(ledger.open_faults(CLOSED));
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }
}
