use proptest::prelude::*;

use super::*;

const UNIT: u128 = 10u128.pow(18);

fn ether(amount: u128, price: u128, stable: u128) -> CollateralLeg {
    CollateralLeg {
        amount: amount * UNIT,
        scale: Scale::new(18, 6).unwrap(),
        price: Price(price * UNIT),
        stable: Price(stable * UNIT),
        valid: true,
        haircut_initial: Bps(1_000),
        haircut_maintenance: Bps(500),
        haircut_bare: Bps(500),
        scale_start: u128::MAX,
        deposits: amount * UNIT,
    }
}

const BOOK: VenueLeg = VenueLeg {
    initial: 500_000_000,
    maintenance: 250_000_000,
    maintenance_bare: 250_000_000,
    unrealised: 300_000_000,
    unrealised_stable: 300_000_000,
    proven: 300_000_000,
    pending: 0,
    debt: 0,
};

#[test]
fn tiers_of_a_usual_account() {
    // 1 ether at 2,000 (stable 1,900), 100 of cash, requirement 500/250, profit 300.
    let health = health(100_000_000, &[ether(1, 2_000, 1_900)], &[BOOK], Reading::Plain);
    assert_eq!(health.initial, 100_000_000 + 1_710_000_000 - 500_000_000);
    assert_eq!(health.end, 100_000_000 + 1_800_000_000 - 200_000_000);
    // The profit beyond the requirement (50) does not count.
    assert_eq!(health.maintenance, 100_000_000 + 1_900_000_000);
    assert_eq!(health.ratio, Bps(u32::MAX));
}

#[test]
fn liquidation_begins_below_zero() {
    let owes = |debt| health(100, &[], &[VenueLeg { debt, ..VenueLeg::default() }], Reading::Plain);
    assert_eq!((owes(100).is_liquidatable(), owes(100).deficit()), (false, 0));
    assert_eq!((owes(101).is_liquidatable(), owes(101).deficit()), (true, 1));
}

#[test]
fn a_venues_word_is_good_for_what_it_asks_itself() {
    let liar = VenueLeg { unrealised: i128::MAX, pending: u128::MAX, ..BOOK };
    let debtor = VenueLeg { debt: 100, ..VenueLeg::default() };
    let health = health(0, &[], &[liar, debtor], Reading::Plain);
    assert_eq!((health.end, health.maintenance, health.ratio), (-100, -100, Bps(0)));
    assert_eq!(health.initial, -500_000_100);
}

#[test]
fn profit_never_counts_for_initial_margin_and_loss_does_at_the_worse_price() {
    let venue = VenueLeg { unrealised: 10, unrealised_stable: -40, initial: 5, maintenance: 2, ..VenueLeg::default() };
    assert_eq!(health(100, &[], &[venue], Reading::Plain).initial, 55);
    let venue = VenueLeg { unrealised: -60, ..venue };
    assert_eq!(health(100, &[], &[venue], Reading::Plain).initial, 35);
    assert_eq!(health(100, &[], &[venue], Reading::Plain).maintenance, 38);
}

#[test]
fn bad_quotes_by_reading() {
    let dead = CollateralLeg { valid: false, ..ether(1, 2_000, 2_000) };
    let debtor = VenueLeg { debt: 1_000_000_000, ..VenueLeg::default() };
    let of = |reading| health(0, &[dead], &[debtor], reading).maintenance;
    assert_eq!(of(Reading::Plain), 900_000_000);
    assert_eq!(of(Reading::Lower), -1_000_000_000);
    assert_eq!(of(Reading::Upper), 3_000_000_000);
}

#[test]
fn ratio_and_deficit_of_an_account_below_maintenance() {
    let venue = VenueLeg { initial: 100, maintenance: 60, unrealised: -50, unrealised_stable: -50, ..BOOK };
    let health = health(100, &[], &[venue], Reading::Plain);
    assert_eq!((health.maintenance, health.ratio), (-10, Bps(9_090)));
    assert!(health.is_liquidatable());
    assert_eq!(health.deficit(), 50);
}

/// Replayable case 5: weight 0.9, scale start 500,000, price 25.
#[test]
fn large_deposits_count_for_less() {
    for (deposits, weight) in [(20_000, 900), (40_000, 450), (60_000, 300)] {
        let leg = CollateralLeg {
            scale_start: 500_000_000_000,
            deposits: deposits * UNIT,
            haircut_maintenance: Bps(1_000),
            haircut_bare: Bps(1_000),
            ..ether(40, 25, 25)
        };
        let health = health(0, &[leg], &[], Reading::Plain);
        // 40 at 25 are 1,000.
        assert_eq!((health.initial, health.end), (weight * 1_000_000, weight * 1_000_000), "{deposits}");
        assert_eq!(health.maintenance, 900_000_000);
    }
}

