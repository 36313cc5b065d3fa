//! Lines in which a person asks.

use crate::accounts;
use crate::given;
use crate::play::{Play, rulebook};
use crate::tokens::{Tokens, token};
use clients::Ask as Keep;
use firm::{Answer, Command, Correction, Instrument, Place, SameDayRow};
use intermediaries::Ask;
use risk::{Bar, ClientLimits, Restriction, Scope, UserLimits, Whom};
use vocab::{
    Agreement, Board, BreakNo, Certification, Channel, ClientKind, Code, Day, DepositNo, Evidence, IntermediaryKind, InstrumentKind, Isin, LegalForm,
    ModificationNo, ModificationReason, Moment, NoteNo, OrderKind, Paise, PanToken, Portion, Price, Product, Qty, Slab,
    Symbol, TimeOfDay, TradeNo, Ucc, UserRow, Validity, VaultRef, Venue,
};

/// Ask what the line says; the answer is in what was said.
pub fn ask(play: &mut Play, at: Moment, action: &str) -> Result<(), String> {
    let mut t = Tokens::new(action);
    let who = t.word()?;
    let (by, command) = match t.peek() {
        "buys" | "sells" => order(play, who, &mut t)?,
        "changes" | "cancels" | "withdraws" | "delivers" | "instructs" | "confirms" | "converts" => own_business(play, who, &mut t)?,
        "watches" => {
            let by = play.user(who)?;
            t.wants("watches")?;
            if action.ends_with(" lists") {
                let count = t.number()?;
                crate::watched::many(play, at, by, count);
                return Ok(());
            }
            (by, Command::Watch(crate::watched::ask(play, by, &mut t)?))
        }
        "takes" if action.contains(" takes back ") => own_business(play, who, &mut t)?,
        _ => {
            let by = play.user(who)?;
            let of_access = crate::access::ask(play, by, at, &mut t);
            match of_access.unwrap_or_else(|| staff(play, at, &mut t)) {
                // A file that does not read is told to whoever brought it, and is no entry.
                Err(why) if why.starts_with(LIMITS_FILE) => {
                    play.said.push(why);
                    return Ok(());
                }
                command => (by, command?),
            }
        }
    };
    t.end()?;
    // Whether it is refused is for the line to say.
    let _ = play.ask(at, by, &command);
    Ok(())
}

/// The day begins: the exchange's terms of the day, then the day itself.
pub fn begin_day(play: &mut Play, at: Moment) -> Result<(), String> {
    let ops = play.user("OPS")?;
    let quiet = std::mem::replace(&mut play.quiet, true);
    for venue in play.open(at.day()) {
        let terms = given::terms(play, venue, at.day())?;
        given::granted(play, at, ops, terms)?;
    }
    play.quiet = quiet;
    let _ = play.ask(at, ops, &Command::BeginDay { day: at.day() });
    Ok(())
}

fn through(play: &Play, who: &str, t: &mut Tokens<'_>) -> Result<UserRow, String> {
    if t.takes("through") {
        let user = t.word()?;
        return play.user(user);
    }
    play.user(who)
}

fn order(play: &Play, who: &str, t: &mut Tokens<'_>) -> Result<(UserRow, Command), String> {
    let side = t.side()?;
    let qty = t.qty()?;
    let security = play.security(t.word()?)?;
    t.wants("at")?;
    let (mut kind, price) = match t.takes("market") {
        true => (OrderKind::Market, Price::ZERO),
        false => (OrderKind::Limit, t.price()?),
    };
    let trigger = if t.takes("trigger") { t.price()? } else { Price::ZERO };
    if !trigger.is_zero() && !t.takes("without sleep") {
        kind = if kind == OrderKind::Market { OrderKind::StopMarket } else { OrderKind::StopLimit };
    }
    let mut place = Place {
        client: play.client(who)?,
        security,
        venue: Venue::Nse,
        side,
        kind,
        validity: Validity::Day,
        channel: Channel::Web,
        product: Product::Delivery,
        price,
        trigger,
        qty,
        disclosed: Qty::ZERO,
        seen: Price::ZERO,
        key: 0,
        source: [0; 16],
        terminal: 0,
        evidence: Some((Evidence::InternetLog, 1)),
    };
    let (mut by, mut later) = (None, false);
    while !t.is_done() {
        match t.word()? {
            "through" => {
                let user = t.word()?;
                by = Some(play.user(user)?);
                place.channel = Channel::Terminal;
            }
            "after" => {
                t.wants("market")?;
                later = true;
            }
            "on" => place.venue = t.venue()?,
            "ioc" => place.validity = Validity::Ioc,
            word @ ("intraday" | "same-day") => place.product = if word == "intraday" { Product::Intraday } else { Product::SameDay },
            "showing" => place.disclosed = t.qty()?,
            "seeing" => place.seen = t.price()?,
            "from" => {
                let word = t.word()?;
                let address: std::net::Ipv4Addr = word.parse().map_err(|e| format!("address `{word}`: {e}"))?;
                place.source = address.to_ipv6_mapped().octets();
            }
            "key" => place.key = t.number()?,
            "terminal" => place.terminal = t.number()?,
            "by" => {
                let word = t.word()?;
                place.channel = Channel::parse(word).ok_or(format!("no channel `{word}`"))?;
            }
            "with" => place.evidence = evidence(t)?,
            other => return Err(format!("an order knows no `{other}`")),
        }
    }
    let by = match by {
        Some(by) => by,
        None => play.user(who)?,
    };
    Ok((by, if later { Command::Queue(place) } else { Command::Place(place) }))
}

