//! What an entry decided on, as a sentence.

use crate::directory::Directory;
use firm::{Command, Input, Report};
use vocab::Price;

/// Who asked, reported or reminded, and what.
pub fn input(input: &Input, names: &Directory) -> String {
    match input {
        Input::Ask { by, command } => {
            let role = names.role(*by).map_or(String::new(), |role| format!(" ({role:?})"));
            format!("asked by {}{role}: {}", names.user(*by), ask(command, names))
        }
        Input::Report(report) => format!("reported: {}", told(report, names)),
        Input::Tick(timer) => format!("due: timer {timer:?}"),
        Input::Step => "a step of the running job".to_owned(),
    }
}

fn ask(command: &Command, names: &Directory) -> String {
    match command {
        Command::Queue(p) => format!("after the close: {}", ask(&Command::Place(*p), names)),
        Command::Place(p) => {
            let price = if p.price == Price::ZERO { "market".to_owned() } else { p.price.to_string() };
            format!(
                "{} {:#} {} at {price} for {} ({}, {}, {})",
                p.side, p.qty, names.symbol(p.security), names.ucc(p.client), p.kind, p.validity, p.channel
            )
        }
        Command::Modify { order, client, price, qty, .. } => {
            format!("change order {order} of {} to {qty:#} at {price}", names.ucc(*client))
        }
        Command::Cancel { order, client } => format!("cancel order {order} of {}", names.ucc(*client)),
        Command::Convert { client, security, venue, qty, to } => {
            format!("convert {qty:#} {} of {} at {venue} to {to}", names.symbol(*security), names.ucc(*client))
        }
        Command::Withdraw { client, amount } => format!("pay {amount:#} to {}", names.ucc(*client)),
        Command::Risk(risk::Ask::Upload { file, rows }) => format!("set {} limits as file {file} lists them", rows.len()),
        Command::BeginDay { day } => format!("begin {day}"),
        Command::CloseAccount { account, paper } => format!("close the {}, paper {paper}", super::house_account(*account)),
        Command::NumberAccount { account, number, place } => {
            format!("the {} is number …{:04}, {}", super::house_account(*account), number.last_four(), crate::directory::plain(place))
        }
        Command::CompareAccounts { depository, rows } => format!("compare the firm's accounts with the {} on the list of {depository}", rows.len()),
        Command::TellAccounts { letter } => format!("tell the exchanges of accounts, letter {letter}"),
        Command::AdoptRules(rules) => format!("adopt {} rules", rules.len()),
        Command::AddHolidays(days) => format!("add {} holidays", days.len()),
        Command::AddExchangeHolidays { venue, days } => format!("add {} holidays of {venue}", days.len()),
        Command::AddSessions { venue, days } => format!("add {} special sessions of {venue}", days.len()),
        Command::TimeSession { venue, day, open, close } => format!("the special session of {venue} on {day} is from {open} to {close}"),
        Command::ListSecurities(rows) => format!("list {} securities", rows.len()),
        Command::SetTerms { venue, rows } => format!("set the terms of {} securities at {venue}", rows.len()),
        Command::MoveCycle(rows) => format!("set from when {} securities settle by the shorter cycle", rows.len()),
        Command::ListScripCodes(rows) => format!("list the scrip codes of {} securities at BSE", rows.len()),
        Command::ListSameDay(rows) => format!("set {} rows of what is dealt in for settlement on the same day", rows.len()),
        Command::OpenFirm { state, .. } => format!("open the firm's books in {state}"),
        Command::Correct(correction) => super::correcting::ask(correction, names),
        Command::TakeFile { no, paper } => format!("take the word of the exchange's file in break {no}, on paper {paper}"),
        Command::MendBreak { no, reason } => format!("mend break {no}, reason {reason}"),
        Command::TakeDeposit { client, form, amount, good_until, paper, .. } => format!(
            "take {} {paper} of {amount:#} from {} as margin, good until {good_until}", form.as_str(), names.ucc(*client)
        ),
        Command::LodgeDeposit { no, on } => {
            format!("{} deposit {no} {} the clearing corporation", if *on { "place" } else { "take" }, if *on { "with" } else { "back from" })
        }
        Command::SellLien { lien, price } => format!("sell what is kept under lien {lien} at {price}"),
        Command::ReturnShares { inward } => format!("give third-party shares {inward} back"),
        Command::BuyIn { settlement, seller, security, price } => format!(
            "buy in {} for {} in settlement {} at {price}",
            names.symbol(*security), names.ucc(*seller), names.number(*settlement)
        ),
        Command::PlaceCash { amount } => format!("place {amount:#} of own money with the clearing corporation"),
        Command::CallMargin { client, amount, letter } => {
            format!("ask {} for margin of {amount:#} by letter {letter}", names.ucc(*client))
        }
        Command::Mandate(it) => super::powers::ask(it, names),
        Command::Access(it) => super::access::ask(it, names),
        Command::ReturnDeposit { no } => format!("give deposit {no} back"),
        Command::PayInEarly { client, security, qty } => {
            format!("pay in {qty:#} {} of {} early", names.symbol(*security), names.ucc(*client))
        }
        other => format!("{other:?}"),
    }
}

