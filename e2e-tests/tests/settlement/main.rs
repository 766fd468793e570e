//! Every message of the settlement contract and every refusal, on the compiled contract.

mod inclusion;
mod markets;
mod snapshots;

use alloy_core::{
    primitives::{Address, FixedBytes},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    START, blob, chain, funded,
    interfaces::{ISettlement::*, IUpgradeRegistry},
    sol_address,
};
use lockstep_core::{
    ids::{DomainId, MarketId, PlanId},
    keccak::keccak256,
    registry::fork_zero,
    settlement::{Basis, Context, Leaf, Tree, TreeBuilder},
    units::Price,
};
use lockstep_devchain::{Account, DevChain, Failure, H160, UNIT};

const DOMAIN: u32 = 1;
const GENESIS: [u8; 32] = [1; 32];
const MARKET: u32 = 3;
const FREEZE: u64 = START + 3_600;
const WINDOW: u64 = 7_200;
const CHALLENGE: u64 = 86_400;
/// What the native token's smallest unit is to a contract.
const WEI: u128 = 100_000_000;
const BOND: u128 = 10 * UNIT * WEI;

struct Stage {
    chain: DevChain,
    settlement: H160,
    governance: Account,
    venue: Account,
    operator: Account,
    plan: u64,
}

fn context(plan: u64, market: u32) -> Context {
    Context {
        domain: DomainId(DOMAIN),
        fork: fork_zero(keccak256, GENESIS, 1_000, 420),
        plan: PlanId(plan),
        market: MarketId(market),
    }
}

/// A registry with one plan for the market and its neighbour, and the market's venue under bond.
fn stage() -> Stage {
    let mut chain = chain();
    let [governance, venue, operator] = ["governance", "venue", "operator"].map(|name| funded(&mut chain, name));
    let constructor = (sol_address(governance.address()),).abi_encode_params();
    let registry = chain.deploy(&governance, blob("upgrade_registry"), constructor, 0).unwrap().address;
    let domain = IUpgradeRegistry::registerDomainCall {
        domain: DOMAIN,
        genesisHash: FixedBytes(GENESIS),
        paraId: 1_000,
        chainId: 420,
    };
    chain.sol_call(&governance, registry, &domain, 0).unwrap();
    let plan = announce(&mut chain, &governance, registry, FREEZE);
    let constructor =
        (sol_address(governance.address()), sol_address(registry), WINDOW, CHALLENGE, BOND).abi_encode_params();
    let settlement = chain.deploy(&governance, blob("settlement"), constructor, 0).unwrap().address;
    let mut stage = Stage { chain, settlement, governance, venue, operator, plan };
    stage.govern(&stage.admission(MARKET)).unwrap();
    let operator = stage.operator.clone();
    stage.chain.sol_call(&operator, settlement, &postBondCall { market: MARKET }, 10 * UNIT).unwrap();
    stage
}

fn announce(chain: &mut DevChain, governance: &Account, registry: H160, freeze_at: u64) -> u64 {
    let call = IUpgradeRegistry::announceCall {
        domain: DOMAIN,
        codeHash: FixedBytes([7; 32]),
        specVersion: 2,
        schedule: IUpgradeRegistry::Schedule {
            freezeAt: freeze_at,
            earliest: freeze_at + 100,
            latest: freeze_at + 3_600,
            stabilise: 1_800,
            maxFreeze: 14_400,
        },
        impact: IUpgradeRegistry::Impact {
            finalityBefore: 18,
            finalityAfter: 12,
            blockTimeBefore: 12_000,
            blockTimeAfter: 6_000,
            feeRatioBefore: 10_000,
            feeRatioAfter: 8_000,
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
    chain.sol_call(governance, registry, &call, 0).unwrap()
}

impl Stage {
    fn call<C: SolCall>(&mut self, who: &Account, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(who, self.settlement, call, 0)
    }

    fn govern<C: SolCall>(&mut self, call: &C) -> Result<C::Return, Failure> {
        self.call(&self.governance.clone(), call)
    }

    fn operate<C: SolCall>(&mut self, call: &C) -> Result<C::Return, Failure> {
        self.call(&self.operator.clone(), call)
    }

    fn view<C: SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_view(&self.governance, self.settlement, call)
    }

    fn at(&mut self, time: u64) {
        self.chain.produce_block_at(time).unwrap();
    }

    fn admission(&self, market: u32) -> admitMarketCall {
        let (venue, operator) = (sol_address(self.venue.address()), sol_address(self.operator.address()));
        admitMarketCall { market, venue, operator }
    }

    fn commitment(&self, tree: &Tree) -> commitSnapshotCall {
        let top = tree.top();
        commitSnapshotCall {
            plan: self.plan,
            market: MARKET,
            top: FixedBytes(top.hash),
            count: top.totals.count,
            long: top.totals.long,
            short: top.totals.short,
            profit: top.totals.profit,
            loss: top.totals.loss,
        }
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
}

/// Holders long and short of every basis, and the insurance fund as the last; nets to zero.
fn book() -> Vec<Leaf> {
    let positions: [(i128, i128); 5] = [(5, 40), (-8, -17), (12, 0), (-3, 9), (-6, -32)];
    let bases = [Basis::CanonicalOnly, Basis::SumOfBranches, Basis::PerBranchClaim];
    (0u8..)
        .zip(positions)
        .map(|(number, (size, unrealised))| Leaf {
            index: number.into(),
            account: lockstep_core::ids::Account([10 + number; 20]),
            size: size * 1_000_000_000_000,
            entry_price: Price(1_600_000_000_000_000_000_000 + u128::from(number)),
            margin: 1_000 * u128::from(number),
            unrealised: unrealised * 1_000_000,
            basis: bases[usize::from(number) % 3],
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
