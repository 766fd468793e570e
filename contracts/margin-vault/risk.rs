//! Gathers what the margin engine needs to judge an account: the vault's books, the guard's quotes, the venues' word.

use ink::{Address, prelude::vec::Vec};
use lockstep_core::{
    guard::{Action, PriceVerdict},
    ids::AssetId,
    margin::{CollateralLeg, Health, Ledger, Reading, Scale, VenueLeg, health},
    units::{Bps, Price, Ramp, Timestamp},
};
use lockstep_interfaces::{Exposure, MAX_EXPOSURES, VaultError};

use crate::{margin_vault::MarginVault, outside};

/// An account as it is judged.
pub struct Assessment {
    /// Its health by the reading that was asked for.
    pub health: Health,
    /// The markets that its health rests on: those of its positions, and of its collateral with a valid price.
    pub markets: Vec<u32>,
    /// Its collateral, in the order of its holdings.
    pub collateral: Vec<CollateralLeg>,
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
    ) -> Result<Assessment, VaultError> {
        let mut markets = Vec::new();
        let mut venues = Vec::new();
        for membership in &ledger.venues {
            let venue = Address::from(membership.venue.0);
            let mut leg = VenueLeg { debt: membership.debt, pending: membership.pending, ..VenueLeg::default() };
            match own {
                Some((caller, exposures)) if caller == venue => add(&mut leg, &mut markets, exposures)?,
                _ if membership.open => add(&mut leg, &mut markets, &outside::exposures(venue, account)?)?,
                _ => {}
            }
            if leg.unrealised > 0 || leg.pending > 0 {
                leg.bond = self.book(venue).bond;
            }
            venues.push(leg);
        }
        let collateral = self.collateral(ledger, &mut markets)?;
        Ok(Assessment { health: health(ledger.cash, &collateral, &venues, reading), markets, collateral })
    }

    fn collateral(&self, ledger: &Ledger, markets: &mut Vec<u32>) -> Result<Vec<CollateralLeg>, VaultError> {
        if ledger.holdings.is_empty() {
            return Ok(Vec::new());
        }
        let mut assets = Vec::new();
        for holding in &ledger.holdings {
            assets.push((holding.amount, self.asset_of(holding.asset)?));
        }
        let asked: Vec<u32> = assets.iter().map(|(_, asset)| asset.market.0).collect();
        let quotes = outside::quotes(self.guard, &asked)?;
        let clock = self.clock(assets.iter().map(|(_, asset)| &asset.haircut))?;
        let mut legs = Vec::new();
        for ((amount, asset), (price, stable, verdict)) in assets.into_iter().zip(quotes) {
            let valid = verdict == PriceVerdict::Valid.number();
            if valid {
                markets.push(asset.market.0);
            }
            let haircut = asset.haircut.at(clock);
            legs.push(CollateralLeg {
                amount,
                scale: Scale::new(asset.decimals, self.quote_decimals).ok_or(VaultError::Overflow)?,
                price: Price(price),
                stable: Price(stable),
                valid,
                haircut_initial: haircut,
                haircut_maintenance: haircut,
            });
        }
        Ok(legs)
    }

    /// Active time, asked only where one of the ramps has somewhere to go.
    fn clock<'a>(&self, mut ramps: impl Iterator<Item = &'a Ramp>) -> Result<Timestamp, VaultError> {
        if ramps.any(|ramp| ramp.from != ramp.to) {
            return self.active_now();
        }
        Ok(Timestamp::default())
    }

    /// Refuses an account without initial margin, by the lower bound on its health.
    pub(crate) fn require_initial(
        &self,
        account: Address,
        ledger: &Ledger,
        own: Option<(Address, &[Exposure])>,
    ) -> Result<(), VaultError> {
        if own.is_none() && !ledger.has_open_risk() {
            return Ok(());
        }
        let initial = self.assess(account, ledger, own, Reading::Lower)?.health.initial;
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
    ) -> Result<(Assessment, Bps), VaultError> {
        let assessment = self.assess(account, ledger, own, Reading::Upper)?;
        if !assessment.health.is_liquidatable() {
            return Err(VaultError::Healthy);
        }
        let mut markets = assessment.markets.clone();
        markets.push(market);
        markets.sort_unstable();
        markets.dedup();
        let ratio = assessment.health.ratio.0;
        let (allowed, reason, until, share) =
            outside::permission(self.guard, markets, Action::Liquidate.number(), ratio)?;
        if !allowed {
            return Err(VaultError::LiquidationRefused { reason, until });
        }
        Ok((assessment, Bps(share)))
    }

    pub(crate) fn holding_index(ledger: &Ledger, asset: AssetId) -> Option<usize> {
        ledger.holdings.iter().position(|h| h.asset == asset)
    }
}

/// Adds a venue's word to its leg. What it says is taken as it is, in sums that cannot wrap.
fn add(leg: &mut VenueLeg, markets: &mut Vec<u32>, exposures: &[Exposure]) -> Result<(), VaultError> {
    if exposures.len() > MAX_EXPOSURES {
        return Err(VaultError::Malformed);
    }
    for &(market, _notional, initial, maintenance, unrealised, unrealised_stable) in exposures {
        markets.push(market);
        leg.initial = leg.initial.saturating_add(initial);
        leg.maintenance = leg.maintenance.saturating_add(maintenance);
        leg.unrealised = leg.unrealised.saturating_add(unrealised);
        leg.unrealised_stable = leg.unrealised_stable.saturating_add(unrealised_stable);
    }
    Ok(())
}
