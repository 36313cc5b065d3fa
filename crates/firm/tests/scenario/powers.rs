//! Lines about the powers that clients give, and about their own instructions.

use crate::play::Play;
use crate::tokens::{Tokens, token};
use crate::words;
use firm::{Command, Firm};
use mandates::{Ask, Authority, Clauses, Event, Purposes, Written};
use vocab::{Clause, ClientRow, Code, Day, Moment, Paise, PowerKind, PowerNo, Purpose, StateCode};

/// By which paper shares are delivered on a day.
pub fn of_day(firm: &Firm, day: Day) -> PowerKind {
    let paper = firm.rules.choice::<rulebook::DeliveryPaper>(rulebook::RuleName::DeliveryPaper, day);
    match paper.map_or(rulebook::DeliveryPaper::Attorney, |(_, paper)| paper) {
        rulebook::DeliveryPaper::Attorney => PowerKind::Attorney,
        rulebook::DeliveryPaper::DebitPledge => PowerKind::DebitPledge,
    }
}

/// A paper to which nothing is wanting: of the client called so, for delivery and pledge.
pub fn written(kind: PowerKind, ucc: &str, day: Day) -> Written {
    Written {
        kind,
        purposes: Purposes::of(&[Purpose::Delivery, Purpose::MarginPledge]),
        clauses: Clauses::of(&Clauses::WANTED),
        to_firm: true,
        signers: 1,
        place: StateCode::parse("MH").expect("a state"),
        stamp: Paise::rupees(500),
        dated: day,
        until: None,
        most: Paise::ZERO,
        demat: Some(token(&format!("{ucc} demat"))),
        bank: None,
        paper: Code::parse("POA/1").expect("a number"),
    }
}

fn purpose(word: &str) -> Option<Purpose> {
    Some(match word {
        "delivery" => Purpose::Delivery,
        "pledge" => Purpose::MarginPledge,
        "offers" => Purpose::Offers,
        "settlement" => Purpose::Settlement,
        "dues" => Purpose::Dues,
        "subscriptions" => Purpose::Subscriptions,
        "fees" => Purpose::Fees,
        _ => return None,
    })
}

fn clause(word: &str) -> Result<Clause, String> {
    Ok(match word {
        "assignees" => Clause::Assignable,
        "irrevocable" => Clause::Irrevocable,
        "off-market" => Clause::OffMarket,
        "other-brokers" => Clause::OtherBrokers,
        "accounts" => Clause::OpensAccounts,
        "trades" => Clause::TradesAlone,
        "no-slips" => Clause::BarsSlips,
        "no-operating" => Clause::BarsClient,
        "merging" => Clause::Merges,
        "e-mail" => Clause::OpensMail,
        "no-liability" => Clause::Disclaims,
        "returns" => Clause::ReturnsErrors,
        "summary" => Clause::SendsSummary,
        other => return Err(format!("no clause `{other}`")),
    })
}

pub fn power(t: &mut Tokens<'_>) -> Result<PowerNo, String> {
    Ok(PowerNo(u32::try_from(t.lettered('W')?).map_err(|e| e.to_string())?))
}

/// `enters power|ddpi|mandate of ASHA for delivery ...`, `annexes demat|bank of X to W1`, `copies W1`, `strikes W1`, `revokes W1`.
pub fn ask(play: &Play, at: Moment, verb: &str, t: &mut Tokens<'_>) -> Result<Command, String> {
    Ok(Command::Mandate(match verb {
        "enters" => execution(play, at, t)?,
        "annexes" => {
            let word = t.word()?;
            t.wants("of")?;
            let account = token(&format!("{} {word}", t.word()?));
            t.wants("to")?;
            Ask::List { power: power(t)?, account, paper: Code::parse("LTR/1").map_err(|e| e.to_string())? }
        }
        "copies" => Ask::GiveCopy { power: power(t)?, letter: 1 },
        "strikes" => Ask::Strike { power: power(t)?, letter: 1 },
        _ => Ask::Revoke { power: power(t)? },
    }))
}

