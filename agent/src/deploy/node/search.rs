//! Where in a chain something has happened that stays so.

use lockstep_devchain::BlockNumber;

/// The first block up to `head` as of which it has happened; none where it has not as of `head`. Asks for few blocks,
/// and for old ones only if it happened then: nodes forget old states.
pub(super) fn first_block<E>(
    head: BlockNumber,
    mut has_happened: impl FnMut(BlockNumber) -> Result<bool, E>,
) -> Result<Option<BlockNumber>, E> {
    if !has_happened(head)? {
        return Ok(None);
    }
    let mut after = head;
    let mut step: BlockNumber = 1;
    let mut before = loop {
        let Some(earlier) = after.checked_sub(1) else { return Ok(Some(0)) };
        let block = earlier.saturating_sub(step - 1);
        if !has_happened(block)? {
            break block;
        }
        after = block;
        step = step.saturating_mul(2);
    };
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if has_happened(middle)? {
            after = middle;
        } else {
            before = middle;
        }
    }
    Ok(Some(after))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_the_first_block_and_asks_for_few(head in 0..=BlockNumber::MAX, back in 0..=BlockNumber::MAX) {
            let first = head.saturating_sub(back);
            let (mut asked, mut oldest) = (0, head);
            let found = first_block(head, |block| {
                assert!(block <= head);
                asked += 1;
                oldest = oldest.min(block);
                Ok::<_, Infallible>(block >= first)
            });
            prop_assert_eq!(found, Ok(Some(first)));
            prop_assert!(asked <= 66, "{}", asked);
            // Not much more than twice as far back as it happened.
            prop_assert!(u64::from(head - oldest) <= 2 * u64::from(head - first) + 1);
        }

        #[test]
        fn it_finds_nothing_where_nothing_has_happened(head in 0..=BlockNumber::MAX) {
            prop_assert_eq!(first_block(head, |_| Ok::<_, Infallible>(false)), Ok(None));
        }

        #[test]
        fn a_block_that_is_not_known_ends_it(head in 1..=BlockNumber::MAX, known in 0..8u32) {
            let mut asked = 0;
            let found = first_block(head, |_| {
                asked += 1;
                if asked > known { Err(asked) } else { Ok(true) }
            });
            prop_assert!(found == Err(known + 1) || found == Ok(Some(0)));
        }
    }
}
