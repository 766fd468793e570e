//! What margin asks for on top while an upgrade is near or prices are wild.
//!
//! During a plan nobody can be liquidated for `T = freeze + grace + finality after the upgrade`. The add-on covers the
//! price move in that time: `z * sigma_day * sqrt(T / 86,400)`, the square-root-of-time rule of value at risk
//! (J.P. Morgan/Reuters, `RiskMetrics` Technical Document, 4th edition, 1996), rounded up. It rises over the notice,
//! is at its full height from the freeze on until the thaw, and falls over the cool-down. It is a function of the time and of
//! what the plan says: nobody has to send anything.
//!
//! ```text
//!  height |          ________________
//!         |        /|                |\
//!         |      /  |                |  \
//!       0 |____/____|________________|____\____
//!          announced freeze   release + grace  + cool-down
//! ```

use crate::{
    margin::law::COOL_DOWN,
    registry::Phase,
    units::{Bps, Seconds, Timestamp, mul_div_up},
};

/// How long the maintenance add-on of an emergency takes to its full height: nobody is liquidated by its announcement.
pub const EMERGENCY_RAMP: Seconds = Seconds::days(1);

/// The largest fee ratio that rewards and smallest sizes follow.
pub const MAX_FEE_RATIO: Bps = Bps(100_000);

/// A plan as far as margin goes. Times are wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanTerms {
    /// Where it stands.
    pub phase: Phase,
    /// When it was announced.
    pub announced_at: Timestamp,
    /// When its freeze begins.
    pub freeze_at: Timestamp,
    /// When its freeze must have ended.
    pub bound: Timestamp,
    /// When it left its frozen phases.
    pub released_at: Option<Timestamp>,
    /// When it completed.
    pub completed_at: Option<Timestamp>,
    /// Time to finality after the upgrade.
    pub finality_after: Seconds,
    /// Fees after the upgrade relative to those before.
    pub fee_ratio_after: Bps,
    /// Whether it came without notice.
    pub emergency: bool,
}

/// What is added to the haircut of an asset, and times the notional to the requirement of a position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddOn {
    /// In the initial tier and at the liquidation end.
    pub initial: Bps,
    /// In the maintenance tier.
    pub maintenance: Bps,
}

impl AddOn {
    /// The larger of two, tier by tier.
    #[must_use]
    pub fn larger(self, other: Self) -> Self {
        Self { initial: self.initial.max(other.initial), maintenance: self.maintenance.max(other.maintenance) }
    }
}

/// The price move that `z` standard deviations cover over `time`, given the volatility of a day; rounded up and
/// saturating.
pub fn move_up(z: Bps, sigma_day: Bps, time: Seconds) -> Bps {
    let product = u128::from(z.0).saturating_mul(u128::from(sigma_day.0));
    // (z * sigma)^2 * T / 86,400, with the ten thousand of z taken out; the root of a number rounded up is, rounded up,
    // the root of the number rounded up.
    let square = product
        .checked_mul(product)
        .and_then(|square| mul_div_up(square, u128::from(time.0), 86_400u128.saturating_mul(100_000_000)));
    let Some(square) = square else { return Bps(u32::MAX) };
    let root = square.isqrt();
    let root = if root.saturating_mul(root) < square { root.saturating_add(1) } else { root };
    Bps(u32::try_from(root).unwrap_or(u32::MAX))
}

/// `height` times the share of `length` that has passed, rounded up.
fn share_up(height: Bps, passed: Seconds, length: Seconds) -> Bps {
    if passed >= length {
        return height;
    }
    let part = mul_div_up(u128::from(height.0), u128::from(passed.0), u128::from(length.0));
    Bps(part.and_then(|part| u32::try_from(part).ok()).unwrap_or(height.0))
}

impl PlanTerms {
    /// How long nobody can be liquidated: the longest freeze, the `grace` after it, and finality after the upgrade.
    pub const fn blind_time(&self, grace: Seconds) -> Seconds {
        let freeze = self.bound.since(self.freeze_at).0;
        Seconds(freeze.saturating_add(grace.0).saturating_add(self.finality_after.0))
    }

    /// When the add-on begins to fall, where the plan was released: with the first second after the grace.
    const fn falls_from(&self, grace: Seconds) -> Option<Timestamp> {
        match self.released_at {
            Some(at) => Some(at.after(grace)),
            None => None,
        }
    }

    /// Whether the add-on may be falling, or gone: whether it is hangs on the thaw.
    pub fn may_fall(&self, grace: Seconds, now: Timestamp) -> bool {
        self.falls_from(grace).is_some_and(|from| now > from)
    }

