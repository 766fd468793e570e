//! What must be true after every command, besides the books. What needs a question to a contract is asked of somebody
//! drawn at random.

use alloy_core::{primitives::Address, sol_types::SolCall};
use e2e_tests::{
    interfaces::{
        IMarginVault as vault, IOracleGuard as guard, IPerpetualVenue as venue, IUpgradeRegistry as registry,
    },
    sol_address,
};
use lockstep_core::ids::AssetId;
use lockstep_devchain::{H160, H256};

use crate::{
    books::Layouts,
    command::Command,
    dice::Dice,
    faults::Outcome,
    memory::InForce,
    world::{BITCOIN, DAY, DOLLAR, HOUR, MARKETS, NATIVE, TRADED, TRADERS, World},
};

/// Stages of a market.
const FROZEN: u8 = 2;
const SETTLEABLE: u8 = 4;
/// The guard's freezes by an outage or a bad feed.
const FEED_BOUND: u64 = 4 * HOUR;
/// Below this health a liquidation may happen in a freeze, at a valid price.
const DEEP: u32 = 9_500;
/// One of so many commands is judged by the health of those it concerns.
const HEALTH_EVERY: u64 = 20;
/// One of so many is judged by the roots of all storage, where it is refused.
const ROOTS_EVERY: u64 = 10;

/// After one of so many the contracts are asked whether their books are what was read.
const AGREE_EVERY: u64 = 250;

/// After one of so many somebody is asked whether he could deposit, reduce or leave, or a market whether it is frozen.
const PROBE_EVERY: u64 = 2;

/// What holds of somebody who is to be liquidated.
#[derive(Clone, Copy)]
struct Liquidation {
    verdict: u8,
    stage: u8,
    /// What the thaw allows; none in a freeze. A deviation that thawed has one although its market may be settled.
    share: u32,
    health: u32,
}

/// What was seen before a command.
pub struct Before {
    /// Maintenance health of some accounts.
    health: Vec<(usize, i128)>,
    roots: Option<Vec<Option<H256>>>,
    /// Whether a vote has handed the vault to the stranger.
    stranger_governs: bool,
    /// Where somebody is to be liquidated.
    liquidation: Option<Liquidation>,
}

impl World {
    fn maintenance(&self, who: usize) -> Option<i128> {
        let call = vault::healthCall { account: sol_address(self.holder(who).address()) };
        self.ask(self.at.vault, &call).map(|health| health.maintenance)
    }

    fn stranger_governs(&self) -> bool {
        let stranger = sol_address(self.cast.stranger.address());
        self.ask(self.at.vault, &vault::stateCall {}).is_some_and(|state| state.governance == stranger)
    }

    fn roots(&self) -> Vec<Option<H256>> {
        self.contracts().iter().map(|contract| self.chain.contract_root(*contract)).collect()
    }

    fn liquidation(&self, who: usize, market: u32) -> Option<Liquidation> {
        let account = sol_address(self.holder(who).address());
        let health = self.ask(self.at.vault, &vault::healthCall { account })?.ratio;
        let verdict = self.ask(self.at.guard, &guard::readingCall { market })?.verdict;
        let state = self.ask(self.at.guard, &guard::marketStateCall { market })?;
        Some(Liquidation { verdict, stage: state.stage, share: state.share, health })
    }

    pub fn look(&self, command: &Command, step: u64, dice: &mut Dice) -> Before {
        let liquidation = match *command {
            Command::Liquidate { who, venue, market, .. } => self.liquidation(who, TRADED[venue][market]),
            Command::Seize { who, asset, .. } => self.liquidation(who, if asset == NATIVE { 11 } else { 21 }),
            _ => None,
        };
        let mut health = Vec::new();
        if step.is_multiple_of(HEALTH_EVERY) && !command.moves_the_market() {
            let mut people = command.concerns();
            people.extend([dice.below(TRADERS), dice.below(self.holders())]);
            people.sort_unstable();
            people.dedup();
            health = people.into_iter().filter_map(|who| Some((who, self.maintenance(who)?))).collect();
        }
        let roots = step.is_multiple_of(ROOTS_EVERY).then(|| self.roots());
        let stranger_governs = matches!(command, Command::Usurp { .. }) && self.stranger_governs();
        Before { health, roots, stranger_governs, liquidation }
    }

