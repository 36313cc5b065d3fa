//! One input of every kind.

use firm::{BankRef, ClearingHead, Command, Correction, FileRow, HeldAt, Input, Instrument, PenaltyRow, Place, RateRow, Report, Role, SameDayRow, ScheduleRow, SettlementKey, StatementLine};
use rulebook::{Confidence, EVERYWHERE, Rule, RuleName};
use vocab::{
    Venue,
    AccountToken, Agreement, BankAccount, Board, BreakNo, Certification, Channel, ClientKind, ClientRow, Day, DematAccount, DepositNo, Depository,
    Evidence, InstrumentKind, Isin, ModificationNo, ModificationReason, Moment, NoteNo, OrderKind, OrderNo, Paise, PanToken, PaymentNo, Phase, Price, Qty, Rate, SecurityRow,
    SettlementKind, SettlementRow, Side, StateCode, TradeNo, TransferNo, UserRow, Validity, VaultRef, VenueOrderNo,
};

use super::{ISIN, code, timers};

pub const KEY: SettlementKey = SettlementKey { corporation: vocab::Corporation::Iccl, kind: SettlementKind::Auction, number: 2_026_066 };
const CLIENT: ClientRow = ClientRow(7);
const SECURITY: SecurityRow = SecurityRow(0x0102_0304);
pub const DAY: Day = Day(20_549);
const TOKEN: AccountToken = AccountToken(*b"account's token.");
const NAME: AccountToken = AccountToken(*b"the name's token");

fn rule(scope: StateCode, to: Option<Day>) -> Rule {
    Rule {
        name: RuleName::ALL[RuleName::ALL.len() - 1],
        scope,
        from: Day(-300),
        to,
        value: -5,
        extra: 100,
        confidence: Confidence::Medium,
        source: "Act 17 of 2004, s. 98 ₹".into(),
        paragraph: "".into(),
        note: "a note".into(),
    }
}

pub fn place() -> Place {
    Place {
        client: CLIENT,
        security: SECURITY,
        venue: vocab::Venue::Bse,
        side: Side::Sell,
        kind: OrderKind::Limit,
        validity: Validity::Ioc,
        channel: Channel::Telephone,
        product: vocab::Product::Intraday,
        price: Price(8_005_000),
        trigger: Price(8_005_500),
        qty: Qty(120),
        disclosed: Qty(12),
        seen: Price(8_006_000),
        key: 0xFEDC_BA98_7654_3210,
        source: *b"\0\0\0\0\0\0\0\0\0\0\xFF\xFF\x0A\0\0\x01",
        terminal: 400_001,
        evidence: Some((Evidence::PhoneRecording, 99)),
    }
}

pub fn commands() -> Vec<Command> {
    let mut all = plain_commands();
    all.extend(margin_commands());
    all.extend(later_commands());
    all.push(Command::ListSameDay(vec![SameDayRow { security: SECURITY, from: DAY, admitted: true }]));
    all.extend(of_risk().into_iter().map(Command::Risk));
    all.extend(account_commands());
    all.push(Command::Watch(watched()[0]));
    all
}

fn later_commands() -> Vec<Command> {
    let client = CLIENT;
    vec![
        Command::Intermediary(asks()[0]),
        Command::Mandate(mandates()[0]),
        Command::Access(access()[0].clone()),
        Command::CloseAccount { account: firm::HouseAccount::Demat(DematAccount::Pool, Depository::Cdsl), paper: 7 },
        Command::TellAccounts { letter: 8 },
        Command::PullSwitch { scope: risk::Scope::All, reason: 7 },
        Command::PullSwitch { scope: risk::Scope::Client(client), reason: 7 },
        Command::RestoreSwitch { scope: risk::Scope::User(UserRow(3)) },
        Command::RestoreSwitch { scope: risk::Scope::Security(SECURITY) },
        Command::Restrict(vec![restriction()]),
        Command::LiftRestriction { restriction: 4 },
        Command::Answer { referral: 5, answer: firm::Answer::Confirm, reason: 6 },
        Command::Correct(corrections()[0]),
        Command::Keep { client, ask: keeps()[1] },
        Command::TakeFile { no: BreakNo(3), paper: 4 },
    ]
}

