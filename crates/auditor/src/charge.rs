//! What a note's charges must be, from its trades and the rulebook of its day (PRACTICE.md, Rounding).

use crate::chart::head;
use crate::exact;
use alloc::collections::BTreeMap;
use rulebook::{NoRule, RuleName, Rulebook, StampRegime, TaxBase};
use vocab::{Day, Paise, Qty, Side, StateCode};

/// Both sides of a client's day in one security.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Dealt {
    pub buy_qty: Qty,
    pub buy_value: Paise,
    pub sell_qty: Qty,
    pub sell_value: Paise,
    /// Every share is delivered, whatever is bought and sold on one day.
    pub gross: bool,
}

impl Dealt {
    pub const NOTHING: Dealt = Dealt {
        buy_qty: Qty::ZERO,
        buy_value: Paise::ZERO,
        sell_qty: Qty::ZERO,
        sell_value: Paise::ZERO,
        gross: false,
    };

    pub fn add(&mut self, side: Side, qty: Qty, value: Paise) {
        match side {
            Side::Buy => {
                self.buy_qty += qty;
                self.buy_value += value;
            }
            Side::Sell => {
                self.sell_qty += qty;
                self.sell_value += value;
            }
        }
    }

    /// Payable for the shares if positive.
    pub fn value(&self) -> Paise {
        self.buy_value - self.sell_value
    }

    pub fn to_deliver(self) -> Qty {
        if self.gross { self.sell_qty } else { (self.sell_qty - self.buy_qty).at_least_zero() }
    }

    pub fn to_receive(self) -> Qty {
        if self.gross { self.buy_qty } else { (self.buy_qty - self.sell_qty).at_least_zero() }
    }
}

/// What a client dealt on each exchange, both sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Turnovers {
    pub nse: Paise,
    pub bse: Paise,
}

/// A day's values parted into shares delivered and shares squared, at the average price of each side.
struct Portions {
    delivered_buy: Paise,
    delivered_sell: Paise,
    squared_buy: Paise,
    squared_sell: Paise,
}

fn portions(dealt: &[Dealt]) -> Portions {
    let zero = Paise::ZERO;
    let mut all = Portions { delivered_buy: zero, delivered_sell: zero, squared_buy: zero, squared_sell: zero };
    for d in dealt {
        let squared = if d.gross { Qty::ZERO } else { d.buy_qty.min(d.sell_qty) };
        let buy = exact::at_average(d.buy_value, squared, d.buy_qty);
        let sell = exact::at_average(d.sell_value, squared, d.sell_qty);
        all.squared_buy += buy;
        all.squared_sell += sell;
        all.delivered_buy += d.buy_value - buy;
        all.delivered_sell += d.sell_value - sell;
    }
    all
}

/// The whole charge block by number of the head; lines of nothing are left out.
pub(crate) fn block(
    rules: &Rulebook, turnovers: &Turnovers, dealt: &[Dealt], brokerage: Paise, states: [StateCode; 2], day: Day,
) -> Result<BTreeMap<u8, Paise>, NoRule> {
    let [client, firm] = states;
    let mut lines = BTreeMap::new();
    lines.insert(head::BROKERAGE, brokerage);
    // Fees on turnover: to the paisa, those of both exchanges together.
    let Turnovers { nse, bse } = *turnovers;
    let of = |name, of: Paise| Ok(if of.is_zero() { 0 } else { exact::unrounded(rules.rate(name, day)?.1, of) });
    let exchange = of(RuleName::ExchangeChargeNse, nse)?.saturating_add(of(RuleName::ExchangeChargeBse, bse)?);
    let exchange = exact::to_paisa(exchange);
    let protection = exact::to_paisa(of(RuleName::InvestorProtectionNse, nse)?);
    let sebi = exact::to_paisa(of(RuleName::SebiTurnoverFee, nse + bse)?);
    for (line, fee) in [(head::EXCHANGE, exchange), (head::INVESTOR_PROTECTION, protection), (head::SEBI_FEE, sebi)] {
        lines.insert(line, fee);
    }
    let taxable = match rules.choice::<TaxBase>(RuleName::TaxBase, day)?.1 {
        TaxBase::Brokerage => brokerage,
        TaxBase::ExchangeCharges => brokerage + exchange + protection,
        TaxBase::SebiFee => brokerage + exchange + protection + sebi,
    };
    taxes(&mut lines, rules, taxable, client == firm, day)?;
    let portions = portions(dealt);
    lines.insert(head::STT, stt(rules, &portions, day)?);
    lines.insert(head::STAMP, stamp(rules, &portions, client, day)?);
    lines.retain(|_, amount| !amount.is_zero());
    Ok(lines)
}

