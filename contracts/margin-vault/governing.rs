//! What governance sets, within the parameter law.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::{AssetId, MarketId},
    margin::{Asset, Clock, Course, Cover, Dial, Law, Limit, MAX_DECIMALS, Parameter, PlanTerms, law::LOOSENING_DELAY},
    units::{Bps, Seconds, Timestamp},
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    AssetListed, BondChanged, GovernanceTransferred, OfficeChanged, ParameterSet, VenueAdmitted, VenueDismissed,
    books::{account_id, ledger_error},
    growth::law_error,
    margin_vault::{MarginVault, QUOTE},
};

/// The most assets that are listed, quote included: deposits are weighed over all of them.
const MAX_ASSETS: u32 = 32;

/// What an office is, in its event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// The oracle guard.
    Guard = 0,
    /// The upgrade registry.
    Registry = 1,
    /// The settlement contract.
    Settlement = 2,
}

impl MarginVault {
    pub(crate) fn ensure_governance(&self) -> Result<(), VaultError> {
        if self.env().caller() == self.basics.governance { Ok(()) } else { Err(VaultError::NotGovernance) }
    }

    /// Moves governance to another address.
    pub(crate) fn hand_over(&mut self, to: Address) -> Result<(), VaultError> {
        if to == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let from = core::mem::replace(&mut self.basics.governance, to);
        self.env().emit_event_sol(GovernanceTransferred { from, to });
        Ok(())
    }

    /// Names who follows in an office.
    pub(crate) fn appoint(&mut self, office: Office, to: Address) -> Result<(), VaultError> {
        if to == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let now = self.now();
        let mut seat = match office {
            Office::Guard => self.basics.guard.0,
            Office::Registry => self.basics.registry.0,
            Office::Settlement => self.basics.settlement.0,
        };
        let from = Address::from(seat.at(now).0);
        seat.appoint(account_id(to), now).map_err(law_error)?;
        if from != Address::zero() {
            match self.ensure_calm(&self.watched()) {
                // A registry that does not answer must not keep itself in office.
                Err(VaultError::RegistryFailed) if office == Office::Registry => {}
                calm => calm?,
            }
        }
        match office {
            Office::Guard => self.basics.guard = Stored(seat),
            Office::Registry => self.basics.registry = Stored(seat),
            Office::Settlement => self.basics.settlement = Stored(seat),
        }
        self.env().emit_event_sol(OfficeChanged { office: office as u8, from, to, start: seat.from.0 });
        Ok(())
    }

    /// Lists an asset; returns its number.
    pub(crate) fn list(
        &mut self,
        token: Address,
        market: MarketId,
        decimals: u8,
        cap: u128,
        haircut: u32,
    ) -> Result<u32, VaultError> {
        if let Some(listed) = self.listed.get(token) {
            return Err(VaultError::AlreadyListed(listed.saturating_sub(1)));
        }
        if decimals > MAX_DECIMALS || haircut > Bps::ONE.0 {
            let value = if decimals > MAX_DECIMALS { decimals.into() } else { haircut };
            return Err(VaultError::OutOfRange(value.into()));
        }
        if cap == 0 {
            return Err(VaultError::ZeroAmount);
        }
        let asset = self.basics.asset_count;
        if asset >= MAX_ASSETS {
            return Err(VaultError::TooManyAssets);
        }
        let discount = self.terms().discount;
        let now = if discount.moves() { self.active_now()? } else { Timestamp::default() };
        ensure_covers(Bps(haircut), discount.at(now).max(discount.ramp.to))?;
        self.basics.asset_count = asset.saturating_add(1);
        let mut dial = Dial::new(Bps(haircut));
        if self.basics.opened {
            self.ensure_calm(&[market.0])?;
            dial = Dial::begins(Bps::ONE, Bps(haircut), self.active_now()?);
        }
        let listing = Asset {
            token: account_id(token),
            market,
            decimals,
            cap: Limit::new(cap),
            haircut: dial,
            scale_start: Limit::new(u128::MAX),
            held: 0,
        };
        self.assets.insert(asset, &Stored(listing));
        self.listed.insert(token, &self.basics.asset_count);
        self.watch(market.0);
        self.env().emit_event_sol(AssetListed { asset, token, market: market.0, decimals, cap, haircut });
        Ok(asset)
    }

    /// A figure and how it moves.
    pub(crate) fn course_of(&self, number: u8, asset: u32, venue: Address) -> Result<(Parameter, Course), VaultError> {
        let parameter = Parameter::try_from(number).map_err(|unknown| VaultError::UnknownParameter(unknown.0))?;
        let clock = self.clock_of(parameter, asset, venue)?.1;
        Ok((parameter, self.course_at(parameter, asset, venue, clock)?))
    }

