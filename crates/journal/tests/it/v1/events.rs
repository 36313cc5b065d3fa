//! One event of every kind, of the firm and of every department.

use firm::{BreakKind, Charged, Code, Event, InstrumentStage, Job, PolicyFigures, Refusal, Role, Subject, Text};
use partners::{PaymentKind, TransferKind};
use rulebook::{Confidence, EVERYWHERE, RuleName};
use vocab::{
    ActionNo,
    AccountToken, Agreement, BankAccount, Board, BreakNo, Channel, ClientKind, ClientRow, Closing, Corporation, Day,
    DematAccount, DepositNo, Depository, Evidence, FinancialYear, InstrumentKind, Isin, LienNo, ModificationNo, ModificationReason, Moment, NoteNo, OrderKind, OrderNo, Paise, PanToken,
    PaymentNo, Phase, Price, Qty, Rate, RuleRow, SecurityRow, SettlementKind, SettlementRow, Side, TradeNo, TransferNo,
    UserRow, Validity, VaultRef, Venue, VenueOrderNo, VoucherNo,
};

use super::{ISIN, code, inputs, timers};

const CLIENT: ClientRow = ClientRow(7);
const SECURITY: SecurityRow = SecurityRow(11);
const SETTLEMENT: SettlementRow = SettlementRow(13);
const ORDER: OrderNo = OrderNo(81);
const DAY: Day = Day(20_549);
const TOKEN: AccountToken = AccountToken(*b"account's token.");

pub fn of_clients() -> Vec<clients::Event> {
    use clients::Event;
    let (client, day) = (CLIENT, DAY);
    vec![
        Event::Opened {
            client,
            ucc: code("ASHA"),
            vault: VaultRef(12),
            pan: PanToken([7; 16]),
            kind: ClientKind::Own,
            state: code("GJ"),
            day,
        },
        Event::Verified { client, day },
        Event::CodeRegistered { client, day },
        Event::Signed { client, agreement: Agreement::CollateralAuthority, day },
        Event::Revoked { client, agreement: Agreement::RightsAndObligations, day },
        Event::BankRegistered { client, account: TOKEN, name: AccountToken([1; 16]) },
        Event::DematRegistered { client, depository: Depository::Cdsl, account: TOKEN },
        Event::PlaceRegistered { client, terminal: 400_001 },
        Event::PlanSet { client, plan: vocab::PlanNo(6), from: day },
        Event::RunningSet { client, every: 30, from: day },
        Event::RunningSettled { client, day },
        Event::FullValue { client, on: true },
        Event::Suspended { client, reason: 38, by: UserRow(4) },
        Event::Resumed { client },
        Event::PlanDrawn { plan: vocab::PlanNo(6), slab: super::inputs::slab() },
        Event::Switched { client, on: true },
        Event::Slept { client, day },
        Event::Woken { client, day },
        Event::DealtAgain { client, day },
        Event::Died { client, day },
        Event::Succeeded { client, to: ClientRow(9) },
        Event::Closed { client, day },
        Event::Reviewed { client, day, next: Day(20_900) },
        Event::PolicySet { client, policy: inputs::policy(), from: inputs::DAY },
        Event::CustodianSet { client, custodian: code("CUST1") },
        Event::FamilySet { client, head: Some(ClientRow(9)) },
        Event::TradingCodeAllotted { client, side: Side::Sell, code: code("FUND1S") },
        Event::TradingCodeTaken { client, side: Side::Sell, from: day },
        Event::HolderAdded { client, vault: VaultRef(4), pan: PanToken([9; 16]), name: AccountToken([8; 16]) },
        Event::BankChosen { client, account: TOKEN },
        Event::BankDropped { client, account: TOKEN },
    ]
}

pub fn of_intermediaries() -> Vec<intermediaries::Event> {
    use intermediaries::Event;
    let (intermediary, pan, venue) = (vocab::IntermediaryRow(3), PanToken([8; 16]), vocab::Venue::Bse);
    vec![
        Event::Opened {
            intermediary,
            code: code("AP1"),
            vault: VaultRef(13),
            pan,
            kind: vocab::IntermediaryKind::SubBroker,
            form: vocab::LegalForm::Individual,
            day: DAY,
        },
        Event::Associated { intermediary, pan },
        Event::Decided { intermediary, venue, approved: false, from: DAY, paper: code("AP/2026/17") },
        Event::Withdrawn { intermediary, venue, day: DAY, reason: 2 },
        Event::Agreed { intermediary, day: DAY },
        Event::BankRegistered { intermediary, account: TOKEN },
        Event::ShareSet { intermediary, from: DAY, rate: Rate(400_000_000_000) },
        Event::Introduced { client: CLIENT, intermediary: None, from: DAY, agreed: Some(DAY) },
        Event::Withheld { intermediary, on: false, reason: 4 },
        Event::Barred { pan, reason: 6, day: DAY },
    ]
}

