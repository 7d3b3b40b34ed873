//! Nets of addresses as people write them. Each error says what would be right.
//!
//! This file names nothing of the crate around it, so that the macros read attributes with the same text.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// `"10.0.0.1"`, `"10.0.0.0/8"`, `"2001:db8::/32"`. A net of IPv4 addresses in IPv6's clothes is one of IPv4.
pub(crate) fn net(text: &str) -> Result<IpNet, &'static str> {
    let text = text.trim();
    if text.bytes().any(|byte| byte.is_ascii_alphabetic()) && !text.contains(':') {
        return Err(NAME);
    }
    let net = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse().map_err(|_| NO_NET)?,
    };
    if net.addr() != net.network() {
        return Err(
            "the address has bits behind its prefix; a net is written `10.0.0.0/8`, not `10.1.2.3/8`",
        );
    }
    let unmapped = (net.addr().to_canonical(), net.prefix_len().checked_sub(96));
    Ok(match unmapped {
        (IpAddr::V4(address), Some(prefix)) if net.addr().is_ipv6() => {
            Ipv4Net::new(address, prefix).map_or(net, IpNet::V4)
        }
        _ => net,
    })
}

const NO_NET: &str =
    "not an address or a net; write an address, a net or `unix`: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`";
const NAME: &str = "a name is not looked up; write an address, a net or `unix`: `127.0.0.1`, `10.0.0.0/8`";
