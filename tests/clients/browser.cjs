// A visit to the page of the example `hello` in Chromium: node browser.cjs http://HOST:PORT/ PATH_OF_CHROMIUM MESSAGE
//
// What it needs of the page: one text field that sends its text on Enter, and the received messages in the page's text.
"use strict";
const { chromium } = require("playwright-core");

const [url, executablePath, message] = process.argv.slice(2);
const PATIENCE = 20_000;

async function visit(page) {
    const errors = [];
    page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
    page.on("pageerror", (error) => errors.push(String(error)));

    const socketOpened = page.waitForEvent("websocket", { timeout: PATIENCE });
    const frames = socketOpened.then(frameLog);
    await page.goto(url, { timeout: PATIENCE });
    const log = await frames;

    const greeting = await log.received(0);
    await shown(page, greeting);

    const before = log.count();
    const field = page.locator("input:not([type]), input[type=text], textarea").first();
    await field.fill(message, { timeout: PATIENCE });
    await field.press("Enter", { timeout: PATIENCE });
    const answer = await log.received(before);
    await shown(page, answer);

    return { title: await page.title(), socket: new URL(log.url).pathname, greeting, answer, sent: log.sent, errors };
}

// The frames of a socket, from its first on.
function frameLog(socket) {
    const received = [];
    const waiting = new Map();
    const sent = [];
    socket.on("framesent", (frame) => sent.push(String(frame.payload)));
    socket.on("framereceived", (frame) => {
        received.push(String(frame.payload));
        waiting.get(received.length - 1)?.(received.at(-1));
    });
    return {
        url: socket.url(),
        sent,
        count: () => received.length,
        received: (at) =>
            new Promise((resolve, reject) => {
                if (at < received.length) {
                    resolve(received[at]);
                }
                waiting.set(at, resolve);
                socket.on("close", () => reject(new Error(`closed before message ${at}`)));
                setTimeout(() => reject(new Error(`no message ${at}; came: ${received}`)), PATIENCE);
            }),
    };
}

function shown(page, text) {
    return page.getByText(text).first().waitFor({ timeout: PATIENCE });
}

async function main() {
    // Chromium's sandbox does not run as root, which is what tests in containers are.
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: PATIENCE });
    try {
        console.log(JSON.stringify(await visit(await browser.newPage())));
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
