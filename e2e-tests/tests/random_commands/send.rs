//! From a command to the transaction that it is.

use alloy_core::{
    primitives::{Address, U256},
    sol_types::{SolCall, SolInterface},
};
use e2e_tests::{
    awkward,
    interfaces::{
        ILockstepGovernor as governor, IMarginVault as vault, IOracleGuard as guard, IPerpetualVenue as venue,
        ISettlement as settlement, IUpgradeRegistry as registry,
    },
    sol_address, sol_word,
};
use lockstep_devchain::{Account, H160, H256};

use crate::{
    command::{Command, Damage, Draft, Fate, Twist, Word, code_of, signals::HEARTBEAT},
    proposals::announcement,
    settling,
    world::{HOUR, LIQUIDATORS_FROM, MARKED, PULLED, REPORTED, TRADED, TRADERS, World},
};

/// A transaction.
#[derive(Clone, Debug)]
pub struct Message {
    pub who: Account,
    pub to: H160,
    pub data: Vec<u8>,
    /// Native units.
    pub value: u128,
}

fn off_by(price: u128, off: i32) -> u128 {
    let part = price / 10_000 * u128::from(off.unsigned_abs());
    if off < 0 { price - part } else { price + part }
}

fn emergency(draft: &Draft) -> registry::openEmergencyCall {
    registry::openEmergencyCall {
        domain: draft.domain,
        follows: 0,
        codeHash: sol_word(code_of(draft.number)),
        height: 1_000 + u64::from(draft.number),
        disclosure: sol_word(H256::repeat_byte(9)),
        length: draft.max_freeze.min(6 * HOUR),
        markets: draft.markets.clone(),
    }
}

impl World {
    /// Traders, then liquidators, then makers.
    pub fn holder(&self, number: usize) -> &Account {
        let cast = &self.cast;
        cast.traders.iter().chain(&cast.liquidators).chain(&cast.makers).nth(number).expect("a holder")
    }

    pub fn holders(&self) -> usize {
        TRADERS + self.cast.liquidators.len() + self.cast.makers.len()
    }

    /// The honest venues, then the hostile ones.
    pub fn venue(&self, number: usize) -> H160 {
        *self.at.venues.iter().chain(&self.at.hostile).nth(number).expect("a venue")
    }

    /// The five contracts and the two venues.
    pub fn contracts(&self) -> [H160; 7] {
        let at = &self.at;
        [at.registry, at.guard, at.vault, at.settlement, at.governor, at.venues[0], at.venues[1]]
    }

