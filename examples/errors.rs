//! What happens when something goes wrong: 1,000 coins are divided, and not every number will do.
//!
//! ```text
//! cargo run --example errors
//! ```
//!
//! Try `8`, `eight`, `-8` and `0`.
//!
//! **The lesson:** `?` takes any error, and `#[on_error]` handlers sort them by type. The connection stays open unless
//! they close it. A panic ends its own connection with 1011, after `#[on_error]` and with `#[on_close]`, and no other.

use std::num::ParseIntError;
use std::process::ExitCode;

use wsrack::prelude::*;

#[derive(Debug, thiserror::Error)]
#[error("{0} people are less than nobody")]
struct Negative(i64);

struct Coins;

#[websocket_app]
impl Coins {
    #[on_message]
    fn divide(&self, text: &str) -> wsrack::Result<String> {
        let people: i64 = text.trim().parse()?;
        if people < 0 {
            return Err(Negative(people).into());
        }
        // A bug: nobody has thought of 0, and the division panics.
        Ok(format!("{} coins each", 1_000 / people))
    }

    /// One type of error; what this returns is sent, as with every handler.
    #[on_error]
    fn not_a_number(&self, error: &ParseIntError) -> String {
        format!("write a number: {error}")
    }

    /// Another type: three strikes would be too kind.
    #[on_error]
    fn negative(&self, ws: &Socket, error: &Negative) {
        ws.close_with(4400, &error.to_string());
    }

    /// All others. It stands last.
    #[on_error]
    fn other(&self, error: &Error) {
        eprintln!("{}: {error}", if error.is_panic() { "a bug" } else { "an error" });
    }

    #[on_close]
    fn close(&self, close: Close) {
        println!("closed with {} because of {:?}", close.code, close.cause);
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    common::serve(wsrack::routes! {
        "/" => common::console(),
        "/style.css" => common::style(),
        "/websocket" => Coins,
    })
    .await
}
