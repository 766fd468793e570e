//! Which command comes next. Parameters are drawn so that most commands can go through, and some cannot.

use crate::{
    command::{Command, Damage, Draft, Fate, Twist, Word},
    dice::Dice,
    memory::Plan,
    votes::governance,
    world::{
        ADMITTED, BITCOIN, DOLLAR, FOREIGN, GAMBLERS, HOST, HOUR, KEEPERS, LIQUIDATORS_FROM, MARKETS, NATIVE, ODD,
        TRADED, TRADERS, WHOLE, World,
    },
};
use lockstep_devchain::UNIT;

/// Keepers from this number on are dishonest.
pub const LIARS_FROM: usize = 5;

pub fn trader(dice: &mut Dice) -> usize {
    dice.below(TRADERS)
}

/// The direction in which somebody mostly trades in a market.
fn direction(who: usize, market: usize) -> i128 {
    if (who + market).is_multiple_of(2) { 1 } else { -1 }
}

pub fn draw(world: &mut World, dice: &mut Dice) -> Command {
    if !world.memory.pending.is_empty() && dice.percent(70) {
        return world.memory.pending.pop_front().expect("something is pending");
    }
    if let Some(plan) = due(world) {
        match dice.number(0, 99) {
            0..25 => return signal(world, dice, plan),
            25..32 => {
                let named = &world.memory.plans[plan].draft.markets;
                if let Some(venue) = (0..2).find(|venue| named.contains(&TRADED[*venue][0])) {
                    return snapshot(dice, venue, plan);
                }
            }
            _ => {}
        }
    }
    match dice.number(0, 999) {
        0..140 => Command::Pass { blocks: u32::try_from(dice.number(1, 15)).unwrap(), silent: dice.percent(25) },
        140..200 => drift(world, dice),
        200..420 => trade(world, dice),
        420..590 => account(dice),
        590..690 => price(dice),
        690..710 => pause(dice),
        710..790 => plans(world, dice),
        790..900 => governance(world, dice),
        900..915 => settlement(world, dice),
        _ => fault(world, dice),
    }
}

/// A plan of which something is to be seen now.
fn due(world: &World) -> Option<usize> {
    let (now, plans) = (world.chain.now(), &world.memory.plans);
    let is_due = |plan: &Plan| {
        let times = &plan.draft;
        plan.next().is_some() && (times.freeze_at + 600..=times.freeze_at + times.window).contains(&now)
    };
    (plans.len().saturating_sub(4)..plans.len()).find(|number| is_due(&plans[*number]))
}

fn drift(world: &mut World, dice: &mut Dice) -> Command {
    let feed = dice.below(2);
    let most = if dice.percent(10) { 2_500 } else { 900 };
    let off = i32::try_from(dice.number(0, most)).unwrap();
    if off > 300 {
        // Liquidators wake up.
        let opened: Vec<_> = world.memory.open.iter().copied().collect();
        world.memory.pending.push_back(Command::Pass { blocks: 1, silent: false });
        for _ in 0..opened.len().min(4) {
            let ((who, venue, market), by) = (dice.pick(&opened), LIQUIDATORS_FROM + dice.below(2));
            world.memory.pending.push_back(Command::Liquidate { by, who, venue, market });
        }
    }
    // Up and down alike in the long run: 10/11 undoes 11/10.
    Command::Drift { feed, off: if dice.percent(50) { off } else { -off * 10_000 / (10_000 + off) } }
}

