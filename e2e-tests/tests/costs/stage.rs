//! One chain with the suite on it, and a token that both sides hold.

use alloy_core::{
    primitives::U256,
    sol,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    START,
    baseline::Cost,
    bytecode, funded,
    interfaces::{IFront, IOracleGuard as guard},
    place, polkavm, sol_address,
};
use lockstep_devchain::{Account, ChainConfig, DevChain, H160};

use crate::table::Measured;

sol! {
    interface IToken {
        function approve(address spender, uint256 amount) external returns (bool);
        function balanceOf(address account) external view returns (uint256);
        function transfer(address to, uint256 amount) external returns (bool);
    }
}

/// Blocks of ten minutes, so that a proposal's life takes hundreds of them.
const BLOCK: u64 = 600;
const FEED: u32 = 1;
const PRICE: u128 = 2_000_000_000_000_000_000_000;
const TOKEN: u32 = 77;

/// The market that everything is asked about.
pub const MARKET: u32 = 10;

/// In which form a contract that was written in Solidity runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Compiled by `solc`.
    Evm,
    /// Compiled by `resolc`.
    PolkaVm,
}

impl Form {
    fn code(self, name: &str) -> Vec<u8> {
        match self {
            Self::Evm => bytecode(name),
            Self::PolkaVm => polkavm(name),
        }
    }
}

/// The suite, its market open with its liquidation share whole.
pub struct Stage {
    pub chain: DevChain,
    pub owner: Account,
    reporters: Vec<Account>,
    pub registry: H160,
    pub guard: H160,
    pub vault: H160,
    /// An asset behind its ERC-20 precompile.
    pub token: H160,
}

impl Stage {
    pub fn new() -> Self {
        let config = ChainConfig { genesis_time: START, block_time: BLOCK, ..ChainConfig::default() };
        let mut chain = DevChain::new(config).unwrap();
        let owner = funded(&mut chain, "owner");
        let reporters: Vec<Account> = ["ann", "ben", "cat"].iter().map(|name| funded(&mut chain, name)).collect();
        let token = chain.create_asset(TOKEN, &owner, "Dollar", "USD", 6, 1).unwrap();
        let me = sol_address(owner.address());
        let mut deploy = |name: &str, constructor: Vec<u8>| place(&mut chain, &owner, name, constructor).unwrap();
        let registry = deploy("upgrade_registry", (me,).abi_encode_params());
        let constructor = (me, sol_address(registry), BLOCK * 1_000, 60u64, 3_600u64).abi_encode_params();
        let guard = deploy("oracle_guard", constructor);
        let constructor = (me, sol_address(guard), sol_address(token), U256::from(6)).abi_encode_params();
        let vault = deploy("margin_vault", constructor);
        let mut stage = Self { chain, owner, reporters, registry, guard, vault, token };
        stage.open();
        stage
    }

    fn open(&mut self) {
        let feed = guard::setFeedCall {
            feed: FEED,
            reporters: self.reporters.iter().map(|reporter| sol_address(reporter.address())).collect(),
            minSources: 2,
            maxAge: 1_800,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: 600,
            feedGrace: 60,
            ramp: 1_800,
            freshReports: 3,
        };
        self.govern(self.guard, &feed);
        self.govern(self.guard, &guard::setMarketCall { market: MARKET, feed: FEED, class: 0 });
        for _ in 0..12 {
            self.chain.produce_block();
            for reporter in self.reporters.clone() {
                let published_at = self.chain.now();
                let call = guard::reportCall { feed: FEED, price: PRICE, confidence: 0, publishedAt: published_at };
                self.call(&reporter, self.guard, &call);
            }
        }
        let state = self.chain.sol_view(&self.owner, self.guard, &guard::marketStateCall { market: MARKET }).unwrap();
        assert_eq!((state.stage, state.share), (0, 10_000), "the market is not open: reason {}", state.reason);
    }

    /// Does what has to go well, as `who`.
    pub fn call<C: SolCall>(&mut self, who: &Account, contract: H160, call: &C) -> C::Return {
        let done = self.chain.sol_call(who, contract, call, 0);
        done.unwrap_or_else(|failure| panic!("{}: {failure:?}", C::SIGNATURE))
    }

    pub fn govern<C: SolCall>(&mut self, contract: H160, call: &C) -> C::Return {
        self.call(&self.owner.clone(), contract, call)
    }

    /// The whole contract behind a front.
    pub fn behind(&self, front: H160) -> H160 {
        H160(self.chain.sol_view(&self.owner, front, &IFront::implementationCall {}).unwrap().into_array())
    }

    /// Deploys a contract that was written in Solidity.
    pub fn deploy(&mut self, form: Form, name: &str, constructor: Vec<u8>) -> H160 {
        let deployed = self.chain.deploy(&self.owner.clone(), form.code(name), constructor, 0);
        deployed.unwrap_or_else(|failure| panic!("{name} as {form:?}: {failure:?}")).address
    }

    /// An account with `amount` of the token, of which `spender` may take everything.
    pub fn holder(&mut self, name: &str, amount: u128, spender: H160) -> Account {
        let account = funded(&mut self.chain, name);
        self.chain.mint_asset(&self.owner.clone(), TOKEN, &account, amount).unwrap();
        let approve = IToken::approveCall { spender: sol_address(spender), amount: U256::from(u128::MAX) };
        self.call(&account, self.token, &approve);
        account
    }

    pub fn mint(&mut self, to: &Account, amount: u128) {
        self.chain.mint_asset(&self.owner.clone(), TOKEN, to, amount).unwrap();
    }

    pub fn balance(&self, of: H160) -> U256 {
        let call = IToken::balanceOfCall { account: sol_address(of) };
        self.chain.sol_view(&self.owner, self.token, &call).unwrap()
    }

    /// The step that was done last, by a path through `contracts`.
    pub fn last(&self, contracts: &[H160]) -> Measured {
        Measured { cost: Cost::of(self.chain.last_outcome().unwrap()), code: self.code(contracts) }
    }

    /// What a question costs that takes a path through `contracts`.
    pub fn asked<C: SolCall>(&self, contract: H160, call: &C, contracts: &[H160]) -> Measured {
        let outcome = self.chain.dry_run(&self.owner, contract, call.abi_encode(), 0);
        Measured { cost: Cost::of(&outcome), code: self.code(contracts) }
    }

    fn code(&self, contracts: &[H160]) -> u64 {
        contracts.iter().map(|contract| u64::try_from(self.chain.code(*contract).len()).unwrap()).sum()
    }
}
