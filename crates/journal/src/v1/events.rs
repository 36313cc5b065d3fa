//! Facts: the events of the firm and of its departments.

use super::words::Scope;
use crate::wire::{BadBytes, Cursor, Wire};
use crate::{mirror, mirror_struct};

mirror!(clients::Event, {
    1 => Opened { client, ucc, vault, pan, kind, state, day },
    2 => Verified { client, day },
    3 => CodeRegistered { client, day },
    4 => Signed { client, agreement, day },
    5 => Revoked { client, agreement, day },
    6 => BankRegistered { client, account, name },
    7 => DematRegistered { client, depository, account },
    8 => PlaceRegistered { client, terminal },
    9 => PlanSet { client, plan, from },
    10 => RunningSet { client, every, from },
    11 => RunningSettled { client, day },
    12 => FullValue { client, on },
    13 => Suspended { client, reason, by },
    14 => Resumed { client },
    15 => PlanDrawn { plan, slab },
    16 => Switched { client, on },
    17 => Slept { client, day },
    18 => Woken { client, day },
    19 => DealtAgain { client, day },
    20 => Died { client, day },
    21 => Succeeded { client, to },
    22 => Closed { client, day },
    23 => Reviewed { client, day, next },
    24 => CustodianSet { client, custodian },
    25 => FamilySet { client, head },
    26 => HolderAdded { client, vault, pan, name },
    27 => BankChosen { client, account },
    28 => BankDropped { client, account },
    29 => PolicySet { client, policy, from },
    60 => TradingCodeAllotted { client, side, code },
    61 => TradingCodeTaken { client, side, from },
});
mirror_struct!(clients::Policy { multiple, extra });
mirror_struct!(vocab::Slab { portion, turnover, rate, per_share, least, most });

mirror!(orders::Event, {
    1 => Placed(placed),
    2 => Evidenced { order, source, terminal, kind, reference },
    3 => Opened { order, venue_order, at },
    4 => Traded { order, trade, qty, price, at },
    5 => ModifyAsked { order, price, qty, trigger },
    6 => Modified { order, price, qty, trigger },
    7 => CancelAsked { order },
    8 => AskRefused { order, code },
    9 => Resent { order },
    10 => Closed { order, why, left, code },
    11 => DayCleared { next },
    12 => Conditioned { order, trigger, disclosed },
    13 => TriggerPassed { order, last },
    14 => Triggered { order, at },
    15 => Unreceived { order, settlement, qty },
    16 => SquaredOff { order },
    17 => Recounted { order, trade, qty },
});
mirror_struct!(orders::Placed { order, key, price, qty, client, security, user, venue, side, kind, validity, channel, product });

mirror!(risk::Event, {
    1 => UserLimited { user, limits },
    2 => ClientLimited { client, limits },
    3 => Held { order, client, user, security, qty, value, margin, charges },
    4 => Raised { order, value, amount },
    5 => Eased { order, value, amount },
    6 => Filled { order, side, eased_value, eased, turnover, committed },
    7 => Released { client, amount },
    8 => DayCleared { next },
    9 => Backed { client, amount },
    10 => SwitchPulled { switch, scope, reason, by },
    11 => SwitchRestored { scope, by },
    12 => Restricted { restriction, row },
    13 => RestrictionLifted { restriction, security },
    14 => TradeMoved { from, to, side, value, released, committed },
    15 => PositionMoved { client, security, venue, qty, value, margin, committed },
    16 => Uploaded { file, rows },
    17 => GroupDrawn { group, name, from },
    18 => GroupHas { group, from, security },
    19 => GroupLimited { group, holder, from, exposure },
    20 => Grouped { order, client, security },
    21 => Regrouped { security, from, to, value },
    22 => Documented { deviation, reason, paper, by },
    23 => Recounted { client, side, value, committed },
});

mirror!(market::Event, {
    1 => Listed { security, isin, symbol },
    2 => Renamed { security, symbol },
    3 => Termed { venue, security, terms },
    4 => Phased { venue, day, board, phase },
    5 => Halted { venue, day, moved, until },
    9 => BandMoved { venue, security, day, low, high },
    6 => Closed { venue, security, close },
    7 => Margined { security, day, margin },
    8 => CycleMoved { security, from },
    20 => SameDayListed { security, from, admitted },
    21 => SameDayBanded { venue, security, day, last, low, high },
    22 => Coded { security, code },
});
mirror_struct!(market::Terms { day, reference, low, high, tick, board, gross });
mirror_struct!(market::Close { day, high, close });

