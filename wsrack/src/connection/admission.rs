//! How many connections a mount takes, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::handshake::Rejection;

/// Counts connections where there is a limit to them.
#[derive(Clone, Debug)]
pub(super) struct Admission {
    limits: Option<Arc<Limits>>,
}

#[derive(Debug)]
struct Limits {
    all: usize,
    per_ip: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_ip: HashMap<IpAddr, usize>,
}

/// A connection that counts, until it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    limits: Arc<Limits>,
    ip: Option<IpAddr>,
}

impl Admission {
    pub(super) fn new(all: Option<usize>, per_ip: Option<usize>) -> Self {
        let limited = all.is_some() || per_ip.is_some();
        let limits = || Limits {
            all: all.unwrap_or(usize::MAX),
            per_ip: per_ip.unwrap_or(usize::MAX),
            counts: Mutex::default(),
        };
        Self { limits: limited.then(|| Arc::new(limits())) }
    }

    /// Lets a connection in, or answers with 503.
    pub(super) fn admit(&self, from: Option<SocketAddr>) -> Result<Option<Permit>, Rejection> {
        let Some(limits) = &self.limits else { return Ok(None) };
        let ip = from.map(|from| counted(from.ip()));
        let mut counts = limits.lock();
        let full = counts.all >= limits.all;
        let full_for_ip = ip.is_some_and(|ip| counts.by_ip.get(&ip).is_some_and(|n| *n >= limits.per_ip));
        if full || full_for_ip {
            let whose = if full { "the server has" } else { "your address has" };
            return Err(Rejection::http(503).body(format!("{whose} as many connections as it may have\n")));
        }
        counts.all += 1;
        if let Some(ip) = ip {
            *counts.by_ip.entry(ip).or_default() += 1;
        }
        drop(counts);
        Ok(Some(Permit { limits: limits.clone(), ip }))
    }
}

/// What counts as one address: the first 64 bits of IPv6, for a client has the rest to choose from.
fn counted(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.limits.lock();
        counts.all -= 1;
        if let Some(ip) = self.ip
            && let Some(count) = counts.by_ip.get_mut(&ip)
        {
            *count -= 1;
            if *count == 0 {
                counts.by_ip.remove(&ip);
            }
        }
    }
}

impl Limits {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> SocketAddr {
        SocketAddr::new(address.parse().unwrap(), 1)
    }

    #[test]
    fn an_address_is_a_v4_or_the_first_half_of_a_v6() {
        for (first, second, is_one) in [
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "::ffff:203.0.113.9", true),
            ("203.0.113.9", "203.0.113.8", false),
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true),
            ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ] {
            let admission = Admission::new(None, Some(1));
            let permit = admission.admit(Some(from(first))).unwrap();
            assert_eq!(admission.admit(Some(from(second))).is_err(), is_one, "{first} and {second}");
            drop(permit);
            assert!(admission.admit(Some(from(second))).is_ok());
        }
    }

    #[test]
    fn who_has_no_address_does_not_count_by_address() {
        let admission = Admission::new(Some(2), Some(1));
        let _permits = [admission.admit(None).unwrap(), admission.admit(None).unwrap()];
        assert!(admission.admit(None).is_err());
    }
}
