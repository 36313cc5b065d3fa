//! Trades of institutions and what their custodians said of them (guide I 7.3(iv), SP Annexure II.2).

use super::Filter;
use super::gather::Gathered;
use crate::sheet::{Cell, Sheet};
use clearing::Event as E;
use std::collections::BTreeMap;
use vocab::{Moment, Paise, Rounding, Side, TradeNo};

/// Told, and answered.
pub struct Told {
    at: Moment,
    answer: Option<(Moment, Answer)>,
}

#[derive(Clone, Copy)]
enum Answer {
    Confirmed,
    Rejected(u16),
    None,
}

#[derive(Default)]
pub struct Custodians {
    told: BTreeMap<(TradeNo, Side), Told>,
}

impl Custodians {
    pub fn take(&mut self, event: &E, at: Moment) {
        let (key, answer) = match *event {
            E::Entrusted { trade, side, .. } => {
                self.told.insert((trade, side), Told { at, answer: None });
                return;
            }
            E::Confirmed { trade, side, .. } => ((trade, side), Answer::Confirmed),
            E::Returned { trade, side, code: 0, .. } => ((trade, side), Answer::None),
            E::Returned { trade, side, code, .. } => ((trade, side), Answer::Rejected(code)),
            _ => return,
        };
        if let Some(told) = self.told.get_mut(&key) {
            told.answer = Some((at, answer));
        }
    }
}

pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Date", "Custodian", "Client code", "Settlement", "Exchange", "Scrip name", "Trade no", "Side", "Quantity", "Value", "Note", "Told",
        "Answer", "Answered", "Settled by",
    ];
    let names = &gathered.directory;
    let mut sheet = Sheet::new("Trades of institutions with their custodians", COLUMNS);
    let (mut theirs, mut ours) = (Paise::ZERO, Paise::ZERO);
    for ((trade, side), told) in &gathered.custodians.told {
        let Some(deal) = gathered.deal_of(*trade, *side) else { continue };
        let fact = &deal.fact;
        if !filter.takes(told.at.day()) || !filter.is_of(fact.client) || !filter.is_on(trade.venue()) {
            continue;
        }
        let value = fact.price.value(fact.qty, Rounding::NearestPaisa);
        let custodian = gathered.people.latest(fact.client, "custodian").unwrap_or_default();
        let (answer, by) = match told.answer {
            None => ("awaited".to_owned(), "member, until he confirms"),
            Some((_, Answer::Confirmed)) => ("confirmed".to_owned(), "custodian"),
            Some((_, Answer::Rejected(code))) => (format!("rejected, code {code}"), "member, delivery versus payment"),
            Some((_, Answer::None)) => ("none in time".to_owned(), "member, delivery versus payment"),
        };
        *(if by == "custodian" { &mut theirs } else { &mut ours }) += value;
        sheet.push(vec![
            Cell::Day(fact.at.day()),
            Cell::text(custodian),
            Cell::text(names.ucc(fact.client)),
            Cell::text(names.number(fact.settlement)),
            Cell::text(trade.venue().as_str()),
            Cell::text(names.symbol(fact.security)),
            Cell::Number(trade.number()),
            Cell::text(side.as_str()),
            Cell::Qty(fact.qty),
            Cell::Money(value),
            deal.note.map_or(Cell::Blank, |note| Cell::text(format!("{}/{note}", fact.at.day().financial_year()))),
            Cell::At(told.at),
            Cell::text(answer),
            told.answer.map_or(Cell::Blank, |(at, _)| Cell::text(at.to_string().get(..19).unwrap_or_default())),
            Cell::text(by),
        ]);
    }
    sheet.foot.push(format!("custodians settle {theirs:#}, the member {ours:#}"));
    sheet
}
