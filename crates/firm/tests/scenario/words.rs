//! Events in a broker's words.

use books::{Account, Place, Posting, StockEvent};
use clearing::Event as Clearing;
use corrections::Event as Correction;
use firm::{About, BankRef, BreakKind, Event, Firm, Subject, Timer};
use partners::{Event as Partner, Transfer, TransferKind};
use std::fmt::Write;
use vocab::{ActionNo, AccountToken, ClientRow, Corporation, DematAccount, IntermediaryRow, Paise, Portion, SecurityRow, SettlementKind, SettlementRow, Slab, UserRow, Venue};

pub fn client(firm: &Firm, row: ClientRow) -> String {
    firm.clients.get(row).map_or(format!("client {row}"), |c| c.ucc.to_string())
}

pub fn intermediary(firm: &Firm, row: IntermediaryRow) -> String {
    firm.intermediaries.get(row).map_or(format!("intermediary {row}"), |it| it.code.to_string())
}

pub fn security(firm: &Firm, row: SecurityRow) -> String {
    firm.market.security(row).map_or(format!("security {row}"), |s| s.symbol.to_string())
}

pub fn settlement(firm: &Firm, row: SettlementRow) -> String {
    firm.clearing.settlement(row).map_or(format!("settlement {row}"), |s| {
        let of = if s.corporation == Corporation::Nscl { "" } else { "ICCL " };
        match s.kind {
            SettlementKind::Normal => format!("{of}{}", s.number),
            kind => format!("{of}{} ({kind})", s.number),
        }
    })
}

pub fn user(firm: &Firm, row: UserRow) -> String {
    firm.users.get(row).map_or(format!("user {row}"), |u| u.code.to_string())
}

/// The exchange in front of what is of it; the first is not said.
pub fn of_venue(venue: Venue) -> &'static str {
    match venue {
        Venue::Nse => "",
        Venue::Bse => "BSE ",
    }
}

/// An amount with its side: debits are positive.
pub fn sided(amount: Paise) -> String {
    format!("{:#} {}", Paise(amount.0.abs()), if amount.is_negative() { "Cr" } else { "Dr" })
}

/// An account of the chart by its code, with its owner.
pub fn account(firm: &Firm, account: Account, owner: u32) -> String {
    match account {
        Account::Client => client(firm, ClientRow(owner)),
        Account::Stamp => {
            let letters = owner.to_be_bytes();
            format!("{} {}", account.code(), String::from_utf8_lossy(&letters[2..]))
        }
        Account::Intermediary => format!("{} {}", account.code(), intermediary(firm, IntermediaryRow(owner))),
        Account::Suspense => format!("{} {owner}", account.code()),
        _ => account.code().to_string(),
    }
}

/// What a bank's line is of.
pub fn bank_ref(of: BankRef) -> String {
    match of {
        BankRef::Payment(no) => format!("P{no}"),
        BankRef::Credit(number) => number.to_string(),
        BankRef::Clearing(key, head) => format!("{} of {}", head.as_str(), key.number),
        BankRef::Instrument(no) => format!("I{no}"),
        BankRef::Deposit(no) => format!("D{no}"),
        BankRef::MarginPenalties(day) => format!("penalties of {day}"),
    }
}

/// What fell due, unless it is a mere watch over an answer.
pub fn timer(firm: &Firm, timer: Timer) -> Option<String> {
    let of = |word: &str, row: SettlementRow| Some(format!("{word} of {}", settlement(firm, row)));
    match timer {
        Timer::Orders | Timer::Payment(_) | Timer::Transfer(_) | Timer::Modification(_) => None,
        Timer::Custody(row) => of("custodians' time over", row),
        Timer::Gather(row) => of("shares called in", row),
        Timer::Deliver(row) => of("shares delivered", row),
        Timer::Fund(row) => of("pay-in", row),
        Timer::PayOut(row) => of("pay-out", row),
        Timer::Deadline(row) => of("deadline", row),
        Timer::Shortages(row) => of("internal shortages", row),
        Timer::Credit(row) => Some(format!("credit of {}", client(firm, row))),
        Timer::Running(row) => Some(format!("running account of {}", client(firm, row))),
        Timer::Sweep(_) => Some("sweep".into()),
        Timer::DayEnd(_) => Some("day end".into()),
        Timer::Record(no) => action(firm, no).map(|a| format!("record day of {a}")),
        Timer::Benefit(no) => action(firm, no).map(|a| format!("time is over for {a}")),
        Timer::Unpaid(_) => Some("unpaid shares".into()),
        Timer::Intraday(venue, _) => Some(format!("intraday ladder{}", elsewhere(venue))),
        Timer::Margins(_) | Timer::Lien(_) | Timer::Inward(_) | Timer::Session(_) | Timer::Requests => None,
    }
}

/// A corporate action: what, of which security.
fn action(firm: &Firm, no: ActionNo) -> Option<String> {
    let of = firm.actions.get(no)?;
    Some(format!("{} of {}", of.benefit.kind(), security(firm, of.security)))
}

fn of_action(firm: &Firm, event: &actions::Event) -> Option<String> {
    use actions::Event as E;
    Some(match event {
        E::Announced { action: no, ex, record, .. } => format!("{} announced, ex {ex}, record {record}", action(firm, *no)?),
        E::Entitled { client: row, account, held, .. } => {
            format!("{} entitled for {held} in {}", client(firm, *row), demat_word(*account))
        }
        E::Recorded { .. } => "all entitled are known".into(),
        E::Came { action: no, amount, .. } => format!("{} came: {amount}", action(firm, *no)?),
        E::Passed { client: row, amount, .. } => format!("{amount} for {}", client(firm, *row)),
        E::Taxed { client: row, tax, .. } => format!("tax of {tax:#} kept back from {}", client(firm, *row)),
        E::StrangerEntitled { stranger, account, held, .. } => {
            format!("shares {stranger} entitled for {held} in {}", demat_word(*account))
        }
        E::StrangerPassed { stranger, amount, .. } => format!("{amount} for whose shares {stranger} are"),
        E::StrangerTaxed { stranger, tax, .. } => format!("tax of {tax:#} kept back from whose shares {stranger} are"),
        E::Shared { .. } => "shared out".into(),
    })
}

