//! The lists beside the prices: ISIN by symbol, price bands, symbol changes, holidays.

use crate::bhavcopy::{Series, is_gross, name_in};
use crate::error::FileError;
use crate::market::{Band, Role, SourceFile};
use crate::sheet::Sheet;
use crate::sessions::{self, SpecialSession};
use crate::shelf::{Found, Loaded, NameDate, Shelf, date_in};
use crate::unpack::Limits;
use std::collections::{BTreeMap, BTreeSet};
use vocab::{Day, Isin, ScripCode, Symbol};

/// What a list says of a symbol, as of the date in the list's name.
pub(crate) struct List<T> {
    when: Option<NameDate>,
    rows: BTreeMap<Symbol, T>,
}

pub(crate) struct Listing {
    pub isin: Isin,
    pub name: String,
}

pub(crate) struct Banded {
    pub band: Band,
    pub name: String,
    /// Of series EQ, not trade for trade.
    pub normal: bool,
}

/// Every list a day needs.
pub(crate) struct Masters {
    pub listings: Vec<List<Listing>>,
    pub bands: Vec<List<Banded>>,
    /// What the second exchange calls the securities it trades.
    pub second: BTreeMap<Isin, Symbol>,
    /// The numbers it gives them, where one of its own lists is there.
    pub codes: BTreeMap<Isin, ScripCode>,
    pub changes: Changes,
    pub holidays: Vec<Day>,
    /// Those of the second exchange.
    pub bse_holidays: Vec<Day>,
    pub sessions: Vec<SpecialSession>,
    pub bse_sessions: Vec<SpecialSession>,
}

/// Something found in a list.
pub(crate) struct Hit<'a, T> {
    pub it: &'a T,
    /// Under a name the security bore on another day.
    pub renamed: bool,
}

impl Masters {
    /// The lists in force on a day; `notices` says what was missing or stood in, `sources` what was read.
    pub fn read(
        shelf: &Shelf,
        day: Day,
        notices: &mut Vec<String>,
        sources: &mut Vec<SourceFile>,
    ) -> Result<Masters, FileError> {
        let mut desk = Desk { shelf, day, notices, sources };
        let (sessions, bse_sessions) = desk.sessions()?;
        let holidays = desk.holidays(&sessions)?;
        let (mut second, codes) = (desk.second()?, desk.codes()?);
        for (isin, code) in &codes {
            second.entry(*isin).or_insert(code.symbol());
        }
        Ok(Masters {
            codes,
            bse_holidays: desk.bse_holidays(&holidays)?,
            listings: desk.lists(
                "equity_l",
                "list of securities (EQUITY_L*.csv)",
                Role::Listing,
                listings,
            )?,
            bands: desk.lists("sec_list", "list of price bands (sec_list*.csv)", Role::Bands, bands)?,
            second,
            changes: desk.changes()?,
            holidays,
            sessions,
            bse_sessions,
        })
    }

    /// What the first list that knows the security says: under the name it bore on the list's day, or any
    /// name between that day and the day asked.
    pub fn find<'a, T>(&self, lists: &'a [List<T>], symbol: Symbol, day: Day) -> Option<Hit<'a, T>> {
        lists.iter().find_map(|list| {
            let names = self.changes.names(symbol, day, list.when);
            names.iter().find_map(|name| Some(Hit { it: list.rows.get(name)?, renamed: *name != symbol }))
        })
    }
}

/// Who left which symbol for which, by the day it took effect.
#[derive(Default)]
pub(crate) struct Changes {
    /// Old symbol to (day, new symbol), days ascending.
    forward: BTreeMap<Symbol, Vec<(Day, Symbol)>>,
    /// New symbol to (day, old symbol), days ascending.
    backward: BTreeMap<Symbol, Vec<(Day, Symbol)>>,
}

impl Changes {
    fn add(&mut self, day: Day, old: Symbol, new: Symbol) {
        self.forward.entry(old).or_default().push((day, new));
        self.backward.entry(new).or_default().push((day, old));
    }

    fn sort(&mut self) {
        for steps in self.forward.values_mut().chain(self.backward.values_mut()) {
            steps.sort_unstable();
        }
    }