pub fn account_number() -> firm::AccountNumber {
    firm::AccountNumber::Bank(code("123456789"), code("HDFC0000060"))
}

fn account_commands() -> [Command; 2] {
    let (dp, client) = (code("IN300099"), code("00000002"));
    let (account, title) = (DematAccount::Pool, "Pool account".into());
    [
        Command::NumberAccount {
            account: firm::HouseAccount::Bank(BankAccount::Own), number: account_number(), place: "a bank, a branch".into(),
        },
        Command::CompareAccounts { depository: Depository::Nsdl, rows: vec![firm::ListedAccount { dp, client, account, title }] },
    ]
}

fn plain_commands() -> Vec<Command> {
    let client = CLIENT;
    vec![
        Command::OpenFirm {
            name: "Sauda & Söhne".into(),
            state: code("MH"),
            pan: PanToken([9; 16]),
            principal: code("PRINCIPAL"),
            second: code("SECOND"),
            capital: Paise::rupees(50_000_000),
        },
        Command::NameBankAccount { account: BankAccount::Settlement, title: "Settlement Account".into() },
        Command::NameDematAccount {
            account: DematAccount::Pool,
            depository: Depository::Cdsl,
            title: "Pool Account".into(),
        },
        Command::AdoptRules(vec![rule(EVERYWHERE, None), rule(code("KA"), Some(DAY))]),
        Command::AddHolidays(vec![DAY, Day(20_550)]), Command::AddSettlementHolidays(vec![DAY]), Command::ListScripCodes(vec![(SecurityRow(1), vocab::ScripCode(500_325))]),
        Command::AddExchangeHolidays { venue: Venue::Bse, days: vec![DAY] }, Command::AddSessions { venue: Venue::Nse, days: vec![DAY] },
        Command::SellLien { lien: vocab::LienNo(3), price: Price(8_000_000) },
        Command::BuyIn {
            settlement: vocab::SettlementRow(2), seller: ClientRow(3), security: SecurityRow(1), price: Price(8_000_000),
        },
        Command::WriteOff { settlement: SettlementRow(13), reason: 2 },
        Command::RegisterUser { code: code("DEALER1"), role: Role::Dealer, client: Some(client), terminal: 400_001 },
        Command::LimitUser { user: UserRow(3), limits: user_limits() },
        Command::LimitClient { client, limits: client_limits() },
        Command::OpenClient {
            ucc: code("ASHA"),
            vault: VaultRef(12),
            pan: PanToken([7; 16]),
            kind: ClientKind::Error,
            state: code("GJ"),
        },
        Command::VerifyClient { client },
        Command::RegisterCode { client },
        Command::Sign {
            client,
            agreement: Agreement::RunningAccount,
            by_client: true,
            dated: Some(DAY),
            revocable: false,
            every: 90,
        },
        Command::Revoke { client, agreement: Agreement::CollateralAuthority },
        Command::RegisterBank { client, account: TOKEN, name: NAME },
        Command::RegisterDemat { client, depository: Depository::Cdsl, account: TOKEN },
        Command::RegisterPlace { client, terminal: u64::MAX },
        Command::SetPlan { client, from: DAY, slabs: vec![slab(), vocab::Slab::plain(Rate(5_000_000_000))] },
        Command::ChooseFullValue { client, on: true },
        Command::Suspend { client, reason: 38 },
        Command::Resume { client },
        Command::ListSecurities(vec![(Isin::parse(ISIN).unwrap(), code("M&M-RE"))]),
        Command::SetTerms { venue: vocab::Venue::Bse, rows: vec![(SECURITY, terms())] },
        Command::MoveCycle(vec![(SECURITY, DAY)]),
        Command::BeginDay { day: DAY },
        Command::Place(place()),
        Command::Queue(place()),
        Command::Modify { order: OrderNo(81), client, price: Price(8_010_000), qty: Qty(60), trigger: Price(7) },
        Command::Cancel { order: OrderNo(81), client },
        Command::Convert { client, security: SECURITY, venue: Venue::Bse, qty: Qty(4), to: vocab::Product::Delivery },
        Command::Withdraw { client, amount: Paise(-1) },
        Command::ReturnReceipt { receipt: 4 },
        Command::ReturnShares { inward: 4 },
        Command::Lodge { client, instrument: instrument() },
        Command::KeepCredit { client, until: DAY, reference: 10 },
        Command::MendBreak { no: BreakNo(2), reason: 1 }, Command::TimeSession { venue: Venue::Nse, day: DAY, open: vocab::TimeOfDay(49_500), close: vocab::TimeOfDay(53_100) },
    ]
}

