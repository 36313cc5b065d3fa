//! One day's prices of every security, in the three formats the exchange has printed them.
//!
//! Columns are found by name. The date inside must be the date of the name: a holiday for which the
//! previous session's file was stored under the holiday's name has been seen.

use crate::error::FileError;
use crate::sheet::{Column, Row, Sheet};
use crate::shelf::{Found, date_in};
use crate::unpack::Limits;
use std::collections::BTreeSet;
use vocab::{BadCode, Code, Day, Isin, Price, Qty, Symbol};

/// A series of the exchange: `EQ` is the normal market, `BE` trade-for-trade, `SM` small companies.
pub type Series = Code<4>;

/// Which of the exchange's formats; the first is preferred where two say the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Format {
    /// `BhavCopy_NSE_CM_0_0_0_YYYYMMDD_F_0000.csv`, 34 columns, since 2024.
    Udiff,
    /// `cmDDMMMYYYYbhav.csv`, until 2024-07-05; without ISIN before about mid-2011.
    Legacy,
    /// `sec_bhavdata_full_DDMMYYYY.csv`, or the same columns for series EQ alone in `EQ_ONLY_YYYY-MM-DD.csv`.
    Full,
}

/// A day's file.
#[derive(Debug)]
pub(crate) struct Bhavcopy {
    pub format: Format,
    pub quotes: Vec<Quote>,
    /// Rows whose open or close lay outside low and high, widened to hold them.
    pub widened: Vec<Symbol>,
}

/// A row of it.
#[derive(Clone, Debug)]
pub(crate) struct Quote {
    pub symbol: Symbol,
    pub series: Series,
    /// `None` where the format has no such column.
    pub isin: Option<Result<Isin, BadCode>>,
    pub name: Option<String>,
    pub prev_close: Price,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub last: Option<Price>,
    pub volume: Qty,
    pub trades: Option<Qty>,
}

/// Format and day of a bhavcopy, by its name alone.
pub(crate) fn named(found: &Found) -> Option<(Format, Day)> {
    let stem = found.stem();
    let stem = stem.as_str();
    let only_day = |text: &str| date_in(text).filter(|d| d.first == d.last).map(|d| d.first);
    if let Some(rest) = stem.strip_prefix("sec_bhavdata_full_") {
        return Some((Format::Full, only_day(rest.get(..8)?)?));
    }
    if let Some(rest) = stem.strip_prefix("eq_only_") {
        return Some((Format::Full, only_day(rest.get(..10)?)?));
    }
    // Provisional files, with P for F, are not the day's record.
    if let Some(rest) = stem.strip_prefix("bhavcopy_nse_cm_0_0_0_") {
        return rest
            .get(8..)?
            .starts_with("_f_")
            .then(|| only_day(rest.get(..8)?))
            .flatten()
            .map(|d| (Format::Udiff, d));
    }
    let rest = stem.strip_prefix("cm")?;
    let (d, m, y) = (rest.get(..2)?, rest.get(2..5)?, rest.get(5..9)?);
    let day = Day::parse_market(&format!("{d}-{m}-{y}")).ok()?;
    rest.get(9..)?.starts_with("bhav").then_some((Format::Legacy, day))
}

