use axum::Router;
use axum::extract::State;
use axum::routing::get;
use wsrack::routes;

async fn stats(State(text): State<String>) -> String {
    text
}

fn main() {
    let _ = routes! {
        "/" => Router::new().route("/stats", get(stats)),
    };
}
