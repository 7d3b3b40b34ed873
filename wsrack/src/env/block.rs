//! What an environment keeps of a request: one exact allocation.
//!
//! A [`http::HeaderValue`] is a slice of the buffer that the whole head was read into, 8 KiB that one
//! kept value holds for as long as the connection lives. So everything is copied, in this order:
//!
//! `method | target | script name | host | remote | local | parameters | headers`
//!
//! The host is there only where a proxy tells it.
//!
//! The first three are found by [`Marks`], the rest is a stream of length-prefixed strings that
//! [`Reader`] walks. Names that [`names`] knows take one byte, as do whole headers that [`pairs`] knows.

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr, SocketAddrV6},
    str,
};

use http::{HeaderName, Version, header::HOST, request::Parts};

use super::{Mount, Peer, names, pairs};
use crate::pool::Pool;

/// A scratch that has grown beyond this is not kept.
const KEEP_MAX: usize = 16 << 10;

thread_local! {
    static SCRATCH: Pool<Vec<u8>> = const { Pool::new(0) };
}

/// The bytes, and where to find what in them.
#[derive(Clone)]
pub(super) struct Block {
    bytes: Box<[u8]>,
    marks: Marks,
}

impl Block {
    pub(super) fn new(parts: &Parts, peer: &Peer, mount: &Mount<'_>) -> Self {
        // Elsewhere first, for shrinking a vector would leave a hole behind it.
        let mut scratch = SCRATCH.try_with(Pool::take).ok().flatten().unwrap_or_default();
        scratch.clear();
        let marks = write(&mut scratch, parts, peer, mount);
        let bytes = Box::from(&scratch[..]);
        if scratch.capacity() <= KEEP_MAX {
            // Gone only while the thread ends: then so may the scratch.
            let _ended = SCRATCH.try_with(|pool| pool.give(scratch));
        }
        Self { bytes, marks }
    }

    pub(super) fn method(&self) -> &str {
        self.text(0, self.marks.target)
    }

    pub(super) fn target(&self) -> &str {
        self.text(self.marks.target, self.marks.script)
    }

    pub(super) fn path(&self) -> &str {
        self.text(self.marks.path, self.marks.query)
    }

    pub(super) fn path_info(&self) -> &str {
        self.text(self.marks.path_info, self.marks.query)
    }

    pub(super) fn query(&self) -> &str {
        let query = self.text(self.marks.query, self.marks.script);
        query.strip_prefix('?').unwrap_or(query)
    }

    pub(super) fn script_name(&self) -> &str {
        self.text(self.marks.script, self.marks.addresses)
    }

    pub(super) fn remote_addr(&self) -> Option<SocketAddr> {
        self.told().1.address()
    }

    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        let (_, mut reader) = self.told();
        reader.address();
        reader.address()
    }

    /// The host that a proxy tells.
    pub(super) fn told_host(&self) -> Option<&str> {
        self.told().0
    }

    /// The host that a proxy tells, and what stands behind it.
    fn told(&self) -> (Option<&str>, Reader<'_>) {
        let mut reader = self.reader(self.marks.addresses);
        if reader.0.first() != Some(&TOLD_HOST) {
            return (None, reader);
        }
        reader.byte();
        (reader.text(), reader)
    }

    /// Names and values of the route's parameters.
    pub(super) fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut reader = self.reader(self.marks.params);
        let count = reader.number().unwrap_or(0);
        (0..count).map_while(move |_| Some((reader.text()?, reader.text()?)))
    }

    /// Names (lower case) and values; values of one name stand together.
    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut reader = self.reader(self.marks.headers);
        std::iter::from_fn(move || {
            let name = match reader.byte()? {
                names::UNKNOWN => reader.text()?,
                code => match pairs::pair(code) {
                    Some(header) => return Some(header),
                    None => names::name(code)?,
                },
            };
            Some((name, reader.bytes()?))
        })
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        self.bytes.len()
    }

    fn text(&self, from: u32, to: u32) -> &str {
        let bytes = self.bytes.get(from as usize..to as usize).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }

    fn reader(&self, from: u32) -> Reader<'_> {
        Reader(self.bytes.get(from as usize..).unwrap_or_default())
    }
}

/// Where each part of a [`Block`] begins; the method begins at 0.
#[derive(Clone, Copy)]
struct Marks {
    target: u32,
    path: u32,
    path_info: u32,
    query: u32,
    script: u32,
    addresses: u32,
    params: u32,
    headers: u32,
}

