use wsrack::on_message;

struct Chat;

impl Chat {
    #[on_message]
    fn say(&self, text: String) -> String {
        text
    }
}

fn main() {}
