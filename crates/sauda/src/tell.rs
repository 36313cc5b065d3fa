//! The story a day tells, for people.

use crate::args::CastArgs;
use crate::day::hex;
use crate::failure::Failure;
use crate::page::{self, Page};
use crate::say;
use books::Account;
use charges::Head;
use files::MarketDay;
use firm::{Answer, Firm};
use partners::{PaymentKind, TransferKind};
use rehearsal::{HaltTold, NotGiven, Stage, Story, Theatre, refusal_lines};
use sequencer::Replayed;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use vocab::{BenefitKind, Closing, Moment, Paise, Qty, Symbol, Venue};

fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::Unread),
        Err(e) => Err(Failure::refused(format!("standard output: {e}"))),
    }
}

pub fn money(paise: i64) -> String {
    format!("{:#}", Paise(paise))
}

/// Where an interrupted run goes on from.
pub fn begun_from(replayed: &Replayed) -> Result<(), Failure> {
    let mut out = String::new();
    for (entry, why) in &replayed.passed {
        let _ = writeln!(out, "snapshot     of entry {entry} passed over: {why}");
    }
    let _ = match replayed.from {
        Some(from) => {
            let tail = replayed.entries.saturating_sub(from.0);
            writeln!(out, "goes on      after entry {}: from the snapshot of entry {from} and {tail} entries behind it", replayed.entries)
        }
        None => writeln!(out, "goes on      after entry {}: every entry was applied again, there is no snapshot to go on from", replayed.entries),
    };
    print(&out)
}

/// What the day begins with: before a long run, so that a wrong folder is seen at once.
pub fn opening(
    args: &CastArgs, name: &str, markets: &[MarketDay], stage: &Stage, left_out: &[(Symbol, String)],
) -> Result<(), Failure> {
    let mut out = String::new();
    let until = markets.last().filter(|last| last.day > stage.day).map_or(String::new(), |last| format!(" to {}", last.day));
    let on_bse = stage.on_bse().len();
    let elsewhere = if on_bse > 0 { ", BSE simulated" } else { "" };
    let _ = writeln!(out, "Sauda · {}{until} · NSE cash{elsewhere} · {name} · sandbox", stage.day);
    out.push_str(&alone(stage));
    if !args.all {
        let sessions = if markets.len() > 1 { format!(" in {} sessions", markets.len()) } else { String::new() };
        let _ = writeln!(
            out, "{:#} clients, {:#} orders{}, seed {}; {:#} securities trade{sessions}",
            Qty(args.clients.into()), Qty(args.orders.into()), if markets.len() > 1 { " a day" } else { "" }, args.seed, Qty(i64::try_from(stage.securities.len()).unwrap_or(i64::MAX))
        );
        return print(&out);
    }
    // Notices that differ in their figures, or in what stands in brackets, are told once.
    let mut notices: BTreeMap<String, (&str, u32)> = BTreeMap::new();
    for notice in markets.iter().flat_map(|market| &market.notices) {
        let kind = notice.split(" (").next().unwrap_or("").chars().filter(|c| !c.is_ascii_digit()).collect();
        notices.entry(kind).or_insert((notice, 0)).1 += 1;
    }
    for (notice, days) in notices.values() {
        let times = if *days > 1 { format!(" (and the like, {days} in all)") } else { String::new() };
        let _ = writeln!(out, "notice       {notice}{times}");
    }
    let sessions = if markets.len() > 1 { format!(" in {} sessions", markets.len()) } else { String::new() };
    let _ = writeln!(out, "market       {} securities trade{sessions}", stage.securities.len());
    if on_bse > 0 {
        let made_up = stage.codes().values().filter(|code| code.is_simulated()).count();
        let codes = if made_up > 0 { format!(", {made_up} under simulated scrip codes") } else { String::new() };
        let _ = writeln!(out, "             {on_bse} of them on BSE too, at prices simulated from these by ISIN{codes}");
    }
    let mut reasons: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for not in markets.iter().flat_map(|market| &market.not_traded) {
        reasons.entry(format!("{:?}", not.reason)).or_default().insert(format!("{} {}", not.symbol, not.series));
    }
    for (symbol, why) in left_out {
        reasons.entry(why.clone()).or_default().insert(symbol.to_string());
    }
    for (why, symbols) in reasons {
        let shown: Vec<&str> = symbols.iter().take(6).map(String::as_str).collect();
        let more = if symbols.len() > shown.len() { ", …" } else { "" };
        let _ = writeln!(out, "not traded   {:5} {why}: {}{more}", symbols.len(), shown.join(", "));
    }
    let _ = writeln!(out, "people       {} clients, {} orders{}, seed {}",
        args.clients, args.orders, if markets.len() > 1 { " a day" } else { "" }, args.seed);
    print(&out)
}

