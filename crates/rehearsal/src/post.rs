//! The post between the firm's rows and the world's codes: errands out, reports in. Wire words stop here.

use crate::house::{House, IFSC, STRANGER};
use crate::script::{Script, own_accounts_of};
use actions::Benefit;
use clearing::{Defect, Remedy};
use firm::{ActionRow, BankRef, ClearingHead, Errand, FileRow, Firm, HeldAt, PenaltyRow, RateRow, Report, ScheduleRow, SettlementKey, StatementLine};
use orders::Order;
use partners::TransferKind;
use std::collections::BTreeMap;
use vault::Tokens;
use vocab::{
    AccountToken, ClientRow, Code, Day, DematAccount, Depository, Isin, ModificationNo, Product, Qty, ScripCode, SecurityRow, SettlementRow, Side,
    Symbol,
    Venue,
};
use world::{AccountNo, DematNo, FromFirm, Gift, Link, Sent, SettlementRef, ToFirm};

/// Knows whose account is whose. Person's accounts are known by token only until one must be written on an
/// instruction: then by the routing the vault gave at the start, and by what banks reported.
pub struct Post {
    pub house: House,
    tokens: Tokens,
    banks: BTreeMap<AccountToken, AccountNo>,
    demats: BTreeMap<AccountToken, DematNo>,
    /// The second exchange's codes of what it trades, as it publishes them.
    codes: BTreeMap<Isin, ScripCode>,
}

impl Post {
    /// `codes`: the second exchange's, each of one security.
    pub fn new(house: House, tokens: Tokens, codes: BTreeMap<Isin, ScripCode>) -> Post {
        Post { house, tokens, banks: BTreeMap::new(), demats: BTreeMap::new(), codes }
    }

    /// What an exchange calls a security, as far as the firm was told.
    fn symbol_on(&self, firm: &Firm, venue: Venue, security: SecurityRow) -> Option<Symbol> {
        match venue {
            Venue::Nse => Some(firm.market.security(security)?.symbol),
            Venue::Bse => Some(firm.market.code(security)?.symbol()),
        }
    }

    pub fn code_on_bse(&self, isin: &Isin) -> Option<ScripCode> {
        self.codes.get(isin).copied()
    }

    /// The list of codes, as far as it says what the firm does not know.
    pub fn new_codes(&self, firm: &Firm) -> impl Iterator<Item = (SecurityRow, ScripCode)> {
        let known = self.codes.iter().filter_map(|(isin, code)| Some((firm.market.by_isin(isin)?, *code)));
        known.filter(|(security, code)| firm.market.code(*security) != Some(*code))
    }

    fn named(firm: &Firm, venue: Venue, symbol: &Symbol) -> Option<SecurityRow> {
        match venue {
            Venue::Nse => firm.market.by_symbol(symbol),
            Venue::Bse => firm.market.by_code(ScripCode::parse(symbol.as_str()).ok()?),
        }
    }

    /// Learn everyone's accounts: the cast's and the firm's own, and whoever the bank said money came from.
    pub fn learn_all(&mut self, script: &Script, said: &mut dyn Iterator<Item = Sent>) {
        for n in script.members() {
            let person = script.member(n).person;
            self.learn(person.account, Some((person.depository, person.demat)));
        }
        let (bank, demat) = own_accounts_of(&self.house);
        self.learn(bank, Some(demat));
        for n in 0..2 {
            self.learn(crate::house::intermediary_account(n), None);
        }
        // A stranger's money goes back to him, though the world that died may not have said yet that it came.
        self.learn(Code::parse(STRANGER).expect("an account"), Some((Depository::Nsdl, crate::house::stranger_demat())));
        for sent in said {
            if let Ok(ToFirm::Credited { from, .. }) = ToFirm::decode(&sent.bytes) {
                self.learn(from, None);
            }
        }
    }

    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Learn a person's accounts for routing.
    pub fn learn(&mut self, bank: AccountNo, demat: Option<(Depository, DematNo)>) {
        self.banks.insert(self.bank_token(&bank), bank);
        if let Some((depository, number)) = demat {
            self.demats.insert(self.tokens.demat(depository, number.as_str()), number);
        }
    }

    pub fn bank_token(&self, number: &AccountNo) -> AccountToken {
        self.tokens.bank(IFSC, number.as_str())
    }

    pub fn name_token(&self, name: &str) -> AccountToken {
        AccountToken(self.tokens.name(name).0)
    }