pub fn keeps() -> Vec<clients::Ask> {
    use clients::Ask;
    let (paper, account, pan) = (code("PAP/2026/9"), TOKEN, PanToken([8; 16]));
    vec![
        Ask::Wake,
        Ask::RecordDeath { paper },
        Ask::Succeed { to: ClientRow(8), paper },
        Ask::Close { paper },
        Ask::Review { next: DAY, paper },
        Ask::Custodian { custodian: code("CUST1"), paper },
        Ask::SetPolicy { policy: policy(), from: DAY, paper },
        Ask::AllotCode { side: Side::Buy, code: code("FUND1B"), paper },
        Ask::CodeTaken { side: Side::Buy },
        Ask::Family { head: None, paper },
        Ask::AddHolder { vault: VaultRef(14), pan, name: NAME, paper },
        Ask::AddBank { account, name: NAME, paper },
        Ask::ChooseBank { account, paper },
        Ask::DropBank { account, paper },
        Ask::ChangeDemat { depository: Depository::Nsdl, account, paper },
    ]
}

pub fn asks() -> Vec<intermediaries::Ask> {
    use intermediaries::Ask;
    let (intermediary, pan, venue) = (vocab::IntermediaryRow(3), PanToken([8; 16]), vocab::Venue::Bse);
    vec![
        Ask::Open {
            code: code("AP1"),
            vault: VaultRef(13),
            pan,
            kind: vocab::IntermediaryKind::AuthorisedPerson,
            form: vocab::LegalForm::Llp,
        },
        Ask::Associate { intermediary, pan },
        Ask::Decide { intermediary, venue, approved: true, from: DAY, paper: code("AP/2026/17") },
        Ask::Withdraw { intermediary, venue, reason: 2 },
        Ask::Agree { intermediary, dated: DAY },
        Ask::Bank { intermediary, account: TOKEN },
        Ask::Share { intermediary, from: DAY, rate: Rate(400_000_000_000) },
        Ask::Introduce { client: ClientRow(7), intermediary: Some(intermediary), from: DAY, agreed: None },
        Ask::Withhold { intermediary, on: true, reason: 4 },
        Ask::Pay { intermediary, amount: Paise(5) },
        Ask::Bar { pan, reason: 6 },
    ]
}

pub fn mandates() -> Vec<mandates::Ask> {
    use mandates::{Ask, Clauses, Purposes, Written};
    let power = vocab::PowerNo(3);
    let written = Written {
        kind: vocab::PowerKind::BankMandate, purposes: Purposes(8), clauses: Clauses(1), to_firm: true, signers: 1, place: code("GJ"),
        stamp: Paise(100), dated: DAY, until: Some(DAY), most: Paise(5), demat: None, bank: Some(TOKEN), paper: code("POA/2026/9"),
    };
    vec![
        Ask::Execute { client: CLIENT, written },
        Ask::List { power, account: TOKEN, paper: code("LTR/1") },
        Ask::GiveCopy { power, letter: 7 },
        Ask::Strike { power, letter: 8 },
        Ask::Revoke { power },
        Ask::Instruct { client: CLIENT, security: SECURITY, qty: Qty(4), slip: 9 },
    ]
}

