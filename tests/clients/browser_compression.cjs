// A conversation of Chromium's own WebSocket with `echo`: node browser_compression.cjs ws://HOST:PORT/ PATH_OF_CHROMIUM TEXT
"use strict";
const { chromium } = require("playwright-core");

const [url, executablePath, text] = process.argv.slice(2);
const PATIENCE = 60_000;

// Runs in the page: sends the text three times, waiting for each answer.
function converse([url, text, patience]) {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(url);
        const answers = [];
        socket.onopen = () => socket.send(text);
        socket.onmessage = ({ data }) => {
            answers.push(data);
            answers.length < 3 ? socket.send(text) : socket.close(1000);
        };
        socket.onclose = ({ code, wasClean }) =>
            resolve({ extensions: socket.extensions, answers, code, was_clean: wasClean });
        setTimeout(() => reject(new Error(`not done in time; came: ${answers.length}`)), patience);
    });
}

async function main() {
    // Chromium's sandbox does not run as root, which is what tests in containers are.
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: PATIENCE });
    try {
        const page = await browser.newPage();
        console.log(JSON.stringify(await page.evaluate(converse, [url, text, PATIENCE])));
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