    /// Names of the security called `symbol` on `day`, the likeliest in a list of `when` first. A list without
    /// a date is taken as newer than every change. Each step moves strictly in time, so that a ring of
    /// changes ends.
    fn names(&self, symbol: Symbol, day: Day, when: Option<NameDate>) -> Vec<Symbol> {
        let (first, last) = when.map_or((Day(i32::MAX), Day(i32::MAX)), |w| (w.first, w.last));
        let mut later = vec![symbol];
        let (mut name, mut at) = (symbol, day);
        while let Some((next, new)) =
            self.forward.get(&name).and_then(|steps| steps.iter().find(|(d, _)| *d > at && *d <= last))
        {
            (name, at) = (*new, *next);
            later.push(name);
        }
        later.reverse();
        let mut earlier = Vec::new();
        (name, at) = (symbol, day.next());
        while let Some((before, old)) =
            self.backward.get(&name).and_then(|steps| steps.iter().rev().find(|(d, _)| *d < at && *d > first))
        {
            (name, at) = (*old, *before);
            earlier.push(name);
        }
        // A change whose day lies between the list and the day asked is the rule, so the far end is likeliest.
        if first < day {
            earlier.reverse();
            earlier.extend(later);
            return earlier;
        }
        later.extend(earlier);
        later
    }
}

/// One reading of the lists.
struct Desk<'a> {
    shelf: &'a Shelf,
    day: Day,
    notices: &'a mut Vec<String>,
    sources: &'a mut Vec<SourceFile>,
}

type Parser<T> = fn(&str, &[u8], &Limits) -> Result<BTreeMap<Symbol, T>, FileError>;

