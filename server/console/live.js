/* Keeps the page up to date: once a second, and at once when something was done. Rounds never overlap, so an answer
   never comes after a newer one. */
import { $, clearError, setText, showError } from "./page.js";

const INTERVAL_MS = 1000;
const sources = [];
let round = null;
let next = null;

/* `source` is an async function that asks the server and shows what it says; what the server refuses is shown in
   `area`, until it no longer does. */
export function keepFresh(area, source) {
    sources.push({ area, source, isRefused: false });
}

/* Resolves when a round that began after the call is through. */
export function refresh() {
    if (round === null) {
        round = runRound().finally(() => {
            round = null;
        });
        return round;
    }
    next ??= round.then(() => {
        next = null;
        return refresh();
    });
    return next;
}

export function start() {
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) {
            refresh();
        }
    });
    beat();
}

async function beat() {
    if (!document.hidden) {
        await refresh();
    }
    setTimeout(beat, INTERVAL_MS);
}

async function runRound() {
    const errors = (await Promise.all(sources.map(run))).filter((error) => error !== null);
    showConnection(errors.every((error) => error.status !== 0));
}

/* Gives back the error, or null. */
async function run(one) {
    try {
        await one.source();
        if (one.isRefused) {
            one.isRefused = false;
            clearError(one.area);
        }
        return null;
    } catch (error) {
        if (error.status > 0) {
            one.isRefused = true;
            showError(one.area, error);
        } else if (error.status === undefined) {
            reportError(error);
        }
        return error;
    }
}

function showConnection(isThere) {
    const connection = $("connection");
    connection.dataset.tone = isThere ? "good" : "bad";
    document.body.classList.toggle("offline", !isThere);
    setText(connection, isThere ? "Live" : "No answer, trying again");
}
