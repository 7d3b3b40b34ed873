use std::net::IpAddr;

use crate::options::TrustedProxies;

fn proxies(text: &str) -> TrustedProxies {
    text.parse().unwrap()
}

fn contains(text: &str, address: &str) -> bool {
    proxies(text).contains(address.parse::<IpAddr>().unwrap())
}

#[test]
fn nobody_is_believed_unless_named() {
    for nobody in ["", " , ", "none"] {
        let nobody = proxies(nobody);
        assert!(nobody.is_empty() && !nobody.contains_unix());
        assert!(!nobody.contains([127, 0, 0, 1].into()));
        assert_eq!(nobody, TrustedProxies::none());
    }
}

#[test]
fn addresses_and_nets_of_both_families() {
    for (list, address, is_in) in [
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false),
        ("10.0.0.0/8, ::1", "10.255.0.1", true),
        ("10.0.0.0/8, ::1", "11.0.0.0", false),
        ("10.0.0.0/8, ::1", "::1", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false),
        ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("::/0", "203.0.113.9", false),
        // As a socket that listens on both families has them.
        ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ("::ffff:10.0.0.0/104", "10.0.0.1", true),
        ("::ffff:10.0.0.7", "10.0.0.7", true),
    ] {
        assert_eq!(contains(list, address), is_in, "{address} in {list}");
    }
}

#[test]
fn unix_is_whoever_connects_to_a_unix_socket() {
    assert!(proxies("unix").contains_unix());
    assert!(!proxies("unix").is_empty());
    assert!(!proxies("0.0.0.0/0").contains_unix());
}

#[test]
fn they_are_shown_as_they_are_written() {
    for text in ["none", "unix", "10.0.0.0/8", "127.0.0.1, 2001:db8::/32, unix"] {
        assert_eq!(proxies(text).to_string(), text);
    }
    assert_eq!(format!("{:?}", proxies("10.0.0.1")), "TrustedProxies(10.0.0.1)");
}

#[test]
fn what_is_no_net_is_told_from_what_would_be_one() {
    let error = |text: &str| text.parse::<TrustedProxies>().unwrap_err().to_string();
    for text in
        ["10.0.0.0/33", "10.0.0/8", "10.0.0.1:80", "10.0.0.0/-1", "::1/129", "[::1]", "1.2.3.4/", "/8"]
    {
        let expected = format!(
            "trusted_proxies = {text:?}: not an address or a net; write an address, a net or `unix`: `10.0.0.1`, \
             `10.0.0.0/8`, `fd00::/8`"
        );
        assert_eq!(error(text), expected);
    }
    for text in ["proxy.example", "localhost", "any", "Unix"] {
        assert!(error(text).contains("a name is not looked up"), "{text}");
    }
    for text in ["10.0.0.1/8", "2001:db8::1/32"] {
        assert!(error(text).contains("bits behind its prefix"), "{text}");
    }
    assert!(error("10.0.0.0/8, nonsense").starts_with("trusted_proxies = \"nonsense\""));
}
