//! The options in `#[websocket_app(…)]`: text is read and checked here, other values are const expressions, which
//! rustc checks against the methods of `Options`.

mod compression;
mod lists;
mod nets;
mod setting;
pub(super) mod units;

pub(super) use self::setting::Setting;

/// The options, each with the kind of its values.
const OPTIONS: [(&str, Kind); 21] = [
    ("debug", Kind::Switch),
    ("trace", Kind::Switch),
    ("max_message_size", Kind::Size),
    ("max_frame_size", Kind::Size),
    ("max_fragments", Kind::Count),
    ("max_stream_size", Kind::Size),
    ("send_queue", Kind::Size),
    ("slow_client", Kind::SlowClient),
    ("send_timeout", Kind::Time),
    ("ping_interval", Kind::Time),
    ("idle_timeout", Kind::Time),
    ("handshake_timeout", Kind::Time),
    ("close_timeout", Kind::Time),
    ("compression", Kind::Compression),
    ("protocols", Kind::Protocols),
    ("origins", Kind::Origins),
    ("trusted_proxies", Kind::Proxies),
    ("drafts", Kind::Drafts),
    ("max_connections", Kind::Limit),
    ("max_connections_per_ip", Kind::Limit),
    ("message_rate", Kind::Rate),
];

/// What values an option takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Switch,
    Size,
    Count,
    Time,
    Limit,
    Rate,
    SlowClient,
    Compression,
    Protocols,
    Origins,
    Proxies,
    Drafts,
}

/// The options' names, in the order of their reference.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    OPTIONS.into_iter().map(|(name, _)| name)
}

/// The kind of the option with this name.
pub(super) fn kind(name: &str) -> Option<Kind> {
    OPTIONS.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
}
