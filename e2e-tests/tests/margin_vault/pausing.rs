//! What governance and keepers stop for a while, and that the exits stay open.

use alloy_core::{
    primitives::Address,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    assert_refused,
    awkward::{self, Exposures},
    exchange::{DOLLAR, Exchange, MARKET, NATIVE_MARKET, UNIT},
    interfaces::{IMarginVault::*, IOracleGuard, IPerpetualVenue},
    sol_address,
};
use lockstep_devchain::{Account, Failure, H160};

use crate::{DAY, NATIVE, address, deposit_native, exposure, last, list_native, pass, realise, upgrade};

const JOIN: u8 = 1;
const INCREASE: u8 = 2;
const WITHDRAW: u8 = 4;
const LIQUIDATE: u8 = 8;

const VAULT: u8 = 0;
const ASSET: u8 = 1;
const VENUE: u8 = 2;
const EVERY: u32 = u32::MAX;

const HALF_HOUR: u64 = 1_800;

/// Somebody for each thing that can be stopped.
struct Scene {
    x: Exchange,
    native: u32,
    venue: H160,
    other: H160,
    /// Has 100 dollars, 10 in her pocket, a coin, and a position that needs 50.
    alice: Account,
    /// Has 100 dollars and nothing open.
    bob: Account,
    /// Has 100 dollars.
    carl: Account,
    /// Has a coin, worth 1,800, and owes 1,850.
    dora: Account,
    /// On no venue.
    newcomer: Account,
    /// Has 5,000 dollars.
    rich: Account,
}

impl Scene {
    fn new() -> Self {
        let mut x = Exchange::plain();
        let native = list_native(&mut x);
        let (venue, other) = (admitted(&mut x), admitted(&mut x));
        let [alice, bob, carl] = ["alice", "bob", "carl"].map(|name| x.trader(name, 110 * DOLLAR));
        for account in [&alice, &bob, &carl] {
            x.vault(account, &withdrawCall { asset: 0, amount: 10 * DOLLAR }).unwrap();
        }
        let (dora, rich) = (x.trader("dora", 0), x.trader("rich", 5_000 * DOLLAR));
        for account in [&alice, &bob, &carl, &dora] {
            for venue in [venue, other] {
                x.vault(account, &optInCall { venue: sol_address(venue) }).unwrap();
            }
        }
        for account in [&alice, &dora] {
            deposit_native(&mut x, account, NATIVE).unwrap();
        }
        let newcomer = x.holder("newcomer", 0);
        let winner = x.holder("winner", 0);
        x.vault(&winner, &optInCall { venue: sol_address(venue) }).unwrap();
        x.chain.sol_call(&alice, venue, &grow(&alice, &bob, 50), 0).unwrap();
        x.chain.sol_call(&alice, venue, &realise(&winner, &dora, 1_850_000_000, false), 0).unwrap();
        Self { x, native, venue, other, alice, bob, carl, dora, newcomer, rich }
    }

    /// Does it, and leaves no trace.
    fn tried<C: SolCall>(&self, who: &Account, call: &C) -> Result<(), Failure> {
        self.x.chain.sol_view(who, self.x.vault, call).map(|_| ())
    }

    /// A venue does it, and leaves no trace.
    fn tried_by<C: SolCall>(&self, venue: H160, call: &C) -> Result<(), Failure> {
        self.x.chain.sol_view(&self.newcomer, venue, call).map(|_| ())
    }

    fn joins(&self, venue: H160) -> Result<(), Failure> {
        self.tried(&self.newcomer, &optInCall { venue: sol_address(venue) })
    }

    fn grows(&self, venue: H160) -> Result<(), Failure> {
        self.tried_by(venue, &grow(&self.alice, &self.bob, 50))
    }

    fn leaves(&self, asset: u32, amount: u128) -> Result<(), Failure> {
        self.tried(&self.alice, &withdrawCall { asset, amount })
    }

    fn seizes(&self) -> Result<(), Failure> {
        let call = liquidateCall { account: address(&self.dora), asset: self.native, maxRepay: u128::MAX };
        self.tried(&self.rich, &call)
    }

    /// Closes a position that lost so many dollars, against a requirement of 50.
    fn closes(&self, venue: H160, loss: i128) -> Result<(), Failure> {
        let call = authoriseCall {
            account: address(&self.carl),
            market: MARKET,
            size: 1_000,
            maxSize: u128::MAX,
            relief: 100 * DOLLAR,
            exposures: vec![exposure(100 * DOLLAR, 50 * DOLLAR, -loss * 1_000_000)],
        };
        self.tried_by(venue, &call)
    }

