//! Why an ask was refused: the figures it was decided on, and the decision made again.

use super::story::Story;
use super::Case;
use crate::directory::Directory;
use crate::verify::redecide;
use firm::{Code, Command, Event, Events, Firm, Input, LOGIC_VERSION};
use journal::v1::Entry;
use vocab::{ClientRow, EntryNo, SecurityRow};

pub struct Refused {
    number: EntryNo,
    story: Story,
}

impl Refused {
    pub fn new(number: EntryNo) -> Refused {
        Refused { number, story: Story::default() }
    }

    /// What the client had, where that was the question.
    fn means(&mut self, before: &Firm, client: ClientRow, names: &Directory) {
        let book = before.books.client(client);
        let used = before.risk.client(client);
        self.story.line(format_args!(
            "    {} then: balance {:#} - bills in his favour not yet paid out {:#} - on its way to him {:#} - held for \
             orders {:#} - committed {:#} = {:#} free",
            names.ucc(client), book.balance, book.open_credit, book.paying, used.held, used.committed,
            book.free() - used.held - used.committed
        ));
        let day = before.day().unwrap_or(vocab::Day(0));
        let terms = before.clients.policies.on(client, day);
        if let (Some(most), Some((from, policy))) = (before.most_by_means(client), terms) {
            self.story.line(format_args!(
                "    his own terms since {from}: {}; {:#} clear and {:#} of collateral allow {most:#}, of which {:#} are open and \
                 {:#} bought",
                crate::say::policy(&policy), book.clear(), before.margin.kept(client).sum(), used.open_value, used.bought
            ));
        }
    }
}

impl Refused {
    /// What was there of the shares he wanted to sell: as the books had it, pledges as the deposits have them.
    fn shares(&mut self, before: &Firm, (client, security): (ClientRow, SecurityRow), names: &Directory) {
        let (symbol, ucc) = (names.symbol(security), names.ucc(client));
        let Some(held) = before.stock.get(client, security) else {
            return self.story.line(format_args!("    {symbol} of {ucc} then: nothing"));
        };
        let pledged = before.margin.pledged(client, security);
        self.story.line(format_args!(
            "    {symbol} of {ucc} then: {:#} in his account - {:#} blocked for orders - {:#} sold and to be delivered - {pledged:#} \
             pledged - {:#} kept = {:#} free",
            held.at(books::Place::Account), held.blocked, held.sold - pledged, held.kept(), held.free()
        ));
    }
}

/// The security an order is in.
fn security_of(input: &Input, before: &Firm) -> Option<SecurityRow> {
    match input {
        Input::Ask { command: Command::Place(place) | Command::Queue(place), .. } => Some(place.security),
        Input::Ask { command: Command::Modify { order, .. }, .. } => before.orders.get(*order).map(|it| it.security),
        Input::Ask { .. } | Input::Report(_) | Input::Tick(_) | Input::Step => None,
    }
}

fn client_of(input: &Input) -> Option<ClientRow> {
    match input {
        Input::Ask { command: Command::Place(place) | Command::Queue(place), .. } => Some(place.client),
        Input::Ask { command: Command::Modify { client, .. } | Command::Withdraw { client, .. }, .. } => Some(*client),
        Input::Ask { .. } | Input::Report(_) | Input::Tick(_) | Input::Step => None,
    }
}

impl Case for Refused {
    fn see(&mut self, before: &Firm, entry: &Entry, names: &Directory) {
        if entry.head.entry != self.number {
            return;
        }
        let refusal = entry.events.iter().find_map(|event| match event {
            Event::Refused(refusal) => Some(refusal),
            _ => None,
        });
        let Some(refusal) = refusal else { return };
        self.story.head(entry, names);
        self.story.line(format_args!("    refused {} ({}): {refusal}", refusal.code.name(), refusal.code.number()));
        let rule = if refusal.code.paragraph().is_empty() { "the firm's own order" } else { refusal.code.paragraph() };
        self.story.line(format_args!("    rule: {rule}"));
        let money = matches!(refusal.code, Code::ShortOfFunds | Code::OverClientMeans | Code::NotHeldFor | Code::DebitOverdue);
        if let Some(client) = client_of(&entry.input).filter(|_| money) {
            self.means(before, client, names);
        }
        let of = client_of(&entry.input).zip(security_of(&entry.input, before));
        if let Some(of) = of.filter(|_| refusal.code == Code::ShortOfShares) {
            self.shares(before, of, names);
        }
        if entry.logic != LOGIC_VERSION {
            let version = entry.logic;
            self.story.line(format_args!("    decided by logic version {version}: this program does not decide it again"));
            return;
        }
        match redecide(before, entry, &mut Events::new()) {
            Ok(()) => self.story.line(format_args!("    decided again on the state before it: the same refusal")),
            Err(why) => self.story.disagrees(format_args!("entry {}: {why}", self.number)),
        }
    }

    fn tell(&mut self, _: &Firm, _: &Directory) -> Story {
        std::mem::take(&mut self.story)
    }
}
