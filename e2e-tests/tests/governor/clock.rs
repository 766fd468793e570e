//! The governor's time: an outage of the host eats nobody's deadline.

use e2e_tests::{
    awkward::{self, Answer, Exposures, Token},
    baseline::Cost,
};
use lockstep_devchain::ChainConfig;

use super::*;

const BLOCK: u64 = 600;
const TOLERANCE: u64 = 60;
const HALT: u64 = 10 * 3_600;

/// The voters on a chain of ten-minute blocks, with a guard that watches them. The vault is never asked here, so any
/// address stands for it.
fn watched() -> Stage {
    let mut stage = stage_on(
        DevChain::new(ChainConfig { genesis_time: START, block_time: BLOCK, ..ChainConfig::default() }).unwrap(),
    );
    let alice = stage.alice.clone();
    let constructor = (sol_address(stage.governor), sol_address(stage.registry), BLOCK * 1_000, TOLERANCE, 3_600u64);
    let guard = place(&mut stage.chain, &alice, "oracle_guard", constructor.abi_encode_params()).unwrap();
    stage.connect(guard).unwrap();
    stage.chain.produce_block();
    stage
}

impl Stage {
    pub fn connect(&mut self, guard: H160) -> Result<connectReturn, Failure> {
        let call = connectCall {
            guard: sol_address(guard),
            registry: sol_address(self.registry),
            vault: Address::from([0x44; 20]),
        };
        self.call(&self.owner.clone(), &call)
    }

    fn clock(&self) -> u64 {
        self.view(&clockCall {}).unwrap()
    }

    fn blocks_until(&mut self, time: u64) {
        self.chain.produce_until(time);
    }
}

#[test]
fn downtime_does_not_eat_deadlines() {
    let mut stage = watched();
    let (alice, bob) = (stage.alice.clone(), stage.bob.clone());
    assert_eq!(stage.clock(), stage.chain.now());
    let batch = Batch::of("Through a halt", &[stage.add_keeper(&bob, 1)]);
    let snapshot = stage.propose(&batch);
    stage.blocks_until(snapshot + BLOCK);
    stage.vote(&bob, &batch, 0).unwrap();

    // The host stands still until long after the deadline would have passed.
    let (stopped, clock) = (stage.chain.now(), stage.clock());
    let downtime = 30 * HALT;
    stage.at(stopped + downtime + BLOCK);
    assert!(stage.chain.now() > snapshot + PERIOD);
    assert_eq!(stage.clock(), clock + BLOCK);
    assert_eq!(stage.state(&batch), State::Active);
    assert_eq!(stage.vote(&alice, &batch, 1).unwrap(), U256::from(600_000));
    let deadline = stage.view(&proposalDeadlineCall { proposalId: batch.id() }).unwrap();
    assert_eq!(deadline, U256::from(snapshot + PERIOD));

    stage.blocks_until(snapshot + PERIOD + downtime);
    assert_eq!(stage.state(&batch), State::Active);
    stage.chain.produce_block();
    assert_eq!(stage.state(&batch), State::Succeeded);
    stage.call(&alice, &batch.queue()).unwrap();
    let eta = stage.clock() + TIMELOCK;
    assert_eq!(stage.view(&proposalEtaCall { proposalId: batch.id() }).unwrap(), U256::from(eta));

    // A halt in the timelock gives those who want to leave their time.
    let stopped = stage.chain.now();
    stage.at(stopped + TIMELOCK);
    let now = stage.clock();
    assert_eq!(now, eta - TIMELOCK + BLOCK);
    assert_refused(stage.call(&bob, &batch.execute()), TimelockClosed { eta, now_: now });
    let opens = stage.chain.now() + TIMELOCK - BLOCK;
    stage.blocks_until(opens);
    stage.call(&bob, &batch.execute()).unwrap();
    assert_eq!(stage.clock(), eta);
}

/// It would say the same of a second vote whatever downtime there was, but a late one could bring more time.
#[test]
fn the_guard_is_asked_only_about_votes_for_which_it_matters() {
    let mut stage = watched();
    let (alice, bob, carol) = (stage.alice.clone(), stage.bob.clone(), stage.carol.clone());
    let (guard, ..) = <(Address, Address, Address)>::from(stage.view(&contractsCall {}).unwrap());
    let code = u64::try_from(stage.chain.code(H160(guard.into_array())).len()).unwrap();
    let batch = Batch::of("Asked or not", &[stage.add_keeper(&bob, 1)]);
    let snapshot = stage.propose(&batch);
    stage.blocks_until(snapshot + BLOCK);
    let proof_of_vote = |stage: &mut Stage, who, support| {
        stage.vote(who, &batch, support).unwrap();
        Cost::of(stage.chain.last_outcome().unwrap()).proof_size
    };
    let first = proof_of_vote(&mut stage, &bob, 0);
    let second = proof_of_vote(&mut stage, &carol, 0);
    stage.blocks_until(snapshot + PERIOD - EXTENSION + BLOCK);
    let late = proof_of_vote(&mut stage, &alice, 1);
    assert!(first > second + code && late > second + code, "{first}, {second}, {late}");
}

