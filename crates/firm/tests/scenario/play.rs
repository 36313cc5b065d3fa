//! The firm on the stage: every line becomes entries, every entry is checked, the whole is replayed.

use crate::{shown, words};
use firm::{AsOf, Code, Command, Event, Events, Firm, Head, Refusal, Report, Source};
use orders::{Asked, Stage};
use rulebook::Rule;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use vocab::{
    Board, ClientRow, Code as Text, Corporation, Day, Dump, EntryNo, IntermediaryRow, Moment, OrderNo, Paise, Price, Qty, Rate, SecurityRow, SettlementRow, Side,
    Symbol, TradeNo, Ucc, UserRow, Venue,
};

/// A side of a trade as the exchange has it, told to the firm or not.
#[derive(Clone, Copy)]
pub struct Dealt {
    /// Who settles it.
    pub corporation: Corporation,
    pub trade: TradeNo,
    pub order: OrderNo,
    pub client: ClientRow,
    pub security: SecurityRow,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub at: Moment,
    /// In the session of what settles on the day of the trade.
    pub same_day: bool,
}

/// One entry as a journal keeps it.
pub struct Kept {
    pub head: Head,
    pub by: Option<UserRow>,
    pub events: Vec<Event>,
    tail: Vec<u8>,
}

/// What a security trades on, every day of the scenario unless a line changes it.
#[derive(Clone, Copy)]
pub struct Terms {
    pub reference: Price,
    pub band: Rate,
    /// At the second exchange, where it trades there too.
    pub on_bse: Option<Price>,
    /// First trade day of the shorter cycle, where the exchanges said so.
    pub moved: Option<Day>,
    pub board: Board,
    /// Whether it settles trade for trade.
    pub gross: bool,
    /// Whether it is on the list of what is dealt in for settlement on the same day.
    pub same_day: bool,
}

pub struct Play {
    pub firm: Firm,
    /// The day that a line's time is of.
    pub day: Day,
    pub log: Vec<Kept>,
    sources: [u64; Source::ALL.len()],
    /// What the exchange dealt, for its trade file and the clearing corporation's figures.
    pub dealt: Vec<Dealt>,
    /// Of that, what custodians confirmed.
    pub taken: BTreeSet<(TradeNo, Side)>,
    /// Direct pay-outs the clearing corporation was asked for.
    pub direct: Vec<(SettlementRow, SecurityRow, ClientRow, Qty)>,
    pub levies: BTreeMap<SettlementRow, Paise>,
    pub terms: BTreeMap<SecurityRow, Terms>,
    pub refused: BTreeSet<Code>,
    pub said: Vec<String>,
    pub quiet: bool,
}

impl Play {
    pub fn new() -> Play {
        Play {
            firm: Firm::new(),
            day: Day(0),
            log: Vec::new(),
            sources: [0; Source::ALL.len()],
            dealt: Vec::new(),
            taken: BTreeSet::new(),
            direct: Vec::new(),
            levies: BTreeMap::new(),
            terms: BTreeMap::new(),
            refused: BTreeSet::new(),
            said: Vec::new(),
            quiet: false,
        }
    }

    /// A person asks.
    pub fn ask(&mut self, at: Moment, by: UserRow, command: &Command) -> Result<(), Refusal> {
        let mut answer = Ok(());
        self.enter(at, Source::People, Some(by), |firm, as_of, out| {
            answer = firm.decide(by, command, as_of, out);
            if let Err(refusal) = answer {
                assert!(out.is_empty(), "a refusal leaves nothing half-said");
                out.push(Event::Refused(refusal));
            }
        });
        if let Err(refusal) = answer {
            self.refused.insert(refusal.code);
        }
        answer
    }

    /// The world reports.
    pub fn tell(&mut self, at: Moment, source: Source, report: &Report) {
        self.enter(at, source, None, |firm, as_of, out| firm.observe(report, as_of, out));
    }

    fn enter(
        &mut self, at: Moment, source: Source, by: Option<UserRow>,
        decide: impl FnOnce(&Firm, &AsOf, &mut Events),
    ) {
        let mut out = Events::new();
        decide(&self.firm, &AsOf { now: at }, &mut out);
        let number = &mut self.sources[usize::from(source as u8)];
        if source != Source::Itself {
            *number += 1;
        }
        let entry = EntryNo(u64::try_from(self.log.len()).expect("a count") + 1);
        let head = Head { entry, source, sequence: *number, at };
        self.firm.enter(&head, out.list(), out.text());
        self.reopen();
        self.check();
        for event in out.list() {
            match *event {
                Event::DirectAsked { settlement, security, client, qty } => {
                    self.direct.push((settlement, security, client, qty));
                }
                Event::LeviesUploaded { settlement, stt, stamp } => {
                    self.levies.insert(settlement, stt + stamp);
                }
                _ => {}
            }
        }
        if !self.quiet {
            self.said.extend(words::of(&self.firm, out.list()));
        }
        self.log.push(Kept { head, by, events: out.list().to_vec(), tail: out.text().to_vec() });
    }