/// Where a format keeps what we read.
struct Columns {
    symbol: Column,
    series: Column,
    date: Column,
    prev_close: Column,
    open: Column,
    high: Column,
    low: Column,
    close: Column,
    last: Column,
    volume: Column,
    trades: Option<Column>,
    isin: Option<Column>,
    name: Option<Column>,
    /// Columns that must hold one word, for files of many markets.
    fixed: Vec<(Column, &'static str)>,
}

/// Columns of symbol, series, date, previous close, open, high, low, close, last, volume, trades.
const fn names(format: Format) -> [&'static str; 11] {
    match format {
        Format::Udiff => [
            "TckrSymb",
            "SctySrs",
            "TradDt",
            "PrvsClsgPric",
            "OpnPric",
            "HghPric",
            "LwPric",
            "ClsPric",
            "LastPric",
            "TtlTradgVol",
            "TtlNbOfTxsExctd",
        ],
        Format::Legacy => [
            "SYMBOL",
            "SERIES",
            "TIMESTAMP",
            "PREVCLOSE",
            "OPEN",
            "HIGH",
            "LOW",
            "CLOSE",
            "LAST",
            "TOTTRDQTY",
            "TOTALTRADES",
        ],
        Format::Full => [
            "SYMBOL",
            "SERIES",
            "DATE1",
            "PREV_CLOSE",
            "OPEN_PRICE",
            "HIGH_PRICE",
            "LOW_PRICE",
            "CLOSE_PRICE",
            "LAST_PRICE",
            "TTL_TRD_QNTY",
            "NO_OF_TRADES",
        ],
    }
}

impl Columns {
    fn of(format: Format, sheet: &Sheet<'_>) -> Result<Columns, FileError> {
        let [symbol, series, date, prev_close, open, high, low, close, last, volume, trades] = names(format);
        let (isin, name, fixed) = match format {
            Format::Udiff => (
                Some(sheet.column("ISIN")?),
                Some(sheet.column("FinInstrmNm")?),
                vec![(sheet.column("Sgmt")?, "CM"), (sheet.column("Src")?, "NSE")],
            ),
            Format::Legacy => (sheet.maybe_column("ISIN")?, None, Vec::new()),
            Format::Full => (None, None, Vec::new()),
        };
        Ok(Columns {
            symbol: sheet.column(symbol)?,
            series: sheet.column(series)?,
            date: sheet.column(date)?,
            prev_close: sheet.column(prev_close)?,
            open: sheet.column(open)?,
            high: sheet.column(high)?,
            low: sheet.column(low)?,
            close: sheet.column(close)?,
            last: sheet.column(last)?,
            volume: sheet.column(volume)?,
            trades: sheet.maybe_column(trades)?,
            isin,
            name,
            fixed,
        })
    }

    fn check(&self, row: &Row<'_>, format: Format, day: Day) -> Result<(), FileError> {
        let text = row.text(self.date);
        let date = match format {
            Format::Udiff => Day::parse(text),
            Format::Legacy | Format::Full => Day::parse_market(text),
        };
        match date {
            Err(e) => return Err(row.refuse(self.date, e.to_string())),
            Ok(inside) if inside != day => {
                return Err(
                    row.refuse(self.date, format!("the date inside is the date of the file's name, {day}"))
                );
            }
            Ok(_) => {}
        }
        for (column, word) in &self.fixed {
            if row.text(*column) != *word {
                return Err(row.refuse(*column, format!("every row is of {word}")));
            }
        }
        Ok(())
    }

