//! Corporate benefits: what companies give to those who hold their shares on a record day, and who of the clients
//! is due how much of what comes to the firm's own accounts.
//!
//! What this is not: no money and no register of shares (that is `books`), no rule about when.
//!
//! Invariants: an action is announced once for a security, a kind and a record day; what came is shared out to the
//! last paisa and the last share, each client's part within one of his exact part; what was shared out is never more than
//! what came.
//! Start with [`Actions`] and [`part`].
#![no_std]

extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use vocab::{AccountToken, ActionNo, BenefitKind, DematAccount, ClientRow, Day, Depository, Paise, Price, Qty, SecurityRow};

/// What a company gives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Benefit {
    Dividend { per_share: Price },
    /// `new` shares for `held`.
    Bonus { new: u32, held: u32 },
    /// A share of face value `from` becomes `from / to` shares of face value `to`.
    Split { from: Paise, to: Paise },
    /// Entitlements to `new` shares for `held`, at a price; they are a security of their own.
    Rights { new: u32, held: u32, price: Price, entitlement: SecurityRow },
}

impl Benefit {
    pub const fn kind(&self) -> BenefitKind {
        match self {
            Benefit::Dividend { .. } => BenefitKind::Dividend,
            Benefit::Bonus { .. } => BenefitKind::Bonus,
            Benefit::Split { .. } => BenefitKind::Split,
            Benefit::Rights { .. } => BenefitKind::Rights,
        }
    }

    /// Whether its figures make sense: nothing is given for nothing, and a split makes shares smaller.
    pub const fn is_sound(&self) -> bool {
        match self {
            Benefit::Dividend { per_share } => per_share.0 > 0,
            Benefit::Bonus { new, held } | Benefit::Rights { new, held, .. } => *new > 0 && *held > 0,
            Benefit::Split { from, to } => to.0 > 0 && from.0 > to.0,
        }
    }

    /// New shares for held ones, as a fraction; none for money.
    pub const fn ratio(&self) -> Option<(i64, i64)> {
        match self {
            Benefit::Dividend { .. } => None,
            Benefit::Bonus { new, held } | Benefit::Rights { new, held, .. } => Some((*new as i64, *held as i64)),
            Benefit::Split { from, to } => Some((from.0.saturating_sub(to.0), to.0)),
        }
    }

    /// What a holding brings: shares, whole ones, or money, to the paisa.
    pub fn of(&self, held: Qty) -> Due {
        match (self, self.ratio()) {
            (Benefit::Dividend { per_share }, _) => Due::Money(per_share.value(held, vocab::Rounding::NearestPaisa)),
            (_, Some((new, of))) => Due::Shares(Qty(scaled(held.0, new, of))),
            (_, None) => Due::Shares(Qty::ZERO),
        }
    }

    /// What shares were worth before, in today's shares: for views, and for the reference price of the first day without
    /// the benefit. A dividend and rights leave prices as they are: the market finds the price after them.
    pub fn adjusted(&self, price: Price) -> Price {
        match (self, self.ratio()) {
            (Benefit::Bonus { .. } | Benefit::Split { .. }, Some((new, of))) => {
                Price(scaled(price.0, of, of.saturating_add(new)))
            }
            _ => price,
        }
    }

    /// The other way round: a price in today's shares, told in the shares there were before. A bought-in share of before
    /// was worth so many of today's.
    pub fn restored(&self, price: Price) -> Price {
        match (self, self.ratio()) {
            (Benefit::Bonus { .. } | Benefit::Split { .. }, Some((new, of))) => {
                Price(scaled(price.0, of.saturating_add(new), of))
            }
            _ => price,
        }
    }
}

/// What a holding brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    Money(Paise),
    Shares(Qty),
}

/// `amount * over / under`, rounded down.
fn scaled(amount: i64, over: i64, under: i64) -> i64 {
    assert!(under > 0, "a fraction of something");
    let wide = i128::from(amount).saturating_mul(i128::from(over)).div_euclid(i128::from(under));
    i64::try_from(wide).expect("no more than the market holds")
}

