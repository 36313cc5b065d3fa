//! How the words stand in bytes: one table of tags, append-only.

use crate::message::{
    Announcement, BankLine, ClearingHead, CloseRow, DaySheet, Defective, FromFirm, FromPeople, Gift, HoldingRow, LineOf, LookRow, Mistake,
    ObligationRow, PenaltyRow, RateRow, Remedy, ScheduleRow, Sender,
    SettlementRef, SheetRow, ToFirm, TradeRow,
};
use crate::terms::{
    ClosingCall, Cycle, FirmBankAccount, FirmDemat, Flex, HaltRow, Hours, Knots, Odds, OpeningCall, Penalties, Phases, PostClose, SameDay,
    SecondExchange, SpecialHours, Terms,
};
use journal::{BadBytes, Cursor, Wire, mirror, mirror_struct};
use vocab::Moment;

mirror_struct!(SettlementRef { corporation, kind, number });
mirror!(Sender, { 1 => Firm, 2 => People, 3 => Online });
mirror!(ClearingHead, {
    1 => PayIn, 2 => Levies, 3 => Valuation, 4 => Auction, 5 => CloseOut, 6 => PayOut,
});

mirror!(FromFirm, {
    1 => NewOrder { venue, order, ucc, own, symbol, side, kind, validity, price, trigger, qty, disclosed, terminal },
    2 => ModifyOrder { venue, order, price, qty, trigger },
    3 => CancelOrder { venue, order },
    4 => AskOrder { venue, order, nth },
    5 => Transfer { payment, from, to, amount },
    6 => Pay { payment, from, to, amount },
    7 => AskPayment { payment, nth },
    8 => Move { transfer, depository, from, to, symbol_isin, qty, settlement },
    9 => AskMove { transfer, nth, depository },
    10 => DirectPayOut { settlement, isin, to, qty },
    11 => LeviesUpload { settlement, stt, stamp },
    20 => Unpledge { deposit, from, isin, qty },
    30 => Lien { lien, from, isin, qty },
    12 => ModifyCode { modification, trade, side, to },
    13 => AskWaiver { venue, modification },
    14 => Entrust { trade, side, custodian, account },
    61 => PlaceCash { payment, amount },
    62 => RecallCash { deposit, amount },
    31 => SendBack { inward, from, to, isin, qty },
    63 => ReportShort { day, ucc, asked, short },
});

mirror!(FromPeople, {
    1 => PayIn { from, name, amount, utr },
    2 => MoveAway { from, isin, qty },
    3 => OpenBankAccount { account, name, balance },
    4 => OpenDemat { account, depository, firm_may_see },
    5 => Endow { account, isin, qty },
    6 => RegisterCode { ucc },
    7 => DaySheet(sheet),
    15 => Pledge { from, isin, qty },
    16 => Give { from, to, isin, qty },
    56 => Deposit { instrument, from, amount },
    57 => SettlementHoliday { day },
    8 => Announce(it),
    100 => Reissue { venue, mistakes },
    101 => Object(it),
});
mirror!(Mistake, { 1 => Figures { trade, side, qty, price }, 2 => Nothing { trade, side }, 3 => LeftOut { order, qty } });
mirror_struct!(Defective { settlement, ucc, account, isin, qty, by_company, as_seller, due });
mirror!(Remedy, { 1 => Rectified, 2 => Auctioned, 3 => ClosedOut });
mirror_struct!(Announcement { isin, gift, ex, record, pay, tax });
mirror!(Gift, {
    1 => Dividend { per_share },
    2 => Bonus { new, held },
    3 => Split { from, to },
    4 => Rights { new, held, price, entitlement },
});
mirror_struct!(DaySheet { venue, day, securities, flat, fell });
mirror_struct!(SheetRow {
    symbol, isin, prev_close, open, high, low, close, band_low, band_high, tick, volume, rated, board, flexes,
    gross, moved,
});

