//! What a contract note says (guide I 6.6, 6.7, App VI; sebi 67.1), and how it reads as text.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;
use vocab::{Day, FinancialYear, Isin, Moment, NoteNo, OrderNo, Paise, Price, Qty, Rate, ScripCode, Side, Symbol, TradeNo, Ucc, Venue};

/// The firm's own particulars, on every note (sebi 67.1(b), guide App VI).
#[derive(Clone, Debug)]
pub struct Firm {
    pub name: String,
    pub registration: String,
    pub member_code: String,
    pub address: String,
    pub dealing_office: String,
    pub compliance_officer: String,
    pub phone: String,
    pub email: String,
    pub signatory: String,
    pub tax_registration: String,
}

/// Whom the note is for, as an edge reads it from the vault.
#[derive(Clone)]
pub struct Recipient {
    pub ucc: Ucc,
    /// His codes for what he buys and what he sells, where they are not his own (guide I 4.16).
    pub codes: [Option<Ucc>; 2],
    pub name: String,
    pub address: String,
    pub pan: String,
    pub state: String,
}

#[derive(Clone, Debug)]
pub struct TradeLine {
    pub order: OrderNo,
    pub venue_order: u64,
    pub order_at: Moment,
    pub trade: TradeNo,
    pub trade_at: Moment,
    pub symbol: Symbol,
    pub isin: Isin,
    /// The exchange's own number of the security, where it was dealt at one that has them.
    pub code: Option<ScripCode>,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub brokerage: Paise,
}

/// A charge with the arithmetic beside it.
#[derive(Clone, Debug)]
pub struct ChargeRow {
    pub label: &'static str,
    pub amount: Paise,
    /// Central and state halves as printed, where the debit is one.
    pub halves: Option<(Paise, Paise)>,
    pub rate: Option<Rate>,
    pub base: Paise,
}

/// A note is never edited: one found wrong is cancelled, and a new one stands in its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoteStanding {
    First,
    Cancelled { replaced_by: Option<NoteNo> },
    InPlaceOf(NoteNo),
}

#[derive(Clone)]
pub struct Content {
    pub year: FinancialYear,
    pub note: NoteNo,
    pub standing: NoteStanding,
    pub day: Day,
    pub settlement: String,
    /// Its type as the clearing corporation writes it on the day, and in words: `M (normal)`.
    pub settlement_type: String,
    /// Where it is made out.
    pub place: String,
    /// By the day's rule one note is for every exchange, and tells each security at its weighted average rate with the
    /// trades behind it.
    pub is_common: bool,
    pub pay_in: Day,
    pub pay_out: Day,
    /// Notes above this value print the tax number (guide I 6.6).
    pub pan_above: Paise,
    pub firm: Firm,
    pub recipient: Recipient,
    pub trades: Vec<TradeLine>,
    pub charges: Vec<ChargeRow>,
}

impl Content {
    /// Traded value, both sides together.
    pub fn value(&self) -> Paise {
        self.trades.iter().map(TradeLine::value).sum()
    }

    /// What the client receives, or pays if negative: obligation less every charge.
    pub fn net(&self) -> Paise {
        self.obligation() - self.charges.iter().map(|c| c.amount).sum()
    }

    /// Sales less purchases at traded value.
    pub fn obligation(&self) -> Paise {
        self.trades
            .iter()
            .map(|t| match t.side {
                Side::Buy => -t.value(),
                Side::Sell => t.value(),
            })
            .sum()
    }

    /// Those the note has trades of.
    fn exchanges(&self) -> String {
        let dealt = |venue: &&Venue| self.trades.iter().any(|t| t.trade.venue() == **venue);
        let names: Vec<&str> = Venue::ALL.iter().filter(dealt).map(|venue| venue.as_str()).collect();
        names.join(" and ")
    }

