//! What the workspace holds: its contracts, and the packages on disk each of them is made from.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, TargetKind};
use toml::{Table, Value};

/// The workspace as cargo sees it, without resolved dependencies: those are read from the lock file.
pub struct Workspace {
    metadata: Metadata,
    patches: Table,
}

impl Workspace {
    /// Asks cargo about the workspace that `dir` lies in.
    pub fn load(dir: &Path) -> Result<Self> {
        let metadata =
            MetadataCommand::new().current_dir(dir).no_deps().exec().context("asking cargo about the workspace")?;
        let patches = patches(metadata.workspace_root.as_std_path())?;
        Ok(Self { metadata, patches })
    }

    /// Directory of the workspace's `Cargo.toml`.
    pub fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// Crates of the workspace that stand in for crates of the registry, by the name of these: a `[patch.crates-io]`.
    pub fn patches(&self) -> &Table {
        &self.patches
    }

    /// Directory for everything that is built.
    pub fn target_dir(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// The contracts asked for, in order of their names; all of them where `names` is empty.
    pub fn contracts(&self, names: &[String]) -> Result<Vec<Contract<'_>>> {
        let mut known: Vec<&Package> =
            self.metadata.packages.iter().filter(|package| package.metadata.get("ink-lang").is_some()).collect();
        known.sort_by_key(|package| package.name.as_str());

        if let Some(unknown) = names.iter().find(|name| !known.iter().any(|package| is_called(package, name))) {
            let known: Vec<&str> = known.iter().map(|package| package.name.as_str()).collect();
            bail!("there is no contract called {unknown:?}; the contracts are: {}", known.join(", "));
        }
        known
            .into_iter()
            .filter(|package| names.is_empty() || names.iter().any(|name| is_called(package, name)))
            .map(Contract::new)
            .collect()
    }

    /// The package of that name that is a member of the workspace.
    pub fn member(&self, name: &str) -> Option<&Package> {
        self.metadata.packages.iter().find(|package| package.name.as_str() == name)
    }
}

/// Reads `[patch.crates-io]` of the workspace's manifest, and makes the paths in it absolute.
fn patches(root: &Path) -> Result<Table> {
    let path = root.join("Cargo.toml");
    let manifest: Table = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?.parse()?;
    let mut patches = match manifest.get("patch").and_then(|patch| patch.get("crates-io")) {
        None => Table::new(),
        Some(patches) => patches.as_table().cloned().context("[patch.crates-io] is not a table")?,
    };
    for (name, patch) in &mut patches {
        let relative = patch.get("path").and_then(Value::as_str);
        let absolute = root.join(relative.with_context(|| format!("the patch of {name} has no path"))?);
        *patch = Table::from_iter([("path".to_owned(), absolute.display().to_string().into())]).into();
    }
    Ok(patches)
}

/// A package's name, or the same with underscores as its artefacts are named.
fn is_called(package: &Package, name: &str) -> bool {
    package.name.as_str() == name || artefact_name(package) == name
}

fn artefact_name(package: &Package) -> String {
    package.name.replace('-', "_")
}

/// A package that `contract-build` will accept.
pub struct Contract<'a> {
    /// The package as cargo describes it, inherited fields filled in.
    pub package: &'a Package,
    /// Absolute path of the contract's library root.
    pub lib: PathBuf,
}

impl<'a> Contract<'a> {
    /// Checks what `contract-build` takes for granted, and would panic or fail late about.
    fn new(package: &'a Package) -> Result<Self> {
        let name = &package.name;
        if package.authors.is_empty() {
            bail!("{name}: Cargo.toml has no `authors`, without which no metadata can be made");
        }
        if package.metadata["ink-lang"]["abi"] != "all" {
            bail!("{name}: Cargo.toml needs `abi = \"all\"` under [package.metadata.ink-lang]");
        }
        let lib = package
            .targets
            .iter()
            .find(|target| target.is_kind(TargetKind::Lib))
            .with_context(|| format!("{name}: a contract needs a [lib] target"))?;
        Ok(Self { package, lib: lib.src_path.clone().into_std_path_buf() })
    }

    /// The package's name.
    pub fn name(&self) -> &'a str {
        self.package.name.as_str()
    }

    /// The name its artefacts carry: the package's, with underscores.
    pub fn artefact_name(&self) -> String {
        artefact_name(self.package)
    }
}

/// Names of the dependencies that go into the package's build, as opposed to its tests.
pub fn build_dependencies(package: &Package) -> BTreeSet<&str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .map(|dependency| dependency.name.as_str())
        .collect()
}
