//! A buffer of the thread, for what is compressed or inflated before its length is known.

use std::cell::RefCell;

/// A buffer that has grown beyond this is not kept.
const KEEP_MAX: usize = 64 << 10;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Lends the thread's buffer, which is empty. Who asks again meanwhile gets another.
pub(super) fn with_scratch<R>(work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    let mut scratch = SCRATCH.try_with(RefCell::take).unwrap_or_default();
    scratch.clear();
    let result = work(&mut scratch);
    if scratch.capacity() <= KEEP_MAX {
        // Gone only while the thread ends: then so may the buffer.
        let _ended = SCRATCH.try_with(|kept| kept.replace(scratch));
    }
    result
}
