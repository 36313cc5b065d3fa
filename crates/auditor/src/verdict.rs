//! What was worked out, against what the firm claims.

use crate::bill::Bill;
use crate::audit::Audit;
use crate::chart::{account, head};
use crate::{Claims, Figure, NoteClaim, ObligationClaim, What};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use vocab::{ClientRow, FinancialYear, NoteNo, Paise, Qty, SecurityRow, SettlementKind, SettlementRow, Venue};

type Pairs = Vec<((SettlementRow, ClientRow), NoteClaim)>;

impl Audit {
    pub(crate) fn judge(&mut self, claims: &Claims) {
        self.judge_dates(claims);
        self.judge_notes(&claims.notes);
        self.judge_obligations(&claims.obligations);
        self.judge_ledgers(claims);
        self.judge_sets(claims);
        self.judge_controls();
        self.judge_holdings(claims);
        let own = [
            (What::OwnMoneyPlaced {}, self.placed, claims.placed),
            (What::Undrawn {}, self.undrawn, claims.undrawn),
        ];
        for (what, ours, theirs) in own {
            self.compare_money(what, ours, theirs);
        }
    }

    fn compare_money(&mut self, what: What, ours: Paise, theirs: Paise) {
        if ours != theirs {
            self.find(what, Figure::Money(ours), Figure::Money(theirs));
        }
    }

    /// Dates of settlements that have trades, on the calendar as it became known, told and claimed.
    fn judge_dates(&mut self, claims: &Claims) {
        let traded: BTreeSet<SettlementRow> = self.trades.keys().map(|(settlement, _)| *settlement).collect();
        let claimed: BTreeMap<SettlementRow, _> = claims.pay_in_days.iter().copied().collect();
        for settlement in traded {
            let Some(it) = self.settlements.get(&settlement) else { continue };
            if it.kind == SettlementKind::Auction {
                continue;
            }
            let (home, kind) = (it.home, it.kind);
            let (trade_day, pay_in, pay_out, entry) = (it.trade_day, it.pay_in, it.pay_out, it.entry);
            self.entry = entry;
            for venue in self.dealt_at(settlement) {
                if !self.is_open(venue, trade_day) {
                    self.find_plain(What::ExchangeShut { venue, day: trade_day });
                }
            }
            match self.pay_in_of(home, kind, trade_day) {
                Err(rule) => self.find_plain(What::RuleMissing { rule }),
                Ok(expected) => {
                    let what = What::PayInDay { settlement };
                    if pay_in != expected {
                        self.find(what, Figure::Day(expected), Figure::Day(pay_in));
                    }
                    let kept = claimed.get(&settlement).copied().filter(|day| *day != pay_in && *day != expected);
                    if let Some(kept) = kept {
                        self.entry = None;
                        self.find(what, Figure::Day(expected), Figure::Day(kept));
                    }
                }
            }
            if pay_out < pay_in {
                self.find(What::PayOutBeforePayIn { settlement }, Figure::Day(pay_in), Figure::Day(pay_out));
            }
            self.entry = None;
        }
    }

    /// The exchanges on which a settlement's trades were made.
    fn dealt_at(&self, settlement: SettlementRow) -> BTreeSet<Venue> {
        let all = self.trades.iter().filter(|((of, _), _)| *of == settlement);
        all.flat_map(|(_, sold)| sold).map(|it| it.trade.venue()).collect()
    }

    fn judge_notes(&mut self, notes: &[NoteClaim]) {
        let mut shown: BTreeMap<(FinancialYear, NoteNo), &NoteClaim> = BTreeMap::new();
        for claim in notes {
            let (year, note) = (claim.year, claim.note);
            if shown.insert((year, note), claim).is_some() {
                self.find_plain(What::NoteShownTwice { year, note });
            }
        }
        let mut pairs = Pairs::new();
        let mut missing = Vec::new();
        let void = core::mem::take(&mut self.void);
        for ((settlement, client), bill) in &self.bills {
            match shown.remove(&(bill.year, bill.note)) {
                Some(claim) => pairs.push(((*settlement, *client), claim.clone())),
                None => missing.push((bill.year, bill.note)),
            }
        }
        for (key, bill) in &void {
            match shown.remove(&(bill.year, bill.note)) {
                Some(claim) => self.judge_note(*key, bill, claim),
                None => missing.push((bill.year, bill.note)),
            }
        }
        for (key, claim) in pairs {
            let Some(bill) = self.bills.remove(&key) else { continue };
            self.judge_note(key, &bill, &claim);
            self.bills.insert(key, bill);
        }
        for (year, note) in missing {
            self.find_plain(What::NoteMissing { year, note });
        }
        for (year, note) in shown.into_keys() {
            self.find_plain(What::NoteUnknown { year, note });
        }
        self.judge_unbilled();
    }

