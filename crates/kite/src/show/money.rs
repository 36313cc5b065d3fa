//! What a client may still use, and what uses it.

use crate::number::rupees;
use crate::show::portfolio::marked;
use live::Room;
use serde_json::{Value, json};
use vocab::{ClientRow, Paise};

/// The one segment there is; of another, an account that is not enabled.
pub fn margins(room: &Room<'_>, client: ClientRow) -> Value {
    let firm = room.firm;
    let (book, used) = (firm.books.client(client), firm.risk.client(client));
    let kept = firm.margin.kept(client);
    // What deposits back is taken off what is committed: it is shown beside the money, not hidden in it.
    let debits = used.held + used.committed + kept.sum();
    let net = book.free() - used.held - used.committed;
    let (realised, unrealised) = marked(room, client);
    let cash = book.clear();
    json!({
        "enabled": true,
        "net": rupees(net),
        "available": {
            "adhoc_margin": rupees(Paise::ZERO),
            "cash": rupees(cash),
            "opening_balance": rupees(cash),
            "live_balance": rupees(net),
            "collateral": rupees(kept.sum()),
            "intraday_payin": rupees(Paise::ZERO),
        },
        "utilised": {
            "debits": rupees(debits),
            "exposure": rupees(Paise::ZERO),
            "m2m_realised": rupees(realised),
            "m2m_unrealised": rupees(unrealised),
            "option_premium": rupees(Paise::ZERO),
            "payout": rupees(book.paying),
            "span": rupees(Paise::ZERO),
            "holding_sales": rupees(Paise::ZERO),
            "turnover": rupees(used.turnover),
            "liquid_collateral": rupees(kept.cash_like),
            "stock_collateral": rupees(kept.securities),
            "delivery": rupees(Paise::ZERO),
        },
    })
}

/// Commodities are not dealt in.
pub fn nothing() -> Value {
    let none = rupees(Paise::ZERO);
    let available = ["adhoc_margin", "cash", "opening_balance", "live_balance", "collateral", "intraday_payin"];
    let utilised = [
        "debits", "exposure", "m2m_realised", "m2m_unrealised", "option_premium", "payout", "span", "holding_sales", "turnover",
        "liquid_collateral", "stock_collateral", "delivery",
    ];
    let all = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), none.clone())).collect::<serde_json::Map<_, _>>();
    json!({ "enabled": false, "net": none, "available": all(&available), "utilised": all(&utilised) })
}
