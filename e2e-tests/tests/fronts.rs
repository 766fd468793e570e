//! Fronts answer as the whole contracts do whose address and storage they have, and leave everything else to them.

use std::collections::BTreeMap;

use alloy_core::{
    primitives::{Address, FixedBytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    abi::{functions, ink_selector, metadata, solidity_abi_of},
    assert_refused, blob, chain,
    exchange::IErc20,
    funded,
    interfaces::{IFront, ILockstepGovernor, IMarginVault, IOracleGuard, ISettlement, IUpgradeRegistry},
    place,
    plans::announcement,
    sol_address,
};
use lockstep_core::guard::Action;
use lockstep_devchain::{Account, Balance, DevChain, H160};
use parity_scale_codec::Encode;
use serde_json::Value;

const MARKET: u32 = 1;
const OTHER_MARKET: u32 = 2;
const UNKNOWN_MARKET: u32 = 99;
const FEED: u32 = 5;
const PRICE: u128 = 2_000 * 10u128.pow(18);

/// A type of the metadata with the types that it consists of in place of their numbers.
fn spelled_out(types: &BTreeMap<u64, Value>, part: &Value) -> Value {
    match part {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| match (name.as_str(), field.as_u64()) {
                ("type" | "ty", Some(number)) => (name.clone(), spelled_out(types, &types[&number]["def"])),
                _ => (name.clone(), spelled_out(types, field)),
            })
            .collect(),
        Value::Array(parts) => parts.iter().map(|part| spelled_out(types, part)).collect(),
        _ => part.clone(),
    }
}

/// The fields of a contract's storage by name, each with its key and its type, and the names of those that are packed
/// together, in their order.
fn storage(name: &str) -> (BTreeMap<String, Value>, Vec<String>) {
    let metadata = metadata(name);
    let types = metadata["types"].as_array().unwrap().iter();
    let types = types.map(|known| (known["id"].as_u64().unwrap(), known["type"].clone())).collect();
    let fields = metadata["storage"]["root"]["layout"]["struct"]["fields"].as_array().unwrap();
    let named = |field: &Value| (field["name"].as_str().unwrap().to_owned(), spelled_out(&types, &field["layout"]));
    let is_packed = |field: &&Value| field["layout"].get("root").is_none();
    let packed = fields.iter().filter(is_packed).map(|field| named(field).0).collect();
    (fields.iter().map(named).collect(), packed)
}

#[test]
fn a_front_and_the_whole_contract_find_the_same_in_storage() {
    for name in ["governor", "margin_vault", "oracle_guard", "settlement", "upgrade_registry"] {
        let (whole, packed) = storage(name);
        let (front, packed_in_front) = storage(&format!("{name}_front"));
        assert_eq!(packed_in_front, packed, "{name}");
        assert!(front.len() > packed.len() && front.len() < whole.len(), "{name}");
        // Besides what it says itself, and what ink! calls the message that gets all others.
        let functions: Vec<String> = functions(&solidity_abi_of(&format!("{name}_front"))).into_iter().collect();
        assert_eq!(functions, ["answer()()", "implementation()(address)"]);
        for (field, layout) in front {
            assert_eq!(Some(&layout), whole.get(&field), "{name}: {field}");
        }
    }
}

/// A contract that stands alone and the same behind a front, of which all that happens is told.
struct Pair {
    alone: H160,
    fronted: H160,
}

impl Pair {
    fn new(chain: &mut DevChain, deployer: &Account, name: &str, constructor: Vec<u8>) -> Self {
        Self {
            alone: chain.deploy(deployer, blob(name), constructor.clone(), 0).unwrap().address,
            fronted: place(chain, deployer, name, constructor).unwrap(),
        }
    }

    /// The same contract alone, and a front with nothing behind it.
    fn hollow(chain: &mut DevChain, deployer: &Account, name: &str, constructor: &[u8]) -> Self {
        let behind = (Address::repeat_byte(0x99),).abi_encode_params();
        let [alone, fronted] = [
            (blob(name), constructor.to_vec()),
            (blob(&format!("{name}_front")), [constructor, behind.as_slice()].concat()),
        ]
        .map(|(code, constructor)| chain.deploy(deployer, code, constructor, 0).unwrap().address);
        Self { alone, fronted }
    }

