//! Cases with known figures, to the last unit: those of other settlement systems, and the rules of this one.

use super::*;
use crate::{
    keccak::keccak256,
    margin::Scale,
    registry::{Phase, advance_verified, fork_zero},
    units::{Bps, Price, Seconds, Timestamp},
};

const UNIT: u128 = 10u128.pow(18);
const ONE: i128 = 10i128.pow(18);

/// An underlying and a quote asset of 18 places each.
fn wad() -> Scale {
    Scale::new(18, 18).unwrap()
}

fn price(quote: u128) -> Price {
    Price(quote * UNIT)
}

fn claim(size: i128, at: Price) -> i128 {
    Payment::Branch(at).claim(wad(), size, 0).unwrap().signed()
}

/// `MakerDAO`'s End with ink 10, art 15, price 5: take 3, free 7; fix 0.2; the holder of 15 gets 3; the pool is empty.
#[test]
fn an_end_without_deficit() {
    let mut debit = Debit { due: 15 * UNIT / 5 };
    assert_eq!(debit.demand(true), 3 * UNIT);
    let ink = 10 * UNIT;
    let (taken, reward) = debit.receive(ink.min(debit.demand(true)));
    assert_eq!((taken, reward, ink - taken, debit.due), (3 * UNIT, 0, 7 * UNIT, 0));
    let mut pot = Pot::open(Some(15 * UNIT), Timestamp(0));
    pot.collect(taken).unwrap();
    let after = COLLECTION.0 + 1;
    assert_eq!(
        pot.fix(Timestamp(COLLECTION.0)),
        Err(SettlementError::Collecting { until: COLLECTION.0, now: COLLECTION.0 })
    );
    let share = pot.fix(Timestamp(after)).unwrap();
    assert_eq!(share.of_down(UNIT), UNIT / 5);
    assert_eq!(pot.pay(15 * UNIT, Timestamp(after)), Ok(3 * UNIT));
    assert_eq!(pot.collected, pot.paid);
}

/// The same with a deficit of 1, so that 16 are owed: fix 0.1875; the holder of 16 gets 3.
#[test]
fn an_end_with_a_deficit() {
    let mut pot = Pot::open(Some(16 * UNIT), Timestamp(0));
    pot.collect(3 * UNIT).unwrap();
    let share = pot.fix(Timestamp(COLLECTION.0 + 1)).unwrap();
    assert_eq!(share.of_down(UNIT), 187_500_000_000_000_000);
    assert_eq!(pot.pay(16 * UNIT, Timestamp(COLLECTION.0 + 1)), Ok(3 * UNIT));
    assert_eq!(pot.collected, pot.paid);
}

/// Conditional claims: stake 4, one of slot 0 given away, report 3:7 -> floor(3 * 0.3) + floor(4 * 0.7) = 3.7.
#[test]
fn a_claim_on_each_branch() {
    let (slot_0, slot_1) = (Price(3 * UNIT / 10), Price(7 * UNIT / 10));
    assert_eq!(claim(3 * ONE, slot_0) + claim(4 * ONE, slot_1), 37 * ONE / 10);
    // Of the smallest units each is floored by itself.
    assert_eq!((claim(3, slot_0), claim(4, slot_1)), (0, 2));
}

fn sample(canonical: Price, branch: Price) -> Sample {
    Sample { canonical: (canonical, Seconds(1_800)), branch: (branch, Seconds(1_800)) }
}

/// Deribit's gate of 2022, with ETH at 1,600: the fork coin counts from 4.00 on.
#[test]
fn a_branch_counts_from_a_quarter_per_cent_on() {
    let of = |branch| branch_price(&[sample(price(1_600), branch); SAMPLES]);
    assert_eq!(of(Price(4 * UNIT + 1)), Some(Price(4 * UNIT + 1)));
    assert_eq!(of(Price(4 * UNIT)), Some(Price(4 * UNIT)));
    assert_eq!(of(Price(4 * UNIT - 1)), None);
    assert_eq!(of(Price(0)), None);
    // One unit more on the canonical side is rounded up.
    assert_eq!(branch_price(&[sample(Price(1_600 * UNIT + 1), Price(4 * UNIT)); SAMPLES]), None);
    // A quarter per cent of nothing is nothing, which is no price.
    assert_eq!(branch_price(&[sample(Price(0), Price(0)); SAMPLES]), None);
}

