//! The governor before what was made for `OpenZeppelin`'s: a contract that knows `IGovernor` as it was published, and
//! `TimelockController`, unmodified.

use alloy_core::{
    primitives::{Address, Bytes, FixedBytes, U256},
    sol,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    START,
    abi::{signatures, solidity_abi_of},
    assert_refused, chain,
    drop_ins::deploy,
    funded,
    interfaces::IUpgradeRegistry::{entryCall, setEntryCall},
    place, sol_address, solidity_abi,
};
use lockstep_devchain::{Account, DevChain, Failure, H160};

sol! {
    #![sol(all_derives)]
    interface IErc20 {
        function transfer(address to, uint256 amount) external returns (bool);
    }
    interface IVoter {
        struct Shown {
            uint8 state;
            uint256 snapshot;
            uint256 deadline;
            uint256 eta;
            address proposer;
            bool needsQueuing;
            bool voted;
        }
        function lock(address token, uint256 amount) external;
        function propose(address target, bytes calldata data, string calldata description) external returns (uint256);
        function vote(uint256 id, uint8 support, string calldata reason) external returns (uint256);
        function queue(uint256 id) external;
        function execute(uint256 id) external;
        function cancel(uint256 id) external;
        function show(uint256 id) external view returns (Shown memory);
        function settings() external view returns (uint256, uint256, uint256, uint256, string memory, string memory);
    }
    interface ITimelock {
        error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates);
        error AccessControlUnauthorizedAccount(address account, bytes32 role);
        function schedule(
            address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt, uint256 delay
        ) external;
        function cancel(bytes32 id) external;
        function execute(
            address target, uint256 value, bytes calldata payload, bytes32 predecessor, bytes32 salt
        ) external payable;
        function hashOperation(
            address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt
        ) external pure returns (bytes32);
        function getOperationState(bytes32 id) external view returns (uint8);
        function getTimestamp(bytes32 id) external view returns (uint256);
    }
}

const DELAY: u64 = 3_600;
const PERIOD: u64 = 86_400;
const EXTENSION: u64 = 7_200;
const TIMELOCK: u64 = 172_800;
const WINDOW: u64 = 604_800;
/// With the longest veto and the longest wait for a ban.
const UNLOCK: u64 = DELAY + PERIOD + EXTENSION + WINDOW + TIMELOCK + 75 * 86_400 + WINDOW + 1;
/// Of the second timelock.
const MIN_DELAY: u64 = 86_400;
const VOTES: u64 = 600_000;

/// States of proposals.
const PENDING: u8 = 0;
const ACTIVE: u8 = 1;
const CANCELED: u8 = 2;
const SUCCEEDED: u8 = 4;
const QUEUED: u8 = 5;
const EXECUTED: u8 = 7;

/// States of timelocked operations.
const UNSET: u8 = 0;
const WAITING: u8 = 1;
const READY: u8 = 2;
const DONE: u8 = 3;

struct Stage {
    chain: DevChain,
    anyone: Account,
    voter: H160,
    timelock: H160,
    /// Governed by the timelock.
    registry: H160,
}

/// A voter with three fifths of the supply; its governor may schedule in a timelock, in which anyone executes.
fn deployed() -> Stage {
    let mut chain = chain();
    let anyone = funded(&mut chain, "anyone");
    let token = chain.create_asset(7, &anyone, "Governance", "GOV", 0, 1).unwrap();
    chain.mint_asset(&anyone, 7, &anyone, 1_000_000).unwrap();
    let (token_, guardian, until) = (sol_address(token), sol_address(anyone.address()), START + 31_536_000);
    let constructor = (token_, guardian, until, 800u32, DELAY, PERIOD, EXTENSION, TIMELOCK, WINDOW, UNLOCK, 10_000u128);
    let governor = place(&mut chain, &anyone, "governor", constructor.abi_encode_params()).unwrap();
    let voter = (sol_address(governor),).abi_encode_params();
    let voter = chain.deploy(&anyone, e2e_tests::bytecode("Voter"), voter, lockstep_devchain::UNIT).unwrap().address;
    let proposers = vec![sol_address(governor)];
    let timelock = (U256::from(MIN_DELAY), proposers, vec![Address::ZERO], Address::ZERO).abi_encode_params();
    let timelock = deploy(&mut chain, &anyone, "TimelockController", timelock).unwrap();
    let registry = (sol_address(timelock),).abi_encode_params();
    let registry = place(&mut chain, &anyone, "upgrade_registry", registry).unwrap();
    let mut stage = Stage { chain, anyone, voter, timelock, registry };
    let transfer = IErc20::transferCall { to: sol_address(voter), amount: U256::from(VOTES) };
    assert!(stage.call(token, &transfer).unwrap());
    stage.call(voter, &IVoter::lockCall { token: sol_address(token), amount: U256::from(VOTES) }).unwrap();
    stage.chain.produce_block();
    stage
}

