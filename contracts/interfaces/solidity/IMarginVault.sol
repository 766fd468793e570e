// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Margin vault: collateral, clearing between the accounts of admitted venues, health and liquidation.
/// @notice Quote is asset 0. Amounts are in the asset's smallest unit, of quote where none is named; ratios are basis
/// points, times Unix seconds. Deposits (and with them repayments), reductions and exits ask nobody for permission.
interface IMarginVault {
    /// @notice What a call does: whether it loosens, and which markets it touches (4,294,967,295 for all).
    struct Touch {
        bool loosens;
        uint32[] markets;
    }

    /// @param market The guard's market.
    /// @param notional Absolute notional at the mark, in quote, as the four that follow.
    /// @param unrealisedStable Profit or loss at the guard's stable price.
    struct Exposure {
        uint32 market;
        uint128 notional;
        uint128 initial;
        uint128 maintenance;
        int128 unrealised;
        int128 unrealisedStable;
    }

    event GovernanceTransferred(address indexed from, address indexed to);
    event AssetListed(
        uint32 indexed asset, address indexed token, uint32 indexed market, uint8 decimals, uint128 cap, uint32 haircut
    );
    /// @param from Active time from which on accounts may opt in; 0 for always.
    event VenueAdmitted(address indexed venue, uint128 bondRequired, uint128 cover, uint64 from);
    event VenueDismissed(address indexed venue);
    event BondChanged(address indexed venue, uint128 from, uint128 to);
    event InsuranceFunded(address indexed account, uint128 amount);
    event Deposited(address indexed account, uint32 indexed asset, uint128 amount);
    event Withdrawn(address indexed account, uint32 indexed asset, uint128 amount);
    event OptedIn(address indexed account, address indexed venue);
    event OptedOut(address indexed account, address indexed venue);
    /// @param profit What `account` gains from `counterparty`; it loses where negative.
    /// @param collected What the loser had in cash; the rest is its debt.
    /// @param paid What the winner got in cash; the rest is pending.
    event ProfitRealised(
        address indexed venue,
        address indexed account,
        address indexed counterparty,
        int128 profit,
        uint128 collected,
        uint128 paid
    );
    event Settled(address indexed venue, address indexed account, uint128 collected, uint128 paid);
    event CollateralLiquidated(
        address indexed account,
        address indexed liquidator,
        uint32 indexed asset,
        uint128 repaid,
        uint128 seized,
        uint128 insurance
    );
    /// @param size How much of the position, in the venue's unit.
    /// @param health Maintenance assets over liabilities.
    event LiquidationAuthorised(
        address indexed venue, address indexed account, uint32 indexed market, uint128 size, uint32 health
    );
    event LiquidationCharged(
        address indexed account, address indexed liquidator, uint128 reward, uint128 insurance
    );
    /// @param byBond What the venue's bond bears.
    /// @param byCredits What those bear whose profits at the venue are pending.
    event BadDebtCovered(
        address indexed account, address indexed venue, uint128 covered, uint128 byBond, uint128 byCredits
    );
    /// @param office 0 the guard, 1 the registry, 2 the settlement contract.
    /// @param start Wall time at which `to` takes over.
    event OfficeChanged(uint8 indexed office, address indexed from, address indexed to, uint64 start);
    /// @param start Active time at which it begins to move.
    event ParameterSet(
        uint8 indexed parameter,
        uint32 indexed asset,
        address indexed venue,
        uint128 from,
        uint128 to,
        uint64 start,
        uint64 end
    );
    event Collected(uint32 indexed market, address indexed account, uint128 amount);
    event PaidOut(uint32 indexed market, address indexed account, uint128 amount);
    /// @param until When it ends by itself; zero where it ended.
    event Held(uint32 indexed market, uint64 since, uint64 until);
    /// @param until Wall time.
    event DepositsLocked(address indexed account, uint64 until);

    /// @param scope 0 the whole vault, 1 an asset, 2 a venue.
    /// @param number The asset, or the venue's market (4,294,967,295 for all of them).
    /// @param operations 1 to opt in, 2 to grow a position, 4 to withdraw with open risk, 8 to liquidate, or a sum.
    /// @param until Wall time.
    event Paused(
        uint8 indexed scope, uint32 indexed number, address indexed venue, uint8 operations, address by, uint64 until
    );
    event Resumed(
        uint8 indexed scope, uint32 indexed number, address indexed venue, uint8 operations, address by
    );

