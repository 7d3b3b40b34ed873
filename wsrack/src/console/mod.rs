//! What people and their tools look at while a server runs.

mod measures;
#[cfg(feature = "metrics")]
mod recorder;
#[cfg(feature = "stats")]
mod stats;

#[cfg(feature = "metrics")]
pub use self::recorder::StatsRecorder;
#[cfg(feature = "stats")]
pub use self::stats::StatsPage;
