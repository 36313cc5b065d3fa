//! The cast: invented clients, the same for a seed on any machine.

use rulebook::{Rulebook, complete};
use stdx::Lots;
use vault::Person;
use vocab::{ClientKind, Code, Day, Depository, Paise, Portion, Rate, Slab, StateCode, Ucc};

/// One invented client.
pub struct Member {
    pub number: u32,
    pub ucc: Ucc,
    pub person: Person,
    pub kind: ClientKind,
    /// His codes for what he buys and for what he sells, where neither may be netted.
    pub codes: Option<[Ucc; 2]>,
    /// The number of the member who heads his family.
    pub family: Option<u32>,
    /// He dies on the second day.
    pub dies: bool,
    pub plan: Vec<Slab>,
    /// Settled every 30 or 90 days; none is paid out after each settlement.
    pub running: Option<u16>,
    pub full_value: bool,
    /// What he brings at first.
    pub deposit: Paise,
    /// Index of securities he holds, with the shares.
    pub holdings: Vec<(u64, i64)>,
    /// Someone else's account pays for him once.
    pub third_party: bool,
    /// He takes some of what he sold away before it is called in.
    pub takes_away: bool,
    /// The sum of the receipt he deposits as margin, if he does.
    pub receipt: Option<Paise>,
    /// He pledges a third of the first of his holdings.
    pub pledges: bool,
    /// He does not pay his dues in time.
    pub defaults: bool,
}

const FIRST: [&str; 24] = [
    "Asha", "Ravi", "Meera", "Kiran", "Nila", "Arun", "Divya", "Farid", "Gita", "Harish", "Indu", "Jatin", "Kavya",
    "Lalit", "Mohan", "Nandini", "Omkar", "Priya", "Rohan", "Sita", "Tarun", "Uma", "Varun", "Zoya",
];
const LAST: [&str; 20] = [
    "Amberwala", "Banyan", "Chandrika", "Dhruvtara", "Eklavya", "Falgun", "Gulmohar", "Himadri", "Indradhanu",
    "Jaltarang", "Kadamba", "Lajward", "Malhar", "Navrang", "Palash", "Ritusen", "Saptarishi", "Tejpatta", "Vasanti",
    "Yamini",
];
const STATES: [&str; 9] = ["MH", "MH", "GJ", "DL", "KA", "TN", "KL", "RJ", "AP"];

/// States of the list whose rules are complete on the day; the firm's own state comes first.
pub fn states(rules: &Rulebook, day: Day) -> Vec<StateCode> {
    let all = STATES.iter().map(|s| StateCode::parse(s).expect("two letters"));
    all.filter(|state| complete(rules, day, *state).is_empty()).collect()
}

/// A letter of the alphabet by number.
fn letter(n: u64) -> char {
    char::from(b'A' + u8::try_from(n % 26).expect("below 26"))
}

/// Invented tax number of the form AAAPA9999A, unique by number.
fn pan(n: u64, kind: char) -> String {
    let (a, b, c) = (letter(n), letter(n / 26), letter(n / 676));
    format!("{c}{b}{a}{kind}{}{:04}{}", letter(n * 7 + 3), n % 10_000, letter(n / 10_000 + 5))
}

/// What kind of client a member is, and the letter his tax number has for it. Most are persons.
fn kind(n: u32) -> (ClientKind, char) {
    match n % 20 {
        6 => (ClientKind::Huf, 'H'),
        9 => (ClientKind::Partnership, 'F'),
        11 => (ClientKind::Institution, 'T'),
        14 => (ClientKind::Company, 'C'),
        17 => (ClientKind::Trust, 'T'),
        _ => (ClientKind::Individual, 'P'),
    }
}

/// What brokers agree on: a rate; a rate with a least sum a share; a flat sum an order; a rate up to a sum an order
/// for what is squared within the day; less for a large day.
fn plan(rate: Rate, mut lots: Lots) -> Vec<Slab> {
    let plain = Slab::plain(rate);
    let twenty = Paise::rupees(20);
    match lots.below(8) {
        0..=2 => vec![plain],
        3 => vec![Slab { per_share: Paise(5), ..plain }],
        4 => vec![Slab { rate: Rate::ZERO, least: twenty, most: twenty, ..plain }],
        5 | 6 => {
            let intraday = Slab { portion: Portion::Intraday, rate: Rate(300_000_000), most: twenty, ..plain };
            vec![plain, intraday]
        }
        _ => vec![plain, Slab { turnover: Paise::rupees(50_000), rate: Rate(plain.rate.0 / 2), ..plain }],
    }
}