impl<'a> Desk<'a> {
    fn named(&self, prefix: &str) -> Vec<&'a Found> {
        let shelf: &'a Shelf = self.shelf;
        shelf.files.iter().filter(|f| f.stem().starts_with(prefix) && f.stem().ends_with(".csv")).collect()
    }

    fn load(&mut self, found: &Found, role: Role) -> Result<Loaded, FileError> {
        let loaded = found.load(&self.shelf.limits)?;
        self.sources.push(SourceFile {
            path: found.path.clone(),
            role,
            length: loaded.length,
            crc32: loaded.crc32,
        });
        Ok(loaded)
    }

    /// The list in force, and the next later one for what it does not know yet.
    fn lists<T>(
        &mut self,
        prefix: &str,
        what: &str,
        role: Role,
        parse: Parser<T>,
    ) -> Result<Vec<List<T>>, FileError> {
        let dated: Vec<(Option<NameDate>, &Found)> =
            self.named(prefix).into_iter().map(|f| (date_in(&f.stem()), f)).collect();
        let (chosen, notice) = in_force(&dated, self.day);
        match (chosen.first(), notice) {
            (None, _) => self.notices.push(format!("no {what} was found")),
            (Some((_, found)), Some(why)) => {
                self.notices.push(format!("{} stands in as {what}: {why}", found.path.escape_debug()));
            }
            (Some(_), None) => {}
        }
        let mut lists = Vec::new();
        for (when, found) in chosen {
            let loaded = self.load(found, role)?;
            let rows = parse(&found.path, &loaded.text, &self.shelf.limits)?;
            lists.push(List { when, rows });
        }
        Ok(lists)
    }

    /// Both exchanges list a security under its ISIN; of two lists the one in force counts.
    fn second(&mut self) -> Result<BTreeMap<Isin, Symbol>, FileError> {
        let what = "list of the second exchange's securities (bse_nse_isin_map*.csv)";
        let lists = self.lists("bse_nse_isin_map", what, Role::SecondExchange, second)?;
        let mut all = BTreeMap::new();
        for (symbol, isin) in lists.into_iter().flat_map(|list| list.rows) {
            all.entry(isin).or_insert(symbol);
        }
        Ok(all)
    }

    /// The second exchange's codes by ISIN: its common bhavcopy in force on the day, if one is there.
    fn codes(&mut self) -> Result<BTreeMap<Isin, ScripCode>, FileError> {
        let dated: Vec<Dated<'_>> = self.named("bhavcopy_bse_cm_0_0_0_").into_iter().map(|f| (date_in(&f.stem()), f)).collect();
        let (chosen, _) = in_force(&dated, self.day);
        let Some((_, found)) = chosen.first() else { return Ok(BTreeMap::new()) };
        let loaded = self.load(found, Role::ScripCodes)?;
        scrip_codes(&found.path, &loaded.text, &self.shelf.limits)
    }

    /// The latest list of changes, whatever the day: it holds every earlier one.
    fn changes(&mut self) -> Result<Changes, FileError> {
        let mut all = self.named("symbolchange");
        all.sort_by_key(|f| (date_in(&f.stem()), std::cmp::Reverse(f.path.clone())));
        let Some(found) = all.last() else {
            self.notices.push("no list of symbol changes (symbolchange*.csv) was found".to_owned());
            return Ok(Changes::default());
        };
        let loaded = self.load(found, Role::SymbolChanges)?;
        changes(&found.path, &loaded.text, &self.shelf.limits)
    }

    /// The second exchange keeps the days of its own list in a year of which that speaks, in any other those of the first.
    fn bse_holidays(&mut self, first: &[Day]) -> Result<Vec<Day>, FileError> {
        let mut days = BTreeSet::new();
        for found in self.named("bse_trading_holidays") {
            let loaded = self.load(found, Role::Holidays)?;
            days.extend(holidays(&found.path, &loaded.text, '|', &self.shelf.limits)?);
        }
        let years: BTreeSet<i32> = days.iter().map(|day| day.civil().0).collect();
        days.extend(first.iter().filter(|day| !years.contains(&day.civil().0)));
        Ok(days.into_iter().collect())
    }

    /// The special sessions of the first exchange and of the second, ascending: the second has those of its own lists in a year of
    /// which they speak, in any other those of the first.
    fn sessions(&mut self) -> Result<(Vec<SpecialSession>, Vec<SpecialSession>), FileError> {
        let mut read = |prefix: &str| -> Result<Vec<SpecialSession>, FileError> {
            let mut all = BTreeMap::new();
            for found in self.named(prefix) {
                let loaded = self.load(found, Role::Sessions)?;
                sessions::read(&found.path, &loaded.text, &self.shelf.limits, &mut all)?;
            }
            Ok(all.into_values().collect())
        };
        let (first, mut second) = (read("nse_special_sessions")?, read("bse_special_sessions")?);
        let years: BTreeSet<i32> = second.iter().map(|it| it.day.civil().0).collect();
        second.extend(first.iter().filter(|it| !years.contains(&it.day.civil().0)).cloned());
        second.sort_by_key(|it| it.day);
        Ok((first, second))
    }

    /// Every holiday of every file: a day that any exchange list names is one.
    fn holidays(&mut self, sessions: &[SpecialSession]) -> Result<Vec<Day>, FileError> {
        let mut days = BTreeSet::new();
        for (prefix, separator) in [("nse_trading_holidays", '|'), ("xbom_weekday_holidays", ',')] {
            for found in self.named(prefix) {
                let loaded = self.load(found, Role::Holidays)?;
                days.extend(holidays(&found.path, &loaded.text, separator, &self.shelf.limits)?);
            }
        }
        let (year, month, _) = self.day.civil();
        // A settlement of the last days of December pays in the new year.
        let needed = [Some(year), (month == 12).then(|| year.saturating_add(1))];
        for year in needed.into_iter().flatten() {
            if !days.iter().any(|d| d.civil().0 == year) {
                self.notices.push(format!("no holiday of {year} is known: only weekends count as closed"));
            }
        }
        if days.contains(&self.day) && !sessions.iter().any(|it| it.day == self.day) {
            self.notices.push(format!("{} has prices but is in the list of holidays", self.day));
        }
        Ok(days.into_iter().collect())
    }
}

type Dated<'a> = (Option<NameDate>, &'a Found);

/// The latest list on or before the day and the earliest after it; else a list without date. The text says
/// why the first of them is not the one in force.
fn in_force<'a>(dated: &[Dated<'a>], day: Day) -> (Vec<Dated<'a>>, Option<&'static str>) {
    let with_date = || dated.iter().filter_map(|(when, found)| Some(((*when)?, *found)));
    // Of two lists of one date the first path counts.
    let before =
        with_date().filter(|(w, _)| w.first <= day).max_by_key(|(w, f)| (*w, std::cmp::Reverse(&f.path)));
    let after = with_date().filter(|(w, _)| w.first > day).min_by_key(|(w, f)| (*w, &f.path));
    let chosen: Vec<Dated<'a>> = before.into_iter().chain(after).map(|(w, f)| (Some(w), f)).collect();
    if !chosen.is_empty() {
        return (chosen, before.is_none().then_some("it is the earliest, of a later day"));
    }
    match dated.iter().min_by_key(|(_, f)| &f.path) {
        Some((_, found)) => (vec![(None, *found)], Some("its name has no date")),
        None => (Vec::new(), None),
    }
}

