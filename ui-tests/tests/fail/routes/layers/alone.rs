use tower::layer::util::Identity;
use wsrack::routes;

fn main() {
    let _ = routes! {
        use Identity::new();
    };
}
