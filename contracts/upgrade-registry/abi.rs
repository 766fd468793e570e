//! The plan at the ABI edge.

use ink::{H256, prelude::string::String};
use lockstep_core::{
    registry::{self, Plan, Record, Standing, Times, plan::Change},
    units::{Seconds, Timestamp},
};
use lockstep_interfaces::{Disclosure, Facts, Impact, Lineage, PlanState, Progress, Schedule, Subject};

pub fn times_in(schedule: Schedule) -> Times {
    Times {
        freeze_at: Timestamp(schedule.freeze_at),
        earliest: Timestamp(schedule.earliest),
        latest: Timestamp(schedule.latest),
        stabilise: Seconds(schedule.stabilise),
        max_freeze: Seconds(schedule.max_freeze),
    }
}

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

/// What else stands of a plan.
pub struct Beside {
    pub uri: String,
    pub closed: bool,
    pub ready: u32,
    pub not_ready: u32,
}

fn progress_out(record: &Record, standing: &Standing, closed: bool) -> Progress {
    [
        standing.verified_at.unwrap_or_default().0,
        standing.completed_at.unwrap_or_default().0,
        standing.ended_at.unwrap_or_default().0,
        record.round().into(),
        standing.deviation.map_or(0, |(deviation, _)| deviation.number()).into(),
        standing.deviation.map_or(0, |(_, at)| at.0),
        standing.held.map_or(0, |(_, hold)| hold.number()).into(),
        standing.held.map_or(0, |(plan, _)| plan.0),
        closed.into(),
    ]
}

fn facts_out(record: &Record) -> Facts {
    let known = |at: Option<Timestamp>| at.unwrap_or_default().0;
    [
        known(record.authorised_at),
        known(record.scheduled_at),
        record.activated.map_or(0, |seen| seen.at.0),
        record.activated.map_or(0, |seen| seen.height),
        known(record.started_at),
        known(record.migrated_at),
        known(record.canary_at),
        record.heartbeat.map_or(0, |seen| seen.height),
        record.heartbeat.map_or(0, |seen| seen.at.0),
    ]
}

fn lineage_out(plan: &Plan, beside: &Beside) -> Lineage {
    [
        plan.origin.number().into(),
        plan.follows.map_or(0, |plan| plan.0),
        plan.foreign.into(),
        plan.heights.map_or(0, |heights| heights.freeze),
        plan.heights.map_or(0, |heights| heights.earliest),
        plan.heights.map_or(0, |heights| heights.latest),
        beside.ready.into(),
        beside.not_ready.into(),
    ]
}

pub fn plan_out(plan: &Plan, record: &Record, standing: &Standing, beside: Beside) -> PlanState {
    let lineage = lineage_out(plan, &beside);
    PlanState {
        phase: standing.phase.number(),
        released_at: standing.released_at.unwrap_or_default().0,
        subject: Subject {
            domain: plan.domain.0,
            fork_id: H256(plan.fork.0),
            code_hash: H256(plan.code_hash),
            spec_version: plan.spec_version,
        },
        announced_at: plan.announced_at.0,
        schedule: Schedule {
            freeze_at: plan.freeze_at.0,
            earliest: plan.earliest.0,
            latest: plan.latest.0,
            stabilise: plan.stabilise.0,
            max_freeze: plan.max_freeze.0,
        },
        impact: impact_out(&plan.impact),
        disclosure: Disclosure { severity: plan.severity, hash: H256(plan.disclosure), uri: beside.uri },
        markets: plan.markets.iter().map(|market| market.0).collect(),
        progress: progress_out(record, standing, beside.closed),
        facts: facts_out(record),
        lineage,
        dependencies: plan.dependencies.iter().map(|plan| plan.0).collect(),
    }
}
