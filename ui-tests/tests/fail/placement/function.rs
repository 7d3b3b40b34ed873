use wsrack::websocket_app;

#[websocket_app]
async fn say(text: String) -> String {
    text
}

fn main() {
    let _future = say(String::new());
}
