//! The table on the compiled guard, with the compiled registry, cell by cell: every verdict in every stage that it can
//! have, through every phase of a plan that leads there, with every action. What is expected stands here, not in the domain.
//!
//! A guard whose tolerances are a day takes a long step of the clock for time in which the host lived, so that three days
//! cost a few blocks. Outages and silences are in `states` and `liveness`.

use std::collections::BTreeSet;

use alloy_core::{
    primitives::FixedBytes,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    chain, funded,
    interfaces::{
        IOracleGuard::*,
        IUpgradeRegistry::{Schedule, announceCall, cancelCall, forkOfCall, planCall, registerDomainCall, signalCall},
    },
    place,
    plans::announcement,
    sol_address,
};
use lockstep_devchain::Account;

use crate::{PRICE, Stage, feed, with_keepers};

/// What a stage answers to an action.
#[derive(Clone, Copy, Debug)]
enum Cell {
    /// Allowed in full.
    Yes,
    /// Allowed, as much as the thaw lets through.
    Part,
    /// Refused for what is wrong with the price.
    Price,
    /// Refused for what the market is in.
    State,
    /// Refused because a plan deviated.
    Deviated,
    /// Refused because the market is not to be settled.
    Wait,
}

use Cell::{Deviated, Part, Price, State, Wait, Yes};

const OPEN: u8 = 0;
const RECOVERING: u8 = 1;
const FROZEN: u8 = 2;
const REDUCE_ONLY: u8 = 3;
const SETTLEABLE: u8 = 4;

/// At a valid price, by stage: deposit, repay, reduce, withdraw, increase, liquidate a health of 0.95, liquidate one just
/// below, fund, settle.
const VALID: [(u8, [Cell; 9]); 5] = [
    (OPEN, [Yes, Yes, Yes, Yes, Yes, Part, Part, Yes, Wait]),
    (RECOVERING, [Yes, Yes, Yes, Yes, State, Part, Part, Yes, Wait]),
    (FROZEN, [Yes, Yes, Yes, Yes, State, State, Yes, State, Wait]),
    (REDUCE_ONLY, [Yes, Yes, Yes, Yes, State, State, Yes, State, Wait]),
    (SETTLEABLE, [Yes, Yes, Yes, Yes, State, State, Yes, State, Yes]),
];

/// A market that has thawed and is due for settlement all the same, since its plan deviated: until somebody starts that,
/// everything else goes on as in a market that recovers.
const DUE: [Cell; 9] = [Yes, Yes, Yes, Yes, Deviated, Part, Part, Yes, Yes];

/// The same at any price that is not valid, which leaves no market open.
const INVALID: [(u8, [Cell; 9]); 3] = [
    (FROZEN, [Yes, Yes, Yes, Yes, Price, Price, Price, Price, Wait]),
    (REDUCE_ONLY, [Yes, Yes, Yes, Yes, Price, Price, Price, Price, Wait]),
    (SETTLEABLE, [Yes, Yes, Yes, Yes, Price, Price, Price, Price, Yes]),
];

/// The questions in that order: action and health.
const QUESTIONS: [(u8, u32); 9] =
    [(0, 0), (1, 0), (2, 0), (3, 0), (4, 9_500), (5, 9_500), (5, 9_499), (6, 9_500), (7, 9_500)];

/// Feeds 0 to 6 have the verdict of their number; this one is valid and not trusted again yet.
const THAWING_FEED: u32 = 7;
const FEEDS: u32 = 8;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// From the freeze of a plan to its bound.
const BOUND: u64 = 4 * HOUR;
/// From the freeze to the first look, and to when the plans that are thawing then were released.
const LOOK: u64 = 1_000;
const LATE: u64 = 700;
/// The part of a liquidation 399 of 1,800 seconds after a thaw at a tenth.
const THAWED: u32 = 2_995;
const WHOLE: u32 = 10_000;

