//! What Thin has and this has not: each is answered with what to do instead.

/// An option of Thin that there is not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Departure {
    /// As in a file of Thin's.
    pub(super) name: &'static str,
    pub(super) short: Option<char>,
    pub(super) value: Value,
    pub(super) instead: &'static str,
}

/// Whether a value follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    No,
    Maybe,
    Yes,
}

pub(super) const DEPARTURES: &[Departure] = &[
    Departure {
        name: "swiftiply",
        short: Some('y'),
        value: Value::Maybe,
        instead: "there is no Swiftiply here: put a proxy in front, or start several processes with `--servers`",
    },
    Departure {
        name: "adapter",
        short: Some('A'),
        value: Value::Yes,
        instead: "there are no adapters: this program is the application, and `routes!` says what it serves",
    },
    Departure {
        name: "rackup",
        short: Some('R'),
        value: Value::Yes,
        instead: "there is no config.ru to load: this program is it, with `routes!` in its place",
    },
    Departure {
        name: "require",
        short: Some('r'),
        value: Value::Yes,
        instead: "nothing is loaded when the program starts: name the crate in Cargo.toml",
    },
    Departure {
        name: "backend",
        short: Some('b'),
        value: Value::Yes,
        instead: "there is one backend: choose where it listens with `--address`, `--socket` or `--listen`",
    },
    Departure {
        name: "no_epoll",
        short: None,
        value: Value::No,
        instead: "tokio takes the best that the system has: leave the option away",
    },
    Departure {
        name: "ssl_version",
        short: None,
        value: Value::Yes,
        instead: "only TLS 1.2 and 1.3 are spoken, which are the safe ones: leave the option away",
    },
    Departure {
        name: "ssl_cipher_list",
        short: None,
        value: Value::Yes,
        instead: "only safe ciphers are offered: leave the option away",
    },
    Departure {
        name: "ssl_disable_verify",
        short: None,
        value: Value::No,
        instead: "no certificate is asked of clients unless `--ssl-client-ca` names who signs them: leave the option away",
    },
];

impl Departure {
    /// `--no-epoll`, without the dashes.
    pub(super) fn long(&self) -> String {
        self.name.replace('_', "-")
    }
}
