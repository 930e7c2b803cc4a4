// The world as a whole: out into a fixture, in from one, and back to the start.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { names, refused, sees, until } from "../expect.mjs";

const fileOf = (world, name = "world.json") => ({
    name,
    mimeType: "application/json",
    buffer: Buffer.from(typeof world === "string" ? world : JSON.stringify(world)),
});
const world = (...all) => ({ conformancePacks: all.map((ConformancePackName) => ({ ConformancePackName })) });
const inAll = async (mock, query = "") =>
    (await mock.get(`/packs${query}`)).packs.map((pack) => pack.ConformancePackName);

async function download(page) {
    const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download fixture" }).click(),
    ]);
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

export async function downloadsTheWorld({ open, mock }) {
    const page = await open("#fixtures");
    const all = await download(page);
    assert.equal(all.name, "world.json");
    assert.deepEqual(JSON.parse(all.text), await mock.get("/state"));
    await page.getByLabel("World", { exact: true }).selectOption("111122223333/eu-west-1");
    const one = await download(page);
    assert.equal(one.name, "111122223333-eu-west-1.json");
    assert.deepEqual(JSON.parse(one.text), await mock.get("/state?account=111122223333&region=eu-west-1"));
}

// What was downloaded is the same world again.
export async function comesBackAsItWas({ open, mock }) {
    const page = await open("#fixtures");
    const before = await mock.get("/state");
    const { text } = await download(page);
    await mock.control("POST", "/reset?to=empty");
    await page.locator("#import-file").setInputFiles(fileOf(text));
    await page.getByRole("button", { name: "Replace the world" }).click();
    await sees(page, "world.json was loaded. 3 packs now.");
    assert.deepEqual(await mock.get("/state"), before);
}

export async function adds({ open, mock }) {
    const page = await open("#fixtures");
    await page.locator("#import-file").setInputFiles(fileOf(world("added"), "more.json"));
    await sees(page, /^more.json, \d+ bytes$/);
    await page.getByRole("button", { name: "Add to the world" }).click();
    await sees(page, "more.json was loaded. 4 packs now.");
    assert.deepEqual(await inAll(mock), ["there", "added", "alpha", "beta"]);
}

export async function replacesOneWorld({ open, mock }) {
    const page = await open("#fixtures");
    await sees(page, "of all worlds");
    await page.getByLabel("World", { exact: true }).selectOption("111122223333/eu-west-1");
    await sees(page, "of 111122223333 · eu-west-1 only");
    await page.locator("#import-file").setInputFiles(fileOf(world("new")));
    await page.getByRole("button", { name: "Replace the world" }).click();
    await sees(page, "world.json was loaded.");
    assert.deepEqual(await inAll(mock), ["new", "alpha", "beta"]);
}

export async function takesWhatIsDropped({ open, mock }) {
    const page = await open();
    await names(page, ["there", "alpha", "beta"]);
    const carried = await page.evaluateHandle(
        (text) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "dropped.json"));
            return transfer;
        },
        JSON.stringify(world("dropped")),
    );
    await page.dispatchEvent("body", "dragover", { dataTransfer: carried });
    await sees(page, "Drop the fixture anywhere");
    await page.dispatchEvent("body", "drop", { dataTransfer: carried });
    await sees(page, /^dropped.json, \d+ bytes$/);
    assert.ok(await page.locator("#dropping").isHidden());
    assert.deepEqual(await inAll(mock), ["there", "alpha", "beta"]); // nothing happens by dropping alone
    await page.getByRole("button", { name: "Replace the world" }).click();
    await sees(page, "dropped.json was loaded. 1 pack now.");
    assert.deepEqual(await inAll(mock), ["dropped"]);
}

export async function showsWhereAFixtureIsWrong({ open, mock }) {
    const page = await open("#fixtures");
    const form = page.locator("#import-form");
    await form.getByRole("button", { name: "Add to the world" }).click();
    await refused(form, "Choose a fixture file first.");
    for (const [text, place] of [
        ['{\n  "conformancePacks": [{"ConformancePackName": 7}]\n}', /:2:\d+: /],
        ["{\n\n,", /:3:1: /],
    ]) {
        await page.locator("#import-file").setInputFiles(fileOf(text));
        await refused(form, "");
        await form.getByRole("button", { name: "Replace the world" }).click();
        await refused(form, (shown) => shown.startsWith("InvalidFixture") && place.test(shown));
    }
    assert.deepEqual(await inAll(mock), ["there", "alpha", "beta"]);
}

async function reset(page, how) {
    await page.getByRole("button", { name: "Reset…" }).click();
    const dialog = page.locator("#reset-dialog");
    await dialog.getByLabel(how).check();
    await dialog.getByRole("button", { name: "Reset" }).click();
    await dialog.waitFor({ state: "hidden" });
}

export async function resets({ open, mock }) {
    const page = await open("#fixtures");
    await mock.move("alpha", "DELETED");
    await page.getByRole("button", { name: "Reset…" }).click();
    await page.keyboard.press("Escape");
    assert.deepEqual(await inAll(mock), ["there", "beta"]);
    await reset(page, "To the start");
    await sees(page, "All worlds was reset. 3 packs now.");
    assert.deepEqual(await inAll(mock), ["there", "alpha", "beta"]);
    await reset(page, "To nothing");
    await sees(page, "0 packs now.");
    assert.deepEqual(await inAll(mock), []);
}

export async function resetsOneWorld({ open, mock }) {
    const page = await open("#fixtures");
    await mock.move("alpha", "DELETED");
    await page.getByLabel("World", { exact: true }).selectOption("111122223333/eu-west-1");
    await until(() => page.locator("#reset-dialog h2").textContent(), "Reset 111122223333 · eu-west-1?");
    await reset(page, "To nothing");
    await until(() => inAll(mock), ["beta"]);
    await reset(page, "To the start");
    await until(() => inAll(mock), ["there", "beta"]);
}
