//! Upgrades in an incident file: what may follow what, and how a contradiction is named.

use lockstep_agent::incident::{EventKind, Incident, Step, parse};

mod support;

const PLANS: &str = r#"
[keepers]
count = { value = 5, assumption = "a" }
threshold = { value = 3, assumption = "a" }
look_seconds = { value = 60, assumption = "a" }
halt_seconds = { value = 600, assumption = "a" }

[[plan]]
name = "v2"
domain = "Here"
on = "host"
markets = ["ETH"]
document = "https://example.org/v2"
spec_version = { value = 2, assumption = "a" }
announced_at = { value = 2024-12-31T00:00:00Z, source = "tape" }
freeze_at = { value = 2025-01-01T00:10:00Z, assumption = "a" }
earliest = { value = 2025-01-01T00:15:00Z, assumption = "a" }
latest = { value = 2025-01-01T00:30:00Z, assumption = "a" }
stabilise = { value = 600, assumption = "a" }
max_freeze = { value = 3600, assumption = "a" }
severity = { value = 2, assumption = "a" }
finality_before = { value = 18, assumption = "a" }
finality_after = { value = 12, assumption = "a" }

[[plan]]
name = "fork"
domain = "There"
on = "elsewhere"
markets = ["ETH"]
document = "https://example.org/fork"
spec_version = { value = 9, assumption = "a" }
height = { value = 77, assumption = "a" }
announced_at = { value = 2025-01-01T00:05:00Z, source = "tape" }
freeze_at = { value = 2025-01-01T00:20:00Z, assumption = "a" }
earliest = { value = 2025-01-01T00:25:00Z, assumption = "a" }
latest = { value = 2025-01-01T00:40:00Z, assumption = "a" }
stabilise = { value = 600, assumption = "a" }
max_freeze = { value = 3600, assumption = "a" }
severity = { value = 4, assumption = "a" }
finality_before = { value = 0, assumption = "a" }
finality_after = { value = 0, assumption = "a" }
"#;

/// An event of a plan, on four lines and an empty one.
fn event(minute: u64, what: &str, plan: &str) -> String {
    format!(
        "\n[[event]]\nat = 2025-01-01T00:{minute:02}:00Z\nsource = \"tape\"\nwhat = \"{what}\"\nplan = \"{plan}\"\ndetail = \"d\"\n"
    )
}

/// The small file with two plans and these events before its halt.
fn file(events: &[String]) -> String {
    let (head, tail) = support::SMALL.split_once("[[event]]").expect("it has events");
    format!("{head}{}\n[[event]]{tail}{PLANS}", events.concat())
}

fn read(events: &[String]) -> Result<Incident, String> {
    parse(&file(events)).map_err(|flaw| {
        // The line is that of the event; the tests of other flaws look at lines.
        let message = flaw.to_string();
        message.split_once(", ").map_or(message.clone(), |(_, rest)| rest.to_owned())
    })
}

fn good() -> Vec<String> {
    vec![
        event(11, "authorised", "v2"),
        event(15, "activated", "v2"),
        event(15, "migration started", "v2"),
        event(20, "migration completed", "v2"),
        event(25, "activated", "fork"),
        event(28, "verified", "fork"),
    ]
}

#[test]
fn plans_and_their_events_are_read() {
    let incident = read(&good()).expect("a sound file");
    let [here, there] = &incident.plans[..] else { panic!("two plans") };
    assert_eq!((here.is_host, here.height.is_none(), here.markets.as_slice()), (true, true, &[0][..]));
    let notices = [here, there].map(|plan| plan.notice.as_ref().expect("both are announced"));
    assert_eq!(notices.map(|notice| notice.freeze_at.value), [1_735_690_200, 1_735_690_800]);
    assert_eq!((there.is_host, there.height.as_ref().map(|height| height.value)), (false, Some(77)));
    let [before, after] = [&notices[0].finality_before, &notices[0].finality_after].map(|finality| finality.value);
    assert_eq!((notices[1].severity.value, before, after), (4, 18, 12));
    assert_ne!(here.code(), there.code());
    assert_eq!(incident.migrations(), [(1_735_690_500, 1_735_690_800)]);
    let steps: Vec<_> = incident
        .events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Upgrade { plan, step } => Some((plan, step)),
            _ => None,
        })
        .collect();
    assert_eq!(
        steps,
        [
            (0, Step::Authorised),
            (0, Step::Activated),
            (0, Step::MigrationStarted),
            (0, Step::MigrationCompleted),
            (1, Step::Activated),
            (1, Step::Verified)
        ]
    );
    assert_eq!(incident.keepers.map(|keepers| (keepers.count.value, keepers.threshold.value)), Some((5, 3)));
}

