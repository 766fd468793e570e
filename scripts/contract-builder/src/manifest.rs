//! Stand-alone manifests.
//!
//! `contract-build` copies a contract's manifest out of its workspace before it builds, so nothing
//! in it may be inherited (`version.workspace = true`). Cargo has resolved the inheritance in what
//! it tells of a package; here that is written down as a manifest again, with absolute paths.

use anyhow::{Result, bail};
use cargo_metadata::{Dependency, DependencyKind, Package};
use toml::{Table, Value};

use crate::workspace::Contract;

/// What a manifest is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The contract's code: `contract-build` sets the profile.
    Code,
    /// The program that prints the contract's metadata, which runs once: build it fast.
    Metadata,
}

/// The manifest of a contract as a workspace of its own, with the patches of its present one.
pub fn stand_alone(contract: &Contract<'_>, patches: &Table, purpose: Purpose) -> Result<Table> {
    let mut manifest = describe(contract.package)?;
    let lib = Table::from_iter([("path".to_owned(), Value::from(contract.lib.display().to_string()))]);
    manifest.insert("lib".into(), lib.into());
    manifest.insert("workspace".into(), Table::new().into());
    if !patches.is_empty() {
        entry(&mut manifest, "patch")?.insert("crates-io".into(), patches.clone().into());
    }
    if purpose == Purpose::Metadata {
        manifest.insert("profile".into(), metadata_profile());
        manifest.insert("dev-dependencies".into(), metadata_generator_needs());
    }
    Ok(manifest)
}

/// What a package says about its build: name, edition, features and dependencies, but neither its
/// targets nor what only its tests need.
pub fn describe(package: &Package) -> Result<Table> {
    let mut head = Table::new();
    head.insert("name".into(), package.name.as_str().into());
    head.insert("version".into(), package.version.to_string().into());
    head.insert("edition".into(), package.edition.as_str().into());
    head.insert("authors".into(), package.authors.clone().into());
    head.insert("publish".into(), false.into());
    for (key, value) in [
        ("license", &package.license),
        ("description", &package.description),
        ("repository", &package.repository),
        ("homepage", &package.homepage),
        ("documentation", &package.documentation),
        ("links", &package.links),
    ] {
        if let Some(value) = value {
            head.insert(key.into(), value.as_str().into());
        }
    }
    if !package.metadata.is_null() {
        head.insert("metadata".into(), Value::try_from(&package.metadata)?);
    }

    let mut manifest = Table::new();
    manifest.insert("package".into(), head.into());
    manifest.insert("features".into(), Value::try_from(&package.features)?);
    for dependency in &package.dependencies {
        let section = match dependency.kind {
            DependencyKind::Normal => "dependencies",
            DependencyKind::Build => "build-dependencies",
            _ => continue,
        };
        let parent = match &dependency.target {
            None => &mut manifest,
            Some(target) => entry(entry(&mut manifest, "target")?, &target.to_string())?,
        };
        let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
        entry(parent, section)?.insert(name.clone(), describe_dependency(dependency)?.into());
    }
    Ok(manifest)
}

fn describe_dependency(dependency: &Dependency) -> Result<Table> {
    let name = &dependency.name;
    let mut table = Table::new();
    match (&dependency.path, &dependency.source) {
        (Some(path), _) => table.insert("path".into(), path.as_str().into()),
        (None, Some(source)) if source.is_crates_io() => {
            table.insert("version".into(), dependency.req.to_string().into())
        }
        _ => bail!("{name}: contracts take dependencies from this workspace or crates.io only"),
    };
    if dependency.rename.is_some() {
        table.insert("package".into(), name.as_str().into());
    }
    if dependency.optional {
        table.insert("optional".into(), true.into());
    }
    if !dependency.features.is_empty() {
        table.insert("features".into(), dependency.features.clone().into());
    }
    table.insert("default-features".into(), dependency.uses_default_features.into());
    Ok(table)
}

fn entry<'a>(table: &'a mut Table, key: &str) -> Result<&'a mut Table> {
    match table.entry(key).or_insert_with(|| Table::new().into()) {
        Value::Table(inner) => Ok(inner),
        _ => bail!("`{key}` is not a table"),
    }
}

fn metadata_profile() -> Value {
    let release = Table::from_iter([
        ("opt-level".to_owned(), Value::from(0)),
        ("lto".to_owned(), Value::from("off")),
        ("codegen-units".to_owned(), Value::from(16)),
    ]);
    Table::from_iter([("release".to_owned(), Value::from(release))]).into()
}

/// `contract-build` adds a package with these dependencies. Named here, they stay in the lock file
/// when cargo drops from it what it sees no use for, and so keep the versions of this workspace.
fn metadata_generator_needs() -> Value {
    let tokio = Table::from_iter([
        ("version".to_owned(), Value::from("1")),
        ("features".to_owned(), Value::from(vec!["net"])),
        ("default-features".to_owned(), Value::from(false)),
    ]);
    Table::from_iter([
        ("serde".to_owned(), Value::from("1.0")),
        ("serde_json".to_owned(), Value::from("1.0")),
        ("tokio".to_owned(), Value::from(tokio)),
    ])
    .into()
}
