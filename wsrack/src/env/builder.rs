//! Environments for unit tests.

use std::{net::SocketAddr, sync::Arc};

use http::{HeaderName, HeaderValue, Method, Request, Uri};

use super::{Env, Mount, Peer, Scheme};
use crate::draft::Draft;

/// Makes an [`Env`] without a connection, to call handlers in unit tests.
///
/// Starts as `GET /` over HTTP/1.1 without headers, addresses or a host, mounted at the root, as
/// [`Draft::Rfc6455`]. Made by [`Env::builder`].
///
/// # Examples
///
/// ```
/// use wsrack::{Env, Scheme};
///
/// let env = Env::builder()
///     .uri("/rooms/blue?seat=4")
///     .header("host", "chat.example.org")
///     .header("cookie", "session=abc")
///     .scheme(Scheme::Https)
///     .remote_addr(([203, 0, 113, 9], 50_123))
///     .script_name("/rooms")
///     .param("room", "blue")
///     .subprotocol("chat.v2")
///     .extension(42_u32)
///     .build();
///
/// assert_eq!(env.path_info(), "/blue");
/// assert_eq!(env.param("room"), Some("blue"));
/// assert_eq!(env.cookie("session"), Some("abc"));
/// assert_eq!(env["SERVER_PORT"], "443");
/// assert_eq!(env.extensions().get::<u32>(), Some(&42));
/// ```
#[derive(Debug)]
#[must_use = "an EnvBuilder does nothing until `build` is called"]
pub struct EnvBuilder {
    request: Request<()>,
    peer: Peer,
    script_name: String,
    params: Vec<(Arc<str>, String)>,
    subprotocol: Option<String>,
    draft: Draft,
}

impl EnvBuilder {
    pub(super) fn new() -> Self {
        Self {
            request: Request::new(()),
            peer: Peer::new(Scheme::Http, None, None),
            script_name: String::new(),
            params: Vec::new(),
            subprotocol: None,
            draft: Draft::Rfc6455,
        }
    }

    /// Sets the request's method; `GET` unless set.
    ///
    /// # Panics
    ///
    /// If `method` is not an HTTP method.
    #[track_caller]
    pub fn method(mut self, method: impl AsRef<str>) -> Self {
        let method = method.as_ref();
        let Ok(parsed) = Method::from_bytes(method.as_bytes()) else {
            panic!("{method:?} is not an HTTP method, such as \"GET\"");
        };
        *self.request.method_mut() = parsed;
        self
    }

    /// Sets the request target, with its query: `/rooms/7?a=1`, or a whole URL as a proxy would send; `/`
    /// unless set.
    ///
    /// # Panics
    ///
    /// If `uri` is not a request target.
    #[track_caller]
    pub fn uri(mut self, uri: impl AsRef<str>) -> Self {
        let uri = uri.as_ref();
        let Ok(parsed) = uri.parse::<Uri>() else {
            panic!("{uri:?} is not a request target, such as \"/path?query\"");
        };
        *self.request.uri_mut() = parsed;
        self
    }

    /// Adds a header; a name that is there already keeps its values.
    ///
    /// # Panics
    ///
    /// If `name` or `value` cannot stand in an HTTP head: names are tokens, values have no line breaks.
    #[track_caller]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        let Ok(parsed) = HeaderName::from_bytes(name.as_bytes()) else {
            panic!("{name:?} is not a header name, such as \"user-agent\"");
        };
        let Ok(value) = HeaderValue::from_bytes(value) else {
            panic!("the value of {name:?} has a control character, such as a line break");
        };
        self.request.headers_mut().append(parsed, value);
        self
    }

    /// Sets the client's address; none unless set, as on a unix socket.
    pub fn remote_addr(mut self, address: impl Into<SocketAddr>) -> Self {
        self.peer.remote = Some(address.into());
        self
    }

    /// Sets the address that the client connected to; none unless set.
    pub fn local_addr(mut self, address: impl Into<SocketAddr>) -> Self {
        self.peer.local = Some(address.into());
        self
    }

    /// Sets the scheme; [`Scheme::Http`] unless set.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.peer.scheme = scheme;
        self
    }

    /// Sets the certificates that the client has shown, in DER; none unless set. Feature `tls`.
    #[cfg(feature = "tls")]
    pub fn peer_certificates(self, shown: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        self.extension(super::PeerCertificates::new(shown))
    }

    /// Sets the subprotocol that the handshake settled on; none unless set.
    pub fn subprotocol(mut self, name: impl Into<String>) -> Self {
        self.subprotocol = Some(name.into());
        self
    }

    /// Sets the draft that the client speaks; [`Draft::Rfc6455`] unless set.
    pub fn draft(mut self, draft: Draft) -> Self {
        self.draft = draft;
        self
    }

    /// Adds a parameter of the route (`{room}`), decoded.
    pub fn param(mut self, name: impl AsRef<str>, value: impl Into<String>) -> Self {
        self.params.push((name.as_ref().into(), value.into()));
        self
    }

    /// Sets the path that the application is mounted at.
    ///
    /// Where the request's path lies below it, [`Env::path_info`] is the rest, else the whole path. A `/` at
    /// the end is dropped, as in the routes.
    pub fn script_name(mut self, path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        path.strip_suffix('/').unwrap_or(path).clone_into(&mut self.script_name);
        self
    }

    /// Adds an extension, as a layer or `on_upgrade` would; one for each type.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.request.extensions_mut().insert(value);
        self
    }

    /// Makes the environment.
    pub fn build(self) -> Env {
        let (mut parts, ()) = self.request.into_parts();
        let rest = parts.uri.path().strip_prefix(&self.script_name);
        let mounted = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let mount = Mount {
            script_name: &self.script_name,
            path_info: if mounted { self.script_name.len() } else { 0 },
            params: &self.params,
        };
        let mut env = Env::new(&parts, &self.peer, &mount);
        *env.extensions_mut() = std::mem::take(&mut parts.extensions);
        env.set_draft(self.draft);
        if let Some(name) = &self.subprotocol {
            env.set_subprotocol(name);
        }
        env
    }
}
