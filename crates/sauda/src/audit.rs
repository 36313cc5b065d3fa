//! The second opinion on the books: what happened, handed to the auditor as plain facts, and what the firm
//! claims. The mapping is all that stands here; the auditor shares no code with the departments.

use crate::directory::{Directory, plain};
use crate::failure::Failure;
use actions::Benefit;
use auditor::{Claims, ClearingHead, Fact, MarginFact, NoteClaim, ObligationClaim, PaymentKind, Told};
use books::{Account, Cause, Place, StockEvent};
use clearing::Stage;
use firm::{Command, Event, Firm, Input, Report, Timer};
use journal::v1::Entry;
use std::collections::BTreeMap;
use std::fmt::Write;
use vocab::{BankAccount, ClientKind, DematAccount, ClientRow, Paise, PlanNo, Product, SettlementKind, Side, Slab, TradeNo, Venue};

/// Findings shown before the rest are only counted.
const SHOWN: usize = 50;

#[derive(Default)]
pub struct Facts {
    told: Vec<Told>,
    notes: Vec<NoteClaim>,
    names: Directory,
    plans: BTreeMap<PlanNo, Vec<Slab>>,
    /// Whose shares each lien keeps, and for which settlement they were offered.
    liens: BTreeMap<vocab::LienNo, (ClientRow, vocab::SecurityRow, Option<vocab::SettlementRow>)>,
}

/// How a security's trades settle.
fn traded(event: &market::Event) -> Option<Fact> {
    match *event {
        market::Event::CycleMoved { security, from } => Some(Fact::CycleMoved { security, from }),
        market::Event::SameDayListed { security, from, admitted } => Some(Fact::SameDayListed { security, from, admitted }),
        market::Event::Termed { security, terms, .. } if terms.gross => {
            Some(Fact::TradeForTrade { security, day: terms.day })
        }
        _ => None,
    }
}

impl Facts {
    pub fn new() -> Facts {
        Facts::default()
    }

    pub fn take(&mut self, entry: &Entry) {
        self.names.take(entry);
        self.input(entry);
        for event in &entry.events {
            if let Some(fact) = self.authority(event, entry) {
                self.tell(entry, fact);
            }
            if let Some(fact) = self.fact(event, entry) {
                self.tell(entry, fact);
            }
            if let Some(fact) = of_margin(event) {
                self.tell(entry, Fact::Margin(fact));
            }
        }
        self.papers(entry);
    }

    fn tell(&mut self, entry: &Entry, fact: Fact) {
        self.told.push(Told { entry: entry.head.entry, day: entry.head.at.day(), fact });
    }

    /// What only the input says: which account the clearing corporation moved money for, and the evening's tick.
    fn input(&mut self, entry: &Entry) {
        match &entry.input {
            Input::Report(Report::ClearingMoney { key, head, amount }) => {
                let row = self.names.settlement_of(key);
                if let (Some(settlement), Some(head)) = (row, ClearingHead::from_number(*head as u8)) {
                    self.tell(entry, Fact::ClearingMoney { settlement, head, amount: *amount });
                }
            }
            Input::Report(Report::CashBack { amount, .. }) => self.tell(entry, Fact::CashBack { amount: *amount }),
            Input::Report(Report::MarginPenalties { day, debit, rows }) => {
                let rows = rows.iter().map(|row| (row.client, row.penalty, row.tax)).collect();
                self.tell(entry, Fact::MarginPenalties { day: *day, debit: *debit, rows });
            }
            Input::Tick(Timer::Sweep(day)) => self.tell(entry, Fact::Swept { day: *day }),
            Input::Tick(Timer::DayEnd(day)) => self.tell(entry, Fact::Evening { day: *day }),
            Input::Ask { .. } | Input::Report(_) | Input::Tick(_) | Input::Step => {}
        }
    }