/// FTX in 2022, with the fork at 17 and a collateral weight of 0.1: 10 long get 10 claims that are worth 17 as
/// collateral, 4 short owe 4 claims, 68.
#[test]
fn shorts_owe_the_fork() {
    let credit = claim(10 * ONE, price(17));
    assert_eq!(credit, 170 * ONE);
    let haircut = Bps(9_000);
    assert_eq!(haircut.complement().of_down(credit.unsigned_abs()), Some(17 * UNIT));
    assert_eq!(claim(-4 * ONE, price(17)), -68 * ONE);
}

/// Bitfinex's tokens of 2017: 100 BTC are split and the fork never happens: 100 BT1 are 100 BTC, 100 BT2 are nothing.
#[test]
fn a_branch_that_never_existed_settles_at_zero() {
    let released_at = Timestamp(1_000_000);
    let mut search = Search::default();
    let never = [Sample { canonical: (price(4_000), Seconds(1_800)), branch: (Price(0), Seconds(0)) }; SAMPLES];
    for _ in 0..28 {
        assert_eq!(search.attempt(&never), Outcome::NotYet);
    }
    assert_eq!(search.next_at(released_at), Timestamp(1_000_000 + 86_400 + 7 * 86_400));
    assert_eq!(search.attempt(&never), Outcome::Nothing);
    for stand in Stand::ALL {
        for basis in Basis::ALL {
            let paid = payment(*basis, *stand, Price(0)).claim(wad(), 100 * ONE, 0).unwrap();
            assert_eq!(paid, Claim::Nothing, "{basis:?} {stand:?}");
        }
    }
}

