use ink::{Address, H256, prelude::string::String};

/// Governance was handed over.
#[ink::event]
pub struct GovernanceTransferred {
    /// Before.
    #[ink(topic)]
    pub from: Address,
    /// After.
    #[ink(topic)]
    pub to: Address,
}

/// A network is known.
#[ink::event]
pub struct DomainRegistered {
    /// The network.
    #[ink(topic)]
    pub domain: u32,
    /// Its first branch.
    pub fork_id: H256,
}

/// This registry runs on the network.
#[ink::event]
pub struct HostNamed {
    /// The network.
    #[ink(topic)]
    pub domain: u32,
}

/// An upgrade was announced, or an emergency opened.
#[ink::event]
pub struct PlanAnnounced {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// The network.
    #[ink(topic)]
    pub domain: u32,
    /// Its branch.
    pub fork_id: H256,
    /// Hash of the code that should run.
    pub code_hash: H256,
    /// When risk freezes.
    pub freeze_at: u64,
    /// Latest activation.
    pub latest: u64,
    /// When the freeze must have ended.
    pub bound: u64,
    /// Who announced it: 0 governance, 1 keepers, 2 keepers without notice.
    pub origin: u8,
    /// The plan whose late failure it answers; zero where there is none.
    pub follows: u64,
}

/// A call took a plan to another phase. (Time alone takes it on without an event.)
#[ink::event]
pub struct PlanMoved {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// The phase before.
    pub from: u8,
    /// The phase after.
    pub to: u8,
}

/// Governance moved a plan, a heartbeat corrected its times, or its freeze was extended.
#[ink::event]
pub struct PlanRescheduled {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// When risk freezes.
    pub freeze_at: u64,
    /// Earliest activation.
    pub earliest: u64,
    /// Latest activation.
    pub latest: u64,
    /// When the freeze must have ended.
    pub bound: u64,
}

/// A plan is given in heights.
#[ink::event]
pub struct HeightsSet {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// Height at which risk freezes.
    pub freeze: u64,
    /// Lowest height of the activation.
    pub earliest: u64,
    /// Greatest height of the activation.
    pub latest: u64,
}

/// A plan waits for another.
#[ink::event]
pub struct DependencyAdded {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// What it waits for.
    #[ink(topic)]
    pub dependency: u64,
}

/// Governance called a plan off.
#[ink::event]
pub struct PlanCancelled {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
}

/// A plan ended and its network's branch was advanced.
#[ink::event]
pub struct PlanEnded {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// The phase in which it ended.
    pub phase: u8,
    /// The network's branch from now on.
    pub fork_id: H256,
}

/// A keeper signalled.
#[ink::event]
pub struct Signalled {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
    /// What.
    pub kind: u8,
    /// At which height.
    pub height: u64,
    /// Hash of the code that runs there.
    pub code_hash: H256,
    /// When the keeper saw it.
    pub observed_at: u64,
}

/// Enough keepers agree on a fact.
#[ink::event]
pub struct FactEstablished {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// What.
    pub kind: u8,
    /// The phase that follows.
    pub phase: u8,
}

/// Enough keepers each say two things of which only one can be true.
#[ink::event]
pub struct FactContested {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// About what.
    pub kind: u8,
    /// The phase that follows.
    pub phase: u8,
}

/// A keeper backed an announcement, an emergency or its extension.
#[ink::event]
pub struct Backed {
    /// What: a hash of everything that was asked for.
    #[ink(topic)]
    pub ballot: H256,
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
    /// How many back it now.
    pub voices: u32,
}

/// An account became a keeper.
#[ink::event]
pub struct KeeperAdmitted {
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
}

/// A keeper is on its way out, by itself or by governance.
#[ink::event]
pub struct KeeperLeft {
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
    /// When its bond may be withdrawn.
    pub withdrawable_at: u64,
}

/// A keeper lost its bond to the reward pot, and its voice.
#[ink::event]
pub struct KeeperSlashed {
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
    /// Over which plan.
    #[ink(topic)]
    pub plan: u64,
    /// Its bond.
    pub amount: u128,
    /// Whether it contradicted itself; otherwise governance decided.
    pub contradiction: bool,
}

/// What is asked of keepers changed.
#[ink::event]
pub struct KeeperRulesChanged {
    /// How many must agree, before.
    pub old_threshold: u32,
    /// How many must agree, after.
    pub new_threshold: u32,
    /// Smallest bond before.
    pub old_bond: u128,
    /// Smallest bond after.
    pub new_bond: u128,
    /// Reward before.
    pub old_reward: u128,
    /// Reward after.
    pub new_reward: u128,
}

/// A keeper added to its bond.
#[ink::event]
pub struct BondPosted {
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
    /// By how much.
    pub amount: u128,
    /// Its bond now.
    pub bond: u128,
}

/// A bond was paid back.
#[ink::event]
pub struct BondWithdrawn {
    /// To whom.
    #[ink(topic)]
    pub keeper: Address,
    /// How much.
    pub amount: u128,
}

/// Somebody paid into the reward pot.
#[ink::event]
pub struct RewardsFunded {
    /// Who.
    #[ink(topic)]
    pub payer: Address,
    /// How much.
    pub amount: u128,
    /// What the pot has now.
    pub pot: u128,
}

/// A reward was earned.
#[ink::event]
pub struct Rewarded {
    /// By whom.
    #[ink(topic)]
    pub account: Address,
    /// How much.
    pub amount: u128,
}

/// Rewards were paid out.
#[ink::event]
pub struct RewardClaimed {
    /// To whom.
    #[ink(topic)]
    pub account: Address,
    /// How much.
    pub amount: u128,
}

/// A market has a venue that acknowledges plans.
#[ink::event]
pub struct VenueNamed {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// Before.
    pub old: Address,
    /// After.
    pub new: Address,
}

/// A venue said whether it is ready for a plan.
#[ink::event]
pub struct Acknowledged {
    /// The plan.
    #[ink(topic)]
    pub plan: u64,
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// Whether it is ready.
    pub ready: bool,
    /// Why, or why not.
    pub why: String,
}

/// The directory names another contract.
#[ink::event]
pub struct DirectoryChanged {
    /// What is looked up.
    #[ink(topic)]
    pub name: H256,
    /// Before.
    pub old: Address,
    /// After.
    pub new: Address,
}
