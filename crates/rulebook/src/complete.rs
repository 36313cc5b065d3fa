//! Whether a day can be judged: which rules the NSE cash segment needs and does not have.

use crate::choice::{ClosingMethod, IdleCredit, MarginPolicy, PreOpen, PriceBand, RunningAccount, StampRegime};
use crate::{EVERYWHERE, NoRule, RuleName, Rulebook};
use alloc::vec::Vec;
use vocab::{Day, StateCode};

/// Needed on every day. The choices among them say which others are.
const ALWAYS: &[RuleName] = &[
    RuleName::SttDeliveryBuy,
    RuleName::SttDeliverySell,
    RuleName::SttIntradaySell,
    RuleName::StampRegime,
    RuleName::ExchangeChargeNse,
    RuleName::ExchangeChargeBse,
    RuleName::InvestorProtectionNse,
    RuleName::SebiTurnoverFee,
    RuleName::Gst,
    RuleName::TaxBase,
    RuleName::ServiceTax,
    RuleName::EducationCess,
    RuleName::HigherEducationCess,
    RuleName::SwachhBharatCess,
    RuleName::KrishiKalyanCess,
    RuleName::BrokerageCap,
    RuleName::BrokerageCapPerShare,
    RuleName::SettlementCycle,
    RuleName::SettlementCodeNormal,
    RuleName::SettlementCodeTradeForTrade,
    RuleName::SettlementCodeAuction,
    RuleName::Interoperability,
    RuleName::HouseClearingCorporation,
    RuleName::FinalTradeFileTime,
    RuleName::ProvisionalObligationDay,
    RuleName::ProvisionalObligationTime,
    RuleName::CustodianConfirmationDay,
    RuleName::CustodianConfirmationTime,
    RuleName::FinalObligationDay,
    RuleName::FinalObligationTime,
    RuleName::SecuritiesPayInTime,
    RuleName::FundsPayInTime,
    RuleName::SecuritiesPayOutTime,
    RuleName::FundsPayOutTime,
    RuleName::AuctionDay,
    RuleName::AuctionSettlementDay,
    RuleName::CloseOutPercentage,
    RuleName::ClientPayOutDays,
    RuleName::ClientDeliveryDays,
    RuleName::DirectPayOut,
    RuleName::MarketOpenTime,
    RuleName::MarketCloseTime,
    RuleName::MarketCloseTimeDerivativeShares,
    RuleName::ClosingMethodDerivativeShares,
    RuleName::ClosingMethodOthers,
    RuleName::PreOpenSession,
    RuleName::HaltFirstLevel,
    RuleName::HaltSecondLevel,
    RuleName::HaltThirdLevel,
    RuleName::HaltEarlyTime,
    RuleName::HaltFirstLateTime,
    RuleName::HaltSecondLateTime,
    RuleName::HaltFirstEarlyMinutes,
    RuleName::HaltFirstMinutes,
    RuleName::HaltSecondEarlyMinutes,
    RuleName::HaltSecondMinutes,
    RuleName::HaltAuctionMinutes,
    RuleName::DerivativeShareBand,
    RuleName::MarketLot,
    RuleName::MarginPolicy,
    RuleName::PeakMargin,
    RuleName::PeakLooks,
    RuleName::DebitBar,
    RuleName::PreFundedCertified,
    RuleName::CashRefused,
    RuleName::RunningAccount,
    RuleName::PanMandatory,
    RuleName::PanPrintThreshold,
    RuleName::ContractNoteHours,
    RuleName::SttStatementDays,
    RuleName::OrderEvidence,
    RuleName::PhoneRecording,
    RuleName::PostCloseStartTime,
    RuleName::PostCloseEndTime,
    RuleName::AccountNomenclature,
    RuleName::RetentionRecords,
    RuleName::RetentionClientCodes,
    RuleName::RetentionMoneyLaundering,
    RuleName::HouseBuyFraction,
    RuleName::HouseSellFraction,
    RuleName::HouseMarketProtection,
    RuleName::HouseRoundingAllowance,
    RuleName::HouseInternalShortage,
    RuleName::HouseProposalDays,
    RuleName::HouseUpfrontMethod,
    RuleName::HouseExtraMargin,
    RuleName::HouseHaircutDepositReceipt,
    RuleName::HouseHaircutGuarantee,
    RuleName::HouseHaircutSecurities,
    RuleName::HouseConfirmAbove,
    RuleName::HouseReleaseUserOrderQuantity,
    RuleName::HouseReleaseUserOrderValue,
    RuleName::HouseReleaseUserSecurityQuantity,
    RuleName::HouseReleaseUserOpenValue,
    RuleName::HouseReleaseClientOrderValue,
    RuleName::HouseReleaseClientExposure,
    RuleName::HouseReleaseClientTurnover,
    RuleName::HouseUnratedMargin,
    RuleName::HouseDormantDays,
    RuleName::HouseUnusedMoneyDays,
    RuleName::HouseQueueInHalt,
    RuleName::HouseKeptOrderDays,
    RuleName::HouseApiOrdersASecond,
    RuleName::HouseApiOrdersAMinute,
    RuleName::HouseApiOrdersADay,
    RuleName::HouseApiQuotesASecond,
    RuleName::HouseApiCandlesASecond,
    RuleName::HouseApiRequestsASecond,
];