pub fn of_orders() -> Vec<orders::Event> {
    use orders::Event;
    let (order, price, qty, at) = (ORDER, Price(8_005_000), Qty(120), Moment(1_775_000_000_000_000));
    vec![
        Event::Placed(orders::Placed {
            order,
            key: 9,
            price,
            qty,
            client: CLIENT,
            security: SECURITY,
            user: UserRow(3),
            venue: Venue::Bse,
            side: Side::Sell,
            kind: OrderKind::Market,
            validity: Validity::Ioc,
            channel: Channel::Api, product: vocab::Product::Intraday,
        }),
        Event::Evidenced { order, source: [5; 16], terminal: 6, kind: Evidence::Other, reference: 7 },
        Event::Opened { order, venue_order: VenueOrderNo(13), at },
        Event::Traded { order, trade: TradeNo(70), qty, price, at },
        Event::ModifyAsked { order, price, qty, trigger: Price(8) },
        Event::Modified { order, price, qty, trigger: Price(9) },
        Event::CancelAsked { order },
        Event::AskRefused { order, code: 3 },
        Event::Resent { order },
        Event::Closed { order, why: Closing::Lapsed, left: Qty(60), code: 4 },
        Event::DayCleared { next: OrderNo(82) },
        Event::Conditioned { order, trigger: price, disclosed: Qty(12) },
        Event::TriggerPassed { order, last: price },
        Event::SquaredOff { order },
        Event::Recounted { order, trade: TradeNo(70), qty: Qty(-5) },
        Event::Unreceived { order, settlement: vocab::SettlementRow(4), qty: Qty(7) },
        Event::Triggered { order, at },
    ]
}

pub fn of_risk() -> Vec<risk::Event> {
    use risk::Event;
    let (order, client, user, value) = (ORDER, CLIENT, UserRow(3), Paise(96_060));
    vec![
        Event::UserLimited { user, limits: inputs::user_limits() },
        Event::ClientLimited { client, limits: inputs::client_limits() },
        Event::Held {
            order,
            client,
            user,
            security: SECURITY,
            qty: Qty(120),
            value,
            margin: Paise(2),
            charges: Paise(3),
        },
        Event::Raised { order, value, amount: Paise(4) },
        Event::Eased { order, value, amount: Paise(5) },
        Event::Filled {
            order,
            side: Side::Sell,
            eased_value: Paise(6),
            eased: Paise(7),
            turnover: Paise(8),
            committed: Paise(9),
        },
        Event::Released { client, amount: Paise(10) },
        Event::Backed { client, amount: Paise(-11) },
        Event::DayCleared { next: OrderNo(82) },
        Event::SwitchPulled { switch: 4, scope: risk::Scope::Client(client), reason: 7, by: user },
        Event::SwitchRestored { scope: risk::Scope::All, by: user },
        Event::Restricted { restriction: 5, row: inputs::restriction() },
        Event::RestrictionLifted { restriction: 5, security: SECURITY },
        Event::Uploaded { file: super::code("LIMITS-2026-07-01"), rows: 6 },
        Event::GroupDrawn { group: 2, name: super::code("SMALL"), from: inputs::DAY },
        Event::GroupHas { group: 2, from: inputs::DAY, security: SECURITY },
        Event::GroupLimited { group: 2, holder: risk::Holder::EachClient, from: inputs::DAY, exposure: value },
        Event::Grouped { order, client, security: SECURITY },
        Event::Regrouped { security: SECURITY, from: client, to: Some(ClientRow(8)), value },
        Event::Documented { deviation: inputs::deviations()[0], reason: 3, paper: super::code("BT/2026/4"), by: user },
        Event::PositionMoved {
            client: CLIENT, security: SECURITY, venue: Venue::Bse, qty: Qty(-5), value: Paise(-9), margin: Paise(2), committed: Paise(-1),
        },
        Event::TradeMoved {
            from: client,
            to: Some(ClientRow(8)),
            side: Side::Buy,
            value,
            released: Paise(11),
            committed: Paise(12),
        },
        Event::Recounted { client, side: Side::Sell, value: Paise(-3), committed: Paise(4) },
    ]
}

pub fn of_market() -> Vec<market::Event> {
    use market::Event;
    let security = SECURITY;
    vec![
        Event::Listed { security, isin: Isin::parse(ISIN).unwrap(), symbol: code("KALPATPOWR") },
        Event::Renamed { security, symbol: code("KPIL") },
        Event::Termed { venue: Venue::Bse, security, terms: inputs::terms() },
        Event::CycleMoved { security, from: DAY },
        Event::SameDayListed { security, from: DAY, admitted: false },
        Event::Coded { security, code: vocab::ScripCode(500_325) },
        Event::SameDayBanded { venue: Venue::Bse, security, day: DAY, last: Price(1_000), low: Price(990), high: Price(1_010) },
        Event::Phased { venue: Venue::Bse, day: DAY, board: None, phase: Phase::Shut },
        Event::Phased { venue: Venue::Bse, day: DAY, board: Some(Board::Auction), phase: Phase::ClosingLimit },
        Event::Halted { venue: Venue::Bse, day: DAY, moved: Rate(10_000_000), until: Some(Moment(7)) },
        Event::BandMoved { venue: Venue::Bse, security, day: DAY, low: Price(800), high: Price(1_200) },
        Event::Closed { venue: Venue::Bse, security, close: inputs::close() },
        Event::Margined { security, day: DAY, margin: Rate(5) },
    ]
}