/// A client's part of what came for all: `before` and `with` are the holdings of those before him, without and with his
/// own. The parts of all add up to what came, and each is within one of the exact part.
pub fn part(came: i64, all: Qty, before: Qty, with: Qty) -> i64 {
    scaled(came, with.0, all.0).saturating_sub(scaled(came, before.0, all.0))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Announced { action: ActionNo, security: SecurityRow, benefit: Benefit, ex: Day, record: Day },
    /// A client's shares lay in one of the firm's accounts when the record day ended; the firm's own in its own account, where
    /// what is given is money.
    Entitled { action: ActionNo, client: ClientRow, account: DematAccount, depository: Depository, held: Qty },
    /// All who were entitled are known.
    Recorded { action: ActionNo },
    /// It came to one of the firm's accounts: paise, or shares.
    Came { action: ActionNo, account: DematAccount, depository: Depository, amount: i64 },
    /// A client's part was put to his account, or is on its way to it.
    Passed { action: ActionNo, client: ClientRow, account: DematAccount, depository: Depository, amount: i64 },
    /// Of the tax the company kept back, his part: it is his credit, not the firm's.
    Taxed { action: ActionNo, client: ClientRow, account: DematAccount, depository: Depository, tax: Paise },
    /// The whole of what came first was shared out.
    Shared { action: ActionNo },
    /// A third party's shares lay there too, held for nobody under a number until they go back to the account they came from.
    StrangerEntitled { action: ActionNo, stranger: u32, account: DematAccount, depository: Depository, held: Qty, from: AccountToken },
    /// His part is held for him like his shares: money, or shares, under a number of their own.
    StrangerPassed { action: ActionNo, stranger: u32, account: DematAccount, depository: Depository, amount: i64, under: u32 },
    StrangerTaxed { action: ActionNo, stranger: u32, account: DematAccount, depository: Depository, tax: Paise },
}

/// What came and is being shared out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    pub account: DematAccount,
    pub depository: Depository,
    pub amount: i64,
}

vocab::kept!(struct Arrival { account, depository, amount });

/// Whose shares lay with the firm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Holder {
    /// A third party, by the number under which his shares were held.
    Stranger(u32),
    Client(ClientRow),
}

vocab::kept!(enum Holder { 0 = Client(row), 1 = Stranger(no) });

/// Who is entitled, in the order benefits are shared out: by the account the shares lay in, then by client. Strangers
/// come first: the share or paisa that rounding leaves over is never theirs before it is a client's.
pub type Key = (DematAccount, Depository, Holder);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entitlement {
    pub held: Qty,
    /// Paise or shares that were passed on.
    pub passed: i64,
    /// His part of the tax that was kept back from it.
    pub tax: Paise,
}

vocab::kept!(struct Entitlement { held, passed, tax });

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    pub security: SecurityRow,
    pub benefit: Benefit,
    pub ex: Day,
    pub record: Day,
    pub recorded: bool,
    pub entitled: BTreeMap<Key, Entitlement>,
    /// The accounts to which strangers' shares go back.
    pub strangers: BTreeMap<u32, AccountToken>,
    /// What came and is not shared out, in order.
    pub arrivals: Vec<Arrival>,
    /// Paise or shares that came in all, and that were passed on.
    pub came: i64,
    pub passed: i64,
}

vocab::kept!(struct Action { security, benefit, ex, record, recorded, entitled, strangers, arrivals, came, passed });

impl Action {
    /// Those whose shares lay in one account. Money comes once for all clients, and once for the firm's own account.
    pub fn of(&self, arrival: &Arrival) -> impl Iterator<Item = (&Key, &Entitlement)> {
        let money = self.benefit.ratio().is_none();
        let (account, depository) = (arrival.account, arrival.depository);
        let alike = move |a: DematAccount| money && (a == DematAccount::Own) == (account == DematAccount::Own);
        self.entitled.iter().filter(move |((a, d, _), _)| alike(*a) || (*a, *d) == (account, depository))
    }

