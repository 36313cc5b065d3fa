//! Rust source seen as tokens, comments and functions: as much of the language as the checks need.
//!
//! No parser: the checks ask for names, lengths and comments, and a lexer that knows strings,
//! characters, lifetimes and nested comments answers all of them.

/// A word, a number or one mark of punctuation, with the line it stands on (from 1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// One line of a comment, without its slashes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    pub text: String,
    pub line: usize,
}

/// A function with a body: `line` is that of `fn`, `end` that of its closing brace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub end: usize,
    /// Marked `#[test]` or `#[tokio::test]`, and not `#[ignore]`: an ignored test shows nothing.
    pub shows: bool,
}

/// A source file taken apart.
pub struct Source<'a> {
    pub tokens: Vec<Token<'a>>,
    pub comments: Vec<Comment>,
}

impl<'a> Source<'a> {
    pub fn read(text: &'a str) -> Source<'a> {
        let mut lexer = Lexer { text, at: 0, line: 1, tokens: Vec::new(), comments: Vec::new() };
        while lexer.step() {}
        Source { tokens: lexer.tokens, comments: lexer.comments }
    }

    /// Names that follow one of `keywords`, as (keyword, name, line).
    pub fn named(&self, keywords: &[&str]) -> Vec<(&'a str, &'a str, usize)> {
        self.tokens
            .windows(2)
            .filter(|pair| keywords.contains(&pair[0].text) && is_name(pair[1].text))
            .map(|pair| (pair[0].text, pair[1].text, pair[1].line))
            .collect()
    }

    /// Public types, as (keyword, name).
    pub fn public_types(&self) -> Vec<(&'a str, &'a str)> {
        self.tokens
            .windows(3)
            .filter(|w| w[0].text == "pub" && matches!(w[1].text, "struct" | "enum" | "trait" | "type"))
            .filter(|w| is_name(w[2].text))
            .map(|w| (w[1].text, w[2].text))
            .collect()
    }

    /// Names that `pub use` lines hand on, types and others alike.
    pub fn handed_on(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        let mut at = 0;
        while at + 1 < self.tokens.len() {
            if self.tokens[at].text == "pub" && self.tokens[at + 1].text == "use" {
                while at < self.tokens.len() && self.tokens[at].text != ";" {
                    names.push(self.tokens[at].text);
                    at += 1;
                }
            }
            at += 1;
        }
        names.retain(|name| is_name(name));
        names
    }

    /// Modules that live in files of their own: `mod name;`.
    pub fn file_modules(&self) -> Vec<&'a str> {
        self.tokens
            .windows(3)
            .filter(|w| w[0].text == "mod" && is_name(w[1].text) && w[2].text == ";")
            .map(|w| w[1].text)
            .collect()
    }