/// The events of one entry; the lines of a voucher stand together.
pub fn of(firm: &Firm, events: &[Event]) -> Vec<String> {
    let mut all = Vec::new();
    let mut voucher: Vec<Posting> = Vec::new();
    for event in events {
        if let Event::Money(books::Event::Posted(posting)) = event {
            if voucher.last().is_some_and(|last| last.voucher != posting.voucher) {
                all.push(posted(firm, &voucher));
                voucher.clear();
            }
            voucher.push(*posting);
            continue;
        }
        if !voucher.is_empty() {
            all.push(posted(firm, &voucher));
            voucher.clear();
        }
        all.extend(one(firm, event));
    }
    if !voucher.is_empty() {
        all.push(posted(firm, &voucher));
    }
    all
}

fn posted(firm: &Firm, voucher: &[Posting]) -> String {
    let mut out = String::from("[");
    for (nth, line) in voucher.iter().enumerate() {
        let comma = if nth == 0 { "" } else { ", " };
        let _ = write!(out, "{comma}{}{} {}", of_venue(line.venue), account(firm, line.account, line.owner), sided(line.amount));
    }
    out.push(']');
    out
}

fn one(firm: &Firm, event: &Event) -> Option<String> {
    match event {
        Event::Client(event) => of_client(firm, event),
        Event::Order(event) => of_order(firm, event),
        Event::Risk(event) => of_risk(firm, event),
        Event::Market(event) => of_market(firm, event),
        Event::Money(event) => of_money(firm, event),
        Event::Stock(event) => of_stock(firm, event),
        Event::Clearing(event) => of_clearing(firm, event),
        Event::Partner(event) => Some(of_partner(firm, event)),
        Event::Margin(event) => of_margin(firm, event),
        Event::Action(event) => of_action(firm, event),
        Event::Intermediary(event) => Some(of_intermediary(firm, event)),
        Event::Correction(event) => of_correction(firm, event),
        Event::Lien(event) => of_lien(firm, event),
        Event::Mandate(event) => crate::powers::said(firm, event),
        Event::Watch(event) => crate::watched::said(firm, event),
        Event::Access(event) => crate::access::said(firm, event),
        Event::UserAppointed { user, role } => Some(crate::access::appointed(firm, *user, *role)),
        other => of_firm(firm, other),
    }
}

fn of_client(firm: &Firm, event: &clients::Event) -> Option<String> {
    use clients::Event as E;
    let who = event.client().map_or(String::new(), |row| client(firm, row));
    Some(match event {
        E::Opened { kind, state, .. } => format!("{who} opened, {kind}, {state}"),
        E::Verified { .. } => format!("{who} verified"),
        E::CodeRegistered { .. } => format!("code of {who} registered"),
        E::Signed { agreement, day, .. } => format!("{who} signed {agreement} on {day}"),
        E::Revoked { agreement, .. } => format!("{who} revoked {agreement}"),
        E::BankRegistered { .. } => format!("bank account of {who} registered"),
        E::DematRegistered { depository, .. } => format!("{depository} account of {who} registered"),
        E::PlaceRegistered { terminal, .. } => format!("{who} trades from terminal {terminal}"),
        E::PlanDrawn { .. } => return None,
        E::PlanSet { plan, from, .. } => {
            let rows: Vec<String> = firm.clients.plans.rows(*plan).iter().map(slab).collect();
            format!("{who} pays {} from {from}", rows.join(" and "))
        }
        E::RunningSet { every, .. } => format!("running account of {who} every {every} days"),
        E::RunningSettled { .. } => format!("running account of {who} settled"),
        E::FullValue { on, .. } => format!("{who} blocks {}", if *on { "the full value" } else { "by policy" }),
        E::Suspended { .. } => format!("{who} suspended"),
        E::Resumed { .. } => format!("{who} resumed"),
        E::Switched { .. } => return None,
        E::Slept { .. } => format!("{who} sleeps"),
        E::Woken { .. } => format!("{who} woken"),
        E::DealtAgain { .. } => format!("{who} deals again"),
        E::Died { .. } => format!("{who} is dead"),
        E::Succeeded { to, .. } => format!("{} succeeds {who}", client(firm, *to)),
        E::Closed { .. } => format!("{who} closed"),
        E::Reviewed { next, .. } => format!("{who} reviewed, next by {next}"),
        E::PolicySet { policy, from, .. } => match policy.multiple {
            Some(times) => format!("{who} from {from}: extra margin {}, at most {times} of his means", policy.extra),
            None => format!("{who} from {from}: extra margin {}", policy.extra),
        },
        E::CustodianSet { custodian, .. } => format!("{who} settles through {custodian}"),
        E::TradingCodeAllotted { side, code, .. } => format!("{who} {side} under {code} once the exchange took it"),
        E::TradingCodeTaken { side, from, .. } => {
            let code = event.client().and_then(|row| firm.clients.trading_codes(row).of(*side));
            format!("{who} {side} under {} from {from}", code.map_or("no code".to_string(), |it| it.code.to_string()))
        }
        E::FamilySet { head, .. } => {
            format!("{who} of the family of {}", head.map_or("nobody".into(), |row| client(firm, row)))
        }
        E::HolderAdded { .. } => format!("{who} has a joint holder"),
        E::BankChosen { account, .. } => format!("{who} is paid on {}", account_name(*account)),
        E::BankDropped { account, .. } => format!("{} of {who} struck out", account_name(*account)),
    })
}

fn of_intermediary(firm: &Firm, event: &intermediaries::Event) -> String {
    use intermediaries::Event as E;
    let who = |row: &IntermediaryRow| intermediary(firm, *row);
    match event {
        E::Opened { code, kind, form, .. } => format!("{code} opened, {kind}, {form}"),
        E::Associated { intermediary, .. } => format!("a person with {}", who(intermediary)),
        E::Decided { intermediary, venue, approved, from, .. } => {
            format!("{} {} by {venue} from {from}", who(intermediary), if *approved { "approved" } else { "refused" })
        }
        E::Withdrawn { intermediary, venue, day, .. } => format!("{} ended at {venue} on {day}", who(intermediary)),
        E::Agreed { intermediary, day } => format!("{} agreed on {day}", who(intermediary)),
        E::BankRegistered { intermediary, .. } => format!("bank account of {} registered", who(intermediary)),
        E::ShareSet { intermediary, from, rate } => format!("{} has {rate} from {from}", who(intermediary)),
        E::Introduced { client: row, intermediary, from, .. } => {
            let by = intermediary.as_ref().map_or("nobody".to_string(), who);
            format!("{} by {by} from {from}", client(firm, *row))
        }
        E::Withheld { intermediary, on, .. } => {
            format!("dues of {} {}", who(intermediary), if *on { "withheld" } else { "released" })
        }
        E::Barred { .. } => "a person barred".into(),
    }
}