mirror!(books::Event, {
    1 => Posted(posting),
    2 => BillOpened { client, settlement, amount, due },
    3 => BillClosed { client, settlement, amount, due },
    4 => PayingSet { client, amount },
    5 => CoverSet { placed },
    6 => UndrawnSet { undrawn },
    7 => BillTakenBack { client, settlement, amount },
    8 => Uncleared { client, amount },
});
mirror_struct!(books::Posting {
    voucher, reference, amount, owner, value_day, settlement, rule, account, venue, corporation, cause,
});
mirror!(actions::Event, {
    1 => Announced { action, security, benefit, ex, record },
    2 => Entitled { action, client, account, depository, held },
    3 => Recorded { action },
    4 => Came { action, account, depository, amount },
    5 => Passed { action, client, account, depository, amount },
    6 => Shared { action },
    7 => Taxed { action, client, account, depository, tax },
    8 => StrangerEntitled { action, stranger, account, depository, held, from },
    9 => StrangerPassed { action, stranger, account, depository, amount, under },
    10 => StrangerTaxed { action, stranger, account, depository, tax },
});
mirror!(actions::Benefit, {
    1 => Dividend { per_share },
    2 => Bonus { new, held },
    3 => Split { from, to },
    4 => Rights { new, held, price, entitlement },
});
mirror!(books::StockEvent, {
    1 => Moved { client, security, from, to, qty, settlement, depository },
    2 => Blocked { client, security, qty },
    3 => Sold { client, security, qty, blocked },
    4 => Kept { client, security, qty },
    5 => Pledged { client, security, qty },
});

mirror!(clearing::Event, {
    1 => Scheduled { settlement, corporation, kind, number, trade_day, pay_in, pay_out },
    2 => Rescheduled { settlement, pay_in, pay_out },
    3 => Traded(fact),
    4 => Committed { settlement, client, side, amount },
    5 => CommitmentEnded { settlement, client, side, amount },
    6 => FileRowMatched { settlement, trade, side },
    7 => FileMatched { settlement, count, qty, value },
    8 => Billed { settlement, client, note, bill, levies },
    9 => StandingClosed { settlement, client },
    10 => LeviesDue { settlement, stt, stamp },
    11 => StageReached { settlement, stage },
    12 => ObligationAgreed { settlement, provisional, funds, rows },
    13 => Planned { settlement, client, security, direct, internal },
    14 => Gathered { settlement, client, security, asked, moved },
    15 => Staged { settlement, client, security, qty },
    16 => HandedOver { settlement, client, security, qty },
    17 => Delivered { settlement, client, security, qty },
    18 => ShortOfDelivery { settlement, client, security, qty, valuation },
    19 => ShortageEnded { settlement, client, security, qty, price, closed_out },
    20 => ShortInternally { settlement, seller, buyer, security, qty },
    21 => InternalShortEnded { settlement, seller, buyer, security, price },
    22 => Awaited { settlement, client, security, qty },
    23 => AwaitedEnded { settlement, client, security, qty, price },
    24 => Received { settlement, client, security, qty, internal },
    25 => FundsMoved { settlement, amount },
    26 => DayCleared { day },
    27 => ValueMoved { settlement, amount },
    28 => CreditMet { settlement, client, amount },
    29 => Funded { settlement, amount },
    30 => LeviesTaken { settlement, amount },
    31 => Shared { settlement, clients, own },
    32 => CodeModified { settlement, trade, side, to },
    33 => Annulled { settlement, trade, side },
    46 => FileReopened { venue },
    47 => Corrected { settlement, trade, side, qty, price },
    34 => BillCancelled { settlement, client, note },
    35 => WrittenOff { settlement, value, levies },
    36 => PaidInEarly { settlement, client, security, qty },
    37 => EarlyReturned { settlement, client, security, qty },
    38 => EarlyTaken { settlement, client, security, qty },
    39 => SaleCredited { settlement, client, security, amount },
    40 => Entrusted { settlement, trade, side },
    41 => Confirmed { settlement, trade, side },
    42 => Returned { settlement, trade, side, code },
    43 => InternalShortMadeGood { settlement, seller, buyer, security, qty },
    78 => LegsApart { client, from },
    44 => Objected { settlement, number, client, security, qty, defect, as_seller, due },
    45 => ObjectionEnded { settlement, number, client, security, qty, remedy, as_seller, price },
});
mirror_struct!(clearing::TradeFact { trade, order, qty, price, at, settlement, client, security, side });

