//! Who takes part.

use lockstep_devchain::Account;

use crate::decimal::format_exact;
use crate::incident::{Incident, TraderGroup};
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
        for group in &incident.traders {
            for leverage in &group.leverage {
                let name = name(group, &incident.markets[group.market].asset, *leverage);
                let namesakes = cast.traders.iter().filter(|trader| trader.name.starts_with(&name)).count();
                let name = if namesakes == 0 { name } else { format!("{name} ({})", namesakes + 1) };
                cast.traders.push(Trader {
                    name,
                    market: group.market,
                    side: group.side,
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

fn name(group: &TraderGroup, asset: &str, leverage: u32) -> String {
    format!("{asset} {} {}x", group.side.title(), format_exact(u128::from(leverage), 2))
}
