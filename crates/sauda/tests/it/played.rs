//! One small day, played by the program itself and shared by the tests; whoever changes it takes a copy.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, OnceLock};

/// Reading personal data takes the firm's lock: such tests take turns on the shared folder.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(|broken| broken.into_inner())
}

pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: &Output) -> Ran {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
        Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The output of a command that went well.
    pub fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self.out
    }

    /// The message of a command that ended with a code; a panic is never one.
    pub fn bad(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert!(!self.err.trim().is_empty(), "a failure says why");
        self.err
    }
}

pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sauda"))
}

pub fn run(words: &[&str]) -> Ran {
    Ran::of(&program().args(words).output().expect("the program runs"))
}

/// `sauda WORDS --dir DIR`.
pub fn ask(dir: &Path, words: &[&str]) -> Ran {
    Ran::of(&program().args(words).arg("--dir").arg(dir).output().expect("the program runs"))
}

/// The built-in day as a newcomer runs it, and what it printed: shared like the small one.
pub fn sample() -> (&'static Path, &'static str) {
    static SAMPLE: OnceLock<(PathBuf, String)> = OnceLock::new();
    let (dir, told) = SAMPLE.get_or_init(|| {
        let dir = folder("sample");
        let told = ask(&dir, &["day"]).good();
        (dir, told)
    });
    (dir, told)
}

/// The shared day.
pub fn day() -> &'static Path {
    static DAY: OnceLock<PathBuf> = OnceLock::new();
    DAY.get_or_init(|| {
        let dir = folder("day");
        ask(&dir, &["day", "--clients", "20", "--orders", "200", "--seed", "1"]).good();
        dir
    })
}

/// A day on which trades of some clients were nobody's.
pub fn error_day() -> &'static Path {
    static DAY: OnceLock<PathBuf> = OnceLock::new();
    DAY.get_or_init(|| {
        let dir = folder("error-account");
        ask(&dir, &["day", "--clients", "20", "--orders", "300", "--seed", "6"]).good();
        dir
    })
}

/// A folder of this run of the tests, empty and not yet made.
pub fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    dir
}

/// A copy of the shared day that is removed again.
pub struct Copied(pub PathBuf);

impl Drop for Copied {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn copy(name: &str) -> Copied {
    let to = folder(name);
    copy_folder(day(), &to);
    Copied(to)
}

pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// Rows of a CSV output, its heading apart. Fields of these books hold no line breaks.
pub fn rows(csv: &str) -> (Vec<String>, Vec<Vec<String>>) {
    assert!(csv.lines().count() == csv.matches("\r\n").count(), "RFC 4180 ends lines with CR LF");
    let mut lines = csv.split_terminator("\r\n").map(fields);
    let heading = lines.next().expect("a heading");
    let rows: Vec<_> = lines.collect();
    assert!(rows.iter().all(|row| row.len() == heading.len()), "every row has every column");
    (heading, rows)
}

fn fields(line: &str) -> Vec<String> {
    let (mut all, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    all.push(field);
    all
}

pub fn book(name: &str, more: &[&str]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut words = vec!["book", name, "--format", "csv"];
    words.extend(more);
    rows(&ask(day(), &words).good())
}

/// The column of a heading.
pub fn column(heading: &[String], name: &str) -> usize {
    heading.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name} in {heading:?}"))
}

/// An amount of a CSV field in paise; nothing is zero.
pub fn paise(text: &str) -> i64 {
    if text.is_empty() { 0 } else { vocab::Paise::parse(text).expect("an amount").0 }
}