    /// An errand in the world's words; none when what it was for is over.
    pub fn write(&self, firm: &Firm, errand: &Errand) -> Option<FromFirm> {
        match *errand {
            Errand::NewOrder(no) => self.write_order(firm, no),
            Errand::ModifyOrder(no) => {
                let Order { venue, asked, change: orders::Change { price, qty, trigger }, .. } = *firm.orders.get(no)?;
                (asked == orders::Asked::Modify).then_some(FromFirm::ModifyOrder { venue, order: no, price, qty, trigger })
            }
            Errand::CancelOrder(order) => Some(FromFirm::CancelOrder { venue: firm.orders.get(order)?.venue, order }),
            Errand::AskOrder(order) => {
                let Order { venue, sends: nth, .. } = *firm.orders.get(order)?;
                Some(FromFirm::AskOrder { venue, order, nth })
            }
            Errand::Pay(payment) => {
                let asked = firm.partners.payment(payment)?;
                let (from, to) = asked.kind.path();
                let amount = asked.amount;
                match to {
                    None if asked.kind == partners::PaymentKind::ToCorporation => Some(FromFirm::PlaceCash { payment, amount }),
                    Some(to) => Some(FromFirm::Transfer { payment, from, to, amount }),
                    None => {
                        let to = *self.banks.get(&asked.to?)?;
                        Some(FromFirm::Pay { payment, from, to, amount })
                    }
                }
            }
            Errand::AskPayment(payment) => {
                let nth = firm.partners.payment(payment)?.tries;
                Some(FromFirm::AskPayment { payment, nth })
            }
            Errand::Move(no) => self.write_move(firm, no),
            Errand::AskMove(transfer) => {
                let asked = firm.partners.transfer(transfer)?;
                let (nth, depository) = (asked.tries, asked.depository);
                Some(FromFirm::AskMove { transfer, nth, depository })
            }
            Errand::DirectPayOut { settlement, security, client, qty } => {
                let (isin, to) = (firm.market.security(security)?.isin, self.demat_of(firm, client)?);
                Some(FromFirm::DirectPayOut { settlement: key(firm, settlement)?, isin, to, qty })
            }
            Errand::Lien(no) => self.write_lien(firm, no),
            Errand::ReturnShares(inward) => self.write_back(firm, inward),
            Errand::Unpledge(no) => self.write_unpledge(firm, no),
            Errand::RecallCash(deposit) => {
                Some(FromFirm::RecallCash { deposit, amount: firm.margin.deposit(deposit)?.amount })
            }
            Errand::UploadLevies { settlement, stt, stamp } => {
                Some(FromFirm::LeviesUpload { settlement: key(firm, settlement)?, stt, stamp })
            }
            Errand::ReportShort(day, client) => write_short(firm, day, client),
            Errand::ModifyCode(modification) => write_code(firm, modification),
            Errand::AskWaiver(modification) => {
                let venue = firm.corrections.get(modification)?.trade.venue();
                Some(FromFirm::AskWaiver { venue, modification })
            }
            Errand::Entrust(trade, side) => {
                let it = firm.clearing.entrusted(trade, side)?;
                let custodian = firm.clients.get(it.client)?.custodian?;
                Some(FromFirm::Entrust { trade, side, custodian, account: self.demat_of(firm, it.client)? })
            }
        }
    }

    fn write_order(&self, firm: &Firm, no: vocab::OrderNo) -> Option<FromFirm> {
        let order = firm.orders.get(no)?;
        let venue = order.venue;
        match order.asked {
            // Told again: what the order still waits for.
            orders::Asked::Modify if order.stands() => {
                let orders::Change { price, qty, trigger } = order.change;
                return Some(FromFirm::ModifyOrder { venue, order: no, price, qty, trigger });
            }
            orders::Asked::Cancel if order.stands() => return Some(FromFirm::CancelOrder { venue, order: no }),
            orders::Asked::Modify | orders::Asked::Cancel | orders::Asked::Nothing => {}
        }
        let client = firm.clients.get(order.client)?;
        Some(FromFirm::NewOrder {
            venue,
            order: no,
            ucc: firm.clients.code(order.client, order.side, firm.now().day())?,
            own: client.is_own(),
            symbol: match order.product {
                Product::SameDay => same_day_symbol(&self.symbol_on(firm, venue, order.security)?)?,
                Product::Delivery | Product::Intraday => self.symbol_on(firm, venue, order.security)?,
            },
            side: order.side,
            kind: order.kind,
            validity: order.validity,
            price: order.price,
            trigger: order.trigger,
            qty: order.qty,
            disclosed: order.disclosed,
            terminal: firm.users.get(order.user)?.terminal,
        })
    }

