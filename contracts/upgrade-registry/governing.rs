//! What governance names: networks, venues, contracts, and who governs next.

use ink::{Address, H256, codegen::Env as _};
use lockstep_core::registry::fork_zero;
use lockstep_interfaces::Stored;

use crate::{
    DirectoryChanged, DomainRegistered, Error, GovernanceTransferred, HostNamed, VenueNamed, plans::keccak,
    upgrade_registry::UpgradeRegistry,
};

impl UpgradeRegistry {
    pub(crate) fn ensure_governance(&self) -> Result<(), Error> {
        let caller: Address = self.env().caller();
        if caller == self.governance { Ok(()) } else { Err(Error::NotGovernance(caller)) }
    }

    pub(crate) fn hand_over(&mut self, to: Address) -> Result<(), Error> {
        self.ensure_governance()?;
        if to == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let from = core::mem::replace(&mut self.governance, to);
        self.env().emit_event_sol(GovernanceTransferred { from, to });
        Ok(())
    }

    pub(crate) fn learn(&mut self, domain: u32, genesis_hash: H256, para_id: u32, chain_id: u64) -> Result<(), Error> {
        self.ensure_governance()?;
        if genesis_hash == H256::zero() {
            return Err(Error::NoGenesisHash(domain));
        }
        if self.forks.get(domain).is_some() {
            return Err(Error::DomainExists(domain));
        }
        let fork = fork_zero(keccak, genesis_hash.0, para_id, chain_id);
        self.forks.insert(domain, &Stored(fork));
        self.env().emit_event_sol(DomainRegistered { domain, fork_id: H256(fork.0) });
        Ok(())
    }

    pub(crate) fn live_on(&mut self, domain: u32) -> Result<(), Error> {
        self.ensure_governance()?;
        if self.forks.get(domain).is_none() {
            return Err(Error::UnknownDomain(domain));
        }
        self.host.set(&domain);
        self.env().emit_event_sol(HostNamed { domain });
        Ok(())
    }

    pub(crate) fn name_venue(&mut self, market: u32, venue: Address) -> Result<(), Error> {
        self.ensure_governance()?;
        let old = self.venues.get(market).unwrap_or_default();
        self.venues.insert(market, &venue);
        self.env().emit_event_sol(VenueNamed { market, old, new: venue });
        Ok(())
    }

    pub(crate) fn name_contract(&mut self, name: H256, contract: Address) -> Result<(), Error> {
        self.ensure_governance()?;
        if contract == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let old = self.directory.get(name).unwrap_or_default();
        self.directory.insert(name, &contract);
        self.env().emit_event_sol(DirectoryChanged { name, old, new: contract });
        Ok(())
    }
}
