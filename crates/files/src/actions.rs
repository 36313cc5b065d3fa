//! What companies give their holders, from the exchange's list of corporate actions (`CF-CA-equities*.csv`).

use crate::error::FileError;
use crate::sheet::Sheet;
use crate::shelf::Shelf;
use crate::unpack::{LIMITS, Limits};
use std::collections::BTreeSet;
use std::path::Path;
use vocab::{Day, Paise, Price, Symbol};

/// A benefit as the list words it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Gives {
    Dividend { per_share: Price },
    /// `new` shares for `held`.
    Bonus { new: u32, held: u32 },
    /// Face values.
    Split { from: Paise, to: Paise },
    Rights { new: u32, held: u32, premium: Price },
}

/// A row of the list that gives something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CorporateAction {
    pub ex: Day,
    pub symbol: Symbol,
    pub gives: Gives,
    /// The day of record; where only a book closure is given, the first day without the benefit.
    pub record: Day,
}

/// What was read, and what has no form here.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ActionList {
    /// By the first day without the benefit, then by symbol.
    pub actions: Vec<CorporateAction>,
    /// Purposes that speak of a benefit and were not understood, with their symbol and day.
    pub unread: Vec<(Day, Symbol, String)>,
}

/// Read what is given from `from` to `to`, by the first day without it.
///
/// # Errors
/// When the folder or a list cannot be read, or a row's days are none.
pub fn read_actions(dir: &Path, from: Day, to: Day) -> Result<ActionList, FileError> {
    let shelf = Shelf::walk(dir, &LIMITS)?;
    let (mut actions, mut unread) = (BTreeSet::new(), BTreeSet::new());
    for found in shelf.files.iter().filter(|f| f.stem().contains("cf-ca-equities") && f.stem().ends_with(".csv")) {
        let loaded = found.load(&shelf.limits)?;
        let list = parse(&found.path, &loaded.text, &shelf.limits, from..=to)?;
        actions.extend(list.actions);
        unread.extend(list.unread);
    }
    Ok(ActionList { actions: actions.into_iter().collect(), unread: unread.into_iter().collect() })
}

fn parse(
    file: &str, text: &[u8], limits: &Limits, days: std::ops::RangeInclusive<Day>,
) -> Result<ActionList, FileError> {
    let mut sheet = Sheet::open(file, text, ',', limits)?;
    let (symbol, series, purpose) = (sheet.column("SYMBOL")?, sheet.column("SERIES")?, sheet.column("PURPOSE")?);
    let (ex, record) = (sheet.column("EX-DATE")?, sheet.column("RECORD DATE")?);
    let mut list = ActionList::default();
    while let Some(row) = sheet.next()? {
        // Debt and government securities have benefits of their own; `-` is no day.
        if !matches!(row.text(series), "EQ" | "BE" | "BZ") || row.text(ex) == "-" {
            continue;
        }
        let day = |column| Day::parse_market(row.text(column)).map_err(|e| row.refuse(column, e.to_string()));
        let first = day(ex)?;
        if !days.contains(&first) {
            continue;
        }
        let record = if row.text(record) == "-" { first } else { day(record)? };
        let symbol = row.code(symbol)?;
        match gives(row.text(purpose)) {
            Some(all) => {
                let of = |gives| CorporateAction { ex: first, symbol, gives, record: record.max(first) };
                list.actions.extend(all.into_iter().map(of));
            }
            None => list.unread.push((first, symbol, row.text(purpose).to_owned())),
        }
    }
    Ok(list)
}

/// What a purpose gives: nothing for a meeting; none where it speaks of a benefit in words that are not understood.
/// Several dividends of one day are one.
fn gives(purpose: &str) -> Option<Vec<Gives>> {
    let plain = purpose.to_ascii_lowercase().replace("/-", "");
    if plain.contains("distribution") {
        return None;
    }
    let (mut all, mut dividend) = (Vec::new(), Price::ZERO);
    for part in plain.split(['/', '&', '+']).map(str::trim) {
        if part.contains("dividend") {
            // `Interim Dividend - Rs 15 Per Share Special Dividend - Rs 35 Per Share`: each has its sum behind it.
            for one in part.split("dividend").skip(1) {
                let amount = Price::parse(after_rupees(one)?).ok()?;
                dividend = Price(dividend.0.checked_add(amount.0)?);
            }
        } else if part.starts_with("bonus") {
            let (new, held) = ratio(part)?;
            all.push(Gives::Bonus { new, held });
        } else if part.contains("split") {
            let (from, to) = part.split_once(" to ")?;
            let face = |text| Paise::parse(after_rupees(text)?).ok().filter(|p| p.is_positive());
            all.push(Gives::Split { from: face(from)?, to: face(to)? });
        } else if part.starts_with("rights") {
            let (new, held) = ratio(part)?;
            let premium = part.split_once('@').map_or(Some(Price::ZERO), |(_, at)| Price::parse(after_rupees(at).or_else(|| number(at))?).ok())?;
            all.push(Gives::Rights { new, held, premium });
        }
    }
    if dividend > Price::ZERO {
        all.push(Gives::Dividend { per_share: dividend });
    }
    Some(all)
}

