use wsrack::websocket_app;

struct Chat;

#[websocket_app]
impl Chat {
    #[on_notify]
    fn one(&self, _value: u32) {}

    #[on_notify]
    fn two(&self, _value: u32) {}
}

fn main() {}
