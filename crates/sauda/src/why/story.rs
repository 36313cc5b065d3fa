//! What is told: entries with the facts that matter, sums, and where record and recalculation part.

use crate::directory::Directory;
use crate::say;
use firm::Event;
use journal::v1::Entry;
use rulebook::Rule;
use std::fmt::{Arguments, Write};

#[derive(Default)]
pub struct Story {
    pub text: String,
    /// How many entries it rests on: none means that there is no such thing.
    pub entries: u64,
    pub disagreements: u64,
}

impl Story {
    pub fn line(&mut self, line: Arguments<'_>) {
        writeln!(self.text, "{line}").expect("text grows");
    }

    /// When, by whom and on what; the facts follow.
    pub fn head(&mut self, entry: &Entry, names: &Directory) {
        self.entries += 1;
        let head = &entry.head;
        let source = head.source.as_str();
        let said = crate::directory::plain(&say::input(&entry.input, names));
        self.line(format_args!("entry {}  {}  {source}: {said}", head.entry, head.at));
    }

    pub fn fact(&mut self, event: &Event, entry: &Entry, names: &Directory) {
        self.line(format_args!("    {}", crate::directory::plain(&say::event(event, &entry.tail, names))));
    }

    /// The entry with those of its facts that matter; nothing if none does.
    pub fn entry_with(&mut self, entry: &Entry, names: &Directory, matters: impl Fn(&Event) -> bool) {
        let mut facts = entry.events.iter().filter(|event| matters(event)).peekable();
        if facts.peek().is_none() {
            return;
        }
        self.head(entry, names);
        for event in facts {
            self.fact(event, entry, names);
        }
    }

    pub fn rule(&mut self, rule: &Rule) {
        let paragraph = if rule.paragraph.is_empty() { String::new() } else { format!("; {}", rule.paragraph) };
        let rule = crate::directory::plain(&format!("{rule}{paragraph}"));
        self.line(format_args!("    rule: {rule}"));
    }

    pub fn disagrees(&mut self, why: Arguments<'_>) {
        self.disagreements += 1;
        self.line(format_args!("DISAGREES: {why}"));
    }
}
