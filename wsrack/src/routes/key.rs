//! What a mount is found by: `/path` or `http://host/path`, parsed.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

/// Where something is mounted: a path, and a host if the key names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// In lower case, with a port where the key has one.
    host: Option<Cow<'static, str>>,
    segments: Cow<'static, [Segment]>,
}

/// What stands between two `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Itself, byte for byte.
    Literal(Cow<'static, str>),
    /// `{name}`: any one segment that is not empty.
    Param(Cow<'static, str>),
}

/// A path that nothing can be mounted at: what was written, and what would be right.
///
/// # Examples
///
/// ```
/// use wsrack::{Routes, http};
///
/// let error = Routes::new().map("chat", http(hello)).unwrap_err();
/// assert_eq!(error.to_string(), "`chat`: a path starts with `/` or `http://host/`");
/// # async fn hello(_: ::http::Request<wsrack::Body>) -> ::http::Response<String> { Default::default() }
/// ```
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{key}`: {fault}")]
pub struct RouteError {
    key: Box<str>,
    fault: Fault,
}

/// The broken rule, with what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NoSlash,
    Scheme,
    NoPathAfterHost,
    NoHost,
    Host,
    EmptySegment,
    Character(char),
    Braces,
    ParamName,
    CatchAll,
    /// `:name` or `<name>`.
    OtherName(Box<str>),
    TwiceInOne(Box<str>),
    Duplicate(Box<str>),
}

impl Key {
    /// A key that `routes!` has checked: `host` in lower case, no segment empty, names unique.
    pub const fn checked(host: Option<&'static str>, segments: &'static [Segment]) -> Self {
        let host = match host {
            Some(host) => Some(Cow::Borrowed(host)),
            None => None,
        };
        Self { host, segments: Cow::Borrowed(segments) }
    }

    /// Reads a key as a person writes it.
    pub(super) fn parse(key: &str) -> Result<Self, RouteError> {
        split(key)
            .and_then(|(host, path)| {
                Ok(Self { host: host.map(parse_host).transpose()?, segments: parse_path(path)? })
            })
            .map_err(|fault| RouteError { key: key.into(), fault })
    }

    /// The key of everything.
    pub(super) const ROOT: Self = Self { host: None, segments: Cow::Borrowed(&[]) };

    /// The key of everything on a host.
    pub(super) fn of_host(host: &str) -> Result<Self, RouteError> {
        parse_host(host)
            .map(|host| Self { host: Some(host), ..Self::ROOT })
            .map_err(|fault| RouteError { key: host.into(), fault })
    }

    pub(super) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether both take the same requests, so that one of them would never be reached.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.host == other.host
            && self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&*other.segments).all(|(one, two)| match (one, two) {
                (Segment::Param(_), Segment::Param(_)) => true,
                (one, two) => one == two,
            })
    }

    /// The whole of a key that stands in a block mounted at `outer`. The inner host is the narrower one.
    pub(super) fn below(&self, outer: &Self) -> Self {
        let segments = [outer.segments(), self.segments()].concat();
        Self { host: self.host.clone().or_else(|| outer.host.clone()), segments: segments.into() }
    }

    pub(super) fn duplicate_of(&self, first: &Self) -> RouteError {
        RouteError { key: self.to_string().into(), fault: Fault::Duplicate(first.to_string().into()) }
    }
}

impl Segment {
    /// A segment that `routes!` has checked.
    pub const fn literal(text: &'static str) -> Self {
        Self::Literal(Cow::Borrowed(text))
    }

    /// A `{name}` that `routes!` has checked.
    pub const fn param(name: &'static str) -> Self {
        Self::Param(Cow::Borrowed(name))
    }
}

/// As a person would write it: `/rooms/{room}`, `http://host/`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(host) = &self.host {
            write!(f, "http://{host}")?;
        }
        if self.segments.is_empty() {
            f.write_str("/")?;
        }
        self.segments.iter().try_for_each(|segment| match segment {
            Segment::Literal(text) => write!(f, "/{text}"),
            Segment::Param(name) => write!(f, "/{{{name}}}"),
        })
    }
}

