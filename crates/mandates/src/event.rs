//! What is asked about powers, and the facts.

use crate::{Clauses, Purposes};
use vocab::{
    AccountToken, ClientRow, Code, Day, Moment, Paise, PowerKind, PowerNo, Qty, SecurityRow, SettlementRow, StateCode, TransferNo,
};

/// A paper as two persons read it (sebi 37 Annex 2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    pub kind: PowerKind,
    pub purposes: Purposes,
    pub clauses: Clauses,
    /// It names the registered firm, not somebody who works for it.
    pub to_firm: bool,
    /// How many holders of the account signed it.
    pub signers: u8,
    /// Where it was executed, and the stamp duty paid there.
    pub place: StateCode,
    pub stamp: Paise,
    pub dated: Day,
    /// Its last day, where it has one.
    pub until: Option<Day>,
    /// The most that one debit of a bank mandate may be; zero for any other paper.
    pub most: Paise,
    /// The client's accounts that it names.
    pub demat: Option<AccountToken>,
    pub bank: Option<AccountToken>,
    /// Its number in the files.
    pub paper: Code<16>,
}

/// What people ask about powers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    Execute { client: ClientRow, written: Written },
    /// By letter, kept as annexure: another registered account of the client's (sebi 37 Annex 2.1.2).
    List { power: PowerNo, account: AccountToken, paper: Code<16> },
    /// The client has the duplicate or the certified copy (sebi 37 Annex 4.1).
    GiveCopy { power: PowerNo, letter: u64 },
    /// What the norms do not allow is taken out of an older paper, and the client is told (sebi 37.6).
    Strike { power: PowerNo, letter: u64 },
    Revoke { power: PowerNo },
    /// The client's own instruction to deliver what he sold, by the number of its slip; zero where he himself gives it here.
    Instruct { client: ClientRow, security: SecurityRow, qty: Qty, slip: u64 },
}

/// How a power ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Ending {
    Revoked = 1,
    /// Who gave it died.
    Death = 2,
    /// Others hold the account than who signed (sebi 37 Annex 2.1.8).
    Holders = 3,
}

impl Ending {
    pub const ALL: [Ending; 3] = [Ending::Revoked, Ending::Death, Ending::Holders];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<Ending> {
        Ending::ALL.into_iter().find(|it| it.number() == n)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Ending::Revoked => "revoked",
            Ending::Death => "ended by death",
            Ending::Holders => "ended, for others hold the account",
        }
    }
}

/// What let the firm move shares out of a client's account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Authority {
    Power(PowerNo),
    /// The client's own instruction.
    Slip,
    /// A power that ended, for what was dealt before (sebi 37 Annex 2.1.7).
    Ended,
    /// Pledged to the firm as unpaid by the law of the day, and sold.
    Lien,
}

/// Facts about powers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Executed {
        power: PowerNo, client: ClientRow, kind: PowerKind, purposes: Purposes, clauses: Clauses, signers: u8, dated: Day,
        paper: Code<16>,
    },
    Stamped { power: PowerNo, place: StateCode, stamp: Paise, until: Option<Day>, most: Paise },
    Listed { power: PowerNo, account: AccountToken, bank: bool },
    CopyGiven { power: PowerNo, letter: u64 },
    Struck { power: PowerNo, letter: u64 },
    Ended { power: PowerNo, at: Moment, why: Ending },
    /// So much of a sale was dealt before the power ended, and is still delivered by it.
    Remains { power: PowerNo, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    Instructed { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty, slip: u64 },
    /// So much of a sale waits for its client's own instruction; none waits any more.
    Awaited { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// What the shares of one transfer were moved by.
    Used {
        transfer: TransferNo, by: Authority, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty,
    },
    /// The settlement is done: nothing of it is delivered any more.
    Over { settlement: SettlementRow },
}

vocab::kept!(byte Ending);
