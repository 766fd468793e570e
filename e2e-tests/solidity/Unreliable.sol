// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Stands before a contract, passes on what it is asked, and answers badly when told to.
contract Unreliable {
    enum Mood {
        Honest,
        Reverts,
        Silent,
        Short,
        Junk
    }

    address private immutable _behind;
    Mood public mood;

    constructor(address behind) {
        _behind = behind;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    fallback(bytes calldata asked) external returns (bytes memory) {
        Mood now_ = mood;
        if (now_ == Mood.Silent) return "";
        if (now_ == Mood.Short) return new bytes(31);
        if (now_ == Mood.Junk) return abi.encode(~uint256(0), ~uint256(0), ~uint256(0), ~uint256(0));
        require(now_ != Mood.Reverts);
        (bool done, bytes memory answer) = _behind.call(asked);
        if (done) return answer;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }
}
