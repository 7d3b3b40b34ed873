//! Certificates and keys, when the process changes.

use std::{fs, os::unix::fs::PermissionsExt as _};

use rustix::process::geteuid;
use wsrack_tests::{
    Authority, Result, Site,
    authority::{TlsClient, text},
    raw::frame,
};

use crate::{PID, TALLIED, start};

/// The certificate that a client is shown.
async fn shown(client: &TlsClient, authority: &str) -> Result<Vec<u8>> {
    let stream = client.connect(authority.parse()?, "localhost").await?;
    Ok(stream.get_ref().1.peer_certificates().unwrap_or_default()[0].to_vec())
}

#[tokio::test]
async fn a_restart_reads_the_files_anew() -> Result {
    let site = Site::new(TALLIED)?;
    let authority = Authority::new()?;
    let (first, second) = (authority.certify(&["localhost"])?, authority.certify(&["localhost"])?);
    let (certificate, key) = authority.write("server", &first)?;
    let files = ["--ssl", "--ssl-cert-file", text(&certificate)?, "--ssl-key-file", text(&key)?];
    let addr = start(&site, &files).await?;
    let client = authority.client(&[])?;
    assert_eq!(shown(&client, &addr).await?, *first.der);
    let mut open = client.open(addr.parse()?, "/").await?;

    authority.write("server", &second)?;
    let old = site.pid(PID)?;
    site.ok(&["restart"]).await?;
    let (kind, close) = open.frame().await?;
    assert_eq!((kind, &close[..2]), (0x88, &1012_u16.to_be_bytes()[..]));
    drop(open);
    site.until("the end of the old one", || !site.processes().contains(&old)).await?;
    assert_eq!(shown(&authority.client(&[])?, &addr).await?, *second.der);

    let pid = site.pid(PID)?;
    fs::write(&key, "")?;
    let said = site.run(&["restart"]).await?;
    assert_eq!(said.status, 70, "{said:?}");
    let problem =
        format!("{} holds no private key; it begins with `-----BEGIN PRIVATE KEY-----`", key.display());
    assert!(said.err.contains(&problem), "{said:?}");
    assert_eq!(site.pid(PID)?, pid);
    assert_eq!(shown(&authority.client(&[])?, &addr).await?, *second.der, "the old one goes on");
    site.ok(&["stop"]).await?;
    Ok(())
}

#[tokio::test]
async fn the_key_may_be_roots() -> Result {
    if !geteuid().is_root() {
        println!("skipped: only root can become somebody else");
        return Ok(());
    }
    let site = Site::new(TALLIED)?;
    let copy = site.path("tallied");
    Site::copy(TALLIED, &copy)?;
    let site = site.with_program(copy);
    let authority = Authority::new()?;
    let (certificate, key) = authority.write("server", &authority.certify(&["localhost"])?)?;
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600))?;
    let files = ["--ssl", "--ssl-cert-file", text(&certificate)?, "--ssl-key-file", text(&key)?];
    let addr = start(&site, &[&files[..], &["-u", "nobody"]].concat()).await?;
    let mut raw = authority.client(&[])?.open(addr.parse()?, "/").await?;
    raw.send(frame(0x81, b"hello")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"hello".to_vec()));
    drop(raw);
    site.ok(&["stop"]).await?;
    Ok(())
}
