//! As many connections as an application takes, and no more.

use std::time::Duration;

use tokio::{net::TcpSocket, time::timeout};
use wsrack::Path;
use wsrack::prelude::*;
use wsrack_tests::{Client, Raw, Result, Served, ask, raw::handshake};

use super::Echo;

async fn status(server: &Served, path: &str) -> Result<(u16, String)> {
    let mut raw = Raw::connect(server.addr()).await?;
    raw.send(handshake(path)).await?;
    let answer = raw.answer().await?;
    Ok((answer.status(), answer.body))
}

/// Tries until there is a place again: it is given back when a connection has closed, a moment after its client is gone.
async fn connect_when_free(server: &Served) -> Result<Client> {
    let attempts = async {
        loop {
            if let Ok(client) = Client::connect(server.ws("/")).await {
                return client;
            }
        }
    };
    Ok(timeout(Duration::from_mins(1), attempts).await?)
}

#[tokio::test]
async fn one_too_many_is_turned_away_until_another_leaves() -> Result {
    let server = Served::start(wsrack::routes! {
        "/" => Echo.with(Options::new().max_connections(2)),
        "/other" => Echo.with(Options::new().max_connections(1)),
    })
    .await?;
    let mut first = Client::connect(server.ws("/")).await?;
    let second = Client::connect(server.ws("/")).await?;
    let full = (503, "the server has as many connections as it may have\n".to_owned());
    assert_eq!(status(&server, "/").await?, full);
    assert_eq!(status(&server, "/other").await?.0, 101, "each mount counts its own");
    assert_eq!(ask(&mut first, "still here").await?, "still here");

    second.leave().await?;
    let third = connect_when_free(&server).await?;
    assert_eq!(status(&server, "/").await?, full);
    // Without a close frame it is the same.
    drop(third);
    let third = connect_when_free(&server).await?;
    drop((first, third));
    server.stop().await
}

#[tokio::test]
async fn one_address_has_its_own_limit() -> Result {
    let server =
        Served::start(wsrack::routes! { "/" => Echo.with(Options::new().max_connections_per_ip(1)) }).await?;
    let first = Client::connect(server.ws("/")).await?;
    let full = (503, "your address has as many connections as it may have\n".to_owned());
    assert_eq!(status(&server, "/").await?, full);

    let elsewhere = TcpSocket::new_v4()?;
    // All of 127.0.0.0/8 is this machine on Linux alone.
    if elsewhere.bind("127.0.0.2:0".parse()?).is_ok() {
        let mut raw = Raw::over(elsewhere.connect(server.addr()).await?);
        raw.upgrade("/").await?;
    }
    first.leave().await?;
    drop(connect_when_free(&server).await?);
    server.stop().await
}

#[tokio::test]
async fn who_is_refused_takes_no_place() -> Result {
    struct Picky;

    #[websocket_app(max_connections = 1)]
    impl Picky {
        #[on_upgrade]
        fn check(&self, env: &Env) -> std::result::Result<(), Rejection> {
            if env.query() == "no" { Err(Rejection::http(403)) } else { Ok(()) }
        }

        #[on_message]
        fn echo(&self, room: Path<u8>, text: &str) -> String {
            format!("{text} in {}", room.0)
        }
    }

    let server = Served::start(wsrack::routes! { "/{room}" => Picky }).await?;
    for _ in 0..3 {
        assert_eq!(status(&server, "/7?no").await?.0, 403);
        assert_eq!(status(&server, "/seven").await?.0, 400);
    }
    let mut client = Client::connect(server.ws("/7")).await?;
    assert_eq!(ask(&mut client, "alone").await?, "alone in 7");
    client.leave().await?;
    server.stop().await
}
