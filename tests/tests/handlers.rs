//! Which handler is called when, and what becomes of what it returns: `#[websocket_app]` over real sockets.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ThreadId};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use wsrack::prelude::*;

type Client = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Serves `app` and connects as often as asked.
async fn serve<Kind, const N: usize>(app: impl wsrack::Mount<Kind>) -> [Client; N] {
    let server = Routes::new().map("/", app).unwrap().bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", server.local_addr().unwrap());
    tokio::spawn(server.serve());
    let mut clients = Vec::new();
    for _ in 0..N {
        clients.push(connect_async(&url).await.unwrap().0);
    }
    clients.try_into().unwrap()
}

async fn next(client: &mut Client) -> Frame {
    timeout(Duration::from_secs(20), client.next()).await.unwrap().unwrap().unwrap()
}

/// What the client is told when it sends `text`.
async fn ask(client: &mut Client, text: &str) -> String {
    client.send(Frame::text(text)).await.unwrap();
    next(client).await.into_text().unwrap().to_string()
}

async fn close_code(client: &mut Client) -> u16 {
    let Frame::Close(Some(close)) = next(client).await else { panic!("no close frame") };
    close.code.into()
}

#[derive(Clone)]
struct Counter(usize);

#[websocket_app]
impl Counter {
    #[on_start]
    fn begin(&mut self) {
        self.0 = 10;
    }

    #[on_message]
    async fn text(&mut self, text: &str) -> String {
        self.0 += 1;
        format!("{text} {}", self.0)
    }

    #[on_message]
    fn binary(&self, data: &[u8]) -> Option<Vec<u8>> {
        (!data.is_empty()).then(|| data.to_vec())
    }
}

#[tokio::test]
async fn each_connection_works_on_a_clone_of_what_on_start_left() {
    let [mut one, mut other] = serve(Counter(0)).await;
    assert_eq!(ask(&mut one, "a").await, "a 11");
    assert_eq!(ask(&mut one, "b").await, "b 12");
    assert_eq!(ask(&mut other, "c").await, "c 11");
}

#[tokio::test]
async fn the_message_s_type_picks_the_handler() {
    let [mut client] = serve(Counter(0)).await;
    client.send(Frame::binary(vec![])).await.unwrap();
    client.send(Frame::binary(vec![1, 2])).await.unwrap();
    assert_eq!(next(&mut client).await, Frame::binary(vec![1, 2]));
    assert_eq!(ask(&mut client, "a").await, "a 11");
}

struct Total(AtomicUsize);

#[websocket_app]
impl Total {
    #[on_message]
    fn any(&self) -> String {
        (self.0.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }
}

#[tokio::test]
async fn handlers_that_take_self_by_reference_share_one_instance() {
    let [mut one, mut other] = serve(Total(AtomicUsize::new(0))).await;
    assert_eq!(ask(&mut one, "").await, "1");
    assert_eq!(ask(&mut other, "").await, "2");
    one.send(Frame::binary(vec![])).await.unwrap();
    assert_eq!(next(&mut one).await, Frame::text("3"));
}

struct OnlyBinary;

#[websocket_app]
impl OnlyBinary {
    #[on_message]
    fn binary(&self, _data: Bytes) {}
}

#[tokio::test]
async fn a_kind_without_a_handler_closes_with_1003() {
    let [mut client] = serve(OnlyBinary).await;
    client.send(Frame::text("a")).await.unwrap();
    assert_eq!(close_code(&mut client).await, 1003);
}

struct Room(Mutex<Vec<String>>);

impl Room {
    fn names(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap()
    }
}

#[websocket_app]
impl Room {
    #[on_message(event = "join")]
    async fn join(&self, Json(name): Json<String>) -> wsrack::Result<Json<usize>> {
        if name.is_empty() {
            return Err(wsrack::Error::client("no_name", "a name, please"));
        }
        if name == "root" {
            return Err(io::Error::other("secret").into());
        }
        self.names().push(name);
        Ok(Json(self.names().len()))
    }

    #[on_message(event = "names", blocking)]
    fn list(&self) -> Json<Vec<String>> {
        Json(self.names().clone())
    }

    #[on_message(event = "shout", blocking)]
    fn shout(&self, _ws: &Socket, Json(text): Json<String>) -> Json<String> {
        Json(text.to_uppercase())
    }

    /// JSON has no keys like these.
    #[on_message(event = "seats")]
    fn seats(&self) -> Json<BTreeMap<(u8, u8), bool>> {
        Json([((1, 2), true)].into())
    }

    #[on_message(event = "clear", boxed)]
    async fn clear(&self) {
        self.names().clear();
    }

