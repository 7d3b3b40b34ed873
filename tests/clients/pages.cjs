// Two people visit the page of an example in Chromium: node pages.cjs chat|events http://HOST:PORT/ PATH_OF_CHROMIUM
//
// Fields are found as a screen reader finds them, by their labels.
"use strict";
const { chromium } = require("playwright-core");

const [example, url, executablePath] = process.argv.slice(2);
const PATIENCE = 60_000;

// Each says a name at the door; both read what is written, and who is there.
async function chat(ada, bob) {
    for (const [page, name] of [[ada, "Ada"], [bob, "Bob"]]) {
        await write(page, "Your name", name);
        await page.getByText(`${name} is here`).waitFor();
    }
    await write(ada, "Message", "Good morning, <b>Bob</b>!");
    await bob.getByText("Good morning").waitFor();
    await write(bob, "Message", "Hello");
    await ada.getByText("Hello").waitFor();
    const together = await ada.getByRole("status").textContent();
    await bob.close();
    await ada.getByText("Bob has left").waitFor();
    return [together, await ada.getByRole("status").textContent(), ...(await ada.getByRole("listitem").allTextContents())];
}

// What one adds and checks, the other sees, also on a page that is loaded later.
async function events(ada, bob) {
    await write(ada, "To buy", "bread");
    await bob.getByRole("checkbox", { name: "bread" }).check();
    await ada.getByRole("checkbox", { name: "bread", checked: true }).waitFor();
    await write(ada, "To buy", " ");
    await ada.getByRole("alert").filter({ hasText: "write" }).waitFor();
    await bob.reload();
    await bob.getByRole("checkbox", { name: "bread", checked: true }).waitFor();
    return [await ada.getByRole("alert").textContent(), ...(await ada.getByRole("listitem").allTextContents())];
}

async function write(page, label, text) {
    const field = page.getByLabel(label);
    await field.fill(text);
    await field.press("Enter");
}

async function visit(browser, errors) {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(url);
    return page;
}

async function main() {
    // Chromium's sandbox does not run as root, which is what tests in containers are.
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: PATIENCE });
    try {
        const errors = [];
        const pages = [await visit(browser, errors), await visit(browser, errors)];
        const shown = await { chat, events }[example](...pages);
        console.log(JSON.stringify({ shown, errors }));
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