fn evidence(t: &mut Tokens<'_>) -> Result<Option<(Evidence, u64)>, String> {
    Ok(match t.word()? {
        "nothing" => None,
        "recording" => Some((Evidence::PhoneRecording, t.number()?)),
        "email" => Some((Evidence::Email, t.number()?)),
        "paper" => Some((Evidence::SignedPaper, t.number()?)),
        "log" => Some((Evidence::InternetLog, t.number()?)),
        other => return Err(format!("no evidence `{other}`")),
    })
}

fn own_business(play: &Play, who: &str, t: &mut Tokens<'_>) -> Result<(UserRow, Command), String> {
    let client = play.client(who)?;
    let command = match t.word()? {
        "changes" => {
            let order = t.order()?;
            t.wants("to")?;
            let qty = t.qty()?;
            t.wants("at")?;
            let standing = play.firm.orders.get(order).copied();
            let price = match t.takes("market") {
                true => Price::ZERO,
                false => t.price()?,
            };
            let trigger = match t.takes("trigger") {
                true => t.price()?,
                false => standing.map_or(Price::ZERO, |o| o.trigger),
            };
            Command::Modify { order, client, price, qty, trigger }
        }
        "cancels" => Command::Cancel { order: t.order()?, client },
        "delivers" => {
            let qty = t.qty()?;
            let security = play.security(t.word()?)?;
            t.wants("early")?;
            Command::PayInEarly { client, security, qty }
        }
        "instructs" => {
            let (qty, security) = (t.qty()?, play.security(t.word()?)?);
            let slip = if t.takes("slip") { t.number()? } else { 0 };
            Command::Mandate(mandates::Ask::Instruct { client, security, qty, slip })
        }
        "converts" => {
            let (qty, security) = (t.qty()?, play.security(t.word()?)?);
            t.wants("to")?;
            let word = t.word()?;
            let to = Product::parse(word).ok_or(format!("no product `{word}`"))?;
            let venue = t.on_venue()?;
            Command::Convert { client, security, venue, qty, to }
        }
        "confirms" => Command::Answer { referral: referral(t)?, answer: Answer::Confirm, reason: 1 },
        "takes" => {
            t.wants("back")?;
            Command::Answer { referral: referral(t)?, answer: Answer::Withdraw, reason: 1 }
        }
        _ => Command::Withdraw { client, amount: t.money()? },
    };
    Ok((through(play, who, t)?, command))
}

/// The first settlement, or the one of `of 2026002`.
fn settlement_of(play: &Play, t: &mut Tokens<'_>) -> Result<vocab::SettlementRow, String> {
    if !t.takes("of") {
        return play.settlement(None);
    }
    let number = t.number()?;
    let found = play.firm.clearing.settlements().find(|(_, s)| u64::from(s.number) == number);
    found.map(|(row, _)| row).ok_or("no settlement".into())
}