    /// What lets sold shares leave their client's account.
    fn authority(&mut self, event: &Event, entry: &Entry) -> Option<Fact> {
        match *event {
            Event::Mandate(mandates::Event::Executed { power, client, purposes, .. }) => {
                purposes.has(vocab::Purpose::Delivery).then_some(Fact::PowerGiven { power: power.0, client })
            }
            Event::Mandate(mandates::Event::Ended { power, .. }) => Some(Fact::PowerEnded { power: power.0 }),
            Event::Mandate(mandates::Event::Instructed { settlement, client, security, qty, .. }) => {
                Some(Fact::MayMove { settlement, client, security, qty })
            }
            // He brings them himself.
            Event::Stock(StockEvent::Moved { client, security, from: Place::Account, qty, settlement: Some(settlement), .. })
                if matches!(entry.input, Input::Report(Report::SharesCame { .. })) =>
            {
                Some(Fact::MayMove { settlement, client, security, qty })
            }
            Event::Lien(liens::Event::Asked { no, client, security, .. }) => {
                self.liens.insert(no, (client, security, None));
                None
            }
            Event::Lien(liens::Event::Offered { no, settlement, .. }) => {
                self.liens.get_mut(&no)?.2 = Some(settlement);
                None
            }
            Event::Lien(liens::Event::Realised { no, qty }) => {
                let (client, security, settlement) = *self.liens.get(&no)?;
                Some(Fact::MayMove { settlement: settlement?, client, security, qty })
            }
            _ => None,
        }
    }

    fn fact(&mut self, event: &Event, entry: &Entry) -> Option<Fact> {
        match *event {
            Event::FirmOpened { state, .. } => {
                let capital = match &entry.input {
                    Input::Ask { command: Command::OpenFirm { capital, .. }, .. } => *capital,
                    Input::Ask { .. } | Input::Report(_) | Input::Tick(_) | Input::Step => Paise::ZERO,
                };
                Some(Fact::FirmOpened { state, capital })
            }
            Event::Client(clients::Event::Opened { client, ucc, kind, state, .. }) => {
                let (own, institution) = (kind.is_own(), kind == ClientKind::Institution);
                Some(Fact::ClientOpened { client, ucc, own, institution, state })
            }
            Event::Client(clients::Event::TradingCodeTaken { client, from, .. }) => Some(Fact::LegsApart { client, from }),
            Event::Client(clients::Event::PlanDrawn { plan, slab }) => {
                self.plans.entry(plan).or_default().push(slab);
                None
            }
            Event::Client(clients::Event::PlanSet { client, plan, from }) => {
                Some(Fact::PlanSet { client, from, slabs: self.plans.get(&plan).cloned().unwrap_or_default() })
            }
            Event::Intermediary(ref event) => intermediary(event),
            Event::RuleAdopted { row, .. } => self.names.rule(row).cloned().map(Fact::RuleAdopted),
            Event::HolidayAdded { day } => Some(Fact::HolidayAdded { day }),
            Event::SettlementHolidayAdded { .. } | Event::ExchangeHolidayAdded { .. } | Event::SessionAdded { .. } => days(event),
            Event::Market(ref event) => traded(event),
            Event::DayBegun { day, .. } => Some(Fact::DayBegan { day }),
            Event::Order(orders::Event::Placed(p)) => {
                let same_day = p.product == Product::SameDay;
                Some(Fact::OrderPlaced { order: p.order, client: p.client, security: p.security, side: p.side, same_day })
            }
            Event::Order(orders::Event::Closed { order, .. }) => Some(Fact::OrderClosed { order }),
            Event::NoteTaken { year, note, client, settlement, .. } => {
                Some(Fact::Billed { settlement, client, note, year })
            }
            Event::Receipt { client, amount, .. } => Some(Fact::Receipt { client, amount }),
            Event::ReceiptHeld { receipt, amount, .. } => {
                let Input::Report(Report::Credited { account, .. }) = &entry.input else { return None };
                Some(Fact::ThirdPartyReceipt { receipt, account: *account, amount })
            }
            Event::SharesHeld { .. } | Event::SharesReturned { .. } | Event::SharesStay { .. } => unasked(event),
            Event::Stock(StockEvent::Moved { client, security, from, to, qty, settlement, .. }) => {
                Some(Fact::SharesMoved { client, security, from: from as u8, to: to as u8, qty, settlement })
            }
            Event::CurePaid { settlement, client, security, .. } => {
                Some(Fact::CreditCame { settlement, security, client })
            }
            Event::Correction(corrections::Event::WaiverDecided { no, granted: true }) => {
                Some(Fact::PenaltyWaived { modification: no.0 })
            }
            Event::Money(books::Event::Posted(p)) if p.cause == Cause::ErrorLoss && p.account == Account::Client => {
                Some(Fact::LossBorne { client: ClientRow(p.owner), amount: -p.amount })
            }
            Event::Money(ref event) => cheque(event, entry),
            Event::NoteCancelled { note, client, settlement, .. } => Some(Fact::NoteCancelled { settlement, client, note }),
            Event::Clearing(clearing::Event::Annulled { trade, side, .. }) => {
                Some(Fact::Annulled { day: entry.head.at.day(), trade, side })
            }
            Event::Clearing(clearing::Event::Corrected { trade, side, qty, price, .. }) => {
                Some(Fact::TradeCorrected { day: entry.head.at.day(), trade, side, qty, price })
            }
            Event::Clearing(clearing::Event::CodeModified { trade, side, to, .. }) => self.modified(entry, (trade, side), to),
            Event::BankBooked { account, amount, .. } => dividend(entry, account, amount),
            Event::Action(ref event) => benefit(event),
            Event::Partner(ref event) => payment(event),
            Event::Clearing(ref event) => settling(event),
            _ => None,
        }
    }

