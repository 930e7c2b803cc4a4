/* What goes wrong on purpose: the faults that are set, and a form to add one. */
import { call } from "./api.js";
import { keepFresh, refresh } from "./live.js";
import { $, announce, attempt, clearError, el, onSubmit, reconcile, setText } from "./page.js";
import { view } from "./router.js";
import { count, numberOrText } from "./text.js";
import { isOneWorld, onWorldChange, world, worldName } from "./world.js";

const NUMBERS = ["status", "delayMs", "jitterMs", "times", "skip", "probability"];
const PRESETS = {
    throttle: { error: "ThrottlingException", message: "Rate exceeded", times: 2 },
    slow: { delayMs: 800, jitterMs: 400 },
    flaky: { connection: "reset", probability: 0.3 },
};
const CONNECTIONS = {
    reset: "resets the connection",
    empty: "closes the connection without an answer",
    truncate: "cuts the answer off",
};

/* ---- the list ---- */

function effectsOf(fault) {
    const effects = [];
    if (fault.delayMs || fault.jitterMs) {
        effects.push(`waits ${fault.delayMs ?? 0} ms${fault.jitterMs ? ` and up to ${fault.jitterMs} ms more` : ""}`);
    }
    if (fault.error) {
        effects.push(
            `answers ${fault.error}, status ${fault.status ?? 400}${fault.message ? `: “${fault.message}”` : ""}`,
        );
    }
    if (fault.connection) {
        effects.push(CONNECTIONS[fault.connection] ?? fault.connection);
    }
    return effects.join("; ") || "does nothing";
}

function conditionsOf(fault) {
    const conditions = [[fault.account ?? "any account", fault.region ?? "any region"].join(", ")];
    if (fault.skip) {
        conditions.push(`after ${count(fault.skip, "request")} let through`);
    }
    if (fault.probability !== undefined && fault.probability < 1) {
        conditions.push(`hits ${+(fault.probability * 100).toPrecision(4)} % of requests`);
    }
    conditions.push(fault.times === undefined ? "until it is removed" : `${count(fault.times, "time")} more`);
    return conditions.join(" · ");
}

const titleOf = (fault) => (fault.operation === "*" ? "All operations" : fault.operation);

function createCard(fault) {
    const card = el(
        "li",
        {},
        el(
            "div",
            { class: "what" },
            el("strong", {}),
            el("p", { class: "effect" }),
            el("p", { class: "muted" }),
            el("p", { class: "error", role: "alert", hidden: true }),
        ),
        el(
            "button",
            {
                type: "button",
                "aria-label": `Remove the fault of ${titleOf(fault)}`,
                onclick: () => attempt(card, () => remove(fault)),
            },
            "Remove",
        ),
    );
    return card;
}

function updateCard(card, fault) {
    const [title, effect, conditions] = card.firstChild.children;
    setText(title, titleOf(fault));
    setText(effect, effectsOf(fault));
    setText(conditions, conditionsOf(fault));
}

async function remove(fault) {
    await call("removeFault", { id: fault.id });
    announce(`The fault of ${titleOf(fault)} was removed`);
    await refresh();
}

async function removeAll() {
    await call("removeFaults", { query: world() });
    announce("Faults were removed");
    await refresh();
}

function show(faults) {
    $("faults-count").hidden = faults.length === 0;
    setText($("faults-count"), String(faults.length));
    if (view() !== "faults") {
        return;
    }
    reconcile($("faults-list"), faults, (fault) => fault.id, createCard, updateCard);
    setText($("faults-summary"), faults.length === 0 ? "" : `${faults.length} set`);
    $("faults-empty").hidden = faults.length > 0;
    $("faults-clear").hidden = faults.length === 0;
    setText($("faults-clear"), isOneWorld() ? `Remove those of ${worldName()}` : "Remove all");
}

async function update() {
    const { faults } = await call("faults");
    show(faults);
}

/* ---- the form ---- */

function faultOf(elements) {
    const fault = {};
    for (const { name, value } of [...elements].filter((field) => field.name)) {
        const given = NUMBERS.includes(name) ? numberOrText(value) : value.trim();
        if (given !== "" && given !== undefined) {
            fault[name] = given;
        }
    }
    return fault;
}

function fill(values) {
    const form = $("fault-form");
    const { operation } = form.elements;
    const kept = operation.value;
    form.reset();
    operation.value = kept;
    takeWorld();
    for (const [name, value] of Object.entries(values)) {
        form.elements[name].value = value;
    }
}

/* A fault is for the world that is looked at, unless one says otherwise. */
function takeWorld() {
    const { account = "", region = "" } = world();
    $("fault-form").elements.account.value = account;
    $("fault-form").elements.region.value = region;
}

export function startFaults() {
    const form = $("fault-form");
    onSubmit(form, async (elements) => {
        const fault = await call("addFault", { body: faultOf(elements) });
        announce(`A fault of ${titleOf(fault)} was added`);
        form.reset();
        await refresh();
    });
    form.addEventListener("reset", () => {
        clearError(form);
        setTimeout(takeWorld);
    });
    for (const button of form.querySelectorAll("[data-preset]")) {
        button.addEventListener("click", () => fill(PRESETS[button.dataset.preset]));
    }
    $("faults-clear").addEventListener("click", () => attempt($("faults-view"), removeAll));
    onWorldChange(takeWorld);
    keepFresh($("faults-view"), update);
}
