//! The money books: clients' ledger, general ledger, journal, cash, bank, trial balance.

use super::Filter;
use super::gather::{Gathered, Line};
use crate::directory::Directory;
use crate::sheet::{Cell, Sheet};
use books::{Account, Cause, Posting};
use partners::PaymentKind;
use std::collections::BTreeMap;
use vocab::{ClientRow, Day, FinancialYear, NoteNo, Paise, PaymentNo, TradeNo, Venue};

const LEDGER: &[&str] =
    &["Account", "Date", "Voucher", "Entry", "Narration", "Settlement", "Value date", "Debit", "Credit", "Balance"];

/// The note a bill's voucher refers to.
pub fn note_of(reference: u64) -> (FinancialYear, NoteNo) {
    let year = i32::try_from(reference >> 32).unwrap_or(0);
    (FinancialYear(year), NoteNo(u32::try_from(reference & u64::from(u32::MAX)).unwrap_or(0)))
}

/// Why the voucher was made, and which paper it refers to.
pub fn narration(posting: &Posting) -> String {
    let why = posting.cause.narration();
    match posting.cause {
        Cause::Bill | Cause::Sharing | Cause::BillCancelled => {
            let (year, note) = note_of(posting.reference);
            format!("{why}: note {year}/{note}")
        }
        Cause::ClientPayOut
        | Cause::ThirdPartyReturn
        | Cause::Transfer
        | Cause::Sweep
        | Cause::Cover
        | Cause::OwnDeposit
        | Cause::IntermediaryPayment => {
            format!("{why}: payment {}", posting.reference)
        }
        Cause::ThirdParty => format!("{why}: receipt {}", posting.reference),
        Cause::Benefit => format!("{why}: corporate action {}", posting.reference),
        Cause::ModificationPenalty => {
            let month = corrections::Month(u16::try_from(posting.reference).unwrap_or(0));
            format!("{why}: month of {}", month.first_day())
        }
        Cause::OwnDepositBack => format!("{why}: deposit {}", posting.reference),
        Cause::MarginPenalty | Cause::MarginPenaltyPassed => {
            let day = i32::try_from(posting.reference).map(Day);
            day.map_or_else(|_| why.to_owned(), |day| format!("{why}: {day}"))
        }
        Cause::Dishonoured => format!("{why}: instrument {}", posting.reference),
        Cause::Custodian => format!("{why}: trade {}", TradeNo(posting.reference)),
        // Client and settlement stand in columns of their own.
        Cause::Opening
        | Cause::Receipt
        | Cause::PayIn
        | Cause::PayOut
        | Cause::Levies
        | Cause::Valuation
        | Cause::Auction
        | Cause::CloseOut
        | Cause::ErrorLoss
        | Cause::InternalShortage
        | Cause::BroughtOver
        | Cause::WriteOff => why.to_owned(),
    }
}

/// The account with its owner, as the ledgers for other programs spell it.
pub fn account_name(posting: &Posting, directory: &Directory) -> String {
    owned(posting.account, posting.owner, directory)
}

fn owned(account: Account, owner: u32, directory: &Directory) -> String {
    let name = account.name();
    match account {
        Account::Client => format!("{name}:{}", safe(&directory.ucc(ClientRow(owner)))),
        Account::Intermediary => format!("{name}:{}", safe(&directory.intermediary(vocab::IntermediaryRow(owner)))),
        Account::Suspense => format!("{name}:receipt-{owner}"),
        Account::Stamp => format!("{name}:{}", safe(&state(owner))),
        _ if owner == 0 => name.to_owned(),
        _ => format!("{name}:{owner}"),
    }
}

/// A code may hold what they would read as an account's end.
pub fn safe(code: &str) -> String {
    code.replace([':', ';', '"'], "_")
}

fn state(owner: u32) -> String {
    owner.to_be_bytes().iter().filter(|b| b.is_ascii_graphic()).map(|b| char::from(*b)).collect()
}

fn settlement(posting: &Posting, directory: &Directory) -> Cell {
    posting.settlement.map_or(Cell::Blank, |row| Cell::text(directory.number(row)))
}

