//! Bugs planted on purpose: each must be caught, and the same play without it must be clean.

use books::Event as Money;
use clearing::Event as Clearing;
use firm::{BreakKind, Event, Events, Firm};
use sim::{Ended, Ground, Month, Plan, Planted, PlantedFacts, play, play_planted, prove};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use vocab::{ClientRow, Paise, Qty};

const MONTH: Month = Month { clients: 10, orders_each_day: 50, days: 4 };
/// Long enough that the machine dies twice.
const LONG: Month = Month { clients: 10, orders_each_day: 50, days: 10 };
const SEED: u64 = 11;
static GROUND: LazyLock<Ground> = LazyLock::new(Ground::sample);

fn honest() -> Ended {
    play(&GROUND, MONTH, SEED, Plan::NONE, 0).expect("an honest play ends")
}

/// How a planted bug was caught, if it was.
fn caught(plant: PlantedFacts) -> Option<String> {
    let planted = Planted { facts: Some(plant), ..Planted::default() };
    let played = catch_unwind(AssertUnwindSafe(|| play_planted(&GROUND, MONTH, SEED, Plan::NONE, 0, planted)));
    match played {
        Err(_) => Some("a bug asserted".into()),
        Ok(Err(failure)) => Some(failure.to_string()),
        Ok(Ok(ended)) => prove(&ended.disk).err(),
    }
}

#[test]
fn without_a_bug_everything_is_proved() {
    let ended = honest();
    assert_eq!(prove(&ended.disk), Ok(ended.entries));
    assert!(ended.story.breaks.is_empty(), "{:?}", ended.story.breaks);
    assert!(caught(|_, _| {}).is_none());
}

#[test]
fn a_flush_that_keeps_nothing_is_caught_by_the_witness() {
    let planted = Planted { lying_flush: true, ..Planted::default() };
    let outcomes = (1..41).filter_map(|seed| play_planted(&GROUND, LONG, seed, Plan::NONE, 3, planted).err());
    let outcomes: Vec<String> = outcomes.map(|why| why.to_string()).collect();
    // A snapshot is a witness too: it was made after its entry was said to be durable.
    let seen = |why: &&String| why.contains("was acknowledged and is lost") || why.contains("the witness saw");
    let lost = outcomes.iter().filter(seen).count();
    // Some machines never lose power: their process dies, and what the kernel holds stays.
    assert!(lost >= 3 && outcomes.len() >= 6, "caught {lost} of 40: {outcomes:#?}");
    for seed in 1..21 {
        play(&GROUND, LONG, seed, Plan::NONE, 3).expect("an honest disk loses nothing acknowledged");
    }
}

#[test]
fn a_fill_booked_twice_is_caught() {
    let why = caught(|_, events| {
        let twice = events.list().iter().find(|e| matches!(e, Event::Order(orders::Event::Traded { .. }))).copied();
        if let Some(traded) = twice {
            events.push(traded);
        }
    });
    assert!(why.is_some());
}

#[test]
fn a_fill_of_one_share_more_is_caught() {
    let why = caught(|_, events: &mut Events| {
        for event in events.list_mut() {
            if let Event::Clearing(Clearing::Traded(fact)) = event {
                fact.qty = Qty(fact.qty.0 + 1);
            }
        }
    });
    assert!(why.is_some());
}

/// Every brokerage of a note is a paisa more than was posted: deciding again tells at the first.
#[test]
fn a_rounding_the_other_way_is_caught() {
    let why = caught(|_, events| {
        for event in events.list_mut() {
            if let Event::Charged(line) = event
                && line.head.number() == 1
            {
                line.amount = Paise(line.amount.0 + 1);
            }
        }
    });
    assert!(why.as_ref().is_some_and(|w| w.contains("decides otherwise again")), "{why:?}");
}

fn to_another(firm: &Firm, client: ClientRow) -> ClientRow {
    let other = ClientRow(if client.0 > 1 { client.0 - 1 } else { client.0 + 1 });
    if firm.clients.get(other).is_some() { other } else { client }
}

