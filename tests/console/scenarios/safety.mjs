// Pages of other origins, and what the console may do itself.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { names, until } from "../expect.mjs";

const packsOf = async (mock) => (await mock.get("/packs")).total;

// A page on another port of this machine, which is another origin.
async function serve(html) {
    const server = createServer((_request, response) =>
        response.writeHead(200, { "Content-Type": "text/html" }).end(html),
    );
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

export async function noOtherOriginResetsTheServer({ blank, mock, url }) {
    const attacks = {
        "fetch without cors": (target) => fetch(`${target}/_mock/reset?to=empty`, { method: "POST", mode: "no-cors" }),
        "fetch with cors": (target) => fetch(`${target}/_mock/reset?to=empty`, { method: "POST" }),
        "a body that needs no preflight": (target) =>
            fetch(`${target}/_mock/state`, {
                method: "POST",
                mode: "no-cors",
                body: '{"conformancePacks":[{"ConformancePackName":"evil"}]}',
            }),
        "a method that needs one": (target) => fetch(`${target}/_mock/state`, { method: "PUT", body: "{}" }),
        "a beacon": (target) => navigator.sendBeacon(`${target}/_mock/reset?to=empty`, new Blob(["{}"])),
        "a form": (target) => submit(`${target}/_mock/reset?to=empty`),
        // name, an equals sign and value are one JSON object
        "a form that makes JSON": (target) =>
            submit(
                `${target}/_mock/packs/alpha/transition`,
                '{"ConformancePackState":"DELETED","force":true,"ConformancePackStatusReason":"',
                '"}',
            ),
    };
    const site = await serve(`<!doctype html><title>elsewhere</title><iframe name="sink"></iframe><script>
        function submit(action, name, value) {
            const form = document.createElement("form");
            Object.assign(form, { action, method: "post", enctype: "text/plain", target: "sink" });
            if (name) form.append(Object.assign(document.createElement("input"), { name, value }));
            document.body.append(form);
            form.submit();
        }</script>`);
    try {
        const page = await blank();
        await page.goto(site.url);
        const before = await mock.get("/state");
        for (const [name, attack] of Object.entries(attacks)) {
            const sent = page.waitForEvent("request", (request) => request.url().startsWith(`${url}/_mock/`));
            await page
                .evaluate(`(${attack})(${JSON.stringify(url)})${name.includes("fetch") ? ".catch(() => 0)" : ""}`)
                .catch(() => 0);
            await sent;
            await page.waitForTimeout(300);
            assert.deepEqual(await mock.get("/state"), before, name);
        }
        // It can't read anything either, nor put the console into a frame.
        const read = await page.evaluate(
            (target) =>
                fetch(`${target}/_mock/state`).then(
                    () => "read",
                    () => "refused",
                ),
            url,
        );
        assert.equal(read, "refused");
        await page.evaluate((target) => {
            document.querySelector("iframe").src = `${target}/_mock/`;
        }, url);
        await page.waitForTimeout(500);
        const frame = page.frames().find((one) => one.name() === "sink");
        assert.equal(await frame.locator("#packs-view").count(), 0);
    } finally {
        site.stop();
    }
}

// DNS rebinding: a name of the attacker's that has come to mean this machine.
export async function noOtherNameReachesIt({ blank, mock, url }) {
    const page = await blank();
    const rebound = url.replace("127.0.0.1", "rebound.example");
    const response = await page.goto(`${rebound}/_mock/health`);
    assert.equal(response.status(), 403);
    const status = await page.evaluate(() =>
        fetch("/_mock/reset?to=empty", { method: "POST" }).then((answer) => answer.status),
    );
    assert.equal(status, 403);
    assert.equal(await packsOf(mock), 3);
}

export async function allowsItselfLittle({ blank, url }) {
    const page = await blank();
    await page.goto(`${url}/_mock/`);
    await names(page, ["alpha", "beta", "gamma"]);
    const policy = (await page.request.get(`${url}/_mock/`)).headers()["content-security-policy"];
    assert.equal(
        policy,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const ran = await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        return window.ran === true;
    });
    assert.equal(ran, false);
}

// A browser that comes to the AWS endpoint is shown the console.
export async function isFoundFromTheRoot({ blank, url }) {
    const page = await blank();
    await page.goto(url);
    assert.equal(page.url(), `${url}/_mock/`);
    await until(() => page.locator("#packs-rows tr").count(), 3);
}
