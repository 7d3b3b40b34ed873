use std::rc::Rc;

use wsrack::{IntoReply, Json, websocket_app};

struct Chat;

#[websocket_app]
impl Chat {
    #[on_message(blocking)]
    fn say(&self, _text: &str) -> Json<[Rc<()>; 0]> {
        Json([])
    }
}

fn main() {
    fn is_reply<R: IntoReply>(_reply: R) {}
    is_reply(Chat.say(""));
}
