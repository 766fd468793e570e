//! Tokens that misbehave, and proposals that reach for what voters locked.

use e2e_tests::awkward::{self, Answer, Exposures, TOTAL_SUPPLY, Token};

use super::*;

const PLAIN: Token = Token { answer: Answer::Word(1), fee: 0, extra: 0 };

/// A governor of such a token, of which Alice has a hundred. What stands as the registry passes every call on to the
/// token as its own.
fn hostile(token: &Token) -> Stage {
    let mut chain = chain();
    let [guardian, alice, bob, carol, dan] =
        ["guardian", "alice-voter", "bob-voter", "carol-voter", "dan-voter"].map(|name| funded(&mut chain, name));
    let token = chain.deploy(&alice, token.code(), vec![], 0).unwrap().address;
    let proxy = awkward::venue(sol_address(token), &Exposures::Zeros(0));
    let proxy = chain.deploy(&alice, proxy, vec![], 0).unwrap().address;
    let deployment = Deployment { threshold: 10, ..Deployment::of(token, &guardian) };
    let governor = place(&mut chain, &alice, "governor", deployment.encode()).unwrap();
    let owner = alice.clone();
    let mut stage = Stage { chain, token, governor, registry: proxy, owner, guardian, alice, bob, carol, dan };
    let address = stage.alice.address();
    stage.set_balance(address, 100);
    stage
}

fn setting(account: H160, amount: u64) -> Vec<u8> {
    let arguments = (sol_address(account), U256::from(amount)).abi_encode_params();
    [vec![1, 2, 3, 4], arguments].concat()
}

impl Stage {
    fn set_balance(&mut self, account: H160, amount: u64) {
        let alice = self.alice.clone();
        self.chain.call(&alice, self.token, setting(account, amount), 0).result.unwrap();
    }

    fn balance(&self, account: H160) -> U256 {
        let call = IToken::balanceOfCall { account: sol_address(account) };
        self.chain.sol_view(&self.alice, self.token, &call).unwrap()
    }

    fn lock_all(&mut self) -> Result<lockReturn, Failure> {
        let alice = self.alice.clone();
        self.call(&alice, &lockCall { amount: U256::from(100) })
    }

    fn locked_by_alice(&self) -> u128 {
        self.view(&holdingCall { account: sol_address(self.alice.address()) }).unwrap().locked
    }
}

#[test]
fn a_proposal_cannot_take_what_voters_locked() {
    let mut stage = hostile(&PLAIN);
    stage.lock_all().unwrap();
    stage.chain.produce_block();
    let (governor, proxy) = (stage.governor, stage.registry);
    let batch = Batch::of("Take sixty", &[(proxy, setting(governor, 40))]);
    assert_refused(stage.carried(&batch), LockedTokensTaken { owed: 100, left: 40 });
    assert_eq!(stage.balance(governor), U256::from(100));
    assert_eq!(stage.state(&batch), State::Queued);

    // What nobody locked may go.
    stage.set_balance(governor, 150);
    let batch = Batch::of("Take the surplus", &[(proxy, setting(governor, 100))]);
    stage.carried(&batch).unwrap();
    assert_eq!(stage.balance(governor), U256::from(100));
}

#[test]
fn a_token_that_lost_some_does_not_stop_governance() {
    let mut stage = hostile(&PLAIN);
    stage.lock_all().unwrap();
    stage.chain.produce_block();
    let (governor, proxy) = (stage.governor, stage.registry);
    stage.set_balance(governor, 60);
    let elsewhere = stage.bob.address();
    stage.carried(&Batch::of("Go on", &[(proxy, setting(elsewhere, 1))])).unwrap();
    let batch = Batch::of("Take the rest", &[(proxy, setting(governor, 59))]);
    assert_refused(stage.carried(&batch), LockedTokensTaken { owed: 60, left: 59 });
}