/// One account's lines with a running balance; `sign` is 1 where debits stand positive, -1 where credits do.
fn run_ledger(sheet: &mut Sheet, name: &str, lines: &[&Line], sign: i64, gathered: &Gathered, filter: &Filter) -> Paise {
    let signed = |amount: Paise| if sign < 0 { -amount } else { amount };
    let mut balance = Paise::ZERO;
    let mut opened = false;
    for line in lines {
        let day = line.day;
        if filter.is_after(day) {
            break;
        }
        if filter.is_before(day) {
            balance += signed(line.posting.amount);
            continue;
        }
        if !opened && !balance.is_zero() {
            brought(sheet, name, filter, balance);
        }
        opened = true;
        let posting = &line.posting;
        balance += signed(posting.amount);
        sheet.push(vec![
            Cell::text(name),
            Cell::Day(day),
            Cell::Number(posting.voucher.0),
            Cell::Number(line.entry.0),
            Cell::text(narration(posting)),
            settlement(posting, &gathered.directory),
            Cell::Day(posting.value_day),
            Cell::money_if(posting.amount),
            Cell::money_if(-posting.amount),
            Cell::Money(balance),
        ]);
    }
    if !opened && !balance.is_zero() {
        brought(sheet, name, filter, balance);
    }
    balance
}

fn brought(sheet: &mut Sheet, name: &str, filter: &Filter, balance: Paise) {
    let day = filter.from.map_or(Cell::Blank, Cell::Day);
    let mut row = vec![Cell::text(name), day, Cell::Blank, Cell::Blank, Cell::text("brought forward")];
    row.extend([Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, Cell::Money(balance)]);
    sheet.push(row);
}

/// Every posting of each client, credit positive; the total is the control account's (guide I 3.2(b)(ii)).
pub fn clients(gathered: &Gathered, filter: &Filter) -> Sheet {
    let mut by_client: BTreeMap<u32, Vec<&Line>> = BTreeMap::new();
    for line in gathered.lines.iter().filter(|l| l.posting.account == Account::Client) {
        by_client.entry(line.posting.owner).or_default().push(line);
    }
    let mut sheet = Sheet::new("Clients' ledger (balances: owed to the client positive)", LEDGER);
    let mut total = Paise::ZERO;
    for (owner, lines) in by_client.iter().filter(|(owner, _)| filter.is_of(ClientRow(**owner))) {
        let name = gathered.directory.ucc(ClientRow(*owner));
        total += run_ledger(&mut sheet, &name, lines, -1, gathered, filter);
    }
    if filter.client.is_none() {
        let control: Paise = gathered
            .lines
            .iter()
            .filter(|l| l.posting.account == Account::Client && !filter.is_after(l.day))
            .map(|l| -l.posting.amount)
            .sum();
        let agrees = if control == total { "agrees with" } else { "DIFFERS from" };
        sheet.foot.push(format!("Total of the clients' ledger {total:#} {agrees} the control account {control:#}"));
    } else {
        sheet.foot.push(format!("Balance {total:#}"));
    }
    sheet
}

/// Whether a line belongs to the client asked for, or to anybody when none was.
fn wanted(line: &Line, filter: &Filter) -> bool {
    match filter.client {
        None => true,
        Some(client) => line.posting.account == Account::Client && line.posting.owner == client.0,
    }
}

/// Every account of the general ledger, debit positive, one set of books per exchange (guide I 3.1, I 3.2(b)(iii)).
pub fn general(gathered: &Gathered, filter: &Filter) -> Sheet {
    let mut accounts: BTreeMap<(Venue, Account, String), Vec<&Line>> = BTreeMap::new();
    for line in gathered.lines.iter().filter(|l| wanted(l, filter)) {
        let posting = &line.posting;
        // Clients stand as one control account: their ledger is a book of its own.
        let name = match posting.account {
            Account::Client => posting.account.name().to_owned(),
            _ => account_name(posting, &gathered.directory),
        };
        accounts.entry((posting.venue, posting.account, name)).or_default().push(line);
    }
    let mut sheet = Sheet::new("General ledger (balances: debits positive)", LEDGER);
    let mut total = Paise::ZERO;
    for ((venue, _, name), lines) in &accounts {
        total += run_ledger(&mut sheet, &format!("{venue}:{name}"), lines, 1, gathered, filter);
    }
    sheet.foot.push(format!("Sum of all balances {total:#}"));
    sheet
}

