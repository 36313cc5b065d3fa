//! Delivered shares that somebody objects to: bad deliveries and companies' objections (guide I 9.8).

use vocab::{ClientRow, Day, Qty, SecurityRow};

/// What is wrong with them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Defect {
    /// The receiving member reports them.
    BadDelivery = 1,
    /// The company does not register them.
    Objection = 2,
}

impl Defect {
    pub const fn from_number(n: u8) -> Option<Defect> {
        match n {
            1 => Some(Defect::BadDelivery),
            2 => Some(Defect::Objection),
            _ => None,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Defect::BadDelivery => "bad delivery",
            Defect::Objection => "company objection",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Remedy {
    /// Put right, or good shares in their place.
    Rectified = 1,
    /// Good shares were bought in auction.
    Auctioned = 2,
    ClosedOut = 3,
}

impl Remedy {
    pub const fn from_number(n: u8) -> Option<Remedy> {
        match n {
            1 => Some(Remedy::Rectified),
            2 => Some(Remedy::Auctioned),
            3 => Some(Remedy::ClosedOut),
            _ => None,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Remedy::Rectified => "rectified",
            Remedy::Auctioned => "auctioned",
            Remedy::ClosedOut => "closed out",
        }
    }
}

/// One that was raised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Objection {
    pub client: ClientRow,
    pub security: SecurityRow,
    pub qty: Qty,
    pub defect: Defect,
    /// Our client delivered them; else he received them.
    pub as_seller: bool,
    /// Rectified or replaced by this day, or bought in.
    pub due: Day,
    /// How it ended; none while it is open.
    pub ended: Option<Remedy>,
}

impl Objection {
    /// The shares are out of it for good: back with who delivered them, or paid for. Where good ones came in their place or
    /// they were put right, those may be objected to again.
    pub fn is_settled(&self) -> bool {
        match self.ended {
            None | Some(Remedy::Rectified) => false,
            Some(Remedy::Auctioned) => self.as_seller,
            Some(Remedy::ClosedOut) => true,
        }
    }
}

vocab::kept!(byte Defect Remedy);
vocab::kept!(struct Objection { client, security, qty, defect, as_seller, due, ended });
