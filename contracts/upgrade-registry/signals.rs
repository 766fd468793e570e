//! Keepers' words on a plan: what each of them says, what enough of them say, and what contradicts itself.

use ink::{H256, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::PlanId,
    registry::{Agreement, Deviation, FactKey, Plan, Record, Signal, SignalKind, Standing},
};
use lockstep_interfaces::Stored;

use crate::{
    Error, FactContested, FactEstablished, Signalled,
    plans::{ballot, keccak},
    upgrade_registry::UpgradeRegistry,
};

impl UpgradeRegistry {
    /// Takes the calling keeper's word on a plan.
    pub(crate) fn hear(&mut self, id: u64, signal: Signal) -> Result<(), Error> {
        let (number, keeper) = self.calling_keeper()?;
        let (plan, record) = self.plan_and_record(id)?;
        let (now, before) = (self.now(), self.standing(&plan, &record));
        let signal = signal.validated(&plan, &record, &before, now).map_err(|error| Error::of_signal(id, error))?;
        let round = record.round();
        let (fact, content) = (signal.fact(PlanId(id), round), H256(signal.content(keccak)));
        let said = self.said.get((fact, number));
        if said == Some(content) {
            return Ok(());
        }
        let opposed = signal.opposite().is_some_and(|other| {
            let said = self.said.get((other.fact(PlanId(id), round), number));
            said == Some(H256(other.content(keccak)))
        });
        let contradicts = said.is_some() || opposed;
        if !contradicts {
            self.said.insert((fact, number), &content);
        }
        let voices = self.voiced(ballot(b"signal", &(id, round, content)), number);
        self.env().emit_event_sol(Signalled {
            plan: id,
            keeper,
            kind: signal.kind.number(),
            height: signal.height,
            code_hash: H256(signal.code_hash),
            observed_at: signal.observed_at.0,
        });
        // Whether a fact is contested is counted before whoever contradicts itself is struck.
        let contested = self.contested(fact, content, &voices);
        if contradicts {
            self.slash(keeper, id, true)?;
        }
        if contested {
            let deviated = record.deviated(Deviation::Contradiction, now);
            let after = self.standing(&plan, &deviated);
            self.records.insert(id, &Stored(deviated));
            let kind = signal.kind.number();
            self.env().emit_event_sol(FactContested { plan: id, kind, phase: after.phase.number() });
            self.moved(id, before.phase, after.phase);
            return Ok(());
        }
        if contradicts {
            return Ok(());
        }
        self.establish(id, (&plan, &record, &before), &signal, &voices)
    }

    /// Whether two contents of one fact have enough voices each.
    fn contested(&mut self, fact: FactKey, content: H256, voices: &[u32]) -> bool {
        let raw = u32::try_from(voices.len()).unwrap_or(u32::MAX);
        if raw < self.rules().threshold {
            return false;
        }
        let first = self.carried.get(fact);
        if first.is_none() {
            self.carried.insert(fact, &content);
        }
        first.is_some_and(|first| first != content)
    }

    /// Puts a fact on record if enough keepers say it and it is new.
    fn establish(
        &mut self,
        id: u64,
        (plan, record, before): (&Plan, &Record, &Standing),
        signal: &Signal,
        voices: &[u32],
    ) -> Result<(), Error> {
        let threshold = self.rules().threshold;
        let count = self.standing_voices(voices, threshold);
        let agreement = Agreement { content: signal.content(keccak), voices: count, threshold, keccak };
        let known = record.established(&agreement, plan, signal, self.now()).filter(|known| known != record);
        let Some(known) = known else { return Ok(()) };
        let after = self.standing(plan, &known);
        let kind = signal.kind.number();
        self.env().emit_event_sol(FactEstablished { plan: id, kind, phase: after.phase.number() });
        self.moved(id, before.phase, after.phase);
        if signal.kind == SignalKind::Heartbeat {
            self.retime(id, plan, &known, &after);
        } else {
            let first: Vec<u32> = voices.to_vec();
            self.reward_voices(&first)?;
        }
        self.records.insert(id, &Stored(known));
        Ok(())
    }

    /// Corrects the times of a plan that is given in heights.
    fn retime(&mut self, id: u64, plan: &Plan, record: &Record, standing: &Standing) {
        let Some(anchor) = record.heartbeat else { return };
        let retimed = plan.clone().retimed(anchor, standing.phase, self.now());
        if retimed != *plan {
            self.replan(id, standing, &retimed, record);
        }
    }
}