/// Vouchers in their gapless order, with who prepared and who released them (guide I 3.2(b)(iv)).
pub fn journal(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Voucher", "Date", "Time", "Entry", "Narration", "Exchange", "Account", "Settlement", "Value date", "Debit",
        "Credit", "Rule", "Prepared by", "Approved by",
    ];
    let mut sheet = Sheet::new("Journal of vouchers", COLUMNS);
    let (mut debits, mut credits, mut vouchers) = (Paise::ZERO, Paise::ZERO, 0u64);
    let mut last = None;
    for line in gathered.lines.iter().filter(|l| filter.takes(l.day) && wanted(l, filter)) {
        let posting = &line.posting;
        vouchers += u64::from(last != Some(posting.voucher));
        last = Some(posting.voucher);
        debits += posting.amount.at_least_zero();
        credits += (-posting.amount).at_least_zero();
        let rule = posting.rule.and_then(|row| gathered.directory.rule(row));
        sheet.push(vec![
            Cell::Number(posting.voucher.0),
            Cell::Day(line.day),
            Cell::text(line.at.time().to_string()),
            Cell::Number(line.entry.0),
            Cell::text(narration(posting)),
            Cell::text(posting.venue.as_str()),
            Cell::text(account_name(posting, &gathered.directory)),
            settlement(posting, &gathered.directory),
            Cell::Day(posting.value_day),
            Cell::money_if(posting.amount),
            Cell::money_if(-posting.amount),
            rule.map_or(Cell::Blank, |rule| Cell::text(rule.name.as_str())),
            Cell::text(line.prepared.clone()),
            Cell::text(line.approved.clone()),
        ]);
    }
    sheet.foot.push(format!("{vouchers} vouchers; debits {debits:#}, credits {credits:#}"));
    sheet
}

/// The cash book exists and is empty: no cash is taken or given, so its balance is never negative.
pub fn cash(gathered: &Gathered) -> Sheet {
    const COLUMNS: &[&str] = &["Date", "Voucher", "Entry", "Narration", "Received", "Paid", "Balance"];
    let mut sheet = Sheet::new("Cash book", COLUMNS);
    sheet.foot.push("No entries: cash is refused, money moves through bank accounts alone. Balance 0.00".to_owned());
    let refusing = gathered.directory.rules_named(rulebook::RuleName::CashRefused);
    sheet.foot.extend(refusing.map(|rule| format!("Rule: {rule}; {}", rule.paragraph)));
    sheet
}

const BANKS: [Account; 3] = [Account::ClientBank, Account::SettlementBank, Account::OwnBank];

pub fn is_bank(account: Account) -> bool {
    BANKS.contains(&account)
}

/// Whose money a bank line moved (guide I 8.7). The clearing corporation moves one net sum for all.
fn whose(posting: &Posting, gathered: &Gathered) -> &'static str {
    match posting.cause {
        Cause::Receipt | Cause::Dishonoured => "client's",
        Cause::ThirdParty | Cause::ThirdPartyReturn => "third party's",
        Cause::Opening | Cause::MarginPenalty | Cause::OwnDeposit | Cause::OwnDepositBack => "own",
        Cause::Benefit if posting.account == Account::OwnBank => "own",
        Cause::Benefit => "client's",
        Cause::ClientPayOut | Cause::Transfer | Cause::Sweep | Cause::Cover | Cause::IntermediaryPayment => {
            match gathered.payments.get(&PaymentNo(posting.reference)) {
                Some(
                    PaymentKind::PayInFromClients | PaymentKind::PayOutToClients | PaymentKind::ToClient,
                ) => "client's",
                Some(PaymentKind::Return | PaymentKind::ReturnFromSettlement | PaymentKind::ReturnFromOwn) => "third party's",
                Some(
                    PaymentKind::PayInFromOwn
                    | PaymentKind::PayOutToOwn
                    | PaymentKind::Cover
                    | PaymentKind::CoverBack
                    | PaymentKind::CoverPayIn
                    | PaymentKind::ToIntermediary
                    | PaymentKind::ToCorporation
                    | PaymentKind::Sweep,
                ) => "own",
                None => "not known",
            }
        }
        Cause::Bill
        | Cause::Sharing
        | Cause::PayIn
        | Cause::PayOut
        | Cause::Levies
        | Cause::Valuation
        | Cause::Auction
        | Cause::CloseOut
        | Cause::BillCancelled
        | Cause::ModificationPenalty
        | Cause::MarginPenaltyPassed
        | Cause::ErrorLoss
        | Cause::InternalShortage
        | Cause::Custodian
        | Cause::BroughtOver
        | Cause::WriteOff => "settlement",
    }
}

