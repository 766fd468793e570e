//! An incident: what happened, by whose word, and how it is rehearsed.
//!
//! The file format is described in `e2e-tests/incidents/README.md`.

mod events;
mod file;
mod markets;
mod parse;
mod path;
mod people;
mod plans;
mod reader;
mod setting;
mod traders;
mod upgrade;

pub use file::{IncidentError, load};
pub use parse::parse;
pub use path::PricePath;
pub use people::{Conduct, Side, Stake, TraderGroup};
pub use reader::Flaw;
pub use upgrade::{KeeperSettings, Notice, Plan, Step};

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Indices into [`Incident::sources`], at least one.
    Sourced(Vec<usize>),
    /// No source says so: a choice of the rehearsal, with its reason.
    Assumed(String),
}

/// A value with its [`Basis`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure<T> {
    /// The value.
    pub value: T,
    /// By whose word.
    pub basis: Basis,
}

/// Something that can be read up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The short name the file's rows use.
    pub name: String,
    /// Address, or repository, commit and path.
    pub cites: String,
    /// What it says, in our words.
    pub tells: String,
}

/// A price row: one interval of the true market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// Start of the interval, Unix seconds.
    pub at: u64,
    /// First trade of the interval, 18 decimals.
    pub price: u128,
    /// Lowest price until the next row, 18 decimals.
    pub low: u128,
    /// Highest price until the next row, 18 decimals.
    pub high: u128,
}

/// What the venue's feed showed while it did not show the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nobody published: the feed kept its last report, with that report's time.
    Nothing,
    /// Reporters published this price, 18 decimals, as if it were fresh.
    Price(u128),
}

/// A span of time in which the feed and the truth parted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFault {
    /// First moment, Unix seconds.
    pub from: Figure<u64>,
    /// First moment at which the feed is well again, Unix seconds.
    pub until: Figure<u64>,
    /// What it showed.
    pub shown: Shown,
    /// In our words.
    pub detail: String,
}

/// One market of the venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market {
    /// The underlying, such as `ETH`.
    pub asset: String,
    /// The currency of the price, such as `USD`.
    pub quote: String,
    /// Where the true price was traded.
    pub traded_on: String,
    /// Initial margin of the rehearsal's venue, basis points of notional.
    pub initial_bps: Figure<u16>,
    /// Maintenance margin of the rehearsal's venue, basis points of notional.
    pub maintenance_bps: Figure<u16>,
    /// Source of the price rows.
    pub price_basis: Basis,
    /// The true price, ascending in time.
    pub true_price: Vec<PriceRow>,
    /// When the feed showed something else, ascending and disjoint.
    pub faults: Vec<FeedFault>,
}

/// What an event of the chain or the venue was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The chain makes no blocks from here on.
    Halted,
    /// The chain makes blocks again.
    Resumed,
    /// Reporters and keepers send nothing from here on, although blocks go on.
    Silent,
    /// Reporters and keepers are back.
    Heard,
    /// Blocks are so many seconds apart from here on.
    Slowed(u64),
    /// Something happens to an upgrade.
    Upgrade {
        /// Index into [`Incident::plans`].
        plan: usize,
        /// What.
        step: Step,
    },
    /// Outside the chain: shown on the timeline, changes nothing.
    Noted,
}

/// An event of the chain or the venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Unix seconds.
    pub at: Figure<u64>,
    /// What it was.
    pub kind: EventKind,
    /// In our words.
    pub detail: String,
    /// The time is vague in the sources.
    pub approximate: bool,
    /// Sources disagree on it.
    pub disputed: bool,
}

/// How the host chain and its helpers behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The rehearsal begins, Unix seconds.
    pub opens_at: Figure<u64>,
    /// The rehearsal ends, Unix seconds.
    pub closes_at: Figure<u64>,
    /// Seconds between blocks.
    pub block_seconds: Figure<u64>,
    /// How many report prices.
    pub reporters: Figure<u8>,
    /// How many of them a price needs.
    pub quorum: Figure<u8>,
    /// Seconds between two reports of one reporter.
    pub report_seconds: Figure<u64>,
    /// Seconds between two attempts of the liquidators.
    pub liquidation_seconds: Figure<u64>,
    /// Liquidations they manage in one attempt, over all markets.
    pub liquidations_each: Figure<u32>,
    /// How much worse than the mark a trader trades, basis points.
    pub spread_bps: Figure<u16>,
    /// Fee of a liquidation, basis points of the notional closed.
    pub liquidation_fee_bps: Figure<u16>,
    /// Part of that fee that goes to the insurance fund, basis points.
    pub insurance_share_bps: Figure<u16>,
    /// What the market maker, counterparty of every trade, puts up; smallest unit of the quote asset.
    pub maker_collateral: Figure<u128>,
    /// What the insurance fund starts with; smallest unit of the quote asset.
    pub insurance: Figure<u128>,
}