#[test]
fn a_debit_of_another_client_is_caught() {
    let why = caught(|firm, events| {
        for event in events.list_mut() {
            if let Event::Money(Money::Posted(posting)) = event
                && posting.account == books::Account::Client
                && posting.amount.is_positive()
            {
                posting.owner = to_another(firm, ClientRow(posting.owner)).0;
            }
        }
    });
    assert!(why.is_some());
}

#[test]
fn a_settlement_on_the_wrong_date_is_caught() {
    let why = caught(|_, events| {
        for event in events.list_mut() {
            if let Event::Clearing(Clearing::Scheduled { pay_in, pay_out, .. }) = event {
                (*pay_in, *pay_out) = (pay_in.plus(1), pay_out.plus(1));
            }
        }
    });
    assert!(why.is_some());
}

/// A share, or a paisa, of a benefit more than is his part.
#[test]
fn a_part_of_a_benefit_too_large_is_caught() {
    let why = caught(|_, events| {
        for event in events.list_mut() {
            if let Event::Action(actions::Event::Passed { amount, .. }) = event {
                *amount += 1;
            }
        }
    });
    assert!(why.is_some());
}

#[test]
fn a_holder_left_out_on_a_record_day_is_caught() {
    let why = caught(|_, events| {
        for event in events.list_mut() {
            if let Event::Action(actions::Event::Entitled { held, .. }) = event {
                *held = Qty(held.0 - 1);
            }
        }
    });
    assert!(why.as_ref().is_some_and(|w| w.contains("decides otherwise again")), "{why:?}");
}

#[test]
fn a_margin_deposit_worth_too_much_is_caught() {
    let why = caught(|_, events| {
        for event in events.list_mut() {
            if let Event::Margin(margin::Event::Deposited { amount, .. }) = event {
                *amount = Paise(amount.0 + 1);
            }
        }
    });
    assert!(why.as_ref().is_some_and(|w| w.contains("decides otherwise again")), "{why:?}");
}

#[test]
fn a_code_changed_to_another_client_is_caught() {
    let why = caught(|firm, events| {
        for event in events.list_mut() {
            if let Event::Clearing(Clearing::CodeModified { to, .. }) = event {
                *to = to_another(firm, *to);
            }
        }
    });
    assert!(why.is_some());
}

#[test]
fn a_stop_woken_before_its_time_is_caught() {
    let why = caught(|_, events| {
        for event in events.list_mut() {
            if let Event::Order(orders::Event::Conditioned { trigger, .. }) = event
                && !trigger.is_zero()
            {
                *trigger = vocab::Price(trigger.0 + 500);
            }
        }
    });
    assert!(why.is_some());
}

#[test]
fn an_order_released_that_was_declined_is_caught() {
    let why = caught(|_, events| {
        for event in events.list_mut() {
            if let Event::ReferralEnded { answer, .. } = event
                && *answer == firm::Answer::Decline
            {
                *answer = firm::Answer::Release;
            }
        }
    });
    assert!(why.is_some());
}

#[test]
fn a_switch_that_stops_nobody_is_caught() {
    let why = caught(|firm, events| {
        for event in events.list_mut() {
            if let Event::Risk(risk::Event::SwitchPulled { scope: risk::Scope::Client(client), .. }) = event {
                *client = to_another(firm, *client);
            }
        }
    });
    assert!(why.is_some());
}

/// The firm's own reconciliation sees it: the bank paid what it had paid before.
#[test]
fn a_payment_sent_twice_is_caught() {
    let plan = Plan { pay_twice: 2, ..Plan::NONE };
    let ended = play(&GROUND, MONTH, SEED, plan, 0).expect("the play goes on");
    assert!(ended.story.breaks.contains_key(&BreakKind::PaidTwice), "{:?}", ended.story.breaks);
    assert!(!honest().story.breaks.contains_key(&BreakKind::PaidTwice));
}
