//! Connections are closed at a pace, and what is known of it outside meanwhile.

use std::time::{Duration, Instant};

use tokio::{net::TcpStream, task::JoinSet, time::timeout};
use wsrack::{CloseCode, Drain, Hub, ServerBuilder, ServerHandle, websocket_app};
use wsrack_tests::{
    Raw, Result, Served,
    raw::{frame, handshake},
};

use super::{Echo, Log, ours};

/// How long what is told to be at once may take on a busy machine.
const SOON: Duration = Duration::from_secs(20);

async fn serve(builder: ServerBuilder) -> Result<(Served, ServerHandle)> {
    let server = ours(builder.bind("127.0.0.1:0").await)?;
    let handle = server.handle();
    Ok((Served::bound(server, Hub::default())?, handle))
}

async fn get(served: &Served, path: &str) -> Result<(u16, String)> {
    let mut raw = Raw::connect(served.addr()).await?;
    raw.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")).await?;
    let answer = raw.answer().await?;
    Ok((answer.status(), answer.body))
}

/// Opens so many connections; each waits for its close frame, answers it and tells the payload and when it came. Then the
/// stream ends well.
async fn open(served: &Served, count: usize) -> Result<JoinSet<Result<(Vec<u8>, Instant)>>> {
    open_until(served, count, |end| assert_eq!(end.unwrap(), b"")).await
}

/// The same where the server does not wait: on a busy machine the answer may be too late for it, and the end a reset.
async fn open_until_cut(served: &Served, count: usize) -> Result<JoinSet<Result<(Vec<u8>, Instant)>>> {
    open_until(served, count, |end| assert_eq!(end.unwrap_or_default(), b"")).await
}

async fn open_until(
    served: &Served,
    count: usize,
    ends: fn(Result<Vec<u8>>),
) -> Result<JoinSet<Result<(Vec<u8>, Instant)>>> {
    let mut clients = JoinSet::new();
    for _ in 0..count {
        let mut raw = Raw::open(served.addr(), "/").await?;
        clients.spawn(async move {
            let (first, payload) = raw.frame().await?;
            let at = Instant::now();
            assert_eq!(first, 0x88);
            let _cut = raw.send(frame(0x88, &payload[..2])).await;
            ends(raw.rest().await);
            Ok((payload, at))
        });
    }
    Ok(clients)
}

async fn closes(clients: JoinSet<Result<(Vec<u8>, Instant)>>) -> Result<Vec<(Vec<u8>, Instant)>> {
    timeout(Duration::from_mins(1), clients.join_all()).await?.into_iter().collect()
}

fn text(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason.as_bytes()].concat()
}

#[tokio::test]
async fn connections_are_closed_one_after_the_other_within_the_period() -> Result {
    let period = Duration::from_secs(8);
    let routes = wsrack::routes! { "/" => Echo };
    let (served, handle) = serve(routes.server().drain(Drain::over(period))).await?;
    let clients = open(&served, 60).await?;
    let start = Instant::now();
    handle.stop();
    let closes = closes(clients).await?;
    served.stop().await?;
    assert!(closes.iter().all(|(payload, _)| *payload == text(1001, "the server stops")));
    let times: Vec<_> = closes.iter().map(|(_, at)| at.duration_since(start)).collect();
    // Some long before the end, though the machine may pause; and never all at its beginning.
    assert!(times.iter().any(|time| *time < period * 3 / 4), "{times:?}");
    assert!(times.iter().filter(|time| **time > period / 4).count() > 10, "{times:?}");
    assert!(times.iter().all(|time| *time < period + SOON), "{times:?}");
    Ok(())
}

