//! Rows of the table: five runs, their yardstick, the goal, and how they print.

use std::fmt;

/// The same figure of several runs.
#[derive(Clone, Debug)]
pub struct Runs(Vec<f64>);

impl Runs {
    pub fn of(mut runs: Vec<f64>) -> Runs {
        assert!(!runs.is_empty(), "a figure was measured at least once");
        runs.sort_by(f64::total_cmp);
        Runs(runs)
    }

    pub fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    fn shown(&self, unit: Unit) -> String {
        let (low, high) = (self.0[0], self.0[self.0.len() - 1]);
        if self.0.len() == 1 {
            return format!("{} (n=1)", unit.shown(low));
        }
        format!("{} ({}-{})", unit.shown(self.median()), unit.shown(low), unit.shown(high))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    PerSecond,
    Seconds,
    Bytes,
}

impl Unit {
    fn shown(self, figure: f64) -> String {
        let scaled = |steps: &[(f64, &str)]| {
            let (by, name) = steps.iter().find(|(by, _)| figure >= *by).or(steps.last()).expect("a step");
            let n = figure / by;
            if n >= 100.0 { format!("{n:.0}{name}") } else { format!("{n:.2}{name}") }
        };
        match self {
            Unit::PerSecond => scaled(&[(1e6, " M/s"), (1e3, " k/s"), (1.0, " /s")]),
            Unit::Seconds => scaled(&[(1.0, " s"), (1e-3, " ms"), (1e-6, " us"), (1e-9, " ns")]),
            Unit::Bytes => format!("{figure:.0} B"),
        }
    }
}

/// What is wanted of the median.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Of the yardstick's median.
    AtMostTimes(f64),
}

pub struct Row {
    pub job: &'static str,
    pub unit: Unit,
    pub runs: Runs,
    pub yardstick: Option<(&'static str, Runs)>,
    pub goal: Goal,
    /// Where the time goes, or how the figure is to be read; printed below the table.
    pub notes: Vec<String>,
}

impl Row {
    /// Measured over yardstick, where there is one.
    fn ratio(&self) -> Option<f64> {
        self.yardstick.as_ref().map(|(_, of)| self.runs.median() / of.median())
    }

    pub fn is_met(&self) -> bool {
        let median = self.runs.median();
        match self.goal {
            Goal::AtLeast(least) => median >= least,
            Goal::AtMost(most) => median <= most,
            Goal::AtMostTimes(most) => self.ratio().is_some_and(|ratio| ratio <= most),
        }
    }

    fn cells(&self) -> [String; 5] {
        let beside = self.yardstick.as_ref();
        let goal = match self.goal {
            Goal::AtLeast(least) => format!(">= {}", self.unit.shown(least)),
            Goal::AtMost(most) => format!("<= {}", self.unit.shown(most)),
            Goal::AtMostTimes(most) => format!("<= {most} x"),
        };
        [
            self.job.to_owned(),
            self.runs.shown(self.unit),
            beside.map_or(String::new(), |(name, runs)| format!("{name}: {}", runs.shown(self.unit))),
            self.ratio().map_or(String::new(), |ratio| format!("{ratio:.2} x")),
            format!("{goal}: {}", if self.is_met() { "met" } else { "missed" }),
        ]
    }
}

/// All rows, and their notes below.
pub struct Table(pub Vec<Row>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["what", "median (min-max)", "yardstick of the same minute", "ratio", "goal"].map(str::to_owned);
        let lines: Vec<_> = std::iter::once(head).chain(self.0.iter().map(Row::cells)).collect();
        let mut widths = [0; 5];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for (nth, line) in lines.iter().enumerate() {
            for (width, cell) in widths.iter().zip(line) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
            if nth == 0 {
                for width in widths {
                    write!(f, "|{}", "-".repeat(width + 2))?;
                }
                writeln!(f, "|")?;
            }
        }
        for row in self.0.iter().filter(|row| !row.notes.is_empty()) {
            writeln!(f, "\n{}:", row.job)?;
            for note in &row.notes {
                writeln!(f, "  {note}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_judged_by_the_median() {
        let mut row = Row {
            job: "job",
            unit: Unit::PerSecond,
            runs: Runs::of(vec![3e6, 1e6, 2e6]),
            yardstick: Some(("peer", Runs::of(vec![1e6]))),
            goal: Goal::AtLeast(2e6),
            notes: Vec::new(),
        };
        assert!(row.is_met());
        assert_eq!(row.cells()[1], "2.00 M/s (1.00 M/s-3.00 M/s)");
        assert_eq!(row.cells()[3], "2.00 x");
        row.goal = Goal::AtMostTimes(1.5);
        assert!(!row.is_met());
        assert!(row.cells()[4].ends_with("missed"));
    }
}
