use wsrack::routes;

fn main() {
    let _ = routes! {};
}
