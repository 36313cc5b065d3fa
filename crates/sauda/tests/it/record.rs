//! What the record of a played day never shows, whoever asked for what: laws over every entry of it.

use crate::played::{book, column, day, paise, sample, turn};
use books::{Account, Cause, Place, Posting, StockEvent};
use firm::{Event, Input, Report};
use journal::v1::Entry;
use journal::{Caching, Item, Reader, RealDisk};
use partners::PaymentKind;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use vocab::{BankAccount, ClientKind, ClientRow, Code, NoteNo, OrderNo, Paise, PaymentNo, TradeNo, Venue, VoucherNo};

pub fn entries() -> Vec<Entry> {
    entries_of(day())
}

fn entries_of(state: &Path) -> Vec<Entry> {
    let disk = RealDisk::new(&state.join("firm"), Caching::ReadOnly).unwrap();
    let mut reader = Reader::open(&disk).unwrap();
    let mut all = Vec::new();
    while let Some(item) = reader.read().unwrap() {
        if let Item::Entry { number, body, .. } = item {
            all.push(Entry::get(number, body).unwrap());
        }
    }
    all
}

fn postings(entries: &[Entry]) -> Vec<Posting> {
    let of = |event: &Event| match event {
        Event::Money(books::Event::Posted(posting)) => Some(*posting),
        _ => None,
    };
    entries.iter().flat_map(|e| e.events.iter().filter_map(of)).collect()
}

fn vouchers(entries: &[Entry]) -> BTreeMap<VoucherNo, Vec<Posting>> {
    let mut vouchers: BTreeMap<VoucherNo, Vec<Posting>> = BTreeMap::new();
    for posting in postings(entries) {
        vouchers.entry(posting.voucher).or_default().push(posting);
    }
    vouchers
}

fn payments(entries: &[Entry]) -> BTreeMap<PaymentNo, PaymentKind> {
    let of = |event: &Event| match event {
        Event::Partner(partners::Event::PaymentAsked { payment, kind, .. }) => Some((*payment, *kind)),
        _ => None,
    };
    entries.iter().flat_map(|e| e.events.iter().filter_map(of)).collect()
}

/// The own account and the error account.
fn own_clients(entries: &[Entry]) -> BTreeSet<ClientRow> {
    let of = |event: &Event| match event {
        Event::Client(clients::Event::Opened { client, kind, .. }) if kind.is_own() => Some(*client),
        _ => None,
    };
    entries.iter().flat_map(|e| e.events.iter().filter_map(of)).collect()
}

fn is_bank(account: Account) -> bool {
    [Account::ClientBank, Account::SettlementBank, Account::OwnBank].contains(&account)
}

/// The lawful reason of a payment that touches the clients account (sebi 25.1.3, 25.1.4): a new kind does not
/// compile until somebody has found its reason.
fn reason(kind: PaymentKind) -> Option<&'static str> {
    match kind {
        PaymentKind::PayOutToClients => Some("credit: client money"),
        PaymentKind::Cover => Some("credit: member's money to maintain the account"),
        PaymentKind::PayInFromClients | PaymentKind::ToClient => Some("debit: payment to or for a client"),
        PaymentKind::Sweep => Some("debit: debt due to the member"),
        PaymentKind::CoverBack => Some("debit: the member's own money back"),
        PaymentKind::Return => Some("debit: money paid in by mistake"),
        PaymentKind::PayInFromOwn
        | PaymentKind::PayOutToOwn
        | PaymentKind::CoverPayIn
        | PaymentKind::ReturnFromSettlement
        | PaymentKind::ReturnFromOwn
        | PaymentKind::ToCorporation
        | PaymentKind::ToIntermediary => None,
    }
}

// covers: S-25.1.3-1, S-25.1.4-1, G-8.7-5, G-8.7-6
#[test]
fn the_clients_account_is_credited_and_debited_for_lawful_reasons_only() {
    for kind in PaymentKind::ALL {
        let (from, to) = kind.path();
        let reason = reason(kind).unwrap_or("not of the clients account");
        assert_eq!(reason.starts_with("debit"), from == BankAccount::Client, "{kind:?}");
        assert_eq!(reason.starts_with("credit"), to == Some(BankAccount::Client), "{kind:?}");
    }
    // A day on which third parties pay in too.
    let entries = entries_of(sample().0);
    let payments = payments(&entries);
    let mut seen = BTreeSet::new();
    for posting in postings(&entries).iter().filter(|p| p.account == Account::ClientBank) {
        let is_credit = posting.amount.is_positive();
        let reason = match posting.cause {
            Cause::Receipt => "credit: client money",
            Cause::ThirdParty => "credit: not known whose, in suspense until it goes back",
            Cause::Dishonoured => "debit: credited subject to clearing, and returned unpaid",
            _ => reason(payments[&PaymentNo(posting.reference)]).expect("a reason"),
        };
        assert!(reason.starts_with(if is_credit { "credit" } else { "debit" }), "{reason}: {posting:?}");
        seen.insert(reason);
    }
    assert!(seen.len() >= 4, "{seen:?}");
}

