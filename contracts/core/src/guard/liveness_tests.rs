use proptest::prelude::*;

use super::*;

const CONFIG: LivenessConfig = LivenessConfig { tolerance: Seconds(60), max_silence: Seconds(1_800) };
const T: u64 = 1_000_000;

fn start() -> Liveness {
    Liveness::start(100, Timestamp(T), 6_000)
}

/// A host, by its blocks: what is observed of it.
struct Host {
    seen: Liveness,
    block: u64,
    now: u64,
    block_time: u64,
}

impl Host {
    fn new() -> Self {
        Self { seen: start(), block: 100, now: T, block_time: 6 }
    }

    fn blocks(&mut self, count: u64) -> &mut Self {
        self.block += count;
        self.now += count * self.block_time;
        self
    }

    fn halt(&mut self, seconds: u64) -> &mut Self {
        self.now += seconds;
        self
    }

    fn observe(&mut self) -> &mut Self {
        self.seen = self.seen.observed(CONFIG, self.block, Timestamp(self.now));
        self
    }

    /// `count` observations, `blocks` apart.
    fn beat(&mut self, count: u64, blocks: u64) -> &mut Self {
        for _ in 0..count {
            self.blocks(blocks).observe();
        }
        self
    }
}

#[test]
fn a_halt_is_booked_at_its_length_less_the_blocks() {
    let seen = start().observed(CONFIG, 110, Timestamp(T + 23_100));
    assert_eq!(seen.downtime, Seconds(23_100 - 60));
    assert_eq!((seen.resumed_at, seen.outage, seen.frozen_from), (Timestamp(T + 23_100), Seconds(23_040), seen.at));
    assert_eq!(seen.clock(Timestamp(T + 23_100)).active, Timestamp(T + 60));
    assert_eq!(seen.suspicion, None, "no blocks are so slow");
}

#[test]
fn the_tolerance_is_not_downtime_and_one_second_more_is() {
    assert_eq!(start().observed(CONFIG, 110, Timestamp(T + 120)).downtime, Seconds(0));
    assert_eq!(start().observed(CONFIG, 110, Timestamp(T + 121)).downtime, Seconds(61));
}

#[test]
fn hours_without_a_call_freeze_but_are_not_downtime_without_a_pulse() {
    let seen = start().observed(CONFIG, 100 + 1_200, Timestamp(T + 7_200));
    assert_eq!((seen.downtime, seen.resumed_at), (Seconds(0), Timestamp(T + 7_200)));
    assert_eq!((seen.frozen_from, seen.outage), (Timestamp(T + 1_800), Seconds(7_200)));
    assert_eq!(start().observed(CONFIG, 100 + 300, Timestamp(T + 1_800)).resumed_at, Timestamp(0));
}

#[test]
fn a_silence_after_a_regular_pulse_is_booked_within_its_budget() {
    let mut host = Host::new();
    host.beat(32, 10).blocks(1_200).observe();
    assert_eq!(host.seen.downtime, Seconds(7_200 - 1_800));
    assert_eq!(host.seen.pulse, 0);
    let mut host = Host::new();
    host.beat(31, 10).blocks(1_200).observe();
    assert_eq!(host.seen.downtime, Seconds(0), "too short a pulse");
    let mut host = Host::new();
    host.beat(32, 10).blocks(14_400).observe();
    assert_eq!(host.seen.downtime, Seconds(14_400), "a day of silence: four hours");
}

/// Whoever could keep everybody quiet would still not stop active time.
#[test]
fn silences_cannot_stop_active_time() {
    let mut host = Host::new();
    for _ in 0..40 {
        host.beat(32, 1).blocks(2_700).observe();
    }
    let passed = host.now - T;
    assert!(host.seen.downtime.0 <= 14_400 + passed / 6, "{:?} of {passed}", host.seen.downtime);
}

#[test]
fn downtime_is_found_although_nobody_called_for_hours() {
    // A halt of 2 h in a gap of 8 h, found at once and confirmed once later blocks can tell.
    let mut host = Host::new();
    host.beat(100, 10).blocks(1_800).halt(7_200).blocks(1_800).observe();
    let silence = 8 * 3_600 - 7_200 - 1_800;
    assert!(host.seen.downtime.0.abs_diff(7_200 + silence.min(14_400)) <= 60);
    assert!(host.seen.suspicion.is_some());
    let booked = host.seen.downtime;
    host.beat(20, 10);
    assert_eq!((host.seen.suspicion, host.seen.downtime), (None, booked));
    assert_eq!(host.seen.block_time_ms, 6_000);
}

