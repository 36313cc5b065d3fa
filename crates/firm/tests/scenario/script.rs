//! How a scenario file reads, and how its right-hand sides are written anew.

use crate::play::Play;
use crate::{given, outside, people, shown};
use firm::Code;
use std::collections::BTreeSet;
use std::fmt::Write;
use vocab::{Day, TimeOfDay};

/// Right-hand sides begin at this column, and are folded before the second.
const COLUMN: usize = 46;
const WIDTH: usize = 130;

/// One line of a scenario.
struct Line {
    /// First and last line of the file, from 0.
    from: usize,
    to: usize,
    left: String,
    day: Option<Day>,
    time: Option<TimeOfDay>,
    action: String,
    expected: Option<String>,
    found: Vec<String>,
}

pub struct Script {
    raw: Vec<String>,
    given: Vec<(usize, String)>,
    lines: Vec<Line>,
    at: usize,
}

impl Script {
    /// # Errors
    /// When the head is missing, or a line has neither a time nor a question.
    pub fn parse(text: &str) -> Result<Script, String> {
        let raw: Vec<String> = text.lines().map(str::to_string).collect();
        if !raw.first().is_some_and(|l| l.starts_with("# Why: ")) {
            return Err("    line 1: a scenario begins with `# Why: `".into());
        }
        if !raw.iter().any(|l| l.starts_with("covers ") || l.starts_with("# No row: ")) {
            return Err("    neither `covers ID ...` nor `# No row: ` with the reason".into());
        }
        let mut script = Script { raw: raw.clone(), given: Vec::new(), lines: Vec::new(), at: 0 };
        let mut in_given = false;
        for (at, line) in raw.iter().enumerate() {
            let body = line.trim();
            if body.is_empty() || body.starts_with('#') || body.starts_with("covers ") {
                continue;
            }
            if let Some(more) = body.strip_prefix("; ") {
                let last = script.lines.last_mut().ok_or(format!("    line {}: continues nothing", at + 1))?;
                let expected = last.expected.get_or_insert_default();
                if !expected.is_empty() {
                    expected.push_str("; ");
                }
                expected.push_str(more);
                last.to = at;
                continue;
            }
            in_given = line.starts_with("given") || (in_given && line.starts_with(' '));
            if in_given {
                let item = body.strip_prefix("given").unwrap_or(body).trim();
                script.given.push((at, item.to_string()));
            } else {
                script.lines.push(Line::parse(at, line)?);
            }
        }
        Ok(script)
    }

    /// The line being played, for a report of a panic.
    pub fn at_line(&self) -> usize {
        self.at + 1
    }

    /// Play the whole, if wanted with a restart before every line: the refusal codes met, and what differs.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn play(&mut self, bless: bool, restarting: bool) -> Result<(BTreeSet<Code>, Vec<String>), String> {
        let at = |line: usize, why: String| format!("    line {}: {why}", line + 1);
        let mut play = Play::new();
        given::set_up(&mut play, &self.given).map_err(|(line, why)| at(line, why))?;
        let mut differing = Vec::new();
        for index in 0..self.lines.len() {
            self.at = self.lines[index].from;
            if restarting {
                play.restart();
            }
            let line = &mut self.lines[index];
            if let Some(day) = line.day {
                play.day = day;
            }
            let done = match line.time {
                Some(time) => act(&mut play, time, &line.action),
                None => shown::show(&play, &line.action),
            };
            line.found = done.map_err(|why| at(line.from, why))?;
            if line.found.is_empty() {
                line.found.push("nothing".into());
            }
            if let Some(expected) = &line.expected {
                let found = line.found.join("; ");
                if *expected != found && !bless {
                    differing.push(at(line.from, difference(&line.left, expected, &found)));
                }
            }
        }
        play.restart();
        Ok((play.refused, differing))
    }

    /// The file with what was found right of each `=>`.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut next = 0;
        for line in self.lines.iter().filter(|l| l.expected.is_some()) {
            for raw in &self.raw[next..line.from] {
                let _ = writeln!(out, "{raw}");
            }
            next = line.to + 1;
            out.push_str(&folded(&line.left, &line.found));
        }
        for raw in &self.raw[next..] {
            let _ = writeln!(out, "{raw}");
        }
        out
    }
}

