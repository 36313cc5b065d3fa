//! Money, shares, settlements and errands, as sentences.

use crate::book::{account_name, narration};
use crate::directory::Directory;

pub fn money(event: &books::Event, names: &Directory) -> String {
    use books::Event as E;
    match event {
        E::Posted(posting) => {
            let side = if posting.amount.is_negative() { "Cr" } else { "Dr" };
            format!(
                "voucher {}: {} {:#} {side} ({})",
                posting.voucher, account_name(posting, names), posting.amount.abs(), narration(posting)
            )
        }
        E::BillOpened { client, settlement, amount, due } => format!(
            "bill of {} in settlement {} open: {amount:#} due {due}", names.ucc(*client), names.number(*settlement)
        ),
        E::BillClosed { client, settlement, amount, .. } => format!(
            "bill of {} in settlement {} closed: {amount:#}", names.ucc(*client), names.number(*settlement)
        ),
        E::BillTakenBack { client, settlement, amount } => format!(
            "bill of {} in settlement {} taken back: {amount:#}", names.ucc(*client), names.number(*settlement)
        ),
        E::PayingSet { client, amount } => format!("{amount:#} is on its way to {}", names.ucc(*client)),
        E::Uncleared { client, amount } => format!("{amount:#} of {} without value until it is cleared", names.ucc(*client)),
        E::CoverSet { placed } => format!("own money in the client system is now {placed:#}"),
        E::UndrawnSet { undrawn } => format!("brokerage and dues not yet drawn are now {undrawn:#}"),
    }
}

pub fn stock(event: &books::StockEvent, names: &Directory) -> String {
    use books::StockEvent as E;
    match event {
        E::Moved { client, security, from, to, qty, settlement, depository } => {
            let of = settlement.map_or(String::new(), |row| format!(", settlement {}", names.number(row)));
            format!(
                "{qty:#} {} of {} move from {} to {} at {depository}{of}",
                names.symbol(*security), names.ucc(*client), from.as_str(), to.as_str()
            )
        }
        E::Blocked { client, security, qty } if qty.is_negative() => {
            format!("{:#} {} of {} are free to sell again", -*qty, names.symbol(*security), names.ucc(*client))
        }
        E::Blocked { client, security, qty } => {
            format!("{qty:#} {} of {} are blocked for a sale", names.symbol(*security), names.ucc(*client))
        }
        E::Kept { client, security, qty } if qty.is_negative() => {
            format!("{:#} {} of {} are no longer kept from sale", -*qty, names.symbol(*security), names.ucc(*client))
        }
        E::Kept { client, security, qty } => {
            format!("{qty:#} {} of {} are kept from sale: not paid for", names.symbol(*security), names.ucc(*client))
        }
        E::Pledged { client, security, qty } if qty.is_negative() => {
            format!("{:#} {} of {} are no longer pledged", -*qty, names.symbol(*security), names.ucc(*client))
        }
        E::Pledged { client, security, qty } => {
            format!("{qty:#} {} of {} are pledged to the firm", names.symbol(*security), names.ucc(*client))
        }
        E::Sold { client, security, qty, blocked } => format!(
            "{qty:#} {} of {} are sold and to be delivered; {blocked:#} less are blocked",
            names.symbol(*security), names.ucc(*client)
        ),
    }
}

pub fn lien(event: &liens::Event, names: &Directory) -> String {
    use liens::Event as E;
    match event {
        E::Asked { no, client, security, settlement, qty, form, .. } => format!(
            "lien {no}: {qty:#} {} of {} to be {}, not paid for in settlement {}",
            names.symbol(*security), names.ucc(*client), form.as_str(), names.number(*settlement)
        ),
        E::Held { no, qty } => format!("lien {no}: {qty:#} kept"),
        E::Told { no, owed, .. } => format!("lien {no}: the client is told that {owed:#} are owed and his shares will be sold"),
        E::Offered { no, order, qty, .. } => format!("lien {no}: {qty:#} offered by order {order}"),
        E::Sold { no, qty } => format!("lien {no}: {qty:#} sold"),
        E::Unsold { no, qty } => format!("lien {no}: {qty:#} unsold, kept as before"),
        E::Realised { no, qty } => format!("lien {no}: {qty:#} taken for delivery"),
        E::Leaving { no, qty } => format!("lien {no}: {qty:#} released"),
        E::Released { no, qty } => format!("lien {no}: {qty:#} free to the client"),
        E::Repeated { no } => format!("lien {no}: told again to the depository"),
    }
}

