use super::{Preface, PrefaceError, Told, read};
use crate::server::proxy::v2::crc32c;

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

fn client(source: &str, destination: &str) -> Told {
    let (source, destination) = (source.parse().unwrap(), destination.parse().unwrap());
    Told::Client { source, destination, is_secure: false }
}

/// A header of version 2.
fn v2(command: u8, family: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [SIGNATURE, &[0x20 | command, family], &length, body].concat()
}

fn entry(kind: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    [&[kind], &length[..], value].concat()
}

const V4: [u8; 12] = [192, 0, 2, 7, 192, 0, 2, 1, 0xdc, 0x04, 0x01, 0xbb];

fn v4_with(entries: &[u8]) -> Vec<u8> {
    v2(1, 0x11, &[&V4[..], entries].concat())
}

/// As a whole, in any two parts, and with a request behind it.
#[track_caller]
fn is_header(bytes: &[u8], told: Told) {
    let expected = Ok(Preface::Header { length: bytes.len(), told });
    assert_eq!(read(bytes), expected);
    for cut in 0..bytes.len() {
        assert_eq!(read(&bytes[..cut]), Ok(Preface::Incomplete), "cut at {cut}");
    }
    assert_eq!(read(&[bytes, b"GET / HTTP/1.1\r\n\r\n"].concat()), expected);
}

/// Seen as soon as the byte is there that breaks the rule, and never before.
#[track_caller]
fn is_wrong(bytes: &[u8], at: usize, error: PrefaceError) {
    for cut in 0..=bytes.len() {
        let expected = if cut < at { Ok(Preface::Incomplete) } else { Err(error) };
        assert_eq!(read(&bytes[..cut]), expected, "{cut} bytes of {bytes:?}");
    }
}

#[test]
fn lines_of_version_1() {
    for (line, told) in [
        ("PROXY TCP4 192.0.2.7 192.0.2.1 56324 443", client("192.0.2.7:56324", "192.0.2.1:443")),
        (
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 0",
            client("255.255.255.255:65535", "255.255.255.255:0"),
        ),
        ("PROXY TCP6 2001:db8::7 ::1 1 2", client("[2001:db8::7]:1", "[::1]:2")),
        ("PROXY UNKNOWN", Told::Unknown),
        ("PROXY UNKNOWN ffff::1 whatever \u{fc} it is", Told::Unknown),
    ] {
        is_header(format!("{line}\r\n").as_bytes(), told);
    }
}

#[test]
fn a_line_has_107_bytes_at_most() {
    let longest = format!("PROXY UNKNOWN {}\r\n", "f".repeat(107 - 16));
    assert_eq!(longest.len(), 107);
    is_header(longest.as_bytes(), Told::Unknown);
    let longer = format!("PROXY UNKNOWN {}\r\n", "f".repeat(107 - 15));
    is_wrong(longer.as_bytes(), 107, PrefaceError::LineTooLong);
}

#[test]
fn lines_that_are_none() {
    use PrefaceError::{LineAddresses, LineEnd, LineProtocol};
    for (line, error) in [
        ("PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\n", LineEnd),
        ("PROXY \r\n", LineProtocol),
        ("PROXY TCP5 192.0.2.7 192.0.2.1 1 2\r\n", LineProtocol),
        ("PROXY tcp4 192.0.2.7 192.0.2.1 1 2\r\n", LineProtocol),
        ("PROXY UNKNOWNX\r\n", LineProtocol),
        ("PROXY  TCP4 192.0.2.7 192.0.2.1 1 2\r\n", LineProtocol),
        ("PROXY TCP4\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 192.0.2.1 1\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 192.0.2.1 1 \r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 192.0.2.1 1 2 \r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7  192.0.2.1 1 2\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 2001:db8::1 1 2\r\n", LineAddresses),
        ("PROXY TCP6 192.0.2.7 192.0.2.1 1 2\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.256 192.0.2.1 1 2\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 192.0.2.1 65536 2\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 192.0.2.1 +1 2\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 192.0.2.1 01 2\r\n", LineAddresses),
        ("PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\r\n", LineAddresses),
        ("PROXY TCP4 \u{fc} 192.0.2.1 1 2\r\n", LineAddresses),
    ] {
        is_wrong(line.as_bytes(), line.len(), error);
    }
}

#[test]
fn headers_of_version_2() {
    let told = client("192.0.2.7:56324", "192.0.2.1:443");
    is_header(&v4_with(b""), told);
    let mut v6 = [0; 36];
    (v6[0], v6[15], v6[31], v6[33], v6[35]) = (0x20, 7, 1, 80, 81);
    is_header(&v2(1, 0x21, &v6), client("[2000::7]:80", "[::1]:81"));
    // What else there is: entries of any kind are skipped.
    is_header(&v4_with(&[entry(0x01, b"h2"), entry(0xe0, &[9; 300]), entry(0x04, b"")].concat()), told);
}