    /// Those whose shares the firm held for others.
    pub fn in_custody(&self) -> impl Iterator<Item = (&Key, &Entitlement)> {
        self.entitled.iter().filter(|((account, ..), _)| *account != DematAccount::Own)
    }

    fn entitles(&mut self, key: Key, held: Qty) {
        self.entitled.insert(key, Entitlement { held, passed: 0, tax: Paise::ZERO });
    }

    fn due_of(&mut self, key: Key) -> &mut Entitlement {
        self.entitled.get_mut(&key).expect("one who is entitled")
    }

    fn passes(&mut self, key: Key, amount: i64) {
        let due = self.due_of(key);
        due.passed = due.passed.checked_add(amount).expect("no more than the market holds");
        // The own account's is the firm's as it comes.
        if key.0 == DematAccount::Own {
            return;
        }
        self.passed = self.passed.checked_add(amount).expect("no more than the market holds");
        assert!(self.passed <= self.came, "no more is passed on than came");
    }

    /// Nothing that is due to a client is still with the firm, or still to come to it.
    pub fn is_done(&self) -> bool {
        self.recorded && self.arrivals.is_empty() && (self.in_custody().next().is_none() || self.came > 0)
    }
}

/// The state of the department.
#[derive(Default)]
pub struct Actions {
    rows: Vec<Action>,
}

fn index(action: ActionNo) -> Option<usize> {
    usize::try_from(action.0.checked_sub(1)?).ok()
}

impl Actions {
    pub fn new() -> Actions {
        Actions::default()
    }

    pub fn get(&self, action: ActionNo) -> Option<&Action> {
        self.rows.get(index(action)?)
    }

    pub fn next_no(&self) -> ActionNo {
        ActionNo(u32::try_from(self.rows.len()).expect("a count").saturating_add(1))
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (ActionNo, &Action)> {
        let number = |nth: usize| ActionNo(u32::try_from(nth).expect("a count").saturating_add(1));
        self.rows.iter().enumerate().map(move |(nth, row)| (number(nth), row))
    }

    /// The action of a security, a kind and a record day.
    pub fn find(&self, security: SecurityRow, kind: BenefitKind, record: Day) -> Option<ActionNo> {
        let is = |a: &Action| a.security == security && a.benefit.kind() == kind && a.record == record;
        self.iter().rev().find(|(_, a)| is(a)).map(|(no, _)| no)
    }

    /// A price of a day in the shares of an earlier one: whatever made more shares of one between the two is undone.
    pub fn in_shares_of(&self, then: Day, security: SecurityRow, (day, price): (Day, Price)) -> Price {
        let between = |a: &&Action| a.security == security && a.ex > then && a.ex <= day;
        self.rows.iter().filter(between).fold(price, |price, a| a.benefit.restored(price))
    }

    fn row(&mut self, action: ActionNo) -> &mut Action {
        index(action).and_then(|i| self.rows.get_mut(i)).expect("an announced action")
    }

    /// # Panics
    /// When the event contradicts the state: more is passed on than came.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::Announced { action, security, benefit, ex, record } => {
                assert!(action == self.next_no(), "actions are numbered in the order they are announced");
                let (entitled, strangers, arrivals) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
                let (recorded, came, passed) = (false, 0, 0);
                self.rows.push(Action { security, benefit, ex, record, recorded, entitled, strangers, arrivals, came, passed });
            }
            Event::Entitled { action, client, account, depository, held } => {
                self.row(action).entitles((account, depository, Holder::Client(client)), held);
            }
            Event::StrangerEntitled { action, stranger, account, depository, held, from } => {
                let row = self.row(action);
                row.entitles((account, depository, Holder::Stranger(stranger)), held);
                row.strangers.insert(stranger, from);
            }
            Event::Recorded { action } => self.row(action).recorded = true,
            Event::Came { action, account, depository, amount } => {
                let row = self.row(action);
                row.came = row.came.checked_add(amount).expect("no more than the market holds");
                row.arrivals.push(Arrival { account, depository, amount });
            }
            Event::Passed { action, client, account, depository, amount } => {
                self.row(action).passes((account, depository, Holder::Client(client)), amount);
            }
            Event::StrangerPassed { action, stranger, account, depository, amount, .. } => {
                self.row(action).passes((account, depository, Holder::Stranger(stranger)), amount);
            }
            Event::Taxed { action, client, account, depository, tax } => {
                self.row(action).due_of((account, depository, Holder::Client(client))).tax += tax;
            }
            Event::StrangerTaxed { action, stranger, account, depository, tax } => {
                self.row(action).due_of((account, depository, Holder::Stranger(stranger))).tax += tax;
            }
            Event::Shared { action } => {
                self.row(action).arrivals.remove(0);
            }
        }
    }
}

