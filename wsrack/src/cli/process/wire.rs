//! Messages between a process and the one that it has started, with open files beside them.
//!
//! Over a stream of a unix socket pair: a length, the message as JSON, and then a byte for every [`BATCH`] of open
//! files, which carries them.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// So many open files go at a time; the kernel takes 253.
const BATCH: usize = 64;

/// A message of more bytes is none of ours.
const SIZE_MAX: u32 = 1 << 20;

/// Sends a message, and open files that the other side will have as well.
///
/// # Errors
///
/// Where the other side is gone, or does not read within the stream's time-out.
pub(super) fn send(
    mut stream: &UnixStream,
    message: &impl Serialize,
    files: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let message = serde_json::to_vec(message)?;
    let sizes = [message.len(), files.len()].map(|size| u32::try_from(size).unwrap_or(u32::MAX));
    stream.write_all(&sizes.map(u32::to_be_bytes).concat())?;
    stream.write_all(&message)?;
    files.chunks(BATCH).try_for_each(|files| send_files(stream, files))
}

/// The next message and its files.
///
/// # Errors
///
/// `UnexpectedEof` where the other side is gone; `WouldBlock` or `TimedOut` where nothing comes within the stream's
/// time-out.
pub(super) fn receive<M: DeserializeOwned>(mut stream: &UnixStream) -> io::Result<(M, Vec<OwnedFd>)> {
    let mut sizes = [[0; 4]; 2];
    stream.read_exact(sizes.as_flattened_mut())?;
    let [size, files] = sizes.map(u32::from_be_bytes);
    if size > SIZE_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut message = Vec::new();
    stream.take(u64::from(size)).read_to_end(&mut message)?;
    let message = serde_json::from_slice(&message)?;
    let mut received = Vec::new();
    while (received.len() as u64) < u64::from(files) {
        receive_files(stream, &mut received)?;
    }
    Ok((message, received))
}

fn send_files(stream: &UnixStream, files: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(BATCH))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(files));
    sendmsg(stream, &[IoSlice::new(&[0])], &mut control, SendFlags::empty())?;
    Ok(())
}

fn receive_files(stream: &UnixStream, received: &mut Vec<OwnedFd>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(BATCH))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let before = received.len();
    recvmsg(stream, &mut [IoSliceMut::new(&mut [0])], &mut control, RecvFlags::empty())?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(files) = message {
            received.extend(files);
        }
    }
    if received.len() == before {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    received[before..].iter().try_for_each(|file| fcntl_setfd(file, FdFlags::CLOEXEC))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    use super::{receive, send};

    #[test]
    fn messages_arrive_in_order_and_files_open() {
        let (one, other) = UnixStream::pair().unwrap();
        let (mut near, far) = UnixStream::pair().unwrap();
        send(&one, &"the first", &[]).unwrap();
        send(&one, &("the second", 2), &[far.as_fd()]).unwrap();
        drop(far);
        assert_eq!(receive::<String>(&other).unwrap().0, "the first");
        let (message, mut files) = receive::<(String, u32)>(&other).unwrap();
        assert_eq!(message, ("the second".to_owned(), 2));
        let mut far = UnixStream::from(files.pop().unwrap());
        near.write_all(b"through it").unwrap();
        drop(near);
        let mut read = String::new();
        far.read_to_string(&mut read).unwrap();
        assert_eq!(read, "through it");
    }

    #[test]
    fn more_files_than_go_at_once() {
        let (one, other) = UnixStream::pair().unwrap();
        let files = vec![one.as_fd(); 150];
        send(&one, &"many", &files).unwrap();
        assert_eq!(receive::<String>(&other).unwrap().1.len(), 150);
    }

    #[test]
    fn a_side_that_is_gone_is_noticed() {
        let (one, other) = UnixStream::pair().unwrap();
        (&one).write_all(&[0, 0, 0, 9, 0, 0]).unwrap();
        drop(one);
        let error = receive::<String>(&other).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_none_of_ours_is_no_message() {
        let (one, other) = UnixStream::pair().unwrap();
        (&one).write_all(b"GET / HTTP/1.1\r\n").unwrap();
        assert_eq!(receive::<String>(&other).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
