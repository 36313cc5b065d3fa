//! Orders, holds, the market and clients, as sentences.

use crate::directory::Directory;
use vocab::{Board, Price, Slab};

pub fn order(event: &orders::Event, names: &Directory) -> String {
    use orders::Event as E;
    match event {
        E::Placed(p) => {
            let price = if p.price == Price::ZERO { "market".to_owned() } else { p.price.to_string() };
            format!(
                "order {} placed: {} {} {:#} {} at {price} ({}, {}, {}, {}) by {}",
                p.order, names.ucc(p.client), p.side, p.qty, names.symbol(p.security), p.kind, p.product, p.validity, p.channel,
                names.user(p.user)
            )
        }
        E::Evidenced { order, terminal, kind, reference, .. } => {
            format!("order {order}: evidence is {kind} {reference}, terminal {terminal}")
        }
        E::Opened { order, venue_order, at } => {
            format!("order {order} acknowledged by the exchange as {venue_order} at {at}")
        }
        E::Traded { order, trade, qty, price, at } => {
            format!("order {order} trades {qty:#} at {price}, trade {trade} of {at}")
        }
        E::Conditioned { order, trigger, disclosed } => {
            let trigger = (!trigger.is_zero()).then(|| format!("sleeps until {trigger}"));
            let shown = (!disclosed.is_zero()).then(|| format!("shows {disclosed:#} at once"));
            format!("order {order} {}", trigger.into_iter().chain(shown).collect::<Vec<_>>().join(" and "))
        }
        E::Recounted { order, trade, qty } => format!("order {order}: {qty:#} of trade {trade} count more"),
        E::SquaredOff { order } => format!("order {order}: the firm closes an intraday position before the session ends"),
        E::Unreceived { order, settlement, qty } => format!(
            "order {order}: {qty:#} of it are still to come from settlement {}; what does not come is short and goes to auction",
            names.settlement(*settlement).map_or_else(|| settlement.to_string(), |s| s.number.to_string())
        ),
        E::TriggerPassed { order, last } => format!("order {order}: its trigger is reached already at {last}"),
        E::Triggered { order, at } => format!("order {order} woken by the last price at {at}"),
        E::ModifyAsked { order, price, qty, trigger } => {
            format!("order {order}: change to {qty:#} at {price}{} asked", from_trigger(*trigger))
        }
        E::Modified { order, price, qty, trigger } => {
            format!("order {order} is now {qty:#} at {price}{}", from_trigger(*trigger))
        }
        E::CancelAsked { order } => format!("order {order}: cancellation asked"),
        E::AskRefused { order, code } => format!("order {order}: the exchange refuses the change, code {code}"),
        E::Resent { order } => format!("order {order} sent again: the exchange does not know it"),
        E::Closed { order, why, left, code } => {
            let code = if *code == 0 { String::new() } else { format!(", code {code}") };
            format!("order {order} closed: {why}, {left:#} left{code}")
        }
        E::DayCleared { next } => format!("the day's orders are closed; the next is {next}"),
    }
}

fn from_trigger(trigger: Price) -> String {
    if trigger.is_zero() { String::new() } else { format!(" from {trigger} on") }
}

