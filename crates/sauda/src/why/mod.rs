//! `sauda why`: the entries, rules and arithmetic behind one figure, recalculated.

mod balance;
mod charge;
mod concern;
mod hold;
mod margin;
mod obligation;
mod refusal;
mod story;
mod thing;

use crate::args::WhyArgs;
use crate::directory::Directory;
use crate::failure::Failure;
use crate::state::State;
use firm::Firm;
use journal::v1::Entry;
use rulebook::Rulebook;
use std::path::Path;
use story::Story;
use thing::Thing;

/// How a thing is explained: entry by entry with the state before each, and at the end with the last state.
trait Case {
    fn see(&mut self, before: &Firm, entry: &Entry, names: &Directory);
    fn tell(&mut self, end: &Firm, names: &Directory) -> Story;
}

/// # Errors
/// [`Failure::Refused`] for what is no thing, unknown, or not readable; [`Failure::Found`] where the record and
/// the recalculation part.
pub fn run(args: &WhyArgs, out: &mut String) -> Result<(), Failure> {
    let thing = Thing::parse(&args.thing).map_err(Failure::Refused)?;
    let state = State::open(&args.dir)?;
    let mut case = case(thing, args.rulebook.as_deref())?;
    let mut names = Directory::new();
    let end = state.replay(&mut |before, entry| {
        names.take(entry);
        case.see(before, entry, &names);
        Ok(())
    })?;
    let story = case.tell(&end, &names);
    if story.entries == 0 {
        return Err(Failure::refused(format!("there is no {thing} in {}", args.dir.display())));
    }
    out.push_str(&format!("{thing}\n"));
    out.push_str(&story.text);
    match story.disagreements {
        0 => Ok(()),
        n => Err(Failure::found(format!("{thing}: record and recalculation disagree in {n} places"))),
    }
}

fn case(thing: Thing, rulebook: Option<&Path>) -> Result<Box<dyn Case>, Failure> {
    // A rulebook that does not read is refused whatever is asked: it was given to be used.
    let now = rules(rulebook)?;
    Ok(match thing {
        Thing::Charge(year, note, head) => Box::new(charge::Charge::new(year, note, head, now)),
        Thing::Note(year, note) => Box::new(charge::Charge::new(year, note, None, now)),
        Thing::Hold(order) => Box::new(hold::Hold::new(order)),
        Thing::Balance(ucc) => Box::new(balance::Balance::new(ucc)),
        Thing::Margin(ucc, day) => Box::new(margin::Margin::new(ucc, day)),
        Thing::Obligation(kind, number) => Box::new(obligation::Obligation::new(kind, number)),
        Thing::Refusal(entry) => Box::new(refusal::Refused::new(entry)),
        Thing::Order(_)
        | Thing::Trade(_)
        | Thing::Settlement(..)
        | Thing::Entry(_)
        | Thing::Break(_)
        | Thing::Payment(_)
        | Thing::Transfer(_) => Box::new(concern::Concern::new(thing)),
    })
}

/// The rulebook in force now: that of the program, or of a folder.
fn rules(folder: Option<&Path>) -> Result<Rulebook, Failure> {
    let read = match folder {
        Some(path) => files::rulebook::read_dir(path),
        None => files::rulebook::read_rulebook(files::rulebook::built_in()),
    };
    let mut book = Rulebook::new();
    for rule in read.map_err(|e| Failure::refused(e.to_string()))? {
        let name = rule.name;
        book.adopt(rule).map_err(|e| Failure::refused(format!("rulebook: {name}: {e}")))?;
    }
    Ok(book)
}
