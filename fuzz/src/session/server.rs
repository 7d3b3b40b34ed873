//! The server of a session: one application at several addresses, and what it heard.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use wsrack::prelude::*;
use wsrack::testing::{RawClient, TestServer};
use wsrack::{Cause, SendError};

use super::Message;

/// What the application was told.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) messages: Vec<Message>,
    pub(super) ends: Vec<(u16, bool, Cause)>,
}

#[derive(Debug, Default)]
struct State {
    heard: Heard,
    socket: Option<Socket>,
    echoes: bool,
}

#[derive(Clone, Debug, Default)]
struct Ear(Arc<Mutex<State>>);

#[websocket_app(drafts = "all", origins = any)]
impl Ear {
    #[on_open]
    fn open(&self, ws: &Socket) {
        self.state().socket = Some(ws.clone());
    }

    #[on_message]
    fn text(&self, ws: &Socket, text: &str) -> wsrack::Result {
        self.state().heard.messages.push(Message::Text(text.to_owned()));
        if self.state().echoes {
            ws.send_data(text)?;
        }
        Ok(())
    }

    #[on_message]
    fn binary(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.state().heard.messages.push(Message::Binary(bytes.to_vec()));
        self.state().echoes.then(|| bytes.to_vec())
    }

    #[on_close]
    fn close(&self, close: Close) {
        self.state().heard.ends.push((close.code.into(), close.was_clean, close.cause));
    }
}

impl Ear {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("one thread")
    }
}

#[derive(Clone)]
pub(super) struct Server {
    server: Arc<TestServer>,
    ear: Ear,
}

thread_local! {
    static RUNNING: RefCell<(Runtime, Server)> = RefCell::new(start());
}

/// Runs one session on the thread's server.
pub(super) fn run<F: Future<Output = ()>>(echoes: bool, session: impl FnOnce(Server) -> F) {
    RUNNING.with_borrow(|(runtime, server)| {
        *server.ear.state() = State { echoes, ..State::default() };
        runtime.block_on(session(server.clone()));
    });
}

fn start() -> (Runtime, Server) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let ear = Ear::default();
    let mount = |compression: &str| {
        let mut options = wsrack::Options::new();
        options.set("compression", compression).expect("an option");
        ear.clone().with(options)
    };
    let routes = wsrack::routes! {
        "/plain" => mount("off"),
        "/shared" => mount("shared, min_size=0"),
        "/dedicated" => mount("dedicated, min_size=0"),
        "/windows" => mount("dedicated, min_size=0, server_max_window_bits=9, client_max_window_bits=10"),
    };
    let server = Arc::new(runtime.block_on(routes.test()).expect("it starts"));
    (runtime, Server { server, ear })
}

impl Server {
    pub(super) fn raw(&self) -> RawClient {
        self.server.raw()
    }

    /// Whether the draft has such messages.
    pub(super) fn send(&self, message: &Message) -> bool {
        let socket = self.socket();
        sent(match message {
            Message::Text(text) => socket.send_data(&**text),
            Message::Binary(bytes) => socket.send_data(bytes.clone()),
        })
    }

    /// Whether the draft has pings.
    pub(super) fn ping(&self, body: &[u8]) -> bool {
        sent(self.socket().ping(body))
    }

    pub(super) fn close(&self) {
        self.socket().close_with(4000, "enough");
    }

    /// What was heard, when the end was.
    pub(super) async fn heard(&self) -> Heard {
        for _ in 0..100 {
            if !self.ear.state().heard.ends.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        std::mem::take(&mut self.ear.state().heard)
    }

    fn socket(&self) -> Socket {
        self.ear.state().socket.clone().expect("it was opened")
    }
}

fn sent(result: Result<(), SendError>) -> bool {
    match result {
        Ok(()) => true,
        Err(SendError::Unsupported) => false,
        Err(error) => panic!("{error}"),
    }
}
