//! Gathers what the margin engine needs to judge an account: the vault's books, the guard's quotes, the venues' word.

use ink::{Address, prelude::vec::Vec};
use lockstep_core::{
    guard::{Action, PriceVerdict},
    ids::{AssetId, each_once},
    margin::{
        AddOn, Asset, CollateralLeg, Dial, Health, InForce, Law, Ledger, Position, Reading, Scale, VenueLeg, health,
    },
    units::{Bps, Price, Seconds},
};
use lockstep_interfaces::{Exposure, MAX_EXPOSURES, Quote, VaultError};

use crate::{margin_vault::MarginVault, outlook::Outlooks, outside};

/// An account as it is judged.
pub struct Assessment {
    /// Its health by the reading that was asked for.
    pub health: Health,
    /// The markets that its health rests on: those of its positions, for a liquidation only with a valid price, and of
    /// its collateral with a valid price.
    pub markets: Vec<u32>,
    /// Its collateral, in the order of its holdings.
    pub collateral: Vec<CollateralLeg>,
    /// What it has on each venue.
    pub venues: Vec<(Address, VenueLeg)>,
    /// The figures it was judged by.
    pub terms: InForce,
}

/// What one venue says of an account.
struct Said {
    venue: Address,
    leg: VenueLeg,
    weight: Dial,
    exposures: Vec<Exposure>,
}

/// The guard's quotes of some markets.
struct Quotes(Vec<(u32, Quote)>);

impl Quotes {
    fn of(&self, market: u32) -> Result<(Price, Price, bool), VaultError> {
        let found = self.0.iter().find(|(m, _)| *m == market).ok_or(VaultError::GuardFailed)?;
        let (price, stable, verdict) = found.1;
        Ok((Price(price), Price(stable), verdict == PriceVerdict::Valid.number()))
    }
}

impl MarginVault {
    /// Judges an account. `own` is what the calling venue says itself; the other venues are asked where the account
    /// has open positions.
    pub(crate) fn assess(
        &self,
        account: Address,
        ledger: &Ledger,
        own: Option<(Address, &[Exposure])>,
        reading: Reading,
        outlooks: &mut Outlooks,
    ) -> Result<Assessment, VaultError> {
        let said = self.ask_venues(account, ledger, own)?;
        let mut assets = Vec::new();
        for holding in &ledger.holdings {
            assets.push((holding, self.asset_of(holding.asset)?));
        }
        let positions = said.iter().flat_map(|said| &said.exposures).map(|exposure| exposure.0);
        let collateral = assets.iter().map(|(_, asset)| asset.market.0);
        // Which positions have a valid price matters for a liquidation only.
        let asked = if reading == Reading::Upper {
            each_once(positions.clone().chain(collateral.clone()))
        } else {
            each_once(collateral.clone())
        };
        let markets = each_once(positions.chain(collateral));
        let priced = !assets.is_empty();
        let unknown = outlooks.unknown(&markets, priced);
        let (quotes, volatility) = self.ask_guard(outlooks, &asked, &unknown, priced, reading)?;
        let quotes = Quotes(asked.into_iter().zip(quotes).collect());
        self.look_at(outlooks, &unknown, volatility, priced, reading)?;
        let barred = outlooks.barred(&markets);
        let terms = self.in_force(outlooks, barred)?;

        let (mut markets, mut venues) = (Vec::new(), Vec::new());
        for Said { venue, mut leg, weight, exposures } in said {
            let clock = self.clock(outlooks, weight.moves(), barred)?;
            let weight = weight.in_force(&Law::WEIGHT, clock).max(Bps::ONE);
            for (market, notional, initial, maintenance, unrealised, unrealised_stable) in exposures {
                let valid = reading != Reading::Upper || quotes.of(market)?.2;
                if valid {
                    markets.push(market);
                }
                let plans = outlooks.of(market).plans;
                let add_on = AddOn {
                    initial: plans.initial.min(terms.haircut_cap),
                    maintenance: plans.maintenance.min(terms.haircut_cap),
                };
                let position = Position { notional, initial, maintenance, unrealised, unrealised_stable };
                leg.add(&position, weight, add_on, valid, reading);
            }
            venues.push((venue, leg));
        }
        let mut collateral = Vec::new();
        for (holding, asset) in &assets {
            let mut leg = self.collateral_leg(holding.amount, asset, &quotes, terms, outlooks)?;
            leg.valid &= reading != Reading::Lower || !self.backs_nothing(holding.asset);
            if leg.valid {
                markets.push(asset.market.0);
            }
            collateral.push(leg);
        }
        let legs: Vec<VenueLeg> = venues.iter().map(|(_, leg)| *leg).collect();
        let health = health(ledger.cash, &collateral, &legs, reading);
        Ok(Assessment { health, markets: each_once(markets), collateral, venues, terms })
    }

