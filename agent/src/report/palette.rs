//! Colours of the plots. The style sheet maps each to a colour of the reader's light or dark scheme.

use plotters::style::RGBColor;

/// Text, axes and the true price.
pub(super) const INK: RGBColor = RGBColor(0x1b, 0x24, 0x30);
/// Grid lines and faint text.
pub(super) const FAINT: RGBColor = RGBColor(0x8a, 0x94, 0xa3);
/// Spans without blocks.
pub(super) const HALT: RGBColor = RGBColor(0x9a, 0xa3, 0xb0);
/// What the feed shows.
pub(super) const FED: RGBColor = RGBColor(0xc2, 0x7a, 0x12);
/// The arm without Lockstep, and wrongs.
pub(super) const WITHOUT: RGBColor = RGBColor(0xb3, 0x3a, 0x3a);
/// The arm with Lockstep, and its freezes.
pub(super) const WITH: RGBColor = RGBColor(0x1f, 0x6f, 0x8b);
/// What went well.
pub(super) const GOOD: RGBColor = RGBColor(0x2c, 0x6e, 0x49);
