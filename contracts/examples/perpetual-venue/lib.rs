//! A perpetual venue on Lockstep: an example, and the venue of the rehearsals.
//!
//! Traders trade against one maker per market at the guard's price plus a spread. The venue holds no money: margin,
//! profit and loss are in the margin vault. It knows Lockstep through its interfaces only.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::borrow_as_ptr,
    clippy::cast_possible_truncation,
    clippy::ignored_unit_patterns,
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::ref_as_ptr,
    clippy::too_many_arguments,
    clippy::type_complexity,
    clippy::used_underscore_binding,
    reason = "in code that ink! and the codec derive; the ABI is cheaper without structs"
)]

pub mod book;
mod error;
mod event;
mod outside;

pub use error::Error;
pub use event::*;

#[ink::contract]
mod perpetual_venue {
    use ink::{prelude::vec::Vec, storage::Mapping};
    use lockstep_core::{
        ids::Account,
        margin::{MAX_DECIMALS, Scale},
        units::{Bps, Price},
    };
    use lockstep_interfaces::{Exposure, MAX_EXPOSURES, Stored, Venue, VenueError};

    use crate::{
        Error, EscrowReleased, Increased, Liquidated, MarketAdded, Reduced,
        book::{Escrow, Market, Position, traded_price},
        outside::{self, Liquidation, Mark},
    };

    /// Storage of the venue.
    #[ink(storage)]
    pub struct PerpetualVenue {
        owner: Address,
        vault: Address,
        guard: Address,
        quote_decimals: u8,
        markets: Mapping<u32, Stored<Market>>,
        positions: Mapping<(Address, u32), Stored<Position>>,
        /// The markets in which an account has a position, or is the maker.
        open: Mapping<Address, Vec<u32>>,
        escrows: Mapping<(Address, u32), Stored<Escrow>>,
    }

    impl PerpetualVenue {
        /// A venue of `owner` without markets, on `vault` (whose quote has `quote_decimals`) and `guard`.
        ///
        /// # Errors
        /// `ZeroAddress`, `OutOfRange`.
        #[ink(constructor, default)]
        pub fn new(owner: Address, vault: Address, guard: Address, quote_decimals: u8) -> Result<Self, Error> {
            if [owner, vault, guard].contains(&Address::zero()) {
                return Err(Error::ZeroAddress);
            }
            if quote_decimals > MAX_DECIMALS {
                return Err(Error::OutOfRange);
            }
            Ok(Self {
                owner,
                vault,
                guard,
                quote_decimals,
                markets: Mapping::new(),
                positions: Mapping::new(),
                open: Mapping::new(),
                escrows: Mapping::new(),
            })
        }

        /// Adds `market` (its id in the guard) on a base asset with `decimals`, against `maker`. Ratios are in basis
        /// points: requirements, spread and liquidation fee of the notional, the insurance share of the fee.
        ///
        /// # Errors
        /// `NotOwner`, `MarketExists`, `ZeroAddress`, `OutOfRange`, `TooManyMarkets`.
        #[ink(message, name = "addMarket")]
        pub fn add_market(
            &mut self,
            market: u32,
            maker: Address,
            decimals: u8,
            initial: u32,
            maintenance: u32,
            spread: u32,
            liquidation_fee: u32,
            insurance_share: u32,
        ) -> Result<(), Error> {
            if self.env().caller() != self.owner {
                return Err(Error::NotOwner);
            }
            if self.markets.get(market).is_some() {
                return Err(Error::MarketExists(market));
            }
            if maker == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            let one = Bps::ONE.0;
            let ordered = 0 < maintenance && maintenance <= initial && initial <= one;
            if decimals > MAX_DECIMALS || !ordered || spread >= one || insurance_share > one {
                return Err(Error::OutOfRange);
            }
            // A fee above the maintenance requirement would be taken from what is not there.
            if liquidation_fee > maintenance {
                return Err(Error::OutOfRange);
            }
            let terms = Market {
                maker: Account(maker.0),
                decimals,
                initial: Bps(initial),
                maintenance: Bps(maintenance),
                spread: Bps(spread),
                liquidation_fee: Bps(liquidation_fee),
                insurance_share: Bps(insurance_share),
            };
            self.list(maker, market)?;
            self.markets.insert(market, &Stored(terms));
            self.env().emit_event_sol(MarketAdded { market, maker, initial, maintenance, spread, liquidation_fee });
            Ok(())
        }

