use wsrack::websocket_app;

struct Path;

#[websocket_app("/chat")]
impl Path {}

struct Dashes;

#[websocket_app(max-message-size = "1 MiB")]
impl Dashes {}

fn main() {}
