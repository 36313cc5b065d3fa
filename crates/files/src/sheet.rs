//! Lines of separated fields with a header, read by column name and with the line number kept.

use crate::error::FileError;
use crate::unpack::Limits;
use std::borrow::Cow;
use vocab::{BadAmount, BadCode, Code, Price, Qty};

/// Dearest price a row may carry: 10 crore rupees, above any bond's face and far above any share.
const DEAREST: Price = Price(100_000_000 * 10_000);
/// Most units a row may carry; the whole market trades less in a day.
const MOST_UNITS: i64 = 1_000_000_000_000;

/// A text checked to be printable, cut into lines.
pub(crate) struct Sheet<'a> {
    file: &'a str,
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    separator: char,
    header: Vec<String>,
    limits: Limits,
}

/// One line's fields.
pub(crate) struct Row<'a> {
    file: &'a str,
    pub line: u64,
    pub fields: Vec<Cow<'a, str>>,
}

/// A column of one sheet.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    index: usize,
    name: &'static str,
}

impl<'a> Sheet<'a> {
    /// A text without a header line.
    pub fn bare(
        file: &'a str,
        bytes: &'a [u8],
        separator: char,
        limits: &Limits,
    ) -> Result<Sheet<'a>, FileError> {
        let text = printable(file, bytes)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Ok(Sheet { file, lines: text.lines().enumerate(), separator, header: Vec::new(), limits: *limits })
    }

    /// A text whose first line names its columns.
    pub fn open(
        file: &'a str,
        bytes: &'a [u8],
        separator: char,
        limits: &Limits,
    ) -> Result<Sheet<'a>, FileError> {
        let mut sheet = Sheet::bare(file, bytes, separator, limits)?;
        let first = sheet.next()?.filter(|row| row.line == 1);
        let Some(row) = first else {
            return Err(FileError::new(file, 1, "header", "the first line names the columns", ""));
        };
        sheet.header = row.fields.iter().map(|name| name.trim().to_owned()).collect();
        Ok(sheet)
    }

    /// The column of a name, wherever it stands.
    pub fn column(&self, name: &'static str) -> Result<Column, FileError> {
        match self.maybe_column(name)? {
            Some(column) => Ok(column),
            None => {
                let found = self.header.join(",");
                Err(FileError::new(self.file, 1, name, "the header must name this column", &found))
            }
        }
    }

    /// The column of a name that older files lack.
    pub fn maybe_column(&self, name: &'static str) -> Result<Option<Column>, FileError> {
        let mut at = self.header.iter().enumerate().filter(|(_, found)| *found == name);
        let first = at.next().map(|(index, _)| Column { index, name });
        if at.next().is_some() {
            return Err(FileError::new(self.file, 1, name, "a column is named once", name));
        }
        Ok(first)
    }

    /// The next line that is not blank; its fields are as many as the header names.
    pub fn next(&mut self) -> Result<Option<Row<'a>>, FileError> {
        for (nth, text) in self.lines.by_ref() {
            let line = (nth as u64).saturating_add(1);
            let refuse = |field: &str, rule: String, found: &str| {
                Err(FileError::new(self.file, line, field, rule, found))
            };
            if line > self.limits.rows {
                return refuse("rows", format!("a file holds at most {} lines", self.limits.rows), "more");
            }
            if text.len() > self.limits.line_bytes {
                return refuse(
                    "line",
                    format!("a line holds at most {} bytes", self.limits.line_bytes),
                    text,
                );
            }
            if text.trim().is_empty() {
                continue;
            }
            let Some(fields) = split(text, self.separator) else {
                return refuse(
                    "line",
                    "a quoted field ends on its line, before a separator".to_owned(),
                    text,
                );
            };
            if !self.header.is_empty() && fields.len() != self.header.len() {
                let rule = format!("a line has the {} fields of the header", self.header.len());
                return refuse("line", rule, &format!("{} fields: {text}", fields.len()));
            }
            return Ok(Some(Row { file: self.file, line, fields }));
        }
        Ok(None)
    }
}

