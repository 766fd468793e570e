//! What a rehearsal saw: the same incident in two arms, block by block, and what follows from it.
//!
//! Everything here was read from the contracts or the chain; nothing depends on the machine or the hour.

mod promises;
mod summary;
mod upgrades;

use serde::{Serialize, Serializer};

pub use promises::{Promise, PromiseState, check};
pub use summary::{Summary, summarise};
pub use upgrades::{PhaseSpan, PlanOutcome, Told, is_restraining, phase_title};

use crate::decimal::{PRICE_DECIMALS, format_exact};
use crate::incident::{Conduct, Side};

/// Digits after the point of the quote asset.
pub const QUOTE_DECIMALS: u32 = 6;

/// Health at which an account is sound: equity equals the maintenance requirement, basis points.
pub const SOUND: u32 = 10_000;

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

/// A trader of the rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trader {
    /// Such as "DOGE long 4.2x".
    pub name: String,
    /// Index of the market.
    pub market: usize,
    /// Direction.
    #[serde(serialize_with = "side_in_words")]
    pub side: Side,
    /// What it does.
    #[serde(serialize_with = "conduct_in_words")]
    pub conduct: Conduct,
    /// Hundredths.
    pub leverage: u32,
    /// What it brought, smallest unit of the quote asset.
    #[serde(serialize_with = "amount")]
    pub collateral: u128,
}

/// What a market may do at the moment, as its oracle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketMode {
    /// Everything.
    Open,
    /// Open again, with the liquidation size still rising.
    Ramping,
    /// Liquidations run, and risk does not grow: an upgrade is not over.
    Recovering,
    /// Nothing is liquidated and no risk is added.
    Frozen,
    /// A freeze outlasted its bound: risk may only shrink.
    ReduceOnly,
}

/// A market at the end of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarketState {
    /// Where the market outside stood, 18 decimals.
    #[serde(serialize_with = "price")]
    pub true_price: u128,
    /// What the contracts were fed, 18 decimals.
    #[serde(serialize_with = "price")]
    pub fed_price: u128,
    /// Whether the oracle calls its price valid.
    pub valid: bool,
    /// The oracle's word on the price.
    pub verdict: &'static str,
    /// What may be done.
    pub mode: MarketMode,
    /// Why not everything may be done; empty where it may.
    pub reason: &'static str,
    /// Part of a position that a liquidation may take, basis points.
    pub share_bps: u32,
}

/// The end of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockState {
    /// Its number.
    pub number: u64,
    /// Its time, Unix seconds.
    pub at: u64,
    /// Whether a migration kept transactions out.
    pub only_inherents: bool,
    /// By market.
    pub markets: Vec<MarketState>,
    /// Health of each trader at the price fed, basis points of the maintenance requirement; `None` without a position.
    pub health: Vec<Option<u32>>,
    /// What the vault holds less what it owes, smallest unit of the quote asset.
    #[serde(serialize_with = "signed_amount")]
    pub surplus: i128,
}

/// A liquidation that the venue executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Liquidation {
    /// Block time, Unix seconds.
    pub at: u64,
    /// Index of the trader.
    pub trader: usize,
    /// Index of the market.
    pub market: usize,
    /// Part of the position closed, in units of the underlying with 18 decimals.
    #[serde(serialize_with = "price")]
    pub size: u128,
    /// Price it was closed at, 18 decimals.
    #[serde(serialize_with = "price")]
    pub price: u128,
    /// True price at that moment, 18 decimals.
    #[serde(serialize_with = "price")]
    pub true_price: u128,
    /// Whether the oracle called the price valid, and it was above zero and young enough by the guard's own measure,
    /// whichever arm this is.
    pub price_valid: bool,
    /// Whether the oracle had the market frozen, so that only deep insolvency counts.
    pub frozen: bool,
    /// Whether a roll-back of the chain undid it.
    pub undone: bool,
    /// Health just before, at the price used, basis points.
    pub health: u32,
    /// Health just before, at the true price, basis points.
    pub true_health: u32,
    /// Penalty paid by the account, smallest unit of the quote asset.
    #[serde(serialize_with = "amount")]
    pub penalty: u128,
    /// What closing at this price rather than the true one cost the account, penalty included; negative is a gain.
    #[serde(serialize_with = "signed_amount")]
    pub loss: i128,
}

impl Liquidation {
    /// The account was sound at the true price.
    pub const fn is_wrongful(&self) -> bool {
        self.true_health >= SOUND
    }
}

/// What a trader asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Bring collateral.
    Deposit,
    /// Make a position smaller.
    Reduce,
    /// Close a position and take everything out.
    Exit,
    /// Open a position or make it larger.
    Increase,
    /// Liquidate somebody.
    Liquidate,
}

impl Wish {
    /// For tables.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Reduce => "reduce",
            Self::Exit => "exit",
            Self::Increase => "increase",
            Self::Liquidate => "liquidate",
        }
    }

    /// No state of a market may refuse it.
    pub const fn is_sacred(self) -> bool {
        matches!(self, Self::Deposit | Self::Reduce | Self::Exit)
    }
}

/// A transaction of a trader or liquidator and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Block time, Unix seconds.
    pub at: u64,
    /// Index of the trader whose account it was about.
    pub trader: usize,
    /// Index of the market.
    pub market: usize,
    /// What was asked.
    pub wish: Wish,
    /// Price in force, 18 decimals.
    #[serde(serialize_with = "price")]
    pub price: u128,
    /// True price, 18 decimals.
    #[serde(serialize_with = "price")]
    pub true_price: u128,
    /// Whether the price was fresh by the guard's own measure, whichever arm this is.
    pub price_fresh: bool,
    /// Whether an upgrade that touches the market was under way and not over, whichever arm this is.
    pub in_upgrade: bool,
    /// Why it was refused; `None` where it went through.
    pub refused: Option<String>,
}

/// A span in which the oracle refused liquidations on a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Freeze {
    /// Index of the market.
    pub market: usize,
    /// First block time that showed it, Unix seconds.
    pub from: u64,
    /// First block time without it; `None` where the rehearsal ended before.
    pub until: Option<u64>,
    /// The oracle's reasons, in order of appearance.
    pub reasons: Vec<&'static str>,
    /// Whether it turned into reduce-only, as a freeze that reaches its bound must.
    pub reached_bound: bool,
    /// Whether its feed was still not well when the rehearsal ended, so that no thaw could be.
    pub feed_down: bool,
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

fn price<S: Serializer>(value: &u128, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&format_exact(*value, PRICE_DECIMALS))
}

fn amount<S: Serializer>(value: &u128, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&format_exact(*value, QUOTE_DECIMALS))
}

fn exact_signed(value: i128) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", format_exact(value.unsigned_abs(), QUOTE_DECIMALS))
}

fn signed_amount<S: Serializer>(value: &i128, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&exact_signed(*value))
}

fn signed_amounts<S: Serializer>(values: &[i128], out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(values.iter().map(|value| exact_signed(*value)))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references over")]
fn side_in_words<S: Serializer>(side: &Side, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(side.title())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references over")]
fn conduct_in_words<S: Serializer>(conduct: &Conduct, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(conduct.title())
}
