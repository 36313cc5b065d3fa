//! The charge block of one contract note.

use alloc::vec::Vec;
use rulebook::{NoRule, RuleName, Rulebook, StampRegime, TaxBase};
use vocab::{Day, Paise, Qty, Rate, Rounding, RuleRow, Side, StateCode, Venue};

macro_rules! heads {
    ($($(#[$doc:meta])* $name:ident = $n:literal $text:literal,)*) => {
        /// A line of the charge block, in printing order.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Head { $($(#[$doc])* $name = $n,)* }

        impl Head {
            pub const ALL: &'static [Head] = &[$(Head::$name,)*];
            pub const fn number(self) -> u8 { self as u8 }
            pub const fn from_number(n: u8) -> Option<Head> {
                match n { $($n => Some(Head::$name),)* _ => None }
            }
            pub const fn as_str(self) -> &'static str { match self { $(Head::$name => $text,)* } }
        }
    };
}

heads! {
    Brokerage = 1 "brokerage",
    Exchange = 2 "exchange transaction charges",
    InvestorProtection = 3 "investor protection fund",
    SebiFee = 4 "SEBI turnover fee",
    /// Within the state: one debit, split in two halves.
    StateAndCentralGst = 5 "GST (central and state)",
    IntegratedGst = 6 "GST (integrated)",
    ServiceTax = 7 "service tax",
    EducationCess = 8 "education cess",
    HigherEducationCess = 9 "secondary and higher education cess",
    SwachhBharatCess = 10 "Swachh Bharat cess",
    KrishiKalyanCess = 11 "Krishi Kalyan cess",
    Stt = 12 "securities transaction tax",
    Stamp = 13 "stamp duty",
}

/// A client's day in one security: both sides, at traded value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dealt {
    pub buy_qty: Qty,
    pub buy_value: Paise,
    pub sell_qty: Qty,
    pub sell_value: Paise,
}

/// Whose law: the client's recorded state, and the state the firm supplies from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub client: StateCode,
    pub firm: StateCode,
}

/// One charge with everything needed to work it out again: the sum of `rule × base`, rounded as named, at
/// most `cap` where one is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    pub head: Head,
    pub amount: Paise,
    pub rules: [Option<RuleRow>; 3],
    pub bases: [Paise; 3],
    pub rounding: Rounding,
}

impl Line {
    const NONE: [Option<RuleRow>; 3] = [None; 3];
}

/// Values of a day split into what is delivered and what was squared within the day, per security on the
/// average price (STT Rules 2004 rule 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Split {
    delivery_buy: Paise,
    delivery_sell: Paise,
    intraday_buy: Paise,
    intraday_sell: Paise,
}

/// `value × part ÷ whole`, to the paisa.
fn share(value: Paise, part: Qty, whole: Qty) -> Paise {
    if part == whole || whole.is_zero() {
        return value;
    }
    let exact = i128::from(value.0).saturating_mul(i128::from(part.0));
    let half = i128::from(whole.0).checked_div(2).expect("two is not zero");
    let rounded = exact.saturating_add(half).checked_div(i128::from(whole.0)).expect("a quantity");
    Paise(i64::try_from(rounded).expect("a part of a value"))
}

impl Split {
    fn of(dealt: &[Dealt]) -> Split {
        let zero = Paise::ZERO;
        let mut all = Split { delivery_buy: zero, delivery_sell: zero, intraday_buy: zero, intraday_sell: zero };
        for d in dealt {
            let squared = d.buy_qty.min(d.sell_qty);
            let intraday_buy = if squared.is_zero() { zero } else { share(d.buy_value, squared, d.buy_qty) };
            let intraday_sell = if squared.is_zero() { zero } else { share(d.sell_value, squared, d.sell_qty) };
            all.intraday_buy += intraday_buy;
            all.intraday_sell += intraday_sell;
            all.delivery_buy += d.buy_value - intraday_buy;
            all.delivery_sell += d.sell_value - intraday_sell;
        }
        all
    }
}

/// Work a line out again from its operands and a rulebook, caps of the day included; `None` when a rule of it is
/// not there.
pub fn recompute(book: &Rulebook, line: &Line) -> Option<Paise> {
    if line.rules == Line::NONE {
        return line.bases.first().copied();
    }
    let mut exact = 0i128;
    // The highest cap of the operands so far; none once an operand has no cap.
    let mut most = Some(Paise::ZERO);
    for (rule, base) in line.rules.iter().zip(line.bases) {
        let Some(rule) = rule else { continue };
        let rule = book.get(*rule)?;
        let cap = (rule.name.extra() == rulebook::Extra::DailyCap && rule.extra > 0).then_some(Paise(rule.extra));
        let due = Rate(rule.value).of_exact(base);
        // Each duty stays within its own cap of the day, before the sum does.
        exact = exact.checked_add(cap.map_or(due, |cap| due.min(Rate::WHOLE.of_exact(cap))))?;
        most = most.zip(cap).map(|(most, cap)| most.max(cap));
    }
    let amount = Rate::round_exact(exact, line.rounding);
    // Duties of one day are together no more than the higher cap; where one has none, neither has the sum.
    Some(most.map_or(amount, |most| amount.min(most)))
}

