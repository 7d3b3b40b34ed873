//! Which level wins, and what is told where one is wrong.

use std::path::Path;
use std::time::Duration;

use super::{File, ask, failure, ground, settings};
use crate::cli::failure::Failure;
use crate::cli::levels::{Request, read};
use crate::cli::settings::{AccessFormat, Certificate, Command, Level, Listen};
use crate::options::Options;

fn tcp(host: &str, port: u16) -> Listen {
    Listen::Tcp { host: host.into(), port }
}

#[test]
fn where_nothing_is_said_the_defaults_are_thins_but_for_the_address() {
    let settings = settings(&[], &[]);
    assert_eq!(settings.command, Command::Start);
    assert_eq!(settings.listen, [tcp("127.0.0.1", 3000)]);
    assert_eq!(settings.timeout, Duration::from_secs(30));
    assert_eq!(settings.wait, Duration::from_secs(30));
    assert_eq!(settings.max_persistent_conns, 100);
    assert_eq!(settings.environment, "development");
    assert_eq!(settings.log_file(), Path::new("log/wsrack.log"));
    assert_eq!(settings.pid_file(), Path::new("tmp/pids/wsrack.pid"));
    assert!(!settings.daemonize && settings.servers.is_none() && settings.tls.is_none());
}

#[test]
fn command_line_over_environment_over_file_over_program() {
    let file =
        File::new("levels.toml", "port = 1\naddress = \"0.0.0.0\"\ntag = \"file\"\nwait = 1\ntimeout = 1\n");
    let mut ground = ground();
    for (name, value) in [("port", "4"), ("tag", "code"), ("wait", "4"), ("timeout", "4"), ("backlog", "4")] {
        ground.code.say(name, &[value.into()]).unwrap();
    }
    let line = ["chat", "-C", file.path(), "-p", "3"].map(Into::into);
    let variables = [("WSRACK_PORT", "2"), ("WSRACK_WAIT", "2")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    let Ok(Request::Run { settings, .. }) = read(&ground, line, variables) else { panic!() };
    assert_eq!(settings.listen, [tcp("0.0.0.0", 3)]);
    assert_eq!(settings.wait, Duration::from_secs(2));
    assert_eq!(settings.timeout, Duration::from_secs(1));
    assert_eq!(settings.tag.as_deref(), Some("file"));
    assert_eq!(settings.backlog, 4);
}

#[test]
fn options_go_for_all_then_for_one_then_by_environment_then_by_command_line() {
    let file = File::new(
        "options.yaml",
        "options:\n  send_queue: 1 KiB\n  max_fragments: 1\n  idle_timeout: 90s\napps:\n  /chat/:\n    \
         send_queue: 2 KiB\n    max_fragments: 2\n",
    );
    let line = ["-C", file.path(), "--option", "max_message_size=3KiB"];
    let settings = settings(&line, &[("WSRACK_OPTION_MAX_FRAGMENTS", "7"), ("WSRACK_ENV", "production")]);
    let at = |mount| settings.options.at(mount).effective();
    assert_eq!((at("/chat").send_queue, at("/rooms/{room}").send_queue), (2 << 10, 1 << 10));
    assert_eq!((at("/chat").max_fragments, at("/").max_fragments), (7, 7));
    assert_eq!(at("/chat").max_message_size, 3 << 10);
    assert_eq!(at("/chat").idle_timeout, Some(Duration::from_secs(90)));
    assert_eq!(settings.options.defaults(), Options::new());
}

#[test]
fn development_switches_debug_on_where_nobody_says_otherwise() {
    assert_eq!(settings(&[], &[]).options.defaults(), Options::new().debug(true));
    assert_eq!(settings(&["-e", "production"], &[]).options.defaults(), Options::new());
    assert_eq!(settings(&[], &[("WSRACK_ENV", "test")]).environment, "test");
}

#[test]
fn what_the_program_has_put_into_the_environment_itself_says_nothing_new() {
    let file = File::new("anew.toml", "environment = \"production\"\n");
    let environment = |by| {
        let variables = [("WSRACK_ENV", "staging"), ("WSRACK_ENV_SET_BY", by), ("WSRACK_BORN_WITH", "1:2")];
        let Ok(Request::Run { settings, warnings, .. }) = ask(&["-C", file.path()], &variables) else {
            panic!()
        };
        assert!(warnings.is_empty(), "{warnings:?}");
        settings.environment
    };
    assert_eq!(environment("chat"), "production", "the file has changed since then");
    assert_eq!(environment("its parent"), "staging");
}

#[test]
fn a_level_that_says_where_to_listen_does_not_mix() {
    let file = File::new("where.toml", "listen = [\"0.0.0.0:80\", \"[::]:80\"]\n");
    let path = file.path();
    assert_eq!(settings(&["-C", path], &[]).listen, [tcp("0.0.0.0", 80), tcp("::", 80)]);
    assert_eq!(settings(&["-C", path, "-p", "8080"], &[]).listen, [tcp("127.0.0.1", 8080)]);
    let socket = [Listen::Unix("/run/chat.sock".into())];
    assert_eq!(settings(&["-C", path, "-S", "/run/chat.sock"], &[]).listen, socket);
    assert_eq!(settings(&["-p", "1", "-S", "/run/chat.sock"], &[]).listen, socket, "as in Thin");
    let several = settings(&["-a", "[::1]", "-p", "5", "--listen", "unix:x", "--listen", "a:1"], &[]);
    assert_eq!(several.listen, [tcp("::1", 5), Listen::Unix("x".into()), tcp("a", 1)]);
    let line = settings(&["--listen", "a:1"], &[("WSRACK_PORT", "5")]);
    assert_eq!(line.listen, [tcp("a", 1)]);
    let each = settings(&["-a", "::1"], &[("WSRACK_PORT", "5")]);
    assert_eq!(each.listen, [tcp("::1", 5)]);
    assert_eq!(settings(&[], &[("WSRACK_LISTEN", "a:1, b:2")]).listen, [tcp("a", 1), tcp("b", 2)]);
}

#[test]
fn how_much_is_logged_is_one_thing() {
    let file = File::new("log.toml", "trace = true\naccess_log = \"json\"\n");
    let level = |line: &[&str]| settings(&[&["-C", file.path()], line].concat(), &[]).level;
    assert_eq!(
        (level(&[]), level(&["-q"]), level(&["--no-trace"])),
        (Level::Trace, Level::Quiet, Level::Normal)
    );
    let access = |line: &[&str]| settings(line, &[]).access_log.map(|log| log.format);
    assert_eq!(access(&["-C", file.path()]), Some(AccessFormat::Json));
    assert_eq!((access(&["-D"]), access(&[])), (Some(AccessFormat::Text), None));
    assert_eq!(access(&["-D", "--access-log", "off"]), None);
}

#[test]
fn a_switch_of_the_file_can_be_switched_off() {
    let file = File::new("switch.yml", "daemonize: true\nonebyone: on\n");
    let on = settings(&["-C", file.path()], &[]);
    assert!(on.daemonize && on.one_by_one);
    let off = settings(&["-C", file.path(), "--no-daemonize"], &[("WSRACK_ONEBYONE", "off")]);
    assert!(!off.daemonize && !off.one_by_one);
}

#[test]
fn the_file_may_be_named_by_the_environment() {
    let file = File::new("named.toml", "port = 7\n");
    assert_eq!(settings(&[], &[("WSRACK_CONFIG", file.path())]).listen, [tcp("127.0.0.1", 7)]);
}

#[test]
fn each_bad_variable_is_named_and_a_strange_one_is_no_mistake() {
    let failure = failure(&[], &[("WSRACK_PORT", "tcp://10.0.0.1:80"), ("WSRACK_OPTION_DEBUG", "perhaps")]);
    assert!(matches!(failure, Failure::Usage(_)));
    assert_eq!(
        failure.to_string(),
        "WSRACK_OPTION_DEBUG: debug = \"perhaps\": neither on nor off; write `on`, `off`, `true` or `false`\n\
         WSRACK_PORT=\"tcp://10.0.0.1:80\": not a port; write a number from 0 to 65535"
    );
    let Ok(Request::Run { warnings, .. }) =
        ask(&[], &[("WSRACK_PROT", "80"), ("WSRACK_TAG", ""), ("PORT", "x")])
    else {
        panic!()
    };
    assert_eq!(warnings, ["the variable WSRACK_PROT is no setting; did you mean WSRACK_PORT?"]);
}

#[test]
fn what_belongs_together_is_asked_for() {
    let told = failure(&["--ssl", "--ssl-client-optional"], &[]).to_string();
    let needs =
        "--ssl needs `--ssl-key-file` and `--ssl-cert-file`, or `--ssl-self-signed` for development\n";
    assert!(told.starts_with(needs), "{told}");
    let tls =
        settings(&["--ssl", "--ssl-key-file", "k", "--ssl-cert-file", "c", "--ssl-client-ca", "a"], &[]).tls;
    assert_eq!(tls.unwrap().client_ca.as_deref(), Some(Path::new("a")));
}

#[test]
fn a_certificate_is_in_files_or_made() {
    let told = failure(&["--ssl-self-signed", "--ssl-key-file", "k"], &[]).to_string();
    assert!(told.starts_with("--ssl-self-signed makes key and certificate itself: leave it away"), "{told}");
    let is_made = |line: &[&str], variables: &[(&str, &str)]| {
        settings(line, variables).tls.map(|tls| tls.certificate == Certificate::SelfSigned)
    };
    assert_eq!(is_made(&["--ssl-self-signed"], &[]), Some(true), "it is there to be used");
    assert_eq!(is_made(&["--ssl-self-signed", "--no-ssl"], &[]), None);
    let files = ["--ssl-key-file", "k", "--ssl-cert-file", "c"];
    assert_eq!(is_made(&files, &[]), None);
    assert_eq!(is_made(&files, &[("WSRACK_SSL_SELF_SIGNED", "on")]), Some(false));
    let variables = [("WSRACK_SSL", "off"), ("WSRACK_SSL_KEY_FILE", "k"), ("WSRACK_SSL_CERT_FILE", "c")];
    assert_eq!(is_made(&["--ssl-self-signed"], &variables), Some(true));
}

#[test]
fn trusted_proxies_are_told_one_by_one_or_with_commas() {
    let file = File::new("proxies.toml", "trusted_proxies = [\"10.0.0.0/8\", \"unix\"]\n");
    let proxies =
        |line: &[&str], variables: &[(&str, &str)]| settings(line, variables).trusted_proxies.to_string();
    assert_eq!(proxies(&["-C", file.path()], &[]), "10.0.0.0/8, unix");
    assert_eq!(
        proxies(&["--trusted-proxies", "::1", "--trusted-proxies", "10.0.0.1, unix"], &[]),
        "::1, 10.0.0.1, unix"
    );
    assert_eq!(proxies(&[], &[("WSRACK_TRUSTED_PROXIES", "10.0.0.0/8, unix")]), "10.0.0.0/8, unix");
    assert_eq!(proxies(&["-C", file.path(), "--trusted-proxies", "none"], &[]), "none");
    let told = failure(&["--trusted-proxies", "10.0.0.0/8, office"], &[]).to_string();
    assert!(told.starts_with("--trusted-proxies \"10.0.0.0/8, office\": \"office\": "), "{told}");
}
