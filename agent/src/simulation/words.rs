//! The contracts' numbers and refusals in words.

use alloy_core::sol_types::SolInterface;
use lockstep_core::guard::{PriceVerdict, Reason};
use lockstep_core::registry::SignalKind;
use lockstep_devchain::Failure;

use super::abi::IPerpetualVenue::{IPerpetualVenueErrors, InvalidPrice, Refused};
use super::abi::IUpgradeRegistry::IUpgradeRegistryErrors;
use crate::decimal::{PRICE_DECIMALS, format_rounded};
use crate::outcome::QUOTE_DECIMALS;

pub(super) fn verdict(number: u8) -> &'static str {
    match PriceVerdict::try_from(number) {
        Ok(PriceVerdict::Valid) => "valid",
        Ok(PriceVerdict::TooFewSources) => "too few sources",
        Ok(PriceVerdict::Stale) => "stale",
        Ok(PriceVerdict::TooUncertain) => "too uncertain",
        Ok(PriceVerdict::Divergent) => "divergent",
        Ok(PriceVerdict::TooVolatile) => "too volatile",
        Ok(PriceVerdict::NonPositive) => "not positive",
        Err(_) => "unknown",
    }
}

pub(super) fn reason(number: u8) -> &'static str {
    match Reason::try_from(number) {
        Ok(Reason::Allowed) => "",
        Ok(Reason::TooFewSources) => "too few sources for the price",
        Ok(Reason::Stale) => "the price is stale",
        Ok(Reason::TooUncertain) => "the price is too uncertain",
        Ok(Reason::Divergent) => "the price jumped and is not confirmed",
        Ok(Reason::TooVolatile) => "the price is too far from its stable price",
        Ok(Reason::NonPositive) => "the price is zero",
        Ok(Reason::Outage) => "the host is back from an outage and the thaw is not complete",
        Ok(Reason::FeedRecovering) => "the feed is back and the thaw is not complete",
        Ok(Reason::PlanFrozen) => "an upgrade has the market frozen",
        Ok(Reason::PlanUnverified) => "an upgrade is not verified",
        Ok(Reason::PlanStabilising) => "an upgrade must prove stable",
        Ok(Reason::PlanDeviated) => "an upgrade deviated",
        Ok(Reason::BoundReached) => "a freeze reached its bound",
        Ok(Reason::NotSettling) => "the market is not settling",
        Ok(Reason::UnknownMarket) => "the market is unknown",
        Ok(Reason::UnknownAction) => "the action is unknown",
        Ok(Reason::RegistryUnavailable) => "the registry does not answer",
        Ok(Reason::PlanThawing) => "an upgrade is over and the thaw is not complete",
        Ok(Reason::OutOfBand) => "the venue's mark is too far from the index",
        Ok(Reason::Paused) => "the market is paused",
        Err(_) => "unknown",
    }
}

/// Why a call to the venue was refused.
pub(super) fn refusal(failure: &Failure) -> String {
    let Some(error) = failure.revert_data().and_then(|data| IPerpetualVenueErrors::abi_decode(data).ok()) else {
        return failure.to_string();
    };
    match error {
        IPerpetualVenueErrors::Refused(Refused { reason: number, .. }) => reason(number).to_owned(),
        IPerpetualVenueErrors::InvalidPrice(InvalidPrice { verdict: number }) => {
            format!("the price is {}", verdict(number))
        }
        IPerpetualVenueErrors::InsufficientMargin(_) => "initial margin is missing".to_owned(),
        IPerpetualVenueErrors::Healthy(_) => "the account is sound".to_owned(),
        IPerpetualVenueErrors::NothingToLiquidate(_) => "the share of the thawing market is used up".to_owned(),
        IPerpetualVenueErrors::LessHealthy(_) => "its profit has to be closed first".to_owned(),
        IPerpetualVenueErrors::NothingOpen(_) => "there is no position".to_owned(),
        _ => failure.to_string(),
    }
}

/// What keepers tell, in words.
pub(super) const fn fact(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Activated => "activated",
        SignalKind::MigrationCompleted => "migrations completed",
        SignalKind::CanaryPassed => "canary passed",
        SignalKind::Failed => "failed",
        SignalKind::RolledBack => "rolled back",
        SignalKind::Aborted => "called off",
        SignalKind::Authorised => "authorised",
        SignalKind::Scheduled => "scheduled",
        SignalKind::MigrationStarted => "migrations started",
        SignalKind::Heartbeat => "heartbeat",
    }
}

/// Why the registry refused a keeper's word.
pub(super) fn registry_refusal(failure: &Failure) -> String {
    let error = failure.revert_data().and_then(|data| IUpgradeRegistryErrors::abi_decode(data).ok());
    match error {
        Some(IUpgradeRegistryErrors::PlanNotOpen(_)) => "the plan is over".to_owned(),
        _ => failure.to_string(),
    }
}

pub(super) fn price_in_words(price: u128) -> String {
    let shown = if price >= 1_000 * 10u128.pow(PRICE_DECIMALS) { 2 } else { 4 };
    format_rounded(price, PRICE_DECIMALS, shown)
}

pub(super) fn dollars(amount: u128) -> String {
    format!("{} USD", format_rounded(amount, QUOTE_DECIMALS, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_own_words() {
        let mut words: Vec<&str> = Reason::ALL.iter().map(|each| reason(each.number())).collect();
        words.extend(PriceVerdict::ALL.iter().map(|each| verdict(each.number())));
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert!(!words.contains(&"unknown"));
    }
}
