//! The request environment: what the client asked for, as handlers see it.

mod block;
mod builder;
mod debug;
mod forwarded;
mod keys;
mod names;
mod pairs;
mod peer;
#[cfg(feature = "tls")]
mod peer_certificates;
mod scheme;
mod tokens;

use std::{
    net::SocketAddr,
    ops::Index,
    str,
    sync::{Arc, OnceLock},
};

use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Version, request::Parts};

#[cfg(feature = "tls")]
pub(crate) use self::peer_certificates::PeerCertificates;
use self::{
    block::Block,
    keys::{HeaderKeys, ServerKeys},
};
pub use self::{builder::EnvBuilder, keys::Value, peer::Peer, scheme::Scheme};
use crate::draft::Draft;

/// The environment of a connection: its request, its addresses and what the handshake settled on.
///
/// Handlers take it as `&Env`. There are two ways in. The **getters** read what is there and cost nothing
/// that lasts. **Rack's keys** (those of [Rack's specification](https://github.com/rack/rack/blob/main/SPEC.rdoc) and of
/// Thin) are computed into a table on the first look and kept with the connection:
///
/// | key | value |
/// | --- | --- |
/// | `REQUEST_METHOD` | `GET`; over HTTP/2 `CONNECT` |
/// | `REQUEST_PATH` | the path of the request: [`path`](Self::path) |
/// | `REQUEST_URI` | the request target as received: [`uri`](Self::uri) |
/// | `SCRIPT_NAME`, `PATH_INFO` | the path that the application is mounted at, and the rest |
/// | `QUERY_STRING` | what follows the `?`, or empty |
/// | `SERVER_NAME`, `SERVER_PORT` | from [`host`](Self::host), with the scheme's port where it names none; else from the local address; IPv6 in brackets |
/// | `SERVER_PROTOCOL`, `HTTP_VERSION` | `HTTP/1.1` or `HTTP/2` |
/// | `SERVER_SOFTWARE` | `wsrack/` and its version |
/// | `GATEWAY_INTERFACE` | `CGI/1.2` |
/// | `REMOTE_ADDR` | the client's IP address; not there on unix sockets |
/// | `rack.url_scheme` | `http` or `https`: [`scheme`](Self::scheme) |
/// | `rack.peer_cert` | the certificate that the client has shown, as PEM; only with the feature `tls` |
/// | `CONTENT_TYPE`, `CONTENT_LENGTH` | those headers, where sent |
/// | `HTTP_…` | every other header, such as `HTTP_USER_AGENT` |
///
/// A repeated header's values are joined with `, ` (`Cookie`'s with `; `), and bytes that are not UTF-8
/// become U+FFFD; [`headers`](Self::headers) has all as sent. Names with `_` get no key, since `X_User`
/// would meet `X-User`, and neither does `Version`, which would meet `HTTP_VERSION`. Keys whose value is
/// an object in Ruby, such as `rack.input`, are not there.
///
/// A target that names its host (`GET http://example.org/ws`, and all of HTTP/2) replaces the `Host`
/// header, in the getters and the keys alike (RFC 9112, section 3.2.2).
///
/// `Debug` names every header but hides what may be a secret: the query, the values of `Authorization`,
/// `Cookie`, `Sec-WebSocket-Protocol` and their like, and those of all headers that are not well known
/// (`X-Token`). A single [`Value`] shows itself in full.
///
/// Memory: one small allocation and one with the bytes of the request, exactly as large as they are. A
/// clone copies both.
///
/// # Examples
///
/// ```
/// use wsrack::Env;
///
/// fn greeting(env: &Env) -> String {
///     if env["REQUEST_PATH"] != "/websocket" {
///         return "nothing here".into();
///     }
///     format!("Hello, {}!", env.header("user-agent").unwrap_or("stranger"))
/// }
///
/// let env = Env::builder().uri("/websocket").header("User-Agent", "curl").build();
/// assert_eq!(greeting(&env), "Hello, curl!");
/// ```
#[derive(Clone)]
pub struct Env {
    inner: Box<Inner>,
}

/// Where in the routes the request arrived.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mount<'a> {
    /// The path of the mount as written in the routes; empty for the root.
    pub(crate) script_name: &'a str,
    /// Where in the request's path the rest after it begins.
    pub(crate) path_info: usize,
    /// The values of `{name}` segments, decoded.
    pub(crate) params: &'a [(Arc<str>, String)],
}

