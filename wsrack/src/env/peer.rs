//! Who is at the other end.

use std::net::SocketAddr;

use super::Scheme;
use crate::options::TrustedProxies;

/// Who sent a request, and to where: as HTTP services find it among the request's extensions.
///
/// Behind proxies that are trusted (see [`ServerBuilder::trusted_proxies`](crate::ServerBuilder::trusted_proxies)) it
/// is the client as they tell, not the proxy. Websocket applications read it all from [`Env`](crate::Env).
///
/// It is there for requests that ask for no upgrade, on this crate's own server.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use wsrack::{Body, Peer, Routes, http};
///
/// async fn who(request: Request<Body>) -> Response<String> {
///     let address = request.extensions().get::<Peer>().and_then(Peer::remote_addr);
///     Response::new(address.map_or("nobody".into(), |address| address.ip().to_string()))
/// }
///
/// let routes = Routes::new().map("/who", http(who))?;
/// # Ok::<(), wsrack::RouteError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Peer {
    pub(crate) scheme: Scheme,
    pub(crate) local: Option<SocketAddr>,
    pub(crate) remote: Option<SocketAddr>,
    /// What the client asked for, where a proxy tells it.
    pub(crate) host: Option<Box<str>>,
    /// A proxy passes on somebody's bytes without saying whose: no header among them is the proxy's own.
    pub(crate) is_anonymous: bool,
    /// Whose headers the server believes.
    pub(crate) trusted: TrustedProxies,
}

impl Peer {
    /// As the kernel knows it.
    pub(crate) fn new(scheme: Scheme, local: Option<SocketAddr>, remote: Option<SocketAddr>) -> Self {
        Self { scheme, local, remote, host: None, is_anonymous: false, trusted: TrustedProxies::none() }
    }

    /// The client's address; `None` on unix sockets. Where a proxy's header names no port, it is 0.
    pub fn remote_addr(&self) -> Option<SocketAddr> {
        self.remote
    }

    /// The address that the client connected to; `None` on unix sockets.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.local
    }

    /// Whether the client came by `http` or `https`.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host that the client asked for, where a proxy tells another than the `Host` header.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }
}