pub fn of_books() -> Vec<books::Event> {
    use books::Event;
    let (client, settlement, amount, due) = (CLIENT, SETTLEMENT, Paise(-12_345), DAY);
    vec![
        Event::Posted(books::Posting {
            voucher: VoucherNo(14),
            reference: 15,
            amount,
            owner: 7,
            value_day: DAY,
            settlement: Some(settlement),
            rule: None,
            account: books::Account::KrishiKalyanCess,
            venue: Venue::Bse,
            corporation: Corporation::Iccl,
            cause: books::Cause::Valuation,
        }),
        Event::BillOpened { client, settlement, amount, due },
        Event::BillClosed { client, settlement, amount, due },
        Event::PayingSet { client, amount },
        Event::BillTakenBack { client, settlement, amount },
        Event::CoverSet { placed: Paise(1) },
        Event::Uncleared { client: CLIENT, amount: Paise(-7) },
        Event::UndrawnSet { undrawn: Paise(2) },
    ]
}

pub fn of_stock() -> Vec<books::StockEvent> {
    use books::{Place, StockEvent};
    let (client, security, qty) = (CLIENT, SECURITY, Qty(-120));
    vec![
        StockEvent::Moved {
            client,
            security,
            from: Place::Outside,
            to: Place::Corporation,
            qty,
            settlement: Some(SETTLEMENT),
            depository: Depository::Cdsl,
        },
        StockEvent::Blocked { client, security, qty },
        StockEvent::Sold { client, security, qty, blocked: Qty(1) },
        StockEvent::Kept { client, security, qty },
        StockEvent::Pledged { client, security, qty },
    ]
}

pub fn of_clearing() -> Vec<clearing::Event> {
    let mut all = settlement_events();
    all.extend(share_events());
    all
}

fn settlement_events() -> Vec<clearing::Event> {
    use clearing::Event;
    let (settlement, client, amount) = (SETTLEMENT, CLIENT, Paise(5));
    vec![
        Event::Scheduled {
            settlement,
            corporation: Corporation::Iccl,
            kind: SettlementKind::Auction,
            number: 2_026_066,
            trade_day: DAY,
            pay_in: Day(20_550),
            pay_out: Day(20_551),
        },
        Event::Rescheduled { settlement, pay_in: Day(20_552), pay_out: Day(20_553) },
        Event::Traded(clearing::TradeFact {
            trade: TradeNo(70),
            order: ORDER,
            qty: Qty(60),
            price: Price(7_995_000),
            at: Moment(4),
            settlement,
            client,
            security: SECURITY,
            side: Side::Sell,
        }),
        Event::Committed { settlement, client, side: Side::Buy, amount },
        Event::CommitmentEnded { settlement, client, side: Side::Sell, amount },
        Event::FileRowMatched { settlement, trade: TradeNo(70), side: Side::Sell },
        Event::FileMatched { settlement, count: 1, qty: Qty(2), value: Paise(3) },
        Event::Billed { settlement, client, note: NoteNo(8), bill: Paise(-9), levies: Paise(10) },
        Event::StandingClosed { settlement, client },
        Event::LeviesDue { settlement, stt: Paise(11), stamp: Paise(12) },
        Event::StageReached { settlement, stage: clearing::Stage::Done },
        Event::ObligationAgreed { settlement, provisional: true, funds: Paise(13), rows: 14 },
        Event::FundsMoved { settlement, amount },
        Event::DayCleared { day: DAY },
        Event::ValueMoved { settlement, amount },
        Event::CreditMet { settlement, client, amount },
        Event::Funded { settlement, amount },
        Event::LeviesTaken { settlement, amount },
        Event::Shared { settlement, clients: Paise(1), own: Paise(-2) },
        Event::CodeModified { settlement, trade: TradeNo(70), side: Side::Sell, to: ClientRow(8) },
        Event::Annulled { settlement, trade: TradeNo(70), side: Side::Buy },
        Event::FileReopened { venue: Venue::Bse },
        Event::Corrected { settlement, trade: TradeNo(70), side: Side::Buy, qty: Qty(3), price: Price(8_000_000) },
        Event::BillCancelled { settlement, client, note: NoteNo(8) },
        Event::LegsApart { client, from: Day(20_635) },
        Event::WrittenOff { settlement, value: Paise(-3), levies: Paise(4) },
        Event::Entrusted { settlement, trade: TradeNo(70), side: Side::Sell },
        Event::Confirmed { settlement, trade: TradeNo(70), side: Side::Sell },
        Event::Returned { settlement, trade: TradeNo(70), side: Side::Buy, code: 9 },
    ]
}

