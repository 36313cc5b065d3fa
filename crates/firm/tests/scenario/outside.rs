//! Lines in which the world reports: exchange, bank, clearing corporation, depositories.
//!
//! Trade file and obligation are made from what the lines said the exchange dealt, never from the firm's
//! books; a line may spoil them.

use crate::people;
use crate::play::{Dealt, Play};
use crate::tokens::{Tokens, token};
use actions::Benefit;
use firm::{ActionRow, BankRef, ClearingHead, FileRow, HeldAt, PenaltyRow, RateRow, Report, ScheduleRow, SettlementKey, Source, StatementLine};
use rulebook::RuleName;
use std::collections::BTreeMap;
use vocab::{
    BankAccount, BenefitKind, Board, Code, DematAccount, DepositNo, Depository, LienNo, ModificationNo, Moment, OrderNo, Paise, PaymentNo, Phase, Product, Qty, Rounding, SecurityRow,
    SettlementKind, SettlementRow, Side, TradeNo, TransferNo, VenueOrderNo, Corporation, Venue,
};

/// Report what the line says, if it is the world that speaks.
pub fn report(play: &mut Play, at: Moment, action: &str) -> Result<bool, String> {
    let mut t = Tokens::new(action);
    let second = action.split_whitespace().nth(1).unwrap_or("");
    match (t.word()?, second) {
        ("session", _) => session(play, at, &mut t)?,
        ("day", _) => {
            t.wants("begins")?;
            people::begin_day(play, at)?;
        }
        ("NSE", _) => exchange(play, at, Venue::Nse, &mut t)?,
        ("BSE", _) => exchange(play, at, Venue::Bse, &mut t)?,
        ("trade", "file") => trade_file(play, at, false, &mut t)?,
        ("same-day", _) => trade_file(play, at, true, &mut t)?,
        ("obligation", _) => obligation(play, at, &mut t)?,
        ("market", _) => crate::watched::market(play, at, &mut t)?,
        ("bank", _) => bank(play, at, &mut t)?,
        ("company", _) => company(play, at, &mut t)?,
        ("strangers", _) => crate::access::strangers(play, at, &mut t)?,
        ("custodian", _) => custodian(play, at, &mut t)?,
        ("NCL", _) => clearing(play, at, Corporation::Nscl, &mut t)?,
        ("ICCL", _) => clearing(play, at, Corporation::Iccl, &mut t)?,
        (name @ ("NSDL" | "CDSL"), _) => {
            let source = if name == "NSDL" { Source::Nsdl } else { Source::Cdsl };
            depository(play, at, source, &mut t)?;
        }
        ("firm", "restarts") => {
            t.wants("restarts")?;
            play.restart();
        }
        ("world", "answers") => {
            t.wants("answers")?;
            answer_all(play, at);
        }
        (who, "pays") => {
            let who = who.to_string();
            t.wants("pays in")?;
            credited(play, at, BankAccount::Client, &who, &mut t)?;
        }
        _ => return Ok(false),
    }
    t.end()?;
    Ok(true)
}

fn session(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    let day = at.day();
    let mut venue = Venue::Nse;
    let report = match t.word()? {
        verb @ ("opens" | "closes") => {
            venue = t.on_venue()?;
            let phase = if verb == "opens" { Phase::Continuous } else { Phase::Shut };
            Report::Phase { venue, day, board: None, phase }
        }
        "halts" => {
            t.wants("at")?;
            let moved = t.percent()?;
            venue = t.on_venue()?;
            Report::Halted { venue, day, moved }
        }
        "turns" => {
            let phase = Phase::parse(t.word()?).ok_or("no phase of the day")?;
            let board = if t.takes("on") { Some(Board::parse(t.word()?).ok_or("no board")?) } else { None };
            Report::Phase { venue, day, board, phase }
        }
        other => return Err(format!("a session does not `{other}`")),
    };
    play.tell(at, Source::of_venue(venue), &report);
    Ok(())
}