    /// The add-on of this plan, given the volatility of a day. `held`: nobody can be liquidated although the grace is
    /// over.
    pub fn add_on(&self, z: Bps, sigma_day: Bps, grace: Seconds, held: bool, now: Timestamp) -> AddOn {
        if now < self.announced_at || (self.phase == Phase::Cancelled && self.released_at.is_none()) {
            return AddOn::default();
        }
        let height = move_up(z, sigma_day, self.blind_time(grace));
        let falls_from = self.falls_from(grace).unwrap_or(Timestamp(u64::MAX));
        let known = now.min(falls_from).since(self.announced_at);
        let rising = |length| share_up(height, known, length);
        let peak = if self.emergency {
            AddOn { initial: height, maintenance: rising(EMERGENCY_RAMP) }
        } else {
            let risen = rising(self.freeze_at.since(self.announced_at));
            AddOn { initial: risen, maintenance: risen }
        };
        if held || now <= falls_from {
            return peak;
        }
        let left = Seconds(COOL_DOWN.0.saturating_sub(now.since(falls_from).0));
        let falling = |from| share_up(from, left, COOL_DOWN);
        AddOn { initial: falling(peak.initial), maintenance: falling(peak.maintenance) }
    }

    /// Until when nothing on its markets may loosen: from its freeze until one cool-down after it completed, expired or
    /// was called off, after the bound where it deviated. `None` where it forbids nothing now; the end of time while
    /// the end cannot be known.
    pub fn bars_until(&self, now: Timestamp) -> Option<Timestamp> {
        let end = match (self.phase, self.completed_at.or(self.released_at)) {
            (Phase::Cancelled, None) => return None,
            (Phase::Completed | Phase::Expired | Phase::Cancelled, Some(at)) => at,
            (Phase::Deviated, Some(at)) => at.max(self.bound),
            _ => Timestamp(u64::MAX),
        };
        let until = end.after(COOL_DOWN);
        (now >= self.freeze_at && now < until).then_some(until)
    }

    /// For how long it has barred loosening by now; `None` where it does not.
    pub fn barred_for(&self, now: Timestamp) -> Option<Seconds> {
        self.bars_until(now).map(|_| now.since(self.freeze_at))
    }

    /// How much dearer transactions are, never below one: from the freeze on, unless the upgrade did not come.
    pub fn fee_ratio(&self, now: Timestamp) -> Bps {
        let came = !matches!(self.phase, Phase::Announced | Phase::Cancelled | Phase::Expired);
        if came && now >= self.freeze_at { self.fee_ratio_after.max(Bps::ONE).min(MAX_FEE_RATIO) } else { Bps::ONE }
    }
}

/// What the volatility of a day beyond a calm one adds to a haircut, times `factor`; rounded up and saturating.
pub fn volatility_up(sigma_day: Bps, calm: Bps, factor: Bps) -> Bps {
    let excess = u128::from(sigma_day.0.saturating_sub(calm.0));
    Bps(factor.of_up(excess).and_then(|add| u32::try_from(add).ok()).unwrap_or(u32::MAX))
}