    /// Everything that no pause may stop.
    fn assert_exits_are_open(&self) {
        self.tried(&self.alice, &depositCall { asset: 0, amount: 10 * DOLLAR }).unwrap();
        let vault = self.x.vault;
        let native = depositNativeCall {}.abi_encode();
        self.x.chain.dry_run(&self.alice, vault, native, NATIVE).result.unwrap();
        for open in [true, false] {
            self.tried_by(self.venue, &realise(&self.alice, &self.bob, -1_000_000, open)).unwrap();
        }
        self.tried(&self.bob, &withdrawCall { asset: 0, amount: 100 * DOLLAR }).unwrap();
        self.tried(&self.carl, &optOutCall { venue: sol_address(self.venue) }).unwrap();
        self.tried(&self.rich, &settleCall { account: address(&self.dora), venue: sol_address(self.venue) }).unwrap();
        // Deep insolvency: 100 against 90 and 50.
        self.closes(self.venue, 90).unwrap();
    }

    /// Nothing is stopped.
    fn assert_all_goes(&self) {
        for venue in [self.venue, self.other] {
            self.joins(venue).unwrap();
            self.grows(venue).unwrap();
            self.closes(venue, 51).unwrap();
        }
        self.leaves(0, 1).unwrap();
        self.leaves(self.native, 1).unwrap();
        self.seizes().unwrap();
        self.assert_exits_are_open();
    }

    fn pauses(&mut self, operations: u8, scope: u8, number: u32, venue: Address) -> u64 {
        let call = pauseForCall { operations, scope, number, venue_: venue, length: 3_600 };
        self.x.govern(&call);
        let until = self.x.chain.now() + 3_600;
        let by = address(&self.x.governance);
        assert_eq!(last::<Paused>(&self.x), Paused { scope, number, venue, operations, by, until });
        let ask = pausedUntilCall { operations, scope, number, venue_: venue };
        assert_eq!(self.x.ask(&ask), until);
        until
    }

    fn resumes(&mut self, operations: u8, scope: u8, number: u32, venue: Address) {
        self.x.govern(&resumeCall { operations, scope, number, venue_: venue });
        let by = address(&self.x.governance);
        assert_eq!(last::<Resumed>(&self.x), Resumed { scope, number, venue, operations, by });
        assert_eq!(self.x.ask(&pausedUntilCall { operations, scope, number, venue_: venue }), 0);
    }
}

/// A venue that says of everybody that he has a position that needs 50 dollars, and passes on to the vault what it is told.
fn admitted(x: &mut Exchange) -> H160 {
    let answer = (vec![(MARKET, 500 * DOLLAR, 50 * DOLLAR, 25 * DOLLAR, 0i128, 0i128)],).abi_encode_params();
    let words = answer.as_chunks::<32>().0.to_vec();
    let (governance, vault) = (x.governance.clone(), sol_address(x.vault));
    let code = awkward::venue(vault, &Exposures::Words(words));
    let venue = x.chain.deploy(&governance, code, Vec::new(), 0).unwrap().address;
    x.govern(&admitVenueCall { venue: sol_address(venue), bondRequired: 0, cover: 0 });
    pass(x, 2 * DAY);
    venue
}

/// Positions of `account` that need so many dollars.
fn grow(account: &Account, counterparty: &Account, dollars: u128) -> increasedCall {
    increasedCall {
        account: address(account),
        counterparty: address(counterparty),
        exposures: vec![exposure(dollars * DOLLAR, dollars * DOLLAR / 2, 0)],
        counterExposures: Vec::new(),
        checkCounterparty: false,
    }
}

fn stopped<T>(result: Result<T, Failure>, operation: u8, until: u64) {
    assert_refused(result, StoppedUntil { operation, until });
}

