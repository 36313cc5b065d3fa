//! Setting the firm up: its accounts, rules, users, limits, securities.

use super::desk::Desk;
use super::obligation;
use crate::{Code, Command, Event, HouseAccount, Refusal, Role};
use alloc::collections::BTreeSet;
use alloc::string::String;
use books::{Account, Cause};
use rulebook::{Rule, RuleName};
use vocab::{BankAccount, ClientKind, ClientRow, Day, DematAccount, Isin, Paise, RuleRow, ScripCode, SecurityRow, Symbol, TimeOfDay, UserRow, Venue};

/// Rows one ask may carry: an entry is bounded.
pub const MOST_ROWS: usize = 4_000;

#[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only its own commands here")]
pub fn decide(desk: &mut Desk<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::OpenFirm { name, state, principal, second, capital, .. } => {
            if desk.firm.name().is_some() {
                return Err(Refusal::plain(Code::FirmOpen));
            }
            let name = desk.out.write(name);
            desk.push(Event::FirmOpened { state: *state, name });
            for (row, code) in [principal, second].into_iter().enumerate() {
                let user = UserRow(u32::try_from(row).expect("two"));
                let role = Role::Principal;
                desk.push(Event::UserRegistered { user, code: *code, role, client: None, terminal: 0 });
            }
            if capital.is_positive() {
                let voucher = desk.voucher(Cause::Opening, 0, desk.day(), None);
                desk.transfer_between(&voucher, (Account::OwnBank, 0), (Account::Capital, 0), *capital);
            }
            Ok(())
        }
        Command::NameBankAccount { account, title } => name_bank(desk, *account, title),
        Command::NameDematAccount { account, depository, title } => {
            if !demat_title_fits(desk, *account, title) {
                return Err(Refusal::plain(Code::BadTitle));
            }
            if desk.firm.accounts.is_open(HouseAccount::Demat(*account, *depository)) {
                return Err(Refusal::plain(Code::AlreadySo));
            }
            desk.push(Event::DematNamed { account: *account, depository: *depository });
            Ok(())
        }
        Command::AdoptRules(rules) => adopt(desk, rules),
        Command::AddHolidays(days) => add_holidays(desk, days),
        Command::AddSettlementHolidays(days) => add_settlement_holidays(desk, days),
        Command::AddExchangeHolidays { venue, days } => add_exchange_holidays(desk, *venue, days),
        Command::AddSessions { venue, days } => add_sessions(desk, *venue, days),
        Command::TimeSession { venue, day, open, close } => time_session(desk, (*venue, *day), *open, *close),
        Command::RegisterUser { code, role, client, terminal } => register_user(desk, code, *role, (*client, *terminal)),
        Command::LimitUser { user, limits } => {
            desk.firm.users.get(*user).ok_or(Refusal::of(Code::UnknownUser, [i64::from(user.0)]))?;
            if !limits.are_limits() {
                return Err(Refusal::plain(Code::BadLimit));
            }
            desk.push(risk::Event::UserLimited { user: *user, limits: *limits });
            Ok(())
        }
        Command::LimitClient { client, limits } => {
            desk.firm.clients.known(*client)?;
            if !limits.are_limits() {
                return Err(Refusal::plain(Code::BadLimit));
            }
            desk.push(risk::Event::ClientLimited { client: *client, limits: *limits });
            Ok(())
        }
        Command::ListSecurities(rows) => list(desk, rows),
        Command::ListScripCodes(rows) => codes(desk, rows),
        Command::SetTerms { venue, rows } => terms(desk, *venue, rows),
        _ => unreachable!("asked of another flow"),
    }
}

