use ink::{
    Address, U256,
    prelude::{string::String, vec::Vec},
    sol::DynBytes,
};

/// A proposal was made.
#[ink::event]
pub struct ProposalCreated {
    /// Its id.
    pub proposal_id: U256,
    /// Who made it.
    pub proposer: Address,
    /// What it calls.
    pub targets: Vec<Address>,
    /// With how much of the native token.
    pub values: Vec<U256>,
    /// Always empty strings, one per call.
    pub signatures: Vec<String>,
    /// With which data.
    pub calldatas: Vec<DynBytes>,
    /// The moment whose votes count.
    pub vote_start: U256,
    /// The last second in which votes count.
    pub vote_end: U256,
    /// Why.
    pub description: String,
}

/// A vote was cast.
#[ink::event]
pub struct VoteCast {
    /// Who.
    #[ink(topic)]
    pub voter: Address,
    /// On what.
    pub proposal_id: U256,
    /// 0 against, 1 for, 2 abstain.
    pub support: u8,
    /// Power, in the token's smallest unit.
    pub weight: U256,
    /// Why.
    pub reason: String,
}

/// A vote was cast with parameters, which mean nothing.
#[ink::event]
pub struct VoteCastWithParams {
    /// Who.
    #[ink(topic)]
    pub voter: Address,
    /// On what.
    pub proposal_id: U256,
    /// 0 against, 1 for, 2 abstain.
    pub support: u8,
    /// Power, in the token's smallest unit.
    pub weight: U256,
    /// Why.
    pub reason: String,
    /// The parameters.
    pub params: DynBytes,
}

/// The part of a vote that belongs to one owner was counted by that owner's exposure.
#[ink::event]
pub struct VotesReckoned {
    /// On what.
    #[ink(topic)]
    pub proposal_id: U256,
    /// Whose tokens.
    #[ink(topic)]
    pub owner: Address,
    /// Who voted with them.
    #[ink(topic)]
    pub voter: Address,
    /// Power, in the token's smallest unit.
    pub weight: U256,
    /// Whether they count as disinterested from now on.
    pub disinterested: bool,
}

/// Deposits were put into the veto on a proposal.
#[ink::event]
pub struct ProposalVetoed {
    /// On what.
    #[ink(topic)]
    pub proposal_id: U256,
    /// Whose.
    #[ink(topic)]
    pub account: Address,
    /// Their share of all deposits, with 18 decimals.
    pub share: u128,
    /// When the timelock opens now.
    pub eta_seconds: u64,
}

/// The other contracts were connected, for good.
#[ink::event]
pub struct Connected {
    /// The oracle guard, which tells active time.
    pub guard: Address,
    /// The upgrade registry.
    pub registry: Address,
    /// The margin vault.
    pub vault: Address,
}

/// The quorum came late: voting goes on.
#[ink::event]
pub struct ProposalExtended {
    /// On what.
    #[ink(topic)]
    pub proposal_id: U256,
    /// The last second in which votes count.
    pub extended_deadline: u64,
}

/// A proposal waits for its timelock.
#[ink::event]
pub struct ProposalQueued {
    /// Its id.
    pub proposal_id: U256,
    /// When the timelock opens.
    pub eta_seconds: U256,
}

/// A proposal was carried out.
#[ink::event]
pub struct ProposalExecuted {
    /// Its id.
    pub proposal_id: U256,
}

/// A proposal was withdrawn.
#[ink::event]
pub struct ProposalCanceled {
    /// Its id.
    pub proposal_id: U256,
}

/// Votes were handed over.
#[ink::event]
pub struct DelegateChanged {
    /// Whose.
    #[ink(topic)]
    pub delegator: Address,
    /// From whom; zero where there was nobody.
    #[ink(topic)]
    pub from_delegate: Address,
    /// To whom.
    #[ink(topic)]
    pub to_delegate: Address,
}

/// A delegate's votes changed.
#[ink::event]
pub struct DelegateVotesChanged {
    /// Whose.
    #[ink(topic)]
    pub delegate: Address,
    /// Votes until now.
    pub previous_votes: U256,
    /// Votes from now on.
    pub new_votes: U256,
}

/// Tokens were locked.
#[ink::event]
pub struct Locked {
    /// Whose.
    #[ink(topic)]
    pub account: Address,
    /// How many, in the smallest unit.
    pub amount: u128,
}

/// Tokens are on their way out.
#[ink::event]
pub struct UnlockStarted {
    /// Whose.
    #[ink(topic)]
    pub account: Address,
    /// How many, in the smallest unit.
    pub amount: u128,
    /// When all that the account unlocks is out.
    pub unlocks_at: u64,
}

/// Unlocked tokens were taken out.
#[ink::event]
pub struct Withdrawn {
    /// Whose.
    #[ink(topic)]
    pub account: Address,
    /// How many, in the smallest unit.
    pub amount: u128,
}

/// One of the governor's own settings changed.
#[ink::event]
pub struct SettingChanged {
    /// Which: 0 voting delay, 1 voting period, 2 late-quorum extension, 3 timelock, 4 window, 5 unlock period (all in
    /// seconds), 6 proposal threshold (the token's smallest unit).
    #[ink(topic)]
    pub setting: u8,
    /// Value until now.
    pub old: u128,
    /// Value from now on.
    pub new: u128,
}

/// The quorum changed.
#[ink::event]
pub struct QuorumChanged {
    /// Basis points until now.
    pub old: u32,
    /// Basis points from now on.
    pub new: u32,
}

/// The guardian's power ended before its date.
#[ink::event]
pub struct GuardianEnded {
    /// Who it was.
    #[ink(topic)]
    pub guardian: Address,
}
