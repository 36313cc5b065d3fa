//! What people ask and what the world reports.

use super::words::Scope;
use crate::wire::{BadBytes, Cursor, Wire};
use crate::{mirror, mirror_struct};
use rulebook::Rule;

mirror!(firm::Input, {
    1 => Ask { by, command },
    2 => Report(report),
    3 => Tick(timer),
    4 => Step,
});

mirror!(firm::Command, {
    1 => OpenFirm { name, state, pan, principal, second, capital },
    2 => NameBankAccount { account, title },
    3 => NameDematAccount { account, depository, title },
    4 => AdoptRules(rules),
    5 => AddHolidays(days),
    6 => RegisterUser { code, role, client, terminal },
    7 => LimitUser { user, limits },
    8 => LimitClient { client, limits },
    9 => OpenClient { ucc, vault, pan, kind, state },
    10 => VerifyClient { client },
    11 => RegisterCode { client },
    12 => Sign { client, agreement, by_client, dated, revocable, every },
    13 => Revoke { client, agreement },
    14 => RegisterBank { client, account, name },
    15 => RegisterDemat { client, depository, account },
    16 => RegisterPlace { client, terminal },
    17 => SetPlan { client, from, slabs },
    18 => ChooseFullValue { client, on },
    19 => Suspend { client, reason },
    20 => Resume { client },
    21 => ListSecurities(rows),
    22 => SetTerms { venue, rows },
    23 => BeginDay { day },
    24 => Place(place),
    25 => Modify { order, client, price, qty, trigger },
    26 => Cancel { order, client },
    27 => Withdraw { client, amount },
    28 => ReturnReceipt { receipt },
    29 => MendBreak { no, reason },
    85 => PlaceCash { amount },
    84 => CallMargin { client, amount, letter },
    30 => TakeDeposit { client, form, amount, funded, good_until, paper },
    31 => LodgeDeposit { no, on },
    32 => ReturnDeposit { no },
    33 => Intermediary(ask),
    34 => PullSwitch { scope, reason },
    35 => RestoreSwitch { scope },
    36 => Restrict(rows),
    37 => LiftRestriction { restriction },
    38 => Answer { referral, answer, reason },
    39 => Correct(correction),
    40 => MoveCycle(rows),
    41 => AddSettlementHolidays(days),
    42 => WriteOff { settlement, reason },
    43 => Lodge { client, instrument },
    44 => KeepCredit { client, until, reference },
    45 => Keep { client, ask },
    46 => Queue(place),
    47 => PayInEarly { client, security, qty },
    48 => SellLien { lien, price },
    49 => Convert { client, security, venue, qty, to },
    50 => ReturnShares { inward },
    51 => BuyIn { settlement, seller, security, price },
    52 => Risk(ask),
    53 => CloseAccount { account, paper },
    54 => TellAccounts { letter },
    65 => ListSameDay(rows),
    86 => AddExchangeHolidays { venue, days },
    87 => AddSessions { venue, days },
    88 => TakeFile { no, paper },
    89 => Mandate(ask),
    90 => ListScripCodes(rows),
    91 => TimeSession { venue, day, open, close },
    92 => NumberAccount { account, number, place },
    93 => CompareAccounts { depository, rows },
    120 => Watch(ask),
    94 => Access(ask),
});
mirror!(firm::Correction, {
    1 => ModifyCode { trade, side, to, reason, evidence },
    2 => ApproveErrorPolicy { version, from, document },
    3 => DiscloseErrorCode { venue, client, letter },
    4 => DraftWaiver { modification, evidence },
    5 => SubmitWaiver { modification },
    6 => SanctionErrorLoss { client, amount },
    7 => ReissueNote { note, reason },
});
mirror_struct!(firm::Place {
    client, security, venue, side, kind, validity, channel, price, trigger, qty, disclosed, seen, key, source, terminal, evidence,
    product,
});
mirror!(clients::Ask, {
    1 => Wake,
    2 => RecordDeath { paper },
    3 => Succeed { to, paper },
    4 => Close { paper },
    5 => Review { next, paper },
    6 => Custodian { custodian, paper },
    7 => Family { head, paper },
    8 => AddHolder { vault, pan, name, paper },
    9 => AddBank { account, name, paper },
    10 => ChooseBank { account, paper },
    11 => DropBank { account, paper },
    12 => ChangeDemat { depository, account, paper },
    13 => SetPolicy { policy, from, paper },
    44 => AllotCode { side, code, paper },
    45 => CodeTaken { side },
});
mirror!(intermediaries::Ask, {
    1 => Open { code, vault, pan, kind, form },
    2 => Associate { intermediary, pan },
    3 => Decide { intermediary, venue, approved, from, paper },
    4 => Withdraw { intermediary, venue, reason },
    5 => Agree { intermediary, dated },
    6 => Bank { intermediary, account },
    7 => Share { intermediary, from, rate },
    8 => Introduce { client, intermediary, from, agreed },
    9 => Withhold { intermediary, on, reason },
    10 => Pay { intermediary, amount },
    11 => Bar { pan, reason },
});
mirror!(watch::Ask, {
    1 => MakeList { name },
    2 => RenameList { list, name },
    3 => Enter { list, venue, security },
    4 => Strike { list, venue, security },
    5 => DropList { list },
    6 => SetAlert { name, condition },
    7 => ChangeAlert { alert, name, condition, on },
    8 => DropAlert { alert },
    9 => Keep { client, venue, security, last, legs, channel, source },
    10 => Change { trigger, last, legs },
    11 => Drop { trigger },
});
mirror!(watch::Than, { 1 => Figure(figure), 2 => Of(venue, security) });
mirror_struct!(watch::Condition { venue, security, measure, operator, than });
mirror!(watch::Legs, { 1 => One(leg), 2 => Two(lower, upper) });
mirror_struct!(watch::Leg { at, side, qty, price, product });
mirror!(mandates::Ask, {
    1 => Execute { client, written },
    2 => List { power, account, paper },
    3 => GiveCopy { power, letter },
    4 => Strike { power, letter },
    5 => Revoke { power },
    6 => Instruct { client, security, qty, slip },
});
mirror!(access::Ask, {
    1 => SignIn { proofs, from, key, app },
    2 => Exchange { request, key, proven },
    3 => Touch { session, source },
    4 => Revoke { session },
    5 => ChangePassword { proof, verifier },
    6 => Enrol { proof, factor, secret, first },
    7 => AskCode { proof, key },
    8 => PresentCode { key },
    9 => ReportTrouble { user, trouble, since, paper },
    10 => Issue { user, verifier },
    11 => Unlock { user, paper },
    12 => Block { user, reason },
    13 => Unblock { user, paper },
    14 => Appoint { user, role },
    15 => Period { user, from, until },
    16 => MapTerminal { user, terminal },
    17 => Certify { user, certificate, number, until },
    18 => RegisterApp { code, secret, redirect, postback },
    19 => RegisterAddress { app, source },
    20 => DropAddress { app, source },
    21 => BlockApp { app, reason },
});
mirror_struct!(access::Proof { factor, right, step });
mirror_struct!(access::From { medium, source, device });
mirror_struct!(mandates::Written {
    kind, purposes, clauses, to_firm, signers, place, stamp, dated, until, most, demat, bank, paper,
});
mirror_struct!(firm::Instrument { kind, amount, from, to_firm, certified, request });
mirror_struct!(risk::UserLimits { order_qty, order_value, symbol_qty, open_value });
mirror_struct!(risk::ClientLimits { order_value, exposure, turnover });
mirror_struct!(risk::Restriction { security, whom, bar, from, to, source });
mirror!(risk::LimitRow, { 1 => User { user, limits }, 2 => Client { client, limits } });
mirror!(risk::Deviation, { 1 => Limit { order, which }, 2 => Margin { client, day } });
mirror!(risk::Holder, { 1 => Firm, 2 => EachClient, 3 => Client(client) });
mirror!(risk::Ask, {
    1 => Upload { file, rows },
    2 => DrawGroup { group, from, securities },
    3 => LimitGroup { group, holder, from, exposure },
    4 => Document { deviation, reason, paper },
});
mirror!(risk::Scope, { 1 => All, 2 => Client(client), 3 => User(user), 4 => Security(security) });