#[test]
fn the_whole_vault_stops_one_operation_at_a_time() {
    let mut s = Scene::new();
    s.assert_all_goes();
    for operation in [JOIN, INCREASE, WITHDRAW, LIQUIDATE] {
        let until = s.pauses(operation, VAULT, 0, Address::ZERO);
        for venue in [s.venue, s.other] {
            let (joins, grows, closes) = (s.joins(venue), s.grows(venue), s.closes(venue, 51));
            for (result, needed) in [(joins, JOIN), (grows, INCREASE), (closes, LIQUIDATE)] {
                if needed == operation { stopped(result, operation, until) } else { result.unwrap() }
            }
        }
        for (result, needed) in [(s.leaves(0, 1), WITHDRAW), (s.leaves(s.native, 1), WITHDRAW), (s.seizes(), LIQUIDATE)]
        {
            if needed == operation { stopped(result, operation, until) } else { result.unwrap() }
        }
        s.assert_exits_are_open();
        s.resumes(operation, VAULT, 0, Address::ZERO);
        s.assert_all_goes();
    }
    // All of it at once, and it ends by itself.
    let until = s.pauses(15, VAULT, 0, Address::ZERO);
    s.assert_exits_are_open();
    s.x.chain.produce_block_at(until - 1).unwrap();
    stopped(s.leaves(0, 1), WITHDRAW, until);
    s.x.chain.produce_block_at(until).unwrap();
    s.assert_all_goes();
}

#[test]
fn an_asset_stops_alone() {
    let mut s = Scene::new();
    let native = s.native;
    let until = s.pauses(WITHDRAW, ASSET, native, Address::ZERO);
    stopped(s.leaves(native, 1), WITHDRAW, until);
    s.leaves(0, 1).unwrap();
    s.seizes().unwrap();
    s.assert_exits_are_open();
    s.resumes(WITHDRAW, ASSET, native, Address::ZERO);

    let until = s.pauses(LIQUIDATE, ASSET, native, Address::ZERO);
    stopped(s.seizes(), LIQUIDATE, until);
    s.closes(s.venue, 51).unwrap();
    s.assert_exits_are_open();
    // Deeply insolvent: 1,350 against 1,850.
    s.x.price(1_500 * UNIT);
    s.seizes().unwrap();
    s.x.price(2_000 * UNIT);
    s.resumes(LIQUIDATE, ASSET, native, Address::ZERO);

    // It backs no new risk: only the dollars count for growing and for taking out what is left.
    s.tried_by(s.venue, &grow(&s.alice, &s.bob, 500)).unwrap();
    s.pauses(INCREASE, ASSET, native, Address::ZERO);
    let missing = |dollars| InsufficientMargin { account: address(&s.alice), missing: dollars * DOLLAR };
    assert_refused(s.tried_by(s.venue, &grow(&s.alice, &s.bob, 500)), missing(400));
    assert_refused(s.leaves(0, 60 * DOLLAR), missing(10));
    s.leaves(0, 50 * DOLLAR).unwrap();
    s.leaves(native, UNIT).unwrap();
    assert_eq!(s.x.health(&s.alice).0, 1_850_000_000);
    s.assert_exits_are_open();
    s.resumes(INCREASE, ASSET, native, Address::ZERO);
    s.assert_all_goes();

    let until = s.pauses(WITHDRAW, ASSET, 0, Address::ZERO);
    stopped(s.leaves(0, 1), WITHDRAW, until);
    s.leaves(native, 1).unwrap();
    s.assert_exits_are_open();
}

#[test]
fn a_venue_or_one_market_of_it_stops_alone() {
    let mut s = Scene::new();
    let (venue, other) = (s.venue, s.other);
    let at = sol_address(venue);
    for number in [EVERY, MARKET] {
        for operation in [JOIN, INCREASE, LIQUIDATE] {
            if (operation, number) == (JOIN, MARKET) {
                continue;
            }
            let until = s.pauses(operation, VENUE, number, at);
            for (result, needed) in
                [(s.joins(venue), JOIN), (s.grows(venue), INCREASE), (s.closes(venue, 51), LIQUIDATE)]
            {
                if needed == operation { stopped(result, operation, until) } else { result.unwrap() }
            }
            s.joins(other).unwrap();
            s.grows(other).unwrap();
            s.closes(other, 51).unwrap();
            s.leaves(0, 1).unwrap();
            s.seizes().unwrap();
            s.assert_exits_are_open();
            s.resumes(operation, VENUE, number, at);
            s.assert_all_goes();
        }
    }
    // Another market of it.
    s.pauses(INCREASE | LIQUIDATE, VENUE, MARKET + 1, at);
    s.assert_all_goes();
}

