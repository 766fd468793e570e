//! A vault and a venue that trade, on an oracle without a guard or on the real one.
#![allow(clippy::missing_panics_doc, reason = "a fixture panics where it cannot be set up")]

use alloy_core::{
    primitives::{Address, U256},
    sol,
    sol_types::{SolCall, SolError, SolValue},
};
use lockstep_devchain::{Account, ChainConfig, DevChain, Failure, H160};

use crate::{
    START, blob, bytecode, chain, funded,
    interfaces::{IMarginVault as vault, IOracleGuard as guard, IPerpetualVenue as venue, IPlainOracle as oracle},
    place, sol_address,
};

sol! {
    /// What the tests need of an ERC-20.
    #[allow(missing_docs, reason = "the ERC-20 standard")]
    interface IErc20 {
        function transfer(address to, uint256 amount) external returns (bool);
        function approve(address spender, uint256 amount) external returns (bool);
        function balanceOf(address account) external view returns (uint256);
    }
}

/// The feed of the markets.
pub const FEED: u32 = 1;
/// The perpetual market.
pub const MARKET: u32 = 10;
/// The market of the native token as collateral.
pub const NATIVE_MARKET: u32 = 11;
/// One whole unit of the base asset and of the native token, and one in a price.
pub const UNIT: u128 = 1_000_000_000_000_000_000;
/// One whole unit of quote.
pub const DOLLAR: u128 = 1_000_000;
/// The asset behind quote.
const QUOTE_ASSET: u32 = 77;

/// A chain with everything deployed: one perpetual market on the native token's price, initial requirement 10 %,
/// maintenance 5 %, spread 0.1 %, liquidation fee 1 %, half of it for insurance. Quote has 6 decimals.
pub struct Exchange {
    /// The chain.
    pub chain: DevChain,
    /// Governs all of it.
    pub governance: Account,
    /// Report prices.
    pub reporters: Vec<Account>,
    /// The other side of every trade, with 100,000 of quote.
    pub maker: Account,
    /// The oracle or the guard.
    pub guard: H160,
    /// The upgrade registry; zero on the plain oracle.
    pub registry: H160,
    /// The ERC-20 token of quote.
    pub token: H160,
    /// The vault.
    pub vault: H160,
    /// The venue.
    pub venue: H160,
}

/// The venue that an exchange runs: both behave alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VenueCode {
    /// The ink! contract.
    Ink,
    /// The Solidity contract.
    Solidity,
}

impl VenueCode {
    /// What is deployed.
    pub fn code(self) -> Vec<u8> {
        match self {
            Self::Ink => blob("perpetual_venue"),
            Self::Solidity => bytecode("PerpetualVenue"),
        }
    }
}

/// The error that a call was refused with.
///
/// # Panics
/// Where it went through or was refused otherwise.
pub fn refusal<T, E: SolError>(result: Result<T, Failure>) -> E {
    match result {
        Ok(_) => panic!("expected {}, but the call went through", E::SIGNATURE),
        Err(failure) => failure.error_as().unwrap_or_else(|| panic!("expected {}, got {failure:?}", E::SIGNATURE)),
    }
}

impl Exchange {
    /// On the plain oracle, with the price at 2,000.
    pub fn plain() -> Self {
        Self::plain_with(VenueCode::Ink)
    }

    /// As [`plain`](Self::plain), with that venue.
    pub fn plain_with(venue: VenueCode) -> Self {
        let mut chain = chain();
        let governance = funded(&mut chain, "governance");
        let reporters = vec![funded(&mut chain, "reporter")];
        let owner = (sol_address(governance.address()),).abi_encode_params();
        let guard = chain.deploy(&governance, blob("plain_oracle"), owner, 0).expect("the oracle deploys").address;
        let addresses = reporters.iter().map(|r| sol_address(r.address())).collect();
        chain
            .sol_call(&governance, guard, &oracle::setFeedCall { feed: FEED, reporters: addresses }, 0)
            .expect("the feed is set");
        for market in [MARKET, NATIVE_MARKET] {
            chain
                .sol_call(&governance, guard, &oracle::setMarketCall { market, feed: FEED }, 0)
                .expect("the market is set");
        }
        let mut exchange = Self::on(chain, governance, reporters, (guard, H160::zero()), venue);
        exchange.open();
        exchange.price(2_000 * UNIT);
        exchange
    }

    /// On the real guard, with three reporters, a greatest age of two minutes, a grace of ten minutes after an outage
    /// and a ramp of half an hour, and the price at 2,000 for a while.
    pub fn guarded() -> Self {
        Self::guarded_with(VenueCode::Ink)
    }

    /// As [`guarded`](Self::guarded), with that venue.
    pub fn guarded_with(venue: VenueCode) -> Self {
        Self::guarded_every(venue, 6)
    }

