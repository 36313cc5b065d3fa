//! A trade of which the exchange's file says otherwise than the sauda book is billed neither way at one person's word: the
//! exchange issues its file anew or takes the trade back, or two persons take the file's word for it, and then the trade
//! stands in every book as the file has it (guide I 6.3, sebi 32.2).

use super::desk::Desk;
use super::{corrected_file, modification, reissue};
use crate::{Break, BreakKind, Code, Event, FileRow, Firm, Job, Refusal};
use clearing::{Event as Clearing, Stage, Trade};
use vocab::{BreakNo, ClientKind, ClientRow, Price, Qty, Side, TradeNo, UserRow};

/// What a break that ended so is mended for.
const TAKEN: u16 = 2;

/// A difference about one trade, not about a whole file.
const fn is_of_a_trade(kind: BreakKind) -> bool {
    matches!(
        kind,
        BreakKind::MissingInSauda
            | BreakKind::MissingInFile
            | BreakKind::CodeDiffers
            | BreakKind::RateDiffers
            | BreakKind::QuantityDiffers
    )
}

/// The control totals of a file: who mends them says that the rows are right, and a second person says so too.
pub fn wants_two(firm: &Firm, no: BreakNo) -> bool {
    let totals = |kind| matches!(kind, BreakKind::ControlValue | BreakKind::ControlQuantity | BreakKind::ControlCount);
    firm.breaks.get(&no).is_some_and(|b| totals(b.kind))
}

/// The sides of the trade that are ours and live.
fn live(firm: &Firm, of: &Break) -> impl Iterator<Item = Trade> {
    let no = TradeNo(of.subject);
    [Side::Buy, Side::Sell].into_iter().filter_map(move |side| firm.clearing.trade(no, side).filter(|t| !t.annulled).copied())
}

/// Nobody's word ends a difference that stands: a file that has the trade as the book has it does, or its end.
#[allow(clippy::wildcard_enum_match_arm, reason = "the rest is of one form")]
pub fn stands(firm: &Firm, of: &Break) -> bool {
    match of.kind {
        BreakKind::MissingInSauda => !live(firm, of).any(|t| t.in_file),
        kind => is_of_a_trade(kind) && live(firm, of).any(|t| !t.in_file),
    }
}

/// Our trade that a difference is about.
fn ours(firm: &Firm, of: &Break) -> Option<Trade> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "of the others the file says too little")]
    let same = |t: &Trade| match of.kind {
        BreakKind::CodeDiffers => i64::from(t.client.0) == of.ours,
        BreakKind::RateDiffers => t.price.0 == of.ours,
        BreakKind::QuantityDiffers | BreakKind::MissingInFile => t.qty.0 == of.ours,
        _ => false,
    };
    live(firm, of).find(|t| !t.in_file && same(t))
}

/// Two persons take the file's word for one trade. What the file does not say of it (a trade that is in no book, another
/// share or side, a code that nobody has) is for a file issued anew.
pub fn take(desk: &mut Desk<'_>, by: UserRow, no: BreakNo, paper: u64) -> Result<(), Refusal> {
    let firm = desk.firm;
    let number = i64::try_from(no.0).unwrap_or(i64::MAX);
    let of = *firm.breaks.get(&no).ok_or(Refusal::of(Code::UnknownBreak, [number]))?;
    let silent = Refusal::of(Code::FileSilent, [number]);
    let trade = ours(firm, &of).ok_or(silent)?;
    let stage = firm.clearing.settlement(trade.settlement).map(|s| s.stage);
    if stage != Some(Stage::Scheduled) || !reissue::is_in_time(desk, trade.settlement, trade.client) {
        return Err(silent);
    }
    desk.push(Event::FileTaken { no, trade: trade.trade, side: trade.side, by, paper });
    desk.push(Event::Mended { no, by, reason: TAKEN });
    #[allow(clippy::wildcard_enum_match_arm, reason = "only four kinds are of a trade of ours")]
    match of.kind {
        BreakKind::CodeDiffers => hand_over(desk, &trade, of.theirs, silent)?,
        BreakKind::RateDiffers => figures(desk, &trade, (trade.qty, Price(of.theirs)), silent)?,
        BreakKind::QuantityDiffers => figures(desk, &trade, (Qty(of.theirs), trade.price), silent)?,
        _ => reissue::take_back(desk, &trade),
    }
    if of.kind != BreakKind::MissingInFile {
        let Trade { settlement, trade, side, .. } = trade;
        desk.push(Clearing::FileRowMatched { settlement, trade, side });
    }
    // What was put right is state in the next entry: bills are made if books and files are one.
    desk.start(Job::Agree(trade.settlement));
    Ok(())
}

/// The trade is his whose code the file has; own account for client or back it never is, and no way round his limits.
fn hand_over(desk: &mut Desk<'_>, trade: &Trade, theirs: i64, silent: Refusal) -> Result<(), Refusal> {
    let firm = desk.firm;
    let to = u32::try_from(theirs).map(ClientRow).map_err(|_| silent)?;
    let [old, new] = [firm.clients.known(trade.client)?.kind, firm.clients.known(to)?.kind];
    if old == ClientKind::Own || new == ClientKind::Own {
        return Err(Refusal::plain(Code::OwnAndClient));
    }
    if old == ClientKind::Error || new == ClientKind::Error {
        return Err(Refusal::plain(Code::ErrorKeeps));
    }
    modification::bears(desk, trade, to)?;
    modification::hand_over(desk, trade, to);
    Ok(())
}

/// The trade stands with the file's figures, as far as its order and his shares go.
fn figures(desk: &mut Desk<'_>, trade: &Trade, (qty, price): (Qty, Price), silent: Refusal) -> Result<(), Refusal> {
    let same = (qty, price) == (trade.qty, trade.price);
    let Trade { order, client, security, side, at, .. } = *trade;
    let row = FileRow { trade: trade.trade, order, client: Some(client), security: Some(security), side, qty, price, at };
    if same || !qty.is_positive() || price.0 <= 0 || !corrected_file::fits(desk, trade, &row) {
        return Err(silent);
    }
    corrected_file::correct(desk, trade, &row);
    Ok(())
}