// covers: G-8.7-1, S-25.1.1-1
#[test]
fn every_bank_posting_is_a_clients_or_our_own_as_of_any_day() {
    let mut receipts = Vec::new();
    for to in ["2026-07-01", "2026-07-02", "2026-12-31"] {
        let (heading, bank) = book("bank", &["--to", to]);
        let at = |name| column(&heading, name);
        let (journal_heading, journal) = book("journal", &["--to", to]);
        let of = |name| column(&journal_heading, name);
        let mut clients_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in journal.iter().filter(|r| r[of("Account")].starts_with("liabilities:client:")) {
            clients_of.entry(&row[of("Voucher")]).or_default().insert(&row[of("Account")]);
        }
        let mut received: BTreeMap<&str, i64> = BTreeMap::new();
        for row in &bank {
            let clients = clients_of.get(row[at("Voucher")].as_str());
            match row[at("Whose money")].as_str() {
                "client's" => assert!(clients.is_none_or(|c| c.len() == 1), "one client's: {row:?}"),
                // The corporation moves one net sum; whose each part of it is stands in the bills.
                "own" | "third party's" | "settlement" => assert!(clients.is_none(), "no client's: {row:?}"),
                other => panic!("{other}: not classed: {row:?}"),
            }
            if row[at("Narration")] == "received from client" {
                let client = clients.and_then(|c| c.first()).expect("a receipt names its client");
                *received.entry(client).or_insert(0) += paise(&row[at("Received")]);
            }
        }
        let (ledger_heading, ledger) = book("clients", &["--to", to]);
        let mut credited: BTreeMap<String, i64> = BTreeMap::new();
        for row in ledger.iter().filter(|r| r[column(&ledger_heading, "Narration")] == "received from client") {
            let account = format!("liabilities:client:{}", row[column(&ledger_heading, "Account")]);
            *credited.entry(account).or_insert(0) += paise(&row[column(&ledger_heading, "Credit")]);
        }
        let received: BTreeMap<String, i64> = received.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        assert!(!received.is_empty() && received == credited, "client by client, as of {to}");
        receipts.push(bank.len());
    }
    assert!(receipts.is_sorted() && receipts[0] < receipts[2], "an earlier day knows less: {receipts:?}");
}

// covers: G-App2-3, G-8.6-1, S-15.1.1h-1
#[test]
fn a_clients_money_passes_the_clients_account_and_meets_no_other_clients() {
    let mut met = 0;
    for lines in vouchers(&entries()).values() {
        let clients: BTreeSet<u32> = lines.iter().filter(|p| p.account == Account::Client).map(|p| p.owner).collect();
        assert!(clients.len() <= 1, "one voucher sets one client's balance against another's: {lines:?}");
        let banks: Vec<Account> = lines.iter().map(|p| p.account).filter(|a| is_bank(*a)).collect();
        if !clients.is_empty() && !banks.is_empty() {
            assert_eq!(banks, [Account::ClientBank], "{lines:?}");
            met += 1;
        }
    }
    assert!(met > 10, "{met}");
}

