//! Moments and spans in words, in UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;

fn written(at: u64, format: &str) -> String {
    i64::try_from(at)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .map_or_else(|| at.to_string(), |moment| moment.to_zoned(TimeZone::UTC).strftime(format).to_string())
}

/// Such as "21:35".
pub fn minute(at: u64) -> String {
    written(at, "%H:%M")
}

/// Such as "2025-10-10 21:35:00".
pub fn stamp(at: u64) -> String {
    written(at, "%Y-%m-%d %H:%M:%S")
}

/// Such as "11 Oct".
pub fn short_day(at: u64) -> String {
    written(at, "%-d %b")
}

/// Such as "10 October 2025".
pub fn day(at: u64) -> String {
    written(at, "%-d %B %Y")
}

/// Such as "6 h 25 min", "4 min 12 s" or "30 min".
pub fn span(seconds: u64) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes / 60, minutes % 60, rest) {
        (0, 0, rest) => format!("{rest} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, rest) => format!("{minutes} min {rest} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_spans_are_written_for_readers() {
        assert_eq!(stamp(1_760_132_100), "2025-10-10 21:35:00");
        assert_eq!(minute(1_760_132_100), "21:35");
        assert_eq!(day(1_760_132_100), "10 October 2025");
        let spans = [0, 59, 60, 252, 3_600, 23_100].map(span);
        assert_eq!(spans, ["0 s", "59 s", "1 min", "4 min 12 s", "1 h", "6 h 25 min"]);
    }
}
