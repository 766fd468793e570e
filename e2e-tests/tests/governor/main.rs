//! Every message of the governor and every refusal, on the compiled contract.

mod bans;
mod capture;
mod clock;
mod hostile;
mod interested;
mod interface;
mod lifecycle;
mod refusals;
mod signed;
mod suite;
mod veto;
mod votes;
mod weights;

use alloy_core::{
    primitives::{Address, Bytes, FixedBytes, U256, keccak256},
    sol_types::{SolCall, SolError, SolValue},
};
use e2e_tests::{
    START, assert_refused, blob, chain, emitted, funded,
    interfaces::{ILockstepGovernor::*, IMarginVault, IOracleGuard, IPlainOracle, IUpgradeRegistry},
    place, sol_address,
};
use lockstep_devchain::{Account, DevChain, Failure, H160};

alloy_core::sol! {
    #![sol(all_derives)]
    interface IToken {
        function approve(address spender, uint256 amount) external returns (bool);
        function balanceOf(address account) external view returns (uint256);
    }
}

const GOV: u32 = 7;
const SUPPLY: u128 = 1_000_000;
const THRESHOLD: u128 = 10_000;
const QUORUM_BPS: u32 = 800;
const DELAY: u64 = 3_600;
const PERIOD: u64 = 86_400;
const EXTENSION: u64 = 7_200;
const TIMELOCK: u64 = 172_800;
const WINDOW: u64 = 604_800;
const DAY: u64 = 86_400;
/// Delay, period, extension, window, timelock, the longest veto, the longest wait for a ban, window.
const LIFETIME: u64 = DELAY + PERIOD + EXTENSION + WINDOW + TIMELOCK + 45 * DAY + 30 * DAY + WINDOW;
const UNLOCK: u64 = LIFETIME + 1;
const TERM: u64 = 31_536_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum State {
    Pending,
    Active,
    Canceled,
    Defeated,
    Succeeded,
    Queued,
    Expired,
    Executed,
}

/// A batch of calls and why.
#[derive(Clone)]
struct Batch {
    targets: Vec<Address>,
    values: Vec<U256>,
    calldatas: Vec<Bytes>,
    description: String,
}

impl Batch {
    fn of(description: &str, calls: &[(H160, Vec<u8>)]) -> Self {
        Self {
            targets: calls.iter().map(|(target, _)| sol_address(*target)).collect(),
            values: vec![U256::ZERO; calls.len()],
            calldatas: calls.iter().map(|(_, data)| data.clone().into()).collect(),
            description: description.into(),
        }
    }

    fn hash(&self) -> FixedBytes<32> {
        keccak256(&self.description)
    }

    fn id(&self) -> U256 {
        let encoded =
            (self.targets.clone(), self.values.clone(), self.calldatas.clone(), self.hash()).abi_encode_params();
        U256::from_be_bytes(keccak256(encoded).0)
    }

    fn propose(&self) -> proposeCall {
        proposeCall {
            targets: self.targets.clone(),
            values: self.values.clone(),
            calldatas: self.calldatas.clone(),
            description: self.description.clone(),
        }
    }

    fn queue(&self) -> queueCall {
        queueCall {
            targets: self.targets.clone(),
            values: self.values.clone(),
            calldatas: self.calldatas.clone(),
            descriptionHash: self.hash(),
        }
    }

    fn execute(&self) -> executeCall {
        let queueCall { targets, values, calldatas, descriptionHash } = self.queue();
        executeCall { targets, values, calldatas, descriptionHash }
    }

    fn cancel(&self) -> cancelCall {
        let queueCall { targets, values, calldatas, descriptionHash } = self.queue();
        cancelCall { targets, values, calldatas, descriptionHash }
    }
}

struct Stage {
    chain: DevChain,
    token: H160,
    governor: H160,
    /// Governed by the governor.
    registry: H160,
    /// Deployed all of it.
    owner: Account,
    guardian: Account,
    /// 600,000 locked.
    alice: Account,
    /// 80,000 locked: exactly the quorum.
    bob: Account,
    /// 79,999 locked.
    carol: Account,
    /// 240,001, nothing locked.
    dan: Account,
}

/// Arguments of the constructor.
#[derive(Clone)]
struct Deployment {
    token: Address,
    guardian: Address,
    guardian_until: u64,
    quorum: u32,
    delay: u64,
    period: u64,
    extension: u64,
    timelock: u64,
    window: u64,
    unlock: u64,
    threshold: u128,
}

impl Deployment {
    fn of(token: H160, guardian: &Account) -> Self {
        Self {
            token: sol_address(token),
            guardian: sol_address(guardian.address()),
            guardian_until: START + TERM,
            quorum: QUORUM_BPS,
            delay: DELAY,
            period: PERIOD,
            extension: EXTENSION,
            timelock: TIMELOCK,
            window: WINDOW,
            unlock: UNLOCK,
            threshold: THRESHOLD,
        }
    }

