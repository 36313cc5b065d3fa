//! What a file is refused with.

use std::fmt;

/// Longest text of a file that an error repeats; the rest may be hostile, or simply the whole file.
const FOUND_CHARS: usize = 60;
/// Longest path an error repeats.
const PATH_CHARS: usize = 200;

/// A file breaks a rule: where, which field, which rule, and what stood there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileError {
    /// Path as the reader was given it, or below the folder that was searched.
    pub file: String,
    /// Line counted from 1, or 0 when the fault is the file's and not a line's.
    pub line: u64,
    /// Column or part of the file, by the name the file gives it.
    pub field: String,
    /// The rule that is broken, as a sentence without a full stop.
    pub rule: String,
    /// What stood there, cut to sixty characters.
    pub found: String,
}

impl FileError {
    /// An error about one line; line 0 is the whole file. Long texts are cut here, so that an error stays small.
    pub fn new(file: &str, line: u64, field: &str, rule: impl Into<String>, found: &str) -> FileError {
        FileError {
            file: cut(file, PATH_CHARS),
            line,
            field: cut(field, FOUND_CHARS),
            rule: rule.into(),
            found: cut(found, FOUND_CHARS),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Escaped, because a terminal obeys what a hostile file may hold.
        write!(f, "{}", self.file.escape_debug())?;
        if self.line > 0 {
            write!(f, " line {}", self.line)?;
        }
        write!(f, ": {}: {} (found \"{}\")", self.field.escape_debug(), self.rule, self.found.escape_debug())
    }
}

impl std::error::Error for FileError {}

/// The first `most` characters, with two dots where something was cut.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}..", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_file_line_field_and_rule() {
        let e = FileError::new("a/b.csv", 7, "CLOSE_PRICE", "not a decimal number", "12x");
        assert_eq!(e.to_string(), "a/b.csv line 7: CLOSE_PRICE: not a decimal number (found \"12x\")");
        let e = FileError::new("b.csv.gz", 0, "gzip", "the file is cut short", "");
        assert_eq!(e.to_string(), "b.csv.gz: gzip: the file is cut short (found \"\")");
    }

    #[test]
    fn hostile_text_is_cut_and_escaped() {
        let e = FileError::new("b.csv", 1, "SYMBOL", "x", &"\u{1b}[2J".repeat(1_000_000));
        assert!(e.found.len() < 100);
        assert!(e.to_string().chars().all(|c| !c.is_control()));
        assert!(e.to_string().ends_with("..\")"));
    }
}
