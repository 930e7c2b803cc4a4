// The token, and a server that comes and goes.
import assert from "node:assert/strict";
import { names, refused, sees, until } from "../expect.mjs";

export async function asksForTheToken({ open, options, mock }) {
    const page = await open();
    const dialog = page.locator("#token-dialog");
    await dialog.waitFor();
    assert.equal(await page.locator("#packs-rows tr").count(), 0);
    await page.keyboard.press("Escape"); // there is nothing behind it
    assert.ok(await dialog.isVisible());
    const token = dialog.getByLabel("Token");
    await token.fill("wrong");
    await token.press("Enter");
    await refused(dialog, (text) => text.includes("not the server's token"));
    await token.fill("with spaces");
    await token.press("Enter");
    await refused(dialog, (text) => text.includes("without spaces"));
    await token.fill(options.token);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.waitFor({ state: "hidden" });
    await names(page, ["alpha", "beta", "gamma"]);
    await page.getByRole("button", { name: "+30 s" }).click();
    await until(async () => (await mock.get("/clock")).now, "2026-01-01T00:00:30.000Z");
    await page.reload();
    await names(page, ["alpha", "beta", "gamma"]);
    assert.ok(await dialog.isHidden());
    assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
}

// A token that has become another one is asked for again.
export async function asksAgainWhenItIsNoLongerRight({ open, options }) {
    const page = await open();
    const dialog = page.locator("#token-dialog");
    await dialog.getByLabel("Token").fill(options.token);
    await dialog.getByLabel("Token").press("Enter");
    await names(page, ["alpha", "beta", "gamma"]);
    await page.evaluate(() => sessionStorage.setItem("awsconfig-mock.control-token", "old"));
    await refused(dialog, (text) => text.includes("not the server's token"));
    await dialog.getByLabel("Token").fill(options.token);
    await dialog.getByLabel("Token").press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await sees(page, "Live");
}

export async function ridesOutASilence({ open }) {
    const page = await open();
    await names(page, ["alpha", "beta", "gamma"]);
    await sees(page, "Live");
    await page.context().setOffline(true);
    await sees(page, "No answer, trying again");
    await page.getByRole("button", { name: "+30 s" }).click();
    await refused(page.locator(".clock"), (text) => text.startsWith("NoAnswer"));
    await names(page, ["alpha", "beta", "gamma"]); // what was known stays
    await page.context().setOffline(false);
    await sees(page, "Live");
}
