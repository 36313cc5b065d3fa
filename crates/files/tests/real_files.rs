//! Every real bhavcopy of the data folder, read as a broker would read it.
//!
//! `reference` finds the data, and skips a test without it.

use files::{FileError, Format, MarketDay, Reason, Role, market_days, read_exposure, read_market};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use vocab::Day;

fn data(test: &str) -> Option<PathBuf> {
    reference::folder(&format!("files::{test}"), "nse-cm")
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A folder of files copied from the data folder, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        Folder(dir)
    }

    fn copy(&self, from: &Path, name: &str) {
        let to = self.0.join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, fs::read(from).unwrap()).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn count(market: &MarketDay, reason: Reason) -> usize {
    market.not_traded.iter().filter(|n| n.reason == reason).count()
}

fn format_used(market: &MarketDay) -> Format {
    let mut formats = market.sources.iter().filter_map(|s| match s.role {
        Role::Bhavcopy(format) => Some(format),
        Role::Listing | Role::Bands | Role::SecondExchange | Role::ScripCodes | Role::MarginRates | Role::SymbolChanges | Role::Holidays | Role::Sessions => None,
    });
    formats.next().expect("a day has a bhavcopy")
}

fn check_order(market: &MarketDay) {
    assert!(market.securities.is_sorted_by(|a, b| a.symbol < b.symbol));
    assert!(market.not_traded.is_sorted());
    assert!(market.holidays.is_sorted_by(|a, b| a < b));
    let mut isins: Vec<_> = market.securities.iter().map(|s| s.isin).collect();
    isins.sort();
    assert!(isins.is_sorted_by(|a, b| a < b), "an ISIN stands twice on {}", market.day);
    for s in &market.securities {
        assert!(
            s.low <= s.open.min(s.close) && s.high >= s.open.max(s.close),
            "{} on {}",
            s.symbol,
            market.day
        );
        assert!(
            s.prev_close.0 > 0 && s.low.0 > 0 && s.volume.0 > 0 && !s.name.is_empty(),
            "{} on {}",
            s.symbol,
            market.day
        );
    }
}

/// Holidays for which the previous session's file was stored under the holiday's name.
const MISDATED: [(&str, &str); 4] = [
    ("2024-06-17", "14-Jun-2024"),
    ("2024-07-17", "16-Jul-2024"),
    ("2026-05-28", "27-May-2026"),
    ("2026-06-26", "25-Jun-2026"),
];

#[test]
fn every_real_day_reads_and_misdated_ones_are_refused() {
    let Some(dir) = data("every_real_day_reads_and_misdated_ones_are_refused") else { return };
    let (mut read, mut refused) = (0, Vec::new());
    for day in market_days(&dir).unwrap() {
        match read_market(&dir, day) {
            Ok(market) => {
                check_order(&market);
                let eq =
                    market.securities.len() + market.not_traded.len() - count(&market, Reason::OtherSeries);
                assert!((1_200..3_000).contains(&eq), "{eq} EQ rows on {day}");
                assert!(market.securities.len() > 1_000, "{} traded on {day}", market.securities.len());
                for none in [Reason::NoPrice, Reason::BadIsin] {
                    assert_eq!(count(&market, none), 0, "{none} on {day}");
                }
                assert!(count(&market, Reason::SharedIsin) < 10, "{day}");
                read += 1;
            }
            Err(e) => refused.push((day.to_string(), e)),
        }
    }
    let days: Vec<&str> = refused.iter().map(|(day, _)| day.as_str()).collect();
    assert_eq!(days, MISDATED.map(|(day, _)| day), "{refused:?}");
    for ((_, e), (day, inside)) in refused.iter().zip(MISDATED) {
        assert!(e.file.starts_with("nse-cm/misdated/sec_bhavdata_full_"), "{e}");
        assert_eq!((e.line, e.field.as_str(), e.found.as_str()), (2, "DATE1", inside), "{e}");
        assert_eq!(e.rule, format!("the date inside is the date of the file's name, {day}"));
    }
    assert!(read > 90, "{read} days were read");
}

#[test]
fn three_wrappings_give_more_than_a_thousand_securities() {
    let Some(dir) = data("three_wrappings_give_more_than_a_thousand_securities") else { return };
    for (on, format) in
        [("2016-01-01", Format::Legacy), ("2020-03-02", Format::Legacy), ("2026-07-01", Format::Full)]
    {
        let market = read_market(&dir, day(on)).unwrap();
        assert_eq!(format_used(&market), format);
        assert!(market.securities.len() > 1_000, "{on}");
        eprintln!(
            "{on}: {} securities traded of {} rows",
            market.securities.len(),
            market.securities.len() + market.not_traded.len()
        );
        for notice in &market.notices {
            eprintln!("  {notice}");
        }
        for source in &market.sources {
            eprintln!(
                "  {:?} {} {} bytes crc32 {:08x}",
                source.role, source.path, source.length, source.crc32
            );
        }
    }
}

#[test]
fn a_sample_of_a_day_does_not_stand_for_the_day() {
    let Some(dir) = data("a_sample_of_a_day_does_not_stand_for_the_day") else { return };
    let market = read_market(&dir, day("2024-07-01")).unwrap();
    assert_eq!(format_used(&market), Format::Full);
    let notice = market.notices.iter().find(|n| n.contains("is used and")).expect("a notice of the choice");
    // Twenty-two rows stand in both files; the sample's other five series are not in the full file.
    assert!(
        notice.contains("_F_0000.sample.csv") && notice.ends_with("of 22 rows in both, 0 differ"),
        "{notice}"
    );
}

