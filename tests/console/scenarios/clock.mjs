// The clock: frozen, released, advanced and set.
import assert from "node:assert/strict";
import { openPack, refused, states, until } from "../expect.mjs";

const shown = (page, wanted) => until(() => page.locator("#clock-now").textContent(), wanted);
const button = (page, name) => page.locator(".clock").getByRole("button", { name });

export async function advances({ open, mock }) {
    const page = await open();
    await shown(page, "2026-01-01 00:00:00");
    await states(page, { moving: "CREATE_IN_PROGRESS" });
    await button(page, "+30 s").click();
    await shown(page, "2026-01-01 00:00:30");
    await states(page, { moving: "CREATE_FAILED" });
    await button(page, "+5 min").click();
    await shown(page, "2026-01-01 00:05:30");
    await states(page, { moving: "CREATE_COMPLETE" });
    assert.equal((await mock.get("/clock")).now, "2026-01-01T00:05:30.000Z");
}

export async function advancesByAnySpan({ open, mock }) {
    const page = await open();
    for (const [amount, unit, now] of [
        ["1.5", "seconds", "2026-01-01T00:00:01.500Z"],
        ["2", "hours", "2026-01-01T02:00:01.500Z"],
        ["-1", "days", "2025-12-31T02:00:01.500Z"],
    ]) {
        await button(page, "Set…").click();
        await page.getByLabel("Advance by").fill(amount);
        await page.getByLabel("Unit").selectOption({ label: unit });
        await page.getByRole("button", { name: "Advance", exact: true }).click();
        await page.locator("#clock-dialog").waitFor({ state: "hidden" });
        assert.equal((await mock.get("/clock")).now, now);
    }
}

export async function freezesAndReleases({ open, mock }) {
    const page = await open();
    await until(() => page.locator("#clock-mode").textContent(), "Frozen");
    await button(page, "Release").click();
    await until(() => page.locator("#clock-mode").textContent(), "Running");
    assert.equal((await mock.get("/clock")).mode, "real");
    await shown(page, (text) => text > "2026-01-01 00:00:01");
    await openPack(page, "moving");
    await until(
        () => page.locator("#steps .now time").textContent(),
        (text) => text > "2026-01-01 00:00:02",
    );
    await button(page, "Freeze").click();
    await until(() => page.locator("#clock-mode").textContent(), "Frozen");
    assert.equal((await mock.get("/clock")).mode, "frozen");
}

export async function sets({ open, mock }) {
    const page = await open();
    await shown(page, "2026-01-01 00:00:00");
    await button(page, "Set…").click();
    const instant = page.getByLabel("Set to");
    assert.equal(await instant.inputValue(), "2026-01-01T00:00:00.000Z");
    await instant.fill("2031-07-01T12:00:00+02:00");
    await page.getByLabel("And then").selectOption({ label: "stand still" });
    await page.locator("#set-form").getByRole("button", { name: "Set" }).click();
    await shown(page, "2031-07-01 10:00:00");
    assert.deepEqual(await mock.get("/clock"), { now: "2031-07-01T10:00:00.000Z", mode: "frozen" });
    await button(page, "Set…").click();
    await page.getByLabel("And then").selectOption({ label: "run" });
    await instant.press("Enter");
    await until(async () => (await mock.get("/clock")).mode, "real");
}

export async function showsWhatIsRefused({ open, mock }) {
    const page = await open();
    await shown(page, "2026-01-01 00:00:00");
    await button(page, "Set…").click();
    await page.getByLabel("Set to").fill("tomorrow");
    await page.getByLabel("Set to").press("Enter");
    await refused(page.locator("#set-form"), (text) => /^InvalidBody .*\(now\)$/.test(text));
    assert.equal(await page.getByLabel("Set to").getAttribute("aria-invalid"), "true");
    for (const amount of ["soon", "", "1e99"]) {
        await page.getByLabel("Advance by").fill(amount);
        await page.getByLabel("Advance by").press("Enter");
        await refused(page.locator("#advance-form"), (text) => /^InvalidBody .*\(seconds\)$/.test(text));
    }
    await page.keyboard.press("Escape");
    await page.locator("#clock-dialog").waitFor({ state: "hidden" });
    // Past the year 9999 the buttons in sight are refused too.
    await mock.control("PUT", "/clock", { now: "9999-12-31T23:59:50Z" });
    await shown(page, "9999-12-31 23:59:50");
    await button(page, "+30 s").click();
    await refused(page.locator(".clock"), (text) => text.startsWith("InvalidBody"));
}

// Somebody else may hold the clock as well.
export async function followsIt({ open, mock }) {
    const page = await open();
    await shown(page, "2026-01-01 00:00:00");
    await mock.advance(3600);
    await shown(page, "2026-01-01 01:00:00");
}
