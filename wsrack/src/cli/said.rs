//! The one list of settings: their names, what they can be, and how help and man page tell of them.
//!
//! A setting `max_conns` is `--max-conns` on the command line, `WSRACK_MAX_CONNS` in the environment and `max_conns` in
//! a file.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::settings::Listen;
use super::values::{Access, Mode, Time, UrlPath, Value, Workers};
use crate::options::TrustedProxies;

/// A setting, for those who need to know all there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// As in a file.
    pub(super) name: &'static str,
    pub(super) short: Option<char>,
    pub(super) shape: Shape,
    /// The heading that it stands under in the help.
    pub(super) heading: &'static str,
    pub(super) help: &'static str,
}

/// What follows a setting on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing; `--no-…` switches it off.
    Switch,
    /// One value, which the help calls so.
    One(&'static str),
    /// As `One`, and what it is of is a file or a directory.
    Path(&'static str),
    /// One value, each time that it is given.
    Many(&'static str),
}

/// A text that a setting cannot have, or a setting that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Unknown,
    Value(String),
}

impl Key {
    /// `--max-conns`, without the dashes.
    pub(super) fn long(&self) -> String {
        self.name.replace('_', "-")
    }

    /// `WSRACK_MAX_CONNS`.
    pub(super) fn variable(&self) -> String {
        match self.name {
            "environment" => "WSRACK_ENV".into(),
            name => format!("WSRACK_{}", name.to_uppercase()),
        }
    }
}

macro_rules! settings {
    ($($heading:literal {$(
        $name:ident: $type:ty, $short:expr, $shape:expr, $help:literal;
    )+})+) => {
        /// What one level says: a setting about which it says nothing has no value.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(super) struct Said {$($(
            pub(super) $name: Option<$type>,
        )+)+}

        /// All settings, in the order of the help.
        pub(super) const KEYS: &[Key] = &[$($(
            Key { name: stringify!($name), short: $short, shape: $shape, heading: $heading, help: $help },
        )+)+];

        impl Said {
            /// Says it; what was said of this setting before is forgotten.
            ///
            /// # Errors
            ///
            /// A name that there is not, or a text that it cannot have. Nothing is said then.
            pub(super) fn say(&mut self, name: &str, given: &[String]) -> Result<(), Wrong> {
                match name {
                    $($(stringify!($name) => self.$name = Some(Value::read(given).map_err(Wrong::Value)?),)+)+
                    _ => return Err(Wrong::Unknown),
                }
                Ok(())
            }

            /// All that is said, in the order of the help.
            pub(super) fn iter(&self) -> impl Iterator<Item = (&'static Key, Vec<String>)> {
                let texts = [$($(self.$name.as_ref().map(Value::write),)+)+];
                KEYS.iter().zip(texts).filter_map(|(key, text)| Some((key, text?)))
            }

            fn merge_each(self, over: Self) -> Self {
                Self {$($($name: over.$name.or(self.$name),)+)+}
            }
        }
    };
}

