//! WebSocket servers as a page of code.

mod draft;
mod options;

pub use draft::Draft;
pub use options::{Drafts, OptionError, Options, Origins, Rate, Settings, SlowClient};
