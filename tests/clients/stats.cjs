// A visit to the page of statistics in Chromium, under load:
// node stats.cjs http://HOST:PORT/stats PATH_OF_CHROMIUM URL_THAT_ENDS_THE_LOAD [PICTURE.png [dark]]
"use strict";
const { chromium } = require("playwright-core");

const [url, executablePath, off, picture, scheme] = process.argv.slice(2);
const PATIENCE = 60_000;
const LOOKS = picture ? Number(process.env.LOOKS ?? 20) : 3;

async function visit(page) {
    const errors = [];
    page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(url, { timeout: PATIENCE });
    // Two messages of the feed: rates are made of the difference.
    await page.waitForFunction(() => document.querySelectorAll("#plots svg circle").length > 0, null, { timeout: PATIENCE });

    const first = await plotted(page);
    const looks = [];
    for (let look = 0; look < LOOKS; look += 1) {
        looks.push(await busySecond(page, looks.at(-1)?.messages ?? 0));
    }
    const last = await plotted(page);
    if (picture) {
        await page.screenshot({ path: picture, fullPage: true });
    }
    await page.context().request.get(off);
    await page.waitForFunction(() => document.querySelector("#tiles b").textContent === "0", null, { timeout: PATIENCE });
    const [routes, closed, turnedAway] = [await table(page), await list(page, "closed"), await list(page, "turned-away")];
    return { looks, plotted: [first, last], routes, closed, turned_away: turnedAway, errors };
}

function tile(page, name) {
    return page.locator(".tile", { hasText: name }).locator("b").textContent();
}

// How long the line of each plot is.
function plotted(page) {
    return page.evaluate(() =>
        [...document.querySelectorAll("#plots svg")].map(
            (svg) => (svg.querySelector("path[fill=none]")?.getAttribute("d") ?? "").length,
        ),
    );
}

// A second in which something was received: where the machine pauses, there may be some without.
async function busySecond(page, before) {
    const end = Date.now() + PATIENCE;
    for (;;) {
        await nextSecond(page);
        const look = {
            rate: await tile(page, "Messages in / s"),
            open: await tile(page, "Connections"),
            messages: Object.values(await table(page)).reduce((sum, row) => sum + Number(row["Messages in"]), 0),
        };
        if (look.rate !== "0" && look.messages > before) {
            return look;
        }
        if (Date.now() > end) {
            throw new Error(`nothing moves beyond ${before} messages: ${JSON.stringify(look)}`);
        }
    }
}

async function nextSecond(page) {
    const now = await page.locator("#uptime").textContent();
    await page.waitForFunction((was) => document.querySelector("#uptime").textContent !== was, now, { timeout: PATIENCE });
}

function table(page) {
    return page.evaluate(() => {
        const cells = (row) => [...row.children].map((cell) => cell.textContent);
        const [, ...columns] = cells(document.querySelector("#columns tr"));
        return Object.fromEntries(
            [...document.querySelectorAll("#routes tr")].map((row) => {
                const [route, ...values] = cells(row);
                return [route, Object.fromEntries(columns.map((column, i) => [column, values[i]]))];
            }),
        );
    });
}

function list(page, id) {
    return page.evaluate((of) => {
        const terms = [...document.querySelectorAll(`#${of} dt`)];
        return Object.fromEntries(terms.map((term) => [term.textContent, term.nextElementSibling.textContent]));
    }, id);
}

async function main() {
    // Chromium's sandbox does not run as root, which is what tests in containers are.
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: PATIENCE });
    try {
        const look = { viewport: { width: 1280, height: 900 }, colorScheme: scheme ?? "light" };
        console.log(JSON.stringify(await visit(await browser.newPage(look))));
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