mirror!(partners::Event, {
    1 => PaymentAsked { payment, kind, amount, owner, to, settlement },
    2 => PaymentRepeated { payment },
    3 => PaymentDone { payment },
    4 => PaymentFailed { payment, code },
    5 => TransferAsked { transfer, kind, client, security, qty, settlement, seller, account, depository },
    6 => TransferRepeated { transfer },
    7 => TransferDone { transfer, moved },
});

mirror!(margin::Event, {
    1 => Rated { security, rated },
    2 => Deposited { no, client, form, security, qty, amount, funded, good_until, paper, day },
    3 => Valued { no, price, haircut, value },
    4 => Lodged { no, on },
    5 => Leaving { no },
    6 => Returned { no, day },
    7 => Exposed { day, client, holder, var, elm, mtm, covered },
    8 => Collected { day, client, upfront, mtm, funds, deposits, securities, short },
    9 => Member { day, var, elm, mtm, covered, cash_like, securities },
    10 => Barred { on },
    11 => LookTaken { day, nth },
    12 => LookPriced { security, price },
    13 => Looked { day, client, nth, asked, wanted, funds, deposits, securities, short },
    47 => Recalled { no },
    45 => Called { day, client, amount, letter },
    46 => Penalised { day, client, debited, passed },
    14 => Reported { day, client, nth, running, in_month, evening, wanted, peak, rate, penalty },
});
mirror_struct!(margin::Rated { day, var, elm, haircut });

mirror!(intermediaries::Event, {
    1 => Opened { intermediary, code, vault, pan, kind, form, day },
    2 => Associated { intermediary, pan },
    3 => Decided { intermediary, venue, approved, from, paper },
    4 => Withdrawn { intermediary, venue, day, reason },
    5 => Agreed { intermediary, day },
    6 => BankRegistered { intermediary, account },
    7 => ShareSet { intermediary, from, rate },
    8 => Introduced { client, intermediary, from, agreed },
    9 => Withheld { intermediary, on, reason },
    10 => Barred { pan, reason, day },
});

mirror!(corrections::Event, {
    1 => PolicyApproved { version, from, document, by },
    2 => CodeDisclosed { venue, client, day, reference },
    3 => Asked { no, trade, side, from, to, reason, evidence, by, sanctioned, dealer },
    4 => Repeated { no },
    5 => Accepted { no, venue, day, security, qty, value, institutional },
    6 => Refused { no, code },
    7 => Liquidated { no, trade, qty, value },
    8 => TurnoverCounted { venue, day, value },
    9 => Penalised { venue, month, total },
    10 => Alerted { venue, month, level },
    11 => WaiverDrafted { no, evidence },
    12 => WaiverSubmitted { no },
    13 => WaiverDecided { no, granted },
});

mirror!(liens::Event, {
    1 => Asked { no, client, security, settlement, qty, form, since },
    2 => Held { no, qty },
    3 => Told { no, owed, day },
    4 => Offered { no, order, settlement, qty },
    5 => Sold { no, qty },
    6 => Realised { no, qty },
    7 => Leaving { no, qty },
    8 => Released { no, qty },
    9 => Repeated { no },
    10 => Unsold { no, qty },
});

