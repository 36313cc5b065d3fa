//! The rulebook's TOML files into rows. Nothing is guessed: a row that does not read whole is an error that
//! names its file, its place and its field.

use rulebook::{BadRule, Confidence, EVERYWHERE, Extra, Jurisdiction, Rule, RuleName, Rulebook, Unit};
use std::fmt;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vocab::{Code, Day, Paise, Price, Rate, StateCode, TimeOfDay};

macro_rules! texts {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../../../rulebook/", $name))),)*] };
}

/// The files of `rulebook/` as they stood when the program was built.
const BUILT_IN: &[(&str, &str)] = texts!(
    "house/access.toml" "house/margin.toml" "house/policy.toml" "in/brokerage.toml" "in/corrections.toml" "in/exchange.toml" "in/funds.toml" "in/gst.toml"
    "in/margin.toml" "in/notes.toml" "in/powers.toml" "in/records.toml" "in/same-day.toml" "in/sebi.toml" "in/session.toml" "in/settlement.toml"
    "in/stamp.toml" "in/stt.toml" "in/ticks.toml"
);

const KEYS: &[&str] = &[
    "name", "scope", "from", "to", "value", "cap", "below", "up-to", "source", "paragraph", "confidence", "note",
];

/// The rulebook the program carries: (`folder/file.toml`, text), by name.
pub fn built_in() -> &'static [(&'static str, &'static str)] {
    BUILT_IN
}

/// Why the rulebook was not read. No row of it is handed out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulebookError {
    /// `folder/file.toml`.
    pub file: String,
    /// Which `[[rule]]` of the file, the first is 1; 0 when it is not about a row.
    pub rule: usize,
    /// Line in the file, the first is 1; 0 when unknown.
    pub line: usize,
    /// The key at fault, empty when it is not about one.
    pub field: String,
    pub reason: Reason,
}

/// What is wrong with a row or a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The file cannot be read.
    Unreadable(String),
    /// The text is not TOML.
    NotToml(String),
    /// A file holds nothing but `[[rule]]` tables.
    NotARule,
    UnknownKey,
    UnknownName(String),
    Missing,
    /// Every field is text in quotes.
    NotText,
    BadDate(String),
    BadScope(String),
    BadConfidence(String),
    /// The value does not read in the unit of the name.
    BadUnit { text: String, unit: Unit },
    BadAmount(String),
    /// The key is one that this name does not carry.
    NotOfThisName,
    /// The row belongs in the folder of another jurisdiction.
    WrongFolder(&'static str),
    /// The row contradicts itself or its name.
    Refused(BadRule),
    /// Another row of the name and scope covers some of its days.
    Overlaps { file: String, rule: usize },
}

impl fmt::Display for RulebookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rulebook/{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.rule > 0 {
            write!(f, ": rule {}", self.rule)?;
        }
        if !self.field.is_empty() {
            write!(f, ": `{}`", self.field)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Reason::NotToml(why) => write!(f, "is not TOML: {why}"),
            Reason::NotARule => f.write_str("a file holds `[[rule]]` tables and nothing else"),
            Reason::UnknownKey => write!(f, "is not a key of a rule; these are: {}", KEYS.join(", ")),
            Reason::UnknownName(text) => write!(f, "no rule is called `{text}`"),
            Reason::Missing => f.write_str("is missing or empty"),
            Reason::NotText => f.write_str("must be text in quotes"),
            Reason::BadDate(text) => write!(f, "`{text}` is not a date like 2026-04-01"),
            Reason::BadScope(text) => write!(f, "`{text}` is not the two capital letters of a state"),
            Reason::BadConfidence(text) => {
                write!(f, "`{text}` is not high, medium, low, or (for house rows alone) default")
            }
            Reason::BadUnit { text, unit } => write!(f, "`{text}` is not {unit}"),
            Reason::BadAmount(text) => write!(f, "`{text}` is not an amount above zero, as `Rs 50`"),
            Reason::NotOfThisName => f.write_str("is not carried by a rule of this name"),
            Reason::WrongFolder(folder) => write!(f, "rules of this name live in rulebook/{folder}"),
            Reason::Refused(why) => why.fmt(f),
            Reason::Overlaps { file, rule } => {
                write!(f, "rule {rule} of {file} has the same name and scope and covers some of its days")
            }
        }
    }
}

