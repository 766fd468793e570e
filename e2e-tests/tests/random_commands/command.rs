//! What somebody may do, with its parameters. People are named by their number in the cast, contracts of a kind by
//! theirs; `who` counts traders, then liquidators, then makers.

use lockstep_devchain::H256;

use crate::proposals::Action;

/// What is wrong with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    Honest,
    /// Off by so many basis points.
    Off(i32),
    Zero,
    /// From so many seconds ahead.
    Future(u64),
    /// So many seconds old.
    Old(u64),
    /// With a confidence interval of a tenth of the price.
    Wide,
}

/// How a network behaves after a plan for it was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Good,
    /// Activates, then fails.
    Failed,
    /// Fails and is repaired.
    Repaired,
    RolledBack,
    Aborted,
    /// Nothing is heard.
    Silent,
    /// Runs other code.
    OtherCode,
}

/// An announcement, as keepers agree on it.
#[derive(Clone, Debug)]
pub struct Draft {
    pub domain: u32,
    pub number: u8,
    pub freeze_at: u64,
    /// Seconds from the freeze to the latest activation.
    pub window: u64,
    pub stabilise: u64,
    pub max_freeze: u64,
    pub markets: Vec<u32>,
    pub fate: Fate,
}

/// What a hostile venue tells the vault about two accounts.
#[derive(Clone, Debug)]
pub enum Word {
    Realise { profit: i128, open: bool },
    Increased { notional: u128 },
    Authorise { size: u128, loss: i128 },
    Charge { reward: u128 },
}

/// How a message is damaged on its way.
#[derive(Clone, Copy, Debug)]
pub enum Damage {
    /// Cut to so many bytes (modulo its length).
    Cut(usize),
    /// One bit flipped.
    Flip(usize),
    /// Followed by so many bytes.
    Longer(usize),
}

#[derive(Clone, Debug)]
pub enum Command {
    // Vault
    Deposit {
        who: usize,
        asset: u32,
        amount: u128,
    },
    DepositNative {
        who: usize,
        amount: u128,
    },
    Withdraw {
        who: usize,
        asset: u32,
        amount: u128,
    },
    OptIn {
        who: usize,
        venue: usize,
    },
    OptOut {
        who: usize,
        venue: usize,
    },
    Settle {
        who: usize,
        venue: usize,
    },
    Seize {
        by: usize,
        who: usize,
        asset: u32,
        most: u128,
    },
    CoverBadDebt {
        who: usize,
    },
    PostBond {
        who: usize,
        venue: usize,
        amount: u128,
    },
    Insure {
        who: usize,
        amount: u128,
    },
    // Venues
    Increase {
        who: usize,
        venue: usize,
        market: usize,
        size: i128,
    },
    Reduce {
        who: usize,
        venue: usize,
        market: usize,
        size: u128,
    },
    Release {
        who: usize,
        venue: usize,
        market: usize,
    },
    Liquidate {
        by: usize,
        who: usize,
        venue: usize,
        market: usize,
    },
    // Guard
    Report {
        reporter: usize,
        twist: Twist,
    },
    Pull,
    Forecast {
        reporter: usize,
        volatility: u32,
    },
    Mark {
        off: i32,
    },
    Heartbeat,
    Pause {
        keeper: usize,
        selection: u8,
        id: u32,
    },
    Resume {
        keeper: usize,
        selection: u8,
        id: u32,
    },
    PauseFor {
        selection: u8,
        id: u32,
        length: u64,
    },
    Note {
        market: u32,
    },
    // Registry
    Announce {
        keeper: usize,
        draft: Draft,
    },
    Emergency {
        keeper: usize,
        draft: Draft,
    },
    Extend {
        keeper: usize,
        plan: usize,
    },
    Signal {
        keeper: usize,
        plan: usize,
        kind: u8,
        lie: bool,
    },
    Close {
        plan: usize,
    },
    Prune {
        market: u32,
    },
    KeeperBond {
        keeper: usize,
        amount: u128,
    },
    Leave {
        keeper: usize,
    },
    WithdrawKeeperBond {
        keeper: usize,
    },
    FundRewards {
        amount: u128,
    },
    ClaimReward {
        keeper: usize,
    },
    Acknowledge {
        plan: usize,
        market: u32,
        ready: bool,
    },
    // Governor
    Lock {
        voter: usize,
        amount: u128,
    },
    Unlock {
        voter: usize,
        amount: u128,
    },
    TakeOut {
        voter: usize,
    },
    Delegate {
        voter: usize,
        to: usize,
    },
    Propose {
        voter: usize,
        action: Action,
    },
    Vote {
        voter: usize,
        proposal: usize,
        support: u8,
    },
    Reckon {
        proposal: usize,
        voter: usize,
        owner: usize,
    },
    Queue {
        proposal: usize,
    },
    Execute {
        proposal: usize,
    },
    CancelProposal {
        guardian: bool,
        proposal: usize,
    },
    Veto {
        who: usize,
        proposal: usize,
    },
    ObserveSupply,
    // Settlement
    SettlementBond {
        market: u32,
        amount: u128,
    },
    OpenSnapshot {
        venue: usize,
        plan: usize,
    },
    Commit {
        venue: usize,
        plan: usize,
        netted: bool,
    },
    // Time and price
    Pass {
        blocks: u32,
        silent: bool,
    },
    Drift {
        feed: usize,
        off: i32,
    },
    // Faults
    Silence {
        feed: usize,
        hours: u64,
    },
    Halt {
        seconds: u64,
    },
    Migration {
        blocks: u32,
        fails: bool,
    },
    Upgrade {
        block_time: u64,
    },
    Save,
    RollBack,
    SourceFault {
        slot: u8,
        value: u128,
    },
    HostileVenue {
        venue: usize,
        first: usize,
        second: usize,
        word: Word,
    },
    HostileToken {
        token: usize,
        of_vault: bool,
        who: usize,
        amount: u128,
    },
    /// A stranger makes a call that only governance may.
    Usurp {
        action: Action,
    },
    Damaged {
        command: Box<Command>,
        damage: Damage,
    },
    Garbage {
        target: usize,
        selector: bool,
        data: Vec<u8>,
    },
}