impl Row<'_> {
    /// The field without the spaces around it.
    pub fn text(&self, column: Column) -> &str {
        self.fields.get(column.index).map_or("", |field| field.trim())
    }

    pub fn refuse(&self, column: Column, rule: impl Into<String>) -> FileError {
        FileError::new(self.file, self.line, column.name, rule, self.text(column))
    }

    pub fn code<const N: usize>(&self, column: Column) -> Result<Code<N>, FileError> {
        Code::parse(self.text(column)).map_err(|e: BadCode| self.refuse(column, e.to_string()))
    }

    /// A price that is not negative and not absurd; zero is allowed, for securities that did not trade.
    pub fn price(&self, column: Column) -> Result<Price, FileError> {
        let price =
            Price::parse(self.text(column)).map_err(|e: BadAmount| self.refuse(column, e.to_string()))?;
        if price < Price::ZERO {
            return Err(self.refuse(column, "a price is not negative"));
        }
        if price > DEAREST {
            return Err(self.refuse(column, format!("a price is at most {DEAREST} rupees")));
        }
        Ok(price)
    }

    /// A price that may be blank, `-` or zero where there was none.
    pub fn maybe_price(&self, column: Column) -> Result<Option<Price>, FileError> {
        match self.text(column) {
            "" | "-" => Ok(None),
            _ => Ok(Some(self.price(column)?).filter(|price| *price > Price::ZERO)),
        }
    }

    /// A whole number of units.
    pub fn units(&self, column: Column) -> Result<Qty, FileError> {
        let text = self.text(column);
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(units) if digits && units <= MOST_UNITS => Ok(Qty(units)),
            Ok(_) | Err(_) => Err(self.refuse(column, format!("a whole number from 0 to {MOST_UNITS}"))),
        }
    }
}

/// The text, if it is UTF-8 without control characters; a tab, a carriage return and a line feed are none.
fn printable<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, FileError> {
    let line_at = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default();
        (before.iter().filter(|b| **b == b'\n').count() as u64).saturating_add(1)
    };
    let excerpt = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        String::from_utf8_lossy(rest.get(..40).unwrap_or(rest)).into_owned()
    };
    if let Some(at) = bytes.iter().position(|b| (*b < b' ' && !b"\t\r\n".contains(b)) || *b == 0x7f) {
        return Err(FileError::new(
            file,
            line_at(at),
            "line",
            "a line holds no control characters",
            &excerpt(at),
        ));
    }
    std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        FileError::new(file, line_at(at), "line", "a file is UTF-8 text", &excerpt(at))
    })
}

/// Fields of a line, by RFC 4180 within one line; `None` when a quote does not close before a separator.
fn split(line: &str, separator: char) -> Option<Vec<Cow<'_, str>>> {
    if !line.contains('"') {
        return Some(line.split(separator).map(Cow::Borrowed).collect());
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let after = match rest.trim_start_matches(' ').strip_prefix('"') {
            Some(quoted) => {
                let (field, after) = unquote(quoted)?;
                fields.push(Cow::Owned(field));
                after.trim_start_matches(' ')
            }
            None => {
                let end = rest.find(separator).unwrap_or(rest.len());
                let (field, after) = rest.split_at(end);
                fields.push(Cow::Borrowed(field));
                after
            }
        };
        if after.is_empty() {
            return Some(fields);
        }
        rest = after.strip_prefix(separator)?;
    }
}