/// Whether a report brings or takes money, and by which mode: a new report does not compile until somebody says.
fn mode(report: &Report) -> Option<&'static str> {
    match report {
        Report::Credited { .. } => Some("bank credit, told by our bank"),
        Report::InstrumentCredited { .. } | Report::InstrumentReturned { .. } => Some("cheque or draft, at our bank"),
        Report::PaymentDone { .. } => Some("bank transfer we asked for"),
        Report::Dividend { .. } => Some("bank credit of a company"),
        Report::ClearingMoney { .. } => Some("the corporation's mandate on the settlement account"),
        Report::CashBack { .. } => Some("bank credit of the corporation, on the own account"),
        Report::MarginPenalties { .. } => Some("the corporation's mandate on the own account"),
        Report::Phase { .. }
        | Report::Strangers { .. }
        | Report::Halted { .. }
        | Report::BandMoved { .. }
        | Report::Order { .. }
        | Report::OrderKnown { .. }
        | Report::TradeFile { .. }
        | Report::TradeFileReissued { .. }
        | Report::SameDayBand { .. }
        | Report::SameDayFile { .. }
        | Report::Closes { .. }
        | Report::PaymentFailed { .. }
        | Report::PaymentKnown { .. }
        | Report::Statement { .. }
        | Report::StatementLines { .. }
        | Report::InstrumentCleared { .. }
        | Report::Schedule(_)
        | Report::Obligation { .. }
        | Report::Short { .. }
        | Report::PayOutShort { .. }
        | Report::Auctioned { .. }
        | Report::ClosedOut { .. }
        | Report::SharesOut { .. }
        | Report::PayOutComplete { .. }
        | Report::TransferDone { .. }
        | Report::TransferKnown { .. }
        | Report::Actions(_)
        | Report::BenefitShares { .. }
        | Report::CodeModified { .. }
        | Report::WaiverDecided { .. }
        | Report::TradeAnnulled { .. }
        | Report::CustodianSaid { .. }
        | Report::Holdings { .. }
        | Report::MarginRates { .. }
        | Report::MarginLook { .. }
        | Report::Pledged { .. }
        | Report::Objected { .. }
        | Report::ObjectionEnded { .. }
        | Report::SharesCame { .. }
        | Report::SharesReturned { .. }
        | Report::LienStands { .. }
        | Report::HoldingsWhole { .. }
        | Report::Unpledged { .. }
        | Report::Reached { .. }
        | Report::Crossed { .. } => None,
    }
}

