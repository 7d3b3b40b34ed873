//! Settings as text, which [`Options::set`](super::Options::set) reads back.

use std::fmt::Write as _;
use std::time::Duration;

use super::settings::{Size, wide};
use super::{Compression, Rate, Settings, SlowClient};

impl Settings {
    /// Each option, in the order of the guide, with the text that would set it so.
    pub(crate) fn texts(&self) -> [(&'static str, String); 21] {
        let switch = |on| if on { "on" } else { "off" }.to_owned();
        let size = |bytes: usize| Size(wide(bytes)).to_string();
        let limit = |limit: Option<usize>| or_off(limit, |limit| limit.to_string());
        [
            ("debug", switch(self.debug)),
            ("trace", switch(self.trace)),
            ("max_message_size", size(self.max_message_size)),
            ("max_frame_size", size(self.max_frame_size)),
            ("max_fragments", self.max_fragments.to_string()),
            ("max_stream_size", Size(self.max_stream_size).to_string()),
            ("send_queue", size(self.send_queue)),
            ("slow_client", slow_client(self.slow_client).to_owned()),
            ("send_timeout", or_off(self.send_timeout, time)),
            ("ping_interval", or_off(self.ping_interval, time)),
            ("idle_timeout", or_off(self.idle_timeout, time)),
            ("handshake_timeout", or_off(self.handshake_timeout, time)),
            ("close_timeout", or_off(self.close_timeout, time)),
            ("compression", or_off(self.compression, compression)),
            ("protocols", self.protocols.join(", ")),
            ("origins", self.origins.to_string()),
            ("trusted_proxies", self.trusted_proxies.to_string()),
            ("drafts", self.drafts.to_string()),
            ("max_connections", limit(self.max_connections)),
            ("max_connections_per_ip", limit(self.max_connections_per_ip)),
            ("message_rate", or_off(self.message_rate, rate)),
        ]
    }
}

fn or_off<T>(value: Option<T>, text: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "off".to_owned(), text)
}

/// To the millisecond, which is what a text can say.
fn time(time: Duration) -> String {
    if time.subsec_millis() == 0 { format!("{}s", time.as_secs()) } else { format!("{}ms", time.as_millis()) }
}

fn slow_client(policy: SlowClient) -> &'static str {
    match policy {
        SlowClient::Close => "close",
        SlowClient::Drop => "drop",
    }
}

/// By the longest unit that fits.
fn rate(rate: Rate) -> String {
    let messages = rate.messages();
    match rate.per().as_secs() {
        3600 => format!("{messages}/h"),
        60 => format!("{messages}/m"),
        seconds => format!("{}/s", u64::from(messages).div_ceil(seconds.max(1))),
    }
}

fn compression(compression: Compression) -> String {
    let mode = if compression.is_dedicated { "dedicated" } else { "shared" };
    let mut text = format!("{mode}, level={}, min_size={} B", compression.level, compression.min_size);
    for (side, bits) in [("server", compression.server_bits), ("client", compression.client_bits)] {
        if let Some(bits) = bits {
            // A String takes all.
            let _ = write!(text, ", {side}_max_window_bits={bits}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::options::{OPTION_NAMES, Options};

    #[test]
    fn what_was_written_sets_the_same() {
        let all = [
            ("debug", "on"),
            ("trace", "on"),
            ("max_message_size", "5000"),
            ("max_frame_size", "2 KiB"),
            ("max_stream_size", "1 GiB"),
            ("slow_client", "drop"),
            ("send_timeout", "off"),
            ("ping_interval", "1500ms"),
            ("idle_timeout", "2m"),
            ("compression", "dedicated, level=9, min_size=1 KiB, client_max_window_bits=10"),
            ("protocols", "chat, superchat"),
            (
                "origins",
                "same, https://*.Example.com, http://[::1]:3000, http://a.org:*, chrome-extension://abc",
            ),
            ("trusted_proxies", "10.0.0.0/8, ::1, unix"),
            ("drafts", "all"),
            ("max_connections", "7"),
            ("message_rate", "600/m"),
        ];
        for given in [&all[..], &[], &[("origins", "any"), ("message_rate", "3/s")]] {
            let mut options = Options::new();
            for (name, value) in given {
                options.set(name, value).unwrap();
            }
            let settings = options.effective();
            let texts = settings.texts();
            assert_eq!(texts.each_ref().map(|(name, _)| *name), OPTION_NAMES);
            let mut again = Options::new();
            for (name, value) in &texts {
                again.set(name, value).unwrap();
            }
            assert_eq!(again.effective(), settings);
        }
    }
}
