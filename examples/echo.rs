//! What comes is sent back, as it comes: the server that other people's clients are tested against.
//!
//! ```text
//! cargo run --example echo -- -p 3000 --option max_message_size=16MiB
//! ```
//!
//! `/` echoes; `/fanout` sends each text to all who are there. The command line is Thin's: `--help` has it all. With
//! `ECHO_LOG=1` in the environment each close is told on stderr.

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

fn main() -> ExitCode {
    wsrack::routes! {
        "/" => Echo,
        "/fanout" => Fanout,
    }
    .run()
}