/// A row of a plan as a line agrees to it.
fn slab(row: &Slab) -> String {
    let mut out = row.rate.to_string();
    let amounts = [("a-share", row.per_share), ("least", row.least), ("most", row.most), ("above", row.turnover)];
    for (word, amount) in amounts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        let _ = write!(out, " {word} {amount:#}");
    }
    out.push_str(match row.portion {
        Portion::Delivery => "",
        Portion::Intraday => " intraday",
        Portion::SameDay => " same-day",
    });
    out
}

fn from_trigger(trigger: vocab::Price) -> String {
    if trigger.is_zero() { String::new() } else { format!(" for {trigger}") }
}

pub fn of_order(firm: &Firm, event: &orders::Event) -> Option<String> {
    use orders::Event as E;
    Some(match event {
        E::Placed(placed) => format!("O{} sent", placed.order),
        E::Opened { order, .. } => format!("O{order} open"),
        E::Traded { order, .. } => match firm.orders.get(*order) {
            Some(o) => format!("O{order} {} of {}", o.filled, o.qty),
            None => format!("O{order} traded"),
        },
        E::ModifyAsked { order, price, qty, trigger } => {
            format!("O{order} asked to {qty} at {price}{}", from_trigger(*trigger))
        }
        E::Modified { order, price, qty, trigger } => format!("O{order} now {qty} at {price}{}", from_trigger(*trigger)),
        E::Conditioned { order, trigger, disclosed } => {
            let waits = (!trigger.is_zero()).then(|| format!("waits{}", from_trigger(*trigger)));
            let shows = (!disclosed.is_zero()).then(|| format!("shows {disclosed}"));
            format!("O{order} {}", waits.into_iter().chain(shows).collect::<Vec<_>>().join(", "))
        }
        E::SquaredOff { order } => format!("O{order} squares off"),
        E::Recounted { order, trade, qty } => format!("O{order} counts {qty} of trade {} more", trade.number()),
        E::Unreceived { order, settlement: of, qty } => {
            format!("O{order} warned: {qty} of it still to come from {}", settlement(firm, *of))
        }
        E::TriggerPassed { order, last } => format!("O{order} warned: its trigger is passed at {last}"),
        E::Triggered { order, .. } => format!("O{order} woken"),
        E::CancelAsked { order } => format!("O{order} cancel asked"),
        E::AskRefused { order, code } => format!("O{order} stands, exchange's code {code}"),
        E::Resent { order } => format!("O{order} sent again"),
        E::Closed { order, why, left, code } => match code {
            0 => format!("O{order} {why}, {left} left"),
            _ => format!("O{order} {why} with code {code}, {left} left"),
        },
        E::Evidenced { .. } | E::DayCleared { .. } => return None,
    })
}

fn of_risk(firm: &Firm, event: &risk::Event) -> Option<String> {
    use risk::Event as E;
    let freed = |amount: &Paise| amount.is_positive().then(|| format!("free {amount:#}"));
    match event {
        E::UserLimited { user: row, .. } => Some(format!("limits of {} set", user(firm, *row))),
        E::ClientLimited { client: row, .. } => Some(format!("limits of {} set", client(firm, *row))),
        E::Held { margin, charges, .. } => Some(format!("held {:#}", *margin + *charges)),
        E::Raised { amount, .. } => Some(format!("held {amount:#} more")),
        E::Eased { amount, .. } => freed(amount),
        E::Filled { eased, committed, .. } => Some(format!("free {eased:#}, committed {committed:#}")),
        E::Backed { client: row, amount } => Some(format!("{} backed by {amount:#} more", client(firm, *row))),
        E::Released { client: row, amount } => Some(format!("{amount:#} of {} no longer committed", client(firm, *row))),
        E::SwitchPulled { switch, scope: of, reason, .. } => {
            Some(format!("switch {switch} pulled on {}, reason {reason}", scope(firm, *of)))
        }
        E::SwitchRestored { scope: of, .. } => Some(format!("switch on {} restored", scope(firm, *of))),
        E::Restricted { restriction, row } => Some(format!("R{restriction} {}", restricted(firm, row))),
        E::Uploaded { file, rows } => Some(format!("{rows} limits by file {file}")),
        E::GroupDrawn { group, name, from } => Some(format!("G{group} {name} drawn from {from}")),
        E::GroupHas { group, security: row, .. } => Some(format!("{} in G{group}", security(firm, *row))),
        E::GroupLimited { group, holder, from, exposure } => {
            let whose = match holder {
                risk::Holder::Firm => "all together".to_owned(),
                risk::Holder::EachClient => "each client".to_owned(),
                risk::Holder::Client(row) => client(firm, *row),
            };
            Some(format!("{whose} in G{group} {exposure:#} from {from}"))
        }
        E::Grouped { .. } => None,
        E::Regrouped { from, to, value, .. } => Some(format!(
            "{value:#} in groups from {} to {}", client(firm, *from), to.map_or("nobody".into(), |to| client(firm, to))
        )),
        E::Documented { deviation, reason, paper, .. } => Some(match deviation {
            risk::Deviation::Limit { order, which } => {
                format!("O{order} beyond a limit, {}: reason {reason}, {paper}", which.as_str())
            }
            risk::Deviation::Margin { client: row, day } => {
                format!("margin of {} short on {day}: reason {reason}, {paper}", client(firm, *row))
            }
        }),
        E::RestrictionLifted { restriction, .. } => Some(format!("R{restriction} lifted")),
        E::PositionMoved { client: row, security: what, venue, .. } => {
            let position = firm.risk.position(*row, *what, *venue);
            let (qty, margin) = (position.qty, position.margin);
            let at = elsewhere(*venue);
            Some(format!("{} intraday {qty} {}{at}, margin {margin:#}", client(firm, *row), security(firm, *what)))
        }
        E::TradeMoved { from, to, released, committed, .. } => Some(format!(
            "{released:#} of {} no longer committed, {committed:#} of {}", client(firm, *from),
            to.map_or("nobody".into(), |to| client(firm, to))
        )),
        E::Recounted { client: row, value, committed, .. } => {
            Some(format!("{value:#} more dealt in by {}, {committed:#} more committed", client(firm, *row)))
        }
        E::DayCleared { .. } => None,
    }
}

