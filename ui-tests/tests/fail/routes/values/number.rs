use wsrack::routes;

fn main() {
    let _ = routes! {
        "/" => 7_u32,
    };
}