pub fn risk(event: &risk::Event, names: &Directory) -> String {
    use risk::Event as E;
    match event {
        E::UserLimited { user, limits } => format!(
            "limits of user {}: {:#} shares and {:#} an order, {:#} shares of a security, {:#} open",
            names.user(*user), limits.order_qty, limits.order_value, limits.symbol_qty, limits.open_value
        ),
        E::ClientLimited { client, limits } => format!(
            "limits of {}: {:#} an order, exposure {:#}, turnover {:#}",
            names.ucc(*client), limits.order_value, limits.exposure, limits.turnover
        ),
        E::Held { order, client, value, margin, charges, .. } => format!(
            "order {order} of {} binds {:#}: margin {margin:#} and charges {charges:#} on {value:#}",
            names.ucc(*client), *margin + *charges
        ),
        E::Raised { order, value, amount } => format!("order {order} binds {amount:#} more, on {value:#} more"),
        E::Eased { order, value, amount } => format!("order {order} binds {amount:#} less, on {value:#} less"),
        E::Filled { order, eased, turnover, committed, .. } => format!(
            "a trade of order {order} worth {turnover:#}: {eased:#} of its hold is eased, {committed:#} committed"
        ),
        E::TradeMoved { from, to, side, value, released, committed } => format!(
            "a {side} of {value:#} leaves {} for {}: {released:#} is free, {committed:#} committed", names.ucc(*from),
            to.map_or("nobody".to_owned(), |to| names.ucc(to))
        ),
        E::Recounted { client, side, value, committed } => format!(
            "the exchange's file has a {side} of {} at {value:#} more: {committed:#} more is committed", names.ucc(*client)
        ),
        E::Released { client, amount } => format!("{amount:#} committed by {} is free", names.ucc(*client)),
        E::Backed { client, amount } => format!("collateral of {} backs {amount:#} more", names.ucc(*client)),
        E::SwitchPulled { switch, scope: of, reason, by } => format!(
            "switch {switch} pulled on {} by {}, reason {reason}: only what reduces goes in",
            scope(*of, names), names.user(*by)
        ),
        E::SwitchRestored { scope: of, by } => format!("switch on {} restored by {}", scope(*of, names), names.user(*by)),
        E::Restricted { restriction, row } => {
            let bar = match row.bar {
                risk::Bar::Buys => "buying",
                risk::Bar::Sells => "selling",
                risk::Bar::Both => "dealing in",
            };
            let whom = match row.whom {
                risk::Whom::Everyone => "everyone",
                risk::Whom::Own => "the own account",
            };
            let to = row.to.map_or(String::new(), |to| format!(" to {to}"));
            let what = names.symbol(row.security);
            format!("restriction {restriction} of {}: {bar} {what} is barred to {whom} from {}{to}", row.source, row.from)
        }
        E::RestrictionLifted { restriction, security } => {
            format!("restriction {restriction} on {} lifted", names.symbol(*security))
        }
        E::Uploaded { .. }
        | E::GroupDrawn { .. }
        | E::GroupHas { .. }
        | E::GroupLimited { .. }
        | E::Grouped { .. }
        | E::Regrouped { .. }
        | E::Documented { .. } => desk(event, names),
        E::PositionMoved { client, security, venue, qty, value, margin, committed } => format!(
            "the intraday position of {} in {} at {venue} moves by {qty:#}, dealt at {value:#}: its margin by {margin:#}, what he has committed by {committed:#}",
            names.ucc(*client), names.symbol(*security)
        ),
        E::DayCleared { .. } => "the day's counters start again".to_owned(),
    }
}

/// What the risk desk set for many, and what groups of securities count.
fn desk(event: &risk::Event, names: &Directory) -> String {
    use risk::Event as E;
    match event {
        E::Uploaded { file, rows } => format!("limits of {rows} came from file {file}"),
        E::GroupDrawn { group, name, from } => format!("group {group}, {name}, is drawn from {from} on"),
        E::GroupHas { group, from, security } => format!("{} is in group {group} from {from} on", names.symbol(*security)),
        E::GroupLimited { group, holder: whose, from, exposure } => {
            format!("{} may have at most {exposure:#} in group {group} from {from} on", holder(*whose, names))
        }
        E::Grouped { order, client, security } => {
            format!("order {order} of {} counts in the groups of {}", names.ucc(*client), names.symbol(*security))
        }
        E::Regrouped { security, from, to, value } => format!(
            "{value:#} in the groups of {} leave {} for {}", names.symbol(*security), names.ucc(*from),
            to.map_or("nobody".to_owned(), |to| names.ucc(to))
        ),
        E::Documented { deviation: of, reason, paper, by } => {
            format!("{}: reason {reason}, paper {paper}, by {}", deviation(*of, names), names.user(*by))
        }
        other => unreachable!("told elsewhere: {other:?}"),
    }
}

