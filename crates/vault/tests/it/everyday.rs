use std::os::unix::fs::PermissionsExt;

use journal::{Caching, Faults, RealDisk};
use vault::{Account, Act, Person, Purpose, Tokens, Vault, VaultError, VaultKey, verify};
use vocab::{Code, SecretRef, VaultRef};

use crate::{OPS, SMALL, calm, key, open, person};

#[test]
fn a_person_is_stored_once_per_application() {
    let mut v = open(&calm()).unwrap();
    let first = v.put(10, &person(1)).unwrap();
    assert_eq!(first, VaultRef(1));
    assert_eq!(v.put(10, &person(1)).unwrap(), first);
    assert!(matches!(v.put(10, &person(2)), Err(VaultError::OtherContent { application: 10, held }) if held == first));
    assert_eq!(v.put(11, &person(2)).unwrap(), VaultRef(2));
    assert_eq!((v.people(), v.of_application(10), v.application_of(first)), (2, Some(first), Some(10)));
    assert!(v.holds(VaultRef(2)) && !v.holds(VaultRef(3)) && !v.holds(VaultRef(0)));
    assert!(v.read(first, &OPS).unwrap() == person(1));
    assert!(matches!(v.read(VaultRef(9), &OPS), Err(VaultError::Unknown { .. })));
    assert!(matches!(v.read(VaultRef(0), &OPS), Err(VaultError::Unknown { .. })));
}

#[test]
fn a_batch_with_one_bad_person_stores_none() {
    let mut v = open(&calm()).unwrap();
    let bad = Person { state: Code::parse("M1").unwrap(), ..person(2) };
    assert!(matches!(v.put_many(&[(1, &person(1)), (2, &bad)]), Err(VaultError::BadField { field: "state", .. })));
    let twice = v.put_many(&[(1, &person(1)), (1, &person(1))]);
    assert!(matches!(twice, Err(VaultError::BadField { field: "application", .. })));
    assert_eq!((v.people(), v.head().number), (0, 1));
    let refs = v.put_many(&[(1, &person(1)), (2, &person(2))]).unwrap();
    let again = v.put_many(&[(3, &person(3)), (2, &person(2)), (4, &person(4))]).unwrap();
    assert_eq!((refs[1], again), (VaultRef(2), vec![VaultRef(3), VaultRef(2), VaultRef(4)]));
}

#[test]
fn files_roll_and_everyone_reads_back() {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    let people: Vec<Person> = (1..=70).map(person).collect();
    let asked: Vec<(u64, &Person)> = (101..).zip(&people).collect();
    let refs = v.put_many(&asked).unwrap();
    v.close().unwrap();
    assert!(disk.image("vault-000006.log").is_some() && disk.image("keys-000003.tab").is_some());
    let mut v = open(&disk).unwrap();
    assert!(v.read_many(&refs, &OPS).unwrap() == people);
    assert_eq!(v.accesses().unwrap().len(), 70);
    v.close().unwrap();
    let report = verify(&disk, Some(&key())).unwrap();
    assert_eq!((report.people, report.opened, report.accesses, report.records), (70, 70, 70, 141));
    assert!(report.marked && report.sandbox && report.unfinished.is_empty());
}

