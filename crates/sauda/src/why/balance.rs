//! A client's balance: every posting with its voucher, its cause and the balance after it.

use super::story::Story;
use super::Case;
use crate::book::narration;
use crate::directory::Directory;
use books::Account;
use firm::{Event, Firm};
use journal::v1::Entry;
use vocab::{ClientRow, Paise, Ucc};

pub struct Balance {
    ucc: Ucc,
    client: Option<ClientRow>,
    story: Story,
    balance: Paise,
    postings: u64,
}

impl Balance {
    pub fn new(ucc: Ucc) -> Balance {
        Balance { ucc, client: None, story: Story::default(), balance: Paise::ZERO, postings: 0 }
    }
}

impl Case for Balance {
    fn see(&mut self, _: &Firm, entry: &Entry, names: &Directory) {
        for event in &entry.events {
            match event {
                Event::Client(clients::Event::Opened { client, ucc, .. }) if *ucc == self.ucc => {
                    self.client = Some(*client);
                    self.story.head(entry, names);
                    self.story.fact(event, entry, names);
                }
                Event::Money(books::Event::Posted(p))
                    if p.account == Account::Client && Some(ClientRow(p.owner)) == self.client =>
                {
                    self.balance -= p.amount;
                    self.postings += 1;
                    self.story.entries += 1;
                    let side = if p.amount.is_negative() { "Cr" } else { "Dr" };
                    let of = p.settlement.map_or(String::new(), |row| format!(", settlement {}", names.number(row)));
                    self.story.line(format_args!(
                        "entry {}  {}  voucher {}  {:#} {side}  balance {:#}  {}{of}",
                        entry.head.entry, entry.head.at.day(), p.voucher, p.amount.abs(), self.balance, narration(p)
                    ));
                    if let Some(rule) = p.rule.and_then(|row| names.rule(row)) {
                        self.story.rule(rule);
                    }
                }
                _ => {}
            }
        }
    }

    fn tell(&mut self, end: &Firm, _: &Directory) -> Story {
        let mut story = std::mem::take(&mut self.story);
        let Some(client) = self.client else { return story };
        let book = end.books.client(client);
        let used = end.risk.client(client);
        story.line(format_args!("balance {:#} by {} postings (owed to the client positive)", self.balance, self.postings));
        story.line(format_args!(
            "free {:#} = {:#} - bills in his favour not yet paid out {:#} - on its way to him {:#} - held for orders \
             {:#} - committed {:#}",
            book.free() - used.held - used.committed, book.balance, book.open_credit, book.paying, used.held,
            used.committed
        ));
        if book.balance != self.balance {
            story.disagrees(format_args!(
                "the books say {:#}; the postings add up to {:#}", book.balance, self.balance
            ));
        }
        story
    }
}