fn exchange(play: &mut Play, at: Moment, venue: Venue, t: &mut Tokens<'_>) -> Result<(), String> {
    use orders::Report as R;
    let (source, verb) = (Source::of_venue(venue), t.word()?);
    if verb == "closes" {
        let security = play.security(t.word()?)?;
        let close = t.price()?;
        let high = if t.takes("high") { t.price()? } else { close };
        let close = market::Close { day: at.day(), high, close };
        play.tell(at, source, &Report::Closes { venue, day: at.day(), rows: vec![(security, close)] });
        return Ok(());
    }
    if verb == "bands" {
        let security = play.security(t.word()?)?;
        let low = t.price()?;
        t.wants("to")?;
        play.tell(at, source, &Report::BandMoved { venue, security, low, high: t.price()? });
        return Ok(());
    }
    if verb == "same-day" {
        t.wants("bands")?;
        let security = play.security(t.word()?)?;
        let low = t.price()?;
        t.wants("to")?;
        let high = t.price()?;
        t.wants("around")?;
        let last = t.price()?;
        play.tell(at, source, &Report::SameDayBand { venue, security, last, low, high });
        return Ok(());
    }
    if verb == "knows" || verb == "misses" {
        let order = t.order()?;
        let nth = play.firm.orders.get(order).map_or(1, |o| o.sends);
        play.tell(at, source, &Report::OrderKnown { order, nth, known: verb == "knows" });
        return Ok(());
    }
    if verb == "annuls" {
        let trade = TradeNo::of(venue, t.number()?);
        play.dealt.retain(|d| d.trade != trade || d.at.day() != at.day());
        play.tell(at, source, &Report::TradeAnnulled { trade });
        return Ok(());
    }
    if ["accepts", "refuses", "waives", "insists"].contains(&verb) {
        return correction(play, at, source, verb, t);
    }
    let code = |t: &mut Tokens<'_>| u16::try_from(t.number()?).map_err(|e| e.to_string());
    let order = t.order()?;
    let report = match verb {
        "acks" => R::Acked { venue_order: VenueOrderNo(900_000 + order.0), at },
        "rejects" => R::Refused { code: code(t)? },
        "fills" => return fill(play, at, venue, order, t),
        "changes" => {
            t.wants("to")?;
            let qty = t.qty()?;
            t.wants("at")?;
            let price = if t.takes("market") { vocab::Price::ZERO } else { t.price()? };
            let standing = play.firm.orders.get(order).map_or(vocab::Price::ZERO, |o| o.trigger);
            let trigger = if t.takes("trigger") { t.price()? } else { standing };
            R::Modified { price, qty, trigger }
        }
        "keeps" => R::ModifyRefused { code: code(t)? },
        "cancels" => R::Cancelled,
        "holds" => R::CancelRefused { code: code(t)? },
        "lapses" => R::Lapsed,
        "wakes" => R::Triggered { at },
        other => return Err(format!("the exchange does not `{other}`")),
    };
    play.tell(at, source, &Report::Order { order, report });
    Ok(())
}

/// `accepts M1` and `refuses M1 3` a changed code; `waives M1` and `insists M1` on its penalty. What the exchange
/// accepts stands in its file.
fn correction(play: &mut Play, at: Moment, source: Source, verb: &str, t: &mut Tokens<'_>) -> Result<(), String> {
    let modification = ModificationNo(u32::try_from(t.lettered('M')?).map_err(|e| e.to_string())?);
    let report = match verb {
        "accepts" => {
            if let Some(it) = play.firm.corrections.get(modification) {
                let of = |d: &&mut Dealt| (d.trade, d.side) == (it.trade, it.side) && d.at.day() == it.at.day();
                play.dealt.iter_mut().filter(of).for_each(|d| d.client = it.to);
            }
            Report::CodeModified { modification, accepted: true, code: 0 }
        }
        "refuses" => {
            let code = u16::try_from(t.number()?).map_err(|e| e.to_string())?;
            Report::CodeModified { modification, accepted: false, code }
        }
        _ => Report::WaiverDecided { modification, granted: verb == "waives" },
    };
    play.tell(at, source, &report);
    Ok(())
}

/// `confirms buys 7`, `rejects sells 7 3`: the corporation passes on what a custodian says. What he confirms is no
/// obligation of the member's.
fn custodian(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    let confirmed = match t.word()? {
        "confirms" => true,
        "rejects" => false,
        other => return Err(format!("a custodian does not `{other}`")),
    };
    let side = match t.word()? {
        "buys" => Side::Buy,
        "sells" => Side::Sell,
        other => return Err(format!("a trade's side is not `{other}`")),
    };
    let trade = TradeNo(t.number()?);
    let code = if confirmed { 0 } else { u16::try_from(t.number()?).map_err(|e| e.to_string())? };
    if confirmed {
        play.taken.insert((trade, side));
    }
    let dealt = play.dealt.iter().find(|d| d.trade == trade);
    let source = Source::of_corporation(dealt.map_or(Corporation::Nscl, |d| d.corporation));
    play.tell(at, source, &Report::CustodianSaid { trade, side, confirmed, code });
    Ok(())
}

fn fill(play: &mut Play, at: Moment, venue: Venue, order: OrderNo, t: &mut Tokens<'_>) -> Result<(), String> {
    let qty = t.qty()?;
    t.wants("at")?;
    let price = t.price()?;
    t.wants("trade")?;
    let trade = TradeNo::of(venue, t.number()?);
    // A trade the exchange does not stand by is told and is in no file.
    let stands = !t.takes("in error");
    if let Some(known) = play.firm.orders.get(order).copied().filter(|_| stands) {
        let (client, security, side) = (known.client, known.security, known.side);
        let corporation = play.firm.cleared_by(venue);
        let same_day = known.product == Product::SameDay;
        let dealt = Dealt { corporation, trade, order, client, security, side, qty, price, at, same_day };
        let again = |d: &Dealt| d.trade == trade && d.side == side && d.at.day() == at.day();
        if !play.dealt.iter().any(again) {
            play.dealt.push(dealt);
        }
    }
    let report = orders::Report::Traded { trade, qty, price, at };
    play.tell(at, Source::of_venue(venue), &Report::Order { order, report });
    Ok(())
}

