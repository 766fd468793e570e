// Compiles the Solidity contracts of this repository, and those of packages that they are tried against, into
// target/solidity/<contract>/: `bin` is the init code (absent for interfaces), `abi.json` the ABI. Everything is
// compiled in one run; nothing is where neither sources nor settings nor packages changed since the last one.
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

function compile(sources) {
  const files = [...sources, ...manifest.contracts];
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(files.map((file) => [file, { content: imported(file).contents }])),
    settings: SETTINGS,
  };
  const solc = createRequire(path.join(work, "package.json"))("solc");
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: imported }));
  const messages = output.errors ?? [];
  // A package's warnings are its authors' business.
  const said = messages.filter(
    ({ severity, sourceLocation }) => severity === "error" || !sourceLocation?.file.startsWith("@"),
  );
  for (const { formattedMessage } of said) console.error(formattedMessage);
  if (messages.some(({ severity }) => severity === "error")) fail("Solidity was not compiled");
  const compiled = files.flatMap((file) => Object.entries(output.contracts[file] ?? {}));
  // A library that is compiled into its users is nothing by itself.
  return compiled
    .filter(([, { abi }]) => abi.some(({ type }) => type !== "error"))
    .map(([name, { abi, evm }]) => ({ name, abi, code: Buffer.from(evm.bytecode.object, "hex") }));
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
    if (code.length > 0) write(`${name}/bin`, code);
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
  const contracts = compile(sources);
  publish(inputs, contracts);
  const programs = contracts.filter(({ code }) => code.length > 0);
  console.log(`solidity: ${programs.length} programs built in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  for (const { name, code } of programs) console.log(`${name.padEnd(24)} ${String(code.length).padStart(6)} bytes`);
} else {
  console.log("solidity: up to date");
}
