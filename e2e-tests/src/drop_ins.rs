//! The drop-in adapters, as existing protocols see them.
#![allow(clippy::missing_panics_doc, reason = "a fixture panics where it cannot be set up")]

use alloy_core::{primitives::Address, sol, sol_types::SolValue};
use lockstep_devchain::{Account, DevChain, Failure, H160};

use crate::{bytecode, sol_address};

sol! {
    #![sol(all_derives)]

    /// Uniswap's distributor of what the leaves of a Merkle tree are owed.
    #[allow(missing_docs, reason = "Uniswap's interface")]
    interface IMerkleDistributor {
        function claim(uint256 index, address account, uint256 amount, bytes32[] calldata merkleProof) external;
    }

    /// Aave's sentinel, with the errors of ours.
    #[allow(missing_docs, reason = "Aave's interface")]
    interface ISentinel {
        error MarketCount(uint256 count);
        error CloseFactorOutOfRange(uint32 closeFactor);
        error GovernedInGuard();
        error Refused(uint8 reason, uint64 until);
        error GuardFailed();

        function ADDRESSES_PROVIDER() external view returns (address);
        function isBorrowAllowed() external view returns (bool);
        function isLiquidationAllowed() external view returns (bool);
        function setSequencerOracle(address newSequencerOracle) external;
        function setGracePeriod(uint256 newGracePeriod) external;
        function getSequencerOracle() external view returns (address);
        function getGracePeriod() external view returns (uint256);
        function markets() external view returns (uint32[] memory);
        function closeFactor() external view returns (uint32);
    }

    /// Chainlink's aggregator in both of its forms, with the errors of ours.
    #[allow(missing_docs, reason = "Chainlink's interface")]
    interface IAggregator {
        error NoDataPresent(uint256 roundId);
        error InvalidPrice(uint8 verdict);
        error PriceTooSmall(uint128 price);
        error DecimalsOutOfRange(uint8 decimals);
        error Refused(uint8 reason, uint64 until);
        error GuardFailed();

        function decimals() external view returns (uint8);
        function description() external view returns (string memory);
        function version() external view returns (uint256);
        function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80);
        function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80);
        function latestAnswer() external view returns (int256);
        function latestTimestamp() external view returns (uint256);
        function latestRound() external view returns (uint256);
        function getAnswer(uint256 roundId) external view returns (int256);
        function getTimestamp(uint256 roundId) external view returns (uint256);
    }
}

/// The debt that one liquidation may repay in the pools of these tests.
pub const CLOSE_FACTOR: u32 = 5_000;

/// Places of the price feed's answers.
pub const FEED_DECIMALS: u8 = 8;

/// One adapter of each kind, all on one market.
#[derive(Clone, Copy, Debug)]
pub struct DropIns {
    /// `AaveSentinel`, for pools that liquidate half of a debt at once.
    pub sentinel: H160,
    /// `GuardedPriceFeed` with 8 decimals.
    pub price_feed: H160,
    /// `HostUptimeFeed`.
    pub uptime_feed: H160,
}

impl DropIns {
    /// Deploys them for `market` of `guard`, whose registry is `registry`.
    pub fn deploy(chain: &mut DevChain, deployer: &Account, guard: H160, registry: H160, market: u32) -> Self {
        let uptime_feed = uptime_feed(chain, deployer, guard, registry, market).expect("the uptime feed deploys");
        let price_feed = price_feed(chain, deployer, guard, market, FEED_DECIMALS).expect("the price feed deploys");
        let sentinel =
            sentinel(chain, deployer, guard, &[market], CLOSE_FACTOR, uptime_feed).expect("the sentinel deploys");
        Self { sentinel, price_feed, uptime_feed }
    }
}

/// Deploys a sentinel for `markets`.
///
/// # Errors
/// Why its constructor refused.
pub fn sentinel(
    chain: &mut DevChain,
    deployer: &Account,
    guard: H160,
    markets: &[u32],
    close_factor: u32,
    uptime_feed: H160,
) -> Result<H160, Failure> {
    let provider = Address::repeat_byte(0xaa);
    let constructor = (sol_address(guard), markets.to_vec(), close_factor, provider, sol_address(uptime_feed));
    deploy(chain, deployer, "AaveSentinel", constructor.abi_encode_params())
}

/// Deploys a price feed for `market`.
///
/// # Errors
/// Why its constructor refused.
pub fn price_feed(
    chain: &mut DevChain,
    deployer: &Account,
    guard: H160,
    market: u32,
    decimals: u8,
) -> Result<H160, Failure> {
    let constructor = (sol_address(guard), market, u16::from(decimals), "DOT / USD");
    deploy(chain, deployer, "GuardedPriceFeed", constructor.abi_encode_params())
}

/// Deploys an uptime feed for `market`.
///
/// # Errors
/// Why its constructor refused.
pub fn uptime_feed(
    chain: &mut DevChain,
    deployer: &Account,
    guard: H160,
    registry: H160,
    market: u32,
) -> Result<H160, Failure> {
    let constructor = (sol_address(guard), sol_address(registry), market, "DOT / USD uptime");
    deploy(chain, deployer, "HostUptimeFeed", constructor.abi_encode_params())
}

/// Deploys a contract that was compiled from Solidity.
///
/// # Errors
/// Why its constructor refused.
pub fn deploy(chain: &mut DevChain, deployer: &Account, name: &str, constructor: Vec<u8>) -> Result<H160, Failure> {
    chain.deploy(deployer, bytecode(name), constructor, 0).map(|deployed| deployed.address)
}
