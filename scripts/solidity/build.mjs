// Compiles the Solidity contracts of this repository, and those of packages that they are tried against, into
// target/solidity/<contract>/: `bin` is the init code (absent for interfaces), `polkavm` the same as a PolkaVM program
// (for what package.json names), `abi.json` the ABI. Everything is compiled in one run; nothing is where neither sources
// nor settings nor packages changed since the last one.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [root, target] = process.argv.slice(2);
const here = path.join(root, "scripts/solidity");
const work = path.join(target, "solidity-build");
const modules = path.join(work, "node_modules");
const results = path.join(target, "solidity");

const SOURCE_DIRS = ["contracts", "e2e-tests/solidity"];
const SETTINGS = {
  // What the embedded chain's EVM runs; later opcodes are not on every chain.
  evmVersion: "cancun",
  optimizer: { enabled: true, runs: 200 },
  // No hash of the sources' paths and comments behind the code: the same program is the same bytes.
  metadata: { appendCBOR: false, bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
};

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
const read = (file) => fs.readFileSync(file);
const manifest = JSON.parse(read(path.join(here, "package.json")));

/** Paths of all Solidity files under `dir`, relative to the repository. */
function sourcesUnder(dir) {
  return fs.readdirSync(path.join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const file = `${dir}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "target" ? [] : sourcesUnder(file);
    return entry.name.endsWith(".sol") ? [file] : [];
  });
}

function inputsOf(sources) {
  const own = ["package.json", "package-lock.json", "build.mjs"].map((file) => `scripts/solidity/${file}`);
  const files = [...sources, ...own];
  return Object.fromEntries(files.map((file) => [file, digest(read(path.join(root, file)))]));
}

/** Why there is something to do; nothing where the results are current and whole. */
function due(inputs) {
  let stamp;
  try {
    stamp = JSON.parse(read(path.join(results, "stamp.json")));
  } catch {
    return "not built yet";
  }
  const names = new Set([...Object.keys(inputs), ...Object.keys(stamp.inputs)]);
  for (const name of names) if (inputs[name] !== stamp.inputs[name]) return `changed: ${name}`;
  for (const [file, hash] of Object.entries(stamp.outputs)) {
    const whole = fs.existsSync(path.join(results, file)) && digest(read(path.join(results, file))) === hash;
    if (!whole) return `damaged: ${file}`;
  }
}

/** Installs compiler and packages as locked, unless that has been done. */
function install() {
  const stamp = path.join(modules, ".lockstep");
  const wanted = digest(read(path.join(here, "package-lock.json")));
  if (fs.existsSync(stamp) && read(stamp).toString() === wanted) return;
  fs.mkdirSync(work, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) fs.copyFileSync(path.join(here, file), path.join(work, file));
  const options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", options, { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
  fs.writeFileSync(stamp, wanted);
}

/** What an import means: a file of the repository, or of a package. */
function imported(file) {
  const place = file.startsWith("@") ? path.join(modules, file) : path.join(root, file);
  return fs.existsSync(place) ? { contents: read(place).toString() } : { error: "there is no such file" };
}

/** What the compilers read: these files, as they stand. */
const contents = (files) => Object.fromEntries(files.map((file) => [file, { content: imported(file).contents }]));

/** The results of one contract each: its name, its ABI and its code by suffix. */
function compile(sources) {
  const files = [...sources, ...manifest.contracts];
  const input = { language: "Solidity", sources: contents(files), settings: SETTINGS };
  const solc = required("solc");
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: imported }));
  complain(output);
  const compiled = files.flatMap((file) => Object.entries(output.contracts[file] ?? {}));
  // A library that is compiled into its users is nothing by itself.
  return compiled
    .filter(([, { abi }]) => abi.some(({ type }) => type !== "error"))
    .map(([name, { abi, evm }]) => ({ name, abi, code: { bin: Buffer.from(evm.bytecode.object, "hex") } }));
}

/** What packages have as bytecode only. */
const compiledAlready = () =>
  manifest.compiled.map((file) => {
    const { abi, bytecode } = JSON.parse(imported(file).contents);
    return { name: path.basename(file, ".json"), abi, code: { bin: Buffer.from(bytecode, "hex") } };
  });

/** PolkaVM programs, by contract. The compiler reads no further files, so it is given all that are imported. */
function compileForPolkaVm() {
  const read = new Set(manifest.polkavm);
  for (const file of read) {
    for (const [, , name] of imported(file).contents.matchAll(/^\s*(import|\}\s*from)[^;"']*["']([^"']+)["']/gm)) {
      read.add(name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : name);
    }
  }
  const settings = { optimizer: { enabled: true, mode: "z" }, outputSelection: { "*": { "*": ["evm.bytecode"] } } };
  const input = { language: "Solidity", sources: contents([...read]), settings };
  // By its path: the package exports only what reads files from where it runs.
  const output = required(path.join(modules, "@parity/resolc/dist/resolc.js")).resolc(JSON.stringify(input));
  // It has advice about accounts for each contract, and is asked for none.
  complain({ errors: output.errors?.filter(({ severity }) => severity === "error") });
  const compiled = manifest.polkavm.flatMap((file) => Object.entries(output.contracts[file]));
  return new Map(compiled.map(([name, { evm }]) => [name, Buffer.from(evm.bytecode.object, "hex")]));
}

const required = (module) => createRequire(path.join(work, "package.json"))(module);

/** Says what a compiler had to say, and ends where it failed. */
function complain(output) {
  const messages = output.errors ?? [];
  // A package's warnings are its authors' business.
  const said = messages.filter(
    ({ severity, sourceLocation }) => severity === "error" || !sourceLocation?.file.startsWith("@"),
  );
  for (const { formattedMessage } of said) console.error(formattedMessage);
  if (messages.some(({ severity }) => severity === "error")) fail("Solidity was not compiled");
}

/** Replaces the results as a whole, so that a run cut short leaves the earlier ones. */
function publish(inputs, contracts) {
  const fresh = `${results}.new`;
  fs.rmSync(fresh, { recursive: true, force: true });
  const outputs = {};
  const write = (file, bytes) => {
    fs.writeFileSync(path.join(fresh, file), bytes);
    outputs[file] = digest(bytes);
  };
  for (const { name, abi, code } of contracts) {
    if (fs.existsSync(path.join(fresh, name))) fail(`there are two contracts called ${name}`);
    fs.mkdirSync(path.join(fresh, name), { recursive: true });
    write(`${name}/abi.json`, JSON.stringify(abi, null, 1));
    for (const [suffix, bytes] of Object.entries(code)) if (bytes.length > 0) write(`${name}/${suffix}`, bytes);
  }
  fs.writeFileSync(path.join(fresh, "stamp.json"), JSON.stringify({ inputs, outputs }, null, 1));
  fs.rmSync(results, { recursive: true, force: true });
  fs.renameSync(fresh, results);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

const start = Date.now();
const sources = SOURCE_DIRS.flatMap(sourcesUnder).sort();
const inputs = inputsOf(sources);
const reason = due(inputs);
if (reason) {
  console.error(`compiling Solidity (${reason})`);
  install();
  const contracts = [...compile(sources), ...compiledAlready()];
  for (const [name, program] of compileForPolkaVm()) contracts.find((known) => known.name === name).code.polkavm = program;
  publish(inputs, contracts);
  const programs = contracts.filter(({ code }) => code.bin.length > 0);
  console.log(`solidity: ${programs.length} programs built in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  for (const { name, code } of programs) {
    const polkavm = code.polkavm ? `, ${code.polkavm.length} as PolkaVM` : "";
    console.log(`${name.padEnd(24)} ${String(code.bin.length).padStart(6)} bytes${polkavm}`);
  }
} else {
  console.log("solidity: up to date");
}
