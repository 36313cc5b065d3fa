//! Lines that ask nothing of the firm and show how it stands.

use crate::play::Play;
use crate::tokens::Tokens;
use crate::words;
use books::Account;
use firm::{Event, Firm};
use orders::Stage;
use vocab::{ClientRow, OrderNo, Paise, Venue};

pub fn show(play: &Play, line: &str) -> Result<Vec<String>, String> {
    let mut t = Tokens::new(line);
    let shown = match t.word()? {
        "books" => books_of(play),
        "client" => client(play, t.word()?)?,
        "shares" => shares(play, t.word()?)?,
        "order" => order(play, t.order()?)?,
        "trail" => trail(play, t.order()?),
        "sauda" => sauda(&play.firm),
        "breaks" => breaks(play),
        "settlement" => {
            let row = match t.is_done() {
                true => play.settlement(None)?,
                false => {
                    let (corporation, kind) = (t.corporation(), t.settlement_kind());
                    let number = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
                    play.firm.clearing.by_number(corporation, kind, number).ok_or(format!("no settlement {number}"))?
                }
            };
            settlement(play, row)?
        }
        "timers" => timers(play),
        "reconciliation" => reconciliation(play),
        "errands" => errands(play),
        "deposits" => deposits(&play.firm),
        "liens" => liens(&play.firm),
        "access" => crate::access::shown(play, t.word()?)?,
        "powers" => crate::powers::shown(&play.firm),
        "watched" => crate::watched::shown(&play.firm),
        "demat" => demat(play),
        "waiting" => words::waiting(&play.firm),
        "positions" => positions(&play.firm),
        "margins" => margins(play),
        "shortages" => shortages(play),
        "figures" => figures(play),
        "modifications" => modifications(play),
        "months" => months(play),
        "own" => {
            t.wants("money")?;
            let books = &play.firm.books;
            vec![format!("placed {:#}", books.placed()), format!("earned and undrawn {:#}", books.undrawn())]
        }
        other => return Err(format!("nothing is shown by `{other}`")),
    };
    t.end()?;
    Ok(shown)
}

/// What register and depositories do not agree on.
fn demat(play: &Play) -> Vec<String> {
    let line = |((account, depository, security), gap): (firm::DematLine, &firm::Gap)| {
        let days = play.day.days_since(gap.since);
        format!(
            "{} {depository} {}: ours {}, theirs {}, {days} days", words::demat_word(account),
            words::security(&play.firm, security), gap.ours, gap.theirs
        )
    };
    play.firm.demat_reconciliation.iter().map(line).collect()
}

/// Shares kept as unpaid.
fn liens(firm: &Firm) -> Vec<String> {
    let line = |(no, it): (vocab::LienNo, &liens::Lien)| {
        let mut all = format!("L{no} {} {} {}", words::client(firm, it.client), it.qty, words::security(firm, it.security));
        for (word, qty) in [("asked", it.asked), ("offered", it.offered), ("leaving", it.leaving), ("taken", it.taken)] {
            if !qty.is_zero() {
                all.push_str(&format!(", {qty} {word}"));
            }
        }
        format!("{all}, {}, since {}", it.form.as_str(), it.since)
    };
    firm.liens.iter().map(line).collect()
}

/// The trial balance, clients one by one.
fn books_of(play: &Play) -> Vec<String> {
    let firm = &play.firm;
    let mut all = Vec::new();
    for ((venue, account, owner), amount) in firm.books.general() {
        if account != Account::Client && !amount.is_zero() {
            all.push(format!("{}{} {}", words::of_venue(venue), words::account(firm, account, owner), words::sided(amount)));
        }
    }
    for (row, book) in firm.books.clients() {
        if !book.balance.is_zero() {
            all.push(format!("{} {}", words::client(firm, row), words::sided(-book.balance)));
        }
    }
    all
}

fn positions(firm: &Firm) -> Vec<String> {
    let all = firm.risk.positions_from(vocab::ClientRow(0));
    let word = |((row, what, venue), position): ((vocab::ClientRow, vocab::SecurityRow, vocab::Venue), &risk::Position)| {
        let (client, security) = (words::client(firm, row), words::security(firm, what));
        let at = words::elsewhere(venue);
        format!("{client} {} {security}{at} for {:#}, margin {:#}", position.qty, position.value, position.margin)
    };
    all.map(word).collect()
}

