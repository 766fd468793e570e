use lockstep_core::registry::KeeperRules;

#[test]
fn half_of_the_keepers_are_no_majority() {
    let rules = KeeperRules::default();
    assert!(rules.of(2, 4).is_err() && rules.of(3, 4).is_ok());
}
