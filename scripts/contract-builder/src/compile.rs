//! Compiling one contract with the `contract-build` library.
//!
//! This happens in a process of its own: the library writes to the terminal, panics on some
//! manifests, and sets environment variables. All contracts share one build directory, so that the
//! standard library and ink! are compiled once; `contract-build` puts its results there too.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::semver::Version;
use contract_build::{
    BuildArtifacts, BuildMode, ComposeBuildArgs, CrateMetadata, ExecuteArgs, Features, InkMetadataArtifacts,
    ManifestPath, MetadataArtifacts, Network, SolidityMetadataArtifacts, Target, UnstableFlags, Verbosity,
    metadata::BuildInfo,
};
use serde_json::Value;

use crate::{
    manifest::{self, Purpose},
    results::SUFFIXES,
    rustc,
    workspace::{Contract, Workspace},
};

/// Subcommand under which this program compiles.
pub const WORKER: &str = "compile";

/// What `PolkaVM` can and the target of `contract-build` does not say: words at any address are read and written as such.
/// Without it they are put together byte by byte, in more code than anything else of a contract is.
const UNALIGNED: &str = "+unaligned-scalar-mem";

/// What the linker is told, which optimises and generates the code of a contract as a whole: a call takes eleven bytes of
/// a `PolkaVM` program, so that the compiler's measure for the smallest code, made for other machines, inlines too little.
const LINKER: [&str; 2] = ["-mllvm", "-inline-threshold=30"];

/// Where contracts are compiled.
pub struct BuildDir {
    root: PathBuf,
    /// Version of `contract-build`, which metadata tells.
    library: Version,
}

impl BuildDir {
    /// The build directory at `root`, for that version of `contract-build`.
    pub fn new(root: PathBuf, library: Version) -> Self {
        Self { root, library }
    }

    /// Where `contract-build` leaves the result with that suffix.
    fn output(&self, artefact: &str, suffix: &str) -> PathBuf {
        self.root.join("ink").join(format!("{artefact}.{suffix}"))
    }

    fn staged(&self, artefact: &str) -> PathBuf {
        self.root.join("manifests").join(artefact)
    }

