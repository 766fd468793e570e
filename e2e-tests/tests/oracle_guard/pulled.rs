//! Feeds that are read from another contract, honest and not.

use alloy_core::{primitives::U256, sol_types::SolCall};
use e2e_tests::{
    assert_refused,
    awkward::{self, DECIMALS_SLOT, MOOD_SLOT, Mood},
    emitted,
    interfaces::{IOracleGuard::*, IPriceSource::latestPriceCall},
    sol_address,
};
use lockstep_devchain::{Failure, H160};

use crate::{INCREASE, LIQUIDATE, MARKET, PRICE, Stage, deployed};

const PULLED: u32 = 2;
const PULLED_MARKET: u32 = 20;
/// 100 with eight decimals.
const ANSWER: u128 = 10_000_000_000;

/// A guard with a second feed, read from a contract.
struct Pulled {
    stage: Stage,
    source: H160,
    round: u64,
}

fn settings(source: H160, kind: u8) -> setPulledFeedCall {
    setPulledFeedCall {
        feed: PULLED,
        kind,
        source: sol_address(source),
        key: 5,
        maxAge: 3_600,
        maxConfidence: 200,
        maxDeviation: 1_000,
        grace: 600,
        feedGrace: 60,
        ramp: 1_800,
        freshRounds: 3,
    }
}

/// A guard with a feed on a fresh source of `kind`, which has not been read yet.
fn configured(kind: u8) -> Pulled {
    let mut stage = deployed();
    let governance = stage.governance.clone();
    let source = stage.chain.deploy(&governance, awkward::source(), Vec::new(), 0).unwrap().address;
    let mut pulled = Pulled { stage, source, round: 0 };
    pulled.slot(DECIMALS_SLOT, U256::from(8));
    pulled.stage.govern(&settings(source, kind)).unwrap();
    let set = emitted::<SourceConfigured>(&pulled.stage.chain);
    assert_eq!((set[0].feed, set[0].source, set[0].kind), (PULLED, sol_address(source), kind));
    assert_eq!((set[0].key, set[0].decimals), (5, if kind == 0 { 8 } else { 18 }));
    let set = emitted::<FeedConfigured>(&pulled.stage.chain);
    assert_eq!((set[0].reporters, set[0].minSources), (0, 1));
    pulled.stage.govern(&setMarketCall { market: PULLED_MARKET, feed: PULLED, class: 0 }).unwrap();
    pulled
}

/// The same, trusted at 100.
fn trusted() -> Pulled {
    let mut pulled = configured(0);
    for _ in 0..4 {
        pulled.stage.round_after(60, PRICE);
        pulled.pull(ANSWER).unwrap();
    }
    assert_eq!(pulled.state(), (0, 0));
    pulled
}

impl Pulled {
    fn slot(&mut self, slot: u8, value: U256) {
        let account = self.stage.governance.clone();
        self.stage.chain.call(&account, self.source, awkward::set_slot(slot, value), 0).result.unwrap();
    }

    fn mood(&mut self, mood: Mood) {
        self.slot(MOOD_SLOT, U256::from(mood as u8));
    }

    /// The aggregator's next round, answered now.
    fn publish(&mut self, answer: u128) {
        self.round += 1;
        let (round, now) = (U256::from(self.round), U256::from(self.stage.chain.now()));
        for (slot, value) in (0..).zip([round, U256::from(answer), now, now, round]) {
            self.slot(slot, value);
        }
    }

    fn pull(&mut self, answer: u128) -> Result<pullReturn, Failure> {
        self.publish(answer);
        self.again()
    }

    fn again(&mut self) -> Result<pullReturn, Failure> {
        self.stage.by(3, &pullCall { feed: PULLED })
    }

    fn quote(&self) -> (u128, u8) {
        let quote = self.stage.view(&quotesCall { markets: vec![PULLED_MARKET] })[0].clone();
        (quote.price, quote.verdict)
    }

    /// Stage and reason.
    fn state(&self) -> (u8, u8) {
        let state = self.stage.view(&marketStateCall { market: PULLED_MARKET });
        (state.stage, state.reason)
    }
}

