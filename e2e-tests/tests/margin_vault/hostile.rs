//! Venues and tokens that misbehave.

use alloy_core::{
    primitives::{Address, U256},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    assert_refused,
    awkward::{self, Answer, Exposures, Token},
    exchange::{DOLLAR, Exchange, IErc20, MARKET, NATIVE_MARKET, UNIT},
    interfaces::IMarginVault::*,
    sol_address,
};
use lockstep_devchain::H160;

use crate::{DAY, NATIVE, address, admitted, deposit_native, join, last, list_native, pass, realise};

#[test]
fn a_venue_that_does_not_answer_hurts_only_its_own() {
    let lie = {
        let mut words = vec![[0; 32]; 8];
        words[0][31] = 32;
        words[1][31] = 1;
        words[2][31] = u8::try_from(MARKET).unwrap();
        // Unrealised profit of 2^120, at both prices.
        words[6][16] = 1;
        words[7][16] = 1;
        words
    };
    // One exposure more than a venue may report.
    let nine = {
        let mut words = vec![[0; 32]; 2 + 9 * 6];
        words[0][31] = 32;
        words[1][31] = 9;
        words
    };
    let bad = [
        Exposures::Reverts(0),
        Exposures::Reverts(2),
        Exposures::Loops,
        Exposures::Words(vec![[0xff; 32]; 3]),
        Exposures::Zeros(0),
        Exposures::Zeros(31),
        Exposures::Words(nine),
    ];
    let mut x = Exchange::plain();
    let native = list_native(&mut x);
    let (owner, vault) = (x.governance.clone(), x.vault);
    let deploy = |x: &mut Exchange, exposures: &Exposures| -> H160 {
        let code = awkward::venue(sol_address(vault), exposures);
        let venue = x.chain.deploy(&owner, code, Vec::new(), 0).unwrap().address;
        x.govern(&admitVenueCall { venue: sol_address(venue), bondRequired: 0, cover: 0 });
        pass(x, 2 * DAY);
        venue
    };
    let honest = x.trader("honest", 100 * DOLLAR);
    for (n, exposures) in bad.iter().enumerate() {
        let venue = deploy(&mut x, exposures);
        let victim = x.holder(&format!("victim {n}"), 100 * DOLLAR);
        let peer = x.holder(&format!("peer {n}"), 0);
        for account in [&victim, &peer] {
            x.vault(account, &optInCall { venue: sol_address(venue) }).unwrap();
        }
        x.vault(&victim, &depositCall { asset: 0, amount: 60 * DOLLAR }).unwrap();
        x.chain.sol_call(&owner, venue, &realise(&victim, &peer, 0, true), 0).unwrap();
        let failed = VenueFailed { venue: sol_address(venue) };
        assert_refused(x.vault(&victim, &withdrawCall { asset: 0, amount: 1 }), failed.clone());
        assert_refused(x.vault(&victim, &healthCall { account: address(&victim) }), failed);
        // Deposits go on, of the victim too; closing there frees the account.
        x.vault(&victim, &depositCall { asset: 0, amount: 40 * DOLLAR }).unwrap();
        deposit_native(&mut x, &victim, NATIVE / 100).unwrap();
        x.chain.sol_call(&owner, venue, &realise(&victim, &peer, 0, false), 0).unwrap();
        x.vault(&victim, &withdrawCall { asset: 0, amount: 100 * DOLLAR }).unwrap();
        x.vault(&victim, &withdrawCall { asset: native, amount: UNIT / 100 }).unwrap();
    }
    x.vault(&honest, &withdrawCall { asset: 0, amount: 100 * DOLLAR }).unwrap();

    // More than fits is cut off, and what is left says that there is nothing.
    let flood = deploy(&mut x, &Exposures::Zeros(20_000));
    let (flooded, peer) = (x.trader("flooded", 100 * DOLLAR), x.trader("flood peer", 0));
    for account in [&flooded, &peer] {
        x.vault(account, &optInCall { venue: sol_address(flood) }).unwrap();
    }
    x.chain.sol_call(&owner, flood, &realise(&flooded, &peer, 0, true), 0).unwrap();
    x.vault(&flooded, &withdrawCall { asset: 0, amount: 100 * DOLLAR }).unwrap();

    // A venue that lies about a profit protects nobody from another venue, and prints no margin.
    let liar = deploy(&mut x, &Exposures::Words(lie));
    let (debtor, peer) = (x.trader("debtor", 0), x.trader("peer", 0));
    for account in [&debtor, &peer] {
        x.vault(account, &optInCall { venue: sol_address(liar) }).unwrap();
    }
    x.chain.sol_call(&owner, liar, &realise(&debtor, &peer, 0, true), 0).unwrap();
    let strict = admitted(&mut x, "strict", 0, 0);
    join(&mut x, &debtor, &strict);
    join(&mut x, &peer, &strict);
    x.vault(&strict, &realise(&peer, &debtor, 10_000_000, false)).unwrap();
    assert_eq!(x.health(&debtor), (-10_000_000, -10_000_000, -10_000_000, 0));
}

