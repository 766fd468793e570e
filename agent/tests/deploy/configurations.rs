//! Configurations that are refused, and networks that are not the configuration's.

use lockstep_agent::deploy::config::{Config, Flaw};
use lockstep_devchain::ChainConfig;

use super::*;

fn flaw(text: &str) -> String {
    Config::parse(text, &suite()).expect_err("it is not sound").to_string()
}

/// Line of the configuration on which this is.
fn line_of(what: &str) -> usize {
    CONFIG.lines().position(|line| line.contains(what)).expect("it is in the configuration") + 1
}

#[test]
fn what_is_wrong_is_named_with_line_and_field() {
    let cases = [
        ("para_id = 0", "para_id = \"0\"", "`para_id` invalid type: string \"0\", expected u32"),
        ("para_id = 0", "para_id = -1", "`para_id` invalid value: integer `-1`, expected u32"),
        (
            "domain = 1",
            "domian = 1",
            "unknown field `domian`, expected one of `network`, `url`, `genesis_hash`, `para_id`, `chain_id`, `fork_id`, `domain`, `deployer`, `governance`, `constructor`",
        ),
        (
            "network = \"embedded\"",
            "network = \"polkadot\"",
            "`network` is `polkadot`, of which no `url` says where its node listens",
        ),
        (
            "network = \"embedded\"",
            "network = \"../embedded\"",
            "`network` must consist of small letters, digits and hyphens, not `../embedded`",
        ),
        ("deployer = \"alice\"", "deployer = \" \"", "`deployer` must not be blank"),
        (
            "governance = \"governor\"",
            "governance = \"settlement\"",
            "`governance` must be `governor`, `deployer` or an address, not `settlement`",
        ),
        (
            "tolerance = 60",
            "tolerance = \"an hour\"",
            "`constructor.oracle-guard.tolerance` must be a whole number (in quotes where it is large), or a time in whole seconds with its offset, not \"an hour\"",
        ),
        (
            "tolerance = 60",
            "tolerance = -60",
            "`constructor.oracle-guard.tolerance` must be a whole number (in quotes where it is large), or a time in whole seconds with its offset, not -60",
        ),
        (
            "tolerance = 60",
            "tolerance = \"18446744073709551616\"",
            "`constructor.oracle-guard.tolerance` is 18446744073709551616, which does not fit into uint64",
        ),
        (
            "tolerance = 60",
            "tolerence = 60",
            "`constructor.oracle-guard.tolerence` is no argument of the constructor, which takes `governance`, `registry`, `block_time_ms`, `tolerance`, `max_silence`",
        ),
        (
            "quote_decimals = 6",
            "quote_decimals = 256",
            "`constructor.margin-vault.quote_decimals` is 256, which does not fit into uint8",
        ),
        (
            "guardian_until = 2027-01-01T00:00:00Z",
            "guardian_until = 2027-01-01T00:00:00",
            "`constructor.governor.guardian_until` must be a whole number (in quotes where it is large), or a time in whole seconds with its offset, not 2027-01-01T00:00:00",
        ),
        (
            "guard = \"oracle-guard\"",
            "guard = \"settlement\"",
            "`constructor.margin-vault.guard` names `settlement`, which is not deployed before `margin-vault`",
        ),
        (
            "guard = \"oracle-guard\"",
            "guard = \"guard\"",
            "`constructor.margin-vault.guard` must be an address, `deployer`, `governance` or a contract of the suite, not `guard`",
        ),
        (
            "guard = \"oracle-guard\"",
            "guard = 7",
            "`constructor.margin-vault.guard` must be an address or the name of one, not 7",
        ),
        (
            "guardian = \"deployer\"",
            "guardian = \"governance\"",
            "`constructor.governor.guardian` names `governor`, which is not deployed before `governor`",
        ),
    ];
    for (from, to, what) in cases {
        let found = flaw(&changed(from, to));
        assert_eq!(found, format!("line {}: {what}", line_of(from)), "{to}");
    }
    let with_node = changed("network = \"embedded\"", "network = \"embedded\"\nurl = \"ws://127.0.0.1:9944\"");
    let line = line_of("network =") + 1;
    assert_eq!(flaw(&with_node), format!("line {line}: `url` must be left out: the embedded network has no node"));
    let on_node = with_node.replace("network = \"embedded\"", "network = \"local\"");
    let line = line_of("deployer = \"alice\"") + 1;
    assert_eq!(flaw(&on_node), format!("line {line}: `deployer` must be an account in SS58, not `alice`"));
    let renamed = flaw(&changed("[constructor.settlement]", "[constructor.settlements]"));
    assert!(renamed.ends_with(": `constructor.settlement` is missing"), "{renamed}");
    let missing = CONFIG.replace("domain = 1\n", "");
    assert_eq!(flaw(&missing), "line 1: missing field `domain`");
    let missing = CONFIG.replace("tolerance = 60\n", "");
    let line = line_of("[constructor.oracle-guard]");
    assert_eq!(flaw(&missing), format!("line {line}: `constructor.oracle-guard.tolerance` is missing"));
    let more = format!("{CONFIG}\n[constructor.venue]\n");
    let line = CONFIG.lines().count() + 2;
    assert_eq!(flaw(&more), format!("line {line}: `constructor.venue` is no contract of the suite"));
    let flaw = Flaw { line: 3, field: String::new(), what: "wrong".into() };
    assert_eq!(flaw.to_string(), "line 3: wrong");
}

