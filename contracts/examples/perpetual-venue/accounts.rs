//! The venue's books: terms, positions by account, escrows, and what is reported to the vault.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::each_once,
    margin::Scale,
    units::{Bps, Price},
};
use lockstep_interfaces::{Exposure, MAX_EXPOSURES, Stored};

use crate::{
    Error, EscrowReleased,
    book::{Escrow, Market, Position},
    outside::{self, Mark},
    perpetual_venue::PerpetualVenue,
};

impl PerpetualVenue {
    pub(crate) fn terms(&self, market: u32) -> Result<(Market, Address, Scale), Error> {
        let terms = self.markets.get(market).ok_or(Error::UnknownMarket(market))?.0;
        let scale = Scale::new(terms.decimals, self.quote_decimals).ok_or(Error::OutOfRange)?;
        Ok((terms, Address::from(terms.maker.0), scale))
    }

    pub(crate) fn escrow_of(&self, account: Address, market: u32) -> Escrow {
        self.escrows.get((account, market)).unwrap_or_default().0
    }

    pub(crate) fn open_of(&self, account: Address) -> Vec<u32> {
        self.open.get(account).unwrap_or_default()
    }

    /// An account and whether it has positions here.
    pub(crate) fn side(&self, account: Address) -> (Address, bool) {
        (account, !self.open_of(account).is_empty())
    }

    /// The marks of `market` and of every market in which `accounts` have positions, each once.
    pub(crate) fn marks(&self, accounts: &[Address], market: u32) -> Result<Vec<Mark>, Error> {
        let mut markets = Vec::from([market]);
        for account in accounts {
            markets.extend(self.open_of(*account));
        }
        outside::marks(self.guard, each_once(markets))
    }

    /// The exposures of an account at `marks`, which cover its markets.
    pub(crate) fn report(&self, account: Address, marks: &[Mark]) -> Result<Vec<Exposure>, Error> {
        let mut exposures = Vec::new();
        for market in self.open_of(account) {
            let (terms, _, scale) = self.terms(market)?;
            if terms.ended {
                continue;
            }
            let (mark, position) = (find(marks, market)?, self.position_of(account, market));
            let notional = position.notional_up(mark.price, scale);
            let required = |ratio: Bps| ratio.of_up(notional).unwrap_or(u128::MAX);
            let unrealised = |price: Price| position.unrealised(price, scale);
            exposures.push((
                market,
                notional,
                required(terms.initial),
                required(terms.maintenance),
                unrealised(mark.price),
                unrealised(mark.stable),
            ));
        }
        Ok(exposures)
    }

    /// Stores a trader's position and whether it has one. A maker's markets stay listed for good: everyone who
    /// trades with it must be able to close, so it may never leave.
    pub(crate) fn store(&mut self, account: Address, market: u32, position: Position) -> Result<(), Error> {
        if position == Position::default() {
            let mut open = self.open_of(account);
            open.retain(|m| *m != market);
            self.open.insert(account, &open);
        } else {
            self.list(account, market)?;
        }
        self.keep(account, market, position);
        Ok(())
    }

    pub(crate) fn list(&mut self, account: Address, market: u32) -> Result<(), Error> {
        let mut open = self.open_of(account);
        if open.contains(&market) {
            return Ok(());
        }
        if open.len() >= MAX_EXPOSURES {
            return Err(Error::TooManyMarkets);
        }
        open.push(market);
        self.open.insert(account, &open);
        Ok(())
    }

    /// Releases an escrow at a valid mark; says whether there was one.
    pub(crate) fn release(&mut self, account: Address, market: u32, mark: Mark) -> Result<bool, Error> {
        let escrow = self.escrow_of(account, market);
        if escrow == Escrow::default() {
            return Ok(false);
        }
        let (_, maker, scale) = self.terms(market)?;
        let (paid, returned) = escrow.release(mark.price, scale);
        self.escrows.insert((account, market), &Stored(Escrow::default()));
        let payer = (self.env().address(), false);
        for (side, amount) in [(self.side(account), paid), (self.side(maker), returned)] {
            let amount = i128::try_from(amount).map_err(|_| Error::Overflow)?;
            outside::realise(self.vault, side, payer, amount)?;
        }
        self.env().emit_event_sol(EscrowReleased { account, market, paid, returned });
        Ok(true)
    }
}

pub fn find(marks: &[Mark], market: u32) -> Result<Mark, Error> {
    marks.iter().find(|mark| mark.market == market).copied().ok_or(Error::GuardFailed)
}