#[test]
fn only_what_arrives_is_credited() {
    let mut x = Exchange::plain();
    let (governance, vault) = (x.governance.clone(), sol_address(x.vault));
    let alice = x.trader("alice", 0);
    let list = |x: &mut Exchange, token: &Token| -> (H160, u32) {
        let address_ = x.chain.deploy(&governance, token.code(), Vec::new(), 0).unwrap().address;
        let listing = listAssetCall {
            token: sol_address(address_),
            market: NATIVE_MARKET,
            decimals: 18,
            cap: UNIT,
            haircut: 500,
        };
        let asset = x.govern(&listing);
        let mut mint = vec![0x40, 0xc1, 0x0f, 0x19];
        mint.extend((address(&alice), U256::from(1_000u32)).abi_encode());
        x.chain.call(&alice, address_, mint, 0).result.unwrap();
        (address_, asset)
    };
    let fair = Token { answer: Answer::Nothing, fee: 0, extra: 0 };
    let of = |x: &Exchange, asset| x.ask(&balanceOfCall { account: address(&alice), asset });

    // Nothing and `true` are both an answer.
    for answer in [Answer::Nothing, Answer::Word(1)] {
        let (_, asset) = list(&mut x, &Token { answer, ..fair.clone() });
        assert_eq!(x.vault(&alice, &depositCall { asset, amount: 100 }).unwrap(), 100);
        x.vault(&alice, &withdrawCall { asset, amount: 60 }).unwrap();
        assert_eq!(of(&x, asset), 40);
    }
    // `false`, any other word and a revert are refusals.
    for answer in [Answer::Word(0), Answer::Word(2), Answer::Reverts] {
        let (_, asset) = list(&mut x, &Token { answer, ..fair.clone() });
        assert_refused(x.vault(&alice, &depositCall { asset, amount: 100 }), TokenFailed {});
        assert_eq!(of(&x, asset), 0);
    }
    // A fee on the way is not credited; one on the way out is the receiver's.
    let (_, asset) = list(&mut x, &Token { fee: 3, ..fair.clone() });
    assert_eq!(x.vault(&alice, &depositCall { asset, amount: 100 }).unwrap(), 97);
    assert_eq!(last::<Deposited>(&x).amount, 97);
    assert_refused(x.vault(&alice, &withdrawCall { asset, amount: 98 }), Insufficient { available: 97 });
    x.vault(&alice, &withdrawCall { asset, amount: 97 }).unwrap();
    assert_refused(x.vault(&alice, &depositCall { asset, amount: 3 }), TokenFailed {});
    // A token that takes more out of the vault than was asked is stopped.
    let (_, asset) = list(&mut x, &Token { extra: 1, ..fair.clone() });
    x.vault(&alice, &depositCall { asset, amount: 100 }).unwrap();
    assert_refused(x.vault(&alice, &withdrawCall { asset, amount: 50 }), TokenFailed {});
    assert_eq!(of(&x, asset), 100);
    // An address without code answers every call with nothing.
    let nobody = listAssetCall { token: address(&alice), market: NATIVE_MARKET, decimals: 18, cap: UNIT, haircut: 500 };
    let asset = x.govern(&nobody);
    assert_refused(x.vault(&alice, &depositCall { asset, amount: 1 }), TokenFailed {});

    // A token that calls back into the vault while it is being asked gets nothing for it.
    for data in [
        depositNativeCall {}.abi_encode(),
        settleCall { account: address(&alice), venue: sol_address(x.venue) }.abi_encode(),
        fundInsuranceCall { amount: 1 }.abi_encode(),
    ] {
        let (token, asset) = list(&mut x, &Token { answer: Answer::CallsBack(vault, data), ..fair.clone() });
        assert_eq!(x.vault(&alice, &depositCall { asset, amount: 100 }).unwrap(), 100);
        let slot = IErc20::balanceOfCall { account: Address::ZERO };
        assert_eq!(x.chain.sol_view(&alice, token, &slot).unwrap(), U256::ZERO, "the call back went through");
        x.vault(&alice, &withdrawCall { asset, amount: 100 }).unwrap();
    }
}
