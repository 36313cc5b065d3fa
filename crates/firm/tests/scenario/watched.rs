//! Lines about what people watch: lists, alerts, and orders that wait for a price.

use crate::play::Play;
use crate::tokens::Tokens;
use crate::words;
use firm::{Code, Command, Firm, Report, Source};
use vocab::{AlertNo, Channel, ClientRow, Label, ListNo, Moment, OrderNo, Price, Product, SecurityRow, TriggerNo, UserRow, Venue};
use watch::{Ask, Condition, End, Event, Leg, Legs, Measure, Operator, Stage, Than};

fn number<T>(t: &mut Tokens<'_>, letter: char, of: impl Fn(u32) -> T) -> Result<T, String> {
    u32::try_from(t.lettered(letter)?).map(of).map_err(|e| e.to_string())
}

fn label(t: &mut Tokens<'_>) -> Result<Label, String> {
    Label::parse(t.word()?).map_err(|e| e.to_string())
}

fn traded(play: &Play, t: &mut Tokens<'_>) -> Result<(Venue, SecurityRow), String> {
    let security = play.security(t.word()?)?;
    Ok((t.on_venue()?, security))
}

/// `ASHA watches` and then: `list tech`, `INFY on L1`, `INFY off L1`, `L1 as it`, `no L1`, `51 lists`; `A1 no more`;
/// `INFY price|change|volume at-least|at-most|above|below|equal 810.00|5|TCS as high [under A1] [asleep]`;
/// `G1 no more`, `INFY buys|sells 10 when 790.00 at 789.00 [intraday] [or sells 10 when 820.00 at 819.00] seeing 800.00 [for RAVI] [in G1]`.
pub fn ask(play: &Play, who: UserRow, t: &mut Tokens<'_>) -> Result<Ask, String> {
    let first = t.peek().to_owned();
    let numbered = |letter: char| first.strip_prefix(letter).is_some_and(|no| no.parse::<u32>().is_ok());
    if t.takes("list") {
        return Ok(Ask::MakeList { name: label(t)? });
    }
    if t.takes("no") {
        return Ok(Ask::DropList { list: number(t, 'L', ListNo)? });
    }
    if numbered('L') {
        let list = number(t, 'L', ListNo)?;
        t.wants("as")?;
        return Ok(Ask::RenameList { list, name: label(t)? });
    }
    if numbered('A') || numbered('G') {
        let ask = match numbered('A') {
            true => Ask::DropAlert { alert: number(t, 'A', AlertNo)? },
            false => Ask::Drop { trigger: number(t, 'G', TriggerNo)? },
        };
        t.wants("no more")?;
        return Ok(ask);
    }
    let security = play.security(t.word()?)?;
    match t.peek() {
        "buys" | "sells" => kept(play, who, security, t),
        "off" => {
            t.wants("off")?;
            Ok(Ask::Strike { list: number(t, 'L', ListNo)?, venue: Venue::Nse, security })
        }
        "on" => {
            t.wants("on")?;
            Ok(Ask::Enter { list: number(t, 'L', ListNo)?, venue: Venue::Nse, security })
        }
        _ => alert(play, security, t),
    }
}

fn alert(play: &Play, security: SecurityRow, t: &mut Tokens<'_>) -> Result<Ask, String> {
    let measure = match t.word()? {
        "price" => Measure::LastPrice,
        "change" => Measure::Change,
        "volume" => Measure::Volume,
        other => return Err(format!("nothing is measured by `{other}`")),
    };
    let operator = match t.word()? {
        "at-least" => Operator::AtLeast,
        "at-most" => Operator::AtMost,
        "above" => Operator::Above,
        "below" => Operator::Below,
        "equal" => Operator::Equal,
        other => return Err(format!("no operator `{other}`")),
    };
    let than = match (t.peek().starts_with(|c: char| c.is_ascii_digit()), measure) {
        (true, Measure::LastPrice) => Than::Figure(t.price()?.0),
        (true, Measure::Change | Measure::Volume) => Than::Figure(i64::try_from(t.number()?).map_err(|e| e.to_string())?),
        (false, _) => {
            let (venue, security) = traded(play, t)?;
            Than::Of(venue, security)
        }
    };
    t.wants("as")?;
    let name = label(t)?;
    let condition = Condition { venue: Venue::Nse, security, measure, operator, than };
    if !t.takes("under") {
        return Ok(Ask::SetAlert { name, condition });
    }
    let alert = number(t, 'A', AlertNo)?;
    Ok(Ask::ChangeAlert { alert, name, condition, on: !t.takes("asleep") })
}

fn leg(t: &mut Tokens<'_>) -> Result<Leg, String> {
    let (side, qty) = (t.side()?, t.qty()?);
    t.wants("when")?;
    let at = t.price()?;
    t.wants("at")?;
    let price = t.price()?;
    let product = if t.takes("intraday") { Product::Intraday } else { Product::Delivery };
    Ok(Leg { at, side, qty, price, product })
}

fn kept(play: &Play, who: UserRow, security: SecurityRow, t: &mut Tokens<'_>) -> Result<Ask, String> {
    let first = leg(t)?;
    let legs = if t.takes("or") { Legs::Two(first, leg(t)?) } else { Legs::One(first) };
    t.wants("seeing")?;
    let last = t.price()?;
    if t.takes("in") {
        return Ok(Ask::Change { trigger: number(t, 'G', TriggerNo)?, last, legs });
    }
    let own = play.firm.users.get(who).and_then(|user| user.client);
    let client: ClientRow = if t.takes("for") { play.client(t.word()?)? } else { own.ok_or("whose order?")? };
    let venue = t.on_venue()?;
    Ok(Ask::Keep { client, venue, security, last, legs, channel: Channel::Web, source: [1; 16] })
}

