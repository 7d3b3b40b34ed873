//! Alarms in order of time, so coarse that thousands share one.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

/// An alarm rings up to this much late.
pub(super) const TICK: Duration = Duration::from_millis(TICK_MILLIS);

const TICK_MILLIS: u64 = 20;

/// Keys by the tick at which they are due. Keys are not removed when what they stand for ends: they stay
/// until their time comes, a word each.
#[derive(Debug)]
pub(super) struct Wheel {
    start: Instant,
    ticks: BTreeMap<u64, Vec<usize>>,
}

impl Wheel {
    pub(super) fn new(start: Instant) -> Self {
        Self { start, ticks: BTreeMap::new() }
    }

    /// Adds an alarm; whether it rings before all others.
    pub(super) fn insert(&mut self, at: Instant, key: usize) -> bool {
        let tick = self.tick(at) + 1;
        let first = self.ticks.first_key_value().is_none_or(|(next, _)| tick < *next);
        self.ticks.entry(tick).or_default().push(key);
        first
    }

    /// When the next alarm rings.
    pub(super) fn next(&self) -> Option<Instant> {
        let (tick, _) = self.ticks.first_key_value()?;
        Some(self.start + Duration::from_millis(tick.saturating_mul(TICK_MILLIS)))
    }

    /// Takes all alarms that are due.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<usize> {
        let later = self.ticks.split_off(&(self.tick(now) + 1));
        std::mem::replace(&mut self.ticks, later).into_values().flatten().collect()
    }

    fn tick(&self, at: Instant) -> u64 {
        let ticks = at.saturating_duration_since(self.start).as_millis() / TICK.as_millis();
        u64::try_from(ticks).unwrap_or(u64::MAX - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_rings_in_time_after_years() {
        let start = Instant::now();
        let mut wheel = Wheel::new(start);
        let at = start + Duration::from_hours(24 * 365 * 10);
        wheel.insert(at, 7);
        let rings = wheel.next().unwrap();
        assert!(rings >= at && rings <= at + TICK);
        assert_eq!(wheel.take_due(rings), [7]);
    }

    #[test]
    fn alarms_ring_in_time_and_once() {
        let start = Instant::now();
        let mut wheel = Wheel::new(start);
        assert!(wheel.insert(start + Duration::from_secs(2), 7));
        assert!(wheel.insert(start + Duration::from_secs(1), 8));
        assert!(!wheel.insert(start + Duration::from_secs(3), 9));
        assert!(wheel.take_due(start + Duration::from_millis(900)).is_empty());

        let rings = wheel.next().unwrap();
        assert!(rings >= start + Duration::from_secs(1) && rings <= start + Duration::from_secs(1) + TICK);
        assert_eq!(wheel.take_due(rings), [8]);
        assert_eq!(wheel.take_due(start + Duration::from_mins(1)), [7, 9]);
        assert_eq!(wheel.next(), None);
    }
}
