//! Who there is and what is deployed: all five contracts, the venue in ink! and the one in Solidity, hostile venues and
//! tokens. The governor governs vault and registry; a council governs the guard, which cannot be handed over, and the
//! settlement contract.

use alloy_core::{
    primitives::{Address, U256},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    START,
    awkward::{self, Answer, Exposures, Token},
    blob, bytecode,
    exchange::IErc20,
    funded,
    interfaces::{
        ILockstepGovernor as governor, IMarginVault as vault, IOracleGuard as guard, IPerpetualVenue as venue,
        IUpgradeRegistry as registry,
    },
    place, sol_address,
};
use lockstep_devchain::{Account, ChainConfig, Checkpoint, DevChain, H160, UNIT};

use crate::{memory::Memory, settling};

/// Seconds between two blocks at first.
pub const BLOCK: u64 = 600;
pub const HOUR: u64 = 3_600;
pub const DAY: u64 = 86_400;
/// One in a price, and one whole unit of an asset with 18 decimals.
pub const WHOLE: u128 = 1_000_000_000_000_000_000;
pub const DOLLAR: u128 = 1_000_000;
/// What the native token's smallest unit is to a contract.
pub const WEI: u128 = 100_000_000;

/// Reported by three reporters.
pub const REPORTED: u32 = 1;
/// Pulled from an aggregator.
pub const PULLED: u32 = 2;
/// Markets of the venues, by venue.
pub const TRADED: [[u32; 2]; 2] = [[10, 20], [12, 22]];
/// Every market with its feed and class.
pub const MARKETS: [(u32, u32, u8); 7] = [
    (10, REPORTED, 0),
    (11, REPORTED, 3),
    (12, REPORTED, 0),
    (20, PULLED, 0),
    (21, PULLED, 3),
    (22, PULLED, 0),
    (31, REPORTED, 3),
];
/// The market whose mark is watched.
pub const MARKED: u32 = 12;
/// The vault's numbers of the native token, of an honest ERC-20, and of tokens that are not.
pub const NATIVE: u32 = 1;
pub const BITCOIN: u32 = 2;
pub const ODD: [u32; 3] = [3, 4, 5];

pub const HOST: u32 = 1;
pub const FOREIGN: u32 = 2;

pub const TRADERS: usize = 8;
/// The first liquidator, among the holders.
pub const LIQUIDATORS_FROM: usize = TRADERS;
/// Traders below this number are on hostile venues too.
pub const GAMBLERS: usize = 3;
/// Trades and votes with the most tokens.
pub const WHALE: usize = 7;
pub const KEEPERS: usize = 10;
/// Keepers admitted from the start; the others are spare.
pub const ADMITTED: usize = 7;
pub const QUORUM_OF_KEEPERS: u32 = 4;
pub const VOTERS: usize = 5;
/// What every voter locks at first.
pub const STAKE: u128 = 150_000;

const QUOTE_ASSET: u32 = 77;
const BITCOIN_ASSET: u32 = 78;
const GOVERNANCE_ASSET: u32 = 7;
/// The chain's own assets.
pub const ASSETS: [u32; 3] = [QUOTE_ASSET, BITCOIN_ASSET, GOVERNANCE_ASSET];

/// Everybody who signs.
pub struct Cast {
    /// Deployed all of it; governs guard and settlement, and owns the venues.
    pub council: Account,
    /// Traders, the whale as the last; she is the last of the voters too.
    pub traders: Vec<Account>,
    /// The other side of all trades, by venue.
    pub makers: Vec<Account>,
    pub liquidators: Vec<Account>,
    pub keepers: Vec<Account>,
    pub reporters: Vec<Account>,
    pub voters: Vec<Account>,
    pub guardian: Account,
    /// Reports marks, acknowledges plans and commits snapshots for the venues.
    pub operator: Account,
    pub stranger: Account,
}

/// Where everything is.
#[derive(Clone)]
pub struct Places {
    pub registry: H160,
    pub guard: H160,
    pub vault: H160,
    pub settlement: H160,
    pub governor: H160,
    /// In ink! and in Solidity.
    pub venues: [H160; 2],
    pub hostile: Vec<H160>,
    pub quote: H160,
    pub bitcoin: H160,
    pub odd: Vec<H160>,
    pub governance: H160,
    pub source: H160,
}

pub struct World {
    pub chain: DevChain,
    pub cast: Cast,
    pub at: Places,
    pub memory: Memory,
    /// What a roll-back goes back to.
    pub saved: Option<(Checkpoint, Memory)>,
}

