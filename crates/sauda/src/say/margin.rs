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
        E::Exposed { day, client, holder, var, elm, mtm, covered } => {
            let whose = match holder {
                margin::Holder::Creditor => "a client in credit",
                margin::Holder::Debtor => "a debtor",
                margin::Holder::Own => "the firm's own",
            };
            format!(
                "positions of {} ({whose}) on {day}: value at risk {var:#}, extreme loss {elm:#}, mark to market {mtm:#}; \
                 {covered:#} covered by his own collateral with the clearing corporation",
                names.ucc(*client)
            )
        }
        E::Collected { day, client, upfront, mtm, funds, deposits, securities, short } => format!(
            "margin of {} on {day}: {upfront:#} wanted up front and {mtm:#} by the pay-in; there were {funds:#} in money, \
             {deposits:#} in receipts and guarantees, {securities:#} in securities: short {short:#}",
            names.ucc(*client)
        ),
        E::Member { day, var, elm, mtm, covered, cash_like, securities } => format!(
            "the firm's margins of {day}: value at risk {var:#}, extreme loss {elm:#}, mark to market {mtm:#}, {covered:#} \
             covered by clients' own; lodged {cash_like:#} that counts as cash and {securities:#} in securities"
        ),
        E::LookTaken { day, nth } => format!("look {nth} at the margins of {day}"),
        E::LookPriced { security, price } => format!("{} at {price} at the look", names.symbol(*security)),
        E::Looked { .. } | E::Reported { .. } => looked(event, names).unwrap_or_default(),
        E::Barred { on: true } => "mark to market is not paid: nobody buys".to_owned(),
        E::Recalled { no } => format!("deposit {no} asked back from the clearing corporation"),
        E::Called { day, client, amount, letter } => {
            format!("{} asked for margin of {amount:#} on {day} by letter {letter}", names.ucc(*client))
        }
        E::Penalised { day, client, debited, passed } => format!(
            "penalty for short margin of {} on {day}: {debited:#} taken, {passed:#} borne by him", names.ucc(*client)
        ),
        E::Barred { on: false } => "mark to market is paid: buys go in again".to_owned(),
    }
}

/// A client at a look, and what was reported of his day.
fn looked(event: &margin::Event, names: &Directory) -> Option<String> {
    use margin::Event as E;
    Some(match event {
        E::Looked { day, client, nth, asked, wanted, funds, deposits, securities, short } => format!(
            "look {nth} at the margin of {} on {day}: {asked:#} asked, {wanted:#} of it wanted; there were {funds:#} in money, \
             {deposits:#} in receipts and guarantees, {securities:#} in securities: short {short:#}",
            names.ucc(*client)
        ),
        E::Reported { day, client, nth, running, in_month, evening, wanted, peak, rate, penalty } => {
            let looked = match nth {
                0 => "no look found a position".to_owned(),
                _ => format!("{peak:#} short of {wanted:#} at look {nth}"),
            };
            let costs = match running {
                0 => String::new(),
                _ => format!("; day {running} on end and {in_month} of the month: {rate}, {penalty:#}"),
            };
            format!("reported of {} for {day}: {evening:#} short in the evening, {looked}{costs}", names.ucc(*client))
        }
        _ => return None,
    })
}
