use crate::options::{Compression, Options};

fn read(text: &str) -> Option<Compression> {
    let mut options = Options::new();
    options.set("compression", text).unwrap();
    options.resolve().unwrap().compression
}

fn error(text: &str) -> String {
    let mut options = Options::new();
    let error = options.set("compression", text).expect_err(text);
    assert_eq!(options, Options::new(), "nothing is set");
    assert_eq!(error.option(), "compression");
    error.to_string()
}

#[test]
fn it_is_off_unless_it_is_asked_for() {
    assert_eq!(Options::new().effective().compression, None);
    assert_eq!(read("off"), None);
    assert_eq!(read("on"), Some(Compression::shared()));
    assert_eq!(read("shared"), Some(Compression::shared()));
    assert_eq!(read("dedicated"), Some(Compression::dedicated()));
    let off = Options::new().compression(Compression::shared()).merge(Options::new().compression(None));
    assert_eq!(off.effective().compression, None, "what is said last counts");
}

#[test]
fn settings_stand_behind_commas() {
    let every =
        Compression::shared().level(9).min_size(2048).server_max_window_bits(12).client_max_window_bits(9);
    let text = "shared, level=9, min_size=2 KiB, server_max_window_bits=12, client_max_window_bits=9";
    assert_eq!(read(text), Some(every));
    assert_eq!(
        read(" dedicated ,min-size = 0,level=1 "),
        Some(Compression::dedicated().min_size(0).level(1))
    );
}

#[test]
fn what_is_wrong_is_answered_with_what_would_be_right() {
    let mode = "write `off`, `shared` or `dedicated`, with settings behind commas: `shared, level=3, min_size=256 B`";
    let level = "a level is 1 (fast) to 9 (small): `level=3`";
    let window = "a window is 9 (512 bytes) to 15 (32 KiB): `server_max_window_bits=12`";
    let unknown = "there is no setting `x`; there are level, min_size, server_max_window_bits and \
                   client_max_window_bits";
    let size = "not a size; write bytes, or a number with a unit: `64 KiB`";
    for (text, problem) in [
        ("", mode),
        ("gzip", mode),
        ("level=3", mode),
        ("shared level=3", mode),
        ("shared, level", level),
        ("shared, level=0", level),
        ("shared, level=10", level),
        ("shared, level=x", level),
        ("shared, server_max_window_bits=8", window),
        ("dedicated, client_max_window_bits=16", window),
        ("dedicated, client_max_window_bits", window),
        ("shared, min_size=x", size),
        ("shared, x=1", unknown),
        ("shared, x", unknown),
        ("shared, level=3, level=3", "`level` stands there twice"),
    ] {
        assert_eq!(error(text), format!("compression = {text:?}: {problem}"));
    }
}

#[test]
fn levels_and_windows_that_there_are_not_are_found_by_check() {
    let check = |compression| Options::new().compression(compression).check().map_err(|e| e.to_string());
    assert_eq!(check(Compression::shared()), Ok(()));
    let level = Err("compression: a level is 1 (fast) to 9 (small): `level=3`".to_owned());
    assert_eq!(check(Compression::shared().level(0)), level);
    assert_eq!(check(Compression::dedicated().level(10)), level);
    let window =
        Err("compression: a window is 9 (512 bytes) to 15 (32 KiB): `server_max_window_bits=12`".to_owned());
    assert_eq!(check(Compression::shared().server_max_window_bits(8)), window);
    assert_eq!(check(Compression::shared().client_max_window_bits(16)), window);
}