/// Blocks become twice, or half, as slow in an upgrade, for every rhythm of observations: once enough blocks have been
/// seen no downtime is left, and a halt afterwards is found at its length.
#[test]
fn a_new_block_time_invents_no_downtime() {
    for block_time in [3, 12] {
        for rhythm in [1, 5, 20, 50, 100, 290] {
            for quiet in [0, 50, 600, 1_200] {
                let mut host = Host::new();
                host.beat(20, 10);
                host.block_time = block_time;
                host.blocks(quiet).beat(400 / rhythm + 4, rhythm);
                let told = format!("{block_time} s, every {rhythm} blocks, {quiet} quiet");
                assert_eq!(host.seen.downtime, Seconds(0), "{told}");
                assert!(host.seen.block_time_ms.abs_diff(block_time * 1_000) <= 100, "{told}: {:?}", host.seen);
                host.halt(3_600).blocks(1).observe();
                assert!(host.seen.downtime.0.abs_diff(3_600) <= 1 + rhythm / 10, "{told}: {:?}", host.seen);
            }
        }
    }
}

#[test]
fn a_halt_across_a_changed_block_time_is_corrected_by_the_new_one() {
    // 300 blocks at 12 s with a halt of an hour among them: at 6 s that looked like 5,400 s.
    let mut host = Host::new();
    host.beat(20, 10);
    host.block_time = 12;
    host.blocks(200).halt(3_600).blocks(100).observe();
    assert_eq!(host.seen.downtime, Seconds(5_400));
    host.beat(4, 5);
    assert_eq!(host.seen.downtime, Seconds(3_600));
    assert_eq!(host.seen.suspicion, None);
}

#[test]
fn a_second_halt_does_not_excuse_the_first() {
    let mut host = Host::new();
    host.beat(20, 10).blocks(600).halt(3_600).observe();
    assert!(host.seen.suspicion.is_some());
    host.blocks(2).halt(7_200).observe().beat(3, 20);
    assert_eq!((host.seen.downtime, host.seen.suspicion), (Seconds(3_600 + 7_200), None));
}

/// Eleven blocks at twice the block time, and `blocks` more in `seconds`. Of the eleven 66 s are booked; it takes 40
/// more to tell about them, each a quarter of the difference.
fn suspected(blocks: u64, seconds: u64) -> Liveness {
    let seen = start().observed(CONFIG, 111, Timestamp(T + 132));
    assert_eq!(seen.downtime, Seconds(66));
    seen.observed(CONFIG, 111 + blocks, Timestamp(T + 132 + seconds))
}

#[test]
fn a_suspicion_waits_for_enough_blocks() {
    let seen = suspected(39, 39 * 12);
    assert!(seen.suspicion.is_some());
    assert_eq!(seen.downtime, Seconds(66 + 39 * 6));
    let seen = suspected(40, 40 * 12);
    assert_eq!((seen.suspicion, seen.downtime), (None, Seconds(0)));
}

#[test]
fn blocks_slower_than_the_gap_and_a_quarter_are_a_halt() {
    // From 6 s to 12 s: a mean of 13.5 s is still taken for slower blocks.
    let seen = suspected(40, 540);
    assert_eq!((seen.suspicion, seen.downtime, seen.block_time_ms), (None, Seconds(0), 13_500));
    assert_eq!(suspected(40, 560).downtime, Seconds(66 + 560 - 40 * 6));
}

#[test]
fn what_slower_blocks_leave_unexplained_is_downtime_beyond_the_tolerance() {
    // Twenty blocks in 300 s: 180 s are booked. At a mean of 12 s 120 of them are explained.
    let gap = start().observed(CONFIG, 120, Timestamp(T + 300));
    let seen = |seconds| gap.observed(CONFIG, 150, Timestamp(T + 300 + seconds)).downtime;
    assert_eq!((seen(360), seen(359)), (Seconds(0), Seconds(61)), "60 s are tolerated, 61 are not");
}