fn trade(world: &World, dice: &mut Dice) -> Command {
    let (mut who, mut venue, mut market) = (trader(dice), dice.below(2), dice.below(2));
    let chosen = dice.number(0, 99);
    if chosen >= 45 && !world.memory.open.is_empty() && dice.percent(90) {
        let opened: Vec<_> = world.memory.open.iter().copied().collect();
        (who, venue, market) = dice.pick(&opened);
    }
    match chosen {
        0..45 => {
            let worth = dice.amount(8_000 * DOLLAR, 60_000 * DOLLAR);
            // In the base asset's smallest unit: 18 places at the first price, 8 at the second.
            let unit = [WHOLE, 100_000_000][market];
            let size = worth * unit / (world.memory.prices[market] / (WHOLE / DOLLAR));
            let mut size = i128::try_from(size).unwrap() * direction(who, market);
            if dice.percent(5) {
                size = -size;
            }
            Command::Increase { who, venue, market, size }
        }
        45..60 => {
            let size = if dice.percent(50) { u128::MAX } else { dice.amount(1_000_000, 4 * WHOLE) };
            Command::Reduce { who, venue, market, size }
        }
        60..64 => Command::Release { who, venue, market },
        _ => Command::Liquidate { by: LIQUIDATORS_FROM + dice.below(2), who, venue, market },
    }
}

fn account(dice: &mut Dice) -> Command {
    let who = trader(dice);
    let asset = match dice.number(0, 9) {
        0..5 => 0,
        5..8 => BITCOIN,
        _ => dice.pick(&ODD),
    };
    let amount = |dice: &mut Dice| match asset {
        0 => dice.amount(DOLLAR, 2_500 * DOLLAR),
        BITCOIN => dice.amount(10_000, 3_000_000),
        _ => dice.amount(1, 1_000),
    };
    match dice.number(0, 99) {
        0..25 => Command::Deposit { who: dice.below(TRADERS + 2), asset, amount: amount(dice) },
        25..33 => Command::DepositNative { who, amount: dice.amount(UNIT / 1_000, UNIT) },
        33..53 => Command::Withdraw { who, asset, amount: amount(dice) },
        53..58 => Command::Withdraw { who, asset: NATIVE, amount: dice.amount(WHOLE / 1_000, WHOLE) },
        58..63 => Command::OptIn { who, venue: dice.below(5) },
        63..67 => Command::OptOut { who, venue: dice.below(5) },
        67..72 => Command::Settle { who, venue: dice.below(5) },
        72..86 => {
            let asset = dice.pick(&[NATIVE, BITCOIN]);
            Command::Seize { by: LIQUIDATORS_FROM + dice.below(2), who, asset, most: dice.amount(DOLLAR, 1 << 50) }
        }
        86..90 => Command::CoverBadDebt { who },
        90..95 => Command::PostBond { who, venue: dice.below(5), amount: dice.amount(1, 50 * DOLLAR) },
        _ => Command::Insure { who, amount: dice.amount(1, 50 * DOLLAR) },
    }
}

fn price(dice: &mut Dice) -> Command {
    let reporter = dice.below(3);
    match dice.number(0, 99) {
        0..50 => {
            let off = i32::try_from(dice.number(0, 3_000)).unwrap();
            let twist = match dice.number(0, 9) {
                0..4 => Twist::Honest,
                4..6 => Twist::Off(if dice.percent(50) { off } else { -off }),
                6 => Twist::Zero,
                7 => Twist::Future(dice.number(1, 60)),
                8 => Twist::Old(dice.number(0, 5 * HOUR)),
                _ => Twist::Wide,
            };
            Command::Report { reporter, twist }
        }
        50..65 => Command::Pull,
        65..75 => Command::Forecast { reporter, volatility: u32::try_from(dice.number(50, 3_000)).unwrap() },
        75..88 => Command::Mark { off: i32::try_from(dice.number(0, 1_600)).unwrap() - 800 },
        _ => Command::Heartbeat,
    }
}

fn selection(dice: &mut Dice) -> (u8, u32) {
    match dice.below(3) {
        0 => (0, dice.pick(&MARKETS).0),
        1 => (1, dice.pick(&[0, 3])),
        _ => (2, dice.pick(&[1, 2])),
    }
}

fn pause(dice: &mut Dice) -> Command {
    let (keeper, (selection, id)) = (dice.below(KEEPERS), selection(dice));
    match dice.number(0, 9) {
        0..3 => Command::Pause { keeper, selection, id },
        3..6 => Command::Resume { keeper, selection, id },
        6 => Command::PauseFor { selection, id, length: dice.number(60, 2 * HOUR) },
        _ => Command::Note { market: dice.pick(&MARKETS).0 },
    }
}