/// A client's own terms of margin and exposure.
pub fn policy(policy: &clients::Policy) -> String {
    let multiple = policy.multiple.map_or("by his limits alone".to_owned(), |times| format!("at most {times} of his means"));
    format!("extra margin {}, exposure {multiple}", policy.extra)
}

/// Whose dealings a limit counts together.
pub fn holder(holder: risk::Holder, names: &Directory) -> String {
    match holder {
        risk::Holder::Firm => "all together".to_owned(),
        risk::Holder::EachClient => "each client".to_owned(),
        risk::Holder::Client(row) => names.ucc(row),
    }
}

/// What went beyond what.
pub fn deviation(deviation: risk::Deviation, names: &Directory) -> String {
    match deviation {
        risk::Deviation::Limit { order, which } => format!("order {order} beyond a limit, {}", which.as_str()),
        risk::Deviation::Margin { client, day } => format!("margin of {} short on {day}", names.ucc(client)),
    }
}

fn scope(scope: risk::Scope, names: &Directory) -> String {
    match scope {
        risk::Scope::All => "everybody".to_owned(),
        risk::Scope::Client(row) => format!("client {}", names.ucc(row)),
        risk::Scope::User(row) => format!("user {}", names.user(row)),
        risk::Scope::Security(row) => names.symbol(row),
    }
}

pub fn market(event: &market::Event, names: &Directory) -> String {
    use market::Event as E;
    match event {
        E::Listed { security, isin, symbol } => format!("{symbol} ({isin}) listed as row {security}"),
        E::Renamed { security, symbol } => format!("{} is now called {symbol}", names.isin(*security)),
        E::Termed { venue, security, terms } => format!(
            "{} at {venue} on {}: reference {}, band {} to {}, tick {}",
            names.symbol(*security), terms.day, terms.reference, terms.low, terms.high, terms.tick
        ),
        E::Margined { security, day, margin } => {
            format!("{} asks for {margin} of a trade up front on {day}", names.symbol(*security))
        }
        E::CycleMoved { security, from } => {
            format!("{} settles by the shorter cycle from {from}", names.symbol(*security))
        }
        E::Coded { security, code } => format!("{} is {code}{} on BSE", names.symbol(*security), code.label()),
        E::SameDayListed { security, from, admitted } => {
            let how = if *admitted { "is dealt in" } else { "is not dealt in" };
            format!("{} {how} for settlement on the same day from {from}", names.symbol(*security))
        }
        E::SameDayBanded { venue, security, last, low, high, .. } => format!(
            "{} at {venue} trades from {low} to {high} for settlement today, around {last}", names.symbol(*security)
        ),
        E::Phased { venue, day, board, phase } => format!("{} at {venue} is {phase} on {day}", of_board(*board)),
        E::Halted { venue, day, moved, until } => {
            let until = until.map_or_else(|| "for the day".to_owned(), |until| format!("until {until}"));
            format!("all trading of {day} at {venue} is halted at {moved} of the index, {until}")
        }
        E::BandMoved { venue, security, low, high, .. } => {
            format!("{} at {venue} trades from {low} to {high} from now on", names.symbol(*security))
        }
        E::Closed { venue, security, close } => {
            format!("{} at {venue} closed {} at {}, high {}", names.symbol(*security), close.day, close.close, close.high)
        }
    }
}

/// The whole market, or a board of it.
pub fn of_board(board: Option<Board>) -> String {
    board.map_or_else(|| "the market".to_owned(), |board| format!("the {board} board"))
}

