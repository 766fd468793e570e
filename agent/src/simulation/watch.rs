//! Watches the markets: what is true, what is fed, what is shut.

use super::abi::IOracleGuard;
use super::error::SimulationError;
use super::stage::{Stage, market_id};
use super::words;
use crate::incident::{PricePath, Shown};
use crate::outcome::{Arm, Freeze, MarketMode, MarketState};

/// Full liquidation size, basis points.
const WHOLE: u32 = 10_000;

/// Stages of the guard as numbers.
const RECOVERING: u8 = 1;
const FROZEN: u8 = 2;

/// The states of all markets in the open block.
pub(super) fn states(stage: &Stage<'_>) -> Result<Vec<MarketState>, SimulationError> {
    let markets: Vec<u32> = (0..stage.incident.markets.len()).map(market_id).collect();
    let quotes = stage.view("quotes", stage.oracle, &IOracleGuard::quotesCall { markets: markets.clone() })?;
    let now = stage.chain.now();
    let mut states = Vec::new();
    for ((quote, market), id) in quotes.into_iter().zip(&stage.incident.markets).zip(markets) {
        let (mode, reason, share_bps) = match stage.arm {
            Arm::Without => (MarketMode::Open, 0, WHOLE),
            Arm::With => {
                let standing =
                    stage.view("marketState", stage.oracle, &IOracleGuard::marketStateCall { market: id })?;
                (mode(standing.stage, standing.share), standing.reason, standing.share)
            }
        };
        states.push(MarketState {
            true_price: PricePath::of(market).at_down(now),
            fed_price: quote.price,
            valid: quote.verdict == 0,
            verdict: words::verdict(quote.verdict),
            mode,
            reason: words::reason(reason),
            share_bps,
        });
    }
    Ok(states)
}

const fn mode(stage: u8, share: u32) -> MarketMode {
    match stage {
        0 | RECOVERING if share < WHOLE => MarketMode::Ramping,
        0 => MarketMode::Open,
        RECOVERING => MarketMode::Recovering,
        FROZEN => MarketMode::Frozen,
        _ => MarketMode::ReduceOnly,
    }
}

/// Turns states into freezes.
#[derive(Debug, Default)]
pub(super) struct FreezeLog {
    pub(super) freezes: Vec<Freeze>,
    /// Index into `freezes` of the one that is on, by market.
    on: Vec<Option<usize>>,
}

/// What changed for a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Froze,
    Thawed,
}

impl FreezeLog {
    /// Takes the states of a block; says what changed.
    pub(super) fn take(&mut self, at: u64, states: &[MarketState]) -> Vec<(usize, Change)> {
        self.on.resize(states.len(), None);
        let mut changes = Vec::new();
        for (market, (state, on)) in states.iter().zip(&mut self.on).enumerate() {
            let shut = !state.valid || matches!(state.mode, MarketMode::Frozen | MarketMode::ReduceOnly);
            match (shut, *on) {
                (true, None) => {
                    *on = Some(self.freezes.len());
                    self.freezes.push(Freeze {
                        market,
                        from: at,
                        until: None,
                        reasons: Vec::new(),
                        reached_bound: false,
                        feed_down: false,
                    });
                    changes.push((market, Change::Froze));
                }
                (false, Some(index)) => {
                    self.freezes[index].until = Some(at);
                    *on = None;
                    changes.push((market, Change::Thawed));
                }
                _ => {}
            }
            if let Some(freeze) = on.and_then(|index| self.freezes.get_mut(index)) {
                freeze.reached_bound |= state.mode == MarketMode::ReduceOnly;
                let reason = if state.valid { state.reason } else { state.verdict };
                if freeze.reasons.last() != Some(&reason) {
                    freeze.reasons.push(reason);
                }
            }
        }
        changes
    }
}

/// When each market was last reported on truthfully, and so whether its price is fresh by the guard's own measure.
#[derive(Clone, Debug)]
pub(super) struct Freshness {
    last: Vec<u64>,
}

impl Freshness {
    pub(super) fn new(markets: usize) -> Self {
        Self { last: vec![0; markets] }
    }

    pub(super) fn reported(&mut self, market: usize, at: u64) {
        self.last[market] = at;
    }

    /// Whether the last report is young enough, true or not.
    pub(super) fn is_recent(&self, stage: &Stage<'_>, market: usize) -> bool {
        stage.chain.now() - self.last[market] <= stage.incident.guard.max_age.value
    }

    pub(super) fn is_fresh(&self, stage: &Stage<'_>, market: usize) -> bool {
        let now = stage.chain.now();
        let lies = stage.incident.markets[market].fault_at(now).is_some_and(|fault| fault.shown != Shown::Nothing);
        !lies && self.is_recent(stage, market)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(valid: bool, mode: MarketMode, reason: &'static str) -> MarketState {
        let verdict = if valid { "valid" } else { "stale" };
        MarketState { true_price: 1, fed_price: 1, valid, verdict, mode, reason, share_bps: 0 }
    }

    #[test]
    fn a_freeze_lasts_from_the_first_shut_block_to_the_first_open_one() {
        let mut log = FreezeLog::default();
        let mut changes = Vec::new();
        for (at, now) in [
            (10, state(true, MarketMode::Open, "")),
            (20, state(false, MarketMode::Frozen, "outage")),
            (30, state(true, MarketMode::Frozen, "outage")),
            (40, state(true, MarketMode::ReduceOnly, "bound")),
            (50, state(true, MarketMode::Ramping, "")),
            (60, state(false, MarketMode::Open, "")),
        ] {
            changes.push(log.take(at, &[now]));
        }
        let expected: [&[(usize, Change)]; 6] =
            [&[], &[(0, Change::Froze)], &[], &[], &[(0, Change::Thawed)], &[(0, Change::Froze)]];
        assert_eq!(changes, expected);
        assert_eq!(
            log.freezes[0],
            Freeze {
                market: 0,
                from: 20,
                until: Some(50),
                reasons: vec!["stale", "outage", "bound"],
                reached_bound: true,
                feed_down: false,
            }
        );
        assert_eq!((log.freezes[1].from, log.freezes[1].until), (60, None));
    }

    #[test]
    fn stages_become_modes() {
        assert_eq!(
            [mode(0, 10_000), mode(0, 9_999), mode(1, 10_000)],
            [MarketMode::Open, MarketMode::Ramping, MarketMode::Recovering]
        );
        assert_eq!([mode(2, 0), mode(3, 0)], [MarketMode::Frozen, MarketMode::ReduceOnly]);
    }
}