    /// A change of code stands behind the modification it belongs to, one of several in a trade file's entry.
    fn modified(&self, entry: &Entry, side: (TradeNo, Side), to: ClientRow) -> Option<Fact> {
        let mut accepted = None;
        for event in &entry.events {
            match *event {
                Event::Correction(corrections::Event::Accepted { no, day, .. }) => accepted = Some((no, day)),
                Event::Clearing(clearing::Event::CodeModified { trade, side: of, .. }) if (trade, of) == side => break,
                _ => {}
            }
        }
        let (no, day) = accepted?;
        let to_error = self.names.client(to).is_some_and(|c| c.kind == ClientKind::Error);
        Some(Fact::CodeModified { modification: no.0, day, trade: side.0, side: side.1, to, to_error })
    }

    /// Notes as they were made: their lines stand in one entry.
    fn papers(&mut self, entry: &Entry) {
        for event in &entry.events {
            if let Event::NoteTaken { year, note, client, settlement, net } = *event {
                let charges = entry.events.iter().filter_map(|event| match event {
                    Event::Charged(line) if line.note == note => Some((line.head.number(), line.amount)),
                    _ => None,
                });
                let charges = charges.collect();
                self.notes.push(NoteClaim { year, note, client, settlement, charges, net });
            }
        }
    }

    /// # Errors
    /// [`Failure::Found`] when the books are not what the facts make them.
    pub fn judge(self, firm: &Firm, out: &mut String) -> Result<(), Failure> {
        let claims = claims(firm, self.notes);
        let findings = auditor::audit(&self.told, &claims);
        let count = findings.len();
        let mut line = |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("text grows");
        if findings.is_empty() {
            line(format_args!("books: recomputed by the auditor from {} facts, no differences", self.told.len()));
            return Ok(());
        }
        for finding in findings.iter().take(SHOWN) {
            line(format_args!("WRONG books: {}", plain(&finding.to_string())));
        }
        if count > SHOWN {
            line(format_args!("and {} more", count - SHOWN));
        }
        Err(Failure::found(format!("books: the auditor finds {count} differences")))
    }
}

/// Third parties' shares.
fn unasked(event: &Event) -> Option<Fact> {
    match *event {
        Event::SharesHeld { inward, account, security, qty, .. } => {
            Some(Fact::ThirdPartyShares { inward, place: place_of(account), security, qty })
        }
        Event::SharesReturned { inward, qty } => Some(Fact::SharesBack { inward, qty }),
        Event::SharesStay { inward, under } => Some(Fact::SharesRenumbered { inward, under }),
        _ => None,
    }
}

/// What margins depend on: prices, rates, deposits, pay-outs; and what is said of them.
fn of_margin(event: &Event) -> Option<MarginFact> {
    match *event {
        Event::Market(market::Event::Closed { venue, security, close }) => {
            Some(MarginFact::Closed { venue: venue.number(), security, day: close.day, close: close.close })
        }
        Event::Market(market::Event::Termed { venue, security, terms }) => {
            Some(MarginFact::Referenced { venue: venue.number(), security, day: terms.day, price: terms.reference })
        }
        Event::Clearing(clearing::Event::StageReached { settlement, stage: Stage::PaidOut }) => {
            Some(MarginFact::PaidOut { settlement })
        }
        Event::Margin(ref event) => margin_fact(event),
        _ => None,
    }
}