fn trade_file(play: &mut Play, at: Moment, same_day: bool, t: &mut Tokens<'_>) -> Result<(), String> {
    t.wants("file")?;
    let issue = if t.takes("issue") { Some(u16::try_from(t.number()?).map_err(|e| e.to_string())?) } else { None };
    t.wants("arrives")?;
    let venue = if t.takes("from") { t.venue()? } else { Venue::Nse };
    let day = if t.takes("of") { t.day()? } else { at.day() };
    let mut rows: Vec<FileRow> = play
        .dealt
        .iter()
        .filter(|d| d.at.day() == day && d.trade.venue() == venue && (!same_day || d.same_day))
        .map(|d| FileRow {
            trade: d.trade,
            order: d.order,
            client: Some(d.client),
            security: Some(d.security),
            side: d.side,
            qty: d.qty,
            price: d.price,
            at: d.at,
        })
        .collect();
    let mut miscount = 0;
    while !t.is_done() {
        match t.word()? {
            "without" => {
                let trade = TradeNo::of(venue, t.number()?);
                rows.retain(|r| r.trade != trade);
            }
            "with" => spoil(play, venue, &mut rows, t)?,
            "miscounting" => miscount = 1,
            other => return Err(format!("a trade file knows no `{other}`")),
        }
    }
    let count = u64::try_from(rows.len()).expect("a count") + miscount;
    let qty = rows.iter().map(|r| r.qty).sum();
    let value = rows.iter().map(|r| r.price.value(r.qty, Rounding::NearestPaisa)).sum();
    let (part, parts) = (1, 1);
    let report = match issue {
        None if same_day => Report::SameDayFile { venue, day, part, parts, count, qty, value, rows },
        None => Report::TradeFile { venue, day, part, parts, count, qty, value, rows },
        // The corporation goes by the file that stands.
        Some(issue) => {
            stands(play, (venue, day), &rows);
            Report::TradeFileReissued { issue, venue, day, part, parts, count, qty, value, rows }
        }
    };
    play.tell(at, Source::of_venue(venue), &report);
    Ok(())
}

fn stands(play: &mut Play, (venue, day): (Venue, vocab::Day), rows: &[FileRow]) {
    let of = |d: &Dealt| d.at.day() == day && d.trade.venue() == venue;
    let Some(like) = play.dealt.iter().find(|d| of(d)).copied() else { return };
    play.dealt.retain(|d| !of(d));
    play.dealt.extend(rows.iter().map(|r| Dealt {
        trade: r.trade, order: r.order, client: r.client.unwrap_or(like.client), side: r.side, qty: r.qty, price: r.price, ..like
    }));
}

/// `with 7 for RAVI`, `with 7 at 801.00`, `with 7 of 50`, `with 7 twice`; a trade not dealt is added, like the first
/// one or as what an order left: `with 55 on O2`.
fn spoil(play: &Play, venue: Venue, rows: &mut Vec<FileRow>, t: &mut Tokens<'_>) -> Result<(), String> {
    let trade = TradeNo::of(venue, t.number()?);
    if !rows.iter().any(|r| r.trade == trade) {
        let like = *rows.first().ok_or("no row to make another like")?;
        rows.push(FileRow { trade, ..like });
        let row = rows.last_mut().expect("just added");
        if t.takes("on") {
            row.order = t.order()?;
            let of = play.firm.orders.get(row.order).ok_or("no such order")?;
            (row.client, row.security, row.side) = (Some(of.client), Some(of.security), of.side);
            (row.qty, row.price) = (of.left(), of.price);
        }
        return Ok(());
    }
    if t.takes("twice") {
        let again: Vec<FileRow> = rows.iter().filter(|r| r.trade == trade).copied().collect();
        rows.extend(again);
        return Ok(());
    }
    let row = rows.iter_mut().find(|r| r.trade == trade).expect("a row of the trade");
    match t.word()? {
        "for" => {
            let code = t.word()?;
            // A trading code is one side's: the other side under it is nobody's.
            let known = Code::parse(code).ok().and_then(|code| Some((play.firm.clients.by_code(&code)?, code)));
            row.client = match (code, known) {
                ("nobody", _) => None,
                (_, Some((_, code))) => play.firm.clients.by_code_of(&code, row.side),
                (_, None) => Some(play.client(code)?),
            };
        }
        "at" => row.price = t.price()?,
        "of" => row.qty = t.qty()?,
        other => return Err(format!("a row is not spoilt by `{other}`")),
    }
    Ok(())
}

