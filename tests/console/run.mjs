// node run.mjs FILE SCENARIO OPTIONS : runs one scenario of scenarios/FILE.mjs in a Chromium of its own against the
// server that OPTIONS (JSON: url, and what else the scenario wants) names. Exits with 0, or says what was wrong.
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
}

async function main([file, name, text]) {
    const options = JSON.parse(text);
    const scenario = (await import(`./scenarios/${file}.mjs`))[name];
    const args = [...QUIET, ...(options.args ?? [])];
    const browser = await chromium.launch({ executablePath: options.chromium, args });
    try {
        const stage = new Stage(browser, options);
        await scenario(stage);
        await stage.check();
    } finally {
        await browser.close();
    }
}

await main(process.argv.slice(2));
