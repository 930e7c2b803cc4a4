/* The clock of the mock, which a test holds: shown as it runs, frozen, advanced and set. */
import { call } from "./api.js";
import { keepFresh, refresh } from "./live.js";
import { $, announce, attempt, onSubmit, openDialog, setAttribute, setText } from "./page.js";
import { instantToSecond, numberOrText, span } from "./text.js";

const area = document.querySelector(".clock");
const listeners = [];
let clock = null; // now, in milliseconds; isFrozen; since, on this page's own clock

/* Milliseconds since 1970 on the mock's clock; null before it is known. */
export function now() {
    if (clock === null) {
        return null;
    }
    return clock.isFrozen ? clock.now : clock.now + (performance.now() - clock.since);
}

/* Called whenever what hangs on the clock is to be drawn anew. */
export function onTick(listener) {
    listeners.push(listener);
}

function tick() {
    if (clock === null) {
        return;
    }
    const text = instantToSecond(now());
    setText($("clock-now"), text);
    setAttribute($("clock-now"), "datetime", `${text.replace(" ", "T")}Z`);
    listeners.forEach((listener) => listener());
}

function show(answer) {
    clock = { now: Date.parse(answer.now), isFrozen: answer.mode === "frozen", since: performance.now() };
    $("clock-mode").hidden = false;
    setText($("clock-mode"), clock.isFrozen ? "Frozen" : "Running");
    setAttribute($("clock-mode"), "data-mode", answer.mode);
    setText($("clock-toggle"), clock.isFrozen ? "Release" : "Freeze");
    tick();
}

async function change(name, body, said) {
    show(await call(name, { body }));
    announce(said());
    await refresh();
}

function advance(seconds) {
    const said = () => `The clock was moved by ${span(seconds * 1000)} to ${instantToSecond(now())}`;
    return change("advanceClock", { seconds }, said);
}

function setMode(mode) {
    return change("setClock", { mode }, () => (mode === "frozen" ? "The clock stands still" : "The clock runs"));
}

function listen() {
    $("clock-toggle").addEventListener("click", () =>
        attempt(area, () => setMode(clock?.isFrozen ? "real" : "frozen")),
    );
    for (const button of area.querySelectorAll("[data-seconds]")) {
        button.addEventListener("click", () => attempt(area, () => advance(Number(button.dataset.seconds))));
    }
    $("clock-more").addEventListener("click", () => {
        $("set-form").elements.now.value = new Date(now() ?? 0).toISOString();
        openDialog($("clock-dialog"));
    });
    onSubmit($("advance-form"), async ({ seconds, unit }) => {
        const amount = numberOrText(seconds.value);
        await advance(typeof amount === "number" ? amount * Number(unit.value) : (amount ?? null));
        $("clock-dialog").close();
    });
    onSubmit($("set-form"), async ({ now: instant, mode }) => {
        const body = { now: instant.value.trim(), mode: mode.value };
        await change("setClock", body, () => `The clock was set to ${instantToSecond(now())}`);
        $("clock-dialog").close();
    });
}

export function startClock() {
    listen();
    setInterval(tick, 250);
    keepFresh(area, async () => show(await call("clock")));
}
