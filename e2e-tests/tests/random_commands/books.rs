//! The contracts' own books, read from their storage: it takes a thousandth of what asking them takes.

use std::collections::BTreeMap;

use e2e_tests::{
    abi::metadata,
    exchange::IErc20,
    interfaces::{
        ILockstepGovernor as governor, IMarginVault as vault, IPerpetualVenue as venue, IUpgradeRegistry as registry,
    },
    sol_address,
};
use lockstep_core::{
    governance::Holding,
    ids::AssetId,
    margin::{Asset, Ledger, Pot, VenueBook},
    registry::{Funds, Keeper},
};
use lockstep_devchain::{DevChain, H160, asset_address};
use parity_scale_codec::{Decode, Encode};

use crate::world::{ASSETS, MARKETS, ODD, TRADED, WEI, World};

/// Keepers that were ever admitted have numbers up to this one.
const KEEPER_NUMBERS: u32 = 64;

/// Where the fields of a contract's storage are.
pub struct Layout {
    /// Those that are packed together.
    first: Vec<u8>,
    /// The others by their names.
    apart: BTreeMap<String, Vec<u8>>,
}

impl Layout {
    /// As the metadata of a built contract says.
    pub fn of(contract: &str) -> Self {
        let metadata = metadata(contract);
        let root = &metadata["storage"]["root"];
        let fields = root["layout"]["struct"]["fields"].as_array().expect("a storage struct");
        let key = |root: &serde_json::Value| hex::decode(root["root_key"].as_str()?.trim_start_matches("0x")).ok();
        let named =
            |field: &serde_json::Value| Some((field["name"].as_str()?.to_owned(), key(&field["layout"]["root"])?));
        let apart = fields.iter().filter_map(named).collect();
        Self { first: key(root).expect("the root has a key"), apart }
    }

    /// The amount that is the last of what is packed together.
    fn last(&self, chain: &DevChain, at: H160) -> u128 {
        let bytes = chain.contract_storage(at, &self.first).expect("the contract was deployed");
        u128::from_le_bytes(*bytes.last_chunk().expect("an amount is among what is packed"))
    }

    fn find<T: Decode>(&self, chain: &DevChain, at: H160, field: &str, key: &impl Encode) -> Option<T> {
        let mut full = self.apart.get(field).unwrap_or_else(|| panic!("no field {field}")).clone();
        key.encode_to(&mut full);
        let bytes = chain.contract_storage(at, &full)?;
        Some(T::decode(&mut &bytes[..]).unwrap_or_else(|error| panic!("{field}: {error} in {bytes:?}")))
    }

    fn read<T: Decode + Default>(&self, chain: &DevChain, at: H160, field: &str, key: &impl Encode) -> T {
        self.find(chain, at, field, key).unwrap_or_default()
    }
}

pub struct Layouts {
    vault: Layout,
    registry: Layout,
    governor: Layout,
    venue: Layout,
}

fn equal(what: &str, left: u128, right: u128) -> Result<(), String> {
    if left == right { Ok(()) } else { Err(format!("{what}: {left} and {right}")) }
}

impl Layouts {
    pub fn read() -> Self {
        Self {
            vault: Layout::of("margin_vault"),
            registry: Layout::of("upgrade_registry"),
            governor: Layout::of("governor"),
            venue: Layout::of("perpetual_venue"),
        }
    }

    pub fn ledger(&self, world: &World, account: H160) -> Ledger {
        self.vault.read(&world.chain, world.at.vault, "accounts", &account)
    }

    /// Everything that holds together after every command.
    pub fn check(&self, world: &World) -> Result<(), String> {
        self.check_vault(world)?;
        self.check_registry(world)?;
        self.check_governor(world)?;
        self.check_venue(world)
    }

    /// Everybody who may have an account in the vault.
    fn accounts(world: &World) -> Vec<H160> {
        let cast = &world.cast;
        let people = (0..world.holders()).map(|number| world.holder(number).address());
        let others = [&cast.council, &cast.operator, &cast.stranger].map(lockstep_devchain::Account::address);
        people.chain(others).chain((0..5).map(|number| world.venue(number))).collect()
    }

    /// Quote is conserved as core's clearing says: of each venue `pool + debts == pending + advanced`, over all
    /// `cash + pools + bonds + pots + insurance == held`; and what is held is there.
    fn check_vault(&self, world: &World) -> Result<(), String> {
        let (chain, at) = (&world.chain, world.at.vault);
        let ledgers: Vec<Ledger> =
            Self::accounts(world).into_iter().map(|account| self.ledger(world, account)).collect();
        let insurance = self.vault.last(chain, at);
        let mut owed = insurance + ledgers.iter().map(|ledger| ledger.cash).sum::<u128>();
        for (market, ..) in MARKETS {
            owed += self.vault.read::<Pot>(chain, at, "pots", &market).0;
        }
        for number in 0..5 {
            let venue = world.venue(number);
            let book: VenueBook = self.vault.read(chain, at, "venues", &venue);
            owed += book.bond + book.pool;
            let books = format!("books of venue {number}");
            equal(&books, book.pool + book.debts, book.pending + book.advanced)?;
            let members = || ledgers.iter().flat_map(|ledger| &ledger.venues).filter(|m| m.venue.0 == venue.0);
            equal(&format!("debts at venue {number}"), book.debts, members().map(|m| m.debt).sum())?;
            let credits: u128 = members().map(|m| book.credit_of(m)).sum();
            if credits > book.pending {
                return Err(format!("credits at venue {number}: {credits} of {}", book.pending));
            }
        }
        let quote: Asset = self.vault.read(chain, at, "assets", &0u32);
        equal("quote owed and booked", owed, quote.held)?;
        for number in 0..=ODD[2] {
            let asset: Asset = self.vault.read(chain, at, "assets", &number);
            if number > 0 {
                let holdings = ledgers.iter().map(|ledger| ledger.holding(AssetId(number))).sum();
                equal(&format!("asset {number} of accounts and booked"), holdings, asset.held)?;
            }
            if world.memory.lied.iter().any(|token| ODD[*token] == number) {
                continue;
            }
            // Of native tokens what is below the chain's own unit is not seen.
            let unseen = if asset.token.0 == [0; 20] { WEI - 1 } else { 0 };
            let held = world.holds(H160(asset.token.0), at);
            if held + unseen < asset.held {
                return Err(format!("the vault owes {} of asset {number} and has {held}", asset.held));
            }
        }
        Ok(())
    }

