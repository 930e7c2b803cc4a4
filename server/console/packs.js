/* The table of packs: live, filtered and searched by the server, page by page. */
import { call } from "./api.js";
import { keepFresh, refresh } from "./live.js";
import { $, announce, cell, el, reconcile, setAttribute, setText } from "./page.js";
import { onRoute, openPack, packAddress, view } from "./router.js";
import { showState } from "./states.js";
import { count, instant, instantToSecond } from "./text.js";
import { onWorldChange, world } from "./world.js";

const PAGE = 100;
const MOST = 1000; // that the API gives at once
const filters = $("packs-filters");
const rows = $("packs-rows");
let wanted = PAGE;
let announced = "";

const keyOf = (pack) => `${pack.account}/${pack.region}/${pack.ConformancePackName}`;

function filter() {
    return { search: filters.elements.search.value, state: filters.elements.state.value };
}

function isFiltered() {
    return Object.values(filter()).some((value) => value !== "");
}

async function fetchPacks() {
    const packs = [];
    let page = { next: undefined };
    do {
        const query = { ...world(), ...filter(), after: page.next, limit: Math.min(MOST, wanted - packs.length) };
        page = await call("packs", { query });
        packs.push(...page.packs);
    } while (page.next && packs.length < wanted);
    return { packs, total: page.total, hasMore: Boolean(page.next) };
}

/* ---- a row ---- */

function createRow(pack) {
    const link = el("a", { href: packAddress(pack.account, pack.region, pack.ConformancePackName) });
    const row = el(
        "tr",
        { role: "row" },
        cell("name", link),
        cell("scope"),
        cell("state"),
        cell("reason", el("span")),
        cell("requested", el("time")),
        cell("completed", el("time")),
    );
    setText(link, pack.ConformancePackName);
    setText(row.children[1], `${pack.account} · ${pack.region}`);
    row.addEventListener("click", (event) => {
        if (event.target.closest("a") === null && getSelection().isCollapsed) {
            link.click();
        }
    });
    return row;
}

function showTime(node, at) {
    setText(node, at ? instantToSecond(at) : "");
    setAttribute(node, "datetime", at);
    setAttribute(node, "title", at && instant(at));
}

function updateRow(row, pack) {
    const [, , state, reason, requested, completed] = row.children;
    const isNew = state.dataset.state === undefined;
    if (showState(state, pack.ConformancePackState) && !isNew) {
        flash(row);
    }
    setText(reason.firstChild, pack.ConformancePackStatusReason ?? "");
    setAttribute(reason, "title", pack.ConformancePackStatusReason);
    showTime(requested.firstChild, pack.LastUpdateRequestedTime);
    showTime(completed.firstChild, pack.LastUpdateCompletedTime);
    markOpen(row);
}

function flash(row) {
    row.classList.remove("changed");
    requestAnimationFrame(() => row.classList.add("changed"));
}

function markOpen(row) {
    const link = row.querySelector("a");
    const open = openPack();
    const isOpen = open !== null && link.getAttribute("href") === packAddress(open.account, open.region, open.name);
    setAttribute(link, "aria-current", isOpen ? "true" : null);
    row.classList.toggle("open", isOpen);
}

/* ---- the table ---- */

function show({ packs, total, hasMore }) {
    reconcile(rows, packs, keyOf, createRow, updateRow);
    const isEmpty = packs.length === 0;
    const summary =
        packs.length < total ? `${packs.length.toLocaleString("en")} of ${count(total, "pack")}` : count(total, "pack");
    setText($("packs-summary"), summary);
    $("packs-table").hidden = isEmpty;
    $("packs-empty").hidden = !isEmpty || isFiltered();
    $("packs-unmatched").hidden = !isEmpty || !isFiltered();
    $("packs-more").hidden = !hasMore;
    const found = JSON.stringify(filter());
    if (found !== announced) {
        announced = found;
        announce(isFiltered() ? `${count(total, "pack")} found` : count(total, "pack"));
    }
}

async function update() {
    if (view() !== "packs") {
        return;
    }
    const asked = JSON.stringify([filter(), world()]);
    const answer = await fetchPacks();
    /* else the filter has changed since, and a newer round is on its way */
    if (asked === JSON.stringify([filter(), world()])) {
        show(answer);
    }
}

function restart() {
    wanted = PAGE;
    refresh();
}

/* Up and down go from row to row. */
function walk(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const target = step && event.target.closest("tr")?.[step]?.querySelector("a");
    if (target) {
        event.preventDefault();
        target.focus();
    }
}

export function startPacks() {
    setText($("endpoint"), location.origin);
    filters.addEventListener("input", restart);
    filters.addEventListener("submit", (event) => event.preventDefault());
    rows.addEventListener("keydown", walk);
    rows.addEventListener("animationend", (event) => event.target.closest("tr")?.classList.remove("changed"));
    $("packs-clear").addEventListener("click", () => {
        filters.reset();
        filters.elements.search.focus();
        restart();
    });
    $("packs-more").addEventListener("click", () => {
        wanted += Math.min(wanted, MOST);
        refresh();
    });
    onWorldChange(() => {
        wanted = PAGE;
    });
    onRoute(() => [...rows.children].forEach(markOpen));
    keepFresh($("packs-view"), update);
}