    fn encode(&self) -> Vec<u8> {
        (
            self.token,
            self.guardian,
            self.guardian_until,
            self.quorum,
            self.delay,
            self.period,
            self.extension,
            self.timelock,
            self.window,
            self.unlock,
            self.threshold,
        )
            .abi_encode_params()
    }
}

fn bare_stage() -> Stage {
    bare_stage_on(chain())
}

fn bare_stage_on(mut chain: DevChain) -> Stage {
    let [owner, guardian, alice, bob, carol, dan] =
        ["owner", "guardian", "alice-voter", "bob-voter", "carol-voter", "dan-voter"]
            .map(|name| funded(&mut chain, name));
    let token = chain.create_asset(GOV, &owner, "Governance", "GOV", 0, 1).unwrap();
    for (holder, amount) in [(&alice, 600_000), (&bob, 80_000), (&carol, 79_999), (&dan, 240_001)] {
        chain.mint_asset(&owner, GOV, holder, amount).unwrap();
    }
    let constructor = Deployment::of(token, &guardian).encode();
    let governor = place(&mut chain, &owner, "governor", constructor).unwrap();
    let constructor = (sol_address(governor),).abi_encode_params();
    let registry = place(&mut chain, &owner, "upgrade_registry", constructor).unwrap();
    Stage { chain, token, governor, registry, owner, guardian, alice, bob, carol, dan }
}

/// Alice, Bob and Carol have locked, and it is a second later.
fn stage() -> Stage {
    stage_on(chain())
}

fn stage_on(chain: DevChain) -> Stage {
    let mut stage = bare_stage_on(chain);
    for (voter, amount) in [(stage.alice.clone(), 600_000), (stage.bob.clone(), 80_000), (stage.carol.clone(), 79_999)]
    {
        stage.lock(&voter, amount).unwrap();
    }
    stage.chain.produce_block();
    stage
}

impl Stage {
    fn call<C: SolCall>(&mut self, who: &Account, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(who, self.governor, call, 0)
    }

    fn view<C: SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_view(&self.alice, self.governor, call)
    }

    fn lock(&mut self, who: &Account, amount: u128) -> Result<lockReturn, Failure> {
        let approve = IToken::approveCall { spender: sol_address(self.governor), amount: U256::from(amount) };
        self.chain.sol_call(who, self.token, &approve, 0).unwrap();
        self.call(who, &lockCall { amount: U256::from(amount) })
    }

    fn state(&self, batch: &Batch) -> State {
        let number = self.view(&stateCall { proposalId: batch.id() }).unwrap();
        [
            State::Pending,
            State::Active,
            State::Canceled,
            State::Defeated,
            State::Succeeded,
            State::Queued,
            State::Expired,
            State::Executed,
        ][usize::from(number)]
    }

    /// The next block, at `time`.
    fn at(&mut self, time: u64) {
        self.chain.produce_block_at(time).unwrap();
    }

    fn vote(&mut self, who: &Account, batch: &Batch, support: u8) -> Result<U256, Failure> {
        self.call(who, &castVoteCall { proposalId: batch.id(), support })
    }

    /// Proposed by Alice now; the snapshot.
    fn propose(&mut self, batch: &Batch) -> u64 {
        let alice = self.alice.clone();
        assert_eq!(self.call(&alice, &batch.propose()).unwrap(), batch.id());
        self.chain.now() + DELAY
    }

    /// Proposed, carried by Alice and queued; when the timelock opens.
    fn queued(&mut self, batch: &Batch) -> u64 {
        let alice = self.alice.clone();
        let snapshot = self.propose(batch);
        self.at(snapshot + 1);
        self.vote(&alice, batch, 1).unwrap();
        self.at(snapshot + PERIOD + 1);
        self.call(&alice, &batch.queue()).unwrap();
        self.chain.now() + TIMELOCK
    }

    /// Carried through; the answer of the execution.
    fn carried(&mut self, batch: &Batch) -> Result<U256, Failure> {
        let eta = self.queued(batch);
        self.at(eta);
        let dan = self.dan.clone();
        self.call(&dan, &batch.execute())
    }

    fn is_keeper(&self, who: &Account) -> bool {
        let call = IUpgradeRegistry::isKeeperCall { account: sol_address(who.address()) };
        self.chain.sol_view(&self.alice, self.registry, &call).unwrap()
    }

    fn add_keeper(&self, who: &Account, threshold: u32) -> (H160, Vec<u8>) {
        let call = IUpgradeRegistry::addKeeperCall { keeper: sol_address(who.address()), threshold };
        (self.registry, call.abi_encode())
    }

    fn votes(&self, who: &Account, at: u64) -> Result<U256, Failure> {
        self.view(&getVotesCall { account: sol_address(who.address()), timepoint: U256::from(at) })
    }
}

fn unexpected(batch: &Batch, current: State, expected: State) -> GovernorUnexpectedProposalState {
    let expected = FixedBytes::from(U256::from(1u64 << (expected as u8)));
    GovernorUnexpectedProposalState { proposalId: batch.id(), current: current as u8, expected }
}
