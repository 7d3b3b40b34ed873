use wsrack::websocket_app;

trait Store: Send + Sync + 'static {
    async fn get(&self) -> String;
}

struct Chat<S>(S);

#[websocket_app]
impl<S: Store> Chat<S> {
    #[on_message]
    async fn say(&self) -> String {
        self.0.get().await
    }
}

fn main() {}