    /// As [`guarded_with`](Self::guarded_with), with a block every so many seconds: for tests that last for days.
    pub fn guarded_every(venue: VenueCode, block_seconds: u64) -> Self {
        let mut exchange = Self::coordinated(block_seconds, venue);
        exchange.open();
        exchange.recover();
        exchange
    }

    /// On the real guard, in blocks of a minute; the vault asks the real registry about plans and takes the native token
    /// with a haircut of 10 %. The price moves by `volatility` basis points a day at least.
    pub fn connected(volatility: u32) -> Self {
        let mut exchange = Self::coordinated(60, VenueCode::Ink);
        let (governance, guard) = (exchange.governance.clone(), exchange.guard);
        let rule = guard::setVolatilityCall {
            feed: FEED,
            forecasters: Vec::new(),
            quorum: 0,
            maxAge: 3_600,
            memory_: 86_400,
            floor: volatility,
            cap: 20_000,
        };
        exchange.chain.sol_call(&governance, guard, &rule, 0).expect("the volatility is bounded");
        let registry = sol_address(exchange.registry);
        exchange.govern(&vault::setRegistryCall { registry });
        exchange.govern(&vault::listAssetCall {
            token: Address::ZERO,
            market: NATIVE_MARKET,
            decimals: 18,
            cap: 1 << 100,
            haircut: 1_000,
        });
        exchange.open();
        exchange.recover();
        exchange
    }

    /// Prices come in until the market is open.
    pub fn recover(&mut self) {
        for _ in 0..8 {
            self.wait(60);
            self.price(2_000 * UNIT);
        }
    }

    fn coordinated(block_seconds: u64, venue: VenueCode) -> Self {
        let config = ChainConfig { genesis_time: START, block_time: block_seconds, ..ChainConfig::default() };
        let mut chain = DevChain::new(config).expect("the chain starts");
        let governance = funded(&mut chain, "governance");
        let reporters: Vec<Account> = ["ann", "ben", "cat"].iter().map(|name| funded(&mut chain, name)).collect();
        let owner = sol_address(governance.address());
        let registry = place(&mut chain, &governance, "upgrade_registry", (owner,).abi_encode_params())
            .expect("the registry deploys");
        let constructor = (owner, sol_address(registry), block_seconds * 1_000, 60u64, 1_800u64).abi_encode_params();
        let guard = place(&mut chain, &governance, "oracle_guard", constructor).expect("the guard deploys");
        let feed = guard::setFeedCall {
            feed: FEED,
            reporters: reporters.iter().map(|r| sol_address(r.address())).collect(),
            minSources: 2,
            maxAge: 120,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: 600,
            feedGrace: 60,
            ramp: 1_800,
            freshReports: 3,
        };
        chain.sol_call(&governance, guard, &feed, 0).expect("the feed is set");
        for (market, class) in [(MARKET, 0), (NATIVE_MARKET, 3)] {
            let call = guard::setMarketCall { market, feed: FEED, class };
            chain.sol_call(&governance, guard, &call, 0).expect("the market is set");
        }
        Self::on(chain, governance, reporters, (guard, registry), venue)
    }

    fn on(
        mut chain: DevChain,
        governance: Account,
        reporters: Vec<Account>,
        (guard, registry): (H160, H160),
        code: VenueCode,
    ) -> Self {
        let token = chain.create_asset(QUOTE_ASSET, &governance, "Dollar", "USD", 6, 1).expect("the asset is new");
        let owner = sol_address(governance.address());
        let constructor = (owner, sol_address(guard), sol_address(token), U256::from(6)).abi_encode_params();
        let vault = place(&mut chain, &governance, "margin_vault", constructor).expect("the vault deploys");
        let constructor = (owner, sol_address(vault), sol_address(guard), U256::from(6)).abi_encode_params();
        let venue = chain.deploy(&governance, code.code(), constructor, 0).expect("the venue deploys").address;
        let maker = Account::named("maker");
        Self { chain, governance, reporters, maker, guard, registry, token, vault, venue }
    }

    /// Admits the venue and opens its market, the maker with money in the vault.
    fn open(&mut self) {
        let (venue, maker) = (self.venue, self.maker.clone());
        self.govern(&vault::admitVenueCall { venue: sol_address(venue), bondRequired: 0, cover: 1_000 * DOLLAR });
        self.trader("maker", 100_000 * DOLLAR);
        let market = venue::addMarketCall {
            market: MARKET,
            maker: sol_address(maker.address()),
            decimals: 18,
            initial: 1_000,
            maintenance: 500,
            spread: 10,
            liquidationFee: 100,
            insuranceShare: 5_000,
        };
        let governance = self.governance.clone();
        self.chain.sol_call(&governance, venue, &market, 0).expect("the market is added");
    }

