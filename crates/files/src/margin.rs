//! What the clearing corporation asks for a security, from its own files.
//!
//! `C_VAR1_DDMMYYYY_N.DAT` rates every security of the cash segment: value at risk and extreme loss, in percent. It
//! comes several times a day; a day is begun with its first run. `ael_DDMMYYYY.csv` has the extreme loss rates of
//! derivatives by underlying; no order of the cash segment asks for them.

use crate::bhavcopy::{Series, is_gross};
use crate::error::FileError;
use crate::market::{Role, SourceFile};
use crate::sheet::{Row, Sheet};
use crate::shelf::{Found, Shelf, date_in};
use crate::unpack::{LIMITS, Limits};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use vocab::{Day, Isin, Rate, Symbol};

/// The rates of a security for a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rated {
    /// Value at risk.
    pub var: Rate,
    /// Extreme loss, with what the corporation asks for this security on top.
    pub elm: Rate,
}

/// The extreme loss rate of an underlying's derivatives on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exposure {
    pub underlying: Symbol,
    /// Options far out of the money; else futures and the other options.
    pub far: bool,
    /// Normal and additional rate together.
    pub elm: Rate,
}

/// Rates by ISIN of series EQ, BE and BZ.
pub(crate) type Rates = BTreeMap<Isin, Rated>;

/// The first run of the day; nothing where the folder has none.
pub(crate) fn rates(shelf: &Shelf, day: Day, sources: &mut Vec<SourceFile>) -> Result<Rates, FileError> {
    let runs = shelf.files.iter().filter_map(|found| Some((run_of(found, day)?, found)));
    let Some((_, found)) = runs.min_by_key(|(run, found)| (*run, &found.path)) else { return Ok(Rates::new()) };
    let loaded = found.load(&shelf.limits)?;
    let (length, crc32) = (loaded.length, loaded.crc32);
    sources.push(SourceFile { path: found.path.clone(), role: Role::MarginRates, length, crc32 });
    parse(&found.path, &loaded.text, day, &shelf.limits)
}

/// The run's number in `c_var1_01072026_1.dat`.
fn run_of(found: &Found, day: Day) -> Option<u32> {
    let stem = found.stem();
    let (date, run) = stem.strip_prefix("c_var1_")?.strip_suffix(".dat")?.split_once('_')?;
    let named = date_in(date)?;
    (named.first == day && named.last == day).then(|| run.parse().ok()).flatten()
}

/// Lines `10,DDMMYYYY,index rate,rows` and `20,symbol,series,ISIN,security VaR,index VaR,VaR margin,extreme loss,
/// ad hoc,applicable`. Percentages, none above a hundred; the last is the sum of the three before it.
fn parse(file: &str, text: &[u8], day: Day, limits: &Limits) -> Result<Rates, FileError> {
    let mut sheet = Sheet::bare(file, text, ',', limits)?;
    let (mut rates, mut rows, mut announced, mut seen) = (Rates::new(), 0u64, None, BTreeSet::new());
    while let Some(row) = sheet.next()? {
        let fields: Vec<&str> = row.fields.iter().map(|f| f.trim()).collect();
        let refuse = |field: &str, rule: &str, found: &str| FileError::new(file, row.line, field, rule, found);
        match fields.as_slice() {
            ["10", date, _, count, ..] if announced.is_none() => {
                if date_in(date).is_none_or(|named| named.first != day) {
                    return Err(refuse("date", &format!("the date of the file's name, {day}"), date));
                }
                announced = Some(count.parse::<u64>().map_err(|_| refuse("count", "a whole number of rows", count))?);
            }
            ["20", ..] if announced.is_none() => return Err(refuse("line", "the control line comes first", "20")),
            ["20", symbol, series, isin, _, _, var, elm, ad_hoc, whole] => {
                rows = rows.saturating_add(1);
                let rated = rated(file, &row, [var, elm, ad_hoc, whole])?;
                Symbol::parse(symbol).map_err(|e| refuse("symbol", &e.to_string(), symbol))?;
                let series = Series::parse(series).map_err(|e| refuse("series", &e.to_string(), series))?;
                let normal = series.as_str() == "EQ";
                if !normal && !is_gross(&series) {
                    continue;
                }
                let isin = Isin::parse(isin).map_err(|e| refuse("ISIN", &e.to_string(), isin))?;
                if !seen.insert((isin, series)) {
                    return Err(refuse("ISIN", "a security is rated once in a series", symbol));
                }
                if normal {
                    rates.insert(isin, rated);
                } else {
                    rates.entry(isin).or_insert(rated);
                }
            }
            _ => return Err(refuse("line", "one control line of 4 fields (10), then lines of 10 fields (20)", &fields.join(","))),
        }
    }
    match announced {
        Some(count) if count == rows => Ok(rates),
        Some(count) => Err(FileError::new(file, 0, "count", format!("the control line announces {count} rows"), &rows.to_string())),
        None => Err(FileError::new(file, 0, "line", "the control line comes first", "")),
    }
}

