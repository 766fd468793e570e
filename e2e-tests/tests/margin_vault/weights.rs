//! What the vault's steps cost on the real guard and registry, against the committed baseline.

use alloy_core::{
    primitives::U256,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    baseline::{Baseline, Cost},
    blob,
    exchange::{DOLLAR, Exchange, IErc20, MARKET, UNIT},
    interfaces::{
        IMarginVault::*,
        IOracleGuard,
        IPerpetualVenue::{self as venue, addMarketCall, increaseCall, reduceCall},
    },
    sol_address,
};
use lockstep_devchain::{Account, H160};

use crate::{DAY, NATIVE, address, deposit_native};

/// The native token's number; the other assets follow it.
const COIN: u32 = 1;

/// An exchange with four venues, whose market is the same, and eight assets, each with a market of its own.
struct Stage {
    x: Exchange,
    venues: Vec<H160>,
    tokens: Vec<H160>,
}

impl Stage {
    fn new() -> Self {
        let mut x = Exchange::connected(400);
        let (governance, guard) = (x.governance.clone(), x.guard);
        let tokens: Vec<H160> = (0..7u32)
            .map(|n| {
                let market = IOracleGuard::setMarketCall { market: 100 + n, feed: 1, class: 3 };
                x.chain.sol_call(&governance, guard, &market, 0).unwrap();
                let token = x.chain.create_asset(100 + n, &governance, "Token", "TOK", 18, 1).unwrap();
                let listing = listAssetCall {
                    token: sol_address(token),
                    market: 100 + n,
                    decimals: 18,
                    cap: 1 << 100,
                    haircut: 1_000,
                };
                assert_eq!(x.govern(&listing), COIN + 1 + n);
                token
            })
            .collect();
        let mut venues = vec![x.venue];
        for _ in 0..3 {
            let owner = sol_address(governance.address());
            let constructor = (owner, sol_address(x.vault), sol_address(guard), U256::from(6)).abi_encode_params();
            let venue = x.chain.deploy(&governance, blob("perpetual_venue"), constructor, 0).unwrap().address;
            x.govern(&admitVenueCall { venue: sol_address(venue), bondRequired: 0, cover: 0 });
            let market = addMarketCall {
                market: MARKET,
                maker: address(&x.maker),
                decimals: 18,
                initial: 1_000,
                maintenance: 500,
                spread: 10,
                liquidationFee: 100,
                insuranceShare: 5_000,
            };
            x.chain.sol_call(&governance, venue, &market, 0).unwrap();
            venues.push(venue);
        }
        x.wait(4 * DAY);
        let mut stage = Self { x, venues, tokens };
        stage.settle_at(2_000);
        let others = stage.venues[1..].to_vec();
        for venue in others {
            let maker = stage.x.maker.clone();
            stage.x.vault(&maker, &optInCall { venue: sol_address(venue) }).unwrap();
        }
        stage
    }

    /// Prices come in until the market is open.
    fn settle_at(&mut self, dollars: u128) {
        for _ in 0..40 {
            self.x.wait(60);
            self.x.price(dollars * UNIT);
        }
    }

    /// An account with a coin of each of so many assets, long one unit on each of so many venues, and no dollars.
    fn trader(&mut self, name: &str, venues: usize, assets: usize) -> Account {
        let x = &mut self.x;
        let (account, governance) = (x.trader(name, 0), x.governance.clone());
        deposit_native(x, &account, NATIVE).unwrap();
        for (n, token) in (0u32..).zip(self.tokens[..assets - 1].to_vec()) {
            x.chain.mint_asset(&governance, 100 + n, &account, UNIT).unwrap();
            let approve = IErc20::approveCall { spender: sol_address(x.vault), amount: U256::from(UNIT) };
            x.chain.sol_call(&account, token, &approve, 0).unwrap();
            x.vault(&account, &depositCall { asset: COIN + 1 + n, amount: UNIT }).unwrap();
        }
        for (n, venue) in self.venues[..venues].iter().copied().enumerate() {
            if n > 0 {
                x.vault(&account, &optInCall { venue: sol_address(venue) }).unwrap();
            }
            let size = i128::try_from(UNIT).unwrap();
            x.chain.sol_call(&account, venue, &increaseCall { market: MARKET, size }, 0).unwrap();
        }
        account
    }

    /// What a call costs that leaves no trace.
    fn dry(&self, who: &Account, contract: H160, call: &impl SolCall) -> Cost {
        Cost::of(&self.x.chain.dry_run(who, contract, call.abi_encode(), 0))
    }

    fn last(&self) -> Cost {
        Cost::of(self.x.chain.last_outcome().unwrap())
    }
}

#[test]
fn the_steps_of_accounts() {
    let mut stage = Stage::new();
    let mut baseline = Baseline::new("vault");
    let saver = stage.x.trader("saver", 100 * DOLLAR);
    stage.x.vault(&saver, &withdrawCall { asset: 0, amount: 50 * DOLLAR }).unwrap();
    baseline.record("withdrawal, nothing open", stage.last());
    stage.x.vault(&saver, &depositCall { asset: 0, amount: 50 * DOLLAR }).unwrap();
    baseline.record("deposit of quote", stage.last());
    deposit_native(&mut stage.x, &saver, NATIVE).unwrap();
    baseline.record("deposit of the native token", stage.last());
    for (venues, assets) in [(1, 1), (4, 1), (1, 8), (4, 8)] {
        let what = format!("{venues} venue(s), {assets} asset(s)");
        let account = stage.trader(&what, venues, assets);
        if venues == 1 {
            baseline.record(&format!("increase, {what}"), stage.last());
        }
        let health = healthCall { account: address(&account) };
        baseline.record(&format!("health, {what}"), stage.dry(&saver, stage.x.vault, &health));
        let withdraw = withdrawCall { asset: COIN, amount: UNIT / 100 };
        baseline.record(&format!("withdrawal with open risk, {what}"), stage.dry(&account, stage.x.vault, &withdraw));
    }
    baseline.check();
}

#[test]
fn the_steps_of_liquidators() {
    let mut stage = Stage::new();
    let mut baseline = Baseline::new("liquidations");
    let liquidator = stage.x.trader("liquidator", 50_000 * DOLLAR);
    // One closes on the way and owes what its coin does not pay for; the other is still open at the end.
    let debtor = stage.trader("debtor", 1, 1);
    let holder = stage.trader("holder", 1, 1);
    let venue = stage.x.venue;
    let more = increaseCall { market: MARKET, size: 7 * i128::try_from(UNIT).unwrap() };
    for account in [&debtor, &holder] {
        stage.x.chain.sol_call(account, venue, &more, 0).unwrap();
    }
    for dollars in [1_850, 1_720] {
        stage.settle_at(dollars);
    }
    stage.x.chain.sol_call(&debtor, venue, &reduceCall { market: MARKET, size: u128::MAX }, 0).unwrap();
    let seize = liquidateCall { account: address(&debtor), asset: COIN, maxRepay: u128::MAX };
    baseline.record("liquidation of collateral, 1 asset", stage.dry(&liquidator, stage.x.vault, &seize));
    let close = venue::liquidateCall { account: address(&holder), market: MARKET, maxSize: UNIT };
    baseline.record("liquidation of a position, 1 venue, 1 asset", stage.dry(&liquidator, venue, &close));
    baseline.check();
}
