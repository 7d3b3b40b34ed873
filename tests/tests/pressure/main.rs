//! Clients that send more than the server can take, or take less than it sends; clients that never get on; and what all
//! of that costs.

#![cfg(test)]

mod compression;
mod memory;
mod queue;
mod timeouts;