    #[on_error]
    fn oops(&self, error: &wsrack::Error) -> String {
        format!("oops: {error}")
    }
}

#[tokio::test]
async fn events_are_answered_by_name() {
    let [mut client] = serve(Room(Mutex::default())).await;
    assert_eq!(
        ask(&mut client, r#"{"event": "join", "data": "ann", "id": 7}"#).await,
        r#"{"event":"join","data":1,"id":7}"#
    );
    assert_eq!(ask(&mut client, r#"{"event": "join", "data": "bob"}"#).await, r#"{"event":"join","data":2}"#);
    assert_eq!(
        ask(&mut client, r#"{"event": "names", "data": 3}"#).await,
        r#"{"event":"names","data":["ann","bob"]}"#
    );
    assert_eq!(
        ask(&mut client, r#"{"event": "shout", "data": "a", "id": "x"}"#).await,
        r#"{"event":"shout","data":"A","id":"x"}"#
    );
    client.send(Frame::text(r#"{"event": "clear"}"#)).await.unwrap();
    assert_eq!(ask(&mut client, r#"{"event": "names"}"#).await, r#"{"event":"names","data":[]}"#);
}

#[tokio::test]
async fn a_client_reads_its_own_mistakes_and_no_others() {
    let [mut client] = serve(Room(Mutex::default())).await;
    let own = ask(&mut client, r#"{"event": "join", "data": "", "id": 1}"#).await;
    assert_eq!(own, r#"{"event":"join","error":{"code":"no_name","message":"a name, please"},"id":1}"#);
    let wrong = ask(&mut client, r#"{"event": "shout", "data": 7}"#).await;
    assert!(wrong.contains(r#""code":"invalid_data""#), "{wrong}");
    let unknown = ask(&mut client, r#"{"event": "leave"}"#).await;
    assert!(unknown.contains(r#""code":"unknown_event""#), "{unknown}");
    let ours = ask(&mut client, r#"{"event": "join", "data": "root"}"#).await;
    assert_eq!(ours, r#"{"event":"join","error":{"code":"internal"}}"#);
    assert_eq!(next(&mut client).await, Frame::text("oops: secret"));
    let unwritten = ask(&mut client, r#"{"event": "seats", "id": 2}"#).await;
    assert_eq!(unwritten, r#"{"event":"seats","error":{"code":"internal"},"id":2}"#);
    let told = "oops: the value could not be turned into a message: key must be a string";
    assert_eq!(next(&mut client).await, Frame::text(told));
}

struct Both;

#[websocket_app]
impl Both {
    #[on_message(event = "known")]
    fn known(&self) -> Json<u8> {
        Json(1)
    }

    #[on_message]
    fn text(&self, text: String) -> String {
        format!("plain {text}")
    }
}

#[tokio::test]
async fn a_plain_handler_takes_the_text_that_no_event_handler_takes() {
    let [mut client] = serve(Both).await;
    assert_eq!(ask(&mut client, r#"{"event":"known"}"#).await, r#"{"event":"known","data":1}"#);
    assert_eq!(ask(&mut client, r#"{"event":"other"}"#).await, r#"plain {"event":"other"}"#);
    assert_eq!(ask(&mut client, "hello").await, "plain hello");
    // A list is no event, though serde reads a struct from one.
    assert_eq!(ask(&mut client, r#"["known"]"#).await, r#"plain ["known"]"#);
}

#[derive(Debug)]
struct Outer(io::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

struct Errors;

#[websocket_app]
impl Errors {
    #[on_message]
    async fn text(&self, text: &str) -> wsrack::Result {
        match text {
            "io" => Err(io::Error::other("disk").into()),
            "outer" => Err(Outer(io::Error::other("disk")).into()),
            "wrapped" => Err(io::Error::other(Outer(io::Error::other("disk"))).into()),
            other => Err(wsrack::Error::from(other.parse::<u8>().unwrap_err())),
        }
    }

    #[on_error]
    fn io(&self, error: &io::Error) -> String {
        format!("io: {error}")
    }

    #[on_error]
    async fn outer(&self, _ws: &Socket, error: &Outer) -> String {
        format!("outer: {error}")
    }

    #[on_error]
    fn rest(&self, error: &wsrack::Error) -> String {
        format!("rest: {error}")
    }
}

#[tokio::test]
async fn an_error_goes_to_the_handler_of_its_type_the_value_before_its_sources() {
    let [mut client] = serve(Errors).await;
    assert_eq!(ask(&mut client, "io").await, "io: disk");
    assert_eq!(ask(&mut client, "outer").await, "outer: outer");
    assert_eq!(ask(&mut client, "wrapped").await, "io: outer");
    assert_eq!(ask(&mut client, "x").await, "rest: invalid digit found in string");
}

/// With the thread that runs the connection.
struct Blocking(ThreadId);

#[websocket_app]
impl Blocking {
    #[on_message(blocking)]
    fn text(&self, env: &Env, text: &str) -> String {
        assert_ne!(text, "panic", "asked for");
        assert_ne!(thread::current().id(), self.0, "on the connection's own thread");
        format!("{text} at {}", env.path())
    }

    #[on_error]
    fn oops(&self, error: &wsrack::Error) -> String {
        format!("panicked: {}", error.is_panic())
    }
}

#[tokio::test]
async fn a_blocking_handler_runs_elsewhere_and_its_panic_closes_with_1011() {
    let [mut client] = serve(Blocking(thread::current().id())).await;
    assert_eq!(ask(&mut client, "hello").await, "hello at /");
    assert_eq!(ask(&mut client, "panic").await, "panicked: true");
    assert_eq!(close_code(&mut client).await, 1011);
}

#[derive(Clone, Default)]
struct Timed {
    ticks: usize,
}

#[websocket_app]
impl Timed {
    #[on_open]
    fn begin(&self, ws: &Socket) -> wsrack::Result {
        ws.notify(7_u8)?;
        ws.notify("seven")?;
        Ok(())
    }

    #[on_notify]
    fn number(&mut self, number: u8) -> String {
        format!("number {number}")
    }

    #[on_notify]
    async fn text(&mut self, _env: &Env, text: &'static str) -> String {
        format!("text {text}")
    }

    #[every("1h")]
    fn never(&mut self) -> &'static str {
        "an hour has passed"
    }

    #[every("10ms")]
    async fn tick(&mut self) -> Option<String> {
        self.ticks += 1;
        (self.ticks <= 2).then(|| format!("tick {}", self.ticks))
    }
}

#[tokio::test]
async fn notices_and_ticks_go_to_their_handlers() {
    let [mut client] = serve(Timed::default()).await;
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(next(&mut client).await.into_text().unwrap().to_string());
    }
    heard.sort();
    assert_eq!(heard, ["number 7", "text seven", "tick 1", "tick 2"]);
}