/// How a plan goes, and so its markets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    NoPlan,
    Paused,
    Announced,
    Activated,
    CancelledBefore,
    /// Nothing is said until just before the bound; then what is in it.
    Frozen(Told),
    /// Told at the freeze, so that it has thawed by the first look.
    Early(Told),
    /// Told later, so that it has not.
    Late(Told),
}

/// What a plan comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Verified,
    /// The same, and complete at once.
    Completed,
    Expired,
    Aborted,
    Failed,
}

use Course::{Activated, Announced, CancelledBefore, Early, Frozen, Late, NoPlan, Paused};
use Told::{Aborted, Completed, Expired, Failed, Verified};

const COURSES: [Course; 20] = [
    NoPlan,
    Paused,
    Announced,
    Activated,
    CancelledBefore,
    Frozen(Verified),
    Frozen(Completed),
    Frozen(Expired),
    Frozen(Aborted),
    Frozen(Failed),
    Early(Verified),
    Early(Completed),
    Early(Expired),
    Early(Aborted),
    Early(Failed),
    Late(Verified),
    Late(Completed),
    Late(Expired),
    Late(Aborted),
    Late(Failed),
];

/// A course at one moment: the phase of its plan (none: 9), and at a price that is trusted the stage, the reason and the
/// part of a liquidation.
type Row = (Course, u8, u8, u8, u32);

const WITHIN_BOUNDS: [Row; 20] = [
    (NoPlan, 9, OPEN, 0, WHOLE),
    (Paused, 9, FROZEN, 20, 0),
    (Announced, 0, OPEN, 0, WHOLE),
    (Activated, 2, FROZEN, 10, 0),
    (CancelledBefore, 7, OPEN, 0, WHOLE),
    (Frozen(Verified), 1, FROZEN, 9, 0),
    (Frozen(Completed), 1, FROZEN, 9, 0),
    (Frozen(Expired), 1, FROZEN, 9, 0),
    (Frozen(Aborted), 1, FROZEN, 9, 0),
    (Frozen(Failed), 1, FROZEN, 9, 0),
    (Early(Verified), 3, RECOVERING, 11, THAWED),
    (Early(Completed), 4, OPEN, 0, THAWED),
    (Early(Expired), 5, OPEN, 0, THAWED),
    (Early(Aborted), 7, OPEN, 0, THAWED),
    (Early(Failed), 6, RECOVERING, 12, THAWED),
    (Late(Verified), 3, FROZEN, 18, 0),
    (Late(Completed), 4, FROZEN, 18, 0),
    (Late(Expired), 5, FROZEN, 18, 0),
    (Late(Aborted), 7, FROZEN, 18, 0),
    (Late(Failed), 6, FROZEN, 18, 0),
];

/// Frozen and activated are not among the phases any more: at its bound every plan has left them.
const BEYOND_BOUNDS: [Row; 12] = [
    (NoPlan, 9, OPEN, 0, WHOLE),
    (Announced, 0, OPEN, 0, WHOLE),
    (Activated, 6, REDUCE_ONLY, 13, 0),
    (Frozen(Verified), 3, REDUCE_ONLY, 13, 0),
    (Frozen(Completed), 4, REDUCE_ONLY, 13, 0),
    (Frozen(Expired), 5, REDUCE_ONLY, 13, 0),
    (Frozen(Aborted), 7, REDUCE_ONLY, 13, 0),
    (Frozen(Failed), 6, REDUCE_ONLY, 13, 0),
    (Early(Verified), 3, RECOVERING, 11, WHOLE),
    (Early(Failed), 6, RECOVERING, 12, WHOLE),
    (Early(Completed), 4, OPEN, 0, WHOLE),
    (Late(Expired), 5, OPEN, 0, WHOLE),
];