#[test]
fn a_roll_back_of_the_host_says_to_when() {
    let with = |to: &str| {
        let mut events = good();
        let back = event(29, "rolled back", "v2").replace("detail", &format!("{to}detail"));
        events.push(back);
        read(&events)
    };
    let incident = with("to = 2025-01-01T00:14:00Z\n").expect("a sound file");
    let last = incident.events.iter().rfind(|event| matches!(event.kind, EventKind::Upgrade { .. }));
    assert_eq!(
        last.map(|event| event.kind),
        Some(EventKind::Upgrade { plan: 0, step: Step::RolledBack { to: Some(1_735_690_440) } })
    );
    assert_eq!(with("").expect_err("refused"), "event 7: `to` is missing");
    for (to, why) in [
        ("2025-01-01T00:29:00Z", "is not before the roll-back"),
        ("2024-12-30T00:00:00Z", "is before the rehearsal or the plan's announcement"),
        ("2025-01-01T00:15:00Z", "is not before the activation that is rolled back"),
    ] {
        assert_eq!(with(&format!("to = {to}\n")).expect_err("refused"), format!("event 7: `to` {why}"));
    }
}

#[test]
fn events_that_cannot_follow_each_other_are_refused() {
    let is = |number: usize, what: &str, why: &str| format!("event {number}: `what` is `{what}`, but {why}");
    let elsewhere = "the plan is elsewhere: say what the keepers saw of it, or that it is `noted`";
    let unfinished = "no later event says that it is completed or cleared";
    let themselves = "the keepers find that out by themselves on the host";
    let cases: [(Vec<String>, String); 14] = [
        (vec![event(15, "activated", "v2")], is(1, "activated", "the plan is not authorised")),
        (
            vec![event(11, "authorised", "v2"), event(12, "authorised", "v2")],
            is(2, "authorised", "an upgrade of the host is under way"),
        ),
        (
            vec![event(11, "authorised", "v2"), event(12, "migration started", "v2")],
            is(2, "migration started", "the plan is not activated at that time, with which migrations start"),
        ),
        (
            vec![event(11, "authorised", "v2"), event(12, "activated", "v2"), event(13, "migration started", "v2")],
            is(3, "migration started", "the plan is not activated at that time, with which migrations start"),
        ),
        (good()[..3].to_vec(), is(3, "migration started", unfinished)),
        ([&good()[..3], &[event(16, "migration failed", "v2")]].concat(), is(3, "migration started", unfinished)),
        (
            [&good()[..4], &[event(21, "migration cleared", "v2")]].concat(),
            is(5, "migration cleared", "no migration of the plan goes on"),
        ),
        (
            [&good()[..4], &[event(21, "aborted", "v2")]].concat(),
            is(5, "aborted", "the plan is not authorised, or activated already"),
        ),
        ([&good()[..2], &[event(16, "verified", "v2")]].concat(), is(3, "verified", themselves)),
        ([&good()[..2], &[event(16, "failed", "v2")]].concat(), is(3, "failed", themselves)),
        (vec![event(12, "migration started", "fork")], is(1, "migration started", elsewhere)),
        (vec![event(12, "verified", "fork")], is(1, "verified", "the plan is not activated")),
        (
            vec![event(12, "activated", "fork"), event(13, "aborted", "fork")],
            is(2, "aborted", "the plan is activated or called off already"),
        ),
        (vec![event(4, "activated", "fork")], "event 1: `at` is before the plan is announced".to_owned()),
    ];
    for (events, message) in cases {
        assert_eq!(read(&events).expect_err("refused"), message, "{events:?}");
    }
    assert_eq!(
        read(&[event(12, "activated", "v3")]).expect_err("refused"),
        "event 1: `plan` `v3` is not a plan of this file"
    );
    let mut stray = event(12, "noted", "v2");
    assert_eq!(read(std::slice::from_ref(&stray)).expect_err("refused"), "event 1: `plan` is not a known field here");
    stray = stray.replace("plan = \"v2\"\n", "").replace("noted", "slowed");
    assert_eq!(read(std::slice::from_ref(&stray)).expect_err("refused"), "event 1: `block_seconds` is missing");
    let slowed = stray.replace("detail", "block_seconds = 24\ndetail");
    assert_eq!(read(&[slowed]).expect("sound").events[0].kind, EventKind::Slowed(24));
    let silent = stray.replace("slowed", "silent");
    assert_eq!(
        read(std::slice::from_ref(&silent)).expect_err("refused"),
        "event 1: `what` is `silent`, and no later event is `heard`"
    );
    let heard = silent.replace("silent", "heard");
    assert_eq!(
        read(std::slice::from_ref(&heard)).expect_err("refused"),
        "event 1: `what` is `heard`, but reporters and keepers are not silent"
    );
    assert!(read(&[silent, heard]).is_ok());
}

