//! The state of the department.
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

use crate::{Deposit, Due, Event, Form, Holder, Lapse, Look, Peak, Rated};
use alloc::collections::{BTreeMap, BTreeSet};
use stdx::Rows;
use vocab::{ClientRow, Day, DepositNo, Paise, Price, Qty, SecurityRow};

/// What a client's deposits are worth after haircut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Receipts and guarantees.
    pub cash_like: Paise,
    pub securities: Paise,
}

impl Kept {
    pub const NOTHING: Kept = Kept { cash_like: Paise::ZERO, securities: Paise::ZERO };

    pub fn sum(&self) -> Paise {
        self.cash_like + self.securities
    }

    fn add(&mut self, form: Form, value: Paise) {
        if form.is_cash_like() { self.cash_like += value } else { self.securities += value }
    }
}

/// An evening's margins over all clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sums {
    pub day: Day,
    pub var: Paise,
    pub elm: Paise,
    pub mtm: Paise,
    pub covered: Paise,
    /// Of it, the own account's (P), and clients' in credit (MC of sebi 23 Annexure 3.2).
    pub own: Paise,
    pub used: Paise,
}

vocab::kept!(struct Sums { day, var, elm, mtm, covered, own, used });

impl Sums {
    const fn of(day: Day) -> Sums {
        let zero = Paise::ZERO;
        Sums { day, var: zero, elm: zero, mtm: zero, covered: zero, own: zero, used: zero }
    }
}

pub struct Margin {
    rates: Rows<SecurityRow, Option<Rated>>,
    /// What is with the firm now; what went back is in the journal.
    deposits: BTreeMap<DepositNo, Deposit>,
    of_client: BTreeMap<ClientRow, BTreeSet<DepositNo>>,
    next: DepositNo,
    sums: Sums,
    barred: bool,
    look: Look,
    look_prices: BTreeMap<SecurityRow, Price>,
    /// Of one day alone: the last that anything was looked at.
    peak_day: Day,
    peaks: BTreeMap<ClientRow, Peak>,
    /// Who was ever short, as of the last day he was.
    lapses: BTreeMap<ClientRow, Lapse>,
    /// What clients were asked for today.
    calls: BTreeMap<ClientRow, (Day, Paise)>,
    /// Penalties to come, by the day they are for.
    dues: BTreeMap<(Day, ClientRow), Due>,
}

impl Margin {
    pub fn new() -> Margin {
        Margin {
            rates: Rows::new(),
            deposits: BTreeMap::new(),
            of_client: BTreeMap::new(),
            next: DepositNo(1),
            sums: Sums::of(Day(0)),
            barred: false,
            look: Look::NONE,
            look_prices: BTreeMap::new(),
            peak_day: Day(0),
            peaks: BTreeMap::new(),
            lapses: BTreeMap::new(),
            calls: BTreeMap::new(),
            dues: BTreeMap::new(),
        }
    }

    /// What the clearing corporation said of a security for exactly this day.
    pub fn rated(&self, security: SecurityRow, day: Day) -> Option<&Rated> {
        self.rates.get(security)?.as_ref().filter(|rated| rated.day == day)
    }

    /// Every security the clearing corporation rated for a day.
    pub fn rates(&self, day: Day) -> impl Iterator<Item = (SecurityRow, &Rated)> {
        let all = self.rates.iter().filter_map(|(security, rated)| Some((security, rated.as_ref()?)));
        all.filter(move |(_, rated)| rated.day == day)
    }

    pub fn next_no(&self) -> DepositNo {
        self.next
    }

    pub fn deposit(&self, no: DepositNo) -> Option<&Deposit> {
        self.deposits.get(&no)
    }

    /// Everything deposited, in the order it came.
    pub fn deposits(&self) -> impl Iterator<Item = (DepositNo, &Deposit)> {
        self.deposits.iter().map(|(no, deposit)| (*no, deposit))
    }

    /// Deposits from a number on.
    pub fn deposits_from(&self, no: DepositNo) -> impl Iterator<Item = (DepositNo, &Deposit)> {
        self.deposits.range(no..).map(|(no, deposit)| (*no, deposit))
    }

    pub fn of_client(&self, client: ClientRow) -> impl Iterator<Item = (DepositNo, &Deposit)> {
        let all = self.of_client.get(&client).into_iter().flatten();
        all.filter_map(|no| Some((*no, self.deposits.get(no)?)))
    }

    /// What a client's deposits are worth, by the last valuation.
    pub fn kept(&self, client: ClientRow) -> Kept {
        let mut kept = Kept::NOTHING;
        for (_, deposit) in self.of_client(client) {
            kept.add(deposit.form, deposit.value);
        }
        kept
    }

    /// What of a client's deposits lies with the clearing corporation.
    pub fn lodged(&self, client: ClientRow) -> Kept {
        let mut kept = Kept::NOTHING;
        for (_, deposit) in self.of_client(client).filter(|(_, d)| d.lodged) {
            kept.add(deposit.form, deposit.value);
        }
        kept
    }

    /// What was counted on an evening: nothing if nobody had a position.
    pub fn sums(&self, day: Day) -> Sums {
        if self.sums.day == day { self.sums } else { Sums::of(day) }
    }

    /// The last evening that was counted.
    pub fn last_sums(&self) -> Sums {
        self.sums
    }

    /// Whether mark to market stands unpaid.
    pub fn is_barred(&self) -> bool {
        self.barred
    }

    /// The corporation's last look of a day; none before its first.
    pub fn look(&self, day: Day) -> Option<Look> {
        Some(self.look).filter(|look| look.day == day)
    }