    /// Whether both refuse a call, whatever is in it, which they do alike.
    fn refuses(&self, chain: &DevChain, who: &Account, data: &[u8], value: Balance) -> bool {
        let [alone, fronted] =
            [self.alone, self.fronted].map(|contract| chain.dry_run(who, contract, data.to_vec(), value).result);
        assert_eq!(alone, fronted, "{data:02x?}");
        alone.is_err()
    }

    /// Does the same with both, which answer and emit the same.
    fn do_alike(&self, chain: &mut DevChain, who: &Account, data: &[u8]) {
        let mut seen = Vec::new();
        for contract in [self.alone, self.fronted] {
            let outcome = chain.call(who, contract, data.to_vec(), 0);
            let own = outcome.events.into_iter().filter(|event| event.address == contract);
            let events: Vec<_> = own.map(|event| (event.topics, event.data)).collect();
            assert!(!events.is_empty());
            seen.push((outcome.result.unwrap(), events));
        }
        assert_eq!(seen[0], seen[1], "{data:02x?}");
    }
}

/// The registries or the guards.
type Which = fn(&Stage) -> &Pair;

/// Two registries and two guards. Each guard asks the registry that stands as it does.
struct Stage {
    chain: DevChain,
    governance: Account,
    reporters: Vec<Account>,
    registry: Pair,
    guard: Pair,
    is_open: bool,
}

impl Stage {
    fn new() -> Self {
        let mut chain = chain();
        let governance = funded(&mut chain, "governance");
        let reporters = ["ann", "ben", "cat"].iter().map(|name| funded(&mut chain, name)).collect();
        let owner = sol_address(governance.address());
        let constructor = (owner,).abi_encode_params();
        let registry = Pair::new(&mut chain, &governance, "upgrade_registry", constructor);
        let constructor =
            |registry: H160| (owner, sol_address(registry), 6_000u64, 60u64, 1_800u64).abi_encode_params();
        let (alone, fronted) = (constructor(registry.alone), constructor(registry.fronted));
        let guard = Pair {
            alone: chain.deploy(&governance, blob("oracle_guard"), alone, 0).unwrap().address,
            fronted: place(&mut chain, &governance, "oracle_guard", fronted).unwrap(),
        };
        Self { chain, governance, reporters, registry, guard, is_open: false }
    }

    /// Does the same with both.
    fn on_both(&mut self, who: &Account, which: Which, call: &impl SolCall) {
        let Pair { alone, fronted } = *which(self);
        for contract in [alone, fronted] {
            self.chain.sol_call(who, contract, call, 0).unwrap();
        }
    }

    fn govern(&mut self, which: Which, call: &impl SolCall) {
        self.on_both(&self.governance.clone(), which, call);
    }

    /// A feed of three, two markets and a network.
    fn open(&mut self) {
        let reporters = self.reporters.iter().map(|reporter| sol_address(reporter.address())).collect();
        let feed = IOracleGuard::setFeedCall {
            feed: FEED,
            reporters,
            minSources: 2,
            maxAge: 120,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: 600,
            feedGrace: 60,
            ramp: 1_800,
            freshReports: 3,
        };
        self.govern(guard, &feed);
        for market in [MARKET, OTHER_MARKET] {
            self.govern(guard, &IOracleGuard::setMarketCall { market, feed: FEED, class: 0 });
        }
        let genesis = FixedBytes([1; 32]);
        let domain =
            IUpgradeRegistry::registerDomainCall { domain: 1, genesisHash: genesis, paraId: 1_000, chainId: 1 };
        self.govern(registry, &domain);
        self.is_open = true;
    }