/// Where the exchange puts what it dealt.
fn kind_of(play: &Play, dealt: &Dealt) -> SettlementKind {
    let day = dealt.at.day();
    let two = play.firm.rules.count(RuleName::SettlementCycleMoved, day).is_ok();
    if dealt.same_day {
        return SettlementKind::SameDay;
    }
    let terms = play.terms.get(&dealt.security);
    let moved = two && terms.and_then(|t| t.moved).is_some_and(|from| from <= day);
    match (moved, terms.is_some_and(|t| t.gross)) {
        (false, false) => SettlementKind::Normal,
        (true, false) => SettlementKind::NormalMoved,
        (false, true) => SettlementKind::TradeToTrade,
        (true, true) => SettlementKind::TradeToTradeMoved,
    }
}

/// What the exchange dealt in a settlement: nets by security, and the money.
fn owed(play: &Play, row: SettlementRow) -> (BTreeMap<(SecurityRow, bool), Qty>, Paise) {
    let of = play.firm.clearing.settlement(row).map(|s| (s.trade_day, s.corporation, s.kind));
    let (mut nets, mut funds) = (BTreeMap::new(), Paise::ZERO);
    let ours = |d: &&Dealt| !play.taken.contains(&(d.trade, d.side));
    let of_it = |d: &&Dealt| Some((d.at.day(), d.corporation, kind_of(play, d))) == of;
    for dealt in play.dealt.iter().filter(of_it).filter(ours) {
        // Trade for trade, what is bought and what is sold stand apart.
        let apart = of.is_some_and(|(_, _, kind)| kind.is_gross()) && dealt.side == Side::Sell;
        let net = nets.entry((dealt.security, apart)).or_insert(Qty::ZERO);
        let value = dealt.price.value(dealt.qty, Rounding::NearestPaisa);
        match dealt.side {
            Side::Buy => {
                *net += dealt.qty;
                funds -= value;
            }
            Side::Sell => {
                *net -= dealt.qty;
                funds += value;
            }
        }
    }
    nets.retain(|_, qty| !qty.is_zero());
    (nets, funds)
}

/// Of which settlement: the first one of the corporation that speaks, or the one that `of` names.
fn key(play: &Play, said: Option<Corporation>, t: &mut Tokens<'_>) -> Result<(SettlementKey, SettlementRow), String> {
    if !t.takes("of") {
        let row = play.settlement(said)?;
        let known = play.firm.clearing.settlement(row).ok_or("no settlement")?;
        let (corporation, kind, number) = (known.corporation, known.kind, known.number);
        return Ok((SettlementKey { corporation, kind, number }, row));
    }
    let corporation = said.unwrap_or_else(|| t.corporation());
    let kind = t.settlement_kind();
    let number = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
    let row = play.firm.clearing.by_number(corporation, kind, number).unwrap_or(SettlementRow(0));
    Ok((SettlementKey { corporation, kind, number }, row))
}

fn obligation(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    t.wants("arrives")?;
    let (key, row) = key(play, None, t)?;
    let source = Source::of_corporation(key.corporation);
    let provisional = t.takes("provisional");
    let (mut nets, mut funds) = owed(play, row);
    let (mut again, mut in_parts, mut backwards) = (Vec::new(), false, false);
    while !t.is_done() {
        match t.word()? {
            "in" => {
                t.wants("parts")?;
                in_parts = true;
                backwards = t.takes("backwards");
            }
            "funds" => funds = t.money()?,
            "with" => {
                let security = play.security(t.word()?)?;
                nets.insert((security, false), t.qty()?);
            }
            "without" => {
                let security = play.security(t.word()?)?;
                nets.retain(|(of, _), _| *of != security);
            }
            "repeating" => again.push(play.security(t.word()?)?),
            other => return Err(format!("an obligation knows no `{other}`")),
        }
    }
    let twice: Vec<_> = nets.iter().filter(|((security, _), _)| again.contains(security)).map(|(s, q)| (*s, *q)).collect();
    let rows: Vec<_> = nets.into_iter().chain(twice).map(|((security, _), qty)| (Some(security), qty)).collect();
    if !in_parts {
        play.tell(at, source, &Report::Obligation { key, provisional, part: 1, parts: 1, funds, rows });
        return Ok(());
    }
    // Each row a part of its own.
    let parts = u16::try_from(rows.len()).map_err(|_| "too many parts")?;
    let mut told: Vec<_> = (1..=parts).zip(rows).collect();
    if backwards {
        told.reverse();
    }
    for (part, row) in told {
        play.tell(at, source, &Report::Obligation { key, provisional, part, parts, funds, rows: vec![row] });
    }
    Ok(())
}