fn scope(firm: &Firm, scope: risk::Scope) -> String {
    match scope {
        risk::Scope::All => "everybody".into(),
        risk::Scope::Client(row) => client(firm, row),
        risk::Scope::User(row) => format!("user {}", user(firm, row)),
        risk::Scope::Security(row) => security(firm, row),
    }
}

fn restricted(firm: &Firm, row: &risk::Restriction) -> String {
    let bar = match row.bar {
        risk::Bar::Buys => "buys of",
        risk::Bar::Sells => "sales of",
        risk::Bar::Both => "orders in",
    };
    let whom = match row.whom {
        risk::Whom::Everyone => "everyone",
        risk::Whom::Own => "the own account",
    };
    let to = row.to.map_or(String::new(), |to| format!(" to {to}"));
    format!("bars {bar} {} to {whom} from {}{to}, {}", security(firm, row.security), row.from, row.source)
}

/// What waits for a person, why, and for whom.
pub fn waiting(firm: &Firm) -> Vec<String> {
    let said = |(no, it): (u32, &firm::Referral)| {
        let p = &it.placed;
        let whom = match (it.is_queued(), it.wants_confirming()) {
            (true, _) => "the exchange",
            (false, true) => "confirmation",
            (false, false) => "the risk desk",
        };
        let price = if p.price == vocab::Price::ZERO { "market".to_string() } else { p.price.to_string() };
        format!(
            "Q{no} {} {} {} {} at {price} waits for {whom}: {}", client(firm, p.client), p.side, p.qty,
            security(firm, p.security), it.refusal
        )
    };
    firm.review.iter().map(said).collect()
}

fn of_market(firm: &Firm, event: &market::Event) -> Option<String> {
    use market::Event as E;
    match event {
        E::Listed { security: row, .. } => Some(format!("{} listed", security(firm, *row))),
        E::Renamed { symbol, .. } => Some(format!("now called {symbol}")),
        E::Termed { venue, security: row, terms } => {
            Some(format!("{}{} trades {} to {} in steps of {}", of_venue(*venue), security(firm, *row), terms.low, terms.high, terms.tick))
        }
        E::Margined { security: row, margin, .. } => {
            Some(format!("{} asks for {margin} up front", security(firm, *row)))
        }
        E::CycleMoved { security: row, from } => Some(format!("{} moves on {from}", security(firm, *row))),
        E::Phased { venue, board: None, phase: vocab::Phase::Continuous, .. } => Some(format!("{}session open", of_venue(*venue))),
        E::Phased { venue, board, phase, .. } => {
            let which = board.map_or(String::new(), |board| format!(" for the {board} board"));
            Some(format!("{}session {phase}{which}", of_venue(*venue)))
        }
        E::Halted { venue, moved, until, .. } => {
            let until = until.map_or(" for the day".into(), |until| format!(" until {}", until.time()));
            Some(format!("{}all halted at {moved}{until}", of_venue(*venue)))
        }
        E::Coded { security: row, code } => Some(format!("{} is {code}{} on BSE", security(firm, *row), code.label())),
        E::SameDayListed { security: row, from, admitted } => {
            let off = if *admitted { "" } else { "no longer " };
            Some(format!("{} {off}settles on the same day from {from}", security(firm, *row)))
        }
        E::SameDayBanded { venue, security: row, last, low, high, .. } => Some(format!(
            "{}{} trades {low} to {high} for settlement today, around {last}", of_venue(*venue), security(firm, *row)
        )),
        E::BandMoved { venue, security: row, low, high, .. } => {
            Some(format!("{}{} trades {low} to {high} from now on", of_venue(*venue), security(firm, *row)))
        }
        E::Closed { venue, security: row, close } => {
            Some(format!("{}{} closed at {}, high {}", of_venue(*venue), security(firm, *row), close.close, close.high))
        }
    }
}

fn of_margin(firm: &Firm, event: &margin::Event) -> Option<String> {
    use margin::Event as E;
    Some(match event {
        E::Rated { security: row, rated } => {
            let taken = rated.haircut.map_or("not taken as collateral".into(), |cut| format!("haircut {cut}"));
            format!("{} rated {} and {}, {taken}", security(firm, *row), rated.var, rated.elm)
        }
        E::Deposited { no, client: row, form, paper, .. } => {
            format!("D{no} {} {paper} of {} deposited", form.as_str(), client(firm, *row))
        }
        E::Valued { no, price, haircut, value } if price.0 > 0 => {
            format!("D{no} worth {value:#} at {price} less {haircut}")
        }
        E::Valued { no, value, .. } => format!("D{no} worth {value:#}"),
        E::Lodged { no, on } => {
            format!("D{no} {} the corporation", if *on { "placed with" } else { "taken back from" })
        }
        E::Leaving { no } => format!("D{no} asked back"),
        E::Recalled { no } => format!("D{no} asked back from the corporation"),
        E::Returned { no, .. } => format!("D{no} returned"),
        E::Barred { on } => if *on { "nobody buys".into() } else { "buys go in again".into() },
        E::Called { client: row, amount, letter, .. } => format!("{} asked for {amount:#} by letter {letter}", client(firm, *row)),
        E::Penalised { day, client: row, debited, passed } => {
            format!("penalty of {} for {day}: {debited:#} taken, {passed:#} passed on", client(firm, *row))
        }
        E::LookTaken { nth, .. } => format!("look {nth} at margins"),
        E::Looked { client: row, asked, wanted, funds, deposits, securities, short, .. } => {
            let had = *funds + *deposits + *securities;
            format!("{} asked {asked:#}, wants {wanted:#} of it, has {had:#}, short {short:#}", client(firm, *row))
        }
        // The evening's evidence is shown where it is asked for.
        E::Exposed { .. } | E::Collected { .. } | E::Member { .. } | E::LookPriced { .. } | E::Reported { .. } => return None,
    })
}