#[test]
fn whom_version_2_does_not_name() {
    is_header(&v2(0, 0x00, b""), Told::Local);
    is_header(&v2(0, 0x11, &V4), Told::Local);
    is_header(&v2(0, 0xff, b"what there is to skip"), Told::Local);
    is_header(&v2(1, 0x00, b""), Told::Unknown);
    is_header(&v2(1, 0x00, &entry(0x04, b"...")), Told::Unknown);
    is_header(&v2(1, 0x31, &[b'/'; 216]), Told::Unknown);
    is_header(&v2(1, 0x12, &V4), Told::Unknown);
    is_header(&v2(1, 0x10, &V4), Told::Unknown);
}

#[test]
fn a_client_that_came_by_tls() {
    for (flags, expected) in [(0x01, true), (0x07, true), (0x02, false)] {
        let bytes = v4_with(&entry(0x20, &[&[flags, 0, 0, 0, 0][..], &entry(0x21, b"TLSv1.3")].concat()));
        let Ok(Preface::Header { told: Told::Client { is_secure, .. }, .. }) = read(&bytes) else {
            panic!("{bytes:?}")
        };
        assert_eq!(is_secure, expected);
    }
}

#[test]
fn the_checksum_is_verified() {
    assert_eq!(crc32c(b"123456789".iter().copied()), 0xe306_9283, "the check value of CRC-32C");
    assert_eq!(crc32c([0; 32].into_iter()), 0x8a91_36aa, "RFC 3720, B.4");
    let entries = [entry(0x03, &[0; 4]), entry(0x04, b"behind it")].concat();
    let mut bytes = v4_with(&entries);
    let checksum = crc32c(bytes.iter().copied()).to_be_bytes();
    bytes[16 + 12 + 3..][..4].copy_from_slice(&checksum);
    is_header(&bytes, client("192.0.2.7:56324", "192.0.2.1:443"));
    for at in 16..bytes.len() {
        // But the entries' own bytes, which would make other entries.
        if !(28..31).contains(&at) && !(35..38).contains(&at) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert_eq!(read(&bytes), Err(PrefaceError::Checksum), "byte {at}");
        }
    }
    assert_eq!(read(&v4_with(&entry(0x03, &[0; 3]))), Err(PrefaceError::Checksum));
}

#[test]
fn headers_of_version_2_that_are_none() {
    let mut wrong_version = v4_with(b"");
    wrong_version[12] = 0x11;
    is_wrong(&wrong_version, 13, PrefaceError::Version);
    is_wrong(&v2(2, 0x11, &V4), 13, PrefaceError::Command);
    is_wrong(&v2(1, 0x41, &V4), 14, PrefaceError::Family);
    is_wrong(&v2(1, 0x13, &V4), 14, PrefaceError::Family);
    is_wrong(&v2(1, 0x11, &V4[..11]), 16, PrefaceError::TooShort);
    is_wrong(&v2(1, 0x21, &V4), 16, PrefaceError::TooShort);
    is_wrong(&v2(1, 0x31, &[0; 215]), 16, PrefaceError::TooShort);
    let cut = v4_with(&[5, 0, 2, 1]);
    is_wrong(&cut, cut.len(), PrefaceError::Entry);
    let stub = v4_with(&[5, 0]);
    is_wrong(&stub, stub.len(), PrefaceError::Entry);
}

#[test]
fn a_header_has_4096_bytes_at_most() {
    is_header(&v4_with(&entry(0xe0, &[0; 4096 - 16 - 12 - 3])), client("192.0.2.7:56324", "192.0.2.1:443"));
    is_wrong(&v4_with(&entry(0xe0, &[0; 4096 - 16 - 12 - 2])), 16, PrefaceError::TooLong);
    is_wrong(&v2(0, 0, &[0; 4081]), 16, PrefaceError::TooLong);
}

#[test]
fn what_begins_otherwise_is_none_of_ours() {
    for plain in [
        &b"GET / HTTP/1.1\r\n"[..],
        b"POST /",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"PROXYTCP4 ",
        b"proxy ",
        b"\x16\x03\x01",
        b"\r\nGET / HTTP/1.1",
        b"\r\n\r\nGET /",
        b"\r\n\r\n\0\r\nQUIT\r",
    ] {
        let mut is_plain = false;
        for cut in 0..=plain.len() {
            let read = read(&plain[..cut]);
            // Once it is told it stays so.
            is_plain |= read == Ok(Preface::Plain);
            assert_eq!(read, Ok(if is_plain { Preface::Plain } else { Preface::Incomplete }), "{plain:?}");
        }
        assert!(is_plain, "{plain:?}");
    }
}