        /// Buys `size` (sells where negative) of the base asset in `market`, in the direction of the caller's position,
        /// at the mark plus the spread. The guard must allow it, and initial margin must be met afterwards.
        ///
        /// # Errors
        /// `ZeroSize`, `UnknownMarket`, `Maker`, `Refused`, `InvalidPrice`, `WrongDirection`, `TooManyMarkets`,
        /// `NotOptedIn`, `NotAdmitted`, `InsufficientMargin`, `GuardFailed`, `VaultFailed`, `Overflow`.
        #[ink(message)]
        pub fn increase(&mut self, market: u32, size: i128) -> Result<(), Error> {
            if size == 0 {
                return Err(Error::ZeroSize);
            }
            let account = self.env().caller();
            let (terms, maker, scale) = self.terms(market)?;
            if account == maker {
                return Err(Error::Maker);
            }
            outside::ensure_increase(self.guard, market)?;
            let marks = self.marks(&[account, maker], market)?;
            let mark = find(&marks, market)?;
            if !mark.is_valid() || mark.price.0 == 0 {
                return Err(Error::InvalidPrice(mark.verdict));
            }
            self.release(account, market, mark)?;
            let price = traded_price(mark.price, terms.spread, size > 0).ok_or(Error::Overflow)?;
            let (mut taken, mut made) = (self.position_of(account, market), self.position_of(maker, market));
            let before = made.size.unsigned_abs();
            taken.open(&mut made, size, price, scale)?;
            self.store(account, market, taken)?;
            self.positions.insert((maker, market), &Stored(made));
            outside::increased(
                self.vault,
                (account, self.report(account, &marks)?),
                (maker, self.report(maker, &marks)?),
                made.size.unsigned_abs() > before,
            )?;
            self.env().emit_event_sol(Increased { account, market, size, price: price.0 });
            Ok(())
        }

        /// Closes at most `size` of the caller's position in `market`. Never blocked by any state. Profit at a mark
        /// that is not valid is counted at the worse of the mark and the stable price and held in escrow until the
        /// next valid price; a loss is realised at the mark.
        ///
        /// # Errors
        /// `UnknownMarket`, `Maker`, `NothingOpen`, `GuardFailed`, `VaultFailed`, `Overflow`.
        #[ink(message)]
        pub fn reduce(&mut self, market: u32, size: u128) -> Result<(), Error> {
            let account = self.env().caller();
            let (terms, maker, scale) = self.terms(market)?;
            if account == maker {
                return Err(Error::Maker);
            }
            let marks = outside::marks(self.guard, Vec::from([market]))?;
            let mark = find(&marks, market)?;
            let (mut taken, mut made) = (self.position_of(account, market), self.position_of(maker, market));
            let spread = if mark.is_valid() { terms.spread } else { Bps::ZERO };
            // A price of zero is no mark.
            let at = if mark.price.0 == 0 { mark.stable } else { mark.price };
            let price = traded_price(at, spread, taken.size < 0).ok_or(Error::Overflow)?;
            let held = taken;
            let mut closed = taken.reduce(&mut made, size, price, scale)?;
            let escrowed = !mark.is_valid() && closed.profit > 0;
            if escrowed {
                let stable = held.part_at(size, mark.stable, scale)?;
                closed.profit = closed.profit.min(stable.max(0));
            } else if mark.is_valid() {
                self.release(account, market, mark)?;
            }
            self.store(account, market, taken)?;
            self.positions.insert((maker, market), &Stored(made));
            let (sides, profit) = ((self.side(account), self.side(maker)), closed.profit);
            if escrowed {
                let mut escrow = self.escrow_of(account, market);
                escrow.add(&closed, profit.unsigned_abs())?;
                self.escrows.insert((account, market), &Stored(escrow));
                outside::realise(self.vault, sides.0, sides.1, 0)?;
                outside::realise(self.vault, (self.env().address(), false), sides.1, profit)?;
            } else {
                outside::realise(self.vault, sides.0, sides.1, profit)?;
            }
            let size = closed.size;
            self.env().emit_event_sol(Reduced { account, market, size, price: price.0, profit, escrowed });
            Ok(())
        }