impl Stage {
    fn call<C: SolCall>(&mut self, contract: H160, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(&self.anyone.clone(), contract, call, 0)
    }

    fn view<C: SolCall>(&self, contract: H160, call: &C) -> C::Return {
        self.chain.sol_view(&self.anyone, contract, call).unwrap()
    }

    fn show(&self, id: U256) -> IVoter::Shown {
        self.view(self.voter, &IVoter::showCall { id })
    }

    fn propose(&mut self, target: H160, data: Vec<u8>, description: &str) -> U256 {
        let (target, data, description) = (sol_address(target), data.into(), description.into());
        self.call(self.voter, &IVoter::proposeCall { target, data, description }).unwrap()
    }

    /// Proposed, voted for, queued and executed.
    fn carry(&mut self, target: H160, data: Vec<u8>, description: &str) {
        let id = self.propose(target, data, description);
        let snapshot = self.chain.now() + DELAY;
        let voter = sol_address(self.voter);
        let shown = |state, eta, voted| IVoter::Shown {
            state,
            snapshot: U256::from(snapshot),
            deadline: U256::from(snapshot + PERIOD),
            eta: U256::from(eta),
            proposer: voter,
            needsQueuing: true,
            voted,
        };
        assert_eq!(self.show(id), shown(PENDING, 0, false));
        self.chain.produce_block_at(snapshot + 1).unwrap();
        assert_eq!(self.show(id), shown(ACTIVE, 0, false));
        let vote = IVoter::voteCall { id, support: 1, reason: "Right".into() };
        assert_eq!(self.call(self.voter, &vote).unwrap(), U256::from(VOTES));
        assert_eq!(self.show(id), shown(ACTIVE, 0, true));
        self.chain.produce_block_at(snapshot + PERIOD + 1).unwrap();
        assert_eq!(self.show(id), shown(SUCCEEDED, 0, true));
        self.call(self.voter, &IVoter::queueCall { id }).unwrap();
        let eta = self.chain.now() + TIMELOCK;
        assert_eq!(self.show(id), shown(QUEUED, eta, true));
        self.chain.produce_block_at(eta).unwrap();
        self.call(self.voter, &IVoter::executeCall { id }).unwrap();
        assert_eq!(self.show(id), shown(EXECUTED, eta, true));
    }

    fn operation(&self, id: FixedBytes<32>) -> u8 {
        self.view(self.timelock, &ITimelock::getOperationStateCall { id })
    }
}

#[test]
fn a_front_end_reads_the_settings() {
    let stage = deployed();
    let settings = stage.view(stage.voter, &IVoter::settingsCall {});
    assert_eq!((settings._0, settings._1), (U256::from(DELAY), U256::from(PERIOD)));
    assert_eq!((settings._2, settings._3), (U256::from(10_000), U256::from(80_000)));
    assert!(settings._4.starts_with("mode=timestamp"), "{}", settings._4);
    assert_eq!(settings._5, "support=bravo&quorum=for,abstain");
}

#[test]
fn a_proposal_is_withdrawn_while_it_is_pending() {
    let mut stage = deployed();
    let id = stage.propose(stage.registry, vec![1, 2, 3, 4], "Nothing");
    stage.call(stage.voter, &IVoter::cancelCall { id }).unwrap();
    assert_eq!(stage.show(id).state, CANCELED);
}

