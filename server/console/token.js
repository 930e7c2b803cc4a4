/* The control token of a server that wants one: asked for once, kept until the tab is closed. */
import { $, clearError, showMessage } from "./page.js";

const KEY = "awsconfig-mock.control-token";

let asking = null;

export function token() {
    return sessionStorage.getItem(KEY);
}

/* Resolves when another token than the `refused` one (null: none) is there to be tried. */
export function askToken(refused) {
    if (token() !== refused) {
        return Promise.resolve();
    }
    asking ??= ask(refused !== null).finally(() => {
        asking = null;
    });
    return asking;
}

function ask(wasRefused) {
    const dialog = $("token-dialog");
    const form = $("token-form");
    clearError(form);
    if (wasRefused) {
        showMessage(form, "That is not the server's token.", "token");
    }
    form.elements.token.value = "";
    if (!dialog.open) {
        dialog.showModal();
    }
    return new Promise((resolve) => {
        /* Without it nothing can be shown, so there is nothing to go back to. */
        dialog.oncancel = (event) => event.preventDefault();
        form.onsubmit = (event) => {
            event.preventDefault();
            const given = form.elements.token.value.trim();
            if (!isHeaderText(given)) {
                showMessage(form, "A token is letters, digits and signs, without spaces.", "token");
                return;
            }
            sessionStorage.setItem(KEY, given);
            dialog.close();
            resolve();
        };
    });
}

function isHeaderText(text) {
    return /^[\x21-\x7e]+$/.test(text);
}