#[test]
fn every_access_is_logged_with_who_and_why() {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    let refs = v.put_many(&[(1, &person(1)), (2, &person(2))]).unwrap();
    v.read(refs[0], &OPS).unwrap();
    v.build_routing("payouts", 7).unwrap();
    v.read_many(&refs, &Purpose { who: "mail", why: "contract note", wall: 8 }).unwrap();
    v.erase(refs[1], &Purpose { who: "dpo", why: "request 4", wall: 9 }).unwrap();
    // What is refused is no access.
    assert!(v.read(refs[1], &OPS).is_err());
    assert!(matches!(v.read(refs[0], &Purpose { why: " ", ..OPS }), Err(VaultError::BadField { field: "why", .. })));
    let who = "x".repeat(101);
    assert!(matches!(v.read(refs[0], &Purpose { who: &who, ..OPS }), Err(VaultError::BadField { field: "who", .. })));
    let lines = |v: &Vault<_>| -> Vec<(Act, String, String, i64)> {
        v.accesses().unwrap().into_iter().map(|a| (a.act, a.who, a.why, a.wall)).collect()
    };
    let seen = lines(&v);
    let line = |act, who: &str, why: &str, wall| (act, who.to_owned(), why.to_owned(), wall);
    assert_eq!(
        seen,
        [
            line(Act::Read { of: refs[0] }, "ops", "welcome letter", OPS.wall),
            line(Act::Routing { people: 2 }, "payouts", "routing index of 2 persons", 7),
            line(Act::Read { of: refs[0] }, "mail", "contract note", 8),
            line(Act::Read { of: refs[1] }, "mail", "contract note", 8),
            line(Act::Erased { of: refs[1] }, "dpo", "request 4", 9),
        ]
    );
    drop(v);
    assert_eq!(lines(&open(&disk).unwrap()), seen);
}

#[test]
fn routing_leads_from_tokens_to_accounts_and_follows_changes() {
    let mut v = open(&calm()).unwrap();
    v.put(1, &person(1)).unwrap();
    let t = Tokens::of(&key());
    let bank = t.bank_of(&person(1));
    assert!(matches!(v.account_of(bank), Err(VaultError::NoRouting)));
    assert_eq!(v.build_routing("payouts", 1).unwrap(), 1);
    let p = person(1);
    assert!(v.account_of(bank).unwrap().account == Account::Bank { number: p.account, ifsc: p.ifsc });
    let demat = v.account_of(t.demat_of(&p)).unwrap();
    assert!(demat.account == Account::Demat { number: p.demat, depository: p.depository });
    // A joint holder of the same bank account, put after the index was built.
    let joint = Person { account: p.account, ..person(2) };
    let second = v.put(2, &joint).unwrap();
    assert_eq!(v.account_of(bank).unwrap().owners, [VaultRef(1), second]);
    v.erase(VaultRef(1), &OPS).unwrap();
    assert_eq!(v.account_of(bank).unwrap().owners, [second]);
    assert!(matches!(v.account_of(t.demat_of(&p)), Err(VaultError::UnknownAccount { .. })));
    assert_eq!(format!("{:?}", v.account_of(bank).unwrap()), "Routed { account: Bank(..), owners: [VaultRef(2)] }");
}

#[test]
fn an_erased_person_is_gone_and_nothing_else_changes() {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    let refs = v.put_many(&[(1, &person(1)), (2, &person(2)), (3, &person(3))]).unwrap();
    let (log, keys) = (disk.image("vault-000001.log").unwrap(), disk.image("keys-000001.tab").unwrap());
    v.erase(refs[1], &OPS).unwrap();
    for round in 0..2 {
        assert!(matches!(v.read(refs[1], &OPS), Err(VaultError::Erased { reference }) if reference == refs[1]));
        assert!(matches!(v.read_many(&refs, &OPS), Err(VaultError::Erased { .. })));
        assert!(matches!(v.erase(refs[1], &OPS), Err(VaultError::Erased { .. })));
        assert!(matches!(v.put(2, &person(2)), Err(VaultError::Erased { .. })));
        assert!(v.read_many(&[refs[0], refs[2]], &OPS).unwrap() == [person(1), person(3)], "round {round}");
        v.close().unwrap();
        v = open(&disk).unwrap();
    }
    let (log_now, keys_now) = (disk.image("vault-000001.log").unwrap(), disk.image("keys-000001.tab").unwrap());
    let written = log.iter().rposition(|b| *b != 0).unwrap() + 1;
    assert_eq!(log[..written], log_now[..written], "history stays");
    assert_eq!((&keys[..128], &keys[256..]), (&keys_now[..128], &keys_now[256..]), "other keys stay");
    assert!(keys_now[128..256].iter().all(|b| *b == 0), "the key is zeros");
    let report = verify(&disk, Some(&key())).unwrap();
    assert_eq!((report.people, report.erased, report.opened, report.accesses), (3, 1, 2, 4));
}

