mod checks;
mod compression;
mod proxies;
mod text;
mod units;

use std::time::Duration;

use super::{Compression, Options, Origins, Rate, Settings, SlowClient, TrustedProxies};
use crate::draft::Draft;

const SECOND: Duration = Duration::from_secs(1);

/// Options that say something else than the default about everything.
fn everything() -> Options {
    Options::new()
        .debug(true)
        .trace(true)
        .max_message_size(2000)
        .max_frame_size(1000)
        .max_fragments(3)
        .max_stream_size(4000)
        .send_queue(5000)
        .slow_client(SlowClient::Drop)
        .send_timeout(SECOND)
        .ping_interval(SECOND * 2)
        .idle_timeout(SECOND * 3)
        .handshake_timeout(SECOND * 4)
        .close_timeout(SECOND * 5)
        .compression(Compression::dedicated().level(1))
        .protocols(["v2", "v1"])
        .origins(Origins::any())
        .trusted_proxies(TrustedProxies::list(["10.0.0.0/8"]).unwrap())
        .drafts([Draft::Rfc6455])
        .max_connections(6)
        .max_connections_per_ip(7)
        .message_rate(Rate::per_second(8))
}

#[test]
fn what_is_said_is_what_counts() {
    let settings = everything().resolve().unwrap();
    let expected = Settings {
        debug: true,
        trace: true,
        max_message_size: 2000,
        max_frame_size: 1000,
        max_fragments: 3,
        max_stream_size: 4000,
        send_queue: 5000,
        slow_client: SlowClient::Drop,
        send_timeout: Some(SECOND),
        ping_interval: Some(SECOND * 2),
        idle_timeout: Some(SECOND * 3),
        handshake_timeout: Some(SECOND * 4),
        close_timeout: Some(SECOND * 5),
        compression: Some(Compression::dedicated().level(1)),
        protocols: ["v2".into(), "v1".into()].into(),
        origins: Origins::any(),
        trusted_proxies: TrustedProxies::list(["10.0.0.0/8"]).unwrap(),
        drafts: [Draft::Rfc6455].into_iter().collect(),
        max_connections: Some(6),
        max_connections_per_ip: Some(7),
        message_rate: Some(Rate::new(8, SECOND)),
    };
    assert_eq!(settings, expected);
}

#[test]
fn the_defaults_are_those_of_the_table() {
    let expected = Settings {
        debug: false,
        trace: false,
        max_message_size: 1 << 20,
        max_frame_size: 1 << 20,
        max_fragments: 4096,
        max_stream_size: 64 << 20,
        send_queue: 1 << 20,
        slow_client: SlowClient::Close,
        send_timeout: Some(SECOND * 30),
        ping_interval: Some(SECOND * 25),
        idle_timeout: Some(SECOND * 60),
        handshake_timeout: Some(SECOND * 10),
        close_timeout: Some(SECOND * 5),
        compression: None,
        protocols: [].into(),
        origins: Origins::same(),
        trusted_proxies: TrustedProxies::none(),
        drafts: [Draft::Rfc6455, Draft::Hybi08, Draft::Hybi07].into_iter().collect(),
        max_connections: None,
        max_connections_per_ip: None,
        message_rate: None,
    };
    assert_eq!(Options::new().resolve().unwrap(), expected);
    assert_eq!(Settings::default(), expected);
}

#[test]
fn defaults_follow_what_is_said_about_their_neighbours() {
    assert_eq!(Options::new().max_message_size(100).resolve().unwrap().max_frame_size, 100);
    assert_eq!(Options::new().max_message_size(100 << 20).resolve().unwrap().max_stream_size, 100 << 20);
    assert_eq!(Options::new().idle_timeout(SECOND * 20).resolve().unwrap().ping_interval, Some(SECOND * 10));
    assert_eq!(Options::new().idle_timeout(SECOND * 90).resolve().unwrap().ping_interval, Some(SECOND * 25));
    assert_eq!(Options::new().idle_timeout(None).resolve().unwrap().ping_interval, Some(SECOND * 25));
}

#[test]
fn the_level_merged_over_wins_in_every_field_that_it_sets() {
    assert_eq!(Options::new().merge(everything()), everything());
    assert_eq!(everything().merge(Options::new()), everything());
    assert_eq!(everything().merge(everything()), everything());
    let merged = everything().merge(Options::new().send_queue(9)).effective();
    assert_eq!((merged.send_queue, merged.max_message_size), (9, 2000));
}

#[test]
fn levels_merge_in_order() {
    let attribute = Options::new().debug(true).max_message_size(1).protocols(["a"]).max_connections(5);
    let file = Options::new().max_message_size(2).send_queue(2).protocols(["b", "c"]);
    let line = Options::new().max_message_size(3).max_connections(None);
    let instance = Options::new().debug(false);
    let settings = attribute.merge(file).merge(line).merge(instance).effective();
    assert!(!settings.debug);
    assert_eq!((settings.max_message_size, settings.send_queue), (3, 2));
    assert_eq!(settings.protocols[..], ["b".into(), "c".into()]);
    assert_eq!(settings.max_connections, None, "off takes back the limit below");
}

#[test]
fn an_idle_applications_settings_stay_small() {
    assert!(size_of::<Settings>() <= 256, "{}", size_of::<Settings>());
    assert!(size_of::<super::OptionError>() == size_of::<usize>());
}
