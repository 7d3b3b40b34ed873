//! What an application can be told: options of its own, and those of the framework.
//!
//! ```text
//! cargo run --example options
//! ```
//!
//! **The lesson:** an application's own options are plain fields, so the compiler checks them. The framework's have
//! defaults, then those of `#[websocket_app(…)]` for the type, then those of `.with(…)` for one instance, field by
//! field. A handler sees the result as `&Options`.

use std::process::ExitCode;

use wsrack::prelude::*;

/// Options of our own: Ruby's `MyApp.new :greeting => "Hello"`, with types.
struct Greeter {
    greeting: &'static str,
    signature: Option<&'static str>,
}

/// Options of the framework for every `Greeter`: Ruby's `DEFAULT_OPTIONS`.
#[websocket_app(max_message_size = "1 KiB", idle_timeout = "5m")]
impl Greeter {
    #[on_open]
    fn open(&self, options: &Options) -> String {
        let settings = options.effective();
        let limit = settings.max_message_size;
        let idle = settings.idle_timeout.map_or(0, |time| time.as_secs());
        format!("{} Up to {limit} bytes a message, please, and one every {idle} s.", self.greeting)
    }

    #[on_message]
    fn message(&self, text: &str) -> String {
        format!("{} bytes{}", text.len(), self.signature.unwrap_or_default())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let plain = Greeter { greeting: "Hello!", signature: None };
    let roomy = Greeter { greeting: "Take your time.", signature: Some(", yours truly") };

    common::serve(wsrack::routes! {
        "/" => common::console(),
        "/style.css" => common::style(),
        "/websocket" => plain,
        // For this one instance: a larger limit, and each message in the log.
        "/roomy" => roomy.with(Options::new().max_message_size(64 << 10).debug(true)),
    })
    .await
}
