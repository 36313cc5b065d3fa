//! A fingerprint of a command that two persons must submit alike. It is a comparison, not a defence: both
//! submissions are journaled whole.

use crate::Command;
use clients::Ask;
use vocab::{Dump, Sink};

/// Two independent FNV-1a sums over the canonical bytes of the command.
pub fn fingerprint(command: &Command) -> [u64; 2] {
    let mut sums = [0xCBF2_9CE4_8422_2325u64, 0x8422_2325_CBF2_9CE4];
    let mut sink = |bytes: &[u8]| {
        for byte in bytes {
            for (sum, salt) in sums.iter_mut().zip([0u8, 0x5A]) {
                *sum = (*sum ^ u64::from(*byte ^ salt)).wrapping_mul(0x0000_0100_0000_01B3);
            }
        }
    };
    dump(command, &mut sink);
    sums
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the next function has the rest")]
fn dump(command: &Command, sink: &mut Sink<'_>) {
    match command {
        Command::AdoptRules(rules) => {
            1u8.dump(sink);
            for rule in rules {
                rule.dump(sink);
            }
        }
        Command::LimitUser { user, limits } => {
            (2u8, *user).dump(sink);
            user_limits(limits, sink);
        }
        Command::LimitClient { client, limits } => {
            (3u8, *client).dump(sink);
            client_limits(limits, sink);
        }
        Command::SetPlan { client, from, slabs } => {
            4u8.dump(sink);
            (*client, *from).dump(sink);
            slabs.as_slice().dump(sink);
        }
        Command::TakeDeposit { client, form, amount, funded, good_until, paper } => {
            14u8.dump(sink);
            (*client, form.number()).dump(sink);
            (*amount, *funded).dump(sink);
            (*good_until, *paper).dump(sink);
        }
        Command::PlaceCash { amount } => (45u8, *amount).dump(sink),
        Command::ReturnDeposit { no } => {
            15u8.dump(sink);
            no.dump(sink);
        }
        Command::Intermediary(intermediaries::Ask::Share { intermediary, from, rate }) => {
            5u8.dump(sink);
            (*intermediary, (*from, *rate)).dump(sink);
        }
        Command::Intermediary(intermediaries::Ask::Pay { intermediary, amount }) => {
            6u8.dump(sink);
            (*intermediary, *amount).dump(sink);
        }
        Command::Restrict(rows) => {
            7u8.dump(sink);
            restrictions(rows, sink);
        }
        Command::LiftRestriction { restriction } => {
            8u8.dump(sink);
            restriction.dump(sink);
        }
        Command::Correct(correction) => {
            9u8.dump(sink);
            correction.dump(sink);
        }
        Command::WriteOff { settlement, reason } => {
            10u8.dump(sink);
            (*settlement, *reason).dump(sink);
        }
        Command::Risk(ask) => {
            17u8.dump(sink);
            of_risk(ask, sink);
        }
        Command::Keep { client, ask } => {
            16u8.dump(sink);
            client.dump(sink);
            keep(ask, sink);
        }
        other => of_accounts(other, sink),
    }
}

/// The firm's own accounts, what clients let it do on theirs, and what the exchange's file says.
#[allow(clippy::wildcard_enum_match_arm, reason = "only checked commands have a fingerprint, and the arm asserts it")]
fn of_accounts(command: &Command, sink: &mut Sink<'_>) {
    match command {
        Command::NameBankAccount { account, title } => {
            (18u8, *account).dump(sink);
            title.as_bytes().dump(sink);
        }
        Command::NameDematAccount { account, depository, title } => {
            (19u8, (*account, *depository)).dump(sink);
            title.as_bytes().dump(sink);
        }
        Command::MendBreak { no, reason } => (46u8, (*no, *reason)).dump(sink),
        Command::TakeFile { no, paper } => (47u8, (*no, *paper)).dump(sink),
        Command::Mandate(ask) => {
            50u8.dump(sink);
            mandate(ask, sink);
        }
        Command::Access(ask) => {
            52u8.dump(sink);
            access(ask, sink);
        }
        Command::NumberAccount { account, number, place } => {
            (51u8, (*account, *number)).dump(sink);
            place.as_bytes().dump(sink);
        }
        Command::CloseAccount { account, paper } => (20u8, (*account, *paper)).dump(sink),
        other => {
            let second = crate::permits::permit(other).second;
            assert!(second == crate::permits::Second::Never, "a checked command has a fingerprint");
        }
    }
}

fn access(ask: &access::Ask, sink: &mut Sink<'_>) {
    use access::Ask;
    match *ask {
        Ask::Unlock { user, paper } => (1u8, (user, paper)).dump(sink),
        Ask::Unblock { user, paper } => (2u8, (user, paper)).dump(sink),
        Ask::Appoint { user, role } => (3u8, (user, role)).dump(sink),
        Ask::Period { user, from, until } => (4u8, (user, (from, until))).dump(sink),
        Ask::MapTerminal { user, terminal } => (5u8, (user, terminal)).dump(sink),
        Ask::Certify { user, certificate, number, until } => (6u8, (user, (certificate, (number, until)))).dump(sink),
        // One person's word: nobody has to say the same.
        Ask::SignIn { .. }
        | Ask::Exchange { .. }
        | Ask::Touch { .. }
        | Ask::Revoke { .. }
        | Ask::ChangePassword { .. }
        | Ask::Enrol { .. }
        | Ask::AskCode { .. }
        | Ask::PresentCode { .. }
        | Ask::ReportTrouble { .. }
        | Ask::Issue { .. }
        | Ask::Block { .. }
        | Ask::RegisterApp { .. }
        | Ask::RegisterAddress { .. }
        | Ask::DropAddress { .. }
        | Ask::BlockApp { .. } => unreachable!("it needs no second person"),
    }
}

fn restrictions(rows: &[risk::Restriction], sink: &mut Sink<'_>) {
    for row in rows {
        (row.security, (row.whom as u8, row.bar as u8)).dump(sink);
        (row.from, row.to).dump(sink);
        row.source.dump(sink);
    }
}

fn user_limits(limits: &risk::UserLimits, sink: &mut Sink<'_>) {
    (limits.order_qty, limits.order_value).dump(sink);
    (limits.symbol_qty, limits.open_value).dump(sink);
}

fn client_limits(limits: &risk::ClientLimits, sink: &mut Sink<'_>) {
    (limits.order_value, (limits.exposure, limits.turnover)).dump(sink);
}

fn of_risk(ask: &risk::Ask, sink: &mut Sink<'_>) {
    match ask {
        risk::Ask::Upload { file, rows } => {
            (1u8, *file).dump(sink);
            for row in rows {
                match row {
                    risk::LimitRow::User { user, limits } => {
                        (1u8, *user).dump(sink);
                        user_limits(limits, sink);
                    }
                    risk::LimitRow::Client { client, limits } => {
                        (2u8, *client).dump(sink);
                        client_limits(limits, sink);
                    }
                }
            }
        }
        risk::Ask::DrawGroup { group, from, securities } => {
            (2u8, (*group, *from)).dump(sink);
            securities.as_slice().dump(sink);
        }
        risk::Ask::LimitGroup { group, holder, from, exposure } => {
            (3u8, (*group, *from)).dump(sink);
            (holder.parts(), *exposure).dump(sink);
        }
        // One person's word: nobody has to say the same.
        risk::Ask::Document { .. } => unreachable!("it needs no second person"),
    }
}

fn mandate(ask: &mandates::Ask, sink: &mut Sink<'_>) {
    use mandates::Ask;
    match *ask {
        Ask::Execute { client, written } => {
            let mandates::Written {
                kind, purposes, clauses, to_firm, signers, place, stamp, dated, until, most, demat, bank, paper,
            } = written;
            (1u8, (client, kind)).dump(sink);
            (purposes, clauses).dump(sink);
            (u8::from(to_firm), (signers, place)).dump(sink);
            (stamp, (dated, until)).dump(sink);
            (most, (demat, bank)).dump(sink);
            paper.dump(sink);
        }
        Ask::List { power, account, paper } => (2u8, (power, (account, paper))).dump(sink),
        Ask::Strike { power, letter } => (3u8, (power, letter)).dump(sink),
        // One person's word: nobody has to say the same.
        Ask::GiveCopy { .. } | Ask::Revoke { .. } | Ask::Instruct { .. } => unreachable!("it needs no second person"),
    }
}

fn keep(ask: &Ask, sink: &mut Sink<'_>) {
    match *ask {
        Ask::Wake => 0u8.dump(sink),
        Ask::RecordDeath { paper } => (1u8, paper).dump(sink),
        Ask::Succeed { to, paper } => (2u8, (to, paper)).dump(sink),
        Ask::Close { paper } => (3u8, paper).dump(sink),
        Ask::Review { next, paper } => (4u8, (next, paper)).dump(sink),
        Ask::Custodian { custodian, paper } => (5u8, (custodian, paper)).dump(sink),
        Ask::AllotCode { side, code, paper } => (43u8, (side, (code, paper))).dump(sink),
        Ask::CodeTaken { side } => (44u8, side).dump(sink),
        Ask::Family { head, paper } => (6u8, (head, paper)).dump(sink),
        Ask::AddHolder { vault, pan, name, paper } => (7u8, (vault, (pan, (name, paper)))).dump(sink),
        Ask::AddBank { account, name, paper } => (8u8, (account, (name, paper))).dump(sink),
        Ask::ChooseBank { account, paper } => (9u8, (account, paper)).dump(sink),
        Ask::DropBank { account, paper } => (10u8, (account, paper)).dump(sink),
        Ask::ChangeDemat { depository, account, paper } => (11u8, (depository, (account, paper))).dump(sink),
        Ask::SetPolicy { policy, from, paper } => (12u8, (policy, (from, paper))).dump(sink),
    }
}