#[test]
fn pauses_are_refused_with_their_reason() {
    let mut s = Scene::new();
    let (governance, native) = (s.x.governance.clone(), s.native);
    let venue = sol_address(s.venue);
    let pause = |operations, scope, number, venue_| pauseForCall { operations, scope, number, venue_, length: 1 };
    let whole = pause(WITHDRAW, VAULT, 0, Address::ZERO);
    assert_refused(s.x.vault(&s.alice, &whole), NotGovernance {});
    for length in [0, DAY + 1] {
        let call = pauseForCall { length, ..whole.clone() };
        assert_refused(s.x.vault(&governance, &call), OutOfRange { value: length.into() });
    }
    assert_refused(s.x.vault(&governance, &pause(1, 3, 0, venue)), UnknownScope { scope: 3 });
    for (operations, scope, number, possible) in [
        (0, VAULT, 0, 15),
        (16, VAULT, 0, 15),
        (JOIN, ASSET, native, 14),
        (LIQUIDATE, ASSET, 0, WITHDRAW),
        (WITHDRAW, VENUE, EVERY, 11),
        (JOIN, VENUE, MARKET, 10),
        (255, VENUE, MARKET, 10),
    ] {
        let cannot = CannotPause { operations, possible };
        assert_refused(s.x.vault(&governance, &pause(operations, scope, number, venue)), cannot.clone());
        let ask = pausedUntilCall { operations, scope, number, venue_: venue };
        assert_refused(s.x.vault(&governance, &ask), cannot.clone());
        let resume = resumeCall { operations, scope, number, venue_: venue };
        assert_refused(s.x.vault(&governance, &resume), cannot);
    }
    assert_refused(s.x.vault(&governance, &pause(WITHDRAW, ASSET, 9, venue)), UnknownAsset { asset: 9 });
    let stranger = address(&s.alice);
    assert_refused(s.x.vault(&governance, &pause(JOIN, VENUE, EVERY, stranger)), VenueNotAdmitted {});
    // Without a registry nobody is a keeper, and governance does not pause as one.
    for who in [s.alice.clone(), governance] {
        let call = pauseCall { operations: WITHDRAW, scope: ASSET, number: native, venue_: Address::ZERO };
        assert_refused(s.x.vault(&who, &call), NotKeeper { caller: address(&who) });
    }
    let resume = resumeCall { operations: WITHDRAW, scope: ASSET, number: native, venue_: Address::ZERO };
    assert_refused(s.x.vault(&s.alice, &resume), NotKeeper { caller: address(&s.alice) });
    s.assert_all_goes();
}

/// The exchange on the real guard and registry, with keepers, and somebody with 1,000 dollars, a coin and a position.
fn kept() -> (Exchange, Vec<Account>, Account) {
    let mut x = Exchange::connected(0);
    let keepers = upgrade::keepers(&mut x);
    let alice = upgrade::long(&mut x, "alice", 1_000);
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    (x, keepers, alice)
}

fn guard<C: SolCall>(x: &mut Exchange, who: &Account, call: &C) -> Result<C::Return, Failure> {
    x.chain.sol_call(who, x.guard, call, 0)
}

/// Prices come in until then.
fn steady(x: &mut Exchange, until: u64) {
    while x.chain.now() < until {
        x.wait(60);
        x.price(2_000 * UNIT);
    }
}

const COIN: u32 = 1;