fn bank(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    let verb = t.word()?;
    if verb == "credits" {
        let account = t.bank()?;
        t.wants("from")?;
        let who = t.word()?.to_string();
        return credited(play, at, account, &who, t);
    }
    if verb == "states" {
        let account = t.bank()?;
        let closing = t.money()?;
        let report = Report::Statement { day: at.day(), account, opening: Paise::ZERO, closing, lines: 1 };
        play.tell(at, Source::Bank, &report);
        return Ok(());
    }
    if ["takes", "clears", "returns"].contains(&verb) {
        let instrument = u32::try_from(t.lettered('I')?).map_err(|e| e.to_string())?;
        let report = match verb {
            "takes" => Report::InstrumentCredited { instrument },
            "clears" => Report::InstrumentCleared { instrument },
            _ => Report::InstrumentReturned { instrument, code: 1 },
        };
        play.tell(at, Source::Bank, &report);
        return Ok(());
    }
    if verb == "lists" {
        return lines(play, at, t);
    }
    if verb == "pays" && t.takes("all") {
        pay_all(play, at);
        return Ok(());
    }
    let payment = PaymentNo(t.lettered('P')?);
    let nth = play.firm.partners.payment(payment).map_or(1, |p| p.tries);
    let report = match verb {
        "pays" => Report::PaymentDone { payment },
        "refuses" => Report::PaymentFailed { payment, code: 9 },
        "knows" => Report::PaymentKnown { payment, nth, known: true },
        "misses" => Report::PaymentKnown { payment, nth, known: false },
        other => return Err(format!("a bank does not `{other}`")),
    };
    play.tell(at, Source::Bank, &report);
    Ok(())
}

/// `lists client P1 -500.00 and UTR7 300.00 and pay-in -8,000.00 of 2026001`.
fn lines(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    let account = t.bank()?;
    let mut rows = Vec::new();
    while rows.is_empty() || t.takes("and") {
        let word = t.word()?;
        let amount = t.money()?;
        let reference = if let Some(no) = word.strip_prefix('P').and_then(|n| n.parse().ok()) {
            BankRef::Payment(PaymentNo(no))
        } else if let Some(no) = word.strip_prefix('I').and_then(|n| n.parse().ok()) {
            BankRef::Instrument(no)
        } else if let Some(no) = word.strip_prefix('D').and_then(|n| n.parse().ok()) {
            BankRef::Deposit(DepositNo(no))
        } else if let Some(day) = word.strip_prefix("PEN").and_then(|day| vocab::Day::parse(day).ok()) {
            BankRef::MarginPenalties(day)
        } else if let Ok(head) = head(word) {
            BankRef::Clearing(key(play, None, t)?.0, head)
        } else {
            BankRef::Credit(Code::parse(word).map_err(|e| e.to_string())?)
        };
        rows.push(StatementLine { reference, amount });
    }
    play.tell(at, Source::Bank, &Report::StatementLines { day: at.day(), account, rows });
    Ok(())
}

fn head(word: &str) -> Result<ClearingHead, String> {
    Ok(match word {
        "pay-in" => ClearingHead::PayIn,
        "levies" => ClearingHead::Levies,
        "valuation" => ClearingHead::Valuation,
        "auction" => ClearingHead::Auction,
        "close-out" => ClearingHead::CloseOut,
        "pay-out" => ClearingHead::PayOut,
        other => return Err(format!("no head `{other}`")),
    })
}

/// `500.00 [in the name of X]`, from the account of the one who pays.
fn credited(play: &mut Play, at: Moment, account: BankAccount, who: &str, t: &mut Tokens<'_>) -> Result<(), String> {
    let amount = t.money()?;
    let name = if t.takes("in the name of") { t.word()? } else { who };
    let number = play.log.len();
    let utr = Code::parse(&format!("UTR{number}")).map_err(|e| e.to_string())?;
    let (from, name) = (token(&format!("{who} bank")), token(name));
    play.tell(at, Source::Bank, &Report::Credited { account, amount, from, name, utr });
    Ok(())
}

fn pay_all(play: &mut Play, at: Moment) {
    let open: Vec<PaymentNo> = play.firm.partners.payments().map(|(no, _)| no).collect();
    for payment in open {
        play.tell(at, Source::Bank, &Report::PaymentDone { payment });
        play.run_jobs(at);
    }
}

fn move_all(play: &mut Play, at: Moment) {
    let open: Vec<(TransferNo, Depository, Qty)> =
        play.firm.partners.transfers().map(|(no, t)| (no, t.depository, t.qty)).collect();
    for (transfer, depository, moved) in open {
        let source = if depository == Depository::Nsdl { Source::Nsdl } else { Source::Cdsl };
        play.tell(at, source, &Report::TransferDone { transfer, moved });
        play.run_jobs(at);
    }
}

/// Banks and depositories do all they were asked, until nothing is open.
fn answer_all(play: &mut Play, at: Moment) {
    for _ in 0..20 {
        pay_all(play, at);
        move_all(play, at);
    }
}

/// `objects to 20 INFY from|for X [by the company] number 7`.
fn objects(play: &mut Play, at: Moment, corporation: Corporation, t: &mut Tokens<'_>) -> Result<(), String> {
    t.wants("to")?;
    let (qty, security) = (t.qty()?, play.security(t.word()?)?);
    let as_seller = t.takes("from");
    if !as_seller {
        t.wants("for")?;
    }
    let client = if t.takes("nobody") { None } else { Some(play.client(t.word()?)?) };
    let defect = if t.takes("by the company") { clearing::Defect::Objection } else { clearing::Defect::BadDelivery };
    t.wants("number")?;
    let number = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
    let (key, _) = key(play, Some(corporation), t)?;
    let report = Report::Objected { key, number, client, security, qty, defect, as_seller };
    play.tell(at, Source::of_corporation(corporation), &report);
    Ok(())
}

