use super::*;
use vocab::{Day, Moment, SecretRef, SessionNo, UserRow};

const HIM: UserRow = UserRow(3);

fn at(second: i64) -> Moment {
    Day(20_000).at(vocab::TimeOfDay(0)).plus_seconds(second)
}

fn known() -> Access {
    let mut all = Access::new();
    let set = Event::PasswordSet { user: HIM, verifier: SecretRef(1), until: Day(20_090), keep: 2, issued: true };
    all.apply(&set, at(0));
    all
}

fn opened(all: &mut Access, key: u8, now: i64) -> SessionNo {
    let session = all.next_session();
    let (medium, expires) = (Medium::Web, at(3_600));
    all.apply(&Event::SessionOpened { session, user: HIM, key: [key; 16], medium, expires, idle: 60 }, at(now));
    session
}

// covers: G-12.8-2, G-12.8-3, G-12.9-2
#[test]
fn a_terminal_id_is_taken_apart_and_others_are_none() {
    let iml = Terminal { pin: 400_023, branch: 12, number: 9, automated: 0, vendor: 1, is_iml: true };
    assert_eq!(Terminal::parse(4_000_230_012_009_001), Some(iml));
    let ctcl = Terminal { pin: 400_023, branch: 12, number: 9, automated: 0, vendor: 0, is_iml: false };
    assert_eq!(Terminal::parse(400_023_012_009), Some(ctcl));
    for none in [0, 7, 99_999_999_999, 1_000_000_000_000, 400_001_000_000_001, 10_000_000_000_000_000, u64::MAX, 400_023_012_000] {
        assert_eq!(Terminal::parse(none), None, "{none}");
    }
}

// covers: S-44.1.7-1
#[test]
fn a_session_is_good_until_it_is_idle_or_its_time_is_over() {
    let mut all = known();
    let session = opened(&mut all, 1, 0);
    assert_eq!(all.live(session, at(59)), Ok(HIM));
    assert_eq!(all.live(session, at(60)), Err(Refusal::Over { session, since: at(60) }));
    all.apply(&Event::Touched { session, source: [9; 16] }, at(3_590));
    assert_eq!(all.live(session, at(3_599)), Ok(HIM));
    assert_eq!(all.live(session, at(3_600)), Err(Refusal::Over { session, since: at(3_600) }), "its use does not prolong it");
    all.apply(&Event::SessionEnded { session, user: HIM, why: Ending::Idle }, at(3_601));
    assert_eq!(all.live(session, at(1)), Err(Refusal::NoSession { session }));
    assert!(all.session_by_key(&[1; 16]).is_none() && all.sessions_of(HIM).next().is_none());
}

#[test]
fn former_passwords_are_remembered_as_many_as_the_rule_says() {
    let mut all = known();
    for n in 2..6 {
        let set = Event::PasswordSet { user: HIM, verifier: SecretRef(n), until: Day(20_090), keep: 2, issued: false };
        all.apply(&set, at(i64::from(n)));
    }
    let it = all.credential(HIM).unwrap();
    assert_eq!((it.verifier, it.former.as_slice()), (SecretRef(5), [SecretRef(4), SecretRef(3)].as_slice()));
    assert!(all.has_secret(SecretRef(1)), "and none is put on record twice");
}

#[test]
fn who_is_seen_is_not_among_those_long_unseen() {
    let mut all = known();
    assert_eq!(all.unseen(Day(20_000)).count(), 1);
    assert_eq!(all.unseen(Day(19_999)).count(), 0);
    all.apply(&Event::Slept { user: HIM, since: Day(20_000) }, at(86_400));
    assert!(all.is_shut(HIM) && all.unseen(Day(30_000)).next().is_none());
    all.apply(&Event::Unblocked { user: HIM, paper: 1 }, at(86_401));
    assert!(!all.is_shut(HIM));
    assert_eq!(all.unseen(Day(20_001)).next(), Some((Day(20_001), HIM)));
}

// covers: G-12.7-1
#[test]
fn each_exchanges_terminal_wants_its_own_certificate() {
    let mut all = known();
    let until = Day(20_010);
    all.apply(&Event::Certified { user: HIM, certificate: Certificate::Ncfm, number: 1, until }, at(0));
    let (iml, ctcl) = (4_000_230_012_009_001, 400_023_012_009);
    all.apply(&Event::TerminalMapped { user: HIM, terminal: iml, before: 0 }, at(1));
    assert_eq!(all.certified_until(HIM), None, "NCFM is not for the other exchange");
    all.apply(&Event::TerminalMapped { user: HIM, terminal: ctcl, before: iml }, at(2));
    assert_eq!((all.certified_until(HIM), all.at_terminal(iml), all.at_terminal(ctcl)), (Some(until), None, Some(HIM)));
    all.apply(&Event::Certified { user: HIM, certificate: Certificate::Nism, number: 2, until: Day(20_020) }, at(3));
    all.apply(&Event::TerminalMapped { user: HIM, terminal: iml, before: ctcl }, at(4));
    assert_eq!(all.certified_until(HIM), Some(Day(20_020)), "NISM is for both");
    assert_eq!(all.mappings(HIM).len(), 3);
}

// covers: G-SP-58
#[test]
fn a_user_is_shut_when_no_certificate_of_his_holds() {
    let mut all = known();
    let until = Day(20_010);
    for certificate in [Certificate::Ncfm, Certificate::Bcsm] {
        all.apply(&Event::Certified { user: HIM, certificate, number: 1, until }, at(0));
    }
    assert_eq!(all.ending(until).count(), 2);
    all.apply(&Event::CertificateLapsed { user: HIM, certificate: Certificate::Ncfm, until }, at(1));
    assert!(!all.is_shut(HIM), "the other holds");
    all.apply(&Event::CertificateLapsed { user: HIM, certificate: Certificate::Bcsm, until }, at(1));
    assert!(all.is_shut(HIM));
    all.apply(&Event::Certified { user: HIM, certificate: Certificate::Nism, number: 2, until: Day(20_900) }, at(2));
    assert!(!all.is_shut(HIM));
}

#[test]
fn two_things_one_knows_are_one_factor() {
    assert_eq!(Factor::Password.sort(), Sort::Known);
    for held in [Factor::Totp, Factor::Passkey, Factor::OneTime] {
        assert_eq!(held.sort(), Sort::Held);
    }
}