impl std::error::Error for RulebookError {}

/// A field's text and the line it stands on.
struct Field<'t> {
    text: &'t str,
    line: usize,
}

/// One `[[rule]]` as it stands in its file.
struct Row<'t> {
    file: &'t str,
    ordinal: usize,
    line: usize,
    fields: Vec<(&'t str, Field<'t>)>,
}

/// Read files of the rulebook. `texts` are (`folder/file.toml`, text); the rows come back by name, scope and
/// first day, whatever the order of the files.
///
/// # Errors
/// At the first row that does not read, contradicts its name, or overlaps another; see [`Reason`].
pub fn read_rulebook(texts: &[(&str, &str)]) -> Result<Vec<Rule>, RulebookError> {
    let mut read = Vec::new();
    for (file, text) in texts {
        let table = DeTable::parse(text).map_err(|e| {
            let line = e.span().map_or(0, |span| line_of(text, span.start));
            let reason = Reason::NotToml(e.message().to_owned());
            RulebookError { file: (*file).to_owned(), rule: 0, line, field: String::new(), reason }
        })?;
        for row in rows(file, text, table.get_ref())? {
            read.push((row.rule()?, (*file, row.ordinal, row.line)));
        }
    }
    // Judge overlaps in file order, so that the message names the later row; hand out in the sorted one.
    let mut book = Rulebook::new();
    for (rule, (file, ordinal, line)) in &read {
        book.adopt(rule.clone()).map_err(|why| {
            let (field, reason) = match why {
                BadRule::Overlaps { with } => {
                    let other = usize::try_from(with.0).ok().and_then(|i| read.get(i));
                    let (of, nth, _) = other.map_or((*file, 0, 0), |(_, place)| *place);
                    ("from", Reason::Overlaps { file: of.to_owned(), rule: nth })
                }
                BadRule::EndsBeforeItStarts => ("to", Reason::Refused(why)),
                BadRule::NeedsScope | BadRule::NotScoped => ("scope", Reason::Refused(why)),
                BadRule::Value { .. } => ("value", Reason::Refused(why)),
                BadRule::Extra { .. } => ("cap", Reason::Refused(why)),
                BadRule::NoSource => ("source", Reason::Refused(why)),
            };
            let (file, field) = ((*file).to_owned(), field.to_owned());
            RulebookError { file, rule: *ordinal, line: *line, field, reason }
        })?;
    }
    let mut rules: Vec<Rule> = read.into_iter().map(|(rule, _)| rule).collect();
    rules.sort_by_key(|r| (r.name.number(), r.scope, r.from));
    Ok(rules)
}

/// Read `<path>/<folder>/*.toml` in place of the files built in: `path` is a `rulebook` folder.
///
/// # Errors
/// When a folder or file cannot be read, and as [`read_rulebook`].
pub fn read_dir(path: &Path) -> Result<Vec<Rule>, RulebookError> {
    let mut texts = Vec::new();
    for folder in [Jurisdiction::House.folder(), Jurisdiction::India.folder()] {
        let unreadable = |name: String, e: &std::io::Error| RulebookError {
            file: name,
            rule: 0,
            line: 0,
            field: String::new(),
            reason: Reason::Unreadable(e.to_string()),
        };
        let at = path.join(folder);
        let listed = std::fs::read_dir(&at).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = listed.map_err(|e| unreadable(folder.to_owned(), &e))?;
        for entry in entries {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if Path::new(&name).extension().is_some_and(|ext| ext == "toml") {
                let text = std::fs::read_to_string(entry.path()).map_err(|e| unreadable(name.clone(), &e))?;
                texts.push((name, text));
            }
        }
    }
    // A folder lists its files in no order of its own.
    texts.sort();
    let borrowed: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    read_rulebook(&borrowed)
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|b| **b == b'\n').count().saturating_add(1)
}