    /// The transaction of a command; `None` for a fault of the chain or of what surrounds it.
    pub fn message(&self, command: &Command) -> Option<Message> {
        let at = &self.at;
        let holder = |who: usize| self.holder(who).clone();
        let holds = |who: usize| sol_address(self.holder(who).address());
        let to_vault = |who: Account, data: Vec<u8>| Message { who, to: at.vault, data, value: 0 };
        let on_venue = |who: usize, number: usize, data: Vec<u8>| Message {
            who: self.holder(who).clone(),
            to: at.venues[number],
            data,
            value: 0,
        };
        let place = |number: usize| sol_address(self.venue(number));
        Some(match command.clone() {
            Command::Deposit { who, asset, amount } => {
                to_vault(holder(who), vault::depositCall { asset, amount }.abi_encode())
            }
            Command::DepositNative { who, amount } => {
                Message { value: amount, ..to_vault(holder(who), vault::depositNativeCall {}.abi_encode()) }
            }
            Command::Withdraw { who, asset, amount } => {
                to_vault(holder(who), vault::withdrawCall { asset, amount }.abi_encode())
            }
            Command::OptIn { who, venue } => {
                to_vault(holder(who), vault::optInCall { venue: place(venue) }.abi_encode())
            }
            Command::OptOut { who, venue } => {
                to_vault(holder(who), vault::optOutCall { venue: place(venue) }.abi_encode())
            }
            Command::Settle { who, venue } => {
                let call = vault::settleCall { account: holds(who), venue: place(venue) };
                to_vault(self.cast.stranger.clone(), call.abi_encode())
            }
            Command::Seize { by, who, asset, most } => {
                to_vault(holder(by), vault::liquidateCall { account: holds(who), asset, maxRepay: most }.abi_encode())
            }
            Command::CoverBadDebt { who } => {
                let call = vault::coverBadDebtCall { account: holds(who) };
                to_vault(self.cast.stranger.clone(), call.abi_encode())
            }
            Command::PostBond { who, venue, amount } => {
                to_vault(holder(who), vault::postBondCall { venue: place(venue), amount }.abi_encode())
            }
            Command::Insure { who, amount } => to_vault(holder(who), vault::fundInsuranceCall { amount }.abi_encode()),
            Command::Increase { who, venue: number, market, size } => {
                let market = TRADED[number][market];
                on_venue(who, number, venue::increaseCall { market, size }.abi_encode())
            }
            Command::Reduce { who, venue: number, market, size } => {
                let market = TRADED[number][market];
                on_venue(who, number, venue::reduceCall { market, size }.abi_encode())
            }
            Command::Release { who, venue: number, market } => {
                let call = venue::releaseEscrowCall { account: holds(who), market: TRADED[number][market] };
                on_venue(LIQUIDATORS_FROM, number, call.abi_encode())
            }
            Command::Liquidate { by, who, venue: number, market } => {
                let market = TRADED[number][market];
                let call = venue::liquidateCall { account: holds(who), market, maxSize: u128::MAX };
                on_venue(by, number, call.abi_encode())
            }
            Command::HostileVenue { venue: number, first, second, word } => {
                let data = hostile_word(&word, holds(first), holds(second));
                Message { who: self.cast.stranger.clone(), to: at.hostile[number], data, value: 0 }
            }
            Command::Usurp { action } => {
                let (to, data) = self.call_of(&action);
                Message { who: self.cast.stranger.clone(), to, data, value: 0 }
            }
            Command::Damaged { command, damage } => {
                let whole = self.message(&command)?;
                Message { data: damaged(whole.data, damage), ..whole }
            }
            Command::Garbage { target, selector, data } => {
                let to = self.contracts()[target];
                let mut all = if selector { some_selector(target, data.len()) } else { Vec::new() };
                all.extend(data);
                Message { who: self.cast.stranger.clone(), to, data: all, value: 0 }
            }
            other => {
                return self
                    .guard_message(&other)
                    .or_else(|| self.registry_message(&other))
                    .or_else(|| self.governor_message(&other))
                    .or_else(|| settling::message(self, &other));
            }
        })
    }

    fn guard_message(&self, command: &Command) -> Option<Message> {
        let cast = &self.cast;
        let send = |who: &Account, data: Vec<u8>| Some(Message { who: who.clone(), to: self.at.guard, data, value: 0 });
        match *command {
            Command::Report { reporter, twist } => {
                let (now, price) = (self.chain.now(), self.memory.prices[0]);
                let honest = guard::reportCall { feed: REPORTED, price, confidence: price / 1_000, publishedAt: now };
                let call = match twist {
                    Twist::Honest => honest,
                    Twist::Off(off) => guard::reportCall { price: off_by(price, off), ..honest },
                    Twist::Zero => guard::reportCall { price: 0, ..honest },
                    Twist::Future(by) => guard::reportCall { publishedAt: now + by, ..honest },
                    Twist::Old(by) => guard::reportCall { publishedAt: now - by, ..honest },
                    Twist::Wide => guard::reportCall { confidence: price / 10, ..honest },
                };
                send(&cast.reporters[reporter], call.abi_encode())
            }
            Command::Pull => send(&cast.stranger, guard::pullCall { feed: PULLED }.abi_encode()),
            Command::Forecast { reporter, volatility } => {
                let call = guard::forecastCall { feed: REPORTED, volatility_: volatility };
                send(&cast.reporters[reporter], call.abi_encode())
            }
            Command::Mark { off } => {
                let call = guard::reportMarkCall { market: MARKED, mark: off_by(self.memory.prices[0], off) };
                send(&cast.operator, call.abi_encode())
            }
            Command::Heartbeat => send(&cast.stranger, guard::heartbeatCall {}.abi_encode()),
            Command::Pause { keeper, selection, id } => {
                send(&cast.keepers[keeper], guard::pauseCall { selection, id }.abi_encode())
            }
            Command::Resume { keeper, selection, id } => {
                send(&cast.keepers[keeper], guard::resumeCall { selection, id }.abi_encode())
            }
            Command::PauseFor { selection, id, length } => {
                send(&cast.council, guard::pauseForCall { selection, id, length }.abi_encode())
            }
            Command::Note { market } => send(&cast.stranger, guard::noteCall { market }.abi_encode()),
            _ => None,
        }
    }