/// The firm's own book of its bank accounts, each with a running balance.
pub fn bank(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] =
        &["Account", "Date", "Voucher", "Entry", "Narration", "Whose money", "Received", "Paid", "Balance"];
    let mut sheet = Sheet::new("Bank book", COLUMNS);
    for account in BANKS {
        let mut balance = Paise::ZERO;
        for line in gathered.lines.iter().filter(|l| l.posting.account == account) {
            if filter.is_after(line.day) {
                break;
            }
            let posting = &line.posting;
            balance += posting.amount;
            if filter.is_before(line.day) {
                continue;
            }
            sheet.push(vec![
                Cell::text(account.name()),
                Cell::Day(line.day),
                Cell::Number(posting.voucher.0),
                Cell::Number(line.entry.0),
                Cell::text(narration(posting)),
                Cell::text(whose(posting, gathered)),
                Cell::money_if(posting.amount),
                Cell::money_if(-posting.amount),
                Cell::Money(balance),
            ]);
        }
        sheet.foot.push(format!("{} {balance:#}", account.name()));
    }
    sheet
}

/// What the banks said, kept apart from the bank book (guide I 3.2(b)(vi)).
pub fn statements(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Bank account", "Day", "Received", "Lines", "Closing balance", "Our book"];
    let mut sheet = Sheet::new("Bank statements received: the banks' word, not our book", COLUMNS);
    for s in gathered.statements.iter().filter(|s| filter.takes(s.day)) {
        sheet.push(vec![
            Cell::text(s.account.as_str()),
            Cell::Day(s.day),
            Cell::At(s.at),
            Cell::Number(u64::from(s.lines)),
            Cell::Money(s.closing),
            Cell::text(if s.agreed { "agrees" } else { "differs: see its break" }),
        ]);
    }
    sheet
}

/// Balances of one exchange's set of books, by account with its owners together.
pub fn balances(gathered: &Gathered, filter: &Filter) -> BTreeMap<(Venue, Account), Paise> {
    let mut balances = BTreeMap::new();
    for line in gathered.lines.iter().filter(|l| filter.takes(l.day) && wanted(l, filter)) {
        let key = (line.posting.venue, line.posting.account);
        *balances.entry(key).or_insert(Paise::ZERO) += line.posting.amount;
    }
    balances
}

/// The trial balance: each exchange's set alone (guide I 3.1).
pub fn trial(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Exchange", "Code", "Account", "Class", "Debit", "Credit"];
    let mut sheet = Sheet::new("Trial balance", COLUMNS);
    let mut sums: BTreeMap<Venue, (Paise, Paise)> = BTreeMap::new();
    let mut crossed = None;
    for ((venue, account), balance) in balances(gathered, filter) {
        if account == Account::InterExchange {
            *crossed.get_or_insert(Paise::ZERO) += balance;
        }
        let sum = sums.entry(venue).or_insert((Paise::ZERO, Paise::ZERO));
        sum.0 += balance.at_least_zero();
        sum.1 += (-balance).at_least_zero();
        sheet.push(vec![
            Cell::text(venue.as_str()),
            Cell::text(account.code()),
            Cell::text(account.name()),
            Cell::text(format!("{:?}", account.class()).to_lowercase()),
            Cell::money_if(balance),
            Cell::money_if(-balance),
        ]);
    }
    for (venue, (debits, credits)) in sums {
        let word = if debits == credits { "balances" } else { "DOES NOT BALANCE" };
        sheet.foot.push(format!("{venue}: debits {debits:#}, credits {credits:#}: {word}"));
    }
    if let Some(crossed) = crossed.filter(|_| filter.exchange.is_none()) {
        let word = if crossed.is_zero() { "at zero" } else { "NOT AT ZERO" };
        sheet.foot.push(format!("{}, over all exchanges: {crossed:#}: {word}", Account::InterExchange.name()));
    }
    sheet
}