vocab::kept!(struct Actions { rows });

// The tags are the numbers of the kinds.
vocab::kept!(enum Benefit {
    1 = Dividend { per_share }, 2 = Bonus { new, held }, 3 = Split { from, to }, 4 = Rights { new, held, price, entitlement },
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_shared_out_to_the_last_share_and_each_part_is_within_one() {
        let held = [1i64, 7, 3, 100, 2, 55, 13];
        let all = Qty(held.iter().sum());
        for came in [0i64, 1, 2, 90, 181, 10_007] {
            let (mut before, mut sum) = (Qty::ZERO, 0);
            for h in held {
                let with = before + Qty(h);
                let part = part(came, all, before, with);
                let exact = i128::from(came) * i128::from(h);
                let off = (i128::from(part) * i128::from(all.0) - exact).abs();
                assert!(off < i128::from(all.0), "{came} for {h}: {part}");
                (before, sum) = (with, sum + part);
            }
            assert_eq!(sum, came);
        }
    }

    #[test]
    fn a_price_is_told_in_the_shares_of_an_earlier_day() {
        let mut actions = Actions::new();
        let (security, other) = (SecurityRow(3), SecurityRow(4));
        let all = [
            (security, Benefit::Split { from: Paise(1000), to: Paise(200) }, Day(12)),
            (security, Benefit::Bonus { new: 1, held: 1 }, Day(14)),
            (other, Benefit::Bonus { new: 9, held: 1 }, Day(12)),
            (security, Benefit::Dividend { per_share: Price(5_0000) }, Day(12)),
        ];
        for (security, benefit, ex) in all {
            let action = actions.next_no();
            actions.apply(&Event::Announced { action, security, benefit, ex, record: ex });
        }
        let told = |then, day| actions.in_shares_of(Day(then), security, (Day(day), Price(100)));
        assert_eq!([told(11, 11), told(11, 12), told(11, 14), told(12, 13), told(12, 14)].map(|p| p.0), [100, 500, 1000, 100, 200]);
    }

    #[test]
    fn a_holding_brings_whole_shares_or_money_and_prices_before_are_seen_in_todays_shares() {
        let bonus = Benefit::Bonus { new: 1, held: 3 };
        assert_eq!(bonus.of(Qty(11)), Due::Shares(Qty(3)));
        assert_eq!(bonus.adjusted(Price(400_0000)), Price(300_0000));
        assert_eq!(bonus.restored(Price(300_0000)), Price(400_0000));
        let split = Benefit::Split { from: Paise(1000), to: Paise(100) };
        assert_eq!(split.of(Qty(5)), Due::Shares(Qty(45)));
        assert_eq!(split.adjusted(Price(4108_2000)), Price(410_8200));
        assert_eq!(split.restored(Price(410_8200)), Price(4108_2000));
        let dividend = Benefit::Dividend { per_share: Price(6_5000) };
        assert_eq!(dividend.of(Qty(3)), Due::Money(Paise(1950)));
        assert_eq!((dividend.adjusted(Price(7)), dividend.restored(Price(7))), (Price(7), Price(7)));
        assert!(!Benefit::Split { from: Paise(100), to: Paise(100) }.is_sound());
        assert!(!Benefit::Bonus { new: 0, held: 1 }.is_sound());
    }
}