    fn registry_message(&self, command: &Command) -> Option<Message> {
        let cast = &self.cast;
        let send =
            |who: &Account, data: Vec<u8>| Some(Message { who: who.clone(), to: self.at.registry, data, value: 0 });
        let keeper = |number: usize| &cast.keepers[number];
        let plan = |number: usize| self.memory.plans.get(number);
        let id = |number: usize| plan(number).map_or(u64::MAX, |plan| plan.id);
        match command.clone() {
            Command::Announce { keeper: number, draft } => send(keeper(number), announcement(&draft).abi_encode()),
            Command::Emergency { keeper: number, draft } => send(keeper(number), emergency(&draft).abi_encode()),
            Command::Extend { keeper: number, plan } => {
                send(keeper(number), registry::extendEmergencyCall { plan_: id(plan) }.abi_encode())
            }
            Command::Signal { keeper: number, plan: about, kind, lie } => {
                let plan = plan(about)?;
                let other = plan.draft.fate == Fate::OtherCode && !plan.emergency;
                let code = plan.draft.number.wrapping_add(u8::from(other) * 100);
                // Keepers that look within the same hour see the same block.
                let beats = kind == HEARTBEAT;
                let call = registry::signalCall {
                    plan: plan.id,
                    kind,
                    forkId: sol_word(plan.fork),
                    height: 1_000 + u64::from(plan.draft.number) + if lie || beats { 100 } else { 0 },
                    codeHash: sol_word(code_of(code)),
                    observedAt: if beats { self.chain.now() / HOUR * HOUR } else { self.chain.now() },
                };
                send(keeper(number), call.abi_encode())
            }
            Command::Close { plan } => send(&cast.stranger, registry::closeCall { plan: id(plan) }.abi_encode()),
            Command::Prune { market } => send(&cast.stranger, registry::pruneCall { market }.abi_encode()),
            Command::KeeperBond { keeper: number, amount } => {
                send(keeper(number), registry::postBondCall {}.abi_encode())
                    .map(|message| Message { value: amount, ..message })
            }
            Command::Leave { keeper: number } => send(keeper(number), registry::leaveCall {}.abi_encode()),
            Command::WithdrawKeeperBond { keeper: number } => {
                send(keeper(number), registry::withdrawBondCall {}.abi_encode())
            }
            Command::FundRewards { amount } => send(&cast.stranger, registry::fundRewardsCall {}.abi_encode())
                .map(|message| Message { value: amount, ..message }),
            Command::ClaimReward { keeper: number } => send(keeper(number), registry::claimRewardCall {}.abi_encode()),
            Command::Acknowledge { plan, market, ready } => {
                let call = registry::acknowledgeCall { plan_: id(plan), market, ready, why: "as tested".into() };
                send(&cast.operator, call.abi_encode())
            }
            _ => None,
        }
    }

