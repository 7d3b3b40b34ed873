//! A server for the tests of restarts: it counts what its handlers receive, and writes the count down when it stops.
//!
//! - `/` sends back what comes.
//! - `/slow` says that it has begun, and sends it back after as many milliseconds as the text says.
//!
//! With `TALLY` in the environment, `#[on_stop]` adds the count to that file, in a line of its own. With the file named
//! by `BROKEN` there, `#[on_start]` fails. With `STUCK`, it leaves work behind that never ends; with `BEATS`, work that says
//! `beat of PID` all the time.

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::sleep;
use wsrack::prelude::*;

#[derive(Default)]
struct Tallied {
    received: AtomicU64,
}

#[websocket_app]
impl Tallied {
    #[on_start]
    fn start(&self) -> wsrack::Result {
        if std::env::var_os("STUCK").is_some() {
            drop(tokio::task::spawn_blocking(|| {
                loop {
                    std::thread::park();
                }
            }));
        }
        if std::env::var_os("BEATS").is_some() {
            tokio::spawn(beat());
        }
        match std::env::var_os("BROKEN") {
            Some(file) if Path::new(&file).exists() => Err(Error::msg("this one is broken")),
            _ => Ok(()),
        }
    }

    #[on_message]
    fn echo<'m>(&self, text: &'m str) -> &'m str {
        self.received.fetch_add(1, Ordering::Relaxed);
        text
    }

    #[on_stop]
    fn stop(&self) -> wsrack::Result {
        if let Some(file) = std::env::var_os("TALLY") {
            let mut file = OpenOptions::new().append(true).create(true).open(file)?;
            writeln!(file, "{}", self.received.load(Ordering::Relaxed))?;
        }
        Ok(())
    }
}

async fn beat() {
    // At once, for two processes may write to one pipe.
    let line = format!("beat of {}\n", std::process::id());
    loop {
        let _unheard = std::io::stderr().write_all(line.as_bytes());
        sleep(Duration::from_millis(20)).await;
    }
}

struct Slow;

#[websocket_app]
impl Slow {
    #[on_message]
    async fn echo(&self, ws: &Socket, text: String) -> wsrack::Result<String> {
        ws.send("begun").await?;
        sleep(Duration::from_millis(text.parse()?)).await;
        Ok(text)
    }
}

fn main() -> ExitCode {
    let routes = wsrack::routes! {
        "/" => Tallied::default(),
        "/slow" => Slow,
    };
    routes.run()
}
