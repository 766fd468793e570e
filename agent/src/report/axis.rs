//! A time axis on which spans without blocks are drawn short, so that the minutes that matter get the room.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::clock::{minute, short_day};

/// Hundredths of the axis that one gap takes, whatever its length.
const GAP_SHARE: u64 = 12;

/// Steps between ticks that read well, seconds.
const STEPS: [u64; 8] = [60, 300, 600, 900, 1_800, 3_600, 10_800, 21_600];

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Unix seconds from left to right.
#[derive(Clone, Debug)]
pub(super) struct TimeAxis {
    range: Range<u64>,
    gaps: Vec<(u64, u64)>,
}

impl TimeAxis {
    pub(super) fn new(range: Range<u64>, gaps: &[(u64, u64)]) -> Self {
        let gaps = gaps.iter().filter(|(from, until)| range.start < *from && *until < range.end).copied().collect();
        Self { range, gaps }
    }

    fn active(&self, at: u64) -> u64 {
        let idle: u64 = self.gaps.iter().map(|(from, until)| at.clamp(*from, *until) - from).sum();
        at.clamp(self.range.start, self.range.end) - self.range.start - idle
    }

    /// Hundredfold position, so that a gap's share needs no fraction.
    fn position(&self, at: u64) -> u64 {
        let gap_room = self.gap_room();
        let gaps: u64 = self
            .gaps
            .iter()
            .map(|(from, until)| gap_room * (at.clamp(*from, *until) - from) / (until - from).max(1))
            .sum();
        self.active(at) * 100 + gaps
    }

    fn gap_room(&self) -> u64 {
        let gaps = self.gaps.len() as u64;
        let blocks_share = 100u64.saturating_sub(GAP_SHARE * gaps).max(1);
        self.active(self.range.end) * 100 * GAP_SHARE / blocks_share
    }

    fn in_gap(&self, at: u64) -> bool {
        self.gaps.iter().any(|(from, until)| *from < at && at < *until)
    }
}

impl Ranged for TimeAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = u64;

    fn map(&self, at: &u64, limit: (i32, i32)) -> i32 {
        let total = i128::from(self.position(self.range.end).max(1));
        let width = i128::from(limit.1) - i128::from(limit.0);
        let offset = width * i128::from(self.position(*at)) / total;
        i32::try_from(i128::from(limit.0) + offset).unwrap_or(limit.1)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<u64> {
        let most = hint.max_num_points().max(2) as u64;
        let active = self.active(self.range.end);
        let step = STEPS.into_iter().find(|step| active / step < most).unwrap_or(86_400);
        let first = self.range.start.div_ceil(step) * step;
        let mut at = first;
        let mut points = Vec::new();
        while at <= self.range.end {
            if !self.in_gap(at) {
                points.push(at);
            }
            at += step;
        }
        points
    }

    fn range(&self) -> Range<u64> {
        self.range.clone()
    }
}

impl ValueFormatter<u64> for TimeAxis {
    /// The hour, and at midnight the new day.
    fn format_ext(&self, at: &u64) -> String {
        if at.is_multiple_of(DAY) { short_day(*at) } else { minute(*at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_gap_takes_its_share_and_no_more() {
        let axis = TimeAxis::new(0..110_000, &[(5_000, 105_000)]);
        let at = |moment| axis.map(&moment, (0, 1_000));
        assert_eq!(at(0), 0);
        assert_eq!(at(5_000), 440);
        assert_eq!(at(105_000), 559);
        assert_eq!(at(55_000), 499);
        assert_eq!(at(110_000), 1_000);
        assert!(axis.key_points(8).iter().all(|tick| *tick <= 5_000 || *tick >= 105_000));
    }

    #[test]
    fn midnight_names_the_day() {
        let axis = TimeAxis::new(0..1, &[]);
        let labels = [1_760_140_740, 1_760_140_800, 1_760_140_860].map(|at| axis.format_ext(&at));
        assert_eq!(labels, ["23:59", "11 Oct", "00:01"]);
    }

    #[test]
    fn without_gaps_the_axis_is_straight() {
        let axis = TimeAxis::new(100..200, &[]);
        assert_eq!([100, 125, 200].map(|at| axis.map(&at, (10, 30))), [10, 15, 30]);
        assert_eq!([0, 900].map(|at| axis.map(&at, (10, 30))), [10, 30]);
    }
}
