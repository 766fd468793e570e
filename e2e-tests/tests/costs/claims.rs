//! One of 64 entries of a tree is proven: Uniswap's Merkle distributor, and the settlement contract.

use alloy_core::{
    primitives::{Address, FixedBytes, U256, keccak256 as hash},
    sol_types::SolValue,
};
use e2e_tests::{
    drop_ins::IMerkleDistributor,
    interfaces::{ISettlement as settlement, IUpgradeRegistry as registry},
    place,
    plans::announcement,
    sol_address,
};
use lockstep_core::{
    ids::{Account, DomainId, MarketId, PlanId},
    keccak::keccak256,
    registry::fork_zero,
    settlement::{Basis, Context, Leaf, Tree, TreeBuilder, encode_proof},
    units::Price,
};
use lockstep_devchain::{H160, UNIT};

use crate::{
    stage::{Form, IToken, Stage},
    table::{Comparison, Measured},
};

const ENTRIES: u8 = 64;
/// The entry that is proven.
const ENTRY: u8 = 21;
const AMOUNT: u64 = 1_000_000;

const DOMAIN: u32 = 1;
const GENESIS: [u8; 32] = [1; 32];
/// A market that nothing else is asked about.
const MARKET: u32 = 3;
/// What the native token's smallest unit is to a contract.
const WEI: u128 = 100_000_000;

pub fn measure(stage: &mut Stage) -> Vec<(&'static str, Comparison)> {
    // The package has bytecode only.
    let evm = distributor(stage);
    let ours = proof(stage);
    vec![("claim: proof of inclusion", Comparison { ours, evm, polkavm: None })]
}

fn holder(entry: u8) -> [u8; 20] {
    [100 + entry; 20]
}

/// A claim pays out and is marked, which a proof by itself is not.
fn distributor(stage: &mut Stage) -> Measured {
    let leaf = |entry: u8| {
        let packed = (U256::from(entry), Address::from(holder(entry)), U256::from(AMOUNT)).abi_encode_packed();
        hash(packed)
    };
    let mut level: Vec<FixedBytes<32>> = (0..ENTRIES).map(leaf).collect();
    let (mut position, mut proof) = (usize::from(ENTRY), Vec::new());
    while level.len() > 1 {
        proof.push(level[position ^ 1]);
        position /= 2;
        let parent = |pair: &[FixedBytes<32>]| hash([pair[0].min(pair[1]), pair[0].max(pair[1])].concat());
        level = level.chunks(2).map(parent).collect();
    }
    let constructor = (sol_address(stage.token), level[0]).abi_encode_params();
    let distributor = stage.deploy(Form::Evm, "MerkleDistributor", constructor);
    let owner = stage.owner.clone();
    let fund = u128::from(AMOUNT) * u128::from(ENTRIES);
    stage.mint(&owner, fund);
    let transfer = IToken::transferCall { to: sol_address(distributor), amount: U256::from(fund) };
    stage.govern(stage.token, &transfer);
    let (index, account) = (U256::from(ENTRY), Address::from(holder(ENTRY)));
    let claim = IMerkleDistributor::claimCall { index, account, amount: U256::from(AMOUNT), merkleProof: proof };
    stage.govern(distributor, &claim);
    let measured = stage.last(&[distributor]);
    assert_eq!(stage.balance(H160(holder(ENTRY))), U256::from(AMOUNT));
    measured
}

fn proof(stage: &mut Stage) -> Measured {
    let owner = stage.owner.clone();
    let (plan, freeze) = announced(stage);
    let me = sol_address(owner.address());
    let [registry, guard, vault] = [stage.registry, stage.guard, stage.vault].map(sol_address);
    let constructor = (me, registry, guard, vault, 6u16, 7_200u64, 86_400u64, UNIT * WEI).abi_encode_params();
    let contract = place(&mut stage.chain, &owner, "settlement", constructor).unwrap();
    let basis = Basis::SumOfBranches.number();
    let admission =
        settlement::admitMarketCall { market: MARKET, venue: me, operator: me, domain: DOMAIN, basis, decimals: 18 };
    stage.govern(contract, &admission);
    stage.chain.sol_call(&owner, contract, &settlement::postBondCall { market: MARKET }, UNIT).unwrap();
    stage.chain.produce_until(freeze + 600);

    let fork = fork_zero(keccak256, GENESIS, 1_000, 420);
    let context = Context { domain: DomainId(DOMAIN), fork, plan: PlanId(plan), market: MarketId(MARKET) };
    let leaves: Vec<Leaf> = (0..ENTRIES).map(leaf).collect();
    let tree = grown(&leaves, context);
    let top = tree.top();
    let commit = settlement::commitSnapshotCall {
        plan,
        market: MARKET,
        top: FixedBytes(top.hash),
        count: top.totals.count,
        long: top.totals.long,
        short: top.totals.short,
        profit: top.totals.profit,
        loss: top.totals.loss,
    };
    stage.govern(contract, &commit);
    let leaf = leaves[usize::from(ENTRY)];
    let verify = settlement::verifyCall {
        plan,
        market: MARKET,
        index: leaf.index,
        account: Address::from(leaf.account.0),
        size: leaf.size,
        entryPrice: leaf.entry_price.0,
        margin: leaf.margin,
        unrealised: leaf.unrealised,
        basis: leaf.basis.number(),
        proof: encode_proof(&tree.prove(leaf.index).unwrap()).into(),
    };
    stage.asked(contract, &verify, &[contract])
}

/// A plan for the market, and when it freezes.
fn announced(stage: &mut Stage) -> (u64, u64) {
    let domain =
        registry::registerDomainCall { domain: DOMAIN, genesisHash: FixedBytes(GENESIS), paraId: 1_000, chainId: 420 };
    stage.govern(stage.registry, &domain);
    let freeze = stage.chain.now() + 3_600;
    let plan = announcement(freeze, FixedBytes([7; 32]), vec![MARKET]);
    (stage.govern(stage.registry, &plan), freeze)
}

/// Every second account is long what the one before it is short.
fn leaf(entry: u8) -> Leaf {
    let size = if entry.is_multiple_of(2) { -1_000_000 } else { 1_000_000 };
    Leaf {
        index: entry.into(),
        account: Account(holder(entry)),
        size,
        entry_price: Price(1_600_000_000_000_000_000_000),
        margin: 1_000,
        unrealised: size / 1_000,
        basis: Basis::SumOfBranches,
    }
}

fn grown(leaves: &[Leaf], context: Context) -> Tree {
    let mut builder = TreeBuilder::new(keccak256, context);
    for leaf in leaves {
        builder.push(leaf).unwrap();
    }
    builder.finish().unwrap()
}
