//! The command line: one definition gives parser, help and usage.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use vocab::{Day, FinancialYear, Ucc, Venue};

/// A stock broker in one program: run a day, and ask its record anything.
#[derive(Parser, Debug)]
#[command(name = "sauda", version, arg_required_else_help = true)]
pub struct Line {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run one day of a broker against a market, from opening to the last settlement
    Day(DayArgs),
    /// Run every session between two days of the exchange's files, to the last settlement
    Month(MonthArgs),
    /// Keep the broker open: a market that ticks, and the addresses where programs and people ask
    Serve(ServeArgs),
    /// Read every byte again, re-apply and re-decide every entry, and recompute the books
    Verify(VerifyArgs),
    /// Keep the state beside the journal, so that the next start is short
    Snapshot(SnapshotArgs),
    /// The entries, rules and arithmetic behind one figure
    Why(WhyArgs),
    /// A book or register, as a table, CSV, a workbook, or a journal for hledger or beancount
    Book(BookArgs),
    /// A contract note as text
    Note(NoteArgs),
    /// Read models in SQL: make them, ask them, prove them
    Views(ViewsArgs),
    /// Copy a state while it is in use, and read the copy back
    Backup(BackupArgs),
    /// Put the last whole backup into a new folder
    Restore(RestoreArgs),
}

#[derive(Args, Debug)]
pub struct DayArgs {
    /// Folder with the exchange's files; the built-in sample day without it
    #[arg(long, value_name = "DIR", requires = "date")]
    pub market: Option<PathBuf>,
    /// Trading day to run, as 2026-07-01
    #[arg(long, value_parser = day)]
    pub date: Option<Day>,
    #[command(flatten)]
    pub cast: CastArgs,
}

#[derive(Args, Debug)]
pub struct MonthArgs {
    /// Folder with the exchange's files
    #[arg(long, value_name = "DIR")]
    pub market: PathBuf,
    /// First day, as 2026-06-01
    #[arg(long, value_name = "D", value_parser = day)]
    pub from: Day,
    /// Last day; every session between the two must have its file
    #[arg(long, value_name = "D", value_parser = day)]
    pub to: Day,
    #[command(flatten)]
    pub cast: CastArgs,
}

/// Who plays, and where the broker is kept.
#[derive(Args, Debug)]
pub struct CastArgs {
    /// Folder that keeps the broker; made if it is not there
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
    /// How many clients the broker has
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub clients: u32,
    /// How many orders they give in a day
    #[arg(long, default_value_t = 5_000, value_name = "M")]
    pub orders: u32,
    /// What the lots are drawn from: the same seed gives the same days on any machine
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub seed: u64,
    /// Rulebook folder in place of the one built in
    #[arg(long, value_name = "DIR")]
    pub rulebook: Option<PathBuf>,
    /// Tell everything that was counted in place of one page
    #[arg(long)]
    pub all: bool,
    /// File to write each acknowledged entry to, once it is durable
    #[arg(long, value_name = "FILE")]
    pub acks: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Folder that keeps the broker; made if it is not there
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
    /// A simulated exchange and invented clients, whose passwords are printed and kept in STATE/demo.json
    #[arg(long)]
    pub sandbox: bool,
    /// How many invented clients the broker has
    #[arg(long, default_value_t = 24, value_name = "N")]
    pub clients: u32,
    /// How many orders they give in a day by themselves
    #[arg(long, default_value_t = 400, value_name = "M")]
    pub orders: u32,
    /// What the lots are drawn from
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub seed: u64,
    /// How many seconds of the market pass in one
    #[arg(long, default_value_t = 1, value_name = "X", value_parser = clap::value_parser!(u16).range(1..=600))]
    pub pace: u16,
    /// Live through the nights too; otherwise the market's evening is followed by its next morning
    #[arg(long)]
    pub whole_days: bool,
    /// Port of the Kite-shaped API on loopback; 0 takes any that is free
    #[arg(long, default_value_t = 8000, value_name = "PORT")]
    pub kite_port: u16,
    /// Port of the web pages and of the broker's own API on loopback; 0 takes any that is free
    #[arg(long, default_value_t = 8443, value_name = "PORT")]
    pub web_port: u16,
}