impl RouteError {
    #[cfg(test)]
    pub(super) fn fault(&self) -> &Fault {
        &self.fault
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSlash => "a path starts with `/` or `http://host/`",
            Self::Scheme => "a WebSocket begins as an HTTP request: write `http://` for `ws://` and `wss://`",
            Self::NoPathAfterHost => "a path follows the host: write a `/` at the end",
            Self::NoHost => "there is no host between `//` and the path",
            Self::Host => {
                "a host is a name or an address, with a port at most, such as `chat.example.com:8080`"
            }
            Self::EmptySegment => "write a single `/`: each one matches several in a request",
            Self::Character(char) => {
                return write!(f, "{char:?} does not occur in the path of a request");
            }
            Self::Braces => "`{name}` is a whole segment, as in `/rooms/{room}`",
            Self::ParamName => {
                "a name in braces has letters, digits and `_`, and no digit first, as in `{room}`"
            }
            Self::OtherName(name) => {
                return write!(
                    f,
                    "a segment that is a name is written `{{{name}}}`; this would be that very text"
                );
            }
            Self::CatchAll => "a mount takes all that is below it: leave `*` away and use `path_info()`",
            Self::TwiceInOne(name) => {
                return write!(f, "the name `{name}` stands here twice: give each segment one of its own");
            }
            Self::Duplicate(first) => {
                return write!(f, "`{first}` is mounted already and takes the same requests");
            }
        })
    }
}

/// The host, if there is one, and the path.
fn split(key: &str) -> Result<(Option<&str>, &str), Fault> {
    if key.starts_with('/') {
        return Ok((None, key));
    }
    let Some((scheme, rest)) = key.split_once("://") else {
        return Err(Fault::NoSlash);
    };
    match scheme {
        "http" | "https" => {}
        "ws" | "wss" => return Err(Fault::Scheme),
        _ => return Err(Fault::NoSlash),
    }
    let slash = rest.find('/').ok_or(Fault::NoPathAfterHost)?;
    let (host, path) = rest.split_at(slash);
    Ok((Some(host), path))
}

fn parse_host(host: &str) -> Result<Cow<'static, str>, Fault> {
    if host.is_empty() {
        return Err(Fault::NoHost);
    }
    let (name, port) = super::urlmap::split_port(host);
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let named = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-._".contains(c)),
    };
    if !named || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(Fault::Host);
    }
    Ok(host.to_lowercase().into())
}

fn parse_path(path: &str) -> Result<Cow<'static, [Segment]>, Fault> {
    // One `/` at the end says nothing: `/chat/` is `/chat`, and `/` is the empty prefix of all.
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut segments = Vec::new();
    for part in path.split('/').skip(1) {
        let segment = parse_segment(part)?;
        if let Segment::Param(name) = &segment
            && segments.contains(&segment)
        {
            return Err(Fault::TwiceInOne((&**name).into()));
        }
        segments.push(segment);
    }
    Ok(segments.into())
}

fn parse_segment(part: &str) -> Result<Segment, Fault> {
    if part.is_empty() {
        return Err(Fault::EmptySegment);
    }
    if let Some(name) = of_another_router(part) {
        return Err(if is_name(name) { Fault::OtherName(name.into()) } else { Fault::CatchAll });
    }
    if !part.contains(['{', '}']) {
        let foreign = |c: &char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#');
        return match part.chars().find(foreign) {
            Some(char) => Err(Fault::Character(char)),
            None => Ok(Segment::Literal(part.to_owned().into())),
        };
    }
    let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).ok_or(Fault::Braces)?;
    match name {
        _ if name.contains(['{', '}']) => Err(Fault::Braces),
        _ if name.starts_with('*') => Err(Fault::CatchAll),
        _ if is_name(name) => Ok(Segment::Param(name.to_owned().into())),
        _ => Err(Fault::ParamName),
    }
}

