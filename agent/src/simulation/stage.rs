//! The stage: an embedded chain with the contracts deployed and the accounts funded.

use alloy_core::primitives::{Address, U256};
use alloy_core::sol_types::{SolCall, SolValue};
use lockstep_devchain::{Account, CallOutcome, ChainConfig, DevChain, Failure, H160, UNIT};

use super::abi::{IERC20, ILockstepGovernor, IMarginVault};
use super::blobs::Blobs;
use super::canary;
use super::cast::Cast;
use super::error::SimulationError;
use crate::incident::Incident;
use crate::outcome::{Arm, QUOTE_DECIMALS};

/// Asset id of the dollar, and of the governance token.
const DOLLAR: u32 = 1;
const VOTES: u32 = 2;

/// The quote asset's number in the vault.
pub(super) const QUOTE: u32 = 0;

/// Places of every underlying.
pub(super) const BASE_DECIMALS: u8 = 18;

/// What each account gets for fees and deposits, native units.
const NATIVE: u128 = 1_000_000 * UNIT;

/// Blocks that deployment and funding are spread over.
const SETUP_BLOCKS: u64 = 20;

pub(super) struct Stage<'i> {
    pub(super) incident: &'i Incident,
    pub(super) arm: Arm,
    pub(super) chain: DevChain,
    pub(super) registry: H160,
    pub(super) oracle: H160,
    pub(super) vault: H160,
    pub(super) venue: H160,
    pub(super) owner: Account,
    pub(super) maker: Account,
    pub(super) keeper: Account,
    /// Those who watch the networks.
    pub(super) keepers: Vec<Account>,
    /// The reserved account on which keepers try out an upgraded chain, and its counterparty.
    pub(super) canary: Account,
    pub(super) canary_maker: Account,
    pub(super) reporters: Vec<Account>,
    pub(super) traders: Vec<Account>,
    pub(super) calls: u64,
}

pub(super) fn sol(address: H160) -> Address {
    Address::from(address.0)
}

