//! What a protocol has without Lockstep: an oracle behind the guard's interface that guards nothing.
//!
//! The price of a feed is the median of what its reporters last said, however long ago. Every action is allowed, a
//! liquidation may take the whole position, and active time is wall time, since no downtime is measured. Volatility is
//! not measured either: it is zero.
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

#[ink::contract]
mod plain_oracle {
    use ink::{prelude::vec::Vec, storage::Mapping};
    use lockstep_core::{
        guard::{Action, PriceVerdict, Reason},
        units::Bps,
    };
    use lockstep_interfaces::{OracleGuard, Permission, Quote};

    /// Most reporters of one feed: what they said must fit one storage item.
    const MAX_REPORTERS: usize = 8;

    /// Why the oracle refuses.
    #[ink::error]
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Error {
        /// Only the owner may do this.
        NotOwner,
        /// The caller does not report for this feed.
        NotReporter(u32),
        /// No feed has this id.
        UnknownFeed(u32),
        /// A feed needs one to eight reporters.
        BadReporters(u32),
    }

    /// A reporter's price arrived.
    #[ink::event]
    pub struct Reported {
        /// The feed.
        #[ink(topic)]
        pub feed: u32,
        /// Who reported.
        #[ink(topic)]
        pub reporter: Address,
        /// Quote per whole unit, 18 decimals.
        pub price: u128,
        /// The median from now on.
        pub median: u128,
        /// When the reporter saw it.
        pub published_at: u64,
    }

    /// Storage of the oracle.
    #[ink(storage)]
    pub struct PlainOracle {
        owner: Address,
        reporters: Mapping<u32, Vec<Address>>,
        /// What each reporter last said, in their order.
        prices: Mapping<u32, Vec<Option<u128>>>,
        /// Feeds by market.
        feeds: Mapping<u32, u32>,
    }

    impl PlainOracle {
        /// An oracle of `owner` without feeds.
        #[ink(constructor, default)]
        pub fn new(owner: Address) -> Self {
            Self { owner, reporters: Mapping::new(), prices: Mapping::new(), feeds: Mapping::new() }
        }

        /// Sets who reports for `feed`; what was said before is forgotten.
        ///
        /// # Errors
        /// `NotOwner`, `BadReporters`.
        #[ink(message, name = "setFeed")]
        pub fn set_feed(&mut self, feed: u32, reporters: Vec<Address>) -> Result<(), Error> {
            self.ensure_owner()?;
            if reporters.is_empty() || reporters.len() > MAX_REPORTERS {
                return Err(Error::BadReporters(feed));
            }
            self.prices.insert(feed, &ink::prelude::vec![None::<u128>; reporters.len()]);
            self.reporters.insert(feed, &reporters);
            Ok(())
        }

        /// Prices `market` by `feed`.
        ///
        /// # Errors
        /// `NotOwner`, `UnknownFeed`.
        #[ink(message, name = "setMarket")]
        pub fn set_market(&mut self, market: u32, feed: u32) -> Result<(), Error> {
            self.ensure_owner()?;
            if self.reporters.get(feed).is_none() {
                return Err(Error::UnknownFeed(feed));
            }
            self.feeds.insert(market, &feed);
            Ok(())
        }

        /// A reporter's price: quote per whole unit with 18 decimals. It is taken as it is, zero too, whatever its
        /// confidence and age.
        ///
        /// # Errors
        /// `UnknownFeed`, `NotReporter`.
        #[ink(message)]
        pub fn report(&mut self, feed: u32, price: u128, _confidence: u128, published_at: u64) -> Result<(), Error> {
            let reporter = self.env().caller();
            let reporters = self.reporters.get(feed).ok_or(Error::UnknownFeed(feed))?;
            let mut prices = self.prices.get(feed).ok_or(Error::UnknownFeed(feed))?;
            let place = reporters.iter().position(|r| *r == reporter).and_then(|index| prices.get_mut(index));
            let place = place.ok_or(Error::NotReporter(feed))?;
            *place = Some(price);
            self.prices.insert(feed, &prices);
            let median = median(prices).unwrap_or(price);
            self.env().emit_event_sol(Reported { feed, reporter, price, median, published_at });
            Ok(())
        }

        fn ensure_owner(&self) -> Result<(), Error> {
            if self.env().caller() == self.owner { Ok(()) } else { Err(Error::NotOwner) }
        }
    }

    impl OracleGuard for PlainOracle {
        #[ink(message)]
        fn quotes(&self, markets: Vec<u32>) -> Vec<Quote> {
            let price = |market| self.feeds.get(market).and_then(|feed| self.prices.get(feed)).and_then(median);
            let quote = |price: Option<u128>| match price {
                Some(price) => (price, price, PriceVerdict::Valid.number()),
                None => (0, 0, PriceVerdict::NonPositive.number()),
            };
            markets.into_iter().map(|market| quote(price(market))).collect()
        }

        #[ink(message)]
        fn permission(&self, markets: Vec<u32>, action: u8, _health: u32) -> Permission {
            let reason = if Action::try_from(action).is_err() {
                Reason::UnknownAction
            } else if markets.into_iter().any(|market| self.feeds.get(market).is_none()) {
                Reason::UnknownMarket
            } else {
                Reason::Allowed
            };
            (reason == Reason::Allowed, reason.number(), 0, Bps::ONE.0)
        }

        #[ink(message, name = "quotesAndVolatility")]
        fn quotes_and_volatility(&self, quoted: Vec<u32>, volatile: Vec<u32>) -> (Vec<Quote>, Vec<u32>) {
            (self.quotes(quoted), volatile.into_iter().map(|_| 0).collect())
        }

        #[ink(message, name = "activeTime")]
        fn active_time(&self) -> u64 {
            self.env().block_timestamp()
        }

        #[ink(message)]
        fn heartbeat(&mut self) {}
    }

    /// Lower median of what was said.
    fn median(prices: Vec<Option<u128>>) -> Option<u128> {
        let mut said: Vec<u128> = prices.into_iter().flatten().collect();
        said.sort_unstable();
        said.get(said.len().checked_sub(1)? / 2).copied()
    }
}