/// The days on which one exchange alone is open.
fn alone(stage: &Stage) -> String {
    let mut out = String::new();
    for day in (0..=stage.last_day().days_since(stage.day)).map(|n| stage.day.plus(n)) {
        let open: Vec<Venue> = Venue::ALL.iter().copied().filter(|venue| stage.is_open(*venue, day)).collect();
        if let [only] = open[..] {
            let _ = writeln!(out, "{day}   {only} alone is open");
        }
    }
    out
}

/// What companies will give on these days, if a list says anything of them.
pub fn gifts(stage: &Stage, not_given: &NotGiven) -> Result<(), Failure> {
    let mut out = String::new();
    let all = stage.gifts();
    let count = |kind| all.iter().filter(|it| it.gift.kind() == kind).count();
    if !all.is_empty() {
        let (dividends, bonuses, splits) = (count(BenefitKind::Dividend), count(BenefitKind::Bonus), count(BenefitKind::Split));
        let _ = writeln!(out, "companies    give {dividends} dividends, {bonuses} bonuses, {splits} splits");
    }
    let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (symbol, why) in not_given {
        reasons.entry(why).or_default().insert(symbol.as_str());
    }
    for (why, symbols) in reasons {
        let shown: Vec<&str> = symbols.iter().take(6).copied().collect();
        let more = if symbols.len() > shown.len() { ", …" } else { "" };
        let _ = writeln!(out, "not given    {:5} {why}: {}{more}", symbols.len(), shown.join(", "));
    }
    print(&out)
}

/// What is said at the end, gathered before the journals are closed.
pub struct Told {
    pub story: Story,
    pub head: Option<journal::Head>,
    digest: [u8; 32],
    world: [u8; 32],
    balances: Vec<(&'static str, &'static str, i64)>,
    pub clients: (i64, i64),
    pub placed: i64,
    undrawn: i64,
    until: String,
    open_breaks: Vec<String>,
    pub page: Page,
}

pub fn told<K, T, W, V, F>(play: &Theatre<K, T, W, V, F>, digest: [u8; 32]) -> Told
where
    K: sequencer::Keeper,
    T: sequencer::Tamper,
    W: journal::Disk,
    V: journal::Disk,
    F: rehearsal::Faults,
{
    let firm: &Firm = play.firm();
    let mut balances = Vec::new();
    for account in Account::ALL {
        let amount = firm.books.total(*account);
        if !amount.is_zero() {
            balances.push((account.code(), account.name(), amount.0));
        }
    }
    let own = firm.clients.own().iter().map(|client| (*client, None));
    let (credits, debits) = firm.books.credits_and_debits(own);
    let open_breaks = firm
        .breaks()
        .map(|(no, b)| say::broken(no, b.kind, (b.subject, b.ours, b.theirs), firm))
        .collect();
    Told {
        story: Story::new(),
        head: None,
        digest,
        world: play.world().world().digest(),
        balances,
        clients: (credits.0, debits.0),
        placed: firm.books.placed().0,
        undrawn: firm.books.undrawn().0,
        until: firm.now().to_string(),
        open_breaks,
        page: Page::of(firm),
    }
}

/// One page, or `all` of it.
pub fn closing(told: &Told, all: bool) -> Result<(), Failure> {
    let mut out = String::new();
    if all {
        market(&mut out, &told.story);
        after(&mut out, &told.story);
        given(&mut out, told);
        settled(&mut out, told);
        books_told(&mut out, told);
    } else {
        out.push_str(&page::told(told));
    }
    let head = told.head.as_ref();
    let _ = writeln!(out, "record       {} entries, {} events; played until {}", told.story.entries, told.story.events, told.until);
    if let Some(head) = head {
        let _ = writeln!(out, "head         {} {}", head.entry, hex(&head.hash));
    }
    let _ = writeln!(out, "world        {}", hex(&told.world));
    let _ = writeln!(out, "digest {}", hex(&told.digest));
    print(&out)
}