fn client(play: &Play, code: &str) -> Result<Vec<String>, String> {
    let row = play.client(code)?;
    let (book, used) = (play.firm.books.client(row), play.firm.risk.client(row));
    let own = play.firm.clients.get(row).is_some_and(clients::Client::is_own);
    let kept = if own { Paise::ZERO } else { play.firm.margin.kept(row).sum() };
    let standings = play.firm.clearing.standings().iter().filter(|s| s.client == row);
    let credit: Paise = standings.flat_map(|s| play.firm.clearing.nets_of(s)).map(|net| net.credit).sum();
    let mut all = vec![format!("ledger {}", words::sided(-book.balance))];
    for (word, amount) in [
        ("bills to pay", book.open_debit),
        ("bills to receive", book.open_credit),
        ("on its way", book.paying),
        ("held", used.held),
        ("committed", used.committed + kept + credit),
        ("collateral", kept),
        ("credit for sales", credit),
    ] {
        if !amount.is_zero() {
            all.push(format!("{word} {amount:#}"));
        }
    }
    all.push(format!("free {:#}", book.free() - used.held - used.committed));
    Ok(all)
}

fn shares(play: &Play, code: &str) -> Result<Vec<String>, String> {
    let row = play.client(code)?;
    let mut all = Vec::new();
    for holding in play.firm.stock.of_client(row) {
        let what = words::security(&play.firm, holding.security);
        for place in books::Place::ALL.into_iter().filter(|p| *p != books::Place::Outside) {
            if !holding.at(place).is_zero() {
                all.push(format!("{} {what} in {}", holding.at(place), place.as_str()));
            }
        }
        let pledged = play.firm.margin.pledged(row, holding.security);
        let apart = [("blocked", holding.blocked), ("sold", holding.sold - pledged), ("pledged", pledged), ("kept", holding.kept())];
        for (word, qty) in apart {
            if !qty.is_zero() {
                all.push(format!("{qty} {what} {word}"));
            }
        }
        all.push(format!("{} {what} free", holding.free()));
    }
    Ok(all)
}

fn order(play: &Play, no: OrderNo) -> Result<Vec<String>, String> {
    let order = play.firm.orders.get(no).ok_or(format!("no order O{no}"))?;
    let stage = match order.stage {
        Stage::Sent => "sent".to_string(),
        Stage::Dormant { venue_order } => format!("dormant, exchange's number {venue_order}"),
        Stage::Open { venue_order } => format!("open, exchange's number {venue_order}"),
        Stage::Closed { why } => format!("closed, {why}"),
    };
    let known = play.firm.clients.get(order.client).ok_or("no such client")?;
    let code = play.firm.clients.code(order.client, order.side, play.day).ok_or("no such client")?;
    let under = if code == known.ucc { String::new() } else { format!(" under {code}") };
    Ok(vec![
        format!("{}{under}", words::client(&play.firm, order.client)),
        format!("{} {} {}", order.side, order.qty, words::security(&play.firm, order.security)),
        format!("{} {} {}", order.kind, order.price, order.validity),
        format!("by {} of {}", order.channel, words::user(&play.firm, order.user)),
        format!("{stage}, {} done{}", order.filled, if order.void().is_zero() { String::new() } else { format!(", {} void", order.void()) }),
    ])
}

/// Everything the journal has about one order, with its times and who asked.
fn trail(play: &Play, no: OrderNo) -> Vec<String> {
    let mut all = Vec::new();
    for kept in &play.log {
        for event in &kept.events {
            let Event::Order(event) = event else { continue };
            if event.order() != no || matches!(event, orders::Event::DayCleared { .. }) {
                continue;
            }
            let time = kept.head.at.time();
            let who = kept.by.map_or(String::new(), |by| format!(" by {}", words::user(&play.firm, by)));
            match event {
                orders::Event::Evidenced { source, terminal, kind, reference, .. } => {
                    let from = std::net::Ipv6Addr::from(*source).to_canonical();
                    all.push(format!("{time}{who} from {from}, terminal {terminal}, {kind} {reference}"));
                }
                orders::Event::Placed(p) => {
                    let what = words::security(&play.firm, p.security);
                    all.push(format!("{time}{who} {} {} {what} at {} by {}", p.side, p.qty, p.price, p.channel));
                }
                orders::Event::Traded { trade, qty, price, .. } => {
                    all.push(format!("{time} traded {qty} at {price}, trade {trade}"));
                }
                other => all.extend(words::of_order(&play.firm, other).map(|word| format!("{time}{who} {word}"))),
            }
        }
    }
    all
}

