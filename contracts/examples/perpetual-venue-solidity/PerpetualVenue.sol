// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IMarginVault} from "../../interfaces/solidity/IMarginVault.sol";
import {IOracleGuard} from "../../interfaces/solidity/IOracleGuard.sol";
import {IPerpetualVenue} from "../../interfaces/solidity/IPerpetualVenue.sol";
import {Action, GuardCalls} from "../../interfaces/solidity/LockstepGuarded.sol";
import {Book} from "./Book.sol";
import {VaultCalls} from "./VaultCalls.sol";

/// @title A perpetual venue on Lockstep in Solidity: an example, and the twin of the one in ink!.
/// @notice Traders trade against one maker per market at the guard's price plus a spread. The venue holds no money:
/// margin, profit and loss are in the margin vault.
contract PerpetualVenue is IPerpetualVenue {
    using Book for Book.Position;
    using Book for Book.Escrow;
    using GuardCalls for IOracleGuard;

    /// @notice The venue is in the middle of another call.
    error Locked();

    /// A market's terms.
    struct Terms {
        address maker;
        uint8 decimals;
        uint32 initial;
        uint32 maintenance;
        uint32 spread;
        uint32 liquidationFee;
        uint32 insuranceShare;
    }

    /// A position as it was from a second on.
    struct Version {
        Book.Position position;
        uint64 since;
    }

    /// Since which second a position stands as it does, in wall time, and how many versions of it are older.
    struct Stamp {
        uint64 since;
        uint32 older;
    }

    /// The guard's quote of one market.
    struct Mark {
        uint32 market;
        uint128 price;
        uint128 stable;
        uint8 verdict;
    }

    /// The most exposures that a venue reports for one account.
    uint256 private constant MAX_EXPOSURES = 8;
    uint8 private constant VALID = 0;

    address private immutable _owner;
    IMarginVault private immutable _vault;
    IOracleGuard private immutable _guard;
    uint8 private immutable _quoteDecimals;

    mapping(uint32 => Terms) private _markets;
    mapping(address => mapping(uint32 => Book.Position)) private _positions;
    mapping(address => mapping(uint32 => Stamp)) private _stamps;
    /// What positions were before, numbered from the first.
    mapping(address => mapping(uint32 => mapping(uint32 => Version))) private _older;
    /// On which branches of a split the positions of a market settle; zero stands for canonical only.
    mapping(uint32 => uint8) private _bases;
    /// Ends markets; zero until it is named.
    address private _settlement;
    /// Markets whose positions are settled by claims.
    mapping(uint32 => bool) private _ended;
    /// The price of the last trade in a market.
    mapping(uint32 => uint128) private _traded;
    /// The markets in which an account has a position, or is the maker.
    mapping(address => uint32[]) private _open;
    mapping(address => mapping(uint32 => Book.Escrow)) private _escrows;
    bool private transient _locked;

    /// @notice A venue of `owner` without markets. Errors: ZeroAddress, OutOfRange.
    constructor(address owner, IMarginVault vault, IOracleGuard guard, uint8 quoteDecimals) {
        if (owner == address(0) || address(vault) == address(0) || address(guard) == address(0)) revert ZeroAddress();
        if (quoteDecimals > Book.MAX_DECIMALS) revert OutOfRange();
        (_owner, _vault, _guard, _quoteDecimals) = (owner, vault, guard, quoteDecimals);
    }

    /// Other machines deny a contract to call back into its caller; this one does it itself.
    modifier locks() {
        if (_locked) revert Locked();
        _locked = true;
        _;
        _locked = false;
    }

    /// @inheritdoc IPerpetualVenue
    function addMarket(
        uint32 number,
        address maker,
        uint8 decimals,
        uint32 initial,
        uint32 maintenance,
        uint32 spread,
        uint32 liquidationFee,
        uint32 insuranceShare
    ) external {
        if (msg.sender != _owner) revert NotOwner();
        if (_markets[number].maker != address(0)) revert MarketExists(number);
        if (maker == address(0)) revert ZeroAddress();
        bool ordered = 0 < maintenance && maintenance <= initial && initial <= Book.ONE;
        if (decimals > Book.MAX_DECIMALS || !ordered || spread >= Book.ONE || insuranceShare > Book.ONE) {
            revert OutOfRange();
        }
        // A fee above the maintenance requirement would be taken from what is not there.
        if (liquidationFee > maintenance) revert OutOfRange();
        _list(maker, number);
        _markets[number] = Terms(maker, decimals, initial, maintenance, spread, liquidationFee, insuranceShare);
        emit MarketAdded(number, maker, initial, maintenance, spread, liquidationFee);
    }

    /// @inheritdoc IPerpetualVenue
    function fixBasis(uint32 number, uint8 basis) external {
        if (msg.sender != _owner) revert NotOwner();
        (Terms memory terms,) = _terms(number);
        if (basis == 0 || basis > 3) revert OutOfRange();
        if (_stamps[terms.maker][number].since > 0) revert AlreadyTraded(number);
        _bases[number] = basis;
        emit BasisFixed(number, basis);
    }

    /// @inheritdoc IPerpetualVenue
    function nameSettlement(address settlement) external {
        if (msg.sender != _owner) revert NotOwner();
        if (settlement == address(0)) revert ZeroAddress();
        if (_settlement != address(0)) revert SettlementIsNamed();
        _settlement = settlement;
    }

    /// @inheritdoc IPerpetualVenue
    function endMarket(uint32 number) external {
        if (msg.sender != _settlement) revert NotSettlement();
        _terms(number);
        _ended[number] = true;
        emit MarketEnded(number);
    }

    /// @inheritdoc IPerpetualVenue
    function leaveMarket(address account, uint32 number) external locks {
        (Terms memory terms,) = _terms(number);
        if (!_ended[number]) revert MarketNotEnded(number);
        if (!_unlist(account, number)) revert NothingOpen();
        _realise(account, account == terms.maker ? address(this) : terms.maker, 0);
    }

    /// @inheritdoc IPerpetualVenue
    function reportMark(uint32 number) external locks returns (uint128 mark) {
        mark = _traded[number];
        if (mark == 0) revert NothingOpen();
        (bool done,) = address(_guard).call(abi.encodeCall(IOracleGuard.reportMark, (number, mark)));
        if (!done || address(_guard).code.length == 0) revert GuardFailed();
    }

    /// @inheritdoc IPerpetualVenue
    function increase(uint32 number, int128 size) external locks {
        if (size == 0) revert ZeroSize();
        (Terms memory terms, Book.Scale memory scale) = _terms(number);
        if (msg.sender == terms.maker) revert Maker();
        if (_ended[number]) revert MarketHasEnded(number);
        _guard.ensure(number, Action.INCREASE, GuardCalls.NO_ACCOUNT);
        Mark[] memory marks = _marks(number, _open[msg.sender], _open[terms.maker]);
        Mark memory mark = _find(marks, number);
        if (mark.verdict != VALID || mark.price == 0) revert InvalidPrice(mark.verdict);
        _release(msg.sender, number, mark.price);
        uint128 price = Book.tradedPrice(mark.price, terms.spread, size > 0);
        bool makerGrew = _trade(number, terms.maker, size, price, scale);
        _traded[number] = price;
        VaultCalls.increased(
            _vault, msg.sender, terms.maker, _report(msg.sender, marks), _report(terms.maker, marks), makerGrew
        );
        emit Increased(msg.sender, number, size, price);
    }

    /// @inheritdoc IPerpetualVenue
    function reduce(uint32 number, uint128 size) external locks {
        (Terms memory terms, Book.Scale memory scale) = _terms(number);
        if (msg.sender == terms.maker) revert Maker();
        if (_ended[number]) revert MarketHasEnded(number);
        Mark memory mark = _markOf(number);
        bool valid = mark.verdict == VALID;
        Book.Position memory taken = _positions[msg.sender][number];
        // What the part would bring at the stable price, which a profit at an invalid mark may not exceed.
        int128 stable = valid ? int128(0) : taken.partAt(size, mark.stable, scale);
        // A price of zero is no mark.
        uint128 price = mark.price == 0 ? mark.stable : mark.price;
        price = Book.tradedPrice(price, valid ? terms.spread : 0, taken.size < 0);
        Book.Closed memory closed = _close(msg.sender, number, terms.maker, size, price, scale);
        bool escrowed = !valid && closed.profit > 0;
        if (escrowed) {
            int128 most = stable > 0 ? stable : int128(0);
            if (closed.profit > most) closed.profit = most;
            _toEscrow(number, terms.maker, closed);
        } else {
            if (valid) _release(msg.sender, number, mark.price);
            _realise(msg.sender, terms.maker, closed.profit);
        }
        if (valid) _traded[number] = price;
        emit Reduced(msg.sender, number, closed.size, price, closed.profit, escrowed);
    }

    /// @inheritdoc IPerpetualVenue
    function releaseEscrow(address account, uint32 number) external locks {
        Mark memory mark = _markOf(number);
        if (mark.verdict != VALID) revert InvalidPrice(mark.verdict);
        if (!_release(account, number, mark.price)) revert NothingInEscrow();
    }

    /// @inheritdoc IPerpetualVenue
    function liquidate(address account, uint32 number, uint128 maxSize) external locks returns (uint128) {
        (Terms memory terms, Book.Scale memory scale) = _terms(number);
        if (account == terms.maker) revert Maker();
        if (_ended[number]) revert MarketHasEnded(number);
        if (_positions[account][number].size == 0) revert NothingOpen();
        Mark[] memory marks = _marks(number, _open[account], new uint32[](0));
        Mark memory mark = _find(marks, number);
        if (mark.verdict == VALID) _release(account, number, mark.price);
        uint128 size = _authorised(account, number, maxSize, terms, marks, mark.price);
        Book.Closed memory closed = _close(account, number, terms.maker, size, mark.price, scale);
        _realise(account, terms.maker, closed.profit);
        uint128 notional = Book.notionalUp(closed.size, mark.price, scale);
        (uint128 reward, uint128 insurance) = _charge(account, notional, terms);
        emit Liquidated(account, number, msg.sender, closed.size, mark.price, closed.profit, reward, insurance);
        return uint128(Book.abs(closed.size));
    }

    /// @inheritdoc IPerpetualVenue
    function position(address account, uint32 number) external view returns (int128, int128) {
        Book.Position memory held = _positions[account][number];
        return (held.size, held.cost);
    }

    /// @inheritdoc IPerpetualVenue
    function escrow(address account, uint32 number) external view returns (int128, int128, uint128) {
        Book.Escrow memory held = _escrows[account][number];
        return (held.size, held.cost, held.profit);
    }

    /// @inheritdoc IPerpetualVenue
    function market(uint32 number)
        external
        view
        returns (address, uint8, uint32, uint32, uint32, uint32, uint32)
    {
        (Terms memory t,) = _terms(number);
        return (t.maker, t.decimals, t.initial, t.maintenance, t.spread, t.liquidationFee, t.insuranceShare);
    }

    /// @inheritdoc IPerpetualVenue
    function exposures(address account) external view returns (Exposure[] memory list) {
        uint32[] memory open = _open[account];
        if (open.length == 0) return list;
        (bool answered, Mark[] memory marks) = _ask(open);
        if (!answered) revert MarkUnavailable();
        IMarginVault.Exposure[] memory report = _report(account, marks);
        // The same six fields under the name that they have in this interface.
        assembly ("memory-safe") {
            list := report
        }
    }

    /// @inheritdoc IPerpetualVenue
    function positionAt(address account, uint32 number, uint64 at, uint128 price)
        external
        view
        returns (int128 size, uint128 entryPrice, uint128 margin, int128 unrealised, uint8 basis)
    {
        Terms memory terms = _markets[number];
        if (terms.maker == address(0)) revert UnknownSeries(number);
        if (at > block.timestamp) revert NotYet(at);
        Book.Scale memory scale = Book.scale(terms.decimals, _quoteDecimals);
        Book.Position memory held = _before(account, number, at);
        size = held.size;
        entryPrice = Book.entryPriceUp(held, scale);
        if (price > 0) {
            margin = Book.shareUpCapped(Book.notionalUp(size, price, scale), terms.initial);
            unrealised = held.unrealised(price, scale);
        }
        basis = _bases[number] == 0 ? 1 : _bases[number];
    }

    /// Changes a position and keeps what it was before this second.
    function _keep(address account, uint32 number, Book.Position memory held) private {
        Book.Position storage current = _positions[account][number];
        if (current.size == held.size && current.cost == held.cost) return;
        Stamp storage stamp = _stamps[account][number];
        if (0 < stamp.since && stamp.since < block.timestamp) {
            _older[account][number][stamp.older++] = Version(current, stamp.since);
        }
        stamp.since = uint64(block.timestamp);
        _positions[account][number] = held;
    }

    /// A position as it was right before a moment.
    function _before(address account, uint32 number, uint64 at) private view returns (Book.Position memory found) {
        Stamp memory stamp = _stamps[account][number];
        if (stamp.since < at) return _positions[account][number];
        // The last version from before then is the one in front of the first that is not.
        (uint32 low, uint32 high) = (0, stamp.older);
        while (low < high) {
            uint32 middle = low + (high - low) / 2;
            Version storage version = _older[account][number][middle];
            if (version.since < at) {
                (low, found) = (middle + 1, version.position);
            } else {
                high = middle;
            }
        }
    }

    function _terms(uint32 number) private view returns (Terms memory terms, Book.Scale memory scale) {
        terms = _markets[number];
        if (terms.maker == address(0)) revert UnknownMarket(number);
        scale = Book.scale(terms.decimals, _quoteDecimals);
    }

    /// Opens for the caller against the maker; says whether the maker's position grew.
    function _trade(uint32 number, address maker, int128 size, uint128 price, Book.Scale memory scale)
        private
        returns (bool)
    {
        (Book.Position memory taken, Book.Position memory made) =
            (_positions[msg.sender][number], _positions[maker][number]);
        uint256 before = Book.abs(made.size);
        taken.open(made, size, price, scale);
        _store(msg.sender, number, taken);
        _keep(maker, number, made);
        return Book.abs(made.size) > before;
    }

    /// Closes at most `size` of a position against the maker.
    function _close(
        address account,
        uint32 number,
        address maker,
        uint128 size,
        uint128 price,
        Book.Scale memory scale
    ) private returns (Book.Closed memory closed) {
        (Book.Position memory taken, Book.Position memory made) =
            (_positions[account][number], _positions[maker][number]);
        closed = taken.reduce(made, size, price, scale);
        _store(account, number, taken);
        _keep(maker, number, made);
    }

    /// Holds the caller's profit until the next valid price: the maker pays it, to the venue itself.
    function _toEscrow(uint32 number, address maker, Book.Closed memory closed) private {
        Book.Escrow memory held = _escrows[msg.sender][number];
        held.size = Book.toInt128(int256(held.size) + closed.size);
        held.cost = Book.toInt128(int256(held.cost) + closed.cost);
        held.profit = Book.toUint128(uint256(held.profit) + Book.abs(closed.profit));
        _escrows[msg.sender][number] = held;
        _realise(msg.sender, maker, 0);
        _realise(address(this), maker, closed.profit);
    }

    /// Pays an escrow at a valid price; says whether there was one.
    function _release(address account, uint32 number, uint128 price) private returns (bool) {
        Book.Escrow memory held = _escrows[account][number];
        if (held.size == 0 && held.cost == 0 && held.profit == 0) return false;
        (Terms memory terms, Book.Scale memory scale) = _terms(number);
        (uint128 paid, uint128 returned) = held.release(price, scale);
        delete _escrows[account][number];
        _realise(account, address(this), Book.toInt128(int256(uint256(paid))));
        _realise(terms.maker, address(this), Book.toInt128(int256(uint256(returned))));
        emit EscrowReleased(account, number, paid, returned);
        return true;
    }

    /// Moves profit between two accounts, of which the venue's own has no positions.
    function _realise(address account, address payer, int128 profit) private {
        VaultCalls.realise(_vault, account, payer, profit, _open[account].length > 0, _open[payer].length > 0);
    }

    /// Takes the fee of a liquidation on the notional closed; returns the caller's reward and the insurance
    /// contribution as paid.
    function _charge(address account, uint128 notional, Terms memory terms) private returns (uint128, uint128) {
        uint128 fee = Book.shareUp(notional, terms.liquidationFee);
        uint128 insurance = Book.shareUp(fee, terms.insuranceShare);
        return VaultCalls.charge(_vault, account, msg.sender, fee - insurance, insurance);
    }

    /// How much of a position the vault lets a liquidation close.
    function _authorised(
        address account,
        uint32 number,
        uint128 maxSize,
        Terms memory terms,
        Mark[] memory marks,
        uint128 price
    ) private returns (uint128) {
        int128 size = _positions[account][number].size;
        uint128 notional = Book.notionalUp(size, price, Book.scale(terms.decimals, _quoteDecimals));
        VaultCalls.Liquidation memory asked;
        (asked.account, asked.market, asked.maxSize) = (account, number, maxSize);
        asked.size = uint128(Book.abs(size));
        uint128 requirement = Book.shareDown(notional, terms.initial);
        uint128 fee = Book.shareUp(notional, terms.liquidationFee);
        asked.relief = requirement > fee ? requirement - fee : 0;
        asked.exposures = _report(account, marks);
        return VaultCalls.authorise(_vault, asked);
    }

    /// The exposures of an account at `marks`, which cover its markets.
    function _report(address account, Mark[] memory marks)
        private
        view
        returns (IMarginVault.Exposure[] memory list)
    {
        uint32[] memory open = _open[account];
        list = new IMarginVault.Exposure[](open.length);
        uint256 count;
        for (uint256 i = 0; i < open.length; ++i) {
            if (_ended[open[i]]) continue;
            (Terms memory terms, Book.Scale memory scale) = _terms(open[i]);
            Mark memory mark = _find(marks, open[i]);
            Book.Position memory held = _positions[account][open[i]];
            uint128 notional = Book.notionalUp(held.size, mark.price, scale);
            list[count++] = IMarginVault.Exposure({
                market: open[i],
                notional: notional,
                initial: Book.shareUpCapped(notional, terms.initial),
                maintenance: Book.shareUpCapped(notional, terms.maintenance),
                unrealised: held.unrealised(mark.price, scale),
                unrealisedStable: held.unrealised(mark.stable, scale)
            });
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// Stores a trader's position and whether it has one. A maker's markets stay listed for good: everyone who trades
    /// with it must be able to close, so it may never leave.
    function _store(address account, uint32 number, Book.Position memory held) private {
        if (held.size == 0 && held.cost == 0) {
            _unlist(account, number);
        } else {
            _list(account, number);
        }
        _keep(account, number, held);
    }

    function _list(address account, uint32 number) private {
        uint32[] storage open = _open[account];
        for (uint256 i = 0; i < open.length; ++i) {
            if (open[i] == number) return;
        }
        if (open.length >= MAX_EXPOSURES) revert TooManyMarkets();
        open.push(number);
    }

    /// Says whether it was listed.
    function _unlist(address account, uint32 number) private returns (bool) {
        uint32[] storage open = _open[account];
        uint256 kept;
        for (uint256 i = 0; i < open.length; ++i) {
            if (open[i] != number) open[kept++] = open[i];
        }
        if (kept == open.length) return false;
        open.pop();
        return true;
    }

    /// The mark of one market. Errors: GuardFailed.
    function _markOf(uint32 number) private view returns (Mark memory) {
        uint32[] memory numbers = new uint32[](1);
        numbers[0] = number;
        (bool answered, Mark[] memory marks) = _ask(numbers);
        if (!answered) revert GuardFailed();
        return marks[0];
    }

    /// The marks of a market and of two lists of markets, each once. Errors: GuardFailed.
    function _marks(uint32 number, uint32[] memory some, uint32[] memory others)
        private
        view
        returns (Mark[] memory marks)
    {
        uint32[] memory all = new uint32[](1 + some.length + others.length);
        all[0] = number;
        uint256 count = _append(all, some, 1);
        count = _append(all, others, count);
        assembly ("memory-safe") {
            mstore(all, count)
        }
        bool answered;
        (answered, marks) = _ask(all);
        if (!answered) revert GuardFailed();
    }

    /// Adds those of `more` to the first `count` of `all` that are not among them, and returns how many they are then.
    function _append(uint32[] memory all, uint32[] memory more, uint256 count) private pure returns (uint256) {
        for (uint256 i = 0; i < more.length; ++i) {
            uint256 j;
            while (j < count && all[j] != more[i]) ++j;
            if (j == count) all[count++] = more[i];
        }
        return count;
    }

    function _ask(uint32[] memory numbers) private view returns (bool answered, Mark[] memory marks) {
        IOracleGuard.Quote[] memory quotes;
        (answered, quotes) = _guard.askQuotes(numbers);
        marks = new Mark[](quotes.length);
        for (uint256 i = 0; i < quotes.length; ++i) {
            marks[i] = Mark(numbers[i], quotes[i].price, quotes[i].stablePrice, quotes[i].verdict);
        }
    }

    function _find(Mark[] memory marks, uint32 number) private pure returns (Mark memory) {
        for (uint256 i = 0; i < marks.length; ++i) {
            if (marks[i].market == number) return marks[i];
        }
        revert GuardFailed();
    }
}