fn listings(file: &str, text: &[u8], limits: &Limits) -> Result<BTreeMap<Symbol, Listing>, FileError> {
    let mut sheet = Sheet::open(file, text, ',', limits)?;
    let (symbol, name, isin) =
        (sheet.column("SYMBOL")?, sheet.column("NAME OF COMPANY")?, sheet.column("ISIN NUMBER")?);
    let mut all = BTreeMap::new();
    while let Some(row) = sheet.next()? {
        let code = row.code(symbol)?;
        let number = Isin::parse(row.text(isin)).map_err(|e| row.refuse(isin, e.to_string()))?;
        let listing = Listing { isin: number, name: name_in(&row, name)? };
        if all.insert(code, listing).is_some() {
            return Err(row.refuse(symbol, "a symbol is listed once"));
        }
    }
    Ok(all)
}

/// Who is listed on the second exchange, by the name it bears there; the rest of the list has none.
fn second(file: &str, text: &[u8], limits: &Limits) -> Result<BTreeMap<Symbol, Isin>, FileError> {
    let mut sheet = Sheet::open(file, text, ',', limits)?;
    let (symbol, isin) = (sheet.column("BSE_SYMBOL")?, sheet.column("ISIN")?);
    let mut all = BTreeMap::new();
    while let Some(row) = sheet.next()? {
        // Words of the list for what has no symbol there, or no ISIN anywhere.
        if row.text(symbol).is_empty() || matches!(row.text(isin), "NA" | "-") {
            continue;
        }
        let number = Isin::parse(row.text(isin)).map_err(|e| row.refuse(isin, e.to_string()))?;
        if all.insert(row.code(symbol)?, number).is_some() {
            return Err(row.refuse(symbol, "a symbol is listed once"));
        }
    }
    Ok(all)
}

/// The codes of `BhavCopy_BSE_CM_0_0_0_YYYYMMDD_F_0000.CSV` by ISIN, since 2024-07-08: there the instrument's number is the scrip
/// code. A code is one security's, and a security has one.
fn scrip_codes(file: &str, text: &[u8], limits: &Limits) -> Result<BTreeMap<Isin, ScripCode>, FileError> {
    let mut sheet = Sheet::open(file, text, ',', limits)?;
    let (source, kind) = (sheet.column("Src")?, sheet.column("FinInstrmTp")?);
    let (code, isin) = (sheet.column("FinInstrmId")?, sheet.column("ISIN")?);
    let (mut all, mut given) = (BTreeMap::new(), BTreeSet::new());
    while let Some(row) = sheet.next()? {
        if row.text(source) != "BSE" {
            return Err(row.refuse(source, "a file of this name is BSE's"));
        }
        if row.text(kind) != "STK" {
            continue;
        }
        let number = Isin::parse(row.text(isin)).map_err(|e| row.refuse(isin, e.to_string()))?;
        let scrip = ScripCode::parse(row.text(code)).map_err(|e| row.refuse(code, e.to_string()))?;
        if scrip.is_simulated() || !given.insert(scrip) {
            return Err(row.refuse(code, "a code of the exchange, once in its file"));
        }
        if all.insert(number, scrip).is_some() {
            return Err(row.refuse(isin, "an ISIN stands once"));
        }
    }
    Ok(all)
}

/// Bands of series EQ, BE and BZ; a security can stand in the list once for every series.
fn bands(file: &str, text: &[u8], limits: &Limits) -> Result<BTreeMap<Symbol, Banded>, FileError> {
    let mut sheet = Sheet::open(file, text, ',', limits)?;
    let (symbol, series) = (sheet.column("Symbol")?, sheet.column("Series")?);
    let (name, band) = (sheet.column("Security Name")?, sheet.column("Band")?);
    let (mut all, mut seen) = (BTreeMap::new(), BTreeSet::new());
    while let Some(row) = sheet.next()? {
        let (code, kind): (Symbol, Series) = (row.code(symbol)?, row.code(series)?);
        let word = row.text(band);
        let found = match word.parse::<u8>() {
            // Shares with derivatives have no fixed band but one that moves during the day.
            Err(_) if word.eq_ignore_ascii_case("no band") => Band::Dynamic,
            Ok(percent @ 1..=100) => Band::Percent(percent),
            Ok(_) | Err(_) => {
                return Err(row.refuse(band, "a band is `No Band` or a whole percentage from 1 to 100"));
            }
        };
        if !seen.insert((code, kind)) {
            return Err(row.refuse(symbol, format!("a symbol has one band in a series, here {kind}")));
        }
        let normal = kind.as_str() == "EQ";
        let banded = Banded { band: found, name: name_in(&row, name)?, normal };
        // In two series the normal market's stands.
        if normal {
            all.insert(code, banded);
        } else if is_gross(&kind) {
            all.entry(code).or_insert(banded);
        }
    }
    Ok(all)
}

