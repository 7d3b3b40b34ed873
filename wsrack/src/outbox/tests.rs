use std::io::IoSlice;
use std::sync::Arc;
use std::task::Waker;

use super::*;
use crate::hub::Hub;
use crate::limits::Streams;
use crate::message::Message;
use crate::options::Settings;
use crate::protocol::Fragment;

/// The outbox of a connection that is not there.
pub(super) fn outbox(send_queue: usize) -> Arc<Outbox> {
    let settings = Settings { send_queue, slow_client: SlowClient::Close, ..Settings::default() };
    let policy = Policy::new(&settings, Streams::NONE, Hub::default().topics(), None);
    Outbox::new(1, Draft::Rfc6455, Wire::RFC6455, Arc::new(policy))
}

#[test]
fn what_comes_while_the_connection_falls_asleep_keeps_it_awake() {
    let outbox = outbox(1 << 10);
    let socket = Socket::new(&outbox);
    // The reader of a message that is handed on has made room, after the connection looked for it.
    socket.nudge();
    assert!(!outbox.park(Waker::noop(), 0));
    assert!(outbox.take_signals().contains(Signals::LOOK));
    assert!(outbox.park(Waker::noop(), 0));
}

#[test]
fn a_connection_that_is_gone_drops_what_waits_for_it_outside_of_its_lock() {
    struct Asks(Socket);

    impl Drop for Asks {
        fn drop(&mut self) {
            assert!(self.0.is_closed());
        }
    }

    let outbox = outbox(1 << 10);
    let socket = Socket::new(&outbox);
    socket.notify(Asks(socket.clone())).unwrap();
    socket.send_data(Message::from("hello")).unwrap();
    socket.subscribe("news").unwrap();
    assert_eq!(outbox.leave(), [Arc::from("news")]);
    assert_eq!(socket.queued(), 0);
    assert!(outbox.take(0).is_none());
}

#[test]
fn what_waits_for_the_last_fragment_goes_before_a_close_that_comes_right_after_it() {
    let outbox = outbox(1 << 10);
    let socket = Socket::new(&outbox);
    let mut writer = socket.fragments();
    writer.push(&Message::from("part")).unwrap();
    socket.send_data(Message::from("behind it")).unwrap();
    writer.write(&outbox, Fragment::Last, b"").unwrap();
    // Somebody closes before the writer is gone.
    outbox.shut(false);
    drop(writer);
    let queue = outbox.take(0).unwrap();
    let mut slices = [IoSlice::new(&[]); SLICES];
    let filled = queue.slices(&mut slices);
    let bytes: Vec<u8> = slices[..filled].iter().flat_map(|slice| slice.to_vec()).collect();
    assert_eq!(bytes, b"\x01\x04part\x80\x00\x81\x09behind it");
}

/// With the counts of its `Arc` it takes a block of 112 bytes, as one of 80 would.
#[test]
fn what_a_connection_without_compression_holds_is_small() {
    assert!(size_of::<Outbox>() <= 88, "{}", size_of::<Outbox>());
}
