//! Small programs, one lesson each: `cargo run --example hello`.
