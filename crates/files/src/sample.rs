//! A small market of our own, built into the program so that a first look needs no data.

use crate::market::{MarketDay, assemble};
use crate::shelf::Shelf;
use crate::unpack::LIMITS;
use vocab::Day;

/// The files of `sample/`, in the exchange's formats and under its kind of names.
const FILES: [(&str, &str); 7] = [
    (
        "BhavCopy_NSE_CM_0_0_0_20260701_F_0000.csv",
        include_str!("../../../sample/BhavCopy_NSE_CM_0_0_0_20260701_F_0000.csv"),
    ),
    ("bse_nse_isin_map_2026-06.csv", include_str!("../../../sample/bse_nse_isin_map_2026-06.csv")),
    ("EQUITY_L_2026-06-30.csv", include_str!("../../../sample/EQUITY_L_2026-06-30.csv")),
    ("sec_list_price_bands_2026-06.csv", include_str!("../../../sample/sec_list_price_bands_2026-06.csv")),
    ("C_VAR1_01072026_1.DAT", include_str!("../../../sample/C_VAR1_01072026_1.DAT")),
    ("nse_trading_holidays_2026.csv", include_str!("../../../sample/nse_trading_holidays_2026.csv")),
    ("nse_special_sessions_2015-2026.csv", include_str!("../../../sample/nse_special_sessions_2015-2026.csv")),
];

/// The first of July 2026 of twenty-five invented companies, read by the parsers that read the real files.
pub fn sample_market() -> MarketDay {
    let day = Day::from_civil(2026, 7, 1).expect("a day of the calendar");
    let shelf = Shelf::built_in("sample", &FILES, &LIMITS);
    // The files are part of the program: if they are wrong, the program is.
    assemble(&shelf, day).unwrap_or_else(|e| panic!("the built-in market does not read: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::Band;
    use vocab::Price;

    #[test]
    fn the_sample_shows_every_tick_tier_and_band() {
        let market = sample_market();
        assert_eq!(market.securities.len(), 25);
        assert!(market.not_traded.is_empty());
        let gross: Vec<&str> = market.securities.iter().filter(|s| s.is_gross()).map(|s| s.symbol.as_str()).collect();
        assert_eq!(gross, ["ZARDOZI"], "one trade for trade");
        // Upper ends of the tick tiers in force since 2025-04-15, in rupees (NSE/CMTR/67133).
        let tiers: [i64; 6] = [0, 250, 1_000, 5_000, 10_000, 20_000];
        for (low, high) in tiers.iter().zip(tiers.iter().skip(1).chain([&1_000_000])) {
            let within = |p: Price| p > Price::from_paise(low * 100) && p <= Price::from_paise(high * 100);
            assert!(market.securities.iter().any(|s| within(s.prev_close)), "none between {low} and {high}");
        }
        for band in [Band::Percent(5), Band::Percent(10), Band::Percent(20), Band::Dynamic] {
            assert!(market.securities.iter().any(|s| s.band == band), "none with {band}");
        }
        assert!(
            market
                .securities
                .iter()
                .all(|s| s.isin.as_str().starts_with("INE9S") && s.name.ends_with("Limited"))
        );
    }

    #[test]
    fn the_sample_is_a_trading_day_with_a_calendar() {
        let market = sample_market();
        assert_eq!(market.holidays.len(), 17);
        assert!(!market.holidays.contains(&market.day) && !market.day.is_weekend());
        assert_eq!((market.sources.len(), market.sessions.len()), (7, 6));
        assert_eq!(market.sessions, market.bse_sessions, "one list speaks for both");
        assert!(market.securities.iter().all(|s| s.rated.is_some()));
        let said: Vec<&str> = market.notices.iter().map(String::as_str).collect();
        assert_eq!(
            said,
            ["no list of symbol changes (symbolchange*.csv) was found"]
        );
    }

    #[test]
    fn prices_of_the_sample_keep_within_their_bands() {
        for s in sample_market().securities {
            let percent = match s.band {
                Band::Percent(percent) => i64::from(percent),
                Band::Dynamic => 10,
            };
            let room = s.prev_close.0 * percent / 100;
            assert!(s.high.0 <= s.prev_close.0 + room && s.low.0 >= s.prev_close.0 - room, "{}", s.symbol);
            assert!(s.low <= s.open.min(s.close) && s.high >= s.open.max(s.close), "{}", s.symbol);
        }
    }
}
