//! Several certificates, and what is said of bad ones.

use std::fs;

use rcgen::date_time_ymd;
use wsrack::Tls;
use wsrack_tests::{Authority, Result, Served, authority::TlsClient};

use super::{ours, routes, serve};

/// The certificate that a client gets who asks for `name`.
async fn shown(client: &TlsClient, server: &Served, name: &str) -> Result<Vec<u8>> {
    let stream = client.connect(server.addr(), name).await?;
    let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
    Ok(shown[0].to_vec())
}

#[tokio::test]
async fn a_client_gets_the_certificate_of_the_name_that_it_asks_for() -> Result {
    let authority = Authority::new()?;
    let first = authority.certify(&["localhost", "127.0.0.1"])?;
    let second = authority.certify(&["example.net", "*.example.net"])?;
    let (certificate, key) = authority.write("second", &second)?;
    let tls = ours(super::tls(&first)?.and_pem_files(certificate, key))?;
    let server = serve(routes().server().tls(tls)).await?;
    let client = authority.client(&[])?;
    for (name, expected) in [
        ("localhost", &first),
        ("example.net", &second),
        ("chat.example.net", &second),
        // An address is not asked for.
        ("127.0.0.1", &first),
    ] {
        assert_eq!(shown(&client, &server, name).await?, *expected.der, "{name}");
    }
    // A name that none is for gets the first, which the client refuses.
    assert!(shown(&client, &server, "a.b.example.net").await.is_err());
    server.stop().await
}

#[test]
fn the_message_says_what_is_wrong_and_where() -> Result {
    let authority = Authority::new()?;
    let one = authority.certify(&["localhost"])?;
    let (one_pem, one_key) = authority.write("one", &one)?;
    let (two_pem, two_key) = authority.write("two", &authority.certify(&["localhost"])?)?;
    let expired = authority.certify_as(&["localhost"], |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    })?;
    let (expired_pem, expired_key) = authority.write("expired", &expired)?;
    let later =
        authority.certify_as(&["localhost"], |params| params.not_before = date_time_ymd(4000, 1, 1))?;
    let (later_pem, later_key) = authority.write("later", &later)?;
    let write = |name: &str, text: &str| {
        let path = authority.path(name);
        fs::write(&path, text).map(|()| path)
    };
    let empty = write("empty", "")?;
    let cut = write("cut", &one.pem()[..200])?;
    let wrong = write("wrong", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")?;
    let encrypted = write(
        "encrypted",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    )?;
    let missing = authority.path("missing");
    for (certificate, key, expected) in [
        (&missing, &one_key, "cannot read *missing: No such file or directory (os error 2)"),
        (&empty, &one_key, "*empty holds no certificate; it begins with `-----BEGIN CERTIFICATE-----`"),
        (&one_key, &one_key, "*one.key holds no certificate; it begins with `-----BEGIN CERTIFICATE-----`"),
        (&cut, &one_key, "*cut is not PEM: its end, CERTIFICATE, is missing"),
        (&wrong, &one_key, "the certificate in *wrong is broken"),
        (&one_pem, &one_pem, "*one.pem holds no private key; it begins with `-----BEGIN PRIVATE KEY-----`"),
        (
            &one_pem,
            &encrypted,
            "the private key in *encrypted is encrypted; `openssl pkey` writes one that is not",
        ),
        (
            &two_pem,
            &one_key,
            "the private key in *one.key is not that of the certificate in *two.pem; the server's own certificate \
             comes first there",
        ),
        (&later_pem, &later_key, "the certificate in *later.pem is not valid yet; it is in"),
        (&expired_pem, &expired_key, "the certificate in *expired.pem has expired,"),
    ] {
        let told = Tls::from_pem_files(certificate, key).unwrap_err().to_string();
        let told = told.replace(&format!("{}/", authority.path("").display()).replace("//", "/"), "*");
        assert!(told.starts_with(expected), "{told}\nis not\n{expected}");
    }
    let _right = ours(Tls::from_pem_files(&two_pem, &two_key))?;
    Ok(())
}

#[test]
fn a_certificate_and_its_key_may_share_a_file() -> Result {
    let authority = Authority::new()?;
    let certified = authority.certify(&["localhost"])?;
    let path = authority.path("both.pem");
    fs::write(&path, certified.key_pem() + certified.pem())?;
    let _tls = ours(Tls::from_pem_files(&path, &path))?;
    Ok(())
}