/// The `[[rule]]` tables of a file with their keys checked.
fn rows<'t>(file: &'t str, text: &str, table: &'t DeTable<'_>) -> Result<Vec<Row<'t>>, RulebookError> {
    let whole = |line, field: &str, reason| {
        Err(RulebookError { file: file.to_owned(), rule: 0, line, field: field.to_owned(), reason })
    };
    let mut found = Vec::new();
    for (key, value) in table {
        let line = line_of(text, key.span().start);
        let DeValue::Array(array) = value.get_ref() else {
            return whole(line, key.get_ref(), Reason::NotARule);
        };
        if key.get_ref() != "rule" {
            return whole(line, key.get_ref(), Reason::NotARule);
        }
        for (item, ordinal) in array.iter().zip(1..) {
            let DeValue::Table(fields) = item.get_ref() else {
                return whole(line_of(text, item.span().start), "rule", Reason::NotARule);
            };
            found.push(Row::from_table(file, text, ordinal, item.span().start, fields)?);
        }
    }
    Ok(found)
}

impl<'t> Row<'t> {
    fn from_table(
        file: &'t str, text: &str, ordinal: usize, offset: usize, table: &'t DeTable<'_>,
    ) -> Result<Row<'t>, RulebookError> {
        let mut row = Row { file, ordinal, line: line_of(text, offset), fields: Vec::new() };
        for (key, value) in table {
            let line = line_of(text, key.span().start);
            let fail = |reason| RulebookError {
                file: file.to_owned(),
                rule: ordinal,
                line,
                field: key.get_ref().to_string(),
                reason,
            };
            if !KEYS.contains(&key.get_ref().as_ref()) {
                return Err(fail(Reason::UnknownKey));
            }
            let text = Spanned::get_ref(value).as_str().ok_or_else(|| fail(Reason::NotText))?;
            row.fields.push((key.get_ref().as_ref(), Field { text, line }));
        }
        Ok(row)
    }

    fn field(&self, key: &str) -> Option<&Field<'t>> {
        self.fields.iter().find(|(k, _)| *k == key).map(|(_, field)| field)
    }

    fn text(&self, key: &str) -> Option<&'t str> {
        self.field(key).map(|f| f.text)
    }

    fn fail(&self, key: &str, reason: Reason) -> RulebookError {
        let line = self.field(key).map_or(self.line, |f| f.line);
        RulebookError { file: self.file.to_owned(), rule: self.ordinal, line, field: key.to_owned(), reason }
    }

    fn needed(&self, key: &str) -> Result<&'t str, RulebookError> {
        let text = self.text(key).filter(|t| !t.trim().is_empty());
        text.ok_or_else(|| self.fail(key, Reason::Missing))
    }

    fn day(&self, key: &str, text: &str) -> Result<Day, RulebookError> {
        Day::parse(text).map_err(|_| self.fail(key, Reason::BadDate(text.to_owned())))
    }

    fn rule(&self) -> Result<Rule, RulebookError> {
        let word = self.needed("name")?;
        let name =
            RuleName::parse(word).ok_or_else(|| self.fail("name", Reason::UnknownName(word.to_owned())))?;
        let folder = name.jurisdiction().folder();
        if self.file.split('/').next() != Some(folder) {
            return Err(self.fail("name", Reason::WrongFolder(folder)));
        }
        let from = self.day("from", self.needed("from")?)?;
        let to = self.text("to").map(|text| self.day("to", text)).transpose()?;
        if to.is_some_and(|to| to < from) {
            return Err(self.fail("to", Reason::Refused(BadRule::EndsBeforeItStarts)));
        }
        let text = self.needed("value")?;
        let unit = name.unit();
        let value = value(unit, text).filter(|v| unit.admits(*v));
        let value =
            value.ok_or_else(|| self.fail("value", Reason::BadUnit { text: text.to_owned(), unit }))?;
        Ok(Rule {
            name,
            scope: self.scope(name)?,
            from,
            to,
            value,
            extra: self.extra(name)?,
            confidence: self.confidence(name)?,
            source: self.needed("source")?.into(),
            paragraph: self.text("paragraph").unwrap_or("").into(),
            note: self.text("note").unwrap_or("").into(),
        })
    }

    fn scope(&self, name: RuleName) -> Result<StateCode, RulebookError> {
        match (name.is_scoped(), self.text("scope")) {
            (false, None) => Ok(EVERYWHERE),
            (false, Some(_)) => Err(self.fail("scope", Reason::Refused(BadRule::NotScoped))),
            (true, None) => Err(self.fail("scope", Reason::Refused(BadRule::NeedsScope))),
            (true, Some(text)) => {
                let letters = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
                let code = Code::parse(text).ok().filter(|_| letters);
                code.ok_or_else(|| self.fail("scope", Reason::BadScope(text.to_owned())))
            }
        }
    }

    fn confidence(&self, name: RuleName) -> Result<Confidence, RulebookError> {
        let text = self.needed("confidence")?;
        let house = name.jurisdiction() == Jurisdiction::House;
        Confidence::parse(text)
            .filter(|c| *c != Confidence::Default || house)
            .ok_or_else(|| self.fail("confidence", Reason::BadConfidence(text.to_owned())))
    }

    /// The cap or bound in paise, zero for none. Bounds are kept as the first price outside the tier.
    fn extra(&self, name: RuleName) -> Result<i64, RulebookError> {
        let kinds = [("cap", Extra::DailyCap), ("below", Extra::Below), ("up-to", Extra::Below)];
        let mut extra = 0;
        for (key, kind) in kinds {
            let Some(text) = self.text(key) else { continue };
            if name.extra() != kind || extra != 0 {
                return Err(self.fail(key, Reason::NotOfThisName));
            }
            let amount = rupees(text).and_then(|t| Paise::parse(t).ok()).filter(|p| p.is_positive());
            let amount = amount.ok_or_else(|| self.fail(key, Reason::BadAmount(text.to_owned())))?;
            extra = if key == "up-to" { amount.0.saturating_add(1) } else { amount.0 };
        }
        Ok(extra)
    }
}

