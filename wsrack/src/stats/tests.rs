//! Counting on many threads, and what comes of it.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::*;
use crate::close::Cause;

#[test]
fn what_threads_count_adds_up() {
    const THREADS: u64 = 100; // more than have counters of their own
    let counts = Counts::new();
    let route = counts.route("/chat");
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    route.received(1, 3);
                    route.sent(1, 5);
                }
                route.accepted();
                route.closed(Cause::Client);
            });
        }
    });
    let stats = counts.sum(|_| Depth::default());
    assert_eq!((stats.total.messages_in, stats.total.bytes_in), (1_000 * THREADS, 3_000 * THREADS));
    assert_eq!((stats.total.messages_out, stats.total.bytes_out), (1_000 * THREADS, 5_000 * THREADS));
    assert_eq!((stats.total.accepted, stats.total.open), (THREADS, 0));
    assert_eq!(stats.routes[0].figures, stats.total);
}

#[test]
fn a_thread_that_is_gone_leaves_its_counts_and_its_number() {
    let counts = Counts::new();
    let route = counts.route("/");
    for _ in 0..1_000 {
        thread::scope(|scope| scope.spawn(|| route.received(1, 1)).join()).unwrap();
    }
    assert_eq!(counts.sum(|_| Depth::default()).total.messages_in, 1_000);
}

#[test]
fn every_kind_has_its_number() {
    let counts = Counts::new();
    let route = counts.route("/");
    let causes = [
        Cause::Client,
        Cause::Server,
        Cause::Lost,
        Cause::PingTimeout,
        Cause::SlowClient,
        Cause::SendTimeout,
        Cause::Shutdown,
        Cause::Protocol,
        Cause::Error,
        Cause::Panic,
    ];
    for (index, cause) in causes.into_iter().enumerate() {
        for _ in 0..=index {
            route.accepted();
            route.closed(cause);
        }
    }
    let reasons =
        [Refusal::Handshake, Refusal::Origin, Refusal::Limit, Refusal::Application, Refusal::Internal];
    for (index, why) in reasons.into_iter().enumerate() {
        (0..=index).for_each(|_| route.refused(why));
    }
    for (index, why) in
        [Unserved::BadRequest, Unserved::Timeout, Unserved::Limit, Unserved::Stopping].into_iter().enumerate()
    {
        (0..=index).for_each(|_| counts.turned_away(why));
    }
    let Stats { total, turned_away, .. } = counts.sum(|_| Depth::default());
    assert_eq!(turned_away, TurnedAway::from([1, 2, 3, 4]));
    assert_eq!(total.closed.iter().map(|(_, count)| count).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    assert_eq!(total.refused.iter().map(|(_, count)| count).collect::<Vec<_>>(), (1..=5).collect::<Vec<_>>());
    let names: Vec<_> = total.closed.iter().map(|(name, _)| name).collect();
    for (name, cause) in names.iter().zip(causes) {
        assert_eq!(name.replace('_', ""), format!("{cause:?}").to_lowercase());
    }
}

#[test]
fn times_fall_into_their_buckets() {
    let counts = Counts::new();
    let route = counts.route("/");
    for took in [Duration::ZERO, Duration::from_micros(10), Duration::from_micros(11), Duration::from_secs(6)]
    {
        route.handled(took);
    }
    let handlers = counts.sum(|_| Depth::default()).total.handlers;
    assert_eq!(handlers.count, 4);
    assert_eq!((handlers.buckets[0], handlers.buckets[1], handlers.buckets[12]), (2, 1, 1));
    assert!((handlers.seconds - 6.000_021).abs() < 1e-9, "{}", handlers.seconds);
}

#[test]
fn what_is_mounted_twice_at_a_path_counts_together() {
    let counts = Counts::new();
    let (inner, outer) = (counts.route("/a/b"), counts.route("/a/b"));
    inner.accepted();
    outer.accepted();
    let stats = counts.sum(|_| Depth::default());
    let routes: Vec<_> = stats.routes.iter().map(|route| (&*route.route, route.figures.accepted)).collect();
    assert_eq!(routes, [("/a/b", 2)]);
}

#[test]
fn depths_are_those_of_the_route() {
    let counts = Counts::new();
    let (one, two) = (counts.route("/one"), counts.route("/two"));
    let stats = counts.sum(|route| {
        if Arc::ptr_eq(route, &one) { Depth { all: 7, most: 4 } } else { Depth { all: 1, most: 1 } }
    });
    assert_eq!((stats.total.queued, stats.total.queued_most), (8, 4));
    assert_eq!((stats.routes[1].figures.queued, stats.routes[1].figures.queued_most), (1, 1));
    drop(two);
}
