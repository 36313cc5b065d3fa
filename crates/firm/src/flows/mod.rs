//! Flows: one file each. They compose departments and hold no rules of their own.

pub mod access;
mod accounts;
mod apart;
mod benefits;
pub mod billing;
mod bring_over;
mod buy_in;
mod change;
mod commitment;
mod collateral;
mod corrected_file;
mod credits;
mod custodian;
mod cycle;
mod day;
mod delivery;
mod desk;
mod early;
mod error;
mod file_word;
mod funds;
mod gate;
mod intermediary;
mod inward;
pub mod intraday;
pub mod margins;
mod own_cash;
mod margin_penalty;
mod modification;
mod instruments;
mod keep;
mod objection;
mod limits;
mod looks;
pub mod mandates;
mod obligation;
mod onboarding;
mod payout;
mod phases;
mod queue;
mod penalty;
pub mod place;
mod plan;
mod receipts;
mod review;
mod reissue;
pub mod same_day;
mod setup;
pub mod shares;
mod shortage;
mod statements;
mod switches;
mod trade_file;
mod trading_codes;
mod unanswered;
mod unpaid;
mod venue;
mod watch;
mod write_off;

use crate::permits::Second;
use crate::{AsOf, Code, Command, Event, Events, Firm, Job, Refusal, Report, Timer, fingerprint, permits};
use desk::Desk;
use vocab::UserRow;

/// The only way in for people: permit, second person, then the flow.
#[allow(clippy::wildcard_enum_match_arm, reason = "every other command needs a permit")]
pub fn decide(firm: &Firm, by: UserRow, command: &Command, as_of: &AsOf, out: &mut Events) -> Result<(), Refusal> {
    // The hot commands first: their permit is checked with the user they need anyway.
    match command {
        Command::Place(place) => return place::place(firm, by, place, as_of, out),
        Command::OpenFirm { .. } => {}
        _ => {
            let user = firm.users.get(by).ok_or(Refusal::of(Code::UnknownUser, [i64::from(by.0)]))?;
            let permit = permits::permit(command);
            if !permit.roles.contains(&user.role) {
                return Err(Refusal::of(Code::NotPermitted, [i64::from(by.0)]));
            }
            if user.shut && !access::is_way_in(command) {
                return Err(access::shut(firm, by));
            }
            let checked = match permit.second {
                Second::Never => false,
                Second::Always => true,
                Second::OnChange => onboarding::is_change(firm, command),
            };
            if checked && !second_person(firm, by, command, out)? {
                // What would be refused is refused to the first person, not left for the second to find.
                return carry_out(firm, by, command, as_of, &mut Events::new());
            }
        }
    }
    carry_out(firm, by, command, as_of, out)
}

/// The flow of a command whose permit is given.
fn carry_out(firm: &Firm, by: UserRow, command: &Command, as_of: &AsOf, out: &mut Events) -> Result<(), Refusal> {
    let mut desk = Desk::new(firm, as_of, out);
    asked(&mut desk, by, command)?;
    desk.cross();
    Ok(())
}