fn of_money(firm: &Firm, event: &books::Event) -> Option<String> {
    use books::Event as E;
    match event {
        E::Posted(_) | E::PayingSet { .. } | E::BillOpened { .. } | E::Uncleared { .. } => None,
        E::BillTakenBack { client: row, amount, .. } => Some(format!("bill of {} {amount:#} taken back", client(firm, *row))),
        E::BillClosed { client: row, amount, .. } => {
            Some(format!("bill of {} closed, {}", client(firm, *row), sided(*amount)))
        }
        E::CoverSet { placed } => Some(format!("own money placed {placed:#}")),
        E::UndrawnSet { undrawn } => Some(format!("earned and undrawn {undrawn:#}")),
    }
}

fn of_stock(firm: &Firm, event: &StockEvent) -> Option<String> {
    let place = |place: Place| place.as_str();
    match event {
        StockEvent::Moved { client: row, security: what, from, to, qty, .. } => Some(format!(
            "{qty} {} of {} from {} to {}", security(firm, *what), client(firm, *row), place(*from), place(*to)
        )),
        StockEvent::Blocked { security: what, qty, .. } if qty.is_negative() => {
            Some(format!("free {} {}", qty.abs(), security(firm, *what)))
        }
        StockEvent::Blocked { security: what, qty, .. } => Some(format!("blocked {qty} {}", security(firm, *what))),
        StockEvent::Pledged { client: row, security: what, qty } => {
            let no_longer = if qty.is_negative() { "no longer " } else { "" };
            Some(format!("{} {} of {} {no_longer}pledged", qty.abs(), security(firm, *what), client(firm, *row)))
        }
        StockEvent::Sold { .. } | StockEvent::Kept { .. } => None,
    }
}

fn of_objection(firm: &Firm, event: &clearing::Event) -> Option<String> {
    use clearing::Event as E;
    Some(match event {
        E::Objected { number, client: c, security: s, qty, defect, as_seller, due, .. } => {
            let word = if *as_seller { "delivered by" } else { "received by" };
            format!("{qty} {} {word} {} objected to ({}, number {number}), due {due}", security(firm, *s), client(firm, *c), defect.as_str())
        }
        E::ObjectionEnded { number, remedy, price, .. } if price.0 > 0 => {
            format!("objection {number} {} at {price}", remedy.as_str())
        }
        E::ObjectionEnded { number, remedy, .. } => format!("objection {number} {}", remedy.as_str()),
        _ => return None,
    })
}

/// What came of what was called in, or is given back.
fn gathered(who: &str, what: &str, asked: vocab::Qty, moved: vocab::Qty) -> String {
    match moved.is_negative() {
        true => format!("{} {what} of {who} too late for anybody", -moved),
        false => format!("{who} gave {moved} of {asked} {what}"),
    }
}

fn of_clearing(firm: &Firm, event: &Clearing) -> Option<String> {
    use Clearing as E;
    let (who, what) = (|row: &ClientRow| client(firm, *row), |row: &SecurityRow| security(firm, *row));
    Some(match event {
        E::Rescheduled { settlement: row, pay_in, pay_out } => {
            format!("{} pays in {pay_in}, out {pay_out}", settlement(firm, *row))
        }
        E::Scheduled { settlement: row, trade_day, pay_in, pay_out, .. } => {
            format!("{} trades {trade_day}, pays in {pay_in}, out {pay_out}", settlement(firm, *row))
        }
        E::FileMatched { count, qty, value, .. } => format!("matched {count}, {qty} shares, {value:#}"),
        E::CodeModified { trade, side, to, .. } => format!("{side} {trade} is {}'s", client(firm, *to)),
        E::FileReopened { .. } => return None,
        E::Corrected { trade, side, qty, price, .. } => format!("{side} {trade} corrected to {qty} at {price}"),
        E::Annulled { trade, side, .. } => format!("{side} {trade} annulled"),
        E::Entrusted { trade, side, .. } => format!("{side} {trade} told to the custodian"),
        E::Confirmed { trade, side, .. } => format!("{side} {trade} is the custodian's to settle"),
        E::Returned { trade, side, code: 0, .. } => format!("{side} {trade} is ours to settle: no answer"),
        E::Returned { trade, side, code, .. } => format!("{side} {trade} is ours to settle: rejected, code {code}"),
        E::BillCancelled { client: c, note, .. } => format!("bill {note} of {} taken back", client(firm, *c)),
        E::StageReached { settlement: row, stage } => format!("{} {}", settlement(firm, *row), stage_word(*stage)),
        E::ObligationAgreed { provisional, funds, .. } => {
            let word = if *provisional { "provisional obligation" } else { "obligation" };
            format!("{word} agreed, funds {funds:#}")
        }
        E::Planned { client: c, security: s, direct, internal, .. } => {
            format!("{} gets {} {}: {direct} from outside, {internal} from inside", who(c), *direct + *internal, what(s))
        }
        E::Gathered { client: c, security: s, asked, moved, .. } => gathered(&who(c), &what(s), *asked, *moved),
        E::Staged { client: c, security: s, qty, .. } => format!("{qty} {} of {} set aside", what(s), who(c)),
        E::PaidInEarly { client: c, security: s, qty, .. } => format!("{qty} {} of {} paid in early", what(s), who(c)),
        E::EarlyReturned { client: c, security: s, qty, .. } => format!("{qty} {} of {} came back", what(s), who(c)),
        E::EarlyTaken { client: c, security: s, qty, .. } => {
            format!("{qty} {} of {} paid in early stand for the obligation", what(s), who(c))
        }
        E::SaleCredited { client: c, security: s, amount, .. } => {
            format!("sale of {} credited to {} {}", what(s), who(c), sided(-*amount))
        }
        E::HandedOver { client: c, security: s, qty, .. } => format!("{qty} {} of {} handed over", what(s), who(c)),
        E::Delivered { client: c, security: s, qty, .. } => format!("{qty} {} of {} delivered", what(s), who(c)),
        E::ShortOfDelivery { client: c, security: s, qty, valuation, .. } => {
            format!("{} short of {qty} {} valued {valuation}", who(c), what(s))
        }
        E::ShortageEnded { client: c, price, closed_out, .. } => {
            let word = if *closed_out { "closed out" } else { "bought in" };
            format!("shortage of {} {word} at {price}", who(c))
        }
        E::ShortInternally { seller, buyer, security: s, qty, .. } => {
            format!("{} short of {qty} {} towards {}", who(seller), what(s), who(buyer))
        }
        E::InternalShortEnded { seller, buyer, price, .. } => {
            format!("shortage of {} towards {} settled at {price}", who(seller), who(buyer))
        }
        E::InternalShortMadeGood { seller, buyer, security: s, qty, .. } => {
            format!("shortage of {} towards {} made good: {qty} {}", who(seller), who(buyer), what(s))
        }
        E::Objected { .. } | E::ObjectionEnded { .. } => return of_objection(firm, event),
        E::WrittenOff { settlement: row, value, levies } => {
            format!("{} given up: value {}, levies {levies:#}", settlement(firm, *row), sided(*value))
        }
        E::Awaited { client: c, security: s, qty, .. } => format!("{} awaits {qty} {}", who(c), what(s)),
        E::AwaitedEnded { client: c, security: s, qty, price, .. } => {
            format!("{} paid for {qty} {} at {price}", who(c), what(s))
        }
        E::Received { client: c, security: s, qty, .. } => format!("{} received {qty} {}", who(c), what(s)),
        _ => return None,
    })
}

