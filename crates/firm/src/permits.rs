//! Which role may ask what, and what needs a second person. The table is a reviewed snapshot.

use crate::{Answer, Command, Correction, Role};
use clients::Ask as Keep;
use intermediaries::Ask;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Permit {
    pub roles: &'static [Role],
    pub second: Second,
}

/// Whether the command waits until a second person submits the same (guide SP Ann II.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Second {
    Never,
    /// Where it changes what is on record; the first time one person is enough.
    OnChange,
    Always,
}

const OPERATIONS: &[Role] = &[Role::Principal, Role::Operations];
const RISK: &[Role] = &[Role::Principal, Role::Risk];
const PRINCIPAL: &[Role] = &[Role::Principal];
const ADMINISTRATION: &[Role] = &[Role::Principal, Role::Administrator];
const BLOCKING: &[Role] = &[Role::Principal, Role::Administrator, Role::Risk, Role::Compliance, Role::Branch];
const TRADING: &[Role] = &[Role::Dealer, Role::Client];
/// Whoever looks at the market.
const WATCHING: &[Role] = &[Role::Dealer, Role::Client, Role::Risk, Role::Operations, Role::Principal];

const fn keep(ask: &Keep) -> Permit {
    match ask {
        // Only he himself, whoever asks for him (guide SP Ann II.2).
        // The risk desk's, like limits.
        Keep::SetPolicy { .. } => Permit { roles: RISK, second: Second::Always },
        Keep::Wake => Permit { roles: &[Role::Client], second: Second::Never },
        Keep::Review { .. } | Keep::Family { .. } | Keep::CodeTaken { .. } => Permit { roles: OPERATIONS, second: Second::Never },
        Keep::RecordDeath { .. }
        | Keep::Succeed { .. }
        | Keep::Close { .. }
        | Keep::Custodian { .. }
        | Keep::AllotCode { .. }
        | Keep::AddHolder { .. }
        | Keep::AddBank { .. }
        | Keep::ChooseBank { .. }
        | Keep::DropBank { .. }
        | Keep::ChangeDemat { .. } => Permit { roles: OPERATIONS, second: Second::Always },
    }
}

/// Who may mend a break: the desk that owns it, or who is above all.
pub fn desk(owner: &str) -> &'static [Role] {
    match owner {
        "risk" => RISK,
        "compliance" | "principal officer" => PRINCIPAL,
        _ => OPERATIONS,
    }
}

/// What lets the firm act on a client's accounts takes two persons; to end it one is enough (sebi 37 Annex 2.1.7).
const fn mandate(ask: &mandates::Ask) -> Permit {
    use mandates::Ask;
    match ask {
        Ask::Execute { .. } | Ask::List { .. } | Ask::Strike { .. } => Permit { roles: OPERATIONS, second: Second::Always },
        Ask::GiveCopy { .. } => Permit { roles: OPERATIONS, second: Second::Never },
        Ask::Revoke { .. } => Permit { roles: &[Role::Client, Role::Operations, Role::Principal], second: Second::Never },
        Ask::Instruct { .. } => {
            Permit { roles: &[Role::Client, Role::Dealer, Role::Operations, Role::Principal], second: Second::Never }
        }
    }
}

/// Lists and alerts are everybody's own; what becomes an order is asked by who may give orders.
const fn watch(ask: &watch::Ask) -> Permit {
    use watch::Ask;
    match ask {
        Ask::Keep { .. } | Ask::Change { .. } | Ask::Drop { .. } => Permit { roles: TRADING, second: Second::Never },
        Ask::MakeList { .. }
        | Ask::RenameList { .. }
        | Ask::Enter { .. }
        | Ask::Strike { .. }
        | Ask::DropList { .. }
        | Ask::SetAlert { .. }
        | Ask::ChangeAlert { .. }
        | Ask::DropAlert { .. } => Permit { roles: WATCHING, second: Second::Never },
    }
}

/// His own access is everybody's; another's takes two persons where it lets somebody in (guide SP Ann II.2).
const fn access(ask: &access::Ask) -> Permit {
    use access::Ask;
    match ask {
        Ask::SignIn { .. }
        | Ask::Exchange { .. }
        | Ask::Touch { .. }
        | Ask::Revoke { .. }
        | Ask::ChangePassword { .. }
        | Ask::Enrol { .. }
        | Ask::AskCode { .. }
        | Ask::PresentCode { .. }
        | Ask::ReportTrouble { .. } => Permit { roles: &Role::ALL, second: Second::Never },
        Ask::RegisterApp { .. } | Ask::RegisterAddress { .. } | Ask::DropAddress { .. } => Permit { roles: TRADING, second: Second::Never },
        Ask::Issue { .. } => Permit { roles: ADMINISTRATION, second: Second::Never },
        Ask::Block { .. } | Ask::BlockApp { .. } => Permit { roles: BLOCKING, second: Second::Never },
        Ask::Unlock { .. }
        | Ask::Unblock { .. }
        | Ask::Appoint { .. }
        | Ask::Period { .. }
        | Ask::MapTerminal { .. }
        | Ask::Certify { .. } => Permit { roles: ADMINISTRATION, second: Second::Always },
    }
}

