//! The whole server, in memory: from the request's bytes to the last of the answer's.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use tokio::runtime::{Builder, Runtime};
use wsrack::prelude::*;
use wsrack::testing::TestServer;
use wsrack::{Compression, Draft, Options, Origins};

use crate::pieces::pieces;

/// Echoes, and notes the paths that it was asked for.
struct Echo(Arc<Mutex<Vec<String>>>);

#[websocket_app(drafts = "all", origins = any, protocols = ["sample", "chat"], compression(shared, min_size = 0))]
impl Echo {
    #[on_upgrade]
    fn note(&self, env: &Env) {
        self.0.lock().expect("one thread").push(env.path().to_owned());
    }

    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }

    #[on_message]
    fn binary<'m>(&self, bytes: &'m [u8]) -> &'m [u8] {
        bytes
    }
}

struct Running {
    runtime: Runtime,
    server: TestServer,
    seen: Arc<Mutex<Vec<String>>>,
}

thread_local! {
    static RUNNING: RefCell<Running> = RefCell::new(Running::start());
}

/// The options of the application, for who asks the handshake itself.
pub(super) fn options() -> Options {
    Options::new()
        .drafts(Draft::ALL.iter().copied())
        .origins(Origins::any())
        .protocols(["sample", "chat"])
        .compression(Compression::shared().min_size(0))
}

/// All that the server answers, and the paths of the handshakes that were taken.
pub(super) fn ask(bytes: &[u8], seed: u32) -> (Vec<u8>, Vec<String>) {
    RUNNING.with_borrow(|running| {
        running.seen.lock().expect("one thread").clear();
        let came = running.runtime.block_on(async {
            let mut client = running.server.raw();
            for piece in pieces(bytes, seed) {
                // The server may have closed by then.
                let _closed = client.write(piece).await;
                tokio::task::yield_now().await;
            }
            let _closed = client.shutdown().await;
            client.read_to_end().await.expect("the connection ends")
        });
        (came.to_vec(), running.seen.lock().expect("one thread").clone())
    })
}

impl Running {
    fn start() -> Self {
        let runtime =
            Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let routes = wsrack::routes! { "/" => Echo(seen.clone()) };
        let server = runtime.block_on(routes.test()).expect("it starts");
        Self { runtime, server, seen }
    }
}
