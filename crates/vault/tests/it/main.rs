//! The vault as its users meet it: on a disk that fails in every way a disk can.

mod crash;
mod damage;
mod everyday;

use journal::{Faults, SimDisk};
use vault::{Person, Purpose, Sizes, Vault, VaultError, VaultKey, parse_pan};
use vocab::{Code, Day, Depository};

/// So small that a dozen people need a second segment and forty a second table.
pub const SMALL: Sizes = Sizes { segment: 4_096, table: 4_096 };
pub const OPS: Purpose<'_> = Purpose { who: "ops", why: "welcome letter", wall: 1_780_000_000_000_000 };

pub fn key() -> VaultKey {
    VaultKey::sandbox(42)
}

/// The person of an application; all fields differ from person to person.
pub fn person(n: u64) -> Person {
    let cdsl = n.is_multiple_of(2);
    Person {
        name: format!("Asha Devi {n}"),
        pan: parse_pan(&format!("ABCPD{:04}E", n % 10_000)).unwrap(),
        address: vec![format!("{n} Marine Drive"), "Mumbai 400002".into()],
        state: Code::parse("MH").unwrap(),
        email: format!("asha{n}@example.in"),
        mobile: format!("98{n:08}"),
        born: Day(i32::try_from(n).unwrap() - 4_000),
        account: Code::parse(&format!("5010{n:07}")).unwrap(),
        ifsc: Code::parse("HDFC0000001").unwrap(),
        demat: Code::parse(&if cdsl { format!("12010900{n:08}") } else { format!("IN300126{n:08}") }).unwrap(),
        depository: if cdsl { Depository::Cdsl } else { Depository::Nsdl },
    }
}

pub fn calm() -> SimDisk {
    SimDisk::new(1, Faults::default())
}

pub fn open(disk: &SimDisk) -> Result<Vault<SimDisk>, VaultError> {
    Vault::open_with(disk.clone(), key(), SMALL)
}