fn rupees(text: &str) -> Option<&str> {
    text.trim().strip_prefix("Rs ").map(str::trim)
}

/// A fraction that divides a number as written: `0.1 %` is 0.1 by a hundred. None when not exact.
fn fraction(text: &str) -> Option<i64> {
    let (number, whole) = match text.strip_suffix('%') {
        Some(number) => (number, 100),
        None => (text.strip_suffix("per crore")?, 10_000_000),
    };
    let parts = Rate::parse(number).ok()?.0;
    (parts.checked_rem(whole) == Some(0)).then(|| parts.checked_div(whole)).flatten()
}

/// A whole number followed by its unit in the singular or plural.
fn counted(text: &str, unit: &str) -> Option<i64> {
    let (number, word) = text.split_once(' ')?;
    let number: i64 = number.parse().ok()?;
    let plural = word.strip_suffix('s') == Some(unit);
    (plural || (word == unit && number == 1)).then_some(number)
}

/// The number a text stands for in a unit; none when the text does not read in it.
fn value(unit: Unit, text: &str) -> Option<i64> {
    let text = text.trim();
    match unit {
        Unit::Rate => fraction(text),
        Unit::Paise => rupees(text).and_then(|t| Paise::parse(t).ok()).map(|p| p.0),
        Unit::Price => rupees(text).and_then(|t| Price::parse(t).ok()).map(|p| p.0),
        Unit::TimeOfDay => TimeOfDay::parse(text).ok().map(|t| i64::from(t.0)),
        Unit::Days => counted(text, "day"),
        Unit::TradingDays => counted(text, "trading day"),
        Unit::SettlementDays => counted(text, "settlement day"),
        Unit::WorkingDays => counted(text, "working day"),
        Unit::Minutes => counted(text, "minute"),
        Unit::Hours => counted(text, "hour"),
        Unit::Years => counted(text, "year"),
        Unit::Count => text.parse().ok(),
        Unit::Day => Day::parse(text).ok().map(|day| i64::from(day.0)),
        Unit::Letter => <[u8; 1]>::try_from(text.as_bytes()).ok().map(|[b]| i64::from(b)),
        Unit::Choice(list) => list.iter().find(|(_, word)| *word == text).map(|(n, _)| *n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rulebook::{OTHER_STATES, complete};
    use std::collections::BTreeSet;

    fn book() -> Rulebook {
        let mut book = Rulebook::new();
        for rule in read_rulebook(built_in()).unwrap_or_else(|e| panic!("{e}")) {
            book.adopt(rule).expect("rows that were read together fit together");
        }
        book
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn workspace() -> std::path::PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        root.canonicalize().expect("a crate lies two folders below its workspace")
    }

    /// A file of the reference data.
    fn reference(test: &str, file: &str) -> Option<String> {
        let path = reference::folder(&format!("files::{test}"), file)?.join(file);
        Some(std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
    }

    /// The fields of one line of the reference data, which quotes fields that hold commas.
    fn fields(line: &str) -> Vec<String> {
        let (mut all, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => all.push(String::new()),
                c => all.last_mut().expect("at least one").push(c),
            }
        }
        all
    }

    /// What the reference data calls a charge of the NSE cash segment; empty for a product of another one.
    fn names(venue: &str, product: &str, side: &str, charge: &str) -> Vec<RuleName> {
        let state = venue.starts_with("STATE:");
        match (charge, product, side) {
            ("STT", "CASH_DELIVERY", "buy") => vec![RuleName::SttDeliveryBuy],
            ("STT", "CASH_DELIVERY", "sell") => vec![RuleName::SttDeliverySell],
            ("STT", "CASH_INTRADAY", "sell") => vec![RuleName::SttIntradaySell],
            ("STT", "EQUITY_FUND_UNIT_DELIVERY", "buy") => vec![RuleName::SttFundUnitBuy],
            ("STT", "EQUITY_FUND_UNIT_DELIVERY", "sell") => vec![RuleName::SttFundUnitSell],
            ("STAMP_DUTY", "CASH_DELIVERY", "both") if state => vec![RuleName::StampStateDelivery],
            ("STAMP_DUTY", "CASH_INTRADAY", "both") if state => vec![RuleName::StampStateIntraday],
            ("STAMP_DUTY", "CASH_DELIVERY", "buy") => vec![RuleName::StampDeliveryBuy],
            ("STAMP_DUTY", "CASH_INTRADAY", "buy") => vec![RuleName::StampIntradayBuy],
            ("EXCHANGE_TXN", "CASH", "both") if venue == "NSE" => vec![RuleName::ExchangeChargeNse],
            ("EXCHANGE_TXN", "CASH" | "CASH_A_B_NONEXCLUSIVE" | "CASH_ACTIVE_ORDER", "both") if venue == "BSE" => {
                vec![RuleName::ExchangeChargeBse]
            }
            ("IPFT", "CASH", "both") if venue == "NSE" => vec![RuleName::InvestorProtectionNse],
            ("SEBI_TURNOVER", "ALL", "both") => vec![RuleName::SebiTurnoverFee],
            ("GST", "ALL", "any") => vec![RuleName::Gst],
            ("SERVICE_TAX", "ALL", "any") => vec![RuleName::ServiceTax],
            ("EDUCATION_CESS", "ALL", "any") => vec![RuleName::EducationCess],
            ("SHE_CESS", "ALL", "any") => vec![RuleName::HigherEducationCess],
            ("SWACHH_BHARAT_CESS", "ALL", "any") => vec![RuleName::SwachhBharatCess],
            ("KRISHI_KALYAN_CESS", "ALL", "any") => vec![RuleName::KrishiKalyanCess],
            _ => vec![],
        }
    }

    /// Whether the reference row is of a broker, a venue or a product outside the NSE cash segment.
    fn elsewhere(venue: &str, product: &str, charge: &str) -> bool {
        let broker = charge == "BROKERAGE" || charge == "DP_CHARGE";
        let products = [
            "FUTURES", "OPTIONS", "COMMODITY", "CURRENCY", "DEBENTURE", "DERIVATIVE", "GOVERNMENT", "MF_UNIT",
            "OFS_BUYBACK", "REPO",
        ];
        broker || venue == "BSE" || venue == "MCX" || products.iter().any(|p| product.starts_with(p))
    }

    #[test]
    fn every_rate_of_the_reference_history_is_a_row_with_its_value_days_and_cap() {
        let test = "every_rate_of_the_reference_history_is_a_row_with_its_value_days_and_cap";
        let Some(text) = reference(test, "charges/rates_history.csv") else { return };
        let Some(changed) = reference(test, "charges/rates_history_corrections.csv") else { return };
        let kept: Vec<Vec<String>> =
            changed.lines().skip(1).map(fields).filter(|f| f[7].starts_with("keep")).collect();
        let book = book();
        let (mut seen, mut checked) = (BTreeSet::new(), 0);
        for f in text.lines().skip(1).map(fields) {
            let [from, to, venue, product, side, charge, rate, unit] = std::array::from_fn(|i| f[i].as_str());
            // A charge by the trade is no fraction of its value.
            let names = if unit == "rupees per trade" { Vec::new() } else { names(venue, product, side, charge) };
            assert!(!names.is_empty() || elsewhere(venue, product, charge), "not placed: {f:?}");
            for name in names {
                let scope = match venue.strip_prefix("STATE:") {
                    Some("OTHER") => OTHER_STATES,
                    Some(state) => Code::parse(state).unwrap(),
                    None => EVERYWHERE,
                };
                let (row, rule) = book.at_scoped(name, scope, day(from)).unwrap_or_else(|e| panic!("{e}"));
                assert_eq!(rule.from, day(from), "{f:?}");
                assert_eq!(rule.to, Day::parse(to).ok(), "{f:?}");
                assert_eq!(Rate(rule.value), Rate::parse(rate).unwrap(), "{f:?}");
                let cap = unit.split("capped at Rs ").nth(1).map_or(0, |rest| {
                    Paise::parse(rest.split(' ').next().unwrap()).unwrap().0
                });
                assert_eq!(rule.extra, cap, "{f:?}");
                let correction = kept.iter().find(|k| k[0] == f[0] && k[2..6] == f[2..6] && k[6] == f[6]);
                assert_eq!(rule.confidence.as_str(), correction.map_or(&f[9], |k| &k[9]), "{f:?}");
                seen.insert(row);
                checked += 1;
            }
        }
        assert!(checked > 80, "the reference data holds {checked} rows of the cash segment");
        for (row, rule) in book.iter().filter(|(_, r)| r.name.number() <= RuleName::KrishiKalyanCess.number()) {
            let invented = rule.name.unit() == Unit::Rate && rule.value != 0 && !seen.contains(&row);
            assert!(!invented, "no reference row behind {rule}");
        }
    }

    #[test]
    fn sample_days_of_each_era_are_complete_for_a_client_of_maharashtra() {
        let book = book();
        for on in [
            "2009-06-01", "2016-01-01", "2018-06-01", "2020-03-02", "2020-07-01", "2021-06-01", "2024-07-01",
            "2025-02-25", "2026-07-01", "2026-08-03",
        ] {
            assert_eq!(complete(&book, day(on), Code(*b"MH")), [], "{on}");
        }
    }

    #[test]
    fn gaps_are_no_rule() {
        let book = book();
        let missing = |on: &str, state: &[u8; 2]| -> Vec<RuleName> {
            complete(&book, day(on), Code(*state)).into_iter().map(|none| none.name).collect()
        };
        // Two cycles ran side by side in the year of the move to T+1, and on no other day.
        for on in ["2022-02-24", "2022-02-25", "2022-08-01", "2023-01-26", "2023-01-27"] {
            assert_eq!(missing(on, b"MH"), [], "{on}");
            let two = ("2022-02-25"..="2023-01-26").contains(&on);
            assert_eq!(book.count(RuleName::SettlementCycleMoved, day(on)).is_ok(), two, "{on}");
        }
        // A state without a table has no rate; what brokers charged there must be asked for by name.
        assert_eq!(missing("2018-06-01", b"PB"), [RuleName::StampStateDelivery, RuleName::StampStateIntraday]);
        assert_eq!(missing("2018-06-01", b"OT"), []);
        assert_eq!(missing("2021-06-01", b"PB"), []);
        assert!(missing("2003-01-01", b"MH").contains(&RuleName::SttDeliveryBuy));
        let before = book.rate(RuleName::StampDeliveryBuy, day("2020-06-30")).unwrap_err();
        assert_eq!(before.to_string(), "no rule `stamp-delivery-buy` is known on 2020-06-30");
    }

    #[test]
    fn the_numbers_of_known_days() {
        let book = book();
        let rate = |name, on| book.rate(name, day(on)).unwrap().1;
        assert_eq!(rate(RuleName::SttDeliveryBuy, "2009-06-01"), Rate::parse("0.00125").unwrap());
        assert_eq!(rate(RuleName::ExchangeChargeNse, "2026-03-01"), Rate::parse("0.000030699").unwrap());
        assert_eq!(rate(RuleName::InvestorProtectionNse, "2026-03-01"), Rate(1_000));
        assert_eq!(rate(RuleName::CloseOutPercentage, "2009-06-01"), Rate::parse("1.2").unwrap());
        assert_eq!(rate(RuleName::PeakMargin, "2021-03-01"), Rate::parse("0.5").unwrap());
        let time = |name, on| book.time(name, day(on)).unwrap().1.to_string();
        assert_eq!(time(RuleName::MarketOpenTime, "2009-06-01"), "09:55:00");
        assert_eq!(time(RuleName::MarketOpenTime, "2010-06-01"), "09:00:00");
        assert_eq!(time(RuleName::FinalObligationTime, "2018-06-01"), "13:30:00");
        assert_eq!(time(RuleName::FinalObligationTime, "2024-06-03"), "08:30:00");
        assert_eq!(time(RuleName::SecuritiesPayOutTime, "2024-11-11"), "15:30:00");
        let letter = |on| char::from(book.letter(RuleName::SettlementCodeNormal, day(on)).unwrap().1);
        assert_eq!((letter("2018-06-01"), letter("2024-06-03")), ('N', 'M'));
        assert_eq!(book.yes(RuleName::DebitBar, day("2017-07-31")).map(|it| it.1), Ok(false));
        assert_eq!(book.count(RuleName::DebitBarDays, day("2017-08-01")).map(|it| it.1), Ok(5));
        assert_eq!(book.count(RuleName::RetentionRecords, day("2026-01-07")).map(|it| it.1), Ok(8));
        let (_, _, cap) =
            book.capped_rate(RuleName::StampStateDelivery, Code(*b"KA"), day("2016-01-01")).unwrap();
        assert_eq!(cap, Some(Paise::rupees(50)));
    }

    #[test]
    fn ticks_follow_the_tiers_of_their_day() {
        let book = book();
        let tick = |price: &str, on: &str| {
            book.tick(Price::parse(price).unwrap(), day(on)).unwrap().1.to_string()
        };
        assert_eq!((tick("10", "2024-06-09"), tick("30000", "2024-06-09")), ("0.05".into(), "0.05".into()));
        assert_eq!((tick("249.95", "2024-06-10"), tick("250", "2024-06-10")), ("0.01".into(), "0.05".into()));
        for (price, expected) in [
            ("249.99", "0.01"), ("250", "0.05"), ("1000", "0.05"), ("1000.05", "0.10"), ("5000", "0.10"),
            ("5000.10", "0.50"), ("10000.50", "1.00"), ("20000", "1.00"), ("20001", "5.00"),
        ] {
            assert_eq!(tick(price, "2025-04-15"), expected, "{price}");
        }
    }

    #[test]
    fn every_name_has_a_row_and_every_row_a_paragraph_that_exists() {
        let book = book();
        for name in RuleName::ALL {
            assert!(book.iter().any(|(_, rule)| rule.name == *name), "no row of {name}");
        }
        let mut known = BTreeSet::new();
        for file in ["checklist", "guide", "sebi", "entities"] {
            let path = workspace().join(format!("requirements/{file}.tsv"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            known.extend(text.lines().filter_map(|l| l.split('\t').nth(1)).map(str::to_owned));
        }
        for (_, rule) in book.iter().filter(|(_, rule)| !rule.paragraph.is_empty()) {
            assert!(known.contains(&*rule.paragraph), "{rule}: no paragraph {}", rule.paragraph);
        }
    }

    #[test]
    fn the_folder_reads_as_the_program_carries_it() {
        let built = read_rulebook(built_in()).unwrap();
        let backwards: Vec<_> = built_in().iter().rev().copied().collect();
        assert_eq!(read_rulebook(&backwards), Ok(built.clone()), "the order of files does not matter");
        let folder = workspace().join("rulebook");
        if folder.is_dir() {
            assert_eq!(read_dir(&folder), Ok(built));
        }
        let nowhere = read_dir(Path::new("no/such/folder")).unwrap_err();
        assert!(matches!(nowhere.reason, Reason::Unreadable(_)), "{nowhere}");
    }

    const GOOD: &str = "[[rule]]\nname = \"gst\"\nfrom = \"2017-07-01\"\nvalue = \"18 %\"\nsource = \"Act\"\n\
        confidence = \"high\"\n";

    fn refused(text: &str) -> RulebookError {
        read_rulebook(&[("in/test.toml", text)]).expect_err(text)
    }

    #[test]
    fn a_row_that_does_not_read_names_its_place_and_field() {
        assert_eq!(read_rulebook(&[("in/test.toml", GOOD)]).unwrap()[0].value, 180_000_000_000);
        let change = |from: &str, to: &str| {
            let e = refused(&GOOD.replace(from, to));
            (e.rule, e.line, e.field.clone(), e.to_string())
        };
        let (rule, line, field, text) = change("\"gst\"", "\"vat\"");
        assert_eq!((rule, line, field.as_str()), (1, 2, "name"));
        assert_eq!(text, "rulebook/in/test.toml:2: rule 1: `name`: no rule is called `vat`");
        assert_eq!(change("source =", "sauce =").2, "sauce");
        assert_eq!(change("source = \"Act\"\n", "").2, "source");
        assert_eq!(change("\"Act\"", "\" \"").2, "source");
        assert_eq!(change("2017-07-01", "2017-07-32").2, "from");
        assert_eq!(change("\"2017-07-01\"", "2017-07-01").2, "from");
        assert_eq!(change("value", "to = \"2017-06-30\"\nvalue").2, "to");
        assert_eq!(change("value", "cap = \"Rs 5\"\nvalue").2, "cap");
        assert_eq!(change("value", "scope = \"MH\"\nvalue").2, "scope");
        assert_eq!(change("\"high\"", "\"default\"").2, "confidence");
        for bad in ["18", "0.18", "Rs 18", "-18 %", "18 days", "0.00000000001 %", ""] {
            let (_, line, field, _) = change("18 %", bad);
            assert_eq!((line, field.as_str()), (4, "value"), "{bad}");
        }
        assert_eq!(refused("[[rule]\n").line, 1);
        assert_eq!(refused("title = \"x\"\n").reason, Reason::NotARule);
        assert_eq!(refused(&GOOD.replace("gst", "house-sell-fraction")).reason, Reason::WrongFolder("house"));
    }

    #[test]
    fn overlapping_rows_are_refused_across_files_and_succession_is_not() {
        let later = GOOD.replace("2017", "2020");
        let both = [("in/a.toml", GOOD), ("in/b.toml", later.as_str())];
        assert_eq!(read_rulebook(&both).map(|rules| rules.len()), Ok(2));
        let bounded = GOOD.replace("value", "to = \"2021-01-01\"\nvalue");
        let e = read_rulebook(&[("in/a.toml", &bounded), ("in/b.toml", &later)]).unwrap_err();
        assert_eq!((e.file.as_str(), e.rule), ("in/b.toml", 1));
        assert_eq!(e.reason, Reason::Overlaps { file: "in/a.toml".into(), rule: 1 });
        let twice = format!("{GOOD}{GOOD}");
        assert_eq!((refused(&twice).rule, refused(&twice).field.as_str()), (2, "from"));
    }

    #[test]
    fn values_read_in_the_unit_of_their_name_alone() {
        assert_eq!(value(Unit::Rate, "0.1 %"), Some(1_000_000_000));
        assert_eq!(value(Unit::Rate, "297 per crore"), Some(29_700_000));
        assert_eq!(value(Unit::Rate, "306.99 per crore"), Some(30_699_000));
        assert_eq!(value(Unit::Rate, "0.01 per crore"), Some(1_000));
        assert_eq!(value(Unit::Paise, "Rs 0.25"), Some(25));
        assert_eq!(value(Unit::Paise, "0.25"), None);
        assert_eq!(value(Unit::Price, "Rs 0.05"), Some(500));
        assert_eq!(value(Unit::TimeOfDay, "10:30"), Some(37_800));
        assert_eq!(value(Unit::TradingDays, "5 trading days"), Some(5));
        assert_eq!(value(Unit::TradingDays, "5 days"), None);
        assert_eq!(value(Unit::WorkingDays, "1 working day"), Some(1));
        assert_eq!(value(Unit::SettlementDays, "0 settlement days"), Some(0));
        assert_eq!(value(Unit::Days, "2 day"), None);
        assert_eq!(value(Unit::Letter, "MM"), None);
        assert_eq!(value(RuleName::StampRegime.unit(), "uniform"), Some(1));
        let e = refused(&GOOD.replace("gst", "stamp-regime"));
        assert!(e.to_string().ends_with("one of the words its list knows: `state tables`, `uniform`"), "{e}");
    }
}
