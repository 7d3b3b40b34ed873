//! WebSocket servers as a page of code.

mod close;
mod limits;
pub mod protocol;

pub use close::{Cause, Close, CloseCode};
pub use limits::Limits;
