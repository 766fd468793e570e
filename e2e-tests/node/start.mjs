// Starts a node that listens on this machine: a chain that begins with the runtime given, makes a block of every
// transaction, and takes each block for final at once. The development accounts have funds and are mapped.
//   node start.mjs RUNTIME.wasm PORT
import fs from "node:fs";
import { BuildBlockMode, GenesisProvider, setStorage, setup } from "@acala-network/chopsticks-core";
import { handler } from "@acala-network/chopsticks/rpc/index";
import { createServer } from "@acala-network/chopsticks/server";
import { Keyring } from "@polkadot/keyring";
import { stringToU8a, u8aToHex } from "@polkadot/util";
import { cryptoWaitReady, encodeAddress, keccakAsU8a } from "@polkadot/util-crypto";

const HOST = "127.0.0.1";
const FUNDS = 10n ** 18n;
const ACCOUNTS = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];

/** A beginning that says that contracts have no storage yet, where the original knows no answer. */
class Genesis extends GenesisProvider {
  constructor(spec) {
    super(spec);
    const answer = this.send;
    this.send = async (method, ...rest) => {
      if (method === "childstate_getStorage") return null;
      if (method === "childstate_getKeysPaged") return [];
      return answer(method, ...rest);
    };
  }
}

const [wasm, port] = process.argv.slice(2);
const code = u8aToHex(fs.readFileSync(wasm));
const chain = await setup({
  genesis: new Genesis({
    id: "lockstep_test",
    name: "Lockstep Test",
    properties: { ss58Format: 42, tokenDecimals: 12, tokenSymbol: "UNIT" },
    genesis: { raw: { top: { [u8aToHex(stringToU8a(":code"))]: code } } },
  }),
  buildBlockMode: BuildBlockMode.Instant,
  allowUnresolvedImports: true,
});

await cryptoWaitReady();
const keyring = new Keyring({ type: "sr25519" });
const keys = ACCOUNTS.map((name) => keyring.addFromUri(`//${name}`));
// The pallet's own account, which holds deposits.
const pallet = new Uint8Array(32);
pallet.set(stringToU8a("modlpy/reviv"));
const funded = [...keys.map((key) => key.address), encodeAddress(pallet)];
await setStorage(chain, {
  System: { Account: funded.map((account) => [[account], { providers: 1, data: { free: FUNDS } }]) },
  Balances: { TotalIssuance: FUNDS * BigInt(funded.length) },
  Revive: {
    OriginalAccount: keys.map((key) => [[u8aToHex(keccakAsU8a(key.publicKey).slice(12))], key.address]),
  },
});
const { addr } = await createServer(handler({ chain }), Number(port), HOST);
// As nodes say it, so that programs which wait for one understand.
console.error(`Running JSON-RPC server: addr=${addr}`);
