// A visit to the page of the example `hello` in Chromium: node browser.cjs http://HOST:PORT/ PATH_OF_CHROMIUM MESSAGE
//
// What it needs of the page: one text field that sends its text on Enter, and the received messages in the page's text.
"use strict";
const { chromium } = require("playwright-core");

const [url, executablePath, message] = process.argv.slice(2);
const PATIENCE = 60_000;

async function visit(page) {
    const errors = [];
    page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
    page.on("pageerror", (error) => errors.push(String(error)));

    const socketOpened = page.waitForEvent("websocket", { timeout: PATIENCE });
    const frames = socketOpened.then(frameLog);
    await page.goto(url, { timeout: PATIENCE });
    const log = await frames;

    const greeting = await log.received(() => true);
    await shown(page, greeting);

    const field = page.locator("input:not([type]), input[type=text], textarea").first();
    await field.fill(message, { timeout: PATIENCE });
    await field.press("Enter", { timeout: PATIENCE });
    // Not whatever comes next: `hello` also speaks up by itself, when some seconds have passed.
    const answer = await log.received((text) => text.includes(message));
    await shown(page, answer);

    return { title: await page.title(), socket: new URL(log.url).pathname, greeting, answer, sent: log.sent, errors };
}

// The frames of a socket, from its first on.
function frameLog(socket) {
    const received = [];
    const waiting = [];
    const sent = [];
    socket.on("framesent", (frame) => sent.push(String(frame.payload)));
    socket.on("framereceived", (frame) => {
        received.push(String(frame.payload));
        waiting.forEach((look) => look());
    });
    return {
        url: socket.url(),
        sent,
        // The first that is wanted, also of those that have come already.
        received: (wanted) =>
            new Promise((resolve, reject) => {
                const look = () => received.some(wanted) && resolve(received.find(wanted));
                waiting.push(look);
                look();
                socket.on("close", () => reject(new Error(`closed too soon; came: ${received}`)));
                setTimeout(() => reject(new Error(`not what was awaited; came: ${received}`)), PATIENCE);
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
