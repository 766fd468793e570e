//! Exact decimals: text to scaled integers and back, without a float in between.

/// Digits after the point that a price carries (quote per whole unit).
pub const PRICE_DECIMALS: u32 = 18;

/// Why a text is not a decimal number that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something other than digits with at most one point between them.
    #[error("is not a plain decimal number such as 3614.25")]
    NotDecimal,
    /// More digits after the point than the unit has.
    #[error("has more than {0} digits after the point")]
    TooPrecise(u32),
    /// Larger than 128 bits hold.
    #[error("is too large")]
    TooLarge,
}

/// Reads a non-negative decimal as an integer scaled by `10^decimals`, exactly or not at all.
///
/// # Errors
/// [`DecimalError`] where the text is no plain decimal, or would have to be rounded or cut.
pub fn parse_scaled(text: &str, decimals: u32) -> Result<u128, DecimalError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) || text.ends_with('.') {
        return Err(DecimalError::NotDecimal);
    }
    let fraction = fraction.trim_end_matches('0');
    let written = u32::try_from(fraction.len()).map_err(|_| DecimalError::TooPrecise(decimals))?;
    let missing = decimals.checked_sub(written).ok_or(DecimalError::TooPrecise(decimals))?;
    let mut value: u128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u128::from(digit - b'0')))
            .ok_or(DecimalError::TooLarge)?;
    }
    10u128.checked_pow(missing).and_then(|scale| value.checked_mul(scale)).ok_or(DecimalError::TooLarge)
}

/// Writes an integer scaled by `10^decimals` in full, without trailing zeros.
pub fn format_exact(value: u128, decimals: u32) -> String {
    let digits = format!("{value:0>width$}", width = decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// Writes an integer scaled by `10^decimals` with thousands separated and `shown` digits after the point, rounded half up.
pub fn format_rounded(value: u128, decimals: u32, shown: u32) -> String {
    let shown = shown.min(decimals);
    let step = 10u128.pow(decimals - shown);
    let rounded = (value / step).saturating_add(u128::from(value % step >= step.div_ceil(2) && step > 1));
    let text = format_padded(rounded, shown);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

/// As [`format_rounded`] for a signed amount; the sign is a true minus.
pub fn format_signed(value: i128, decimals: u32, shown: u32) -> String {
    let text = format_rounded(value.unsigned_abs(), decimals, shown);
    if value < 0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { format!("\u{2212}{text}") } else { text }
}

fn format_padded(value: u128, decimals: u32) -> String {
    let digits = format!("{value:0>width$}", width = decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(parse_scaled("116970.445", 18), Ok(116_970_445_000_000_000_000_000));
        assert_eq!(parse_scaled("0.000000000000000001", 18), Ok(1));
        assert_eq!(parse_scaled("0.1650", 6), Ok(165_000));
        assert_eq!(parse_scaled("7", 0), Ok(7));
        assert_eq!(parse_scaled("1.50", 1), Ok(15));
    }

    #[test]
    fn what_would_be_rounded_or_cut_is_refused() {
        assert_eq!(parse_scaled("0.0000000000000000001", 18), Err(DecimalError::TooPrecise(18)));
        assert_eq!(parse_scaled("400000000000000000000", 18), Err(DecimalError::TooLarge));
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1_000", "1,5", " 1", "0x10", "nan", "1.2.3"] {
            assert_eq!(parse_scaled(text, 18), Err(DecimalError::NotDecimal), "{text:?}");
        }
    }

    #[test]
    fn amounts_are_written_for_readers() {
        assert_eq!(format_rounded(462_097_790_000, 6, 2), "462,097.79");
        assert_eq!(format_rounded(999_999, 6, 2), "1.00");
        assert_eq!(format_rounded(1_234, 0, 0), "1,234");
        assert_eq!(format_signed(-1_500_000, 6, 2), "\u{2212}1.50");
        assert_eq!(format_signed(-1, 6, 2), "0.00");
        assert_eq!(format_exact(116_970_445_000_000_000_000_000, 18), "116970.445");
    }

    proptest! {
        #[test]
        fn writing_and_reading_agree(value: u128, decimals in 0u32..=18) {
            prop_assert_eq!(parse_scaled(&format_exact(value, decimals), decimals), Ok(value));
        }
    }
}
