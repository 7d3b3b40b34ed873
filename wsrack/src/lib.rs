//! WebSocket servers as a page of code.

mod draft;

pub use draft::{Draft, ParseDraftError};
