//! What a scenario begins with: a firm that is open, staffed and able to trade, unless it says otherwise.

use crate::{people, powers};
use crate::play::{Play, Terms, rulebook};
use crate::tokens::{Tokens, token};
use firm::{Command, HeldAt, Report, Role, SameDayRow, ScheduleRow, SettlementKey, Source};
use risk::{ClientLimits, UserLimits};
use rulebook::{Interoperability, RuleName};
use vocab::{
    Agreement, BankAccount, Board, ClientKind, ClientRow, Code, Day, DematAccount, Depository, Isin, Moment, Paise, PanToken,
    Phase, Price, Qty, Rate, SettlementKind, Slab, StateCode, Symbol, TimeOfDay, Ucc, UserRow, VaultRef, Corporation, Venue,
};

/// Settlements the clearing corporation has published ahead.
const PUBLISHED: u32 = 80;

type Fault = (usize, String);

struct Client {
    ucc: String,
    kind: ClientKind,
    state: String,
    depository: Depository,
    pays_in: Paise,
    plan: Vec<Slab>,
    running: Option<u16>,
    terminal: u64,
    holds: Vec<(Qty, String)>,
    without: Vec<String>,
    full_value: bool,
}

struct Setting {
    day: Option<Day>,
    holidays: Vec<Day>,
    /// Kept by one exchange alone.
    alone: Vec<(Venue, Day)>,
    sessions: Vec<(Venue, Day)>,
    securities: Vec<(String, Terms)>,
    clients: Vec<Client>,
    capital: Paise,
    bare: bool,
    shut: bool,
    schedule: bool,
    /// The rule of how many looks at margins a day has is adopted.
    looks: bool,
}

pub fn set_up(play: &mut Play, given: &[(usize, String)]) -> Result<(), Fault> {
    let mut setting = Setting {
        day: None,
        holidays: Vec::new(),
        alone: Vec::new(),
        sessions: Vec::new(),
        securities: Vec::new(),
        clients: Vec::new(),
        capital: Paise::rupees(5_000_000),
        bare: false,
        shut: false,
        schedule: true,
        looks: false,
    };
    for (line, item) in given {
        read(&mut setting, item).map_err(|why| (*line, why))?;
    }
    let first = given.first().map_or(0, |(line, _)| *line);
    play.quiet = true;
    make(play, &setting).map_err(|why| (first, why))?;
    play.quiet = false;
    Ok(())
}

fn read(setting: &mut Setting, item: &str) -> Result<(), String> {
    let mut t = Tokens::new(item);
    match t.word()? {
        "day" => setting.day = Some(t.day()?),
        "holiday" => {
            let day = t.day()?;
            match t.takes("at") {
                true => setting.alone.push((t.venue()?, day)),
                false => setting.holidays.push(day),
            }
        }
        "session" => {
            let day = t.day()?;
            t.wants("at")?;
            setting.sessions.push((t.venue()?, day));
        }
        "capital" => setting.capital = t.money()?,
        "bare" => setting.bare = true,
        "shut" => setting.shut = true,
        "unscheduled" => setting.schedule = false,
        "looks" => setting.looks = true,
        "security" => {
            let symbol = t.word()?.to_string();
            t.wants("reference")?;
            let reference = t.price()?;
            t.wants("band")?;
            let band = t.percent()?;
            let on_bse = if t.takes("on BSE") { Some(t.price()?) } else { None };
            let moved = if t.takes("moves") { Some(t.day()?) } else { None };
            let board = if t.takes("on") { Board::parse(t.word()?).ok_or("no board")? } else { Board::Regular };
            let gross = t.takes("trade for trade");
            let same_day = t.takes("same day");
            setting.securities.push((symbol, Terms { reference, band, on_bse, moved, board, gross, same_day }));
        }
        "client" => setting.clients.push(client(&mut t)?),
        other => return Err(format!("nothing is given by `{other}`")),
    }
    t.end()
}

