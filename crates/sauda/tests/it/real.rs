//! Real days of the exchange, from its own files; skipped aloud where they are absent.

use crate::played::{ask, folder};
use std::fs;

/// Thousands of securities, both depositories, settlement cycles of two days and of one: every obligation ends,
/// nothing breaks, nobody is late.
#[test]
fn real_days_settle_without_a_break() {
    let test = "sauda::real_days_settle_without_a_break";
    let Some(data) = reference::folder(test, "nse-cm") else { return };
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
