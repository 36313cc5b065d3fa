//! Everything outside the broker's firm: two exchanges and their clearing corporations, a bank, two depositories, and
//! the people and the street that deal with them.
//!
//! What this is not: no rule of the firm and no view of its books. The world does what it is told in encoded
//! messages, also twice, because it does not know what the firm meant; and it never forgets what it said.
//!
//! What always holds:
//! - The same [`Terms`], seed and messages make the same world: same digest, same [`Sent`] bytes.
//! - Each [`Link`] numbers its messages from 1 without gaps, and none is due before the one before it.
//! - Money and shares are moved, never made: see [`World::money`] and [`World::shares`].
//! - A message that is refused changes nothing, not even the time.
//!
//! The world has a journal of its own and survives the firm's crash, as the firm survives the world's
//! (DESIGN, decided 4): [`Kept`].
//!
//! Start with [`World::receive`] and [`World::advance`]; the words are in [`FromFirm`], [`FromPeople`], [`ToFirm`].

mod auction;
mod bank;
mod call;
mod calendar;
mod canon;
mod clearing;
mod codes;
mod custodian;
mod depository;
mod exchange;
mod fine;
mod floor;
mod kept;
mod message;
mod mirrors;
mod objection;
mod penalty;
mod phases;
mod post;
mod queue;
mod registrar;
mod reissue;
mod sheet;
mod street;
mod tape;
mod terms;
mod view;
mod world;

pub use bank::{PayInDefault, dishonour, failure};
pub use calendar::Calendar;
pub use codes::kept as code_kept;
pub use custodian::left as left_to_member;
pub use floor::{MOST_QTY, refusal};
pub use kept::{Kept, KeptError, heard_in};
pub use message::{
    Announcement, Gift, AccountNo, BankLine, ClearingHead, CloseRow, DaySheet, Defective, DematNo, FromFirm, FromPeople, HoldingRow, LineOf, Link, LookRow,
    Mistake, ObligationRow, PenaltyRow, RateRow, Remedy, ScheduleRow, Sender, SettlementRef, SheetRow, ToFirm, TradeRow, Utr,
};
pub use post::Sent;
pub use terms::{
    BadTerms, ClosingCall, Cycle, FirmBankAccount, FirmDemat, Flex, HaltRow, Hours, Knots, Odds, OpeningCall, Penalties, Phases, PostClose, SameDay, SecondExchange,
    Terms, SpecialHours,
};
pub use view::{Indicative, Print, Quote, SHOWN, Shown, Standing, Watch};
pub use world::{BadMessage, World};
