// The journal of requests.
import assert from "node:assert/strict";
import { sees, until } from "../expect.mjs";

const STATUS = "DescribeConformancePackStatus";
const operations = (page, wanted) => until(() => page.locator("#requests-rows .reveal").allInnerTexts(), wanted);

async function ask(mock) {
    await mock.aws(STATUS, { ConformancePackNames: ["alpha"] });
    await mock.aws("DescribeConformancePacks", {});
    await mock.aws(STATUS, { Limit: 21 });
    await mock.aws(STATUS, {}, { account: "111122223333", region: "eu-west-1" });
}

export async function showsEachWithItsJson({ open, mock }) {
    const page = await open("#requests");
    await sees(page, "No requests");
    await ask(mock);
    await operations(page, [STATUS, STATUS, "DescribeConformancePacks", STATUS]); // the newest first
    const row = page.locator("#requests-rows tr").nth(1);
    assert.match(await row.innerText(), /400\s*InvalidLimitException/);
    assert.match(await row.innerText(), /\d ms/);
    const reveal = row.getByRole("button");
    await reveal.focus();
    await page.keyboard.press("Enter");
    assert.equal(await reveal.getAttribute("aria-expanded"), "true");
    const [input, answer] = await page.locator("#requests-rows pre").allTextContents();
    assert.deepEqual(JSON.parse(input), { Limit: 21 });
    assert.equal(JSON.parse(answer).__type, "InvalidLimitException");
    // It stays open and in focus while others come in above it.
    await mock.aws("DescribeConfigRules", {});
    await operations(page, (all) => all.length === 5);
    assert.equal(await page.locator("#requests-rows pre").count(), 2);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "true");
    await page.keyboard.press("Enter");
    await until(() => page.locator("#requests-rows pre").count(), 0);
}

export async function filters({ open, mock }) {
    await ask(mock);
    const page = await open("#requests");
    await operations(page, (all) => all.length === 4);
    const operation = page.locator("#requests-filters").getByLabel("Operation");
    await operation.fill("DescribeConformancePacks");
    await operations(page, ["DescribeConformancePacks"]);
    await operation.fill("");
    await operations(page, (all) => all.length === 4);
    const status = page.locator("#requests-filters").getByLabel("Status");
    assert.deepEqual(await status.locator("option").allTextContents(), ["Any status", "200", "400"]);
    await status.selectOption("400");
    await operations(page, [STATUS]);
    await status.selectOption("");
    await page.getByLabel("World", { exact: true }).selectOption("111122223333/eu-west-1");
    await operations(page, [STATUS]);
    await operation.fill("NoSuchOperation");
    await sees(page, "No requests");
}

export async function isCleared({ open, mock }) {
    await ask(mock);
    const page = await open("#requests");
    await operations(page, (all) => all.length === 4);
    await page.getByLabel("World", { exact: true }).selectOption("111122223333/eu-west-1");
    await page.getByRole("button", { name: "Clear the journal of 111122223333" }).click();
    await sees(page, "No requests");
    await page.getByLabel("World", { exact: true }).selectOption("");
    await operations(page, (all) => all.length === 3);
    await page.getByRole("button", { name: "Clear the journal", exact: true }).click();
    await sees(page, "No requests");
    assert.deepEqual((await mock.get("/requests")).requests, []);
}

export async function showsMore({ open, mock }) {
    await Promise.all(Array.from({ length: 150 }, () => mock.aws(STATUS)));
    const page = await open("#requests");
    await operations(page, (all) => all.length === 100);
    await sees(page, "100 requests shown, 150 since the start");
    await page.getByRole("button", { name: "Show more" }).click();
    await operations(page, (all) => all.length === 150);
}

// What is no JSON, and what came without an operation, is shown too.
export async function showsWhatIsNoJson({ open, url }) {
    await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "nobody" },
        body: "<b>no JSON",
    });
    const page = await open("#requests");
    await operations(page, ["no operation"]);
    await page.locator("#requests-rows .reveal").click();
    await until(
        () => page.locator("#requests-rows pre").first().textContent(),
        (text) => text.includes("<b>no JSON"),
    );
}