/// `ends objection 7 rectified|auctioned at 850.00|closed-out at 850.00`.
fn ends_objection(play: &mut Play, at: Moment, corporation: Corporation, t: &mut Tokens<'_>) -> Result<(), String> {
    t.wants("objection")?;
    let number = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
    let remedy = match t.word()? {
        "rectified" => clearing::Remedy::Rectified,
        "auctioned" => clearing::Remedy::Auctioned,
        "closed-out" => clearing::Remedy::ClosedOut,
        other => return Err(format!("an objection is not ended `{other}`")),
    };
    let price = if t.takes("at") { t.price()? } else { vocab::Price::ZERO };
    let (key, _) = key(play, Some(corporation), t)?;
    play.tell(at, Source::of_corporation(corporation), &Report::ObjectionEnded { key, number, remedy, price });
    Ok(())
}

fn clearing(play: &mut Play, at: Moment, corporation: Corporation, t: &mut Tokens<'_>) -> Result<(), String> {
    let (source, said) = (Source::of_corporation(corporation), Some(corporation));
    match t.word()? {
        "takes" | "gives" => return money(play, at, corporation, t),
        "schedules" => {
            let mut rows = Vec::new();
            loop {
                let kind = t.settlement_kind();
                let number = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
                let key = SettlementKey { corporation, kind, number };
                t.wants("trading")?;
                let trade_day = t.day()?;
                t.wants("settling")?;
                let pay_in = t.day()?;
                rows.push(ScheduleRow { key, trade_day, pay_in, pay_out: pay_in });
                if !t.takes("and") {
                    break;
                }
            }
            play.tell(at, source, &Report::Schedule(rows));
        }
        "finds" => {
            let (qty, security) = (t.qty()?, play.security(t.word()?)?);
            t.wants("short valued")?;
            let valuation = t.price()?;
            let debit = match t.takes("debiting") {
                true => t.money()?,
                false => valuation.value(qty, Rounding::NearestPaisa),
            };
            let (key, _) = key(play, said, t)?;
            play.tell(at, source, &Report::Short { key, security, qty, valuation, debit });
        }
        "lacks" => {
            let (qty, security) = (t.qty()?, play.security(t.word()?)?);
            let (key, _) = key(play, said, t)?;
            play.tell(at, source, &Report::PayOutShort { key, security, qty });
        }
        verb @ ("auctions" | "closes-out") => {
            let (qty, security) = (t.qty()?, play.security(t.word()?)?);
            t.wants("at")?;
            let price = t.price()?;
            let as_seller = t.takes("against us");
            if !as_seller {
                t.wants("for us")?;
            }
            let (key, _) = key(play, said, t)?;
            let report = match verb {
                "auctions" => Report::Auctioned { key, security, qty, price, as_seller },
                _ => Report::ClosedOut { key, security, qty, price, as_seller },
            };
            play.tell(at, source, &report);
        }
        "objects" => return objects(play, at, corporation, t),
        "ends" => return ends_objection(play, at, corporation, t),
        "releases" => return release(play, at, corporation, t),
        "rates" => return rates(play, at, source, t),
        "looks" => return looks(play, at, source, t),
        verb @ ("returns" | "penalises") => return own_account(play, at, source, verb, t),
        "completes" => {
            let (key, _) = key(play, said, t)?;
            play.tell(at, source, &Report::PayOutComplete { key });
        }
        other => return Err(format!("the clearing corporation does not `{other}`")),
    }
    Ok(())
}

/// `INFY 12% 3.5% [haircut 12%] [and ...]`: value at risk, extreme loss, and what is cut off collateral.
fn rates(play: &mut Play, at: Moment, source: Source, t: &mut Tokens<'_>) -> Result<(), String> {
    let mut rows = Vec::new();
    while rows.is_empty() || t.takes("and") {
        let security = play.security(t.word()?)?;
        let (var, elm) = (t.percent()?, t.percent()?);
        let haircut = if t.takes("haircut") { Some(t.percent()?) } else { None };
        rows.push(RateRow { security, var, elm, haircut });
    }
    play.tell(at, source, &Report::MarginRates { day: at.day(), rows });
    Ok(())
}

/// `[3] [at INFY 810.00 [and ...]]`: the next look at margins, or the one of a number.
/// `returns D1 500.00`, `penalises ASHA 10.00 tax 1.80 and RAVI 5.00 for 2026-07-01 [debiting 20.00]`.
fn own_account(play: &mut Play, at: Moment, source: Source, verb: &str, t: &mut Tokens<'_>) -> Result<(), String> {
    if verb == "returns" {
        let deposit = DepositNo(u32::try_from(t.lettered('D')?).map_err(|e| e.to_string())?);
        let report = Report::CashBack { deposit, amount: t.money()? };
        play.tell(at, source, &report);
        return Ok(());
    }
    let mut rows = Vec::new();
    while rows.is_empty() || t.takes("and") {
        let code = t.word()?;
        let client = if code == "nobody" { None } else { Some(play.client(code)?) };
        let penalty = t.money()?;
        let tax = if t.takes("tax") { t.money()? } else { Paise::ZERO };
        rows.push(PenaltyRow { client, penalty, tax });
    }
    t.wants("for")?;
    let day = t.day()?;
    let sum = rows.iter().map(|row| row.penalty + row.tax).sum();
    let debit = if t.takes("debiting") { t.money()? } else { sum };
    play.tell(at, source, &Report::MarginPenalties { day, debit, rows });
    Ok(())
}

