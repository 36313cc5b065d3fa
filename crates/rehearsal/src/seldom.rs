//! What a member sees a few times a month: a client who pays by cheque, shares that nobody asked for, a day on which
//! nothing settles, declared the evening before; and more seldom a day on which one exchange alone is open. By lots of
//! their own, so that the rest of the script is as it would be.

use crate::house::stranger_demat;
use crate::script::{OPERATIONS, PRINCIPAL, Script, What};
use crate::stage::Stage;
use stdx::Lots;
use rulebook::{Rule, RuleName};
use vocab::{ClientKind, Day, Depository, Moment, Paise, Qty, SecurityRow, TimeOfDay, Venue};
use world::FromPeople;

/// A cheque on one day in so many, and one more for every so many clients.
const CHEQUE_ONE_IN: u64 = 4;
const CHEQUES_OF: u32 = 100;
const STRAY_ONE_IN: u64 = 7;
const HANDED_ONE_IN: u64 = 5;
const SHUT_ONE_IN: u64 = 18;
/// Securities a stranger has, and shares of each.
const STRANGERS: u64 = 4;
const HIS_SHARES: Qty = Qty(50_000);

/// A trading day that one exchange keeps alone, and a holiday that the second does not keep.
const FIRST_SHUT_ONE_IN: u64 = 30;
const SECOND_SHUT_ONE_IN: u64 = 40;
const OPENED_ONE_IN: u64 = 4;

/// A trade file is issued anew on one day in so many, of each exchange; shares are objected to.
const ANEW_ONE_IN: u64 = 5;
const OBJECTED_ONE_IN: u64 = 3;

/// What happens now and then; what it comes to is worked out when its moment comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seldom {
    /// A client hands in a cheque; then it goes to the bank.
    Lodge { member: u32, amount: Paise },
    Present { member: u32 },
    /// It is declared that nothing settles on the next trading day; a person of the firm enters it.
    Shut,
    EnterShut,
    /// Somebody moves shares onto an account of the firm's: a stranger, or a client what he sold before it is called in.
    Stray { lot: u64 },
    Hand { member: u32, lot: u64 },
    /// Operations sends them back, and closes the matter once none is left.
    SendBack,
    Close,
    /// An exchange finds its trade file of the day wrong.
    Anew { venue: Venue, lot: u64 },
    /// Shares that a client delivered, or received, are defective.
    Object { lot: u64 },
}

impl Seldom {
    /// Whether the world is told, not the firm.
    pub const fn is_told(self) -> bool {
        match self {
            Seldom::Present { .. } | Seldom::Shut | Seldom::Stray { .. } | Seldom::Hand { .. } | Seldom::Anew { .. }
            | Seldom::Object { .. } => true,
            Seldom::Lodge { .. } | Seldom::EnterShut | Seldom::SendBack | Seldom::Close => false,
        }
    }

    /// Who of the firm does it.
    pub const fn by(self) -> vocab::UserRow {
        match self {
            Seldom::EnterShut => PRINCIPAL,
            Seldom::Lodge { .. }
            | Seldom::Present { .. }
            | Seldom::Shut
            | Seldom::Stray { .. }
            | Seldom::Hand { .. }
            | Seldom::Anew { .. }
            | Seldom::Object { .. }
            | Seldom::SendBack
            | Seldom::Close => OPERATIONS,
        }
    }
}

impl Stage {
    /// Days until one that one exchange keeps alone, where two are played: simulated, by lots. A day on which the first
    /// traded by its files stays one of its days, and a holiday of both may become a day of the second.
    pub fn keep_apart(&mut self, seed: u64, until: Day) {
        if self.on_bse().is_empty() {
            return;
        }
        for day in (1..=until.days_since(self.day)).map(|n| self.day.plus(n)) {
            let mut lots = Lots::of(seed, &[0xA10E, u64::from(day.0.unsigned_abs())]);
            let [shuts_first, shuts_second, opens] = [FIRST_SHUT_ONE_IN, SECOND_SHUT_ONE_IN, OPENED_ONE_IN].map(|n| lots.one_in(n));
            // Companies' first days without a benefit stay as they are.
            let special = self.sessions.contains_key(&day) || self.bse_sessions.contains_key(&day);
            if day.is_weekend() || special || self.gifts().iter().any(|it| it.ex == day) {
                continue;
            }
            match (self.is_open(Venue::Nse, day), self.is_open(Venue::Bse, day)) {
                (true, true) if shuts_first && self.on(day).is_none() => self.holidays.push(day),
                (true, true) if shuts_second => self.bse_holidays.push(day),
                (false, false) if opens => self.bse_holidays.retain(|it| *it != day),
                _ => {}
            }
        }
    }
}

impl Script {
    /// Which of the watched securities the stranger has.
    pub fn of_stranger(&self, lot: u64) -> SecurityRow {
        self.watched(lot % STRANGERS * 5 + 1)
    }

