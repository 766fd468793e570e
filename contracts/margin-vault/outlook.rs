//! What upgrades and wild prices add to margin, asked once for each market in a call.

use ink::{Address, prelude::vec::Vec};
use lockstep_core::{
    guard::{Action, Reason},
    margin::{
        AddOn, InForce, PlanTerms, Reading, Terms,
        addon::{hedging_band_down, volatility_up},
    },
    units::{Bps, Timestamp},
};
use lockstep_interfaces::VaultError;

use crate::{margin_vault::MarginVault, outside};

/// What is added in one market.
#[derive(Clone, Copy)]
pub struct Outlook {
    /// The market.
    pub market: u32,
    /// The add-on of its plans.
    pub plans: AddOn,
    /// The add-on of its volatility.
    pub volatility: Bps,
    /// How much dearer its plans make transactions.
    pub fee_ratio: Bps,
    /// Whether the volatility was asked.
    complete: bool,
}

/// What was asked already in this call.
#[derive(Default)]
pub struct Outlooks {
    clock: Option<Timestamp>,
    terms: Option<InForce>,
    known: Vec<Outlook>,
}

impl Outlooks {
    fn knows(&self, market: u32, priced: bool) -> bool {
        self.known.iter().any(|known| known.market == market && (known.complete || !priced))
    }

    /// What is added in `market`; nothing where it was not asked for.
    pub fn of(&self, market: u32) -> Outlook {
        let found = self.known.iter().find(|outlook| outlook.market == market).copied();
        let nothing =
            Outlook { market, plans: AddOn::default(), volatility: Bps::ZERO, fee_ratio: Bps::ONE, complete: false };
        found.unwrap_or(nothing)
    }
}

impl MarginVault {
    /// The vault's governed figures.
    pub(crate) fn terms(&self) -> Terms {
        self.figures.get().map_or_else(|| Terms::new(self.quote_decimals), |stored| stored.0)
    }

    /// Active time, asked only where something `moves`.
    pub(crate) fn clock(&self, outlooks: &mut Outlooks, moves: bool) -> Result<Timestamp, VaultError> {
        match outlooks.clock {
            _ if !moves => Ok(Timestamp::default()),
            Some(clock) => Ok(clock),
            None => {
                let clock = self.active_now()?;
                outlooks.clock = Some(clock);
                Ok(clock)
            }
        }
    }

    /// The governed figures in force.
    pub(crate) fn in_force(&self, outlooks: &mut Outlooks) -> Result<InForce, VaultError> {
        if let Some(terms) = outlooks.terms {
            return Ok(terms);
        }
        let terms = self.terms();
        let clock = self.clock(outlooks, terms.moves())?;
        let terms = terms.at(clock);
        outlooks.terms = Some(terms);
        Ok(terms)
    }

    /// Asks about the `markets` that are not known yet; about their volatility where a plan touches one of them, or
    /// where the account has collateral (`priced`), since alone it adds to haircuts only. Where the registry or the
    /// volatility cannot be had, a liquidation goes by no add-on; everything else is refused.
    pub(crate) fn look_at(
        &self,
        outlooks: &mut Outlooks,
        markets: &[u32],
        priced: bool,
        reading: Reading,
    ) -> Result<(), VaultError> {
        let asked: Vec<u32> = markets.iter().copied().filter(|market| !outlooks.knows(*market, priced)).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let terms = self.in_force(outlooks)?;
        let lenient = reading == Reading::Upper;
        let mut plans = Vec::new();
        for market in &asked {
            plans.push(match self.plans_of(*market) {
                Err(_) if lenient => Vec::new(),
                answer => answer?,
            });
        }
        let matters = (priced && terms.factor.0 > 0) || plans.iter().any(|plans| !plans.is_empty());
        let volatility = if matters { outside::volatility(self.guard(), &asked) } else { Ok(Vec::new()) };
        let volatility = match volatility {
            Err(_) if lenient => Vec::new(),
            answer => answer?,
        };
        let now = self.now();
        for (index, (market, plans)) in asked.into_iter().zip(plans).enumerate() {
            let sigma = Bps(volatility.get(index).copied().unwrap_or(0));
            let falls = plans.iter().any(|plan| plan.may_fall(terms.grace, now));
            let held = falls && self.is_frozen(market)?;
            let mut outlook = Outlook {
                market,
                plans: AddOn::default(),
                volatility: volatility_up(sigma, terms.calm, terms.factor),
                fee_ratio: Bps::ONE,
                complete: matters || priced,
            };
            for plan in &plans {
                outlook.plans = outlook.plans.larger(plan.add_on(terms.deviations, sigma, terms.grace, held, now));
                outlook.fee_ratio = outlook.fee_ratio.max(plan.fee_ratio(now));
            }
            outlooks.known.retain(|known| known.market != market);
            outlooks.known.push(outlook);
        }
        Ok(())
    }

    /// The plans that touch a market; none without a registry.
    pub(crate) fn plans_of(&self, market: u32) -> Result<Vec<PlanTerms>, VaultError> {
        let registry = self.registry();
        if registry == Address::zero() {
            return Ok(Vec::new());
        }
        outside::plans(registry, market)
    }

    /// Whether a market that a plan froze is still frozen: nobody can be liquidated there. A pause or another plan does not
    /// count: no keeper makes anyone less healthy.
    fn is_frozen(&self, market: u32) -> Result<bool, VaultError> {
        let (allowed, reason, ..) =
            outside::permission(self.guard(), Vec::from([market]), Action::Liquidate.number(), u32::MAX)?;
        let others = [Reason::Paused, Reason::PlanFrozen, Reason::PlanUnverified];
        Ok(!allowed && others.iter().all(|other| other.number() != reason))
    }

    /// The public figures of a market.
    pub(crate) fn outlook_of(&self, market: u32) -> Result<(u32, u32, u32, u32, u32), VaultError> {
        let mut outlooks = Outlooks::default();
        self.look_at(&mut outlooks, &[market], true, Reading::Plain)?;
        let Outlook { plans, volatility, fee_ratio, .. } = outlooks.of(market);
        Ok((plans.initial.0, plans.maintenance.0, volatility.0, fee_ratio.0, hedging_band_down(fee_ratio).0))
    }
}
