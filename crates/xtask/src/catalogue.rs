//! The catalogue of requirements, and the list of rows that are not met here, as the files say.

use std::collections::BTreeSet;

use crate::tree::Tree;

/// The catalogue's files, and the area of a file that has no column for it.
const FILES: [(&str, Option<&str>); 4] = [
    ("requirements/sebi.tsv", None),
    ("requirements/guide.tsv", None),
    ("requirements/entities.tsv", None),
    ("requirements/checklist.tsv", Some("checklist")),
];

pub const STATUS: &str = "requirements/status.tsv";

/// One requirement. `text` is what it asks, in one sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub id: String,
    pub area: String,
    pub text: String,
}

/// A row that is not met here, and where it belongs instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Elsewhere {
    pub id: String,
    pub reason: String,
}

/// All rows, in the order of the files.
pub fn rows(tree: &Tree) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let mut ids = BTreeSet::new();
    for (path, fixed) in FILES {
        let text = tree.text(path).ok_or_else(|| format!("{path} is absent"))?;
        for (at, line) in text.lines().enumerate().skip(1) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [id, _, area, text, ..] = columns[..] else {
                return Err(format!("{path}:{}: wants at least four columns", at + 1));
            };
            if !ids.insert(id.to_string()) {
                return Err(format!("{path}:{}: {id} stands twice", at + 1));
            }
            let area = fixed.unwrap_or(area).to_string();
            rows.push(Row { id: id.to_string(), area, text: text.to_string() });
        }
    }
    Ok(rows)
}

/// The rows listed as belonging elsewhere. That a row is met is never written by hand.
pub fn elsewhere(tree: &Tree) -> Result<Vec<Elsewhere>, String> {
    let text = tree.text(STATUS).ok_or_else(|| format!("{STATUS} is absent"))?;
    let mut listed = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            ["id", "status", "reason"] if at == 0 => {}
            [id, "elsewhere", reason] if at > 0 && !reason.trim().is_empty() => {
                listed.push(Elsewhere { id: id.to_string(), reason: reason.to_string() });
            }
            [_, "met", _] => {
                return Err(format!("{STATUS}:{}: `met` is shown by a test, never written here", at + 1));
            }
            _ => return Err(format!("{STATUS}:{}: wants `id status reason`, status `elsewhere`", at + 1)),
        }
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_status(status: &str) -> Result<Vec<Elsewhere>, String> {
        elsewhere(&Tree::of(&[(STATUS, status)]))
    }

    #[test]
    fn status_lists_reasons_and_nothing_else() {
        let listed = with_status("id\tstatus\treason\nS-1\telsewhere\tderivatives segment\n").unwrap();
        assert_eq!(listed, [Elsewhere { id: "S-1".to_string(), reason: "derivatives segment".to_string() }]);
        assert!(with_status("id\tstatus\treason\nS-1\tmet\tby hand\n").unwrap_err().contains("never written here"));
        assert!(with_status("id\tstatus\treason\nS-1\telsewhere\t \n").is_err());
        assert!(with_status("S-1\telsewhere\tno heading\n").is_err());
    }

    #[test]
    fn an_id_stands_once() {
        let row = "id\tpara\tarea\trequirement\nS-1\tp\tbooks\tKeep books.\n";
        let files = |last: &'static str| {
            Tree::of(&[
                ("requirements/sebi.tsv", row),
                ("requirements/guide.tsv", "id\n"),
                ("requirements/entities.tsv", "id\n"),
                ("requirements/checklist.tsv", last),
            ])
        };
        assert_eq!(rows(&files("id\nA-1\tp\tSome section\tControl\n")).unwrap()[1].area, "checklist");
        assert!(rows(&files("id\nS-1\tp\ts\tc\n")).unwrap_err().contains("stands twice"));
    }
}
