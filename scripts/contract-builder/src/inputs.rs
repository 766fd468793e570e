//! Everything that goes into a contract's build, each with a value that changes when it does.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Package, semver::Version};
use serde::Deserialize;

use crate::{
    manifest,
    workspace::{Contract, Workspace, build_dependencies},
};

/// Inputs by name. Equal maps give equal contracts.
pub type Inputs = BTreeMap<String, String>;

/// The builder's own source: how it builds is an input too.
const BUILDER: [(&str, &str); 7] = [
    ("main.rs", include_str!("main.rs")),
    ("compile.rs", include_str!("compile.rs")),
    ("inputs.rs", include_str!("inputs.rs")),
    ("manifest.rs", include_str!("manifest.rs")),
    ("results.rs", include_str!("results.rs")),
    ("rustc.rs", include_str!("rustc.rs")),
    ("workspace.rs", include_str!("workspace.rs")),
];

/// Read by ink!'s build script: it sizes the buffer of every contract.
const BUFFER_SIZE: &str = "INK_STATIC_BUFFER_SIZE";

/// Directories of a package that no contract is made from.
const NOT_COMPILED: [&str; 5] = ["benches", "proptest-regressions", "solidity", "target", "tests"];

/// The inputs that all contracts have in common: compiler, builder, environment.
pub fn common(lock: &LockFile) -> Result<Inputs> {
    let mut inputs = Inputs::new();
    for (variable, program) in [("CARGO", "cargo"), ("RUSTC", "rustc")] {
        let path = env::var_os(variable).unwrap_or_else(|| program.into());
        inputs.insert(program.into(), version_of(Path::new(&path))?);
    }
    for (file, text) in BUILDER {
        inputs.insert(format!("builder {file}"), digest(text.as_bytes()));
    }
    let library = lock.version_of("contract-build")?;
    inputs.insert("contract-build".into(), library.to_string());
    if let Ok(size) = env::var(BUFFER_SIZE) {
        inputs.insert(BUFFER_SIZE.into(), size);
    }
    Ok(inputs)
}

/// The inputs of one contract: its sources, those of the workspace's packages it depends on, and the
/// locked version of every package from outside.
pub fn of_contract(contract: &Contract<'_>, workspace: &Workspace, lock: &LockFile) -> Result<Inputs> {
    let mut inputs = Inputs::new();
    let closure = lock.closure(contract.name(), |name| workspace.member(name).map(build_dependencies))?;
    for locked in closure {
        if let Some(checksum) = &locked.checksum {
            inputs.insert(format!("{} {}", locked.name, locked.version), checksum.clone());
        } else {
            let package = workspace
                .member(&locked.name)
                .with_context(|| format!("{} is neither from crates.io nor of this workspace", locked.name))?;
            inputs.extend(of_member(package, workspace.root())?);
        }
    }
    Ok(inputs)
}

fn of_member(package: &Package, root: &Path) -> Result<Inputs> {
    let described = toml::to_string(&manifest::describe(package)?)?;
    let mut inputs = Inputs::from([(format!("Cargo.toml of {}", package.name), digest(described.as_bytes()))]);
    let dir = package.manifest_path.parent().context("a manifest lies in a directory")?;
    for file in sources_of_package(dir.as_std_path(), root)? {
        let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let shown = file.strip_prefix(root).unwrap_or(&file);
        inputs.insert(shown.display().to_string(), digest(&bytes));
    }
    Ok(inputs)
}

/// Sources of the package in `dir`. One that lies within another may be made from that one's modules too.
fn sources_of_package(dir: &Path, root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = sources(dir)?;
    if let Some(around) = dir.parent().filter(|around| *around != root && around.join("Cargo.toml").exists()) {
        files.extend(sources(around)?);
    }
    Ok(files)
}

