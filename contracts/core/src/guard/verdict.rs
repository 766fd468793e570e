//! The words of the guard: verdicts on a price, actions asked about, reasons of a refusal.

use crate::numbered::numbered;

numbered! {
    /// What is wrong with a price, by severity: the worst finding is the verdict.
    PriceVerdict {
        /// Nothing.
        Valid = 0,
        /// Fewer fresh reports than the feed asks for.
        TooFewSources = 1,
        /// No report is younger than the feed's greatest age.
        Stale = 2,
        /// The reporters' confidence interval is too wide.
        TooUncertain = 3,
        /// The median jumped beyond the deviation bound and the new level is not confirmed yet.
        Divergent = 4,
        /// The median is several times the stable price, or a fraction of it.
        TooVolatile = 5,
        /// The median is zero.
        NonPositive = 6,
    }
}

impl PriceVerdict {
    /// Whether the price may be acted on.
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Valid)
    }
}

numbered! {
    /// What a caller wants to do.
    Action {
        /// Bring collateral.
        Deposit = 0,
        /// Pay debt back.
        Repay = 1,
        /// Make a position smaller, down to nothing.
        Reduce = 2,
        /// Take collateral out.
        Withdraw = 3,
        /// Open a position or make it larger.
        Increase = 4,
        /// Liquidate an account.
        Liquidate = 5,
        /// Accrue funding.
        Fund = 6,
        /// Settle a market for good.
        Settle = 7,
    }
}

numbered! {
    /// Why an action is refused.
    Reason {
        /// It is not.
        Allowed = 0,
        /// The price has too few sources.
        TooFewSources = 1,
        /// The price is stale.
        Stale = 2,
        /// The price is too uncertain.
        TooUncertain = 3,
        /// The price jumped and is not confirmed yet.
        Divergent = 4,
        /// The price is too far from its stable price.
        TooVolatile = 5,
        /// The price is zero.
        NonPositive = 6,
        /// The host resumed after an outage and the thaw is not complete.
        Outage = 7,
        /// The feed became valid again and the thaw is not complete.
        FeedRecovering = 8,
        /// A plan has the market frozen.
        PlanFrozen = 9,
        /// A plan is activated but not verified.
        PlanUnverified = 10,
        /// A plan is verified and must prove stable before risk grows.
        PlanStabilising = 11,
        /// A plan deviated.
        PlanDeviated = 12,
        /// A freeze reached its bound without recovery: risk may only shrink.
        BoundReached = 13,
        /// The market is not settling.
        NotSettling = 14,
        /// The guard does not know the market.
        UnknownMarket = 15,
        /// The number names no action.
        UnknownAction = 16,
        /// The upgrade registry did not answer.
        RegistryUnavailable = 17,
        /// A released plan waits for the thaw rule.
        PlanThawing = 18,
        /// The venue's mark is outside of its band around the index.
        OutOfBand = 19,
        /// A keeper or governance paused it.
        Paused = 20,
    }
}

impl From<PriceVerdict> for Reason {
    fn from(verdict: PriceVerdict) -> Self {
        match verdict {
            PriceVerdict::Valid => Self::Allowed,
            PriceVerdict::TooFewSources => Self::TooFewSources,
            PriceVerdict::Stale => Self::Stale,
            PriceVerdict::TooUncertain => Self::TooUncertain,
            PriceVerdict::Divergent => Self::Divergent,
            PriceVerdict::TooVolatile => Self::TooVolatile,
            PriceVerdict::NonPositive => Self::NonPositive,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back() {
        for number in 0..=u8::MAX {
            assert_eq!(Action::try_from(number).map_or(number, Action::number), number);
            assert_eq!(Action::try_from(number).is_ok(), number < 8);
            assert_eq!(Reason::try_from(number).is_ok(), number < 21);
            assert_eq!(PriceVerdict::try_from(number).is_ok(), number < 7);
        }
    }

    #[test]
    fn severity_orders_verdicts() {
        assert!(PriceVerdict::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(PriceVerdict::ALL.iter().copied().max(), Some(PriceVerdict::NonPositive));
    }
}