#[derive(Clone)]
struct Inner {
    block: Block,
    extensions: Extensions,
    subprotocol: Option<Box<str>>,
    computed: OnceLock<Box<Computed>>,
    version: Version,
    scheme: Scheme,
    draft: Draft,
}

/// What only some applications look at.
#[derive(Clone, Default)]
struct Computed {
    headers: OnceLock<Box<HeaderMap>>,
    server_keys: OnceLock<ServerKeys>,
    header_keys: OnceLock<HeaderKeys>,
}

impl Env {
    /// Copies what an environment keeps, so that nothing of `parts` stays alive for it.
    ///
    /// The request's extensions are not copied: move them over with [`extensions_mut`](Self::extensions_mut).
    pub(crate) fn new(parts: &Parts, peer: &Peer, mount: &Mount<'_>) -> Self {
        Self {
            inner: Box::new(Inner {
                block: Block::new(parts, peer, mount),
                extensions: Extensions::new(),
                subprotocol: None,
                computed: OnceLock::new(),
                version: parts.version,
                scheme: peer.scheme,
                draft: Draft::Rfc6455,
            }),
        }
    }

    /// Begins an environment for a unit test.
    pub fn builder() -> EnvBuilder {
        EnvBuilder::new()
    }

    pub(crate) fn set_draft(&mut self, draft: Draft) {
        self.inner.draft = draft;
    }

    pub(crate) fn set_subprotocol(&mut self, name: &str) {
        self.inner.subprotocol = Some(name.into());
    }