/// His terminal, if he has one, is his alone.
fn register_user(
    desk: &mut Desk<'_>, code: &vocab::Code<12>, role: Role, (client, terminal): (Option<ClientRow>, u64),
) -> Result<(), Refusal> {
    if let Some(client) = client {
        desk.firm.clients.known(client)?;
    }
    if desk.firm.users.by_code(code).is_some() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    let user = desk.firm.users.next_row();
    desk.push(Event::UserRegistered { user, code: *code, role, client, terminal });
    match terminal {
        0 => Ok(()),
        terminal => super::access::map(desk, user, terminal, 0),
    }
}

fn add_holidays(desk: &mut Desk<'_>, days: &[Day]) -> Result<(), Refusal> {
    bounded(days.len(), MOST_ROWS)?;
    let mut amended = desk.firm.calendar.clone();
    for day in days.iter().filter(|day| !desk.firm.calendar.is_holiday_of_all(**day)) {
        desk.push(Event::HolidayAdded { day: *day });
        amended.add(*day);
    }
    obligation::amended(desk, &amended);
    Ok(())
}

fn add_settlement_holidays(desk: &mut Desk<'_>, days: &[Day]) -> Result<(), Refusal> {
    bounded(days.len(), MOST_ROWS)?;
    let mut amended = desk.firm.calendar.clone();
    for day in days.iter().filter(|day| !desk.firm.calendar.is_settlement_holiday(**day)) {
        desk.push(Event::SettlementHolidayAdded { day: *day });
        amended.add_settlement_holiday(*day);
    }
    obligation::amended(desk, &amended);
    Ok(())
}

fn add_exchange_holidays(desk: &mut Desk<'_>, venue: Venue, days: &[Day]) -> Result<(), Refusal> {
    bounded(days.len(), MOST_ROWS)?;
    let mut amended = desk.firm.calendar.clone();
    for day in days.iter().filter(|day| !desk.firm.calendar.is_holiday(venue, **day)) {
        desk.push(Event::ExchangeHolidayAdded { venue, day: *day });
        amended.add_alone(venue, *day);
    }
    obligation::amended(desk, &amended);
    Ok(())
}

/// Nothing settles in them: no milestone moves.
fn add_sessions(desk: &mut Desk<'_>, venue: Venue, days: &[Day]) -> Result<(), Refusal> {
    bounded(days.len(), MOST_ROWS)?;
    for day in days.iter().filter(|day| !desk.firm.calendar.is_session(venue, **day)) {
        desk.push(Event::SessionAdded { venue, day: *day });
    }
    Ok(())
}