    /// The note as text, 100 columns.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let written = self.head(&mut out).and_then(|()| match self.is_common {
            true => self.averages(&mut out),
            false => Ok(()),
        });
        written.and_then(|()| self.lines(&mut out)).and_then(|()| self.block(&mut out)).expect("text grows");
        out
    }

    fn head(&self, out: &mut String) -> core::fmt::Result {
        let f = &self.firm;
        writeln!(out, "{:^100}", f.name)?;
        let title = if self.is_common { "COMMON CONTRACT NOTE CUM BILL" } else { "CONTRACT NOTE CUM BILL" };
        writeln!(out, "{title:^100}")?;
        writeln!(out, "Member of {} · code {} · SEBI registration {}", self.exchanges(), f.member_code, f.registration)?;
        writeln!(out, "{}", f.address)?;
        writeln!(out, "Dealing office: {}", f.dealing_office)?;
        writeln!(out, "Compliance officer: {} · {} · {}", f.compliance_officer, f.phone, f.email)?;
        writeln!(out, "GST registration {}", f.tax_registration)?;
        writeln!(out)?;
        writeln!(out, "Contract note no. {}/{:<24} Trade date {}", self.year, self.note, self.day)?;
        match self.standing {
            NoteStanding::First => {}
            NoteStanding::Cancelled { replaced_by: Some(note) } => {
                writeln!(out, "CANCELLED: contract note no. {}/{note} stands in its place", self.year)?;
            }
            NoteStanding::Cancelled { replaced_by: None } => writeln!(out, "CANCELLED: no trade of it stands")?,
            NoteStanding::InPlaceOf(note) => {
                writeln!(out, "In place of the cancelled contract note no. {}/{note}", self.year)?;
            }
        }
        let settlement = alloc::format!("{}, type {}", self.settlement, self.settlement_type);
        writeln!(out, "Settlement {settlement:<36} Pay-in {}  Pay-out {}", self.pay_in, self.pay_out)?;
        let r = &self.recipient;
        writeln!(out, "Client {}  {}", r.ucc, r.name)?;
        for (code, side) in r.codes.iter().zip(["bought", "sold"]) {
            if let Some(code) = code {
                writeln!(out, "Trading code {code}: {side}, not netted")?;
            }
        }
        writeln!(out, "{}", r.address)?;
        writeln!(out, "State {}", r.state)?;
        if self.value() > self.pan_above {
            writeln!(out, "PAN {}", r.pan)?;
        }
        writeln!(out)
    }

    /// Each security and side once, at its weighted average rate: totals of the trades that are annexed.
    pub fn average_lines(&self) -> Vec<AverageLine> {
        let mut all: Vec<AverageLine> = Vec::new();
        for t in &self.trades {
            let at = all.iter().position(|a| (a.isin, a.side) == (t.isin, t.side));
            let nil = Paise::ZERO;
            let empty = AverageLine { symbol: t.symbol, isin: t.isin, side: t.side, qty: Qty::ZERO, value: nil, brokerage: nil };
            let at = at.unwrap_or_else(|| {
                all.push(empty);
                all.len().saturating_sub(1)
            });
            if let Some(line) = all.get_mut(at) {
                line.qty += t.qty;
                line.value += t.value();
                line.brokerage += t.brokerage;
            }
        }
        all
    }

    fn averages(&self, out: &mut String) -> core::fmt::Result {
        writeln!(
            out,
            "{:12} {:12} {:6} {:>8} {:>12} {:>10} {:>12} {:>14}",
            "Security", "ISIN", "", "Quantity", "Average", "Brokerage", "Net average", "Net amount"
        )?;
        for a in self.average_lines() {
            let side = if a.side == Side::Buy { "bought" } else { "sold" };
            writeln!(
                out,
                "{:12} {:12} {side:6} {:>8} {:>12} {:>10} {:>12} {:>14}",
                a.symbol, a.isin, a.qty, a.average(), a.brokerage, a.net_average(), a.net_amount()
            )?;
        }
        writeln!(out, "\nAnnexure: the trades of these averages")
    }

    fn lines(&self, out: &mut String) -> core::fmt::Result {
        writeln!(
            out,
            "{:>8} {:8} {:>12} {:8} {:12} {:4} {:>8} {:>10} {:>9} {:>12} {:>14}",
            "Order", "Time", "Trade", "Time", "Security", "Side", "Quantity", "Rate", "Brokerage", "Net rate", "Net amount"
        )?;
        writeln!(out, "{:>16}  {:>11} {:8} ISIN", "Its number there", "Exchange", "")?;
        for t in &self.trades {
            writeln!(
                out,
                "{:>8} {:8} {:>12} {:8} {:12} {:4} {:>8} {:>10} {:>9} {:>12} {:>14}",
                t.order, t.order_at.time(), t.trade.number(), t.trade_at.time(), t.symbol, t.side, t.qty, t.price, t.brokerage,
                t.net_rate(), t.net_amount()
            )?;
            let code = t.code.map_or(String::new(), |code| alloc::format!("  scrip code {code}{}", code.label()));
            writeln!(out, "{:>16}  {:>11} {:8} {}{code}", t.venue_order, t.trade.venue(), "", t.isin)?;
        }
        writeln!(out)
    }

    fn block(&self, out: &mut String) -> core::fmt::Result {
        writeln!(out, "{:62} {:>18}", "Pay-in / pay-out obligation at traded value", self.obligation())?;
        for c in &self.charges {
            let label = match c.rate {
                Some(rate) => alloc::format!("{} ({} of {})", c.label, rate, c.base),
                None => c.label.into(),
            };
            writeln!(out, "{label:62} {:>18}", -c.amount)?;
            if let Some((central, state)) = c.halves {
                writeln!(out, "{:62} {:>18}", "    printed as central / state", alloc::format!("{central} + {state}"))?;
            }
        }
        let due = if self.net().is_negative() { "Net amount payable by client" } else { "Net amount receivable by client" };
        writeln!(out, "{due:62} {:>18}", self.net())?;
        writeln!(out)?;
        writeln!(out, "Brokerage does not exceed the maximum of the exchange. Member acts as agent.")?;
        writeln!(out, "Rates are before brokerage, net rates with it. Place {}, date {}", self.place, self.day)?;
        writeln!(out, "For {}: {} (authorised signatory; signature follows)", self.firm.name, self.firm.signatory)
    }
}

