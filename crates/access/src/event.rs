//! What is asked about access, and the facts.

use crate::{Certificate, Denial, Ending, Factor, Lock, Medium, Trouble};
use vocab::{AppNo, Code, Day, Moment, SecretRef, SessionNo, UserRow};

/// The public key of an app.
pub type ApiKey = Code<16>;
/// A keyed digest of a token or code that the edge made: it alone is known here.
pub type Key = [u8; 16];

/// Something a person showed, as the edge found it: the core sees no secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proof {
    pub factor: Factor,
    /// Whether it fits what the vault holds.
    pub right: bool,
    /// The half minute of a device code; zero for another factor.
    pub step: u64,
}

/// From where somebody comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct From {
    pub medium: Medium,
    /// Address, as IPv6.
    pub source: [u8; 16],
    /// A token that a device of his carries.
    pub device: Key,
}

/// What people ask about access. Unless it names a user, it is about who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// With an app named, a request token of it is given and no session.
    SignIn { proofs: [Option<Proof>; 2], from: From, key: Key, app: Option<AppNo> },
    /// A request token becomes a session; whether the app's secret was shown with it.
    Exchange { request: Key, key: Key, proven: bool },
    /// He is still there, at this address.
    Touch { session: SessionNo, source: [u8; 16] },
    /// His own, or anybody's by an administrator.
    Revoke { session: SessionNo },
    /// Another password, with the one before.
    ChangePassword { proof: Proof, verifier: SecretRef },
    /// A second factor; its first code proves that he has it.
    Enrol { proof: Proof, factor: Factor, secret: SecretRef, first: Proof },
    /// The second factor is lost: a code by another channel, for whoever knows the password.
    AskCode { proof: Proof, key: Key },
    PresentCode { key: Key },
    /// By himself, or by whoever took his call.
    ReportTrouble { user: UserRow, trouble: Trouble, since: Moment, paper: u64 },
    /// A password that the system made: the first, or another.
    Issue { user: UserRow, verifier: SecretRef },
    Unlock { user: UserRow, paper: u64 },
    Block { user: UserRow, reason: u16 },
    Unblock { user: UserRow, paper: u64 },
    /// Another role, by its number.
    Appoint { user: UserRow, role: u8 },
    /// The days an inspector may look.
    Period { user: UserRow, from: Day, until: Day },
    /// Another terminal id; none for zero.
    MapTerminal { user: UserRow, terminal: u64 },
    Certify { user: UserRow, certificate: Certificate, number: u64, until: Day },
    RegisterApp { code: ApiKey, secret: SecretRef, redirect: alloc::boxed::Box<str>, postback: alloc::boxed::Box<str> },
    /// An address that the app's orders come from.
    RegisterAddress { app: AppNo, source: [u8; 16] },
    DropAddress { app: AppNo, source: [u8; 16] },
    BlockApp { app: AppNo, reason: u16 },
}

/// Facts about access.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A password is on record; so many before it are remembered.
    PasswordSet { user: UserRow, verifier: SecretRef, until: Day, keep: u8, issued: bool },
    FactorSet { user: UserRow, factor: Factor, secret: SecretRef },
    /// A device code was taken: none of its half minute or before is taken again.
    StepTaken { user: UserRow, step: u64 },
    /// What was shown did not do.
    Denied { user: UserRow, factor: Factor, why: Denial, wrong: u8, source: [u8; 16] },
    Locked { user: UserRow, why: Lock },
    Unlocked { user: UserRow, paper: u64 },
    Blocked { user: UserRow, reason: u16 },
    Unblocked { user: UserRow, paper: u64 },
    Slept { user: UserRow, since: Day },
    SessionOpened { session: SessionNo, user: UserRow, key: Key, medium: Medium, expires: Moment, idle: u32 },
    SessionFrom { session: SessionNo, source: [u8; 16], device: Key, app: Option<AppNo> },
    /// The password lapses soon.
    LapseTold { user: UserRow, until: Day },
    /// He came with a device not seen before, and is told so.
    DeviceMet { user: UserRow, device: Key, source: [u8; 16] },
    Touched { session: SessionNo, source: [u8; 16] },
    SessionEnded { session: SessionNo, user: UserRow, why: Ending },
    Requested { request: Key, user: UserRow, app: AppNo, expires: Moment },
    RequestFrom { request: Key, source: [u8; 16], device: Key },
    RequestOver { request: Key },
    CodeIssued { user: UserRow, key: Key, expires: Moment, tries: u8 },
    /// It fits: another second factor may be enrolled.
    CodeTaken { user: UserRow },
    CodeOver { user: UserRow },
    TroubleReported { user: UserRow, trouble: Trouble, since: Moment, paper: u64 },
    PeriodSet { user: UserRow, from: Day, until: Day },
    TerminalMapped { user: UserRow, terminal: u64, before: u64 },
    Certified { user: UserRow, certificate: Certificate, number: u64, until: Day },
    /// It ends soon.
    CertificateWarned { user: UserRow, certificate: Certificate, until: Day },
    CertificateLapsed { user: UserRow, certificate: Certificate, until: Day },
    AppRegistered { app: AppNo, owner: UserRow, code: ApiKey, secret: SecretRef },
    AddressRegistered { app: AppNo, source: [u8; 16] },
    AddressDropped { app: AppNo, source: [u8; 16] },
    AppBlocked { app: AppNo, reason: u16 },
    /// Somebody tried so often under ids that nobody has.
    StrangersCounted { tries: u32 },
}