/// Company, old symbol, new symbol, day. The company's name may hold commas without quotes, so the fields
/// are counted from the end.
fn changes(file: &str, text: &[u8], limits: &Limits) -> Result<Changes, FileError> {
    let mut sheet = Sheet::bare(file, text, ',', limits)?;
    let mut all = Changes::default();
    while let Some(row) = sheet.next()? {
        let fields: Vec<&str> = row.fields.iter().map(|f| f.trim()).collect();
        let [_, .., old, new, day] = fields.as_slice() else {
            return Err(FileError::new(
                file,
                row.line,
                "line",
                "company, old symbol, new symbol, day",
                &fields.join(","),
            ));
        };
        if row.line == 1 && day.eq_ignore_ascii_case("SM_APPLICABLE_FROM") {
            continue;
        }
        let refuse =
            |field: &str, rule: String, found: &str| FileError::new(file, row.line, field, rule, found);
        let from = Symbol::parse(old).map_err(|e| refuse("old symbol", e.to_string(), old))?;
        let to = Symbol::parse(new).map_err(|e| refuse("new symbol", e.to_string(), new))?;
        let on = Day::parse_market(day).map_err(|e| refuse("effective day", e.to_string(), day))?;
        all.add(on, from, to);
    }
    all.sort();
    Ok(all)
}

