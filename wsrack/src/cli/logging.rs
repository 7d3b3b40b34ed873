//! Where the log goes: stderr, which a daemon has turned into its file.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;

use super::settings::Level;

/// Sends what is logged to stderr. A program that has a subscriber of its own keeps it.
pub(super) fn start(level: Level) {
    let targets = match level {
        Level::Quiet => Targets::new(),
        // The framework logs at `debug` what an application's option `debug` asks for, and only then.
        Level::Normal => {
            Targets::new().with_default(LevelFilter::INFO).with_target("wsrack", LevelFilter::DEBUG)
        }
        Level::Debug => Targets::new().with_default(LevelFilter::DEBUG),
        Level::Trace => Targets::new().with_default(LevelFilter::TRACE),
    };
    // What the framework logs names its connection, so nobody keeps a span for each.
    let events =
        filter_fn(|of| of.is_event() || of.target() != "wsrack").with_max_level_hint(LevelFilter::TRACE);
    let lines = layer().with_ansi(false).with_writer(std::io::stderr).with_filter(targets.and(events));
    // The one that is there stays.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines));
}
