//! How figures are written in `report.json`: exactly, as decimal texts.

use serde::Serializer;

use super::QUOTE_DECIMALS;
use crate::decimal::{PRICE_DECIMALS, format_exact};

pub(super) fn price<S: Serializer>(value: &u128, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&format_exact(*value, PRICE_DECIMALS))
}

pub(super) fn amount<S: Serializer>(value: &u128, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&format_exact(*value, QUOTE_DECIMALS))
}

fn exact_signed(value: i128) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", format_exact(value.unsigned_abs(), QUOTE_DECIMALS))
}

pub(super) fn signed_amount<S: Serializer>(value: &i128, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&exact_signed(*value))
}

pub(super) fn signed_amounts<S: Serializer>(values: &[i128], out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(values.iter().map(|value| exact_signed(*value)))
}
