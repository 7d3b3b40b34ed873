//! Read buffers belong to the worker thread: a connection borrows one while it has bytes in it.

use bytes::BytesMut;

use crate::pool::Pool;

/// Bytes of a read buffer: 64 KiB, beyond which nothing is gained, and headers, so that one message of 64 KiB
/// or four of 16 KiB are read at once.
const CAPACITY: usize = (64 << 10) + (1 << 10);

/// A buffer with less room than this, the rest being held by messages, is not read into any more.
const ROOM_MIN: usize = 8 << 10;

/// How far the room of a buffer may move from its front.
const CREEP: usize = 4 << 10;

/// How many buffers a thread keeps beside the one in use. More are in use only where connections hold on to theirs.
const POOL: usize = 3;

thread_local! {
    static BUFFERS: Pool<BytesMut> = const { Pool::new(POOL) };
}

/// An empty buffer with room to read into.
///
/// The messages of different connections may share one: what a message holds for long is the part that it
/// lies in and the rest of a buffer that fills up beside it, not a whole buffer for each connection.
#[inline]
pub(super) fn take() -> BytesMut {
    match BUFFERS.try_with(Pool::take) {
        Ok(Some(buffer)) if is_near_front(&buffer) => buffer,
        Ok(Some(buffer)) => with_room(buffer),
        _ => fresh(),
    }
}

/// A buffer to read more into, where the connection holds one: what is left in it comes first.
#[inline(never)]
pub(super) fn renewed(held: BytesMut) -> BytesMut {
    if held.is_empty() {
        return with_room(held);
    }
    let mut buffer = take();
    if buffer.capacity() < held.len() + ROOM_MIN {
        give(buffer);
        buffer = BytesMut::with_capacity(CAPACITY.max(held.len() + ROOM_MIN));
    }
    buffer.extend_from_slice(&held);
    buffer
}

/// Makes room in a buffer that is empty but for what messages hold of it.
#[inline(never)]
fn with_room(mut buffer: BytesMut) -> BytesMut {
    debug_assert!(buffer.is_empty(), "bytes that nobody has read would be lost");
    if is_near_front(&buffer) || buffer.try_reclaim(CAPACITY) || buffer.capacity() >= ROOM_MIN {
        buffer
    } else {
        fresh()
    }
}

/// Once all is read the room begins behind it; it goes back to the front before the cache grows cold.
#[inline]
fn is_near_front(buffer: &BytesMut) -> bool {
    buffer.capacity() > CAPACITY - CREEP
}

/// Gives back a buffer that is empty.
#[inline]
pub(super) fn give(buffer: BytesMut) {
    if buffer.capacity() == 0 {
        return;
    }
    // Gone only while the thread ends: then so may the buffer.
    let _ended = BUFFERS.try_with(|pool| pool.give(buffer));
}

/// Gives back what a connection ends with, if it is a buffer of ours that nobody else holds.
pub(super) fn give_back(mut buffer: BytesMut) {
    buffer.clear();
    if buffer.try_reclaim(CAPACITY) {
        give(buffer);
    }
}

fn fresh() -> BytesMut {
    BytesMut::with_capacity(CAPACITY)
}
