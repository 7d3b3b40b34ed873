// Chromium loads a page by https and opens a WebSocket from it by wss:
// node browser_secure.cjs https://HOST:PORT/PAGE wss://HOST:PORT/PATH PATH_OF_CHROMIUM CERTIFICATE
//
// It prints by which protocol the page came, and what came by the WebSocket up to the answer to `hello`.
"use strict";
const { createHash, X509Certificate } = require("crypto");
const { readFileSync } = require("fs");
const { chromium } = require("playwright-core");

const [page, socket, executablePath, certificate] = process.argv.slice(2);
const PATIENCE = 60_000;

// Runs in the page.
function converse([url, patience]) {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(url);
        const messages = [];
        socket.onopen = () => socket.send("hello");
        socket.onmessage = ({ data }) => {
            messages.push(data);
            if (data === "hello") {
                socket.close(1000);
            }
        };
        socket.onclose = ({ code, wasClean }) => resolve({ messages, code, was_clean: wasClean });
        setTimeout(() => reject(new Error(`not done in time; came: ${messages}`)), patience);
    });
}

// The one certificate that is taken though its authority is unknown, by its public key.
function trusted() {
    const key = new X509Certificate(readFileSync(certificate)).publicKey;
    return createHash("sha256").update(key.export({ type: "spki", format: "der" })).digest("base64");
}

async function main() {
    // Chromium's sandbox does not run as root, which is what tests in containers are.
    const args = ["--no-sandbox", `--ignore-certificate-errors-spki-list=${trusted()}`];
    const browser = await chromium.launch({ executablePath, args, timeout: PATIENCE });
    try {
        const tab = await browser.newPage();
        await tab.goto(page, { timeout: PATIENCE });
        const protocol = () => performance.getEntriesByType("navigation")[0].nextHopProtocol;
        const came = await tab.evaluate(protocol);
        console.log(JSON.stringify({ page: came, ...(await tab.evaluate(converse, [socket, PATIENCE])) }));
    } finally {
        await browser.close();
    }
}

main().then(
    () => process.exit(0),
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
