//! Snapshots: whole or none, the journal's own or none, and nothing that a start begins from shows.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use firm::{Command, Errand, Event, Firm, Head, Input, Source};
use journal::{Faults, Identity, Kind, RecoverError, SimDisk, Why, Writer};
use sequencer::{Honest, Inline, Replayed, Sequencer, Silent, Snapshot, Unfit, Watch, digest, list, read, write};
use vocab::{ClientRow, EntryNo, Moment, OrderNo, UserRow};

const SEGMENT: u64 = 16 << 10;
const WALL: Moment = Moment(0);

fn disk() -> SimDisk {
    SimDisk::new(1, Faults::default())
}

/// The same files, the machine dead and started again.
fn copy(disk: &SimDisk) -> SimDisk {
    let copy = SimDisk::new(2, Faults::default());
    for file in journal::Disk::list(disk).unwrap() {
        copy.set_image(&file, disk.image(&file));
    }
    copy
}

/// A firm of which only strangers ask: every entry is a refusal, and moves its time and its numbers.
fn ask(firm: &mut Sequencer<Inline<SimDisk>>, n: u64) {
    let command = Command::Cancel { order: OrderNo(n), client: ClientRow(7) };
    let input = Input::Ask { by: UserRow(9), command };
    firm.submit(Source::People, n, Moment(1_000_000 * i64::try_from(n).unwrap()), 0, input).unwrap();
}

fn begin(journal: &SimDisk, id: u8) -> Sequencer<Inline<SimDisk>> {
    let identity = Identity { id: [id; 16], kind: Kind::Firm, sandbox: true };
    let writer = Writer::create(journal.clone(), identity, SEGMENT, WALL).unwrap();
    Sequencer::new(Replayed::fresh(), Inline::new(writer), Honest)
}

/// A journal of so many entries, with snapshots after some of them.
fn played(entries: u64, after: &[u64]) -> (SimDisk, SimDisk, [u8; 32]) {
    let (journal, snapshots) = (disk(), disk());
    let mut firm = begin(&journal, 1);
    for n in 1..=entries {
        ask(&mut firm, n);
        if after.contains(&n) {
            write(&snapshots, &firm.snapshot(vec![n as u8; 3]).unwrap()).unwrap();
        }
    }
    let sum = digest(firm.firm());
    firm.into_keeper().close(WALL).unwrap();
    (journal, snapshots, sum)
}

fn reopened(journal: &SimDisk, snapshots: &SimDisk) -> Result<Replayed, RecoverError> {
    sequencer::recover(copy(journal), snapshots, SEGMENT, WALL, Silent).map(|(replayed, ..)| replayed)
}

