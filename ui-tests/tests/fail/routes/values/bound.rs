use std::fmt::Display;

use wsrack::websocket_app;

struct Chat<T>(T);

#[websocket_app]
impl<T: Display + Send + Sync + 'static> Chat<T> {
    #[on_open]
    fn welcome(&self) -> String {
        self.0.to_string()
    }
}

fn main() {
    let _routes = wsrack::routes! { "/" => Chat(()) };
}
