//! The life of a connection, from the handshake to `on_close`, in memory and on the paused clock.

#![expect(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "handlers have the shape that `#[websocket_app]` asks for"
)]

mod causes;
mod close;
mod deadlines;
mod disconnect;
mod errors;
mod frames;
mod journal;
mod keepalive;
mod order;
mod probe;
mod protocol_errors;
mod refused;
mod replies;
mod sending;
mod stop;
mod waiting;
mod work;
