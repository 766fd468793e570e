//! What voters, proposers and those who veto do next.

use alloy_core::primitives::U256;
use e2e_tests::interfaces::ILockstepGovernor as governor;
use lockstep_devchain::UNIT;

use crate::{
    command::Command,
    dice::Dice,
    draw::{LIARS_FROM, draft, trader},
    proposals::Action,
    world::{BITCOIN, DAY, DOLLAR, HOUR, KEEPERS, NATIVE, VOTERS, World},
};

fn action(world: &mut World, dice: &mut Dice) -> Action {
    let plan = world.memory.plans.last().map_or(1, |plan| plan.id);
    let asset = dice.pick(&[NATIVE, BITCOIN]);
    match dice.number(0, 29) {
        0..5 => Action::Haircut { asset, haircut: u32::try_from(dice.number(10, 30)).unwrap() * 100 },
        5 => Action::Haircut { asset, haircut: 9_000 },
        6..9 => {
            let (number, value) = dice.pick(&[
                (0, 600),
                (0, 400),
                (1, 1_500),
                (2, 31_000),
                (3, 450),
                (4, 500),
                (5, 8_500),
                (6, 3_000),
                (7, 5 * DOLLAR),
            ]);
            Action::Parameter { number, asset: 0, venue: 0, value }
        }
        9..11 => Action::Parameter { number: 9, asset, venue: 0, value: dice.amount(1 << 89, 1 << 91) },
        11 => Action::Parameter { number: 10, asset, venue: 0, value: dice.amount(1_000 * DOLLAR, 1 << 50) },
        12..14 => {
            let value = u128::from(dice.number(10_000, 11_500));
            Action::Parameter { number: 11, asset: 0, venue: dice.below(2), value }
        }
        14..16 => {
            let (bond, cover) = (dice.amount(DOLLAR, 100 * DOLLAR), dice.amount(DOLLAR, 200_000 * DOLLAR));
            Action::Terms { venue: dice.below(5), bond, cover }
        }
        16 => Action::List { market: dice.pick(&[11, 21]), decimals: 18 },
        17 => Action::Dismiss { venue: 4 },
        18 => Action::ReleaseBond { venue: dice.below(2), to: trader(dice), amount: dice.amount(1, 500 * DOLLAR) },
        19 => {
            let until = world.chain.now() + dice.number(4 * DAY, 8 * DAY);
            Action::LockDeposits { who: trader(dice), until }
        }
        20..23 => Action::AddKeeper { keeper: dice.below(KEEPERS) },
        23 => Action::RemoveKeeper { keeper: dice.below(KEEPERS) },
        24 => Action::KeeperRules { threshold: 4, bond: dice.amount(UNIT, 20 * UNIT) * 100_000_000 },
        25 => Action::Slash { keeper: LIARS_FROM + dice.below(2), plan },
        26 => {
            let mut draft = draft(world, dice);
            draft.freeze_at += 5 * DAY;
            draft.max_freeze += dice.number(0, 2 * DAY);
            Action::Plan { draft }
        }
        27 if dice.percent(50) => Action::Cancel { plan },
        27 => Action::Prolong { plan, length: dice.number(DAY, 4 * DAY) },
        28 => Action::Settings { period: dice.number(20 * HOUR, 30 * HOUR) },
        _ => dice.pick(&[Action::Quorum { bps: 900 }, Action::Quorum { bps: 700 }, Action::TakeVault]),
    }
}

pub fn governance(world: &mut World, dice: &mut Dice) -> Command {
    let (voter, count) = (dice.below(VOTERS), world.memory.proposals.len());
    let proposal = count.saturating_sub(1 + dice.below(6));
    match dice.number(0, 99) {
        0..6 => Command::Lock { voter, amount: dice.amount(1, 2_000) },
        6..9 => Command::Unlock { voter, amount: dice.amount(1, 2_000) },
        9 => Command::TakeOut { voter },
        10..13 => Command::Delegate { voter, to: if dice.percent(70) { voter } else { dice.below(VOTERS) } },
        13..27 => Command::Propose { voter, action: action(world, dice) },
        27..31 => Command::Reckon { proposal, voter, owner: dice.below(VOTERS) },
        31..33 => Command::CancelProposal { guardian: dice.percent(50), proposal },
        33..38 => Command::Veto { who: trader(dice), proposal },
        38..42 => Command::ObserveSupply,
        42..48 => Command::Usurp { action: action(world, dice) },
        48..65 if !world.memory.queued.is_empty() => {
            let queued: Vec<_> = world.memory.queued.iter().copied().collect();
            let chosen = dice.pick(&queued);
            step(world, dice, chosen)
        }
        _ if count == 0 => Command::Propose { voter, action: action(world, dice) },
        _ => step(world, dice, proposal),
    }
}

/// The next step of a proposal.
fn step(world: &mut World, dice: &mut Dice, proposal: usize) -> Command {
    let id = world.memory.proposals[proposal].id();
    let state = world.ask(world.at.governor, &governor::stateCall { proposalId: id });
    match state {
        Some(0) => Command::Pass { blocks: 7, silent: false },
        Some(1) if world.memory.called.insert(proposal) => {
            let support = u8::from(dice.percent(90));
            for voter in 1..VOTERS {
                world.memory.pending.push_back(Command::Vote { voter, proposal, support });
            }
            Command::Vote { voter: 0, proposal, support }
        }
        Some(4) => Command::Queue { proposal },
        Some(5) => {
            let eta = world.ask(world.at.governor, &governor::proposalEtaCall { proposalId: id });
            let clock = world.ask(world.at.governor, &governor::clockCall {});
            let opens = eta.zip(clock).is_some_and(|(eta, clock)| eta <= U256::from(clock));
            match dice.number(0, 9) {
                0..3 => Command::Veto { who: trader(dice), proposal },
                3..5 => Command::Pass { blocks: 15, silent: false },
                _ if opens => Command::Execute { proposal },
                _ => Command::Propose { voter: dice.below(VOTERS), action: action(world, dice) },
            }
        }
        Some(1) => Command::Pass { blocks: 10, silent: false },
        _ => Command::Propose { voter: dice.below(VOTERS), action: action(world, dice) },
    }
}
