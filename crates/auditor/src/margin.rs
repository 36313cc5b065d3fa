//! Margins by hand: what every client's open positions ask for on an evening and at each look within the day, what was
//! there of his, and what is reported of him. All of it is worked out from trades, prices, rates, rules and money.
//!
//! What of sales backs a client's orders changes with every trade of the day: where one that is paid in early stands behind
//! a client, his money is taken as the firm says it is.

use crate::audit::Audit;
use crate::bill::Bill;
use crate::charge::Dealt;
use crate::chart::account;
use crate::{Figure, What, exact};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use rulebook::{MarginPolicy, NoRule, PenaltyPassing, RuleName, UpfrontMethod};
use vocab::{ClientRow, Day, DepositNo, Paise, Price, Qty, Rate, SecurityRow, SettlementRow, Side};

/// What happened that margins depend on, and what the firm says they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MarginFact {
    /// An exchange's close; exchanges by number, the first wins.
    Closed { venue: u8, security: SecurityRow, day: Day, close: Price },
    /// What a day begins with.
    Referenced { venue: u8, security: SecurityRow, day: Day, price: Price },
    /// Value at risk, extreme loss, and what is cut off the security as collateral.
    Rated { security: SecurityRow, day: Day, var: Rate, elm: Rate, haircut: Option<Rate> },
    /// The clearing corporation looked, at the prices that follow.
    LookTaken { nth: u8 },
    /// Asked of a client for what he has open that day.
    Called { client: ClientRow, amount: Paise },
    LookPriced { security: SecurityRow, price: Price },
    /// A paper of a sum, or shares of a security; by number of the form: 1 receipt, 2 guarantee, 3 shares.
    Deposited {
        no: DepositNo, client: ClientRow, form: u8, security: Option<SecurityRow>, qty: Qty, amount: Paise,
        good_until: Option<Day>,
    },
    Lodged { no: DepositNo, on: bool },
    /// It leaves, or is gone.
    Leaving { no: DepositNo },
    /// Bills of a settlement are closed and its pay-outs made.
    PaidOut { settlement: SettlementRow },
    /// The firm says what a deposit is worth.
    Valued { no: DepositNo, value: Paise },
    /// The firm says what positions asked for on an evening, and how much of it the client's lodged deposits stand for.
    Exposed { client: ClientRow, var: Paise, elm: Paise, mtm: Paise, covered: Paise },
    /// The firm says what was wanted up front on an evening and what was there.
    Collected { client: ClientRow, upfront: Paise, funds: Paise, deposits: Paise, securities: Paise, short: Paise },
    /// The same at a look.
    Looked {
        client: ClientRow, nth: u8, asked: Paise, wanted: Paise, funds: Paise, deposits: Paise, securities: Paise, short: Paise,
    },
    /// The firm says what is reported of a client's day.
    Reported {
        client: ClientRow, nth: u8, running: u8, in_month: u8, evening: Paise, wanted: Paise, peak: Paise, penalty: Paise,
    },
    /// The firm's own sum of an evening: no client is left to be looked at.
    Member { var: Paise, elm: Paise, mtm: Paise, covered: Paise },
}

#[derive(Clone, Copy)]
struct Rated {
    day: Day,
    var: Rate,
    elm: Rate,
    haircut: Option<Rate>,
}

#[derive(Clone, Copy)]
struct Deposit {
    client: ClientRow,
    form: u8,
    security: Option<SecurityRow>,
    qty: Qty,
    amount: Paise,
    good_until: Option<Day>,
    value: Paise,
    lodged: bool,
}

/// The form of shares; what is not is paper.
const SHARES: u8 = 3;
const GUARANTEE: u8 = 2;
/// Own money, worth what it is.
const CASH: u8 = 4;

/// A client's day: the highest look, and the evening.
#[derive(Clone, Copy, Default)]
struct OfDay {
    nth: u8,
    wanted: i64,
    short: i64,
    evening_wanted: i64,
    evening_short: i64,
}

