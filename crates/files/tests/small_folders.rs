//! Folders with little in them, or with what should not be there: no data folder is needed.

use files::{Band, FileError, MarketDay, Reason, read_market};
use std::fs;
use std::path::{Path, PathBuf};
use vocab::Day;

const HEADER: &str = "SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER";
const UDIFF: &str = "TradDt,Sgmt,Src,ISIN,TckrSymb,SctySrs,FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,TtlTradgVol,TtlNbOfTxsExctd";
const BANDS: &str = "Symbol,Series,Security Name,Band,Remarks\nALPHA,EQ,ALPHA CO,20,\"-\"\nBETA,EQ,\"BETA, CO\",No Band,\"-\"\nGAMMA,BE,GAMMA CO,5,\"-\"\nDELTA,EQ,DELTA CO,5,\"-\"\n";
const LISTED: &str = "SYMBOL,NAME OF COMPANY, ISIN NUMBER\nALPHA,Alpha Company,INE144J01027\nBETA,Beta Company,INE253B01015\nGAMMA,Gamma Company,INE748C01038\n";
const HOLIDAYS: &str = "date|name|note\n2026-01-26|Republic Day|\n";

struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Folder {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("small-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&dir));
        for (path, text) in files {
            let to = dir.join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, text).unwrap();
        }
        Folder(dir)
    }

    fn read(&self, day: &str) -> Result<MarketDay, FileError> {
        read_market(&self.0, Day::parse(day).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn full(rows: &[&str]) -> String {
    let mut text = format!("{HEADER}\n");
    for symbol in rows {
        text.push_str(&format!("{symbol}, EQ, 02-Feb-2026, 10, 10, 11, 9, 10, 10, 10, 100, 0.01, 5, -, -\n"));
    }
    text
}

fn udiff(rows: &[(&str, &str)]) -> String {
    let mut text = format!("{UDIFF}\n");
    for (symbol, isin) in rows {
        text.push_str(&format!("2026-02-02,CM,NSE,{isin},{symbol},EQ,{symbol} LTD,10,11,9,10,10,10,100,5\n"));
    }
    text
}

fn traded(market: &MarketDay) -> Vec<&str> {
    market.securities.iter().map(|s| s.symbol.as_str()).collect()
}

fn not_traded(market: &MarketDay) -> Vec<(&str, Reason)> {
    market.not_traded.iter().map(|n| (n.symbol.as_str(), n.reason)).collect()
}

#[test]
fn what_has_no_isin_or_band_is_listed_as_not_traded() {
    let prices = full(&["ALPHA", "BETA", "GAMMA", "DELTA"]);
    let zero = "OMEGA, EQ, 02-Feb-2026, 0, 10, 11, 9, 10, 10, 10, 100, 0.01, 5, -, -\nALPHA, BE, 02-Feb-2026, 10, 10, 11, 9, 10, 10, 10, 100, 0.01, 5, -, -\n";
    let folder = Folder::with(
        "reasons",
        &[
            ("sec_bhavdata_full_02022026.csv", &format!("{prices}{zero}")),
            ("EQUITY_L.csv", LISTED),
            ("sec_list_2026-02-01.csv", BANDS),
        ],
    );
    let market = folder.read("2026-02-02").unwrap();
    assert_eq!(traded(&market), ["ALPHA", "BETA"]);
    let bands: Vec<Band> = market.securities.iter().map(|s| s.band).collect();
    assert_eq!(bands, [Band::Percent(20), Band::Dynamic]);
    assert_eq!(
        not_traded(&market),
        [
            ("ALPHA", Reason::OtherSeries),
            ("DELTA", Reason::NoIsin),
            ("GAMMA", Reason::NoBand),
            ("OMEGA", Reason::NoPrice)
        ]
    );
    let said = market.notices.join("\n");
    for part in [
        "EQUITY_L.csv stands in",
        "its name has no date",
        "no holiday of 2026 is known",
        "1 of 6 rows are not traded: without an ISIN",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(market.sources.len(), 3);
    let bytes = BANDS.len() as u64;
    assert!(market.sources.iter().any(|s| s.path == "sec_list_2026-02-01.csv" && s.length == bytes));
}

/// A day's rates are its first run's, matched by ISIN; a faulty run is refused and not passed over for the next.
#[test]
fn a_day_begins_with_the_first_run_of_its_margin_rates() {
    let run = |var: &str, sum: &str| format!("10,02022026,1.36,1\n20,ALPHA,EQ,INE144J01027,9.00,0.00,{var},3.50,0.00,{sum}\n");
    let prices = full(&["ALPHA", "BETA"]);
    let (first, second, other) = (run("12.00", "15.50"), run("30.00", "33.50"), run("40.00", "43.50"));
    let mut files = vec![
        ("sec_bhavdata_full_02022026.csv", prices.as_str()),
        ("EQUITY_L_2026-01-01.csv", LISTED),
        ("sec_list_2026-01-01.csv", BANDS),
        ("margin/C_VAR1_02022026_2.DAT", second.as_str()),
        ("margin/C_VAR1_02022026_1.DAT", first.as_str()),
        ("margin/C_VAR1_03022026_1.DAT", other.as_str()),
    ];
    let market = Folder::with("rates", &files).read("2026-02-02").unwrap();
    let rates: Vec<_> = market.securities.iter().map(|s| s.rated.map(|rated| rated.var)).collect();
    assert_eq!(rates, [vocab::Rate::parse("0.12").ok(), None]);
    assert!(market.sources.iter().any(|s| s.path == "margin/C_VAR1_02022026_1.DAT"));
    let faulty = run("12.00", "15.51");
    files[4].1 = faulty.as_str();
    let e = Folder::with("rates-faulty", &files).read("2026-02-02").unwrap_err();
    assert_eq!((e.file.as_str(), e.line, e.field.as_str()), ("margin/C_VAR1_02022026_1.DAT", 2, "applicable"));
}

/// The common bhavcopy of the second exchange: its instrument numbers are scrip codes, known by ISIN.
#[test]
fn the_second_exchange_numbers_securities_by_its_own_file() {
    let prices = full(&["ALPHA", "BETA"]);
    let file = |rows: &str| format!("TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs\n{rows}");
    let row = |code: &str, isin: &str| format!("2026-02-02,2026-02-02,CM,BSE,STK,{code},{isin},ALPHACO,A\n");
    let read = |name: &str, rows: &str| {
        let there = file(rows);
        let files = [
            ("cm/sec_bhavdata_full_02022026.csv", prices.as_str()),
            ("EQUITY_L_2026-01-01.csv", LISTED),
            ("sec_list_2026-01-01.csv", BANDS),
            ("nse_trading_holidays_2026.csv", HOLIDAYS),
            ("bse/BhavCopy_BSE_CM_0_0_0_20260202_F_0000.CSV", there.as_str()),
        ];
        Folder::with(name, &files).read("2026-02-02")
    };
    let market = read("codes", &row("543210", "INE144J01027")).unwrap();
    let codes: Vec<_> = market.securities.iter().map(|s| (s.code.map(|c| c.to_string()), s.on_bse.map(|n| n.to_string()))).collect();
    assert_eq!(codes, [(Some("543210".to_owned()), Some("543210".to_owned())), (None, None)]);
    for (name, rows, line, field) in [
        ("codes-seven", row("5432101", "INE144J01027"), 2, "FinInstrmId"),
        ("codes-zero", row("043210", "INE144J01027"), 2, "FinInstrmId"),
        ("codes-twice", row("543210", "INE144J01027") + &row("543210", "INE253B01015"), 3, "FinInstrmId"),
        ("codes-isin", row("543210", "INE144J01028"), 2, "ISIN"),
        ("codes-nse", row("543210", "INE144J01027").replace("BSE", "NSE"), 2, "Src"),
    ] {
        let e = read(name, &rows).unwrap_err();
        assert_eq!((e.line, e.field.as_str()), (line, field), "{name}");
    }
}

/// Matched by ISIN: the name there may be another. What has no name there is not listed there.
#[test]
fn the_second_exchange_is_known_by_its_list_and_keeps_holidays_of_its_own() {
    let prices = full(&["ALPHA", "BETA"]);
    let list = "BSE_SYMBOL,NSE_SYMBOL,COMPANY_NAME,ISIN\nALPHACO,ALPHA,Alpha Company,INE144J01027\n ,BETA,Beta Company,INE253B01015\nODD, ,Odd Co,NA\n";
    let mut files = vec![
        ("cm/sec_bhavdata_full_02022026.csv", prices.as_str()),
        ("EQUITY_L_2026-01-01.csv", LISTED),
        ("sec_list_2026-01-01.csv", BANDS),
        ("nse_trading_holidays_2026.csv", HOLIDAYS),
        ("bse_trading_holidays_2026.csv", "date|name|note\n2026-02-19|A day of its own|\n"),
        ("masters/bse_nse_isin_map_2025-09.csv", list),
    ];
    let market = Folder::with("second", &files).read("2026-02-02").unwrap();
    let names: Vec<_> = market.securities.iter().map(|s| (s.symbol.to_string(), s.on_bse.map(|n| n.to_string()))).collect();
    assert_eq!(names, [("ALPHA".to_owned(), Some("ALPHACO".to_owned())), ("BETA".to_owned(), None)]);
    let day = |text| Day::parse(text).unwrap();
    assert_eq!((market.holidays, market.bse_holidays), (vec![day("2026-01-26")], vec![day("2026-02-19")]), "each keeps its own");
    let twice = format!("{list}ALPHACO,X,Another,INE748C01038\n");
    files[5].1 = twice.as_str();
    let e = Folder::with("second-twice", &files).read("2026-02-02").unwrap_err();
    assert_eq!((e.line, e.field.as_str()), (5, "BSE_SYMBOL"));
}

#[test]
fn without_lists_nothing_trades_and_the_notices_say_why() {
    let folder = Folder::with("bare", &[("cm/sec_bhavdata_full_02022026.csv", &full(&["ALPHA"]))]);
    let market = folder.read("2026-02-02").unwrap();
    assert!(market.securities.is_empty() && market.holidays.is_empty());
    let missing = market.notices.iter().filter(|n| n.starts_with("no ")).count();
    assert_eq!(missing, 5, "{:?}", market.notices);
}

#[test]
fn a_renamed_security_keeps_its_isin_and_two_symbols_never_share_one() {
    let changes = "Alpha, formerly,OLDALPHA,ALPHA,10-MAR-2026\n";
    let files = [
        ("EQUITY_L_2026-04-01.csv", LISTED),
        ("sec_list_2026-04-01.csv", BANDS),
        ("symbolchange.csv", changes),
        ("nse_trading_holidays_2026.csv", HOLIDAYS),
    ];
    let prices = full(&["OLDALPHA", "BETA"]);
    let mut all = files.to_vec();
    all.push(("sec_bhavdata_full_02022026.csv", prices.as_str()));
    let market = Folder::with("renamed", &all).read("2026-02-02").unwrap();
    let first = market.securities.last().unwrap();
    assert_eq!(
        (first.symbol.as_str(), first.isin.as_str(), first.name.as_str()),
        ("OLDALPHA", "INE144J01027", "Alpha Company")
    );
    assert!(
        market.notices.iter().any(|n| n == "1 securities were found in a list under a name of another day")
    );
    // Both names on one day: the one the list has is surer than the one that was followed.
    let prices = full(&["OLDALPHA", "ALPHA", "BETA"]);
    all.pop();
    all.push(("sec_bhavdata_full_02022026.csv", prices.as_str()));
    let market = Folder::with("both", &all).read("2026-02-02").unwrap();
    assert_eq!(traded(&market), ["ALPHA", "BETA"]);
    assert_eq!(not_traded(&market), [("OLDALPHA", Reason::SharedIsin)]);
    // Two printed claims are equal: neither is believed.
    let twice = udiff(&[("ALPHA", "INE144J01027"), ("BETA", "INE144J01027"), ("DELTA", "DUMMYSAN005")]);
    all.pop();
    all.push(("BhavCopy_NSE_CM_0_0_0_20260202_F_0000.csv", twice.as_str()));
    let market = Folder::with("twice", &all).read("2026-02-02").unwrap();
    let shared = Reason::SharedIsin;
    assert_eq!(not_traded(&market), [("ALPHA", shared), ("BETA", shared), ("DELTA", Reason::BadIsin)]);
}

#[test]
fn of_two_files_the_fuller_is_used_and_of_equals_the_better_format() {
    let (fuller, sample) = (full(&["ALPHA", "BETA"]), udiff(&[("ALPHA", "INE144J01027")]));
    let equal = udiff(&[("ALPHA", "INE144J01027"), ("BETA", "INE253B01015")]);
    let lists = [("EQUITY_L_2026-01-01.csv", LISTED), ("sec_list_2026-01-01.csv", BANDS)];
    for (other, used) in
        [(&sample, "sec_bhavdata_full_02022026.csv"), (&equal, "BhavCopy_NSE_CM_0_0_0_20260202_F_0000.csv")]
    {
        let mut files = lists.to_vec();
        files.push(("sec_bhavdata_full_02022026.csv", &fuller));
        files.push(("BhavCopy_NSE_CM_0_0_0_20260202_F_0000.csv", other));
        let market = Folder::with("choice", &files).read("2026-02-02").unwrap();
        assert_eq!(market.sources.first().unwrap().path, used);
        assert_eq!(traded(&market), ["ALPHA", "BETA"]);
        assert!(
            market.notices.iter().any(|n| n.starts_with(used) && n.ends_with("0 differ")),
            "{:?}",
            market.notices
        );
    }
    // A faulty second file is not passed over.
    let bad = fuller.replace("BETA, EQ, 02-Feb", "BETA, EQ, 30-Jan");
    let folder = Folder::with(
        "faulty",
        &[("sec_bhavdata_full_02022026.csv", &fuller), ("b/sec_bhavdata_full_02022026.csv", &bad)],
    );
    let e = folder.read("2026-02-02").unwrap_err();
    assert_eq!((e.file.as_str(), e.line), ("b/sec_bhavdata_full_02022026.csv", 3));
}

#[test]
fn a_faulty_list_is_refused_by_name() {
    let prices = full(&["ALPHA"]);
    let bad_list = LISTED.replace("INE253B01015", "INE253B01016");
    for (name, text, line, field) in [
        ("EQUITY_L_2026-01-01.csv", bad_list.as_str(), 3, "ISIN NUMBER"),
        ("sec_list_2026-01-01.csv", "Symbol,Series\n", 1, "Security Name"),
        ("symbolchange_2026-01-01.csv", "x,A,B,today\n", 1, "effective day"),
        ("nse_trading_holidays_2026.csv", "date|name|note\n26-01-2026||\n", 2, "date"),
        ("xbom_weekday_holidays_2005_2026.csv", "date\n\0\n", 2, "line"),
        ("EQUITY_L_2026-01-01.csv.gz", "not gzip", 0, "gzip"),
        ("sec_list_2026-01-01.csv.zip", "not zip", 0, "zip"),
    ] {
        let folder =
            Folder::with("faulty-list", &[("sec_bhavdata_full_02022026.csv", &prices), (name, text)]);
        let e = folder.read("2026-02-02").unwrap_err();
        assert_eq!((e.file.as_str(), e.line, e.field.as_str()), (name, line, field), "{e}");
    }
}

#[test]
fn an_empty_or_missing_folder_is_refused() {
    let folder = Folder::with("empty", &[("readme.txt", "")]);
    let e = folder.read("2026-02-02").unwrap_err();
    assert_eq!((e.field.as_str(), e.found.as_str()), ("bhavcopy", "no bhavcopy of any day"));
    assert_eq!(e.rule, "a file of the day's prices, here of 2026-02-02");
    let gone = folder.0.clone();
    drop(folder);
    assert_eq!(read_market(&gone, Day::parse("2026-02-02").unwrap()).unwrap_err().field, "folder");
}
