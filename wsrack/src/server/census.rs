//! How many there are, in all and from one address, and who is one too many.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::refuse::Refused;

/// Connections before their first answer, unless another number is set.
const HANDSHAKES: usize = 4096;

/// So many that are refused are given the time to read why; further ones are closed at once.
const REFUSALS: usize = 64;

/// How many a server takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connections: Option<usize>,
    pub(super) per_ip: Option<usize>,
    pub(super) keep_alive: Option<usize>,
    pub(super) handshakes: usize,
}

/// Counts the connections of one server, on whichever thread they are.
#[derive(Debug)]
pub(crate) struct Census {
    limits: Limits,
    counts: Mutex<Counts>,
    persistent: AtomicUsize,
    handshakes: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_net: HashMap<IpAddr, usize>,
}

/// A connection that counts, until it is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    census: Arc<Census>,
    net: Option<IpAddr>,
}

/// An HTTP connection that stays between two requests, until it is dropped.
#[derive(Debug)]
pub(super) struct Persistent(Arc<Census>);

impl Default for Limits {
    fn default() -> Self {
        Self { connections: None, per_ip: None, keep_alive: None, handshakes: HANDSHAKES }
    }
}

impl Census {
    pub(super) fn new(limits: Limits) -> Self {
        let handshakes = limits.handshakes.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            limits,
            counts: Mutex::default(),
            persistent: AtomicUsize::new(0),
            handshakes: Arc::new(Semaphore::new(handshakes)),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
        }
    }

    /// Lets a connection in. Where there are no limits nobody is counted.
    pub(super) fn enter(self: &Arc<Self>, from: Option<SocketAddr>) -> Result<Option<Pass>, Refused> {
        let (all, per_ip) = (self.limits.connections, self.limits.per_ip);
        if all.is_none() && per_ip.is_none() {
            return Ok(None);
        }
        let net = from.filter(|_| per_ip.is_some()).map(|from| net(from.ip()));
        let mut counts = self.lock();
        if all.is_some_and(|all| counts.all >= all) {
            return Err(Refused::Full);
        }
        if let (Some(net), Some(per_ip)) = (net, per_ip) {
            let count = counts.by_net.entry(net).or_default();
            if *count >= per_ip {
                // Where none is allowed at all, none is remembered.
                if *count == 0 {
                    counts.by_net.remove(&net);
                }
                return Err(Refused::FullForAddress);
            }
            *count += 1;
        }
        counts.all += 1;
        drop(counts);
        Ok(Some(Pass { census: self.clone(), net }))
    }

    /// Waits until one more may begin with its handshake.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, nothing is taken.
    pub(super) async fn handshake(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed.
        self.handshakes.clone().acquire_owned().await.ok()
    }

    /// A place for an HTTP connection that would stay after its first answer.
    pub(super) fn stay(self: &Arc<Self>) -> Option<Persistent> {
        let max = self.limits.keep_alive.unwrap_or(usize::MAX);
        let count = self.persistent.fetch_add(1, Ordering::Relaxed);
        // Given back by its drop, also where it is one too many.
        let persistent = Persistent(self.clone());
        (count < max).then_some(persistent)
    }

    /// Whether one that is refused may take the time to read why.
    pub(super) fn refusal(&self) -> Option<OwnedSemaphorePermit> {
        self.refusals.clone().try_acquire_owned().ok()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Census {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut counts = self.census.lock();
        counts.all -= 1;
        if let Some(net) = self.net
            && let Some(count) = counts.by_net.get_mut(&net)
        {
            *count -= 1;
            if *count == 0 {
                counts.by_net.remove(&net);
            }
        }
    }
}

impl Drop for Persistent {
    fn drop(&mut self) {
        self.0.persistent.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What counts as one address: with IPv6 a /64, for one subscriber has at least that many.
fn net(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census(limits: Limits) -> Arc<Census> {
        Arc::new(Census::new(limits))
    }

    fn enter(census: &Arc<Census>, from: &str) -> Result<Option<Pass>, Refused> {
        census.enter(Some(from.parse().unwrap()))
    }

    #[test]
    fn one_too_many_is_refused_until_another_leaves() {
        let census = census(Limits { connections: Some(2), ..Limits::default() });
        let first = census.enter(None).unwrap();
        let _second = enter(&census, "127.0.0.1:1").unwrap();
        assert_eq!(census.enter(None).unwrap_err(), Refused::Full);
        drop(first);
        assert!(census.enter(None).is_ok());
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let census = census(Limits { per_ip: Some(1), ..Limits::default() });
        let first = enter(&census, "[2001:db8::1]:1").unwrap();
        assert_eq!(enter(&census, "[2001:db8::ffff:1]:9").unwrap_err(), Refused::FullForAddress);
        let _other = enter(&census, "[2001:db8:0:1::1]:1").unwrap();
        let _v4 = enter(&census, "192.0.2.1:1").unwrap();
        assert_eq!(enter(&census, "[::ffff:192.0.2.1]:1").unwrap_err(), Refused::FullForAddress);
        let _unix = (census.enter(None).unwrap(), census.enter(None).unwrap());
        drop(first);
        assert!(enter(&census, "[2001:db8::2]:1").is_ok());
    }

    #[test]
    fn nothing_is_remembered_of_those_who_have_left() {
        let census = census(Limits { per_ip: Some(0), ..Limits::default() });
        assert_eq!(enter(&census, "192.0.2.1:1").unwrap_err(), Refused::FullForAddress);
        assert!(census.lock().by_net.is_empty());
    }

    #[test]
    fn so_many_may_stay() {
        let census = census(Limits { keep_alive: Some(1), ..Limits::default() });
        let first = census.stay();
        assert!(first.is_some() && census.stay().is_none() && census.stay().is_none());
        drop(first);
        assert!(census.stay().is_some());
    }
}
