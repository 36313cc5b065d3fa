//! A day of the market: which securities trade, at which prices, within which bands.

use crate::bhavcopy::{self, Bhavcopy, Format, Quote, Series};
use crate::error::FileError;
use crate::margin::{self, Rated};
use crate::masters::Masters;
use crate::sessions::SpecialSession;
use crate::shelf::{Found, Shelf};
use crate::unpack::LIMITS;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use vocab::{Day, Isin, Price, Qty, ScripCode, Symbol};

/// How far from the previous close a security may trade on a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Band {
    /// A fixed percentage either way, 1 to 100.
    Percent(u8),
    /// `No Band` in the exchange's list: a share with derivatives, whose band moves during the day.
    Dynamic,
}

/// A security that trades on the day. Prices are positive, `low <= open, close <= high`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecurityDay {
    pub symbol: Symbol,
    pub series: Series,
    pub isin: Isin,
    /// The company's name; the symbol where no list has one.
    pub name: String,
    /// Close of the previous session, not adjusted for corporate actions.
    pub prev_close: Price,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    /// The last trade, where the file has one.
    pub last: Option<Price>,
    /// Shares traded.
    pub volume: Qty,
    /// Number of trades, where the file has it.
    pub trades: Option<Qty>,
    pub band: Band,
    /// What the clearing corporation asks for it, where its file of the day is there and rates it.
    pub rated: Option<Rated>,
    /// Its name on the second exchange, where the list of that exchange has its ISIN.
    pub on_bse: Option<Symbol>,
    /// Its code there, where a list of codes has its ISIN.
    pub code: Option<ScripCode>,
}

impl SecurityDay {
    /// Whether it settles trade for trade.
    pub fn is_gross(&self) -> bool {
        bhavcopy::is_gross(&self.series)
    }
}

/// Why a row of the bhavcopy is not a security we trade.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// Series EQ, and trade for trade BE and BZ, are traded in this version.
    OtherSeries,
    /// A price of the row is zero, so there is nothing to open with or to measure a band from.
    NoPrice,
    /// The row's own ISIN is none: the exchange lists test securities this way.
    BadIsin,
    /// The format has no ISIN and no list knows the symbol: mostly funds, which EQUITY_L leaves out.
    NoIsin,
    /// No list of price bands has the security in series EQ.
    NoBand,
    /// Another symbol has a better or an equal claim to the same ISIN.
    SharedIsin,
}

/// A row of the bhavcopy that is not traded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NotTraded {
    pub symbol: Symbol,
    pub series: Series,
    pub reason: Reason,
}

/// What a file was read for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    Bhavcopy(Format),
    Listing,
    Bands,
    MarginRates,
    SecondExchange,
    ScripCodes,
    SymbolChanges,
    Holidays,
    Sessions,
}

/// A file the day was made of, as it was stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFile {
    /// Path below the folder, parts joined by `/`.
    pub path: String,
    pub role: Role,
    /// Bytes as stored, before unpacking.
    pub length: u64,
    /// CRC-32 (the one of gzip and zip) of those bytes.
    pub crc32: u32,
}

/// A day of the market. The same files give the same value on any machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarketDay {
    pub day: Day,
    /// By symbol; no symbol and no ISIN twice.
    pub securities: Vec<SecurityDay>,
    /// By symbol and series.
    pub not_traded: Vec<NotTraded>,
    /// Ascending, of every year the files cover; weekends are closed without being listed.
    pub holidays: Vec<Day>,
    /// The same of the second exchange.
    pub bse_holidays: Vec<Day>,
    /// Special sessions of every year the files cover, ascending.
    pub sessions: Vec<SpecialSession>,
    /// The same of the second exchange.
    pub bse_sessions: Vec<SpecialSession>,
    /// What a person should know of how the day was put together.
    pub notices: Vec<String>,
    pub sources: Vec<SourceFile>,
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Band::Percent(percent) => write!(f, "{percent}%"),
            Band::Dynamic => f.pad("No Band"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Reason::OtherSeries => "of another series than EQ, BE and BZ",
            Reason::NoPrice => "without a price",
            Reason::BadIsin => "with an ISIN that is none",
            Reason::NoIsin => "without an ISIN",
            Reason::NoBand => "without a price band",
            Reason::SharedIsin => "with the ISIN of another symbol",
        })
    }
}