fn looks(play: &mut Play, at: Moment, source: Source, t: &mut Tokens<'_>) -> Result<(), String> {
    let last = play.firm.margin.look(at.day()).map_or(0, |look| look.nth);
    let nth = match t.is_done() || t.peek() == "at" {
        true => last + 1,
        false => u8::try_from(t.number()?).map_err(|e| e.to_string())?,
    };
    let mut rows = Vec::new();
    if t.takes("at") {
        while rows.is_empty() || t.takes("and") {
            rows.push((play.security(t.word()?)?, t.price()?));
        }
    }
    play.tell(at, source, &Report::MarginLook { day: at.day(), nth, rows });
    Ok(())
}

/// Money of the settlement account; without a sum, what the dealt trades come to.
fn money(play: &mut Play, at: Moment, corporation: Corporation, t: &mut Tokens<'_>) -> Result<(), String> {
    let (source, said) = (Source::of_corporation(corporation), Some(corporation));
    let head = head(t.word()?)?;
    let sum = if t.is_done() || t.peek() == "of" { None } else { Some(t.money()?) };
    let (key, row) = key(play, said, t)?;
    let amount = match (head, sum) {
        (ClearingHead::PayIn, Some(sum)) | (ClearingHead::Levies, Some(sum)) | (ClearingHead::Valuation, Some(sum)) => {
            sum
        }
        (ClearingHead::PayOut, Some(sum)) => -sum,
        // An auction may cost or pay: the sum has its sign, a cost being positive.
        (ClearingHead::Auction | ClearingHead::CloseOut, Some(sum)) => sum,
        (ClearingHead::Levies, None) => play.levies.get(&row).copied().unwrap_or(Paise::ZERO),
        (_, None) => -owed(play, row).1,
    };
    play.tell(at, source, &Report::ClearingMoney { key, head, amount });
    Ok(())
}

/// `NCL releases shares`, or `NCL releases 60 INFY to ASHA`.
fn release(play: &mut Play, at: Moment, corporation: Corporation, t: &mut Tokens<'_>) -> Result<(), String> {
    let (source, said) = (Source::of_corporation(corporation), Some(corporation));
    if t.takes("shares") {
        let (key, row) = key(play, said, t)?;
        let direct: Vec<_> = play.direct.iter().copied().filter(|(of, ..)| *of == row).collect();
        if !direct.is_empty() {
            for (_, security, client, qty) in direct {
                let own = play.firm.clients.get(client).is_some_and(clients::Client::is_own);
                let to = if own { HeldAt::Firm(DematAccount::Own, Depository::Nsdl) } else { HeldAt::Client(client) };
                play.tell(at, source, &Report::SharesOut { key, security, qty, to });
            }
            return Ok(());
        }
        let to = HeldAt::Firm(DematAccount::Pool, Depository::Nsdl);
        for ((security, _), qty) in owed(play, row).0 {
            if qty.is_positive() {
                play.tell(at, source, &Report::SharesOut { key, security, qty, to });
            }
        }
        return Ok(());
    }
    let (qty, security) = (t.qty()?, play.security(t.word()?)?);
    t.wants("to")?;
    let to = holder(play, t)?;
    let (key, _) = key(play, said, t)?;
    play.tell(at, source, &Report::SharesOut { key, security, qty, to });
    Ok(())
}

/// A client, `our pool NSDL`, or `a stranger`.
fn holder(play: &Play, t: &mut Tokens<'_>) -> Result<HeldAt, String> {
    if t.takes("a stranger") {
        return Ok(HeldAt::Stranger);
    }
    if t.takes("our") {
        return Ok(HeldAt::Firm(t.demat()?, t.depository()?));
    }
    Ok(HeldAt::Client(play.client(t.word()?)?))
}

