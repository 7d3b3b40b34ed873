//! The addresses that a server listens on, as people write them.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
#[cfg(unix)]
use std::path::PathBuf;
use std::str::FromStr;

/// An address to listen on: `127.0.0.1:3000`, `[::1]:3000`, `localhost:3000` or `unix:/run/app.sock`.
///
/// An IPv6 address takes IPv6 alone, on every system: who wants both listens on `0.0.0.0:3000` and `[::]:3000`. So the
/// address of a client is always of the family that it came by, in logs as in limits. Port 0 is any free one.
///
/// # Examples
///
/// ```
/// use wsrack::Listen;
///
/// let all: Listen = "0.0.0.0:3000".parse()?;
/// assert_eq!(all, Listen::tcp("0.0.0.0", 3000));
/// # #[cfg(unix)]
/// assert_eq!("unix:/run/chat.sock".parse::<Listen>()?, Listen::unix("/run/chat.sock"));
///
/// let error = "3000".parse::<Listen>().unwrap_err();
/// assert_eq!(error.to_string(), "no port: an address is HOST:PORT, or unix:PATH");
/// # Ok::<(), wsrack::ParseListenError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Listen {
    /// TCP.
    Tcp {
        /// An address or a name. A name that has several addresses means all of them.
        host: String,
        /// The port; 0 is any free one.
        port: u16,
    },
    /// A unix socket.
    #[cfg(unix)]
    Unix {
        /// Its file.
        path: PathBuf,
        /// The file's permissions, such as `0o660`; `None` leaves them to the process's umask.
        mode: Option<u32>,
    },
}

/// Why a text is no [`Listen`].
///
/// # Examples
///
/// ```
/// use wsrack::{Listen, ParseListenError};
///
/// assert_eq!("localhost".parse::<Listen>(), Err(ParseListenError::NoPort));
/// assert_eq!("::1:3000".parse::<Listen>(), Err(ParseListenError::BadIpv6));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseListenError {
    /// There is no `:PORT`.
    #[error("no port: an address is HOST:PORT, or unix:PATH")]
    NoPort,
    /// There is nothing before the port.
    #[error("no host: 127.0.0.1 is this machine alone, 0.0.0.0 is everybody")]
    NoHost,
    /// The port is none.
    #[error("the port is a number from 0 to 65535")]
    BadPort,
    /// An IPv6 address without its brackets, or with wrong ones.
    #[error("an IPv6 address stands in brackets, such as [::1]:3000")]
    BadIpv6,
    /// There is nothing behind `unix:`.
    #[error("no path: a unix socket is unix:PATH")]
    NoPath,
    /// Unix sockets are not for this system.
    #[error("there are no unix sockets on this system")]
    NoUnix,
}

impl Listen {
    /// A TCP address. `host` is an address, without brackets, or a name.
    pub fn tcp(host: impl Into<String>, port: u16) -> Self {
        Self::Tcp { host: host.into(), port }
    }

    /// A unix socket, with the permissions that the umask leaves.
    #[cfg(unix)]
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self::Unix { path: path.into(), mode: None }
    }

    /// The permissions of a unix socket's file, such as `0o660`: who may write may connect. Nothing for TCP.
    #[cfg(unix)]
    #[must_use]
    pub fn with_mode(self, mode: u32) -> Self {
        match self {
            Self::Unix { path, .. } => Self::Unix { path, mode: Some(mode) },
            tcp @ Self::Tcp { .. } => tcp,
        }
    }

    /// The addresses that a TCP host stands for, each once. Asks the resolver, where it is a name, and waits for it.
    pub(super) fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let mut addrs = Vec::new();
        for addr in (host, port).to_socket_addrs()? {
            if !addrs.contains(&addr) {
                addrs.push(addr);
            }
        }
        Ok(addrs)
    }
}

impl From<SocketAddr> for Listen {
    fn from(addr: SocketAddr) -> Self {
        let host = match addr {
            // With its scope, where it has one.
            SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{}%{}", v6.ip(), v6.scope_id()),
            addr => addr.ip().to_string(),
        };
        Self::Tcp { host, port: addr.port() }
    }
}

impl FromStr for Listen {
    type Err = ParseListenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("unix:") {
            return unix(path);
        }
        let (host, port) = text.rsplit_once(':').ok_or(ParseListenError::NoPort)?;
        let inner =
            host.strip_prefix('[').map(|rest| rest.strip_suffix(']').ok_or(ParseListenError::BadIpv6));
        let host = match inner {
            Some(inner) => inner?,
            None if host.contains([':', '[', ']']) => return Err(ParseListenError::BadIpv6),
            None => host,
        };
        if host.is_empty() {
            return Err(ParseListenError::NoHost);
        }
        if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseListenError::BadPort);
        }
        Ok(Self::tcp(host, port.parse().map_err(|_| ParseListenError::BadPort)?))
    }
}

#[cfg(unix)]
fn unix(path: &str) -> Result<Listen, ParseListenError> {
    if path.is_empty() { Err(ParseListenError::NoPath) } else { Ok(Listen::unix(path)) }
}

#[cfg(not(unix))]
fn unix(_path: &str) -> Result<Listen, ParseListenError> {
    Err(ParseListenError::NoUnix)
}

/// As it is parsed; the permissions of a unix socket are not shown.
impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            #[cfg(unix)]
            Self::Unix { path, .. } => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_it_was_written() {
        for text in ["127.0.0.1:3000", "[::1]:0", "[fe80::1%2]:80", "localhost:65535", "unix:/run/a b.sock"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        let addr: SocketAddr = "[::1]:80".parse().unwrap();
        assert_eq!(Listen::from(addr), Listen::tcp("::1", 80));
    }

    #[test]
    fn what_is_none_says_why() {
        for (text, error) in [
            ("", ParseListenError::NoPort),
            ("localhost", ParseListenError::NoPort),
            (":3000", ParseListenError::NoHost),
            ("[]:3000", ParseListenError::NoHost),
            ("a:65536", ParseListenError::BadPort),
            ("a:", ParseListenError::BadPort),
            ("a:+1", ParseListenError::BadPort),
            ("::1:3000", ParseListenError::BadIpv6),
            ("[::1:3000", ParseListenError::BadIpv6),
            ("unix:", ParseListenError::NoPath),
        ] {
            assert_eq!(text.parse::<Listen>(), Err(error), "{text}");
        }
    }
}
