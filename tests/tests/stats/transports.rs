//! Whatever a connection comes over, it counts as any.

use wsrack::{Http2, Tls};
use wsrack_tests::{Authority, Http2Client, Raw, Result, Served, raw::frame};

use super::{at, ours, routes, stats_when};

#[tokio::test]
async fn streams_of_http_2() -> Result {
    let server = served(None).await?;
    let mut client = Http2Client::connect(server.addr()).await?;
    assert_is_counted(&server, client.open("/busy", &[]).await?).await?;
    let refused = client.open("/busy?no", &[]).await.map(drop);
    assert!(refused.is_err_and(|refused| format!("{refused:?}").starts_with("401")));
    assert_eq!(at(&server.handle().stats().unwrap_or_default(), "/busy").refused.application, 1);
    server.stop().await
}

#[tokio::test]
async fn tls() -> Result {
    let authority = Authority::new()?;
    let server = served(Some(&authority)).await?;
    let raw = authority.client(&[b"http/1.1"])?.open(server.addr(), "/busy").await?;
    assert_is_counted(&server, raw).await?;
    server.stop().await
}

#[tokio::test]
async fn streams_of_http_2_over_tls() -> Result {
    let authority = Authority::new()?;
    let server = served(Some(&authority)).await?;
    let stream = authority.client(&[b"h2"])?.connect(server.addr(), "localhost").await?;
    let mut client = Http2Client::over(stream).await?;
    assert_is_counted(&server, client.open("/busy", &[]).await?).await?;
    server.stop().await
}

/// The first connection of a server is counted from its opening to its end.
async fn assert_is_counted<S>(server: &Served, mut raw: Raw<S>) -> Result
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    raw.send([frame(0x81, b"four"), frame(0x82, b"seven!!")].concat()).await?;
    assert_eq!(raw.frame().await?, (0x81, b"four".to_vec()));
    assert_eq!(raw.frame().await?, (0x82, b"seven!!".to_vec()));
    let stats = stats_when(&server.handle(), |stats| at(stats, "/busy").handlers.count == 3).await?;
    let figures = at(&stats, "/busy");
    assert_eq!((figures.accepted, figures.open), (1, 1));
    assert_eq!((figures.messages_in, figures.bytes_in), (2, 11));
    assert_eq!((figures.messages_out, figures.bytes_out), (2, 11));
    raw.send(frame(0x88, b"\x03\xe8")).await?;
    assert_eq!(raw.rest().await?, b"\x88\x02\x03\xe8");
    let stats = stats_when(&server.handle(), |stats| stats.total.open == 0).await?;
    assert_eq!((stats.total.closed.client, stats.total.closed.total()), (1, 1));
    Ok(())
}

/// A server that speaks both versions of HTTP, within TLS where there is an authority.
async fn served(authority: Option<&Authority>) -> Result<Served> {
    let routes = routes().counted();
    let hub = routes.hub();
    let mut server = routes.server().http2(Http2::new());
    if let Some(authority) = authority {
        let certified = authority.certify(&["localhost", "127.0.0.1"])?;
        server = server.tls(ours(Tls::from_pem(certified.pem(), certified.key_pem()))?);
    }
    Served::bound(ours(server.bind("127.0.0.1:0").await)?, hub)
}
