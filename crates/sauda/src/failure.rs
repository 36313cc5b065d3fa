//! How a command ends when it does not end well.

use std::fmt;
use std::process::ExitCode;

/// Why a command stops.
#[derive(Debug)]
pub enum Failure {
    /// What was asked cannot be done: bad arguments, no such state, no such thing. Nothing was changed. Exit 2.
    Refused(String),
    /// The record does not stand: `verify` or `why` found something wrong. Exit 1.
    Found(String),
    /// Whoever read the output has gone away, which is no fault of anybody.
    Unread,
}

impl Failure {
    pub fn refused(text: impl Into<String>) -> Failure {
        Failure::Refused(text.into())
    }

    pub fn found(text: impl Into<String>) -> Failure {
        Failure::Found(text.into())
    }

    pub fn code(&self) -> ExitCode {
        match self {
            Failure::Refused(_) => ExitCode::from(2),
            Failure::Found(_) => ExitCode::from(1),
            Failure::Unread => ExitCode::SUCCESS,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(text) | Failure::Found(text) => f.write_str(text),
            Failure::Unread => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
