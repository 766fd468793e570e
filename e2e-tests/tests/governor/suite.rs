//! The whole suite: registry, guard, vault and venue, with the governor over the vault.

use e2e_tests::interfaces::{IOracleGuard, IPerpetualVenue};
use lockstep_devchain::ChainConfig;

use super::*;

/// Blocks of ten minutes, so that a proposal's life takes hundreds of them.
pub const BLOCK: u64 = 600;
/// The perpetual market.
pub const PERPETUAL: u32 = 10;
/// The market of the native token as collateral.
pub const NATIVE: u32 = 11;
/// One whole unit of quote.
pub const DOLLAR: u128 = 1_000_000;
/// One whole native token, in the vault and in a price.
pub const WHOLE: u128 = 1_000_000_000_000_000_000;
/// The vault's number of the native token.
pub const NATIVE_ASSET: u32 = 1;

const FEED: u32 = 1;
const QUOTE_ASSET: u32 = 77;

/// Governor and voters of a [`Stage`], connected to the rest. The native token is worth 2,000 dollars, its haircut is
/// 10 %.
pub struct Suite {
    pub stage: Stage,
    /// Governed by the owner, so that plans can be made without a vote.
    pub registry: H160,
    pub guard: H160,
    pub vault: H160,
    pub venue: H160,
    pub quote: H160,
    reporters: Vec<Account>,
}

impl Suite {
    pub fn new() -> Self {
        Self::connected(true)
    }

    /// The governor is told of a registry that does not exist.
    pub fn without_registry() -> Self {
        Self::connected(false)
    }

    fn connected(registry_there: bool) -> Self {
        let config = ChainConfig { genesis_time: START, block_time: BLOCK, ..ChainConfig::default() };
        let mut stage = stage_on(DevChain::new(config).unwrap());
        let owner = stage.owner.clone();
        let me = sol_address(owner.address());
        let mut deploy = |name: &str, constructor: Vec<u8>| place(&mut stage.chain, &owner, name, constructor).unwrap();
        let registry = deploy("upgrade_registry", (me,).abi_encode_params());
        let timing = (BLOCK * 1_000, 60u64, 3_600u64);
        let constructor = (me, sol_address(registry), timing.0, timing.1, timing.2).abi_encode_params();
        let guard = deploy("oracle_guard", constructor);
        let quote = stage.chain.create_asset(QUOTE_ASSET, &owner, "Dollar", "USD", 6, 1).unwrap();
        let mut deploy = |name: &str, constructor: Vec<u8>| place(&mut stage.chain, &owner, name, constructor).unwrap();
        let constructor = (me, sol_address(guard), sol_address(quote), U256::from(6)).abi_encode_params();
        let vault = deploy("margin_vault", constructor);
        let constructor = (me, sol_address(vault), sol_address(guard), U256::from(6)).abi_encode_params();
        let venue = deploy("perpetual_venue", constructor);
        let reporters: Vec<Account> = ["ann", "ben", "cat"].iter().map(|name| funded(&mut stage.chain, name)).collect();
        let mut suite = Self { stage, registry, guard, vault, venue, quote, reporters };
        suite.configure(&owner, registry_there);
        suite
    }

    fn configure(&mut self, owner: &Account, registry_there: bool) {
        let feed = IOracleGuard::setFeedCall {
            feed: FEED,
            reporters: self.reporters.iter().map(|r| sol_address(r.address())).collect(),
            minSources: 2,
            maxAge: 1_800,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: 600,
            feedGrace: 60,
            ramp: 1_800,
            freshReports: 3,
        };
        self.stage.chain.sol_call(owner, self.guard, &feed, 0).unwrap();
        for (market, class) in [(PERPETUAL, 0), (NATIVE, 3)] {
            let call = IOracleGuard::setMarketCall { market, feed: FEED, class };
            self.stage.chain.sol_call(owner, self.guard, &call, 0).unwrap();
        }
        for _ in 0..4 {
            self.stage.chain.produce_block();
            self.price(2_000);
        }
        let admit =
            IMarginVault::admitVenueCall { venue: sol_address(self.venue), bondRequired: 0, cover: 1_000 * DOLLAR };
        self.vault(owner, &admit).unwrap();
        let native = IMarginVault::listAssetCall {
            token: Address::ZERO,
            market: NATIVE,
            decimals: 18,
            cap: 1 << 100,
            haircut: 1_000,
        };
        assert_eq!(self.vault(owner, &native).unwrap(), NATIVE_ASSET);
        let maker = self.trader("maker", 1_000_000);
        let market = IPerpetualVenue::addMarketCall {
            market: PERPETUAL,
            maker: sol_address(maker.address()),
            decimals: 18,
            initial: 1_000,
            maintenance: 500,
            spread: 10,
            liquidationFee: 100,
            insuranceShare: 5_000,
        };
        self.stage.chain.sol_call(owner, self.venue, &market, 0).unwrap();
        let handover = IMarginVault::transferGovernanceCall { to: sol_address(self.stage.governor) };
        self.vault(owner, &handover).unwrap();
        let registry = if registry_there { self.registry } else { H160([0x57; 20]) };
        let connect = connectCall {
            guard: sol_address(self.guard),
            registry: sol_address(registry),
            vault: sol_address(self.vault),
        };
        self.stage.call(owner, &connect).unwrap();
    }

