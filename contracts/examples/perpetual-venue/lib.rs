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

mod accounts;
pub mod book;
mod error;
mod event;
mod history;
mod outside;
mod settling;

pub use error::Error;
pub use event::*;

#[ink::contract]
mod perpetual_venue {
    use ink::{prelude::vec::Vec, storage::Mapping};
    use lockstep_core::{ids::Account, margin::MAX_DECIMALS, settlement::Basis, units::Bps};
    use lockstep_interfaces::{Exposure, Holding, SnapshotVenue, Stored, Venue, VenueError};

    use crate::{
        Error, Increased, Liquidated, MarketAdded, Reduced,
        accounts::find,
        book::{Escrow, Market, Position, traded_price},
        history::{Held, Version},
        outside::{self, Liquidation},
    };

    /// Storage of the venue.
    #[ink(storage)]
    pub struct PerpetualVenue {
        pub(crate) owner: Address,
        pub(crate) vault: Address,
        pub(crate) guard: Address,
        pub(crate) quote_decimals: u8,
        /// Ends markets; zero until it is named.
        pub(crate) settlement: Address,
        pub(crate) markets: Mapping<u32, Stored<Market>>,
        pub(crate) positions: Mapping<(Address, u32), Stored<Held>>,
        /// What positions were before, numbered from the first.
        pub(crate) older: Mapping<(Address, u32, u32), Stored<Version>>,
        /// The price of the last trade in a market.
        traded: Mapping<u32, u128>,
        /// The markets in which an account has a position, or is the maker.
        pub(crate) open: Mapping<Address, Vec<u32>>,
        pub(crate) escrows: Mapping<(Address, u32), Stored<Escrow>>,
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
                settlement: Address::zero(),
                markets: Mapping::new(),
                positions: Mapping::new(),
                older: Mapping::new(),
                traded: Mapping::new(),
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
                basis: Basis::CanonicalOnly,
                ended: false,
            };
            self.list(maker, market)?;
            self.markets.insert(market, &Stored(terms));
            self.env().emit_event_sol(MarketAdded { market, maker, initial, maintenance, spread, liquidation_fee });
            Ok(())
        }

        /// Fixes on which branches of a split the positions of `market` settle (a `lockstep_core::settlement::Basis` as a
        /// number; canonical only unless this is called), before anybody has traded there. A market has one basis, so
        /// that its longs and shorts net on every branch; an underlying may have a market for each.
        ///
        /// # Errors
        /// `NotOwner`, `UnknownMarket`, `OutOfRange`, `AlreadyTraded`.
        #[ink(message, name = "fixBasis")]
        pub fn fix_basis(&mut self, market: u32, basis: u8) -> Result<(), Error> {
            self.set_basis(market, basis)
        }

        /// Names the settlement contract, once.
        ///
        /// # Errors
        /// `NotOwner`, `ZeroAddress`, `SettlementIsNamed`.
        #[ink(message, name = "nameSettlement")]
        pub fn name_settlement(&mut self, settlement: Address) -> Result<(), Error> {
            self.set_settlement(settlement)
        }

        /// Ends `market`: from now on its positions are settled by claims. The settlement contract only.
        ///
        /// # Errors
        /// `NotSettlement`, `UnknownMarket`.
        #[ink(message, name = "endMarket")]
        pub fn end_market(&mut self, market: u32) -> Result<(), Error> {
            self.end(market)
        }

        /// Takes `account` out of a market that has ended, so that it may leave the venue. Anyone may.
        ///
        /// # Errors
        /// `UnknownMarket`, `MarketNotEnded`, `NothingOpen`, `VaultFailed`.
        #[ink(message, name = "leaveMarket")]
        pub fn leave_market(&mut self, account: Address, market: u32) -> Result<(), Error> {
            self.leave_ended(account, market)
        }

        /// Reports the price of the last trade in `market` to the guard as the venue's mark, and returns it. Anyone may.
        ///
        /// # Errors
        /// `NothingOpen` where nobody has traded, `GuardFailed` where the guard does not take it.
        #[ink(message, name = "reportMark")]
        pub fn report_mark(&mut self, market: u32) -> Result<u128, Error> {
            let mark = self.traded.get(market).ok_or(Error::NothingOpen)?;
            outside::report_mark(self.guard, market, mark)?;
            Ok(mark)
        }

        /// Buys `size` (sells where negative) of the base asset in `market`, in the direction of the caller's position,
        /// at the mark plus the spread. The guard must allow it, and initial margin must be met afterwards.
        ///
        /// # Errors
        /// `ZeroSize`, `UnknownMarket`, `Maker`, `MarketHasEnded`, `Refused`, `InvalidPrice`, `WrongDirection`, `TooManyMarkets`,
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
            terms.ensure_open(market)?;
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
            self.keep(maker, market, made);
            self.traded.insert(market, &price.0);
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
        /// `UnknownMarket`, `Maker`, `MarketHasEnded`, `NothingOpen`, `GuardFailed`, `VaultFailed`, `Overflow`.
        #[ink(message)]
        pub fn reduce(&mut self, market: u32, size: u128) -> Result<(), Error> {
            let account = self.env().caller();
            let (terms, maker, scale) = self.terms(market)?;
            if account == maker {
                return Err(Error::Maker);
            }
            terms.ensure_open(market)?;
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
            self.keep(maker, market, made);
            if mark.is_valid() {
                self.traded.insert(market, &price.0);
            }
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
        /// `UnknownMarket`, `Maker`, `MarketHasEnded`, `NothingOpen`, `Healthy`, `Refused`, `NothingToLiquidate`, `NotOptedIn`,
        /// `GuardFailed`, `VaultFailed`, `Overflow`.
        #[ink(message)]
        pub fn liquidate(&mut self, account: Address, market: u32, max_size: u128) -> Result<u128, Error> {
            let (terms, maker, scale) = self.terms(market)?;
            if account == maker {
                return Err(Error::Maker);
            }
            terms.ensure_open(market)?;
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
            self.keep(maker, market, made);
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

    impl SnapshotVenue for PerpetualVenue {
        #[ink(message, name = "positionAt")]
        fn position_at(&self, account: Address, market: u32, at: u64, price: u128) -> Result<Holding, VenueError> {
            self.answer(account, market, at, price)
        }
    }
}
