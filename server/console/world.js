/* Which account and region is looked at. */
import { call } from "./api.js";
import { keepFresh, refresh } from "./live.js";
import { $, el } from "./page.js";
import { count } from "./text.js";

const KEY = "awsconfig-mock.world";
const chooser = $("world");
const listeners = [];
let shown = "";

/* As a query: {account, region}, or {} for all worlds. */
export function world() {
    const [account, region] = chooser.value.split("/");
    return account ? { account, region } : {};
}

export function isOneWorld() {
    return chooser.value !== "";
}

export function worldName({ account, region } = world()) {
    return account ? `${account} · ${region}` : "all worlds";
}

export function onWorldChange(listener) {
    listeners.push(listener);
}

function changed() {
    document.body.classList.toggle("one-world", isOneWorld());
    sessionStorage.setItem(KEY, chooser.value);
    listeners.forEach((listener) => listener());
}

function show(worlds) {
    const chosen = chooser.value || (shown === "" && sessionStorage.getItem(KEY)) || "";
    const keys = worlds.map((one) => `${one.account}/${one.region}`);
    if (chosen !== "" && !keys.includes(chosen)) {
        const [account, region] = chosen.split("/");
        worlds = [...worlds, { account, region, packs: 0 }];
    }
    const text = JSON.stringify(worlds);
    if (text === shown) {
        return;
    }
    const isFirst = shown === "";
    shown = text;
    const all = worlds.reduce((sum, one) => sum + one.packs, 0);
    chooser.replaceChildren(
        el("option", { value: "" }, `All worlds (${count(all, "pack")})`),
        ...worlds.map((one) =>
            el("option", { value: `${one.account}/${one.region}` }, `${worldName(one)} (${one.packs})`),
        ),
    );
    chooser.value = chosen;
    if (isFirst && chosen !== "") {
        changed();
    }
}

export function startWorld() {
    chooser.addEventListener("change", () => {
        changed();
        refresh();
    });
    keepFresh(document.querySelector(".clock"), async () => {
        const { worlds } = await call("worlds");
        show(worlds);
    });
}