    pub fn judge(
        &mut self,
        layouts: &Layouts,
        command: &Command,
        outcome: &Outcome,
        before: &Before,
        step: u64,
        dice: &mut Dice,
    ) -> Result<(), String> {
        layouts.check(self)?;
        if step.is_multiple_of(AGREE_EVERY) {
            layouts.agree(self)?;
        }
        if outcome.is_err() && before.roots.as_ref().is_some_and(|roots| *roots != self.roots()) {
            return Err("a refused command changed a contract's storage".into());
        }
        if outcome.is_ok() && matches!(command, Command::Usurp { .. }) && !before.stranger_governs {
            return Err("a stranger did what only governance may".into());
        }
        if outcome.is_ok()
            && let Some(Liquidation { verdict, stage, share, health }) = before.liquidation
        {
            if verdict != 0 {
                return Err(format!("a liquidation at a price with verdict {verdict}"));
            }
            let thawed = stage < FROZEN || (stage == SETTLEABLE && share > 0);
            if !thawed && health >= DEEP {
                return Err(format!("a liquidation in stage {stage} at a health of {health}"));
            }
        }
        self.judge_health(command, before)?;
        if !step.is_multiple_of(PROBE_EVERY) {
            return Ok(());
        }
        match dice.below(4) {
            0 => self.deposit_goes_through(dice.below(self.holders())),
            1 => self.reduction_goes_through(dice.below(TRADERS), dice.below(2), dice.below(2)),
            2 => self.exit_goes_through(layouts, dice.below(self.holders())),
            _ if dice.percent(50) => self.freezes_end(dice.pick(&MARKETS).0),
            _ => self.nothing_loosens(dice.pick(&[NATIVE, BITCOIN])),
        }
    }

    /// No command but time and price makes a healthy account unhealthy. A hostile venue may take what those have who
    /// opted in to it, and who is owed by a bankrupt account bears his share of the loss.
    fn judge_health(&self, command: &Command, before: &Before) -> Result<(), String> {
        for (who, was) in &before.health {
            let trusts = matches!(command, Command::HostileVenue { .. }) && command.concerns().contains(who);
            if *was < 0 || trusts || matches!(command, Command::CoverBadDebt { .. }) {
                continue;
            }
            if let Some(is) = self.maintenance(*who).filter(|is| *is < 0) {
                return Err(format!("the maintenance health of holder {who} fell from {was} to {is}"));
            }
        }
        Ok(())
    }

    fn dry<C: SolCall>(&self, who: usize, at: H160, call: &C, value: u128) -> Outcome {
        let outcome = self.chain.dry_run(self.holder(who), at, call.abi_encode(), value);
        outcome.result.map(|_| ()).map_err(|failure| crate::refusals::name(&failure))
    }

    /// A deposit, which is a repayment where there is a debt, is never refused.
    fn deposit_goes_through(&self, who: usize) -> Result<(), String> {
        for asset in [0, BITCOIN] {
            let call = vault::depositCall { asset, amount: DOLLAR };
            match self.dry(who, self.at.vault, &call, 0) {
                Err(name) if name == "CapExceeded" && asset != 0 => {}
                other => other.map_err(|name| format!("holder {who} cannot deposit asset {asset}: {name}"))?,
            }
        }
        Ok(())
    }

    /// A reduction is never refused.
    fn reduction_goes_through(&self, who: usize, number: usize, market: usize) -> Result<(), String> {
        let (at, market) = (self.at.venues[number], TRADED[number][market]);
        let account = sol_address(self.holder(who).address());
        let Some(position) = self.ask(at, &venue::positionCall { account, market }) else {
            return Err(format!("venue {number} does not answer"));
        };
        if position.size == 0 {
            return Ok(());
        }
        let outcome = self.dry(who, at, &venue::reduceCall { market, size: u128::MAX }, 0);
        outcome.map_err(|name| format!("holder {who} cannot reduce in market {market}: {name}"))
    }

