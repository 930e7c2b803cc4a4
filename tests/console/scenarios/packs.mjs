// The table of packs.
import assert from "node:assert/strict";
import { focused, names, openPack, sees, states, until } from "../expect.mjs";

const rowOf = (page, name) =>
    page.locator("#packs-rows tr").filter({ has: page.getByRole("link", { name, exact: true }) });

export async function shows({ open }) {
    const page = await open();
    await states(page, { alpha: "CREATE_COMPLETE", beta: "CREATE_FAILED", gamma: "CREATE_IN_PROGRESS" });
    const cells = await rowOf(page, "beta").locator("td").allInnerTexts();
    assert.deepEqual(cells, [
        "beta",
        "123456789012 · us-east-1",
        "CREATE_FAILED",
        "no such bucket",
        "2025-12-31 23:00:00",
        "",
    ]);
    assert.equal(await page.title(), "Packs · awsconfig-mock");
    await sees(page, "3 packs");
}

export async function choosesWorlds({ open }) {
    const page = await open();
    const chooser = page.getByLabel("World", { exact: true });
    await names(page, ["there", "alpha", "beta", "gamma"]);
    assert.deepEqual(await chooser.locator("option").allTextContents(), [
        "All worlds (4 packs)",
        "111122223333 · eu-west-1 (1)",
        "123456789012 · us-east-1 (3)",
    ]);
    await chooser.selectOption("111122223333/eu-west-1");
    await names(page, ["there"]);
    assert.equal(await page.locator("th.scope").first().isVisible(), false);
    await page.reload();
    await names(page, ["there"]);
    await chooser.selectOption("");
    await names(page, ["there", "alpha", "beta", "gamma"]);
}

// Rows are changed where they stand: focus, selection and scrolling stay.
export async function isLive({ open, mock }) {
    const page = await open("", { height: 400 });
    await names(page, (all) => all.length === 60);
    await page.evaluate(() => {
        document.querySelector("#packs-rows tr:nth-child(40)").mark = "the same";
        document.querySelector("#packs-rows tr:nth-child(40) a").focus();
        getSelection().selectAllChildren(document.querySelector("#packs-rows tr:nth-child(38) td"));
    });
    const before = await page.evaluate(() => scrollY);
    assert.ok(before > 0);
    await mock.move("pack-039", "CREATE_FAILED", "on its own");
    await sees(page, "on its own");
    await mock.move("pack-000", "DELETED");
    await until(() => page.locator("#packs-rows tr").count(), 59);
    const after = await page.evaluate(() => ({
        mark: document.querySelector("#packs-rows tr:nth-child(39)").mark,
        focused: document.activeElement.textContent,
        selected: getSelection().toString(),
    }));
    assert.deepEqual(after, { mark: "the same", focused: "pack-039", selected: "pack-037" });
    const top = await page.getByRole("link", { name: "pack-039" }).boundingBox();
    assert.ok(top.y > 0 && top.y < 400, `the row is at ${top.y}`);
}

// What has the focus may go: then its neighbour has it.
export async function keepsFocusWhenARowGoes({ open, mock }) {
    const page = await open();
    await names(page, ["alpha", "beta", "gamma"]);
    await page.getByRole("link", { name: "beta" }).focus();
    await mock.move("beta", "DELETED");
    await names(page, ["alpha", "gamma"]);
    await focused(page, "gamma");
}

export async function filtersByState({ open, mock }) {
    const page = await open();
    await names(page, ["alpha", "beta", "gamma"]);
    await page.locator("#packs-filters").getByLabel("State").selectOption("CREATE_FAILED");
    await names(page, ["beta"]);
    await mock.move("gamma", "CREATE_FAILED");
    await names(page, ["beta", "gamma"]);
    await page.locator("#packs-filters").getByLabel("State").selectOption("DELETE_FAILED");
    await sees(page, "No pack matches");
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await names(page, ["alpha", "beta", "gamma"]);
    await focused(page, "Name contains");
}