#[allow(clippy::wildcard_enum_match_arm, reason = "every other command is about clients")]
fn asked(desk: &mut Desk<'_>, by: UserRow, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Place(place) => place::place(desk.firm, by, place, &desk.as_of, desk.out),
        Command::Queue(place) => queue::keep(desk, by, place),
        Command::Modify { order, client, price, qty, trigger } => {
            change::modify(desk, by, *order, *client, &orders::Change { price: *price, qty: *qty, trigger: *trigger })
        }
        Command::Cancel { order, client } => change::cancel(desk, by, *order, *client),
        Command::Convert { client, security, venue, qty, to } => {
            intraday::convert(desk, by, (*client, *security, *venue), *qty, *to)
        },
        Command::Withdraw { client, amount } => payout::withdraw(desk, by, *client, *amount),
        Command::Lodge { client, instrument } => instruments::lodge(desk, *client, instrument),
        Command::KeepCredit { client, until, reference } => payout::keep(desk, *client, *until, *reference),
        Command::ReturnReceipt { receipt } => receipts::give_back(desk, *receipt),
        Command::ReturnShares { inward } => inward::give_back(desk, *inward),
        Command::Keep { client, ask } => keep::decide(desk, by, *client, ask),
        Command::Mandate(ask) => mandates::decide(desk, by, ask),
        Command::Watch(ask) => watch::decide(desk, by, ask),
        Command::Access(ask) => access::decide(desk, by, ask),
        Command::Intermediary(ask) => intermediary::decide(desk, ask),
        Command::SetPlan { client, from, slabs } => plan::agree(desk, *client, *from, slabs),
        Command::BeginDay { day } => day::begin(desk, *day),
        Command::PullSwitch { scope, reason } => switches::pull(desk, by, *scope, *reason),
        Command::RestoreSwitch { scope } => switches::restore(desk, by, *scope),
        Command::Restrict(rows) => switches::restrict(desk, rows),
        Command::Risk(ask) => limits::decide(desk, by, ask),
        Command::LiftRestriction { restriction } => switches::lift(desk, *restriction),
        Command::Answer { referral, answer, reason } => review::answer(desk, by, *referral, *answer, *reason),
        Command::Correct(correction) => modification::decide(desk, by, correction),
        Command::MoveCycle(rows) => cycle::move_securities(desk, rows),
        Command::ListSameDay(rows) => same_day::list(desk, rows),
        Command::TakeFile { no, paper } => file_word::take(desk, by, *no, *paper),
        Command::MendBreak { no, reason } => statements::mend(desk, by, *no, *reason),
        Command::TakeDeposit { client, form, amount, funded, good_until, paper } => {
            collateral::take(desk, *client, *form, *amount, *funded, *good_until, *paper)
        }
        Command::PlaceCash { amount } => own_cash::place(desk, *amount),
        Command::LodgeDeposit { no, on } => collateral::lodge(desk, *no, *on),
        Command::ReturnDeposit { no } => collateral::give_back(desk, *no),
        Command::PayInEarly { client, security, qty } => early::ask(desk, by, *client, *security, *qty),
        Command::CallMargin { client, amount, letter } => margin_penalty::call(desk, *client, *amount, *letter),
        Command::SellLien { lien, price } => unpaid::offer(desk, by, *lien, *price),
        Command::BuyIn { settlement, seller, security, price } => {
            buy_in::order(desk, by, (*settlement, *seller, *security), *price)
        }
        Command::CloseAccount { account, paper } => accounts::close(desk, *account, *paper),
        Command::NumberAccount { account, number, place } => accounts::number(desk, *account, number, place),
        Command::CompareAccounts { depository, rows } => accounts::compare(desk, *depository, rows),
        Command::TellAccounts { letter } => accounts::tell(desk, *letter),
        Command::WriteOff { settlement, .. } => write_off::given_up(desk, *settlement),
        Command::SetTerms { .. }
        | Command::ListSecurities(_)
        | Command::OpenFirm { .. }
        | Command::NameBankAccount { .. }
        | Command::NameDematAccount { .. }
        | Command::AdoptRules(_)
        | Command::AddHolidays(_)
        | Command::AddSettlementHolidays(_)
        | Command::AddExchangeHolidays { .. }
        | Command::AddSessions { .. } | Command::TimeSession { .. } | Command::ListScripCodes(_)
        | Command::RegisterUser { .. }
        | Command::LimitUser { .. }
        | Command::LimitClient { .. } => setup::decide(desk, command),
        Command::Suspend { client, reason } => switches::suspend(desk, by, *client, *reason),
        Command::Resume { client } => switches::resume(desk, by, *client),
        other => onboarding::decide(desk, other),
    }
}

