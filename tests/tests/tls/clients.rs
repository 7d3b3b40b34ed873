//! Certificates of clients.

use wsrack_tests::{Authority, Result, authority::TlsClient};

use super::{ours, routes, serve};

/// Two authorities, of which the server knows the first.
async fn served(optional: bool) -> Result<(wsrack_tests::Served, Authority, Authority)> {
    let (known, unknown) = (Authority::new()?, Authority::new()?);
    let tls = super::tls(&known.certify(&["localhost"])?)?;
    let tls = ours(tls.client_ca(known.file()))?.client_optional(optional);
    Ok((serve(routes().server().tls(tls)).await?, known, unknown))
}

/// What the application knows of a client; an error where it may not come.
async fn told(server: &wsrack_tests::Served, client: &TlsClient) -> Result<[String; 2]> {
    let mut raw = client.open(server.addr(), "/?tell").await?;
    let first = String::from_utf8(raw.frame().await?.1)?;
    Ok([first, String::from_utf8(raw.frame().await?.1)?])
}

#[tokio::test]
async fn the_application_sees_whom_the_authority_vouches_for() -> Result {
    for optional in [false, true] {
        let (server, known, unknown) = served(optional).await?;
        let certified = known.certify(&["ada"])?;
        let client = known.client_with(&[], Some(&certified))?;
        // The second comes with a ticket, and is the same client.
        for _ in 0..2 {
            let [told, pem] = told(&server, &client).await?;
            assert_eq!(told, format!("https [{}]", certified.der.len()));
            assert_eq!(pem, certified.pem().replace("\r\n", "\n"));
        }
        let stranger = known.client_with(&[], Some(&unknown.certify(&["eve"])?))?;
        assert!(told(&server, &stranger).await.is_err(), "optional: {optional}");
        server.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_has_no_certificate_comes_only_where_it_is_optional() -> Result {
    for optional in [false, true] {
        let (server, known, _) = served(optional).await?;
        let seen = told(&server, &known.client(&[])?).await.ok();
        assert_eq!(seen, optional.then(|| ["https []".to_owned(), String::new()]));
        server.stop().await?;
    }
    Ok(())
}

#[test]
fn authorities_that_cannot_be_read_are_told() -> Result {
    let authority = Authority::new()?;
    let tls = super::tls(&authority.certify(&["localhost"])?)?;
    let (_, key) = authority.write("one", &authority.certify(&["localhost"])?)?;
    for path in [authority.path("missing"), key] {
        let error = tls.clone().client_ca(&path).unwrap_err().to_string();
        assert!(error.contains(wsrack_tests::authority::text(&path)?), "{error}");
    }
    Ok(())
}
