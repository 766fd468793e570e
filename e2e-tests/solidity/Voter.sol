// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILockstepGovernor} from "../../contracts/interfaces/solidity/ILockstepGovernor.sol";

/// @title A voter that is a contract. Apart from locking, it knows the governor as OpenZeppelin's interface only.
contract Voter {
    struct Proposal {
        address[] targets;
        uint256[] values;
        bytes[] calldatas;
        string description;
    }

    /// What a front end shows of a proposal.
    struct Shown {
        IGovernor.ProposalState state;
        uint256 snapshot;
        uint256 deadline;
        uint256 eta;
        address proposer;
        bool needsQueuing;
        bool voted;
    }

    IGovernor private immutable _governor;
    mapping(uint256 => Proposal) private _proposals;

    constructor(IGovernor governor) payable {
        _governor = governor;
    }

    function lock(IERC20 token, uint256 amount) external {
        require(token.approve(address(_governor), amount));
        ILockstepGovernor(address(_governor)).lock(amount);
    }

    function propose(address target, bytes calldata data, string calldata description) external returns (uint256 id) {
        Proposal memory proposal;
        proposal.targets = new address[](1);
        proposal.values = new uint256[](1);
        proposal.calldatas = new bytes[](1);
        (proposal.targets[0], proposal.calldatas[0], proposal.description) = (target, data, description);
        id = _governor.propose(proposal.targets, proposal.values, proposal.calldatas, description);
        bytes32 hash = keccak256(bytes(description));
        require(id == _governor.hashProposal(proposal.targets, proposal.values, proposal.calldatas, hash));
        _proposals[id] = proposal;
    }

    function vote(uint256 id, uint8 support, string calldata reason) external returns (uint256 weight) {
        require(_governor.state(id) == IGovernor.ProposalState.Active);
        weight = _governor.castVoteWithReason(id, support, reason);
        require(weight == _governor.getVotes(address(this), _governor.proposalSnapshot(id)));
    }

    function queue(uint256 id) external {
        Proposal memory p = _proposals[id];
        _governor.queue(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
    }

    function execute(uint256 id) external {
        Proposal memory p = _proposals[id];
        _governor.execute(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
    }

    function cancel(uint256 id) external {
        Proposal memory p = _proposals[id];
        _governor.cancel(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
    }

    function show(uint256 id) external view returns (Shown memory) {
        return Shown({
            state: _governor.state(id),
            snapshot: _governor.proposalSnapshot(id),
            deadline: _governor.proposalDeadline(id),
            eta: _governor.proposalEta(id),
            proposer: _governor.proposalProposer(id),
            needsQueuing: _governor.proposalNeedsQueuing(id),
            voted: _governor.hasVoted(id, address(this))
        });
    }

    /// Settings as a front end reads them: delay, period, threshold, and the quorum a second ago.
    function settings() external view returns (uint256, uint256, uint256, uint256, string memory, string memory) {
        return (
            _governor.votingDelay(),
            _governor.votingPeriod(),
            _governor.proposalThreshold(),
            _governor.quorum(_governor.clock() - 1),
            _governor.CLOCK_MODE(),
            _governor.COUNTING_MODE()
        );
    }
}