fn share_events() -> Vec<clearing::Event> {
    use clearing::Event;
    let (settlement, client, security, qty) = (SETTLEMENT, CLIENT, SECURITY, Qty(60));
    let (seller, buyer, price) = (ClientRow(1), ClientRow(2), Price(3));
    vec![
        Event::Planned { settlement, client, security, direct: Qty(1), internal: Qty(2) },
        Event::Gathered { settlement, client, security, asked: Qty(3), moved: Qty(4) },
        Event::Staged { settlement, client, security, qty },
        Event::HandedOver { settlement, client, security, qty },
        Event::PaidInEarly { settlement, client, security, qty },
        Event::EarlyReturned { settlement, client, security, qty },
        Event::EarlyTaken { settlement, client, security, qty },
        Event::SaleCredited { settlement, client, security, amount: Paise(-5) },
        Event::Delivered { settlement, client, security, qty },
        Event::ShortOfDelivery { settlement, client, security, qty, valuation: price },
        Event::ShortageEnded { settlement, client, security, qty, price, closed_out: true },
        Event::ShortInternally { settlement, seller, buyer, security, qty },
        Event::InternalShortEnded { settlement, seller, buyer, security, price },
        Event::InternalShortMadeGood { settlement, seller, buyer, security, qty },
        Event::Objected {
            settlement, number: 7, client, security, qty, defect: clearing::Defect::BadDelivery, as_seller: true, due: DAY,
        },
        Event::ObjectionEnded {
            settlement, number: 7, client, security, qty, remedy: clearing::Remedy::Auctioned, as_seller: true, price,
        },
        Event::Awaited { settlement, client, security, qty },
        Event::AwaitedEnded { settlement, client, security, qty, price },
        Event::Received { settlement, client, security, qty, internal: true },
    ]
}

pub fn benefits() -> Vec<actions::Benefit> {
    use actions::Benefit;
    vec![
        Benefit::Dividend { per_share: Price(65_000) },
        Benefit::Bonus { new: 1, held: 3 },
        Benefit::Split { from: Paise(1_000), to: Paise(100) },
        Benefit::Rights { new: 3, held: 17, price: Price(900_000), entitlement: SecurityRow(9) },
    ]
}

pub fn of_actions() -> Vec<actions::Event> {
    use actions::Event;
    let (action, account, depository) = (ActionNo(4), DematAccount::Pool, Depository::Cdsl);
    let announced = |benefit| Event::Announced { action, security: SECURITY, benefit, ex: DAY, record: DAY };
    let mut all: Vec<Event> = benefits().into_iter().map(announced).collect();
    all.extend([
        Event::Entitled { action, client: CLIENT, account, depository, held: Qty(9) },
        Event::Recorded { action },
        Event::Came { action, account, depository, amount: 901 },
        Event::Passed { action, client: CLIENT, account, depository, amount: 900 },
        Event::Shared { action },
        Event::Taxed { action, client: CLIENT, account, depository, tax: Paise(100) },
        Event::StrangerEntitled { action, stranger: 3, account, depository, held: Qty(8), from: TOKEN },
        Event::StrangerPassed { action, stranger: 3, account, depository, amount: 7, under: 6 },
        Event::StrangerTaxed { action, stranger: 3, account, depository, tax: Paise(5) },
    ]);
    all
}

pub fn of_partners() -> Vec<partners::Event> {
    use partners::Event;
    let (payment, transfer) = (PaymentNo(5), TransferNo(6));
    vec![
        Event::PaymentAsked {
            payment,
            kind: PaymentKind::CoverPayIn,
            amount: Paise(100),
            owner: 7,
            to: Some(TOKEN),
            settlement: Some(SETTLEMENT),
        },
        Event::PaymentRepeated { payment },
        Event::PaymentDone { payment },
        Event::PaymentFailed { payment, code: 91 },
        Event::TransferAsked {
            transfer,
            kind: TransferKind::PayOut,
            client: CLIENT,
            security: SECURITY,
            qty: Qty(60),
            settlement: Some(SETTLEMENT),
            seller: ClientRow(1),
            account: DematAccount::Principal,
            depository: Depository::Cdsl,
        },
        Event::TransferRepeated { transfer },
        Event::TransferDone { transfer, moved: Qty(59) },
    ]
}

pub fn of_liens() -> Vec<liens::Event> {
    use liens::Event;
    let (no, qty) = (LienNo(3), Qty(40));
    let mut all: Vec<_> = liens::Form::ALL
        .into_iter()
        .map(|form| Event::Asked { no, client: CLIENT, security: SECURITY, settlement: SETTLEMENT, qty, form, since: DAY })
        .collect();
    all.extend([
        Event::Held { no, qty },
        Event::Told { no, owed: Paise(50), day: DAY },
        Event::Offered { no, order: ORDER, settlement: SETTLEMENT, qty },
        Event::Sold { no, qty },
        Event::Realised { no, qty },
        Event::Leaving { no, qty },
        Event::Released { no, qty },
        Event::Repeated { no },
        Event::Unsold { no, qty },
    ]);
    all
}

pub fn of_watch() -> Vec<watch::Event> {
    use watch::{Condition, End, Event, Measure, Operator, Than};
    let (list, alert, trigger, name) = (vocab::ListNo(3), vocab::AlertNo(4), vocab::TriggerNo(5), vocab::Label::parse("my shares").unwrap());
    let (owner, venue, security) = (UserRow(9), Venue::Bse, SECURITY);
    let condition = Condition { venue, security, measure: Measure::LastPrice, operator: Operator::Above, than: Than::Figure(8_100_000) };
    let (channel, source, product) = (Channel::Api, [9; 16], vocab::Product::Intraday);
    vec![
        Event::ListMade { list, owner, name },
        Event::ListNamed { list, name },
        Event::Entered { list, venue, security },
        Event::Struck { list, venue, security },
        Event::ListDropped { list },
        Event::AlertSet { alert, owner, condition, on: true },
        Event::AlertNamed { alert, name },
        Event::Crossed { alert, met: true, value: 8_100_050 },
        Event::AlertDropped { alert },
        Event::Kept { trigger, user: owner, client: CLIENT, venue, security, last: Price(800), expires: DAY },
        Event::KeptFrom { trigger, channel, source },
        Event::Waits { trigger, nth: 1, at: Price(790), side: Side::Sell, qty: Qty(4), price: Price(789), product },
        Event::Changed { trigger, last: Price(801) },
        Event::Fired { trigger, nth: 1, price: Price(789), order: ORDER, code: 401, facts: [1, 2, 3] },
        Event::Ended { trigger, why: End::Expired },
    ]
}