fn rated(file: &str, row: &Row<'_>, [var, elm, ad_hoc, whole]: [&str; 4]) -> Result<Rated, FileError> {
    let read = |field: &str, text: &str| {
        percent(text).ok_or_else(|| FileError::new(file, row.line, field, "a percentage from 0 to 100", text))
    };
    let (var, elm) = (read("VaR margin", var)?, read("extreme loss", elm)?);
    let elm = Rate(elm.0.saturating_add(read("ad hoc", ad_hoc)?.0));
    // What applies may be more than all of it.
    let sum = var.0.saturating_add(elm.0);
    if hundredth(whole) != Some(sum) {
        return Err(FileError::new(file, row.line, "applicable", "VaR, extreme loss and ad hoc margin together", whole));
    }
    Ok(Rated { var, elm: elm.min(Rate::WHOLE) })
}

/// A number of percent, exactly.
fn hundredth(text: &str) -> Option<i64> {
    let parts = Rate::parse(text).ok()?.0;
    (parts.checked_rem(100) == Some(0)).then(|| parts.checked_div(100)).flatten()
}

fn percent(text: &str) -> Option<Rate> {
    hundredth(text).map(Rate).filter(|rate| (Rate::ZERO..=Rate::WHOLE).contains(rate))
}

/// Extreme loss rates of derivatives from the day's `ael_DDMMYYYY.csv`; nothing where the folder has none.
///
/// # Errors
/// When the folder or the file cannot be read, or a row breaks the format: each names the line and the field.
pub fn read_exposure(dir: &Path, day: Day) -> Result<Vec<Exposure>, FileError> {
    let shelf = Shelf::walk(dir, &LIMITS)?;
    let of_day = |found: &&Found| {
        let stem = found.stem();
        let date = stem.strip_prefix("ael_").and_then(|rest| rest.strip_suffix(".csv")).and_then(date_in);
        date.is_some_and(|named| named.first == day && named.last == day)
    };
    let Some(found) = shelf.files.iter().find(of_day) else { return Ok(Vec::new()) };
    let loaded = found.load(&shelf.limits)?;
    exposure(&found.path, &loaded.text, day, &shelf.limits)
}