fn margin_fact(event: &margin::Event) -> Option<MarginFact> {
    use margin::Event as E;
    Some(match *event {
        E::Rated { security, rated } => {
            let margin::Rated { day, var, elm, haircut } = rated;
            MarginFact::Rated { security, day, var, elm, haircut }
        }
        E::Deposited { no, client, form, security, qty, amount, good_until, .. } => {
            MarginFact::Deposited { no, client, form: form.number(), security, qty, amount, good_until }
        }
        E::Valued { no, value, .. } => MarginFact::Valued { no, value },
        E::Lodged { no, on } => MarginFact::Lodged { no, on },
        E::Leaving { no } | E::Recalled { no } | E::Returned { no, .. } => MarginFact::Leaving { no },
        E::Called { client, amount, .. } => MarginFact::Called { client, amount },
        E::Penalised { .. } => return None,
        E::LookTaken { nth, .. } => MarginFact::LookTaken { nth },
        E::LookPriced { security, price } => MarginFact::LookPriced { security, price },
        E::Exposed { client, var, elm, mtm, covered, .. } => MarginFact::Exposed { client, var, elm, mtm, covered },
        E::Collected { client, upfront, funds, deposits, securities, short, .. } => {
            MarginFact::Collected { client, upfront, funds, deposits, securities, short }
        }
        E::Looked { client, nth, asked, wanted, funds, deposits, securities, short, .. } => {
            MarginFact::Looked { client, nth, asked, wanted, funds, deposits, securities, short }
        }
        E::Reported { client, nth, running, in_month, evening, wanted, peak, penalty, .. } => {
            MarginFact::Reported { client, nth, running, in_month, evening, wanted, peak, penalty }
        }
        E::Member { var, elm, mtm, covered, .. } => MarginFact::Member { var, elm, mtm, covered },
        E::Barred { .. } => return None,
    })
}

fn days(event: &Event) -> Option<Fact> {
    match *event {
        Event::SettlementHolidayAdded { day } => Some(Fact::SettlementHolidayAdded { day }),
        Event::ExchangeHolidayAdded { venue, day } => Some(Fact::ExchangeHolidayAdded { venue, day }),
        Event::SessionAdded { venue, day } => Some(Fact::SessionAdded { venue, day }),
        _ => None,
    }
}

fn intermediary(event: &intermediaries::Event) -> Option<Fact> {
    use intermediaries::Event as E;
    match *event {
        E::Opened { intermediary, pan, .. } | E::Associated { intermediary, pan } => {
            Some(Fact::IntermediaryPerson { intermediary, pan })
        }
        E::Decided { intermediary, venue, approved: true, from, .. } => {
            Some(Fact::IntermediaryApproved { intermediary, venue, from })
        }
        E::Decided { intermediary, venue, from: day, .. } | E::Withdrawn { intermediary, venue, day, .. } => {
            Some(Fact::ApprovalEnded { intermediary, venue, day })
        }
        E::Agreed { intermediary, day } => Some(Fact::IntermediaryAgreed { intermediary, day }),
        E::ShareSet { intermediary, from, rate } => Some(Fact::ShareSet { intermediary, from, rate }),
        E::Introduced { client, intermediary, from, .. } => Some(Fact::Introduced { client, intermediary, from }),
        E::Barred { pan, day, .. } => Some(Fact::Barred { pan, day }),
        E::BankRegistered { .. } | E::Withheld { .. } => None,
    }
}

/// A dividend stands in the bank book by its report.
fn dividend(entry: &Entry, account: BankAccount, amount: Paise) -> Option<Fact> {
    match entry.input {
        Input::Report(Report::Dividend { security, record, .. }) => Some(Fact::Dividend { account, security, record, amount }),
        _ => None,
    }
}