/// Files under `dir`, but for the manifest (its meaning is an input of its own), hidden files, tests (by the workspace's
/// names for them), and packages that lie within.
fn sources(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(current) = open.pop() {
        let entries = fs::read_dir(&current).with_context(|| format!("listing {}", current.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || name == "Cargo.toml" || name.ends_with("_tests.rs") {
                continue;
            }
            if path.is_file() {
                files.push(path);
            } else if !NOT_COMPILED.contains(&&*name) && !path.join("Cargo.toml").exists() {
                open.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn version_of(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("-vV").output().with_context(|| format!("running {}", program.display()))?;
    if !output.status.success() {
        bail!("{} -vV failed: {}", program.display(), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Hash of a file's content, in hex.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(sp_crypto_hashing::blake2_256(bytes))
}

/// `Cargo.lock`, as far as it says what depends on what.
#[derive(Deserialize)]
pub struct LockFile {
    #[serde(rename = "package")]
    packages: Vec<Locked>,
}

/// A package in the lock file.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locked {
    name: String,
    version: Version,
    /// Only packages from a registry have one.
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl LockFile {
    /// Reads the lock file of the workspace at `root`.
    pub fn load(root: &Path) -> Result<Self> {
        let path = root.join("Cargo.lock");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("reading {}", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        Ok(toml::from_str(text)?)
    }

    /// The locked version of a package of which there is one.
    pub fn version_of(&self, name: &str) -> Result<Version> {
        Ok(self.resolve(name)?.version.clone())
    }

    fn packages_called(&self, name: &str) -> impl Iterator<Item = &Locked> {
        self.packages.iter().filter(move |package| package.name == name)
    }

    /// The workspace's package `root` and all it is built from. `restrict` gives, for a member of
    /// the workspace, the names of the dependencies that count: the lock file mixes in those that
    /// only tests need.
    fn closure<'a>(
        &self,
        root: &str,
        restrict: impl Fn(&str) -> Option<BTreeSet<&'a str>>,
    ) -> Result<BTreeSet<&Locked>> {
        let start = self
            .packages_called(root)
            .find(|package| package.checksum.is_none())
            .with_context(|| format!("Cargo.lock does not list {root}"))?;
        let mut closure = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(package) = open.pop() {
            let counted = match package.checksum {
                None => restrict(&package.name),
                Some(_) => None,
            };
            for dependency in &package.dependencies {
                let name = dependency.split(' ').next().unwrap_or(dependency);
                if counted.as_ref().is_some_and(|counted| !counted.contains(name)) {
                    continue;
                }
                let found = self.resolve(dependency)?;
                if closure.insert(found) {
                    open.push(found);
                }
            }
        }
        Ok(closure)
    }

    /// The package that a lock file's `name`, `name version` or `name version (source)` means.
    fn resolve(&self, dependency: &str) -> Result<&Locked> {
        let mut words = dependency.split(' ');
        let name = words.next().unwrap_or_default();
        let version = words.next().map(Version::parse).transpose()?;
        self.packages_called(name)
            .find(|package| version.as_ref().is_none_or(|version| package.version == *version))
            .with_context(|| format!("Cargo.lock does not list {dependency}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4

        [[package]]
        name = "core"
        version = "0.1.0"
        dependencies = ["codec 3.0.0", "proptest"]

        [[package]]
        name = "vault"
        version = "0.1.0"
        dependencies = ["core", "codec 3.0.0"]

        [[package]]
        name = "host-tool"
        version = "0.1.0"
        dependencies = ["core", "codec 2.0.0"]

        [[package]]
        name = "codec"
        version = "2.0.0"
        checksum = "c2"

        [[package]]
        name = "codec"
        version = "3.0.0"
        checksum = "c3"
        dependencies = ["derive"]

        [[package]]
        name = "derive"
        version = "1.0.0"
        checksum = "d1"

        [[package]]
        name = "proptest"
        version = "1.0.0"
        checksum = "p1"
    "#;

    fn closure_names(lock: &LockFile) -> Vec<String> {
        lock.closure("vault", |name| (name == "core").then(|| BTreeSet::from(["codec"])))
            .unwrap()
            .into_iter()
            .map(|locked| format!("{} {}", locked.name, locked.version))
            .collect()
    }

    #[test]
    fn closure_follows_versions_and_leaves_out_what_only_tests_need() {
        let lock = LockFile::parse(LOCK).unwrap();
        assert_eq!(closure_names(&lock), ["codec 3.0.0", "core 0.1.0", "derive 1.0.0", "vault 0.1.0"]);
    }

    #[test]
    fn a_package_missing_from_the_lock_file_is_an_error() {
        let lock = LockFile::parse(&LOCK.replace("name = \"derive\"", "name = \"other\"")).unwrap();
        let error = lock.closure("vault", |_| None).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "Cargo.lock does not list derive");
    }

    #[test]
    fn sources_are_files_that_are_compiled() {
        let dir = tempfile::tempdir().unwrap();
        for file in [
            "lib.rs",
            "Cargo.toml",
            "src/deep/a.rs",
            "src/deep/a_tests.rs",
            "tests/t.rs",
            "target/x.rs",
            "solidity/I.sol",
            ".hidden",
            "inner/Cargo.toml",
            "inner/lib.rs",
        ] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let shown = |found: Vec<PathBuf>| -> Vec<String> {
            found.iter().map(|path| path.strip_prefix(dir.path()).unwrap().display().to_string()).collect()
        };
        assert_eq!(shown(sources(dir.path()).unwrap()), ["lib.rs", "src/deep/a.rs"]);
        let (inner, outside) = (dir.path().join("inner"), Path::new("/"));
        assert_eq!(shown(sources_of_package(&inner, outside).unwrap()), ["inner/lib.rs", "lib.rs", "src/deep/a.rs"]);
        assert_eq!(shown(sources_of_package(&inner, dir.path()).unwrap()), ["inner/lib.rs"], "the workspace is none");
    }
}
