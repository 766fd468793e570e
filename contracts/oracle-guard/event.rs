use ink::Address;

/// Another upgrade registry was named.
#[ink::event]
pub struct RegistryNamed {
    /// The one in office.
    #[ink(topic)]
    pub old: Address,
    /// The one that follows.
    #[ink(topic)]
    pub new: Address,
    /// When it does.
    pub start: u64,
}

/// A feed was configured.
#[ink::event]
pub struct FeedConfigured {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// Number of reporters; none where it is pulled.
    pub reporters: u32,
    /// Fresh reports needed for a price.
    pub min_sources: u8,
}

/// A market was configured.
#[ink::event]
pub struct MarketConfigured {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// Its feed.
    #[ink(topic)]
    pub feed: u32,
    /// Its contract class.
    pub class: u8,
}

/// A reporter published.
#[ink::event]
pub struct PriceReported {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// Who.
    #[ink(topic)]
    pub reporter: Address,
    /// Quote per whole unit, 18 decimals.
    pub price: u128,
    /// Date of the report.
    pub published_at: u64,
    /// The feed's median after it.
    pub median: u128,
    /// The feed's verdict after it.
    pub verdict: u8,
}

/// A feed is not to be trusted for a while.
#[ink::event]
pub struct FeedFroze {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// 0 an outage of the host, 1 an invalid price, 2 a jump.
    pub cause: u8,
    /// When the freeze began.
    pub frozen_at: u64,
}

/// A feed is trusted again.
#[ink::event]
pub struct FeedThawed {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// Active time of the thaw.
    pub recovered_at: u64,
    /// Seconds over which the liquidation size rises.
    pub ramp: u64,
}

/// The host was seen alive again after an outage or a silence.
#[ink::event]
pub struct OutageSeen {
    /// First second of user transactions.
    pub resumed_at: u64,
    /// Seconds of downtime, or of silence.
    pub length: u64,
    /// Downtime booked in all.
    pub downtime: u64,
}

/// Downtime turned out to be slower blocks.
#[ink::event]
pub struct DowntimeCorrected {
    /// Downtime booked in all, in seconds, until then.
    pub old: u64,
    /// Downtime booked in all, in seconds, from then on.
    pub new: u64,
}

/// A feed is read from another contract.
#[ink::event]
pub struct SourceConfigured {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// The contract.
    #[ink(topic)]
    pub source: Address,
    /// 0 Chainlink's `AggregatorV3Interface`, 1 Lockstep's `PriceSource`.
    pub kind: u8,
    /// What it is asked for.
    pub key: u32,
    /// Decimals of its answers.
    pub decimals: u8,
}

/// How a feed's volatility is measured and who forecasts it was set.
#[ink::event]
pub struct VolatilityConfigured {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// Number of forecasters.
    pub forecasters: u32,
    /// Forecasts needed.
    pub quorum: u8,
    /// Seconds over which a past return fades.
    pub memory: u64,
    /// Least in force, in basis points a day.
    pub floor: u32,
    /// Greatest in force, in basis points a day.
    pub cap: u32,
}

/// A forecaster spoke.
#[ink::event]
pub struct VolatilityForecast {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// Who.
    #[ink(topic)]
    pub forecaster: Address,
    /// Basis points a day.
    pub volatility: u32,
    /// What is in force from then on.
    pub in_force: u32,
}

/// A market's venue and the band of its mark were set.
#[ink::event]
pub struct BasisConfigured {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// Who reports the mark.
    #[ink(topic)]
    pub venue: Address,
    /// Greatest distance from the index, in basis points; 0 where the mark is not watched.
    pub band: u32,
    /// Seconds after which a mark counts no more.
    pub max_age: u64,
}

/// A venue reported its mark.
#[ink::event]
pub struct MarkReported {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// Quote per whole unit, 18 decimals.
    pub mark: u128,
    /// The guard's price.
    pub index: u128,
    /// How far the mark lies above the index, in basis points.
    pub distance: i32,
    /// Whether it is within its band.
    pub within: bool,
}

/// Markets were paused.
#[ink::event]
pub struct Paused {
    /// 0 one market, 1 a class, 2 all on one feed.
    #[ink(topic)]
    pub selection: u8,
    /// Which.
    #[ink(topic)]
    pub id: u32,
    /// Who.
    #[ink(topic)]
    pub by: Address,
    /// When the pause expires.
    pub until: u64,
}

/// Pauses were lifted.
#[ink::event]
pub struct Resumed {
    /// 0 one market, 1 a class, 2 all on one feed.
    #[ink(topic)]
    pub selection: u8,
    /// Which.
    #[ink(topic)]
    pub id: u32,
    /// Who.
    #[ink(topic)]
    pub by: Address,
}

/// A market was seen in another stage than before.
#[ink::event]
pub struct StageNoted {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// Stage noted before: 0 open, 1 recovering, 2 frozen, 3 reduce-only, 4 settleable.
    pub old: u8,
    /// Stage now.
    pub new: u8,
    /// Why.
    pub reason: u8,
    /// When it may end; 0 where unknown.
    pub until: u64,
}