/// What is missing for a client of `state` in the NSE cash segment on `day`; empty when the day can be
/// judged. A choice that is itself missing is listed alone: what it would ask for is not known.
pub fn complete(book: &Rulebook, day: Day, state: StateCode) -> Vec<NoRule> {
    let mut asked = Asked { book, day, missing: Vec::new() };
    asked.need_all(ALWAYS);
    asked.stamp(state);
    asked.session();
    asked.ticks();
    asked.money();
    if book.at(RuleName::SettlementCycleMoved, day).is_ok() {
        asked.need_all(&[
            RuleName::SettlementCodeNormalMoved,
            RuleName::FinalObligationTimeMoved,
            RuleName::AuctionDayMoved,
            RuleName::AuctionSettlementDayMoved,
        ]);
    }
    if book.at(RuleName::SettlementCycleSameDay, day).is_ok() {
        asked.need_all(&[
            RuleName::SettlementCodeSameDay,
            RuleName::SameDayOpenTime,
            RuleName::SameDayCloseTime,
            RuleName::SameDayBand,
            RuleName::SameDayBandStep,
            RuleName::SameDayTradeFileTime,
            RuleName::SameDayObligationTime,
            RuleName::SameDaySecuritiesPayInTime,
            RuleName::SameDayFundsPayInTime,
            RuleName::SameDayPayOutTime,
            RuleName::SameDayBuyMargin,
            RuleName::HouseSameDay,
            RuleName::HouseSameDayAnswerMinutes,
        ]);
    }
    asked.missing
}

struct Asked<'a> {
    book: &'a Rulebook,
    day: Day,
    missing: Vec<NoRule>,
}

