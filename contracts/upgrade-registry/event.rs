use ink::{Address, H256};

/// A network is known.
#[ink::event]
pub struct DomainRegistered {
    /// The network.
    #[ink(topic)]
    pub domain: u32,
    /// Its first branch.
    pub fork_id: H256,
}

/// An upgrade was announced.
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

/// An account became a keeper.
#[ink::event]
pub struct KeeperAdmitted {
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
}

/// An account is a keeper no longer.
#[ink::event]
pub struct KeeperRemoved {
    /// Who.
    #[ink(topic)]
    pub keeper: Address,
}

/// The number of keepers that must agree changed.
#[ink::event]
pub struct ThresholdChanged {
    /// Before.
    pub old: u32,
    /// After.
    pub new: u32,
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