    fn demat_of(&self, firm: &Firm, client: ClientRow) -> Option<DematNo> {
        let known = firm.clients.get(client)?;
        if known.is_own() {
            return self.house.demat(DematAccount::Own, Depository::Nsdl);
        }
        self.demats.get(&known.demat?.1).copied()
    }

    fn write_unpledge(&self, firm: &Firm, no: vocab::DepositNo) -> Option<FromFirm> {
        let deposit = firm.margin.deposit(no)?;
        let isin = firm.market.security(deposit.security?)?.isin;
        Some(FromFirm::Unpledge { deposit: no, from: self.demat_of(firm, deposit.client)?, isin, qty: deposit.qty })
    }

    fn write_back(&self, firm: &Firm, inward: u32) -> Option<FromFirm> {
        let held = firm.inwards.get(inward)?;
        let (from, to) = (self.house.demat(held.account, held.depository)?, *self.demats.get(&held.from)?);
        Some(FromFirm::SendBack { inward, from, to, isin: firm.market.security(held.security)?.isin, qty: held.qty })
    }

    /// What is to be pledged as unpaid from now on.
    fn write_lien(&self, firm: &Firm, no: vocab::LienNo) -> Option<FromFirm> {
        let lien = firm.liens.get(no).filter(|lien| lien.form == liens::Form::Pledge)?;
        let isin = firm.market.security(lien.security)?.isin;
        Some(FromFirm::Lien { lien: no, from: self.demat_of(firm, lien.client)?, isin, qty: lien.asked + lien.qty })
    }

    fn write_move(&self, firm: &Firm, no: vocab::TransferNo) -> Option<FromFirm> {
        let transfer = firm.partners.transfer(no)?;
        let (account, depository) = (transfer.account, transfer.depository);
        let ours = self.house.demat(account, depository);
        let of_settlement = transfer.settlement.and_then(|row| key(firm, row));
        let (from, to, settlement) = match transfer.kind {
            TransferKind::Gather | TransferKind::MakeGood => (self.demat_of(firm, transfer.client)?, ours?, None),
            TransferKind::Stage => {
                (self.house.demat(DematAccount::ClientBeneficiary, depository)?, ours?, of_settlement)
            }
            TransferKind::Deliver => (ours?, self.house.clearing(Depository::Nsdl), of_settlement),
            TransferKind::EarlyPayIn => (
                self.demat_of(firm, transfer.client)?, self.house.clearing(depository), of_settlement,
            ),
            TransferKind::EarlyBack => (
                self.house.clearing(depository), self.demat_of(firm, transfer.client)?, of_settlement,
            ),
            TransferKind::Keep => {
                let home = firm.clients.get(transfer.client)?.demat.map_or(Depository::Nsdl, |(depository, _)| depository);
                (self.house.demat(DematAccount::Pool, depository)?, self.house.demat(account, home)?, None)
            }
            TransferKind::Realise => (ours?, self.house.demat(DematAccount::ClientBeneficiary, depository)?, None),
            TransferKind::Internal | TransferKind::PassOn | TransferKind::PayOut | TransferKind::Benefit | TransferKind::Release
            | TransferKind::GiveBack => (ours?, self.demat_of(firm, transfer.client)?, None),
        };
        let symbol_isin = firm.market.security(transfer.security)?.isin;
        Some(FromFirm::Move { transfer: no, depository, from, to, symbol_isin, qty: transfer.qty, settlement })
    }

