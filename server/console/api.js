/* The control API, as the console calls it: every call it makes stands in this table. */
import { askToken, token } from "./token.js";

const calls = {
    health: ["GET", "/health"],
    operations: ["GET", "/operations"],
    worlds: ["GET", "/worlds"],
    clock: ["GET", "/clock"],
    setClock: ["PUT", "/clock"],
    advanceClock: ["POST", "/clock/advance"],
    packs: ["GET", "/packs"],
    pack: ["GET", "/packs/{name}"],
    movePack: ["POST", "/packs/{name}/transition"],
    faults: ["GET", "/faults"],
    addFault: ["POST", "/faults"],
    removeFaults: ["DELETE", "/faults"],
    removeFault: ["DELETE", "/faults/{id}"],
    requests: ["GET", "/requests"],
    forgetRequests: ["DELETE", "/requests"],
    state: ["GET", "/state"],
    addState: ["POST", "/state"],
    replaceState: ["PUT", "/state"],
    reset: ["POST", "/reset"],
};

/* A large world takes a while to load; everything else answers at once. */
const PATIENCE_MS = { addState: 300_000, replaceState: 300_000, state: 300_000 };

/* What the server refused; status 0: it did not answer at all. */
export class ApiError extends Error {
    constructor(status, { code, message, path }) {
        super(message);
        Object.assign(this, { status, code, path });
    }
}

/* Makes the call and gives back the answer's JSON. `body` is a value, or text that goes out as it is; members of
   `query` that are empty are left out. Asks for the control token where the server wants one. Throws ApiError. */
export async function call(name, options) {
    return JSON.parse(await callForText(name, options));
}

export async function callForText(name, { name: pack, id, query = {}, body } = {}) {
    const [method, path] = calls[name];
    const url = new URL("/_mock" + path.replace("{name}", encodeURIComponent(pack)).replace("{id}", id), location.href);
    for (const [key, value] of Object.entries(query)) {
        if (value !== undefined && value !== null && value !== "") {
            url.searchParams.set(key, value);
        }
    }
    const request = { method, cache: "no-store", headers: {} };
    if (body !== undefined) {
        request.headers["Content-Type"] = "application/json";
        request.body = typeof body === "string" ? body : JSON.stringify(body);
    }
    for (;;) {
        const used = token();
        if (used !== null) {
            request.headers.Authorization = `Bearer ${used}`;
        }
        const [response, text] = await answer(url, request, PATIENCE_MS[name] ?? 15_000);
        if (response.ok) {
            return text;
        }
        if (response.status !== 401) {
            throw refusal(response, text);
        }
        await askToken(used);
    }
}

async function answer(url, request, patience) {
    try {
        const response = await fetch(url, { ...request, signal: AbortSignal.timeout(patience) });
        return [response, await response.text()];
    } catch {
        throw new ApiError(0, { code: "NoAnswer", message: "the server does not answer" });
    }
}

function refusal(response, text) {
    try {
        return new ApiError(response.status, JSON.parse(text).error);
    } catch {
        return new ApiError(response.status, { code: "Failed", message: `status ${response.status}: ${text}` });
    }
}