pub fn of_mandates() -> Vec<mandates::Event> {
    use mandates::{Authority, Clauses, Ending, Event, Purposes};
    let (power, qty, settlement, client, security) = (vocab::PowerNo(3), Qty(40), SETTLEMENT, CLIENT, SECURITY);
    let mut all = vec![
        Event::Executed {
            power, client, kind: vocab::PowerKind::DebitPledge, purposes: Purposes(3), clauses: Clauses(0x1800), signers: 2,
            dated: DAY, paper: code("POA/2026/9"),
        },
        Event::Stamped { power, place: code("GJ"), stamp: Paise(100), until: Some(DAY), most: Paise(9) },
        Event::Listed { power, account: TOKEN, bank: true },
        Event::CopyGiven { power, letter: 7 },
        Event::Struck { power, letter: 8 },
        Event::Remains { power, settlement, client, security, qty },
        Event::Instructed { settlement, client, security, qty, slip: 11 },
        Event::Awaited { settlement, client, security, qty },
        Event::Over { settlement },
    ];
    all.extend(Ending::ALL.map(|why| Event::Ended { power, at: Moment(41), why }));
    let by = [Authority::Power(power), Authority::Slip, Authority::Ended, Authority::Lien];
    all.extend(by.map(|by| Event::Used { transfer: vocab::TransferNo(5), by, settlement, client, security, qty }));
    all
}

pub fn of_access() -> Vec<access::Event> {
    use access::{Certificate, Denial, Ending, Event, Factor, Lock, Medium, Trouble};
    use vocab::{AppNo, SecretRef, SessionNo};
    let (user, app, session, source, until) = (UserRow(3), AppNo(4), SessionNo(5), [1; 16], DAY);
    let (expires, paper, certificate) = (Moment(41), 7, Certificate::Bcsm);
    vec![
        Event::PasswordSet { user, verifier: SecretRef(6), until, keep: 8, issued: true },
        Event::FactorSet { user, factor: Factor::Totp, secret: SecretRef(8) },
        Event::StepTaken { user, step: 58_000_001 },
        Event::Denied { user, factor: Factor::Password, why: Denial::Replayed, wrong: 2, source },
        Event::Locked { user, why: Lock::WrongTries },
        Event::Unlocked { user, paper },
        Event::Blocked { user, reason: 9 },
        Event::Unblocked { user, paper },
        Event::Slept { user, since: DAY },
        Event::SessionOpened { session, user, key: [2; 16], medium: Medium::App, expires, idle: 1_800 },
        Event::SessionFrom { session, source, device: [3; 16], app: Some(app) },
        Event::LapseTold { user, until },
        Event::DeviceMet { user, device: [3; 16], source },
        Event::Touched { session, source },
        Event::SessionEnded { session, user, why: Ending::Idle },
        Event::Requested { request: [4; 16], user, app, expires },
        Event::RequestFrom { request: [4; 16], source, device: [3; 16] },
        Event::RequestOver { request: [4; 16] },
        Event::CodeIssued { user, key: [5; 16], expires, tries: 3 },
        Event::CodeTaken { user },
        Event::CodeOver { user },
        Event::TroubleReported { user, trouble: Trouble::Intruded, since: Moment(40), paper },
        Event::PeriodSet { user, from: DAY, until },
        Event::TerminalMapped { user, terminal: 400_023_012_009, before: 0 },
        Event::Certified { user, certificate, number: 10, until },
        Event::CertificateWarned { user, certificate, until },
        Event::CertificateLapsed { user, certificate, until },
        Event::AppRegistered { app, owner: user, code: code("KEY1"), secret: SecretRef(11) },
        Event::AddressRegistered { app, source },
        Event::AddressDropped { app, source },
        Event::AppBlocked { app, reason: 12 },
        Event::StrangersCounted { tries: 40 },
    ]
}

pub fn of_margin() -> Vec<margin::Event> {
    use margin::Event;
    let (no, rated) = (DepositNo(4), margin::Rated { day: DAY, var: Rate(1), elm: Rate(2), haircut: Some(Rate(3)) });
    let mut all = vec![
        Event::Rated { security: SECURITY, rated },
        Event::Deposited {
            no,
            client: CLIENT,
            form: margin::Form::Securities,
            security: Some(SECURITY),
            qty: Qty(40),
            amount: Paise(500),
            funded: Paise(200),
            good_until: Some(DAY),
            paper: 77,
            day: DAY,
        },
        Event::Valued { no, price: Price(6), haircut: Rate(7), value: Paise(8) },
        Event::Lodged { no, on: true },
        Event::Leaving { no },
        Event::Returned { no, day: DAY },
        Event::Exposed {
            day: DAY,
            client: CLIENT,
            holder: margin::Holder::Debtor,
            var: Paise(1),
            elm: Paise(2),
            mtm: Paise(3),
            covered: Paise(4),
        },
        Event::Collected {
            day: DAY,
            client: CLIENT,
            upfront: Paise(1),
            mtm: Paise(2),
            funds: Paise(3),
            deposits: Paise(4),
            securities: Paise(5),
            short: Paise(6),
        },
        Event::Member {
            day: DAY,
            var: Paise(1),
            elm: Paise(2),
            mtm: Paise(3),
            covered: Paise(4),
            cash_like: Paise(5),
            securities: Paise(6),
        },
        Event::Barred { on: true },
    ];
    all.extend(of_looks());
    all
}

