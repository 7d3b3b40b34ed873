//! The command line by itself.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::{ask, failure, ground, settings};
use crate::cli::departures::{DEPARTURES, Value};
use crate::cli::levels::Request;
use crate::cli::line::{Line, definition};
use crate::cli::pages;
use crate::cli::said::KEYS;
use crate::cli::settings::{Command, How, Only};

#[test]
fn the_definition_holds_together() {
    definition(&ground().names).debug_assert();
}

#[test]
fn commands_and_how_they_are_done() {
    for (word, command) in [
        ("start", Command::Start),
        ("stop", Command::Stop),
        ("restart", Command::Restart),
        ("config", Command::Config),
        ("install", Command::Install { dir: "/etc/systemd/system".into() }),
    ] {
        assert_eq!(settings(&["-p", "0", word, "-d"], &[]).command, command);
    }
    assert_eq!(settings(&["install", "--dir", "-"], &[]).command, Command::Install { dir: "-".into() });
    let how = settings(&["stop", "-f", "-o", "1", "--all"], &[]).how;
    let all = Some(PathBuf::from("/etc/wsrack"));
    assert_eq!(how, How { all, only: Some(Only::Index(1)), force: true, file: None });
    assert_eq!(settings(&["-o", "3001"], &[]).how.only, Some(Only::Port(3001)));
}

#[test]
fn thins_letters_mean_what_they_mean() {
    let line = "-a 0.0.0.0 -p 80 -c /srv -e test -d -l x.log -P x.pid -u www -g web -s 3 -O -w 5 -t 7";
    let settings = settings(&line.split(' ').collect::<Vec<_>>(), &[]);
    assert_eq!(settings.listen[0].to_string(), "0.0.0.0:80");
    assert_eq!(settings.chdir, Some("/srv".into()));
    assert_eq!(settings.environment, "test");
    assert!(settings.daemonize && settings.one_by_one);
    assert_eq!((settings.log, settings.pid), (Some("x.log".into()), Some("x.pid".into())));
    assert_eq!((settings.user.as_deref(), settings.group.as_deref()), (Some("www"), Some("web")));
    assert_eq!(settings.servers, NonZeroUsize::new(3));
    assert_eq!((settings.wait.as_secs(), settings.timeout.as_secs()), (5, 7));
}

#[test]
fn the_last_word_counts() {
    assert_eq!(settings(&["-p", "1", "-p", "2"], &[]).listen[0].to_string(), "127.0.0.1:2");
    assert!(!settings(&["-d", "--no-daemonize"], &[]).daemonize);
    assert!(settings(&["--no-daemonize", "-d"], &[]).daemonize);
}

#[test]
fn a_pool_is_asked_for_by_either_name() {
    let threads = |line: &[&str]| settings(line, &[]).blocking_threads.map(NonZeroUsize::get);
    assert_eq!((threads(&[]), threads(&["--threaded"])), (None, Some(20)));
    assert_eq!(threads(&["--threadpool-size", "5"]), Some(5));
}

#[test]
fn each_departure_says_what_to_do_instead() {
    for departure in DEPARTURES {
        let long = format!("--{}", departure.long());
        let short = departure.short.map(|letter| format!("-{letter}"));
        for name in [Some(long.clone()), short].into_iter().flatten() {
            let value = if departure.value == Value::Yes { &["x"][..] } else { &[] };
            let told = failure(&[&[name.as_str()], value].concat(), &[]);
            assert_eq!(told.to_string(), format!("{long}: {}", departure.instead));
            assert_eq!(told.status(), 2);
        }
    }
}

#[test]
fn all_that_is_wrong_is_told_each_in_a_line() {
    let line =
        ["-p", "x", "-t", "1d", "--option", "debug", "--socket-mode", "999", "--dir", "x", "--listen", "::1"];
    let told = failure(&line, &[]).to_string();
    let starts = [
        "--port \"x\": ",
        "--listen \"::1\": ",
        "--socket-mode \"999\": ",
        "--timeout \"1d\": ",
        "--option \"debug\": ",
        "--dir: ",
    ];
    assert_eq!(told.lines().count(), starts.len(), "{told}");
    for (line, start) in told.lines().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn what_the_parser_refuses_is_told_in_one_line() {
    for (line, told) in [
        (&["--prot", "1"][..], "unexpected argument '--prot' found; a similar argument exists: '--port'"),
        (&["-p"], "a value is required for '--port <PORT>' but none was supplied"),
        (
            &["begin"],
            "invalid value 'begin' for '[COMMAND]'; [possible values: start, stop, restart, config, install]",
        ),
    ] {
        assert_eq!(failure(line, &[]).to_string(), told);
    }
}

#[test]
fn help_man_page_and_completions_know_every_setting() {
    let names = ground().names;
    let Ok(Request::Page(Line::Print(help))) = ask(&["--help"], &[]) else { panic!() };
    let man = String::from_utf8(pages::man(&names).unwrap()).unwrap().replace('\\', "");
    let bash = String::from_utf8(pages::completions(&names, clap_complete::Shell::Bash)).unwrap();
    for key in KEYS {
        let long = format!("--{}", key.long());
        for page in [&help, &man, &bash] {
            assert!(page.contains(&long), "{long}");
        }
        assert!(help.contains(key.help), "{}", key.help);
    }
    assert!(!help.contains("swiftiply"), "what is not there is not offered");
}

#[test]
fn the_version_is_the_programs_and_the_frameworks() {
    let Ok(Request::Page(Line::Print(version))) = ask(&["-v"], &[]) else { panic!() };
    assert_eq!(version, format!("chat (wsrack {})\n", env!("CARGO_PKG_VERSION")));
}