pub fn draft(world: &mut World, dice: &mut Dice) -> Draft {
    world.memory.drafts = world.memory.drafts.wrapping_add(1);
    let fates = [
        Fate::Good,
        Fate::Good,
        Fate::Failed,
        Fate::Repaired,
        Fate::RolledBack,
        Fate::Aborted,
        Fate::Silent,
        Fate::OtherCode,
    ];
    let mut markets: Vec<u32> = MARKETS.iter().map(|(market, ..)| *market).filter(|_| dice.percent(35)).collect();
    if markets.is_empty() {
        markets.push(dice.pick(&MARKETS).0);
    }
    let window = dice.number(HOUR, 3 * HOUR);
    Draft {
        domain: if dice.percent(80) { HOST } else { FOREIGN },
        number: world.memory.drafts.max(1),
        freeze_at: world.chain.now() + dice.number(2 * HOUR, 20 * HOUR),
        window,
        stabilise: dice.number(HOUR, 4 * HOUR),
        max_freeze: window + dice.number(HOUR, 3 * HOUR),
        markets,
        fate: dice.pick(&fates),
    }
}

/// Enough keepers do the same, one after the other.
fn together(world: &mut World, dice: &mut Dice, by: impl Fn(usize) -> Command) -> Command {
    let first = dice.below(LIARS_FROM);
    for next in 1..=4 {
        world.memory.pending.push_back(by((first + next) % ADMITTED));
    }
    by(first)
}

fn plans(world: &mut World, dice: &mut Dice) -> Command {
    let keeper = dice.below(KEEPERS);
    let newest = world.memory.plans.len();
    let plan = newest.saturating_sub(1 + dice.below(4));
    match dice.number(0, 99) {
        _ if newest == 0 && dice.percent(40) => {
            let draft = draft(world, dice);
            together(world, dice, |keeper| Command::Announce { keeper, draft: draft.clone() })
        }
        0..8 => {
            let draft = draft(world, dice);
            together(world, dice, |keeper| Command::Announce { keeper, draft: draft.clone() })
        }
        8..13 => {
            let draft = draft(world, dice);
            together(world, dice, |keeper| Command::Emergency { keeper, draft: draft.clone() })
        }
        13..16 => {
            let plan = world.memory.plans.iter().rposition(|plan| plan.emergency).unwrap_or(plan);
            together(world, dice, |keeper| Command::Extend { keeper, plan })
        }
        16..55 => signal(world, dice, plan),
        55..63 => Command::Close { plan: if newest == 0 { 0 } else { dice.below(newest) } },
        63..67 => Command::Prune { market: dice.pick(&MARKETS).0 },
        67..74 => Command::KeeperBond { keeper, amount: dice.amount(1, 50 * UNIT) },
        74 => Command::Leave { keeper },
        75..79 => Command::WithdrawKeeperBond { keeper },
        79..83 => Command::FundRewards { amount: dice.amount(1, 20 * UNIT) },
        83..91 => Command::ClaimReward { keeper },
        _ => {
            let named = world.memory.plans.get(plan).map_or(&[][..], |plan| &plan.draft.markets);
            let market = TRADED.concat().into_iter().find(|market| named.contains(market)).unwrap_or(MARKETS[1].0);
            Command::Acknowledge { plan, market, ready: dice.percent(70) }
        }
    }
}

/// What keepers see of a plan, when it is time; or one of them says something else.
fn signal(world: &mut World, dice: &mut Dice, plan: usize) -> Command {
    let keeper = dice.below(KEEPERS);
    let known: Option<&Plan> = world.memory.plans.get(plan);
    let Some((Some(kind), freeze_at)) = known.map(|plan| (plan.next(), plan.draft.freeze_at)) else {
        if dice.percent(80) {
            return Command::Close { plan };
        }
        return Command::Signal { keeper, plan, kind: u8::try_from(dice.below(11)).unwrap(), lie: false };
    };
    let emergency = known.is_some_and(|plan| plan.emergency);
    if dice.percent(4) {
        let liar = LIARS_FROM + dice.below(2);
        return Command::Signal { keeper: liar, plan, kind, lie: true };
    }
    if emergency || world.chain.now() >= freeze_at + 600 {
        together(world, dice, |keeper| Command::Signal { keeper, plan, kind, lie: false })
    } else {
        // Nothing is to be seen before the freeze; time goes on.
        Command::Pass { blocks: 12, silent: false }
    }
}