#[test]
fn another_key_is_refused_by_name() {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    v.put(1, &person(1)).unwrap();
    drop(v);
    let before = disk.image("vault-000001.log");
    assert!(matches!(Vault::open(disk.clone(), VaultKey::sandbox(43)), Err(VaultError::WrongKey)));
    assert!(matches!(verify(&disk, Some(&VaultKey::sandbox(43))), Err(VaultError::WrongKey)));
    assert_eq!(disk.image("vault-000001.log"), before);
    assert_eq!(verify(&disk, None).unwrap().opened, 0);
}

#[test]
fn a_sandbox_writes_the_same_bytes_everywhere() {
    let make = || {
        let disk = calm();
        let mut v = open(&disk).unwrap();
        v.put(1, &person(1)).unwrap();
        (disk.image("vault-000001.log").unwrap(), disk.image("keys-000001.tab").unwrap())
    };
    assert!(make() == make());
}

#[test]
fn no_file_shows_personal_data() {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    let who = person(1);
    v.put(1, &who).unwrap();
    v.build_routing("payouts", 1).unwrap();
    v.close().unwrap();
    for file in ["vault-000001.log", "keys-000001.tab", "vault.mark"] {
        let bytes = disk.image(file).unwrap();
        for text in [who.name.as_str(), who.pan.as_str(), &who.email, &who.mobile, who.account.as_str()] {
            assert!(!bytes.windows(text.len()).any(|w| w == text.as_bytes()), "{file}");
        }
    }
}

#[test]
fn nothing_that_prints_shows_personal_data() {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    let who = person(1);
    let r = v.put(1, &who).unwrap();
    let token = v.tokens().bank_of(&person(9));
    let mut said = vec![format!("{who:?} {:?} {:?} {v:?} {:?}", Some(&who), key(), v.tokens())];
    let mut say = |e: VaultError| said.push(format!("{e} {e:?} {:?}", std::error::Error::source(&e)));
    say(v.put(1, &Person { born: vocab::Day(1), ..who.clone() }).unwrap_err());
    for bad in [
        Person { name: format!("{}\u{7}", who.name), ..who.clone() },
        Person { name: who.name.repeat(20), ..who.clone() },
        Person { pan: Code::parse("ABCPD00010").unwrap(), ..who.clone() },
        Person { email: who.name.clone(), ..who.clone() },
        Person { mobile: who.pan.as_str().into(), ..who.clone() },
        Person { demat: Code::parse(who.pan.as_str()).unwrap(), ..who.clone() },
    ] {
        say(v.put(2, &bad).unwrap_err());
    }
    say(vault::parse_pan("ABCPD0001").unwrap_err());
    say(v.account_of(token).unwrap_err());
    v.build_routing("ops", 1).unwrap();
    say(v.account_of(token).unwrap_err());
    say(v.read(VaultRef(5), &OPS).unwrap_err());
    v.erase(r, &OPS).unwrap();
    say(v.read(r, &OPS).unwrap_err());
    say(Vault::open(disk.clone(), VaultKey::sandbox(1)).unwrap_err());
    say(Vault::open(disk.crash(Faults { crash_after: Some(0), ..Faults::default() }), key()).unwrap_err());
    say(v.put(7, &person(1)).unwrap_err());
    say(v.put(7, &person(1)).unwrap_err());
    say(verify(&calm(), None).unwrap_err());
    for text in said {
        for secret in ["Asha", "ABCPD", "asha1@", "9800000001", "5010", "IN300126"] {
            assert!(!text.contains(secret), "{secret} in: {text}");
        }
    }
}

