//! The set of books each line stands in: of the exchange it was dealt on, of the exchange whose clearing corporation's money
//! it is, or, where it is of none, of the first; and what each set owes the others (guide I 3.1).

use crate::audit::Audit;
use crate::bill::Bill;
use crate::chart::{account, head};
use crate::money::Ledger;
use crate::{Claims, Fact, Figure, What, exact};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use rulebook::{NoRule, RuleName};
use vocab::{ClientRow, Day, Paise, SettlementRow, Side, Venue};

/// Where what is of no exchange stands.
pub(crate) const FIRST: Venue = Venue::Nse;

/// Accounts of the firm as a whole.
const OF_NO_EXCHANGE: [u8; 9] = [
    account::CLIENT_BANK,
    account::OWN_BANK,
    account::SUSPENSE,
    account::CLIENT_DIVIDENDS,
    account::OWN_DIVIDENDS,
    account::INTERMEDIARY,
    account::TAX_DEDUCTED,
    account::TAX_KEPT_BACK,
    account::CAPITAL,
];

/// Balances by set and account, debit positive.
pub(crate) struct Sets {
    /// Where the next lines stand, and their value day.
    pub at: (Venue, Day),
    pub balances: BTreeMap<(Venue, u8), Paise>,
    /// Clients' lines in other sets than the first, until they fall due.
    elsewhere: BTreeMap<(Day, Venue, ClientRow), Paise>,
}

impl Default for Sets {
    fn default() -> Sets {
        Sets { at: (FIRST, Day(0)), balances: BTreeMap::new(), elsewhere: BTreeMap::new() }
    }
}

impl Sets {
    pub fn debit(&mut self, account: u8, owner: u32, amount: Paise) {
        let (set, value_day) = self.at;
        let set = if OF_NO_EXCHANGE.contains(&account) { FIRST } else { set };
        *self.balances.entry((set, account)).or_insert(Paise::ZERO) += amount;
        if account == account::CLIENT && set != FIRST {
            *self.elsewhere.entry((value_day, set, ClientRow(owner))).or_insert(Paise::ZERO) += amount;
        }
    }

    /// In the evening what has fallen due at another exchange is on the running account.
    pub fn brought_over(&mut self, today: Day) {
        let due: Vec<_> = self.elsewhere.keys().filter(|(day, ..)| *day <= today).copied().collect();
        for key in due {
            let owed = self.elsewhere.remove(&key).unwrap_or(Paise::ZERO);
            let (_, set, _) = key;
            *self.balances.entry((set, account::CLIENT)).or_insert(Paise::ZERO) -= owed;
            *self.balances.entry((FIRST, account::CLIENT)).or_insert(Paise::ZERO) += owed;
        }
    }

    /// What balances a set stands on the inter-exchange account.
    fn crossed(&self, set: Venue) -> Paise {
        -self.balances.range((set, 0)..=(set, u8::MAX)).map(|(_, amount)| *amount).sum::<Paise>()
    }
}

/// What of a bill was dealt on another exchange than the one whose corporation settles it.
#[derive(Clone)]
pub(crate) struct Apart {
    pub set: Venue,
    pub value: Paise,
    pub lines: BTreeMap<u8, Paise>,
}

impl Ledger {
    /// The same lines in another set.
    pub fn in_set(&mut self, set: Venue, lines: impl FnOnce(&mut Ledger)) {
        let before = core::mem::replace(&mut self.sets.at.0, set);
        lines(self);
        self.sets.at.0 = before;
    }
}

impl Audit {
    /// Where the lines of a fact stand.
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other fact posts what is of no settlement")]
    pub(crate) fn stand(&mut self, fact: &Fact, today: Day) {
        let settlement = match fact {
            Fact::Billed { settlement, .. }
            | Fact::NoteCancelled { settlement, .. }
            | Fact::CustodianSettles { settlement, .. }
            | Fact::ClearingMoney { settlement, .. }
            | Fact::WrittenOff { settlement, .. }
            | Fact::ShortTold { settlement, .. }
            | Fact::ShortageEnded { settlement, .. }
            | Fact::InternalShortEnded { settlement, .. }
            | Fact::ObjectionEnded { settlement, .. }
            | Fact::BuyerClosedOut { settlement, .. } => Some(*settlement),
            Fact::PaymentDone { payment } => self.payments.get(payment).and_then(|it| it.settlement),
            _ => None,
        };
        self.ledger.sets.at = (settlement.map_or(FIRST, |it| self.home_of(it)), today);
    }

