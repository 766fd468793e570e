//! Running a command, with what the chain and its surroundings can do: time, prices, halts, migrations, upgrades,
//! roll-backs, sources and tokens that lie.

use e2e_tests::{
    interfaces::{IPerpetualVenue, IUpgradeRegistry as registry},
    sol_address,
};
use lockstep_devchain::{CallOutcome, Failure, H256, MigrationEnd};

use crate::{
    command::{Command, Draft, Twist},
    memory::Plan,
    proposals::Action,
    refusals,
    world::{BITCOIN, NATIVE, World},
};

/// How a command ended: the name of the refusal where there was one.
pub type Outcome = Result<(), String>;

impl World {
    pub fn run(&mut self, command: &Command) -> Outcome {
        if let Some(message) = self.message(command) {
            let outcome = self.chain.call(&message.who, message.to, message.data, message.value);
            return match &outcome.result {
                Ok(_) => {
                    self.learn(command, &outcome);
                    Ok(())
                }
                Err(failure) => {
                    let name = refusals::name(failure);
                    match command {
                        Command::Signal { plan, .. } if name == "PlanNotOpen" => self.memory.plans[*plan].over = true,
                        Command::Liquidate { who, venue, market, .. } | Command::Reduce { who, venue, market, .. }
                            if name == "NothingOpen" =>
                        {
                            self.memory.open.remove(&(*who, *venue, *market));
                        }
                        Command::Execute { proposal } if name != "TimelockClosed" => {
                            self.memory.queued.remove(proposal);
                        }
                        _ => {}
                    }
                    Err(name)
                }
            };
        }
        match *command {
            Command::Pass { blocks, silent: true } => {
                self.chain.produce_blocks(blocks);
                // The aggregator goes on; nobody asks it.
                if self.chain.now() >= self.memory.silent_until[1] {
                    self.publish();
                }
            }
            Command::Pass { blocks, silent: false } => self.pass(blocks, true),
            Command::Drift { feed, off } => {
                let price = self.memory.prices[feed];
                let part = price / 10_000 * u128::from(off.unsigned_abs());
                self.memory.prices[feed] = if off < 0 { price - part } else { price + part };
                if feed == 1 && self.chain.now() >= self.memory.silent_until[1] {
                    self.publish();
                }
            }
            Command::Silence { feed, hours } => {
                self.memory.silent_until[feed] = self.chain.now() + hours * 3_600;
            }
            Command::Halt { seconds } => {
                self.chain.produce_block_after(seconds).unwrap();
                self.report();
            }
            Command::Migration { blocks, fails } => self.migrate(blocks, fails),
            Command::Upgrade { block_time } => self.upgrade(block_time),
            Command::Save => self.saved = Some((self.chain.checkpoint(), self.memory.clone())),
            Command::RollBack => {
                let Some((checkpoint, memory)) = &self.saved else { return Err("NothingSaved".into()) };
                self.chain.roll_back(checkpoint);
                self.memory = memory.clone();
            }
            Command::SourceFault { slot, value } => self.answer(value, slot),
            Command::HostileToken { token, of_vault, who, amount } => {
                let of = if of_vault { self.at.vault } else { self.holder(who).address() };
                if of_vault && !self.memory.lied.contains(&token) {
                    self.memory.lied.push(token);
                }
                self.set_odd_balance(self.at.odd[token], sol_address(of), amount);
            }
            _ => return Err("NothingThere".into()),
        }
        Ok(())
    }

    /// Lets blocks pass, after which the honest sources of the feeds speak.
    pub fn pass(&mut self, blocks: u32, heed_silence: bool) {
        self.chain.produce_blocks(blocks);
        if !heed_silence {
            self.memory.silent_until = [0; 2];
        }
        self.report();
    }