    /// After every entry it goes on as a snapshot gives it back: what a snapshot lost would show in the rest of the
    /// scenario. The rulebook, by far the largest part, is looked at once at the end.
    fn reopen(&mut self) {
        let rules = std::mem::take(&mut self.firm.rules);
        self.firm = reloaded(&self.firm);
        self.firm.rules = rules;
    }

    /// Every step of every job that waits.
    pub fn run_jobs(&mut self, at: Moment) {
        while self.firm.job().is_some() {
            let at = at.max(self.firm.now());
            self.enter(at, Source::Itself, None, |firm, as_of, out| firm.step(as_of, out));
        }
    }

    /// Everything due until a moment, one timer at a time, with the jobs it starts.
    pub fn run_due(&mut self, until: Moment) {
        loop {
            self.run_jobs(self.firm.now());
            let Some((due, timer)) = self.firm.next_timer().filter(|(due, _)| *due <= until) else { return };
            let at = due.max(self.firm.now());
            if let Some(word) = words::timer(&self.firm, timer) {
                self.said.push(format!("{} {}: {word}", at.day(), at.time()));
            }
            self.enter(at, Source::Itself, None, |firm, as_of, out| firm.tick(timer, as_of, out));
        }
    }

    /// What must hold after every entry, counted from elsewhere than the figure itself.
    fn check(&self) {
        let firm = &self.firm;
        let control = firm.books.total(books::Account::Client);
        let clients: Paise = firm.books.clients().map(|(_, book)| book.balance).sum();
        assert!(clients == -control, "clients' balances {clients} are the control account {control}");
        for venue in Venue::ALL {
            let of = firm.books.general().filter(|((of, ..), _)| of == venue);
            let all: Paise = of.map(|(_, amount)| amount).sum();
            assert!(all.is_zero(), "the ledger of {venue} is out by {all}");
        }
        for (client, known) in firm.clients.iter() {
            let used = firm.risk.client(client);
            let of = |order: &&(OrderNo, &orders::Order)| order.1.client == client;
            let orders: Vec<_> = firm.orders.iter().collect();
            let held: Paise =
                orders.iter().filter(of).filter_map(|(no, _)| firm.risk.hold(*no)).map(|hold| hold.amount).sum();
            assert!(used.held == held, "{}: {} is held, orders hold {held}", known.ucc, used.held);
            let standings = firm.clearing.standings().iter().filter(|s| s.client == client);
            let committed: Paise = standings.map(|s| s.committed_buy + s.committed_sell).sum();
            let backed = if known.is_own() { Paise::ZERO } else { firm.margin.kept(client).sum() };
            let sales: Vec<&clearing::Standing> = firm.clearing.standings().iter().filter(|s| s.client == client).collect();
            let credit: Paise = sales.iter().flat_map(|s| firm.clearing.nets_of(s)).map(|net| net.credit).sum();
            let bound = used.committed + backed + credit;
            assert!(bound == committed, "{}: {bound} committed, settlements {committed}", known.ucc);
            let closed = orders.iter().filter(of).filter(|(_, o)| o.is_closed());
            for (no, _) in closed {
                let hold = firm.risk.hold(*no).expect("an order of today");
                assert!(hold.amount.is_zero() && hold.value.is_zero(), "O{no} is closed and holds {}", hold.amount);
            }
        }
        for holding in firm.stock.iter() {
            let pledged = firm.margin.pledged(holding.client, holding.security);
            let nets = firm.clearing.standings().iter().flat_map(|s| firm.clearing.nets_of(s));
            let mine = nets.filter(|n| (n.client, n.security) == (holding.client, holding.security));
            let owed: Qty = mine.map(clearing::Net::to_call).sum();
            let apart = holding.sold;
            let called = firm.partners.transfers().map(|(_, t)| t).filter(|t| t.kind == partners::TransferKind::MakeGood);
            let called = called.filter(|t| (t.client, t.security) == (holding.client, holding.security));
            let owed = owed + called.map(|t| t.qty).sum::<Qty>();
            assert!(apart == pledged + owed, "{apart} shares set apart, {pledged} pledged and {owed} to be called in");
            let kept: Qty = firm
                .liens
                .of_client(holding.client)
                .filter(|(_, lien)| lien.security == holding.security)
                .map(|(_, lien)| if lien.form == liens::Form::Pledge { lien.idle() + lien.leaving } else { -lien.offered })
                .sum();
            assert!(holding.kept() == kept, "{} shares kept from sale, liens are on {kept}", holding.kept());
            let places: Qty = books::Place::ALL.iter().map(|place| holding.at(*place)).sum();
            assert!(places.is_zero(), "shares only move between places");
            let waits = |order: &orders::Order| match (order.stage, order.asked) {
                (Stage::Closed { .. }, _) => Qty::ZERO,
                (_, Asked::Modify) => order.change.qty.max(order.qty) - order.told,
                (_, Asked::Nothing | Asked::Cancel) => order.left(),
            };
            let of = |o: &orders::Order| {
                o.client == holding.client && o.security == holding.security && o.blocks()
            };
            let blocked: Qty = firm.orders.iter().filter(|(_, o)| of(o)).map(|(_, o)| waits(o)).sum();
            assert!(holding.blocked == blocked, "{} shares blocked, orders wait for {blocked}", holding.blocked);
        }
    }

