// The details of one pack, its time line, and what can be done to it.
import assert from "node:assert/strict";
import { names, openPack, refused, states, until } from "../expect.mjs";

const steps = (page, wanted) =>
    until(async () => {
        const lines = await page.locator("#steps li").allInnerTexts();
        return lines.map((line) => line.replace(/\s+/g, " ").trim());
    }, wanted);

async function act(page, action) {
    await page.locator("#detail").getByRole("button", { name: action }).click();
    return page.locator("dialog[open]");
}

export async function shows({ open }) {
    const page = await open();
    await openPack(page, "moving");
    const facts = await page
        .locator("#facts > div")
        .evaluateAll((all) =>
            Object.fromEntries(all.map((one) => [...one.children].map((child) => child.textContent))),
        );
    assert.match(facts.ARN, /^arn:aws:config:us-east-1:123456789012:conformance-pack\/moving\/conformance-pack-/);
    assert.match(facts["Stack ARN"], /^arn:aws:cloudformation:/);
    assert.equal(facts["Last requested"], "2026-01-01 00:00:00");
    assert.equal(facts["Last completed"], "never");
    assert.equal(await page.title(), "moving · awsconfig-mock");
    await page.reload();
    await page.locator("#detail-body").waitFor();
    await page.goBack();
    await page.locator("#detail").waitFor({ state: "hidden" });
}

export async function drawsItsTimeline({ open, mock }) {
    const page = await open();
    await openPack(page, "moving");
    await steps(page, [
        "CREATE_IN_PROGRESS just now 2026-01-01 00:00:00",
        "Now 2026-01-01 00:00:00",
        "CREATE_FAILED in 30 s 2026-01-01 00:00:30 first try",
        "CREATE_COMPLETE in 1 min 30 s 2026-01-01 00:01:30",
    ]);
    await mock.advance(45);
    await steps(page, [
        "CREATE_IN_PROGRESS 45 s ago 2026-01-01 00:00:00",
        "CREATE_FAILED 15 s ago 2026-01-01 00:00:30 first try",
        "Now 2026-01-01 00:00:45",
        "CREATE_COMPLETE in 45 s 2026-01-01 00:01:30",
    ]);
    await until(() => page.locator("#announcer").textContent(), "moving is now CREATE_FAILED");
    // The strip: 15 s of 60 have passed in the block that the pointer is in.
    const strip = await until(
        () =>
            page.locator("#strip .block").evaluateAll((blocks) =>
                blocks.map((block) => ({
                    phase: block.dataset.phase,
                    passed: block.style.getPropertyValue("--passed"),
                    width: Math.round(block.getBoundingClientRect().width),
                })),
            ),
        (blocks) => blocks[1]?.passed === "25.00%",
    );
    assert.deepEqual(
        strip.map((block) => block.phase),
        ["past", "current", "coming"],
    );
    assert.ok(strip[1].width > strip[0].width, "60 s are drawn wider than 30");
    assert.equal(await page.locator("#strip .block:nth-child(2) .pointer").count(), 1);
}

export async function tellsPollsAndHands({ open, mock }) {
    const page = await open();
    await openPack(page, "polled");
    const still = [
        "CREATE_COMPLETE after 2 more polls of its status",
        "DELETE_IN_PROGRESS when it is moved by hand",
        "DELETE_FAILED 10 s after that stuck",
    ];
    await steps(page, ["CREATE_IN_PROGRESS just now 2026-01-01 00:00:00", "Now 2026-01-01 00:00:00", ...still]);
    await page.waitForTimeout(2500); // looking is no poll
    await steps(page, (lines) => lines[2] === still[0]);
    await mock.aws("DescribeConformancePackStatus", { ConformancePackNames: ["polled"] });
    await steps(page, (lines) => lines[2] === "CREATE_COMPLETE after 1 more poll of its status");
}

export async function movesIt({ open, mock }) {
    const page = await open();
    await openPack(page, "moving");
    const dialog = await act(page, "Move…");
    assert.equal(await dialog.getByLabel("To state").inputValue(), "CREATE_COMPLETE");
    await dialog.getByRole("button", { name: "Move pack" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await mock.pack("moving")).ConformancePackState, "CREATE_COMPLETE");
    await states(page, (all) => all.moving === "CREATE_COMPLETE");
}