#[test]
fn a_host_cannot_be_upgraded_while_it_is_halted() {
    let mut events = good();
    events.truncate(4);
    // The small file's halt is from 00:30 to 01:00.
    let late = file(&events).replace("[[event]]\nat = 2025-01-01T01:00:00Z", "@");
    let late = late.replace('@', &format!("{}\n[[event]]\nat = 2025-01-01T01:00:00Z", event(40, "authorised", "v2")));
    let message = parse(&late).expect_err("refused").to_string();
    assert!(message.ends_with("event 6: `at` is while the chain is halted"), "{message}");
}

#[test]
fn nobody_opens_while_a_migration_keeps_transactions_out() {
    let with = |minute: &str| {
        let text =
            file(&good()).replace("opens_at = 2025-01-01T00:05:00Z", &format!("opens_at = 2025-01-01T00:{minute}:00Z"));
        parse(&text).map(|_| ()).map_err(|flaw| flaw.to_string())
    };
    assert!(with("15").expect_err("refused").ends_with("`opens_at` is while a migration keeps transactions out"));
    assert!(with("19").is_err());
    assert_eq!(with("20"), Ok(()));
}

#[test]
fn plans_that_contradict_themselves_are_refused() {
    let cases = [
        ("name = \"fork\"", "name = \"v2\"", "plan 2: `name` `v2` is the name of an earlier plan"),
        (
            "domain = \"There\"",
            "domain = \"Here\"",
            "plan 2 `fork`: `on` does not fit the plans above: one network is the host, and only one",
        ),
        (
            "on = \"elsewhere\"",
            "on = \"host\"",
            "plan 2 `fork`: `on` does not fit the plans above: one network is the host, and only one",
        ),
        ("height = { value = 77, assumption = \"a\" }\n", "", "plan 2 `fork`: `height` is missing"),
        ("on = \"host\"", "on = \"host\"\nheight = 3", "plan 1 `v2`: `height` is not a known field here"),
        (
            "value = 2, assumption = \"a\" }\nannounced",
            "value = 1, assumption = \"a\" }\nannounced",
            "plan 1 `v2`, `spec_version`: `value` must be from 2 to 4294967295, not 1",
        ),
        (
            "value = 2024-12-31T00:00:00Z",
            "value = 2025-01-01T00:10:00Z",
            "plan 1 `v2`: `freeze_at` is not after `announced_at`",
        ),
        (
            "freeze_at = { value = 2025-01-01T00:10:00Z",
            "freeze_at = { value = 2025-01-01T00:00:00Z",
            "plan 1 `v2`: `freeze_at` is outside of the rehearsal (`host`, `opens_at` to `closes_at`)",
        ),
        (
            "value = 2025-01-01T00:15:00Z",
            "value = 2025-01-01T00:09:00Z",
            "plan 1 `v2`: `earliest` is before `freeze_at`",
        ),
        (
            "value = 2025-01-01T00:40:00Z",
            "value = 2025-01-01T00:24:00Z",
            "plan 2 `fork`: `latest` is before `earliest`",
        ),
        (
            "value = 2025-01-01T00:40:00Z",
            "value = 2025-01-01T01:20:00Z",
            "plan 2 `fork`: `max_freeze` ends before `latest`: the freeze could not last until the upgrade",
        ),
        (
            "severity = { value = 4",
            "severity = { value = 5",
            "plan 2 `fork`, `severity`: `value` must be from 1 to 4, not 5",
        ),
        ("count = { value = 5", "count = { value = 2", "`keepers`: `threshold` is above `count`"),
        (
            "threshold = { value = 3",
            "threshold = { value = 2",
            "`keepers`: `threshold` is no majority of `count`, which the registry asks for",
        ),
    ];
    for (from, to, message) in cases {
        let text = file(&[]);
        assert_eq!(text.matches(from).count(), 1, "{from:?} must name one place");
        let found = parse(&text.replace(from, to)).expect_err("this must be refused").to_string();
        assert_eq!(found.split_once(", ").map(|(_, rest)| rest), Some(message), "{from:?} -> {to:?}");
    }
    let (kept, _) = PLANS.split_once("announced_at").expect("it has an announcement");
    let sudden = |change: fn(String) -> String| {
        let plan = kept.replace("on = \"host\"", "on = \"host\"\nno_notice = true");
        let plan = format!("{plan}max_freeze = {{ value = 21600, assumption = \"a\" }}\n");
        let text = file(&[event(11, "authorised", "v2")]).replace(PLANS, &change(plan));
        parse(&text).map(|incident| incident.plans[0].notice.is_none()).map_err(|flaw| flaw.to_string())
    };
    assert_eq!(sudden(|plan| plan), Ok(true));
    let longer = sudden(|plan| plan.replace("21600", "21601")).expect_err("keepers may freeze for six hours");
    assert!(longer.ends_with("`max_freeze`: `value` must be from 1 to 21600, not 21601"), "{longer}");
    let elsewhere = sudden(|plan| plan.replace("\"host\"", "\"elsewhere\"")).expect_err("keepers do not see it");
    assert!(elsewhere.ends_with("`no_notice` is for the host: keepers see there what nobody announced"), "{elsewhere}");
    let both = sudden(|plan| plan + "severity = { value = 1, assumption = \"a\" }\n").expect_err("nobody said so");
    assert!(both.ends_with("`severity` is not a known field here"), "{both}");
    let twice = file(&[]).replacen("markets = [\"ETH\"]", "markets = [\"ETH\", \"ETH\"]", 1);
    assert!(parse(&twice).expect_err("refused").to_string().ends_with("`markets` names `ETH` twice"));
    let other = file(&[]).replacen("markets = [\"ETH\"]", "markets = [\"BTC\"]", 1);
    assert!(parse(&other).expect_err("refused").to_string().ends_with("`markets` `BTC` is not a market of this file"));
    let (_, keepers) = PLANS.split_once("[keepers]").expect("it has keepers");
    let (keepers, _) = keepers.split_once("[[plan]]").expect("and plans after them");
    let unwatched = file(&[]).replace(&format!("[keepers]{keepers}"), "");
    assert_eq!(
        parse(&unwatched).expect_err("refused").to_string(),
        "line 1: `keepers` is missing: where there is a `[[plan]]`, somebody watches it"
    );
}