    /// A message of the world in the firm's words; none when it names a security that is not listed here.
    pub fn read(&mut self, firm: &Firm, link: Link, message: ToFirm) -> Option<Report> {
        let venue = exchange_of(link);
        use orders::Report as Of;
        let order = |order, report| Some(Report::Order { order, report });
        match message {
            ToFirm::Phase { day, board, phase } => Some(Report::Phase { venue, day, board, phase }),
            ToFirm::Halted { day, moved } => Some(Report::Halted { venue, day, moved }),
            ToFirm::BandMoved { isin, low, high } => {
                Some(Report::BandMoved { venue, security: firm.market.by_isin(&isin)?, low, high })
            }
            ToFirm::SameDayBand { isin, last, low, high } => {
                Some(Report::SameDayBand { venue, security: firm.market.by_isin(&isin)?, last, low, high })
            }
            ToFirm::Acked { order: no, venue_order, at } => order(no, Of::Acked { venue_order, at }),
            ToFirm::Refused { order: no, code } => order(no, Of::Refused { code }),
            ToFirm::Traded { order: no, trade, qty, price, at, .. } => order(no, Of::Traded { trade, qty, price, at }),
            ToFirm::Modified { order: no, price, qty, trigger, .. } => order(no, Of::Modified { price, qty, trigger }),
            ToFirm::Triggered { order: no, at } => order(no, Of::Triggered { at }),
            ToFirm::ModifyRefused { order: no, code } => order(no, Of::ModifyRefused { code }),
            ToFirm::Cancelled { order: no, .. } => order(no, Of::Cancelled),
            ToFirm::CancelRefused { order: no, code } => order(no, Of::CancelRefused { code }),
            ToFirm::Lapsed { order: no, .. } => order(no, Of::Lapsed),
            ToFirm::OrderKnown { order, nth, known } => Some(Report::OrderKnown { order, nth, known }),
            ToFirm::InstrumentCredited { instrument } => Some(Report::InstrumentCredited { instrument }),
            ToFirm::InstrumentCleared { instrument } => Some(Report::InstrumentCleared { instrument }),
            ToFirm::InstrumentReturned { instrument, code } => Some(Report::InstrumentReturned { instrument, code }),
            ToFirm::Paid { payment } => Some(Report::PaymentDone { payment }),
            ToFirm::PayFailed { payment, code } => Some(Report::PaymentFailed { payment, code }),
            ToFirm::PaymentKnown { payment, nth, known } => Some(Report::PaymentKnown { payment, nth, known }),
            ToFirm::Moved { transfer, qty } => Some(Report::TransferDone { transfer, moved: qty }),
            ToFirm::MoveKnown { transfer, nth, known } => Some(Report::TransferKnown { transfer, nth, known }),
            ToFirm::Credited { account, amount, from, name, utr } => {
                let token = self.bank_token(&from);
                self.banks.entry(token).or_insert(from);
                let name = self.name_token(&name);
                Some(Report::Credited { account, amount, from: token, name, utr })
            }
            ToFirm::ClearingDebit { settlement, head, amount } => {
                Some(Report::ClearingMoney { key: settlement_key(settlement), head: clearing_head(head), amount })
            }
            ToFirm::ClearingCredit { settlement, head, amount } => {
                Some(Report::ClearingMoney { key: settlement_key(settlement), head: clearing_head(head), amount: -amount })
            }
            ToFirm::BankStatement { day, account, opening, closing, lines } => {
                Some(Report::Statement { day, account, opening, closing, lines })
            }
            ToFirm::CodeModified { modification } => {
                Some(Report::CodeModified { modification, accepted: true, code: 0 })
            }
            ToFirm::CodeKept { modification, code } => {
                Some(Report::CodeModified { modification, accepted: false, code })
            }
            ToFirm::CustodianSaid { trade, side, confirmed, code } => {
                Some(Report::CustodianSaid { trade, side, confirmed, code })
            }
            ToFirm::CashBack { deposit, amount } => Some(Report::CashBack { deposit, amount }),
            ToFirm::WaiverDecided { modification, granted } => Some(Report::WaiverDecided { modification, granted }),
            ToFirm::BankLines { day, account, rows, .. } => {
                let rows = rows.iter().map(|line| StatementLine { reference: bank_ref(line.of), amount: line.amount });
                Some(Report::StatementLines { day, account, rows: rows.collect() })
            }
            other => self.read_files(firm, venue, other),
        }
    }