/// The CRC-32 of EIP-2124, bit by bit, over a state that can be carried on.
fn crc32(state: u32, bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!state, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// EIP-2124: a fork id chains over the genesis hash and then each activation; ours does the same with Keccak over
/// (code hash, activation height).
#[test]
fn fork_ids_chain_over_what_made_the_branch() {
    let genesis = [
        0xd4, 0xe5, 0x67, 0x40, 0xf8, 0x76, 0xae, 0xf8, 0xc0, 0x10, 0xb8, 0x6a, 0x40, 0xd5, 0xf5, 0x67, 0x45, 0xa1,
        0x18, 0xd0, 0x90, 0x6a, 0x34, 0xe6, 0x9a, 0xec, 0x8c, 0x0d, 0xb1, 0xcb, 0x8f, 0xa3,
    ];
    let frontier = crc32(0, &genesis);
    let homestead = crc32(frontier, &1_150_000u64.to_be_bytes());
    let dao = crc32(homestead, &1_920_000u64.to_be_bytes());
    assert_eq!((frontier, homestead, dao), (0xfc64_ec04, 0x97c2_c34c, 0x91d1_f948));

    let zero = fork_zero(keccak256, genesis, 0, 1);
    let first = advance_verified(keccak256, zero, [1; 32], 1_150_000);
    let second = advance_verified(keccak256, first, [2; 32], 1_920_000);
    let mut preimage = zero.0.to_vec();
    preimage.extend([1; 32]);
    preimage.extend(1_150_000u64.to_be_bytes());
    assert_eq!(first.0, keccak256(&preimage));
    let mut preimage = first.0.to_vec();
    preimage.extend([2; 32]);
    preimage.extend(1_920_000u64.to_be_bytes());
    assert_eq!(second.0, keccak256(&preimage));
}

#[test]
fn a_branch_counts_once_its_feed_is_stable_for_a_day() {
    let good = sample(price(1_600), price(17));
    assert_eq!(branch_price(&[good; SAMPLES]), Some(price(17)));
    for position in 0..SAMPLES {
        let worse = [
            Sample { branch: (price(17), Seconds(899)), ..good },
            Sample { canonical: (price(1_600), Seconds(899)), ..good },
            Sample { branch: (price(3), Seconds(1_800)), ..good },
        ];
        for bad in worse {
            let mut samples = [good; SAMPLES];
            samples[position] = bad;
            assert_eq!(branch_price(&samples), None, "{position}: {bad:?}");
        }
    }
    // The price is that of the last sample, not the best.
    let mut samples = [sample(price(1_600), price(30)); SAMPLES];
    samples[4] = sample(price(1_600), price(20));
    assert_eq!(branch_price(&samples), Some(price(20)));
}

#[test]
fn attempts_look_at_moments_that_nobody_chooses() {
    let released_at = Timestamp(1_000_000);
    let mut search = Search::default();
    let first = 1_086_400;
    assert_eq!(
        search.moments(released_at, Timestamp(first - 1)),
        Err(SettlementError::AttemptNotDue { at: first, now: first - 1 })
    );
    let six = 21_600;
    let expected = [first - 4 * six, first - 3 * six, first - 2 * six, first - six, first].map(Timestamp);
    assert_eq!(expected[0], released_at);
    for now in [first, first + 5 * six] {
        assert_eq!(search.moments(released_at, Timestamp(now)), Ok(expected), "late callers see the same prices");
    }
    assert_eq!(search.attempt(&[Sample::default(); SAMPLES]), Outcome::NotYet);
    assert_eq!(search.moments(released_at, Timestamp(first + six)), Ok(expected.map(|t| Timestamp(t.0 + six))));
    assert_eq!(search.attempt(&[sample(price(10), price(1)); SAMPLES]), Outcome::Split(price(1)));
}

#[test]
fn where_the_host_stands_follows_from_the_plan() {
    for phase in Phase::ALL {
        let ended = matches!(phase, Phase::Completed | Phase::Expired | Phase::Deviated);
        let unended = Err(SettlementError::PlanNotEnded { plan: 7 });
        assert_eq!(Stand::of(*phase, 7, false), if ended { Ok(Stand::Elsewhere) } else { unended }, "{phase:?}");
        let here = match phase {
            Phase::Completed => Ok(Stand::Canonical),
            Phase::Expired | Phase::Deviated => Ok(Stand::LeftBehind),
            _ => unended,
        };
        assert_eq!(Stand::of(*phase, 7, true), here, "{phase:?}");
    }
    assert!(Stand::ALL.iter().all(|stand| stand.ends_positions() == (*stand == Stand::LeftBehind)));
}

#[test]
fn each_basis_is_paid_where_it_was_agreed() {
    let p = Price(17);
    let table = |basis| Stand::ALL.iter().map(|stand| payment(basis, *stand, p)).collect::<alloc::vec::Vec<_>>();
    let (nothing, paid) = (Payment::Nothing, Payment::Branch(p));
    // Elsewhere, canonical, left behind.
    assert_eq!(table(Basis::CanonicalOnly), [nothing, nothing, nothing]);
    assert_eq!(table(Basis::SumOfBranches), [paid, paid, nothing]);
    assert_eq!(table(Basis::PerBranchClaim), [paid, nothing, paid]);
}

#[test]
fn a_closing_pays_what_was_not_realised() {
    let of = |size, unrealised| Payment::Unrealised.claim(wad(), size, unrealised).unwrap();
    assert_eq!(of(5, 7), Claim::Credit(7));
    assert_eq!(of(5, -7), Claim::Debit(7));
    assert_eq!(of(-5, 0), Claim::Nothing);
    // A maker whose sides cancel out still has its profit.
    assert_eq!(of(0, 9), Claim::Credit(9));
    assert_eq!(of(1, i128::MIN), Claim::Debit(1 << 127));
    assert_eq!(of(1, i128::MIN).signed(), i128::MIN);
}

#[test]
fn values_round_against_the_holder_and_do_not_wrap() {
    let scale = Scale::new(18, 6).unwrap();
    let of = |size| Payment::Branch(Price(1)).claim(scale, size, 0);
    assert_eq!((of(1), of(-1)), (Ok(Claim::Nothing), Ok(Claim::Debit(1))));
    let huge = Payment::Branch(Price(u128::MAX));
    let amount = i128::MAX.unsigned_abs();
    assert_eq!(huge.claim(wad(), -i128::MAX, 0), Err(SettlementError::ValueTooLarge { amount, price: u128::MAX }));
    let totals = Totals { count: 2, long: amount, short: amount, profit: 3, loss: 4 };
    assert_eq!(huge.owed_up(wad(), &totals), Err(SettlementError::ValueTooLarge { amount, price: u128::MAX }));
    assert_eq!(Payment::Unrealised.owed_up(wad(), &totals), Ok(3));
    assert_eq!(Payment::Nothing.owed_up(wad(), &totals), Ok(0));
}

#[test]
fn the_reward_is_paid_on_top_and_the_pot_is_served_first() {
    let mut debit = Debit { due: 10_001 };
    assert_eq!((debit.demand(true), debit.demand(false)), (10_001, 10_012));
    assert_eq!(debit.receive(4_000), (4_000, 0));
    assert_eq!((debit.due, debit.demand(false)), (6_001, 6_008));
    assert_eq!(debit.receive(6_008), (6_001, 7));
    assert_eq!((debit.due, debit.demand(false)), (0, 0));
}

#[test]
fn credits_wait_for_debits_but_not_for_ever() {
    let mut pot = Pot::open(Some(100), Timestamp(1_000));
    let until = 1_000 + 7 * 86_400;
    let waiting = |now| Err(SettlementError::Collecting { until, now });
    pot.collect(99).unwrap();
    assert_eq!(pot.pay(50, Timestamp(1_000)), waiting(1_000));
    pot.collect(1).unwrap();
    assert_eq!(pot.pay(50, Timestamp(1_000)), Ok(50));

    let mut pot = Pot::open(Some(100), Timestamp(1_000));
    pot.collect(60).unwrap();
    assert_eq!(pot.pay(50, Timestamp(until)), waiting(until));
    assert_eq!(pot.pay(50, Timestamp(until + 1)), Ok(30));
    // What comes in later changes nothing for anybody, and goes to the insurance fund in the end.
    pot.collect(40).unwrap();
    assert_eq!(pot.pay(50, Timestamp(until + 2)), Ok(30));
    assert_eq!(pot.share, Some(Share { collected: 60, owed: 100, at: Timestamp(until + 1) }));
    assert_eq!(pot.pay(1, Timestamp(until + 3)), Ok(0));
    assert_eq!(pot.pay(2, Timestamp(until + 3)), Err(SettlementError::PotTooSmall { asked: 1, left: 0 }));
    let end = 1_000 + 180 * 86_400;
    assert_eq!(pot.sweep(Timestamp(end)), Err(SettlementError::StillClaimable { until: end, now: end }));
    assert_eq!(pot.sweep(Timestamp(end + 1)), Ok(40));
    assert_eq!(pot.sweep(Timestamp(end + 2)), Ok(0));
    assert_eq!(pot.pay(1, Timestamp(end + 1)), Err(SettlementError::ClaimsOver { until: end, now: end + 1 }));
}

#[test]
fn without_a_snapshot_credits_are_registered_until_the_fix() {
    let mut pot = Pot::open(None, Timestamp(0));
    let last = Timestamp(COLLECTION.0);
    pot.register(80, Timestamp(0)).unwrap();
    pot.collect(200).unwrap();
    // Others may still come.
    assert_eq!(pot.fix(last), Err(SettlementError::Collecting { until: last.0, now: last.0 }));
    pot.register(20, last).unwrap();
    let late = Timestamp(last.0 + 1);
    assert_eq!(pot.register(1, late), Err(SettlementError::AlreadyFixed { at: last.0 }));
    assert_eq!(pot.pay(80, late), Ok(80));
    assert_eq!(pot.pay(20, Timestamp(COLLECTION.0 + 1)), Ok(20));
}

#[test]
fn every_leaf_has_its_own_bit() {
    let places: alloc::collections::BTreeSet<_> = (0..1_024).map(bitmap_place).collect();
    assert_eq!(places.len(), 1_024);
    assert_eq!(bitmap_place(0), (0, 0, 1));
    assert_eq!(bitmap_place(255), (0, 31, 128));
    assert_eq!(bitmap_place(256), (1, 0, 1));
    assert_eq!(bitmap_place(u64::MAX), (u64::MAX >> 8, 31, 128));
}