    /// The quotes of `asked`, and at once the volatility of the markets that are `unknown`, where it will matter whatever
    /// plans there are. A liquidation does without where the guard has only quotes.
    fn ask_guard(
        &self,
        outlooks: &mut Outlooks,
        asked: &[u32],
        unknown: &[u32],
        priced: bool,
        reading: Reading,
    ) -> Result<(Vec<Quote>, Option<Vec<u32>>), VaultError> {
        if asked.is_empty() {
            return Ok((Vec::new(), None));
        }
        let ask = |volatile| outside::quotes_and_volatility(self.guard(), asked, volatile);
        if priced && !unknown.is_empty() && self.in_force(outlooks, Seconds(0))?.factor > Bps::ZERO {
            match ask(unknown) {
                Err(_) if reading == Reading::Upper => {}
                answer => return answer.map(|(quotes, volatility)| (quotes, Some(volatility))),
            }
        }
        Ok((ask(&[])?.0, None))
    }

    /// What every venue of an account says of it.
    fn ask_venues(
        &self,
        account: Address,
        ledger: &Ledger,
        own: Option<(Address, &[Exposure])>,
    ) -> Result<Vec<Said>, VaultError> {
        let mut all = Vec::new();
        for membership in &ledger.venues {
            let venue = Address::from(membership.venue.0);
            let exposures = match own {
                Some((caller, exposures)) if caller == venue => exposures.to_vec(),
                _ if membership.open => outside::exposures(venue, account)?,
                _ => Vec::new(),
            };
            if exposures.len() > MAX_EXPOSURES {
                return Err(VaultError::Malformed);
            }
            if exposures.is_empty() && membership.debt == 0 && membership.credit == 0 {
                continue;
            }
            let book = self.book(venue);
            let leg = VenueLeg { debt: membership.debt, pending: book.credit_of(membership), ..VenueLeg::default() };
            all.push(Said { venue, leg, weight: book.weight, exposures });
        }
        Ok(all)
    }

    fn collateral_leg(
        &self,
        amount: u128,
        asset: &Asset,
        quotes: &Quotes,
        terms: InForce,
        outlooks: &mut Outlooks,
    ) -> Result<CollateralLeg, VaultError> {
        let (price, stable, valid) = quotes.of(asset.market.0)?;
        let outlook = outlooks.of(asset.market.0);
        let clock = self.clock(outlooks, asset.moves(), outlook.barred)?;
        let bare = asset.haircut.in_force(&Law::HAIRCUT, clock);
        let with =
            |add_on: Bps| CollateralLeg::in_force(bare, add_on.saturating_add(outlook.volatility), terms.haircut_cap);
        Ok(CollateralLeg {
            amount,
            scale: Scale::new(asset.decimals, self.basics.quote_decimals).ok_or(VaultError::Overflow)?,
            price,
            stable,
            valid,
            haircut_initial: with(outlook.plans.initial),
            haircut_maintenance: with(outlook.plans.maintenance),
            haircut_bare: bare,
            scale_start: asset.scale_start.in_force(&Law::SCALE_START, clock),
            deposits: asset.held,
        })
    }

    /// The health of an account at the prices as they stand.
    pub(crate) fn health_of(&self, account: Address) -> Result<Health, VaultError> {
        let ledger = self.ledger(account);
        Ok(self.assess(account, &ledger, None, Reading::Plain, &mut Outlooks::default())?.health)
    }

    /// Refuses an account without initial margin, by the lower bound on its health.
    pub(crate) fn require_initial(
        &self,
        account: Address,
        ledger: &Ledger,
        own: Option<(Address, &[Exposure])>,
        outlooks: &mut Outlooks,
    ) -> Result<(), VaultError> {
        if own.is_none() && !ledger.has_open_risk() {
            return Ok(());
        }
        let initial = self.assess(account, ledger, own, Reading::Lower, outlooks)?.health.initial;
        if initial < 0 {
            return Err(VaultError::InsufficientMargin { account, missing: initial.unsigned_abs() });
        }
        Ok(())
    }

    /// Judges an account for liquidation, and asks the guard about every market that its health rests on and about
    /// `market`. Returns the judgement and the share that may be taken.
    pub(crate) fn liquidatable(
        &self,
        account: Address,
        ledger: &Ledger,
        own: Option<(Address, &[Exposure])>,
        market: u32,
        outlooks: &mut Outlooks,
    ) -> Result<(Assessment, Bps), VaultError> {
        let assessment = self.assess(account, ledger, own, Reading::Upper, outlooks)?;
        if !assessment.health.is_liquidatable() {
            return Err(VaultError::Healthy);
        }
        let mut markets = assessment.markets.clone();
        markets.push(market);
        let ratio = assessment.health.bare.0;
        let (allowed, reason, until, share) =
            outside::permission(self.guard(), each_once(markets), Action::Liquidate.number(), ratio)?;
        if !allowed {
            return Err(VaultError::LiquidationRefused { reason, until });
        }
        Ok((assessment, Bps(share)))
    }

    pub(crate) fn holding_index(ledger: &Ledger, asset: AssetId) -> Option<usize> {
        ledger.holdings.iter().position(|h| h.asset == asset)
    }
}