    fn read_files(&self, firm: &Firm, venue: Venue, message: ToFirm) -> Option<Report> {
        let row = |isin: &Isin| firm.market.by_isin(isin);
        match message {
            ToFirm::SameDayFile { day, part, parts, rows, count, qty, value } => {
                let rows = file_rows(firm, venue, &rows);
                Some(Report::SameDayFile { venue, day, part, parts, count, qty, value, rows })
            }
            ToFirm::TradeFile { day, part, parts, rows, count, qty, value } => {
                let rows = file_rows(firm, venue, &rows);
                Some(Report::TradeFile { venue, day, part, parts, count, qty, value, rows })
            }
            ToFirm::TradeFileAnew { issue, day, part, parts, rows, count, qty, value } => {
                let rows = file_rows(firm, venue, &rows);
                Some(Report::TradeFileReissued { issue, venue, day, part, parts, count, qty, value, rows })
            }
            ToFirm::Bhavcopy { day, rows, .. } => {
                let close = |r: &world::CloseRow| market::Close { day, high: r.high.max(r.close), close: r.close };
                let rows = rows.iter().filter_map(|r| Some((Post::named(firm, venue, &r.symbol)?, close(r)))).collect();
                Some(Report::Closes { venue, day, rows })
            }
            ToFirm::Schedule { rows } => Some(Report::Schedule(
                rows.iter()
                    .map(|r| ScheduleRow {
                        key: settlement_key(r.settlement),
                        trade_day: r.trade_day,
                        pay_in: r.pay_in_day,
                        pay_out: r.pay_out_day,
                    })
                    .collect(),
            )),
            ToFirm::Obligation { settlement, provisional, part, parts, rows, funds, .. } => {
                let rows = rows.iter().map(|r| (row(&r.isin), r.qty)).collect();
                Some(Report::Obligation { key: settlement_key(settlement), provisional, part, parts, funds, rows })
            }
            ToFirm::Shortage { settlement, isin, qty, valuation_price, debit } => Some(Report::Short {
                key: settlement_key(settlement),
                security: row(&isin)?,
                qty,
                valuation: valuation_price,
                debit,
            }),
            ToFirm::PayOutShort { settlement, isin, qty } => {
                Some(Report::PayOutShort { key: settlement_key(settlement), security: row(&isin)?, qty })
            }
            ToFirm::Auctioned { settlement, isin, qty, price, for_firm_as_seller } => {
                let (key, as_seller) = (settlement_key(settlement), for_firm_as_seller);
                Some(Report::Auctioned { key, security: row(&isin)?, qty, price, as_seller })
            }
            ToFirm::ClosedOut { settlement, isin, qty, price, for_firm_as_seller } => {
                let (key, as_seller) = (settlement_key(settlement), for_firm_as_seller);
                Some(Report::ClosedOut { key, security: row(&isin)?, qty, price, as_seller })
            }
            ToFirm::PaidOut { settlement, isin, qty, to } => {
                let to = self.held_at(firm, &to);
                Some(Report::SharesOut { key: settlement_key(settlement), security: row(&isin)?, qty, to })
            }
            ToFirm::PayOutComplete { settlement } => Some(Report::PayOutComplete { key: settlement_key(settlement) }),
            ToFirm::Holdings { day, rows } => {
                let known = |r: &world::HoldingRow| Some((self.held_at(firm, &r.account), row(&r.isin)?, r.qty));
                let rows: Vec<(HeldAt, SecurityRow, Qty)> = rows.iter().filter_map(known).collect();
                Some(Report::Holdings { day, opening: false, rows })
            }
            ToFirm::HoldingsWhole { day, depository } => Some(Report::HoldingsWhole { day, depository }),
            other => self.read_objections(firm, other),
        }
    }

    fn read_objections(&self, firm: &Firm, message: ToFirm) -> Option<Report> {
        match message {
            ToFirm::Objected { settlement, number, ucc, isin, qty, by_company, as_seller } => {
                let (key, security) = (settlement_key(settlement), firm.market.by_isin(&isin)?);
                let client = firm.clients.by_code_of(&ucc, if as_seller { Side::Sell } else { Side::Buy });
                let defect = if by_company { Defect::Objection } else { Defect::BadDelivery };
                Some(Report::Objected { key, number, client, security, qty, defect, as_seller })
            }
            ToFirm::ObjectionEnded { settlement, number, remedy, price } => {
                let remedy = match remedy {
                    world::Remedy::Rectified => Remedy::Rectified,
                    world::Remedy::Auctioned => Remedy::Auctioned,
                    world::Remedy::ClosedOut => Remedy::ClosedOut,
                };
                Some(Report::ObjectionEnded { key: settlement_key(settlement), number, remedy, price })
            }
            other => self.read_benefits(firm, other),
        }
    }