pub fn stage_word(stage: clearing::Stage) -> &'static str {
    match stage {
        clearing::Stage::Scheduled => "scheduled",
        clearing::Stage::Matched => "matched",
        clearing::Stage::Billed => "billed",
        clearing::Stage::Agreed => "agreed",
        clearing::Stage::PaidOut => "paid out",
        clearing::Stage::Done => "done",
    }
}

fn of_partner(firm: &Firm, event: &Partner) -> String {
    match event {
        Partner::PaymentAsked { payment, kind, amount, owner, to, .. } => {
            let whose = match kind {
                partners::PaymentKind::ToClient => format!(" {}", client(firm, ClientRow(*owner))),
                partners::PaymentKind::ToIntermediary => format!(" {}", intermediary(firm, IntermediaryRow(*owner))),
                _ => String::new(),
            };
            let to = to.map_or(String::new(), |to| format!(" on {}", account_name(to)));
            format!("P{payment} {}{whose} {amount:#}{to}", kind.as_str())
        }
        Partner::PaymentRepeated { payment } => format!("P{payment} asked again"),
        Partner::PaymentDone { payment } => format!("P{payment} paid"),
        Partner::PaymentFailed { payment, code } => format!("P{payment} failed with code {code}"),
        Partner::TransferAsked { transfer, .. } => match firm.partners.transfer(*transfer) {
            Some(asked) => format!("T{transfer} {}", transfer_words(firm, asked)),
            None => format!("T{transfer}"),
        },
        Partner::TransferRepeated { transfer } => format!("T{transfer} asked again"),
        Partner::TransferDone { transfer, moved } => format!("T{transfer} moved {moved}"),
    }
}

fn of_correction(firm: &Firm, event: &Correction) -> Option<String> {
    Some(match event {
        Correction::PolicyApproved { version, from, by, .. } => {
            format!("error policy {version} from {from} approved by {}", user(firm, *by))
        }
        Correction::CodeDisclosed { venue, client: c, .. } => format!("{venue} knows {} as an error account", client(firm, *c)),
        Correction::Asked { no, trade, side, from, to, reason, by, sanctioned, .. } => format!(
            "M{no} asked: {side} {trade} from {} to {}, {reason}, by {} and {}",
            client(firm, *from), client(firm, *to), user(firm, *by), user(firm, *sanctioned)
        ),
        Correction::Repeated { no } => format!("M{no} told again"),
        Correction::Accepted { no, value, .. } => format!("M{no} accepted, {value:#}"),
        Correction::Refused { no, code } => format!("M{no} refused, code {code}"),
        Correction::Liquidated { no, trade, qty, value } => format!("trade {trade} closes {qty} of M{no} for {value:#}"),
        Correction::Penalised { total, .. } => format!("penalty of the month now {total:#}"),
        Correction::WaiverDrafted { no, .. } => format!("waiver of M{no} drafted"),
        Correction::WaiverSubmitted { no } => format!("waiver of M{no} sent"),
        Correction::WaiverDecided { no, granted } => {
            format!("waiver of M{no} {}", if *granted { "granted" } else { "denied" })
        }
        // Their figures stand in the month, their alarm in the break.
        Correction::TurnoverCounted { .. } | Correction::Alerted { .. } => return None,
    })
}

fn of_lien(firm: &Firm, event: &liens::Event) -> Option<String> {
    use liens::Event as E;
    Some(match event {
        E::Asked { no, client: row, security: what, qty, form, .. } => {
            format!("L{no}: {qty} {} of {} to be {}", security(firm, *what), client(firm, *row), form.as_str())
        }
        E::Held { no, qty } => format!("L{no} keeps {qty}"),
        E::Told { no, owed, .. } => format!("L{no} told: {owed:#} owed"),
        E::Offered { no, order, qty, .. } => format!("L{no} offers {qty} by O{order}"),
        E::Sold { no, qty } => format!("L{no} sold {qty}"),
        E::Realised { no, qty } => format!("L{no} delivers {qty}"),
        E::Leaving { no, qty } => format!("L{no} releases {qty}"),
        E::Released { no, qty } if qty.is_positive() => format!("L{no} released {qty}"),
        E::Released { .. } => return None,
        E::Repeated { no } => format!("L{no} told again"),
        E::Unsold { no, qty } => format!("L{no} keeps {qty} again"),
    })
}

/// The name a token was made from.
pub fn account_name(token: AccountToken) -> String {
    String::from_utf8_lossy(&token.0).trim_end_matches('\0').to_string()
}