export async function refusesIllegalMoves({ open, mock }) {
    const page = await open();
    await openPack(page, "moving");
    const dialog = await act(page, "Move…");
    await dialog.getByLabel("To state").selectOption("DELETE_FAILED");
    await dialog.getByRole("button", { name: "Move pack" }).click();
    await refused(dialog, (text) => text.startsWith("IllegalMove") && text.endsWith("(ConformancePackState)"));
    assert.equal(await dialog.getByLabel("To state").getAttribute("aria-invalid"), "true");
    assert.equal((await mock.pack("moving")).ConformancePackState, "CREATE_IN_PROGRESS");
    await dialog.getByLabel("Force it").check();
    await dialog.getByRole("button", { name: "Move pack" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await mock.pack("moving")).ConformancePackState, "DELETE_FAILED");
    const again = await act(page, "Move…");
    await refused(again, "");
}

export async function failsIt({ open, mock }) {
    const page = await open();
    await openPack(page, "moving");
    const dialog = await act(page, "Fail…");
    assert.equal(await dialog.getByLabel("To state").inputValue(), "CREATE_FAILED");
    assert.equal(await dialog.getByLabel("Force it").isChecked(), false);
    await page.keyboard.type("because I say so");
    await dialog.getByRole("button", { name: "Fail pack" }).click();
    await dialog.waitFor({ state: "hidden" });
    const pack = await mock.pack("moving");
    assert.equal(pack.ConformancePackState, "CREATE_FAILED");
    assert.equal(pack.ConformancePackStatusReason, "because I say so");
    await until(() => page.locator("#detail-reason").textContent(), "because I say so");
}

// What stands cannot fail by itself: the console offers to force it.
export async function failsWhatStands({ open, mock }) {
    const page = await open();
    await openPack(page, "standing");
    await steps(page, ["CREATE_COMPLETE 2026-01-01 00:00:00, as it was loaded", "Now 2026-01-01 00:00:00"]);
    const dialog = await act(page, "Fail…");
    assert.equal(await dialog.getByLabel("Force it").isChecked(), true);
    await dialog.getByRole("button", { name: "Fail pack" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await mock.pack("standing")).ConformancePackState, "CREATE_FAILED");
}

export async function deletesIt({ open }) {
    const page = await open();
    await openPack(page, "standing");
    const dialog = await act(page, "Delete…");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    await (await act(page, "Delete…")).getByRole("button", { name: "Delete pack" }).click();
    await names(page, ["moving", "polled"]);
    await page.locator("#detail").waitFor({ state: "hidden" });
}

export async function beginsToDeleteIt({ open, mock }) {
    const page = await open();
    await openPack(page, "standing");
    const dialog = await act(page, "Delete…");
    await dialog.getByLabel("Begin its deletion").check();
    await dialog.getByRole("button", { name: "Delete pack" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await mock.pack("standing")).ConformancePackState, "DELETE_IN_PROGRESS");
    await until(() => page.locator("#detail-state").textContent(), "DELETE_IN_PROGRESS");
}

// The pack in another account and region is another one.
export async function actsOnTheRightWorld({ open, mock }) {
    const page = await open("#packs/111122223333/eu-west-1/standing");
    await page.locator("#detail-body").waitFor();
    await (await act(page, "Fail…")).getByRole("button", { name: "Fail pack" }).click();
    await until(
        async () => (await mock.pack("standing", "?account=111122223333&region=eu-west-1")).ConformancePackState,
        "CREATE_FAILED",
    );
    assert.equal((await mock.pack("standing")).ConformancePackState, "CREATE_COMPLETE");
}

export async function saysWhenItIsGone({ open, mock }) {
    const page = await open();
    await openPack(page, "standing");
    await mock.move("standing", "DELETED");
    await refused(page.locator("#detail"), (text) => text.startsWith("NoSuchConformancePack"));
    assert.ok(await page.locator("#detail-body").isHidden());
    await mock.control("POST", "/state", { conformancePacks: [{ ConformancePackName: "standing" }] });
    await page.locator("#detail-body").waitFor();
    await refused(page.locator("#detail"), "");
}