    fn judge_note(&mut self, key: (SettlementRow, ClientRow), bill: &Bill, claim: &NoteClaim) {
        let (year, note) = (claim.year, claim.note);
        let (settlement, client) = key;
        let (lines, cap, total) = (bill.lines.clone(), bill.cap, bill.total());
        self.entry = bill.entry;
        if claim.client != client {
            let (ours, theirs) = (self.who(client), self.who(claim.client));
            self.find(What::NoteClient { year, note }, Figure::Client(ours), Figure::Client(theirs));
        }
        if claim.settlement != settlement {
            let (ours, theirs) = (Figure::Settlement(settlement), Figure::Settlement(claim.settlement));
            self.find(What::NoteSettlement { year, note }, ours, theirs);
        }
        let mut theirs: BTreeMap<u8, Paise> = BTreeMap::new();
        for (head, amount) in &claim.charges {
            *theirs.entry(*head).or_insert(Paise::ZERO) += *amount;
        }
        let heads: BTreeSet<u8> = lines.keys().chain(theirs.keys()).copied().collect();
        for head in heads {
            let of = |lines: &BTreeMap<u8, Paise>| lines.get(&head).copied().unwrap_or(Paise::ZERO);
            let (ours, theirs) = (of(&lines), of(&theirs));
            self.compare_money(What::Charge { year, note, head }, ours, theirs);
            if head == head::BROKERAGE && theirs > cap {
                self.find(What::BrokerageAboveCap { year, note }, Figure::Money(cap), Figure::Money(theirs));
            }
        }
        self.compare_money(What::NoteNet { year, note }, -total, claim.net);
        self.entry = None;
    }

    /// Who traded has a note before the next day begins (the contract-note rule counts hours from the trade).
    fn judge_unbilled(&mut self) {
        let mut unbilled = Vec::new();
        for (settlement, client) in self.trades.keys() {
            let over = self.settlements.get(settlement).is_some_and(|it| self.began > Some(it.trade_day));
            if over && !self.bills.contains_key(&(*settlement, *client)) {
                unbilled.push((*settlement, *client));
            }
        }
        for (settlement, client) in unbilled {
            let who = self.who(client);
            self.find_plain(What::NotBilled { who, settlement });
        }
    }

    /// Net quantity by security and one figure of funds, from the trades alone.
    fn judge_obligations(&mut self, claims: &[ObligationClaim]) {
        // What is traded for delivery stands apart by side: bought, and sold.
        type Net = (Paise, BTreeMap<(SecurityRow, bool), Qty>);
        let mut ours: BTreeMap<SettlementRow, Net> = BTreeMap::new();
        for ((settlement, _, security), dealt) in &self.dealt {
            let (funds, rows) = ours.entry(*settlement).or_insert((Paise::ZERO, BTreeMap::new()));
            *funds -= dealt.value();
            // The codes of one client stand apart from each other, not from the member's other trades.
            if self.is_gross(*settlement) {
                *rows.entry((*security, false)).or_insert(Qty::ZERO) += dealt.buy_qty;
                *rows.entry((*security, true)).or_insert(Qty::ZERO) -= dealt.sell_qty;
            } else {
                *rows.entry((*security, false)).or_insert(Qty::ZERO) += dealt.buy_qty - dealt.sell_qty;
            }
        }
        let mut theirs: BTreeMap<SettlementRow, Net> = BTreeMap::new();
        for claim in claims {
            let apart = self.is_gross(claim.settlement);
            let rows = claim.rows.iter().map(|(security, qty)| ((*security, apart && qty.is_negative()), *qty));
            theirs.insert(claim.settlement, (claim.funds, rows.collect()));
        }
        let all: BTreeSet<SettlementRow> = ours.keys().chain(theirs.keys()).copied().collect();
        for settlement in all {
            let nothing = || (Paise::ZERO, BTreeMap::new());
            let (funds, rows) = ours.remove(&settlement).unwrap_or_else(nothing);
            let (claimed, claimed_rows) = theirs.remove(&settlement).unwrap_or_else(nothing);
            self.compare_money(What::ObligationFunds { settlement }, funds, claimed);
            let securities: BTreeSet<(SecurityRow, bool)> = rows.keys().chain(claimed_rows.keys()).copied().collect();
            for row in securities {
                let of = |rows: &BTreeMap<(SecurityRow, bool), Qty>| rows.get(&row).copied().unwrap_or(Qty::ZERO);
                let (security, _) = row;
                let (ours, theirs) = (of(&rows), of(&claimed_rows));
                if ours != theirs {
                    let what = What::ObligationRow { settlement, security };
                    self.find(what, Figure::Shares(ours), Figure::Shares(theirs));
                }
            }
        }
    }