fn client(t: &mut Tokens<'_>) -> Result<Client, String> {
    let mut it = Client {
        ucc: t.word()?.to_string(),
        kind: ClientKind::Individual,
        state: "MH".into(),
        depository: Depository::Nsdl,
        pays_in: Paise::ZERO,
        plan: vec![Slab::plain(Rate::parse("0.003").expect("a rate"))],
        running: None,
        terminal: 0,
        holds: Vec::new(),
        without: Vec::new(),
        full_value: false,
    };
    it.kind = people::kind(t);
    while !t.is_done() {
        match t.word()? {
            "state" => it.state = t.word()?.to_string(),
            "terminal" => it.terminal = t.number()?,
            "CDSL" => it.depository = Depository::Cdsl,
            "NSDL" => it.depository = Depository::Nsdl,
            "pays" => {
                t.wants("in")?;
                it.pays_in = t.money()?;
            }
            "plan" => it.plan = people::plan(t)?,
            "running" => it.running = u16::try_from(t.number()?).ok(),
            "holds" => it.holds.push((t.qty()?, t.word()?.to_string())),
            "full" => {
                t.wants("value")?;
                it.full_value = true;
            }
            "without" => it.without.push(t.word()?.to_string()),
            other => return Err(format!("a client is not given `{other}`")),
        }
    }
    Ok(it)
}

/// A demand of the setting must be granted.
pub fn granted(play: &mut Play, at: Moment, by: UserRow, command: Command) -> Result<(), String> {
    play.ask(at, by, &command).map_err(|refusal| format!("setting up: {} {refusal}", refusal.code.name()))
}

const PRIYA: UserRow = UserRow(0);
const VIJAY: UserRow = UserRow(1);
const OPS: UserRow = UserRow(2);
const RISK1: UserRow = UserRow(3);
const RISK2: UserRow = UserRow(4);
const DEALER: UserRow = UserRow(5);

fn code<const N: usize>(text: &str) -> Result<Code<N>, String> {
    Code::parse(text).map_err(|e| format!("`{text}`: {e}"))
}

pub fn open_firm(capital: Paise) -> Result<Command, String> {
    Ok(Command::OpenFirm {
        name: "Sauda Securities".into(),
        state: StateCode::parse("MH").expect("a state"),
        pan: PanToken(token("SAUDA").0),
        principal: code("PRIYA")?,
        second: code("VIJAY")?,
        capital,
    })
}