export async function searchesTenThousand({ open }) {
    const page = await open();
    const rows = page.locator("#packs-rows tr");
    await sees(page, "100 of 10,000 packs");
    assert.equal(await rows.count(), 100);
    await page.getByRole("button", { name: "Show more" }).click();
    await sees(page, "200 of 10,000 packs");
    await until(() => rows.count(), 200);
    const search = page.getByLabel("Name contains");
    await search.pressSequentially("PACK-0777");
    await names(
        page,
        Array.from({ length: 10 }, (_, digit) => `pack-0777${digit}`),
    );
    await until(() => page.locator("#announcer").textContent(), "10 packs found");
    assert.ok(await page.getByRole("button", { name: "Show more" }).isHidden());
    await search.fill("pack-09999");
    await openPack(page, "pack-09999");
}

// Past a thousand, the list takes more than one page of the API.
export async function showsThousands({ open }) {
    const page = await open();
    const more = page.getByRole("button", { name: "Show more" });
    for (const shown of [100, 200, 400, 800]) {
        await until(() => page.locator("#packs-rows tr").count(), shown);
        await more.click();
    }
    await names(page, (all) => all.length === 1600 && new Set(all).size === 1600 && all.at(-1) === "pack-01599");
}

export async function saysWhenItIsEmpty({ open, mock, url }) {
    const page = await open();
    await sees(page, "No packs here yet");
    await sees(page, url);
    await mock.control("POST", "/state", { conformancePacks: [{ ConformancePackName: "first" }] });
    await names(page, ["first"]);
}

export async function worksByKeyboard({ open }) {
    const page = await open();
    await names(page, ["alpha", "beta", "gamma"]);
    const press = (key) => page.keyboard.press(key);
    const order = [];
    for (let i = 0; i < 14; i++) {
        await press("Tab");
        order.push(
            await page.evaluate(
                () => document.activeElement.name || document.activeElement.id || document.activeElement.innerText,
            ),
        );
        assert.notEqual(
            await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle),
            "none",
            order.at(-1),
        );
    }
    assert.deepEqual(order, [
        "skip",
        "Packs",
        "Faults",
        "Requests",
        "Fixtures",
        "world",
        "clock-toggle",
        "+30 s",
        "+5 min",
        "clock-more",
        "search",
        "state",
        "alpha",
        "beta",
    ]);
    await press("ArrowDown");
    await focused(page, "gamma");
    await press("ArrowUp");
    await press("Enter");
    await page.locator("#detail-body").waitFor();
    await focused(page, "beta");
    await press("Tab");
    await focused(page, "Close the details");
    await press("Tab");
    await press("Enter");
    await page.locator("#move-dialog").waitFor();
    await press("Escape");
    await page.locator("#move-dialog").waitFor({ state: "hidden" });
    await focused(page, "Move…");
    await press("Escape");
    await page.locator("#detail").waitFor({ state: "hidden" });
    await until(
        () => page.evaluate(() => document.activeElement.getAttribute("href")),
        "#packs/123456789012/us-east-1/beta",
    );
}

export async function skipsToTheContent({ open }) {
    const page = await open("#faults");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    assert.equal(await page.evaluate(() => location.hash), "#faults");
}

// Text of the server is text, wherever it shows up.
export async function takesHostileTextAsText({ open, options, mock }) {
    await mock.aws("DescribeConformancePackStatus", { ConformancePackNames: [options.hostile] });
    await mock.control("POST", "/faults", {
        operation: "*",
        error: options.hostile,
        message: options.hostile,
        skip: 1000,
    });
    const page = await open();
    await sees(page, options.hostile);
    await openPack(page, "victim");
    await until(() => page.locator("#detail").getByText(options.hostile).count(), 2);
    await page.getByRole("link", { name: "Faults" }).click();
    await page.locator("#faults-list").getByText(options.hostile).first().waitFor();
    await page.getByRole("link", { name: "Requests" }).click();
    await page.locator("#requests-rows button").first().click();
    await until(
        () => page.locator("#requests-rows pre").first().textContent(),
        (text) => text.includes("<img"),
    );
    assert.equal(await page.locator("body img, body b, body script").count(), 0);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
}

// The address may be anybody's.
export async function takesHostileAddressesAsText({ open }) {
    for (const address of [
        "#packs/%3Cimg%20src=x%20onerror=hacked=1%3E/b/%3Cb%3Ec",
        "#packs/%E0/%/%",
        "#__proto__",
        "#constructor/a/b/c",
    ]) {
        const page = await open(address);
        await names(page, ["alpha", "beta", "gamma"]);
        assert.equal(await page.locator("body img, body b").count(), 0);
    }
}
