//! What the targets do with an input; each is called by a program of its own in `fuzz_targets/`.
//!
//! An input begins with a few bytes that choose what is done, and the rest is bytes as a peer sends them, or what
//! `arbitrary` makes a sequence of frames or operations of. Whatever an input does, `run` returns: a panic is a find.

#![forbid(unsafe_code)]

mod client;
pub mod codec;
pub mod deflate;
pub mod head;
mod pieces;
pub mod session;
