//! The plan at the ABI edge.

use ink::{H256, prelude::string::String};
use lockstep_core::{
    registry::{self, Plan, Record, phase, plan::Change, released_at},
    units::Timestamp,
};
use lockstep_interfaces::{Disclosure, Impact, PlanState, Schedule};

pub fn impact_in(impact: Impact) -> registry::Impact {
    let change = |before, after| Change { before, after };
    registry::Impact {
        finality: change(impact.finality_before, impact.finality_after),
        block_time: change(impact.block_time_before, impact.block_time_after),
        fee_ratio: change(impact.fee_ratio_before, impact.fee_ratio_after),
        collateral_utility: change(impact.collateral_utility_before, impact.collateral_utility_after),
        issuance: change(impact.issuance_before, impact.issuance_after),
    }
}

fn impact_out(impact: &registry::Impact) -> Impact {
    Impact {
        finality_before: impact.finality.before,
        finality_after: impact.finality.after,
        block_time_before: impact.block_time.before,
        block_time_after: impact.block_time.after,
        fee_ratio_before: impact.fee_ratio.before,
        fee_ratio_after: impact.fee_ratio.after,
        collateral_utility_before: impact.collateral_utility.before,
        collateral_utility_after: impact.collateral_utility.after,
        issuance_before: impact.issuance.before,
        issuance_after: impact.issuance.after,
    }
}

pub fn plan_out(plan: &Plan, record: &Record, uri: String, now: Timestamp) -> PlanState {
    PlanState {
        phase: phase(plan, record, now).number(),
        released_at: released_at(plan, record, now).unwrap_or_default().0,
        domain: plan.domain.0,
        fork_id: H256(plan.fork.0),
        code_hash: H256(plan.code_hash),
        spec_version: plan.spec_version,
        announced_at: plan.announced_at.0,
        schedule: Schedule {
            freeze_at: plan.freeze_at.0,
            earliest: plan.earliest.0,
            latest: plan.latest.0,
            stabilise: plan.stabilise.0,
            max_freeze: plan.max_freeze.0,
        },
        impact: impact_out(&plan.impact),
        disclosure: Disclosure { severity: plan.severity, hash: H256(plan.disclosure), uri },
        markets: plan.markets.iter().map(|market| market.0).collect(),
    }
}