    fn governor_message(&self, command: &Command) -> Option<Message> {
        let cast = &self.cast;
        let send =
            |who: &Account, data: Vec<u8>| Some(Message { who: who.clone(), to: self.at.governor, data, value: 0 });
        let voter = |number: usize| &cast.voters[number];
        let address = |number: usize| sol_address(cast.voters[number].address());
        let proposal = |number: usize| self.memory.proposals.get(number);
        match command.clone() {
            Command::Lock { voter: number, amount } => {
                send(voter(number), governor::lockCall { amount: U256::from(amount) }.abi_encode())
            }
            Command::Unlock { voter: number, amount } => {
                send(voter(number), governor::unlockCall { amount: U256::from(amount) }.abi_encode())
            }
            Command::TakeOut { voter: number } => send(voter(number), governor::withdrawCall {}.abi_encode()),
            Command::Delegate { voter: number, to } => {
                send(voter(number), governor::delegateCall { delegatee: address(to) }.abi_encode())
            }
            Command::Propose { voter: number, action } => {
                let proposal = self.proposal_of(&action, self.memory.proposals.len());
                send(voter(number), proposal.propose())
            }
            Command::Vote { voter: number, proposal: about, support } => {
                let call = governor::castVoteCall { proposalId: proposal(about)?.id(), support };
                send(voter(number), call.abi_encode())
            }
            Command::Reckon { proposal: about, voter: number, owner } => {
                let proposal_id = proposal(about)?.id();
                let owners = vec![address(owner)];
                let call = governor::reckonCall { proposalId: proposal_id, voter: address(number), owners };
                send(&cast.stranger, call.abi_encode())
            }
            Command::Queue { proposal: about } => send(&cast.stranger, proposal(about)?.queue()),
            Command::Execute { proposal: about } => send(&cast.stranger, proposal(about)?.execute()),
            Command::CancelProposal { guardian, proposal: about } => {
                let who = if guardian { &cast.guardian } else { &cast.stranger };
                send(who, proposal(about)?.cancel())
            }
            Command::Veto { who, proposal: about } => {
                let account = sol_address(self.holder(who).address());
                let call = governor::vetoCall { proposalId: proposal(about)?.id(), account };
                send(self.holder(who), call.abi_encode())
            }
            Command::ObserveSupply => send(&cast.stranger, governor::observeSupplyCall {}.abi_encode()),
            _ => None,
        }
    }

    /// The council sets the answer of the source's next round.
    pub fn publish(&mut self) {
        self.memory.round += 1;
        let (round, now) = (self.memory.round, u128::from(self.chain.now()));
        let answer = self.memory.prices[1] / 10_000_000_000;
        for (slot, value) in (0..).zip([round, answer, now, now, round]) {
            self.answer(value, slot);
        }
        self.answer(8, awkward::DECIMALS_SLOT);
        self.answer(0, awkward::MOOD_SLOT);
    }
}

fn hostile_word(word: &Word, first: Address, second: Address) -> Vec<u8> {
    let exposure = |notional: u128, unrealised: i128| vault::Exposure {
        market: 10,
        notional,
        initial: notional / 10,
        maintenance: notional / 20,
        unrealised,
        unrealisedStable: unrealised,
    };
    match *word {
        Word::Realise { profit, open } => {
            let (account, counterparty) = (first, second);
            vault::realiseCall { account, counterparty, profit, accountOpen: open, counterpartyOpen: open }.abi_encode()
        }
        Word::Increased { notional } => vault::increasedCall {
            account: first,
            counterparty: second,
            exposures: vec![exposure(notional, 0)],
            counterExposures: vec![exposure(notional, 0)],
            checkCounterparty: true,
        }
        .abi_encode(),
        Word::Authorise { size, loss } => vault::authoriseCall {
            account: first,
            market: 10,
            size,
            maxSize: u128::MAX,
            relief: size / 10,
            exposures: vec![exposure(size, -loss)],
        }
        .abi_encode(),
        Word::Charge { reward } => {
            vault::chargeCall { account: first, liquidator: second, reward, insurance: reward }.abi_encode()
        }
    }
}

fn damaged(mut data: Vec<u8>, damage: Damage) -> Vec<u8> {
    match damage {
        Damage::Cut(to) => data.truncate(to % data.len()),
        Damage::Flip(bit) => {
            let bit = bit % (data.len() * 8);
            data[bit / 8] ^= 1 << (bit % 8);
        }
        Damage::Longer(by) => data.extend(vec![0xa5; by]),
    }
    data
}

/// One of a contract's own selectors.
fn some_selector(target: usize, salt: usize) -> Vec<u8> {
    let choose = |all: Vec<[u8; 4]>| all[salt % all.len()].to_vec();
    match target {
        0 => choose(registry::IUpgradeRegistryCalls::selectors().collect()),
        1 => choose(guard::IOracleGuardCalls::selectors().collect()),
        2 => choose(vault::IMarginVaultCalls::selectors().collect()),
        3 => choose(settlement::ISettlementCalls::selectors().collect()),
        4 => choose(governor::ILockstepGovernorCalls::selectors().collect()),
        _ => choose(venue::IPerpetualVenueCalls::selectors().collect()),
    }
}