/// Read a day from the files anywhere below a folder.
///
/// # Errors
/// When the folder or a file of the day cannot be read, no bhavcopy of the day is there, or a file breaks a
/// rule of its format. A faulty file is never passed over for another: which of the two is right is for a
/// person to say.
pub fn read_market(dir: &Path, day: Day) -> Result<MarketDay, FileError> {
    assemble(&Shelf::walk(dir, &LIMITS)?, day)
}

/// Read every trading day from `from` to `to` by the folder's own calendar: weekdays that are no holidays, and special sessions.
///
/// # Errors
/// As [`read_market`], and when a trading day between them has no file: a month with a hole is not a month.
pub fn read_markets(dir: &Path, from: Day, to: Day) -> Result<Vec<MarketDay>, FileError> {
    let shelf = Shelf::walk(dir, &LIMITS)?;
    let masters = Masters::read(&shelf, from, &mut Vec::new(), &mut Vec::new())?;
    let special = |day: &Day| masters.sessions.iter().any(|it| it.day == *day);
    let trading = |day: &Day| !day.is_weekend() && !masters.holidays.contains(day) || special(day);
    let mut markets = Vec::new();
    let mut day = from;
    while day <= to {
        if trading(&day) {
            markets.push(assemble(&shelf, day)?);
        }
        day = day.next();
    }
    Ok(markets)
}

/// Days for which a bhavcopy lies below a folder, ascending, by the names of the files.
///
/// # Errors
/// When the folder cannot be read.
pub fn market_days(dir: &Path) -> Result<Vec<Day>, FileError> {
    Ok(days_of(&Shelf::walk(dir, &LIMITS)?).into_iter().collect())
}

fn days_of(shelf: &Shelf) -> BTreeSet<Day> {
    shelf.files.iter().filter_map(bhavcopy::named).map(|(_, day)| day).collect()
}

/// A day from files that have been found.
pub(crate) fn assemble(shelf: &Shelf, day: Day) -> Result<MarketDay, FileError> {
    let (mut notices, mut sources) = (shelf.notices.clone(), Vec::new());
    let copy = day_file(shelf, day, &mut notices, &mut sources)?;
    let masters = Masters::read(shelf, day, &mut notices, &mut sources)?;
    if !copy.widened.is_empty() {
        let some: Vec<&str> = copy.widened.iter().take(5).map(Symbol::as_str).collect();
        let count = copy.widened.len();
        notices.push(format!(
            "{count} rows had an open or close outside low and high, which were widened: {}",
            some.join(", ")
        ));
    }
    let rates = margin::rates(shelf, day, &mut sources)?;
    let normal = copy.quotes.iter().filter(|quote| quote.is_eq()).map(|quote| quote.symbol).collect();
    let mut sorting =
        Sorting { day, masters: &masters, rates: &rates, traded: Vec::new(), not_traded: Vec::new(), renamed: 0, normal };
    for quote in &copy.quotes {
        sorting.place(quote);
    }
    sorting.settle_shared();
    let Sorting { mut traded, mut not_traded, renamed, .. } = sorting;
    traded.sort_by_key(|(_, s)| s.symbol);
    not_traded.sort_unstable();
    if renamed > 0 {
        notices.push(format!("{renamed} securities were found in a list under a name of another day"));
    }
    summarise(&copy, &not_traded, &mut notices);
    let securities = traded.into_iter().map(|(_, security)| security).collect();
    let Masters { holidays, bse_holidays, sessions, bse_sessions, .. } = masters;
    Ok(MarketDay { day, securities, not_traded, holidays, bse_holidays, sessions, bse_sessions, notices, sources })
}