#[test]
fn a_keeper_stops_only_what_the_guard_has_paused_and_for_no_longer() {
    let (mut x, keepers, alice) = kept();
    let kai = keepers[0].clone();
    let coin = pauseCall { operations: WITHDRAW, scope: ASSET, number: COIN, venue_: Address::ZERO };
    assert_refused(x.vault(&alice, &coin), NotKeeper { caller: address(&alice) });
    assert_refused(x.vault(&kai, &coin), NotPaused { market: NATIVE_MARKET, reason: 0 });
    // What belongs to no single market of the guard is governance's.
    let venue = sol_address(x.venue);
    for (operations, scope, number) in [(15, VAULT, 0), (WITHDRAW, ASSET, 0), (JOIN, VENUE, EVERY)] {
        let call = pauseCall { operations, scope, number, venue_: venue };
        assert_refused(x.vault(&kai, &call), NotGovernance {});
    }

    let market = IOracleGuard::pauseCall { selection: 0, id: NATIVE_MARKET };
    guard(&mut x, &kai, &market).unwrap();
    let until = x.chain.now() + HALF_HOUR;
    steady(&mut x, until - 600);
    x.vault(&keepers[1], &coin).unwrap();
    let by = address(&keepers[1]);
    let told = Paused { scope: ASSET, number: COIN, venue: Address::ZERO, operations: WITHDRAW, by, until };
    assert_eq!(last::<Paused>(&x), told);
    let withdraw = withdrawCall { asset: COIN, amount: UNIT };
    stopped(x.vault(&alice, &withdraw), WITHDRAW, until);
    x.vault(&alice, &withdrawCall { asset: 0, amount: DOLLAR }).unwrap();
    // The perpetual market is not paused.
    let trade = pauseCall { operations: INCREASE, scope: VENUE, number: MARKET, venue_: venue };
    assert_refused(x.vault(&kai, &trade), NotPaused { market: MARKET, reason: 0 });
    steady(&mut x, until);
    x.vault(&alice, &withdrawCall { amount: UNIT / 10, ..withdraw }).unwrap();
    assert_refused(x.vault(&kai, &coin), NotPaused { market: NATIVE_MARKET, reason: 0 });

    // A second time in a row, and not a third: the budget is the guard's, whoever asks and wherever.
    guard(&mut x, &kai, &market).unwrap();
    x.vault(&kai, &coin).unwrap();
    steady(&mut x, until + HALF_HOUR);
    let refused = guard(&mut x, &keepers[2], &market);
    let refused = refused.err().unwrap().error_as::<IOracleGuard::PauseBudgetSpent>();
    assert!(refused.is_some());
    for keeper in &keepers {
        assert_refused(x.vault(keeper, &coin), NotPaused { market: NATIVE_MARKET, reason: 0 });
    }
    x.vault(&alice, &withdrawCall { amount: UNIT / 10, ..withdraw }).unwrap();
}

#[test]
fn a_class_is_paused_in_the_guard_and_the_vault_obeys() {
    let (mut x, keepers, alice) = kept();
    let (kai, venue) = (keepers[0].clone(), sol_address(x.venue));
    // At 1,890 she has lost 112 of her 202 dollars and needs 94.5.
    let short = upgrade::long(&mut x, "short of cash", 202);
    x.wait(60);
    x.price(1_890 * UNIT);
    let close = IPerpetualVenue::liquidateCall { account: address(&short), market: MARKET, maxSize: UNIT };
    x.chain.dry_run(&alice, x.venue, close.abi_encode(), 0).result.unwrap();
    // Class 0: perpetuals.
    guard(&mut x, &kai, &IOracleGuard::pauseCall { selection: 1, id: 0 }).unwrap();
    let until = x.chain.now() + HALF_HOUR;
    let trade = pauseCall { operations: INCREASE | LIQUIDATE, scope: VENUE, number: MARKET, venue_: venue };
    x.vault(&kai, &trade).unwrap();
    assert_eq!(last::<Paused>(&x).until, until);
    let ask = |operations| pausedUntilCall { operations, scope: VENUE, number: MARKET, venue_: venue };
    assert_eq!((x.ask(&ask(INCREASE)), x.ask(&ask(LIQUIDATE))), (until, until));
    // The collateral's own market is of another class.
    let coin = pauseCall { operations: WITHDRAW, scope: ASSET, number: COIN, venue_: Address::ZERO };
    assert_refused(x.vault(&kai, &coin), NotPaused { market: NATIVE_MARKET, reason: 0 });
    // Liquidations and growth wait for the class; reductions and exits do not.
    assert_refused(x.venue(&alice, &close), IPerpetualVenue::Refused { reason: 20, until });
    let increase = IPerpetualVenue::increaseCall { market: MARKET, size: 1_000_000_000 };
    assert_refused(x.venue(&alice, &increase), IPerpetualVenue::Refused { reason: 20, until });
    x.venue(&alice, &IPerpetualVenue::reduceCall { market: MARKET, size: UNIT / 2 }).unwrap();
    x.venue(&alice, &IPerpetualVenue::reduceCall { market: MARKET, size: u128::MAX }).unwrap();
    x.vault(&alice, &withdrawCall { asset: COIN, amount: UNIT }).unwrap();
}