fn staff(play: &Play, at: Moment, t: &mut Tokens<'_>) -> Result<Command, String> {
    let verb = t.word()?;
    Ok(match verb {
        "begins" => {
            t.wants("day")?;
            Command::BeginDay { day: t.day()? }
        }
        "opens" => return opening(t),
        "releases" | "declines" if t.peek().starts_with('Q') => {
            let answer = if verb == "releases" { Answer::Release } else { Answer::Decline };
            Command::Answer { referral: referral(t)?, answer, reason: if t.takes("reason") { reason(t)? } else { 1 } }
        }
        "gives" | "keeps" => return settling(play, verb, t),
        "moves" | "admits" | "bars" if play.security(t.peek()).is_ok() => return settling(play, verb, t),
        "associates" | "records" | "ends" | "agrees" | "banks" | "shares" | "introduces" | "withholds" | "releases"
        | "remits" | "bars" => Command::Intermediary(intermediary(play, at, verb, t)?),
        "wakes" | "declares" | "closes" | "reviews" | "joins" | "accepts" | "chooses" | "drops" | "moves" | "passes"
        | "settles" | "codes" => return keep(play, verb, t),
        "verifies" => Command::VerifyClient { client: play.client(t.word()?)? },
        "signs" | "revokes" | "enters" | "annexes" | "copies" | "strikes" => return paper(play, at, verb, t),
        "registers" => return registration(play, t),
        "plans" => {
            let client = play.client(t.word()?)?;
            let slabs = plan(t)?;
            let from = if t.takes("from") { t.day()? } else { at.day() };
            Command::SetPlan { client, from, slabs }
        }
        "sets" => return own_terms(play, t),
        "suspends" => Command::Suspend { client: play.client(t.word()?)?, reason: 1 },
        "resumes" => Command::Resume { client: play.client(t.word()?)? },
        "limits" => return limits(play, t),
        "names" | "tells" | "numbers" | "compares" => return accounts::said(verb, t),
        "adopts" => Command::AdoptRules(rules(t)?),
        "adds" => holidays(t)?,
        "lists" | "terms" => return listing(play, at, verb, t),
        "takes" | "calls" | "places" => return take(play, verb, t),
        verb @ ("lodges" | "recalls") if t.peek().starts_with('D') && t.peek()[1..].parse::<u32>().is_ok() => Command::LodgeDeposit { no: deposit(t)?, on: verb == "lodges" },
        "returns" if t.peek().starts_with('D') => Command::ReturnDeposit { no: deposit(t)? },
        "returns" if t.takes("shares") => {
            Command::ReturnShares { inward: u32::try_from(t.number()?).map_err(|e| e.to_string())? }
        }
        "returns" => {
            t.wants("receipt")?;
            Command::ReturnReceipt { receipt: u32::try_from(t.number()?).map_err(|e| e.to_string())? }
        }
        "offers" => {
            let lien = vocab::LienNo(u32::try_from(t.lettered('L')?).map_err(|e| e.to_string())?);
            t.wants("at")?;
            Command::SellLien { lien, price: t.price()? }
        }
        "buys-in" => {
            let security = play.security(t.word()?)?;
            t.wants("for")?;
            let seller = play.client(t.word()?)?;
            t.wants("at")?;
            Command::BuyIn { seller, security, price: t.price()?, settlement: settlement_of(play, t)? }
        }
        "stops" => Command::PullSwitch { scope: scope(play, t)?, reason: if t.takes("reason") { reason(t)? } else { 1 } },
        "restores" => Command::RestoreSwitch { scope: scope(play, t)? },
        "restricts" => Command::Restrict(restrictions(play, t)?),
        "uploads" | "draws" | "bounds" | "documents" => Command::Risk(of_risk(play, verb, t)?),
        "lifts" => Command::LiftRestriction { restriction: u32::try_from(t.lettered('R')?).map_err(|e| e.to_string())? },
        "recodes" | "approves" | "discloses" | "drafts" | "submits" | "bears" | "reissues" => {
            Command::Correct(correction(play, verb, t)?)
        }
        "lodges" => return lodging(play, t),
        "books" | "mends" => return differences(verb, t),
        other => return Err(format!("no line begins so: `{other}`")),
    })
}

/// `mends B1`, `books B1 by the file with 55`.
fn differences(verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    let no = BreakNo(t.lettered('B')?);
    if verb == "mends" {
        return Ok(Command::MendBreak { no, reason: 1 });
    }
    t.wants("by the file with")?;
    Ok(Command::TakeFile { no, paper: t.number()? })
}

/// A client's own terms: `sets ASHA [multiple 2] [extra 5%] from DAY`.
fn own_terms(play: &Play, t: &mut Tokens<'_>) -> Result<Command, String> {
    let client = play.client(t.word()?)?;
    let mut policy = clients::Policy { multiple: None, extra: vocab::Rate::ZERO };
    if t.takes("multiple") {
        policy.multiple = Some(vocab::Rate::parse(t.word()?).map_err(|e| e.to_string())?);
    }
    if t.takes("extra") {
        policy.extra = t.percent()?;
    }
    t.wants("from")?;
    let (from, paper) = (t.day()?, Code::parse("POL/2026/1").map_err(|e| e.to_string())?);
    Ok(Command::Keep { client, ask: Keep::SetPolicy { policy, from, paper } })
}

/// `lists ISIN X [and ...]`, `terms X from P to P tick P [and ...]`.
fn listing(play: &Play, at: Moment, verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    Ok(match verb {
        "lists" if t.takes("scrip codes") => {
            let mut rows = Vec::new();
            while rows.is_empty() || t.takes("and") {
                let security = play.security(t.word()?)?;
                let code = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
                rows.push((security, vocab::ScripCode(code)));
            }
            Command::ListScripCodes(rows)
        }
        "lists" => {
            let mut rows = Vec::new();
            while rows.is_empty() || t.takes("and") {
                let isin = Isin::parse(t.word()?).map_err(|e| e.to_string())?;
                rows.push((isin, Symbol::parse(t.word()?).map_err(|e| e.to_string())?));
            }
            Command::ListSecurities(rows)
        }
        _ => {
            let mut rows = Vec::new();
            let venue = t.on_venue()?;
            loop {
                let security = play.security(t.word()?)?;
                t.wants("from")?;
                let low = t.price()?;
                t.wants("to")?;
                let high = t.price()?;
                t.wants("tick")?;
                rows.push((security, market::Terms { day: at.day(), reference: low, low, high, tick: t.price()?, board: Board::Regular, gross: false }));
                if !t.takes("and") {
                    break;
                }
            }
            Command::SetTerms { venue, rows }
        }
    })
}

