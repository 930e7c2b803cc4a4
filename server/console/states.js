/* The states of a pack, and how they look: never by colour alone. */
import { el, icon } from "./page.js";

const looks = {
    CREATE_IN_PROGRESS: { icon: "working", tone: "working" },
    CREATE_COMPLETE: { icon: "done", tone: "good" },
    CREATE_FAILED: { icon: "failed", tone: "bad" },
    DELETE_IN_PROGRESS: { icon: "leaving", tone: "leaving" },
    DELETE_FAILED: { icon: "stuck", tone: "bad" },
    DELETED: { icon: "gone", tone: "gone" },
};

/* DELETED is the console's and the control API's word for a pack that is gone. */
export const STATES = Object.keys(looks);

export function toneOf(state) {
    return looks[state]?.tone ?? "gone";
}

export function iconOf(state) {
    return icon(looks[state]?.icon ?? "gone");
}

/* Fills `node` with the state's badge, where it shows another; says whether it did. */
export function showState(node, state) {
    if (node.dataset.state === state) {
        return false;
    }
    node.dataset.state = state;
    node.replaceChildren(el("span", { class: "badge", "data-tone": toneOf(state) }, iconOf(state), state));
    return true;
}
