//! Other people's clients over TLS, each of which checks the certificate.

use std::process::Stdio;

use tokio::process::Command;
use wsrack_tests::{
    Authority, CLOSE_CODE, CLOSE_REASON, Raw, Result, Script, Seen, Tool, Visit, authority::text, raw::frame,
};

use super::{ours, routes, serve, served, tls};

/// The conversation that other clients hold without TLS.
async fn converse(tool: Tool, file: &'static str, variable: &str) -> Result {
    let Some(script) = Script::find(tool, file)? else { return Ok(()) };
    let authority = Authority::new()?;
    let server = served(&authority).await?;
    let url = format!("wss://localhost:{}/", server.addr().port());
    let trusted = [(variable, &*authority.file())];
    let seen: Seen = script.run_in(&trusted, &[&url, &CLOSE_CODE.to_string(), CLOSE_REASON]).await?;
    assert_eq!(seen, Seen::expected());
    server.stop().await
}

#[tokio::test]
async fn nodes_ws_comes_by_wss() -> Result {
    converse(Tool::Node("ws"), "interop.cjs", "NODE_EXTRA_CA_CERTS").await
}

#[tokio::test]
async fn pythons_websockets_comes_by_wss() -> Result {
    converse(Tool::Python("websockets"), "interop.py", "SSL_CERT_FILE").await
}

#[tokio::test]
async fn openssls_client_speaks_both_versions_and_shows_its_certificate() -> Result {
    let Some(openssl) = Tool::Program("openssl").find("TLS as OpenSSL speaks it")? else { return Ok(()) };
    let authority = Authority::new()?;
    let (certificate, key) = authority.write("client", &authority.certify(&["ada"])?)?;
    let asking = ours(tls(&authority.certify(&["localhost"])?)?.client_ca(authority.file()))?;
    let server = serve(routes().server().tls(asking)).await?;
    for version in ["-tls1_2", "-tls1_3"] {
        let mut client = Command::new(&openssl)
            .args(["s_client", "-quiet", "-verify_quiet", "-verify_return_error", "-servername", "localhost"])
            .args(["-alpn", "http/1.1", version, "-connect", &server.addr().to_string()])
            .args(["-CAfile", text(&authority.file())?, "-verify_hostname", "localhost"])
            .args(["-cert", text(&certificate)?, "-key", text(&key)?])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(output), Some(input)) = (client.stdout.take(), client.stdin.take()) else { continue };
        let mut raw = Raw::over(tokio::io::join(output, input));
        raw.upgrade("/?tell").await?;
        let (_, told) = raw.frame().await?;
        assert!(told.starts_with(b"https [") && told != b"https []", "{version}");
        raw.frame().await?;
        raw.send(frame(0x81, b"hello")).await?;
        assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()), "{version}");
        raw.send(frame(0x88, b"\x03\xe8")).await?;
        assert_eq!(raw.rest().await?, b"\x88\x02\x03\xe8", "{version}");
    }
    server.stop().await
}

#[tokio::test]
async fn chromium_comes_by_wss() -> Result {
    let authority = Authority::new()?;
    let certified = authority.certify(&["localhost"])?;
    let page = |_| async { http::Response::new("a page".to_owned()) };
    let routes = wsrack::routes! { "/" => wsrack::http(page), "/ws" => super::Echo };
    let server = serve(routes.server().tls(tls(&certified)?)).await?;
    let host = format!("localhost:{}", server.addr().port());
    let (page, socket) = (format!("https://{host}/"), format!("wss://{host}/ws"));
    let seen = Visit::secure("a visit by wss", (&authority, &certified), &page, &socket).await?;
    if let Some(seen) = seen {
        assert_eq!(seen, Visit::by("http/1.1", &["hello"]));
    }
    server.stop().await
}