settings! {
    "Server" {
        address: String, Some('a'), Shape::One("HOST"), "Listen on this address [default: 127.0.0.1]";
        port: u16, Some('p'), Shape::One("PORT"), "Listen on this port; in a cluster, the first of them [default: 3000]";
        socket: PathBuf, Some('S'), Shape::Path("FILE"), "Listen on a unix socket, and not on address and port";
        listen: Vec<Listen>, None, Shape::Many("WHERE"), "Listen here: 127.0.0.1:3000, [::1]:3000 or unix:FILE; once for each place";
        backlog: u32, None, Shape::One("NUM"), "Connections that may wait to be accepted [default: 1024]";
        socket_mode: Mode, None, Shape::One("MODE"), "Mode of a unix socket's file: 660";
        chdir: PathBuf, Some('c'), Shape::Path("DIR"), "Change the directory before anything relative";
        stats: UrlPath, None, Shape::One("PATH"), "Serve a page of statistics at this path";
        trusted_proxies: TrustedProxies, None, Shape::Many("LIST"), "Believe these proxies who the client is: 10.0.0.0/8, unix; once for each, or with commas";
        workers: Workers, None, Shape::One("NUM"), "Threads that serve, each with a listener; auto is one a core [default: auto]";
    }
    "TLS" {
        ssl: bool, None, Shape::Switch, "Speak TLS";
        ssl_key_file: PathBuf, None, Shape::Path("FILE"), "Private key, PEM";
        ssl_cert_file: PathBuf, None, Shape::Path("FILE"), "Certificate and those that it hangs on, PEM";
        ssl_self_signed: bool, None, Shape::Switch, "Make a certificate that nobody vouches for, for development";
        ssl_client_ca: PathBuf, None, Shape::Path("FILE"), "Ask clients for a certificate that one of these has signed, PEM";
        ssl_client_optional: bool, None, Shape::Switch, "Let clients in that have no certificate";
    }
    "Applications" {
        environment: String, Some('e'), Shape::One("ENV"), "What WSRACK_ENV says; development switches the option `debug` on [default: development]";
        prefix: UrlPath, None, Shape::One("PATH"), "Mount everything below this path";
    }
    "Daemon" {
        daemonize: bool, Some('d'), Shape::Switch, "Run in the background";
        log: PathBuf, Some('l'), Shape::Path("FILE"), "Log of a daemon [default: log/wsrack.log]";
        pid: PathBuf, Some('P'), Shape::Path("FILE"), "File for the process's number [default: tmp/pids/wsrack.pid]";
        user: String, Some('u'), Shape::One("NAME"), "Run as this user once the sockets are bound";
        group: String, Some('g'), Shape::One("NAME"), "Run as this group";
        tag: String, None, Shape::One("NAME"), "Text in the process's title";
    }
    "Cluster" {
        servers: NonZeroUsize, Some('s'), Shape::One("NUM"), "Start so many daemons, on as many ports";
        onebyone: bool, Some('O'), Shape::Switch, "Restart one daemon after the other";
        wait: Time, Some('w'), Shape::One("SEC"), "How long one may take to accept connections meanwhile [default: 30]";
    }
    "Tuning" {
        timeout: Time, Some('t'), Shape::One("SEC"), "Graceful period: how long a stop waits before it cuts [default: 30]";
        drain_period: Time, None, Shape::One("SEC"), "Close the connections within this time, spread at random [default: 10]";
        drain_rate: u32, None, Shape::One("NUM"), "Close so many a second, or more where drain-period asks for it [default: 500]";
        max_conns: NonZeroUsize, None, Shape::One("NUM"), "Most connections at a time, and the limit of descriptors";
        max_conns_per_ip: NonZeroUsize, None, Shape::One("NUM"), "Most connections from one address";
        max_persistent_conns: usize, None, Shape::One("NUM"), "Most HTTP connections kept alive between requests [default: 100]";
        threaded: bool, None, Shape::Switch, "Limit the threads of #[on_message(blocking)]";
        threadpool_size: NonZeroUsize, None, Shape::One("NUM"), "To so many [default: 20]";
    }
    "Log" {
        access_log: Access, None, Shape::One("FORMAT"), "A line for each connection that ends: off, text or json [default: off]";
        access_log_file: PathBuf, None, Shape::Path("FILE"), "Into this file [default: the log]";
        quiet: bool, Some('q'), Shape::Switch, "Log nothing";
        debug: bool, Some('D'), Shape::Switch, "Log more, and an access log";
        trace: bool, Some('V'), Shape::Switch, "Log raw bytes as well";
    }
}

impl Said {
    /// This, with what `over` says in its place.
    ///
    /// Where to listen is one thing, said with several settings, and so is how much to log: a level that says something
    /// of it is not mixed with those below. Only address and port are taken each from the highest level that has them.
    /// The certificate is either in files or made: what is said last of that counts.
    pub(super) fn merge(mut self, over: Self) -> Self {
        let elsewhere = over.socket.is_some() || over.listen.is_some();
        if elsewhere {
            (self.address, self.port) = (None, None);
        }
        if elsewhere || over.address.is_some() || over.port.is_some() {
            (self.socket, self.listen) = (None, None);
        }
        if over.quiet.is_some() || over.debug.is_some() || over.trace.is_some() {
            (self.quiet, self.debug, self.trace) = (None, None, None);
        }
        if over.ssl_self_signed == Some(true) {
            (self.ssl, self.ssl_key_file, self.ssl_cert_file) = (None, None, None);
        } else if over.ssl_key_file.is_some() || over.ssl_cert_file.is_some() {
            self.ssl = self.ssl.or(self.ssl_self_signed.take());
            self.ssl_self_signed = None;
        }
        self.merge_each(over)
    }
}
