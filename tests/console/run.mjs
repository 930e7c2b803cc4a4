// Runs scenarios in Chromium: each line of standard input is a job, as JSON {file, scenario, options}: that scenario of
// scenarios/FILE.mjs, against the server that options.url names. Answers each with a line of JSON, {error: null or
// text}.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { Calls } from "./calls.mjs";
import { Mock } from "./mock.mjs";

const QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
const PATIENCE_MS = 15_000;
// Chromium logs every status from 400 on; what the page makes of it is what the scenarios look at.
const EXPECTED = /^Failed to load resource: (the server responded with a status of 4|net::ERR_INTERNET_DISCONNECTED)/;

class Stage {
    constructor(browser, options) {
        this.browser = browser;
        this.options = options;
        this.url = options.url;
        this.mock = new Mock(options.url, options.token);
        this.calls = new Calls();
        this.complaints = [];
    }

    // A page of the console (`path` behind /_mock/), which must make no complaint and ask no other server.
    open = async (path = "", { width = 1280, height = 900, ...settings } = {}) => {
        const page = await this.blank({ viewport: { width, height }, ...settings });
        page.on("console", (message) => {
            if (message.type() === "error" && !EXPECTED.test(message.text())) {
                this.complaints.push(`console: ${message.text()}`);
            }
        });
        page.on("pageerror", (error) => this.complaints.push(`page: ${error.stack}`));
        page.on("dialog", (dialog) => this.complaints.push(`alert: ${dialog.message()}`));
        page.on("request", (request) => {
            if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(this.url).origin) {
                this.complaints.push(`asks elsewhere: ${request.url()}`);
            }
        });
        page.on("response", (response) => this.calls.note(response));
        await page.goto(`${this.url}/_mock/${path}`);
        return page;
    };

    // A page that is not the console's.
    blank = async (settings = {}) => {
        const context = await this.browser.newContext({ timezoneId: "Pacific/Auckland", locale: "en-GB", ...settings });
        context.setDefaultTimeout(PATIENCE_MS);
        return context.newPage();
    };

    async check() {
        this.complaints.push(...(await this.calls.compare(this.mock)));
        if (this.complaints.length > 0) {
            throw new Error(this.complaints.join("\n"));
        }
    }

    async leave() {
        await Promise.all(this.browser.contexts().map((context) => context.close()));
    }
}

const browsers = new Map();

// One browser for all jobs that want the same arguments; what they do is kept apart by contexts.
async function browserFor({ chromium: executablePath, args = [] }) {
    const key = JSON.stringify(args);
    if (!browsers.get(key)?.isConnected()) {
        browsers.set(key, await chromium.launch({ executablePath, args: [...QUIET, ...args] }));
    }
    return browsers.get(key);
}

async function run({ file, scenario, options }) {
    const stage = new Stage(await browserFor(options), options);
    const play = (await import(`./scenarios/${file}.mjs`))[scenario];
    try {
        await play(stage);
        await stage.check();
    } finally {
        await stage.leave();
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    const error = await run(JSON.parse(line)).then(
        () => null,
        (failure) => failure.stack,
    );
    process.stdout.write(`${JSON.stringify({ error })}\n`);
}
await Promise.all([...browsers.values()].map((browser) => browser.close()));
