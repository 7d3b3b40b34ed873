//! What `config` prints says what it was made from.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use crate::cli::app_options::{AppOptions, Said as SaidOptions};
use crate::cli::config;
use crate::cli::file::{self, FileSaid, Format};
use crate::cli::line;
use crate::cli::resolve::resolve;
use crate::cli::said::{KEYS, Key, Said, Shape};
use crate::cli::settings::{Command, How, Settings};
use crate::cli::tests::ground;
use crate::options::OPTION_NAMES;

/// Texts that a setting can have.
fn samples(key: &Key) -> &'static [&'static str] {
    match (key.shape, key.name) {
        (Shape::Switch, _) => &["on", "off"],
        (Shape::Many(_), "trusted_proxies") => &["10.0.0.0/8", "::1, unix", "none"],
        (Shape::Many(_), _) => &["127.0.0.1:0", "[::1]:80", "unix:/run/a \"b\" \\c.sock"],
        (Shape::Path(_), _) => &["x", "/var/a b/ü.log", "a\"b\\c\tä"],
        (_, "address") => &["0.0.0.0", "::1", "[::1]", "localhost"],
        (_, "port") => &["0", "65535"],
        (_, "socket_mode") => &["660", "0o600", "0777"],
        (_, "stats" | "prefix") => &["/stats", "/a/b/"],
        (_, "workers") => &["auto", "7"],
        (_, "access_log") => &["off", "text", "json"],
        (_, "environment" | "user" | "group" | "tag") => {
            &["production", "7", "a \"tag\" \u{7f}% é", "true", "~", "null"]
        }
        (_, "wait" | "timeout" | "drain_period") => &["30", "1500ms", "2m", "0"],
        _ => &["1", "4096"],
    }
}

fn option(name: &str) -> &'static str {
    match name {
        "debug" | "trace" => "on",
        "slow_client" => "drop",
        "protocols" => "chat, superchat",
        "origins" => "same, https://*.example.com",
        "trusted_proxies" => "10.0.0.0/8, unix",
        "drafts" => "13, hixie-76",
        "compression" => "shared, level=3",
        "message_rate" => "100/s",
        name if name.ends_with("timeout") || name.ends_with("interval") => "off",
        _ => "2000000",
    }
}

fn said() -> impl Strategy<Value = Said> {
    let each = KEYS.iter().map(|key| proptest::option::of(select(samples(key)))).collect::<Vec<_>>();
    each.prop_map(|texts| {
        let mut said = Said::default();
        for (key, text) in KEYS.iter().zip(texts) {
            if let Some(text) = text {
                said.say(key.name, &[text.to_owned()]).unwrap();
            }
        }
        said
    })
}

fn options() -> impl Strategy<Value = SaidOptions> {
    proptest::collection::vec(select(&OPTION_NAMES[..]), 0..4).prop_map(|names| {
        let mut said = SaidOptions::default();
        for name in names {
            said.say(name, option(name)).unwrap();
        }
        said
    })
}

fn settings(said: Said, options: AppOptions) -> Option<Settings> {
    resolve(Command::Config, How::default(), said, options).ok()
}

proptest! {
    #[test]
    fn a_file_that_was_printed_says_the_same(
        said in said(),
        all in options(),
        own in options(),
        line in options(),
        format in select(&[Format::Toml, Format::Yaml][..]),
    ) {
        let mounts = ground().mounts;
        let by_mount = BTreeMap::from([(mounts[1].clone(), own)]);
        let Some(before) = settings(said, AppOptions::new(&all, &by_mount, &line)) else { return Ok(()) };
        let apps = mounts.iter().map(|mount| (mount.clone(), before.options.at(mount).effective()));
        let text = config::file(&before, &apps.collect::<Vec<_>>(), format);
        let FileSaid { said, options, apps } = file::parse(&text, format, &mounts).unwrap();
        let options = AppOptions::new(&options, &apps, &SaidOptions::default());
        for mount in &mounts {
            prop_assert_eq!(before.options.at(mount), options.at(mount));
        }
        let after = settings(said, options.clone());
        prop_assert_eq!(Some(Settings { options, ..before }), after, "{}", text);
    }

    #[test]
    fn words_that_were_written_say_the_same(said in said(), options in options()) {
        let words = line::write(&said, &options);
        let given = ["chat".to_owned()].into_iter().chain(words).map(Into::into);
        let Ok(line::Line::Run(asked)) = line::read(&ground().names, given) else { panic!() };
        prop_assert_eq!((asked.said, asked.options), (said, options));
    }
}

#[test]
fn a_printed_file_is_what_a_person_would_write() {
    let mut said = Said::default();
    said.say("port", &["80".into()]).unwrap();
    said.say("tag", &["a \"b\"".into()]).unwrap();
    let mut all = SaidOptions::default();
    all.say("max_message_size", "2 MiB").unwrap();
    let own = BTreeMap::from([("/chat".to_owned(), all.clone())]);
    let settings = settings(said, AppOptions::new(&all, &own, &SaidOptions::default())).unwrap();
    let apps = [("/chat".to_owned(), settings.options.at("/chat").effective())];
    let toml = config::file(&settings, &apps, Format::Toml);
    let yaml = config::file(&settings, &apps, Format::Yaml);
    assert!(toml.starts_with("# Server\naddress = \"127.0.0.1\"\nport = 80\n# socket =\n"), "{toml}");
    assert!(toml.contains("tag = \"a \\\"b\\\"\"\n"), "{toml}");
    let options = "\n[options]\nmax_message_size = \"2 MiB\"\n\n[apps.\"/chat\"]\n# debug = \"off\"\n# trace = \"off\"\nmax_message_size = \"2 MiB\"\n\
                   # max_frame_size = \"2 MiB\"\n";
    assert!(toml.contains(options), "{toml}");
    let options = "\noptions:\n  max_message_size: \"2 MiB\"\n\napps:\n  \"/chat\":\n    # debug: \"off\"\n    # trace: \"off\"\n    max_message_size: \"2 MiB\"\n";
    assert!(yaml.contains(options), "{yaml}");
}