/// The place of the register a demat account of the firm's is.
const fn place_of(account: DematAccount) -> u8 {
    match account {
        DematAccount::ClientBeneficiary => Place::Beneficiary as u8,
        DematAccount::Pool | DematAccount::Cisa => Place::Pool as u8,
        DematAccount::Principal => Place::Principal as u8,
        DematAccount::Own => Place::Account as u8,
        DematAccount::Unpaid => Place::Unpaid as u8,
    }
}

fn benefit(event: &actions::Event) -> Option<Fact> {
    use actions::Event as E;
    Some(match *event {
        E::Announced { action, security, benefit, record, .. } => {
            let (gives, per_share) = match benefit {
                Benefit::Rights { entitlement, .. } => (entitlement, None),
                Benefit::Dividend { per_share } => (security, Some(per_share)),
                Benefit::Bonus { .. } | Benefit::Split { .. } => (security, None),
            };
            Fact::BenefitAnnounced { action: action.0, security, gives, record, per_share }
        }
        E::Entitled { action, client, account, depository, held } => {
            Fact::Entitled { action: action.0, client, place: place_of(account), depository: depository.number(), held }
        }
        E::Recorded { action } => Fact::RegisterTaken { action: action.0 },
        E::Came { action, account, depository, amount } => {
            Fact::BenefitCame { action: action.0, place: place_of(account), depository: depository.number(), amount }
        }
        E::Passed { action, client, account, depository, amount } => {
            let (place, depository) = (place_of(account), depository.number());
            Fact::BenefitPassed { action: action.0, client, place, depository, amount }
        }
        E::Taxed { action, client, account, depository, tax } => {
            let (place, depository) = (place_of(account), depository.number());
            Fact::BenefitTaxed { action: action.0, client, place, depository, tax }
        }
        E::StrangerEntitled { action, stranger, account, depository, held, .. } => Fact::StrangerEntitled {
            action: action.0, inward: stranger, place: place_of(account), depository: depository.number(), held,
        },
        E::StrangerPassed { action, stranger, account, depository, amount, under } => Fact::StrangerPassed {
            action: action.0, inward: stranger, place: place_of(account), depository: depository.number(), amount, under,
        },
        E::StrangerTaxed { action, stranger, account, depository, tax } => Fact::StrangerTaxed {
            action: action.0, inward: stranger, place: place_of(account), depository: depository.number(), tax,
        },
        E::Shared { action } => Fact::BenefitShared { action: action.0 },
    })
}

fn payment(event: &partners::Event) -> Option<Fact> {
    match *event {
        partners::Event::PaymentAsked { payment, kind, amount, owner, settlement, .. } => {
            let kind = PaymentKind::from_number(kind as u8)?;
            Some(Fact::PaymentAsked { payment, kind, amount, owner, settlement })
        }
        partners::Event::PaymentDone { payment } => Some(Fact::PaymentDone { payment }),
        partners::Event::PaymentFailed { payment, .. } => Some(Fact::PaymentFailed { payment }),
        partners::Event::PaymentRepeated { .. }
        | partners::Event::TransferAsked { .. }
        | partners::Event::TransferRepeated { .. }
        | partners::Event::TransferDone { .. } => None,
    }
}