    fn report(&mut self, price: u128) {
        for reporter in self.reporters.clone() {
            let published_at = self.chain.now();
            let call = IOracleGuard::reportCall { feed: FEED, price, confidence: 0, publishedAt: published_at };
            self.on_both(&reporter, guard, &call);
        }
    }

    /// Both answer a call alike, whatever is in it. Returns whether they refuse it.
    fn alike(&self, which: Which, data: &[u8], value: Balance) -> bool {
        which(self).refuses(&self.chain, &self.governance, data, value)
    }

    /// Asks everything that fronts answer, in both encodings.
    fn answers_are_alike(&self) {
        let lists: [&[u32]; 4] = [&[MARKET], &[], &[UNKNOWN_MARKET], &[MARKET, UNKNOWN_MARKET, OTHER_MARKET, MARKET]];
        for markets in lists {
            for data in registry_questions(markets) {
                assert!(!self.alike(registry, &data, 0));
            }
            for data in guard_questions(markets) {
                assert!(!self.alike(guard, &data, 0));
            }
        }
        for market in [MARKET, UNKNOWN_MARKET] {
            let refused = readings(market).map(|data| self.alike(guard, &data, 0));
            assert!(refused == [market == UNKNOWN_MARKET; 2] || !self.is_open);
        }
    }
}

fn registry(stage: &Stage) -> &Pair {
    &stage.registry
}

fn guard(stage: &Stage) -> &Pair {
    &stage.guard
}

fn readings(market: u32) -> [Vec<u8>; 2] {
    [IOracleGuard::readingCall { market }.abi_encode(), in_ink("oracle_guard", "reading", &market)]
}

/// Selector of a message in the encoding of ink!, and its arguments.
fn in_ink(contract: &str, message: &str, arguments: &impl Encode) -> Vec<u8> {
    [ink_selector(contract, message), arguments.encode()].concat()
}

fn registry_questions(markets: &[u32]) -> Vec<Vec<u8>> {
    let markets = markets.to_vec();
    vec![
        IUpgradeRegistry::marketPhasesCall { markets: markets.clone() }.abi_encode(),
        IUpgradeRegistry::marketPlansCall { markets: markets.clone() }.abi_encode(),
        in_ink("upgrade_registry", "UpgradeRegistry::marketPhases", &markets),
        in_ink("upgrade_registry", "UpgradeRegistry::marketPlans", &markets),
    ]
}

fn guard_questions(markets: &[u32]) -> Vec<Vec<u8>> {
    let markets = markets.to_vec();
    let mut questions = vec![
        IOracleGuard::livenessCall {}.abi_encode(),
        in_ink("oracle_guard", "liveness", &()),
        IOracleGuard::quotesCall { markets: markets.clone() }.abi_encode(),
        IOracleGuard::volatilityCall { markets: markets.clone() }.abi_encode(),
        IOracleGuard::activeTimeCall {}.abi_encode(),
        in_ink("oracle_guard", "OracleGuard::quotes", &markets),
        in_ink("oracle_guard", "OracleGuard::volatility", &markets),
        in_ink("oracle_guard", "OracleGuard::activeTime", &()),
    ];
    let actions = [Action::Reduce, Action::Increase, Action::Liquidate, Action::Fund, Action::Settle];
    for action in actions.map(Action::number).into_iter().chain([200]) {
        for health in [9_400, 9_900, u32::MAX] {
            questions.push(IOracleGuard::permissionCall { markets: markets.clone(), action, health }.abi_encode());
            questions.push(in_ink("oracle_guard", "OracleGuard::permission", &(&markets, action, health)));
        }
    }
    questions
}

