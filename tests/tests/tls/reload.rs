//! Certificates that change while the server runs.

use std::{fs, path::PathBuf, time::Duration};

use tokio::time::{sleep, timeout};
use tokio_rustls::rustls::HandshakeKind;
use wsrack::Tls;
use wsrack_tests::{Authority, Result, Served, authority::Certified, authority::TlsClient, raw::frame};

use super::{ours, routes, serve};

struct Files {
    authority: Authority,
    first: Certified,
    second: Certified,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new() -> Result<Self> {
        let authority = Authority::new()?;
        let (first, second) = (authority.certify(&["localhost"])?, authority.certify(&["localhost"])?);
        let (certificate, key) = authority.write("server", &first)?;
        Ok(Self { authority, first, second, certificate, key })
    }

    fn tls(&self) -> Result<Tls> {
        ours(Tls::from_pem_files(&self.certificate, &self.key))
    }
}

async fn shows(client: &TlsClient, server: &Served) -> Result<Vec<u8>> {
    let stream = client.connect(server.addr(), "localhost").await?;
    Ok(stream.get_ref().1.peer_certificates().unwrap_or_default()[0].to_vec())
}

#[tokio::test]
async fn new_clients_see_the_new_certificate_and_old_ones_stay() -> Result {
    let files = Files::new()?;
    let server = serve(routes().server().tls(files.tls()?)).await?;
    let client = files.authority.client(&[])?;
    let mut open = client.open(server.addr(), "/").await?;

    files.authority.write("server", &files.second)?;
    assert_eq!(shows(&client, &server).await?, *files.first.der);
    ours(server.handle().reload_tls())?;
    let fresh = files.authority.client(&[])?;
    assert_eq!(shows(&fresh, &server).await?, *files.second.der);
    // A session of before is none any more: other authorities may have been asked.
    let back = client.open(server.addr(), "/").await?.into_inner();
    assert_eq!(back.get_ref().1.handshake_kind(), Some(HandshakeKind::Full));

    open.send(frame(0x81, b"still here")).await?;
    assert_eq!(open.frame().await?, (0x81, b"still here".to_vec()));
    drop((open, back));
    server.stop().await
}

#[tokio::test]
async fn broken_files_change_nothing_and_are_told() -> Result {
    let files = Files::new()?;
    let server = serve(routes().server().tls(files.tls()?)).await?;
    fs::write(&files.key, files.second.key_pem())?;
    let error = server.handle().reload_tls().unwrap_err().to_string();
    assert!(error.contains("is not that of the certificate"), "{error}");
    assert_eq!(shows(&files.authority.client(&[])?, &server).await?, *files.first.der);
    server.stop().await
}

#[tokio::test]
async fn a_change_of_the_files_is_seen() -> Result {
    let files = Files::new()?;
    let server = serve(routes().server().tls(files.tls()?.watch(Duration::from_millis(20)))).await?;
    let client = files.authority.client(&[])?;
    assert_eq!(shows(&client, &server).await?, *files.first.der);
    // One after the other, as whoever renews them writes them: in between they do not fit.
    fs::write(&files.certificate, files.second.pem())?;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(shows(&client, &server).await?, *files.first.der);
    fs::write(&files.key, files.second.key_pem())?;
    let seen = async {
        while shows(&client, &server).await? != *files.second.der {
            sleep(Duration::from_millis(20)).await;
        }
        Result::Ok(())
    };
    timeout(Duration::from_secs(20), seen).await??;
    server.stop().await
}

#[tokio::test]
async fn without_tls_there_is_nothing_to_reload() -> Result {
    let server = Served::start(routes()).await?;
    ours(server.handle().reload_tls())?;
    server.stop().await
}
