//! Which proxies are believed.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{OptionError, nets};

/// The proxies that are believed when they tell who the client is: by `Forwarded` (RFC 7239), `X-Forwarded-…` or
/// [PROXY](https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt).
///
/// Everybody can send these. From an address that is not in the list they mean nothing.
///
/// ```
/// use wsrack::{Options, TrustedProxies};
///
/// let proxies = TrustedProxies::list(["127.0.0.1", "10.0.0.0/8", "fd00::/8", "unix"])?;
/// let options = Options::new().trusted_proxies(proxies);
/// # Ok::<(), wsrack::OptionError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Option<Arc<Trusted>>);

#[derive(PartialEq, Eq)]
struct Trusted {
    nets: Box<[IpNet]>,
    unix: bool,
}

impl TrustedProxies {
    /// Nobody.
    pub fn none() -> Self {
        Self::default()
    }

    /// Addresses (`10.0.0.1`), nets (`10.0.0.0/8`, `fd00::/8`), and the word `unix` for whoever connects to a unix
    /// socket of this server. An empty list is nobody.
    ///
    /// # Errors
    ///
    /// An entry that is none of these; the text says what is wrong with it.
    pub fn list<I>(entries: I) -> Result<Self, OptionError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut unix = false;
        let mut parsed = Vec::new();
        for entry in entries {
            match entry.as_ref().trim() {
                "unix" => unix = true,
                text => parsed.push(
                    nets::net(text)
                        .map_err(|problem| OptionError::unreadable("trusted_proxies", text, problem))?,
                ),
            }
        }
        let is_empty = parsed.is_empty() && !unix;
        Ok(Self((!is_empty).then(|| Arc::new(Trusted { nets: parsed.into(), unix }))))
    }

    /// Whether nobody is believed.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a proxy at this address is believed.
    ///
    /// ```
    /// let proxies: wsrack::TrustedProxies = "10.0.0.0/8".parse()?;
    /// assert!(proxies.contains([10, 1, 2, 3].into()));
    /// assert!(!proxies.contains([192, 0, 2, 1].into()));
    /// # Ok::<(), wsrack::OptionError>(())
    /// ```
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.as_ref().is_some_and(|trusted| trusted.nets.iter().any(|net| net.contains(&address)))
    }

    /// Whether whoever connects to a unix socket is believed.
    pub fn contains_unix(&self) -> bool {
        self.0.as_ref().is_some_and(|trusted| trusted.unix)
    }
}

impl FromStr for TrustedProxies {
    type Err = OptionError;

    /// A list with commas between the entries, or `none`.
    fn from_str(text: &str) -> Result<Self, OptionError> {
        match text.trim() {
            "none" => Ok(Self::none()),
            list => Self::list(list.split(',').map(str::trim).filter(|entry| !entry.is_empty())),
        }
    }
}

impl fmt::Display for TrustedProxies {
    /// As the option is written: `10.0.0.0/8, unix`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(trusted) = &self.0 else { return f.write_str("none") };
        let mut comma = "";
        for net in &trusted.nets {
            let is_address = net.prefix_len() == net.max_prefix_len();
            if is_address {
                write!(f, "{comma}{}", net.addr())?;
            } else {
                write!(f, "{comma}{net}")?;
            }
            comma = ", ";
        }
        if trusted.unix { write!(f, "{comma}unix") } else { Ok(()) }
    }
}

impl fmt::Debug for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrustedProxies({self})")
    }
}
