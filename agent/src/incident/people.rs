//! The people of an incident: what they hold and what they do.

/// Which way a position profits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Profits when the price rises.
    Long,
    /// Profits when the price falls.
    Short,
}

/// What a group of traders does after it has opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// Waits; whoever is liquidated is liquidated.
    Holds,
    /// Tends its account at every stage: deposits and reduces, and tries to, whatever the state of the market.
    Tends,
    /// As [`Conduct::Tends`], and leaves for good as soon as the chain runs again after a halt.
    Leaves,
    /// Opens as soon as the chain runs again, hoping for a stale price, and closes when it can.
    Snipes,
}

impl Side {
    /// The file's word.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::Short => "short",
        }
    }
}

impl Conduct {
    /// The file's word.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Tends => "tends",
            Self::Leaves => "leaves",
            Self::Snipes => "snipes",
        }
    }
}

/// One position of a trader, as a part of all that it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stake {
    /// Index into the incident's markets.
    pub market: usize,
    /// Direction.
    pub side: Side,
    /// Its part of the trader's whole notional, per cent; those of one trader are 100 together.
    pub share: u8,
}

/// A ladder of traders that differ in leverage only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraderGroup {
    /// What each of them holds, at least one position, each in a market of its own.
    pub stakes: Vec<Stake>,
    /// What they do.
    pub conduct: Conduct,
    /// When they open, Unix seconds.
    pub opens_at: u64,
    /// Collateral of each, smallest unit of the quote asset (6 decimals).
    pub collateral: u128,
    /// Leverage of each, in hundredths (250 is 2.5 times): the notional of all positions over the collateral.
    pub leverage: Vec<u32>,
    /// Why this group.
    pub reason: String,
}
