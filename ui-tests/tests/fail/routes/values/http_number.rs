use wsrack::{http, routes};

fn main() {
    let _ = routes! {
        "/" => http(7_u32),
    };
}