pub fn transfer_words(firm: &Firm, asked: &Transfer) -> String {
    let (who, what) = (client(firm, asked.client), security(firm, asked.security));
    let own = demat_word(asked.account);
    let path = match asked.kind {
        TransferKind::Gather => format!("from {who} to {own}"),
        TransferKind::MakeGood => format!("from {who} to {own} for another client"),
        TransferKind::Stage => format!("of {who} from beneficiary to {own}"),
        TransferKind::Deliver => format!("of {who} from {own} to the corporation"),
        TransferKind::Internal | TransferKind::PassOn => format!("of {} from {own} to {who}", client(firm, asked.seller)),
        TransferKind::PayOut => format!("from {own} to {who}"),
        TransferKind::GiveBack => format!("from {own} back to {who}"),
        TransferKind::Keep => format!("of {who} from pool to {own}"),
        TransferKind::Release => format!("released, from {own} to {who}"),
        TransferKind::Realise => format!("of {who} from {own} to beneficiary"),
        TransferKind::Benefit => format!("given by the company, from {own} to {who}"),
        TransferKind::EarlyPayIn => format!("from {who} to the corporation early"),
        TransferKind::EarlyBack => format!("of {who} back from the corporation"),
    };
    format!("{} {what} {path}, {}", asked.qty, asked.depository)
}

pub fn demat_word(account: DematAccount) -> &'static str {
    match account {
        DematAccount::ClientBeneficiary => "beneficiary",
        DematAccount::Pool => "pool",
        DematAccount::Principal => "principal",
        DematAccount::Cisa => "cisa",
        DematAccount::Own => "own",
        DematAccount::Unpaid => "unpaid securities",
    }
}

fn house_account(account: firm::HouseAccount) -> String {
    match account {
        firm::HouseAccount::Bank(account) => format!("{account} bank account"),
        firm::HouseAccount::Demat(account, depository) => format!("{} account at {depository}", demat_word(account)),
    }
}

fn of_days(event: &Event) -> Option<String> {
    match event {
        Event::SettlementHolidayAdded { day } => Some(format!("nothing settles on {day}")),
        Event::SessionAdded { venue, day } => Some(format!("{venue} trades on {day}")),
        Event::SessionTimed { venue, day, open, close } => Some(format!("{venue} trades on {day} from {open} to {close}")),
        Event::ExchangeHolidayAdded { venue, day } => Some(format!("{day} is a holiday of {venue}")),
        _ => None,
    }
}

fn of_firm(firm: &Firm, event: &Event) -> Option<String> {
    Some(match event {
        Event::Refused(refusal) => format!("refused {} {refusal}", refusal.code.name()),
        Event::FirmOpened { .. } => format!("{} opened", firm.name().unwrap_or("")),
        Event::BankNamed { account } => format!("{account} bank account named"),
        Event::DematNamed { account, depository } => format!("{} account at {depository} named", demat_word(*account)),
        Event::UserRegistered { code, .. } => format!("user {code} registered"),
        Event::Proposed { .. } => "waits for a second person".into(),
        Event::ProposalLapsed { by, .. } => format!("what {} proposed lapsed", user(firm, *by)),
        Event::ProposalTaken { .. } => "second person agrees".into(),
        Event::RuleAdopted { name, from, .. } => format!("{name} from {from} adopted"),
        Event::HolidayAdded { day } => format!("{day} is a holiday"),
        Event::SettlementHolidayAdded { .. } | Event::ExchangeHolidayAdded { .. } | Event::SessionAdded { .. } | Event::SessionTimed { .. } => of_days(event)?,
        Event::DayBegun { day, policy: of, .. } => format!("{day} begun: {} of a buy, {} of a sale blocked", of.buy, of.sell),
        Event::DayEnded { day } => format!("{day} ended"),
        Event::Broke { no, kind, subject, ours, theirs } => {
            let (of, (ours, theirs)) = (about(firm, *kind, *subject), kind.figures(*ours, *theirs, firm));
            format!("B{no} for {}: {}{of}, ours {ours}, theirs {theirs}", kind.owner(), kind.as_str())
        }
        Event::FileReissued { issue, .. } => format!("the file is issued anew: {issue}"),
        Event::Superseded { no, .. } => format!("B{no} was of the issue before"),
        Event::Mended { no, by, reason } => format!("B{no} mended by {}, reason {reason}", user(firm, *by)),
        Event::AskedAfter { subject } => match subject {
            Subject::Order(no) => format!("O{no} asked after"),
            Subject::Payment(no) => format!("P{no} asked after"),
            Subject::Transfer(no) => format!("T{no} asked after"),
        },
        Event::NoteTaken { year, note, client: row, net, .. } => {
            format!("note {year}/{note} of {} net {}", client(firm, *row), sided(-*net))
        }
        Event::NoteCancelled { year, note, client: row, reason, .. } => {
            format!("note {year}/{note} of {} cancelled, reason {reason}", client(firm, *row))
        }
        Event::NoteReplaces { year, note, cancelled } => format!("note {year}/{note} in place of {year}/{cancelled}"),
        Event::Noted { trade, brokerage, .. } => format!("trade {trade} brokerage {brokerage:#}"),
        Event::Shared { trade, intermediary: row, amount, .. } => {
            format!("{amount:#} of trade {trade} for {}", intermediary(firm, *row))
        }
        Event::Charged(charged) if charged.head != charges::Head::Brokerage => {
            format!("{} {:#}", charged.head.as_str(), charged.amount)
        }
        Event::DirectAsked { security: s, client: c, qty, .. } => {
            format!("direct pay-out of {qty} {} to {} asked", security(firm, *s), client(firm, *c))
        }
        Event::LeviesUploaded { stt, stamp, .. } => format!("levies told: STT {stt:#}, stamp {stamp:#}"),
        Event::HoldingsSeen { rows, differing, .. } => format!("{rows} holdings seen, {differing} differ"),
        Event::MoneyTested { held, credits, debits, suspense, .. } => {
            format!("money test: held {held:#}, credits {credits:#}, debits {debits:#}, suspense {suspense:#}")
        }
        Event::Late { client: row, funds, due, .. } => {
            let hours = (firm.now().0 - due.0) / 3_600_000_000;
            let since = if hours > 0 { format!(", {hours} hours") } else { String::new() };
            format!("late to {}: {}{since}", client(firm, *row), if *funds { "funds" } else { "shares" })
        }
        Event::CoverAsked { waits, .. } => if *waits { "pay-outs wait".into() } else { "pay-outs go on".into() },
        Event::CureDue { client: row, amount, .. } => format!("{:#} to come for {}", amount, client(firm, *row)),
        Event::CurePaid { client: row, amount, .. } => format!("{:#} came for {}", amount, client(firm, *row)),
        Event::Referred(_) => return None,
        Event::ReferralReason { referral, refusal, .. } => format!("Q{referral} waits, {refusal}"),
        Event::ReferralEnded { referral, answer, .. } => {
            let word = answered(*answer);
            format!("Q{referral} {word}")
        }
        Event::Crossed { trade, buyer, seller } => {
            format!("trade {trade} crosses {} and {}", client(firm, *buyer), client(firm, *seller))
        }
        Event::Converted { .. } | Event::Carried { .. } => return of_intraday(firm, event),
        other => return of_bank(firm, other),
    })
}