    fn course_at(&self, parameter: Parameter, asset: u32, venue: Address, clock: Clock) -> Result<Course, VaultError> {
        let law = parameter.law();
        Ok(match parameter {
            Parameter::Haircut => self.governed_asset(asset)?.haircut.course(&law, clock),
            Parameter::Cap => self.governed_asset(asset)?.cap.course(&law, clock),
            Parameter::ScaleStart => self.governed_asset(asset)?.scale_start.course(&law, clock),
            Parameter::Weight => self.book(venue).weight.course(&law, clock),
            Parameter::Bond => self.book(venue).bond_required.course(&law, clock),
            _ => self.terms().course(parameter, clock).ok_or(VaultError::UnknownParameter(parameter.number()))?,
        })
    }

    /// The markets whose plans bar a loosening of a figure, and the clock that it is read by.
    fn clock_of(&self, parameter: Parameter, asset: u32, venue: Address) -> Result<(Vec<u32>, Clock), VaultError> {
        let (markets, moves) = match parameter {
            Parameter::Haircut | Parameter::Cap | Parameter::ScaleStart => {
                let listing = self.governed_asset(asset)?;
                (Vec::from([listing.market.0]), listing.moves() || listing.cap.moves())
            }
            Parameter::Weight => (self.watched(), self.book(venue).weight.moves()),
            Parameter::Bond => (self.watched(), self.book(venue).bond_required.moves()),
            _ => (self.watched(), self.terms().moves()),
        };
        let clock = self.law_clock(&markets, moves)?;
        Ok((markets, clock))
    }

    /// Active time, and where a figure `moves` for how long plans on `markets` have barred loosening. Where the plans
    /// cannot be had, nothing has loosened.
    pub(crate) fn law_clock(&self, markets: &[u32], moves: bool) -> Result<Clock, VaultError> {
        let (now, active) = (self.now(), self.active_now()?);
        let barred = if moves { self.barring(markets, |plan| plan.barred_for(now)) } else { Ok(None) };
        Ok(Clock { now: active, barred: barred.unwrap_or(Some(Seconds(u64::MAX))).unwrap_or_default() })
    }

    /// The largest of what the plans on `markets` say.
    pub(crate) fn barring<T: Ord>(
        &self,
        markets: &[u32],
        says: impl Fn(&PlanTerms) -> Option<T>,
    ) -> Result<Option<T>, VaultError> {
        Ok(self.plans_of(markets)?.iter().filter_map(|(_, plan)| says(plan)).max())
    }

    /// Sets a figure.
    pub(crate) fn move_parameter(
        &mut self,
        number: u8,
        asset: u32,
        venue: Address,
        to: u128,
    ) -> Result<(), VaultError> {
        let parameter = Parameter::try_from(number).map_err(|unknown| VaultError::UnknownParameter(unknown.0))?;
        let (concerned, clock) = self.clock_of(parameter, asset, venue)?;
        let (law, before) = (parameter.law(), self.course_at(parameter, asset, venue, clock)?);
        self.ensure_haircuts_cover(parameter, to, clock.now)?;
        let bound = self.basics.opened || parameter.number() > Parameter::SmallestLiquidation.number();
        if bound && law.loosens(before.now, to) {
            self.ensure_calm(&concerned)?;
        }
        match parameter {
            Parameter::Haircut | Parameter::Cap | Parameter::ScaleStart => {
                let mut listing = self.governed_asset(asset)?;
                match parameter {
                    Parameter::Haircut => listing.haircut.set(&law, ratio(to), clock),
                    Parameter::Cap => listing.cap.set(&law, to, clock),
                    _ => listing.scale_start.set(&law, to, clock),
                }
                .map_err(law_error)?;
                self.assets.insert(asset, &Stored(listing));
            }
            Parameter::Weight => {
                let mut book = self.book(venue);
                if !book.admitted {
                    return Err(VaultError::VenueNotAdmitted);
                }
                book.weight.set(&law, ratio(to), clock).map_err(law_error)?;
                self.venues.insert(venue, &Stored(book));
            }
            Parameter::Bond => return Err(VaultError::UnknownParameter(number)),
            _ => {
                let mut terms = self.terms();
                terms.set(parameter, to, clock, bound).map_err(law_error)?;
                self.figures.set(&Stored(terms));
            }
        }
        let Course { start, end, .. } = self.course_at(parameter, asset, venue, clock)?;
        let (from, start, end) = (before.now, start.0, end.0);
        self.env().emit_event_sol(ParameterSet { parameter: number, asset, venue, from, to, start, end });
        Ok(())
    }

