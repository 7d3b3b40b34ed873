//! Messages that are taken as they arrive, over real sockets.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use wsrack::prelude::*;

const LONG: usize = 8 << 20;

#[derive(Clone)]
struct Upload;

#[websocket_app(max_message_size = "64 KiB", max_stream_size = "8 MiB", send_queue = "64 KiB")]
impl Upload {
    /// Binary of any length: counts it, and adds its bytes up.
    #[on_message]
    async fn sum(&self, mut incoming: Incoming) -> wsrack::Result<String> {
        let (mut count, mut sum, mut buffer) = (0_usize, 0_u64, vec![0; 10_000]);
        loop {
            let read = incoming.read(&mut buffer).await?;
            if read == 0 {
                return Ok(format!("{count} bytes, sum {sum}"));
            }
            count += read;
            sum += buffer[..read].iter().map(|byte| u64::from(*byte)).sum::<u64>();
        }
    }
}

struct Skip;

#[websocket_app]
impl Skip {
    /// Reads a little and leaves the rest.
    #[on_message]
    async fn first(&self, mut incoming: Incoming) -> wsrack::Result<Vec<u8>> {
        let mut first = vec![0; 3];
        incoming.read_exact(&mut first).await?;
        Ok(first)
    }
}

struct Slow;

#[websocket_app]
impl Slow {
    /// Hands the message to work beside the handlers.
    #[on_message]
    fn elsewhere(&self, socket: &Socket, mut incoming: Incoming) {
        let socket2 = socket.clone();
        socket.spawn(async move {
            let mut all = Vec::new();
            let told = match incoming.read_to_end(&mut all).await {
                Ok(count) => count.to_string(),
                Err(error) => format!("{error:?}"),
            };
            let _closed = socket2.send(told).await;
        });
    }
}

type Client = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn serve(path: &str) -> Client {
    let routes = wsrack::routes! { "/upload" => Upload, "/skip" => Skip, "/slow" => Slow };
    let server = routes.bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve());
    let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    let url = format!("ws://{address}{path}");
    connect_async_with_config(url, Some(config), true).await.unwrap().0
}

async fn next(client: &mut Client) -> Frame {
    timeout(Duration::from_secs(20), client.next()).await.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn a_message_beyond_the_message_size_arrives_in_pieces() {
    let mut client = serve("/upload").await;
    client.send(Frame::binary(vec![1; LONG])).await.unwrap();
    assert_eq!(next(&mut client).await, Frame::text(format!("{LONG} bytes, sum {LONG}")));
    client.send(Frame::text("abc")).await.unwrap();
    assert_eq!(next(&mut client).await, Frame::text("3 bytes, sum 294"));
    client.send(Frame::binary(vec![])).await.unwrap();
    assert_eq!(next(&mut client).await, Frame::text("0 bytes, sum 0"));
}

#[tokio::test]
async fn one_beyond_the_stream_size_is_refused() {
    let mut client = serve("/upload").await;
    // The refusal may come while the message is still being sent.
    let _refused = client.send(Frame::binary(vec![1; LONG + 1])).await;
    let Frame::Close(Some(close)) = next(&mut client).await else { panic!("no close frame") };
    assert_eq!(u16::from(close.code), 1009);
}

#[tokio::test]
async fn what_is_left_unread_is_skipped() {
    let mut client = serve("/skip").await;
    for _ in 0..3 {
        let mut message = vec![7; 1 << 20];
        message[..3].copy_from_slice(b"abc");
        client.send(Frame::binary(message)).await.unwrap();
        assert_eq!(next(&mut client).await, Frame::binary(&b"abc"[..]));
    }
}

#[tokio::test]
async fn a_message_is_read_beside_the_handlers() {
    let mut client = serve("/slow").await;
    client.send(Frame::binary(vec![0; 3 << 20])).await.unwrap();
    assert_eq!(next(&mut client).await, Frame::text((3 << 20).to_string()));
}

#[tokio::test]
async fn broken_text_ends_the_stream_in_an_error_and_closes_with_1007() {
    let mut client = serve("/upload").await;
    let mut head = vec![0x01, 0x82, 0, 0, 0, 0];
    head.extend(b"ab");
    head.extend([0x80, 0x81, 0, 0, 0, 0, 0xff]);
    let MaybeTlsStream::Plain(stream) = client.get_mut() else { panic!("not plain") };
    tokio::io::AsyncWriteExt::write_all(stream, &head).await.unwrap();
    let Frame::Close(Some(close)) = next(&mut client).await else { panic!("no close frame") };
    assert_eq!(u16::from(close.code), 1007);
}