    error NotGovernance();
    error ZeroAddress();
    error ZeroAmount();
    error Locked();
    error Overflow();
    error UnknownAsset(uint32 asset);
    error AlreadyListed(uint32 asset);
    error OutOfRange(uint128 value);
    error CapExceeded(uint128 held, uint128 cap);
    error TooManyAssets();
    error Insufficient(uint128 available);
    error TokenFailed();
    error Unchanged();
    error StepTooLarge(uint128 step, uint128 max);
    error TooSoon(uint64 until);
    error LooseningBarred(uint64 until);
    error UnknownParameter(uint8 parameter);
    error VenueNotAdmitted();
    error BondTooLow(uint128 bond, uint128 required);
    error TooManyVenues();
    error AlreadyOptedIn();
    error NotOptedIn();
    error StillBound();
    error Malformed();
    error InsufficientMargin(address account, uint128 missing);
    error Healthy();
    error LiquidationRefused(uint8 reason, uint64 until);
    error NothingToLiquidate();
    error TooSmall(uint128 smallest);
    /// Closing this now would cost the account `by` of its health, in quote: close its profit on the venue first.
    error LessHealthy(uint128 by);
    error NotBankrupt();
    error VenueFailed(address venue);
    error GuardFailed();
    error RegistryFailed();
    error NotSettlement();
    error WithdrawalLocked(uint64 until);
    error StoppedUntil(uint8 operation, uint64 until);
    error UnknownScope(uint8 scope);
    error CannotPause(uint8 operations, uint8 possible);
    error NotKeeper(address caller);
    error NotPaused(uint32 market, uint8 reason);
    error NotThawed(uint32 market, uint8 reason);
    error HaircutBelowDiscount(uint32 haircut, uint32 discount);
    error LockTooLong(uint64 latest);

    /// @notice Hands governance over. Governance only. Errors: NotGovernance, ZeroAddress.
    function transferGovernance(address to) external;

    /// @notice Names the settlement contract: the first at once, a successor after two days of wall time. Governance
    /// only. Errors: NotGovernance, ZeroAddress, Unchanged, LooseningBarred, RegistryFailed.
    function setSettlement(address settlement_) external;

    /// @notice Names the oracle guard that follows, in two days of wall time. Governance only. Errors as setSettlement.
    function setGuard(address guard) external;

    /// @notice Names the upgrade registry, without which no plan adds to margin: the first at once, a successor after two
    /// days of wall time. One that does not answer can be replaced. Governance only. Errors: NotGovernance, ZeroAddress,
    /// Unchanged, LooseningBarred.
    function setRegistry(address registry) external;

    /// @notice Lists a token (zero: the native one, 18 decimals) as collateral. Once the vault has taken in anything, a
    /// new asset counts for nothing during two days, and then a day long for more and more. Governance only.
    /// Errors: NotGovernance, AlreadyListed, OutOfRange, ZeroAmount (no cap), TooManyAssets, HaircutBelowDiscount,
    /// LooseningBarred, RegistryFailed, GuardFailed.
    /// @param market Its own market in the guard.
    /// @param decimals At most 36.
    /// @param cap The most that the vault takes in.
    /// @param haircut The part of its value that does not count.
    /// @return The asset's number.
    function listAsset(address token, uint32 market, uint8 decimals, uint128 cap, uint32 haircut)
        external
        returns (uint32);

    /// @notice Sets a haircut by the parameter law: at most 500 at once, three days apart; a rise takes a day, a fall
    /// waits two days first and never begins while a plan is in force. Governance only. Errors as setParameter.
    function setHaircut(uint32 asset, uint32 haircut) external;