    /// Admits a venue or changes its terms.
    pub(crate) fn admit(&mut self, venue: Address, bond_required: u128, cover: u128) -> Result<(), VaultError> {
        if venue == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let mut book = self.book(venue);
        let moves = book.bond_required.moves() || book.weight.moves() || book.cover.raise > 0;
        let clock = self.law_clock(&self.watched(), moves)?;
        if !self.basics.opened {
            (book.bond_required, book.cover) = (Limit::new(bond_required), Cover::new(cover));
        }
        let mut loosens = false;
        if self.basics.opened && bond_required != book.bond_required.next {
            loosens |= Law::BOND.loosens(book.bond_required.in_force(&Law::BOND, clock), bond_required);
            book.bond_required.set(&Law::BOND, bond_required, clock).map_err(law_error)?;
        }
        let standing = book.cover.in_force(clock);
        if self.basics.opened && cover != standing.left.saturating_add(standing.raise) {
            loosens |= Law::COVER.loosens(standing.left, cover);
            book.cover.set(cover, clock).map_err(law_error)?;
        }
        if !book.admitted {
            loosens = self.basics.opened;
            book.admitted = true;
            book.admitted_from = if self.basics.opened { clock.now.after(LOOSENING_DELAY) } else { Timestamp(0) };
            book.weight = Dial::new(book.weight.in_force(&Law::WEIGHT, clock).max(Bps::ONE));
        }
        if loosens {
            self.ensure_calm(&self.watched())?;
        }
        self.venues.insert(venue, &Stored(book));
        // A venue is an account of its own, so that it can hold profit in escrow.
        let mut ledger = self.ledger(venue);
        if ledger.membership(account_id(venue)).is_err() {
            ledger.opt_in(account_id(venue)).map_err(ledger_error)?;
            self.accounts.insert(venue, &Stored(ledger));
        }
        self.env().emit_event_sol(VenueAdmitted { venue, bond_required, cover, from: book.admitted_from.0 });
        Ok(())
    }

    /// Dismisses a venue.
    pub(crate) fn dismiss(&mut self, venue: Address) -> Result<(), VaultError> {
        let mut book = self.book(venue);
        if !book.admitted {
            return Err(VaultError::VenueNotAdmitted);
        }
        book.admitted = false;
        self.venues.insert(venue, &Stored(book));
        self.env().emit_event_sol(VenueDismissed { venue });
        Ok(())
    }

    /// Pays part of a bond back.
    pub(crate) fn release(&mut self, venue: Address, to: Address, amount: u128) -> Result<(), VaultError> {
        if to == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let mut book = self.book(venue);
        let from = book.bond;
        book.bond = from.checked_sub(amount).ok_or(VaultError::Insufficient { available: from })?;
        if book.admitted {
            // A bond that is about to be needed stays, one that is about to be free does too.
            let required = book.bond_required.value.max(book.bond_required.next);
            if book.bond < required {
                return Err(VaultError::BondTooLow { bond: book.bond, required });
            }
        }
        self.ensure_calm(&self.watched())?;
        self.venues.insert(venue, &Stored(book));
        let mut ledger = self.ledger(to);
        ledger.earn(amount).map_err(ledger_error)?;
        self.accounts.insert(to, &Stored(ledger));
        self.env().emit_event_sol(BondChanged { venue, from, to: book.bond });
        Ok(())
    }

    /// Refuses a haircut below the discount at which the asset would be liquidated, now or later: nobody would liquidate
    /// it, since the discount is cut down to what the account can bear.
    fn ensure_haircuts_cover(&self, parameter: Parameter, to: u128, now: Timestamp) -> Result<(), VaultError> {
        match parameter {
            Parameter::Haircut => {
                let discount = self.terms().discount;
                ensure_covers(ratio(to), discount.at(now).max(discount.ramp.to))
            }
            Parameter::Discount => (1..self.basics.asset_count).try_for_each(|number| {
                let haircut = self.asset_of(AssetId(number))?.haircut;
                ensure_covers(haircut.at(now).min(haircut.ramp.to), ratio(to))
            }),
            _ => Ok(()),
        }
    }

    fn governed_asset(&self, asset: u32) -> Result<Asset, VaultError> {
        if asset == QUOTE { Err(VaultError::UnknownAsset(asset)) } else { self.asset_of(AssetId(asset)) }
    }

    /// Refuses to loosen anything while a plan that touches one of `markets` is in force.
    fn ensure_calm(&self, markets: &[u32]) -> Result<(), VaultError> {
        let now = self.now();
        match self.barring(markets, |plan| plan.bars_until(now))? {
            Some(until) => Err(VaultError::LooseningBarred { until: until.0 }),
            None => Ok(()),
        }
    }
}

fn ensure_covers(haircut: Bps, discount: Bps) -> Result<(), VaultError> {
    if haircut < discount {
        return Err(VaultError::HaircutBelowDiscount { haircut: haircut.0, discount: discount.0 });
    }
    Ok(())
}

/// A ratio; one that no law allows where the number is too large for any.
fn ratio(value: u128) -> Bps {
    Bps(u32::try_from(value).unwrap_or(u32::MAX))
}
