//! Frames that break a rule, and the close frame that each is answered with.

use wsrack_tests::raw::frame;

use super::text;

const FIN: u8 = 0x80;
const CONTINUE: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;

/// Protocol error.
const P: u16 = 1002;
/// Text that is none.
const U: u16 = 1007;
/// Too big.
const B: u16 = 1009;

pub(crate) struct Row {
    pub(crate) what: String,
    /// What the client sends behind its handshake.
    pub(crate) frames: Vec<u8>,
    /// All that the server sends, before it ends the stream.
    pub(crate) answer: Vec<u8>,
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    headers(&mut rows);
    lengths(&mut rows);
    order(&mut rows);
    texts(&mut rows);
    closes(&mut rows);
    limits(&mut rows);
    rows
}

/// A row that ends in a close frame with a code and no reason.
fn row(rows: &mut Vec<Row>, what: impl Into<String>, frames: impl Into<Vec<u8>>, code: u16) {
    let [high, low] = code.to_be_bytes();
    rows.push(Row { what: what.into(), frames: frames.into(), answer: vec![0x88, 2, high, low] });
}

fn headers(rows: &mut Vec<Row>) {
    for (what, bit) in [("RSV1", 0x40), ("RSV2", 0x20), ("RSV3", 0x10), ("all RSV bits", 0x70)] {
        row(rows, what, frame(FIN | bit | TEXT, b"x"), P);
    }
    row(rows, "RSV1 of a control frame", frame(FIN | 0x40 | PING, b"x"), P);
    row(rows, "RSV1 of a continuation", joined(&[frame(TEXT, b"x"), frame(FIN | 0x40, b"y")]), P);
    for opcode in (0x3..=0x7).chain(0xb..=0xf) {
        row(rows, format!("opcode {opcode:#x}"), frame(FIN | opcode, b"x"), P);
    }
    row(rows, "an unmasked text", [0x81, 0x01, b'x'], P);
    row(rows, "an unmasked close", [0x88, 0x02, 0x03, 0xe8], P);
    row(rows, "an unmasked, empty ping", [0x89, 0x00], P);
    row(rows, "a TLS client's hello", [0x16, 0x03, 0x01, 0x02, 0x00], P);
    row(rows, "a second request", "GET /ws HTTP/1.1\r\nHost: example.org\r\n\r\n", P);
}

fn lengths(rows: &mut Vec<Row>) {
    row(rows, "125 in two bytes", [0x81, 0xfe, 0, 125], P);
    row(rows, "0 in two bytes", [0x81, 0xfe, 0, 0], P);
    row(rows, "65,535 in eight bytes", [0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff], P);
    row(rows, "2^63", [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], P);
    row(rows, "2^64 - 1, of which one byte came", [0x82, 0xff, 0xff], P);
    row(rows, "2^63 - 1", [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], B);
    row(rows, "2^32", [0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0], B);
    row(rows, "a ping of 126 bytes", frame(FIN | PING, &[b'x'; 126]), P);
    row(rows, "a ping of 65,536 bytes", [0x89, 0xff], P);
    row(rows, "a close of 126 bytes", frame(FIN | CLOSE, &close_body(1000, &[b'x'; 124])), P);
    row(rows, "a ping in fragments", frame(PING, b"x"), P);
    row(rows, "a close in fragments", frame(CLOSE, &close_body(1000, b"")), P);
}

fn order(rows: &mut Vec<Row>) {
    row(rows, "a continuation first", frame(FIN | CONTINUE, b"x"), P);
    row(rows, "a continuation that is not the last first", frame(CONTINUE, b"x"), P);
    row(rows, "a text inside a text", joined(&[frame(TEXT, b"x"), text(b"y")]), P);
    row(rows, "a binary inside a text", joined(&[frame(TEXT, b"x"), frame(FIN | BINARY, b"y")]), P);
    row(rows, "a text inside a binary", joined(&[frame(BINARY, b"x"), frame(TEXT, b"y")]), P);
    let ended = [frame(TEXT, b"x"), frame(FIN | CONTINUE, b"y"), frame(FIN | CONTINUE, b"z")];
    rows.push(Row {
        what: "a continuation of what has ended".to_owned(),
        frames: ended.concat(),
        answer: b"\x81\x02xy\x88\x02\x03\xea".to_vec(),
    });
    rows.push(Row {
        what: "a good message and a ping before the mistake".to_owned(),
        frames: joined(&[text(b"good"), frame(FIN | PING, b"p"), frame(FIN | 0x3, b"")]),
        answer: b"\x81\x04good\x8a\x01p\x88\x02\x03\xea".to_vec(),
    });
}

