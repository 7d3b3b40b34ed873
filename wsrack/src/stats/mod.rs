//! What a server counts: kept by each thread, summed when somebody asks.
//!
//! Counting takes no lock and writes no cache line that another thread writes. What is only looked at, such as the
//! depth of queues, is not counted but sampled by who asks.

mod counts;
mod figures;
mod shard;
mod thread;

pub(crate) use self::counts::{Counts, Depth, Refusal, RouteCounts, Unserved};
pub use self::figures::{Closed, Errors, Figures, HandlerTimes, Refused, RouteStats, Stats, TurnedAway};

#[cfg(test)]
mod tests;