fn make(play: &mut Play, setting: &Setting) -> Result<(), String> {
    let day = setting.day.ok_or("a scenario needs `given day`")?;
    play.day = day;
    if setting.bare {
        return Ok(());
    }
    let at = day.at(TimeOfDay::hms(7, 0, 0));
    granted(play, at, PRIYA, open_firm(setting.capital)?)?;
    for (symbol, role, terminal) in [
        ("OPS", Role::Operations, 0),
        ("RISK1", Role::Risk, 0),
        ("RISK2", Role::Risk, 0),
        ("DEALER", Role::Dealer, 400_001_001_007),
    ] {
        granted(play, at, PRIYA, Command::RegisterUser { code: code(symbol)?, role, client: None, terminal })?;
    }
    // A day the scenario gives no looks at margins is not one the corporation forgot.
    let is_told = |rule: &&rulebook::Rule| setting.looks || rule.name != rulebook::RuleName::PeakLooks;
    let rules: Vec<rulebook::Rule> = rulebook().iter().filter(is_told).cloned().collect();
    for by in [PRIYA, VIJAY] {
        granted(play, at, by, Command::AdoptRules(rules.clone()))?;
    }
    add_days(play, at, setting)?;
    name_accounts(play, at)?;
    limit_user(play, at, DEALER)?;
    for (nth, (symbol, terms)) in setting.securities.iter().enumerate() {
        let row = (isin(nth), Symbol::parse(symbol).map_err(|e| e.to_string())?);
        granted(play, at, OPS, Command::ListSecurities(vec![row]))?;
        let security = play.security(symbol)?;
        if let Some(from) = terms.moved {
            granted(play, at, OPS, Command::MoveCycle(vec![(security, from)]))?;
        }
        if terms.same_day {
            let row = SameDayRow { security, from: day, admitted: true };
            granted(play, at, OPS, Command::ListSameDay(vec![row]))?;
        }
        play.terms.insert(security, *terms);
    }
    if setting.schedule {
        let rows = schedule(play, day, Corporation::Nscl)?;
        play.tell(at, Source::Ncl, &Report::Schedule(rows));
        if play.trades_on_bse() {
            // Another corporation counts its settlements for itself.
            let rows = schedule(play, day, Corporation::Iccl)?;
            play.tell(at, Source::Iccl, &Report::Schedule(rows));
        }
    }
    for (nth, it) in setting.clients.iter().enumerate() {
        onboard(play, at, u32::try_from(nth).expect("a count"), it)?;
    }
    if !setting.shut {
        people::begin_day(play, day.at(TimeOfDay::hms(9, 0, 0)))?;
        for venue in play.open(day) {
            let opened = Report::Phase { venue, day, board: None, phase: Phase::Continuous };
            play.tell(day.at(TimeOfDay::hms(9, 15, 0)), Source::of_venue(venue), &opened);
            if play.terms.values().any(|terms| terms.same_day) {
                let opened = Report::Phase { venue, day, board: Some(Board::SameDay), phase: Phase::Continuous };
                play.tell(day.at(TimeOfDay::hms(9, 15, 0)), Source::of_venue(venue), &opened);
            }
        }
    }
    play.run_due(play.firm.now());
    play.said.clear();
    Ok(())
}

fn add_days(play: &mut Play, at: Moment, setting: &Setting) -> Result<(), String> {
    granted(play, at, OPS, Command::AddHolidays(setting.holidays.clone()))?;
    for (venue, day) in &setting.alone {
        granted(play, at, OPS, Command::AddExchangeHolidays { venue: *venue, days: vec![*day] })?;
    }
    for (venue, day) in &setting.sessions {
        granted(play, at, OPS, Command::AddSessions { venue: *venue, days: vec![*day] })?;
    }
    Ok(())
}

fn isin(nth: usize) -> Isin {
    let body: [u8; 11] = format!("INE{nth:03}A0101").as_bytes().try_into().expect("eleven");
    let mut all = [0; 12];
    all[..11].copy_from_slice(&body);
    all[11] = Isin::check_digit(&body);
    Isin(all)
}

fn name_accounts(play: &mut Play, at: Moment) -> Result<(), String> {
    for (account, title) in [
        (BankAccount::Client, "Sauda Securities - Client Account"),
        (BankAccount::Settlement, "Sauda Securities - Settlement Account"),
        (BankAccount::Own, "Sauda Securities"),
    ] {
        both(play, at, Command::NameBankAccount { account, title: title.into() })?;
    }
    use Depository::{Cdsl, Nsdl};
    for (account, depository, title) in [
        (DematAccount::ClientBeneficiary, Nsdl, "Sauda Securities - Client Account"),
        (DematAccount::ClientBeneficiary, Cdsl, "Sauda Securities - Client Account"),
        (DematAccount::Pool, Nsdl, "Sauda Securities - Pool account"),
        (DematAccount::Pool, Cdsl, "Sauda Securities - Pool account"),
        (DematAccount::Principal, Cdsl, "Sauda Securities - Pool account"),
        (DematAccount::Own, Nsdl, "Sauda Securities"),
    ] {
        both(play, at, Command::NameDematAccount { account, depository, title: title.into() })?;
    }
    granted(play, at, OPS, Command::TellAccounts { letter: 1 })
}

fn both(play: &mut Play, at: Moment, command: Command) -> Result<(), String> {
    granted(play, at, OPS, command.clone())?;
    granted(play, at, PRIYA, command)
}

