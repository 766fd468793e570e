//! Every message of the settlement contract and every refusal, on the compiled contract.

use alloy_core::{
    primitives::{Address, Bytes, FixedBytes},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    START, assert_refused, blob, chain, emitted, funded,
    interfaces::{ISettlement::*, IUpgradeRegistry},
    sol_address,
};
use lockstep_core::{
    ids::{DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
    registry::fork_zero,
    settlement::{Basis, Context, Leaf, Tree, TreeBuilder, encode_proof},
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
fn a_snapshot_is_committed_at_the_freeze_and_every_position_is_provable() {
    let mut stage = stage();
    let leaves = book();
    let tree = tree(&leaves, context(stage.plan, MARKET));
    let commitment = stage.commitment(&tree);
    stage.at(FREEZE - 1);
    assert_refused(stage.operate(&commitment), WindowNotOpen { opensAt: FREEZE, now_: FREEZE - 1 });
    stage.at(FREEZE);
    assert_eq!(stage.operate(&commitment).unwrap(), FixedBytes(tree.root()));
    let until = FREEZE + CHALLENGE;
    assert_eq!(
        emitted::<SnapshotCommitted>(&stage.chain),
        [SnapshotCommitted {
            plan: stage.plan,
            market: MARKET,
            root: FixedBytes(tree.root()),
            count: 5,
            interest: 17_000_000_000_000,
            profit: 49_000_000,
            challengedUntil: until,
        }]
    );
    let snapshot = stage.view(&snapshotCall { plan: stage.plan, market: MARKET }).unwrap();
    assert_eq!((snapshot.root, snapshot.count), (FixedBytes(tree.root()), 5));
    assert_eq!((snapshot.long, snapshot.short), (17_000_000_000_000, 17_000_000_000_000));
    assert_eq!((snapshot.profit, snapshot.loss), (49_000_000, 49_000_000));
    assert_eq!((snapshot.bond, snapshot.committedAt, snapshot.challengedUntil), (BOND, FREEZE, until));
    let of = stage.view(&snapshotContextCall { plan: stage.plan, market: MARKET }).unwrap();
    assert_eq!((of.domain, ForkId(of.forkId.0)), (DOMAIN, context(stage.plan, MARKET).fork));

    for leaf in &leaves {
        let proof = encode_proof(&tree.prove(leaf.index).unwrap());
        stage.view(&stage.verification(leaf, proof)).unwrap();
    }
    assert_refused(stage.operate(&commitment), AlreadyCommitted { at: FREEZE });
}

#[test]
fn a_false_position_is_refused_for_its_reason() {
    let mut stage = stage();
    let leaves = book();
    let tree = tree(&leaves, context(stage.plan, MARKET));
    stage.at(FREEZE);
    stage.operate(&stage.commitment(&tree)).unwrap();
    let proof = encode_proof(&tree.prove(2).unwrap());
    let honest = stage.verification(&leaves[2], proof.clone());
    let verify = |call: &verifyCall| stage.view(call);
    verify(&honest).unwrap();

    let larger = Leaf { size: leaves[2].size + 1, ..leaves[2] };
    let computed = {
        let mut node = larger.node(keccak256, &context(stage.plan, MARKET).series(keccak256));
        let path = tree.prove(2).unwrap();
        node = lockstep_core::settlement::Node::parent(keccak256, &node, &path[0]).unwrap();
        node = lockstep_core::settlement::Node::parent(keccak256, &path[1], &node).unwrap();
        node = lockstep_core::settlement::Node::parent(keccak256, &node, &path[2]).unwrap();
        FixedBytes(node.seal(keccak256, &context(stage.plan, MARKET)))
    };
    assert_refused(
        verify(&verifyCall { size: larger.size, ..honest.clone() }),
        RootMismatch { committed: FixedBytes(tree.root()), computed },
    );
    assert_refused(verify(&verifyCall { basis: 0, ..honest.clone() }), UnknownBasis { basis: 0 });
    assert_refused(verify(&verifyCall { basis: 4, ..honest.clone() }), UnknownBasis { basis: 4 });
    assert_refused(verify(&verifyCall { index: 5, ..honest.clone() }), IndexOutOfRange { index: 5, count: 5 });
    let cut: Bytes = proof[..104 * 2].to_vec().into();
    assert_refused(verify(&verifyCall { proof: cut, ..honest.clone() }), ProofLength { expected: 3, actual: 2 });
    let odd: Bytes = proof[..104 * 3 - 1].to_vec().into();
    assert_refused(verify(&verifyCall { proof: odd, ..honest.clone() }), ProofBytes { length: 311 });
    // The count of the second sibling, which spans two leaves.
    let mut counted = proof.clone();
    counted[104 + 39] = 3;
    assert_refused(
        verify(&verifyCall { proof: counted.into(), ..honest.clone() }),
        SiblingCount { level: 1, expected: 2, actual: 3 },
    );
    // The longs of the first sibling, so large that the sum wraps.
    let mut wrapping = proof.clone();
    wrapping[40..56].fill(0xff);
    assert_refused(
        verify(&verifyCall { proof: wrapping.into(), ..honest.clone() }),
        SumOverflow { left: 12_000_000_000_000, right: u128::MAX },
    );
    let (plan, market) = (stage.plan, MARKET + 1);
    assert_refused(verify(&verifyCall { market, ..honest.clone() }), NoSnapshot { plan, market });
    assert_refused(verify(&verifyCall { plan: plan + 1, ..honest }), NoSnapshot { plan: plan + 1, market: MARKET });
    assert_refused(stage.view(&snapshotCall { plan, market }), NoSnapshot { plan, market });
    assert_refused(stage.view(&snapshotContextCall { plan, market }), NoSnapshot { plan, market });
}

#[test]
fn a_snapshot_that_does_not_net_is_refused_with_the_figures() {
    let mut stage = stage();
    let of = context(stage.plan, MARKET);
    stage.at(FREEZE + 60);
    let one_sided = tree(&book()[..3], of);
    let refused = InterestNotNetted { long: 17_000_000_000_000, short: 8_000_000_000_000 };
    assert_refused(stage.operate(&stage.commitment(&one_sided)), refused);
    let mut generous = book();
    generous[0].unrealised += 1;
    let refused = ProfitNotNetted { profit: 49_000_001, loss: 49_000_000 };
    assert_refused(stage.operate(&stage.commitment(&tree(&generous, of))), refused);
    let good = stage.commitment(&tree(&book(), of));
    let headless = commitSnapshotCall { top: FixedBytes::ZERO, ..good.clone() };
    assert_refused(stage.operate(&headless), EmptyTree { count: 5 });
    let uncounted = commitSnapshotCall { count: 0, ..good };
    assert_refused(stage.operate(&uncounted), EmptyTree { count: 0 });
    // No open interest is a snapshot too.
    let empty = tree(&[], of);
    assert_eq!(stage.operate(&stage.commitment(&empty)).unwrap(), FixedBytes(empty.root()));
}

#[test]
fn a_snapshot_is_refused_outside_its_freeze() {
    let mut stage = stage();
    let of = context(stage.plan, MARKET);
    let commitment = stage.commitment(&tree(&book(), of));
    stage.at(FREEZE);
    let unknown = commitSnapshotCall { plan: stage.plan + 1, ..commitment.clone() };
    assert_refused(stage.operate(&unknown), NoFreeze { plan: stage.plan + 1, market: MARKET });
    // A market of another venue that the plan does not touch.
    stage.govern(&stage.admission(MARKET + 2)).unwrap();
    let untouched = commitSnapshotCall { market: MARKET + 2, ..commitment.clone() };
    assert_refused(stage.operate(&untouched), NoFreeze { plan: stage.plan, market: MARKET + 2 });
    stage.govern(&stage.admission(MARKET + 1)).unwrap();
    let unbonded = commitSnapshotCall { market: MARKET + 1, ..commitment.clone() };
    assert_refused(stage.operate(&unbonded), BondTooSmall { bond: 0, required: BOND });
    stage.at(FREEZE + WINDOW + 1);
    let late = WindowClosed { closedAt: FREEZE + WINDOW, now_: FREEZE + WINDOW + 1 };
    assert_refused(stage.operate(&commitment), late);
}

#[test]
fn the_deadline_itself_is_in_time() {
    let mut stage = stage();
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    stage.at(FREEZE + WINDOW);
    stage.operate(&commitment).unwrap();
}

#[test]
fn a_plan_cancelled_before_its_freeze_has_none() {
    let mut stage = stage();
    let registry = H160(stage.view(&upgradeRegistryCall {}).unwrap().into_array());
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    let governance = stage.governance.clone();
    let cancel = IUpgradeRegistry::cancelCall { plan: stage.plan };
    stage.chain.sol_call(&governance, registry, &cancel, 0).unwrap();
    stage.at(FREEZE);
    assert_refused(stage.operate(&commitment), NoFreeze { plan: stage.plan, market: MARKET });
}

#[test]
fn each_party_keeps_to_its_part() {
    let mut stage = stage();
    let (venue, governance) = (stage.venue.clone(), stage.governance.clone());
    let not_governance = NotGovernance { caller: sol_address(venue.address()) };
    let admission = stage.admission(9);
    assert_refused(stage.call(&venue, &admission), not_governance.clone());
    assert_refused(stage.call(&venue, &retireMarketCall { market: MARKET }), not_governance.clone());
    let rules = setRulesCall { window: 1, challenge: 1, minBond: 1 };
    assert_refused(stage.call(&venue, &rules), not_governance);
    let not_venue = NotVenue { caller: sol_address(governance.address()) };
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    assert_refused(stage.call(&governance, &commitment), not_venue.clone());
    let withdrawal = withdrawBondCall { market: MARKET, recipient: sol_address(governance.address()) };
    assert_refused(stage.call(&governance, &withdrawal), not_venue);
    assert_eq!(stage.view(&governanceCall {}).unwrap(), sol_address(governance.address()));
}

#[test]
fn a_market_is_admitted_once() {
    let mut stage = stage();
    assert_refused(stage.govern(&stage.admission(MARKET)), MarketExists { market: MARKET });
    let admission = stage.admission(9);
    stage.govern(&admission).unwrap();
    let (venue, operator) = (admission.venue, admission.operator);
    assert_eq!(emitted::<MarketAdmitted>(&stage.chain), [MarketAdmitted { market: 9, venue, operator }]);
    let market = stage.view(&marketCall { market_: 9 }).unwrap();
    assert_eq!((market.venue, market.operator, market.bond, market.retired), (venue, operator, 0, false));
    for (venue, operator) in [(Address::ZERO, operator), (venue, Address::ZERO)] {
        assert_refused(stage.govern(&admitMarketCall { market: 10, venue, operator }), ZeroAddress {});
    }
    assert_refused(stage.view(&marketCall { market_: 10 }), UnknownMarket { market: 10 });
    assert_refused(stage.govern(&retireMarketCall { market: 10 }), UnknownMarket { market: 10 });
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    let elsewhere = commitSnapshotCall { market: 10, ..commitment };
    assert_refused(stage.operate(&elsewhere), UnknownMarket { market: 10 });
}

#[test]
fn a_bond_is_held_until_the_market_is_retired_and_its_snapshot_beyond_challenge() {
    let mut stage = stage();
    let (venue, operator) = (stage.venue.clone(), stage.operator.clone());
    let post = postBondCall { market: MARKET };
    assert_refused(stage.operate(&post), ZeroAmount {});
    stage.chain.sol_call(&venue, stage.settlement, &post, UNIT).unwrap();
    assert_eq!(
        emitted::<BondPosted>(&stage.chain),
        [BondPosted {
            market: MARKET,
            payer: sol_address(venue.address()),
            amount: UNIT * WEI,
            bond: BOND + UNIT * WEI,
        }]
    );
    let unknown = stage.chain.sol_call(&venue, stage.settlement, &postBondCall { market: 9 }, UNIT);
    assert_refused(unknown, UnknownMarket { market: 9 });

    let recipient = Address::from([0x42; 20]);
    let withdrawal = withdrawBondCall { market: MARKET, recipient };
    assert_refused(stage.operate(&withdrawal), MarketNotRetired { market: MARKET });
    stage.at(FREEZE);
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    stage.operate(&commitment).unwrap();
    stage.govern(&retireMarketCall { market: MARKET }).unwrap();
    assert_eq!(emitted::<MarketRetired>(&stage.chain), [MarketRetired { market: MARKET }]);
    let retired = MarketIsRetired { market: MARKET };
    assert_refused(stage.operate(&commitment), retired.clone());
    assert_refused(stage.govern(&retireMarketCall { market: MARKET }), retired.clone());
    assert_refused(stage.chain.sol_call(&operator, stage.settlement, &post, UNIT), retired);

    let until = FREEZE + CHALLENGE;
    stage.at(until);
    assert_refused(stage.operate(&withdrawal), StillChallengeable { until, now_: until });
    stage.at(until + 1);
    let nowhere = withdrawBondCall { market: MARKET, recipient: Address::ZERO };
    assert_refused(stage.operate(&nowhere), ZeroAddress {});
    let before = stage.chain.spendable_balance(H160([0x42; 20]));
    stage.operate(&withdrawal).unwrap();
    assert_eq!(
        emitted::<BondWithdrawn>(&stage.chain),
        [BondWithdrawn { market: MARKET, recipient, amount: BOND + UNIT * WEI }]
    );
    assert_eq!(stage.chain.spendable_balance(H160([0x42; 20])) - before, 11 * UNIT);
    assert_refused(stage.operate(&withdrawal), NoBond { market: MARKET });
    // The evidence stays.
    let snapshot = stage.view(&snapshotCall { plan: stage.plan, market: MARKET }).unwrap();
    assert_eq!((snapshot.count, snapshot.bond), (5, BOND + UNIT * WEI));
}

#[test]
fn rules_are_governed_within_bounds() {
    let mut stage = stage();
    let rules = stage.view(&rulesCall {}).unwrap();
    assert_eq!((rules.window, rules.challenge, rules.minBond), (WINDOW, CHALLENGE, BOND));
    stage.govern(&setRulesCall { window: 60, challenge: 120, minBond: BOND + 1 }).unwrap();
    assert_eq!(
        emitted::<RulesChanged>(&stage.chain),
        [RulesChanged {
            oldWindow: WINDOW,
            newWindow: 60,
            oldChallenge: CHALLENGE,
            newChallenge: 120,
            oldMinBond: BOND,
            newMinBond: BOND + 1,
        }]
    );
    let rules = stage.view(&rulesCall {}).unwrap();
    assert_eq!((rules.window, rules.challenge, rules.minBond), (60, 120, BOND + 1));
    stage.at(FREEZE);
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    assert_refused(stage.operate(&commitment), BondTooSmall { bond: BOND, required: BOND + 1 });
    let longest = 1_209_600;
    for given in [0, longest + 1] {
        let refused = WindowOutOfRange { given, longest };
        assert_refused(stage.govern(&setRulesCall { window: given, challenge: 1, minBond: 1 }), refused.clone());
        assert_refused(stage.govern(&setRulesCall { window: 1, challenge: given, minBond: 1 }), refused);
    }
    let free = setRulesCall { window: 1, challenge: 1, minBond: 0 };
    assert_refused(stage.govern(&free), BondTooSmall { bond: 0, required: 1 });
}

#[test]
fn a_deployment_is_refused_for_its_reason() {
    let mut chain = chain();
    let owner = funded(&mut chain, "governance");
    let someone = sol_address(owner.address());
    let mut deploy = |parameters: (Address, Address, u64, u64, u128)| {
        chain.deploy(&owner, blob("settlement"), parameters.abi_encode_params(), 0).map(|deployed| deployed.address)
    };
    assert_refused(deploy((Address::ZERO, someone, 1, 1, 1)), ZeroAddress {});
    assert_refused(deploy((someone, Address::ZERO, 1, 1, 1)), ZeroAddress {});
    assert_refused(deploy((someone, someone, 0, 1, 1)), WindowOutOfRange { given: 0, longest: 1_209_600 });
    assert_refused(deploy((someone, someone, 1, 0, 1)), WindowOutOfRange { given: 0, longest: 1_209_600 });
    assert_refused(deploy((someone, someone, 1, 1, 0)), BondTooSmall { bond: 0, required: 1 });
}

#[test]
fn the_solidity_interface_is_that_of_the_contract() {
    e2e_tests::abi::assert_same::<ISettlementCalls, ISettlementErrors>("settlement", ISettlementEvents::SELECTORS);
}
