//! The example `auth`: who comes in, by which way, and for how long.

use tokio_tungstenite::tungstenite::{
    client::IntoClientRequest as _,
    http::{HeaderValue, Request},
};
use wsrack_tests::{Client, Close, Example, Failure, Result};

#[tokio::test]
async fn a_token_is_taken_from_header_cookie_subprotocol_and_query() -> Result {
    let auth = Example::start("auth", &[]).await?;
    for (name, value) in [
        ("authorization", "Bearer ada-30"),
        ("cookie", "theme=dark; token=ada-30"),
        ("sec-websocket-protocol", "vault.v1, bearer.ada-30"),
    ] {
        let mut client = Client::connect(with(&auth, name, value)?).await?;
        assert_eq!(client.text().await?, "Hello, ada", "{name}");
        client.leave().await?;
    }
    let mut client = Client::connect(auth.ws("/websocket?token=ada-30")).await?;
    assert_eq!(client.text().await?, "Hello, ada", "the query");
    client.send("it is me").await?;
    assert_eq!(client.text().await?, "ada said: it is me");
    Ok(())
}

#[tokio::test]
async fn nobody_comes_in_without_a_token_or_with_a_wrong_one() -> Result {
    let auth = Example::start("auth", &[]).await?;
    for query in ["", "?token=", "?token=mallory"] {
        let answer = Client::refused(auth.ws(&format!("/websocket{query}"))).await?;
        assert_eq!(answer.status(), 401, "{query}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    }
    // What a page has to learn comes as a close code.
    let mut late = Client::connect(auth.ws("/websocket?token=ada-0")).await?;
    assert_eq!(late.close().await?, expired("the token has expired"));
    Ok(())
}

#[tokio::test]
async fn who_was_let_in_is_let_out_in_time_unless_the_token_is_refreshed() -> Result {
    let auth = Example::start("auth", &[]).await?;
    let mut stays = Client::connect(auth.ws("/websocket?token=bob-10")).await?;
    assert_eq!(stays.text().await?, "Hello, bob");
    stays.send("refresh ada-60").await?;
    assert_eq!(stays.text().await?, "that token is not yours");
    stays.send("refresh bob-60").await?;
    assert_eq!(stays.text().await?, "you may stay");
    let mut leaves = Client::connect(auth.ws("/websocket?token=ada-10")).await?;
    assert_eq!(leaves.text().await?, "Hello, ada");
    // It came later: when its time is over, so would the other's have been.
    assert_eq!(leaves.close().await?.code, expired("").code);
    stays.send("still here").await?;
    assert_eq!(stays.text().await?, "bob said: still here");
    Ok(())
}

fn with(auth: &Example, name: &'static str, value: &str) -> Result<Request<()>> {
    let mut request = auth.ws("/websocket").into_client_request()?;
    let value = HeaderValue::from_str(value).map_err(|error| Failure::new(error.to_string()))?;
    request.headers_mut().insert(name, value);
    Ok(request)
}

fn expired(reason: &str) -> Close {
    Close { code: 4401, reason: reason.to_owned() }
}
