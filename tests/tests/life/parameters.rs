//! What handlers ask of a request is looked at before the 101: who lacks it sees why, and no handler runs.

use serde::Deserialize;
use wsrack::prelude::*;
use wsrack::testing::{Answer, TestError, TestServer};
use wsrack::{Extension, FromEnv, OptionalFromEnv, Path, Query};

#[derive(Deserialize)]
struct Page {
    number: u32,
}

/// A parameter of an application's own.
struct Tenant<'a>(&'a str);

impl<'a> FromEnv<'a> for Tenant<'a> {
    fn from_env(env: &'a Env) -> Result<Self, Rejection> {
        Option::<Self>::from_env(env)?.ok_or_else(|| Rejection::http(421).body("no tenant"))
    }
}

impl<'a> OptionalFromEnv<'a> for Tenant<'a> {
    fn optional_from_env(env: &'a Env) -> Result<Option<Self>, Rejection> {
        match env.header("x-tenant") {
            Some("") => Err(Rejection::http(400).body("a tenant has a name")),
            name => Ok(name.map(Tenant)),
        }
    }
}

/// Parameters are traits, so other names for them do as well.
type Rack<'a> = &'a Env;

struct Asks;

#[websocket_app]
impl Asks {
    #[on_open]
    fn open(
        &self,
        page: Option<Query<Page>>,
        Path((room, seat)): Path<(String, u8)>,
        tenant: Option<Tenant<'_>>,
        user: Option<Extension<u8>>,
        rack: Rack<'_>,
    ) -> String {
        let page = page.map(|Query(page)| page.number);
        let tenant = tenant.map(|Tenant(name)| name);
        format!("{room} {seat} {page:?} {tenant:?} {} {}", user.is_some(), rack["PATH_INFO"])
    }
}

/// What only its last handler asks for counts as well.
struct AsksLate;

#[websocket_app]
impl AsksLate {
    #[on_close]
    fn bye(&self, _user: Extension<u8>) {}
}

struct AsksTenant;

#[websocket_app]
impl AsksTenant {
    #[on_message]
    fn any(&self, _tenant: Tenant<'_>) {}
}

async fn server() -> wsrack::Result<TestServer> {
    let routes = wsrack::routes! {
        "/rooms/{room}/{seat}" => Asks,
        "/late" => AsksLate,
        "/tenant" => AsksTenant,
    };
    routes.test().await
}

async fn refused(server: &TestServer, target: &str, tenant: Option<&str>) -> Answer {
    let connect = server.connect(target);
    let connect = match tenant {
        Some(name) => connect.header("x-tenant", name),
        None => connect,
    };
    match connect.await {
        Err(TestError::Refused(answer)) => answer,
        other => panic!("{target} is not refused: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_there_comes_as_its_type_and_what_may_be_absent_as_none() -> wsrack::Result {
    let server = server().await?;
    let mut client = server.connect("/rooms/a%20b/7/x").await?;
    assert_eq!(client.next_text().await?, "a b 7 None None false /x");
    let connect = server.connect("/rooms/lobby/255?number=3").header("x-tenant", "ada");
    assert_eq!(connect.await?.next_text().await?, r#"lobby 255 Some(3) Some("ada") false "#);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_malformed_is_refused_though_it_might_be_absent() -> wsrack::Result {
    let server = server().await?;
    for (target, tenant, body) in [
        ("/rooms/lobby/256", None, "`seat` is \"256\": number too large to fit in target type"),
        ("/rooms/lobby/x", None, "`seat` is \"x\": invalid digit found in string"),
        ("/rooms/lobby/7?number=x", None, "the request's query is not what is asked for"),
        ("/rooms/lobby/7?other=1", None, "missing field `number`"),
        ("/rooms/lobby/7", Some(""), "a tenant has a name"),
    ] {
        let answer = refused(&server, target, tenant).await;
        assert_eq!(answer.status(), 400, "{target}");
        assert!(answer.text().contains(body), "{target}: {}", answer.text());
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_the_server_owes_is_a_500_and_tells_nothing() -> wsrack::Result {
    let server = server().await?;
    let answer = refused(&server, "/late", None).await;
    assert_eq!((answer.status(), answer.text().as_str()), (500, "500 Internal Server Error"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_parameter_of_the_applications_own_refuses_as_it_likes() -> wsrack::Result {
    let server = server().await?;
    let answer = refused(&server, "/tenant", None).await;
    assert_eq!((answer.status(), answer.text().as_str()), (421, "no tenant"));
    server.connect("/tenant").header("x-tenant", "ada").await?;
    Ok(())
}
