// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title The functions of Chainlink's AggregatorV3Interface and of the older AggregatorInterface over one current round.
/// @notice Times are Unix seconds. A round's number is the second to which its answer belongs; earlier rounds are not
/// kept.
abstract contract Aggregator {
    /// @notice There is no such round, or it is not kept.
    error NoDataPresent(uint256 roundId);

    /// @notice Version of this form of answer.
    uint256 public constant version = 1;

    /// @notice Places of an answer.
    uint8 public immutable decimals;

    /// @notice What is answered.
    string public description;

    constructor(uint8 decimals_, string memory description_) {
        decimals = decimals_;
        description = description_;
    }

    /// @notice The current round; reverts where there is no answer to be acted on.
    /// @return answer With `decimals` places.
    /// @return since The second to which it belongs.
    function _current() internal view virtual returns (int256 answer, uint64 since);

    /// @notice The current round. `updatedAt` is `startedAt`, and never later than now.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint64 since;
        (answer, since) = _current();
        startedAt = _passed(since);
        return (since, answer, startedAt, startedAt, since);
    }

    /// @notice The round of that number, where it is the current one. Errors: NoDataPresent.
    function getRoundData(uint80 number)
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        (answer, startedAt) = _round(number);
        return (number, answer, startedAt, startedAt, number);
    }

    /// @notice The current answer.
    function latestAnswer() external view returns (int256 answer) {
        (answer,) = _current();
    }

    /// @notice When the current round started.
    function latestTimestamp() external view returns (uint256) {
        (, uint64 since) = _current();
        return _passed(since);
    }

    /// @notice The number of the current round.
    function latestRound() external view returns (uint256 number) {
        (, number) = _current();
    }

    /// @notice The answer of a round, where it is the current one. Errors: NoDataPresent.
    function getAnswer(uint256 number) external view returns (int256 answer) {
        (answer,) = _round(number);
    }

    /// @notice When a round started, where it is the current one. Errors: NoDataPresent.
    function getTimestamp(uint256 number) external view returns (uint256 startedAt) {
        (, startedAt) = _round(number);
    }

    function _round(uint256 number) private view returns (int256 answer, uint256 startedAt) {
        uint64 since;
        (answer, since) = _current();
        if (since != number) revert NoDataPresent(number);
        startedAt = _passed(since);
    }

    /// A report may be dated some seconds ahead; readers subtract its date from now.
    function _passed(uint64 since) private view returns (uint256) {
        return since < block.timestamp ? since : block.timestamp;
    }
}
