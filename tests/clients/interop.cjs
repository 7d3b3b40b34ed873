// The conversation of tests/src/seen.rs, held by Node's `ws`: node interop.cjs ws://HOST:PORT/ CODE REASON
"use strict";
const WebSocket = require("ws");
const { inbox, lengthIfEqual, once } = require("./messages.cjs");

const [url, closeCode, closeReason] = process.argv.slice(2);
const LARGE = 64 * 1024 + 1;

async function converse() {
    // Messages of any length are compressed, if the server agrees.
    const socket = new WebSocket(url, { perMessageDeflate: { threshold: 0 } });
    const answers = inbox(socket);
    await once(socket, "open");

    socket.send("aé€𝄞");
    const text = await answers.text();

    socket.send(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    const binary = [...(await answers.binary())];

    const letters = Array.from({ length: LARGE }, (_, at) => "abcdefghijklm"[at % 13]).join("");
    const before = socket._socket.bytesRead;
    socket.send(letters);
    const largeText = lengthIfEqual(await answers.text(), letters);
    const compressed = socket.extensions === "permessage-deflate" && socket._socket.bytesRead - before < LARGE / 2;

    const bytes = Buffer.from(Uint8Array.from({ length: LARGE }, (_, at) => at % 251));
    socket.send(bytes);
    const largeBinary = lengthIfEqual((await answers.binary()).toString("hex"), bytes.toString("hex")) / 2;

    socket.send("one ", { fin: false });
    socket.send("two ", { fin: false });
    socket.send("three", { fin: true });
    const fragments = await answers.text();

    socket.ping("are you there");
    const [pong] = await once(socket, "pong");

    socket.close(Number(closeCode), closeReason);
    const [code, reason] = await once(socket, "close");

    return {
        text,
        binary,
        large_text: largeText,
        large_binary: largeBinary,
        fragments,
        pong: pong.toString(),
        close: { code, reason: reason.toString() },
        compressed,
    };
}

converse().then(
    (seen) => console.log(JSON.stringify(seen)),
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
