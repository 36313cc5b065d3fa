//! Random loads as a yardstick: what memory alone costs for a state of the same size.

use stdx::Lots;

/// What an average message reads from memory at a client's place: for a new order the login, its limits and
/// its day's count, the client, his limits, his balance and his holding with its key (ten lines); for a
/// cancel about half of that.
const LOADS: usize = 8;
/// Cache lines of state that a client has on those paths.
const LINES: u64 = 8;

type Line = [u64; 8];

pub struct Loads {
    lines: Vec<Line>,
    at: usize,
    turn: u64,
}

impl Loads {
    pub fn over(clients: u64) -> Loads {
        let mut lots = Lots::new(3);
        let lines = (0..clients * LINES).map(|_| [lots.draw(); 8]).collect();
        Loads { lines, at: 0, turn: 0 }
    }

    /// As many loads as one message makes, each at a place that the one before names.
    #[inline]
    pub fn follow(&mut self) {
        for _ in 0..LOADS {
            // The turn is mixed in: a walk that only follows what it finds soon goes in a small circle.
            self.turn += 1;
            let mixed = (self.lines[self.at][0] ^ self.turn).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            self.at = ((u128::from(mixed) * self.lines.len() as u128) >> 64) as usize;
        }
    }
}
