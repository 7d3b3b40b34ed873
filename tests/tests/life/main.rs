//! The life of a connection, from the handshake to `on_close`, in memory and on the paused clock.

mod causes;
mod close;
mod deadlines;
mod disconnect;
mod errors;
#[cfg(unix)]
mod flood;
mod fragments;
mod frames;
mod journal;
mod keepalive;
mod order;
mod parameters;
mod probe;
mod protocol_errors;
mod refused;
mod replies;
mod sending;
mod stop;
mod waiting;
mod work;
