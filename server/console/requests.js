/* The journal: what the AWS endpoint was asked, and what it answered. */
import { call } from "./api.js";
import { keepFresh, refresh } from "./live.js";
import { $, announce, attempt, cell, el, icon, reconcile, setAttribute, setText } from "./page.js";
import { view } from "./router.js";
import { count, instant } from "./text.js";
import { onWorldChange, world } from "./world.js";

const PAGE = 100;
const filters = $("requests-filters");
const statuses = new Set();
const open = new Set(); // ids of those whose JSON is shown
let wanted = PAGE;

function filter() {
    return { ...world(), operation: filters.elements.operation.value.trim(), status: filters.elements.status.value };
}

/* ---- a request: a row, and one beneath it with the JSON ---- */

function createRow({ id, isJson, request }) {
    return isJson ? createJsonRow(request) : createHeadRow(id, request);
}

function createHeadRow(id, request) {
    const failed = request.status >= 400;
    const button = el(
        "button",
        {
            type: "button",
            class: "bare reveal",
            "aria-expanded": "false",
            onclick: () => toggle(id),
        },
        icon("more"),
        el("span", {}, request.operation ?? "no operation"),
    );
    const answer = el(
        "span",
        { class: "badge", "data-tone": failed ? "bad" : "good" },
        icon(failed ? "failed" : "done"),
        String(request.status),
    );
    const row = el(
        "tr",
        { role: "row" },
        cell("operation", button),
        cell("scope", scopeOf(request)),
        cell("answer", answer, request.error ? ` ${request.error}` : null),
        cell("number", `${request.durationMs.toFixed(2)} ms`),
        cell("time", el("time", { datetime: request.time }, instant(request.time))),
    );
    row.addEventListener("click", (event) => {
        if (event.target.closest("button") === null && getSelection().isCollapsed) {
            button.click();
        }
    });
    return row;
}

function scopeOf({ account, region }) {
    return account ? `${account} · ${region}` : "";
}

function createJsonRow(request) {
    return el(
        "tr",
        { role: "row", class: "json" },
        el(
            "td",
            { role: "cell", colspan: 5 },
            el("p", { class: "muted" }, "Request id ", el("code", {}, request.id)),
            el("div", { class: "pair" }, json("Request", request.input), json("Answer", request.answer)),
        ),
    );
}

function json(title, value) {
    const shown = value === null || value === undefined ? "no JSON" : JSON.stringify(value, null, 2);
    return el(
        "figure",
        {},
        el("figcaption", {}, title),
        el("pre", { tabindex: 0, role: "region", "aria-label": `${title}, JSON` }, shown),
    );
}

function toggle(id) {
    if (!open.delete(id)) {
        open.add(id);
    }
    draw();
}

/* ---- the journal ---- */

let requests = [];

function draw() {
    const lines = requests.flatMap((request) => [
        { id: request.id, request },
        ...(open.has(request.id) ? [{ id: request.id, isJson: true, request }] : []),
    ]);
    const key = (line) => `${line.id}${line.isJson ? " JSON" : ""}`;
    reconcile($("requests-rows"), lines, key, createRow, (row, line) => {
        if (!line.isJson) {
            setAttribute(row.querySelector("button"), "aria-expanded", String(open.has(line.id)));
        }
    });
}

function show(answer) {
    requests = answer.requests.reverse();
    draw();
    requests.forEach((request) => statuses.add(request.status));
    offerStatuses();
    const shown = requests.length < answer.total ? `${count(requests.length, "request")} shown, ` : "";
    setText($("requests-summary"), `${shown}${answer.total.toLocaleString("en")} since the start`);
    $("requests-table").hidden = requests.length === 0;
    $("requests-empty").hidden = requests.length > 0;
    $("requests-more").hidden = requests.length < wanted;
}

/* Those that were seen, whatever the filter now lets through. */
function offerStatuses() {
    const chooser = filters.elements.status;
    const wantedOptions = [...statuses].sort((a, b) => a - b).map(String);
    if (wantedOptions.length !== chooser.options.length - 1) {
        const chosen = chooser.value;
        chooser.replaceChildren(chooser.options[0], ...wantedOptions.map((status) => el("option", {}, status)));
        chooser.value = chosen;
    }
}

async function update() {
    if (view() !== "requests") {
        return;
    }
    const asked = JSON.stringify(filter());
    const answer = await call("requests", { query: { ...filter(), limit: wanted } });
    if (asked === JSON.stringify(filter())) {
        show(answer);
    }
}

async function forget() {
    await call("forgetRequests", { query: { account: world().account } });
    open.clear();
    announce("The journal was cleared");
    await refresh();
}

export function startRequests() {
    filters.addEventListener("input", refresh);
    filters.addEventListener("submit", (event) => event.preventDefault());
    $("requests-clear").addEventListener("click", () => attempt($("requests-view"), forget));
    $("requests-more").addEventListener("click", () => {
        wanted *= 2;
        refresh();
    });
    onWorldChange(() => {
        const { account } = world();
        wanted = PAGE;
        setText($("requests-clear"), account ? `Clear the journal of ${account}` : "Clear the journal");
    });
    keepFresh($("requests-view"), update);
}