/// How the guard is set, for every market alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardSettings {
    /// Oldest report that counts, seconds.
    pub max_age: Figure<u64>,
    /// Widest confidence interval of a report, basis points of the price.
    pub max_confidence_bps: Figure<u16>,
    /// How far one median may be from the one before, or from the baseline of a thaw, basis points.
    pub max_deviation_bps: Figure<u16>,
    /// Active time after an outage in which nobody is liquidated, seconds.
    pub grace: Figure<u64>,
    /// The same after the feed alone was bad, seconds.
    pub feed_grace: Figure<u64>,
    /// Longest time over which the liquidation size rises again after the thaw, seconds.
    pub ramp: Figure<u64>,
    /// Fresh reports of different reporters that a thaw needs.
    pub thaw_reports: Figure<u8>,
    /// Excess of a gap over its blocks that is not taken for downtime, seconds.
    pub gap_tolerance: Figure<u64>,
    /// A silence longer than this freezes liquidations although blocks went on, seconds.
    pub max_silence: Figure<u64>,
}

/// What really happened to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealOutcome {
    /// Accounts or claims, where a source tells.
    pub accounts_hurt: Option<Figure<u64>>,
    /// Their loss in US dollars, 6 decimals, where a source tells.
    pub losses_usd: Option<Figure<u128>>,
    /// In our words.
    pub detail: String,
}

/// A whole incident file, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Lower-case letters, digits and dashes; names the folder of the results.
    pub id: String,
    /// One line.
    pub title: String,
    /// A paragraph.
    pub summary: String,
    /// What the figures rest on.
    pub sources: Vec<Source>,
    /// Markets of the venue, at least one.
    pub markets: Vec<Market>,
    /// Upgrades that are announced.
    pub plans: Vec<Plan>,
    /// Who watches them; there where a plan is.
    pub keepers: Option<KeeperSettings>,
    /// Events, ascending in time.
    pub events: Vec<Event>,
    /// What really happened.
    pub outcome: RealOutcome,
    /// Host chain and helpers.
    pub host: Host,
    /// Settings of the guard.
    pub guard: GuardSettings,
    /// Who trades.
    pub traders: Vec<TraderGroup>,
    /// Choices that are no single figure.
    pub assumptions: Vec<String>,
}

impl Incident {
    /// Spans without blocks inside the rehearsal: `(halted, resumed)`, ascending.
    pub fn halts(&self) -> Vec<(u64, u64)> {
        let mut spans = Vec::new();
        let mut since = None;
        for event in &self.events {
            match (event.kind, since) {
                (EventKind::Halted, None) => since = Some(event.at.value),
                (EventKind::Resumed, Some(halted)) => {
                    spans.push((halted, event.at.value));
                    since = None;
                }
                _ => {}
            }
        }
        spans
    }

    /// Spans inside the rehearsal in which a migration keeps transactions out, as the file has them.
    pub fn migrations(&self) -> Vec<(u64, u64)> {
        let mut spans = Vec::new();
        let mut since = None;
        for event in &self.events {
            let EventKind::Upgrade { step, .. } = event.kind else { continue };
            match (step, since) {
                (Step::MigrationStarted, None) => since = Some(event.at.value),
                (Step::MigrationCompleted | Step::MigrationCleared | Step::RolledBack { .. }, Some(started)) => {
                    spans.push((started, event.at.value));
                    since = None;
                }
                _ => {}
            }
        }
        spans
    }
}

impl Market {
    /// The fault in force at `now`, if any.
    pub fn fault_at(&self, now: u64) -> Option<&FeedFault> {
        self.faults.iter().find(|fault| fault.from.value <= now && now < fault.until.value)
    }
}