struct Block<'a> {
    book: &'a Rulebook,
    lines: Vec<Line>,
}

impl Block<'_> {
    /// Add the line unless it comes to nothing; what it comes to is returned.
    fn add(&mut self, head: Head, operands: &[(RuleRow, Paise)], rounding: Rounding) -> Paise {
        let mut line =
            Line { head, amount: Paise::ZERO, rules: [None; 3], bases: [Paise::ZERO; 3], rounding };
        let slots = line.rules.iter_mut().zip(line.bases.iter_mut());
        for ((rule, base), operand) in slots.zip(operands.iter().filter(|(_, base)| !base.is_zero())) {
            *rule = Some(operand.0);
            *base = operand.1;
        }
        if line.rules == Line::NONE {
            return Paise::ZERO;
        }
        line.amount = recompute(self.book, &line).expect("rules just looked up");
        if !line.amount.is_zero() {
            self.lines.push(line);
        }
        line.amount
    }
}

/// The charge block of one client's note of a day: brokerage is the sum already worked out per trade, `on_bse` what of the
/// values was dealt on the second exchange.
///
/// # Errors
/// [`NoRule`] naming the first rule that is not known on the day.
pub fn bill(
    book: &Rulebook, dealt: &[Dealt], on_bse: Paise, brokerage: Paise, place: Place, day: Day,
) -> Result<Vec<Line>, NoRule> {
    let turnover: Paise = dealt.iter().map(|d| d.buy_value + d.sell_value).sum();
    let mut block = Block { book, lines: Vec::new() };
    if !brokerage.is_zero() {
        block.lines.push(Line {
            head: Head::Brokerage,
            amount: brokerage,
            rules: Line::NONE,
            bases: [brokerage, Paise::ZERO, Paise::ZERO],
            rounding: Rounding::NearestPaisa,
        });
    }
    let on_nse = turnover - on_bse;
    let rule = |name| book.rate(name, day).map(|(rule, _)| rule);
    // Each exchange charges what was dealt on it; the fund is the first's.
    let mut exchanges = Vec::from([(rule(RuleName::ExchangeChargeNse)?, on_nse)]);
    if !on_bse.is_zero() {
        exchanges.push((rule(RuleName::ExchangeChargeBse)?, on_bse));
    }
    let exchange = block.add(Head::Exchange, &exchanges, Rounding::NearestPaisa);
    let fund = [(rule(RuleName::InvestorProtectionNse)?, on_nse)];
    let protection = block.add(Head::InvestorProtection, &fund, Rounding::NearestPaisa);
    let sebi = block.add(Head::SebiFee, &[(rule(RuleName::SebiTurnoverFee)?, turnover)], Rounding::NearestPaisa);
    let (_, base) = book.choice(RuleName::TaxBase, day)?;
    let taxable = match base {
        TaxBase::Brokerage => brokerage,
        TaxBase::ExchangeCharges => brokerage + exchange + protection,
        TaxBase::SebiFee => brokerage + exchange + protection + sebi,
    };
    taxes(&mut block, taxable, place, day)?;
    levies(&mut block, &Split::of(dealt), place, day)?;
    Ok(block.lines)
}

/// The charge block of one order by itself, before it is dealt in: its side as delivered, or as squared within the day.
///
/// # Errors
/// [`NoRule`] naming the first rule that is not known on the day.
pub fn of_order(
    book: &Rulebook, (side, value, intraday): (Side, Paise, bool), on_bse: bool, brokerage: Paise, place: Place, day: Day,
) -> Result<Vec<Line>, NoRule> {
    let dealt = match side {
        Side::Buy => Dealt { buy_qty: Qty(1), buy_value: value, sell_qty: Qty::ZERO, sell_value: Paise::ZERO },
        Side::Sell => Dealt { buy_qty: Qty::ZERO, buy_value: Paise::ZERO, sell_qty: Qty(1), sell_value: value },
    };
    let mut lines = bill(book, &[dealt], if on_bse { value } else { Paise::ZERO }, brokerage, place, day)?;
    if intraday {
        // The other side is another order's: of this one alone the levies are those of a squared leg.
        lines.retain(|line| !matches!(line.head, Head::Stt | Head::Stamp));
        let Split { delivery_buy, delivery_sell, .. } = Split::of(&[dealt]);
        let (none, mut block) = (Paise::ZERO, Block { book, lines });
        let squared = Split { delivery_buy: none, delivery_sell: none, intraday_buy: delivery_buy, intraday_sell: delivery_sell };
        levies(&mut block, &squared, place, day)?;
        lines = block.lines;
    }
    Ok(lines)
}