fn act(play: &mut Play, time: TimeOfDay, action: &str) -> Result<Vec<String>, String> {
    let at = play.day.at(time);
    if at < play.firm.now() {
        return Err(format!("the time lies before {}", play.firm.now()));
    }
    play.said.clear();
    play.run_due(at);
    if action != "clock" {
        // What fell due before is said only where it is asked for.
        play.said.clear();
        if !outside::report(play, at, action)? {
            people::ask(play, at, action)?;
        }
        play.run_jobs(at);
    }
    Ok(counted(std::mem::take(&mut play.said)))
}

/// An answer that never comes is asked for again and again: said once, with its count.
fn counted(said: Vec<String>) -> Vec<String> {
    let mut all: Vec<(String, usize)> = Vec::new();
    for clause in said {
        let known = all.iter_mut().find(|(before, _)| *before == clause && clause.ends_with(" asked after"));
        match known {
            Some((_, count)) => *count += 1,
            None => all.push((clause, 1)),
        }
    }
    let word = |(clause, count): (String, usize)| match count {
        1 => clause,
        _ => format!("{clause} {count} times"),
    };
    all.into_iter().map(word).collect()
}

impl Line {
    fn parse(at: usize, line: &str) -> Result<Line, String> {
        let (left, right) = match line.split_once("=>") {
            Some((left, right)) => (left.trim_end(), Some(right.trim().to_string())),
            None => (line.trim_end(), None),
        };
        let mut rest = left.trim();
        let (mut day, mut time) = (None, None);
        let first = |text: &str| text.split_whitespace().next().unwrap_or("").to_string();
        if let Ok(parsed) = Day::parse(&first(rest)) {
            day = Some(parsed);
            rest = rest[first(rest).len()..].trim();
        }
        if let Ok(parsed) = TimeOfDay::parse(&first(rest)) {
            time = Some(parsed);
            rest = rest[first(rest).len()..].trim();
        }
        if day.is_some() && time.is_none() {
            return Err(format!("    line {}: a day needs a time", at + 1));
        }
        let action = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        let (left, expected) = (left.to_string(), right);
        Ok(Line { from: at, to: at, left, day, time, action, expected, found: Vec::new() })
    }
}

fn folded(left: &str, found: &[String]) -> String {
    let mut out = String::new();
    let mut line = format!("{left:COLUMN$} => ");
    for (nth, clause) in found.iter().enumerate() {
        if nth > 0 {
            if line.chars().count() + clause.chars().count() + 2 > WIDTH {
                let _ = writeln!(out, "{}", line.trim_end());
                line = format!("{:COLUMN$}  ; ", "");
            } else {
                line.push_str("; ");
            }
        }
        line.push_str(clause);
    }
    let _ = writeln!(out, "{}", line.trim_end());
    out
}

/// Both sides clause by clause, the differing ones marked.
fn difference(left: &str, expected: &str, found: &str) -> String {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.split("; ").collect(), found.split("; ").collect());
    let mut out = format!("{}\n", left.trim());
    for clause in &expected {
        let mark = if found.contains(clause) { ' ' } else { '-' };
        let _ = writeln!(out, "      {mark} {clause}");
    }
    for clause in found.iter().filter(|clause| !expected.contains(clause)) {
        let _ = writeln!(out, "      + {clause}");
    }
    if expected != found && out.lines().skip(1).all(|l| l.starts_with("        ")) {
        let _ = writeln!(out, "      the clauses stand in another order: {}", found.join("; "));
    }
    out
}
