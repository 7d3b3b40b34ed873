"""The conversation of tests/src/seen.rs, held by Python's `websockets`: python interop.py ws://HOST:PORT/ CODE REASON"""

import json
import sys

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

LARGE = 64 * 1024 + 1
PATIENCE = 60


def main(url, close_code, close_reason):
    with connect(url, open_timeout=PATIENCE, close_timeout=PATIENCE) as socket:
        print(json.dumps(converse(socket, int(close_code), close_reason)))


def converse(socket, close_code, close_reason):
    seen = {}

    socket.send("aé€𝄞")
    seen["text"] = receive(socket, str)

    socket.send(bytes(range(256)))
    seen["binary"] = list(receive(socket, bytes))

    lengths = compressed_lengths(socket)
    letters = "".join("abcdefghijklm"[at % 13] for at in range(LARGE))
    socket.send(letters)
    seen["large_text"] = length_if_equal(receive(socket, str), letters)
    seen["compressed"] = len(lengths) > 0 and sum(lengths) < LARGE / 2

    data = bytes(at % 251 for at in range(LARGE))
    socket.send(data)
    seen["large_binary"] = length_if_equal(receive(socket, bytes), data)

    # An iterable goes out as a fragment an item and an empty last one: three.
    socket.send(["one ", "two three"])
    seen["fragments"] = receive(socket, str)

    payload = "are you there"
    if not socket.ping(payload).wait(PATIENCE):
        raise TimeoutError("no pong")
    # The library matches a pong to its ping by the payload.
    seen["pong"] = payload

    socket.close(close_code, close_reason)
    try:
        socket.recv(PATIENCE)
    except ConnectionClosed as closed:
        seen["close"] = {"code": closed.rcvd.code, "reason": closed.rcvd.reason}
    return seen


def compressed_lengths(socket):
    """The lengths of the compressed frames that come from now on."""
    lengths = []
    for extension in socket.protocol.extensions:
        assert extension.name == "permessage-deflate"
        decode = extension.decode

        def watch(frame, decode=decode, **rest):
            if frame.rsv1:
                lengths.append(len(frame.data))
            return decode(frame, **rest)

        extension.decode = watch
    return lengths


def receive(socket, kind):
    message = socket.recv(PATIENCE)
    if not isinstance(message, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(message).__name__}")
    return message


def length_if_equal(got, sent):
    if got != sent:
        raise ValueError(f"a large message came back changed: {len(got)} of {len(sent)}")
    return len(got)


if __name__ == "__main__":
    main(*sys.argv[1:])
