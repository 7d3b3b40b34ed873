//! Which pages may connect.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::OptionError;
use super::origin::{Authority, Origin, default_port, is_host, is_scheme, port_number, split_port};

/// Which web pages may connect, by the `Origin` that their browser sends (RFC 6455, section 10.2; the form is that of
/// RFC 6454).
///
/// A browser lets any page on the web open a WebSocket to any server, with the cookies that belong to that server.
/// The origin is what tells one's own pages from others. A client that sends none is no browser and passes.
///
/// | rule | passes |
/// | --- | --- |
/// | [`same`](Origins::same), the default | pages from this host and port. A page's port and the `Host`'s port are each, where absent, their own scheme's (80 or 443); behind a proxy that ends TLS a `Host` without a port also fits an `https` page |
/// | [`list`](Origins::list) | the origins named, and `same` where that word is in the list |
/// | [`any`](Origins::any) | every page |
///
/// `null`, what a sandboxed frame or a local file sends, passes under `any` only.
///
/// ```
/// use wsrack::{Options, Origins};
///
/// let origins = Origins::list(["same", "https://*.example.com", "http://localhost:*"])?;
/// let options = Options::new().origins(origins);
/// # Ok::<(), wsrack::OptionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins(Rule);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Any,
    Some { same: bool, patterns: Arc<[Pattern]> },
}

impl Origins {
    /// Pages from the host that they connect to.
    pub fn same() -> Self {
        Self(Rule::Some { same: true, patterns: Arc::default() })
    }

    /// Every page, and requests whose origin makes no sense. For public services without cookies.
    pub fn any() -> Self {
        Self(Rule::Any)
    }

    /// The origins that match one of `patterns`: `https://example.com`, `https://*.example.com` (any depth of
    /// subdomains, but not the domain itself), `https://example.com:*` (any port), or the word `same`.
    ///
    /// # Errors
    ///
    /// A pattern that is none of these; the text says what is wrong with it.
    pub fn list<I>(patterns: I) -> Result<Self, OptionError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut same = false;
        let mut parsed = Vec::new();
        for pattern in patterns {
            match pattern.as_ref().trim() {
                "same" => same = true,
                text => parsed.push(
                    Pattern::parse(text)
                        .map_err(|problem| OptionError::unreadable("origins", text, problem))?,
                ),
            }
        }
        if !same && parsed.is_empty() {
            return Err(OptionError::meaning(
                "origins",
                "the list is empty; write `same`, `any` or an origin",
            ));
        }
        Ok(Self(Rule::Some { same, patterns: parsed.into() }))
    }

    /// Whether a page of `origin` may connect to `host`; `secure` says whether the request came over TLS.
    pub(crate) fn allow(&self, origin: &str, host: Authority<'_>, secure: bool) -> bool {
        match &self.0 {
            Rule::Any => true,
            Rule::Some { same, patterns } => Origin::parse(origin).is_some_and(|origin| {
                (*same && is_same(origin, host, secure))
                    || patterns.iter().any(|pattern| pattern.matches(origin))
            }),
        }
    }

    pub(crate) fn is_any(&self) -> bool {
        self.0 == Rule::Any
    }
}

impl Default for Origins {
    fn default() -> Self {
        Self::same()
    }
}

impl FromStr for Origins {
    type Err = OptionError;

    /// `same`, `any`, or a list with commas between the patterns.
    fn from_str(text: &str) -> Result<Self, OptionError> {
        match text.trim() {
            "any" => Ok(Self::any()),
            list => Self::list(list.split(',').map(str::trim).filter(|pattern| !pattern.is_empty())),
        }
    }
}

/// As the option is written.
impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Any => f.write_str("any"),
            Rule::Some { same, patterns } => {
                let same = same.then(|| "same".to_owned());
                let all: Vec<_> = same.into_iter().chain(patterns.iter().map(Pattern::to_string)).collect();
                f.write_str(&all.join(", "))
            }
        }
    }
}

fn is_same(origin: Origin<'_>, host: Authority<'_>, secure: bool) -> bool {
    if !origin.host.eq_ignore_ascii_case(host.host) {
        return false;
    }
    match (origin.port, host.port) {
        (Some(page), Some(port)) => page == port,
        // A proxy that ends TLS passes on the browser's `Host`, which has no port, over plain HTTP.
        (Some(page), None) if origin.scheme.eq_ignore_ascii_case("https") => page == 443,
        (Some(page), None) => page == if secure { 443 } else { 80 },
        (None, _) => false,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    scheme: Box<str>,
    /// Without the `*.` in front.
    host: Box<str>,
    subdomains: bool,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    Any,
    /// `None` for schemes that have no port, such as a browser extension's.
    Exactly(Option<u16>),
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "null" {
            return Err(
                "`null` stands for every sandboxed page and local file; let them in with `any`, or not at all",
            );
        }
        if text == "any" || text == "*" {
            return Err("`any` stands alone, not in a list");
        }
        let (scheme, rest) = text
            .split_once("://")
            .filter(|(scheme, _)| is_scheme(scheme))
            .ok_or("an origin starts with its scheme: `https://example.com`")?;
        if scheme.eq_ignore_ascii_case("ws") || scheme.eq_ignore_ascii_case("wss") {
            return Err("an origin is that of the page, so its scheme is http or https, not ws or wss");
        }
        if rest.contains('/') {
            return Err("an origin has no path, not even a slash at its end: `https://example.com`");
        }
        let (host, port) = split_port(rest).ok_or(HOST)?;
        let (subdomains, host) = host.strip_prefix("*.").map_or((false, host), |domain| (true, domain));
        if host.contains('*') {
            return Err("a `*` stands for subdomains in front, or for the port: `https://*.example.com:*`");
        }
        if !is_host(host) {
            return Err(HOST);
        }
        let port = match port {
            None => Port::Exactly(default_port(scheme)),
            Some("*") => Port::Any,
            Some("") => return Err(PORT),
            Some(digits) => Port::Exactly(Some(port_number(digits).ok_or(PORT)?)),
        };
        Ok(Self { scheme: scheme.into(), host: host.into(), subdomains, port })
    }

    fn matches(&self, origin: Origin<'_>) -> bool {
        let port = match self.port {
            Port::Any => true,
            Port::Exactly(port) => port == origin.port,
        };
        port && self.scheme.eq_ignore_ascii_case(origin.scheme) && self.matches_host(origin.host)
    }

    fn matches_host(&self, host: &str) -> bool {
        if !self.subdomains {
            return self.host.eq_ignore_ascii_case(host);
        }
        let front = host.len().checked_sub(self.host.len()).and_then(|length| host.split_at_checked(length));
        front.is_some_and(|(front, domain)| {
            front.len() > 1 && front.ends_with('.') && domain.eq_ignore_ascii_case(&self.host)
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, host, subdomains, port } = self;
        write!(f, "{scheme}://{}{host}", if *subdomains { "*." } else { "" })?;
        match *port {
            Port::Any => f.write_str(":*"),
            Port::Exactly(port) if port == default_port(scheme) => Ok(()),
            Port::Exactly(port) => port.map_or(Ok(()), |port| write!(f, ":{port}")),
        }
    }
}

const HOST: &str = "the host is not a name or an address: `https://example.com`, `http://[::1]:3000`";
const PORT: &str = "the port is a number up to 65535, or `*`: `https://example.com:8443`";
