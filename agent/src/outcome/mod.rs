//! What a rehearsal saw: the same incident in two arms, block by block, and what follows from it.
//!
//! Everything here was read from the contracts or the chain; nothing depends on the machine or the hour.

mod deeds;
mod markets;
mod promises;
mod summary;
mod trader;
mod upgrades;
mod written;

use serde::Serialize;

pub use deeds::{Attempt, Liquidation, SOUND, Wish};
pub use markets::{BlockState, Freeze, MarketMode, MarketState};
pub use promises::{Promise, PromiseState, check};
pub use summary::{Summary, summarise};
pub use trader::{Kind, Trader};
pub use upgrades::{PhaseSpan, PlanOutcome, Told, is_restraining, phase_title};

use written::{amount, signed_amount, signed_amounts};

/// Digits after the point of the quote asset.
pub const QUOTE_DECIMALS: u32 = 6;

/// Which of the two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// The venue acts on the last report, whatever its age.
    Without,
    /// The venue asks the oracle guard.
    With,
}

impl Arm {
    /// Both, in the order of every table.
    pub const BOTH: [Self; 2] = [Self::Without, Self::With];

    /// Within a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Without => "without Lockstep",
            Self::With => "with Lockstep",
        }
    }

    /// For headings.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Without => "Without Lockstep",
            Self::With => "With Lockstep",
        }
    }
}

/// Something worth a line on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// Unix seconds.
    pub at: u64,
    /// In words.
    pub what: String,
}

/// One arm of the rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArmOutcome {
    /// Which.
    pub arm: Arm,
    /// Every block after the accounts were opened.
    pub blocks: Vec<BlockState>,
    /// In order.
    pub liquidations: Vec<Liquidation>,
    /// In order, liquidators' refused attempts included.
    pub attempts: Vec<Attempt>,
    /// In order of their beginning.
    pub freezes: Vec<Freeze>,
    /// In the order of the incident.
    pub plans: Vec<PlanOutcome>,
    /// The story.
    pub timeline: Vec<Moment>,
    /// Equity of each trader at the end, at the true price.
    #[serde(serialize_with = "signed_amounts")]
    pub final_equity: Vec<i128>,
    /// The market maker's equity at the end less what it brought, at the true price.
    #[serde(serialize_with = "signed_amount")]
    pub maker_result: i128,
    /// Losses beyond an account's collateral that the venue booked.
    #[serde(serialize_with = "amount")]
    pub bad_debt: u128,
    /// What the insurance fund paid.
    #[serde(serialize_with = "amount")]
    pub insurance_used: u128,
    /// Root of the chain's state at the end, hexadecimal.
    pub state_root: String,
    /// Contract calls executed.
    pub calls: u64,
}

/// A whole rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The incident's id.
    pub incident: String,
    /// Markets by name.
    pub markets: Vec<String>,
    /// Who traded.
    pub traders: Vec<Trader>,
    /// Without and with, in the order of [`Arm::BOTH`].
    pub arms: [ArmOutcome; 2],
}

impl Outcome {
    /// The arm that was asked for.
    pub fn arm(&self, arm: Arm) -> &ArmOutcome {
        match arm {
            Arm::Without => &self.arms[0],
            Arm::With => &self.arms[1],
        }
    }
}
