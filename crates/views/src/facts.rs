//! What an entry puts into the tables. No state is kept: a row is read off its fact alone.

use books::StockEvent;
use firm::{Event, Head};
use std::fmt::Debug;
use vocab::{Day, Moment, TradeNo};

use crate::schema::Of;
use crate::store::Value;

/// Takes a row for a table, without its entry and line.
pub type Put<'p> = dyn FnMut(Of, Vec<Value>) + 'p;

macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$(Value::from($value)),*] };
}

/// What a posting or a break is about, where it may be a trade: its number as the exchange gave it, which a table can sort.
fn plain(about: u64) -> u64 {
    TradeNo(about).number()
}

fn day(day: Day) -> String {
    day.to_string()
}

/// The name of a fact: its variant's.
fn name(fact: &impl Debug) -> String {
    let text = format!("{fact:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// The rows of one fact.
pub fn rows(head: &Head, event: &Event, put: &mut Put<'_>) {
    let (at, today) = (head.at, day(head.at.day()));
    match event {
        Event::Client(event) => client(event, &today, put),
        Event::Market(event) => market(event, put),
        Event::Order(event) => order(event, at, put),
        Event::Clearing(event) => clearing(event, at, put),
        Event::Partner(event) => partner(event, at, put),
        Event::Margin(event) => margin(event, &today, put),
        Event::Action(event) => action(event, &today, put),
        Event::Intermediary(event) => intermediary(event, &today, put),
        Event::Money(books::Event::Posted(p)) => put(Of::Postings, row![
            today, day(p.value_day), p.voucher.0, p.account.code(), p.owner, p.amount.0, p.cause.narration(), plain(p.reference),
            p.settlement.map(|s| s.0), p.venue.to_string(), p.corporation.to_string()
        ]),
        Event::Stock(StockEvent::Moved { client, security, from, to, qty, settlement, depository }) => put(Of::Moves, row![
            today, client.0, security.0, from.as_str(), to.as_str(), qty.0, settlement.map(|s| s.0), depository.to_string()
        ]),
        Event::NoteTaken { year, note, client, settlement, net } => {
            put(Of::Notes, row![year.to_string(), note.0, today, client.0, settlement.0, net.0]);
        }
        Event::Noted { note, trade, side, client, brokerage } => {
            put(Of::NoteTrades, row![
                note.0, trade.venue().as_str(), trade.number(), side.to_string(), client.0, brokerage.0
            ]);
        }
        Event::Charged(charged) => {
            let [base, _, _] = charged.bases;
            put(Of::Charges, row![
                charged.note.0, charged.client.0, today, charged.head.as_str(), charged.amount.0, base.0
            ]);
        }
        Event::Broke { no, kind, subject, ours, theirs } => {
            put(Of::Breaks, row![no.0, at.0, today, name(kind), plain(*subject), *ours, *theirs]);
        }
        Event::Mended { no, by, reason } => put(Of::Mends, row![no.0, at.0, Some(by.0), Some(*reason)]),
        // By nobody: another issue of its file stands in place of the one it was about.
        Event::Superseded { no, .. } => put(Of::Mends, row![no.0, at.0, None::<u32>, None::<u16>]),
        Event::Refused(refusal) => put(Of::Refusals, row![
            at.0, today, head.source.as_str(), refusal.code.number(), refusal.code.name(), refusal.to_string()
        ]),
        Event::MoneyTested { day: of, held, collateral, credits, debits, suspense } => {
            put(Of::MoneyTests, row![day(*of), held.0, collateral.0, credits.0, debits.0, suspense.0]);
        }
        // What sets limits, timers, jobs and policies is asked of the journal: `sauda why`.
        _ => {}
    }
}

fn client(event: &clients::Event, today: &str, put: &mut Put<'_>) {
    if let clients::Event::Opened { client, ucc, kind, state, day: opened, .. } = event {
        put(Of::Clients, row![client.0, ucc.to_string(), kind.to_string(), state.to_string(), day(*opened)]);
    }
    put(Of::ClientFacts, row![event.client().map(|c| c.0), today, name(event)]);
}

fn market(event: &market::Event, put: &mut Put<'_>) {
    match event {
        market::Event::Listed { security, isin, symbol } => {
            put(Of::Securities, row![security.0, isin.to_string(), symbol.to_string()]);
        }
        market::Event::Closed { venue, security, close } => {
            put(Of::Closes, row![venue.as_str(), security.0, day(close.day), close.close.0]);
        }
        _ => {}
    }
}

fn order(event: &orders::Event, at: Moment, put: &mut Put<'_>) {
    if let orders::Event::Placed(p) = event {
        put(Of::Orders, row![
            p.order.0, at.0, day(at.day()), p.client.0, p.security.0, p.user.0, p.venue.as_str(), p.side.to_string(), name(&p.kind),
            name(&p.validity), p.channel.to_string(), p.qty.0, p.price.0
        ]);
        return;
    }
    let (mut trade, mut qty, mut price, mut why, mut code) = (None, None, None, None, None);
    match event {
        orders::Event::Traded { trade: t, qty: q, price: p, .. } => (trade, qty, price) = (Some(t.number()), Some(q.0), Some(p.0)),
        orders::Event::ModifyAsked { qty: q, price: p, .. } | orders::Event::Modified { qty: q, price: p, .. } => {
            (qty, price) = (Some(q.0), Some(p.0));
        }
        orders::Event::AskRefused { code: c, .. } => code = Some(*c),
        orders::Event::Closed { why: w, left, code: c, .. } => (why, qty, code) = (Some(w.to_string()), Some(left.0), Some(*c)),
        // An evidence has a row of its own in the journal; what clears the day is about no order.
        orders::Event::Evidenced { .. } | orders::Event::DayCleared { .. } => return,
        _ => {}
    }
    put(Of::OrderFacts, row![event.order().0, at.0, name(event), trade, qty, price, why, code]);
}

fn clearing(event: &clearing::Event, at: Moment, put: &mut Put<'_>) {
    use clearing::Event as E;
    let today = || day(at.day());
    let mut fact = |settlement: u32, client: Option<u32>, security: Option<u32>, qty: Option<i64>, amount: Option<i64>| {
        put(Of::SettlementFacts, row![settlement, today(), name(event), client, security, qty, amount]);
    };
    match event {
        E::Delivered { settlement, client, security, qty }
        | E::HandedOver { settlement, client, security, qty }
        | E::Awaited { settlement, client, security, qty }
        | E::Received { settlement, client, security, qty, .. } => {
            fact(settlement.0, Some(client.0), Some(security.0), Some(qty.0), None);
        }
        E::Objected { settlement, client, security, qty, .. } => {
            fact(settlement.0, Some(client.0), Some(security.0), Some(qty.0), None);
        }
        E::ObjectionEnded { settlement, client, security, qty, price, .. }
        | E::ShortOfDelivery { settlement, client, security, qty, valuation: price }
        | E::ShortageEnded { settlement, client, security, qty, price, .. }
        | E::AwaitedEnded { settlement, client, security, qty, price } => {
            fact(settlement.0, Some(client.0), Some(security.0), Some(qty.0), Some(price.0));
        }
        E::ShortInternally { settlement, seller, security, qty, .. }
        | E::InternalShortMadeGood { settlement, seller, security, qty, .. } => {
            fact(settlement.0, Some(seller.0), Some(security.0), Some(qty.0), None);
        }
        E::InternalShortEnded { settlement, seller, security, price, .. } => {
            fact(settlement.0, Some(seller.0), Some(security.0), None, Some(price.0));
        }
        E::Billed { settlement, client, bill, .. } => fact(settlement.0, Some(client.0), None, None, Some(bill.0)),
        E::ObligationAgreed { settlement, funds, .. } => fact(settlement.0, None, None, None, Some(funds.0)),
        E::FundsMoved { settlement, amount } => fact(settlement.0, None, None, None, Some(amount.0)),
        E::StageReached { settlement, stage } => {
            put(Of::SettlementFacts, row![settlement.0, today(), name(stage), None::<u32>, None::<u32>, None::<i64>, None::<i64>]);
        }
        E::Scheduled { settlement, corporation, kind, number, trade_day, pay_in, pay_out } => put(Of::Settlements, row![
            settlement.0, corporation.as_str(), kind.to_string(), *number, day(*trade_day), day(*pay_in), day(*pay_out)
        ]),
        E::CodeModified { trade, side, to, .. } => put(Of::Recodings, row![
            trade.venue().as_str(), trade.number(), side.to_string(), to.0, today()
        ]),
        // A trade that was taken back is corrected to nothing.
        E::Corrected { trade, side, qty, price, .. } => put(Of::Corrections, row![
            trade.venue().as_str(), trade.number(), side.to_string(), today(), Some(qty.0), Some(price.0)
        ]),
        E::Annulled { trade, side, .. } => put(Of::Corrections, row![
            trade.venue().as_str(), trade.number(), side.to_string(), today(), None::<i64>, None::<i64>
        ]),
        E::Traded(t) => put(Of::Trades, row![
            t.trade.venue().as_str(), t.trade.number(), t.side.to_string(), t.order.0, t.at.0, day(t.at.day()), t.client.0, t.security.0,
            t.settlement.0, t.qty.0, t.price.0
        ]),
        _ => {}
    }
}

fn partner(event: &partners::Event, at: Moment, put: &mut Put<'_>) {
    use partners::Event as E;
    let today = day(at.day());
    let mut payment = |no: u64, purpose: Option<&str>, owner: Option<u32>, amount: Option<i64>| {
        put(Of::Payments, row![no, at.0, today.as_str(), name(event), purpose, owner, amount]);
    };
    match event {
        E::PaymentAsked { payment: no, kind, amount, owner, .. } => {
            payment(no.0, Some(kind.as_str()), Some(*owner), Some(amount.0));
        }
        E::PaymentRepeated { payment: no } | E::PaymentDone { payment: no } => payment(no.0, None, None, None),
        E::PaymentFailed { payment: no, code } => payment(no.0, None, None, Some(i64::from(*code))),
        E::TransferAsked { transfer, kind, client, security, qty, .. } => put(Of::Transfers, row![
            transfer.0, at.0, today, name(event), name(kind), client.0, security.0, qty.0
        ]),
        E::TransferDone { transfer, moved } => put(Of::Transfers, row![
            transfer.0, at.0, today, name(event), None::<String>, None::<u32>, None::<u32>, moved.0
        ]),
        _ => {}
    }
}

fn margin(event: &margin::Event, today: &str, put: &mut Put<'_>) {
    use margin::Event as E;
    let mut fact = |no: vocab::DepositNo, value: Option<i64>| put(Of::DepositFacts, row![no.0, today, name(event), value]);
    match *event {
        E::Deposited { no, client, form, security, qty, amount, good_until, .. } => put(Of::Deposits, row![
            no.0, today, client.0, form.as_str(), security.map(|s| s.0), qty.0, amount.0, good_until.map(day)
        ]),
        E::Valued { no, value, .. } => fact(no, Some(value.0)),
        E::Lodged { no, on } => fact(no, Some(i64::from(on))),
        E::Leaving { no } | E::Returned { no, .. } => fact(no, None),
        E::Exposed { day: of, client, holder, var, elm, mtm, covered } => put(Of::ClientMargins, row![
            day(of), client.0, name(&holder), var.0, elm.0, mtm.0, covered.0
        ]),
        E::Collected { day: of, client, upfront, mtm, funds, deposits, securities, short } => put(Of::MarginsCollected, row![
            day(of), client.0, upfront.0, mtm.0, funds.0, deposits.0, securities.0, short.0
        ]),
        E::Looked { day: of, client, nth, asked, wanted, funds, deposits, securities, short } => put(Of::MarginLooks, row![
            day(of), client.0, i64::from(nth), asked.0, wanted.0, funds.0, deposits.0, securities.0, short.0
        ]),
        E::Reported { day: of, client, nth, running, in_month, evening, wanted, peak, rate, penalty } => {
            put(Of::MarginReports, row![
                day(of), client.0, i64::from(nth), i64::from(running), i64::from(in_month), evening.0, wanted.0, peak.0, rate.0, penalty.0
            ]);
        }
        E::Member { day: of, var, elm, mtm, covered, cash_like, securities } => put(Of::MemberMargins, row![
            day(of), var.0, elm.0, mtm.0, covered.0, cash_like.0, securities.0
        ]),
        // Rates are the clearing corporation's files; what bars buying is asked of the journal.
        _ => {}
    }
}

fn action(event: &actions::Event, today: &str, put: &mut Put<'_>) {
    use actions::Event as E;
    let mut fact = |no: vocab::ActionNo, client: Option<u32>, account: Option<vocab::DematAccount>, depository: Option<vocab::Depository>, amount: Option<i64>| {
        let (account, depository) = (account.map(|a| a.to_string()), depository.map(|d| d.to_string()));
        put(Of::ActionFacts, row![no.0, today, name(event), client, account, depository, amount]);
    };
    match *event {
        E::Announced { action, security, benefit, ex, record } => put(Of::Actions, row![
            action.0, today, security.0, benefit.kind().to_string(), day(ex), day(record)
        ]),
        E::Entitled { action, client, account, depository, held } => {
            fact(action, Some(client.0), Some(account), Some(depository), Some(held.0));
        }
        E::Came { action, account, depository, amount } => fact(action, None, Some(account), Some(depository), Some(amount)),
        E::Passed { action, client, account, depository, amount } => {
            fact(action, Some(client.0), Some(account), Some(depository), Some(amount));
        }
        E::Taxed { action, client, account, depository, tax } => {
            fact(action, Some(client.0), Some(account), Some(depository), Some(tax.0));
        }
        E::StrangerEntitled { action, account, depository, held, .. } => {
            fact(action, None, Some(account), Some(depository), Some(held.0));
        }
        E::StrangerPassed { action, account, depository, amount, .. } => {
            fact(action, None, Some(account), Some(depository), Some(amount));
        }
        E::StrangerTaxed { action, account, depository, tax, .. } => {
            fact(action, None, Some(account), Some(depository), Some(tax.0));
        }
        E::Recorded { action } | E::Shared { action } => fact(action, None, None, None, None),
    }
}

fn intermediary(event: &intermediaries::Event, today: &str, put: &mut Put<'_>) {
    use intermediaries::Event as E;
    let mut fact = |row: Option<u32>, venue: Option<vocab::Venue>, client: Option<u32>, since: Option<Day>, rate: Option<i64>| {
        let (venue, since) = (venue.map(|v| v.to_string()), since.map(day));
        put(Of::IntermediaryFacts, row![row, today, name(event), venue, client, since, rate]);
    };
    match *event {
        E::Opened { intermediary, code, kind, form, day: opened, .. } => put(Of::Intermediaries, row![
            intermediary.0, code.to_string(), kind.to_string(), form.to_string(), day(opened)
        ]),
        E::Decided { intermediary, venue, approved, from, .. } => {
            fact(Some(intermediary.0), Some(venue), None, Some(from), Some(i64::from(approved)));
        }
        E::Withdrawn { intermediary, venue, day: from, .. } => fact(Some(intermediary.0), Some(venue), None, Some(from), None),
        E::Agreed { intermediary, day: from } => fact(Some(intermediary.0), None, None, Some(from), None),
        E::ShareSet { intermediary, from, rate } => fact(Some(intermediary.0), None, None, Some(from), Some(rate.0)),
        E::Introduced { client, intermediary, from, .. } => {
            fact(intermediary.map(|i| i.0), None, Some(client.0), Some(from), None);
        }
        E::Withheld { intermediary, on, .. } => fact(Some(intermediary.0), None, None, None, Some(i64::from(on))),
        // Tax numbers and accounts are tokens of persons: not in a view.
        E::Associated { .. } | E::BankRegistered { .. } | E::Barred { .. } => {}
    }
}
