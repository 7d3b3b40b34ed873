//! The compile errors that a user reads: see `tests/ui.rs`.
