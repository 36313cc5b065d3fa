//! Margins and deposits, as sentences.

use crate::directory::Directory;

pub fn margin(event: &margin::Event, names: &Directory) -> String {
    use margin::Event as E;
    match event {
        E::Rated { security, rated } => {
            let taken = match rated.haircut {
                Some(haircut) => format!("taken as collateral less {haircut}"),
                None => "not taken as collateral".to_owned(),
            };
            format!(
                "{} on {}: value at risk {}, extreme loss {}, {taken}",
                names.symbol(*security), rated.day, rated.var, rated.elm
            )
        }
        E::Deposited { no, client, form, security, qty, amount, funded, good_until, paper, .. } => {
            let what = match security {
                Some(row) => format!("{qty:#} {}", names.symbol(*row)),
                None => format!("{amount:#}, {funded:#} of it with the bank"),
            };
            let until = good_until.map_or(String::new(), |day| format!(", good until {day}"));
            format!("deposit {no} of {}: {} {paper} of {what}{until}", names.ucc(*client), form.as_str())
        }
        E::Valued { no, price, haircut, value } => {
            let at = if price.0 > 0 { format!(" at {price}") } else { String::new() };
            format!("deposit {no} is worth {value:#}{at} less {haircut}")
        }
        E::Lodged { no, on } => {
            format!("deposit {no} {} the clearing corporation", if *on { "placed with" } else { "taken back from" })
        }
        E::Leaving { no } => format!("deposit {no} asked back: its pledge is to end"),
        E::Returned { no, day } => format!("deposit {no} returned {day}"),
    }
}