pub fn watched() -> Vec<watch::Ask> {
    use watch::{Ask, Condition, Leg, Legs, Measure, Operator, Than};
    let (list, alert, trigger, name) = (vocab::ListNo(3), vocab::AlertNo(4), vocab::TriggerNo(5), vocab::Label::parse("my shares").unwrap());
    let (venue, security) = (vocab::Venue::Bse, SECURITY);
    let condition = Condition { venue, security, measure: Measure::Change, operator: Operator::AtMost, than: Than::Figure(-50_000) };
    let other = Condition { than: Than::Of(vocab::Venue::Nse, SECURITY), ..condition };
    let leg = Leg { at: Price(790), side: Side::Sell, qty: Qty(4), price: Price(789), product: vocab::Product::Delivery };
    let (channel, source) = (vocab::Channel::Api, [9; 16]);
    vec![
        Ask::MakeList { name },
        Ask::RenameList { list, name },
        Ask::Enter { list, venue, security },
        Ask::Strike { list, venue, security },
        Ask::DropList { list },
        Ask::SetAlert { name, condition },
        Ask::ChangeAlert { alert, name, condition: other, on: false },
        Ask::DropAlert { alert },
        Ask::Keep { client: CLIENT, venue, security, last: Price(800), legs: Legs::One(leg), channel, source },
        Ask::Change { trigger, last: Price(800), legs: Legs::Two(leg, Leg { at: Price(820), ..leg }) },
        Ask::Drop { trigger },
    ]
}

pub fn access() -> Vec<access::Ask> {
    use access::{Ask, Certificate, Factor, From, Medium, Proof, Trouble};
    use vocab::{AppNo, SecretRef, SessionNo};
    let (user, app, session, verifier, paper) = (UserRow(3), AppNo(4), SessionNo(5), SecretRef(6), 7);
    let proof = Proof { factor: Factor::Password, right: true, step: 0 };
    let first = Proof { factor: Factor::Totp, right: false, step: 58_000_001 };
    let from = From { medium: Medium::Web, source: [1; 16], device: [2; 16] };
    vec![
        Ask::SignIn { proofs: [Some(proof), Some(first)], from, key: [3; 16], app: Some(app) },
        Ask::Exchange { request: [3; 16], key: [4; 16], proven: true },
        Ask::Touch { session, source: [5; 16] },
        Ask::Revoke { session },
        Ask::ChangePassword { proof, verifier },
        Ask::Enrol { proof, factor: Factor::Totp, secret: SecretRef(8), first },
        Ask::AskCode { proof, key: [6; 16] },
        Ask::PresentCode { key: [7; 16] },
        Ask::ReportTrouble { user, trouble: Trouble::Flaw, since: Moment(41), paper },
        Ask::Issue { user, verifier },
        Ask::Unlock { user, paper },
        Ask::Block { user, reason: 9 },
        Ask::Unblock { user, paper },
        Ask::Appoint { user, role: 8 },
        Ask::Period { user, from: DAY, until: DAY },
        Ask::MapTerminal { user, terminal: 4_000_230_012_009_001 },
        Ask::Certify { user, certificate: Certificate::Nism, number: 10, until: DAY },
        Ask::RegisterApp { code: code("KEY1"), secret: SecretRef(11), redirect: "https://app.example/in".into(), postback: "".into() },
        Ask::RegisterAddress { app, source: [8; 16] },
        Ask::DropAddress { app, source: [9; 16] },
        Ask::BlockApp { app, reason: 12 },
    ]
}

pub fn corrections() -> Vec<Correction> {
    let modification = ModificationNo(4);
    vec![
        Correction::ModifyCode {
            trade: TradeNo(70),
            side: Side::Sell,
            to: CLIENT,
            reason: ModificationReason::Error,
            evidence: 17,
        },
        Correction::ApproveErrorPolicy { version: 2, from: DAY, document: 18 },
        Correction::DiscloseErrorCode { venue: vocab::Venue::Bse, client: CLIENT, letter: 19 },
        Correction::DraftWaiver { modification, evidence: 20 },
        Correction::SubmitWaiver { modification },
        Correction::SanctionErrorLoss { client: CLIENT, amount: Paise(21) },
        Correction::ReissueNote { note: NoteNo(8), reason: 23 },
    ]
}

pub fn slab() -> vocab::Slab {
    vocab::Slab {
        portion: vocab::Portion::Intraday,
        turnover: Paise(1),
        rate: Rate(2),
        per_share: Paise(3),
        least: Paise(4),
        most: Paise(5),
    }
}