impl Wire for Rule {
    fn put(&self, out: &mut Vec<u8>) {
        let Rule { name, scope, from, to, value, extra, confidence, source, paragraph, note } = self;
        name.put(out);
        Scope::from(*scope).put(out);
        from.put(out);
        to.put(out);
        value.put(out);
        extra.put(out);
        confidence.put(out);
        source.put(out);
        paragraph.put(out);
        note.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Rule, BadBytes> {
        Ok(Rule {
            name: Wire::get(from)?,
            scope: Scope::get(from)?.into(),
            from: Wire::get(from)?,
            to: Wire::get(from)?,
            value: Wire::get(from)?,
            extra: Wire::get(from)?,
            confidence: Wire::get(from)?,
            source: Wire::get(from)?,
            paragraph: Wire::get(from)?,
            note: Wire::get(from)?,
        })
    }
}

mirror!(firm::Report, {
    1 => Phase { venue, day, board, phase },
    2 => Halted { venue, day, moved },
    37 => BandMoved { venue, security, low, high },
    57 => SameDayBand { venue, security, last, low, high },
    3 => Order { order, report },
    4 => OrderKnown { order, nth, known },
    5 => TradeFile { venue, day, part, parts, count, qty, value, rows },
    58 => SameDayFile { venue, day, part, parts, count, qty, value, rows },
    6 => Closes { venue, day, rows },
    7 => Credited { account, amount, from, name, utr },
    8 => PaymentDone { payment },
    9 => PaymentFailed { payment, code },
    10 => PaymentKnown { payment, nth, known },
    11 => ClearingMoney { key, head, amount },
    12 => Statement { day, account, opening, closing, lines },
    13 => Schedule(rows),
    14 => Obligation { key, provisional, part, parts, funds, rows },
    15 => Short { key, security, qty, valuation, debit },
    16 => PayOutShort { key, security, qty },
    17 => Auctioned { key, security, qty, price, as_seller },
    18 => ClosedOut { key, security, qty, price, as_seller },
    19 => SharesOut { key, security, qty, to },
    20 => PayOutComplete { key },
    21 => TransferDone { transfer, moved },
    22 => TransferKnown { transfer, nth, known },
    23 => Holdings { day, opening, rows },
    24 => MarginRates { day, rows },
    25 => Pledged { client, security, qty, paper },
    26 => Unpledged { deposit },
    27 => Actions(rows),
    28 => Dividend { security, record, account, amount, utr },
    29 => BenefitShares { security, kind, record, to, qty },
    30 => CodeModified { modification, accepted, code },
    31 => WaiverDecided { modification, granted },
    32 => TradeAnnulled { trade },
    46 => TradeFileReissued { issue, venue, day, part, parts, count, qty, value, rows },
    33 => StatementLines { day, account, rows },
    34 => InstrumentCredited { instrument },
    35 => InstrumentCleared { instrument },
    36 => InstrumentReturned { instrument, code },
    38 => LienStands { lien, qty },
    39 => HoldingsWhole { day, depository },
    40 => CustodianSaid { trade, side, confirmed, code },
    45 => SharesCame { account, depository, security, qty, from },
    42 => SharesReturned { inward, qty },
    43 => Objected { key, number, client, security, qty, defect, as_seller },
    44 => ObjectionEnded { key, number, remedy, price },
    41 => MarginLook { day, nth, rows },
    78 => CashBack { deposit, amount },
    77 => MarginPenalties { day, debit, rows },
    120 => Reached { trigger, price },
    121 => Crossed { alert, met, value },
    94 => Strangers { tries },
});
mirror_struct!(firm::StatementLine { reference, amount });
mirror!(firm::AccountNumber, { 1 => Bank(number, ifsc), 2 => Demat(dp, client) });
mirror_struct!(firm::ListedAccount { dp, client, account, title });
mirror!(firm::HouseAccount, { 1 => Bank(account), 2 => Demat(account, depository) });
mirror!(firm::BankRef, { 1 => Payment(no), 2 => Credit(number), 3 => Clearing(key, head), 4 => Instrument(no), 34 => MarginPenalties(day), 35 => Deposit(no) });
mirror_struct!(firm::SettlementKey { corporation, kind, number });
mirror_struct!(firm::PenaltyRow { client, penalty, tax });
mirror_struct!(firm::RateRow { security, var, elm, haircut });
mirror_struct!(firm::ActionRow { security, benefit, ex, record });
mirror_struct!(firm::SameDayRow { security, from, admitted });
mirror_struct!(firm::ScheduleRow { key, trade_day, pay_in, pay_out });
mirror_struct!(firm::FileRow { trade, order, client, security, side, qty, price, at });
mirror!(firm::HeldAt, { 1 => Client(client), 2 => Firm(account, depository), 3 => Stranger });
mirror!(orders::Report, {
    1 => Acked { venue_order, at },
    2 => Refused { code },
    3 => Traded { trade, qty, price, at },
    4 => Modified { price, qty, trigger },
    5 => ModifyRefused { code },
    6 => Cancelled,
    7 => CancelRefused { code },
    8 => Lapsed,
    9 => Triggered { at },
});