fn texts(rows: &mut Vec<Row>) {
    row(rows, "no UTF-8", text(b"\xff"), U);
    row(rows, "a lone continuation byte", text(b"a\x80"), U);
    row(rows, "a surrogate", text(b"\xed\xa0\x80"), U);
    row(rows, "an overlong slash", text(b"\xc0\xaf"), U);
    row(rows, "beyond U+10FFFF", text(b"\xf4\x90\x80\x80"), U);
    row(rows, "a character that ends too soon", text(b"\xe2\x82"), U);
    row(rows, "split, wrong in the second", joined(&[frame(TEXT, b"\xe2"), frame(CONTINUE, b"\x28")]), U);
    row(rows, "split, and never whole", joined(&[frame(TEXT, b"\xe2\x82"), frame(FIN | CONTINUE, b"")]), U);
    let mut unfinished = text(&[b'a'; 100]);
    unfinished.truncate(10);
    // Masked with the fifth byte of the key's turn, so that it stands there as 0xff.
    unfinished.push(0xff ^ 0x37);
    row(rows, "the first wrong byte of a frame that is not whole", unfinished, U);
}

fn closes(rows: &mut Vec<Row>) {
    row(rows, "a close of one byte", frame(FIN | CLOSE, b"\x03"), P);
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535] {
        row(rows, format!("close code {code}"), frame(FIN | CLOSE, &close_body(code, b"")), P);
    }
    row(rows, "a reason that is no UTF-8", frame(FIN | CLOSE, &close_body(1000, b"\xff")), U);
    row(rows, "a reason that is cut", frame(FIN | CLOSE, &close_body(1000, b"\xe2\x82")), U);
    // Not broken: what comes behind a close is not looked at.
    let body = close_body(4001, b"enough");
    let close = frame(FIN | CLOSE, &body);
    let answer = [&[0x88, 8], &body[..]].concat();
    let second = frame(FIN | CLOSE, &close_body(1000, b""));
    for (what, behind) in [("a text", text(b"late")), ("garbage", vec![0xff; 64]), ("a second close", second)]
    {
        let frames = joined(&[close.clone(), behind]);
        rows.push(Row { what: format!("{what} after the close"), frames, answer: answer.clone() });
    }
    rows.push(Row {
        what: "an empty close, inside a message".to_owned(),
        frames: joined(&[frame(TEXT, b"x"), frame(FIN | CLOSE, b"")]),
        answer: vec![0x88, 0],
    });
}

fn limits(rows: &mut Vec<Row>) {
    // The header is enough: nothing of the payload is awaited.
    row(rows, "a frame that is too big", [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0], B);
    row(rows, "a frame one byte too big", [0x82, 0xfe, 0x80, 0x01], B);
    let half = vec![b'x'; 32 << 10];
    let full = [frame(BINARY, &half), frame(CONTINUE, &half)].concat();
    row(rows, "a message too big by its last byte", joined(&[full, frame(FIN | CONTINUE, b"y")]), B);
    let four = [TEXT, CONTINUE, CONTINUE, CONTINUE].map(|first| frame(first, b"x")).concat();
    row(rows, "a fifth fragment", joined(&[four.clone(), frame(FIN | CONTINUE, b"")]), B);
    let empty = [TEXT, CONTINUE, CONTINUE, CONTINUE, CONTINUE].map(|first| frame(first, b"")).concat();
    row(rows, "a fifth fragment, all of them empty", empty, B);
}

fn close_body(code: u16, reason: &[u8]) -> Vec<u8> {
    joined(&[code.to_be_bytes().to_vec(), reason.to_vec()])
}

fn joined(parts: &[Vec<u8>]) -> Vec<u8> {
    parts.concat()
}