#[tokio::test]
async fn few_connections_need_no_period() -> Result {
    // As many a second as by default.
    let drain = Drain::over(Duration::from_mins(10)).rate(500);
    let (served, handle) = serve(wsrack::routes! { "/" => Echo }.server().drain(drain)).await?;
    let clients = open(&served, 5).await?;
    let start = Instant::now();
    handle.stop_with(CloseCode(4000));
    let closes = closes(clients).await?;
    served.stop().await?;
    assert!(closes.iter().all(|(payload, _)| *payload == text(4000, "")), "{closes:?}");
    assert!(start.elapsed() < SOON);
    Ok(())
}

#[tokio::test]
async fn a_restart_says_so_and_leaves_the_queue_alone() -> Result {
    let routes = wsrack::routes! { "/" => Echo };
    let (served, handle) = serve(routes.server().drain(Drain::over(Duration::from_secs(1)))).await?;
    let clients = open(&served, 5).await?;
    let sockets = handle.sockets()?;
    assert_eq!(sockets.len(), 1);
    handle.restart();
    // What follows cannot change it.
    handle.stop();
    let payloads = closes(clients).await?;
    assert!(payloads.iter().all(|(payload, _)| *payload == text(1012, "the server restarts")));
    let mut late = Raw::connect(served.addr()).await?;
    late.send(handshake("/")).await?;
    served.stop().await?;

    let successor = wsrack::routes! { "/" => Echo }.server();
    let successor = sockets.into_iter().fold(successor, ServerBuilder::inherit);
    let successor = ours(ours(successor.bind_all())?.start().await)?;
    let successor = Served::bound(successor, Hub::default())?;
    assert_eq!(late.answer().await?.status(), 101, "who came in between is served by the other");
    drop(late);
    successor.stop().await
}

#[tokio::test]
async fn a_stop_without_waiting_overtakes_one_that_waits() -> Result {
    let routes = wsrack::routes! { "/" => Echo };
    let long = Drain::over(Duration::from_mins(10)).notice(Duration::from_mins(10));
    let (served, handle) = serve(routes.server().drain(long)).await?;
    let clients = open_until_cut(&served, 20).await?;
    let idle = TcpStream::connect(served.addr()).await?;
    assert!(!handle.is_stopping());
    handle.stop();
    assert!(handle.is_stopping());
    tokio::task::yield_now().await;
    let start = Instant::now();
    handle.stop_now();
    let closes = closes(clients).await?;
    served.stop().await?;
    assert!(closes.iter().all(|(payload, _)| *payload == text(1001, "the server stops")));
    assert!(start.elapsed() < SOON);
    drop(idle);
    Ok(())
}

/// Works a while on each message.
struct Slow(Log);

#[websocket_app]
impl Slow {
    #[on_message]
    async fn work(&self, number: &str) -> String {
        self.0.note(number);
        tokio::time::sleep(Duration::from_millis(3)).await;
        format!("done {number}")
    }

    #[on_stop]
    fn stop(&self) {
        self.0.note("stop");
    }
}

/// What each client sends: some ten seconds of work, so that the stop comes before its end on a busy machine as well.
const MESSAGES: usize = 3000;