impl Command {
    /// The name of its kind.
    pub fn kind(&self) -> String {
        let text = format!("{self:?}");
        text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }

    /// Whether it may move time, a price, or what is measured of prices.
    pub fn moves_the_market(&self) -> bool {
        match self {
            Self::Damaged { command, .. } => command.moves_the_market(),
            Self::Garbage { .. } => true,
            _ => matches!(
                self,
                Self::Report { .. }
                    | Self::Pull
                    | Self::Forecast { .. }
                    | Self::Mark { .. }
                    | Self::Pass { .. }
                    | Self::Halt { .. }
                    | Self::Migration { .. }
                    | Self::Upgrade { .. }
                    | Self::RollBack
                    | Self::SourceFault { .. }
            ),
        }
    }

    /// The accounts that it is about.
    pub fn concerns(&self) -> Vec<usize> {
        match self {
            Self::Damaged { command, .. } => command.concerns(),
            Self::Seize { by, who, .. } | Self::Liquidate { by, who, .. } => vec![*by, *who],
            Self::HostileVenue { first, second, .. } => vec![*first, *second],
            Self::Deposit { who, .. }
            | Self::DepositNative { who, .. }
            | Self::Withdraw { who, .. }
            | Self::OptIn { who, .. }
            | Self::OptOut { who, .. }
            | Self::Settle { who, .. }
            | Self::CoverBadDebt { who }
            | Self::PostBond { who, .. }
            | Self::Insure { who, .. }
            | Self::Increase { who, .. }
            | Self::Reduce { who, .. }
            | Self::Release { who, .. }
            | Self::Veto { who, .. } => vec![*who],
            _ => Vec::new(),
        }
    }
}

/// The kinds of a keeper's signal that plans are told with.
pub mod signals {
    pub const ACTIVATED: u8 = 0;
    pub const MIGRATED: u8 = 1;
    pub const CANARY: u8 = 2;
    pub const FAILED: u8 = 3;
    pub const ROLLED_BACK: u8 = 4;
    pub const ABORTED: u8 = 5;
    pub const AUTHORISED: u8 = 6;
    pub const HEARTBEAT: u8 = 9;
}

impl Fate {
    /// What keepers see, in its order.
    pub fn script(self, foreign: bool) -> Vec<u8> {
        use signals::{ABORTED, ACTIVATED, AUTHORISED, CANARY, FAILED, HEARTBEAT, MIGRATED, ROLLED_BACK};
        let last = if foreign { HEARTBEAT } else { CANARY };
        match self {
            Self::Good => vec![AUTHORISED, ACTIVATED, MIGRATED, last],
            Self::Failed => vec![ACTIVATED, FAILED],
            Self::Repaired => vec![ACTIVATED, FAILED, ACTIVATED, MIGRATED, last],
            Self::RolledBack => vec![ACTIVATED, MIGRATED, last, ROLLED_BACK],
            Self::Aborted => vec![AUTHORISED, ABORTED],
            Self::Silent => Vec::new(),
            Self::OtherCode => vec![ACTIVATED],
        }
    }
}

/// The code that a draft names.
pub fn code_of(number: u8) -> H256 {
    H256::repeat_byte(number.max(1))
}
