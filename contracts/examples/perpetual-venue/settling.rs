//! What the venue does for settlement: the basis of its markets, their end, and the answer as of a snapshot.

use ink::{Address, codegen::Env as _};
use lockstep_core::{settlement::Basis, units::Price};
use lockstep_interfaces::{Holding, Stored, VenueError};

use crate::{BasisFixed, Error, MarketEnded, outside, perpetual_venue::PerpetualVenue};

impl PerpetualVenue {
    fn ensure_owner(&self) -> Result<(), Error> {
        if self.env().caller() == self.owner { Ok(()) } else { Err(Error::NotOwner) }
    }

    pub(crate) fn set_basis(&mut self, market: u32, basis: u8) -> Result<(), Error> {
        self.ensure_owner()?;
        let (mut terms, maker, _) = self.terms(market)?;
        terms.basis = Basis::try_from(basis).map_err(|_| Error::OutOfRange)?;
        if self.has_history(maker, market) {
            return Err(Error::AlreadyTraded(market));
        }
        self.markets.insert(market, &Stored(terms));
        self.env().emit_event_sol(BasisFixed { market, basis });
        Ok(())
    }

    pub(crate) fn set_settlement(&mut self, settlement: Address) -> Result<(), Error> {
        self.ensure_owner()?;
        if settlement == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        if self.settlement != Address::zero() {
            return Err(Error::SettlementIsNamed);
        }
        self.settlement = settlement;
        Ok(())
    }

    pub(crate) fn end(&mut self, market: u32) -> Result<(), Error> {
        let caller = self.env().caller();
        if caller != self.settlement || caller == Address::zero() {
            return Err(Error::NotSettlement);
        }
        let (mut terms, ..) = self.terms(market)?;
        terms.ended = true;
        self.markets.insert(market, &Stored(terms));
        self.env().emit_event_sol(MarketEnded { market });
        Ok(())
    }

    pub(crate) fn leave_ended(&mut self, account: Address, market: u32) -> Result<(), Error> {
        let (terms, maker, _) = self.terms(market)?;
        if !terms.ended {
            return Err(Error::MarketNotEnded(market));
        }
        let mut open = self.open_of(account);
        if !open.contains(&market) {
            return Err(Error::NothingOpen);
        }
        open.retain(|listed| *listed != market);
        self.open.insert(account, &open);
        let other = if account == maker { (self.env().address(), false) } else { self.side(maker) };
        outside::realise(self.vault, self.side(account), other, 0)
    }

    /// What an account held in a market right before `at`, counted at `price`.
    pub(crate) fn answer(&self, account: Address, market: u32, at: u64, price: u128) -> Result<Holding, VenueError> {
        let (terms, _, scale) = self.terms(market).map_err(|_| VenueError::UnknownSeries(market))?;
        if at > self.env().block_timestamp() {
            return Err(VenueError::NotYet(at));
        }
        let position = self.position_before(account, market, at);
        let (margin, unrealised) = if price == 0 {
            (0, 0)
        } else {
            let notional = position.notional_up(Price(price), scale);
            (terms.initial.of_up(notional).unwrap_or(u128::MAX), position.unrealised(Price(price), scale))
        };
        let entry_price = scale.price_up(position.cost.unsigned_abs(), position.size.unsigned_abs()).0;
        Ok((position.size, entry_price, margin, unrealised, terms.basis.number()))
    }
}
