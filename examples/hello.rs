//! The original's example: an application that greets, answers, and speaks up later by itself.
//!
//! ```text
//! cargo run --example hello
//! ```
//!
//! Open the address that it prints. `-p PORT` takes another port than 3000.

use std::time::Duration;

use tokio::time::sleep;
use wsrack::prelude::*;

struct MyApp;

#[websocket_app]
impl MyApp {
    #[on_open]
    fn open(&self, socket: &Socket) -> &str {
        // Work beside the handlers: it ends with the connection.
        socket.spawn({
            let socket = socket.clone();
            async move {
                for (wait, text) in [(5, "5 seconds have passed"), (10, "15 seconds have passed")] {
                    sleep(Duration::from_secs(wait)).await;
                    if socket.send(text).await.is_err() {
                        return;
                    }
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

/// The page: a small console to talk to the application with.
async fn page(_request: http::Request<wsrack::Body>) -> http::Response<wsrack::Body> {
    let mut page = http::Response::new(include_str!("hello.html").into());
    page.headers_mut().insert("content-type", http::HeaderValue::from_static("text/html; charset=utf-8"));
    page
}

#[tokio::main]
async fn main() -> wsrack::Result {
    let routes = wsrack::routes! {
        "/" => wsrack::http(page),
        "/websocket" => MyApp,
    };
    let server = routes.bind(("127.0.0.1", port()?)).await?;
    if let Some(address) = server.local_addr() {
        println!("Open http://{address}/ in a browser. Ctrl-C ends.");
    }
    server.serve_until_signal().await
}

fn port() -> wsrack::Result<u16> {
    match &std::env::args().skip(1).collect::<Vec<_>>()[..] {
        [] => Ok(3000),
        [flag, port] if flag == "-p" => Ok(port.parse()?),
        _ => Err(Error::from_boxed("usage: hello [-p PORT]".into())),
    }
}
