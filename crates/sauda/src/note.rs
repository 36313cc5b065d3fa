//! `sauda note`: a contract note as text, put together from the record and the vault.

use crate::args::NoteArgs;
use crate::directory::{ClientName, Directory};
use crate::failure::Failure;
use crate::person;
use crate::state::State;
use charges::Head;
use clearing::TradeFact;
use firm::{Charged, Event};
use journal::v1::Entry;
use notes::{ChargeRow, Content, NoteStanding, Recipient, TradeLine};
use rulebook::RuleName;
use crate::day::hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use vocab::{ClientRow, Corporation, Moment, NoteNo, OrderNo, Paise, Rate, Rounding, ScripCode, SettlementKind, SettlementRow, Side, TradeNo, VenueOrderNo};

/// What the record says of one note.
struct Paper {
    client: ClientRow,
    settlement: SettlementRow,
    net: Paise,
    trades: Vec<(TradeFact, Paise)>,
    charges: Vec<Charged>,
    standing: NoteStanding,
}

#[derive(Default)]
struct Search {
    names: Directory,
    trades: BTreeMap<(TradeNo, Side), TradeFact>,
    /// The code each was dealt in under.
    codes: BTreeMap<TradeNo, ScripCode>,
    orders: BTreeMap<OrderNo, (Moment, Option<VenueOrderNo>)>,
    paper: Option<Paper>,
    cancelled: BTreeSet<NoteNo>,
    replaced: BTreeMap<NoteNo, NoteNo>,
}

/// # Errors
/// [`Failure::Refused`] when there is no such note, the vault does not give the client, or the note must bear a
/// tax number that is not there; [`Failure::Found`] when its lines do not add up to its net.
pub fn run(args: &NoteArgs, out: &mut String) -> Result<(), Failure> {
    let state = State::open(&args.dir)?;
    let mut search = Search::default();
    let end = state.entries(&mut |entry| {
        search.take(entry, args);
        Ok(())
    })?;
    let unknown = || Failure::refused(format!("there is no note {}/{} in {}", args.fy, args.note, args.dir.display()));
    let mut paper = search.paper.take().ok_or_else(unknown)?;
    paper.standing = search.standing(NoteNo(args.note));
    let content = content(&state, &search, &paper, args, end.identity.sandbox)?;
    if content.net() != paper.net {
        let (note, net, lines) = (content.note, paper.net, content.net());
        return Err(Failure::found(format!("note {}/{note}: the record says net {net:#}, its lines say {lines:#}", args.fy)));
    }
    let text = content.text();
    out.push_str(&text);
    // What a signature is made over, and what shows that not a letter was changed since.
    let digest = Sha256::digest(text.as_bytes());
    out.push_str(&format!("Digital signature: none affixed yet; reference SHA-256 {}\n", hex(&digest)));
    Ok(())
}

impl Search {
    fn take(&mut self, entry: &Entry, args: &NoteArgs) {
        self.names.take(entry);
        for event in &entry.events {
            match event {
                Event::Order(orders::Event::Placed(p)) => {
                    self.orders.insert(p.order, (entry.head.at, None));
                }
                Event::Order(orders::Event::Opened { order, venue_order, .. }) => {
                    if let Some(known) = self.orders.get_mut(order) {
                        known.1 = Some(*venue_order);
                    }
                }
                Event::Clearing(clearing::Event::Traded(fact)) => {
                    self.trades.insert((fact.trade, fact.side), *fact);
                    self.codes.extend(self.names.code_at(fact.trade.venue(), fact.security).map(|code| (fact.trade, code)));
                }
                Event::NoteTaken { year, note, client, settlement, net }
                    if *year == args.fy && *note == NoteNo(args.note) =>
                {
                    self.paper = Some(self.paper(entry, *note, *client, *settlement, *net));
                }
                Event::NoteReplaces { year, note, cancelled } if *year == args.fy => {
                    self.replaced.insert(*cancelled, *note);
                }
                Event::NoteCancelled { year, note, .. } if *year == args.fy => {
                    self.cancelled.insert(*note);
                }
                _ => {}
            }
        }
    }

    /// Whether it stands, and which other it has to do with.
    fn standing(&self, note: NoteNo) -> NoteStanding {
        let before = self.replaced.iter().find(|(_, new)| **new == note).map(|(old, _)| *old);
        match (self.cancelled.contains(&note), before) {
            (true, _) => NoteStanding::Cancelled { replaced_by: self.replaced.get(&note).copied() },
            (false, Some(cancelled)) => NoteStanding::InPlaceOf(cancelled),
            (false, None) => NoteStanding::First,
        }
    }