/// The sauda book of the day.
pub fn sauda(firm: &Firm) -> Vec<String> {
    let line = |t: &clearing::Trade| {
        format!(
            "trade {} O{} {} {} {} {} at {}, {}, settlement {}{}", t.trade, t.order, t.at.time(),
            words::client(firm, t.client), t.side, t.qty, t.price, words::security(firm, t.security),
            words::settlement(firm, t.settlement), match (t.annulled, t.in_file) {
                (true, _) => ", annulled",
                (false, true) => ", in the file",
                (false, false) => "",
            }
        )
    };
    firm.clearing.trades().iter().map(line).collect()
}

fn breaks(play: &Play) -> Vec<String> {
    let firm = &play.firm;
    firm.breaks()
        .map(|(no, b)| {
            let about = words::about(firm, b.kind, b.subject);
            let (ours, theirs) = b.kind.figures(b.ours, b.theirs, firm);
            let days = play.day.days_since(b.opened.day());
            format!("B{no} {}{about}, ours {ours}, theirs {theirs}, {}, {days} days old", b.kind.as_str(), b.kind.owner())
        })
        .collect()
}

fn settlement(play: &Play, row: vocab::SettlementRow) -> Result<Vec<String>, String> {
    let it = play.firm.clearing.settlement(row).ok_or("no settlement")?;
    let mut all = vec![
        format!("{} {}", words::settlement(&play.firm, row), words::stage_word(it.stage)),
        format!("trades {}, pay-in {}, pay-out {}", it.trade_day, it.pay_in, it.pay_out),
        format!("the corporation moved {}", words::sided(it.moved)),
    ];
    for ((of, _, client), short) in play.firm.clearing.shortages() {
        if *of == row {
            all.push(format!("{} short of {}", words::client(&play.firm, *client), short.qty));
        }
    }
    Ok(all)
}

/// The margin deposit book.
fn deposits(firm: &Firm) -> Vec<String> {
    let all = firm.margin.deposits().map(|(no, d)| {
        let what = match d.security {
            Some(row) => format!("{} {}", d.qty, words::security(firm, row)),
            None => format!("{:#}", d.amount),
        };
        let at = if d.lodged { ", with the corporation" } else if d.leaving { ", going back" } else { "" };
        format!("D{no} {} of {} {what}, worth {:#}{at}", d.form.as_str(), words::client(firm, d.client), d.value)
    });
    all.collect()
}

/// A to F, P, MC and MF of the last client-money test.
fn figures(play: &Play) -> Vec<String> {
    let mut all = Vec::new();
    for event in play.log.iter().flat_map(|kept| &kept.events) {
        match event {
            Event::MoneyTested { held, collateral, credits, debits, .. } => {
                all = vec![format!("A {held:#}, B {collateral:#}, C {credits:#}, D {debits:#}")];
            }
            Event::MarginTested { own_securities, unfunded, own_margin, used, unused, .. } => {
                all.push(format!("E {own_securities:#}, F {unfunded:#}, P {own_margin:#}, MC {used:#}, MF {unused:#}"));
            }
            _ => {}
        }
    }
    all
}

/// What the last evening's margins came to, client by client, then the firm's own.
fn margins(play: &Play) -> Vec<String> {
    use margin::Event as E;
    let mut all: Vec<String> = Vec::new();
    let firm = &play.firm;
    let last = firm.margin.last_sums().day;
    for event in play.log.iter().flat_map(|kept| &kept.events) {
        match event {
            Event::Margin(E::Exposed { day, client, var, elm, mtm, covered, .. }) if *day == last => {
                let who = words::client(firm, *client);
                all.push(format!("{who} VaR {var:#}, ELM {elm:#}, MTM {mtm:#}, covered by his own {covered:#}"));
            }
            Event::Margin(E::Collected { day, client, upfront, funds, deposits, securities, short, .. }) if *day == last => {
                let who = words::client(firm, *client);
                let had = *funds + *deposits + *securities;
                all.push(format!("{who} wants {upfront:#}, has {had:#}, short {short:#}"));
            }
            Event::Margin(E::Member { day, var, elm, mtm, covered, cash_like, securities }) if *day == last => {
                let need = *var + *elm + *mtm - *covered;
                let has = *cash_like + *securities;
                all.push(format!("the firm owes {need:#}, {mtm:#} of it in cash, out of {has:#}, {cash_like:#} of it as cash"));
            }
            _ => {}
        }
    }
    all
}