#[derive(Default)]
pub(crate) struct Margins {
    rated: BTreeMap<SecurityRow, Rated>,
    closes: BTreeMap<(SecurityRow, u8), (Day, Price)>,
    references: BTreeMap<(SecurityRow, u8), (Day, Price)>,
    look_prices: BTreeMap<SecurityRow, Price>,
    look: u8,
    deposits: BTreeMap<DepositNo, Deposit>,
    /// Settlements whose pay-outs are not made.
    open: BTreeSet<SettlementRow>,
    of_day: BTreeMap<ClientRow, OfDay>,
    /// Looked at since the look was taken, and in the evening.
    seen: BTreeSet<ClientRow>,
    evening: BTreeSet<ClientRow>,
    sums: [i64; 4],
    /// The firm has said its sum of the evening, and of whom it has reported since.
    is_evening_over: bool,
    reported: BTreeSet<ClientRow>,
    /// Valued at nothing and worth more: it leaves, or that is wrong.
    emptied: Option<(DepositNo, Paise)>,
    /// The last day a client was short, for how many days on end, and of the month.
    lapses: BTreeMap<ClientRow, (Day, u8, u8)>,
    calls: BTreeMap<(Day, ClientRow), Paise>,
    /// Penalties that were not taken yet, and whether all that was short had been asked for.
    penalties: BTreeMap<(Day, ClientRow), (Paise, bool)>,
}

/// What positions ask for.
struct Asked {
    var: Paise,
    elm: Paise,
    mtm: Paise,
    upfront: Paise,
    by_sales: Paise,
    /// Whether a credit for sales stands in it that changes with what is traded within the day.
    moves: bool,
}

/// Shares still open, bought or sold, and what they and what was closed cost.
struct Leg {
    open: Qty,
    bought: Paise,
    sold: Paise,
}

fn sum(a: Rate, b: Rate) -> Rate {
    Rate(a.0.saturating_add(b.0))
}

impl Audit {
    /// A day begins: nothing of it is known. Of the day before everyone was reported of whom the law asks it.
    pub(crate) fn margins_begin(&mut self, before: Option<Day>) {
        self.not_left();
        let policy = before.and_then(|day| self.rules.choice::<MarginPolicy>(RuleName::MarginPolicy, day).ok());
        if self.margins.is_evening_over && policy.is_some_and(|(_, policy)| policy != MarginPolicy::Member) {
            let left_out = |client: &&ClientRow| !self.margins.reported.contains(client);
            let left_out: Vec<ClientRow> = self.margins.of_day.keys().filter(left_out).copied().collect();
            for client in left_out {
                let who = self.who(client);
                self.find_plain(What::ReportLeftOut { who });
            }
        }
        self.margins.is_evening_over = false;
        self.margins.reported.clear();
        self.margins.of_day.clear();
        self.margins.seen.clear();
        self.margins.evening.clear();
        self.margins.look_prices.clear();
        self.margins.sums = [0; 4];
        self.margins.look = 0;
    }