fn market(out: &mut String, s: &Story) {
    let refused: u64 = s.refused.values().map(|(n, _)| n).sum();
    let closed = |why| s.closed.get(&why).copied().unwrap_or(0);
    let _ = writeln!(
        out,
        "orders       {} went to the market: {} filled, {} cancelled, {} lapsed at the close, {} rejected by the exchange",
        s.placed, closed(Closing::Filled), closed(Closing::Cancelled), closed(Closing::Lapsed), closed(Closing::Rejected)
    );
    let _ = writeln!(out, "             {} asks to modify, {} to cancel; {refused} asks refused:", s.modified, s.cancel_asked);
    for (count, code, example) in refusal_lines(s) {
        let _ = writeln!(out, "{count:13}   {:22} e.g. {example}", code.name());
    }
    let answered = |answer| s.answers.get(&answer).copied().unwrap_or(0);
    let _ = writeln!(
        out,
        "waited       {} orders: {} released, {} declined, {} expired; {} of the evening before sent, {} refused; {} switches pulled",
        s.referred, answered(Answer::Release), answered(Answer::Decline), answered(Answer::Expire), answered(Answer::Send),
        answered(Answer::Refuse), s.switches
    );
    let _ = writeln!(
        out,
        "trades       {} buys of {}, {} sells of {}; {} trades between two clients at the exchange",
        s.trades[0], money(s.traded[0]), s.trades[1], money(s.traded[1]), s.crossed
    );
    if s.elsewhere > 0 {
        let _ = writeln!(out, "             {} of them on BSE, at simulated prices", s.elsewhere);
    }
}

fn after(out: &mut String, s: &Story) {
    let charged = |head: Head| money(s.charges.get(&head.number()).copied().unwrap_or(0));
    let _ = writeln!(out, "notes        {} contract notes; charged:", s.notes);
    for head in Head::ALL.iter().filter(|h| s.charges.contains_key(&h.number())) {
        let _ = writeln!(out, "             {:36} {:>16}", head.as_str(), charged(*head));
    }
    let _ = writeln!(out, "clients      paid in {} in {} receipts; {} of third parties held in suspense ({})", money(s.receipts.1), s.receipts.0, s.suspense.0, money(s.suspense.1));
    for kind in PaymentKind::ALL {
        if let Some((count, sum)) = s.payments.get(&(kind as u8)) {
            let _ = writeln!(out, "paid         {:36} {:>16} in {count}", kind.as_str(), money(*sum));
        }
    }
    for kind in TransferKind::ALL {
        if let Some((count, shares)) = s.moved.get(&(kind as u8)) {
            let what = match kind {
                TransferKind::Gather => "sold shares called in",
                TransferKind::Stage => "set aside for the clearing corporation",
                TransferKind::Deliver => "delivered to the clearing corporation",
                TransferKind::Internal => "handed from client to client",
                TransferKind::PayOut => "passed on from the pool",
                TransferKind::Keep => "kept, not paid for",
                TransferKind::MakeGood => "called in for another client",
                TransferKind::PassOn => "passed on for what was short",
                TransferKind::GiveBack => "come too late, given back",
                TransferKind::Release => "released to clients",
                TransferKind::Realise => "kept, sold, called in",
                TransferKind::Benefit => "given by companies, passed on to clients",
                TransferKind::EarlyPayIn => "paid in early",
                TransferKind::EarlyBack => "paid in early and not needed",
            };
            let _ = writeln!(out, "shares       {what:36} {shares:>16} in {count}");
        }
    }
}

/// A halt of the whole market, in words.
pub fn halted(it: &HaltTold) -> String {
    let minute = |moment: Moment| moment.time().to_string().chars().take(5).collect::<String>();
    let until = it.until.map_or_else(|| "for the day".to_string(), |until| format!("to {}", minute(until)));
    format!("{} at {}, from {} {until}", it.at.day(), it.moved, minute(it.at))
}

