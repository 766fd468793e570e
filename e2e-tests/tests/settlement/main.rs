//! Every message of the settlement contract and every refusal, on the compiled contract with the compiled registry, guard,
//! vault and venues.

mod branches;
mod challenges;
mod claims;
mod cost;
mod ending;
mod hostile;
mod inclusion;
mod markets;
mod merge;
mod snapshots;

use alloy_core::{
    primitives::{Address, FixedBytes},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    exchange::{Exchange, FEED, MARKET, UNIT, VenueCode},
    funded,
    interfaces::{IMarginVault, IOracleGuard, IPerpetualVenue, ISettlement::*, IUpgradeRegistry},
    place, sol_address,
};
use lockstep_core::{
    ids::{DomainId, MarketId, PlanId},
    keccak::keccak256,
    registry::fork_zero,
    settlement::{Basis, Context, Leaf, Proven, Tree, TreeBuilder},
    units::Price,
};
use lockstep_devchain::{Account, Failure, H160};

const DOMAIN: u32 = 1;
const GENESIS: [u8; 32] = [1; 32];
/// The code that the plan announces.
const CODE: &[u8] = b"the runtime after the upgrade";
const WINDOW: u64 = 3_600;
const CHALLENGE: u64 = 7_200;
/// What the native token's smallest unit is to a contract.
const WEI: u128 = 100_000_000;
const BOND: u128 = 10 * lockstep_devchain::UNIT * WEI;
const ONE: i128 = 1_000_000_000_000_000_000;
/// The guard's feed and market of the other branch.
const BRANCH: u32 = 20;
const KEEPERS: [&str; 3] = ["kim", "lee", "mia"];

struct Stage {
    x: Exchange,
    settlement: H160,
    operator: Account,
    plan: u64,
    freeze: u64,
    /// Reported from now on: the price of the market, and that of the other branch (none where zero).
    prices: (u128, u128),
}

fn code_hash() -> FixedBytes<32> {
    FixedBytes(sp_crypto_hashing::blake2_256(CODE))
}

fn genesis_fork() -> lockstep_core::ids::ForkId {
    fork_zero(keccak256, GENESIS, 1_000, 420)
}

fn context(plan: u64, market: u32) -> Context {
    Context { domain: DomainId(DOMAIN), fork: genesis_fork(), plan: PlanId(plan), market: MarketId(market) }
}

fn stage() -> Stage {
    stage_with(VenueCode::Ink, Basis::PerBranchClaim)
}