/// `market reaches G1 at 790.00`, `market comes to|leaves A1 at 810.00|5`.
pub fn market(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    let verb = t.word()?.to_owned();
    let report = match verb.as_str() {
        "reaches" => {
            let trigger = number(t, 'G', TriggerNo)?;
            t.wants("at")?;
            Report::Reached { trigger, price: t.price()? }
        }
        "comes" | "leaves" => {
            if verb == "comes" {
                t.wants("to")?;
            }
            let alert = number(t, 'A', AlertNo)?;
            t.wants("at")?;
            Report::Crossed { alert, met: verb == "comes", value: t.price()?.0 }
        }
        other => return Err(format!("the market does not do `{other}`")),
    };
    play.tell(at, Source::Feed, &report);
    Ok(())
}

/// Everything that is watched, list by list, alert by alert, order by order.
pub fn shown(firm: &Firm) -> Vec<String> {
    let mut all = Vec::new();
    let symbol = |row: SecurityRow| firm.market.security(row).map_or("?".into(), |s| s.symbol.to_string());
    for (user, known) in firm.users.iter() {
        for (no, list) in firm.watch.lists_of(user) {
            let rows: Vec<String> = list.rows.iter().map(|(venue, row)| format!("{venue} {}", symbol(*row))).collect();
            let rows = if rows.is_empty() { "nothing".to_owned() } else { rows.join(", ") };
            all.push(format!("{}: L{no} {}: {rows}", known.code, list.name));
        }
        for (no, it) in firm.watch.alerts_of(user) {
            let state = if it.on { "on" } else { "asleep" };
            all.push(format!("{}: A{no} {} {state}, told {} times, {}", known.code, it.name, it.told, if it.met { "true" } else { "not true" }));
        }
        for (no, it) in firm.watch.kept_of(user) {
            let stage = match it.stage {
                Stage::Waits => format!("waits until {}", it.expires),
                Stage::Fired { nth, price, order: OrderNo(0), code, .. } => {
                    format!("leg {nth} reached at {price}: {}", Code::from_number(code).map_or("?", Code::name))
                }
                Stage::Fired { nth, price, order, .. } => format!("leg {nth} reached at {price}: O{order}"),
                Stage::Ended { why: End::Dropped, .. } => "dropped".to_owned(),
                Stage::Ended { why: End::Expired, .. } => "expired".to_owned(),
            };
            all.push(format!("{}: G{no} {stage}", known.code));
        }
    }
    all
}

pub fn said(firm: &Firm, event: &Event) -> Option<String> {
    let symbol = |row: SecurityRow| firm.market.security(row).map_or("?".into(), |s| s.symbol.to_string());
    let price = |price: Price| price.to_string();
    Some(match *event {
        Event::ListMade { list, name, .. } => format!("L{list} {name} made"),
        Event::ListNamed { list, name } => format!("L{list} named {name}"),
        Event::Entered { list, venue, security } => format!("{venue} {} on L{list}", symbol(security)),
        Event::Struck { list, venue, security } => format!("{venue} {} off L{list}", symbol(security)),
        Event::ListDropped { list } => format!("L{list} dropped"),
        Event::AlertSet { alert, on, .. } => format!("A{alert} set{}", if on { "" } else { ", asleep" }),
        Event::Crossed { alert, met: true, value } => format!("A{alert} is true at {value}: its owner is told"),
        Event::Crossed { alert, met: false, value } => format!("A{alert} is not true at {value}"),
        Event::AlertDropped { alert } => format!("A{alert} dropped"),
        Event::Kept { trigger, client, security, expires, .. } => {
            format!("G{trigger} of {} in {} kept until {expires}", words::client(firm, client), symbol(security))
        }
        Event::Waits { trigger, nth, at, side, qty, price: limit, .. } => {
            format!("G{trigger} leg {nth}: {} {qty} at {} when {}", side.as_str(), price(limit), price(at))
        }
        Event::Changed { trigger, last } => format!("G{trigger} changed, seen at {}", price(last)),
        Event::Fired { trigger, nth, price: at, order: OrderNo(0), code, facts } => {
            let why = Code::from_number(code).map_or(String::new(), |code| firm::Refusal { code, facts }.to_string());
            format!("G{trigger} leg {nth} reached at {}: {why}", price(at))
        }
        Event::Fired { trigger, nth, price: at, order, .. } => format!("G{trigger} leg {nth} reached at {}: O{order}", price(at)),
        Event::Ended { trigger, why: End::Dropped } => format!("G{trigger} dropped"),
        Event::Ended { trigger, why: End::Expired } => format!("G{trigger} has waited long enough"),
        Event::AlertNamed { .. } | Event::KeptFrom { .. } => return None,
    })
}

/// Lists without end, until the firm says that they are enough.
pub fn many(play: &mut Play, at: Moment, by: UserRow, count: u64) {
    for nth in 1..=count {
        let name = Label::parse(&format!("list {nth}")).expect("a label");
        let quiet = std::mem::replace(&mut play.quiet, nth < count);
        let _ = play.ask(at, by, &Command::Watch(Ask::MakeList { name }));
        play.quiet = quiet;
    }
}
