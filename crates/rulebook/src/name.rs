//! The closed list of rules that can be asked for. Numbers are stable: they stand in journals for ever, so
//! the list is only added to at its end.

use crate::choice::{
    AdmittedOn, Choice, ClearedBy, ClosingMethod, DeliveryPaper, DirectPayOut, IdleCredit, Interoperability, InternalShortage, MarginPolicy,
    PenaltyPassing, PreOpen, PriceBand,
    RunningAccount, StampRegime, TaxBase, UnpaidSecurities, UpfrontMethod, YesNo,
};
use crate::{Extra, Unit};
use core::fmt;

/// Who sets a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Jurisdiction {
    /// Acts, SEBI, the exchanges and clearing corporations of India: `rulebook/in`.
    India,
    /// The firm itself: `rulebook/house`.
    House,
}

impl Jurisdiction {
    /// The folder its rows live in.
    pub const fn folder(self) -> &'static str {
        match self {
            Jurisdiction::India => "in",
            Jurisdiction::House => "house",
        }
    }
}

macro_rules! rule_names {
    ($($(#[$doc:meta])* $variant:ident = $n:literal $text:literal $unit:expr,)*) => {
        /// What a rule is about. Each name has one unit.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum RuleName { $($(#[$doc])* $variant = $n,)* }

        impl RuleName {
            pub const ALL: &'static [RuleName] = &[$(RuleName::$variant,)*];

            pub const fn from_number(n: u16) -> Option<RuleName> {
                match n { $($n => Some(RuleName::$variant),)* _ => None }
            }

            pub const fn number(self) -> u16 {
                self as u16
            }

            pub const fn as_str(self) -> &'static str {
                match self { $(RuleName::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<RuleName> {
                match text { $($text => Some(RuleName::$variant),)* _ => None }
            }

            pub const fn unit(self) -> Unit {
                match self { $(RuleName::$variant => $unit,)* }
            }
        }
    };
}

const YES_NO: Unit = Unit::Choice(YesNo::WORDS);

rule_names! {
    // Taxes and fees on a trade of the NSE cash segment.
    SttDeliveryBuy = 1 "stt-delivery-buy" Unit::Rate,
    SttDeliverySell = 2 "stt-delivery-sell" Unit::Rate,
    SttIntradaySell = 3 "stt-intraday-sell" Unit::Rate,
    /// Units of an equity-oriented fund, delivered.
    SttFundUnitBuy = 4 "stt-fund-unit-buy" Unit::Rate,
    SttFundUnitSell = 5 "stt-fund-unit-sell" Unit::Rate,
    StampRegime = 6 "stamp-regime" Unit::Choice(StampRegime::WORDS),
    /// Under the uniform regime, of the buyer alone.
    StampDeliveryBuy = 7 "stamp-delivery-buy" Unit::Rate,
    StampIntradayBuy = 8 "stamp-intraday-buy" Unit::Rate,
    /// Under the state tables, of both sides; scoped by state; may carry a daily cap.
    StampStateDelivery = 9 "stamp-state-delivery" Unit::Rate,
    StampStateIntraday = 10 "stamp-state-intraday" Unit::Rate,
    /// Of both sides.
    ExchangeChargeNse = 11 "exchange-charge-nse" Unit::Rate,
    /// Levy for the investor protection fund, of both sides.
    InvestorProtectionNse = 12 "investor-protection-nse" Unit::Rate,
    /// Of both sides.
    SebiTurnoverFee = 13 "sebi-turnover-fee" Unit::Rate,
    Gst = 14 "gst" Unit::Rate,
    /// What GST, and service tax before it, is charged on.
    TaxBase = 15 "tax-base" Unit::Choice(TaxBase::WORDS),
    ServiceTax = 16 "service-tax" Unit::Rate,
    /// A fraction of the service tax.
    EducationCess = 17 "education-cess" Unit::Rate,
    /// A fraction of the service tax: secondary and higher education.
    HigherEducationCess = 18 "higher-education-cess" Unit::Rate,
    /// A fraction of the taxable value.
    SwachhBharatCess = 19 "swachh-bharat-cess" Unit::Rate,
    /// A fraction of the taxable value.
    KrishiKalyanCess = 20 "krishi-kalyan-cess" Unit::Rate,
    /// The most a broker may charge is the higher of this fraction and the amount per share (guide I 6.9).
    BrokerageCap = 21 "brokerage-cap" Unit::Rate,
    BrokerageCapPerShare = 22 "brokerage-cap-per-share" Unit::Paise,

    // Settlement. Days count from the trade day, times fall on the settlement day unless a day is named.
    SettlementCycle = 23 "settlement-cycle" Unit::SettlementDays,
    SettlementCodeNormal = 24 "settlement-code-normal" Unit::Letter,
    SettlementCodeTradeForTrade = 25 "settlement-code-trade-for-trade" Unit::Letter,
    SettlementCodeAuction = 26 "settlement-code-auction" Unit::Letter,
    Interoperability = 27 "interoperability" Unit::Choice(Interoperability::WORDS),
    /// On the trade day.
    FinalTradeFileTime = 28 "final-trade-file-time" Unit::TimeOfDay,
    ProvisionalObligationDay = 29 "provisional-obligation-day" Unit::SettlementDays,
    ProvisionalObligationTime = 30 "provisional-obligation-time" Unit::TimeOfDay,
    CustodianConfirmationDay = 31 "custodian-confirmation-day" Unit::SettlementDays,
    CustodianConfirmationTime = 32 "custodian-confirmation-time" Unit::TimeOfDay,
    FinalObligationDay = 33 "final-obligation-day" Unit::SettlementDays,
    FinalObligationTime = 34 "final-obligation-time" Unit::TimeOfDay,
    SecuritiesPayInTime = 35 "securities-pay-in-time" Unit::TimeOfDay,
    FundsPayInTime = 36 "funds-pay-in-time" Unit::TimeOfDay,
    SecuritiesPayOutTime = 37 "securities-pay-out-time" Unit::TimeOfDay,
    FundsPayOutTime = 38 "funds-pay-out-time" Unit::TimeOfDay,
    AuctionDay = 39 "auction-day" Unit::SettlementDays,
    AuctionSettlementDay = 40 "auction-settlement-day" Unit::SettlementDays,
    /// Of the official close on the day auction offers are called (guide I 9.11, second limb).
    CloseOutPercentage = 41 "close-out-percentage" Unit::Rate,
    /// From pay-out of funds to the client's bank.
    ClientPayOutDays = 42 "client-pay-out-days" Unit::WorkingDays,
    /// From pay-out of securities to the client's demat account.
    ClientDeliveryDays = 43 "client-delivery-days" Unit::WorkingDays,
    DirectPayOut = 44 "direct-pay-out" Unit::Choice(DirectPayOut::WORDS),

    // The trading day.
    MarketOpenTime = 45 "market-open-time" Unit::TimeOfDay,
    /// End of continuous trading in shares without derivatives.
    MarketCloseTime = 46 "market-close-time" Unit::TimeOfDay,
    /// End of continuous trading in shares with derivatives.
    MarketCloseTimeDerivativeShares = 47 "market-close-time-derivative-shares" Unit::TimeOfDay,
    /// Only where the closing method is the auction.
    ClosingAuctionEndTime = 48 "closing-auction-end-time" Unit::TimeOfDay,
    ClosingMethodDerivativeShares = 49 "closing-method-derivative-shares" Unit::Choice(ClosingMethod::WORDS),
    ClosingMethodOthers = 50 "closing-method-others" Unit::Choice(ClosingMethod::WORDS),
    /// How long before the close the average is taken over.
    ClosingAverageMinutes = 51 "closing-average-minutes" Unit::Minutes,
    PreOpenSession = 52 "pre-open-session" Unit::Choice(PreOpen::WORDS),
    PreOpenStartTime = 53 "pre-open-start-time" Unit::TimeOfDay,
    PreOpenEndTime = 54 "pre-open-end-time" Unit::TimeOfDay,
    PostCloseStartTime = 55 "post-close-start-time" Unit::TimeOfDay,
    PostCloseEndTime = 56 "post-close-end-time" Unit::TimeOfDay,
    /// Ticks by reference price: the first tier whose bound lies above the reference holds.
    TickTier1 = 57 "tick-tier-1" Unit::Price,
    TickTier2 = 58 "tick-tier-2" Unit::Price,
    TickTier3 = 59 "tick-tier-3" Unit::Price,
    TickTier4 = 60 "tick-tier-4" Unit::Price,
    TickTier5 = 61 "tick-tier-5" Unit::Price,
    TickTier6 = 62 "tick-tier-6" Unit::Price,
    DerivativeShareBand = 63 "derivative-share-band" Unit::Choice(PriceBand::WORDS),
    /// Where a dynamic band starts the day, of the base price; either way.
    DynamicBandStart = 64 "dynamic-band-start" Unit::Rate,
    /// Shares in one market lot, demat.
    MarketLot = 65 "market-lot" Unit::Count,

    // Margins of clients.
    MarginPolicy = 66 "margin-policy" Unit::Choice(MarginPolicy::WORDS),
    /// Of the trade value, in lieu of value at risk and extreme loss.
    UpfrontFlatMargin = 67 "upfront-flat-margin" Unit::Rate,
    /// The share of the highest intraday margin that must have been collected.
    PeakMargin = 68 "peak-margin" Unit::Rate,
    /// The part of a sale of holdings that may be used the same day.
    SaleCreditHoldings = 69 "sale-credit-holdings" Unit::Rate,
    /// The part of a sale of shares bought but not yet received that may be used the same day.
    SaleCreditUndelivered = 70 "sale-credit-undelivered" Unit::Rate,
    SaleCreditNeedsEarlyPayIn = 71 "sale-credit-needs-early-pay-in" YES_NO,
    /// Whether an old debit bars fresh exposure (sebi 23 Annexure 2.6).
    DebitBar = 72 "debit-bar" YES_NO,
    /// Counted from the pay-in day.
    DebitBarDays = 73 "debit-bar-days" Unit::TradingDays,

    // Money of clients.
    /// Whether drafts and pay orders need the issuing bank's word on whose account paid (sebi 30.1.1).
    PreFundedCertified = 74 "pre-funded-certified" YES_NO,
    /// A client's pre-funded instruments of a day together, from this amount on.
    PreFundedDailyLimit = 75 "pre-funded-daily-limit" Unit::Paise,
    CashRefused = 76 "cash-refused" YES_NO,
    RunningAccount = 77 "running-account" Unit::Choice(RunningAccount::WORDS),
    RunningAccountGapQuarterly = 78 "running-account-gap-quarterly" Unit::Days,
    RunningAccountGapMonthly = 79 "running-account-gap-monthly" Unit::Days,
    /// Trading days whose expected margin may be kept back at a settlement of the account.
    RunningAccountMarginDays = 80 "running-account-margin-days" Unit::TradingDays,
    /// From the settlement to the statement that explains it.
    RunningAccountStatementDays = 81 "running-account-statement-days" Unit::Days,

    // Notes, evidence, records.
    PanMandatory = 82 "pan-mandatory" YES_NO,
    /// A note whose value exceeds this carries the client's income-tax number.
    PanPrintThreshold = 83 "pan-print-threshold" Unit::Paise,
    ContractNoteHours = 84 "contract-note-hours" Unit::Hours,
    /// From the end of the financial year.
    SttStatementDays = 85 "stt-statement-days" Unit::Days,
    OrderEvidence = 86 "order-evidence" YES_NO,
    PhoneRecording = 87 "phone-recording" YES_NO,
    /// Whether the firm's bank and demat accounts bear the prescribed names (sebi 23 Annexure 1.2).
    AccountNomenclature = 88 "account-nomenclature" YES_NO,
    RetentionRecords = 89 "retention-records" Unit::Years,
    /// From order-entry code to client code and particulars.
    RetentionClientCodes = 90 "retention-client-codes" Unit::Years,
    RetentionOrderEvidence = 91 "retention-order-evidence" Unit::Years,
    /// From the day dealings with the client ceased.
    RetentionMoneyLaundering = 92 "retention-money-laundering" Unit::Years,

    // The firm's own policy.
    /// Of a buy's value, where the margin is the member's policy.
    HouseBuyFraction = 93 "house-buy-fraction" Unit::Rate,
    HouseSellFraction = 94 "house-sell-fraction" Unit::Rate,
    /// How far from the last price a market order is priced for its hold.
    HouseMarketProtection = 95 "house-market-protection" Unit::Rate,
    /// Added to the hold of each order, since taxes round up to the rupee per note.
    HouseRoundingAllowance = 96 "house-rounding-allowance" Unit::Paise,
    HouseInternalShortage = 97 "house-internal-shortage" Unit::Choice(InternalShortage::WORDS),
    /// What one person proposed and no second agrees to for so many days lapses.
    HouseProposalDays = 98 "house-proposal-days" Unit::Count,
    HouseUpfrontMethod = 99 "house-upfront-method" Unit::Choice(UpfrontMethod::WORDS),
    /// What the firm asks above value at risk and extreme loss, or above the flat rate.
    HouseExtraMargin = 100 "house-extra-margin" Unit::Rate,
    HouseHaircutDepositReceipt = 101 "house-haircut-deposit-receipt" Unit::Rate,
    HouseHaircutGuarantee = 102 "house-haircut-guarantee" Unit::Rate,
    /// The least that is cut off pledged shares, whatever the clearing corporation's list says.
    HouseHaircutSecurities = 103 "house-haircut-securities" Unit::Rate,

    // Orders with conditions.
    /// The least part of an order that must be shown, where not all of it is.
    DisclosedQuantityLeast = 104 "disclosed-quantity-least" Unit::Rate,
    /// Trading days within which a corporate benefit is passed on to clients.
    HouseBenefitPassOnDays = 105 "house-benefit-pass-on-days" Unit::Count,
    /// Days after the record day by which it should have come.
    HouseBenefitAwaitedDays = 106 "house-benefit-awaited-days" Unit::Count,

    // Intermediaries.
    /// Income tax kept back from an intermediary's share.
    IntermediaryTax = 107 "intermediary-tax" Unit::Rate,
    RemisierExchange = 108 "remisier-exchange" Unit::Choice(AdmittedOn::WORDS),
    /// The most of a client's brokerage that an intermediary may be promised.
    HouseShareMost = 109 "house-share-most" Unit::Rate,
    /// An order worth more waits until it is confirmed once more (sebi 41.2.2(c)v).
    HouseConfirmAbove = 110 "house-confirm-above" Unit::Paise,
    // Whether a breach of a limit waits for the risk desk, or is refused at once (sebi 41.2.2(d)ii).
    HouseReleaseUserOrderQuantity = 111 "house-release-user-order-quantity" YES_NO,
    HouseReleaseUserOrderValue = 112 "house-release-user-order-value" YES_NO,
    HouseReleaseUserSecurityQuantity = 113 "house-release-user-security-quantity" YES_NO,
    HouseReleaseUserOpenValue = 114 "house-release-user-open-value" YES_NO,
    HouseReleaseClientOrderValue = 115 "house-release-client-order-value" YES_NO,
    HouseReleaseClientExposure = 116 "house-release-client-exposure" YES_NO,
    HouseReleaseClientTurnover = 117 "house-release-client-turnover" YES_NO,
    /// Of an open position whose security is not rated, towards the clearing corporation.
    HouseUnratedMargin = 118 "house-unrated-margin" Unit::Rate,

    // Client codes entered in error.
    /// Whether alike codes are a criterion of the exchange (sebi 38.2.1).
    CodeModificationAlike = 119 "code-modification-alike" YES_NO,
    CodeModificationErrorAccount = 120 "code-modification-error-account" YES_NO,
    /// On the trade day.
    CodeModificationEndTime = 121 "code-modification-end-time" Unit::TimeOfDay,
    CodeModificationPenalty = 122 "code-modification-penalty" Unit::Rate,
    CodeModificationPenaltyHigher = 123 "code-modification-penalty-higher" Unit::Rate,
    /// The share of the month's turnover from which the higher penalty is due.
    CodeModificationSlab = 124 "code-modification-slab" Unit::Rate,
    CodeModificationInspection = 125 "code-modification-inspection" Unit::Rate,
    /// Waivers of the penalty in a quarter for one client code.
    CodeModificationWaivers = 126 "code-modification-waivers" Unit::Count,
    HouseModificationWarning = 127 "house-modification-warning" Unit::Rate,
    /// Letters by which two codes may differ and still be alike.
    HouseSimilarCodes = 128 "house-similar-codes" Unit::Count,
    /// Of one client or dealer in a month, before compliance looks.
    HouseFrequentModifications = 129 "house-frequent-modifications" Unit::Count,

    // Securities that moved to T+1 while the others settled by T+2: only on the days of two cycles.
    SettlementCycleMoved = 130 "settlement-cycle-moved" Unit::SettlementDays,
    SettlementCodeNormalMoved = 131 "settlement-code-normal-moved" Unit::Letter,
    FinalObligationTimeMoved = 132 "final-obligation-time-moved" Unit::TimeOfDay,
    AuctionDayMoved = 133 "auction-day-moved" Unit::SettlementDays,
    AuctionSettlementDayMoved = 134 "auction-settlement-day-moved" Unit::SettlementDays,

    // The exchanges' joint calendar of running accounts: the day of the quarter, and of the month.
    RunningAccountDayQuarterly = 135 "running-account-day-quarterly" Unit::Day,
    RunningAccountDayMonthly = 136 "running-account-day-monthly" Unit::Day,
    /// How long a difference with a bank's statement may stand before it is escalated.
    HouseBankDifferenceDays = 137 "house-bank-difference-days" Unit::Days,

    // Clients' records.
    /// Who has not dealt for so long sleeps until he himself asks (sebi 15.8).
    HouseDormantDays = 138 "house-dormant-days" Unit::Days,
    /// The most between two reviews of a client's record.
    HouseReviewDays = 139 "house-review-days" Unit::Days,

    // Call auctions, and halts of the whole market.
    /// When orders stop gathering for the opening auction, at the earliest and at the latest: by lot between them.
    PreOpenRandomTime = 140 "pre-open-random-time" Unit::TimeOfDay,
    PreOpenMatchTime = 141 "pre-open-match-time" Unit::TimeOfDay,
    /// From when the closing auction takes orders, and limit orders alone.
    ClosingOrderTime = 142 "closing-order-time" Unit::TimeOfDay,
    ClosingLimitTime = 143 "closing-limit-time" Unit::TimeOfDay,
    ClosingRandomTime = 144 "closing-random-time" Unit::TimeOfDay,
    ClosingMatchTime = 145 "closing-match-time" Unit::TimeOfDay,
    /// Of its reference price, either way.
    ClosingAuctionBand = 146 "closing-auction-band" Unit::Rate,
    /// How far the index moves before everything is halted: of its close before, either way.
    HaltFirstLevel = 147 "halt-first-level" Unit::Rate,
    HaltSecondLevel = 148 "halt-second-level" Unit::Rate,
    HaltThirdLevel = 149 "halt-third-level" Unit::Rate,
    /// Before this time a halt is long.
    HaltEarlyTime = 150 "halt-early-time" Unit::TimeOfDay,
    /// From this time on the first level halts nothing.
    HaltFirstLateTime = 151 "halt-first-late-time" Unit::TimeOfDay,
    /// From this time on the second level halts for the day.
    HaltSecondLateTime = 152 "halt-second-late-time" Unit::TimeOfDay,
    HaltFirstEarlyMinutes = 153 "halt-first-early-minutes" Unit::Minutes,
    HaltFirstMinutes = 154 "halt-first-minutes" Unit::Minutes,
    HaltSecondEarlyMinutes = 155 "halt-second-early-minutes" Unit::Minutes,
    HaltSecondMinutes = 156 "halt-second-minutes" Unit::Minutes,
    /// The call auction by which trading begins again; zero for none.
    HaltAuctionMinutes = 157 "halt-auction-minutes" Unit::Minutes,
    // How the exchange widens a dynamic band: two steps of the first kind, two of the second, then the third.
    DynamicBandStepFirst = 158 "dynamic-band-step-first" Unit::Rate,
    DynamicBandStepSecond = 159 "dynamic-band-step-second" Unit::Rate,
    DynamicBandStepThird = 160 "dynamic-band-step-third" Unit::Rate,
    DynamicBandWait = 161 "dynamic-band-wait" Unit::Minutes,
    /// Whether the other edge of the band follows.
    DynamicBandSlides = 162 "dynamic-band-slides" YES_NO,
    /// Whether what was bought and has not come may be sold.
    HouseResale = 163 "house-resale" YES_NO,
    /// Whether an order given while everything is halted is kept until the market takes orders again.
    HouseQueueInHalt = 164 "house-queue-in-halt" YES_NO,

    // Two exchanges.
    /// Who settles the firm's trades of both, where one may.
    HouseClearingCorporation = 165 "house-clearing-corporation" Unit::Choice(ClearedBy::WORDS),

    // Shares whose client has not paid. Days count from the pay-out.
    UnpaidSecurities = 166 "unpaid-securities" Unit::Choice(UnpaidSecurities::WORDS),
    /// By when they are sold.
    UnpaidSaleDays = 167 "unpaid-sale-days" Unit::TradingDays,
    /// When they are the client's again, or were to be.
    UnpaidReleaseDays = 168 "unpaid-release-days" Unit::TradingDays,
    /// Between the client's notice and the sale.
    HouseUnpaidNoticeDays = 169 "house-unpaid-notice-days" Unit::TradingDays,
    /// How long a difference with a depository's statement may stand before it is escalated.
    HouseDematDifferenceDays = 170 "house-demat-difference-days" Unit::Days,
    /// One note for every exchange, at weighted average rates.
    ContractNoteCommon = 171 "contract-note-common" YES_NO,

    // Intraday.
    /// Of the value of what an intraday order opens, at the least.
    HouseIntradayFraction = 172 "house-intraday-fraction" Unit::Rate,
    // Before the market closes: nothing new is opened, open orders are cancelled, positions are squared.
    HouseIntradayStopMinutes = 173 "house-intraday-stop-minutes" Unit::Minutes,
    HouseIntradayCancelMinutes = 174 "house-intraday-cancel-minutes" Unit::Minutes,
    HouseSquareOffMinutes = 175 "house-square-off-minutes" Unit::Minutes,
    /// From one squaring to the next.
    HouseSquareOffStepMinutes = 176 "house-square-off-step-minutes" Unit::Minutes,

    // Looks at margins within the day, and what a shortage costs.
    /// How often a day the clearing corporation looks, at the least.
    PeakLooks = 177 "peak-looks" Unit::Count,
    /// Of what is short of a client's margin, for a day.
    MarginPenalty = 178 "margin-penalty" Unit::Rate,
    MarginPenaltyHigher = 179 "margin-penalty-higher" Unit::Rate,
    /// From this amount on, or from this part of the margin on, the higher.
    MarginPenaltyAmount = 180 "margin-penalty-amount" Unit::Paise,
    MarginPenaltyPart = 181 "margin-penalty-part" Unit::Rate,
    MarginPenaltyRepeated = 182 "margin-penalty-repeated" Unit::Rate,
    /// Days on end, and days of a month, beyond which the repeated one is due.
    MarginPenaltyRunningDays = 183 "margin-penalty-running-days" Unit::Count,
    MarginPenaltyMonthDays = 184 "margin-penalty-month-days" Unit::Count,

    /// Of both sides of what is dealt on the second exchange.
    ExchangeChargeBse = 185 "exchange-charge-bse" Unit::Rate,

    /// How long a third party's shares may be held before it is escalated.
    HouseInwardDays = 186 "house-inward-days" Unit::Days,
    // Defective shares, from the trade day: how long a bad delivery is reported, and rectified.
    BadDeliveryReportDay = 187 "bad-delivery-report-day" Unit::SettlementDays,
    RectifiedDeliveryDay = 188 "rectified-delivery-day" Unit::SettlementDays,
    /// From the day a company's objection is reported.
    ObjectionRectifyDays = 189 "objection-rectify-days" Unit::Days,

    /// Income tax a company keeps back from a dividend to a resident who holds its shares and is no individual.
    DividendTax = 190 "dividend-tax" Unit::Rate,
    /// How long after an account of the firm was opened or closed the exchanges are told of it.
    AccountTellDays = 191 "account-tell-days" Unit::Days,
    /// So many days before that is late it is asked for.
    HouseAccountReminderDays = 192 "house-account-reminder-days" Unit::Days,
    /// Codes beside his own that a client may have, where what he buys and what he sells stand apart.
    TradingCodesMost = 193 "trading-codes-most" Unit::Count,

    /// Settlement on the day of the trade, by choice, beside the regular cycle.
    SettlementCycleSameDay = 194 "settlement-cycle-same-day" Unit::SettlementDays,
    SettlementCodeSameDay = 195 "settlement-code-same-day" Unit::Letter,
    /// Its session, and how far its prices may lie from the regular market's.
    SameDayOpenTime = 196 "same-day-open-time" Unit::TimeOfDay,
    SameDayCloseTime = 197 "same-day-close-time" Unit::TimeOfDay,
    SameDayBand = 198 "same-day-band" Unit::Rate,
    /// The regular market's move after which the band is set anew.
    SameDayBandStep = 199 "same-day-band-step" Unit::Rate,
    SameDayTradeFileTime = 200 "same-day-trade-file-time" Unit::TimeOfDay,
    SameDayObligationTime = 201 "same-day-obligation-time" Unit::TimeOfDay,
    SameDaySecuritiesPayInTime = 202 "same-day-securities-pay-in-time" Unit::TimeOfDay,
    SameDayFundsPayInTime = 203 "same-day-funds-pay-in-time" Unit::TimeOfDay,
    SameDayPayOutTime = 204 "same-day-pay-out-time" Unit::TimeOfDay,
    /// What part of its value a purchase needs in money before it is ordered.
    SameDayBuyMargin = 205 "same-day-buy-margin" Unit::Rate,
    /// Whether the house takes orders for it.
    HouseSameDay = 206 "house-same-day" YES_NO,
    /// Who bears the penalty of a client's short upfront margin.
    MarginPenaltyPassing = 207 "margin-penalty-passing" Unit::Choice(PenaltyPassing::WORDS),
    /// From a day that was short to the debit of its penalty.
    MarginPenaltyDay = 208 "margin-penalty-day" Unit::SettlementDays,
    /// End of continuous trading at the second exchange, where it has a rule of its own.
    MarketCloseTimeBse = 209 "market-close-time-bse" Unit::TimeOfDay,

    // Money that lies idle.
    /// A running account whose client has not dealt for longer than this is paid out.
    IdleCreditDays = 210 "idle-credit-days" Unit::Days,
    IdleCredit = 211 "idle-credit" Unit::Choice(IdleCredit::WORDS),
    IdleCreditWorkingDays = 212 "idle-credit-working-days" Unit::WorkingDays,
    /// What a client without a running account has brought and not dealt with for longer than this goes back.
    HouseUnusedMoneyDays = 213 "house-unused-money-days" Unit::Days,
    /// How long a bank or depository is waited for before it is asked about what settles on the day itself.
    HouseSameDayAnswerMinutes = 214 "house-same-day-answer-minutes" Unit::Minutes,
    /// By which paper a client may let the firm deliver and pledge his shares.
    DeliveryPaper = 215 "delivery-paper" Unit::Choice(DeliveryPaper::WORDS),
    /// Whether the norms hold for what is executed; and for papers of before them.
    PowerNorms = 216 "power-norms" YES_NO,
    PowerNormsExisting = 217 "power-norms-existing" YES_NO,
    /// Whether a debit and pledge instruction may also be for tenders and mutual funds.
    DebitPledgeOffers = 218 "debit-pledge-offers" YES_NO,
    /// Within so many days the client has his copy of what he executed.
    HousePowerCopyDays = 219 "house-power-copy-days" Unit::Days,
    HouseKeptOrderDays = 220 "house-kept-order-days" Unit::Days,
    /// Orders, changes and cancellations that a program may send for one api key.
    HouseApiOrdersASecond = 221 "house-api-orders-a-second" Unit::Count,
    HouseApiOrdersAMinute = 222 "house-api-orders-a-minute" Unit::Count,
    HouseApiOrdersADay = 223 "house-api-orders-a-day" Unit::Count,
    HouseApiQuotesASecond = 224 "house-api-quotes-a-second" Unit::Count,
    HouseApiCandlesASecond = 225 "house-api-candles-a-second" Unit::Count,
    HouseApiRequestsASecond = 226 "house-api-requests-a-second" Unit::Count,
    /// Beyond so many orders a second a program is an algo that must be registered.
    AlgoOrdersASecond = 227 "algo-orders-a-second" Unit::Count,
    // Who may come in.
    /// So many wrong tries in a row lock an id.
    HouseWrongTries = 228 "house-wrong-tries" Unit::Count,
    HousePasswordDays = 229 "house-password-days" Unit::Days,
    HousePasswordNoticeDays = 230 "house-password-notice-days" Unit::Days,
    /// How long a password is at least, and of how many kinds of characters.
    HousePasswordLength = 231 "house-password-length" Unit::Count,
    HousePasswordKinds = 232 "house-password-kinds" Unit::Count,
    /// The next is none of so many before it.
    HousePasswordsKept = 233 "house-passwords-kept" Unit::Count,
    /// Whoever has not signed in for so long is let in by two persons.
    HouseDormantUserDays = 234 "house-dormant-user-days" Unit::Days,
    HouseIdleMinutes = 235 "house-idle-minutes" Unit::Minutes,
    HouseSessionHours = 236 "house-session-hours" Unit::Hours,
    HouseSessionsMost = 237 "house-sessions-most" Unit::Count,
    /// When programs' tokens end, every day.
    HouseTokenEnd = 238 "house-token-end" Unit::TimeOfDay,
    HouseRequestMinutes = 239 "house-request-minutes" Unit::Minutes,
    HouseOneTimeMinutes = 240 "house-one-time-minutes" Unit::Minutes,
    HouseOneTimeTries = 241 "house-one-time-tries" Unit::Count,
    HouseCertificateDays = 242 "house-certificate-days" Unit::Days,
    /// Whether a program is used only from addresses that are registered for it.
    HouseAppAddress = 243 "house-app-address" YES_NO,
}

impl RuleName {
    /// The tiers of the tick family, lowest reference price first.
    pub const TICK_TIERS: [RuleName; 6] = [
        RuleName::TickTier1,
        RuleName::TickTier2,
        RuleName::TickTier3,
        RuleName::TickTier4,
        RuleName::TickTier5,
        RuleName::TickTier6,
    ];

    /// Whether each row of this name is for one state.
    pub const fn is_scoped(self) -> bool {
        matches!(self, RuleName::StampStateDelivery | RuleName::StampStateIntraday)
    }

    pub fn extra(self) -> Extra {
        if self.is_scoped() {
            Extra::DailyCap
        } else if RuleName::TICK_TIERS.contains(&self) {
            Extra::Below
        } else {
            Extra::Nothing
        }
    }

    pub const fn jurisdiction(self) -> Jurisdiction {
        if matches!(self.as_str().as_bytes(), [b'h', b'o', b'u', b's', b'e', b'-', ..]) {
            Jurisdiction::House
        } else {
            Jurisdiction::India
        }
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

vocab::kept!(word RuleName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_go_round() {
        for (nth, name) in (1u16..).zip(RuleName::ALL) {
            assert_eq!(name.number(), nth, "the list grows at its end, without holes");
            assert_eq!(RuleName::from_number(nth), Some(*name));
            assert_eq!(RuleName::parse(name.as_str()), Some(*name));
        }
        assert_eq!(RuleName::from_number(0), None);
        assert_eq!(RuleName::parse("stt"), None);
    }

    #[test]
    fn a_choice_is_read_back_from_its_number() {
        for name in RuleName::ALL {
            if let Unit::Choice(list) = name.unit() {
                assert!(list.iter().all(|(n, _)| name.unit().admits(*n)), "{name}");
                assert!(!name.unit().admits(99), "{name}");
            }
        }
        assert_eq!(YesNo::from_value(1), Some(YesNo::Yes));
        assert_eq!(TaxBase::from_value(3), None);
    }
}