    /// @notice Sets a figure by the parameter law; one of the whole vault at once as long as nothing was ever deposited.
    /// Governance only. Errors: NotGovernance, UnknownParameter, UnknownAsset, VenueNotAdmitted, Unchanged, OutOfRange,
    /// StepTooLarge, TooSoon, HaircutBelowDiscount, LooseningBarred, RegistryFailed, GuardFailed.
    /// @param number Of the vault: 0 discount of seized collateral, 1 part of it for insurance, 2 standard deviations of
    /// a plan's add-on (30,000 are three), 3 calm volatility of a day, 4 what a point of volatility beyond it adds
    /// (10,000: one), 5 the largest haircut that add-ons make, 6 grace after a plan in seconds, 7 smallest liquidation
    /// in quote. Of an asset: 8 haircut, 9 cap, 10 value of all deposits beyond which each counts for less. Of a venue: 11
    /// what its requirements are multiplied by; 12 its bond, which admitVenue sets.
    function setParameter(uint8 number, uint32 asset_, address venue_, uint128 value) external;

    /// @notice Admits a venue or changes its terms, by the parameter law. Once the vault has taken in anything, a new
    /// venue begins two days later. Governance only.
    /// Errors: NotGovernance, ZeroAddress, StepTooLarge, TooSoon, LooseningBarred, RegistryFailed, GuardFailed.
    /// @param bondRequired The bond without which nobody opts in or opens there.
    /// @param cover The most that insurance pays for its debts, besides what it contributes from now on.
    function admitVenue(address venue, uint128 bondRequired, uint128 cover) external;

    /// @notice Nobody opts in or opens on the venue any more. Governance only. Errors: NotGovernance, VenueNotAdmitted.
    function dismissVenue(address venue) external;

    /// @notice Pays part of a bond back into an account. Governance only.
    /// Errors: NotGovernance, ZeroAddress, Insufficient, BondTooLow, LooseningBarred, RegistryFailed.
    function releaseBond(address venue, address to, uint128 amount) external;

    /// @notice Stops operations, by a keeper, while the guard has the asset's market or the venue's market `number` paused:
    /// until that pause ends, at most for half an hour. Deposits, repayments, reductions and withdrawals without open risk
    /// cannot be stopped, nor liquidations of accounts that are deeply insolvent.
    /// Errors: UnknownScope, CannotPause, UnknownAsset, VenueNotAdmitted, NotKeeper, NotGovernance (the whole vault, a whole
    /// venue, quote), NotPaused, GuardFailed.
    /// @param operations A sum of 1 (opt in), 2 (grow a position), 4 (withdraw with open risk) and 8 (liquidate).
    /// @param scope 0 the whole vault; 1 the asset `number`, which backs no new risk where growth is stopped; 2 the market
    /// `number` of `venue`, or with 4,294,967,295 the whole venue, to which alone nobody may opt in then.
    function pause(uint8 operations, uint8 scope, uint32 number, address venue_) external;

    /// @notice Stops operations for 1 to 86,400 seconds. Governance only.
    /// Errors: NotGovernance, UnknownScope, CannotPause, UnknownAsset, VenueNotAdmitted, OutOfRange.
    function pauseFor(uint8 operations, uint8 scope, uint32 number, address venue_, uint64 length) external;

    /// @notice Lets operations go on: by governance whoever stopped them, by a keeper what keepers stopped, where the guard
    /// says that the market has thawed. Errors: UnknownScope, CannotPause, UnknownAsset, VenueNotAdmitted, NotKeeper,
    /// NotGovernance, NotThawed, GuardFailed.
    function resume(uint8 operations, uint8 scope, uint32 number, address venue_) external;

    /// @notice Until when (wall time) one of `operations` is stopped there; 0 where none is.
    /// Errors: UnknownScope, CannotPause, UnknownAsset, VenueNotAdmitted.
    function pausedUntil(uint8 operations, uint8 scope, uint32 number, address venue_) external view returns (uint64);

    /// @notice Pays quote of the caller's account into a venue's bond.
    /// Errors: VenueNotAdmitted, ZeroAmount, Insufficient, InsufficientMargin.
    function postBond(address venue, uint128 amount) external;

    /// @notice Pays quote of the caller's account into the insurance fund.
    /// Errors: ZeroAmount, Insufficient, InsufficientMargin.
    function fundInsurance(uint128 amount) external;

    /// @notice Takes an ERC-20 asset that the caller approved. A deposit of quote pays the caller's debts at once.
    /// Errors: ZeroAmount, UnknownAsset, TokenFailed, CapExceeded, TooManyAssets, Locked.
    /// @return What arrived, and was credited.
    function deposit(uint32 asset, uint128 amount) external returns (uint128);

