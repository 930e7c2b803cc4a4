/* The world as a whole: out into a fixture, in from one, and back to the start. */
import { call, callForText } from "./api.js";
import { refresh } from "./live.js";
import { $, announce, attempt, clearError, onSubmit, openDialog, setText, showMessage } from "./page.js";
import { bytes, count } from "./text.js";
import { isOneWorld, onWorldChange, world, worldName } from "./world.js";

const form = $("import-form");
let file = null;

/* ---- in ---- */

function take(files) {
    [file = null] = files;
    clearError(form);
    $("import-result").hidden = true;
    setText($("drop-text"), file ? `${file.name}, ${bytes(file.size)}` : "Drop a fixture file here");
    $("drop").classList.toggle("filled", file !== null);
}

async function load(_elements, submitter) {
    const isReplaced = submitter?.value === "replace";
    $("import-result").hidden = true;
    if (file === null) {
        showMessage(form, "Choose a fixture file first.");
        $("import-file").focus();
        return;
    }
    const { packs } = await call(isReplaced ? "replaceState" : "addState", { query: world(), body: await file.text() });
    showResult("import-result", `${file.name} was loaded. ${count(packs, "pack")} now.`);
    await refresh();
}

function showResult(id, text) {
    setText($(id), text);
    $(id).hidden = false;
}

/* A file may be dropped on any view; it is loaded from this one. */
function listenToDrops() {
    const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
    const veil = $("dropping");
    addEventListener("dragover", (event) => {
        if (carriesFile(event)) {
            event.preventDefault();
            veil.hidden = false;
        }
    });
    addEventListener("dragleave", (event) => {
        if (event.relatedTarget === null) {
            veil.hidden = true;
        }
    });
    addEventListener("drop", (event) => {
        veil.hidden = true;
        if (carriesFile(event)) {
            event.preventDefault();
            location.hash = "#fixtures";
            take(event.dataTransfer.files);
            announce(`${file.name} is ready to be loaded`);
        }
    });
}

/* ---- out ---- */

async function download() {
    const text = await callForText("state", { query: world() });
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = isOneWorld() ? `${Object.values(world()).join("-")}.json` : "world.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/* ---- back to the start ---- */

async function reset(elements) {
    const { packs } = await call("reset", { query: { ...world(), to: elements.to.value } });
    $("reset-dialog").close();
    showResult(
        "reset-result",
        `${worldName()[0].toUpperCase()}${worldName().slice(1)} was reset. ${count(packs, "pack")} now.`,
    );
    await refresh();
}

function nameWorld() {
    setText($("fixtures-summary"), isOneWorld() ? `of ${worldName()} only` : "of all worlds");
    setText($("reset-dialog").querySelector(".name"), worldName());
}

export function startFixtures() {
    $("import-file").addEventListener("change", (event) => take(event.target.files));
    onSubmit(form, load);
    $("download").addEventListener("click", () => attempt($("export"), download));
    $("reset-open").addEventListener("click", () => {
        $("reset-form").reset();
        $("reset-result").hidden = true;
        openDialog($("reset-dialog"));
    });
    onSubmit($("reset-form"), reset);
    onWorldChange(nameWorld);
    nameWorld();
    listenToDrops();
}