#[test]
fn a_front_answers_as_the_whole_contract_in_everything_that_happens() {
    let mut stage = Stage::new();
    stage.answers_are_alike();
    stage.open();
    stage.answers_are_alike();
    for _ in 0..8 {
        stage.report(PRICE);
        stage.chain.produce_until(stage.chain.now() + 60);
    }
    stage.report(PRICE);
    stage.answers_are_alike();
    let open = IOracleGuard::permissionCall { markets: vec![MARKET], action: Action::Increase.number(), health: 0 };
    assert!(stage.chain.sol_view(&stage.governance, stage.guard.fronted, &open).unwrap().allowed);

    let freeze_at = stage.chain.now() + 600;
    stage.govern(registry, &announcement(freeze_at, FixedBytes([2; 32]), vec![MARKET, OTHER_MARKET]));
    stage.answers_are_alike();
    stage.govern(guard, &IOracleGuard::pauseForCall { selection: 0, id: OTHER_MARKET, length: 900 });
    stage.answers_are_alike();
    stage.chain.produce_until(freeze_at + 60);
    stage.report(PRICE);
    stage.answers_are_alike();
    let frozen = stage.chain.sol_view(&stage.governance, stage.guard.fronted, &open).unwrap();
    assert!(!frozen.allowed && frozen.reason != 0);
    stage.chain.produce_block();
    stage.report(PRICE * 2);
    stage.answers_are_alike();
    // The host stands still, and the registry's plan is forgotten.
    stage.chain.produce_block_after(2 * 86_400).unwrap();
    stage.answers_are_alike();
    stage.report(PRICE * 2);
    stage.govern(registry, &IUpgradeRegistry::pruneCall { market: MARKET });
    stage.answers_are_alike();
}

#[test]
fn a_front_answers_itself_what_it_is_there_for() {
    let mut chain = chain();
    let owner = funded(&mut chain, "owner");
    let me = sol_address(owner.address());
    let pair = Pair::hollow(&mut chain, &owner, "upgrade_registry", &(me,).abi_encode_params());
    for data in registry_questions(&[MARKET, OTHER_MARKET]) {
        assert!(!pair.refuses(&chain, &owner, &data, 0));
    }
    let constructor = (me, sol_address(pair.fronted), 6_000u64, 60u64, 1_800u64).abi_encode_params();
    let pair = Pair::hollow(&mut chain, &owner, "oracle_guard", &constructor);
    for data in guard_questions(&[MARKET, OTHER_MARKET]) {
        assert!(!pair.refuses(&chain, &owner, &data, 0));
    }
    let token = chain.create_asset(3, &owner, "Governance", "GOV", 0, 1).unwrap();
    let constructor = governor_of(&chain, token, &owner);
    let pair = Pair::hollow(&mut chain, &owner, "governor", &constructor);
    for data in delegations(&owner) {
        assert!(!pair.refuses(&chain, &owner, &data, 0));
    }
    for data in votes(U256::from(1), 1) {
        assert!(pair.refuses(&chain, &owner, &data, 0), "there is no such proposal");
    }
    let constructor = (me, me, sol_address(token), U256::from(6)).abi_encode_params();
    let pair = Pair::hollow(&mut chain, &owner, "margin_vault", &constructor);
    for data in movements(me, sol_address(token)) {
        assert!(pair.refuses(&chain, &owner, &data, 0), "there is nothing to move");
    }
    let constructor = (me, me, me, me, 6u16, 7_200u64, 86_400u64, 1u128).abi_encode_params();
    let pair = Pair::hollow(&mut chain, &owner, "settlement", &constructor);
    for data in claims(me) {
        assert!(pair.refuses(&chain, &owner, &data, 0), "there is no such snapshot");
    }
}

#[test]
fn a_front_leaves_to_the_whole_contract_what_it_cannot_read() {
    let mut stage = Stage::new();
    stage.open();
    stage.report(PRICE);
    let questions: [(Which, Vec<Vec<u8>>); 2] =
        [(registry, registry_questions(&[MARKET, OTHER_MARKET])), (guard, guard_questions(&[MARKET, OTHER_MARKET]))];
    let mut refused = 0;
    for (which, questions) in questions {
        for data in &questions {
            for length in 0..data.len() {
                refused += u32::from(stage.alike(which, &data[..length], 0));
            }
            stage.alike(which, &[data.as_slice(), &[7; 40]].concat(), 0);
            let mut garbled = data.clone();
            for byte in &mut garbled[4..] {
                *byte = 0xff;
            }
            refused += u32::from(stage.alike(which, &garbled, 0));
            assert!(stage.alike(which, data, 1), "no question takes money");
        }
        for data in [vec![], vec![1, 2, 3], vec![1, 2, 3, 4], vec![0; 100]] {
            assert!(stage.alike(which, &data, 0), "{data:?}");
        }
    }
    assert!(refused > 0, "something was not readable");
}

