//! What proxies tell about the client in headers: `Forwarded` (RFC 7239) and `X-Forwarded-…`.
//!
//! Each proxy adds to the right what it knows of the one that it got the request from. So the lists are read from the
//! right, as far as those who wrote the entries are trusted: an entry is believed where the address that it came from
//! is. What stands further left anybody may have written.

mod rfc7239;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use http::header::{FORWARDED, HOST, HeaderMap};
use http::{HeaderName, HeaderValue, Uri};

use self::rfc7239::{Element, elements};
use super::{Peer, Scheme};
use crate::options::TrustedProxies;
use crate::options::origin::{Authority, port_number, split_port};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

impl Peer {
    /// The client, where this peer is a trusted proxy whose headers tell of one. `Forwarded` goes before
    /// `X-Forwarded-…`, of which then nothing is read. An application that names no trusted proxies has the server's.
    pub(crate) fn client(&self, uri: &Uri, headers: &HeaderMap, own: &TrustedProxies) -> Option<Self> {
        let trusted = if own.is_empty() { &self.trusted } else { own };
        if !self.is_in(trusted) {
            return None;
        }
        let told = if headers.contains_key(FORWARDED) {
            Told::by_forwarded(headers, trusted)
        } else {
            Told::by_x_forwarded(headers, trusted)
        };
        let scheme = told.scheme.unwrap_or(self.scheme);
        let host = told.host(scheme, uri, headers);
        let remote = told.remote.or(self.remote);
        let is_new = remote != self.remote || scheme != self.scheme || host.is_some();
        is_new.then(|| Self { scheme, remote, host, ..self.clone() })
    }

    /// Whether the server believes what this peer tells of others.
    pub(crate) fn is_trusted(&self) -> bool {
        self.is_in(&self.trusted)
    }

    fn is_in(&self, trusted: &TrustedProxies) -> bool {
        if trusted.is_empty() || self.is_anonymous {
            return false;
        }
        self.remote.map_or(trusted.contains_unix(), |remote| trusted.contains(remote.ip()))
    }
}

/// What the outermost of the trusted proxies tells of the request that it got.
#[derive(Default)]
struct Told<'a> {
    /// The last address that is known: where a proxy does not know or say whom it got the request from, its own.
    remote: Option<SocketAddr>,
    scheme: Option<Scheme>,
    host: Option<Cow<'a, str>>,
    port: Option<u16>,
}

impl<'a> Told<'a> {
    fn by_forwarded(headers: &'a HeaderMap, trusted: &TrustedProxies) -> Self {
        let mut told = Self::default();
        for line in headers.get_all(FORWARDED).iter().rev() {
            // A line that is none hides what stands before it, as `unknown` does.
            let Some(elements) = elements(line.as_bytes()) else { return told };
            for Element { from, scheme, host } in elements.into_iter().rev() {
                told.scheme = scheme.as_deref().and_then(scheme_of).or(told.scheme);
                told.host = host.filter(|host| is_host(host)).or(told.host);
                if !told.passes(from.as_deref().and_then(address), trusted) {
                    return told;
                }
            }
        }
        told
    }

    fn by_x_forwarded(headers: &'a HeaderMap, trusted: &TrustedProxies) -> Self {
        let mut told = Self::default();
        let mut hops = 0;
        for entry in from_the_right(headers, X_FORWARDED_FOR) {
            hops += 1;
            if !told.passes(entry.and_then(address), trusted) {
                break;
            }
        }
        // Some proxies add to these lists, some write them anew: of a shorter one the leftmost is believed.
        let at_last = |name| from_the_right(headers, name).take(hops.max(1)).last().flatten();
        told.scheme = at_last(X_FORWARDED_PROTO).and_then(scheme_of);
        told.host = at_last(X_FORWARDED_HOST).filter(|host| is_host(host)).map(Cow::Borrowed);
        told.port = at_last(X_FORWARDED_PORT).and_then(port_number);
        told
    }

    /// Takes the address that is told next; whether what it tells in turn is believed.
    fn passes(&mut self, from: Option<SocketAddr>, trusted: &TrustedProxies) -> bool {
        let Some(from) = from else { return false };
        self.remote = Some(from);
        trusted.contains(from.ip())
    }

    /// The host, where it is another than the request says itself. A port of its own goes before that of
    /// `X-Forwarded-Port`.
    fn host(&self, scheme: Scheme, uri: &Uri, headers: &HeaderMap) -> Option<Box<str>> {
        let asked = || match uri.authority() {
            Some(authority) => Some(authority.as_str()),
            None => headers.get(HOST)?.to_str().ok(),
        };
        let (host, port) = (self.host.as_deref(), self.port.filter(|port| *port != scheme.default_port()));
        let Some(port) = port else { return host.map(Box::from) };
        let name = Authority::parse(host.or_else(asked)?)?;
        let port = name.port.unwrap_or(port);
        Some(Authority { port: Some(port), ..name }.to_string().into())
    }
}

/// The entries of a list, the last one first; `None` for one that is not text. Empty ones are skipped.
fn from_the_right(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Option<&str>> {
    let lines = headers.get_all(name).into_iter().rev().map(HeaderValue::as_bytes);
    let entries = lines.flat_map(|line| line.rsplit(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    entries.filter(|entry| !entry.is_empty()).map(|entry| str::from_utf8(entry).ok())
}

/// An IP address with or without a port, and with or without the brackets that IPv6 has in `Forwarded`. Anything else
/// (`unknown`, `_hidden`) is none. A port may be hidden as well.
fn address(text: &str) -> Option<SocketAddr> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(SocketAddr::new(ip, 0));
    }
    let (host, port) = split_port(text)?;
    let ip = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(v6) => IpAddr::V6(v6.parse().ok()?),
        None => IpAddr::V4(host.parse().ok()?),
    };
    let port = match port {
        None => 0,
        Some(port) if port.starts_with('_') => 0,
        Some(port) => port_number(port)?,
    };
    Some(SocketAddr::new(ip, port))
}

fn scheme_of(text: &str) -> Option<Scheme> {
    let is = |scheme: &str| text.eq_ignore_ascii_case(scheme);
    if is("https") || is("wss") {
        Some(Scheme::Https)
    } else if is("http") || is("ws") {
        Some(Scheme::Http)
    } else {
        None
    }
}

fn is_host(text: &str) -> bool {
    Authority::parse(text).is_some()
}