    /// The entries alone reach the same state: it is given back, as a firm that was opened from them.
    pub fn replay(&self) -> Firm {
        let mut again = Firm::new();
        for kept in &self.log {
            again.enter(&kept.head, &kept.events, &kept.tail);
        }
        assert!(dumped(&again) == dumped(&self.firm), "the entries replayed reach another state");
        let again = reloaded(&again);
        assert!(dumped(&again) == dumped(&self.firm), "a snapshot is another state");
        assert!(shown::sauda(&again) == shown::sauda(&self.firm), "the sauda book prints the same from a replay");
        for (client, _) in self.firm.clients.iter() {
            let (live, rebuilt) = (self.firm.books.client(client), again.books.client(client));
            assert!(live == rebuilt, "a client's balances are rebuilt from the entries");
            for holding in self.firm.stock.of_client(client) {
                let rebuilt = again.stock.get(client, holding.security);
                assert!(rebuilt == Some(holding), "a client's holdings are rebuilt from the entries");
            }
        }
        again
    }

    /// The program stopped and started: what it knows is what its entries say.
    pub fn restart(&mut self) {
        self.firm = self.replay();
    }

    pub fn user(&self, code: &str) -> Result<UserRow, String> {
        let parsed = Text::parse(code).map_err(|e| format!("user `{code}`: {e}"))?;
        // A number is a row that nobody need have.
        let row = code.strip_prefix('#').and_then(|n| n.parse().ok()).map(UserRow);
        row.or(self.firm.users.by_code(&parsed)).ok_or(format!("no user `{code}`"))
    }

    pub fn client(&self, code: &str) -> Result<ClientRow, String> {
        let row = code.strip_prefix('#').and_then(|n| n.parse().ok()).map(ClientRow);
        let parsed = Ucc::parse(code).map_err(|e| format!("client `{code}`: {e}"))?;
        row.or(self.firm.clients.by_code(&parsed)).ok_or(format!("no client `{code}`"))
    }

    pub fn intermediary(&self, code: &str) -> Result<IntermediaryRow, String> {
        let row = code.strip_prefix('#').and_then(|n| n.parse().ok()).map(IntermediaryRow);
        let parsed = Ucc::parse(code).map_err(|e| format!("intermediary `{code}`: {e}"))?;
        row.or(self.firm.intermediaries.by_code(&parsed)).ok_or(format!("no intermediary `{code}`"))
    }

    pub fn security(&self, symbol: &str) -> Result<SecurityRow, String> {
        let row = symbol.strip_prefix('#').and_then(|n| n.parse().ok()).map(SecurityRow);
        let parsed = Symbol::parse(symbol).map_err(|e| format!("security `{symbol}`: {e}"))?;
        row.or(self.firm.market.by_symbol(&parsed)).ok_or(format!("no security `{symbol}`"))
    }

    pub fn trades_on_bse(&self) -> bool {
        self.terms.values().any(|terms| terms.on_bse.is_some())
    }

    /// Exchanges that a scenario's securities trade at.
    pub fn exchanges(&self) -> Vec<Venue> {
        let all = Venue::ALL.iter().copied();
        all.filter(|venue| *venue == Venue::Nse || self.trades_on_bse()).collect()
    }

    /// Those of them that trade on a day.
    pub fn open(&self, day: Day) -> Vec<Venue> {
        self.exchanges().into_iter().filter(|venue| self.firm.calendar.is_open(*venue, day)).collect()
    }

    /// The settlement of the first day, at a clearing corporation or at any.
    pub fn settlement(&self, corporation: Option<Corporation>) -> Result<SettlementRow, String> {
        let found = self.firm.clearing.settlements().find(|(_, s)| corporation.is_none_or(|c| s.corporation == c));
        found.map(|(row, _)| row).ok_or("no settlement".to_string())
    }
}

fn dumped(firm: &Firm) -> Vec<u8> {
    let mut bytes = Vec::new();
    firm.dump(&mut |part: &[u8]| bytes.extend_from_slice(part));
    bytes
}

fn reloaded(firm: &Firm) -> Firm {
    vocab::load(&dumped(firm)).expect("a snapshot reads back")
}

/// The rulebook the program carries, read once.
pub fn rulebook() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| files::rulebook::read_rulebook(files::rulebook::built_in()).expect("the rulebook reads"))
}