/// What was reported of clients on the last evening: both shortages, and what the larger costs.
fn shortages(play: &Play) -> Vec<String> {
    use margin::Event as E;
    let mut all: Vec<String> = Vec::new();
    for event in play.log.iter().flat_map(|kept| &kept.events) {
        let Event::Margin(E::Reported { day, client, nth, running, in_month, evening, wanted, peak, rate, penalty }) = event
        else {
            continue;
        };
        if *day != play.day {
            continue;
        }
        let looked = match nth {
            0 => "no look".to_owned(),
            _ => format!("{peak:#} short of {wanted:#} at look {nth}"),
        };
        let costs = match running {
            0 => String::new(),
            _ => format!("; day {running} on end, {in_month} of the month, costs {rate}: {penalty:#}"),
        };
        all.push(format!("{} {looked}, {evening:#} in the evening{costs}", words::client(&play.firm, *client)));
    }
    all
}

/// What bank book and statements do not agree on.
fn reconciliation(play: &Play) -> Vec<String> {
    let items = play.firm.reconciliation.iter();
    items
        .map(|(account, reference, item)| {
            let (of, days) = (words::bank_ref(reference), play.day.days_since(item.since));
            format!("{account} {of}: ours {:#}, theirs {:#}, {days} days old", item.ours, item.theirs)
        })
        .collect()
}

/// Milestones to come.
fn timers(play: &Play) -> Vec<String> {
    // The firm shows the next; a copy played from the entries would show them all, and the next is what counts.
    let next = play.firm.next_timer();
    next.and_then(|(due, timer)| {
        words::timer(&play.firm, timer).map(|word| format!("{} {}: {word}", due.day(), due.time()))
    })
    .into_iter()
    .collect()
}

fn modifications(play: &Play) -> Vec<String> {
    let firm = &play.firm;
    let line = |(no, m): (vocab::ModificationNo, &corrections::Modification)| {
        let left = if m.is_shift() { format!(", {} left to close", m.left()) } else { String::new() };
        format!(
            "M{no} {} {} {} to {}, {:?}{left}, waiver {:?}", m.side, m.trade, words::client(firm, m.from),
            words::client(firm, m.to), m.stage, m.waiver
        )
    };
    firm.corrections.iter().map(line).collect()
}

/// What each month's changed codes come to: a, b and the penalty booked.
fn months(play: &Play) -> Vec<String> {
    let line = |((venue, month), t): ((Venue, corrections::Month), &corrections::Tally)| {
        format!(
            "{venue} {}: a {:#}, b {:#}, waived {:#}, penalty {:#}", month.first_day(), t.a(), t.turnover, t.waived,
            t.penalised
        )
    };
    play.firm.corrections.tallies().map(line).collect()
}

/// Payments and transfers asked and not yet answered.
fn errands(play: &Play) -> Vec<String> {
    let firm = &play.firm;
    let payments = firm.partners.payments().map(|(no, p)| {
        let whose = match p.kind {
            partners::PaymentKind::ToClient => format!(" {}", words::client(firm, ClientRow(p.owner))),
            _ => String::new(),
        };
        format!("P{no} {}{whose} {:#}, asked {} times", p.kind.as_str(), p.amount, p.tries)
    });
    let transfers = firm
        .partners
        .transfers()
        .map(|(no, t)| format!("T{no} {}, asked {} times", words::transfer_words(firm, t), t.tries));
    let suspense = firm.books.total(Account::Suspense);
    let held = (!suspense.is_zero()).then(|| format!("suspense {:#}", -suspense));
    payments.chain(transfers).chain(held).collect()
}