fn cast(chain: &mut DevChain) -> Cast {
    let mut some = |what: &str, count: usize| -> Vec<Account> {
        (0..count).map(|number| funded(chain, &format!("{what} {number}"))).collect()
    };
    let traders = some("trader", TRADERS);
    let mut voters = some("voter", VOTERS - 1);
    voters.push(traders[WHALE].clone());
    Cast {
        council: some("council", 1).remove(0),
        makers: some("maker", 2),
        liquidators: some("liquidator", 2),
        keepers: some("keeper", KEEPERS),
        reporters: some("reporter", 3),
        guardian: some("guardian", 1).remove(0),
        operator: some("operator", 1).remove(0),
        stranger: some("stranger", 1).remove(0),
        traders,
        voters,
    }
}

/// A venue that claims a profit of 2^120 for everybody.
fn liar() -> Exposures {
    let mut words = vec![[0; 32]; 8];
    words[0][31] = 32;
    words[1][31] = 1;
    words[2][31] = 10;
    words[6][16] = 1;
    words[7][16] = 1;
    Exposures::Words(words)
}

fn places(chain: &mut DevChain, cast: &Cast) -> Places {
    let council = &cast.council;
    let me = sol_address(council.address());
    let quote = chain.create_asset(QUOTE_ASSET, council, "Dollar", "USD", 6, 1).unwrap();
    let bitcoin = chain.create_asset(BITCOIN_ASSET, council, "Bitcoin", "BTC", 8, 1).unwrap();
    let governance = chain.create_asset(GOVERNANCE_ASSET, council, "Governance", "GOV", 0, 1).unwrap();
    for (number, voter) in cast.voters.iter().enumerate() {
        let amount = if number == VOTERS - 1 { 400_000 } else { STAKE };
        chain.mint_asset(council, GOVERNANCE_ASSET, voter, amount).unwrap();
    }
    let lifetime = HOUR + DAY + 2 * HOUR + 7 * DAY + 2 * DAY + 75 * DAY + 7 * DAY;
    let guardian = sol_address(cast.guardian.address());
    let ends = (sol_address(governance), guardian, START + 365 * DAY, 800u32);
    let lengths = (HOUR, DAY, 2 * HOUR, 2 * DAY, 7 * DAY, lifetime + 1, 10_000u128);
    let constructor =
        (ends.0, ends.1, ends.2, ends.3, lengths.0, lengths.1, lengths.2, lengths.3, lengths.4, lengths.5, lengths.6)
            .abi_encode_params();
    let mut of_ours = |name: &str, constructor: Vec<u8>| place(chain, council, name, constructor).unwrap();
    let governor = of_ours("governor", constructor);
    let registry = of_ours("upgrade_registry", (me,).abi_encode_params());
    let constructor = (me, sol_address(registry), BLOCK * 1_000, 60u64, 4 * HOUR).abi_encode_params();
    let guard = of_ours("oracle_guard", constructor);
    let constructor = (me, sol_address(guard), sol_address(quote), U256::from(6)).abi_encode_params();
    let vault = of_ours("margin_vault", constructor);
    let settlement = of_ours("settlement", settling::constructor(me, [registry, guard, vault]));
    let constructor = (me, sol_address(vault), sol_address(guard), U256::from(6)).abi_encode_params();
    let mut deploy = |code: Vec<u8>, constructor: Vec<u8>| chain.deploy(council, code, constructor, 0).unwrap().address;
    let venues = [blob("perpetual_venue"), bytecode("PerpetualVenue")].map(|code| deploy(code, constructor.clone()));
    let hostile = [Exposures::Reverts(2), liar(), Exposures::Zeros(20_000)]
        .iter()
        .map(|exposures| deploy(awkward::venue(sol_address(vault), exposures), Vec::new()))
        .collect();
    let back = vault::fundInsuranceCall { amount: 1 }.abi_encode();
    let odd = [
        Token { answer: Answer::Word(1), fee: 3, extra: 0 },
        Token { answer: Answer::Nothing, fee: 0, extra: 1 },
        Token { answer: Answer::CallsBack(sol_address(vault), back), fee: 0, extra: 0 },
    ]
    .iter()
    .map(|token| deploy(token.code(), Vec::new()))
    .collect();
    let source = deploy(awkward::source(), Vec::new());
    Places { registry, guard, vault, settlement, governor, venues, hostile, quote, bitcoin, odd, governance, source }
}