/// The whole suite with a venue whose market has this basis, one plan of the host for it and its neighbour an hour ahead,
/// and the venue under bond. There is a block a minute, and prices last for fifteen.
fn stage_with(code: VenueCode, basis: Basis) -> Stage {
    let mut x = Exchange::guarded_every(code, 60);
    let (governance, operator) = (x.governance.clone(), funded(&mut x.chain, "operator"));
    let owner = sol_address(governance.address());
    let domain = IUpgradeRegistry::registerDomainCall {
        domain: DOMAIN,
        genesisHash: FixedBytes(GENESIS),
        paraId: 1_000,
        chainId: 420,
    };
    x.chain.sol_call(&governance, x.registry, &domain, 0).unwrap();
    x.chain.sol_call(&governance, x.registry, &IUpgradeRegistry::nameHostCall { domain: DOMAIN }, 0).unwrap();
    for (count, name) in (1u32..).zip(KEEPERS) {
        let keeper = sol_address(funded(&mut x.chain, name).address());
        let admit = IUpgradeRegistry::addKeeperCall { keeper, threshold: count / 2 + 1 };
        x.chain.sol_call(&governance, x.registry, &admit, 0).unwrap();
    }
    for feed in [FEED, BRANCH] {
        let call = IOracleGuard::setFeedCall {
            feed,
            reporters: x.reporters.iter().map(|reporter| sol_address(reporter.address())).collect(),
            minSources: 2,
            maxAge: 900,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: 600,
            feedGrace: 60,
            ramp: 1_800,
            freshReports: 3,
        };
        x.chain.sol_call(&governance, x.guard, &call, 0).unwrap();
    }
    let market = IOracleGuard::setMarketCall { market: BRANCH, feed: BRANCH, class: 0 };
    x.chain.sol_call(&governance, x.guard, &market, 0).unwrap();
    let addresses = (owner, sol_address(x.registry), sol_address(x.guard), sol_address(x.vault));
    let constructor = (addresses.0, addresses.1, addresses.2, addresses.3, 6u16, WINDOW, CHALLENGE, BOND);
    let settlement = place(&mut x.chain, &governance, "settlement", constructor.abi_encode_params()).unwrap();
    let settlement_ = sol_address(settlement);
    x.govern(&IMarginVault::setSettlementCall { settlement_ });
    x.venue(&governance, &IPerpetualVenue::nameSettlementCall { settlement: settlement_ }).unwrap();
    x.venue(&governance, &IPerpetualVenue::fixBasisCall { market: MARKET, basis: basis.number() }).unwrap();
    let mut stage = Stage { x, settlement, operator, plan: 0, freeze: 0, prices: (2_000 * UNIT, 0) };
    stage.pass(1_200);
    stage.freeze = (stage.x.chain.now() + 3_600).next_multiple_of(300);
    stage.plan = stage.announce(stage.freeze);
    stage.govern(&stage.admission(MARKET, basis)).unwrap();
    let post = postBondCall { market: MARKET };
    stage.x.chain.sol_call(&stage.operator.clone(), settlement, &post, 10 * lockstep_devchain::UNIT).unwrap();
    stage
}

/// The call that commits to a tree for a plan.
fn commitment(plan: u64, tree: &Tree) -> commitSnapshotCall {
    let top = tree.top();
    commitSnapshotCall {
        plan,
        market: MARKET,
        top: FixedBytes(top.hash),
        count: top.totals.count,
        long: top.totals.long,
        short: top.totals.short,
        profit: top.totals.profit,
        loss: top.totals.loss,
    }
}

impl Stage {
    fn call<C: SolCall>(&mut self, who: &Account, call: &C) -> Result<C::Return, Failure> {
        self.x.chain.sol_call(who, self.settlement, call, 0)
    }

    fn govern<C: SolCall>(&mut self, call: &C) -> Result<C::Return, Failure> {
        self.call(&self.x.governance.clone(), call)
    }

    fn operate<C: SolCall>(&mut self, call: &C) -> Result<C::Return, Failure> {
        self.call(&self.operator.clone(), call)
    }

