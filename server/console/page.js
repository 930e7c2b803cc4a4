/* Building and changing what is on the page. All text goes in as text, never as markup. */

export const $ = (id) => document.getElementById(id);

/* An element with these attributes (on…: a listener; false, null: left out) and children (nodes or text). */
export function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") {
            node.addEventListener(name.slice("on".length), value);
        } else {
            setAttribute(node, name, value);
        }
    }
    node.append(...children.filter((child) => child !== null));
    return node;
}

/* A cell of a table; style.css knows it by its name. */
export function cell(name, ...children) {
    return el("td", { role: "cell", class: name }, ...children);
}

export function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#icon-${name}`);
    svg.setAttribute("aria-hidden", "true");
    svg.append(use);
    return svg;
}

/* Both touch the page only where something changes: a selection in it stays, and nothing flickers. */
export function setText(node, text) {
    if (node.textContent !== text) {
        node.textContent = text;
    }
}

export function setAttribute(node, name, value) {
    if (value === false || value === null || value === undefined) {
        node.removeAttribute(name);
    } else if (node.getAttribute(name) !== String(value === true ? "" : value)) {
        node.setAttribute(name, value === true ? "" : value);
    }
}

/* Makes the children of `parent` those of `items`, in their order: what is there under the same key is updated in
   place, what is new is created, the rest is removed. `create` makes an element, `update(element, item, index)` fills
   it. Focus in an element that goes moves to its neighbour. */
export function reconcile(parent, items, keyOf, create, update) {
    const known = (parent.childrenByKey ??= new Map());
    const wanted = new Set(items.map(keyOf));
    let orphan = null;
    for (const [key, node] of known) {
        if (!wanted.has(key)) {
            orphan ??= node.contains(document.activeElement) ? indexOf(node) : null;
            node.remove();
            known.delete(key);
        }
    }
    let next = parent.firstElementChild;
    items.forEach((item, index) => {
        const key = keyOf(item);
        let node = known.get(key);
        if (node === undefined) {
            node = create(item);
            known.set(key, node);
        }
        if (node === next) {
            next = next.nextElementSibling;
        } else {
            parent.insertBefore(node, next);
        }
        update(node, item, index);
    });
    if (orphan !== null) {
        const heir = parent.children[Math.min(orphan, parent.children.length - 1)] ?? $("main");
        (heir.querySelector("a, button") ?? heir).focus();
    }
}

function indexOf(node) {
    return [...node.parentElement.children].indexOf(node);
}

/* Says it to those who listen rather than look. */
export function announce(text) {
    $("announcer").textContent = text;
}

/* ---- errors, where they happen ---- */

/* Shows what the API refused in `area`'s .error, and marks the field of that name. Where the place is a line and column
   of a body that the form made itself, the member that is named there says more. */
export function showError(area, { code, message, path }) {
    const [, text, member] = /^body:\d+:\d+: ((\w+) .*)/s.exec(message) ?? [];
    if (!path && fieldOf(area, member)) {
        showMessage(area, text, member, code);
    } else {
        showMessage(area, path ? `${message} (${path})` : message, path, code);
    }
}

function fieldOf(area, path) {
    return path ? area.elements?.namedItem(lastName(path)) : null;
}

export function showMessage(area, text, path, code) {
    const line = area.querySelector(".error");
    const field = fieldOf(area, path);
    line.id ||= `error-${area.id}`;
    line.replaceChildren(...(code ? [el("strong", {}, code), " "] : []), text);
    line.hidden = false;
    if (field instanceof Element) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-errormessage", line.id);
        field.focus();
    }
}

export function clearError(area) {
    const line = area.querySelector(".error");
    if (!line.hidden) {
        line.hidden = true;
        line.replaceChildren();
    }
    for (const field of area.querySelectorAll("[aria-invalid]")) {
        field.removeAttribute("aria-invalid");
        field.removeAttribute("aria-errormessage");
    }
}

/* "faults[0].status" is about the field "status". */
function lastName(path) {
    return (
        path
            .split(/[.[\]]+/)
            .filter((part) => part !== "" && !/^\d+$/.test(part))
            .at(-1) ?? ""
    );
}

/* Runs what the user asked for, once at a time, and shows its error in `area`. Says whether it went well. */
export async function attempt(area, action) {
    if (area.ariaBusy === "true") {
        return false;
    }
    clearError(area);
    area.ariaBusy = "true";
    try {
        await action();
        return true;
    } catch (error) {
        showError(area, error);
        if (error.status === undefined) {
            reportError(error);
        }
        return false;
    } finally {
        area.ariaBusy = "false";
    }
}

export function onSubmit(form, action) {
    form.noValidate = true; // what is wrong is for the server to say
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        attempt(form, () => action(form.elements, event.submitter));
    });
}

/* ---- dialogs ---- */

export function openDialog(dialog) {
    for (const area of dialog.querySelectorAll("form")) {
        clearError(area);
    }
    dialog.showModal();
}

export function startDialogs() {
    for (const dialog of document.querySelectorAll("dialog:not(#token-dialog)")) {
        const close = el(
            "button",
            { type: "button", class: "bare", "data-close": true, "aria-label": "Close" },
            icon("close"),
        );
        dialog.querySelector(".head").append(close);
        for (const button of dialog.querySelectorAll("[data-close]")) {
            button.addEventListener("click", () => dialog.close());
        }
        /* a click beside the dialog is one on its backdrop */
        dialog.addEventListener("mousedown", (event) => {
            if (event.target === dialog) {
                dialog.close();
            }
        });
    }
}
