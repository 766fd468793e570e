use crate::{governance::GovernanceError, ids::Account};

/// Most calls in one proposal.
pub const MAX_ACTIONS: usize = 16;

/// What a proposal may call.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// The governor: only its setters, without value.
    pub governor: Account,
    /// Selectors of its setters.
    pub setters: &'a [[u8; 4]],
    /// Never called: the token that the voters locked, and whatever else could move it.
    pub forbidden: &'a [Account],
}

/// Checks a batch: `targets` with the number of values, and which of them are zero, and the call data.
///
/// # Errors
/// [`GovernanceError::ActionLengths`], [`GovernanceError::TooManyActions`], [`GovernanceError::ForbiddenTarget`],
/// [`GovernanceError::CallDataLength`], [`GovernanceError::ForbiddenSelfCall`].
pub fn check_actions<D: AsRef<[u8]>>(
    targets: &[Account],
    values_are_zero: &[bool],
    calldatas: &[D],
    bounds: &Bounds,
) -> Result<(), GovernanceError> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    if targets.is_empty() || targets.len() != values_are_zero.len() || targets.len() != calldatas.len() {
        return Err(GovernanceError::ActionLengths {
            targets: number(targets.len()),
            calldatas: number(calldatas.len()),
            values: number(values_are_zero.len()),
        });
    }
    if targets.len() > MAX_ACTIONS {
        return Err(GovernanceError::TooManyActions { count: number(targets.len()), max: number(MAX_ACTIONS) });
    }
    for (((target, value_is_zero), data), action) in targets.iter().zip(values_are_zero).zip(calldatas).zip(0u32..) {
        let data = data.as_ref();
        if *target == Account::default() || bounds.forbidden.contains(target) {
            return Err(GovernanceError::ForbiddenTarget { action, target: target.0 });
        }
        let selector = data.first_chunk::<4>();
        if selector.is_none() && !data.is_empty() {
            return Err(GovernanceError::CallDataLength { action, length: number(data.len()) });
        }
        let selector = selector.copied().unwrap_or_default();
        if *target == bounds.governor && !(*value_is_zero && bounds.setters.contains(&selector)) {
            return Err(GovernanceError::ForbiddenSelfCall { action, selector });
        }
    }
    Ok(())
}

/// Whether `description` ends with `#proposer=0x` and the address of somebody else.
///
/// A proposal whose description names its proposer cannot be taken over by whoever sees it first.
pub fn names_other_proposer(description: &str, proposer: Account) -> bool {
    const MARK: &[u8] = b"#proposer=0x";
    let Some((rest, digits)) = description.as_bytes().split_last_chunk::<40>() else { return false };
    if !rest.ends_with(MARK) {
        return false;
    }
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, _) = digits.as_chunks::<2>();
    let mut named = Account::default();
    for (byte, [high, low]) in named.0.iter_mut().zip(pairs) {
        // Anything but forty hexadecimal digits names nobody.
        let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else { return false };
        *byte = high << 4 | low;
    }
    named != proposer
}
