use std::time::Duration;

use wsrack::websocket_app;

struct Chat {
    _period: Duration,
}

#[websocket_app]
impl Chat {
    #[every(self._period)]
    fn known_later(&self) {}

    #[every(0.5)]
    fn number(&self) {}

    #[every(period = "5s")]
    fn named(&self) {}
}

fn main() {}