const AFTER_THREE_DAYS: [Row; 8] = [
    (NoPlan, 9, OPEN, 0, WHOLE),
    (Announced, 0, OPEN, 0, WHOLE),
    (Activated, 6, SETTLEABLE, 13, WHOLE),
    (Frozen(Verified), 3, RECOVERING, 11, WHOLE),
    (Frozen(Completed), 4, OPEN, 0, WHOLE),
    (Frozen(Failed), 6, SETTLEABLE, 13, WHOLE),
    (Early(Failed), 6, SETTLEABLE, 13, WHOLE),
    (Early(Expired), 5, OPEN, 0, WHOLE),
];

fn placed(course: Course) -> u32 {
    COURSES.iter().position(|other| *other == course).and_then(|at| u32::try_from(at).ok()).unwrap()
}

fn market(course: Course, feed: u32) -> u32 {
    100 * (1 + placed(course)) + feed
}

struct Cells {
    stage: Stage,
    /// When the plans freeze.
    freeze: u64,
    /// The plan of each course, zero where it has none.
    plans: Vec<u64>,
}

impl Cells {
    /// Everything up to the first look.
    fn new() -> Self {
        let mut chain = chain();
        let governance = funded(&mut chain, "governance");
        let reporters: Vec<Account> = ["ann", "ben", "cat"].iter().map(|name| funded(&mut chain, name)).collect();
        let owner = sol_address(governance.address());
        let registry = place(&mut chain, &governance, "upgrade_registry", (owner,).abi_encode_params()).unwrap();
        let constructor = (owner, sol_address(registry), 6_000u64, DAY, DAY).abi_encode_params();
        let guard = place(&mut chain, &governance, "oracle_guard", constructor).unwrap();
        let mut stage = Stage { chain, guard, registry, governance, reporters };
        let lasting = setFeedCall { minSources: 2, freshReports: 2, maxAge: HOUR, ..feed(&stage.reporters) };
        for feed in 0..FEEDS {
            stage.govern(&setFeedCall { feed, ..lasting.clone() }).unwrap();
            for course in COURSES {
                // Options are what is paused.
                let class = if course == Paused { 2 } else { 0 };
                stage.govern(&setMarketCall { market: market(course, feed), feed, class }).unwrap();
            }
        }
        with_keepers(&mut stage, 3);
        let mut cells = Self { stage, freeze: 0, plans: Vec::new() };
        for _ in 0..2 {
            cells.pass(120);
            cells.round(0..FEEDS, 3, PRICE, 0);
        }
        // From here on two of three are silent on feed 1, and all on feed 2.
        cells.pass(HOUR - 600);
        cells.round([1], 1, PRICE, 0);
        cells.round([0, 3, 4, 5, 6, 7], 3, PRICE, 0);
        cells.announce();
        cells.pass(600);
        cells.tell(|course| matches!(course, Early(_)));
        cells.pass(LATE);
        cells.tell(|course| matches!(course, Late(_)));
        let activated = cells.plans[usize::try_from(placed(Activated)).unwrap()];
        cells.say(activated, 0);
        cells.round([7], 3, 0, 0);
        cells.pass(LOOK - LATE - 50);
        cells.round([0, 7], 3, PRICE, 0);
        cells.stage.govern(&pauseForCall { selection: 1, id: 2, length: HOUR }).unwrap();
        cells.pass(50);
        cells.misreport();
        cells.round([4], 3, PRICE / 10 * 12, 0);
        cells
    }

    fn pass(&mut self, seconds: u64) {
        self.stage.chain.produce_block_after(seconds).unwrap();
    }

    /// The first `count` reporters report to each of `feeds`.
    fn round(&mut self, feeds: impl IntoIterator<Item = u32>, count: usize, price: u128, confidence: u128) {
        let now = self.stage.chain.now();
        for feed in feeds {
            for reporter in 0..count {
                self.stage.by(reporter, &reportCall { feed, price, confidence, publishedAt: now }).unwrap();
            }
        }
    }

    /// Keeps the verdicts that would turn stale: too few sources, too uncertain, too volatile, not positive. A jump that
    /// nobody confirms stays one.
    fn misreport(&mut self) {
        self.round([1], 1, PRICE, 0);
        self.round([3], 3, PRICE, PRICE / 10);
        self.round([5], 3, PRICE * 60, 0);
        self.round([6], 3, 0, 0);
    }