#[test]
fn what_a_front_passes_on_keeps_caller_value_events_and_errors() {
    let mut stage = Stage::new();
    let stranger = funded(&mut stage.chain, "stranger");
    let call = IUpgradeRegistry::nameHostCall { domain: 1 };
    let refused = stage.chain.sol_call(&stranger, stage.registry.fronted, &call, 0);
    assert_refused(refused, IUpgradeRegistry::NotGovernance { caller: sol_address(stranger.address()) });
    stage.open();

    let keeper = IUpgradeRegistry::addKeeperCall { keeper: sol_address(stranger.address()), threshold: 1 };
    stage.govern(registry, &keeper);
    let bond = lockstep_devchain::UNIT;
    for contract in [stage.registry.alone, stage.registry.fronted] {
        stage.chain.sol_call(&stranger, contract, &IUpgradeRegistry::postBondCall {}, bond).unwrap();
        let outcome = stage.chain.last_outcome().unwrap();
        let emitted = outcome.events_as::<IUpgradeRegistry::BondPosted>();
        assert_eq!(emitted.len(), 1);
        assert_eq!(emitted[0].0, contract);
    }
    // What was called is the front: the whole contract behind it knows of nothing.
    let behind = stage.chain.sol_view(&stranger, stage.registry.fronted, &IFront::implementationCall {}).unwrap();
    let behind = H160(behind.into_array());
    let fork = IUpgradeRegistry::forkOfCall { domain: 1 };
    assert!(stage.chain.sol_view(&stranger, stage.registry.fronted, &fork).is_ok());
    assert!(stage.chain.sol_view(&stranger, behind, &fork).is_err());
}

#[test]
fn a_front_is_not_deployed_on_nothing() {
    let mut chain = chain();
    let deployer = funded(&mut chain, "deployer");
    let owner = sol_address(deployer.address());
    let mut deploy = |name: &str, constructor: Vec<u8>| {
        chain.deploy(&deployer, blob(name), constructor, 0).map(|deployed| deployed.address)
    };
    for (governance, implementation) in [(Address::ZERO, owner), (owner, Address::ZERO)] {
        let refused = deploy("upgrade_registry_front", (governance, implementation).abi_encode_params());
        assert_refused(refused, IUpgradeRegistry::ZeroAddress {});
    }
    let governor = (owner, Address::ZERO, 0u64, 400u32, 1u64, 1u64);
    let governor = [governor.abi_encode_params(), (1u64, 1u64, 1u64, 1u64, 1u128, Address::ZERO).abi_encode_params()];
    assert_refused(deploy("governor_front", governor.concat()), ILockstepGovernor::ZeroAddress {});
    for (governance, guard, implementation) in
        [(Address::ZERO, owner, owner), (owner, Address::ZERO, owner), (owner, owner, Address::ZERO)]
    {
        let vault = (governance, guard, owner, U256::from(6), implementation);
        assert_refused(deploy("margin_vault_front", vault.abi_encode_params()), IMarginVault::ZeroAddress {});
    }
    let settlement = (owner, owner, owner, owner, 6u16, 7_200u64, 86_400u64, 1u128, Address::ZERO);
    assert_refused(deploy("settlement_front", settlement.abi_encode_params()), ISettlement::ZeroAddress {});
    let mut guard = |[governance, registry, implementation]: [Address; 3], lengths: [u64; 3]| {
        let [block_time, tolerance, silence] = lengths;
        let constructor = (governance, registry, block_time, tolerance, silence, implementation);
        deploy("oracle_guard_front", constructor.abi_encode_params())
    };
    for missing in 0..3 {
        let mut addresses = [owner; 3];
        addresses[missing] = Address::ZERO;
        assert_refused(guard(addresses, [6_000, 60, 1_800]), IOracleGuard::ZeroAddress {});
    }
    for (lengths, value, max) in
        [([0, 60, 1_800], 0, 86_400_000), ([6_000, 86_401, 1_800], 86_401, 86_400), ([6_000, 60, 0], 0, 86_400)]
    {
        assert_refused(guard([owner; 3], lengths), IOracleGuard::ParameterOutOfRange { value, max });
    }
}

