//! Discovery and inputs of contracts, on a workspace in a temporary directory.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    inputs::{self, Inputs, LockFile},
    manifest::{self, Purpose},
    workspace::{Contract, Workspace},
};

const ROOT: &str = r#"
[workspace]
resolver = "3"
members = ["core", "vault", "settlement", "host-tool"]

[workspace.package]
version = "1.2.3"
edition = "2024"
authors = ["Somebody"]

[workspace.dependencies]
core-logic = { path = "core", default-features = false }
codec = { version = "3.1", default-features = false, features = ["derive"] }
clap = "4.0"

[patch.crates-io]
clap = { path = "our-clap" }
"#;

const CORE: &str = r#"
[package]
name = "core-logic"
version.workspace = true
edition.workspace = true

[features]
std = []

[dev-dependencies]
clap.workspace = true
"#;

const CONTRACT: &str = r#"
[package]
name = "NAME"
version.workspace = true
edition.workspace = true
authors.workspace = true

[lib]
path = "lib.rs"

[dependencies]
codec = { workspace = true, optional = true }
core-logic.workspace = true

[features]
std = ["core-logic/std", "dep:codec"]

[package.metadata.ink-lang]
abi = "all"
"#;

const HOST_TOOL: &str = r#"
[package]
name = "host-tool"
version = "0.1.0"
edition = "2024"

[dependencies]
clap.workspace = true
"#;

const LOCK: &str = r#"
version = 4

[[package]]
name = "clap"
version = "4.0.1"
checksum = "clap401"

[[package]]
name = "codec"
version = "3.1.5"
checksum = "codec315"

[[package]]
name = "core-logic"
version = "1.2.3"
dependencies = ["clap"]

[[package]]
name = "host-tool"
version = "0.1.0"
dependencies = ["clap"]

[[package]]
name = "settlement"
version = "1.2.3"
dependencies = ["codec", "core-logic"]

[[package]]
name = "vault"
version = "1.2.3"
dependencies = ["codec", "core-logic"]
"#;

struct Fixture {
    dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let fixture = Self { dir: tempfile::tempdir().unwrap() };
        for (file, text) in [
            ("Cargo.toml", ROOT),
            ("Cargo.lock", LOCK),
            ("core/Cargo.toml", CORE),
            ("core/src/lib.rs", "// core"),
            ("vault/Cargo.toml", &CONTRACT.replace("NAME", "vault")),
            ("vault/lib.rs", "// vault"),
            ("settlement/Cargo.toml", &CONTRACT.replace("NAME", "settlement")),
            ("settlement/lib.rs", "// settlement"),
            ("host-tool/Cargo.toml", HOST_TOOL),
            ("host-tool/src/main.rs", "fn main() {}"),
        ] {
            fixture.write(file, text);
        }
        fixture
    }

    fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces text that must be there.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, &text.replace(from, to));
    }

    fn load(&self) -> Workspace {
        Workspace::load(self.dir.path()).unwrap()
    }

    /// The inputs of the vault.
    fn inputs(&self) -> Inputs {
        let workspace = self.load();
        let lock = LockFile::load(self.dir.path()).unwrap();
        inputs::of_contract(&vault(&workspace), &workspace, &lock).unwrap()
    }

    /// Names of the vault's inputs that differ after `change`.
    fn changed_by(&self, change: impl FnOnce(&Self)) -> Vec<String> {
        let before = self.inputs();
        change(self);
        let after = self.inputs();
        let mut changed: Vec<String> =
            before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name)).cloned().collect();
        changed.sort();
        changed.dedup();
        changed
    }
}

fn vault(workspace: &Workspace) -> Contract<'_> {
    workspace.contracts(&["vault".into()]).unwrap().pop().unwrap()
}

fn refusal(workspace: &Workspace, names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let refused = workspace.contracts(&names).map(|_| ());
    refused.unwrap_err().to_string()
}

#[test]
fn contracts_are_the_packages_that_say_so() {
    let fixture = Fixture::new();
    let workspace = fixture.load();
    let names: Vec<&str> = workspace.contracts(&[]).unwrap().iter().map(Contract::name).collect();
    assert_eq!(names, ["settlement", "vault"]);
    assert_eq!(
        refusal(&workspace, &["vault", "host-tool"]),
        "there is no contract called \"host-tool\"; the contracts are: settlement, vault"
    );
}