fn limit_user(play: &mut Play, at: Moment, user: UserRow) -> Result<(), String> {
    let limits = UserLimits {
        order_qty: Qty(100_000),
        order_value: Paise::rupees(10_000_000),
        symbol_qty: Qty(200_000),
        open_value: Paise::rupees(50_000_000),
    };
    granted(play, at, RISK1, Command::LimitUser { user, limits })?;
    granted(play, at, RISK2, Command::LimitUser { user, limits })
}

/// As a clearing corporation publishes it: a number per day of trades, days by the cycle of the rulebook.
fn schedule(play: &Play, from: Day, corporation: Corporation) -> Result<Vec<ScheduleRow>, String> {
    let mut rows = Vec::new();
    let settles = play.firm.calendar.of(corporation);
    let per_exchange = |day| {
        let era = play.firm.rules.choice::<Interoperability>(RuleName::Interoperability, day);
        era.is_ok_and(|(_, era)| era == Interoperability::PerExchange)
    };
    // While each settles its own, what is dealt elsewhere is none of its.
    let trades = |day: &Day| match per_exchange(*day) {
        true => play.firm.calendar.is_open(corporation.exchange(), *day),
        false => play.firm.calendar.is_trading_day(*day),
    };
    let days = (0..).map(|n| from.plus(n)).filter(trades);
    for (nth, trade_day) in (1..=PUBLISHED).zip(days) {
        let cycles = [
            (SettlementKind::Normal, RuleName::SettlementCycle),
            (SettlementKind::NormalMoved, RuleName::SettlementCycleMoved),
            (SettlementKind::TradeToTrade, RuleName::SettlementCycle),
            (SettlementKind::TradeToTradeMoved, RuleName::SettlementCycleMoved),
            (SettlementKind::SameDay, RuleName::SettlementCycleSameDay),
        ];
        for (kind, name) in cycles {
            let gross = matches!(kind, SettlementKind::TradeToTrade | SettlementKind::TradeToTradeMoved);
            if gross && !play.terms.values().any(|terms| terms.gross) {
                continue;
            }
            // Nothing settles on the day itself where banks are closed.
            let same_day = play.terms.values().any(|terms| terms.same_day) && settles.settles(trade_day);
            if kind == SettlementKind::SameDay && !same_day {
                continue;
            }
            let Ok((_, cycle)) = play.firm.rules.count(name, trade_day) else { continue };
            let cycle = u32::try_from(cycle).map_err(|e| e.to_string())?;
            let pay_in = settles.after(trade_day, cycle);
            let year = u32::try_from(trade_day.civil().0).map_err(|e| e.to_string())?;
            let key = SettlementKey { corporation, kind, number: year * 1_000 + nth };
            rows.push(ScheduleRow { key, trade_day, pay_in, pay_out: pay_in });
        }
    }
    Ok(rows)
}

