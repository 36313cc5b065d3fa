//! Closed lists that carry their own stable numbers, and the few values that stand in another form than
//! their type's own.

use crate::wire::{BadBytes, Cursor, Wire};
use firm::{Job, Timer};
use vocab::{Code, Paise, StateCode};

macro_rules! numbered {
    ($($type:path, $of:literal;)*) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut Vec<u8>) {
                (*self as u8).put(out);
            }

            fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
                let at = from.at();
                let tag = u8::get(from)?;
                <$type>::from_number(tag).ok_or(BadBytes::Tag { of: $of, tag, at })
            }
        }
    )*};
}
numbered! {
    firm::Source, "source";
    firm::Role, "role";
    firm::ClearingHead, "clearing head";
    firm::Answer, "answer";
    risk::Whom, "whom";
    risk::Bar, "bar";
    risk::Which, "limit";
    firm::BreakKind, "kind of break";
    rulebook::Confidence, "confidence";
    charges::Head, "head of charge";
    books::Account, "account";
    books::Cause, "cause";
    books::Place, "place";
    partners::PaymentKind, "kind of payment";
    partners::TransferKind, "kind of transfer";
    margin::Form, "form of deposit";
    liens::Form, "form of a lien";
    mandates::Ending, "end of a power";
    access::Factor, "factor";
    access::Medium, "medium";
    access::Lock, "lock";
    access::Trouble, "trouble";
    access::Ending, "end of a session";
    access::Certificate, "certificate";
    access::Denial, "denial";
    margin::Holder, "holder of positions";
    clearing::Stage, "stage";
    clearing::Defect, "defect of shares";
    clearing::Remedy, "remedy of a defect";
    firm::InstrumentStage, "stage of an instrument";
    watch::Measure, "measure of an alert";
    watch::Operator, "operator of an alert";
    watch::End, "end of a kept order";
}

macro_rules! numbered_wide {
    ($($type:path, $of:literal;)*) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut Vec<u8>) {
                self.number().put(out);
            }

            fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
                let at = from.at();
                <$type>::from_number(u16::get(from)?).ok_or(BadBytes::Value { of: $of, at })
            }
        }
    )*};
}
numbered_wide! {
    firm::Code, "refusal";
    rulebook::RuleName, "name of a rule";
}

/// A timer is its kind and what it is about, as the firm's digest has it.
impl Wire for Timer {
    fn put(&self, out: &mut Vec<u8>) {
        let (kind, about) = self.parts();
        assert!(Timer::from_parts(kind, about) == Some(*self), "a timer is about a day since 1970");
        kind.put(out);
        about.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Timer, BadBytes> {
        let at = from.at();
        let (kind, about) = (u8::get(from)?, u64::get(from)?);
        Timer::from_parts(kind, about).ok_or(BadBytes::Value { of: "timer", at })
    }
}

impl Wire for Job {
    fn put(&self, out: &mut Vec<u8>) {
        let (kind, about) = self.parts();
        kind.put(out);
        about.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Job, BadBytes> {
        let at = from.at();
        let (kind, about) = (u8::get(from)?, u32::get(from)?);
        Job::from_parts(kind, about).ok_or(BadBytes::Value { of: "job", at })
    }
}

/// Where a rule holds: two raw bytes, because `rulebook::EVERYWHERE` is blank and a code is never.
pub(super) struct Scope([u8; 2]);

impl From<StateCode> for Scope {
    fn from(state: StateCode) -> Scope {
        Scope(state.0)
    }
}

impl From<Scope> for StateCode {
    fn from(scope: Scope) -> StateCode {
        Code(scope.0)
    }
}

impl Wire for Scope {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<Scope, BadBytes> {
        from.array().map(Scope)
    }
}

impl Wire for risk::Waived {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn get(from: &mut Cursor<'_>) -> Result<risk::Waived, BadBytes> {
        u8::get(from).map(risk::Waived)
    }
}

macro_rules! arrays {
    ($($item:ty; $n:literal from $nil:expr,)*) => {$(
        impl Wire for [$item; $n] {
            fn put(&self, out: &mut Vec<u8>) {
                for it in self {
                    it.put(out);
                }
            }

            fn get(from: &mut Cursor<'_>) -> Result<Self, BadBytes> {
                let mut all = [$nil; $n];
                for slot in &mut all {
                    *slot = Wire::get(from)?;
                }
                Ok(all)
            }
        }
    )*};
}
arrays! { Option<access::Proof>; 2 from None, u64; 2 from 0, i64; 3 from 0, u32; 3 from 0, Paise; 3 from Paise::ZERO, }
