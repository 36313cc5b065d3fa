//! What a client, or the firm itself, deposited as margin (guide I 5.10).

use vocab::{ClientRow, Day, Paise, Price, Qty, Rate, Rounding, SecurityRow};

/// The forms margin is taken in besides the money of the ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Form {
    DepositReceipt = 1,
    Guarantee = 2,
    /// Shares that stay in the depositor's account, pledged to the firm.
    Securities = 3,
    /// The firm's own money, with the clearing corporation.
    Cash = 4,
}

vocab::kept!(byte Form);

impl Form {
    pub const ALL: [Form; 4] = [Form::DepositReceipt, Form::Guarantee, Form::Securities, Form::Cash];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.number() == n)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Form::DepositReceipt => "fixed deposit receipt",
            Form::Guarantee => "bank guarantee",
            Form::Securities => "securities",
            Form::Cash => "cash",
        }
    }

    /// Receipts and guarantees count as cash with the clearing corporation; securities do not.
    pub const fn is_cash_like(self) -> bool {
        match self {
            Form::DepositReceipt | Form::Guarantee | Form::Cash => true,
            Form::Securities => false,
        }
    }
}

/// One receipt, guarantee or pledge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deposit {
    pub client: ClientRow,
    pub form: Form,
    /// Of securities.
    pub security: Option<SecurityRow>,
    pub qty: Qty,
    /// The sum on the paper.
    pub amount: Paise,
    /// Of a guarantee: what was deposited with the bank to get it (sebi 23 Annexure 3.2 B).
    pub funded: Paise,
    /// The last day the paper is good.
    pub good_until: Option<Day>,
    pub received: Day,
    /// After haircut, as last valued.
    pub value: Paise,
    /// Placed with the clearing corporation.
    pub lodged: bool,
    /// Asked to go back, and not yet gone.
    pub leaving: bool,
}

/// Quantity at a price, or an amount, less its haircut; to the paisa below.
pub fn worth(gross: Paise, haircut: Rate) -> Paise {
    let kept = Rate(Rate::WHOLE.0.saturating_sub(haircut.0).max(0));
    kept.of(gross, Rounding::DownPaisa)
}

impl Deposit {
    /// What it is before any haircut: the paper's sum while it is good, or the shares at a price.
    pub fn gross(&self, price: Option<Price>, day: Day) -> Paise {
        if self.leaving || self.good_until.is_some_and(|last| last < day) {
            return Paise::ZERO;
        }
        match self.form {
            Form::DepositReceipt | Form::Guarantee | Form::Cash => self.amount,
            Form::Securities => price.map_or(Paise::ZERO, |price| price.value(self.qty, Rounding::DownPaisa)),
        }
    }

    /// The part of it that the bank holds no money for.
    pub fn unfunded(&self) -> Paise {
        match self.form {
            Form::Guarantee => self.amount - self.funded,
            Form::DepositReceipt | Form::Securities | Form::Cash => Paise::ZERO,
        }
    }
}

vocab::kept!(struct Deposit {
    client, form, security, qty, amount, funded, good_until, received, value, lodged, leaving,
});