/// How wide a band around a hedge is best left alone, relative to the band at today's fees: the cube root of the fee
/// ratio (Whalley and Wilmott, An asymptotic analysis of an optimal hedging model for option pricing with transaction
/// costs, Mathematical Finance 7, 1997), rounded down.
pub fn hedging_band_down(fee_ratio: Bps) -> Bps {
    let cube = u128::from(fee_ratio.0).saturating_mul(100_000_000);
    let (mut low, mut high) = (0u128, 1u128 << 21);
    while low < high {
        let middle = low.saturating_add(high).div_ceil(2);
        if middle.saturating_pow(3) <= cube { low = middle } else { high = middle.saturating_sub(1) }
    }
    Bps(u32::try_from(low).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: u64 = 3_600;
    const DAY: u64 = 24 * HOUR;
    const Z: Bps = Bps(30_000);
    const GRACE: Seconds = Seconds::hours(1);

    /// Announced at day 1, frozen at day 4 for at most 4 h; an hour of grace and an hour to finality.
    const PLAN: PlanTerms = PlanTerms {
        phase: Phase::Frozen,
        announced_at: Timestamp(DAY),
        freeze_at: Timestamp(4 * DAY),
        bound: Timestamp(4 * DAY + 4 * HOUR),
        released_at: None,
        completed_at: None,
        finality_after: Seconds::hours(1),
        fee_ratio_after: Bps(20_000),
        emergency: false,
    };

    fn add_on(plan: &PlanTerms, now: u64) -> (u32, u32) {
        let add_on = plan.add_on(Z, Bps(400), GRACE, false, Timestamp(now));
        (add_on.initial.0, add_on.maintenance.0)
    }

    #[test]
    fn the_move_of_six_hours_is_half_of_a_days() {
        assert_eq!(move_up(Z, Bps(400), Seconds(DAY)), Bps(1_200));
        assert_eq!(move_up(Z, Bps(400), Seconds(DAY / 4)), Bps(600));
        // 1,200 * sqrt(1/86,400) is 4.08.
        assert_eq!(move_up(Z, Bps(400), Seconds(1)), Bps(5));
        assert_eq!(move_up(Z, Bps(400), Seconds(0)), Bps(0));
        assert_eq!(move_up(Z, Bps(0), Seconds(DAY)), Bps(0));
        assert_eq!(move_up(Bps(u32::MAX), Bps(u32::MAX), Seconds(u64::MAX)), Bps(u32::MAX));
    }

    #[test]
    fn it_rises_over_the_notice_to_its_full_height_at_the_freeze() {
        let full = 600;
        for (now, expected) in [
            (0, 0),
            (DAY - 1, 0),
            (DAY, 0),
            (DAY + 1, 1),
            (DAY + DAY * 3 / 2, 300),
            (4 * DAY - 1, full),
            (4 * DAY, full),
            (9 * DAY, full),
        ] {
            assert_eq!(add_on(&PLAN, now), (expected, expected), "at {now}");
        }
        // Short of the last basis point until the freeze itself.
        let long = PlanTerms { freeze_at: Timestamp(DAY + 601), bound: Timestamp(DAY + 601 + 4 * HOUR), ..PLAN };
        assert_eq!((add_on(&long, DAY + 599), add_on(&long, DAY + 601)), ((599, 599), (600, 600)));
    }

    #[test]
    fn it_stays_until_the_thaw_and_falls_over_the_cool_down() {
        let released = PlanTerms { phase: Phase::Stabilising, released_at: Some(Timestamp(4 * DAY + HOUR)), ..PLAN };
        let falls = 4 * DAY + 2 * HOUR;
        for (now, expected) in
            [(falls, 600), (falls + 1, 600), (falls + DAY / 2, 300), (falls + DAY - 1, 1), (falls + DAY, 0)]
        {
            assert_eq!(add_on(&released, now), (expected, expected), "at {now}");
        }
        assert!(!released.may_fall(GRACE, Timestamp(falls)));
        assert!(released.may_fall(GRACE, Timestamp(falls + 1)));
        // A market that has not thawed keeps it whole, however long that takes.
        for now in [falls + DAY / 2, falls + 3 * DAY] {
            assert!(released.may_fall(GRACE, Timestamp(now)));
            let held = released.add_on(Z, Bps(400), GRACE, true, Timestamp(now));
            assert_eq!((held.initial, held.maintenance), (Bps(600), Bps(600)));
        }
        // Called off in time it is gone at once, called off later it falls like any other.
        let cancelled = PlanTerms { phase: Phase::Cancelled, ..PLAN };
        assert_eq!(add_on(&cancelled, 3 * DAY), (0, 0));
        let cancelled = PlanTerms { phase: Phase::Cancelled, ..released };
        assert_eq!(add_on(&cancelled, falls + DAY / 2), (300, 300));
    }

    #[test]
    fn an_emergency_meets_initial_margin_at_once() {
        let plan = PlanTerms { freeze_at: Timestamp(DAY), bound: Timestamp(DAY + 4 * HOUR), emergency: true, ..PLAN };
        assert_eq!(add_on(&plan, DAY), (600, 0));
        assert_eq!(add_on(&plan, DAY + DAY / 4), (600, 150));
        assert_eq!(add_on(&plan, 2 * DAY), (600, 600));
        // Released after 3 h and thawed after 4: maintenance never gets beyond a sixth.
        let released = PlanTerms { released_at: Some(Timestamp(DAY + 3 * HOUR)), ..plan };
        assert_eq!(add_on(&released, DAY + 4 * HOUR), (600, 100));
        assert_eq!(add_on(&released, DAY + 16 * HOUR), (300, 50));
    }

    #[test]
    fn fees_count_from_the_freeze_on_and_only_upwards() {
        let ratio = |plan: PlanTerms, now| plan.fee_ratio(Timestamp(now)).0;
        assert_eq!(ratio(PLAN, 4 * DAY - 1), 10_000);
        assert_eq!(ratio(PLAN, 4 * DAY), 20_000);
        assert_eq!(ratio(PlanTerms { phase: Phase::Completed, ..PLAN }, 9 * DAY), 20_000);
        for phase in [Phase::Expired, Phase::Cancelled] {
            assert_eq!(ratio(PlanTerms { phase, ..PLAN }, 9 * DAY), 10_000);
        }
        assert_eq!(ratio(PlanTerms { fee_ratio_after: Bps(5_000), ..PLAN }, 9 * DAY), 10_000);
        assert_eq!(ratio(PlanTerms { fee_ratio_after: Bps(u32::MAX), ..PLAN }, 9 * DAY), 100_000);
    }

    #[test]
    fn nothing_loosens_from_the_freeze_to_the_cool_down() {
        let end = Some(Timestamp(u64::MAX));
        let bars = |plan: PlanTerms, now| plan.bars_until(Timestamp(now));
        let announced = PlanTerms { phase: Phase::Announced, ..PLAN };
        assert_eq!((bars(announced, 4 * DAY - 1), bars(announced, 4 * DAY)), (None, end));
        let barred = |now| announced.barred_for(Timestamp(now));
        assert_eq!((barred(4 * DAY - 1), barred(4 * DAY + 7)), (None, Some(Seconds(7))));
        let at = |phase, released: u64, completed: Option<u64>| PlanTerms {
            phase,
            released_at: Some(Timestamp(released)),
            completed_at: completed.map(Timestamp),
            ..PLAN
        };
        assert_eq!(bars(at(Phase::Stabilising, 5 * DAY, None), 9 * DAY), end);
        let completed = at(Phase::Completed, 5 * DAY, Some(6 * DAY));
        assert_eq!((bars(completed, 7 * DAY - 1), bars(completed, 7 * DAY)), (Some(Timestamp(7 * DAY)), None));
        assert_eq!(bars(at(Phase::Expired, 5 * DAY, None), 6 * DAY - 1), Some(Timestamp(6 * DAY)));
        assert_eq!(bars(at(Phase::Cancelled, 5 * DAY, None), 6 * DAY), None);
        assert_eq!(bars(PlanTerms { phase: Phase::Cancelled, ..PLAN }, 5 * DAY), None);
        let bound = PLAN.bound.0;
        assert_eq!(bars(at(Phase::Deviated, bound - 1, None), bound), Some(Timestamp(bound + DAY)));
    }

    #[test]
    fn volatility_and_hedging_band() {
        assert_eq!(volatility_up(Bps(400), Bps(500), Bps::ONE), Bps(0));
        assert_eq!(volatility_up(Bps(701), Bps(500), Bps(5_000)), Bps(101));
        assert_eq!(volatility_up(Bps(u32::MAX), Bps(0), Bps(u32::MAX)), Bps(u32::MAX));
        assert_eq!(hedging_band_down(Bps(10_000)), Bps(10_000));
        assert_eq!(hedging_band_down(Bps(80_000)), Bps(20_000));
        assert_eq!(hedging_band_down(Bps(20_000)), Bps(12_599));
        assert_eq!(hedging_band_down(Bps(0)), Bps(0));
    }

    proptest! {
        /// Never below the true move and never a whole basis point above it.
        #[test]
        fn the_move_is_rounded_up(z in 0u32..=60_000, sigma in 0u32..=50_000, time in 0u64..=1_000_000) {
            let bps = u128::from(move_up(Bps(z), Bps(sigma), Seconds(time)).0);
            let exact = |n: u128| n * n * 86_400 * 100_000_000;
            let square = (u128::from(z) * u128::from(sigma)).pow(2) * u128::from(time);
            prop_assert!(exact(bps) >= square);
            prop_assert!(bps == 0 || exact(bps - 1) < square);
        }

        /// Before the release it never falls, after it it never rises, and it does not jump.
        #[test]
        fn up_to_the_thaw_and_down_after_it(
            notice in 1u64..30 * DAY, freeze in 1u64..7 * DAY, stay in 0u64..7 * DAY, sigma in 1u32..2_000,
            emergency: bool, times in prop::collection::vec(0u64..60 * DAY, 2..20),
        ) {
            let plan = PlanTerms {
                announced_at: Timestamp(DAY), freeze_at: Timestamp(DAY + notice), bound: Timestamp(DAY + notice + freeze),
                released_at: Some(Timestamp(DAY + notice + stay)), emergency, ..PLAN
            };
            let thaw = DAY + notice + stay + GRACE.0;
            let at = |now| plan.add_on(Z, Bps(sigma), GRACE, false, Timestamp(now));
            let mut times = times;
            times.sort_unstable();
            for pair in times.windows(2) {
                let (before, after) = (at(pair[0]), at(pair[1]));
                if pair[1] <= thaw {
                    prop_assert!(before.initial <= after.initial && before.maintenance <= after.maintenance);
                } else if pair[0] >= thaw {
                    prop_assert!(before.initial >= after.initial && before.maintenance >= after.maintenance);
                }
                prop_assert!(after.maintenance <= after.initial);
            }
            prop_assert_eq!(at(thaw + DAY), AddOn::default());
        }
    }
}
