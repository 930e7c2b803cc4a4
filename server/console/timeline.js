/* A pack's past and coming transitions, drawn against the clock: a strip to scale, and a list that says it all. */
import { now } from "./clock.js";
import { $, el, setAttribute, setText } from "./page.js";
import { iconOf, showState, toneOf } from "./states.js";
import { count, instant, relative, span, timeOfDay } from "./text.js";

const MOST_BLOCKS = 7;

/* Whether a pack was put into the world as it stands: when it came to that state nobody knows. */
export function isAsLoaded(step) {
    return step.trigger === "now" && !step.ConformancePackState.endsWith("_IN_PROGRESS");
}

let drawn = "";
let steps = [];
let strip = [];

/* Draws these transitions; nothing is touched where they are those that stand there. */
export function showTimeline(transitions) {
    const text = JSON.stringify(transitions);
    if (text !== drawn) {
        drawn = text;
        steps = transitions.map((step) => ({ ...step, at: step.at === null ? null : Date.parse(step.at) }));
        drawList();
        drawStrip();
    }
    moveNow();
}

/* ---- the list ---- */

function drawList() {
    const nowLine = el("li", { class: "now" }, el("span", {}, "Now"), " ", el("time", {}));
    const lines = steps.map(drawStep);
    const coming = steps.findIndex((step) => !step.past);
    lines.splice(coming < 0 ? lines.length : coming, 0, nowLine);
    $("steps").replaceChildren(...lines);
}

function drawStep(step) {
    const state = el("span", {});
    showState(state, step.ConformancePackState);
    const reason = step.ConformancePackStatusReason;
    return el(
        "li",
        { class: step.past ? "past" : "coming" },
        el("div", { class: "what" }, state, el("span", { class: "distance" })),
        el("div", { class: "when" }, describeWhen(step)),
        reason ? el("div", { class: "reason" }, reason) : null,
    );
}

function describeWhen(step) {
    const trigger = describeTrigger(step);
    return [step.at === null ? null : instant(step.at), trigger].filter(Boolean).join(", ");
}

function describeTrigger(step) {
    if (isAsLoaded(step)) {
        return "as it was loaded";
    }
    if (step.trigger === "manual") {
        return step.past ? "by hand" : "when it is moved by hand";
    }
    if (step.trigger === "polls") {
        return step.past ? "by polls" : `after ${count(step.afterPolls ?? 0, "more poll")} of its status`;
    }
    return step.at === null ? `${span((step.afterSeconds ?? 0) * 1000)} after that` : null;
}

/* ---- the strip ---- */

/* One block a state, from its transition to the next: {step, from, to}, times null where they are not known. */
function blocksOf() {
    const blocks = steps.map((step, index) => ({ step, from: step.at, to: steps[index + 1]?.at ?? null }));
    const current = Math.max(
        0,
        steps.findLastIndex((step) => step.past),
    );
    const first = Math.max(0, Math.min(current - 3, blocks.length - MOST_BLOCKS));
    return { blocks: blocks.slice(first, first + MOST_BLOCKS), current: current - first };
}

function drawStrip() {
    const { blocks, current } = blocksOf();
    strip = blocks.map((block, index) => ({
        ...block,
        isCurrent: index === current,
        node: drawBlock(block, index, current),
    }));
    const pointer = el("span", { class: "pointer" });
    strip[current]?.node.firstChild.append(pointer);
    $("strip").replaceChildren(...strip.map((block) => block.node));
}

function drawBlock({ step, from }, index, current) {
    const phase = index < current ? "past" : index === current ? "current" : from === null ? "waiting" : "coming";
    return el(
        "div",
        { class: "block", "data-phase": phase, "data-tone": toneOf(step.ConformancePackState) },
        el("div", { class: "fill" }, iconOf(step.ConformancePackState)),
        el("div", { class: "tick" }, from === null ? waitingFor(step) : timeOfDay(from)),
    );
}

function waitingFor(step) {
    const words = { manual: "by hand", polls: count(step.afterPolls ?? 0, "poll") };
    return words[step.trigger] ?? `+${span((step.afterSeconds ?? 0) * 1000)}`;
}

/* How long a block lasts, as far as it is known; what has no end yet counts until now. */
function lengthOf(block, at) {
    if (block.from === null) {
        return 0;
    }
    return Math.max(0, (block.to ?? Math.max(at, block.from)) - block.from);
}

/* Half of the strip is shared out evenly, so that each state can be seen; the other half in proportion to time. */
function weigh(lengths) {
    const sum = lengths.reduce((total, length) => total + length, 0);
    return lengths.map((length) => 1 / lengths.length + (sum > 0 ? length / sum : 0));
}

/* ---- what moves with the clock ---- */

export function moveNow() {
    const at = now();
    if (at === null || steps.length === 0) {
        return;
    }
    const line = $("steps").querySelector(".now time");
    setText(line, instant(Math.floor(at / 1000) * 1000));
    const distances = $("steps").querySelectorAll(".distance");
    steps.forEach((step, index) =>
        setText(distances[index], step.at === null || isAsLoaded(step) ? "" : relative(step.at, at)),
    );
    moveStrip(at);
}

function moveStrip(at) {
    const weights = weigh(strip.map((block) => lengthOf(block, at)));
    strip.forEach((block, index) => {
        block.node.style.flexGrow = weights[index].toFixed(3);
        if (block.isCurrent) {
            const isOpen = block.to === null;
            const passed = (at - block.from) / (block.to - block.from);
            const share = isOpen ? 0.7 : Math.min(1, Math.max(0, passed));
            block.node.style.setProperty("--passed", `${(share * 100).toFixed(2)}%`);
            setAttribute(block.node, "data-open", isOpen);
        }
    });
}
