//! Special sessions: days on which an exchange trades though it is a Saturday, a Sunday or a holiday, and the hours of each.

use crate::error::FileError;
use crate::sheet::{Column, Row, Sheet};
use crate::unpack::Limits;
use std::collections::BTreeMap;
use vocab::{Day, TimeOfDay};

/// A special session as a list has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpecialSession {
    pub day: Day,
    pub name: String,
    /// None where the exchange has told the day and not yet the hours: such a day is not played.
    pub hours: Option<SessionHours>,
}

/// Continuous trading from `open` to `close`, trades at the close from `after_from` to `after_until`; in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SessionHours {
    pub open: TimeOfDay,
    pub close: TimeOfDay,
    pub after_from: TimeOfDay,
    pub after_until: TimeOfDay,
}

/// `date|name|open|close|after_from|after_until|note`: a day once in all lists of an exchange, its four hours or none of them.
pub(crate) fn read(file: &str, text: &[u8], limits: &Limits, all: &mut BTreeMap<Day, SpecialSession>) -> Result<(), FileError> {
    let mut sheet = Sheet::open(file, text, '|', limits)?;
    let (date, name) = (sheet.column("date")?, sheet.column("name")?);
    let columns = [sheet.column("open")?, sheet.column("close")?, sheet.column("after_from")?, sheet.column("after_until")?];
    while let Some(row) = sheet.next()? {
        let day = Day::parse(row.text(date)).map_err(|e| row.refuse(date, e.to_string()))?;
        let untold = columns.iter().all(|column| row.text(*column).is_empty());
        let hours = if untold { None } else { Some(hours(&row, columns)?) };
        if all.insert(day, SpecialSession { day, name: row.text(name).to_owned(), hours }).is_some() {
            return Err(row.refuse(date, "a session stands once in the lists of its exchange"));
        }
    }
    Ok(())
}

fn hours(row: &Row<'_>, columns: [Column; 4]) -> Result<SessionHours, FileError> {
    let time = |column: Column| TimeOfDay::parse(row.text(column)).map_err(|e| row.refuse(column, e.to_string()));
    let [open, close, after_from, after_until] = columns;
    let hours = SessionHours { open: time(open)?, close: time(close)?, after_from: time(after_from)?, after_until: time(after_until)? };
    let in_order = hours.open < hours.close && hours.close <= hours.after_from && hours.after_from <= hours.after_until;
    if in_order { Ok(hours) } else { Err(row.refuse(close, "open before close, then trades at the close, from before until")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::LIMITS;

    fn list(rows: &str) -> Result<Vec<SpecialSession>, (u64, String)> {
        let text = format!("date|name|open|close|after_from|after_until|note\n{rows}");
        let mut all = BTreeMap::new();
        let read = read("s.csv", text.as_bytes(), &LIMITS, &mut all);
        read.map(|()| all.into_values().collect()).map_err(|e| (e.line, e.field))
    }

    #[test]
    fn a_session_has_four_hours_in_their_order_or_none() {
        let time = |h, m| TimeOfDay::hms(h, m, 0);
        let read = list("2026-11-08|Muhurat|||||\n2025-10-21|Muhurat|13:45|14:45|14:55|15:05|\n").unwrap();
        let hours = SessionHours { open: time(13, 45), close: time(14, 45), after_from: time(14, 55), after_until: time(15, 5) };
        let told: Vec<_> = read.iter().map(|it| (it.day.to_string(), it.hours)).collect();
        assert_eq!(told, [("2025-10-21".to_owned(), Some(hours)), ("2026-11-08".to_owned(), None)]);
        let refused = |rows: &str| list(rows).unwrap_err();
        assert_eq!(refused("2025-10-21|M|14:45|13:45|14:55|15:05|\n"), (2, "close".into()));
        assert_eq!(refused("2025-10-21|M|13:45|14:45|14:40|15:05|\n"), (2, "close".into()));
        assert_eq!(refused("2025-10-21|M|13:45|14:45|15:05|14:55|\n"), (2, "close".into()));
        assert_eq!(refused("2025-10-21|M|13:45||14:55|15:05|\n"), (2, "close".into()));
        assert_eq!(refused("2025-10-21|M|25:45|14:45|14:55|15:05|\n"), (2, "open".into()));
        assert_eq!(refused("2025-10-32|M|||||\n"), (2, "date".into()));
        assert_eq!(refused("2025-10-21|M|||||\n2025-10-21|N|||||\n"), (3, "date".into()));
    }
}
