use wsrack::routes;

fn main() {
    let _ = routes! {
        "/admin" => {
            "/chat" => 7_u32,
        },
    };
}