#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// Folder that keeps the broker
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
}

#[derive(Args, Debug)]
pub struct SnapshotArgs {
    /// Folder that keeps the broker
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
}

#[derive(Args, Debug)]
pub struct WhyArgs {
    /// What to explain: order:12 or O12, trade:N, hold:12, charge:2026-27/5 or charge:2026-27/5/stt,
    /// note:2026-27/5, balance:UCC, obligation:2026121, settlement:2026121 or settlement:2026121/same-day, entry:123, refusal:123,
    /// break:N, payment:N, transfer:N
    #[arg(value_name = "THING")]
    pub thing: String,
    /// Folder that keeps the broker
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
    /// Rulebook folder to work charges out again with, in place of the one built in
    #[arg(long, value_name = "DIR")]
    pub rulebook: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct BookArgs {
    /// Which book
    #[arg(value_enum)]
    pub book: Book,
    /// Folder that keeps the broker
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
    /// One client's lines only
    #[arg(long, value_name = "UCC", value_parser = ucc)]
    pub client: Option<Ucc>,
    /// One exchange's set of books, or its trades, only: NSE or BSE
    #[arg(long, value_name = "X", value_parser = venue)]
    pub exchange: Option<Venue>,
    /// As it was known at the end of this day: later entries are not there
    #[arg(long, value_name = "D", value_parser = day)]
    pub known: Option<Day>,
    /// Let --from and --to take value days, for money; otherwise they take posting days
    #[arg(long)]
    pub by_value: bool,
    /// File to write in place of printing
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// First posting day
    #[arg(long, value_name = "D", value_parser = day)]
    pub from: Option<Day>,
    /// Last posting day
    #[arg(long, value_name = "D", value_parser = day)]
    pub to: Option<Day>,
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Closing prices in today's shares beside those of the record, for `prices`
    #[arg(long)]
    pub adjusted: bool,
    /// How the securities register is grouped
    #[arg(long, value_enum, default_value_t = By::Client)]
    pub by: By,
}

#[derive(Args, Debug)]
pub struct NoteArgs {
    /// Number of the note within its year
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub note: u32,
    /// Financial year, as 2026-27
    #[arg(long, value_name = "FY", value_parser = year)]
    pub fy: FinancialYear,
    /// Folder that keeps the broker
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
}

#[derive(Args, Debug)]
pub struct ViewsArgs {
    #[command(subcommand)]
    pub command: ViewsCommand,
}

#[derive(Subcommand, Debug)]
pub enum ViewsCommand {
    /// Make the views anew from the journal's first entry
    Rebuild(ViewsDir),
    /// Ask a question by name; without a name, say which there are
    Query(QueryArgs),
    /// Compare the views with ones made anew
    Verify(ViewsDir),
}

#[derive(Args, Debug)]
pub struct ViewsDir {
    /// Folder that keeps the broker
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
}

#[derive(Args, Debug)]
pub struct QueryArgs {
    /// The question
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Folder that keeps the broker
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
    #[arg(long, value_name = "UCC", value_parser = ucc)]
    pub client: Option<Ucc>,
    /// First day
    #[arg(long, value_name = "D", value_parser = day)]
    pub from: Option<Day>,
    /// Last day; for what is asked of one day, its end
    #[arg(long, value_name = "D", value_parser = day)]
    pub to: Option<Day>,
    /// Number of a note
    #[arg(long, value_name = "N")]
    pub note: Option<u32>,
    /// Only what was known at the end of this day
    #[arg(long, value_name = "D", value_parser = day)]
    pub known: Option<Day>,
    #[arg(long, value_enum, default_value_t = Printed::Table)]
    pub format: Printed,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Printed {
    Table,
    Csv,
}

#[derive(Args, Debug)]
pub struct BackupArgs {
    /// Folder that keeps the broker; without it the last backup is read back and nothing is copied
    #[arg(long, value_name = "STATE")]
    pub dir: Option<PathBuf>,
    /// Folder of the backups, on another disk than the state; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

#[derive(Args, Debug)]
pub struct RestoreArgs {
    /// Folder of the backups
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Folder to keep the broker from now on; new or empty
    #[arg(long, value_name = "STATE")]
    pub dir: PathBuf,
    /// A later state, or a copy of its vault's log: who was erased by then is erased again
    #[arg(long, value_name = "DIR")]
    pub erasures: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Book {
    /// Every book and register the law names, and where it is
    Index,
    /// Register of transactions
    Sauda,
    /// Clients' ledger
    Clients,
    /// General ledger
    General,
    /// Journal of vouchers
    Journal,
    /// Cash book
    Cash,
    /// Bank book
    Bank,
    /// Register of securities
    Securities,
    /// Documents register: receipts and deliveries with their documents, depositories' statements, papers
    Documents,
    /// Contract book: the duplicate of every contract note
    Contracts,
    /// Trial balance
    Trial,
    /// Closing prices, as published or in today's shares
    Prices,
    /// Daily margin, client by client
    Margin,
    /// Margin deposit book
    Deposits,
    /// Trades of institutions, and what their custodians said
    Custodians,
    /// Client codes changed after trading
    Modifications,
    /// Error account
    Error,
    /// Bank book against the banks' statements, line by line
    Reconciliation,
    /// Register of securities against the depositories' statements
    DematReconciliation,
    /// Trades that went beyond a limit as it then stood, and who answers for it
    BackTest,
    /// Shares kept because their client has not paid
    Unpaid,
    /// Third parties' money and shares, and the cash, cheques and drafts that were not taken
    ThirdParty,
    /// The firm's own bank and demat accounts, and when the exchanges were told of each
    Accounts,
    /// Register of clients: how each record stands
    ClientRegister,
    /// Register of changes of clients' records and limits
    Changes,
    /// Powers and mandates that clients gave, and what was moved by each or by their own instruction
    Powers,
    /// Register of intermediaries, with the account of each
    Intermediaries,
    /// What clients owe, bill by bill, and for how many trading days
    Ageing,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Table,
    Csv,
    /// A workbook for spreadsheets; wants --output
    Xlsx,
    Hledger,
    Beancount,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Client,
    Security,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|e| format!("{e}: a day is written as 2026-07-01"))
}

fn year(text: &str) -> Result<FinancialYear, String> {
    let year = FinancialYear::parse(text).ok().filter(|y| (1_880..=2_199).contains(&y.0));
    year.ok_or_else(|| "a financial year is written as 2026-27".to_owned())
}

fn venue(text: &str) -> Result<Venue, String> {
    Venue::parse(text).ok_or_else(|| "an exchange is NSE or BSE".to_owned())
}

fn ucc(text: &str) -> Result<Ucc, String> {
    Ucc::parse(text).map_err(|e| format!("a client code is {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound_and_refuses_by_field() {
        Line::command().debug_assert();
        let refused = |words: &[&str], field: &str| {
            let error = Line::try_parse_from(words).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{words:?}");
            assert!(error.to_string().contains(field), "{words:?}: {error}");
        };
        refused(&["sauda", "verify"], "--dir");
        refused(&["sauda", "book", "ledger", "--dir", "x"], "ledger");
        refused(&["sauda", "book", "trial", "--dir", "x", "--from", "2026-02-30"], "--from");
        refused(&["sauda", "note", "--fy", "2026-28", "1", "--dir", "x"], "--fy");
        refused(&["sauda", "note", "--fy", "2026-27", "0", "--dir", "x"], "<N>");
        refused(&["sauda", "book", "trial", "--dir", "x", "--client", "ELEVENCHARS"], "--client");
        assert!(Line::try_parse_from(["sauda", "note", "--fy", "2026-27", "5", "--dir", "x"]).is_ok());
    }
}
