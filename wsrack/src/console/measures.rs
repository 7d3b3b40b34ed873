//! The statistics as metrics: names by Prometheus' conventions, and labels of which there are no more than mounts,
//! causes and reasons.

use crate::stats::{Figures, HandlerTimes, Stats};

/// The label whose value is a mount as it is written in the routes.
pub(super) const ROUTE: &str = "route";

/// One metric.
pub(super) struct Measure {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) values: Values,
}

/// Where its values are.
pub(super) enum Values {
    /// One number for the server.
    Server(fn(&Stats) -> f64),
    /// Several numbers for the server, which only grow, told apart by this label.
    ServerBy(&'static str, ServerSplit),
    /// A number for each route, which may fall.
    Gauge(fn(&Figures) -> u64),
    /// A number for each route, which only grows.
    Counter(fn(&Figures) -> u64),
    /// Several of them, told apart by this label.
    CounterBy(&'static str, Split),
    /// Times for each route.
    Times(fn(&Figures) -> &HandlerTimes),
}

/// The parts of a number, each with its name.
type Split = fn(&Figures) -> Vec<(&'static str, u64)>;

type ServerSplit = fn(&Stats) -> Vec<(&'static str, u64)>;

/// All metrics.
pub(super) const MEASURES: [Measure; 15] = [
    Measure {
        name: "wsrack_uptime_seconds",
        help: "Seconds since the applications were started.",
        values: Values::Server(|stats| stats.uptime),
    },
    Measure {
        name: "wsrack_turned_away_total",
        help: "Clients that the server turned away before any route, by reason.",
        values: Values::ServerBy("reason", |stats| stats.turned_away.iter().collect()),
    },
    Measure {
        name: "wsrack_connections",
        help: "WebSockets that are open.",
        values: Values::Gauge(|figures| figures.open),
    },
    Measure {
        name: "wsrack_connections_accepted_total",
        help: "WebSockets that were accepted.",
        values: Values::Counter(|figures| figures.accepted),
    },
    Measure {
        name: "wsrack_connections_refused_total",
        help: "Requests that did not become WebSockets, by reason.",
        values: Values::CounterBy("reason", |figures| figures.refused.iter().collect()),
    },
    Measure {
        name: "wsrack_connections_closed_total",
        help: "WebSockets that have ended, by cause.",
        values: Values::CounterBy("cause", |figures| figures.closed.iter().collect()),
    },
    Measure {
        name: "wsrack_messages_received_total",
        help: "Messages from clients.",
        values: Values::Counter(|figures| figures.messages_in),
    },
    Measure {
        name: "wsrack_messages_sent_total",
        help: "Messages to clients.",
        values: Values::Counter(|figures| figures.messages_out),
    },
    Measure {
        name: "wsrack_received_bytes_total",
        help: "Bytes of messages from clients.",
        values: Values::Counter(|figures| figures.bytes_in),
    },
    Measure {
        name: "wsrack_sent_bytes_total",
        help: "Bytes of messages to clients.",
        values: Values::Counter(|figures| figures.bytes_out),
    },
    Measure {
        name: "wsrack_errors_total",
        help: "Errors on connections: of a handler, its panics, or of the client's protocol.",
        values: Values::CounterBy("kind", |figures| figures.errors.iter().collect()),
    },
    Measure {
        name: "wsrack_queue_overflows_total",
        help: "Messages that found no room in the queue of a client that reads too slowly.",
        values: Values::Counter(|figures| figures.overflows),
    },
    Measure {
        name: "wsrack_queued_bytes",
        help: "Bytes that wait for clients to take them.",
        values: Values::Gauge(|figures| figures.queued),
    },
    Measure {
        name: "wsrack_queued_most_bytes",
        help: "The most bytes that wait for one client.",
        values: Values::Gauge(|figures| figures.queued_most),
    },
    Measure {
        name: "wsrack_handler_duration_seconds",
        help: "How long handlers take, with all that they wait for.",
        values: Values::Times(|figures| &figures.handlers),
    },
];