    pub(crate) fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.inner.extensions
    }

    /// The path of the request, not decoded: `/rooms/7` of `/rooms/7?a=1`.
    pub fn path(&self) -> &str {
        self.inner.block.path()
    }

    /// The part of the path that the application is mounted at, as written in the routes; empty at the root.
    pub fn script_name(&self) -> &str {
        self.inner.block.script_name()
    }

    /// The rest of the path behind [`script_name`](Self::script_name), not decoded; it may be empty.
    pub fn path_info(&self) -> &str {
        self.inner.block.path_info()
    }

    /// What follows the `?`, not decoded; empty where there is none.
    pub fn query(&self) -> &str {
        self.inner.block.query()
    }

    /// The request target as received: `/rooms/7?a=1`, or a whole URL where the client sent one.
    pub fn uri(&self) -> &str {
        self.inner.block.target()
    }

    /// The request's method: `GET`; over HTTP/2 a WebSocket comes by `CONNECT`.
    pub fn method(&self) -> Method {
        Method::from_bytes(self.inner.block.method().as_bytes()).unwrap_or_default()
    }

    /// The first value of a header, by its name in any case.
    ///
    /// `None` also for a value that is not UTF-8: what this gives is what was sent.
    /// [`headers`](Self::headers) has further values, and the bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().header("X-Color", "blue").header("X-Color", "red").build();
    /// assert_eq!(env.header("x-color"), Some("blue"));
    /// assert_eq!(env.headers().get_all("x-color").iter().count(), 2);
    /// ```
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.raw_headers().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        str::from_utf8(value).ok()
    }

    /// All headers, with every value as sent.
    ///
    /// Built on the first call and kept with the connection: [`header`](Self::header) is cheaper for one.
    pub fn headers(&self) -> &HeaderMap {
        self.computed().headers.get_or_init(|| Box::new(self.rebuild_headers()))
    }

    /// The values of one header that are text.
    fn header_texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.raw_headers()
            .filter(move |(header, _)| *header == name)
            .filter_map(|(_, value)| str::from_utf8(value).ok())
    }

    /// Whether the client came by `http` or `https`, as far as the server or a trusted proxy can tell.
    pub fn scheme(&self) -> Scheme {
        self.inner.scheme
    }

    /// The host that the client asked for, with the port where it named one: `example.org:3000`.
    ///
    /// What a trusted proxy tells goes before the `Host` header. `env["SERVER_NAME"]` is the name alone.
    pub fn host(&self) -> Option<&str> {
        self.inner.block.told_host().or_else(|| self.header("host"))
    }

    /// The client's address, as far as the server or a trusted proxy can tell; `None` on unix sockets. Where a proxy's
    /// header names no port, it is 0.
    pub fn remote_addr(&self) -> Option<SocketAddr> {
        self.inner.block.remote_addr()
    }

    /// The address that the client connected to; `None` on unix sockets.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.inner.block.local_addr()
    }

    /// The certificates that the client has shown, in DER: its own, then those up to the authority that vouches for
    /// it, as checked by [`Tls::client_ca`](crate::Tls::client_ca). Nothing where it was not asked, or had none.
    /// Feature `tls`.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().peer_certificates(["not really DER"]).build();
    /// assert_eq!(env.peer_certificates().next(), Some(&b"not really DER"[..]));
    /// ```
    #[cfg(feature = "tls")]
    pub fn peer_certificates(&self) -> impl Iterator<Item = &[u8]> {
        let shown = self.inner.extensions.get::<PeerCertificates>();
        shown.into_iter().flat_map(PeerCertificates::iter)
    }

    /// The subprotocol that the handshake settled on.
    pub fn subprotocol(&self) -> Option<&str> {
        self.inner.subprotocol.as_deref()
    }

    /// The version of the WebSocket protocol that the client speaks.
    pub fn draft(&self) -> Draft {
        self.inner.draft
    }

    /// The value of a segment of the route, decoded: of `7` in `/rooms/7` for `/rooms/{room}`.
    ///
    /// Where nested routes use a name twice, the innermost counts.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params().filter(|(known, _)| *known == name).last().map(|(_, value)| value)
    }

    /// Names and decoded values of the route's segments, outermost first.
    pub fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        self.inner.block.params()
    }

    /// What layers and `on_upgrade` left for the handlers, by type.
    pub fn extensions(&self) -> &Extensions {
        &self.inner.extensions
    }

    /// The value of one of Rack's keys, `None` where it is not there.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().build();
    /// assert_eq!(env.get("QUERY_STRING"), Some(""));
    /// assert_eq!(env.get("HTTP_COOKIE"), None);
    /// assert_eq!(env["HTTP_COOKIE"], "");
    /// ```
    pub fn get(&self, key: &str) -> Option<&str> {
        self.value(key).map(Value::as_str)
    }

    /// All of Rack's keys with their values: the server's first, then `HTTP_…` in the request's order.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().header("accept", "*/*").build();
    /// assert!(env.iter().any(|pair| pair == ("HTTP_ACCEPT", "*/*")));
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let server = self.server_keys().iter().map(|(key, value)| (*key, value.as_str()));
        let headers = self.header_keys().iter().map(|(key, value)| (&**key, value.as_str()));
        server.chain(headers)
    }

    fn value(&self, key: &str) -> Option<&Value> {
        if keys::is_header_key(key) {
            self.header_keys().iter().find(|(known, _)| **known == *key).map(|(_, value)| value)
        } else {
            self.server_keys().iter().find(|(known, _)| *known == key).map(|(_, value)| value)
        }
    }

    fn server_keys(&self) -> &ServerKeys {
        self.computed().server_keys.get_or_init(|| keys::server_keys(self))
    }

    fn header_keys(&self) -> &HeaderKeys {
        self.computed().header_keys.get_or_init(|| keys::header_keys(self))
    }

    fn computed(&self) -> &Computed {
        self.inner.computed.get_or_init(Box::default)
    }

    fn version(&self) -> Version {
        self.inner.version
    }

    /// Names in lower case with their values' bytes; values of one name stand together.
    fn raw_headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.inner.block.headers()
    }

    fn rebuild_headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in self.raw_headers() {
            // They were headers before, so they are again.
            let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value))
            else {
                continue;
            };
            value.set_sensitive(!names::is_loggable(name.as_str()));
            if headers.try_append(name, value).is_err() {
                break; // more than a map takes, so it did not come from one
            }
        }
        headers
    }
}

/// One of Rack's keys; an absent one is the empty [`Value`], never a panic.
///
/// # Examples
///
/// ```
/// use wsrack::Env;
///
/// let env = Env::builder().uri("/chat").header("user-agent", "curl/8").build();
/// assert_eq!(env["REQUEST_PATH"], "/chat");
/// assert_eq!(env["HTTP_USER_AGENT"], "curl/8");
/// assert_eq!(env["no such key"], "");
/// ```
impl Index<&str> for Env {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        self.value(key).unwrap_or(&keys::EMPTY)
    }
}

#[cfg(test)]
mod tests;
