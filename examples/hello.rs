//! The original's example: an application that greets, answers, and speaks up later by itself.
//!
//! ```text
//! cargo run --example hello
//! ```
//!
//! **The lesson:** an application is a type with some marked methods, and `routes!` says where it is. What a handler
//! returns is sent; for more there is the socket, which can be kept. `run` gives the program Thin's command line:
//! `cargo run --example hello -- --help`. With `--features tls` it speaks TLS: `-- --ssl --ssl-self-signed`.

use std::process::ExitCode;
use std::time::Duration;

use tokio::time::sleep;
use wsrack::prelude::*;

struct MyApp;

#[websocket_app]
impl MyApp {
    #[on_open]
    fn open(&self, ws: Socket) -> &'static str {
        // Work beside the handlers: it ends with the connection.
        ws.clone().spawn(async move {
            for (wait, text) in [(5, "5 seconds have passed"), (10, "15 seconds have passed")] {
                sleep(Duration::from_secs(wait)).await;
                if ws.send(text).await.is_err() {
                    return;
                }
            }
        });
        "Hello to you!"
    }

    #[on_message]
    fn message(&self, text: &str) -> String {
        format!("I got your message: {text}")
    }

    #[on_close]
    fn close(&self, env: &Env, close: Close) {
        println!("{} left: {}", env["REMOTE_ADDR"], close.code);
    }

    #[on_error]
    fn error(&self, error: &Error) {
        eprintln!("error: {error}");
    }
}

fn main() -> ExitCode {
    wsrack::routes! {
        "/" => common::console(),
        "/style.css" => common::style(),
        "/websocket" => MyApp,
    }
    .run()
}
