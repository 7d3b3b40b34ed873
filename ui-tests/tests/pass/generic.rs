#![deny(warnings)]

use std::sync::Arc;

use wsrack::{App, Env, Json, Text, websocket_app};

trait Store: Send + Sync + 'static {
    type Key: Send + Sync + for<'de> serde::Deserialize<'de> + 'static;

    fn get(&self, key: &Self::Key) -> impl Future<Output = String> + Send;
}

#[derive(Clone)]
struct Chat<S: Store, const N: usize>(Arc<S>, [u8; N])
where
    S::Key: Clone;

#[websocket_app]
impl<S: Store, const N: usize> Chat<S, N>
where
    S::Key: Clone,
{
    const NUMBER: usize = N;

    #[on_open]
    fn welcome(&self) -> Option<String> {
        (Self::NUMBER > 0).then(|| format!("{:?}", self.1))
    }

    #[on_message(event = "get")]
    async fn get(&self, Json(key): Json<S::Key>) -> Json<String> {
        Json(self.0.get(&key).await)
    }

    #[on_message]
    async fn say(&self, _env: &Env, text: &Text) -> String {
        text.to_string()
    }

    #[on_message]
    fn blob(&self, data: &[u8]) -> Vec<u8> {
        data.to_vec()
    }

    #[on_notify]
    fn key(&self, _key: S::Key) {}
}

struct Memory;

impl Store for Memory {
    type Key = u8;

    async fn get(&self, key: &u8) -> String {
        key.to_string()
    }
}

fn main() {
    fn mount(_app: impl App) {}
    mount(Chat(Arc::new(Memory), [0; 3]));
}