/// Rows of a plan: `0.3% [a-share 0.25] [least 20.00] [most 20.00] [above 1,00,000.00] [intraday|same-day] [and ...]`.
pub fn plan(t: &mut Tokens<'_>) -> Result<Vec<Slab>, String> {
    let mut rows = Vec::new();
    loop {
        let mut row = Slab::plain(t.percent()?);
        loop {
            if t.takes("a-share") {
                row.per_share = t.money()?;
            } else if t.takes("least") {
                row.least = t.money()?;
            } else if t.takes("most") {
                row.most = t.money()?;
            } else if t.takes("above") {
                row.turnover = t.money()?;
            } else if t.takes("intraday") {
                row.portion = Portion::Intraday;
            } else if t.takes("same-day") {
                row.portion = Portion::SameDay;
            } else {
                break;
            }
        }
        rows.push(row);
        if !t.takes("and") {
            return Ok(rows);
        }
    }
}

/// `takes ASHA receipt|guarantee 20,000.00 [funded 5,000.00] until DAY`.
fn take(play: &Play, verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    if verb == "places" {
        return Ok(Command::PlaceCash { amount: t.money()? });
    }
    let client = play.client(t.word()?)?;
    if verb == "calls" {
        t.wants("for")?;
        let amount = t.money()?;
        t.wants("by letter")?;
        return Ok(Command::CallMargin { client, amount, letter: t.number()? });
    }
    let form = match t.word()? {
        "receipt" => margin::Form::DepositReceipt,
        "guarantee" => margin::Form::Guarantee,
        "pledge" => margin::Form::Securities,
        other => return Err(format!("no paper `{other}`")),
    };
    let amount = t.money()?;
    let funded = if t.takes("funded") { t.money()? } else { amount };
    t.wants("until")?;
    Ok(Command::TakeDeposit { client, form, amount, funded, good_until: t.day()?, paper: 7 })
}

fn deposit(t: &mut Tokens<'_>) -> Result<DepositNo, String> {
    u32::try_from(t.lettered('D')?).map(DepositNo).map_err(|e| e.to_string())
}

fn referral(t: &mut Tokens<'_>) -> Result<u32, String> {
    u32::try_from(t.lettered('Q')?).map_err(|e| e.to_string())
}

fn reason(t: &mut Tokens<'_>) -> Result<u16, String> {
    u16::try_from(t.number()?).map_err(|e| e.to_string())
}

fn scope(play: &Play, t: &mut Tokens<'_>) -> Result<Scope, String> {
    Ok(match t.word()? {
        "everybody" => Scope::All,
        "client" => Scope::Client(play.client(t.word()?)?),
        "user" => Scope::User(play.user(t.word()?)?),
        "security" => Scope::Security(play.security(t.word()?)?),
        other => return Err(format!("a switch is on no `{other}`")),
    })
}

/// `INFY buys for everyone from DAY [to DAY] by SOURCE [and ...]`
fn restrictions(play: &Play, t: &mut Tokens<'_>) -> Result<Vec<Restriction>, String> {
    let mut rows = Vec::new();
    loop {
        let security = play.security(t.word()?)?;
        let bar = match t.word()? {
            "buys" => Bar::Buys,
            "sales" => Bar::Sells,
            "orders" => Bar::Both,
            other => return Err(format!("nothing bars `{other}`")),
        };
        t.wants("for")?;
        let whom = match t.word()? {
            "everyone" => Whom::Everyone,
            "own" => Whom::Own,
            other => return Err(format!("no list is for `{other}`")),
        };
        t.wants("from")?;
        let from = t.day()?;
        let to = if t.takes("to") { Some(t.day()?) } else { None };
        t.wants("by")?;
        let source = Code::parse(t.word()?).map_err(|e| e.to_string())?;
        rows.push(Restriction { security, whom, bar, from, to, source });
        if !t.takes("and") {
            return Ok(rows);
        }
    }
}

struct Codes<'a>(&'a Play);

impl files::Known for Codes<'_> {
    fn user(&self, code: &Code<12>) -> Option<UserRow> {
        self.0.user(code.as_str()).ok()
    }

    fn client(&self, ucc: &Ucc) -> Option<vocab::ClientRow> {
        self.0.client(ucc.as_str()).ok()
    }
}

const LIMITS_FILE: &str = "limits.csv";

