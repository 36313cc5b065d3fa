use crate::*;
use vocab::*;

fn line(voucher: u64, account: Account, owner: u32, amount: i64) -> Event {
    Event::Posted(Posting {
        voucher: VoucherNo(voucher),
        reference: 1,
        amount: Paise(amount),
        owner,
        value_day: Day(100),
        settlement: None,
        rule: None,
        account,
        venue: Venue::Nse,
        corporation: Corporation::Nscl,
        cause: Cause::Receipt,
    })
}

#[test]
fn accounts_and_causes_keep_their_numbers() {
    for account in Account::ALL {
        assert_eq!(Account::from_number(account.number()), Some(*account));
    }
    for cause in Cause::ALL {
        assert_eq!(Cause::from_number(cause.number()), Some(*cause));
    }
}

// covers: G-3.2-4, G-3.2-5, S-25.1.2-2
#[test]
fn a_client_ledger_is_the_sum_of_its_postings_and_agrees_with_its_control() {
    let mut books = Books::new();
    books.apply(&line(1, Account::ClientBank, 0, 500));
    assert!(!books.is_balanced());
    books.apply(&line(1, Account::Client, 3, -500));
    assert!(books.is_balanced());
    books.apply(&line(2, Account::ClientBank, 0, 200));
    books.apply(&line(2, Account::Client, 1, -200));
    assert_eq!(books.client(ClientRow(3)).balance, Paise(500));
    let sum: Paise = books.clients().map(|(_, c)| c.balance).sum();
    assert_eq!(books.balance(Venue::Nse, Account::Client), -sum);
    assert_eq!(books.next_voucher(), VoucherNo(3));
}

// covers: G-3.1-1
#[test]
fn each_set_is_at_zero_and_what_leaves_one_comes_in_another() {
    let on = |event, venue| {
        let Event::Posted(posting) = event else { panic!("a line is posted") };
        Event::Posted(Posting { venue, ..posting })
    };
    let mut books = Books::new();
    books.apply(&on(line(1, Account::Client, 3, 500), Venue::Bse));
    books.apply(&line(1, Account::SettlementControl, 0, -500));
    assert!(!books.is_balanced(), "both together are at zero, and neither is");
    books.apply(&on(line(1, Account::InterExchange, 0, -500), Venue::Bse));
    assert!(!books.is_balanced());
    books.apply(&line(1, Account::InterExchange, 0, 500));
    assert!(books.is_balanced());
    assert_eq!(books.total(Account::InterExchange), Paise::ZERO);
    // A debit without its credit is not put right by the account between the sets.
    books.apply(&line(2, Account::Client, 3, 70));
    books.apply(&line(2, Account::InterExchange, 0, -70));
    assert!(!books.is_balanced());
}

#[test]
fn what_stands_elsewhere_is_to_be_brought_over_from_its_value_day_until_it_is() {
    let on = |day: i32, amount| {
        let Event::Posted(posting) = line(1, Account::Client, 3, amount) else { panic!("a line is posted") };
        Event::Posted(Posting { venue: Venue::Bse, value_day: Day(day), ..posting })
    };
    let mut books = Books::new();
    books.apply(&line(1, Account::Client, 3, 900));
    books.apply(&on(101, 500));
    books.apply(&on(102, -40));
    let due = |books: &Books, day| books.to_bring_over(Day(day)).map(|(_, amount)| amount).collect::<alloc::vec::Vec<_>>();
    assert_eq!(due(&books, 100), []);
    assert_eq!(due(&books, 101), [Paise(500)]);
    assert_eq!(due(&books, 200), [Paise(500), Paise(-40)]);
    books.apply(&on(101, -500));
    assert_eq!(due(&books, 200), [Paise(-40)]);
}

// covers: S-23A-3.2-C-1, S-23A-3.2-D-1, S-23A-3.2-CD-1
#[test]
fn open_bills_are_left_out_of_credits_and_debits() {
    let mut books = Books::new();
    books.apply(&line(1, Account::ClientBank, 0, 500));
    books.apply(&line(1, Account::Client, 0, -500));
    // A buyer is billed 800 due later; a seller is billed 300 in his favour.
    books.apply(&line(2, Account::Client, 0, 800));
    books.apply(&line(2, Account::SettlementControl, 0, -800));
    books.apply(&line(3, Account::Client, 1, -300));
    books.apply(&line(3, Account::SettlementControl, 0, 300));
    let (settlement, due) = (SettlementRow(0), Day(101));
    books.apply(&Event::BillOpened { client: ClientRow(0), settlement, amount: Paise(800), due });
    books.apply(&Event::BillOpened { client: ClientRow(1), settlement, amount: Paise(-300), due });
    assert_eq!(books.credits_and_debits([]), (Paise(500), Paise::ZERO));
    assert_eq!(books.client(ClientRow(1)).free(), Paise::ZERO, "a sale backs nothing before its pay-out");
    books.apply(&Event::BillClosed { client: ClientRow(0), settlement, amount: Paise(800), due });
    books.apply(&Event::BillClosed { client: ClientRow(1), settlement, amount: Paise(-300), due });
    assert_eq!(books.credits_and_debits([]), (Paise(300), Paise(300)));
    assert_eq!(books.credits_and_debits([(ClientRow(0), None)]), (Paise(300), Paise::ZERO));
}