    /// Every reporter says so many dollars now.
    pub fn price(&mut self, dollars: u128) {
        let published_at = self.stage.chain.now();
        for reporter in self.reporters.clone() {
            let call = IOracleGuard::reportCall {
                feed: FEED,
                price: dollars * WHOLE,
                confidence: WHOLE,
                publishedAt: published_at,
            };
            self.stage.chain.sol_call(&reporter, self.guard, &call, 0).unwrap();
        }
    }

    /// Calls the vault.
    pub fn vault<C: SolCall>(&mut self, who: &Account, call: &C) -> Result<C::Return, Failure> {
        self.stage.chain.sol_call(who, self.vault, call, 0)
    }

    /// Gives an account so many dollars in the vault, which puts it on the venue.
    pub fn fund(&mut self, account: &Account, dollars: u128) {
        let (amount, owner) = (dollars * DOLLAR, self.stage.owner.clone());
        self.stage.chain.mint_asset(&owner, QUOTE_ASSET, account, amount).unwrap();
        let approve = IToken::approveCall { spender: sol_address(self.vault), amount: U256::from(amount) };
        self.stage.chain.sol_call(account, self.quote, &approve, 0).unwrap();
        self.vault(account, &IMarginVault::depositCall { asset: 0, amount }).unwrap();
    }

    /// A new account with so many dollars in the vault that is on the venue.
    pub fn trader(&mut self, name: &str, dollars: u128) -> Account {
        let account = funded(&mut self.stage.chain, name);
        self.fund(&account, dollars);
        self.opt_in(&account);
        account
    }

    /// Puts an account on the venue.
    pub fn opt_in(&mut self, account: &Account) {
        self.vault(account, &IMarginVault::optInCall { venue: sol_address(self.venue) }).unwrap();
    }

    /// Opens or increases a position by so many whole units.
    pub fn increase(&mut self, account: &Account, units: i128) -> Result<(), Failure> {
        let size = units * i128::try_from(WHOLE).unwrap();
        let call = IPerpetualVenue::increaseCall { market: PERPETUAL, size };
        self.stage.chain.sol_call(account, self.venue, &call, 0).map(|_| ())
    }

    /// Closes so many whole units.
    pub fn reduce(&mut self, account: &Account, units: u128) {
        let call = IPerpetualVenue::reduceCall { market: PERPETUAL, size: units * WHOLE };
        self.stage.chain.sol_call(account, self.venue, &call, 0).unwrap();
    }

    /// Deposits so many native tokens of the chain, whose unit is the vault's divided by 10^8.
    pub fn deposit_native(&mut self, account: &Account, amount: u128) {
        let call = IMarginVault::depositNativeCall {};
        self.stage.chain.sol_call(account, self.vault, &call, amount).unwrap();
    }

    /// Takes out all of the native token.
    pub fn withdraw_native(&mut self, account: &Account) -> Result<(), Failure> {
        let held = IMarginVault::balanceOfCall { account: sol_address(account.address()), asset: NATIVE_ASSET };
        let amount = self.stage.chain.sol_view(account, self.vault, &held).unwrap();
        self.vault(account, &IMarginVault::withdrawCall { asset: NATIVE_ASSET, amount }).map(|_| ())
    }

    pub fn set_haircut(&self, haircut: u32) -> (H160, Vec<u8>) {
        (self.vault, IMarginVault::setHaircutCall { asset: NATIVE_ASSET, haircut }.abi_encode())
    }

    /// A proposal about the haircut of the native token.
    pub fn haircut(&self, haircut: u32, tags: &str) -> Batch {
        Batch::of(&format!("Haircut {tags}"), &[self.set_haircut(haircut)])
    }

    /// `(in force, to come)` of the native token.
    pub fn haircuts(&self) -> (u32, u32) {
        let call = IMarginVault::assetCall { number: NATIVE_ASSET };
        let asset = self.stage.chain.sol_view(&self.stage.alice, self.vault, &call).unwrap();
        (asset.haircut, asset.haircutToCome)
    }

    /// Lets blocks pass until `time`.
    pub fn until(&mut self, time: u64) {
        self.stage.chain.produce_until(time);
    }

    pub fn reckon(&mut self, batch: &Batch, voter: &Account, owners: &[&Account]) -> Result<(), Failure> {
        let owners = owners.iter().map(|owner| sol_address(owner.address())).collect();
        let call = reckonCall { proposalId: batch.id(), voter: sol_address(voter.address()), owners };
        self.stage.call(&self.stage.dan.clone(), &call).map(|_| ())
    }

    pub fn veto(&mut self, who: &Account, batch: &Batch) -> Result<(), Failure> {
        let call = vetoCall { proposalId: batch.id(), account: sol_address(who.address()) };
        self.stage.call(who, &call).map(|_| ())
    }

    /// Disinterested votes: against, for, abstain.
    pub fn disinterested(&self, batch: &Batch) -> (u64, u64, u64) {
        let votes = self.stage.view(&disinterestedVotesCall { proposalId: batch.id() }).unwrap();
        (votes.againstVotes.to(), votes.forVotes.to(), votes.abstainVotes.to())
    }

    /// Proposed by Alice, and past the snapshot.
    pub fn open(&mut self, batch: &Batch) -> u64 {
        let snapshot = self.stage.propose(batch);
        self.until(snapshot + BLOCK);
        snapshot
    }

    /// Past the deadline, queued; when the timelock opens.
    pub fn queue(&mut self, batch: &Batch, snapshot: u64) -> u64 {
        self.until(snapshot + PERIOD + BLOCK);
        let dan = self.stage.dan.clone();
        self.stage.call(&dan, &batch.queue()).unwrap();
        self.stage.chain.now() + TIMELOCK
    }
}