    /// Which securities go to the shorter of two cycles, and from when: a batch on the last Friday of each month from the
    /// first day of the rule on, by lots, as no list is at hand. None where one cycle runs.
    pub(crate) fn who_moves(&self, rules: &[Rule]) -> Vec<(SecurityRow, Day)> {
        let in_force = |rule: &&Rule| rule.from <= self.day && rule.to.is_none_or(|to| self.day <= to);
        let two = rules.iter().filter(|rule| rule.name == RuleName::SettlementCycleMoved).find(in_force);
        let Some((first, last)) = two.and_then(|rule| Some((rule.from, rule.to?))) else { return Vec::new() };
        let mut days = vec![first];
        days.extend((1..=last.days_since(first)).map(|n| first.plus(n)).filter(|day| is_last_friday(*day)));
        let rows = 0..u32::try_from(self.securities.len()).expect("a count");
        let day_of = |row: u32| {
            let mut lots = Lots::of(self.seed, &[0x71C7, u64::from(row)]);
            days[usize::try_from(lots.below(days.len() as u64)).expect("few")]
        };
        rows.map(|row| (SecurityRow(row), day_of(row))).collect()
    }

    /// A stranger with a demat account of his own, which the firm does not see.
    pub(crate) fn stranger(&self) -> Vec<FromPeople> {
        let account = stranger_demat();
        let mut all = vec![FromPeople::OpenDemat { account, depository: Depository::Nsdl, firm_may_see: false }];
        let mut rows: Vec<_> = (0..STRANGERS).map(|lot| self.of_stranger(lot)).collect();
        rows.sort_unstable();
        rows.dedup();
        for security in rows {
            let isin = self.securities[usize::try_from(security.0).expect("a row")].0;
            all.push(FromPeople::Endow { account, isin, qty: HIS_SHARES });
        }
        all
    }

    /// What of it a day has.
    pub(crate) fn seldom(&self, day: Day) -> Vec<(Moment, What)> {
        let mut lots = Lots::of(self.seed, &[0x5E1D, u64::try_from(day.0).expect("after 1970")]);
        let mut all = Vec::new();
        let mut push = |time: TimeOfDay, what| all.push((day + time, What::Seldom(what)));
        if self.clients == 0 {
            return all;
        }
        let member = |lots: &mut Lots| u32::try_from(lots.below(u64::from(self.clients))).expect("a member");
        let cheques = self.clients / CHEQUES_OF + u32::from(lots.one_in(CHEQUE_ONE_IN));
        for nth in 0..cheques {
            let (member, amount) = (member(&mut lots), Paise::rupees(lots.between(5, 60) * 500));
            push(TimeOfDay::hms(8, 34, nth % 60), Seldom::Lodge { member, amount });
            push(TimeOfDay::hms(8, 36, nth % 60), Seldom::Present { member });
        }
        if lots.one_in(STRAY_ONE_IN) {
            push(TimeOfDay::hms(19, 10, 0), Seldom::Stray { lot: lots.below(1 << 20) });
        }
        let (handed, lot) = (member(&mut lots), lots.below(1 << 20));
        if lots.one_in(HANDED_ONE_IN) && self.member(handed).kind != ClientKind::Institution {
            push(TimeOfDay::hms(18, 50, 0), Seldom::Hand { member: handed, lot });
        }
        if lots.one_in(SHUT_ONE_IN) {
            // Sometimes the circular is read before the corporation's new schedule comes, sometimes after it.
            let first = lots.one_in(2);
            push(TimeOfDay::hms(20, 40, 0), Seldom::Shut);
            push(TimeOfDay::hms(20, if first { 35 } else { 50 }, 0), Seldom::EnterShut);
        }
        if self.disputes {
            let mut lots = Lots::of(self.seed, &[0xD15B, u64::try_from(day.0).expect("after 1970")]);
            for (second, venue) in (0..).zip(self.venues()) {
                let (is_wrong, lot) = (lots.one_in(ANEW_ONE_IN), lots.below(1 << 20));
                if is_wrong {
                    push(TimeOfDay::hms(19, 5, second), Seldom::Anew { venue, lot });
                }
            }
            if lots.one_in(OBJECTED_ONE_IN) {
                push(TimeOfDay::hms(18, 31, 0), Seldom::Object { lot: lots.below(1 << 20) });
            }
        }
        for second in 0..3 {
            push(TimeOfDay::hms(19, 20, second), Seldom::SendBack);
            push(TimeOfDay::hms(19, 28, second), Seldom::Close);
        }
        all
    }
}

fn is_last_friday(day: Day) -> bool {
    let (_, month, _) = day.civil();
    let (_, next, _) = day.plus(7).civil();
    // The epoch's first day was a Thursday.
    day.0.rem_euclid(7) == 1 && month != next
}
