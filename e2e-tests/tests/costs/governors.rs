//! A proposal from the delegation of votes to its execution: `OpenZeppelin`'s Governor with `ERC20Votes` and
//! `TimelockController`, and the governor, connected to guard, registry and vault. Both vote with the same kind of token
//! and execute the same call.

use alloy_core::{
    primitives::{Address, Bytes, FixedBytes, U256, keccak256},
    sol,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{funded, interfaces::ILockstepGovernor as governor, place, sol_address};
use lockstep_devchain::{Account, H160};

use crate::{
    stage::{Form, IToken, Stage},
    table::{Comparison, Measured},
};

sol! {
    interface ITimelock {
        function grantRole(bytes32 role, address account) external;
    }
    interface IVotesToken {
        function delegate(address delegatee) external;
    }
}

const SUPPLY: u128 = 1_000_000;
const DELAY: u64 = 3_600;
const PERIOD: u64 = 86_400;
const TIMELOCK: u64 = 86_400;
const WINDOW: u64 = 604_800;
const DAY: u64 = 86_400;
/// Beyond the longest life of a proposal, as the governor asks.
const UNLOCK: u64 = DELAY + PERIOD + WINDOW + TIMELOCK + WINDOW + (45 + 30) * DAY + 1;

const STEPS: [&str; 6] = [
    "governor: 1 delegate",
    "governor: 2 propose",
    "governor: 3 castVote, the first",
    "governor: 4 castVote",
    "governor: 5 queue",
    "governor: 6 execute",
];

pub fn measure(stage: &mut Stage) -> Vec<(&'static str, Comparison)> {
    let target = stage.deploy(Form::Evm, "PeerToken", (U256::from(SUPPLY),).abi_encode_params());
    let evm = openzeppelin(stage, Form::Evm, target);
    let polkavm = openzeppelin(stage, Form::PolkaVm, target);
    let ours = lockstep(stage, target);
    let row = |at: usize| Comparison { ours: ours[at], evm: evm[at], polkavm: Some(polkavm[at]) };
    STEPS.into_iter().enumerate().map(|(at, step)| (step, row(at))).collect()
}

/// Who votes: one holds most of the tokens and is handed the votes of the second, the third votes first.
struct Voters {
    proposer: Account,
    delegator: Account,
    early: Account,
}

impl Voters {
    /// With 600,000 and twice 100,000 of the token.
    fn of(stage: &mut Stage, token: H160, form: &str) -> Self {
        let [proposer, delegator, early] = ["proposer", "delegator", "early"].map(|name| {
            let account = funded(&mut stage.chain, &format!("{form}-{name}"));
            let amount = U256::from(if name == "proposer" { 600_000 } else { 100_000 });
            let transfer = IToken::transferCall { to: sol_address(account.address()), amount };
            stage.govern(token, &transfer);
            account
        });
        Self { proposer, delegator, early }
    }
}

/// The same in both: a token that is not the governor's own is asked to approve something.
struct Batch {
    targets: Vec<Address>,
    values: Vec<U256>,
    calldatas: Vec<Bytes>,
    description: String,
}

impl Batch {
    fn of(token: H160) -> Self {
        let approve = IToken::approveCall { spender: Address::repeat_byte(0xbb), amount: U256::from(1) };
        Self {
            targets: vec![sol_address(token)],
            values: vec![U256::ZERO],
            calldatas: vec![approve.abi_encode().into()],
            description: "Approve one token for the treasury".into(),
        }
    }

    fn hash(&self) -> FixedBytes<32> {
        keccak256(&self.description)
    }
}

/// A governor.
struct Peer {
    contract: H160,
    /// What its proposal calls.
    target: H160,
    /// Where votes are delegated.
    delegation: H160,
    /// The contracts that each step runs.
    paths: [Vec<H160>; 6],
}

/// Delegation, then the proposal from beginning to end, by the interface that both have.
fn carried(stage: &mut Stage, voters: &Voters, peer: &Peer) -> [Measured; 6] {
    let Voters { proposer, delegator, early } = voters;
    let Peer { contract, target, delegation, paths } = peer;
    let contract = *contract;
    let to = sol_address(proposer.address());
    stage.call(delegator, *delegation, &IVotesToken::delegateCall { delegatee: to });
    let delegate = stage.last(&paths[0]);
    stage.chain.produce_block();

    let batch = Batch::of(*target);
    let hash = batch.hash();
    let Batch { targets, values, calldatas, description } = batch;
    let call = governor::proposeCall {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        description,
    };
    let id = stage.call(proposer, contract, &call);
    let propose = stage.last(&paths[1]);

    stage.chain.produce_until(stage.chain.now() + DELAY + 600);
    let vote = governor::castVoteCall { proposalId: id, support: 1 };
    stage.call(early, contract, &vote);
    let first = stage.last(&paths[2]);
    stage.call(proposer, contract, &vote);
    let second = stage.last(&paths[3]);

    stage.chain.produce_until(stage.chain.now() + PERIOD + 600);
    let call = governor::queueCall { targets, values, calldatas, descriptionHash: hash };
    stage.call(proposer, contract, &call);
    let queue = stage.last(&paths[4]);

    stage.chain.produce_until(stage.chain.now() + TIMELOCK + 600);
    let governor::queueCall { targets, values, calldatas, descriptionHash } = call;
    stage.call(proposer, contract, &governor::executeCall { targets, values, calldatas, descriptionHash });
    let execute = stage.last(&paths[5]);
    assert_eq!(stage.call(proposer, contract, &governor::stateCall { proposalId: id }), 7, "not executed");
    [delegate, propose, first, second, queue, execute]
}

fn openzeppelin(stage: &mut Stage, form: Form, target: H160) -> [Measured; 6] {
    let token = stage.deploy(form, "PeerToken", (U256::from(SUPPLY),).abi_encode_params());
    let me = sol_address(stage.owner.address());
    // Anybody executes, as with ours.
    let constructor = (U256::from(TIMELOCK), Vec::<Address>::new(), vec![Address::ZERO], me).abi_encode_params();
    let timelock = stage.deploy(form, "TimelockController", constructor);
    let constructor = (sol_address(token), sol_address(timelock), DELAY, PERIOD, U256::from(10_000));
    let contract = stage.deploy(form, "PeerGovernor", constructor.abi_encode_params());
    for role in ["PROPOSER_ROLE", "CANCELLER_ROLE"] {
        stage.govern(timelock, &ITimelock::grantRoleCall { role: keccak256(role), account: sol_address(contract) });
    }
    let voters = Voters::of(stage, token, &format!("{form:?}"));
    for voter in [&voters.proposer, &voters.delegator, &voters.early] {
        let delegatee = sol_address(voter.address());
        stage.call(voter, token, &IVotesToken::delegateCall { delegatee });
    }
    stage.chain.produce_block();
    let paths = [
        vec![token],
        vec![contract, token],
        vec![contract, token],
        vec![contract, token],
        vec![contract, token, timelock],
        vec![contract, token, timelock, target],
    ];
    carried(stage, &voters, &Peer { contract, target, delegation: token, paths })
}

fn lockstep(stage: &mut Stage, target: H160) -> [Measured; 6] {
    let token = stage.deploy(Form::Evm, "PeerToken", (U256::from(SUPPLY),).abi_encode_params());
    let owner = stage.owner.clone();
    let constructor = (
        sol_address(token),
        sol_address(owner.address()),
        stage.chain.now() + 365 * DAY,
        800u32,
        DELAY,
        PERIOD,
        0u64,
        TIMELOCK,
        WINDOW,
        UNLOCK,
        10_000u128,
    );
    let contract = place(&mut stage.chain, &owner, "governor", constructor.abi_encode_params()).unwrap();
    let [guard, registry, vault] = [stage.guard, stage.registry, stage.vault].map(sol_address);
    stage.govern(contract, &governor::connectCall { guard, registry, vault });
    let voters = Voters::of(stage, token, "lockstep");
    for (voter, amount) in [(&voters.proposer, 600_000u128), (&voters.delegator, 100_000), (&voters.early, 100_000)] {
        let amount = U256::from(amount);
        stage.call(voter, token, &IToken::approveCall { spender: sol_address(contract), amount });
        stage.call(voter, contract, &governor::lockCall { amount });
    }
    stage.chain.produce_block();
    // The front delegates, votes and queues itself; for the other steps it runs the code of the whole governor. The first
    // vote tells it what the next would have to ask the guard for.
    let (front, behind) = (vec![contract, stage.guard], stage.behind(contract));
    let whole = [front.as_slice(), &[behind]].concat();
    let [propose, execute] = [[whole.as_slice(), &[token]].concat(), [whole.as_slice(), &[token, target]].concat()];
    let paths = [front.clone(), propose, front.clone(), vec![contract], front, execute];
    carried(stage, &voters, &Peer { contract, target, delegation: contract, paths })
}
