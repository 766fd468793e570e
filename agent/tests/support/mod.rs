//! A small incident file for tests of the format.

/// The shortest file that is accepted; every test of a refusal changes one thing in it.
pub const SMALL: &str = r#"id = "small"
title = "A small halt"
summary = "Nothing much."

[[source]]
name = "tape"
cites = "https://example.org/tape"
tells = "Prices."

[host]
opens_at = { value = 2025-01-01T00:00:00Z, assumption = "a" }
closes_at = { value = 2025-01-01T02:00:00Z, assumption = "a" }
block_seconds = { value = 12, assumption = "a" }
reporters = { value = 3, assumption = "a" }
quorum = { value = 2, assumption = "a" }
report_seconds = { value = 60, assumption = "a" }
liquidation_seconds = { value = 60, assumption = "a" }
liquidations_each = { value = 1, assumption = "a" }
spread_bps = { value = 5, assumption = "a" }
liquidation_fee_bps = { value = 100, assumption = "a" }
insurance_share_bps = { value = 2000, assumption = "a" }
maker_collateral = { value = "1000", assumption = "a" }
insurance = { value = "10.5", assumption = "a" }

[guard]
max_age = { value = 180, assumption = "a" }
max_confidence_bps = { value = 100, assumption = "a" }
max_deviation_bps = { value = 2000, assumption = "a" }
grace = { value = 600, assumption = "a" }
feed_grace = { value = 60, assumption = "a" }
ramp = { value = 600, assumption = "a" }
thaw_reports = { value = 3, assumption = "a" }
gap_tolerance = { value = 60, assumption = "a" }
max_silence = { value = 1800, assumption = "a" }

[[event]]
at = 2025-01-01T00:30:00Z
source = "tape"
what = "halted"
detail = "Stops."

[[event]]
at = 2025-01-01T01:00:00Z
source = ["tape"]
what = "resumed"
detail = "Goes on."

[outcome]
accounts_hurt = { value = 1, source = "tape" }
losses_usd = { value = "2.5", source = "tape" }
detail = "One."

[[market]]
asset = "ETH"
quote = "USD"
traded_on = "somewhere"
initial_bps = { value = 1000, assumption = "a" }
maintenance_bps = { value = 500, assumption = "a" }

[[market.feed_fault]]
from = { value = 2025-01-01T00:30:00Z, source = "tape" }
until = { value = 2025-01-01T01:10:00Z, assumption = "a" }
shows = "last report"
detail = "Down."

[market.true_price]
source = "tape"
rows = [
  { at = 2025-01-01T00:00:00Z, price = 3614.25, low = 3600, high = "3620.5" },
  { at = 2025-01-01T01:00:00Z, price = 3700.0, low = 3700.0, high = 3700.0 },
  { at = 2025-01-01T02:00:00Z, price = 3800.0, low = 3700.0, high = 3800.0 },
]

[[traders]]
market = "ETH"
side = "long"
conduct = "holds"
opens_at = 2025-01-01T00:05:00Z
collateral = "100"
leverage = [2, 2.5, "10"]
assumption = "a"
"#;