/// Replayable case 7: 80 + 250 * (5,000 / 7,500) + 500 * (10,000 / 100,000) = 296.67.
#[test]
fn collateral_limit_of_three_deposits() {
    let leg = |amount: u128, haircut, scale_start: u128, deposits: u128| CollateralLeg {
        amount: amount * UNIT,
        haircut_initial: Bps(haircut),
        haircut_maintenance: Bps(haircut),
        haircut_bare: Bps(haircut),
        scale_start: scale_start * 1_000_000,
        deposits: deposits * UNIT,
        ..ether(0, 1, 1)
    };
    let legs = [leg(100, 2_000, 1_000, 100), leg(500, 5_000, 5_000, 7_500), leg(1_000, 5_000, 10_000, 100_000)];
    assert_eq!(health(0, &legs, &[], Reading::Plain).initial, 296_666_666);
}

#[test]
fn weights_at_the_end_and_for_maintenance() {
    let whole = ether(1, 25, 25);
    assert_eq!(whole.weights(), (Bps(9_000), Bps(9_500)));
    let third = CollateralLeg { scale_start: 500_000_000_000, deposits: 60_001 * UNIT, ..whole };
    assert_eq!(third.weights(), (Bps(2_999), Bps(9_500)));
    let none = CollateralLeg { scale_start: 0, deposits: UNIT, ..whole };
    assert_eq!(none.weights(), (Bps(0), Bps(9_500)));
    // A maintenance haircut above the initial one counts for no more than that.
    assert_eq!(CollateralLeg { haircut_maintenance: Bps(2_000), ..whole }.weights(), (Bps(9_000), Bps(9_000)));
}

#[test]
fn add_ons_are_capped_and_never_lift_the_governed_haircut() {
    let of = |bare, add_on| CollateralLeg::in_force(Bps(bare), Bps(add_on), Bps(9_500)).0;
    assert_eq!((of(1_000, 600), of(9_000, 600), of(9_800, 600)), (1_600, 9_500, 9_800));
    assert_eq!(of(1_000, u32::MAX), 9_500);
}

#[test]
fn dollars_behind_a_position_need_the_add_on_too() {
    let position =
        Position { notional: 10_000, initial: 1_000, maintenance: 500, unrealised: -300, unrealised_stable: -200 };
    let add_on = AddOn { initial: Bps(600), maintenance: Bps(300) };
    let mut leg = VenueLeg::default();
    leg.add(&position, Bps(12_000), add_on, true, Reading::Upper);
    assert_eq!((leg.initial, leg.maintenance, leg.maintenance_bare), (1_800, 900, 600));
    assert_eq!((leg.unrealised, leg.unrealised_stable), (-300, -200));
    let health = health(1_000, &[], &[leg], Reading::Upper);
    assert_eq!((health.initial, health.end, health.maintenance), (-1_100, -1_100, -200));
    // Liquidatable, and not deeply insolvent: that is judged without the add-on.
    assert_eq!((health.ratio, health.bare), (Bps(8_333), Bps(11_111)));
}

#[test]
fn an_invalid_price_neither_liquidates_nor_shields() {
    let dead =
        Position { notional: 10_000, initial: 1_000, maintenance: 500, unrealised: -9_000, unrealised_stable: -1 };
    let alive = Position { unrealised: -600, unrealised_stable: -600, ..dead };
    let with = |dead: Position, reading| {
        let mut leg = VenueLeg::default();
        leg.add(&alive, Bps::ONE, AddOn::default(), true, reading);
        leg.add(&dead, Bps::ONE, AddOn::default(), false, reading);
        health(1_000, &[], &[leg], reading)
    };
    // The loss at the dead price does not count, the one at the valid price does.
    assert_eq!(with(dead, Reading::Upper).maintenance, 1_000 - 600 - 500);
    assert_eq!(with(dead, Reading::Lower).maintenance, 1_000 - 9_600 - 1_000);
    // Nor does a large profit at the dead price hide the loss at the valid one beyond what the venue itself asks.
    let rich = Position { unrealised: 1_000_000, ..dead };
    assert_eq!(with(rich, Reading::Upper).maintenance, 1_000);
    assert_eq!(with(rich, Reading::Lower).maintenance, 1_000 - 1_000);
}

