//! axum and wsrack in one program, each inside the other.
//!
//! ```text
//! cargo run --example axum --features axum
//! ```
//!
//! **The lesson:** an axum `Router` mounts in `routes!` like anything else that speaks HTTP, and started `Routes` are
//! a service for axum. Whoever starts them stops them: `shutdown` closes the connections and runs `#[on_stop]`.

use std::process::ExitCode;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use tokio::net::TcpListener;
use wsrack::prelude::*;

struct Shout;

#[websocket_app]
impl Shout {
    #[on_message]
    fn message(&self, text: &str) -> String {
        text.to_uppercase()
    }

    #[on_stop]
    fn stop(&self) {
        println!("all connections are closed");
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    common::exit_code(serve().await)
}

async fn serve() -> wsrack::Result {
    // axum inside: it sees the path below its mount.
    let users =
        Router::new().route("/{name}", get(|Path(name): Path<String>| async move { format!("{name}\n") }));
    let routes = wsrack::routes! {
        "/" => common::console(),
        "/style.css" => common::style(),
        "/users" => users,
        "/websocket" => Shout,
    };

    // axum outside: what its own routes do not take goes to ours.
    let running = routes.start().await?;
    let app = Router::new().route("/health", get(|| async { "well\n" })).fallback_service(running.service());

    let listener = TcpListener::bind(("127.0.0.1", common::port()?)).await?;
    println!("Open http://{}/ in a browser. Ctrl-C ends.", listener.local_addr()?);
    let signal = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app).with_graceful_shutdown(signal).await?;
    running.shutdown().await
}
