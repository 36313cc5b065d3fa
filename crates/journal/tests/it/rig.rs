//! What the tests share: a small journal and its contents.

use journal::{Faults, Identity, Item, Kind, Mark, Reader, RecoverError, Recovered, Reserve, SimDisk, Writer, recover};
use vocab::{EntryNo, Moment};

/// The smallest segment: two blocks of data, so that a few entries turn it over.
pub const SMALL: u64 = 16 << 10;
pub const FIRM: Identity = Identity { id: *b"a firm's journal", kind: Kind::Firm, sandbox: false };
pub const WALL: Moment = Moment(1_775_000_000_000_000);

pub fn perfect() -> SimDisk {
    SimDisk::new(1, Faults::default())
}

pub fn make(disk: &SimDisk) -> Writer<SimDisk> {
    Writer::create(disk.clone(), FIRM, SMALL, WALL).expect("a new journal")
}

pub fn add(writer: &mut Writer<SimDisk>, body: &[u8]) -> EntryNo {
    writer.append(|out| out.extend_from_slice(body))
}

/// Recover, and the bodies found.
pub fn reopen(disk: &SimDisk) -> Result<(Recovered<SimDisk>, Vec<Vec<u8>>), RecoverError> {
    let mut bodies = Vec::new();
    let recovered = recover(disk.clone(), Kind::Firm, SMALL, WALL, |item| {
        if let Item::Entry { number, body, .. } = item {
            bodies.push(body.to_vec());
            assert_eq!(number.0, bodies.len() as u64, "entries come in order, without gaps");
        }
        Ok(())
    })?;
    Ok((recovered, bodies))
}

/// The bodies a reader sees, and the marks between them as text.
pub fn read(disk: &SimDisk) -> (Vec<Vec<u8>>, Vec<Mark>) {
    let mut reader = Reader::open(disk).expect("a journal");
    let (mut bodies, mut marks) = (Vec::new(), Vec::new());
    while let Some(item) = reader.read().expect("a good journal") {
        match item {
            Item::Entry { body, .. } => bodies.push(body.to_vec()),
            Item::Mark { mark, .. } => marks.push(mark),
        }
    }
    (bodies, marks)
}

/// A sealed journal over two segments, with marks: every kind of byte there is.
pub fn sealed() -> SimDisk {
    let disk = perfect();
    let mut writer = make(&disk);
    for n in 1..=9u8 {
        add(&mut writer, &vec![n; 100 + usize::from(n) * 231]);
        if n % 2 == 0 {
            writer.flush().unwrap();
        }
    }
    writer.mark(&Mark::Checkpoint { entry: EntryNo(9), state_version: 1, digest: [7; 32] });
    add(&mut writer, b"");
    writer.flush().unwrap();
    assert_eq!(writer.reserve().unwrap(), Reserve::Ready);
    writer.seal(WALL.plus_seconds(60)).unwrap();
    disk
}

pub fn segments(disk: &SimDisk) -> Vec<String> {
    let mut names = journal::Disk::list(disk).unwrap();
    names.sort();
    names
}