/// A security on one side, over its trades.
#[derive(Clone, Debug)]
pub struct AverageLine {
    pub symbol: Symbol,
    pub isin: Isin,
    pub side: Side,
    pub qty: Qty,
    pub value: Paise,
    pub brokerage: Paise,
}

impl AverageLine {
    /// Value with brokerage: what the client pays, or receives on a sale.
    pub fn net_amount(&self) -> Paise {
        match self.side {
            Side::Buy => self.value + self.brokerage,
            Side::Sell => self.value - self.brokerage,
        }
    }

    /// Weighted by quantity, to 1/10,000 rupee.
    pub fn average(&self) -> Price {
        per_share(self.value, self.qty)
    }

    pub fn net_average(&self) -> Price {
        per_share(self.net_amount(), self.qty)
    }
}

fn per_share(amount: Paise, qty: Qty) -> Price {
    let exact = amount.0.saturating_mul(Price::PER_PAISA);
    Price(exact.checked_div(qty.0.max(1)).unwrap_or(0))
}

impl TradeLine {
    pub fn value(&self) -> Paise {
        self.price.value(self.qty, vocab::Rounding::NearestPaisa)
    }

    /// Value with brokerage: what the client pays, or receives on a sale.
    pub fn net_amount(&self) -> Paise {
        match self.side {
            Side::Buy => self.value() + self.brokerage,
            Side::Sell => self.value() - self.brokerage,
        }
    }

    /// Net amount per share, to 1/10,000 rupee.
    pub fn net_rate(&self) -> Price {
        per_share(self.net_amount(), self.qty)
    }
}