    /// It is open until its pay-outs are made.
    pub(crate) fn margins_of(&mut self, settlement: SettlementRow) {
        self.margins.open.insert(settlement);
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function judges the rest")]
    pub(crate) fn margin(&mut self, fact: &MarginFact) {
        let Some(today) = self.today else { return };
        if !matches!(*fact, MarginFact::Leaving { no } if self.margins.emptied.is_some_and(|(of, _)| of == no)) {
            self.not_left();
        }
        match *fact {
            MarginFact::Closed { venue, security, day, close } => {
                let last = self.margins.closes.entry((security, venue)).or_insert((day, close));
                if day >= last.0 {
                    *last = (day, close);
                }
            }
            MarginFact::Referenced { venue, security, day, price } => {
                self.margins.references.insert((security, venue), (day, price));
            }
            MarginFact::Rated { security, day, var, elm, haircut } => {
                self.margins.rated.insert(security, Rated { day, var, elm, haircut });
            }
            MarginFact::Called { client, amount } => {
                *self.margins.calls.entry((today, client)).or_insert(Paise::ZERO) += amount;
            }
            MarginFact::LookTaken { nth } => {
                self.look_over();
                self.margins.look = nth;
                self.margins.look_prices.clear();
                self.margins.seen.clear();
            }
            MarginFact::LookPriced { security, price } => self.margins.look_prices.extend([(security, price)]),
            MarginFact::PaidOut { settlement } => drop(self.margins.open.remove(&settlement)),
            MarginFact::Deposited { no, client, form, security, qty, amount, good_until } => {
                let it = Deposit { client, form, security, qty, amount, good_until, value: Paise::ZERO, lodged: false };
                self.margins.deposits.insert(no, it);
            }
            MarginFact::Lodged { no, on } => {
                if let Some(it) = self.margins.deposits.get_mut(&no) {
                    it.lodged = on;
                }
            }
            MarginFact::Leaving { no } => {
                self.margins.emptied = None;
                self.margins.deposits.remove(&no);
            }
            MarginFact::Valued { no, value } => self.valued(no, value, today),
            _ => self.judge_margin(fact, today),
        }
    }

    /// What the firm says, beside what is worked out.
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other fact is taken before")]
    fn judge_margin(&mut self, fact: &MarginFact, today: Day) {
        let judged = match *fact {
            MarginFact::Exposed { client, var, elm, mtm, covered } => self.exposed(client, today, [var, elm, mtm, covered]),
            MarginFact::Collected { client, upfront, funds, deposits, securities, short } => {
                self.collected(client, today, [upfront, funds, deposits, securities, short])
            }
            MarginFact::Looked { client, nth, asked, wanted, funds, deposits, securities, short } => {
                self.looked(client, (today, nth), [asked, wanted, funds, deposits, securities, short])
            }
            MarginFact::Reported { client, nth, running, in_month, evening, wanted, peak, penalty } => {
                self.reported(client, today, [nth, running, in_month], [evening, wanted, peak, penalty])
            }
            MarginFact::Member { var, elm, mtm, covered } => {
                self.member([var, elm, mtm, covered]);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(rule) = judged {
            self.find_plain(What::RuleMissing { rule });
        }
    }

    fn differ(&mut self, what: What, expected: Paise, found: Paise) {
        if expected != found {
            self.find(what, Figure::Money(expected), Figure::Money(found));
        }
    }

    /// What a deposit is worth on a day: the paper's sum while it is good, or shares at the latest close, less what is cut
    /// off. Worth nothing is what leaves.
    fn valued(&mut self, no: DepositNo, value: Paise, today: Day) {
        let Some(it) = self.margins.deposits.get(&no).copied() else {
            return self.find_plain(What::DepositUnknown { no: no.0 });
        };
        let house = |name| self.rules.rate(name, today).map_or(Rate::WHOLE, |(_, rate)| rate);
        let rated = it.security.and_then(|s| self.margins.rated.get(&s)).filter(|rated| rated.day == today);
        let (gross, cut) = match (it.form, it.security) {
            (SHARES, security) => {
                let close = security.and_then(|s| self.close(s));
                let cut = rated.and_then(|rated| rated.haircut).map(|cut| cut.max(house(RuleName::HouseHaircutSecurities)));
                (close.map_or(Paise::ZERO, |price| exact::value_down(price, it.qty)), cut.unwrap_or(Rate::WHOLE))
            }
            (CASH, _) => (it.amount, Rate::ZERO),
            (form, _) => {
                let name = if form == GUARANTEE { RuleName::HouseHaircutGuarantee } else { RuleName::HouseHaircutDepositReceipt };
                let good = it.good_until.is_none_or(|last| last >= today);
                (if good { it.amount } else { Paise::ZERO }, house(name))
            }
        };
        let kept = Rate(Rate::WHOLE.0.saturating_sub(cut.0).max(0));
        let expected = exact::fraction_down(kept, gross);
        match value.is_zero() {
            true => self.margins.emptied = Some((no, expected)),
            false => self.differ(What::DepositWorth { no: no.0 }, expected, value),
        }
        if let Some(it) = self.margins.deposits.get_mut(&no) {
            it.value = value;
        }
    }

    /// A deposit that was valued at nothing stays.
    pub(crate) fn not_left(&mut self) {
        if let Some((no, expected)) = self.margins.emptied.take() {
            self.differ(What::DepositWorth { no: no.0 }, expected, Paise::ZERO);
        }
    }

    fn close(&self, security: SecurityRow) -> Option<Price> {
        let all = self.margins.closes.range((security, 0)..=(security, u8::MAX));
        // Of one day the first exchange's.
        all.rev().max_by_key(|(_, (day, _))| *day).map(|(_, (_, close))| *close)
    }

    /// The latest price there is.
    fn price(&self, security: SecurityRow, dealt: &Dealt, today: Day, at_look: bool) -> Price {
        let told = self.margins.look_prices.get(&security).copied().filter(|_| at_look);
        let reference = || {
            let all = self.margins.references.range((security, 0)..=(security, u8::MAX));
            all.map(|(_, known)| known).find(|(day, _)| *day == today).map(|(_, price)| *price)
        };
        told.or_else(|| self.close(security)).or_else(reference).unwrap_or_else(|| {
            let bought = dealt.buy_qty.is_positive();
            let (value, qty) = if bought { (dealt.buy_value, dealt.buy_qty) } else { (dealt.sell_value, dealt.sell_qty) };
            exact::price_of(value, qty)
        })
    }

    /// Settlements whose pay-out is not made, in which a client dealt.
    fn open_of(&self, client: ClientRow) -> Vec<SettlementRow> {
        let dealt = |row: &&SettlementRow| self.trades.contains_key(&(**row, client));
        self.margins.open.iter().filter(dealt).copied().collect()
    }

    fn securities_of(&self, settlement: SettlementRow, client: ClientRow) -> Vec<(SecurityRow, Dealt)> {
        let (first, last) = (SecurityRow(0), SecurityRow(u32::MAX));
        let of_client = self.dealt.range((settlement, client, first)..=(settlement, client, last));
        of_client.map(|((.., security), dealt)| (*security, *dealt)).collect()
    }

    /// By the era, of a position's value (PRACTICE: margins by era).
    fn upfront_rate(&self, security: SecurityRow, side: Side, day: Day) -> Result<Rate, NoRule> {
        match self.rules.choice::<MarginPolicy>(RuleName::MarginPolicy, day)?.1 {
            MarginPolicy::Member | MarginPolicy::Reported => {
                let name = if side == Side::Buy { RuleName::HouseBuyFraction } else { RuleName::HouseSellFraction };
                Ok(self.rules.rate(name, day)?.1)
            }
            MarginPolicy::Upfront => {
                let extra = self.rules.rate(RuleName::HouseExtraMargin, day)?.1;
                let flat = sum(self.rules.rate(RuleName::UpfrontFlatMargin, day)?.1, extra);
                let rated = self.margins.rated.get(&security).filter(|rated| rated.day == day);
                let by_risk = rated.map(|rated| sum(sum(rated.var, rated.elm), extra));
                Ok(match (self.rules.choice::<UpfrontMethod>(RuleName::HouseUpfrontMethod, day)?.1, by_risk) {
                    (UpfrontMethod::Flat, _) | (_, None) => flat,
                    (UpfrontMethod::ByRisk, Some(by_risk)) => by_risk,
                    (UpfrontMethod::Higher, Some(by_risk)) => flat.max(by_risk),
                })
            }
        }
    }

    /// Sold, and with the clearing corporation already: it asks for nothing.
    fn there(&self, settlement: SettlementRow, client: ClientRow, security: SecurityRow, dealt: &Dealt) -> Qty {
        self.tallies.get(&(settlement, client, security)).map_or(Qty::ZERO, |tally| tally.with_corporation()).min(dealt.to_deliver())
    }

    fn margin_asked(&self, client: ClientRow, day: Day, at_look: bool) -> Result<Asked, NoRule> {
        let zero = Paise::ZERO;
        let mut asked = Asked { var: zero, elm: zero, mtm: zero, upfront: zero, by_sales: zero, moves: false };
        let credited_at_once = self.is_credited_at_once(day);
        for settlement in self.open_of(client) {
            let (mut gains, mut alone, mut upfront) = (zero, zero, zero);
            for (security, dealt) in self.securities_of(settlement, client) {
                let price = self.price(security, &dealt, day, at_look);
                let there = self.there(settlement, client, security, &dealt);
                let rated = self.margins.rated.get(&security).filter(|rated| rated.day == day);
                let unrated = || (self.rules.rate(RuleName::HouseUnratedMargin, day).map_or(Rate::WHOLE, |(_, rate)| rate), Rate::ZERO);
                let (var, elm) = rated.map_or_else(unrated, |rated| (rated.var, rated.elm));
                let early = self.paid_in_early(settlement, client, security);
                asked.moves |= early.is_positive() || (credited_at_once && dealt.to_deliver().is_positive());
                for leg in legs(&dealt, there) {
                    let value = exact::value_up(price, leg.open.abs());
                    asked.var += exact::fraction_up(var, value);
                    asked.elm += exact::fraction_up(elm, value);
                    let side = if leg.open.is_negative() { Side::Sell } else { Side::Buy };
                    if side == Side::Buy || !credited_at_once {
                        upfront += exact::fraction_up(self.upfront_rate(security, side, day)?, value);
                    }
                    let worth = exact::value_down(price, leg.open.abs());
                    let worth = if leg.open.is_negative() { -worth } else { worth };
                    if !dealt.gross {
                        gains += worth - (leg.bought - leg.sold);
                    }
                }
                if dealt.gross {
                    alone += self.alone(settlement, client, security, (there, price));
                }
            }
            asked.mtm += (-gains).at_least_zero() + alone;
            asked.upfront += upfront;
            asked.by_sales += self.by_sales(settlement, client, upfront);
        }
        Ok(asked)
    }

    /// Whether a sale backs orders when it is traded, and what it keeps back is its margin.
    fn is_credited_at_once(&self, day: Day) -> bool {
        self.rules.yes(RuleName::SaleCreditNeedsEarlyPayIn, day).is_ok_and(|(_, needs)| !needs)
    }

    /// Trade for trade each trade's loss stands alone; what was sold first is what the corporation has.
    fn alone(&self, settlement: SettlementRow, client: ClientRow, security: SecurityRow, (there, price): (Qty, Price)) -> Paise {
        let (mut there, mut lost) = (there, Paise::ZERO);
        for sold in self.trades.get(&(settlement, client)).into_iter().flatten().filter(|it| it.security == security) {
            let covered = if sold.side == Side::Sell { there.min(sold.qty) } else { Qty::ZERO };
            there -= covered;
            let (now, then) = (exact::value(price, sold.qty - covered), exact::value(sold.price, sold.qty - covered));
            lost += (if sold.side == Side::Buy { then - now } else { now - then }).at_least_zero();
        }
        lost
    }

    /// What a client's sales in a settlement bring before their pay-out: what backs orders, and of what the bill sets off
    /// against purchases as much as they ask for.
    fn by_sales(&self, settlement: SettlementRow, client: ClientRow, upfront: Paise) -> Paise {
        let Some(day) = self.settlements.get(&settlement).map(|it| it.trade_day) else { return Paise::ZERO };
        let at_once = self.is_credited_at_once(day);
        let rate = |name| self.rules.rate(name, day).map_or(Rate::ZERO, |(_, rate)| rate);
        let held = rate(RuleName::SaleCreditHoldings);
        let part = if at_once { held.min(rate(RuleName::SaleCreditUndelivered)) } else { held };
        let (mut whole, mut backs) = (Paise::ZERO, Paise::ZERO);
        for (security, dealt) in self.securities_of(settlement, client) {
            let of = |sold: Qty| exact::fraction_down(part, exact::share_down(dealt.sell_value, sold, dealt.sell_qty));
            let early = self.paid_in_early(settlement, client, security).min(dealt.to_deliver());
            whole += of(if at_once { dealt.to_deliver() } else { self.there(settlement, client, security, &dealt) });
            // What came back after the bill, or was called in with the others, changes nothing any more.
            backs += of(if at_once { dealt.to_deliver() } else { early });
        }
        let now = match self.bills.get(&(settlement, client)) {
            None => backs,
            Some(bill) if bill.open => backs.min((-bill.due()).at_least_zero()),
            Some(_) => Paise::ZERO,
        };
        now + (whole - now).at_least_zero().min(upfront)
    }

    fn paid_in_early(&self, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> Qty {
        self.tallies.get(&(settlement, client, security)).map_or(Qty::ZERO, |tally| tally.paid_in_early)
    }

    /// Money of a client: what is held for him, with bills whose pay-in has not come aside.
    fn funds(&self, client: ClientRow) -> Paise {
        let due = |bill: &Bill| if bill.open { bill.due().at_least_zero() } else { Paise::ZERO };
        let coming: Paise = self.margins.open.iter().filter_map(|row| self.bills.get(&(*row, client))).map(due).sum();
        (self.held_for(client) + coming).at_least_zero()
    }

    fn deposits_of(&self, client: ClientRow) -> (Paise, Paise, Paise) {
        let (mut papers, mut shares, mut lodged) = (Paise::ZERO, Paise::ZERO, Paise::ZERO);
        for it in self.margins.deposits.values().filter(|it| it.client == client) {
            if it.form == SHARES { shares += it.value } else { papers += it.value }
            if it.lodged {
                lodged += it.value;
            }
        }
        (papers, shares, lodged)
    }

    fn exposed(&mut self, client: ClientRow, day: Day, said: [Paise; 4]) -> Result<(), NoRule> {
        let who = self.who(client);
        let Asked { var, elm, mtm, .. } = self.margin_asked(client, day, false)?;
        let covered = if self.is_own(client) { Paise::ZERO } else { self.deposits_of(client).2.min(var + elm) };
        for ((n, expected), found) in (0u8..).zip([var, elm, mtm, covered]).zip(said) {
            self.differ(What::Exposure { who, figure: n }, expected, found);
        }
        for (sum, part) in self.margins.sums.iter_mut().zip([var, elm, mtm, covered]) {
            *sum = sum.saturating_add(part.0);
        }
        if !self.margins.evening.insert(client) {
            self.find_plain(What::MarginTwice { who });
        }
        Ok(())
    }

    fn collected(&mut self, client: ClientRow, day: Day, said: [Paise; 5]) -> Result<(), NoRule> {
        let who = self.who(client);
        let asked = self.margin_asked(client, day, false)?;
        let (papers, shares, _) = self.deposits_of(client);
        let funds = if asked.moves { said[1] } else { self.funds(client) + asked.by_sales };
        let short = (asked.upfront - funds - papers - shares).at_least_zero();
        for ((n, expected), found) in (0u8..).zip([asked.upfront, funds, papers, shares, short]).zip(said) {
            self.differ(What::MarginOfEvening { who, figure: n }, expected, found);
        }
        let it = self.margins.of_day.entry(client).or_default();
        (it.evening_wanted, it.evening_short) = (asked.upfront.0, short.0);
        Ok(())
    }

    fn looked(&mut self, client: ClientRow, (day, nth): (Day, u8), said: [Paise; 6]) -> Result<(), NoRule> {
        let who = self.who(client);
        if nth != self.margins.look || !self.margins.seen.insert(client) {
            self.find_plain(What::MarginTwice { who });
            return Ok(());
        }
        let asked = self.margin_asked(client, day, true)?;
        let share = self.rules.rate(RuleName::PeakMargin, day)?.1;
        let wanted = exact::fraction_up(share, asked.upfront);
        let (papers, shares, _) = self.deposits_of(client);
        let money = if asked.moves { said[2] } else { self.funds(client) + asked.by_sales };
        let short = (wanted - money - papers - shares).at_least_zero();
        for ((n, expected), found) in (0u8..).zip([asked.upfront, wanted, money, papers, shares, short]).zip(said) {
            self.differ(What::MarginAtLook { who, nth, figure: n }, expected, found);
        }
        let it = self.margins.of_day.entry(client).or_default();
        if it.nth == 0 || wanted.0 > it.wanted {
            (it.nth, it.wanted, it.short) = (nth, wanted.0, short.0);
        }
        Ok(())
    }

    /// Who had something open at the last look and was not looked at. A client of whom nothing is asked has no line.
    fn look_over(&mut self) {
        let Some(day) = self.began.filter(|_| self.margins.look > 0) else { return };
        // Trades have come since: only who has not dealt today is judged.
        let nth = self.margins.look;
        let of_day = |row: &&SettlementRow| self.settlements.get(row).is_some_and(|it| it.trade_day == day);
        let today: Vec<SettlementRow> = self.margins.open.iter().filter(of_day).copied().collect();
        for client in self.margined() {
            let dealt_today = today.iter().any(|row| self.trades.contains_key(&(*row, client)));
            let left_out = !dealt_today && !self.is_own(client) && !self.margins.seen.contains(&client);
            let asks = self.margin_asked(client, day, true).is_ok_and(|asked| asked.upfront.is_positive());
            if left_out && asks {
                let who = self.who(client);
                self.find_plain(What::LookLeftOut { who, nth });
            }
        }
    }

    /// Everyone with trades in a settlement that is not paid out, institutions aside.
    fn margined(&self) -> BTreeSet<ClientRow> {
        let institution = |client: ClientRow| self.clients.get(&client).is_some_and(|it| it.institution);
        let (first, last) = (ClientRow(0), ClientRow(u32::MAX));
        let open = self.margins.open.iter().flat_map(|row| self.trades.range((*row, first)..=(*row, last)));
        open.map(|((_, client), _)| *client).filter(|client| !institution(*client)).collect()
    }

    /// The evening is over: nobody was left out, and the firm's sum is that of all.
    fn member(&mut self, said: [Paise; 4]) {
        self.margins.is_evening_over = true;
        self.look_over();
        for client in self.margined() {
            if !self.margins.evening.contains(&client) {
                let who = self.who(client);
                self.find_plain(What::EveningLeftOut { who });
            }
        }
        let sums = self.margins.sums;
        for ((n, expected), found) in (0u8..).zip(sums).zip(said) {
            self.differ(What::MemberMargin { figure: n }, Paise(expected), found);
        }
    }

    fn reported(&mut self, client: ClientRow, day: Day, said: [u8; 3], money: [Paise; 4]) -> Result<(), NoRule> {
        let who = self.who(client);
        self.margins.reported.insert(client);
        let it = self.margins.of_day.get(&client).copied().unwrap_or_default();
        let (short, of) = if it.short > it.evening_short { (it.short, it.wanted) } else { (it.evening_short, it.evening_wanted) };
        let (mut running, mut in_month, mut penalty) = (0u8, 0u8, Paise::ZERO);
        if short > 0 {
            let (last, days, of_month) = self.margins.lapses.get(&client).copied().unwrap_or((Day(0), 0, 0));
            let mut before = day.plus(-1);
            while !self.is_trading_day(before) {
                before = before.plus(-1);
            }
            let month = |day: Day| (day.civil().0, day.civil().1);
            running = if last == before { days.saturating_add(1) } else { 1 };
            in_month = if month(last) == month(day) { of_month.saturating_add(1) } else { 1 };
            self.margins.lapses.insert(client, (day, running, in_month));
            penalty = self.shortage_costs(day, (Paise(short), Paise(of)), (running, in_month))?;
            let asked = self.margins.calls.get(&(day, client)).is_some_and(|asked| asked.0 >= short);
            if penalty.is_positive() {
                self.margins.penalties.insert((day, client), (penalty, asked));
            }
        }
        for ((n, expected), found) in (0u8..).zip([it.nth, running, in_month]).zip(said) {
            if expected != found {
                let (expected, found) = (Figure::Number(u64::from(expected)), Figure::Number(u64::from(found)));
                self.find(What::ReportedDays { who, figure: n }, expected, found);
            }
        }
        for ((n, expected), found) in (0u8..).zip([Paise(it.evening_short), Paise(it.wanted), Paise(it.short), penalty]).zip(money) {
            self.differ(What::ReportedMargin { who, figure: n }, expected, found);
        }
        Ok(())
    }

    /// All of it is the firm's cost. What a client failed to give though he was asked for it is his to bear, while the law
    /// lets it be passed on: as much as was taken for him, and only where it is what his shortage costs.
    pub(crate) fn penalties_taken(&mut self, day: Day, debit: Paise, rows: &[(Option<ClientRow>, Paise, Paise)]) {
        self.ledger.debit(account::PENALTIES, 0, debit);
        self.ledger.credit(account::OWN_BANK, 0, debit);
        let adds_up = rows.iter().map(|(_, penalty, tax)| *penalty + *tax).sum::<Paise>() == debit;
        let passing = self.rules.choice::<PenaltyPassing>(RuleName::MarginPenaltyPassing, day).map(|(_, who)| who);
        let today = self.today.unwrap_or(day);
        let mut seen = BTreeSet::new();
        for (client, penalty, tax) in rows {
            let Some(client) = client.filter(|client| seen.insert(*client)) else { continue };
            let rate = self.rules.rate(RuleName::Gst, today).map(|(_, rate)| exact::fraction(rate, *penalty));
            let taxed = tax.is_zero() || rate == Ok(*tax);
            let agreed = self.margins.penalties.get(&(day, client)).filter(|(ours, _)| ours == penalty && taxed).copied();
            let Some((_, asked)) = agreed else { continue };
            self.margins.penalties.remove(&(day, client));
            if adds_up && asked && passing == Ok(PenaltyPassing::OnFailure) {
                let borne = *penalty + *tax;
                self.ledger.debit(account::CLIENT, client.0, borne);
                self.ledger.credit(account::PENALTIES, 0, borne);
                self.undrawn += borne;
            }
        }
    }

    /// By size, and by how often; nothing before the law penalised it.
    fn shortage_costs(&self, day: Day, (short, of): (Paise, Paise), (running, in_month): (u8, u8)) -> Result<Paise, NoRule> {
        let policy = self.rules.choice::<MarginPolicy>(RuleName::MarginPolicy, day)?.1;
        if policy != MarginPolicy::Upfront {
            return Ok(Paise::ZERO);
        }
        let rate = |name| self.rules.rate(name, day).map(|(_, rate)| rate);
        let days = |name| self.rules.count(name, day).map(|(_, days)| days);
        let again = i64::from(running) > days(RuleName::MarginPenaltyRunningDays)?
            || i64::from(in_month) > days(RuleName::MarginPenaltyMonthDays)?;
        let large = short >= self.rules.amount(RuleName::MarginPenaltyAmount, day)?.1
            || exact::widened(short) >= exact::unrounded(rate(RuleName::MarginPenaltyPart)?, of);
        Ok(exact::fraction(
            match (again, large) {
                (true, _) => rate(RuleName::MarginPenaltyRepeated)?,
                (false, true) => rate(RuleName::MarginPenaltyHigher)?,
                (false, false) => rate(RuleName::MarginPenalty)?,
            },
            short,
        ))
    }
}

/// What of a client's day in a security is open: one position, or trade for trade what he bought and what he sold.
fn legs(dealt: &Dealt, there: Qty) -> Vec<Leg> {
    let sold = dealt.sell_value - exact::share_down(dealt.sell_value, there, dealt.sell_qty);
    if !dealt.gross {
        return Vec::from([Leg { open: dealt.buy_qty - dealt.sell_qty + there, bought: dealt.buy_value, sold }]);
    }
    let bought = Leg { open: dealt.buy_qty, bought: dealt.buy_value, sold: Paise::ZERO };
    Vec::from([bought, Leg { open: there - dealt.sell_qty, bought: Paise::ZERO, sold }])
}
