//! Intermediaries, as sentences.

use crate::directory::Directory;
use intermediaries::Event;

pub fn intermediary(event: &Event, names: &Directory) -> String {
    let who = |row: &vocab::IntermediaryRow| names.intermediary(*row);
    match event {
        Event::Opened { code, kind, form, day, .. } => format!("{kind} {code} opened {day}: {form}"),
        Event::Associated { intermediary, .. } => format!("{}: a partner or director recorded", who(intermediary)),
        Event::Decided { intermediary, venue, approved, from, paper } => {
            let word = if *approved { "approved" } else { "refused" };
            format!("{} {word} by {venue} from {from}, {paper}", who(intermediary))
        }
        Event::Withdrawn { intermediary, venue, day, reason } => {
            format!("{}: approval of {venue} ended {day}, reason {reason}", who(intermediary))
        }
        Event::Agreed { intermediary, day } => format!("{} and the firm agreed on {day}", who(intermediary)),
        Event::BankRegistered { intermediary, account } => {
            format!("{}: bank account {account:?} registered", who(intermediary))
        }
        Event::ShareSet { intermediary, from, rate } => {
            format!("{} has {rate} of his clients' brokerage from {from}", who(intermediary))
        }
        Event::Introduced { client, intermediary: Some(him), from, .. } => {
            format!("{} was brought by {} as of {from}", names.ucc(*client), who(him))
        }
        Event::Introduced { client, intermediary: None, from, .. } => {
            format!("{} comes by nobody from {from}", names.ucc(*client))
        }
        Event::Withheld { intermediary, on, reason } => {
            let word = if *on { "withheld" } else { "no longer withheld" };
            format!("dues of {} {word}, reason {reason}", who(intermediary))
        }
        Event::Barred { day, reason, .. } => format!("a person barred from {day}, reason {reason}"),
    }
}