    fn registry<C: SolCall>(&mut self, call: &C) -> C::Return {
        let governance = self.stage.governance.clone();
        self.stage.registry(&governance, call)
    }

    fn announce(&mut self) {
        self.freeze = self.stage.chain.now() + 600;
        let genesis = FixedBytes([1; 32]);
        self.registry(&registerDomainCall { domain: 1, genesisHash: genesis, paraId: 0, chainId: 0 });
        for course in COURSES {
            let freeze = if course == Announced { self.freeze + 10 * DAY } else { self.freeze };
            let (latest, stabilise) = match course {
                Early(Expired) => (freeze, 0),
                Late(Expired) => (freeze + LATE, 0),
                Frozen(Expired) => (freeze + BOUND - 100, 0),
                Early(Completed) | Late(Completed) | Frozen(Completed) => (freeze + BOUND - 1, 0),
                _ => (freeze + BOUND - 1, 6 * DAY),
            };
            let markets = (0..FEEDS).map(|feed| market(course, feed)).collect();
            let call = announceCall {
                schedule: Schedule { freezeAt: freeze, earliest: freeze, latest, stabilise, maxFreeze: BOUND },
                ..announcement(freeze, FixedBytes([7; 32]), markets)
            };
            let plan = if matches!(course, NoPlan | Paused) { 0 } else { self.registry(&call) };
            if course == CancelledBefore {
                self.registry(&cancelCall { plan });
            }
            self.plans.push(plan);
        }
    }

    fn say(&mut self, plan: u64, kind: u8) {
        let (fork, now) = (self.registry(&forkOfCall { domain: 1 }), self.stage.chain.now());
        let code = FixedBytes([7; 32]);
        let word = signalCall { plan, kind, forkId: fork, height: 5, codeHash: code, observedAt: now };
        let keepers = self.stage.reporters[..2].to_vec();
        for keeper in &keepers {
            self.stage.registry(keeper, &word);
        }
    }

    /// Keepers say what the plans of the chosen courses come to.
    fn tell(&mut self, chosen: impl Fn(Course) -> bool) {
        for (course, plan) in COURSES.into_iter().zip(self.plans.clone()).filter(|(course, _)| chosen(*course)) {
            let (Frozen(told) | Early(told) | Late(told)) = course else { continue };
            let kinds: &[u8] = match told {
                Verified | Completed => &[0, 1, 2],
                Failed => &[3],
                Aborted => &[5],
                Expired => &[],
            };
            for kind in kinds {
                self.say(plan, *kind);
            }
        }
    }

    /// Up to the second look, after the bound of every freeze.
    fn beyond_bounds(&mut self) {
        let bound = self.freeze + BOUND;
        // The sound feed was silent for hours; it thaws, and its ramp ends. Nobody reports after the last releases.
        for before in [1_000, 900] {
            self.stage.chain.produce_block_at(bound - before).unwrap();
            self.round([0], 3, PRICE, 0);
        }
        self.stage.chain.produce_block_at(bound - 100).unwrap();
        self.tell(|course| matches!(course, Frozen(_)));
        self.look_soon(bound + 1_100);
    }

    /// Up to the third look, when every freeze has been beyond its bound for three days.
    fn after_three_days(&mut self) {
        let look = self.freeze + LOOK + BOUND + 3 * DAY;
        while self.stage.chain.now() + 20 * HOUR < look - 2_500 {
            self.pass(20 * HOUR);
            self.stage.by(0, &heartbeatCall {}).unwrap();
        }
        for before in [2_500, 2_400, 100] {
            self.stage.chain.produce_block_at(look - before).unwrap();
            self.round([0], 3, PRICE, 0);
        }
        self.look_soon(look);
    }