#[test]
fn a_start_from_any_entry_reaches_the_same_state_and_number() {
    for after in 1..=120 {
        let (journal, snapshots, sum) = played(120, &[after]);
        let replayed = reopened(&journal, &snapshots).unwrap();
        assert_eq!((replayed.from, replayed.entries), (Some(EntryNo(after)), 120));
        assert!(digest(&replayed.firm) == sum && replayed.passed.is_empty(), "from entry {after}");
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_snapshot_is_found_and_the_one_before_is_begun_from() {
    let (journal, snapshots, sum) = played(40, &[20, 30]);
    let name = "000000000030.snap";
    let good = snapshots.image(name).unwrap();
    for bit in 0..good.len() * 8 {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        snapshots.set_image(name, Some(bytes));
        assert!(read(&snapshots, EntryNo(30)).is_err(), "bit {bit}");
    }
    let replayed = reopened(&journal, &snapshots).unwrap();
    assert!(replayed.from == Some(EntryNo(20)) && digest(&replayed.firm) == sum);
    assert!(matches!(replayed.passed.as_slice(), [(EntryNo(30), Unfit::Damaged)]), "{:?}", replayed.passed);
    snapshots.set_image("000000000020.snap", Some(good));
    let replayed = reopened(&journal, &snapshots).unwrap();
    assert!(replayed.from.is_none() && replayed.passed.len() == 2 && digest(&replayed.firm) == sum);
}

#[test]
fn a_crash_at_any_byte_of_a_snapshots_writing_leaves_a_whole_one() {
    let (journal, snapshots, sum) = played(40, &[20, 30]);
    let newer = {
        let (replayed, _, recovered) = sequencer::recover(copy(&journal), &snapshots, SEGMENT, WALL, Silent).unwrap();
        Sequencer::new(replayed, Inline::new(recovered.writer), Honest).snapshot(vec![40; 3]).unwrap()
    };
    let cost = {
        let whole = copy(&snapshots);
        write(&whole, &newer).unwrap();
        assert_eq!(list(&whole).unwrap(), [EntryNo(40), EntryNo(30)], "two are kept");
        whole.written()
    };
    let mut seen = std::collections::BTreeSet::new();
    for at in 0..=cost {
        let dying = copy(&snapshots).kill(Faults { crash_after: Some(at), ..Faults::default() });
        let _ = write(&dying, &newer);
        let found = dying.crash(Faults::default());
        let replayed = reopened(&journal, &found).unwrap();
        assert!(digest(&replayed.firm) == sum, "after byte {at}");
        seen.insert(replayed.from);
        // The next one is kept whatever was left.
        write(&found, &newer).unwrap();
        assert_eq!(reopened(&journal, &found).unwrap().from, Some(EntryNo(40)));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [Some(EntryNo(30)), Some(EntryNo(40))]);
}

#[test]
fn a_snapshot_of_what_the_journal_does_not_hold_is_a_witness_against_it() {
    let (_, snapshots, _) = played(40, &[30]);
    let refused = |journal: &SimDisk| match reopened(journal, &snapshots) {
        Err(RecoverError::Read(journal::ReadError::Wrong(wrong))) => wrong.why,
        Err(e) => panic!("refused otherwise: {e}"),
        Ok(_) => panic!("opened"),
    };
    // Its end was cut off; it is another journal; it is not there at all.
    assert_eq!(refused(&played(29, &[]).0), Why::Witness);
    let (other, mut firm) = (disk(), begin(&disk(), 1));
    drop(std::mem::replace(&mut firm, begin(&other, 2)));
    (1..=40).for_each(|n| ask(&mut firm, n));
    firm.into_keeper().close(WALL).unwrap();
    assert_eq!(refused(&other), Why::Witness);
    assert_eq!(refused(&disk()), Why::Witness);
}

#[test]
fn segments_before_the_snapshot_are_looked_at_by_header_and_seal() {
    let (journal, snapshots, _) = played(400, &[390]);
    assert!(reopened(&journal, &snapshots).unwrap().from.is_some());
    let names = ["00000001.seg", "00000002.seg", "00000003.seg"].map(str::to_owned);
    let refused = |change: &dyn Fn(&SimDisk)| {
        let changed = copy(&journal);
        change(&changed);
        assert!(reopened(&changed, &snapshots).is_err());
    };
    refused(&|disk| disk.set_image(&names[1], None));
    refused(&|disk| {
        disk.set_image(&names[1], journal.image(&names[2]));
        disk.set_image(&names[2], journal.image(&names[1]));
    });
    refused(&|disk| disk.set_image(&names[1], journal.image(&names[1]).map(|bytes| bytes[..8_192].to_vec())));
    for byte in [40, 70, (SEGMENT as usize) - 4_096 + 40] {
        refused(&|disk| {
            let mut bytes = journal.image(&names[1]).unwrap();
            bytes[byte] ^= 1;
            disk.set_image(&names[1], Some(bytes));
        });
    }
}

/// The world has heard so many errands.
struct Heard(u64);

impl Watch for Heard {
    type Message = ();

    fn heard(&self) -> u64 {
        self.0
    }

    fn begin(&mut self, beside: &[u8]) -> Result<(), String> {
        if beside == [30; 3] { Err("another form".to_owned()) } else { Ok(()) }
    }

    fn see(&mut self, _: &Head, _: &Input, _: &[Event]) {}

    fn write(&mut self, _: &Firm, _: &Errand) {}
}

#[test]
fn a_snapshot_is_passed_over_while_errands_of_its_entries_are_unheard() {
    let (journal, snapshots, sum) = played(40, &[20, 30]);
    let whole = read(&snapshots, EntryNo(30)).unwrap();
    write(&snapshots, &Snapshot { errands: 5, beside: Vec::new(), ..whole.clone() }).unwrap();
    let open = |heard| {
        let opened = sequencer::recover(copy(&journal), &snapshots, SEGMENT, WALL, Heard(heard));
        opened.map(|(replayed, ..)| replayed).unwrap()
    };
    assert_eq!(open(5).from, Some(EntryNo(30)));
    let behind = open(4);
    assert!(behind.from == Some(EntryNo(20)) && digest(&behind.firm) == sum);
    assert!(matches!(behind.passed.as_slice(), [(EntryNo(30), Unfit::Ahead { errands: 5 })]));
    // What stands beside it cannot be read: the one before, whose counts can.
    write(&snapshots, &whole).unwrap();
    assert!(matches!(open(5).passed.as_slice(), [(EntryNo(30), Unfit::Unreadable(_))]));
}