/// What the firm does so long before the close goes by it.
fn time_session(desk: &mut Desk<'_>, (venue, day): (Venue, Day), open: TimeOfDay, close: TimeOfDay) -> Result<(), Refusal> {
    let calendar = &desk.firm.calendar;
    if !calendar.is_session(venue, day) {
        return Err(Refusal::of(Code::ExchangeShut, [i64::from(venue.number()), i64::from(day.0)]));
    }
    if day < desk.day() || desk.firm.day() == Some(day) {
        return Err(Refusal::of(Code::DayGoneBy, [i64::from(day.0)]));
    }
    if open >= close {
        return Err(Refusal::of(Code::BadSessionHours, [i64::from(open.0), i64::from(close.0)]));
    }
    if calendar.hours(venue, day) == Some((open, close)) {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(Event::SessionTimed { venue, day, open, close });
    Ok(())
}

pub fn bounded(rows: usize, most: usize) -> Result<(), Refusal> {
    if rows <= most {
        return Ok(());
    }
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Err(Refusal::of(Code::TooMany, [number(rows), number(most)]))
}

/// Titles are compared without case and without spaces around the hyphen (sebi 23 Annexure 1.2).
fn plain(title: &str) -> String {
    title.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn titled(desk: &Desk<'_>, title: &str, purpose: &str) -> bool {
    let mut wanted = plain(desk.firm.name().unwrap_or(""));
    wanted.push('-');
    wanted.push_str(&plain(purpose));
    plain(title) == wanted
}

/// From its date 23A prescribes the title; before it, "clients" in the title was enough (sebi 25.1.2).
fn client_title_fits(desk: &Desk<'_>, title: &str) -> bool {
    let prescribed = desk.firm.rules.yes(RuleName::AccountNomenclature, desk.day()).is_ok_and(|(_, yes)| yes);
    titled(desk, title, "Client Account") || (!prescribed && plain(title).contains("clients"))
}

fn name_bank(desk: &mut Desk<'_>, account: BankAccount, title: &str) -> Result<(), Refusal> {
    let fits = match account {
        BankAccount::Client => client_title_fits(desk, title),
        BankAccount::Settlement => titled(desk, title, "Settlement Account"),
        // The name of a proprietary account is free, as long as it is not one of the prescribed ones.
        BankAccount::Own => !["Client Account", "Settlement Account"].iter().any(|p| titled(desk, title, p)),
    };
    if !fits {
        return Err(Refusal::plain(Code::BadTitle));
    }
    if desk.firm.accounts.is_open(HouseAccount::Bank(account)) {
        // A tag once given stays: another account is opened instead (sebi 23 Annexure 2.3.3).
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(Event::BankNamed { account });
    Ok(())
}

/// Whether an account of a tag may bear a title (sebi 23 Annexure 1.2).
pub fn demat_title_fits(desk: &Desk<'_>, account: DematAccount, title: &str) -> bool {
    match account {
        DematAccount::ClientBeneficiary => client_title_fits(desk, title),
        DematAccount::Pool | DematAccount::Principal | DematAccount::Cisa => titled(desk, title, "Pool account"),
        DematAccount::Unpaid => titled(desk, title, "Client Unpaid Securities Account"),
        DematAccount::Own => {
            !["Client Account", "Pool account", "Collateral Account"].iter().any(|p| titled(desk, title, p))
        }
    }
}

fn adopt(desk: &mut Desk<'_>, rules: &[Rule]) -> Result<(), Refusal> {
    bounded(rules.len(), MOST_ROWS)?;
    let mut trial = desk.firm.rules.clone();
    for rule in rules {
        let row = trial.adopt(rule.clone()).map_err(|_| Refusal::plain(Code::BadRule))?;
        let mut text = String::from(&*rule.source);
        for part in [&rule.paragraph, &rule.note] {
            text.push('\n');
            text.push_str(part);
        }
        let text = desk.out.write(&text);
        let Rule { name, scope, from, to, value, extra, confidence, .. } = *rule;
        let row = RuleRow(row.0);
        desk.push(Event::RuleAdopted { row, name, scope, from, to, value, extra, confidence, text });
    }
    Ok(())
}

fn list(desk: &mut Desk<'_>, rows: &[(Isin, Symbol)]) -> Result<(), Refusal> {
    bounded(rows.len(), MOST_ROWS)?;
    let mut next = desk.firm.market.next_row();
    let (mut isins, mut symbols) = (BTreeSet::new(), BTreeSet::new());
    for (nth, (isin, symbol)) in rows.iter().enumerate() {
        // Apart from repeats the exchange's latest list is right: whoever had a symbol before has another or none.
        if !isins.insert(*isin) || !symbols.insert(*symbol) {
            return Err(repeats(nth));
        }
        match desk.firm.market.by_isin(isin) {
            Some(row) => {
                if desk.firm.market.security(row).is_some_and(|s| s.symbol != *symbol) {
                    desk.push(market::Event::Renamed { security: row, symbol: *symbol });
                }
            }
            None => {
                desk.push(market::Event::Listed { security: next, isin: *isin, symbol: *symbol });
                next = next.next();
            }
        }
    }
    // But not in the middle of a day: what trades under a symbol keeps it unless the same list names it too.
    let market = &desk.firm.market;
    for holder in symbols.iter().filter_map(|symbol| market.by_symbol(symbol)) {
        let named = market.security(holder).is_some_and(|s| isins.contains(&s.isin));
        if !named && market.trades(holder, desk.day()) {
            return Err(Refusal::of(Code::SymbolTaken, [i64::from(holder.0)]));
        }
    }
    Ok(())
}

/// The second exchange's list: a code is one security's. What trades there today keeps the one it began with.
fn codes(desk: &mut Desk<'_>, rows: &[(SecurityRow, ScripCode)]) -> Result<(), Refusal> {
    bounded(rows.len(), MOST_ROWS)?;
    let market = &desk.firm.market;
    let (mut seen, mut given) = (BTreeSet::new(), BTreeSet::new());
    for (nth, (security, code)) in rows.iter().enumerate() {
        if market.security(*security).is_none() {
            return Err(Refusal::of(Code::UnknownSecurity, [i64::from(security.0)]));
        }
        if !seen.insert(*security) || !given.insert(*code) {
            return Err(repeats(nth));
        }
        let taken = |code: ScripCode, by: SecurityRow| Refusal::of(Code::ScripCodeTaken, [i64::from(code.0), i64::from(by.0)]);
        let known = market.code(*security).filter(|known| known != code);
        if let Some(known) = known.filter(|_| market.terms(Venue::Bse, *security, desk.day()).is_some()) {
            return Err(taken(known, *security));
        }
        if !code.is_code() {
            return Err(Refusal::of(Code::BadScripCode, [i64::from(code.0)]));
        }
        if market.code(*security) != Some(*code) {
            desk.push(market::Event::Coded { security: *security, code: *code });
        }
    }
    // Whose code it was before has another in the same list, or it is his.
    for (security, code) in rows {
        if let Some(holder) = desk.firm.market.by_code(*code).filter(|holder| holder != security && !seen.contains(holder)) {
            return Err(Refusal::of(Code::ScripCodeTaken, [i64::from(code.0), i64::from(holder.0)]));
        }
    }
    Ok(())
}

/// Rows are counted from one, as in the file they come from.
pub fn repeats(nth: usize) -> Refusal {
    Refusal::of(Code::RowRepeats, [i64::try_from(nth.saturating_add(1)).unwrap_or(i64::MAX)])
}

fn terms(desk: &mut Desk<'_>, venue: Venue, rows: &[(SecurityRow, market::Terms)]) -> Result<(), Refusal> {
    bounded(rows.len(), MOST_ROWS)?;
    let mut seen = BTreeSet::new();
    for (nth, (security, terms)) in rows.iter().enumerate() {
        if !seen.insert(*security) {
            return Err(repeats(nth));
        }
        if desk.firm.market.security(*security).is_none() {
            return Err(Refusal::of(Code::UnknownSecurity, [i64::from(security.0)]));
        }
        let on_tick = terms.low.is_on_tick(terms.tick) && terms.high.is_on_tick(terms.tick);
        if !on_tick || terms.low > terms.high || terms.low.0 <= 0 {
            return Err(Refusal::of(Code::OutsideBand, [terms.reference.0, terms.low.0, terms.high.0]));
        }
        if !desk.firm.calendar.is_open(venue, terms.day) {
            return Err(Refusal::of(Code::ExchangeShut, [i64::from(venue.number()), i64::from(terms.day.0)]));
        }
        super::cycle::is_known(desk, *security, terms.day)?;
        desk.push(market::Event::Termed { venue, security: *security, terms: *terms });
    }
    Ok(())
}

/// The own account's client row, if it is open.
pub fn own_client(firm: &crate::Firm) -> Option<vocab::ClientRow> {
    firm.clients.iter().find(|(_, c)| c.kind == ClientKind::Own).map(|(row, _)| row)
}

/// A sum that must be positive.
pub fn positive(amount: Paise) -> Result<(), Refusal> {
    if amount.is_positive() { Ok(()) } else { Err(Refusal::of(Code::BadSum, [amount.0])) }
}
