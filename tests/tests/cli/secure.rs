//! TLS by the command line.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    time::timeout,
};
use wsrack_tests::{
    Authority, Example, Http2Client, Result,
    authority::{TlsClient, text},
    raw::frame,
};

use super::{Folder, PATIENCE, TALLIED, run, tallied};

/// With a certificate of the authority's, and these options.
async fn secured(authority: &Authority, options: &[&str]) -> Result<Example> {
    let (certificate, key) = authority.write("server", &authority.certify(&["localhost"])?)?;
    let files = ["--ssl", "--ssl-cert-file", text(&certificate)?, "--ssl-key-file", text(&key)?];
    tallied(&[&files, options].concat()).await
}

async fn is_let_in(client: &TlsClient, server: &Example) -> Result<bool> {
    Ok(client.open(server.authority().parse()?, "/").await.is_ok())
}

#[tokio::test]
async fn websockets_come_by_tls_and_by_http2() -> Result {
    let authority = Authority::new()?;
    let server = secured(&authority, &[]).await?;
    let addr = server.authority().parse()?;
    let mut raw = authority.client(&[])?.open(addr, "/").await?;
    raw.send(frame(0x81, b"hello")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));

    let stream = authority.client(&[b"h2", b"http/1.1"])?.connect(addr, "localhost").await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let mut client = Http2Client::over(stream).await?;
    let mut raw = client.open("/", &[]).await?;
    raw.send(frame(0x81, b"hello")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
    Ok(())
}

#[tokio::test]
async fn clients_show_a_certificate_where_that_is_asked_for() -> Result {
    let (authority, clients) = (Authority::new()?, Authority::new()?);
    let (known, stranger) = (clients.certify(&["ada"])?, authority.certify(&["eve"])?);
    let ca = clients.file();
    let asked = ["--ssl-client-ca", text(&ca)?];
    let optional = [&asked[..], &["--ssl-client-optional"]].concat();
    for (options, without) in [(&asked[..], false), (&optional, true)] {
        let server = secured(&authority, options).await?;
        assert!(is_let_in(&authority.client_with(&[], Some(&known))?, &server).await?);
        assert!(!is_let_in(&authority.client_with(&[], Some(&stranger))?, &server).await?);
        assert_eq!(is_let_in(&authority.client(&[])?, &server).await?, without, "{options:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_certificate_for_development_takes_one_option() -> Result {
    let folder = Folder::new()?;
    let mut server = folder.command(TALLIED.as_ref());
    let mut server = server.args(["-p", "0", "--ssl-self-signed"]).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(server.stdout.take().expect("it is piped")).lines();
    let told = timeout(PATIENCE, lines.next_line()).await??.unwrap_or_default();
    let place = told.strip_prefix("listening on https://").and_then(|rest| rest.split_once('/'));
    let addr = place.expect(&told).0.parse()?;

    let stream = TlsClient::trusting_anybody(&[])?.connect(addr, "localhost").await?;
    let certificate = stream.get_ref().1.peer_certificates().expect("it has shown one")[0].clone();
    let client = TlsClient::trusting(certificate.into_owned())?;
    for name in ["localhost", "127.0.0.1", "::1"] {
        client.connect(addr, name).await?;
    }
    assert!(client.connect(addr, "example.org").await.is_err());
    client.open(addr, "/").await?;
    server.start_kill()?;
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_told() -> Result {
    let authority = Authority::new()?;
    let (certificate, key) = authority.write("one", &authority.certify(&["localhost"])?)?;
    let (_, other) = authority.write("two", &authority.certify(&["localhost"])?)?;
    let (certificate, key, other) = (text(&certificate)?, text(&key)?, text(&other)?);
    let folder = Folder::new()?;
    let files = |certificate, key| ["--ssl", "--ssl-cert-file", certificate, "--ssl-key-file", key];
    let mismatch = format!(
        "the private key in {other} is not that of the certificate in {certificate}; the server's own certificate \
         comes first there"
    );
    let no_authority = format!("{key} holds no certificate; it begins with `-----BEGIN CERTIFICATE-----`");
    let gone = "cannot read gone: No such file or directory (os error 2)";
    for (line, status, told) in [
        (&files(certificate, "gone")[..], 66, gone),
        (&files("gone", key), 66, gone),
        (&files(certificate, other), 78, &mismatch),
        (&[&files(certificate, key)[..], &["--ssl-client-ca", key]].concat(), 78, &no_authority),
        (&[&files(certificate, "gone")[..], &["-d"]].concat(), 66, gone),
        (
            &["--ssl"],
            2,
            "--ssl needs `--ssl-key-file` and `--ssl-cert-file`, or `--ssl-self-signed` for development",
        ),
        (
            &[&files(certificate, key)[..], &["--ssl-self-signed"]].concat(),
            2,
            "--ssl-self-signed makes key and certificate itself: leave it away, or `--ssl-key-file` and \
             `--ssl-cert-file`",
        ),
    ] {
        let said = run(folder.command(TALLIED.as_ref()).args(["-p", "0"]).args(line)).await?;
        assert_eq!((said.status, said.err), (Some(status), format!("tallied: {told}\n")), "{line:?}");
        assert_eq!(said.out, "", "{line:?}");
    }
    Ok(())
}