#[test]
fn what_arrives_is_measured() {
    let mut stage = hostile(&Token { fee: 3, ..PLAIN });
    assert_refused(stage.lock_all(), TokenMoved { asked: 100, arrived: 97 });
    assert_eq!(stage.locked_by_alice(), 0);
    for answer in [Answer::Word(0), Answer::Reverts] {
        let mut stage = hostile(&Token { answer, ..PLAIN });
        assert_refused(stage.lock_all(), TokenFailed {});
        assert_eq!((stage.locked_by_alice(), stage.balance(stage.governor)), (0, U256::ZERO));
    }
    // Some well-known tokens answer nothing.
    let mut stage = hostile(&Token { answer: Answer::Nothing, ..PLAIN });
    stage.lock_all().unwrap();
    assert_eq!((stage.locked_by_alice(), stage.balance(stage.governor)), (100, U256::from(100)));
    stage.chain.produce_block();
    let now = stage.chain.now();
    assert_eq!(
        stage.view(&getPastTotalSupplyCall { timepoint: U256::from(now - 1) }).unwrap(),
        U256::from(TOTAL_SUPPLY)
    );
}

#[test]
fn a_token_cannot_call_back() {
    // The address of the next deployment is known in advance, since the chain is deterministic.
    let governor = hostile(&PLAIN).governor;
    let back = delegateCall { delegatee: Address::from([0x66; 20]) }.abi_encode();
    let mut stage = hostile(&Token { answer: Answer::CallsBack(sol_address(governor), back), ..PLAIN });
    assert_eq!(stage.governor, governor);
    // Slot zero will hold whether the call went through.
    stage.set_balance(H160::zero(), 7);
    stage.lock_all().unwrap();
    assert_eq!(stage.balance(H160::zero()), U256::ZERO);
    assert_eq!(stage.locked_by_alice(), 100);
}

/// Whatever the last call does, the first is undone with it.
#[test]
fn a_hostile_target_takes_the_batch_with_it() {
    let nobody = Address::from([0x55; 20]);
    let ask = [vec![0x00, 0x5e, 0x0d, 0x9c], vec![0; 32]].concat();
    for (code, data) in [
        (awkward::venue(nobody, &Exposures::Reverts(0)), ask.clone()),
        (awkward::venue(nobody, &Exposures::Reverts(255)), ask.clone()),
        (awkward::venue(nobody, &Exposures::Loops), ask),
        (awkward::spender(), vec![1, 2, 3, 4]),
    ] {
        let mut stage = stage();
        let (alice, bob) = (stage.alice.clone(), stage.bob.clone());
        let target = stage.chain.deploy(&alice, code, vec![], 0).unwrap().address;
        let batch = Batch::of("Well meant", &[stage.add_keeper(&bob, 1), (target, data)]);
        assert!(stage.carried(&batch).is_err());
        assert!(!stage.is_keeper(&bob));
        assert_eq!(stage.state(&batch), State::Queued);
        // The others are not touched by it.
        stage.carried(&Batch::of("Without it", &[stage.add_keeper(&bob, 1)])).unwrap();
        assert!(stage.is_keeper(&bob));
    }
}

/// A target is called while its proposal is executed already, and cannot enter the governor: neither to execute again,
/// nor to vote.
#[test]
fn a_target_cannot_call_back() {
    let mut stage = stage();
    let (alice, bob) = (stage.alice.clone(), stage.bob.clone());
    let other = Batch::of("Another", &[stage.add_keeper(&bob, 1)]);
    stage.queued(&other);
    let transfer = [vec![0xa9, 0x05, 0x9c, 0xbb], (nobody_else(), U256::ZERO).abi_encode_params()].concat();
    for back in [other.execute().abi_encode(), delegateCall { delegatee: nobody_else() }.abi_encode()] {
        let hostile = Token { answer: Answer::CallsBack(sol_address(stage.governor), back), ..PLAIN };
        let target = stage.chain.deploy(&alice, hostile.code(), vec![], 0).unwrap().address;
        // Slot zero holds whether it went through.
        stage.chain.call(&alice, target, setting(H160::zero(), 7), 0).result.unwrap();
        let description = format!("Pay {target:?}");
        let batch = Batch::of(&description, &[(target, transfer.clone())]);
        stage.carried(&batch).unwrap();
        let slot = IToken::balanceOfCall { account: Address::ZERO };
        assert_eq!(stage.chain.sol_view(&alice, target, &slot).unwrap(), U256::ZERO);
        assert!(!stage.is_keeper(&bob));
    }
}

fn nobody_else() -> Address {
    Address::from([0x66; 20])
}
