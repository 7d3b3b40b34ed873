//! Streams that behave badly, the same way each time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::line::{Gate, Line};
use super::random::{Random, fresh_seed};

/// What is wrong with a line from its first byte on. Without any of it a line is a good one.
///
/// It holds for both directions. What happens to a line later is in the hand of its [`Line`].
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// use wsrack::testing::Faults;
///
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// // The seed is printed: where the test fails, `Faults::new(seed)` makes it fail again.
/// let mut client = server.connect("/").faults(Faults::random().chunks(7)).await?;
/// client.send("in pieces").await?;
/// assert_eq!(client.next_text().await?, "in pieces");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "faults are put around a stream: `connect(path).faults(…)` or `wrap`"]
pub struct Faults {
    seed: u64,
    chunks: Option<usize>,
    rate: Option<(usize, Duration)>,
    cut_after: Option<usize>,
}

impl Faults {
    /// None yet; what is left to chance comes from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, chunks: None, rate: None, cut_after: None }
    }

    /// None yet, with a seed that is printed to stderr, where a test's output shows it.
    pub fn random() -> Self {
        let seed = fresh_seed();
        eprintln!("wsrack::testing: Faults::new({seed:#x})");
        Self::new(seed)
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Each read and each write passes one byte.
    pub fn one_byte(self) -> Self {
        self.chunks(1)
    }

    /// Each read and each write passes a random number of bytes, 1 to `max`, and now and then nothing.
    pub fn chunks(mut self, max: usize) -> Self {
        self.chunks = Some(max.max(1));
        self
    }

    /// At most `bytes` pass in each `period` of tokio's clock, in either direction.
    pub fn rate(mut self, bytes: usize, period: Duration) -> Self {
        self.rate = Some((bytes.max(1), period));
        self
    }

    /// Breaks the line when so many bytes have been read, the request's head among them.
    /// [`Line::cut_after`] counts from when it is called.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    /// Puts the faults around a stream of any kind; the [`Line`] is the hand on it.
    pub fn wrap<S>(self, stream: S) -> (FaultyStream<S>, Line) {
        let line = Line::default();
        if let Some(bytes) = self.cut_after {
            line.cut_after(bytes);
        }
        let pace = || self.rate.map(|(bytes, period)| Pace::new(bytes, period));
        let faulty = FaultyStream {
            stream,
            line: line.clone(),
            random: Random::new(self.seed),
            chunks: self.chunks,
            reading: pace(),
            writing: pace(),
        };
        (faulty, line)
    }
}

impl Default for Faults {
    /// A good line.
    fn default() -> Self {
        Self::new(0)
    }
}

/// A stream with [`Faults`], from [`Faults::wrap`].
///
/// # Examples
///
/// ```
/// use tokio::io::AsyncReadExt;
/// use wsrack::testing::Faults;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let (mut stream, line) = Faults::new(7).one_byte().wrap(&b"hello"[..]);
/// let mut buffer = [0; 16];
/// assert_eq!(stream.read(&mut buffer).await?, 1);
///
/// line.reset();
/// assert!(stream.read(&mut buffer).await.is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct FaultyStream<S> {
    stream: S,
    line: Line,
    random: Random,
    chunks: Option<usize>,
    reading: Option<Pace>,
    writing: Option<Pace>,
}

impl<S> FaultyStream<S> {
    /// How many bytes pass now, or `None` for none: once in a while the task has to ask again.
    fn chunk(&mut self, task: &Context<'_>) -> Option<usize> {
        let Some(max) = self.chunks else { return Some(usize::MAX) };
        if max > 1 && self.random.below(4) == 0 {
            task.waker().wake_by_ref();
            return None;
        }
        Some(1 + self.random.below(max))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FaultyStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let allowed = match ready!(this.line.poll_read(task)) {
            Gate::Open(bytes) => bytes,
            Gate::Ended => return Poll::Ready(Ok(())),
            Gate::Reset => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        };
        let Some(chunk) = this.chunk(task) else { return Poll::Pending };
        let paced = ready!(poll_pace(&mut this.reading, task));
        let bytes = allowed.min(chunk).min(paced).min(buf.remaining());
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(bytes));
        ready!(Pin::new(&mut this.stream).poll_read(task, &mut part))?;
        let read = part.filled().len();
        buf.advance(read);
        this.line.has_read(read);
        spend(&mut this.reading, read);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FaultyStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let Gate::Open(allowed) = ready!(this.line.poll_write(task)) else {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        };
        let Some(chunk) = this.chunk(task) else { return Poll::Pending };
        let paced = ready!(poll_pace(&mut this.writing, task));
        let part = &bytes[..allowed.min(chunk).min(paced).min(bytes.len())];
        let written = ready!(Pin::new(&mut this.stream).poll_write(task, part))?;
        this.line.has_written(written);
        spend(&mut this.writing, written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}

/// So many bytes a period.
#[derive(Debug)]
struct Pace {
    bytes: usize,
    period: Duration,
    left: usize,
    /// Until when the period lasts; there once a byte has passed in it.
    ends: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    fn new(bytes: usize, period: Duration) -> Self {
        Self { bytes, period, left: bytes, ends: None }
    }
}

fn poll_pace(pace: &mut Option<Pace>, task: &mut Context<'_>) -> Poll<usize> {
    let Some(pace) = pace else { return Poll::Ready(usize::MAX) };
    if let Some(ends) = &mut pace.ends
        && (pace.left == 0 || ends.is_elapsed())
    {
        ready!(ends.as_mut().poll(task));
        pace.ends = None;
        pace.left = pace.bytes;
    }
    Poll::Ready(pace.left)
}

fn spend(pace: &mut Option<Pace>, bytes: usize) {
    if let Some(pace) = pace {
        pace.left -= bytes.min(pace.left);
        pace.ends.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + pace.period)));
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    /// How many bytes each read of a hundred gives.
    async fn pieces(seed: u64) -> Vec<usize> {
        let (mut stream, _line) = Faults::new(seed).chunks(9).wrap(&[0; 100][..]);
        let (mut pieces, mut buffer) = (Vec::new(), [0; 100]);
        loop {
            match stream.read(&mut buffer).await.unwrap() {
                0 => return pieces,
                read => pieces.push(read),
            }
        }
    }

    #[tokio::test]
    async fn a_seed_cuts_in_the_same_places_again() {
        let first = pieces(7).await;
        assert_eq!(first.iter().sum::<usize>(), 100);
        assert_eq!(pieces(7).await, first);
        assert_ne!(pieces(8).await, first);
    }
}