/// A file of limits, its lines set apart by `/`, as its reader takes it.
fn limits_of_file(play: &Play, text: &str) -> Result<Vec<risk::LimitRow>, String> {
    let head = "whom,code,order quantity,order value,security quantity,open value,exposure,turnover\n";
    let lines: Vec<&str> = text.split('/').map(str::trim).collect();
    let text = format!("{head}{}\n", lines.join("\n"));
    files::read_limits(LIMITS_FILE, text.as_bytes(), &Codes(play))
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// `uploads FILE LINE [/ LINE]|nothing|client ASHA value 0.00`, `draws GROUP of INFY [and TCS] from DAY`, `bounds GROUP for ASHA|everybody|each at 5.00
/// from DAY`, `documents O1 exposure|... as 3 by PAPER`, `documents margin of ASHA on DAY as 3 by PAPER`.
fn of_risk(play: &Play, verb: &str, t: &mut Tokens<'_>) -> Result<risk::Ask, String> {
    let code = |word: &str| Code::parse(word).map_err(|e| e.to_string());
    Ok(match verb {
        "uploads" => {
            let file = Code::parse(t.word()?).map_err(|e| e.to_string())?;
            let rows = match t.peek() {
                "nothing" => Vec::new(),
                // As no reader would give it.
                "client" => match limits(play, t)? {
                    Command::LimitClient { client, limits } => vec![risk::LimitRow::Client { client, limits }],
                    _ => return Err("limits of a client".into()),
                },
                _ => limits_of_file(play, &t.rest())?,
            };
            t.takes("nothing");
            risk::Ask::Upload { file, rows }
        }
        "draws" => {
            let group = code(t.word()?)?;
            t.wants("of")?;
            let mut securities = Vec::new();
            if !t.takes("nothing") {
                while securities.is_empty() || t.takes("and") {
                    securities.push(play.security(t.word()?)?);
                }
            }
            t.wants("from")?;
            risk::Ask::DrawGroup { group, from: t.day()?, securities }
        }
        "bounds" => {
            let group = code(t.word()?)?;
            t.wants("for")?;
            let holder = match t.word()? {
                "everybody" => risk::Holder::Firm,
                "each" => risk::Holder::EachClient,
                client => risk::Holder::Client(play.client(client)?),
            };
            t.wants("at")?;
            let exposure = t.money()?;
            t.wants("from")?;
            risk::Ask::LimitGroup { group, holder, from: t.day()?, exposure }
        }
        _ => {
            let deviation = if t.takes("margin of") {
                let client = play.client(t.word()?)?;
                t.wants("on")?;
                risk::Deviation::Margin { client, day: t.day()? }
            } else {
                let (order, word) = (t.order()?, t.word()?);
                let which = risk::Which::ALL.into_iter().find(|w| w.as_str().replace(": ", "-").replace(' ', "-") == word);
                risk::Deviation::Limit { order, which: which.ok_or(format!("no limit `{word}`"))? }
            };
            t.wants("as")?;
            let reason = reason(t)?;
            t.wants("by")?;
            risk::Ask::Document { deviation, reason, paper: code(t.word()?)? }
        }
    })
}

/// What is to be put right: `recodes buys 7 to ASHB as alike with 5`, and the error account's papers.
fn correction(play: &Play, verb: &str, t: &mut Tokens<'_>) -> Result<Correction, String> {
    let modification = |t: &mut Tokens<'_>| {
        t.wants("waiver of")?;
        u32::try_from(t.lettered('M')?).map(ModificationNo).map_err(|e| e.to_string())
    };
    Ok(match verb {
        "recodes" => {
            let (side, venue) = (t.side()?, if t.takes("BSE") { Venue::Bse } else { Venue::Nse });
            let trade = TradeNo::of(venue, t.number()?);
            t.wants("to")?;
            let to = play.client(t.word()?)?;
            t.wants("as")?;
            let reason = match t.word()? {
                "alike" => ModificationReason::Alike,
                "error" => ModificationReason::Error,
                other => return Err(format!("no criterion `{other}`")),
            };
            t.wants("with")?;
            let evidence = if t.takes("nothing") { 0 } else { t.number()? };
            Correction::ModifyCode { trade, side, to, reason, evidence }
        }
        "approves" => {
            t.wants("error policy")?;
            let version = u16::try_from(t.number()?).map_err(|e| e.to_string())?;
            t.wants("from")?;
            let from = t.day()?;
            t.wants("document")?;
            Correction::ApproveErrorPolicy { version, from, document: t.number()? }
        }
        "discloses" => {
            let client = play.client(t.word()?)?;
            let venue = t.on_venue()?;
            t.wants("by letter")?;
            Correction::DiscloseErrorCode { venue, client, letter: t.number()? }
        }
        "drafts" => {
            let modification = modification(t)?;
            t.wants("with")?;
            let evidence = if t.takes("nothing") { 0 } else { t.number()? };
            Correction::DraftWaiver { modification, evidence }
        }
        "reissues" => {
            t.wants("note")?;
            let note = NoteNo(u32::try_from(t.number()?).map_err(|e| e.to_string())?);
            t.wants("for")?;
            Correction::ReissueNote { note, reason: u16::try_from(t.number()?).map_err(|e| e.to_string())? }
        }
        "submits" => Correction::SubmitWaiver { modification: modification(t)? },
        _ => {
            let amount = t.money()?;
            t.wants("of")?;
            Correction::SanctionErrorLoss { client: play.client(t.word()?)?, amount }
        }
    })
}