impl World {
    /// Everything deployed, set up and in use for a while.
    pub fn new() -> Self {
        let config = ChainConfig { genesis_time: START, block_time: BLOCK, ..ChainConfig::default() };
        let mut chain = DevChain::new(config).unwrap();
        let cast = cast(&mut chain);
        let at = places(&mut chain, &cast);
        let mut world = Self { chain, cast, at, memory: Memory::new(), saved: None };
        world.set_prices_up();
        world.set_registry_up();
        world.set_vault_up();
        world.set_venues_up();
        world.hand_over();
        for _ in 0..6 {
            world.pass(1, false);
        }
        world
    }

    fn must<C: SolCall>(&mut self, who: &Account, target: H160, call: &C, value: u128) -> C::Return {
        self.chain.sol_call(who, target, call, value).unwrap_or_else(|failure| panic!("{}: {failure:?}", C::SIGNATURE))
    }

    fn govern<C: SolCall>(&mut self, target: H160, call: &C) -> C::Return {
        self.must(&self.cast.council.clone(), target, call, 0)
    }

    fn set_prices_up(&mut self) {
        let target = self.at.guard;
        let reporters: Vec<Address> = self.cast.reporters.iter().map(|r| sol_address(r.address())).collect();
        let reported = guard::setFeedCall {
            feed: REPORTED,
            reporters: reporters.clone(),
            minSources: 2,
            maxAge: 4 * HOUR,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: HOUR,
            feedGrace: 1_200,
            ramp: 2 * HOUR,
            freshReports: 2,
        };
        self.govern(target, &reported);
        self.answer(8, awkward::DECIMALS_SLOT);
        let pulled = guard::setPulledFeedCall {
            feed: PULLED,
            kind: 0,
            source: sol_address(self.at.source),
            key: 0,
            maxAge: 4 * HOUR,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: HOUR,
            feedGrace: 1_200,
            ramp: 2 * HOUR,
            freshRounds: 2,
        };
        self.govern(target, &pulled);
        for (market, feed, class) in MARKETS {
            self.govern(target, &guard::setMarketCall { market, feed, class });
        }
        let volatility = guard::setVolatilityCall {
            feed: REPORTED,
            forecasters: reporters,
            quorum: 2,
            maxAge: DAY,
            memory_: DAY,
            floor: 100,
            cap: 5_000,
        };
        self.govern(target, &volatility);
        let venue = sol_address(self.cast.operator.address());
        self.govern(target, &guard::setBasisCall { market: MARKED, venue, band: 500, maxAge: 6 * HOUR });
    }

    fn set_registry_up(&mut self) {
        let target = self.at.registry;
        for domain in [HOST, FOREIGN] {
            let genesis = [u8::try_from(domain).unwrap(); 32].into();
            self.govern(target, &registry::registerDomainCall { domain, genesisHash: genesis, paraId: 0, chainId: 1 });
        }
        self.govern(target, &registry::nameHostCall { domain: HOST });
        for number in 0..ADMITTED {
            let threshold = u32::try_from(number.div_ceil(2) + 1).unwrap();
            let keeper = sol_address(self.cast.keepers[number].address());
            self.govern(target, &registry::addKeeperCall { keeper, threshold });
        }
        let rules =
            registry::setKeeperRulesCall { threshold: QUORUM_OF_KEEPERS, bond: 10 * UNIT * WEI, reward: UNIT * WEI };
        self.govern(target, &rules);
        let keepers = self.cast.keepers[..ADMITTED].to_vec();
        for keeper in &keepers {
            self.must(keeper, target, &registry::postBondCall {}, 50 * UNIT);
        }
        self.must(&self.cast.stranger.clone(), target, &registry::fundRewardsCall {}, 100 * UNIT);
        let venue = sol_address(self.cast.operator.address());
        for market in TRADED.concat() {
            self.govern(target, &registry::setVenueCall { market, venue });
        }
    }

