//! Snapshots of the venues' open interest for the settlement contract.

use alloy_core::{
    primitives::{Address, FixedBytes},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    interfaces::{IPerpetualVenue as venue, ISettlement as settlement, IUpgradeRegistry as registry},
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
    world::{DAY, HOUR, TRADED, WEI, World},
};

/// What the settlement contract of a council is deployed with.
pub fn constructor(council: Address, registry: H160) -> Vec<u8> {
    (council, sol_address(registry), 2 * HOUR, DAY, 10 * UNIT * WEI).abi_encode_params()
}

/// Admits a market.
pub fn admission(market: u32, venue: Address, operator: Address) -> settlement::admitMarketCall {
    settlement::admitMarketCall { market, venue, operator }
}

pub fn message(world: &World, command: &Command) -> Option<Message> {
    let to = world.at.settlement;
    match *command {
        Command::SettlementBond { market, amount } => {
            let data = settlement::postBondCall { market }.abi_encode();
            Some(Message { who: world.cast.stranger.clone(), to, data, value: amount })
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
    /// The open interest in the first market of a venue as it stands.
    fn snapshot(&self, number: usize, plan: u64) -> Option<Tree> {
        let market = TRADED[number][0];
        let terms = self.ask(self.at.registry, &registry::freezeTermsCall { plan_: plan, market })?;
        let context = Context {
            domain: DomainId(terms.domain),
            fork: ForkId(terms.forkId.0),
            plan: PlanId(plan),
            market: MarketId(market),
        };
        let mut leaves: Vec<Leaf> = (0..self.holders())
            .filter_map(|holder| {
                let address = self.holder(holder).address();
                let call = venue::positionCall { account: sol_address(address), market };
                let position = self.ask(self.at.venues[number], &call)?;
                (position.size != 0).then(|| Leaf {
                    index: 0,
                    account: Id(address.0),
                    size: position.size,
                    entry_price: Price(self.memory.prices[0]),
                    margin: 0,
                    unrealised: 0,
                    basis: Basis::CanonicalOnly,
                })
            })
            .collect();
        leaves.sort_by_key(|leaf| leaf.account);
        let mut builder = TreeBuilder::new(keccak256, context);
        for (index, leaf) in (0..).zip(leaves) {
            builder.push(&Leaf { index, ..leaf }).ok()?;
        }
        builder.finish().ok()
    }
}
