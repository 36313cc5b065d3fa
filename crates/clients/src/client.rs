//! One client and the gate before his first order.

use crate::{Dearest, Event};
use vocab::{
    AccountToken, Agreement, ClientKind, Day, Depository, Dump, Paise, PanToken, PlanNo, Rate, Sink, StateCode, Ucc, VaultRef,
};

/// Brokerage as agreed with the client (guide I 11.1), as it stands today. No trade is contracted without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    pub number: PlanNo,
    pub from: Day,
    pub dearest: Dearest,
}

/// A running account: the client lets funds stay, and they are settled in time all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Running {
    /// 30 or 90 days, as the client chose.
    pub every: u16,
    pub from: Day,
    pub settled: Day,
}

/// What keeps a client from trading. The order is the precedence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    Open,
    Suspended,
    /// Know-your-client formalities are not finished.
    NotVerified,
    /// The exchange has not registered the code (sebi 13.1, guide I 4.15).
    CodeNotRegistered,
    /// The mandatory documents are not signed (sebi 14.1).
    NotSigned,
    /// No registered bank account to pay to and from.
    NoBank,
    /// No registered demat account to deliver to and from.
    NoDemat,
    /// No brokerage agreed (guide I 11.1).
    NoPlan,
}

/// What an order needs to know of a client, in half a cache line: drawn from [`Client`] whenever that changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(align(32))]
pub struct Dealing {
    /// Brokerage at its dearest, as a fraction; zero before a plan is agreed, when the gate is shut.
    pub brokerage: Rate,
    /// Where the own account may be traded from; zero is nowhere.
    pub place: u64,
    /// And beside the fraction, in paise: on each share, and on an order whatever its size.
    per_share: u32,
    per_order: u32,
    pub state: StateCode,
    pub kind: ClientKind,
    pub gate: Gate,
    pub full_value: bool,
    /// A switch is pulled on him: which and why, risk knows.
    pub switched: bool,
}

const _: () = assert!(size_of::<Dealing>() == 32, "two to a cache line");

/// Paise in half a word; what does not fit holds an order back with the most there is.
fn narrow(amount: Paise) -> u32 {
    u32::try_from(amount.0).unwrap_or(u32::MAX)
}

impl Dealing {
    pub fn per_share(&self) -> Paise {
        Paise(i64::from(self.per_share))
    }

    pub fn per_order(&self) -> Paise {
        Paise(i64::from(self.per_order))
    }

    pub fn is_own(&self) -> bool {
        is_own(self.kind)
    }
}