fn settling(play: &Play, verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    Ok(match verb {
        "gives" => {
            t.wants("up")?;
            let (corporation, kind) = (t.corporation(), t.settlement_kind());
            let number = u32::try_from(t.number()?).map_err(|e| e.to_string())?;
            let settlement = play.firm.clearing.by_number(corporation, kind, number).unwrap_or(vocab::SettlementRow(0));
            Command::WriteOff { settlement, reason: 1 }
        }
        "moves" => {
            let security = play.security(t.word()?)?;
            t.wants("from")?;
            Command::MoveCycle(vec![(security, t.day()?)])
        }
        "admits" | "bars" => {
            let security = play.security(t.word()?)?;
            t.wants("same-day from")?;
            Command::ListSameDay(vec![SameDayRow { security, from: t.day()?, admitted: verb == "admits" }])
        }
        _ => {
            let client = play.client(t.word()?)?;
            t.wants("credit until")?;
            Command::KeepCredit { client, until: t.day()?, reference: 1 }
        }
    })
}

/// `lodges cheque of 500.00 for ASHA [from UNCLE] [to a sub-broker] [certified] [requested]`.
fn lodging(play: &Play, t: &mut Tokens<'_>) -> Result<Command, String> {
    let kind = match t.word()? {
        "cheque" => InstrumentKind::Cheque,
        "draft" => InstrumentKind::Draft,
        "cash" => InstrumentKind::Cash,
        other => return Err(format!("no instrument `{other}`")),
    };
    t.wants("of")?;
    let amount = t.money()?;
    t.wants("for")?;
    let who = t.word()?;
    let client = play.client(who)?;
    let payer = if t.takes("from") { t.word()? } else { who };
    let to_firm = !t.takes("to a sub-broker");
    let certified = t.takes("certified").then_some((Certification::Reverse, 1));
    let request = t.takes("requested").then_some(1);
    let from = Some((token(&format!("{payer} bank")), token(payer)));
    Ok(Command::Lodge { client, instrument: Instrument { kind, amount, from, to_firm, certified, request } })
}

fn opening(t: &mut Tokens<'_>) -> Result<Command, String> {
    if t.takes("the firm") {
        return given::open_firm(Paise::rupees(100));
    }
    if t.takes("intermediary") {
        let name = t.word()?;
        let code = Ucc::parse(name).map_err(|e| e.to_string())?;
        let kind = match t.peek() {
            "remisier" => IntermediaryKind::Remisier,
            "sub-broker" => IntermediaryKind::SubBroker,
            _ => IntermediaryKind::AuthorisedPerson,
        };
        if kind != IntermediaryKind::AuthorisedPerson {
            t.word()?;
        }
        let pan = if t.takes("pan of") { t.word()? } else { name };
        let form = LegalForm::Individual;
        return Ok(Command::Intermediary(Ask::Open { code, vault: VaultRef(98), pan: pan_of(pan), kind, form }));
    }
    t.wants("client")?;
    let code = t.word()?;
    let ucc = Ucc::parse(code).map_err(|e| e.to_string())?;
    let pan = if t.takes("pan of") { t.word()? } else { code };
    let kind = kind(t);
    let state = if t.takes("state") { t.state()? } else { vocab::StateCode::parse("MH").expect("a state") };
    Ok(Command::OpenClient { ucc, vault: VaultRef(99), pan: pan_of(pan), kind, state })
}

/// What kind of client; an individual where nothing is said.
pub fn kind(t: &mut Tokens<'_>) -> ClientKind {
    let kinds = [
        ("own", ClientKind::Own),
        ("error", ClientKind::Error),
        ("huf", ClientKind::Huf),
        ("partnership", ClientKind::Partnership),
        ("company", ClientKind::Company),
        ("trust", ClientKind::Trust),
        ("institution", ClientKind::Institution),
    ];
    let said = kinds.into_iter().find(|(word, _)| t.takes(word));
    said.map_or(ClientKind::Individual, |(_, kind)| kind)
}

fn pan_of(name: &str) -> PanToken {
    PanToken(token(&format!("{name} pan")).0)
}

/// What is asked about a client's record.
fn keep(play: &Play, verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    if verb == "closes" && matches!(t.peek(), "bank" | "demat") {
        return Ok(Command::CloseAccount { account: accounts::house(t)?, paper: 1 });
    }
    let client = play.client(t.word()?)?;
    let paper = Code::parse("PAP/2026/9").map_err(|e| e.to_string())?;
    let bank = |t: &mut Tokens<'_>| t.word().map(|name| token(&format!("{name} bank")));
    let ask = match verb {
        "wakes" => Keep::Wake,
        "declares" => {
            t.wants("dead")?;
            Keep::RecordDeath { paper }
        }
        "closes" => Keep::Close { paper },
        "passes" => {
            t.wants("to")?;
            Keep::Succeed { to: play.client(t.word()?)?, paper }
        }
        "reviews" => {
            t.wants("next")?;
            Keep::Review { next: t.day()?, paper }
        }
        "codes" => {
            let side = t.side()?;
            match t.takes("taken") {
                true => Keep::CodeTaken { side },
                false => {
                    t.wants("under")?;
                    Keep::AllotCode { side, code: Code::parse(t.word()?).map_err(|e| e.to_string())?, paper }
                }
            }
        }
        "settles" => {
            t.wants("through")?;
            Keep::Custodian { custodian: Code::parse(t.word()?).map_err(|e| e.to_string())?, paper }
        }
        "joins" => {
            if t.takes("holder") {
                let name = t.word()?;
                Keep::AddHolder { vault: VaultRef(97), pan: pan_of(name), name: token(name), paper }
            } else if t.takes("nobody") {
                Keep::Family { head: None, paper }
            } else {
                t.wants("family of")?;
                Keep::Family { head: Some(play.client(t.word()?)?), paper }
            }
        }
        "accepts" => {
            t.wants("bank")?;
            let name = t.word()?;
            let owner = if t.takes("in the name of") { t.word()? } else { name };
            Keep::AddBank { account: token(&format!("{name} bank")), name: token(owner), paper }
        }
        "chooses" => Keep::ChooseBank { account: bank(t)?, paper },
        "drops" => Keep::DropBank { account: bank(t)?, paper },
        _ => {
            t.wants("to")?;
            let depository = t.depository()?;
            Keep::ChangeDemat { depository, account: token(&format!("{} demat", t.word()?)), paper }
        }
    };
    Ok(Command::Keep { client, ask })
}

