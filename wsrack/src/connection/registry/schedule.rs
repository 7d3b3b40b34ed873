//! Who is asked to close when, so that clients do not all come back at once.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Those who are asked together are so within this time.
const TICK: Duration = Duration::from_millis(20);

/// Some that are asked at the same time.
#[derive(Debug)]
pub(super) struct Batch<T> {
    pub(super) after: Duration,
    pub(super) connections: Vec<T>,
}

/// Gives each a moment of its own at random, evenly over the time.
pub(super) fn schedule<T>(connections: Vec<T>, over: Duration) -> Vec<Batch<T>> {
    let ticks = u32::try_from(over.as_millis() / TICK.as_millis()).unwrap_or(u32::MAX);
    let random = RandomState::new();
    let mut drawn: Vec<_> = (0_u64..)
        .zip(connections)
        .map(|(index, connection)| (draw(&random, index, ticks), connection))
        .collect();
    drawn.sort_by_key(|(tick, _)| *tick);
    let mut batches: Vec<Batch<T>> = Vec::new();
    for (tick, connection) in drawn {
        let after = TICK * tick;
        match batches.last_mut().filter(|batch| batch.after == after) {
            Some(batch) => batch.connections.push(connection),
            None => batches.push(Batch { after, connections: vec![connection] }),
        }
    }
    batches
}

/// A number up to `ticks`.
fn draw(random: &RandomState, index: u64, ticks: u32) -> u32 {
    let wide = (random.hash_one(index) >> 32) * (u64::from(ticks) + 1);
    u32::try_from(wide >> 32).unwrap_or(ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_have_their_moment_and_no_batch_is_large() {
        let period = Duration::from_secs(2);
        let batches = schedule((0..10_000).collect(), period);
        assert!(batches.is_sorted_by_key(|batch| batch.after));
        assert!(batches.iter().all(|batch| batch.after <= period && batch.connections.len() < 250));
        assert!(batches.len() > 90, "{}", batches.len());
        let mut all: Vec<_> = batches.into_iter().flat_map(|batch| batch.connections).collect();
        assert!(!all.is_sorted(), "the order is one of chance");
        all.sort_unstable();
        assert_eq!(all, (0..10_000).collect::<Vec<_>>());
    }

    #[test]
    fn without_a_period_there_is_one_batch() {
        let batches = schedule(vec![1, 2, 3], Duration::ZERO);
        assert_eq!(batches.len(), 1);
        assert_eq!((batches[0].after, batches[0].connections.len()), (Duration::ZERO, 3));
        assert!(schedule(Vec::<u8>::new(), Duration::from_secs(1)).is_empty());
    }
}
