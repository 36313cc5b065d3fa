//! What of a bill stands in another exchange's set of books than that of the corporation which settles it: the trades
//! dealt there, the brokerage on them, what that exchange charges and the fee it collects for SEBI. What the corporation takes
//! in one sum (STT, stamp duty), the tax, and the one obligation stand where the corporation's money does; the inter-exchange
//! account is between them.

use super::billing;
use super::desk::{Desk, Voucher};
use crate::Firm;
use books::Account;
use charges::Head;
use clearing::Trade;
use rulebook::RuleName;
use vocab::{ClientRow, Day, Paise, Rounding, RuleRow, Side, StateCode, Venue};

#[derive(Clone, Copy)]
pub struct Apart {
    pub venue: Venue,
    value: Paise,
    brokerage: Paise,
    exchange: Paise,
    /// The investor protection levy is the first exchange's.
    fund: Paise,
    sebi: Paise,
}

pub struct BillLine {
    pub head: Head,
    pub amount: Paise,
    pub rule: Option<RuleRow>,
}

fn sum(trades: &[&Trade], of: impl Fn(&Trade) -> Paise) -> Paise {
    trades.iter().map(|trade| of(trade)).sum()
}

/// None where everything was dealt on the corporation's own exchange.
pub fn of(firm: &Firm, home: Venue, trades: &[&Trade], fees: &[Paise], lines: &[BillLine], day: Day) -> Option<Apart> {
    let venue = home.other();
    let there = |trade: &Trade| trade.trade.venue() == venue;
    if !trades.iter().any(|trade| there(trade)) {
        return None;
    }
    let worth = |trade: &Trade| trade.price.value(trade.qty, Rounding::NearestPaisa);
    let value = sum(trades, |trade| match trade.side {
        _ if !there(trade) => Paise::ZERO,
        Side::Buy => worth(trade),
        Side::Sell => -worth(trade),
    });
    let fees = trades.iter().zip(fees).filter(|(trade, _)| there(trade));
    let of = |head| lines.iter().filter(|line| line.head == head).map(|line| line.amount).sum::<Paise>();
    // One line of the note holds what both exchanges collect: the second's part is worked out by itself, the first has the rest.
    let on_bse = sum(trades, |trade| if trade.trade.venue() == Venue::Bse { worth(trade) } else { Paise::ZERO });
    let second = |name, line: Paise| match on_bse.is_zero() {
        true => Paise::ZERO,
        false => firm.rules.rate(name, day).expect("the day's rules are adopted").1.of(on_bse, Rounding::NearestPaisa).min(line),
    };
    let (charged, fee) = (of(Head::Exchange), of(Head::SebiFee));
    let [exchange, sebi] = [second(RuleName::ExchangeChargeBse, charged), second(RuleName::SebiTurnoverFee, fee)];
    let (exchange, fund, sebi) = match venue {
        Venue::Bse => (exchange, Paise::ZERO, sebi),
        Venue::Nse => (charged - exchange, of(Head::InvestorProtection), fee - sebi),
    };
    Some(Apart { venue, value, brokerage: fees.map(|(_, fee)| *fee).sum(), exchange, fund, sebi })
}

impl Apart {
    fn total(&self) -> Paise {
        self.value + self.brokerage + self.exchange + self.fund + self.sebi
    }

    fn of(&self, head: Head) -> Paise {
        match head {
            Head::Brokerage => self.brokerage,
            Head::Exchange => self.exchange,
            Head::InvestorProtection => self.fund,
            Head::SebiFee => self.sebi,
            Head::StateAndCentralGst
            | Head::IntegratedGst
            | Head::ServiceTax
            | Head::EducationCess
            | Head::HigherEducationCess
            | Head::SwachhBharatCess
            | Head::KrishiKalyanCess
            | Head::Stt
            | Head::Stamp => Paise::ZERO,
        }
    }
}

/// The lines of a bill's voucher, or of its cancelling where `sign` is -1: the client on one side; settlement control,
/// brokerage and every levy on the other.
pub fn post(
    desk: &mut Desk<'_>, voucher: &Voucher, client: ClientRow, value: Paise, (lines, apart): (&[BillLine], Option<Apart>),
    state: StateCode, sign: i64,
) {
    let signed = |amount: Paise| Paise(amount.0.saturating_mul(sign));
    let total = signed(value + lines.iter().map(|l| l.amount).sum());
    let there = apart.map(|it| (voucher.on(it.venue), signed(it.total())));
    let here = (*voucher, total - there.map_or(Paise::ZERO, |(_, amount)| amount));
    for (voucher, amount) in [Some(here), there].into_iter().flatten() {
        desk.post(&voucher, Account::Client, client.0, amount);
    }
    desk.post(voucher, Account::SettlementControl, 0, -signed(value));
    for line in lines {
        let part = apart.map_or(Paise::ZERO, |it| it.of(line.head));
        billing::credit(desk, voucher, line.head, signed(line.amount - part), line.rule, state);
        if let Some((there, _)) = there {
            billing::credit(desk, &there, line.head, signed(part), line.rule, state);
        }
    }
    desk.cross();
}
