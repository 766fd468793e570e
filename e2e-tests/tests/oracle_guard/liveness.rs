//! The host's life, as the compiled contract measures it.

use e2e_tests::{emitted, interfaces::IOracleGuard::*};

use crate::{LIQUIDATE, PRICE, Stage, deployed};

fn beat(stage: &mut Stage) {
    let anyone = stage.governance.clone();
    stage.chain.sol_call(&anyone, stage.guard, &heartbeatCall {}, 0).unwrap();
}

fn downtime(stage: &Stage) -> u64 {
    stage.view(&livenessCall {}).downtime
}

/// Replayable case 8, by our rule: downtime counts beyond the tolerance and not up to it; what the gate of an outage
/// keeps shut opens a second after its end.
#[test]
fn a_gap_counts_beyond_the_tolerance_and_its_gate_opens_after_its_end() {
    let mut stage = deployed();
    let before = stage.chain.now();
    stage.chain.produce_block_at(before + 66).unwrap();
    assert_eq!(downtime(&stage), 0, "sixty seconds more than a block");
    let mut stage = deployed();
    let before = stage.chain.now();
    stage.chain.produce_block_at(before + 67).unwrap();
    stage.round(PRICE);
    assert_eq!(downtime(&stage), 61);
    let resumed = stage.chain.now();
    stage.steady(540, PRICE);
    stage.until(resumed + 600);
    assert_eq!(stage.ask(LIQUIDATE, 9_999), (false, 7, 0));
    stage.chain.produce_block_at(resumed + 601).unwrap();
    assert!(stage.ask(LIQUIDATE, 9_999).0);
}

/// Blocks become twice or half as slow; whatever the rhythm of calls, no downtime is left once it is told.
#[test]
fn a_changed_block_time_invents_no_downtime() {
    for (block_time, gap) in [(3, 60), (12, 60), (12, 600), (3, 1_500), (12, 1_500)] {
        let mut stage = deployed();
        stage.chain.set_block_time(block_time);
        let mut corrected = Vec::new();
        for _ in 0..(3_000 / gap).max(8) {
            stage.wait(gap);
            beat(&mut stage);
            corrected.extend(emitted::<DowntimeCorrected>(&stage.chain));
        }
        assert_eq!(downtime(&stage), 0, "{block_time} s, every {gap} s");
        assert_eq!(stage.view(&activeTimeCall {}), stage.chain.now());
        if block_time == 12 && gap > 60 {
            assert_eq!((corrected[0].old > 0, corrected[0].new_), (true, 0));
        }
        let measured = stage.view(&livenessCall {}).blockTimeMs;
        assert!(measured.abs_diff(block_time * 1_000) < 600, "{measured}");
    }
}

#[test]
fn downtime_is_found_although_nobody_called_for_hours() {
    let mut stage = deployed();
    let active = stage.view(&activeTimeCall {});
    stage.wait(7_200);
    stage.chain.produce_block_after(3_606).unwrap();
    stage.wait(7_200);
    beat(&mut stage);
    let seen = emitted::<OutageSeen>(&stage.chain);
    assert_eq!((seen[0].length, seen[0].downtime), (3_600, 3_600));
    assert_eq!(stage.view(&activeTimeCall {}) - active, 14_406);
}

/// The dead man's switch: a long silence freezes liquidations, for four hours at most; then the market is reduce-only.
#[test]
fn a_silence_freezes_liquidations_and_not_for_ever() {
    let mut stage = deployed();
    let last = stage.chain.now();
    stage.wait(1_806);
    assert_eq!(stage.market().0, 2);
    stage.chain.produce_until(last + 1_800 + 14_400 + 600);
    assert_eq!((stage.market().0, stage.market().1), (3, 13));
    stage.steady(900, PRICE);
    assert_eq!(stage.market().0, 0, "it thaws by itself");
}

/// After a regular pulse the silence of a migration is time in which nobody could act; it is booked, within a budget.
#[test]
fn a_silence_after_a_regular_pulse_is_booked_within_its_budget() {
    let mut stage = deployed();
    stage.steady(1_980, PRICE);
    let active = stage.view(&activeTimeCall {});
    stage.wait(7_200);
    beat(&mut stage);
    let passed = stage.view(&activeTimeCall {}) - active;
    assert!((1_794..=1_806).contains(&passed), "the tolerated silence: {passed}");
    stage.steady(1_980, PRICE);
    let active = stage.view(&activeTimeCall {});
    stage.wait(86_400);
    beat(&mut stage);
    assert!(stage.view(&activeTimeCall {}) - active >= 86_400 - 14_400, "no silence stops active time");
}