/// A share of brokerage and its payment take two persons; risk may withhold, withdraw and bar.
const fn intermediary(ask: &Ask) -> Permit {
    match ask {
        Ask::Share { .. } | Ask::Pay { .. } => Permit { roles: OPERATIONS, second: Second::Always },
        Ask::Withhold { .. } | Ask::Withdraw { .. } | Ask::Bar { .. } => {
            Permit { roles: &[Role::Principal, Role::Operations, Role::Risk], second: Second::Never }
        }
        Ask::Open { .. } | Ask::Associate { .. } | Ask::Decide { .. } | Ask::Agree { .. } | Ask::Bank { .. } | Ask::Introduce { .. } => {
            Permit { roles: OPERATIONS, second: Second::Never }
        }
    }
}

/// The permit of each command.
pub fn permit(command: &Command) -> Permit {
    let plain = |roles| Permit { roles, second: Second::Never };
    let checked = |roles| Permit { roles, second: Second::Always };
    let changed = |roles| Permit { roles, second: Second::OnChange };
    match command {
        Command::Keep { ask, .. } => keep(ask),
        Command::Intermediary(ask) => intermediary(ask),
        Command::Mandate(ask) => mandate(ask),
        Command::Watch(ask) => watch(ask),
        Command::Access(ask) => access(ask),
        Command::OpenFirm { .. } | Command::RegisterUser { .. } => plain(PRINCIPAL),
        Command::AdoptRules(_) | Command::TakeDeposit { .. } | Command::ReturnDeposit { .. } => checked(OPERATIONS),
        Command::LimitUser { .. } | Command::LimitClient { .. } | Command::Restrict(_) | Command::LiftRestriction { .. } => checked(RISK),
        Command::WriteOff { .. } | Command::TakeFile { .. }
        | Command::PlaceCash { .. }
        | Command::NameBankAccount { .. }
        | Command::NameDematAccount { .. }
        | Command::NumberAccount { .. } | Command::CloseAccount { .. } => checked(OPERATIONS),
        Command::Suspend { .. } | Command::Resume { .. } | Command::CallMargin { .. } => plain(RISK),
        Command::SetPlan { .. } => changed(OPERATIONS),
        Command::TellAccounts { .. } | Command::CompareAccounts { .. }
        | Command::AddHolidays(_) | Command::AddSettlementHolidays(_)
        | Command::AddExchangeHolidays { .. } | Command::AddSessions { .. } | Command::TimeSession { .. } | Command::ListScripCodes(_)
        | Command::OpenClient { .. }
        | Command::VerifyClient { .. }
        | Command::RegisterCode { .. }
        | Command::Sign { .. }
        | Command::Revoke { .. }
        | Command::RegisterBank { .. }
        | Command::RegisterDemat { .. }
        | Command::RegisterPlace { .. }
        | Command::ChooseFullValue { .. }
        | Command::ListSecurities(_)
        | Command::SetTerms { .. }
        | Command::MoveCycle(_)
        | Command::ListSameDay(_)
        | Command::BeginDay { .. }
        | Command::ReturnReceipt { .. }
        | Command::ReturnShares { .. }
        | Command::LodgeDeposit { .. }
        | Command::Lodge { .. }
        | Command::KeepCredit { .. } => plain(OPERATIONS),
        Command::MendBreak { .. } => changed(&[Role::Principal, Role::Operations, Role::Risk]),
        Command::SellLien { .. } | Command::BuyIn { .. } | Command::PullSwitch { .. } | Command::RestoreSwitch { .. } => plain(RISK),
        Command::Risk(risk::Ask::Document { .. }) => plain(RISK),
        Command::Risk(risk::Ask::Upload { .. } | risk::Ask::DrawGroup { .. } | risk::Ask::LimitGroup { .. }) => checked(RISK),
        Command::Answer { answer: Answer::Confirm | Answer::Withdraw, .. } => plain(TRADING),
        Command::Answer { answer: Answer::Release | Answer::Decline | Answer::Expire | Answer::Send | Answer::Refuse, .. } => plain(RISK),
        Command::Place(_) | Command::Queue(_) | Command::Modify { .. } | Command::Cancel { .. } | Command::Convert { .. } => plain(TRADING),
        Command::Correct(correction) => match correction {
            Correction::ModifyCode { .. } | Correction::ReissueNote { .. } => checked(OPERATIONS),
            Correction::ApproveErrorPolicy { .. } | Correction::SanctionErrorLoss { .. } => checked(PRINCIPAL),
            Correction::DiscloseErrorCode { .. } | Correction::DraftWaiver { .. } | Correction::SubmitWaiver { .. } => {
                plain(OPERATIONS)
            }
        },
        Command::PayInEarly { .. } => plain(&[Role::Client, Role::Dealer, Role::Operations, Role::Principal]),
        Command::Withdraw { .. } => plain(&[Role::Client, Role::Operations, Role::Principal]),
    }
}
