//! A server stops gracefully: what clients, handlers and the caller see of it.

use std::{
    future::ready,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{net::TcpStream, sync::Notify};
use wsrack::{Hub, websocket_app};
use wsrack_tests::{Client, Close, Raw, Result, Served, ask, raw};

use super::{Echo, Log, ours};

/// Notes what happens to it. `work` waits until it may go on, and `hang` until it is dropped.
#[derive(Clone)]
struct Worker {
    log: Log,
    at_work: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Worker {
    fn new() -> Self {
        Self { log: Log::default(), at_work: Arc::default(), go_on: Arc::default() }
    }
}

#[websocket_app(shared)]
impl Worker {
    #[on_message]
    async fn work(&self, what: &str) -> String {
        self.at_work.notify_one();
        match what {
            "work" => self.go_on.notified().await,
            "hang" => std::future::pending().await,
            _ => {}
        }
        format!("{what} is done")
    }

    #[on_close]
    async fn close(&self, close: wsrack::Close) {
        tokio::task::yield_now().await;
        self.log.note(format_args!("close {} {} {:?}", close.code, close.was_clean, close.cause));
    }

    #[on_stop]
    fn stop(&self) {
        self.log.note("stop");
    }
}

fn going_away() -> Close {
    Close { code: 1001, reason: "the server stops".to_owned() }
}

#[tokio::test]
async fn open_clients_are_told_and_on_stop_comes_last() -> Result {
    let app = Worker::new();
    let log = app.log.clone();
    let server = Served::start(wsrack::routes! { "/" => app }).await?;
    let address = server.addr();
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = Client::connect(server.ws("/")).await?;
        assert_eq!(ask(&mut client, "this").await?, "this is done");
        clients.push(client);
    }
    let told = async {
        for mut client in clients {
            assert_eq!(client.close().await?, going_away());
            // tungstenite answers while it is asked for more.
            assert!(client.next().await.is_err());
        }
        Ok(())
    };
    let (stopped, told): (Result, Result) = tokio::join!(server.stop(), told);
    stopped.and(told)?;
    let closed = "close 1001 true Shutdown";
    assert_eq!(log.take(), [closed, closed, closed, "stop"]);
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    Ok(())
}

#[tokio::test]
async fn a_handler_at_work_answers_first() -> Result {
    let app = Worker::new();
    let (at_work, go_on) = (app.at_work.clone(), app.go_on.clone());
    let server = Served::start(wsrack::routes! { "/" => app }).await?;
    let mut client = Client::connect(server.ws("/")).await?;
    client.send("work").await?;
    client.send("and more").await?;
    at_work.notified().await;
    let conversation = async {
        go_on.notify_one();
        assert_eq!(client.text().await?, "work is done");
        // What came before the stop and has not begun is too late.
        assert_eq!(client.close().await?, going_away());
        client.next().await.err();
        Ok(())
    };
    server.handle().stop();
    let (stopped, told): (Result, Result) = tokio::join!(server.stop(), conversation);
    stopped.and(told)
}

#[tokio::test]
async fn a_handler_that_never_ends_is_dropped_after_the_graceful_period() -> Result {
    let app = Worker::new();
    let (log, at_work) = (app.log.clone(), app.at_work.clone());
    let routes = wsrack::routes! { "/" => app };
    let server = ours(routes.server().grace(Duration::from_millis(100)).bind("127.0.0.1:0").await)?;
    let server = Served::bound(server, Hub::default())?;
    let mut client = Client::connect(server.ws("/")).await?;
    client.send("hang").await?;
    at_work.notified().await;
    server.stop().await?;
    assert_eq!(log.take(), ["close 1001 false Shutdown", "stop"]);
    Ok(())
}

/// Stops a server with a connection that is no WebSocket yet, after `request` and its answer.
async fn stop_beside(request: &str) -> Result<Duration> {
    let routes = wsrack::routes! { "/" => Echo };
    let server = routes.server().handshake_timeout(Duration::from_secs(2)).bind("127.0.0.1:0");
    let server = Served::bound(ours(server.await)?, Hub::default())?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(request).await?;
    if request.ends_with("\r\n\r\n") {
        assert_eq!(raw.answer().await?.status(), 426);
    } else {
        // Somebody else is served meanwhile: the connection has been accepted.
        Client::connect(server.ws("/")).await?.leave().await?;
    }
    let began = Instant::now();
    server.stop().await?;
    assert_eq!(raw.rest().await?, b"");
    Ok(began.elapsed())
}

/// On a busy machine; the graceful period is half a minute.
const AT_ONCE: Duration = Duration::from_secs(18);

#[tokio::test]
async fn a_connection_between_two_requests_holds_up_nothing() -> Result {
    assert!(stop_beside("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await? < AT_ONCE);
    Ok(())
}

#[tokio::test]
async fn a_connection_before_its_first_request_holds_up_nothing() -> Result {
    assert!(stop_beside("").await? < AT_ONCE);
    Ok(())
}

#[tokio::test]
async fn a_request_that_never_ends_holds_it_up_as_long_as_a_handshake_may_take() -> Result {
    assert!(stop_beside("GET / HT").await? < AT_ONCE);
    Ok(())
}

#[tokio::test]
async fn a_request_that_is_being_answered_gets_its_answer() -> Result {
    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (notify, wait) = (asked.clone(), go_on.clone());
    let page = move |_| {
        let (notify, wait) = (notify.clone(), wait.clone());
        async move {
            notify.notify_one();
            wait.notified().await;
            http::Response::new("a page".to_owned())
        }
    };
    let server = Served::start(wsrack::routes! { "/page" => wsrack::http(page), "/ws" => Echo }).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n").await?;
    asked.notified().await;
    server.handle().stop();
    go_on.notify_one();
    let answer = async {
        assert_eq!(raw.answer().await?.body, "a page");
        assert_eq!(raw.rest().await?, b"");
        Ok(())
    };
    let (stopped, answered): (Result, Result) = tokio::join!(server.stop(), answer);
    stopped.and(answered)
}

#[tokio::test]
async fn who_keeps_the_head_of_a_request_does_not_keep_its_connection() -> Result {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeper = kept.clone();
    let page = move |request: http::Request<wsrack::Body>| {
        keeper.lock().unwrap().push(request.into_parts().0);
        ready(http::Response::new(String::new()))
    };
    let server = Served::start(wsrack::routes! { "/" => wsrack::http(page) }).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await?;
    assert_eq!(raw.answer().await?.status(), 200);
    // Long before the graceful period is over.
    server.stop().await?;
    assert_eq!(kept.lock().unwrap().len(), 1);
    Ok(())
}

/// Asks for what decides slowly, while the server stops.
#[tokio::test]
async fn a_handshake_that_the_stop_overtakes_is_told_so() -> Result {
    #[derive(Clone)]
    struct Slow(Arc<Notify>, Arc<Notify>);

    #[websocket_app]
    impl Slow {
        #[on_upgrade]
        async fn decide(&self) {
            self.0.notify_one();
            self.1.notified().await;
        }
    }

    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = Served::start(wsrack::routes! { "/" => Slow(asked.clone(), go_on.clone()) }).await?;
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(raw::handshake("/")).await?;
    asked.notified().await;
    server.handle().stop();
    let conversation = async {
        go_on.notify_one();
        assert_eq!(raw.answer().await?.status(), 101);
        assert_eq!(raw.frame().await?, (0x88, b"\x03\xe9the server stops".to_vec()));
        raw.send(raw::frame(0x88, b"\x03\xe9")).await?;
        assert_eq!(raw.rest().await?, b"");
        Ok(())
    };
    let (stopped, told): (Result, Result) = tokio::join!(server.stop(), conversation);
    stopped.and(told)
}