fn told(report: &Report, names: &Directory) -> String {
    match report {
        Report::Phase { venue, day, board, phase } => format!("{} of {day} at {venue} is {phase}", super::dealing::of_board(*board)),
        Report::Halted { venue, day, moved } => format!("{venue} halted all trading of {day}: the index moved {moved}"),
        Report::BandMoved { venue, security, low, high } => format!("the band of {} at {venue} is {low} to {high}", names.symbol(*security)),
        Report::Order { order, report } => match report {
            orders::Report::Acked { venue_order, at } => format!("order {order} is {venue_order} since {at}"),
            orders::Report::Traded { trade, qty, price, at } => {
                format!("order {order} traded {qty:#} at {price}, trade {trade} of {at}")
            }
            orders::Report::Refused { code } => format!("order {order} rejected, code {code}"),
            other => format!("order {order}: {other:?}"),
        },
        Report::TradeFile { venue, day, part, parts, count, qty, value, .. } => {
            format!("trade file of {venue} of {day}, part {part} of {parts}: {count} trades, {qty:#} shares, {value:#} in all")
        }
        Report::SameDayBand { venue, security, last, low, high } => {
            format!("the same-day band of {} at {venue} is {low} to {high}, around {last}", names.symbol(*security))
        }
        Report::SameDayFile { venue, day, part, parts, count, qty, value, .. } => format!(
            "same-day trade file of {venue} of {day}, part {part} of {parts}: {count} trades, {qty:#} shares, {value:#} in all"
        ),
        Report::TradeFileReissued { issue, venue, day, part, parts, count, qty, value, .. } => format!(
            "trade file of {venue} of {day}, issue {issue}, part {part} of {parts}: {count} trades, {qty:#} shares, {value:#} in all"
        ),
        Report::Closes { venue, day, rows } => format!("closes of {day} at {venue} for {} securities", rows.len()),
        Report::Credited { account, amount, utr, .. } => {
            format!("{amount:#} credited to the {account} account, bank reference {utr}")
        }
        Report::ClearingMoney { key, head, amount } => {
            format!("settlement {} {head:?}: {amount:#} (debit of the firm positive)", key.number)
        }
        Report::CodeModified { modification, accepted: true, .. } => format!("modification {modification} accepted"),
        Report::CodeModified { modification, code, .. } => format!("modification {modification} refused, code {code}"),
        Report::TradeAnnulled { trade } => format!("trade {trade} annulled"),
        Report::CustodianSaid { trade, side, confirmed: true, .. } => format!("custodian confirms {side} trade {trade}"),
        Report::CustodianSaid { trade, side, code, .. } => format!("custodian rejects {side} trade {trade}, code {code}"),
        Report::WaiverDecided { modification, granted } => {
            format!("waiver for modification {modification} {}", if *granted { "granted" } else { "denied" })
        }
        Report::Schedule(rows) => format!("{} settlements scheduled", rows.len()),
        Report::Obligation { key, provisional, part, parts, funds, rows } => format!(
            "{} obligation of settlement {}, part {part} of {parts}: funds {funds:#}, {} securities",
            if *provisional { "provisional" } else { "final" }, key.number, rows.len()
        ),
        Report::Short { key, security, qty, valuation, debit } => format!(
            "settlement {}: {qty:#} {} short, valued at {valuation}, {debit:#} debited",
            key.number, names.symbol(*security)
        ),
        Report::SharesOut { key, security, qty, .. } => {
            format!("settlement {}: {qty:#} {} paid out", key.number, names.symbol(*security))
        }
        Report::MarginRates { day, rows } => format!("margin rates of {day} for {} securities", rows.len()),
        Report::CashBack { deposit, amount } => format!("{amount:#} of deposit {deposit} came back from the clearing corporation"),
        Report::MarginPenalties { day, debit, rows } => {
            format!("penalties for short margins of {day}: {debit:#} debited for {} clients", rows.len())
        }
        Report::MarginLook { day, nth, rows } => {
            format!("look {nth} at the margins of {day}, at the prices of {} securities", rows.len())
        }
        Report::Pledged { client, security, qty, paper } => {
            format!("{qty:#} {} of {} pledged under number {paper}", names.symbol(*security), names.ucc(*client))
        }
        Report::Holdings { day, rows, opening } => format!(
            "{}holdings of {day}: {} rows", if *opening { "opening " } else { "" }, rows.len()
        ),
        other => format!("{other:?}"),
    }
}
