//! The guide knows what there is.

use std::io;

use crate::cli::departures::{DEPARTURES, Departure};
use crate::cli::failure::{Account, Failure};
use crate::cli::said::{KEYS, Key};
use crate::cli::settings::Listen;
use crate::error::Error;

const GUIDE: &str = include_str!("../../docs/command_line.md");

#[test]
fn every_setting_and_every_departure_is_in_the_guide() {
    let names = KEYS.iter().map(Key::long).chain(DEPARTURES.iter().map(Departure::long));
    for name in names.chain(["option", "config", "all", "only", "force", "dir"].map(str::to_owned)) {
        assert!(GUIDE.contains(&format!("`--{name}")), "--{name}");
    }
    let shorts = KEYS.iter().filter_map(|key| key.short);
    for letter in shorts.chain(DEPARTURES.iter().filter_map(|it| it.short)).chain("CofChv".chars()) {
        assert!(GUIDE.contains(&format!("`-{letter}`")), "-{letter}");
    }
}

#[test]
fn every_status_is_in_the_guide_and_says_one_thing() {
    let listen = || Listen::Unix("x".into());
    let error = || io::Error::other("x");
    let (text, path) = (|| "x".to_owned(), || "x".into());
    let failures = [
        Failure::App(Error::msg("x")),
        Failure::Usage(text()),
        Failure::NotRunning { why: text() },
        Failure::Unreadable { what: "x", path: path(), error: error() },
        Failure::Unknown { kind: Account::User, name: text() },
        Failure::InUse(listen()),
        Failure::NotReplaced { why: text() },
        Failure::System { what: text(), error: error() },
        Failure::Privileges { name: text(), why: text() },
        Failure::Unwritable { what: "x", path: path(), error: error() },
        Failure::Running { pid: 1, file: path() },
        Failure::NotPermitted(listen()),
        Failure::File(text()),
        Failure::TooLate { what: text(), within: std::time::Duration::ZERO },
    ];
    let statuses: Vec<_> = failures.iter().map(Failure::status).collect();
    let in_guide: Vec<u8> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
        .filter(|status| *status > 0)
        .collect();
    assert_eq!(statuses, in_guide);
    assert_eq!(Failure::Listen { listen: listen(), error: error() }.status(), 69);
    #[cfg(feature = "tls")]
    assert_eq!((Failure::Tls(Error::msg("x")).status(), Failure::Tls(error().into()).status()), (78, 66));
}
