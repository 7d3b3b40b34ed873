//! What a server says about itself: statistics, their page, Prometheus, traces.

#![cfg(test)]

mod browser;
mod counts;
mod door;
mod page;
mod prometheus;
mod traces;
mod transports;

use std::time::Duration;

use tokio::time::{sleep, timeout};
use wsrack::{Error, Figures, RouteStats, ServerHandle, Stats, prelude::*};
use wsrack_tests::{Failure, Result, Served};

/// Does what it is told.
struct Busy;

#[websocket_app]
impl Busy {
    #[on_upgrade]
    fn admit(&self, env: &Env) -> std::result::Result<(), Rejection> {
        if env.query() == "no" { Err(Rejection::http(401)) } else { Ok(()) }
    }

    #[on_open]
    fn join(&self, ws: &Socket) -> wsrack::Result {
        Ok(ws.subscribe("all")?)
    }

    #[on_message]
    async fn work(&self, hub: &Hub, text: &str) -> wsrack::Result<Option<String>> {
        match text {
            "fail" => return Err(wsrack::Error::msg("as I was told")),
            "panic" => panic!("as I was told"),
            "wait" => sleep(Duration::from_millis(60)).await,
            "all" => {
                hub.publish("all", "to all")?;
                return Ok(None);
            }
            _ => {}
        }
        Ok(Some(text.to_owned()))
    }

    #[on_message]
    fn answer(&self, bytes: Bytes) -> Bytes {
        bytes
    }

    #[on_error]
    fn bear(&self, _error: &Error) {}
}

fn routes() -> Routes {
    wsrack::routes! { "/busy" => Busy, "/rooms/{room}" => Busy }
}

/// What is counted at a route.
fn at<'a>(stats: &'a Stats, route: &str) -> &'a Figures {
    let named = |stats: &&RouteStats| stats.route == route;
    stats.routes.iter().find(named).map_or_else(|| panic!("no route {route}"), |stats| &stats.figures)
}

/// The statistics, once they are as they are to be.
async fn stats_when(server: &ServerHandle, is_so: impl Fn(&Stats) -> bool) -> Result<Stats> {
    let waited = timeout(Duration::from_mins(1), async {
        loop {
            let stats = server.stats().unwrap();
            if is_so(&stats) {
                return stats;
            }
            sleep(Duration::from_millis(1)).await;
        }
    });
    waited.await.map_err(|_| Failure::new(format!("it stays at {:#?}", server.stats())))
}

/// Serves with the page at `/stats`.
async fn with_page(routes: Routes) -> Result<Served> {
    let hub = routes.hub();
    let server = ours(routes.server().stats("/stats").map_err(wsrack::Error::from))?;
    Served::bound(ours(server.bind("127.0.0.1:0").await)?, hub)
}

/// For a `wsrack::Result` where the harness's is asked for.
fn ours<T>(result: wsrack::Result<T>) -> Result<T> {
    result.map_err(|error| Failure::of(&error))
}