#[test]
fn a_configuration_that_is_not_sound_changes_nothing() {
    let folder = folder();
    let line = line_of("domain = 1");
    let refused = said(&lockstep(folder.path(), &changed("domain = 1", "domain = x"), &["--execute"]), 2);
    assert!(refused.starts_with(&format!("lockstep: embedded.toml: line {line}: ")), "{refused}");
    assert_eq!(left(folder.path()), ["embedded.toml"]);
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute", "--replace", "venue"]), 2);
    assert_eq!(
        refused,
        "lockstep: there is no contract `venue` to replace; there are upgrade-registry, governor, oracle-guard, \
         margin-vault, settlement\n"
    );
    assert_eq!(left(folder.path()), ["embedded.toml"]);
}

#[test]
fn another_network_is_refused() {
    let folder = folder();
    let mut other = Embedded::begin(ChainConfig { chain_id: 7, ..ChainConfig::default() }).expect("it begins");
    other.keep(&path(&folder, CHAIN)).expect("written");
    let before = fs::read(path(&folder, CHAIN)).expect("there");
    let found = other.identity().expect("it is there").genesis_hash;
    let expected = Config::parse(CONFIG, &suite()).expect("it is sound").genesis_hash;
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute"]), 2);
    assert_eq!(
        refused,
        format!("lockstep: wrong network: its genesis hash is {found:?}, the configuration's {expected:?}\n")
    );
    assert!(!path(&folder, RECORD).exists());
    assert_eq!(fs::read(path(&folder, CHAIN)).expect("there"), before);
}

#[test]
fn another_chain_or_branch_from_the_same_first_block_is_another_network() {
    let folder = folder();
    let refused = said(&lockstep(folder.path(), &changed("chain_id = 420420421", "chain_id = 1"), &["--execute"]), 2);
    assert_eq!(refused, "lockstep: wrong network: its chain id is 420420421, the configuration's 1\n");
    let refused = said(&lockstep(folder.path(), &changed("para_id = 0", "para_id = 1000"), &["--execute"]), 2);
    assert_eq!(refused, "lockstep: wrong network: its parachain id is 0, the configuration's 1000\n");
    let branch = format!("fork_id = \"0x{}\"\ndomain = 1", "22".repeat(32));
    let refused = said(&lockstep(folder.path(), &changed("domain = 1", &branch), &["--execute"]), 2);
    assert!(refused.starts_with("lockstep: wrong network: its fork id is 0x"), "{refused}");
    assert!(!path(&folder, RECORD).exists() && !path(&folder, CHAIN).exists());
}

#[test]
fn a_file_that_is_no_chain_or_no_record_is_named() {
    let folder = folder();
    fs::write(path(&folder, CHAIN), "nothing").expect("written");
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute"]), 3);
    assert_eq!(refused, "lockstep: embedded.chain: these 7 bytes are no embedded network\n");
    fs::write(path(&folder, RECORD), "{\"schema\": 1}\n").expect("written");
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute"]), 3);
    assert_eq!(
        refused,
        "lockstep: embedded.json: at '': missing properties 'network', 'genesis_hash', 'para_id', 'chain_id', \
         'fork_id', 'spec_version', 'domain', 'deployer', 'contracts', 'connections', 'superseded'\n"
    );
    fs::write(path(&folder, RECORD), "{").expect("written");
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute"]), 3);
    assert_eq!(refused, "lockstep: embedded.json: EOF while parsing an object at line 1 column 1\n");
}