/// What staff ask about intermediaries.
fn intermediary(play: &Play, at: Moment, verb: &str, t: &mut Tokens<'_>) -> Result<Ask, String> {
    let from = |t: &mut Tokens<'_>, word: &str| if t.takes(word) { t.day() } else { Ok(at.day()) };
    Ok(match verb {
        "associates" => {
            let pan = pan_of(t.word()?);
            t.wants("with")?;
            Ask::Associate { intermediary: play.intermediary(t.word()?)?, pan }
        }
        "records" => {
            let venue = t.venue()?;
            let approved = t.takes("approves");
            if !approved {
                t.wants("refuses")?;
            }
            let intermediary = play.intermediary(t.word()?)?;
            let paper = Code::parse("AP/2026/17").map_err(|e| e.to_string())?;
            Ask::Decide { intermediary, venue, approved, from: from(t, "from")?, paper }
        }
        "ends" => {
            let intermediary = play.intermediary(t.word()?)?;
            t.wants("at")?;
            Ask::Withdraw { intermediary, venue: t.venue()?, reason: 1 }
        }
        "agrees" => {
            t.wants("with")?;
            Ask::Agree { intermediary: play.intermediary(t.word()?)?, dated: from(t, "dated")? }
        }
        "banks" => {
            let intermediary = play.intermediary(t.word()?)?;
            t.wants("account of")?;
            Ask::Bank { intermediary, account: token(&format!("{} bank", t.word()?)) }
        }
        "shares" => {
            let rate = t.percent()?;
            t.wants("with")?;
            Ask::Share { intermediary: play.intermediary(t.word()?)?, from: from(t, "from")?, rate }
        }
        "introduces" => {
            let client = play.client(t.word()?)?;
            t.wants("by")?;
            let intermediary = if t.takes("nobody") { None } else { Some(play.intermediary(t.word()?)?) };
            let from = from(t, "from")?;
            Ask::Introduce { client, intermediary, from, agreed: (!t.takes("unsigned")).then_some(from) }
        }
        "withholds" | "releases" => {
            Ask::Withhold { intermediary: play.intermediary(t.word()?)?, on: verb == "withholds", reason: 1 }
        }
        "remits" => {
            let amount = t.money()?;
            t.wants("to")?;
            Ask::Pay { intermediary: play.intermediary(t.word()?)?, amount }
        }
        _ => Ask::Bar { pan: pan_of(t.word()?), reason: 1 },
    })
}

/// Papers a client signs: `signs ASHA running 90 dated 2026-07-01`, with what is wrong about it, if anything.
fn paper(play: &Play, at: Moment, verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    let of_power = verb == "revokes" && t.peek().strip_prefix('W').is_some_and(|no| no.parse::<u32>().is_ok());
    if of_power || !matches!(verb, "signs" | "revokes") {
        return crate::powers::ask(play, at, verb, t);
    }
    let client = play.client(t.word()?)?;
    let agreement = match t.word()? {
        "rights" => Agreement::RightsAndObligations,
        "running" => Agreement::RunningAccount,
        "collateral" => Agreement::CollateralAuthority,
        other => return Err(format!("no paper `{other}`")),
    };
    if verb == "revokes" {
        return Ok(Command::Revoke { client, agreement });
    }
    let (mut every, mut dated, mut by_client, mut revocable) = (0, Some(at.day()), true, true);
    if agreement == Agreement::RunningAccount {
        every = u16::try_from(t.number()?).map_err(|e| e.to_string())?;
    }
    while !t.is_done() {
        match t.word()? {
            "dated" => dated = Some(t.day()?),
            "undated" => dated = None,
            "irrevocable" => revocable = false,
            "forged" => by_client = false,
            other => return Err(format!("no paper is `{other}`")),
        }
    }
    Ok(Command::Sign { client, agreement, by_client, dated, revocable, every })
}