fn settling(event: &clearing::Event) -> Option<Fact> {
    use clearing::Event as E;
    match *event {
        E::Scheduled { settlement, corporation, kind, trade_day, pay_in, pay_out, .. } => {
            Some(Fact::SettlementScheduled { home: corporation.exchange(), settlement, kind, trade_day, pay_in, pay_out })
        }
        E::Rescheduled { settlement, pay_in, pay_out } => Some(Fact::SettlementMoved { settlement, pay_in, pay_out }),
        E::WrittenOff { settlement, value, .. } => Some(Fact::WrittenOff { settlement, value }),
        E::StageReached { settlement, stage: Stage::Done } => Some(Fact::SettlementDone { settlement }),
        E::FileMatched { settlement, .. } => Some(Fact::FileAgreed { settlement }),
        E::Confirmed { settlement, trade, side } => Some(Fact::CustodianSettles { settlement, trade, side }),
        E::StandingClosed { settlement, client } => Some(Fact::BillClosed { settlement, client }),
        E::Traded(f) => Some(Fact::Traded {
            trade: f.trade,
            order: f.order,
            client: f.client,
            security: f.security,
            side: f.side,
            qty: f.qty,
            price: f.price,
            settlement: f.settlement,
            day: f.at.day(),
        }),
        E::ShortOfDelivery { settlement, client, security, qty, valuation } => {
            Some(Fact::ShortTold { settlement, security, client, qty, valuation })
        }
        E::ShortageEnded { settlement, client, security, price, .. } => {
            Some(Fact::ShortageEnded { settlement, security, client, price })
        }
        E::ShortInternally { settlement, seller, buyer, security, qty } => {
            Some(Fact::InternalShort { settlement, security, seller, buyer, qty })
        }
        E::InternalShortEnded { settlement, seller, buyer, security, price } => {
            Some(Fact::InternalShortEnded { settlement, security, seller, buyer, price })
        }
        E::InternalShortMadeGood { settlement, seller, buyer, security, qty } => {
            Some(Fact::InternalShortMadeGood { settlement, security, seller, buyer, qty })
        }
        E::Objected { settlement, client, security, qty, as_seller, .. } => {
            Some(Fact::Objected { settlement, security, client, qty, as_seller })
        }
        E::ObjectionEnded { settlement, client, security, qty, as_seller, price, .. } => {
            let price = (price.0 > 0).then_some(price);
            Some(Fact::ObjectionEnded { settlement, security, client, qty, as_seller, price })
        }
        E::AwaitedEnded { settlement, client, security, qty, price } => {
            Some(Fact::BuyerClosedOut { settlement, security, client, qty, price })
        }
        _ => None,
    }
}

/// A cheque or draft, as the books have it: cleared, it changes nothing but its value.
fn cheque(event: &books::Event, entry: &Entry) -> Option<Fact> {
    let is_value = |e: &Event| matches!(e, Event::Money(books::Event::Uncleared { .. }));
    match *event {
        books::Event::Uncleared { client, amount } => {
            let cleared = matches!(entry.input, Input::Report(Report::InstrumentCleared { .. }));
            Some(Fact::Cheque { client, amount: if cleared { Paise::ZERO } else { amount }, uncleared: amount })
        }
        books::Event::Posted(p) if (p.cause, p.account) == (Cause::Dishonoured, Account::Client) => {
            let (client, amount) = (ClientRow(p.owner), -p.amount);
            let was_cleared = !entry.events.iter().any(is_value);
            was_cleared.then_some(Fact::Cheque { client, amount, uncleared: Paise::ZERO })
        }
        _ => None,
    }
}

/// What the firm's state says its books are.
fn claims(firm: &Firm, notes: Vec<NoteClaim>) -> Claims {
    let mut accounts: BTreeMap<(u8, u32), Paise> = BTreeMap::new();
    let mut sets: BTreeMap<(Venue, u8), Paise> = BTreeMap::new();
    for ((venue, account, owner), amount) in firm.books.general() {
        *sets.entry((venue, account.number())).or_insert(Paise::ZERO) += amount;
        *accounts.entry((account.number(), owner)).or_insert(Paise::ZERO) += amount;
    }
    let dealt = firm.clearing.settlements().filter(|(_, s)| s.kind != SettlementKind::Auction && s.trades > 0);
    let obligations = dealt.map(|(settlement, _)| {
        let clearing::Obligation { rows, funds } = firm.clearing.obligation(settlement);
        ObligationClaim { settlement, funds, rows }
    });
    let holdings = firm.stock.iter().flat_map(|h| {
        let held = Place::ALL.into_iter().map(|place| (h.client, h.security, place as u8, h.at(place)));
        held.filter(|(.., qty)| !qty.is_zero())
    });
    Claims {
        client_balances: firm.books.clients().map(|(row, book)| (row, book.balance)).collect(),
        accounts: accounts.into_iter().map(|((account, owner), amount)| (account, owner, amount)).collect(),
        sets: sets.into_iter().map(|((venue, account), amount)| (venue, account, amount)).collect(),
        notes,
        obligations: obligations.collect(),
        holdings: holdings.collect(),
        pay_in_days: firm.clearing.settlements().map(|(row, s)| (row, s.pay_in)).collect(),
        placed: firm.books.placed(),
        undrawn: firm.books.undrawn(),
    }
}