    /// An account with native funds and `quote` in its wallet, which the vault may take.
    pub fn holder(&mut self, name: &str, quote: u128) -> Account {
        let account = funded(&mut self.chain, name);
        if quote > 0 {
            self.chain.mint_asset(&self.governance.clone(), QUOTE_ASSET, &account, quote).expect("quote is minted");
        }
        let approve = IErc20::approveCall { spender: sol_address(self.vault), amount: U256::MAX >> 128 };
        self.chain.sol_call(&account, self.token, &approve, 0).expect("the vault is approved");
        account
    }

    /// An account with `quote` in the vault that is on the venue.
    pub fn trader(&mut self, name: &str, quote: u128) -> Account {
        let account = self.holder(name, quote);
        if quote > 0 {
            self.vault(&account, &vault::depositCall { asset: 0, amount: quote }).expect("quote is deposited");
        }
        let venue = sol_address(self.venue);
        self.vault(&account, &vault::optInCall { venue }).expect("the account opts in");
        account
    }

    /// Calls the vault.
    ///
    /// # Errors
    /// Why it refused.
    pub fn vault<C: SolCall>(&mut self, origin: &Account, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(origin, self.vault, call, 0)
    }

    /// Calls the vault as governance.
    ///
    /// # Panics
    /// Where it refuses.
    pub fn govern<C: SolCall>(&mut self, call: &C) -> C::Return {
        self.chain.sol_call(&self.governance.clone(), self.vault, call, 0).expect("governance is obeyed")
    }

    /// Calls the venue.
    ///
    /// # Errors
    /// Why it refused.
    pub fn venue<C: SolCall>(&mut self, origin: &Account, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(origin, self.venue, call, 0)
    }

    /// Every reporter says `price` now.
    ///
    /// # Panics
    /// Where a report is refused.
    pub fn price(&mut self, price: u128) {
        for reporter in self.reporters.clone() {
            let published_at = self.chain.now();
            let call = oracle::reportCall { feed: FEED, price, confidence: price / 1_000, publishedAt: published_at };
            self.chain.sol_call(&reporter, self.guard, &call, 0).expect("the report is taken");
        }
    }

    /// Lets `seconds` pass in six-second blocks.
    pub fn wait(&mut self, seconds: u64) {
        let until = self.chain.now() + seconds;
        self.chain.produce_until(until);
    }

    /// Asks the vault.
    ///
    /// # Panics
    /// Where it refuses.
    pub fn ask<C: SolCall>(&self, call: &C) -> C::Return {
        self.chain.sol_view(&self.governance, self.vault, call).expect("the vault answers")
    }

    /// Asks the venue.
    ///
    /// # Panics
    /// Where it refuses.
    pub fn ask_venue<C: SolCall>(&self, call: &C) -> C::Return {
        self.chain.sol_view(&self.governance, self.venue, call).expect("the venue answers")
    }

    /// `(cash, debt, pending)` of an account.
    pub fn money(&self, account: &Account) -> (u128, u128, u128) {
        let account = sol_address(account.address());
        let member = self.ask(&vault::membershipCall { account, venue: sol_address(self.venue) });
        (self.ask(&vault::balanceOfCall { account, asset: 0 }), member.debt, member.pending)
    }

    /// `(initial, end, maintenance, ratio)` of an account.
    pub fn health(&self, account: &Account) -> (i128, i128, i128, u32) {
        let health = self.ask(&vault::healthCall { account: sol_address(account.address()) });
        (health.initial, health.end, health.maintenance, health.ratio)
    }

    /// `(size, cost)` of a position.
    pub fn position(&self, account: &Account) -> (i128, i128) {
        let position = self.ask_venue(&venue::positionCall { account: sol_address(account.address()), market: MARKET });
        (position.size, position.cost)
    }

    /// Asserts that the vault holds exactly what it owes: the quote of `accounts` (all that have any), of the venue's
    /// own account, its pool and bond, the market's pot, and the insurance fund; and that the venue's books agree with each
    /// other.
    ///
    /// # Panics
    /// Where it does not.
    pub fn assert_conserved(&self, accounts: &[&Account]) {
        let venue = sol_address(self.venue);
        let own = self.ask(&vault::balanceOfCall { account: venue, asset: 0 });
        let cash: u128 = accounts.iter().map(|account| self.money(account).0).sum();
        let book = self.ask(&vault::venueCall { address_: venue });
        let insurance = self.ask(&vault::stateCall {}).insurance;
        let pot = self.ask(&vault::potCall { market: MARKET });
        let owed = own + cash + book.bond + book.pool + pot + insurance;
        let balance = IErc20::balanceOfCall { account: sol_address(self.vault) };
        let held = self.chain.sol_view(&self.governance, self.token, &balance).expect("the token answers");
        assert_eq!(U256::from(owed), held, "owed and held");
        assert_eq!(self.ask(&vault::assetCall { number: 0 }).held, owed, "owed and booked");
    }
}