    /// Compiles the contract and returns its results by suffix. On failure the error holds what
    /// compiler and library said.
    pub fn compile(&self, contract: &Contract<'_>, workspace: &Workspace) -> Result<BTreeMap<&'static str, PathBuf>> {
        let artefact = contract.artefact_name();
        for (purpose, dir) in [(Purpose::Code, "code"), (Purpose::Metadata, "metadata")] {
            let dir = self.staged(&artefact).join(dir);
            fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
            let text = toml::to_string(&manifest::stand_alone(contract, workspace.patches(), purpose)?)?;
            let path = dir.join("Cargo.toml");
            fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
            fs::copy(workspace.root().join("Cargo.lock"), dir.join("Cargo.lock"))
                .with_context(|| format!("copying Cargo.lock to {}", dir.display()))?;
        }
        self.run_worker(&artefact)?;

        let mut built = BTreeMap::new();
        for suffix in SUFFIXES {
            let path = self.output(&artefact, suffix);
            if !path.is_file() {
                bail!("contract-build did not make {}", path.display());
            }
            built.insert(suffix, path);
        }
        Ok(built)
    }

    fn run_worker(&self, artefact: &str) -> Result<()> {
        let log = self.root.join(format!("{artefact}.log"));
        let file = File::create(&log).with_context(|| format!("writing {}", log.display()))?;
        let program = env::current_exe()?;
        let status = Command::new(&program)
            .arg(WORKER)
            .arg(&self.root)
            .arg(self.library.to_string())
            .arg(artefact)
            .env("TMPDIR", self.temporary())
            .env(rustc::PROGRAM, &program)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .status()?;
        if !status.success() {
            let said = fs::read(&log).unwrap_or_default();
            bail!("{}", without_noise(&String::from_utf8_lossy(&said)));
        }
        Ok(())
    }

    fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// The worker's part: compiles the contract whose manifests are staged.
    pub fn work(&self, artefact: &str) -> Result<()> {
        // A worker whose parent was killed may still be at it.
        let lock = File::create(self.root.join("worker.lock"))?;
        lock.lock()?;
        let temporary = self.temporary();
        if temporary.exists() {
            fs::remove_dir_all(&temporary)?;
        }
        fs::create_dir_all(&temporary)?;
        for suffix in SUFFIXES {
            let path = self.output(artefact, suffix);
            if path.exists() {
                fs::remove_file(path)?;
            }
        }
        let outcome = self.code(artefact).and_then(|()| self.metadata(artefact));
        self.prune(artefact)?;
        outcome
    }

    fn code(&self, artefact: &str) -> Result<()> {
        let manifest_path = ManifestPath::new(self.staged(artefact).join("code/Cargo.toml"))?;
        describe_target(&CrateMetadata::collect_with_target_dir(&manifest_path, Some(self.root.clone()))?)?;
        contract_build::execute::<NoContainer>(ExecuteArgs {
            manifest_path,
            verbosity: Verbosity::Quiet,
            build_mode: BuildMode::Release,
            build_artifact: BuildArtifacts::CodeOnly,
            target_dir: Some(self.root.clone()),
            ..ExecuteArgs::default()
        })?;
        Ok(())
    }

    /// Both kinds of metadata. `contract-build` would write them to the same file.
    fn metadata(&self, artefact: &str) -> Result<()> {
        let manifest_path = self.staged(artefact).join("metadata/Cargo.toml");
        let contract =
            CrateMetadata::collect_with_target_dir(&ManifestPath::new(manifest_path)?, Some(self.root.clone()))?;
        let output = |suffix| self.output(artefact, suffix);
        let solidity = MetadataArtifacts::Solidity(SolidityMetadataArtifacts {
            dest_abi: output("abi"),
            dest_metadata: output("sol.json"),
        });
        let ink = MetadataArtifacts::Ink(InkMetadataArtifacts {
            dest_metadata: output("json"),
            dest_bundle: output("contract"),
        });
        for artefacts in [solidity, ink] {
            contract_build::metadata::execute(
                &contract,
                &output("polkavm"),
                &artefacts,
                &Features::default(),
                Network::Online,
                Verbosity::Quiet,
                &UnstableFlags::default(),
                BuildInfo {
                    rust_toolchain: contract_build::util::rust_toolchain()?,
                    cargo_contract_version: self.library.clone(),
                    build_mode: BuildMode::Release,
                },
            )?;
        }
        Ok(())
    }

    /// `contract-build` compiles each contract under a path it never uses again, so cargo would keep
    /// what belongs to the contract itself for ever.
    fn prune(&self, artefact: &str) -> Result<()> {
        let package = artefact.replace('_', "-");
        let prefixes = [artefact, &package, &format!("lib{artefact}"), "metadata_gen", "metadata-gen"];
        let release = self.root.join("ink/abi/all/release");
        let target = self.root.join("ink/abi/all/riscv64emac-unknown-none-polkavm/release");
        for kind in ["deps", ".fingerprint", "build"] {
            for dir in [&release, &target] {
                let Ok(entries) = fs::read_dir(dir.join(kind)) else {
                    continue;
                };
                for entry in entries {
                    let path = entry?.path();
                    if !is_of_unit(&path, &prefixes) {
                        continue;
                    }
                    if path.is_dir() {
                        fs::remove_dir_all(path)?;
                    } else {
                        fs::remove_file(path)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Completes the description of the target, which `contract-build` writes only where there is none.
fn describe_target(contract: &CrateMetadata) -> Result<()> {
    let path = PathBuf::from(Target::llvm_target(contract));
    let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let target = serde_json::from_slice(&text).with_context(|| format!("reading {}", path.display()))?;
    let described = serde_json::to_vec_pretty(&completed(target)?)?;
    if described != text {
        fs::write(&path, described).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// The target with what this module knows beyond it; the same where it has that already.
fn completed(mut target: Value) -> Result<Value> {
    let features = target["features"].as_str().context("the target has no features")?;
    if !features.split(',').any(|feature| feature == UNALIGNED) {
        target["features"] = format!("{features},{UNALIGNED}").into();
    }
    let linker = target["pre-link-args"]["ld"].as_array_mut().context("the target has no arguments for the linker")?;
    if !linker.ends_with(&LINKER.map(Value::from)) {
        linker.extend(LINKER.map(Value::from));
    }
    Ok(target)
}

/// What was said, but for the library's remark on every build that its own version is not the one
/// released together with that of ink!, of which there is none.
fn without_noise(said: &str) -> String {
    let lines = said.lines().filter(|line| !line.contains("This version of cargo-contract is not compatible"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether cargo names files so for a unit with one of these names: `<name>-<hash>` and a suffix.
fn is_of_unit(path: &Path, names: &[&str]) -> bool {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .and_then(|stem| stem.rsplit_once('-'))
        .is_some_and(|(name, hash)| names.contains(&name) && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Contracts are not built in a container.
struct NoContainer;

impl ComposeBuildArgs for NoContainer {
    fn compose_build_args() -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remark_on_versions_is_left_out() {
        let said = "warning: This version of cargo-contract is not compatible with\nerror[E0425]: a\n --> b";
        assert_eq!(without_noise(said), "error[E0425]: a\n --> b");
    }

    #[test]
    fn the_target_is_completed_once() {
        let before = serde_json::json!({ "features": "+e,+m", "pre-link-args": { "ld": ["-a"] }, "arch": "riscv64" });
        let after = serde_json::json!({
            "features": "+e,+m,+unaligned-scalar-mem",
            "pre-link-args": { "ld": ["-a", "-mllvm", "-inline-threshold=30"] },
            "arch": "riscv64",
        });
        assert_eq!(completed(before).unwrap(), after);
        assert_eq!(completed(after.clone()).unwrap(), after);
        let error = completed(serde_json::json!({})).unwrap_err();
        assert_eq!(error.to_string(), "the target has no features");
    }

    #[test]
    fn units_are_told_by_name_and_hash() {
        let names = ["margin_vault", "margin-vault", "libmargin_vault"];
        for (file, expected) in [
            ("deps/margin_vault-0a1b2c3d4e5f6071", true),
            ("deps/margin_vault-0a1b2c3d4e5f6071.d", true),
            ("deps/libmargin_vault-0a1b2c3d4e5f6071.rlib", true),
            (".fingerprint/margin-vault-0a1b2c3d4e5f6071", true),
            ("deps/margin_vault_core-0a1b2c3d4e5f6071.d", false),
            ("deps/margin_vault", false),
            ("deps/libink-0a1b2c3d4e5f6071.rlib", false),
        ] {
            assert_eq!(is_of_unit(Path::new(file), &names), expected, "{file}");
        }
    }
}