    /// The feed that thaws becomes valid 50 seconds before the look.
    fn look_soon(&mut self, look: u64) {
        self.stage.chain.produce_block_at(look - 50).unwrap();
        self.round([7], 3, PRICE, 0);
        self.stage.chain.produce_block_at(look).unwrap();
        self.misreport();
    }

    /// Asks everything of the markets of these courses and compares; returns which stages each verdict was seen in.
    /// `of_feeds` is the stage that a feed which is not trusted puts its markets in.
    fn look(&self, rows: &[Row], of_feeds: u8) -> BTreeSet<(u8, u8)> {
        let mut seen = BTreeSet::new();
        for (course, phase, trusted_stage, trusted_reason, share) in rows {
            let plan = self.plans[usize::try_from(placed(*course)).unwrap()];
            if plan > 0 {
                let state =
                    self.stage.chain.sol_view(&self.stage.governance, self.stage.registry, &planCall { plan_: plan });
                assert_eq!(state.unwrap().phase, *phase, "{course:?}");
            }
            for feed in 0..FEEDS {
                let (what, verdict) =
                    (format!("{course:?} on feed {feed}"), if feed == THAWING_FEED { 0 } else { feed });
                let market = market(*course, feed);
                let quote = self.stage.view(&quotesCall { markets: vec![market] })[0].verdict;
                assert_eq!(u32::from(quote), verdict, "{what}");
                let state = self.stage.view(&marketStateCall { market });
                let due = if feed == 0 { *trusted_stage } else { (*trusted_stage).max(of_feeds) };
                assert_eq!(state.stage, due, "{what}");
                if feed == 0 {
                    assert_eq!((state.reason, state.share), (*trusted_reason, *share), "{what}");
                }
                let rows: &[(u8, [Cell; 9])] = if verdict == 0 { &VALID } else { &INVALID };
                let row = rows.iter().find(|row| row.0 == due).unwrap_or_else(|| panic!("no such row: {what}"));
                let cells = if feed == 0 && due == SETTLEABLE { DUE } else { row.1 };
                for ((action, health), cell) in QUESTIONS.into_iter().zip(cells) {
                    let answer = self.stage.view(&permissionCall { markets: vec![market], action, health });
                    let expected = match cell {
                        Yes => (true, 0, WHOLE),
                        Part => (true, 0, state.share),
                        Price => (false, quote, 0),
                        State => (false, state.reason, 0),
                        Deviated => (false, 12, 0),
                        Wait => (false, 14, 0),
                    };
                    let answer = (answer.allowed, answer.reason, answer.share);
                    assert_eq!(answer, expected, "{what}: action {action} at a health of {health}");
                }
                seen.insert((quote, due));
            }
        }
        seen
    }
}

/// Every verdict in these stages.
fn all_in(stages: &[u8]) -> BTreeSet<(u8, u8)> {
    (0..7).flat_map(|verdict| stages.iter().map(move |stage| (verdict, *stage))).collect()
}

#[test]
fn every_cell_within_the_bounds() {
    let seen = Cells::new().look(&WITHIN_BOUNDS, FROZEN);
    assert_eq!(seen, all_in(&[FROZEN]).into_iter().chain([(0, OPEN), (0, RECOVERING)]).collect());
}

#[test]
fn every_cell_beyond_the_bounds() {
    let mut cells = Cells::new();
    cells.beyond_bounds();
    let seen = cells.look(&BEYOND_BOUNDS, REDUCE_ONLY);
    assert_eq!(seen, all_in(&[REDUCE_ONLY]).into_iter().chain([(0, OPEN), (0, RECOVERING)]).collect());
}

#[test]
fn every_cell_after_three_days() {
    let mut cells = Cells::new();
    cells.beyond_bounds();
    cells.after_three_days();
    let seen = cells.look(&AFTER_THREE_DAYS, SETTLEABLE);
    assert_eq!(seen, all_in(&[SETTLEABLE]).into_iter().chain([(0, OPEN), (0, RECOVERING)]).collect());
}
