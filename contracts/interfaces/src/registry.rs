use ink::{
    H256,
    prelude::{string::String, vec::Vec},
};

/// The most severe plan that touches a market: its `lockstep_core::registry::Phase` as a number plus one (0 where no plan
/// touches the market), the wall time at which its freeze begins, that at which it must have ended, that at which the
/// plan left its frozen phases (0 where it has not), and where keepers alone announced it the seconds for which their
/// plans freeze the market in the seven days that end now, this one and those that last or are to come in full (0
/// elsewhere).
pub type MarketPhase = [u64; 5];

/// The most markets that the registry answers for at once.
pub const MAX_ASKED_MARKETS: usize = 16;

/// One plan as a market sees it: `(market, plan, phase, announced_at, freeze_at, bound, released_at, completed_at,
/// finality_after, fee_ratio_after, emergency)`. `phase` is a `lockstep_core::registry::Phase` as a number, `bound` the
/// wall time at which the freeze must have ended, `finality_after` seconds, `fee_ratio_after` basis points of today's
/// fees, `emergency` whether keepers opened it without notice. What is not known (yet) is zero.
pub type PlanTerms = (u32, u64, u8, u64, u64, u64, u64, u64, u32, u32, bool);

/// When a plan is due: wall times in Unix seconds, lengths in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Schedule {
    /// When risk freezes.
    pub freeze_at: u64,
    /// Earliest activation.
    pub earliest: u64,
    /// Latest activation; without a signal by then the plan expires.
    pub latest: u64,
    /// How long it must run verified before it completes.
    pub stabilise: u64,
    /// Longest freeze from `freeze_at`.
    pub max_freeze: u64,
}

/// What is upgraded to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Subject {
    /// The network.
    pub domain: u32,
    /// Its branch at the announcement.
    pub fork_id: H256,
    /// Hash of the code that should run.
    pub code_hash: H256,
    /// Version that should run; zero where unknown.
    pub spec_version: u32,
}

/// What an upgrade changes: each figure before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Impact {
    /// Time to finality in seconds, before.
    pub finality_before: u32,
    /// Time to finality in seconds, after.
    pub finality_after: u32,
    /// Block time in milliseconds, before.
    pub block_time_before: u32,
    /// Block time in milliseconds, after.
    pub block_time_after: u32,
    /// Fees relative to today in basis points, before.
    pub fee_ratio_before: u32,
    /// Fees relative to today in basis points, after.
    pub fee_ratio_after: u32,
    /// Share of its value for which the asset serves as collateral, in basis points, before.
    pub collateral_utility_before: u32,
    /// Share of its value for which the asset serves as collateral, in basis points, after.
    pub collateral_utility_after: u32,
    /// Issuance a year in basis points, before.
    pub issuance_before: u32,
    /// Issuance a year in basis points, after.
    pub issuance_after: u32,
}

/// What a venue said about a plan of one of its markets.
#[derive(Clone, Debug, Default, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Acknowledgement {
    /// 0 nothing, 1 that it is ready, 2 that it is not.
    pub status: u8,
    /// When, in Unix seconds; 0 where it said nothing.
    pub said_at: u64,
    /// Why.
    pub why: String,
}

/// The risk disclosure without which no plan is taken.
#[derive(Clone, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Disclosure {
    /// 1 (least) to 4 (worst).
    pub severity: u8,
    /// Hash of the document.
    pub hash: H256,
    /// Where it is found, at most 256 bytes.
    pub uri: String,
}

/// What follows from a plan and its record now, zero where it does not (yet): when it was verified with everything that
/// it waits for, when it completed, when it ended; how often it deviated, how it did last (a
/// `lockstep_core::registry::Deviation` as a number) and when; why it is held in Frozen (a
/// `lockstep_core::registry::Hold` as a number) and by which plan; whether the branch of its network was advanced for it.
pub type Progress = [u64; 9];

/// When keepers agreed (host time) that the upgrade was authorised, that it was scheduled, that the new code runs; the
/// first height of that; when migrations were known to have begun, to be done; when the canary had passed, or what
/// stands for it; height and time of the network's last heartbeat. Zero where they have not; all but the first two of
/// the round since the last deviation.
pub type Facts = [u64; 9];

/// Who announced a plan (a `lockstep_core::registry::Origin` as a number); the plan whose late failure it answers;
/// whether its network is another than the host's; the heights of its freeze and of its earliest and latest activation;
/// how many markets have a venue that is ready, and one that is not. Zero where there is none.
pub type Lineage = [u64; 8];

/// The whole public state of a plan. Lists of numbers have a fixed order: the Solidity type of a struct has no room for
/// a name for each.
#[derive(Clone, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct PlanState {
    /// `lockstep_core::registry::Phase` as a number.
    pub phase: u8,
    /// When it left its frozen phases; 0 where it has not.
    pub released_at: u64,
    /// What is upgraded to what.
    pub subject: Subject,
    /// When it was announced.
    pub announced_at: u64,
    /// When it is due.
    pub schedule: Schedule,
    /// What it changes.
    pub impact: Impact,
    /// The risk disclosure.
    pub disclosure: Disclosure,
    /// Markets affected.
    pub markets: Vec<u32>,
    /// What follows from it now.
    pub progress: Progress,
    /// What is on record.
    pub facts: Facts,
    /// Where it comes from.
    pub lineage: Lineage,
    /// Plans that it waits for.
    pub dependencies: Vec<u64>,
}

/// `(freeze_at, domain, fork_id)` of one plan as one market sees it: `freeze_at` is when the plan's freeze begins or
/// began (0 where the plan is unknown, cancelled before its freeze, or does not touch the market), `domain` the
/// plan's network, `fork_id` the branch of its history on which the plan was announced.
pub type FreezeTerms = (u64, u32, H256);

/// What the oracle guard and the settlement contract ask the upgrade registry.
#[ink::trait_definition]
pub trait UpgradeRegistry {
    /// The combined state of the plans that touch each of `markets`, in their order; of the first [`MAX_ASKED_MARKETS`] where
    /// there are more.
    #[ink(message, name = "marketPhases")]
    fn market_phases(&self, markets: Vec<u32>) -> Vec<MarketPhase>;

    /// The plans that touch each of `markets`, in their order, at most four of each; of the first
    /// [`MAX_ASKED_MARKETS`] where there are more. One that ended stays for two days, so that whoever counts a cool-down
    /// or a thaw from its end finds it; one that deviated for good for nine, so that its market can be settled.
    #[ink(message, name = "marketPlans")]
    fn market_plans(&self, markets: Vec<u32>) -> Vec<PlanTerms>;

    /// The freeze of `plan` for `market`: what a snapshot of open interest belongs to.
    #[ink(message, name = "freezeTerms")]
    fn freeze_terms(&self, plan: u64, market: u32) -> FreezeTerms;
}
