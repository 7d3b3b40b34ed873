use wsrack::websocket_app;

struct Mode;

#[websocket_app(compression = "gzip")]
impl Mode {}

struct NoMode;

#[websocket_app(compression(level = 3))]
impl NoMode {}

struct Level;

#[websocket_app(compression(shared, level = 0))]
impl Level {}

struct Window;

#[websocket_app(compression(dedicated, server_max_window_bits = 8))]
impl Window {}

struct Setting;

#[websocket_app(compression(shared, size = "1 KiB"))]
impl Setting {}

struct Size;

#[websocket_app(compression(shared, min_size = "1 KB"))]
impl Size {}

struct Twice;

#[websocket_app(compression(shared, level = 3, level = 4))]
impl Twice {}

struct Bare;

#[websocket_app(compression(shared, fast))]
impl Bare {}

fn main() {}
