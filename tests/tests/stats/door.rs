//! Who came to the server and to no route.

use std::time::Duration;

use wsrack::{Drain, Hub, ServerBuilder, TurnedAway};
use wsrack_tests::{Authority, Client, Http2Client, Raw, Result, Served};

use super::{ours, routes, stats_when};

async fn serve(builder: ServerBuilder) -> Result<Served> {
    Served::bound(ours(builder.bind("127.0.0.1:0").await)?, Hub::default())
}

/// Waits until so many are counted, in the order of the fields.
async fn counted(server: &Served, counts: [u64; 4]) -> Result {
    let counts = TurnedAway::from(counts);
    let stats = stats_when(&server.handle(), |stats| stats.turned_away.total() == counts.total()).await?;
    assert_eq!(stats.turned_away, counts);
    assert_eq!(stats.total.refused.total(), 0, "no route has seen them");
    Ok(())
}

#[tokio::test]
async fn what_is_no_request_is_counted() -> Result {
    let server = serve(routes().counted().server().handshake_timeout(Duration::from_secs(2))).await?;
    for head in ["GET /w s HTTP/1.1\r\n\r\n", "GET b HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let mut raw = Raw::connect(server.addr()).await?;
        raw.send(head).await?;
        assert_eq!(raw.answer().await?.status(), 400);
    }
    let mut slow = Raw::connect(server.addr()).await?;
    slow.send("GET / HT").await?;
    slow.rest().await?;
    // Who says nothing has asked for nothing.
    Raw::connect(server.addr()).await?.rest().await?;
    counted(&server, [2, 1, 0, 0]).await?;
    server.stop().await
}

#[tokio::test]
async fn limits_and_the_stop_are_counted() -> Result {
    let drain = Drain::over(Duration::from_mins(10));
    let builder = routes().counted().server().max_connections(1).drain(drain);
    let server = serve(builder).await?;
    let client = Client::connect(server.ws("/busy")).await?;
    for _ in 0..3 {
        let mut raw = Raw::connect(server.addr()).await?;
        assert_eq!(raw.answer().await?.status(), 503);
    }
    counted(&server, [0, 0, 3, 0]).await?;
    server.handle().stop();
    // Who comes before the stop has begun is one too many.
    while Raw::connect(server.addr()).await?.answer().await?.body != "the server stops\n" {}
    stats_when(&server.handle(), |stats| stats.turned_away.stopping == 1).await?;
    server.handle().stop_now();
    drop(client);
    server.stop().await
}

#[tokio::test]
async fn over_tls_and_over_http_2_as_well() -> Result {
    let authority = Authority::new()?;
    let certified = authority.certify(&["localhost"])?;
    let tls = ours(wsrack::Tls::from_pem(certified.pem(), certified.key_pem()))?;
    let builder = routes().counted().server().tls(tls).http2(wsrack::Http2::new()).max_connections(0);
    let server = serve(builder).await?;
    let mut raw = Raw::over(authority.client(&[])?.connect(server.addr(), "localhost").await?);
    assert_eq!(raw.answer().await?.status(), 503);
    counted(&server, [0, 0, 1, 0]).await?;
    let stream = authority.client(&[b"h2"])?.connect(server.addr(), "localhost").await?;
    let mut client = Http2Client::over(stream).await?;
    let answer = client.ask(http::Request::get("http://localhost/").body(())?).await?;
    assert_eq!(answer.status(), 503);
    counted(&server, [0, 0, 2, 0]).await?;
    drop(client);
    server.stop().await
}