    fn set_vault_up(&mut self) {
        let target = self.at.vault;
        let (registry, settlement) = (sol_address(self.at.registry), sol_address(self.at.settlement));
        self.govern(target, &vault::setRegistryCall { registry });
        self.govern(target, &vault::setSettlementCall { settlement_: settlement });
        for venue in self.at.venues {
            let cover = 50_000 * DOLLAR;
            self.govern(target, &vault::admitVenueCall { venue: sol_address(venue), bondRequired: DOLLAR, cover });
        }
        for venue in self.at.hostile.clone() {
            self.govern(target, &vault::admitVenueCall { venue: sol_address(venue), bondRequired: 0, cover: 0 });
        }
        let tokens = [H160::zero(), self.at.bitcoin].into_iter().chain(self.at.odd.clone());
        for ((number, token), (market, decimals)) in
            (1..).zip(tokens).zip([(11, 18), (21, 8), (31, 18), (31, 18), (31, 18)])
        {
            let listing =
                vault::listAssetCall { token: sol_address(token), market, decimals, cap: 1 << 90, haircut: 2_000 };
            assert_eq!(self.govern(target, &listing), number);
        }
        let holders: Vec<Account> =
            [&self.cast.traders, &self.cast.makers, &self.cast.liquidators].into_iter().flatten().cloned().collect();
        let council = self.cast.council.clone();
        let approve = IErc20::approveCall { spender: sol_address(target), amount: U256::MAX >> 128 };
        for holder in &holders {
            for (asset, token, amount) in
                [(QUOTE_ASSET, self.at.quote, 1 << 60), (BITCOIN_ASSET, self.at.bitcoin, 1 << 60)]
            {
                self.chain.mint_asset(&council, asset, holder, amount).unwrap();
                self.must(holder, token, &approve, 0);
            }
            for token in self.at.odd.clone() {
                self.set_odd_balance(token, sol_address(holder.address()), 1 << 60);
            }
        }
    }

    fn set_venues_up(&mut self) {
        for (number, venue) in self.at.venues.into_iter().enumerate() {
            let (maker, at) = (self.cast.makers[number].clone(), sol_address(venue));
            let vault = self.at.vault;
            self.must(&maker, vault, &vault::depositCall { asset: 0, amount: 20_000_000 * DOLLAR }, 0);
            self.must(&maker, vault, &vault::postBondCall { venue: at, amount: 20_000 * DOLLAR }, 0);
            self.must(&maker, vault, &vault::optInCall { venue: at }, 0);
            for (market, decimals) in TRADED[number].into_iter().zip([18, 8]) {
                let terms = venue::addMarketCall {
                    market,
                    maker: sol_address(maker.address()),
                    decimals,
                    initial: 1_000,
                    maintenance: 500,
                    spread: 10,
                    liquidationFee: 100,
                    insuranceShare: 5_000,
                };
                self.govern(venue, &terms);
            }
            for trader in self.cast.traders.clone() {
                self.must(&trader, vault, &vault::optInCall { venue: at }, 0);
            }
            let settlement = sol_address(self.at.settlement);
            self.govern(venue, &venue::nameSettlementCall { settlement });
            let terms = settling::admission(TRADED[number][0], at, sol_address(self.cast.operator.address()));
            self.govern(self.at.settlement, &terms);
        }
        for (number, trader) in self.cast.traders.clone().into_iter().enumerate() {
            self.must(&trader, self.at.vault, &vault::depositCall { asset: 0, amount: 3_000 * DOLLAR }, 0);
            if number < GAMBLERS {
                let hostile = self.at.hostile.clone();
                for venue in hostile.into_iter().take(2) {
                    self.must(&trader, self.at.vault, &vault::optInCall { venue: sol_address(venue) }, 0);
                }
            }
        }
    }

    fn hand_over(&mut self) {
        let (council, to) = (self.cast.council.clone(), sol_address(self.at.governor));
        let connect = governor::connectCall {
            guard: sol_address(self.at.guard),
            registry: sol_address(self.at.registry),
            vault: sol_address(self.at.vault),
        };
        self.must(&council, self.at.governor, &connect, 0);
        self.govern(self.at.vault, &vault::transferGovernanceCall { to });
        self.govern(self.at.registry, &registry::transferGovernanceCall { to });
        for voter in self.cast.voters.clone() {
            let approve = IErc20::approveCall { spender: to, amount: U256::from(u128::MAX) };
            self.must(&voter, self.at.governance, &approve, 0);
            self.must(&voter, self.at.governor, &governor::lockCall { amount: U256::from(STAKE - 30_000) }, 0);
        }
    }

    /// Sets a balance in a token without rules.
    pub fn set_odd_balance(&mut self, token: H160, of: Address, amount: u128) {
        let mut data = vec![0x40, 0xc1, 0x0f, 0x19];
        data.extend((of, U256::from(amount)).abi_encode());
        self.chain.call(&self.cast.stranger.clone(), token, data, 0).result.unwrap();
    }

    /// Sets a slot of the price source; it answers like Chainlink's aggregator.
    pub fn answer(&mut self, value: u128, slot: u8) {
        let data = awkward::set_slot(slot, U256::from(value));
        self.chain.call(&self.cast.stranger.clone(), self.at.source, data, 0).result.unwrap();
    }

    /// Asks a contract.
    pub fn ask<C: SolCall>(&self, target: H160, call: &C) -> Option<C::Return> {
        self.chain.sol_view(&self.cast.stranger, target, call).ok()
    }
}
