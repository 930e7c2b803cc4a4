// What goes wrong on purpose.
import assert from "node:assert/strict";
import { focused, refused, sees, until } from "../expect.mjs";

const cards = (page, wanted) =>
    until(
        () =>
            page
                .locator("#faults-list .what")
                .evaluateAll((all) =>
                    all.map((one) =>
                        [...one.querySelectorAll("strong, p:not([hidden])")].map((line) => line.textContent),
                    ),
                ),
        wanted,
    );

export async function addsOneWithEveryField({ open, mock, options }) {
    const page = await open("#faults");
    await sees(page, "Nothing goes wrong");
    const form = page.locator("#fault-form");
    for (const [label, value] of Object.entries(options.fields)) {
        await form.getByLabel(label, { exact: true }).fill(value);
    }
    await form.getByLabel("Connection").selectOption({ label: "Cut off in the middle of the answer" });
    await form.getByRole("button", { name: "Add fault" }).click();
    await cards(page, [
        [
            "DescribeConformancePackStatus",
            "waits 10 ms and up to 5 ms more; answers ThrottlingException, status 429: “Rate exceeded”; " +
                "cuts the answer off",
            "111122223333, eu-west-1 · after 1 request let through · hits 50 % of requests · 2 times more",
        ],
    ]);
    const [{ id, ...fault }] = (await mock.get("/faults")).faults;
    assert.deepEqual(fault, options.fault);
    assert.equal(await form.getByLabel("Error").inputValue(), "");
    await until(() => page.locator("#faults-count").textContent(), "1");
}

export async function countsDown({ open, mock }) {
    const page = await open("#faults");
    await page.getByRole("button", { name: "Throttle twice" }).click();
    await page.getByRole("button", { name: "Add fault" }).click();
    await cards(page, (all) => all[0]?.[2].endsWith("2 times more"));
    assert.equal((await mock.aws("DescribeConformancePackStatus")).status, 400);
    await cards(page, (all) => all[0]?.[2].endsWith("1 time more"));
}

export async function showsWhatIsRefused({ open, mock }) {
    const page = await open("#faults");
    const form = page.locator("#fault-form");
    await form.getByLabel("Error", { exact: true }).fill("ThrottlingException");
    for (const [label, value] of [
        ["Status", "200"],
        ["Times", "often"],
        ["Skip first", "-1"],
        ["Probability", "2"],
        ["Account", "me"],
    ]) {
        const field = form.getByLabel(label, { exact: true });
        const name = await field.getAttribute("name");
        await field.fill(value);
        await form.getByRole("button", { name: "Add fault" }).click();
        await refused(form, (text) => text.startsWith("InvalidBody") && text.includes(name));
        assert.equal(await field.getAttribute("aria-invalid"), "true");
        await focused(page, label);
        await field.fill("");
    }
    assert.deepEqual(await mock.get("/faults"), { faults: [] });
    await form.getByRole("button", { name: "Clear the form" }).click();
    await refused(form, "");
}

export async function fillsInExamples({ open, mock }) {
    const page = await open("#faults");
    for (const name of ["Throttle twice", "Slow answers", "Flaky network"]) {
        await page.getByRole("button", { name }).click();
        await page.getByRole("button", { name: "Add fault" }).click();
        await until(
            () => page.locator("#announcer").textContent(),
            (text) => text === "A fault of All operations was added",
        );
        await page.evaluate(() => {
            document.getElementById("announcer").textContent = "";
        });
    }
    const { faults } = await mock.get("/faults");
    assert.deepEqual(
        faults.map(({ error, delayMs, connection }) => [error, delayMs, connection]),
        [
            ["ThrottlingException", undefined, undefined],
            [undefined, 800, undefined],
            [undefined, undefined, "reset"],
        ],
    );
}

export async function removesThem({ open, mock }) {
    const page = await open("#faults");
    await cards(page, (all) => all.length === 3);
    await page.getByRole("button", { name: "Remove the fault of PutConformancePack" }).click();
    await cards(page, (all) => all.length === 2);
    // The button had the focus; the next one has it now.
    await focused(page, "Remove the fault of DescribeConfigRules");
    await page.getByRole("button", { name: "Remove all" }).click();
    await sees(page, "Nothing goes wrong");
    assert.deepEqual(await mock.get("/faults"), { faults: [] });
    assert.ok(await page.locator("#faults-count").isHidden());
}

export async function removesThoseOfAWorld({ open, mock }) {
    const page = await open("#faults");
    await cards(page, (all) => all.length === 3);
    await page.getByLabel("World", { exact: true }).selectOption("111122223333/eu-west-1");
    assert.equal(await page.locator("#fault-form").getByLabel("Account").inputValue(), "111122223333");
    await page.getByRole("button", { name: "Remove those of 111122223333 · eu-west-1" }).click();
    await cards(page, (all) => all.length === 2);
    assert.deepEqual(
        (await mock.get("/faults")).faults.map((fault) => fault.operation),
        ["PutConformancePack", "*"],
    );
}

// Two consoles: what the other one removed first is refused beside the card.
export async function saysWhenOneIsGone({ open, mock }) {
    const page = await open("#faults");
    await cards(page, (all) => all.length === 3);
    const body = JSON.stringify(await mock.get("/faults"));
    await page.route("**/_mock/faults", (route) => route.fulfill({ body, contentType: "application/json" }));
    await mock.control("DELETE", "/faults");
    await page.getByRole("button", { name: "Remove the fault of PutConformancePack" }).click();
    await refused(page.locator("#faults-list"), (text) => text.startsWith("NotFound"));
    await page.unroute("**/_mock/faults");
    await sees(page, "Nothing goes wrong");
}
