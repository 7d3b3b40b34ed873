//! Start and stop of the applications among the mounts.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use ::http::{Request, Response, StatusCode};
use tower::Service;

use super::{call, get, probe, text};
use crate::app::{App, Session, StartContext};
use crate::body::Body;
use crate::error::Error;
use crate::options::Options;
use crate::routes::{Routes, app, http};

/// Notes its start and its stop, and may fail at either.
#[derive(Clone)]
struct Probe {
    name: &'static str,
    log: Log,
}

type Log = Arc<Mutex<Vec<String>>>;

impl Probe {
    fn note(&self, what: &str) -> Result<(), Error> {
        self.log.lock().unwrap().push(format!("{} {what}", self.name));
        match self.name.strip_suffix(what) {
            Some("panics at ") => panic!("{} panicked", self.name),
            Some("fails at ") => Err("x".parse::<u8>().unwrap_err().into()),
            _ => Ok(()),
        }
    }
}

impl Session<Self> for Probe {}

impl App for Probe {
    type Session = Self;

    fn session(this: &Arc<Self>) -> Self {
        Self::clone(this)
    }

    async fn on_start(&mut self, _cx: &StartContext) -> Result<(), Error> {
        tokio::task::yield_now().await;
        self.note("start")
    }

    async fn on_stop(&self, _cx: &StartContext) -> Result<(), Error> {
        tokio::task::yield_now().await;
        self.note("stop")
    }
}

/// Routes with applications of these names, the second in a block; and the log.
fn routes(names: [&'static str; 3]) -> (Routes, Log) {
    let log = Log::default();
    let [one, two, three] = names.map(|name| Probe { name, log: Arc::clone(&log) });
    let block = Routes::new().map("/z", two).unwrap().map("/a", probe("http")).unwrap();
    let routes = Routes::new().map("/z", one).unwrap().map("/block", block).unwrap();
    (routes.map("/a", three.with(Options::new())).unwrap(), log)
}

fn take(log: &Log) -> Vec<String> {
    std::mem::take(&mut *log.lock().unwrap())
}

#[tokio::test]
async fn applications_start_in_the_order_of_the_mounts_and_stop_in_reverse() {
    let (routes, log) = routes(["one", "two", "three"]);
    assert!(take(&log).is_empty(), "nothing starts by being mounted");
    let running = routes.start().await.unwrap();
    assert_eq!(take(&log), ["one start", "two start", "three start"]);
    assert_eq!(text(&running.service(), "/block/a").await, "http sees / at [/block/a] []");
    running.shutdown().await.unwrap();
    assert_eq!(take(&log), ["three stop", "two stop", "one stop"]);
}

#[tokio::test]
async fn where_one_fails_to_start_those_before_it_are_stopped() {
    let (routes, log) = routes(["one", "two", "fails at start"]);
    let error = routes.start().await.unwrap_err();
    assert_eq!(error.to_string(), "invalid digit found in string");
    assert_eq!(take(&log), ["one start", "two start", "fails at start start", "two stop", "one stop"]);
}

#[tokio::test]
async fn a_panic_at_the_start_is_such_an_error() {
    let (routes, log) = routes(["one", "panics at start", "three"]);
    let error = routes.start().await.unwrap_err();
    assert!(error.to_string().contains("panics at start panicked"), "{error}");
    assert_eq!(take(&log), ["one start", "panics at start start", "one stop"]);
}

#[tokio::test]
async fn all_are_stopped_though_one_fails_and_the_first_error_is_told() {
    let (routes, log) = routes(["one", "panics at stop", "fails at stop"]);
    let error = routes.start().await.unwrap().shutdown().await.unwrap_err();
    assert_eq!(error.to_string(), "invalid digit found in string");
    assert_eq!(take(&log)[3..], ["fails at stop stop", "panics at stop stop", "one stop"]);
}

#[tokio::test]
async fn options_that_contradict_each_other_name_their_mount() {
    let probe = |name| Probe { name, log: Log::default() };
    let block = Routes::new().map("/chat", probe("x").with(Options::new().send_queue(0))).unwrap();
    let error = Routes::new().map("/rooms/{room}", block).unwrap().start().await.unwrap_err();
    assert!(error.to_string().starts_with("the options of `/rooms/{room}/chat`: "), "{error}");
}

#[tokio::test]
async fn a_service_made_at_once_starts_on_its_first_request_and_only_once() {
    let (routes, log) = routes(["one", "two", "three"]);
    let service = routes.into_service();
    assert!(take(&log).is_empty());
    let (first, second) = tokio::join!(text(&service, "/block/a"), text(&service, "/block/a"));
    assert_eq!(first, "http sees / at [/block/a] []");
    assert_eq!(first, second);
    assert_eq!(take(&log), ["one start", "two start", "three start"]);
}

#[tokio::test]
async fn a_first_request_that_is_cancelled_does_not_cut_the_start_short() {
    let (routes, log) = routes(["one", "two", "three"]);
    let mut service = routes.into_service();
    drop(service.call(get("/")));
    assert_eq!(text(&service, "/block/a").await, "http sees / at [/block/a] []");
    assert_eq!(take(&log).len(), 3);
}

#[tokio::test]
async fn a_start_that_fails_is_a_500_for_every_request() {
    let (routes, _) = routes(["one", "fails at start", "three"]);
    let service = routes.into_service();
    for _ in 0..2 {
        assert_eq!(call(&service, get("/block/a")).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}

/// An application and an HTTP service.
#[derive(Clone)]
struct Both(Probe);

impl Session<Self> for Both {}

impl App for Both {
    type Session = Self;

    fn session(this: &Arc<Self>) -> Self {
        Self::clone(this)
    }

    async fn on_start(&mut self, _cx: &StartContext) -> Result<(), Error> {
        self.0.note("start")
    }
}

impl Service<Request<Body>> for Both {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: Request<Body>) -> Self::Future {
        ready(Ok(Response::new("by http".to_owned())))
    }
}

#[tokio::test]
async fn a_value_that_is_both_is_mounted_as_what_it_is_named() {
    let log = Log::default();
    let both = |name| Both(Probe { name, log: Arc::clone(&log) });
    let routes = crate::routes! { "/app" => app(both("app")), "/http" => http(both("http")) };
    let service = routes.start().await.unwrap().service();
    assert_eq!(take(&log), ["app start"]);
    assert_eq!(text(&service, "/http").await, "by http");
}
