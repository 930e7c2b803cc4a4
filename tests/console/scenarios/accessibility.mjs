// axe-core, widths, and motion, over every view and dialog.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { names, openPack } from "../expect.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const press = (page, name) => page.getByRole("button", { name }).first().click();
const SIGHTS = {
    packs: { at: "", show: (page) => names(page, (all) => all.length > 5) },
    "no pack found": { at: "", show: (page) => page.getByLabel("Name contains").fill("nothing like that") },
    details: {
        at: "#packs/123456789012/us-east-1/security-baseline",
        show: (page) => page.locator("#detail-body").waitFor(),
    },
    "time line": { at: "", show: (page) => openPack(page, "moving") },
    "pack that is gone": {
        at: "#packs/123456789012/us-east-1/gone",
        show: (page) => page.locator("#detail .error").waitFor(),
    },
    faults: { at: "#faults", show: (page) => page.locator("#faults-list li").first().waitFor() },
    "refused fault": {
        at: "#faults",
        show: async (page) => {
            await press(page, "Add fault");
            await page.locator("#fault-form .error").waitFor();
        },
    },
    requests: { at: "#requests", show: (page) => page.locator("#requests-rows .reveal").first().click() },
    fixtures: { at: "#fixtures", show: (page) => page.locator("#import-form").waitFor() },
    "refused fixture": {
        at: "#fixtures",
        show: async (page) => {
            await page
                .locator("#import-file")
                .setInputFiles({ name: "bad.json", mimeType: "application/json", buffer: Buffer.from("{") });
            await press(page, "Add to the world");
            await page.locator("#import-form .error").waitFor();
        },
    },
    "clock dialog": { at: "", show: (page) => press(page, "Set…") },
    "move dialog": { at: "#packs/123456789012/us-east-1/moving", show: (page) => press(page, "Move…") },
    "delete dialog": { at: "#packs/123456789012/us-east-1/moving", show: (page) => press(page, "Delete…") },
    "reset dialog": { at: "#fixtures", show: (page) => press(page, "Reset…") },
};

async function prepare(mock) {
    await mock.aws("DescribeConformancePackStatus", { Limit: 2 });
    await mock.control("POST", "/faults", { operation: "DescribeConfigRules", error: "ThrottlingException", times: 3 });
}

async function faultsOf(page) {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    return violations
        .filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`);
}

async function overflowOf(page) {
    return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

// `options`: scheme and width.
export async function findsNothing({ open, mock, options }) {
    await prepare(mock);
    for (const [name, { at, show }] of Object.entries(SIGHTS)) {
        const page = await open(at, { width: options.width, colorScheme: options.scheme, reducedMotion: "reduce" });
        await show(page);
        assert.deepEqual(await faultsOf(page), [], `axe on ${name}`);
        assert.equal(await overflowOf(page), 0, `${name} is wider than the page`);
        await page.context().close();
    }
}

export async function findsNothingInTheTokenDialog({ open, options }) {
    const page = await open("", { colorScheme: options.scheme });
    await page.locator("#token-dialog").waitFor();
    assert.deepEqual(await faultsOf(page), []);
}

export async function standsStillWhereThatIsWished({ open, mock }) {
    const animations = async (reducedMotion) => {
        const page = await open("", { reducedMotion });
        await names(page, (all) => all.includes("moving"));
        await page.evaluate(() => {
            globalThis.started = 0;
            addEventListener("animationstart", () => {
                globalThis.started += 1;
            });
        });
        await mock.move("moving", "CREATE_FAILED");
        await page.getByRole("row", { name: /^moving .*CREATE_FAILED/ }).waitFor();
        await page.waitForTimeout(300);
        await mock.control("POST", "/reset");
        return page.evaluate(() => globalThis.started);
    };
    assert.equal(await animations("reduce"), 0);
    assert.ok((await animations("no-preference")) > 0);
}
