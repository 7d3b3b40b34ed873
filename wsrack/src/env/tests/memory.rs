//! What an idle connection keeps of its request.

use super::{Env, Inner, Request, received};

const BROWSER: [(&str, &str); 12] = [
    ("Host", "localhost:3000"),
    ("Connection", "Upgrade"),
    ("Pragma", "no-cache"),
    ("Cache-Control", "no-cache"),
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    ),
    ("Upgrade", "websocket"),
    ("Origin", "http://localhost:3000"),
    ("Sec-WebSocket-Version", "13"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ("Accept-Language", "en-US,en;q=0.9"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
];

fn heap_bytes(env: &Env) -> usize {
    assert!(env.inner.computed.get().is_none() && env.inner.subprotocol.is_none());
    size_of::<Inner>() + env.inner.block.heap_bytes()
}

#[test]
fn a_browsers_request_costs_less_than_its_values() {
    let mut request = Request::get("/websocket").body(()).unwrap();
    let mut values = "/websocket".len();
    for (name, value) in BROWSER {
        request.headers_mut().append(name, value.parse().unwrap());
        values += value.len();
    }
    let env = received(request);

    assert!(heap_bytes(&env) <= values + 24, "{} bytes for {values} of values", heap_bytes(&env));
    for (name, value) in BROWSER {
        assert_eq!(env.header(name), Some(value));
    }
}

#[test]
fn sizes_are_pinned() {
    assert_eq!(size_of::<Env>(), size_of::<usize>());
    assert_eq!(size_of::<Inner>(), 96);
}

#[test]
fn getters_leave_nothing_behind() {
    let env = Env::builder()
        .uri("/a?b")
        .header("cookie", "c=d")
        .remote_addr(([127, 0, 0, 1], 1))
        .param("room", "7")
        .build();
    let before = heap_bytes(&env);
    let _ = (env.path(), env.path_info(), env.query(), env.uri(), env.method(), env.host());
    let _ = (env.header("cookie"), env.cookie("c"), env.remote_addr(), env.param("room"));
    assert_eq!(heap_bytes(&env), before);
}

#[test]
fn one_of_the_servers_keys_does_not_build_the_headers_keys() {
    let env = Env::builder().header("user-agent", "curl").build();
    assert_eq!(env["REQUEST_PATH"], "/");
    let computed = env.inner.computed.get().unwrap();
    assert!(computed.server_keys.get().is_some());
    assert!(computed.header_keys.get().is_none());
    assert!(computed.headers.get().is_none());
}

#[test]
fn env_crosses_threads() {
    fn crosses<T: Send + Sync + Unpin + 'static>() {}
    crosses::<Env>();
}