mirror!(watch::Event, {
    1 => ListMade { list, owner, name },
    2 => ListNamed { list, name },
    3 => Entered { list, venue, security },
    4 => Struck { list, venue, security },
    5 => ListDropped { list },
    6 => AlertSet { alert, owner, condition, on },
    7 => AlertNamed { alert, name },
    8 => Crossed { alert, met, value },
    9 => AlertDropped { alert },
    10 => Kept { trigger, user, client, venue, security, last, expires },
    11 => KeptFrom { trigger, channel, source },
    12 => Waits { trigger, nth, at, side, qty, price, product },
    13 => Changed { trigger, last },
    14 => Fired { trigger, nth, price, order, code, facts },
    15 => Ended { trigger, why },
});
mirror!(mandates::Event, {
    1 => Executed { power, client, kind, purposes, clauses, signers, dated, paper },
    2 => Stamped { power, place, stamp, until, most },
    3 => Listed { power, account, bank },
    4 => CopyGiven { power, letter },
    5 => Struck { power, letter },
    6 => Ended { power, at, why },
    7 => Remains { power, settlement, client, security, qty },
    8 => Instructed { settlement, client, security, qty, slip },
    9 => Awaited { settlement, client, security, qty },
    10 => Used { transfer, by, settlement, client, security, qty },
    11 => Over { settlement },
});
mirror!(access::Event, {
    1 => PasswordSet { user, verifier, until, keep, issued },
    2 => FactorSet { user, factor, secret },
    3 => StepTaken { user, step },
    4 => Denied { user, factor, why, wrong, source },
    5 => Locked { user, why },
    6 => Unlocked { user, paper },
    7 => Blocked { user, reason },
    8 => Unblocked { user, paper },
    9 => Slept { user, since },
    10 => SessionOpened { session, user, key, medium, expires, idle },
    11 => SessionFrom { session, source, device, app },
    12 => LapseTold { user, until },
    13 => DeviceMet { user, device, source },
    14 => Touched { session, source },
    15 => SessionEnded { session, user, why },
    16 => Requested { request, user, app, expires },
    17 => RequestFrom { request, source, device },
    18 => RequestOver { request },
    19 => CodeIssued { user, key, expires, tries },
    20 => CodeTaken { user },
    21 => CodeOver { user },
    22 => TroubleReported { user, trouble, since, paper },
    23 => PeriodSet { user, from, until },
    24 => TerminalMapped { user, terminal, before },
    25 => Certified { user, certificate, number, until },
    26 => CertificateWarned { user, certificate, until },
    27 => CertificateLapsed { user, certificate, until },
    28 => AppRegistered { app, owner, code, secret },
    29 => AddressRegistered { app, source },
    30 => AddressDropped { app, source },
    31 => AppBlocked { app, reason },
    32 => StrangersCounted { tries },
});
mirror!(mandates::Authority, { 1 => Power(power), 2 => Slip, 3 => Ended, 4 => Lien });
mirror_struct!(mandates::Purposes { 0 });
mirror_struct!(mandates::Clauses { 0 });
mirror_struct!(firm::Text { at, len });
mirror_struct!(firm::Refusal { code, facts });
mirror_struct!(firm::Charged { amount, bases, client, note, rules, head, rounding });
mirror_struct!(firm::PolicyFigures { buy, sell, allowance, debit_days, evidence, recording, direct, rated, barred, credits_at_once });
mirror_struct!(firm::HouseFigures { confirm_above, releasable, resale });
mirror!(firm::Subject, { 1 => Order(order), 2 => Payment(payment), 3 => Transfer(transfer) });

macro_rules! put_field {
    ($out:ident $field:ident) => {
        Wire::put($field, $out)
    };
    ($out:ident $field:ident $form:ident) => {
        $form::from(*$field).put($out)
    };
}

macro_rules! get_field {
    ($from:ident) => {
        Wire::get($from)?
    };
    ($from:ident $form:ident) => {
        $form::get($from)?.into()
    };
}

/// As [`mirror!`], where a field may stand `as` another form than its type's own.
macro_rules! mirror_forms {
    ($type:ty, {
        $($tag:literal => $variant:ident
            $(($slot:ident))?
            $({ $($field:ident $(as $form:ident)?),* $(,)? })?
        ),* $(,)?
    }) => {
        impl Wire for $type {
            fn put(&self, out: &mut Vec<u8>) {
                type It = $type;
                $(const { assert!($tag > 0u8, "tag 0 is kept free: zeros are no value"); })*
                match self {
                    $(It::$variant $(($slot))? $({ $($field),* })? => {
                        out.push($tag);
                        $(Wire::put($slot, out);)?
                        $($(put_field!(out $field $($form)?);)*)?
                    })*
                }
            }

            #[deny(unreachable_patterns)]
            fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
                type It = $type;
                let at = from.at();
                match u8::get(from)? {
                    $($tag => Ok(It::$variant
                        $(({ let $slot = Wire::get(from)?; $slot }))?
                        $({ $($field: get_field!(from $($form)?)),* })?
                    ),)*
                    tag => Err(BadBytes::Tag { of: stringify!($type), tag, at }),
                }
            }
        }
    };
}

