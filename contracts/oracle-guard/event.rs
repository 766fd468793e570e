use ink::Address;

/// A feed was configured.
#[ink::event]
pub struct FeedConfigured {
    /// The feed.
    #[ink(topic)]
    pub feed: u32,
    /// Number of reporters.
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