#[test]
fn openzeppelins_timelock_obeys_the_governor() {
    let mut stage = deployed();
    let (timelock, registry) = (stage.timelock, stage.registry);
    let (name, entry) = (FixedBytes([3; 32]), Address::repeat_byte(5));
    let data: Bytes = setEntryCall { name, contract_: entry }.abi_encode().into();
    let (target, none, salt) = (sol_address(registry), FixedBytes([0; 32]), FixedBytes([9; 32]));
    let id = stage.view(
        timelock,
        &ITimelock::hashOperationCall { target, value: U256::ZERO, data: data.clone(), predecessor: none, salt },
    );
    let schedule = ITimelock::scheduleCall {
        target,
        value: U256::ZERO,
        data: data.clone(),
        predecessor: none,
        salt,
        delay: U256::from(MIN_DELAY),
    };
    let execute = ITimelock::executeCall { target, value: U256::ZERO, payload: data, predecessor: none, salt };
    let stranger = sol_address(stage.anyone.address());
    let refused: ITimelock::AccessControlUnauthorizedAccount =
        e2e_tests::exchange::refusal(stage.call(timelock, &schedule));
    assert_eq!(refused.account, stranger);

    // Scheduled by a vote and called off by another one.
    stage.carry(timelock, schedule.abi_encode(), "Name a contract");
    assert_eq!(stage.operation(id), WAITING);
    stage.carry(timelock, ITimelock::cancelCall { id }.abi_encode(), "Do not name it");
    assert_eq!(stage.operation(id), UNSET);

    // Scheduled again, and executed by anyone when it is ready.
    stage.carry(timelock, schedule.abi_encode(), "Name it after all");
    let ready = stage.chain.now() + MIN_DELAY;
    assert_eq!(stage.view(timelock, &ITimelock::getTimestampCall { id }), U256::from(ready));
    let early = ITimelock::TimelockUnexpectedOperationState {
        operationId: id,
        expectedStates: FixedBytes::from(U256::from(1u8 << READY)),
    };
    assert_refused(stage.call(timelock, &execute), early);
    stage.chain.produce_block_at(ready).unwrap();
    assert_eq!(stage.operation(id), READY);
    assert_eq!(stage.view(registry, &entryCall { name }), Address::ZERO);
    stage.call(timelock, &execute).unwrap();
    assert_eq!(stage.operation(id), DONE);
    assert_eq!(stage.view(registry, &entryCall { name }), entry);
}

/// What may be left out is written down here, and nothing else is.
#[test]
fn the_governor_has_openzeppelins_functions_events_and_errors() {
    let (ours, theirs) = (solidity_abi_of("governor"), solidity_abi("IGovernor"));
    let assert_all_but = |kind, left_out: &[&str]| {
        let ours = signatures(&ours, kind);
        for item in signatures(&theirs, kind) {
            assert!(ours.contains(&item) || left_out.contains(&&*item), "the governor has no {kind} {item}");
        }
    };
    assert_all_but("function", &[]);
    assert_all_but("event", &[]);
    // Of states and settings that there are not here.
    let errors = [
        "GovernorAlreadyQueuedProposal(uint256)",
        "GovernorDisabledDeposit()",
        "GovernorInvalidVoteParams()",
        "GovernorInvalidVotingPeriod(uint256)",
        "GovernorProposalQueueingFailed(uint256)",
        "GovernorProposalQueueingNotRequired(uint256)",
    ];
    assert_all_but("error", &errors);
}

#[test]
fn events_of_proposals_and_votes_are_indexed_alike() {
    let indexed = |abi: &serde_json::Value, event: &str| -> Vec<bool> {
        let items = abi.as_array().unwrap();
        let item = items.iter().find(|item| item["type"] == "event" && item["name"] == event).expect("it is there");
        item["inputs"].as_array().unwrap().iter().map(|input| input["indexed"] == true).collect()
    };
    let (ours, theirs) = (solidity_abi_of("governor"), solidity_abi("IGovernor"));
    for event in ["ProposalCreated", "ProposalQueued", "ProposalExecuted", "ProposalCanceled", "VoteCast"] {
        assert_eq!(indexed(&ours, event), indexed(&theirs, event), "{event}");
    }
}