/// The number behind `rs` or `re`.
fn after_rupees(text: &str) -> Option<&str> {
    let at = ["rs", "re"].iter().filter_map(|word| {
        text.match_indices(word).map(|(at, _)| at.saturating_add(2)).find(|at| {
            text.get(*at..).is_some_and(|rest| rest.trim_start_matches([' ', '.', '-']).starts_with(|c: char| c.is_ascii_digit()))
        })
    });
    number(text.get(at.min()?..)?)
}

/// The number a text begins with, behind words without digits.
fn number(text: &str) -> Option<&str> {
    let rest = text.get(text.find(|c: char| c.is_ascii_digit())?..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    rest.get(..end).map(|number| number.trim_end_matches('.'))
}

/// `1:2` wherever it stands.
fn ratio(text: &str) -> Option<(u32, u32)> {
    let (before, after) = text.split_once(':')?;
    let new = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    let held = after.trim_start().split(|c: char| !c.is_ascii_digit()).next()?;
    let whole = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0);
    Some((whole(new)?, whole(held)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_read_as_the_exchange_words_them() {
        let dividend = |rupees: &str| Gives::Dividend { per_share: Price::parse(rupees).unwrap() };
        for (purpose, wanted) in [
            ("Annual General Meeting", vec![]),
            ("Interim Dividend - Rs 6.50 Per Share", vec![dividend("6.50")]),
            ("Annual General Meeting/Dividend - Re 1 Per Share", vec![dividend("1")]),
            ("Dividend - RsN Per Share".replace('N', "3").leak(), vec![dividend("3")]),
            ("Dividend - Rs 2 Per Share & Special Dividend Rs 3.25 Per Share", vec![dividend("5.25")]),
            ("Interim Dividend - Rs 2/- Per Share (Purpose Revised)", vec![dividend("2")]),
            ("Interim Dividend Rs - 0.50 Per Share", vec![dividend("0.50")]),
            ("Interim Dividend - Rs 15 Per Share Special Dividend - Rs 35 Per Share", vec![dividend("50")]),
            (" Bonus 1:2", vec![Gives::Bonus { new: 1, held: 2 }]),
            (
                "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Re 1/- Per Share",
                vec![Gives::Split { from: Paise::rupees(10), to: Paise::rupees(1) }],
            ),
            (
                "Rights 3:17 @ Premium Rs 90/-",
                vec![Gives::Rights { new: 3, held: 17, premium: Price::parse("90").unwrap() }],
            ),
            (
                "Rights 1:9 @ Premium 91",
                vec![Gives::Rights { new: 1, held: 9, premium: Price::parse("91").unwrap() }],
            ),
            ("Buy Back", vec![]),
        ] {
            assert_eq!(gives(purpose), Some(wanted), "{purpose}");
        }
        for purpose in ["Dividend", "Bonus", "Distribution - Rs 3 Per Unit Consisting Of Dividend - Re 1 Per Unit", "Bonus 0:1"] {
            assert_eq!(gives(purpose), None, "{purpose}");
        }
    }

    #[test]
    fn a_row_is_of_its_days_and_series() {
        let text = "\"SYMBOL\",\"SERIES\",\"PURPOSE\",\"EX-DATE\",\"RECORD DATE\"\n\
                    \"AA\",\"EQ\",\"Bonus 1:1\",\"03-Jun-2026\",\"-\"\n\
                    \"BB\",\"GS\",\"Interest Payment\",\"03-Jun-2026\",\"04-Jun-2026\"\n\
                    \"CC\",\"EQ\",\"Dividend\",\"04-Jun-2026\",\"04-Jun-2026\"\n\
                    \"DD\",\"EQ\",\"Bonus 1:1\",\"05-Jul-2026\",\"05-Jul-2026\"\n";
        let day = |text| Day::parse(text).unwrap();
        let june = day("2026-06-01")..=day("2026-06-30");
        let list = parse("x.csv", text.as_bytes(), &LIMITS, june).unwrap();
        let symbol = |text| Symbol::parse(text).unwrap();
        let bonus = Gives::Bonus { new: 1, held: 1 };
        let ex = day("2026-06-03");
        assert_eq!(list.actions, [CorporateAction { ex, symbol: symbol("AA"), gives: bonus, record: ex }]);
        assert_eq!(list.unread, [(day("2026-06-04"), symbol("CC"), "Dividend".to_owned())]);
        let bad = text.replace("03-Jun", "33-Jun");
        let error = parse("x.csv", bad.as_bytes(), &LIMITS, day("2026-06-01")..=day("2026-06-30")).unwrap_err();
        assert!(error.to_string().contains("EX-DATE"), "{error}");
    }
}