fn is_own(kind: ClientKind) -> bool {
    match kind {
        ClientKind::Own | ClientKind::Error => true,
        ClientKind::Individual => false,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Client {
    pub ucc: Ucc,
    pub vault: VaultRef,
    pub pan: PanToken,
    pub kind: ClientKind,
    pub state: StateCode,
    pub opened: Day,
    pub verified: Option<Day>,
    pub registered: Option<Day>,
    pub signed: Option<Day>,
    pub delivery_authority: Option<Day>,
    pub collateral_authority: Option<Day>,
    pub running: Option<Running>,
    pub bank: Option<AccountToken>,
    /// Keyed fingerprint of the name the bank account is held in.
    pub bank_name: Option<AccountToken>,
    pub demat: Option<(Depository, AccountToken)>,
    /// Where the own account may be traded from; zero is nowhere.
    pub place: u64,
    pub plan: Option<Plan>,
    pub full_value: bool,
    pub suspended: bool,
    /// A switch is pulled on him: only what reduces goes in.
    pub switched: bool,
}

impl Client {
    pub(crate) fn opened(
        ucc: Ucc, vault: VaultRef, pan: PanToken, kind: ClientKind, state: StateCode, day: Day,
    ) -> Client {
        Client {
            ucc,
            vault,
            pan,
            kind,
            state,
            opened: day,
            verified: None,
            registered: None,
            signed: None,
            delivery_authority: None,
            collateral_authority: None,
            running: None,
            bank: None,
            bank_name: None,
            demat: None,
            place: 0,
            plan: None,
            full_value: false,
            suspended: false,
            switched: false,
        }
    }

    /// May this client trade, and if not, why not first?
    pub fn gate(&self) -> Gate {
        if self.suspended {
            Gate::Suspended
        } else if self.verified.is_none() {
            Gate::NotVerified
        } else if self.registered.is_none() {
            Gate::CodeNotRegistered
        } else if self.signed.is_none() {
            Gate::NotSigned
        } else if self.bank.is_none() {
            Gate::NoBank
        } else if self.demat.is_none() {
            Gate::NoDemat
        } else if self.plan.is_none() {
            Gate::NoPlan
        } else {
            Gate::Open
        }
    }

    pub fn is_own(&self) -> bool {
        is_own(self.kind)
    }

    pub(crate) fn dealing(&self) -> Dealing {
        let nothing = Dearest { rate: Rate::ZERO, per_share: Paise::ZERO, per_order: Paise::ZERO };
        let dearest = self.plan.map_or(nothing, |plan| plan.dearest);
        Dealing {
            brokerage: dearest.rate,
            per_share: narrow(dearest.per_share),
            per_order: narrow(dearest.per_order),
            place: self.place,
            state: self.state,
            kind: self.kind,
            gate: self.gate(),
            full_value: self.full_value,
            switched: self.switched,
        }
    }

    pub(crate) fn pay_by(&mut self, plan: Plan) {
        self.plan = Some(plan);
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        match *event {
            Event::Opened { .. } => unreachable!("a client is opened once"),
            Event::Verified { day, .. } => self.verified = Some(day),
            Event::CodeRegistered { day, .. } => self.registered = Some(day),
            Event::Signed { agreement, day, .. } => match agreement {
                Agreement::RightsAndObligations => self.signed = Some(day),
                Agreement::DeliveryAuthority => self.delivery_authority = Some(day),
                Agreement::CollateralAuthority => self.collateral_authority = Some(day),
                // The interval comes with RunningSet; the signature alone changes nothing.
                Agreement::RunningAccount => {}
            },
            Event::Revoked { agreement, .. } => match agreement {
                Agreement::RightsAndObligations => self.signed = None,
                Agreement::DeliveryAuthority => self.delivery_authority = None,
                Agreement::CollateralAuthority => self.collateral_authority = None,
                Agreement::RunningAccount => self.running = None,
            },
            Event::BankRegistered { account, name, .. } => {
                self.bank = Some(account);
                self.bank_name = Some(name);
            }
            Event::DematRegistered { depository, account, .. } => self.demat = Some((depository, account)),
            Event::PlaceRegistered { terminal, .. } => self.place = terminal,
            // Which plan is in force is said by [`Client::pay_by`].
            Event::PlanDrawn { .. } | Event::PlanSet { .. } => {}
            Event::RunningSet { every, from, .. } => self.running = Some(Running { every, from, settled: from }),
            Event::RunningSettled { day, .. } => {
                if let Some(running) = &mut self.running {
                    running.settled = day;
                }
            }
            Event::FullValue { on, .. } => self.full_value = on,
            Event::Suspended { .. } => self.suspended = true,
            Event::Resumed { .. } => self.suspended = false,
            Event::Switched { on, .. } => self.switched = on,
        }
    }
}

impl Dump for Client {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.ucc.dump(sink);
        self.vault.dump(sink);
        self.pan.dump(sink);
        self.kind.dump(sink);
        self.state.dump(sink);
        self.opened.dump(sink);
        self.verified.dump(sink);
        self.registered.dump(sink);
        self.signed.dump(sink);
        self.delivery_authority.dump(sink);
        self.collateral_authority.dump(sink);
        if let Some(r) = self.running {
            r.every.dump(sink);
            r.from.dump(sink);
            r.settled.dump(sink);
        }
        self.bank.dump(sink);
        self.bank_name.dump(sink);
        self.demat.dump(sink);
        self.place.dump(sink);
        if let Some(p) = self.plan {
            (p.number, p.from).dump(sink);
        }
        self.full_value.dump(sink);
        self.suspended.dump(sink);
        self.switched.dump(sink);
    }
}
