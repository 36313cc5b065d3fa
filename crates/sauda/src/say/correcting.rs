//! Changed client codes and the error account, as sentences.

use crate::directory::Directory;
use corrections::{Event as E, Month};
use firm::Correction;

pub fn event(event: &E, names: &Directory) -> String {
    match event {
        E::PolicyApproved { version, from, document, by } => {
            format!("error policy {version} approved by {}, in force from {from}, document {document}", names.user(*by))
        }
        E::CodeDisclosed { venue, client, reference, .. } => {
            format!("{venue} told that {} is an error account, letter {reference}", names.ucc(*client))
        }
        E::Asked { no, trade, side, from, to, reason, evidence, by, sanctioned, dealer } => format!(
            "modification {no} asked: {side} trade {trade} from {} to {} ({reason}), evidence {evidence}, by {}, sanctioned by \
             {}, order of {}",
            names.ucc(*from), names.ucc(*to), names.user(*by), names.user(*sanctioned), names.user(*dealer)
        ),
        E::Repeated { no } => format!("modification {no} told again"),
        E::Accepted { no, venue, security, qty, value, .. } => {
            format!("modification {no} accepted by {venue}: {qty:#} {} of {value:#}", names.symbol(*security))
        }
        E::Refused { no, code } => format!("modification {no} refused, code {code}"),
        E::Liquidated { no, trade, qty, value } => {
            format!("{qty:#} shares of modification {no} closed in the market by trade {trade} for {value:#}")
        }
        E::TurnoverCounted { venue, day, value } => format!("turnover of {day} on {venue} without institutions: {value:#}"),
        E::Penalised { venue, month, total } => {
            format!("penalty for changed codes on {venue} in the month of {} is now {total:#}", Month(*month).first_day())
        }
        E::Alerted { venue, month, level } => format!(
            "changed codes on {venue} in the month of {} are beyond {}", Month(*month).first_day(),
            if *level > 1 { "the exchange's threshold" } else { "the firm's warning" }
        ),
        E::WaiverDrafted { no, evidence } => format!("waiver for modification {no} drafted, evidence {evidence}"),
        E::WaiverSubmitted { no } => format!("waiver for modification {no} sent to the exchange"),
        E::WaiverDecided { no, granted } => {
            format!("waiver for modification {no} {}", if *granted { "granted" } else { "denied" })
        }
    }
}

pub fn ask(correction: &Correction, names: &Directory) -> String {
    match *correction {
        Correction::ModifyCode { trade, side, to, reason, evidence } => {
            format!("change the code of {side} trade {trade} to {} ({reason}), evidence {evidence}", names.ucc(to))
        }
        Correction::ApproveErrorPolicy { version, from, document } => {
            format!("approve error policy {version} from {from}, document {document}")
        }
        Correction::DiscloseErrorCode { venue, client, letter } => {
            format!("record that {venue} was told of the error account {} by letter {letter}", names.ucc(client))
        }
        Correction::DraftWaiver { modification, evidence } => {
            format!("draft a waiver for modification {modification}, evidence {evidence}")
        }
        Correction::SubmitWaiver { modification } => format!("send the waiver for modification {modification}"),
        Correction::ReissueNote { note, reason } => format!("cancel note {note} and make it anew, reason {reason}"),
        Correction::SanctionErrorLoss { client, amount } => {
            format!("bear {amount:#} that the error account {} lost", names.ucc(client))
        }
    }
}