/// On the rounded lines, each tax to the paisa once: GST, or service tax with its cesses.
fn taxes(
    lines: &mut BTreeMap<u8, Paise>, rules: &Rulebook, taxable: Paise, at_home: bool, day: Day,
) -> Result<(), NoRule> {
    let of = |name, base| Ok(exact::fraction(rules.rate(name, day)?.1, base));
    let gst = if at_home { head::STATE_AND_CENTRAL_GST } else { head::INTEGRATED_GST };
    lines.insert(gst, of(RuleName::Gst, taxable)?);
    let service_tax = of(RuleName::ServiceTax, taxable)?;
    lines.insert(head::SERVICE_TAX, service_tax);
    // The education cesses are charged on the tax, the later two on what is taxed.
    lines.insert(head::EDUCATION_CESS, of(RuleName::EducationCess, service_tax)?);
    lines.insert(head::HIGHER_EDUCATION_CESS, of(RuleName::HigherEducationCess, service_tax)?);
    lines.insert(head::SWACHH_BHARAT_CESS, of(RuleName::SwachhBharatCess, taxable)?);
    lines.insert(head::KRISHI_KALYAN_CESS, of(RuleName::KrishiKalyanCess, taxable)?);
    Ok(())
}

fn total(parts: [i128; 3]) -> i128 {
    parts.into_iter().fold(0, i128::saturating_add)
}

/// Delivery and intraday apart, summed to the whole rupee of the note (STT Rules 2004).
fn stt(rules: &Rulebook, p: &Portions, day: Day) -> Result<Paise, NoRule> {
    let of = |name, base| Ok(exact::unrounded(rules.rate(name, day)?.1, base));
    Ok(exact::to_rupee(total([
        of(RuleName::SttDeliveryBuy, p.delivered_buy)?,
        of(RuleName::SttDeliverySell, p.delivered_sell)?,
        of(RuleName::SttIntradaySell, p.squared_sell)?,
    ])))
}

/// From the buyer at the uniform rates, or from both sides by the client's state, each duty within its cap of
/// the day and both together within the higher cap.
fn stamp(rules: &Rulebook, p: &Portions, state: StateCode, day: Day) -> Result<Paise, NoRule> {
    match rules.choice::<StampRegime>(RuleName::StampRegime, day)?.1 {
        StampRegime::Uniform => {
            let of = |name, base| Ok(exact::unrounded(rules.rate(name, day)?.1, base));
            let delivered = of(RuleName::StampDeliveryBuy, p.delivered_buy)?;
            let squared = of(RuleName::StampIntradayBuy, p.squared_buy)?;
            Ok(exact::to_rupee(total([delivered, squared, 0])))
        }
        StampRegime::StateTables => {
            let of = |name, base: Paise| {
                let (_, rate, cap) = rules.capped_rate(name, state, day)?;
                let duty = exact::unrounded(rate, base);
                // Nothing dealt pays nothing and lends its cap to nobody.
                let most = if base.is_zero() { Some(0) } else { cap.map(exact::widened) };
                Ok((most.map_or(duty, |most| duty.min(most)), most))
            };
            let (delivered, most_delivered) = of(RuleName::StampStateDelivery, p.delivered_buy + p.delivered_sell)?;
            let (squared, most_squared) = of(RuleName::StampStateIntraday, p.squared_buy + p.squared_sell)?;
            let both = total([delivered, squared, 0]);
            let most = most_delivered.zip(most_squared).map(|(a, b)| a.max(b));
            Ok(exact::to_rupee(most.map_or(both, |most| both.min(most))))
        }
    }
}
