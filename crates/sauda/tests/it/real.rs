//! Real days of the exchange, from its own files; skipped aloud where they are absent.

use crate::played::{ask, folder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

fn market(test: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = std::env::var_os("SAUDA_DATA").map(PathBuf::from);
    let data = named.unwrap_or_else(|| root.join("../shared/data"));
    if data.is_dir() {
        return Some(data);
    }
    let why = format!("{} is not there", data.display());
    eprintln!("SKIP {test}: {why}");
    let target = root.join("target");
    fs::create_dir_all(&target).expect("a folder");
    let list = fs::OpenOptions::new().create(true).append(true).open(target.join("skipped.txt"));
    writeln!(list.expect("target/skipped.txt opens"), "{test}: {why}").expect("a line is written");
    None
}

/// Thousands of securities, both depositories, settlement cycles of two days and of one: every obligation ends,
/// nothing breaks, nobody is late.
#[test]
fn real_days_settle_without_a_break() {
    let Some(data) = market("real_days_settle_without_a_break") else { return };
    for date in ["2016-01-01", "2024-07-05"] {
        let dir = folder(&format!("real-{date}"));
        let data = data.to_str().expect("a path");
        let told = ask(&dir, &["day", "--market", data, "--date", date]).good();
        assert!(told.contains("breaks       0 opened, 0 mended, 0 late to clients"), "{date}:\n{told}");
        let verified = ask(&dir, &["verify"]).good();
        assert!(verified.contains("no differences"), "{date}:\n{verified}");
        fs::remove_dir_all(&dir).expect("a folder");
    }
}
