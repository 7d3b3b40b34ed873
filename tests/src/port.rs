//! Ports that a test names itself.

use std::{
    fs,
    net::TcpListener,
    ops::RangeInclusive,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{Failure, Result};

/// The first that may be taken: below stand those of well-known services.
const FIRST: u32 = 10_000;

/// So many from there on.
const COUNT: u32 = 50_000;

/// The first of `count` ports in a row of 127.0.0.1 that nobody has, and that stay free while a program takes its time to
/// bind them: the system gives none of them to whoever asks for any port, nor to whoever connects.
///
/// # Errors
/// Where there are none.
pub fn free_ports(count: u16) -> Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let given_out = given_out();
    for _ in 0..1000 {
        let turn = NEXT.fetch_add(1, Ordering::Relaxed);
        // Programs that run at the same time look in different places.
        let place = process::id().wrapping_mul(101).wrapping_add(turn.wrapping_mul(7919)) % COUNT;
        let first = u16::try_from(FIRST + place)?;
        let mut ports = first..first.saturating_add(count);
        let free = |port| !given_out.contains(&port) && TcpListener::bind(("127.0.0.1", port)).is_ok();
        if ports.all(free) {
            return Ok(first);
        }
    }
    Err(Failure::new(format!("there are no {count} free ports in a row beside {given_out:?}")))
}

/// What the system chooses from.
fn given_out() -> RangeInclusive<u16> {
    let text = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let mut bounds = text.split_whitespace().filter_map(|bound| bound.parse().ok());
    // Elsewhere, as it is registered (RFC 6335, 6).
    bounds.next().zip(bounds.next()).map_or(49_152..=u16::MAX, |(first, last)| first..=last)
}