/// Arguments of a governor's constructor.
fn governor_of(chain: &DevChain, token: H160, guardian: &Account) -> Vec<u8> {
    const DAY: u64 = 86_400;
    let first = (sol_address(token), sol_address(guardian.address()), chain.now() + 365 * DAY, 400u32);
    let lengths = (3_600u64, 3 * DAY, 3_600u64, 2 * DAY, 7 * DAY, 120 * DAY, 1_000u128);
    [first.abi_encode_params(), lengths.abi_encode_params()].concat()
}

fn delegations(to: &Account) -> [Vec<u8>; 2] {
    let solidity = ILockstepGovernor::delegateCall { delegatee: sol_address(to.address()) };
    [solidity.abi_encode(), in_ink("governor", "delegate", &to.address().0)]
}

fn votes(proposal: U256, support: u8) -> [Vec<u8>; 2] {
    let solidity = ILockstepGovernor::castVoteCall { proposalId: proposal, support };
    [solidity.abi_encode(), in_ink("governor", "castVote", &(proposal.to_le_bytes::<32>(), support))]
}

#[test]
fn the_governors_front_takes_votes_and_delegations_as_the_governor() {
    let mut chain = chain();
    let [owner, alice, bob] = ["owner", "alice-voter", "bob-voter"].map(|name| funded(&mut chain, name));
    let token = chain.create_asset(3, &owner, "Governance", "GOV", 0, 1).unwrap();
    for voter in [&alice, &bob] {
        chain.mint_asset(&owner, 3, voter, 500_000).unwrap();
    }
    let pair = {
        let constructor = governor_of(&chain, token, &owner);
        Pair::new(&mut chain, &owner, "governor", constructor)
    };
    for contract in [pair.alone, pair.fronted] {
        for voter in [&alice, &bob] {
            let amount = U256::from(200_000);
            let approve = IErc20::approveCall { spender: sol_address(contract), amount };
            chain.sol_call(voter, token, &approve, 0).unwrap();
            chain.sol_call(voter, contract, &ILockstepGovernor::lockCall { amount }, 0).unwrap();
        }
    }
    chain.produce_block();
    let nobody = ILockstepGovernor::delegateCall { delegatee: Address::ZERO }.abi_encode();
    assert!(pair.refuses(&chain, &bob, &nobody, 0));
    for data in [delegations(&alice), delegations(&bob), delegations(&owner), delegations(&alice)].concat() {
        pair.do_alike(&mut chain, &bob, &data);
        chain.produce_block();
    }
    let propose = ILockstepGovernor::proposeCall {
        targets: vec![sol_address(bob.address())],
        values: vec![U256::ZERO],
        calldatas: vec![Vec::new().into()],
        description: "Nothing to do".into(),
    };
    let proposal = chain.sol_view(&alice, pair.alone, &propose).unwrap();
    pair.do_alike(&mut chain, &alice, &propose.abi_encode());
    let [solidity, scale] = votes(proposal, 1);
    assert!(pair.refuses(&chain, &alice, &solidity, 0) && pair.refuses(&chain, &alice, &scale, 0), "it is too early");
    chain.produce_block_after(2 * 3_600).unwrap();
    for data in votes(proposal, 3).into_iter().chain(votes(U256::from(1), 1)) {
        assert!(pair.refuses(&chain, &alice, &data, 0));
    }
    assert!(pair.refuses(&chain, &alice, &solidity, 1), "a vote takes no money");
    assert!(pair.refuses(&chain, &bob, &scale, 0), "there are no votes");
    assert!(!pair.refuses(&chain, &alice, &solidity, 0));
    pair.do_alike(&mut chain, &alice, &scale);
    assert!(pair.refuses(&chain, &alice, &solidity, 0), "there was a vote");

    let ILockstepGovernor::proposeCall { targets, values, calldatas, description } = propose;
    let description_hash = keccak256(description);
    let queue = ILockstepGovernor::queueCall { targets, values, calldatas, descriptionHash: description_hash };
    let queue = queue.abi_encode();
    assert!(pair.refuses(&chain, &alice, &queue, 0), "the vote has not ended");
    chain.produce_block_after(4 * 86_400).unwrap();
    let batch = (vec![bob.address().0], vec![[0u8; 32]], vec![Vec::<u8>::new()], description_hash.0);
    for data in [queue.clone(), [queue.as_slice(), &[0; 32]].concat(), in_ink("governor", "queue", &batch)] {
        assert!(!pair.refuses(&chain, &alice, &data, 0), "however it is encoded");
    }
    pair.do_alike(&mut chain, &owner, &queue);
    assert!(pair.refuses(&chain, &alice, &queue, 0), "it was queued");
}

