//! The time of day, as logs have it: in UTC.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    year: u64,
    month: usize,
    day: u64,
    /// Seconds of the day.
    second: u64,
    millis: u32,
}

/// `23/Nov/2026:10:52:53 +0000`
pub(super) struct Clf(pub(super) Date);

/// `2026-11-23T10:52:53.123Z`
pub(super) struct Rfc3339(pub(super) Date);

impl From<SystemTime> for Date {
    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`. A clock before 1970
    /// stands at its beginning.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let days = since.as_secs() / 86_400 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Of a year that begins in March.
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self {
            year: year_of_era + era * 400 + u64::from(month <= 2),
            month: usize::try_from(month).unwrap_or(1),
            day,
            second: since.as_secs() % 86_400,
            millis: since.subsec_millis(),
        }
    }
}

impl Date {
    fn clock(self) -> (u64, u64, u64) {
        (self.second / 3600, self.second / 60 % 60, self.second % 60)
    }
}

impl fmt::Display for Clf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day, .. } = self.0;
        let (hour, minute, second) = self.0.clock();
        let month = MONTHS.get(month - 1).copied().unwrap_or_default();
        write!(f, "{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000")
    }
}

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day, millis, .. } = self.0;
        let (hour, minute, second) = self.0.clock();
        write!(f, "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn days_of_all_kinds_of_years() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(Rfc3339(time.into()).to_string(), expected);
        }
        let time = UNIX_EPOCH + Duration::from_millis(1_795_431_173_123);
        assert_eq!(Rfc3339(time.into()).to_string(), "2026-11-23T10:52:53.123Z");
        assert_eq!(Clf(time.into()).to_string(), "23/Nov/2026:10:52:53 +0000");
    }
}