fn of_looks() -> Vec<margin::Event> {
    use margin::Event;
    vec![
        Event::LookTaken { day: DAY, nth: 2 },
        Event::Recalled { no: DepositNo(4) },
        Event::Called { day: DAY, client: ClientRow(7), amount: Paise(8), letter: 9 },
        Event::Penalised { day: DAY, client: ClientRow(7), debited: Paise(118), passed: Paise(0) },
        Event::LookPriced { security: SECURITY, price: Price(6) },
        Event::Looked {
            day: DAY,
            client: CLIENT,
            nth: 2,
            asked: Paise(1),
            wanted: Paise(2),
            funds: Paise(3),
            deposits: Paise(4),
            securities: Paise(5),
            short: Paise(6),
        },
        Event::Reported {
            day: DAY,
            client: CLIENT,
            nth: 2,
            running: 3,
            in_month: 4,
            evening: Paise(1),
            wanted: Paise(2),
            peak: Paise(3),
            rate: Rate(4),
            penalty: Paise(5),
        },
    ]
}

pub fn of_corrections() -> Vec<corrections::Event> {
    use corrections::Event;
    let (no, venue, month) = (ModificationNo(4), Venue::Bse, 24_318);
    vec![
        Event::PolicyApproved { version: 2, from: DAY, document: 18, by: UserRow(3) },
        Event::CodeDisclosed { venue, client: CLIENT, day: DAY, reference: 19 },
        Event::Asked {
            no,
            trade: TradeNo(70),
            side: Side::Sell,
            from: CLIENT,
            to: ClientRow(8),
            reason: ModificationReason::Error,
            evidence: 17,
            by: UserRow(3),
            sanctioned: UserRow(4),
            dealer: UserRow(5),
        },
        Event::Repeated { no },
        Event::Accepted {
            no,
            venue,
            day: DAY,
            security: SECURITY,
            qty: Qty(60),
            value: Paise(479_700),
            institutional: true,
        },
        Event::Refused { no, code: 22 },
        Event::Liquidated { no, trade: TradeNo(71), qty: Qty(59), value: Paise(23) },
        Event::TurnoverCounted { venue, day: DAY, value: Paise(24) },
        Event::Penalised { venue, month, total: Paise(25) },
        Event::Alerted { venue, month, level: 2 },
        Event::WaiverDrafted { no, evidence: 26 },
        Event::WaiverSubmitted { no },
        Event::WaiverDecided { no, granted: true },
    ]
}

pub fn subjects() -> Vec<Subject> {
    vec![Subject::Order(ORDER), Subject::Payment(PaymentNo(5)), Subject::Transfer(TransferNo(6))]
}

pub fn jobs() -> Vec<Job> {
    vec![
        Job::Bill(SETTLEMENT),
        Job::Plan(SETTLEMENT),
        Job::Gather(SETTLEMENT),
        Job::Deliver(SETTLEMENT),
        Job::CloseBills(SETTLEMENT),
        Job::Hand(SETTLEMENT),
        Job::PayOut(SETTLEMENT),
        Job::Revalue,
        Job::Entitle(ActionNo(4)),
        Job::PassOn(ActionNo(4)),
        Job::Pull(9),
        Job::Margins,
        Job::Sleepers,
        Job::SendQueued,
        Job::Unpaid,
        Job::CancelIntraday(Venue::Nse),
        Job::SquareOff(Venue::Bse),
        Job::CarryIntraday(Venue::Bse),
        Job::BringOver,
        Job::Users,
        Job::Agree(SETTLEMENT),
        Job::Recall(SETTLEMENT),
        Job::Look(2),
        Job::Report,
    ]
}