    fn read_benefits(&self, firm: &Firm, message: ToFirm) -> Option<Report> {
        let row = |isin: &Isin| firm.market.by_isin(isin);
        match message {
            ToFirm::Actions { rows } => Some(Report::Actions(rows.iter().filter_map(|it| action(firm, it)).collect())),
            ToFirm::Dividend { isin, record, account, amount, utr } => {
                Some(Report::Dividend { security: row(&isin)?, record, account, amount, utr })
            }
            ToFirm::BenefitShares { isin, kind, record, to, qty } => {
                Some(Report::BenefitShares { security: row(&isin)?, kind, record, to: self.held_at(firm, &to), qty })
            }
            other => self.read_margin(firm, other),
        }
    }

    fn read_margin(&self, firm: &Firm, message: ToFirm) -> Option<Report> {
        let row = |isin: &Isin| firm.market.by_isin(isin);
        match message {
            ToFirm::MarginRates { day, rows } => {
                let rate = |r: &world::RateRow| {
                    Some(RateRow { security: row(&r.isin)?, var: r.var, elm: r.elm, haircut: r.haircut })
                };
                Some(Report::MarginRates { day, rows: rows.iter().filter_map(rate).collect() })
            }
            ToFirm::MarginLook { day, nth, rows } => {
                let priced = |it: &world::LookRow| Some((row(&it.isin)?, it.price));
                Some(Report::MarginLook { day, nth, rows: rows.iter().filter_map(priced).collect() })
            }
            ToFirm::MarginPenalties { day, debit, rows } => {
                let of = |it: &world::PenaltyRow| firm.clients.by_code_of(&it.ucc, Side::Buy);
                let row = |it: &world::PenaltyRow| PenaltyRow { client: of(it), penalty: it.penalty, tax: it.tax };
                Some(Report::MarginPenalties { day, debit, rows: rows.iter().map(row).collect() })
            }
            ToFirm::Pledged { from, isin, qty, number: paper } => match self.held_at(firm, &from) {
                HeldAt::Client(client) => Some(Report::Pledged { client, security: row(&isin)?, qty, paper }),
                HeldAt::Firm(..) | HeldAt::Stranger => None,
            },
            ToFirm::SharesCame { to, from, isin, qty } => {
                let HeldAt::Firm(account, depository) = self.held_at(firm, &to) else { return None };
                Some(Report::SharesCame { account, depository, security: row(&isin)?, qty, from: self.token_of(firm, &from) })
            }
            ToFirm::SentBack { inward, qty } => Some(Report::SharesReturned { inward, qty }),
            ToFirm::LienStands { lien, qty } => Some(Report::LienStands { lien, qty }),
            ToFirm::Unpledged { deposit } => Some(Report::Unpledged { deposit }),
            _ => None,
        }
    }

    /// A client's account by the token he registered; a stranger's by that of the first depository.
    fn token_of(&self, firm: &Firm, number: &DematNo) -> AccountToken {
        let of = |depository| self.tokens.demat(depository, number.as_str());
        let second = of(Depository::Cdsl);
        if firm.clients.by_demat(&second).is_some() { second } else { of(Depository::Nsdl) }
    }

    fn held_at(&self, firm: &Firm, number: &DematNo) -> HeldAt {
        if let Some((account, depository, _)) = self.house.demats().into_iter().find(|(.., n)| n == number) {
            return HeldAt::Firm(account, depository);
        }
        let of = |depository| firm.clients.by_demat(&self.tokens.demat(depository, number.as_str()));
        match of(Depository::Nsdl).or_else(|| of(Depository::Cdsl)) {
            Some(client) => HeldAt::Client(client),
            None => HeldAt::Stranger,
        }
    }
}

fn write_code(firm: &Firm, modification: ModificationNo) -> Option<FromFirm> {
    let asked = firm.corrections.get(modification)?;
    let (trade, side, to) = (asked.trade, asked.side, firm.clients.code(asked.to, asked.side, firm.now().day())?);
    Some(FromFirm::ModifyCode { modification, trade, side, to })
}

fn write_short(firm: &Firm, day: Day, client: ClientRow) -> Option<FromFirm> {
    let (_, peak) = firm.margin.peaks_from(day, client).next().filter(|(of, _)| *of == client)?;
    let (short, asked) = peak.shortage();
    Some(FromFirm::ReportShort { day, ucc: firm.clients.code(client, Side::Buy, day)?, asked, short })
}

