//! What is counted is what has happened.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};
use wsrack::Closed;
use wsrack_tests::{Client, Raw, Result, Served, get};

use super::{at, ours, routes, stats_when};

const CLIENTS: u64 = 12;
const MESSAGES: u64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_of_many_clients_on_many_threads_add_up() -> Result {
    let server = Served::start(routes().counted()).await?;
    talk(&server).await
}

#[tokio::test]
async fn and_with_workers() -> Result {
    let routes = routes().counted();
    let hub = routes.hub();
    let server = Served::bound(ours(routes.server().workers(3).bind("127.0.0.1:0").await)?, hub)?;
    talk(&server).await
}

/// Twelve clients say 200 texts of 4 bytes each at one route, half of them as many bytes at the other.
async fn talk(server: &Served) -> Result {
    let mut clients = JoinSet::new();
    for index in 0..CLIENTS {
        let busy = server.ws("/busy");
        let room = server.ws(&format!("/rooms/{index}"));
        clients.spawn(async move {
            let mut one = Client::connect(busy).await?;
            let mut two = Client::connect(room).await?;
            for _ in 0..MESSAGES {
                one.send("text").await?;
                two.send(vec![7; 10]).await?;
                assert_eq!(one.text().await?, "text");
                assert_eq!(two.binary().await?.len(), 10);
            }
            one.leave().await?;
            two.leave().await
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    let stats = stats_when(&server.handle(), |stats| stats.total.open == 0).await?;
    let all = CLIENTS * MESSAGES;
    for (route, size) in [("/busy", 4), ("/rooms/{room}", 10)] {
        let figures = at(&stats, route);
        assert_eq!((figures.messages_in, figures.bytes_in), (all, all * size), "{route}");
        assert_eq!((figures.messages_out, figures.bytes_out), (all, all * size), "{route}");
        assert_eq!(
            (figures.accepted, figures.closed.client, figures.closed.total()),
            (12, 12, 12),
            "{route}"
        );
        // And each `on_open`.
        assert_eq!(figures.handlers.count, all + CLIENTS, "{route}");
        assert_eq!(figures.handlers.count, figures.handlers.buckets.iter().sum::<u64>());
    }
    assert_eq!((stats.total.messages_in, stats.total.bytes_in), (2 * all, 14 * all));
    assert_eq!((stats.total.accepted, stats.total.queued, stats.total.errors.total()), (24, 0, 0));
    Ok(())
}

#[tokio::test]
async fn open_connections_and_what_ended_the_others() -> Result {
    let server = Served::start(routes().counted()).await?;
    let handle = server.handle();
    let stays = Client::connect(server.ws("/busy")).await?;
    let mut panics = Client::connect(server.ws("/busy")).await?;
    let mut breaks = Raw::open(server.addr(), "/busy").await?;
    Client::connect(server.ws("/busy")).await?.leave().await?;
    stats_when(&handle, |stats| stats.total.open == 3).await?;

    panics.send("panic").await?;
    assert_eq!(panics.close().await?.code, 1011);
    drop(panics);
    breaks.send(b"\xff\xff\xff\xff").await?;
    drop(breaks);
    let stats = stats_when(&handle, |stats| stats.total.open == 1).await?;
    let closed = Closed::from([1, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    assert_eq!(at(&stats, "/busy").closed, closed);
    assert_eq!((stats.total.errors.panic, stats.total.errors.protocol), (1, 1));
    assert_eq!(at(&stats, "/rooms/{room}").accepted, 0);
    drop(stays);
    stats_when(&handle, |stats| stats.total.closed.lost == 1).await?;
    Ok(())
}

#[tokio::test]
async fn errors_and_slow_handlers() -> Result {
    let server = Served::start(routes().counted()).await?;
    let start = Instant::now();
    let mut client = Client::connect(server.ws("/busy")).await?;
    for _ in 0..3 {
        client.send("fail").await?;
    }
    client.send("wait").await?;
    client.text().await?;
    let stats = stats_when(&server.handle(), |stats| stats.total.errors.handler == 3).await?;
    let handlers = stats.total.handlers;
    assert_eq!(handlers.count, 5, "`on_open` and each message, but not `on_error`");
    // One takes more than 50 ms, and no other but where the machine has paused.
    let others = start.elapsed().saturating_sub(Duration::from_millis(60)).as_millis() / 50;
    let slow = handlers.buckets[8..].iter().sum::<u64>();
    assert!(slow >= 1 && u128::from(slow) <= 1 + others, "{slow} of {handlers:?}");
    assert!(handlers.seconds >= 0.06, "{handlers:?}");
    Ok(())
}

#[tokio::test]
async fn requests_that_are_refused_have_a_reason() -> Result {
    let server = Served::start(routes().counted()).await?;
    get(&server.ws("/busy").replace("ws:", "http:")).await?;
    Client::refused(server.ws("/busy?no")).await?;
    let mut foreign = server.ws("/busy").into_client_request()?;
    foreign.headers_mut().insert("origin", "https://example.com".parse().unwrap());
    Client::refused(foreign).await?;
    let refused = at(&server.handle().stats().unwrap(), "/busy").refused;
    assert_eq!((refused.handshake, refused.application, refused.origin, refused.total()), (1, 1, 1, 3));
    Ok(())
}

#[tokio::test]
async fn a_message_for_many_counts_for_each() -> Result {
    let server = Served::start(routes().counted()).await?;
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = Client::connect(server.ws("/busy")).await?;
        // It is answered when `on_open` has subscribed.
        client.send("here").await?;
        client.text().await?;
        clients.push(client);
    }
    clients[0].send("all").await?;
    for client in &mut clients {
        assert_eq!(client.text().await?, "to all");
    }
    let stats = server.handle().stats().unwrap();
    assert_eq!((stats.total.messages_in, stats.total.messages_out), (6, 10));
    assert_eq!((stats.total.bytes_in, stats.total.bytes_out), (5 * 4 + 3, 5 * 4 + 5 * 6));
    Ok(())
}

#[tokio::test]
async fn what_waits_for_a_client_shows_while_it_waits() -> Result {
    let server = Served::start(routes().counted()).await?;
    let mut deaf = Client::connect(server.ws("/busy")).await?;
    let mut other = Client::connect(server.ws("/rooms/1")).await?;
    // More than the kernel takes in its place.
    for _ in 0..40 {
        if deaf.send(Message::binary(vec![0; 1 << 19])).await.is_err() {
            break;
        }
        other.send("well?").await?;
        other.text().await?;
        if server.handle().stats().unwrap().total.queued > 0 {
            break;
        }
    }
    let stats = stats_when(&server.handle(), |stats| stats.total.queued > 0).await?;
    assert_eq!(stats.total.queued, at(&stats, "/busy").queued);
    assert_eq!(stats.total.queued, stats.total.queued_most);
    assert_eq!(at(&stats, "/rooms/{room}").queued, 0);
    Ok(())
}

#[tokio::test]
async fn nothing_is_counted_where_nobody_asked() -> Result {
    let server = Served::start(routes()).await?;
    assert!(server.handle().stats().is_none());
    Ok(())
}