    fn check_registry(&self, world: &World) -> Result<(), String> {
        let (chain, at) = (&world.chain, world.at.registry);
        let funds: Funds = self.registry.read(chain, at, "funds", &());
        equal(
            "the registry's funds and balance",
            funds.total().unwrap_or(u128::MAX),
            chain.spendable_balance(at) * WEI,
        )?;
        let keepers = (1..=KEEPER_NUMBERS).filter_map(|number| self.registry.find(chain, at, "keepers", &number));
        equal("bonds of keepers", funds.bonds, keepers.map(|keeper: Keeper| keeper.bond).sum())?;
        let people = world.cast.keepers.iter().chain([&world.cast.stranger]);
        let rewards = people.map(|who| self.registry.read::<u128>(chain, at, "rewards", &who.address()));
        equal("rewards owed", funds.owed, rewards.sum())
    }

    fn check_governor(&self, world: &World) -> Result<(), String> {
        let (chain, at) = (&world.chain, world.at.governor);
        let held = self.governor.last(chain, at);
        equal("the governor's tokens", held, world.holds(world.at.governance, at))?;
        let holdings = world.cast.voters.iter().map(|who| {
            let holding: Holding = self.governor.read(chain, at, "voters", &who.address());
            holding.locked + holding.unlocking
        });
        equal("tokens of voters", held, holdings.sum())
    }

    /// Whatever one side of a venue's market has the other lacks.
    fn check_venue(&self, world: &World) -> Result<(), String> {
        for market in TRADED[0] {
            let (mut sizes, mut costs) = (0, 0);
            for number in 0..world.holders() {
                let key = (world.holder(number).address(), market);
                let (size, cost): (i128, i128) = self.venue.read(&world.chain, world.at.venues[0], "positions", &key);
                sizes += size;
                costs += cost;
            }
            if (sizes, costs) != (0, 0) {
                return Err(format!("positions in market {market} sum to {sizes} at a cost of {costs}"));
            }
        }
        Ok(())
    }

    /// Whether what is read here is what the contracts answer.
    pub fn agree(&self, world: &World) -> Result<(), String> {
        let silent = "a contract does not answer";
        for number in 0..world.holders() {
            let account = world.holder(number).address();
            let of = sol_address(account);
            let cash = world.ask(world.at.vault, &vault::balanceOfCall { account: of, asset: 0 }).ok_or(silent)?;
            equal("cash read and answered", self.ledger(world, account).cash, cash)?;
            for market in TRADED[0] {
                let (size, _): (i128, i128) =
                    self.venue.read(&world.chain, world.at.venues[0], "positions", &(account, market));
                let call = venue::positionCall { account: of, market };
                let asked = world.ask(world.at.venues[0], &call).ok_or(silent)?.size;
                equal("size read and answered", size.unsigned_abs(), asked.unsigned_abs())?;
            }
        }
        let funds: Funds = self.registry.read(&world.chain, world.at.registry, "funds", &());
        let asked = world.ask(world.at.registry, &registry::fundsCall {}).ok_or(silent)?;
        equal("bonds read and answered", funds.bonds, asked.bonds)?;
        let voter = world.cast.voters[0].address();
        let holding: Holding = self.governor.read(&world.chain, world.at.governor, "voters", &voter);
        let call = governor::holdingCall { account: sol_address(voter) };
        let asked = world.ask(world.at.governor, &call).ok_or(silent)?;
        equal("votes read and answered", holding.locked, asked.locked)
    }

    /// Whether an account can leave at once: nothing open, nothing owed, nothing locked.
    pub fn is_free(&self, world: &World, account: H160) -> bool {
        let ledger = self.ledger(world, account);
        let bound = ledger.venues.iter().any(|m| m.open || m.debt > 0);
        !bound && ledger.locked_until.0 <= world.chain.now()
    }
}

impl World {
    /// What a contract has of a token; zero stands for the native one, in the unit that contracts see.
    pub fn holds(&self, token: H160, at: H160) -> u128 {
        if token == H160::zero() {
            return self.chain.spendable_balance(at) * WEI;
        }
        if let Some(asset) = ASSETS.into_iter().find(|asset| asset_address(*asset) == token) {
            return self.chain.asset_balance_at(asset, at);
        }
        let call = IErc20::balanceOfCall { account: sol_address(at) };
        self.ask(token, &call).map_or(0, |amount| amount.saturating_to())
    }
}
