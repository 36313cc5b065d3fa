//! One client and the gate before his first order.

use crate::{Dearest, Event, Policy};
use vocab::{
    AccountToken, Agreement, ClientKind, ClientRow, Code, Day, Depository, Paise, PanToken, PlanNo, Rate, StateCode, Ucc, UserRow,
    VaultRef,
};

/// Brokerage as agreed with the client (guide I 11.1), as it stands today. No trade is contracted without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    pub number: PlanNo,
    pub from: Day,
}

vocab::kept!(struct Plan { number, from });

/// A running account: the client lets funds stay, and they are settled in time all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Running {
    /// 30 or 90 days, as the client chose.
    pub every: u16,
    pub from: Day,
    pub settled: Day,
}

vocab::kept!(struct Running { every, from, settled });

/// What keeps a client from trading. The order is the precedence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    Open,
    Closed,
    /// Nothing is dealt for the dead: what is held goes to who succeeds (guide SP Ann II.2).
    Deceased,
    Suspended,
    /// He has not dealt for so long that only he himself may begin again (guide SP Ann II.2).
    Dormant,
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
    /// An institution settles through its custodian, who is not known.
    NoCustodian,
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
    /// His own extra margin in its steps, and in the highest bit whether what he has with the firm bounds what he has open.
    policy: u16,
}

/// The bit of a multiple beside the steps of an extra margin.
const MULTIPLE: u16 = 1 << 15;

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

    /// Whether brokerage is a fraction of the value and nothing beside it.
    pub fn is_proportional(&self) -> bool {
        self.per_share == 0 && self.per_order == 0
    }

    pub fn is_own(&self) -> bool {
        self.kind.is_own()
    }

    /// A margin with his own extra one on top: never more than the whole value.
    pub fn raised(&self, margin: Rate) -> Rate {
        let extra = Policy::STEP.0.saturating_mul(i64::from(self.policy & !MULTIPLE));
        Rate(margin.0.saturating_add(extra)).min(Rate::WHOLE.max(margin))
    }

    /// Whether what he has with the firm bounds what he may have open.
    pub fn is_bounded(&self) -> bool {
        self.policy & MULTIPLE != 0
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
    pub collateral_authority: Option<Day>,
    pub running: Option<Running>,
    /// A keyed fingerprint of his name, as his first bank account is in.
    pub name: Option<AccountToken>,
    /// Where he is paid; others he pays from may be registered beside it.
    pub bank: Option<AccountToken>,
    pub demat: Option<(Depository, AccountToken)>,
    /// Where the own account may be traded from; zero is nowhere.
    pub place: u64,
    pub plan: Option<Plan>,
    pub full_value: bool,
    /// Who suspended him.
    pub suspended: Option<UserRow>,
    /// A switch is pulled on him: only what reduces goes in.
    pub switched: bool,
    pub closed: Option<Day>,
    pub died: Option<Day>,
    pub dormant: Option<Day>,
    /// When he last dealt, was opened, or came back.
    pub active: Day,
    /// He came back and has not dealt since.
    pub woken: bool,
    /// When his record is to be looked through again.
    pub review: Option<Day>,
    /// Through whom an institution settles, by the clearing corporation's code.
    pub custodian: Option<Code<10>>,
    /// The head of his family: for reports, never for money.
    pub family: Option<ClientRow>,
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
            collateral_authority: None,
            running: None,
            name: None,
            bank: None,
            demat: None,
            place: 0,
            plan: None,
            full_value: false,
            suspended: None,
            switched: false,
            closed: None,
            died: None,
            dormant: None,
            active: day,
            woken: false,
            review: None,
            custodian: None,
            family: None,
        }
    }

    /// May this client trade, and if not, why not first?
    pub fn gate(&self) -> Gate {
        if self.closed.is_some() {
            Gate::Closed
        } else if self.died.is_some() {
            Gate::Deceased
        } else if self.suspended.is_some() {
            Gate::Suspended
        } else if self.dormant.is_some() {
            Gate::Dormant
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
        } else if self.kind == ClientKind::Institution && self.custodian.is_none() {
            Gate::NoCustodian
        } else if self.plan.is_none() {
            Gate::NoPlan
        } else {
            Gate::Open
        }
    }

    pub fn is_own(&self) -> bool {
        self.kind.is_own()
    }

    /// Whether what he has at the exchange is pulled: he is suspended, or dead.
    pub(crate) fn is_stopped(&self) -> bool {
        self.suspended.is_some() || self.died.is_some()
    }

    /// By his plan at its dearest, and his own terms as they stand.
    pub(crate) fn dealing(&self, dearest: Dearest, policy: Option<Policy>) -> Dealing {
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
            policy: policy.map_or(0, |it| it.steps() | if it.multiple.is_some() { MULTIPLE } else { 0 }),
        }
    }

    pub(crate) fn dealt(&mut self, day: Day) {
        self.active = self.active.max(day);
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
                Agreement::CollateralAuthority => self.collateral_authority = Some(day),
                // The interval comes with RunningSet; the signature alone changes nothing.
                Agreement::RunningAccount => {}
            },
            Event::Revoked { agreement, .. } => match agreement {
                Agreement::RightsAndObligations => self.signed = None,
                Agreement::CollateralAuthority => self.collateral_authority = None,
                Agreement::RunningAccount => self.running = None,
            },
            Event::BankRegistered { account, name, .. } => {
                self.name = self.name.or(Some(name));
                // The first is the one he is paid on, until he says otherwise.
                self.bank = self.bank.or(Some(account));
            }
            Event::BankChosen { account, .. } => self.bank = Some(account),
            Event::BankDropped { .. } | Event::HolderAdded { .. } | Event::Succeeded { .. } => {}
            Event::DematRegistered { depository, account, .. } => self.demat = Some((depository, account)),
            Event::PlaceRegistered { terminal, .. } => self.place = terminal,
            // Which plan is in force is said by [`Client::pay_by`].
            Event::PlanDrawn { .. } | Event::PlanSet { .. } | Event::PolicySet { .. } => {}
            Event::RunningSet { every, from, .. } => self.running = Some(Running { every, from, settled: from }),
            Event::RunningSettled { day, .. } => {
                if let Some(running) = &mut self.running {
                    running.settled = day;
                }
            }
            Event::FullValue { on, .. } => self.full_value = on,
            Event::Suspended { by, .. } => self.suspended = Some(by),
            Event::Resumed { .. } => self.suspended = None,
            Event::Switched { on, .. } => self.switched = on,
            Event::Slept { day, .. } => self.dormant = Some(day),
            Event::Woken { day, .. } => {
                self.dormant = None;
                self.active = day;
                self.woken = true;
            }
            Event::DealtAgain { .. } => self.woken = false,
            Event::Died { day, .. } => self.died = Some(day),
            Event::Closed { day, .. } => self.closed = Some(day),
            Event::Reviewed { next, .. } => self.review = Some(next),
            Event::CustodianSet { custodian, .. } => self.custodian = Some(custodian),
            Event::FamilySet { head, .. } => self.family = head,
            // Few have one: they are kept beside the clients.
            Event::TradingCodeAllotted { .. } | Event::TradingCodeTaken { .. } => {}
        }
    }
}

vocab::kept!(struct Client {
    ucc, vault, pan, kind, state, opened, verified, registered, signed, collateral_authority,
    running, name, bank, demat, place, plan, full_value, suspended, switched, closed, died, dormant, active, woken,
    review, custodian, family,
});