fn of_opening() -> Vec<Event> {
    let (row, name, text) = (RuleRow(21), RuleName::ALL[0], Text { at: 5, len: 9 });
    let (from, to, value, extra, confidence) = (DAY, Some(Day(20_900)), 1_000, -1, Confidence::Default);
    vec![
        Event::FirmOpened { state: code("MH"), name: Text { at: 0, len: 5 } },
        Event::BankNamed { account: BankAccount::Own },
        Event::DematNamed { account: DematAccount::Cisa, depository: Depository::Cdsl },
        Event::AccountClosed { account: firm::HouseAccount::Bank(BankAccount::Own), paper: 7 },
        Event::AccountNumbered { account: firm::HouseAccount::Bank(BankAccount::Own), number: inputs::account_number() },
        Event::AccountsCompared { depository: Depository::Cdsl, listed: 3, differ: 1 },
        Event::AccountTold {
            account: firm::HouseAccount::Demat(DematAccount::Pool, Depository::Nsdl), closed: true, letter: 8,
        },
        Event::UserRegistered {
            user: UserRow(3),
            code: code("DEALER1"),
            role: Role::Client,
            client: Some(CLIENT),
            terminal: 400_001,
        },
        Event::Proposed { fingerprint: [1, u64::MAX], by: UserRow(3) },
        Event::ProposalTaken { fingerprint: [2, 3], by: UserRow(4) },
        Event::ProposalLapsed { fingerprint: [2, 3], by: UserRow(4) },
        Event::RuleAdopted { row, name, scope: EVERYWHERE, from, to, value, extra, confidence, text },
        Event::RuleAdopted { row, name, scope: code("KA"), from, to: None, value, extra, confidence, text },
        Event::HolidayAdded { day: DAY },
        Event::SettlementHolidayAdded { day: DAY },
        Event::ExchangeHolidayAdded { venue: Venue::Bse, day: DAY },
        Event::SessionAdded { venue: Venue::Bse, day: DAY },
        Event::SessionTimed { venue: Venue::Bse, day: DAY, open: vocab::TimeOfDay::hms(13, 45, 0), close: vocab::TimeOfDay::hms(14, 45, 0) },
        Event::Lodged { instrument: 3, client: CLIENT, kind: InstrumentKind::Draft, amount: Paise(9), certified: true },
        Event::InstrumentReached { instrument: 3, stage: InstrumentStage::Returned },
        Event::CreditKept { client: CLIENT, until: DAY, reference: 10 },
        Event::BankBooked { account: BankAccount::Own, reference: inputs::bank_refs()[2], amount: Paise(9) },
        Event::BankStated { account: BankAccount::Client, reference: inputs::bank_refs()[1], amount: Paise(9) },
        Event::DayBegun {
            day: DAY,
            settlement: SETTLEMENT,
            cleared_by: Some(Corporation::Iccl),
            policy: PolicyFigures {
                buy: Rate(1),
                sell: Rate(2),
                allowance: Paise(3),
                debit_days: 4,
                evidence: true,
                recording: false,
                direct: true,
                rated: false,
                barred: true,
                credits_at_once: false,
            },
        },
        Event::Costed { state: code("GJ"), side: Side::Sell, levies: Rate(5), tax: Rate(6) },
        Event::DayEnded { day: DAY },
    ]
}

fn unasked() -> Vec<Event> {
    vec![
        Event::SharesHeld {
            inward: 4, account: vocab::DematAccount::Pool, depository: vocab::Depository::Nsdl, security: SecurityRow(1), qty: Qty(40),
            from: TOKEN,
        },
        Event::SharesReturning { inward: 4 },
        Event::SharesReturned { inward: 4, qty: Qty(40) },
        Event::SharesStay { inward: 4, under: 5 },
        Event::AppAddressed { app: vocab::AppNo(4), redirect: Text { at: 0, len: 5 }, postback: Text { at: 5, len: 4 } },
        Event::UserAppointed { user: UserRow(3), role: Role::Auditor },
        Event::DividendHeld { receipt: 22, amount: Paise(23), from: TOKEN },
    ]
}

fn of_desks() -> Vec<Event> {
    let (settlement, client, day, note) = (SETTLEMENT, CLIENT, DAY, NoteNo(8));
    vec![
        Event::JobMoved { cursor: 17 },
        Event::JobEnded,
        Event::Broke { no: BreakNo(2), kind: BreakKind::LevyDiffers, subject: 3, ours: -4, theirs: 5 },
        Event::Mended { no: BreakNo(2), by: UserRow(3), reason: 6 },
        Event::Noted { note, trade: TradeNo(70), side: Side::Sell, client, brokerage: Paise(7) },
        Event::NoteTaken { year: FinancialYear(2026), note, client, settlement, net: Paise(-8) },
        Event::Charged(Charged {
            amount: Paise(9),
            bases: [Paise(10), Paise(11), Paise(12)],
            client,
            note,
            rules: [0, 13, 14],
            head: charges::Head::Stamp,
            rounding: 1,
        }),
        Event::DirectAsked { settlement, security: SECURITY, client, qty: Qty(60) },
        Event::LeviesUploaded { settlement, stt: Paise(15), stamp: Paise(16) },
        Event::FilePart { venue: Venue::Bse, day, part: 17, rows: 18 },
        Event::FileWhole { venue: Venue::Bse, day },
        Event::FileReissued { venue: Venue::Bse, day, issue: 2 },
        Event::Superseded { no: BreakNo(7), issue: 2 },
        Event::ObligationPart { settlement, part: 19, matched: 20 },
        Event::ReceiptHeld { receipt: 21, account: vocab::BankAccount::Client, amount: Paise(22), from: TOKEN },
        Event::ReceiptReturned { receipt: 21, payment: PaymentNo(5) },
        Event::Receipt { client, amount: Paise(23), utr: code("N0123") },
        Event::StatementSeen { day, account: BankAccount::Settlement, closing: Paise(24), lines: 25, agreed: true },
        Event::HoldingsSeen { day, rows: 26, differing: 27 },
        Event::DematCompared {
            account: DematAccount::Unpaid,
            depository: Depository::Cdsl,
            security: SECURITY,
            ours: Qty(28),
            theirs: Qty(29),
        },
        Event::DematStated { day, depository: Depository::Nsdl, missing: 30, open: 31 },
        Event::MoneyTested {
            day,
            held: Paise(28),
            collateral: Paise(29),
            credits: Paise(30),
            debits: Paise(31),
            suspense: Paise(32),
        },
        Event::MarginTested {
            day,
            own_securities: Paise(33),
            unfunded: Paise(34),
            own_margin: Paise(35),
            used: Paise(36),
            unused: Paise(37),
        },
        Event::Late { client, settlement, due: Moment(38), funds: true },
        Event::CoverAsked { settlement, waits: true },
        Event::Crossed { trade: TradeNo(70), buyer: CLIENT, seller: ClientRow(8) },
        Event::CureDue { settlement: vocab::SettlementRow(1), client: vocab::ClientRow(2), security: vocab::SecurityRow(3), amount: Paise(4) },
        Event::CurePaid { settlement: vocab::SettlementRow(1), client: vocab::ClientRow(2), security: vocab::SecurityRow(3), amount: Paise(4) },
        Event::ObligationRow { settlement, security: SECURITY, delivers: true },
        Event::ObligationSpoilt { settlement },
        Event::Shared {
            note: NoteNo(5),
            trade: TradeNo(6),
            side: vocab::Side::Sell,
            intermediary: vocab::IntermediaryRow(3),
            amount: Paise(7),
        },
    ]
}

