//! What an operator has to hear of.

/// Logs through `tracing`, at `error`, `warn` or `debug`; where no subscriber is installed, to stderr, so that
/// nothing is lost in silence.
macro_rules! log {
    ($level:ident, $($message:tt)+) => {
        if tracing::dispatcher::has_been_set() {
            tracing::$level!(target: "wsrack", $($message)+);
        } else {
            eprintln!("wsrack: {}", format_args!($($message)+));
        }
    };
}

pub(crate) use log;