    /// @notice Takes the native tokens sent along. Errors: UnknownAsset, ZeroAmount, CapExceeded, TooManyAssets.
    /// @return What was credited.
    function depositNative() external payable returns (uint128);

    /// @notice Sends collateral to the caller. With open risk, initial margin must be met afterwards by a lower bound
    /// that counts no asset with a bad price.
    /// Errors: ZeroAmount, UnknownAsset, Insufficient, WithdrawalLocked, StoppedUntil (with open risk), InsufficientMargin,
    /// VenueFailed, GuardFailed, TokenFailed, Locked.
    function withdraw(uint32 asset, uint128 amount) external;

    /// @notice Puts the caller's account on a venue, which may then move its quote by profit and loss.
    /// Errors: VenueNotAdmitted, TooSoon, BondTooLow, StoppedUntil, AlreadyOptedIn, TooManyVenues.
    function optIn(address venue) external;

    /// @notice Takes the caller's account off a venue. Errors: NotOptedIn, StillBound.
    function optOut(address venue) external;

    /// @notice Collects what an account owes a venue, and pays what it is owed there. Anyone may ask.
    /// Errors: NotOptedIn.
    function settle(address account, address venue) external returns (uint128 collected, uint128 paid);

    /// @notice Repays debt of an account from the caller's quote, for collateral at a discount (a part of it for the
    /// insurance fund), until the account is at its liquidation end and within what the guard allows.
    /// Errors: Malformed, UnknownAsset, Healthy, LiquidationRefused, StoppedUntil, NothingToLiquidate, TooSmall,
    /// Insufficient, InsufficientMargin, TooManyAssets, VenueFailed, GuardFailed.
    function liquidate(address account, uint32 asset, uint128 maxRepay)
        external
        returns (uint128 repaid, uint128 seized);

    /// @notice Pays a bankrupt account's debts from the insurance fund as far as it reaches; the rest is shared by the
    /// venue's bond and by those whose profits there are pending. Anyone may ask. Errors: NotBankrupt, GuardFailed.
    function coverBadDebt(address account) external returns (uint128 covered, uint128 shared);

    /// @notice For venues: requires initial margin after positions grew. The exposures are the venue's own.
    /// Errors: VenueNotAdmitted, BondTooLow, StoppedUntil, Malformed, NotOptedIn, InsufficientMargin, VenueFailed,
    /// GuardFailed.
    /// @param checkCounterparty Whether the counterparty's position grew too.
    function increased(
        address account,
        address counterparty,
        Exposure[] calldata exposures,
        Exposure[] calldata counterExposures,
        bool checkCounterparty
    ) external;

    /// @notice For venues: moves realised profit from `counterparty` to `account`, the other way where negative.
    /// Never refused for want of margin. Errors: Malformed, NotOptedIn, Locked, Overflow.
    /// @param accountOpen Whether the account still has positions on the venue.
    function realise(
        address account,
        address counterparty,
        int128 profit,
        bool accountOpen,
        bool counterpartyOpen
    ) external;

    /// @notice For venues: how much of a position may be liquidated. The venue must then close exactly that.
    /// Errors: NotOptedIn, Healthy, LiquidationRefused, StoppedUntil, NothingToLiquidate, LessHealthy, TooSmall,
    /// VenueFailed, GuardFailed, Locked.
    /// @param relief What closing all of `size` adds to health at the liquidation end.
    function authorise(
        address account,
        uint32 market,
        uint128 size,
        uint128 maxSize,
        uint128 relief,
        Exposure[] calldata exposures
    ) external returns (uint128);

    /// @notice For venues: pays a liquidation's reward and insurance contribution from the account's cash, as far as it
    /// goes. Errors: NotOptedIn, Locked.
    function charge(address account, address liquidator, uint128 reward, uint128 insurance)
        external
        returns (uint128 rewardPaid, uint128 insurancePaid);

    /// @notice For the settlement contract: moves up to `amount` of an account's quote into the pot of a market; nothing
    /// from an account that was not exposed to the market since `since` (wall time).
    /// Errors: NotSettlement, ZeroAddress, ZeroAmount, Locked.
    /// @return What was moved.
    function collect(uint32 market, address account, uint64 since, uint128 amount) external returns (uint128);