fn margin_commands() -> Vec<Command> {
    let (form, amount, funded) = (margin::Form::Guarantee, Paise(500), Paise(200));
    vec![
        Command::TakeDeposit { client: CLIENT, form, amount, funded, good_until: DAY, paper: 77 },
        Command::LodgeDeposit { no: DepositNo(4), on: true },
        Command::ReturnDeposit { no: DepositNo(4) },
        Command::PlaceCash { amount },
        Command::CallMargin { client: CLIENT, amount, letter: 78 },
        Command::PayInEarly { client: CLIENT, security: SECURITY, qty: Qty(6) },
    ]
}

fn instrument() -> Instrument {
    Instrument {
        kind: InstrumentKind::PayOrder,
        amount: Paise(6_000_000),
        from: Some((TOKEN, NAME)),
        to_firm: true,
        certified: Some((Certification::Reverse, 8)),
        request: Some(9),
    }
}

pub fn user_limits() -> risk::UserLimits {
    risk::UserLimits {
        order_qty: Qty(1_000),
        order_value: Paise(2_000),
        symbol_qty: Qty(3_000),
        open_value: Paise(4_000),
    }
}

pub fn client_limits() -> risk::ClientLimits {
    risk::ClientLimits { order_value: Paise(11), exposure: Paise(22), turnover: Paise(i64::MAX) }
}

pub fn policy() -> clients::Policy {
    clients::Policy { multiple: Some(vocab::Rate(3_000_000_000_000)), extra: vocab::Rate(50_000_000_000) }
}

/// Both kinds.
pub fn deviations() -> [risk::Deviation; 2] {
    let limit = risk::Deviation::Limit { order: vocab::OrderNo(9), which: risk::Which::ClientExposure };
    [limit, risk::Deviation::Margin { client: CLIENT, day: DAY }]
}

/// What the risk desk asks of every kind.
fn of_risk() -> Vec<risk::Ask> {
    use risk::{Ask, Holder, LimitRow};
    let rows = vec![
        LimitRow::User { user: UserRow(3), limits: user_limits() },
        LimitRow::Client { client: CLIENT, limits: client_limits() },
    ];
    let limit = |holder| Ask::LimitGroup { group: code("SMALL"), holder, from: DAY, exposure: Paise(7) };
    let mut all = vec![
        Ask::Upload { file: code("LIMITS-2026-07-01"), rows },
        Ask::DrawGroup { group: code("SMALL"), from: DAY, securities: vec![SECURITY] },
        limit(Holder::Firm),
        limit(Holder::EachClient),
        limit(Holder::Client(CLIENT)),
    ];
    all.extend(deviations().map(|deviation| Ask::Document { deviation, reason: 3, paper: code("BT/2026/4") }));
    all
}

pub fn restriction() -> risk::Restriction {
    let (whom, bar) = (risk::Whom::Own, risk::Bar::Sells);
    risk::Restriction { security: SECURITY, whom, bar, from: DAY, to: Some(Day(20_600)), source: code("ESM-STAGE-2") }
}

pub fn terms() -> market::Terms {
    market::Terms { day: DAY, reference: Price(1_000), low: Price(900), high: Price(1_100), tick: Price(500), board: Board::Auction, gross: true }
}

pub fn close() -> market::Close {
    market::Close { day: DAY, high: Price(1_099), close: Price(1_050) }
}

pub fn order_reports() -> Vec<orders::Report> {
    use orders::Report;
    vec![
        Report::Acked { venue_order: VenueOrderNo(1_300_000_000_000_001), at: Moment(1) },
        Report::Refused { code: 16_283 },
        Report::Traded { trade: TradeNo(70), qty: Qty(60), price: Price(7_995_000), at: Moment(-2) },
        Report::Modified { price: Price(1), qty: Qty(2), trigger: Price(3) },
        Report::ModifyRefused { code: 3 },
        Report::Cancelled,
        Report::CancelRefused { code: 4 },
        Report::Lapsed,
        Report::Triggered { at: Moment(5) },
    ]
}

pub fn held_at() -> Vec<HeldAt> {
    vec![HeldAt::Client(CLIENT), HeldAt::Firm(DematAccount::Own, Depository::Nsdl), HeldAt::Stranger]
}