pub fn clearing(event: &clearing::Event, names: &Directory) -> String {
    use clearing::Event as E;
    match event {
        E::Scheduled { corporation, kind, number, trade_day, pay_in, pay_out, .. } => {
            format!("{kind} settlement {number} of {corporation} scheduled: trades of {trade_day}, pay-in {pay_in}, pay-out {pay_out}")
        }
        E::Rescheduled { settlement, pay_in, pay_out } => {
            format!("settlement {} moved: pay-in {pay_in}, pay-out {pay_out}", names.number(*settlement))
        }
        E::Traded(f) => format!(
            "trade {}: {} {}s {:#} {} at {}, order {}, settlement {}",
            f.trade, names.ucc(f.client), f.side, f.qty, names.symbol(f.security), f.price, f.order,
            names.number(f.settlement)
        ),
        E::Committed { client, side, amount, .. } => {
            format!("{amount:#} of {} committed for what was traded ({side})", names.ucc(*client))
        }
        E::CommitmentEnded { client, side, amount, .. } => {
            format!("commitment of {} for {side} ended: {amount:#}", names.ucc(*client))
        }
        E::FileRowMatched { trade, side, .. } => format!("{side} trade {trade} agrees with the exchange's file"),
        E::FileMatched { settlement, count, qty, value } => format!(
            "trade file of settlement {} agrees: {count} trades, {qty:#} shares, {value:#}", names.number(*settlement)
        ),
        E::Billed { settlement, client, note, bill, levies } => format!(
            "{} billed {bill:#} by note {note} in settlement {}, of it levies {levies:#}",
            names.ucc(*client), names.number(*settlement)
        ),
        E::StandingClosed { settlement, client } => {
            format!("settlement {} is closed for {}", names.number(*settlement), names.ucc(*client))
        }
        E::LeviesDue { settlement, stt, stamp } => {
            format!("levies of settlement {}: STT {stt:#}, stamp duty {stamp:#}", names.number(*settlement))
        }
        E::StageReached { settlement, stage } => format!("settlement {} is {stage:?}", names.number(*settlement)),
        E::ObligationAgreed { settlement, provisional, funds, rows } => format!(
            "{} obligation of settlement {} agrees: funds {funds:#}, {rows} securities",
            if *provisional { "provisional" } else { "final" }, names.number(*settlement)
        ),
        E::FundsMoved { settlement, amount } => {
            format!("{amount:#} moved at the clearing corporation's word, settlement {}", names.number(*settlement))
        }
        E::ValueMoved { settlement, amount } => {
            format!("{amount:#} of that was traded value, settlement {}", names.number(*settlement))
        }
        E::Funded { settlement, amount } => format!(
            "{amount:#} came onto the settlement account for settlement {}", names.number(*settlement)
        ),
        E::LeviesTaken { settlement, amount } => {
            format!("{amount:#} of that was levies, settlement {}", names.number(*settlement))
        }
        E::Shared { settlement, clients, own } => format!(
            "of settlement {}: {clients:#} on its way to the client account, {own:#} to the own account",
            names.number(*settlement)
        ),
        E::CreditMet { settlement, client, amount } => format!(
            "{amount:#} of what settlement {} owes {} is met", names.number(*settlement), names.ucc(*client)
        ),
        E::CodeModified { trade, side, to, .. } => format!("{side} trade {trade} is {}'s", names.ucc(*to)),
        E::FileReopened { venue } => format!("the trade file of {venue} is read anew"),
        E::Corrected { trade, side, qty, price, .. } => format!("{side} trade {trade} corrected to {qty:#} at {price}"),
        E::Annulled { trade, side, .. } => format!("{side} trade {trade} is annulled"),
        E::BillCancelled { settlement, client, note } => format!(
            "the bill of {} by note {note} in settlement {} is taken back", names.ucc(*client), names.number(*settlement)
        ),
        E::DayCleared { day } => format!("trades before {day} leave memory"),
        other => delivery(other, names),
    }
}

fn objection(event: &clearing::Event, names: &Directory) -> String {
    use clearing::Event as E;
    let of = |client, security| format!("{} of {}", names.symbol(security), names.ucc(client));
    match *event {
        E::Objected { number, client, security, qty, defect, as_seller, due, .. } => format!(
            "{}: {qty:#} {} objected to under number {number}, {}, to be put right by {due}",
            of(client, security), if as_seller { "delivered and" } else { "received and" }, defect.as_str()
        ),
        E::ObjectionEnded { number, client, security, qty, remedy, price, .. } => {
            let at = if price.0 > 0 { format!(" at {price}") } else { String::new() };
            format!("{}: objection {number} to {qty:#} {}{at}", of(client, security), remedy.as_str())
        }
        _ => String::new(),
    }
}

