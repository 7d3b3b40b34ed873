use wsrack::routes;

struct Chat;

fn main() {
    let _ = routes! {
        "/" => Chat,
    };
}
