//! One dated rule and where it comes from.

use crate::RuleName;
use alloc::boxed::Box;
use core::fmt;
use vocab::{Code, Day, StateCode};

/// The scope of a rule that holds in the whole jurisdiction.
pub const EVERYWHERE: StateCode = Code([0; 2]);

/// The scope of what brokers charged where a state had no table of its own: a convention, not a law, so it
/// is used only by a caller that names it.
pub const OTHER_STATES: StateCode = Code(*b"OT");

/// How far a row can be relied on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Confidence {
    /// The regulator's own text, or several sources that agree.
    High = 0,
    /// One good source, or a date that is inferred.
    Medium = 1,
    /// Memory, a placeholder date, or our own reading of a silent text.
    Low = 2,
    /// No regulator sets it: the firm's own default, to be changed by the firm.
    Default = 3,
}

vocab::kept!(byte Confidence);

impl Confidence {
    pub const ALL: &'static [Confidence] =
        &[Confidence::High, Confidence::Medium, Confidence::Low, Confidence::Default];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<Confidence> {
        Confidence::ALL.iter().copied().find(|c| c.number() == n)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
            Confidence::Default => "default",
        }
    }

    pub fn parse(text: &str) -> Option<Confidence> {
        Confidence::ALL.iter().copied().find(|c| c.as_str() == text)
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One row of the rulebook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    pub name: RuleName,
    /// A state, or [`EVERYWHERE`].
    pub scope: StateCode,
    /// First day in force.
    pub from: Day,
    /// Last day in force; none while the rule stands, until the next row of its name and scope begins.
    pub to: Option<Day>,
    /// In the unit of the name.
    pub value: i64,
    /// Paise, zero for none; what it means is [`RuleName::extra`].
    pub extra: i64,
    pub confidence: Confidence,
    /// Circular, Act or page that sets it. Never empty.
    pub source: Box<str>,
    /// Paragraph of the guide or the master circular, empty where neither speaks of it.
    pub paragraph: Box<str>,
    pub note: Box<str>,
}

impl Rule {
    /// Whether the row itself covers the day; a later row of its name may still have taken over.
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

vocab::kept!(struct Rule { name, scope, from, to, value, extra, confidence, source, paragraph, note });

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if self.scope != EVERYWHERE {
            write!(f, " in {}", self.scope)?;
        }
        write!(f, " from {}", self.from)?;
        if let Some(to) = self.to {
            write!(f, " to {to}")?;
        }
        write!(f, " ({}, {})", self.source, self.confidence)
    }
}