// covers: S-23A-2.6-3
#[test]
fn bills_are_paid_oldest_first_and_the_oldest_unpaid_is_what_ages() {
    let mut books = Books::new();
    let (client, settlement) = (ClientRow(0), SettlementRow(0));
    for (voucher, amount, due) in [(1, 100, 10), (2, 50, 12), (3, 70, 15)] {
        books.apply(&line(voucher, Account::Client, 0, amount));
        books.apply(&line(voucher, Account::SettlementControl, 0, -amount));
        let bill = (Paise(amount), Day(due));
        books.apply(&Event::BillOpened { client, settlement, amount: bill.0, due: bill.1 });
        books.apply(&Event::BillClosed { client, settlement, amount: bill.0, due: bill.1 });
    }
    assert_eq!(books.oldest_unpaid(client), Some(Day(10)));
    books.apply(&line(4, Account::ClientBank, 0, 100));
    books.apply(&line(4, Account::Client, 0, -100));
    assert_eq!(books.oldest_unpaid(client), Some(Day(12)));
    assert_eq!(books.unpaid(client).collect::<alloc::vec::Vec<_>>(), [(Day(15), Paise(70)), (Day(12), Paise(50))]);
    books.apply(&line(5, Account::ClientBank, 0, 119));
    books.apply(&line(5, Account::Client, 0, -119));
    assert_eq!(books.oldest_unpaid(client), Some(Day(15)));
    assert_eq!(books.unpaid(client).collect::<alloc::vec::Vec<_>>(), [(Day(15), Paise(1))]);
    books.apply(&line(6, Account::ClientBank, 0, 1));
    books.apply(&line(6, Account::Client, 0, -1));
    assert_eq!(books.oldest_unpaid(client), None);
}

// covers: S-23A-2.6-3
#[test]
fn a_credit_that_has_no_value_yet_has_paid_nothing() {
    let mut books = Books::new();
    let (client, settlement) = (ClientRow(0), SettlementRow(0));
    let bill = |amount, due| (Event::BillOpened { client, settlement, amount, due }, Event::BillClosed { client, settlement, amount, due });
    let (opened, closed) = bill(Paise(100), Day(10));
    for event in [line(1, Account::Client, 0, 100), line(1, Account::SettlementControl, 0, -100), opened, closed] {
        books.apply(&event);
    }
    books.end();
    // A sale is billed to be paid out on day 12, and a cheque is credited.
    let (opened, closed) = bill(Paise(-300), Day(12));
    for event in [line(2, Account::Client, 0, -300), line(2, Account::SettlementControl, 0, 300), opened] {
        books.apply(&event);
    }
    books.end();
    books.apply(&line(3, Account::Client, 0, -90));
    books.apply(&line(3, Account::ClientBank, 0, 90));
    books.apply(&Event::Uncleared { client, amount: Paise(90) });
    books.end();
    assert_eq!((books.client(client).clear(), books.oldest_unpaid(client)), (Paise(-100), Some(Day(10))));
    books.apply(&closed);
    books.end();
    assert_eq!(books.oldest_unpaid(client), None);
    books.apply(&line(4, Account::Client, 0, 500));
    assert_eq!(books.oldest_unpaid(client), None, "what was paid does not come back");
}

// covers: E-26
#[test]
fn free_and_blocked_and_sold_are_what_is_held() {
    let mut stock = Stock::new();
    let (client, security) = (ClientRow(0), SecurityRow(4));
    let moved = |from, to, qty| StockEvent::Moved {
        client, security, from, to, qty: Qty(qty), settlement: None, depository: Depository::Nsdl,
    };
    stock.apply(&moved(Place::Outside, Place::Account, 100));
    stock.apply(&StockEvent::Blocked { client, security, qty: Qty(60) });
    assert_eq!(stock.free(client, security), Qty(40));
    stock.apply(&StockEvent::Sold { client, security, qty: Qty(50), blocked: Qty(50) });
    assert_eq!(stock.free(client, security), Qty(40));
    stock.apply(&StockEvent::Blocked { client, security, qty: Qty(-10) });
    stock.apply(&moved(Place::Account, Place::Beneficiary, 50));
    stock.apply(&StockEvent::Sold { client, security, qty: Qty(-50), blocked: Qty::ZERO });
    let holding = stock.get(client, security).unwrap();
    assert_eq!((holding.free(), holding.at(Place::Beneficiary)), (Qty(50), Qty(50)));
    let total: Qty = Place::ALL.iter().map(|p| holding.at(*p)).sum();
    assert_eq!(total, Qty::ZERO, "shares only move between places");
    assert_eq!(stock.of_client(client).count(), 1);
    assert_eq!(stock.of_security(security).count(), 1);
}
