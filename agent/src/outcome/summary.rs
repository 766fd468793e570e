//! The figures of the closing table.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{ArmOutcome, Wish, amount, signed_amount};

/// One column of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Accounts liquidated at least once.
    pub liquidated: usize,
    /// Accounts liquidated while they were sound at the true price.
    pub wrongly_liquidated: usize,
    /// What wrongful liquidations cost their accounts, smallest unit of the quote asset.
    #[serde(serialize_with = "signed_amount")]
    pub wrongful_loss: i128,
    /// Wrongful liquidations that a roll-back of the chain undid.
    pub wrongs_undone: usize,
    /// Positions opened or enlarged at a price that was not fresh.
    pub stale_increases: usize,
    /// Positions opened or enlarged while an upgrade was under way or had gone wrong.
    pub upgrade_increases: usize,
    /// Losses beyond the collateral of accounts.
    #[serde(serialize_with = "amount")]
    pub bad_debt: u128,
    /// What the insurance fund paid.
    #[serde(serialize_with = "amount")]
    pub insurance_used: u128,
    /// What the market maker won or lost.
    #[serde(serialize_with = "signed_amount")]
    pub maker_result: i128,
    /// Longest freeze, seconds; `None` where there was none.
    pub longest_freeze: Option<u64>,
    /// From the end of the last disturbance to the moment at which every market was open, seconds; `None` where one
    /// stayed shut, or nothing was shut.
    pub time_to_thaw: Option<u64>,
    /// Freezes that had not ended when the rehearsal did.
    pub still_shut: usize,
    /// Deposits, reductions and exits refused.
    pub sacred_refused: usize,
    /// Increases and liquidations refused.
    pub risk_refused: usize,
}

/// Sums an arm up. `over_at` is when the last disturbance ended, where there was one: the chain came back, or an
/// upgrade left its frozen phases.
pub fn summarise(arm: &ArmOutcome, over_at: Option<u64>) -> Summary {
    let end = arm.blocks.last().map_or(0, |block| block.at);
    let wrongful = arm.liquidations.iter().filter(|liquidation| liquidation.is_wrongful());
    let increases = arm.attempts.iter().filter(|attempt| attempt.wish == Wish::Increase && attempt.refused.is_none());
    let accounts = |of: &mut dyn Iterator<Item = usize>| of.collect::<BTreeSet<_>>().len();
    let refused = arm.attempts.iter().filter(|attempt| attempt.refused.is_some());
    let after =
        arm.freezes.iter().filter(|freeze| over_at.is_some_and(|at| freeze.until.is_none_or(|until| until > at)));
    Summary {
        liquidated: accounts(&mut arm.liquidations.iter().map(|liquidation| liquidation.trader)),
        wrongly_liquidated: accounts(&mut wrongful.clone().map(|liquidation| liquidation.trader)),
        wrongs_undone: wrongful.clone().filter(|liquidation| liquidation.undone).count(),
        wrongful_loss: wrongful.map(|liquidation| liquidation.loss).sum(),
        stale_increases: increases.clone().filter(|attempt| !attempt.price_fresh).count(),
        upgrade_increases: increases.filter(|attempt| attempt.in_upgrade).count(),
        bad_debt: arm.bad_debt,
        insurance_used: arm.insurance_used,
        maker_result: arm.maker_result,
        longest_freeze: arm.freezes.iter().map(|freeze| freeze.until.unwrap_or(end).saturating_sub(freeze.from)).max(),
        time_to_thaw: after
            .map(|freeze| freeze.until)
            .collect::<Option<Vec<_>>>()
            .and_then(|ends| ends.into_iter().max())
            .and_then(|thawed| Some(thawed - over_at?)),
        still_shut: arm.freezes.iter().filter(|freeze| freeze.until.is_none()).count(),
        sacred_refused: refused.clone().filter(|attempt| attempt.wish.is_sacred()).count(),
        risk_refused: refused.filter(|attempt| !attempt.wish.is_sacred()).count(),
    }
}