    /// The exchange whose corporation settles it.
    pub(crate) fn home_of(&self, settlement: SettlementRow) -> Venue {
        self.settlements.get(&settlement).map_or(FIRST, |it| it.home)
    }

    /// By the numbers of the trades. One line of the note holds what both exchanges charge: the second's is worked out by
    /// itself and the first has the rest.
    pub(crate) fn apart(
        &self, of: (SettlementRow, ClientRow), bill: &Bill, fees: &[(Venue, Paise)], day: Day,
    ) -> Result<Option<Apart>, NoRule> {
        let home = self.home_of(of.0);
        let sold = self.trades.get(&of).map_or(&[][..], Vec::as_slice);
        let Some(set) = sold.iter().map(|it| it.trade.venue()).find(|venue| *venue != home) else { return Ok(None) };
        let there = sold.iter().filter(|it| it.trade.venue() == set);
        let value = there.map(|it| if it.side == Side::Buy { exact::value(it.price, it.qty) } else { -exact::value(it.price, it.qty) });
        let on_bse: Paise = sold.iter().filter(|it| it.trade.venue() == Venue::Bse).map(|it| exact::value(it.price, it.qty)).sum();
        let second = |name, line| match on_bse.is_zero() {
            true => Ok(Paise::ZERO),
            false => Ok(exact::fraction(self.rules.rate(name, day)?.1, on_bse).min(bill.line(line))),
        };
        let fee = second(RuleName::SebiTurnoverFee, head::SEBI_FEE)?;
        let second = second(RuleName::ExchangeChargeBse, head::EXCHANGE)?;
        let brokerage = fees.iter().filter(|(venue, _)| *venue == set).map(|(_, fee)| *fee).sum();
        let (exchange, fund, fee) = match set {
            Venue::Bse => (second, Paise::ZERO, fee),
            Venue::Nse => (bill.line(head::EXCHANGE) - second, bill.line(head::INVESTOR_PROTECTION), bill.line(head::SEBI_FEE) - fee),
        };
        let lines =
            [(head::BROKERAGE, brokerage), (head::EXCHANGE, exchange), (head::INVESTOR_PROTECTION, fund), (head::SEBI_FEE, fee)];
        Ok(Some(Apart { set, value: value.sum(), lines: lines.into_iter().collect() }))
    }

    /// Each set of books as claimed, with what it owes the others. An account that is wrong over all sets is found as
    /// such, the inter-exchange account if it is anything.
    pub(crate) fn judge_sets(&mut self, claims: &Claims) {
        let mut ours = self.ledger.sets.balances.clone();
        for set in Venue::ALL {
            ours.insert((*set, account::INTER_EXCHANGE), self.ledger.sets.crossed(*set));
        }
        let mut theirs: BTreeMap<(Venue, u8), Paise> = BTreeMap::new();
        for (set, account, amount) in &claims.sets {
            *theirs.entry((*set, *account)).or_insert(Paise::ZERO) += *amount;
        }
        let wrong = |account: u8| {
            let claimed = claims.accounts.iter().filter(|(of, ..)| *of == account).map(|(.., amount)| *amount);
            claimed.sum::<Paise>() != self.ledger.balance(account)
        };
        let keys: BTreeSet<(Venue, u8)> = ours.keys().chain(theirs.keys()).copied().collect();
        let keys: Vec<_> = keys.into_iter().filter(|(_, account)| !wrong(*account)).collect();
        for (set, account) in keys {
            let of = |map: &BTreeMap<(Venue, u8), Paise>| map.get(&(set, account)).copied().unwrap_or(Paise::ZERO);
            let (ours, theirs) = (of(&ours), of(&theirs));
            if ours != theirs {
                self.find(What::Set { set, account }, Figure::Money(ours), Figure::Money(theirs));
            }
        }
    }
}
