//! Other people's clients over HTTP/2.

use std::{fs, path::Path, process::Stdio, time::Duration};

use tokio::{net::UnixStream, process::Command, time::sleep};
use wsrack::{Http2, Tls};
use wsrack_tests::{
    Authority, CLOSE_CODE, CLOSE_REASON, Failure, Raw, Result, Script, Seen, Served, Tool, Visit,
    authority::{Certified, text},
    raw::frame,
};

use super::{ours, routes, serve, served};

async fn secured(certified: &Certified) -> Result<Served> {
    let tls = ours(Tls::from_pem(certified.pem(), certified.key_pem()))?;
    serve(routes().server().http2(Http2::new()).tls(tls)).await
}

#[tokio::test]
async fn nodes_http2_holds_a_conversation_in_a_stream() -> Result {
    let Some(script) = Script::find(Tool::Node("ws"), "http2.cjs")? else { return Ok(()) };
    let authority = Authority::new()?;
    let close = CLOSE_CODE.to_string();
    for tls in [false, true] {
        let server = if tls { secured(&authority.certify(&["localhost"])?).await? } else { served().await? };
        let scheme = if tls { "https" } else { "http" };
        let origin = format!("{scheme}://localhost:{}", server.addr().port());
        let trusted = [("NODE_EXTRA_CA_CERTS", &*authority.file())];
        let seen: Seen = script.run_in(&trusted, &[&origin, "/packed", &close, CLOSE_REASON]).await?;
        assert_eq!(seen, Seen::expected(), "{scheme}");
        server.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn chromium_opens_a_websocket_on_the_connection_of_its_page() -> Result {
    let authority = Authority::new()?;
    let certified = authority.certify(&["localhost"])?;
    let server = secured(&certified).await?;
    let host = format!("localhost:{}", server.addr().port());
    let (page, socket) = (format!("https://{host}/page"), format!("wss://{host}/ws/room"));
    let seen = Visit::secure("a WebSocket over HTTP/2", (&authority, &certified), &page, &socket).await?;
    let told = "HTTP/2 CONNECT /ws/room localhost /room https -";
    if let Some(seen) = seen {
        assert_eq!(seen, Visit::by("h2", &[told, "hello"]));
    }
    server.stop().await
}

#[tokio::test]
async fn haproxy_makes_streams_of_what_comes_by_http_1() -> Result {
    let Some(haproxy) = Tool::Program("haproxy").find("a proxy that speaks HTTP/2 to us")? else {
        return Ok(());
    };
    let authority = Authority::new()?;
    for tls in [false, true] {
        let server = if tls { secured(&authority.certify(&["localhost"])?).await? } else { served().await? };
        let socket = authority.path(&format!("proxy-{tls}.sock"));
        let secure =
            format!("ssl verify required verifyhost localhost ca-file {} alpn h2", text(&authority.file())?);
        let config = format!(
            "defaults\n mode http\n timeout connect 1m\n timeout client 1m\n timeout server 1m\n timeout tunnel \
             1m\nfrontend in\n bind unix@{}\n default_backend out\nbackend out\n server one {} {}\n",
            text(&socket)?,
            server.addr(),
            if tls { &secure } else { "proto h2" },
        );
        let file = authority.path("haproxy.cfg");
        fs::write(&file, config)?;
        let _proxy = Command::new(&haproxy)
            .args(["-db", "-f", text(&file)?])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut raw = Raw::over(connected(&socket).await?);
        raw.upgrade("/ws/room").await?;
        let scheme = if tls { "https" } else { "http" };
        let told = format!("HTTP/2 CONNECT /ws/room example.org /room {scheme} -");
        let (_, first) = raw.frame().await?;
        assert_eq!(String::from_utf8(first)?, told);
        let large = vec![7; 200_000];
        raw.send([frame(0x81, b"hello"), frame(0x82, &large)].concat()).await?;
        assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
        assert!(raw.frame().await? == (0x82, large), "another message");
        raw.send(frame(0x88, b"\x03\xe8")).await?;
        assert_eq!(raw.frame().await?, (0x88, b"\x03\xe8".to_vec()));
        drop(raw);
        server.stop().await?;
    }
    Ok(())
}

/// Waits until the proxy listens.
async fn connected(socket: &Path) -> Result<UnixStream> {
    for _ in 0..1200 {
        if let Ok(stream) = UnixStream::connect(socket).await {
            return Ok(stream);
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(Failure::new("haproxy does not listen"))
}