    /// @notice For the settlement contract: moves quote from the pot of a market into an account, or into the insurance
    /// fund where that is the zero address. Errors: NotSettlement, ZeroAmount, Insufficient (the pot has less), Locked.
    function payOut(uint32 market, address account, uint128 amount) external;

    /// @notice For the settlement contract: begins to keep accounts that were exposed to a market since `since` (wall
    /// time) from withdrawing, for thirty days at most, or ends that. Errors: NotSettlement, OutOfRange.
    function hold(uint32 market, uint64 since, bool held) external;

    /// @notice For the settlement contract: lets an account withdraw in spite of settlements of a market whose snapshots
    /// are not later than `since`. Errors: NotSettlement.
    function free(uint32 market, address account, uint64 since) external;

    /// @notice For the governor: keeps an account from withdrawing before `until` (wall time, at most 60 days ahead); an
    /// earlier end than one in force changes nothing. Governance only. Errors: NotGovernance, ZeroAddress, LockTooLong.
    function lockDeposits(address account, uint64 until) external;

    /// @notice When an account was last exposed to a market, in wall time: now while it is, 0 where it never was. It is
    /// exposed while it has a position there of at least 100 whole units of quote, or holds the asset priced by it.
    /// Market 4,294,967,295 stands for all.
    function lastExposed(address account, uint32 market) external view returns (uint64);

    /// @notice What a call by governance would do as things stand. A call that is not known loosens on all markets.
    function touches(bytes calldata callData) external view returns (Touch memory);

    /// @notice What an account has in the vault and what all have, in quote at oracle prices as they stand; zero for an
    /// account that deposited after `since` (wall time). Errors: GuardFailed.
    function depositWeight(address account, uint64 since) external view returns (uint128 mine, uint128 total);

    /// @notice Health in quote at the prices as they stand, and maintenance assets over liabilities.
    /// Errors: VenueFailed, GuardFailed.
    function health(address account)
        external
        view
        returns (int128 initial, int128 end, int128 maintenance, uint32 ratio);

    /// @notice How much of an asset an account has.
    function balanceOf(address account, uint32 asset) external view returns (uint128);

    /// @notice What an account has with a venue.
    function membership(address account, address venue)
        external
        view
        returns (bool optedIn, bool open, uint128 debt, uint128 pending);

    /// @notice A listed asset. Errors: UnknownAsset, GuardFailed.
    function asset(uint32 number)
        external
        view
        returns (
            address token,
            uint32 market,
            uint8 decimals,
            uint128 cap,
            uint128 held,
            uint32 haircut,
            uint32 haircutToCome,
            uint64 arrivesAt
        );

    /// @notice The vault's books for a venue.
    function venue(address address_)
        external
        view
        returns (bool admitted, uint128 bond, uint128 pool, uint128 debts, uint128 pending, uint128 coverLeft);

    /// @notice The vault itself; assets include quote.
    function state() external view returns (address governance, address guard, uint32 assets, uint128 insurance);

    /// @notice A figure of the vault, of an asset or of a venue, as setParameter numbers them; times in active time.
    /// What was to loosen since a plan bars loosening is not in force. Errors: UnknownParameter, UnknownAsset, GuardFailed.
    function parameter(uint8 number, uint32 asset_, address venue_)
        external
        view
        returns (uint128 inForce, uint128 toCome, uint64 start, uint64 arrivesAt);

    /// @notice What is on top in a market: the plans' add-on to haircuts and requirements in the initial and the
    /// maintenance tier, the volatility's to haircuts; how much dearer plans make transactions; and how wide a band
    /// around a hedge is best left alone then, relative to the usual one. Errors: GuardFailed, RegistryFailed.
    function outlook(uint32 market)
        external
        view
        returns (uint32 initial, uint32 maintenance, uint32 volatility, uint32 feeRatio, uint32 hedgingBand);

    /// @notice Who is in office; zero where nobody is.
    function offices() external view returns (address registry, address settlement);

    /// @notice Quote that was collected for the settlement of a market and not paid out yet.
    function pot(uint32 market) external view returns (uint128);
}
