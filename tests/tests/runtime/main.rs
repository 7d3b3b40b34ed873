//! Connections where several things happen at once: what is sent is stuck while a handler is at work, both
//! sides end, many want a turn.

mod stop;
mod stuck;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

/// What an application tells its test.
#[derive(Clone)]
struct Told(Arc<mpsc::UnboundedSender<String>>);

impl Told {
    fn new() -> (Self, Heard) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(Arc::new(sender)), Heard(receiver))
    }

    fn tell(&self, what: impl Into<String>) {
        let _test_is_over = self.0.send(what.into());
    }
}

struct Heard(mpsc::UnboundedReceiver<String>);

impl Heard {
    /// The next thing, awaited for ten minutes of tokio's clock.
    async fn next(&mut self) -> String {
        let next = tokio::time::timeout(Duration::from_mins(10), self.0.recv()).await;
        next.expect("nothing was told").expect("nobody is left to tell anything")
    }

    fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.0.try_recv().ok()).collect()
    }
}

/// A frame of a client, masked with zeros.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut frame = vec![0x80 | opcode];
    match u8::try_from(length) {
        Ok(short @ ..126) => frame.push(0x80 | short),
        _ => {
            frame.push(0xfe);
            frame.extend(u16::try_from(length).expect("a longer frame than tests need").to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}