/// A checked command waits for a second person, who submits the same; the first cannot be the second.
fn second_person(firm: &Firm, by: UserRow, command: &Command, out: &mut Events) -> Result<bool, Refusal> {
    let fingerprint = fingerprint::fingerprint(command);
    match firm.proposals.get(&fingerprint) {
        None => {
            out.push(Event::Proposed { fingerprint, by });
            Ok(false)
        }
        Some((first, _)) if *first == by => Err(Refusal::of(Code::WantsChecker, [i64::from(by.0)])),
        Some(_) => {
            out.push(Event::ProposalTaken { fingerprint, by });
            Ok(true)
        }
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the next function hears the rest")]
pub fn observe(firm: &Firm, report: &Report, as_of: &AsOf, out: &mut Events) {
    let desk = &mut Desk::new(firm, as_of, out);
    // What comes all day long stands apart, in a frame of its own.
    match report {
        Report::Order { order, report } => venue::order(desk, *order, report),
        other => heard(desk, other),
    }
    desk.cross();
}

/// Every other report.
#[inline(never)]
fn heard(desk: &mut Desk<'_>, report: &Report) {
    match report {
        Report::Order { .. } => unreachable!("it has a way of its own"),
        Report::Reached { trigger, price } => watch::reached(desk, *trigger, *price),
        Report::Crossed { alert, met, value } => watch::crossed(desk, *alert, *met, *value),
        Report::OrderKnown { order, nth, known } => unanswered::order_known(desk, *order, *nth, *known),
        Report::Phase { venue, day, board, phase } => phases::reached(desk, *venue, *day, *board, *phase),
        Report::Halted { venue, day, moved } => phases::halted(desk, *venue, *day, *moved),
        Report::BandMoved { venue, security, low, high } => phases::band_moved(desk, *venue, *security, *low, *high),
        Report::SameDayBand { venue, security, last, low, high } => same_day::banded(desk, *venue, *security, *last, (*low, *high)),
        Report::TradeFile { .. } | Report::SameDayFile { .. } => trade_file::part(desk, report),
        Report::TradeFileReissued { .. } => corrected_file::part(desk, report),
        Report::Closes { venue, rows, .. } => phases::closed(desk, *venue, rows),
        Report::Credited { account, amount, from, name, utr } => receipts::credited(desk, *account, *amount, *from, *name, *utr),
        Report::InstrumentCredited { instrument } => instruments::credited(desk, *instrument),
        Report::InstrumentCleared { instrument } => instruments::cleared(desk, *instrument),
        Report::InstrumentReturned { instrument, code } => instruments::returned(desk, *instrument, *code),
        Report::PaymentDone { payment } => payout::done(desk, *payment),
        Report::PaymentFailed { payment, code } => payout::failed(desk, *payment, *code),
        Report::PaymentKnown { payment, nth, known } => unanswered::payment_known(desk, *payment, *nth, *known),
        Report::ClearingMoney { key, head, amount } => funds::moved(desk, *key, *head, *amount),
        Report::Statement { day, account, closing, lines, .. } => statements::bank(desk, *day, *account, *closing, *lines),
        Report::StatementLines { account, rows, .. } => statements::lines(desk, *account, rows),
        Report::Schedule(rows) => obligation::schedule(desk, rows),
        Report::Obligation { .. } => obligation::part(desk, report),
        Report::Short { key, security, qty, valuation, debit } => shortage::told(desk, *key, *security, *qty, *valuation, *debit),
        Report::PayOutShort { key, security, qty } => shortage::awaited(desk, *key, *security, *qty),
        Report::Auctioned { key, security, qty, price, as_seller } => {
            shortage::ended(desk, *key, *security, *qty, *price, *as_seller, false);
        }
        Report::ClosedOut { key, security, qty, price, as_seller } => {
            shortage::ended(desk, *key, *security, *qty, *price, *as_seller, true);
        }
        Report::SharesOut { key, security, qty, to } => delivery::shares_out(desk, *key, *security, *qty, *to),
        Report::PayOutComplete { key } => delivery::complete(desk, *key),
        Report::TransferDone { transfer, moved } => delivery::moved(desk, *transfer, *moved),
        Report::TransferKnown { transfer, nth, known } => unanswered::transfer_known(desk, *transfer, *nth, *known),
        Report::Actions(rows) => benefits::announced(desk, rows),
        Report::Dividend { security, record, account, amount, utr } => {
            benefits::money(desk, *security, *record, *account, (*amount, *utr));
        }
        Report::BenefitShares { security, kind, record, to, qty } => benefits::shares(desk, *security, *kind, *record, *to, *qty),
        Report::CodeModified { modification, accepted, code } => modification::answered(desk, *modification, *accepted, *code),
        Report::WaiverDecided { modification, granted } => modification::waiver(desk, *modification, *granted),
        Report::TradeAnnulled { trade } => reissue::annulled(desk, *trade),
        Report::CustodianSaid { trade, side, confirmed, code } => custodian::answered(desk, *trade, *side, *confirmed, *code),
        Report::Holdings { day, opening, rows } => statements::holdings(desk, *day, *opening, rows),
        Report::HoldingsWhole { day, depository } => statements::whole(desk, *day, *depository),
        Report::MarginRates { day, rows } => collateral::rates(desk, *day, rows),
        Report::CashBack { deposit, amount } => own_cash::came(desk, *deposit, *amount),
        Report::MarginPenalties { day, debit, rows } => margin_penalty::taken(desk, *day, *debit, rows),
        Report::MarginLook { day, nth, rows } => looks::taken(desk, *day, *nth, rows),
        Report::Pledged { client, security, qty, paper } => collateral::pledged(desk, *client, *security, *qty, *paper),
        Report::Objected { key, number, client, security, qty, defect, as_seller } => {
            objection::raised(desk, *key, *number, (*client, *security, *qty), (*defect, *as_seller));
        }
        Report::ObjectionEnded { key, number, remedy, price } => objection::ended(desk, *key, *number, *remedy, *price),
        Report::SharesCame { account, depository, security, qty, from } => {
            inward::came(desk, (*account, *depository), *security, *qty, *from);
        }
        Report::SharesReturned { inward, qty } => inward::returned(desk, *inward, *qty),
        Report::Strangers { tries } => desk.push(::access::Event::StrangersCounted { tries: *tries }),
        Report::LienStands { lien, qty } => unpaid::stands(desk, *lien, *qty),
        Report::Unpledged { deposit } => collateral::unpledged(desk, *deposit),
    }
}

pub fn tick(firm: &Firm, timer: Timer, as_of: &AsOf, out: &mut Events) {
    let desk = &mut Desk::new(firm, as_of, out);
    let Some(due) = firm.timers.due(timer) else { return };
    desk.push(Event::Disarmed { due, timer });
    match timer {
        Timer::Orders => unanswered::orders(desk),
        Timer::Payment(payment) => unanswered::payment(desk, payment),
        Timer::Transfer(transfer) => unanswered::transfer(desk, transfer),
        Timer::Gather(settlement) => desk.start(Job::Gather(settlement)),
        Timer::Deliver(settlement) => desk.start(Job::Deliver(settlement)),
        Timer::Fund(settlement) => funds::pay_in(desk, settlement),
        Timer::PayOut(settlement) => desk.start(Job::CloseBills(settlement)),
        Timer::Deadline(settlement) => payout::deadline(desk, settlement),
        Timer::Shortages(settlement) => shortage::internal(desk, settlement),
        Timer::Running(client) => payout::running(desk, client),
        Timer::Credit(client) => credits::pay(desk, client),
        Timer::Sweep(day) => funds::sweep(desk, day),
        Timer::DayEnd(day) => day::end(desk, day),
        Timer::Record(action) => desk.start(Job::Entitle(action)),
        Timer::Benefit(action) => benefits::late(desk, action),
        Timer::Margins(_) => margins::due(desk),
        Timer::Unpaid(_) => desk.start(Job::Unpaid),
        Timer::Lien(no) => unpaid::remind(desk, no),
        Timer::Inward(no) => inward::remind(desk, no),
        Timer::Modification(no) => modification::remind(desk, no),
        Timer::Custody(settlement) => custodian::time_over(desk, settlement),
        Timer::Intraday(venue, day) => intraday::due(desk, venue, day),
        Timer::Session(session) => access::over(desk, session),
        Timer::Requests => access::requests_over(desk),
    }
    desk.cross();
}

pub fn step(firm: &Firm, job: Job, cursor: u32, as_of: &AsOf, out: &mut Events) {
    let desk = &mut Desk::new(firm, as_of, out);
    match job {
        Job::Bill(settlement) => billing::step(desk, settlement, cursor),
        Job::Agree(settlement) => corrected_file::agree(desk, settlement),
        Job::Recall(settlement) => reissue::recall(desk, settlement, cursor),
        Job::Plan(settlement) => delivery::plan(desk, settlement, cursor),
        Job::Gather(settlement) => delivery::gather(desk, settlement, cursor),
        Job::Deliver(settlement) => delivery::deliver(desk, settlement, cursor),
        Job::CloseBills(settlement) => payout::close_bills(desk, settlement, cursor),
        Job::Hand(settlement) => delivery::hand(desk, settlement, cursor),
        Job::Pull(switch) => switches::step(desk, switch, cursor),
        Job::PayOut(settlement) => payout::pay_out(desk, settlement, cursor),
        Job::Revalue => collateral::revalue(desk, cursor),
        Job::Entitle(action) => benefits::entitle(desk, action, cursor),
        Job::PassOn(action) => benefits::pass_on(desk, action, cursor),
        Job::Margins => margins::step(desk, cursor),
        Job::Look(nth) => looks::step(desk, nth, cursor),
        Job::Report => looks::report(desk, cursor),
        Job::Unpaid => unpaid::step(desk, cursor),
        Job::Sleepers => keep::sleepers(desk, cursor),
        Job::SendQueued => queue::step(desk, cursor),
        Job::CancelIntraday(venue) => intraday::cancel(desk, venue, cursor),
        Job::SquareOff(venue) => intraday::square_off(desk, venue, cursor),
        Job::CarryIntraday(venue) => intraday::carry(desk, venue, cursor),
        Job::BringOver => bring_over::step(desk, cursor),
        Job::Users => access::step(desk),
    }
    desk.cross();
}
