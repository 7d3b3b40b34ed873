#!/usr/bin/env python3
"""The seeds of the targets: the vectors of the drafts and of RFC 7692. seeds.py FOLDER

Each file begins with the bytes that choose what is done with it (`Plan` in `src/`), and then has what a client sends.
"""

import random
import struct
import sys
from pathlib import Path

HIXIE = ["00 48 65 6c 6c 6f ff", "00 48 65 6c 6c c3 b6 ff", "00 ff", "ff 00", "80 03 61 62 63 00 ff", "00 c3 28 ff"]

MORE = [
    "04 05 48 65 6c 6c 6f",
    "84 03 48 65 6c 00 02 6c 6f",
    "05 02 01 02",
    "02 05 48 65 6c 6c 6f 03 05 48 65 6c 6c 6f",
    "01 00",
    "01 03 62 79 65",
    "05 7e 01 00" + " 2a" * 256,
    "05 7f 00 00 00 00 00 01 00 00",
]

SHA1MASK = [
    "41 42 43 44 95 b2 08 46 15 83 46",
    "41 42 43 44 93 b2 08 46 15 83 46",
    "41 42 43 44 90 b7",
]

WHOLEMASK = [
    "37 fa 21 3d b3 ff 69 58 5b 96 4e",
    "00 00 01 00 84 05 49 65 6c 6c 6e",
    "37 fa 21 3d 33 f9 69 58 5b 37 fa 21 3d b7 f8 4d 52",
    "37 fa 21 3d b2 f8 20 3f",
    "37 fa 21 3d b5 ff 69 58 5b 96 4e 37 fa 21 3d b4 ff 69 58 5b 96 4e",
    "37 fa 21 3d b6 fb 62",
    "37 fa 21 3d b6 f8 22 d5",
]

FINAL = [
    "81 85 37 fa 21 3d 7f 9f 4d 51 58",
    "01 83 37 fa 21 3d 7f 9f 4d 80 82 37 fa 21 3d 5b 95",
    "82 82 37 fa 21 3d 36 f8",
    "89 85 37 fa 21 3d 7f 9f 4d 51 58 8a 85 37 fa 21 3d 7f 9f 4d 51 58",
    "88 82 37 fa 21 3d 34 12",
    "88 80 37 fa 21 3d",
    "82 fe 01 00 00 00 00 00" + " 2a" * 256,
    "82 ff 00 00 00 00 00 01 00 00 37 fa 21 3d",
    "81 82 00 00 00 00 c3 28",
]

# RFC 7692, section 7.2.3: one block, one fragmented, no compression, the final bit, two blocks; and one with a context.
DEFLATED = [
    "f2 48 cd c9 c9 07 00",
    "f2 00 11 00 00",
    "00 05 00 fa ff 48 65 6c 6c 6f 00",
    "f3 48 cd c9 c9 07 00 00",
    "f2 48 05 00 00 00 ff ff ca c9 c9 07 00",
    "",
]

CODECS = [HIXIE] * 2 + [MORE] * 3 + [SHA1MASK] + [WHOLEMASK] * 2 + [FINAL] * 3

KEYS = "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nSec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\n"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

OFFERS = [
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits; server_max_window_bits=10",
    'permessage-deflate; server_max_window_bits="12"; server_no_context_takeover',
    "permessage-deflate; client_no_context_takeover; client_max_window_bits=8, permessage-deflate",
    "permessage-deflate; mux; permessage-deflate; server_max_window_bits=8",
    "x-webkit-deflate-frame\npermessage-deflate",
]


def heads():
    """Each draft's handshake, with a message behind it; plain requests; several in a row."""
    for draft in range(14):
        fields, behind = "", b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
        if draft == 13:
            behind = b"\0Hello\xff"
        elif draft < 4:
            number = f"Sec-WebSocket-Draft: {draft}\r\n" if draft else ""
            fields, behind = KEYS + number, b"^n:ds[4U" + (b"\x04\x05Hello" if draft else b"\0Hello\xff")
        else:
            fields = KEY + f"Sec-WebSocket-Version: {13 if draft == 12 else draft}\r\n"
        lines = "Host: example.com\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nOrigin: http://example.com\r\n"
        yield ("GET / HTTP/1.1\r\n" + lines + fields + "\r\n").encode() + behind
        if draft < 4:
            yield ("GET / HTTP/1.1\r\n" + lines + fields + "Content-Length: 8\r\n\r\n").encode() + behind
    yield b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n"
    yield b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.0\r\n\r\n"


def seeds():
    """Pairs of a target and an input."""
    for head in heads():
        for seed in (0, 1, 3):
            yield "head", struct.pack("<BI", 0, seed) + head
    for codec, vectors in enumerate(CODECS):
        for vector in [*vectors, " ".join(vectors)]:
            yield "codec", struct.pack("<BBBBI", codec, 0, 0, 0, 0) + bytes.fromhex(vector)
            yield "codec", struct.pack("<BBBBI", codec, 1, 3, 0, 3) + bytes.fromhex(vector)
    for vector in map(bytes.fromhex, DEFLATED):
        frame = bytes([0xC1, 0x80 | len(vector), 0, 0, 0, 0]) + vector
        for codec in (11, 12):
            yield "codec", struct.pack("<BBBBI", codec, 0, 0, 0, 2) + frame * 3
        yield "deflate", struct.pack("<BBBBBHBI", 2, 0, 6, 1, 0, 1000, 1, 3) + vector
        yield "deflate", struct.pack("<BBBBBHBI", 2, 1, 6, 0, 1, 1000, 0, 0) + vector
    for offer in OFFERS:
        yield "deflate", bytes([1, 1, 3, 0, 0]) + offer.encode()
        yield "deflate", bytes([1, 0, 3, 1, 3, 1, 2]) + offer.encode()
    # What `arbitrary` makes of these is operations of all kinds; the first bytes choose the draft and the compression.
    source = random.Random(6455)
    for which in (0, 3):
        for size in (50, 200, 600):
            yield "deflate", bytes([which]) + source.randbytes(size)
    for draft in range(14):
        for size in (40, 200, 500):
            yield "session", bytes([draft, size % 256, draft % 2]) + source.randbytes(size)


def main():
    folder = Path(sys.argv[1])
    for number, (target, content) in enumerate(seeds()):
        (folder / target).mkdir(parents=True, exist_ok=True)
        (folder / target / f"{number:04}").write_bytes(content)


main()
