//! What an idle connection costs, in bytes that the compiler knows.

use std::future::Future;

use super::core::Core;
use super::run;
use crate::app::{App, Context};
use crate::outbox::Outbox;
use crate::prelude::*;

/// tokio's block for a task is its future and some 115 bytes, rounded up to 128: this is what 512 leaves.
const TASK_FUTURE_MAX: usize = 392;

struct Echo;

#[websocket_app]
impl Echo {
    #[on_message]
    fn text<'m>(&self, text: &'m str) -> &'m str {
        text
    }

    #[on_message]
    fn binary<'m>(&self, bytes: &'m [u8]) -> &'m [u8] {
        bytes
    }
}

fn size_of_task<A: App, F: Future>(_: fn(Core, A::Session, Context) -> F) -> usize {
    size_of::<F>()
}

#[test]
fn the_future_of_a_small_application_fits_a_block_of_512_bytes() {
    let size = size_of_task::<Echo, _>(run::<Echo>);
    assert!(size <= TASK_FUTURE_MAX, "{size} bytes");
}

#[test]
fn what_others_hold_of_a_connection_is_small() {
    let counts = 2 * size_of::<usize>();
    assert!(size_of::<Outbox>() + counts <= 128, "{} bytes", size_of::<Outbox>() + counts);
}
