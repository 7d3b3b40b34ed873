//! Version 2: a signature, command, family and length; addresses; then entries of type, length and value.

use std::net::{IpAddr, SocketAddr};

use super::MAX;
use super::preface::{Preface, PrefaceError, Told};

pub(super) const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Bytes before the addresses.
const FIXED: usize = 16;

/// Bytes of two paths.
const UNIX: usize = 216;

/// `PP2_TYPE_CRC32C`
const CHECKSUM: u8 = 0x03;
/// `PP2_TYPE_SSL`
const TLS: u8 = 0x20;
/// `PP2_CLIENT_SSL`
const BY_TLS: u8 = 0x01;

/// Reads what begins with the signature.
pub(super) fn read(bytes: &[u8]) -> Result<Preface, PrefaceError> {
    let mut fields = bytes[SIGNATURE.len()..].iter().copied();
    let Some(version) = fields.next() else { return Ok(Preface::Incomplete) };
    if version >> 4 != 2 {
        return Err(PrefaceError::Version);
    }
    let is_local = match version & 0x0f {
        0 => true,
        1 => false,
        _ => return Err(PrefaceError::Command),
    };
    let Some(family) = fields.next() else { return Ok(Preface::Incomplete) };
    let addresses = match (family >> 4, family & 0x0f) {
        // The family of what the proxy sends for itself is to be ignored.
        _ if is_local => 0,
        (0, 0..=2) => 0,
        (1, 0..=2) => 12,
        (2, 0..=2) => 36,
        (3, 0..=2) => UNIX,
        _ => return Err(PrefaceError::Family),
    };
    let (Some(high), Some(low)) = (fields.next(), fields.next()) else { return Ok(Preface::Incomplete) };
    let length = FIXED + usize::from(u16::from_be_bytes([high, low]));
    if length > MAX {
        return Err(PrefaceError::TooLong);
    }
    if length < FIXED + addresses {
        return Err(PrefaceError::TooShort);
    }
    let Some(header) = bytes.get(..length) else { return Ok(Preface::Incomplete) };
    if is_local {
        return Ok(Preface::Header { length, told: Told::Local });
    }
    let is_secure = check(header, FIXED + addresses)?;
    let told = match family {
        0x11 => client(&header[FIXED..], ip::<4>, is_secure),
        0x21 => client(&header[FIXED..], ip::<16>, is_secure),
        // No address, paths, or datagrams, of which a stream is not made.
        _ => None,
    };
    Ok(Preface::Header { length, told: told.unwrap_or(Told::Unknown) })
}

/// Walks the entries behind the addresses, verifies the checksum where there is one, and tells whether the client came
/// by TLS.
fn check(header: &[u8], from: usize) -> Result<bool, PrefaceError> {
    let mut at = from;
    let mut is_secure = false;
    while let Some([kind, high, low, rest @ ..]) = header.get(at..).filter(|rest| !rest.is_empty()) {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let value = rest.get(..length).ok_or(PrefaceError::Entry)?;
        match *kind {
            CHECKSUM => {
                let told = value.try_into().map(u32::from_be_bytes).map_err(|_| PrefaceError::Checksum)?;
                // It is made of the header with zeros in its own place.
                let own = at + 3..at + 3 + length;
                let zeroed =
                    header.iter().enumerate().map(|(at, byte)| if own.contains(&at) { 0 } else { *byte });
                if crc32c(zeroed) != told {
                    return Err(PrefaceError::Checksum);
                }
            }
            TLS => is_secure = value.first().is_some_and(|client| client & BY_TLS != 0),
            _ => {}
        }
        at += 3 + length;
    }
    if at == header.len() { Ok(is_secure) } else { Err(PrefaceError::Entry) }
}

/// Reads one address.
type Ip = fn(&mut &[u8]) -> Option<IpAddr>;

/// Both addresses, then both ports.
fn client(mut bytes: &[u8], ip: Ip, is_secure: bool) -> Option<Told> {
    let (source, destination) = (ip(&mut bytes)?, ip(&mut bytes)?);
    let mut port = || take(&mut bytes).map(u16::from_be_bytes);
    let source = SocketAddr::new(source, port()?);
    let destination = SocketAddr::new(destination, port()?);
    Some(Told::Client { source, destination, is_secure })
}

fn ip<const N: usize>(bytes: &mut &[u8]) -> Option<IpAddr>
where
    IpAddr: From<[u8; N]>,
{
    take::<N>(bytes).map(IpAddr::from)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

/// The Castagnoli checksum (RFC 3720, appendix B.4). Bit by bit: a header is short, and few have one.
pub(super) fn crc32c(bytes: impl Iterator<Item = u8>) -> u32 {
    !bytes.fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 * (crc & 1)))
    })
}