fn of_review() -> Vec<Event> {
    let referral = 5;
    let Some(orders::Event::Placed(placed)) = of_orders().into_iter().next() else { panic!("the first is a placing") };
    vec![
        Event::HouseFigured(firm::HouseFigures { confirm_above: Paise(1), releasable: risk::Waived(130), resale: true }),
        Event::Referred(placed),
        Event::ReferralConditioned { referral, trigger: Price(3), disclosed: Qty(4), seen: Price(5) },
        Event::ReferralProof { referral, source: [5; 16], terminal: 6, kind: Evidence::Other, reference: 7 },
        Event::ReferralReason {
            referral,
            refusal: Refusal { code: Code::OverClientExposure, facts: [1, 2, 3] },
            waived: risk::Waived(64),
        },
        Event::Converted { client: CLIENT, security: SECURITY, venue: Venue::Nse, qty: Qty(-5), to: vocab::Product::Intraday },
        Event::Carried { client: CLIENT, security: SECURITY, venue: Venue::Bse, qty: Qty(-5), margin: Paise(7), lacking: Qty(3) },
        Event::ReferralEnded {
            referral,
            answer: firm::Answer::Release,
            by: Some(UserRow(3)),
            reason: 8,
            order: ORDER,
        },
        Event::NoteCancelled {
            year: FinancialYear(2026),
            note: NoteNo(8),
            client: CLIENT,
            settlement: SETTLEMENT,
            reason: 39,
        },
        Event::NoteReplaces { year: FinancialYear(2026), note: NoteNo(9), cancelled: NoteNo(8) },
    ]
}

pub fn events() -> Vec<Event> {
    let mut all = of_opening();
    all.extend(of_desks());
    all.push(Event::SameDayFilePart { venue: Venue::Bse, day: DAY, part: 17, rows: 18 });
    all.push(Event::SameDayFileWhole { venue: Venue::Bse, day: DAY });
    all.push(Event::FileTaken { no: BreakNo(23), trade: TradeNo(24), side: vocab::Side::Sell, by: UserRow(25), paper: 26 });
    all.push(Event::CreditDue { client: CLIENT, amount: Paise(19), due: Moment(20) });
    all.push(Event::CreditLate { client: CLIENT, amount: Paise(21), due: Moment(22) });
    all.extend(unasked());
    all.extend(of_review());
    all.push(Event::Refused(Refusal { code: Code::OutsideBand, facts: [1, -2, i64::MAX] }));
    all.extend(of_clients().into_iter().map(Event::Client));
    all.extend(of_intermediaries().into_iter().map(Event::Intermediary));
    all.extend(of_orders().into_iter().map(Event::Order));
    all.extend(of_risk().into_iter().map(Event::Risk));
    all.extend(of_market().into_iter().map(Event::Market));
    all.extend(of_books().into_iter().map(Event::Money));
    all.extend(of_stock().into_iter().map(Event::Stock));
    all.extend(of_clearing().into_iter().map(Event::Clearing));
    all.extend(of_partners().into_iter().map(Event::Partner));
    all.extend(of_margin().into_iter().map(Event::Margin));
    all.extend(of_liens().into_iter().map(Event::Lien));
    all.extend(of_mandates().into_iter().map(Event::Mandate));
    all.extend(of_watch().into_iter().map(Event::Watch));
    all.extend(of_access().into_iter().map(Event::Access));
    all.extend(of_actions().into_iter().map(Event::Action));
    all.extend(of_corrections().into_iter().map(Event::Correction));
    all.extend(timers().into_iter().map(|timer| Event::Armed { due: Moment(41), timer }));
    all.push(Event::Disarmed { due: Moment(42), timer: firm::Timer::Orders });
    all.extend(jobs().into_iter().map(|job| Event::JobStarted { job }));
    all.extend(subjects().into_iter().map(|subject| Event::AskedAfter { subject }));
    all
}
