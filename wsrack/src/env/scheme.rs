//! How the client reached the server.

use std::fmt;

/// The scheme of a request's URL: `rack.url_scheme`.
///
/// # Examples
///
/// ```
/// use wsrack::{Env, Scheme};
///
/// let env = Env::builder().scheme(Scheme::Https).build();
/// assert!(env.scheme().is_secure());
/// assert_eq!(env.scheme(), "https");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `http`: a `ws://` URL of the client.
    Http,
    /// `https`: a `wss://` URL of the client.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Whether TLS protects the client's connection.
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Https)
    }

    /// The port of a URL that names none: 80 or 443.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl PartialEq<str> for Scheme {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Scheme {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