fn holidays(file: &str, text: &[u8], separator: char, limits: &Limits) -> Result<Vec<Day>, FileError> {
    let mut sheet = Sheet::open(file, text, separator, limits)?;
    let date = sheet.column("date")?;
    let mut days = Vec::new();
    while let Some(row) = sheet.next()? {
        days.push(Day::parse(row.text(date)).map_err(|e| row.refuse(date, e.to_string()))?);
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::LIMITS;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn names(changes: &Changes, symbol: &str, on: &str, list: &str) -> Vec<String> {
        let when = date_in(list);
        changes.names(Symbol::parse(symbol).unwrap(), day(on), when).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_symbol_is_followed_through_its_changes() {
        let text = "NAME,OLD,NEW,SM_APPLICABLE_FROM\nA, Inc.,ONE,TWO,10-JAN-2020\nA,TWO,THREE,10-JAN-2022\n,RING,GNIR,01-JAN-2021\n,GNIR,RING,01-JAN-2022\n";
        let all = changes("c.csv", text.as_bytes(), &LIMITS).unwrap();
        assert_eq!(names(&all, "ONE", "2019-01-01", "x_2023-01-01"), ["THREE", "TWO", "ONE"]);
        assert_eq!(names(&all, "ONE", "2019-01-01", "x_2021-01-01"), ["TWO", "ONE"]);
        assert_eq!(names(&all, "ONE", "2019-01-01", "undated"), ["THREE", "TWO", "ONE"]);
        assert_eq!(names(&all, "THREE", "2023-01-01", "x_2019-01-01"), ["ONE", "TWO", "THREE"]);
        // On its day the new symbol trades already.
        assert_eq!(names(&all, "TWO", "2020-01-10", "x_2019-01-01"), ["ONE", "TWO"]);
        assert_eq!(names(&all, "TWO", "2020-01-10", "x_2020-01-10"), ["TWO"]);
        // Another company that took the symbol up earlier is not this one.
        assert_eq!(names(&all, "ONE", "2020-01-10", "x_2023-01-01"), ["ONE"]);
        assert_eq!(names(&all, "RING", "2020-06-01", "undated"), ["RING", "GNIR", "RING"]);
        // A list of a whole month may stand on either side of a change within it.
        assert_eq!(names(&all, "ONE", "2020-01-05", "x_2020-01"), ["TWO", "ONE"]);
        assert_eq!(names(&all, "TWO", "2020-02-05", "x_2020-01"), ["ONE", "TWO"]);
    }

    #[test]
    fn the_list_in_force_is_the_latest_on_or_before_the_day() {
        let shelf = Shelf::built_in(
            "test",
            &[
                ("l_2026-01.csv", ""),
                ("b/l_2026-03-01.csv", ""),
                ("c/l_2026-03-01.csv", ""),
                ("l_2026-05-01.csv", ""),
                ("l.csv", ""),
            ],
            &LIMITS,
        );
        let dated: Vec<Dated<'_>> = shelf.files.iter().map(|f| (date_in(&f.stem()), f)).collect();
        let of = |on: &str| {
            let (chosen, why) = in_force(&dated, day(on));
            (chosen.iter().map(|(_, f)| f.path.clone()).collect::<Vec<_>>(), why)
        };
        assert_eq!(of("2026-01-01").0, ["l_2026-01.csv", "b/l_2026-03-01.csv"]);
        assert_eq!(
            of("2026-03-01"),
            (vec!["b/l_2026-03-01.csv".to_owned(), "l_2026-05-01.csv".to_owned()], None)
        );
        assert_eq!(of("2027-01-01").0, ["l_2026-05-01.csv"]);
        let (early, why) = of("2025-12-31");
        assert_eq!(
            (early, why),
            (vec!["l_2026-01.csv".to_owned()], Some("it is the earliest, of a later day"))
        );
        let undated: Vec<Dated<'_>> = dated.iter().copied().filter(|(w, _)| w.is_none()).collect();
        assert_eq!(in_force(&undated, day("2026-01-01")).1, Some("its name has no date"));
        assert!(in_force(&[], day("2026-01-01")).0.is_empty());
    }

    #[test]
    fn bad_lists_are_refused_by_line_and_field() {
        let listing = |row: &str| {
            let text = format!("SYMBOL,NAME OF COMPANY, ISIN NUMBER\nA,\"Alpha, Ltd\",INE144J01027\n{row}\n");
            listings("l.csv", text.as_bytes(), &LIMITS)
                .map(|all| all.len())
                .map_err(|e| (e.line, e.field, e.rule))
        };
        assert_eq!(listing("B,Beta,INE253B01015"), Ok(2));
        assert_eq!(
            listing("B,Beta,INE253B01016").unwrap_err(),
            (3, "ISIN NUMBER".into(), "the check digit does not fit".into())
        );
        assert_eq!(
            listing("A,Beta,INE253B01015").unwrap_err(),
            (3, "SYMBOL".into(), "a symbol is listed once".into())
        );
        assert_eq!(listing(&format!("B,{},INE253B01015", "x".repeat(201))).unwrap_err().1, "NAME OF COMPANY");
        let band = |row: &str| {
            let text = format!(
                "Symbol,Series,Security Name,Band,Remarks\nA,EQ,Alpha,No Band,\"-\"\nA,BE,Alpha,5,-\n{row}\n"
            );
            bands("s.csv", text.as_bytes(), &LIMITS).map(|all| all.len()).map_err(|e| (e.line, e.field))
        };
        assert_eq!(band("B,EQ,Beta,20,-"), Ok(2));
        assert_eq!(band("B,EQ,Beta,0,-"), Err((4, "Band".into())));
        assert_eq!(band("B,EQ,Beta,300,-"), Err((4, "Band".into())));
        assert_eq!(band("B,EQ,Beta,-,-"), Err((4, "Band".into())));
        assert_eq!(band("A,EQ,Alpha,20,-"), Err((4, "Symbol".into())));
        let change =
            |row: &str| changes("c.csv", row.as_bytes(), &LIMITS).map(|_| ()).map_err(|e| (e.line, e.field));
        assert_eq!(change("A,B"), Err((1, "line".into())));
        assert_eq!(change(",A,B,31-JUN-2020"), Err((1, "effective day".into())));
        assert_eq!(change(",A A,B,30-JUN-2020"), Err((1, "old symbol".into())));
        let holiday =
            |text: &str| holidays("h.csv", text.as_bytes(), '|', &LIMITS).map_err(|e| (e.line, e.field));
        assert_eq!(holiday("date|name|note\n2026-01-26|Republic Day|\n"), Ok(vec![day("2026-01-26")]));
        assert_eq!(holiday("date|name|note\n2026-02-29|None|\n"), Err((2, "date".into())));
        assert_eq!(holiday("day|name|note\n"), Err((1, "date".into())));
    }
}