fn write(out: &mut Vec<u8>, parts: &Parts, peer: &Peer, mount: &Mount<'_>) -> Marks {
    out.extend_from_slice(parts.method.as_str().as_bytes());
    let target = mark(out.len());
    let text = target_of(parts);
    out.extend_from_slice(text.as_bytes());
    let script = mark(out.len());
    out.extend_from_slice(mount.script_name.as_bytes());
    let addresses = mark(out.len());
    if let Some(host) = &peer.host {
        out.push(TOLD_HOST);
        put_bytes(out, host.as_bytes());
    }
    put_address(out, peer.remote);
    put_address(out, peer.local);
    let params = mark(out.len());
    put_number(out, mount.params.len());
    for (name, value) in mount.params {
        put_bytes(out, name.as_bytes());
        put_bytes(out, value.as_bytes());
    }
    let headers = mark(out.len());
    put_headers(out, parts);

    // The path and the query are the end of every target that has them.
    let tail = |bytes: usize| script.saturating_sub(mark(bytes)).max(target);
    let path = parts.uri.path();
    let after_path = parts.uri.query().map_or(0, |query| query.len() + 1);
    let rest = path.get(mount.path_info..).unwrap_or_default();
    Marks {
        target,
        path: tail(path.len() + after_path),
        path_info: tail(rest.len() + after_path),
        query: tail(after_path),
        script,
        addresses,
        params,
        headers,
    }
}

/// The request target as the client sent it: HTTP/2 has only `:path`, which `http` joins with the
/// authority to an absolute form that was never on the wire.
fn target_of(parts: &Parts) -> Cow<'_, str> {
    let uri = &parts.uri;
    match uri.path_and_query() {
        Some(text) if uri.authority().is_none() || parts.version >= Version::HTTP_2 => {
            if text.as_str().starts_with(text.path()) {
                Cow::Borrowed(text.as_str())
            } else {
                // `http` allows an empty path and reads it as `/`.
                Cow::Owned(format!("{}{}", text.path(), text.as_str()))
            }
        }
        _ => Cow::Owned(uri.to_string()),
    }
}

/// The headers, with the authority of the target, if it has one, in the place of `Host`: RFC 9112,
/// section 3.2.2, and RFC 9113, section 8.3.1. So there is one host, whoever asks.
fn put_headers(out: &mut Vec<u8>, parts: &Parts) {
    let authority = parts.uri.authority().map(|authority| {
        let text = authority.as_str();
        text.rsplit_once('@').map_or(text, |(_user, host)| host)
    });
    if let Some(authority) = authority {
        put_header(out, &HOST, authority.as_bytes());
    }
    for (name, value) in &parts.headers {
        if authority.is_none() || name != HOST {
            put_header(out, name, value.as_bytes());
        }
    }
}

fn put_header(out: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    if let Some(code) = pairs::code(name.as_str(), value) {
        out.push(code);
        return;
    }
    let code = names::code(name.as_str());
    out.push(code);
    if code == names::UNKNOWN {
        put_bytes(out, name.as_str().as_bytes());
    }
    put_bytes(out, value);
}

/// A byte that tells the family, then its fields; a `SocketAddr` as such takes 32 bytes.
fn put_address(out: &mut Vec<u8>, address: Option<SocketAddr>) {
    match address {
        None => out.push(NO_ADDRESS),
        Some(SocketAddr::V4(v4)) => {
            out.push(IPV4);
            out.extend_from_slice(&v4.ip().octets());
            out.extend_from_slice(&v4.port().to_be_bytes());
        }
        Some(SocketAddr::V6(v6)) => {
            out.push(IPV6);
            out.extend_from_slice(&v6.ip().octets());
            out.extend_from_slice(&v6.port().to_be_bytes());
            out.extend_from_slice(&v6.flowinfo().to_be_bytes());
            out.extend_from_slice(&v6.scope_id().to_be_bytes());
        }
    }
}

const NO_ADDRESS: u8 = 0;
/// In the place of an address: a host, with the addresses behind it.
const TOLD_HOST: u8 = 1;
const IPV4: u8 = 4;
const IPV6: u8 = 6;

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// Seven bits a byte, the low ones first, the top bit on all but the last: LEB128.
fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Positions beyond 4 GiB, which no server reads as a head, point to the end and read as nothing.
fn mark(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Reads what the `put_…` functions wrote.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        self.take().map(|[byte]| byte)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.bytes()?).ok()
    }

    fn address(&mut self) -> Option<SocketAddr> {
        match self.byte()? {
            IPV4 => {
                let ip = IpAddr::from(self.take::<4>()?);
                Some(SocketAddr::new(ip, u16::from_be_bytes(self.take()?)))
            }
            IPV6 => {
                let ip = self.take::<16>()?.into();
                let port = u16::from_be_bytes(self.take()?);
                let flow = u32::from_be_bytes(self.take()?);
                let scope = u32::from_be_bytes(self.take()?);
                Some(SocketAddrV6::new(ip, port, flow, scope).into())
            }
            _ => None,
        }
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }
}