impl Asked<'_> {
    fn need(&mut self, name: RuleName, scope: StateCode) {
        if let Err(none) = self.book.at_scoped(name, scope, self.day) {
            self.missing.push(none);
        }
    }

    fn need_all(&mut self, names: &[RuleName]) {
        for name in names {
            self.need(*name, EVERYWHERE);
        }
    }

    fn yes(&self, name: RuleName) -> bool {
        self.book.yes(name, self.day).is_ok_and(|(_, yes)| yes)
    }

    fn stamp(&mut self, state: StateCode) {
        match self.book.choice(RuleName::StampRegime, self.day) {
            Ok((_, StampRegime::StateTables)) => {
                self.need(RuleName::StampStateDelivery, state);
                self.need(RuleName::StampStateIntraday, state);
            }
            Ok((_, StampRegime::Uniform)) => {
                self.need_all(&[RuleName::StampDeliveryBuy, RuleName::StampIntradayBuy]);
            }
            Err(_) => {}
        }
    }

    fn session(&mut self) {
        let closing = |name| self.book.choice::<ClosingMethod>(name, self.day).map(|(_, method)| method);
        let methods =
            [closing(RuleName::ClosingMethodDerivativeShares), closing(RuleName::ClosingMethodOthers)];
        if methods.contains(&Ok(ClosingMethod::LastHalfHourAverage)) {
            self.need(RuleName::ClosingAverageMinutes, EVERYWHERE);
        }
        if methods.contains(&Ok(ClosingMethod::Auction)) {
            self.need_all(&[
                RuleName::ClosingOrderTime,
                RuleName::ClosingLimitTime,
                RuleName::ClosingRandomTime,
                RuleName::ClosingMatchTime,
                RuleName::ClosingAuctionEndTime,
                RuleName::ClosingAuctionBand,
            ]);
        }
        match self.book.choice(RuleName::PreOpenSession, self.day) {
            Ok((_, PreOpen::IndexShares | PreOpen::AllShares)) => {
                self.need_all(&[
                    RuleName::PreOpenStartTime,
                    RuleName::PreOpenRandomTime,
                    RuleName::PreOpenMatchTime,
                    RuleName::PreOpenEndTime,
                ]);
            }
            Ok((_, PreOpen::Nothing)) | Err(_) => {}
        }
        match self.book.choice(RuleName::DerivativeShareBand, self.day) {
            Ok((_, PriceBand::Dynamic)) => self.need_all(&[
                RuleName::DynamicBandStart,
                RuleName::DynamicBandStepFirst,
                RuleName::DynamicBandStepSecond,
                RuleName::DynamicBandStepThird,
                RuleName::DynamicBandWait,
                RuleName::DynamicBandSlides,
            ]),
            Ok((_, PriceBand::Unlimited)) | Err(_) => {}
        }
    }

    /// Tiers are needed up to the one without a bound.
    fn ticks(&mut self) {
        for name in RuleName::TICK_TIERS {
            match self.book.at(name, self.day) {
                Ok((_, rule)) if rule.extra > 0 => {}
                Ok(_) => return,
                Err(none) => return self.missing.push(none),
            }
        }
    }

    fn money(&mut self) {
        match self.book.choice(RuleName::MarginPolicy, self.day) {
            Ok((_, MarginPolicy::Upfront)) => self.need_all(&[
                RuleName::UpfrontFlatMargin,
                RuleName::SaleCreditHoldings,
                RuleName::SaleCreditUndelivered,
                RuleName::SaleCreditNeedsEarlyPayIn,
                RuleName::MarginPenalty,
                RuleName::MarginPenaltyHigher,
                RuleName::MarginPenaltyAmount,
                RuleName::MarginPenaltyPart,
                RuleName::MarginPenaltyRepeated,
                RuleName::MarginPenaltyRunningDays,
                RuleName::MarginPenaltyMonthDays,
                RuleName::MarginPenaltyDay,
            ]),
            Ok((_, MarginPolicy::Member | MarginPolicy::Reported)) | Err(_) => {}
        }
        if self.yes(RuleName::DebitBar) {
            self.need(RuleName::DebitBarDays, EVERYWHERE);
        }
        if self.yes(RuleName::PreFundedCertified) {
            self.need(RuleName::PreFundedDailyLimit, EVERYWHERE);
        }
        if self.yes(RuleName::OrderEvidence) {
            self.need(RuleName::RetentionOrderEvidence, EVERYWHERE);
        }
        let kept = [RuleName::RunningAccountMarginDays, RuleName::RunningAccountStatementDays];
        match self.book.choice(RuleName::RunningAccount, self.day) {
            Ok((_, RunningAccount::DayGap)) => {
                self.need_all(&[RuleName::RunningAccountGapQuarterly, RuleName::RunningAccountGapMonthly]);
                self.need_all(&kept);
            }
            Ok((_, RunningAccount::FirstFriday | RunningAccount::ExchangeCalendar)) => self.need_all(&kept),
            Ok((_, RunningAccount::AsAgreed)) | Err(_) => {}
        }
        if self.book.at(RuleName::IdleCreditDays, self.day).is_ok() {
            self.need(RuleName::IdleCredit, EVERYWHERE);
        }
        if let Ok((_, IdleCredit::WorkingDays)) = self.book.choice(RuleName::IdleCredit, self.day) {
            self.need(RuleName::IdleCreditWorkingDays, EVERYWHERE);
        }
    }
}