#[test]
fn a_keeper_lets_go_on_what_keepers_stopped_once_the_guard_has_thawed() {
    let (mut x, keepers, alice) = kept();
    let kai = keepers[0].clone();
    guard(&mut x, &kai, &IOracleGuard::pauseCall { selection: 0, id: NATIVE_MARKET }).unwrap();
    let until = x.chain.now() + HALF_HOUR;
    let coin = pauseCall { operations: WITHDRAW | INCREASE, scope: ASSET, number: COIN, venue_: Address::ZERO };
    x.vault(&kai, &coin).unwrap();
    let resume = resumeCall { operations: WITHDRAW, scope: ASSET, number: COIN, venue_: Address::ZERO };
    assert_refused(x.vault(&alice, &resume), NotKeeper { caller: address(&alice) });
    assert_refused(x.vault(&kai, &resume), NotThawed { market: NATIVE_MARKET, reason: 20 });
    guard(&mut x, &kai, &IOracleGuard::resumeCall { selection: 0, id: NATIVE_MARKET }).unwrap();
    // The price is stale, which the guard says first.
    x.wait(180);
    assert_refused(x.vault(&kai, &resume), NotThawed { market: NATIVE_MARKET, reason: 2 });
    x.recover();
    x.vault(&kai, &resume).unwrap();
    let by = address(&kai);
    let told = Resumed { scope: ASSET, number: COIN, venue: Address::ZERO, operations: WITHDRAW, by };
    assert_eq!(last::<Resumed>(&x), told);
    let ask = |operations| pausedUntilCall { operations, scope: ASSET, number: COIN, venue_: Address::ZERO };
    assert_eq!((x.ask(&ask(WITHDRAW)), x.ask(&ask(INCREASE))), (0, until));
    x.vault(&alice, &withdrawCall { asset: COIN, amount: UNIT / 10 }).unwrap();

    // What governance stopped stays, until governance lets it go on.
    x.govern(&pauseForCall { operations: WITHDRAW, scope: ASSET, number: COIN, venue_: Address::ZERO, length: DAY });
    let until = x.chain.now() + DAY;
    x.vault(&kai, &resume).unwrap();
    stopped(x.vault(&alice, &withdrawCall { asset: COIN, amount: UNIT / 10 }), WITHDRAW, until);
    x.govern(&resume);
    x.vault(&alice, &withdrawCall { asset: COIN, amount: UNIT / 10 }).unwrap();
    assert_eq!(last::<Withdrawn>(&x).amount, UNIT / 10);
}

#[test]
fn the_vault_says_what_a_pause_touches() {
    let s = Scene::new();
    let venue = sol_address(s.venue);
    let touches = |call_data: Vec<u8>| {
        let touch = s.x.ask(&touchesCall { callData: call_data.into() });
        (touch.loosens, touch.markets)
    };
    let pause = |operations, scope, number| {
        touches(pauseForCall { operations, scope, number, venue_: venue, length: 60 }.abi_encode())
    };
    let resume =
        |operations, scope, number| touches(resumeCall { operations, scope, number, venue_: venue }.abi_encode());
    // Whoever could be liquidated is spared by a pause of liquidations, and nobody by any other.
    assert_eq!(pause(LIQUIDATE, VAULT, 0), (true, vec![EVERY]));
    assert_eq!(pause(JOIN | INCREASE | WITHDRAW, VAULT, 0), (false, vec![EVERY]));
    assert_eq!(pause(WITHDRAW, ASSET, s.native), (false, vec![NATIVE_MARKET]));
    assert_eq!(pause(WITHDRAW | LIQUIDATE, ASSET, s.native), (true, vec![NATIVE_MARKET]));
    assert_eq!(pause(WITHDRAW, ASSET, 0), (false, vec![EVERY]));
    assert_eq!(pause(INCREASE, VENUE, MARKET), (false, vec![MARKET]));
    assert_eq!(resume(LIQUIDATE, VENUE, MARKET), (false, vec![MARKET]));
    assert_eq!(resume(INCREASE, VENUE, EVERY), (true, vec![EVERY]));
    assert_eq!(resume(WITHDRAW | LIQUIDATE, ASSET, s.native), (true, vec![NATIVE_MARKET]));
    // What cannot be done is not known, and so loosens everywhere.
    for bad in [pause(WITHDRAW, VENUE, MARKET), pause(JOIN, 3, 0), resume(0, VAULT, 0)] {
        assert_eq!(bad, (true, vec![EVERY]));
    }
}