// covers: S-29.1-1, S-29.1-2, S-29.2-1, S-23A-8.1.2-1, G-8.9-1, G-8.11-1
#[test]
fn money_comes_and_goes_through_banks_alone() {
    let moneys: Vec<Account> =
        Account::ALL.iter().copied().filter(|a| a.class() == books::Class::Bank || a.name().contains("cash")).collect();
    assert_eq!(moneys, [Account::ClientBank, Account::SettlementBank, Account::OwnBank], "no cash account");
    let mut seen = BTreeSet::new();
    for entry in entries() {
        let moved = entry.events.iter().any(|e| match e {
            Event::Money(books::Event::Posted(p)) => is_bank(p.account) && p.cause != Cause::Opening,
            _ => false,
        });
        let by = match &entry.input {
            Input::Report(report) => mode(report),
            Input::Ask { .. } | Input::Tick(_) | Input::Step => None,
        };
        assert!(!moved || by.is_some(), "money moved by {:?}", entry.input);
        seen.extend(by.filter(|_| moved));
        for event in &entry.events {
            if let Event::Partner(partners::Event::PaymentAsked { kind, to, .. }) = event {
                // What goes to the corporation goes to no person.
                let person = kind.path().1.is_none() && *kind != PaymentKind::ToCorporation;
                assert_eq!(to.is_some(), person, "a person is paid on a bank account: {event:?}");
            }
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

// covers: G-8.12-1
#[test]
fn the_banks_statements_are_the_bank_book_line_by_line() {
    let (heading, open) = book("reconciliation", &[]);
    assert!(heading.contains(&"Since".to_owned()) && open.is_empty(), "{open:?}");
    // In the middle of the first day no statement has come: what the bank has done so far is open, on every account.
    let stated = |e: &&Entry| e.events.iter().any(|event| matches!(event, Event::BankStated { .. }));
    let booked = |e: &&Entry| e.events.iter().any(|event| matches!(event, Event::BankBooked { .. }));
    let entries = entries();
    assert!(entries.iter().filter(booked).count() > 10 && entries.iter().filter(stated).count() > 3);
}

// covers: S-30.1.2-1
#[test]
fn every_receipt_keeps_its_number_remitter_account_match_and_time() {
    let (mut matched, mut last) = (0, None);
    for entry in entries() {
        let Input::Report(Report::Credited { amount, from, name, utr, .. }) = &entry.input else { continue };
        assert!(!utr.as_str().is_empty());
        assert!(format!("{from:?}") != format!("{name:?}"), "account and name are two things");
        let result = entry.events.iter().find(|e| matches!(e, Event::Receipt { .. } | Event::ReceiptHeld { .. }));
        match result.expect("each receipt is matched or held") {
            Event::Receipt { amount: booked, utr: kept, .. } => {
                assert_eq!((booked, kept), (amount, utr));
                matched += 1;
            }
            Event::ReceiptHeld { amount: booked, from: kept, .. } => assert_eq!((booked, kept), (amount, from)),
            _ => unreachable!("found above"),
        }
        assert!(last.is_none_or(|last| last <= entry.head.at), "in time order");
        last = Some(entry.head.at);
    }
    assert!(matched >= 15, "{matched}");
}

// covers: S-41.2.2-34, S-41.2.2-36
#[test]
fn orders_leave_as_they_came_and_no_number_is_used_twice() {
    let (mut placed, mut trades) = (Vec::new(), BTreeSet::new());
    let mut opened: BTreeMap<(Venue, OrderNo), u64> = BTreeMap::new();
    let mut venues: BTreeMap<OrderNo, Venue> = BTreeMap::new();
    let mut within_day = BTreeSet::new();
    for entry in entries() {
        for event in &entry.events {
            match event {
                Event::Order(orders::Event::Placed(p)) => {
                    placed.push(p.order);
                    venues.insert(p.order, p.venue);
                    if p.product == vocab::Product::Intraday {
                        within_day.insert(p.order);
                    }
                }
                Event::Order(orders::Event::Opened { order, venue_order, .. }) => {
                    assert!(opened.insert((venues[order], *order), venue_order.0).is_none(), "{order} is opened once");
                }
                Event::Clearing(clearing::Event::Traded(t)) => {
                    assert!(trades.insert((t.trade, t.side.number())), "{} is booked twice", t.trade);
                }
                _ => {}
            }
        }
    }
    let there = |of: &BTreeSet<OrderNo>| of.iter().filter(|no| venues[no] == Venue::Bse).count();
    assert!(there(&within_day) > 2, "within the day at the second exchange too: {within_day:?}");
    assert!(there(&within_day) < within_day.len(), "and at the first");
    assert_eq!(placed, (1..).take(placed.len()).map(OrderNo).collect::<Vec<_>>(), "numbered as they came");
    // Each exchange numbers what reaches it: nothing was held back or overtaken on the way.
    for (venue, least) in [(Venue::Nse, 50), (Venue::Bse, 10)] {
        let there: Vec<u64> = opened.iter().filter(|((of, _), _)| *of == venue).map(|(_, no)| *no).collect();
        assert!(there.len() > least && there.is_sorted_by(|a, b| a < b), "{venue}: {there:?}");
    }
}

// covers: G-6.4-1
#[test]
fn a_note_says_what_the_sauda_book_says_and_nothing_else() {
    let _turn = turn();
    let mut booked: BTreeMap<(TradeNo, u8), clearing::TradeFact> = BTreeMap::new();
    let mut noted: BTreeMap<NoteNo, (ClientRow, Vec<(TradeNo, u8)>)> = BTreeMap::new();
    let entries = entries();
    for event in entries.iter().flat_map(|e| &e.events) {
        match event {
            Event::Clearing(clearing::Event::Traded(fact)) => {
                booked.insert((fact.trade, fact.side.number()), *fact);
            }
            // A code entered in error was changed at the exchange.
            Event::Clearing(clearing::Event::CodeModified { trade, side, to, .. }) => {
                booked.get_mut(&(*trade, side.number())).expect("a booked trade").client = *to;
            }
            Event::Noted { note, trade, side, client, .. } => {
                let of = noted.entry(*note).or_insert((*client, Vec::new()));
                assert_eq!(of.0, *client, "one client to a note");
                of.1.push((*trade, side.number()));
            }
            _ => {}
        }
    }
    let mut all: Vec<(TradeNo, u8)> = noted.values().flat_map(|(_, trades)| trades.iter().copied()).collect();
    all.sort_unstable();
    assert_eq!(all, booked.keys().copied().collect::<Vec<_>>(), "each trade on one note, and no other");
    for (note, (client, trades)) in noted.iter().take(6) {
        let text = crate::played::ask(day(), &["note", "--fy", "2026-27", &note.to_string()]).good();
        for key in trades {
            let fact = &booked[key];
            assert_eq!(fact.client, *client, "the trade's own client");
            // Two exchanges may give one number: which of them it is stands in the line below.
            let lines: Vec<&str> = text.lines().collect();
            let is_it = |pair: &&[&str]| {
                let [words, below] = [pair[0], pair[1]].map(|l| l.split_whitespace().collect::<Vec<_>>());
                let (number, side) = (fact.trade.number().to_string(), fact.side.to_string());
                words.contains(&number.as_str()) && words.contains(&side.as_str()) && below.contains(&fact.trade.venue().as_str())
            };
            let pair = lines.windows(2).find(is_it).unwrap_or_else(|| panic!("trade {} on note {note}:\n{text}", fact.trade));
            for word in [fact.qty.to_string(), fact.price.to_string()] {
                assert!(pair[0].split_whitespace().any(|w| w == word), "{word}: {}", pair[0]);
            }
        }
    }
}

// covers: S-23A-2.4.3-1, S-25.2-1
#[test]
fn shares_move_along_the_matrix_and_ours_never_lie_with_clients() {
    use Place::{Account, Beneficiary, Corporation, Early, Outside, Pool, Principal, Unpaid};
    let entries = entries();
    let own = own_clients(&entries);
    assert!(!own.is_empty());
    let mut seen = [0, 0];
    for event in entries.iter().flat_map(|e| &e.events) {
        let Event::Stock(StockEvent::Moved { client, from, to, .. }) = event else { continue };
        let ours = own.contains(client);
        seen[usize::from(ours)] += 1;
        let lawful = match (from, to) {
            // A client's own account is his: what comes there or goes is not ours to judge.
            (Outside, Account) | (Account, Outside) => true,
            (Account | Pool | Principal | Corporation, Beneficiary) | (Beneficiary, Account | Pool | Principal | Corporation) => !ours,
            // What its client has not paid for lies apart, and leaves for him or for its sale.
            (Pool, Unpaid) | (Unpaid, Account | Beneficiary) => !ours,
            // Paid in early, and back if it was not needed: past the firm's accounts.
            (Account, Early) | (Early, Account | Corporation) => !ours,
            (Account, Pool) => ours,
            (Pool, Account | Corporation) | (Principal, Corporation) | (Corporation, Account | Pool) => true,
            _ => false,
        };
        assert!(lawful, "{event:?}");
    }
    assert!(seen[0] > 20, "{seen:?}");
}

// covers: S-13.1-2
#[test]
fn every_client_has_his_tax_number_in_the_vault_and_nobody_is_kept_without() {
    let copied = crate::played::copy("numbers");
    let disk = RealDisk::new(&copied.0.join("vault"), Caching::Buffered).unwrap();
    let mut vault = vault::Vault::open(disk, vault::VaultKey::sandbox(1)).unwrap();
    let purpose = vault::Purpose { who: "test", why: "numbers", wall: 1 };
    let mut clients = 0;
    let mut someone = None;
    for event in entries().iter().flat_map(|e| &e.events) {
        let Event::Client(clients::Event::Opened { vault: reference, kind: ClientKind::Individual, .. }) = event else {
            continue;
        };
        let person = vault.read(*reference, &purpose).expect("a sealed record");
        assert_eq!(vault::parse_pan(person.pan.as_str()).unwrap(), person.pan);
        clients += 1;
        someone = Some(person);
    }
    assert!(clients >= 15, "{clients}");
    let mut nobody = someone.unwrap();
    nobody.pan = Code::parse("X").unwrap();
    let kept = vault.people();
    assert!(vault.put(9_999, &nobody).unwrap_err().to_string().contains("pan"));
    assert_eq!(vault.people(), kept);
}

// covers: G-8.7-3
#[test]
fn one_clients_account_carries_a_balance_for_each_client() {
    let postings = postings(&entries());
    let mut balances: BTreeMap<u32, Paise> = BTreeMap::new();
    for posting in postings.iter().filter(|p| p.account == Account::Client) {
        *balances.entry(posting.owner).or_insert(Paise::ZERO) += -posting.amount;
    }
    let (heading, rows) = book("clients", &[]);
    let mut printed: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &rows {
        printed.insert(&row[column(&heading, "Account")], paise(&row[column(&heading, "Balance")]));
    }
    let mut ours: Vec<i64> = balances.values().map(|b| b.0).collect();
    let mut theirs: Vec<i64> = printed.into_values().collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
    let banks: BTreeSet<Account> = postings.iter().map(|p| p.account).filter(|a| is_bank(*a)).collect();
    assert_eq!(banks.len(), 3, "one clients account, one settlement account, one own");
}