/// `company of INFY gives dividend 6.50 ex D record D`, `... pays dividend of D 650.00 to client`,
/// `... credits bonus of D 40 to our beneficiary NSDL`.
fn company(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    t.wants("of")?;
    let security = play.security(t.word()?)?;
    let verb = t.word()?;
    let kind = BenefitKind::parse(t.word()?).ok_or("a benefit is a dividend, bonus, split or rights")?;
    match verb {
        "gives" => {
            let benefit = benefit(play, kind, t)?;
            t.wants("ex")?;
            let ex = t.day()?;
            t.wants("record")?;
            let row = ActionRow { security, benefit, ex, record: t.day()? };
            play.tell(at, Source::Nse, &Report::Actions(vec![row]));
        }
        "pays" => {
            t.wants("of")?;
            let (record, amount) = (t.day()?, t.money()?);
            t.wants("to")?;
            let account = t.bank()?;
            let utr = Code::parse(&format!("DIV{}", at.0)).expect("a reference");
            play.tell(at, Source::Bank, &Report::Dividend { security, record, account, amount, utr });
        }
        "credits" => {
            t.wants("of")?;
            let (record, qty) = (t.day()?, t.qty()?);
            t.wants("to")?;
            let to = holder(play, t)?;
            play.tell(at, Source::Nsdl, &Report::BenefitShares { security, kind, record, to, qty });
        }
        other => return Err(format!("a company does not `{other}`")),
    }
    Ok(())
}

fn benefit(play: &Play, kind: BenefitKind, t: &mut Tokens<'_>) -> Result<Benefit, String> {
    let mut ratio = |word: &str| -> Result<(u32, u32), String> {
        let new = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
        t.wants(word)?;
        Ok((new, u32::try_from(t.number()?).map_err(|e| e.to_string())?))
    };
    Ok(match kind {
        BenefitKind::Dividend => Benefit::Dividend { per_share: t.price()? },
        BenefitKind::Bonus => {
            let (new, held) = ratio("for")?;
            Benefit::Bonus { new, held }
        }
        BenefitKind::Split => {
            let (from, to) = ratio("to")?;
            Benefit::Split { from: Paise::rupees(i64::from(from)), to: Paise::rupees(i64::from(to)) }
        }
        BenefitKind::Rights => {
            let (new, held) = ratio("for")?;
            t.wants("at")?;
            let price = t.price()?;
            t.wants("as")?;
            Benefit::Rights { new, held, price, entitlement: play.security(t.word()?)? }
        }
    })
}

fn depository(play: &mut Play, at: Moment, source: Source, t: &mut Tokens<'_>) -> Result<(), String> {
    match t.word()? {
        "moves" if t.takes("all") => move_all(play, at),
        "moves" => {
            let transfer = TransferNo(t.lettered('T')?);
            let whole = play.firm.partners.transfer(transfer).map_or(Qty::ZERO, |asked| asked.qty);
            let moved = if t.takes("only") { t.qty()? } else { whole };
            play.tell(at, source, &Report::TransferDone { transfer, moved });
        }
        verb @ ("knows" | "misses") => {
            let transfer = TransferNo(t.lettered('T')?);
            let nth = play.firm.partners.transfer(transfer).map_or(1, |t| t.tries);
            play.tell(at, source, &Report::TransferKnown { transfer, nth, known: verb == "knows" });
        }
        "pledges" => {
            let (qty, security) = (t.qty()?, play.security(t.word()?)?);
            t.wants("of")?;
            let client = play.client(t.word()?)?;
            play.tell(at, source, &Report::Pledged { client, security, qty, paper: 1 });
        }
        "keeps" => {
            let lien = LienNo(u32::try_from(t.lettered('L')?).map_err(|e| e.to_string())?);
            let wanted = play.firm.liens.get(lien).map_or(Qty::ZERO, |it| it.asked + it.qty);
            let qty = if t.takes("only") { t.qty()? } else { wanted };
            play.tell(at, source, &Report::LienStands { lien, qty });
        }
        "gives" => {
            t.wants("back")?;
            let inward = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
            let held = play.firm.inwards.get(inward).map_or(Qty::ZERO, |it| it.qty);
            let qty = if t.takes("only") { t.qty()? } else { held };
            play.tell(at, source, &Report::SharesReturned { inward, qty });
        }
        "credits" => {
            let (qty, security) = (t.qty()?, play.security(t.word()?)?);
            t.wants("from")?;
            // A client's registered account, or anybody's.
            let from = token(&format!("{} demat", t.word()?));
            t.wants("to")?;
            let HeldAt::Firm(account, depository) = holder(play, t)? else { return Err("to one of the firm's accounts".into()) };
            play.tell(at, source, &Report::SharesCame { account, depository, security, qty, from });
        }
        "unpledges" => {
            let deposit = DepositNo(u32::try_from(t.lettered('D')?).map_err(|e| e.to_string())?);
            play.tell(at, source, &Report::Unpledged { deposit });
        }
        "ends" => {
            t.wants("statement")?;
            let depository = if source == Source::Nsdl { Depository::Nsdl } else { Depository::Cdsl };
            play.tell(at, source, &Report::HoldingsWhole { day: at.day(), depository });
        }
        "shows" => {
            let mut rows = Vec::new();
            while rows.is_empty() || t.takes("and") {
                let holder = holder(play, t)?;
                let (qty, security) = (t.qty()?, play.security(t.word()?)?);
                rows.push((holder, security, qty));
            }
            play.tell(at, source, &Report::Holdings { day: at.day(), opening: false, rows });
        }
        other => return Err(format!("a depository does not `{other}`")),
    }
    Ok(())
}
