//! What must be done outside once an entry is durable. Pure: an edge runs them and the world reports back.

use crate::{Event, Subject};
use corrections::Event as Correction;
use liens::{Event as Of, Form};
use partners::Event as Partner;
use vocab::{
    ClientRow, Day, DepositNo, LienNo, ModificationNo, OrderNo, Paise, PaymentNo, Qty, SecurityRow, SettlementRow, Side, TradeNo,
    TransferNo,
};

/// Told once; if unanswered, asked after before it is told again (orders, payments and transfers happen
/// twice if told twice). The uploads may be repeated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errand {
    /// The order, or when told again the change it waits for.
    NewOrder(OrderNo),
    ModifyOrder(OrderNo),
    CancelOrder(OrderNo),
    AskOrder(OrderNo),
    Pay(PaymentNo),
    AskPayment(PaymentNo),
    Move(TransferNo),
    AskMove(TransferNo),
    DirectPayOut { settlement: SettlementRow, security: SecurityRow, client: ClientRow, qty: Qty },
    UploadLevies { settlement: SettlementRow, stt: Paise, stamp: Paise },
    /// So many shares of a client are pledged as unpaid from now on. Told again it comes to the same.
    Lien(LienNo),
    /// A third party's shares go back where they came from. Told again under the same number it comes to the same.
    ReturnShares(u32),
    /// The depository ends a pledge.
    Unpledge(DepositNo),
    /// The clearing corporation gives own cash back.
    RecallCash(DepositNo),
    /// Told again under the same number it comes to the same.
    ModifyCode(ModificationNo),
    /// A request that the penalty of a changed code be waived.
    AskWaiver(ModificationNo),
    /// Tell an institution's custodian of its trade, through the clearing corporation.
    Entrust(TradeNo, Side),
    /// Report to the clearing corporation what was short of a client's margin. Told again it comes to the same.
    ReportShort(Day, ClientRow),
}

/// The errand a fact calls for, if any.
#[allow(clippy::wildcard_enum_match_arm, reason = "only some facts leave the firm")]
pub fn errand(event: &Event) -> Option<Errand> {
    match *event {
        Event::Order(orders::Event::Placed(placed)) => Some(Errand::NewOrder(placed.order)),
        Event::Order(orders::Event::ModifyAsked { order, .. }) => Some(Errand::ModifyOrder(order)),
        Event::Order(orders::Event::CancelAsked { order }) => Some(Errand::CancelOrder(order)),
        Event::Order(orders::Event::Resent { order }) => Some(Errand::NewOrder(order)),
        Event::Partner(Partner::PaymentAsked { payment, .. } | Partner::PaymentRepeated { payment }) => {
            Some(Errand::Pay(payment))
        }
        Event::Partner(Partner::TransferAsked { transfer, .. } | Partner::TransferRepeated { transfer }) => {
            Some(Errand::Move(transfer))
        }
        Event::AskedAfter { subject: Subject::Order(order) } => Some(Errand::AskOrder(order)),
        Event::AskedAfter { subject: Subject::Payment(payment) } => Some(Errand::AskPayment(payment)),
        Event::AskedAfter { subject: Subject::Transfer(transfer) } => Some(Errand::AskMove(transfer)),
        Event::Margin(margin::Event::Recalled { no }) => Some(Errand::RecallCash(no)),
        Event::Margin(margin::Event::Reported { day, client, evening, peak, .. }) if evening.max(peak).is_positive() => {
            Some(Errand::ReportShort(day, client))
        }
        Event::Margin(margin::Event::Leaving { no }) => Some(Errand::Unpledge(no)),
        Event::Lien(
            Of::Asked { no, form: Form::Pledge, .. } | Of::Leaving { no, .. } | Of::Realised { no, .. } | Of::Repeated { no },
        ) => Some(Errand::Lien(no)),
        Event::SharesReturning { inward } => Some(Errand::ReturnShares(inward)),
        Event::DirectAsked { settlement, security, client, qty } => {
            Some(Errand::DirectPayOut { settlement, security, client, qty })
        }
        Event::LeviesUploaded { settlement, stt, stamp } => Some(Errand::UploadLevies { settlement, stt, stamp }),
        Event::Correction(Correction::Asked { no, .. } | Correction::Repeated { no }) => Some(Errand::ModifyCode(no)),
        Event::Correction(Correction::WaiverSubmitted { no }) => Some(Errand::AskWaiver(no)),
        Event::Clearing(clearing::Event::Entrusted { trade, side, .. }) => Some(Errand::Entrust(trade, side)),
        _ => None,
    }
}