/// What companies gave on shares in the firm's accounts, and what their registrars credited to clients themselves.
fn given(out: &mut String, told: &Told) {
    let g = &told.story.given;
    if g.announced.is_empty() {
        return;
    }
    let ((parts, paise), (shared, shares), (credits, direct)) = (g.money, g.shares, g.direct);
    let _ = writeln!(
        out,
        "benefits     {} announced; {} came to the firm's accounts and were passed on: {} in {parts} parts, {shares} shares in {shared}; {direct} shares to clients' own accounts in {credits}",
        g.announced.len(), g.came.len(), money(paise)
    );
}

fn settled(out: &mut String, told: &Told) {
    let s = &told.story;
    let _ = writeln!(
        out,
        "settlement   {} obligation agreed with the clearing corporation; {} short deliveries ({} ended by auction or close-out), {} between own clients, {} purchases awaited from auction",
        s.agreed, s.short, s.short_ended, s.internal_short, s.awaited
    );
    if s.liens[0] > 0 {
        let [kept, told, offered, sold] = s.liens;
        let _ = writeln!(out, "unpaid       {kept} liens on shares not paid for; {told} clients told, {offered} offers in the market, {sold} sold and delivered");
    }
    if s.intraday[0] > 0 {
        let [orders, squared, converted, carried] = s.intraday;
        let _ = writeln!(
            out, "intraday     {orders} orders, {squared} of them the firm's to square off; {converted} conversions, {carried} positions carried into delivery"
        );
    }
    if s.same_day[1] > 0 {
        let [orders, trades, paid, _] = s.same_day;
        let _ = writeln!(out, "same day     {orders} orders for settlement on the day, {trades} trades; {paid} settlements paid out that afternoon");
    }
    if s.recoded[0] > 0 {
        let [asked, changed, error] = s.recoded;
        let _ = writeln!(out, "codes        {asked} asked to be changed, {changed} changed, {error} of them to the error account");
    }
    if s.custody[0] > 0 {
        let [told, taken, back] = s.custody;
        let _ = writeln!(out, "custodians   {told} trades of institutions told, {taken} theirs to settle, {back} came back to be settled against delivery");
    }
    if s.cheques[0] > 0 || s.strays[0] > 0 || !s.shut.is_empty() {
        let ([lodged, cleared, unpaid], [came, back], shut) = (s.cheques, s.strays, s.shut.len());
        let _ = writeln!(
            out,
            "seldom       {lodged} cheques handed in, {cleared} cleared, {unpaid} unpaid; shares that were nobody's sale came {came} times, went back {back} times; {shut} days declared shut"
        );
    }
    if s.penalties.0 > 0 {
        let _ = writeln!(out, "penalties    {} for short margins, {} with their tax", s.penalties.0, money(s.penalties.1));
    }
    for halt in s.market_halts() {
        let _ = writeln!(out, "halted       {}", halted(&halt));
    }
    let breaks: u64 = s.breaks.values().sum();
    let _ = writeln!(out, "breaks       {breaks} opened, {} mended, {} late to clients", s.mended, s.late);
    if s.alerts > 0 {
        let _ = writeln!(out, "alerts       {} for persons to look at", s.alerts);
    }
    for line in &told.open_breaks {
        let _ = writeln!(out, "             {line}");
    }
    let worst = s.worst_g.map_or("none".into(), money);
    let _ = writeln!(
        out,
        "client money {} tests, G at worst {worst} before cover; own money in the client system at most {}, now {}",
        s.money_tests, money(s.most_placed), money(told.placed)
    );
}

fn books_told(out: &mut String, told: &Told) {
    let _ = writeln!(out, "books        clients' credits {}, debits {}; dues not yet drawn {}", money(told.clients.0), money(told.clients.1), money(told.undrawn));
    let mut sum = 0;
    for (code, name, amount) in &told.balances {
        sum += amount;
        let _ = writeln!(out, "             {code:6} {name:32} {:>18} {}", money(amount.abs()), if *amount >= 0 { "Dr" } else { "Cr" });
    }
    let _ = writeln!(out, "             {:6} {:32} {:>18}", "", "all books sum to", money(sum));
}