/// The name in `:name`, `<name>` or `*name`, as routers elsewhere have them; it may be none.
fn of_another_router(part: &str) -> Option<&str> {
    let in_angles = || part.strip_prefix('<').and_then(|part| part.strip_suffix('>'));
    match part.strip_prefix('*') {
        Some(_) => Some("*"),
        None => part.strip_prefix(':').or_else(in_angles).filter(|name| is_name(name)),
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_they_are_written() {
        for (key, normal) in [
            ("/", "/"),
            ("/chat", "/chat"),
            ("/chat/", "/chat"),
            ("/rooms/{room}/seat", "/rooms/{room}/seat"),
            ("http://Chat.Example.com/", "http://chat.example.com/"),
            ("https://chat.example.com:8080/a/", "http://chat.example.com:8080/a"),
            ("http://[::1]:3000/", "http://[::1]:3000/"),
            ("/caf%C3%A9/~a.b", "/caf%C3%A9/~a.b"),
        ] {
            assert_eq!(Key::parse(key).map(|key| key.to_string()).as_deref(), Ok(normal));
        }
    }

    #[test]
    fn each_broken_rule_has_its_own_fault() {
        for (key, fault) in [
            ("", Fault::NoSlash),
            ("chat", Fault::NoSlash),
            ("ftp://example.com/", Fault::NoSlash),
            ("ws://example.com/", Fault::Scheme),
            ("wss://example.com/", Fault::Scheme),
            ("http://example.com", Fault::NoPathAfterHost),
            ("http:///chat", Fault::NoHost),
            ("http://exa mple/", Fault::Host),
            ("http://user@example.com/", Fault::Host),
            ("http://example.com:80000/", Fault::Host),
            ("http://::1/", Fault::Host),
            ("http://{sub}.example.com/", Fault::Host),
            ("//", Fault::EmptySegment),
            ("/a//b", Fault::EmptySegment),
            ("/a//", Fault::EmptySegment),
            ("/a b", Fault::Character(' ')),
            ("/a?b=1", Fault::Character('?')),
            ("/a#b", Fault::Character('#')),
            ("/{", Fault::Braces),
            ("/room}", Fault::Braces),
            ("/a{b}", Fault::Braces),
            ("/{a}b", Fault::Braces),
            ("/{a}{b}", Fault::Braces),
            ("/{a/b}", Fault::Braces),
            ("/{}", Fault::ParamName),
            ("/{1st}", Fault::ParamName),
            ("/{a-b}", Fault::ParamName),
            ("/{*rest}", Fault::CatchAll),
            ("/*", Fault::CatchAll),
            ("/*rest", Fault::CatchAll),
            ("/rooms/:room", Fault::OtherName("room".into())),
            ("/rooms/<room>/seat", Fault::OtherName("room".into())),
            ("/{a}/{a}", Fault::TwiceInOne("a".into())),
        ] {
            assert_eq!(Key::parse(key).unwrap_err().fault(), &fault, "{key}");
        }
    }

    #[test]
    fn keys_that_take_the_same_requests_are_the_same() {
        let same = |one, two| Key::parse(one).unwrap().is_same(&Key::parse(two).unwrap());
        assert!(same("/chat", "/chat/"));
        assert!(same("/{a}/x", "/{b}/x"));
        assert!(same("http://A.org/x", "https://a.org/x/"));
        assert!(!same("/chat", "/Chat"));
        assert!(!same("/{a}", "/a"));
        assert!(!same("http://a.org/", "/"));
        assert!(!same("http://a.org/", "http://a.org:80/"));
    }

    #[test]
    fn the_message_says_what_would_be_right() {
        let error = Key::parse("ws://example.com/").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`ws://example.com/`: a WebSocket begins as an HTTP request: write `http://` for `ws://` and `wss://`"
        );
    }
}