#[test]
fn a_real_folder_and_a_key_file_serve() {
    let folder = std::env::temp_dir().join(format!("vault-it-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("vault.key");
    let secret = VaultKey::create_file(&path).unwrap();
    let disk = RealDisk::new(&folder.join("vault"), Caching::Direct).unwrap();
    let mut v = Vault::open_with(disk.clone(), secret, SMALL).unwrap();
    let people: Vec<Person> = (1..=40).map(person).collect();
    let refs = v.put_many(&(1..).zip(&people).collect::<Vec<_>>()).unwrap();
    v.erase(refs[3], &OPS).unwrap();
    v.close().unwrap();
    let mut v = Vault::open(disk.clone(), VaultKey::read_file(&path).unwrap()).unwrap();
    assert!(v.read(refs[39], &OPS).unwrap() == people[39]);
    assert!(matches!(v.read(refs[3], &OPS), Err(VaultError::Erased { .. })));
    v.close().unwrap();
    let report = verify(&disk, Some(&VaultKey::read_file(&path).unwrap())).unwrap();
    assert_eq!((report.people, report.opened, report.sandbox, report.marked), (40, 39, false, true));
    let mode = std::fs::metadata(folder.join("vault/vault-000001.log")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "the folder's files are the firm's alone");
    std::fs::remove_dir_all(&folder).unwrap();
}

const SEED: &[u8] = b"MZXW6YTBOI-seed-of-a-device";

// covers: S-24T2-4.7.2-1
#[test]
fn secrets_read_back_after_a_restart_and_stand_in_no_file() {
    let disk = calm();
    let mut v = open(&disk).unwrap();
    v.put(1, &person(1)).unwrap();
    let first = v.put_secret(7, SEED).unwrap();
    let second = v.put_secret(8, SEED).unwrap();
    assert_eq!((first, second, v.secrets()), (SecretRef(1), SecretRef(2), 2));
    assert_eq!(v.secret(first).unwrap().bytes(), SEED);
    assert!(!format!("{:?} {v:?}", v.secret(first).unwrap()).contains("seed"));
    assert!(matches!(v.secret(SecretRef(3)), Err(VaultError::UnknownSecret { reference: SecretRef(3) })));
    assert!(matches!(v.secret(SecretRef(0)), Err(VaultError::UnknownSecret { .. })));
    for bad in [vec![], vec![1; 1_025]] {
        assert!(matches!(v.put_secret(7, &bad), Err(VaultError::BadField { field: "secret", .. })));
    }
    v.close().unwrap();
    let v = open(&disk).unwrap();
    assert_eq!(v.secret(second).unwrap().bytes(), SEED);
    assert!(v.accesses().unwrap().is_empty(), "whoever signs in is in the journal");
    drop(v);
    let log = disk.image("vault-000001.log").unwrap();
    assert!(!log.windows(8).any(|part| SEED.windows(8).any(|secret| secret == part)));
    let report = verify(&disk, Some(&key())).unwrap();
    assert_eq!((report.secrets, report.people, report.opened), (2, 1, 1));
}

#[test]
fn one_users_secret_cannot_pose_as_anothers() {
    let (one, other) = (calm(), calm());
    let mut v = open(&one).unwrap();
    v.put_secret(7, SEED).unwrap();
    let mut w = Vault::open_with(other.clone(), VaultKey::sandbox(43), SMALL).unwrap();
    w.put_secret(7, SEED).unwrap();
    let (a, b) = (one.image("vault-000001.log").unwrap(), other.image("vault-000001.log").unwrap());
    assert!(a != b, "another key seals otherwise");
    let mut x = open(&calm()).unwrap();
    x.put_secret(8, SEED).unwrap();
    assert_ne!(x.head().chain, v.head().chain, "and another owner is another record");
}
