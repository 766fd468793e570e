//! Who traded.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::written::amount;
use crate::incident::{Conduct, Side, Stake};

/// A trader of the rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trader {
    /// Such as "DOGE long 4.2x", or "DOGE long + BTC short 6x".
    pub name: String,
    /// What it holds, at least one position.
    #[serde(rename = "positions", serialize_with = "stakes_in_words")]
    pub stakes: Vec<Stake>,
    /// What it does.
    #[serde(serialize_with = "conduct_in_words")]
    pub conduct: Conduct,
    /// Notional of all positions over the collateral, hundredths.
    pub leverage: u32,
    /// What it brought, smallest unit of the quote asset.
    #[serde(serialize_with = "amount")]
    pub collateral: u128,
}

/// Accounts by what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One long position.
    Long,
    /// One short position.
    Short,
    /// Several positions in one direction.
    Basket,
    /// Long in some markets and short in others.
    Hedged,
}

impl Kind {
    /// In the order of tables.
    pub const ALL: [Self; 4] = [Self::Long, Self::Short, Self::Basket, Self::Hedged];

    /// For tables.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Long => "One long position",
            Self::Short => "One short position",
            Self::Basket => "Several markets, one direction",
            Self::Hedged => "Hedged: long and short",
        }
    }
}

impl Trader {
    /// What kind of account it is.
    pub fn kind(&self) -> Kind {
        let is = |side| self.stakes.iter().any(|stake| stake.side == side);
        match (self.stakes.len(), is(Side::Long), is(Side::Short)) {
            (_, true, true) => Kind::Hedged,
            (0 | 1, true, false) => Kind::Long,
            (0 | 1, false, _) => Kind::Short,
            _ => Kind::Basket,
        }
    }

    /// Whether it has a position in a market, or had one planned.
    pub fn is_in(&self, market: usize) -> bool {
        self.stakes.iter().any(|stake| stake.market == market)
    }
}

#[derive(Serialize)]
struct Written {
    market: usize,
    side: &'static str,
    share: u8,
}

fn stakes_in_words<S: Serializer>(stakes: &[Stake], out: S) -> Result<S::Ok, S::Error> {
    let mut list = out.serialize_seq(Some(stakes.len()))?;
    for stake in stakes {
        list.serialize_element(&Written { market: stake.market, side: stake.side.title(), share: stake.share })?;
    }
    list.end()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references over")]
fn conduct_in_words<S: Serializer>(conduct: &Conduct, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(conduct.title())
}