fn file_row(client: Option<ClientRow>) -> FileRow {
    FileRow {
        trade: TradeNo(70),
        order: OrderNo(81),
        client,
        security: client.map(|_| SECURITY),
        side: Side::Buy,
        qty: Qty(60),
        price: Price(7_995_000),
        at: Moment(3),
    }
}

fn bank_lines() -> Vec<StatementLine> {
    bank_refs().into_iter().map(|reference| StatementLine { reference, amount: Paise(-8) }).collect()
}

pub fn bank_refs() -> Vec<BankRef> {
    vec![
        BankRef::Payment(PaymentNo(5)),
        BankRef::Credit(code("N0123456789ABCDEFGHIJK")),
        BankRef::Clearing(KEY, ClearingHead::Levies),
        BankRef::Instrument(3),
        BankRef::MarginPenalties(DAY),
        BankRef::Deposit(DepositNo(4)),
    ]
}

fn corporation_reports() -> Vec<Report> {
    let (security, qty, price) = (SECURITY, Qty(10), Price(99));
    vec![
        Report::ClearingMoney { key: KEY, head: ClearingHead::CloseOut, amount: Paise(-77) },
        Report::Schedule(vec![ScheduleRow { key: KEY, trade_day: DAY, pay_in: Day(20_550), pay_out: Day(20_551) }]),
        Report::Obligation {
            key: KEY,
            provisional: true,
            part: 1,
            parts: 2,
            funds: Paise(-1_000),
            rows: vec![(Some(security), Qty(-5)), (None, qty)],
        },
        Report::MarginLook { day: DAY, nth: 2, rows: vec![(security, price)] },
        Report::CashBack { deposit: DepositNo(4), amount: Paise(500) },
        Report::MarginPenalties {
            day: DAY,
            debit: Paise(118),
            rows: vec![PenaltyRow { client: Some(CLIENT), penalty: Paise(100), tax: Paise(18) }],
        },
        Report::Short { key: KEY, security, qty, valuation: price, debit: Paise(990) },
        Report::PayOutShort { key: KEY, security, qty },
        Report::Auctioned { key: KEY, security, qty, price, as_seller: true },
        Report::ClosedOut { key: KEY, security, qty, price, as_seller: false },
        Report::SharesOut { key: KEY, security, qty, to: HeldAt::Firm(DematAccount::Cisa, Depository::Cdsl) },
        Report::PayOutComplete { key: KEY },
        Report::CustodianSaid { trade: TradeNo(70), side: Side::Sell, confirmed: true, code: 3 },
    ]
}

fn unasked_reports() -> Vec<Report> {
    vec![
        Report::TradeAnnulled { trade: TradeNo(70) },
        Report::SharesCame {
            account: vocab::DematAccount::Pool, depository: vocab::Depository::Nsdl, security: SecurityRow(1), qty: Qty(40), from: TOKEN,
        },
        Report::SharesReturned { inward: 4, qty: Qty(40) },
        Report::Objected {
            key: KEY, number: 7, client: Some(CLIENT), security: SECURITY, qty: Qty(40), defect: clearing::Defect::Objection, as_seller: true,
        },
        Report::ObjectionEnded { key: KEY, number: 7, remedy: clearing::Remedy::ClosedOut, price: Price(900) },
    ]
}

fn same_day_reports() -> [Report; 3] {
    let venue = vocab::Venue::Bse;
    [
        Report::Strangers { tries: 40 },
        Report::SameDayBand { venue, security: SECURITY, last: Price(1_000), low: Price(990), high: Price(1_010) },
        Report::SameDayFile { venue, day: DAY, part: 1, parts: 2, count: 3, qty: Qty(4), value: Paise(5), rows: Vec::new() },
    ]
}

fn of_market() -> [Report; 2] {
    let (trigger, alert) = (vocab::TriggerNo(5), vocab::AlertNo(4));
    [Report::Reached { trigger, price: Price(790) }, Report::Crossed { alert, met: true, value: -50_001 }]
}