    /// A note and its lines stand in one entry.
    fn paper(&self, entry: &Entry, wanted: NoteNo, client: ClientRow, settlement: SettlementRow, net: Paise) -> Paper {
        let mut paper = Paper { client, settlement, net, trades: Vec::new(), charges: Vec::new(), standing: NoteStanding::First };
        for event in &entry.events {
            match event {
                Event::Noted { note, trade, side, brokerage, .. } if *note == wanted => {
                    paper.trades.extend(self.trades.get(&(*trade, *side)).map(|fact| (*fact, *brokerage)));
                }
                Event::Charged(line) if line.note == wanted => paper.charges.push(*line),
                _ => {}
            }
        }
        paper
    }

    fn line(&self, fact: &TradeFact, brokerage: Paise) -> Result<TradeLine, Failure> {
        let missing = |what: &str| Failure::refused(format!("trade {}: its {what} is not in the record", fact.trade));
        let (order_at, venue_order) = self.orders.get(&fact.order).ok_or_else(|| missing("order"))?;
        let (symbol, isin) = self.names.security(fact.security).ok_or_else(|| missing("security"))?;
        Ok(TradeLine {
            order: fact.order,
            venue_order: venue_order.map_or(0, |no| no.0),
            order_at: *order_at,
            trade: fact.trade,
            trade_at: fact.at,
            symbol,
            isin,
            code: self.codes.get(&fact.trade).copied(),
            side: fact.side,
            qty: fact.qty,
            price: fact.price,
            brokerage,
        })
    }
}

fn content(
    state: &State, search: &Search, paper: &Paper, args: &NoteArgs, sandbox: bool,
) -> Result<Content, Failure> {
    let names = &search.names;
    let missing = |what: &str| Failure::refused(format!("note {}/{}: its {what} is not in the record", args.fy, args.note));
    let settlement = names.settlement(paper.settlement).ok_or_else(|| missing("settlement"))?;
    let client = names.client(paper.client).ok_or_else(|| missing("client"))?;
    let day = settlement.trade_day;
    let threshold = names.rule_on(RuleName::PanPrintThreshold, day);
    let threshold = threshold.ok_or_else(|| missing(&format!("rule `{}` of {day}", RuleName::PanPrintThreshold)))?;
    let mut trades = Vec::new();
    for (fact, brokerage) in &paper.trades {
        trades.push(search.line(fact, *brokerage)?);
    }
    trades.sort_by_key(|t| (t.trade_at, t.trade));
    let firm = particulars(names, sandbox)?;
    let content = Content {
        year: args.fy,
        note: NoteNo(args.note),
        standing: paper.standing,
        day,
        settlement: names.number(paper.settlement),
        settlement_type: type_of(names, (settlement.corporation, settlement.kind), day),
        place: names.home.map_or(String::new(), |home| home.to_string()),
        is_common: names.rule_on(RuleName::ContractNoteCommon, day).is_some_and(|rule| rule.value == 1),
        pay_in: settlement.pay_in,
        pay_out: settlement.pay_out,
        pan_above: Paise(threshold.value),
        recipient: Recipient {
            codes: [Side::Buy, Side::Sell].map(|side| names.trading_code(paper.client, side, day)),
            ..recipient(state, client, &firm, names, args)?
        },
        firm,
        trades,
        charges: paper.charges.iter().map(|line| charge(line, names)).collect(),
    };
    // guide I 6.6: above the threshold the number is printed, and without one no note is issued.
    if content.value() > content.pan_above && content.recipient.pan.is_empty() {
        return Err(missing("client's PAN, which a note above the threshold must bear (guide I 6.6)"));
    }
    Ok(content)
}

/// The letter the clearing corporation writes on the day, where it has one, and the word. The letters are NSE Clearing's: of
/// another's settlements the word stands alone.
fn type_of(names: &Directory, (of, kind): (Corporation, SettlementKind), day: vocab::Day) -> String {
    let rule = match kind {
        SettlementKind::Normal => Some(RuleName::SettlementCodeNormal),
        SettlementKind::NormalMoved => Some(RuleName::SettlementCodeNormalMoved),
        SettlementKind::TradeToTrade => Some(RuleName::SettlementCodeTradeForTrade),
        SettlementKind::Auction => Some(RuleName::SettlementCodeAuction),
        SettlementKind::SameDay => Some(RuleName::SettlementCodeSameDay),
        SettlementKind::TradeToTradeMoved => None,
    };
    let rule = rule.filter(|_| of == Corporation::Nscl);
    let letter = rule.and_then(|name| names.rule_on(name, day)).and_then(|rule| u8::try_from(rule.value).ok());
    letter.map_or_else(|| kind.to_string(), |letter| format!("{} ({kind})", char::from(letter)))
}

