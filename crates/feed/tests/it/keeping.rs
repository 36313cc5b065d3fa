//! Candles on disk: wherever the feed or its file was cut, the day goes on to the same candles.

use crate::play::{INFY, at, day_of, isin, market, play};
use feed::{Candle, Cut, Feed, Source, Span};
use std::fs;
use std::path::{Path, PathBuf};
use vocab::Venue;

/// A folder of this test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn open(folder: &Path) -> (Feed, Vec<Cut>) {
    Feed::open(folder, Source::Simulated, 60).unwrap()
}

fn all(feed: &Feed) -> Vec<Vec<Candle>> {
    let ids = ["INE009A01021", "INE467B01029"].map(|of| feed.by_isin(Venue::Nse, isin(of)));
    let (from, to) = (day_of("2026-07-01").0, day_of("2026-07-06").1);
    ids.iter().flatten().map(|id| feed.candles(*id, Span::Minute, from, to)).collect()
}

#[test]
fn a_feed_that_dies_and_comes_back_has_the_same_candles() {
    let ends = ["01 09:15:02", "01 11:20:31", "01 11:21:00", "01 19:00:00", "02 10:00:30", "02 12:00:00"].map(|end| at(&format!("2026-07-{end}")));
    let straight = {
        let (mut world, mut feed) = (market(), Feed::new(Source::Simulated, 60));
        for end in ends {
            play(&mut world, &mut feed, end);
        }
        all(&feed)
    };
    let (mut world, here) = (market(), folder("dies"));
    for end in ends {
        let (mut feed, cuts) = open(&here);
        assert_eq!(cuts, []);
        play(&mut world, &mut feed, end);
    }
    let (mut feed, _) = open(&here);
    feed.take(&world, world.now()).unwrap();
    assert!(all(&feed) == straight, "each trade in one candle");
    let id = feed.by_isin(Venue::Nse, isin(INFY)).unwrap();
    assert_eq!(feed.candles(id, Span::Day, day_of("2026-07-01").0, day_of("2026-07-02").1).len(), 2);
}

#[test]
fn a_file_cut_at_any_byte_is_read_to_its_last_whole_minute_and_gone_on_with() {
    let (mut world, here) = (market(), folder("cut"));
    let (mut feed, _) = open(&here);
    play(&mut world, &mut feed, at("2026-07-01 09:26:10"));
    let straight = all(&feed);
    drop(feed);
    let path = here.join("2026-07-01.candles");
    let whole = fs::read(&path).unwrap();
    assert!(whole.len() > 300, "{}", whole.len());
    let minutes = |feed: &Feed| all(feed).iter().map(Vec::len).sum::<usize>();
    let mut seen = 0;
    for cut in 0..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let (mut feed, cuts) = open(&here);
        let kept = minutes(&feed);
        assert!(kept >= seen, "more bytes tell no less");
        seen = kept;
        for (kept, straight) in all(&feed).iter().zip(&straight) {
            assert!(straight.starts_with(kept), "a prefix of the day, cut at {cut}");
        }
        assert_eq!(cuts.len(), usize::from(cuts.iter().any(|it| it.bytes > 0)), "a cut is told with its bytes");
        feed.take(&world, world.now()).unwrap();
        assert!(all(&feed) == straight, "made again from what the exchange shows, cut at {cut}");
        drop(feed);
        assert!(fs::read(&path).unwrap() == whole, "and written again to the byte, cut at {cut}");
    }
    assert_eq!(seen, 22, "eleven minutes of two securities");
}

#[test]
fn a_byte_turned_anywhere_is_found() {
    let (mut world, here) = (market(), folder("turned"));
    let (mut feed, _) = open(&here);
    play(&mut world, &mut feed, at("2026-07-01 09:20:10"));
    let straight = all(&feed);
    drop(feed);
    let path = here.join("2026-07-01.candles");
    let whole = fs::read(&path).unwrap();
    for place in 0..whole.len() {
        let mut turned = whole.clone();
        turned[place] ^= 0x10;
        fs::write(&path, turned).unwrap();
        match Feed::open(&here, Source::Simulated, 60) {
            Err(error) => assert!(place < 13 && error.to_string().contains("no file of candles"), "{place}: {error}"),
            Ok((feed, cuts)) => {
                assert!(cuts.len() == 1 && place >= 13, "told: {place}");
                for (kept, straight) in all(&feed).iter().zip(&straight) {
                    assert!(straight.starts_with(kept) && kept.len() < straight.len(), "what is behind it is not believed: {place}");
                }
            }
        }
    }
}
