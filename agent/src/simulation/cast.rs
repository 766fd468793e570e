//! Who takes part.

use std::collections::BTreeMap;

use lockstep_devchain::Account;

use crate::decimal::format_exact;
use crate::incident::{Conduct, Incident, Market, Stake, TraderGroup};
use crate::outcome::Trader;

/// The people of a rehearsal, the same in both arms.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Traders in the order of the incident's groups.
    pub traders: Vec<Trader>,
    /// When each opens, Unix seconds.
    pub(super) opens_at: Vec<u64>,
}

impl Cast {
    /// The traders that the incident's groups describe.
    pub fn of(incident: &Incident) -> Self {
        let mut cast = Self { traders: Vec::new(), opens_at: Vec::new() };
        let mut given: BTreeMap<String, usize> = BTreeMap::new();
        for group in &incident.traders {
            for leverage in &group.leverage {
                let plain = name(group, &incident.markets, *leverage);
                let namesakes = given.entry(plain.clone()).or_default();
                *namesakes += 1;
                let name = if *namesakes == 1 { plain } else { format!("{plain} ({namesakes})") };
                cast.traders.push(Trader {
                    name,
                    stakes: group.stakes.clone(),
                    conduct: group.conduct,
                    leverage: *leverage,
                    collateral: group.collateral,
                });
                cast.opens_at.push(group.opens_at);
            }
        }
        cast
    }

    /// The accounts of the traders, in their order.
    pub(super) fn accounts(&self) -> Vec<Account> {
        (0..self.traders.len()).map(|index| Account::named(&format!("trader {index}"))).collect()
    }
}

/// Such as "DOGE long 4.2x" or "DOGE long + BTC short 6x", with the conduct of those who do more than hold.
fn name(group: &TraderGroup, markets: &[Market], leverage: u32) -> String {
    let position = |stake: &Stake| format!("{} {}", markets[stake.market].asset, stake.side.title());
    let positions: Vec<String> = group.stakes.iter().map(position).collect();
    let held = format!("{} {}x", positions.join(" + "), format_exact(u128::from(leverage), 2));
    match group.conduct {
        Conduct::Holds => held,
        conduct => format!("{held} ({})", conduct.title()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::parse;

    #[test]
    fn every_trader_has_a_name_of_its_own() {
        let incident = parse(include_str!("../../../e2e-tests/incidents/2025-10-10-dydx.toml")).expect("a sound file");
        let cast = Cast::of(&incident);
        let mut names: Vec<&str> = cast.traders.iter().map(|trader| trader.name.as_str()).collect();
        assert!(names.contains(&"DOGE long 4.2x") && names.contains(&"ETH short 4x (tends)"), "{names:?}");
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_eq!(cast.accounts().len(), count);
    }

    #[test]
    fn namesakes_are_numbered() {
        let mut incident =
            parse(include_str!("../../../e2e-tests/incidents/2025-10-10-dydx.toml")).expect("a sound file");
        incident.traders.truncate(1);
        incident.traders[0].leverage = vec![300, 300, 30];
        let names: Vec<String> = Cast::of(&incident).traders.into_iter().map(|trader| trader.name).collect();
        assert_eq!(names, ["BTC long 3x", "BTC long 3x (2)", "BTC long 0.3x"]);
    }
}