    fn view<C: SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.x.chain.sol_view(&self.x.governance, self.settlement, call)
    }

    /// Calls the registry as governance.
    fn register<C: SolCall>(&mut self, call: &C) -> C::Return {
        self.x.chain.sol_call(&self.x.governance.clone(), self.x.registry, call, 0).expect("the registry obeys")
    }

    fn ask_registry<C: SolCall>(&self, call: &C) -> C::Return {
        self.x.chain.sol_view(&self.x.governance, self.x.registry, call).expect("the registry answers")
    }

    fn ask_guard<C: SolCall>(&self, call: &C) -> C::Return {
        self.x.chain.sol_view(&self.x.governance, self.x.guard, call).expect("the guard answers")
    }

    /// Active time of the host.
    fn active(&self) -> u64 {
        self.ask_guard(&IOracleGuard::activeTimeCall {})
    }

    /// Every reporter says the present prices; without any only the host's pulse is heard.
    fn report(&mut self) {
        let (price, branch) = self.prices;
        let published_at = self.x.chain.now();
        for (feed, price) in [(FEED, price), (BRANCH, branch)] {
            for reporter in self.x.reporters.clone() {
                let call =
                    IOracleGuard::reportCall { feed, price, confidence: price / 1_000, publishedAt: published_at };
                if price > 0 {
                    self.x.chain.sol_call(&reporter, self.x.guard, &call, 0).expect("the report is taken");
                }
            }
        }
        let pulse = IOracleGuard::heartbeatCall {};
        self.x.chain.sol_call(&self.x.governance.clone(), self.x.guard, &pulse, 0).expect("anyone may");
    }

    /// Lets blocks pass until `time`, with reports every ten minutes.
    fn until(&mut self, time: u64) {
        while self.x.chain.now() < time {
            let next = time.min(self.x.chain.now() + 600);
            self.x.chain.produce_until(next - 1);
            self.x.chain.produce_block_at(next).unwrap();
            self.report();
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.until(self.x.chain.now() + seconds);
    }

    fn announce(&mut self, freeze_at: u64) -> u64 {
        let call = IUpgradeRegistry::announceCall {
            domain: DOMAIN,
            codeHash: code_hash(),
            specVersion: 2,
            schedule: IUpgradeRegistry::Schedule {
                freezeAt: freeze_at,
                earliest: freeze_at + 60,
                latest: freeze_at + 3_600,
                stabilise: 1_800,
                maxFreeze: 14_400,
            },
            impact: IUpgradeRegistry::Impact {
                finalityBefore: 18,
                finalityAfter: 12,
                blockTimeBefore: 6_000,
                blockTimeAfter: 6_000,
                feeRatioBefore: 10_000,
                feeRatioAfter: 10_000,
                collateralUtilityBefore: 10_000,
                collateralUtilityAfter: 10_000,
                issuanceBefore: 1_000,
                issuanceAfter: 800,
            },
            disclosure: IUpgradeRegistry::Disclosure {
                severity: 2,
                hash: FixedBytes([9; 32]),
                uri: "ipfs://disclosure".into(),
            },
            markets: vec![MARKET, MARKET + 1],
        };
        self.register(&call)
    }

    /// The chain takes the announced code.
    fn upgrade(&mut self) {
        let chain = &mut self.x.chain;
        let hash = lockstep_devchain::H256(code_hash().0);
        chain.authorize_upgrade(hash).expect("Root may");
        let version = chain.spec_version() + 1;
        chain.apply_upgrade(CODE.to_vec(), version).expect("it is authorised");
        chain.produce_block();
        assert_eq!((chain.runtime_code_hash(), chain.spec_version()), (hash, version));
    }

    /// Two keepers say that the new code runs, that migrations are done and that the canary passed.
    fn verify_upgrade(&mut self) {
        let observed_at = self.x.chain.now();
        for kind in 0..3 {
            for name in &KEEPERS[..2] {
                let signal = IUpgradeRegistry::signalCall {
                    plan: self.plan,
                    kind,
                    forkId: FixedBytes(genesis_fork().0),
                    height: 50,
                    codeHash: code_hash(),
                    observedAt: observed_at,
                };
                let keeper = Account::named(name);
                self.x.chain.sol_call(&keeper, self.x.registry, &signal, 0).expect("the signal is taken");
            }
        }
    }

    fn admission(&self, market: u32, basis: Basis) -> admitMarketCall {
        let (venue, operator) = (sol_address(self.x.venue), sol_address(self.operator.address()));
        admitMarketCall { market, venue, operator, domain: DOMAIN, basis: basis.number(), decimals: 18 }
    }

    fn verification(&self, leaf: &Leaf, proof: Vec<u8>) -> verifyCall {
        verifyCall {
            plan: self.plan,
            market: MARKET,
            index: leaf.index,
            account: Address::from(leaf.account.0),
            size: leaf.size,
            entryPrice: leaf.entry_price.0,
            margin: leaf.margin,
            unrealised: leaf.unrealised,
            basis: leaf.basis.number(),
            proof: proof.into(),
        }
    }

    /// What the venue answers for accounts at a snapshot, as leaves in the tree's order; those that held nothing have none.
    fn leaves(&self, accounts: &[&Account], at: u64, price: u128) -> Vec<Leaf> {
        let mut accounts: Vec<H160> = accounts.iter().map(|account| account.address()).collect();
        accounts.sort();
        let mut leaves = Vec::new();
        for account in accounts {
            let asked = IPerpetualVenue::positionAtCall { account: sol_address(account), market: MARKET, at, price };
            let said = self.x.ask_venue(&asked);
            let leaf = Leaf {
                index: leaves.len() as u64,
                account: lockstep_core::ids::Account(account.0),
                size: said.size,
                entry_price: Price(said.entryPrice),
                margin: said.margin,
                unrealised: said.unrealised,
                basis: Basis::try_from(said.basis).unwrap(),
            };
            if !leaf.is_empty() {
                leaves.push(leaf);
            }
        }
        leaves
    }

    /// Commits to what the venue answers for `accounts` at an opened snapshot.
    fn commit(&mut self, plan: u64, accounts: &[&Account]) -> (Vec<Leaf>, Tree) {
        let of = self.view(&snapshotContextCall { plan, market: MARKET }).unwrap();
        let leaves = self.leaves(accounts, of.takenAt, of.price);
        let tree = tree(&leaves, context(plan, MARKET));
        let call = commitment(plan, &tree);
        self.operate(&call).unwrap();
        (leaves, tree)
    }

    fn trade(&mut self, account: &Account, size: i128) {
        self.x.venue(account, &IPerpetualVenue::increaseCall { market: MARKET, size }).unwrap();
    }

    fn cash(&self, account: &Account) -> u128 {
        self.x.money(account).0
    }

    fn pot(&self, plan: u64) -> potReturn {
        self.view(&potCall { plan, market: MARKET }).unwrap()
    }

    fn status(&self, plan: u64) -> u8 {
        self.view(&snapshotCall { plan, market: MARKET }).unwrap().status
    }
}