/// The id of a market, and of its feed, in the contracts.
pub(super) fn market_id(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

impl<'i> Stage<'i> {
    /// Deploys everything before the rehearsal begins: long enough before that every feed has thawed by then.
    pub(super) fn set(arm: Arm, incident: &'i Incident, cast: &Cast, blobs: &Blobs) -> Result<Self, SimulationError> {
        let block = incident.host.block_seconds.value;
        let lead = SETUP_BLOCKS * block + 2 * incident.guard.feed_grace.value + 4 * incident.host.report_seconds.value;
        let genesis_time = incident.host.opens_at.value - lead.div_ceil(block) * block;
        let hosts = incident.plans.iter().filter(|plan| plan.is_host);
        let spec_version = hosts.map(|plan| plan.spec_version.value - 1).min().unwrap_or(1);
        let config = ChainConfig { genesis_time, block_time: block, spec_version, ..ChainConfig::default() };
        let mut chain = DevChain::new(config)?;
        let genesis_hash = chain.open().parent;
        let mut named = |name: String| -> Result<Account, SimulationError> {
            let account = Account::named(&name);
            chain.endow(&account, NATIVE).map_err(|source| SimulationError::Dispatch { what: "endow", source })?;
            Ok(account)
        };
        let owner = named("owner".into())?;
        let maker = named("maker".into())?;
        let keeper = named("keeper".into())?;
        let canary = named("canary".into())?;
        let canary_maker = named("canary maker".into())?;
        let keepers = (0..incident.keepers.as_ref().map_or(0, |keepers| keepers.count.value))
            .map(|index| named(format!("keeper {index}")))
            .collect::<Result<Vec<_>, _>>()?;
        let reporters = (0..incident.host.reporters.value)
            .map(|index| named(format!("reporter {index}")))
            .collect::<Result<Vec<_>, _>>()?;
        let traders = cast.accounts();
        for trader in &traders {
            chain.endow(trader, NATIVE).map_err(|source| SimulationError::Dispatch { what: "endow", source })?;
        }
        let none = H160::zero();
        let mut stage = Self {
            incident,
            arm,
            chain,
            registry: none,
            oracle: none,
            vault: none,
            venue: none,
            owner,
            maker,
            keeper,
            keepers,
            canary,
            canary_maker,
            reporters,
            traders,
            calls: 0,
        };
        let dollar = stage.deploy(blobs)?;
        stage.chain.produce_block();
        stage.open_markets()?;
        stage.open_registry(genesis_hash)?;
        stage.chain.produce_block();
        stage.fund(cast, dollar)?;
        Ok(stage)
    }

    fn deploy(&mut self, blobs: &Blobs) -> Result<H160, SimulationError> {
        let asset = |chain: &mut DevChain, id, name, symbol, decimals, owner: &Account| {
            chain
                .create_asset(id, owner, name, symbol, decimals, 1)
                .map_err(|source| SimulationError::Dispatch { what: "create_asset", source })
        };
        let owner = self.owner.clone();
        let dollar = asset(&mut self.chain, DOLLAR, "US Dollar", "USD", 6, &owner)?;
        let votes = asset(&mut self.chain, VOTES, "Votes", "VOTE", 18, &owner)?;
        let guard = &self.incident.guard;
        let me = sol(owner.address());
        self.registry = self.fronted("upgrade registry", &blobs.registry, (me,).abi_encode_params())?;
        let registry = self.registry;
        self.oracle = match self.arm {
            Arm::Without => self.contract("plain oracle", &blobs.plain_oracle, (me,).abi_encode_params())?,
            Arm::With => {
                let block_ms = self.incident.host.block_seconds.value * 1_000;
                let arguments = (me, sol(registry), block_ms, guard.gap_tolerance.value, guard.max_silence.value)
                    .abi_encode_params();
                self.fronted("oracle guard", &blobs.guard, arguments)?
            }
        };
        let quote_decimals = u16::try_from(QUOTE_DECIMALS).map_err(|_| SimulationError::Overflow("decimals"))?;
        let arguments = (me, sol(self.oracle), sol(dollar), quote_decimals).abi_encode_params();
        self.vault = self.fronted("margin vault", &blobs.vault, arguments)?;
        let arguments = (me, sol(self.vault), sol(self.oracle), quote_decimals).abi_encode_params();
        self.venue = self.contract("perpetual venue", &blobs.venue, arguments)?;
        let (hour, day) = (3_600u64, 86_400u64);
        let guardian_until = self.chain.now() + 365 * day;
        let (threshold, quorum) = (10u128.pow(18), 400u32);
        let arguments =
            (sol(votes), me, guardian_until, quorum, day, 3 * day, day, 2 * day, 7 * day, 120 * day, threshold)
                .abi_encode_params();
        let governor = self.fronted("governor", &blobs.governor, arguments)?;
        let connect =
            ILockstepGovernor::connectCall { guard: sol(self.oracle), registry: sol(registry), vault: sol(self.vault) };
        self.owner_calls("connect", governor, &connect)?;
        let (guard, vault) = (sol(self.oracle), sol(self.vault));
        let arguments = (sol(governor), sol(registry), guard, vault, quote_decimals, hour, day, 10u128.pow(18));
        let arguments = arguments.abi_encode_params();
        self.fronted("settlement", &blobs.settlement, arguments)?;
        self.owner_calls(
            "admitVenue",
            self.vault,
            &IMarginVault::admitVenueCall {
                venue: sol(self.venue),
                bondRequired: 0,
                cover: self.incident.host.insurance.value,
            },
        )?;
        self.owner_calls(
            "transferGovernance",
            self.vault,
            &IMarginVault::transferGovernanceCall { to: sol(governor) },
        )?;
        Ok(dollar)
    }

    fn contract(&mut self, what: &'static str, blob: &[u8], arguments: Vec<u8>) -> Result<H160, SimulationError> {
        let owner = self.owner.clone();
        let deployed = self.chain.deploy(&owner, blob.to_vec(), arguments, 0);
        deployed.map(|deployed| deployed.address).map_err(|source| SimulationError::Call { what, source })
    }

    /// A contract behind its front. Returns the front.
    fn fronted(
        &mut self,
        what: &'static str,
        [whole, front]: &[Vec<u8>; 2],
        arguments: Vec<u8>,
    ) -> Result<H160, SimulationError> {
        let implementation = self.contract(what, whole, arguments.clone())?;
        let arguments = [arguments, (sol(implementation),).abi_encode_params()].concat();
        self.contract(what, front, arguments)
    }

    /// Everybody gets dollars, approves the vault, deposits and opts in to the venue.
    fn fund(&mut self, cast: &Cast, dollar: H160) -> Result<(), SimulationError> {
        let host = &self.incident.host;
        let mut people = vec![(self.maker.clone(), host.maker_collateral.value, host.maker_collateral.value)];
        for (account, trader) in self.traders.clone().into_iter().zip(&cast.traders) {
            people.push((account, trader.collateral, 2 * trader.collateral));
        }
        if self.has_canary() {
            people.extend(
                [&self.canary, &self.canary_maker].map(|who| (who.clone(), canary::COLLATERAL, canary::COLLATERAL)),
            );
        }
        let insurer = self.keeper.clone();
        people.push((insurer.clone(), host.insurance.value, host.insurance.value));
        for (count, (account, deposit, mint)) in people.into_iter().enumerate() {
            if count.is_multiple_of(8) {
                self.chain.produce_block();
            }
            let owner = self.owner.clone();
            self.chain
                .mint_asset(&owner, DOLLAR, &account, mint)
                .map_err(|source| SimulationError::Call { what: "mint_asset", source })?;
            let approve = IERC20::approveCall { spender: sol(self.vault), amount: U256::MAX };
            self.must("approve", &account, dollar, &approve)?;
            let deposit = IMarginVault::depositCall { asset: QUOTE, amount: deposit };
            self.must("deposit", &account, self.vault, &deposit)?;
            self.must("optIn", &account, self.vault, &IMarginVault::optInCall { venue: sol(self.venue) })?;
        }
        let fund = IMarginVault::fundInsuranceCall { amount: host.insurance.value };
        self.must("fundInsurance", &insurer, self.vault, &fund).map(|_| ())
    }

    pub(super) fn owner_calls<C: SolCall>(
        &mut self,
        what: &'static str,
        to: H160,
        call: &C,
    ) -> Result<C::Return, SimulationError> {
        let owner = self.owner.clone();
        self.must(what, &owner, to, call)
    }

    /// A call that must succeed.
    pub(super) fn must<C: SolCall>(
        &mut self,
        what: &'static str,
        from: &Account,
        to: H160,
        call: &C,
    ) -> Result<C::Return, SimulationError> {
        self.attempt(from, to, call).map_err(|source| SimulationError::Call { what, source })
    }

    /// A call that may be refused.
    pub(super) fn attempt<C: SolCall>(&mut self, from: &Account, to: H160, call: &C) -> Result<C::Return, Failure> {
        self.calls += 1;
        self.chain.sol_call(from, to, call, 0)
    }

    /// A question.
    pub(super) fn view<C: SolCall>(
        &self,
        what: &'static str,
        to: H160,
        call: &C,
    ) -> Result<C::Return, SimulationError> {
        self.chain.sol_view(&self.keeper, to, call).map_err(|source| SimulationError::Call { what, source })
    }

    /// The first event of a kind that the last call emitted.
    pub(super) fn emitted<E: alloy_core::sol_types::SolEvent>(&self, what: &'static str) -> Result<E, SimulationError> {
        let events = self.chain.last_outcome().map(CallOutcome::events_as::<E>).unwrap_or_default();
        events.into_iter().next().map(|(_, event)| event).ok_or(SimulationError::Silent(what))
    }

    /// Dollars in the wallet of an account.
    pub(super) fn wallet(&self, account: &Account) -> u128 {
        self.chain.asset_balance(DOLLAR, account)
    }

    /// Dollars that the vault holds.
    pub(super) fn held(&self) -> u128 {
        self.chain.asset_balance_at(DOLLAR, self.vault)
    }
}
