use wsrack::websocket_app;

struct Chat;

#[websocket_app(compression = "gzip")]
impl Chat {}

#[websocket_app(compression(level = 3))]
impl Chat {}

#[websocket_app(compression(shared, level = 0))]
impl Chat {}

#[websocket_app(compression(dedicated, server_max_window_bits = 8))]
impl Chat {}

#[websocket_app(compression(shared, size = "1 KiB"))]
impl Chat {}

#[websocket_app(compression(shared, min_size = "1 KB"))]
impl Chat {}

#[websocket_app(compression(shared, level = 3, level = 4))]
impl Chat {}

#[websocket_app(compression(shared, fast))]
impl Chat {}

fn main() {}