        /// Pays the profit that `account` has in escrow in `market`, at a valid price, and no more of it than the
        /// closed part would bring now; the rest goes back to the maker. Anyone may ask.
        ///
        /// # Errors
        /// `UnknownMarket`, `InvalidPrice`, `NothingInEscrow`, `GuardFailed`, `VaultFailed`.
        #[ink(message, name = "releaseEscrow")]
        pub fn release_escrow(&mut self, account: Address, market: u32) -> Result<(), Error> {
            let marks = outside::marks(self.guard, Vec::from([market]))?;
            let mark = find(&marks, market)?;
            if !mark.is_valid() {
                return Err(Error::InvalidPrice(mark.verdict));
            }
            if self.release(account, market, mark)? { Ok(()) } else { Err(Error::NothingInEscrow) }
        }

        /// Closes at most `max_size` of the position of `account` in `market` at the mark: as much as the vault
        /// authorises, which is until the account is at its liquidation end and within the share that the guard
        /// allows. Anyone may ask; the fee goes to the caller and the insurance fund. Returns the size closed.
        ///
        /// # Errors
        /// `UnknownMarket`, `Maker`, `NothingOpen`, `Healthy`, `Refused`, `NothingToLiquidate`, `NotOptedIn`,
        /// `GuardFailed`, `VaultFailed`, `Overflow`.
        #[ink(message)]
        pub fn liquidate(&mut self, account: Address, market: u32, max_size: u128) -> Result<u128, Error> {
            let (terms, maker, scale) = self.terms(market)?;
            if account == maker {
                return Err(Error::Maker);
            }
            let (mut taken, mut made) = (self.position_of(account, market), self.position_of(maker, market));
            if taken.size == 0 {
                return Err(Error::NothingOpen);
            }
            let marks = self.marks(&[account], market)?;
            let mark = find(&marks, market)?;
            if mark.is_valid() {
                self.release(account, market, mark)?;
            }
            let notional = taken.notional_up(mark.price, scale);
            let fee_on = |notional| terms.liquidation_fee.of_up(notional).ok_or(Error::Overflow);
            let asked = Liquidation {
                account,
                market,
                size: taken.size.unsigned_abs(),
                max_size,
                relief: terms.initial.of_down(notional).unwrap_or(0).saturating_sub(fee_on(notional)?),
                exposures: self.report(account, &marks)?,
            };
            let authorised = outside::authorise(self.vault, asked)?;
            let closed = taken.reduce(&mut made, authorised, mark.price, scale)?;
            self.store(account, market, taken)?;
            self.positions.insert((maker, market), &Stored(made));
            outside::realise(self.vault, self.side(account), self.side(maker), closed.profit)?;

            let fee = fee_on(Position { size: closed.size, cost: 0 }.notional_up(mark.price, scale))?;
            let insurance = terms.insurance_share.of_up(fee).ok_or(Error::Overflow)?;
            let liquidator = self.env().caller();
            let (reward, insurance) =
                outside::charge(self.vault, account, liquidator, fee.saturating_sub(insurance), insurance)?;
            self.env().emit_event_sol(Liquidated {
                account,
                market,
                liquidator,
                size: closed.size,
                price: mark.price.0,
                profit: closed.profit,
                reward,
                insurance,
            });
            Ok(closed.size.unsigned_abs())
        }