fn registration(play: &Play, t: &mut Tokens<'_>) -> Result<Command, String> {
    if t.takes("code") {
        return Ok(Command::RegisterCode { client: play.client(t.word()?)? });
    }
    if t.takes("bank") {
        let client = play.client(t.word()?)?;
        t.wants("account of")?;
        let name = t.word()?;
        return Ok(Command::RegisterBank { client, account: token(&format!("{name} bank")), name: token(name) });
    }
    if t.takes("demat") {
        let client = play.client(t.word()?)?;
        let depository = t.depository()?;
        t.wants("account of")?;
        return Ok(Command::RegisterDemat { client, depository, account: token(&format!("{} demat", t.word()?)) });
    }
    if t.takes("place") {
        return Ok(Command::RegisterPlace { client: play.client(t.word()?)?, terminal: t.number()? });
    }
    t.wants("user")?;
    let code = Code::parse(t.word()?).map_err(|e| e.to_string())?;
    let role = crate::access::role(t.word()?)?;
    let client = if t.takes("for") { Some(play.client(t.word()?)?) } else { None };
    let terminal = if t.takes("at") { t.number()? } else { 0 };
    Ok(Command::RegisterUser { code, role, client, terminal })
}

fn limits(play: &Play, t: &mut Tokens<'_>) -> Result<Command, String> {
    if t.takes("user") {
        let user = play.user(t.word()?)?;
        let mut limits = UserLimits {
            order_qty: Qty(100_000),
            order_value: Paise::rupees(10_000_000),
            symbol_qty: Qty(200_000),
            open_value: Paise::rupees(50_000_000),
        };
        while !t.is_done() {
            match t.word()? {
                "quantity" => limits.order_qty = t.qty()?,
                "value" => limits.order_value = t.money()?,
                "symbol" => limits.symbol_qty = t.qty()?,
                "open" => limits.open_value = t.money()?,
                other => return Err(format!("a user has no limit `{other}`")),
            }
        }
        return Ok(Command::LimitUser { user, limits });
    }
    t.wants("client")?;
    let client = play.client(t.word()?)?;
    let mut limits = ClientLimits {
        order_value: Paise::rupees(10_000_000),
        exposure: Paise::rupees(20_000_000),
        turnover: Paise::rupees(30_000_000),
    };
    while !t.is_done() {
        match t.word()? {
            "value" => limits.order_value = t.money()?,
            "exposure" => limits.exposure = t.money()?,
            "turnover" => limits.turnover = t.money()?,
            other => return Err(format!("a client has no limit `{other}`")),
        }
    }
    Ok(Command::LimitClient { client, limits })
}

/// The built-in rulebook, or one of its rows with another first day and perhaps another rate.
fn rules(t: &mut Tokens<'_>) -> Result<Vec<rulebook::Rule>, String> {
    if t.takes("the rulebook") {
        return Ok(rulebook().to_vec());
    }
    let name = t.word()?;
    let mut rule = rulebook().iter().rfind(|r| r.name.as_str() == name).ok_or(format!("no rule `{name}`"))?.clone();
    t.wants("from")?;
    rule.from = t.day()?;
    if t.takes("at") {
        rule.value = match rule.name.unit() {
            rulebook::Unit::Paise => t.money()?.0,
            rulebook::Unit::Rate => t.percent()?.0,
            rulebook::Unit::TimeOfDay => i64::from(TimeOfDay::parse(t.word()?).map_err(|e| e.to_string())?.0),
            _ => i64::try_from(t.number()?).map_err(|e| e.to_string())?,
        };
    }
    if t.takes("as") {
        let word = t.rest();
        let number = match rule.name.unit() {
            rulebook::Unit::Choice(list) => list.iter().find(|(_, known)| *known == word).map(|(n, _)| *n),
            _ => None,
        };
        rule.value = number.ok_or(format!("`{word}` is no word of the rule"))?;
    }
    Ok(vec![rule])
}

fn time(t: &mut Tokens<'_>) -> Result<TimeOfDay, String> {
    TimeOfDay::parse(t.word()?).map_err(|e| e.to_string())
}

fn holidays(t: &mut Tokens<'_>) -> Result<Command, String> {
    if t.takes("settlement holiday") {
        return Ok(Command::AddSettlementHolidays(vec![t.day()?]));
    }
    if t.takes("holiday") {
        let days = vec![t.day()?];
        return Ok(if t.takes("at") { Command::AddExchangeHolidays { venue: t.venue()?, days } } else { Command::AddHolidays(days) });
    }
    if t.takes("session") {
        let days = vec![t.day()?];
        t.wants("at")?;
        let venue = t.venue()?;
        if t.takes("from") {
            let open = time(t)?;
            t.wants("to")?;
            return Ok(Command::TimeSession { venue, day: days[0], open, close: time(t)? });
        }
        return Ok(Command::AddSessions { venue, days });
    }
    let count = i32::try_from(t.number()?).map_err(|e| e.to_string())?;
    t.wants("holidays")?;
    let from = Day::parse("2100-01-01").expect("a day") + TimeOfDay(0);
    Ok(Command::AddHolidays((0..count).map(|n| from.day().plus(n)).collect()))
}