#[test]
fn a_spent_budget_of_silence_fills_up_at_a_sixth_of_the_time() {
    let mut host = Host::new();
    host.beat(32, 10).blocks(14_400).observe();
    assert_eq!(host.seen.silence_left, Seconds(0));
    host.blocks(100).observe();
    assert_eq!(host.seen.silence_left, Seconds(100));
    host.blocks(20_000).observe();
    assert_eq!(host.seen.silence_left, SILENCE_BUDGET, "no pulse");
}

#[test]
fn a_second_call_in_the_block_changes_nothing() {
    assert_eq!(start().observed(CONFIG, 100, Timestamp(T)), start());
    // Blocks of the same second count.
    assert_eq!(start().observed(CONFIG, 105, Timestamp(T)), Liveness { block: 105, ..start() });
    assert_eq!(start().observed(CONFIG, 95, Timestamp(T)), start());
}

#[test]
fn a_short_hiccup_hardly_moves_the_block_time() {
    let seen = start().observed(CONFIG, 101, Timestamp(T + 60));
    assert_eq!((seen.downtime, seen.block_time_ms), (Seconds(0), 6_830));
}

#[test]
fn an_active_span_leaves_out_the_outages_in_it() {
    // Outages of 100 s and 1,000 s that ended at 5,000 and 9,000.
    let log = [
        Outage { resumed_at: Timestamp(9_000), before: Seconds(100) },
        Outage { resumed_at: Timestamp(5_000), before: Seconds(0) },
    ];
    let clock = Clock { now: Timestamp(10_000), active: Timestamp(8_900) };
    let span = |since, complete| active_span_down(Timestamp(since), clock, log.into_iter(), complete).0;
    assert_eq!(span(9_500, true), 500);
    assert_eq!(span(9_000, false), 1_000);
    assert_eq!(span(6_000, false), 4_000 - 1_000);
    assert_eq!(span(1_000, true), 9_000 - 1_100);
    assert_eq!(span(1_000, false), 5_000 - 1_100, "only what is remembered");
}

proptest! {
    #[test]
    fn active_time_never_runs_backwards_or_past_wall_time(
        gaps in prop::collection::vec((1u64..20_000, 0u64..3_000), 1..80),
    ) {
        let (mut seen, mut block, mut now) = (start(), 100, Timestamp(T));
        let mut active = seen.clock(now).active;
        for (gap, blocks) in gaps {
            now = now.after(Seconds(gap));
            block += blocks;
            seen = seen.observed(CONFIG, block, now);
            let clock = seen.clock(now);
            prop_assert!(clock.active >= active && clock.active <= now, "{:?} {:?}", active, clock);
            active = clock.active;
        }
    }

    /// The stated error: at a constant block time halts beyond the tolerance are known to the second, and nothing is
    /// invented.
    #[test]
    fn downtime_is_known_at_a_constant_block_time(
        gaps in prop::collection::vec((1u64..200, prop_oneof![Just(0u64), 1u64..200]), 1..60),
    ) {
        let mut host = Host::new();
        let (mut halts, mut count) = (0, 0);
        for (blocks, factor) in gaps {
            // So long that it is no slower block time.
            let halt = if factor == 0 { 0 } else { 61 + blocks * 18 + factor * 60 };
            host.blocks(blocks).halt(halt).observe();
            halts += halt;
            count += 1;
        }
        // Enough blocks to confirm the last one.
        host.beat(40, 20);
        prop_assert!(host.seen.downtime.0 <= halts);
        prop_assert!(host.seen.downtime.0 + count >= halts, "{:?} of {halts}", host.seen.downtime);
    }
}

#[test]
fn lengths_are_above_zero_and_a_day_at_most() {
    let checked = |lengths: [u64; 3]| LivenessConfig::checked(lengths[0], Seconds(lengths[1]), Seconds(lengths[2]));
    let longest = [86_400_000, 86_400, 86_400];
    let settings = |tolerance, max_silence| LivenessConfig { tolerance, max_silence };
    assert_eq!(checked([1; 3]), Ok(settings(Seconds(1), Seconds(1))));
    assert_eq!(checked(longest), Ok(settings(Seconds(86_400), Seconds(86_400))));
    for (which, max) in longest.into_iter().enumerate() {
        for value in [0, max + 1] {
            let mut lengths = longest;
            lengths[which] = value;
            assert_eq!(checked(lengths), Err(LengthError { value, max }));
        }
    }
}