/// The day's bhavcopy: of several, the one with most EQ rows, so that a sample does not stand for the day.
fn day_file(
    shelf: &Shelf,
    day: Day,
    notices: &mut Vec<String>,
    sources: &mut Vec<SourceFile>,
) -> Result<Bhavcopy, FileError> {
    let mut copies: Vec<(&Found, Bhavcopy, SourceFile)> = Vec::new();
    for found in &shelf.files {
        let Some((format, _)) = bhavcopy::named(found).filter(|(_, named)| *named == day) else {
            continue;
        };
        let loaded = found.load(&shelf.limits)?;
        let copy = bhavcopy::parse(&found.path, &loaded.text, format, day, &shelf.limits)?;
        let (length, crc32) = (loaded.length, loaded.crc32);
        let source = SourceFile { path: found.path.clone(), role: Role::Bhavcopy(format), length, crc32 };
        copies.push((found, copy, source));
    }
    copies
        .sort_by_key(|(found, copy, _)| (std::cmp::Reverse(copy.eq_rows()), copy.format, found.path.clone()));
    let mut copies = copies.into_iter();
    let Some((chosen, copy, source)) = copies.next() else {
        return Err(none_of(shelf, day));
    };
    for (other, less, _) in copies {
        let (used, unused) = (chosen.path.escape_debug(), other.path.escape_debug());
        let (common, differing) = compare(&copy, &less);
        notices.push(format!(
            "{used} ({} EQ rows) is used and {unused} ({}) is not: of {common} rows in both, {differing} differ",
            copy.eq_rows(),
            less.eq_rows(),
        ));
    }
    sources.push(source);
    Ok(copy)
}

fn none_of(shelf: &Shelf, day: Day) -> FileError {
    let days = days_of(shelf);
    let mut near: Vec<&Day> = days.range(..day).next_back().into_iter().collect();
    near.extend(days.range(day..).next());
    let near: Vec<String> = near.iter().map(ToString::to_string).collect();
    let found = match near.is_empty() {
        true => "no bhavcopy of any day".to_owned(),
        false => format!("{} days, nearest {}", days.len(), near.join(" and ")),
    };
    FileError::new(&shelf.name, 0, "bhavcopy", format!("a file of the day's prices, here of {day}"), &found)
}

/// Rows in both files, and those of them whose figures differ.
fn compare(one: &Bhavcopy, other: &Bhavcopy) -> (usize, usize) {
    let rows: BTreeMap<_, _> = one.quotes.iter().map(|q| ((q.symbol, q.series), q.figures())).collect();
    let (mut common, mut differing) = (0usize, 0usize);
    for quote in &other.quotes {
        if let Some(figures) = rows.get(&(quote.symbol, quote.series)) {
            common = common.saturating_add(1);
            differing = differing.saturating_add(usize::from(*figures != quote.figures()));
        }
    }
    (common, differing)
}

/// How sure a security is of its ISIN; the first is surest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    /// The bhavcopy says so.
    Printed,
    /// A list says so under the same symbol.
    Listed,
    /// A list says so under a symbol of another day.
    Renamed,
}

/// Rows being sorted into those that trade and those that do not.
struct Sorting<'a> {
    day: Day,
    masters: &'a Masters,
    rates: &'a margin::Rates,
    traded: Vec<(Claim, SecurityDay)>,
    not_traded: Vec<NotTraded>,
    renamed: usize,
    /// What trades in series EQ.
    normal: BTreeSet<Symbol>,
}

