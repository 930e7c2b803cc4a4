/* Which view is shown stands in the address: #packs, #packs/ACCOUNT/REGION/NAME, #faults, #requests, #fixtures. */
import { refresh } from "./live.js";
import { $, setAttribute } from "./page.js";

const VIEWS = { packs: "Packs", faults: "Faults", requests: "Requests", fixtures: "Fixtures" };
const listeners = [];
let place = { view: "packs", pack: null };

export function view() {
    return place.view;
}

/* The pack whose details are open: {account, region, name}; or null. */
export function openPack() {
    return place.pack;
}

export function onRoute(listener) {
    listeners.push(listener);
}

export function packAddress(account, region, name) {
    return `#packs/${[account, region, name].map(encodeURIComponent).join("/")}`;
}

function read() {
    const [name, ...rest] = location.hash.slice(1).split("/").map(decode);
    const [account, region, pack] = rest;
    return {
        view: Object.hasOwn(VIEWS, name) ? name : "packs",
        pack: name === "packs" && pack ? { account, region, name: pack } : null,
    };
}

function decode(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return "";
    }
}

function route() {
    place = read();
    for (const name of Object.keys(VIEWS)) {
        $(`${name}-view`).hidden = name !== place.view;
        const link = document.querySelector(`nav a[href="#${name}"]`);
        setAttribute(link, "aria-current", name === place.view ? "page" : null);
    }
    document.title = `${place.pack?.name ?? VIEWS[place.view]} · awsconfig-mock`;
    listeners.forEach((listener) => listener());
    refresh();
}

export function startRouter() {
    window.addEventListener("hashchange", route);
    $("skip").addEventListener("click", (event) => {
        event.preventDefault();
        $("main").focus();
    });
    route();
}