    fn judge_ledgers(&mut self, claims: &Claims) {
        let mut theirs: BTreeMap<ClientRow, Paise> = BTreeMap::new();
        for (client, amount) in &claims.client_balances {
            *theirs.entry(*client).or_insert(Paise::ZERO) += *amount;
        }
        let clients: BTreeSet<ClientRow> = self.ledger.clients.keys().chain(theirs.keys()).copied().collect();
        // What the firm's ledger has too much, by client.
        let mut differing: Vec<(ClientRow, Paise)> = Vec::new();
        for client in clients {
            let (ours, theirs) = (self.ledger.client(client), theirs.get(&client).copied().unwrap_or(Paise::ZERO));
            if ours != theirs {
                differing.push((client, theirs - ours));
                let who = self.who(client);
                self.compare_money(What::Ledger { who }, ours, theirs);
            }
        }
        self.judge_crossed(differing);
        let mut theirs: BTreeMap<(u8, u32), Paise> = BTreeMap::new();
        for (account, owner, amount) in &claims.accounts {
            *theirs.entry((*account, *owner)).or_insert(Paise::ZERO) += *amount;
        }
        let keys: BTreeSet<(u8, u32)> = self.ledger.accounts.keys().chain(theirs.keys()).copied().collect();
        for (account, owner) in keys {
            let of = |map: &BTreeMap<(u8, u32), Paise>| map.get(&(account, owner)).copied().unwrap_or(Paise::ZERO);
            let (ours, theirs) = (of(&self.ledger.accounts), of(&theirs));
            self.compare_money(What::Account { account, owner }, ours, theirs);
        }
    }

    /// What one client lacks and another has too much of is one posting on the wrong client.
    fn judge_crossed(&mut self, mut differing: Vec<(ClientRow, Paise)>) {
        while let Some((client, over)) = differing.pop() {
            let Some(at) = differing.iter().position(|(_, other)| *other == -over) else { continue };
            let (other, _) = differing.remove(at);
            let (here, there) = (self.who(client), self.who(other));
            // A missing credit or a missing debit: the words name whose posting went astray.
            let (from, to) = if over.is_positive() { (there, here) } else { (here, there) };
            self.find(What::PostedOnAnother { from, to }, Figure::Nothing, Figure::Money(over.abs()));
        }
    }

    /// Between the bills and the clearing corporation's money nothing is left once a settlement is paid.
    fn judge_controls(&mut self) {
        let today = self.today;
        let mut left = Vec::new();
        for (settlement, it) in &self.settlements {
            if today > Some(it.pay_out) && !it.control.is_zero() {
                left.push((account::SETTLEMENT_CONTROL, *settlement, it.control));
            }
            let done = it.done.is_some_and(|day| today > Some(day));
            if done && !it.auction.is_zero() {
                left.push((account::AUCTION_CONTROL, *settlement, it.auction));
            }
        }
        for (account, settlement, amount) in left {
            self.compare_money(What::ControlNotZero { account, settlement }, Paise::ZERO, amount);
        }
    }

    fn judge_holdings(&mut self, claims: &Claims) {
        let mut theirs: BTreeMap<(ClientRow, SecurityRow, u8), Qty> = BTreeMap::new();
        let mut sums: BTreeMap<(ClientRow, SecurityRow), Qty> = BTreeMap::new();
        for (client, security, place, qty) in &claims.holdings {
            *theirs.entry((*client, *security, *place)).or_insert(Qty::ZERO) += *qty;
            *sums.entry((*client, *security)).or_insert(Qty::ZERO) += *qty;
        }
        let keys: BTreeSet<_> = self.places.keys().chain(theirs.keys()).copied().collect();
        for (client, security, place) in keys {
            let ours = self.at(client, security, place);
            let theirs = theirs.get(&(client, security, place)).copied().unwrap_or(Qty::ZERO);
            if ours != theirs {
                let who = self.who(client);
                self.find(What::Holding { who, security, place }, Figure::Shares(ours), Figure::Shares(theirs));
            }
        }
        for ((client, security), sum) in sums.into_iter().filter(|(_, sum)| !sum.is_zero()) {
            let who = self.who(client);
            self.find(What::PlacesDoNotCancel { who, security }, Figure::Shares(Qty::ZERO), Figure::Shares(sum));
        }
    }
}
