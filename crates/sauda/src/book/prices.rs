//! Closing prices as the exchanges published them (guide I 5.6), and what they are in today's shares: a view, for the record
//! keeps what was published.

use super::Filter;
use super::gather::Gathered;
use crate::sheet::{Cell, Sheet};
use actions::Benefit;
use vocab::{ActionNo, BenefitKind, Day, EntryNo, Price, SecurityRow, Venue};

/// What makes more shares of those there are, as it was announced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct More {
    action: ActionNo,
    security: SecurityRow,
    benefit: Benefit,
    ex: Day,
    entry: EntryNo,
}

impl More {
    /// A bonus or a split that is announced. Without a dividend or a right the market finds the price.
    pub fn of(event: &actions::Event, entry: EntryNo) -> Option<More> {
        let actions::Event::Announced { action, security, benefit, ex, .. } = *event else { return None };
        let makes_more = matches!(benefit.kind(), BenefitKind::Bonus | BenefitKind::Split);
        makes_more.then_some(More { action, security, benefit, ex, entry })
    }

    /// Shares there are for shares there were, in lowest terms.
    fn factor(&self) -> String {
        let (new, held) = self.benefit.ratio().unwrap_or((0, 1));
        let all = new.saturating_add(held);
        let (mut common, mut rest) = (all, held);
        while rest != 0 {
            (common, rest) = (rest, common % rest);
        }
        let (all, held) = (all / common, held / common);
        if held == 1 { all.to_string() } else { format!("{all}/{held}") }
    }

    fn words(&self) -> String {
        let what = match self.benefit {
            Benefit::Bonus { new, held } | Benefit::Rights { new, held, .. } => format!("{new} for {held}"),
            Benefit::Split { from, to } => format!("{from} to {to}"),
            Benefit::Dividend { per_share } => per_share.to_string(),
        };
        let kind = match self.benefit.kind() {
            BenefitKind::Bonus => "bonus",
            BenefitKind::Split => "split",
            BenefitKind::Rights => "rights",
            BenefitKind::Dividend => "dividend",
        };
        format!("{kind} {what}, ex {}: action {}, entry {}", self.ex, self.action, self.entry)
    }
}

/// What made more of the shares of a day until another, in the order it did.
fn after(gathered: &Gathered, security: SecurityRow, day: Day, until: Day) -> Vec<More> {
    let of = |it: &&More| it.security == security && day < it.ex && it.ex <= until;
    let mut all: Vec<More> = gathered.more.iter().filter(of).copied().collect();
    all.sort_by_key(|it| (it.ex, it.action));
    all
}

/// A close in the shares there are now; after each benefit cut off to 1/10,000 rupee.
fn adjusted(close: Price, more: &[More]) -> Price {
    more.iter().fold(close, |price, it| it.benefit.adjusted(price))
}

pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    const PUBLISHED: &[&str] = &["Date", "Exchange", "Scrip name", "Scrip code", "Close", "Entry"];
    const ADJUSTED: &[&str] =
        &["Date", "Exchange", "Scrip name", "Scrip code", "Close", "Entry", "Adjusted", "Factor", "Because of"];
    let names = &gathered.directory;
    let until = gathered.last_day.unwrap_or(Day(0));
    let title = if gathered.adjusted { "Closing prices, adjusted" } else { "Closing prices" };
    let mut sheet = Sheet::new(title, if gathered.adjusted { ADJUSTED } else { PUBLISHED });
    let of = |((venue, _, day), _): &(&(Venue, SecurityRow, Day), &(Price, EntryNo))| filter.takes(*day) && filter.is_on(*venue);
    let by_day = |((venue, row, day), it): (&(Venue, SecurityRow, Day), &(Price, EntryNo))| (*day, *venue, names.symbol(*row), *row, *it);
    let mut rows: Vec<_> = gathered.closes.iter().filter(of).map(by_day).collect();
    rows.sort();
    let mut changed = 0u64;
    for (day, venue, symbol, security, (close, entry)) in rows {
        let mut row = vec![
            Cell::Day(day),
            Cell::text(venue.as_str()),
            Cell::text(symbol),
            Cell::text(names.isin(security)),
            Cell::Price(close),
            Cell::Number(entry.0),
        ];
        if gathered.adjusted {
            let more = after(gathered, security, day, until);
            changed += u64::from(!more.is_empty());
            let each = |of: &dyn Fn(&More) -> String| more.iter().map(of).collect::<Vec<_>>();
            row.push(Cell::Price(adjusted(close, &more)));
            row.push(if more.is_empty() { Cell::text("1") } else { Cell::text(each(&More::factor).join(" × ")) });
            row.push(Cell::text(each(&More::words).join("; ")));
        }
        sheet.push(row);
    }
    let all = sheet.rows.len();
    sheet.foot.push(if gathered.adjusted {
        format!(
            "{changed} of {all} closes are told in the shares of {until}: divided by the factor of each bonus and split whose first day \
             lies after them, and after each cut off to 1/10,000 rupee; the record keeps what was published"
        )
    } else {
        format!("{all} closes as they were published; --adjusted tells them in today's shares")
    });
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::Paise;

    const DAY: Day = Day(20_000);

    fn price(text: &str) -> Price {
        Price::parse(text).unwrap()
    }

    /// Closes of four days of one security, and what its company and another's give.
    fn gathered(given: &[(u32, u32, i32, Benefit)]) -> Gathered {
        let mut gathered = Gathered::default();
        for (nth, close) in (0..).zip(["600.05", "601.00", "100.00", "33.35"]) {
            gathered.closes.insert((Venue::Nse, SecurityRow(7), DAY.plus(nth)), (price(close), EntryNo(40)));
        }
        gathered.last_day = Some(DAY.plus(3));
        gathered.more = given
            .iter()
            .filter_map(|(action, security, ex, benefit)| {
                let (ex, security) = (DAY.plus(*ex), SecurityRow(*security));
                let event = actions::Event::Announced { action: ActionNo(*action), security, benefit: *benefit, ex, record: ex };
                More::of(&event, EntryNo(30))
            })
            .collect();
        gathered
    }

    fn columns(gathered: &Gathered, wanted: &[&str]) -> Vec<Vec<String>> {
        let sheet = sheet(gathered, &Filter::default());
        let at = |name: &&str| sheet.columns.iter().position(|it| it == name).expect("a column");
        sheet.rows.iter().map(|row| wanted.iter().map(|name| row[at(name)].plain()).collect()).collect()
    }

    #[test]
    fn closes_before_a_bonus_and_a_split_are_told_in_the_shares_after_them_and_kept_as_they_were() {
        let bonus = Benefit::Bonus { new: 2, held: 4 };
        let split = Benefit::Split { from: Paise(1_000), to: Paise(200) };
        // Another company's, and what moves no price; what has not come by the record's last day.
        let others = [
            (3, 8, 2, bonus),
            (4, 7, 2, Benefit::Dividend { per_share: price("5.00") }),
            (5, 7, 2, Benefit::Rights { new: 1, held: 1, price: price("1.00"), entitlement: SecurityRow(9) }),
            (6, 7, 4, bonus),
        ];
        let mut given = vec![(1, 7, 3, bonus), (2, 7, 2, split)];
        given.extend(others);
        let mut gathered = gathered(&given);
        let published = columns(&gathered, &["Close", "Entry"]);
        gathered.adjusted = true;
        assert_eq!(columns(&gathered, &["Close", "Entry"]), published, "the record is as it was");
        let [split, bonus] = [
            "split 10.00 to 2.00, ex 2024-10-06: action 2, entry 30",
            "bonus 2 for 4, ex 2024-10-07: action 1, entry 30",
        ];
        let both = format!("{split}; {bonus}");
        // 600.05 / 5 is 120.01, two thirds of it 80.00666…; the ex day's own close is dealt without the benefit.
        assert_eq!(columns(&gathered, &["Adjusted", "Factor", "Because of"]), [
            ["80.0066", "5 × 3/2", &both],
            ["80.1333", "5 × 3/2", &both],
            ["66.6666", "3/2", bonus],
            ["33.35", "1", ""],
        ]);
    }

    #[test]
    fn closes_are_of_the_days_and_the_exchange_asked_for() {
        let mut gathered = gathered(&[]);
        gathered.closes.insert((Venue::Bse, SecurityRow(7), DAY), (price("600.10"), EntryNo(41)));
        let rows = |filter: &Filter| sheet(&gathered, filter).rows.len();
        assert_eq!(rows(&Filter::default()), 5);
        assert_eq!(rows(&Filter { exchange: Some(Venue::Bse), ..Filter::default() }), 1);
        assert_eq!(rows(&Filter { from: Some(DAY.plus(1)), to: Some(DAY.plus(2)), ..Filter::default() }), 2);
    }
}