    fn quote(&self, row: &Row<'_>) -> Result<Quote, FileError> {
        let name = match self.name {
            Some(column) => Some(name_in(row, column)?),
            None => None,
        };
        let trades = match self.trades {
            Some(column) => Some(row.units(column)?),
            None => None,
        };
        Ok(Quote {
            symbol: row.code(self.symbol)?,
            series: row.code(self.series)?,
            isin: self.isin.map(|column| Isin::parse(row.text(column))),
            name,
            prev_close: row.price(self.prev_close)?,
            open: row.price(self.open)?,
            high: row.price(self.high)?,
            low: row.price(self.low)?,
            close: row.price(self.close)?,
            last: row.maybe_price(self.last)?,
            volume: row.units(self.volume)?,
            trades,
        })
    }
}

/// A company's name as people write it: single spaces, no control characters, at most 200 bytes.
pub(crate) fn name_in(row: &Row<'_>, column: Column) -> Result<String, FileError> {
    let text = row.text(column);
    if text.len() > 200 || text.chars().any(char::is_control) {
        return Err(row.refuse(column, "a name has at most 200 bytes and no control characters"));
    }
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Read a bhavcopy whose name says `format` and `day`.
pub(crate) fn parse(
    file: &str,
    text: &[u8],
    format: Format,
    day: Day,
    limits: &Limits,
) -> Result<Bhavcopy, FileError> {
    let mut sheet = Sheet::open(file, text, ',', limits)?;
    let columns = Columns::of(format, &sheet)?;
    let mut copy = Bhavcopy { format, quotes: Vec::new(), widened: Vec::new() };
    let mut seen = BTreeSet::new();
    while let Some(row) = sheet.next()? {
        columns.check(&row, format, day)?;
        let mut quote = columns.quote(&row)?;
        if !seen.insert((quote.symbol, quote.series)) {
            return Err(row
                .refuse(columns.symbol, format!("a symbol has one row in a series, here {}", quote.series)));
        }
        if quote.widen() {
            copy.widened.push(quote.symbol);
        }
        copy.quotes.push(quote);
    }
    if copy.quotes.is_empty() {
        return Err(FileError::new(file, 0, "rows", "a bhavcopy has at least one row", "none"));
    }
    Ok(copy)
}

impl Quote {
    /// Widen low and high until they hold open and close: about two rows in a hundred thousand of the
    /// exchange's own files break this, so that the day would be lost for a quirk.
    fn widen(&mut self) -> bool {
        if self.high == Price::ZERO && self.low == Price::ZERO {
            // Untraded: the close is carried over and the other prices are zero.
            return false;
        }
        let (was_low, was_high) = (self.low, self.high);
        self.low = was_low.min(was_high).min(self.open).min(self.close);
        self.high = was_high.max(was_low).max(self.open).max(self.close);
        (self.low, self.high) != (was_low, was_high)
    }

    /// The prices that two files of one day must agree on.
    pub fn figures(&self) -> (Price, Price, Price, Price, Price, Qty) {
        (self.prev_close, self.open, self.high, self.low, self.close, self.volume)
    }

    pub fn is_eq(&self) -> bool {
        self.series.as_str() == "EQ"
    }

    /// Trade for trade: by surveillance, or because the company does not comply.
    pub fn is_gross(&self) -> bool {
        is_gross(&self.series)
    }
}

pub fn is_gross(series: &Series) -> bool {
    matches!(series.as_str(), "BE" | "BZ")
}

impl Bhavcopy {
    pub fn eq_rows(&self) -> usize {
        self.quotes.iter().filter(|q| q.is_eq()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::Shelf;
    use crate::unpack::LIMITS;

    const FULL: &str = "SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER\n";
    const ROW: &str =
        "ALPHA, EQ, 01-Jul-2024, 10.00, 10.50, 11.00, 9.50, 10.10, 10.20, 10.15, 100, 0.01, 5, -, -\n";

    fn day() -> Day {
        Day::parse("2024-07-01").unwrap()
    }

    fn read(text: &str, format: Format) -> Result<Bhavcopy, FileError> {
        parse("f.csv", text.as_bytes(), format, day(), &LIMITS)
    }

    fn refusal(text: &str) -> (u64, String, String) {
        let e = read(text, Format::Full).unwrap_err();
        (e.line, e.field, e.rule)
    }

    #[test]
    fn names_tell_format_and_day() {
        let of = |name: &'static str| {
            let shelf = Shelf::built_in("test", &[(name, "")], &LIMITS);
            named(shelf.files.first().unwrap()).map(|(f, d)| (f, d.to_string()))
        };
        let is = |format, day: &str| Some((format, day.to_owned()));
        assert_eq!(of("a/sec_bhavdata_full_01072024.csv.gz"), is(Format::Full, "2024-07-01"));
        assert_eq!(of("EQ_ONLY_2026-08-13.csv.gz"), is(Format::Full, "2026-08-13"));
        assert_eq!(of("cm01JAN2016bhav.csv.zip"), is(Format::Legacy, "2016-01-01"));
        assert_eq!(of("BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv.zip"), is(Format::Udiff, "2024-07-08"));
        assert_eq!(of("BhavCopy_NSE_CM_0_0_0_20240701_F_0000.sample.csv"), is(Format::Udiff, "2024-07-01"));
        for other in [
            "BhavCopy_NSE_CM_0_0_0_20240708_P_0000.csv",
            "BhavCopy_NSE_FO_0_0_0_20240708_F_0000.csv",
            "cm31FEB2016bhav.csv",
            "sec_bhavdata_full_.csv",
            "sec_bhavdata_full_2024.csv",
            "cm.csv",
            "eq_only_2026-08.csv",
            "sec_bhavdata_full_é1072024.csv",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_full_row_is_read_by_column_names() {
        let copy = read(&format!("\u{feff}{FULL}{ROW}").replace('\n', "\r\n"), Format::Full).unwrap();
        let q = copy.quotes.first().unwrap();
        assert_eq!((q.symbol.as_str(), q.series.as_str(), q.isin, q.volume), ("ALPHA", "EQ", None, Qty(100)));
        assert_eq!((q.prev_close, q.high, q.last), (Price(100_000), Price(110_000), Some(Price(101_000))));
        assert_eq!((copy.eq_rows(), copy.widened.len()), (1, 0));
        let swapped = "SERIES,SYMBOL,DATE1,CLOSE_PRICE,LAST_PRICE,PREV_CLOSE,OPEN_PRICE,HIGH_PRICE,LOW_PRICE,TTL_TRD_QNTY\nEQ,ALPHA,01-Jul-2024,10.20,,10,10.5,11,9.5,100\n";
        let copy = read(swapped, Format::Full).unwrap();
        let q = copy.quotes.first().unwrap();
        assert_eq!((q.close, q.last, q.trades), (Price(102_000), None, None));
    }

    #[test]
    fn old_legacy_files_have_no_isin() {
        let new = "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\nALPHA,EQ,10.5,11,9.5,10.2,10.1,10,100,1015,01-JUL-2024,5,INE144J01027,\n";
        let old = "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,\nALPHA,EQ,10.5,11,9.5,10.2,10.1,10,100,1015,01-JUL-2024,\n";
        let (new, old) = (read(new, Format::Legacy).unwrap(), read(old, Format::Legacy).unwrap());
        let (new, old) = (new.quotes.first().unwrap(), old.quotes.first().unwrap());
        assert_eq!((new.isin, old.isin), (Some(Isin::parse("INE144J01027")), None));
        assert_eq!(new.figures(), old.figures());
    }

    #[test]
    fn udiff_rows_are_of_one_market() {
        let text = "TradDt,Sgmt,Src,ISIN,TckrSymb,SctySrs,FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,TtlTradgVol,TtlNbOfTxsExctd\n2024-07-01,CM,NSE,DUMMYSAN005,ALPHA,EQ,ALPHA  LIMITED,10.5,11,9.5,10.2,,10,100,5\n";
        let copy = read(text, Format::Udiff).unwrap();
        let q = copy.quotes.first().unwrap();
        assert_eq!((q.name.as_deref(), q.isin), (Some("ALPHA LIMITED"), Some(Err(BadCode::NotTwelve))));
        let e = read(&text.replace(",CM,", ",FO,"), Format::Udiff).unwrap_err();
        assert_eq!((e.line, e.field.as_str(), e.rule.as_str()), (2, "Sgmt", "every row is of CM"));
        let e = read(&text.replace(",NSE,", ",BSE,"), Format::Udiff).unwrap_err();
        assert_eq!(e.field, "Src");
    }

    #[test]
    fn a_file_of_another_day_is_refused() {
        let (line, field, rule) =
            refusal(&format!("{FULL}{ROW}{}", ROW.replace("01-Jul", "28-Jun").replace("ALPHA", "BETA")));
        assert_eq!((line, field.as_str()), (3, "DATE1"));
        assert_eq!(rule, "the date inside is the date of the file's name, 2024-07-01");
        assert_eq!(
            refusal(&format!("{FULL}{}", ROW.replace("01-Jul", "31-Jun"))).2,
            "not a date of the calendar"
        );
    }

    #[test]
    fn bad_rows_are_refused_by_line_and_field() {
        let with = |from: &str, to: &str| {
            refusal(&format!("{FULL}{ROW}{}", ROW.replace("ALPHA", "BETA").replace(from, to)))
        };
        assert_eq!(with(" 9.50", " -9.50"), (3, "LOW_PRICE".into(), "a price is not negative".into()));
        assert_eq!(
            with(" 11.00", " 999999999999"),
            (3, "HIGH_PRICE".into(), "a price is at most 100000000.00 rupees".into())
        );
        assert_eq!(with(" 11.00", " 99999999999999999999").2, "larger than the field holds");
        assert_eq!(with(" 10.20", " nan"), (3, "CLOSE_PRICE".into(), "not a decimal number".into()));
        assert_eq!(with(" 10.00", " ").1, "PREV_CLOSE");
        assert_eq!(with(" 100,", " 1.5,").1, "TTL_TRD_QNTY");
        assert_eq!(with(" 100,", " -100,").1, "TTL_TRD_QNTY");
        assert_eq!(with("BETA", "BETA BETA").1, "SYMBOL");
        assert_eq!(
            with("BETA", "ALPHA"),
            (3, "SYMBOL".into(), "a symbol has one row in a series, here EQ".into())
        );
        assert_eq!(
            with(", -, -", ", -"),
            (3, "line".into(), "a line has the 15 fields of the header".into())
        );
        assert_eq!(refusal(&FULL.replace(" CLOSE_PRICE", " CLOSE")).0, 1);
        assert_eq!(refusal(FULL).2, "a bhavcopy has at least one row");
    }

    #[test]
    fn a_range_that_does_not_hold_its_prices_is_widened() {
        let text = format!(
            "{FULL}{}{}{}",
            ROW.replace(" 10.20", " 9.00"),
            ROW.replace("ALPHA", "BETA").replace(" 11.00", " 9.50").replace(" 9.50, 10.10", " 11.00, 10.10"),
            ROW.replace("ALPHA", "GAMMA").replace(" 10.50, 11.00, 9.50", " 0, 0, 0"),
        );
        let copy = read(&text, Format::Full).unwrap();
        let ranges: Vec<(i64, i64)> = copy.quotes.iter().map(|q| (q.low.0, q.high.0)).collect();
        assert_eq!(ranges, [(90_000, 110_000), (95_000, 110_000), (0, 0)]);
        let widened: Vec<&str> = copy.widened.iter().map(Symbol::as_str).collect();
        assert_eq!(widened, ["ALPHA", "BETA"]);
    }

    #[test]
    fn damaged_text_is_read_or_refused_but_never_breaks_the_reader() {
        let good = format!("{FULL}{ROW}{}", ROW.replace("ALPHA", "\"BE,TA\"")).into_bytes();
        let pieces: [&[u8]; 10] = [
            b",",
            b"\"",
            b"\n",
            b"\r",
            b"\0",
            b"\xff",
            b"-",
            b"9999999999999999999",
            "\u{feff}".as_bytes(),
            b".",
        ];
        let mut lots = stdx::Lots::new(20_240_701);
        for _ in 0..20_000 {
            let mut text = good.clone();
            for _ in 0..lots.between(1, 4) {
                let at = usize::try_from(lots.below(text.len() as u64)).unwrap();
                let piece = pieces[usize::try_from(lots.below(10)).unwrap()];
                let end = (at + usize::try_from(lots.below(12)).unwrap()).min(text.len());
                text.splice(at..end, piece.iter().copied());
            }
            let lines = text.iter().filter(|b| **b == b'\n').count() as u64 + 1;
            match parse("f.csv", &text, Format::Full, day(), &LIMITS) {
                Ok(copy) => assert!(copy.quotes.iter().all(|q| q.low <= q.high && q.low >= Price::ZERO)),
                Err(e) => assert!(e.line <= lines && !e.field.is_empty() && e.to_string().len() < 700, "{e}"),
            }
        }
    }
}