#[test]
fn anyone_pulls_a_round_and_distinct_rounds_thaw() {
    let mut pulled = configured(0);
    assert_eq!((pulled.quote(), pulled.state()), ((0, 1), (2, 8)), "nothing has been read yet");
    pulled.stage.round_after(60, PRICE);
    pulled.pull(ANSWER).unwrap();
    let told = emitted::<PriceReported>(&pulled.stage.chain);
    let now = pulled.stage.chain.now();
    assert_eq!((told[0].feed, told[0].price, told[0].publishedAt), (PULLED, PRICE, now));
    assert_eq!((told[0].reporter, told[0].median, told[0].verdict), (sol_address(pulled.source), PRICE, 0));
    assert_eq!((pulled.quote(), pulled.state()), ((PRICE, 0), (2, 8)), "valid, not thawed");
    let refused = pulled.again();
    assert_refused(refused, OutdatedRound { round: 1, last: 1 });
    for _ in 0..2 {
        pulled.stage.round_after(60, PRICE);
        assert_eq!(pulled.state(), (2, 8));
        pulled.pull(ANSWER).unwrap();
    }
    assert_eq!(pulled.state(), (0, 0), "three distinct rounds and a minute of grace");
    // The last round is the price, not the median of the rounds.
    pulled.stage.round_after(60, PRICE);
    pulled.pull(ANSWER / 100 * 101).unwrap();
    assert_eq!(pulled.quote(), (PRICE / 100 * 101, 0));
    let seen = pulled.stage.view(&twapCall { market: PULLED_MARKET, end: pulled.stage.chain.now() + 300 });
    assert!(seen.covered > 0, "its history is kept like any other");
}

#[test]
fn an_aggregator_s_jump_waits_for_further_rounds() {
    let mut pulled = trusted();
    pulled.stage.round_after(60, PRICE);
    pulled.pull(ANSWER / 100 * 120).unwrap();
    assert_eq!((pulled.quote().1, pulled.state()), (4, (2, 4)));
    for _ in 0..3 {
        pulled.stage.round_after(60, PRICE);
        pulled.pull(ANSWER / 100 * 120).unwrap();
    }
    assert_eq!((pulled.quote().1, pulled.state()), (0, (0, 0)));
}

#[test]
fn an_answer_that_is_not_positive_stops_its_market_at_once() {
    for bad in [U256::ZERO, U256::MAX, U256::from(1) << 255] {
        let mut pulled = trusted();
        pulled.stage.round_after(60, PRICE);
        pulled.publish(0);
        pulled.slot(1, bad);
        pulled.again().unwrap();
        assert_eq!(pulled.quote(), (0, 6));
        let answer = pulled.stage.view(&permissionCall { markets: vec![PULLED_MARKET], action: LIQUIDATE, health: 0 });
        assert_eq!((answer.allowed, answer.reason), (false, 6));
        assert_eq!(pulled.stage.ask(LIQUIDATE, 9_999), (true, 0, 10_000), "the other feed goes on");
    }
}

#[test]
fn wrong_figures_are_refused_by_what_is_wrong_with_them() {
    let mut pulled = trusted();
    pulled.stage.round_after(60, PRICE);
    let now = pulled.stage.chain.now();
    let failed = |fault| SourceFailed { feed: PULLED, fault };
    let word = |value: u64| U256::from(value);
    let huge = U256::from(1) << 130;
    let rows = [
        (0, U256::ZERO, 2),
        (0, U256::from(1) << 80, 1),
        (1, huge, 1),
        (2, word(now + 1), 3),
        (2, huge, 1),
        (3, U256::ZERO, 2),
        (3, U256::from(1) << 64, 1),
        (4, word(1), 2),
        (4, huge, 1),
        (DECIMALS_SLOT, word(18), 4),
        (DECIMALS_SLOT, word(37), 1),
        (DECIMALS_SLOT, word(264), 1),
    ];
    for (slot, value, fault) in rows {
        pulled.publish(ANSWER);
        pulled.slot(slot, value);
        assert_refused(pulled.again(), failed(fault));
        pulled.slot(DECIMALS_SLOT, word(8));
    }
    pulled.publish(ANSWER);
    pulled.slot(3, word(now + 16));
    assert_refused(pulled.again(), FutureReport { publishedAt: now + 16, now_: now });
    pulled.slot(2, word(now - 3_601));
    pulled.slot(3, word(now - 3_601));
    assert_refused(pulled.again(), StaleReport { publishedAt: now - 3_601, now_: now });
    pulled.slot(2, word(now - 60));
    pulled.slot(3, word(now - 60));
    assert_refused(pulled.again(), OutdatedReport { publishedAt: now - 60, newest: now - 60 });
    assert_eq!((pulled.quote(), pulled.state()), ((PRICE, 0), (0, 0)), "nothing has changed");
    pulled.slot(3, word(now));
    pulled.again().unwrap();
}