#[test]
fn contracts_that_cannot_be_built_are_refused_by_name() {
    let fixture = Fixture::new();
    fixture.edit("vault/Cargo.toml", "authors.workspace = true", "");
    assert_eq!(
        refusal(&fixture.load(), &[]),
        "vault: Cargo.toml has no `authors`, without which no metadata can be made"
    );
    let fixture = Fixture::new();
    fixture.edit("vault/Cargo.toml", "\"all\"", "\"ink\"");
    assert_eq!(
        refusal(&fixture.load(), &[]),
        "vault: Cargo.toml needs `abi = \"all\"` under [package.metadata.ink-lang]"
    );
}

#[test]
fn every_input_of_a_contract_counts() {
    let f = Fixture::new();
    let changed = f.changed_by(|f| f.write("vault/lib.rs", "// other"));
    assert_eq!(changed, ["vault/lib.rs"]);
    let changed = f.changed_by(|f| f.write("vault/part.rs", "// new"));
    assert_eq!(changed, ["vault/part.rs"]);
    let changed = f.changed_by(|f| f.write("core/src/lib.rs", "// other"));
    assert_eq!(changed, ["core/src/lib.rs"]);
    let changed = f.changed_by(|f| f.edit("Cargo.lock", "codec315", "codec316"));
    assert_eq!(changed, ["codec 3.1.5"]);
    let changed = f.changed_by(|f| f.edit("Cargo.toml", "[\"derive\"]", "[]"));
    assert_eq!(changed, ["Cargo.toml of vault"]);
    let changed = f.changed_by(|f| f.edit("core/Cargo.toml", "std = []", "std = []\nmore = []"));
    assert_eq!(changed, ["Cargo.toml of core-logic"]);
    let changed = f.changed_by(|f| f.edit("Cargo.toml", "1.2.3", "1.2.4"));
    assert_eq!(changed, ["Cargo.toml of core-logic", "Cargo.toml of vault"]);
}

#[test]
fn what_a_contract_is_not_made_from_does_not_count() {
    let nothing: [&str; 0] = [];
    let f = Fixture::new();
    let changed = f.changed_by(|f| {
        f.write("settlement/lib.rs", "// other");
        f.write("host-tool/src/main.rs", "fn main() { }");
        f.write("core/tests/properties.rs", "// new");
        f.edit("Cargo.toml", "clap = \"4.0\"", "clap = \"4\"");
        f.edit("Cargo.lock", "clap401", "clap402");
    });
    assert_eq!(changed, nothing);
}

#[test]
fn stand_alone_manifests_inherit_nothing_and_mean_the_same() {
    let fixture = Fixture::new();
    let workspace = fixture.load();
    let contract = vault(&workspace);
    let code = manifest::stand_alone(&contract, workspace.patches(), Purpose::Code).unwrap();
    let expected = r#"
        [package]
        name = "vault"
        version = "1.2.3"
        edition = "2024"
        authors = ["Somebody"]
        publish = false
        metadata = { ink-lang = { abi = "all" } }
        [lib]
        path = "ROOT/vault/lib.rs"
        [dependencies]
        codec = { version = "^3.1", optional = true, default-features = false, features = ["derive"] }
        core-logic = { path = "ROOT/core", default-features = false }
        [features]
        std = ["core-logic/std", "dep:codec"]
        [workspace]
        [patch.crates-io]
        clap = { path = "ROOT/our-clap" }
    "#;
    let expected = expected.replace("ROOT", &canonical(fixture.dir.path()));
    assert_eq!(code, expected.parse::<toml::Table>().unwrap());

    let metadata = manifest::stand_alone(&contract, workspace.patches(), Purpose::Metadata).unwrap();
    assert_eq!(metadata["profile"]["release"]["lto"].as_str(), Some("off"));
    assert!(!code.contains_key("profile"));
}

fn canonical(path: &Path) -> String {
    path.canonicalize().unwrap().display().to_string()
}
