//! Which mount a request goes to, by the rules of `Rack::URLMap`: no I/O, no HTTP types.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::key::{Key, Segment};

/// Mounts in the order in which they are tried: hosts before hostless, longest first.
#[derive(Debug)]
pub(super) struct UrlMap<T> {
    entries: Vec<(Key, T)>,
}

/// What a request is found by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookup<'a> {
    /// `HTTP_HOST`: the host that the client asked for, with its port if it named one.
    pub(super) host: Option<&'a str>,
    /// The server's own address: by that name it serves the hostless mounts.
    pub(super) local: Option<SocketAddr>,
    /// `PATH_INFO`, as received.
    pub(super) path: &'a str,
}

/// How a request met a mount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Match {
    /// What to add to `SCRIPT_NAME`: the mount as written, with the request's segment for a `{name}`.
    pub(crate) script_name: String,
    /// Where in the path the rest begins, the new `PATH_INFO`.
    pub(crate) path_info: usize,
    /// The values of `{name}` segments, decoded.
    pub(crate) params: Vec<(Arc<str>, String)>,
}

impl<T> UrlMap<T> {
    /// The order of `mounts` does not matter.
    pub(super) fn new(mounts: impl IntoIterator<Item = (Key, T)>) -> Self {
        let mut entries: Vec<_> = mounts.into_iter().collect();
        entries.sort_by(|(one, _), (two, _)| precedence(one, two));
        Self { entries }
    }

    /// The first mount that takes the request. There is no way back from it: what it answers counts.
    pub(super) fn find(&self, at: &Lookup<'_>) -> Option<(&T, Match)> {
        let host = at.host.map(Host::new);
        // A host that has mounts of its own does not see the hostless ones.
        let hostless = host.as_ref().is_none_or(|host| host.is_server(at.local) || !self.knows(host));
        self.entries
            .iter()
            .filter(|(key, _)| match key.host() {
                Some(mapped) => host.as_ref().is_some_and(|host| host.is(mapped)),
                None => hostless,
            })
            .find_map(|(key, target)| Some((target, take(key.segments(), at.path)?)))
    }

    fn knows(&self, host: &Host<'_>) -> bool {
        self.entries.iter().filter_map(|(key, _)| key.host()).any(|mapped| host.is(mapped))
    }
}

/// A request's host; the port is `None` where it has none.
struct Host<'a> {
    whole: &'a str,
    name: &'a str,
    port: Option<&'a str>,
}

impl<'a> Host<'a> {
    fn new(whole: &'a str) -> Self {
        let (name, port) = split_port(whole);
        Self { whole, name, port }
    }

    /// With the port or without, as the key has it; `HTTP_HOST` and `SERVER_NAME` of Rack.
    fn is(&self, mapped: &str) -> bool {
        mapped.eq_ignore_ascii_case(self.whole) || mapped.eq_ignore_ascii_case(self.name)
    }

    fn is_server(&self, local: Option<SocketAddr>) -> bool {
        let name = self.name.trim_start_matches('[').trim_end_matches(']');
        let (Some(local), Ok(address)) = (local, name.parse::<IpAddr>()) else {
            return false;
        };
        let port = self.port.is_none_or(|port| port.parse() == Ok(local.port()));
        port && address.to_canonical() == local.ip().to_canonical()
    }
}

/// A host without its port, and the port. The colons of `[::1]` are part of the host.
pub(super) fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    }
}

/// Keys with a host first, the longer host first; then the longer path, by segments; then literal before
/// `{name}`, from the left. (Of two literal keys that take one path the one with more segments is the one
/// with more bytes, so for them this is Rack's order.)
fn precedence(one: &Key, two: &Key) -> Ordering {
    let rank = |key: &Key| Reverse((key.host().map(str::len), key.segments().len()));
    let params = |key: &Key| {
        key.segments().iter().map(|segment| matches!(segment, Segment::Param(_))).collect::<Vec<_>>()
    };
    rank(one).cmp(&rank(two)).then_with(|| params(one).cmp(&params(two)))
}

/// Takes the segments from the beginning of the path. The rest is empty or begins with `/`.
fn take(segments: &[Segment], path: &str) -> Option<Match> {
    let mut rest = path;
    let mut taken = Match::default();
    for segment in segments {
        let below = rest.trim_start_matches('/');
        if below.len() == rest.len() {
            return None; // the path has ended
        }
        let (actual, after) = below.split_at(below.find('/').unwrap_or(below.len()));
        match segment {
            Segment::Literal(text) if text == actual => {}
            Segment::Param(name) if !actual.is_empty() => {
                taken.params.push((Arc::from(&**name), decode(actual).into_owned()));
            }
            _ => return None,
        }
        taken.script_name.push('/');
        taken.script_name.push_str(actual);
        rest = after;
    }
    taken.path_info = path.len() - rest.len();
    (rest.is_empty() || rest.starts_with('/')).then_some(taken)
}

fn decode(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

#[cfg(test)]
mod tests;