        /// `(size, cost)` of a position: the size is negative for a short, the cost is the quote paid for it.
        #[ink(message)]
        pub fn position(&self, account: Address, market: u32) -> (i128, i128) {
            let position = self.position_of(account, market);
            (position.size, position.cost)
        }

        /// `(size, cost, profit)` that an account has in escrow.
        #[ink(message)]
        pub fn escrow(&self, account: Address, market: u32) -> (i128, i128, u128) {
            let escrow = self.escrow_of(account, market);
            (escrow.size, escrow.cost, escrow.profit)
        }

        /// `(maker, decimals, initial, maintenance, spread, liquidation fee, insurance share)` of a market.
        ///
        /// # Errors
        /// `UnknownMarket`.
        #[ink(message)]
        pub fn market(&self, market: u32) -> Result<(Address, u8, u32, u32, u32, u32, u32), Error> {
            let (t, maker, _) = self.terms(market)?;
            let fee = (t.liquidation_fee.0, t.insurance_share.0);
            Ok((maker, t.decimals, t.initial.0, t.maintenance.0, t.spread.0, fee.0, fee.1))
        }

        fn terms(&self, market: u32) -> Result<(Market, Address, Scale), Error> {
            let terms = self.markets.get(market).ok_or(Error::UnknownMarket(market))?.0;
            let scale = Scale::new(terms.decimals, self.quote_decimals).ok_or(Error::OutOfRange)?;
            Ok((terms, Address::from(terms.maker.0), scale))
        }

        fn position_of(&self, account: Address, market: u32) -> Position {
            self.positions.get((account, market)).unwrap_or_default().0
        }

        fn escrow_of(&self, account: Address, market: u32) -> Escrow {
            self.escrows.get((account, market)).unwrap_or_default().0
        }

        fn open_of(&self, account: Address) -> Vec<u32> {
            self.open.get(account).unwrap_or_default()
        }

        /// An account and whether it has positions here.
        fn side(&self, account: Address) -> (Address, bool) {
            (account, !self.open_of(account).is_empty())
        }

        /// The marks of `market` and of every market in which `accounts` have positions, each once.
        fn marks(&self, accounts: &[Address], market: u32) -> Result<Vec<Mark>, Error> {
            let mut markets = Vec::from([market]);
            for account in accounts {
                markets.extend(self.open_of(*account));
            }
            markets.sort_unstable();
            markets.dedup();
            outside::marks(self.guard, markets)
        }

        /// The exposures of an account at `marks`, which cover its markets.
        fn report(&self, account: Address, marks: &[Mark]) -> Result<Vec<Exposure>, Error> {
            let mut exposures = Vec::new();
            for market in self.open_of(account) {
                let (terms, _, scale) = self.terms(market)?;
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
        fn store(&mut self, account: Address, market: u32, position: Position) -> Result<(), Error> {
            if position == Position::default() {
                let mut open = self.open_of(account);
                open.retain(|m| *m != market);
                self.open.insert(account, &open);
            } else {
                self.list(account, market)?;
            }
            self.positions.insert((account, market), &Stored(position));
            Ok(())
        }

        fn list(&mut self, account: Address, market: u32) -> Result<(), Error> {
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
        fn release(&mut self, account: Address, market: u32, mark: Mark) -> Result<bool, Error> {
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

    impl Venue for PerpetualVenue {
        #[ink(message)]
        fn exposures(&self, account: Address) -> Result<Vec<Exposure>, VenueError> {
            let open = self.open_of(account);
            if open.is_empty() {
                return Ok(Vec::new());
            }
            let marks = outside::marks(self.guard, open).map_err(|_| VenueError::MarkUnavailable)?;
            self.report(account, &marks).map_err(|_| VenueError::MarkUnavailable)
        }
    }

    fn find(marks: &[Mark], market: u32) -> Result<Mark, Error> {
        marks.iter().find(|mark| mark.market == market).copied().ok_or(Error::GuardFailed)
    }
}