    /// What a security cost at the last look.
    pub fn look_price(&self, security: SecurityRow) -> Option<Price> {
        self.look_prices.get(&security).copied()
    }

    /// What clients had to have on a day so far, from a client on.
    pub fn peaks_from(&self, day: Day, client: ClientRow) -> impl Iterator<Item = (ClientRow, &Peak)> {
        let of_day = (self.peak_day == day).then_some(&self.peaks);
        of_day.into_iter().flat_map(move |peaks| peaks.range(client..)).map(|(client, peak)| (*client, peak))
    }

    /// The last day a client was short on.
    pub fn lapse(&self, client: ClientRow) -> Option<Lapse> {
        self.lapses.get(&client).copied()
    }

    /// What a client was asked for on a day.
    pub fn called(&self, client: ClientRow, day: Day) -> Paise {
        self.calls.get(&client).filter(|(of, _)| *of == day).map_or(Paise::ZERO, |(_, amount)| *amount)
    }

    /// The penalty of a client's day that the corporation has not taken.
    pub fn due(&self, day: Day, client: ClientRow) -> Option<Due> {
        self.dues.get(&(day, client)).copied()
    }

    /// All of them, by day.
    pub fn dues(&self) -> impl Iterator<Item = (Day, ClientRow, &Due)> {
        self.dues.iter().map(|((day, client), due)| (*day, *client, due))
    }

    /// Shares of a security a client has pledged.
    pub fn pledged(&self, client: ClientRow, security: SecurityRow) -> Qty {
        self.of_client(client).filter(|(_, d)| d.security == Some(security)).map(|(_, d)| d.qty).sum()
    }

    /// # Panics
    /// When the event contradicts the state: a number out of series, a deposit that is not there.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::Rated { security, rated } => {
                while self.rates.get(security).is_none() {
                    self.rates.push(None);
                }
                self.rates[security] = Some(rated);
            }
            Event::Deposited { no, client, form, security, qty, amount, funded, good_until, day, .. } => {
                assert!(no == self.next, "deposits are numbered without gaps");
                self.next = no.next();
                let (value, lodged, leaving, received) = (Paise::ZERO, false, false, day);
                let deposit =
                    Deposit { client, form, security, qty, amount, funded, good_until, received, value, lodged, leaving };
                self.deposits.insert(no, deposit);
                self.of_client.entry(client).or_default().insert(no);
            }
            Event::Valued { no, value, .. } => self.deposit_mut(no).value = value,
            Event::Lodged { no, on } => self.deposit_mut(no).lodged = on,
            Event::Exposed { day, holder, var, elm, mtm, covered, .. } => {
                let mut sums = self.sums(day);
                (sums.var, sums.elm) = (sums.var + var, sums.elm + elm);
                (sums.mtm, sums.covered) = (sums.mtm + mtm, sums.covered + covered);
                match holder {
                    Holder::Own => sums.own += var + elm + mtm,
                    Holder::Creditor => sums.used += var + elm + mtm,
                    Holder::Debtor => {}
                }
                self.sums = sums;
            }
            Event::Member { day, .. } => self.sums = self.sums(day),
            Event::Barred { on } => self.barred = on,
            Event::Collected { day, client, upfront, short, .. } => {
                let peak = self.peak_mut(day, client);
                (peak.evening_wanted, peak.evening_short) = (upfront, short);
            }
            Event::LookTaken { day, nth } => {
                let count = self.look(day).map_or(0, |look| look.count).saturating_add(1);
                self.look = Look { day, nth, count };
                self.look_prices.clear();
            }
            Event::LookPriced { security, price } => self.look_prices.extend([(security, price)]),
            Event::Looked { day, client, nth, wanted, short, .. } => {
                let peak = self.peak_mut(day, client);
                // The look that asked for most counts, the first of equals.
                if peak.nth == 0 || wanted > peak.wanted {
                    (peak.nth, peak.wanted, peak.short) = (nth, wanted, short);
                }
            }
            Event::Reported { day, client, running, in_month, evening, peak, penalty, .. } => {
                if running > 0 {
                    self.lapses.insert(client, Lapse { day, running, in_month });
                }
                let due = Due { penalty, short: evening.max(peak), called: self.called(client, day) };
                self.dues.extend(penalty.is_positive().then_some(((day, client), due)));
            }
            Event::Called { day, client, amount, .. } => {
                let amount = self.called(client, day) + amount;
                self.calls.insert(client, (day, amount));
            }
            Event::Penalised { day, client, .. } => drop(self.dues.remove(&(day, client))),
            Event::Leaving { no } | Event::Recalled { no } => self.deposit_mut(no).leaving = true,
            Event::Returned { no, .. } => {
                let gone = self.deposits.remove(&no).expect("a deposit that is here");
                assert!(gone.value.is_zero() && !gone.lodged, "what goes back counts nowhere");
                self.of_client.get_mut(&gone.client).expect("its owner has deposits").remove(&no);
            }
        }
    }

    /// Of a new day nothing is known yet.
    fn peak_mut(&mut self, day: Day, client: ClientRow) -> &mut Peak {
        if self.peak_day != day {
            self.peak_day = day;
            self.peaks.clear();
        }
        self.peaks.entry(client).or_insert(Peak::NOTHING)
    }

    fn deposit_mut(&mut self, no: DepositNo) -> &mut Deposit {
        self.deposits.get_mut(&no).expect("a deposit that is here")
    }
}

impl Default for Margin {
    fn default() -> Self {
        Margin::new()
    }
}

vocab::kept!(struct Margin {
    rates, deposits, of_client, next, sums, barred, look, look_prices, peak_day, peaks, lapses, calls, dues,
});