impl Sorting<'_> {
    fn place(&mut self, quote: &Quote) {
        match self.security(quote) {
            Ok(traded) => self.traded.push(traded),
            Err(reason) => {
                self.not_traded.push(NotTraded { symbol: quote.symbol, series: quote.series, reason });
            }
        }
    }

    fn security(&mut self, quote: &Quote) -> Result<(Claim, SecurityDay), Reason> {
        // Who trades in both has his price in the normal market.
        let gross_alone = quote.is_gross() && !self.normal.contains(&quote.symbol);
        if !quote.is_eq() && !gross_alone {
            return Err(Reason::OtherSeries);
        }
        let prices = [quote.prev_close, quote.open, quote.high, quote.low, quote.close];
        if prices.contains(&Price::ZERO) {
            return Err(Reason::NoPrice);
        }
        let listing = self.masters.find(&self.masters.listings, quote.symbol, self.day);
        let (claim, isin) = match (&quote.isin, &listing) {
            (Some(Ok(isin)), _) => (Claim::Printed, *isin),
            (Some(Err(_)), _) => return Err(Reason::BadIsin),
            (None, Some(hit)) if hit.renamed => (Claim::Renamed, hit.it.isin),
            (None, Some(hit)) => (Claim::Listed, hit.it.isin),
            (None, None) => return Err(Reason::NoIsin),
        };
        let banded = self.masters.find(&self.masters.bands, quote.symbol, self.day);
        // A band trade for trade is none of the normal market's.
        let banded = banded.filter(|hit| hit.it.normal || quote.is_gross()).ok_or(Reason::NoBand)?;
        if claim == Claim::Renamed || banded.renamed {
            self.renamed = self.renamed.saturating_add(1);
        }
        // A list's name counts only if it is of this ISIN: symbols pass from company to company.
        let listed = listing.filter(|hit| hit.it.isin == isin).map(|hit| hit.it.name.clone());
        let names = [listed, quote.name.clone(), Some(banded.it.name.clone())];
        let name = names.into_iter().flatten().find(|name| !name.is_empty());
        let security = SecurityDay {
            symbol: quote.symbol,
            series: quote.series,
            isin,
            name: name.unwrap_or_else(|| quote.symbol.to_string()),
            prev_close: quote.prev_close,
            open: quote.open,
            high: quote.high,
            low: quote.low,
            close: quote.close,
            last: quote.last,
            volume: quote.volume,
            trades: quote.trades,
            band: banded.it.band,
            rated: self.rates.get(&isin).copied(),
            on_bse: self.masters.second.get(&isin).copied(),
            code: self.masters.codes.get(&isin).copied(),
        };
        Ok((claim, security))
    }

    /// Two symbols cannot be one security: the surer claim stays, and of equal claims none.
    fn settle_shared(&mut self) {
        let mut claims: BTreeMap<Isin, Vec<Claim>> = BTreeMap::new();
        for (claim, security) in &self.traded {
            claims.entry(security.isin).or_default().push(*claim);
        }
        let mut kept = Vec::with_capacity(self.traded.len());
        for (claim, security) in std::mem::take(&mut self.traded) {
            let all = claims.get(&security.isin).map_or(&[][..], Vec::as_slice);
            let rivals = all.iter().filter(|other| **other <= claim).count();
            if rivals == 1 {
                kept.push((claim, security));
            } else {
                let SecurityDay { symbol, series, .. } = security;
                self.not_traded.push(NotTraded { symbol, series, reason: Reason::SharedIsin });
            }
        }
        self.traded = kept;
    }
}

/// How many rows are not traded, by reason and by series.
fn summarise(copy: &Bhavcopy, not_traded: &[NotTraded], notices: &mut Vec<String>) {
    let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
    let mut series: BTreeMap<Series, usize> = BTreeMap::new();
    for row in not_traded {
        let count = reasons.entry(row.reason).or_default();
        *count = count.saturating_add(1);
        if row.reason == Reason::OtherSeries {
            let count = series.entry(row.series).or_default();
            *count = count.saturating_add(1);
        }
    }
    for (reason, count) in reasons {
        let total = copy.quotes.len();
        let mut text = format!("{count} of {total} rows are not traded: {reason}");
        if reason == Reason::OtherSeries {
            let parts: Vec<String> = series.iter().map(|(s, n)| format!("{s} {n}")).collect();
            text = format!("{text} ({})", parts.join(", "));
        }
        notices.push(text);
    }
}
