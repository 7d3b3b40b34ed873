//! What is wrong in a file, with line and column.

use proptest::prelude::*;

use super::{FileSaid, Format, parse};

const BOTH: [Format; 2] = [Format::Toml, Format::Yaml];

fn mounts() -> Vec<String> {
    vec!["/chat".into(), "/rooms/{room}".into()]
}

fn read(text: &str, format: Format) -> Result<FileSaid, Vec<String>> {
    parse(text, format, &mounts()).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn problems(text: &str, format: Format) -> Vec<String> {
    read(text, format).expect_err("it should not be so")
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "([a-z]{1,4}|options|apps|[-:=,#&*\\[\\]{}\"'%!|>~]| {1,3}|\n|0x1|é){0,60}") {
        for format in BOTH {
            let lines = text.split('\n').count() + 1;
            for problem in parse(&text, format, &mounts()).err().unwrap_or_default() {
                let problem = problem.to_string();
                let line: usize = problem.split(':').next().unwrap().parse().unwrap();
                prop_assert!((1..=lines).contains(&line), "{}", problem);
            }
        }
    }
}

#[test]
fn nor_too_deep() {
    for deep in ["[", "{a: ", "- "] {
        assert_eq!(problems(&format!("port: {}", deep.repeat(100_000)), Format::Yaml).len(), 1);
        assert_eq!(problems(&format!("port = {}", deep.repeat(100_000)), Format::Toml).len(), 1);
    }
}

#[test]
fn all_that_is_wrong_is_told_with_its_place() {
    let toml = "port = \"http\"\nprot = 3000\n\n[options]\nmax_mesage_size = 1\nping_interval = 25\n\n[apps.\"/chta\"]\n";
    let yaml = "port: http\nprot: 3000\n\noptions:\n  max_mesage_size: 1\n  ping_interval: 25\n\napps:\n  /chta: {}\n";
    for (format, text, places) in [
        (Format::Toml, toml, ["1:8: ", "2:1: ", "5:1: ", "6:17: ", "8:7: "]),
        (Format::Yaml, yaml, ["1:7: ", "2:1: ", "5:3: ", "6:18: ", "9:3: "]),
    ] {
        let told = [
            "port = \"http\": not a port; write a number from 0 to 65535",
            "no setting is called `prot`; did you mean `port`?",
            "no option is called `max_mesage_size`; did you mean `max_message_size`?",
            "ping_interval = \"25\": a time needs a unit: ms, s, m or h, as in `25s`",
            "no application is mounted at `/chta`; did you mean `/chat`?",
        ];
        let problems = problems(text, format);
        assert_eq!(problems.len(), told.len(), "{problems:#?}");
        for ((problem, place), told) in problems.iter().zip(places).zip(told) {
            assert!(problem.starts_with(&format!("{place}{told}")), "{problem}");
        }
    }
}

#[test]
fn what_is_no_toml_or_yaml_is_told_with_its_place() {
    for (format, text, start) in [
        (Format::Toml, "port = 1\nport = 2\n", "2:1: "),
        (Format::Toml, "a = 1\nport =\n", "2:7: "),
        (Format::Yaml, "port: 1\nport: 2\n", "2:1: `port` stands here twice"),
        (Format::Yaml, "port: [1\n", ""),
        (Format::Yaml, "- 1\n", "1:1: a file of settings is a table"),
        (Format::Yaml, "tag: &x 1\npid: *x\n", "2:6: a file of settings has no anchors"),
        (Format::Yaml, "port: 1\n---\nport: 2\n", "2:1: a file of settings is one document"),
    ] {
        let told = problems(text, format);
        assert!(told.len() == 1 && told[0].starts_with(start), "{text:?} {told:?}");
    }
}

#[test]
fn a_setting_in_the_wrong_place_is_sent_to_the_right_one() {
    for (text, told) in [
        ("only = 1\n", "1:1: `only` belongs on the command line: `--only`"),
        (
            "max_message_size = 1\n",
            "1:1: `max_message_size` is an option of the applications: write it below `[options]`, or `[apps.\"/path\"]`",
        ),
        ("options = 1\n", "1:11: `options` is a table"),
        ("port = [1, 2]\n", "1:8: port = \"1, 2\": one value is wanted, not a list"),
        ("[port]\nx = 1\n", "1:1: port: a value is wanted, not a table"),
    ] {
        assert_eq!(problems(text, Format::Toml), [told]);
    }
}

#[test]
fn a_file_of_thins_is_read_as_it_is() {
    let thins = "---\nchdir: /srv/chat\nenvironment: production\naddress: 0.0.0.0\nport: 3000\ntimeout: 30\n\
                 log: /srv/chat/log/thin.log\npid: tmp/pids/thin.pid\nmax_conns: 1024\nmax_persistent_conns: 100\n\
                 require: []\nwait: 30\nthreadpool_size: 20\nservers: 3\ndaemonize: true\nno-epoll: false\nuser: ~\n";
    let read = read(thins, Format::Yaml).unwrap().said;
    assert_eq!((read.port, read.daemonize, read.user), (Some(3000), Some(true), None));
    let more = problems("rackup: config.ru\nadapter: rack\nport: <%= ENV['PORT'] %>\n", Format::Yaml);
    assert!(more[0].starts_with("1:1: rackup: there is no config.ru to load"), "{more:?}");
    assert!(more[1].starts_with("2:1: adapter: there are no adapters"), "{more:?}");
    assert!(more[2].starts_with("3:7: Ruby (ERB) is not run in this file"), "{more:?}");
}

#[test]
fn both_formats_take_lists_numbers_and_switches() {
    let toml = "listen = [\"[::1]:1\", \"unix:a\"]\nsocket-mode = 0o660\ndaemonize = true\n[options]\nprotocols = [\"a\", \"b\"]\n";
    let yaml =
        "listen:\n- \"[::1]:1\"\n- unix:a\nsocket-mode: 0660\ndaemonize: on\noptions:\n  protocols: [a, b]\n";
    assert_eq!(read(toml, Format::Toml).unwrap(), read(yaml, Format::Yaml).unwrap());
    for format in BOTH {
        assert_eq!(read("", format).unwrap(), FileSaid::default());
        assert_eq!(read("# nothing\n", format).unwrap(), FileSaid::default());
    }
}
