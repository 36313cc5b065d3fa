//! What the market has come to that somebody waits for: seen at each look at it, reported once.

use firm::Report;
use vocab::{Price, Qty, SecurityRow, Venue};
use watch::{Measure, Than, Watch};

/// What is seen of a security that has traded today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    pub last: Price,
    /// The close before.
    pub close: Price,
    pub volume: Qty,
}

impl Seen {
    /// A measure of it; none where there is nothing to measure by.
    fn measure(&self, measure: Measure) -> Option<i64> {
        match measure {
            Measure::LastPrice => Some(self.last.0),
            Measure::Change => {
                let moved = i128::from(self.last.0 - self.close.0) * 1_000_000;
                i64::try_from(moved.checked_div(i128::from(self.close.0))?).ok()
            }
            Measure::Volume => Some(self.volume.0),
        }
    }
}

/// What is to be reported: kept orders whose price has come, and alerts that have become true or are true no more.
pub fn spotted(watch: &Watch, seen: impl Fn(Venue, SecurityRow) -> Option<Seen>) -> Vec<Report> {
    let mut reports = Vec::new();
    for (venue, security) in watch.waited_on() {
        let Some(Seen { last: price, .. }) = seen(venue, security) else { continue };
        let reached = watch.waiting(venue, security).filter(|(_, kept)| kept.reached(price).is_some());
        reports.extend(reached.map(|(trigger, _)| Report::Reached { trigger, price }));
    }
    for (alert, it) in watch.alerts() {
        let condition = &it.condition;
        let of = |venue, security| seen(venue, security)?.measure(condition.measure);
        let right = match condition.than {
            Than::Figure(figure) => Some(figure),
            Than::Of(venue, security) => of(venue, security),
        };
        let (Some(value), Some(right)) = (of(condition.venue, condition.security), right) else { continue };
        let met = condition.operator.holds(value, right);
        if met != it.met {
            reports.push(Report::Crossed { alert, met, value });
        }
    }
    reports
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::{AlertNo, ClientRow, Day, Moment, Product, Side, TriggerNo, UserRow};
    use watch::{Condition, Event, Leg, Legs, Operator};

    const INFY: SecurityRow = SecurityRow(1);
    const TCS: SecurityRow = SecurityRow(2);

    fn watch(conditions: &[(Measure, Operator, Than)]) -> Watch {
        let mut watch = Watch::new();
        for (measure, operator, than) in conditions {
            let condition = Condition { venue: Venue::Nse, security: INFY, measure: *measure, operator: *operator, than: *than };
            let set = Event::AlertSet { alert: watch.next_alert(), owner: UserRow(1), condition, on: true };
            watch.apply(&set, Moment(1));
        }
        watch
    }

    fn at(last: i64) -> impl Fn(Venue, SecurityRow) -> Option<Seen> {
        move |_, security| (security == INFY).then_some(Seen { last: Price(last), close: Price(800), volume: Qty(50) })
    }

    #[test]
    fn an_alert_is_reported_when_it_turns_and_not_again() {
        let mut watch = watch(&[(Measure::LastPrice, Operator::AtLeast, Than::Figure(810))]);
        assert_eq!(spotted(&watch, at(809)), []);
        let turned = spotted(&watch, at(810));
        assert_eq!(turned, [Report::Crossed { alert: AlertNo(1), met: true, value: 810 }]);
        watch.apply(&Event::Crossed { alert: AlertNo(1), met: true, value: 810 }, Moment(2));
        assert_eq!(spotted(&watch, at(811)), [], "it is true still");
        assert_eq!(spotted(&watch, at(809)), [Report::Crossed { alert: AlertNo(1), met: false, value: 809 }]);
    }

    #[test]
    fn change_is_in_millionths_of_the_close_and_what_has_not_traded_is_nothing() {
        let than = Than::Figure(-20_000);
        let fallen = watch(&[(Measure::Change, Operator::AtMost, than)]);
        assert_eq!(spotted(&fallen, at(785)), []);
        assert_eq!(spotted(&fallen, at(784)).len(), 1, "two per cent below");
        let busy = watch(&[(Measure::Volume, Operator::Above, Than::Figure(49))]);
        assert_eq!(spotted(&busy, at(800)).len(), 1);
        let cheaper = watch(&[(Measure::LastPrice, Operator::Below, Than::Of(Venue::Nse, TCS))]);
        assert_eq!(spotted(&cheaper, at(1)), [], "the other has not traded");
        assert_eq!(spotted(&busy, |_, _| None), []);
    }

    #[test]
    fn a_kept_order_is_reported_where_its_price_has_come() {
        let mut watch = Watch::new();
        let (trigger, user, client, last, expires) = (TriggerNo(1), UserRow(1), ClientRow(1), Price(800), Day(9));
        let leg = Leg { at: Price(790), side: Side::Sell, qty: Qty(1), price: Price(789), product: Product::Delivery };
        let kept = Event::Kept { trigger, user, client, venue: Venue::Nse, security: INFY, last, expires };
        std::iter::once(kept).chain(Watch::waits(trigger, &Legs::One(leg))).for_each(|event| watch.apply(&event, Moment(1)));
        assert_eq!(spotted(&watch, at(791)), []);
        assert_eq!(spotted(&watch, at(790)), [Report::Reached { trigger, price: Price(790) }]);
    }
}