    /// Functions with a body, in order of their first line.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len().saturating_sub(1) {
            if self.tokens[at].text == "fn"
                && is_name(self.tokens[at + 1].text)
                && let Some(end) = self.body_end(at)
            {
                found.push(Function {
                    name: self.tokens[at + 1].text.to_string(),
                    line: self.tokens[at].line,
                    end,
                    shows: self.is_shown(at),
                });
            }
        }
        found
    }

    /// The line of the brace that closes the body of the function at `at`; none for a bare signature.
    fn body_end(&self, at: usize) -> Option<usize> {
        let (mut round, mut curly) = (0i32, 0i32);
        for token in &self.tokens[at..] {
            match token.text {
                "(" | "[" => round += 1,
                ")" | "]" => round -= 1,
                ";" if round == 0 && curly == 0 => return None,
                "{" => curly += 1,
                "}" => {
                    curly -= 1;
                    if curly == 0 {
                        return Some(token.line);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Reads the attributes before a function, backwards to the end of whatever stands above it.
    fn is_shown(&self, at: usize) -> bool {
        let start = self.tokens[..at].iter().rposition(|t| matches!(t.text, ";" | "{" | "}")).map_or(0, |p| p + 1);
        let attributes = &self.tokens[start..at];
        let marked =
            |name: &str| attributes.windows(3).any(|w| w[0].text == "#" && w[1].text == "[" && w[2].text == name);
        let waits = attributes.iter().skip_while(|t| t.text != "tokio").take(4).any(|t| t.text == "test");
        (marked("test") || waits) && !marked("ignore")
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    tokens: Vec<Token<'a>>,
    comments: Vec<Comment>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Moves past `length` bytes, counting the lines among them.
    fn skip(&mut self, length: usize) -> &'a str {
        let passed = &self.text[self.at..self.at + length];
        self.line += passed.matches('\n').count();
        self.at += length;
        passed
    }

    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return false };
        if rest.starts_with("//") {
            self.line_comment();
        } else if rest.starts_with("/*") {
            self.block_comment();
        } else if first == '"' {
            self.quoted();
        } else if first == '\'' {
            self.character_or_lifetime();
        } else if first.is_alphabetic() || first == '_' {
            self.word();
        } else if first.is_ascii_digit() {
            self.number();
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            self.push(first.len_utf8());
        }
        true
    }

    fn push(&mut self, length: usize) {
        let line = self.line;
        let text = self.skip(length);
        self.tokens.push(Token { text, line });
    }

    fn line_comment(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        let line = self.line;
        let text = self.skip(length).trim_start_matches('/').trim_start_matches('!').trim().to_string();
        self.comments.push(Comment { text, line });
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return };
            if rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
                if depth == 0 {
                    return;
                }
            } else {
                self.skip(first.len_utf8());
            }
        }
    }

    fn quoted(&mut self) {
        let mut escaped = false;
        let mut length = self.rest().len();
        for (at, c) in self.rest().char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == '"' {
                length = at + 1;
                break;
            }
        }
        self.skip(length);
    }

    /// `r"…"` or `r#"…"#`: `hashes` marks close it, and a backslash is nothing special.
    fn raw_quoted(&mut self, hashes: usize) {
        let close = format!("\"{}", "#".repeat(hashes));
        self.skip(hashes + 1);
        let length = self.rest().find(&close).map_or(self.rest().len(), |at| at + close.len());
        self.skip(length);
    }

    fn character_or_lifetime(&mut self) {
        let mut chars = self.rest().char_indices().skip(1);
        let (_, second) = chars.next().unwrap_or((1, ' '));
        let third = chars.next();
        if second == '\\' {
            // The escaped sign itself may be a quote, so the search starts behind it.
            let behind = third.map_or(2, |(at, c)| at + c.len_utf8());
            let length = self.rest()[behind..].find('\'').map_or(self.rest().len(), |at| behind + at + 1);
            self.skip(length);
        } else if let Some((at, '\'')) = third {
            self.skip(at + 1);
        } else {
            self.skip(1);
        }
    }

    fn word(&mut self) {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if matches!(word, "r" | "br" | "cr") {
            let hashes = after.len() - after.trim_start_matches('#').len();
            if after[hashes..].starts_with('"') {
                self.skip(length);
                self.raw_quoted(hashes);
                return;
            }
        }
        self.push(length);
    }

    fn number(&mut self) {
        let rest = self.rest();
        let whole = |text: &str| text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
        let mut length = whole(rest);
        let fraction = rest[length..].strip_prefix('.').filter(|f| f.starts_with(|c: char| c.is_ascii_digit()));
        // After a dot, `0.1` are two places of a tuple, not a fraction.
        if let (Some(fraction), false) = (fraction, self.tokens.last().is_some_and(|t| t.text == ".")) {
            length += 1 + whole(fraction);
        }
        self.push(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        Source::read(text).tokens.iter().map(|t| t.text).collect()
    }

    #[test]
    fn texts_and_comments_are_not_tokens() {
        let text = "a \"fn b\" r#\"mod \"c\"\"# /* d /* e */ f */ 'g' '\\'' 'h: i // j\nk";
        assert_eq!(words(text), ["a", "h", ":", "i", "k"]);
        assert_eq!(Source::read(text).comments, [Comment { text: "j".to_string(), line: 1 }]);
    }

    #[test]
    fn lines_are_counted_through_texts() {
        let source = Source::read("\"one\ntwo\"\nthree");
        assert_eq!(source.tokens, [Token { text: "three", line: 3 }]);
    }

    #[test]
    fn a_fraction_is_one_token_and_a_place_in_a_tuple_is_not() {
        assert_eq!(
            words("1.5 a.0.1 0..2 1.max"),
            ["1.5", "a", ".", "0", ".", "1", "0", ".", ".", "2", "1", ".", "max"]
        );
    }

    #[test]
    fn functions_have_their_lines_and_signatures_have_none() {
        let text = "trait T { fn bare(&self) -> [u8; 2]; }\n#[test]\nfn shown() {\n  if a { b }\n}\n#[test]\n#[ignore]\nfn hidden() {}\nfn plain() {}\n#[tokio::test]\nasync fn waits() {}";
        let functions = Source::read(text).functions();
        let seen: Vec<(&str, usize, usize, bool)> =
            functions.iter().map(|f| (f.name.as_str(), f.line, f.end, f.shows)).collect();
        assert_eq!(seen, [("shown", 3, 5, true), ("hidden", 8, 8, false), ("plain", 9, 9, false), ("waits", 11, 11, true)]);
    }

    #[test]
    fn types_modules_and_what_is_handed_on() {
        let source =
            Source::read("mod a; mod b { } pub use a::{C, d}; pub struct E; struct F; pub enum G {} pub trait H {}");
        assert_eq!(source.file_modules(), ["a"]);
        assert_eq!(source.public_types(), [("struct", "E"), ("enum", "G"), ("trait", "H")]);
        assert_eq!(source.handed_on(), ["pub", "use", "a", "C", "d"]);
    }
}