/// A claim and two proofs, one of them of no basis that there is, in both encodings.
fn claims(account: Address) -> Vec<Vec<u8>> {
    let (branch, proven) = (FixedBytes([7; 32]), vec![8; 104]);
    let verify = |basis: u8| {
        let solidity = ISettlement::verifyCall {
            plan: 1,
            market: MARKET,
            index: 2,
            account,
            size: -3,
            entryPrice: 4,
            margin: 5,
            unrealised: -6,
            basis,
            proof: proven.clone().into(),
        };
        let scale = (1u64, MARKET, 2u64, account.0.0, -3i128, 4u128, 5u128, -6i128, basis, &proven);
        [solidity.abi_encode(), in_ink("settlement", "verify", &scale)]
    };
    let claim = ISettlement::claimCall { plan: 1, market: MARKET, branch, proven: proven.clone().into() };
    let claim = [claim.abi_encode(), in_ink("settlement", "claim", &(1u64, MARKET, branch.0, &proven))];
    [claim, verify(0), verify(9)].concat()
}

#[test]
fn the_settlement_contracts_front_refuses_as_the_contract() {
    let mut chain = chain();
    let owner = funded(&mut chain, "owner");
    let me = sol_address(owner.address());
    let constructor = (me, me, me, me, 6u16, 7_200u64, 86_400u64, 1u128).abi_encode_params();
    let pair = Pair::new(&mut chain, &owner, "settlement", constructor);
    for data in claims(me) {
        for length in [data.len(), data.len() - 1, 40, 4] {
            assert!(pair.refuses(&chain, &owner, &data[..length], 0));
        }
    }
}

/// What moves money in a vault, in both encodings.
fn movements(account: Address, other: Address) -> Vec<Vec<u8>> {
    let (one, two) = (account.0.0, other.0.0);
    vec![
        IMarginVault::withdrawCall { asset: 0, amount: 1 }.abi_encode(),
        in_ink("margin_vault", "VaultAccounts::withdraw", &(0u32, 0u128)),
        IMarginVault::realiseCall {
            account,
            counterparty: other,
            profit: -1,
            accountOpen: true,
            counterpartyOpen: false,
        }
        .abi_encode(),
        in_ink("margin_vault", "MarginVaultTrait::realise", &(one, one, 1i128, true, true)),
        IMarginVault::chargeCall { account, liquidator: other, reward: 1, insurance: 2 }.abi_encode(),
        in_ink("margin_vault", "MarginVaultTrait::charge", &(one, two, 1u128, 2u128)),
        IMarginVault::collectCall { market: MARKET, account, since: 0, amount: 1 }.abi_encode(),
        in_ink("margin_vault", "SettlementVault::collect", &(MARKET, one, 0u64, 1u128)),
        IMarginVault::payOutCall { market: MARKET, account, amount: 1 }.abi_encode(),
        in_ink("margin_vault", "SettlementVault::payOut", &(MARKET, one, 1u128)),
        IMarginVault::freeCall { market: MARKET, account, since: 1 }.abi_encode(),
        in_ink("margin_vault", "SettlementVault::free", &(MARKET, one, 1u64)),
    ]
}

