//! One method for each option, with its meaning and default.

use std::time::Duration;

use super::{Compression, Options, Origins, Rate, SlowClient, TrustedProxies};
use crate::draft::Draft;

impl Options {
    /// Logs each handshake and frame of this application through `tracing`. Default: off.
    pub fn debug(mut self, on: bool) -> Self {
        self.debug = Some(on);
        self
    }

    /// Opens a `tracing` span for each call of a handler, within that of its connection. Default: off. See
    /// [the guide](crate#observing).
    pub fn trace(mut self, on: bool) -> Self {
        self.trace = Some(on);
        self
    }

    /// The most bytes of a message that is held in memory, after decompression; a larger one closes with 1009,
    /// before its bytes are stored. Default: 1 MiB.
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = Some(bytes);
        self
    }

    /// The most bytes of one frame; a larger one closes with 1009. At most
    /// [`max_message_size`](Options::max_message_size), which is the default: 1 MiB.
    pub fn max_frame_size(mut self, bytes: usize) -> Self {
        self.max_frame_size = Some(bytes);
        self
    }

    /// The most frames of one message; more close with 1009. Default: 4096.
    pub fn max_fragments(mut self, frames: usize) -> Self {
        self.max_fragments = Some(frames);
        self
    }

    /// The most bytes of a message that a handler reads as it arrives; more close with 1009. At least
    /// [`max_message_size`](Options::max_message_size). Default: 64 MiB, or `max_message_size` where that is more.
    pub fn max_stream_size(mut self, bytes: u64) -> Self {
        self.max_stream_size = Some(bytes);
        self
    }

    /// The most bytes that wait for a client to take them; then [`slow_client`](Options::slow_client) applies.
    /// Default: 1 MiB.
    pub fn send_queue(mut self, bytes: usize) -> Self {
        self.send_queue = Some(bytes);
        self
    }

    /// What happens when [`send_queue`](Options::send_queue) is full and the client takes no bytes. Default:
    /// [`SlowClient::Close`].
    pub fn slow_client(mut self, policy: SlowClient) -> Self {
        self.slow_client = Some(policy);
        self
    }

    /// Closes a client that has taken no byte for so long while bytes wait; `None` switches it off. Default: 30 s.
    pub fn send_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.send_timeout = Some(time.into().into());
        self
    }

    /// How often a quiet client is sent a ping; `None` switches it off. Shorter than
    /// [`idle_timeout`](Options::idle_timeout). Default: 25 s, or half of `idle_timeout` where that is less.
    pub fn ping_interval(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.ping_interval = Some(time.into().into());
        self
    }

    /// Closes a client from which nothing has come for so long, not even a pong; `None` switches it off. Default:
    /// 60 s.
    pub fn idle_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = Some(time.into().into());
        self
    }

    /// How long `#[on_upgrade]` may take; then the answer is 503. `None` switches it off. Default: 10 s.
    ///
    /// The time for the request's head is the server's, for it is over before the application is known: see
    /// [`ServerBuilder::handshake_timeout`](crate::ServerBuilder::handshake_timeout).
    pub fn handshake_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.handshake_timeout = Some(time.into().into());
        self
    }

    /// How long a client may take to answer a close; `None` switches it off, and then a client that does not answer
    /// holds its socket for as long as it likes. Default: 5 s.
    pub fn close_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.close_timeout = Some(time.into().into());
        self
    }

    /// How messages are compressed for clients that offer it (permessage-deflate, RFC 7692). `None`, the default: not at
    /// all.
    pub fn compression(mut self, compression: impl Into<Option<Compression>>) -> Self {
        self.compression = Some(compression.into().into());
        self
    }

    /// The subprotocols that the application speaks, the preferred one first. The first that the client offers is
    /// chosen; where it offers none of them, none is (RFC 6455, 4.2.2). Default: none.
    ///
    /// Names are compared with regard to case. One that is not a token is an error of [`check`](Options::check).
    pub fn protocols<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Box<str>>,
    {
        self.protocols = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Which pages may connect; others get a 403. Default: [`Origins::same`].
    pub fn origins(mut self, origins: Origins) -> Self {
        self.origins = Some(origins);
        self
    }

    /// The proxies that are believed when they tell by `Forwarded` or `X-Forwarded-…` who the client is and what it
    /// asked for; others' headers are ignored. An empty list, the default, stands for those that the server trusts:
    /// see [`ServerBuilder::trusted_proxies`](crate::ServerBuilder::trusted_proxies).
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.trusted_proxies = Some(proxies);
        self
    }

    /// The drafts that are taken; a client with another is told which are. Default: versions 13, 8 and 7;
    /// [`Drafts::ALL`](super::Drafts::ALL) is all there ever were. [`Draft`] says what each can do and why the older
    /// ones have to be asked for.
    ///
    /// hixie-75 to hybi-03 are taken by this crate's own server, and there by a connection's first request; behind
    /// another server, such as axum's, nobody could write their answers.
    pub fn drafts(mut self, drafts: impl IntoIterator<Item = Draft>) -> Self {
        self.drafts = Some(drafts.into_iter().collect());
        self
    }

    /// The most connections of this application at a time; one more gets a 503. `None`, the default: no limit.
    pub fn max_connections(mut self, limit: impl Into<Option<usize>>) -> Self {
        self.max_connections = Some(limit.into().into());
        self
    }

    /// The most connections from one address at a time; one more gets a 503. `None`, the default: no limit.
    ///
    /// IPv6 addresses count by their first 64 bits, which is what one customer gets. Behind a proxy that is trusted
    /// (see [`trusted_proxies`](Options::trusted_proxies)) the client's address counts, not the proxy's.
    pub fn max_connections_per_ip(mut self, limit: impl Into<Option<usize>>) -> Self {
        self.max_connections_per_ip = Some(limit.into().into());
        self
    }

    /// How fast a client may send messages; one that is faster is closed with 1008. `None`, the default: no limit.
    pub fn message_rate(mut self, limit: impl Into<Option<Rate>>) -> Self {
        self.message_rate = Some(limit.into().into());
        self
    }
}
