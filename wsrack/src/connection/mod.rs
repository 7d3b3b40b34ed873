//! The only place where protocol, application and socket meet: one task a connection, one loop.

mod accept;
mod admission;
mod answering;
mod buffers;
mod clock;
mod core;
mod decode;
mod ending;
mod guest;
mod handover;
mod inbox;
mod io;
mod passage;
mod registry;
mod supervised;
mod transport;
mod watch;
mod way;

use std::future::{Future, poll_fn};

pub(crate) use self::accept::AppService;
pub(crate) use self::answering::Answering;
use self::core::{Core, Turn};
use self::ending::Ending;
#[cfg(feature = "http2")]
pub(crate) use self::guest::Seat;
pub(crate) use self::guest::{Guest, Traffic};
pub(crate) use self::handover::{Handover, Line, OwnAnswer};
pub(crate) use self::io::Io;
#[cfg(feature = "tls")]
pub(crate) use self::io::TlsStream;
pub(crate) use self::passage::Passage;
pub(crate) use self::registry::Registry;
use self::supervised::Supervised;
pub(crate) use self::supervised::poll_caught;
use self::watch::Handler;
use crate::app::{App, CloseContext, Context, Session};
use crate::error::Error;
use crate::flood::LeftOut;
use crate::log::log;
use crate::outbox::Outbox;

/// Runs a connection from the 101 to its end: `on_open`, the messages in order, `on_close`.
///
/// This future is most of what an idle connection costs, so nothing lies in it twice: a plain function that
/// captures its state, where the arguments of an `async fn` would be stored again; one place for what a
/// handler works on; and no `if let` or `while let` around what is awaited, which would keep its value.
#[expect(clippy::manual_async_fn, reason = "see above")]
fn run<A: App>(mut core: Core, mut session: A::Session, cx: Context) -> impl Future<Output = ()> + Send {
    async move {
        {
            let mut turn = Turn::Open;
            loop {
                let phase = if matches!(turn, Turn::Open) { Phase::Open } else { Phase::Live };
                let done = match turn {
                    Turn::Open => Supervised::new(&mut core, Handler::Open, session.on_open(&cx)).await,
                    Turn::Message(ref delivery) => {
                        Supervised::new(&mut core, Handler::Message, session.on_message(&cx, delivery)).await
                    }
                    Turn::Notice(ref mut notice) => {
                        Supervised::new(&mut core, Handler::Notify, session.on_notify(&cx, notice.take()))
                            .await
                    }
                    Turn::Every(index) => {
                        Supervised::new(&mut core, Handler::Every, session.on_every(&cx, index)).await
                    }
                    Turn::Failed(error) => Err(Error::protocol(error)),
                    Turn::End => break,
                };
                // A message that has been handled holds the read buffer no longer.
                drop(turn);
                if done.is_err() {
                    // Boxed: few connections see an error, and none pays for it before.
                    Box::pin(report::<A>(&mut core, &mut session, &cx, done, phase)).await;
                }
                turn = poll_fn(|task| core.poll_turn(task)).await;
            }
        }
        poll_fn(|task| core.poll_end(task)).await;
        core.killed = false;
        core.leave();
        // Boxed: all the while before it would take its room.
        let cx = Box::new(CloseContext { live: cx, close: core.close() });
        core.outbox.debug(format_args!("closed: {:?}", cx.close));
        let closed = Supervised::new(&mut core, Handler::Close, session.on_close(&cx)).await;
        if let Err(error) = closed {
            count(&core, &error);
            log!(error, "connection {}: `on_close` failed: {error:?}", core.outbox.id());
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    Live,
}

/// Takes an error to `on_error`, and decides what becomes of the connection.
async fn report<A: App>(
    core: &mut Core,
    session: &mut A::Session,
    cx: &Context,
    done: Result<(), Error>,
    phase: Phase,
) {
    let Err(error) = done else { return };
    if error.is_closed() {
        // It may be that of somebody else's connection.
        if is_cut(&core.outbox) {
            core.end(Ending::error(&error, core.clock.now()));
        }
        return;
    }
    count(core, &error);
    let closes = error.is_panic() || phase == Phase::Open || is_cut(&core.outbox);
    let handled = if error.is_unhandled() {
        Ok(false)
    } else {
        Supervised::new(core, Handler::Error, session.on_error(cx, &error)).await
    };
    match handled {
        Ok(true) if !closes => {}
        Ok(handled) => {
            if !handled && !error.is_unhandled() {
                log_untaken(&core.outbox, &error);
            }
            core.end(Ending::error(&error, core.clock.now()));
        }
        Err(second) => {
            if !second.is_closed() {
                count(core, &second);
                log!(error, "connection {}: `on_error` failed: {second:?}, at: {error:?}", core.outbox.id());
                core.end(Ending::of_on_error(&second, core.clock.now()));
            } else if closes || is_cut(&core.outbox) {
                core.end(Ending::error(&error, core.clock.now()));
            }
        }
    }
}

/// Whether an open connection is left with a message that is cut in the midst: nothing may follow behind it.
fn is_cut(outbox: &Outbox) -> bool {
    outbox.is_within_message() && !outbox.is_closed()
}

/// Logs an error that the application does not take. Of those that a client causes, as many as it likes, not each.
fn log_untaken(outbox: &Outbox, error: &Error) {
    let left_out =
        if is_the_clients(error) { outbox.policy().strangers.passes() } else { Some(LeftOut::default()) };
    if let Some(left_out) = left_out {
        let id = outbox.id();
        log!(error, "connection {id}: no `#[on_error]` takes this error: {error:?}{left_out}");
    }
}

/// Whether what the client sent is the error.
fn is_the_clients(error: &Error) -> bool {
    error.is_protocol() || error.is_decode() || error.is_unhandled()
}

/// Counts an error, where errors are counted.
fn count(core: &Core, error: &Error) {
    let Some(counts) = core.outbox.counts() else { return };
    if error.is_panic() {
        counts.panicked();
    } else if is_the_clients(error) {
        counts.broke_protocol();
    } else {
        counts.failed();
    }
}

#[cfg(test)]
mod tests;