/// Member `n` (from 0) of a cast, on a market of `securities` securities.
pub fn member(seed: u64, n: u32, securities: u64, states: &[StateCode]) -> Member {
    let mut lots = Lots::of(seed, &[0xCA57, u64::from(n)]);
    let pick = |lots: &mut Lots, of: u64| usize::try_from(lots.below(of)).expect("a small number");
    let first = FIRST[pick(&mut lots, 24)];
    let last = LAST[pick(&mut lots, 20)];
    let state = states[pick(&mut lots, states.len() as u64)];
    let depository = if lots.one_in(2) { Depository::Cdsl } else { Depository::Nsdl };
    let number = u64::from(n) + 1;
    let (kind, letter_of_kind) = kind(n);
    let person_alone = kind == ClientKind::Individual;
    let demat = match depository {
        Depository::Nsdl => format!("IN3000{number:010}"),
        Depository::Cdsl => format!("12010000{number:08}"),
    };
    let person = Person {
        name: format!("{first} {last} {number}"),
        pan: vault::parse_pan(&pan(number, letter_of_kind)).expect("a well-formed invented number"),
        address: vec![format!("{number} Invented Lane"), format!("{state} 400001")],
        state,
        email: format!("client{number}@example.invalid"),
        mobile: format!("90000{:05}", number % 100_000),
        born: Day::from_civil(1950 + i32::try_from(lots.below(50)).expect("below 50"), 1, 1).expect("a date"),
        account: Code::parse(&format!("9000{number:010}")).expect("digits"),
        ifsc: Code::parse(crate::house::IFSC).expect("a bank code"),
        demat: Code::parse(&demat).expect("sixteen characters"),
        depository,
    };
    let held = lots.below(6) + 2;
    let holdings = (0..held).map(|_| (lots.below(securities), lots.between(5, 400))).collect();
    Member {
        number: n,
        ucc: Ucc::parse(&format!("C{number:06}")).expect("a code"),
        person,
        kind,
        // Every second institution deals under a code for each side.
        codes: (n % 40 == 11).then(|| ['B', 'S'].map(|side| Ucc::parse(&format!("C{number:06}{side}")).expect("a code"))),
        // Every ninth is of the family of the one before him.
        family: (n % 9 == 4).then(|| n - 1),
        dies: person_alone && n % 41 == 3,
        plan: plan(
            Rate([1_000_000_000, 2_000_000_000, 3_000_000_000, 5_000_000_000][pick(&mut lots, 4)]),
            Lots::of(seed, &[0x51AB, u64::from(n)]),
        ),
        // What a custodian settles is on no running account.
        running: match lots.below(10) {
            _ if kind == ClientKind::Institution => None,
            0..=3 => None,
            4..=6 => Some(30),
            _ => Some(90),
        },
        full_value: lots.one_in(8),
        deposit: Paise::rupees(lots.between(20, 600) * 1_000),
        holdings,
        third_party: lots.one_in(25),
        takes_away: lots.one_in(30),
        defaults: lots.one_in(20),
        receipt: lots.one_in(6).then(|| Paise::rupees(lots.between(1, 20) * 5_000)),
        pledges: lots.one_in(5),
    }
}

/// What a guest brings at first.
const GUEST_BRINGS: Paise = Paise::rupees(1_000_000);

/// A guest, numbered behind the cast: a plain client whose money, shares and orders are left to whoever signs in as him.
pub fn guest(seed: u64, n: u32, securities: u64, states: &[StateCode]) -> Member {
    let of_cast = member(seed, n, securities, states);
    let mut person = of_cast.person;
    person.pan = vault::parse_pan(&pan(u64::from(n) + 1, 'P')).expect("a well-formed invented number");
    Member {
        person,
        kind: ClientKind::Individual,
        codes: None,
        family: None,
        dies: false,
        plan: vec![Slab { rate: Rate::ZERO, least: Paise::rupees(20), most: Paise::rupees(20), ..Slab::plain(Rate::ZERO) }],
        running: Some(90),
        full_value: false,
        deposit: GUEST_BRINGS,
        third_party: false,
        takes_away: false,
        receipt: None,
        pledges: false,
        defaults: false,
        ..of_cast
    }
}
