//! The words of one line, taken one by one.

use std::fmt::Display;
use vocab::{AccountToken, BankAccount, Corporation, Day, DematAccount, Depository, OrderNo, Paise, Price, Qty, SettlementKind, Side, StateCode, Venue};

pub struct Tokens<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(line: &'a str) -> Tokens<'a> {
        Tokens { words: line.split_whitespace().collect(), at: 0 }
    }

    pub fn peek(&self) -> &'a str {
        self.words.get(self.at).copied().unwrap_or("")
    }

    pub fn is_done(&self) -> bool {
        self.at >= self.words.len()
    }

    pub fn word(&mut self) -> Result<&'a str, String> {
        let word = self.words.get(self.at).copied().ok_or("the line ends too soon")?;
        self.at += 1;
        Ok(word)
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> String {
        let rest = self.words[self.at..].join(" ");
        self.at = self.words.len();
        rest
    }

    /// Take these words if they stand next.
    pub fn takes(&mut self, phrase: &str) -> bool {
        let wanted: Vec<&str> = phrase.split_whitespace().collect();
        let next = self.words.get(self.at..self.at + wanted.len());
        let there = next == Some(wanted.as_slice());
        if there {
            self.at += wanted.len();
        }
        there
    }

    pub fn wants(&mut self, phrase: &str) -> Result<(), String> {
        if self.takes(phrase) { Ok(()) } else { Err(format!("`{phrase}` where `{}` stands", self.peek())) }
    }

    pub fn end(&self) -> Result<(), String> {
        if self.is_done() { Ok(()) } else { Err(format!("not understood from `{}` on", self.peek())) }
    }

    fn read<T, E: Display>(&mut self, what: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, String> {
        let word = self.word()?;
        parse(word).map_err(|e| format!("{what} `{word}`: {e}"))
    }

    pub fn money(&mut self) -> Result<Paise, String> {
        self.read("an amount", Paise::parse)
    }

    pub fn price(&mut self) -> Result<Price, String> {
        self.read("a price", Price::parse)
    }

    pub fn qty(&mut self) -> Result<Qty, String> {
        self.read("a quantity", |w| w.replace(',', "").parse().map(Qty))
    }

    pub fn number(&mut self) -> Result<u64, String> {
        self.read("a number", |w| w.parse())
    }

    pub fn day(&mut self) -> Result<Day, String> {
        self.read("a day", Day::parse)
    }

    pub fn state(&mut self) -> Result<StateCode, String> {
        self.read("a state", StateCode::parse)
    }

    /// A number with its letter: `O1`, `P2`, `T3`, `B4`.
    pub fn lettered(&mut self, letter: char) -> Result<u64, String> {
        self.read("a number", |w| {
            w.strip_prefix(letter).and_then(|n| n.parse().ok()).ok_or(format!("wants {letter} and a number"))
        })
    }

    pub fn order(&mut self) -> Result<OrderNo, String> {
        self.lettered('O').map(OrderNo)
    }

    /// Hundredths with a percent sign, as a fraction.
    pub fn percent(&mut self) -> Result<vocab::Rate, String> {
        self.read("a percentage", |w| {
            let plain = w.strip_suffix('%').ok_or("wants a percent sign".to_string())?;
            let rate = vocab::Rate::parse(plain).map_err(|e| e.to_string())?;
            Ok::<_, String>(vocab::Rate(rate.0 / 100))
        })
    }

    pub fn bank(&mut self) -> Result<BankAccount, String> {
        self.read("a bank account", |w| BankAccount::parse(w).ok_or("client, settlement or own"))
    }

    pub fn demat(&mut self) -> Result<DematAccount, String> {
        self.read("a demat account", |w| match w {
            "beneficiary" => Ok(DematAccount::ClientBeneficiary),
            "pool" => Ok(DematAccount::Pool),
            "principal" => Ok(DematAccount::Principal),
            "cisa" => Ok(DematAccount::Cisa),
            "own" => Ok(DematAccount::Own),
            "unpaid" => Ok(DematAccount::Unpaid),
            _ => Err("beneficiary, pool, principal, cisa, unpaid or own"),
        })
    }

    pub fn depository(&mut self) -> Result<Depository, String> {
        self.read("a depository", |w| Depository::parse(w).ok_or("NSDL or CDSL"))
    }

    pub fn venue(&mut self) -> Result<Venue, String> {
        self.read("an exchange", |w| Venue::parse(w).ok_or("NSE or BSE"))
    }

    /// `on BSE`; the first exchange unless it is said.
    pub fn on_venue(&mut self) -> Result<Venue, String> {
        if self.takes("on") { self.venue() } else { Ok(Venue::Nse) }
    }

    /// `ICCL`; the first exchange's clearing corporation unless it is said.
    pub fn corporation(&mut self) -> Corporation {
        match self.takes("ICCL") {
            true => Corporation::Iccl,
            false => Corporation::Nscl,
        }
    }

    /// The kind a settlement's number is of: the normal one unless a word says otherwise.
    pub fn settlement_kind(&mut self) -> SettlementKind {
        if self.takes("same-day") {
            return SettlementKind::SameDay;
        }
        match (self.takes("moved"), self.takes("gross")) {
            (false, false) => SettlementKind::Normal,
            (true, false) => SettlementKind::NormalMoved,
            (false, true) => SettlementKind::TradeToTrade,
            (true, true) => SettlementKind::TradeToTradeMoved,
        }
    }

    pub fn side(&mut self) -> Result<Side, String> {
        self.read("a side", |w| match w {
            "buys" => Ok(Side::Buy),
            "sells" => Ok(Side::Sell),
            _ => Err("buys or sells"),
        })
    }
}

/// A token made from a name, as the vault's key would make one from a number.
pub fn token(text: &str) -> AccountToken {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
        *slot = byte;
    }
    AccountToken(bytes)
}
