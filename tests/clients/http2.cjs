// The conversation of tests/src/seen.rs in a stream of Node's http2, with the frames of `ws`:
// node http2.cjs http(s)://HOST:PORT PATH CODE REASON
"use strict";
const http2 = require("http2");
const { Receiver, Sender } = require("ws");
const { inbox, lengthIfEqual, once } = require("./messages.cjs");

const [origin, path, closeCode, closeReason] = process.argv.slice(2);
const LARGE = 64 * 1024 + 1;

async function converse() {
    const session = http2.connect(origin);
    await once(session, "remoteSettings");
    if (!session.remoteSettings.enableConnectProtocol) {
        throw new Error("the server does not take extended CONNECTs");
    }
    const stream = session.request(
        { ":method": "CONNECT", ":protocol": "websocket", ":path": path, "sec-websocket-version": "13" },
        { endStream: false },
    );
    const [headers] = await once(stream, "response");
    if (headers[":status"] !== 200) {
        throw new Error(`answered with ${headers[":status"]}`);
    }

    const receiver = new Receiver({ isServer: false });
    stream.pipe(receiver);
    const answers = inbox(receiver);
    const sender = new Sender(stream, {});
    const send = (data, options) =>
        sender.send(data, { binary: typeof data !== "string", compress: false, fin: true, mask: true, ...options });

    send("aé€𝄞");
    const text = await answers.text();
    send(Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)));
    const binary = [...(await answers.binary())];

    const letters = Array.from({ length: LARGE }, (_, at) => "abcdefghijklm"[at % 13]).join("");
    send(letters);
    const largeText = lengthIfEqual(await answers.text(), letters);
    const bytes = Buffer.from(Uint8Array.from({ length: LARGE }, (_, at) => at % 251));
    send(Buffer.from(bytes));
    const largeBinary = lengthIfEqual((await answers.binary()).toString("hex"), bytes.toString("hex")) / 2;

    send("one ", { fin: false });
    send("two ", { fin: false });
    send("three", { fin: true });
    const fragments = await answers.text();

    sender.ping("are you there", true);
    const [pong] = await once(receiver, "pong");

    sender.close(Number(closeCode), closeReason, true);
    const [code, reason] = await once(receiver, "conclude");
    stream.end();
    await once(stream, "close");
    session.close();

    return {
        text,
        binary,
        large_text: largeText,
        large_binary: largeBinary,
        fragments,
        pong: pong.toString(),
        close: { code, reason: reason.toString() },
        compressed: false,
    };
}

converse().then(
    (seen) => console.log(JSON.stringify(seen)),
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