/// What one client sent, and what it has heard, up to the close frame.
async fn converse(mut raw: Raw, client: usize) -> Result<Vec<String>> {
    let sent: Vec<_> = (0..MESSAGES).flat_map(|n| frame(0x81, format!("{client}/{n}").as_bytes())).collect();
    raw.send(sent).await?;
    let mut heard = Vec::new();
    loop {
        match raw.frame().await? {
            (0x81, payload) => heard.push(String::from_utf8(payload)?),
            (0x88, payload) => {
                assert_eq!(payload, text(1001, "the server stops"));
                raw.send(frame(0x88, &payload[..2])).await?;
                assert_eq!(raw.rest().await?, b"", "nothing comes behind the close frame");
                return Ok(heard);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Fifty connections, each with hundreds of messages under way.
async fn answered_is_what_was_received(workers: Option<usize>) -> Result {
    let log = Log::default();
    let server = wsrack::routes! { "/" => Slow(log.clone()) }.server();
    let server = server.drain(Drain::over(Duration::from_millis(300)));
    let server = workers.into_iter().fold(server, ServerBuilder::workers);
    let (served, handle) = serve(server).await?;
    let mut clients = JoinSet::new();
    for client in 0..50 {
        clients.spawn(converse(Raw::open(served.addr(), "/").await?, client));
    }
    while log.len() < 500 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    handle.stop();
    let mut heard = Vec::new();
    for client in timeout(Duration::from_mins(1), clients.join_all()).await? {
        heard.extend(client?);
    }
    served.stop().await?;
    let mut received = log.take();
    assert_eq!(received.pop().as_deref(), Some("stop"), "it comes last");
    let mut received: Vec<_> = received.into_iter().map(|number| format!("done {number}")).collect();
    heard.sort_unstable();
    received.sort_unstable();
    assert_eq!(heard, received, "every message that a handler received is answered, and no other");
    assert!(heard.len() < 50 * MESSAGES, "some came too late");
    Ok(())
}

#[tokio::test]
async fn every_message_that_a_handler_received_is_answered_before_the_close() -> Result {
    answered_is_what_was_received(None).await
}

#[tokio::test]
async fn on_workers_too() -> Result {
    answered_is_what_was_received(Some(2)).await
}

#[tokio::test]
async fn probes_say_when_the_server_is_not_ready_and_new_clients_are_turned_away() -> Result {
    let routes = wsrack::routes! { "/" => Echo };
    let drain = Drain::over(Duration::from_mins(10)).notice(Duration::from_secs(5));
    let (served, handle) = serve(routes.server().probes(true).drain(drain)).await?;
    // So many that one of them has a late moment for its close.
    let clients = open_until_cut(&served, 30).await?;
    assert_eq!(get(&served, "/healthz").await?, (200, "ok\n".to_owned()));
    assert_eq!(get(&served, "/readyz").await?, (200, "ready\n".to_owned()));
    handle.stop();
    while get(&served, "/readyz").await?.0 == 200 {}
    assert_eq!(get(&served, "/readyz").await?, (503, "the server stops\n".to_owned()));
    Raw::open(served.addr(), "/").await?; // all else goes on, until the first is to close
    let refused = loop {
        let mut raw = Raw::connect(served.addr()).await?;
        raw.send(handshake("/")).await?;
        let answer = raw.answer().await?;
        if answer.status() != 101 {
            assert_eq!(raw.rest().await?, b"");
            break answer;
        }
    };
    assert_eq!((refused.status(), refused.body.as_str()), (503, "the server stops\n"));
    assert_eq!((refused.header("retry-after"), refused.header("connection")), (Some("5"), Some("close")));
    assert_eq!(get(&served, "/healthz").await?.0, 200);
    handle.stop_now();
    closes(clients).await?;
    served.stop().await
}

#[tokio::test]
async fn without_probes_their_paths_are_the_routes() -> Result {
    let (served, _) = serve(wsrack::routes! { "/healthz" => Echo }.server()).await?;
    assert_eq!(get(&served, "/healthz").await?.0, 426);
    assert_eq!(get(&served, "/readyz").await?.0, 404);
    served.stop().await
}

#[tokio::test]
async fn who_waits_in_the_queue_at_the_end_is_answered() -> Result {
    let server = ours(wsrack::routes! { "/" => Echo }.server().bind("127.0.0.1:0").await)?;
    let addr = server.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let mut raw = Raw::connect(addr).await?;
        raw.send(handshake("/")).await?;
        waiting.push(raw);
    }
    server.handle().stop();
    let serving = tokio::spawn(server.serve());
    for mut raw in waiting {
        let answer = raw.answer().await?;
        assert_eq!((answer.status(), answer.header("retry-after")), (503, Some("5")));
        assert_eq!(raw.rest().await?, b"");
    }
    ours(serving.await?)?;
    assert!(TcpStream::connect(addr).await.is_err());
    Ok(())
}