/// Whom the note is for. The own account's is the firm, which the vault does not keep.
fn recipient(
    state: &State, client: &ClientName, firm: &notes::Firm, names: &Directory, args: &NoteArgs,
) -> Result<Recipient, Failure> {
    let ucc = client.ucc;
    if client.is_own() {
        let home = names.home.map_or(String::new(), |home| home.to_string());
        let pan = "as registered".to_owned();
        return Ok(Recipient { ucc, codes: [None; 2], name: firm.name.clone(), address: firm.address.clone(), pan, state: home });
    }
    let person = person::read(state, client.vault, &format!("contract note {}/{}", args.fy, args.note))?;
    Ok(Recipient {
        ucc,
        codes: [None; 2],
        name: person.name.clone(),
        address: person.address.join(", "),
        pan: person.pan.to_string(),
        state: person.state.to_string(),
    })
}

/// A charge with its arithmetic, where it is one rate of one base.
fn charge(line: &Charged, names: &Directory) -> ChargeRow {
    let rules: Vec<_> = line.rules.iter().filter_map(|n| n.checked_sub(1)).collect();
    let rate = match rules.as_slice() {
        [row] => names.rule(vocab::RuleRow(*row)).map(|rule| Rate(rule.value)),
        _ => None,
    };
    let base: Paise = line.bases.iter().copied().sum();
    // Each half prints rounded by itself beside the one debit (guide I 6.6).
    let half = |rate: Rate| Rate(rate.0 / 2).of(base, Rounding::NearestPaisa);
    let halves = (line.head == Head::StateAndCentralGst).then_some(rate).flatten().map(|rate| (half(rate), half(rate)));
    ChargeRow { label: line.head.as_str(), amount: line.amount, halves, rate, base }
}

/// The firm's own particulars. A sandbox has invented ones that say so; a live record holds none yet that could
/// be printed, and a note without them is not issued (sebi 67.1(b)).
fn particulars(names: &Directory, sandbox: bool) -> Result<notes::Firm, Failure> {
    if !sandbox {
        return Err(Failure::refused("the record holds no registration particulars of the firm to print on a note"));
    }
    let home = names.home.map_or(String::new(), |state| state.to_string());
    Ok(notes::Firm {
        name: names.firm.clone(),
        registration: "INZ000000000 (sandbox)".to_owned(),
        member_code: "00000 (sandbox)".to_owned(),
        address: format!("Registered office: 1 Sandbox Street, {home}"),
        dealing_office: format!("1 Sandbox Street, {home}"),
        compliance_officer: "Compliance Officer (sandbox)".to_owned(),
        phone: "+910000000000".to_owned(),
        email: "compliance@sandbox.invalid".to_owned(),
        signatory: "Authorised Signatory (sandbox)".to_owned(),
        tax_registration: "27AAAAA0000A1Z0 (sandbox)".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::{Day, EntryNo, RuleRow, StateCode};

    #[test]
    fn only_nse_clearings_settlements_bear_its_letters() {
        let (name, from, now) = (RuleName::SettlementCodeNormal, Day(1), Moment(0));
        let (scope, text) = (StateCode::parse("--").unwrap(), firm::Text { at: 0, len: 0 });
        let confidence = rulebook::Confidence::High;
        let adopted = Event::RuleAdopted {
            row: RuleRow(0), name, scope, from, to: None, value: i64::from(b'N'), extra: 0, confidence, text,
        };
        let head = firm::Head { entry: EntryNo(1), source: firm::Source::Itself, sequence: 0, at: now };
        let mut names = Directory::default();
        names.take(&Entry { head, wall: 0, logic: 1, input: firm::Input::Step, events: vec![adopted], tail: Vec::new() });
        let said = |of| type_of(&names, (of, SettlementKind::Normal), Day(2));
        assert_eq!(said(Corporation::Nscl), format!("N ({})", SettlementKind::Normal));
        assert_eq!(said(Corporation::Iccl), SettlementKind::Normal.to_string());
    }
}