mirror_forms!(firm::Event, {
    1 => Client(event),
    2 => Order(event),
    3 => Risk(event),
    4 => Market(event),
    5 => Money(event),
    6 => Stock(event),
    7 => Clearing(event),
    8 => Partner(event),
    9 => Refused(refusal),
    10 => FirmOpened { state, name },
    11 => BankNamed { account },
    12 => DematNamed { account, depository },
    13 => UserRegistered { user, code, role, client, terminal },
    14 => Proposed { fingerprint, by },
    15 => ProposalTaken { fingerprint, by },
    83 => ProposalLapsed { fingerprint, by },
    16 => RuleAdopted { row, name, scope as Scope, from, to, value, extra, confidence, text },
    17 => HolidayAdded { day },
    18 => DayBegun { day, settlement, cleared_by, policy },
    19 => Costed { state, side, levies, tax },
    20 => DayEnded { day },
    21 => Armed { due, timer },
    22 => Disarmed { due, timer },
    23 => JobStarted { job },
    24 => JobMoved { cursor },
    25 => JobEnded,
    26 => Broke { no, kind, subject, ours, theirs },
    27 => Mended { no, by, reason },
    28 => AskedAfter { subject },
    29 => Noted { note, trade, side, client, brokerage },
    30 => NoteTaken { year, note, client, settlement, net },
    31 => Charged(charged),
    32 => DirectAsked { settlement, security, client, qty },
    33 => LeviesUploaded { settlement, stt, stamp },
    34 => FilePart { venue, day, part, rows },
    35 => ObligationPart { settlement, part, matched },
    36 => ReceiptHeld { receipt, account, amount, from },
    37 => ReceiptReturned { receipt, payment },
    38 => Receipt { client, amount, utr },
    39 => StatementSeen { day, account, closing, lines, agreed },
    40 => HoldingsSeen { day, rows, differing },
    41 => MoneyTested { day, held, collateral, credits, debits, suspense },
    42 => MarginTested { day, own_securities, unfunded, own_margin, used, unused },
    43 => Late { client, settlement, due, funds },
    44 => CoverAsked { settlement, waits },
    45 => Crossed { trade, buyer, seller },
    46 => CureDue { settlement, client, security, amount },
    47 => CurePaid { settlement, client, security, amount },
    48 => ObligationRow { settlement, security, delivers },
    49 => ObligationSpoilt { settlement },
    50 => Margin(event),
    51 => Action(event),
    52 => Intermediary(event),
    53 => Shared { note, trade, side, intermediary, amount },
    54 => HouseFigured(figures),
    55 => Referred(placed),
    56 => ReferralConditioned { referral, trigger, disclosed, seen },
    57 => ReferralProof { referral, source, terminal, kind, reference },
    58 => ReferralReason { referral, refusal, waived },
    59 => ReferralEnded { referral, answer, by, reason, order },
    73 => Converted { client, security, venue, qty, to },
    74 => Carried { client, security, venue, qty, margin, lacking },
    60 => Correction(event),
    61 => NoteCancelled { year, note, client, settlement, reason },
    62 => NoteReplaces { year, note, cancelled },
    63 => SettlementHolidayAdded { day },
    64 => BankBooked { account, reference, amount },
    65 => BankStated { account, reference, amount },
    66 => Lodged { instrument, client, kind, amount, certified },
    67 => InstrumentReached { instrument, stage },
    68 => CreditKept { client, until, reference },
    69 => FileWhole { venue, day },
    92 => SameDayFilePart { venue, day, part, rows },
    93 => SameDayFileWhole { venue, day },
    78 => FileReissued { venue, day, issue },
    79 => Superseded { no, issue },
    70 => Lien(event),
    71 => DematCompared { account, depository, security, ours, theirs },
    72 => DematStated { day, depository, missing, open },
    75 => SharesHeld { inward, account, depository, security, qty, from },
    76 => SharesReturning { inward },
    77 => SharesReturned { inward, qty },
    82 => SharesStay { inward, under },
    80 => AccountClosed { account, paper },
    81 => AccountTold { account, closed, letter },
    94 => DividendHeld { receipt, amount, from },
    95 => ExchangeHolidayAdded { venue, day },
    96 => SessionAdded { venue, day },
    97 => CreditDue { client, amount, due },
    98 => CreditLate { client, amount, due },
    99 => FileTaken { no, trade, side, by, paper },
    100 => Mandate(event),
    101 => SessionTimed { venue, day, open, close },
    102 => AccountNumbered { account, number },
    103 => AccountsCompared { depository, listed, differ },
    130 => Watch(event),
    104 => Access(event),
    105 => AppAddressed { app, redirect, postback },
    106 => UserAppointed { user, role },
});
