//! What securities are worth on a day: on the first exchange by the files or by lots, on the second by the first's prices.

use super::{Faults, Theatre};
use crate::post::same_day_symbol;
use crate::stage::{board, limits};
use files::SecurityDay;
use firm::Command;
use journal::Disk;
use sequencer::{Keeper, Tamper};
use std::collections::{BTreeMap, BTreeSet};
use stdx::Lots;
use rulebook::RuleName;
use vocab::{Board, Day, Price, Qty, Rate, SecurityRow, Venue};
use world::SheetRow;

/// How far the second exchange's prices are from the first's, in 1/10,000.
const NEAR: i64 = 12;

impl<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> Theatre<K, T, W, V, F> {
    /// Whether prices move on a day: by the files, or by lots where clients or guests go on trading after them.
    pub(super) fn has_prices(&self, day: Day) -> bool {
        self.stage.on(day).is_some() || self.stage.does_invent() || (self.days > 1 && self.orders_each_day > 0)
    }

    /// The sheet of a day: the real one where the files have it; afterwards the close of the day before, with
    /// prices drawn by lots if clients still trade.
    pub(super) fn sheet_of(&mut self, venue: Venue, day: Day) -> &BTreeMap<SecurityRow, SheetRow> {
        if self.sheets.0 != Some(day) {
            let known = self.stage.on(day).map(|rows| rows.iter().map(|(row, s)| (*row, s)).collect());
            let known: BTreeMap<SecurityRow, &SecurityDay> = known.unwrap_or_else(|| self.stage.last_known(day));
            let (mut first, mut second) = (BTreeMap::new(), BTreeMap::new());
            let is_of_files = self.stage.on(day).is_some();
            for (row, s) in known {
                let here = if is_of_files { self.real_row(s, day) } else { self.drawn_row(row, s, day) };
                let Some(here) = here else { continue };
                second.extend(self.row_on_bse(row, s, &here, day).map(|there| (row, there)));
                first.insert(row, here);
            }
            // Where it is shut the other deals at what its prices would have been.
            if !self.stage.is_open(Venue::Nse, day) {
                first.clear();
            }
            self.sheets = (Some(day), [first, second]);
        }
        &self.sheets.1[usize::from(venue.number())]
    }

    /// A day's sheet as the exchange has it: what is dealt in for settlement on the day too has a row more.
    pub(super) fn sheet_told(&mut self, venue: Venue, day: Day) -> Vec<SheetRow> {
        let band = self.rules().rate(RuleName::SameDayBand, day).map(|(_, rate)| rate).ok();
        // Nothing settles in a special session.
        let there = venue == Venue::Nse && !self.stage.sessions.contains_key(&day);
        let listed = if there { self.script.same_day().clone() } else { BTreeSet::new() };
        let sheet = self.sheet_of(venue, day);
        let mut rows: Vec<SheetRow> = sheet.values().cloned().collect();
        let of_list = listed.iter().filter_map(|row| sheet.get(row)).filter_map(|row| same_day_row(row, band?));
        rows.extend(of_list.collect::<Vec<_>>());
        rows
    }

    /// The row of a security on the second exchange's sheet: simulated, a few hundredths of a percent off the first's
    /// prices of the same ISIN, from the exchange's own close before.
    fn row_on_bse(&self, security: SecurityRow, s: &SecurityDay, first: &SheetRow, day: Day) -> Option<SheetRow> {
        if self.world.world().terms().second.is_none() || !self.stage.is_open(Venue::Bse, day) {
            return None;
        }
        let symbol = self.post.code_on_bse(&s.isin)?.symbol();
        let day_of = u64::from(day.0.unsigned_abs());
        let mut lots = Lots::of(self.script.seed, &[0xB5E5, u64::from(security.0), day_of]);
        let mut near = |price: Price| Price((price.0 + price.0 * lots.between(-NEAR, NEAR) / 10_000).max(1));
        let before = self.seq.firm().market.close_by(Venue::Bse, security, day.plus(-1)).map(|c| c.close);
        let before = before.map(|close| self.stage.reference(s.isin, close, day, self.rules()));
        // What the files know of a price and our list of gifts does not is known of both exchanges.
        let likely = |price: &Price| (price.0 - first.prev_close.0).abs() * 20 <= first.prev_close.0;
        let reference = before.filter(likely).unwrap_or_else(|| near(first.prev_close));
        let prices = match self.has_prices(day) {
            true => [first.open, first.high, first.low, first.close].map(near),
            false => [reference; 4],
        };
        let row = self.sheet_row(s, day, reference, prices)?;
        Some(SheetRow { symbol, volume: Qty(row.volume.0 / 8 + 1), ..row })
    }

    fn real_row(&self, s: &SecurityDay, day: Day) -> Option<SheetRow> {
        // The files' close before is as it was dealt; the exchange's reference is in the shares of the day.
        let prev_close = self.stage.reference(s.isin, s.prev_close, day, self.rules());
        self.sheet_row(s, day, prev_close, [s.open, s.high, s.low, s.close])
    }

    fn drawn_row(&self, security: SecurityRow, s: &SecurityDay, day: Day) -> Option<SheetRow> {
        let before = self.seq.firm().market.close_by(Venue::Nse, security, day.plus(-1)).map(|c| c.close);
        let prev_close = self.stage.reference(s.isin, before.unwrap_or(s.prev_close), day, self.rules());
        if !self.has_prices(day) {
            return self.sheet_row(s, day, prev_close, [prev_close; 4]);
        }
        let mut lots = Lots::of(self.script.seed, &[0x5EE7, u64::from(security.0), u64::from(day.0.unsigned_abs())]);
        if self.stage.does_invent() {
            let volume = Qty(invented_volume(&mut lots, s.volume));
            return self.sheet_row(&SecurityDay { volume, ..s.clone() }, day, prev_close, invented(&mut lots, prev_close));
        }
        let mut away = |most: i64| Price(prev_close.0 + prev_close.0 * lots.between(-most, most) / 10_000);
        let (open, close) = (away(150), away(400));
        let (high, low) = (open.max(close), open.min(close));
        // With the index falls what it is made of, as far as its band lets it; half of it comes back.
        let fell = |part| prev_close - prev_close.moved(Rate(-self.stage.fell(day).0 / part));
        let (low, close) = (low - fell(1), close - fell(2));
        self.sheet_row(s, day, prev_close, [open, Price(high.0 + high.0 / 200), Price(low.0 - low.0 / 200), close])
    }

