//! The client-money test of sebi 23 Annexure 3.3: G and H, I, J, on one snapshot.

use vocab::Paise;

/// What the test is made of (sebi 23 Annexure 3.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MoneyTest {
    /// A: client and settlement bank accounts.
    pub held: Paise,
    /// B: cash and cash equivalents with the clearing corporation.
    pub collateral: Paise,
    /// C: clients' credit balances, adjusted.
    pub credits: Paise,
    /// D: clients' debit balances, adjusted, as a positive sum.
    pub debits: Paise,
    /// E: own securities deposited.
    pub own_securities: Paise,
    /// F: unfunded part of bank guarantees.
    pub unfunded: Paise,
    /// P: own margin obligation.
    pub own_margin: Paise,
    /// MC: margin used for positions of credit clients.
    pub used: Paise,
    /// MF: collateral lying unused.
    pub unused: Paise,
}

/// What it finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finding {
    pub g: Paise,
    /// Credit clients' money used for debit clients; none while G is not negative.
    pub for_debtors: Option<Paise>,
    /// H: clients' money used for the firm's own purposes.
    pub h: Option<Paise>,
    /// I: clients' assets behind the own margin.
    pub i: Option<Paise>,
    /// J: clients' money behind debit clients' and own margins, when positive.
    pub j: Option<Paise>,
}

pub fn money_test(t: &MoneyTest) -> Finding {
    let g = t.held + t.collateral - t.credits;
    let short = -g;
    let (for_debtors, h) = if g.is_negative() {
        (Some(short.min(t.debits)), Some((short - t.debits).at_least_zero()))
    } else {
        (None, None)
    };
    let cover = g.at_least_zero() + t.own_securities + t.unfunded;
    let i = t.own_margin - cover;
    let at_corporation = if g.is_negative() { t.collateral } else { t.credits - t.held };
    let j = at_corporation - (t.used + t.unused);
    Finding { g, for_debtors, h, i: i.is_positive().then_some(i), j: j.is_positive().then_some(j) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(held: i64, collateral: i64, credits: i64, debits: i64) -> MoneyTest {
        let zero = Paise::ZERO;
        MoneyTest {
            held: Paise(held),
            collateral: Paise(collateral),
            credits: Paise(credits),
            debits: Paise(debits),
            own_securities: zero,
            unfunded: zero,
            own_margin: zero,
            used: zero,
            unused: zero,
        }
    }

    // covers: S-23A-3.3.1-1, S-23A-3.3.1-2, S-23A-3.3.1-3, S-23A-3.3.1-4, S-23A-3.3.1-5, S-23A-3.3.1-6
    #[test]
    fn g_and_h_part_what_debtors_used_from_what_the_firm_used() {
        let good = money_test(&of(80, 30, 100, 50));
        assert_eq!((good.g, good.for_debtors, good.h), (Paise(10), None, None));
        let edge = money_test(&of(70, 30, 100, 50));
        assert_eq!((edge.g, edge.for_debtors, edge.h), (Paise(0), None, None));
        let debtors = money_test(&of(40, 30, 100, 50));
        assert_eq!((debtors.g, debtors.for_debtors, debtors.h), (Paise(-30), Some(Paise(30)), Some(Paise(0))));
        let exact = money_test(&of(20, 30, 100, 50));
        assert_eq!((exact.for_debtors, exact.h), (Some(Paise(50)), Some(Paise(0))));
        let own = money_test(&of(0, 30, 100, 50));
        assert_eq!((own.g, own.for_debtors, own.h), (Paise(-70), Some(Paise(50)), Some(Paise(20))));
    }

    // covers: S-23A-3.3.2-1, S-23A-3.3.2-2, S-23A-3.3.2-3
    #[test]
    fn i_is_own_margin_beyond_own_cover_and_a_negative_g_is_no_cover() {
        let with = |held, own_margin| MoneyTest {
            own_margin: Paise(own_margin),
            own_securities: Paise(5),
            unfunded: Paise(5),
            ..of(held, 0, 100, 0)
        };
        assert_eq!(money_test(&with(120, 30)).i, None);
        assert_eq!(money_test(&with(120, 31)).i, Some(Paise(1)));
        assert_eq!(money_test(&with(50, 11)).i, Some(Paise(1)));
    }

    // covers: S-23A-3.3.3-1, S-23A-3.3.3-2, S-23A-3.3.3-3, S-23A-3.3.3-4
    #[test]
    fn j_counts_what_lies_at_the_corporation_by_the_sign_of_g() {
        let margins = |t: MoneyTest| MoneyTest { used: Paise(10), unused: Paise(5), ..t };
        assert_eq!(money_test(&margins(of(60, 30, 100, 0))).j, Some(Paise(15)), "G < 0: B - (MC + MF)");
        assert_eq!(money_test(&margins(of(90, 30, 100, 0))).j, None, "G > 0: (C - A) - (MC + MF) = -5");
        assert_eq!(money_test(&margins(of(80, 30, 100, 0))).j, Some(Paise(5)));
        let edge = of(70, 30, 100, 0);
        assert_eq!(edge.credits - edge.held, edge.collateral, "both formulas agree at G = 0");
        assert_eq!(money_test(&margins(edge)).j, Some(Paise(15)));
    }
}