fn settlement(world: &World, dice: &mut Dice) -> Command {
    let venue = dice.below(2);
    let plan = world.memory.plans.len().saturating_sub(1 + dice.below(3));
    match dice.number(0, 9) {
        0..3 => Command::SettlementBond { market: TRADED[venue][0], amount: dice.amount(10 * UNIT, 40 * UNIT) },
        _ => snapshot(dice, venue, plan),
    }
}

fn snapshot(dice: &mut Dice, venue: usize, plan: usize) -> Command {
    if dice.percent(40) {
        Command::OpenSnapshot { venue, plan }
    } else {
        Command::Commit { venue, plan, netted: dice.percent(80) }
    }
}

fn fault(world: &mut World, dice: &mut Dice) -> Command {
    match dice.number(0, 99) {
        0..4 => Command::Silence { feed: dice.below(2), hours: dice.number(1, 9) },
        4..7 => Command::Halt { seconds: dice.number(HOUR, 9 * HOUR) },
        7..9 => Command::Migration { blocks: u32::try_from(dice.number(1, 6)).unwrap(), fails: dice.percent(30) },
        9..11 => Command::Upgrade { block_time: dice.pick(&[300, 600, 600, 900]) },
        11 => Command::Save,
        12 => Command::RollBack,
        13..21 => {
            let slot = u8::try_from(dice.below(7)).unwrap();
            Command::SourceFault {
                slot,
                value: if slot == 6 { u128::from(dice.number(0, 7)) } else { dice.amount(1, 1 << 90) },
            }
        }
        21..50 => hostile_venue(dice),
        50..58 => {
            let token = dice.below(ODD.len());
            let of_vault = dice.percent(10);
            Command::HostileToken { token, of_vault, who: trader(dice), amount: dice.amount(1, 1 << 60) }
        }
        58..75 => {
            let damage = match dice.below(3) {
                0 => Damage::Cut(dice.below(1_000)),
                1 => Damage::Flip(dice.below(10_000)),
                _ => Damage::Longer(dice.below(300)),
            };
            let command = loop {
                let drawn = match dice.below(6) {
                    0 => trade(world, dice),
                    1 => account(dice),
                    2 => price(dice),
                    3 => pause(dice),
                    4 => plans(world, dice),
                    _ => governance(world, dice),
                };
                if world.message(&drawn).is_some_and(|message| !message.data.is_empty()) {
                    break drawn;
                }
            };
            Command::Damaged { command: Box::new(command), damage }
        }
        _ => {
            let count = dice.below(400);
            Command::Garbage { target: dice.below(7), selector: dice.percent(80), data: dice.bytes(count) }
        }
    }
}

fn hostile_venue(dice: &mut Dice) -> Command {
    // The venue that reverts, the one that lies, the one that floods.
    let mut somebody = || {
        let among = if dice.percent(85) { GAMBLERS } else { TRADERS };
        dice.below(among)
    };
    let (first, second) = (somebody(), somebody());
    let signed = |dice: &mut Dice, most: u128| i128::try_from(dice.amount(1, most)).unwrap();
    let word = match dice.number(0, 9) {
        0..5 => {
            let profit = signed(dice, 2_000 * DOLLAR);
            Word::Realise { profit: if dice.percent(50) { profit } else { -profit }, open: dice.percent(20) }
        }
        5..7 => Word::Increased { notional: dice.amount(1, 5_000 * DOLLAR) },
        7..9 => Word::Authorise { size: dice.amount(1, 50_000 * DOLLAR), loss: signed(dice, 1 << 40) },
        _ => Word::Charge { reward: dice.amount(1, 200 * DOLLAR) },
    };
    Command::HostileVenue { venue: dice.below(3), first, second, word }
}