pub fn client(event: &clients::Event, names: &Directory) -> String {
    use clients::Event as E;
    let ucc = event.client().map_or_else(String::new, |row| names.ucc(row));
    match event {
        E::Opened { vault, kind, state, day, .. } => {
            format!("{ucc} opened {day}: {kind}, state {state}, vault record {}", vault.0)
        }
        E::Verified { day, .. } => format!("{ucc} verified {day}"),
        E::CodeRegistered { day, .. } => format!("{ucc} registered with the exchange {day}"),
        E::Signed { agreement, day, .. } => format!("{ucc} signed {agreement} on {day}"),
        E::Revoked { agreement, day, .. } => format!("{ucc} revoked {agreement} on {day}"),
        E::BankRegistered { account, .. } => format!("{ucc}: bank account {account:?} registered"),
        E::DematRegistered { depository, account, .. } => {
            format!("{ucc}: demat account {account:?} at {depository} registered")
        }
        E::PlaceRegistered { terminal, .. } => format!("{ucc} trades from terminal {terminal} alone"),
        E::PlanDrawn { plan, slab } => format!("brokerage plan {plan}: {}", row_of_plan(slab)),
        E::PlanSet { plan, from, .. } => format!("{ucc}: brokerage by plan {plan} from {from}"),
        E::RunningSet { every, from, .. } => format!("{ucc}: running account settled every {every} days from {from}"),
        E::RunningSettled { day, .. } => format!("{ucc}: running account settled {day}"),
        E::FullValue { on, .. } => {
            format!("{ucc}: the whole value is {}blocked at an order", if *on { "" } else { "not " })
        }
        E::Suspended { reason, .. } => format!("{ucc} suspended, reason {reason}"),
        E::Resumed { .. } => format!("{ucc} resumed"),
        E::Switched { on, .. } => format!("{ucc} is {}under a switch", if *on { "" } else { "no longer " }),
        E::Slept { day, .. } => format!("{ucc} has long not dealt: dormant from {day}"),
        E::Woken { day, .. } => format!("{ucc} asked himself to deal again {day}"),
        E::DealtAgain { day, .. } => format!("{ucc}: first dealing since he came back, {day}"),
        E::Died { day, .. } => format!("{ucc}: death recorded {day}"),
        E::Succeeded { to, .. } => format!("what is held for {ucc} goes to {}", names.ucc(*to)),
        E::Closed { day, .. } => format!("{ucc} closed {day}"),
        E::Reviewed { day, next, .. } => format!("{ucc} reviewed {day}, next by {next}"),
        E::PolicySet { policy: of, from, .. } => format!("terms of {ucc} from {from}: {}", policy(of)),
        E::CustodianSet { custodian, .. } => format!("{ucc} settles through custodian {custodian}"),
        E::TradingCodeAllotted { side, code, .. } => format!("{ucc}: {code} is his code for what he {side}s"),
        E::TradingCodeTaken { side, from, .. } => format!("{ucc} {side}s under his trading code from {from}"),
        E::FamilySet { head: Some(head), .. } => format!("{ucc} is of the family of {}", names.ucc(*head)),
        E::FamilySet { head: None, .. } => format!("{ucc} is of no family"),
        E::HolderAdded { vault, .. } => format!("{ucc}: a joint holder, vault record {}", vault.0),
        E::BankChosen { account, .. } => format!("{ucc} is paid on bank account {account:?}"),
        E::BankDropped { account, .. } => format!("{ucc}: bank account {account:?} struck out"),
    }
}

/// A row of a brokerage plan as a client reads it.
pub fn row_of_plan(slab: &Slab) -> String {
    let mut out = format!("{} {}", slab.portion, slab.rate);
    let amounts = [
        ("a share at least", slab.per_share),
        ("an order at least", slab.least),
        ("an order at most", slab.most),
        ("from a day's turnover of", slab.turnover),
    ];
    for (word, amount) in amounts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        out.push_str(&format!(", {word} {amount:#}"));
    }
    out
}
