//! A small broker on the built-in sample market, in a folder of its own.

use journal::{Caching, DEFAULT_SEGMENT, Identity, Journal, Kind, ReadError, RealDisk, RecoverError, Writer};
use live::{Counter, Hours, Notebook, Open, Pace, Play};
use rehearsal::{NoFaults, Parts, Post, Script, Stage, Story, Telling, Theatre, states, world_terms};
use rulebook::Rulebook;
use sequencer::{Honest, Kept, Replayed, Threaded};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use vault::{Tokens, Vault, VaultKey};
use vocab::{ClientRow, Code, Moment, Paise, TimeOfDay, UserRow};
use world::{FromPeople, KeptError, Odds};

const SEED: u64 = 1;
/// Clients of the cast, who give no orders here.
const CAST: u32 = 4;
const SEGMENT: u64 = DEFAULT_SEGMENT;

pub fn client_of(member: u32) -> ClientRow {
    Script::row(member)
}

pub fn user_of(member: u32) -> UserRow {
    Script::user(member)
}

pub struct House {
    dir: PathBuf,
    clients: u32,
    hours: Hours,
    pace: Pace,
    open: Option<Open>,
}

fn disk(dir: &Path, part: &str) -> RealDisk {
    let path = dir.join(part);
    std::fs::create_dir_all(&path).expect("a folder");
    RealDisk::new(&path, Caching::Direct).expect("a disk")
}

fn play(dir: &Path, clients: u32, notebook: &Notebook) -> Play {
    let rules = files::rulebook::read_rulebook(files::rulebook::built_in()).expect("the rulebook reads");
    let mut book = Rulebook::default();
    rules.iter().for_each(|rule| book.adopt(rule.clone()).map(|_| ()).expect("a sound rule"));
    let (stage, _) = Stage::of(&[files::sample_market()], &book);
    let house = rehearsal::House::sandbox();
    let odds = Odds { street_short_one_in: 0, auction_fails_one_in: 0, double_report_one_in: 0, cheque_bounces_one_in: 0 };
    let mut terms = world_terms(&house, &book, &stage, odds, 12).expect("the rules of the day");
    terms.knots = world::Knots { least: 1, most: 3 };
    let key = VaultKey::sandbox(SEED);
    let tokens = Tokens::of(&key);
    let world = match world::Kept::recover_or_begin(disk(dir, "world"), SEGMENT, Moment(0), terms.clone(), SEED) {
        Err(KeptError::Recover(RecoverError::Read(ReadError::NoJournal))) => {
            world::Kept::create(disk(dir, "world"), [2; 16], SEGMENT, terms.clone(), SEED, Moment(0))
        }
        other => other,
    };
    let world = world.expect("a world");
    let states = states(&book, stage.day);
    let mut script = Script::new(SEED, (clients, 0), stage.day, states, stage.newly_listed(stage.day), terms, false);
    script.set_up(&house, house.pan(&tokens), &rules, &stage);
    script.day(stage.day, 0, Vec::new(), Vec::new());
    let mut post = Post::new(house, tokens, stage.codes());
    post.learn_all(&script, &mut world.world().resend(world::Link::Bank, 1).cloned());
    let mut story = Story::new();
    let mut beside = notebook.clone();
    let heard = world.heard(world::Sender::Firm);
    let watch = Telling { story: &mut story, beside: &mut beside, post: &post, heard };
    let recovered = sequencer::recover(disk(dir, "firm"), &disk(dir, "snapshots"), SEGMENT, Moment(0), watch);
    let (replayed, unheard, writer) = match recovered {
        Ok((replayed, unheard, recovered)) => (replayed, unheard, recovered.writer),
        Err(RecoverError::Read(ReadError::NoJournal)) => {
            let identity = Identity { id: [1; 16], kind: Kind::Firm, sandbox: true };
            (Replayed::fresh(), Vec::new(), Writer::create(disk(dir, "firm"), identity, SEGMENT, Moment(0)).expect("a journal"))
        }
        Err(e) => panic!("{e}"),
    };
    let snapshots = disk(dir, "snapshots");
    let parts = Parts {
        replayed,
        unheard,
        keeper: Threaded::new(Journal::start(writer, Kept::put, 64, |_| {}).expect("a thread")),
        tamper: Honest,
        world,
        vault: Vault::open(disk(dir, "vault"), key).expect("a vault"),
        post,
        script,
        stage,
        story,
        faults: NoFaults,
        wall: Box::new(|| 0),
        snapshots: Box::new(move |snapshot| sequencer::write(&snapshots, &snapshot).expect("a snapshot")),
        orders_each_day: 0,
        days: u32::MAX,
        beside: Box::new(notebook.clone()),
    };
    Theatre::new(parts).expect("a play")
}

static NTH: AtomicU32 = AtomicU32::new(0);

impl House {
    pub async fn open(pace: Pace, hours: Hours) -> House {
        House::of(CAST, pace, hours).await
    }

    pub async fn of(clients: u32, pace: Pace, hours: Hours) -> House {
        let nth = NTH.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("sauda-live-{}-{nth}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let mut house = House { dir, clients, hours, pace, open: None };
        house.reopen().await;
        house
    }

    /// Close it, if it is open, and open it from what is on the disks.
    pub async fn reopen(&mut self) {
        std::fs::create_dir_all(self.dir.join("candles")).expect("a folder");
        self.shut();
        let notebook = Notebook::default();
        let play = play(&self.dir, self.clients, &notebook);
        let from = vocab::Day::from_civil(2026, 7, 1).expect("the sample's day") + TimeOfDay::hms(9, 20, 0);
        let (feed, _) = feed::Feed::open(&self.dir.join("candles"), feed::Source::Simulated, 60).expect("candles");
        let open = live::open(play, notebook, feed, from, self.pace, self.hours).expect("a thread");
        open.counter.move_clock(from).await.expect("it is open");
        self.open = Some(open);
    }

    pub fn counter(&self) -> &Counter {
        &self.open.as_ref().expect("it is open").counter
    }

    /// A member of the cast pays from his own account.
    pub fn pay_in(&self, member: u32, amount: Paise) -> FromPeople {
        let it = rehearsal::member(SEED, member, 25, &[vocab::StateCode::parse("MH").expect("a state")]);
        let utr = Code::parse(&format!("SANDLIVE{member:08}")).expect("a reference");
        FromPeople::PayIn { from: it.person.account, name: it.person.name, amount, utr }
    }

    fn shut(&mut self) {
        let Some(open) = self.open.take() else { return };
        open.counter.close();
        let (play, ended) = open.join();
        ended.expect("nothing went wrong");
        let (keeper, world, vault, _) = play.into_parts();
        keeper.close(Moment(0)).expect("sealed");
        world.close(Moment(0)).expect("sealed");
        vault.close().expect("sealed");
    }

    pub fn close(mut self) {
        self.shut();
        std::fs::remove_dir_all(&self.dir).expect("its folder");
    }
}