/// The guard's averages are rounded down, by a few units of the eighteenth place.
fn assert_average(said: u128, exact: u128) {
    assert!(said <= exact && exact - said < 10, "{said} for {exact}");
}

/// Leaves with their proofs, one behind the other.
fn proven(tree: &Tree, leaves: &[&Leaf]) -> Vec<u8> {
    leaves.iter().flat_map(|leaf| Proven { leaf: **leaf, proof: tree.prove(leaf.index).unwrap() }.bytes()).collect()
}

/// The leaf of an account.
fn leaf_of<'a>(leaves: &'a [Leaf], account: &Account) -> &'a Leaf {
    leaves.iter().find(|leaf| leaf.account.0 == account.address().0).expect("the account has a leaf")
}

/// Holders long and short, and the insurance fund as the last; nets to zero.
fn book() -> Vec<Leaf> {
    let positions: [(i128, i128); 5] = [(5, 40), (-8, -17), (12, 0), (-3, 9), (-6, -32)];
    (0u8..)
        .zip(positions)
        .map(|(number, (size, unrealised))| Leaf {
            index: number.into(),
            account: lockstep_core::ids::Account([10 + number; 20]),
            size: size * 1_000_000_000_000,
            entry_price: Price(1_600_000_000_000_000_000_000 + u128::from(number)),
            margin: 1_000 * u128::from(number),
            unrealised: unrealised * 1_000_000,
            basis: Basis::PerBranchClaim,
        })
        .collect()
}

fn tree(leaves: &[Leaf], context: Context) -> Tree {
    let mut builder = TreeBuilder::new(keccak256, context);
    for leaf in leaves {
        builder.push(leaf).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn the_solidity_interface_is_that_of_the_contract() {
    e2e_tests::abi::assert_same::<ISettlementCalls, ISettlementErrors>("settlement", ISettlementEvents::SELECTORS);
}
