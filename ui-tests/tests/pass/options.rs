#![deny(warnings)]

use std::time::Duration;

use wsrack::{
    App, Compression, Draft, Options, Origins, Rate, SlowClient, TrustedProxies, websocket_app,
};

const MAX: usize = 1 << 16;
const STREAM: u64 = 1 << 30;
const PATIENCE: Duration = Duration::from_secs(7);
const LEVEL: u8 = 6;
const PACKED: Compression = Compression::shared().level(1);
const LIMIT: Rate = Rate::per_second(3);

struct Text;

#[websocket_app(
    debug = "on",
    trace = "on",
    max_message_size = "64 KiB",
    max_frame_size = "65536",
    max_fragments = "16",
    max_stream_size = "1 GiB",
    send_queue = "2MiB",
    slow_client = "drop",
    send_timeout = "7s",
    ping_interval = "500ms",
    idle_timeout = "2m",
    handshake_timeout = "off",
    close_timeout = "1h",
    compression = "shared, level=6, min_size=1 KiB",
    protocols = "chat.v2, chat.v1",
    origins = "same, https://*.example.com:*",
    trusted_proxies = "127.0.0.1, 10.0.0.0/8, unix",
    drafts = "13, hybi-07",
    max_connections = "1000",
    max_connections_per_ip = "off",
    message_rate = "600/m"
)]
impl Text {}

struct Values;

#[websocket_app(
    debug,
    trace,
    max_message_size = MAX,
    max_frame_size = MAX,
    max_fragments = 16,
    max_stream_size = STREAM,
    send_queue = 2 * 1024 * 1024,
    slow_client = drop,
    send_timeout = PATIENCE,
    ping_interval = Duration::from_millis(500),
    idle_timeout = Some(Duration::from_secs(120)),
    handshake_timeout = None,
    close_timeout = Duration::from_secs(3600),
    compression(shared, level = LEVEL, min_size = "1 KiB"),
    protocols = ["chat.v2", "chat.v1"],
    origins("same", "https://*.example.com:*"),
    trusted_proxies("127.0.0.1", "10.0.0.0/8", "unix"),
    drafts = [13, 7],
    max_connections = 1000,
    max_connections_per_ip = None,
    message_rate = Rate::new(600, Duration::from_secs(60)),
)]
impl Values {}

struct Others;

#[websocket_app(
    debug = cfg!(debug_assertions),
    trace = false,
    slow_client = SlowClient::Drop,
    compression(dedicated, server_max_window_bits = 12, client_max_window_bits = "10"),
    protocols = ["a"],
    origins = any,
    trusted_proxies = unix,
    drafts = 13,
    message_rate = LIMIT
)]
impl Others {}

struct Typed;

#[websocket_app(trusted_proxies = none, origins = Origins::same(), drafts = [Draft::Rfc6455], slow_client = close, max_connections = 1)]
impl Typed {}

struct Bare;

#[websocket_app(compression)]
impl Bare {}

struct Word;

#[websocket_app(compression = dedicated)]
impl Word {}

struct Off;

#[websocket_app(compression = off)]
impl Off {}

struct Value;

#[websocket_app(compression = PACKED)]
impl Value {}

fn main() {
    assert_eq!(Bare::options(), Options::new().compression(Compression::shared()));
    assert_eq!(Word::options(), Options::new().compression(Compression::dedicated()));
    assert_eq!(Off::options(), Options::new().compression(None));
    assert_eq!(Value::options(), Options::new().compression(PACKED));
    assert_eq!(Text::options(), Values::options());
    Text::options().check().unwrap();
    let others = Options::new()
        .debug(true)
        .trace(false)
        .slow_client(SlowClient::Drop)
        .compression(Compression::dedicated().server_max_window_bits(12).client_max_window_bits(10))
        .protocols(["a"])
        .origins(Origins::any())
        .trusted_proxies(TrustedProxies::list(["unix"]).unwrap())
        .drafts([Draft::Rfc6455])
        .message_rate(LIMIT);
    assert_eq!(Others::options(), others);
    let typed = Options::new()
        .origins(Origins::same())
        .trusted_proxies(TrustedProxies::none())
        .drafts([Draft::Rfc6455])
        .slow_client(SlowClient::Close)
        .max_connections(1);
    assert_eq!(Typed::options(), typed);
}