    fn report(&mut self) {
        let (now, silent) = (self.chain.now(), self.memory.silent_until);
        if now >= silent[0] {
            for reporter in 0..self.cast.reporters.len() {
                self.send(&Command::Report { reporter, twist: Twist::Honest });
            }
        }
        if now >= silent[1] {
            self.publish();
            self.send(&Command::Pull);
        }
    }

    /// Sends what an honest source does by itself; the contract may refuse it.
    fn send(&mut self, command: &Command) {
        if let Some(message) = self.message(command) {
            self.chain.call(&message.who, message.to, message.data, message.value);
        }
    }

    fn migrate(&mut self, blocks: u32, fails: bool) {
        let end = if fails { MigrationEnd::FailsAfter(blocks) } else { MigrationEnd::CompletesAfter(blocks) };
        self.chain.start_migration(&self.chain.now().to_be_bytes(), end);
        self.chain.produce_block();
        let message = self.message(&Command::Heartbeat).expect("a heartbeat is a message");
        let outcome = self.chain.call(&message.who, message.to, message.data, 0);
        assert!(matches!(outcome.result, Err(Failure::Refused(_))), "a migration takes inherents only: {outcome:?}");
        self.chain.produce_blocks(blocks);
        if fails {
            self.chain.force_clear_migration();
            self.chain.produce_block();
        }
        self.chain.produce_block();
        self.report();
    }

    fn upgrade(&mut self, block_time: u64) {
        let version = self.chain.spec_version() + 1;
        let code = format!("devchain runtime {version}").into_bytes();
        self.chain.authorize_upgrade(H256(sp_crypto_hashing::blake2_256(&code))).unwrap();
        self.chain.apply_upgrade(code, version).unwrap();
        self.chain.set_block_time(block_time);
        self.chain.produce_block();
        self.report();
    }

    fn learn(&mut self, command: &Command, outcome: &CallOutcome) {
        match command {
            Command::Propose { action, .. } => {
                let proposal = self.proposal_of(action, self.memory.proposals.len());
                self.memory.proposals.push(proposal);
            }
            Command::Increase { who, venue, market, .. } => {
                self.memory.open.insert((*who, *venue, *market));
            }
            Command::Reduce { who, venue, market, size } => {
                let (who, venue, market) = (*who, *venue, *market);
                if *size == u128::MAX {
                    self.memory.open.remove(&(who, venue, market));
                }
                if outcome.events_as::<IPerpetualVenue::Reduced>().iter().any(|(_, reduced)| reduced.escrowed) {
                    self.memory.pending.push_back(Command::Release { who, venue, market });
                }
            }
            Command::Announce { draft, .. } => self.learn_plan(draft, outcome, false),
            Command::Emergency { draft, .. } => self.learn_plan(draft, outcome, true),
            Command::Queue { proposal } => {
                self.memory.queued.insert(*proposal);
            }
            Command::Liquidate { by, who, .. } => {
                for asset in [NATIVE, BITCOIN] {
                    self.memory.pending.push_back(Command::Seize { by: *by, who: *who, asset, most: u128::MAX });
                }
                self.memory.pending.push_back(Command::CoverBadDebt { who: *who });
            }
            Command::Execute { proposal } => {
                self.memory.queued.remove(proposal);
                let action = self.memory.proposals[*proposal].action.clone();
                if let Action::Plan { draft } = action {
                    self.learn_plan(&draft, outcome, false);
                }
            }
            Command::Signal { plan, .. } => {
                let told = outcome.events_as::<registry::FactEstablished>().len();
                self.memory.plans[*plan].told += told;
            }
            _ => {}
        }
    }

    fn learn_plan(&mut self, draft: &Draft, outcome: &CallOutcome, emergency: bool) {
        for (_, announced) in outcome.events_as::<registry::PlanAnnounced>() {
            let (id, fork) = (announced.plan, H256(announced.forkId.0));
            self.memory.plans.push(Plan { id, fork, draft: draft.clone(), emergency, told: 0, over: false });
        }
    }
}