fn taxes(block: &mut Block<'_>, taxable: Paise, place: Place, day: Day) -> Result<(), NoRule> {
    let book = block.book;
    let (gst, _) = book.rate(RuleName::Gst, day)?;
    let head = if place.client == place.firm { Head::StateAndCentralGst } else { Head::IntegratedGst };
    block.add(head, &[(gst, taxable)], Rounding::NearestPaisa);
    let (service, _) = book.rate(RuleName::ServiceTax, day)?;
    let service = block.add(Head::ServiceTax, &[(service, taxable)], Rounding::NearestPaisa);
    let on = [
        (Head::EducationCess, RuleName::EducationCess, service),
        (Head::HigherEducationCess, RuleName::HigherEducationCess, service),
        (Head::SwachhBharatCess, RuleName::SwachhBharatCess, taxable),
        (Head::KrishiKalyanCess, RuleName::KrishiKalyanCess, taxable),
    ];
    for (head, name, base) in on {
        let (rule, _) = book.rate(name, day)?;
        block.add(head, &[(rule, base)], Rounding::NearestPaisa);
    }
    Ok(())
}

fn levies(block: &mut Block<'_>, split: &Split, place: Place, day: Day) -> Result<(), NoRule> {
    let book = block.book;
    let stt = [
        (book.rate(RuleName::SttDeliveryBuy, day)?.0, split.delivery_buy),
        (book.rate(RuleName::SttDeliverySell, day)?.0, split.delivery_sell),
        (book.rate(RuleName::SttIntradaySell, day)?.0, split.intraday_sell),
    ];
    block.add(Head::Stt, &stt, Rounding::NearestRupee);
    let stamp = match book.choice(RuleName::StampRegime, day)?.1 {
        StampRegime::Uniform => [
            (book.rate(RuleName::StampDeliveryBuy, day)?.0, split.delivery_buy),
            (book.rate(RuleName::StampIntradayBuy, day)?.0, split.intraday_buy),
        ],
        StampRegime::StateTables => [
            (book.capped_rate(RuleName::StampStateDelivery, place.client, day)?.0, split.delivery_buy + split.delivery_sell),
            (book.capped_rate(RuleName::StampStateIntraday, place.client, day)?.0, split.intraday_buy + split.intraday_sell),
        ],
    };
    block.add(Head::Stamp, &stamp, Rounding::NearestRupee);
    Ok(())
}

/// What a delivery order may cost at most, as fractions: for the hold before the trade.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Worst {
    /// Of the value: levies, and exchange and SEBI charges with their tax.
    pub levies: Rate,
    /// Of the brokerage: tax.
    pub tax: Rate,
}

vocab::kept!(struct Worst { levies, tax });

/// At the dearest of the exchanges that trade on the day; at the first where none is said to.
///
/// # Errors
/// [`NoRule`] naming the first rule that is not known on the day.
pub fn worst(book: &Rulebook, side: Side, place: Place, exchanges: &[Venue], day: Day) -> Result<Worst, NoRule> {
    let rate = |name| book.rate(name, day).map(|(_, rate)| rate.0);
    let plus = |a: i64, b: i64| a.saturating_add(b);
    let of = |a: i64, b: i64| {
        let product = i128::from(a).saturating_mul(i128::from(b));
        let up = product.saturating_add(i128::from(Rate::WHOLE.0)).checked_div(i128::from(Rate::WHOLE.0));
        i64::try_from(up.expect("one is not zero")).expect("a rate")
    };
    let service = rate(RuleName::ServiceTax)?;
    let cesses = plus(rate(RuleName::EducationCess)?, rate(RuleName::HigherEducationCess)?);
    let flat = plus(rate(RuleName::SwachhBharatCess)?, rate(RuleName::KrishiKalyanCess)?);
    let tax = plus(plus(rate(RuleName::Gst)?, service), plus(of(service, cesses), flat));
    let second = if exchanges.contains(&Venue::Bse) { rate(RuleName::ExchangeChargeBse)? } else { 0 };
    let first = match exchanges == [Venue::Bse] {
        true => 0,
        false => plus(rate(RuleName::ExchangeChargeNse)?, rate(RuleName::InvestorProtectionNse)?),
    };
    let exchange = first.max(second);
    let taxed = plus(exchange, rate(RuleName::SebiTurnoverFee)?);
    let stt = match side {
        Side::Buy => rate(RuleName::SttDeliveryBuy)?,
        Side::Sell => rate(RuleName::SttDeliverySell)?,
    };
    let stamp = match (book.choice(RuleName::StampRegime, day)?.1, side) {
        (StampRegime::Uniform, Side::Buy) => rate(RuleName::StampDeliveryBuy)?,
        (StampRegime::Uniform, Side::Sell) => 0,
        (StampRegime::StateTables, Side::Buy | Side::Sell) => {
            book.capped_rate(RuleName::StampStateDelivery, place.client, day)?.1.0
        }
    };
    let levies = plus(plus(stt, stamp), plus(taxed, of(taxed, tax)));
    Ok(Worst { levies: Rate(levies), tax: Rate(tax) })
}

vocab::kept!(byte Head);