pub(crate) fn key(firm: &Firm, settlement: SettlementRow) -> Option<SettlementRef> {
    let it = firm.clearing.settlement(settlement)?;
    Some(SettlementRef { corporation: it.corporation, kind: it.kind, number: it.number })
}

/// Which exchange a link is of: its own, or its clearing corporation's; the first's where it is of neither.
const fn exchange_of(link: Link) -> Venue {
    match link {
        Link::Bse | Link::Iccl => Venue::Bse,
        Link::Venue | Link::Bank | Link::Clearing | Link::Nsdl | Link::Cdsl => Venue::Nse,
    }
}

/// None when the security, or what it gives, is not listed here.
fn action(firm: &Firm, it: &world::Announcement) -> Option<ActionRow> {
    let row = |isin: &Isin| firm.market.by_isin(isin);
    let benefit = match it.gift {
        Gift::Dividend { per_share } => Benefit::Dividend { per_share },
        Gift::Bonus { new, held } => Benefit::Bonus { new, held },
        Gift::Split { from, to } => Benefit::Split { from, to },
        Gift::Rights { new, held, price, entitlement } => {
            Benefit::Rights { new, held, price, entitlement: row(&entitlement)? }
        }
    };
    Some(ActionRow { security: row(&it.isin)?, benefit, ex: it.ex, record: it.record })
}

/// The second exchange's rows name a security by its code: one that is not known is none of ours.
fn file_rows(firm: &Firm, venue: Venue, rows: &[world::TradeRow]) -> Vec<FileRow> {
    let security = |r: &world::TradeRow| match venue {
        Venue::Nse => firm.market.by_isin(&r.isin),
        Venue::Bse => Post::named(firm, venue, &r.symbol),
    };
    let row = |r: &world::TradeRow| FileRow {
        trade: r.trade,
        order: r.order,
        client: firm.clients.by_code_of(&r.ucc, r.side),
        security: security(r),
        side: r.side,
        qty: r.qty,
        price: r.price,
        at: r.traded_at,
    };
    rows.iter().map(row).collect()
}

/// What the exchange calls a share where it is dealt in for settlement today; none where the name would be too long.
pub fn same_day_symbol(symbol: &Symbol) -> Option<Symbol> {
    Symbol::parse(&format!("{symbol}#")).ok()
}

fn settlement_key(settlement: SettlementRef) -> SettlementKey {
    SettlementKey { corporation: settlement.corporation, kind: settlement.kind, number: settlement.number }
}

fn bank_ref(of: world::LineOf) -> BankRef {
    match of {
        world::LineOf::Payment(payment) => BankRef::Payment(payment),
        world::LineOf::Deposit(no) => BankRef::Deposit(no),
        world::LineOf::MarginPenalties(day) => BankRef::MarginPenalties(day),
        world::LineOf::Credit(utr) => BankRef::Credit(utr),
        world::LineOf::Instrument(instrument) => BankRef::Instrument(instrument),
        world::LineOf::Clearing(settlement, head) => {
            BankRef::Clearing(settlement_key(settlement), clearing_head(head))
        }
    }
}

fn clearing_head(head: world::ClearingHead) -> ClearingHead {
    match head {
        world::ClearingHead::PayIn => ClearingHead::PayIn,
        world::ClearingHead::Levies => ClearingHead::Levies,
        world::ClearingHead::Valuation => ClearingHead::Valuation,
        world::ClearingHead::Auction => ClearingHead::Auction,
        world::ClearingHead::CloseOut => ClearingHead::CloseOut,
        world::ClearingHead::PayOut => ClearingHead::PayOut,
    }
}


#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_exchange_names_securities_by_codes_and_one_unknown_is_none_of_ours() {
        let isin = Isin::parse("INE144J01027").unwrap();
        let mut firm = Firm::new();
        firm.market.apply(&market::Event::Listed { security: SecurityRow(0), isin, symbol: Symbol::parse("ALPHA").unwrap() });
        firm.market.apply(&market::Event::Coded { security: SecurityRow(0), code: vocab::ScripCode(500_325) });
        let named = |venue, text| Post::named(&firm, venue, &Symbol::parse(text).unwrap());
        assert_eq!((named(Venue::Bse, "500325"), named(Venue::Nse, "ALPHA")), (Some(SecurityRow(0)), Some(SecurityRow(0))));
        assert_eq!([named(Venue::Bse, "500326"), named(Venue::Bse, "ALPHA"), named(Venue::Nse, "500325")], [None; 3]);
    }
}
