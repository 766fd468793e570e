//! Claims and proofs, behind a front and alone.

use super::*;

/// A claim and two proofs, one of them of no basis that there is, in both encodings.
pub fn claims(account: Address) -> Vec<Vec<u8>> {
    let (branch, proven) = (FixedBytes([7; 32]), vec![8; 104]);
    let verify = |basis: u8| {
        let solidity = ISettlement::verifyCall {
            plan: 1,
            market: MARKET,
            index: 2,
            account,
            size: -3,
            entryPrice: 4,
            margin: 5,
            unrealised: -6,
            basis,
            proof: proven.clone().into(),
        };
        let scale = (1u64, MARKET, 2u64, account.0.0, -3i128, 4u128, 5u128, -6i128, basis, &proven);
        [solidity.abi_encode(), in_ink("settlement", "verify", &scale)]
    };
    let claim = ISettlement::claimCall { plan: 1, market: MARKET, branch, proven: proven.clone().into() };
    let claim = [claim.abi_encode(), in_ink("settlement", "claim", &(1u64, MARKET, branch.0, &proven))];
    [claim, verify(0), verify(9)].concat()
}

#[test]
fn the_settlement_contracts_front_refuses_as_the_contract() {
    let mut chain = chain();
    let owner = funded(&mut chain, "owner");
    let me = sol_address(owner.address());
    let constructor = (me, me, me, me, 6u16, 7_200u64, 86_400u64, 1u128).abi_encode_params();
    let pair = Pair::new(&mut chain, &owner, "settlement", constructor);
    for data in claims(me) {
        for length in [data.len(), data.len() - 1] {
            assert!(pair.refuses(&chain, &owner, &data[..length], 0));
        }
    }
}
