use super::*;
use vocab::Code;

const HIM: IntermediaryRow = IntermediaryRow(0);
const ASHA: ClientRow = ClientRow(7);

fn opened() -> Intermediaries {
    let mut all = Intermediaries::new();
    all.apply(&Event::Opened {
        intermediary: HIM, code: Code::parse("AP1").unwrap(), vault: VaultRef(1), pan: PanToken([1; 16]),
        kind: IntermediaryKind::AuthorisedPerson, form: LegalForm::Partnership, day: Day(10),
    });
    all
}

fn decided(approved: bool, from: i32) -> Event {
    let paper = Code::parse("NSE/AP/1").unwrap();
    Event::Decided { intermediary: HIM, venue: Venue::Nse, approved, from: Day(from), paper }
}

// covers: G-13.3-3, S-34.2-1, G-3.2-15
#[test]
fn nobody_shares_before_all_of_it_is_there_nor_after_any_of_it_ended() {
    let mut all = opened();
    let (client, rate) = (ASHA, Rate::WHOLE);
    all.apply(&Event::Introduced { client, intermediary: Some(HIM), from: Day(11), agreed: Some(Day(11)) });
    all.apply(&Event::ShareSet { intermediary: HIM, from: Day(12), rate });
    all.apply(&Event::Agreed { intermediary: HIM, day: Day(13) });
    all.apply(&decided(true, 14));
    let shares = |all: &Intermediaries, venue, day| all.share(ASHA, venue, Day(day)).is_some();
    assert!((0..14).all(|day| !shares(&all, Venue::Nse, day)) && shares(&all, Venue::Nse, 14));
    assert!(!shares(&all, Venue::Bse, 14), "each exchange approves for itself");
    all.apply(&Event::Introduced { client, intermediary: None, from: Day(16), agreed: None });
    assert!(shares(&all, Venue::Nse, 15) && !shares(&all, Venue::Nse, 16), "another brings him from then on");
    all.apply(&Event::Withdrawn { intermediary: HIM, venue: Venue::Nse, day: Day(15), reason: 1 });
    assert!(shares(&all, Venue::Nse, 14) && !shares(&all, Venue::Nse, 15), "days before keep theirs");
}

// covers: S-34.3.2-1, S-34.5.1-5, G-SP-69
#[test]
fn a_person_stands_once_and_not_at_all_if_refused_or_barred() {
    let mut all = opened();
    all.apply(&Event::Associated { intermediary: HIM, pan: PanToken([2; 16]) });
    for pan in [[1; 16], [2; 16]] {
        assert_eq!(all.may_stand(&PanToken(pan)), Err(Refusal::Taken { by: HIM }), "himself and his director");
    }
    all.apply(&Event::Barred { pan: PanToken([3; 16]), reason: 9, day: Day(20) });
    assert_eq!(all.may_stand(&PanToken([3; 16])), Err(Refusal::Barred { reason: 9 }));
    all.apply(&decided(false, 14));
    assert_eq!(all.may_work(HIM, Venue::Nse, Day(15)), Err(Refusal::Refused { intermediary: HIM }));
    all.apply(&decided(true, 16));
    all.apply(&Event::Agreed { intermediary: HIM, day: Day(16) });
    assert_eq!(all.may_work(HIM, Venue::Nse, Day(16)), Ok(()));
    all.apply(&Event::Barred { pan: PanToken([2; 16]), reason: 8, day: Day(20) });
    assert_eq!(all.may_work(HIM, Venue::Nse, Day(19)), Ok(()));
    assert_eq!(all.may_work(HIM, Venue::Nse, Day(20)), Err(Refusal::Barred { reason: 8 }), "a director of his");
}