fn delivery(event: &clearing::Event, names: &Directory) -> String {
    use clearing::Event as E;
    let of = |client, security| format!("{} of {}", names.symbol(security), names.ucc(client));
    match *event {
        E::Entrusted { trade, side, .. } => format!("{side} trade {trade} is told to the institution's custodian"),
        E::Confirmed { trade, side, .. } => format!("{side} trade {trade} is the custodian's to settle"),
        E::Returned { trade, side, code, .. } => {
            let why = if code == 0 { "he did not answer in time".to_owned() } else { format!("he rejected it, code {code}") };
            format!("{side} trade {trade} is the member's to settle against delivery: {why}")
        }
        E::Planned { client, security, direct, internal, .. } => format!(
            "{}: {direct:#} to come from the clearing corporation, {internal:#} from other clients", of(client, security)
        ),
        E::Gathered { client, security, moved, .. } if moved.is_negative() => {
            format!("{}: {:#} came too late for anybody, and go back", of(client, security), -moved)
        }
        E::Gathered { client, security, asked, moved, .. } => {
            format!("{}: {moved:#} of {asked:#} called in came", of(client, security))
        }
        E::Staged { client, security, qty, .. } => format!("{}: {qty:#} set aside for pay-in", of(client, security)),
        E::PaidInEarly { client, security, qty, .. } => {
            format!("{}: {qty:#} with the clearing corporation before pay-in", of(client, security))
        }
        E::EarlyReturned { client, security, qty, .. } => {
            format!("{}: {qty:#} paid in early came back", of(client, security))
        }
        E::EarlyTaken { client, security, qty, .. } => {
            format!("{}: {qty:#} paid in early stand for the obligation", of(client, security))
        }
        E::SaleCredited { client, security, amount, .. } => {
            format!("{}: {amount:#} of the sale back orders before its pay-out", of(client, security))
        }
        E::HandedOver { client, security, qty, .. } => {
            format!("{}: {qty:#} given to a buyer among our clients", of(client, security))
        }
        E::Delivered { client, security, qty, .. } => {
            format!("{}: {qty:#} given to the clearing corporation", of(client, security))
        }
        E::ShortOfDelivery { client, security, qty, valuation, .. } => {
            format!("{}: {qty:#} short, valued at {valuation}", of(client, security))
        }
        E::ShortageEnded { client, security, qty, price, closed_out, .. } => format!(
            "{}: shortage of {qty:#} {} at {price}",
            of(client, security), if closed_out { "closed out" } else { "bought in auction" }
        ),
        E::ShortInternally { seller, buyer, security, qty, .. } => {
            format!("{}: {qty:#} short towards {}", of(seller, security), names.ucc(buyer))
        }
        E::InternalShortEnded { seller, buyer, security, price, .. } => {
            format!("{}: short towards {} settled at {price}", of(seller, security), names.ucc(buyer))
        }
        E::InternalShortMadeGood { seller, buyer, security, qty, .. } => {
            format!("{}: {qty:#} short towards {} made good in shares", of(seller, security), names.ucc(buyer))
        }
        E::Objected { .. } | E::ObjectionEnded { .. } => objection(event, names),
        E::Awaited { client, security, qty, .. } => {
            format!("{}: {qty:#} short at the clearing corporation, an auction follows", of(client, security))
        }
        E::AwaitedEnded { client, security, qty, price, .. } => {
            format!("{}: {qty:#} paid in money at {price}", of(client, security))
        }
        E::Received { client, security, qty, internal, .. } => format!(
            "{}: {qty:#} received from {}",
            of(client, security), if internal { "another client" } else { "the clearing corporation" }
        ),
        ref other => format!("{other:?}"),
    }
}

pub fn partner(event: &partners::Event, names: &Directory) -> String {
    use partners::Event as E;
    match event {
        E::PaymentAsked { payment, kind, amount, owner, settlement, .. } => {
            let to = match kind {
                partners::PaymentKind::ToClient => format!(" {}", names.ucc(vocab::ClientRow(*owner))),
                _ => String::new(),
            };
            let of = settlement.map_or(String::new(), |row| format!(", settlement {}", names.number(row)));
            format!("payment {payment} asked of the bank: {amount:#}, {}{to}{of}", kind.as_str())
        }
        E::PaymentRepeated { payment } => format!("payment {payment} asked again: the bank does not know it"),
        E::PaymentDone { payment } => format!("payment {payment} done"),
        E::PaymentFailed { payment, code } => format!("payment {payment} refused by the bank, code {code}"),
        E::TransferAsked { transfer, kind, client, security, qty, settlement, account, depository, .. } => {
            let of = settlement.map_or(String::new(), |row| format!(", settlement {}", names.number(row)));
            format!(
                "transfer {transfer} asked of {depository}: {kind:?} {qty:#} {} of {}, {account} account{of}",
                names.symbol(*security), names.ucc(*client)
            )
        }
        E::TransferRepeated { transfer } => format!("transfer {transfer} asked again"),
        E::TransferDone { transfer, moved } => format!("transfer {transfer} done: {moved:#} moved"),
    }
}