#[test]
fn unlocking_counts_no_downtime() {
    let mut stage = watched();
    let bob = stage.bob.clone();
    let until = stage.clock() + UNLOCK;
    stage.call(&bob, &unlockCall { amount: U256::from(5) }).unwrap();
    stage.at(until);
    let now = stage.clock();
    // Of so long a halt no more is believed than thirty days and half of the age of the governor.
    assert!(until - now > 30 * DAY && now > START + 10 * DAY, "{now}");
    assert_refused(stage.call(&bob, &withdrawCall {}), StillUnlocking { until, now_: now });
}

#[test]
fn a_guard_that_does_not_answer_does_not_stop_governance() {
    let nobody = Address::from([0x55; 20]);
    // One that answers nothing, one that writes and so fails when it is asked, and none at all.
    let silent = awkward::venue(nobody, &Exposures::Zeros(0));
    let failing = Token { answer: Answer::Word(1), fee: 0, extra: 0 }.code();
    for code in [Some(silent), Some(failing), None] {
        let mut stage = stage();
        let (alice, dan) = (stage.alice.clone(), stage.dan.clone());
        let guard = code.map(|code| stage.chain.deploy(&alice, code, vec![], 0).unwrap().address);
        let guard = guard.unwrap_or(H160([0x56; 20]));
        stage.connect(guard).unwrap();
        let batch = Batch::of("Go on", &[stage.add_keeper(&dan, 1)]);
        stage.carried(&batch).unwrap();
        assert_eq!(stage.clock(), stage.chain.now());
        assert!(stage.is_keeper(&dan));
    }
}

/// Whoever sends too little along for the guard to answer would otherwise choose which clock counts.
#[test]
fn nobody_chooses_the_clock_by_starving_the_guard() {
    let mut stage = stage();
    let alice = stage.alice.clone();
    let own = stage.chain.deploy(&alice, awkward::spender(), vec![], 0).unwrap().address;
    stage.connect(own).unwrap();
    let batch = Batch::of("Starved", &[stage.add_keeper(&alice, 1)]);
    assert_refused(stage.call(&alice, &batch.propose()), Starved { callee: sol_address(own) });
    assert_refused(stage.call(&alice, &unlockCall { amount: U256::from(1) }), Starved { callee: sol_address(own) });
}

#[test]
fn the_deployer_connects_once() {
    let mut stage = bare_stage();
    let (alice, owner) = (stage.alice.clone(), stage.owner.clone());
    let [guard, registry, vault] = [1, 2, 3].map(|n| Address::from([n; 20]));
    let call = connectCall { guard, registry, vault };
    assert_refused(stage.call(&alice, &call), NotDeployer { account: sol_address(alice.address()) });
    for missing in [
        connectCall { guard: Address::ZERO, ..call.clone() },
        connectCall { registry: Address::ZERO, ..call.clone() },
        connectCall { vault: Address::ZERO, ..call.clone() },
    ] {
        assert_refused(stage.call(&owner, &missing), ZeroAddress {});
    }
    let asked = |stage: &Stage| <(Address, Address, Address)>::from(stage.view(&contractsCall {}).unwrap());
    assert_eq!(asked(&stage), (Address::ZERO, Address::ZERO, Address::ZERO));
    stage.call(&owner, &call).unwrap();
    assert_eq!(emitted::<Connected>(&stage.chain), [Connected { guard, registry, vault }]);
    assert_eq!(asked(&stage), (guard, registry, vault));
    assert_refused(stage.call(&owner, &call), AlreadyConnected {});
    // Nor can a proposal connect others.
    let batch = Batch::of("Another vault", &[(stage.governor, call.abi_encode())]);
    stage.lock(&alice, 600_000).unwrap();
    stage.chain.produce_block();
    let selector = FixedBytes(connectCall::SELECTOR);
    assert_refused(stage.call(&alice, &batch.propose()), ForbiddenSelfCall { action: 0, selector });
}
