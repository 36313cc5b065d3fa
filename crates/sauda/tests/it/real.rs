//! Real days of the exchange, from its own files; skipped aloud where they are absent.

use crate::played::{ask, folder, run};
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

/// The month the owner sees: sessions that fall by tenths, symbols that change, securities that come and go.
#[test]
fn a_month_settles_without_a_break() {
    let test = "sauda::a_month_settles_without_a_break";
    let Some(data) = reference::folder(test, "") else { return };
    for (from, to, sessions) in [("2020-03-02", "2020-03-20", 14), ("2026-06-01", "2026-06-30", 21)] {
        let dir = folder(&format!("month-{from}"));
        let data = data.to_str().expect("a path");
        let few = ["--clients", "60", "--orders", "300"];
        let words = [&["month", "--market", data, "--from", from, "--to", to][..], &few].concat();
        let told = ask(&dir, &words).good();
        assert!(told.contains(&format!("in {sessions} sessions")), "{from}:\n{told}");
        assert!(told.contains(&format!("settlement   {sessions} obligation")), "{from}:\n{told}");
        assert!(told.contains("breaks       0 opened, 0 mended, 0 late to clients"), "{from}:\n{told}");
        let verified = ask(&dir, &["verify"]).good();
        assert!(verified.contains("no differences"), "{from}:\n{verified}");
        crate::outside::agree(test, &dir);
        let again = ask(&dir, &words).good();
        assert_eq!(again.lines().last(), told.lines().last(), "a month that is over stays as it was");
        fs::remove_dir_all(&dir).expect("a folder");
    }
}

#[test]
fn a_month_with_a_hole_is_refused() {
    let test = "sauda::a_month_with_a_hole_is_refused";
    let Some(data) = reference::folder(test, "") else { return };
    let dir = folder("hole");
    let words = |from: &'static str, to: &'static str| {
        let data = data.to_str().expect("a path");
        let dir = dir.to_str().expect("a path");
        run(&["month", "--market", data, "--from", from, "--to", to, "--dir", dir]).bad(2)
    };
    let hole = words("2026-07-23", "2026-07-28");
    assert!(hole.contains("2026-07-27"), "{hole}");
    let backwards = words("2026-07-02", "2026-07-01");
    assert!(backwards.contains("--to"), "{backwards}");
    assert!(!dir.exists(), "what is refused makes nothing");
}
