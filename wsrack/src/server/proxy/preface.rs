//! What the first bytes of a connection are.

use std::net::SocketAddr;

use thiserror::Error;

use super::{v1, v2};

/// What the bytes that have come so far begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preface {
    /// Something else than PROXY.
    Plain,
    /// A beginning of PROXY.
    Incomplete,
    /// A header of so many bytes.
    Header { length: usize, told: Told },
}

/// What a header tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The proxy speaks for itself, to see whether we are well.
    Local,
    /// The proxy speaks for somebody, and does not say for whom; or the client has no IP address.
    Unknown,
    Client {
        source: SocketAddr,
        destination: SocketAddr,
        /// The client came by TLS, which ended at the proxy.
        is_secure: bool,
    },
}

/// The rule that a header breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum PrefaceError {
    #[error("a line of version 1 ends within 107 bytes, with CR LF")]
    LineTooLong,
    #[error("a line of version 1 ends with CR LF, not with LF alone")]
    LineEnd,
    #[error("the protocol of version 1 is TCP4, TCP6 or UNKNOWN")]
    LineProtocol,
    #[error("version 1 has two addresses of its protocol and two ports, with one blank between them")]
    LineAddresses,
    #[error("the version in the binary header is not 2")]
    Version,
    #[error("the command of version 2 is neither LOCAL nor PROXY")]
    Command,
    #[error("version 2 knows no such address family or transport")]
    Family,
    #[error("the header of version 2 has more than 4096 bytes")]
    TooLong,
    #[error("the header of version 2 is too short for its addresses")]
    TooShort,
    #[error("an entry behind the addresses of version 2 is cut off")]
    Entry,
    #[error("the checksum of version 2 is wrong")]
    Checksum,
}

/// Tells by the first bytes.
pub(super) fn read(bytes: &[u8]) -> Result<Preface, PrefaceError> {
    match (begins(bytes, v1::SIGNATURE), begins(bytes, v2::SIGNATURE)) {
        (Some(true), _) => v1::read(bytes),
        (_, Some(true)) => v2::read(bytes),
        (None, None) => Ok(Preface::Plain),
        _ => Ok(Preface::Incomplete),
    }
}

/// Whether all of the signature has come; `None` where something else has.
fn begins(bytes: &[u8], signature: &[u8]) -> Option<bool> {
    let common = bytes.len().min(signature.len());
    (bytes.get(..common) == signature.get(..common)).then_some(common == signature.len())
}

#[cfg(test)]
mod tests;