/// The legacy and the full file of one day, each read alone, and the sample of a third format on another.
#[test]
fn formats_of_one_day_agree() {
    let Some(dir) = data("formats_of_one_day_agree") else { return };
    let cm = dir.join("nse-cm");
    let pairs = [
        (
            "2024-07-05",
            "legacy_bhav/cm05JUL2024bhav.csv.zip",
            "sec_bhavdata_full/sec_bhavdata_full_05072024.csv.gz",
            1_500,
        ),
        (
            "2024-07-01",
            "udiff/BhavCopy_NSE_CM_0_0_0_20240701_F_0000.sample.csv",
            "sec_bhavdata_full/sec_bhavdata_full_01072024.csv.gz",
            10,
        ),
    ];
    for (nth, (on, one, other, least)) in pairs.into_iter().enumerate() {
        let alone = |file: &str, name: &str| {
            let folder = Folder::new(&format!("agree-{nth}-{name}"));
            folder.copy(&cm.join(file), file.rsplit('/').next().unwrap());
            for entry in fs::read_dir(dir.join("masters")).unwrap() {
                let path = entry.unwrap().path();
                folder.copy(&path, path.file_name().unwrap().to_str().unwrap());
            }
            read_market(&folder.0, day(on)).unwrap()
        };
        let (one, other) = (alone(one, "one"), alone(other, "other"));
        let by_symbol: BTreeMap<_, _> = other.securities.iter().map(|s| (s.symbol, s)).collect();
        let (mut common, mut moved) = (0, Vec::new());
        for s in &one.securities {
            let Some(t) = by_symbol.get(&s.symbol) else { continue };
            let figures = |s: &files::SecurityDay| {
                (s.prev_close, s.open, s.high, s.low, s.close, s.last, s.volume, s.trades, s.band)
            };
            assert_eq!(figures(s), figures(t), "{} on {on}", s.symbol);
            // The full format takes its ISIN from a later list; a split in between has given a new one.
            if s.isin != t.isin {
                moved.push(s.symbol);
            }
            common += 1;
        }
        assert!(common >= least, "{common} in common on {on}");
        assert!(moved.len() * 10 < common.max(10), "{} of {common} ISINs differ on {on}", moved.len());
        eprintln!("{on}: {common} in common, {} ISINs changed since", moved.len());
    }
}

/// The same files under other names of folders, or in a folder that links to itself, give the same day.
#[test]
fn the_place_of_files_does_not_matter() {
    let Some(dir) = data("the_place_of_files_does_not_matter") else { return };
    let folder = Folder::new("place");
    folder.copy(
        &dir.join("nse-cm/sec_bhavdata_full/sec_bhavdata_full_01072026.csv.gz"),
        "z/y/x/SEC_BHAVDATA_FULL_01072026.CSV.GZ",
    );
    for (nth, name) in [
        "masters/EQUITY_L_2026-08-08.csv",
        "masters/EQUITY_L_2025-09.csv",
        "masters/bse_nse_isin_map_2025-09.csv",
        "masters/symbolchange_2026-08-08.csv",
        "masters/sec_list_price_bands_2025-12.csv",
        "calendar/nse_trading_holidays_2026.csv",
        "calendar/xbom_weekday_holidays_2005_2026.csv",
    ]
    .into_iter()
    .enumerate()
    {
        folder.copy(&dir.join(name), &format!("{nth}/{}", name.rsplit('/').next().unwrap()));
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", folder.0.join("z/again")).unwrap();
    let (here, there) =
        (read_market(&folder.0, day("2026-07-01")).unwrap(), read_market(&dir, day("2026-07-01")).unwrap());
    assert_eq!(here.securities, there.securities);
    assert_eq!(here.not_traded, there.not_traded);
    assert_eq!(here.holidays, there.holidays);
    assert_eq!(here.notices, there.notices);
}

#[test]
fn no_invented_company_is_a_real_one() {
    let Some(dir) = data("no_invented_company_is_a_real_one") else { return };
    let real = read_market(&dir, day("2026-07-01")).unwrap();
    let mut symbols: Vec<_> = real.securities.iter().map(|s| s.symbol).collect();
    symbols.extend(real.not_traded.iter().map(|n| n.symbol));
    for invented in files::sample_market().securities {
        assert!(!symbols.contains(&invented.symbol), "{}", invented.symbol);
        assert!(real.securities.iter().all(|s| s.isin != invented.isin), "{}", invented.isin);
    }
}

#[test]
fn a_day_without_prices_names_the_nearest() {
    let Some(dir) = data("a_day_without_prices_names_the_nearest") else { return };
    let e: FileError = read_market(&dir, day("2020-03-07")).unwrap_err();
    assert_eq!((e.line, e.field.as_str()), (0, "bhavcopy"));
    assert!(e.found.contains("nearest 2020-03-06 and 2020-03-09"), "{e}");
}

#[test]
fn the_real_rates_of_derivatives_add_up() {
    let Some(dir) = data("the_real_rates_of_derivatives_add_up") else { return };
    let all = read_exposure(&dir, day("2025-08-20")).unwrap();
    assert_eq!(all.len(), 432, "two rows for each of 216 underlyings");
    // What was under surveillance that day is asked for more.
    let granules = all.iter().find(|e| e.underlying.as_str() == "GRANULES" && !e.far).unwrap();
    assert_eq!(granules.elm, vocab::Rate::parse("0.185").unwrap());
    assert!(read_exposure(&dir, day("2025-08-21")).unwrap().is_empty());
}
