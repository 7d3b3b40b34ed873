//! Whoever is turned away before the 101 sees why, and no handler runs.

use std::convert::Infallible;
use std::net::IpAddr;
use std::time::Duration;

use wsrack::prelude::*;
use wsrack::testing::{Answer, Connect, TestError, TestServer};
use wsrack::{FromEnv, Query};

use crate::journal::{Journal, Pen, journal};

/// Turns away whom the path names; writes whatever else runs.
#[derive(Clone)]
struct Strict(Pen);

#[derive(serde::Deserialize)]
struct Room {
    #[expect(dead_code, reason = "that it is there is all that counts")]
    room: u32,
}

/// Panics where the request asks for it.
struct Trap;

impl FromEnv<'_> for Trap {
    fn from_env(env: &Env) -> Result<Self, Rejection> {
        assert!(env.path() != "/trap", "a parameter panics");
        Ok(Self)
    }
}

#[websocket_app(max_connections_per_ip = 1)]
impl Strict {
    #[on_upgrade]
    async fn check(&self, env: &Env) -> Result<(), Rejection> {
        match env.path() {
            "/401" => {
                Err(Rejection::http(401).header("www-authenticate", "Bearer").body("a token is needed"))
            }
            "/4401" => Err(Rejection::close(4401, "expired")),
            "/fail" => {
                Err(Error::from("x".parse::<u8>().map_or_else(|error| error, |_| unreachable!())).into())
            }
            "/panic" => panic!("on_upgrade panics"),
            "/never" => {
                std::future::pending::<Result<(), Infallible>>().await.map_err(|never| match never {})
            }
            _ => Ok(()),
        }
    }

    #[on_open]
    fn open(&self, _room: Query<Room>, _trap: Trap) {
        self.0.write("open");
    }

    #[on_message]
    fn any(&self) {
        self.0.write("message");
    }

    #[on_error]
    fn oops(&self, error: &Error) {
        self.0.write(format!("error {error}"));
    }

    #[on_close]
    fn bye(&self) {
        self.0.write("close");
    }
}

async fn strict() -> wsrack::Result<(TestServer, Journal)> {
    let (pen, journal) = journal();
    Ok((wsrack::routes! { "/" => Strict(pen) }.test().await?, journal))
}

async fn refused(connect: Connect<'_>) -> wsrack::Result<Answer> {
    match connect.await {
        Err(TestError::Refused(answer)) => Ok(answer),
        other => panic!("no refusal: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_answer_says_why_and_no_handler_runs() -> wsrack::Result {
    let (server, journal) = strict().await?;
    let answer = refused(server.connect("/401?room=7")).await?;
    assert_eq!((answer.status(), answer.text().as_str()), (401, "a token is needed"));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));

    for (connect, status) in [
        (server.connect("/fail?room=7"), 500),
        (server.connect("/panic?room=7"), 500),
        (server.connect("/trap?room=7"), 500),
        (server.connect("/?room=seven"), 400),
        (server.connect("/"), 400),
        (server.connect("/?room=7").origin("https://elsewhere.example"), 403),
        (server.connect("/?room=7").header("sec-websocket-version", "99"), 426),
        (server.connect("/?room=7").without_header("sec-websocket-key"), 400),
        (server.connect("/?room=7").without_header("upgrade"), 426),
    ] {
        let what = format!("{connect:?}");
        assert_eq!(refused(connect).await?.status(), status, "{what}");
    }
    journal.is(server, &[]).await
}

#[tokio::test(start_paused = true)]
async fn a_clone_that_panics_is_a_500() -> wsrack::Result {
    struct Unique;

    impl Clone for Unique {
        fn clone(&self) -> Self {
            panic!("there is but one")
        }
    }

    #[websocket_app(per_connection)]
    impl Unique {}

    let server = wsrack::routes! { "/" => Unique }.test().await?;
    assert_eq!(refused(server.connect("/")).await?.status(), 500);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_on_upgrade_that_never_decides_is_a_503_after_handshake_timeout() -> wsrack::Result {
    let (server, journal) = strict().await?;
    let began = tokio::time::Instant::now();
    assert_eq!(refused(server.connect("/never?room=7")).await?.status(), 503);
    assert_eq!(began.elapsed().as_secs(), 10);
    journal.is(server, &[]).await
}

#[tokio::test(start_paused = true)]
async fn a_rejection_by_close_code_is_seen_by_the_client_and_runs_no_handler() -> wsrack::Result {
    let (server, journal) = strict().await?;
    let mut client = server.connect("/4401?room=7").await?;
    client.send("hello?").await?;
    assert_eq!(client.closed().await?, (CloseCode(4401), "expired".to_owned()));
    journal.is(server, &[]).await
}

#[tokio::test(start_paused = true)]
async fn a_rejected_client_that_does_not_answer_is_cut_after_close_timeout() -> wsrack::Result {
    let (server, journal) = strict().await?;
    let mut client = server.connect("/4401?room=7").raw().await?;
    let began = tokio::time::Instant::now();
    client.expect(crate::frames::server::close(4401, "expired")).await;
    client.expect_end().await;
    assert_eq!(began.elapsed().as_secs(), 5);
    journal.is(server, &[]).await
}

#[tokio::test(start_paused = true)]
async fn a_place_is_free_again_when_its_connection_has_closed() -> wsrack::Result {
    let (server, mut journal) = strict().await?;
    let from = |port| server.connect("/?room=7").remote_addr((IpAddr::from([203, 0, 113, 9]), port));
    let mut first = from(1).await?;
    assert_eq!(refused(from(2)).await?.status(), 503);
    // Somebody else has a place.
    server.connect("/?room=7").await?.close(1000, "").await?;
    first.close(1000, "").await?;
    drop(first);
    while journal.next().await != "close" {}
    tokio::time::sleep(Duration::from_millis(1)).await;
    let mut third = from(3).await?;
    third.close(1000, "").await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_is_turned_away_by_a_code_takes_a_place_until_it_is_gone() -> wsrack::Result {
    let (server, _journal) = strict().await?;
    let from = |path, port| server.connect(path).remote_addr((IpAddr::from([203, 0, 113, 9]), port));
    let mut silent = from("/4401?room=7", 1).raw().await?;
    silent.expect(crate::frames::server::close(4401, "expired")).await;
    assert_eq!(refused(from("/?room=7", 2)).await?.status(), 503);
    silent.expect_end().await;
    from("/?room=7", 3).await?.close(1000, "").await?;
    Ok(())
}