fn execution(play: &Play, at: Moment, t: &mut Tokens<'_>) -> Result<Ask, String> {
    let kind = match t.word()? {
        "power" => PowerKind::Attorney,
        "ddpi" => PowerKind::DebitPledge,
        "mandate" => PowerKind::BankMandate,
        other => return Err(format!("no paper `{other}`")),
    };
    t.wants("of")?;
    let ucc = t.word()?;
    let client: ClientRow = play.client(ucc)?;
    let mut it = written(kind, ucc, at.day());
    let (mut purposes, mut clauses) = (Vec::new(), Clauses::WANTED.to_vec());
    let (mut demat, mut bank) = (ucc, ucc);
    while !t.is_done() {
        match t.word()? {
            "for" => while let Some(found) = purpose(t.peek()) {
                purposes.push(found);
                t.word()?;
            },
            "saying" => clauses.push(clause(t.word()?)?),
            "without" => {
                let absent = clause(t.word()?)?;
                clauses.retain(|it| *it != absent);
            }
            "naming" => {
                demat = t.word()?;
                bank = demat;
            }
            "to" => {
                t.wants("DEALER")?;
                it.to_firm = false;
            }
            "signed" => {
                t.wants("by")?;
                it.signers = u8::try_from(t.number()?).map_err(|e| e.to_string())?;
            }
            "unstamped" => it.stamp = Paise::ZERO,
            "dated" => it.dated = t.day()?,
            "most" => it.most = t.money()?,
            "until" => it.until = Some(t.day()?),
            other => return Err(format!("no paper says `{other}`")),
        }
    }
    let account = |name: &str, of: &str| (name != "nothing").then(|| token(&format!("{name} {of}")));
    let money = |it: &Purpose| matches!(it, Purpose::Settlement | Purpose::Dues | Purpose::Subscriptions | Purpose::Fees);
    it.demat = purposes.iter().any(|it| !money(it)).then(|| account(demat, "demat")).flatten();
    it.bank = purposes.iter().any(money).then(|| account(bank, "bank")).flatten();
    (it.purposes, it.clauses) = (Purposes::of(&purposes), Clauses::of(&clauses));
    Ok(Ask::Execute { client, written: it })
}

/// What happened; that a power in force moved called-in shares is said by their transfer.
pub fn said(firm: &Firm, event: &Event) -> Option<String> {
    use Event as E;
    Some(match event {
        E::Executed { power, client, kind, purposes, .. } => {
            let all: Vec<&str> = purposes.iter().map(Purpose::as_str).collect();
            format!("W{power}: {kind} of {} for {}", words::client(firm, *client), all.join(" and "))
        }
        E::Stamped { power, until: Some(until), most, .. } => format!("W{power} up to {most:#} until {until}"),
        E::Stamped { .. } | E::Used { by: Authority::Power(_), .. } | E::Over { .. } => return None,
        E::Listed { power, account, bank } => {
            format!("W{power} names {} {}", if *bank { "bank account" } else { "demat account" }, words::account_name(*account))
        }
        E::CopyGiven { power, letter } => format!("copy of W{power} given by letter {letter}"),
        E::Struck { power, letter } => format!("W{power} struck out as told by letter {letter}"),
        E::Ended { power, at, why } => format!("W{power} {} at {}", why.as_str(), at.time()),
        E::Remains { power, security, qty, .. } => format!("W{power} still delivers {qty} {}", words::security(firm, *security)),
        E::Instructed { client, security, qty, slip, .. } => {
            let by = if *slip == 0 { "himself".to_string() } else { format!("slip {slip}") };
            format!("{} instructs {qty} {} by {by}", words::client(firm, *client), words::security(firm, *security))
        }
        E::Awaited { client, security, qty, .. } if qty.is_positive() => {
            format!("{qty} {} wait for {}", words::security(firm, *security), words::client(firm, *client))
        }
        E::Awaited { .. } => return None,
        E::Used { transfer, by, qty, .. } => {
            let by = match by {
                Authority::Slip => "his own instruction",
                Authority::Lien => "the pledge",
                Authority::Power(_) | Authority::Ended => "the power that ended",
            };
            format!("{qty} of T{transfer} by {by}")
        }
    })
}

/// The powers that clients gave, one a line.
pub fn shown(firm: &Firm) -> Vec<String> {
    let line = |(no, it): (PowerNo, &mandates::Power)| {
        let mut line = format!("W{no} {} of {}, dated {}", it.kind, words::client(firm, it.client), it.dated);
        match it.ended {
            Some((at, why)) => line.push_str(&format!(", {} {at}", why.as_str())),
            None if it.copy.is_none() => line.push_str(", no copy given"),
            None => {}
        }
        line
    };
    firm.mandates.iter().map(line).collect()
}
