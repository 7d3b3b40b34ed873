//! Version 1: `PROXY TCP4 192.0.2.7 192.0.2.1 56324 443`, CR LF.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use super::preface::{Preface, PrefaceError, Told};

pub(super) const SIGNATURE: &[u8] = b"PROXY ";

/// Bytes of the longest line, its end included.
const MAX: usize = 107;

/// Reads a line that begins with the signature.
pub(super) fn read(bytes: &[u8]) -> Result<Preface, PrefaceError> {
    let longest = bytes.get(..MAX).unwrap_or(bytes);
    let Some(end) = longest.iter().position(|byte| *byte == b'\n') else {
        return if longest.len() < MAX { Ok(Preface::Incomplete) } else { Err(PrefaceError::LineTooLong) };
    };
    let line = bytes[..end].strip_suffix(b"\r").ok_or(PrefaceError::LineEnd)?;
    let told = told(line.get(SIGNATURE.len()..).unwrap_or_default())?;
    Ok(Preface::Header { length: end + 1, told })
}

fn told(line: &[u8]) -> Result<Told, PrefaceError> {
    let protocol = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    let rest = line.get(protocol.len() + 1..).unwrap_or_default();
    let rest = str::from_utf8(rest).map_err(|_| PrefaceError::LineAddresses);
    let addresses = match protocol {
        // What follows is to be ignored.
        b"UNKNOWN" => return Ok(Told::Unknown),
        b"TCP4" => addresses::<Ipv4Addr>(rest?),
        b"TCP6" => addresses::<Ipv6Addr>(rest?),
        _ => return Err(PrefaceError::LineProtocol),
    };
    let (source, destination) = addresses.ok_or(PrefaceError::LineAddresses)?;
    Ok(Told::Client { source, destination, is_secure: false })
}

fn addresses<T: FromStr + Into<IpAddr>>(text: &str) -> Option<(SocketAddr, SocketAddr)> {
    let mut fields = text.split(' ');
    let mut next = || fields.next();
    let (source, destination) = (next()?.parse::<T>().ok()?, next()?.parse::<T>().ok()?);
    let (from, to) = (port(next()?)?, port(next()?)?);
    let is_all = next().is_none();
    is_all.then(|| (SocketAddr::new(source.into(), from), SocketAddr::new(destination.into(), to)))
}

/// Digits without a zero in front.
fn port(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    is_number.then(|| text.parse().ok())?
}
