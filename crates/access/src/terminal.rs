//! Ids of terminals, as the exchanges know where each stands.

/// A location id taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terminal {
    /// Postal code of the place.
    pub pin: u32,
    pub branch: u16,
    pub number: u16,
    /// Whether orders come from a program, and whose software it is: of the longer form alone.
    pub automated: u8,
    pub vendor: u8,
    /// Of the form with sixteen digits (guide I 12.8); the other has twelve (guide I 12.9).
    pub is_iml: bool,
}

impl Terminal {
    /// None where it has neither twelve digits nor sixteen, or no terminal's number is in it.
    pub fn parse(id: u64) -> Option<Terminal> {
        // A postal code begins with no zero, so that the digits are as many as were written.
        let of = |below: u64, size: u64| id.checked_div(below)?.checked_rem(size);
        let short = |n: u64| u16::try_from(n).ok();
        let (parts, is_iml) = match id {
            100_000_000_000..=999_999_999_999 => ((of(1_000_000, 1_000_000)?, of(1_000, 1_000)?, of(1, 1_000)?, 0, 0), false),
            1_000_000_000_000_000..=9_999_999_999_999_999 => {
                let (auto, vendor) = (of(100, 10)?, of(1, 100)?);
                ((of(10_000_000_000, 1_000_000)?, of(1_000_000, 10_000)?, of(1_000, 1_000)?, auto, vendor), true)
            }
            _ => return None,
        };
        let (pin, branch, number, auto, vendor) = parts;
        let (automated, vendor) = (u8::try_from(auto).ok()?, u8::try_from(vendor).ok()?);
        let it = Terminal { pin: u32::try_from(pin).ok()?, branch: short(branch)?, number: short(number)?, automated, vendor, is_iml };
        (it.number > 0).then_some(it)
    }
}