#[test]
fn the_vaults_front_moves_money_as_the_vault() {
    let mut chain = chain();
    let [owner, alice] = ["owner", "alice"].map(|name| funded(&mut chain, name));
    let token = chain.create_asset(3, &owner, "Dollar", "USD", 6, 1).unwrap();
    chain.mint_asset(&owner, 3, &alice, 1_000_000).unwrap();
    let (me, quote) = (sol_address(owner.address()), sol_address(token));
    let constructor = (me, me, quote, U256::from(6)).abi_encode_params();
    let pair = Pair::new(&mut chain, &owner, "margin_vault", constructor);
    for vault in [pair.alone, pair.fronted] {
        let approve = IErc20::approveCall { spender: sol_address(vault), amount: U256::from(1_000) };
        chain.sol_call(&alice, token, &approve, 0).unwrap();
    }
    let deposit = |amount: u128| {
        let solidity = IMarginVault::depositCall { asset: 0, amount };
        [solidity.abi_encode(), in_ink("margin_vault", "VaultAccounts::deposit", &(0u32, amount))]
    };
    let withdraw = |amount: u128| {
        let solidity = IMarginVault::withdrawCall { asset: 0, amount };
        [solidity.abi_encode(), in_ink("margin_vault", "VaultAccounts::withdraw", &(0u32, amount))]
    };
    let native =
        [IMarginVault::depositNativeCall {}.abi_encode(), in_ink("margin_vault", "VaultAccounts::depositNative", &())];
    for data in &native {
        assert!(pair.refuses(&chain, &alice, data, lockstep_devchain::UNIT), "the native token is not listed");
    }
    for vault in [pair.alone, pair.fronted] {
        let (token, cap) = (Address::ZERO, 1 << 100);
        let list = IMarginVault::listAssetCall { token, market: 1, decimals: 18, cap, haircut: 500 };
        chain.sol_call(&owner, vault, &list, 0).unwrap();
    }
    // The first deposit of all opens the vault, which is the whole one's to do.
    for data in [deposit(100), deposit(50), withdraw(20)].concat() {
        pair.do_alike(&mut chain, &alice, &data);
    }
    for data in [deposit(0), deposit(701), withdraw(0), withdraw(261)].concat() {
        assert!(pair.refuses(&chain, &alice, &data, 0));
    }
    let unknown = IMarginVault::depositCall { asset: 7, amount: 1 }.abi_encode();
    assert!(pair.refuses(&chain, &alice, &unknown, 0));
    for data in movements(sol_address(alice.address()), quote).iter().skip(2) {
        assert!(pair.refuses(&chain, &alice, data, 0));
    }
    for data in &native {
        assert!(!pair.refuses(&chain, &alice, data, lockstep_devchain::UNIT));
        assert!(pair.refuses(&chain, &alice, data, 0), "nothing came");
    }
    for market in [1, 2] {
        let account = sol_address(alice.address());
        let solidity = IMarginVault::lastExposedCall { account, market };
        let scale = in_ink("margin_vault", "GovernorVault::lastExposed", &(account.0.0, market));
        for data in [solidity.abi_encode(), scale] {
            assert!(!pair.refuses(&chain, &alice, &data, 0));
        }
    }
    pair.do_alike(&mut chain, &alice, &withdraw(260)[0]);
    for vault in [pair.alone, pair.fronted] {
        let held = IErc20::balanceOfCall { account: sol_address(vault) };
        assert_eq!(chain.sol_view(&alice, token, &held).unwrap(), U256::ZERO);
    }
}
