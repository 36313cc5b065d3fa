//! Months with a special session, on the sample's market under other dates.

use crate::played::{ask, column, folder, rows, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample");

/// A folder with the sample's prices of each day, the year's holidays and the sample's list of special sessions.
fn market(name: &str, days: &[&str], holidays: (&str, &[&str])) -> PathBuf {
    let (dir, from) = (folder(name), Path::new(SAMPLE));
    fs::create_dir_all(&dir).expect("a folder");
    let prices = fs::read_to_string(from.join("BhavCopy_NSE_CM_0_0_0_20260701_F_0000.csv")).expect("the sample's prices");
    for day in days {
        let file = format!("BhavCopy_NSE_CM_0_0_0_{}_F_0000.csv", day.replace('-', ""));
        fs::write(dir.join(file), prices.replace("2026-07-01", day)).expect("a file");
    }
    let (masters, second) = (["EQUITY_L_2026-06-30.csv", "sec_list_price_bands_2026-06.csv"], "bse_nse_isin_map_2026-06.csv");
    for list in masters.into_iter().chain([second, "nse_special_sessions_2015-2026.csv"]) {
        fs::copy(from.join(list), dir.join(list)).expect("a list");
    }
    let (year, kept) = holidays;
    let text: String = kept.iter().map(|day| format!("{day}|a holiday|\n")).collect();
    fs::write(dir.join(format!("nse_trading_holidays_{year}.csv")), format!("date|name|note\n{text}")).expect("a list");
    dir
}

fn month(market: &Path, dir: &Path, (from, to): (&str, &str)) -> crate::played::Ran {
    let market = market.to_str().expect("a path");
    ask(dir, &["month", "--all", "--market", market, "--from", from, "--to", to, "--clients", "25", "--orders", "150"])
}

/// The hour of the Muhurat session, a holiday, is dealt in like a day: nothing outside it, and it settles with the day before.
// covers: G-7.7-1
#[test]
fn a_session_on_a_holiday_is_played_by_its_own_hours_and_settled_on_the_next_settlement_day() {
    let days = ["2025-10-20", "2025-10-21", "2025-10-23"];
    let market = market("muhurat-market", &days, ("2025", &["2025-10-21", "2025-10-22", "2025-11-05", "2025-12-25"]));
    let dir = folder("muhurat");
    let told = month(&market, &dir, ("2025-10-20", "2025-10-23")).good();
    assert!(told.contains("in 3 sessions"), "{told}");
    let breaks = told.lines().find(|line| line.starts_with("breaks")).expect("a line of breaks");
    assert!(breaks.contains(" 0 opened") && breaks.ends_with(" 0 late to clients"), "{told}");
    assert!(ask(&dir, &["verify"]).good().contains("no differences"));
    let (heading, dealt) = rows(&ask(&dir, &["book", "sauda", "--from", "2025-10-21", "--to", "2025-10-21", "--format", "csv"]).good());
    let [exchange, time, settlement] = ["Exchange", "Trade time", "Settlement"].map(|name| column(&heading, name));
    let dealt: Vec<_> = dealt.iter().filter(|row| !row[time].is_empty()).collect();
    for venue in ["NSE", "BSE"] {
        let of = dealt.iter().filter(|row| row[exchange] == venue);
        let times: Vec<&str> = of.map(|row| row[time].strip_prefix("2025-10-21 ").expect("of the day")).collect();
        // The opening auction is matched eight minutes after half past one; trades at the close end at five past three.
        assert!(times.len() > 3, "{venue}: {times:?}");
        assert!(times.iter().all(|time| ("13:37".."15:05").contains(time)), "{venue}: {times:?}");
        assert!(times.iter().any(|time| ("13:45".."14:45").contains(time)), "{venue}: {times:?}");
    }
    // It has a settlement of its own, between those of the days around it.
    let numbers = days.map(|day| {
        let (_, dealt) = rows(&ask(&dir, &["book", "sauda", "--from", day, "--to", day, "--format", "csv"]).good());
        let number = |row: &Vec<String>| row[settlement].get(..7).and_then(|number| number.parse().ok()).expect("a number");
        let of: BTreeSet<u32> = dealt.iter().filter(|row| !row[time].is_empty()).map(number).collect();
        assert_eq!(of.len(), 1, "{day}: {of:?}");
        of.first().copied().expect("a settlement")
    });
    assert!(numbers[1] == numbers[0] + 1 && numbers[2] > numbers[1], "{numbers:?}");
    fs::remove_dir_all(&dir).expect("a folder");
    fs::remove_dir_all(&market).expect("a folder");
}

/// A Sunday with an ordinary day's hours, and a day of which only the date is known.
#[test]
fn a_sunday_of_the_budget_is_played_and_a_day_without_hours_is_refused() {
    let days = ["2026-01-30", "2026-02-01", "2026-02-02", "2026-11-06", "2026-11-08"];
    let market = market("sunday-market", &days, ("2026", &["2026-01-26", "2026-11-10"]));
    let dir = folder("sunday");
    let told = month(&market, &dir, ("2026-01-30", "2026-02-02")).good();
    assert!(told.contains("in 3 sessions"), "{told}");
    assert!(ask(&dir, &["verify"]).good().contains("no differences"));
    let refused = month(&market, &folder("sunday-none"), ("2026-11-06", "2026-11-08")).bad(2);
    assert!(refused.contains("2026-11-08: Diwali Laxmi Pujan, Muhurat: the list does not say from when to when"), "{refused}");
    // On a Saturday without a session nothing is asked for.
    let market_dir = market.to_str().expect("a path");
    let refused = run(&["month", "--market", market_dir, "--from", "2026-01-31", "--to", "2026-01-31", "--dir", "x"]).bad(2);
    assert!(refused.contains("no session until 2026-01-31"), "{refused}");
    fs::remove_dir_all(&dir).expect("a folder");
    fs::remove_dir_all(&market).expect("a folder");
}
