//! Liquidation of collateral and of positions, and what is left when it comes too late.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::{Account, AssetId},
    margin::{
        CollateralTerms,
        liquidation::{CollateralCase, position_up},
    },
    units::Bps,
};
use lockstep_interfaces::{Exposure, Stored, VaultError};

use crate::{
    BadDebtCovered, CollateralLiquidated, LiquidationAuthorised, LiquidationCharged,
    books::{account_id, clearing_error, ledger_error},
    margin_vault::{MarginVault, QUOTE},
};

/// What a liquidator of collateral gets: 5 % more than it pays, a fifth of which goes to the insurance fund.
const TERMS: CollateralTerms = CollateralTerms { discount: Bps(500), insurance_share: Bps(2_000) };

/// A position that a venue wants to close.
pub struct ClosingCase {
    /// Its market.
    pub market: u32,
    /// Its size, in the venue's unit.
    pub size: u128,
    /// The most that the liquidator wants to close.
    pub max_size: u128,
    /// What closing all of it adds to health at the liquidation end, in quote.
    pub relief: u128,
}

impl MarginVault {
    /// Liquidates collateral; returns the debt repaid and the collateral taken.
    pub(crate) fn seize(
        &mut self,
        liquidator: Address,
        account: Address,
        asset: u32,
        max_repay: u128,
    ) -> Result<(u128, u128), VaultError> {
        if liquidator == account || asset == QUOTE {
            return Err(VaultError::Malformed);
        }
        let id = AssetId(asset);
        let market = self.asset_of(id)?.market.0;
        let mut ledger = self.ledger(account);
        let (judged, share) = self.liquidatable(account, &ledger, None, market)?;
        let leg = Self::holding_index(&ledger, id)
            .and_then(|index| judged.collateral.get(index))
            .ok_or(VaultError::NothingToLiquidate)?;
        let case = CollateralCase {
            deficit: judged.health.deficit(),
            debt: ledger.debt(),
            available: self.allowed(account, market, leg.amount, share),
            scale: leg.scale,
            price: leg.price,
            haircut: leg.haircut_initial,
        };
        let seizure = TERMS.seize(&case, max_repay).ok_or(VaultError::NothingToLiquidate)?;
        self.take_share(account, market, leg.amount, seizure.seized, share);

        let mut taker = self.ledger(liquidator);
        let price = seizure.repaid.checked_add(seizure.insurance).ok_or(VaultError::Overflow)?;
        taker.spend(price).map_err(ledger_error)?;
        ledger.take(id, seizure.seized).map_err(ledger_error)?;
        taker.put(id, seizure.seized).map_err(ledger_error)?;
        ledger.earn(seizure.repaid).map_err(ledger_error)?;
        let fund = self.insurance().checked_add(seizure.insurance).ok_or(VaultError::Overflow)?;
        self.insurance.set(&fund);
        self.settle_all(&mut ledger)?;
        self.require_initial(liquidator, &taker, None)?;
        self.note_holding(account, &ledger, asset, market);
        self.accounts.insert(account, &Stored(ledger));
        self.accounts.insert(liquidator, &Stored(taker));
        self.env().emit_event_sol(CollateralLiquidated {
            account,
            liquidator,
            asset,
            repaid: seizure.repaid,
            seized: seizure.seized,
            insurance: seizure.insurance,
        });
        Ok((seizure.repaid, seizure.seized))
    }

    /// Authorises a venue to close a position; returns how much of it.
    pub(crate) fn allow(
        &mut self,
        venue: Address,
        account: Address,
        case: &ClosingCase,
        exposures: &[Exposure],
    ) -> Result<u128, VaultError> {
        let ClosingCase { market, size, max_size, relief } = *case;
        let ledger = self.ledger(account);
        ledger.membership(account_id(venue)).map_err(ledger_error)?;
        let (judged, share) = self.liquidatable(account, &ledger, Some((venue, exposures)), market)?;
        let most = max_size.min(self.allowed(account, market, size, share));
        let taken = position_up(judged.health.deficit(), size, relief, most);
        if taken == 0 {
            return Err(VaultError::NothingToLiquidate);
        }
        self.take_share(account, market, size, taken, share);
        let health = judged.health.ratio.0;
        self.env().emit_event_sol(LiquidationAuthorised { venue, account, market, size: taken, health });
        Ok(taken)
    }

    /// Pays for the liquidation of a position; returns the reward and the insurance contribution as paid.
    pub(crate) fn pay_liquidation(
        &mut self,
        venue: Address,
        account: Address,
        liquidator: Address,
        reward: u128,
        insurance: u128,
    ) -> Result<(u128, u128), VaultError> {
        let mut ledger = self.ledger(account);
        ledger.membership(account_id(venue)).map_err(ledger_error)?;
        let mut book = self.book(venue);
        let (reward, insurance) = book.charge(&mut ledger, reward, insurance).map_err(clearing_error)?;
        self.accounts.insert(account, &Stored(ledger));
        self.venues.insert(venue, &Stored(book));
        let mut taker = self.ledger(liquidator);
        taker.earn(reward).map_err(ledger_error)?;
        self.accounts.insert(liquidator, &Stored(taker));
        let fund = self.insurance().checked_add(insurance).ok_or(VaultError::Overflow)?;
        self.insurance.set(&fund);
        self.env().emit_event_sol(LiquidationCharged { account, liquidator, reward, insurance });
        Ok((reward, insurance))
    }

    /// Pays the debts of a bankrupt account from the insurance fund; returns what was paid and what remains.
    pub(crate) fn cover(&mut self, account: Address) -> Result<(u128, u128), VaultError> {
        let mut ledger = self.ledger(account);
        let bound = ledger.venues.iter().any(|m| m.open || m.pending > 0);
        if ledger.debt() == 0 || ledger.cash > 0 || bound || self.owns_anything(&ledger)? {
            return Err(VaultError::NotBankrupt);
        }
        let mut fund = self.insurance();
        let mut total = 0u128;
        let owed: Vec<Account> = ledger.venues.iter().filter(|m| m.debt > 0).map(|m| m.venue).collect();
        for id in owed {
            let venue = Address::from(id.0);
            let mut book = self.book(venue);
            let covered = book.cover(id, &mut ledger, &mut fund).map_err(clearing_error)?;
            let remaining = ledger.membership(id).map_err(ledger_error)?.debt;
            self.venues.insert(venue, &Stored(book));
            total = total.checked_add(covered).ok_or(VaultError::Overflow)?;
            self.env().emit_event_sol(BadDebtCovered { account, venue, covered, remaining });
        }
        self.insurance.set(&fund);
        let remaining = ledger.debt();
        self.accounts.insert(account, &Stored(ledger));
        Ok((total, remaining))
    }

    fn allowed(&self, account: Address, market: u32, size: u128, share: Bps) -> u128 {
        if share >= Bps::ONE {
            return size;
        }
        let throttle = self.throttles.get((account, market)).unwrap_or_default();
        throttle.0.allowed_down(size, share)
    }

    fn take_share(&mut self, account: Address, market: u32, size: u128, amount: u128, share: Bps) {
        if share < Bps::ONE {
            let throttle = self.throttles.get((account, market)).unwrap_or_default();
            self.throttles.insert((account, market), &Stored(throttle.0.record(size, amount, share)));
        }
    }
}