pub fn reports() -> Vec<Report> {
    let mut all = vec![
        Report::Phase { venue: vocab::Venue::Bse, day: DAY, board: Some(Board::Regular), phase: Phase::PreOpen },
        Report::Phase { venue: vocab::Venue::Bse, day: DAY, board: None, phase: Phase::Continuous },
        Report::Halted { venue: vocab::Venue::Bse, day: DAY, moved: Rate(10_000_000) },
        Report::BandMoved { venue: vocab::Venue::Bse, security: SECURITY, low: Price(800), high: Price(1_200) },
        Report::OrderKnown { order: OrderNo(81), nth: 2, known: true },
        Report::TradeFile {
            venue: vocab::Venue::Bse,
            day: DAY,
            part: 2,
            parts: 3,
            count: 2,
            qty: Qty(120),
            value: Paise(959_400),
            rows: vec![file_row(None), file_row(Some(CLIENT))],
        },
        Report::Closes { venue: vocab::Venue::Bse, day: DAY, rows: vec![(SECURITY, close())] },
        Report::Credited {
            account: BankAccount::Client,
            amount: Paise(100),
            from: TOKEN,
            name: NAME,
            utr: code("N0123456789ABCDEFGHIJK"),
        },
        Report::InstrumentCredited { instrument: 3 },
        Report::InstrumentCleared { instrument: 3 },
        Report::InstrumentReturned { instrument: 3, code: 91 },
        Report::PaymentDone { payment: PaymentNo(5) },
        Report::PaymentFailed { payment: PaymentNo(5), code: 91 },
        Report::PaymentKnown { payment: PaymentNo(5), nth: 2, known: false },
        Report::Statement { day: DAY, account: BankAccount::Own, opening: Paise(1), closing: Paise(2), lines: 3 },
        Report::Actions(
            super::events::benefits()
                .into_iter()
                .map(|benefit| firm::ActionRow { security: SECURITY, benefit, ex: DAY, record: DAY })
                .collect(),
        ),
        Report::Dividend { security: SECURITY, record: DAY, account: BankAccount::Own, amount: Paise(1), utr: code("DIV1") },
        Report::BenefitShares {
            security: SECURITY,
            kind: vocab::BenefitKind::Split,
            record: DAY,
            to: HeldAt::Stranger,
            qty: Qty(0),
        },
        Report::StatementLines { day: DAY, account: BankAccount::Own, rows: bank_lines() },
        Report::TransferDone { transfer: TransferNo(6), moved: Qty(0) },
        Report::TransferKnown { transfer: TransferNo(6), nth: 2, known: true },
        Report::Holdings {
            day: DAY,
            opening: true,
            rows: held_at().into_iter().map(|at| (at, SECURITY, Qty(9))).collect(),
        },
        Report::MarginRates {
            day: DAY,
            rows: [None, Some(Rate(3))].map(|haircut| RateRow { security: SECURITY, var: Rate(1), elm: Rate(2), haircut }).into(),
        },
        Report::Pledged { client: CLIENT, security: SECURITY, qty: Qty(40), paper: 5 },
        Report::Unpledged { deposit: DepositNo(4) },
        Report::HoldingsWhole { day: DAY, depository: Depository::Cdsl },
        Report::LienStands { lien: vocab::LienNo(3), qty: Qty(40) },
    ];
    all.extend(order_reports().into_iter().map(|report| Report::Order { order: OrderNo(81), report }));
    all.extend(corporation_reports());
    all.extend(unasked_reports().into_iter().chain(same_day_reports()));
    all.push(Report::CodeModified { modification: ModificationNo(4), accepted: true, code: 22 });
    all.extend([file_again(), waived()].into_iter().chain(of_market()));
    all
}

fn waived() -> Report {
    Report::WaiverDecided { modification: ModificationNo(4), granted: false }
}

fn file_again() -> Report {
    let (venue, parts, rows) = (vocab::Venue::Nse, 1, Vec::new());
    Report::TradeFileReissued { issue: 2, venue, day: DAY, part: 1, parts, count: 0, qty: Qty::ZERO, value: Paise::ZERO, rows }
}

pub fn inputs() -> Vec<Input> {
    let mut all = vec![Input::Step];
    all.extend(commands().into_iter().map(|command| Input::Ask { by: UserRow(3), command }));
    all.extend(reports().into_iter().map(Input::Report));
    all.extend(timers().into_iter().map(Input::Tick));
    all
}