/// A quoted field after its opening quote, and what follows its closing quote.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let (mut field, mut rest) = (String::new(), quoted);
    loop {
        let (part, after) = rest.split_once('"')?;
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Some((field, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::LIMITS;

    fn refusal(bytes: &[u8], limits: &Limits) -> FileError {
        let mut sheet = match Sheet::open("f.csv", bytes, ',', limits) {
            Ok(sheet) => sheet,
            Err(e) => return e,
        };
        loop {
            match sheet.next() {
                Ok(row) => assert!(row.is_some(), "{bytes:?} was read"),
                Err(e) => return e,
            }
        }
    }

    #[test]
    fn columns_are_found_by_name_and_values_stripped() {
        let text = "\u{feff}SYMBOL, SERIES ,PRICE\r\n\r\nA&B, EQ , 1.50\r\n";
        let mut sheet = Sheet::open("f.csv", text.as_bytes(), ',', &LIMITS).unwrap();
        let (symbol, series, price) = (
            sheet.column("SYMBOL").unwrap(),
            sheet.column("SERIES").unwrap(),
            sheet.column("PRICE").unwrap(),
        );
        let row = sheet.next().unwrap().unwrap();
        assert_eq!((row.line, row.text(symbol), row.text(series)), (3, "A&B", "EQ"));
        assert_eq!(row.price(price), Ok(Price(15_000)));
        assert!(sheet.next().unwrap().is_none());
        let e = sheet.column("ISIN").err().unwrap();
        assert_eq!((e.line, e.field.as_str()), (1, "ISIN"));
    }

    #[test]
    fn quotes_hold_separators_and_quotes() {
        let all = split(r#"A,"B, ""C"" D", "E" ,F"#, ',').unwrap();
        assert_eq!(all, ["A", r#"B, "C" D"#, "E", "F"]);
        assert_eq!(split("\"\",\"-\"", ',').unwrap(), ["", "-"]);
        assert_eq!(split("a,\"b\",", ',').unwrap(), ["a", "b", ""]);
        assert_eq!(split("a,\"b", ','), None);
        assert_eq!(split("a,\"b\"c", ','), None);
    }

    #[test]
    fn lines_that_are_no_text_are_refused_by_number() {
        let cases: [(&[u8], u64, &str); 8] = [
            (b"", 1, "the first line names the columns"),
            (b"\nA,B\n", 1, "the first line names the columns"),
            (b"A,B\n1,2\n1\xff,2\n", 3, "a file is UTF-8 text"),
            (b"A,B\n1,\0\n", 2, "a line holds no control characters"),
            (b"A,B\n1,\x1b[2J\n", 2, "a line holds no control characters"),
            (b"A,B\n1,2,3\n", 2, "a line has the 2 fields of the header"),
            (b"A,B\n1,2\n1\n", 3, "a line has the 2 fields of the header"),
            (b"A,B\n1,\"2\n", 2, "a quoted field ends on its line, before a separator"),
        ];
        for (bytes, line, rule) in cases {
            let e = refusal(bytes, &LIMITS);
            assert_eq!((e.line, e.rule.as_str()), (line, rule));
        }
    }

    #[test]
    fn long_lines_and_long_files_are_refused() {
        let limits = Limits { line_bytes: 20, rows: 3, ..LIMITS };
        let e = refusal(format!("A,B\n{},2\n", "x".repeat(30)).as_bytes(), &limits);
        assert_eq!((e.line, e.rule.as_str()), (2, "a line holds at most 20 bytes"));
        let e = refusal(b"A,B\n1,2\n1,2\n1,2\n", &limits);
        assert_eq!((e.line, e.rule.as_str()), (4, "a file holds at most 3 lines"));
        let e = Sheet::open("f.csv", b"A,B,A\n", ',', &LIMITS).unwrap().column("A").err().unwrap();
        assert_eq!(e.rule, "a column is named once");
    }

    #[test]
    fn prices_and_units_have_bounds() {
        let mut sheet =
            Sheet::open("f.csv", b"P\n-1\n100000000.01\n1e5\n\n0.0\n-\n1.00000\n0.00001\n", ',', &LIMITS)
                .unwrap();
        let p = sheet.column("P").unwrap();
        let mut next = || sheet.next().unwrap().unwrap();
        assert_eq!(next().price(p).unwrap_err().rule, "a price is not negative");
        assert_eq!(next().price(p).unwrap_err().rule, "a price is at most 100000000.00 rupees");
        let row = next();
        assert_eq!(row.price(p).unwrap_err().rule, "not a decimal number");
        assert!(row.units(p).unwrap_err().rule.starts_with("a whole number"));
        let row = next();
        assert_eq!((row.price(p), row.maybe_price(p)), (Ok(Price::ZERO), Ok(None)));
        let row = next();
        assert_eq!(row.maybe_price(p), Ok(None));
        assert!(row.units(p).is_err());
        assert_eq!(next().price(p), Ok(Price(10_000)));
        assert!(next().price(p).is_err());
    }
}
