use lockstep_core::{
    ids::{Account, DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
    settlement::{
        Answer, Basis, CLAIM_LIFE, Context, Inclusion, Leaf, MAX_WINDOW, Pot, Rules, SettlementError, Tree,
        TreeBuilder, prove_absence,
    },
    units::{Price, Seconds, Timestamp},
};

const CONTEXT: Context =
    Context { domain: DomainId(1), fork: ForkId([0xf0; 32]), plan: PlanId(7), market: MarketId(3) };

fn account(number: u8) -> Account {
    Account([number; 20])
}

/// The leaf at `index`, of the account with the number above it.
fn leaf(index: u8) -> Leaf {
    Leaf {
        index: index.into(),
        account: account(index + 1),
        size: 1,
        entry_price: Price(2_000),
        margin: 500,
        unrealised: 0,
        basis: Basis::PerBranchClaim,
    }
}

fn tree(mut builder: TreeBuilder, leaves: u8) -> Tree {
    for index in 0..leaves {
        builder.push(&leaf(index)).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn a_claim_is_paid_in_the_last_second_and_not_after_it() {
    let mut pot = Pot::open(Some(100), Timestamp(1_000));
    pot.collect(100).unwrap();
    let last = Timestamp(1_000).after(CLAIM_LIFE);
    assert_eq!(pot.pay(60, last), Ok(60));
    let over = SettlementError::ClaimsOver { until: last.0, now: last.0 + 1 };
    assert_eq!(pot.pay(40, Timestamp(last.0 + 1)), Err(over));
}

#[test]
fn room_for_leaves_changes_no_root() {
    for room in [0, 1, 5, 8] {
        for leaves in [0, 1, 5, 9] {
            let roomy = tree(TreeBuilder::with_capacity(keccak256, CONTEXT, room), leaves);
            let plain = tree(TreeBuilder::new(keccak256, CONTEXT), leaves);
            assert_eq!(roomy.root(), plain.root(), "room for {room}, {leaves} leaves");
        }
    }
}

#[test]
fn a_tree_is_empty_until_its_first_leaf() {
    let mut builder = TreeBuilder::new(keccak256, CONTEXT);
    assert!(builder.is_empty());
    builder.push(&leaf(0)).unwrap();
    assert!(!builder.is_empty());
}

#[test]
fn whoever_stands_at_an_end_of_the_tree_is_not_absent() {
    let tree = tree(TreeBuilder::new(keccak256, CONTEXT), 3);
    let [first, last] = [0, 2].map(leaf);
    let [first_proof, last_proof] = [0, 2].map(|index| tree.prove(index).unwrap());
    let first = Some(Inclusion { leaf: &first, proof: &first_proof });
    let last = Some(Inclusion { leaf: &last, proof: &last_proof });
    let absent =
        |number, before, after| prove_absence(keccak256, &CONTEXT, tree.root(), 3, account(number), before, after);
    assert_eq!(absent(0, None, first), Ok(()));
    assert_eq!(absent(1, None, first), Err(SettlementError::NotAbsent { account: account(1).0 }));
    assert_eq!(absent(4, last, None), Ok(()));
    assert_eq!(absent(3, last, None), Err(SettlementError::NotAbsent { account: account(3).0 }));
}

#[test]
fn a_position_is_nothing_where_neither_size_nor_profit_is_left() {
    for (size, unrealised, empty) in [(0, 0, true), (1, 0, false), (0, -1, false), (-1, 1, false)] {
        let leaf = Leaf { size, unrealised, ..leaf(0) };
        let Leaf { entry_price, margin, basis, .. } = leaf;
        let answer = Answer { size, entry_price, margin, unrealised, basis };
        assert_eq!((leaf.is_empty(), answer.is_empty()), (empty, empty), "{size} {unrealised}");
    }
}

#[test]
fn the_longest_window_is_accepted_and_a_second_more_is_not() {
    let rules = |window| Rules { window, challenge: MAX_WINDOW, min_bond: 1 }.checked();
    assert!(rules(MAX_WINDOW).is_ok());
    assert!(rules(Seconds(MAX_WINDOW.0 + 1)).is_err());
}
