//! Liquidation of collateral and of positions, and what is left when it comes too late.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    guard::permission::DEEP_INSOLVENCY,
    ids::{Account, AssetId},
    margin::{
        CollateralTerms, InForce, Membership,
        liquidation::{CollateralCase, is_too_small, position_up},
    },
    units::{Bps, mul_div_down},
};
use lockstep_interfaces::{Exposure, Stored, VaultError};

use crate::{
    BadDebtCovered, CollateralLiquidated, LiquidationAuthorised,
    books::{account_id, clearing_error, ledger_error},
    charging::Ticket,
    margin_vault::{MarginVault, QUOTE},
    outlook::Outlooks,
};

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
        let mut outlooks = Outlooks::default();
        let (judged, share) = self.liquidatable(account, &ledger, None, market, &mut outlooks)?;
        if judged.health.bare >= DEEP_INSOLVENCY {
            self.ensure_seizable(asset)?;
        }
        let leg = Self::holding_index(&ledger, id)
            .and_then(|index| judged.collateral.get(index))
            .ok_or(VaultError::NothingToLiquidate)?;
        let case = CollateralCase {
            deficit: judged.health.deficit(),
            debt: ledger.debt(),
            available: self.allowed(account, market, leg.amount, share),
            scale: leg.scale,
            price: leg.price,
            weight: leg.weights(),
        };
        let fee_ratio = outlooks.of(market).fee_ratio;
        let terms = collateral_terms(&judged.terms, fee_ratio);
        let seizure = terms.seize(&case, max_repay).ok_or(VaultError::NothingToLiquidate)?;
        let possible = terms.seize(&case, u128::MAX).map_or(0, |whole| whole.repaid);
        ensure_large_enough(&judged.terms, fee_ratio, seizure.repaid, possible)?;
        self.take_share(account, market, leg.amount, seizure.seized, share);

        let mut taker = self.ledger(liquidator);
        let price = seizure.repaid.checked_add(seizure.insurance).ok_or(VaultError::Overflow)?;
        taker.spend(price).map_err(ledger_error)?;
        ledger.take(id, seizure.seized).map_err(ledger_error)?;
        taker.put(id, seizure.seized).map_err(ledger_error)?;
        ledger.earn(seizure.repaid).map_err(ledger_error)?;
        let fund = self.insured(seizure.insurance)?;
        self.set_insurance(fund);
        self.settle_all(&mut ledger)?;
        self.require_initial(liquidator, &taker, None, &mut outlooks)?;
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
        let mut outlooks = Outlooks::default();
        let (judged, share) = self.liquidatable(account, &ledger, Some((venue, exposures)), market, &mut outlooks)?;
        if judged.health.bare >= DEEP_INSOLVENCY {
            self.ensure_closable(venue, market)?;
        }
        let possible = position_up(judged.health.deficit(), size, relief, self.allowed(account, market, size, share));
        let taken = possible.min(max_size);
        if taken == 0 {
            return Err(VaultError::NothingToLiquidate);
        }
        let part = |of: u128, closed| mul_div_down(of, closed, size).unwrap_or(u128::MAX);
        let (mut notional, mut result) = (0u128, 0i128);
        for exposure in exposures.iter().filter(|exposure| exposure.0 == market) {
            notional = notional.saturating_add(exposure.1);
            result = result.saturating_add(exposure.4);
        }
        if result < 0 {
            let loss = part(result.unsigned_abs(), taken);
            let leg = judged.venues.iter().find(|(of, _)| *of == venue);
            let by = leg.map_or(0, |(_, leg)| leg.cost_of_realising(loss));
            if by > 0 {
                return Err(VaultError::LessHealthy { by });
            }
        }
        let fee_ratio = outlooks.of(market).fee_ratio;
        ensure_large_enough(&judged.terms, fee_ratio, part(notional, taken), part(notional, possible))?;
        if fee_ratio > Bps::ONE {
            // Half of what the account gains at its liquidation end: no reward makes it less healthy.
            let most = part(relief, taken) / 2;
            let ticket = Ticket { venue, account, fee_ratio: fee_ratio.0, most, at: self.now().0 };
            self.ticket.set(&Stored(ticket));
        }
        self.take_share(account, market, size, taken, share);
        let health = judged.health.ratio.0;
        self.env().emit_event_sol(LiquidationAuthorised { venue, account, market, size: taken, health });
        Ok(taken)
    }

    /// Pays the debts of a bankrupt account from the insurance fund and shares the rest; returns both.
    pub(crate) fn cover(&mut self, account: Address) -> Result<(u128, u128), VaultError> {
        let mut ledger = self.ledger(account);
        let wins = |m: &Membership| m.open || self.book(Address::from(m.venue.0)).credit_of(m) > 0;
        let bound = ledger.venues.iter().any(wins);
        if ledger.debt() == 0 || ledger.cash > 0 || bound || self.owns_anything(&ledger)? {
            return Err(VaultError::NotBankrupt);
        }
        let mut fund = self.basics.insurance;
        let (mut covered, mut shared) = (0u128, 0u128);
        let owed: Vec<Account> = ledger.venues.iter().filter(|m| m.debt > 0).map(|m| m.venue).collect();
        for id in owed {
            let venue = Address::from(id.0);
            let mut book = self.book(venue);
            if book.cover.raise > 0 {
                book.cover = book.cover.in_force(self.law_clock(&self.watched(), true)?);
            }
            let paid = book.cover(id, &mut ledger, &mut fund).map_err(clearing_error)?;
            let rest = book.share(id, &mut ledger).map_err(clearing_error)?;
            self.venues.insert(venue, &Stored(book));
            covered = covered.checked_add(paid).ok_or(VaultError::Overflow)?;
            let borne = rest.by_bond.checked_add(rest.by_credits).ok_or(VaultError::Overflow)?;
            shared = shared.checked_add(borne).ok_or(VaultError::Overflow)?;
            self.env().emit_event_sol(BadDebtCovered {
                account,
                venue,
                covered: paid,
                by_bond: rest.by_bond,
                by_credits: rest.by_credits,
            });
        }
        self.set_insurance(fund);
        self.accounts.insert(account, &Stored(ledger));
        Ok((covered, shared))
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

/// What a liquidator of collateral gets; the discount follows the fees.
fn collateral_terms(terms: &InForce, fee_ratio: Bps) -> CollateralTerms {
    let discount = fee_ratio.of_down(terms.discount.0.into()).and_then(|discount| u32::try_from(discount).ok());
    CollateralTerms { discount: Bps(discount.unwrap_or(terms.discount.0)), insurance_share: terms.insurance_share }
}

/// Refuses a bite that is not worth its transaction, unless no more can be taken. In quote.
fn ensure_large_enough(terms: &InForce, fee_ratio: Bps, taken: u128, possible: u128) -> Result<(), VaultError> {
    let smallest = fee_ratio.of_up(terms.smallest).unwrap_or(u128::MAX);
    if is_too_small(taken, possible, smallest) { Err(VaultError::TooSmall { smallest }) } else { Ok(()) }
}
