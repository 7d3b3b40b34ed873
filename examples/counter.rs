//! Each connection counts for itself, and all of them together.
//!
//! ```text
//! cargo run --example counter
//! ```
//!
//! Open the page in two windows, and send anything.
//!
//! **The lesson:** where a handler takes `&mut self`, each connection works on a clone of the application that was
//! mounted. Plain fields are the connection's own, without a lock; what all share stands behind an `Arc`.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wsrack::prelude::*;

#[derive(Clone, Default)]
struct Counter {
    mine: u64,
    all: Arc<AtomicU64>,
}

#[websocket_app]
impl Counter {
    /// Without a message parameter it takes messages of every kind.
    #[on_message]
    fn count(&mut self) -> String {
        self.mine += 1;
        let all = self.all.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{} from you, {all} from everybody", self.mine)
    }

    #[on_close]
    fn leave(&self) {
        println!("one has left who sent {}", self.mine);
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    common::serve(wsrack::routes! {
        "/" => common::console(),
        "/style.css" => common::style(),
        "/websocket" => Counter::default(),
    })
    .await
}
