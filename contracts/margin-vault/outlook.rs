//! What upgrades and wild prices add to margin, asked once for each market in a call.

use ink::{Address, prelude::vec::Vec};
use lockstep_core::{
    guard::{Action, Reason},
    margin::{
        AddOn, Clock, InForce, PlanTerms, Reading, Terms,
        addon::{hedging_band_down, volatility_up},
    },
    units::{Bps, Seconds, Timestamp},
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
    /// For how long its plans have barred loosening.
    pub barred: Seconds,
    /// Whether the volatility was asked.
    complete: bool,
}

/// What was asked already in this call.
#[derive(Default)]
pub struct Outlooks {
    now: Option<Timestamp>,
    terms: Option<Terms>,
    known: Vec<Outlook>,
}

impl Outlooks {
    /// Those of `markets` that were not asked about yet.
    pub fn unknown(&self, markets: &[u32], priced: bool) -> Vec<u32> {
        let knows = |market| self.known.iter().any(|known| known.market == market && (known.complete || !priced));
        markets.iter().copied().filter(|market| !knows(*market)).collect()
    }

    /// What is added in `market`; nothing where it was not asked for.
    pub fn of(&self, market: u32) -> Outlook {
        let found = self.known.iter().find(|outlook| outlook.market == market).copied();
        found.unwrap_or(Outlook {
            market,
            plans: AddOn::default(),
            volatility: Bps::ZERO,
            fee_ratio: Bps::ONE,
            barred: Seconds(0),
            complete: false,
        })
    }

    /// For how long loosening has been barred in one of `markets`.
    pub fn barred(&self, markets: &[u32]) -> Seconds {
        markets.iter().map(|market| self.of(*market).barred).max().unwrap_or_default()
    }
}

impl MarginVault {
    /// The vault's governed figures.
    pub(crate) fn terms(&self) -> Terms {
        self.figures.get().map_or_else(|| Terms::new(self.basics.quote_decimals), |stored| stored.0)
    }

    /// The clock that figures are read by, asked only where one `moves`.
    pub(crate) fn clock(&self, outlooks: &mut Outlooks, moves: bool, barred: Seconds) -> Result<Clock, VaultError> {
        if !moves {
            return Ok(Clock::default());
        }
        let now = match outlooks.now {
            Some(now) => now,
            None => *outlooks.now.insert(self.active_now()?),
        };
        Ok(Clock { now, barred })
    }

    /// The governed figures in force where loosening has been `barred` for so long.
    pub(crate) fn in_force(&self, outlooks: &mut Outlooks, barred: Seconds) -> Result<InForce, VaultError> {
        let terms = *outlooks.terms.get_or_insert_with(|| self.terms());
        Ok(terms.in_force(self.clock(outlooks, terms.moves(), barred)?))
    }

    /// Asks about markets that are not known yet; about their volatility, if that is not at hand, where a plan touches one
    /// of them, or where the account has collateral (`priced`), since alone it adds to haircuts only. Where the registry or
    /// the volatility cannot be had, a liquidation goes by no add-on; everything else is refused.
    pub(crate) fn look_at(
        &self,
        outlooks: &mut Outlooks,
        asked: &[u32],
        volatility: Option<Vec<u32>>,
        priced: bool,
        reading: Reading,
    ) -> Result<(), VaultError> {
        if asked.is_empty() {
            return Ok(());
        }
        let lenient = reading == Reading::Upper;
        let now = self.now();
        let all = match self.plans_of(asked) {
            Err(_) if lenient => Vec::new(),
            answer => answer?,
        };
        let mut matters = !all.is_empty();
        let mut cases = Vec::new();
        for market in asked {
            let plans: Vec<PlanTerms> = all.iter().filter(|(of, _)| of == market).map(|(_, plan)| *plan).collect();
            let barred = plans.iter().filter_map(|plan| plan.barred_for(now)).max().unwrap_or_default();
            let terms = self.in_force(outlooks, barred)?;
            matters |= priced && terms.factor.0 > 0;
            cases.push((*market, plans, barred, terms));
        }
        let volatility = match volatility {
            Some(known) => known,
            None if matters => match outside::quotes_and_volatility(self.guard(), &[], asked) {
                Err(_) if lenient => Vec::new(),
                answer => answer?.1,
            },
            None => Vec::new(),
        };
        for (index, (market, plans, barred, terms)) in cases.into_iter().enumerate() {
            let sigma = Bps(volatility.get(index).copied().unwrap_or(0));
            let falls = plans.iter().any(|plan| plan.may_fall(terms.grace, now));
            let held = falls && self.is_frozen(market)?;
            let mut outlook = Outlook {
                market,
                plans: AddOn::default(),
                volatility: volatility_up(sigma, terms.calm, terms.factor),
                fee_ratio: Bps::ONE,
                barred,
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

    /// The plans that touch each of `markets`; none without a registry.
    pub(crate) fn plans_of(&self, markets: &[u32]) -> Result<Vec<(u32, PlanTerms)>, VaultError> {
        let registry = self.registry();
        if registry == Address::zero() { Ok(Vec::new()) } else { outside::plans(registry, markets) }
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
        self.look_at(&mut outlooks, &[market], None, true, Reading::Plain)?;
        let Outlook { plans, volatility, fee_ratio, .. } = outlooks.of(market);
        Ok((plans.initial.0, plans.maintenance.0, volatility.0, fee_ratio.0, hedging_band_down(fee_ratio).0))
    }
}