    fn sheet_row(
        &self, s: &SecurityDay, day: Day, prev_close: Price, [open, high, low, close]: [Price; 4],
    ) -> Option<SheetRow> {
        let (band_low, band_high, tick) = limits(self.rules(), prev_close, s.band, day).ok()?;
        // A band that moves within the day goes where the price goes.
        let flexes = s.band == files::Band::Dynamic;
        let (least, most) = if flexes { (tick, Price(i64::MAX)) } else { (band_low, band_high) };
        let keep = |p: Price| p.tick_down(tick).max(least).min(most);
        let board = board(self.rules(), s.band, day).ok()?;
        let (open, close) = (keep(open), keep(close));
        let (high, low) = (keep(high).max(open).max(close), keep(low).min(open).min(close));
        let (symbol, isin, volume) = (s.symbol, s.isin, Qty(s.volume.0.max(1)));
        // The files' rates are of the files' days.
        let rated = self.stage.on(day).and(s.rated).map(|rated| (rated.var, rated.elm));
        let gross = s.is_gross();
        let known = self.seq.firm().market.by_isin(&isin).and_then(|row| self.seq.firm().market.security(row));
        let two = self.world.world().terms().moved.is_some();
        let moved = two && known.and_then(|it| it.moved).is_some_and(|from| from <= day);
        Some(SheetRow { symbol, isin, prev_close, open, high, low, close, band_low, band_high, tick, volume, rated, board, flexes, gross, moved })
    }

    fn rules(&self) -> &rulebook::Rulebook {
        &self.seq.firm().rules
    }

    pub(super) fn terms(&mut self, venue: Venue, day: Day, from: u32) -> Option<Command> {
        let sheet = self.sheet_of(venue, day);
        let rows: Vec<_> = sheet
            .range(SecurityRow(from)..SecurityRow(from + 2_000))
            .map(|(security, row)| {
                let terms = market::Terms {
                    day,
                    reference: row.prev_close,
                    low: row.band_low,
                    high: row.band_high,
                    tick: row.tick,
                    board: row.board,
                    gross: row.gross,
                };
                (*security, terms)
            })
            .collect();
        (!rows.is_empty()).then_some(Command::SetTerms { venue, rows })
    }
}

/// How far the opening and the close of an invented day are from the close before, in 1/10,000; and how far high and low go
/// beyond both.
const OPENS: i64 = 80;
const CLOSES: i64 = 300;
const BEYOND: i64 = 120;

/// Open, high, low and close of a day that no file tells of. Large moves are rarer than small ones.
fn invented(lots: &mut Lots, prev_close: Price) -> [Price; 4] {
    let mut part = |of: Price, most: i64| Price(of.0 * (lots.between(-most, most) + lots.between(-most, most)) / 20_000);
    let open = prev_close + part(prev_close, OPENS);
    let close = open + part(prev_close, CLOSES);
    let mut beyond = || Price(prev_close.0 * lots.between(0, BEYOND) / 10_000);
    [open, open.max(close) + beyond(), open.min(close) - beyond(), close]
}

/// From half to twice what was dealt in.
fn invented_volume(lots: &mut Lots, volume: Qty) -> i64 {
    (volume.0 / 2 + volume.0 / 100 * lots.between(0, 150)).max(1)
}

/// The row of a share where it is dealt in for settlement today: the band is narrower, and it follows the regular market.
fn same_day_row(row: &SheetRow, fraction: Rate) -> Option<SheetRow> {
    let symbol = same_day_symbol(&row.symbol)?;
    let (band_low, band_high) = market::band(row.prev_close, fraction, row.tick);
    Some(SheetRow { symbol, band_low, band_high, board: Board::SameDay, flexes: false, ..row.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_day_moves_a_little_either_way_and_never_the_same() {
        let before = Price::parse("800").unwrap();
        let (mut up, mut wide) = (0, 0);
        for seed in 0..1_000 {
            let [open, high, low, close] = invented(&mut Lots::new(seed), before);
            assert_eq!(invented(&mut Lots::new(seed), before), [open, high, low, close], "by lots and nothing else");
            assert!(low <= open.min(close) && open.max(close) <= high);
            assert!((close - before).0.abs() <= before.0 * (OPENS + CLOSES) / 10_000);
            assert!(low.0 > before.0 / 2);
            up += i32::from(close > before);
            wide += i32::from((close - before).0.abs() > before.0 / 50);
            let volume = invented_volume(&mut Lots::new(seed), Qty(10_000));
            assert!((5_000..=20_000).contains(&volume));
        }
        assert!((400..600).contains(&up), "as often up as down: {up}");
        assert!((20..300).contains(&wide), "a day of two percent is no everyday one: {wide}");
    }

    #[test]
    fn what_hardly_trades_or_costs_little_is_invented_too() {
        let [open, high, low, close] = invented(&mut Lots::new(3), Price(500));
        assert!(low.0 > 0 && low <= open && open <= high && close <= high);
        assert_eq!(invented_volume(&mut Lots::new(3), Qty(0)), 1);
    }
}
