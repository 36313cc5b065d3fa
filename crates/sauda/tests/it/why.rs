//! Explanations of the played day, and of a day judged by other rules.

use crate::played::{Copied, Ran, ask, book, column, copy, copy_folder, day, folder, turn};
use journal::v1::Entry;
use journal::{Caching, Item, Reader, RealDisk};
use std::fs;
use std::path::Path;

fn why(thing: &str) -> String {
    ask(day(), &["why", thing]).good()
}

/// The first entry of the day that was refused for a reason.
fn refused(code: firm::Code) -> Option<u64> {
    let disk = RealDisk::new(&day().join("firm"), Caching::ReadOnly).unwrap();
    let mut reader = Reader::open(&disk).unwrap();
    while let Some(item) = reader.read().unwrap() {
        let Item::Entry { number, body, .. } = item else { continue };
        let entry = Entry::get(number, body).unwrap();
        if entry.events.iter().any(|e| matches!(e, firm::Event::Refused(refusal) if refusal.code == code)) {
            return Some(number.0);
        }
    }
    None
}

#[test]
fn an_order_is_told_from_the_ask_to_its_end() {
    let text = why("O1");
    assert_eq!(text, why("order:1"));
    for part in ["asked by", "order 1 placed", "binds", "acknowledged by the exchange", "state: ", "rules: "] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn a_hold_is_worked_out_again_from_its_operands() {
    let mut seen = 0;
    for order in 1..=12 {
        let text = why(&format!("hold:{order}"));
        if text.contains("margin  ") {
            seen += 1;
            assert!(text.contains("value   ") && text.contains("charges ") && text.contains("rule: margin-policy"));
        }
        assert!(text.contains("bound now 0.00"), "every order of a played day is closed:\n{text}");
    }
    assert!(seen > 6);
}

// covers: G-11.4-2
#[test]
fn the_charges_of_every_note_agree_with_the_rulebook() {
    for note in 11..=15 {
        let text = why(&format!("charge:2026-27/{note}"));
        assert!(!text.contains("DISAGREES"), "{text}");
        for part in ["exchange transaction charges", "SEBI turnover fee", "securities transaction tax", "rule: "] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
        assert!(why(&format!("note:2026-27/{note}")).contains("net  purchases less sales"));
    }
}

#[test]
fn a_changed_rate_shows() {
    let rules = Copied(folder("rulebook"));
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook"), &rules.0);
    let stt = rules.0.join("in/stt.toml");
    let text = fs::read_to_string(&stt).unwrap();
    // Every delivery rate is doubled, whatever it is.
    fs::write(&stt, text.replace("value = \"0.1 %\"", "value = \"0.2 %\"")).unwrap();
    let folder = rules.0.to_str().unwrap();
    let of = |note: u32, head: &str| ask(day(), &["why", &format!("charge:2026-27/{note}/{head}"), "--rulebook", folder]);
    let delivered = |(_, said): &(u32, Ran)| said.out.contains("under 0.1%");
    let (note, said) = (1..30).map(|note| (note, of(note, "stt"))).find(delivered).expect("a note of what was delivered");
    assert!(of(note, "exchange").good().contains("the rulebook now says the same"));
    let line = said.out.lines().find(|l| l.starts_with("DISAGREES: ")).expect("a line that says so").to_owned();
    assert!(line.contains("the record says") && line.contains("under 0.1%") && line.contains("(entry "), "{line}");
    assert!(line.contains("the rulebook now says 0.2%"), "{line}");
    said.bad(1);
    fs::write(&stt, text.replace("0.1 %", "a tenth")).unwrap();
    let refused = ask(day(), &["why", "charge:2026-27/5", "--rulebook", folder]).bad(2);
    assert!(refused.contains("stt.toml"), "{refused}");
}

#[test]
fn a_balance_is_its_postings() {
    let text = why("balance:C000003");
    assert!(text.contains("received from client") && text.contains("contract note and bill"));
    assert!(text.contains("balance ") && text.contains(" postings"));
    assert!(!text.contains("DISAGREES"));
}

#[test]
fn an_obligation_and_its_settlement_are_told() {
    let text = why("obligation:2026120");
    assert!(text.contains("funds: sales less purchases") && text.contains("to receive") && text.contains("to deliver"));
    let text = why("settlement:2026120");
    assert!(text.contains("trade file of settlement 2026120 agrees") && text.contains("state: Done"), "{text}");
}

#[test]
fn what_settles_on_the_day_is_told_apart_from_the_settlement_of_the_same_number() {
    let text = why("settlement:2026120/same-day");
    assert!(text.contains("2026120 (same day)") && text.contains("state: Done"), "{text}");
    let regular = why("settlement:2026120");
    assert_ne!(text, regular);
    let text = why("obligation:2026120/same-day");
    assert!(text.contains("funds: sales less purchases"), "{text}");
    assert!(!text.contains("DISAGREES"), "{text}");
    assert_ne!(text, why("obligation:2026120"));
}

#[test]
fn a_refusal_is_decided_again() {
    let entry = refused(firm::Code::ShortOfShares).expect("somebody was short of shares");
    let text = why(&format!("refusal:{entry}"));
    for part in ["free", " then: ", "rule: entities B4", "decided again on the state before it: the same refusal"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn an_entry_a_payment_and_a_transfer_are_told() {
    assert!(why("entry:1").contains("books of Sauda Sandbox Securities opened"));
    assert!(why("payment:1").contains("payment 1 asked of the bank"));
    assert!(why("transfer:1").contains("transfer 1 asked of"));
}

// covers: G-6.6-2, A-4.7-7, A-4.7-12, A-4.7-21
#[test]
fn a_note_tells_each_security_at_its_average_rate_and_annexes_the_trades_it_is_the_average_of() {
    let _turn = turn();
    let text = ask(day(), &["note", "--fy", "2026-27", "13"]).good();
    for part in [
        "COMMON CONTRACT NOTE CUM BILL", "Settlement 2026120, type M (normal)", "Dealing office: ", "Client C0000", "Invented Lane",
        "GST registration", "Place MH, date 2026-07-01", "Digital signature: none affixed yet; reference SHA-256 ",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let (summary, annexure) = text.split_once("Annexure: the trades of these averages").expect("an annexure");
    let (_, averages) = summary.split_once("Net average").expect("averages");
    let number = |word: &str| vocab::Price::parse(word).expect("a rate").0;
    let mut seen = 0;
    for line in averages.lines().skip(1).filter(|l| !l.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [symbol, _, side, qty, average, brokerage, net_average, net] = words[..] else { panic!("{line}") };
        let side = if side == "bought" { "buy" } else { "sell" };
        let (mut sum, mut value, mut fees, mut amount) = (0i64, 0i64, 0i64, 0i64);
        for trade in annexure.lines() {
            let words: Vec<&str> = trade.split_whitespace().collect();
            if words.len() == 11 && words[4] == symbol && words[5] == side {
                let (q, rate) = (words[6].parse::<i64>().expect("shares"), vocab::Price::parse(words[7]).expect("a rate"));
                sum += q;
                value += rate.value(vocab::Qty(q), vocab::Rounding::NearestPaisa).0;
                fees += vocab::Paise::parse(words[8]).expect("brokerage").0;
                amount += vocab::Paise::parse(words[10]).expect("an amount").0;
            }
        }
        assert_eq!(qty.parse::<i64>().expect("shares"), sum, "{line}");
        assert_eq!(vocab::Paise::parse(brokerage).expect("brokerage").0, fees, "{line}");
        assert_eq!(vocab::Paise::parse(net).expect("an amount").0, amount, "{line}");
        assert_eq!((number(average), number(net_average)), (value * 100 / sum, amount * 100 / sum), "{line}");
        seen += 1;
    }
    assert!(seen >= 2, "{text}");
}

// covers: G-6.6-3, G-3.2-11
#[test]
fn a_note_is_found_and_never_changes() {
    let _turn = turn();
    let note = |n: &str| ask(day(), &["note", "--fy", "2026-27", n]).good();
    // What settled the same day has the day's first notes.
    let of_today = note("1");
    for part in ["Settlement 2026120 (same day), type 5 (same day)", "Pay-in 2026-07-01"] {
        assert!(of_today.contains(part), "{part}:\n{of_today}");
    }
    let text = note("20");
    assert_eq!(text, note("20"));
    for part in ["CONTRACT NOTE CUM BILL", "2026-27/20", "Settlement 2026120", "Pay-in 2026-07-02", "Client C000"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    for head in ["brokerage", "exchange transaction charges", "SEBI turnover fee", "securities transaction tax", "stamp duty"] {
        assert_eq!(text.lines().filter(|l| l.starts_with(head)).count(), 1, "{head} is a line of its own");
    }
    // By client, day and settlement: the ledger names the note.
    let (heading, rows) = book("clients", &["--client", "C000003", "--from", "2026-07-01", "--to", "2026-07-01"]);
    let at = |name| column(&heading, name);
    let bill = rows.iter().find(|r| r[at("Settlement")] == "2026120").expect("a bill");
    let number = bill[at("Narration")].rsplit('/').next().unwrap();
    let found = note(number);
    for part in ["Client C000003", "Trade date 2026-07-01", "Settlement 2026120"] {
        assert!(found.contains(part), "{part}:\n{found}");
    }
    // Every note of the day reads, the own account's too, and a number beyond the last is refused.
    let last = (1..400).take_while(|n| ask(day(), &["note", "--fy", "2026-27", &n.to_string()]).code == Some(0)).count();
    assert!(last >= 15, "{last}");
    let beyond = ask(day(), &["note", "--fy", "2026-27", &(last + 1).to_string()]).bad(2);
    assert!(beyond.contains("there is no note"), "{beyond}");
}

// covers: G-6.6-5, A-4.7-9
#[test]
fn a_note_above_the_threshold_prints_the_tax_number() {
    // A day of few orders, so that some clients' notes are small.
    let dir = crate::played::folder("threshold");
    ask(&dir, &["day", "--clients", "20", "--orders", "60"]).good();
    let mut seen = [false; 2];
    for n in 1..=20 {
        let note = ask(&dir, &["note", "--fy", "2026-27", &n.to_string()]);
        if note.code != Some(0) {
            break;
        }
        let text = note.good();
        let value: i64 = text
            .lines()
            .filter_map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                let side = words.iter().position(|w| *w == "buy" || *w == "sell")?;
                let qty: i64 = words.get(side + 1)?.parse().ok()?;
                Some(vocab::Price::parse(words.get(side + 2)?).ok()?.value(vocab::Qty(qty), vocab::Rounding::NearestPaisa).0)
            })
            .sum();
        let above = value > vocab::Paise::rupees(100_000).0;
        assert_eq!(text.contains("\nPAN "), above, "{text}");
        seen[usize::from(above)] = true;
    }
    assert_eq!(seen, [true, true], "notes on both sides of the threshold");
}

/// The vault takes nobody without a tax number, and one who was erased has none any more.
// covers: G-6.6-5
#[test]
fn a_client_without_personal_record_gets_no_note() {
    let copied = copy("erased");
    let disk = RealDisk::new(&copied.0.join("vault"), Caching::Buffered).unwrap();
    let mut vault = vault::Vault::open(disk, vault::VaultKey::sandbox(1)).unwrap();
    let purpose = vault::Purpose { who: "test", why: "erasure", wall: 1 };
    for n in 0..=40 {
        if vault.holds(vocab::VaultRef(n)) {
            vault.erase(vocab::VaultRef(n), &purpose).unwrap();
        }
    }
    vault.close().unwrap();
    let said = ask(&copied.0, &["note", "--fy", "2026-27", "5"]).bad(2);
    assert!(said.contains("was erased"), "{said}");
    let table = ask(&copied.0, &["book", "sauda"]).good();
    assert!(table.contains("(erased)"), "the trades stay in the register");
}
