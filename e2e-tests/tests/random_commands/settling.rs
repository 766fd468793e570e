//! Snapshots of the venues' open interest for the settlement contract.

use alloy_core::{
    primitives::{Address, FixedBytes},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    interfaces::{IPerpetualVenue as venue, ISettlement as settlement},
    sol_address,
};
use lockstep_core::{
    ids::{Account as Id, DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
    settlement::{Basis, Context, Leaf, Tree, TreeBuilder},
    units::Price,
};
use lockstep_devchain::{H160, UNIT};

use crate::{
    command::Command,
    send::Message,
    world::{DAY, HOST, HOUR, TRADED, WEI, World},
};

/// What the settlement contract of a council is deployed with, besides registry, guard and vault.
pub fn constructor(council: Address, others: [H160; 3]) -> Vec<u8> {
    let [registry, guard, vault] = others.map(sol_address);
    (council, registry, guard, vault, 6u16, 2 * HOUR, DAY, 10 * UNIT * WEI).abi_encode_params()
}

/// Admits the first market of a venue, of the host's network, with 18 places.
pub fn admission(market: u32, venue: Address, operator: Address) -> settlement::admitMarketCall {
    let basis = Basis::CanonicalOnly.number();
    settlement::admitMarketCall { market, venue, operator, domain: HOST, basis, decimals: 18 }
}

pub fn message(world: &World, command: &Command) -> Option<Message> {
    let to = world.at.settlement;
    match *command {
        Command::SettlementBond { market, amount } => {
            let data = settlement::postBondCall { market }.abi_encode();
            Some(Message { who: world.cast.stranger.clone(), to, data, value: amount })
        }
        Command::OpenSnapshot { venue, plan } => {
            let call =
                settlement::openSnapshotCall { plan: world.memory.plans.get(plan)?.id, market: TRADED[venue][0] };
            Some(Message { who: world.cast.stranger.clone(), to, data: call.abi_encode(), value: 0 })
        }
        Command::Commit { venue, plan, netted } => {
            let market = TRADED[venue][0];
            let plan = world.memory.plans.get(plan)?.id;
            let top = world.snapshot(venue, plan)?.top();
            let call = settlement::commitSnapshotCall {
                plan,
                market,
                top: FixedBytes(top.hash),
                count: top.totals.count,
                long: top.totals.long + u128::from(!netted),
                short: top.totals.short,
                profit: top.totals.profit,
                loss: top.totals.loss,
            };
            Some(Message { who: world.cast.operator.clone(), to, data: call.abi_encode(), value: 0 })
        }
        _ => None,
    }
}

impl World {
    /// The open interest in the first market of a venue at an opened snapshot, as the venue answers for it.
    fn snapshot(&self, number: usize, plan: u64) -> Option<Tree> {
        let market = TRADED[number][0];
        let of = self.ask(self.at.settlement, &settlement::snapshotContextCall { plan, market })?;
        let context = Context {
            domain: DomainId(of.domain),
            fork: ForkId(of.forkId.0),
            plan: PlanId(plan),
            market: MarketId(market),
        };
        let mut holders: Vec<H160> = (0..self.holders()).map(|holder| self.holder(holder).address()).collect();
        holders.sort();
        let mut builder = TreeBuilder::new(keccak256, context);
        let mut index = 0;
        for holder in holders {
            let account = sol_address(holder);
            let asked = venue::positionAtCall { account, market, at: of.takenAt, price: of.price };
            let said = self.ask(self.at.venues[number], &asked)?;
            let leaf = Leaf {
                index,
                account: Id(holder.0),
                size: said.size,
                entry_price: Price(said.entryPrice),
                margin: said.margin,
                unrealised: said.unrealised,
                basis: Basis::try_from(said.basis).ok()?,
            };
            if !leaf.is_empty() {
                builder.push(&leaf).ok()?;
                index += 1;
            }
        }
        builder.finish().ok()
    }
}