#[test]
fn realising_the_loss_of_a_hedge_costs_what_its_profit_no_longer_covers() {
    let losing = Position { notional: 1_000, initial: 60, maintenance: 30, unrealised: -90, unrealised_stable: -90 };
    let winning = Position { unrealised: 100, unrealised_stable: 100, ..losing };
    let cost = |second: Position, valid, loss| {
        let mut leg = VenueLeg::default();
        leg.add(&losing, Bps::ONE, AddOn::default(), true, Reading::Upper);
        leg.add(&second, Bps::ONE, AddOn::default(), valid, Reading::Upper);
        leg.cost_of_realising(loss)
    };
    // 10 of profit against 60 of requirement: 50 may be realised before profit begins to be lost.
    assert_eq!((cost(winning, true, 50), cost(winning, true, 90)), (0, 40));
    // A profit at a price that is not valid protects nothing: it may never be realised.
    assert_eq!(cost(winning, false, 90), 0);
    assert_eq!(cost(losing, true, 90), 0);
}

prop_compose! {
    fn leg()(
        amount: u128, decimals in 0u8..=36, price: u128, stable: u128, valid: bool,
        initial in 0u32..=10_000, maintenance in 0u32..=10_000, bare in 0u32..=10_000, scale_start: u128,
        deposits: u128,
    ) -> CollateralLeg {
        CollateralLeg {
            amount, scale: Scale::new(decimals, 6).unwrap(), price: Price(price), stable: Price(stable), valid,
            haircut_initial: Bps(initial), haircut_maintenance: Bps(maintenance), haircut_bare: Bps(bare),
            scale_start, deposits,
        }
    }
}

prop_compose! {
    fn venue()(
        initial: u128, maintenance: u128, maintenance_bare: u128, unrealised: i128, unrealised_stable: i128,
        proven: i128, pending: u128, debt: u128,
    ) -> VenueLeg {
        VenueLeg { initial, maintenance, maintenance_bare, unrealised, unrealised_stable, proven, pending, debt }
    }
}

fn legs() -> impl Strategy<Value = Vec<CollateralLeg>> {
    prop::collection::vec(leg(), 0..4)
}

fn venues() -> impl Strategy<Value = Vec<VenueLeg>> {
    prop::collection::vec(venue(), 0..4)
}

proptest! {
    #[test]
    fn tiers_are_ordered_whatever_is_reported(cash: u128, legs in legs(), venues in venues()) {
        for reading in [Reading::Plain, Reading::Lower, Reading::Upper] {
            let health = health(cash, &legs, &venues, reading);
            prop_assert!(health.initial <= health.end && health.end <= health.maintenance, "{health:?}");
            prop_assert!(health.ratio <= health.bare, "{health:?}");
        }
    }

    #[test]
    fn readings_are_ordered(cash: u128, legs in legs(), venues in venues()) {
        let of = |reading| health(cash, &legs, &venues, reading);
        prop_assert!(of(Reading::Lower).initial <= of(Reading::Plain).initial);
        prop_assert!(of(Reading::Lower).maintenance <= of(Reading::Plain).maintenance);
        prop_assert!(of(Reading::Plain).maintenance <= of(Reading::Upper).maintenance);
        prop_assert!(of(Reading::Plain).end <= of(Reading::Upper).end);
    }

    #[test]
    fn ratio_agrees_with_the_sign(cash in 0u128..1 << 100, venues in venues()) {
        let health = health(cash, &[], &venues, Reading::Plain);
        prop_assert_eq!(health.is_liquidatable(), health.ratio < Bps::ONE);
    }

    /// What realising a loss is said to cost is what it costs health for maintenance, whatever requirement it frees.
    #[test]
    fn realising_costs_what_it_is_said_to(
        cash in 0u128..1 << 40, proven in -(1i128 << 40)..1 << 40, requirement in 0u128..1 << 40,
        loss in 0u128..1 << 40, freed: prop::sample::Index,
    ) {
        let leg = VenueLeg {
            initial: requirement, maintenance: requirement, unrealised: proven, proven, ..VenueLeg::default()
        };
        let left = requirement - freed.index(usize::try_from(requirement).unwrap() + 1) as u128;
        let result = proven + loss.cast_signed();
        let after = VenueLeg {
            initial: left, maintenance: left, unrealised: result, debt: loss.saturating_sub(cash), ..leg
        };
        let before = health(cash, &[], &[leg], Reading::Upper).maintenance;
        let fallen = before - health(cash.saturating_sub(loss), &[], &[after], Reading::Upper).maintenance;
        prop_assert_eq!(leg.cost_of_realising(loss), fallen.max(0).unsigned_abs());
    }

    /// No report of one venue makes an account safer.
    #[test]
    fn a_venue_shields_from_no_other(cash in 0u128..1 << 100, honest in venue(), liar in venue()) {
        let honest = VenueLeg { debt: honest.debt >> 30, initial: honest.initial >> 30, ..honest };
        let alone = health(cash, &[], &[honest], Reading::Plain).maintenance;
        let both = health(cash, &[], &[honest, liar], Reading::Plain).maintenance;
        prop_assert!(both <= alone);
    }
}
