//! The chart of accounts and the lines of a charge block, by the numbers that stand in journals.
//!
//! The numbers are repeated here on purpose: a renumbered chart must be found, not followed.

macro_rules! numbers {
    ($($name:ident = $n:literal $text:literal,)*) => {
        $(pub(crate) const $name: u8 = $n;)*

        pub(crate) const fn name(n: u8) -> Option<&'static str> {
            match n { $($n => Some($text),)* _ => None }
        }
    };
}

/// Accounts of the general ledger, with the code of the chart.
pub(crate) mod account {
    numbers! {
        CLIENT_BANK = 1 "CB",
        SETTLEMENT_BANK = 2 "SB",
        OWN_BANK = 3 "OB",
        SETTLEMENT_CONTROL = 10 "SC",
        AUCTION_CONTROL = 11 "AC",
        INTERNAL_SHORTAGE = 12 "IS",
        INTER_EXCHANGE = 13 "IX",
        CLIENT = 20 "UCC",
        SUSPENSE = 21 "SUS",
        STT = 22 "STT",
        STAMP = 23 "STAMP",
        EXCHANGE_CHARGES = 24 "EXC",
        SEBI_FEE = 25 "SEBI",
        INVESTOR_PROTECTION = 26 "IPFT",
        CENTRAL_GST = 27 "CGST",
        STATE_GST = 28 "SGST",
        INTEGRATED_GST = 29 "IGST",
        SERVICE_TAX = 30 "ST",
        EDUCATION_CESS = 31 "EC",
        HIGHER_EDUCATION_CESS = 32 "SHEC",
        SWACHH_BHARAT_CESS = 33 "SBC",
        KRISHI_KALYAN_CESS = 34 "KKC",
        OWN_DEPOSIT = 15 "CD",
        CLIENT_DIVIDENDS = 35 "DIV",
        INTERMEDIARY = 51 "IM",
        TAX_DEDUCTED = 36 "TDS",
        PENALTIES_DUE = 37 "PEND",
        BROKERAGE = 40 "BR",
        SHARED_BROKERAGE = 52 "SH",
        ERROR_LOSS = 42 "EL",
        PENALTIES = 43 "PEN",
        WRITTEN_OFF = 53 "WO",
        OWN_DIVIDENDS = 44 "ODIV",
        CAPITAL = 50 "CAP",
        TAX_KEPT_BACK = 54 "TKB",
    }
}

/// Lines of the charge block of a note.
pub(crate) mod head {
    numbers! {
        BROKERAGE = 1 "brokerage",
        EXCHANGE = 2 "exchange transaction charges",
        INVESTOR_PROTECTION = 3 "investor protection fund",
        SEBI_FEE = 4 "SEBI turnover fee",
        STATE_AND_CENTRAL_GST = 5 "GST (central and state)",
        INTEGRATED_GST = 6 "GST (integrated)",
        SERVICE_TAX = 7 "service tax",
        EDUCATION_CESS = 8 "education cess",
        HIGHER_EDUCATION_CESS = 9 "secondary and higher education cess",
        SWACHH_BHARAT_CESS = 10 "Swachh Bharat cess",
        KRISHI_KALYAN_CESS = 11 "Krishi Kalyan cess",
        STT = 12 "securities transaction tax",
        STAMP = 13 "stamp duty",
    }
}

/// Where shares are.
pub(crate) mod place {
    numbers! {
        OUTSIDE = 0 "outside",
        ACCOUNT = 1 "own account",
        BENEFICIARY = 2 "client beneficiary",
        POOL = 3 "pool",
        PRINCIPAL = 4 "principal",
        CORPORATION = 5 "clearing corporation",
        EARLY = 6 "early pay-in",
        UNPAID = 7 "unpaid securities",
    }
}

/// A state as an owner of the stamp duty account: its two letters as a number.
pub(crate) fn state_owner(state: vocab::StateCode) -> u32 {
    let [first, second] = state.0;
    u32::from(u16::from_be_bytes([first, second]))
}