mirror!(ToFirm, {
    1 => Phase { day, board, phase },
    2 => Halted { day, moved },
    33 => BandMoved { isin, low, high },
    66 => SameDayBand { isin, last, low, high },
    3 => Acked { order, venue_order, at },
    4 => Refused { order, code },
    5 => Traded { order, venue_order, trade, qty, price, at },
    6 => Modified { order, price, qty, trigger, at },
    7 => ModifyRefused { order, code },
    8 => Cancelled { order, left, at },
    9 => CancelRefused { order, code },
    10 => Lapsed { order, left, at },
    11 => OrderKnown { order, nth, known },
    12 => TradeFile { day, part, parts, rows, count, qty, value },
    67 => SameDayFile { day, part, parts, rows, count, qty, value },
    13 => Bhavcopy { day, part, parts, rows },
    14 => Credited { account, amount, from, name, utr },
    96 => InstrumentCredited { instrument },
    97 => InstrumentCleared { instrument },
    98 => InstrumentReturned { instrument, code },
    15 => Paid { payment },
    16 => PayFailed { payment, code },
    17 => PaymentKnown { payment, nth, known },
    18 => ClearingDebit { settlement, head, amount },
    19 => ClearingCredit { settlement, head, amount },
    20 => BankStatement { day, account, opening, closing, lines },
    21 => Schedule { rows },
    22 => Obligation { settlement, provisional, part, parts, rows, funds, stt, stamp },
    23 => Shortage { settlement, isin, qty, valuation_price, debit },
    24 => PayOutShort { settlement, isin, qty },
    25 => Auctioned { settlement, isin, qty, price, for_firm_as_seller },
    26 => ClosedOut { settlement, isin, qty, price, for_firm_as_seller },
    27 => PaidOut { settlement, isin, qty, to },
    28 => PayOutComplete { settlement },
    29 => Moved { transfer, qty },
    30 => MoveKnown { transfer, nth, known },
    31 => Holdings { day, rows },
    32 => Triggered { order, at },
    40 => MarginRates { day, rows },
    41 => Pledged { from, isin, qty, number },
    42 => Unpledged { deposit },
    50 => LienStands { lien, qty },
    51 => HoldingsWhole { day, depository },
    43 => Actions { rows },
    44 => Dividend { isin, record, account, amount, utr },
    45 => BenefitShares { isin, kind, record, to, qty },
    46 => CodeModified { modification },
    47 => CodeKept { modification, code },
    48 => WaiverDecided { modification, granted },
    49 => BankLines { day, account, part, parts, rows },
    52 => CustodianSaid { trade, side, confirmed, code },
    55 => SharesCame { to, from, isin, qty },
    54 => SentBack { inward, qty },
    85 => CashBack { deposit, amount },
    53 => MarginLook { day, nth, rows },
    99 => MarginPenalties { day, debit, rows },
    102 => TradeFileAnew { issue, day, part, parts, rows, count, qty, value },
    103 => Objected { settlement, number, ucc, isin, qty, by_company, as_seller },
    104 => ObjectionEnded { settlement, number, remedy, price },
});
mirror_struct!(RateRow { isin, var, elm, haircut });
mirror_struct!(LookRow { isin, price });
mirror_struct!(PenaltyRow { ucc, penalty, tax });
mirror_struct!(TradeRow {
    trade, order, venue_order, symbol, isin, ucc, side, qty, price, order_at, traded_at, terminal, settlement,
});
mirror!(LineOf, { 1 => Payment(payment), 2 => Credit(utr), 3 => Clearing(settlement, head), 4 => Instrument(instrument), 33 => Deposit(no), 34 => MarginPenalties(day) });
mirror_struct!(BankLine { of, amount });
mirror_struct!(CloseRow { symbol, open, high, low, close, traded });
mirror_struct!(ScheduleRow { settlement, trade_day, pay_in_day, pay_out_day });
mirror_struct!(ObligationRow { isin, qty });
mirror_struct!(HoldingRow { account, isin, qty });

mirror_struct!(FirmBankAccount { account, number, opening });
mirror_struct!(FirmDemat { account, depository, number });
mirror_struct!(Hours {
    session_open, session_close, bhavcopy, trade_file, schedule, provisional_obligation,
    securities_pay_in, funds_pay_in, shortage_advice, pay_out, auction, auction_settlement, bank_statement,
    holdings_begin, holdings_end,
});
mirror_struct!(Phases { opening, closing, post_close, halts, halt_auction, flex, same_day });
mirror_struct!(SameDay { from, until, band, step, trade_file, obligation, securities_pay_in, funds_pay_in, pay_out });
mirror_struct!(OpeningCall { from, random, matching });
mirror_struct!(ClosingCall { from, order, limit, random, matching, until, band });
mirror_struct!(PostClose { from, until });
mirror_struct!(HaltRow { moved, before, minutes });
mirror_struct!(Flex { first, second, third, wait_minutes, slides });
mirror_struct!(Odds { street_short_one_in, auction_fails_one_in, double_report_one_in, cheque_bounces_one_in });
mirror_struct!(Terms {
    member, first_day, holidays, sessions, bank, demat, clearing_nsdl, clearing_cdsl, hours, phases, cycle, moved, auction_band, close_out_over, disclosed_least, odds,
    street_activity, looks, penalties, second, knots,
});

/// Knots came after worlds were kept: in the terms they take no bytes. Those of a world that has others than the usual
/// stand beside its terms, in [`Entry::Fine`].
impl Wire for Knots {
    fn put(&self, _: &mut Vec<u8>) {}

    fn get(_: &mut Cursor<'_>) -> Result<Knots, BadBytes> {
        Ok(Knots::USUAL)
    }
}

mirror_struct!(Penalties { from, rate, amount, part, higher, running, in_month, repeated, tax, day });
mirror_struct!(Cycle { days, final_obligation_day, final_obligation, auction_day, auction_settlement_day });
mirror_struct!(SecondExchange { holidays, sessions, joint });
mirror_struct!(SpecialHours { open, close, after_from, after_until });

/// An entry of the world's journal.
#[allow(clippy::large_enum_variant, reason = "the large one is the first of a journal and no other")]
pub(crate) enum Entry {
    /// The first: what the world is made of.
    Began { terms: Terms, seed: u64 },
    /// The same for a world whose walk has finer knots: at least and at most so many seconds apart.
    Fine { terms: Terms, seed: u64, least: u32, most: u32 },
    Heard(Heard),
}

/// A message as it came.
pub(crate) struct Heard {
    pub at: Moment,
    pub who: Sender,
    pub number: u64,
    pub bytes: Vec<u8>,
}

mirror!(Entry, { 1 => Began { terms, seed }, 2 => Heard(heard), 3 => Fine { terms, seed, least, most } });

impl Entry {
    pub fn began(terms: Terms, seed: u64) -> Entry {
        match terms.knots {
            Knots::USUAL => Entry::Began { terms, seed },
            Knots { least, most } => Entry::Fine { terms, seed, least, most },
        }
    }
}
mirror_struct!(Heard { at, who, number, bytes });

macro_rules! coded {
    ($($type:ident)*) => {$(
        impl $type {
            pub fn encode(&self) -> Vec<u8> {
                journal::encode(self)
            }

            /// # Errors
            /// When the bytes name no message, or more follow it.
            pub fn decode(bytes: &[u8]) -> Result<$type, BadBytes> {
                journal::decode(bytes)
            }
        }
    )*};
}
coded!(FromFirm FromPeople ToFirm);