/// Nothing of the first exchange.
pub fn elsewhere(venue: vocab::Venue) -> &'static str {
    if venue == vocab::Venue::FIRST { "" } else { " on BSE" }
}

fn of_intraday(firm: &Firm, event: &Event) -> Option<String> {
    Some(match event {
        Event::Converted { client: row, security: what, venue, qty, to } => {
            format!("{} {}{} of {} are {to} now", qty, security(firm, *what), elsewhere(*venue), client(firm, *row))
        }
        Event::Carried { client: row, security: what, venue, qty, margin, lacking } => {
            let short = if lacking.is_zero() { String::new() } else { format!(", {lacking} lacking") };
            let at = elsewhere(*venue);
            format!("{qty} {}{at} of {} carried, margin {margin:#}{short}", security(firm, *what), client(firm, *row))
        }
        _ => return None,
    })
}

fn of_bank(firm: &Firm, event: &Event) -> Option<String> {
    Some(match event {
        Event::FileTaken { trade, .. } => format!("the file's word is taken for trade {}", trade.number()),
        Event::ReceiptHeld { receipt, amount, .. } => format!("receipt {receipt} of {amount:#} in suspense"),
        Event::DividendHeld { receipt, amount, .. } => format!("receipt {receipt} of {amount:#} in suspense"),
        Event::ReceiptReturned { receipt, payment } if payment.0 == 0 => format!("receipt {receipt} stays"),
        Event::ReceiptReturned { receipt, payment } => format!("receipt {receipt} goes back by P{payment}"),
        Event::SharesHeld { inward, account, depository, security: s, qty, .. } => {
            format!("{qty} {} held for nobody, {} {depository}, number {inward}", security(firm, *s), demat_word(*account))
        }
        Event::AccountNumbered { account, number } => format!("{} is number …{:04}", house_account(*account), number.last_four()),
        Event::AccountsCompared { depository, listed, differ } => format!("{depository} lists {listed}: {differ} differences"),
        Event::AccountClosed { account, .. } => format!("{} closed", house_account(*account)),
        Event::AccountTold { account, closed, letter } => {
            format!("exchanges told of {} {} by letter {letter}", house_account(*account), if *closed { "closed" } else { "opened" })
        }
        Event::SharesReturning { inward } => format!("shares {inward} asked to go back"),
        Event::SharesReturned { inward, qty } => format!("{qty} of shares {inward} went back"),
        Event::SharesStay { inward, under } => format!("the rest of shares {inward} stays, number {under}"),
        Event::Receipt { client: row, amount, utr } => format!("{} paid in {amount:#} by {utr}", client(firm, *row)),
        Event::DematCompared { account, depository, security: s, ours, theirs } if ours != theirs => {
            format!("{} {depository} {}: ours {ours}, theirs {theirs}", demat_word(*account), security(firm, *s))
        }
        Event::DematStated { depository, missing, open, .. } => {
            format!("statement of {depository} whole: {missing} not shown, {open} open")
        }
        Event::StatementSeen { account, agreed, .. } => {
            format!("statement of {account} {}", if *agreed { "agrees" } else { "differs" })
        }
        Event::Lodged { instrument, client: c, kind, amount, .. } => {
            format!("I{instrument} {kind} of {amount:#} lodged for {}", client(firm, *c))
        }
        Event::InstrumentReached { instrument, stage } => format!("I{instrument} {}", stage.as_str()),
        Event::CreditDue { client: c, amount, .. } if amount.is_zero() => format!("nothing more is due to {}", client(firm, *c)),
        Event::CreditDue { client: c, amount, due } => {
            format!("{amount:#} is due to {} by {} {}", client(firm, *c), due.day(), due.time())
        },
        Event::CreditLate { client: c, amount, due } => {
            let hours = (firm.now().0 - due.0) / 3_600_000_000;
            let since = if hours > 0 { format!(", {hours} hours") } else { String::new() };
            format!("late to {}: {amount:#}{since}", client(firm, *c))
        }
        Event::CreditKept { client: c, until, .. } => format!("credits of {} stay until {until}", client(firm, *c)),
        Event::BankStated { account, reference, amount } => {
            format!("{account} account: {} {}", bank_ref(*reference), sided(*amount))
        }
        _ => return None,
    })
}

fn answered(answer: firm::Answer) -> &'static str {
    match answer {
        firm::Answer::Release => "released",
        firm::Answer::Decline => "declined",
        firm::Answer::Confirm => "confirmed",
        firm::Answer::Withdraw => "taken back",
        firm::Answer::Expire => "expired",
        firm::Answer::Send => "sent",
        firm::Answer::Refuse => "refused",
    }
}

/// What a break is about.
pub fn about(firm: &Firm, kind: BreakKind, subject: u64) -> String {
    match kind.about() {
        About::Order => format!(" O{subject}"),
        About::Payment => format!(" P{subject}"),
        About::Transfer => format!(" T{subject}"),
        About::Instrument => format!(" I{subject}"),
        About::Deposit => format!(" D{subject}"),
        About::Modification => format!(" M{subject}"),
        About::Lien => format!(" L{subject}"),
        About::User => format!(" ({})", u32::try_from(subject).map_or(String::new(), |row| user(firm, vocab::UserRow(row)))),
        About::Trade
        | About::Security
        | About::Settlement
        | About::Published
        | About::Bank
        | About::Day
        | About::File
        | About::Demat
        | About::Depository
        | About::Client => {
            format!(" ({})", kind.subject(subject, firm))
        }
    }
}
