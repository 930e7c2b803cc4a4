// What scenarios wait for.
import assert from "node:assert/strict";

const PATIENCE_MS = 15_000;
const PAUSE_MS = 50;

// Waits until `look` gives what deeply equals `wanted` (or what the function `wanted` approves of).
export async function until(look, wanted) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
        const value = await look();
        try {
            if (typeof wanted === "function") {
                assert.ok(wanted(value), `is ${JSON.stringify(value)}`);
            } else {
                assert.deepEqual(value, wanted);
            }
            return value;
        } catch (error) {
            if (Date.now() > end) {
                throw error;
            }
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
}

export const sees = (page, text) => page.getByText(text).filter({ visible: true }).first().waitFor();

// The names in the table of packs, once it stands as `wanted`.
export function names(page, wanted) {
    return until(() => page.locator("#packs-rows a").allTextContents(), wanted);
}

// Each pack's state in the table.
export function states(page, wanted) {
    const look = () =>
        page
            .locator("#packs-rows tr")
            .evaluateAll((rows) =>
                Object.fromEntries(
                    rows.map((row) => [
                        row.querySelector("td.name").textContent,
                        row.querySelector("td.state").textContent,
                    ]),
                ),
            );
    return until(look, wanted);
}

export async function openPack(page, name) {
    await page.getByRole("link", { name, exact: true }).click();
    await page.locator("#detail-body").waitFor();
}

// What was refused, beside the form or list in question.
export function refused(area, wanted) {
    return until(async () => (await area.locator(".error:not([hidden])").allInnerTexts()).join("\n"), wanted);
}

export function focused(page, wanted) {
    return until(
        () =>
            page.evaluate(() => {
                const node = document.activeElement;
                return (
                    node.getAttribute("aria-label") ??
                    node.labels?.[0]?.firstChild.textContent.trim() ??
                    node.textContent.trim()
                );
            }),
        wanted,
    );
}
