//! Rack's keys: `env["REQUEST_PATH"]`, `env["HTTP_USER_AGENT"]`.
//!
//! Two tables, each built on the first look at one of its keys, so that an application that asks for
//! its path does not pay for thirty headers as long as the connection lives.

use std::{borrow::Cow, fmt, net::SocketAddr, ops::Deref};

use http::Version;

use super::Env;

/// The value of one of Rack's keys: text that compares with text.
///
/// What `env["…"]` gives. A key that is not there has the empty value, as in CGI.
///
/// # Examples
///
/// ```
/// use wsrack::Env;
///
/// let env = Env::builder().uri("/rooms/7?a=1").build();
/// if env["REQUEST_PATH"] != "/rooms/7" {
///     unreachable!("the Ruby line is the Rust line");
/// }
/// assert!(env["PATH_INFO"].starts_with("/rooms/"));
/// assert!(env["HTTP_X_ABSENT"].is_empty());
/// let owned: String = env["QUERY_STRING"].to_string();
/// assert_eq!(owned, "a=1");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(Cow<'static, str>);

pub(super) static EMPTY: Value = Value(Cow::Borrowed(""));

impl Value {
    /// The text; the same as dereferencing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Value {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Value {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

macro_rules! compares_with {
    ($($text:ty),*) => {$(
        impl PartialEq<$text> for Value {
            fn eq(&self, other: &$text) -> bool {
                self.as_str() == AsRef::<str>::as_ref(other)
            }
        }

        impl PartialEq<Value> for $text {
            fn eq(&self, other: &Value) -> bool {
                other == self
            }
        }
    )*};
}

compares_with!(str, &str, String, &String, Cow<'_, str>);

/// What is not a header, in the order in which [`Env::iter`] shows it.
pub(super) type ServerKeys = Box<[(&'static str, Value)]>;

/// `HTTP_…`, in the order of the request.
pub(super) type HeaderKeys = Box<[(Box<str>, Value)]>;

/// Whether `key` is looked up among the [`HeaderKeys`].
pub(super) fn is_header_key(key: &str) -> bool {
    key.starts_with("HTTP_") && key != HTTP_VERSION
}

pub(super) fn server_keys(env: &Env) -> ServerKeys {
    let (name, port) = server(env);
    let protocol = protocol(env.version());
    let mut keys: Vec<(&'static str, Value)> = vec![
        ("REQUEST_METHOD", copied(env.method().as_str())),
        ("REQUEST_PATH", copied(env.path())),
        ("REQUEST_URI", copied(env.uri())),
        ("SCRIPT_NAME", copied(env.script_name())),
        ("PATH_INFO", copied(env.path_info())),
        ("QUERY_STRING", copied(env.query())),
        ("SERVER_NAME", owned(name)),
        ("SERVER_PORT", owned(port.to_string())),
        ("SERVER_PROTOCOL", fixed(protocol)),
        ("SERVER_SOFTWARE", fixed(concat!("wsrack/", env!("CARGO_PKG_VERSION")))),
        ("GATEWAY_INTERFACE", fixed("CGI/1.2")),
        (HTTP_VERSION, fixed(protocol)),
        ("rack.url_scheme", fixed(env.scheme().as_str())),
    ];
    if let Some(address) = env.remote_addr() {
        keys.push(("REMOTE_ADDR", owned(address.ip().to_string())));
    }
    #[cfg(feature = "tls")]
    if let Some(shown) = env.peer_certificates().next() {
        keys.push(("rack.peer_cert", owned(super::peer_certificates::pem(shown))));
    }
    for (key, name) in [("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")] {
        let values = env.raw_headers().filter(|(known, _)| *known == name);
        if let Some(value) = values.map(|(_, value)| lossy(value)).reduce(|all, next| join(all, name, &next))
        {
            keys.push((key, owned(value)));
        }
    }
    keys.into_boxed_slice()
}

pub(super) fn header_keys(env: &Env) -> HeaderKeys {
    let mut joined: Vec<(&str, String)> = Vec::new();
    for (name, value) in env.raw_headers().filter(|(name, _)| has_key(name)) {
        let value = lossy(value);
        match joined.last_mut() {
            // Values of one name stand together.
            Some((last, all)) if *last == name => *all = join(std::mem::take(all), name, &value),
            _ => joined.push((name, value)),
        }
    }
    joined.into_iter().map(|(name, value)| (key(name), owned(value))).collect()
}

const HTTP_VERSION: &str = "HTTP_VERSION";

/// `x_a` would meet `x-a` in `HTTP_X_A`, and a header `Version` would stand for the protocol's: a client
/// must not be able to forge either.
fn has_key(name: &str) -> bool {
    !name.contains('_') && !matches!(name, "content-type" | "content-length" | "version")
}

fn key(name: &str) -> Box<str> {
    let mut key = String::with_capacity("HTTP_".len() + name.len());
    key.push_str("HTTP_");
    key.extend(name.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_uppercase() }));
    key.into_boxed_str()
}

fn join(mut all: String, name: &str, next: &str) -> String {
    all.push_str(if name == "cookie" { "; " } else { ", " });
    all.push_str(next);
    all
}

/// `SERVER_NAME` and `SERVER_PORT`: the host asked for; without one the address that was connected to.
fn server(env: &Env) -> (String, u16) {
    let default_port = env.scheme().default_port();
    match (env.host().filter(|host| !host.is_empty()), env.local_addr()) {
        (Some(host), _) => {
            let (name, port) = split_port(host);
            (name.to_owned(), port.unwrap_or(default_port))
        }
        (None, Some(SocketAddr::V4(local))) => (local.ip().to_string(), local.port()),
        (None, Some(SocketAddr::V6(local))) => (format!("[{}]", local.ip()), local.port()),
        (None, None) => ("localhost".to_owned(), default_port),
    }
}

/// `[::1]:3000` has the name `[::1]`: CGI keeps the brackets (RFC 3875, section 4.1.14), and so do URLs.
fn split_port(host: &str) -> (&str, Option<u16>) {
    let name_end = host.rfind(']').map_or(0, |bracket| bracket + 1);
    match host[name_end..].rfind(':') {
        // More than one colon and no bracket: not a port, whatever it is.
        Some(colon) if name_end > 0 || !host[..colon].contains(':') => {
            let (name, port) = host.split_at(name_end + colon);
            (name, port[1..].parse().ok())
        }
        _ => (host, None),
    }
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

fn lossy(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

const fn fixed(text: &'static str) -> Value {
    Value(Cow::Borrowed(text))
}

fn copied(text: &str) -> Value {
    owned(text.to_owned())
}

fn owned(mut text: String) -> Value {
    text.shrink_to_fit();
    Value(Cow::Owned(text))
}