/// Serial number, underlying, `OTH` or `OTM`, normal rate, additional rate of a day its header names, and their sum.
fn exposure(file: &str, text: &[u8], day: Day, limits: &Limits) -> Result<Vec<Exposure>, FileError> {
    let mut sheet = Sheet::bare(file, text, ',', limits)?;
    let mut all: Vec<Exposure> = Vec::new();
    while let Some(row) = sheet.next()? {
        let refuse = |field: &str, rule: &str, found: &str| FileError::new(file, row.line, field, rule, found);
        let fields: Vec<&str> = row.fields.iter().map(|f| f.trim()).collect();
        let [_, symbol, kind, normal, additional, total] = fields.as_slice() else {
            return Err(refuse("line", "6 fields", &fields.join(",")));
        };
        if row.line == 1 {
            let named = additional.rsplit(' ').next().and_then(|date| Day::parse_market(date).ok());
            if named != Some(day) {
                return Err(refuse("header", &format!("the trade date of the file's name, {day}"), additional));
            }
            continue;
        }
        let underlying = Symbol::parse(symbol).map_err(|e| refuse("Symbol", &e.to_string(), symbol))?;
        let far = match *kind {
            "OTH" => false,
            "OTM" => true,
            other => return Err(refuse("Instrument Type", "OTH or OTM", other)),
        };
        let read = |field: &str, text: &str| percent(text).ok_or_else(|| refuse(field, "a percentage from 0 to 100", text));
        let (normal, additional) = (read("Normal ELM Margin%", normal)?, read("Additional ELM%", additional)?);
        let elm = read("Total applicable ELM%", total)?;
        if normal.0.checked_add(additional.0) != Some(elm.0) {
            return Err(refuse("Total applicable ELM%", "the normal and the additional rate together", total));
        }
        if all.iter().any(|other| (other.underlying, other.far) == (underlying, far)) {
            return Err(refuse("Symbol", "an underlying stands once for each type", symbol));
        }
        all.push(Exposure { underlying, far, elm });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: &str = "2026-07-01";
    const GOOD: &str = "10,01072026,1.36,3\n\
                        20,ALPHA,EQ,INE144J01027,10.66,0.00,10.66,3.50,0.00,14.16\n\
                        20,BETA,BE,INE253B01015,50.00,0.00,50.00,3.50,0.00,53.50\n\
                        20,GAMMA,EQ,INE748C01038,100.00,0.00,100.00,5.00,20.00,125.00\n";

    fn read(text: &str) -> Result<Rates, FileError> {
        parse("C_VAR1_01072026_1.DAT", text.as_bytes(), Day::parse(DAY).unwrap(), &LIMITS)
    }

    #[test]
    fn what_is_asked_is_read_to_the_hundredth() {
        let rates = read(GOOD).unwrap();
        let of = |isin: &str| rates.get(&Isin::parse(isin).unwrap()).copied();
        let rate = |text: &str| Rate::parse(text).unwrap();
        assert_eq!(of("INE144J01027"), Some(Rated { var: rate("0.1066"), elm: rate("0.035") }));
        // What the corporation asks on top is extreme loss too; trade for trade is rated as well.
        assert_eq!(of("INE748C01038"), Some(Rated { var: Rate::WHOLE, elm: rate("0.25") }));
        assert_eq!(of("INE253B01015"), Some(Rated { var: rate("0.5"), elm: rate("0.035") }));
    }

    #[test]
    fn a_faulty_file_is_refused_by_line_and_field() {
        for (from, to, line, field) in [
            ("01072026", "02072026", 1, "date"),
            (",3\n", ",4\n", 0, "count"),
            (",3\n", ",x\n", 1, "count"),
            ("14.16", "14.15", 2, "applicable"),
            ("10.66,3.50", "-10.66,3.50", 2, "VaR margin"),
            ("50.00,3.50", "50.00,350", 3, "extreme loss"),
            ("INE144J01027", "INE144J01026", 2, "ISIN"),
            ("INE748C01038", "INE144J01027", 4, "ISIN"),
            ("20,BETA", "30,BETA", 3, "line"),
            ("10,01072026,1.36,3\n", "", 1, "line"),
            (",14.16", "", 2, "line"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let e = read(&text).unwrap_err();
            assert_eq!((e.line, e.field.as_str()), (line, field), "{from} as {to}: {e}");
        }
        assert_eq!(read("").unwrap_err().field, "line");
    }

    #[test]
    fn rates_of_derivatives_add_up_and_are_of_their_day() {
        let head = "Sr No.,Symbol,Instrument Type,Normal ELM Margin%,Additional ELM% for Trade Date 01-Jul-2026,Total applicable ELM%\n";
        let read = |rows: &str| {
            exposure("ael_01072026.csv", format!("{head}{rows}").as_bytes(), Day::parse(DAY).unwrap(), &LIMITS)
        };
        let all = read("1,ABB,OTH,3.5,0,3.5\n2,ABB,OTM,5.25,15,20.25\n").unwrap();
        let elms: Vec<(bool, Rate)> = all.iter().map(|e| (e.far, e.elm)).collect();
        assert_eq!(elms, [(false, Rate::parse("0.035").unwrap()), (true, Rate::parse("0.2025").unwrap())]);
        for (rows, line, field) in [
            ("1,ABB,OTH,3.5,1,3.5\n", 2, "Total applicable ELM%"),
            ("1,ABB,FUT,3.5,0,3.5\n", 2, "Instrument Type"),
            ("1,ABB,OTH,3.5,0,3.5\n2,ABB,OTH,3.5,0,3.5\n", 3, "Symbol"),
            ("1,ABB,OTH\n", 2, "line"),
        ] {
            let e = read(rows).unwrap_err();
            assert_eq!((e.line, e.field.as_str()), (line, field), "{e}");
        }
        let other = Day::parse("2026-07-02").unwrap();
        assert_eq!(exposure("x", head.as_bytes(), other, &LIMITS).unwrap_err().field, "header");
    }
}
