/* The details of one pack, and what can be done to it. */
import { call } from "./api.js";
import { onTick, now } from "./clock.js";
import { keepFresh, refresh } from "./live.js";
import { $, announce, clearError, el, onSubmit, openDialog, reconcile, setText, showError } from "./page.js";
import { onRoute, openPack, packAddress, view } from "./router.js";
import { showState, STATES } from "./states.js";
import { instant, span } from "./text.js";
import { isAsLoaded, moveNow, showTimeline } from "./timeline.js";

const panel = $("detail");
let pack = null; // as the server last gave it
let opener = null; // what had the focus before

const addressOf = (place) => place && packAddress(place.account, place.region, place.name);

/* ---- showing it ---- */

function facts() {
    return [
        ["Account", pack.account],
        ["Region", pack.region],
        ["Id", pack.ConformancePackId],
        ["ARN", pack.ConformancePackArn],
        ["Stack ARN", pack.StackArn ?? "none"],
        ["Last requested", instant(pack.LastUpdateRequestedTime)],
        ["Last completed", pack.LastUpdateCompletedTime ? instant(pack.LastUpdateCompletedTime) : "never"],
    ];
}

function createFact([name]) {
    return el("div", {}, el("dt", {}, name), el("dd", {}));
}

function show(answer) {
    const before = pack;
    pack = answer;
    clearError(panel);
    $("detail-body").hidden = false;
    if (
        showState($("detail-state"), pack.ConformancePackState) &&
        before?.ConformancePackArn === pack.ConformancePackArn
    ) {
        announce(`${pack.ConformancePackName} is now ${pack.ConformancePackState}`);
    }
    setText($("detail-reason"), pack.ConformancePackStatusReason ?? "");
    $("detail-reason").hidden = !pack.ConformancePackStatusReason;
    reconcile(
        $("facts"),
        facts(),
        ([name]) => name,
        createFact,
        (node, [, value]) => setText(node.lastChild, value),
    );
    showTimeline(pack.transitions);
    tick();
}

function showGone(error) {
    if (pack !== null) {
        announce(`${pack.ConformancePackName} is gone`);
    }
    pack = null;
    delete $("detail-state").dataset.state;
    $("detail-body").hidden = true;
    showError(panel, error);
}

function tick() {
    if (pack === null || panel.hidden) {
        return;
    }
    const since = pack.transitions.findLast((step) => step.past && step.at !== null);
    setText($("detail-since"), since && !isAsLoaded(since) ? `for ${span(now() - Date.parse(since.at))}` : "");
    moveNow();
}

async function update() {
    const place = openPack();
    if (view() !== "packs" || place === null) {
        return;
    }
    const { account, region, name } = place;
    try {
        const answer = await call("pack", { name, query: { account, region } });
        if (addressOf(openPack()) === addressOf(place)) {
            show(answer);
        }
    } catch (error) {
        if (error.status !== 404) {
            throw error;
        }
        if (addressOf(openPack()) === addressOf(place)) {
            showGone(error);
        }
    }
}

/* ---- opening and closing ---- */

function route() {
    const place = openPack();
    const name = $("detail-name");
    document.body.classList.toggle("detail-open", place !== null);
    if (place === null) {
        panel.hidden = true;
        pack = null;
        return;
    }
    if (panel.hidden || name.dataset.address !== addressOf(place)) {
        name.dataset.address = addressOf(place);
        setText(name, place.name);
        pack = null;
        $("detail-body").hidden = true;
        clearError(panel);
        opener = document.activeElement?.closest("#packs-rows a") ?? opener;
        panel.hidden = false;
        panel.scrollTop = 0;
        if (opener !== null) {
            name.focus({ preventScroll: true });
        }
    }
}

function close() {
    location.hash = "#packs";
    const target = opener?.isConnected ? opener : $("packs-filters").elements.search;
    /* the list may only come into sight by closing */
    addEventListener("hashchange", () => target.focus(), { once: true });
}

/* ---- acting on it ---- */

function prepare(dialog) {
    setText(dialog.querySelector(".name"), pack.ConformancePackName);
    setText(dialog.querySelector(".from"), pack.ConformancePackState);
    dialog.target = { name: pack.ConformancePackName, query: { account: pack.account, region: pack.region } };
}

function openMove({ title, button, state, isForced }) {
    const dialog = $("move-dialog");
    const { elements } = $("move-form");
    prepare(dialog);
    setText($("move-title"), title);
    setText(dialog.querySelector(".primary"), button);
    elements.ConformancePackState.value = state;
    elements.ConformancePackStatusReason.value = "";
    elements.force.checked = isForced;
    openDialog(dialog);
    (state.endsWith("FAILED") ? elements.ConformancePackStatusReason : elements.ConformancePackState).focus();
}

const USUAL_NEXT = {
    CREATE_IN_PROGRESS: "CREATE_COMPLETE",
    CREATE_COMPLETE: "CREATE_IN_PROGRESS",
    CREATE_FAILED: "CREATE_IN_PROGRESS",
    DELETE_IN_PROGRESS: "DELETED",
    DELETE_FAILED: "DELETE_IN_PROGRESS",
};

function offerMove() {
    openMove({
        title: "Move this pack",
        button: "Move pack",
        state: USUAL_NEXT[pack.ConformancePackState],
        isForced: false,
    });
}

/* Only what is in progress fails by itself; from elsewhere it takes force. */
function offerFail() {
    const [what, ...rest] = pack.ConformancePackState.split("_");
    openMove({
        title: "Fail this pack",
        button: "Fail pack",
        state: `${what}_FAILED`,
        isForced: rest.join("_") !== "IN_PROGRESS",
    });
}

async function move(target, body) {
    const answer = await call("movePack", { ...target, body });
    announce(`${answer.ConformancePackName} was moved to ${answer.ConformancePackState}`);
    await refresh();
}

async function submitMove(elements) {
    const reason = elements.ConformancePackStatusReason.value;
    await move($("move-dialog").target, {
        ConformancePackState: elements.ConformancePackState.value,
        ...(reason !== "" && { ConformancePackStatusReason: reason }),
        ...(elements.force.checked && { force: true }),
    });
    $("move-dialog").close();
    leaveIfGone(elements.ConformancePackState.value);
}

async function submitDelete(elements) {
    await move($("delete-dialog").target, { ConformancePackState: elements.how.value, force: true });
    $("delete-dialog").close();
    leaveIfGone(elements.how.value);
}

function leaveIfGone(state) {
    if (state === "DELETED") {
        close();
    }
}

export function startPack() {
    $("move-form").elements.ConformancePackState.append(
        ...STATES.map((state) => el("option", { value: state }, state === "DELETED" ? "DELETED (gone)" : state)),
    );
    $("detail-close").addEventListener("click", close);
    $("detail-move").addEventListener("click", offerMove);
    $("detail-fail").addEventListener("click", offerFail);
    $("detail-delete").addEventListener("click", () => {
        $("delete-form").reset();
        prepare($("delete-dialog"));
        openDialog($("delete-dialog"));
    });
    onSubmit($("move-form"), submitMove);
    onSubmit($("delete-form"), submitDelete);
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && openPack() !== null && document.querySelector("dialog[open]") === null) {
            close();
        }
    });
    onRoute(route);
    onTick(tick);
    keepFresh(panel, update);
}