    /// Who has nothing open, owes nothing and did not veto takes out all there is.
    fn exit_goes_through(&self, layouts: &Layouts, who: usize) -> Result<(), String> {
        let account = self.holder(who).address();
        if !layouts.is_free(self, account) {
            return Ok(());
        }
        let ledger = layouts.ledger(self, account);
        for (asset, amount) in
            [(0, ledger.cash), (NATIVE, ledger.holding(AssetId(NATIVE))), (BITCOIN, ledger.holding(AssetId(BITCOIN)))]
        {
            if amount > 0 {
                let outcome = self.dry(who, self.at.vault, &vault::withdrawCall { asset, amount }, 0);
                outcome.map_err(|name| format!("holder {who} cannot take out {amount} of asset {asset}: {name}"))?;
            }
        }
        Ok(())
    }

    /// A freeze has a bound by its cause, and beyond it the market is no longer frozen.
    fn freezes_end(&self, market: u32) -> Result<(), String> {
        let state = self.ask(self.at.guard, &guard::marketStateCall { market }).ok_or("the guard does not answer")?;
        if state.stage != FROZEN {
            return Ok(());
        }
        let now = self.chain.now();
        let feed = MARKETS.iter().find(|(known, ..)| *known == market).map_or(0, |(_, feed, _)| *feed);
        let bound = match state.reason {
            4 | 7 | 8 => {
                let feed =
                    self.ask(self.at.guard, &guard::feedStateCall { feed }).ok_or("the guard does not answer")?;
                feed.frozenAt + FEED_BOUND
            }
            9 | 10 | 18 => {
                let plans = self.ask(self.at.registry, &registry::marketPlansCall { markets: vec![market] });
                let plans = plans.ok_or("the registry does not answer")?;
                plans.iter().filter(|plan| plan.phase != 0).map(|plan| plan.bound).max().unwrap_or(0)
            }
            20 => now + DAY,
            reason => return Err(format!("market {market} is frozen for the reason {reason}")),
        };
        if now < bound && state.until <= bound {
            Ok(())
        } else {
            Err(format!(
                "market {market} is frozen for {} until {}, bound {bound}, now {now}",
                state.reason, state.until
            ))
        }
    }

    /// While a plan bars loosening, from its freeze to the end of its cool-down, no haircut falls and no cap
    /// rises, also where that was decided before.
    fn nothing_loosens(&mut self, asset: u32) -> Result<(), String> {
        let now = self.chain.now();
        let Some(seen) = self.ask(self.at.vault, &vault::assetCall { number: asset }) else { return Ok(()) };
        let plans = self.ask(self.at.registry, &registry::marketPlansCall { markets: vec![seen.market] });
        let plans = plans.ok_or("the registry does not answer")?;
        let barring = |plan: &registry::PlanTerms| {
            let ended = match plan.phase {
                4 => plan.completedAt,
                5 | 7 => plan.releasedAt,
                6 => plan.releasedAt.max(plan.bound),
                _ => u64::MAX - DAY,
            };
            plan.freezeAt <= now && plan.phase != 0 && ended > 0 && now < ended + DAY
        };
        let barred_since = plans.iter().filter(|plan| barring(plan)).map(|plan| plan.freezeAt).min();
        let in_force = |number| {
            let call = vault::parameterCall { number, asset_: asset, venue_: Address::ZERO };
            self.ask(self.at.vault, &call).map(|figure| figure.inForce)
        };
        let (Some(haircut), Some(cap)) = (in_force(8), in_force(9)) else { return Ok(()) };
        let seen = InForce { haircut, cap, barred_since };
        let Some(last) = self.memory.in_force.insert(asset, seen) else { return Ok(()) };
        let same_bar = barred_since.is_some() && barred_since == last.barred_since;
        if same_bar && (seen.haircut < last.haircut || seen.cap > last.cap) {
            return Err(format!("asset {asset} was loosened while a plan bars it: {last:?}, now {seen:?}"));
        }
        Ok(())
    }
}
