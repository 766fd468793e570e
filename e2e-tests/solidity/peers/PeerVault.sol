// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title OpenZeppelin's tokenised vault: it holds one token and does nothing else with it.
contract PeerVault is ERC4626 {
    constructor(IERC20 asset) ERC20("Peer Vault", "vPEER") ERC4626(asset) {}
}
