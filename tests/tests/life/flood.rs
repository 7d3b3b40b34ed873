//! A client that floods while its connection ends.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use wsrack::Rate;
use wsrack::prelude::*;
use wsrack_tests::Result;
use wsrack_tests::raw::handshake;

use crate::frames::client;
use crate::journal::{Pen, journal};

/// Long beside `close_timeout`, however busy the machine.
const FOREVER: Duration = Duration::from_mins(1);

struct Sink(Pen);

#[websocket_app]
impl Sink {
    #[on_message]
    fn any(&self, _what: &str) {}

    #[on_close]
    fn closed(&self, close: Close) {
        self.0.write(format!("{:?}", close.cause));
    }
}

/// Who sends too many messages is closed, goes on sending and does not answer: `close_timeout` is its bound.
#[tokio::test]
async fn who_floods_while_its_close_frame_is_awaited_is_given_up_in_time() -> Result {
    let (pen, mut journal) = journal();
    let options = Options::new().message_rate(Rate::per_second(1)).close_timeout(Duration::from_millis(300));
    let file = std::env::temp_dir().join(format!("wsrack-flood-{}", std::process::id()));
    let server = wsrack::routes! { "/" => Sink(pen).with(options) }.server().bind_unix(&file).await.unwrap();
    let serving = tokio::spawn(server.serve());
    let mut stream = std::os::unix::net::UnixStream::connect(&file)?;
    let flood = std::thread::spawn(move || {
        stream.write_all(handshake("/").as_bytes()).unwrap();
        let _head = stream.read(&mut [0; 4096]).unwrap();
        let frames = client::text("").repeat(40_000);
        let began = Instant::now();
        stream.set_nonblocking(true).unwrap();
        let mut at = 0;
        while began.elapsed() < FOREVER {
            match stream.write(&frames[at..]) {
                Ok(written) => at = (at + written) % frames.len(),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        began.elapsed()
    });
    assert_eq!(journal.next().await, "Protocol");
    let took = tokio::task::spawn_blocking(|| flood.join().unwrap()).await?;
    assert!(took < FOREVER, "the flood went on for {took:?}");
    serving.abort();
    let _gone = std::fs::remove_file(&file);
    Ok(())
}
