//! Who may come in, how a page gets its token across, and what happens when it runs out.
//!
//! ```text
//! cargo run --example auth
//! ```
//!
//! Open the page with `?token=ada-30` behind its address: Ada, for 30 seconds. Send `refresh ada-60` to stay longer. Try
//! `?token=ada-0`, which has expired, and no token at all.
//!
//! **The lesson:** `#[on_upgrade]` decides before the 101, and what it returns is there for all later handlers as
//! `Extension`. A program that connects reads an HTTP status; a page can only see a close code. Who was let in is let
//! out again in time.

use std::process::ExitCode;
use std::time::Duration;

use tokio::time::Instant;
use wsrack::Extension;
use wsrack::prelude::*;

/// The close code for a token that has expired: those from 4000 on are free for all.
const EXPIRED: u16 = 4401;

#[derive(Clone)]
struct User {
    name: String,
    until: Instant,
}

impl User {
    /// Stands for your session table, or for checking a signature: here whoever says `ada-30` is Ada for 30 seconds.
    fn from_token(token: &str) -> Option<Self> {
        let (name, seconds) = token.split_once('-')?;
        let lifetime = Duration::from_secs(seconds.parse().ok().filter(|seconds| *seconds <= 3_600)?);
        Some(Self { name: name.to_owned(), until: Instant::now() + lifetime })
    }

    fn is_expired(&self) -> bool {
        self.until <= Instant::now()
    }
}

struct Vault;

#[websocket_app(protocols = ["vault.v1"])]
impl Vault {
    #[on_upgrade]
    fn authorize(&self, env: &Env) -> Result<User, Rejection> {
        let in_query = env.query_param("token");
        let token = env
            // From a program, which can set headers.
            .bearer_token()
            // From a page whose site has logged in. The origin was checked before, so it is this site's page.
            .or_else(|| env.cookie("token"))
            // From a script: `new WebSocket(url, ["vault.v1", "bearer.ada-30"])`.
            .or_else(|| env.subprotocol_token("bearer."))
            // The last resort: it is in the logs of every proxy, so it should live for seconds.
            .or(in_query.as_deref());
        let refused = || Rejection::http(401).header("www-authenticate", "Bearer");
        let user = token.and_then(User::from_token).ok_or_else(|| refused().body("a token is needed\n"))?;
        if user.is_expired() {
            return Err(Rejection::close(EXPIRED, "the token has expired"));
        }
        Ok(user)
    }

    #[on_open]
    fn open(&self, ws: &Socket, Extension(user): Extension<User>) -> String {
        ws.expires_at(user.until, EXPIRED);
        format!("Hello, {}", user.name)
    }

    /// `refresh TOKEN` moves the end; a later call of `expires_at` replaces the earlier one.
    #[on_message]
    fn message(&self, ws: &Socket, Extension(user): Extension<User>, text: &str) -> String {
        let Some(token) = text.strip_prefix("refresh ") else {
            return format!("{} said: {text}", user.name);
        };
        match User::from_token(token).filter(|fresh| fresh.name == user.name && !fresh.is_expired()) {
            Some(fresh) => {
                ws.expires_at(fresh.until, EXPIRED);
                "you may stay".to_owned()
            }
            None => "that token is not yours".to_owned(),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    common::serve(wsrack::routes! {
        "/" => common::console(),
        "/style.css" => common::style(),
        "/websocket" => Vault,
    })
    .await
}