/// Reverting, returning junk or too much, burning all gas, never ending, writing: only its own feed suffers.
#[test]
fn a_source_that_misbehaves_hurts_only_its_own_feed() {
    for mood in [Mood::Reverts, Mood::Loops, Mood::Burns, Mood::Floods, Mood::Short, Mood::Nothing, Mood::Writes] {
        let mut pulled = trusted();
        pulled.mood(mood);
        let last = pulled.stage.chain.now();
        while pulled.stage.chain.now() <= last + 3_600 {
            pulled.stage.round_after(300, PRICE);
            pulled.publish(ANSWER);
            assert_refused(pulled.again(), SourceFailed { feed: PULLED, fault: 0 });
        }
        assert_eq!(pulled.quote(), (PRICE, 2), "{mood:?}: its price is stale");
        pulled.stage.steady(180, PRICE);
        let both = permissionCall { markets: vec![PULLED_MARKET, MARKET], action: INCREASE, health: 0 };
        assert!(!pulled.stage.view(&both).allowed);
        assert_eq!(pulled.stage.ask(INCREASE, 0), (true, 0, 10_000), "{mood:?}: the other market is open");
        pulled.mood(Mood::Honest);
        for _ in 0..4 {
            pulled.stage.round_after(60, PRICE);
            pulled.pull(ANSWER).unwrap();
        }
        assert_eq!(pulled.state(), (0, 0), "{mood:?}: it comes back by itself");
    }
}

#[test]
fn a_source_that_is_gone_or_is_no_contract_is_refused() {
    let mut stage = deployed();
    let nobody = H160::repeat_byte(7);
    assert_refused(stage.govern(&settings(nobody, 0)), SourceFailed { feed: PULLED, fault: 0 });
    stage.govern(&settings(nobody, 1)).unwrap();
    assert_refused(stage.by(0, &pullCall { feed: PULLED }), SourceFailed { feed: PULLED, fault: 0 });
    // A feed that is reported again is pulled no more, and has no reports of the other kind.
    let reporters = stage.reporters.clone();
    stage.govern(&setFeedCall { feed: PULLED, ..crate::feed(&reporters) }).unwrap();
    assert_refused(stage.by(0, &pullCall { feed: PULLED }), NotPulled { feed: PULLED });
    // Nobody reports to a pulled feed.
    stage.govern(&settings(nobody, 1)).unwrap();
    let now = stage.chain.now();
    let report = reportCall { feed: PULLED, price: PRICE, confidence: 0, publishedAt: now };
    let caller = sol_address(stage.reporters[0].address());
    assert_refused(stage.by(0, &report), NotReporter { caller });
}

#[test]
fn our_own_kind_of_source_is_asked_with_its_key_and_brings_its_confidence() {
    assert_eq!(latestPriceCall::SELECTOR, [0x63, 0x94, 0x20, 0xc5], "what the source here answers to");
    let mut pulled = configured(1);
    let give = |pulled: &mut Pulled, confidence: u128, round: u64| {
        let now = pulled.stage.chain.now();
        let words = [U256::from(PRICE), U256::from(confidence), U256::from(now), U256::from(round)];
        for (slot, value) in (0..).zip(words) {
            pulled.slot(slot, value);
        }
    };
    for round in 1..=4 {
        pulled.stage.round_after(60, PRICE);
        give(&mut pulled, PRICE / 100, round);
        pulled.again().unwrap();
    }
    assert_eq!((pulled.quote(), pulled.state()), ((PRICE, 0), (0, 0)));
    pulled.stage.round_after(60, PRICE);
    give(&mut pulled, PRICE / 10, 5);
    pulled.again().unwrap();
    assert_eq!(pulled.quote(), (PRICE, 3), "too uncertain");
    give(&mut pulled, 0, 4);
    assert_refused(pulled.again(), OutdatedRound { round: 4, last: 5 });
    pulled.slot(0, U256::MAX);
    assert_refused(pulled.again(), SourceFailed { feed: PULLED, fault: 1 });
}
