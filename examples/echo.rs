//! What comes is sent back, as it comes: the server that other people's clients are tested against.
//!
//! ```text
//! cargo run --example echo -- -p 3000 --option max_message_size=16MiB
//! ```
//!
//! `/` echoes; `/fanout` sends each text to all who are there. `--option key=value` sets any option of an
//! application. With `ECHO_LOG=1` in the environment each close is told on stderr.

use std::process::ExitCode;

use wsrack::prelude::*;

/// The lesson: `&self` handlers that borrow the message cost no allocation and no copy.
struct Echo;

#[websocket_app]
impl Echo {
    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }

    #[on_message]
    fn binary<'m>(&self, bytes: &'m [u8]) -> &'m [u8] {
        bytes
    }

    #[on_close]
    fn log(&self, close: Close) {
        if std::env::var_os("ECHO_LOG").is_some() {
            let Close { code, reason, was_clean, cause, .. } = close;
            eprintln!("close code={code} reason={reason} clean={was_clean} cause={cause:?}");
        }
    }
}

struct Fanout;

#[websocket_app]
impl Fanout {
    #[on_open]
    fn join(&self, socket: &Socket) -> wsrack::Result {
        Ok(socket.subscribe("all")?)
    }

    #[on_message]
    fn say(&self, hub: &Hub, text: Text) -> wsrack::Result {
        hub.publish("all", text)?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let (port, options) = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("echo: {problem}\nusage: echo [-p PORT] [--option KEY=VALUE]…");
            return ExitCode::from(2);
        }
    };
    match serve(port, options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echo: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(port: u16, options: Options) -> wsrack::Result {
    let routes = wsrack::routes! {
        "/" => Echo.with(options.clone()),
        "/fanout" => Fanout.with(options),
    };
    let server = routes.bind(("127.0.0.1", port)).await?;
    if let Some(address) = server.local_addr() {
        println!("listening on http://{address}");
    }
    server.serve().await
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<(u16, Options), String> {
    let (mut port, mut options) = (3000, Options::new());
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("`{name}` needs a value"))?;
        match &*name {
            "-p" => port = value.parse().map_err(|_| format!("{value:?} is no port: 0 to 65535"))?,
            "--option" => {
                let (key, value) = value.split_once('=').ok_or("an option is KEY=VALUE")?;
                options.set(key, value).map_err(|problem| problem.to_string())?;
            }
            _ => return Err(format!("there is no argument `{name}`")),
        }
    }
    Ok((port, options))
}
