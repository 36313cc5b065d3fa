//! Rows and columns, printed as an aligned table or as CSV (RFC 4180). Tables group numbers as India does;
//! CSV never does.

use vocab::{Day, Moment, Paise, Price, Qty};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    Blank,
    Text(String),
    Money(Paise),
    Qty(Qty),
    Price(Price),
    Number(u64),
    Day(Day),
    At(Moment),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// An amount in its own column; nothing where there is none.
    pub fn money_if(amount: Paise) -> Cell {
        if amount.is_positive() { Cell::Money(amount) } else { Cell::Blank }
    }

    fn is_right(&self) -> bool {
        match self {
            Cell::Money(_) | Cell::Qty(_) | Cell::Price(_) | Cell::Number(_) => true,
            Cell::Blank | Cell::Text(_) | Cell::Day(_) | Cell::At(_) => false,
        }
    }

    pub fn plain(&self) -> String {
        match self {
            Cell::Blank => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Money(amount) => amount.to_string(),
            Cell::Qty(qty) => qty.to_string(),
            Cell::Price(price) => price.to_string(),
            Cell::Number(n) => n.to_string(),
            Cell::Day(day) => day.to_string(),
            Cell::At(at) => at.to_string(),
        }
    }

    fn shown(&self) -> String {
        match self {
            Cell::Money(amount) => format!("{amount:#}"),
            Cell::Qty(qty) => format!("{qty:#}"),
            // Microseconds matter to machines.
            Cell::At(at) => at.time().to_string(),
            Cell::Blank | Cell::Text(_) | Cell::Price(_) | Cell::Number(_) | Cell::Day(_) => self.plain(),
        }
    }
}

/// A book as rows under one heading; `groups` begin with a line of their own in a table.
pub struct Sheet {
    pub title: String,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<Cell>>,
    /// Sentences under a table: totals, and what they agree with. A CSV file has rows and nothing else.
    pub foot: Vec<String>,
}

impl Sheet {
    pub fn new(title: impl Into<String>, columns: &'static [&'static str]) -> Sheet {
        Sheet { title: title.into(), columns, rows: Vec::new(), foot: Vec::new() }
    }

    pub fn push(&mut self, row: Vec<Cell>) {
        assert!(row.len() == self.columns.len(), "a cell for each column");
        self.rows.push(row);
    }

    pub fn csv(&self) -> String {
        let mut out = String::new();
        let names = self.columns.iter().map(|c| quoted(c));
        line(&mut out, names);
        for row in &self.rows {
            line(&mut out, row.iter().map(|cell| quoted(&cell.plain())));
        }
        out
    }

    pub fn table(&self) -> String {
        let shown: Vec<Vec<String>> = self.rows.iter().map(|r| r.iter().map(Cell::shown).collect()).collect();
        let mut widths: Vec<usize> = self.columns.iter().map(|c| c.chars().count()).collect();
        for row in &shown {
            for (width, text) in widths.iter_mut().zip(row) {
                *width = (*width).max(text.chars().count());
            }
        }
        let right: Vec<bool> =
            (0..self.columns.len()).map(|i| self.rows.iter().any(|r| r[i].is_right())).collect();
        let mut out = format!("{}\n\n", self.title);
        let heads: Vec<String> = self.columns.iter().map(|c| (*c).to_owned()).collect();
        aligned(&mut out, &heads, &widths, &right);
        let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
        aligned(&mut out, &rule, &widths, &right);
        for row in &shown {
            aligned(&mut out, row, &widths, &right);
        }
        if !self.foot.is_empty() {
            out.push('\n');
        }
        for sentence in &self.foot {
            out.push_str(sentence);
            out.push('\n');
        }
        out
    }
}

fn aligned(out: &mut String, cells: &[String], widths: &[usize], right: &[bool]) {
    let start = out.len();
    for (nth, ((text, width), right)) in cells.iter().zip(widths).zip(right).enumerate() {
        let gap = " ".repeat(width - text.chars().count());
        if nth > 0 {
            out.push_str("  ");
        }
        if *right {
            out.push_str(&gap);
        }
        out.push_str(text);
        if !*right {
            out.push_str(&gap);
        }
    }
    let used = out[start..].trim_end().len();
    out.truncate(start + used);
    out.push('\n');
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (nth, field) in fields.enumerate() {
        if nth > 0 {
            out.push(',');
        }
        out.push_str(&field);
    }
    out.push_str("\r\n");
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new("A book", &["Name", "Amount"]);
        sheet.push(vec![Cell::text("one, \"two\""), Cell::Money(Paise(12_345_678))]);
        sheet.push(vec![Cell::text("three"), Cell::Blank]);
        sheet.foot.push("Total 1,23,456.78".to_owned());
        sheet
    }

    #[test]
    fn csv_is_quoted_as_rfc_4180_says_and_never_grouped() {
        assert_eq!(sheet().csv(), "Name,Amount\r\n\"one, \"\"two\"\"\",123456.78\r\nthree,\r\n");
    }

    #[test]
    fn a_table_is_aligned_and_groups_as_india_does() {
        let want = "A book\n\nName             Amount\n----------  -----------\none, \"two\"  1,23,456.78\nthree\n\nTotal 1,23,456.78\n";
        assert_eq!(sheet().table(), want);
    }
}