fn onboard(play: &mut Play, at: Moment, nth: u32, it: &Client) -> Result<(), String> {
    let has = |what: &str| !it.without.iter().any(|w| w == what);
    let ucc = Ucc::parse(&it.ucc).map_err(|e| e.to_string())?;
    let pan = PanToken(if it.kind.is_own() { token("SAUDA") } else { token(&format!("{} pan", it.ucc)) }.0);
    let state = StateCode::parse(&it.state).map_err(|e| e.to_string())?;
    granted(play, at, OPS, Command::OpenClient { ucc, vault: VaultRef(nth + 1), pan, kind: it.kind, state })?;
    let client = play.client(&it.ucc)?;
    let mut steps = Vec::new();
    let mut step = |name: &str, command: Command| {
        if has(name) {
            steps.push(command);
        }
    };
    step("verification", Command::VerifyClient { client });
    step("code", Command::RegisterCode { client });
    step("signature", sign(client, Agreement::RightsAndObligations, at.day(), 0));
    let account = token(&format!("{} bank", it.ucc));
    step("bank", Command::RegisterBank { client, account, name: token(&it.ucc) });
    let (depository, account) = (it.depository, token(&format!("{} demat", it.ucc)));
    step("demat", Command::RegisterDemat { client, depository, account });
    step("plan", Command::SetPlan { client, from: at.day(), slabs: it.plan.clone() });
    if it.terminal != 0 {
        steps.push(Command::RegisterPlace { client, terminal: it.terminal });
    }
    if it.full_value {
        steps.push(Command::ChooseFullValue { client, on: true });
    }
    if let Some(every) = it.running {
        steps.push(sign(client, Agreement::RunningAccount, at.day(), every));
    }
    for command in steps {
        granted(play, at, OPS, command)?;
    }
    let powerful = ["demat", "power"].into_iter().all(has);
    if powerful && !it.kind.is_own() {
        let written = powers::written(powers::of_day(&play.firm, at.day()), &it.ucc, at.day());
        let power = play.firm.mandates.next_no();
        both(play, at, Command::Mandate(mandates::Ask::Execute { client, written }))?;
        granted(play, at, OPS, Command::Mandate(mandates::Ask::GiveCopy { power, letter: 1 }))?;
    }
    let own = Command::RegisterUser { code: code(&it.ucc)?, role: Role::Client, client: Some(client), terminal: 0 };
    granted(play, at, PRIYA, own)?;
    let user = play.user(&it.ucc)?;
    limits_and_means(play, at, it, client, user, has("limits"))
}

fn sign(client: ClientRow, agreement: Agreement, day: Day, every: u16) -> Command {
    Command::Sign { client, agreement, by_client: true, dated: Some(day), revocable: true, every }
}

fn limits_and_means(
    play: &mut Play, at: Moment, it: &Client, client: ClientRow, user: UserRow, limited: bool,
) -> Result<(), String> {
    if limited {
        limit_user(play, at, user)?;
        let limits = ClientLimits {
            order_value: Paise::rupees(10_000_000),
            exposure: Paise::rupees(20_000_000),
            turnover: Paise::rupees(30_000_000),
        };
        granted(play, at, RISK1, Command::LimitClient { client, limits })?;
        granted(play, at, RISK2, Command::LimitClient { client, limits })?;
    }
    if it.pays_in.is_positive() {
        let from = token(&format!("{} bank", it.ucc));
        let (amount, name) = (it.pays_in, token(&it.ucc));
        let utr = code(&format!("UTR-{}", it.ucc))?;
        let credited = Report::Credited { account: BankAccount::Client, amount, from, name, utr };
        play.tell(at, Source::Bank, &credited);
    }
    for (qty, symbol) in &it.holds {
        let security = play.security(symbol)?;
        let at_whom = match it.kind {
            ClientKind::Own => HeldAt::Firm(DematAccount::Own, Depository::Nsdl),
            _ => HeldAt::Client(client),
        };
        let source = if it.depository == Depository::Cdsl { Source::Cdsl } else { Source::Nsdl };
        let day = at.day();
        play.tell(at, source, &Report::Holdings { day, opening: true, rows: vec![(at_whom, security, *qty)] });
    }
    Ok(())
}

/// An exchange's terms of today of every security it trades: band and tick as it would print them.
pub fn terms(play: &Play, venue: Venue, day: Day) -> Result<Command, String> {
    let mut rows = Vec::new();
    for (security, given) in &play.terms {
        let reference = match venue {
            Venue::Nse => given.reference,
            Venue::Bse => match given.on_bse {
                Some(reference) => reference,
                None => continue,
            },
        };
        let tick = play.firm.rules.tick(reference, day).map_or(Price(500), |(_, tick)| tick);
        let (low, high) = market::band(reference, given.band, tick);
        rows.push((*security, market::Terms { day, reference, low, high, tick, board: given.board, gross: given.gross }));
    }
    Ok(Command::SetTerms { venue, rows })
}
